"""Hostile submissions: what a student might hand in to forge a mark, to read what is not theirs, or to do harm.

Each module holds one family. tests/test_hostile.py grades all of them as one class and looks at what came of it.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nbformat.notebooknode import NotebookNode

FAMILIES = (
    "forgeries pretenders protocol files neighbours processes bombs metadata links shadowing values pages models "
    "checklists"
).split()

CANARY = "canary-5f2e"
"""Stands in every place that a submission must not see: files, an environment variable, the course secret."""
MARK = "hostile-mark-77c1"
"""Stands in the command line of every process that an attack leaves behind."""
PORT = 47811
"""Where a server on the grader's machine waits for whoever reaches it."""


@dataclass
class Result:
    """What came of one submission.

    points:   of each graded cell, by its grade_id
    notebook: as it was graded; None if it was refused
    page:     the feedback page, empty if there is none
    seconds:  that grading it took, about
    """

    points: dict[str, float]
    notebook: NotebookNode | None
    page: str
    seconds: float = 0.0

    @property
    def outputs(self) -> str:
        """All that the cells gave out, as text."""
        return "".join(str(cell.get("outputs", "")) for cell in self.notebook.cells) if self.notebook else ""


@dataclass(frozen=True)
class Attack:
    """One hostile submission: the released notebook with these changes.

    name:       what it does, in a few words
    purpose:    what the attacker hopes for, in a sentence
    answers:    code that replaces the text of an answer cell, by its grade_id
    change:     what else is changed in the notebook and in the folder that is handed in
    assignment: "ps1" (NumPy), "ps2" (Keras), "ps3" (files) or "tiny" (this course's checklists)
    stock:      whether stock nbgrader falls for it, which is shown too: points gained, or CANARY in what comes out
    refused:    whether nothing of it can be graded; the reason must be listed then
    deserved:   points that the answers earn by being right, by the name of the test cell
    harmless:   raises an AssertionError if this attack's own harm was done
    """

    name: str
    purpose: str
    answers: dict[str, str] = field(default_factory=dict)
    change: Callable[[NotebookNode, Path], None] | None = None
    assignment: str = "ps1"
    stock: bool = False
    refused: bool = False
    deserved: dict[str, float] = field(default_factory=dict)
    harmless: Callable[[Result], None] | None = None

    @property
    def student(self) -> str:
        """The name under which it is handed in."""
        return "".join(letter if letter.isalnum() else "_" for letter in self.name.lower())


def attacks() -> list[tuple[str, Attack]]:
    """All attacks, with their family."""
    modules = {family: importlib.import_module(f"{__name__}.{family}") for family in FAMILIES}
    return [(family, attack) for family, module in modules.items() for attack in module.ATTACKS]


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell with this grade_id."""
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def is_graded(cell: NotebookNode) -> bool:
    """Whether this is a test cell."""
    about = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and about.get("grade", False) and not about.get("solution", False)
