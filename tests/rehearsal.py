"""Run an assignment's cells in this process: its solution, its blank version, and the banks of answers.

python -m tests.rehearsal 1_kernels [exercise ...]
"""

import ast
import contextlib
import io
import linecache
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode

from autograder.course import banks, source
from autograder.course.layout import Course
from autograder.notebook.checklist import Score

ROOT = Path(__file__).resolve().parent.parent
STUB = "raise NotImplementedError()"


@dataclass(frozen=True)
class Outcome:
    """What a test cell gave: its points, what it could give, and what it showed."""

    points: float
    possible: float
    shown: str


class Rehearsal:
    """The instructor notebook of an assignment, run once from top to bottom, with the state before each exercise kept.

    Runs in `folder` (a scratch folder unless given), so that what it trains lands there.
    """

    def __init__(self, name: str, folder: Path | None = None, root: Path = ROOT) -> None:
        self.name = name
        self.cells: list[NotebookNode] = [
            cell for cell in source.read(Course(root).source(name)).cells if cell.cell_type == "code"
        ]
        self.folder = folder or Path(tempfile.mkdtemp())
        self.before: dict[str, dict[str, Any]] = {}
        self.solution: dict[str, Outcome] = {}
        namespace: dict[str, Any] = {"__name__": "__main__"}
        with self._inside():
            for cell in self.cells:
                about = cell.metadata.get("nbgrader", {})
                if about.get("solution"):
                    self.before[about["grade_id"]] = dict(namespace)
                outcome = _run(cell, namespace)
                if about.get("grade") and not about.get("solution"):
                    self.solution[about["grade_id"]] = outcome

    @property
    def exercises(self) -> list[str]:
        """The exercises with an answer in code, in order."""
        return list(self.before)

    def grade(self, exercise: str, answer: str) -> dict[str, Outcome]:
        """The outcomes of an exercise's own test cells when `answer` stands in its answer cell."""
        tests = [f"test_{exercise}", f"hidden_{exercise}"]
        namespace = dict(self.before[exercise])
        outcomes: dict[str, Outcome] = {}
        ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in self.cells]
        last = max(index for index, grade_id in enumerate(ids) if grade_id in tests)
        with self._inside():
            answered = NotebookNode(source=answer, metadata={}, id=exercise)
            with contextlib.suppress(Exception):  # a cell of the student's may fail: the checks then say so
                _run(answered, namespace)
            for index in range(ids.index(exercise) + 1, last + 1):
                cell = self.cells[index]
                if ids[index] in tests:
                    outcomes[ids[index]] = _run(cell, namespace)
                elif not (cell.metadata.get("nbgrader", {}).get("grade")):
                    with contextlib.suppress(Exception):
                        _run(cell, namespace)
        return outcomes

    def blank(self, exercise: str) -> str:
        """The answer cell as students get it: each solution region replaced by nbgrader's stub."""
        (cell,) = [cell for cell in self.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise]
        lines, skipping = [], False
        for line in cell.source.splitlines():
            if "### BEGIN SOLUTION" in line:
                lines.append(line[: len(line) - len(line.lstrip())] + STUB)
                skipping = True
            elif "### END SOLUTION" in line:
                skipping = False
            elif not skipping:
                lines.append(line)
        return "\n".join(lines)

    @contextlib.contextmanager
    def _inside(self) -> Iterator[None]:
        here = Path.cwd()
        os.chdir(self.folder)
        try:
            yield
        finally:
            os.chdir(here)


def _run(cell: NotebookNode, namespace: dict[str, Any]) -> Outcome:
    """Run a cell as a kernel would; the value of a last expression is its result. Anything on stderr is 0 points."""
    about = cell.metadata.get("nbgrader", {})
    possible = float(about.get("points", 0))
    name = f"<cell {about.get('grade_id', cell.id)}>"
    linecache.cache[name] = (len(cell.source), None, cell.source.splitlines(keepends=True), name)
    tree = ast.parse(cell.source, filename=name)
    last = ast.Expression(tree.body.pop().value) if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(complaints):
        exec(compile(tree, name, "exec"), namespace)
        result = eval(compile(last, name, "eval"), namespace) if last else None  # noqa: S307
    if about.get("grade") and complaints.getvalue():
        return Outcome(0.0, possible, f"{shown.getvalue()}\nstderr: {complaints.getvalue()}")
    points = float(result) if isinstance(result, Score) else possible
    return Outcome(points, possible, shown.getvalue())


def total(outcomes: dict[str, Outcome]) -> float:
    return sum(outcome.points for outcome in outcomes.values())


def main(arguments: list[str]) -> int:
    """Print what the solution, the blank version and each answer of the banks earn; 1 if any is not as it should be."""
    name, wanted = arguments[0], arguments[1:]
    wrong = 0
    print(f"running the solution of {name} …", flush=True)
    rehearsal = Rehearsal(name)
    for grade_id, outcome in rehearsal.solution.items():
        good = outcome.points == outcome.possible
        wrong += not good
        print(f"{'ok ' if good else 'BAD'} solution, {grade_id}: {outcome.points:g} of {outcome.possible:g}")
        if not good:
            print(outcome.shown)
    for exercise in rehearsal.exercises:
        if wanted and exercise not in wanted:
            continue
        outcomes = rehearsal.grade(exercise, rehearsal.blank(exercise))
        good = total(outcomes) == 0
        wrong += not good
        print(f"{'ok ' if good else 'BAD'} blank, {exercise}: {total(outcomes):g}")
        if not good:
            print("\n".join(outcome.shown for outcome in outcomes.values()))
    for mistake in banks.mistakes(Course(ROOT), name):
        if wanted and mistake.exercise not in wanted:
            continue
        outcomes = rehearsal.grade(mistake.exercise, mistake.code)
        shown = "\n".join(outcome.shown for outcome in outcomes.values())
        good = abs(total(outcomes) - mistake.earns) < 1e-9 and mistake.told in shown
        wrong += not good
        print(f"{'ok ' if good else 'BAD'} {mistake}: earns {total(outcomes):g}, expected {mistake.earns:g}")
        if not good:
            print(shown)
    for way in banks.alternatives(Course(ROOT), name):
        if wanted and way.exercise not in wanted:
            continue
        outcomes = rehearsal.grade(way.exercise, way.code)
        possible = sum(outcome.possible for outcome in outcomes.values())
        good = total(outcomes) == possible
        wrong += not good
        print(f"{'ok ' if good else 'BAD'} right, {way}: earns {total(outcomes):g} of {possible:g}")
        if not good:
            print("\n".join(outcome.shown for outcome in outcomes.values()))
    print(f"{wrong} not as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("AUTOGRADER_SECRET", str(ROOT / "tests" / "secret_for_tests"))
    sys.exit(main(sys.argv[1:]))
