"""A class graded end to end with stock nbgrader, on the tiny course: everybody gets what they should, with a reason."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.course import demo
from autograder.course.build import build
from autograder.course.grade import Grading, Submission
from autograder.course.ungraded import INTERRUPTED, Ungraded
from autograder.errors import CourseError
from tests.conftest import tiny_course


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Grading:
    """The demo's class on the tiny course, graded. The endless loop is stopped after 5 seconds."""
    root = tmp_path_factory.mktemp("demo")
    origin = tiny_course(root / "origin")
    list(build(origin, ["tiny"]))
    secret = os.environ["AUTOGRADER_SECRET"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "CELL_SECONDS", 5)
        course = demo.make_course(origin, root / "class", ["tiny"], lambda done, total, text: None)
    grading = Grading(course, ["tiny"])
    grading.register()
    for _ in grading.run():
        pass
    yield grading
    os.environ["AUTOGRADER_SECRET"] = secret


EXPECTED = dict.fromkeys(demo.students(), 3.0) | {
    "ben": 1.0,
    "dan": 1.0,
    "finn": 0.0,
    "hugo": 0.0,  # his kernel ends in the only exercise in code
    "ines": 0.0,
    "jack": None,
    "noah": 1.0,
    "paul": 0.0,  # his forged checklist gains him nothing
    "rosa": 1.0,
    "vera": 0.0,  # her only answer in code is gone
    "xavier": None,
}
"""Emma and o’brien did the first half, which is the only exercise in code."""
del EXPECTED["kim"]  # who handed in nothing


def test_everybody_gets_what_they_should(graded):
    rows = {row.student: row for row in graded.rows()}
    assert {student: row.points["tiny"] for student, row in rows.items()} == EXPECTED
    assert rows["hugo"].remarks == [
        "tiny: In the cell “area”, the kernel exited by itself with code 1; the cells below began with a new one"
    ]
    assert "damaged" in rows["jack"].remarks[0]
    assert rows["xavier"].remarks == ["tiny: tiny.ipynb was not handed in (there is tiny (1).ipynb)"]
    assert rows["vera"].remarks == ["tiny: answers that were not in the notebook: area"]
    assert rows["grace"].remarks == ["tiny: 60 min late"]
    assert rows["ines"].remarks == ["tiny: Stopped after 5 s in the cell “area”"]


def test_equal_work_is_executed_once(graded):
    """Collected from the exchange, which lays a file of its own beside each of the 27 that can run."""
    different = {"right", "one mistake", "blank", "forged", "deleted", "copied", "crash", "loop", "noisy"}
    assert len(list((graded.course.root / "executions").glob("*/*.gz"))) == len(different)


def test_the_export_has_a_status_and_no_silent_zero(graded, tmp_path):
    graded.export(tmp_path / "grades.csv")
    rows = {row["student_id"]: row for row in csv.DictReader((tmp_path / "grades.csv").open())}
    assert rows["jack"]["score"] == "" and "damaged" in rows["jack"]["status"]
    assert rows["finn"]["score"] == "0.0" and rows["finn"]["status"].startswith("graded")
    assert float(rows["grace"]["seconds_late"]) == pytest.approx(3600, abs=2)


def test_stock_nbgrader_export_writes_the_same(graded, tmp_path):
    graded.export(tmp_path / "ours.csv")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "export", "--to", str(tmp_path / "theirs.csv")],
        cwd=graded.course.root,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "theirs.csv").read_text() == (tmp_path / "ours.csv").read_text()


def test_the_feedback_page_shows_checks_points_and_hints(graded):
    page = graded.feedback_page(Submission("ben", "tiny")).read_text()
    assert "Adding gives half the way round" in page
    assert "1 of 2 points" in page and "0 of 1 points" in page
    right = graded.feedback_page(Submission("ada", "tiny")).read_text()
    assert "2 of 2 points" in right


def test_where_the_class_stumbled(graded):
    assert [stumble.cell for stumble in graded.stumbles(5)] == ["hidden_area", "test_area"]


def test_a_second_run_grades_only_what_has_no_grade(graded):
    before = modified(graded)
    again = Grading(graded.course, ["tiny"], student="ada")
    assert [result for _, result in again.run() if result] == ["graded"]
    assert modified(graded)["ada"] == before["ada"]
    broken = Grading(graded.course, ["tiny"], student="jack")
    assert [result for _, result in broken.run() if result] == [
        "tiny.ipynb is damaged and cannot be opened as a notebook"
    ]


def test_an_interrupted_grading_is_done_again(graded):
    before = modified(graded)
    Ungraded(graded.course).enter("tiny", "ben", INTERRUPTED)
    again = Grading(graded.course, ["tiny"], student="ben")
    assert {row.student: row.points["tiny"] for row in again.rows()}["ben"] is None
    for _ in again.run():
        pass
    assert modified(graded)["ben"] > before["ben"]
    assert {row.student: row.points["tiny"] for row in again.rows()}["ben"] == 1.0


def modified(grading: Grading) -> dict[str, int]:
    return {
        path.parent.parent.name: path.stat().st_mtime_ns
        for path in (grading.course.root / "autograded").glob("*/tiny/tiny.ipynb")
    }


@pytest.mark.parametrize(("student", "passes"), [("ada", True), ("lena", True), ("ben", False), ("finn", False)])
def test_validate_passes_on_right_work_only(graded, student, passes):
    """nbgrader's Validate, on what the student has: the released notebook with their answers."""
    notebook = demo.homes(graded.course) / student / "tiny" / "tiny.ipynb"
    result = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", str(notebook)],
        cwd=notebook.parent,
        capture_output=True,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "AUTOGRADER_SECRET"},
    )
    assert ("Success! Your notebook passes all the tests." in result.stdout) == passes


def test_hidden_inputs_differ_from_course_to_course(graded):
    """The same wrong number is not asked for twice: the inputs come from the course's own secret."""
    page = graded.feedback_page(Submission("ben", "tiny")).read_text()
    asked = re.search(r"(\d+×\d+): found", page).group(1)
    secret = Path(os.environ["AUTOGRADER_SECRET"])
    assert secret.parent == graded.course.root
    text = secret.read_text()
    try:
        secret.write_text("another secret, thirty-two characters or more\n")
        again = Grading(graded.course, ["tiny"], student="ben")
        for _ in again.run(force=True):
            pass
        page = graded.feedback_page(Submission("ben", "tiny")).read_text()
        assert re.search(r"(\d+×\d+): found", page).group(1) != asked
    finally:
        secret.write_text(text)


def test_the_gradebook_knows_partial_credit(graded):
    path = graded.course.root / "autograded" / "ben" / "tiny" / "tiny.ipynb"
    cell = next(cell for cell in nbformat.read(path, as_version=4).cells if cell.id == "test_area")
    (result,) = [output for output in cell.outputs if output.output_type == "execute_result"]
    assert result.data["text/plain"] == "1"
    (lines,) = [output for output in cell.outputs if output.output_type == "display_data"]
    assert "✗ 2×3" in lines.data["text/plain"] and "<b>→</b>" in lines.data["text/html"]
    assert json.dumps(cell.outputs).count("stderr") == 0


def test_a_module_handed_in_beside_the_notebook_is_not_carried_to_grading(graded):
    folder = graded.course.root / "submitted" / "finn" / "tiny"
    (folder / "numpy.py").write_text("raise RuntimeError('a forged numpy')")
    (folder / "trained").mkdir(exist_ok=True)
    (folder / "trained" / "result.json").write_text("{}")
    for _ in Grading(graded.course, ["tiny"], student="finn").run(force=True):
        pass
    carried = {path.name for path in (graded.course.root / "autograded" / "finn" / "tiny").rglob("*")}
    assert "numpy.py" not in carried and "result.json" in carried


def test_what_the_instructor_trained_does_not_replace_what_a_student_trained(graded):
    own = graded.course.solutions / "tiny" / "trained" / "result.json"
    own.parent.mkdir()
    own.write_text('"the instructor\'s"')
    graded.register()
    for _ in Grading(graded.course, ["tiny"], student="finn").run(force=True):
        pass
    assert not list((graded.course.assignments / "tiny").rglob("result.json"))
    assert (graded.course.root / "autograded" / "finn" / "tiny" / "trained" / "result.json").read_text() == "{}"


def test_grading_stops_where_the_sandbox_does_not_work(graded, monkeypatch):
    monkeypatch.setattr("autograder.course.grade.why_not", lambda: "The sandbox cannot be started.")
    with pytest.raises(CourseError, match="cannot be started. Or grade without it, .* with --no-sandbox"):
        Grading(graded.course, ["tiny"])


def test_grading_without_the_sandbox_is_written_into_the_results(graded):
    unprotected = Grading(graded.course, ["tiny"], student="rosa", sandbox=False)
    assert [result for _, result in unprotected.run(force=True) if result] == ["graded"]
    row = {row.student: row for row in unprotected.rows()}["rosa"]
    assert row.points["tiny"] == 1.0 and row.remarks == ["tiny: graded without the sandbox"]
    assert "This was graded without the sandbox" in unprotected.feedback_page(Submission("rosa", "tiny")).read_text()


def test_what_was_mended_and_what_was_not_found_is_said(graded):
    """A copied cell, and an answer that is gone: nobody loses a point in silence."""
    path = graded.course.root / "submitted" / "dan" / "tiny" / "tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    answers = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    notebook.cells = [cell for cell in notebook.cells if cell is not answers[-1]]
    notebook.cells.insert(0, nbformat.from_dict(dict(answers[0], id="copy")))
    path.chmod(0o644)
    nbformat.write(notebook, path)
    again = Grading(graded.course, ["tiny"], student="dan")
    assert [result for _, result in again.run(force=True) if result] == ["graded"]
    page = again.feedback_page(Submission("dan", "tiny")).read_text()
    assert "stood there twice" in page and "was not found in what was handed in" in page
    remarks = {row.student: row.remarks for row in again.rows()}["dan"]
    assert remarks == [f"tiny: answers that were not in the notebook: {answers[-1].metadata.nbgrader.grade_id}"]
