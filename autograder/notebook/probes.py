"""What a network computes, asked with weights of our own: where shapes and counts cannot tell two networks apart.

A plain block, a residual one, one with its ReLU before the addition and one that adds the branch to itself have the
same shapes and as many weights. Given the same weights, they give different maps.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.notebook import comparison, models

if TYPE_CHECKING:
    import keras

ROLES = ("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance")
"""Of the weights of convolutions, dense layers and batch normalisation, as Keras names them."""


def judged(model: Any) -> "keras.Model":
    """The model, if it is one that can be judged. Raises NotPlainData or ValueError, with the sentence to show."""
    if problem := models.model_problem(model):
        if problem.startswith("found "):
            raise comparison.NotPlainData(problem.removeprefix("found "))
        raise ValueError(problem)
    return model


def operations(model: Any) -> list[str]:
    """What a model does, in order: ["Conv2D", "BatchNormalization", "relu", …, "Dense", "softmax"].

    An activation is an operation of its own, whether it was given to a layer or is a layer; additions written as
    `x + y` count as the layer Add does. Flatten and Reshape are not listed.
    """
    return list(_operations(judged(model)))


def _operations(model: Any) -> Iterator[str]:
    for operation in getattr(model, "operations", model.layers):
        kind = type(operation).__name__
        if hasattr(operation, "layers"):
            yield from _operations(operation)
        elif kind in ("Activation", "ReLU", "Relu", "Softmax"):
            activation = getattr(getattr(operation, "activation", None), "__name__", kind.lower())
            yield activation
        elif kind not in ("InputLayer", "Flatten", "Reshape"):
            yield kind
            activation = getattr(getattr(operation, "activation", None), "__name__", "linear")
            if activation != "linear":
                yield activation


def normalisations(model: Any) -> list[float]:
    """The momentum of each batch normalisation of a model, in order."""
    layers = models.flat_layers(judged(model))
    return [float(layer.momentum) for layer in layers if type(layer).__name__ == "BatchNormalization"]


def fill(model: Any, seed: int) -> "keras.Model":
    """Give a model weights that depend on the seed, their role and their shape only, and return it.

    So two networks of the same layers get the same weights, in whatever order they list them. Kernels keep the size of
    the signal, convolutions have a bias of 0, batch normalisation gets statistics and scales away from 0 and 1.
    """
    for layer in models.flat_layers(judged(model)):
        for weight in layer.weights:
            weight.assign(_drawn(weight.name, tuple(weight.shape), seed, "Conv" in type(layer).__name__))
    return model


def _drawn(role: str, shape: tuple[int, ...], seed: int, convolution: bool) -> np.ndarray:
    if role not in ROLES or (role == "bias" and convolution):
        return np.zeros(shape, dtype="float32")
    rng = np.random.default_rng([seed, ROLES.index(role), *shape])
    if role == "kernel":
        drawn = rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)
    elif role in ("gamma", "moving_variance"):
        drawn = rng.uniform(0.5, 1.5, shape)
    else:
        drawn = rng.normal(0, 0.3, shape)
    return drawn.astype("float32")


def outputs(model: Any, images: np.ndarray, training: bool = False) -> np.ndarray:
    """What a model gives for images. Raises NotPlainData or ValueError if it is none, or takes other images.

    training: whether batch normalisation uses the mean and variance of these images, as it does in training
    """
    wanted, given = tuple(judged(model).input_shape[1:]), images.shape[1:]
    if len(wanted) != len(given) or any(size not in (None, ours) for size, ours in zip(wanted, given, strict=True)):
        raise ValueError(
            f"the model takes images of {comparison.shape_text(wanted)}, these are {comparison.shape_text(given)}"
        )
    return np.asarray(model(images, training=training))


def counts(model: Any) -> dict[str, int]:
    """The numbers of weights that training changes, and of the running statistics that it only measures."""
    model = judged(model)
    size = {
        name: sum(int(np.prod(weight.shape)) for weight in weights)
        for name, weights in (("trainable", model.trainable_weights), ("statistics", model.non_trainable_weights))
    }
    return size


def like(compute: Callable[[], np.ndarray], tolerance: float = 1e-3) -> Callable[[Any], bool]:
    """For hints: recognises an answer that `compute` gives, which runs only when there is a wrong answer to explain."""

    def recognises(found: Any) -> bool:
        return comparison.difference(found, compute(), tolerance) is None

    return recognises
