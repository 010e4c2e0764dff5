"""`autograder demo`: a made-up class hands in work of every kind, through nbgrader's own exchange.

The twelve are chosen to show what an instructor meets: full marks, typical mistakes, blank and half-done work, a
late one, one that crashes its kernel, an endless loop, a damaged file, a missing assignment, and right work that
prints warnings.
"""

import datetime
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.course import banks, leaks, source
from autograder.course.banks import Mistake
from autograder.course.layout import CONFIG, Course
from autograder.course.nbgrader_course import Nbgrader
from autograder.errors import CourseError

Report = Callable[[int, int, str], None]
"""Called with the steps done, the steps in all, and what is done next."""

MARK = ".made-by-autograder-demo"
CELL_SECONDS = 90
"""How long a cell may take in the demo, so that the endless loop is soon found."""

CRASH = "import os\n\nos._exit(1)  # what a crash in a C library looks like from outside"
ENDLESS_LOOP = "while True:  # waiting for an answer that never comes\n    pass"
WARNING = "import warnings\n\nwarnings.warn('this student likes to be warned')\n"


@dataclass(frozen=True)
class Student:
    """How one student works.

    wrong:     takes a mistake for every `wrong`-th exercise (0: none)
    first:     which of an exercise's mistakes, counted from 0
    done:      the share of the exercises that has an answer
    mishap:    what befalls one of the assignments: crash, endless loop, damaged, missing, late, or noisy
    mishap_in: the number of that assignment
    """

    name: str
    wrong: int = 0
    first: int = 0
    done: float = 1.0
    mishap: str = ""
    mishap_in: int = 0


CLASS = (
    Student("ada"),
    Student("ben", wrong=2, first=0),
    Student("chloe", wrong=2, first=1),
    Student("dan", wrong=1, first=2),
    Student("emma", done=0.5),
    Student("finn", done=0.0),
    Student("grace", mishap="late"),
    Student("hugo", wrong=3, mishap="crash", mishap_in=1),
    Student("ines", wrong=3, first=1, mishap="endless loop", mishap_in=0),
    Student("jack", wrong=3, first=2, mishap="damaged", mishap_in=2),
    Student("kim", wrong=3, first=3, mishap="missing", mishap_in=3),
    Student("lena", mishap="noisy", mishap_in=0),
)


def make_course(origin: Course, folder: Path, names: list[str], report: Report) -> Course:
    """Copy the course into `folder`, let the class work, hand in and be collected; returns the course to grade.

    Raises CourseError if the folder holds something that no demo made.
    """
    course = _copy(origin, folder, names)
    nbgrader = Nbgrader(course)
    steps = len(names) * (2 + len(CLASS))
    done = 0

    def step(text: str) -> None:
        nonlocal done
        report(done, steps, text)
        done += 1

    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    hour = datetime.timedelta(hours=1)
    for name in names:
        step(f"releasing {name}")
        nbgrader.generate_assignment(name)
        nbgrader.release_assignment(name)
        with nbgrader.gradebook() as gradebook:
            gradebook.update_or_create_assignment(name, duedate=now - hour)
    for number, name in enumerate(names):
        mistakes = banks.mistakes(origin, name)
        for student in CLASS:
            step(f"{student.name} works on {name}")
            mishap = _mishap(student, number, len(names))
            _work(course, student, name, mishap, mistakes)
            if mishap != "missing":
                nbgrader.submit(
                    name, student.name, homes(course) / student.name, now if mishap == "late" else now - 2 * hour
                )
        step(f"collecting {name}")
        nbgrader.collect(name)
    report(steps, steps, "the class has handed in")
    return course


def homes(course: Course) -> Path:
    """The folder with each student's home."""
    return course.root / "students"


def _copy(origin: Course, folder: Path, names: list[str]) -> Course:
    folder = folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise CourseError(f"{folder} holds something that no demo made: name an empty folder with --folder.")
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        (folder / MARK).write_text("This folder is emptied by the next demo.\n", encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"The demo cannot write to {folder} ({error.strerror}): name another folder with --folder."
        ) from None
    for name in names:
        if not origin.instructor_notebook(name).is_file():
            raise CourseError(f"{name} has no instructor notebook yet: run `autograder build {name}`.")
        shutil.copytree(
            origin.solutions / name, folder / "solutions" / name, ignore=shutil.ignore_patterns("trained", ".*")
        )
    config = (origin.root / CONFIG).read_text(encoding="utf-8")
    (folder / CONFIG).write_text(
        f"{config}\n# The demo's exchange stays in its folder, and its endless loop is stopped early.\n"
        'c.Exchange.root = str(root / "exchange")\n'
        'c.Exchange.cache = str(root / "exchange_cache")\n'
        f"c.ExecutePreprocessor.timeout = {CELL_SECONDS}\n",
        encoding="utf-8",
    )
    os.environ.pop("AUTOGRADER_SECRET", None)  # the demo's course has a secret of its own
    return Course(folder)


def _mishap(student: Student, number: int, assignments: int) -> str:
    return student.mishap if number == student.mishap_in % assignments else ""


def _work(course: Course, student: Student, name: str, mishap: str, mistakes: list[Mistake]) -> None:
    """Leave the student's work on an assignment in their home."""
    folder = homes(course) / student.name / name
    shutil.copytree(course.root / "exchange" / "cnn" / "outbound" / name, folder)
    path = folder / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    _answer(notebook, course, student, name, mistakes)
    if mishap == "noisy":
        notebook.cells.insert(1, nbformat.v4.new_code_cell(WARNING))
    if mishap in ("crash", "endless loop"):
        answers = [cell for cell in notebook.cells if _is_answer(cell) and cell.cell_type == "code"]
        answers[len(answers) // 2].source = CRASH if mishap == "crash" else ENDLESS_LOOP
    text = nbformat.writes(notebook)
    path.chmod(0o644)
    path.write_text(text[: len(text) // 2] if mishap == "damaged" else text, encoding="utf-8")
    if student == CLASS[0]:
        _run(notebook, folder)  # like all who do their work: the notebook is run before it is handed in
    elif student.done == 1.0:
        trained = homes(course) / CLASS[0].name / name / "trained"
        if trained.is_dir():
            shutil.copytree(trained, folder / "trained")


def _answer(notebook: NotebookNode, course: Course, student: Student, name: str, mistakes: list[Mistake]) -> None:
    solutions = {
        cell.metadata["nbgrader"]["grade_id"]: cell
        for cell in source.read(course.source(name)).cells
        if _is_answer(cell)
    }
    answers = [cell for cell in notebook.cells if _is_answer(cell)]
    for number, cell in enumerate(answers):
        if number >= student.done * len(answers):
            break
        exercise = cell.metadata["nbgrader"]["grade_id"]
        cell.source = leaks.without_markers(solutions[exercise].source)
        known = [mistake for mistake in mistakes if mistake.exercise == exercise]
        if known and student.wrong and number % student.wrong == 0:
            cell.source = known[student.first % len(known)].code


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _run(notebook: NotebookNode, folder: Path) -> None:
    from nbclient import NotebookClient

    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        allow_errors=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
