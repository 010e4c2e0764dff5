"""Collecting from an exchange into which students have written what they like."""

import logging
import os
import pwd
import sys
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from autograder.wall.collect import Collect

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of other users")

ADA, EVE = "daemon", "bin"
"""Two users that every system has."""


@pytest.fixture
def exchange(tmp_path, monkeypatch):
    """An exchange, and a course whose secret the grader could read."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")  # nbgrader starts alembic
    (tmp_path / "exchange" / "tiny" / "inbound").mkdir(parents=True)
    (tmp_path / "course" / "source" / "ps1").mkdir(parents=True)
    (tmp_path / "course" / "secret").write_text("the solutions")
    return tmp_path / "exchange"


def hand_in(exchange, owner, name=None, when="2026-11-01 10:00:00", **files):
    """A folder as nbgrader's submit makes it, of this owner, under this name."""
    stamp = f"{when}.000000 UTC"
    folder = exchange / "tiny" / "inbound" / f"{name or owner}+ps1+{stamp}+x1y2"
    folder.mkdir()
    for file, content in {"timestamp.txt": stamp, **files}.items():
        (folder / file).write_text(content)
    give(folder, owner)
    return folder


def give(folder, owner):
    uid = pwd.getpwnam(owner).pw_uid
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, -1, follow_symlinks=False)


def collect(exchange, caplog, **settings):
    """What lies in `submitted/` after collecting, by path, and what the log said."""
    root = exchange.parent / "course"
    course = CourseDirectory(root=str(root), course_id="tiny", assignment_id="ps1", max_dir_size=2_000)  # kB
    collector = Collect(coursedir=course, root=str(exchange), update=True, log=logging.getLogger("collect"), **settings)
    collector.assignment_dir = str(root)
    with caplog.at_level(logging.WARNING):
        collector.start()
    found = {
        str(path.relative_to(root / "submitted")): path.read_text()
        for path in sorted((root / "submitted").rglob("*"))
        if path.is_file() and path.name != "timestamp.txt"
    }
    return found, caplog.text


def test_work_is_collected_as_nbgrader_does(exchange, caplog):
    hand_in(exchange, ADA, when="2026-11-01 10:00:00", **{"ps1.ipynb": "first"})
    folder = hand_in(exchange, ADA, when="2026-11-01 11:00:00", **{"ps1.ipynb": "second"})
    (folder / "trained").mkdir()
    (folder / "trained" / "weights").write_text("weights")
    give(folder, ADA)
    found, said = collect(exchange, caplog)
    assert found == {f"{ADA}/ps1/ps1.ipynb": "second", f"{ADA}/ps1/trained/weights": "weights"}
    assert not said


def test_a_folder_named_after_a_classmate_is_its_owners(exchange, caplog):
    hand_in(exchange, ADA, **{"ps1.ipynb": "right"})
    hand_in(exchange, EVE, name=ADA, when="2030-01-01 00:00:00", **{"ps1.ipynb": "nonsense"})
    found, said = collect(exchange, caplog)
    assert found == {f"{ADA}/ps1/ps1.ipynb": "right", f"{EVE}/ps1/ps1.ipynb": "nonsense"}
    assert f"is named after {ADA}, and {EVE} made it" in said


def test_where_all_students_are_one_user_names_are_believed(exchange, caplog):
    for name in (ADA, EVE):
        hand_in(exchange, "root", name=name, **{"ps1.ipynb": name})
    found, _ = collect(exchange, caplog)
    assert found == {f"{ADA}/ps1/ps1.ipynb": ADA, f"{EVE}/ps1/ps1.ipynb": EVE}


def test_where_each_student_has_a_folder_it_says_whose_a_submission_is(exchange, caplog):
    for folder, name, when in ((ADA, ADA, "10"), (EVE, ADA, "12"), (EVE, EVE, "11")):
        place = exchange / "tiny" / "inbound" / folder
        place.mkdir(exist_ok=True)
        made = hand_in(exchange, "nobody", name=name, when=f"2026-11-01 {when}:00:00", **{"ps1.ipynb": folder + when})
        made.rename(place / made.name)
    found, said = collect(exchange, caplog, own_folders=True)
    assert found == {f"{ADA}/ps1/ps1.ipynb": f"{ADA}10", f"{EVE}/ps1/ps1.ipynb": f"{EVE}12"} and not said


@pytest.mark.parametrize(
    "name", ["eve+ps1+yesterday", "eve+ps1+99999-01-01 00:00:00 UTC", "+ps1+2030-01-01 00:00:00 UTC"]
)
def test_a_name_that_is_none_costs_no_classmate_theirs(exchange, caplog, name):
    hand_in(exchange, ADA, **{"ps1.ipynb": "right"})
    (exchange / "tiny" / "inbound" / name).mkdir()
    found, said = collect(exchange, caplog)
    assert found == {f"{ADA}/ps1/ps1.ipynb": "right"} and f"{name} is no submission" in said


@pytest.mark.parametrize("check_owner", [True, False])
def test_links_are_not_followed(exchange, caplog, check_owner):
    folder = hand_in(exchange, EVE, **{"ps1.ipynb": "work"})
    secret = exchange.parent / "course" / "secret"
    (folder / "notes.txt").symlink_to(secret)
    (folder / "more").symlink_to(secret.parent)
    os.mkfifo(folder / "pipe")
    give(folder, EVE)
    found, said = collect(exchange, caplog, check_owner=check_owner)
    assert found == {f"{EVE}/ps1/ps1.ipynb": "work"}
    assert all(f"{name} was not collected: it is no plain file" in said for name in ("notes.txt", "more", "pipe"))


def test_a_link_in_place_of_the_folder_is_not_followed(exchange, caplog):
    folder = hand_in(exchange, EVE)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.symlink_to(exchange.parent / "course")
    os.lchown(folder, pwd.getpwnam(EVE).pw_uid, -1)
    found, said = collect(exchange, caplog)
    assert found == {} and "was not collected" in said


def test_a_file_that_another_user_owns_is_left_out(exchange, caplog):
    folder = hand_in(exchange, EVE, **{"ps1.ipynb": "work"})
    os.link(exchange.parent / "course" / "secret", folder / "notes.txt")  # where the system lets them
    found, said = collect(exchange, caplog)
    assert found == {f"{EVE}/ps1/ps1.ipynb": "work"} and "notes.txt was not collected" in said


def deep(folder):
    for _ in range(40):
        folder = folder / "d"
        folder.mkdir()


def many(folder):
    for number in range(2_001):
        (folder / str(number)).touch()


def large(folder):
    os.truncate(os.open(folder / "zeros", os.O_CREAT | os.O_WRONLY), 3 << 20)


@pytest.mark.parametrize("spoil", [deep, many, large])
def test_one_that_is_too_much_costs_no_classmate_theirs(exchange, caplog, spoil):
    folder = hand_in(exchange, EVE, **{"ps1.ipynb": "work"})
    spoil(folder)
    give(folder, EVE)
    hand_in(exchange, ADA, **{"ps1.ipynb": "right"})
    found, said = collect(exchange, caplog)
    assert found == {f"{ADA}/ps1/ps1.ipynb": "right"} and "was not collected: " in said


@pytest.mark.parametrize("check_owner", [True, False])
def test_a_file_that_becomes_a_link_while_it_is_copied_is_not_followed(exchange, caplog, monkeypatch, check_owner):
    """Between the look at a name and its opening there is time enough for whoever keeps exchanging the two."""
    folder = hand_in(exchange, EVE, **{"notes.txt": "harmless"})
    look = os.stat

    def exchanged(path, *arguments, **named):
        found = look(path, *arguments, **named)
        if path == "notes.txt":
            (folder / "notes.txt").unlink()
            (folder / "notes.txt").symlink_to(exchange.parent / "course" / "secret")
        return found

    monkeypatch.setattr(os, "stat", exchanged)
    found, said = collect(exchange, caplog, check_owner=check_owner)
    assert found == {} and "was not collected" in said
