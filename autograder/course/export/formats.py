"""`autograder export`: the grades of a course in one of the formats."""

from pathlib import Path

from autograder.course.export.canvas import Canvas
from autograder.course.export.gradebook_import import GradebookImport
from autograder.course.export.gradescope import Gradescope
from autograder.course.export.moodle import Moodle
from autograder.course.export.plugin import CourseExport
from autograder.course.export.status import GradesWithStatus
from autograder.course.layout import Course
from autograder.course.nbgrader_course import Nbgrader
from autograder.errors import CourseError

FORMATS: dict[str, type[CourseExport]] = {
    "csv": GradesWithStatus,
    "canvas": Canvas,
    "moodle": Moodle,
    "gradescope": Gradescope,
}


def export(
    course: Course, form: str, names: list[str] | None = None, to: Path | None = None, roster: Path | None = None
) -> tuple[Path, list[str]]:
    """Write the grades of the named assignments, or all; returns the file, and what the instructor should know.

    form:   a key of FORMATS
    roster: what Canvas or Moodle exported

    Raises CourseError if there are no grades, and for whatever does not fit.
    """
    nbgrader = Nbgrader(course)
    if not nbgrader.has_gradebook():
        raise CourseError(f"{course.root} has no gradebook yet: call `autograder grade` first.")
    plugin = FORMATS[form](parent=nbgrader.api)
    if roster and not isinstance(plugin, GradebookImport):
        raise CourseError("A roster is of use for Canvas and Moodle only: leave --roster out.")
    path = (to or Path(plugin.file)).resolve()
    plugin.to, plugin.assignment = str(path), names or []
    if roster:
        plugin.roster = str(roster.resolve())
    with nbgrader.gradebook() as gradebook:
        return path, plugin.write(gradebook)
