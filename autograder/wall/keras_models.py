"""Keras models across the wall: by their configuration, checked against a list of what is allowed, never by code."""

import functools
import importlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.notebook.models import unallocated
from autograder.wall.wire import Malformed

if TYPE_CHECKING:
    import keras

LARGEST_CONFIG = 4 * 2**20
MOST_LAYERS = 500
"""Rebuilding a Sequential model takes time that grows faster than its layers."""

DEEPEST = 100
"""Lists and objects within one another in a configuration."""

COMPILED = "compile_config"
COMPILE = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")

FORBIDDEN = frozenset(
    "Lambda TorchModuleWrapper FlaxLayer JaxLayer TFSMLayer "
    "IndexLookup IntegerLookup StringLookup TextVectorization".split()
)
"""Layers that run code or read files from their configuration."""


PLAIN = frozenset(
    f"__{name}__" for name in ("tuple", "slice", "ellipsis", "typespec", "keras_tensor", "numpy", "tensor", "bytes")
)
"""What Keras calls a class in a configuration and is data."""


RENAMED = {"softmax_v2": "softmax", "log_softmax_v2": "log_softmax", "swish": "silu"}
"""What `tf.nn` calls its activations → what Keras does."""


@dataclass(frozen=True)
class Parts:
    """What may stand in a configuration.

    modules:   where its classes are, the modules below these included
    bases:     what its classes descend from, as names below `keras`
    functions: where its functions are, as modules below `keras`
    """

    modules: tuple[str, ...]
    bases: tuple[str, ...]
    functions: tuple[str, ...]


PARTS = Parts(
    (
        *("keras", "keras.layers", "keras.models", "keras.initializers", "keras.regularizers", "keras.constraints"),
        *("keras.ops", "keras.random", "keras.src.models", "keras.src.ops", "keras.src.layers"),
    ),
    ("Operation", "Initializer", "Regularizer", "constraints.Constraint", "DTypePolicy"),
    ("activations",),
)
COMPILE_PARTS = Parts(
    ("keras.optimizers", "keras.losses", "keras.metrics"),
    ("Optimizer", "optimizers.schedules.LearningRateSchedule", "Loss", "Metric"),
    ("losses", "metrics"),
)


def is_model(value: Any) -> bool:
    """Whether this is a model or layer of Keras' own, told without importing Keras."""
    kind = type(value)
    return kind.__module__.split(".")[0] == "keras" and hasattr(kind, "get_config") and hasattr(kind, "get_weights")


def describe(model: "keras.Model") -> dict[str, Any]:
    """A model's or layer's configuration, and how it was compiled, as data."""
    import keras

    config = keras.saving.serialize_keras_object(model)
    return {"config": config, "compile": config.pop(COMPILED, None)}


def rebuild(described: Any, allocate: bool = False) -> "keras.Model":
    """The model that `describe` described, without memory for its weights unless `allocate`. Raises Malformed.

    Only Keras' own layers, with their own settings: no Lambda, no class or function of anybody else's. A model whose
    loss, metrics or optimizer is somebody else's comes back as if it had not been compiled.
    """
    import keras

    config = _tidied(described.get("config"))
    check(config, PARTS)

    def build() -> Any:
        return keras.saving.deserialize_keras_object(config, safe_mode=True)

    try:
        model = build() if allocate else unallocated(build)
    except Exception as error:
        raise Malformed(f"a model that cannot be built from its configuration ({type(error).__name__})") from None
    if not isinstance(model, keras.Layer):
        raise Malformed("a configuration of something that is no model")
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None:
            _finalize_when_called(layer)
    if isinstance(model, keras.Model):
        compile_as(model, described.get("compile"))
    return model


def compile_as(model: "keras.Model", described: Any) -> None:
    """Compile a model as `describe` told, unless that is nothing, or not Keras' own."""
    import keras

    config = {key: described[key] for key in COMPILE if key in described} if type(described) is dict else {}
    if not config:
        return
    try:
        check(config, COMPILE_PARTS)
        model.compile(**keras.saving.deserialize_keras_object(config, safe_mode=True))
    except Exception:  # then it is as if it were not compiled, and says so when it is evaluated
        pass


def _finalize_when_called(layer: Any) -> None:
    """A layer that was adapted computes with what it made of its weights then: here they come after it was built."""
    call = layer.call

    def finalized(*arguments: Any, **named: Any) -> Any:
        layer.finalize_state()
        return call(*arguments, **named)

    layer.call = finalized


def _tidied(config: Any, depth: int = 0) -> Any:
    """Without how models within a model have been compiled, which is of no use here, and with Keras' own names."""
    if depth > DEEPEST:
        raise Malformed("a configuration of models within models within models")
    if type(config) is dict:
        tidied = {key: _tidied(part, depth + 1) for key, part in config.items() if key != COMPILED}
        if tidied.get("class_name") == "function" and type(name := tidied.get("config")) is str:
            tidied["config"] = RENAMED.get(name, name)
        return tidied
    if type(config) is list:
        return [_tidied(part, depth + 1) for part in config]
    return config


def check(config: Any, allowed: Parts) -> None:
    """Raise Malformed unless a configuration is small and names only what is allowed."""
    try:
        size = len(json.dumps(config, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError):  # among them half of a surrogate pair
        raise Malformed("a configuration that is no plain data") from None
    if size > LARGEST_CONFIG:
        raise Malformed(f"a model whose configuration has {size:,} characters")
    layers = 0
    open_parts = [config]
    while open_parts:
        part = open_parts.pop()
        if type(part) is list:
            open_parts.extend(part)
        elif type(part) is dict:
            if "class_name" in part:
                layers += _check_class(part, allowed)
            open_parts.extend(part.values())
    if layers > MOST_LAYERS:
        raise Malformed(f"a model of {layers} layers, at most {MOST_LAYERS} are looked at")


def _check_class(part: dict[str, Any], allowed: Parts) -> bool:
    """Whether it is a layer or an operation. Raises Malformed for what is not allowed."""
    name, module = part.get("class_name"), part.get("module")
    if type(name) is not str or (module is not None and type(module) is not str):
        raise Malformed("a configuration without a class")
    if part.get("registered_name") not in (None, name):
        raise Malformed(f"the class {name}, which is not one of Keras' own")
    if name in PLAIN and module is None:
        return False
    if name == "function":
        _check_function(part.get("config"), module, allowed)
        return False
    if (found := _allowed_class(name, module, allowed)) is None:
        raise Malformed(f"the class {name} of {module}, which is not one that may stand in a model")
    return issubclass(found, _in_keras("Operation"))


def _allowed_class(name: str, module: str | None, allowed: Parts) -> type | None:
    """The class of Keras' own that this names, if it is of a kind that may stand there."""
    if (
        name in FORBIDDEN
        or module is None
        or not any(f"{module}.".startswith(f"{known}.") for known in allowed.modules)
    ):
        return None
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
    bases = tuple(_in_keras(base) for base in allowed.bases)
    its_own = isinstance(found, type) and issubclass(found, bases) and found.__module__.split(".")[0] == "keras"
    return found if its_own else None


def _check_function(name: Any, module: str | None, allowed: Parts) -> None:
    """Activations and losses may be functions that Keras knows by name. Older ones import any module named here."""
    places = [_in_keras(place) for place in allowed.functions]
    known = module is None or module == "builtins" or f"{module}.".startswith("keras.")
    if type(name) is not str or not known or not any(callable(getattr(place, name, None)) for place in places):
        raise Malformed("a function of the student's inside a model")


def _in_keras(path: str) -> Any:
    import keras

    return functools.reduce(getattr, path.split("."), keras)
