"""Keras models across the wall: by their configuration, checked against a list of what is allowed, never by code."""

import importlib
import json
from typing import TYPE_CHECKING, Any

from autograder.notebook.models import unallocated
from autograder.wall.wire import Malformed

if TYPE_CHECKING:
    import keras

LARGEST_CONFIG = 4 * 2**20
MOST_LAYERS = 500
"""Rebuilding a Sequential model takes time that grows faster than its layers."""

MODULES = (
    *("keras", "keras.layers", "keras.models", "keras.initializers", "keras.regularizers", "keras.constraints"),
    *("keras.ops", "keras.random", "keras.src.models", "keras.src.ops", "keras.src.layers"),
)
FORBIDDEN = frozenset(
    {"Lambda", "TorchModuleWrapper", "FlaxLayer", "JaxLayer", "TFSMLayer", "StringLookup", "TextVectorization"}
)
"""Layers that run code or read files from their configuration."""


def describe(model: "keras.Model") -> dict[str, Any]:
    """A model's or layer's configuration, in the student's kernel."""
    import keras

    return {"config": keras.saving.serialize_keras_object(model)}


def rebuild(config: Any) -> "keras.Model":
    """The model of a configuration, without memory for its weights. Raises Malformed.

    Only Keras' own layers, with their own settings: no Lambda, no class or function of anybody else's.
    """
    import keras

    check(config)
    try:
        model = unallocated(lambda: keras.saving.deserialize_keras_object(config, safe_mode=True))
    except Exception as error:
        raise Malformed(f"a model that cannot be built from its configuration ({type(error).__name__})") from None
    if not isinstance(model, keras.Layer):
        raise Malformed("a configuration of something that is no model")
    return model


def check(config: Any) -> None:
    """Raise Malformed unless a configuration is small and names only what is allowed."""
    try:
        size = len(json.dumps(config))
    except (TypeError, ValueError, RecursionError):
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
                _check_class(part)
                layers += "build_config" in part or "inbound_nodes" in part
            open_parts.extend(part.values())
    if layers > MOST_LAYERS:
        raise Malformed(f"a model of {layers} layers, at most {MOST_LAYERS} are looked at")


def _check_class(part: dict[str, Any]) -> None:
    name, module = part.get("class_name"), part.get("module")
    if type(name) is not str or (module is not None and type(module) is not str):
        raise Malformed("a configuration without a class")
    if part.get("registered_name") not in (None, name):
        raise Malformed(f"the class {name}, which is not one of Keras' own")
    if (
        name in ("__tuple__", "__typespec__", "__keras_tensor__", "__numpy__", "__tensor__", "__bytes__")
        and module is None
    ):
        return
    if name == "function":
        _check_function(part.get("config"))
        return
    if not _is_allowed(name, module):
        raise Malformed(f"the class {name} of {module}, which is not one that may stand in a model")


def _is_allowed(name: str, module: str | None) -> bool:
    """Whether this names a layer, operation, initialiser, regulariser, constraint or dtype policy of Keras' own."""
    import keras

    if name in FORBIDDEN or module is None or not any(f"{module}.".startswith(f"{known}.") for known in MODULES):
        return False
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError:
        return False
    kinds = (keras.Operation, keras.Initializer, keras.Regularizer, keras.constraints.Constraint, keras.DTypePolicy)
    return isinstance(found, type) and issubclass(found, kinds) and found.__module__.split(".")[0] == "keras"


def _check_function(name: Any) -> None:
    """Activations are functions that Keras knows by name."""
    import keras

    if type(name) is not str or not callable(getattr(keras.activations, name, None)):
        raise Malformed("a function of the student's inside a model")
