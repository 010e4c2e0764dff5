"""The hub, or its proxy, is killed while students are at work: nothing is lost, and they go on."""

import os
import signal
from pathlib import Path

import hub as deployed
import machines
from conftest import as_grader, until

NAME = "1_kernels"
SUBMITTED = Path("/home", deployed.GRADER, deployed.COURSE, "submitted")


def proxy(hub):
    """The number of the proxy's process, which the hub has started."""
    return int((hub.private / "jupyterhub-proxy.pid").read_text(encoding="ascii"))


def collected(hub, name, mark):
    """Whether a student's last submission, once collected, is this one."""
    as_grader(hub, f"nbgrader collect {NAME} --update")
    return mark in (SUBMITTED / name / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")


def answers(student):
    """Whether a student's server can be reached."""
    try:
        return bool(student.assignments())
    except (AssertionError, OSError, ValueError):
        return False


def running_servers(name):
    """The numbers of a user's server processes."""
    return [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit()
        and b"jupyterhub-singleuser" in (folder / "cmdline").read_bytes()
        and f"JUPYTERHUB_USER={name}".encode() in (folder / "environ").read_bytes().split(b"\0")
    ]


def handed_in(hub, mark):
    """Ada, who has handed in a notebook with this mark of a new release."""
    as_grader(hub, f"nbgrader generate_assignment {NAME} --force && nbgrader release_assignment {NAME} --force")
    ada = machines.Student(hub.url, "ada")
    ada.start()
    ada.fetch(NAME)
    ada.save(NAME, mark)
    ada.submit(NAME)
    return ada


def test_the_hub_is_killed_between_submit_and_collect(made):
    with deployed.running(made) as process:
        ada = handed_in(made, "# before")
        servers, service = running_servers("ada"), running_servers(deployed.GRADER)
        ada.save(NAME, "# saved, not handed in")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with deployed.running(made):
        assert running_servers("ada") == servers  # the same process as before, with all that runs in it
        assert len(service) == 1 and not set(service) & set(running_servers(deployed.GRADER))
        assert collected(made, "ada", "# before")
        instructor = machines.Student(made.url, deployed.INSTRUCTOR)
        instructor.ask("GET", "/services/cnn/formgrader/api/assignments")
        ada.submit(NAME)
        assert collected(made, "ada", "# saved, not handed in")
        ben = machines.Student(made.url, "ben")
        ben.start()
        ben.fetch(NAME)


def test_the_proxy_is_killed_between_submit_and_collect(made):
    with deployed.running(made):
        ada = handed_in(made, "# before the proxy went")
        ada.save(NAME, "# saved, not handed in")
        os.kill(proxy(made), signal.SIGKILL)
        assert collected(made, "ada", "# before the proxy went")
        until(lambda: answers(ada))  # the hub starts it again
        ada.submit(NAME)
        assert collected(made, "ada", "# saved, not handed in")
