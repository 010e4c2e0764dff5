"""Jupyter kernels in the sandbox, for nbclient and for nbgrader's Execute, and what ended one.

    c.SandboxedKernelManager.memory_mb = 6144
    NotebookClient(notebook, kernel_manager_class=SandboxedKernelManager, resources={"metadata": {"path": folder}})

The folder that the client passes as the kernel's working folder is the submission: it is copied, and never touched.
Which kernel is started is not the submission's to say: it is this Python's ipykernel.
"""

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import weakref
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, Dict, DottedObjectName, Integer, List, Type, Unicode

from autograder.errors import CourseError
from autograder.sandbox import warm
from autograder.sandbox.bubblewrap import NOT_COPIED, Limits, Sandbox
from autograder.sandbox.channels import Bounded, SandboxedKernelClient
from autograder.sandbox.probe import why_not
from autograder.sandbox.processes import Usage
from autograder.sandbox.running import Running
from autograder.sandbox.warm import HEAVY

CONNECTION = "/run/kernel.json"
ARGUMENTS = ("-f", CONNECTION, "--HistoryManager.enabled=False")
"""Of ipykernel. The history is a database for sessions to come, which a kernel here has not."""

# Nothing is imported from the working folder before IPython puts it, as always, behind the standard library.
LAUNCH = "import sys; del sys.path[0]; from autograder.sandbox.launch import main; main()"
LONGEST_PATH = 107
"""Bytes that the path of a unix socket may have."""

KEPT = 64 << 10
"""Bytes of what a kernel prints outside of its cells that are kept, the last ones."""


class SandboxProvisioner(LocalProvisioner):
    """Starts the kernel of a SandboxedKernelManager, and cleans up after it."""

    running: Running | None = None
    exit_code: int | None = None
    ran_out_of_memory = False
    sent_too_much = False
    usage = Usage()
    """Of the kernel that was ended last."""

    _folder: str | None = None
    _tail: "Tail | None" = None
    _cleanup: weakref.finalize | None = None
    _submission: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the sockets' folder and write the connection file."""
        manager = self.parent
        self._submission = Path(kwargs.pop("cwd", None) or os.getcwd()).absolute()
        self._let_go()
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="autograder-", dir=room_for_sockets())
            self._cleanup = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            manager.transport = "ipc"
            manager.cache_ports = False
            manager.ip = os.path.join(self._folder, "k")
            manager.connection_file = os.path.join(self._folder, "connection.json")
        kwargs["env"] = {}  # the sandbox has its own; nothing of the grader's goes in
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        manager = self.parent
        listeners: dict[int, socket.socket] = {}
        read, write = os.pipe()
        try:
            for port in manager.ports:
                listeners[port] = _listen(f"{manager.ip}-{port}")
            sockets = {str(port): listener.fileno() for port, listener in listeners.items()}
            sandbox = Sandbox(
                submission=self._submission,
                limits=manager.limits(),
                readable=tuple(Path(path) for path in manager.readable),
                environment=manager.environment,
                files={CONNECTION: Path(manager.connection_file).read_bytes(), **manager.files},
            )
            self.running = self._start(sandbox, sockets, [*ARGUMENTS, *cmd], write)
        except BaseException:
            os.close(read)
            raise
        finally:
            os.close(write)
            for listener in listeners.values():
                listener.close()
        self._tail = Tail(read)
        self.process = self.running.process
        self.pid = self.process.pid
        self.exit_code, self.ran_out_of_memory, self.sent_too_much = None, False, False
        return self.connection_info

    def _start(self, sandbox: Sandbox, sockets: dict[str, int], arguments: list[str], out: int) -> Running:
        """The kernel, warm if that is wanted and works, else started by itself."""
        if self.parent.warm:
            for _ in range(2):  # a parent that has died is started again, once
                try:
                    return warm.parent(self.parent.imports).start(sandbox, sockets, arguments, out)
                except warm.NoWarmParent as error:
                    self.log.warning("Kernels start cold, which is slower: %s.", error)
        given = ",".join(f"{port}={descriptor}" for port, descriptor in sockets.items())
        command = [sys.executable, "-c", LAUNCH, given, *arguments]
        return sandbox.start(command, stdout=out, stderr=out, pass_fds=list(sockets.values()))

    @property
    def printed(self) -> str:
        """The end of what the kernel printed outside of its cells, start-up lines and last words."""
        return self._tail.text() if self._tail else ""

    def ended(self) -> tuple[int | None, bool, bool]:
        """The kernel's exit status, None if it is not known, whether it ran out of memory, and sent too much."""
        if self.running is not None:
            running = self.running
            return running.process.poll(), running.ran_out_of_memory(), running.sent_too_much()
        return self.exit_code, self.ran_out_of_memory, self.sent_too_much

    async def poll(self) -> int | None:
        code = await super().poll()
        if self.process is not None and code is not None:
            self.exit_code = code
        return code

    async def send_signal(self, signum: int) -> None:
        """Interrupts go to the kernel as messages; what else is sent ends it, with every process of it."""
        if signum not in (0, signal.SIGINT) and self.running is not None:
            self.running.kill()

    async def kill(self, restart: bool = False) -> None:
        """End every process of the kernel; they are gone when this returns."""
        self._let_go()

    async def cleanup(self, restart: bool = False) -> None:
        """End every process of the kernel and, unless it is started again, remove its folder."""
        self._let_go()
        if not restart and self._cleanup is not None:
            self._cleanup()
            self._folder = self._cleanup = None

    def _let_go(self) -> None:
        running, self.running = self.running, None
        if running is None:
            return
        code = running.process.poll()  # before it is ended, or its own end would not be known
        try:
            running.close()
        finally:
            if self.exit_code is None:
                self.exit_code = code
            self.ran_out_of_memory = running.ran_out_of_memory()
            self.sent_too_much = running.sent_too_much()
            self.usage = running.usage
            self.process = None
            if self._tail is not None:
                self._tail.finish()


class SandboxedKernelManager(Bounded, AsyncKernelManager):
    """A kernel that runs in the sandbox, with limits. The limits are settings in nbgrader_config.py."""

    client_class = DottedObjectName("autograder.sandbox.channels.SandboxedKernelClient")
    client_factory = Type(klass=AsyncKernelClient, default_value=SandboxedKernelClient)

    memory_mb = Integer(Limits.memory_mb, help="MB of memory that a submission may use.").tag(config=True)
    processes = Integer(Limits.processes, help="Processes and threads together.").tag(config=True)
    file_mb = Integer(Limits.file_mb, help="MB of the largest file that may be written.").tag(config=True)
    folder_mb = Integer(
        Limits.folder_mb, help="MB of the working folder, with the submission's own files; it lies in memory."
    ).tag(config=True)
    tmp_mb = Integer(Limits.tmp_mb, help="MB of /tmp, which lies in memory.").tag(config=True)
    shm_mb = Integer(Limits.shm_mb, help="MB of /dev/shm.").tag(config=True)
    open_files = Integer(Limits.open_files, help="Files and sockets that a process may have open.").tag(config=True)
    sent_mb = Integer(
        1024, help="MB by which the grader's own process may grow, where what a submission sends waits to be read."
    ).tag(config=True)
    readable = List(Unicode(), help="More files and folders that student code may read, at their own paths.").tag(
        config=True
    )
    environment = Dict(
        key_trait=Unicode(), value_trait=Unicode(), help="More environment variables for student code."
    ).tag(config=True)

    warm = Bool(
        False, help="Whether kernels are forked from a process that has imported Keras: for a class, not for one."
    ).tag(config=True)

    imports = List(Unicode(), default_value=list(HEAVY), help="What warm kernels have imported already.")

    files = Dict(key_trait=Unicode(), help="Content of files that exist only inside, by their path there.")

    provisioner: SandboxProvisioner | None = None

    def limits(self) -> Limits:
        """The limits that the settings give."""
        return Limits(**{name: getattr(self, name) for name in Limits.__dataclass_fields__})

    @property
    def kernel_spec(self) -> KernelSpec:
        """This Python's ipykernel, whatever the notebook names. The sandbox puts its own command before."""
        return KernelSpec(argv=[], display_name="Sandboxed Python", language="python", interrupt_mode="message")

    @property
    def ipykernel(self) -> bool:
        return True

    async def _async_start_kernel(self, **kwargs: Any) -> None:
        """Start the kernel. Raises CourseError where the sandbox does not work: never a kernel without one."""
        if reason := why_not():
            raise CourseError(reason)
        await super()._async_start_kernel(**kwargs)

    start_kernel = _async_start_kernel

    async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.provisioner = SandboxProvisioner(kernel_id="", kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**kwargs)

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """End the kernel at once: a student's process gets no time for a farewell."""
        await super()._async_shutdown_kernel(now=True, restart=restart)

    shutdown_kernel = _async_shutdown_kernel


def cause_of_death(manager: SandboxedKernelManager) -> str:
    """What ended the kernel, as the end of a sentence about the submission: "ran out of the 4,096 MB of …".

    To be asked once the kernel is dead, before or after it has been cleaned up.
    """
    provisioner = manager.provisioner
    if provisioner is None:
        return "was never started"
    code, out_of_memory, sent_too_much = provisioner.ended()
    if sent_too_much:
        return f"sent the grader more than {manager.sent_mb:,} MB that were not read yet"
    printed = provisioner.printed
    if out_of_memory or any(sign in printed for sign in ("MemoryError", "bad_alloc", "Cannot allocate memory")):
        return f"ran out of the {manager.memory_mb:,} MB of memory that it may use"
    if code is None:
        return "is still running" if provisioner.running is not None else "was ended by the grader"
    if code == NOT_COPIED:
        if "No space left" in printed:
            return f"is larger than the {manager.folder_mb:,} MB that its working folder may hold"
        return f"could not be copied into the sandbox ({_last_line(printed)})"
    number = _signal(code)
    if number in {member.value for member in signal.Signals}:
        hint = f", often for want of memory: it may use {manager.memory_mb:,} MB" if number == signal.SIGABRT else ""
        return f"was killed by signal {signal.Signals(number).name}{hint}"
    if "Resource temporarily unavailable" in printed or "can't start new thread" in printed:
        return f"needed more than the {manager.processes:,} processes and threads that it may use"
    return f"exited by itself with code {code}"


def may_be_an_accident(manager: SandboxedKernelManager) -> bool:
    """Whether something else on the machine may have killed the kernel, as far as can be told.

    A machine that is short of memory sends SIGKILL, a batch system at its time limit SIGTERM, and a person either. A
    student's code can send them to itself, and that looks the same; what no limit of the sandbox's explains is in
    doubt. To be asked once the kernel is dead.
    """
    if manager.provisioner is None:
        return False
    code, *by_a_limit = manager.provisioner.ended()
    return code is not None and _signal(code) in (signal.SIGKILL, signal.SIGTERM) and not any(by_a_limit)


def _signal(code: int) -> int:
    """The number of the signal that ended a command, from bubblewrap's exit status or that of bubblewrap itself."""
    return -code if code < 0 else code - 128


class Tail:
    """The last bytes that come out of a pipe, read by a thread until its other end is closed."""

    def __init__(self, descriptor: int) -> None:
        self._kept = b""
        self._thread = threading.Thread(target=self._read, args=(descriptor,), daemon=True)
        self._thread.start()

    def _read(self, descriptor: int) -> None:
        with open(descriptor, "rb", buffering=0) as pipe:
            while new := pipe.read(KEPT):
                self._kept = (self._kept + new)[-KEPT:]
                if len(new) == KEPT:
                    time.sleep(0.02)  # a flood waits: it must not cost the grader its processor

    def finish(self) -> None:
        """Wait until all is read; every process that could write is gone."""
        self._thread.join(5)

    def text(self) -> str:
        return self._kept.decode(errors="replace")


def room_for_sockets() -> str | None:
    """Where to make a folder for sockets: the usual place, or /tmp if the path of a socket would be too long there."""
    longest = os.path.join(tempfile.gettempdir(), "autograder-12345678", "k-65535")
    return None if len(os.fsencode(longest)) < LONGEST_PATH else "/tmp"


def _listen(path: str) -> socket.socket:
    """A unix socket that listens at path, for the kernel to accept connections from."""
    Path(path).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(64)
    return listener


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason was given"])[-1]
