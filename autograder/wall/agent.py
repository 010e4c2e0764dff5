"""What answers in a student's kernel: hands out values, calls functions, describes models.

It runs beside the student's code, which may have changed anything in this process. That is why nothing it says is
believed: it can only answer, and a wrong answer is all that can come of it.
"""

import builtins
import json
import linecache
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from IPython import get_ipython

from autograder.wall import files, keras_models, wire

MIME = "application/vnd.autograder.answer+json"

_models: dict[int, Any] = {}
"""Models that the judge knows, by number, so that the student's functions get their own objects back."""

_handed_out: Counter[int] = Counter()
"""How many of the judge's models stand for each of them."""

_numbers = iter(range(1, 2**62))

_seen: dict[str, files.Stamp] = {}
"""Files of the working folder that the judge has, as they were then."""


def answer() -> None:
    """Answer the request of the judge's in the message that is being handled, by publishing a display message."""
    asked = json.loads(get_ipython().kernel.get_parent("shell")["content"]["asked"])
    for number in asked.get("release", ()):
        _handed_out[number] -= 1
        if not _handed_out[number]:
            _models.pop(number, None)
    try:
        reply = {"value": wire.encode(_find(asked, get_ipython().user_ns), _special)}
    except _Missing:
        reply = {"missing": True}
    except wire.Uncarried as error:
        reply = {"uncarried": str(error)}
    except BaseException as error:
        reply = {"raised": _described(error)}
    text = json.dumps({"nonce": asked["nonce"], **reply})
    if len(text) > 2 * wire.MOST_BYTES:
        text = json.dumps({"nonce": asked["nonce"], "uncarried": f"{len(text):,} characters"})
    get_ipython().display_pub.publish({MIME: text})


class _Missing(Exception):
    pass


def _find(asked: dict[str, Any], names: dict[str, Any]) -> Any:
    if asked["ask"] == "files":
        return files.changed(Path.cwd(), _seen)
    if asked["ask"] == "put":
        return files.put(Path.cwd(), wire.decode(asked["files"], _own), _seen)
    if asked["ask"] == "assign":
        return _models[asked["number"]].set_weights([wire.decode(weight, _own) for weight in asked["weights"]])
    if asked["ask"] == "weights":
        return [wire.tensor(weight) for weight in _models[asked["number"]].weights]
    if asked["name"] not in names:
        raise _Missing
    value = names[asked["name"]]
    if asked["ask"] == "value":
        return value
    arguments = [wire.decode(item, _own) for item in asked["arguments"]]
    named = {key: wire.decode(item, _own) for key, item in asked["named"].items()}
    if asked["unallocated"]:
        from autograder.notebook.models import unallocated

        return unallocated(lambda: value(*arguments, **named))
    return value(*arguments, **named)


def _special(value: Any) -> dict[str, Any] | None:
    """Functions by name, Keras models by number and configuration."""
    if keras_models.is_model(value):
        number = next((number for number, known in _models.items() if known is value), None) or next(_numbers)
        _models[number] = value
        _handed_out[number] += 1
        return {"model": {"number": number, **keras_models.describe(value)}}
    if f"{type(value).__module__}.{type(value).__name__}" == "keras.src.callbacks.history.History":
        return {"history": wire.encode({"history": value.history, "epoch": getattr(value, "epoch", [])})}
    if callable(value):
        return {"function": str(getattr(value, "__name__", type(value).__name__))[:100]}
    return None


def _own(kind: str, content: Any) -> Any:
    """What the judge sends besides data: something of the student's, or a model of its own."""
    if kind == "function":
        return get_ipython().user_ns[content]
    if kind == "known":
        return _models[content]
    if kind == "model":
        model = keras_models.rebuild(content, allocate=content["weights"] is not None)
        if content["weights"] is not None:
            model.set_weights([wire.decode(weight, _own) for weight in content["weights"]])
        return model
    raise wire.Malformed(kind)


def _described(error: BaseException) -> dict[str, Any]:
    """An exception as text, with its built-in classes and the student's line in which it happened."""
    known = [cls.__name__ for cls in type(error).__mro__ if getattr(builtins, cls.__name__, None) is cls]
    try:
        text = str(error)[:2000]
    except BaseException:
        text = ""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython-input"):
            line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
            where = f"in your line {frame.lineno}: `{line[:200]}`"
    return {"class": type(error).__name__[:100], "known": known, "text": text, "where": where}
