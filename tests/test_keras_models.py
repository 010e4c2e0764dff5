"""Models as students write them come out of their configuration as they were: shapes, weights, names and results."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from autograder.wall import keras_models


def stack(*parts):
    return keras.Sequential([keras.Input((8, 8, 1)), *parts])


def functional(make):
    image = keras.Input((8, 8, 1))
    return keras.Model(image, make(image))


def deferred():
    """Built when it is called for the first time."""
    model = keras.Sequential([layers.Flatten(), layers.Dense(2)])
    model(np.ones((1, 8, 8, 1)))
    return model


def adapted():
    scale = layers.Normalization(axis=None)
    scale.adapt(np.arange(640.0).reshape(10, 8, 8, 1))
    return stack(scale, layers.Flatten())


def frozen():
    base = stack(layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Flatten())
    base.trainable = False
    return stack(base, layers.Dense(2))


def head_cut_off():
    whole = stack(layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(2))
    return keras.Model(whole.inputs, whole.layers[-2].output)


def two_inputs():
    image, numbers = keras.Input((4, 4, 1)), keras.Input((5,))
    joined = layers.concatenate([layers.Flatten()(image), numbers])
    return keras.Model([image, numbers], [layers.Dense(2, name="p")(joined), layers.Dense(3, name="q")(numbers)])


def siamese():
    base = stack(layers.Flatten(), layers.Dense(4))
    left, right = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    return keras.Model([left, right], layers.Dot(-1)([base(left), base(right)]))


def shared():
    layer = layers.Conv2D(1, 3, padding="same")
    return functional(lambda x: layers.add([layer(x), layer(layer(x))]))


MODELS = {
    "input_shape of the first layer": lambda: keras.Sequential(
        [layers.Conv2D(4, 3, input_shape=(8, 8, 1)), layers.Flatten(), layers.Dense(3)]
    ),
    "NumPy's numbers": lambda: stack(layers.Dropout(np.float32(0.25)), layers.LeakyReLU(np.float64(0.1))),
    "tf.keras": lambda: tf.keras.Sequential(
        [tf.keras.layers.Input((8, 8, 1)), tf.keras.layers.Conv2D(4, 3, activation=tf.keras.activations.gelu)]
    ),
    "activations of tf.nn": lambda: stack(
        layers.Conv2D(4, 3, activation=tf.nn.relu),
        layers.Activation(tf.nn.silu),
        layers.Activation(tf.tanh),
        layers.Dense(3, activation=tf.nn.softmax),
    ),
    "activations": lambda: stack(
        layers.Conv2D(4, 3, activation=keras.activations.leaky_relu),
        layers.Activation("swish"),
        layers.ReLU(max_value=6),
        layers.Dense(3, activation=layers.PReLU()),
        layers.Dense(3, activation=ops.softmax),
    ),
    "initialisers": lambda: stack(
        layers.Conv2D(1, 3, kernel_initializer=keras.initializers.Constant(np.ones((3, 3, 1, 1)))),
        layers.Dense(2, kernel_initializer="he_normal", bias_initializer=keras.initializers.RandomNormal(seed=1)),
    ),
    "regularisers": lambda: stack(
        layers.Conv2D(4, 3, kernel_regularizer="l2", activity_regularizer=keras.regularizers.L1L2(0.1, 0.1)),
        layers.Conv2D(4, 3, kernel_constraint="non_neg", bias_constraint=keras.constraints.MaxNorm(2)),
    ),
    "normalised": lambda: stack(
        layers.BatchNormalization(momentum=0.9), layers.LayerNormalization(), layers.GroupNormalization(1)
    ),
    "adapted": adapted,
    "a mean that was given": lambda: stack(layers.Normalization(mean=0.5, variance=0.1)),
    "augmented": lambda: stack(
        keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)], name="augmentation"),
        layers.Rescaling(1 / 255),
        layers.Resizing(16, 16),
        layers.ZeroPadding2D(1),
        layers.GaussianNoise(0.1),
    ),
    "other convolutions": lambda: stack(
        layers.DepthwiseConv2D(3),
        layers.SeparableConv2D(4, 3),
        layers.Conv2DTranspose(2, 2),
        layers.Conv2D(4, 3, groups=2, dilation_rate=2),
        layers.SpectralNormalization(layers.Conv2D(2, 1)),
    ),
    "pooled": lambda: stack(
        layers.MaxPool2D(2, padding="same"), layers.AvgPool2D((2, 1)), layers.GlobalMaxPool2D(keepdims=True)
    ),
    "reshaped": lambda: stack(layers.Permute((3, 1, 2)), layers.Reshape((-1,)), layers.RepeatVector(2)),
    "any size": lambda: keras.Sequential(
        [keras.Input((None, None, 3)), layers.Conv2D(2, 3), layers.GlobalAveragePooling2D()]
    ),
    "operators": lambda: functional(lambda x: -(x * 0.5 + x**2) / 3 - 1),
    "slices": lambda: functional(lambda x: x[:, 1:5, ::2, 0]),
    "arrays in between": lambda: functional(lambda x: x * np.ones((8, 8, 1)) + ops.convert_to_tensor(1.0)),
    "ops": lambda: functional(
        lambda x: ops.concatenate(
            [ops.mean(x, axis=(1, 2)), ops.reshape(ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))[..., 0], (-1, 100))],
            axis=-1,
        )
    ),
    "more ops": lambda: functional(lambda x: ops.where(x > 0.5, ops.clip(ops.softmax(x, axis=1), 0.1, 0.9), 0 * x)),
    "einsum": lambda: functional(lambda x: ops.einsum("bijc,bkjc->bikc", x, x)),
    "merged": lambda: functional(
        lambda x: layers.Maximum()([layers.Subtract()([x, x]), layers.Multiply()([x, x]), layers.Average()([x, x])])
    ),
    "shared": shared,
    "siamese": siamese,
    "two inputs": two_inputs,
    "frozen": frozen,
    "deferred": deferred,
    "never built": lambda: keras.Sequential([layers.Dense(3), layers.Dense(2)]),
    "the head cut off": head_cut_off,
    "cloned": lambda: keras.models.clone_model(stack(layers.Conv2D(4, 3))),
    "from JSON": lambda: keras.models.model_from_json(stack(layers.Conv2D(4, 3)).to_json()),
    "mixed precision": lambda: stack(layers.Conv2D(4, 3, dtype="mixed_float16"), layers.Flatten(dtype="float32")),
    "recurrent": lambda: keras.Sequential(
        [
            keras.Input((10, 4)),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            layers.TimeDistributed(layers.Dense(2)),
            layers.GRU(2),
        ]
    ),
    "attention": lambda: (lambda x: keras.Model(x, layers.MultiHeadAttention(2, 4)(x, x)))(keras.Input((10, 8))),
    "words": lambda: keras.Sequential(
        [keras.Input((10,), dtype="int32"), layers.Embedding(20, 4, mask_zero=True), layers.GlobalAveragePooling1D()]
    ),
}


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS.keys())
def test_a_model_comes_out_as_it_went_in(make):
    model = make()
    described = json.loads(json.dumps(keras_models.describe(model)))
    bare = keras_models.rebuild(described)
    assert type(bare) is type(model)
    assert [layer.name for layer in bare.layers] == [layer.name for layer in model.layers]
    assert [tuple(weight.shape) for weight in bare.weights] == [tuple(weight.shape) for weight in model.weights]
    if not model.built:
        return
    assert bare.count_params() == model.count_params() and bare.output_shape == model.output_shape
    assert len(bare.trainable_weights) == len(model.trainable_weights)
    found = keras_models.rebuild(described, allocate=True)
    found.set_weights(model.get_weights())
    rng = np.random.default_rng(1)
    inputs = [
        rng.uniform(0, 1, [3, *(size or 8 for size in tensor.shape[1:])]).astype(tensor.dtype)
        for tensor in model.inputs
    ]
    inputs = inputs[0] if len(inputs) == 1 else inputs
    for ours, theirs in zip(
        tf.nest.flatten(found(inputs, training=False)), tf.nest.flatten(model(inputs, training=False)), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
