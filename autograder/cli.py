"""The commands, what they take and how they look; what they do is in `autograder.course`.

Each command imports what it needs when it is called: nbgrader takes seconds, and `--help` should not.
"""

import os
import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
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
    run_grading(grading, force or again, again)
    show_grades(grading)


@app.command()
def report(
    names: Names = None,
    to: Annotated[Path, typer.Option("--to", help="The page to write.")] = Path("report.html"),
    course: CourseOption = Path("."),
) -> None:
    """Write a page about the class: points, each check's success, frequent hints, and what wants a look."""
    from autograder.course import report as reports

    place = Course.find(course)
    reports.write(reports.collect(place, place.choose(names, place.gradable())), to)
    console.print(f"Report: [bold]{escape(str(to))}[/bold]", soft_wrap=True)


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option(help="Where the course is made; emptied first if an earlier demo made it.")
    ] = Path("demo"),
    names: Names = None,
    course: CourseOption = Path("."),
) -> None:
    """Make up a class of twelve, release, collect, grade, give feedback: the whole way, in a scratch folder."""
    from autograder.course import demo as demonstration
    from autograder.course.grade import Grading

    place = Course.find(course)
    chosen = place.choose(names, place.names())
    with _progress() as progress:
        task = progress.add_task("preparing", total=None)

        def report(done: int, total: int, text: str) -> None:
            progress.update(task, completed=done, total=total, description=text)
            _log(f"{done}/{total} {text}")

        scratch = demonstration.make_course(place, folder, chosen, report)
    grading = Grading(scratch, chosen)
    run_grading(grading)
    show_grades(grading)
    console.print(f"\nStudents wrote their work in [bold]{demonstration.homes(scratch)}[/bold].")


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


def run_grading(grading: "Grading", force: bool = False, again: bool = False) -> None:
    """Grade with a progress bar; what cannot be graded is printed as it happens."""
    with _progress() as progress:
        task = progress.add_task("reading the assignments", total=len(grading.submissions))
        running: dict[str, str] = {}

        def watch(name: str, cell: str) -> None:
            running[name] = cell
            shown = [f"{name} {cell}" for name, cell in list(running.items())[-3:]]
            progress.update(task, description=escape(", ".join(shown)))

        grading.watch = watch
        grading.register()
        for submission, result in grading.run(force, again):
            if result is None:
                continue
            for name in [name for name in running if name.startswith(f"{submission.student} · ")]:
                del running[name]
            if result != "graded":
                progress.console.print(
                    f"[red]✗[/red] {submission.student}, {submission.assignment} has no grade: {escape(result)}."
                )
            progress.advance(task)
            _log(f"{submission.assignment} · {submission.student}: {result}")


def show_grades(grading: "Grading") -> None:
    """The table of who got what, where the class stumbled, and where to look."""
    maximum = grading.maximum()
    rows = grading.rows()
    # Narrow: a course of six assignments must fit into a terminal of 80 columns.
    table = Table(
        title="Points, of those given by the checks + those given by hand", title_justify="left", box=SIMPLE_HEAD
    )
    table.add_column("student")
    for name, (points, by_hand) in maximum.items():
        broken = name.replace("_", "_\n", 1)
        header = f"{broken}\n{points - by_hand:g} + {by_hand:g}"
        table.add_column(header, justify="right", overflow="fold")
    table.add_column("total", justify="right")
    for row in rows:
        earned = [row.points.get(name) for name in maximum]
        table.add_row(
            row.student,
            *("–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".") for value in earned),
            f"{sum(value for value in earned if value is not None):.1f}",
        )
    console.print(table)
    for row in rows:
        for remark in row.remarks:
            console.print(escape(f"{row.student}: {remark}"), soft_wrap=True)
    if stumbles := grading.stumbles(5):
        console.print("Where the class stumbled, and the share of the points it earned there:")
        for stumble in stumbles:
            console.print(f"  {stumble.share:4.0%}  {stumble.assignment} · {stumble.cell}")
    path = grading.course.root / "grades.csv"
    grading.export(path)
    missing = sum(value is None for row in rows for value in row.points.values())
    if missing:
        console.print(f"[red]{missing} submissions have no grade[/red] (– in the table): the remarks above say why.")
    console.print(f"Grades: [bold]{path}[/bold]")
    console.print(f"Feedback: [bold]{grading.course.root / 'feedback'}/STUDENT/ASSIGNMENT/[/bold]", soft_wrap=True)
    console.print("Written answers are graded by hand: `jupyter lab`, Nbgrader → Formgrader, or `nbgrader formgrade`.")


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(escape(line), style="yellow", soft_wrap=True)


def _log(text: str) -> None:
    """A line for each step where there is no terminal to draw a bar on, as in CI."""
    if not console.is_terminal:
        console.print(escape(text))


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
    )


def run() -> None:
    """The console script: an error that the user can mend is one sentence, and no error is a traceback."""
    try:
        app()
    except CourseError as error:
        Console(stderr=True, highlight=False).print(f"[red]Error:[/red] {escape(str(error))}", soft_wrap=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        Console(stderr=True).print("Interrupted; call again to go on.")
        raise SystemExit(130) from None
    except Exception as error:
        if os.environ.get("AUTOGRADER_DEBUG"):
            raise
        if known := MachineError.of("".join(traceback.format_exception_only(error))):
            Console(stderr=True, highlight=False).print(f"[red]Error:[/red] {escape(str(known))}", soft_wrap=True)
            raise SystemExit(1) from None
        with tempfile.NamedTemporaryFile("w", prefix="autograder-", suffix=".log", delete=False) as log:
            traceback.print_exc(file=log)
        text = str(error).splitlines()[0] if str(error) else ""
        Console(stderr=True, highlight=False).print(
            f"[red]Error:[/red] {type(error).__name__}: {escape(text)} "
            f"This is a fault of autograder; {log.name} says where.",
            soft_wrap=True,
        )
        raise SystemExit(70) from None
