"""A full disk, a locked gradebook, a store that can only be read: one sentence, nothing lost, the next call goes on.

Disks are real ones: small file systems in memory, mounted where nobody else sees them.
"""

import os
import re
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from autograder import cli, display
from autograder.course import nbgrader_course
from autograder.course.grade import Grading
from autograder.errors import MachineError
from autograder.wall.executions import Execution, Store
from tests import tiny_class

GRADE = f"{sys.executable} -m autograder grade tiny --workers 2"


def mounted(course, script):
    """Run a shell script in the course's folder that may mount: in a mount namespace, as root in one of its own."""
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    result = subprocess.run(
        [*unshare, "sh", "-eu", "-c", script],
        cwd=course.root,
        env={name: value for name, value in os.environ.items() if name != "AUTOGRADER_SECRET"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert result.returncode == 0 and "Traceback" not in result.stdout, result.stdout
    return result.stdout


def test_a_store_that_fills_up_stops_the_grading_and_the_next_goes_on(graded_class, tmp_path):
    course = tiny_class.copy(graded_class, tmp_path / "course")
    (course.root / "executions").mkdir()
    said = mounted(
        course,
        "mount -t tmpfs -o size=8k none executions\n"  # room for two executions
        f"! {GRADE}\n"
        "echo kept $(ls executions/*/*.json.gz)\n"
        "mount -o remount,size=1m none executions\n"
        f"{GRADE} && echo kept $(ls executions/*/*.json.gz)",
    )
    sentence = r"Error: Results cannot be kept in \S*executions \(No space left on device\): make room .*not lost\."
    assert len(re.findall(sentence, said)) == 1 and said.count("Error") == 1, said
    first, last = (set(line.split()[1:]) for line in said.splitlines() if line.startswith("kept"))
    assert len(first) == 2 and first < last and len(last) == 5
    assert tiny_class.differences(course, graded_class) == []


@pytest.mark.parametrize("share", [0, 0.4, 0.9])
def test_a_course_on_a_disk_that_fills_up_is_graded_when_there_is_room(graded_class, tmp_path, share):
    """share: of what a grading writes, after which the disk is full"""
    course = tiny_class.copy(graded_class, tmp_path / "course", executions=True)
    written = sum(_size(graded_class.root / name) for name in ("gradebook.db", "autograded", "feedback"))
    size = _size(course.root) + 64 + int(share * written)
    said = mounted(
        course,
        "mkdir ../disk && cp -r . ../copy && mount -t tmpfs none ../disk && cp -r ../copy/. ../disk\n"
        f"mount -o remount,size={size}k none ../disk && cd ../disk\n"
        + ("! head -c 100M /dev/zero > filled\n" if share == 0 else "")
        + f"! {GRADE}\n"
        "rm -f filled && mount -o remount,size=100m none ../disk\n"
        f"{GRADE}\n"
        "cp -r . ../graded",
    )
    sentence = r"Error: The disk (with the gradebook )?is full.*: make room and call again; what is done is not lost\."
    assert len(re.findall(sentence, said)) == 1, said
    course.root.rename(tmp_path / "before")
    (tmp_path / "graded").rename(course.root)
    assert tiny_class.differences(course, graded_class) == []


def _size(path):
    """In KB, as a file system in memory counts."""
    files = [file for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    return sum(-(-file.stat().st_size // 4096) * 4 for file in files)


def test_a_store_that_can_only_be_read_is_used_and_said(graded_class, tmp_path):
    course = tiny_class.copy(graded_class, tmp_path / "course", executions=True)
    answer = "height * width + 0"
    said = mounted(
        course,
        "mv executions kept && mkdir executions && mount -t tmpfs none executions && cp -r kept/. executions\n"
        "mount -o remount,bind,ro executions\n"
        f"{GRADE} && echo everybody is graded\n"
        f"cp submitted/ada/tiny/tiny.ipynb ada.ipynb\n"
        f"sed -i 's/return height . width/return {answer}/' submitted/ada/tiny/tiny.ipynb\n"
        f"! {GRADE}\n"
        "cp ada.ipynb submitted/ada/tiny/tiny.ipynb\n"
        f"{GRADE}",
    )
    before, after = said.split("everybody is graded")
    assert "Error" not in before, said
    assert re.search(r"Error: Results cannot be kept in \S*executions \(Read-only file system\)", after), said
    assert tiny_class.differences(course, graded_class) == []


def test_a_damaged_entry_of_a_store_that_can_only_be_read_is_none(tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.put("ab12", Execution([], [], [], 0.1))
    (tmp_path / "ab" / "12.json.gz").write_bytes(b"no gzip")

    def refuse(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    assert store.get("ab12") is None


# --- a gradebook that somebody else holds ------------------------------------------------------------------------


@pytest.fixture
def course(graded_class, tmp_path, monkeypatch):
    """The class, executed and not graded."""
    monkeypatch.delenv("AUTOGRADER_SECRET")
    return tiny_class.copy(graded_class, tmp_path / "course", executions=True)


class Formgrader:
    """Somebody else who writes into the gradebook."""

    def __init__(self, course):
        self.connection = sqlite3.connect(
            course.root / "gradebook.db", timeout=30, isolation_level=None, check_same_thread=False
        )

    def hold(self):
        self.connection.execute("BEGIN EXCLUSIVE")

    def let_go(self):
        self.connection.execute("ROLLBACK")


def run(course, before_books):
    """Grade; `before_books` is called once the executions are there, before the books of the second student."""
    grading = Grading(course, ["tiny"])
    grading.register()
    results = []
    for outcome in grading.run():
        results.append(outcome.reason or "graded")
        if len(results) == 1:
            before_books()
    grading.export(course.root / "grades.csv")
    return results


def test_a_gradebook_locked_for_long_stops_the_grading_and_the_next_goes_on(graded_class, course, monkeypatch):
    monkeypatch.setattr(nbgrader_course, "LOCKED", 1)
    Grading(course, ["tiny"]).register()
    formgrader = Formgrader(course)
    with pytest.raises(MachineError, match="The gradebook has been locked by another program .* close Formgrader"):
        run(course, formgrader.hold)
    formgrader.let_go()
    assert [student for student, _ in tiny_class.books(course)] == ["ada"] * 3  # hers are kept, nobody's are half
    assert run(course, lambda: None) == ["graded"] * 6
    assert tiny_class.differences(course, graded_class) == []


def test_a_gradebook_that_is_let_go_in_time_is_waited_for(graded_class, course):
    Grading(course, ["tiny"]).register()
    formgrader = Formgrader(course)
    held = []

    def hold():
        formgrader.hold()
        held.append(time.monotonic())
        threading.Timer(8, formgrader.let_go).start()  # longer than SQLite waits if not told to

    assert run(course, hold) == ["graded"] * 6 and time.monotonic() - held[0] > 8
    assert tiny_class.differences(course, graded_class) == []


@pytest.mark.parametrize("when", ["from the beginning", "when all is graded"])
def test_the_command_says_in_one_sentence_that_the_gradebook_is_locked(course, monkeypatch, capsys, when):
    monkeypatch.setattr(nbgrader_course, "LOCKED", 0)
    Grading(course, ["tiny"]).register()
    formgrader, show = Formgrader(course), display.show_summary
    if when == "from the beginning":
        formgrader.hold()
    else:
        monkeypatch.setattr(display, "show_summary", lambda *given: (formgrader.hold(), show(*given)))
    monkeypatch.setattr(sys, "argv", ["autograder", "grade", "tiny", "--course", str(course.root)])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    formgrader.let_go()
    said = capsys.readouterr().err
    assert ended.value.code == 1 and "Error: The gradebook has been locked by another program" in said, said
