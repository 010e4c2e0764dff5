"""What crosses the wall comes out as it went in, and what describes no value does not come out at all."""

import json
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from enum import IntEnum
from fractions import Fraction

import numpy as np
import pytest

from autograder.sandbox import channels
from autograder.wall import wire

VALUES = [
    None, True, False, 0, -7, 2**200, 0.1, float("inf"), "ä", "", [], [1, [2, "x"]], (), (1, (2,)), {},
    {"a": 1, 2: [3]}, {(1, 2): "tuple"}, {1, 2}, 1 + 2j, b"\0\xff", Fraction(1, 3), range(3), {frozenset((1, 2))},
]  # fmt: skip
ARRAYS = [
    np.arange(6).reshape(2, 3), np.zeros((0, 4), "float32"), np.array(3.5), np.array([True, False]),
    np.array(["a", "bc"]), np.float32(1.5), np.int64(-3), np.bool_(True), np.arange(12).reshape(3, 4).T,
    np.array([1 + 1j]), np.array([np.nan, np.inf]), np.array(["2020-02-29"], "M8[D]"), np.timedelta64(3, "h"),
    np.array([2**80, Fraction(1, 3)], dtype=object), np.array([[1, 2]], dtype=object),
]  # fmt: skip


def refuse(kind, content):
    raise wire.Malformed(kind)


def across(value):
    return wire.decode(json.loads(json.dumps(wire.encode(value))), refuse)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_data_comes_out_as_it_went_in(value):
    found = across(value)
    expected = list(value) if isinstance(value, range) else value
    assert found == expected and type(found) is type(expected)


def test_nan():
    assert np.isnan(across(float("nan")))


@pytest.mark.parametrize("value", ARRAYS, ids=lambda value: f"{value.dtype} {value.shape}")
def test_arrays_come_out_as_they_went_in(value):
    found = across(value)
    assert type(found) is type(value) and found.dtype == value.dtype and found.shape == value.shape
    np.testing.assert_array_equal(found, value)
    if isinstance(found, np.ndarray) and found.size:
        found.flat[0] = found.flat[0]  # it can be written to, as the student's own could


class Pretender(int):
    """Says that it is any number."""

    def __eq__(self, other):
        return True

    def __int__(self):
        return 42

    __index__ = __int__
    __hash__ = int.__hash__


class Forgetful(dict):
    """Says that it holds nothing."""

    def items(self):
        return []

    __iter__ = keys = values = items


class Liar:
    """Says that it is an integer."""

    __class__ = int


Point = namedtuple("Point", "x y")
Colour = IntEnum("Colour", "RED GREEN")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Counter("aab"), {"a": 2, "b": 1}),
        (defaultdict(list, {"a": [1]}), {"a": [1]}),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (Forgetful(a=1), {"a": 1}),
        (Point(1, 2), (1, 2)),
        ([Colour.GREEN], [2]),
        ([Pretender(3)], [3]),
        (np.array([Pretender(3)], dtype=object), np.array([3], dtype=object)),
        (type("Words", (list,), {})("ab"), ["a", "b"]),
        (type("Text", (str,), {"__str__": lambda self: "other"})("ab"), "ab"),
        (type("Real", (float,), {"__float__": lambda self: 7.0})(0.5), 0.5),
        (type("Wave", (complex,), {})(1, 2), 1 + 2j),
        (type("Raw", (bytes,), {})(b"ab"), b"ab"),
        (type("Bag", (set,), {})("a"), {"a"}),
        (type("Ice", (frozenset,), {})("a"), frozenset("a")),
        (deque([1, 2]), [1, 2]),
        ({1: 2}.keys(), [1]),
        ({1: 2}.values(), [2]),
        ({1: 2}.items(), [(1, 2)]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_crosses_as_what_it_holds(value, expected):
    found = across(value)
    assert type(found) is type(expected) and found == expected
    if isinstance(expected, list):
        assert [type(item) for item in found] == [type(item) for item in expected]


@pytest.mark.parametrize(
    "value",
    [object(), np.array([object()]), np.array([1], dtype=[("a", int)]), iter([1]), type,
     2**5000, {"a": lambda: 1}, Liar()],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_no_plain_data_does_not_cross(value):
    with pytest.raises(wire.Uncarried):
        wire.encode(value)


def test_a_list_within_itself_and_a_list_without_end_do_not_cross():
    endless = []
    endless.append(endless)
    with pytest.raises(wire.Uncarried):
        wire.encode(endless)
    with pytest.raises(wire.Uncarried):
        wire.encode([0] * (wire.MOST_VALUES + 1))


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"array": None},
        {"array": ["<f4", [2], "AAAA"]},
        {"array": ["O", [1], "AAAAAAAAAAA="]},
        {"array": ["<f4", [-1], ""]},
        {"array": ["<f4", [True], "AAAAAA=="]},
        {"array": ["<f4", [0, 10**30], ""]},
        {"array": ["<f4", [10**9, 10**9], ""]},
        {"array": ["<f4", [1], "not base64!"]},
        {"array": ["|b1", [1], "Ag=="]},
        {"array": ["<U0", [3], ""]},
        {"array": [["a", "<f4"], [1], "AAAAAA=="]},
        {"array": ["<M8[no unit]", [1], "AAAAAAAAAAA="]},
        {"frozenset": [[1]]},
        {"number": ["<f4", ""]},
        {"dict": [[1]]},
        {"dict": [[[1], 2]]},
        {"dict": {"a": 1}},
        {"set": [[1]]},
        {"tuple": 3},
        {"complex": ["1", 2]},
        {"complex": [1, 2, 3]},
        {"bytes": 3},
        {"fraction": [1, 0]},
        {"fraction": [1.5, 2]},
        {"exact": [[2], [1]]},
        {"exact": [[1], ["text"]]},
        {"exact": [[1], [[1]]]},
        {"pickle": "gASVAAAA"},
        "half of a surrogate pair: \ud800",
        {"dict": [["\ud800", 1]]},
        {"array": ["<U1", [1], "ANgAAA=="]},
        {"number": ["<U1", "/////w=="]},
        {"array": ["S2147483647", [0], ""]},
        {"complex": [10**400, 0]},
        {"exact": [[0, 10**30], []]},
        10**4000,
        {"set": [number * (2**61 - 1) for number in range(1000)]},
        {"a": 1, "b": 2},
    ],
    ids=lambda described: ascii(described)[:60],
)
def test_what_describes_no_value_is_refused(described):
    with pytest.raises(wire.Malformed):
        wire.decode(described, refuse)


def test_a_reply_of_endless_depth_or_length_is_refused():
    deep = 0
    for _ in range(200):
        deep = [deep]
    with pytest.raises(wire.Malformed):
        wire.decode(deep, refuse)
    with pytest.raises(wire.Malformed):
        wire.decode([0] * (wire.MOST_VALUES + 1), refuse)


def test_the_longest_reply_fits_into_a_message():
    """With a little more around it than its text; a longer message would end the connection."""
    assert wire.LONGEST + (1 << 20) < channels.OUTPUT_MB << 20
