"""Every assignment: fresh, well formed, and proven: the solution earns everything, the blank notebook nothing, and
each wrong answer in the bank loses what it should and is told why."""

import ast
import os
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import nbformat
import pytest

from autograder.course import banks, leaks, source
from autograder.course.build import stale
from autograder.course.grade import Grading
from autograder.course.layout import Course
from tests.rehearsal import Rehearsal, total

ROOT = Path(__file__).resolve().parent.parent
COURSE = Course(ROOT)
NAMES = COURSE.names()
MISTAKES = [(name, mistake) for name in NAMES for mistake in banks.mistakes(COURSE, name)]
ALTERNATIVES = [(name, way) for name in NAMES for way in banks.alternatives(COURSE, name)]

EXERCISE = re.compile(r"^### Exercise (\d+) · (.+) &emsp; ([●○]{3}) &emsp; (\d+) minutes?$", re.MULTILINE)
QUESTION = re.compile(r"^### Question (\d+) · (.+) &emsp; ([●○]{3}) &emsp; (\d+) minutes?$", re.MULTILINE)
CASES = pytest.mark.parametrize("name", NAMES)


@cache
def cells(name: str) -> list:
    return source.read(COURSE.source(name)).cells


def prose(name: str) -> str:
    return "\n\n".join(cell.source for cell in cells(name) if cell.cell_type == "markdown")


def about(cell) -> dict:
    return cell.metadata.get("nbgrader", {})


def answers(name: str) -> list[str]:
    return [about(cell)["grade_id"] for cell in cells(name) if about(cell).get("solution") and cell.cell_type == "code"]


@CASES
def test_derived_notebooks_are_fresh(name):
    assert stale(COURSE, [name]) == []


@CASES
def test_the_committed_release_leaks_nothing(name):
    assert leaks.find(name, source.read(COURSE.source(name)), COURSE.solutions, COURSE.assignments / name) == []


@CASES
def test_source_is_as_jupyterlab_saves_it(name):
    assert source.text(source.read(COURSE.source(name))) == COURSE.source(name).read_text(encoding="utf-8")


@CASES
def test_every_exercise_states_purpose_difficulty_minutes_and_has_hints(name):
    text = prose(name)
    numbers = [int(number) for number, *_ in EXERCISE.findall(text)]
    assert numbers == list(range(1, len(answers(name)) + 1))
    assert all(re.fullmatch("●+○*", dots) for *_, dots, _ in EXERCISE.findall(text))
    for part in re.split(r"^(?=#{2,3} )", text, flags=re.MULTILINE):
        if EXERCISE.match(part):
            assert "**Why.**" in part and "**Your task.**" in part, part[:80]
            assert part.count("<details>") == part.count("</details>") >= 2, part[:80]
        if QUESTION.match(part):
            assert "**Why.**" in part and "Rubric" in part, part[:80]


@CASES
def test_every_exercise_has_a_visible_and_a_hidden_check(name):
    ids = [about(cell).get("grade_id") for cell in cells(name)]
    for exercise in answers(name):
        where = [ids.index(exercise), ids.index(f"test_{exercise}"), ids.index(f"hidden_{exercise}")]
        assert where == sorted(where)
    for cell in cells(name):
        if str(about(cell).get("grade_id")).startswith("hidden_"):
            assert "### BEGIN HIDDEN TESTS" in cell.source and "at_grading=" in cell.source
            assert cell.source.splitlines()[-1] == "check.report()"


@CASES
def test_checklists_are_worth_what_their_cells_are(name):
    for cell in cells(name):
        if cell.cell_type == "code" and about(cell).get("grade"):
            (call,) = [
                node
                for node in ast.walk(ast.parse(cell.source))
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Checklist"
            ]
            exercise = call.args[0].value
            points = next(keyword.value.value for keyword in call.keywords if keyword.arg == "points")
            assert points == about(cell)["points"], about(cell)["grade_id"]
            assert exercise == source.exercise_of(about(cell)["grade_id"])


@CASES
def test_there_are_written_questions_with_points(name):
    written = [cell for cell in cells(name) if cell.cell_type == "markdown" and about(cell).get("grade")]
    assert 2 <= len(written) <= 4
    assert len(written) == len(QUESTION.findall(prose(name)))
    assert all("### BEGIN SOLUTION" in cell.source for cell in written)


@CASES
def test_pictures_have_alternative_text(name):
    for cell in cells(name):
        assert "plt.show" not in cell.source and "%matplotlib" not in cell.source
        assert not re.search(r"!\[\s*\]\(", cell.source)


@CASES
def test_the_bank_has_four_different_mistakes_for_each_exercise(name):
    known = banks.mistakes(COURSE, name)
    assert {mistake.exercise for mistake in known} == set(answers(name))
    assert len({(mistake.exercise, mistake.code) for mistake in known}) == len(known)
    for exercise, count in Counter(mistake.exercise for mistake in known).items():
        assert count >= 4, exercise


@CASES
def test_the_alternatives_are_different_answers_of_known_exercises(name):
    known = banks.alternatives(COURSE, name)
    assert {way.exercise for way in known} <= set(answers(name))
    assert len({(way.exercise, way.code) for way in known}) == len(known)


@pytest.fixture(scope="module")
def rehearsals():
    """Each assignment's solution, run once in this process."""
    made: dict[str, Rehearsal] = {}

    def get(name: str) -> Rehearsal:
        if name not in made:
            made[name] = Rehearsal(name)
        return made[name]

    yield get
    for rehearsal in made.values():
        shutil.rmtree(rehearsal.folder)


@CASES
def test_the_solution_earns_everything_and_blank_answers_nothing(name, rehearsals):
    rehearsal = rehearsals(name)
    lost = {
        grade_id: outcome.shown for grade_id, outcome in rehearsal.solution.items() if outcome.points < outcome.possible
    }
    assert lost == {}
    earned = {exercise: total(rehearsal.grade(exercise, rehearsal.blank(exercise))) for exercise in rehearsal.exercises}
    assert earned == dict.fromkeys(rehearsal.exercises, 0.0)


@pytest.mark.parametrize(("name", "mistake"), MISTAKES, ids=lambda value: str(value))
def test_a_mistake_loses_its_points_and_is_told_why(name, mistake, rehearsals):
    rehearsal = rehearsals(name)
    outcomes = rehearsal.grade(mistake.exercise, mistake.code)
    shown = "\n".join(outcome.shown for outcome in outcomes.values())
    assert total(outcomes) == pytest.approx(mistake.earns), shown
    assert total(outcomes) < sum(outcome.possible for outcome in outcomes.values())
    assert mistake.told in shown


@pytest.mark.parametrize(("name", "way"), ALTERNATIVES, ids=lambda value: str(value))
def test_another_right_way_earns_everything(name, way, rehearsals):
    outcomes = rehearsals(name).grade(way.exercise, way.code)
    assert outcomes
    for outcome in outcomes.values():
        assert outcome.points == outcome.possible, outcome.shown


@CASES
def test_under_stock_nbgrader_the_solution_earns_every_autograded_point_and_the_blank_notebook_none(
    name, rehearsals, tmp_path, monkeypatch
):
    trained = rehearsals(name).folder / "trained"
    monkeypatch.delenv("AUTOGRADER_SECRET")  # the copy has a secret of its own
    course = Course(tmp_path)
    shutil.copytree(COURSE.solutions / name, course.solutions / name)
    shutil.copyfile(ROOT / "nbgrader_config.py", tmp_path / "nbgrader_config.py")
    right, blank = (tmp_path / "submitted" / student / name for student in ("right", "blank"))
    shutil.copytree(COURSE.assignments / name, blank)
    shutil.copytree(COURSE.assignments / name, right)
    if trained.is_dir():  # as a student hands it in who has run the notebook
        shutil.copytree(trained, right / "trained")
    solve(right / f"{name}.ipynb", name)
    grading = Grading(course, [name])
    grading.register()
    assert [outcome.reason for outcome in grading.run()] == ["", ""]
    points = {row.student: row.points[name] for row in grading.rows()}
    maximum, by_hand = grading.maximum()[name]
    executed = (tmp_path / "autograded" / "right" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    assert points == {"right": maximum - by_hand, "blank": 0.0}
    assert [
        cell.source
        for cell in nbformat.reads(executed, as_version=4).cells
        for output in cell.get("outputs", [])
        if output.get("name") == "stderr" or output.output_type == "error"
    ] == []


def solve(path: Path, name: str) -> None:
    """Write the solutions into a released notebook's answer cells."""
    solutions = {about(cell)["grade_id"]: cell.source for cell in cells(name) if about(cell).get("solution")}
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if about(cell).get("solution"):
            cell.source = leaks.without_markers(solutions[about(cell)["grade_id"]])
    os.chmod(path, 0o644)
    nbformat.write(notebook, path)
