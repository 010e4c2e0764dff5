"""What the wall costs: processor seconds of grading one submission, beside stock nbgrader in the same run.

    python benchmarks/wall.py [NOTEBOOK …] [--times N]

For each notebook (by default the two of tests/foreign_course), its own solution is graded N times by `nbgrader
autograde` with the wall and without it, in turns. Every process counts: the grader's, and all of both kernels.
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


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    foreign = ROOT / "tests" / "foreign_course" / "source"
    asked.add_argument("notebooks", nargs="*", type=Path, default=sorted(foreign.glob("*/*.ipynb")))
    asked.add_argument("--times", type=int, default=5)
    given = asked.parse_args()
    print(
        f"{'':14}{'stock':>22}{'wall':>22}{'ratio':>8}\n{'':14}{'CPU s':>11}{'wall s':>11}{'CPU s':>11}{'wall s':>11}"
    )
    for notebook in given.notebooks:
        seconds: dict[str, list[tuple[float, float]]] = {"stock": [], "wall": []}
        with tempfile.TemporaryDirectory() as folder:
            courses = {
                "stock": course(Path(folder) / "stock", notebook, STOCK),
                "wall": course(Path(folder) / "wall", notebook, WALL),
            }
            for turn in range(given.times + 1):
                for kind, nbgrader in courses.items():
                    taken = measured(lambda nbgrader=nbgrader: nbgrader.autograde("a", "s", force=True))
                    if turn:  # the first one imports nbgrader's parts
                        seconds[kind].append(taken)
        figures = [
            statistics.median(values) for kind in ("stock", "wall") for values in zip(*seconds[kind], strict=True)
        ]
        print(
            f"{notebook.stem:14}" + "".join(f"{figure:11.2f}" for figure in figures) + f"{figures[2] / figures[0]:8.2f}"
        )


def course(root: Path, notebook: Path, config: str) -> Nbgrader:
    for folder in (root / "source" / "a", root / "submitted" / "s" / "a"):
        folder.mkdir(parents=True)
        shutil.copyfile(notebook, folder / f"{notebook.stem}.ipynb")
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    nbgrader = Nbgrader(Course(root, "source", "release"))
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
        before = running.cpu_seconds
        close(running, *arguments)
        sandboxed += running.cpu_seconds - before

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
