"""Grades leave whole: who has which, by the columns of each system, and never a 0 that nobody gave."""

import csv
import datetime
import os
import random
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course.export import cells, formats
from autograder.course.layout import Course
from autograder.course.nbgrader_course import Nbgrader
from autograder.course.ungraded import Ungraded
from autograder.errors import CourseError
from tests.conftest import tiny_course
from tests.test_commands import autograder, refused

NAMES = ["Lovelace, Ada", 'Jo "x" ', "李, 小龙", "Ωmega;tab\there", "two\nlines\r\n", "'t Hooft", "O'Neil", "", " "]
FORMULAS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "'=1",
    "''@x",
    "＝1",
    "=cmd|' /C calc'!A0",
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A course with two assignments, `one` of 6 points and `two` of 0.6, and nobody in it."""
    course = tiny_course(tmp_path_factory.mktemp("export") / "course")
    with Nbgrader(course).gradebook() as gradebook:
        for name, points in (("one", 3), ("two", 0.3)):
            gradebook.add_assignment(name, duedate=datetime.datetime(2026, 5, 1))
            gradebook.add_notebook(name, name)
            for cell in "ab":
                gradebook.add_grade_cell(cell, name, name, max_score=points, cell_type="code")
    return course


@pytest.fixture
def course(empty, tmp_path, monkeypatch):
    """A copy of it."""
    monkeypatch.delenv("AUTOGRADER_SECRET")
    return Course(shutil.copytree(empty.root, tmp_path / "course"))


def books(course):
    return Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "cnn")


def enroll(course, student, first=None, last=None, email=None, lms=None, penalty=0, late=0, by_hand=False, **scores):
    """Somebody in the gradebook, with a pair of points for each assignment that they handed in."""
    with books(course) as gradebook:
        gradebook.add_student(student, first_name=first, last_name=last, email=email, lms_user_id=lms)
        for name, points in scores.items():
            submission = gradebook.add_submission(
                name, student, timestamp=datetime.datetime(2026, 5, 1) + datetime.timedelta(seconds=late)
            )
            (notebook,) = submission.notebooks
            notebook.late_submission_penalty = penalty
            for grade, given in zip(sorted(notebook.grades, key=lambda grade: grade.name), points, strict=True):
                grade.auto_score, grade.needs_manual_grade = given, by_hand
            gradebook.db.commit()


def export(course, form, *names, roster=None):
    """The lines of the file, and what is said."""
    path, notes = formats.export(course, form, list(names), course.root / "out.csv", roster)
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, strict=True)), notes


def plain(cell):
    """What a cell said before it was made safe, by the rule that the documentation of cells.text gives."""
    return cell[1:] if cell.startswith("'") and cells.FORMULA.match(cell[1:]) else cell


@pytest.fixture
def klass(course):
    """Ada has both grades, Ben one, and four have none, each for another reason."""
    enroll(course, "ada", "Ada", "Lovelace", "ada@x.org", "17", one=(0.1, 0.2), two=(0.1, 0.2))
    enroll(course, "ben", "Ben", "Gurion", "ben@x.org", "18", one=(3, 2.5), penalty=1.5, late=3661)
    enroll(course, "dan", "Dan", "Dare", "dan@x.org", "19", one=(3, 3), by_hand=True)
    enroll(course, "eve", "Eve", "Adams", "eve@x.org", "20", one=(1, 1))
    enroll(course, "kim", "Kim", "Li", "kim@x.org", "21")
    Ungraded(course).enter("one", "eve", "its kernel died")
    (course.root / "submitted" / "lou" / "one").mkdir(parents=True)
    return course


NO_GRADE_IN_ONE = [
    "one: no grade for dan: written answers still to be graded.",
    "one: no grade for eve: its kernel died.",
    "one: no grade for kim: not handed in.",
    "one: no grade for lou: handed in, but not graded yet.",
]


def test_our_own_file_has_a_status_for_everybody(klass):
    (header, *lines), notes = export(klass, "csv", "one")
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert {row["student_id"]: (row["status"], row["score"]) for row in rows} == {
        "ada": ("graded", "0.3"),
        "ben": ("graded", "4.0"),
        "dan": ("graded, written answers still to do", "6.0"),
        "eve": ("not graded: its kernel died", ""),
        "kim": ("not handed in", "0.0"),
        "lou": ("not graded: handed in, but not graded yet", ""),
    }
    assert rows[1]["late_penalty"] == "1.5" and rows[1]["seconds_late"] == "3661.0" and not notes


def test_canvas_without_a_roster(klass):
    lines, notes = export(klass, "canvas", "one")
    assert lines == [
        ["Student", "ID", "SIS Login ID", "Section", "one"],
        ["    Points Possible", "", "", "", "6.0"],
        ["Lovelace, Ada", "17", "ada", "", "0.3"],
        ["Gurion, Ben", "18", "ben", "", "4.0"],
    ]
    assert notes == NO_GRADE_IN_ONE


def test_a_gap_beside_a_grade_is_empty_for_canvas_and_a_dash_for_moodle(klass):
    for form, gap in (("canvas", ""), ("moodle", "-")):
        lines, notes = export(klass, form)
        assert [line[-2:] for line in lines[-2:]] == [["0.3", "0.3"], ["4.0", gap]]
        assert [note for note in notes if "import deletes it" in note and note.endswith(": ben in two.")]
        assert not [note for note in export(klass, form, "one")[1] if "import deletes it" in note]


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Colour,one (123),one more (7),two (124),Final Score
,,,,,,Manual Posting,,,
    Points Possible,,,,,,100.00,5.00,0.60,(read only)
"Adams, Eve",903,s3,eve,A,red,1.00,2.00,,11
"Gurion, Ben",902,s2,BEN@X.ORG,"A, B",,,3.00,0.25,22
"Lovelace, Ada",901,s1,ada@x.org,A,,N/A,4.00,,33
"Student, Test",999,,t0,A,,,,,
"""


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_canvas_with_its_own_export(klass, tmp_path, separator, mark):
    """Its ids, only our columns under its names, what it holds where we have nothing, and nobody whom it has not."""
    enroll(klass, "zoe", one=(1, 1))
    path = tmp_path / "canvas{}.csv"
    with path.open("w", newline="", encoding="utf-8-sig" if mark else "utf-8") as file:
        csv.writer(file, delimiter=separator).writerows(csv.reader(CANVAS.splitlines()))
    lines, notes = export(klass, "canvas", roster=path)
    assert lines == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "one (123)", "two (124)"],
        ["    Points Possible", "", "", "", "", "100.00", "0.60"],
        ["Lovelace, Ada", "901", "s1", "ada@x.org", "A", "0.3", "0.3"],
        ["Gurion, Ben", "902", "s2", "BEN@X.ORG", "A, B", "4.0", "0.25"],
    ]
    assert notes[0] == "In canvas{}.csv, and not in nbgrader's gradebook: t0."
    assert notes[1].startswith("one is worth 6 points here and 100.00 in Canvas")
    assert "Left out, for canvas{}.csv does not have them: zoe." in notes
    assert notes[-1] == "Canvas has a grade and there is none here; it stays as it was exported: ben in two."
    assert not [note for note in notes if note.startswith("two is worth")]


def test_an_assignment_that_canvas_does_not_have(klass, tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text(CANVAS.replace("one (123)", "One and all (123)"))
    lines, notes = export(klass, "canvas", "one", roster=path)
    assert [line[-1] for line in lines] == ["one", "6.0", "0.3", "4.0"]
    assert "canvas.csv has no column for one: choose what it is when Canvas asks." in notes


MOODLE = """\
"First name","Last name","ID number",Institution,Department,"Email address","Assignment: one (Real)","Assignment: one \
(Feedback)","Assignment: onetwo (Real)","Course total (Real)","Last downloaded from this course"
Ada,Lovelace,,"Analytical, Inc.",,ada@x.org,-,,-,-,1777000000
Ben,Gurion,77,"Analytical, Inc.",,Ben@X.org,2.00,well,-,-,1777000000
Eve,Adams,78,"Analytical, Inc.",,eve@x.org,-,,-,-,1777000000
"""


def test_moodle_without_a_roster(klass):
    lines, notes = export(klass, "moodle", "one")
    assert lines == [
        ["First name", "Last name", "Username", "ID number", "Email address", "one"],
        ["Ada", "Lovelace", "ada", "17", "ada@x.org", "0.3"],
        ["Ben", "Gurion", "ben", "18", "ben@x.org", "4.0"],
    ]
    assert notes[:-1] == NO_GRADE_IN_ONE
    assert notes[-1].endswith("must have these maximum grades (a new one has 100): one 6.")


def test_moodle_with_its_own_export_and_no_column_with_a_gap(klass, tmp_path):
    path = tmp_path / "moodle.csv"
    path.write_text(MOODLE)
    lines, notes = export(klass, "moodle", "one", roster=path)
    assert lines == [
        [
            *("First name", "Last name", "Institution", "Email address", "Last downloaded from this course"),
            "Assignment: one (Real)",
        ],
        ["Ada", "Lovelace", "Analytical, Inc.", "ada@x.org", "1777000000", "0.3"],
        ["Ben", "Gurion", "Analytical, Inc.", "Ben@X.org", "1777000000", "4.0"],
    ]


def test_moodle_never_gets_a_row_that_says_not_who_it_is_about(klass):
    """It would give the grades to the student above."""
    enroll(klass, "zoe", "Zoe", None, None, None, one=(1, 1))
    lines, _ = export(klass, "moodle", "one")
    assert lines[0] == ["First name", "Username", "one"] and lines[-1] == ["Zoe", "zoe", "2.0"]
    assert all(cell for line in lines for cell in line)


def test_gradescope(klass):
    lines, notes = export(klass, "gradescope", "one")
    assert lines == [
        [
            *("First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission ID"),
            *("Submission Time", "Lateness (H:M:S)"),
        ],
        ["Ada", "Lovelace", "ada", "ada@x.org", "0.3", "6.0", "Graded", "", "2026-05-01 00:00:00 +0000", "00:00:00"],
        ["Ben", "Gurion", "ben", "ben@x.org", "4.0", "6.0", "Graded", "", "2026-05-01 01:01:01 +0000", "01:01:01"],
        ["Dan", "Dare", "dan", "dan@x.org", "", "6.0", "Ungraded", "", "2026-05-01 00:00:00 +0000", "00:00:00"],
        ["Eve", "Adams", "eve", "eve@x.org", "", "6.0", "Ungraded", "", "", ""],
        ["Kim", "Li", "kim", "kim@x.org", "", "6.0", "Missing", "", "", ""],
        ["", "", "lou", "", "", "6.0", "Ungraded", "", "", ""],
    ]
    assert notes == NO_GRADE_IN_ONE
    with pytest.raises(CourseError, match="holds one assignment: name one of one, two"):
        export(klass, "gradescope")


@pytest.mark.parametrize("name", NAMES + FORMULAS)
def test_a_name_is_what_it_was_and_no_formula(name):
    written = cells.text(name)
    assert plain(written) == name
    assert not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r]", written)
    assert (written == name) == (name in NAMES)


@pytest.mark.parametrize("form", formats.FORMATS)
def test_every_name_goes_through_the_file(course, form):
    """Whatever the columns, a cell reads back as the name; of formulas, those in ids are named and left out."""
    names = [
        name for name in NAMES + FORMULAS if name.strip() or form != "moodle"
    ]  # a blank takes the column away there
    for number, name in enumerate(names):
        enroll(course, f"s{number:02}", name, "Z", f"{number}@x.org", f"{number}", one=(1, 1))
    lines, _ = export(course, form, "one")
    ids = 1 if form == "csv" else 2
    found = {line[ids]: line for line in lines if re.fullmatch(r"s\d\d", line[ids])}
    assert len(found) == len(names)
    assert not [cell for line in lines for cell in line if re.match(r"\s*[=+\-@＝＋－＠]|[\t\r]", cell)]
    for number, name in enumerate(names):
        shown = {"csv": "", "canvas": f"Z, {name}" if name else "Z"}.get(form, name)
        assert form == "csv" or plain(found[f"s{number:02}"][0]) == shown


@pytest.mark.parametrize("form", ["canvas", "moodle"])
def test_an_id_that_is_a_formula_is_left_out_and_named(course, form):
    enroll(course, "=1+1", one=(1, 1))
    enroll(course, "ada", one=(1, 1))
    lines, notes = export(course, form, "one")
    assert "ada" in lines[-1] and not any("1+1" in cell for line in lines for cell in line)
    (note,) = [note for note in notes if "formula" in note]
    assert note.endswith("enter their grades by hand: =1+1.")
    for form in ("csv", "gradescope"):
        assert "'=1+1" in {cell for line in export(course, form, "one")[0] for cell in line}


def test_points_are_written_in_full():
    """Any float reads back as the same; a sum of decimals reads back as the sum that was meant."""
    random.seed(0)
    for _ in range(20_000):
        value = random.choice(
            [random.random() * 100, random.random() / 10 ** random.randint(0, 8), random.expovariate(1)]
        )
        text = cells.points(value)
        assert re.fullmatch(r"\d+\.\d+", text)
        assert float(text) == value or abs(Fraction(text) - Fraction(value)) < Fraction(1, 10**12)
        assert float(text) == value or len(text.partition(".")[2]) <= 9
        thousandths = [random.randint(0, 4000) for _ in range(random.randint(1, 40))]
        penalty = random.randint(0, sum(thousandths))
        exact = Fraction(sum(thousandths) - penalty, 1000)
        assert Fraction(cells.points(sum(part / 1000 for part in thousandths) - penalty / 1000)) == exact
    assert [cells.points(value) for value in (0.1 + 0.2, 2 / 3, 1e-5, 1e16, 0.0, -0.0, 14)] == [
        *("0.3", "0.6666666666666666", "0.00001", "10000000000000000", "0.0", "0.0", "14.0"),
    ]


def test_stock_nbgrader_export_writes_the_same(klass, tmp_path):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    roster = tmp_path / "roster.csv"
    roster.write_text(CANVAS)
    for name, form, options in (
        ("GradesWithStatus", "csv", []),
        ("Canvas", "canvas", [f"--Canvas.roster={roster}"]),
        ("Moodle", "moodle", []),
        ("Gradescope", "gradescope", []),
    ):
        lines, notes = export(klass, form, "one", roster=roster if options else None)
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "export", f"--exporter=autograder.course.export.{name}"]
            + ["--assignment", '["one"]', "--to", str(tmp_path / "theirs.csv"), *options],
            cwd=klass.root,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "theirs.csv").read_bytes() == (klass.root / "out.csv").read_bytes()
        assert [line.partition("] ")[2] for line in done.stderr.splitlines() if "WARNING" in line] == notes


def test_the_command(klass):
    result = autograder("export", "one", "--format", "canvas", folder=klass.root)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [*NO_GRADE_IN_ONE, f"Grades: {klass.root / 'canvas.csv'}"]
    assert "0.3" in (klass.root / "canvas.csv").read_text()
    autograder("export", "--course", str(klass.root), "--to", "elsewhere.csv", folder=klass.root.parent)
    assert (klass.root.parent / "elsewhere.csv").is_file() and not (klass.root / "grades.csv").exists()


BAD_ROSTERS = {
    "missing": (None, "cannot be read (No such file or directory)"),
    "empty": (b"", "is empty"),
    "latin": ("Student,ID\nJos\xe9,1\n".encode("latin-1"), "is not in UTF-8"),
    "strange": (b"Name,Grade\nada,1\n", "has no column ID or SIS User ID or SIS Login ID"),
    "strangers": (b"Student,ID,SIS Login ID,Section,one\nX,1,x,A,\n", "has no student of the gradebook"),
    "twice": (b"Student,ID,SIS Login ID,Section,one\nX,1,ada,A,\nY,2,ADA,A,\n", "has 2 rows for ada"),
    "titles": (b"Student,ID,SIS Login ID,Section,one,one (3)\nX,1,ada,A,,\n", "has 2 columns for one: one, one (3)"),
}


@pytest.mark.parametrize("kind", BAD_ROSTERS)
def test_a_bad_roster_is_one_sentence(klass, tmp_path, kind):
    content, sentence = BAD_ROSTERS[kind]
    path = tmp_path / "roster.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CourseError, match=re.escape(sentence)):
        export(klass, "canvas", "one", roster=path)
    assert not (klass.root / "out.csv").exists()


def test_a_name_that_two_students_share_is_nobodys(klass, tmp_path):
    """The email of one is the LMS id of another."""
    enroll(klass, "mia", email="18", one=(1, 1))
    path = tmp_path / "roster.csv"
    path.write_text("Student,ID,SIS Login ID,Section,one\nA,17,,S,\nB,18,,S,\n")
    lines, notes = export(klass, "canvas", "one", roster=path)
    assert [line[1] for line in lines[2:]] == ["17"]
    assert "Left out, for roster.csv does not have them: ben, mia." in notes


def test_bad_input_is_one_sentence(klass, tmp_path):
    refused(autograder("export", "nine", folder=klass.root), "no assignment “nine” in the gradebook", "it has one, two")
    with pytest.raises(CourseError, match=r"where\.csv cannot be written .*--to"):
        formats.export(klass, "csv", to=tmp_path / "no" / "where.csv")
    with pytest.raises(CourseError, match="for Canvas and Moodle only"):
        formats.export(klass, "csv", roster=tmp_path / "roster.csv")
    bare = tiny_course(tmp_path / "bare")
    with pytest.raises(CourseError, match="has no gradebook yet: call `autograder grade`"):
        formats.export(bare, "csv")
    assert not (bare.root / "gradebook.db").exists()
