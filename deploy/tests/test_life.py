"""The life of a course as its administrator lives it: deploy/course.py on a real hub, with real accounts and work."""

import pwd
import shutil
import sqlite3
from pathlib import Path

import hub as deployed
import machines
import pytest
from conftest import ROOT, STUDENTS, as_grader, as_root, as_user, forget, until

NAME = "1_kernels"
COURSE = Path("/home", deployed.GRADER, deployed.COURSE)
FIRST, SECOND, THIRD, FOURTH = STUDENTS[:4]


@pytest.fixture
def table(tmp_path):
    """Writes students into a file as a German university exports them."""

    def write(*names):
        rows = [f"{name.upper()};Zoë;Müller {name[-2:]};{name}@uni.example" for name in names]
        path = tmp_path / "class.csv"
        path.write_text("\r\n".join(["\ufeffBenutzername;Vorname;Nachname;E-Mail", "", *rows, ""]), encoding="utf-8")
        return path

    return write


def release(hub, name=NAME):
    as_grader(hub, f"nbgrader generate_assignment {name} --force && nbgrader release_assignment {name} --force")


def works(hub, name, mark):
    """A student fetches, writes a mark into the first answer, and submits."""
    student = machines.Student(hub.url, name)
    student.start()
    student.fetch(NAME)
    student.save(NAME, mark)
    student.submit(NAME)
    return student


def in_gradebook():
    with sqlite3.connect(COURSE / "gradebook.db") as gradebook:
        return dict(gradebook.execute("SELECT id, last_name FROM student"))


def files(folder):
    """What is in each file and folder, whose it is, and since when it is so."""

    def about(path):
        state = path.lstat()
        owner = pwd.getpwuid(state.st_uid).pw_name
        return owner, state.st_mode, int(state.st_mtime), path.read_bytes() if path.is_file() else b""

    return {str(path): about(path) for path in sorted(folder.rglob("*"))}


def test_students_from_a_file_are_added_once_and_none_is_deleted(made, table):
    with deployed.running(made):
        code, said = as_root(made, "students", table(FIRST, SECOND))
        assert (code, said.splitlines()[0]) == (0, f"Added: {FIRST}, {SECOND}. In the course already: 0.")
        assert in_gradebook() == {FIRST: "Müller 01", SECOND: "Müller 02"}
        assert Path(pwd.getpwnam(FIRST).pw_dir).stat().st_mode & 0o777 == 0o700
        assert "In the course and not in class.csv: ada, ben, eve." in said

        code, said = as_root(made, "students", table(FIRST, SECOND))
        assert (code, said.splitlines()[0]) == (0, "Added: nobody. In the course already: 2.")

        code, said = as_root(made, "students", table(THIRD, "root", "daemon", deployed.GRADER))
        assert code == 1 and [f"line {line}: " in text for line, text in zip((4, 5, 6), said.splitlines(), strict=True)]
        with pytest.raises(KeyError):
            pwd.getpwnam(THIRD)  # all or nothing

        release(made)
        ada = machines.Student(made.url, "ada")
        ada.start()
        assert [each["assignment_id"] for each in ada.assignments()] == [NAME]
        code, said = as_root(made, "students", table(FIRST, SECOND), "--remove-others")
        assert code == 0 and "No longer in the course: ada, ben, eve." in said
        assert ada.assignments() == []
        assert pwd.getpwnam("ada").pw_name == "ada"


def test_a_machine_that_lost_all_has_it_again_from_a_backup(made, table, tmp_path):
    folder = tmp_path / "backup"
    with deployed.running(made):
        release(made)
        as_root(made, "students", table(FIRST, SECOND))
        for name in (FIRST, SECOND):
            works(made, name, f"# {name}")
        as_grader(made, f"nbgrader collect {NAME} && autograder grade {NAME} --student {FIRST}")
        instructor = machines.Student(made.url, deployed.INSTRUCTOR)
        instructor.ask("GET", "/services/cnn/formgrader/api/assignments")  # which keeps the gradebook open
        code, said = as_root(made, "backup", folder)
        assert code == 0, said
        assert folder.stat().st_mode & 0o777 == 0o700
        code, said = as_root(made, "restore", folder)
        assert code == 1 and f"{COURSE} is there already, and nothing is overwritten" in said

    inbound = made.exchange / deployed.COURSE
    before = files(inbound), files(COURSE / "submitted"), files(Path("/home", SECOND, deployed.COURSE))
    secret = (COURSE / "course_secret").read_bytes()
    marks = list(sqlite3.connect(COURSE / "gradebook.db").iterdump())
    numbers = pwd.getpwnam(SECOND).pw_uid
    forget(made)
    deployed.make_person(SECOND, "takes part in a course")  # so that everybody has another number than before
    deployed.make_person(FOURTH, "takes part in a course")

    code, said = as_root(made, "restore", folder)
    assert code == 0, said
    assert pwd.getpwnam(SECOND).pw_uid != numbers
    assert (files(inbound), files(COURSE / "submitted"), files(Path("/home", SECOND, deployed.COURSE))) == before
    assert list(sqlite3.connect(COURSE / "gradebook.db").iterdump()) == marks and any(FIRST in row for row in marks)
    assert (COURSE / "course_secret").read_bytes() == secret
    assert as_user(FOURTH, f"ls /home/{SECOND} || cat {inbound}/inbound/{SECOND}*/*").returncode != 0

    with deployed.running(made):
        as_grader(made, f"autograder grade {NAME} && nbgrader release_feedback {NAME}")
        first = machines.Student(made.url, FIRST)
        first.start()
        first.fetch_feedback(NAME)
        assert list(Path("/home", FIRST, deployed.COURSE, NAME, "feedback").rglob("*.html"))
        first.save(NAME, "# again")
        first.submit(NAME)
        as_grader(made, f"nbgrader collect {NAME} --update")
        assert "# again" in (COURSE / "submitted" / FIRST / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")


def test_work_that_was_fetched_before_an_upgrade_is_graded_after_it(made, table):
    """The new source has one exercise more, then words a check anew. Cells cannot go once something is graded."""
    right = "def area(height, width):\n    return height * width"
    exercise = (
        '\n# %% nbgrader={"grade": false, "grade_id": "depth", "locked": false, "schema_version": 3, '
        '"solution": true, "task": false}\n### BEGIN SOLUTION\ndepth = 7\n### END SOLUTION\n'
        '\n# %% nbgrader={"grade": true, "grade_id": "test_depth", "locked": true, "points": 1, '
        '"schema_version": 3, "solution": false, "task": false}\nassert depth == 7, "it is 7"\n'
    )
    text = (ROOT / "tests" / "tiny_course.py").read_text(encoding="utf-8")

    def upgrade(text):
        folder = COURSE / "solutions" / "tiny"
        folder.mkdir(exist_ok=True)
        (folder / "tiny.py").write_text(text, encoding="utf-8")
        shutil.chown(folder, deployed.GRADER)
        as_grader(made, "autograder build tiny")

    def grade(student):
        student.save("tiny", right)
        student.submit("tiny")
        as_grader(made, "nbgrader collect tiny")
        said = as_grader(made, f"autograder grade tiny --student {student.name}")
        (row,) = [line for line in said.splitlines() if line.strip().startswith(f"{student.name} ")]
        return row.split()[1]

    with deployed.running(made):
        as_root(made, "students", table(FIRST, SECOND, THIRD))
        upgrade(text)
        release(made, "tiny")
        first, second, third = (machines.Student(made.url, name) for name in (FIRST, SECOND, THIRD))
        for student in (first, second):
            student.start()
            student.fetch("tiny")
        upgrade(text + exercise)
        release(made, "tiny")
        assert grade(first) == "3"
        upgrade(text.replace("Adding gives", "Adding the sides gives") + exercise)
        release(made, "tiny")
        assert grade(second) == "3"
        third.start()
        third.fetch("tiny")
        assert grade(third) == "3"  # the new exercise, which has one point more, is not done
        upgrade(text)
        with pytest.raises(AssertionError, match="Cannot add or remove cells for notebook 'tiny'"):
            release(made, "tiny")


def test_a_new_term_begins_empty_and_the_old_one_is_kept(made, table):
    with deployed.running(made):
        as_root(made, "students", table(FIRST, SECOND, THIRD))
        release(made)
        second = works(made, SECOND, "# of the old term")
        before = list(sqlite3.connect(COURSE / "gradebook.db").iterdump())
        code, said = as_root(made, "new-term", "of the year")
        assert code == 1 and "“of the year” is no name of a folder" in said
        code, said = as_root(made, "new-term", "2026")
        assert code == 0, said
        old = COURSE.with_name("cnn-2026")
        assert list(sqlite3.connect(old / "gradebook.db").iterdump()) == before
        assert list((old / "exchange" / "inbound").glob(f"{SECOND}+*"))
        assert not list((made.exchange / deployed.COURSE).iterdir())
        assert not (COURSE / "gradebook.db").exists() and not (COURSE / "submitted").exists()
        code, said = as_root(made, "new-term", "2026")
        assert code == 1 and "cnn-2026 is there already" in said

        as_root(made, "students", table(FOURTH))
        release(made)
        assert in_gradebook() == {FOURTH: "Müller 04"}
        assert (COURSE / "course_secret").read_bytes() != (old / "course_secret").read_bytes()
        works(made, FOURTH, "# of the new term")
        assert second.assignments() == []  # no longer in the course
        until(lambda: deployed.answers(f"{made.url}/services/cnn/api"))
        assert as_grader(made, f"nbgrader collect {NAME} 2>&1").count("Collecting submission") == 1
    shutil.rmtree(old)
