"""Puts a submission's cells back in their places before it is graded, and says what was mended.

nbgrader knows cells by an id in their metadata. A copied cell has it twice, Colab strips it, an editor turns code into
text, a student moves or renames: each would lose points that were earned. The release says which cells there were.
"""

import ast
import difflib
import functools
from copy import deepcopy
from dataclasses import dataclass, field

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.errors import CourseError

MOST_CELLS, MOST_CHARACTERS = 2_000, 5_000_000
"""Of a submission: each cell may have to be compared with each of the release's."""

MOST_PAIRS, COMPARED = 500, 1_500
"""Texts that are compared in full, and the characters of each that are: the time grows with their square."""

NOT_FOUND = "This answer was not found in what was handed in."

ALIKE = 0.6
"""From this share of equal text on, a cell without its id counts as the release's cell, if none is more alike."""


@dataclass
class Repair:
    """A submission with its cells in their places.

    notebook:  the mended copy
    sentences: what was mended, for the student to read
    missing:   ids of answers that were found nowhere, for the instructor to look at
    """

    notebook: NotebookNode
    sentences: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def repair(submission: NotebookNode, release: NotebookNode) -> Repair:
    """Match the submission's cells with those of the release.

    Raises CourseError for a notebook that is too large.

    release: the notebook as students got it: its cells with an nbgrader id, in order. What a cell may do (points,
    whether it is graded) is always taken from here.
    """
    if len(submission.cells) > MOST_CELLS or sum(len(cell.source) for cell in submission.cells) > MOST_CHARACTERS:
        raise CourseError(
            f"its notebook has {len(submission.cells):,} cells; at most {MOST_CELLS:,} with "
            f"{MOST_CHARACTERS:,} characters are graded"
        )
    mended = Repair(deepcopy(submission))
    cells: list[NotebookNode] = mended.notebook.cells
    wanted = {grade_id: cell for cell in release.cells if (grade_id := _grade_id(cell))}
    places = _by_id(cells, wanted, mended.sentences)
    found = _by_neighbours(cells, release, places) + _by_text(cells, wanted, places)
    if len(found) < 4:
        mended.sentences += [f"“{grade_id}” had lost its name and was found again." for grade_id in found]
    else:
        mended.sentences.append(f"{len(found)} of the assignment's cells had lost their names and were found again.")
    for place, cell in enumerate(cells):
        if place not in places.values():
            cell.metadata.pop("nbgrader", None)
    for grade_id, original in wanted.items():
        if grade_id in places:
            _restore(cells[places[grade_id]], original, mended.sentences)
        elif _is_answer(original):
            mended.missing.append(grade_id)
    _in_order(mended, wanted, places)
    return mended


def _by_id(cells: list[NotebookNode], wanted: dict[str, NotebookNode], sentences: list[str]) -> dict[str, int]:
    """Where each id stands. Of several cells with the same id, the last one that is not as it was handed out."""
    places: dict[str, int] = {}
    for grade_id, original in wanted.items():
        having = [place for place, cell in enumerate(cells) if _grade_id(cell) == grade_id]
        if not having:
            continue
        worked = [place for place in having if _plain(cells[place].source) != _plain(original.source)]
        if _is_answer(original):
            places[grade_id] = (worked or having)[-1]
        else:
            places[grade_id] = having[0]
        if len(having) > 1:
            which = "the last one with your work in it" if _is_answer(original) else "the first"
            sentences.append(f"“{grade_id}” stood there {_times(len(having))}: {which} was graded.")
    return places


def _by_neighbours(cells: list[NotebookNode], release: NotebookNode, places: dict[str, int]) -> list[str]:
    """Find cells whose id is lost between cells that are as they were handed out; the ids found."""
    ours = [_plain(cell.source) for cell in cells]
    theirs = [_plain(cell.source) for cell in release.cells]
    found = []
    for kind, first, last, start, end in difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and last - first == end - start):
            for original, place in zip(release.cells[first:last], range(start, end), strict=True):
                grade_id = _grade_id(original)
                fits = kind == "equal" or cells[place].cell_type == original.cell_type
                if grade_id and grade_id not in places and place not in places.values() and fits:
                    places[grade_id] = place
                    found.append(grade_id)
    return found


def _by_text(cells: list[NotebookNode], wanted: dict[str, NotebookNode], places: dict[str, int]) -> list[str]:
    """Find cells whose id is lost by what they say; the ids found."""
    lost = [grade_id for grade_id in wanted if grade_id not in places]
    free = [place for place in range(len(cells)) if place not in places.values()]
    scores: list[tuple[float, str, int]] = []
    compared = 0
    for grade_id in lost:
        for place in free:
            score = _likeness(cells[place], wanted[grade_id])
            if score is None and compared < MOST_PAIRS:
                compared += 1
                score = _share_alike(cells[place].source, wanted[grade_id].source)
            scores.append((score or 0.0, grade_id, place))
    found = []
    for score, grade_id, place in sorted(scores, reverse=True):
        if score >= ALIKE and grade_id not in places and place not in places.values():
            places[grade_id] = place
            found.append(grade_id)
    return found


def _likeness(cell: NotebookNode, original: NotebookNode) -> float | None:
    """How alike two cells are, more than 1 for equal ones; None if their texts have to be compared in full."""
    ours, theirs = _plain(cell.source), _plain(original.source)
    if ours == theirs:
        return 2.0
    if not ours:
        return 0.0
    names = _defined(original.source)
    if names and names <= _defined(cell.source):
        return 1.0 if _is_answer(original) else 0.0
    if _is_answer(original):
        return 0.0
    matcher = difflib.SequenceMatcher(None, ours[:COMPARED], theirs[:COMPARED], autojunk=False)
    return None if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _share_alike(ours: str, theirs: str) -> float:
    """How much of two texts is equal, from 0 to 1."""
    return difflib.SequenceMatcher(None, _plain(ours)[:COMPARED], _plain(theirs)[:COMPARED], autojunk=False).ratio()


@functools.lru_cache(4096)
def _defined(source: str) -> set[str]:
    """The functions and names that a cell of code defines at its top level."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return set()
    names = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in body:
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _restore(cell: NotebookNode, original: NotebookNode, sentences: list[str]) -> None:
    """Give a cell back its type and settings; a cell that is not the student's to change gets its text back too."""
    grade_id = _grade_id(original)
    if cell.cell_type != original.cell_type:
        sentences.append(f"“{grade_id}” had become {cell.cell_type} and was turned back into {original.cell_type}.")
        cell.cell_type = original.cell_type
        if original.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    cell.metadata.nbgrader = deepcopy(original.metadata.nbgrader)


def _in_order(mended: Repair, wanted: dict[str, NotebookNode], places: dict[str, int]) -> None:
    """Bring the cells into the release's order, others staying behind the cell they follow; add lost ones."""
    cells = mended.notebook.cells
    order = [grade_id for grade_id in wanted if grade_id in places]
    moved = [places[grade_id] for grade_id in order] != sorted(places.values())
    lacking = [grade_id for grade_id, cell in wanted.items() if grade_id not in places and not _is_answer(cell)]
    if not moved and not lacking and not mended.missing:
        return
    following: dict[int, list[NotebookNode]] = {}
    leader = -1
    for place, cell in enumerate(cells):
        if place in places.values():
            leader = place
        else:
            following.setdefault(leader, []).append(cell)
    result = following.get(-1, [])
    for grade_id, original in wanted.items():
        if grade_id in places:
            result = [*result, cells[places[grade_id]], *following.get(places[grade_id], [])]
        else:
            result = [*result, _fresh(original)]
    if moved:
        mended.sentences.append("Cells had been moved and were brought back into the assignment's order.")
    for grade_id in lacking:
        mended.sentences.append(f"“{grade_id}” was gone and was put back.")
    mended.notebook.cells = result


def _fresh(original: NotebookNode) -> NotebookNode:
    """The release's cell; in place of an answer it says that there is none, for whoever grades by hand."""
    is_code = original.cell_type == "code"
    make = nbformat.v4.new_code_cell if is_code else nbformat.v4.new_markdown_cell
    source = original.source
    if _is_answer(original):
        source = f"# {NOT_FOUND}" if is_code else f"*{NOT_FOUND}*"
    return make(source, metadata=deepcopy(original.metadata), id=original.get("id", _grade_id(original)))


def _grade_id(cell: NotebookNode) -> str | None:
    about = cell.metadata.get("nbgrader")
    return about.get("grade_id") if isinstance(about, dict) else None


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("solution"))


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _times(count: int) -> str:
    return {2: "twice", 3: "three times"}.get(count, f"{count} times")
