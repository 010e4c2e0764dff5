"""A command that runs in a sandbox: how it is ended, and what it took."""

import contextlib
import os
import select
import signal
import subprocess

from autograder.errors import CourseError
from autograder.sandbox import watch
from autograder.sandbox.cgroup import Cgroup
from autograder.sandbox.processes import Usage, usage


class Running:
    """A command in its sandbox. Used as a context, or closed: then every process of it is gone."""

    def __init__(
        self,
        process: subprocess.Popen,
        first: tuple[int, int] | None,
        group: Cgroup | None,
        memory_mb: int,
        sent_mb: int = 0,
        uid: int | None = None,
    ) -> None:
        self.process = process
        self.uid = uid
        self.usage = Usage()
        """Known once it is closed; of processor time nothing if it had ended by itself."""
        # A pidfd: the kernel ends every process of a pid namespace before its first one is gone.
        self._first = first[1] if first else None
        self.roots = [first[0]] if first else []
        """The processes that all others inside descend from: bubblewrap's, and those that joined."""
        self.group = group
        self._watch = self._sent = None
        if first and group is None:
            self._watch = watch.MemoryWatch(watch.in_all(self.roots, memory_mb << 20), self.kill)
        if first and sent_mb:
            self._sent = watch.MemoryWatch(watch.growth(sent_mb << 20), self.kill)
        self._ran_out_of_memory = False

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def kill(self) -> None:
        """End every process inside; returns at once."""
        if self._first is None:
            with contextlib.suppress(OSError):
                self.process.kill()
            return
        # bubblewrap's own process, outside, then buries the first one and ends by itself. Killed, it would leave that
        # to the machine's first process, and in a container that one may bury nobody.
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._first, signal.SIGKILL)

    def ran_out_of_memory(self) -> bool:
        """Whether the limit on the memory of all processes together ended one."""
        if self._watch is not None:
            self._ran_out_of_memory |= self._watch.tripped
        if self.group is not None:
            self._ran_out_of_memory |= self.group.ran_out_of_memory()
        return self._ran_out_of_memory

    def sent_too_much(self) -> bool:
        """Whether it was ended because what it sent filled this process."""
        return self._sent is not None and self._sent.tripped

    def _used(self) -> Usage:
        """What is used when it is about to be ended: what is killed is in no account of its parent's."""
        found = usage(self.roots) if self.process.poll() is None else Usage()
        counted = self.group.most_memory_mb() if self.group is not None else None
        known = [size for size in (found.memory_mb, counted) if size is not None]
        return Usage(found.cpu_seconds, max(known, default=None))

    def close(self, timeout: float = 5) -> None:
        """End every process inside, wait for it, and give back what the sandbox took. May be called again.

        timeout: seconds. Raises CourseError if a process outlives it, which only a broken kernel or disk does.
        """
        if self._sent is not None:
            self._sent.stop()
        if self._watch is not None:
            self._watch.stop()
            self.ran_out_of_memory()
            self._watch = None
        if self._first is not None:
            self.usage = self._used()
        self.kill()
        try:
            if self.process.poll() is None:
                descriptor = os.pidfd_open(self.process.pid)
                if not _ends(descriptor, timeout):
                    self.process.kill()
                os.close(descriptor)
            self.process.wait(timeout)
            gone = self._first is None or _ends(self._first, timeout)
        except subprocess.TimeoutExpired:
            gone = False
        if self._first is not None:
            os.close(self._first)
            self._first = None
        if self.group is not None:
            self.ran_out_of_memory()
            self.group.remove()
            self.group = None
        if not gone:
            raise CourseError("A sandboxed process could not be ended: look for it with `ps` and restart the machine.")


def _ends(descriptor: int, seconds: float) -> bool:
    """Whether the process of a pidfd ends within so many seconds. `Popen.wait` would look, and sleep, and look."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
