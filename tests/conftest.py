"""What several test modules share: a course secret for tests, and a tiny course in a scratch folder."""

import os
import shutil
from pathlib import Path

import pytest

from autograder.course.layout import Course

ROOT = Path(__file__).resolve().parent.parent
os.environ["AUTOGRADER_SECRET"] = str(ROOT / "tests" / "secret_for_tests")

TINY = (ROOT / "tests" / "tiny_course.py").read_text(encoding="utf-8")


def tiny_course(root: Path) -> Course:
    """A course with one small assignment, `tiny`, not yet built."""
    (root / "solutions" / "tiny").mkdir(parents=True)
    (root / "solutions" / "tiny" / "tiny.py").write_text(TINY, encoding="utf-8")
    shutil.copyfile(ROOT / "nbgrader_config.py", root / "nbgrader_config.py")
    (root / "tests" / "mistakes").mkdir(parents=True)
    (root / "tests" / "mistakes" / "tiny.py").write_text(
        '# %% exercise="area" mistake="adds" earns=1 told="Adding" \ndef area(height, width):\n'
        "    return height + width\n",
        encoding="utf-8",
    )
    return Course(root)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The tiny course in a scratch folder; the tests' secret is not its own."""
    monkeypatch.delenv("AUTOGRADER_SECRET")
    return tiny_course(tmp_path / "course")


@pytest.fixture(scope="session")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The class of tests/tiny_class.py, graded by the command, undisturbed. Not to be changed, but to be copied."""
    from tests import tiny_class

    secret = os.environ.pop("AUTOGRADER_SECRET")
    try:
        course = tiny_class.handed_in(tmp_path_factory.mktemp("class") / "course")
        process = tiny_class.start(course, "--workers", "2")
        said = tiny_class.end(process)
    finally:
        os.environ["AUTOGRADER_SECRET"] = secret
    assert process.returncode == 0, said
    return course
