"""A class of six on the tiny course, the command that grades it, and what it leaves behind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder.course.build import build
from autograder.course.layout import Course
from tests.conftest import tiny_course

ANSWERS = {
    "ada": "height * width",
    "ben": "height * width",  # the same work as Ada's
    "dan": "width * height",
    "eve": "height + width",
    "finn": "sum(height for column in range(width))",
    "grace": "sum(width for row in range(height))",
}
INPUTS = ("solutions", "assignments", "submitted", "nbgrader_config.py", "course_secret")


def handed_in(root: Path) -> Course:
    """The tiny course, built, with what the six have handed in."""
    course = tiny_course(root)
    list(build(course, ["tiny"]))
    for student, answer in ANSWERS.items():
        hand_in(course, student, answer)
    return course


def hand_in(course: Course, student: str, answer: str) -> None:
    folder = course.root / "submitted" / student / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    work = nbformat.read(course.student_notebook("tiny"), as_version=4)
    for cell in work.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "area":
            cell.source = f"def area(height, width):\n    return {answer}"
    nbformat.write(work, folder / "tiny.ipynb")


def copy(course: Course, to: Path, executions: bool = False) -> Course:
    """The same class, not yet graded; with the executions of the other one if wanted."""
    to.mkdir()
    for name in (*INPUTS, "executions") if executions else INPUTS:
        origin = course.root / name
        if origin.is_dir():
            shutil.copytree(origin, to / name)
        elif origin.is_file():
            shutil.copy(origin, to / name)
    return Course(to)


def start(course: Course, *options: str, prefix: Sequence[str] = (), **environment: str) -> subprocess.Popen:
    """`autograder grade`, begun, in a session of its own."""
    own = {name: value for name, value in os.environ.items() if name != "AUTOGRADER_SECRET"}
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "autograder", "grade", "tiny", *options],
        cwd=course.root,
        env=own | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen) -> str:
    """What a command has said, once it has ended."""
    said, _ = process.communicate(timeout=600)
    return said


def books(course: Course) -> dict[tuple[str, str], tuple[float | None, bool]]:
    """For each student and graded cell the points, and whether a person has still to look."""
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions("tiny")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def differences(course: Course, other: Course) -> list[str]:
    """In what two gradings of the class differ: gradebooks, feedback pages, the table, what has no grade."""
    found = []
    if books(course) != books(other):
        found.append(f"books: {books(course)} and {books(other)}")
    for name in ("feedback/*/*/*.html", "autograded/*/*/*.ipynb"):
        theirs = [sorted(str(path.relative_to(one.root)) for path in one.root.glob(name)) for one in (course, other)]
        if theirs[0] != theirs[1] or len(theirs[0]) != len(ANSWERS):
            found.append(f"{name}: {theirs}")
    if _scores(course) != _scores(other):
        found.append(f"grades.csv: {_scores(course)} and {_scores(other)}")
    if (course.root / "ungraded.json").read_text() != (other.root / "ungraded.json").read_text():
        found.append((course.root / "ungraded.json").read_text())
    if blamed := [path for path in course.root.glob("feedback/*/*/*.html") if "the kernel was" in path.read_text()]:
        found.append(f"blamed: {blamed}")
    return found


def _scores(course: Course) -> list[str]:
    lines = (course.root / "grades.csv").read_text().splitlines()
    return [",".join(line.split(",")[:6]) for line in lines]
