"""Who owns a name of a test cell, decided from the instructor's notebook."""

import nbformat
import pytest

from autograder.course import source
from autograder.course.layout import Course
from autograder.wall import ownership
from tests.conftest import ROOT

NAMES = Course(ROOT).names()


def notebook(*cells: str):
    """Cells by their first letter: A answer, T test, G given (locked), anything else an ordinary cell."""
    made = []
    for number, text in enumerate(cells):
        kind, code = text[0], text[2:]
        cell = nbformat.v4.new_code_cell(code)
        settings = {"A": (False, False, True), "T": (True, True, False), "G": (False, True, False)}.get(kind)
        if settings:
            grade, locked, solution = settings
            cell.metadata.nbgrader = {
                "grade": grade,
                "locked": locked,
                "solution": solution,
                "grade_id": f"{kind}{number}",
            }
        made.append(cell)
    return nbformat.v4.new_notebook(cells=made)


def the_test(*cells: str) -> ownership.Test:
    """What the last test cell needs."""
    return list(ownership.plan(notebook(*cells)).tests.values())[-1]


@pytest.mark.parametrize(
    ("cells", "answers"),
    [
        (["A:x = 1", "T:assert x"], ["x"]),
        (["A:def f(): pass", "T:assert (lambda: f())"], ["f"]),
        (["o:import numpy as np", "A:x = np.ones(3)", "T:assert np.all(x == 1)"], ["x"]),
        (["A:x = 1", "o:x = 2", "T:assert x"], []),  # the last cell before the test binds it
        (["o:x = 2", "A:x = 1", "T:assert x"], ["x"]),
        (["A:x = 1", "o:y = x + 1", "T:assert y"], ["y"]),  # built on an answer: an answer
        (["A:x = 1", "G:def twice(): return 2 * x", "T:assert twice() == 2"], ["twice"]),
        (["G:def twice(n): return 2 * n", "A:x = 1", "T:assert twice(x) == 2"], ["x"]),
        (["A:x = []", "T:y = x\nassert y"], ["x"]),
        (["A:x = 1", "T:x = 2\nassert x"], []),
        (["A:x = 1", "T:for x in range(3): assert x < 3"], []),
        (["A:x = 1", "T:assert [x for x in range(3)]"], []),
        (["A:x = 1", "T:assert [y + x for y in range(3)]"], ["x"]),
        (["A:n = 3", "T:assert all(k < n for k in range(n))"], ["n"]),
        (["A:x, *rest = 1, 2", "T:assert rest"], ["rest"]),
        (["A:class C: pass", "T:C()"], ["C"]),
        (["A:if True:\n    x = 1", "T:assert x"], ["x"]),
        (["A:x = 1", "T:def helper(): return x", "T:assert helper()"], ["x"]),  # fetched anew for every test
        (["A:x = 1", "o:import os", "o:os.putenv('a', 'b')", "T:assert os"], []),  # calling it changes no module
        (["A:f = 1", "G:data = {}", "A:data['x'] = f", "T:assert data"], ["data"]),
        (["A:x = 1", "o:%matplotlib inline\nz = 1", "T:assert z"], []),
        (["A:global_ = 1", "T:def f(global_): return global_\nassert f(2)"], []),
        (["A:x = 1", "T:assert (y := x)"], ["x"]),
        (["A:x = 1", "T:with open(x) as x: assert x"], ["x"]),
        (["A:x = 1", "T:x += 1"], ["x"]),
        (["A:x = 1", "T:%time y = 2 * x\nassert y == 2"], ["x"]),
        (["A:def f(n): pass", "T:t = %timeit -n 1 -r1 -o f(3)\nassert t.best < 1"], ["f"]),
        (["A:def f(n): pass", "T:%%time\nassert f(2)"], ["f"]),
        (["A:def f(n): pass", "o:%prun -s cumulative f(3)", "T:assert f(2)"], ["f"]),
        (["A:def f(n): pass", "o:%%time\nx = f(1)\ny = 2", "T:assert x == y"], ["x"]),
        (["A:def f(n): pass", "o:%%capture shown\nx = f(1)", "T:assert x"], ["x"]),
        (["A:def f(n): pass", "o:%time x = f(1)", "T:assert x"], ["x"]),
    ],
)  # fmt: skip
def test_answers(cells, answers):
    found = the_test(*cells)
    assert list(found.answers) == answers
    assert found.unknown == ()


def test_a_name_without_an_owner_is_told():
    assert the_test("A:x = 1", "T:assert x == hidden_value").unknown == ("hidden_value",)


def test_what_the_judge_runs_itself_is_as_little_as_the_tests_need():
    plan = ownership.plan(
        notebook(
            "o:import numpy as np\nimport matplotlib",
            "o:images = np.ones((2, 2))\nprint(images)\nimages[0] = 2\nother = 3",
            "A:x = 1",
            "o:shown = images * x",
            "T:assert x == images.sum()",
        )
    )
    assert plan.given == {0: "import numpy as np", 1: "images = np.ones((2, 2))\nimages[0] = 2"}


@pytest.mark.parametrize(
    ("cell", "given"),
    [
        ("np.random.seed(3)\nx = np.random.randn(4)", "np.random.seed(3)\nx = np.random.randn(4)"),
        ("random.seed(1)\nx = [random.random()]\ny = 2", "random.seed(1)\nx = [random.random()]"),
        ("y = np.random.rand(9)\nx = np.random.rand(9)", "y = np.random.rand(9)\nx = np.random.rand(9)"),
        (
            "rng = np.random.default_rng(5)\ny = rng.normal()\nx = rng.normal()",
            "rng = np.random.default_rng(5)\ny = rng.normal()\nx = rng.normal()",
        ),
        (
            "def draw(n):\n    return np.random.rand(n)\nnp.random.seed(1)\ny = draw(2)\nx = draw(3)",
            "def draw(n):\n    return np.random.rand(n)\nnp.random.seed(1)\ny = draw(2)\nx = draw(3)",
        ),
        ("x = [3, 1]\nrandom.shuffle(x)", "x = [3, 1]\nrandom.shuffle(x)"),
        ("x = np.ones((2, 2))\nnp.fill_diagonal(x, 5)", "x = np.ones((2, 2))\nnp.fill_diagonal(x, 5)"),
        ("x = np.ones(3)\nplt.plot(x)\nprint(x)\nshow(x)\nax.hist(x)", "x = np.ones(3)"),
        ("np.seterr(all='raise')\nplt.style.use('dark')\nx = np.ones(3)", "np.seterr(all='raise')\nx = np.ones(3)"),
    ],
)
def test_the_judge_makes_the_same_data(cell, given):
    """What changes data unseen runs in the judge too: seeds, other draws, in-place functions. What shows does not."""
    plan = ownership.plan(
        notebook(
            "o:import numpy as np, random\nimport matplotlib.pyplot as plt\nax, show = plt.gca(), plt.show",
            f"G:{cell}",
            "A:y = 1",
            "T:assert y == x[0]",
        )
    )
    assert plan.given[1] == given


def test_what_an_answer_shuffles_stays_the_judges():
    """That a call may change its arguments makes nothing the student's: their code would choose the test's data."""
    found = the_test("o:import random", "G:x = [1, 2]", "A:random.shuffle(x)\ny = x", "T:assert x == y")
    assert found.answers == ("y",)


def test_a_submission_has_no_say():
    """A name that a test does not read is no answer, whatever cell binds it."""
    plan = ownership.plan(notebook("A:x = 1\nlen = lambda found: 3", "T:assert x == 1"))
    assert plan.tests["T1"].answers == ("x",)
    assert plan.given == {}


def test_names_that_a_later_cell_of_the_students_needs():
    plan = ownership.plan(notebook("A:x = 1", "T:helper = 2\nassert x", "o:print(helper)"))
    assert plan.tests["T1"].handed == ("helper",)


@pytest.mark.parametrize("name", NAMES)
def test_the_courses_own_notebooks_ask_for_answers_and_nothing_else(name):
    """Every answer is bound by an answer cell, or by a cell that builds on one; nothing is without an owner."""
    instructor = source.read(Course(ROOT).source(name))
    plan = ownership.plan(instructor)
    tests = [cell for cell in instructor.cells if ownership.is_test(cell)]
    assert len(plan.tests) == len(tests)
    for grade_id, test in plan.tests.items():
        assert test.unknown == () and test.handed == (), grade_id
        assert test.answers, grade_id
    assert not any("Checklist(" in code or "BEGIN" in code for code in plan.given.values())
