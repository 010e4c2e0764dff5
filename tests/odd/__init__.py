"""The bank of honest but odd submissions: right work that does not look like the solution. Each must get full marks.

A submission is a function that takes a finished copy of the assignment and makes it odd; the function's name is the
student's. The assignments are those of `tests/foreign_course`, a course that is not ours. Found honest work that lost
points? Add it here, watch the test fail, then mend the wall.
"""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import ClearSolutions


class Work:
    """A student's copy of an assignment, as it was released, with the instructor's own answers in it."""

    def __init__(self, released: Path, instructor: Path, folder: Path) -> None:
        self.folder = folder
        self.name = released.name
        self.nb: NotebookNode = nbformat.read(released, as_version=4)
        for cell in nbformat.read(instructor, as_version=4).cells:
            if (settings := cell.metadata.get("nbgrader")) and settings["solution"]:
                self.cell(settings["grade_id"]).source = _without_markers(cell.source)

    def cell(self, name: str) -> NotebookNode:
        """The cell with this name, nbgrader's or Jupyter's."""
        return next(cell for cell in self.nb.cells if name in (grade_id(cell), cell.get("id")))

    def answer(self, name: str, source: str) -> None:
        self.cell(name).source = source.strip("\n")

    def add(self, source: str, after: str | None = None) -> NotebookNode:
        """Put a cell of the student's own behind the one of this name, or on top."""
        place = self.nb.cells.index(self.cell(after)) + 1 if after else 0
        self.nb.cells.insert(place, nbformat.v4.new_code_cell(source.strip("\n")))
        return self.nb.cells[place]

    def file(self, name: str, text: str) -> None:
        """Hand in a file beside the notebook."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def save(self) -> None:
        """Write the notebook as it is: unlike nbformat's own, this puts nothing right."""
        self.file(self.name, json.dumps(self.nb, indent=1))


BANK: dict[str, tuple[str, Callable[[Work], None]]] = {}
"""For each student the assignment, and what is odd about their work."""


def odd(assignment: str) -> Callable[[Callable[[Work], None]], Callable[[Work], None]]:
    """Enter a submission into the bank."""

    def enter(make: Callable[[Work], None]) -> Callable[[Work], None]:
        BANK[make.__name__] = assignment, make
        return make

    return enter


def grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _without_markers(source: str) -> str:
    markers = ClearSolutions()
    ends = (markers.begin_solution_delimeter, markers.end_solution_delimeter)
    return "\n".join(line for line in source.splitlines() if not any(end in line for end in ends))
