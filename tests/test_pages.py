"""Feedback pages made by several processes: nbgrader's own to the last byte, and none missing when a process dies."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import pages
from autograder.course.grade import Grading, Submission
from autograder.course.pages import Pages
from tests.test_executions import handed_in  # noqa: F401  (a fixture)

STUDENTS = ("ada", "ben", "eve")


@pytest.fixture
def graded(handed_in, monkeypatch):  # noqa: F811
    """Three graded students; even so few get processes of their own."""
    monkeypatch.setattr(pages, "FEW", 1)
    grading = Grading(handed_in, ["tiny"], workers=1)
    grading.register()
    assert [outcome.reason for outcome in grading.run()] == [""] * 3
    return grading


def texts(grading):
    return {student: grading.feedback_page(Submission(student, "tiny")).read_bytes() for student in STUDENTS}


def test_they_are_nbgraders_own(graded):
    ours = texts(graded)
    for student in STUDENTS:
        graded.feedback_page(Submission(student, "tiny")).unlink()
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "tiny", "--force"],
        cwd=graded.course.root,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert texts(graded) == ours


def test_the_page_of_a_process_that_was_killed_is_made_all_the_same(graded):
    ours = texts(graded)
    with Pages(graded.nbgrader, 3) as made:
        made.make("tiny", "ada")
        assert list(made.finished(all_of_them=True)) == [("tiny", "ada", "")]
        for process in made._pool._processes.values():
            os.kill(process.pid, signal.SIGKILL)
        for student in STUDENTS:
            graded.feedback_page(Submission(student, "tiny")).unlink()
            made.make("tiny", student)
        assert sorted(made.finished(all_of_them=True)) == [("tiny", student, "") for student in STUDENTS]
    assert texts(graded) == ours


def test_a_page_that_cannot_be_made_leaves_its_student_without_a_grade(graded):
    """Nobody is told "graded" without feedback, and the next grading makes it."""
    page = graded.feedback_page(Submission("ben", "tiny"))
    page.unlink()
    page.parent.rmdir()
    page.parent.write_text("a file where a folder should be")
    again = Grading(graded.course, ["tiny"], student="ben")
    (outcome,) = again.run(force=True)
    assert outcome.reason and again.ungraded.reason("tiny", "ben") == outcome.reason
    page.parent.unlink()
    assert [outcome.reason for outcome in Grading(graded.course, ["tiny"], student="ben").run()] == [""]
    assert page.is_file()


def test_templates_are_compiled_once():
    exporters = [pages.FeedbackExporter(log=logging.getLogger("test")) for _ in range(2)]
    before = dict(pages.Compiled.kept)
    exporters[0].environment.get_template("index.html.j2")
    compiled = dict(pages.Compiled.kept)
    assert len(compiled) > len(before)
    exporters[1].environment.get_template("index.html.j2")
    assert pages.Compiled.kept == compiled
