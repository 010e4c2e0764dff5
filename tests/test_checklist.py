"""The checklist: what it accepts, what it says, what it counts."""

import logging
import os
import sys
import warnings
from fractions import Fraction

import numpy as np
import pytest

from autograder.notebook import Checklist
from autograder.notebook.checklist import AuthoringError
from autograder.notebook.comparison import difference
from autograder.notebook.models import unallocated


class EqualToEverything:
    """A hostile answer: equal to whatever it is compared with."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


class HostileArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)


SAME = [
    (75, 75),
    (75.0, 75),
    (np.int32(75), 75),
    (np.array(75), 75),
    (0.1 + 0.2, 0.3),
    ("relu", "relu"),
    ([1, 2], [1, 2]),
    ((1, 2), [1, 2]),
    (np.array([1, 2]), [1, 2]),
    ([[1.0, 2.0]], np.array([[1.0, 2.0]])),
    (np.array([1, 2], dtype=np.uint8), np.array([1, 2])),
    ({"a": 1}, {"a": 1}),
    (10**30, 10**30),
    (np.array([10**30], dtype=object), np.array([10**30], dtype=object)),
    (True, True),
    (None, None),
]
DIFFERENT = [
    (76, 75),
    (True, 1),
    ("75", 75),
    (None, 75),
    (float("nan"), 75.0),
    (float("inf"), 75.0),
    (10**30 + 1, 10**30),
    (float(10**30 + 7), 10**30 + 7),
    (EqualToEverything(), 75),
    (EqualToEverything(), "relu"),
    ([EqualToEverything()], [75]),
    (np.array([EqualToEverything()], dtype=object), np.array([75])),
    (np.zeros(2).view(HostileArray), np.ones(2)),
    (np.array([]), np.array([1.0])),
    (np.array([]), 4),
    (np.zeros((0, 1)), np.zeros((3, 1))),
    (np.ones((2, 1)), np.ones((2, 2))),
    ([], [1]),
    ([[1], [2, 3]], np.ones((2, 2))),
    (np.array([np.nan, 1.0]), np.array([0.0, 1.0])),
    (np.array([True, False]), np.array([1, 0])),
    (np.array([1, 0]), np.array([True, False])),
    (np.array(["1"]), np.array([1])),
    (np.array([1 + 0j]), np.array([1.0])),
    ({"a": 1, "b": 2}, {"a": 1}),
    (1, True),
    (0, None),
    (len, 3),
]


@pytest.mark.parametrize(("found", "expected"), SAME)
def test_same(found, expected):
    assert difference(found, expected) is None


@pytest.mark.parametrize(("found", "expected"), DIFFERENT)
def test_different(found, expected):
    assert difference(found, expected)


def test_first_differing_position_is_named():
    wrong = np.arange(6).reshape(2, 3)
    right = wrong.copy()
    right[1, 0] = 9
    assert "1 of 6 values differ, the first at [1, 0]: found 3, expected 9" in difference(wrong, right)


def report(check, capsys):
    score = check.report()
    return score, capsys.readouterr().out


def test_hint_names_the_mistake(capsys):
    check = Checklist("weights", points=2)
    check.equal("C3", lambda: 2400, 2416, hints={2400: "You left out the 16 biases.", 416: "One map only."})
    check.equal("C1", lambda: 156, 156)
    score, shown = report(check, capsys)
    assert float(score) == 1.0
    assert "✗ C3  (0 of 1 point)\n    found 2,400, expected 2,416\n    → You left out the 16 biases." in shown
    assert "✓ C1  (1 point)" in shown


def test_hints_for_arrays_recognisers_and_errors(capsys):
    check = Checklist("x", points=3)
    check.equal("array", lambda: np.ones((2, 2)), np.zeros((2, 2)), hints=[(np.ones((2, 2)), "all ones")])
    check.equal("shape", lambda: np.ones(3), np.ones(2), hints=[(lambda found: found.shape == (3,), "one too many")])
    check.equal("error", lambda: {}["k"], 1, hints=[(KeyError, "the key is missing")])
    score, shown = report(check, capsys)
    assert float(score) == 0
    assert all(hint in shown for hint in ("all ones", "one too many", "the key is missing"))


def test_an_exception_is_one_line_of_the_students_own_error(capsys):
    check = Checklist("x", points=1)
    check.equal("division", lambda: 1 / 0, 1)
    score, shown = report(check, capsys)
    assert float(score) == 0
    assert "ZeroDivisionError: division by zero" in shown
    assert "Traceback" not in shown and "checklist.py" not in shown


@pytest.mark.parametrize("leave", [sys.exit, lambda: (_ for _ in ()).throw(NotImplementedError())])
def test_leaving_and_the_blank_stub_lose_the_line_only(leave, capsys):
    check = Checklist("x", points=2)
    check.equal("leaves", lambda: leave(), 1)
    check.equal("stays", lambda: 1, 1)
    assert float(report(check, capsys)[0]) == 1.0


def test_points_are_exact_and_never_above_the_cells(capsys):
    check = Checklist("x", points=4)
    for number in range(49):
        check.equal(str(number), number, number, points=Fraction(4, 49))
    score = check.report()
    assert repr(score) == "4"
    third = Checklist("x", points=1)
    third.equal("a", 1, 1)
    third.equal("b", 1, 1)
    third.equal("c", 1, 2)
    assert 0 < float(repr(third.report())) <= 2 / 3


@pytest.mark.parametrize("points", [[1, 2], [3]])
def test_lines_that_do_not_add_up_are_the_instructors_error(points):
    check = Checklist("x", points=2)
    for worth in points:
        check.equal("a", 1, 1, points=worth)
    with pytest.raises(AuthoringError, match="worth 3 points, its cell 2"):
        check.report()


def test_group_passes_only_if_all_do_and_shows_the_first_failure(capsys):
    check = Checklist("x", points=2)
    with check.group("squares"):
        for number in range(5):
            check.equal(f"{number} squared", lambda: number * 2, number**2, hints={2: "doubled"})
    with check.group("doubles"):
        for number in range(5):
            check.equal(f"twice {number}", lambda: number * 2, number * 2)
    score, shown = report(check, capsys)
    assert float(score) == 1.0
    assert "1 squared: found 2, expected 1" in shown and "doubled" in shown and "3 squared" not in shown


def test_group_misused():
    check = Checklist("x", points=1)
    with pytest.raises(AuthoringError, match="checks nothing"), check.group("empty"):
        pass
    with pytest.raises(AuthoringError, match="stands inside"), check.group("a"), check.group("b"):
        pass
    with pytest.raises(AuthoringError, match="points of its own"), check.group("a"):
        check.equal("a", 1, 1, points=1)


def test_that_wants_true_and_not_something_true(capsys):
    check = Checklist("x", points=4)
    check.that("yes", lambda: bool(np.True_))
    check.that("numpy's", lambda: np.True_)
    check.that("a function", lambda: len, hint="call it")
    check.that("one", lambda: 1, hint="nearly")
    score, shown = report(check, capsys)
    assert float(score) == 2.0
    assert "nearly" in shown


def test_pending_says_what_is_decided_and_gives_no_number(capsys):
    score, shown = report(Checklist("x", points=2, at_grading="other sizes"), capsys)
    assert score is None
    assert "◷ 2 points are decided when this is graded: other sizes." in shown


def test_a_checklist_without_lines_or_sentence_is_an_error():
    with pytest.raises(AuthoringError):
        Checklist("x", points=2).report()


def noisy():
    warnings.warn("careful", stacklevel=1)
    print("to stderr", file=sys.stderr)
    logging.getLogger("student").error("logged")
    os.write(2, b"from C++\n")
    return 1


def test_nothing_reaches_stderr(capfd):
    check = Checklist("x", points=1)
    check.equal("noisy", lambda: noisy(), 1)
    score = check.report()
    assert float(score) == 1.0
    assert capfd.readouterr().err == ""


def test_student_text_is_escaped_in_html():
    from autograder.notebook import rendering

    check = Checklist("x", points=1)
    check.equal("text", lambda: "<script>alert(1)</script>", "ok")
    check.report()
    page = rendering.checklist_html("x", check.lines)
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_picture_of_yours_beside_the_expected():
    check = Checklist("x", points=1)
    check.equal("map", lambda: np.ones((3, 3)), np.zeros((3, 3)), picture=True)
    check.report()
    assert "Your result on the left" in check.lines[0].picture


class TestModels:
    """Shapes, weights and kinds layer by layer."""

    @pytest.fixture(scope="class")
    def keras(self):
        import keras

        return keras

    def network(self, keras, filters=6, bias=True):
        return keras.Sequential(
            [
                keras.Input((32, 32, 1)),
                keras.layers.Conv2D(filters, 5, use_bias=bias, activation="tanh"),
                keras.layers.AveragePooling2D(2),
                keras.layers.Flatten(),
                keras.layers.Dense(10, activation="softmax"),
            ]
        )

    def test_right(self, keras, capsys):
        check = Checklist("x", points=2)
        check.shapes("shapes", lambda: self.network(keras), [(28, 28, 6), (14, 14, 6), (10,)])
        check.weights("weights", lambda: self.network(keras), [156, 11770])
        assert float(report(check, capsys)[0]) == 2.0

    def test_wrong_layer_is_named_and_hinted(self, keras, capsys):
        check = Checklist("x", points=2)
        check.shapes("shapes", lambda: self.network(keras, 5), [(28, 28, 6), (14, 14, 6), (10,)])
        check.weights(
            "weights", lambda: self.network(keras, bias=False), [156, 11770], hints={150: "Six biases are missing."}
        )
        score, shown = report(check, capsys)
        assert float(score) == 0
        assert "layer 1, Conv2D" in shown and "28×28×5, expected 28×28×6" in shown
        assert "has 150 trainable weights, expected 156" in shown and "Six biases" in shown

    def test_subclasses_are_told_to_use_the_functional_style(self, keras, capsys):
        class Fake(keras.Model):
            def count_params(self):
                return 61706

        class Layer(keras.layers.Layer):
            def call(self, x):
                return x

        inputs = keras.Input((32, 32, 1))
        check = Checklist("x", points=3)
        check.weights("model", lambda: Fake(), [156])
        check.weights("layer", lambda: keras.Model(inputs, Layer()(inputs)), [156])
        check.weights("no model", lambda: 61706, [156])
        score, shown = report(check, capsys)
        assert float(score) == 0
        assert shown.count("functional style") == 2 and "expected a Keras model" in shown

    def test_accuracy_at_least(self, keras, capsys):
        images = np.zeros((10, 32, 32, 1), "float32")
        check = Checklist("x", points=2)
        check.accuracy("everything", lambda: self.network(keras), images, np.zeros(10, int), at_least=0.0)
        check.accuracy("impossible", lambda: self.network(keras), images, np.full(10, 99), at_least=0.5)
        score, shown = report(check, capsys)
        assert float(score) == 1.0
        assert "0.0% of 10 images right, at least 50.0% are expected" in shown

    def test_what_was_built_without_memory_never_gets_it_later(self, keras):
        """Keras would give its variables values as soon as it runs a layer to learn its output's shape."""
        large = unallocated(lambda: keras.Sequential([keras.Input((3_000,)), keras.layers.Dense(3_000)]))
        image = keras.Input((4,))
        keras.Model(image, keras.layers.Lambda(lambda x: 2 * x)(image))
        assert all(weight._value is None for weight in large.weights)

    def test_a_large_network_is_judged_without_memory_for_its_weights(self, keras):
        """40 GB of weights: no machine of a student's could allocate them."""
        inputs = keras.Input((100_000,))

        def build():
            return keras.Sequential([inputs, keras.layers.Dropout(0.5), keras.layers.Dense(100_000)])

        check = Checklist("large", points=2)
        check.shapes("shapes", lambda: unallocated(build), [(100_000,)])
        check.weights("weights", lambda: unallocated(build), [100_000 * 100_001])
        assert check.report() == 2
