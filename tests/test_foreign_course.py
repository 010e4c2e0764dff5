"""A course that knows nothing of ours but one line of configuration, graded by the commands that its lecturer types."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.odd import Work

FOREIGN = ROOT / "tests" / "foreign_course"

WRITTEN = {"ps1": 2, "ps2": 1}
"""Points of the questions that are graded by hand."""


def half_right(work: Work) -> None:
    """Loses 2 + 2 points for primes, 2 for a case of the hidden test alone, 1 of 4 for the words."""
    work.answer("primes", "def primes(n):\n    return [k for k in range(2, n) if k % 2]")
    work.answer("standardize", "def standardize(X):\n    return (X - X.mean(axis=0)) / X.std(axis=0)")
    work.answer(
        "count_words",
        "def count_words(text):\n    words = text.lower().split()\n    return {w: words.count(w) for w in words}",
    )


class Lecturer:
    """Who has the course in a folder, and types commands there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(FOREIGN, root)

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.root,
            env={**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def collect(self, assignment: str, student: str, change=None) -> None:
        """A submission: the right answers, changed; without a change, the notebook as it was released."""
        released = self.root / "release" / assignment / f"{assignment}.ipynb"
        folder = self.root / "submitted" / student / assignment
        work = Work(released, self.root / "source" / assignment / released.name, folder)
        if change:
            change(work)
            work.save()
        else:
            shutil.copytree(released.parent, folder)

    def marks(self) -> dict[tuple[str, str], float]:
        self.run("nbgrader", "export", "--to", "exported.csv")
        with open(self.root / "exported.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["assignment"]: float(row["max_score"]) for row in rows} == {"ps1": 21, "ps2": 14}
        return {(row["student_id"], row["assignment"]): float(row["score"]) for row in rows if row["score"]}


@pytest.fixture(scope="module")
def lecturer(tmp_path_factory) -> Lecturer:
    """The course, graded with nbgrader's own commands."""
    lecturer = Lecturer(tmp_path_factory.mktemp("foreign") / "course")
    for assignment in ("ps1", "ps2"):
        lecturer.run("nbgrader", "generate_assignment", assignment, "--create")
        lecturer.collect(assignment, "right", lambda work: None)
        lecturer.collect(assignment, "blank")
    lecturer.collect("ps1", "half", half_right)
    for assignment in ("ps1", "ps2"):
        lecturer.run("nbgrader", "autograde", assignment, "--create")
    return lecturer


EXPECTED = {
    ("right", "ps1"): 21 - WRITTEN["ps1"],
    ("right", "ps2"): 14 - WRITTEN["ps2"],
    ("half", "ps1"): 21 - WRITTEN["ps1"] - 2 - 2 - 2 - 1,
    ("blank", "ps1"): 0,
    ("blank", "ps2"): 0,
}


def graded(marks: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Without the rows of an assignment that a student never handed in, which nbgrader exports too."""
    return {key: mark for key, mark in marks.items() if key in EXPECTED}


def test_nbgraders_own_commands_give_everybody_what_they_should_have(lecturer):
    assert graded(lecturer.marks()) == EXPECTED
    for path in FOREIGN.rglob("*.ipynb"):
        assert (lecturer.root / path.relative_to(FOREIGN)).read_bytes() == path.read_bytes()


def test_our_command_gives_the_same(lecturer):
    table = lecturer.run("autograder", "grade", "ps1", "--force", "--course", str(lecturer.root))
    assert graded(lecturer.marks()) == EXPECTED
    assert "half" in table
    pages = {path.parent.parent.name for path in (lecturer.root / "feedback").glob("*/ps1/ps1.html")}
    assert pages == {"right", "half", "blank"}
