"""What the judge's kernel knows of a student: names that are answers, asked for over a socket.

The judge runs test cells and never runs student code. A student's function is a function here that asks for the
real one's result; a model is rebuilt from its configuration, and its weights are fetched when they are needed.
"""

import builtins
import importlib.machinery
import json
import socket
import struct
import sys
import types
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.wall import brief, files, keras_models, wire

if TYPE_CHECKING:
    import keras


FAULTS = ("Fault", "AuthoringError", "CourseError")
"""Exceptions in a judge's cell that are no answer's fault: grading stops."""

RESERVED = (*FAULTS, "CellTimeoutError", "DeadKernelError")
"""What no exception of a student's is called."""


REQUEST = "autograder_judge_request"
"""The type of the message with which the grader calls a method of the Student's, between test cells."""


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

    @property
    def sentence(self) -> str:
        """What a check says of it, without the name of this class."""
        return str(self)


def load_ipython_extension(shell: Any) -> None:
    """Let the judge's kernel handle the grader's requests: a cell for each would take twice as long."""
    student: Student
    brief.keep_errors_brief(shell)

    def handle(stream: Any, identities: Any, message: dict[str, Any]) -> None:
        nonlocal student
        fault = None
        name, arguments = message["content"]["call"], message["content"]["arguments"]
        try:
            if name == "attend":
                student = Student(*arguments)
            else:
                getattr(student, name)(shell.user_ns, *arguments)
        except BaseException as error:
            fault = f"{type(error).__name__}: {error}"
        shell.kernel.session.send(stream, "autograder_judge_reply", {"fault": fault}, message, identities)

    shell.kernel.shell_handlers[REQUEST] = handle


class Student:
    """The student's kernel, as the judge sees it."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(address)
        self._released: list[int] = []
        self._reads_files = False
        # The course's own files are neither handed to a student nor replaced by theirs.
        self._seen = files.stamps(Path.cwd())
        self._own = frozenset(self._seen)
        self._functions: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._remote: weakref.WeakKeyDictionary[Any, _Remote] = weakref.WeakKeyDictionary()

    def bind(self, names: dict[str, Any], answers: list[str], reads_files: bool = False) -> None:
        """Give the names in a namespace what the student's kernel has for them now; those it lacks are not bound.

        reads_files: whether the test to come looks at files: then they are brought here, and after every call again
        """
        self._reads_files = reads_files
        self._fetch_files()
        for name, reply in zip(answers, self._replies(answers), strict=True):
            names.pop(name, None)
            if "missing" in reply:
                if hasattr(builtins, name):  # an answer may be called like one of Python's own functions
                    names[name] = Unusable(_missing(name))
                continue
            try:
                names[name] = self._value(reply, name)
            except StudentError as error:
                names[name] = Unusable(error)

    def _replies(self, names: list[str]) -> list[dict[str, Any]]:
        """What the student's kernel has for each name: asked for at once, or one by one what is too long together."""
        together = self._ask({"ask": "values", "names": names}) if names else {}
        if "no_answer" in together:
            return [together] * len(names)
        replies = together.get("values")
        if type(replies) is list and len(replies) == len(names) and all(type(reply) is dict for reply in replies):
            return replies
        return [self._ask({"ask": "value", "name": name}) for name in names]

    def hand(self, names: dict[str, Any], handed: list[str]) -> None:
        """Give the student's kernel what a test has bound and a later cell of the notebook, run there, reads."""
        for name in handed:
            try:
                if name in names:
                    self._ask({"ask": "set", "name": name, "value": wire.encode(names[name], self._describe)})
            except wire.Uncarried:
                pass  # the author was warned when the notebook was built

    def call(self, number: int, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The result of calling a student's function."""
        unallocated = _in_stateless_scope()
        try:
            asked = {
                "ask": "call",
                "number": number,
                "arguments": [wire.encode(value, self._describe) for value in arguments],
                "named": {key: wire.encode(value, self._describe) for key, value in named.items()},
                "unallocated": unallocated,
            }
        except wire.Uncarried as error:
            raise Fault(
                f"it hands {error} to the student's function {name}, which does not cross: "
                "hand over data, a Keras model, a library's function or the student's own"
            ) from None
        self._put_files()
        for model, remote in list(self._remote.items()) if not unallocated else ():
            if remote.changed:
                weights = [wire.encode(weight) for weight in model.get_weights()]
                self._value(self._ask({"ask": "assign", "number": remote.number, "weights": weights}), "weights")
                remote.changed = False
        reply = self._ask(asked)
        self._fetch_files()
        for remote in self._remote.values():
            remote.forget()
        return self._value(reply, name)

    def _fetch_files(self) -> None:
        """Bring over what the student's code has written into its working folder."""
        if not self._reads_files:
            return
        try:
            found = self._value(self._ask({"ask": "files"}), "files")
            if type(found) is dict and all(type(name) is str and type(data) is bytes for name, data in found.items()):
                taken = {name: data for name, data in found.items() if name not in self._own and not _is_code(name)}
                files.put(Path.cwd(), taken, self._seen)
        except (StudentError, ValueError, OSError):
            pass  # then the test does not find the file

    def _put_files(self) -> None:
        """Hand over what the test cell has written into the judge's working folder."""
        if self._reads_files and (changed := files.changed(Path.cwd(), self._seen)):
            self._ask({"ask": "put", "files": wire.encode(changed)})

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        asked["release"] = self._released.copy()
        self._released.clear()
        data = json.dumps(asked).encode()
        self._socket.sendall(struct.pack("!Q", len(data)) + data)
        (length,) = struct.unpack("!Q", self._receive(8))
        reply = wire.loads(self._receive(length))
        return reply if type(reply) is dict else {"no_answer": "no answer: a reply that cannot be read"}

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
            raise _missing(name)
        if "no_answer" in reply:
            raise NoAnswer(_printable(reply["no_answer"], 300))
        if "uncarried" in reply:
            raise NoAnswer(
                f"“{name}” gives {_printable(reply['uncarried'], 200)}, which cannot be graded: "
                "data, arrays, functions and Keras models can"
            )
        if "raised" in reply:
            raise _exception(reply["raised"])
        try:
            return wire.decode(reply.get("value", {}), lambda kind, content: self._special(kind, content, name))
        except wire.Malformed as error:
            raise NoAnswer(f"“{name}” gives {error}") from None

    def _special(self, kind: str, content: Any, name: str) -> Any:
        if kind == "function" and type(content) is dict and type(content.get("number")) is int:
            return self._function(content["number"], name)
        if kind == "model" and type(content) is dict and type(content.get("number")) is int:
            model = keras_models.rebuild(content)
            number = content["number"]
            weakref.finalize(model, self._released.append, number)
            self._remote[model] = _Remote(
                number, model, lambda: self._weights(number), lambda: self._compilation(number)
            )
            return model
        if kind == "history":
            return _history(content)
        raise wire.Malformed("a reply that describes no value")

    def _function(self, number: int, name: str) -> Callable[..., Any]:
        def answered(*arguments: Any, **named: Any) -> Any:
            return self.call(number, name, arguments, named)

        answered.__name__ = answered.__qualname__ = name
        self._functions[answered] = number
        weakref.finalize(answered, self._released.append, number)
        return answered

    def _weights(self, number: int) -> list[np.ndarray]:
        value = self._value(self._ask({"ask": "weights", "number": number}), "weights")
        if type(value) is not list or not all(type(weight) is np.ndarray for weight in value):
            raise NoAnswer("the model has weights that are no arrays")
        return value

    def _compilation(self, number: int) -> Any:
        told = self._value(self._ask({"ask": "compilation", "number": number}), "compile")
        try:
            return json.loads(told) if type(told) is str else None
        except (ValueError, RecursionError):
            return None

    def _describe(self, value: Any) -> dict[str, Any] | None:
        if type(value) is Unusable:
            raise object.__getattribute__(value, "_error")
        if isinstance(value, types.FunctionType) and value in self._functions:
            return {"known": self._functions[value]}
        if place := _in_library(value):
            return {"library": place}
        if type(value) is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
            return {"generator": wire.encode(value.bit_generator.state)}
        if not keras_models.is_model(value):
            return None
        if value in self._remote:
            return {"known": self._remote[value].number}
        weights = None if _in_stateless_scope() else [wire.encode(weight) for weight in value.get_weights()]
        return {"model": {**keras_models.describe(value), "weights": weights}}


class Unusable:
    """Stands for an answer that did not cross. Whoever looks at it gets the reason."""

    def __init__(self, error: StudentError) -> None:
        object.__setattr__(self, "_error", error)

    def __getattribute__(self, name: str) -> Any:
        if name in ("__class__", "__reduce_ex__", "__init__"):
            return object.__getattribute__(self, name)
        raise object.__getattribute__(self, "_error")


def _is_code(name: str) -> bool:
    """Whether an import statement of the judge's could take this file for a module."""
    return name.endswith(tuple(importlib.machinery.all_suffixes()))


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


def _printable(text: Any, length: int) -> str:
    """Text that every message can carry, and a class be called: no half surrogate pair, no null character."""
    return str(text)[:length].encode("utf-8", "replace").decode().replace("\0", "�")


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
    name = _printable(described.get("class", base.__name__), 100)
    if name in RESERVED:
        name = f"Student{name}"
    text = _printable(described.get("text", ""), 2000)
    try:
        error = type(name, (StudentError, base), {})(text)
    except TypeError:  # some built-in classes want more than a text
        error = type(name, (StudentError,), {})(text)
    error.where = _printable(described.get("where", ""), 300)
    return error


def _history(content: Any) -> Any:
    """What `fit` returned, with the student's word for what is in it."""
    import keras

    told = wire.decode(content, _no_special)
    if type(told) is not dict or type(told.get("history")) is not dict or type(told.get("epoch")) is not list:
        raise wire.Malformed("a history of no training")
    history = keras.callbacks.History()
    history.history, history.epoch = told["history"], told["epoch"]
    return history


def _missing(name: str) -> StudentError:
    return _exception({"class": "NameError", "known": ["NameError"], "text": f"name '{name}' is not defined"})


def _in_library(value: Any) -> list[str] | None:
    """Module and name of a library's function or class, by which another process finds the same; None for others."""
    module = "numpy" if isinstance(value, np.ufunc) else getattr(value, "__module__", None)
    name = getattr(value, "__name__", None)
    if not callable(value) or type(module) is not str or type(name) is not str or module == "__main__":
        return None
    return [module, name] if getattr(sys.modules.get(module), name, None) is value else None


def _no_special(kind: str, content: Any) -> Any:
    raise wire.Malformed("a reply that describes no value")


# --- weights that are fetched when they are needed -------------------------------------------------------------------


class _Remote:
    """A student's model: its number in their kernel, and weights that are fetched from there on first use.

    changed: whether the judge has given it other weights, which their kernel does not know of yet
    """

    def __init__(
        self,
        number: int,
        model: "keras.Model",
        fetch: Callable[[], list[np.ndarray]],
        compilation: Callable[[], Any],
    ) -> None:
        _patch()
        self.compilation = compilation
        self.number = number
        self.changed = False
        self._fetch = fetch
        self._variables = [weakref.ref(variable) for variable in model.weights]
        for variable in model.weights:
            _remotes[id(variable)] = self
            weakref.finalize(variable, _remotes.pop, id(variable), None)

    def forget(self) -> None:
        """The student's code may have trained this model: its weights are fetched anew when they are needed again."""
        for reference in self._variables:
            if (variable := reference()) is not None:
                variable._value = None

    def load(self) -> None:
        """Fetch the weights. Raises NoAnswer if they are not such as the model has."""
        variables = [reference() for reference in self._variables]
        arrays = self._fetch()
        wrong = len(arrays) != len(variables) or any(
            known is not None and (array.shape != tuple(known.shape) or array.dtype.kind not in "fiub")
            for array, known in zip(arrays, variables, strict=False)
        )
        if wrong:
            raise NoAnswer("the model has weights of other shapes than its layers")
        for array, known in zip(arrays, variables, strict=True):
            if known is not None and known._value is None:
                known._initialize(known._convert_to_tensor(array, dtype=known._dtype))


_remotes: dict[int, _Remote] = {}
"""The model that a variable belongs to, by the variable's id."""


def _compile_late(model: Any) -> None:
    """A model may have been compiled after it came here, by the function that trained it."""
    remote = next((_remotes[id(weight)] for weight in model.weights if id(weight) in _remotes), None)
    if remote is not None and not model.compiled:
        keras_models.compile_as(model, remote.compilation())


def _patch() -> None:
    """Let Keras' variables fetch their values on first use; once for the process, which is the judge's own."""
    from keras.src.backend.common.stateless_scope import in_stateless_scope
    from keras.src.backend.common.variables import Variable

    if getattr(Variable, "_fetches", False):
        return
    value, assign = Variable.value.fget, Variable.assign

    def fetched_value(self: Any) -> Any:
        if self._value is None and not in_stateless_scope() and id(self) in _remotes:
            _remotes[id(self)].load()
        return value(self)

    def assign_after_fetching(self: Any, new: Any) -> Any:
        if not in_stateless_scope() and id(self) in _remotes:
            if self._value is None:
                _remotes[id(self)].load()
            _remotes[id(self)].changed = True
        return assign(self, new)

    Variable.value, Variable.assign, Variable._fetches = property(fetched_value), assign_after_fetching, True

    import keras

    evaluate = keras.Model.evaluate

    def evaluate_after_compiling(self: Any, *arguments: Any, **named: Any) -> Any:
        _compile_late(self)
        return evaluate(self, *arguments, **named)

    keras.Model.evaluate = evaluate_after_compiling
