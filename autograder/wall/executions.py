"""Executions of submissions, stored by what they depend on.

What a submission's cells give depends on its code and files, on the tests and the files beside them, on the limits
and on the installed packages, and on nothing else. So an execution is stored under the hash of all that, and done
once: grading again costs nothing, a grading that was interrupted goes on, and a changed test is executed anew.
"""

import contextlib
import functools
import gzip
import hashlib
import importlib.metadata
import json
import os
import platform
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

import autograder
from autograder.errors import MachineError
from autograder.sandbox.processes import Usage
from autograder.wall.instructor import Material

NBGRADERS = frozenset(["timestamp.txt", "submission_secret.txt"])
"""Files that nbgrader lays beside a notebook: they differ for each submission, and say nothing of its work."""

FORMAT = 2
"""Of what is stored; to be counted up when it changes."""


@dataclass(frozen=True)
class Execution:
    """What the cells of a submission gave.

    outputs: of each code cell, in order
    counts:  the execution count of each
    stopped: sentences about limits that were hit
    seconds: that passed
    cpu_seconds, memory_mb: what the student's kernel took (`autograder.sandbox.processes.Usage`)
    """

    outputs: list[list[dict[str, Any]]]
    counts: list[int | None]
    stopped: list[str]
    seconds: float
    cpu_seconds: float | None = None
    memory_mb: int | None = None

    @classmethod
    def of(cls, notebook: NotebookNode, stopped: list[str], seconds: float, usage: Usage) -> "Execution":
        """What an executed notebook holds."""
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        outputs = [[dict(output) for output in cell.outputs] for cell in cells]
        return cls(outputs, [cell.execution_count for cell in cells], stopped, seconds, **asdict(usage))

    def fill(self, notebook: NotebookNode) -> None:
        """Put the outputs into a notebook with the same code cells."""
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell, outputs, count in zip(cells, self.outputs, self.counts, strict=True):
            cell.outputs, cell.execution_count = nbformat.from_dict(outputs), count


class Store:
    """A folder of executions. Several processes may use it at once: an entry is written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json.gz"

    def __contains__(self, key: str) -> bool:
        return self._path(key).is_file()

    def get(self, key: str) -> Execution | None:
        """The execution of this key; None if there is none, or none that can be read."""
        path = self._path(key)
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                found = Execution(**json.load(file))
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, TypeError):  # damaged by a broken disk: it is done again
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        try:
            os.utime(path)  # when it was last of use, for `prune`
        except OSError:
            pass  # a store that can only be read is of use all the same
        return found

    def put(self, key: str, execution: Execution) -> None:
        """Store an execution. Raises MachineError where nothing can be written."""
        self._write(self._path(key), json.dumps(asdict(execution)))

    def check(self) -> None:
        """Raises MachineError where nothing can be written: better before a class is executed than after."""
        path = self.folder / "check"
        self._write(path, "x" * 10_000)
        path.unlink(missing_ok=True)

    def _write(self, path: Path, text: str) -> None:
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with gzip.open(draft, "wt", encoding="utf-8", compresslevel=3) as file:
                file.write(text)
            draft.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise MachineError(
                f"Results cannot be kept in {self.folder} ({error.strerror}): make room there or make it writable, and "
                "call again; what is done is not lost."
            ) from None

    def prune(self, days: float) -> tuple[int, int]:
        """Remove what was of no use for so many days; how many entries and bytes that was."""
        limit = time.time() - days * 86400
        count = size = 0
        for path in self.folder.glob("*/*"):
            about = path.stat()
            if about.st_mtime < limit:
                path.unlink(missing_ok=True)
                count, size = count + 1, size + about.st_size
        return count, size


def key(notebook: NotebookNode, files: dict[str, bytes], material: Material, settings: dict[str, Any]) -> str:
    """The hash of all that an execution depends on.

    notebook: the submission's, with its cells repaired
    files: beside it, by path
    settings: limits
    """
    return digest(
        FORMAT,
        installed(),
        settings,
        code(notebook),
        code(material.notebook),
        {name: digest(content) for name, content in material.files.items()},
        digest(material.secret),
        digest(material.heldout),
        {name: digest(content) for name, content in files.items()},
    )


def code(notebook: NotebookNode) -> list[list[Any]]:
    """Of a notebook what is executed, and who executes it."""
    return [
        [cell.source, *(cell.metadata.get("nbgrader", {}).get(name) for name in ("grade_id", "grade", "solution"))]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def beside(folder: Path) -> dict[str, bytes]:
    """The files beside a submission's notebook, by path; links, and nbgrader's own files, left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb" and path.name not in NBGRADERS
    }


@functools.cache
def installed() -> dict[str, str]:
    """What is installed here, by name: the versions of Python and of all packages, and this package's own code."""
    own = sorted(Path(autograder.__file__).parent.rglob("*.py"))
    return {
        **{str(found.name): found.version for found in importlib.metadata.distributions()},
        "Python": platform.python_version(),
        "processor": platform.machine(),
        "autograder": digest([digest(path.read_bytes()) for path in own])[:12],
    }


def digest(*parts: Any) -> str:
    """Of bytes, or of data as JSON has it."""
    digest = hashlib.sha256()
    for part in parts:
        content = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
