"""Where the parts of a course lie, and which assignments it has."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config

CONFIG = "nbgrader_config.py"


def load_config(root: Path) -> "Config":
    """A course's nbgrader_config.py as nbgrader reads it. Raises CourseError if it cannot be run."""
    from traitlets.config.loader import PyFileConfigLoader

    try:
        return PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except CourseError:
        raise
    except Exception as error:
        raise CourseError(f"{root / CONFIG} cannot be read: {type(error).__name__}: {error}.") from None


@dataclass(frozen=True)
class Course:
    """An nbgrader course folder.

    root:         the folder with nbgrader_config.py
    source_name:  the folder in it that instructors work in
    release_name: the folder with what students get
    """

    root: Path
    source_name: str = "solutions"
    release_name: str = "assignments"

    @classmethod
    def find(cls, start: str | os.PathLike[str] = ".") -> "Course":
        """The course that `start` lies in. Raises CourseError if there is none."""
        here = Path(start).resolve()
        for folder in (here, *here.parents):
            if (folder / CONFIG).is_file() and (course := cls._in(folder)).solutions.is_dir():
                return course
        raise CourseError(
            f"{here} is not in a course: go to the folder that holds {CONFIG} and solutions/, or name it with --course."
        )

    @classmethod
    def _in(cls, root: Path) -> "Course":
        """The course in a folder: with our names for its folders, nbgrader's, or those that its configuration gives."""
        for names in (("solutions", "assignments"), ("source", "release")):
            if (root / names[0]).is_dir():
                return cls(root, *names)
        named = load_config(root).CourseDirectory
        return cls(root, named.get("source_directory", "source"), named.get("release_directory", "release"))

    @property
    def solutions(self) -> Path:
        return self.root / self.source_name

    @property
    def assignments(self) -> Path:
        return self.root / self.release_name

    def names(self) -> list[str]:
        """The assignments, in the order of the course: every folder of sources that holds a text source."""
        return sorted(path.stem for path in self.solutions.glob("*/*.py") if path.stem == path.parent.name)

    def gradable(self) -> list[str]:
        """The assignments that have a text source or, in a course that is not ours, only notebooks."""
        return sorted({*self.names(), *(path.parent.name for path in self.solutions.glob("[!.]*/*.ipynb"))})

    def notebooks(self, name: str) -> list[str]:
        """The names of an assignment's notebooks. Ours have one, named like the assignment."""
        return sorted(path.stem for path in (self.solutions / name).glob("*.ipynb"))

    def choose(self, wanted: list[str] | None, known: list[str]) -> list[str]:
        """The named ones of the known assignments, or all of them. Raises CourseError for a name that is not known."""
        if not known:
            raise CourseError(f"{self.solutions} holds no assignment: a course needs {self.source_name}/NAME/NAME.py.")
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
