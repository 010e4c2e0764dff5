"""How values cross between a student's kernel and the judge: as data in JSON, never as code.

Nothing is unpickled or evaluated, and what comes from a student is believed in nothing: every value is built anew
from its description, within bounds. JSON's own values stand for themselves; everything else is an object with one
key that says what it is:

    {"tuple": […]}  {"set": […]}  {"frozenset": […]}  {"dict": [[key, value], …]}
    {"complex": [re, im]}  {"bytes": base64}
    {"array": [dtype, shape, base64]}   a NumPy array, C order
    {"number": [dtype, base64]}         a NumPy number
    {"exact": [shape, […]]}             an array of Python's own integers and fractions
    {"fraction": [numerator, denominator]}
    {"function": name}                  something of the student's that can be called
    {"model": {…}}                      a Keras model: see `autograder.wall.models`
"""

import base64
import binascii
import json
import math
from collections import Counter, deque
from collections.abc import Callable, ItemsView, KeysView, ValuesView
from fractions import Fraction
from typing import Any

import numpy as np

MOST_BYTES = 32 * 2**20
"""Of one array, or of one message."""
LONGEST = 2 * MOST_BYTES
"""Characters of one message."""
MOST_VALUES = 200_000
"""Values in one message, those inside lists and dictionaries counted."""
MOST_PARTS = 5 * MOST_VALUES
"""Of one message: lists, objects and what they hold, as its text tells before it is read."""
DEEPEST = 30
LONGEST_INTEGER = 2**4096
MOST_OF_ONE_HASH = 100
"""Keys of a set or dictionary with the same hash: Python compares each of them with all others."""

KINDS = "biufcUSMm"
"""NumPy's kinds of dtype that are plain data: bool, integers, floats, complex numbers, text, dates and times."""


class Uncarried(Exception):
    """A value that does not cross; the message says of which type."""


class Malformed(Exception):
    """A message from a student's kernel that describes no value."""


Special = Callable[[Any], "dict[str, Any] | None"]
"""Describes values that are no plain data (functions, models), or returns None."""


def fits(text: str) -> bool:
    """Whether a reply is not too long to be read. It travels as text in a message, where some marks take two places."""
    return len(text) + text.count('"') + text.count("\\") <= LONGEST and _parts(text) <= MOST_PARTS


def _parts(text: bytes | str) -> int:
    marks = (b"[", b"{", b",") if isinstance(text, bytes) else ("[", "{", ",")
    return sum(map(text.count, marks))  # type: ignore[arg-type]


def loads(text: bytes | str) -> Any:
    """JSON that a student's kernel sent; None for what is none, or would become too many objects."""
    if _parts(text) > MOST_PARTS:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def encode(value: Any, special: Special = lambda value: None) -> Any:
    """The value as JSON can hold it. Raises Uncarried.

    What descends from a number, text, list or dictionary crosses as that, by what it holds and not by what it says of
    itself: a Counter is a dictionary, a named tuple a tuple. Tensors become arrays.
    """
    return _Encoder(special).encode(value, 0)


class _Encoder:
    def __init__(self, special: Special) -> None:
        self.special = special
        self.left = MOST_VALUES

    def encode(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            raise Uncarried(f"more than {MOST_VALUES:,} values or lists within lists {DEEPEST} deep")
        kind = type(value)
        if value is None or kind in (bool, str):
            return value
        if kind is int:
            if abs(value) > LONGEST_INTEGER:
                raise Uncarried("an integer of more than 1,000 digits")
            return value
        if kind is float:
            return value
        if kind is list:
            return [self.encode(item, depth + 1) for item in value]
        if kind in (tuple, set, frozenset, range):
            name = "list" if kind is range else kind.__name__
            items = [self.encode(item, depth + 1) for item in value]
            return items if name == "list" else {name: items}
        if kind is dict:
            return {
                "dict": [[self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in value.items()]
            }
        if kind is complex:
            return {"complex": [value.real, value.imag]}
        if kind is Fraction:
            return {"fraction": [self.encode(part, depth + 1) for part in (value.numerator, value.denominator)]}
        if kind in (bytes, bytearray):
            return {"bytes": _text(bytes(value))}
        if kind is np.ndarray and value.dtype == object:
            items = [self.encode(item, depth + 1) for item in value.ravel().tolist()]
            return {"exact": [list(value.shape), items]}
        if isinstance(value, np.ndarray | np.generic):
            return _array(value)
        if (plain := _plain(value)) is not value:
            return self.encode(plain, depth)
        if (described := self.special(value)) is not None:
            return described
        array = tensor(value)
        if array is not None:
            return _array(array)
        raise Uncarried(f"an object of the class {kind.__name__}")


def _plain(value: Any) -> Any:
    """What an object of a subclass holds, as the built-in class it descends from; any other object as it is."""
    for base, read in _READ.items():
        if issubclass(type(value), base):
            return read(value)
    return value


_READ: dict[type, Callable[[Any], Any]] = {
    int: int.__int__,
    float: float.__float__,
    complex: complex.__pos__,
    str: str.__str__,
    bytes: bytes.__bytes__,
    list: lambda value: list(list.__iter__(value)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
    deque: lambda value: list(deque.__iter__(value)),
    KeysView: list,
    ValuesView: list,
    ItemsView: list,
}
"""How to read the built-in classes past what a subclass makes of them."""


def _array(value: np.ndarray | np.generic) -> dict[str, Any]:
    array = np.asarray(value)
    if array.dtype.kind not in KINDS:
        raise Uncarried(f"an array of the dtype {array.dtype}")
    if array.nbytes > MOST_BYTES:
        raise Uncarried(f"an array of {array.nbytes:,} bytes")
    data = _text(np.ascontiguousarray(array).tobytes())
    if isinstance(value, np.generic):
        return {"number": [array.dtype.str, data]}
    return {"array": [array.dtype.str, list(array.shape), data]}


def tensor(value: Any) -> np.ndarray | None:
    """A tensor or variable of TensorFlow or Keras as an array; None for anything else."""
    module = type(value).__module__.split(".")[0]
    if module not in ("tensorflow", "keras") or not hasattr(value, "shape") or not hasattr(value, "dtype"):
        return None
    try:
        array = np.asarray(value)
    except Exception:  # a symbolic tensor has no values
        return None
    return array if array.dtype.kind in KINDS else None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def decode(described: Any, special: Callable[[str, Any], Any]) -> Any:
    """The value that a message describes. Raises Malformed.

    special: called with the key and content of what is no plain data
    """
    return _Decoder(special).decode(described, 0)


class _Decoder:
    def __init__(self, special: Callable[[str, Any], Any]) -> None:
        self.special = special
        self.left = MOST_VALUES

    def decode(self, described: Any, depth: int) -> Any:
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            raise Malformed("a reply that is too large")
        if described is None or type(described) in (bool, float):
            return described
        if type(described) is str:
            return described if _is_unicode(described) else _malformed()
        if type(described) is int:
            return described if abs(described) <= LONGEST_INTEGER else _malformed()
        if type(described) is list:
            return [self.decode(item, depth + 1) for item in described]
        if type(described) is not dict or len(described) != 1:
            raise Malformed("a reply that describes no value")
        ((kind, content),) = described.items()
        if kind in ("array", "number"):
            return self._array(kind, content)
        if kind in ("tuple", "set", "frozenset"):
            items = self._items(content, depth)
            if kind == "tuple":
                return tuple(items)
            return _built(items, lambda: set(items) if kind == "set" else frozenset(items))
        if kind == "dict":
            pairs = [self._pair(pair, depth) for pair in content] if type(content) is list else _malformed()
            return _built([key for key, _ in pairs], lambda: dict(pairs))
        if kind == "fraction":
            return _fraction(self._items(content, depth))
        if kind == "exact":
            return self._exact(content, depth)
        if kind == "complex":
            parts = content if type(content) is list and len(content) == 2 else _malformed()
            return complex(_number(parts[0]), _number(parts[1]))
        if kind == "bytes":
            return _bytes(content)
        return self.special(kind, content)

    def _items(self, content: Any, depth: int) -> list[Any]:
        if type(content) is not list:
            raise Malformed("a reply that describes no value")
        return [self.decode(item, depth + 1) for item in content]

    def _pair(self, pair: Any, depth: int) -> tuple[Any, Any]:
        items = self._items(pair, depth)
        if len(items) != 2:
            raise Malformed("a dictionary whose entries are no pairs")
        return items[0], items[1]

    def _exact(self, content: Any, depth: int) -> np.ndarray:
        parts = content if type(content) is list and len(content) == 2 else _malformed()
        shape, items = _shape(parts[0]), self._items(parts[1], depth)
        if math.prod(shape) != len(items) or any(
            not isinstance(item, int | float | Fraction | np.number) for item in items
        ):
            raise Malformed("an array whose shape does not fit its values")
        array = np.empty(len(items), dtype=object)
        array[:] = items
        try:
            return array.reshape(shape)
        except (ValueError, OverflowError):  # a shape such as (0, 10**30)
            raise Malformed("an array of an impossible shape") from None

    def _array(self, kind: str, content: Any) -> np.ndarray | np.generic:
        parts = content if type(content) is list else _malformed()
        if len(parts) != (3 if kind == "array" else 2) or type(parts[0]) is not str or len(parts[0]) > 16:
            raise Malformed("a reply that describes no array")
        try:
            dtype = np.dtype(parts[0])
        except (TypeError, ValueError):
            raise Malformed("an array of an unknown dtype") from None
        if dtype.kind not in KINDS or dtype.hasobject or not 0 < dtype.itemsize <= MOST_BYTES:
            raise Malformed("an array of a dtype that is no plain data")
        shape = _shape(parts[1]) if kind == "array" else []
        data = _bytes(parts[-1])
        if math.prod(shape) * dtype.itemsize != len(data):
            raise Malformed("an array whose shape does not fit its data")
        if dtype.kind == "b" and data.strip(b"\0\1"):
            raise Malformed("truth values that are neither true nor false")
        if dtype.kind == "U" and not _is_utf32(data, dtype):
            raise Malformed("text that is no Unicode")
        try:
            array = np.frombuffer(data, dtype=dtype).reshape(shape).copy() if data else np.zeros(shape, dtype=dtype)
        except (ValueError, OverflowError, MemoryError):  # a shape such as (0, 10**30)
            raise Malformed("an array of an impossible shape") from None
        return array if kind == "array" else array[()]


def _malformed() -> Any:
    raise Malformed("a reply that describes no value")


def _shape(content: Any) -> list[int]:
    if type(content) is not list or len(content) > 32 or any(type(size) is not int or size < 0 for size in content):
        raise Malformed("an array without a shape")
    return content


def _fraction(parts: list[Any]) -> Fraction:
    if len(parts) != 2 or any(type(part) is not int for part in parts) or parts[1] == 0:
        raise Malformed("a fraction that is none")
    return Fraction(*parts)


def _number(value: Any) -> float:
    try:
        return float(value) if type(value) in (int, float) else _malformed()
    except OverflowError:
        return _malformed()


def _is_unicode(text: str) -> bool:
    """Whether it can be shown: half of a surrogate pair cannot, and Jupyter loses the message that holds one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_utf32(data: bytes, dtype: np.dtype) -> bool:
    try:
        data.decode("utf-32-be" if dtype.byteorder == ">" else "utf-32-le")
    except UnicodeDecodeError:
        return False
    return True


def _bytes(content: Any) -> bytes:
    if type(content) is not str or len(content) > MOST_BYTES * 4 // 3 + 4:
        raise Malformed("a reply that describes no data")
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("a reply whose data is damaged") from None


def _built(keys: list[Any], make: Callable[[], Any]) -> Any:
    """A set or dictionary, unless its keys are chosen so that each has to be compared with all others."""
    try:
        if max(Counter(map(hash, keys)).values(), default=0) <= MOST_OF_ONE_HASH:
            return make()
    except TypeError:
        raise Malformed("a set or dictionary of what has no hash") from None
    raise Malformed("a set or dictionary of keys with the same hash")
