"""The wall: honest notebooks of any course get their marks, and what forges marks elsewhere gains nothing here.

The course is not ours: plain asserts, NumPy. tests/test_sandbox.py is about harm to the machine.
"""

import json
import logging
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade
from traitlets.config import Config

from autograder.errors import CourseError
from autograder.wall import judge
from autograder.wall.execute import ExecuteBehindWall
from autograder.wall.remarks import Remarks

ANSWERS = {
    "square": "def square(x):\n    return x * x",
    "table": "table = [square(n) for n in range(5)]",
    "mean": "def mean(values):\n    if not len(values):\n        raise ValueError('none')\n    return np.mean(values)",
}
TESTS = {
    "test_square": "assert square(3) == 9\nassert square(-2) == 4\nassert np.allclose(square(np.ones(3)), 1)",
    "test_table": "assert len(table) == 5\nassert table == [0, 1, 4, 9, 16]",
    "test_mean": (
        "assert mean([1, 2, 6]) == 3\n"
        "try:\n    mean([])\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no ValueError')\n"
        "assert abs(mean(data) - data.mean()) < 1e-9"
    ),
}


def code(source, grade_id=None, **settings):
    cell = nbformat.v4.new_code_cell(source)
    if grade_id:
        about = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
        cell.metadata.nbgrader = about | {"grade_id": grade_id} | settings
    return cell


def notebook(**changes):
    """The assignment, with the student's answers in place of the instructor's where given; `first`: a cell on top."""
    answers = ANSWERS | changes
    cells = [code("import numpy as np")]
    if "first" in changes:
        cells.append(code(changes["first"]))
    for number, (test, source) in enumerate(TESTS.items()):
        name = list(ANSWERS)[number]
        if name == "mean":
            cells.append(code("data = np.arange(12.0) ** 2", "data", locked=True))
        cells.append(code(answers[name], name, solution=True))
        cells.append(code(source, test, grade=True, locked=True, points=1))
    return nbformat.v4.new_notebook(cells=cells)


def marks_of(graded):
    """The points of each test cell."""
    return {
        cell.metadata.nbgrader.grade_id: determine_grade(cell, logging.getLogger())[0]
        for cell in graded.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }


@pytest.fixture
def marks(tmp_path):
    """Grades a notebook behind the wall: the points of each test cell, and the notebook."""
    source = tmp_path / "source" / "a"
    source.mkdir(parents=True)
    nbformat.write(notebook(), source / "a.ipynb")
    (tmp_path / "work").mkdir()

    def grade(submission, timeout=30, kernels=None, **settings):
        config = Config({"SandboxedKernelManager": kernels or {}})
        config.CourseDirectory.root = str(tmp_path)
        executor = ExecuteBehindWall(config=config, timeout=timeout, extra_arguments=["--log-level=ERROR"], **settings)
        resources = {"nbgrader": {"assignment": "a", "notebook": "a"}, "metadata": {"path": str(tmp_path / "work")}}
        graded, _ = executor.preprocess(submission, resources)
        return marks_of(graded), graded

    return grade


FULL = dict.fromkeys(TESTS, 1)


def test_honest_work_gets_full_marks_with_plain_asserts(marks):
    assert marks(notebook())[0] == FULL


@pytest.mark.parametrize(
    "changes",
    [
        {"first": "import warnings, sys\nwarnings.warn('careful')\nprint('words', file=sys.stderr)"},
        {"square": "import sys\ndef square(x):\n    print('called', file=sys.stderr)\n    print(7)\n    return x ** 2"},
        {"square": "power = 2\ndef helper(x):\n    return x ** power\nsquare = lambda x: helper(x)"},
        {"table": "table = []\nfor k in range(5):\n    table.append(int(np.square(k)))"},
        {"mean": "def mean(x):\n    if not len(x):\n        raise ValueError\n    return sum(x) / len(x)"},
    ],
    ids=["warnings", "prints", "helpers", "loop", "another way"],
)
def test_honest_but_odd_work_gets_full_marks(marks, changes):
    assert marks(notebook(**changes))[0] == FULL


def test_wrong_work_gets_none_and_its_own_error(marks):
    points, graded = marks(
        notebook(square="def square(x):\n    return x.no_such_thing", mean="def mean(values):\n    return 3.0")
    )
    assert points == {"test_square": 0, "test_table": 0, "test_mean": 0}
    (output,) = [output for output in graded.cells[2].outputs if output.output_type == "error"]
    assert output.ename == "AttributeError" and "no_such_thing" in output.evalue


def test_what_a_students_function_draws_in_a_visible_test_is_shown(marks):
    drawing = "def square(x):\n    import matplotlib.pyplot as plt\n    plt.plot([1, 2])\n    return x * x"
    points, graded = marks(notebook(first="%matplotlib inline", square=drawing))
    assert points == FULL
    assert sum("image/png" in output.get("data", {}) for output in graded.cells[3].outputs) == 3  # one for each call


def test_answers_are_asked_for_at_once_and_one_by_one_where_that_is_too_much():
    asked = []

    class Student(judge.Student):
        def __init__(self, together):
            self.together = together

        def _ask(self, request):
            asked.append(request)
            return self.together if request["ask"] == "values" else {"value": request["name"]}

    def replies(together):
        asked.clear()
        return Student(together)._replies(["a", "b"])

    assert replies({"values": [{"value": 1}, {"missing": True}]}) == [{"value": 1}, {"missing": True}]
    assert [request["ask"] for request in asked] == ["values"]
    for useless in ({"uncarried": "70,000,000 characters"}, {"values": [{}]}, {"values": [1, 2]}, {"values": "ab"}, {}):
        assert replies(useless) == [{"value": "a"}, {"value": "b"}]
    assert replies({"no_answer": "the kernel died"}) == [{"no_answer": "the kernel died"}] * 2
    assert [request["ask"] for request in asked] == ["values"]  # a second time would cost the class its time


EQUAL_TO_ALL = """
class Equal:
    def __eq__(self, other): return True
    def __len__(self): return 5
    def __call__(self, *a): return self
    def __array__(self, *a, **k): return np.array([0., 1, 4])
    def __sub__(self, other): return 0
    def __bool__(self): return True
"""
NOTHING_RIGHT = {"square": "def square(x): return 0", "table": "table = []", "mean": "def mean(values): return 0"}

FORGERIES = {
    "an AST transformer that drops asserts": {
        "first": "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Drop())"
    },
    "run_code that swallows errors": {
        "first": "ip = get_ipython()\nasync def quiet(*a, **k): return False\nip.run_code = quiet"
    },
    "NumPy patched": {"first": "np.allclose = lambda *a, **k: True\nabs = lambda x: 0"},
    "objects equal to everything": {
        "first": EQUAL_TO_ALL,
        "square": "square = Equal()",
        "table": "table = Equal()",
        "mean": "def mean(values): return Equal()",
    },
    "exceptions of the right kind": {
        "square": "def square(x): raise StopIteration",
        "mean": "def mean(values): raise ValueError",
    },
    "answers that patch the agent": {
        "first": "from autograder.wall import agent, wire\nwire.encode = lambda *a, **k: True\n"
        "agent.answer = lambda: None"
    },
    "a forged reply": {
        "first": "import json\nfrom autograder.wall import agent\ndef forged():\n"
        "    asked = json.loads(get_ipython().kernel.get_parent('shell')['content']['asked'])\n"
        "    text = json.dumps({'value': {'function': {'number': 1, 'name': 'x'}}, 'fault': 'f'})\n"
        "    get_ipython().display_pub.publish({agent.MIME: asked['nonce'] + text})\nagent.answer = forged"
    },
    "a malformed reply": {
        "first": "from autograder.wall import agent\nagent.answer = lambda: "
        "get_ipython().display_pub.publish({agent.MIME: '{]'})"
    },
    "a kernel that no longer handles requests": {
        "first": "from autograder.wall import agent\nget_ipython().kernel.shell_handlers.pop(agent.REQUEST)"
    },
    "points printed": {
        "square": "def square(x):\n    from IPython.display import display\n    display(1)\n    print(1)\n    return 0"
    },
    "a kernel that ends": {"square": "def square(x):\n    import os\n    os._exit(0)"},
}


@pytest.mark.parametrize("changes", FORGERIES.values(), ids=FORGERIES.keys())
def test_forgeries_gain_nothing(marks, changes):
    points, _ = marks(notebook(**{**NOTHING_RIGHT, **changes}))
    assert points == dict.fromkeys(TESTS, 0)


def test_tags_and_retyped_metadata_gain_nothing(marks):
    submission = notebook(**NOTHING_RIGHT)
    for cell in submission.cells:
        cell.metadata.tags = ["skip-execution", "raises-exception"]
    assert marks(submission)[0] == dict.fromkeys(TESTS, 0)


def test_a_test_cells_text_comes_from_the_instructor(marks):
    submission = notebook(**NOTHING_RIGHT)
    for cell in submission.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = "1"
    with pytest.raises(CourseError, match="test_square is not the one in the instructor's notebook"):
        marks(submission)


def test_the_students_kernel_never_sees_a_test(marks):
    spy = (
        "import sys\nseen = []\nget_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))"
    )
    submission = notebook(first=spy)
    submission.cells.append(code("print(seen)"))
    points, graded = marks(submission)
    assert points == FULL
    assert "assert" not in json.dumps(graded.cells[-1].outputs)


def test_an_endless_answer_is_stopped_and_the_rest_goes_on(marks):
    points, graded = marks(
        notebook(square="def square(x):\n    while True: pass", table="table = [0, 1, 4, 9, 16]"), timeout=3
    )
    assert points == FULL | {"test_square": 0}
    assert "no answer within 3 s" in json.dumps(graded.cells[2].outputs)


@pytest.mark.parametrize("sandbox", [True, False])
def test_what_the_students_kernel_took_is_kept_and_not_the_students_to_say(marks, sandbox):
    submission = notebook(first="held = bytearray(b'x') * (400 << 20)")
    submission.metadata.autograder = {"seconds": 0, "cpu_seconds": 0, "memory_mb": 1, "stopped": ["mine"]}
    remarks = Remarks.of(marks(submission, sandbox=sandbox)[1])
    assert 400 < remarks.memory_mb < 1000 and 0 < remarks.cpu_seconds < remarks.seconds < 300
    assert remarks.sandboxed == sandbox and not remarks.stopped


def test_of_a_kernel_that_died_less_is_known_and_zero_is_never_said(marks):
    remarks = Remarks.of(marks(notebook(first="import os; os._exit(1)"))[1])
    assert remarks.cpu_seconds is None and remarks.seconds > 0


@pytest.mark.parametrize("warm", [True, False])
def test_a_new_kernel_means_other_objects_by_its_numbers(marks, tmp_path, warm):
    """Otherwise the judge, letting go of a function of the kernel that died, lets go of one of the new kernel's."""
    cells = [
        code("def f(x):\n    return x + 1", "a", solution=True),
        code("assert f(1) == 2", "t1", grade=True, locked=True, points=1),
        code("def f(x):\n    return x + 2", "b", solution=True),
        code("assert f(1) == 3\nassert f(2) == 4", "t2", grade=True, locked=True, points=1),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "source" / "a" / "a.ipynb")
    cells.insert(2, code("import os\nos._exit(1)"))
    assert marks(nbformat.v4.new_notebook(cells=cells), kernels={"warm": warm})[0] == {"t1": 1, "t2": 1}


def answered(marks, tmp_path, right, test, given=None, **settings):
    """The points of one answer, and the notebook: the instructor's answer, or another one."""
    cells = [code(right, "a", solution=True), code(test, "t", grade=True, locked=True, points=1)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "source" / "a" / "a.ipynb")
    submission = nbformat.v4.new_notebook(cells=[code(given or right, "a", solution=True), cells[1].copy()])
    points, graded = marks(submission, **settings)
    return points["t"], graded


def test_answers_that_are_too_much_together_come_one_by_one(marks, tmp_path):
    names = "abcdef"
    right = "\n".join(f"{name} = list(range(170_000))" for name in names)
    test = "\n".join(f"assert len({name}) == 170_000" for name in names)
    assert answered(marks, tmp_path, right, test)[0] == 1


def test_one_answer_that_is_too_much_costs_no_other_its_points(marks, tmp_path):
    answers = ("b = '\"' * 40_000_000", "b = [(i, (i,)) for i in range(300_000)]", "b = type('B', (), {})()")
    for worthless in answers:
        assert answered(marks, tmp_path, "a, b = 1, 2", "assert a == 1", f"a = 1\n{worthless}")[0] == 1
    point, graded = answered(marks, tmp_path, "b = 2", "assert b == 2", answers[0])
    assert point == 0 and "too much at once" in graded.cells[-1].outputs[-1].evalue


def test_an_error_that_quotes_a_long_answer_is_cut(marks, tmp_path):
    test = "assert a == 5, f'a is {a}'"
    point, graded = answered(marks, tmp_path, "a = 5", test, "a = 'x' * 9_000_000")
    (output,) = graded.cells[-1].outputs
    assert point == 0 and output.evalue.startswith("a is xxx") and output.evalue.endswith("(9,000,005 characters)")
    point, graded = answered(marks, tmp_path, "a = 5", test, "a = 5\nraise ValueError('y' * 9_000_000)")
    (output,) = graded.cells[-2].outputs
    assert point == 1 and output.ename == "ValueError" and len(json.dumps(output)) < 100_000


SENT = """
k = get_ipython().kernel
def send(kind, content, to=k.iopub_socket):
    k.session.send(to, kind, content, parent=k.get_parent(), ident=b'x')
def displayed(text, **more):
    return {'data': {'text/plain': text}, 'metadata': {}, 'transient': {'display_id': 'x'}, **more}
"""


def test_what_updates_earlier_outputs_counts_once_for_each(marks, tmp_path):
    given = SENT + "for _ in range(100):\n    send('display_data', displayed(''))\n"
    given += "send('update_display_data', displayed('y' * 100_000))\nf = 1"
    point, graded = answered(marks, tmp_path, "f = 1", "assert f == 1", given)
    assert point == 1 and len(graded.cells[-2].outputs) == 100 and "printed more than 4 MB" in nbformat.writes(graded)
    assert len(nbformat.writes(graded)) < 100_000


def test_pictures_in_a_test_count_as_output(marks, tmp_path):
    given = "def f():\n    for _ in range(9):\n        display({'image/png': 'y' * 1_000_000}, raw=True)\n    return 1"
    point, graded = answered(marks, tmp_path, "def f():\n    return 1", "assert f() == 1", given)
    assert point == 1 and len(graded.cells[-1].outputs) == 4


@pytest.mark.parametrize(
    "sent",
    [
        "send('display_data', displayed('', execution_count='<b>'))",
        "send('display_data', {**displayed(''), 'transient': {'display_id': []}})",
        "send('display_data', {**displayed(''), 'transient': {'display_id': 5}})",
        "to, ident = k.shell_stream or k.shell_socket, k._parent_ident['shell']\n"
        "k.session.send(to, 'execute_reply', {}, k.get_parent(), ident)",
    ],
    ids=["a count that is none", "an id that is none", "a number for an id", "a reply without a status"],
)
def test_messages_that_are_none_are_passed_over(marks, tmp_path, sent):
    point, graded = answered(marks, tmp_path, "f = 1", "assert f == 1", f"{SENT}{sent}\nf = 1")
    assert point == 1 and graded.cells[-2].outputs == [] and "<b>" not in nbformat.writes(graded).replace(sent, "")


def test_a_message_of_too_many_parts_ends_its_kernel(marks, tmp_path):
    given = (
        SENT + "k.iopub_thread.socket.send_multipart([bytes(4 << 20)] * 500, copy=False)\nimport time\ntime.sleep(9)"
    )
    point, graded = answered(marks, tmp_path, "f = 1", "assert f == 1", given, kernels={"sent_mb": 200})
    assert point == 0 and "sent the grader more than 200 MB" in graded.cells[-2].outputs[-1].evalue


def test_a_cell_that_ends_its_kernel_costs_its_own_points(marks):
    points, graded = marks(notebook(square="import os\nos._exit(1)", table="table = [0, 1, 4, 9, 16]"))
    assert points == FULL | {"test_square": 0}
    assert "exited by itself with code 1" in graded.cells[0].source  # the remarks
    assert any("exited by itself with code 1" in json.dumps(cell.get("outputs", [])) for cell in graded.cells)


def test_the_judges_own_failure_is_no_zero(marks, tmp_path):
    broken = notebook()
    broken.cells[5].source = "data = np.arange(12.0) ** no_such_name"
    nbformat.write(broken, tmp_path / "source" / "a" / "a.ipynb")
    with pytest.raises(Exception, match="no_such_name"):
        marks(notebook())


def test_files_cross_both_ways_and_links_do_not(marks, tmp_path):
    """A function that writes a file, a test that reads and damages it, and a function that reads it again."""
    (tmp_path / "secret").write_text("not for students")
    writer = "def write(text):\n    with open('kept.txt', 'w') as file:\n        file.write(text)"
    reader = "def read():\n    return open('kept.txt').read()"
    tests = (
        "from pathlib import Path\nwrite('ä')\nassert Path('kept.txt').read_text() == 'ä'\n"
        "Path('kept.txt').write_text('damaged')\nassert read() == 'damaged'\nassert not Path('link').exists()"
    )
    cells = [code(f"{writer}\n{reader}", "w", solution=True), code(tests, "test_w", grade=True, locked=True, points=1)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "source" / "a" / "a.ipynb")
    submission = nbformat.v4.new_notebook(cells=[cell.copy() for cell in cells])
    submission.cells[0].source += f"\nimport os\nos.symlink({str(tmp_path / 'secret')!r}, 'link')"
    assert marks(submission)[0] == {"test_w": 1}


def test_no_instructors_notebook(marks, tmp_path):
    (tmp_path / "source" / "a" / "a.ipynb").unlink()
    with pytest.raises(Exception, match="instructor's notebook"):
        marks(notebook())
    assert not list(Path(tmp_path).rglob("judge-*"))


def odd_course(tmp_path, answer, test):
    """Points for one answer cell and one test of it, and what the test printed."""
    cells = [code("import numpy as np"), code(answer, "a", solution=True)]
    cells += [code(test, "t", grade=True, locked=True, points=1), code("later = seen", "later", solution=True)]
    cells += [code("assert later == 5", "t_later", grade=True, locked=True, points=1)]
    source = tmp_path / "source" / "a"
    source.mkdir(parents=True)
    (tmp_path / "work").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), source / "a.ipynb")
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    executor = ExecuteBehindWall(config=config, timeout=60, extra_arguments=["--log-level=ERROR"])
    resources = {"nbgrader": {"assignment": "a", "notebook": "a"}, "metadata": {"path": str(tmp_path / "work")}}
    graded, _ = executor.preprocess(nbformat.v4.new_notebook(cells=cells), resources)
    return [
        determine_grade(cell, logging.getLogger())[0] if not cell.outputs else (cell.outputs[-1].get("evalue"))
        for cell in graded.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]


def test_functions_and_generators_cross_and_a_test_hands_on_what_later_cells_read(tmp_path):
    answer = (
        "def adder(n):\n    return lambda x: x + n\n"
        "powers = {1: lambda x: x, 2: lambda x: x * x}\n"
        "def apply(f, x):\n    return f(x)\n"
        "def draw(rng):\n    return rng.integers(100)\n"
        "def missing():\n    return {}['k']\n"
    )
    test = (
        "assert adder(3)(4) == 7 and adder(1)(2) == 3\n"
        "assert powers[2](3) == 9 and powers[1](3) == 3\n"
        "assert apply(np.sin, 0.0) == 0 and apply(len, [1, 2]) == 2 and apply(powers[2], 4) == 16\n"
        "assert draw(np.random.default_rng(1)) == np.random.default_rng(1).integers(100)\n"
        "try:\n    missing()\nexcept KeyError as error:\n    assert str(error) == \"'k'\"\n"
        "seen = 5"
    )
    assert odd_course(tmp_path, answer, test) == [1, 1]


def test_a_model_that_a_students_function_compiles_can_be_evaluated(tmp_path):
    answer = (
        "import keras\n"
        "def build():\n    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "def train(model, x, y):\n    model.compile('sgd', 'mse')\n    return model.fit(x, y, epochs=2, verbose=0)\n"
    )
    test = (
        "x, y = np.ones((8, 2)), np.ones(8)\nm = build()\nbefore = m.get_weights()[0].copy()\n"
        "history = train(m, x, y)\nassert len(history.history['loss']) == 2\n"
        "assert not np.allclose(before, m.get_weights()[0])\n"
        "assert abs(m.evaluate(x, y, verbose=0) - np.mean((m.predict(x, verbose=0)[:, 0] - y) ** 2)) < 1e-5\nseen = 5"
    )
    assert odd_course(tmp_path, answer, test) == [1, 1]
