"""docs/lecture.md: every slide of the lecture has a row, every place it names exists, and every number is computed."""

import json
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from scipy import signal, special

from autograder.course import source
from autograder.course.layout import Course
from autograder.notebook import datasets, layer_lists
from autograder.notebook.drawings.alexnet import WINNERS
from autograder.notebook.drawings.resnet import IMAGENET_ERRORS
from autograder.notebook.layer_lists import batch_norm, conv, dense, flatten, global_pool, pool, residual

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "lecture.md"
NAMES = {name.split("_")[0]: name for name in Course(ROOT).names()}

SLIDES = [
    "Deep learning: a brief history",
    "Deep learning",
    "Review: Neural Networks",
    "Review: What does this unit detect?",
    "Review: Hierarchical feature learning",
    "Deep Learning: Overview",
    "Deep Learning: The Promised Land",
    "Obstacles to Deep MLPs",
    "Example: Images",
    "Hierarchical Learning",
    "Convolutional Neural Networks",
    "CNN: Four Main Layers",
    "CNN: Example",
    "Image Processing: Kernels",
    "Example: 3x3 Kernel",
    "Convolution Filter",
    "Convolution Settings: Depth",
    "CNN: Convolution Layer",
    "Convolution Settings: Padding",
    "Convolution Settings: Stride",
    "Convolution",
    "Multiple Kernels as Feature Detectors",
    "Kernels",
    "Stacking up multiple filters yields “new image”",
    "CNN: Convolution Filters",
    "Review: ReLU",
    "CNN: ReLU",
    "CNN: Pooling Layer",
    "Pooling: Max-Pool",
    "CNN: Pooling Example",
    "CNN: Fully-Connected Layer",
    "LeNet 5 [LeCun et al., 1998]",
    "LeNet-5: Number of weights?",
    "LeNet: MNIST Dataset Results",
    "Misclassified examples",
    "AlexNet",
    "AlexNet: Diagram",
    "AlexNet: Details",
    "Revolution of Depth",
    "ResNet: Motivation",
    "ResNet",
    "VGG-19",
    "Plain Network vs. ResNet",
    "Complexity Comparison",
    "Why is CNN Successful?",
    "Summary: CNN",
]
"""The lecture's slides, each title once, in order."""


@dataclass(frozen=True)
class Row:
    """A row of the page. places: (number of the notebook, heading) or (link, target) pairs, as the page links them."""

    slide: str
    says: str
    places: tuple[tuple[str, str], ...]
    comes_out: str

    def __str__(self) -> str:
        return f"{self.slide}: {self.says[:60]}"


def rows() -> list[Row]:
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("| ") or line.startswith("| Slide "):
            continue
        slide, says, where, comes_out = (cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|")))
        places = re.findall(r"\[(\d): ([^\]]+)\]\(\.\./assignments/(\w+)/\3\.ipynb\)", where)
        assert len(places) == where.count("]("), f"a place that is no heading of a notebook: {where}"
        assert all(NAMES[number] == name for number, _, name in places), where
        found.append(Row(slide, says, tuple((number, heading) for number, heading, _ in places), comes_out))
    return found


ROWS = rows()


@cache
def sections(number: str) -> dict[str, str]:
    """The sections of a notebook by their headings, without difficulty and minutes; text and code up to the next."""
    found: dict[str, str] = {}
    heading = ""
    for cell in source.read(Course(ROOT).source(NAMES[number])).cells:
        for part in re.split(r"^(?=#{2,3} )", cell.source, flags=re.MULTILINE) if cell.cell_type == "markdown" else []:
            if match := re.match(r"#{2,3} (?!BEGIN|END)(.+)", part):
                heading = match[1].split(" &emsp; ")[0]
                assert heading not in found, f"two headings “{heading}” in notebook {number}"
                found[heading] = ""
            if heading:
                found[heading] += part
        if heading and cell.cell_type == "code":
            found[heading] += f"\n{cell.source}\n"
    return found


def numbers(text: str) -> set[str]:
    """The numbers of a text as they stand there; years, and those in names (ResNet-34) and links, do not count."""
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"\b(notebooks?) \d( to \d)?", "", text)
    text = re.sub(r"\b[A-Za-z]+-\d+\b|\b(?:19|20)\d\d\b", "", text)
    return set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


# --- what comes out, computed ----------------------------------------------------------------------------------------


def lenet5(classes: int = 10) -> list:
    return [conv(6, 5), pool(2), conv(16, 5), pool(2), conv(120, 5), flatten(), dense(84), dense(classes)]


def alexnet() -> list:
    return [
        *[conv(96, 11, stride=4), pool(3, stride=2), conv(256, 5, padding=2), pool(3, stride=2)],
        *[conv(384, 3, padding=1), conv(384, 3, padding=1), conv(256, 3, padding=1), pool(3, stride=2)],
        *[flatten(), dense(4096), dense(4096), dense(1000)],
    ]


def vgg19() -> list:
    stages = [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)]
    layers = [layer for count, filters in stages for layer in [conv(filters, 3, padding=1)] * count + [pool(2)]]
    return [*layers, flatten(), dense(4096), dense(4096), dense(1000)]


def deep(stages: list[int], shortcuts: bool) -> list:
    def normalised(filters: int, kernel: int = 3, stride: int = 1, padding: int = 1) -> list:
        return [conv(filters, kernel, stride, padding, bias=False), batch_norm()]

    layers = [*normalised(64, 7, 2, 3), pool(3, stride=2, padding=1)]
    for stage, pairs in enumerate(stages):
        for pair in range(pairs):
            filters, stride = 64 * 2**stage, 2 if stage and not pair else 1
            branch = normalised(filters, stride=stride) + normalised(filters)
            shortcut = normalised(filters, 1, 2, 0) if stride == 2 else []
            layers += [residual(branch, shortcut)] if shortcuts else branch
    return [*layers, global_pool(), dense(1000)]


def weights(layers: list, shape: tuple[int, int, int]) -> int:
    return layer_lists.measure(layers, shape).weights


def layer_weights(layers: list, shape: tuple[int, int, int]) -> list[int]:
    sums = [weights(layers[:end], shape) for end in range(1, len(layers) + 1)]
    return [after - before for before, after in zip([0, *sums], sums, strict=False) if after > before]


def fields(layers: list, shape: tuple[int, int, int]) -> list[int]:
    several = range(1, len(list(layer_lists.before_the_end(layers))) + 1)
    return [layer_lists.measure(layers[:end], shape).field for end in several]


def text(*values: float | int) -> set[str]:
    return {f"{value:,}" for value in values}


def padding_example() -> set[str]:
    image = np.array([[1, 2, 0, 3, 1], [1, 0, 0, 2, 2], [2, 1, 2, 1, 1], [0, 0, 1, 0, 0], [1, 2, 1, 1, 1]])
    kernel = np.array([[-1, 1, 2], [1, 1, 0], [-1, -2, 0]])
    result = signal.correlate2d(image, kernel, mode="same")
    assert result[0, 0] == -1 and signal.convolve2d(image, kernel, mode="same")[0, 0] == 4
    return text(1, result.size - 1)


def kernel_example() -> set[str]:
    patch = np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]])
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    assert -np.sum(patch * kernel) == np.sum(patch * kernel[::-1, ::-1])
    return text(int(np.sum(patch * kernel)))


def detectors() -> set[str]:
    vertical = np.array([[-1, 1, -1]] * 3)
    patches = [np.array([[0, 1, 0]] * 3), np.array([[0, 1, 0]] * 3).T, np.pad(np.ones((2, 2)), ((1, 0), (1, 0)))]
    return text(*(abs(int(np.sum(vertical * patch))) for patch in [*patches, np.ones((3, 3))]))


def mnist(setting: str) -> set[str]:
    runs = json.loads((ROOT / "benchmarks" / "lenet5_mnist.json").read_text(encoding="utf-8"))["runs"]
    return {f"{np.mean([run['error_percent'] for run in runs if run['setting'] == setting]):.2f}"}


def lenet5_maps() -> set[str]:
    shapes = layer_lists.shapes(lenet5(), (32, 32, 1))
    return text(*(size for shape in shapes for size in shape if size > 1))


def lenet5_weights() -> set[str]:
    layers = layer_weights(lenet5(), (32, 32, 1))
    c1, _, c5, fc1, _ = layers
    # The network of 1998: C3 sees 3, 4 or 6 of the maps, each pool trains a factor and a bias, the output is fixed.
    c3 = (6 * 3 + 9 * 4 + 6) * 25 + 16
    pools = 6 * 2, 16 * 2
    assert c1 + pools[0] + c3 + pools[1] + c5 + fc1 == 60_000
    return (
        text(*layers, sum(layers), 60_000, c3, *pools, 28 * 28 * 80, (28 * 28 + 1) * 80, 32 * 32 * 80) | lenet5_maps()
    )


def small_cnn() -> set[str]:
    """The network whose weights notebook 2 gives."""
    with np.load(BytesIO(datasets.bundled("layers_cnn.npz")), allow_pickle=False) as file:
        return text(sum(file[name].size for name in file.files))


def fully_connected() -> set[str]:
    small = layer_lists.shapes([conv(6, 5), pool(2), conv(12, 5), pool(2), flatten()], (28, 28, 1))[-1]
    large = layer_lists.shapes(lenet5()[:-2], (32, 32, 1))[-1]
    certain = special.softmax([1000.0, 0.0, -1000.0])
    return text(*small, *large, int(certain.sum()), 1000)


def resnet34() -> set[str]:
    residual_net, plain_net = (deep([3, 4, 6, 3], shortcuts) for shortcuts in (True, False))
    model = layer_lists.as_keras(residual_net, (224, 224, 3))
    return text(weights(plain_net, (224, 224, 3)), weights(residual_net, (224, 224, 3)), model.count_params())


def complexity() -> set[str]:
    macs = [layer_lists.measure(net, (224, 224, 3)).macs for net in (vgg19(), deep([3, 4, 6, 3], True))]
    return text(*macs, 2 * macs[1]) | {f"{macs[0] / 1e9:.1f}"}


def alexnet_weights() -> list[int]:
    return layer_weights(alexnet(), (227, 227, 3))


def alexnet_diagram() -> set[str]:
    # Three convolutions see half of the maps in the network of two towers: half of their kernels are gone.
    kernels = 5 * 5 * 96 * 256 + 3 * 3 * 384 * 384 + 3 * 3 * 384 * 256
    moves, left_over = divmod(224 - 11, 4)
    assert (227 - 11) % 4 == 0
    total = sum(alexnet_weights())
    return text(total, total - kernels // 2, 224, moves + 1, left_over, 227, (227 - 11) // 4 + 1)


COMPUTED = {
    "Review: Hierarchical feature learning": lambda: text(*fields(lenet5(), (32, 32, 1))),
    "Obstacles to Deep MLPs": lambda: text((200 * 200 * 3) ** 2, layer_lists.measure(lenet5(), (32, 32, 1)).macs),
    "Example: Images": lambda: text(200 * 200 * 3, (200 * 200 * 3) ** 2),
    "CNN: Example": small_cnn,
    "Example: 3x3 Kernel": kernel_example,
    "Convolution Filter": lambda: text(5 - 3 + 1, *fields([conv(1, 3), conv(1, 3)], (5, 5, 1))[1:]),
    "Convolution Settings: Depth": lambda: text(5, 5 * 5 * 3, 5 * 5 * 4),
    "Convolution Settings: Padding": padding_example,
    "Multiple Kernels as Feature Detectors": detectors,
    "CNN: Pooling Layer": lambda: text(
        weights([conv(6, 5), pool(2)], (32, 32, 1)) - weights([conv(6, 5)], (32, 32, 1))
    ),
    "CNN: Fully-Connected Layer": fully_connected,
    "LeNet-5: Number of weights?": lenet5_weights,
    "LeNet: MNIST Dataset Results": lambda: mnist("clean") | mnist("distorted"),
    "VGG-19": lambda: text(weights(vgg19(), (224, 224, 3))),
    "AlexNet": lambda: {f"{error}" for _, name, error, _ in WINNERS if name == "ISI, second"},
    "AlexNet: Diagram": alexnet_diagram,
    "AlexNet: Details": lambda: text(sum(alexnet_weights()[5:])),
    "Plain Network vs. ResNet": lambda: {str(error) for pair in IMAGENET_ERRORS.values() for error in pair},
    "ResNet": resnet34,
    "Complexity Comparison": complexity,
}
"""For each slide the numbers that come out, computed or, of the literature, as the course draws them. Each of them must
stand in that slide's rows."""


def test_every_slide_has_a_row_and_in_the_lectures_order():
    assert list(dict.fromkeys(row.slide for row in ROWS if row.slide in SLIDES)) == SLIDES
    assert {row.slide for row in ROWS} <= set(SLIDES)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_place_is_a_heading_of_that_notebook(row):
    assert row.says and row.comes_out
    assert row.places
    for number, heading in row.places:
        assert heading in sections(number), f"notebook {number} has no heading “{heading}”"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_number_that_comes_out_is_computed_or_stands_where_the_row_says(row):
    known = COMPUTED[row.slide]() if row.slide in COMPUTED else set()
    for number, heading in row.places:
        known |= numbers(sections(number)[heading])
    assert numbers(row.comes_out) - known == set()


@pytest.mark.parametrize("slide", COMPUTED)
def test_what_is_computed_stands_on_the_page(slide):
    stated = set().union(*(numbers(row.comes_out) for row in ROWS if row.slide == slide))
    assert COMPUTED[slide]() - stated == set()
