"""Stock nbgrader, called in this process on a course folder with the course's own nbgrader_config.py."""

import datetime
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course.layout import Course, load_config
from autograder.errors import LOCKED, CourseError, MachineError
from autograder.wall.settings import EXECUTE, grade_behind_wall

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

STORE = "executions"
"""The folder of a course in which executions are kept."""

ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Nbgrader:
    """nbgrader's commands on one course. Each raises CourseError with nbgrader's own last sentence if it fails, and
    MachineError where nothing can be written.

    sandbox: whether student code runs in the sandbox; behind the wall it runs in any case
    """

    def __init__(self, course: Course, sandbox: bool = True) -> None:
        import nbformat.warnings
        import sqlalchemy.exc
        from nbgrader.apps.api import NbGraderAPI

        # nbgrader's own queries warn of an autoflush that is harmless; it is not the instructor's business.
        warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)
        # A cell that was copied has the same id twice; nbformat gives it another.
        for category in (nbformat.warnings.DuplicateCellId, nbformat.warnings.MissingIDFieldWarning):
            warnings.simplefilter("ignore", category)
        self.course = course
        # nbgrader starts `alembic`, and the kernels' Python, by name: ours must be found first.
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        self.log = logging.getLogger(f"{__name__}.{course.root}")
        self.log.handlers, self.log.propagate = [logging.NullHandler()], False
        self.log.setLevel(logging.INFO)
        # The gradebook raises what it logs there; to the user it is one sentence.
        logging.getLogger("tornado.application").addFilter(_is_no_rollback)
        config = load_config(course.root)
        if EXECUTE not in config.Autograde.get("autograde_preprocessors", ()):
            grade_behind_wall(config)
        config.ExecuteBehindWall.store = str(course.root / STORE)
        config.GenerateFeedback.exporter_class = "autograder.course.pages.FeedbackExporter"
        if not sandbox:
            config.ExecuteBehindWall.sandbox = False
        with self.in_course():
            self.api = NbGraderAPI(config=config, log=self.log)
            url = self.api.coursedir.db_url  # worked out from the working folder
            if url.startswith("sqlite:") and "?" not in url:
                self.api.coursedir.db_url = f"{url}?timeout={LOCKED}"

    def generate_assignment(self, name: str) -> None:
        """Derive the release and register the assignment's cells and points in the gradebook."""
        self._run(lambda: self.api.generate_assignment(name, force=True, create=True))

    def release_assignment(self, name: str) -> None:
        self._run(lambda: self.api.release_assignment(name))

    def submit(self, name: str, student: str, folder: Path, at: datetime.datetime) -> None:
        """Hand in `folder/<name>` as that student at that time (UTC), through the exchange."""
        from nbgrader.exchange.default import ExchangeSubmit
        from nbgrader.utils import capture_log, temp_attrs

        with temp_attrs(self.api.coursedir, assignment_id=name, student_id=student):
            app = ExchangeSubmit(coursedir=self.api.coursedir, authenticator=self.api.authenticator, parent=self.api)
            app.assignment_dir = str(folder)
            app.set_timestamp = lambda: setattr(app, "timestamp", f"{at:%Y-%m-%d %H:%M:%S.%f} UTC")
            self._run(lambda: capture_log(app))

    def collect(self, name: str) -> None:
        self._run(lambda: self.api.collect(name, update=True))

    def submitted(self, name: str) -> list[str]:
        """The students with a submission of this assignment."""
        with self.in_course():
            return sorted(self.api.get_submitted_students(name))

    def autograde(self, name: str, student: str, force: bool) -> None:
        """Grade one submission, unless an earlier grade of the same submission stands and `force` is off."""
        self._run(lambda: self.api.autograde(name, student, force=force, create=True))

    def generate_feedback(self, name: str, student: str) -> None:
        self._run(lambda: self.api.generate_feedback(name, student, force=True))

    def has_gradebook(self) -> bool:
        """Whether there is a gradebook: opening one that is not there would make it."""
        from sqlalchemy.engine import make_url

        url = make_url(self.api.coursedir.db_url)
        with self.in_course():
            return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()

    @contextmanager
    def gradebook(self) -> Iterator["Gradebook"]:
        with self.in_course(), self.api.gradebook as gradebook:
            yield gradebook

    def _run(self, command: Callable[[], dict[str, Any]]) -> None:
        with self.in_course():
            result = command()
        if not result["success"]:
            log, error = result.get("log", ""), result.get("error", "")
            raise MachineError.of(ANSI.sub("", f"{log}\n{error}")) or CourseError(reason(log, error))

    @contextmanager
    def in_course(self) -> Iterator[None]:
        """nbgrader takes the working folder as the course's in more than one place."""
        here = Path.cwd()
        os.chdir(self.course.root)
        try:
            yield
        finally:
            os.chdir(here)


def _is_no_rollback(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Rolling back session")


def reason(log: str, error: str) -> str:
    """The one sentence in an nbgrader log that says what went wrong."""
    text = ANSI.sub("", log)
    if "DeadKernelError" in text or "Kernel died" in text:
        return "its kernel died while running (code that exits, crashes or takes too much memory)"
    if "UnresponsiveKernelError" in text or "became unresponsive" in text:
        return "its kernel could not be interrupted (an endless loop that ignores interrupts)"
    sentences = [
        line.split("]", 1)[1].strip()
        for line in text.splitlines()
        if line.startswith(("[ERROR]", "[CRITICAL]"))
        and not re.search(r"Traceback|There was an error processing|Please see the", line)
    ]
    exceptions = [line.strip() for line in text.splitlines() if re.match(r"^\s*[\w.]+(Error|Exception|Exit): ", line)]
    last = ANSI.sub("", error).strip().splitlines()
    return (exceptions or sentences or last or ["nbgrader failed without saying why"])[-1].rstrip(".")
