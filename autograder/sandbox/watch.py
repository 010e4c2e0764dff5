"""The memory of a whole sandbox where no control group can be had: looked at several times a second.

A limit of a process holds for each by itself, and not for memory that it shares. So the sum is looked at, and a
sandbox that uses more than it may is ended. Between two looks it can go over; a control group never does.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

PERIOD = 0.2  # seconds; a processor core fills some hundred MB in that time
PAGE = os.sysconf("SC_PAGE_SIZE")


class MemoryWatch:
    """Calls `end` once the processes below `roots` use more than `limit` bytes; `tripped` tells that it did."""

    def __init__(self, roots: list[int], limit: int, end: Callable[[], None]) -> None:
        self.tripped = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(roots, limit, end), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; after this `end` is not called."""
        self._stopped.set()
        self._thread.join()

    def _look(self, roots: list[int], limit: int, end: Callable[[], None]) -> None:
        while not self._stopped.wait(PERIOD):
            processes = below(roots)
            # Resident memory counts what forked processes share once for each: quick, and never too little.
            if sum(map(resident, processes)) > limit and sum(map(proportional, processes)) > limit:
                self.tripped = True
                end()
                return


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


def resident(process: int) -> int:
    """Bytes of a process in memory, shared ones included; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_bytes().split()[1]) * PAGE
    except OSError:
        return 0


def cpu_seconds(process: int) -> float:
    """Seconds of processor time that a process and its finished children have used; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def proportional(process: int) -> int:
    """Bytes of a process in memory, each page divided by how many share it; 0 if it is gone."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) << 10
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except OSError:
        pass
    return resident(process)


def killed_for_memory() -> int:
    """How many processes this machine has killed for want of memory since it was started."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
