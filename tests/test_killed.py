"""A grading that is killed with its workers, at any moment, and started again ends as if nothing had happened."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course.layout import Course
from tests.test_executions import handed_in  # noqa: F401  (a fixture)

KILLS = int(os.environ.get("AUTOGRADER_KILLS", "3"))
"""How often it is killed; more find rarer moments."""


def command(course: Course) -> subprocess.Popen:
    environment = {name: value for name, value in os.environ.items() if name != "AUTOGRADER_SECRET"}
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", "tiny", "--workers", "2"],
        cwd=course.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def books(course: Course) -> dict[tuple[str, str], tuple[float | None, bool]]:
    """For each student and graded cell the points, and whether a person has still to look."""
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions("tiny")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def pages(course: Course) -> set[str]:
    return {path.relative_to(course.root).as_posix() for path in course.root.glob("feedback/*/*/*.html")}


def processes_of(session: int) -> list[int]:
    """The processes of a session, such as a command's own and its workers'."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_bytes().rpartition(b")")[2].split()[3]) == session:
                found.append(int(folder.name))
        except OSError:
            pass
    return found


@pytest.mark.parametrize("what", ["the command", "a process of it"])
def test_a_killed_grading_is_finished_by_the_next(handed_in, tmp_path, what):  # noqa: F811
    undisturbed = Course(tmp_path / "undisturbed")
    shutil.copytree(handed_in.root, undisturbed.root)
    begun = time.monotonic()
    process = command(undisturbed)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said.decode()
    seconds = time.monotonic() - begun

    moments = random.Random(7)
    for _ in range(KILLS):
        process = command(handed_in)
        time.sleep(moments.uniform(0.2, 1) * seconds)
        own = processes_of(process.pid)
        victims = (
            [process.pid] if what == "the command" else [moments.choice([p for p in own if p != process.pid] or own)]
        )
        for victim in victims:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.communicate(timeout=300)
    process = command(handed_in)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said.decode()
    assert books(handed_in) == books(undisturbed)
    assert pages(handed_in) == pages(undisturbed) != set()
    assert (handed_in.root / "ungraded.json").read_text().count("“") == 0
    assert "interrupted" not in (handed_in.root / "ungraded.json").read_text()
