"""Every number in the prose of notebook 1 is computed here, and the sentence that states it stands in the source."""

import re
from pathlib import Path

import numpy as np
import pytest
import sympy
from scipy.signal import convolve2d, correlate2d

SOURCE = Path(__file__).resolve().parent.parent / "solutions" / "1_kernels" / "1_kernels.py"

PATCH = np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]])
EDGES = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
IMAGE = np.array([[1, 2, 0, 3, 1], [1, 0, 0, 2, 2], [2, 1, 2, 1, 1], [0, 0, 1, 0, 0], [1, 2, 1, 1, 1]])
KERNEL = np.array([[-1, 1, 2], [1, 1, 0], [-1, -2, 0]])
NUMBERS = np.arange(1, 26).reshape(5, 5)
DETECTORS = {
    "vertical": np.array([[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]]),
    "horizontal": np.array([[-1, -1, -1], [1, 1, 1], [-1, -1, -1]]),
    "corner": np.array([[-1, -1, -1], [-1, 1, 1], [-1, 1, 1]]),
}


@pytest.fixture(scope="module")
def text() -> str:
    """The source with its line breaks and comment signs taken out, so that sentences are whole."""
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return re.sub(r"\s+", " ", " ".join(line.removeprefix("#").strip() for line in lines))


def matrix(values: np.ndarray) -> str:
    """A matrix as the checks write it: one row a line, each with its comma."""
    return "[ " + " ".join(f"{row}," for row in values.tolist()) + " ]"


def test_worked_example(text: str) -> None:
    response, flipped = int((PATCH * EDGES).sum()), int((PATCH * EDGES[::-1, ::-1]).sum())
    assert f"a weighted sum of the pixels under it: {response} for the worked example" in text
    assert f"with a flip the response would be −{-flipped}." in text
    assert f'check.equal("their sum", lambda: response, {response}, ' in text
    assert f"lambda: products, np.array({(PATCH * EDGES).tolist()})" in text
    assert f'check.equal("the mirrored patch", lambda: mirrored, {int((PATCH[:, ::-1] * EDGES).sum())}, ' in text
    assert f'check.equal("the flat patch", lambda: flat, {int((7 * EDGES).sum())}, ' in text
    assert f"left to right, `{PATCH[:, ::-1].tolist()}`" in text
    # What the hints recognise.
    assert f"({(PATCH @ EDGES).tolist()}, " in text
    assert f"({(PATCH + EDGES).tolist()}, " in text
    assert np.abs(PATCH * EDGES).sum() == 14 and PATCH.sum() == 15


def test_sizes(text: str) -> None:
    assert "(size + 2 · padding − kernel) // stride + 1 places: 24 for a window of 5 on 28 pixels." in text
    assert len(range(28 - 5 + 1)) == 24
    assert "On 5 pixels without padding, a window of 3 finds its places at 0, 1 and 2." in text
    assert list(range(5 - 3 + 1)) == [0, 1, 2]


def test_sliding(text: str) -> None:
    ramp = correlate2d(NUMBERS, EDGES, "valid")
    assert f"on the numbers 1 to 25 the edge detector answers {ramp[0, 0]} everywhere" in text
    assert (ramp == ramp[0, 0]).all()
    assert f"np.array({correlate2d(NUMBERS, np.ones((3, 3), int), 'valid').tolist()})" in text
    small = correlate2d(np.arange(1, 13).reshape(4, 3), np.array([[1, 2], [3, 4]]), "valid")
    assert f"np.array({small.tolist()})" in text


def test_the_letters_are_those_of_the_slide(text: str) -> None:
    letters = np.array(sympy.symbols("a b c d e f g h i j k l", commutative=False)).reshape(4, 3)
    greek = np.array(sympy.symbols("alpha beta gamma delta", commutative=False)).reshape(2, 2)
    entries = [[(letters[r : r + 2, c : c + 2] * greek).sum() for c in range(2)] for r in range(3)]
    shown = sympy.pretty(sympy.Matrix(entries), use_unicode=True, wrap_line=False)
    for row in (
        "a⋅α + b⋅β + d⋅γ + e⋅δ  b⋅α + c⋅β + e⋅γ + f⋅δ",
        "d⋅α + e⋅β + g⋅γ + h⋅δ  e⋅α + f⋅β + h⋅γ + i⋅δ",
        "g⋅α + h⋅β + j⋅γ + k⋅δ  h⋅α + i⋅β + k⋅γ + l⋅δ",
    ):
        assert row in shown
    assert "And *e*, in the middle, meets all four of them, while *a*, in the corner, meets only α." in text
    terms = [str(term) for row in entries for entry in row for term in entry.args]
    assert sorted(term for term in terms if term[0] == "e") == ["e*alpha", "e*beta", "e*delta", "e*gamma"]
    assert [term for term in terms if term[0] == "a"] == ["a*alpha"]


def test_padding_example(text: str) -> None:
    padded = correlate2d(IMAGE, KERNEL, "same")
    assert f"the −{-padded[0, 0]} at the upper left, and leaves the other {padded.size - 1} to you" in text
    assert matrix(padded) in text
    assert matrix(np.pad(IMAGE, 1)) in text
    assert matrix(convolve2d(IMAGE, KERNEL, "same")) in text  # the lecture's example, turned
    assert convolve2d(IMAGE, KERNEL, "same")[0, 0] == 4  # what a hint recognises
    strided = correlate2d(NUMBERS, np.ones((3, 3), int), "valid")[::2, ::2]
    assert f"stride=2), np.array({strided.tolist()})" in text


def test_depth(text: str) -> None:
    assert "75 weights for 5×5 on RGB and 100 on CMYK" in text and 5 * 5 * 3 == 75 and 5 * 5 * 4 == 100
    values = 200 * 200 * 3
    assert f"each of the {values:,} numbers of a 200×200 colour image with as many outputs" in text
    assert f"with as many outputs has {values**2:,} weights" in text


def test_detectors(text: str) -> None:
    line = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]])
    patches = [line, line.T, np.array([[0, 0, 0], [0, 1, 1], [0, 1, 1]]), np.ones((3, 3), int)]
    predictions = {name: [int((kernel * patch).sum()) for patch in patches] for name, kernel in DETECTORS.items()}
    assert f"predictions = {predictions}".replace("'", '"') in text
    drawing = np.zeros((9, 9), dtype=int)
    drawing[2:8, 3:8] = 1
    drawing[3:7, 4:7] = 0
    maps = {name: correlate2d(drawing, kernel, "valid") for name, kernel in DETECTORS.items()}
    assert f"corner_at = {np.argwhere(maps['corner'] == maps['corner'].max())[0].tolist()}" in text
    assert "fires with 3 in the middle of the left and right side" in re.sub('" +"', "", text)
    assert np.argwhere(maps["vertical"] == 3).tolist() == [[r, c] for r in (3, 4) for c in (2, 6)]
    assert np.argwhere(maps["horizontal"] == 3).tolist() == [[r, 4] for r in (1, 6)]
    assert np.argwhere(maps["corner"] == 3).tolist() == [[1, 2]]


def test_kernel_sums(text: str) -> None:
    ridge = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
    sharpen = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    assert ridge.sum() == 0 and sharpen.sum() == 1
    assert "0 for detectors of ridges, 1 for sharpening and blurring" in text
    # The lecture's own line and corner detectors are not of this kind, and the prose says so.
    assert [int(kernel.sum()) for kernel in DETECTORS.values()] == [-3, -3, -1]
    assert "their sum is not 0 for these three kernels" in text


def test_receptive_field(text: str) -> None:
    assert "Two stacked 3×3 layers see 5×5 pixels with 18 weights instead of 25" in text
    assert 1 + 2 * (3 - 1) == 5 and 2 * 3 * 3 == 18 and 5 * 5 == 25
    assert "white at the upper left is what is seen: 3×3, 5×5, 7×7, and 7×7 again" in re.sub('" +"', "", text)
    assert 1 + 3 * (3 - 1) == 7 and 1 + (3 - 1) + 2 * (3 - 1) == 7


def test_exercises_and_minutes(text: str) -> None:
    source = SOURCE.read_text(encoding="utf-8")
    exercises = [int(number) for number in re.findall(r"^# ### Exercise (\d+) · ", source, flags=re.M)]
    questions = [int(number) for number in re.findall(r"^# ### Question (\d+) · ", source, flags=re.M)]
    minutes = sum(map(int, re.findall(r"^# ### (?:Exercise|Question) .* (\d+) minutes$", source, flags=re.M)))
    assert exercises == list(range(1, 14)) and questions == [1, 2, 3]
    assert f"{len(exercises)} exercises and {len(questions)} questions" in text
    assert "about 110 minutes" in text and 105 <= minutes <= 115
