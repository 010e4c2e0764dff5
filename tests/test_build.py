"""From source to notebooks: deterministic, never losing an edit, never leaking, the same as stock nbgrader."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.course import leaks, source
from autograder.course.build import build, stale
from autograder.course.layout import Course
from autograder.errors import CourseError
from tests.conftest import ROOT, TINY


def make(course: Course, edits: str = "refuse") -> list[str]:
    return list(build(course, course.names(), edits))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_building_twice_changes_no_byte(course):
    assert make(course) == ["tiny: derived anew"]
    first = files(course.root)
    assert make(course) == ["tiny: up to date"]
    assert files(course.root) == first


def test_derived_notebooks_have_no_outputs_and_stable_ids(course):
    make(course)
    for path in (course.instructor_notebook("tiny"), course.student_notebook("tiny")):
        notebook = nbformat.read(path, as_version=4)
        assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if "outputs" in cell)
        assert [cell.id for cell in notebook.cells if "nbgrader" in cell.metadata] == [
            "area",
            "test_area",
            "hidden_area",
            "why",
        ]
    ids = [cell.id for cell in notebook.cells]
    text = course.source("tiny").read_text().replace("The smallest assignment", "The least assignment")
    course.source("tiny").write_text(text)
    make(course)
    after = [cell.id for cell in nbformat.read(course.student_notebook("tiny"), as_version=4).cells]
    assert [new == old for new, old in zip(after, ids, strict=True)].count(False) == 1


def test_the_students_version(course):
    make(course)
    cells = {cell.id: cell.source for cell in nbformat.read(course.student_notebook("tiny"), as_version=4).cells}
    assert "raise NotImplementedError()" in cells["area"] and "pixels" not in cells["area"].split('"""')[2]
    assert cells["hidden_area"] == 'check = Checklist("area", points=1, at_grading="other sizes")\ncheck.report()'
    assert cells["why"] == "*Your answer here.*"


def test_stock_nbgrader_derives_the_same_bytes(course):
    make(course)
    before = files(course.assignments)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "tiny", "--create", "--force"],
        cwd=course.root,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert files(course.assignments) == before


def test_stale_and_hand_edited_notebooks_are_named_with_the_command_that_mends_them(course):
    make(course)
    assert stale(course, ["tiny"]) == []
    path = course.student_notebook("tiny")
    path.write_text(path.read_text().replace("Tiny", "Tinier"))
    assert stale(course, ["tiny"]) == [
        "assignments/tiny/tiny.ipynb is not what tiny.py gives: run `autograder build tiny`."
    ]
    make(course)
    assert stale(course, ["tiny"]) == []


def edit(course: Course) -> None:
    """What JupyterLab leaves when somebody edits the instructor notebook, runs it and saves."""
    path = course.instructor_notebook("tiny")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\n\nA sentence more."
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="ran")]
    notebook.cells[1].execution_count = 3
    notebook.cells[1].metadata["trusted"] = True
    nbformat.write(notebook, path)


def test_an_edit_in_the_notebook_is_not_lost(course):
    make(course)
    edit(course)
    with pytest.raises(CourseError, match="--take-edits"):
        make(course)
    make(course, "take")
    assert "A sentence more." in course.source("tiny").read_text()
    assert make(course) == ["tiny: up to date"]
    assert stale(course, ["tiny"]) == []


def test_an_edit_can_be_dropped(course):
    make(course)
    edit(course)
    make(course, "discard")
    assert "A sentence more." not in course.instructor_notebook("tiny").read_text()


def test_an_edit_that_jupytext_also_wrote_into_the_source_needs_no_word(course):
    make(course)
    edit(course)
    notebook = nbformat.read(course.instructor_notebook("tiny"), as_version=4)
    course.source("tiny").write_text(source.text(notebook))  # as the paired saving in JupyterLab does
    make(course)
    assert "A sentence more." in course.student_notebook("tiny").read_text()


def test_running_without_editing_is_no_edit(course):
    make(course)
    path = course.instructor_notebook("tiny")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="ran")]
    nbformat.write(notebook, path)
    make(course)
    assert "ran" not in path.read_text()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"grade_id": "test_area"', '"grade_id": "area"', "stands twice"),
        ('"points": 2, ', "", "has no points"),
        ('"schema_version": 3, "solution": true, "task": false}\ndef', '"task": false}\ndef', "lacks"),
        ("    ### END SOLUTION\n", "", "nbgrader refuses"),
        ("### END HIDDEN TESTS\n", "", "nbgrader refuses"),
    ],
)
def test_a_broken_source_is_one_sentence(course, old, new, sentence):
    text = course.source("tiny").read_text()
    assert old in text
    course.source("tiny").write_text(text.replace(old, new, 1))
    with pytest.raises(CourseError, match=sentence) as error:
        make(course)
    assert "\n" not in str(error.value) and "tiny" in str(error.value)


def test_a_source_without_cells_and_an_unreadable_one(course):
    course.source("tiny").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match="cannot be read"):
        make(course)
    course.source("tiny").write_text("")
    with pytest.raises(CourseError, match="has no cells"):
        make(course)


class TestLeaks:
    """The leak test finds each kind of leak when one is made on purpose."""

    def found(self, course):
        notebook = source.read(course.source("tiny"))
        return leaks.find("tiny", notebook, course.solutions, course.assignments / "tiny")

    def test_nothing(self, course):
        make(course)
        assert self.found(course) == []

    @pytest.mark.parametrize("name", ["tiny.py", "trained/x.weights.h5", ".hidden", "gradebook.db"])
    def test_a_file_that_is_not_for_students(self, course, name):
        make(course)
        path = course.assignments / "tiny" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        assert len(self.found(course)) == 1 and name in self.found(course)[0]

    @pytest.mark.parametrize(
        "leak", ["pixels = height * width", "for rows, columns in", "### BEGIN SOLUTION", "Because every pixel stands"]
    )
    def test_a_line_of_the_solution(self, course, leak):
        make(course)
        path = course.student_notebook("tiny")
        secret = next((line for line in leaks.secret_lines(source.read(course.source("tiny"))) if leak in line), leak)
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[3].source += f"\n    {secret}"
        nbformat.write(notebook, path)
        assert len(self.found(course)) == 1

    def test_building_refuses_to_leak(self, course, monkeypatch):
        (course.root / "nbgrader_config.py").write_text(
            (course.root / "nbgrader_config.py").read_text()
            + "\nc.ClearHiddenTests.begin_test_delimeter = 'NO SUCH MARK'"
            + "\nc.ClearHiddenTests.enforce_metadata = False\n"
        )
        with pytest.raises(CourseError, match="students would see what they must not"):
            make(course)
        assert not course.student_notebook("tiny").exists()

    def test_a_file_beside_the_source_is_not_released(self, course):
        (course.solutions / "tiny" / "notes.txt").write_text("the answers")
        with pytest.raises(CourseError, match="notes.txt is not meant for students"):
            make(course)

    def test_figures_are_released(self, course):
        (course.solutions / "tiny" / "figures").mkdir()
        (course.solutions / "tiny" / "figures" / "a.svg").write_text("<svg/>")
        make(course)
        assert (course.assignments / "tiny" / "figures" / "a.svg").is_file()
        assert self.found(course) == []


def test_editing_and_saving_in_jupyterlab(course, tmp_path):
    """Through Jupytext's contents manager, which is what opens and saves notebooks in JupyterLab."""
    from jupytext import TextFileContentsManager

    shutil.copyfile(ROOT / "solutions" / "jupytext.toml", course.solutions / "jupytext.toml")
    make(course)
    contents = TextFileContentsManager()
    contents.root_dir = str(course.root)
    model = contents.get("solutions/tiny/tiny.ipynb")
    model["content"].cells[0].source += "\n\nA sentence more."
    model["content"].cells[1].outputs = [nbformat.v4.new_output("stream", text="ran")]
    contents.save(model, "solutions/tiny/tiny.ipynb")
    changed = course.source("tiny").read_text()
    assert changed.replace("\n#\n# A sentence more.", "") == TINY
    assert make(course) == ["tiny: derived anew"]
    assert "A sentence more." in course.student_notebook("tiny").read_text()
    assert course.source("tiny").read_text() == changed
