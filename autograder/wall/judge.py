"""What the judge's kernel knows of a student: names that are answers, asked for over a socket.

The judge runs test cells and never runs student code. A student's function is a function here that asks for the
real one's result; a model is rebuilt from its configuration, and its weights are fetched when they are needed.
"""

import builtins
import json
import socket
import struct
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.wall import files, wire

if TYPE_CHECKING:
    import keras


class Fault(BaseException):
    """Something is wrong with the judge or the course, not with a student's answer: grading must stop.

    No Exception, so that no check takes it for an answer's fault.
    """


class StudentError(Exception):
    """An exception of the student's code; raised as a class that is this one and the built-in one too.

    where: the student's line in which it happened
    """

    where = ""


class NoAnswer(StudentError):
    """There is no answer that a check could look at: none came, or it is nothing that crosses the wall."""


class Student:
    """The student's kernel, as the judge sees it."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(address)
        self._released: list[int] = []
        self._reads_files = False
        self._seen: dict[str, files.Stamp] = {}
        self._numbers: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()

    def bind(self, names: dict[str, Any], answers: list[str], reads_files: bool = False) -> None:
        """Give the names in a namespace what the student's kernel has for them now; those it lacks are not bound.

        reads_files: whether the test to come looks at files: then they are brought here, and after every call again
        """
        self._reads_files = reads_files
        self._fetch_files()
        for name in answers:
            names.pop(name, None)
            reply = self._ask({"ask": "value", "name": name})
            if "missing" in reply:
                continue
            try:
                names[name] = self._value(reply, name)
            except StudentError as error:
                names[name] = Unusable(error)

    def call(self, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The result of calling a student's function."""
        models = [value for value in [*arguments, *named.values()] if self._is_model(value)]
        try:
            asked = {
                "ask": "call",
                "name": name,
                "arguments": [wire.encode(value, self._describe) for value in arguments],
                "named": {key: wire.encode(value, self._describe) for key, value in named.items()},
                "unallocated": _in_stateless_scope(),
            }
        except wire.Uncarried as error:
            raise Fault(
                f"The test cell hands {error} to the student's function {name}, which does not cross."
            ) from None
        self._put_files()
        reply = self._ask(asked)
        self._fetch_files()
        result = self._value(reply, name)
        for model in models:
            forget_weights(model)
        return result

    def _fetch_files(self) -> None:
        """Bring over what the student's code has written into its working folder."""
        if not self._reads_files:
            return
        try:
            found = self._value(self._ask({"ask": "files"}), "files")
            if type(found) is dict and all(type(name) is str and type(data) is bytes for name, data in found.items()):
                files.put(Path.cwd(), found, self._seen)
        except (StudentError, ValueError, OSError):
            pass  # then the test does not find the file

    def _put_files(self) -> None:
        """Hand over what the test cell has written into the judge's working folder."""
        if self._reads_files and (changed := files.changed(Path.cwd(), self._seen)):
            self._ask({"ask": "put", "files": wire.encode(changed)})

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        asked["release"], self._released = self._released, []
        data = json.dumps(asked).encode()
        self._socket.sendall(struct.pack("!Q", len(data)) + data)
        (length,) = struct.unpack("!Q", self._receive(8))
        reply = json.loads(self._receive(length))
        if "fault" in reply:
            raise Fault(reply["fault"])
        return reply

    def _receive(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            part = self._socket.recv(min(count - len(parts), 2**20))
            if not part:
                raise Fault("The grader closed the connection.")
            parts += part
        return bytes(parts)

    def _value(self, reply: dict[str, Any], name: str) -> Any:
        """The value in a reply. Raises StudentError for what is none."""
        if "missing" in reply:
            raise NameError(f"name '{name}' is not defined")
        if "no_answer" in reply:
            raise NoAnswer(str(reply["no_answer"]))
        if "uncarried" in reply:
            raise NoAnswer(f"found {str(reply['uncarried'])[:200]}, expected data, a function or a Keras model")
        if "raised" in reply:
            raise _exception(reply["raised"])
        try:
            return wire.decode(reply.get("value", {}), lambda kind, content: self._special(kind, content, name))
        except wire.Malformed as error:
            raise NoAnswer(f"found {error}") from None

    def _special(self, kind: str, content: Any, name: str) -> Any:
        if kind == "function":
            return self._function(name)
        if kind == "model" and type(content) is dict and type(content.get("number")) is int:
            from autograder.wall import keras_models

            model = keras_models.rebuild(content.get("config"))
            number = content["number"]
            self._numbers[model] = number
            weakref.finalize(model, self._released.append, number)
            _fetch_later(model, lambda: self._weights(number))
            return model
        raise wire.Malformed("a reply that describes no value")

    def _function(self, name: str) -> Callable[..., Any]:
        def answered(*arguments: Any, **named: Any) -> Any:
            return self.call(name, arguments, named)

        answered.__name__ = answered.__qualname__ = name
        return answered

    def _weights(self, number: int) -> list[np.ndarray]:
        value = self._value(self._ask({"ask": "weights", "number": number}), "weights")
        if type(value) is not list or not all(type(weight) is np.ndarray for weight in value):
            raise NoAnswer("found weights that are no arrays")
        return value

    def _is_model(self, value: Any) -> bool:
        return type(value).__module__.split(".")[0] == "keras" and hasattr(value, "get_weights")

    def _describe(self, value: Any) -> dict[str, Any] | None:
        if not self._is_model(value):
            return None
        if value in self._numbers:
            return {"known": self._numbers[value]}
        from autograder.wall import keras_models

        weights = [wire.encode(weight) for weight in value.get_weights()]
        return {"model": {**keras_models.describe(value), "weights": weights}}


class Unusable:
    """Stands for an answer that did not cross. Whoever looks at it gets the reason."""

    def __init__(self, error: StudentError) -> None:
        object.__setattr__(self, "_error", error)

    def __getattribute__(self, name: str) -> Any:
        if name in ("__class__", "__reduce_ex__", "__init__"):
            return object.__getattribute__(self, name)
        raise object.__getattribute__(self, "_error")


def _refuse(self: Unusable, *arguments: Any, **named: Any) -> Any:
    raise object.__getattribute__(self, "_error")


for (
    _name
) in "bool call len iter eq ne lt le gt ge hash int float index getitem contains add radd sub mul array str".split():
    setattr(Unusable, f"__{_name}__", _refuse)


def _in_stateless_scope() -> bool:
    """Whether the judge builds without memory for weights just now. Where Keras was never imported, it does not."""
    if "keras" not in sys.modules:
        return False
    from keras.src.backend.common.stateless_scope import in_stateless_scope

    return bool(in_stateless_scope())


def _exception(described: Any) -> StudentError:
    """A student's exception: of a class that is StudentError and the built-in class it descends from."""
    described = described if type(described) is dict else {}
    known = described.get("known")
    base: type[BaseException] = Exception
    for name in known if type(known) is list else []:
        found = getattr(builtins, name, None) if type(name) is str else None
        if isinstance(found, type) and issubclass(found, Exception):
            base = found
            break
    if issubclass(base, StopIteration | StopAsyncIteration):
        base = RuntimeError  # raised inside a generator it would end it silently, and with it a loop over checks
    name = str(described.get("class", base.__name__))[:100]
    text = str(described.get("text", ""))[:2000]
    try:
        error = type(name, (StudentError, base), {})(text)
    except TypeError:  # some built-in classes want more than a text
        error = type(name, (StudentError,), {})(text)
    error.where = str(described.get("where", ""))[:300]
    return error


# --- weights that are fetched when they are needed -------------------------------------------------------------------

_fetchers: dict[int, tuple[Callable[[], list[np.ndarray]], list[weakref.ref]]] = {}
"""For each variable of a student's model, by id: what fetches the weights of its model, and all variables of that."""


def _fetch_later(model: "keras.Model", fetch: Callable[[], list[np.ndarray]]) -> None:
    _patch()
    variables = [weakref.ref(variable) for variable in model.weights]
    for variable in model.weights:
        _fetchers[id(variable)] = (fetch, variables)
        weakref.finalize(variable, _fetchers.pop, id(variable), None)


def forget_weights(model: "keras.Model") -> None:
    """The student's code may have trained this model: its weights are fetched anew when they are needed again."""
    for variable in model.weights:
        if id(variable) in _fetchers:
            variable._value = None


def _load(variable: Any) -> None:
    """Fetch the weights of the model that a variable belongs to, if they are not here."""
    if variable._value is not None or id(variable) not in _fetchers:
        return
    fetch, references = _fetchers[id(variable)]
    variables = [reference() for reference in references]
    arrays = fetch()
    wrong = len(arrays) != len(variables) or any(
        known is not None and (array.shape != tuple(known.shape) or array.dtype.kind not in "fiub")
        for array, known in zip(arrays, variables, strict=False)
    )
    if wrong:
        raise NoAnswer("found weights whose shapes are not those of the model")
    for array, known in zip(arrays, variables, strict=True):
        if known is not None and known._value is None:
            known._initialize(known._convert_to_tensor(array, dtype=known._dtype))


def _patch() -> None:
    """Let Keras' variables fetch their values on first use; once for the process, which is the judge's own."""
    from keras.src.backend.common.stateless_scope import in_stateless_scope
    from keras.src.backend.common.variables import Variable

    if getattr(Variable, "_fetches", False):
        return
    value, assign = Variable.value.fget, Variable.assign

    def fetched_value(self: Any) -> Any:
        if not in_stateless_scope():
            _load(self)
        return value(self)

    def assign_after_fetching(self: Any, new: Any) -> Any:
        if not in_stateless_scope():
            _load(self)
        return assign(self, new)

    Variable.value, Variable.assign, Variable._fetches = property(fetched_value), assign_after_fetching, True
