"""`autograder build`: derive every notebook from its text source, through Jupytext and nbgrader."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from autograder.course import leaks, source
from autograder.course.layout import Course, load_config
from autograder.errors import CourseError
from autograder.wall.review import review

MEND = "autograder build"


def build(course: Course, names: list[str], edits: str = "refuse") -> Iterator[str]:
    """Derive the instructor's and the student's notebook of each assignment; yields a line for each.

    edits: what to do with an instructor notebook that was edited while its source was not: `refuse` (the
           default), `take` (write them into the source first), `discard`
    Raises CourseError; a notebook that a person edited is never overwritten unasked.
    """
    for name in names:
        _settle_edits(course, name, edits)
        # The source in the form in which JupyterLab saves it: otherwise Jupytext takes the two for different versions.
        changed = _write(course.source(name), source.text(source.read(course.source(name))))
        instructor, student = derive(course, name)
        changed |= _write(course.instructor_notebook(name), instructor)
        changed |= _replace_release(course, name, student)
        yield f"{name}: {'derived anew' if changed else 'up to date'}"


def stale(course: Course, names: list[str]) -> list[str]:
    """A sentence for each derived notebook that is not what its source gives; nothing is written."""
    found = []
    for name in names:
        instructor, student = derive(course, name)
        for path, text in ((course.instructor_notebook(name), instructor), (course.student_notebook(name), student)):
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                place = path.relative_to(course.root)
                found.append(f"{place} is not what {course.source(name).name} gives: run `{MEND} {name}`.")
    return found


def warnings(course: Course, names: list[str]) -> Iterator[str]:
    """A line for each test that will not do what its author meant once student code runs elsewhere."""
    for name in names:
        for notebook in course.notebooks(name):
            for sentence in review(nbformat.read(course.solutions / name / f"{notebook}.ipynb", as_version=4)):
                yield f"warning: {notebook}: {sentence}"


def derive(course: Course, name: str) -> tuple[str, str]:
    """The texts of the instructor's and the student's notebook. Raises CourseError if the student's would leak."""
    notebook = source.read(course.source(name))
    instructor = source.write(notebook)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        solutions, assignments = folder / "solutions", folder / "assignments"
        shutil.copytree(course.solutions / name, solutions / name, ignore=shutil.ignore_patterns("*.ipynb", "trained"))
        (solutions / name / f"{name}.ipynb").write_text(instructor, encoding="utf-8")
        _generate_assignment(course, folder, name)
        if found := leaks.find(name, notebook, solutions, assignments / name):
            raise CourseError(f"{name} is not released, because students would see what they must not: {found[0]}")
        return instructor, (assignments / name / f"{name}.ipynb").read_text(encoding="utf-8")


def _generate_assignment(course: Course, root: Path, name: str) -> None:
    """Run nbgrader's own generate_assignment over a scratch folder, without touching a gradebook."""
    from nbgrader.apps import GenerateAssignmentApp
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    config = load_config(course.root)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = name
    config.SaveCells.enabled = False
    log = logging.getLogger(f"{__name__}.nbgrader")
    problems = _Messages()
    log.handlers, log.propagate = [problems], False
    log.setLevel(logging.ERROR)
    app = GenerateAssignmentApp(config=config, log=log)
    coursedir = CourseDirectory(parent=app)
    converter = GenerateAssignment(coursedir=coursedir, parent=app)
    converter.no_database = True
    try:
        converter.start()
    except (NbGraderException, SystemExit) as error:
        raise CourseError(f"nbgrader refuses {course.source(name)}: {problems.last or error}") from None


class _Messages(logging.Handler):
    """Keeps nbgrader's last error that is a sentence, for the one that we show."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        lines = [line for line in record.getMessage().splitlines() if line.strip()]
        if lines and not lines[-1].startswith("There was an error processing"):
            self.last = lines[-1].strip()


def _settle_edits(course: Course, name: str, edits: str) -> None:
    path = course.instructor_notebook(name)
    if not path.is_file():
        return
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception:
        raise CourseError(f"{path} is no notebook: delete it and run `{MEND} {name}` to derive it anew.") from None
    now = source.digest(notebook)
    derived = source.read(course.source(name))
    if now in (notebook.metadata.get(source.MARK), derived.metadata[source.MARK]):
        return
    if edits == "take":
        course.source(name).write_text(source.text(notebook), encoding="utf-8")
    elif edits != "discard":
        raise CourseError(
            f"{path.relative_to(course.root)} was edited by hand and its source was not: "
            f"`{MEND} {name} --take-edits` writes the edits into the source, `--discard-edits` drops them."
        )


def _write(path: Path, text: str) -> bool:
    """Write a file unless it holds just that; returns whether it was written."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}): make the folder writable.") from None
    return True


def _replace_release(course: Course, name: str, text: str) -> bool:
    """The release folder holds the student's notebook, the figures, and nothing else."""
    release = course.assignments / name
    changed = _write(course.student_notebook(name), text)
    allowed = leaks.allowed_files(name, course.solutions)
    for relative in sorted(allowed - {f"{name}.ipynb"}):
        origin, copy = course.solutions / name / relative, release / relative
        if not copy.is_file() or copy.read_bytes() != origin.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, copy)
            changed = True
    return changed
