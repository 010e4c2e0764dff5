"""Submissions whose cells were copied, renamed, moved, retyped or stripped, and what becomes of them."""

from copy import deepcopy

import nbformat
import pytest

from autograder.course import leaks, source
from autograder.course.layout import Course
from autograder.wall.repair import NOT_FOUND, repair
from tests.conftest import ROOT

NAMES = Course(ROOT).names()


def release(name="3_counting"):
    return nbformat.read(Course(ROOT).student_notebook(name), as_version=4)


def solved(name="3_counting"):
    """The release with the solutions in it, as a student hands it in."""
    answers = {
        cell.metadata.nbgrader.grade_id: leaks.without_markers(cell.source)
        for cell in source.read(Course(ROOT).source(name)).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    notebook = release(name)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    return notebook


def texts(notebook):
    """The text of each cell that has an id, in order."""
    return [(cell.metadata.nbgrader.grade_id, cell.source) for cell in notebook.cells if "nbgrader" in cell.metadata]


def place(notebook, grade_id):
    return next(
        number
        for number, cell in enumerate(notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_submission_stays_as_it_is(name):
    mended = repair(solved(name), release(name))
    assert mended.notebook == solved(name) and mended.sentences == [] and mended.missing == []


@pytest.mark.parametrize("name", NAMES)
def test_without_any_metadata_everything_is_found(name):
    """As Colab saves it."""
    stripped = solved(name)
    for cell in stripped.cells:
        cell.metadata = nbformat.from_dict({})
    mended = repair(stripped, release(name))
    assert texts(mended.notebook) == texts(solved(name))
    assert mended.missing == [] and "had lost their names" in mended.sentences[0]


def test_without_metadata_and_with_cells_of_ones_own():
    stripped = solved()
    for cell in stripped.cells:
        cell.metadata = nbformat.from_dict({})
    for number in (40, 30, 20, 10):
        stripped.cells.insert(number, nbformat.v4.new_code_cell(f"mine = {number}"))
    mended = repair(stripped, release())
    found = dict(texts(mended.notebook))
    code = {
        cell.metadata.nbgrader.grade_id
        for cell in release().cells
        if cell.cell_type == "code" and "nbgrader" in cell.metadata
    }
    assert {key: text for key, text in texts(solved()) if key in code} == {key: found.get(key) for key in code}


def test_a_copied_answer_the_one_with_the_work_counts():
    for order in ("work first", "work last"):
        submission = solved()
        number = place(submission, "conv_weights")
        untouched = deepcopy(release().cells[place(release(), "conv_weights")])
        submission.cells.insert(number + (1 if order == "work first" else 0), untouched)
        mended = repair(submission, release())
        assert texts(mended.notebook) == texts(solved())
        assert mended.sentences == ["“conv_weights” stood there twice: the last one with your work in it was graded."]


def test_a_copied_test_counts_once():
    submission = solved()
    number = place(submission, "test_conv_weights")
    submission.cells.insert(number, deepcopy(submission.cells[number]))
    mended = repair(submission, release())
    assert texts(mended.notebook) == texts(solved()) and len(mended.sentences) == 1


def test_a_renamed_cell_is_found():
    submission = solved()
    submission.cells[place(submission, "conv_weights")].metadata.nbgrader.grade_id = "my_answer"
    mended = repair(submission, release())
    assert texts(mended.notebook) == texts(solved())
    assert mended.sentences == ["“conv_weights” had lost its name and was found again."]


def test_a_retyped_cell_is_turned_back():
    submission = solved()
    number = place(submission, "conv_weights")
    old = submission.cells[number]
    submission.cells[number] = nbformat.v4.new_markdown_cell(old.source, metadata=old.metadata, id=old.id)
    mended = repair(submission, release())
    assert texts(mended.notebook) == texts(solved())
    assert mended.notebook.cells[number].cell_type == "code"
    nbformat.validate(mended.notebook)
    assert "had become markdown" in mended.sentences[0]


def test_moved_cells_come_back_in_order_and_own_cells_stay_with_theirs():
    submission = solved()
    number = place(submission, "conv_weights")
    moved = submission.cells.pop(number)
    submission.cells.append(moved)
    submission.cells.append(nbformat.v4.new_code_cell("mine = 1"))
    mended = repair(submission, release())
    assert texts(mended.notebook) == texts(solved())
    assert mended.notebook.cells[place(mended.notebook, "conv_weights") + 1].source == "mine = 1"
    assert mended.sentences == ["Cells had been moved and were brought back into the assignment's order."]


def test_a_deleted_test_is_put_back_and_a_deleted_answer_is_named():
    submission = solved()
    del submission.cells[place(submission, "test_conv_weights")]
    del submission.cells[place(submission, "alexnet")]
    mended = repair(submission, release())
    assert mended.missing == ["alexnet"]
    assert [key for key, _ in texts(mended.notebook)] == [key for key, _ in texts(solved())]
    assert mended.notebook.cells[place(mended.notebook, "alexnet")].source == f"# {NOT_FOUND}"


def test_settings_come_from_the_release():
    submission = solved()
    about = submission.cells[place(submission, "test_conv_weights")].metadata.nbgrader
    about.points, about.grade, about.solution = 1000, False, True
    mended = repair(submission, release())
    assert mended.notebook.cells[place(mended.notebook, "test_conv_weights")].metadata.nbgrader.points < 10
    assert texts(mended.notebook) == texts(solved())


def test_metadata_that_is_none_is_no_crash():
    submission = solved()
    submission.cells[3].metadata["nbgrader"] = "x"
    submission.cells[4].metadata["nbgrader"] = []
    assert texts(repair(submission, release()).notebook)
