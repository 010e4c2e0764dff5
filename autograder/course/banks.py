"""The banks: wrong answers that students give, and right ones that do not look like the solution.

Both are py:percent texts. Each cell is what a student could have written into the answer cell of an exercise, and
its first line says what must happen to it. A wrong answer, in `tests/mistakes/<assignment>.py`::

    # %% exercise="conv_weights" mistake="forgets the biases" earns=1 told="each of the 16 filters also has a bias"
    def conv_weights(kernel, channels, filters, bias=True):
        return filters * kernel[0] * kernel[1] * channels

`earns` counts the points of the visible and the hidden test cell together; `told` must stand in what they show.
A right answer, in `tests/alternatives/<assignment>.py`, earns everything::

    # %% exercise="conv_weights" way="by adding up filter by filter"
    def conv_weights(kernel, channels, filters, bias=True):
        return sum(kernel[0] * kernel[1] * channels + bias for _ in range(filters))
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext

from autograder.course.layout import Course
from autograder.errors import CourseError


@dataclass(frozen=True)
class Mistake:
    """A wrong answer."""

    exercise: str
    mistake: str
    earns: float
    told: str
    code: str

    def __str__(self) -> str:
        return f"{self.exercise}: {self.mistake}"


@dataclass(frozen=True)
class Alternative:
    """A right answer that differs from the solution."""

    exercise: str
    way: str
    code: str

    def __str__(self) -> str:
        return f"{self.exercise}: {self.way}"


def mistakes(course: Course, name: str) -> list[Mistake]:
    """The wrong answers collected for an assignment; none where there is no bank. Raises CourseError."""
    path = course.root / "tests" / "mistakes" / f"{name}.py"
    return [Mistake(**about) for about in _cells(path, "exercise", "mistake", "earns", "told")]


def alternatives(course: Course, name: str) -> list[Alternative]:
    """The right answers collected for an assignment; none where there is no bank. Raises CourseError."""
    path = course.root / "tests" / "alternatives" / f"{name}.py"
    return [Alternative(**about) for about in _cells(path, "exercise", "way")]


def _cells(path: Path, *keys: str) -> Iterator[dict[str, Any]]:
    """What the first line of each cell says under these keys, and the cell's code."""
    if not path.is_file():
        return
    for number, cell in enumerate(jupytext.read(path, fmt="py:percent").cells, start=1):
        if cell.cell_type != "code":
            continue
        try:
            about = {key: cell.metadata[key] for key in keys}
        except KeyError as error:
            raise CourseError(f"Cell {number} of {path} lacks {error} in its first line.") from None
        yield about | {"code": cell.source}
