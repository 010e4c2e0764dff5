"""What is wrong with an answer, in words: first its type and shape, then whether it is finite, then its values.

The order matters. An empty array equals everything under `(x == y).all()`, a `nan` fails no `error > tolerance`,
and an object can claim to equal whatever it is compared with: so nothing is compared before it is known to be
plain data of the expected kind.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

LONGEST = 120
"""Characters of an answer that are shown."""


class NotPlainData(TypeError):
    """An answer that is neither a number, text, a list, a dictionary nor an array."""


def plain(value: Any) -> Any:
    """The answer as plain Python data and NumPy arrays; tensors become arrays, NumPy's numbers Python's.

    Only exact types are let through: a subclass may lie about its equality. Raises NotPlainData.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, str, Fraction):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if kind is np.ndarray:
        if value.dtype.kind not in "biufcUO":
            raise NotPlainData(f"an array of dtype {value.dtype}")
        if value.dtype.kind == "O" and value.ndim:  # its items are objects of their own
            items = np.empty(value.size, dtype=object)
            for index, item in enumerate(value.flat):
                items[index] = plain(item)
            return items.reshape(value.shape)
        return value.item() if value.ndim == 0 else value
    if kind in (list, tuple, range):
        return [plain(item) for item in value]
    if kind is dict:
        return {plain(key): plain(item) for key, item in value.items()}
    if kind.__module__.split(".")[0] in ("tensorflow", "keras") and hasattr(value, "numpy"):
        return plain(np.asarray(value.numpy()))
    raise NotPlainData(describe_type(value))


def describe_type(value: Any) -> str:
    """The kind of a value as a student would call it."""
    kind = type(value)
    if value is None:
        return "nothing (None): is a `return` missing?"
    if callable(value) and kind.__name__ in ("function", "builtin_function_or_method", "method"):
        return f"the function {getattr(value, '__name__', '')} itself: is a pair of parentheses missing?"
    names = {
        bool: "True or False",
        int: "an integer",
        float: "a number",
        str: "text",
        list: "a list",
        tuple: "a list",
        dict: "a dictionary",
        np.ndarray: "an array",
    }
    return names.get(kind, f"an object of type {kind.__name__}")


def show(value: Any) -> str:
    """A value as one short line: 2,416 for counts, six digits of a float, `3×3 array` for what is large."""
    if isinstance(value, (bool, np.bool_)) or value is None:
        return str(value)
    if isinstance(value, (int, np.integer)):
        return f"{int(value):,}"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return f"{number:,.0f}" if number.is_integer() and abs(number) < 1e15 else f"{number:.6g}"
    if isinstance(value, np.ndarray):
        if value.size <= 12:
            return _short(np.array2string(value, separator=", ", precision=4).replace("\n", ""))
        return f"an array of shape {shape_text(value.shape)}"
    if isinstance(value, (list, tuple)):
        return _short("[" + ", ".join(show(item) for item in value[:20]) + (", …]" if len(value) > 20 else "]"))
    if isinstance(value, dict):
        return _short("{" + ", ".join(f"{show(key)}: {show(item)}" for key, item in list(value.items())[:20]) + "}")
    return _short(repr(value))


def shape_text(shape: Sequence[int | None]) -> str:
    """A shape as it is said: 28×28×6; a single length with its comma, as Python writes it."""
    if len(shape) == 0:
        return "a single number"
    if len(shape) == 1:
        return f"({shape[0]},)"
    return "×".join("?" if size is None else str(size) for size in shape)


def difference(found: Any, expected: Any, tolerance: float = 1e-6) -> str | None:
    """What is wrong with `found`, as a sentence, or None if it is as expected.

    found:     the answer, any object
    expected:  a number, text, None, or lists, dictionaries and arrays of them
    tolerance: for floats, absolute for values below 1 and relative above; integers are compared exactly
    """
    try:
        found = plain(found)
    except NotPlainData as error:
        return f"found {error}, expected {_kind(expected)}"
    return _difference(found, plain(expected), tolerance)


def _difference(found: Any, expected: Any, tolerance: float) -> str | None:
    if isinstance(expected, np.ndarray):
        return _array_difference(found, expected, tolerance)
    if isinstance(expected, (str, bool)) or expected is None:
        if type(found) is type(expected) and found == expected:
            return None
        return f"found {_shown(found)}, expected {show(expected)}"
    if isinstance(expected, (int, float, Fraction)):
        return _number_difference(found, expected, tolerance)
    if isinstance(expected, list):
        if isinstance(found, np.ndarray):
            found = plain(found.tolist())
        if not isinstance(found, list):
            return f"found {_shown(found)}, expected a list of {len(expected)}"
        if len(found) != len(expected):
            return f"found {len(found)} entries {show(found)}, expected {len(expected)}"
        for position, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
            if problem := _difference(ours, theirs, tolerance):
                return f"entry {position}: {problem}"
        return None
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            return f"found {_shown(found)}, expected a dictionary with {show(list(expected))}"
        if set(found) != set(expected):
            return f"found the keys {show(list(found))}, expected {show(list(expected))}"
        for key, wanted in expected.items():
            if problem := _difference(found[key], wanted, tolerance):
                return f"{show(key)}: {problem}"
        return None
    raise TypeError(f"An expected value of type {type(expected).__name__} cannot be compared.")


def _number_difference(found: Any, expected: int | float | Fraction, tolerance: float) -> str | None:
    if isinstance(found, bool) or not isinstance(found, (int, float, Fraction)):
        return f"found {_shown(found)}, expected the number {show(expected)}"
    if found != found or found in (float("inf"), float("-inf")):
        return f"found {found}, expected {show(expected)}"
    if isinstance(expected, int):
        close = found == expected
    else:
        close = abs(float(found) - float(expected)) <= tolerance * max(1.0, abs(float(expected)))
    return None if close else f"found {show(found)}, expected {show(expected)}"


def _array_difference(found: Any, expected: np.ndarray, tolerance: float) -> str | None:
    if isinstance(found, list):
        try:
            found = np.array(found)
        except ValueError:
            return f"found lists of unequal lengths, expected an array of shape {shape_text(expected.shape)}"
    if not isinstance(found, np.ndarray):
        return f"found {_shown(found)}, expected an array of shape {shape_text(expected.shape)}"
    if found.shape != expected.shape:
        return f"found the shape {shape_text(found.shape)}, expected {shape_text(expected.shape)}"
    if expected.dtype.kind in "biufc" and found.dtype.kind == "O":  # Python's unbounded integers
        if not all(type(item) in (int, float) for item in found.flat):
            return "found an array of objects, expected numbers"
    elif (found.dtype.kind == "b") != (expected.dtype.kind == "b") or found.dtype.kind not in "biufO":
        kind = "True and False" if expected.dtype.kind == "b" else "real numbers"
        return f"found an array of dtype {found.dtype}, expected {kind}"
    exact = expected.dtype.kind in "biO"
    if not exact and not np.isfinite(found.astype(float)).all():
        where = np.argwhere(~np.isfinite(found.astype(float)))[0]
        return f"position {_position(where)}: found {found[tuple(where)]}, expected {show(expected[tuple(where)])}"
    if exact:
        wrong = found != expected
    else:
        wrong = ~np.isclose(found.astype(float), expected, rtol=tolerance, atol=tolerance)
    if not wrong.any():
        return None
    where = np.argwhere(wrong)[0]
    here = tuple(int(index) for index in where)
    return (
        f"{int(wrong.sum()):,} of {wrong.size:,} values differ, the first at {_position(where)}: "
        f"found {show(found[here])}, expected {show(expected[here])}"
    )


def _position(where: np.ndarray) -> str:
    return "[" + ", ".join(str(int(index)) for index in where) + "]"


def _shown(found: Any) -> str:
    """The answer, with its kind where the value alone would mislead: the text '75' is not the number 75."""
    if found is None:
        return describe_type(found)
    if isinstance(found, (str, bool)):
        return f"{describe_type(found)} ({show(found)})"
    if isinstance(found, np.ndarray):
        return f"an array of shape {shape_text(found.shape)}"
    return f"{show(found)}"


def _kind(expected: Any) -> str:
    if isinstance(expected, np.ndarray):
        return f"an array of shape {shape_text(expected.shape)}"
    return show(expected)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
