"""Files across the wall: what a student's function writes, a test may read, and the other way round.

Regular files of the two working folders, by their bytes. Links are neither followed nor carried.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MOST_FILES = 200
LARGEST = 16 * 2**20
"""Bytes of one file."""

Stamp = tuple[int, int]
"""Size and time of change, by which a changed file is told."""


def stamps(folder: Path) -> dict[str, Stamp]:
    """All files of a folder, as they are now."""
    return {path.relative_to(folder).as_posix(): _stamp(path) for path in _regular(folder)}


def changed(folder: Path, known: dict[str, Stamp]) -> dict[str, bytes]:
    """The files of a folder that are new or changed since they were last seen; `known` is brought up to date."""
    found = {}
    for path in _regular(folder):
        name, stamp = path.relative_to(folder).as_posix(), _stamp(path)
        if known.get(name) != stamp and stamp[0] <= LARGEST:
            known[name] = stamp
            found[name] = path.read_bytes()
        if len(found) >= MOST_FILES:
            break
    return found


def put(folder: Path, files: dict[str, bytes], known: dict[str, Stamp]) -> None:
    """Write files into a folder; they count as seen. Raises ValueError for a name that leads elsewhere or is hidden."""
    for name, content in files.items():
        parts = PurePosixPath(name).parts
        # One file has one name here, or a file that must stay as it is could be replaced under another.
        if name.startswith("/") or any(part.startswith(".") for part in parts) or "/".join(parts) != name or not name:
            raise ValueError(f"a file named {name!r:.100}")
        path = folder
        for part in parts[:-1]:
            path = path / part
            if path.is_symlink():
                raise ValueError(f"a file named {name!r:.100}")
            path.mkdir(exist_ok=True)
        path = path / parts[-1]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
        with open(descriptor, "wb") as file:
            file.write(content)
        known[name] = _stamp(path)


def _stamp(path: Path) -> Stamp:
    about = path.lstat()
    return about.st_size, about.st_mtime_ns


def _regular(folder: Path) -> Iterator[Path]:
    """The regular files below a folder, those in hidden folders left out."""
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
        for name in sorted(names):
            path = Path(place) / name
            if not name.startswith(".") and stat.S_ISREG(path.lstat().st_mode):
                yield path
