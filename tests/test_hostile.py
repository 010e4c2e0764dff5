"""The bank of hostile submissions, graded as one class among honest students.

No attack gains a point over the notebook as it was handed out, sees or changes what is not its own, leaves a process
behind, or keeps anybody else from being graded. Those that stock nbgrader falls for are shown to succeed there.
"""

import ctypes
import functools
import hashlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.course.build import build
from autograder.sandbox import processes
from autograder.sandbox.bubblewrap import Limits, Sandbox
from tests.conftest import tiny_course
from tests.hostile import CANARY, MARK, PORT, Attack, Result, attacks, cell_of, is_graded, models
from tests.test_wall import code

pytestmark = pytest.mark.alone

FOREIGN = Path(__file__).parent / "foreign_course"
SCRIPT = Path(__file__).parent / "hostile" / "grade_class.py"
HONEST = ("a_honest", "m_honest", "z_honest")
BLANK = "blank"
SECONDS = {"ps2": 60}
"""That a cell may take, if not 5: importing Keras takes several."""

BANK = attacks()
CLASSES = {"first half": ("ps1",), "second half": ("ps1", "ps3", "tiny"), "models": ("ps2",)}
"""Courses that are graded, each by one process, and their assignments. Two halves, so that two cores are used."""


def members(label: str) -> list[Attack]:
    """The attacks that are handed in to one of the courses."""
    of_ps1 = [attack for _, attack in BANK if attack.assignment == "ps1"]
    half = len(of_ps1) // 2 + 8  # the second one has the other assignments too
    others = [attack for _, attack in BANK if attack.assignment in CLASSES[label] and attack.assignment != "ps1"]
    return {"first half": of_ps1[:half], "second half": of_ps1[half:] + others, "models": others}[label]


CLASS_OF = {attack.student: label for label in CLASSES for attack in members(label)}


def each(chosen: list[tuple[str, Attack]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "attack", [pytest.param(attack, id=f"{family}: {attack.name}") for family, attack in chosen]
    )


every_attack = each(BANK)
harmful = each([(family, attack) for family, attack in BANK if attack.harmless])
stock_falls_for = each([(family, attack) for family, attack in BANK if attack.stock])

PS3 = nbformat.v4.new_notebook(
    cells=[
        code("from pathlib import Path\nimport numpy as np", "setup", locked=True),
        code(
            "def report(values, path):\n    ### BEGIN SOLUTION\n"
            "    Path(path).write_text(f'{len(values)} values, mean {np.mean(values):.2f}')\n    ### END SOLUTION",
            "report",
            solution=True,
        ),
        code(
            "report([1.0, 2.0, 3.0], 'report.txt')\nimport csv\nimport sklearn\n"
            "assert Path('report.txt').read_text() == '3 values, mean 2.00'",
            "test_report",
            grade=True,
            locked=True,
            points=2,
        ),
        code(
            "def scale(values):\n    ### BEGIN SOLUTION\n    return values / values.max()\n    ### END SOLUTION",
            "scale",
            solution=True,
        ),
        code(
            "expected = np.load('expected.npy')\n"
            "np.testing.assert_allclose(scale(np.array([1.0, 2.0, 4.0])), expected)",
            "test_scale",
            grade=True,
            locked=True,
            points=2,
        ),
    ]
)
"""An assignment whose tests read files: one that the answer writes, and one that comes with the course."""


def make_course(root: Path, names: tuple[str, ...], hostile: list[Attack], walled: bool) -> None:
    """The foreign course with some of its assignments, ours, and submissions of all who work on them."""
    root.mkdir(parents=True)
    for name in names:
        folder = root / "source" / name
        if name == "ps3":
            folder.mkdir(parents=True)
            nbformat.write(PS3, folder / "ps3.ipynb")
            np.save(folder / "expected.npy", np.array([0.25, 0.5, 1.0]))
        elif name == "tiny":
            with tempfile.TemporaryDirectory() as scratch:
                course = tiny_course(Path(scratch) / "tiny")
                list(build(course, ["tiny"]))
                folder.mkdir(parents=True)
                shutil.copy(course.instructor_notebook("tiny"), folder)
        else:
            shutil.copytree(FOREIGN / "source" / name, folder)
    (root / "nbgrader_config.py").write_text(configuration(names, walled))
    (root / "course_secret").write_text(f"{CANARY} of thirty-two characters and more")
    (root / "canary.txt").write_text(CANARY)
    subprocess.run(
        [sys.executable, "-c", f"import grade_class\nfor name in {names}:\n    grade_class.run("
         "'generate_assignment', name, '--create', '--log-level=ERROR')"],
        cwd=root,
        env=environment(root) | {"PYTHONPATH": str(SCRIPT.parent)},
        check=True,
    )  # fmt: skip
    for name in names:
        for student in HONEST:
            hand_in(root, name, student, Attack("", "", solutions(root, name)))
        hand_in(root, name, BLANK, Attack("", ""))
    for attack in hostile:
        hand_in(root, attack.assignment, attack.student, attack)


def hand_in(root: Path, name: str, student: str, attack: Attack) -> None:
    """The released notebook with an attack's changes, in the folder of submissions."""
    folder = root / "submitted" / student / name
    folder.mkdir(parents=True)
    notebook = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
    for path in (root / "release" / name).iterdir():
        shutil.copy(path, folder)
    for grade_id, source in attack.answers.items():
        cell_of(notebook, grade_id).source = source.strip()
    path, text = folder / f"{name}.ipynb", json.dumps(notebook)
    path.write_text(text, encoding="utf-8")
    if attack.change:
        attack.change(notebook, folder)
        if not folder.is_symlink() and not path.is_symlink() and path.read_bytes() == text.encode():
            path.write_text(json.dumps(notebook), encoding="utf-8")


def solutions(root: Path, name: str) -> dict[str, str]:
    notebook = nbformat.read(root / "source" / name / f"{name}.ipynb", as_version=4)
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def environment(root: Path) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(root.parent / "home"),
        "PYTHONPATH": str(FOREIGN.parent.parent),
        "CANARY": CANARY,
        "AUTOGRADER_SECRET": str(root / "course_secret"),
    }


def configuration(names: tuple[str, ...], walled: bool) -> str:
    wall = "from autograder.wall.settings import grade_behind_wall\ngrade_behind_wall(c)\n" if walled else ""
    seconds = max(SECONDS.get(name, 5) for name in names)
    return f"""
c = get_config()
c.CourseDirectory.course_id = "other"
{wall}
c.ExecutePreprocessor.timeout = {seconds}
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
c.Execute.shutdown_kernel = "immediate"
c.SandboxedKernelManager.warm = True
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError()"}}
"""


@dataclass
class Graded:
    """The graded courses.

    roots:   their folders
    found:   what grade_class.py found in each
    log:     what nbgrader said
    before:  a digest of every file, before grading
    reached: what reached the server that waits on this machine
    left:    command lines of processes that grading left behind
    """

    roots: dict[str, Path]
    found: dict[str, dict[str, dict]]
    log: str
    before: dict[Path, str]
    reached: list[bytes]
    left: list[str]

    def result(self, label: str, name: str, student: str) -> Result:
        graded = self.roots[label] / "autograded" / student / name / f"{name}.ipynb"
        page = self.roots[label] / "feedback" / student / name / f"{name}.html"
        return Result(
            self.found[label][name].get(student, {}).get("points", {}),
            nbformat.read(graded, as_version=4) if graded.is_file() else None,
            page.read_text(encoding="utf-8") if page.is_file() else "",
            self.seconds(label, name).get(student, 0.0),
        )

    def of(self, attack: Attack) -> Result:
        return self.result(CLASS_OF[attack.student], attack.assignment, attack.student)

    def base(self, attack: Attack) -> dict[str, float]:
        """What the released notebook earns."""
        return self.result(CLASS_OF[attack.student], attack.assignment, BLANK).points

    @functools.cache  # noqa: B019
    def seconds(self, label: str, name: str) -> dict[str, float]:
        """How long after the one before each submission was graded."""
        times = sorted(
            (path.stat().st_mtime, path.parts[-3])
            for path in (self.roots[label] / "autograded").glob(f"*/{name}/{name}.ipynb")
        )
        return {student: time - before for (before, _), (time, student) in itertools.pairwise(times)}

    __hash__ = object.__hash__


def digests(root: Path) -> dict[Path, str]:
    """Of every file of a course that grading has no business to change."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for place in ("source", "release", "submitted", ".")
        for path in ((root / place).rglob("*") if place != "." else root.glob("*"))
        if path.is_file() and not path.is_symlink() and path.name != "gradebook.db"
    }  # fmt: skip


@pytest.fixture(scope="module")
def server():
    """A server on this machine, of the network and of the kind without a file, and what reached it."""
    reached: list[bytes] = []
    listeners = [socket.create_server(("127.0.0.1", PORT)), socket.socket(socket.AF_UNIX)]
    listeners[1].bind(f"\0{MARK}")
    listeners[1].listen()

    def wait(listener):
        while True:
            try:
                listener.accept()
            except OSError:
                return
            reached.append(b"reached")

    for listener in listeners:
        threading.Thread(target=wait, args=(listener,), daemon=True).start()
    yield reached
    for listener in listeners:
        listener.close()


@pytest.fixture(scope="module")
def both(tmp_path_factory, server) -> tuple[Graded, dict[str, dict]]:
    """All attacks and some honest students: graded behind the wall, and by stock nbgrader what that falls for.

    Two at a time, for two cores.
    """
    adopt_orphans()
    earlier = set(processes.below([os.getpid()]))
    roots, before, stock_roots = {}, {}, {}
    for number, (label, names) in enumerate(CLASSES.items()):
        roots[label] = tmp_path_factory.mktemp(f"behind{number}") / "course"
        make_course(roots[label], names, members(label), walled=True)
        before |= digests(roots[label])
        stock_roots[label] = tmp_path_factory.mktemp(f"stock{number}") / "course"
        make_course(stock_roots[label], names, [attack for attack in members(label) if attack.stock], walled=False)
    for root in roots.values():
        (root.parent / "home").mkdir()
        (root.parent / "home" / ".netrc").write_text(CANARY)
    with tempfile.NamedTemporaryFile("w", prefix="canary-") as of_another_program:
        of_another_program.write(CANARY)
        of_another_program.flush()
        with ThreadPoolExecutor(2) as threads:
            walled = {label: threads.submit(grade, root, CLASSES[label]) for label, root in roots.items()}
            stock = {label: threads.submit(grade_stock, root, CLASSES[label]) for label, root in stock_roots.items()}
            said = {label: job.result() for label, job in walled.items()}
            stock_said = {label: job.result() for label, job in stock.items()}
    found = {label: json.loads(text.splitlines()[-1]) for label, text in said.items()}
    graded = Graded(roots, found, "\n".join(said.values()), before, server, left_behind(earlier))
    return graded, {label: json.loads(text.splitlines()[-1]) for label, text in stock_said.items()}


@pytest.fixture(scope="module")
def graded(both) -> Graded:
    return both[0]


@pytest.fixture(scope="module")
def stock(both) -> dict[str, dict]:
    return both[1]


def grade(root: Path, names: tuple[str, ...]) -> str:
    """Grade a course with nbgrader's own commands; what they said."""
    return subprocess.run(
        [sys.executable, SCRIPT, *names],
        cwd=root,
        env=environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        timeout=900,
    ).stdout.decode(errors="replace")


def grade_stock(root: Path, names: tuple[str, ...]) -> str:
    """The same without the wall, in a sandbox so that no harm is done."""
    shutil.copy(SCRIPT, root)
    sandbox = Sandbox(
        submission=root,
        limits=Limits(memory_mb=8192, processes=512, folder_mb=1024),
        environment={"CANARY": CANARY, "AUTOGRADER_SECRET": "/home/student/course_secret"},
    )
    script = f"for place in /tmp/canary ~/.netrc; do echo {CANARY} > $place; done; exec {sys.executable} {SCRIPT.name} "
    with tempfile.TemporaryFile() as said:
        with sandbox.start(["sh", "-c", script + " ".join(names)], stdout=said, stderr=subprocess.STDOUT) as running:
            assert running.process.wait(600) == 0
        said.seek(0)
        return said.read().decode(errors="replace")


def adopt_orphans() -> None:
    """Whatever loses its parent below this process becomes its child, so that it can be found."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def left_behind(earlier: set[int]) -> list[str]:
    """The command lines of what the grading left: below this process, or with the attacks' mark, wherever it is.

    earlier: processes of other tests, such as a warm parent
    """
    found = set(processes.below([os.getpid()])) - earlier - {os.getpid()}
    marked = [int(path.name) for path in Path("/proc").glob("[0-9]*") if MARK in command_line(int(path.name))]
    return [command_line(process) for process in {*found, *marked} if command_line(process)]


def command_line(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


@every_attack
def test_no_point_is_gained(graded, attack):
    base = graded.base(attack) | attack.deserved
    assert {name: points for name, points in graded.of(attack).points.items() if points > base[name]} == {}


@every_attack
def test_it_is_graded_or_there_is_a_reason(graded, attack):
    refused = f"error processing assignment '{attack.assignment}' for student '{attack.student}'" in graded.log
    assert refused == attack.refused
    if not attack.refused:
        result = graded.of(attack)
        assert result.notebook is not None and result.page
        assert result.points.keys() == graded.base(attack).keys()


@every_attack
def test_nothing_secret_is_seen(graded, attack):
    for place in ("autograded", "feedback"):
        for path in (graded.roots[CLASS_OF[attack.student]] / place / attack.student).rglob("*"):
            assert not path.is_symlink()
            assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


@harmful
def test_its_own_harm_is_not_done(graded, attack):
    attack.harmless(graded.of(attack))


@pytest.mark.parametrize(("label", "name"), [(label, name) for label, names in CLASSES.items() for name in names])
@pytest.mark.parametrize("student", HONEST)
def test_honest_students_get_what_they_should(graded, label, name, student):
    source = nbformat.read(graded.roots[label] / "source" / name / f"{name}.ipynb", as_version=4)
    full = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in source.cells if is_graded(cell)}
    points = graded.result(label, name, student).points
    assert {cell: points[cell] for cell in full} == full


def test_nothing_of_the_course_was_changed(graded):
    after = {path: digest for root in set(graded.roots.values()) for path, digest in digests(root).items()}
    assert {path for path, digest in graded.before.items() if after.get(path) != digest} == set()


def test_no_process_is_left(graded):
    assert graded.left == []


def test_nobody_was_reached(graded):
    assert graded.reached == []


@stock_falls_for
def test_it_succeeds_where_there_is_no_wall(stock, attack):
    found = stock[CLASS_OF[attack.student]][attack.assignment]
    base, came = found[BLANK]["points"], found[attack.student]
    gained = any(points > base[name] for name, points in came["points"].items())
    assert gained or harm_done(attack, came)


def harm_done(attack: Attack, came: dict) -> bool:
    if attack.harmless is None:
        return False
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("stream", text=came["outputs"])])
    try:
        attack.harmless(Result(came["points"], nbformat.v4.new_notebook(cells=[cell]), ""))
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("name", models.CONFIGURATIONS)
def test_configurations_of_no_model_are_refused(name):
    from autograder.wall import keras_models, wire

    with pytest.raises(wire.Malformed):
        keras_models.rebuild({"config": models.CONFIGURATIONS[name]})
