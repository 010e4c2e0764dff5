"""The grades as files: our own with a status for everybody, and those of Canvas, Moodle and Gradescope.

Each is an nbgrader export plugin, for `nbgrader export --exporter=autograder.course.export.Canvas` as for `autograder
export --format canvas`. `rows` says who has which grade, or why none; `cells` how names and points are written;
`plugin` is what the plugins share, and `gradebook_import` what Canvas and Moodle do.
"""

from autograder.course.export.canvas import Canvas
from autograder.course.export.gradescope import Gradescope
from autograder.course.export.moodle import Moodle
from autograder.course.export.rows import grades
from autograder.course.export.status import GradesWithStatus

__all__ = ["Canvas", "GradesWithStatus", "Gradescope", "Moodle", "grades"]
