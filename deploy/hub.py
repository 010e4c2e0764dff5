"""`make hub`: the course on a real JupyterHub on this machine, to look at before you deploy.

    python deploy/hub.py [--state FOLDER] [--port PORT] [--yes]     start it; Ctrl-C stops it
    python deploy/hub.py remove [--state FOLDER] [--yes]            remove all of it, users and their homes included

It is what docs/administration.md describes, done by a program: an environment for students, an exchange, a user for
each person, the course in the home of its grader, and deploy/jupyterhub_config.py. Only signing in differs: a name
is enough, so the hub listens to this machine alone. It needs root, since every person is a user of the system.
"""

import argparse
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import members

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
COURSE = "cnn"
GRADER = members.GRADER + COURSE
INSTRUCTOR = "instructor"
STUDENTS = ("ada", "ben", "eve")
PEOPLE = (GRADER, INSTRUCTOR, *STUDENTS)
NOTE = "made by the course kit's hub"
"""In the comment field of the users that were made here: only those are ever removed."""

PROXY = "configurable-http-proxy@5"
NOT_COPIED = (".git", ".venv", "demo", "*.egg-info", "__pycache__", ".mypy_cache", ".ruff_cache", "course_secret")
STARTS_WITHIN = 240


class Problem(Exception):
    """Why the hub cannot run, in a sentence that says what to do."""


@dataclass(frozen=True)
class Hub:
    """Where everything of one hub is, and on which port of this machine it listens.

    state: a folder that every user of the machine can reach
    """

    state: Path
    port: int = 8000

    @property
    def environment(self) -> Path:
        return self.state / "environment"

    @property
    def bin(self) -> Path:
        return self.environment / "bin"

    @property
    def exchange(self) -> Path:
        return self.state / "exchange"

    @property
    def proxy(self) -> Path:
        return self.state / "proxy"

    @property
    def settings(self) -> Path:
        return self.state / "deploy"

    @property
    def private(self) -> Path:
        """The hub's own data, and its log."""
        return self.state / "hub"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


# --- making it ---------------------------------------------------------------------------------------------------


def check() -> None:
    """Raises Problem where the hub cannot run."""
    if os.geteuid() != 0:
        raise Problem("The hub starts each person's server as a user of the system: run it as root (sudo make hub).")
    for program, package in (("npm", "npm"), ("node", "nodejs"), ("useradd", "passwd")):
        if shutil.which(program) is None:
            raise Problem(f"{program} is missing: install it (Debian, Ubuntu: apt-get install {package}).")


def in_container() -> bool:
    return any(Path(sign).exists() for sign in ("/.dockerenv", "/run/.containerenv")) or "container" in os.environ


def ask(question: str) -> bool:
    return sys.stdin.isatty() and input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def make(hub: Hub) -> None:
    """Make what is not there yet."""
    steps = (
        ("the environment of the servers (some minutes)", make_environment),
        ("the proxy", make_proxy),
        ("users and homes", make_people),
        ("the exchange", make_exchange),
        ("the course", make_course),
    )
    check_people()
    hub.state.mkdir(parents=True, exist_ok=True)
    hub.state.chmod(0o755)
    hub.private.mkdir(mode=0o700, exist_ok=True)
    for what, step in steps:
        print(f"  {what}", flush=True)
        step(hub)


def check_people() -> None:
    """Raises Problem if one of the users was not made here: the course on this machine may be a real one."""
    for name in PEOPLE:
        with contextlib.suppress(KeyError):
            if pwd.getpwnam(name).pw_gecos != NOTE:
                raise Problem(
                    f"This machine has a user {name} already, whom this hub would take for one of its own: "
                    "call it on another machine."
                )


def make_environment(hub: Hub) -> None:
    """What servers run: the pinned packages and this package, installed, with nothing that only graders may see."""
    ready = hub.environment / "ready"
    newest = max(path.stat().st_mtime for path in (ROOT / "requirements.txt", *(ROOT / "autograder").rglob("*.py")))
    if not ready.exists() or ready.stat().st_mtime < newest:
        if not ready.exists():
            run(interpreter(), "-m", "venv", "--clear", hub.environment)
        pip(hub, "--constraint", ROOT / "requirements.txt", f"{ROOT}[hub]")
        ready.touch()
    shutil.copytree(DEPLOY / "everybody", hub.environment / "etc" / "jupyter", dirs_exist_ok=True)
    shutil.copytree(DEPLOY, hub.settings, dirs_exist_ok=True)


def interpreter() -> str:
    """A Python that every user of this machine can run. Raises Problem if there is none."""
    program = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    own = str(Path(sys.executable).resolve())
    for python in (own, "/usr/local/bin/python3", "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            nobody = {"user": members.NOBODY, "group": members.NOBODY, "extra_groups": [], "cwd": "/"}
            if subprocess.run([python, "-c", program], capture_output=True, **nobody).returncode == 0:
                return python
    raise Problem(
        f"Students could not run this Python ({own} is not readable for every user), and there is no other one from "
        "3.11 on: install the system's (Debian, Ubuntu: apt-get install python3-venv)."
    )


def pip(hub: Hub, *arguments: str | Path) -> None:
    run(hub.bin / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def make_proxy(hub: Hub) -> None:
    if not (hub.proxy / "node_modules").is_dir():
        run("npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", hub.proxy, PROXY)


def make_people(hub: Hub) -> None:
    for name in PEOPLE:
        make_person(name)


def make_person(name: str, comment: str = NOTE) -> None:
    """A user of the system, unless there is one of that name already, with a home that others cannot read."""
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        run("useradd", "--create-home", "--shell", "/bin/bash", "--comment", comment, name)
        found = pwd.getpwnam(name)
    Path(found.pw_dir).chmod(0o700)


def make_exchange(hub: Hub) -> None:
    open_exchange(hub.exchange, COURSE)


def open_exchange(exchange: Path, course: str) -> None:
    """Everybody may make folders in it, and nobody remove another's; a course's own folder is its grader's."""
    exchange.mkdir(parents=True, exist_ok=True)
    exchange.chmod(0o1777)
    grader = members.GRADER + course
    run("install", "--directory", f"--owner={grader}", f"--group={grader}", "--mode=755", exchange / course)


def make_course(hub: Hub) -> None:
    """The course in its grader's home, which nobody else can read. One that is there already is left as it is."""
    # Otherwise everybody on this machine would find the solutions here.
    if ROOT.stat().st_mode & 0o007:
        ROOT.chmod(ROOT.stat().st_mode & ~0o007)
        print(f"    other users can no longer read {ROOT}, since the solutions are in it")
    grader = pwd.getpwnam(GRADER)
    course = Path(grader.pw_dir, COURSE)
    if course.exists():
        return
    shutil.copytree(ROOT, course, ignore=shutil.ignore_patterns(*NOT_COPIED))
    run("chown", "-R", f"{grader.pw_uid}:{grader.pw_gid}", course)


def run(*command: str | Path) -> None:
    """Run a command. Raises Problem with what it said if it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise Problem(f"`{' '.join(map(str, command))}` failed: {said[-1]}")


# --- running it --------------------------------------------------------------------------------------------------

CONFIGURATION = """
load_subconfig({config!r})  # the administrator's
c = get_config()
c.JupyterHub.bind_url = {url!r}
c.JupyterHub.hub_port = {port} + 1
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "dummy"  # a name is enough
c.Authenticator.allowed_users = set({people!r})
c.Authenticator.allow_existing_users = True  # whom deploy/course.py has added
for group, names in {groups!r}.items():
    c.JupyterHub.load_groups[group]["users"] += names
c.JupyterHub.cleanup_servers = True
c.LocalProcessSpawner.interrupt_timeout = 1  # servers ask whether they should really stop, and nobody answers
c.Spawner.environment = {{"NBGRADER_EXCHANGE": {exchange!r}}}
for service in c.JupyterHub.services:
    service.setdefault("environment", {{}})["NBGRADER_EXCHANGE"] = {exchange!r}
"""


def configuration(hub: Hub) -> Path:
    """The hub's configuration: the administrator's, with this machine's addresses and people."""
    path = hub.private / "jupyterhub_config.py"
    path.write_text(
        CONFIGURATION.format(
            config=str(hub.settings / "jupyterhub_config.py"),
            url=hub.url,
            port=hub.port,
            proxy_port=hub.port + 2,
            proxy=str(hub.proxy / "node_modules" / ".bin" / "configurable-http-proxy"),
            people=sorted({INSTRUCTOR, *STUDENTS}),
            groups={f"nbgrader-{COURSE}": list(STUDENTS), f"formgrade-{COURSE}": [INSTRUCTOR]},
            exchange=str(hub.exchange),
        ),
        encoding="utf-8",
    )
    return path


@contextlib.contextmanager
def running(hub: Hub) -> Iterator[subprocess.Popen]:
    """The hub, once it answers; stopped at the end, with all servers. Raises Problem if it does not start."""
    # The proxy of a hub that was killed still has its ports; the next hub ends it.
    killed = (hub.private / "jupyterhub-proxy.pid").exists()
    for port in (hub.port + 1,) if killed else (hub.port, hub.port + 1, hub.port + 2):
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                free.bind(("127.0.0.1", port))
            except OSError:
                raise Problem(f"Port {port} is in use, perhaps by another hub: name another one with --port.") from None
    log = hub.private / "hub.log"
    with open(log, "ab") as file:
        process = subprocess.Popen(
            [hub.bin / "jupyterhub", "--config", configuration(hub)],
            cwd=hub.private,
            env={**os.environ, "PATH": f"{hub.bin}{os.pathsep}{os.environ['PATH']}"},
            stdout=file,
            stderr=file,
            start_new_session=True,  # Ctrl-C is for this program, which then stops the hub
        )
    try:
        wait(hub, process, log)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait(hub: Hub, process: subprocess.Popen, log: Path) -> None:
    """Until the hub and the course's service answer."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if answers(f"{hub.url}/hub/api/") and answers(f"{hub.url}/services/{COURSE}/api"):
            return
        time.sleep(0.5)
    raise Problem(f"The hub did not start: see the end of {log}.")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return "version" in json.load(reply)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def remove(hub: Hub) -> None:
    """Remove the state folder, and the users that were made here."""
    for name in PEOPLE:
        remove_person(name)
    shutil.rmtree(hub.state, ignore_errors=True)


def remove_person(name: str, comment: str = NOTE) -> None:
    """Remove a user with their home, if the comment says that they were made here."""
    with contextlib.suppress(KeyError):
        if pwd.getpwnam(name).pw_gecos == comment:
            end_processes(name)
            run("userdel", "--remove", name)


def end_processes(user: str) -> None:
    """End all that runs as a user, and wait until it has ended."""
    for _ in range(100):
        if subprocess.run(["pkill", "-KILL", "-u", user], check=False).returncode != 0:
            break
        time.sleep(0.1)


ADDRESSES = """
The course is at {url}. Sign in by name; any password will do.

  {students}   students: {url}/hub/login
  instructor       instructor: formgrader is at {url}/services/{course}/formgrader

Log: {log}. Ctrl-C stops it; what people did is kept. `python deploy/hub.py remove` removes everything.
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("action", nargs="?", choices=("start", "remove"), default="start")
    asked.add_argument("--state", type=Path, default=Path("/srv/autograder-hub"))
    asked.add_argument("--port", type=int, default=8000, help="this one and the next two are used")
    asked.add_argument("--yes", action="store_true", help="make and remove users without asking")
    given = asked.parse_args()
    hub = Hub(given.state.resolve(), given.port)
    try:
        check()
        if given.action == "remove":
            if not (given.yes or ask(f"This removes {hub.state} and the users {', '.join(PEOPLE)} with their homes.")):
                raise Problem("Nothing was removed: answer yes, or call this with --yes.")
            remove(hub)
            return
        if not (
            given.yes or in_container() or ask(f"This makes the users {', '.join(PEOPLE)} on this machine. Go on?")
        ):
            raise Problem("Nothing was done: without its users there is no hub. Say yes, or call it with --yes.")
        for number in (signal.SIGINT, signal.SIGTERM):  # the first is ignored where a shell starts this beside itself
            signal.signal(number, signal.default_int_handler)
        make(hub)
        print("  starting", flush=True)
        with running(hub) as process:
            print(
                ADDRESSES.format(url=hub.url, course=COURSE, students=", ".join(STUDENTS), log=hub.private / "hub.log"),
                flush=True,
            )
            with contextlib.suppress(KeyboardInterrupt):
                process.wait()
            print("Stopping.", flush=True)
    except Problem as problem:
        raise SystemExit(str(problem)) from None


if __name__ == "__main__":
    main()
