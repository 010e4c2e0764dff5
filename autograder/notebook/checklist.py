"""The checklist that a test cell builds line by line, and that says what is wrong.

A test cell reads::

    check = Checklist("conv_weights", points=2)
    check.equal("one 5×5 filter on RGB, no bias", lambda: conv_weights((5, 5), 3, 1, bias=False), 75, hints={
        25: "That is one channel's worth: a filter has its own 5×5 weights for each of the three.",
    })
    check.equal("C3 of LeNet-5", lambda: conv_weights((5, 5), 6, 16), 2416)
    check.report()

Each line is ✓ or ✗, has points, and a failing line says what was found, what was expected and which mistake
usually gives that value. `report` shows the lines and returns the points, which is what nbgrader reads.
"""

import sys
import traceback
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from autograder.errors import CourseError
from autograder.notebook import comparison, models, rendering
from autograder.notebook.quiet import quiet_stderr

Hints = Mapping[Any, str] | Iterable[tuple[Any, str]]
"""Known wrong answers and what each tells: a value, an exception's class, or a function that recognises it."""


class AuthoringError(Exception):
    """A test cell is written wrongly: the instructor's mistake, never the student's."""


class Score(float):
    """Points as nbgrader reads them: a plain number as text, a sentence as HTML."""

    def __new__(cls, earned: Fraction, points: Fraction) -> "Score":
        score = super().__new__(cls, earned)
        score.sentence = f"{_points(earned)} of {_points(points)} points"
        return score

    sentence: str

    def __repr__(self) -> str:
        # float(Fraction) rounds to the nearest, which keeps order: never above the cell's points.
        return repr(int(self)) if self.is_integer() else float.__repr__(self)

    def _repr_html_(self) -> str:
        return rendering.score_html(self.sentence)


@dataclass
class Line:
    """One ✓/✗ line: what was checked, whether it holds, and what a student should read if not."""

    label: str
    points: Fraction | None
    problem: str | None = None
    hint: str | None = None
    picture: str | None = None
    earned: Fraction = Fraction(0)

    @property
    def passed(self) -> bool:
        return self.problem is None


@dataclass
class Checklist:
    """Checks of one exercise.

    exercise:   the name of the exercise, as in the cells' grade_id
    points:     what the cell is worth; lines without points of their own share the rest equally
    at_grading: for a hidden cell: what is checked when the work is graded. A checklist without lines then
                shows that sentence, which is all that students see of the cell.
    """

    exercise: str
    points: int | Fraction
    at_grading: str | None = None
    lines: list[Line] = field(default_factory=list)
    _group: Line | None = None
    _checked: int = 0

    # -- the checks: each adds a line ------------------------------------------------------------------------

    def equal(
        self,
        label: str,
        answer: Any,
        expected: Any,
        *,
        points: int | Fraction | None = None,
        hints: Hints = (),
        tolerance: float = 1e-6,
        picture: bool = False,
    ) -> None:
        """The answer is this number, text, list, dictionary or array.

        answer:    the value, or a function without parameters that returns it
        tolerance: for floats, absolute below 1 and relative above; integers are compared exactly
        hints:     wrong values and what each one tells; the first that fits is shown
        picture:   on failure, draw the answer beside what was expected (arrays of two or three dimensions)
        """

        def problem(found: Any) -> str | None:
            return comparison.difference(found, expected, tolerance)

        def draw(found: Any) -> str | None:
            return rendering.side_by_side(found, expected) if picture else None

        self._check(label, answer, problem, points, hints, draw, tolerance)

    def that(
        self,
        label: str,
        predicate: Any,
        *,
        points: int | Fraction | None = None,
        hint: str | None = None,
        hints: Hints = (),
    ) -> None:
        """The predicate holds: it returns True, and not merely something that counts as true.

        predicate: a function without parameters (or its result). A text it returns is shown as the problem.
        """

        def problem(found: Any) -> str | None:
            found = comparison.plain(found)
            if found is True:
                return None
            return found if isinstance(found, str) else "this does not hold"

        self._check(label, predicate, problem, points, hints or ([(_anything, hint)] if hint else ()))

    def shapes(
        self,
        label: str,
        model: Any,
        expected: list[tuple[int | None, ...]],
        *,
        points: int | Fraction | None = None,
        hints: Hints = (),
    ) -> None:
        """The output shapes, layer by layer, of the layers that compute: convolution, pooling and dense ones.

        model:    a function without parameters that returns the Keras model (Sequential or functional)
        expected: a shape for each such layer, without the batch axis; hints are looked up by the shape found
        """
        self._check(label, model, lambda found: models.shapes_problem(found, expected), points, hints)

    def weights(
        self,
        label: str,
        model: Any,
        expected: list[int],
        *,
        points: int | Fraction | None = None,
        hints: Hints = (),
    ) -> None:
        """The numbers of trainable weights, layer by layer, of the layers that have any, and in total.

        hints are looked up by the count found in the first layer that differs, then by the total.
        """
        self._check(label, model, lambda found: models.weights_problem(found, expected), points, hints)

    def layers(
        self,
        label: str,
        model: Any,
        expected: list[str],
        *,
        points: int | Fraction | None = None,
        hints: Hints = (),
    ) -> None:
        """The kinds of the layers and their activations in order: “Conv2D tanh”, “AveragePooling2D”, “Dense softmax”.

        An activation in a layer of its own counts as that of the layer before it; Flatten and Reshape are not
        listed. Hints are looked up by the text of the first layer that differs, or by the number of layers.
        """
        self._check(label, model, lambda found: models.layers_problem(found, expected), points, hints)

    def accuracy(
        self,
        label: str,
        model: Any,
        images: Any,
        labels: Any,
        *,
        at_least: float,
        points: int | Fraction | None = None,
        hints: Hints = (),
    ) -> None:
        """The model classifies at least this share of the images right; hints are looked up by the accuracy.

        images: float32 (n, height, width, channels); labels: integers (n,)
        """
        self._check(label, model, lambda found: models.accuracy_problem(found, images, labels, at_least), points, hints)

    @contextmanager
    def group(self, label: str, *, points: int | Fraction | None = None) -> Iterator[None]:
        """One line made of many checks: it passes if all of them do, and shows the first that fails."""
        if self._group is not None:
            raise AuthoringError(f"{self.exercise}: the group “{label}” stands inside the group “{self._group.label}”.")
        line = Line(label, _fraction(points))
        self.lines.append(line)
        self._group, self._checked = line, 0
        try:
            yield
        finally:
            self._group = None
        if not self._checked:
            raise AuthoringError(f"{self.exercise}: the group “{label}” checks nothing.")

    # -- the result ------------------------------------------------------------------------------------------

    def report(self) -> Score | None:
        """Show the lines and return the points earned, or say what is decided at grading if there are none."""
        if not self.lines:
            if not self.at_grading:
                raise AuthoringError(f"The checklist of {self.exercise} has no lines.")
            _display(*rendering.pending(_points(Fraction(self.points)), self.at_grading))
            return None
        self._share_points()
        for line in self.lines:
            line.earned = _own_points(line) if line.passed else Fraction(0)
        score = Score(sum((line.earned for line in self.lines), Fraction(0)), Fraction(self.points))
        _display(
            rendering.checklist_html(self.exercise, self.lines), rendering.checklist_text(self.exercise, self.lines)
        )
        return score

    def _share_points(self) -> None:
        rest = Fraction(self.points) - sum((line.points for line in self.lines if line.points is not None), Fraction(0))
        open_lines = [line for line in self.lines if line.points is None]
        for line in open_lines:
            line.points = rest / len(open_lines)
        if rest < 0 or (rest != 0 and not open_lines):
            total = sum((_own_points(line) for line in self.lines), Fraction(0))
            raise AuthoringError(f"The lines of {self.exercise} are worth {total} points, its cell {self.points}.")

    def _check(
        self,
        label: str,
        answer: Any,
        problem: Callable[[Any], str | None],
        points: int | Fraction | None,
        hints: Hints,
        draw: Callable[[Any], str | None] = lambda found: None,
        tolerance: float = 1e-6,
    ) -> None:
        self._checked += 1
        if self._group is None:
            line = Line(label, _fraction(points))
            self.lines.append(line)
        elif points is not None:
            raise AuthoringError(f"{self.exercise}: “{label}” has points of its own, but it stands in a group.")
        elif self._group.passed:
            line = self._group
        else:
            return  # the group shows its first failure
        with quiet_stderr():
            # Student code runs in both steps: a model is asked for predictions while it is compared.
            try:
                found = answer() if isinstance(answer, types.FunctionType) else answer
                trouble = problem(found)
            except (Exception, SystemExit) as error:
                if isinstance(error, AuthoringError | CourseError):  # no answer's fault
                    raise
                line.problem, line.hint = _error_text(error), _hint_for_error(error, hints)
            else:
                if trouble is not None:
                    line.problem = trouble
                    line.hint = _hint(getattr(trouble, "found", ()) or (found,), hints, tolerance)
                    line.picture = draw(found)
        if self._group is not None and not line.passed:
            line.problem = f"{label}: {line.problem}"


def _fraction(points: int | Fraction | None) -> Fraction | None:
    return None if points is None else Fraction(points)


def _own_points(line: Line) -> Fraction:
    assert line.points is not None, "points are shared before they are summed"
    return line.points


def _points(points: Fraction) -> str:
    return str(points.numerator) if points.denominator == 1 else f"{float(points):.4g}"


def _anything(found: Any) -> bool:
    return True


def _hint(found: Iterable[Any], hints: Hints, tolerance: float) -> str | None:
    """The text of the first known wrong answer that one of the found values is."""
    known = list(hints.items() if isinstance(hints, Mapping) else hints)
    for value in found:
        for wrong, text in known:
            if isinstance(wrong, type):
                continue
            if isinstance(wrong, types.FunctionType):
                try:
                    fits = bool(wrong(value))
                except Exception:  # a recogniser made for arrays meets a number: then it does not fit
                    fits = False
            else:
                fits = comparison.difference(value, wrong, tolerance) is None
            if fits:
                return text
    return None


def _hint_for_error(error: BaseException, hints: Hints) -> str | None:
    for wrong, text in hints.items() if isinstance(hints, Mapping) else hints:
        if isinstance(wrong, type) and issubclass(wrong, BaseException) and isinstance(error, wrong):
            return text
    return None


def _error_text(error: BaseException) -> str:
    """The student's own error, and the line of theirs in which it happened; nothing of ours."""
    if isinstance(error, NotImplementedError):
        return "not written yet: replace `raise NotImplementedError()` with your own code"
    if isinstance(error, comparison.NotPlainData):
        return f"found {error}"
    if sentence := getattr(error, "sentence", None):
        return str(sentence)
    message = f"{type(error).__name__}: {error}".strip().rstrip(":")
    if len(message) > 600:  # Keras' own messages may hold a whole traceback
        message = message[:600] + "…"
    # The code of a graded student runs elsewhere; then the error itself knows where.
    where = getattr(error, "where", None)
    if where is None:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_cell(frame.filename)]
        # The first is the test cell's own lambda.
        where = f"in your line {frames[-1].lineno}: `{(frames[-1].line or '').strip()}`" if len(frames) > 1 else ""
    if where:
        message += f" ({where})"
    return message


def _is_cell(filename: str) -> bool:
    return "ipykernel_" in filename or filename.startswith("<ipython-input") or filename.startswith("<cell ")


def _display(html: str, text: str) -> None:
    """Rich in a notebook, plain text anywhere else."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display({"text/html": html, "text/plain": text}, raw=True)
            return
    print(text)
