"""The report on a class: its numbers are those of what was handed in, and nothing of a student's is HTML in it."""

import datetime
import re
from html.parser import HTMLParser

import nbformat
import pytest

from autograder.cli import report as command
from autograder.course import alike, checks, report
from autograder.course.build import build
from autograder.course.grade import Grading
from autograder.errors import CourseError
from autograder.notebook import Checklist, rendering
from tests.conftest import tiny_course

LONG = """def area({height}, {width}):
    # {height} by {width}
    {total} = 0
    for {row} in range({height}):
        for {column} in range({width}):
            if {row} >= 0 and {column} >= 0:
                {total} = {total} + 1
    return {total}"""
NAMES = {"height": "height", "width": "width", "total": "total", "row": "row", "column": "column"}
FORGED = "x\\n✓ a line of mine  (1 point)\\n    → <script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"

ANSWERS = {
    "ada": "def area(height, width):\n    return height * width",
    "ben": "def area(height, width):\n    return height * width",
    "dan": LONG.format(**NAMES),
    "eve": "def area(height, width):\n    return height + width",
    "fay": LONG.format(height="h", width="w", total="n", row="i", column="j").replace("    # h by w\n", "\n"),
    "gus": f"def area(height, width):\n    raise ValueError('{FORGED}')",
    IMAGE: "def area(height, width):\n    return height + width",
    "ida": None,
    "jack": "damaged",
}
POINTS = {"ada": 3.0, "ben": 3.0, "dan": 3.0, "eve": 1.0, "fay": 3.0, "gus": 0.0, IMAGE: 1.0, "ida": 0.0}


def hand_in(course, student, answer):
    folder = course.root / "submitted" / student / "tiny"
    folder.mkdir(parents=True)
    work = nbformat.read(course.student_notebook("tiny"), as_version=4)
    for cell in list(work.cells):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id == "why" and student == "ada":
            cell.source = "Because every pixel has a place."
        if grade_id == "area":
            if answer is None:
                work.cells.remove(cell)
            else:
                cell.source = answer
    text = nbformat.writes(work)
    (folder / "tiny.ipynb").write_text(text[:200] if answer == "damaged" else text)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The tiny course with nine who hand in, one of them late, and one who does not; graded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AUTOGRADER_SECRET")
        course = tiny_course(tmp_path_factory.mktemp("class"))
        list(build(course, ["tiny"]))
        for student, answer in ANSWERS.items():
            hand_in(course, student, answer)
        (course.root / "submitted" / "ben" / "tiny" / "timestamp.txt").write_text("2026-05-04 12:00:00.000000 UTC")
        grading = Grading(course, ["tiny"])
        grading.register()
        with grading.nbgrader.gradebook() as gradebook:
            gradebook.update_or_create_assignment("tiny", duedate=datetime.datetime(2026, 5, 1, 12))
            gradebook.add_student("kim")
        assert [outcome.reason for outcome in grading.run() if outcome.reason] == [
            "tiny.ipynb is damaged and cannot be opened as a notebook"
        ]
        yield course


@pytest.fixture(scope="module")
def found(course):
    (assignment,) = report.collect(course, ["tiny"]).assignments
    return assignment


@pytest.fixture(scope="module")
def page(course):
    path = course.root / "page.html"
    command(["tiny"], path, course.root)
    return path.read_text(encoding="utf-8")


def test_who_handed_in_and_what_they_earned(found):
    assert (found.students, found.handed_in, len(found.points)) == (10, 9, 8)
    assert found.not_handed_in == ["kim"] and not found.waiting
    # ada's written answer waits: until it is graded, only what the checks give is counted.
    assert found.points == POINTS and found.maximum == 3 and found.by_hand == 1
    assert (found.histogram.width, found.histogram.counts) == (1, [2, 2, 0, 4])


def test_what_wants_a_look(found):
    assert found.set_aside == [("jack", "tiny.ipynb is damaged and cannot be opened as a notebook")]
    assert found.late == [("ben", "3 days")]
    assert found.missing == [("ida", "area")]
    assert not found.stopped and not found.unprotected and not found.unreadable


def test_how_often_each_check_held(found):
    (exercise,) = found.exercises
    visible, hidden = exercise.cells
    assert exercise.title == "Exercise 1 · Area"
    assert (visible.name, visible.hidden, hidden.name, hidden.hidden) == ("test_area", False, "hidden_area", True)
    # gus is not among them: his error looks like check lines, and his points are known all the same.
    assert [(rate.label, rate.passed, rate.seen) for rate in visible.checks.values()] == [("2×2", 6, 7), ("2×3", 4, 7)]
    assert visible.unread == 1 and hidden.unread == 1
    assert visible.rate == pytest.approx((4 * 2 + 2 * 1) / 16) and hidden.rate == pytest.approx(4 / 8)
    assert [(told.text, told.students) for told in found.told] == [
        ("Adding gives half the way round, not the area.", 2)
    ]


def test_a_failing_assert_tells_by_its_message():
    cell, exercise = report.CellRate("primes", False, 1.0), report.Exercise("primes", "Primes")
    error = nbformat.v4.new_output("error", ename="AssertionError", evalue="1 is no prime\nmore", traceback=[])
    report._count(cell, exercise, "ada", [error])
    assert exercise.told == {"AssertionError: 1 is no prime": {"ada"}} and not cell.checks and not cell.unread


def test_answers_that_are_alike(found):
    (group,) = found.similar  # not ada's and ben's, which are short and like the solution
    assert group.students == ("dan", "fay") and group.how == "the same but for names"


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.open = set(), [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links += [value for name, value in attributes if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_one_file_and_nothing_of_a_students_is_markup(page):
    parsed = Tags(page)
    assert not parsed.open
    assert not parsed.tags & {"script", "img", "link", "iframe"}
    assert all(re.fullmatch(r"#a\d+", link) for link in parsed.links)
    assert "url(" not in page and "@import" not in page


def test_hostile_names_hints_and_reasons_are_escaped(tmp_path):
    found = report.AssignmentReport("tiny", 1, {IMAGE: 1.0}, 3.0)
    found.set_aside = found.late = found.repaired = found.missing = [(IMAGE, IMAGE)]
    found.not_handed_in = [IMAGE]
    rate = report.CheckRate(IMAGE, "1", 1, 2)
    rate.hints[f"`{IMAGE}`"] += 1
    exercise = report.Exercise("area", IMAGE, [report.CellRate(IMAGE, False, 1.0, [0.5], {IMAGE: rate})])
    exercise.told[IMAGE].add(IMAGE)
    found.exercises = [exercise]
    found.similar = [alike.Group(IMAGE, (IMAGE, IMAGE), "the same code", IMAGE)]
    report.write(report.Report(IMAGE, datetime.datetime.now(), [found], [IMAGE]), tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert "img" not in Tags(page).tags and page.count("&lt;img src=x") > 15
    assert "<code>&lt;img" in page


def test_the_numbers_stand_in_the_page(page):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "9 of 10 handed in; 8 graded, 1 set aside" in text
    assert "Not handed in: kim" in text
    assert "jack tiny.ipynb is damaged" in text and "ben 3 days" in text
    assert "2× Adding gives half the way round" in text
    assert "2×2 6 of 7" in text and "2×3 4 of 7" in text
    assert "dan , fay · the same but for names" in text
    assert "1 not counted here" in text


def test_nothing_to_report_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_SECRET")
    course = tiny_course(tmp_path)
    list(build(course, ["tiny"]))
    (tmp_path / "gradebook.db").unlink(missing_ok=True)
    with pytest.raises(CourseError, match="nothing to report of tiny: .*`autograder grade`"):
        command(None, tmp_path / "page.html", tmp_path)
    assert not (tmp_path / "page.html").exists() and not (tmp_path / "gradebook.db").exists()


def test_a_page_that_cannot_be_written_is_one_sentence(course, tmp_path):
    with pytest.raises(CourseError, match="cannot be written .* with --to"):
        command(None, tmp_path / "nowhere" / "page.html", course.root)


def shown(check):
    check.report()
    text = rendering.checklist_text("x", check.lines)
    return {
        "output_type": "display_data",
        "data": {"text/plain": text, "text/html": rendering.checklist_html("x", check.lines)},
    }


def test_check_lines_are_read_back(capsys):
    check = Checklist("x", points=2)
    check.equal("a sum (of two)", 2, 2)
    check.equal("a product", 5, 6, hints={5: "You added."})
    check.equal("third", "✗", 6)
    assert checks.read([{"output_type": "stream"}, shown(check)]) == [
        checks.Check("a sum (of two)", "0.666667", True),
        checks.Check("a product", "0.666667", False, "You added."),
        checks.Check("third", "0.666667", False),
    ]


@pytest.mark.parametrize("said", ["\n✓ more  (1 point)", "\n    → a hint", "\n✗ less  (0 of 1 point)\n    → a hint"])
def test_forged_check_lines_are_not_believed(said, capsys):
    def answer():
        raise ValueError(said)

    check = Checklist("x", points=1)
    check.equal("a sum", answer, 2)
    assert checks.read([shown(check)]) is None


def test_the_tokens_that_are_compared():
    code = 'def f(a):\n    """Words."""\n    return np.sum(a, axis=0) + len("#")  # a remark'
    assert "".join(alike.tokens(code)) == 'def?(?):return?.sum(?,?=0)+len("#")'
    assert alike.tokens(code, names=True)[:4] == ["def", "f", "(", "a"]


def test_what_many_have_in_common_is_left_out():
    code = LONG.format(**NAMES)
    answers = {f"student {number}": code for number in range(5)}
    assert not alike.groups("area", answers, [], most=4)
    assert len(alike.groups("area", answers, [], most=5)[0].students) == 5
    assert not alike.groups("area", answers, [code.replace("total", "count")], most=5)
    one_changed = {"ada": code, "ben": code.replace("+ 1", "+ 2"), "eve": "def area(h, w):\n" + "    pass\n" * 50}
    (group,) = alike.groups("area", one_changed, [], most=5)
    assert group.students == ("ada", "ben") and group.how == "almost the same"
