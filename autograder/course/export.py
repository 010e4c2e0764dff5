"""The grades as CSV, with a status for each: a submission without a grade has an empty score and a reason, not 0.

An nbgrader export plugin: nbgrader_config.py names it, so that `nbgrader export` writes the same file.
"""

import csv

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from autograder.course.layout import Course
from autograder.course.ungraded import Ungraded

COLUMNS = ("assignment", "student_id", "status", "score", "max_score", "late_penalty", "seconds_late", "timestamp")


class GradesWithStatus(ExportPlugin):
    """One row for each student and assignment; `status` is one of

    graded · graded by hand still to do · not graded: <reason> · not handed in
    """

    def export(self, gradebook: Gradebook) -> None:
        rows = grades(gradebook, Ungraded(Course.find()))
        with open(self.to or "grades.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for row in rows:
                if (not self.assignment or row["assignment"] in self.assignment) and (
                    not self.student or row["student_id"] in self.student
                ):
                    writer.writerow(row)


def grades(gradebook: Gradebook, ungraded: Ungraded) -> list[dict[str, object]]:
    """The rows of the export, as dictionaries with the keys COLUMNS."""
    students = {student.id for student in gradebook.students}
    for reasons in ungraded.reasons.values():
        students |= set(reasons)
    return [
        _row(gradebook, ungraded, assignment, student)
        for assignment in gradebook.assignments
        for student in sorted(students)
    ]


def _row(gradebook: Gradebook, ungraded: Ungraded, assignment, student: str) -> dict[str, object]:  # noqa: ANN001
    row: dict[str, object] = dict.fromkeys(COLUMNS, "")
    row |= {"assignment": assignment.name, "student_id": student, "max_score": assignment.max_score}
    if reason := ungraded.reason(assignment.name, student):
        return row | {"status": f"not graded: {reason}"}
    try:
        submission = gradebook.find_submission(assignment.name, student)
    except MissingEntry:
        return row | {"status": "not handed in", "score": 0.0}
    penalty = submission.late_submission_penalty or 0.0
    return row | {
        "status": "graded, written answers still to do" if submission.needs_manual_grade else "graded",
        "score": max(0.0, submission.score - penalty),
        "late_penalty": penalty,
        "seconds_late": submission.total_seconds_late,
        "timestamp": submission.timestamp,
    }
