"""What answers in a student's kernel: hands out values, calls functions, describes models.

It runs beside the student's code, which may have changed anything in this process. That is why nothing it says is
believed: it can only answer, and a wrong answer is all that can come of it.
"""

import builtins
import importlib
import itertools
import json
import linecache
import random
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from IPython import get_ipython

from autograder.wall import brief, files, keras_models, wire

REQUEST = "autograder_answer_request"
"""The type of the message that asks."""

MIME = "application/vnd.autograder.answer+json"

_known: dict[int, Any] = {}
"""Models and functions that the judge knows, by number, so that it can ask about them and hand them back."""

_handed_out: Counter[int] = Counter()
"""How many of the judge's objects stand for each of them."""

_numbers = itertools.count()
"""Set anew in each kernel: forked kernels share what this module was when it was imported."""

_seen: dict[str, files.Stamp] = {}
"""Files of the working folder that the judge has, as they were then."""


def load_ipython_extension(shell: Any) -> None:
    """Let the kernel handle the judge's requests: a cell that asks would have to be parsed, compiled and numbered."""
    global _numbers
    # From anywhere: a kernel that takes the place of one that died must not mean other objects by the same numbers.
    _numbers = itertools.count(random.SystemRandom().getrandbits(40))
    brief.keep_errors_brief(shell)

    def handle(stream: Any, identities: Any, message: dict[str, Any]) -> None:
        answer()
        shell.events.trigger("post_execute")  # shows the pictures that were drawn

    shell.kernel.shell_handlers[REQUEST] = handle


def answer() -> None:
    """Answer the judge's request in the message that is being handled: the nonce and the answer, as one text."""
    asked = json.loads(get_ipython().kernel.get_parent("shell")["content"]["asked"])
    for number in asked.get("release", ()):
        _handed_out[number] -= 1
        if not _handed_out[number]:
            _known.pop(number, None)
    if asked["ask"] == "values":
        replies = [_reply({"ask": "value", "name": name}) for name in asked["names"]]
        text = f'{{"values": [{", ".join(replies)}]}}'
        if not wire.fits(text):
            text = "{}"  # the judge asks for one after the other
    else:
        text = _reply(asked)
    get_ipython().display_pub.publish({MIME: asked["nonce"] + text})


def _reply(asked: dict[str, Any]) -> str:
    """The answer to one request as JSON, or why there is none."""
    try:
        text = json.dumps({"value": wire.encode(_find(asked, get_ipython().user_ns), _special)})
    except _Missing:
        return json.dumps({"missing": True})
    except wire.Uncarried as error:
        return json.dumps({"uncarried": str(error)})
    except BaseException as error:
        return json.dumps({"raised": _described(error)})
    return text if wire.fits(text) else json.dumps({"uncarried": f"too much at once, {len(text):,} characters"})


class _Missing(Exception):
    pass


def _find(asked: dict[str, Any], names: dict[str, Any]) -> Any:
    if asked["ask"] == "files":
        return files.changed(Path.cwd(), _seen)
    if asked["ask"] == "put":
        return files.put(Path.cwd(), wire.decode(asked["files"], _own), _seen)
    if asked["ask"] == "value":
        if asked["name"] not in names:
            raise _Missing
        return names[asked["name"]]
    if asked["ask"] == "set":
        names[asked["name"]] = wire.decode(asked["value"], _own)
        return None
    value = _known[asked["number"]]
    if asked["ask"] == "assign":
        return value.set_weights([wire.decode(weight, _own) for weight in asked["weights"]])
    if asked["ask"] == "weights":
        return [wire.tensor(weight) for weight in value.weights]
    if asked["ask"] == "compilation":
        return json.dumps(keras_models.describe(value)["compile"])
    arguments = [wire.decode(item, _own) for item in asked["arguments"]]
    named = {key: wire.decode(item, _own) for key, item in asked["named"].items()}
    if asked["unallocated"]:
        from autograder.notebook.models import unallocated

        return unallocated(lambda: value(*arguments, **named))
    return value(*arguments, **named)


def _special(value: Any) -> dict[str, Any] | None:
    """What is no plain data: functions by number, Keras models by number and configuration, histories."""
    if keras_models.is_model(value):
        return {"model": {"number": _number(value), **keras_models.describe(value)}}
    if f"{type(value).__module__}.{type(value).__name__}" == "keras.src.callbacks.history.History":
        return {"history": wire.encode({"history": value.history, "epoch": getattr(value, "epoch", [])})}
    if callable(value):
        name = str(getattr(value, "__name__", type(value).__name__))[:100]
        return {"function": {"number": _number(value), "name": name}}
    return None


def _number(value: Any) -> int:
    number = next((number for number, known in _known.items() if known is value), None) or next(_numbers)
    _known[number] = value
    _handed_out[number] += 1
    return number


def _own(kind: str, content: Any) -> Any:
    """What the judge sends besides data: something of the student's, or what the judge itself can send."""
    if kind == "known":
        return _known[content]
    if kind == "library":
        module, name = content
        return getattr(importlib.import_module(module), name)
    if kind == "generator":
        import numpy as np

        generator = np.random.Generator(np.random.PCG64())
        generator.bit_generator.state = wire.decode(content, _own)
        return generator
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
        # A KeyError's text is the key with quotes around it, and would get them twice.
        key = error.args[0] if isinstance(error, KeyError) and len(error.args) == 1 else None
        text = (key if type(key) is str else str(error))[:2000]
    except BaseException:
        text = ""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython-input"):
            line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
            where = f"in your line {frame.lineno}: `{line[:200]}`"
    return {"class": type(error).__name__[:100], "known": known, "text": text, "where": where}
