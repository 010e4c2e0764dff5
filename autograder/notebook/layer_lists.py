"""A network as plain data: a list with one dictionary for each layer, and Keras' view of it.

A layer list says what counting needs and no more. The shape of the input stands beside the list, never in it.
Activations and dropout have no weights and change no shape, so a list leaves them out. Batch normalisation is
listed, because it has weights.

    conv(6, 5)       {"kind": "conv", "filters": 6, "kernel": 5, "stride": 1, "padding": 0, "bias": True}
    pool(2)          {"kind": "pool", "kernel": 2, "stride": 2, "padding": 0, "how": "max"}
    batch_norm()     {"kind": "batch_norm"}
    global_pool()    {"kind": "global_pool"}
    flatten()        {"kind": "flatten"}
    dense(84)        {"kind": "dense", "units": 84, "bias": True}
    residual(branch, shortcut)
                     {"kind": "residual", "branch": [...], "shortcut": [...]}

Kernels and strides are the same in both directions; padding is the number of rings of zeros around each map. As in
Keras, a dense layer looks at the last axis of its input only, so maps are flattened before it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.notebook import comparison, models

if TYPE_CHECKING:
    import keras

Layer = dict[str, Any]

MOST_LAYERS = 200
LARGEST = 1_000_000
"""Bounds of what is built: Keras takes minutes for thousands of layers."""


class LayerListError(ValueError):
    """A layer list that describes no network; the message is for the student who wrote it."""


def conv(filters: int, kernel: int, stride: int = 1, padding: int = 0, bias: bool = True) -> Layer:
    """A convolutional layer: `filters` kernels of `kernel`×`kernel`, each as deep as its input, each with a bias."""
    return {
        "kind": "conv", "filters": filters, "kernel": kernel, "stride": stride, "padding": padding, "bias": bias,
    }  # fmt: skip


def pool(kernel: int, stride: int | None = None, padding: int = 0, how: str = "max") -> Layer:
    """A pooling layer, `how` being "max" or "average"; the stride is the kernel unless given."""
    stride = kernel if stride is None else stride
    return {"kind": "pool", "kernel": kernel, "stride": stride, "padding": padding, "how": how}


def batch_norm() -> Layer:
    """Batch normalisation: a trained scale and a trained shift for each channel."""
    return {"kind": "batch_norm"}


def global_pool() -> Layer:
    """Global average pooling: the mean of each map, one number for each channel."""
    return {"kind": "global_pool"}


def flatten() -> Layer:
    """All numbers of the maps in one row."""
    return {"kind": "flatten"}


def dense(units: int, bias: bool = True) -> Layer:
    """A fully connected layer on the last axis of its input."""
    return {"kind": "dense", "units": units, "bias": bias}


def residual(branch: Sequence[Layer], shortcut: Sequence[Layer] = ()) -> Layer:
    """A residual block: what `branch` gives plus what `shortcut` gives; an empty shortcut passes its input on."""
    return {"kind": "residual", "branch": list(branch), "shortcut": list(shortcut)}


@dataclass(frozen=True)
class Measures:
    """What a network measures, taken from the layers and weights that Keras makes of its list.

    shape:   of the output, without the batch axis
    weights: trainable weights
    macs:    multiply-accumulates for one input
    field:   rows (and columns) of the input that one number sees after the last layer before the first `flatten`,
             `global_pool` or `dense`
    """

    shape: tuple[int, ...]
    weights: int
    macs: int
    field: int


def measure(layers: Any, shape: Sequence[int]) -> Measures:
    """What the network of a layer list measures. Raises LayerListError where it describes none."""
    layers = checked(layers)
    model = as_keras(layers, shape)
    macs = 0
    for layer in model.layers:
        for weight in layer.trainable_weights:
            if weight.path.endswith("/kernel"):  # each number of the output is a sum over all but the filters
                macs += math.prod(layer.output.shape[1:]) * math.prod(weight.shape[:-1])
    first = last = 0  # the rows of the input that row 0 of the last map sees, walked back layer by layer
    for layer in reversed(list(before_the_end(layers))):
        if layer["kind"] in ("conv", "pool"):
            first, last = first * layer["stride"], last * layer["stride"] + layer["kernel"] - 1
    return Measures(
        shape=tuple(model.output.shape[1:]),
        weights=sum(math.prod(weight.shape) for weight in model.trainable_weights),
        macs=macs,
        field=last - first + 1,
    )


def before_the_end(layers: Sequence[Layer]) -> Iterator[Layer]:
    """The layers before the first that sees everything: `flatten`, `global_pool` or `dense`."""
    for layer in layers:
        if layer["kind"] in ("flatten", "global_pool", "dense"):
            return
        if layer["kind"] == "residual":  # its branch sees more than its shortcut
            yield from before_the_end(layer["branch"])
        else:
            yield layer


def shapes(layers: Any, shape: Sequence[int]) -> list[tuple[int, ...]]:
    """The shape that each layer gives, as Keras has it. Raises LayerListError."""
    layers = checked(layers)
    return [tuple(as_keras(layers[:number], shape).output.shape[1:]) for number in range(1, len(layers) + 1)]


def as_keras(layers: Any, shape: Sequence[int]) -> "keras.Model":
    """The Keras model of a layer list, without activations and without memory for its weights.

    It has shapes and counts but cannot compute: its weights are never allocated, so that VGG-19's 143 million
    cost nothing. shape: of the input, (height, width, channels). Raises LayerListError.
    """
    import keras

    layers = checked(layers)

    def build() -> keras.Model:
        inputs = keras.Input(tuple(shape))
        return keras.Model(inputs, _stack(layers, inputs))

    return models.unallocated(build)


def _stack(layers: Sequence[Layer], x: Any) -> Any:
    for number, layer in enumerate(layers, start=1):
        try:
            x = _build(layer, x)
        except LayerListError as error:
            raise LayerListError(f"layer {number}, {name(layer)}: {error}") from None
    return x


def _build(layer: Layer, x: Any) -> Any:
    from keras import layers as keras_layers

    shape, kind = tuple(x.shape[1:]), layer["kind"]
    if kind in ("conv", "pool", "global_pool") and len(shape) != 3:
        raise LayerListError(f"it needs maps, but gets {comparison.shape_text(shape)}")
    if kind in ("conv", "pool"):
        kernel, padding = layer["kernel"], layer["padding"]
        height, width = shape[0] + 2 * padding, shape[1] + 2 * padding
        if kernel > min(height, width):
            raise LayerListError(
                f"a kernel of {kernel}×{kernel} does not fit on a map of {shape[0]}×{shape[1]} with padding {padding}"
            )
        if padding:
            x = keras_layers.ZeroPadding2D(padding)(x)
    if kind == "conv":
        return keras_layers.Conv2D(layer["filters"], kernel, strides=layer["stride"], use_bias=layer["bias"])(x)
    if kind == "pool":
        how = keras_layers.MaxPooling2D if layer["how"] == "max" else keras_layers.AveragePooling2D
        return how(kernel, strides=layer["stride"])(x)
    if kind == "dense":
        return keras_layers.Dense(layer["units"], use_bias=layer["bias"])(x)
    if kind == "residual":
        branch, shortcut = _stack(layer["branch"], x), _stack(layer["shortcut"], x)
        if branch.shape != shortcut.shape:
            raise LayerListError(
                f"the branch gives {comparison.shape_text(tuple(branch.shape[1:]))}, "
                f"the shortcut {comparison.shape_text(tuple(shortcut.shape[1:]))}: they cannot be added"
            )
        return keras_layers.Add()([branch, shortcut])
    simple = {
        "flatten": keras_layers.Flatten,
        "global_pool": keras_layers.GlobalAveragePooling2D,
        "batch_norm": keras_layers.BatchNormalization,
    }
    return simple[kind]()(x)


def name(layer: Layer) -> str:
    """A layer in a few words: `conv 5×5, 16 filters`."""
    kind = layer["kind"]
    step = f", stride {layer['stride']}" if kind in ("conv", "pool") and layer["stride"] != 1 else ""
    texts = {
        "conv": lambda: f"conv {layer['kernel']}×{layer['kernel']}, {layer['filters']:,} filters{step}",
        "pool": lambda: f"{layer['how']} pool {layer['kernel']}×{layer['kernel']}{step}",
        "dense": lambda: f"dense, {layer['units']:,} units",
        "residual": lambda: "residual block",
    }
    return texts.get(kind, lambda: kind.replace("_", " "))()


def checked(layers: Any) -> list[Layer]:
    """The layers as plain data. Raises LayerListError unless each is of a known kind, with just its keys and
    whole numbers within bounds, and NotPlainData where there is no data."""
    layers = comparison.plain(layers)
    _check(layers)
    return layers


def _check(layers: Any, inside: str = "") -> None:
    if type(layers) is not list:
        raise LayerListError(f"{inside}found {comparison.describe_type(layers)}, expected a list of layers")
    if not layers and not inside:
        raise LayerListError("the list is empty")
    if len(layers) > MOST_LAYERS:
        raise LayerListError(f"{inside}{len(layers):,} layers, at most {MOST_LAYERS} are looked at")
    for number, layer in enumerate(layers, start=1):
        _check_layer(layer, f"{inside}layer {number}")


def _check_layer(layer: Any, place: str) -> None:
    if type(layer) is not dict:
        raise LayerListError(
            f"{place} is {comparison.describe_type(layer)}, expected a dictionary as `conv(6, 5)` gives it"
        )
    kind = layer.get("kind")
    if type(kind) is not str or kind not in _EXAMPLES:
        raise LayerListError(f"{place} is of the kind {kind!r:.40}; the kinds are {', '.join(_EXAMPLES)}")
    example = _EXAMPLES[kind]
    if set(layer) != set(example):
        raise LayerListError(
            f"{place}, {kind}, has the keys {', '.join(sorted(map(str, layer)))}; expected {', '.join(sorted(example))}"
        )
    for key, value in layer.items():
        if key in ("branch", "shortcut"):
            _check(value, f"{place}, {key}: ")
        elif key in ("filters", "kernel", "stride", "padding", "units"):
            least = 0 if key == "padding" else 1
            if type(value) is not int or not least <= value <= LARGEST:
                raise LayerListError(f"{place}, {kind}: {key} is {value!r:.40}, expected a whole number from {least}")
        elif key == "bias" and type(value) is not bool:
            raise LayerListError(f"{place}, {kind}: bias is {value!r:.40}, expected True or False")
        elif key == "how" and value not in ("max", "average"):
            raise LayerListError(f"{place}, {kind}: how is {value!r:.40}, expected 'max' or 'average'")
    if "padding" in example and layer["padding"] >= layer["kernel"]:
        raise LayerListError(
            f"{place}, {kind}: padding {layer['padding']} with a {layer['kernel']}×{layer['kernel']} kernel, which "
            "would see nothing but zeros at the border; the padding must be smaller than the kernel"
        )


_EXAMPLES = {
    layer["kind"]: layer
    for layer in (conv(1, 1), pool(1), batch_norm(), global_pool(), flatten(), dense(1), residual([]))
}
