"""A kernel that something else kills, such as a machine short of memory: no student is blamed, and nothing is stored.

From outside it looks the same as code that kills its own kernel, so each of these is executed again.
"""

import os
import signal

import nbformat
import pytest
from traitlets.config import Config

from autograder.errors import CourseError
from autograder.sandbox import warm
from autograder.wall import execute
from autograder.wall.execute import ExecuteBehindWall
from tests.test_wall import marks_of, notebook

pytestmark = pytest.mark.alone

FULL = {"test_square": 1, "test_table": 1, "test_mean": 1}


class Watched(ExecuteBehindWall):
    """Executes the course of tests/test_wall.py, and tells a test what happens."""

    def __init__(self, root, **limits):
        (root / "source" / "a").mkdir(parents=True)
        (root / "work").mkdir()
        nbformat.write(notebook(), root / "source" / "a" / "a.ipynb")
        config = Config({"SandboxedKernelManager": {"warm": True} | limits, "ExecuteBehindWall": {"timeout": 30}})
        config.CourseDirectory.root = str(root)
        config.ExecuteBehindWall.store = str(root / "store")
        super().__init__(config=config)
        self.root = root
        self.cells = []

    def graded(self, **answers):
        """The points of each test cell, and what was stopped."""
        resources = {
            "nbgrader": {"assignment": "a", "notebook": "a"},
            "metadata": {"path": str(self.root / "work")},
        }
        done, _ = self.preprocess(notebook(**answers), resources)
        return marks_of(done), execute.Remarks.of(done).stopped

    def at(self, cell):
        self.cells.append(cell)

    def kill_student(self):
        kill(self.km)

    def stored(self):
        return [path for path in self.root.glob("store/*/*") if path.is_file()]


def kill(manager):
    """End a kernel's process as the system does if memory is short."""
    os.kill(manager.provisioner.running.roots[-1], signal.SIGKILL)


@pytest.fixture(scope="module", autouse=True)
def parent():
    yield
    warm.parent().close()
    warm._parent = None


@pytest.fixture
def watched(tmp_path):
    return Watched(tmp_path)


def test_an_accident_in_a_cell_is_not_the_students(watched, monkeypatch):
    def at(cell):
        watched.cells.append(cell)
        if watched.cells.count("“mean”") == 1 and cell == "“mean”":
            watched.kill_student()

    monkeypatch.setattr(watched, "at", at)
    assert watched.graded() == (FULL, [])
    assert watched.cells.count("“mean”") == 2 and len(watched.stored()) == 1


def test_an_accident_while_an_answer_is_asked_for_is_not_the_students(watched, monkeypatch):
    asked, ask = [], watched.ask

    async def killing(*arguments):
        asked.append(arguments)
        if len(asked) == 2:
            watched.kill_student()
        return await ask(*arguments)

    monkeypatch.setattr(watched, "ask", killing)
    assert watched.graded() == (FULL, [])


def test_an_accident_of_the_judge_is_not_the_students(watched, monkeypatch):
    killed, grade = [], execute._Judge.grade

    async def killing(judge, *arguments):
        if not killed:
            kill(judge.client.km)
            killed.append(judge)
        return await grade(judge, *arguments)

    monkeypatch.setattr(execute._Judge, "grade", killing)
    assert watched.graded() == (FULL, []) and killed


def test_code_that_kills_its_own_kernel_does_so_again_and_is_believed(watched):
    points, stopped = watched.graded(table="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert points == FULL | {"test_table": 0}
    assert stopped == [
        "In the cell “table”, the kernel was killed by signal SIGKILL; the cells below began with a new one.",
        "This happened twice, in two executions.",
    ]
    assert watched.cells.count("“table”") == 2 and len(watched.stored()) == 1


@pytest.mark.parametrize("end", ["import os\nos._exit(3)", "import ctypes\nctypes.string_at(0)"])
def test_code_that_ends_its_kernel_otherwise_is_executed_once(watched, end):
    points, stopped = watched.graded(table=end)
    assert points == FULL | {"test_table": 0} and len(stopped) == 1
    assert watched.cells.count("“table”") == 1


def test_accidents_that_do_not_end_leave_no_grade(watched, monkeypatch):
    places = ["“square”", "“table”", "“mean”"]

    def at(cell):
        watched.cells.append(cell)
        if cell == places[watched.cells.count("“square”") - 1]:  # one in each execution
            watched.kill_student()

    monkeypatch.setattr(watched, "at", at)
    with pytest.raises(CourseError, match="killed, each time in another cell: .* call again"):
        watched.graded()
    assert watched.stored() == []


def test_where_memory_is_short_twice_in_the_same_cell_proves_nothing(watched, monkeypatch):
    counts = iter(range(100))
    monkeypatch.setattr(execute, "killed_for_memory", lambda: next(counts))
    with pytest.raises(CourseError, match="this machine was short of memory: .* `--workers`"):
        watched.graded(table="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert watched.stored() == []


def test_a_submission_too_large_for_its_folder_is_told_so(tmp_path):
    watched = Watched(tmp_path, folder_mb=8)
    (tmp_path / "work" / "large").write_bytes(bytes(20 << 20))
    with pytest.raises(CourseError, match="is larger than the 8 MB that its working folder may hold"):
        watched.graded()


def test_a_long_path_for_temporary_files_costs_no_submission(watched, monkeypatch, tmp_path):
    """A worker may have one; the path of a socket has at most 107 bytes."""
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    assert watched.graded() == (FULL, [])
