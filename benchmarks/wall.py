"""What the wall costs: processor seconds of grading one submission, beside stock nbgrader in the same run.

    python benchmarks/wall.py [NOTEBOOK …] [--times N]

For each notebook (by default the two of tests/foreign_course), its own solution is graded N times by `nbgrader
autograde` without the wall, with it, and with it and warm kernels, in turns. Every process counts: the grader's, and
all of both kernels.
"""

import argparse
import contextlib
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograder.course.layout import Course  # noqa: E402
from autograder.course.nbgrader_course import Nbgrader  # noqa: E402
from autograder.sandbox.running import Running  # noqa: E402

STOCK = 'c = get_config()\nc.Execute.timeout = 300\nc.Execute.extra_arguments = ["--log-level=ERROR"]\n'
WALL = f"{STOCK}from autograder.wall.settings import grade_behind_wall\ngrade_behind_wall(c)\n"
CONFIGS = {"stock": STOCK, "wall": WALL, "warm": f"{WALL}c.SandboxedKernelManager.warm = True\n"}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    foreign = ROOT / "tests" / "foreign_course" / "source"
    asked.add_argument("notebooks", nargs="*", type=Path, default=sorted(foreign.glob("*/*.ipynb")))
    asked.add_argument("--times", type=int, default=5)
    given = asked.parse_args()
    print(" " * 14 + "".join(f"{kind:>22}" for kind in CONFIGS) + f"{'ratios':>16}")
    print(" " * 14 + f"{'CPU s':>11}{'wall s':>11}" * len(CONFIGS) + f"{'of CPU s':>16}")
    for notebook in given.notebooks:
        seconds: dict[str, list[tuple[float, float]]] = {kind: [] for kind in CONFIGS}
        with tempfile.TemporaryDirectory() as folder:
            courses = {kind: course(Path(folder) / kind, notebook, config) for kind, config in CONFIGS.items()}
            for turn in range(given.times + 1):
                for kind, nbgrader in courses.items():
                    taken = measured(lambda nbgrader=nbgrader: nbgrader.autograde("a", "s", force=True))
                    if turn:  # the first one imports nbgrader's parts, and starts the warm parent
                        seconds[kind].append(taken)
        figures = {kind: [statistics.median(column) for column in zip(*seconds[kind], strict=True)] for kind in CONFIGS}
        ratios = "".join(f"{figures[kind][0] / figures['stock'][0]:8.2f}" for kind in ("wall", "warm"))
        print(
            f"{notebook.stem:14}" + "".join(f"{figure:11.2f}" for pair in figures.values() for figure in pair) + ratios
        )


def course(root: Path, notebook: Path, config: str) -> Nbgrader:
    for folder in (root / "source" / "a", root / "submitted" / "s" / "a"):
        folder.mkdir(parents=True)
        shutil.copyfile(notebook, folder / f"{notebook.stem}.ipynb")
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    nbgrader = Nbgrader(Course(root, "source", "release"))
    nbgrader.api.config.ExecuteBehindWall.store = ""  # or only the first turn would execute anything
    if config == STOCK:  # what this kit adds to every course, taken away again
        for section in ("Autograde", "GenerateFeedback", "HTMLExporter"):
            nbgrader.api.config.pop(section, None)
    nbgrader.generate_assignment("a")
    return nbgrader


def measured(work) -> tuple[float, float]:
    """Seconds of processor time, of all processes, and of time that passed."""
    sandboxed = 0.0
    close = Running.close

    def close_and_count(running: Running, *arguments: float) -> None:
        nonlocal sandboxed
        before = running.usage.cpu_seconds or 0.0
        close(running, *arguments)
        sandboxed += (running.usage.cpu_seconds or 0.0) - before

    before, children, begun = used(resource.RUSAGE_SELF), used(resource.RUSAGE_CHILDREN), time.perf_counter()
    with contextlib.ExitStack() as stack:
        Running.close = close_and_count  # type: ignore[method-assign,assignment]
        stack.callback(setattr, Running, "close", close)
        work()
    below = sandboxed or used(resource.RUSAGE_CHILDREN) - children  # a sandbox's kernels may be in neither account
    return used(resource.RUSAGE_SELF) - before + below, time.perf_counter() - begun


def used(who: int) -> float:
    """Seconds of processor time, of this process or of those children of it that have ended."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
