"""How the grading of a class looks: while it runs, and what is said at its end."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from autograder.course.grade import Grading, Outcome, Row

MOST_ROWS = 40
"""Students in a table; of a larger class, the terminal shows each assignment's distribution."""
MOST_RUNNING = 8
SILENCE = 60
"""Seconds without a line, where there is no terminal, after which one says what runs."""


def progress_bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
    )


class GradingDisplay:
    """Shows how far the grading of `total` submissions is, who runs in which cell, and what is set aside."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._progress = progress_bar(console)
        self._task = self._progress.add_task("reading what was handed in", total=total)
        self._running: dict[str, tuple[str, float, float]] = {}  # cell, since when, and the whole since when
        self._lock = threading.Lock()  # workers tell from another thread
        self._total = total
        self._counts = {"graded": 0, "unchanged": 0, "set aside": 0}
        self._spoken = time.monotonic()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draws on a terminal; where there is none, each step is a line."""
        if not self._console.is_terminal:
            yield
            return
        with Live(get_renderable=self._picture, console=self._console, refresh_per_second=4, transient=True):
            yield

    def at(self, name: str, cell: str) -> None:
        """A notebook, "student · notebook", has come to this cell."""
        now = time.monotonic()
        with self._lock:
            begun = self._running[name][2] if name in self._running else now
            self._running[name] = (cell, now, begun)
        if not self._console.is_terminal and now - self._spoken > SILENCE:
            # rich ends a program whose output nobody reads any more; the thread that calls this must go on.
            with suppress(SystemExit):
                self._say("running: " + ", ".join(self._lines(now)))

    def done(self, outcome: Outcome) -> None:
        student, name = outcome.submission.student, outcome.submission.assignment
        kind = "set aside" if outcome.reason else "unchanged" if outcome.unchanged else "graded"
        self._counts[kind] += 1
        with self._lock:
            for running in [running for running in self._running if running.startswith(f"{student} · ")]:
                del self._running[running]
        self._progress.update(self._task, advance=1, description=self._state())
        if outcome.reason and self._console.is_terminal:
            self._console.print(f"[red]✗[/red] {escape(student)}, {name} has no grade: {escape(outcome.reason)}.")
        elif not self._console.is_terminal and not outcome.unchanged:
            count = sum(self._counts.values())
            self._say(f"{count}/{self._total} {name} · {student}: {outcome.reason or 'graded'}")

    def _state(self) -> str:
        return ", ".join(f"{count} {kind}" for kind, count in self._counts.items() if count)

    def _say(self, text: str) -> None:
        self._spoken = time.monotonic()
        self._console.print(escape(text), soft_wrap=True)

    def _lines(self, now: float) -> list[str]:
        with self._lock:
            running = sorted(self._running.items(), key=lambda item: item[1][2])
        lines = [f"{name} {cell} {_clock(now - since)}" for name, (cell, since, _) in running[:MOST_RUNNING]]
        return [*lines, f"and {len(running) - MOST_RUNNING} more"] if len(running) > MOST_RUNNING else lines

    def _picture(self) -> RenderableType:
        return Group(self._progress, *(f"  [dim]{escape(line)}[/dim]" for line in self._lines(time.monotonic())))


def show_summary(console: Console, grading: Grading, outcomes: list[Outcome], seconds: float) -> None:
    """Who got what, what wants a look, where the class stumbled; last and shortest, what came of it and where it is."""
    rows, maximum = grading.rows(), grading.maximum()
    small = len(rows) <= MOST_ROWS
    console.print(_of_students(rows, maximum) if small else _of_assignments(rows, maximum))
    for row in rows if small else []:
        if row.remarks:
            console.print(escape(f"{row.student}: {'; '.join(row.remarks)}"), soft_wrap=True)
    if stumbles := grading.stumbles(5):
        console.print("Where the class stumbled, and the share of the points it earned there:")
        for stumble in stumbles:
            console.print(f"  {stumble.share:4.0%}  {stumble.assignment} · {stumble.cell}")
    root = grading.course.root
    grading.export(root / "grades.csv")
    aside = [outcome for outcome in outcomes if outcome.reason]
    unchanged = sum(outcome.unchanged for outcome in outcomes)
    console.print(
        f"\n[bold]{len(outcomes) - len(aside) - unchanged} graded[/bold] in {_clock(seconds)}"
        + (f", {unchanged} unchanged" if unchanged else "")
        + (f", [red]{len(aside)} set aside[/red], without a grade" if aside else "")
        + "."
    )
    for outcome in aside if not small else []:
        about = outcome.submission
        console.print(escape(f"  {about.student}, {about.assignment}: {outcome.reason}."), soft_wrap=True)
    console.print(f"Grades: [bold]{root / 'grades.csv'}[/bold]", soft_wrap=True)
    console.print(f"Feedback: [bold]{root / 'feedback'}/STUDENT/ASSIGNMENT/[/bold]", soft_wrap=True)
    console.print(
        "More about the class: `autograder report`. Written answers wait in Formgrader: `nbgrader formgrade`."
    )


def _of_students(rows: list[Row], maximum: dict[str, tuple[float, float]]) -> Table:
    # Narrow: a course of six assignments must fit into a terminal of 80 columns.
    table = Table(
        title="Points, of those given by the checks + those given by hand", title_justify="left", box=SIMPLE_HEAD
    )
    table.add_column("student")
    for name, (points, by_hand) in maximum.items():
        broken = name.replace("_", "_\n", 1)
        table.add_column(f"{broken}\n{points - by_hand:g} + {by_hand:g}", justify="right", overflow="fold")
    table.add_column("total", justify="right")
    for row in rows:
        earned = [row.points.get(name) for name in maximum]
        total = sum(value for value in earned if value is not None)
        table.add_row(row.student, *map(_points, earned), f"{total:.1f}")
    return table


def _of_assignments(rows: list[Row], maximum: dict[str, tuple[float, float]]) -> Table:
    table = Table(title="Points of the class", title_justify="left", box=SIMPLE_HEAD)
    for heading in ("assignment", "checks + hand", "graded", "no grade", "lowest", "median", "highest", "remarks"):
        table.add_column(heading, justify="left" if heading == "assignment" else "right")
    for name, (points, by_hand) in maximum.items():
        found = [row.points[name] for row in rows if name in row.points]
        graded = sorted(value for value in found if value is not None)
        marks = [graded[0], statistics.median(graded), graded[-1]] if graded else [None] * 3
        remarks = sum(remark.startswith(f"{name}: ") for row in rows for remark in row.remarks)
        counts = (str(len(graded)), str(len(found) - len(graded)))
        table.add_row(name, f"{points - by_hand:g} + {by_hand:g}", *counts, *map(_points, marks), str(remarks))
    return table


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60}:{whole % 60:02} min"
