"""The demo's class: a table that holds what it says, work that is the same each time, weights that fit."""

import collections

import nbformat
import pytest

from autograder.course import banks, demo, made_up_class, source
from autograder.course.build import build
from autograder.course.layout import Course
from autograder.course.made_up_class import KINDS, NETWORKS, Assignment, is_answer, students
from autograder.errors import CourseError
from tests.conftest import ROOT, TINY

COURSE = Course(ROOT)


def handed_in(student, work, name="1_kernels"):
    released = nbformat.read(COURSE.student_notebook(name), as_version=4)
    return Assignment(COURSE, name, released).handed_in(student, work)


def answers(notebook):
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if is_answer(cell)}


def test_the_table_shows_every_kind_of_work_on_every_assignment():
    group = students()
    assert len(group) >= 30
    assert {len(works) for works in group.values()} == {len(COURSE.names())}
    words = {"1, 2, 3 …" if work.isdecimal() and work != "0" else work for works in group.values() for work in works}
    assert words == set(KINDS)


def test_all_but_one_student_hand_in_what_an_assignment_trains():
    untrained = collections.Counter(
        name
        for works in students().values()
        for work, name in zip(works, COURSE.names(), strict=True)
        if work == "untrained"
    )
    assert untrained == {name: 1 for name in COURSE.names() if demo.trains(COURSE, name)}


def test_mistakes_are_those_of_the_bank_as_many_as_the_table_says_and_the_same_each_time():
    right = answers(handed_in("ada", "0"))
    three, again, others = (answers(handed_in(*who)) for who in (("ben", "3"), ("ben", "3"), ("chloe", "3")))
    assert three == again != others
    assert sum(three[exercise] != right[exercise] for exercise in right) == 3


def test_other_ways_are_those_of_the_bank():
    right, other = answers(handed_in("zoë", "0", "5_alexnet")), answers(handed_in("zoë", "other", "5_alexnet"))
    bank = banks.alternatives(COURSE, "5_alexnet")
    differing = {exercise for exercise in right if other[exercise] != right[exercise]}
    assert differing == {way.exercise for way in bank} - NETWORKS
    assert all(other[exercise] in [way.code for way in bank] for exercise in differing)


@pytest.mark.parametrize("name", COURSE.names())
def test_no_mistake_changes_what_is_trained(name):
    """Or the class's weights would not fit, and each such student would be trained anew."""
    cells = [cell for cell in source.read(COURSE.source(name)).cells if is_answer(cell)]
    training = {cell.metadata["nbgrader"]["grade_id"] for cell in cells if "train_once(" in cell.source}
    assert training <= NETWORKS
    released = nbformat.read(COURSE.student_notebook(name), as_version=4)
    assignment = Assignment(COURSE, name, released)
    assert not NETWORKS & {*assignment.mistakes, *assignment.alternatives}


def test_the_exercises_that_decide_what_is_trained_are_exercises():
    known = {
        cell.metadata["nbgrader"]["grade_id"]
        for name in COURSE.names()
        for cell in source.read(COURSE.source(name)).cells
        if is_answer(cell)
    }
    assert known >= NETWORKS


def trains_something(course: Course, code: str) -> Course:
    """The tiny course with a cell that keeps a result in trained/."""
    cell = f"# %%\nfrom autograder.notebook.training import measure_once\n\nmeasure_once('result', lambda: {code})\n\n"
    path = course.source("tiny")
    path.write_text(TINY.replace("# %% [markdown]\n# ### Exercise 1", f"{cell}# %% [markdown]\n# ### Exercise 1"))
    list(build(course, ["tiny"]))
    return course


def test_what_a_notebook_trains_is_trained_once_and_handed_in_by_all_who_work(course, tmp_path, monkeypatch):
    words = "ada 0\nemma half\nfinn blank\nyuki untrained"
    monkeypatch.setattr(made_up_class, "CLASS", words)
    steps = []
    made = demo.make_course(
        trains_something(course, "42"), tmp_path / "class", ["tiny"], lambda *step: steps.append(step)
    )
    trained = {path.parents[2].name for path in made.root.glob("submitted/*/tiny/trained/result.json")}
    assert trained == {"ada", "emma"}
    assert "training the networks of tiny" in [text for _, _, text in steps]
    assert [done for done, _, _ in steps] == list(range(steps[0][1] + 1))
    said = demo.table(made).read_text(encoding="utf-8")
    assert [line.split() for line in said.splitlines()[:3]] == [["tiny"], ["ada", "0"], ["emma", "half"]]


def test_a_solution_that_cannot_be_run_is_named_with_its_error(course, tmp_path):
    origin = trains_something(course, "1 / 0")
    with pytest.raises(CourseError, match="solution of tiny cannot be run: ZeroDivisionError"):
        demo.make_course(origin, tmp_path / "class", ["tiny"], lambda *step: None)
