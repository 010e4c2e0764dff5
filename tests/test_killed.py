"""A grading of which any process is killed, at any moment, ends as if nothing had happened.

Killed itself, with all its workers, it is finished by the next call. A worker, a warm parent or a kernel that is
killed it replaces by itself.
"""

import itertools
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests import tiny_class

pytestmark = pytest.mark.alone

KILLS = int(os.environ.get("AUTOGRADER_KILLS", "2"))
"""How often each kind of process is killed; more find rarer moments."""

ATTEMPTS = 40
"""Moments tried for each kill that counts: at some there is no such process."""


def processes() -> dict[int, tuple[int, bytes, str]]:
    """Of each process that runs its parent's number, its command line and when it was started."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in parentheses, may hold anything.
            state, parent, *rest = (folder / "stat").read_text().rpartition(")")[2].split()
            if state != "Z":
                found[int(folder.name)] = int(parent), (folder / "cmdline").read_bytes(), rest[17]
        except OSError:
            pass
    return found


def children(parents: list[int], mark: bytes = b"") -> list[int]:
    return [number for number, (parent, command, _) in processes().items() if parent in parents and mark in command]


def of_kind(kind: str, main: int) -> list[int]:
    """The processes of a grading that are its workers, their warm parents, or the kernels forked from these."""
    workers = children([main], b"multiprocessing.spawn")
    if kind == "worker":
        return workers
    parents = children([main, *workers], b"zygote.main")
    if kind == "warm parent":
        return parents
    return children(children(parents))  # a forked child of the warm parent stays outside, and waits for the kernel


def below(main: int) -> dict[int, str]:
    """A process and all that descend from it, each with the time of its start."""
    everything = processes()
    found = [main]
    for number in found:
        found += [child for child, (parent, _, _) in everything.items() if parent == number]
    return {number: everything[number][2] for number in found if number in everything}


def kill(number: int) -> bool:
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def gone(before: dict[int, str], seconds: float = 30) -> list[int]:
    """Those of these processes that are left after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        now = processes()
        left = [number for number, began in before.items() if number in now and now[number][2] == began]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.1)


def test_a_killed_grading_is_finished_by_the_next_and_leaves_no_process(graded_class, tmp_path):
    moments = random.Random(7)
    kills = 0
    times = [(graded_class.root / name).stat().st_mtime for name in ("course_secret", "grades.csv")]
    seconds = 5 + times[1] - times[0]  # the secret is made once nbgrader has been imported
    for number in range(ATTEMPTS * KILLS):
        course = tiny_class.copy(graded_class, tmp_path / str(number))
        for _ in range(2):  # that what goes on where another one stopped is killed too
            process = tiny_class.start(course, "--workers", "2")
            time.sleep(moments.uniform(0, seconds))
            own = below(process.pid)
            if kills < KILLS and process.poll() is None and kill(process.pid):
                kills += 1
                print(f"killed {len(own)} processes")
            tiny_class.end(process)
            assert gone(own) == []
        process = tiny_class.start(course, "--workers", "2")
        said = tiny_class.end(process)
        assert process.returncode == 0, said
        assert tiny_class.differences(course, graded_class) == []
        if kills == KILLS:
            break
    print(f"the command: {kills} kills, {number + 1} classes")
    assert kills == KILLS


def test_a_grading_makes_up_for_its_killed_processes(graded_class, tmp_path):
    moments = random.Random(7)
    kills = {"worker": 0, "warm parent": 0, "kernel": 0}
    for number in itertools.count():
        # Of each kind at most two: a submission that ends three workers, or whose kernels die thrice, is set aside.
        plan = [kind for kind, count in kills.items() for _ in range(min(2, KILLS - count))]
        if not plan:
            break
        moments.shuffle(plan)
        course = tiny_class.copy(graded_class, tmp_path / str(number))
        process = tiny_class.start(course, "--workers", "2")
        for kind in plan:
            kills[kind] += kill_one(kind, process, moments)
        said = tiny_class.end(process)
        assert process.returncode == 0, said
        assert tiny_class.differences(course, graded_class) == []
        assert number < ATTEMPTS * KILLS
    print(f"{kills}, {number} classes")


def kill_one(kind: str, process: subprocess.Popen, moments: random.Random) -> bool:
    """Kill a process of this kind at some moment of a grading; False if it ended before there was one."""
    while process.poll() is None:
        time.sleep(moments.uniform(0, 2))
        if (victims := of_kind(kind, process.pid)) and kill(moments.choice(victims)):
            return True
    return False
