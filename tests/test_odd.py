"""Honest but odd work gets full marks: the bank `tests/odd`, graded by nbgrader on a course that is not ours.

tests/test_foreign_course.py shows that this course's blank and half-right work gets less.
"""

import logging
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from tests.conftest import ROOT
from tests.odd import BANK, Work, arrays, grade_id, networks  # noqa: F401  (the last two enter their submissions)

FOREIGN = ROOT / "tests" / "foreign_course"


class ForeignClass:
    """The foreign course in a scratch folder, and nbgrader to grade its class."""

    def __init__(self, root: Path) -> None:
        shutil.copytree(FOREIGN, root)
        os.chdir(root)  # where nbgrader looks for the course
        self.root = root
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        config.SandboxedKernelManager.warm = True  # as `autograder grade` does
        self.api = NbGraderAPI(config=config)
        for assignment in ("ps1", "ps2"):
            result = self.api.generate_assignment(assignment, create=True)
            assert result["success"], result["log"]

    def work(self, assignment: str, student: str) -> Work:
        """A finished copy of the assignment, to be handed in."""
        notebook = Path(assignment) / f"{assignment}.ipynb"
        folder = self.root / "submitted" / student / assignment
        return Work(self.root / "release" / notebook, self.root / "source" / notebook, folder)

    def lost(self, assignment: str, student: str) -> dict[str, str]:
        """Grade what a student handed in: for each test that lost points, what its cell says."""
        result = self.api.autograde(assignment, student, create=True)
        assert result["success"], result["log"]
        graded = self.root / "autograded" / student / assignment / f"{assignment}.ipynb"
        said = {grade_id(cell): _said(cell) for cell in nbformat.read(graded, as_version=4).cells}
        with self.api.gradebook as gradebook:
            grades = gradebook.find_submission_notebook(assignment, assignment, student).grades
            return {
                grade.name: said[grade.name]
                for grade in grades
                if grade.cell.cell_type == "code" and grade.auto_score != grade.max_score
            }


def _said(cell: NotebookNode) -> str:
    """The error of a test cell, or the end of what it printed."""
    outputs = cell.get("outputs", [])
    errors = [f"{output.ename}: {output.evalue}" for output in outputs if output.output_type == "error"]
    return "".join(errors or [output.get("text", "")[-300:] for output in outputs])


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader starts `alembic` by name.
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        patch.setattr(logging.getLogger("traitlets"), "disabled", True)
        patch.chdir(tmp_path_factory.getbasetemp())
        yield ForeignClass(tmp_path_factory.mktemp("foreign") / "course")


@pytest.mark.parametrize("student", BANK)
def test_odd_but_honest_work_gets_full_marks(foreign, student):
    assignment, make_odd = BANK[student]
    work = foreign.work(assignment, student)
    make_odd(work)
    work.save()
    assert foreign.lost(assignment, student) == {}


@pytest.mark.parametrize("student", ["žofie o'brien+1@uni.example", "x" * 120])
def test_names_that_are_no_file_names_of_ours(foreign, student):
    work = foreign.work("ps1", student)
    work.save()
    assert foreign.lost("ps1", student) == {}
