"""Who has which grade, and who has none and why: what every export is made from."""

from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry

from autograder.course.ungraded import Ungraded

COLUMNS = ("assignment", "student_id", "status", "score", "max_score", "late_penalty", "seconds_late", "timestamp")

GRADED = "graded"
"""The status of a grade to which nothing will be added."""
WRITTEN_LEFT = "graded, written answers still to do"
NOT_GRADED = "not graded: "
"""How a status begins that goes on with the reason."""
WAITING = f"{NOT_GRADED}handed in, but not graded yet"
MISSING = "not handed in"


def grades(gradebook: Gradebook, ungraded: Ungraded) -> list[dict[str, Any]]:
    """A row for each assignment and student, with the keys COLUMNS; `score` is a number, or "" where there is none."""
    submitted = ungraded.path.parent / "submitted"
    students = {student.id for student in gradebook.students}
    for reasons in ungraded.reasons.values():
        students |= set(reasons)
    for assignment in gradebook.assignments:
        students |= {folder.parent.name for folder in submitted.glob(f"*/{assignment.name}") if folder.is_dir()}
    return [
        _row(gradebook, ungraded, assignment, student)
        for assignment in gradebook.assignments
        for student in sorted(students)
    ]


def _row(gradebook: Gradebook, ungraded: Ungraded, assignment: Assignment, student: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    row |= {"assignment": assignment.name, "student_id": student, "max_score": assignment.max_score}
    if reason := ungraded.reason(assignment.name, student):
        return row | {"status": f"{NOT_GRADED}{reason}"}
    try:
        submission = gradebook.find_submission(assignment.name, student)
    except MissingEntry:
        if (ungraded.path.parent / "submitted" / student / assignment.name).is_dir():
            return row | {"status": WAITING}
        return row | {"status": MISSING, "score": 0.0}
    penalty = submission.late_submission_penalty or 0.0
    return row | {
        "status": WRITTEN_LEFT if submission.needs_manual_grade else GRADED,
        "score": max(0.0, submission.score - penalty),
        "late_penalty": penalty,
        "seconds_late": submission.total_seconds_late,
        "timestamp": submission.timestamp,
    }
