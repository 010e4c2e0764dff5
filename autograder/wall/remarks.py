"""What the grader has to say about a submission as a whole: kept in the graded notebook, shown on top of it."""

from dataclasses import asdict, dataclass, field

import nbformat
from nbformat.notebooknode import NotebookNode

KEY = "autograder"
CELL_ID = "autograder-remarks"


@dataclass
class Remarks:
    """
    repaired:  sentences for the student: what of the notebook was mended before it was graded
    missing:   ids of answers that were not in the notebook, for the instructor to look for
    stopped:   sentences for both: cells that ran into a limit
    sandboxed: whether student code ran in the sandbox
    seconds:   that its execution took
    cpu_seconds, memory_mb: what the student's kernel took (`autograder.sandbox.processes.Usage`)
    """

    repaired: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    sandboxed: bool = True
    seconds: float | None = None
    cpu_seconds: float | None = None
    memory_mb: int | None = None

    @classmethod
    def of(cls, notebook: NotebookNode) -> "Remarks":
        """The remarks on a graded notebook."""
        known = notebook.metadata.get(KEY, {})
        return cls(**{name: known[name] for name in cls.__dataclass_fields__ if name in known})

    def keep(self, notebook: NotebookNode) -> None:
        """Write the remarks into a notebook's metadata."""
        notebook.metadata[KEY] = asdict(self)

    def show(self, notebook: NotebookNode) -> None:
        """Put the remarks on top of a notebook, if there are any."""
        sentences = [
            *self.repaired,
            *(f"The answer “{grade_id}” was not found in what was handed in." for grade_id in self.missing),
            *self.stopped,
        ]
        if not self.sandboxed:
            sentences.append("This was graded without the sandbox.")
        if sentences:
            text = "**From the grader**\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)
            notebook.cells.insert(0, nbformat.v4.new_markdown_cell(text, id=CELL_ID))
