"""Executions are stored by what they depend on: done once, done anew when something changes, and never half."""

import copy
import dataclasses
import gzip

import nbformat
import pytest

from autograder.course import workers
from autograder.course.build import build
from autograder.course.grade import Grading, Submission
from autograder.errors import CourseError
from autograder.wall.executions import Execution, Store, key
from autograder.wall.instructor import Material
from autograder.wall.remarks import Remarks

DONE = Execution([[{"output_type": "stream", "name": "stdout", "text": "1\n"}]], [1], [], 0.1)


def notebook(source="x = 1"):
    cell = nbformat.v4.new_code_cell(source, metadata={"nbgrader": {"grade_id": "x", "solution": True}})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("words"), cell])


SAME = {
    "other words": lambda inputs: inputs["notebook"].cells[0].update(source="other words"),
    "old outputs": lambda inputs: inputs["notebook"].cells[1].update(execution_count=7),
    "points": lambda inputs: inputs["material"].notebook.cells[1].metadata.nbgrader.update(points=9),
}
OTHER = {
    "the answer": lambda inputs: inputs["notebook"].cells[1].update(source="x = 2"),
    "a file beside it": lambda inputs: inputs["files"].update(a=b"2"),
    "one file more": lambda inputs: inputs["files"].update(b=b""),
    "a test": lambda inputs: inputs["material"].notebook.cells[1].update(source="x = 2"),
    "a hidden file": lambda inputs: inputs["material"].files.update(hidden=b"2"),
    "a limit": lambda inputs: inputs["settings"].update(timeout=2),
    "the secret": lambda inputs: inputs.update(material=Material(notebook(), {}, b"other")),
}


def inputs():
    return {
        "notebook": notebook(),
        "files": {"a": b"1"},
        "material": Material(notebook(), {}, b"secret"),
        "settings": {"timeout": 1},
    }


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_what_an_execution_does_not_depend_on(change):
    changed = copy.deepcopy(inputs())
    change(changed)
    assert key(**changed) == key(**inputs())


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER.keys())
def test_what_an_execution_depends_on(change):
    changed = copy.deepcopy(inputs())
    change(changed)
    assert key(**changed) != key(**inputs())


def test_an_entry_comes_back_as_it_was(tmp_path):
    store = Store(tmp_path)
    assert store.get("ab12") is None and "ab12" not in store
    store.put("ab12", DONE)
    assert store.get("ab12") == DONE and "ab12" in store
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["12.json.gz"]  # no draft is left


@pytest.mark.parametrize(
    "damage",
    [b"", b"no gzip", gzip.compress(b"{"), gzip.compress(b'{"outputs": 1}')],
    ids=["empty", "no gzip", "no JSON", "not all of it"],
)
def test_a_damaged_entry_is_none(tmp_path, damage):
    store = Store(tmp_path)
    store.put("ab12", DONE)
    (tmp_path / "ab" / "12.json.gz").write_bytes(damage)
    assert store.get("ab12") is None and "ab12" not in store


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path):
    (tmp_path / "ab").write_text("a file where a folder should be")
    with pytest.raises(CourseError, match="Results cannot be kept in .* what is done is not lost"):
        Store(tmp_path).put("ab12", DONE)


def test_old_entries_are_pruned(tmp_path):
    store = Store(tmp_path)
    store.put("ab12", DONE)
    assert store.prune(1) == (0, 0) and "ab12" in store
    assert store.prune(-1)[0] == 1 and "ab12" not in store


@pytest.fixture
def handed_in(course):
    """The tiny course, and three students who hand in: two with the same right answer, one with a wrong one."""
    list(build(course, ["tiny"]))
    for student, answer in (("ada", "height * width"), ("ben", "height * width"), ("eve", "height + width")):
        folder = course.root / "submitted" / student / "tiny"
        folder.mkdir(parents=True)
        work = nbformat.read(course.student_notebook("tiny"), as_version=4)
        for cell in work.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "area":
                cell.source = f"def area(height, width):\n    return {answer}"
        nbformat.write(work, folder / "tiny.ipynb")
    return course


def grade(course, **settings):
    """Points of each student, and the names of the tasks that were executed."""
    executed = []
    original = workers.execute_all

    def counted(tasks, *arguments):
        tasks = list(tasks)
        executed.extend(task.name for task in tasks)
        return original(tasks, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.course.grade.execute_all", counted)
        grading = Grading(course, ["tiny"])
        grading.register()
        assert {outcome.reason for outcome in grading.run(**settings)} == {""}
    return {row.student: row.points["tiny"] for row in grading.rows()}, executed


def test_equal_work_is_executed_once_and_nothing_twice(handed_in):
    points = {"ada": 3.0, "ben": 3.0, "eve": 1.0}
    assert grade(handed_in) == (points, ["ada · tiny", "eve · tiny"])
    pages = {path: path.stat().st_mtime_ns for path in handed_in.root.glob("feedback/*/*/*.html")}
    assert grade(handed_in) == (points, [])
    assert {path: path.stat().st_mtime_ns for path in pages} == pages
    assert grade(handed_in, force=True) == (points, [])  # the books anew, from what is stored
    assert grade(handed_in, force=True, again=True)[1] == ["ada · tiny", "eve · tiny"]


def test_time_and_memory_are_in_the_graded_notebook_and_nowhere_else(handed_in):
    """They differ from run to run; what students and gradebooks get does not."""

    def results():
        feedback = {path: path.read_text() for path in handed_in.root.glob("feedback/*/*/*.html")}
        Grading(handed_in, ["tiny"]).export(handed_in.root / "grades.csv")
        graded = {path: path.read_text() for path in handed_in.root.glob("autograded/*/*/*.ipynb")}
        return feedback, (handed_in.root / "grades.csv").read_text(), graded

    grade(handed_in)
    feedback, grades, graded = results()
    store = Store(handed_in.root / "executions")
    for path in store.folder.glob("*/*.json.gz"):
        key = path.parent.name + path.name.removesuffix(".json.gz")
        store.put(key, dataclasses.replace(store.get(key), seconds=77.5, cpu_seconds=66.5, memory_mb=555))
    grade(handed_in, force=True)
    assert results()[:2] == (feedback, grades)
    changed = {path: text for path, text in results()[2].items() if text != graded[path]}
    assert changed.keys() == graded.keys() and len(graded) == 3
    remarks = Remarks.of(nbformat.reads(next(iter(changed.values())), as_version=4))
    assert (remarks.seconds, remarks.cpu_seconds, remarks.memory_mb) == (77.5, 66.5, 555)


def test_what_changes_is_graded_anew(handed_in):
    grade(handed_in)
    path = handed_in.root / "submitted" / "ben" / "tiny" / "tiny.ipynb"
    path.write_text(path.read_text().replace("height * width", "width * height"))
    assert grade(handed_in)[1] == ["ben · tiny"]
    text = handed_in.source("tiny").read_text()
    handed_in.source("tiny").write_text(text.replace("2×3", "two by three"))
    list(build(handed_in, ["tiny"]))
    points, executed = grade(handed_in)
    assert executed == ["ada · tiny", "ben · tiny", "eve · tiny"] and points["ada"] == 3.0


def test_a_grading_that_ends_half_way_goes_on(handed_in, monkeypatch):
    """What was executed is kept, and nobody is left with half a grade."""
    grading = Grading(handed_in, ["tiny"])
    grading.register()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(grading.nbgrader, "generate_feedback", killed)  # after the grades, before they stand as graded
        with pytest.raises(KeyboardInterrupt):
            list(grading.run())
    assert {row.student: row.points["tiny"] for row in Grading(handed_in, ["tiny"]).rows()} == dict.fromkeys(
        ("ada", "ben", "eve"), None
    )
    points, executed = grade(handed_in)
    assert points == {"ada": 3.0, "ben": 3.0, "eve": 1.0} and len(executed) <= 1
    assert Grading(handed_in, ["tiny"]).feedback_page(Submission("ada", "tiny")).is_file()


def test_nothing_is_executed_where_nothing_can_be_kept(handed_in, monkeypatch):
    (handed_in.root / "executions").write_text("a file where a folder should be")
    monkeypatch.setattr("autograder.course.grade.execute_all", lambda *_: pytest.fail("it was executed"))
    grading = Grading(handed_in, ["tiny"])
    grading.register()
    with pytest.raises(CourseError, match="Results cannot be kept in .*executions"):
        list(grading.run())
