"""`autograder report`: one page about a class. What was handed in, where it stumbled, and what wants a look."""

import datetime
import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import nbformat
from markupsafe import Markup, escape
from nbformat.notebooknode import NotebookNode

from autograder.course import alike, checks
from autograder.course.layout import Course
from autograder.course.leaks import without_markers
from autograder.course.nbgrader_course import Nbgrader
from autograder.course.source import exercise_of
from autograder.course.ungraded import Ungraded
from autograder.errors import CourseError
from autograder.wall.remarks import Remarks

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

MOST_BARS = 14
"""Of a histogram."""
LONGEST_MESSAGE = 300
"""Characters of an error that are shown."""
HEADING = re.compile(r"^#{2,6} (.*)$", re.MULTILINE)


@dataclass
class CheckRate:
    """One ✓/✗ line and how often it held; what failing students were told, and how many of them."""

    label: str
    points: str
    passed: int = 0
    seen: int = 0
    hints: Counter[str] = field(default_factory=Counter)


@dataclass
class CellRate:
    """One test cell: for each student the share of its points, and its checks if it is one of our checklists.

    unread: notebooks whose check lines could not be told from what the student's code said
    """

    name: str
    hidden: bool
    points: float
    shares: list[float] = field(default_factory=list)
    checks: dict[str, CheckRate] = field(default_factory=dict)
    unread: int = 0

    @property
    def rate(self) -> float | None:
        return statistics.fmean(self.shares) if self.shares else None


@dataclass
class Exercise:
    """An exercise: its title in the notebook, its test cells, and who was told what."""

    name: str
    title: str
    cells: list[CellRate] = field(default_factory=list)
    told: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def rate(self) -> float | None:
        """The share of its points that the class earned."""
        earned = [(cell.rate, cell.points) for cell in self.cells if cell.rate is not None]
        worth = sum(points for _, points in earned)
        return sum(rate * points for rate, points in earned) / worth if worth else None


@dataclass(frozen=True)
class Told:
    """A hint, and to how many students it was given."""

    assignment: str
    exercise: str
    text: str
    students: int


@dataclass(frozen=True)
class Histogram:
    """Counts of points: the first bar begins at 0, each is `width` wide and without its upper end."""

    width: float
    counts: list[int]

    @classmethod
    def of(cls, values: Sequence[float], maximum: float) -> "Histogram":
        widths = (base * 10**power for power in range(9) for base in (1, 2, 5))
        width = next((width for width in widths if maximum / width < MOST_BARS), max(maximum, 1))
        counts = [0] * (math.floor(maximum / width) + 1)
        for value in values:
            counts[min(max(math.floor(value / width + 1e-9), 0), len(counts) - 1)] += 1
        return cls(width, counts)


@dataclass
class AssignmentReport:
    """What there is to say about one assignment.

    points:    of each graded student: all of them, or only those that the checks give while written answers wait
    by_hand:   graded submissions whose written answers wait
    set_aside, late, repaired, …: students, each with a sentence
    """

    name: str
    students: int
    points: dict[str, float] = field(default_factory=dict)
    maximum: float = 0.0
    by_hand: int = 0
    not_handed_in: list[str] = field(default_factory=list)
    exercises: list[Exercise] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[tuple[str, str]] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    repaired: list[tuple[str, str]] = field(default_factory=list)
    unprotected: list[tuple[str, str]] = field(default_factory=list)
    late: list[tuple[str, str]] = field(default_factory=list)
    similar: list[alike.Group] = field(default_factory=list)
    most_alike: int = 0

    @property
    def handed_in(self) -> int:
        return len(self.points) + len(self.set_aside) + len(self.waiting)

    @property
    def histogram(self) -> Histogram:
        return Histogram.of(list(self.points.values()), self.maximum)

    @property
    def median(self) -> float | None:
        return statistics.median(self.points.values()) if self.points else None

    @property
    def remarks(self) -> list[tuple[str, int, list[tuple[str, list[str]]]]]:
        """What wants a look, the most pressing first: a title, how many students, and who each sentence is about."""
        found = [
            ("Set aside: no grade", self.set_aside),
            ("Handed in, not graded yet", self.waiting),
            ("Graded without the sandbox", self.unprotected),
            ("The graded notebook cannot be read", self.unreadable),
            ("Answers not found in the notebook", self.missing),
            ("Ran into a limit", self.stopped),
            ("Late", self.late),
            ("Repaired before grading", self.repaired),
        ]
        return [(title, len(dict(entries)), _by_sentence(entries)) for title, entries in found if entries]

    @property
    def told(self) -> list[Told]:
        """The hints, the most frequent first."""
        found = [
            Told(self.name, exercise.title, text, len(who))
            for exercise in self.exercises
            for text, who in exercise.told.items()
        ]
        return sorted(found, key=lambda told: -told.students)


@dataclass(frozen=True)
class Report:
    """Of a course, or some of its assignments; `untouched` ones have no submission at all."""

    course: str
    made: datetime.datetime
    assignments: list[AssignmentReport]
    untouched: list[str]

    @property
    def students(self) -> int:
        return max(assignment.students for assignment in self.assignments)

    @property
    def hardest(self) -> list[tuple[AssignmentReport, Exercise]]:
        """The exercises that not everybody did right, the least successful first."""
        found = [(assignment, exercise) for assignment in self.assignments for exercise in assignment.exercises]
        return sorted(
            ((a, e) for a, e in found if e.rate is not None and e.rate < 1), key=lambda pair: pair[1].rate or 0
        )

    @property
    def told(self) -> list[Told]:
        return sorted((told for a in self.assignments for told in a.told), key=lambda told: -told.students)


def collect(course: Course, names: list[str]) -> Report:
    """All that the page says. Raises CourseError if nothing was handed in or graded."""
    nbgrader = Nbgrader(course)
    ungraded = Ungraded(course)
    submitted = {name: set(nbgrader.submitted(name)) for name in names}
    found = []
    if nbgrader.has_gradebook():
        with nbgrader.gradebook() as gradebook:
            roster = {student.id for student in gradebook.students}.union(
                *submitted.values(), *ungraded.reasons.values()
            )
            for name in names:
                found.append(
                    _assignment(course, gradebook, name, roster, submitted[name], ungraded.reasons.get(name, {}))
                )
    used = [assignment for assignment in found if assignment.handed_in]
    if not used:
        raise CourseError(
            f"There is nothing to report of {', '.join(names)}: nothing was graded yet; call `autograder grade` first."
        )
    untouched = [assignment.name for assignment in found if not assignment.handed_in]
    return Report(nbgrader.api.coursedir.course_id or course.root.name, datetime.datetime.now(), used, untouched)


def write(report: Report, path: Path) -> None:
    """Write the page. Raises CourseError where it cannot be written."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # names, answers and hints come from students, or quote them
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"inline": _inline, "number": _number, "percent": lambda share: f"{share:.0%}"}
    page = environment.get_template("report.html.j2").render(report=report)
    try:
        path.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}): name another file with --to.") from None


def _assignment(
    course: Course,
    gradebook: "Gradebook",
    name: str,
    roster: set[str],
    submitted: set[str],
    reasons: dict[str, str],
) -> AssignmentReport:
    from nbgrader.api import MissingEntry

    try:
        gradebook.find_assignment(name)
        graded = {entry.student_id: entry for entry in gradebook.assignment_submissions(name)}
    except MissingEntry:
        graded = {}
    graded = {student: graded[student] for student in sorted(graded) if student not in reasons}
    found = AssignmentReport(name, len(roster))
    found.set_aside = sorted(reasons.items())
    found.waiting = [(student, "") for student in sorted(submitted - graded.keys() - reasons.keys())]
    found.not_handed_in = sorted(roster - submitted - graded.keys() - reasons.keys())
    found.by_hand = sum(bool(entry.needs_manual_grade) for entry in graded.values())
    for student, entry in graded.items():
        if found.by_hand:
            found.points[student], found.maximum = entry.code_score, entry.max_code_score
        else:
            found.points[student] = max(0.0, entry.score - (entry.late_submission_penalty or 0.0))
            found.maximum = entry.max_score
    for student, entry in sorted(graded.items(), key=lambda item: -item[1].total_seconds_late):
        if entry.total_seconds_late:
            found.late.append((student, _lateness(entry.total_seconds_late)))
    found.most_alike = max(4, len(graded) // 10)
    scores = _scores(gradebook, name)
    for notebook in course.notebooks(name):
        _notebook(course, found, notebook, graded.keys(), scores[notebook])
    return found


def _scores(gradebook: "Gradebook", name: str) -> dict[str, list[tuple[str, str, float]]]:
    """For each notebook of an assignment: student, test cell, and the points that the checks gave."""
    from nbgrader import api

    query = (
        gradebook.db.query(api.Notebook.name, api.SubmittedAssignment.student_id, api.GradeCell.name)
        .add_columns(api.Grade.auto_score)
        .select_from(api.Grade)
        .join(api.GradeCell, api.Grade.cell_id == api.GradeCell.id)
        .join(api.SubmittedNotebook, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .join(api.Notebook, api.SubmittedNotebook.notebook_id == api.Notebook.id)
        .join(api.SubmittedAssignment, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .filter(api.Assignment.name == name, api.Grade.auto_score.is_not(None))
    )
    found: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for notebook, student, cell, score in query:
        found[notebook].append((student, cell, score))
    return found


def _notebook(
    course: Course, found: AssignmentReport, notebook: str, graded: Iterable[str], scores: list[tuple[str, str, float]]
) -> None:
    """Add what one of the assignment's notebooks tells: its exercises, remarks on it, and answers that are alike."""
    instructors = nbformat.read(course.solutions / found.name / f"{notebook}.ipynb", as_version=4)
    exercises = _exercises(instructors)
    found.exercises += exercises.values()
    cells = {cell.name: (cell, exercise) for exercise in exercises.values() for cell in exercise.cells}
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    for student, cell, score in scores:
        if cell in cells and student in graded and cells[cell][0].points:
            cells[cell][0].shares.append(score / cells[cell][0].points)
    for student in graded:
        path = course.root / "autograded" / student / found.name / f"{notebook}.ipynb"
        try:
            # Without nbformat's validation, which takes most of the time of a large class.
            work = nbformat.v4.reads_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, AttributeError, KeyError):
            found.unreadable.append((student, path.name))
            continue
        _remarks(found, student, Remarks.of(work))
        for cell in work.cells:
            about = cell.metadata.get("nbgrader", {})
            grade_id = about.get("grade_id")
            if cell.cell_type != "code":
                continue
            if grade_id in cells:
                _count(*cells[grade_id], student, cell.outputs)
            elif about.get("solution"):
                answers[grade_id][student] = cell.source
    known = _known(course, found.name, notebook, instructors)
    for grade_id, of_students in answers.items():
        title = exercises[grade_id].title if grade_id in exercises else grade_id
        found.similar += alike.groups(title, of_students, known[grade_id], found.most_alike)


def _exercises(instructors: NotebookNode) -> dict[str, Exercise]:
    """The exercises with tests in code, in the notebook's order, under the headings they stand below."""
    found: dict[str, Exercise] = {}
    heading = ""
    for cell in instructors.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown":
            headings = HEADING.findall(cell.source)
            heading = headings[-1].split("&emsp;")[0].strip() if headings else heading
        elif about.get("grade") and not about.get("solution"):
            name = exercise_of(about["grade_id"])
            hidden = "BEGIN HIDDEN TESTS" in cell.source
            found.setdefault(name, Exercise(name, heading or name))
            found[name].cells.append(CellRate(about["grade_id"], hidden, about["points"]))
    titles = Counter(exercise.title for exercise in found.values())
    for exercise in found.values():
        if titles[exercise.title] > 1:
            exercise.title += f" · {exercise.name}"
    return found


def _remarks(found: AssignmentReport, student: str, remarks: Remarks) -> None:
    found.stopped += [(student, sentence) for sentence in remarks.stopped]
    found.repaired += [(student, sentence) for sentence in remarks.repaired]
    if remarks.missing:
        found.missing.append((student, ", ".join(remarks.missing)))
    if not remarks.sandboxed:
        found.unprotected.append((student, ""))


def _count(cell: CellRate, exercise: Exercise, student: str, outputs: list[NotebookNode]) -> None:
    lines = checks.read(outputs)
    for output in outputs:
        if output.output_type == "error":  # a test made of asserts says by its message what is wrong
            message = f"{output.ename}: {output.evalue}".strip().partition("\n")[0]
            exercise.told[message[:LONGEST_MESSAGE].removesuffix(":")].add(student)
    if lines is None:
        cell.unread += 1
        return
    for line in lines:
        rate = cell.checks.setdefault(line.label, CheckRate(line.label, line.points))
        rate.seen += 1
        rate.passed += line.passed
        if line.hint:
            rate.hints[line.hint] += 1
            exercise.told[line.hint].add(student)


def _known(course: Course, name: str, notebook: str, instructors: NotebookNode) -> dict[str, list[str]]:
    """For each answer what a student may well have without a classmate: the solution, and the released cell."""
    known: dict[str, list[str]] = defaultdict(list)
    notebooks = [instructors]
    release = course.assignments / name / f"{notebook}.ipynb"
    if release.is_file():
        notebooks.append(nbformat.read(release, as_version=4))
    for cell in (cell for each in notebooks for cell in each.cells):
        if (grade_id := cell.metadata.get("nbgrader", {}).get("grade_id")) is not None:
            known[grade_id].append(without_markers(cell.source))
    return known


def _by_sentence(entries: list[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for student, sentence in entries:
        found.setdefault(sentence, []).append(student)
    return list(found.items())


def _lateness(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}".replace(".0 ", " ")
    return f"{seconds:.0f} seconds"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _inline(text: str) -> Markup:
    """Escaped text; `code` between backticks is set as code."""
    parts: Iterable[str] = text.split("`")
    if text.count("`") % 2:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )
