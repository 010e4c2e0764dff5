"""Submissions executed at once: on the cores of this machine, or on whatever machines a Dask scheduler has.

Everything that an execution needs travels with its task, so workers share no folder. Student code never runs in a
worker's own process: each execution starts kernels in sandboxes, forked from the worker's warm parent.
"""

import contextlib
import functools
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from autograder.errors import CourseError
from autograder.wall.executions import Execution
from autograder.wall.instructor import Material

if TYPE_CHECKING:
    from distributed import Client

Watch = Callable[[str, str], None]
"""Called with the name of a task and that of the cell which it has come to."""

TOPIC = "autograder"
MEMORY_MB = 1_500
"""Of a worker with its warm parent and two kernels; fewer workers are started where there is less for each."""

ATTEMPTS = 3
"""Workers that an execution may end before it is set aside."""


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
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": ATTEMPTS - 1,
        "distributed.scheduler.worker-ttl": "120s",  # a worker that hangs is taken for dead
        "distributed.scheduler.http.routes": [],
        "distributed.worker.daemon": False,  # workers start processes of their own
        "distributed.admin.large-graph-warning-threshold": "1GB",  # trained weights travel with a submission
    }
    with dask.config.set(settings), contextlib.ExitStack() as stack:
        if scheduler is None:
            cluster = LocalCluster(
                n_workers=count or cores(),
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
            stack.enter_context(cluster)
            yield stack.enter_context(Client(cluster))
            return
        try:
            client = stack.enter_context(Client(scheduler, timeout="20s"))
        except (OSError, ValueError) as error:
            raise CourseError(f"No Dask scheduler answers at {scheduler}: {error}.") from None
        yield client


def execute_all(
    tasks: Iterable[Task],
    total: int,
    settings: dict[str, Any],
    watch: Watch,
    count: int | None = None,
    scheduler: str | None = None,
) -> Iterator[Done]:
    """Execute so many tasks, with `count` workers here or on a scheduler's; yields them as they finish, in any order.

    A task whose worker dies is given to another one; after three of them it is set aside. A single task is executed
    in this process, since starting workers would take longer.
    """
    if total <= 1 and scheduler is None:
        for task in tasks:
            yield _outcome(task, functools.partial(execute, task, settings, watch))
        return
    with connected(min(count or cores(), total), scheduler) as client:
        client.subscribe_topic(TOPIC, lambda event: watch(event[1]["task"], event[1]["cell"]))
        yield from _on_workers(tasks, settings, client)


def _on_workers(tasks: Iterable[Task], settings: dict[str, Any], client: "Client") -> Iterator[Done]:
    from distributed import as_completed

    waiting = iter(tasks)
    running: dict[Any, Task] = {}
    finished = as_completed()

    def more() -> None:
        """Keep each worker busy, and no more inputs in memory than that takes."""
        wanted = 2 * max(1, len(client.nthreads()))
        while len(running) < wanted and (task := next(waiting, None)) is not None:
            future = client.submit(execute, task, settings, key=f"{task.name}-{task.key[:12]}", pure=False)
            running[future.key] = task
            finished.add(future)

    more()
    for future in finished:
        task = running.pop(future.key)
        yield _outcome(task, future.result)
        future.release()
        more()


def _outcome(task: Task, result: Callable[[], Execution]) -> Done:
    from distributed.scheduler import KilledWorker

    try:
        return Done(task, result())
    except CourseError as error:
        return Done(task, reason=str(error))
    except KilledWorker:
        return Done(task, reason=f"{ATTEMPTS} workers died while they executed it")
