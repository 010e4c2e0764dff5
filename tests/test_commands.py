"""The commands as a user calls them: what they explain, and one clear sentence for each bad input."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.build import build
from autograder.course.layout import Course

ROOT = Path(__file__).resolve().parent.parent


def autograder(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key != "AUTOGRADER_SECRET"}
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=folder,
        env={**kept, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
    )


def refused(result: subprocess.CompletedProcess[str], *fragments: str) -> None:
    """One sentence on stderr, nothing like a traceback anywhere."""
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1 and lines[0].startswith("Error: "), result.stderr
    for fragment in fragments:
        assert fragment in lines[0]


@pytest.fixture
def built(course: Course) -> Course:
    list(build(course, ["tiny"]))
    return course


def test_help_names_every_command(tmp_path):
    shown = autograder("--help", folder=tmp_path).stdout
    for command in ("build", "grade", "export", "report", "demo", "doctor"):
        assert command in shown
        assert autograder(command, "--help", folder=tmp_path).returncode == 0


@pytest.mark.parametrize("command", ["build", "grade", "export", "report", "demo"])
def test_outside_a_course(command, tmp_path):
    refused(autograder(command, folder=tmp_path), "is not in a course", "--course")


@pytest.mark.parametrize("arguments", [("build", "nine"), ("grade", "nine"), ("build", "--check", "nine")])
def test_no_such_assignment(arguments, built):
    refused(autograder(*arguments, folder=built.root), "There is no assignment “nine”", "it has tiny")


def test_an_empty_course(built):
    built.source("tiny").unlink()
    refused(autograder("build", folder=built.root), "holds no assignment")


def test_build_check_is_silent_about_nothing(built):
    assert autograder("build", "--check", folder=built.root).stdout == "1 assignments are up to date.\n"
    built.student_notebook("tiny").write_text("{}")
    refused(autograder("build", "--check", folder=built.root), "run `autograder build tiny`")


def test_build_refuses_contradictions_and_unreadable_notebooks(built):
    refused(autograder("build", "--take-edits", "--discard-edits", folder=built.root), "exclude each other")
    built.instructor_notebook("tiny").write_text("{")
    refused(autograder("build", folder=built.root), "tiny.ipynb is no notebook", "delete it")


def test_grade_without_submissions(built):
    refused(autograder("grade", folder=built.root), "no submission", "nbgrader collect")
    (built.root / "submitted" / "ada" / "tiny").mkdir(parents=True)
    refused(autograder("grade", "--student", "ben", folder=built.root), "no submission of ben")


def test_grade_names_what_is_missing_in_a_submission(built):
    folder = built.root / "submitted" / "ada" / "tiny"
    folder.mkdir(parents=True)
    (folder / "Untitled.ipynb").write_text("{}")
    result = autograder("grade", folder=built.root)
    assert result.returncode == 0 and "Traceback" not in result.stdout + result.stderr
    assert "tiny · ada: tiny.ipynb was not handed in (there is Untitled.ipynb)" in result.stdout


def test_grade_before_build(course):
    (course.root / "submitted" / "ada" / "tiny").mkdir(parents=True)
    refused(autograder("grade", folder=course.root), "run `autograder build tiny`")


def test_demo_does_not_empty_a_folder_that_it_did_not_make(built, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("x")
    refused(autograder("demo", "--folder", str(tmp_path / "precious"), folder=built.root), "no demo made", "--folder")
    assert (tmp_path / "precious" / "thesis.txt").exists()


def test_a_broken_configuration(built):
    (built.root / "nbgrader_config.py").write_text("c = get_config(\n")
    refused(autograder("build", folder=built.root), "nbgrader_config.py", "SyntaxError")


def test_doctor_is_content_with_a_built_course(built):
    result = autograder("doctor", folder=built.root)
    assert result.returncode == 0, result.stdout
    assert "✗" not in result.stdout and "up to date" in result.stdout


def test_doctor_names_what_is_missing_and_the_remedy(built, tmp_path):
    built.student_notebook("tiny").unlink()
    result = autograder("doctor", folder=built.root, AUTOGRADER_DATA=str(tmp_path / "nowhere"))
    assert result.returncode == 1 and "Traceback" not in result.stdout + result.stderr
    assert "missing or damaged" in result.stdout and "autograder build tiny" in result.stdout


def test_a_missing_secret_is_an_error_and_no_fallback(tmp_path):
    """What a hidden check says when nobody named a course secret."""
    code = "from autograder import draws; draws.hidden('x')"
    kept = {key: value for key, value in os.environ.items() if key != "AUTOGRADER_SECRET"}
    for environment, sentence in (
        ({}, "names none"),
        ({"AUTOGRADER_SECRET": str(tmp_path / "none")}, "cannot be read"),
        ({"AUTOGRADER_SECRET": str(short_secret(tmp_path))}, "shorter than 32"),
    ):
        result = subprocess.run(
            [sys.executable, "-c", code], env={**kept, **environment}, capture_output=True, text=True
        )
        assert result.returncode == 1 and sentence in result.stderr


def short_secret(folder: Path) -> Path:
    path = folder / "short"
    path.write_text("abc")
    return path


def test_an_older_python_is_told_so(tmp_path):
    """The version check stands before every import that an older Python could not read."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.version_info = (3, 9, 2); sys.argv = ['autograder'];"
        "import runpy; runpy.run_module('autograder', run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", code, str(ROOT)], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("autograder needs Python 3.11 or newer, and this is 3.9")
    assert "Traceback" not in result.stderr


def test_make_names_a_wrong_python(tmp_path):
    """`make` with an older Python stops with a sentence before it makes anything."""
    fake = tmp_path / "python3.8"
    fake.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 8, 1); exec(sys.argv[1])" "$2"\n'
    )
    fake.chmod(0o755)
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    result = subprocess.run(["make", f"PYTHON={fake}", "test"], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode != 0
    assert f"Python 3.11 or newer is needed, and {fake} is 3.8" in result.stderr
    assert not (tmp_path / ".venv").exists()


class TestReadOnly:
    """A course on a read-only mount. Root may write anywhere, so the mount is a real one, or the user another."""

    @pytest.fixture
    def read_only(self, built):
        built.source("tiny").write_text(built.source("tiny").read_text().replace("The smallest", "The least"))
        (built.root / "submitted" / "ada" / "tiny").mkdir(parents=True)
        if os.geteuid() != 0:
            paths = [built.root, *built.root.rglob("*")]
            for path in paths:
                path.chmod(path.stat().st_mode & ~0o222)
            yield built
            for path in paths:
                path.chmod(path.stat().st_mode | stat.S_IWUSR)
            return
        subprocess.run(["mount", "--bind", str(built.root), str(built.root)], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", str(built.root)], check=True)
            yield built
        finally:
            subprocess.run(["umount", str(built.root)], check=True)

    def test_build_demo_and_grade(self, read_only):
        refused(autograder("build", folder=read_only.root), "tiny.ipynb cannot be written", "make the folder writable")
        refused(autograder("demo", folder=read_only.root), "cannot write to", "--folder")
        refused(autograder("grade", folder=read_only.root), "is read-only", "gradebook")

    def test_doctor(self, read_only):
        result = autograder("doctor", folder=read_only.root)
        assert "read-only" in result.stdout and "Traceback" not in result.stdout + result.stderr
