"""Where the parts of a course lie, and which assignments it has."""

import os
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class Course:
    """An nbgrader course folder.

    root: the folder with nbgrader_config.py, `solutions/` and `assignments/`
    """

    root: Path

    @classmethod
    def find(cls, start: str | os.PathLike[str] = ".") -> "Course":
        """The course that `start` lies in. Raises CourseError if there is none."""
        here = Path(start).resolve()
        for folder in (here, *here.parents):
            if (folder / CONFIG).is_file() and (folder / "solutions").is_dir():
                return cls(folder)
        raise CourseError(
            f"{here} is not in a course: go to the folder that holds {CONFIG} and solutions/, or name it with --course."
        )

    @property
    def solutions(self) -> Path:
        return self.root / "solutions"

    @property
    def assignments(self) -> Path:
        return self.root / "assignments"

    def names(self) -> list[str]:
        """The assignments, in the order of the course: every folder of `solutions/` that holds a text source."""
        return sorted(path.stem for path in self.solutions.glob("*/*.py") if path.stem == path.parent.name)

    def choose(self, wanted: list[str] | None) -> list[str]:
        """The named assignments, or all of them. Raises CourseError for a name that the course does not have."""
        known = self.names()
        if not known:
            raise CourseError(f"{self.solutions} holds no assignment: a course needs solutions/NAME/NAME.py.")
        for name in wanted or []:
            if name not in known:
                raise CourseError(f"There is no assignment “{name}” in {self.solutions}: it has {', '.join(known)}.")
        return list(wanted) if wanted else known

    def source(self, name: str) -> Path:
        """The text source, the only notebook file written by hand."""
        return self.solutions / name / f"{name}.py"

    def instructor_notebook(self, name: str) -> Path:
        return self.solutions / name / f"{name}.ipynb"

    def student_notebook(self, name: str) -> Path:
        return self.assignments / name / f"{name}.ipynb"
