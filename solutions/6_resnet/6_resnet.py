# %% [markdown]
# # 6 · ResNet: deeper, and still trainable
#
# A network with more layers can do everything that one with fewer can. So why did deeper networks, for years, come out *worse*, even on the images they were trained on? You reproduce that problem, build the block that solved it in 2015, and stack it to ResNet-34.
#
# When you are through this notebook, you can
#
# - tell degradation from overfitting, and say which curve decides;
# - build a residual block, with both kinds of shortcut, and prove with a few probes that it is one;
# - measure the gradient that reaches the first layer, and judge how much of the problem it explains;
# - build ResNet-18 and ResNet-34 from a table and know which of the published counts is which;
# - take blocks out of a trained network, and say how far the comparison with boosting carries;
# - train a residual network on photographs, and answer the course's last question with your own numbers.
#
# **Time:** about 130 minutes. **Follows the slides** *ResNet: Motivation*, *ResNet*, *34-layer residual*, *VGG-19*, *Plain Network vs. ResNet*, *Complexity Comparison*, *Why is CNN Successful?* and *Summary: CNN*.
#
# What is trained is kept in the folder `trained/` beside this notebook, so that running it again takes seconds.

# %%
import importlib.util

if importlib.util.find_spec("autograder") is None:
    raise SystemExit("The course package is not installed here: run  %pip install autograder  with the address that your course gives, restart the kernel, and run this cell again.")

# %%
import json
from fractions import Fraction
from pathlib import Path

from autograder.notebook import Checklist, datasets, figures, probes
from autograder.notebook.drawings import resnet as drawings
from autograder.notebook.models import flat_layers, unallocated
from autograder.notebook.training import forget, measure_once, train_once

import keras
import numpy as np
import tensorflow as tf
from keras import layers

keras.utils.set_random_seed(6)

# %% [markdown]
# ## The data
#
# The digits of the earlier notebooks, this time in their original 8×8 pixels: so small that even 38 layers train in well under a minute.

# %%
digits = datasets.digits(8)
validation = digits.validation.x, digits.validation.y
print(digits)
figures.images(digits.train.x[:12], [str(label) for label in digits.train.y[:12]], columns=12, size=0.85,
               alt="Twelve handwritten digits of 8×8 pixels with their labels above")


# %% [markdown]
# ## Should deeper not be better?
#
# The lecture asks it with two punctuation marks: *Shouldn't deeper networks perform better on training and test?!* For the training data there is an argument that they must be **at least as good**. Take a network that works and insert further layers that do nothing. The result is deeper, and exactly as good. You now make this argument out of numbers.
#
# ### Exercise 1 · A layer that does nothing &emsp; ●○○ &emsp; 5 minutes
#
# **Why.** A convolution followed by ReLU can pass its input on unchanged, if the input has no negative numbers. After a ReLU it never has.
#
# **Your task.** Write `identity_kernel`, the kernel with which a convolution (padding `"same"`, no bias) gives back the maps that it gets.
#
# <details><summary>Hint: one channel</summary>In notebook 1 the identity kernel had a single 1, in the middle. Everything else is 0.</details>
# <details><summary>Hint: several channels</summary>The axes are height, width, input channel, output channel. Output channel 3 must be a copy of input channel 3, and must not see the others.</details>
# <details><summary>Hint: at once</summary><code>np.eye(channels)</code> is a square matrix with ones on its diagonal.</details>

# %% nbgrader={"grade": false, "grade_id": "identity_kernel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def identity_kernel(size, channels):
    """The kernel of a convolution that passes its input on: an array (size, size, channels, channels).

    size:     height and width of the kernel, an odd integer
    channels: channels of the input, and as many of the output
    """
    ### BEGIN SOLUTION
    kernel = np.zeros((size, size, channels, channels), dtype="float32")
    kernel[size // 2, size // 2] = np.eye(channels)
    return kernel
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_identity_kernel", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("identity_kernel", points=2)
check.equal("1×1, three channels", lambda: identity_kernel(1, 3), np.eye(3).reshape(1, 1, 3, 3), points=Fraction(1, 2), hints=[
    (np.ones((1, 1, 3, 3)), "Every output channel is now the sum of all input channels. It should copy one of them."),
    (np.ones((1, 1, 3, 3)) / 3, "Every output channel is now the mean of all input channels. It should copy one of them."),
    (lambda found: np.shape(found) in ((1, 1), (1, 1, 3)), "A kernel has four axes: height, width, input channels, output channels."),
    (lambda found: np.shape(found) == (3, 3), "A kernel has four axes: height, width, input channels, output channels."),
])
expected = np.zeros((3, 3, 2, 2))
expected[1, 1, 0, 0] = expected[1, 1, 1, 1] = 1
two_by_two = np.zeros((3, 3, 2, 2))
two_by_two[1, 1] = 1
check.equal("3×3, two channels", lambda: identity_kernel(3, 2), expected, points=Fraction(3, 2), hints=[
    (two_by_two, "Every output channel is now the sum of all input channels. It should copy one of them."),
    (two_by_two / 2, "Every output channel is now the mean of all input channels. It should copy one of them."),
    (lambda found: np.shape(found) == (3, 3, 2, 2) and found[0, 0, 0, 0] == 1 and found[1, 1, 0, 0] == 0, "The 1 stands in the corner: the maps would be shifted. It belongs in the middle."),
    (lambda found: np.shape(found) == (3, 3, 2, 2) and np.array_equal(found[:, :, 0, 0], np.eye(3)), "The identity matrix belongs to the channels, not to height and width: a diagonal of ones in the window blurs along it."),
    (lambda found: np.shape(found) == (3, 3, 2, 2) and np.sum(found) > 2, "Only the pixel in the middle counts; the eight around it have weight 0."),
    (lambda found: np.shape(found) == (2, 2, 3, 3), "The order of the axes is height, width, input channels, output channels."),
    (lambda found: np.ndim(found) < 4, "A kernel has four axes: height, width, input channels, output channels."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_identity_kernel", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("identity_kernel", points=2, at_grading="other sizes and numbers of channels, and whether maps come out as they went in")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("identity_kernel")


def passed(kernel, maps):
    """What a convolution with this kernel gives for the maps."""
    kernel = np.asarray(kernel, dtype="float32")
    if kernel.ndim != 4 or kernel.shape[2] != maps.shape[-1]:
        return f"a kernel of the shape {kernel.shape} does not fit maps of {maps.shape[-1]} channels"
    return np.asarray(keras.ops.conv(maps, kernel, padding="same"))


with check.group("the arrays", points=1):
    for size, channels in ((5, 3), (7, 1), (3, int(rng.integers(4, 30))), (1, int(rng.integers(2, 30)))):
        wanted = np.zeros((size, size, channels, channels))
        for channel in range(channels):
            wanted[size // 2, size // 2, channel, channel] = 1
        check.equal(f"{size}×{size}, {channels} channels", lambda: identity_kernel(size, channels), wanted, hints=[
            (lambda found: np.shape(found) == wanted.shape and np.sum(found) > channels, "There is a 1 for each channel, in the middle, and nothing else."),
            (lambda found: np.shape(found) == wanted.shape and np.sum(found) == channels, "The ones are in another place than the middle: with an odd size it is size // 2."),
            (lambda found: np.ndim(found) == 4, "Sizes and channels come from the arguments: (size, size, channels, channels)."),
        ])
with check.group("maps come out as they went in", points=1):
    for size in (3, 5):
        channels = int(rng.integers(2, 9))
        maps = rng.random((2, 6, 9, channels)).astype("float32")
        check.equal(f"{channels} maps through {size}×{size}", lambda: passed(identity_kernel(size, channels), maps), maps, tolerance=1e-5, hints=[
            (lambda found: np.shape(found) == maps.shape, "Each output channel must be a copy of the input channel of the same number, not shifted and not mixed."),
        ])
### END HIDDEN TESTS
check.report()

# %%
maps = np.repeat(digits.train.x[:1], 3, axis=-1)
for number in range(30):
    maps = keras.ops.relu(keras.ops.conv(maps, identity_kernel(3, 3), padding="same"))
print("largest change after 30 such layers:", float(np.abs(maps - digits.train.x[:1]).max()))


# %% [markdown]
# ### Exercise 2 · A plain network of any depth &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** For an experiment on depth, nothing but the depth may change. So all its layers look the same.
#
# The network for 8×8×1 images is a stack of equal layers: a 3×3 **convolution** of `width` filters, **batch normalisation**, **ReLU**. The last map is averaged over its pixels (`GlobalAveragePooling2D`), and one dense layer with softmax gives ten probabilities. The depth counts the layers that have kernels: `depth − 1` convolutions and the dense layer.
#
# Two details of batch normalisation matter:
#
# - It subtracts the mean of each channel, so a bias just before it is subtracted again. The convolutions do without: `use_bias=False`.
# - In training it uses the mean and variance of the batch, later a running average of them. With Keras' default momentum of 0.99 a step moves that average by only 1 %; our trainings have some 300 steps, and the statistics would lag far behind. Use `momentum=0.9`.
#
# **Your task.** Write `plain_net`.
#
# <details><summary>Hint: where to start</summary>Either a list for <code>keras.Sequential</code> that a loop extends, or in the functional style: <code>x = layers.Conv2D(…)(x)</code> in a loop, and <code>keras.Model(image, x)</code> at the end.</details>
# <details><summary>Hint: the maps get smaller</summary>A convolution without padding loses a ring of pixels. Here the map stays 8×8 to the end: <code>padding="same"</code>.</details>
# <details><summary>Hint: the order</summary>Convolution, then normalisation, then ReLU: the convolution itself has no activation.</details>

# %% nbgrader={"grade": false, "grade_id": "plain_net", "locked": false, "schema_version": 3, "solution": true, "task": false}
def plain_net(depth, width=16):
    """A plain network for 8×8×1 images and ten classes: a new Keras model, not compiled.

    depth: layers with kernels, at least 2: depth − 1 convolutions of 3×3, then a dense layer
    width: filters of each convolution
    """
    ### BEGIN SOLUTION
    image = x = keras.Input((8, 8, 1))
    for _ in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_plain_net", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("plain_net", points=3)
check.shapes("sizes of the maps of five layers", lambda: plain_net(5), [(8, 8, 16)] * 4 + [(16,), (10,)], points=1, hints={
    (6, 6, 16): "The convolution does not pad its input, so that the map shrinks: padding=\"same\".",
    (4, 4, 16): "Here no layer steps by 2 or pools; the map stays 8×8 up to the end.",
    (10,): "Between the last map and the dense layer stands GlobalAveragePooling2D. Flatten would give the dense layer 64 times as many numbers.",
    7: "There is a convolution too many: the dense layer counts as well, so a depth of 5 means 4 convolutions.",
    5: "A convolution is missing, or the average over the last map.",
    (8, 8, 3): "Conv2D takes first the number of filters, then the size of the kernel.",
    (8, 8, 16): "There is a convolution too many: the dense layer counts as well, so a depth of 5 means 4 convolutions.",
    ValueError: "Keras refuses: do the maps shrink from layer to layer? The convolutions pad their input, padding=\"same\".",
})
check.equal("what it does, in order", lambda: probes.operations(plain_net(3)), ["Conv2D", "BatchNormalization", "relu"] * 2 + ["GlobalAveragePooling2D", "Dense", "softmax"], points=1, hints=[
    (lambda found: found.count("relu") > found.count("Conv2D"), "Each convolution has one ReLU, after the normalisation."),
    (lambda found: found[:3] == ["Conv2D", "relu", "BatchNormalization"], "ReLU comes after the normalisation here, as in ResNet: convolution, batch normalisation, ReLU."),
    (lambda found: "relu" not in found, "There is no ReLU. Without one, all layers together are no more than one."),
    (lambda found: "BatchNormalization" not in found, "Batch normalisation is missing. Without it the deep networks of this notebook do not learn."),
    (lambda found: found[:2] == ["BatchNormalization", "Conv2D"], "The normalisation comes after the convolution."),
    (lambda found: found.count("Conv2D") != 2, "The depth counts the dense layer as well: 3 layers are two convolutions and the dense one."),
    (lambda found: found.count("relu") < 2, "Each normalisation is followed by its ReLU, the first ones and the last one."),
    (lambda found: found[-1:] != ["softmax"], "The last layer gives probabilities: softmax."),
    (lambda found: "MaxPooling2D" in found or "AveragePooling2D" in found, "No layer of this network pools, except for the average over the whole map at the end."),
    (lambda found: "GlobalAveragePooling2D" not in found, "The average over the last map is missing: GlobalAveragePooling2D stands before the dense layer."),
    (lambda found: True, "Compare with the description, one operation after the other: convolution, batch normalisation, ReLU."),
])
check.weights("numbers of trainable weights, four layers", lambda: plain_net(4), [144, 32, 2304, 32, 2304, 32, 170], points=1, hints={
    160: "The convolution has biases. Batch normalisation subtracts the mean and the bias with it: use_bias=False.",
    144: "Batch normalisation has a trained scale and shift for each channel. Is it missing?",
    400: "The kernels are 5×5; the network asked for has 3×3.",
    10_250: "Flatten gives the dense layer every pixel. Average over the map first.",
    2304: "The first convolution sees one channel, every other 16. Compare layer by layer.",
    16: "The normalisation should keep both its scale and its shift, as is the default.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_plain_net", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("plain_net", points=3, at_grading="other depths and widths, whether your network computes what it should with given weights, and how fast its batch normalisation keeps up")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("plain_net")


def reference_plain(depth, width, relu_last=True):
    image = x = keras.Input((8, 8, 1))
    for number in range(depth - 1):
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x) if relu_last or number < depth - 2 else x
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


with check.group("numbers of weights, other depths and widths", points=1):
    for depth, width in ((2, 5), (int(rng.integers(6, 12)), int(rng.integers(3, 12))), (int(rng.integers(13, 20)), 16)):
        first, later = [9 * width, 2 * width], [9 * width * width, 2 * width]
        check.weights(f"{depth} layers of {width}", lambda: plain_net(depth, width), first + later * (depth - 2) + [10 * width + 10], hints={
            10 * 9: "The width is 16 whatever was asked for: use the argument.",
            144: "The width is 16 whatever was asked for: use the argument.",
            10 * width: "The convolution has biases. Batch normalisation subtracts the mean and the bias with it: use_bias=False.",
        })
with check.group("given weights, given images: the right probabilities", points=1):
    for depth in (3, int(rng.integers(4, 9))):
        seed, pictures = int(rng.integers(1000)), rng.random((6, 8, 8, 1)).astype("float32")
        for training in (False, True):
            wanted = probes.outputs(probes.fill(reference_plain(depth, 16), seed), pictures, training)
            without_last = probes.like(lambda: probes.outputs(probes.fill(reference_plain(depth, 16, relu_last=False), seed), pictures, training))
            check.equal(f"{depth} layers, {'training' if training else 'inference'}", lambda: probes.outputs(probes.fill(plain_net(depth), seed), pictures, training), wanted, tolerance=1e-3, hints=[
                (without_last, "The last normalisation has no ReLU."),
                (lambda found: np.shape(found) == (6, 10) and np.abs(np.sum(found, axis=1) - 1).max() > 0.01, "The outputs are no probabilities: softmax."),
                (lambda found: training, "In training something else comes out. Besides batch normalisation, nothing should differ from inference: no dropout, no noise."),
                (lambda found: True, "The weights fit, but other numbers come out. Compare the order of the operations."),
            ])


def keeps_up(model):
    momenta = probes.normalisations(model)
    if not momenta:
        return "there is no batch normalisation"
    return max(momenta) <= 0.95 or f"a momentum of {max(momenta):g}"


check.that("the running statistics keep up with a short training", lambda: keeps_up(plain_net(4)), points=1, hints=[
    (lambda found: "momentum" in found, "With this momentum each step moves the running averages by 1 % or less. Pass momentum=0.9."),
    ("there is no batch normalisation", "Every convolution is followed by a batch normalisation."),
])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# All trainings on the digits in this notebook follow one recipe: gradient descent with momentum, batches of 32 images, and a learning rate that falls from 0.02 to 0 along a cosine. First a plain network of 8 layers.

# %%
RECIPE = {"learning_rate": 0.02, "momentum": 0.9, "batch_size": 32}


def train(model, seed, epochs=8):
    """Train on the digits by the recipe; returns the history: a list over the epochs for each measure."""
    keras.utils.set_random_seed(seed)
    steps = epochs * -(-len(digits.train) // RECIPE["batch_size"])
    rate = keras.optimizers.schedules.CosineDecay(RECIPE["learning_rate"], steps)
    optimizer = keras.optimizers.SGD(rate, momentum=RECIPE["momentum"])
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = model.fit(digits.train.x, digits.train.y, validation_data=validation,
                       batch_size=RECIPE["batch_size"], epochs=epochs, verbose=0)
    model.train_function = model.test_function = None  # compiled for this training, and large
    return result.history


def measured(model, images):
    """Mean cross-entropy and accuracy of a model, in inference, on images with labels."""
    # A hundred at a time: of deep networks Keras keeps the maps of all layers until the last is computed.
    parts = [np.asarray(model(images.x[start : start + 100], training=False)) for start in range(0, len(images), 100)]
    p = np.concatenate(parts)
    right = np.maximum(p[np.arange(len(images)), images.y], 1e-7)
    return float(-np.log(right).mean()), float(np.mean(p.argmax(axis=1) == images.y))


keras.utils.set_random_seed(1)
plain8 = plain_net(8)
plain8_history = train_once("plain8", plain8, lambda: train(plain8, seed=1), settings=RECIPE)
print("8 layers: training loss {:.3f}, training accuracy {:.3f}".format(*measured(plain8, digits.train)))


# %% [markdown]
# ### Exercise 3 · Deeper by hand &emsp; ●●● &emsp; 10 minutes
#
# **Why.** This is the argument as a program: a network of any depth that is as good as your trained one of 8 layers.
#
# **Your task.** Write `deepen`: it returns a `plain_net` of the given depth that computes the same as `model`. Its first convolutions have the weights of `model`, the inserted ones pass on what they get, and the dense layer is that of `model`.
#
# <details><summary>Hint: weights of a layer</summary><code>layer.get_weights()</code> is a list of arrays, and <code>layer.set_weights(list)</code> takes one. For a batch normalisation these are scale, shift, running mean and running variance.</details>
# <details><summary>Hint: which layers?</summary>Make two lists of the layers that have weights, <code>[layer for layer in model.layers if layer.weights]</code>. The old and the new list begin alike, and the last entry of each is the dense layer.</details>
# <details><summary>Hint: the inserted layers</summary>Their kernel is <code>identity_kernel(3, width)</code>. A fresh batch normalisation (scale 1, shift 0, mean 0, variance 1) hardly changes what it gets: it divides by √(1 + 0.001).</details>

# %% nbgrader={"grade": false, "grade_id": "deepen", "locked": false, "schema_version": 3, "solution": true, "task": false}
def deepen(model, depth):
    """A plain network of `depth` layers that computes the same as the shallower plain network `model`.

    model: a trained network, as plain_net makes them; it stays as it is
    depth: an integer, larger than the depth of `model`
    Returns a new Keras model, as plain_net makes them.
    """
    ### BEGIN SOLUTION
    deeper = plain_net(depth)
    old = [layer for layer in model.layers if layer.weights]
    new = [layer for layer in deeper.layers if layer.weights]
    for source, target in zip(old[:-1], new):
        target.set_weights(source.get_weights())
    for target in new[len(old) - 1 : -1]:
        if isinstance(target, layers.Conv2D):
            target.set_weights([identity_kernel(3, target.filters)])
    new[-1].set_weights(old[-1].get_weights())
    return deeper
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_deepen", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("deepen", points=2)
check.weights("14 layers come out", lambda: deepen(plain8, 14), [144, 32] + [2304, 32] * 12 + [170], points=Fraction(1, 2), hints={
    14_362: "This is a network of 8 layers, as deep as the one that came in.",
})
some = digits.validation.x[:50]
as_before = probes.outputs(plain8, some)


def forgetting():
    """What the network gives when the running statistics of its normalisations are those of new ones."""
    model = keras.models.clone_model(plain8)
    model.set_weights([np.zeros(weight.shape) if weight.name == "moving_mean" else np.ones(weight.shape) if weight.name == "moving_variance" else weight for weight in plain8.weights])
    return probes.outputs(model, some)


check.equal("the same probabilities for 50 digits", lambda: probes.outputs(deepen(plain8, 14), some) if deepen(plain8, 14).count_params() > plain8.count_params() else "a network no deeper than before", as_before, points=Fraction(3, 2), tolerance=0.02, hints=[
    ("a network no deeper than before", "The network that came in is no answer: build a deeper one, and give it weights."),
    (probes.like(forgetting, 0.05), "The running mean and variance of the normalisations are missing: they are weights too, although training does not change them."),
    (lambda found: np.shape(found) == (50, 10) and np.abs(np.asarray(found) - found[0]).max() < 0.02, "All digits get nearly the same probabilities: do inserted layers erase or scramble what they get?"),
    (lambda found: np.shape(found) == (50, 10) and np.mean(np.argmax(found, axis=1) == as_before.argmax(axis=1)) > 0.9, "Nearly: the digits come out right, but not the probabilities. Is a layer still random, or did the inserted normalisations get trained weights?"),
    (lambda found: np.shape(found) == (50, 10), "It computes something else. The trained layers keep their order, the inserted ones come between them and the dense layer and must change nothing, and the dense layer keeps its weights."),
    (ValueError, "set_weights refuses the shapes: the first convolution sees one channel, all others 16; and do convolutions get the weights of convolutions?"),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_deepen", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("deepen", points=2, at_grading="other depths, a deepened network deepened once more, and another network")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("deepen")
chosen = digits.validation.x[rng.permutation(len(digits.validation))[:100]]
same = probes.outputs(plain8, chosen)
first = int(rng.integers(9, 14))
second = first + int(rng.integers(1, 8))


def deep_enough(model, depth):
    """What the model gives for the chosen digits, if it has the depth."""
    found = [name for name in probes.operations(model) if name in ("Conv2D", "Dense")]
    if len(found) != depth:
        raise ValueError(f"found {len(found)} layers with kernels, expected {depth}")
    return probes.outputs(model, chosen)


hints = [
    (lambda found: np.shape(found) == same.shape and np.mean(np.argmax(found, axis=1) == same.argmax(axis=1)) > 0.9, "Nearly: the digits come out right, but not the probabilities. Is a layer still random?"),
    (lambda found: np.shape(found) == same.shape, "It computes something else: some of the weights are not those of the given network, or an inserted layer changes what it gets."),
    (ValueError, "Depths count the convolutions and the dense layer; any depth above that of the given network may be asked for, an odd one as well."),
]
check.equal(f"{second} layers", lambda: deep_enough(deepen(plain8, second), second), same, points=1, tolerance=0.02, hints=hints)
with check.group("a deepened network once more, and another network", points=1):
    check.equal(f"{first} layers, then {second}", lambda: deep_enough(deepen(deepen(plain8, first), second), second), same, tolerance=0.02, hints=hints)
    other = plain_net(5)
    check.equal("a new network of 5 layers", lambda: deep_enough(deepen(other, first), first), probes.outputs(other, chosen), tolerance=0.002, hints=[
        (probes.like(lambda: same, 0.02), "This is what `plain8` computes. Take the network that is passed in."),
        *hints,
    ])
### END HIDDEN TESTS
check.report()

# %%
by_hand = deepen(plain8, 38)
for name, model in (("8 layers, trained", plain8), ("38 layers, by hand", by_hand)):
    loss, share = measured(model, digits.train)
    print(f"{name:20} training loss {loss:.3f}, training accuracy {share:.3f}")

# %% [markdown]
# So a plain network of 38 layers with that training loss *exists*; you hold it in your hands. (What small difference there is comes from the 0.001 under the root, thirty times over.) Does training find it, or a better one?
#
# ## The degradation problem
#
# You need not spend the afternoon on it: 30 trainings ship with the course. Plain networks of 8, 20 and 38 layers, and residual ones (you build those next), each from five random beginnings, with the recipe above over 16 epochs. Here are the plain ones. `data/make_resnet_runs.py` in the course's repository made them; all runs are shown, not the best.

# %%
record = json.loads(datasets.bundled("resnet_runs.json"))
runs = record["runs"]
print(record["settings"])
drawings.losses({"training": {name: runs[name] for name in ("plain-8", "plain-20", "plain-38")},
                 "validation": {name: runs[name] for name in ("plain-8", "plain-20", "plain-38")}})


# %% [markdown]
# ### Exercise 4 · Which curve decides? &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** A deeper network that does worse on new images may simply overfit, and everybody knows remedies for that. What the authors of ResNet found is something else, and one curve tells the two apart.
#
# **Your task.** Write `compare_depths`. It compares the mean **loss** over the **last three** epochs, because single epochs jump, and returns one of three texts:
#
# - `"degradation"` if the deeper network's *training* loss is higher;
# - otherwise `"overfitting"` if its *validation* loss is higher;
# - otherwise `"deeper is better"`.
#
# <details><summary>Hint: the last three</summary><code>history["loss"][-3:]</code>, and <code>np.mean</code> of that.</details>
# <details><summary>Hint: the order of the questions</summary>A degraded network is usually worse on the validation images too. So ask for the training loss first.</details>

# %% nbgrader={"grade": false, "grade_id": "compare_depths", "locked": false, "schema_version": 3, "solution": true, "task": false}
def compare_depths(shallow, deep):
    """What the deeper network suffers from: "degradation", "overfitting" or "deeper is better".

    shallow, deep: histories of trainings, with lists over the epochs under "loss" (training) and "val_loss"
    """
    ### BEGIN SOLUTION
    def late(history, name):
        return np.mean(history[name][-3:])

    if late(deep, "loss") > late(shallow, "loss"):
        return "degradation"
    if late(deep, "val_loss") > late(shallow, "val_loss"):
        return "overfitting"
    return "deeper is better"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_compare_depths", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("compare_depths", points=2)
modest = {"loss": [1.9, 0.8, 0.4, 0.3, 0.2], "val_loss": [1.9, 0.9, 0.5, 0.4, 0.4]}
stuck = {"loss": [2.2, 1.9, 1.5, 1.3, 1.2], "val_loss": [2.2, 2.0, 1.6, 1.5, 1.4]}
by_heart = {"loss": [2.1, 0.7, 0.1, 0.1, 0.1], "val_loss": [2.1, 0.9, 0.6, 0.7, 0.8]}
better = {"loss": [2.4, 0.9, 0.3, 0.2, 0.1], "val_loss": [2.1, 0.9, 0.5, 0.3, 0.3]}
check.equal("worse on training and validation images", lambda: compare_depths(modest, stuck), "degradation", points=1, hints=[
    ("overfitting", "Overfitting means: *better* on the training images, worse on new ones. This network is worse on those it was trained on."),
    ("deeper is better", "The deeper network is the second argument, and a higher loss is worse."),
])
check.equal("better on training images, worse on others", lambda: compare_depths(modest, by_heart), "overfitting", points=Fraction(1, 2), hints=[
    ("degradation", "Its training loss is lower than the other's. It has learned its images by heart: that is no degradation."),
    ("deeper is better", "Look at the validation loss as well."),
])
check.equal("better on both", lambda: compare_depths(modest, better), "deeper is better", points=Fraction(1, 2), hints=[
    ("degradation", "Only its first epochs are worse. Compare the last three."),
    ("overfitting", "Its validation loss is lower over the last three epochs."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_compare_depths", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("compare_depths", points=2, at_grading="many other pairs of curves: longer and shorter ones, with jumps and late turns")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("compare_depths")


def drawn(last, jump):
    """A falling curve whose last three values have the mean `last`, whatever the last one alone or the first ones say."""
    length = int(rng.integers(6, 30))
    head = last + np.sort(rng.uniform(0.3, 2, length - 3))[::-1] * rng.uniform(0.2, 1)
    tail = last + jump * np.array([-0.5, -0.5, 1.0])
    return [float(value) for value in np.concatenate([head, tail])]


kinds = {"degradation": (1, None), "overfitting": (-1, 1), "deeper is better": (-1, -1)}
for kind, (training, fresh) in kinds.items():
    with check.group(f"curves that show: {kind}", points=1 if kind == "degradation" else Fraction(1, 2)):
        for case in range(12):
            sign = fresh or (1 if case % 2 else -1)
            low, gap = rng.uniform(0.6, 1.2), rng.uniform(0.02, 0.15)
            # In every second case the last epoch alone says the opposite, in every third the best epoch does.
            jump = {0: 0.0, 1: 3 * gap}[case % 2] * (-training)
            other = {0: 0.0, 1: 3 * gap}[(case // 2) % 2] * (-sign)
            shallow = {"loss": drawn(low, 0), "val_loss": drawn(low + 0.3, 0)}
            deep = {"loss": drawn(low + training * gap, jump), "val_loss": drawn(low + 0.3 + sign * gap, other)}
            for history in (shallow, deep):
                history["accuracy"] = [float(value) for value in rng.random(len(history["loss"]))]
                history["val_accuracy"] = list(history["accuracy"])
            check.equal(f"pair {case + 1}", lambda: compare_depths(shallow, deep), kind, hints=[
                (lambda found: found not in kinds, "Return one of the three texts, exactly as given."),
                (lambda found: True, "Compare the *mean* of the *last three* epochs of the loss: first in training, then in validation. The last epoch alone, the best one or all of them say something else here."),
            ])
### END HIDDEN TESTS
check.report()

# %%
for kind in ("plain", "residual"):
    for shallow, deep in ((8, 20), (20, 38), (8, 38)):
        verdicts = [compare_depths(*pair) for pair in zip(runs[f"{kind}-{shallow}"], runs[f"{kind}-{deep}"], strict=True)]
        print(f"{kind:8} {shallow:2} against {deep}: " + ", ".join(f"{verdict} {verdicts.count(verdict)}×" for verdict in dict.fromkeys(verdicts)))

# %%
for name, histories in runs.items():
    losses = [history["loss"][-1] for history in histories]
    shares = [history["val_accuracy"][-1] for history in histories]
    print(f"{name:12} training loss " + " ".join(f"{loss:.3f}" for loss in losses) + "   validation accuracy " + " ".join(f"{share:.3f}" for share in shares))

# %% [markdown]
# Read the tables as they are. Where a pair of plain networks differs clearly, and where only by little? The residual networks are there for comparison; whether *they* get better with depth on so easy a task is another question than whether they degrade.
#
# ### Question 1 · Degradation is not overfitting &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** A remedy only helps against the illness for which it is made.
#
# Explain, with numbers from above, why the plain network of 38 layers does *not* suffer from overfitting. Then explain why its result is surprising after Exercise 3, and what it says about the cause: the network's ability to represent a good solution, or the search for one? Name one remedy for overfitting that would not help here, and say why.
#
# **Rubric** (3 points). One point for the training loss of both depths, over several runs. One point for what the network made by hand proves about representation and search. One point for a remedy, with the reason why it does not help.

# %% [markdown] nbgrader={"grade": true, "grade_id": "degradation", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Overfitting means a low training loss beside a high validation loss. The plain networks of 38 layers have a *training* loss many times that of the ones with 8 layers, in every one of the five runs, so they do worse on the very images that they were trained on. That their validation accuracy is lower too follows from it.
#
# The network deepened by hand has 38 layers and the training loss of the one with 8. So 38 layers can represent a solution that is at least as good; the training, from random weights, does not get there within the same number of steps. What fails is the search, not the ability to represent. (It does not prove that no training could ever find it: more epochs or another recipe might.)
#
# More images, augmentation, dropout or weight decay hold a network back from learning its training images by heart. This one has not even learned them: all of these would make its training loss higher still.
# ### END SOLUTION

# %% [markdown]
# ## The residual block
#
# If deep networks fail to find layers that do nothing, make doing nothing easy. Let a few layers, the **branch** F, compute only what is to be *added* to their input x, and let the input itself pass by on a **shortcut**:
#
# $$y = \mathrm{ReLU}\big(F(x) + x\big)$$
#
# In the words of the lecture: *keep passing initial information to the next layer, in addition to transformed information*. To pass its input on, a plain pair of layers has to learn an identity. A residual block has to learn F = 0: that is what it does when its weights are 0.

# %%
drawings.blocks()


# %% [markdown]
# ### Exercise 5 · The residual block &emsp; ●●● &emsp; 14 minutes
#
# **Why.** This is the block that made 152 layers trainable in 2015, and it is one addition. In the wrong place it looks just the same from outside: the same sizes, the same number of weights. So the checks do not ask how your block *looks* but what it *does*.
#
# The branch is: convolution 3×3 – batch normalisation – ReLU – convolution 3×3 – batch normalisation. Then comes the addition, and **after** it the second ReLU. As before: padding `"same"`, no biases, momentum 0.9.
#
# **Your task.** Write `residual_block`, in the functional style: it takes a Keras tensor and returns one. `skip` is what is added to the branch; without it that is x itself. A `stride` other than 1 belongs to the branch's *first* convolution; `skip` must then be given, because x would have another size. (The next exercise makes it.)
#
# <details><summary>Hint: adding</summary><code>layers.Add()([a, b])</code>, or simply <code>a + b</code>.</details>
# <details><summary>Hint: keep what came in</summary>The addition needs the block's <em>input</em>. If you write <code>x = layers.Conv2D(…)(x)</code> all the way down, it is gone when you need it. Give the branch a name of its own.</details>
# <details><summary>Hint: my block returns x, negative numbers included</summary>Then the last ReLU stands before the addition. Add first.</details>

# %% nbgrader={"grade": false, "grade_id": "residual_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def residual_block(x, filters, stride=1, skip=None):
    """A residual block of two 3×3 convolutions: a Keras tensor.

    x:       Keras tensor, maps (n, height, width, channels)
    filters: filters of both convolutions
    stride:  of the first convolution
    skip:    Keras tensor that is added to what the branch gives; None means x itself
    """
    ### BEGIN SOLUTION
    branch = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    branch = layers.ReLU()(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False)(branch)
    branch = layers.BatchNormalization(momentum=0.9)(branch)
    return layers.ReLU()(layers.Add()([branch, x if skip is None else skip]))
    ### END SOLUTION


# %% [markdown]
# A small model around one block, for you and for the checks:

# %%
def block_model(shape, filters, stride=1):
    """One residual block on maps of the shape (height, width, channels), as a Keras model.

    With a stride of 2 it is given something to add that has the right size: averages of 2×2 pixels.
    """
    x = keras.Input(shape)
    skip = layers.AveragePooling2D(stride, padding="same")(x) if stride > 1 else None
    return keras.Model(x, residual_block(x, filters, stride, skip))


# %% nbgrader={"grade": true, "grade_id": "test_residual_block", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check = Checklist("residual_block", points=4)


def answers(first, second, numbers):
    """What the block gives for single numbers when its kernels pass on `first` and `second` times what they get."""
    model = probes.judged(block_model((1, 1, 1), 1))
    factors = [first, second]
    for layer in flat_layers(model):
        if type(layer).__name__ == "Conv2D":
            kernel = np.zeros(layer.kernel.shape)
            kernel[kernel.shape[0] // 2, kernel.shape[1] // 2] = factors.pop(0) if factors else 0
            layer.kernel.assign(kernel)
        elif type(layer).__name__ == "BatchNormalization":  # makes the branch twice as large, and nothing else
            layer.gamma.assign(2 * np.ones(layer.gamma.shape))
            layer.moving_variance.assign(np.ones(layer.moving_variance.shape) - layer.epsilon)
    found = probes.outputs(model, np.array(numbers, dtype="float32").reshape(-1, 1, 1, 1))
    return found.reshape(-1) if found.size == len(numbers) else found


check.weights("numbers of trainable weights, 16 channels: two convolutions, two normalisations", lambda: block_model((8, 8, 16), 16), [2304, 32, 2304, 32], points=1, hints={
    2320: "The convolution has biases. Batch normalisation subtracts the mean and the bias with it: use_bias=False.",
    256: "There is a kernel of 1×1. The branch has kernels of 3×3, and with as many channels as filters the shortcut has no weights.",
    2336: "There is a single convolution. The branch has two, each with its normalisation.",
    4608: "Batch normalisation is missing: one after each convolution.",
    4640: "Each of the two convolutions is followed by a normalisation of its own.",
    7008: "There is a convolution more than the two of the branch. With as many channels as filters the shortcut has no weights.",
    6976: "There is a convolution more than the two of the branch. With as many channels as filters the shortcut has no weights.",
    32: "Here a convolution is expected. The branch has two, each a layer of its own, and each is followed by its normalisation.",
})
check.equal("all kernels 0: it gives relu(x) for −2, −1, 0, 1, 2", lambda: answers(0, 0, [-2, -1, 0, 1, 2]), np.array([0.0, 0, 0, 1, 2]), points=1, tolerance=1e-3, hints=[
    (np.zeros(5), "The input does not arrive: it has to be added to the branch. This is a plain pair of layers, or one that adds the branch to itself or to the output of the first convolution."),
    (np.array([-2.0, -1, 0, 1, 2]), "Negative numbers come through: there is no ReLU after the addition. It stands before it, or is missing."),
    (lambda found: np.shape(found) == (5, 1, 1, 2), "Input and branch stand side by side, as twice as many channels. Add them, number by number: layers.Add, not Concatenate."),
    (np.array([0, 0, 0, 0.5, 1]), "The input arrives halved: add, do not average."),
    (np.array([0.0, 0, 0, 2, 4]), "The input arrives twice as large: is it added twice, or is there a normalisation after the addition?"),
    (lambda found: np.shape(found) == (5,) and abs(found[4] / 2 - found[3]) < 1e-3 and 0 < found[3] != 1, "The input arrives multiplied. It should be added as it is, and the sum is not normalised."),
    (ValueError, "Keras refuses: the block should take x and return maps of the same size when stride is 1 and skip is not given."),
])
check.equal("a branch that subtracts half of what is positive", lambda: answers(2, -0.0625, [-2, -1, 0, 1, 2]), np.array([0, 0, 0, 0.5, 1]), points=1, tolerance=1e-3, hints=[
    (np.array([0.0, 0, 0, 1, 2]), "What the branch subtracts is lost: a ReLU between its last normalisation and the addition cuts off everything negative. Add first, then ReLU."),
    (np.array([-2.0, -1, 0, 1, 2]), "What the branch subtracts is lost, and negative numbers come through: the last ReLU belongs after the addition."),
    (np.array([-2, -1, 0, 0.5, 1]), "Negative numbers come through: the sum needs a ReLU."),
    (np.zeros(5), "Nothing arrives. Is the input added to what the branch gives?"),
    (np.array([0, 0, 0, 3.5, 7]), "The output of the first convolution is added. The shortcut begins at the block's input."),
    (np.array([0.0, 0, 0, 5, 10]), "The second convolution is missing."),
    (np.array([0, 0, 0, 0.25, 0.5]), "Half of the sum arrives: add, do not average."),
    (np.array([0, 0, 0, 0.75, 1.5]), "The branch arrives halved: is one of its two normalisations missing?"),
    (np.array([0, 0, 0, 0.875, 1.75]), "The branch arrives quartered: are its two normalisations missing?"),
    (np.array([0, 0, 0, 1.5, 3]), "The branch is subtracted from the input. Add the two."),
    (lambda found: np.shape(found) == (5, 1, 1, 2), "Input and branch stand side by side, as twice as many channels. Add them: layers.Add, not Concatenate."),
    (lambda found: np.shape(found) == (5,) and found[3] < 0, "Negative numbers come through: the sum needs a ReLU."),
])
check.equal("a branch that answers to negative numbers only", lambda: answers(-1.5, 0.125, [-2, -1, 0, 1, 2]), np.array([0, 0, 0, 1, 2]), points=1, tolerance=1e-3, hints=[
    (np.array([1.5, 0.75, 0, 1, 2]), "The shortcut has a ReLU of its own. It passes x on as it is, negative numbers included; only the sum is cut off."),
    (np.array([1.5, 0.75, 0, 0, 0]), "The input does not arrive: it has to be added to the branch."),
    (np.array([3, 1.5, 0, 0, 0]), "The branch is added to itself. Add the block's *input* to it."),
    (np.array([7.5, 3.75, 0, 0, 0]), "The output of the first convolution is added. The shortcut begins at the block's input."),
    (np.array([4.0, 2, 0, 0, 0]), "The second convolution is missing."),
    (np.array([0, 0, 0, 0.25, 0.5]), "The branch has no ReLU between its convolutions."),
    (np.array([0, 0, 0, 0.5, 1]), "Half of the sum arrives: add, do not average."),
    (np.zeros(5), "Nothing arrives. Is the input added to what the branch gives?"),
    (lambda found: np.shape(found) == (5, 1, 1, 2), "Input and branch stand side by side, as twice as many channels. Add them: layers.Add, not Concatenate."),
    (lambda found: np.shape(found) == (5,) and found[0] < 0, "Negative numbers come through: the sum needs a ReLU."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_residual_block", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check = Checklist("residual_block", points=4, at_grading="whether blocks of other sizes compute what they should with drawn weights, in training, with a stride and with another skip as well; and whether ten of them, one after the other, let a gradient through")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("residual_block")


def reference_block(shape, filters, kind="right", stride=1):
    """The block, or one of its look-alikes."""
    image = keras.Input(shape)

    def normalised(y, stride=1):
        y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(y)
        return layers.BatchNormalization(momentum=0.9)(y)

    def relu(y):
        return layers.ReLU()(y)

    first = normalised(image, 1 if kind == "second" else stride)
    branch = normalised(first if kind == "no ReLU inside" else relu(first), stride if kind == "second" else 1)
    x = layers.AveragePooling2D(stride, padding="same")(image) if stride > 1 else image
    y = {
        "plain": lambda: relu(branch),
        "before": lambda: relu(branch) + x,
        "before and after": lambda: relu(relu(branch) + x),
        "itself": lambda: relu(branch + branch),
        "first": lambda: relu(branch + relu(first)),
        "shortcut": lambda: relu(branch + relu(x)),
        "linear": lambda: branch + x,
    }.get(kind, lambda: relu(branch + x))()
    return keras.Model(image, y)


told = {
    "plain": "The input does not arrive: it has to be added to the branch.",
    "before": "The last ReLU stands before the addition. Add first.",
    "before and after": "There is a ReLU between the last normalisation and the addition: what the branch wants to subtract is cut off.",
    "itself": "The branch is added to itself. Add the block's *input* to it.",
    "first": "The output of the first convolution is added. The shortcut begins at the block's input.",
    "shortcut": "The shortcut has a ReLU of its own. It passes x on as it is.",
    "linear": "The sum needs a ReLU.",
    "no ReLU inside": "Between the two convolutions a ReLU is missing.",
}
for training in (False, True):
    with check.group("drawn weights: " + ("the right maps in training" if training else "the right maps"), points=1):
        for _ in range(2):
            height, width, channels = rng.integers(3, 8, 3).tolist()
            seed, maps = int(rng.integers(1000)), rng.normal(0, 5, (5, height, width, channels)).astype("float32")
            results = {
                kind: lambda kind=kind: probes.outputs(probes.fill(reference_block(maps.shape[1:], channels, kind), seed), maps, training)
                for kind in ("right", *told)
            }
            check.equal(f"{height}×{width}×{channels}", lambda: probes.outputs(probes.fill(block_model((height, width, channels), channels), seed), maps, training), results["right"](), tolerance=1e-3, hints=[
                *((probes.like(results[kind]), text) for kind, text in told.items()),
                (lambda found: training, "In training it gives something else. Besides batch normalisation, nothing should differ from inference: no dropout, no noise."),
                (lambda found: np.shape(found) == maps.shape, "The weights fit, but other numbers come out: is the sum normalised or scaled, or an operation missing or in another place?"),
                (ValueError, "The block takes maps of any size and number of channels, and gives maps of the same size."),
            ])
        check.that("running statistics that keep up", lambda: max(probes.normalisations(block_model((4, 4, 3), 3))) <= 0.95, hint="Pass momentum=0.9 to the normalisations: Keras' default follows too slowly.")
with check.group("a stride of 2, and something else to add", points=1):
    for _ in range(2):
        height, width, channels = rng.integers(3, 8, 3).tolist()
        seed, maps = int(rng.integers(1000)), rng.normal(0, 1, (5, height, width, channels)).astype("float32")
        results = {
            kind: lambda kind=kind: probes.outputs(probes.fill(reference_block(maps.shape[1:], channels, kind, stride=2), seed), maps)
            for kind in ("right", "second", *told)
        }
        check.equal(f"{height}×{width}×{channels}", lambda: probes.outputs(probes.fill(block_model((height, width, channels), channels, 2), seed), maps), results["right"](), tolerance=1e-3, hints=[
            (probes.like(results["second"]), "The stride belongs to the branch's first convolution; here the second one has it."),
            *((probes.like(results[kind]), text) for kind, text in told.items()),
            (lambda found: np.shape(found)[1:3] == (height, width), "The stride is ignored: it belongs to the branch's first convolution."),
            (lambda found: True, "Where `skip` is given, it is added in place of x; the branch's first convolution, and only that, has the stride."),
            (ValueError, "Branch and skip have different sizes: the branch's first convolution has the stride, its second has not, and where `skip` is given, it is added in place of x."),
        ])


def gradient_through(blocks):
    """How much the sum of the output changes with each number of the input, when all kernels are 0."""
    for block in blocks:
        for layer in flat_layers(probes.judged(block)):
            if type(layer).__name__ == "Conv2D":
                layer.kernel.assign(np.zeros(layer.kernel.shape))
    start = tf.constant(rng.uniform(0.5, 2, (1, 4, 4, 2)).astype("float32"))
    with tf.GradientTape() as tape:
        tape.watch(start)
        end = start
        for block in blocks:
            end = block(end)
        total = tf.reduce_sum(end)
    slope = tape.gradient(total, start)
    return np.zeros(start.shape) if slope is None else slope.numpy()


check.equal("ten blocks with kernels of 0 let the gradient through: 1 for every number", lambda: gradient_through([block_model((4, 4, 2), 2) for _ in range(10)]), np.ones((1, 4, 4, 2)), points=1, tolerance=1e-3, hints=[
    (np.zeros((1, 4, 4, 2)), "Nothing gets through. In a residual block the gradient has a way that no weight can close: the shortcut."),
    (lambda found: np.shape(found) == (1, 4, 4, 2) and 0 < np.max(found) < 0.99, "Something gets through, but each block takes a part of it: the shortcut should pass x on as it is."),
    (lambda found: np.shape(found) == (1, 4, 4, 2) and np.max(found) > 1.01, "The gradient grows from block to block: the shortcut should pass x on as it is, once."),
])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ### Exercise 6 · When the shape changes &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** Three times in ResNet-34 a new stage begins: it halves the maps and doubles their number. There x cannot be added to the branch as it is. The paper compares two ways of bringing it into the same shape:
#
# - **Option A** takes every second pixel, each way, and appends channels of zeros. It has no weights.
# - **Option B** is a *projection*: a 1×1 convolution with the same stride and as many filters as the branch, followed by batch normalisation. No ReLU, no bias.
#
# **Your task.** Write `shortcut`. Where stride is 1 and x has `filters` channels already, it returns x itself, whatever the option.
#
# <details><summary>Hint: every second pixel</summary>A Keras tensor can be sliced like an array: <code>x[:, ::stride, ::stride]</code>.</details>
# <details><summary>Hint: channels of zeros</summary><code>keras.ops.pad(x, [[0, 0], [0, 0], [0, 0], [before, behind]])</code> appends zeros along each axis; how many channels x has is <code>x.shape[-1]</code>.</details>
# <details><summary>Hint: the projection's padding</summary>A 1×1 kernel looks at one pixel; there is nothing to pad. With a stride of 2 it looks at every second pixel.</details>

# %% nbgrader={"grade": false, "grade_id": "shortcut", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shortcut(x, filters, stride, option):
    """x in the shape that a residual block with these filters and this stride gives: a Keras tensor.

    x:       Keras tensor, maps (n, height, width, channels)
    filters: channels of the result, at least as many as x has
    stride:  1, or 2 to keep every second row and column, beginning with the first
    option:  "A", subsampling and zero channels behind those of x; "B", a 1×1 convolution with batch normalisation
    """
    ### BEGIN SOLUTION
    channels = x.shape[-1]
    if stride == 1 and channels == filters:
        return x
    if option == "A":
        return keras.ops.pad(x[:, ::stride, ::stride], [[0, 0], [0, 0], [0, 0], [0, filters - channels]])
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)
    ### END SOLUTION


# %%
def shortcut_model(shape, filters, stride, option):
    """A shortcut alone, as a Keras model."""
    x = keras.Input(shape)
    return keras.Model(x, shortcut(x, filters, stride, option))


def changing_block(shape, filters, stride, option):
    """A residual block with the shortcut that fits, as a Keras model."""
    x = keras.Input(shape)
    return keras.Model(x, residual_block(x, filters, stride, shortcut(x, filters, stride, option)))


# %% nbgrader={"grade": true, "grade_id": "test_shortcut", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("shortcut", points=3)
numbers = np.array([[1, 9, 3, 2], [5, 6, 4, 7], [8, 10, 12, 11], [16, 14, 13, 15]], dtype="float32").reshape(1, 4, 4, 1)


def with_zeros(first):
    """Two channels: the given one, and zeros."""
    return np.stack([first, np.zeros((2, 2))], axis=-1)[np.newaxis]


kept = with_zeros([[1, 3], [8, 12]])
averages, largest, second = with_zeros([[5.25, 4], [12, 12.75]]), with_zeros([[9, 7], [16, 15]]), with_zeros([[6, 7], [14, 15]])
check.equal("option A: every second pixel, then a channel of zeros", lambda: probes.outputs(shortcut_model((4, 4, 1), 2, 2, "A"), numbers), kept, points=1, hints=[
    (averages, "These are averages of 2×2 pixels. Option A takes every second pixel as it is."),
    (largest, "These are the largest of 2×2 pixels. Option A takes every second pixel, the first of each window."),
    (kept[..., ::-1], "The zeros stand before the channels of x; they belong behind them."),
    (np.repeat(kept[..., :1], 2, axis=-1), "The channels were repeated. The new ones are zeros."),
    (kept + np.roll(kept, 1, axis=-1), "The channels were repeated. The new ones are zeros."),
    (second, "It begins with the second row and column; take the first, third, …"),
    (lambda found: np.shape(found)[1:3] == (4, 4), "The map was not made smaller: a stride of 2 keeps every second row and column."),
    (lambda found: np.shape(found)[-1:] == (1,), "Channels of zeros are missing: the result has `filters` channels."),
    (lambda found: True, "Option A computes nothing: it takes every second pixel as it is and appends channels of zeros."),
])
check.equal("option A has no weights; option B has 32·16 and 2·32 trainable ones", lambda: [probes.counts(shortcut_model((8, 8, 16), 32, 2, option))["trainable"] for option in ("A", "B")], [0, 576], points=1, hints=[
    (lambda found: found[0] > 0, "Option A is without weights: slice and pad."),
    ([0, 0], "Option B has a 1×1 convolution and a batch normalisation."),
    ([0, 512], "Option B ends with a batch normalisation: its scale and shift are missing."),
    ([0, 608], "The projection has biases. Batch normalisation follows: use_bias=False."),
    ([0, 544], "The projection has biases, and the batch normalisation is missing."),
    ([0, 4672], "The projection's kernel is 3×3. 1×1 is enough to mix channels."),
    ([0, 64], "Option B has a 1×1 convolution before the normalisation."),
])
three = numbers.repeat(3, axis=-1)
check.equal("nothing to change: x itself, and for option B no layer at all", lambda: {
    "A": probes.outputs(shortcut_model((4, 4, 3), 3, 1, "A"), three), "B": probes.operations(shortcut_model((4, 4, 3), 3, 1, "B")),
}, {"A": three, "B": []}, points=Fraction(1, 2), hints=[
    (lambda found: "Conv2D" in found["B"], "A projection is only needed where the shape changes: with stride 1 and as many channels as filters, return x."),
    (lambda found: True, "With stride 1 and as many channels as filters there is nothing to do: return x."),
])
check.equal("the shapes of whole blocks", lambda: [list(changing_block((9, 6, 4), 8, 2, option).output_shape[1:]) for option in ("A", "B")], [[5, 3, 8]] * 2, points=Fraction(1, 2), hints=[
    (ValueError, "Branch and shortcut have different sizes. The branch's first convolution has the stride, its second has not; the shortcut keeps the first, third, … row, also of an odd number of rows."),
    (lambda found: [9, 6, 8] in found, "The stride is lost on the way: it belongs to the branch's first convolution and to the shortcut."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_shortcut", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("shortcut", points=3, at_grading="other sizes, strides and channels, what the projection computes with drawn weights, and whole blocks with either option")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("shortcut")


def reference_shortcut(x, filters, stride, option):
    if stride == 1 and x.shape[-1] == filters:
        return x
    if option == "A":
        x = layers.MaxPooling2D(1, strides=stride)(x)
        return layers.Concatenate()([x, 0 * x, 0 * x, 0 * x])[..., :filters]
    x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


def reference_model(shape, filters, stride, option, whole=False, cut=False):
    x = keras.Input(shape)
    beside = reference_shortcut(x, filters, stride, option)
    if not whole:
        return keras.Model(x, layers.ReLU()(beside) if cut else beside)
    y = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    y = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(y))
    y = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same", use_bias=False)(y))
    return keras.Model(x, layers.ReLU()(y + beside))


def cases(count):
    """Shape, filters and stride; some shortcuts change only the size, some only the channels."""
    for number in range(count):
        height, width, channels = (int(rng.integers(low, high)) for low, high in ((4, 10), (4, 10), (2, 6)))
        yield (height, width, channels), channels + (0, 1, channels, 2 * channels)[number % 4], 2 if number % 4 == 0 else 1 + number % 2


for option in "AB":
    with check.group(f"option {option}: the right maps", points=1):
        for shape, filters, stride in cases(4):
            seed, maps = int(rng.integers(1000)), rng.normal(0, 1, (3, *shape)).astype("float32")
            wanted = probes.outputs(probes.fill(reference_model(shape, filters, stride, option), seed), maps)
            cut = probes.like(lambda: probes.outputs(probes.fill(reference_model(shape, filters, stride, option, cut=True), seed), maps))
            check.equal(f"{shape[0]}×{shape[1]}×{shape[2]} to {filters} channels, stride {stride}", lambda: probes.outputs(probes.fill(shortcut_model(shape, filters, stride, option), seed), maps), wanted, tolerance=1e-4, hints=[
                (cut, "There is a ReLU in the shortcut. It passes negative numbers on; the ReLU comes after the addition."),
                (lambda found: np.shape(found) == maps.shape and np.allclose(found, maps), "x is returned as it is, although its size or its number of channels changes."),
                (lambda found: np.shape(found) != wanted.shape, "The shape follows from stride and filters: the stride may be 1 although channels are added, and 2 although none are."),
                (lambda found: option == "A", "Every second pixel as it is, beginning with the first, then channels of zeros behind."),
                (lambda found: option == "B", "A 1×1 convolution with the stride, then batch normalisation, and nothing else."),
                (ValueError, "The shape follows from stride and filters: the stride may be 1 although channels are added, and 2 although none are."),
            ])
with check.group("whole blocks, in training too", points=1):
    for number, (shape, filters, stride) in enumerate(cases(4)):
        option, training = "AB"[number % 2], number > 1
        seed, maps = int(rng.integers(1000)), rng.normal(0, 1, (5, *shape)).astype("float32")
        wanted = probes.outputs(probes.fill(reference_model(shape, filters, stride, option, whole=True), seed), maps, training)
        check.equal(f"option {option}, {shape[0]}×{shape[1]}×{shape[2]} to {filters} channels, stride {stride}", lambda: probes.outputs(probes.fill(changing_block(shape, filters, stride, option), seed), maps, training), wanted, tolerance=1e-3, hints=[
            (lambda found: True, "Shortcut and block do not work together yet. Does your block add `skip` where it is given, and does its first convolution, and only that, have the stride?"),
            (ValueError, "Branch and shortcut have different sizes: the branch's first convolution has the stride, and so has the shortcut."),
        ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ## The same depths, with shortcuts
#
# Here is `plain_net` once more, with every two convolutions after the first made a block of yours. Nothing else differs, and it has just as many weights. You train both at 20 layers: that is your own run. The 30 shipped ones stand beside it.

# %%
def residual_net(depth, width=16):
    """Like plain_net, but every two convolutions after the first are a residual block; `depth` is even."""
    image = keras.Input((8, 8, 1))
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for _ in range((depth - 2) // 2):
        x = residual_block(x, width)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


keras.utils.set_random_seed(1)
plain20 = plain_net(20)
plain20_history = train_once("plain20", plain20, lambda: train(plain20, seed=1), settings=RECIPE)
keras.utils.set_random_seed(1)
residual20 = residual_net(20)
residual20_history = train_once("residual20", residual20, lambda: train(residual20, seed=1), settings=RECIPE)
for name, model in (("plain-20", plain20), ("residual-20", residual20)):
    print(f"{name:12} {model.count_params():,} weights: training loss {measured(model, digits.train)[0]:.3f}, "
          f"validation accuracy {measured(model, digits.validation)[1]:.3f}")

# %%
drawings.losses({
    "plain, shipped": {name: runs[name] for name in ("plain-8", "plain-20", "plain-38")},
    "residual, shipped": {name: runs[name] for name in ("residual-8", "residual-20", "residual-38")},
    "your run, 8 epochs": {"plain-20": [plain20_history], "residual-20": [residual20_history]},
})


# %% [markdown]
# *Easier to optimize the residual mapping than the original unreferenced mapping*, says the lecture. You have the curves.
#
# ## Is it the gradient?
#
# Notebook 2 showed gradients that vanish in ten layers of plain random weights. Is that what is wrong with 38 plain layers? The ResNet paper says no: its plain networks have batch normalisation, and the authors saw that their gradients did *not* vanish. Measure it.
#
# ### Exercise 7 · The gradient at the first layer &emsp; ●●○ &emsp; 7 minutes
#
# **Why.** The first layer is the farthest from the loss. What arrives there has passed all others.
#
# **Your task.** Write `first_gradient`: the norm (root of the sum of squares) of the gradient of the mean cross-entropy with respect to the kernel of the **first** convolution. Call the model as training does, `training=True`, so that batch normalisation uses the batch.
#
# <details><summary>Hint: a tape</summary><code>with tf.GradientTape() as tape:</code> compute the loss inside; afterwards <code>tape.gradient(loss, kernel)</code>.</details>
# <details><summary>Hint: the loss</summary><code>keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, model(images, training=True)))</code></details>
# <details><summary>Hint: the kernel</summary>It is the first of <code>model.trainable_weights</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "first_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def first_gradient(model, images, labels):
    """The norm of the loss's gradient with respect to the first convolution's kernel: a float.

    model:  a Keras model with softmax
    images: float32 (n, height, width, channels); labels: integers (n,)
    """
    ### BEGIN SOLUTION
    kernel = model.trainable_weights[0]
    with tf.GradientTape() as tape:
        p = model(images, training=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return float(np.linalg.norm(tape.gradient(loss, kernel)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_first_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("first_gradient", points=2)


def gradients_of(model, images, labels, training=True):
    """Gradients of the mean cross-entropy for all trainable weights, as arrays."""
    with tf.GradientTape() as tape:
        p = model(images, training=training)
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, p))
    return [slope.numpy() for slope in tape.gradient(loss, model.trainable_weights)]


def gradient_hints(model, images, labels):
    """Wrong values that usual mistakes give."""
    slopes, still = gradients_of(model, images, labels), gradients_of(model, images, labels, training=False)
    norm = float(np.linalg.norm(slopes[0]))
    return norm, [
        (float(np.linalg.norm(still[0])), "That is the gradient in inference, with the running statistics. In training batch normalisation uses the batch: training=True."),
        (norm * len(labels), "That is the gradient of the *sum* over the images. Take the mean of their losses."),
        (norm**2, "The root is missing: the norm is the root of the sum of squares."),
        (float(np.sqrt(np.mean(slopes[0] ** 2))), "That is the root *mean* square of notebook 2. The norm is the root of the sum."),
        (float(np.abs(slopes[0]).sum()), "That is the sum of absolute values. The norm is the root of the sum of squares."),
        (float(np.linalg.norm(slopes[-2])), "That is the last layer's gradient. The first is meant, the farthest from the loss."),
        (float(np.sqrt(sum((slope**2).sum() for slope in slopes))), "That is the norm over all layers together. Only the first kernel counts here."),
        (float(np.linalg.norm(slopes[1])), "That belongs to the normalisation's scale. The first kernel is the first of the trainable weights."),
        (lambda found: np.ndim(found) > 0, "Return one number, the norm, not the gradient itself."),
    ]


fifty = digits.train.x[:50], digits.train.y[:50]
for depth in (3, 8):
    plain = plain_net(depth)
    norm, hints = gradient_hints(plain, *fifty)
    check.equal(f"a new plain network of {depth} layers", lambda: first_gradient(plain, *fifty), norm, tolerance=1e-3, hints=hints)
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_first_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("first_gradient", points=2, at_grading="plain and residual networks of other depths, other images and labels")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("first_gradient")
for build in (plain_net, residual_net):
    with check.group(f"{'plain' if build is plain_net else 'residual'} networks, other images"):
        for _ in range(2):
            network = build(2 * int(rng.integers(2, 6)), int(rng.integers(3, 9)))
            n = int(rng.integers(8, 40))
            lots = rng.random((n, 8, 8, 1)).astype("float32"), rng.integers(0, 10, n)
            norm, hints = gradient_hints(network, *lots)
            check.equal(f"{n} images", lambda: first_gradient(network, *lots), norm, tolerance=1e-3, hints=[
                *hints,
                (lambda found: isinstance(found, float), "Use the images and labels that are passed in, and all of them."),
            ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# Now new networks, untrained, of 8 and of 38 layers, with and without shortcuts, with and without batch normalisation, three random beginnings each. Those without have He's initial weights, which keep the size of the signal (notebook 2).

# %%
def bare_net(depth, shortcuts, width=16):
    """Like plain_net or residual_net, but without batch normalisation, and with He's initial weights."""
    def convolution(x):
        return layers.Conv2D(width, 3, padding="same", kernel_initializer="he_normal")(x)

    image = keras.Input((8, 8, 1))
    x = layers.ReLU()(convolution(image))
    for _ in range((depth - 2) // 2):
        branch = convolution(layers.ReLU()(convolution(x)))
        x = layers.ReLU()(layers.Add()([branch, x]) if shortcuts else branch)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def gradient_experiment():
    """For each kind of network and each depth, the gradient's norm at the first kernel for three beginnings."""
    kinds = {
        "plain, with batch norm": plain_net,
        "residual, with batch norm": residual_net,
        "plain, without": lambda depth: bare_net(depth, shortcuts=False),
        "residual, without": lambda depth: bare_net(depth, shortcuts=True),
    }
    results = {}
    for name, build in kinds.items():
        results[name] = {"8": [], "38": []}
        for depth in (8, 38):
            for seed in (1, 2, 3):
                keras.utils.set_random_seed(seed)
                results[name][str(depth)].append(first_gradient(build(depth), digits.train.x[:200], digits.train.y[:200]))
    return results


norms = measure_once("first_gradients", gradient_experiment)
for name, by_depth in norms.items():
    print(f"{name:26}" + "   ".join(f"{depth:>2} layers: " + ", ".join(f"{norm:.2g}" for norm in values) for depth, values in by_depth.items()))
drawings.gradients(norms)

# %% [markdown]
# Look at the numbers before you read on.
#
# In the plain networks *without* batch normalisation less arrives at the first of 38 layers than at the first of 8, as in notebook 2. *With* batch normalisation it does not vanish. It does the opposite: in all three beginnings the gradient of 38 plain layers is more than ten times that of 8. (It is known that normalisation makes gradients grow with depth at the start: Yang and others, *A Mean Field Theory of Batch Normalization*, 2019.) With shortcuts and normalisation 38 layers get less than four times what 8 get. With shortcuts alone every block adds to the signal, nothing shrinks it, and the gradient grows even more than in the plain network with normalisation.
#
# So the paper's statement holds here: degradation is not the vanishing gradient. Together with the normalisation, shortcuts keep the gradient at a size that depends little on the depth. Whether that is *why* it trains, this measurement does not say: it looks at the first step only, and the reasons are still a matter of research.
#
# ## ResNet-18 and ResNet-34
#
# The lecture's three tall pictures, lying on their side. Each box is a layer with a kernel, its colour tells the size of its maps, and an arc is a shortcut, dashed where it changes the shape.

# %%
STAGES18 = [(2, 64), (2, 128), (2, 256), (2, 512)]  # (pairs of convolutions, filters)
STAGES34 = [(3, 64), (4, 128), (6, 256), (3, 512)]
VGG19 = [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)]  # (convolutions, filters)
drawings.towers(STAGES34, VGG19)


# %% [markdown]
# ### Exercise 8 · From the table to the network &emsp; ●●● &emsp; 14 minutes
#
# **Why.** In notebook 3 the 34 layers were a list that you counted. Now they are a network that you build, with your own block, and the published counts prove it.
#
# For images of 224×224×3:
#
# | Layers | Output |
# |---|---|
# | convolution 7×7, 64 filters, stride 2, batch normalisation, ReLU | 112 × 112 × 64 |
# | max pooling 3×3, stride 2, padding `"same"` | 56 × 56 × 64 |
# | for each stage, so many pairs of 3×3 convolutions with so many filters; every stage but the first begins with stride 2 | 56 × 56 × 64, 28 × 28 × 128, 14 × 14 × 256, 7 × 7 × 512 |
# | global average pooling | 512 |
# | dense, softmax | 1,000 |
#
# With shortcuts, each pair is a residual block, with the shortcut of the given option. Without, it is a plain pair: each convolution followed by batch normalisation and ReLU. No convolution has a bias.
#
# **Your task.** Write `resnet`. For ResNet-34, `resnet(STAGES34)` has 21,797,672 trainable weights. `unallocated` builds it without spending memory on them: `unallocated(lambda: resnet(STAGES34)).summary()`.
#
# <details><summary>Hint: two loops</summary>Over the stages, and within each over its pairs. The stride is 2 for the first pair of every stage but the first, otherwise 1.</details>
# <details><summary>Hint: the block</summary><code>residual_block(x, filters, stride, shortcut(x, filters, stride, option))</code> fits everywhere, because <code>shortcut</code> returns x itself where nothing changes.</details>
# <details><summary>Hint: my count is too large or too small</summary>The checks name the usual reasons. Compare also <code>summary()</code> with the table.</details>

# %% nbgrader={"grade": false, "grade_id": "resnet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def resnet(stages, shortcuts=True, option="B", shape=(224, 224, 3), classes=1000):
    """A ResNet of two-layer blocks, or the plain network of the same layers: a new Keras model, not compiled.

    stages:    a list of (pairs of convolutions, filters)
    shortcuts: whether each pair is a residual block
    option:    of the shortcuts where the shape changes, "A" or "B"
    shape:     (height, width, channels) of the images
    classes:   number of probabilities
    """
    ### BEGIN SOLUTION
    def plain_pair(x, filters, stride):
        for step in (stride, 1):
            x = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    image = keras.Input(shape)
    x = layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            if shortcuts:
                x = residual_block(x, filters, stride, shortcut(x, filters, stride, option))
            else:
                x = plain_pair(x, filters, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_resnet", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check = Checklist("resnet", points=4)


def sizes(model):
    """The different shapes of maps on the way, in order, and those of the vectors behind them."""
    computing = [layer for layer in flat_layers(probes.judged(model)) if "Conv" in type(layer).__name__ or "Pool" in type(layer).__name__ or "Dense" in type(layer).__name__]
    return [list(shape) for shape in dict.fromkeys(tuple(layer.output.shape[1:]) for layer in computing)]


def trainable(*arguments, **settings):
    return probes.counts(unallocated(lambda: resnet(*arguments, **settings)))["trainable"]


check.equal("sizes from image to output, plain-18", lambda: sizes(unallocated(lambda: resnet(STAGES18, shortcuts=False))), [[112, 112, 64], [56, 56, 64], [28, 28, 128], [14, 14, 256], [7, 7, 512], [512], [1000]], points=1, hints=[
    (lambda found: found[0] == [224, 224, 64], "The first convolution has a stride of 2."),
    (lambda found: found[0] == [109, 109, 64], "The first convolution pads its input: padding=\"same\"."),
    (lambda found: [112, 112, 64] in found and [56, 56, 64] not in found, "The max pooling after the first convolution is missing: it halves the map once more."),
    (lambda found: [28, 28, 64] in found, "The first stage begins on 56×56 and stays there: only the later ones begin with stride 2. And the pooling halves the map once."),
    (lambda found: [55, 55, 64] in found, "The pooling pads too: padding=\"same\" makes 56 of 112."),
    (lambda found: [56, 56, 128] in found, "Every stage but the first begins by halving the map: stride 2 in the first convolution of its first pair."),
    (lambda found: [1, 1, 512] in found or [4, 4, 512] in found or [2, 2, 512] in found, "The maps shrink too often: only the first convolution of a stage has stride 2."),
    (lambda found: [512] not in found, "Between the last map and the dense layer stands the global average pooling."),
])
check.equal("plain-18, and ResNet-18 with option A: trainable weights", lambda: [trainable(STAGES18, shortcuts=False), trainable(STAGES18, option="A")], [11_515_688, 11_515_688], points=1, hints=[
    ([11_515_688, 11_689_512], "The shortcuts are projections although option A was asked for: pass the option on."),
    ([11_689_512, 11_689_512], "The plain network has shortcuts: look at `shortcuts`, and at the option."),
    ([11_689_512, 11_515_688], "The plain network has shortcuts: look at `shortcuts`."),
    (lambda found: min(found) == 11_519_592, "The convolutions have biases. The table says none."),
    (lambda found: min(found) == 11_519_528, "The first convolution has no bias, but those of the blocks or pairs have."),
    (lambda found: found[0] == 11_519_528 or found[1] == 11_519_528, "Some convolutions have biases. The table says none."),
    (lambda found: min(found) == 11_511_784, "There is no batch normalisation, and the convolutions have biases."),
    (lambda found: min(found) == 11_505_960 + 128, "The blocks or pairs have no batch normalisation."),
    (lambda found: min(found) > 30_000_000, "A dense layer on the flattened map is far larger: average over the map first."),
    (lambda found: min(found) == 11_508_008, "The first kernel is 3×3; the table says 7×7."),
    (lambda found: min(found) == 11_515_752, "The first convolution has a bias; the table says none."),
])
check.equal("ResNet-18, option B: trainable weights", lambda: trainable(STAGES18), 11_689_512, points=1, hints={
    11_515_688: "The shortcuts have no weights: that is option A, or the plain network. The default here is option B.",
    11_694_312: "The convolutions have biases. The table says none.",
    11_693_352: "Some convolutions have biases. The table says none.",
    11_699_112: "That counts the running statistics too. Only trainable weights are asked for.",
    11_684_712: "There is no batch normalisation, and the convolutions have biases.",
    11_687_720: "The projections have no batch normalisation.",
    11_693_736: "The first stage has a projection too. Its maps have 64 channels already: the shortcut there is x itself.",
    13_065_768: "The projections' kernels are 3×3; 1×1 is enough.",
    11_681_832: "The first kernel is 3×3; the table says 7×7.",
    11_689_576: "The first convolution has a bias; the table says none.",
    36_265_512: "A dense layer on the flattened map is far larger: average over the map first.",
    12_035_368: "There are projections in every block of the later stages: only the first pair of a stage has the stride.",
})
check.equal("ResNet-34, option B, and plain-34: trainable weights", lambda: [trainable(STAGES34), trainable(STAGES34, shortcuts=False)], [21_797_672, 21_623_848], points=1, hints=[
    ([11_689_512, 11_515_688], "The number of layers does not follow the table: use the argument `stages`."),
    (lambda found: found[0] == 21_814_696, "That counts the running statistics too. Only trainable weights are asked for."),
    (lambda found: found[0] == 21_623_848, "The shortcuts have no weights: that is option A, or the plain network."),
    (lambda found: found[0] == 21_801_896, "The first stage has a projection too. Its maps have 64 channels already: the shortcut there is x itself."),
    (lambda found: found[0] in (21_806_184, 21_805_224, 21_797_736), "Convolutions have biases. The table says none."),
    (lambda found: found[0] == 21_795_880, "The projections have no batch normalisation."),
    (lambda found: found[0] == 23_173_928, "The projections' kernels are 3×3; 1×1 is enough."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_resnet", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check = Checklist("resnet", points=4, at_grading="other tables, images and numbers of classes, and whether plain and residual networks compute what they should with drawn weights")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("resnet")


def reference_resnet(stages, kind, shape, classes):
    """kind: "plain", "A" or "B"."""
    def normalised(x, filters, kernel=3, stride=1):
        x = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization(momentum=0.9)(x)

    image = keras.Input(shape)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(layers.ReLU()(normalised(image, 64, 7, 2)))
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1
            y = normalised(layers.ReLU()(normalised(x, filters, 3, stride)), filters)
            if kind != "plain":
                if kind == "B" and (stride == 2 or x.shape[-1] != filters):
                    x = normalised(x, filters, 1, stride)
                elif kind == "A":
                    x = x[:, ::stride, ::stride]
                    x = keras.ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, filters - x.shape[-1]]])
                y = y + x
            x = layers.ReLU()(y)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


for kind, points in (("plain", 1), ("A", 1), ("B", 2)):
    name = "plain networks" if kind == "plain" else f"residual networks, option {kind}"
    with check.group(f"{name}: other tables, images and classes", points=points):
        for training in (False, True):
            stages = [(int(pairs), 64 + 8 * number * int(rng.integers(1, 3))) for number, pairs in enumerate(rng.integers(1, 3, 3))]
            stages[0] = (stages[0][0], int(rng.choice([64, 68])))
            shape, classes = (*rng.integers(33, 50, 2).tolist(), int(rng.integers(1, 4))), int(rng.integers(3, 12))
            settings = dict(shortcuts=kind != "plain", option="A" if kind == "A" else "B", shape=shape, classes=classes)
            seed, pictures = int(rng.integers(1000)), rng.random((4, *shape)).astype("float32")
            wanted = probes.outputs(probes.fill(reference_resnet(stages, kind, shape, classes), seed), pictures, training)
            other = {
                wrong: probes.like(lambda wrong=wrong: probes.outputs(probes.fill(reference_resnet(stages, wrong, shape, classes), seed), pictures, training))
                for wrong in ("plain", "A", "B") if wrong != kind
            }
            check.equal(f"{stages}", lambda: probes.outputs(probes.fill(resnet(stages, **settings), seed), pictures, training), wanted, tolerance=1e-3, hints=[
                *((values, f"It computes what the network {'without shortcuts' if wrong == 'plain' else 'with option ' + wrong} computes.") for wrong, values in other.items()),
                (lambda found: np.ndim(found) == 2 and np.abs(np.sum(found, axis=1) - 1).max() > 0.01, "The outputs are no probabilities: softmax."),
                (lambda found: np.shape(found) != wanted.shape, "Take the numbers of classes and the images' shape from the arguments."),
                (lambda found: True, "The sizes fit, but other numbers come out: is a ReLU, a pooling or a normalisation missing, or another one than the table's?"),
                (ValueError, "It does not fit together for other tables: take filters, pairs and shapes from the arguments, and let `shortcut` decide where the shape changes, even in the first stage."),
            ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ### Exercise 9 · Say what you count &emsp; ●○○ &emsp; 6 minutes
#
# **Why.** For ResNet-34 one reads 21.8 million weights, 21,814,696 or 21,797,672, and 3.6 billion operations or twice as many. All are right. A count is only a number if you say what was counted.
#
# **Your task.** Write `census`, a dictionary of three integers for a Keras model:
#
# - `"trainable"`: weights that training changes;
# - `"statistics"`: the running means and variances of batch normalisation, which are measured, not trained;
# - `"macs"`: multiply-accumulates of the convolutions and dense layers for one image. As in notebook 3, each weight of a convolution's kernel is used once for every position of its *output* map.
#
# <details><summary>Hint: the weights</summary><code>model.trainable_weights</code> and <code>model.non_trainable_weights</code>; the size of each is <code>np.prod(weight.shape)</code>.</details>
# <details><summary>Hint: the operations</summary>Go through <code>model.layers</code>. For a <code>layers.Conv2D</code>, <code>layer.kernel.shape</code> is (height, width, channels, filters), and <code>layer.output.shape</code> is (None, rows, columns, filters).</details>

# %% nbgrader={"grade": false, "grade_id": "census", "locked": false, "schema_version": 3, "solution": true, "task": false}
def census(model):
    """What a Keras model counts: a dictionary of integers with the keys "trainable", "statistics" and "macs".

    model: a Keras model; its weights need not be allocated
    """
    ### BEGIN SOLUTION
    macs = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            _, rows, columns, _ = layer.output.shape
            macs += rows * columns * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, layers.Dense):
            macs += int(np.prod(layer.kernel.shape))
    return {
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "statistics": sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights),
        "macs": macs,
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_census", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("census", points=2)
three_layers = plain_net(3, 4)
check.equal("a plain network of 3 layers and 4 filters", lambda: census(three_layers), {"trainable": 246, "statistics": 16, "macs": 11_560}, points=1, hints=[
    (lambda found: found["trainable"] == 262, "That counts the running statistics among the trainable weights."),
    (lambda found: found["macs"] == 23_120, "Those are FLOPs, two for each multiply-accumulate. Count a multiply-accumulate once."),
    (lambda found: found["macs"] == 220, "Each weight of a kernel is used at every position of the output map, not once."),
    (lambda found: found["macs"] == 11_520, "The dense layer multiplies too."),
    (lambda found: found["macs"] == 11_570, "Biases are added, they multiply nothing: count the kernels only."),
    (lambda found: found["statistics"] == 0, "The statistics are the weights that are not trainable: model.non_trainable_weights."),
    (lambda found: found["statistics"] == 4, "Count numbers, not arrays."),
    (lambda found: found["statistics"] == 262, "That is the number of all weights. The statistics are those that are not trainable."),
])
halved = changing_block((9, 6, 4), 8, 2, "B")


def counted(model):
    """What is right for a model of any shape."""
    macs = 0
    for layer in flat_layers(probes.judged(model)):
        if hasattr(layer, "kernel"):
            macs += int(np.prod(layer.output.shape[1:-1])) * int(np.prod(layer.kernel.shape))
    return probes.counts(model) | {"macs": macs}


def census_hints(model):
    """Wrong counts of operations that usual mistakes give."""
    with_kernels = [layer for layer in flat_layers(model) if hasattr(layer, "kernel")]
    inputs = sum(int(np.prod(layer.input.shape[1:-1])) * int(np.prod(layer.kernel.shape)) for layer in with_kernels)
    return [
        (lambda found: found["macs"] == inputs, "You counted the positions of the *input*. With a stride of 2 the output has a quarter of them, and each of its numbers is computed once."),
        (lambda found: found["macs"] == 2 * counted(model)["macs"], "Those are FLOPs, two for each multiply-accumulate. Count a multiply-accumulate once."),
        (lambda found: found["macs"] == sum(int(np.prod(layer.kernel.shape)) for layer in with_kernels), "Each weight of a kernel is used at every position of the output map, not once."),
        (lambda found: found["trainable"] == sum(probes.counts(model).values()), "That counts the running statistics among the trainable weights."),
        (lambda found: found["macs"] > counted(model)["macs"], "Only convolutions and dense layers count here, kernels only. And maps need not be square: rows times columns."),
        (lambda found: found["macs"] < counted(model)["macs"], "Convolutions and dense layers are missing. Those in shortcuts count too. And maps need not be square: rows times columns."),
    ]


check.equal("a block that halves its map, with a projection", lambda: census(halved), counted(halved), points=1, hints=census_hints(halved))
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_census", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("census", points=2, at_grading="other networks, with strides, projections and maps that are not square")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("census")
with check.group("plain and residual networks and single blocks"):
    for number in range(6):
        height, width, channels, filters = rng.integers(3, 15, 4).tolist()
        network = (
            plain_net(2 + number, filters),
            changing_block((height, width + height, channels), channels + filters, 2, "AB"[number // 3]),
            residual_net(4 + 2 * number, filters),
        )[number % 3]
        check.equal(f"network {number + 1}", lambda: census(network), counted(network), hints=census_hints(network))
### END HIDDEN TESTS
check.report()


# %% [markdown]
# Now all of them, and VGG-19 beside them. No memory is spent on weights: VGG-19 alone would take more than half a gigabyte. The depth is the number in the name.

# %%
def vgg19():
    """VGG-19: sixteen 3×3 convolutions with biases in five stages, each followed by a pooling, and three dense layers."""
    stack = [keras.Input((224, 224, 3))]
    for convolutions, filters in VGG19:
        stack += [layers.Conv2D(filters, 3, padding="same", activation="relu") for _ in range(convolutions)]
        stack.append(layers.MaxPooling2D(2))
    stack += [layers.Flatten(), layers.Dense(4096, activation="relu"), layers.Dense(4096, activation="relu")]
    return keras.Sequential([*stack, layers.Dense(1000, activation="softmax")])


built = {
    "plain-18": lambda: resnet(STAGES18, shortcuts=False),
    "ResNet-18, option A": lambda: resnet(STAGES18, option="A"),
    "ResNet-18, option B": lambda: resnet(STAGES18, option="B"),
    "plain-34": lambda: resnet(STAGES34, shortcuts=False),
    "ResNet-34, option A": lambda: resnet(STAGES34, option="A"),
    "ResNet-34, option B": lambda: resnet(STAGES34, option="B"),
    "VGG-19": vgg19,
}
counts = {name: census(unallocated(build)) for name, build in built.items()}
print(f"{'':20} {'trainable':>12} {'statistics':>11} {'together':>12} {'MACs':>9}")
for name, found in counts.items():
    together = found["trainable"] + found["statistics"]
    print(f"{name:20} {found['trainable']:12,} {found['statistics']:11,} {together:12,} {found['macs'] / 1e9:7.3f} G")

# %%
DEPTHS = {"plain-18": 18, "ResNet-18, option B": 18, "plain-34": 34, "ResNet-34, option B": 34, "VGG-19": 19}
drawings.three_measures({name: (depth, counts[name]["trainable"], counts[name]["macs"]) for name, depth in DEPTHS.items()})

# %% [markdown]
# Depth, weights and operations are three different things. The deepest of these networks has less than a sixth of VGG-19's weights and needs less than a fifth of its operations; and between plain-34 and ResNet-34 there is hardly a difference.
#
# The lecture's *Complexity Comparison* has 19.6 billion for VGG-19 and 3.6 billion for the 34-layer networks. It calls them FLOPs, and your MACs agree with it: the paper counts a multiplication and an addition as one operation. Who counts them as two gets 39.3 and 7.3 billion.
#
# And this is what depth and shortcuts do on ImageNet. Nobody trains that in a notebook: these four errors are literature values, from the ResNet paper.

# %%
drawings.imagenet_errors()


# %% [markdown]
# Deeper is worse without shortcuts and better with them, on the same data, with the same number of weights (the paper uses option A here). At 18 layers the final errors hardly differ. That the plain networks do worse in *training*, too, is in the paper's curves; here you have only the validation errors.
#
# ## Does it not look like boosting?
#
# *Doesn't this look similar to boosting?* asks the lecture. In boosting, an ensemble is a sum: each stage adds a small correction to what the stages before it have reached. A residual network also adds: if one forgets the ReLU after each addition, its last map is the first one plus what every block adds. So treat your trained networks as if they were sums: leave terms out, and see.
#
# ### Exercise 10 · Take blocks out &emsp; ●●○ &emsp; 8 minutes
#
# **Why.** If a network is a sum of corrections, it should survive the loss of one.
#
# A block's branch ends with a batch normalisation, which multiplies by its scale (`gamma`) and adds its shift (`beta`). With both at 0 the branch gives nothing, and only the shortcut is left.
#
# **Your task.** Write `without`: a copy of a trained `residual_net`, in which the branches of the given blocks give nothing. The model itself must stay as it is.
#
# <details><summary>Hint: a copy</summary><code>keras.models.clone_model(model)</code> has the same layers with new weights; <code>copy.set_weights(model.get_weights())</code> gives it the old ones.</details>
# <details><summary>Hint: which normalisation?</summary>Make a list of the <code>layers.BatchNormalization</code> layers in order. The first belongs to the first convolution; then each block has two, and the second of them ends the branch.</details>
# <details><summary>Hint: setting one</summary><code>layer.gamma.assign(np.zeros(layer.gamma.shape))</code>, and the same for <code>beta</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "without", "locked": false, "schema_version": 3, "solution": true, "task": false}
def without(model, blocks):
    """A copy of a residual network in which some blocks only pass on what they get: a Keras model.

    model:  as residual_net makes it
    blocks: the numbers of the blocks whose branches give nothing, from 0
    """
    ### BEGIN SOLUTION
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    normalisations = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    for block in blocks:
        last = normalisations[2 * block + 2]
        last.gamma.assign(np.zeros(last.gamma.shape))
        last.beta.assign(np.zeros(last.beta.shape))
    return copy
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_without", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("without", points=3)
some = digits.validation.x[:40]


def branches_off(model, blocks, place=2, roles=("gamma", "beta")):
    """What a residual network gives for some digits when weights of its normalisations are 0; the weights as they were."""
    before = model.get_weights()
    normalisations = [layer for layer in flat_layers(probes.judged(model)) if type(layer).__name__ == "BatchNormalization"]
    try:
        for block in blocks:
            for role in roles:
                weight = getattr(normalisations[2 * block + place], role)
                weight.assign(np.zeros(weight.shape))
        return probes.outputs(model, some)
    finally:
        model.set_weights(before)


def without_hints(model, blocks, count):
    """What usual mistakes give, and what each tells. count: blocks of the model"""
    others = [block for block in range(count) if block not in blocks]
    wrong = [
        (lambda: probes.outputs(model, some), "Nothing has changed: the copy computes what the whole network computes."),
        (lambda: branches_off(model, blocks, roles=["gamma"]), "The shift is still there: the branch gives a constant. Set beta to 0 as well."),
        (lambda: branches_off(model, blocks, roles=["beta"]), "The scale is still there: set gamma to 0 as well."),
        (lambda: branches_off(model, blocks, place=1), "The branch still gives a constant: whatever comes before it, its last normalisation adds its shift. Set the scale and the shift of just that one, the second of its block, to 0."),
        (lambda: branches_off(model, others), "Those are just the other blocks: leave out the ones that are given."),
        (lambda: branches_off(model, blocks[:1]), "Only the first of the given blocks is left out."),
        (lambda: branches_off(model, blocks[-1:]), "Only the last of the given blocks is left out. Does the copy start anew for each of them?"),
        (lambda: branches_off(model, blocks, place=0), "You count the blocks from 1; here the first one has the number 0."),
        (lambda: branches_off(model, [block + 1 for block in blocks]), "The block after it was left out. The first one has the number 0."),
    ]
    return [(probes.like(compute), text) for compute, text in wrong] + [
        (lambda found: np.shape(found) == (40, 10) and np.mean(np.argmax(found, axis=1) == branches_off(model, blocks).argmax(axis=1)) < 0.3, "The copy has lost what was trained: clone_model gives it new random weights. Give it the old ones first."),
        (lambda found: True, "Other numbers come out. Only the last normalisations of the given blocks change, scale and shift; all else stays as it is."),
        (IndexError, "There are fewer blocks or layers than you ask for: the first block has the number 0, and each has two normalisations."),
    ]


check.equal("nothing left out: the same as before", lambda: probes.outputs(without(residual20, []), some), probes.outputs(residual20, some), points=Fraction(1, 2), tolerance=1e-4, hints=[
    (lambda found: True, "The copy has lost what was trained: clone_model gives it new random weights. Give it the old ones."),
])


def stays(before):
    """Whether the network gives after a call what it gave before."""
    without(residual20, [0, 3])
    return bool(np.allclose(probes.outputs(residual20, some), before)) or "the network itself has changed"


check.that("the network itself stays as it is", lambda: stays(probes.outputs(residual20, some)), points=Fraction(1, 2), hints={
    "the network itself has changed": "Change a copy. (Your `residual20` is now damaged: run the cell that trains or restores it again.)",
})
check.equal("block 4 left out", lambda: probes.outputs(without(residual20, [4]), some), branches_off(residual20, [4]), points=1, tolerance=1e-3, hints=without_hints(residual20, [4], 9))
check.equal("blocks 1, 2 and 7 left out", lambda: probes.outputs(without(residual20, [1, 2, 7]), some), branches_off(residual20, [1, 2, 7]), points=1, tolerance=1e-3, hints=without_hints(residual20, [1, 2, 7], 9))
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_without", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("without", points=3, at_grading="other sets of blocks, the first and the last among them, and networks of other depths")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("without")
with check.group("your network without other blocks", points=2):
    for blocks in ([0], [8], sorted(rng.permutation(9)[:4].tolist()), list(range(9))):
        check.equal(f"without {blocks}", lambda: probes.outputs(without(residual20, blocks), some), branches_off(residual20, blocks), tolerance=1e-3, hints=without_hints(residual20, blocks, 9))
with check.group("networks of other depths and widths", points=1):
    for depth, width in ((6, 5), (14, 8)):
        count = (depth - 2) // 2
        network = residual_net(depth, width)
        blocks = [int(rng.integers(1, count))]
        check.equal(f"{depth} layers without block {blocks[0]}", lambda: probes.outputs(without(network, blocks), some), branches_off(network, blocks), tolerance=1e-3, hints=without_hints(network, blocks, count))
### END HIDDEN TESTS
check.report()


# %% [markdown]
# Now leave out each of the nine blocks of your `residual20` in turn, and compare with your `plain20`: there, "leaving out" a pair of convolutions means to put identity layers in its place, as in Exercise 3.

# %%
def plain_without(model, pairs):
    """A copy of a plain network in which pairs of convolutions only pass on what they get; the first layer stays."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    with_weights = [layer for layer in copy.layers if layer.weights]
    for pair in pairs:
        for layer in with_weights[4 * pair + 2 : 4 * pair + 6]:
            if isinstance(layer, layers.Conv2D):
                layer.set_weights([identity_kernel(3, layer.filters)])
            else:
                ones, zeros = np.ones(layer.gamma.shape), np.zeros(layer.gamma.shape)
                layer.set_weights([ones, zeros, zeros, ones])
    return copy


def share_right(model):
    return measured(model, digits.validation)[1]


dropped = {
    "residual-20": [share_right(without(residual20, [block])) for block in range(9)],
    "plain-20": [share_right(plain_without(plain20, [pair])) for pair in range(9)],
}
whole = {"residual-20": share_right(residual20), "plain-20": share_right(plain20)}
drawings.dropped(dropped, whole)

# %% [markdown]
# Next, only the first k blocks, and beside them a boosted ensemble: scikit-learn's `GradientBoostingClassifier` on the same digits, whose stages are small trees. Its accuracy after each stage is compared with the network's after each block, and stages are left out, too.

# %%
from sklearn.ensemble import GradientBoostingClassifier

STAGES = 45


def boosting_experiment():
    """Validation accuracy of a boosted ensemble after each stage, and without each ninth of its stages."""
    flat, flat_validation = digits.train.x.reshape(1200, 64), digits.validation.x.reshape(300, 64)
    ensemble = GradientBoostingClassifier(n_estimators=STAGES, learning_rate=0.2, max_depth=3, subsample=0.5, random_state=6)
    ensemble.fit(flat, digits.train.y)
    sums = np.array(list(ensemble.staged_decision_function(flat_validation)))  # (stages, images, classes)

    def right(scores):
        return float(np.mean(scores.argmax(axis=1) == digits.validation.y))

    size = STAGES // 9
    ninths = [sums[(part + 1) * size - 1] - (sums[part * size - 1] if part else 0) for part in range(9)]
    return {"stages": [right(scores) for scores in sums], "dropped": [right(sums[-1] - part) for part in ninths]}


boosted = measure_once("boosting", boosting_experiment)
first_blocks = [share_right(without(residual20, range(k, 9))) for k in range(10)]
first_pairs = [share_right(plain_without(plain20, range(k, 9))) for k in range(10)]
print("residual-20, first k blocks:", " ".join(f"{share:.2f}" for share in first_blocks))
print("plain-20, first k pairs:    ", " ".join(f"{share:.2f}" for share in first_pairs))
print("boosted, stages 1, 5, 10 …: ", " ".join(f"{boosted['stages'][stage - 1]:.2f}" for stage in (1, *range(5, STAGES + 1, 5))))
print("boosted, without one ninth of its stages:", " ".join(f"{share:.2f}" for share in boosted["dropped"]))
drawings.first_terms(first_blocks, first_pairs, boosted["stages"])


# %% [markdown]
# ### Question 2 · Like boosting? &emsp; ●●● &emsp; 6 minutes
#
# **Why.** An analogy is useful as long as you know where it ends.
#
# Where does the comparison with boosting hold for your residual network, and where does it end? Use both experiments: one block left out, and only the first k blocks. Say also what differs in how the terms of the two sums are *trained*, and what the ReLU after each addition does to the picture of a sum.
#
# **Rubric** (3 points). One point for what holds, with a measurement. One point for where it ends, with a measurement. One point for the difference in training, or for the ReLU, explained correctly.

# %% [markdown] nbgrader={"grade": true, "grade_id": "boosting", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# It holds in that both are sums of many terms, each of which corrects what the others give together. Of my nine blocks the last six can be left out one at a time, and the network names about as many digits right as before; the boosted ensemble hardly notices when a ninth of its stages is missing either. The plain network drops to guessing without any one of its pairs: it has a single way, and every step of it is needed. The first k blocks, too, look like boosting at first sight: the accuracy rises with each block, and the first five are nearly as good as all nine.
#
# It ends at the first terms. The ensemble names about three quarters of the digits right after its first stage, because each stage is fitted to what the stages before it got wrong, and is good by itself. My network names hardly more than a quarter right with its first block only, and without that block, all others being there, hardly more than guessing: its blocks are not equally dispensable, the later ones build on what the first ones make.
#
# The reason is the training. In boosting the stages come one after the other, and what is there is not changed any more. All blocks of a residual network are trained at once and with one classifier at the end; nothing asks the first blocks to be good without the rest. And the ReLU after each addition cuts off what is negative, so that the result is no plain sum: what a block gets depends on all blocks before it, while a stage of boosting always gets the same image.
# ### END SOLUTION

# %% [markdown]
# ## A residual network for photographs
#
# For small images the ResNet paper has a family of its own, made for CIFAR-10: three stages of n blocks each, 6n + 2 layers in all. ResNet-20 has n = 3, ResNet-56 n = 9. All its shortcuts are of option A, so that a plain network has *exactly* as many weights.
#
# ### Exercise 11 · ResNet-20 and its family &emsp; ●●○ &emsp; 7 minutes
#
# **Why.** A network that fits the images is worth more than a famous one: on images of 24×24 pixels the last stage of ResNet-18 would work on a single pixel.
#
# | Layers | Output, for 32×32 images |
# |---|---|
# | convolution 3×3, `width` filters, batch normalisation, ReLU | 32 × 32 × 16 |
# | n blocks of `width` filters | 32 × 32 × 16 |
# | n blocks of 2·`width` filters, the first with stride 2 | 16 × 16 × 32 |
# | n blocks of 4·`width` filters, the first with stride 2 | 8 × 8 × 64 |
# | global average pooling; dense, softmax | 64; 10 |
#
# **Your task.** Write `cifar_resnet`.
#
# <details><summary>Hint: 6n + 2</summary>Three stages of n blocks of two convolutions each are 6n layers; the first convolution and the dense layer are the other two.</details>
# <details><summary>Hint: 272,474</summary>That is what ResNet-20 has with projections. Its shortcuts are of option A.</details>

# %% nbgrader={"grade": false, "grade_id": "cifar_resnet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cifar_resnet(n, width=16, shape=(32, 32, 3), classes=10):
    """A residual network of 6n + 2 layers for small images: a new Keras model, not compiled.

    n:       blocks of each of the three stages
    width:   filters of the first stage; the second has twice, the third four times as many
    shape:   (height, width, channels) of the images
    classes: number of probabilities
    """
    ### BEGIN SOLUTION
    image = keras.Input(shape)
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    for stage in range(3):
        filters = width * 2**stage
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            x = residual_block(x, filters, stride, shortcut(x, filters, stride, "A"))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_cifar_resnet", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("cifar_resnet", points=2)
check.equal("ResNet-20: trainable weights and running statistics", lambda: probes.counts(unallocated(lambda: cifar_resnet(3))), {"trainable": 269_722, "statistics": 1_376}, points=1, hints=[
    (lambda found: found["trainable"] == 272_474, "The shortcuts are projections. This family has option A everywhere."),
    (lambda found: found["trainable"] == 270_410, "The convolutions have biases; batch normalisation follows each of them."),
    (lambda found: found["trainable"] == 269_738, "The first convolution has a bias; batch normalisation follows it."),
    (lambda found: found["trainable"] == 269_690, "The first convolution has no batch normalisation."),
    (lambda found: found["trainable"] == 269_434, "The first convolution has 1 input channel; colour images have 3."),
    (lambda found: found["statistics"] == 0, "There is no batch normalisation whose statistics could be counted."),
    (lambda found: found["trainable"] > 300_000 or found["trainable"] < 230_000, "The number of blocks or the widths differ: n blocks of width, n of twice and n of four times the width."),
])
check.equal("sizes from image to output", lambda: sizes(unallocated(lambda: cifar_resnet(1))), [[32, 32, 16], [16, 16, 32], [8, 8, 64], [64], [10]], points=1, hints=[
    (lambda found: found[0] == [16, 16, 16], "Small images cannot spare pixels: the first convolution steps by 1, and no pooling follows."),
    (lambda found: [4, 4, 64] in found, "The map is halved once too often: no pooling follows the first convolution, the first stage stays at 32×32, and only the first block of a later one halves the map."),
    (lambda found: [32, 32, 32] in found, "The second and the third stage begin with stride 2."),
    (lambda found: [16, 16, 16] in found, "The widths double where the maps are halved."),
    (lambda found: [64] not in found, "Between the last map and the dense layer stands the global average pooling."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_cifar_resnet", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("cifar_resnet", points=2, at_grading="other depths, widths and images, and what the networks compute with drawn weights")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("cifar_resnet")


def reference_small(n, width, shape, classes):
    def normalised(x, filters, stride=1):
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization(momentum=0.9)(x)

    image = keras.Input(shape)
    x = layers.ReLU()(normalised(image, width))
    for stage in range(3):
        for block in range(n):
            stride = 2 if stage > 0 and block == 0 else 1
            y = normalised(layers.ReLU()(normalised(x, width * 2**stage, stride)), width * 2**stage)
            x = x[:, ::stride, ::stride]
            x = layers.ReLU()(y + keras.ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, y.shape[-1] - x.shape[-1]]]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


with check.group("other depths, widths, images and classes"):
    for number in range(4):
        n, width, classes = 1 + number % 2, int(rng.integers(3, 10)), int(rng.integers(3, 12))
        shape, training = (*rng.integers(9, 20, 2).tolist(), int(rng.integers(1, 4))), number > 1
        seed, pictures = int(rng.integers(1000)), rng.random((4, *shape)).astype("float32")
        wanted = probes.outputs(probes.fill(reference_small(n, width, shape, classes), seed), pictures, training)
        check.equal(f"n = {n}, width {width}", lambda: probes.outputs(probes.fill(cifar_resnet(n, width, shape, classes), seed), pictures, training), wanted, tolerance=1e-3, hints=[
            (lambda found: np.ndim(found) == 2 and np.abs(np.sum(found, axis=1) - 1).max() > 0.01, "The outputs are no probabilities: softmax."),
            (lambda found: np.shape(found) != wanted.shape, "Take width, shape and classes from the arguments."),
            (lambda found: True, "It computes something else than the table says: is the width taken from the argument, and are the number of blocks, the strides, the ReLUs and the option of the shortcuts right?"),
            (ValueError, "Take width, shape and classes from the arguments, and option A for the shortcuts."),
        ])
### END HIDDEN TESTS
check.report()

# %%
for n in (1, 3, 9):
    found = census(unallocated(lambda: cifar_resnet(n)))
    print(f"ResNet-{6 * n + 2}: {found['trainable']:,} trainable weights, {found['trainable'] + found['statistics']:,} with statistics, {found['macs'] / 1e6:.1f} million MACs")

# %% [markdown]
# Now something larger than digits: ten photographs, cut into patches of 48×48 pixels and shrunk to 24×24. The class is the photograph that a patch comes from. The left 70 % of each photograph give the training patches, the rest the validation patches, and the graders cut others out of that rest.

# %%
photographs = datasets.photograph_patches(48)


def shrink(images):
    """Half the height and width: the mean of every 2×2 pixels. images: float32 (n, height, width, channels)"""
    n, height, width, channels = images.shape
    return images.reshape(n, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4)).astype("float32")


def augmented(images, seed, reach=3):
    """Each image shifted by up to `reach` pixels, its border mirrored outward, and every second one flipped, by lot."""
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    margin = (reach, reach)
    padded = np.pad(images, ((0, 0), margin, margin, (0, 0)), mode="reflect")
    corners = rng.integers(0, 2 * reach + 1, (n, 2))
    cut = np.stack([image[top : top + height, left : left + width] for image, (top, left) in zip(padded, corners, strict=True)])
    flipped = rng.random(n) < 0.5
    cut[flipped] = cut[flipped, :, ::-1]
    return cut


patches = shrink(photographs.train.x), photographs.train.y
patches_validation = shrink(photographs.validation.x), photographs.validation.y
classes = photographs.classes
print(photographs)
del photographs  # the patches of 48×48 pixels are not needed any more
one_each = [np.flatnonzero(patches[1] == label)[70] for label in range(10)]
figures.images(np.concatenate([patches[0][one_each], augmented(patches[0][one_each], 1)]),
               [name.replace("_", "\n").replace("histo", "histo-\n") for name in classes] + [""] * 10, columns=10, size=1.1,
               alt="A patch of each of the ten photographs, and below each the same patch shifted a little, some of them flipped")


# %% [markdown]
# ### Exercise 12 · Train a residual network &emsp; ●●○ &emsp; 12 minutes
#
# **Why.** All that you have built, at work on colour images.
#
# The network is `cifar_resnet(1, shape=(24, 24, 3))`, eight layers. In every epoch it should see *other* versions of the training patches, `augmented` with a seed of its own.
#
# **Your task.** Write `train_augmented` and choose `PHOTOS`. Your network should name at least 75 % of the validation patches right. The training takes less than a minute.
#
# <details><summary>Hint: new images in every epoch</summary>Compile once. Then a loop over the epochs: <code>model.fit(augmented(images, seed), labels, initial_epoch=epoch, epochs=epoch + 1, …)</code> trains for one of them, and each call returns a history of one value for each measure. Collect them.</details>
# <details><summary>Hint: the learning rate</summary>Let it fall to 0, as in <code>train</code> above: <code>keras.optimizers.schedules.CosineDecay(rate, steps)</code>, where the steps are those of <em>all</em> epochs, batches in an epoch times epochs.</details>
# <details><summary>Hint: settings</summary>Gradient descent with momentum 0.9, a learning rate of 0.02, batches of 32 and 15 to 20 epochs do well.</details>

# %% nbgrader={"grade": false, "grade_id": "train_augmented", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_augmented(model, images, labels, validation, settings):
    """Compile and train a model on augmented images, other ones in each epoch; returns the history: a list over
    the epochs for each of "loss", "accuracy", "val_loss" and "val_accuracy".

    images, labels: what to train with, (n, height, width, channels) and (n,)
    validation:     (images, labels) to measure with after each epoch; they are not augmented
    settings:       a dictionary with "learning_rate", "batch_size", "epochs" and "seed"
    """
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(settings["seed"])
    epochs, batch = settings["epochs"], settings["batch_size"]
    rate = keras.optimizers.schedules.CosineDecay(settings["learning_rate"], epochs * -(-len(images) // batch))
    model.compile(
        keras.optimizers.SGD(rate, momentum=0.9), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = {}
    for epoch in range(epochs):
        shown = augmented(images, 1000 * settings["seed"] + epoch)
        result = model.fit(
            shown, labels, validation_data=validation,
            batch_size=batch, initial_epoch=epoch, epochs=epoch + 1, verbose=0,
        )
        for name, values in result.history.items():
            history.setdefault(name, []).extend(values)
    return history
    ### END SOLUTION


# PHOTOS: a dictionary with "learning_rate", "batch_size", "epochs" and "seed"
### BEGIN SOLUTION
PHOTOS = {"learning_rate": 0.02, "batch_size": 32, "epochs": 18, "seed": 1}
### END SOLUTION

keras.utils.set_random_seed(PHOTOS["seed"])
photo_net = cifar_resnet(1, shape=(24, 24, 3))
photo_history = train_once(
    "photographs", photo_net, lambda: train_augmented(photo_net, *patches, patches_validation, PHOTOS), settings=PHOTOS
)

# %% nbgrader={"grade": true, "grade_id": "test_train_augmented", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("train_augmented", points=3)



def of_eight_layers(model):
    """Its sizes, numbers of weights and additions, which tell the network asked for from others."""
    found = probes.operations(model)
    return {"weights": probes.counts(model)["trainable"], "convolutions": found.count("Conv2D"), "additions": found.count("Add"),
            "sizes": sizes(model)}


check.equal("`photo_net` is the residual network of 8 layers for 24×24×3", lambda: of_eight_layers(photo_net), {
    "weights": 75_290, "convolutions": 7, "additions": 3, "sizes": [[24, 24, 16], [12, 12, 32], [6, 6, 64], [64], [10]],
}, points=Fraction(1, 2), hints=[
    (lambda found: found["additions"] == 0, "This network has no shortcuts."),
    (lambda found: True, "Take cifar_resnet(1, shape=(24, 24, 3)) as it is."),
])


def curves(history):
    """Whether the history holds the four curves, of equal length, and the loss falls."""
    if not isinstance(history, dict):
        return "found no dictionary of curves"
    missing = [name for name in ("loss", "accuracy", "val_loss", "val_accuracy") if name not in history]
    if missing:
        return f"no curve for {', '.join(missing)}"
    lengths = {len(values) for values in history.values()}
    if len(lengths) != 1 or min(lengths) < 2:
        return "the curves have no equal length of at least two epochs"
    losses = np.array(history["loss"], dtype=float)
    return bool(np.isfinite(losses).all() and losses[-1] < 0.5 * losses[0]) or "the training loss does not fall to half of its first value"


check.that("the history shows a training", lambda: curves(photo_history), points=Fraction(1, 2), hints=[
    ("no curve for val_loss, val_accuracy", "Pass validation_data=validation to fit, so that each epoch ends with a measurement."),
    ("no curve for accuracy, val_accuracy", "Pass metrics=[\"accuracy\"] to compile, by name."),
    ("found no dictionary of curves", "train_augmented returns a dictionary of lists."),
    ("the curves have no equal length of at least two epochs", "Each call of fit returns one value for each measure; collect them over all epochs."),
    (lambda found: isinstance(found, str), "The network hardly learns: look at the learning rate, the number of epochs, and whether images and labels belong together."),
])
check.accuracy("validation patches named right", lambda: photo_net, *patches_validation, at_least=0.75, points=2, hints=[
    (lambda found: found < 0.2, "This is hardly better than guessing, 0.1. Was `photo_net` itself trained, and do images and labels belong together?"),
    (lambda found: isinstance(found, float), "It is on its way: are other versions shown in each epoch, for enough epochs, and does the learning rate fall to 0 only at the very end?"),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_train_augmented", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("train_augmented", points=3, at_grading="how many patches that nobody has seen yet your residual network names right")
### BEGIN HIDDEN TESTS
from autograder import heldout

unseen = heldout.photograph_patches(48)
with check.group("unseen patches named right by the residual network of 8 layers"):
    check.equal("the network", lambda: of_eight_layers(photo_net), {
        "weights": 75_290, "convolutions": 7, "additions": 3, "sizes": [[24, 24, 16], [12, 12, 32], [6, 6, 64], [64], [10]],
    }, hints=[(lambda found: True, "The accuracy counts for cifar_resnet(1, shape=(24, 24, 3)) only.")])
    check.accuracy("accuracy", lambda: photo_net, shrink(unseen.x), unseen.y, at_least=0.73, hints=[
        (lambda found: found < 0.2, "This is hardly better than guessing, 0.1: the network was not trained on what it is asked here, 24×24 patches from 0 to 1 with their own labels."),
        (lambda found: isinstance(found, float), "On patches that it never saw the network is weaker than it can be: train on all patches, augmented anew in each epoch, and long enough."),
    ])
### END HIDDEN TESTS
check.report()

# %%
figures.curves(
    {"training accuracy": photo_history["accuracy"], "validation accuracy": photo_history["val_accuracy"]}, ylabel="accuracy",
    alt=f"Training and validation accuracy of the residual network on the photographs over the epochs; last values {photo_history['accuracy'][-1]:.2f} and {photo_history['val_accuracy'][-1]:.2f}",
)

# %%
said = np.concatenate([np.asarray(photo_net(part, training=False)).argmax(axis=1) for part in np.split(patches_validation[0], 4)])
for label, name in enumerate(classes):
    of_class = patches_validation[1] == label
    wrong = said[of_class & (said != label)]
    most = classes[np.bincount(wrong).argmax()] if len(wrong) else "–"
    print(f"{name:22} {np.mean(said[of_class] == label):6.1%} right, most often taken for: {most}")


# %% [markdown]
# The two parts of a photograph show different things, and some patches (dark sky, black corners) cannot be told apart by anybody. So validation accuracy stays well below 100 %, whatever the network.
#
# ## Why are CNNs successful?
#
# The lecture closes with four statements:
#
# 1. CNNs have far fewer connections and parameters than fully connected networks with similarly sized layers, so they are easier to train.
# 2. A traditional fully connected network is almost impossible to train when it is initialised randomly.
# 3. The theoretically best performance of a CNN is likely only slightly worse than that of a vanilla (fully connected) network.
# 4. CNNs were the only successful deep networks up to 2006, as anything past 3 layers was impossible to train.
#
# You have numbers for each of them. Here is what your notebooks kept, as far as their folders lie beside this one.

# %%
def kept(folder):
    """What a notebook left in `trained`: name → last values of curves, median epochs of several runs, single numbers."""
    found = {}
    for path in sorted((folder / "trained").glob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        values = content.get("history", content.get("result", {})) if isinstance(content, dict) else {}
        shown = {}
        for name, series in values.items() if isinstance(values, dict) else ():
            if isinstance(series, list) and series and isinstance(series[-1], list):  # several runs, as in the race
                shown[f"{name}, epochs"] = float(np.median([len(run) for run in series]))
            else:
                shown[name] = series[-1] if isinstance(series, list) and series else series
        found[path.stem] = {name: value for name, value in shown.items() if isinstance(value, (int, float))}
    return {name: values for name, values in found.items() if values}


for name in ("2_layers", "4_lenet5", "5_alexnet", "6_resnet"):
    folder = Path(".") if name == "6_resnet" else Path("..") / name
    results = kept(folder)
    print(f"{name}: " + ("nothing is kept beside this notebook" if not results else ""))
    for result, values in results.items():
        print(f"   {result:16} " + ", ".join(f"{key} {value:.3g}" for key, value in values.items()))

# %% [markdown]
# And what can be counted again at once: layers between 200×200 colour images, LeNet-5 against a fully connected network, and ResNet-34 against VGG-19.

# %%
pixels = 200 * 200 * 3
print(f"fully connected, 200×200×3 to as many: {pixels**2:,} weights; a 3×3 convolution from 3 to 3 channels: {3 * 3 * 3 * 3 + 3}")
print(f"LeNet-5: 61,706 weights; one fully connected layer of 80 units on 28×28 pixels: {28 * 28 * 80:,}")
print(f"ResNet-34: {counts['ResNet-34, option B']['trainable']:,} weights; VGG-19 with its three fully connected layers: {counts['VGG-19']['trainable']:,}")

# %% [markdown]
# ### Question 3 · Why are CNNs successful? &emsp; ●●● &emsp; 8 minutes
#
# **Why.** It is the last question of the lecture, and now you can answer with your own measurements instead of somebody's slides.
#
# Weigh each of the four statements against your numbers from notebooks 2 to 6: which do they support, which do they limit, and about which do they say nothing? Name at least one number for each statement, or the experiment that would be needed. End with your own answer in two or three sentences: why are CNNs successful?
#
# **Rubric** (4 points). Half a point for each statement weighed against a number of one's own, or with the missing experiment named (2 points together). One point for keeping apart the number of weights, the ease of training and what the architecture assumes about images. One point for an answer of one's own that follows from the numbers and does not claim more than they show.

# %% [markdown] nbgrader={"grade": true, "grade_id": "successful", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# 1. *Fewer parameters, easier to train.* Fewer for the same maps: certainly (14,400,000,000 weights against 84 between two 200×200 colour images; LeNet-5's 61,706 are fewer than one layer of 80 units). But fewer parameters are not why they train more easily: in notebook 4 an MLP of just as many weights did worse on scattered digits, in this notebook plain and residual networks of *exactly* as many weights trained quite differently, and AlexNet and VGG-19 are CNNs with 62 and 144 million.
# 2. *Almost impossible to train from random weights.* In notebook 2, true of ten fully connected layers with plain random weights of standard deviation 0.05, whose loss stayed at that of guessing. Not true as a law: the same ten layers learned with Glorot's or He's initial weights or with batch normalisation, and the MLP of notebook 4 learned at once.
# 3. *At best only slightly worse.* In theory a fully connected network can represent every convolution, so its best cannot be worse. My numbers say nothing about the best possible, only about what training finds from some hundred or thousand images, and there the CNN was ahead (the MLP caught up only where pixels were permuted and the CNN lost its assumption). One would need far more data and several sizes of both.
# 4. *Nothing past 3 layers.* In notebook 2 the plain CNN of ten layers did not learn at a rate of 0.1 either, and did with patience at 0.5, which the fully connected one did not: in that sense the exception. Here 8 and 20 plain layers train with batch normalisation, 38 badly, and with shortcuts 38 train better than 8 plain ones.
#
# CNNs are successful because they assume what is true of images: neighbours belong together, and what is worth detecting in one place is in another. That makes few weights go far and lets few images suffice. That they can be *deep* is a separate matter: it needed initial weights of the right size, ReLU, batch normalisation and shortcuts, which help fully connected networks as well.
# ### END SOLUTION

# %% [markdown]
# ## What you have learned
#
# In this notebook:
#
# - A deeper network can always do what a shallower one does: yours, deepened by hand, did. That training does not find it is **degradation**, and the *training* loss tells it from overfitting. Five runs each showed it clearly for 38 plain layers; between 8 and 20 layers it is small, and one run did not show it.
# - A **residual block** adds its input to what its branch computes, and applies ReLU after the addition. Its look-alikes have the same shapes and as many weights; kernels of 0 tell them apart.
# - Where the shape changes, the shortcut subsamples and pads with zeros (option A, no weights) or is a 1×1 convolution with batch normalisation (option B).
# - With batch normalisation the gradient does not vanish in 38 plain layers; at the start it is far too large rather than too small. With shortcuts its size depends little on the depth.
# - ResNet-34 has 21,797,672 trainable weights with option B and 21,623,848 with option A, and needs 3.66 G multiply-accumulates; VGG-19 has 143,667,240 and needs 19.63 G. Say what you count.
# - A trained residual network survives the loss of a single block, if it is not one of the first; a plain one does not survive the loss of two layers. It resembles a sum, as boosting is one, but its terms are trained together, and the later ones build on the first.
#
# In this course:
#
# - a kernel is a weighted sum that slides (notebook 1); four kinds of layers make a network (2); weights, operations, receptive fields and depth can be counted before anything is trained (3);
# - LeNet-5 reads digits and tells what a CNN assumes about images (4); AlexNet made it large (5); ResNet made it deep (6);
# - and what a network is worth is what it does with images that it never saw, measured over more than one run, with the runs that disagree shown too.
