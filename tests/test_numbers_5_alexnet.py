"""Every number in the prose of notebook 5 is computed here, and the sentence that states it is found in the source."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.course import source
from autograder.notebook import datasets
from autograder.notebook.drawings import alexnet as drawings

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = source.read(ROOT / "solutions" / "5_alexnet" / "5_alexnet.py")
PROSE = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "markdown")
CODE = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code")
CELLS = {cell.metadata["nbgrader"]["grade_id"]: cell.source for cell in NOTEBOOK.cells if "nbgrader" in cell.metadata}
MEASURED = json.loads((ROOT / "benchmarks" / "thresholds" / "5_alexnet.json").read_text(encoding="utf-8"))
RUNS = MEASURED["runs"]

CONVOLUTIONS = [
    (11, 3, 96, 55, 1),
    (5, 96, 256, 27, 2),
    (3, 256, 384, 13, 1),
    (3, 384, 384, 13, 2),
    (3, 384, 256, 13, 2),
]
"""Kernel, channels, filters, side of the output, groups with two towers."""
DENSE = [(9216, 4096), (4096, 4096), (4096, 1000)]
STEPS = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0)]


def says(*fragments: str) -> None:
    for fragment in fragments:
        assert fragment in PROSE, fragment


def layer_weights(towers: int) -> list[int]:
    convolutions = [
        filters * (kernel**2 * channels // min(groups, towers) + 1)
        for kernel, channels, filters, _, groups in CONVOLUTIONS
    ]
    return convolutions + [(inputs + 1) * units for inputs, units in DENSE]


def macs(towers: int) -> int:
    convolutions = sum(
        side**2 * filters * kernel**2 * channels // min(groups, towers)
        for kernel, channels, filters, side, groups in CONVOLUTIONS
    )
    return convolutions + sum(inputs * units for inputs, units in DENSE)


def windows(size: int, kernel: int, stride: int, padding: int) -> tuple[int, int]:
    return (size + 2 * padding - kernel) // stride + 1, (size + 2 * padding - kernel) % stride


def values(recipe: str, kind: str) -> np.ndarray:
    return np.array([value for run in RUNS.values() for value in run.get(recipe, {}).get(kind, [])])


def test_the_weights():
    one, two = layer_weights(1), layer_weights(2)
    assert (sum(one), sum(two)) == (62_378_344, 60_965_224)
    for name, weights in (("one_tower", one), ("two_towers", two)):
        assert f"{name} = [{', '.join(f'{count:_}' for count in weights)}]" in CODE
    assert round(4 * sum(one) / 1e6, -1) == 250
    assert round(sum(one) / 1e6) == 62
    says("62 million weights are 250 MB", f"AlexNet is eight layers and {sum(one):,} weights, {sum(one[5:]):,} of them")
    says(f"{sum(one[5:]):,} of the weights are in the dense layers", f"In its two towers it has {sum(two):,}")
    assert sum(one[5:]) == sum(two[5:])


def test_wrong_numbers_of_weights_tell_the_mistake():
    weights = layer_weights(1)
    small_224 = sum(weights) - weights[5] + (5 * 5 * 256 + 1) * 4096
    later = [(11 * 11 * 3 + 1) * 64, (5 * 5 * 64 + 1) * 192, (3 * 3 * 192 + 1) * 384, (3 * 3 * 384 + 1) * 256]
    later_total = sum(later) + (3 * 3 * 256 + 1) * 256 + sum(weights[5:])
    flat = sum(weights) - weights[5] + (256 + 1) * 4096
    assert (small_224, later_total, flat) == (50_844_008, 61_100_840, 25_678_184)
    for number in (
        11 * 11 * 3 * 96,  # no biases
        (11 * 11 + 1) * 96,  # grey images
        later[0],
        (256 + 1) * 4096,
        (5 * 5 * 256 + 1) * 4096,
        small_224,
        later_total,
        (3 * 3 * 128 + 1) * 384,  # Conv 3 in groups
    ):
        assert f"\n    {number:_}: " in CELLS["test_alexnet"], number
    says(f"“{flat:,} weights”")


def test_the_sizes_of_the_tables():
    size, sizes = 227, []
    for kernel, stride, padding in STEPS:
        size, left_over = windows(size, kernel, stride, padding)
        assert left_over == 0
        sizes.append(size)
    assert sizes == [55, 27, 27, 13, 13, 13, 13, 6]
    for side, depth in zip(sizes, (96, 96, 256, 256, 384, 384, 256, 256), strict=True):
        says(f"| {side} × {side} × {depth} |")
    assert [(size, depth) for _, size, depth in drawings.STAGES[1:9]] == list(
        zip(sizes, (96, 96, 256, 256, 384, 384, 256, 256), strict=True)
    )
    assert 6 * 6 * 256 == DENSE[0][0] == 9_216
    size = 33
    small = [(5, 2, 0), *STEPS[1:]]
    for (kernel, stride, padding), depth in zip(small, (32, 32, 64, 64, 96, 96, 64, 64), strict=True):
        size, left_over = windows(size, kernel, stride, padding)
        assert left_over == 0
        says(f"| {size} × {size} × {depth} |")


def test_why_224_does_not_fit():
    assert windows(227, 11, 4, 0) == (55, 0) and windows(224, 11, 4, 0) == (54, 1) and windows(224, 11, 4, 2) == (55, 1)
    assert -(-224 // 4) == 56  # what "same" gives
    says("On 224 pixels there is room for 54 windows", "The figure's 55 need 227", 'Keras\' `"same"` gives 56')
    says("gives 55 windows and still leaves one pixel over, a padded one")

    def whole(size: int) -> bool:
        for kernel, stride, padding in STEPS:
            if size + 2 * padding < kernel:
                return False
            size, left_over = windows(size, kernel, stride, padding)
            if left_over:
                return False
        return True

    found = [size for size in range(1, 300) if whole(size)]
    assert {b - a for a, b in zip(found, found[1:], strict=False)} == {32} and 227 in found
    assert int(np.prod([stride for _, stride, _ in STEPS])) == 32
    says("are 32 apart, because the strides multiply to 4 · 2 · 2 · 2 = 32")


def test_what_the_towers_save():
    assert (
        f"{layer_weights(1)[1]:_}" in CELLS["test_conv_cost"] and f"{layer_weights(2)[1]:_}" in CELLS["test_conv_cost"]
    )
    saved = 1 - macs(2) / macs(1)
    assert round(100 * saved) == 36 and saved > 1 / 3
    assert 1 - sum(layer_weights(2)) / sum(layer_weights(1)) < 0.03
    says("the towers save 36 % of the work", "and 36 % less work", "more than a third of the work")


def test_the_memory_of_a_training():
    weights = sum(layer_weights(2))
    maps = sum(
        side**2 * depth
        for side, depth in ((55, 96), (27, 96), (27, 256), (13, 256), (13, 384), (13, 384), (13, 256), (6, 256))
    )
    maps += 4 * 4096 + 1000  # dense layers and dropout
    assert f"{3 * 4 * weights / 1e9:.2f}" == "0.73" and f"{4 * weights / 1e9:.2f}" == "0.24"
    assert f"{2 * 4 * 128 * maps / 1e9:.1f}" == "0.8"
    says("weights, gradients and momentum take about 0.73 GB", "about 0.8 GB more", "needs the weights (0.24 GB)")
    says("batches had 128 images; a number takes 4 bytes")


def test_unallocated_takes_no_memory():
    program = """
import resource, keras
from keras import layers
from autograder.notebook.models import unallocated
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
model = unallocated(lambda: keras.Sequential([keras.Input((9216,)), layers.Dense(4096), layers.Dense(4096)]))
print(model.count_params(), peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    weights, kilobytes = map(int, done.stdout.split())
    assert weights == 9217 * 4096 + 4097 * 4096
    assert kilobytes < 50_000  # 218 MB if they were made


def test_the_race_is_that_of_notebook_2():
    text = " ".join(
        (ROOT / "solutions" / "2_layers" / "2_layers.py").read_text(encoding="utf-8").replace("\n# ", " ").split()
    )
    assert "(a median of 2 against 6 in our run, a third)" in text and "(34 against 6)" in text
    says("The course's own run gave ReLU 6 epochs, tanh 2 and the sigmoid 34")
    assert 'medians = {"relu": 6, "tanh": 2, "sigmoid": 34}' in CODE


def test_the_overlap():
    counts = {}
    for window in (3, 2):
        count = np.zeros(55, dtype=int)
        for start in range(0, 55 - window + 1, 2):
            count[start : start + window] += 1
        counts[window] = count
        assert len(range(0, 55 - window + 1, 2)) == 27
    assert counts[2][-1] == 0 and counts[2][:-1].all()
    assert (counts[3] == 2).sum() == 26 and counts[3].min() == 1
    says("Both give 27 rows out of 55", "the last row is thrown away", "nearly every second row is seen twice")


def test_the_crops():
    assert 48 - 33 + 1 == 16 and 16 * 16 * 2 == 512
    says("16 · 16 · 2 = 512", "A crop of 33 from 48 pixels can begin at rows 0, 1, …, 15: sixteen places")
    assert 32 + 2 * 4 - 33 + 1 == 8
    says("padded with 4 zeros on each side, so that there are 8 · 8 places to cut 33×33 from")


def test_the_patches():
    patches = datasets.photograph_patches(48)
    assert (len(patches.train), len(patches.validation), len(patches.classes)) == (1_440, 480, 10)
    says("the left 70 % of each photograph, the validation patches from the right 30 %", "480 patches")
    photograph = datasets.photograph("chelsea")
    part = datasets.validation_part(photograph)
    assert part.shape[1] / photograph.shape[1] == pytest.approx(0.3, abs=0.01)


def test_the_history():
    errors = {" ".join(name.split()): error for _, name, error, _ in drawings.WINNERS}
    assert round(0.15315 * 100, 1) == errors["AlexNet"] and round(0.26172 * 100, 1) == errors["ISI, second"]
    assert round(errors["NEC-UIUC"] - errors["XRCE"], 1) == 2.4
    assert round(errors["XRCE"] - errors["AlexNet"]) == 10
    says("the year before had brought 2.4 percentage points, this one brought about ten")
    says("the contest's own table of results 15.315 %", "it was 16.422 %", "The next best team had 26.172 %")
    says("15.3 % against 26.2 % made 2012 the flash point")


def test_the_small_network():
    kernels = [(5, 3, 32), (5, 32, 64), (3, 64, 96), (3, 96, 96), (3, 96, 64)]
    weights = [(kernel**2 * channels + 1) * filters for kernel, channels, filters in kernels]
    weights += [(64 + 1) * 512, (512 + 1) * 512, (512 + 1) * 10]
    assert f"small_weights = [{', '.join(f'{count:_}' for count in weights)}]" in CODE
    hints = CELLS["test_small_alexnet"]
    for number in (5 * 5 * 3 * 32, (5 * 5 + 1) * 32, (3 * 3 * 3 + 1) * 32, (3 * 3 * 32 + 1) * 64):
        assert f"\n        {number:_}: " in hints or f"\n        {number}: " in hints, number


def test_chance_alone_looks_like_detectors():
    """What the text says of the controls: a search over so many finds about 0.8 in noise, and more in blurred noise."""
    from scipy import ndimage

    namespace = {"np": np, "ndimage": ndimage}
    exec(CELLS["as_pictures"], namespace)
    (cell,) = [cell.source for cell in NOTEBOOK.cells if "def best_likeness(" in cell.source]
    exec(cell[: cell.index("noisy = ")], namespace)
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, (15, 15, 3, 200))
    blurred = ndimage.gaussian_filter(noise, (1, 1, 0, 0))[5:10, 5:10]
    assert round(float(np.median(namespace["best_likeness"](noise[:5, :5]))), 1) == 0.8
    assert np.median(namespace["best_likeness"](blurred)) > 0.85
    says("without the two controls, 0.8 would have looked like a discovery")


def test_the_minutes():
    minutes = [int(number) for number in re.findall(r"&emsp; (\d+) minutes", PROSE)]
    (stated,) = re.findall(r"\*\*Time:\*\* about (\d+) minutes", PROSE)
    assert sum(minutes) <= int(stated) <= sum(minutes) + 25  # reading and the experiments between


def test_the_settings_that_were_measured_are_those_of_the_notebook():
    for name in ("SETTINGS", "AUGMENTED"):
        (text,) = re.findall(rf"^{name} = (\{{.*\}})", CODE, re.MULTILINE)
        assert json.loads(text) | {"seed": "varied"} == MEASURED["settings"][name]


@pytest.mark.parametrize("check", ["small_alexnet", "hidden_small_alexnet", "augmented", "hidden_augmented"])
def test_the_thresholds_come_from_many_seeds(check):
    about = MEASURED["checks"][check]
    cell = CELLS[check if check.startswith("hidden") else f"test_{check}"]
    (stated,) = re.findall(r"at_least=(0\.\d+)", cell)
    assert float(stated) == about["threshold"]
    honest = about["recipes"][about["honest"]]
    assert honest["runs"] >= 20
    assert honest["share_below"] == 0 and honest["minimum"] > about["threshold"]
    for weak in ("untrained", "barely", "grey"):
        assert about["recipes"][weak]["share_below"] == 1, weak
    if "augmented" in check:
        assert about["recipes"]["colours"]["share_below"] == 1
    images = "validation" if not check.startswith("hidden") else "held-out"
    assert about["images"] == images


def test_other_crops_tell_whether_there_was_augmentation():
    (stated,) = re.findall(r"middle - others <= (0\.\d+)", CELLS["hidden_augmented"])
    assert len(values("plain", "lost on other crops")) == len(values("augmented", "lost on other crops")) >= 20
    assert values("augmented", "lost on other crops").max() + 0.01 < float(stated)
    assert values("plain", "lost on other crops").min() - 0.03 > float(stated)


def test_the_thresholds_in_the_prose():
    for check, sentence in (
        ("small_alexnet", "name at least {:.0f} % of the validation patches right; more is possible"),
        ("augmented", "name at least {:.0f} % of the validation patches right, which is more than colours alone allow"),
    ):
        says(sentence.format(100 * MEASURED["checks"][check]["threshold"]))
    colours = max(values("colours", "validation").max(), values("colours", "held-out").max())
    assert colours < MEASURED["checks"]["augmented"]["threshold"]


def sentences() -> list[str]:
    """What the text says of the course's own runs, with the numbers that they gave."""

    def points(numbers: np.ndarray) -> tuple[int, int, int]:
        return tuple(round(100 * float(number)) for number in (numbers.min(), numbers.max(), np.median(numbers)))

    def middle(recipe: str, kind: str) -> str:
        return f"{np.median(values(recipe, kind)):.2f}"

    def gaps(recipe: str) -> np.ndarray:
        return values(recipe, "training") - values(recipe, "validation")

    better = values("augmented", "validation") - values("plain", "validation")
    ten = {name: points(values(name, "ten crops") - values(name, "validation")) for name in ("plain", "augmented")}
    assert (gaps("augmented") < gaps("plain")).all() and gaps("augmented").min() > 0.03
    assert better.min() > 0 and min(ten["plain"]) > 0 and min(ten["augmented"]) >= 0
    n = len(RUNS)
    (least, most, _), (p, q, r), (u, v, w) = points(better), ten["plain"], ten["augmented"]
    return [
        f"the augmented network was better in all {n} of them, by {least} to {most} percentage points",
        f"In our {n} runs, in the middle, the training curve ends at {middle('plain', 'training')} on centre crops "
        f"only and at {middle('augmented', 'training')} with augmentation, the validation curve at "
        f"{middle('plain', 'validation')} and at {middle('augmented', 'validation')}: gaps of "
        f"{np.median(gaps('plain')):.2f} and {np.median(gaps('augmented')):.2f}",
        f"in our {n} runs {p} to {q} percentage points, with a median of {r}, against {u} to {v} with a median of {w}",
        f"Augmentation narrowed it in each of our {n} runs, and closed it in none",
    ]


def test_the_course_s_own_runs():
    assert len(RUNS) >= 20
    says(*sentences())
