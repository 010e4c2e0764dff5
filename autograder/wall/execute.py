"""nbgrader's preprocessor that executes a submission, with a wall through it.

The submission runs in the student's kernel. Graded test cells run in the judge's, which never sees student code and
asks for answers. Which names are answers, and the text of the test cells, come from the instructor's notebook.
"""

import asyncio
import atexit
import json
import os
import queue
import re
import secrets
import struct
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import Execute
from traitlets import Bool, Integer, Unicode

from autograder import heldout, secret
from autograder.errors import CourseError
from autograder.sandbox import warm
from autograder.sandbox.kernels import (
    SandboxedKernelManager,
    SandboxProvisioner,
    cause_of_death,
    may_be_an_accident,
    room_for_sockets,
)
from autograder.sandbox.processes import Usage, killed_for_memory, usage
from autograder.wall import executions, instructor, ownership, wire
from autograder.wall.agent import MIME, REQUEST
from autograder.wall.executions import Execution, Store
from autograder.wall.instructor import Material
from autograder.wall.judge import FAULTS
from autograder.wall.judge import REQUEST as REQUEST_OF_JUDGE
from autograder.wall.remarks import Remarks

SECRET, HELDOUT = "/run/course_secret", "/run/heldout.npz"
"""Where the judge finds the course secret and the held-out digits."""

JUDGE_SECONDS = 900
"""That a test cell may take in all, answers included. A judge that takes longer is at fault itself."""

EXTENSION = "--InteractiveShellApp.extra_extensions=autograder.wall."
"""An argument of kernels: the student's answers requests (agent), the judge's asks for answers (judge)."""

OUTPUT = ("stream", "display_data", "update_display_data", "execute_result", "error")

HEAVY = re.compile(r"^\s*(import|from)\s+(keras|tensorflow|autograder)\b", re.MULTILINE)
"""Imports of a notebook whose kernels are forked from a process that has Keras."""

MOST_SAID = 200
"""Messages that a student's functions may print or draw during a test."""

PATIENCE = 10
"""Seconds that an interrupted kernel gets before it is given up."""

EXECUTIONS = 3
"""Times that a submission is executed in all, if kernels of it are killed."""


JUDGE_DIED = "the judge's kernel died, which is no fault of the submission's"


class KernelLost(CourseError):
    """A kernel ended where no student's code can have ended it."""


class Starting:
    """A client that says in one sentence why its kernel did not start."""

    async def async_start_new_kernel_client(self, **kwargs: Any) -> Any:
        manager = self.km  # type: ignore[attr-defined]
        try:
            return await super().async_start_new_kernel_client(**kwargs)  # type: ignore[misc]
        except RuntimeError as error:
            atexit.unregister(self._cleanup_kernel)  # type: ignore[attr-defined]  # nbclient has done it already
            why = cause_of_death(manager) if isinstance(manager, SandboxedKernelManager) else f"gave up: {error}"
            raise KernelLost(f"a kernel for it could not be started: it {why}") from None


class _Client(Starting, NotebookClient):
    """The judge's."""


class ExecuteBehindWall(Starting, Execute):
    """Executes a submission in one kernel and grades it in another."""

    sandbox = Bool(
        True,
        help="Whether kernels run in the sandbox. Without it, student code can read and change what the grader can.",
    ).tag(config=True)
    notebook_seconds = Integer(3600, help="Seconds that all cells of a submission may take together; 0: no limit.").tag(
        config=True
    )

    output_mb = Integer(4, help="MB that a cell may print and draw; the rest is cut off.").tag(config=True)
    outputs_mb = Integer(64, help="MB that all cells together may print and draw.").tag(config=True)

    store = Unicode("", help="A folder in which executions are kept and found again; none if empty.").tag(config=True)

    _deadline: float | None = None

    def preprocess(self, nb: NotebookNode, resources: Any, km: Any = None) -> tuple[NotebookNode, Any]:
        material = instructor.material(self, resources)
        store = Store(Path(self.store)) if self.store else None
        key = self.key(nb, executions.beside(Path(resources["metadata"]["path"])), material) if store else ""
        execution = store.get(key) if store else None
        if execution is None:
            execution = self.execution(nb, resources, material)
            if store:
                store.put(key, execution)
        execution.fill(nb)
        remarks = Remarks.of(nb)
        remarks.stopped, remarks.sandboxed = execution.stopped, self.sandbox
        remarks.seconds, remarks.cpu_seconds = execution.seconds, execution.cpu_seconds
        remarks.memory_mb = execution.memory_mb
        remarks.keep(nb)
        remarks.show(nb)
        return nb, resources

    def execution(self, nb: NotebookNode, resources: Any, material: Material) -> Execution:
        """Execute a submission. Raises CourseError for what is no fault of its own.

        nb: the repaired notebook
        resources: `metadata.path` in it is the folder of the submission

        A kernel that the machine killed looks like one that a student's code killed. Code that does so does it again,
        and in the same cell; accidents come once, or elsewhere. So an execution in which a kernel was killed is done
        again, and believed once that has happened in the same cells twice. Where the machine itself was short of
        memory, twice proves nothing.
        """
        before: set[int] | None = None
        reason = ""
        for _ in range(EXECUTIONS):
            short = killed_for_memory()
            try:
                execution = self._execution(deepcopy(nb), resources, material)
            except KernelLost as lost:
                reason = str(lost)
                continue
            if not self._killed:
                return execution
            if killed_for_memory() > short:
                reason = (
                    "its kernels were killed while this machine was short of memory: give it fewer `--workers`, "
                    "or grade on a machine with more memory"
                )
            elif before is not None and self._killed <= before:
                return replace(execution, stopped=[*execution.stopped, "This happened twice, in two executions."])
            else:
                reason = (
                    "its kernels were killed, each time in another cell: look for what kills processes on this machine"
                )
                before = self._killed
        raise CourseError(f"{reason}; call again ({EXECUTIONS} executions failed)")

    def _execution(self, nb: NotebookNode, resources: Any, material: Material) -> Execution:
        """Execute a submission once; `_killed` has the cells in which its kernel was killed, by whomever."""
        self.kernel_manager_class = SandboxedKernelManager if self.sandbox else AsyncKernelManager
        self.skip_cells_with_tag = ""  # a student may tag any cell
        self.raise_on_iopub_timeout = False  # a flood of output is cut off, and no reason to grade nothing
        self.store_widget_state = False  # widgets send what they like, and pages do not show them
        self.error_on_timeout = dict(_stopped("CellTimeoutError", f"stopped after {self.timeout} s"))
        NotebookClient.__init__(self, nb)
        self.reset_execution_trackers()
        self._check_assign_resources(resources)
        self._written: dict[int, int] = {}  # bytes that each cell has printed and drawn
        self._written_in_all = 0
        self._stopped: list[str] = []
        heavy = any(HEAVY.search(cell.source) for cell in material.notebook.cells if cell.cell_type == "code")
        self.imports = [*(warm.HEAVY if heavy else warm.LIGHT), "autograder.wall.agent", "autograder.wall.judge"]
        self._used: list[Usage] = []  # by each student's kernel
        self._killed: set[int] = set()
        self._index = 0
        begun = monotonic()
        run_sync(self._execute)(material)
        return Execution.of(nb, self._stopped, monotonic() - begun, _in_all(self._used))

    def create_kernel_manager(self) -> AsyncKernelManager:
        manager = super().create_kernel_manager()
        if isinstance(manager, SandboxedKernelManager):
            manager.imports = self.imports
        return manager

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        given: list[str] = self.extra_arguments  # type: ignore[has-type]
        self.extra_arguments = [*given, f"{EXTENSION}agent"]
        try:
            await super().async_start_new_kernel(**kwargs)
        finally:
            self.extra_arguments = given

    def at(self, cell: str) -> None:
        """Called with the name of each cell before it runs, for whoever wants to know."""

    def key(self, notebook: NotebookNode, files: dict[str, bytes], material: Material) -> str:
        """What the execution of a submission is stored under."""
        settings = {name: getattr(self, name) for name in ("sandbox", "timeout", "notebook_seconds", "output_mb")}
        limits = self.config.get("SandboxedKernelManager", {})
        settings |= {name: value for name, value in limits.items() if name != "warm"}  # warm or cold gives the same
        return executions.key(notebook, files, material, settings)

    async def _execute(self, material: Material) -> None:
        """Run the notebook's cells in order, the test cells in the judge's kernel."""
        self._deadline = monotonic() + self.notebook_seconds if self.notebook_seconds else None
        source = material.notebook
        plan = ownership.plan(source)
        tests = {
            cell.metadata.nbgrader.grade_id: (index, cell)
            for index, cell in enumerate(source.cells)
            if ownership.is_test(cell)
        }
        async with self.async_setup_kernel(), _Judge(self, material).started() as judge:
            done = -1
            for index, cell in enumerate(self.nb.cells):
                if cell.cell_type != "code":
                    continue
                self.at(_named(cell))
                self._index = index
                if ownership.is_test(cell):
                    place, test = _the_same(tests, cell)
                    for given in range(done + 1, place):
                        if given in plan.given:
                            await judge.prepare(plan.given[given])
                    done = max(done, place)
                    cell.outputs = await judge.grade(test, plan.tests[test.metadata.nbgrader.grade_id])
                    cell.execution_count = None
                elif cell.source.strip():
                    await self._run_student_cell(cell, index)

    async def _async_cleanup_kernel(self) -> None:
        """End the student's kernel, and keep what it used."""
        provisioner = self.km.provisioner if self.km is not None else None
        if isinstance(provisioner, SandboxProvisioner):
            await super()._async_cleanup_kernel()
            self._used.append(provisioner.usage)  # of all its processes, counted as they were ended
            return
        pid = provisioner.pid if isinstance(provisioner, LocalProvisioner) else None
        self._used.append(usage([pid]) if pid is not None else Usage())
        await super()._async_cleanup_kernel()

    async def _run_student_cell(self, cell: NotebookNode, index: int) -> None:
        """Run a cell of the submission; if its kernel dies, say so there and go on with a new one."""
        if self._deadline is not None and monotonic() > self._deadline:
            text = f"not run: the notebook has used up its {self.notebook_seconds} s"
            cell.outputs = [_stopped("NotebookTimeoutError", text)]
            return
        try:
            await self.async_execute_cell(cell, index)
        except DeadKernelError:
            cause = cause_of_death(self.km) if isinstance(self.km, SandboxedKernelManager) else "died"
            self._note_death()
            text = f"the kernel {cause}; the cells below began with a new one"
            cell.outputs.append(_stopped("DeadKernelError", text))
            self._stopped.append(f"In the cell {_named(cell)}, {text}.")
            await self._start_again(index)
        if any(output.get("ename") == "CellTimeoutError" for output in cell.outputs):
            self._stopped.append(f"Stopped after {self.timeout} s in the cell {_named(cell)}.")
        if self._written.get(index, 0) > self.output_mb << 20:
            self._stopped.append(f"The cell {_named(cell)} printed more than {self.output_mb} MB: the rest is cut off.")

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take one message of the student's kernel, unless there have been too many."""
        if msg["msg_type"].startswith("comm_"):
            return None
        if msg["msg_type"] in OUTPUT:
            # What updates earlier outputs is written once for each of them.
            transient = msg["content"].get("transient")
            display_id = transient.get("display_id") if type(transient) is dict else None
            if display_id is not None and type(display_id) is not str:
                return None
            times = 1 + sum(map(len, self._display_id_map.get(display_id, {}).values()))
            if not self._has_room(cell_index, times * _size(msg["content"])):
                return None
        try:
            return super().process_message(msg, cell, cell_index)
        except (nbformat.ValidationError, KeyError, TypeError, ValueError, AttributeError):
            return None  # an output that no notebook could hold

    def _has_room(self, cell_index: int, size: int) -> bool:
        """Count so many bytes of output to a cell; whether it may print and draw that much."""
        self._written[cell_index] = self._written.get(cell_index, 0) + size
        self._written_in_all += size
        return self._written[cell_index] <= self.output_mb << 20 and self._written_in_all <= self.outputs_mb << 20

    async def _start_again(self, index: int, again: bool = True) -> None:
        """A new kernel for the cells that follow, with what the cells before imported (or without)."""
        await self._async_cleanup_kernel()
        self.km = self.create_kernel_manager()
        await self.async_start_new_kernel()
        await self.async_start_new_kernel_client()
        imports = [
            part.code
            for cell in self.nb.cells[:index]
            if cell.cell_type == "code"
            for part in _readable(cell.source)
            if part.imports
        ]
        if imports and again:
            cell = self.nb.cells[index]
            try:
                await self.async_execute_cell(nbformat.v4.new_code_cell("\n".join(imports)), index)
            except DeadKernelError:  # it was an import that ended the kernel
                self._note_death()
                await self._start_again(index, again=False)
            self.nb.cells[index] = cell  # nbclient put the other one in its place

    def _note_death(self) -> None:
        """Note the cell in which the student's kernel has died, if that may be an accident."""
        if not isinstance(self.km, SandboxedKernelManager) or may_be_an_accident(self.km):
            self._killed.add(self._index)

    def _get_timeout(self, cell: NotebookNode | None) -> int | None:
        """Seconds for a cell, or for the answers to a test: no more than what is left of the notebook's."""
        seconds = super()._get_timeout(cell)
        if self._deadline is None:
            return seconds
        return max(1, min(seconds or 10**9, int(self._deadline - monotonic())))

    async def ask(self, asked: dict[str, Any], seconds: float) -> tuple[str, list[NotebookNode]]:
        """Put one of the judge's requests to the student's kernel; the reply, and what it printed and drew.

        Only the judge reads the reply: here it is a text of at most so many characters.
        """
        nonce = secrets.token_hex(16)
        assert self.kc is not None and self.km is not None
        message = self.kc.session.msg(REQUEST, {"asked": json.dumps({**asked, "nonce": nonce})})
        self.kc.shell_channel.send(message)
        message_id = message["header"]["msg_id"]
        said: list[NotebookNode] = []
        reply: str | None = None
        deadline, interrupted = monotonic() + seconds, False
        while True:
            if monotonic() > deadline:
                if interrupted:
                    await self.km.shutdown_kernel(now=True)
                    text = f"no answer within {seconds:.0f} s, and the kernel could not be stopped"
                    return json.dumps({"no_answer": text}), said
                await self.km.interrupt_kernel()
                deadline, interrupted = monotonic() + PATIENCE, True
            try:
                found = await self.kc.get_iopub_msg(timeout=min(1.0, max(0.05, deadline - monotonic())))
            except queue.Empty:
                if not await self.km.is_alive():
                    self._note_death()
                    return json.dumps({"no_answer": "no answer: the kernel died while it was asked"}), said
                continue
            if found["parent_header"].get("msg_id") != message_id:
                continue
            content = found["content"]
            data = content.get("data") if type(content.get("data")) is dict else {}
            if found["msg_type"] == "status" and content.get("execution_state") == "idle":
                break
            if found["msg_type"] == "display_data" and isinstance(answer := data.get(MIME), str):
                if reply is None and answer.startswith(nonce) and len(answer) <= wire.LONGEST + len(nonce):
                    reply = answer.removeprefix(nonce)
            elif len(said) < MOST_SAID:
                if found["msg_type"] == "stream":
                    output = nbformat.v4.new_output("stream", name="stdout", text=str(content.get("text"))[:10_000])
                elif found["msg_type"] == "display_data" and type(picture := data.get("image/png")) is str:
                    output = nbformat.v4.new_output("display_data", {"image/png": picture})
                else:
                    continue
                if self._has_room(self._index, _size(output)):
                    said.append(output)
        if interrupted:
            return json.dumps({"no_answer": f"no answer within {seconds:.0f} s"}), said
        return reply or json.dumps({"no_answer": "no answer came"}), said


def _the_same(tests: dict[str, tuple[int, NotebookNode]], cell: NotebookNode) -> tuple[int, NotebookNode]:
    """The instructor's test cell that a cell of the submission is. Raises CourseError for one that has changed."""
    grade_id = cell.metadata.nbgrader.grade_id
    if grade_id not in tests or tests[grade_id][1].source != cell.source:
        raise CourseError(
            f"The test cell {grade_id} is not the one in the instructor's notebook: "
            "run `nbgrader generate_assignment` again, so that the gradebook has its present text"
        )
    return tests[grade_id]


def _named(cell: NotebookNode) -> str:
    """A cell as a person would find it."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id") or (cell.source.strip().splitlines() or [""])[0][:60]
    return f"“{name}”"


def _size(content: dict[str, Any]) -> int:
    """Bytes that it takes in a notebook, about."""
    return len(json.dumps(content, default=str))


def _stopped(name: str, text: str) -> NotebookNode:
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def _in_all(used: list[Usage]) -> Usage:
    """What kernels took that ran one after the other: all their time, the largest memory; None unless each is known."""
    seconds = [each.cpu_seconds for each in used if each.cpu_seconds is not None]
    memory = [each.memory_mb for each in used if each.memory_mb is not None]
    return Usage(
        sum(seconds) if len(seconds) == len(used) else None,
        max(memory) if len(memory) == len(used) else None,
    )


def _readable(source: str) -> list[ownership.Part]:
    """The statements of a student's cell; none of one that is no Python."""
    try:
        return ownership.statements(source)
    except (SyntaxError, ValueError, MemoryError, RuntimeError):  # the last two are Python's on nested code
        return []


class _Judge:
    """The judge's kernel, and the socket on which it asks."""

    def __init__(self, executor: ExecuteBehindWall, material: Material) -> None:
        self.executor = executor
        self.material = material
        self.seconds_left = 0.0
        self.said: list[NotebookNode] = []
        self.status = ""
        self.shows = True
        """Whether what a student's functions print is shown: not in hidden tests, whose inputs they could print."""

    @asynccontextmanager
    async def started(self) -> AsyncIterator["_Judge"]:
        executor = self.executor
        with tempfile.TemporaryDirectory(prefix="judge-", dir=room_for_sockets()) as folder:
            address, work = os.path.join(folder, "socket"), os.path.join(folder, "work")
            os.mkdir(work)
            # Tests may read what lies beside the instructor's notebook, hidden data for instance.
            for name, content in self.material.files.items():
                path = Path(work, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            server = await asyncio.start_unix_server(self._serve, address)
            os.chmod(address, 0o666)  # the folder is the grader's alone; inside the sandbox the judge is somebody else
            self.client = _Client(
                nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()]),
                self._manager(address),
                parent=executor,
                timeout=JUDGE_SECONDS,
                allow_errors=True,
                skip_cells_with_tag="",
                error_on_timeout=executor.error_on_timeout,
                interrupt_on_timeout=True,
                raise_on_iopub_timeout=True,
                on_cell_executed=self._note,
                extra_arguments=[*executor.extra_arguments, f"{EXTENSION}judge"],
                resources={"metadata": {"path": work}},
            )
            try:
                async with self.client.async_setup_kernel(cleanup_kc=True):
                    await self._call("attend", address)
                    yield self
            finally:
                server.close()

    def _manager(self, address: str) -> AsyncKernelManager:
        """What starts the judge's kernel: in the sandbox it can read the hidden data and the course secret too."""
        if not self.executor.sandbox:
            return AsyncKernelManager(kernel_name="python3", parent=self.executor)
        given, environment = {}, {}
        for variable, place, content in (
            (secret.VARIABLE, SECRET, self.material.secret),
            (heldout.VARIABLE, HELDOUT, self.material.heldout),
        ):
            if content is not None:
                given[place], environment[variable] = content, place
        return SandboxedKernelManager(
            parent=self.executor,
            imports=self.executor.imports,
            readable=[address],
            environment=environment,
            files=given,
            sent_mb=0,  # it is the student's kernel that floods the grader
        )

    async def prepare(self, code: str) -> None:
        """Run code of the course's. Raises CourseError if it fails: that is no student's fault."""
        cell = await self._run(code)
        for output in cell.outputs:
            if output.output_type == "error":
                raise CourseError(f"The judge cannot run what the tests need: {output.ename}: {output.evalue}")

    async def grade(self, test: NotebookNode, names: ownership.Test) -> list[NotebookNode]:
        """What a test cell gives, with the student's answers."""
        self.said = []
        self.shows = "BEGIN HIDDEN TESTS" not in test.source
        self.seconds_left = float(self.executor._get_timeout(None) or JUDGE_SECONDS)
        await self._call("bind", list(names.answers), names.files)
        cell = await self._run(test.source)
        if self.status != "ok" and not any(output.output_type == "error" for output in cell.outputs):
            # nbgrader takes no output at all for full marks.
            raise CourseError(f"The test cell {test.metadata.nbgrader.grade_id} failed without saying why.")
        for output in cell.outputs:
            if output.output_type == "error" and output.ename in FAULTS:
                raise CourseError(f"The test cell {test.metadata.nbgrader.grade_id} failed: {output.evalue}")
            if output.output_type == "error" and output.ename == "CellTimeoutError":
                raise CourseError(f"The test cell {test.metadata.nbgrader.grade_id} took more than {JUDGE_SECONDS} s.")
            if output.output_type == "stream":
                output.name = "stdout"  # nbgrader takes anything on stderr for a failure
        if names.handed:
            await self._call("hand", list(names.handed))
        return [*self.said, *cell.outputs]

    def _note(self, execute_reply: dict[str, Any], **cell: Any) -> None:
        self.status = execute_reply["content"]["status"]

    async def _run(self, code: str) -> NotebookNode:
        self.status = ""
        cell = nbformat.v4.new_code_cell(code)
        self.client.nb.cells[0] = cell
        try:
            return await self.client.async_execute_cell(cell, 0)
        except DeadKernelError:
            raise KernelLost(JUDGE_DIED) from None

    async def _call(self, name: str, *arguments: Any) -> None:
        """Have the judge do something between cells. Raises CourseError if it fails: that is no student's fault."""
        kc, deadline = self.client.kc, monotonic() + JUDGE_SECONDS
        assert kc is not None
        message = kc.session.msg(REQUEST_OF_JUDGE, {"call": name, "arguments": arguments})
        kc.shell_channel.send(message)
        while True:
            try:
                reply = await kc.get_shell_msg(timeout=1)
            except queue.Empty:
                if not await self.client.km.is_alive():
                    raise KernelLost(JUDGE_DIED) from None
                if monotonic() > deadline:
                    raise CourseError(f"The judge took more than {JUDGE_SECONDS} s to {name}.") from None
                continue
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                break
        if (fault := reply["content"].get("fault", "it does not know how")) is not None:
            raise CourseError(f"The judge cannot {name}, which the tests need: {fault}")

    async def _ask(self, asked: dict[str, Any]) -> str:
        """Pass a request on. All answers to one test cell together get the time of one cell."""
        if self.seconds_left <= 0:
            return json.dumps({"no_answer": f"no answer: the {self.executor.timeout} s for this test are used up"})
        begun = monotonic()
        reply, said = await self.executor.ask(asked, self.seconds_left)
        self.seconds_left -= monotonic() - begun
        if self.shows:
            self.said += said[: MOST_SAID - len(self.said)]
        return reply

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                (length,) = struct.unpack("!Q", await reader.readexactly(8))
                asked = json.loads(await reader.readexactly(length))
                data = (await self._ask(asked)).encode("utf-8", "replace")
                writer.write(struct.pack("!Q", len(data)) + data)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the judge has closed the connection, or is gone
        finally:
            writer.close()
