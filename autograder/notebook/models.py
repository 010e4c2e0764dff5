"""What a Keras model is from the outside: its layers' shapes, its weight counts, its accuracy.

Only Sequential and functional models made of Keras' own layers are judged. A class of the student's own could
answer anything when asked for its shape or its weights.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.notebook import comparison

if TYPE_CHECKING:
    import keras


def unallocated(build: Callable[[], "keras.Model"]) -> "keras.Model":
    """The model that `build` returns, built without memory for its weights.

    Its shapes, counts, configuration and summary are there at once, however large it is. Calling it or asking for
    its weights would allocate them all.
    """
    import keras
    from keras.src.backend.common import global_state

    # Keras keeps a list of variables without values, and gives them all their values, gigabytes if need be, when
    # some later layer is built. There is no public way to take ours off it again.
    waiting = global_state.get_global_attribute("uninitialized_variables", [], set_to_default=True)
    before = len(waiting)
    try:
        with keras.StatelessScope(initialize_variables=False):
            return build()
    finally:
        del waiting[before:]


class Problem(str):
    """A sentence about a model, with the values in it that a hint may be known for."""

    found: tuple[Any, ...]

    def __new__(cls, text: str, *found: Any) -> "Problem":
        problem = super().__new__(cls, text)
        problem.found = found
        return problem


def model_problem(model: Any) -> Problem | None:
    """Why this is no model that can be judged, or None."""
    import keras

    if model is None or not isinstance(model, keras.Layer):
        return Problem(f"found {comparison.describe_type(model)}, expected a Keras model")
    if type(model) not in (keras.Sequential, keras.Model, _functional_class()):
        return Problem(
            f"found a model of the class {type(model).__name__}; build it as keras.Sequential([...]) or in the "
            "functional style, keras.Model(inputs, outputs): a class of your own cannot be judged"
        )
    if not model.built:
        return Problem("the model has no input shape yet: begin it with keras.Input(shape=...)")
    for layer in flat_layers(model):
        if type(layer).__module__.split(".")[0] != "keras":
            return Problem(
                f"the layer “{layer.name}” is of the class {type(layer).__name__}, which is not one of Keras' own: "
                "use Keras' layers in the functional style instead"
            )
    return None


def _functional_class() -> type:
    import keras

    inputs = keras.Input((1,))
    return type(keras.Model(inputs, inputs))


def flat_layers(model: "keras.Model") -> list["keras.Layer"]:
    """The layers of a model in order, with those of nested models in place of the models."""
    found = []
    for layer in model.layers:
        found.extend(flat_layers(layer) if hasattr(layer, "layers") else [layer])
    return found


def computing_layers(model: "keras.Model") -> list["keras.Layer"]:
    """The layers that a paper's table lists: convolution, pooling and dense ones."""
    kinds = ("Conv", "Dense", "Pooling")
    return [layer for layer in flat_layers(model) if any(kind in type(layer).__name__ for kind in kinds)]


def shapes_problem(model: Any, expected: list[tuple[int | None, ...]]) -> Problem | None:
    """The first layer whose output shape is not as expected."""
    if problem := model_problem(model):
        return problem
    found = [(layer.name, type(layer).__name__, tuple(layer.output.shape[1:])) for layer in computing_layers(model)]
    for number, ((name, kind, shape), wanted) in enumerate(zip(found, expected, strict=False), start=1):
        if _without_ones(shape) != _without_ones(wanted):
            return Problem(
                f"layer {number}, {kind} “{name}”, gives {comparison.shape_text(shape)}, "
                f"expected {comparison.shape_text(wanted)}",
                shape,
            )
    if len(found) != len(expected):
        kinds = ", ".join(kind for _, kind, _ in found) or "none"
        return Problem(f"found {len(found)} layers that compute ({kinds}), expected {len(expected)}", len(found))
    return None


def described_layers(model: "keras.Model") -> list[str]:
    """What a paper's table says of each layer, such as “Conv2D tanh”, “AveragePooling2D”, “Dense softmax”.

    An activation in a layer of its own belongs to the layer before it; Flatten and Reshape are not listed.
    """
    found: list[str] = []
    for layer in flat_layers(model):
        kind = type(layer).__name__
        if kind in ("InputLayer", "Flatten", "Reshape"):
            continue
        if kind in ("ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"):
            activation = kind.lower()
        else:
            activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
        name = "" if activation == "linear" else f" {activation}"
        if found and (kind == "Activation" or kind.lower() == activation):
            found[-1] += name
        else:
            found.append(kind + name)
    return found


def layers_problem(model: Any, expected: list[str]) -> Problem | None:
    """The first layer whose kind or activation is not as expected."""
    if problem := model_problem(model):
        return problem
    found = described_layers(model)
    for number, (ours, wanted) in enumerate(zip(found, expected, strict=False), start=1):
        if ours != wanted:
            return Problem(f"layer {number} is “{ours}”, expected “{wanted}”", ours)
    if len(found) != len(expected):
        return Problem(f"found {len(found)} layers ({', '.join(found)}), expected {len(expected)}", len(found))
    return None


def weights_problem(model: Any, expected: list[int]) -> Problem | None:
    """The first layer whose number of trainable weights is not as expected, then the total."""
    if problem := model_problem(model):
        return problem
    found = [
        (layer.name, type(layer).__name__, sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights))
        for layer in flat_layers(model)
        if layer.weights
    ]
    total = sum(count for _, _, count in found)
    for (name, kind, count), wanted in zip(found, expected, strict=False):
        if count != wanted:
            return Problem(
                f"{kind} “{name}” has {count:,} trainable weights, expected {wanted:,}; in total {total:,}, "
                f"expected {sum(expected):,}",
                count,
                total,
            )
    if len(found) != len(expected):
        return Problem(
            f"found {len(found)} layers with weights, expected {len(expected)}; in total {total:,} trainable "
            f"weights, expected {sum(expected):,}",
            total,
        )
    return None


def accuracy_problem(model: Any, images: np.ndarray, labels: np.ndarray, at_least: float) -> Problem | None:
    """Whether the model names too few of the images right."""
    if problem := model_problem(model):
        return problem
    wanted, given = tuple(model.input_shape[1:]), images.shape[1:]
    if wanted != given:
        return Problem(
            f"the model takes images of {comparison.shape_text(wanted)}, these are {comparison.shape_text(given)}"
        )
    # Called directly: `predict` would trace each model anew, and TensorFlow warns about that in the cell's output.
    batches = (model(images[start : start + 256], training=False) for start in range(0, len(images), 256))
    scores = np.concatenate([np.asarray(batch) for batch in batches])
    if scores.ndim != 2 or len(scores) != len(labels):
        return Problem(
            f"the model's output has the shape {comparison.shape_text(scores.shape)}, "
            "expected one row of class scores for each image"
        )
    if not np.isfinite(scores).all():
        return Problem("the model predicts nan or infinity: the training diverged")
    accuracy = float(np.mean(scores.argmax(axis=1) == labels))
    if accuracy >= at_least:
        return None
    return Problem(f"{accuracy:.1%} of {len(labels):,} images right, at least {at_least:.1%} are expected", accuracy)


def _without_ones(shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """1×1×120 and 120 are the same feature map: whether it is flattened is a matter of style."""
    return tuple(size for size in shape if size != 1)
