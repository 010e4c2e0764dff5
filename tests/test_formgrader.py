"""Formgrader's Autograde button: the request that it sends, to a real Jupyter server in a course that is not ours."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "for-this-test"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The foreign course with two submissions: its own solution, and the blank notebook."""
    root = tmp_path / "course"
    shutil.copytree(ROOT / "tests" / "foreign_course", root)
    solution = nbformat.read(root / "source" / "ps1" / "ps1.ipynb", as_version=4)
    for student in ("ada", "finn"):
        (root / "submitted" / student / "ps1").mkdir(parents=True)
        nbformat.write(solution, root / "submitted" / student / "ps1" / "ps1.ipynb")
        for cell in solution.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "raise OSError", cell.source, flags=re.S)
    return root


@pytest.fixture
def server(course: Path):
    """The address of a Jupyter server in the course's folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "ps1"], cwd=course, env=environment, check=True
    )
    log = (course.parent / "server.log").open("w")
    command = [sys.executable, "-m", "jupyter", "server", "--allow-root", "--ServerApp.open_browser=False"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    process = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}/formgrader/api"
    finally:
        process.terminate()
        process.wait(30)


def ask(address: str, method: str = "GET"):
    """The answer to a request as formgrader's pages send it; waits for a server that is only starting."""
    request = urllib.request.Request(address, method=method, headers={"Authorization": f"token {TOKEN}"})
    for _ in range(60):
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return json.load(reply)
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server did not start")


def test_the_autograde_button_grades_behind_the_wall(server, course):
    for student in ("ada", "finn"):
        reply = ask(f"{server}/submission/ps1/{student}/autograde", "POST")
        assert reply["success"], reply["log"]
        assert "RepairCells" in reply["log"] and "ExecuteBehindWall" in reply["log"]
    scores = {row["student"]: (row["code_score"], row["max_code_score"]) for row in ask(f"{server}/submissions/ps1")}
    assert scores == {"ada": (19, 19), "finn": (0, 19)}
