"""The notebook's own description is changed: which cells are tests, what they are worth, what they say."""

import nbformat

from tests.hostile import Attack, cell_of, is_graded


def tests_of(notebook):
    return [cell for cell in notebook.cells if is_graded(cell)]


def change_tests(change):
    """An attack that does the same to every test cell."""

    def changed(notebook, folder):
        for cell in tests_of(notebook):
            change(cell, notebook)

    return changed


def about(**settings):
    """Changes what nbgrader's metadata of each test cell say."""
    return change_tests(lambda cell, notebook: cell.metadata.nbgrader.update(settings))


def tagged(cell, notebook):
    cell.metadata.tags = ["skip-execution", "raises-exception", "remove-cell", "nbgrader"]


def emptied(cell, notebook):
    cell.source = "1"


def twice(cell, notebook):
    copy = nbformat.v4.new_code_cell("pass", metadata=cell.metadata)
    notebook.cells.append(copy)


def as_text(cell, notebook):
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]


def backwards(notebook, folder):
    notebook.cells.reverse()


def without_tests(notebook, folder):
    notebook.cells = [cell for cell in notebook.cells if not is_graded(cell)]


def names_swapped(notebook, folder):
    """The hard tests carry the names of the answers, and the answers those of the tests."""
    answer, test = cell_of(notebook, "primes"), cell_of(notebook, "primes_correct")
    answer.metadata.nbgrader, test.metadata.nbgrader = test.metadata.nbgrader, answer.metadata.nbgrader


def with_a_cell_of_its_own(notebook, folder):
    settings = dict(grade=True, locked=True, solution=False, task=False, points=1000, schema_version=3)
    for grade_id, source in (("bonus", "1000"), ("primes_correct", "2"), ("setup", "1 + 1"), ("../../x", "pass")):
        cell = nbformat.v4.new_code_cell(source)
        cell.metadata.nbgrader = {**settings, "grade_id": grade_id}
        notebook.cells.insert(2, cell)


def outputs_of_their_own(notebook, folder):
    for cell in tests_of(notebook):
        cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)]
        cell.metadata.nbgrader.update(checksum="0" * 32, score=2, auto_score=2, max_score=2)


def odd_metadata(notebook, folder):
    cell_of(notebook, "standardize").metadata.nbgrader["points"] = "nan"
    cell_of(notebook, "correlate").metadata.nbgrader["grade_id"] = ["odd"]
    cell_of(notebook, "count_words").metadata.nbgrader["grade_id"] = None
    week = cell_of(notebook, "week")
    cell_of(notebook, "primes").metadata.nbgrader = "odd"
    week.metadata.nbgrader = ["odd"]


def another_kernel(notebook, folder):
    notebook.metadata.kernelspec = {"name": "../../bin/sh", "display_name": "sh", "language": "sh", "argv": ["sh"]}
    notebook.metadata.language_info = {"name": "r", "file_extension": "/../../x"}
    notebook.metadata.autograder = {"repaired": ["**full marks**"], "sandboxed": False, "odd": 1}
    notebook.metadata.nbgrader = {"points": 100}


def of_the_future(notebook, folder):
    """Of schema version 99: nbgrader ends the grading of the whole class."""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["schema_version"] = 99


def of_the_past(notebook, folder):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["schema_version"] = 1


def written(text):
    """The notebook's file is something else."""

    def change(notebook, folder):
        (folder / "ps1.ipynb").write_bytes(text)

    return change


def with_time(text):
    def change(notebook, folder):
        (folder / "timestamp.txt").write_bytes(text)

    return change


ATTACKS = [
    Attack("tags", "Tags that make nbclient skip a cell or expect an error.", change=change_tests(tagged), stock=True),
    Attack("tests emptied", "The tests' text is a number of points.", change=change_tests(emptied)),
    Attack("tests twice", "Each test cell a second time, with another text.", change=change_tests(twice)),
    Attack("tests as text", "Test cells have become Markdown.", change=change_tests(as_text)),
    Attack("tests gone", "A test that is not there cannot fail.", change=without_tests),
    Attack("tests before answers", "The cells stand in the opposite order.", change=backwards),
    Attack("tests that are answers", "Test cells say that they are for answers.", change=about(solution=True)),
    Attack("points raised", "Test cells say that they are worth more.", change=about(points=1e6)),
    Attack(
        "names swapped", "An answer bears the name of a test, and the test that of the answer.", change=names_swapped
    ),
    Attack("cells of its own", "More test cells, with points of the student's choice.", change=with_a_cell_of_its_own),
    Attack("outputs and scores", "Outputs, scores and checksums as if it was graded.", change=outputs_of_their_own),
    Attack("odd metadata", "nbgrader's metadata are of other types.", change=odd_metadata),
    Attack("another kernel", "The notebook names a kernel, a language and remarks.", change=another_kernel),
    Attack("a notebook of the future", "The class's grading ends at it.", change=of_the_future),
    Attack("a notebook of the past", "The class's grading ends at it.", change=of_the_past),
    Attack("no notebook but a picture", "The file is damaged.", change=written(b"\x89PNG\r\n"), refused=True),
    Attack("a list", "The file is JSON, but no notebook.", change=written(b"[1, 2]"), refused=True),
    Attack("brackets", "The file is JSON, nested too deeply.", change=written(b"[" * 100_000), refused=True),
    Attack(
        "cells that are none", "Cells without a type.", change=written(b'{"cells": [1], "nbformat": 4}'), refused=True
    ),
    Attack("no time", "The time of submission is no time: nbgrader ends.", change=with_time(b"whenever"), refused=True),
    Attack("time without end", "The time of submission is a long number.", change=with_time(b"9" * 400), refused=True),
    Attack("time of no encoding", "The time of submission is no text.", change=with_time(b"\xff\xfe"), refused=True),
]
