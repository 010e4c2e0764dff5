"""The commands, what they take and how they look; what they do is in `autograder.course`.

Each command imports what it needs when it is called: nbgrader takes seconds, and `--help` should not.
"""

import os
import tempfile
import time
import traceback
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.course.layout import Course
from autograder.errors import CourseError, MachineError

if TYPE_CHECKING:
    from autograder.course.grade import Grading

app = typer.Typer(
    name="autograder",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="A Keras course on convolutional networks: derive its notebooks, grade a class, see where it stumbled.",
)
console = Console(highlight=False)

Names = Annotated[
    list[str] | None, typer.Argument(help="Assignments, such as 1_kernels; all of them if none is named.")
]
CourseOption = Annotated[Path, typer.Option("--course", help="A folder in the course; it holds nbgrader_config.py.")]


class Format(StrEnum):
    """What grades are exported for: the keys of FORMATS in course/export/formats.py, which is slow to import."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"


@app.command()
def build(
    names: Names = None,
    check: Annotated[bool, typer.Option("--check", help="Only say which notebooks are stale; write nothing.")] = False,
    take_edits: Annotated[
        bool, typer.Option("--take-edits", help="Write what was edited in a derived notebook into its source first.")
    ] = False,
    discard_edits: Annotated[
        bool, typer.Option("--discard-edits", help="Drop what was edited in a derived notebook.")
    ] = False,
    course: CourseOption = Path("."),
) -> None:
    """Derive the instructor's and the students' notebooks from their text sources."""
    from autograder.course import build as notebooks

    if take_edits and discard_edits:
        raise CourseError("--take-edits and --discard-edits exclude each other: name one.")
    place = Course.find(course)
    chosen = place.choose(names, place.names())
    if check:
        _warn(notebooks.warnings(place, chosen))
        if old := notebooks.stale(place, chosen):
            raise CourseError("\n".join(old))
        console.print(f"{len(chosen)} assignments are up to date.")
        return
    for line in notebooks.build(place, chosen, "take" if take_edits else "discard" if discard_edits else "refuse"):
        console.print(line)
    _warn(notebooks.warnings(place, chosen))


@app.command()
def grade(
    names: Names = None,
    student: Annotated[str | None, typer.Option(help="Only this student.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what is graded already.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Execute again what was executed before.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="How many submissions are executed at once; all cores if not given.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler whose workers execute, such as tcp://10.0.0.1:8786.")
    ] = None,
    no_sandbox: Annotated[
        bool,
        typer.Option(
            "--no-sandbox", help="Run student code unprotected where the sandbox does not work; results say so."
        ),
    ] = False,
    course: CourseOption = Path("."),
) -> None:
    """Grade what is in submitted/, make the feedback pages, export grades.csv and print who got what.

    Interrupt it whenever you like: the next call goes on where it stopped.
    """
    from autograder.course import build as notebooks
    from autograder.course.grade import Grading

    place = Course.find(course)
    chosen = place.choose(names, place.gradable())
    grading = Grading(place, chosen, student, not no_sandbox, workers, scheduler)
    _warn(notebooks.warnings(place, chosen))
    _grade(grading, force or again, again)


@app.command()
def prune(
    days: Annotated[int, typer.Option(min=0, help="How long ago an execution was last of use.")] = 180,
    course: CourseOption = Path("."),
) -> None:
    """Remove stored executions that are of no use any more; whatever is graded again is then executed again."""
    from autograder.course.nbgrader_course import STORE
    from autograder.wall.executions import Store

    count, size = Store(Course.find(course).root / STORE).prune(days)
    console.print(f"{count} executions removed, {size / 2**20:.1f} MB.")


@app.command()
def report(
    names: Names = None,
    to: Annotated[Path, typer.Option("--to", help="The page to write.")] = Path("report.html"),
    course: CourseOption = Path("."),
) -> None:
    """Write a page about the class: what needs attention, where it stumbled and what it was told, time and memory.

    It is one HTML file with students' names in it, for those who teach them.
    """
    from autograder.course.report import collect, page

    place = Course.find(course)
    page.write(collect.collect(place, place.choose(names, place.gradable())), to)
    console.print(f"Report: [bold]{escape(str(to))}[/bold]", soft_wrap=True)


@app.command()
def export(
    names: Names = None,
    form: Annotated[Format, typer.Option("--format", help="What the file is for; csv is ours.")] = Format.CSV,
    to: Annotated[Path | None, typer.Option("--to", help="The file to write, if not grades.csv, canvas.csv, …")] = None,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", help="The gradebook as Canvas or Moodle exported it: its students and columns."),
    ] = None,
    course: CourseOption = Path("."),
) -> None:
    """Write the grades for Canvas, Moodle or Gradescope, and say who is left out and why.

    Name an assignment that has just been graded: no other is touched when the file is imported.
    """
    from autograder.course.export import formats

    path, notes = formats.export(Course.find(course), form.value, names, to, roster)
    _warn(notes)
    console.print(f"Grades: [bold]{escape(str(path))}[/bold]", soft_wrap=True)


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option(help="Where the course is made; emptied first if an earlier demo made it.")
    ] = Path("demo"),
    names: Names = None,
    course: CourseOption = Path("."),
) -> None:
    """Make up a class of thirty, release, collect, grade, give feedback: the whole way, in a scratch folder."""
    from autograder.course import demo as demonstration
    from autograder.course.grade import Grading
    from autograder.display import progress_bar

    place = Course.find(course)
    chosen = place.choose(names, place.names())
    with progress_bar(console) as progress:
        task = progress.add_task("preparing", total=None)

        def report(done: int, total: int, text: str) -> None:
            progress.update(task, completed=done, total=total, description=text)
            _log(f"{done}/{total} {text}")

        scratch = demonstration.make_course(place, folder, chosen, report)
    _grade(Grading(scratch, chosen))
    console.print(
        f"\nHow each student works: [bold]{demonstration.table(scratch)}[/bold]\n"
        f"Their own folders: [bold]{demonstration.homes(scratch)}[/bold]",
        soft_wrap=True,
    )


@app.command()
def doctor(course: CourseOption = Path(".")) -> None:
    """Say what is installed, which data is there, what is missing and how to get it."""
    from autograder.course import doctor as examination

    try:
        place: Course | None = Course.find(course)
    except CourseError:
        place = None
    table = Table(show_header=False, box=None, pad_edge=False)
    bad = 0
    for finding in examination.examine(place):
        mark = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "·"}[finding.good]
        table.add_row(mark, finding.what, finding.state, "" if finding.good else finding.remedy)
        bad += finding.good is False
    console.print(table)
    if bad:
        raise CourseError(f"{bad} of these need mending: the lines marked ✗ say how.")


def _grade(grading: "Grading", force: bool = False, again: bool = False) -> None:
    """Grade and show it."""
    from autograder.display import GradingDisplay, show_summary

    begun = time.monotonic()
    grading.register()
    display = GradingDisplay(console, len(grading.submissions))
    grading.watch = display.at
    outcomes = []
    with display.shown():
        for outcome in grading.run(force, again):
            display.done(outcome)
            outcomes.append(outcome)
    show_summary(console, grading, outcomes, time.monotonic() - begun)


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(escape(line), style="yellow", soft_wrap=True)


def _log(text: str) -> None:
    """A line for each step where there is no terminal to draw a bar on, as in CI."""
    if not console.is_terminal:
        console.print(escape(text))


def _say_error(text: str) -> None:
    Console(stderr=True, highlight=False).print(f"[red]Error:[/red] {escape(text)}", soft_wrap=True)


def run() -> None:
    """The console script: an error that the user can mend is one sentence, and no error is a traceback."""
    try:
        app()
    except CourseError as error:
        _say_error(str(error))
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        Console(stderr=True).print("Interrupted; call again to go on.")
        raise SystemExit(130) from None
    except Exception as error:
        if os.environ.get("AUTOGRADER_DEBUG"):
            raise
        if known := MachineError.of("".join(traceback.format_exception_only(error))):
            _say_error(str(known))
            raise SystemExit(1) from None
        with tempfile.NamedTemporaryFile("w", prefix="autograder-", suffix=".log", delete=False) as log:
            traceback.print_exc(file=log)
        text = str(error).splitlines()[0] if str(error) else ""
        _say_error(f"{type(error).__name__}: {text} This is a fault of autograder; {log.name} says where.")
        raise SystemExit(70) from None
