"""`autograder demo`: a made-up class hands in work of every kind, through nbgrader's own exchange.

What the notebooks train is trained once, on all cores; the class hands in copies of those weights, as each student
would hand in their own.
"""

import datetime
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat

from autograder.course import leaks
from autograder.course.layout import CONFIG, Course
from autograder.course.made_up_class import KINDS, Assignment, students
from autograder.course.nbgrader_course import ANSI, Nbgrader
from autograder.course.workers import cores
from autograder.errors import CourseError
from autograder.sandbox.bubblewrap import THREADS

Report = Callable[[int, int, str], None]
"""Called with the steps done, the steps in all, and what is done next."""

HOUR = datetime.timedelta(hours=1)
MARK = ".made-by-autograder-demo"
CELL_SECONDS = 120
"""How long a cell may take in the demo, so that the endless loop is soon found. Training needs 40 on a quiet core."""


def make_course(origin: Course, folder: Path, names: list[str], report: Report) -> Course:
    """Copy the course into `folder`, let the class work, hand in and be collected; returns the course to grade.

    Raises CourseError if the folder holds something that no demo made.
    """
    course = _copy(origin, folder, names)
    nbgrader = Nbgrader(course)
    training = [name for name in names if trains(origin, name)]
    group = students()
    steps = 2 * len(names) + len(training) + len(group)
    done = 0

    def step(text: str) -> None:
        nonlocal done
        report(done, steps, text)
        done += 1

    due = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - HOUR
    for name in names:
        step(f"releasing {name}")
        nbgrader.generate_assignment(name)
        nbgrader.release_assignment(name)
        with nbgrader.gradebook() as gradebook:
            gradebook.update_or_create_assignment(name, duedate=due)
    for text in _train(course, training):
        step(text)
    assignments = {name: Assignment(origin, name, nbformat.read(_outbound(course, name), 4)) for name in names}
    for student, works in group.items():
        step(f"{student} works")
        for work, assignment in zip(works, assignments.values(), strict=False):
            _hand_in(course, nbgrader, student, work, assignment, due)
    for name in names:
        step(f"collecting {name}")
        nbgrader.collect(name)
    report(steps, steps, "the class has handed in")
    return course


def homes(course: Course) -> Path:
    """The folder with each student's home."""
    return course.root / "students"


def table(course: Course) -> Path:
    """The file that says how each student works."""
    return course.root / "class.txt"


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
    course = Course(folder)
    rows = [["", *names], *([student, *works] for student, works in students().items())]
    lines = ["".join(f"{word:12}" for word in row[: len(names) + 1]).rstrip() for row in rows]
    lines += ["", *(f"{word:12}{meaning}" for word, meaning in KINDS.items())]
    table(course).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return course


def _outbound(course: Course, name: str) -> Path:
    """The notebook that the exchange hands out."""
    return course.root / "exchange" / "cnn" / "outbound" / name / f"{name}.ipynb"


def _weights(course: Course, name: str) -> Path:
    """What an assignment's notebook trains."""
    return course.root / "weights" / name / "trained"


def trains(course: Course, name: str) -> bool:
    """Whether an assignment's notebook keeps weights or results in trained/."""
    return "_once(" in course.source(name).read_text(encoding="utf-8")


def _train(course: Course, names: list[str]) -> Iterator[str]:
    """Run the solutions, without their tests, on all cores; yields before each step what is done."""
    pool = ThreadPoolExecutor(cores())
    try:
        # The last notebooks train longest: they begin.
        running = {pool.submit(_run, course, name): name for name in reversed(names)}
        while running:
            yield f"training the networks of {', '.join(running.values())}"
            done = next(as_completed(running))
            done.result()
            del running[done]
    finally:
        pool.shutdown(cancel_futures=True)


def _run(course: Course, name: str) -> None:
    folder = _weights(course, name).parent
    folder.mkdir(parents=True)
    notebook = nbformat.read(course.instructor_notebook(name), as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("points")]
    for cell in notebook.cells:
        cell.source = leaks.without_markers(cell.source)
    nbformat.write(notebook, folder / f"{name}.ipynb")
    ended = subprocess.run(
        [sys.executable, "-m", "jupyter", "execute", f"{name}.ipynb"],
        cwd=folder,
        env=os.environ | dict.fromkeys(THREADS, "1"),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        last = (ANSI.sub("", ended.stderr).strip().splitlines() or ["it does not say why"])[-1]
        raise CourseError(f"The solution of {name} cannot be run: {last.rstrip('.')}.")


def _hand_in(
    course: Course, nbgrader: Nbgrader, student: str, work: str, assignment: Assignment, due: datetime.datetime
) -> None:
    """Leave the student's work in their home, and submit it."""
    if work == "none":
        return
    home = homes(course) / student
    folder = home / assignment.name
    shutil.copytree(_outbound(course, assignment.name).parent, folder)
    weights = _weights(course, assignment.name)
    if weights.is_dir() and work not in ("blank", "untrained"):
        shutil.copytree(weights, folder / "trained")
    path = folder / f"{assignment.name}.ipynb"
    path.chmod(0o644)
    if work == "twice":
        nbformat.write(assignment.handed_in(student, "half"), path)
        nbgrader.submit(assignment.name, student, home, due - 2 * HOUR)
    text = nbformat.writes(assignment.handed_in(student, work))
    path.write_text(text[: len(text) // 2] if work == "damaged" else text, encoding="utf-8")
    if work == "misnamed":
        path.rename(path.with_stem(f"{path.stem} (1)"))
    nbgrader.submit(assignment.name, student, home, due + HOUR if work == "late" else due - HOUR)
