"""`autograder doctor`: what is installed, which data is there, what is missing and how to get it."""

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder import secret
from autograder.course.build import stale
from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.notebook import datasets
from autograder.sandbox import probe

PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "sympy", "matplotlib", "nbgrader", "jupyterlab", "jupytext")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. good is None where it is only good to know."""

    what: str
    state: str
    good: bool | None
    remedy: str = ""


def examine(course: Course | None) -> Iterator[Finding]:
    """Look at the installation, the data, and, if there is one, the course."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", version, sys.version_info >= (3, 11), "install Python 3.11 or newer")
    found = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        try:
            # By what can be imported: tensorflow comes as tensorflow-cpu too.
            yield Finding(package, importlib.metadata.version(found.get(package, [package])[0]), True)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(package, "missing", False, "python -m pip install -r requirements.txt")
    kernel = shutil.which("jupyter") is not None
    yield Finding("jupyter", "found" if kernel else "not on PATH", kernel or None, "activate the environment")
    yield Finding("processor cores", str(os.cpu_count()), None)
    reason = probe.why_not()
    yield Finding("sandbox", "does not work" if reason else probe.describe(), not reason, reason or "")
    yield from _data()
    if course is None:
        yield Finding("course", "none in this folder", None, "go to a course folder, or name it with --course")
    else:
        yield from _course(course)


def _data() -> Iterator[Finding]:
    for what, load in (("digits", datasets.digits), ("photographs", lambda: datasets.photograph("chelsea"))):
        try:
            load()
        except CourseError as error:
            yield Finding(what, "missing or damaged", False, str(error))
        else:
            yield Finding(what, "bundled, checksums right", True)
    for what in ("mnist", "cifar10"):
        there = datasets.is_available(what)
        state = "there" if there else "not here, optional"
        yield Finding(what, state, True if there else None, "" if there else datasets.how_to_get(what))


def _course(course: Course) -> Iterator[Finding]:
    yield Finding("course", str(course.root), True)
    writable = os.access(course.root, os.W_OK)
    yield Finding(
        "course folder",
        "writable" if writable else "read-only",
        writable,
        f"make {course.root} writable to grade in it",
    )
    path = Path(os.environ.get(secret.VARIABLE, course.root / secret.FILE_NAME))
    there = path.is_file()
    yield Finding("course secret", str(path) if there else "not yet", there or None, "it is made at the first grading")
    names = course.names()
    yield Finding("assignments", ", ".join(names) or "none", bool(names), "write solutions/NAME/NAME.py")
    try:
        old = stale(course, names)
    except CourseError as error:
        yield Finding("notebooks", "cannot be derived", False, str(error))
    else:
        yield Finding("notebooks", "up to date" if not old else f"{len(old)} stale", not old, " ".join(old))
