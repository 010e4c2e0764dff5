"""The feedback pages of a class: nbgrader's own, made by several processes, with templates compiled once.

nbgrader compiles the templates anew for every page, which takes most of the time of a page.
"""

import contextlib
import ctypes
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Self

import jinja2
from nbconvert.exporters import HTMLExporter

from autograder.course.books import Books, open_books
from autograder.course.layout import Course
from autograder.course.nbgrader_course import Nbgrader
from autograder.errors import CourseError, MachineError

FEW = 60
"""Pages that are made in this process: starting others takes longer than they save."""

END_WITH_PARENT = 1
"""prctl's PR_SET_PDEATHSIG."""


class Compiled(jinja2.BytecodeCache):
    """Templates that this process has compiled, by name and content."""

    kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


class FeedbackExporter(HTMLExporter):
    """What nbgrader exports feedback with, but for the compiled templates."""

    def _create_environment(self) -> jinja2.Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = Compiled()
        return environment


class Pages:
    """Makes feedback pages of graded submissions; used as a context.

    count: of pages to expect at most
    """

    def __init__(self, nbgrader: Nbgrader, count: int) -> None:
        self._nbgrader = nbgrader
        self._waiting: dict[Future[str], tuple[str, str]] = {}
        self._pool: ProcessPoolExecutor | None = None
        cores = len(os.sched_getaffinity(0))
        if count > FEW and cores > 1:
            self._pool = ProcessPoolExecutor(
                min(cores, count),
                multiprocessing.get_context("spawn"),  # this process has threads, and a connection to the gradebook
                _begin,
                (nbgrader.course,),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def make(self, name: str, student: str) -> None:
        """Begin with the pages of a submission whose grades are in the gradebook."""
        future: Future[str] = Future()
        if self._pool is not None:
            with contextlib.suppress(BrokenProcessPool):
                future = self._pool.submit(_make, name, student)
                self._waiting[future] = (name, student)
                return
        future.set_result(_reason(self._nbgrader, name, student))
        self._waiting[future] = (name, student)

    def finished(self, all_of_them: bool = False) -> Iterator[tuple[str, str, str]]:
        """Assignment, student, and why there is no page or nothing: of what is done, or of all, waiting for them."""
        while self._waiting:
            done, _ = wait(self._waiting, None if all_of_them else 0, FIRST_COMPLETED)
            for future in done:
                name, student = self._waiting.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):  # a process was killed: the page is made here
                    yield name, student, _reason(self._nbgrader, name, student)
                else:
                    yield name, student, future.result()
            if not done:
                return


_open = contextlib.ExitStack()
_books: tuple[Nbgrader, Books] | None = None
"""Of a process that makes pages, which keeps them open to its end."""


def _begin(course: Course) -> None:
    """Make ready a process that makes pages. It ends with the grader, even if that is killed."""
    global _books
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the grader
    nbgrader = Nbgrader(course)
    _books = nbgrader, _open.enter_context(open_books(nbgrader))


def _make(name: str, student: str) -> str:
    assert _books is not None
    nbgrader, books = _books
    with books.reading():
        return _reason(nbgrader, name, student)


def _reason(nbgrader: Nbgrader, name: str, student: str) -> str:
    try:
        nbgrader.generate_feedback(name, student)
    except MachineError:
        raise
    except CourseError as error:
        return str(error)
    return ""
