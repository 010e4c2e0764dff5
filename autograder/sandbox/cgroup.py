"""A control group for one sandbox: memory and processes of all of it together, counted by the kernel.

Limits of a process (rlimits) hold for each process by itself; a control group holds for the whole sandbox and counts
its files in memory too. One can be had where the grader may write into the hierarchy: as root on a machine, in a
delegated cgroup of version 2, seldom in a container.
"""

import functools
import os
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PREFIX = "autograder-"

# Enters each group named before "--", then becomes the command after it: no process of it is ever outside.
ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 98; shift; done; shift; [ $# = 0 ] || exec "$@"'


@dataclass(frozen=True)
class Parent:
    """A folder of the hierarchy in which groups can be made, for `controllers` (both, in version 2)."""

    folder: Path
    controllers: tuple[str, ...]
    unified: bool


class Cgroup:
    """A new, empty group with limits: memory in MB of all its processes and files, and number of threads."""

    def __init__(self, memory_mb: int, processes: int) -> None:
        self.folders: list[Path] = []
        self._memory: Path | None = None
        self._unified = False
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        try:
            for parent in parents():
                folder = parent.folder / name
                folder.mkdir()
                self.folders.append(folder)
                if "memory" in parent.controllers:
                    self._memory, self._unified = folder, parent.unified
                    _limit_memory(folder, memory_mb << 20, parent.unified)
                if "pids" in parent.controllers:
                    (folder / "pids.max").write_text(str(processes))
        except OSError:
            self.remove()
            raise

    def enter(self, argv: list[str]) -> list[str]:
        """The command that runs argv in this group."""
        if not self.folders:
            return argv
        return ["/bin/sh", "-c", ENTER, "sh", *map(str, self.folders), "--", *argv]

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel ended a process of the group because all of its memory was used."""
        if self._memory is None:
            return False
        try:
            text = (self._memory / ("memory.events" if self._unified else "memory.oom_control")).read_text()
        except OSError:
            return False
        return any(line.split()[0] == "oom_kill" and line.split()[1] != "0" for line in text.splitlines())

    def most_memory_mb(self) -> int | None:
        """MB that all of the group held at most; None where the kernel does not count that."""
        if self._memory is None:
            return None
        name = "memory.peak" if self._unified else "memory.max_usage_in_bytes"
        try:
            return int((self._memory / name).read_text()) >> 20
        except OSError:
            return None

    def remove(self) -> None:
        """Remove the group, once its processes are gone."""
        _remove(self.folders)
        self.folders = []


def counts(controller: str) -> bool:
    """Whether groups that limit "memory", or "pids", can be made here."""
    return any(controller in parent.controllers for parent in parents())


@functools.cache
def parents() -> tuple[Parent, ...]:
    """Where this process can make groups and put a process into them: tried, and found out once."""
    found: list[Parent] = []
    for controllers, folder, top, unified in _hierarchies():
        for place in (folder, *folder.parents):
            if place != top and top not in place.parents:
                break
            parent = Parent(place, controllers, unified)
            if _works(parent):
                found.append(parent)
                break
    # Version 2 holds both in one group; where version 1 is in use, its groups do.
    return tuple(found)


def _hierarchies() -> list[tuple[tuple[str, ...], Path, Path, bool]]:
    """For memory and pids: the controllers, this process's own folder, the hierarchy's top, and whether version 2."""
    try:
        own = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
        mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    except OSError:
        return []
    found: list[tuple[tuple[str, ...], Path, Path, bool]] = []
    for fields in mounts:
        root, top, kind, options = fields[3], Path(fields[4]), fields[-3], fields[-1].split(",")
        for _, names, path in own:
            if kind == "cgroup" and names and set(names.split(",")) <= set(options):
                controllers = tuple(name for name in ("memory", "pids") if name in names.split(","))
            elif kind == "cgroup2" and not names:
                try:
                    there = (top / "cgroup.controllers").read_text().split()
                except OSError:
                    continue
                controllers = tuple(name for name in ("memory", "pids") if name in there)
            else:
                continue
            inside = os.path.relpath(path, root) if path.startswith(root) else "."
            folder = top if inside == "." or inside.startswith("..") else top / inside
            if controllers:
                found.append((controllers, folder, top, kind == "cgroup2"))
    return found


def _works(parent: Parent) -> bool:
    """Whether a group can be made in this folder, limited, and entered."""
    _sweep(parent.folder)
    folder = parent.folder / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        if parent.unified:
            control = parent.folder / "cgroup.subtree_control"
            if missing := set(parent.controllers) - set(control.read_text().split()):
                control.write_text(" ".join(f"+{name}" for name in missing))
        folder.mkdir()
    except OSError:
        return False
    try:
        if "memory" in parent.controllers:
            _limit_memory(folder, 1 << 30, parent.unified)
        if "pids" in parent.controllers:
            (folder / "pids.max").write_text("16")
        enter = ["/bin/sh", "-c", ENTER, "sh", str(folder), "--"]
        return subprocess.run(enter, stderr=subprocess.DEVNULL, env={}).returncode == 0
    except OSError:
        return False
    finally:
        _remove([folder])


def _limit_memory(folder: Path, size: int, unified: bool) -> None:
    """Set the limit in bytes. Memory moved to the swap area counts as well where the kernel counts it."""
    if unified:
        (folder / "memory.max").write_text(str(size))
        for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            if (folder / name).exists():
                (folder / name).write_text(value)
        return
    (folder / "memory.limit_in_bytes").write_text(str(size))
    if (folder / "memory.memsw.limit_in_bytes").exists():
        (folder / "memory.memsw.limit_in_bytes").write_text(str(size))


def _remove(folders: list[Path]) -> None:
    """Remove groups, waiting up to 2 s: they are busy until the last process has been reaped."""
    deadline = time.monotonic() + 2
    for folder in folders:
        while folder.exists():
            try:
                folder.rmdir()
            except OSError:
                if time.monotonic() > deadline:
                    break
                time.sleep(0.001)


def _sweep(folder: Path) -> None:
    """Remove the empty groups of graders that were killed."""
    for group in folder.glob(f"{PREFIX}*-*"):
        owner = group.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            try:
                group.rmdir()  # fails, rightly, while a process is in it
            except OSError:
                pass
