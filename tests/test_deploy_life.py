"""deploy/students.py and deploy/course.py, as far as they need no hub and no root; the rest is in deploy/tests."""

import contextlib
import os
import pwd
import re
import shutil
import sqlite3
import sys

import pytest

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "deploy"))

import course as life
import students as roster
from hub import Problem


def read(folder, text, encoding="utf-8"):
    path = folder / "class.csv"
    path.write_bytes(text.encode(encoding))
    return roster.read(path)


@pytest.mark.parametrize(
    "text",
    [
        "username,first name,last name,email\nada,Ada,Müller,ada@uni.example\nben,Ben,Ø,\n",
        "\ufeffBenutzername;Vorname;Nachname;E-Mail-Adresse\r\n\r\nADA;Ada;Müller;ada@uni.example\r\n;;;\r\nben;Ben;Ø;\r\n",
        "Surname\tFirst_Name\tLogin ID\tNo.\tEmail address\nMüller\tAda\tAda\t17\tada@uni.example\nØ\tBen\tben\t18\n",
        'Last name,First name,Username,Email\n"Müller",Ada, ada ,ada@uni.example\nØ,Ben,ben',
    ],
    ids=["plain", "German, with a mark and blank lines", "other columns, and a short line", "quoted, no end of line"],
)
def test_students_are_read_as_systems_export_them(tmp_path, text):
    ada, ben = read(tmp_path, text)
    assert (ada.username, ada.first_name, ada.last_name, ada.email) == ("ada", "Ada", "Müller", "ada@uni.example")
    assert (ben.username, ben.first_name, ben.last_name, ben.email) == ("ben", "Ben", "Ø", "")


def test_each_line_that_is_no_student_is_named_and_none_is_taken(tmp_path):
    lines = ["username,last name", "ada,A", "Ada,again", ",nobody", "müller,M", "1234,N", "-x,M", "a+b,M", "eve,E,more"]
    with pytest.raises(Problem) as problem:
        read(tmp_path, "\n".join(lines))
    said = str(problem.value).splitlines()
    assert [re.findall(r"line (\d+)", sentence)[0] for sentence in said] == ["3", "4", "5", "6", "7", "8", "9"]
    assert said[0] == "class.csv, line 3: ada is in line 2 already: remove one of them."
    assert "“müller” cannot be a user of this machine" in said[2]
    assert all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("username,email\n\n", "has no students"),
        ("name,email\nada,a\n", "has no column with user names: its first line is “name, email”"),
        ("username,login\nada,ada\n", "more than one column for the username, “username” and “login”"),
        ('username,email\nada,"a\n', "line 2 cannot be read"),
    ],
)
def test_a_file_that_is_no_list_of_students_is_refused(tmp_path, text, told):
    with pytest.raises(Problem, match=re.escape(told)):
        read(tmp_path, text)


def test_a_file_in_another_encoding_is_refused_and_none_is_guessed(tmp_path):
    with pytest.raises(Problem, match="not in UTF-8: save it as “CSV UTF-8”"):
        read(tmp_path, "username,last name\nada,Müller\n", "cp1252")


@pytest.mark.parametrize(
    ("name", "uid", "taken"),
    [
        ("ada", 1000, True),
        ("ada", 1_234_567, True),
        ("ada", 999, False),
        ("ada", 65534, False),
        ("grader-x", 1000, False),
    ],
    ids=["the first", "a directory's", "the system's", "nobody", "a course's grader"],
)
def test_whose_account_is_a_students(tmp_path, monkeypatch, name, uid, taken):
    account = pwd.struct_passwd((name, "x", uid, uid, "", str(tmp_path), "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwnam", lambda name: account)
    listed = [roster.Student(2, name)]
    with (
        contextlib.nullcontext() if taken else pytest.raises(Problem, match=f"line 2: {name} is a user of the system's")
    ):
        life.check_accounts(tmp_path / "class.csv", listed)


def test_a_gradebook_is_copied_while_it_is_written_to(tmp_path):
    writer = sqlite3.connect(tmp_path / "gradebook.db")
    writer.execute("CREATE TABLE grade (student, points)")
    writer.execute("INSERT INTO grade VALUES ('ada', 53)")
    writer.commit()
    writer.execute("INSERT INTO grade VALUES ('ben', 10)")  # not committed
    life.copy_database(tmp_path / "gradebook.db", tmp_path / "copy.db")
    assert sqlite3.connect(tmp_path / "copy.db").execute("SELECT * FROM grade").fetchall() == [("ada", 53)]


def test_a_damaged_gradebook_is_no_backup(tmp_path):
    (tmp_path / "gradebook.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    with pytest.raises(Problem, match="gradebook.db is damaged .*: restore it from an earlier backup"):
        life.copy_database(tmp_path / "gradebook.db", tmp_path / "copy.db")


@pytest.fixture
def machine(tmp_path):
    """A small machine: a grader's home with a course, and an exchange with one submission."""
    course, inbound = tmp_path / "home/grader-cnn/cnn", tmp_path / "exchange/cnn/inbound/ada+1_kernels+2026+x"
    for folder in (course / "submitted/ada", tmp_path / "home/grader-cnn/.cache", inbound):
        folder.mkdir(parents=True)
    (course / "submitted/ada/work.ipynb").write_text("Ada's", encoding="utf-8")
    (course / "gradebook.db").write_text("open", encoding="utf-8")
    (tmp_path / "home/grader-cnn/.cache/large").write_text("not needed", encoding="utf-8")
    (inbound / "work.ipynb").write_text("Ada's", encoding="utf-8")
    (inbound / "work.ipynb").chmod(0o640)
    os.utime(inbound / "work.ipynb", (1_700_000_000, 1_700_000_000))
    return tmp_path


def test_files_are_packed_and_put_back_with_their_times_and_rights(machine):
    homes, exchange = machine / "home/grader-cnn", machine / "exchange/cnn"
    archive = machine / "files.tar.gz"
    life.pack(archive, [homes, exchange, machine / "home/gone"], f"{homes}/cnn/gradebook.db*", machine)
    shutil.rmtree(machine / "home")
    shutil.rmtree(exchange)
    life.unpack(archive, machine)
    work = exchange / "inbound/ada+1_kernels+2026+x/work.ipynb"
    assert work.read_text(encoding="utf-8") == "Ada's"
    assert (work.stat().st_mtime, work.stat().st_mode & 0o777) == (1_700_000_000, 0o640)
    assert sorted(path.name for path in (homes / "cnn").iterdir()) == ["submitted"]
    assert not (homes / ".cache").exists()


def test_what_is_there_already_is_not_overwritten(machine):
    work = machine / "home/grader-cnn/cnn/submitted/ada/work.ipynb"
    life.pack(machine / "files.tar.gz", [machine / "home"], f"{machine}/none", machine)
    work.write_text("newer", encoding="utf-8")
    life.unpack(machine / "files.tar.gz", machine)
    assert work.read_text(encoding="utf-8") == "newer"


def test_the_next_term_has_the_course_and_nothing_of_the_term(tmp_path):
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").partition("leaves behind")[2].split()
    of_a_term = [name.strip("/").replace("*", "-journal") for name in ignored if name != "trained/"]
    assert "gradebook.db-journal" in of_a_term and len(of_a_term) > 10
    course = tmp_path / "cnn"
    for name in (*of_a_term, "solutions", "assignments"):
        (course / name).mkdir(parents=True)
    (course / "solutions/feedback").mkdir()  # an assignment may be called so
    shutil.copytree(course, tmp_path / "new", ignore=life.of_a_term(course))
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["assignments", "solutions"]
    assert (tmp_path / "new/solutions/feedback").is_dir()
