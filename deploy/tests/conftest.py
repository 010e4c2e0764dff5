"""A hub for the tests, made once, with new people and a new course for each module; and how its users call things."""

import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "deploy"), str(ROOT / "deploy" / "tests"), str(ROOT)]

import course as life  # noqa: E402
import hub as deployed  # noqa: E402

STUDENTS = [f"hub-test-{number:02}" for number in range(1, 31)]
"""Those that some tests add; nobody's name, one hopes."""


def pytest_addoption(parser):
    parser.addoption("--jupyterhub", default="", help="another version of JupyterHub to test with, such as 5.5.*")


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    yield folder
    print(f"\nPictures: {folder}")


@pytest.fixture(scope="session")
def environment(request):
    """The hub's programs, without people and a course."""
    hub = deployed.Hub(Path("/srv/autograder-hub-test"), port=8500)
    deployed.check()
    deployed.remove(hub)
    deployed.make(hub)
    if version := request.config.getoption("jupyterhub"):
        deployed.pip(hub, f"jupyterhub=={version}")
    print(subprocess.run([hub.bin / "jupyterhub", "--version"], capture_output=True, text=True).stdout)
    yield hub
    deployed.remove(hub)


@pytest.fixture(scope="module")
def made(environment):
    """A hub that nobody has used yet."""
    forget(environment)
    deployed.make(environment)
    yield environment
    forget(environment)


def forget(hub):
    """Remove all that people did, and the people."""
    for name in deployed.PEOPLE:
        deployed.remove_person(name)
    for name in STUDENTS:
        deployed.remove_person(name, life.NOTE)
    for folder in (hub.exchange, hub.private):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def hub(made):
    with deployed.running(made):
        yield made


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def as_user(name, command, environment=None):
    """Run a shell command as a user of the system."""
    user = pwd.getpwnam(name)
    return subprocess.run(
        ["sh", "-c", command],
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
    )


def as_grader(hub, command):
    """Run a command as the instructor would in a terminal of the course's server; what it printed."""
    environment = {
        "HOME": f"/home/{deployed.GRADER}",
        "PATH": f"{hub.bin}:/usr/bin:/bin",
        "NBGRADER_EXCHANGE": str(hub.exchange),
        "JUPYTERHUB_USER": deployed.GRADER,
        "LANG": "C.UTF-8",
    }
    done = as_user(deployed.GRADER, f"cd ~/{deployed.COURSE} && {command}", environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def as_root(hub, *arguments):
    """Run deploy/course.py as the administrator; its exit status and what it printed."""
    done = subprocess.run(
        [
            *(sys.executable, ROOT / "deploy" / "course.py", "--state", hub.state, "--exchange", hub.exchange),
            *("--api", f"http://127.0.0.1:{hub.port + 1}/hub/api", *arguments),
        ],
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def until(condition, seconds=90):
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it is not so after a long time"
        time.sleep(0.5)
