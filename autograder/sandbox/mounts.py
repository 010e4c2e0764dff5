"""What a sandbox shows of this machine: bubblewrap's options for it.

The system's programs, this Python with its packages, the package `autograder` and the bundled data; never a folder
only because it is near.
"""

import functools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import autograder
from autograder.errors import CourseError
from autograder.notebook import datasets

HELDOUT = "heldout"


def shown(more: Sequence[Path]) -> list[Path]:
    """Files and folders to show inside, read-only, at their own places; none lies inside another."""
    always = _outermost((Path("/usr"), Path("/nix/store"), *_packages(), *_data(), *_system()))
    asked = [path.absolute() for path in more if path.exists()]
    return [*always, *(path for path in _outermost(tuple(asked)) if not _lies_in(path, always))]


def _system() -> list[Path]:
    return [Path("/etc", name) for name in ("ld.so.cache", "fonts", "localtime", "alternatives")]


def _packages() -> list[Path]:
    return [Path(autograder.__file__).resolve().parent, *_python_folders()]


@functools.lru_cache(8)
def _outermost(wanted: tuple[Path, ...]) -> tuple[Path, ...]:
    """Those that exist, without what lies in another one. Remembered: it is asked for every sandbox."""
    there = [path.absolute() for path in wanted if path.exists()]
    return tuple(path for place, path in enumerate(there) if path not in there[:place] and not _lies_in(path, there))


def _lies_in(path: Path, folders: Sequence[Path]) -> bool:
    return any(folder in path.parents for folder in folders)


def _data() -> list[Path]:
    """The bundled data without its held-out part. Another course may have none."""
    try:
        return [path for path in datasets.data_folder().iterdir() if path.name != HELDOUT]
    except CourseError:
        return []


def _python_folders() -> list[Path]:
    """This Python's installation and environment, and package folders elsewhere, such as a user's own."""
    folders = [Path(folder) for folder in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)]
    folders.append(Path(sys.executable).resolve().parent.parent)
    folders += [path for path in map(Path, sys.path) if path.name in ("site-packages", "dist-packages")]
    found = [form for folder in folders for form in (folder, folder.resolve())]
    # A Python in /bin or /usr/bin: the system's folders are shown anyway.
    return [folder for folder in found if folder != Path("/")]


def python_path() -> list[Path]:
    """What Python inside does not find by itself: a checkout's package, a user's own packages."""
    package = Path(autograder.__file__).resolve().parent.parent
    packages = [path for path in map(Path, sys.path) if path.name in ("site-packages", "dist-packages")]
    own = (Path(sys.prefix), Path(sys.base_prefix), Path("/usr"))
    outside = [path for path in packages if not any(folder in path.parents for folder in own)]
    return outside if package in packages else [*outside, package]


def hidden(shown: Sequence[Path]) -> Iterator[str]:
    """Cover the held-out data where a folder that is shown holds it, as a package with data in it might."""
    for path in {Path(autograder.__file__).resolve().parent / "data" / HELDOUT, *_heldout()}:
        if path.is_dir() and any(folder in path.parents for folder in shown):
            yield from ("--perms", "0555", "--tmpfs", str(path), "--remount-ro", str(path))


def _heldout() -> list[Path]:
    try:
        return [datasets.data_folder() / HELDOUT]
    except CourseError:
        return []


def refuse_if_shown(submission: Path, shown: Sequence[Path]) -> None:
    """Where a submission is, solutions and other submissions are not far: that must not be shown."""
    place = submission.resolve()
    for folder in shown:
        if folder.resolve() in place.parents:
            raise CourseError(
                f"{submission} lies in {folder}, which the sandbox has to show to students' code together with "
                "whatever else is there: move the course out of the folder of Python or of the system."
            )


def bind(path: Path, place: Path) -> Iterator[str]:
    yield from parents(place)
    yield from ("--ro-bind", str(path), str(place))


def parents(path: Path) -> Iterator[str]:
    """Make the folders above path so that anybody can go through them."""
    for folder in reversed(path.parents[:-1]):
        yield from ("--perms", "0755", "--dir", str(folder))
