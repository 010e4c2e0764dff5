"""What processes use, read from /proc. Of one that is gone nothing is known any more."""

import os
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """What a command and all processes below it took; None where that cannot be known.

    cpu_seconds: of processor time
    memory_mb:   MB that were in memory at most. Each process counts with its own peak and all that it shares: the
        libraries, and what a forked kernel has of its warm parent, so that warm and cold are alike. Where a control
        group counted more, that; it alone knows of files in memory, of processes that have ended, and of a kernel
        that died. A process may meet its own limit a little earlier, for that counts memory asked for but not used.
    """

    cpu_seconds: float | None = None
    memory_mb: int | None = None


def usage(roots: list[int]) -> Usage:
    """What the living processes below `roots` have taken so far."""
    processes = below(roots)
    memory = sum(map(most_resident, processes))
    return Usage(sum(map(cpu_seconds, processes)), memory >> 20) if memory else Usage()


def below(roots: list[int]) -> list[int]:
    """These processes and all their descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in parentheses, may hold anything; the parent is the second field after it.
            parent = int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found = list(roots)
    for process in found:
        found += children.get(process, [])
    return found


def cpu_seconds(process: int) -> float:
    """Seconds of processor time that a process and its finished children have used; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def resident(process: int) -> int:
    """Bytes of a process in memory, shared ones included; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_bytes().split()[1]) * PAGE
    except OSError:
        return 0


def most_resident(process: int) -> int:
    """The most bytes that a process has had in memory, shared ones included; 0 if it is gone."""
    try:
        return _size(f"/proc/{process}/status", b"VmHWM:")
    except OSError:
        return 0


def proportional(process: int) -> int:
    """Bytes of a process in memory, each page divided by how many share it; 0 if it is gone."""
    try:
        return _size(f"/proc/{process}/smaps_rollup", b"Pss:") or resident(process)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except OSError:
        return resident(process)


def _size(path: str, name: bytes) -> int:
    """Bytes that a line of a file of /proc says, in kB; 0 if there is no such line."""
    for line in Path(path).read_bytes().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    return 0


def killed_for_memory() -> int:
    """How many processes this machine has killed for want of memory since it was started."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
