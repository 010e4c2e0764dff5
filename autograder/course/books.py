"""nbgrader's books for a whole class: one connection to the gradebook, one transaction for each submission.

nbgrader opens the gradebook anew for every step of every notebook, and writes each grade by itself. That takes most
of the time of its bookkeeping, and a grader that is killed leaves a submission half written.
"""

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from unittest import mock

from autograder.course.nbgrader_course import Nbgrader

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

MODULES = (
    "converters.autograde",
    *(f"preprocessors.{name}" for name in ("getgrades", "latesubmissions", "overwritecells", "overwritekernelspec")),
    "preprocessors.saveautogrades",
)
"""Where nbgrader opens the gradebook while it grades."""


class Books:
    """The gradebook while a class is graded."""

    def __init__(self, gradebook: "Gradebook") -> None:
        self._gradebook = gradebook
        self._commit = gradebook.db.commit
        gradebook.db.commit = gradebook.db.flush  # what nbgrader commits, bit by bit

    @contextmanager
    def submission(self) -> Iterator[None]:
        """All that is written within this is written at once, or, after an exception, not at all."""
        try:
            yield
            self._commit()
        except BaseException:
            self._gradebook.db.rollback()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read within this is what others have written by now."""
        try:
            yield
        finally:
            self._gradebook.db.rollback()


@contextmanager
def open_books(nbgrader: Nbgrader) -> Iterator[Books]:
    """Let nbgrader use one gradebook throughout."""
    from nbgrader.api import Gradebook

    class Shared(Gradebook):
        def close(self) -> None:
            pass

    coursedir = nbgrader.api.coursedir
    shared = Shared(coursedir.db_url, coursedir.course_id)
    with ExitStack() as stack:
        for name in MODULES:
            module = importlib.import_module(f"nbgrader.{name}")
            stack.enter_context(mock.patch.object(module, "Gradebook", lambda *_, **__: shared))
        try:
            yield Books(shared)
        finally:
            Gradebook.close(shared)
