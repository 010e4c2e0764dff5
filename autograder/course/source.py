"""From a text source (Jupytext py:percent with nbgrader's cell metadata) to the instructor's notebook."""

import hashlib
import json
import re
from pathlib import Path

import jupytext
import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.errors import CourseError

FORMAT = "py:percent"
MARK = "derived"
"""Notebook metadata: the digest of the cells as they were derived, so that a later edit by hand is noticed."""

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def read(source: Path) -> NotebookNode:
    """The instructor's notebook of a text source: no outputs, stable cell ids. Raises CourseError."""
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"The source {source} cannot be read: {error}.") from None
    try:
        raw = jupytext.reads(text, fmt=FORMAT)
    except Exception as error:  # whatever Jupytext meets in a text that is none of its own
        raise CourseError(f"The source {source} is no {FORMAT} notebook: {error}.") from None
    if not any(cell.cell_type == "code" for cell in raw.cells):
        raise CourseError(f"The source {source} has no cells: begin each one with a line `# %%`.")
    notebook = nbformat.v4.new_notebook()
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for cell in raw.cells:
        make = nbformat.v4.new_markdown_cell if cell.cell_type == "markdown" else nbformat.v4.new_code_cell
        metadata = {"nbgrader": cell.metadata["nbgrader"]} if "nbgrader" in cell.metadata else {}
        notebook.cells.append(make(cell.source, metadata=metadata))
    _check_metadata(notebook, source)
    _name_cells(notebook)
    notebook.metadata[MARK] = digest(notebook)
    return notebook


def write(notebook: NotebookNode) -> str:
    """The bytes of a derived notebook, as text: the same for the same notebook."""
    return nbformat.writes(notebook) + "\n"


def text(notebook: NotebookNode) -> str:
    """The text source of an instructor notebook: what `read` reads."""
    bare = nbformat.v4.new_notebook()
    for cell in notebook.cells:
        make = nbformat.v4.new_markdown_cell if cell.cell_type == "markdown" else nbformat.v4.new_code_cell
        metadata = {"nbgrader": dict(cell.metadata["nbgrader"])} if "nbgrader" in cell.metadata else {}
        bare.cells.append(make(cell.source, metadata=metadata))
    bare.metadata = nbformat.from_dict(
        {"jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "nbgrader,-all"}}
    )
    return jupytext.writes(bare, fmt=FORMAT)


def digest(notebook: NotebookNode) -> str:
    """A digest of what a person edits: each cell's type, text and nbgrader metadata, in order."""
    content = [(cell.cell_type, cell.source, cell.metadata.get("nbgrader", {})) for cell in notebook.cells]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def exercise_of(grade_id: str) -> str:
    """The exercise that a test cell belongs to: `test_x` and `hidden_x` check `x`."""
    return re.sub(r"^(test|hidden)_", "", grade_id)


def _check_metadata(notebook: NotebookNode, source: Path) -> None:
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        about = cell.metadata.get("nbgrader")
        if about is None:
            continue
        name = about.get("grade_id")
        if not name:
            raise CourseError(f"Cell {number} of {source} has nbgrader metadata without a grade_id: give it one.")
        if name in seen:
            raise CourseError(f"The grade_id “{name}” stands twice in {source}: every cell needs its own.")
        seen.add(name)
        missing = [key for key in ("grade", "locked", "solution", "task", "schema_version") if key not in about]
        if missing:
            raise CourseError(f"The cell “{name}” in {source} lacks {', '.join(missing)} in its nbgrader metadata.")
        if about["grade"] and "points" not in about:
            raise CourseError(f'The cell “{name}” in {source} is graded but has no points: add "points".')


def _name_cells(notebook: NotebookNode) -> None:
    """Ids that stay the same while other cells change: the grade_id, or a digest of the text."""
    taken: set[str] = set()
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader")
        base = about["grade_id"] if about else hashlib.sha256(cell.source.encode()).hexdigest()[:12]
        base = re.sub(r"[^a-zA-Z0-9_-]", "-", base)[:60]
        name, number = base, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name)
        cell["id"] = name
