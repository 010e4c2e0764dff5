"""The numbers that the text of notebook 2 states are computed here, and stand there."""

import io
import re

import nbformat
import numpy as np
import pytest

from autograder.course import source
from autograder.course.layout import Course
from autograder.notebook import datasets
from tests.rehearsal import ROOT


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    return source.read(Course(ROOT).source("2_layers"))


@pytest.fixture(scope="module")
def prose(notebook):
    """The markdown cells as one line of text."""
    return " ".join(" ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown").split())


@pytest.fixture(scope="module")
def code(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@pytest.fixture(scope="module")
def answers(notebook):
    """The functions of the solution, by name; nothing else of the notebook is run."""
    namespace = {"np": np, "sliding_window_view": np.lib.stride_tricks.sliding_window_view}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            exec(cell.source, namespace)
    return namespace


@pytest.fixture(scope="module")
def weights():
    with np.load(io.BytesIO(datasets.bundled("layers_cnn.npz"))) as file:
        return [file[name] for name in ("kernels_1", "bias_1", "kernels_2", "bias_2", "weights", "bias")]


def test_exercises_questions_and_minutes(prose):
    exercises = re.findall(r"### Exercise \d+ · .*? &emsp; (\d+) minutes", prose)
    questions = re.findall(r"### Question \d+ · .*? &emsp; (\d+) minutes", prose)
    assert f"{len(exercises)} exercises and {len(questions)} questions" in prose
    stated = int(re.search(r"about (\d+) minutes", prose)[1])
    assert abs(sum(map(int, exercises + questions)) - stated) <= 5


def test_points_of_cells_and_checklists_agree(notebook):
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade") and not about["solution"]:
            name = source.exercise_of(about["grade_id"])
            assert f'Checklist("{name}", points={about["points"]}' in cell.source


def test_the_table_of_the_network(prose, answers, weights):
    sizes = [weights[i].size + weights[i + 1].size for i in (0, 2, 4)]
    x, shapes = datasets.digits(28).validation.x[:1], []
    for kernels, bias, kind in ((weights[0], weights[1], "max"), (weights[2], weights[3], "average")):
        x = answers["relu"](answers["conv2d"](x, kernels, bias))
        shapes.append("×".join(map(str, x.shape[1:])))
        x = answers["pool2d"](x, kind=kind)
        shapes.append("×".join(map(str, x.shape[1:])))
    rows = [
        f"| convolution 5×5, 6 filters, ReLU | {shapes[0]} | {sizes[0]:,} |",
        f"| max pooling 2×2 | {shapes[1]} | 0 |",
        f"| convolution 5×5, 12 filters, ReLU | {shapes[2]} | {sizes[1]:,} |",
        f"| average pooling 2×2 | {shapes[3]} | 0 |",
        f"| fully connected, softmax | 10 | {sizes[2]:,} |",
    ]
    for row in rows:
        assert row in prose
    assert f"{sum(sizes):,} given weights" in prose
    assert f"28×28×1, {', '.join(shapes)}, 10" in prose


def test_the_given_weights_are_as_good_as_the_datasheet_says(answers, weights):
    validation = datasets.digits(28).validation
    right = np.mean(answers["forward"](validation.x, weights).argmax(axis=1) == validation.y)
    datasheet = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert f"{100 * right:.1f} % of the validation digits are right" in datasheet
    assert f"The {sum(array.size for array in weights):,} weights" in datasheet


def test_softmax_and_floats(prose):
    with np.errstate(over="ignore"):
        assert np.exp(np.float64(1000)) == np.inf
    assert "$e^{1000}$ is too large for a float, becomes `inf`" in prose
    assert np.exp(-2000.0) == 0
    assert "only exponents like −2000, all its exponentials are 0" in prose


def test_float32_squares(prose):
    assert np.float32(1e-25) ** 2 == 0 < np.float32(1e-25)
    assert "as small as 10⁻²⁵ in float32, and the square of that is 0 in float32" in prose


def test_slopes(prose, code, answers):
    z = np.linspace(-9, 9, 1801)
    assert answers["slopes"](z)["sigmoid"].max() == 0.25
    assert 0.25**10 < 1e-6
    assert "at most 1/4. Ten layers of it multiply the gradient by at most (1/4)¹⁰, less than a millionth" in prose
    sums = 100 * np.random.default_rng(2).normal(size=100_000)
    wide = {name: slope.mean() for name, slope in answers["slopes"](sums).items()}
    assert wide["ReLU"] == pytest.approx(0.5, abs=0.01)
    assert 0.001 < wide["sigmoid"] < wide["tanh"] < 0.0105
    assert "fall to about one hundredth" in code


def test_linear_layers_and_relu(prose, answers):
    assert f"3×3 ten times: {1 + 10 * 2}×{1 + 10 * 2}" in prose
    relu = answers["relu"]
    assert f"With a = 3 and b = −2 it is {relu(3 - 2)} against {relu(3) + relu(-2)}" in prose


def test_fan_in(prose):
    assert 0.05 * 64**0.5 == pytest.approx(0.4)
    assert "(0.05·√64 = 0.4)" in prose
    assert 3 * 3 * 16 == 144 and 0.05 * 144**0.5 == pytest.approx(0.6)
    assert "fan-in (3·3·16 = 144)" in prose and "shrinks less (0.6 in place of 0.4)" in prose


def test_signal_through_ten_layers(code, answers):
    last = {}
    rng = np.random.default_rng(2)
    for scale in (0.05, answers["he_scale"]((64, 64)), 0.5):
        x = rng.normal(size=(500, 64))
        for _ in range(10):
            x = answers["relu"](answers["dense"](x, rng.normal(0, scale, (64, 64)), np.zeros(64)))
        last[round(scale, 3)] = float(np.sqrt(np.mean(x**2)))
    assert last[0.05] == pytest.approx(2e-6, rel=0.5) and "falls to about a millionth" in code
    assert last[0.177] == pytest.approx(1, abs=0.4) and "stays near 1" in code
    assert last[0.5] > 10_000 and "more than ten thousand" in code


def test_guessing_one_of_ten(prose, code):
    assert f"{np.log(10):.2f}" == "2.30"
    assert "the loss of guessing (2.30)" in prose and "(guessing: 2.30)" in code
