"""Answers of different students that are almost the same code.

What is compared has no comments, docstrings, white space or names of the student's own. That says nothing about why
two answers are alike; it says which pages to lay beside each other.
"""

import builtins
import keyword
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

TOKEN = re.compile(
    # A string that nobody closed ends where it can: looked for again at every quote, its end would take for ever.
    r"(?P<docstring>(?P<quotes>\"\"\"|''').*?(?:(?P=quotes)|\Z))"
    r"|(?P<string>\"(?:\\.|[^\"\\\n])*+\"?|'(?:\\.|[^'\\\n])*+'?)"
    r"|(?P<comment>#[^\n]*)|(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<other>\S)",
    re.DOTALL,
)
KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))

LEAST_LINES, LEAST_TOKENS = 5, 40
"""Of an answer that is compared: there are not many ways to write a shorter one."""
ALIKE = 95
"""Per cent of the tokens that two answers have in common, in the same order."""
MOST_CHARACTERS, MOST_FORMS = 20_000, 800
"""Of an answer, and of different answers to an exercise, so that a class of hundreds takes seconds."""


@dataclass(frozen=True)
class Group:
    """Students whose answers to an exercise are alike.

    how:  in which way
    code: the answer of the first
    """

    exercise: str
    students: tuple[str, ...]
    how: str
    code: str


def tokens(code: str, names: bool = False) -> list[str]:
    """What of the code is compared; with the names that the student chose, or a “?” for each."""
    found: list[str] = []
    for match in TOKEN.finditer(code):
        kind, text = match.lastgroup, match.group()
        if kind in ("comment", "docstring"):
            continue
        own = kind == "name" and text not in KEPT and found[-1:] != ["."]
        found.append("?" if own and not names else text)
    return found


def groups(exercise: str, answers: dict[str, str], known: Iterable[str], most: int) -> list[Group]:
    """Students whose answers to an exercise are alike.

    answers: the code of each student
    known:   the solution and the released cell; what is like them is what the exercise leads to
    most:    more students than this with one form have found the usual way to do it, and are left out
    """
    alphabet: dict[str, str] = {}

    def form(code: str) -> str:
        """The tokens as characters: texts of them are compared fast."""
        return "".join(alphabet.setdefault(token, chr(0x100 + len(alphabet))) for token in tokens(code))

    answers = {student: code[:MOST_CHARACTERS] for student, code in answers.items()}
    students: dict[str, list[str]] = defaultdict(list)
    for student, code in sorted(answers.items()):
        if len(alphabet) < 20_000 and _lines(code) >= LEAST_LINES and len(shape := form(code)) >= LEAST_TOKENS:
            students[shape].append(student)
    usual = [form(code) for code in known]
    forms = [shape for shape in students if not any(fuzz.ratio(shape, other) >= ALIKE for other in usual)][:MOST_FORMS]
    if not forms:
        return []
    scores = process.cdist(forms, forms, scorer=fuzz.ratio, score_cutoff=ALIKE)
    found, done = [], set()
    for index, shape in enumerate(forms):
        near = [other for other in range(len(forms)) if scores[index, other] and other not in done]
        who = sorted(student for other in near for student in students[forms[other]])
        if index in done or len(who) < 2:
            continue
        done.update(near)
        if len(who) <= most:
            same = len({tuple(tokens(answers[student], names=True)) for student in who}) == 1
            how = "the same code" if same else "the same but for names" if len(near) == 1 else "almost the same"
            found.append(Group(exercise, tuple(who), how, answers[students[shape][0]]))
    return found


def _lines(code: str) -> int:
    """The lines that are neither empty, nor comment, nor docstring."""
    bare = TOKEN.sub(lambda match: "" if match.lastgroup in ("comment", "docstring") else match.group(), code)
    return sum(bool(line.strip()) for line in bare.splitlines())
