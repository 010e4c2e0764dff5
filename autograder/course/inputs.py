"""What the grade of a submission depends on: its notebooks and files, and the assignment's."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.course.layout import Course
from autograder.course.nbgrader_course import Nbgrader
from autograder.course.workers import Task
from autograder.wall import executions, instructor
from autograder.wall.execute import ExecuteBehindWall
from autograder.wall.instructor import Material
from autograder.wall.preprocessors import repaired

SECTIONS = ("ExecuteBehindWall", "Execute", "ExecutePreprocessor", "NotebookClient", "SandboxedKernelManager")
"""Parts of the configuration that an execution heeds."""


@dataclass(frozen=True)
class Inputs:
    """Of one submission.

    tasks:  its notebooks, ready to be executed
    digest: the hash of everything, written answers, points and settings included
    """

    tasks: list[Task]
    digest: str


class ClassInputs:
    """Reads submissions as nbgrader will see them: its files, with the assignment's over them."""

    def __init__(self, course: Course, nbgrader: Nbgrader) -> None:
        self.course = course
        self.nbgrader = nbgrader
        self._executor = ExecuteBehindWall(config=nbgrader.api.config)
        self._of_assignments: dict[str, dict[str, tuple[Material, Any]]] = {}

    def settings(self) -> dict[str, Any]:
        """The configuration of an execution, as data; kernels start warm, and results come back."""
        config = self.nbgrader.api.config
        found = {name: dict(config[name]) for name in SECTIONS if name in config}
        found.setdefault("SandboxedKernelManager", {}).setdefault("warm", True)
        found.setdefault("ExecuteBehindWall", {})["store"] = ""
        return found

    def of(self, student: str, name: str) -> Inputs:
        """The inputs of a submission. Raises CourseError for a notebook that is too large to be graded."""
        folder = self.course.root / "submitted" / student / name
        files = self._files(folder) | self._files(self.course.solutions / name, overwriting=name)
        tasks, raw = [], []
        for notebook, (material, release) in self._assignment(name).items():
            text = (folder / f"{notebook}.ipynb").read_bytes()
            mended = repaired(nbformat.reads(text.decode(), as_version=4), release, material.notebook)
            key = self._executor.key(mended, files, material)
            tasks.append(Task(f"{student} · {notebook}", key, nbformat.writes(mended), files, material))
            raw.append([key, executions.digest(text), executions.digest(nbformat.writes(material.notebook))])
        feedback = {name: dict(self.nbgrader.api.config.get(name, {})) for name in ("HideTests", "LimitOutput")}
        return Inputs(tasks, executions.digest(raw, feedback))

    def _assignment(self, name: str) -> dict[str, tuple[Material, Any]]:
        """For each notebook of an assignment what the judge has of it, and the release."""
        if name not in self._of_assignments:
            self._of_assignments[name] = {}
            for notebook in self.course.notebooks(name):
                resources = {"nbgrader": {"assignment": name, "notebook": notebook}}
                material = instructor.material(self._executor, resources)
                release = instructor.release(self._executor, resources, material.notebook)
                self._of_assignments[name][notebook] = material, release
        return self._of_assignments[name]

    def _files(self, folder: Path, overwriting: str = "") -> dict[str, bytes]:
        """The files that nbgrader carries from a folder to where it grades, by path.

        overwriting: the assignment whose files go over a submission's, but for those that its settings spare
        """
        from nbgrader.utils import find_all_files

        spared = self.nbgrader.api.config.Autograde.get("exclude_overwriting", {}).get(overwriting, [])
        found = {}
        for path in find_all_files(str(folder), [*self.nbgrader.api.coursedir.ignore, "*.ipynb"]):
            name = os.path.relpath(path, folder)
            if name not in spared and name not in executions.NBGRADERS:
                found[Path(name).as_posix()] = Path(path).read_bytes()
        return found
