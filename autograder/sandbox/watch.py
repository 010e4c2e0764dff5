"""The memory of a whole sandbox where no control group can be had: looked at several times a second.

A limit of a process holds for each by itself, and not for memory that it shares. So the sum is looked at, and a
sandbox that uses more than it may is ended. Between two looks it can go over; a control group never does.
"""

import threading
from collections.abc import Callable

from autograder.sandbox.processes import below, proportional, resident

PERIOD = 0.2  # seconds; a processor core fills some hundred MB in that time


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
