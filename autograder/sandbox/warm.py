"""Kernels that start warm: forked from a process that has imported Keras, into a sandbox that waits for them.

Importing TensorFlow and Keras takes 6 seconds of processor time, for each of a submission's two kernels. A warm
parent (`autograder.sandbox.zygote`) does it once. A kernel forked from it gets what one started by itself gets:
bubblewrap makes the sandbox, with a command that only waits, and the kernel enters that.
"""

import atexit
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence

from autograder.errors import CourseError
from autograder.sandbox import syscalls
from autograder.sandbox.bubblewrap import HOME, Sandbox
from autograder.sandbox.running import Running

OF_KERNELS = (
    *("ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.debugger", "IPython.core.completerlib"),
    *("IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues", "encodings.latin_1"),
)
"""What every kernel imports when it starts, some of it only then."""

LIGHT = ("numpy", "matplotlib.pyplot", "matplotlib_inline.backend_inline")
HEAVY = (*LIGHT, "keras", "autograder.notebook.checklist")
"""What parents import, as far as it is installed. Forking copies the page tables of all that."""

MAIN = "import sys; del sys.path[0]; from autograder.sandbox import zygote; zygote.main(int(sys.argv[1]), sys.argv[2:])"

# Waits until it is told how the kernel ended, and ends so itself: as if by SIGKILL if whoever would tell was killed.
WAIT = 'echo ready; exec >&2; read -r code || code=137; exit "$code"'

NS_GET_USERNS = 0xB701
SECONDS = 120
"""Within which the parent must have imported everything, or answer."""


class NoWarmParent(Exception):
    """A kernel cannot be forked; the message says why."""


class WarmParent:
    """A process that forks warm kernels. It ends with the process that made it."""

    def __init__(self, modules: Sequence[str] = HEAVY) -> None:
        self._lock = threading.Lock()
        self._scratch = tempfile.mkdtemp(prefix="autograder-warm-")
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel.settimeout(SECONDS)
        self._ready = False
        # Nothing of the grader's environment: a fork can read the parent's.
        environment = Sandbox().variables() | {"HOME": self._scratch}
        environment |= {name: self._scratch for name in ("MPLCONFIGDIR", "IPYTHONDIR", "KERAS_HOME", "XDG_CACHE_HOME")}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", MAIN, str(theirs.fileno()), *OF_KERNELS, *modules],
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        atexit.register(self.close)

    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End the parent; kernels that it has forked go on."""
        self._channel.close()
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)
        atexit.unregister(self.close)

    def start(self, sandbox: Sandbox, sockets: Mapping[str, int], arguments: Sequence[str], out: int) -> Running:
        """Fork a kernel into a new sandbox. Raises NoWarmParent; nothing of it is left then.

        sockets: for each port of the connection file, the descriptor of a socket that listens
        out: where what the kernel prints outside of cells goes
        """
        (told, tells), (ready, says) = os.pipe(), os.pipe()
        try:
            running = sandbox.start(["/bin/sh", "-c", WAIT], stdout=says, stderr=out, stdin=told)
        except BaseException:
            for descriptor in (told, tells, ready, says):
                os.close(descriptor)
            raise
        os.close(told)
        os.close(says)
        namespaces: list[int] = []
        try:
            if not os.read(ready, 16):
                return running  # it has ended already: its submission could not be copied
            namespaces = _namespaces(running)
            asked = {
                "namespaces": len(namespaces),
                "groups": [str(folder) for folder in running.group.folders] if running.group else [],
                "home": HOME,
                "limits": sandbox.limits.of_a_process(),
                "uid": running.uid,
                "filter": syscalls.program().hex(),
                "environment": sandbox.variables(),
                "ports": list(sockets),
                "arguments": list(arguments),
            }
            running.roots.append(self._fork(asked, [tells, *namespaces, out, *sockets.values()]))
            return running
        except NoWarmParent:
            running.close()
            raise
        finally:
            for descriptor in (tells, ready, *namespaces):
                os.close(descriptor)

    def _fork(self, asked: dict, descriptors: list[int]) -> int:
        """The number of the new kernel's process."""
        with self._lock:
            try:
                if not self._ready:
                    self._ready = self._channel.recv(16) == b"ready"
                socket.send_fds(self._channel, [json.dumps(asked).encode()], descriptors)
                reply = json.loads(self._channel.recv(1 << 16))
            except (OSError, ValueError) as error:
                self._process.kill()  # a late reply would be taken for the next one's
                raise NoWarmParent(f"the warm parent does not answer ({error})") from None
        if "error" in reply:
            raise NoWarmParent(f"the warm parent cannot enter the sandbox ({reply['error']})")
        return reply["pid"]


def _namespaces(running: Running) -> list[int]:
    """Descriptors of the sandbox's namespaces, in the order in which they can be entered."""
    folder = f"/proc/{running.roots[0]}/ns"
    found = {}
    try:
        for name in ("mnt", "net", "ipc", "uts", "cgroup", "pid", "user"):
            found[name] = os.open(f"{folder}/{name}", os.O_RDONLY)
        if os.fstat(found["user"]).st_ino == os.stat("/proc/self/ns/user").st_ino:
            os.close(found.pop("user"))
            return list(found.values())
        # Its mounts belong to the user namespace in which bubblewrap made them; the last one lies within that.
        outer = fcntl.ioctl(found["mnt"], NS_GET_USERNS)
        inner = found.pop("user")
        return [outer, *found.values(), *([] if _same(outer, inner) else [inner])]
    except OSError as error:
        for descriptor in found.values():
            os.close(descriptor)
        raise NoWarmParent(f"the sandbox's namespaces cannot be opened ({error})") from None


def _same(one: int, other: int) -> bool:
    return os.fstat(one).st_ino == os.fstat(other).st_ino


_parents: dict[tuple[str, ...], WarmParent] = {}
_lock = threading.Lock()


def parent(modules: Sequence[str] = HEAVY) -> WarmParent:
    """This process's warm parent with these modules, started anew if it has died.

    Raises CourseError if it cannot be started.
    """
    wanted = tuple(modules)
    with _lock:
        found = _parents.get(wanted)
        if found is None or not found.alive():
            if found is not None:
                found.close()
            try:
                found = _parents[wanted] = WarmParent(wanted)
            except OSError as error:
                raise CourseError(f"The warm parent cannot be started: {error}.") from None
        return found
