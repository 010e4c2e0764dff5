"""The instructor's notebook of an assignment, and the release that students got, as nbgrader makes it from that."""

from copy import deepcopy
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

from autograder.errors import CourseError


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


def release(configured: Configurable, resources: Any) -> NotebookNode:
    """The notebook as students got it."""
    notebook = deepcopy(instructor_notebook(configured, resources))
    for step in (ClearSolutions, LockCells, ClearOutput, ClearHiddenTests, ClearMarkScheme, ComputeChecksums):
        notebook, _ = step(parent=configured).preprocess(notebook, resources)
    return notebook
