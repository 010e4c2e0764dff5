"""Memory that a sandbox takes, looked at several times a second where nothing else limits it.

Of the sandbox itself, where no control group can be had: a limit of a process holds for each by itself, and not for
memory that it shares. And of the process that talks to it: what is sent there lies in its memory, and a message may
have any number of parts. Between two looks memory can go over; a control group never does.
"""

import os
import threading
from collections.abc import Callable

from autograder.sandbox.processes import below, proportional, resident

PERIOD = 0.2  # seconds; a processor core fills some hundred MB in that time


class MemoryWatch:
    """Calls `end` once there is too much; `tripped` tells that it did."""

    def __init__(self, too_much: Callable[[], bool], end: Callable[[], None]) -> None:
        self.tripped = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(too_much, end), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; after this `end` is not called."""
        self._stopped.set()
        self._thread.join()

    def _look(self, too_much: Callable[[], bool], end: Callable[[], None]) -> None:
        while not self._stopped.wait(PERIOD):
            if too_much():
                self.tripped = True
                end()
                return


def in_all(roots: list[int], most: int) -> Callable[[], bool]:
    """Whether the processes below `roots` use more than so many bytes together."""

    def too_much() -> bool:
        processes = below(roots)
        # Resident memory counts what forked processes share once for each: quick, and never too little.
        return sum(map(resident, processes)) > most and sum(map(proportional, processes)) > most

    return too_much


def growth(most: int) -> Callable[[], bool]:
    """Whether this process has come to use so many bytes more than now."""
    before = resident(os.getpid())
    return lambda: resident(os.getpid()) > before + most
