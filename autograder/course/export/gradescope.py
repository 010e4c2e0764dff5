"""The grades of one assignment, in the columns of a file that Gradescope exports.

Gradescope takes no grades from a file. What can be uploaded there is a roster
(https://guides.gradescope.com/hc/en-us/articles/21926598776333-Adding-Students-and-Staff), and the scores of an
autograder that runs on Gradescope itself (https://gradescope-autograders.readthedocs.io/en/latest/specs/).
This file is for the tools that read Gradescope's "Download Grades", such as a department's own scripts: Gradescope's
help does not list its columns, and these are the ones that such files begin with. What only Gradescope knows, the
Submission ID, is empty; so is a Total Score unless Status is Graded. Ungraded is who waits for a grade, Missing who did
not hand in. Times are UTC.
"""

from typing import Any

from nbgrader.api import Gradebook, Student

from autograder.course.export import cells
from autograder.course.export.plugin import CourseExport, left_out
from autograder.course.export.rows import GRADED, MISSING
from autograder.errors import CourseError

COLUMNS = (
    "First Name",
    "Last Name",
    "SID",
    "Email",
    "Total Score",
    "Max Points",
    "Status",
    "Submission ID",
    "Submission Time",
    "Lateness (H:M:S)",
)


class Gradescope(CourseExport):
    """One row for each student; SID is nbgrader's id of the student, and late penalties are taken off."""

    file = "gradescope.csv"

    def write(self, gradebook: Gradebook) -> list[str]:
        names = self.assignments(gradebook)
        if len(names) > 1:
            raise CourseError(f"A file of Gradescope's holds one assignment: name one of {', '.join(names)}.")
        rows = self.rows(gradebook)
        students = {student.id: student for student in gradebook.students}
        self.save([COLUMNS, *(_line(row, students.get(row["student_id"])) for row in rows)])
        return left_out(rows)


def _line(row: dict[str, Any], student: Student | None) -> list[str]:
    handed_in = bool(row["timestamp"])
    minutes, seconds = divmod(round(row["seconds_late"] or 0), 60)
    return [
        cells.text(student and student.first_name),
        cells.text(student and student.last_name),
        cells.text(row["student_id"]),
        cells.text(student and student.email),
        cells.points(row["score"]) if row["status"] == GRADED else "",
        cells.points(row["max_score"]),
        {GRADED: "Graded", MISSING: "Missing"}.get(row["status"], "Ungraded"),
        "",
        f"{row['timestamp']:%Y-%m-%d %H:%M:%S} +0000" if handed_in else "",
        f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}" if handed_in else "",
    ]
