"""The report on a class: its numbers are those of what was handed in, and nothing of a student's is HTML in it."""

import datetime
import re
from html.parser import HTMLParser

import nbformat
import pytest

from autograder.cli import report as command
from autograder.course.build import build
from autograder.course.grade import Grading
from autograder.course.layout import Course
from autograder.course.report import alike, checks, collect, page
from autograder.course.report.findings import (
    Assignment,
    CellRate,
    CheckRate,
    Exercise,
    Histogram,
    Limits,
    Look,
    Report,
    Spent,
)
from autograder.course.ungraded import INTERRUPTED, Ungraded
from autograder.errors import CourseError
from autograder.notebook import Checklist, rendering
from autograder.wall.remarks import Remarks
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
    (assignment,) = collect.collect(course, ["tiny"]).assignments
    return assignment


@pytest.fixture(scope="module")
def written(course):
    path = course.root / "page.html"
    command(["tiny"], path, course.root)
    return path.read_text(encoding="utf-8")


def test_who_handed_in_and_what_they_earned(found):
    assert (found.students, found.handed_in, len(found.points)) == (10, 9, 8)
    assert found.not_handed_in == ["kim"] and not found.looks[Look.WAITING]
    # ada's written answer waits: until it is graded, only what the checks give is counted.
    assert found.points == POINTS and found.maximum == 3 and found.looks[Look.BY_HAND] == [("ada", "")]
    assert Histogram.of(list(POINTS.values()), 3) == Histogram(1, [2, 2, 0, 4])


def test_bars_are_wide_enough_for_all_values():
    assert Histogram.of([], 0) == Histogram(1, [0])
    assert Histogram.of([0.5, 3.5], 2) == Histogram(1, [1, 0, 0, 1])  # more than the maximum: extra credit
    assert Histogram.of([0, 999], 5).width == 100 and sum(Histogram.of([0, 999], 5).counts) == 2


def test_once_read_written_answers_count_and_late_penalties_too(course):
    with Grading(course, ["tiny"]).nbgrader.gradebook() as gradebook:
        grade = gradebook.find_grade("why", "tiny", "tiny", "ada")
        entry = gradebook.find_submission("tiny", "ben").notebooks[0]
        grade.manual_score, grade.needs_manual_grade, entry.late_submission_penalty = 0.5, False, 1.25
        gradebook.db.commit()
        try:
            (found,) = collect.collect(course, ["tiny"]).assignments
        finally:
            grade.manual_score, grade.needs_manual_grade, entry.late_submission_penalty = None, True, None
            gradebook.db.commit()
    assert found.maximum == 4 and found.points == POINTS | {"ada": 3.5, "ben": 1.75}
    (words,) = [cell for exercise in found.exercises for cell in exercise.cells if cell.kind == "by hand"]
    assert words.name == "why" and words.rate == pytest.approx(0.5 / 8)  # the others left it empty


def test_who_is_set_aside_counts_nowhere_whatever_was_graded_before(course):
    ungraded = Ungraded(course)
    ungraded.enter("tiny", "ben", INTERRUPTED)
    try:
        (found,) = collect.collect(course, ["tiny"]).assignments
    finally:
        ungraded.remove("tiny", "ben")
    assert ("ben", INTERRUPTED) in found.looks[Look.SET_ASIDE] and "ben" not in found.points
    assert [len(cell.shares) for cell in found.exercises[0].cells] == [7, 7, 0]
    assert found.exercises[0].cells[0].checks["2×2"].seen == 6 and not found.looks[Look.LATE]


def test_what_wants_a_look(found):
    assert {look: entries for look, entries in found.looks.items() if entries} == {
        Look.SET_ASIDE: [("jack", "tiny.ipynb is damaged and cannot be opened as a notebook")],
        Look.MISSING: [("ida", "area")],
        Look.BY_HAND: [("ada", "")],
        Look.LATE: [("ben", "3 days")],
    }


def test_what_executions_took(found):
    assert {spent.student for spent in found.spent} == POINTS.keys() and found.limits == Limits(3600, 4096)
    for spent in found.spent:
        assert spent.notebook == "tiny" and 0 < spent.cpu_seconds < spent.seconds < 300 and 50 < spent.memory_mb < 1000


def test_the_slowest_and_the_largest_are_named():
    found = Assignment("tiny", 9, Limits(0, 4096))
    found.spent = [Spent(f"s{n}", "tiny", float(n), 1.0, 100 - n) for n in range(20)] + [
        Spent("x", "tiny", 5, None, None)
    ]
    assert [spent.student for spent in found.most_spent] == ["s19", "s18", "s17", "s16", "s3", "s2", "s1", "s0"]
    assert len(found.seconds) == 21 and len(found.memory) == 20


@pytest.mark.parametrize(
    ("remarks", "near"),
    [
        (Remarks(seconds=79.0, memory_mb=799), []),
        (Remarks(seconds=80.0, memory_mb=800), ["took 80 of 100 s", "took 800 of 1,000 MB of memory"]),
        (Remarks(memory_mb=2000, sandboxed=False), []),  # without the sandbox there is no limit
        (Remarks(), []),
    ],
)
def test_who_is_near_a_limit(remarks, near):
    found = Assignment("tiny", 9, Limits(100, 1000))
    collect._remark(found, "ada", "tiny", remarks)
    assert found.looks[Look.NEAR] == [("ada", sentence) for sentence in near]


def test_a_graded_notebook_that_is_damaged_is_said_and_the_rest_counts(course, found):
    path = course.root / "autograded" / "eve" / "tiny" / "tiny.ipynb"
    text = path.read_text()
    try:
        for damaged in (text[:500], "[]", '{"cells": 1}', text.replace('"stopped": []', '"stopped": 5')):
            path.write_text(damaged)
            (other,) = collect.collect(course, ["tiny"]).assignments
            assert other.looks[Look.UNREADABLE] == [("eve", "tiny.ipynb")] and other.points == found.points
            assert other.exercises[0].cells[0].checks["2×3"].seen == 6
    finally:
        path.write_text(text)


def test_how_often_each_check_held(found):
    (exercise,) = found.exercises
    visible, hidden, words = exercise.cells
    assert words.kind == "by hand" and words.rate is None
    assert exercise.title == "Exercise 1 · Area"
    assert (visible.name, visible.kind, hidden.name, hidden.kind) == ("test_area", "", "hidden_area", "hidden")
    # gus is not among them: his error looks like check lines, and his points are known all the same.
    assert [(rate.label, rate.passed, rate.seen) for rate in visible.checks.values()] == [("2×2", 6, 7), ("2×3", 4, 7)]
    assert visible.unread == 1 and hidden.unread == 1
    assert visible.rate == pytest.approx((4 * 2 + 2 * 1) / 16) and hidden.rate == pytest.approx(4 / 8)
    assert exercise.hints == [("Adding gives half the way round, not the area.", 2)]


def test_a_failing_assert_tells_by_its_message(tmp_path):
    cell = nbformat.v4.new_code_cell("", metadata={"nbgrader": {"grade_id": "primes"}})
    cell.outputs = [nbformat.v4.new_output("error", ename="AssertionError", evalue="1 is no prime\nmore", traceback=[])]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "week1.ipynb")
    work = collect.Work.read(tmp_path / "week1.ipynb", {"primes"})
    rate, exercise = CellRate("primes", "", 1.0), Exercise("primes", "Primes", "week1")
    collect._count(rate, exercise, "ada", work.lines["primes"], work.errors["primes"])
    assert rate.errors == {"AssertionError: 1 is no prime": 1} and not rate.checks and not rate.unread
    assert exercise.told == {"AssertionError: 1 is no prime": {"ada"}}


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


def test_the_page_is_one_file_and_nothing_of_a_students_is_markup(written):
    parsed = Tags(written)
    assert not parsed.open
    assert not parsed.tags & {"script", "img", "link", "iframe"}
    assert parsed.links and all(re.search(f'id="{link[1:]}"', written) for link in parsed.links)
    assert "url(" not in written and "@import" not in written
    assert "default-src 'none'" in written


def test_hostile_names_hints_and_reasons_are_escaped(tmp_path):
    found = Assignment(IMAGE, 1, Limits(9, 9), {IMAGE: 1.0}, 3.0)
    found.looks = {look: [(IMAGE, IMAGE)] for look in Look}
    found.not_handed_in = [IMAGE]
    rate = CheckRate(IMAGE, 1, 2)
    rate.hints[f"`{IMAGE}`"] += 1
    cell = CellRate(IMAGE, "", 1.0, [0.5], {IMAGE: rate})
    cell.errors[IMAGE] += 1
    found.exercises = [Exercise(IMAGE, IMAGE, IMAGE, [cell]), Exercise(IMAGE, IMAGE, IMAGE + "2")]
    found.exercises[0].told[IMAGE].add(IMAGE)
    found.spent = [Spent(IMAGE, IMAGE, 1.0, None, 2.0)]
    found.similar = [alike.Group(IMAGE, (IMAGE, IMAGE), "the same code", IMAGE)]
    page.write(Report(IMAGE, datetime.datetime.now(), 1, [found], [IMAGE]), tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "img" not in Tags(text).tags and text.count("&lt;img src=x") > 45
    assert "<code>&lt;img" in text


def test_what_students_wrote_is_cut_off(tmp_path):
    assert len(page._inline("x" * 10_000)) == page.LONGEST and page._inline("`a` b") == "<code>a</code> b"


def test_the_numbers_stand_in_the_page(written):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", written))
    assert "9 of 10 handed in; 8 graded, 1 set aside" in text
    assert "Not handed in: kim" in text
    assert "jack tiny.ipynb is damaged" in text and "ben 3 days" in text
    assert "2× Adding gives half the way round" in text
    assert "2×2 6 of 7" in text and "2×3 4 of 7" in text
    assert "dan , fay · the same but for names" in text
    assert "1 not counted here" in text


def test_another_course_of_plain_asserts_and_two_notebooks(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(
        "from autograder.wall.settings import grade_behind_wall\n\nc = get_config()\ngrade_behind_wall(c)\n"
    )
    for place, answer in (("source", "x * x"), ("submitted/ada", "x + x"), ("submitted/ben", "x * x")):
        folder = tmp_path / place / "hw"
        folder.mkdir(parents=True)
        for name in ("one", "two"):
            about = {"schema_version": 3, "task": False}
            answers = {**about, "grade_id": "square", "grade": False, "locked": False, "solution": True}
            tests = {**about, "grade_id": "t1", "grade": True, "locked": True, "solution": False, "points": 2}
            code = f"def square(x):\n    return {answer if name == 'one' else 'x * x'}"
            cells = [
                nbformat.v4.new_markdown_cell("## Squares"),
                nbformat.v4.new_code_cell(code, metadata={"nbgrader": answers}),
                nbformat.v4.new_code_cell("assert square(3) == 9, 'not 9'", metadata={"nbgrader": tests}),
            ]
            nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    grading = Grading(Course(tmp_path, "source", "release"), ["hw"])
    grading.register()
    assert {outcome.reason for outcome in grading.run()} == {""}
    (found,) = collect.collect(grading.course, ["hw"]).assignments
    assert found.points == {"ada": 2, "ben": 4} and found.maximum == 4
    assert [(e.notebook, e.title, e.rate, e.hints) for e in found.exercises] == [
        ("one", "Squares", 0.5, [("AssertionError: not 9", 1)]),
        ("two", "Squares", 1.0, []),
    ]
    assert sorted((spent.student, spent.notebook) for spent in found.spent) == [
        ("ada", "one"), ("ada", "two"), ("ben", "one"), ("ben", "two"),
    ]  # fmt: skip
    command(None, tmp_path / "page.html", tmp_path)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", (tmp_path / "page.html").read_text()))
    assert "1× AssertionError: not 9" in text and "ada one" in text and "ben two" in text


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
        checks.Check("a sum (of two)", True),
        checks.Check("a product", False, "You added."),
        checks.Check("third", False),
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


def test_a_string_that_nobody_closed_is_one_token():
    """Looked for at each of its quotes, its end would keep the report busy for hours."""
    for code in ('"' + '\\"' * 5_000, "'" * 3 + " " + '"' * 3 + "x" * 200_000):
        assert len(alike.tokens(code)) <= 1


def test_what_many_have_in_common_is_left_out():
    code = LONG.format(**NAMES)
    answers = {f"student {number}": code for number in range(5)}
    assert not alike.groups("area", answers, [], most=4)
    assert len(alike.groups("area", answers, [], most=5)[0].students) == 5
    assert not alike.groups("area", answers, [code.replace("total", "count")], most=5)
    one_changed = {"ada": code, "ben": code.replace("+ 1", "+ 2"), "eve": "def area(h, w):\n" + "    pass\n" * 50}
    (group,) = alike.groups("area", one_changed, [], most=5)
    assert group.students == ("ada", "ben") and group.how == "almost the same"
