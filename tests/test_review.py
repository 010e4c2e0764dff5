"""What is said of test cells before release: each rule on a notebook that breaks it and the nearest that does not."""

import json

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import source
from autograder.course.layout import Course
from autograder.wall.review import review
from tests.conftest import ROOT
from tests.test_ownership import notebook
from tests.test_wall import code, marks  # noqa: F401  (a fixture)

NP = "o:import numpy as np"
X = "A:x = np.full(3, 4.0)"
F = "A:def f(n):\n    return n"
HIDE = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"

BROKEN_AND_MENDED = {
    "no owner": (["A:x = 1", "T:assert x == right"], ["A:x = 1", "T:right = 1\nassert x == right"], "defines `right`"),
    "no owner, star": (
        ["o:from math import *", "A:x = 1", "T:assert x == cos(0)"],
        ["o:from math import cos", "A:x = 1", "T:assert x == cos(0)"],
        "import `cos` by name",
    ),
    "handed back": (
        ["A:x = 1", "T:def scale():\n    return 2\nassert x == 1", "A:y = scale()"],
        ["A:x = 1", "T:scale = 2\nassert x == 1", "A:y = scale"],
        "defines `scale`, which cell “A2” reads",
    ),
    "handed back through a function": (
        ["o:scale = 1", "A:def f(n):\n    return scale * n", "T:scale = 2\nassert f(3) == 6"],
        ["o:scale = 1", "A:def f(n, scale):\n    return scale * n", "T:scale = 2\nassert f(3, scale) == 6"],
        "gives `scale` another value",
    ),
    "replaceable": (
        [F, "G:def right():\n    return f(2) == 2", "T:assert right()"],
        [F, "G:def right(found):\n    return found == 2", "T:assert right(f(2))"],
        "rests on `right` of cell “G1”",
    ),
    "replaceable measure": (
        [F, "o:def score():\n    return f(2) / 2", "T:assert score() > 0.9"],
        [F, "o:def double():\n    return f(2) * 2", "T:assert double() == 4"],
        "rests on `score` of cell 2",
    ),
    "a lambda": ([F, "T:assert f(lambda n: n) == 1"], [F, "T:assert (lambda n: f(n))(1) == 1"], "hands a function to"),
    "a function of the test": (
        [F, "T:def g(n):\n    return n\nassert f(g) == 1"],
        ["A:def g(n):\n    return n", F, "T:assert f(g) == 1"],
        "hands the function `g` to",
    ),
    "a generator handed over": (
        [F, "T:assert f(n for n in [1]) == 1"],
        [F, "T:assert f([n for n in [1]]) == 1"],
        "hands a generator",
    ),
    "an iterator handed over": ([F, "T:assert f(zip([1])) == 1"], [F, "T:assert f(list(zip([1]))) == 1"], "of `zip`"),
    "an object handed over": (
        ["G:class P:\n    pass", F, "T:p = P()\nassert f(p) == 1"],
        ["G:class P(list):\n    pass", F, "T:p = P()\nassert f(p) == 1"],
        "an instance of `P`",
    ),
    "a generator given": (
        ["A:def f(n):\n    yield n", "T:assert list(f(1)) == [1]"],
        ["A:def g(n):\n    yield n\ndef f(n):\n    return list(g(n))", "T:assert f(1) == [1]"],
        "`f` gives a generator",
    ),
    "an iterator given": (
        ["A:x = map(abs, [1])", "T:assert list(x) == [1]"],
        [X, "T:assert list(x) == [4] * 3"],
        "map",
    ),
    "a pickle": (
        ["o:import pickle", F, "T:assert pickle.load(open('x', 'rb')) == f(1)"],
        ["o:import json", F, "T:assert json.load(open('x')) == f(1)"],
        "`pickle.load` runs whatever code",
    ),
    "a student's class": (
        ["A:class Stack:\n    pass", "T:assert len(Stack().items) == 0"],
        ["A:class Stack:\n    pass\ndef f():\n    return []", "T:assert len(f()) == 0"],
        "`Stack`, a class of the student's",
    ),
    "a student's instance": (
        ["A:class Stack:\n    pass", "o:s = Stack()", "T:assert len(s.items) == 0"],
        ["A:class Stack:\n    pass", "o:s = Stack()\nn = len(s.items)", "T:assert n == 0"],
        "an instance of `Stack`",
    ),
    "an instance given": (
        ["G:class P:\n    pass", "A:def f():\n    p = P()\n    return p", "T:assert f().x == 1"],
        ["G:class P:\n    pass", "A:def f():\n    p = P()\n    return p.x", "T:assert f() == 1"],
        "an instance of `P`",
    ),
    "a named tuple": (
        ["G:from collections import namedtuple\nP = namedtuple('P', 'x y')", "A:p = P(1, 2)", "T:assert p.y == 2"],
        ["G:from collections import namedtuple\nP = namedtuple('P', 'x y')", "A:p = P(1, 2)", "T:assert p[1] == 2"],
        "`p.y` reads a field",
    ),
    "source read": (
        ["o:import inspect", F, "T:assert 'for' not in inspect.getsource(f)\nassert f(1) == 1"],
        ["o:import inspect", F, "T:assert f.__name__ == 'f' and f(1) == 1"],
        "looks into",
    ),
    "docstring read": ([F, "T:assert f.__doc__ and f(1) == 1"], [F, "T:assert f(1) == 1"], "looks into"),
    "print caught": (
        ["o:import io\nfrom contextlib import redirect_stdout", F, "T:with redirect_stdout(io.StringIO()):\n    f(1)"],
        ["o:import io\nfrom contextlib import redirect_stdout", F, "T:assert f(1) == 1"],
        "`redirect_stdout` catches nothing",
    ),
    "mocked": (
        ["o:from unittest.mock import patch", F, "T:with patch('builtins.input'):\n    assert f(1) == 1"],
        ["o:import numpy as np", F, "T:patch = np.ones(3)\nassert f(patch.sum()) == 3"],
        "`patch` does not reach",
    ),
    "seeded": (
        [NP, F, "T:np.random.seed(3)\nassert f(1) == 0.5"],
        [NP, F, "T:np.random.seed(3)\nn = np.random.rand()\nassert f(n) == n"],
        "`np.random.seed(3)` does not reach",
    ),
    "in place": (
        [F, "T:n = [2, 1]\nf(n)\nassert n == [1, 2]"],
        ["o:def show(n):\n    print(n)", F, "T:n = [2, 1]\nassert f(n) == [1, 2]\nshow(n)"],
        "checks `n` after handing it",
    ),
    "in place, NumPy's assertion": (
        [NP, F, "T:n = np.ones(3)\nm = f(n)\nafter = n.sum()\nnp.testing.assert_allclose(after, 3)"],
        [NP, F, "T:n = np.ones(3)\nm = f(n)\nnp.testing.assert_allclose(m, np.ones(3))"],
        "checks `n` after handing it",
    ),
    "allclose": (
        [NP, X, "T:assert np.allclose(x, 4)"],
        [NP, X, "T:assert x.shape == (3,)\nassert np.allclose(x, 4)"],
        "empty",
    ),
    "allclose, the type alone": (
        [NP, X, "T:assert isinstance(x, np.ndarray)\nassert np.allclose(x, 4)"],
        [NP, X, "T:assert isinstance(x, np.ndarray)\nassert np.array_equal(x, [4, 4, 4])"],
        "empty",
    ),
    "allclose, of a result": (
        [NP, F, "T:z = f(np.ones(3))\nassert np.allclose(z, 1)"],
        [NP, F, "T:z = f(np.ones(3))\nassert len(z) == 3\nassert np.allclose(z, 1)"],
        "the check of `f`",
    ),
    "allclose, in a checklist": (
        [NP, X, "o:check = 1", "T:check.that('fours', lambda: bool(np.allclose(x, 4)))"],
        [NP, X, "o:check = 1", "T:check.equal('fours', lambda: x, np.full(3, 4.0))"],
        "empty",
    ),
    "all": (
        [NP, X, "T:assert (x == np.full(3, 4)).all()"],
        [NP, X, "T:assert x.sum() == 12 and (x == 4).all()"],
        "empty",
    ),
    "not any": (
        [NP, X, "T:assert not np.any(x != 4)"],
        [NP, X, "T:assert x.size == 3 and not np.any(x != 4)"],
        "empty",
    ),
    "a sum of differences": (
        [NP, X, "T:assert np.sum((x - 4) ** 2) < 1e-6"],
        [NP, X, "T:assert np.max((x - 4) ** 2) < 1e-6"],
        "empty",
    ),
    "NumPy's assertion": (
        [NP, X, "T:np.testing.assert_allclose(x, 4)"],
        [NP, X, "T:np.testing.assert_allclose(x, np.full(3, 4))"],
        "empty",
    ),
    "an assertion with NumPy's name": (
        [NP, F, "T:np.testing.assert_equal(f(1), 1)\nnp.testing.assert_equal(f(2), 2)"],
        [NP, F, "T:from nose.tools import assert_equal\nassert_equal(f(1), 1)"],
        "empty",
    ),
    "all of zip": (
        ["A:x = [1]", "T:assert all(a == b for a, b in zip(x, [1]))"],
        ["A:x = [1]", "T:assert all(a == b for a, b in zip(x, [1], strict=True))"],
        "empty",
    ),
    "a loop over an answer": (
        ["A:x = [1]", "T:for a in x:\n    assert a == 1"],
        ["A:x = [1]", "T:assert len(x) == 1\nfor a in x:\n    assert a == 1"],
        "empty",
    ),
    "raise in place of assert": (
        [NP, X, "T:if not np.allclose(x, 4):\n    raise AssertionError('no')"],
        [NP, X, "T:if x.shape != (3,) or not np.allclose(x, 4):\n    raise AssertionError('no')"],
        "empty",
    ),
    "not above": (["A:x = 3.0", "T:assert not abs(x - 3) > 0.1"], ["A:x = 3.0", "T:assert abs(x - 3) <= 0.1"], "nan"),
    "not above, the right shape": (
        [NP, X, "T:assert x.shape == (3,)\nassert not np.abs(x - 4).max() > 0.1"],
        [NP, X, "T:assert x.shape == (3,)\nassert not len(x) > 3\nassert np.abs(x - 4).max() < 0.1"],
        "nan",
    ),
    "nothing asked": (["A:def f(n): pass", "T:assert f"], ["A:def f(n): pass", "T:assert f(2)"], "anything"),
    "not None": (
        ["A:x = 1", "T:assert x is not None"],
        ["A:x = 1", "T:assert x is not None\nassert x > 0"],
        "anything",
    ),
    "only no": ([F, "T:assert not f(0)"], [F, "T:assert not f(0)\nassert f(1)"], "returns None"),
    "a visible expectation": (
        ["G:right = [1, 4]", F, f"T:{HIDE.format('assert [f(1), f(2)] == right')}"],
        ["G:inputs = [1, 2]", F, f"T:{HIDE.format('assert [f(n) for n in inputs] == [1, 2]')}"],
        "expect `right`, which students read in cell “G0”",
    ),
    "visible cases": (
        [F, "T:cases = [(1, 1)]\n" + HIDE.format("for n, right in cases:\n    assert f(n) == right")],
        [F, "T:assert f(2) == 2\n" + HIDE.format("cases = [(1, 1)]\nfor n, right in cases:\n    assert f(n) == right")],
        "expect `cases`, which students read above",
    ),
}


@pytest.mark.parametrize(("broken", "mended", "told"), BROKEN_AND_MENDED.values(), ids=BROKEN_AND_MENDED.keys())
def test_each_rule(broken, mended, told):
    (sentence,) = review(notebook(*broken))
    assert told in sentence and sentence.startswith("Test cell “T") and sentence.endswith(".")
    assert review(notebook(*mended)) == []


def test_a_cell_that_is_no_python():
    (sentence,) = review(notebook("A:x = ", "T:assert x"))
    assert "cell “A0” is no Python" in sentence


@pytest.mark.parametrize("name", Course(ROOT).names())
def test_our_own_notebooks_are_in_order(name):
    assert review(source.read(Course(ROOT).source(name))) == []


def test_build_says_it_and_goes_on(course):
    path = course.source("tiny")
    about = {"grade": True, "grade_id": "test_zero", "locked": True, "points": 1, "schema_version": 3}
    about = json.dumps(about | {"solution": False, "task": False})
    path.write_text(f"{path.read_text()}\n# %% nbgrader={about}\nassert not area(0, [0][0])\n")
    told = "warning: tiny: Test cell “test_zero”: the check of `area` in `not area(0, [0][0])` is passed by a function"
    for arguments in (["build"], ["build", "--check"]):
        result = CliRunner().invoke(app, [*arguments, "--course", str(course.root)])
        assert result.exit_code == 0, result.output
        assert result.output.count("warning:") == 1 and told in result.output


# Each pair is a solution and a test of it. A student hands in something else, or the solution itself.
SLIPS = {
    "x = np.full(3, 4.0)": ("assert np.allclose(x, 4)", "x = np.array([])"),
    "y = np.ones(3)": ("assert (y == np.ones(3)).all()", "y = np.zeros((0, 1))"),
    "z = [1, 2]": ("assert all(a == b for a, b in zip(z, [1, 2]))", "z = []"),
    "v = np.zeros(3)": ("np.testing.assert_allclose(v, 0)", "v = []"),
    "w = np.ones(3)": ("assert np.sum((w - 1) ** 2) < 1e-6", "w = np.array([])"),
    "e = 3.0": ("assert not abs(e - 3) > 0.1", "e = float('nan')"),
    "g = 7": ("assert g", "g = len"),
    "def odd(n):\n    return n % 2 == 1": ("assert not odd(4)", "def odd(n):\n    pass"),
}
LOST = {
    "def order(n):\n    n.sort()": "n = [2, 1]\norder(n)\nassert n == [1, 2]",
    "def hello():\n    print('hello')": (
        "import io\nfrom contextlib import redirect_stdout\nwith redirect_stdout(io.StringIO()) as said:\n"
        "    hello()\nassert 'hello' in said.getvalue()"
    ),
    "def draw():\n    return np.random.rand()": ("np.random.seed(3)\nassert abs(draw() - 0.5507979025745755) < 1e-12"),
    "def count():\n    yield 1": "assert list(count()) == [1]",
    "class Stack:\n    items = ()": "assert len(Stack().items) == 0",
    "from collections import namedtuple\nP = namedtuple('P', 'x y')\np = P(1, 2)": "assert p.y == 2",
    "def documented():\n    '''Words.'''": "assert documented.__doc__ == 'Words.'",
}


def course_of(tests: dict[str, str]) -> nbformat.NotebookNode:
    cells = [code("import numpy as np")]
    for number, (solution, test) in enumerate(tests.items()):
        cells.append(code(solution, f"a{number}", solution=True))
        cells.append(code(test, f"t{number}", grade=True, locked=True, points=1))
    return nbformat.v4.new_notebook(cells=cells)


def test_what_is_said_is_true(marks, tmp_path):  # noqa: F811
    """Degenerate answers do earn the points, and right ones do lose those of what does not cross."""
    instructor = course_of({solution: test for solution, (test, _) in SLIPS.items()} | LOST)
    told = review(instructor)
    assert len(told) == len(SLIPS) + len(LOST)
    for number, sentence in enumerate(told):
        assert f"“t{number}”" in sentence
    nbformat.write(instructor, tmp_path / "source" / "a" / "a.ipynb")
    points, _ = marks(course_of({answer: test for test, answer in SLIPS.values()} | LOST))
    assert list(points.values()) == [1] * len(SLIPS) + [0] * len(LOST)


def test_a_function_handed_to_a_student_stops_the_grading(marks, tmp_path):  # noqa: F811
    instructor = course_of({"def twice(f, n):\n    return f(f(n))": "assert twice(lambda n: n + 1, 1) == 3"})
    assert len(review(instructor)) == 1
    nbformat.write(instructor, tmp_path / "source" / "a" / "a.ipynb")
    with pytest.raises(Exception, match="test cell t0 .* the student's function twice, which does not cross"):
        marks(instructor)
