"""Reads what a report says: from the gradebook, from the graded notebooks, and from the list of the ungraded."""

import datetime
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.course.layout import Course
from autograder.course.leaks import without_markers
from autograder.course.nbgrader_course import Nbgrader
from autograder.course.report import alike, checks
from autograder.course.report.findings import (
    NEAR,
    Assignment,
    CellRate,
    CheckRate,
    Exercise,
    Limits,
    Look,
    Report,
    Spent,
)
from autograder.course.source import exercise_of
from autograder.course.ungraded import Ungraded
from autograder.errors import CourseError
from autograder.sandbox.bubblewrap import Limits as SandboxLimits
from autograder.wall.execute import ExecuteBehindWall
from autograder.wall.remarks import Remarks

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

HEADING = re.compile(r"^#{2,6} (.*)$", re.MULTILINE)


def collect(course: Course, names: list[str]) -> Report:
    """All that the page says. Raises CourseError if nothing was handed in or graded."""
    nbgrader = Nbgrader(course)
    reasons = Ungraded(course).reasons
    submitted = {name: set(nbgrader.submitted(name)) for name in names}
    found: list[Assignment] = []
    roster: set[str] = set()
    if nbgrader.has_gradebook():
        limits = _limits(nbgrader)
        with nbgrader.gradebook() as gradebook:
            roster = {student.id for student in gradebook.students}.union(*submitted.values(), *reasons.values())
            for name in names:
                assignment = Assignment(name, len(roster), limits)
                _who(assignment, gradebook, roster, submitted[name], reasons.get(name, {}))
                scores = _scores(gradebook, name)
                for notebook in course.notebooks(name):
                    _notebook(course, assignment, notebook, scores[notebook])
                _tell_apart(assignment.exercises)
                found.append(assignment)
    used = [assignment for assignment in found if assignment.handed_in]
    if not used:
        raise CourseError(
            f"There is nothing to report of {', '.join(names)}: nothing was graded yet; call `autograder grade` first."
        )
    untouched = [assignment.name for assignment in found if not assignment.handed_in]
    title = nbgrader.api.coursedir.course_id or course.root.name
    return Report(title, datetime.datetime.now(), len(roster), used, untouched)


def _limits(nbgrader: Nbgrader) -> Limits:
    config = nbgrader.api.config
    return Limits(
        ExecuteBehindWall(config=config).notebook_seconds,
        config.SandboxedKernelManager.get("memory_mb", SandboxLimits.memory_mb),
    )


def _who(
    found: Assignment, gradebook: "Gradebook", roster: set[str], submitted: set[str], reasons: dict[str, str]
) -> None:
    """Who handed in, who was graded, what they earned, and who was late."""
    from nbgrader import api
    from sqlalchemy import func

    try:
        assignment = gradebook.find_assignment(found.name)
        entries = gradebook.assignment_submissions(found.name)
    except api.MissingEntry:
        assignment, entries = None, []
    # All at once: nbgrader's own sums for one submission would take most of the time of a large class.
    nothing = {"score": 0.0, "code_score": 0.0, "needs_manual_grade": False}  # of a submission without a graded cell
    sums = {entry.id: nothing for entry in entries}
    sums |= {each["id"]: each for each in gradebook.submission_dicts(found.name)}
    penalty = func.sum(api.SubmittedNotebook.late_submission_penalty)
    query = gradebook.db.query(api.SubmittedNotebook.assignment_id, penalty)
    penalties = dict(query.group_by(api.SubmittedNotebook.assignment_id).all())
    graded = {entry.student_id: entry for entry in entries if entry.student_id not in reasons}
    found.looks[Look.SET_ASIDE] = sorted(reasons.items())
    found.looks[Look.WAITING] = [(student, "") for student in sorted(submitted - graded.keys() - reasons.keys())]
    found.looks[Look.BY_HAND] = [
        (student, "") for student, entry in sorted(graded.items()) if sums[entry.id]["needs_manual_grade"]
    ]
    found.not_handed_in = sorted(roster - submitted - graded.keys() - reasons.keys())
    found.most_alike = max(4, len(graded) // 10)
    by_checks = bool(found.looks[Look.BY_HAND])
    if assignment is not None:
        found.maximum = assignment.max_code_score if by_checks else assignment.max_score
    for student, entry in sorted(graded.items()):
        after = max(0.0, sums[entry.id]["score"] - (penalties[entry.id] or 0.0))
        found.points[student] = sums[entry.id]["code_score"] if by_checks else after
    late = {student: seconds for student, entry in graded.items() if (seconds := entry.total_seconds_late)}
    found.looks[Look.LATE] = [(student, _lateness(late[student])) for student in sorted(late, key=lambda s: -late[s])]


def _scores(gradebook: "Gradebook", name: str) -> dict[str, list[tuple[str, str, float]]]:
    """For each notebook of an assignment: student, graded cell, and the points that stand."""
    from nbgrader import api
    from sqlalchemy import func

    points = func.coalesce(api.Grade.manual_score, api.Grade.auto_score)
    query = (
        gradebook.db.query(api.Notebook.name, api.SubmittedAssignment.student_id, api.BaseCell.name)
        .add_columns(points)
        .select_from(api.Grade)
        .join(api.BaseCell, api.Grade.cell_id == api.BaseCell.id)
        .join(api.SubmittedNotebook, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .join(api.Notebook, api.SubmittedNotebook.notebook_id == api.Notebook.id)
        .join(api.SubmittedAssignment, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .filter(api.Assignment.name == name, points.is_not(None), ~api.Grade.needs_manual_grade)
    )
    found: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for notebook, student, cell, score in query:
        found[notebook].append((student, cell, score))
    return found


@dataclass(frozen=True)
class Work:
    """What is read of a graded notebook.

    lines:   check lines of each test cell; None where they cannot be told apart
    errors:  messages of each test cell that failed by an error, as one made of asserts does
    answers: the code of each answer
    """

    remarks: Remarks
    lines: dict[str, list[checks.Check] | None]
    errors: dict[str, list[str]]
    answers: dict[str, str]

    @classmethod
    def read(cls, path: Path, tests: Collection[str]) -> "Work":
        """Raises whatever JSON, decoding and missing keys raise for a damaged file."""
        # Not with nbformat, which would take most of the time of a large class.
        notebook = json.loads(path.read_bytes())
        found = cls(Remarks.of(NotebookNode(metadata=notebook["metadata"])), {}, {}, {})
        # Plain nbgrader leaves in the metadata what a student wrote there.
        for name, value in vars(found.remarks).items():
            kinds = (list,) if name in ("repaired", "missing", "stopped") else (bool, int, float, type(None))
            if not isinstance(value, kinds) or (type(value) is list and any(type(each) is not str for each in value)):
                raise ValueError(name)
        for cell in notebook["cells"]:
            about = cell["metadata"].get("nbgrader", {})
            name = about.get("grade_id")
            if cell["cell_type"] == "code" and name in tests:
                found.lines[name] = checks.read(cell["outputs"])
                errors = [output for output in cell["outputs"] if output["output_type"] == "error"]
                found.errors[name] = [_message(error["ename"], error["evalue"]) for error in errors]
            elif cell["cell_type"] == "code" and about.get("solution"):
                found.answers[name] = "".join(cell["source"])
        return found


def _message(name: str, value: str) -> str:
    """The first line of an error, with its name."""
    return f"{name}: {value}".strip().partition("\n")[0].removesuffix(":")


def _notebook(course: Course, found: Assignment, notebook: str, scores: list[tuple[str, str, float]]) -> None:
    """Add what one of the assignment's notebooks tells: its exercises, remarks on it, and answers that are alike."""
    instructors = _course_notebook(course.solutions / found.name / f"{notebook}.ipynb")
    exercises = _exercises(instructors, notebook)
    found.exercises += exercises.values()
    cells = {cell.name: (cell, exercise) for exercise in exercises.values() for cell in exercise.cells}
    for student, name, score in scores:
        if name not in cells or student not in found.points:
            continue
        cell, _ = cells[name]
        # Of written answers, only empty ones have points before somebody has read them.
        if cell.points and not (cell.kind == "by hand" and found.looks[Look.BY_HAND]):
            cell.shares.append(score / cell.points)
    tests = {name for name, (cell, _) in cells.items() if cell.kind != "by hand"}
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    for student in found.points:
        try:
            work = Work.read(course.root / "autograded" / student / found.name / f"{notebook}.ipynb", tests)
        except Exception:
            found.looks[Look.UNREADABLE].append((student, f"{notebook}.ipynb"))
            continue
        _remark(found, student, notebook, work.remarks)
        for name, lines in work.lines.items():
            _count(*cells[name], student, lines, work.errors[name])
        for name, code in work.answers.items():
            answers[name][student] = code
    known = _known(course.assignments / found.name / f"{notebook}.ipynb", instructors)
    for name, of_students in answers.items():
        title = exercises[name].title if name in exercises else name
        found.similar += alike.groups(title, of_students, known[name], found.most_alike)


def _course_notebook(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except Exception:  # nbformat raises whatever JSON, validation or decoding raises
        raise CourseError(f"{path} is damaged: derive it again with `autograder build`, or restore it.") from None


def _exercises(instructors: NotebookNode, notebook: str) -> dict[str, Exercise]:
    """The exercises with points, in the notebook's order, under the headings they stand below."""
    found: dict[str, Exercise] = {}
    heading = last = ""
    for cell in instructors.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and (headings := HEADING.findall(without_markers(cell.source))):
            heading, last = headings[-1].split("&emsp;")[0].strip(), ""
        if not (about.get("grade") or about.get("task")):
            continue
        by_hand = about.get("solution") or about.get("task")
        kind = "by hand" if by_hand else "hidden" if "BEGIN HIDDEN TESTS" in cell.source else ""
        # A question below the tests of an exercise is a part of it.
        name = last = (by_hand and last) or exercise_of(about["grade_id"])
        found.setdefault(name, Exercise(name, heading or name, notebook))
        found[name].cells.append(CellRate(about["grade_id"], kind, about["points"]))
    return found


def _tell_apart(exercises: list[Exercise]) -> None:
    """Give exercises under one heading their names, too."""
    titles = Counter((exercise.notebook, exercise.title) for exercise in exercises)
    for exercise in exercises:
        if titles[exercise.notebook, exercise.title] > 1:
            exercise.title += f" · {exercise.name}"


def _remark(found: Assignment, student: str, notebook: str, remarks: Remarks) -> None:
    found.looks[Look.STOPPED] += [(student, sentence) for sentence in remarks.stopped]
    found.looks[Look.REPAIRED] += [(student, sentence) for sentence in remarks.repaired]
    if remarks.missing:
        found.looks[Look.MISSING].append((student, ", ".join(remarks.missing)))
    if not remarks.sandboxed:
        found.looks[Look.UNPROTECTED].append((student, ""))
    spent = Spent(student, notebook, remarks.seconds, remarks.cpu_seconds, remarks.memory_mb)
    found.spent.append(spent)
    for used, limit, unit in (
        (spent.seconds, found.limits.seconds, "s"),
        (spent.memory_mb, found.limits.memory_mb if remarks.sandboxed else 0, "MB of memory"),
    ):
        if used is not None and limit and used >= NEAR * limit:
            found.looks[Look.NEAR].append((student, f"took {used:,.0f} of {limit:,.0f} {unit}"))


def _count(
    cell: CellRate, exercise: Exercise, student: str, lines: list[checks.Check] | None, errors: list[str]
) -> None:
    """Add what a test cell gave a student."""
    for message in errors:
        cell.errors[message] += 1
        exercise.told[message].add(student)
    if lines is None:
        cell.unread += 1
        return
    for line in lines:
        rate = cell.checks.setdefault(line.label, CheckRate(line.label))
        rate.seen += 1
        rate.passed += line.passed
        if line.hint:
            rate.hints[line.hint] += 1
            exercise.told[line.hint].add(student)


def _known(release: Path, instructors: NotebookNode) -> dict[str, list[str]]:
    """For each answer what a student may well have without a classmate: the solution, and the released cell."""
    known: dict[str, list[str]] = defaultdict(list)
    for notebook in [instructors, *([_course_notebook(release)] if release.is_file() else [])]:
        for cell in notebook.cells:
            if (grade_id := cell.metadata.get("nbgrader", {}).get("grade_id")) is not None:
                known[grade_id].append(without_markers(cell.source))
    return known


def _lateness(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}".replace(".0 ", " ")
    return f"{seconds:.0f} seconds"
