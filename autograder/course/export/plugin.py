"""What all export plugins share: which rows, one sentence for what is wrong, and the file."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin

from autograder.course.export.rows import GRADED, NOT_GRADED, WRITTEN_LEFT, grades
from autograder.course.layout import Course
from autograder.course.ungraded import Ungraded
from autograder.errors import CourseError


class CourseExport(ExportPlugin):
    """An export of some assignments' and students' grades to `file`, or where `to` says."""

    file = "grades.csv"

    def export(self, gradebook: Gradebook) -> None:
        """For `nbgrader export`: write the file, and log what the instructor should know, or what is wrong."""
        try:
            notes = self.write(gradebook)
        except CourseError as error:
            self.log.error("%s", error)
            raise SystemExit(1) from None
        for note in notes:
            self.log.warning("%s", note)

    def write(self, gradebook: Gradebook) -> list[str]:
        """Write the file; returns what the instructor should know. Raises CourseError if it cannot be made."""
        raise NotImplementedError

    def assignments(self, gradebook: Gradebook) -> dict[str, float]:
        """The assignments asked for, all if none is named, and what each is worth. CourseError if there is none."""
        known = {assignment.name: assignment.max_score for assignment in gradebook.assignments}
        if not known:
            raise CourseError("The gradebook has no assignment: call `autograder grade` first.")
        wanted = [str(name) for name in self.assignment]
        for name in wanted:
            if name not in known:
                raise CourseError(f"There is no assignment “{name}” in the gradebook: it has {', '.join(known)}.")
        return {name: worth for name, worth in known.items() if not wanted or name in wanted}

    def rows(self, gradebook: Gradebook) -> list[dict[str, Any]]:
        """The rows asked for. Raises CourseError for an assignment or student that is not known."""
        names = self.assignments(gradebook)
        rows = grades(gradebook, Ungraded(Course.find(self.parent.coursedir.root)))
        wanted = {str(student) for student in self.student}
        if strangers := wanted - {row["student_id"] for row in rows}:
            raise CourseError(f"There is no student “{min(strangers)}” in the gradebook.")
        return [row for row in rows if row["assignment"] in names and (not wanted or row["student_id"] in wanted)]

    def save(self, lines: Iterable[Sequence[str]]) -> None:
        """Write the file: UTF-8 without a byte order mark. Raises CourseError where that is not possible."""
        path = self.to or self.file
        try:
            with open(path, "w", newline="", encoding="utf-8", errors="replace") as file:
                csv.writer(file).writerows(lines)
        except OSError as error:
            raise CourseError(f"{path} cannot be written ({error.strerror}): name another file with --to.") from None


def left_out(rows: Iterable[dict[str, Any]]) -> list[str]:
    """A sentence for each reason why grades are missing, and whose."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["status"] != GRADED:
            status = "written answers still to be graded" if row["status"] == WRITTEN_LEFT else row["status"]
            reason = status.removeprefix(NOT_GRADED).rstrip(".")
            found.setdefault((row["assignment"], reason), []).append(row["student_id"])
    return [f"{name}: no grade for {', '.join(who)}: {reason}." for (name, reason), who in found.items()]
