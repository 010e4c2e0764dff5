"""nbgrader's preprocessors around the execution: repair before it, harmless and secret-keeping pages after it."""

import os
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.errors import CourseError
from autograder.wall import html, instructor, ownership
from autograder.wall.remarks import Remarks
from autograder.wall.repair import repair

HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?(END HIDDEN TESTS[^\n]*|\Z)", re.DOTALL | re.MULTILINE)
SHOWN = frozenset({"text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg"})
"""What is kept of a student's output; the text or the picture stands for the rest."""


class RepairCells(NbGraderPreprocessor):
    """Puts a submission's cells back in their places, before nbgrader looks at them."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        refuse_links(Path(resources["metadata"]["path"]))
        instructors = instructor.instructor_notebook(self, resources)
        nb = repaired(nb, instructor.release(self, resources, instructors), instructors)
        for grade_id in Remarks.of(nb).missing:
            self.log.warning("The answer %s is nowhere in the submission of %s", grade_id, resources["nbgrader"])
        return nb, resources


def repaired(nb: NotebookNode, release: NotebookNode, instructors: NotebookNode) -> NotebookNode:
    """A submission's notebook with its cells in their places, and with the text of those that are not the student's."""
    mended = repair(nb, release)
    nb = mended.notebook
    nb.metadata = deepcopy(release.metadata)
    Remarks(repaired=mended.sentences, missing=mended.missing).keep(nb)
    texts = {
        about["grade_id"]: cell.source
        for cell in instructors.cells
        if (about := cell.metadata.get("nbgrader")) is not None
    }
    for cell in nb.cells:
        if (about := cell.metadata.get("nbgrader", {})).get("locked"):
            cell.source = texts[about["grade_id"]]
    return nb


class SanitizeOutput(NbGraderPreprocessor):
    """Makes the output of a student's cells harmless; that of the test cells comes from the judge."""

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        cell.metadata = NotebookNode({key: cell.metadata[key] for key in ("nbgrader",) if key in cell.metadata})
        if cell.cell_type == "code" and not ownership.is_test(cell):
            for output in cell.outputs:
                if output.output_type in ("display_data", "execute_result"):
                    output.metadata = NotebookNode()
                    output.data = NotebookNode(
                        {mime: output.data[mime] for mime in SHOWN & output.data.keys() if _is_text(output.data[mime])}
                    )
                    for mime in ("text/html", "text/markdown", "text/latex"):
                        if mime in output.data:
                            clean = html.without_commands if mime == "text/latex" else html.clean
                            output.data[mime] = clean("".join(output.data[mime]))
        return cell, resources


def _is_text(content: Any) -> bool:
    return isinstance(content, str) or (isinstance(content, list) and all(isinstance(line, str) for line in content))


class HideTests(NbGraderPreprocessor):
    """Keeps the text of hidden tests out of the feedback; `c.HideTests.enabled = False` shows it."""

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        if ownership.is_test(cell) and HIDDEN.search(cell.source):
            cell.source = HIDDEN.sub("# checks that are not shown", cell.source)
            for output in cell.outputs:
                if output.output_type == "error":  # the traceback shows the lines around the one that failed
                    output.traceback = [f"{output.ename}: {output.evalue}".rstrip(": ")]
        return cell, resources


def refuse_links(folder: Path) -> None:
    """Raise CourseError if a submission holds links: nbgrader would copy what they lead to."""
    for link in _links(folder):
        raise CourseError(f"{link.name} is a link to {os.readlink(link)}, and links are not graded")


def replace_links(assignment: str, student: str, notebooks: list[str]) -> None:
    """Put a note in place of every link in a submission, before nbgrader copies what it leads to.

    Handed in through nbgrader, a submission holds none. nbgrader's hook before a submission is graded.
    """
    for folder in {Path(notebook).parent for notebook in notebooks}:
        for link in set(_links(folder)) - {folder, folder.parent}:
            note = f"This was a link to {os.readlink(link)}. Links are not graded.\n"
            link.unlink()
            link.write_text(note, encoding="utf-8", errors="replace")  # a path may be no text


def _links(folder: Path) -> list[Path]:
    # The folder itself, or the student's, may lead to a classmate's.
    found = [path for path in (folder, folder.parent) if path.is_symlink()]
    for place, folders, names in os.walk(folder):
        found += [path for name in [*folders, *names] if (path := Path(place) / name).is_symlink()]
    return sorted(found)
