"""What grading a class costs, beside stock nbgrader on the same submissions, in the same run, in turns.

    python benchmarks/grading.py [PART …] [--quick]

Parts: numpy_only and lenet5 (of benchmarks/course), 1_kernels, 4_lenet5 and 4_lenet5_weights (of this course: what
is handed in has no trained weights, or has them), again (an unchanged class), thousand (1,000 submissions in one
run), workers (two against one). Without one all are measured, which takes about two hours. Every submission is a
solution with comments of its own, so that none is executed for another. Medians go into benchmarks/grading.json, and
the table made of them into README.md. Processor seconds are those of all processes, from a control group: this needs
root, or a group of one's own (`systemd-run --user --scope`).
"""

import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# nbgrader starts `alembic`, and the kernels' Python, by name.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

from autograder.course import source  # noqa: E402
from autograder.course.leaks import without_markers  # noqa: E402

COMMON = """
c = get_config()
c.CourseDirectory.course_id = "bench"
c.ExecutePreprocessor.timeout = 600
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
"""
WALL = """
from autograder.wall.settings import grade_behind_wall
grade_behind_wall(c)
"""


@dataclass(frozen=True)
class Taken:
    """Seconds that passed, and of processor time."""

    wall: float
    cpu: float


class Account:
    """A control group that counts the processor time of whatever is started in it."""

    def __init__(self) -> None:
        self.name = f"autograder-bench-{os.getpid()}"
        groups = dict(line.split(":", 2)[1:] for line in Path("/proc/self/cgroup").read_text().splitlines())
        old = Path("/sys/fs/cgroup/cpuacct")
        top = old if old.is_dir() else Path("/sys/fs/cgroup" + groups.get("", "/"))
        self.folder = top / self.name
        try:
            self.folder.mkdir()
        except OSError as error:
            raise SystemExit(
                f"No control group can be made in {top} ({error.strerror}), and without one processor time cannot be "
                "counted: run this as root, or with `systemd-run --user --scope -p Delegate=yes`."
            ) from None

    def seconds(self) -> float:
        old = self.folder / "cpuacct.usage"
        if old.is_file():
            return int(old.read_text()) / 1e9
        stat = dict(line.split() for line in (self.folder / "cpu.stat").read_text().splitlines())
        return int(stat["usage_usec"]) / 1e6

    def run(self, command: list[str], folder: Path) -> Taken:
        """Run a command and wait. Raises SystemExit with what it said if it fails."""
        enter = f'echo $$ > {self.folder}/cgroup.procs; exec "$@"'
        before, begun = self.seconds(), time.perf_counter()
        done = subprocess.run(["sh", "-c", enter, "sh", *command], cwd=folder, capture_output=True, text=True)
        taken = Taken(time.perf_counter() - begun, self.seconds() - before)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed in {folder}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return taken


@contextlib.contextmanager
def course(name: str, text: Path, students: int, wall: bool, weights: Path | None = None) -> Iterator[Path]:
    """A course folder with one assignment and so many submissions, registered and not graded."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        root = Path(scratch)
        (root / "nbgrader_config.py").write_text(COMMON + (WALL if wall else ""), encoding="utf-8")
        solution = source.read(text)
        (root / "source" / name).mkdir(parents=True)
        nbformat.write(solution, root / "source" / name / f"{name}.ipynb")
        subprocess.run(
            [sys.executable, "-m", "nbgrader", "generate_assignment", name], cwd=root, check=True, capture_output=True
        )
        for number in range(students):
            student = f"student{number:04}"
            folder = root / "submitted" / student / name
            folder.mkdir(parents=True)
            work = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
            for cell, right in zip(work.cells, solution.cells, strict=True):
                if cell.metadata.get("nbgrader", {}).get("solution"):
                    cell.source = without_markers(right.source)
                    if cell.cell_type == "code":
                        cell.source += f"\n# {student}"
            nbformat.write(work, folder / f"{name}.ipynb")
            if weights:
                shutil.copytree(weights, folder / "trained")
        yield root


STOCK = [sys.executable, "-m", "nbgrader", "autograde"]
KIT = [sys.executable, "-m", "autograder", "grade"]


def beside_stock(
    account: Account, name: str, text: Path, counts: tuple[int, int], repeats: int, weights: Path | None = None
) -> dict[str, dict[str, float]]:
    """Seconds for one submission more, and to start up: medians over the repeats, for stock nbgrader and the kit."""
    few, many = counts
    found: dict[str, dict[str, list[float]]] = {}
    for _ in range(repeats):
        for kind, command in (("stock", STOCK), ("kit", KIT)):
            taken = {}
            for count in counts:
                with course(name, text, count, kind == "kit", weights) as root:
                    taken[count] = account.run([*command, name], root)
            for unit in ("wall", "cpu"):
                each = (getattr(taken[many], unit) - getattr(taken[few], unit)) / (many - few)
                figures = found.setdefault(kind, {})
                figures.setdefault(f"{unit}_each", []).append(each)
                figures.setdefault(f"{unit}_start", []).append(getattr(taken[few], unit) - few * each)
    return {
        kind: {figure: round(statistics.median(values), 3) for figure, values in figures.items()}
        for kind, figures in found.items()
    }


def bare(account: Account, text: Path) -> float:
    """Seconds of processor time of the bare code of a notebook, in a process that has imported everything."""
    with tempfile.TemporaryDirectory() as scratch:
        code = Path(scratch, "code.py")
        cells = [cell.source for cell in source.read(text).cells if cell.cell_type == "code"]
        code.write_text("\n".join(cells), encoding="utf-8")
        program = (
            "import sys, time\n"
            "import tensorflow as tf\n"
            "tf.config.threading.set_intra_op_parallelism_threads(1)\n"
            "tf.config.threading.set_inter_op_parallelism_threads(1)\n"
            "import keras, matplotlib.pyplot, autograder.notebook.checklist\n"
            "code = compile(open('code.py').read(), 'code.py', 'exec')\n"
            "begun = time.process_time()\n"
            "exec(code, {})\n"
            "print('seconds', time.process_time() - begun)\n"
        )
        seconds = []
        for _ in range(3):
            said = subprocess.run(
                [sys.executable, "-c", program], cwd=scratch, capture_output=True, text=True, check=True
            )
            seconds.append(float(said.stdout.rpartition("seconds")[2]))
    return round(statistics.median(seconds), 3)


if __name__ == "__main__":
    account = Account()
    name = sys.argv[1]
    print(
        beside_stock(
            account, name, ROOT / "benchmarks" / "course" / name / f"{name}.py", (int(sys.argv[2]), int(sys.argv[3])), 1
        )
    )
    print(bare(account, ROOT / "benchmarks" / "course" / name / f"{name}.py"))
