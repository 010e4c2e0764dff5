"""The numbers in the prose of 3_counting are computed here, and the fragment that states each stands in the source."""

import math
from pathlib import Path

import pytest

from autograder.notebook import layer_lists
from autograder.notebook.layer_lists import (
    as_keras,
    batch_norm,
    conv,
    dense,
    flatten,
    global_pool,
    measure,
    pool,
    residual,
    shapes,
)  # fmt: skip

SOURCE = Path(__file__).resolve().parent.parent / "solutions" / "3_counting" / "3_counting.py"
TEXT = SOURCE.read_text(encoding="utf-8")

LENET = [conv(6, 5), pool(2), conv(16, 5), pool(2), conv(120, 5), flatten(), dense(84), dense(10)]
BLOCKS = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))
VGG19 = sum(([conv(filters, 3, padding=1)] * number + [pool(2)] for number, filters in BLOCKS), []) + [
    flatten(), dense(4096), dense(4096), dense(1000),
]  # fmt: skip


def alexnet(padding: int = 0, flat: bool = True, pools: int = 3, paddings: tuple[int, int] = (2, 1)) -> list[dict]:
    five, three = paddings
    layers = [conv(96, 11, 4, padding), pool(pools, 2), conv(256, 5, padding=five), pool(pools, 2)]
    layers += [conv(384, 3, padding=three), conv(384, 3, padding=three), conv(256, 3, padding=three), pool(pools, 2)]
    return [*layers, *([flatten()] if flat else []), dense(4096), dense(4096), dense(1000)]


def deep(shortcuts: bool) -> list[dict]:
    def unit(filters: int, kernel: int = 3, stride: int = 1, padding: int = 1) -> list[dict]:
        return [conv(filters, kernel, stride, padding, bias=False), batch_norm()]

    layers = [*unit(64, 7, 2, 3), pool(3, 2, 1)]
    for stage, (pairs, filters) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512))):
        for pair in range(pairs):
            stride = 2 if stage and not pair else 1
            branch = unit(filters, stride=stride) + unit(filters)
            layers += [residual(branch, unit(filters, 1, 2, 0) if stride == 2 else [])] if shortcuts else branch
    return [*layers, global_pool(), dense(1000)]


def stands(*fragments: str) -> None:
    for fragment in fragments:
        assert fragment in TEXT, fragment


def test_the_number_that_the_notebook_begins_with():
    values = 200 * 200 * 3
    assert (values, values**2) == (120_000, 14_400_000_000)
    assert values**2 // 10**6 == 14_400 and values**2 // 10**3 == 14_400_000  # the last puzzle's limits
    assert values**2 / 1_000_000 == 14_400  # weights for each of a million images
    stands(
        "200·200·3 = 120,000 values", "14,400,000,000 between two colour images of 200×200", "14.4 billion weights",
        "There are 14,400 weights for each image", "at most **14,400** weights, a millionth",
        "at most **14,400,000** multiply-accumulates, a thousandth",
    )  # fmt: skip


def test_lenet():
    model = as_keras(LENET, (32, 32, 1))
    counts = [layer.count_params() for layer in model.layers if layer.count_params()]
    assert counts == [156, 2_416, 48_120, 10_164, 850] and sum(counts) == 61_706
    assert counts[2] / sum(counts) > 0.75
    found = measure(LENET, (32, 32, 1))
    assert (found.macs, found.field) == (416_520, 32)
    assert (28 * 28 * 80, (28 * 28 + 1) * 80) == (62_720, 62_800)
    assert measure([conv(6, 5, padding=2), *LENET[1:]], (28, 28, 1)).weights == 61_706
    stands(
        "156 + 2,416 + 48,120 + 10,164 + 850 = 61,706 weights", "62,720 without biases, 62,800 with them",
        "needs 416,520 multiply-accumulates", "LeNet-5 sees 5, 6, 14, 16 and at last all 32 pixels",
        "More than three quarters of the weights sit in C5", "With its biases the dense layer has 62,800",
    )  # fmt: skip


def test_hints_name_the_right_mistakes():
    on_mnist = [*LENET[:4], flatten(), dense(120), dense(84), dense(10)]
    assert measure(on_mnist, (28, 28, 1)).weights == 44_426
    with pytest.raises(layer_lists.LayerListError, match="does not fit on a map of 4×4"):
        measure(LENET, (28, 28, 1))
    without = [{**layer, "bias": False} if "bias" in layer else layer for layer in LENET]
    assert measure(without, (32, 32, 1)).weights == 61_470 and 61_706 - 61_470 == 236
    assert measure(alexnet(), (224, 224, 3)).weights == 50_844_008
    assert measure(alexnet(flat=False), (227, 227, 3)).weights == 25_678_184
    assert measure(alexnet(paddings=(0, 0)), (227, 227, 3)).weights == 28_823_912
    same = measure(alexnet(pools=2), (227, 227, 3))
    assert (same.weights, same.field < 195) == (62_378_344, True)
    stands("50,844,008", "25,678,184", "61,470", "6·6·256 = 9,216", "44_426", "60_965_224", "61_100_840", "60_000")


def test_alexnet():
    for layers, size in ((alexnet(), 227), (alexnet(padding=2), 224)):
        found = measure(layers, (size, size, 3))
        assert (found.weights, found.macs, found.field) == (62_378_344, 1_135_256_096, 195)
        assert shapes(layers, (size, size, 3))[0] == (55, 55, 96)
    model = as_keras(alexnet(), (227, 227, 3))
    dense_part = sum(layer.count_params() for layer in model.layers[-3:])
    assert round(100 * dense_part / 62_378_344) == 94
    dense_macs = 9216 * 4096 + 4096 * 4096 + 4096 * 1000
    assert round(100 * (1 - dense_macs / 1_135_256_096)) == 95
    stands("about 94 % of the weights", "about 95 % of the multiply-accumulates", "62,378,344 weights")
    stands("1.14 G multiply")


def test_vgg_and_resnet():
    vgg = measure(VGG19, (224, 224, 3))
    assert (vgg.weights, round(vgg.macs / 1e9, 1)) == (143_667_240, 19.6)
    dense_part = 25_088 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 1000 + 1000
    assert round(dense_part / 1e6, 1) == 123.6 and 7 * 7 * 512 == 25_088 and 512 * 1000 + 1000 == 513_000
    plain, resnet = measure(deep(False), (224, 224, 3)), measure(deep(True), (224, 224, 3))
    assert (plain.weights, resnet.weights, resnet.weights - plain.weights) == (21_623_848, 21_797_672, 173_824)
    assert [round(network.macs / 1e9, 2) for network in (plain, resnet)] == [3.64, 3.66]
    counted = as_keras(deep(True), (224, 224, 3)).count_params()
    assert (counted, counted - resnet.weights) == (21_814_696, 17_024)
    assert 6 < vgg.weights / resnet.weights < 7 and resnet.macs < vgg.macs / 5 and 34 < 2 * 19
    stands(
        "143,667,240", "19.6 billion for VGG-19", "3.6 billion", "123.6 of VGG-19's 143.7 million", "513,000 weights",
        "173,824 weights more", "21,814,696", "17,024 of these numbers", "3.64 G", "3.66 G",
        "about a seventh of its weights and less than a fifth of its multiply-accumulates",
    )  # fmt: skip


def test_uses_of_each_weight():
    lists = ((LENET, (32, 32, 1)), (alexnet(), (227, 227, 3)), (VGG19, (224, 224, 3)), (deep(True), (224, 224, 3)))
    found = [measure(layers, shape) for layers, shape in lists]
    assert [round(network.macs / network.weights) for network in found] == [7, 18, 137, 168]
    stands("LeNet-5 is used 7 times, of AlexNet 18 times, of VGG-19 137 times and of ResNet-34 168 times")


def test_hints_of_the_puzzles():
    assert 9 * 16 * 16 + 16 == 2_320
    assert 2**5 * (3 - 1) == 64
    stands("has 2,320 weights", "the jump is 32: a 3×3 layer then adds 64 pixels")


def test_minutes_add_up_to_what_the_beginning_says():
    headings = [line.split("&emsp;") for line in TEXT.splitlines() if line.startswith("# ### ") and "&emsp;" in line]
    minutes = [int(heading[2].split()[0]) for heading in headings]
    assert 135 <= sum(minutes) <= 165, sum(minutes)
    stands("about 2½ hours")


def test_memory_of_the_large_networks_is_not_allocated():
    assert math.prod(as_keras(VGG19, (224, 224, 3)).layers[-1].kernel.shape) == 4_096_000


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        (3, "expected a list of layers"),
        ([], "the list is empty"),
        ([3], "layer 1 is an integer"),
        ([{"kind": "unknown"}], "the kinds are"),
        ([{"kind": "conv", "filters": 1}], "has the keys filters, kind; expected"),
        ([conv(1, 3, padding=3)], "the padding must be smaller than the kernel"),
        ([conv(2.0, 3)], "filters is 2.0, expected a whole number"),
        ([pool(3, True)], "stride is True"),
        ([conv(0, 3)], "filters is 0"),
        ([dense(10**9)], "expected a whole number"),
        ([conv(4, 3)] * 500, "500 layers"),
        ([conv(4, 3, bias=1)], "bias is 1"),
        ([pool(2, how="mean")], "how is 'mean'"),
        ([conv(4, 7)], "does not fit on a map of 6×9"),
        ([flatten(), conv(4, 3)], "it needs maps"),
        ([residual([conv(4, 3)])], "they cannot be added"),
    ],
)
def test_a_list_that_describes_no_network_is_told_why(layers, told):
    with pytest.raises(layer_lists.LayerListError, match=told.replace("(", r"\(")):
        measure(layers, (6, 9, 3))


def test_numpy_integers_and_tuples_are_welcome():
    np = pytest.importorskip("numpy")
    assert measure((conv(np.int64(4), 3), global_pool()), (6, 9, 3)).shape == (4,)
