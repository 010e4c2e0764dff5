"""What the instructor's side of an assignment is: its notebook and files, and the release, as nbgrader makes it."""

import os
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from traitlets.config import Configurable

from autograder import heldout, secret
from autograder.errors import CourseError


@dataclass(frozen=True)
class Material:
    """What the judge has of an assignment. It can travel to another machine.

    notebook: the instructor's, with solutions and all tests
    files:    what lies beside it, by path: hidden data, helper modules
    secret:   the course secret, for hidden checks of this course
    heldout:  the file with the held-out digits
    """

    notebook: NotebookNode
    files: dict[str, bytes]
    secret: bytes | None = None
    heldout: bytes | None = None


def material(configured: Configurable, resources: Any) -> Material:
    """The material of the assignment that nbgrader works on. Raises CourseError if it cannot be read."""
    folder = source_folder(configured, resources)
    named = os.environ.get(secret.VARIABLE)
    held_out = heldout.file()
    return Material(
        instructor_notebook(configured, resources),
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in _beside(folder)},
        Path(named).read_bytes() if named else None,
        held_out.read_bytes() if held_out else None,
    )


def _beside(folder: Path) -> list[Path]:
    """The files beside an instructor's notebook; what a run of it has trained is none of the assignment's."""
    hidden = ("__pycache__", "trained")
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix != ".ipynb"
        and not any(part.startswith(".") or part in hidden for part in path.relative_to(folder).parts)
    ]


def source_folder(configured: Configurable, resources: Any) -> Path:
    """Where the instructor keeps the assignment that nbgrader works on."""
    course = CourseDirectory(parent=configured)
    return Path(course.format_path(course.source_directory, ".", resources["nbgrader"]["assignment"]))


def instructor_notebook(configured: Configurable, resources: Any) -> NotebookNode:
    """The notebook with solutions and all tests. Raises CourseError if it cannot be read.

    configured: an nbgrader preprocessor, whose configuration says where the course is
    resources: as nbgrader hands them to its preprocessors
    """
    path = source_folder(configured, resources) / f"{resources['nbgrader']['notebook']}.ipynb"
    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise CourseError(f"The instructor's notebook {path} cannot be read ({error.strerror}).") from None


def release(configured: Configurable, resources: Any, instructors: NotebookNode) -> NotebookNode:
    """The notebook as students got it."""
    notebook = deepcopy(instructors)
    for step in (ClearSolutions, LockCells, ClearOutput, ClearHiddenTests, ClearMarkScheme, ComputeChecksums):
        notebook, _ = step(parent=configured).preprocess(notebook, resources)
    return notebook
