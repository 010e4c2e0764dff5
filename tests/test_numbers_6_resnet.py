"""Every number in the prose of notebook 6 is computed here, and the sentence that states it is found in the source."""

import json
import math
import re
import runpy
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from autograder.course import source
from autograder.notebook import datasets
from autograder.notebook.drawings import resnet as drawings

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = source.read(ROOT / "solutions" / "6_resnet" / "6_resnet.py")
PROSE = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown")
CODE = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code")
CELLS = {cell.metadata["nbgrader"]["grade_id"]: cell.source for cell in NOTEBOOK.cells if "nbgrader" in cell.metadata}
THRESHOLDS = json.loads((ROOT / "benchmarks" / "thresholds" / "6_resnet.json").read_text(encoding="utf-8"))
RECORD = json.loads(datasets.bundled("resnet_runs.json"))
RUNS = RECORD["runs"]

STAGES18 = [(2, 64), (2, 128), (2, 256), (2, 512)]
STAGES34 = [(3, 64), (4, 128), (6, 256), (3, 512)]


def says(*fragments: str) -> None:
    for fragment in fragments:
        assert fragment in PROSE, fragment


def convolutions(stages, option="A", extra=()):
    """(kernel, channels, filters, rows of the output) of each convolution of a ResNet or plain network at 224×224."""
    found, channels, rows = [(7, 3, 64, 112)], 64, 56
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            new = stage > 0 and pair == 0
            rows = rows // 2 if new else rows
            found += [(3, channels, filters, rows), (3, filters, filters, rows)]
            if option == "B" and (new or (stage, pair) in extra):
                found.append((1, channels, filters, rows))
            channels = filters
    return found


def weights(layers, bias=False, normalised=True, classes=1000):
    """Trainable weights of such convolutions, each with batch normalisation, and of the dense layer behind them."""
    own = sum(k * k * c * f + (f if bias else 0) + (2 * f if normalised else 0) for k, c, f, _ in layers)
    return own + (512 + 1) * classes


def statistics(layers):
    return sum(2 * filters for _, _, filters, _ in layers)


def macs(layers, classes=1000):
    return sum(k * k * c * f * rows * rows for k, c, f, rows in layers) + 512 * classes


def test_counts_of_resnets():
    plain18, b18 = convolutions(STAGES18), convolutions(STAGES18, "B")
    plain34, b34 = convolutions(STAGES34), convolutions(STAGES34, "B")
    assert [weights(one) for one in (plain18, b18, plain34, b34)] == [11_515_688, 11_689_512, 21_623_848, 21_797_672]
    assert weights(b34) + statistics(b34) == 21_814_696
    hints = CELLS["test_resnet"]
    for number in (11_515_688, 11_689_512, 21_623_848, 21_797_672):
        assert f"{number:_}" in hints
    says(f"`resnet(STAGES34)` has {weights(b34):,} trainable weights")
    says("21.8 million weights, 21,814,696 or 21,797,672")
    says(f"ResNet-34 has {weights(b34):,} trainable weights with option B and {weights(plain34):,} with option A")
    says(f"needs {macs(b34) / 1e9:.2f} G multiply-accumulates")
    assert sum(1 for k, _, _, _ in b34 if k == 1) == 3
    says("Three times in ResNet-34 a new stage begins")
    assert len(plain34) + 1 == 34 and len(plain18) + 1 == 18


def test_wrong_counts_tell_the_mistake():
    hints = CELLS["test_resnet"]
    plain18, b18 = convolutions(STAGES18), convolutions(STAGES18, "B")
    b34 = convolutions(STAGES34, "B")
    biases = {name: sum(f for _, _, f, _ in one) for name, one in (("plain", plain18), ("B", b18), ("34", b34))}
    projections = [one for one in b18 if one[0] == 1]
    first = 64
    stem = (49 - 9) * 3 * 64
    expected = {
        "plain, biases": weights(plain18) + biases["plain"],
        "plain, biases but for the first": weights(plain18) + biases["plain"] - first,
        "plain, no normalisation, biases": weights(plain18, bias=True, normalised=False),
        "plain, normalisation in the stem only": weights(plain18, normalised=False) + 2 * first,
        "plain, 3×3 first": weights(plain18) - stem,
        "plain, bias in the first": weights(plain18) + first,
        "B, biases": weights(b18) + biases["B"],
        "B, biases of the blocks": weights(b18) + biases["plain"] - first,
        "B, statistics": weights(b18) + statistics(b18),
        "B, no normalisation, biases": weights(b18, bias=True, normalised=False),
        "B, projections without normalisation": weights(b18) - sum(2 * f for _, _, f, _ in projections),
        "B, projection in the first stage": weights(convolutions(STAGES18, "B", extra={(0, 0)})),
        "B, 3×3 projections": weights(b18) + sum(8 * c * f for _, c, f, _ in projections),
        "B, 3×3 first": weights(b18) - stem,
        "B, bias in the first": weights(b18) + first,
        "B, flattened": weights(b18) + (7 * 7 - 1) * 512 * 1000,
        "B, stride in every pair": weights(
            convolutions(STAGES18, "B", extra={(stage, pair) for stage in (1, 2, 3) for pair in range(2)})
        ),
        "34, statistics": weights(b34) + statistics(b34),
        "34, projection in the first stage": weights(convolutions(STAGES34, "B", extra={(0, 0)})),
        "34, biases": weights(b34) + biases["34"],
        "34, biases of the blocks": weights(b34) + biases["34"] - first - (128 + 256 + 512),
        "34, bias in the first": weights(b34) + first,
        "34, projections without normalisation": weights(b34) - 2 * (128 + 256 + 512),
        "34, 3×3 projections": weights(b34) + sum(8 * c * f for _, c, f, _ in projections),
    }
    for name, number in expected.items():
        found = f"{number:_}" in hints or ("normalisation in the stem" in name and "11_505_960 + 128" in hints)
        assert found, f"{name}: {number:_}"
    assert expected["plain, normalisation in the stem only"] == weights(plain18, normalised=False) + 128


def test_complexity():
    vgg, rows, channels = [], 224, 3
    for count, filters in ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512)):
        for _ in range(count):
            vgg.append((3, channels, filters, rows))
            channels = filters
        rows //= 2
    dense = [(7 * 7 * 512, 4096), (4096, 4096), (4096, 1000)]
    own = sum(k * k * c * f + f for k, c, f, _ in vgg) + sum((a + 1) * b for a, b in dense)
    cost = sum(k * k * c * f * r * r for k, c, f, r in vgg) + sum(a * b for a, b in dense)
    b34, plain34 = convolutions(STAGES34, "B"), convolutions(STAGES34)
    assert own == 143_667_240
    says(f"VGG-19 has {own:,} and needs {cost / 1e9:.2f} G")
    says(f"{cost / 1e9:.1f} billion for VGG-19 and {macs(plain34) / 1e9:.1f} billion for the 34-layer networks")
    says(f"gets {2 * cost / 1e9:.1f} and {2 * macs(plain34) / 1e9:.1f} billion")
    assert weights(b34) < own / 6 and macs(b34) < cost / 5
    says("less than a sixth of VGG-19's weights and needs less than a fifth of its operations")
    assert 4 * own > 0.5e9
    says("VGG-19 alone would take more than half a gigabyte")


def small(n, width=16, biases=False, option="A", inputs=3, stem=True):
    """Trainable weights and statistics of the residual network of 6n + 2 layers."""
    found, channels = [(inputs, width)], width
    for stage in range(3):
        for _ in range(n):
            found += [(channels, width * 2**stage), (width * 2**stage, width * 2**stage)]
            channels = width * 2**stage
    filters = [f for _, f in found]
    count = sum(9 * c * f for c, f in found) + 2 * sum(filters[0 if stem else 1 :]) + 10 * 4 * width + 10
    count += sum(filters) if biases else 0
    if option == "B":
        count += sum(f * f // 2 + 2 * f for f in (2 * width, 4 * width))
    return count, 2 * sum(filters)


def test_the_small_family():
    assert small(3) == (269_722, 1_376) and sum(small(3)) == 271_098
    assert small(9)[0] == 853_018 and sum(small(9)) == 857_082
    hints = CELLS["test_cifar_resnet"]
    wrong = [small(3, option="B")[0], small(3, biases=True)[0], small(3)[0] + 16, small(3, stem=False)[0]]
    for number in [*wrong, small(3, inputs=1)[0]]:
        assert f"{number:_}" in hints, number
    says(f"Hint: {small(3, option='B')[0]:,}", "ResNet-20 has n = 3, ResNet-56 n = 9", "6n + 2")
    assert small(1)[0] == 75_290 and f"{small(1)[0]:_}" in CELLS["test_train_augmented"]
    sizes = [24]
    for _ in range(5):  # the first convolution, the pooling, and the three stages that begin with stride 2
        sizes.append(math.ceil(sizes[-1] / 2))
    assert sizes[-1] == 1
    says("the last stage of ResNet-18 would work on a single pixel")


def test_counts_of_the_small_checks():
    cell = CELLS["test_plain_net"]
    kernels = [9 * 16, 9 * 16 * 16]
    assert f"[{kernels[0]}, 32, {kernels[1]}, 32, {kernels[1]}, 32, {17 * 10}]" in cell
    for number in (kernels[0] + 16, 25 * 16, f"{(8 * 8 * 16 + 1) * 10:_}"):
        assert f"\n    {number}: " in cell
    assert 8 * 8 == 64 and "64 times as many numbers" in cell
    cell = CELLS["test_residual_block"]
    assert "[2304, 32, 2304, 32]" in cell
    for number in (2304 + 16, 256, 2304 + 32, 2 * 2304, 2 * 2304 + 32, 3 * 2304 + 96, 3 * 2304 + 64):
        assert f"\n    {number}: " in cell, number
    cell = CELLS["test_shortcut"]
    assert 32 * 16 + 2 * 32 == 576 and "[0, 576]" in cell
    for number in (32 * 16, 576 + 32, 32 * 16 + 32, 9 * 32 * 16 + 64, 64):
        assert f"([0, {number}]," in cell, number
    cell = CELLS["test_census"]
    own = 36 + 8 + 144 + 8 + 50
    assert f'"trainable": {own}, "statistics": 16, "macs": {64 * (36 + 144) + 40:_}' in cell
    for number in (own + 16, 2 * (64 * 180 + 40), 36 + 144 + 40, 64 * 180):
        assert f"== {number:_}" in cell, number
    assert f"\n    {144 + 7 * 32 + 6 * 2304 + 170:_}: " in CELLS["test_deepen"]


def test_batch_normalisation():
    layer = layers.BatchNormalization()
    assert layer.momentum == 0.99 and layer.epsilon == 0.001
    says("With Keras' default momentum of 0.99 a step moves that average by only 1 %", "√(1 + 0.001)")
    steps = 8 * math.ceil(len(datasets.digits(8).train) / 32)
    assert 290 <= steps <= 310
    says("our trainings have some 300 steps")


def test_the_shipped_runs():
    assert sorted(RUNS) == sorted(f"{kind}-{depth}" for kind in ("plain", "residual") for depth in (8, 20, 38))
    assert all(len(histories) == 5 for histories in RUNS.values()) and sum(map(len, RUNS.values())) == 30
    assert all(len(values) == 16 for histories in RUNS.values() for one in histories for values in one.values())
    says("30 trainings ship with the course", "each from five random beginnings, with the recipe above over 16 epochs")
    recipe = json.loads(re.search(r"^RECIPE = (\{.*\})", CODE, re.MULTILINE)[1])
    assert recipe.items() <= RECORD["settings"].items()
    script = runpy.run_path(str(ROOT / "data" / "make_resnet_runs.py"), run_name="not main")
    assert script["SETTINGS"] == RECORD["settings"]

    def late(name):
        return np.array([np.mean(history["loss"][-3:]) for history in RUNS[name]])

    # What the prose and the model answer say of them: clear for 38 layers, small for 20, and once not there.
    assert (late("plain-38") > 10 * late("plain-8")).all() and (late("plain-38") > late("plain-20")).all()
    assert int((late("plain-20") > late("plain-8")).sum()) == 4
    says(
        "Five runs each showed it clearly for 38 plain layers; between 8 and 20 layers it is small, and one run did not"
    )
    says("a *training* loss many times that of the ones with 8 layers, in every one of the five runs")
    assert (late("residual-38") < late("plain-8")).all()
    says("with shortcuts 38 train better than 8 plain ones")


def test_the_shipped_networks_are_those_of_the_notebook():
    script = runpy.run_path(str(ROOT / "data" / "make_resnet_runs.py"), run_name="not main")
    found = answers("identity_kernel", "plain_net", "residual_block")
    execute("def residual_net(depth", found, until="keras.utils.set_random_seed")
    for shortcuts, build in ((False, found["plain_net"]), (True, found["residual_net"])):
        ours, theirs = build(8), script["network"](8, shortcuts)
        assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]
        theirs.set_weights(ours.get_weights())
        some = datasets.digits(8).validation.x[:5]
        assert np.allclose(np.asarray(ours(some)), np.asarray(theirs(some)), atol=1e-6)


def answers(*exercises):
    """The notebook's answer cells, run."""
    found = {"keras": keras, "layers": layers, "np": np, "tf": tf}
    for exercise in exercises:
        exec(CELLS[exercise], found)
    return found


def execute(beginning, found, until=None):
    """Run the notebook's cell that begins so, up to a line."""
    (cell,) = [cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code" and cell.source.startswith(beginning)]
    exec(cell[: cell.index(until)] if until else cell, found)


def test_the_gradient_at_the_first_layer():
    found = answers("plain_net", "residual_block", "first_gradient")
    found |= {"digits": datasets.digits(8)}
    execute("def residual_net(depth", found, until="keras.utils.set_random_seed")
    execute("def bare_net(depth", found, until="norms = measure_once")
    norms = {
        kind: {depth: np.array(values) for depth, values in by.items()}
        for kind, by in found["gradient_experiment"]().items()
    }
    ratio = {kind: by["38"] / by["8"] for kind, by in norms.items()}
    says("in all three beginnings the gradient of 38 plain layers is more than ten times that of 8")
    assert (ratio["plain, with batch norm"] > 10).all()
    says("With shortcuts and normalisation 38 layers get less than four times what 8 get")
    assert (ratio["residual, with batch norm"] < 4).all()
    says(
        "In the plain networks *without* batch normalisation less arrives at the first of 38 layers than at the first "
        "of 8"
    )
    assert (ratio["plain, without"] < 1).all()
    says("the gradient grows even more than in the plain network with normalisation")
    assert ratio["residual, without"].min() > ratio["plain, with batch norm"].max() * 0.5
    assert (ratio["residual, without"] > ratio["plain, with batch norm"]).sum() >= 2


def test_the_literature_values():
    assert drawings.IMAGENET_ERRORS == {"plain": (27.94, 28.54), "residual": (27.88, 25.03)}
    says(
        "these four errors are literature values, from the ResNet paper", "At 18 layers the final errors hardly differ"
    )


def test_the_photographs():
    photographs = datasets.photograph_patches(48)
    assert len(photographs.classes) == 10 and photographs.train.x.shape[1:] == (48, 48, 3)
    says("ten photographs, cut into patches of 48×48 pixels and shrunk to 24×24", "The left 70 % of each photograph")


def test_the_minutes():
    minutes = [int(number) for number in re.findall(r"&emsp; (\d+) minutes", PROSE)]
    (stated,) = re.findall(r"\*\*Time:\*\* about (\d+) minutes", PROSE)
    assert sum(minutes) <= int(stated) <= sum(minutes) + 25  # reading and the experiments between


def test_the_settings_that_were_measured_are_those_of_the_notebook():
    stated = json.loads(re.search(r"^PHOTOS = (\{.*\})", CODE, re.MULTILINE)[1])
    assert stated | {"seed": "varied"} == THRESHOLDS["settings"]["PHOTOS"]


@pytest.mark.parametrize("check", ["train_augmented", "hidden_train_augmented"])
def test_the_thresholds_come_from_many_seeds(check):
    about = THRESHOLDS["checks"][check]
    cell = CELLS[check if check.startswith("hidden") else f"test_{check}"]
    (stated,) = re.findall(r"at_least=(0\.\d+)", cell)
    assert float(stated) == about["threshold"]
    honest = about["recipes"][about["honest"]]
    assert honest["runs"] >= 20 and honest["share_below"] == 0 and honest["minimum"] > about["threshold"]
    for weak in ("linear", "colours", "shallow", "untrained"):
        assert about["recipes"][weak]["share_below"] == 1, weak
    # Two epochs of the very network that is asked for: now and then one of them is lucky.
    assert about["recipes"]["barely"]["share_below"] > 0.8


def test_the_threshold_in_the_prose():
    says(f"at least {100 * THRESHOLDS['checks']['train_augmented']['threshold']:.0f} % of the validation patches right")
