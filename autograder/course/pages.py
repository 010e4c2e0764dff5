"""The feedback pages of a class: nbgrader's own, made by several processes, and nothing twice that is the same in many.

nbconvert compiles the templates anew for every page, colours the same code for every student, and takes each page
apart and puts it together again, for the sake of a few attributes. That takes most of the time of a page.
"""

import contextlib
import ctypes
import functools
import os
import re
import secrets
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Self

import jinja2
from bs4 import BeautifulSoup
from loky import BrokenProcessPool, ProcessPoolExecutor
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbformat.notebooknode import NotebookNode

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
    """What nbgrader exports feedback with: the same page, with compiled templates and with code that is kept."""

    def _create_environment(self) -> jinja2.Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = Compiled()
        return environment

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **named: Any) -> tuple[str, dict[str, Any]]:
        if "highlight_code" in self.filters or "Highlight2HTML" in self.config:
            return super().from_notebook_node(nb, resources, **named)  # a course that has its own
        code = _Code(nb)
        self.filters = {**self.filters, "highlight_code": code}
        try:
            page, found = super().from_notebook_node(nb, resources, **named)
        finally:
            self.filters = {name: given for name, given in self.filters.items() if given is not code}
        page, count = code.fill(page)
        if count != len(code.blocks):  # a template that does something to code which we know nothing of
            return super().from_notebook_node(nb, resources, **named)
        return page, found


class _Code:
    """nbconvert's filter `highlight_code`. What it gives stands for the code until the page is put together.

    Most tags of a page are those of coloured code, and pygments makes each block complete in itself: taken apart and
    put together alone, once for a class, it is what it would be as a part of the page.
    """

    def __init__(self, notebook: NotebookNode) -> None:
        language = notebook.metadata.get("language_info", {})
        self._lexer = language.get("pygments_lexer", language.get("name", None))  # as HTMLExporter chooses it
        self._tag = f"code-{secrets.token_hex(16)}"  # no student can write it
        self.blocks: list[str] = []

    def __call__(self, source: str, language: str | None = None, metadata: Any = None) -> str:
        magics = (metadata or {}).get("magics_language")
        if not all(isinstance(name, str | None) for name in (self._lexer, language, magics)):
            return Highlight2HTML(pygments_lexer=self._lexer)(source, language, metadata)
        block, after = _highlighted(source, self._lexer, language, magics)
        self.blocks.append(block)
        return f'<{self._tag} n{len(self.blocks) - 1}=""></{self._tag}>{after}'

    def fill(self, page: str) -> tuple[str, int]:
        """The page with its code, and how many blocks that are."""
        return re.subn(rf'<{self._tag} n(\d+)=""></{self._tag}>', lambda found: self.blocks[int(found[1])], page)


@functools.lru_cache(4_000)
def _highlighted(source: str, lexer: str | None, language: str | None, magics: str | None) -> tuple[str, str]:
    """A block of coloured code as a page has it, and the space that follows."""
    found = Highlight2HTML(pygments_lexer=lexer)(source, language, {"magics_language": magics} if magics else None)
    block = found.rstrip()
    return str(BeautifulSoup(block, "html.parser")), found[len(block) :]


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
            # Not the standard library's: that of Python 3.11 may wait forever when one of its processes is killed.
            self._pool = ProcessPoolExecutor(min(cores, count), initializer=_begin, initargs=(nbgrader.course,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(kill_workers=True)  # after an interruption the pages are made again

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
