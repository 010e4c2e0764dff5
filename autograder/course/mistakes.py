"""The bank of mistakes: wrong answers that students give, and what each should earn and be told.

A bank, `tests/mistakes/<assignment>.py`, is a py:percent text. Each cell is what a student could have written
into the answer cell of an exercise, and says in its metadata what happens to it::

    # %% exercise="conv_weights" mistake="forgets the biases" earns=1 told="each of the 16 filters also has a bias"
    def conv_weights(kernel, channels, filters, bias=True):
        return filters * kernel[0] * kernel[1] * channels

`earns` counts the points of the visible and the hidden test cell together; `told` must stand in what they show.
"""

from dataclasses import dataclass

import jupytext

from autograder.course.layout import Course
from autograder.errors import CourseError


@dataclass(frozen=True)
class Mistake:
    """A wrong answer from the bank."""

    exercise: str
    mistake: str
    earns: float
    told: str
    code: str

    def __str__(self) -> str:
        return f"{self.exercise}: {self.mistake}"


def bank(course: Course, name: str) -> list[Mistake]:
    """The wrong answers collected for an assignment; none where there is no bank. Raises CourseError."""
    path = course.root / "tests" / "mistakes" / f"{name}.py"
    if not path.is_file():
        return []
    found = []
    for number, cell in enumerate(jupytext.read(path, fmt="py:percent").cells, start=1):
        if cell.cell_type != "code":
            continue
        try:
            about = {key: cell.metadata[key] for key in ("exercise", "mistake", "earns", "told")}
        except KeyError as error:
            raise CourseError(f"Cell {number} of {path} lacks {error} in its first line.") from None
        found.append(Mistake(code=cell.source, **about))
    return found
