"""What grading a class costs, beside stock nbgrader on the same submissions, in the same run, in turns.

    python benchmarks/grading.py [PART …] [--repeats N] [--students FEW MANY]

Parts: numpy_only and lenet5 (of benchmarks/course), 1_kernels, 4_lenet5 and 4_lenet5_weights (of this course; what
is handed in has no trained weights, or has them), again (an unchanged class), workers (two against one), thousand
(1,000 submissions in one run), kernels (what starting one in its sandbox takes). Without one all are measured, which
takes more than an hour. Every submission is the solution with comments of its own, so that none is executed for
another. What comes out goes into benchmarks/grading.json, and the table made of it into README.md. Processor seconds
are those of all processes, from a control group: this needs root, or a group of one's own (`systemd-run --user
--scope`).
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# nbgrader starts `alembic`, and the kernels' Python, by name.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

from autograder import secret  # noqa: E402
from autograder.course import source  # noqa: E402
from autograder.course.leaks import without_markers  # noqa: E402

COMMON = """
from pathlib import Path

from autograder import secret

c = get_config()
secret.ensure(Path(__file__).resolve().parent)
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

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.folder.rmdir()

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


def bare(text: Path) -> float:
    """Seconds of processor time of the bare code of a notebook, in a process that has imported everything."""
    with tempfile.TemporaryDirectory() as scratch:
        code = Path(scratch, "bare_cells.py")  # the name of no module: this folder comes first on the path
        cells = [cell.source for cell in source.read(text).cells if cell.cell_type == "code"]
        code.write_text("\n".join(cells), encoding="utf-8")
        program = (
            "import sys, time\n"
            "import tensorflow as tf\n"
            "tf.config.threading.set_intra_op_parallelism_threads(1)\n"
            "tf.config.threading.set_inter_op_parallelism_threads(1)\n"
            "import keras, matplotlib.pyplot, autograder.notebook.checklist\n"
            "code = compile(open('bare_cells.py').read(), 'bare_cells.py', 'exec')\n"
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


KITS_OWN = ("1_kernels", "4_lenet5")
COUNTS = {
    "numpy_only": (24, 48),
    "lenet5": (24, 48),
    "1_kernels": (4, 8),
    "4_lenet5": (2, 4),
    "4_lenet5_weights": (2, 4),
}


def notebook(account: Account, part: str, repeats: int) -> dict[str, Any]:
    """A notebook, beside stock nbgrader: what the larger class takes more than the smaller one."""
    name = part.removesuffix("_weights")
    text = ROOT / ("solutions" if name in KITS_OWN else "benchmarks/course") / name / f"{name}.py"
    with contextlib.ExitStack() as stack:
        weights = stack.enter_context(_trained(name, text)) if part.endswith("_weights") else None
        found: dict[str, Any] = beside_stock(account, name, text, COUNTS[part], repeats, weights)
    found["times as fast"] = round(found["stock"]["wall_each"] / found["kit"]["wall_each"], 1)
    if name not in KITS_OWN:
        found["bare_cpu"] = bare(text)
    return {"students": COUNTS[part], "repeats": repeats, **found}


@contextlib.contextmanager
def _trained(name: str, text: Path) -> Iterator[Path]:
    """The folder of weights that the solution leaves."""
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        resources = {"metadata": {"path": folder}}
        secret.ensure(folder)  # the solution's hidden tests need one
        NotebookClient(source.read(text), timeout=600, kernel_name="python3", resources=resources).execute()
        del os.environ[secret.VARIABLE]  # each course has its own
        yield Path(folder, "trained")


def again(account: Account, part: str, repeats: int) -> dict[str, Any]:
    """A class of 48 that has not changed since it was graded."""
    text = ROOT / "benchmarks/course/numpy_only/numpy_only.py"
    seconds: dict[int, list[Taken]] = {24: [], 48: []}
    for count, found in seconds.items():
        with course("numpy_only", text, count, True) as root:
            account.run([*KIT, "numpy_only"], root)
            found += [account.run([*KIT, "numpy_only"], root) for _ in range(repeats)]
    wall = {count: statistics.median(taken.wall for taken in found) for count, found in seconds.items()}
    each = (wall[48] - wall[24]) / 24
    return {"wall_each": round(each, 4), "wall_start": round(wall[24] - 24 * each, 2)}


def workers(account: Account, part: str, repeats: int) -> dict[str, Any]:
    """One worker against two, on LeNet-5: marginal throughput."""
    text = ROOT / "benchmarks/course/lenet5/lenet5.py"
    each: dict[str, list[float]] = {"1": [], "2": []}
    for _ in range(repeats):
        for count, found in each.items():
            wall = []
            for students in (6, 18):
                with course("lenet5", text, students, True) as root:
                    wall.append(account.run([*KIT, "lenet5", "--workers", count], root).wall)
            found.append((wall[1] - wall[0]) / 12)
    one, two = (statistics.median(found) for found in each.values())
    return {"one": round(one, 3), "two": round(two, 3), "ratio": round(one / two, 2)}


def thousand(account: Account, part: str, repeats: int) -> dict[str, Any]:
    """1,000 submissions in one run: seconds and memory for each hundred."""
    text = ROOT / "benchmarks/course/numpy_only/numpy_only.py"
    with course("numpy_only", text, 1000, True) as root:
        enter = f'echo $$ > {account.folder}/cgroup.procs; exec "$@"'
        process = subprocess.Popen(
            ["sh", "-c", enter, "sh", *KIT, "numpy_only"], cwd=root, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        hundreds: list[dict[str, float]] = []
        begun, before, done = time.perf_counter(), account.seconds(), 0
        for line in process.stdout:
            done += line.rstrip().endswith(": graded")
            if done == 100:
                now, cpu = time.perf_counter(), account.seconds()
                memory = resident(process.pid)
                hundreds.append({"wall": round(now - begun, 1), "cpu": round(cpu - before, 1), "grader_mb": memory})
                print(f"  {hundreds[-1]}", file=sys.stderr, flush=True)
                begun, before, done = now, cpu, 0
        if process.wait() != 0:
            raise SystemExit("grading 1,000 submissions failed")
    return {"hundreds": hundreds}


KERNELS = """
import sys, tempfile
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config
from autograder.sandbox import warm
from autograder.sandbox.kernels import SandboxedKernelManager
settings = Config({"SandboxedKernelManager": {"warm": True, "imports": list(warm.LIGHT)}})
for _ in range(int(sys.argv[1])):
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]),
            kernel_manager_class=SandboxedKernelManager,
            config=settings,
            extra_arguments=["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        ).execute()
"""


def kernels(account: Account, part: str, repeats: int) -> dict[str, Any]:
    """What one warm kernel in its sandbox takes that runs one cell of one character. A submission has two kernels."""
    each: dict[str, list[float]] = {"wall": [], "cpu": []}
    for _ in range(repeats):
        few, many = (account.run([sys.executable, "-c", KERNELS, str(count)], ROOT) for count in (10, 50))
        for unit, found in each.items():
            found.append((getattr(many, unit) - getattr(few, unit)) / 40)
    return {f"{unit}_each": round(statistics.median(found), 3) for unit, found in each.items()}


def resident(process: int) -> int:
    """MB that the grader's own process has in memory."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) >> 10


PARTS = {
    **dict.fromkeys(COUNTS, notebook),
    "again": again,
    "workers": workers,
    "thousand": thousand,
    "kernels": kernels,
}
RESULTS = ROOT / "benchmarks" / "grading.json"
BEGIN, END = "<!-- made by benchmarks/grading.py -->", "<!-- up to here -->"


def table(results: dict[str, Any]) -> str:
    """The README's lines."""
    names = {
        "numpy_only": "NumPy only ([benchmarks/course](benchmarks/course))",
        "lenet5": "LeNet-5, one training (same place)",
        "1_kernels": "1 Kernels",
        "4_lenet5_weights": "4 LeNet-5, weights handed in",
        "4_lenet5": "4 LeNet-5, trained while grading",
    }
    lines = [
        "| One submission more | nbgrader | this kit | | processor: nbgrader | this kit | bare code |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for part, name in names.items():
        if part in results:
            found = results[part]
            stock, kit = found["stock"], found["kit"]
            bare_cpu = f"{found['bare_cpu']:.2f} s" if "bare_cpu" in found else ""
            lines.append(
                f"| {name} | {stock['wall_each']:.2f} s | {kit['wall_each']:.2f} s | **{found['times as fast']:g}×** "
                f"| {stock['cpu_each']:.2f} s | {kit['cpu_each']:.2f} s | {bare_cpu} |"
            )
    lines.append("")
    if "numpy_only" in results:
        stock, kit = (results["numpy_only"][kind]["wall_start"] for kind in ("stock", "kit"))
        lines.append(f"Starting takes {stock:.0f} s (nbgrader) and {kit:.0f} s.")
    if "kernels" in results:
        each, cores = results["kernels"]["cpu_each"], results["machine"]["cores"]
        lines.append(
            "Where nothing is trained, most goes into the two kernels that every submission has, each in a sandbox of "
            f"its own: starting them takes {2 * each:.2f} processor seconds, {2 * each / cores:.2f} s on {cores} cores."
        )
    if "lenet5" in results:
        kit, cores = results["lenet5"]["kit"], results["machine"]["cores"]
        busy = kit["cpu_each"] / (cores * kit["wall_each"])
        lines.append(f"LeNet-5 keeps the {cores} cores {busy:.0%} busy: what shortens the wait is more of them.")
    if "again" in results:
        lines.append(f"A submission that has not changed takes {1000 * results['again']['wall_each']:.0f} ms.")
    if "workers" in results:
        ratio, cores = results["workers"]["ratio"], results["machine"]["cores"]
        lines.append(f"Two workers are {ratio:g} times as fast as one, on {cores} cores that also do everything else.")
    if "thousand" in results:
        first, last = results["thousand"]["hundreds"][0], results["thousand"]["hundreds"][-1]
        lines.append(
            f"Of 1,000 submissions in one run the first hundred takes {first['cpu']:.0f} processor seconds, the last "
            f"{last['cpu']:.0f}; the grader's own process has {first['grader_mb']} MB after the first hundred and "
            f"{last['grader_mb']} MB at the end."
        )
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--students", type=int, nargs=2, help="of the two classes that a notebook is graded for")
    given = asked.parse_args()
    if given.students:
        COUNTS.update(dict.fromkeys(COUNTS, tuple(given.students)))
    account = Account()
    try:
        for part in given.parts or PARTS:
            found = PARTS[part](account, part, given.repeats)
            results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
            results["machine"] = {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version()}
            results[part] = found
            RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
            print(part, json.dumps(found), flush=True)
    finally:
        account.close()
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
