"""A made-up class: who hands in what, for `autograder demo`.

Its table says how each student works on each assignment. Who gets exercises wrong takes them, and their mistakes, from
the banks; the draws are seeded, so the same class comes out each time. Right answers are the solution's own code, or
stand in the bank of alternatives.
"""

import random
from collections.abc import Iterable

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.course import banks, leaks, source
from autograder.course.banks import Alternative, Mistake
from autograder.course.layout import Course

KINDS = {
    "0": "every answer is right",
    "1, 2, 3 …": "every answer is there, and so many of them have a mistake",
    "other": "every answer is right, some in other ways than the solution's",
    "half": "the second half has no answers",
    "blank": "handed in as it was handed out",
    "none": "not handed in",
    "late": "an hour late",
    "twice": "handed in half done, and later complete: the later one counts",
    "untrained": "handed in without trained/: grading trains the networks",
    "crash": "one answer ends its kernel",
    "loop": "one answer never comes to an end",
    "noisy": "prints warnings, which nbgrader by itself takes for a failure",
    "forged": "no answers, but a cell that gives every check full points: they are not given",
    "colab": "every cell has lost its name, as happens in Colab",
    "copied": "one answer stands there twice, the first time as a draft",
    "deleted": "one answer is not in the notebook",
    "damaged": "the file is cut off in the middle",
    "misnamed": "the file has another name, as downloads get",
}
"""What the words in the table mean. Where a word says nothing of answers, they are right."""

CLASS = """
ada         0         0          0      0          0          0
ben         1         0          2      0          2          untrained
chloe       0         3          0      2          0          1
dan         9         7          6      half       half       none
emma        half      half       half   half       half       blank
finn        blank     blank      none   none       none       none
grace       late      0          0      0          0          late
hugo        crash     0          0      0          0          0
ines        loop      0          2      0          0          0
jack        damaged   0          0      0          0          0
kim         none      0          none   half       none       none
lena        noisy     0          0      0          0          0
mei         0         0          0      untrained  0          0
noah        4         half       4      3          half       half
olga        0         0          0      0          late       0
paul        forged    half       0      half       0          half
quinn       0         0          late   0          untrained  0
rosa        2         1          0      0          0          0
samir       twice     0          0      0          0          0
tara        colab     colab      0      5          0          3
umar        copied    0          3      0          4          0
vera        deleted   0          0      0          0          half
wen         0         untrained  0      0          0          0
xavier      misnamed  0          0      0          0          0
yuki        0         0          0      0          0          0
zoë         0         5          crash  0          other      0
anne-marie  0         0          0      late       0          0
o’brien     half      0          half   0          half       5
Łukasz      0         2          0      0          0          0
李娜        0         0          0      other      1          0
"""

CRASH = "import os\n\nos._exit(1)  # what a crash in a C library looks like from outside"
LOOP = "import time\n\nwhile True:  # waiting for an answer that never comes\n    time.sleep(1)"
WARNING = "import warnings\n\nwarnings.warn('this student likes to be warned')\n"
FORGERY = "from autograder.notebook import Checklist\n\nChecklist.report = lambda check: int(check.points)"

NETWORKS = frozenset(
    "lenet5 train enlarge small_alexnet augmented plain_net residual_block cifar_resnet train_augmented".split()
)
"""Exercises that decide what is trained. The class shares its weights, so these answers are the solution's."""


def students() -> dict[str, list[str]]:
    """How each student works on the first assignment, the second one and so on: the words of the table."""
    return {name: works for name, *works in map(str.split, CLASS.strip().splitlines())}


class Assignment:
    """What the class hands in for one assignment.

    course: the course with the solutions and the banks; released: the notebook as students got it
    """

    def __init__(self, course: Course, name: str, released: NotebookNode) -> None:
        self.name = name
        self.released = released
        self.solutions = {
            cell.metadata["nbgrader"]["grade_id"]: leaks.without_markers(cell.source)
            for cell in source.read(course.source(name)).cells
            if is_answer(cell)
        }
        self.mistakes = _by_exercise(banks.mistakes(course, name))
        self.alternatives = _by_exercise(banks.alternatives(course, name))

    def handed_in(self, student: str, work: str) -> NotebookNode:
        """The notebook of a student who works in this way."""
        notebook = nbformat.from_dict(self.released)
        answers = [cell for cell in notebook.cells if is_answer(cell)]
        done = {"blank": 0.0, "half": 0.5, "forged": 0.0}.get(work, 1.0)
        for cell in answers[: round(done * len(answers))]:
            cell.source = self.solutions[cell.metadata["nbgrader"]["grade_id"]]
        code = [cell for cell in answers if cell.cell_type == "code"]
        one = code[len(code) // 2]
        if work.isdecimal():
            self._replace(code, self.mistakes, int(work), student)
        elif work == "other":
            self._replace(code, self.alternatives, len(code), student)
        elif work in ("crash", "loop"):
            one.source = CRASH if work == "crash" else LOOP
        elif work in ("noisy", "forged"):
            notebook.cells.insert(2, nbformat.v4.new_code_cell(WARNING if work == "noisy" else FORGERY))
        elif work == "colab":
            for cell in notebook.cells:
                cell.metadata = nbformat.from_dict({})
        elif work == "copied":
            draft = nbformat.from_dict(one)
            draft.source = next(cell.source for cell in self.released.cells if cell.id == one.id)
            notebook.cells.insert(notebook.cells.index(one), draft)
        elif work == "deleted":
            notebook.cells.remove(one)
        return notebook

    def _replace(self, answers: list[NotebookNode], bank: dict[str, list[str]], most: int, student: str) -> None:
        """Put one of the bank's in the place of so many answers, or of as many as the bank has."""
        draws = random.Random(f"{student}, {self.name}")
        known = [cell for cell in answers if cell.metadata["nbgrader"]["grade_id"] in bank]
        for cell in draws.sample(known, min(most, len(known))):
            cell.source = draws.choice(bank[cell.metadata["nbgrader"]["grade_id"]])


def _by_exercise(answers: Iterable[Mistake | Alternative]) -> dict[str, list[str]]:
    """The code of a bank's answers, without those that would train other networks than the solution does."""
    found: dict[str, list[str]] = {}
    for answer in answers:
        if answer.exercise not in NETWORKS:
            found.setdefault(answer.exercise, []).append(answer.code)
    return found


def is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
