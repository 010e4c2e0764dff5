"""Submissions executed at once: on the cores of this machine, or on whatever machines a Dask scheduler has.

Everything that an execution needs travels with its task, so workers share no folder. Student code never runs in a
worker's own process: each execution starts kernels in sandboxes, forked from the worker's warm parent.
"""

import contextlib
import functools
import logging
import os
import tempfile
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from autograder.errors import CourseError, MachineError
from autograder.sandbox.probe import why_not
from autograder.wall.executions import Execution, installed
from autograder.wall.instructor import Material

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

Watch = Callable[[str, str], None]
"""Called with the name of a task and that of the cell which it has come to."""

TOPIC = "autograder"
MEMORY_MB = 1_500
"""Of a worker with its warm parent and two kernels; fewer workers are started where there is less for each."""

ATTEMPTS = 3
"""Workers that an execution may end before it is set aside."""

SILENCE = "120s"
"""After which a worker that hangs is taken for dead."""

PATIENCE = 60
"""Seconds to wait for a worker where there is none."""


@dataclass(frozen=True)
class Task:
    """One submission's notebook to execute.

    name:     student and notebook, for whoever watches
    key:      what the result is stored under
    notebook: its repaired text
    files:    what lies beside it, by path
    material: what the judge has of its assignment
    """

    name: str
    key: str
    notebook: str
    files: dict[str, bytes]
    material: Material


@dataclass(frozen=True)
class Done:
    """What came of a task: an execution, or the reason why there is none."""

    task: Task
    execution: Execution | None = None
    reason: str = ""


def execute(task: Task, settings: dict[str, Any], watch: Watch | None = None) -> Execution:
    """Execute a task here. Raises CourseError for what is no fault of the submission's."""
    from traitlets.config import Config

    from autograder.wall.execute import ExecuteBehindWall

    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        for name, content in task.files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        executor = ExecuteBehindWall(config=Config(settings))
        executor.at = functools.partial(watch or _tell, task.name)  # type: ignore[method-assign]
        return executor.execution(
            nbformat.reads(task.notebook, as_version=4), {"metadata": {"path": folder}}, task.material
        )


def _tell(task: str, cell: str) -> None:
    """Let the grader know, from a worker, which cell runs."""
    from distributed import get_worker

    get_worker().log_event(TOPIC, {"task": task, "cell": cell})


def cores() -> int:
    """How many workers this machine has room for."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    return max(1, min(len(os.sched_getaffinity(0)), free // MEMORY_MB))


@contextlib.contextmanager
def connected(count: int | None = None, scheduler: str | None = None) -> Iterator["Client"]:
    """A client of a Dask scheduler: the one at this address, or a new one with so many workers on this machine.

    Raises CourseError if nobody answers at the address.
    """
    import dask
    from distributed import Client

    settings = {
        "distributed.scheduler.allowed-failures": ATTEMPTS - 1,
        "distributed.scheduler.worker-ttl": SILENCE,
        "distributed.scheduler.no-workers-timeout": PATIENCE,
        "distributed.scheduler.http.routes": [],
        "distributed.worker.daemon": False,  # workers start processes of their own
        # Messages that are kept for a look at what went wrong: submissions are in them, with the weights handed in.
        "distributed.admin.low-level-log-length": 10,
        "distributed.worker.profile.enabled": False,  # looks at every process 100 times a second, and keeps what it saw
        "distributed.admin.large-graph-warning-threshold": "1GB",  # trained weights travel with a submission
    }
    with dask.config.set(settings), contextlib.ExitStack() as stack:
        if scheduler is None:
            cluster = stack.enter_context(_cluster(count or cores()))
            yield stack.enter_context(Client(cluster))
            return
        try:
            client = stack.enter_context(Client(scheduler, timeout="20s"))
        except (OSError, ValueError, TypeError) as error:  # the last one is Dask's where certificates are missing
            raise CourseError(f"No Dask scheduler answers at {scheduler}: {error}.") from None
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise CourseError(
                f"The scheduler at {scheduler} has no workers: start some with `dask worker {scheduler} --nthreads 1`."
            ) from None
        yield client


def _cluster(count: int) -> "LocalCluster":
    """A new scheduler with so many workers on this machine; one that is killed as it starts is no reason not to."""
    from distributed import LocalCluster

    for _ in range(ATTEMPTS):
        try:
            return LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address="127.0.0.1:0",  # whichever port is free; Dask would take, and want, 8787
                silence_logs=logging.CRITICAL,
            )
        except RuntimeError as error:
            reason = error
    raise CourseError(f"Workers cannot be started on this machine: {reason}.")


def execute_all(
    tasks: Iterable[Task],
    total: int,
    settings: dict[str, Any],
    watch: Watch,
    count: int | None = None,
    scheduler: str | None = None,
) -> Iterator[Done]:
    """Execute so many tasks, with `count` workers here or on a scheduler's; yields them as they finish, in any order.

    A task whose worker dies is given to another one, and in the end has a worker to itself: one that dies may have
    had several tasks, and only one of them is to blame. That one is set aside. A single task is executed in this
    process, since starting workers would take longer. Raises CourseError where a scheduler's workers cannot do it.
    """
    if total <= 1 and scheduler is None:
        for task in tasks:
            yield _outcome(task, functools.partial(execute, task, settings, watch))
        return
    with connected(min(count or cores(), total), scheduler) as client:
        client.subscribe_topic(TOPIC, lambda event: watch(event[1]["task"], event[1]["cell"]))
        try:
            yield from _on_workers(tasks, settings, client)
        except (OSError, CancelledError):
            if client.status == "running":
                raise
            raise CourseError(
                f"The scheduler at {scheduler} has ended: start it again, with its workers, and call again; what is "
                "done is not lost."
            ) from None


def _on_workers(tasks: Iterable[Task], settings: dict[str, Any], client: "Client") -> Iterator[Done]:
    from distributed.scheduler import KilledWorker

    for worker, about in client.run(_about, settings, on_error="return").items():
        if not isinstance(about, OSError):  # that one is gone
            _check(worker, about, installed())
    blamed = []
    for task, future in _in_parallel(tasks, settings, client):
        if future.status == "error" and isinstance(future.exception(), KilledWorker):
            blamed.append(task)
        else:
            yield _outcome(task, future.result)
    for alone in blamed:
        for task, future in _in_parallel([alone], settings, client):
            yield _outcome(task, future.result)


def _in_parallel(tasks: Iterable[Task], settings: dict[str, Any], client: "Client") -> Iterator[tuple[Task, "Future"]]:
    """Each task and its future, as they finish."""
    from distributed import as_completed

    waiting = iter(tasks)
    running: dict[Any, Task] = {}
    finished = as_completed()

    def more() -> None:
        """Keep each worker busy, and no more inputs in memory than that takes."""
        wanted = 2 * max(1, sum(client.nthreads().values()))
        while len(running) < wanted and (task := next(waiting, None)) is not None:
            future = client.submit(_execute, task, settings, installed(), pure=False)
            running[future.key] = task
            finished.add(future)

    more()
    for future in finished:
        task = running.pop(future.key)
        more()
        yield task, future
        future.release()


def _execute(task: Task, settings: dict[str, Any], expected: dict[str, str]) -> Execution:
    """Execute a task in a worker's process; it may have joined after the others were asked what they have."""
    from distributed import get_worker

    _check(get_worker().address, _about(settings), expected)
    return execute(task, settings)


class UnfitWorker(CourseError):
    """A worker that would give something else than this machine, which would be stored as if it had come from here."""


def _about(settings: dict[str, Any]) -> tuple[dict[str, str], str | None]:
    """Of a worker, in its process: what is installed, and why the sandbox does not work if it is wanted."""
    sandbox = settings.get("ExecuteBehindWall", {}).get("sandbox", True)
    return installed(), why_not() if sandbox else None


def _check(worker: str, about: Any, own: dict[str, str]) -> None:
    """Raises UnfitWorker unless a worker has what this machine has, and can run a sandbox.

    about: as `_about` gives it, or the exception that it raised
    """
    if isinstance(about, Exception):
        what = f"{type(about).__name__}: {about}"
    else:
        theirs, reason = about
        if reason:
            raise UnfitWorker(f"The worker {worker} cannot run submissions. {reason}")
        names = sorted(name for name in own.keys() | theirs.keys() if own.get(name) != theirs.get(name))
        if not names:
            return
        found = [f"{name} {theirs.get(name, 'missing')}, here {own.get(name, 'missing')}" for name in names[:3]]
        what = "; ".join(found) + (f"; and {len(names) - 3} more" if len(names) > 3 else "")
    raise UnfitWorker(
        f"The worker {worker} has other packages than this machine ({what}): install there, from the same "
        "requirements.txt and the same version of this package, what is installed here, and start it again."
    )


def _outcome(task: Task, result: Callable[[], Execution]) -> Done:
    from distributed.scheduler import KilledWorker, NoWorkerError

    try:
        return Done(task, result())
    except (UnfitWorker, MachineError):
        raise
    except CourseError as error:
        return Done(task, reason=str(error))
    except KilledWorker as error:
        return Done(task, reason=f"{error.allowed_failures + 1} workers died while they executed nothing else")
    except NoWorkerError:
        raise CourseError("All workers have ended: call again; what is done is not lost.") from None
    except Exception as error:  # whatever is wrong there costs one submission its grade, and not the class
        return Done(task, reason=f"its execution failed ({type(error).__name__}: {error})")
