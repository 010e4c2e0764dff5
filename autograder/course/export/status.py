"""grades.csv: a submission without a grade has an empty score and a reason, not 0."""

from nbgrader.api import Gradebook

from autograder.course.export import cells
from autograder.course.export.plugin import CourseExport
from autograder.course.export.rows import COLUMNS


class GradesWithStatus(CourseExport):
    """One row for each student and assignment; `status` is one of

    graded · graded, written answers still to do · not graded: <reason> · not handed in

    Whoever did not hand in has a score of 0. nbgrader_config.py names this plugin: it is what `nbgrader export` writes.
    """

    def write(self, gradebook: Gradebook) -> list[str]:
        self.save([COLUMNS, *([_cell(value) for value in row.values()] for row in self.rows(gradebook))])
        return []


def _cell(value: object) -> str:
    if isinstance(value, float):
        return cells.points(value)
    return "" if value is None else cells.text(str(value))
