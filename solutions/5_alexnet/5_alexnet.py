# %% [markdown]
# # 5 · AlexNet: the flash point
#
# In 2012 one network won ImageNet's contest by such a margin that nearly everybody in computer vision changed their methods. You build it in full, take its ingredients apart one by one, and train a small relative of it with and without the ingredient that costs nothing: more of the same pictures.
#
# When you are through this notebook, you can
#
# - build AlexNet from its table, in one piece or in the two halves of the original, and examine 62 million weights without having the memory for them;
# - say why the size in the paper's figure does not fit its own first layer, and which sizes do;
# - write dropout, random crops with flips and changes of brightness, and the ten crops at test time, and prove that yours do what they should;
# - recognise overfitting in a pair of curves, and measure what augmentation does about it;
# - compute top-1 and top-5 errors, and place the lecture's 15.4 % and 26.2 % in their history;
# - look at the filters of a first layer, and say soberly what they look like.
#
# **Time:** about 140 minutes. **Follows the slides** *AlexNet*, *AlexNet: Diagram*, *AlexNet: Details*, *Review: ReLU*, *CNN: Pooling Layer* and *CNN: Convolution Filters*.
#
# What is trained is kept in the folder `trained/` beside this notebook, so that running it again takes seconds. The notebook needs no more than 1.3 GB of memory, and its last cell shows how much it took.

# %%
import importlib.util

if importlib.util.find_spec("autograder") is None:
    raise SystemExit("The course package is not installed here: run  %pip install autograder  with the address that your course gives, restart the kernel, and run this cell again.")

# %%
import json
import statistics
from fractions import Fraction
from pathlib import Path

from autograder.notebook import Checklist, datasets, figures
from autograder.notebook.drawings import alexnet as drawings
from autograder.notebook.models import unallocated
from autograder.notebook.training import forget, measure_once, train_once

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(5)

# %% [markdown]
# ## The network in full
#
# ### Exercise 1 · Five convolutions, three dense layers &emsp; ●●● &emsp; 15 minutes
#
# **Why.** In notebook 3 you *counted* AlexNet. Now build it, as it was: the authors had two graphics cards with 3 GB each, so they cut most layers into two **towers**, one for each card. In the second, fourth and fifth convolution a filter sees only the maps of its own card. Keras has a word for that: `groups=2`.
#
# | Layer | Filters or units | Filter size | Stride | Padding | Output | Activation |
# |---|---|---|---|---|---|---|
# | Input | – | – | – | – | 227 × 227 × 3 | |
# | Conv 1 | 96 | 11 × 11 | 4 | none | 55 × 55 × 96 | ReLU |
# | Max pooling 1 | | 3 × 3 | 2 | none | 27 × 27 × 96 | |
# | Conv 2, in towers | 256 | 5 × 5 | 1 | keeps the size | 27 × 27 × 256 | ReLU |
# | Max pooling 2 | | 3 × 3 | 2 | none | 13 × 13 × 256 | |
# | Conv 3 | 384 | 3 × 3 | 1 | keeps the size | 13 × 13 × 384 | ReLU |
# | Conv 4, in towers | 384 | 3 × 3 | 1 | keeps the size | 13 × 13 × 384 | ReLU |
# | Conv 5, in towers | 256 | 3 × 3 | 1 | keeps the size | 13 × 13 × 256 | ReLU |
# | Max pooling 3 | | 3 × 3 | 2 | none | 6 × 6 × 256 | |
# | Fully connected 1, then dropout 0.5 | 4,096 | | | | 4,096 | ReLU |
# | Fully connected 2, then dropout 0.5 | 4,096 | | | | 4,096 | ReLU |
# | Fully connected 3 | 1,000 | | | | 1,000 | softmax |
#
# One thing is left out: after Conv 1 and Conv 2 the original had a *local response normalisation*, which divides each number by the size of its neighbours in other maps. It has no weights, and later networks did without it.

# %%
drawings.architecture()


# %% [markdown]
# **Your task.** Write `alexnet(towers)`, which builds this network and returns it, not compiled: with `towers=1` every filter sees all maps, with `towers=2` those of Conv 2, 4 and 5 see half of them.
#
# **Do not call it just like that.** 62 million weights are 250 MB, and Keras takes more than twice as much while it makes them: with Jupyter open, a computer with 2 GB has no room for that. To look at shapes and counts one needs no weights: `unallocated(alexnet)` builds the same network and leaves them out. Such a network cannot predict anything, but it can be counted and printed on the smallest laptop.
#
# <details><summary>Hint: where to start</summary>Begin with <code>keras.Input((227, 227, 3))</code>, then one line for each row: <code>layers.Conv2D(96, 11, strides=4, activation="relu")</code>, <code>layers.MaxPooling2D(3, strides=2)</code> …</details>
# <details><summary>Hint: padding</summary>“None” is <code>padding="valid"</code>, the default. “Keeps the size” is <code>padding="same"</code>.</details>
# <details><summary>Hint: the towers</summary><code>layers.Conv2D(…, groups=towers)</code> in the three rows that say “in towers”. With <code>groups=1</code> it is an ordinary convolution.</details>
# <details><summary>Hint: “25,678,184 weights”</summary>A dense layer works on the last axis only. What makes one row of 9,216 numbers out of 6 × 6 × 256?</details>

# %% nbgrader={"grade": false, "grade_id": "alexnet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def alexnet(towers=1):
    """AlexNet as in the table: a new Keras model, not compiled.

    towers: 1 or 2, the number of groups in Conv 2, Conv 4 and Conv 5
    Input (n, 227, 227, 3), float32; output (n, 1000), the probabilities of the classes.
    """
    ### BEGIN SOLUTION
    return keras.Sequential([
        keras.Input((227, 227, 3)),
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(256, 5, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", groups=towers, activation="relu"),
        layers.Conv2D(256, 3, padding="same", groups=towers, activation="relu"),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1000, activation="softmax"),
    ])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_alexnet", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
from autograder.notebook import models

check = Checklist("alexnet", points=4)
one_tower = [34_944, 614_656, 885_120, 1_327_488, 884_992, 37_752_832, 16_781_312, 4_097_000]
two_towers = [34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000]


def kinds(model):
    """The layers and their activations as text; padding in a layer of its own is a matter of style."""
    if problem := models.model_problem(model):
        return str(problem)
    return [text for text in models.described_layers(model) if text != "ZeroPadding2D"]


with check.group("sizes of the input, the feature maps and the output", points=1):
    check.equal("input", lambda: list(unallocated(lambda: alexnet()).input_shape[1:]), [227, 227, 3], hints=[
        ([224, 224, 3], "The paper's figure says 224, but its first layer does not fit that (Exercise 2). The table says 227."),
        ([3, 227, 227], "Keras wants the channels last: height, width, channels."),
        (AttributeError, "Return the model, built as keras.Sequential([...]) that begins with keras.Input, or in the functional style."),
        (ValueError, "Keras refuses this stack. Usual reasons: an input that is not 227×227×3, or Conv2D's first two arguments swapped: first the number of filters, then the size of the kernel."),
    ])
    check.shapes("maps", lambda: unallocated(lambda: alexnet()), [
        (55, 55, 96), (27, 27, 96), (27, 27, 256), (13, 13, 256), (13, 13, 384), (13, 13, 384), (13, 13, 256), (6, 6, 256), (4096,), (4096,), (1000,),
    ], hints={
        (54, 54, 96): "On 224×224 without padding the kernel fits 54 times, and every later map is too small. The table says 227×227.",
        (57, 57, 96): "Conv 1 has no padding: “valid”, which is the default.",
        (217, 217, 96): "Conv 1 moves by 4 pixels at a time: strides=4.",
        (55, 55, 64): "64 filters in Conv 1: that is a later variant of the network. The table says 96.",
        (28, 28, 96): "The pooling has no padding.",
        (18, 18, 96): "The pooling windows overlap: they are 3×3 but move by 2, strides=2. Keras takes the window's size as stride unless you say otherwise.",
        (53, 53, 96): "The pooling moves by 2: strides=2.",
        (23, 23, 256): "Conv 2 keeps the size of its map: padding=\"same\".",
        (11, 11, 384): "Conv 3 keeps the size of its map: padding=\"same\".",
        (13, 13, 4096): "A pooling layer is missing, or the dense layers stand before it.",
        (6, 6, 4096): "A dense layer works on the last axis only, so this one runs at each of the 6×6 places: layers.Flatten() is missing.",
        (4096,): "A layer of the table is missing before this one: five convolutions, three poolings, then the dense layers.",
        (1000,): "There are two dense layers of 4,096 units, then that of 1,000.",
    })
check.weights("numbers of weights, one tower", lambda: unallocated(lambda: alexnet()), one_tower, points=1, hints={
    34_848: "The kernels are there, but no biases: leave use_bias at its default.",
    11_712: "Colour images have three channels.",
    307_456: "These are two towers. With towers=1 every filter sees all 96 maps: groups=towers.",
    23_296: "64 filters in Conv 1: that is a later variant of the network. The table says 96.",
    1_052_672: "The first dense layer is connected with 256 numbers instead of 9,216: layers.Flatten() is missing.",
    26_218_496: "The last map is 5×5 instead of 6×6: the input or a padding differs from the table.",
    16_781_312: "The last pooling, or the first of the dense layers of 4,096 units, is missing.",
    50_844_008: "That is AlexNet on 224×224 without padding in Conv 1: its maps are too small.",
    61_100_840: "That is a later variant with 64 and 192 filters in the first layers. Build the table's.",
    4_097_000: "There are two dense layers of 4,096 units before that of 1,000.",
})
check.weights("numbers of weights, two towers", lambda: unallocated(lambda: alexnet(towers=2)), two_towers, points=1, hints={
    614_656: "With towers=2 the filters of Conv 2, 4 and 5 see half of the maps: groups=towers.",
    442_752: "Conv 3 is where the towers meet: its filters see all 256 maps, also with two towers.",
    17_472: "In each tower 48 filters, together 96: groups do not change the number of filters.",
    128 * (25 * 48 + 1): "groups=2 halves what a filter sees, not the number of filters: there are 256.",
    1_327_488: "Conv 4 is cut in two as well: groups=towers.",
    884_992: "Conv 5 is cut in two as well: groups=towers.",
    34_848: "The kernels are there, but no biases: leave use_bias at its default.",
    1_052_672: "The first dense layer is connected with 256 numbers instead of 9,216: layers.Flatten() is missing.",
})
check.equal("kinds of layers and activations", lambda: kinds(unallocated(lambda: alexnet())), [
    "Conv2D relu", "MaxPooling2D", "Conv2D relu", "MaxPooling2D", "Conv2D relu", "Conv2D relu", "Conv2D relu", "MaxPooling2D",
    "Dense relu", "Dropout", "Dense relu", "Dropout", "Dense softmax",
], points=1, hints=[
    (lambda found: isinstance(found, str), "Build the network as keras.Sequential([...]) or in the functional style, with keras.Input."),
    (lambda found: found.count("Dense relu") == 1, "There are two dense layers of 4,096 units before that of 1,000, each with dropout after it."),
    (lambda found: "Dropout" not in found, "Dropout is missing: after each of the first two dense layers."),
    (lambda found: found[8] == "Dropout", "In the table dropout follows the first two dense layers. (A later variant of the network has it before them.)"),
    (lambda found: found[-2] == "Dropout" and found[-4] != "Dropout" or found[-1] == "Dropout", "Dropout follows the first and the second dense layer, and never the last one: it would throw away answers."),
    (lambda found: found.count("Dropout") != 2, "Dropout stands in two places: after the first and after the second dense layer."),
    (lambda found: "AveragePooling2D" in found, "AlexNet takes the maximum of each window, not the average."),
    (lambda found: "BatchNormalization" in found, "Batch normalisation is from 2015. The table has none."),
    (lambda found: "MaxPooling2D relu" in found, "In the table the ReLU follows the convolution. (After the pooling it would give the same numbers; can you see why?)"),
    (lambda found: any(text.split()[-1] in ("tanh", "sigmoid") for text in found), "The activations of AlexNet are ReLU; that was one of its novelties."),
    (lambda found: found[-1] in ("Dense", "Dense relu"), "The last layer gives the probabilities of classes that exclude each other: softmax."),
    (lambda found: "Conv2D" in found or "Dense" in found[:-1], "A layer has no activation: two layers in a row without one are no more than a single linear layer."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_alexnet", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check = Checklist("alexnet", points=4, at_grading="the layers' own settings: kernels, strides, groups, pooling windows, dropout rates and the initial weights, for one tower and two")
### BEGIN HIDDEN TESTS
from autograder.notebook import models


def layers_of(model, kind):
    if problem := models.model_problem(model):
        raise ValueError(str(problem))
    return [layer for layer in models.flat_layers(model) if type(layer).__name__ == kind]


def text(layer):
    """A convolution's or a pool's settings, such as “11×11, stride 4”."""
    size, stride = getattr(layer, "kernel_size", None) or layer.pool_size, layer.strides
    dilated = "" if set(getattr(layer, "dilation_rate", (1,))) == {1} else ", dilated"
    return "×".join(map(str, size)) + ", stride " + "×".join(map(str, sorted(set(stride)))) + dilated


def initialisers(model):
    """The kinds of initialisers that dense and convolutional kernels have, when they are not random."""
    names = [layer.get_config()["kernel_initializer"]["class_name"] for kind in ("Conv2D", "Dense") for layer in layers_of(model, kind)]
    if len(names) != 8:
        return f"found {len(names)} convolutions and dense layers, expected 8"
    return not set(names) & {"Zeros", "Ones", "Constant", "Identity"} or "kernels do not begin random"


builders = {"one tower": lambda: alexnet(towers=1), "two towers": lambda: alexnet(towers=2)}
with check.group("kernels and strides of the convolutions", points=1):
    for towers, build in builders.items():
        check.equal(towers, lambda: [text(layer) for layer in layers_of(unallocated(build), "Conv2D")],
                    ["11×11, stride 4", "5×5, stride 1", "3×3, stride 1", "3×3, stride 1", "3×3, stride 1"],
                    hints=[(lambda found: True, "Compare the size and the stride of each kernel with the table.")])
with check.group("pooling windows", points=1):
    for towers, build in builders.items():
        check.equal(towers, lambda: [text(layer) for layer in layers_of(unallocated(build), "MaxPooling2D")], ["3×3, stride 2"] * 3, hints=[
            (["2×2, stride 2"] * 3, "Windows of 2×2 give maps of the same sizes here, but they do not overlap: 3×3 with strides=2."),
            (lambda found: "2×2, stride 2" in found, "Windows of 2×2 give maps of the same sizes here, but they do not overlap: 3×3 with strides=2."),
            (["3×3, stride 3"] * 3, "The windows overlap: 3×3, but strides=2."),
            ([], "AlexNet takes the maximum of each window: layers.MaxPooling2D."),
        ])
with check.group("groups", points=1):
    check.equal("one tower", lambda: [layer.groups for layer in layers_of(unallocated(builders["one tower"]), "Conv2D")], [1] * 5, hints=[
        ([1, 2, 1, 2, 2], "With towers=1 there is one group everywhere: groups=towers."),
    ])
    check.equal("two towers", lambda: [layer.groups for layer in layers_of(unallocated(builders["two towers"]), "Conv2D")], [1, 2, 1, 2, 2], hints=[
        ([1] * 5, "With towers=2 Conv 2, 4 and 5 have two groups: groups=towers."),
        ([1, 2, 2, 2, 2], "In Conv 3 the towers exchange what they found: it sees all maps, one group."),
        (lambda found: found[0] != 1, "Conv 1 sees the image: three channels, one group."),
    ])
with check.group("dropout rates and random first weights", points=1):
    for towers, build in builders.items():
        check.equal(f"dropout, {towers}", lambda: [layer.rate for layer in layers_of(unallocated(build), "Dropout")], [0.5, 0.5], hints=[
            ([], "Dropout is missing: after each of the first two dense layers."),
            (lambda found: len(found) == 2, "The rate is 0.5 in both places."),
            (lambda found: len(found) != 2, "Dropout stands in two places: after the first and after the second dense layer."),
        ])
        check.that(f"initial weights, {towers}", lambda: initialisers(unallocated(build)), hints={
            "kernels do not begin random": "Equal weights stay equal: all filters of a layer would learn the same. Leave the initialisers at their defaults.",
        })
### END HIDDEN TESTS
check.report()

# %%
full = unallocated(lambda: alexnet(towers=2))
full.summary()

# %% [markdown]
# The memory limit that shaped this network can be computed. Training holds each weight, its gradient and its momentum, and for each image of the batch all the feature maps, because the way back needs them. The paper's batches had 128 images; a number takes 4 bytes.

# %%
weights = full.count_params()
maps = sum(int(np.prod(layer.output.shape[1:])) for layer in full.layers if "Flatten" not in layer.name)
print(f"weights             {4 * weights / 1e9:5.2f} GB")
print(f"gradient, momentum  {8 * weights / 1e9:5.2f} GB")
print(f"maps of 128 images  {4 * 128 * maps / 1e9:5.2f} GB   ({maps:,} numbers for each image)")
print(f"their gradients     {4 * 128 * maps / 1e9:5.2f} GB")


# %% [markdown]
# ### Exercise 2 · Why 224 does not fit &emsp; ●●○ &emsp; 9 minutes
#
# **Why.** The paper's figure shows an image of 224×224, and its first layer does not fit on it. For years everybody who rebuilt the network stumbled over that. Whether a kernel fits can be computed before anything is built.
#
# A kernel of 11 that moves by 4 stands at pixels 0 to 10, then 4 to 14, 8 to 18 and so on, as long as it does not stick out. What then remains at the far edge is seen by no window.
#
# **Your task.** Write `fits`, which returns how many windows there are and how many pixels are **left over** at the far edge, padding included. Then write `whole_sizes`: the image sizes on which a whole stack of layers leaves nothing over in *any* layer, each one working on what the layer before gives.
#
# <details><summary>Hint: the first number</summary>You wrote it as <code>output_size</code> in notebook 1: how often can the kernel move on before it reaches the far edge?</details>
# <details><summary>Hint: the second number</summary>What a division leaves is <code>%</code>, in Python; <code>divmod(a, b)</code> gives both at once.</details>
# <details><summary>Hint: a stack</summary>For each size go through the steps: ask <code>fits</code>, stop if anything is left over or the kernel is larger than the padded map, and go on with the number of windows.</details>

# %% nbgrader={"grade": false, "grade_id": "fits", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fits(size, kernel, stride, padding=0):
    """How a kernel fits along one axis: [number of windows, pixels left over at the far edge].

    size: pixels along the axis; padding: zeros added on each side. The kernel fits at least once.
    """
    ### BEGIN SOLUTION
    moves, left_over = divmod(size + 2 * padding - kernel, stride)
    return [moves + 1, left_over]
    ### END SOLUTION


def whole_sizes(steps, sizes):
    """Those of the sizes on which no step leaves anything over, as a list in the given order.

    steps: a list of (kernel, stride, padding), one for each layer
    sizes: a list of image sizes to try. A size on which a kernel does not fit even once is none of them.
    """
    ### BEGIN SOLUTION
    found = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            if size + 2 * padding < kernel:
                break
            size, left_over = fits(size, kernel, stride, padding)
            if left_over:
                break
        else:
            found.append(start)
    return found
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_fits", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("fits", points=2)
with check.group("Conv 1 on 227, on 224, and on 224 with padding 2", points=1):
    for arguments, expected in (((227, 11, 4), [55, 0]), ((224, 11, 4), [54, 1]), ((224, 11, 4, 2), [55, 1])):
        windows, left = expected
        check.equal(f"fits{arguments}", lambda: fits(*arguments), expected, hints=[
            ([windows - 1, left], "That is how often the kernel moves. It also stands where it begins: one window more."),
            ([windows + 1, 0], "The last of these windows sticks out over the edge: round down."),
            ([left, windows], "First the number of windows, then the pixels left over."),
            (lambda found: found[0] == windows and isinstance(found[1], float), "Count the pixels: the second number is what the division leaves, not its fraction. See %."),
            (lambda found: found[0] == windows + 1, "The last of these windows sticks out over the edge: round down."),
            (lambda found: isinstance(found[0], float), "The number of windows is an integer: // divides and rounds down."),
            (lambda found: found[0] == windows and found[1] == (arguments[0] + 2 * sum(arguments[3:])) % 4, "That is what the whole size leaves. Before the kernel moves it already covers 11 pixels."),
            (lambda found: len(arguments) == 4 and list(found) == [54, 1], "The padding was ignored."),
            (lambda found: len(arguments) == 4 and list(found) == [54, 3], "Padding adds zeros on both sides."),
            (lambda found: found[1] == windows * 4, "That is where the windows end. How many pixels lie beyond?"),
            (TypeError, "Return a list of two numbers."),
        ])
simple = [(3, 2, 0), (3, 2, 0)]
check.equal("sizes up to 20 for two pools of 3×3 with stride 2", lambda: whole_sizes(simple, list(range(1, 21))), [7, 11, 15, 19], points=1, hints=[
    ([3, 5, 7, 9, 11, 13, 15, 17, 19], "On these the first step leaves nothing over. The second works on what the first gives: 9 becomes 4, and on 4 a pixel is left over."),
    ([1, 3, 7, 11, 15, 19], "On 1 no kernel of 3 fits, and on 3 only the first does: such sizes do not count."),
    ([3, 7, 11, 15, 19], "On 3 the first step gives 1, and on 1 the second kernel does not fit."),
    ([1, 7, 11, 15, 19], "On 1 no kernel of 3 fits."),
    (lambda found: isinstance(found, list) and 7 not in found, "7 becomes 3, and 3 becomes 1: nothing is left over in either step."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_fits", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("fits", points=3, at_grading="other sizes, kernels, strides and paddings, and other stacks of layers")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("fits")


def windows_of(size, kernel, stride, padding):
    """The first pixels of all windows, by trying them one after the other."""
    return [first for first in range(0, size + 2 * padding, stride) if first + kernel <= size + 2 * padding]


with check.group("windows and what is left over", points=Fraction(3, 2)):
    for case in range(12):
        kernel, stride, padding = rng.integers(1, [9, 7, 4]).tolist()
        padding = padding if case % 3 else 0
        size = kernel + int(rng.integers(0, 40))
        starts = windows_of(size, kernel, stride, padding)
        left = size + 2 * padding - (starts[-1] + kernel)
        check.equal(f"size {size}, kernel {kernel}, stride {stride}, padding {padding}", lambda: fits(size, kernel, stride, padding), [len(starts), left], hints=[
            ([len(starts) - 1, left], "That is how often the kernel moves. It also stands where it begins: one window more."),
            ([left, len(starts)], "First the number of windows, then the pixels left over."),
            (lambda found: padding and list(found) == [len(windows_of(size, kernel, stride, 0)), (size - kernel) % stride], "The padding was ignored."),
            (lambda found: padding and list(found)[1] == (size + padding - kernel) % stride, "Padding adds zeros on both sides."),
            (lambda found: found[0] == len(starts) + 1, "The last of these windows sticks out over the edge: round down."),
            (lambda found: found[0] == len(starts), "The number of windows is right; what is left over is what the division leaves: see %."),
        ])


def whole(steps, sizes):
    good = []
    for start in sizes:
        size = start
        for kernel, stride, padding in steps:
            starts = windows_of(size, kernel, stride, padding)
            if not starts or starts[-1] + kernel != size + 2 * padding:
                size = 0
                break
            size = len(starts)
        if size:
            good.append(start)
    return good


with check.group("stacks of two to four layers", points=Fraction(3, 2)):
    for case in range(8):
        steps = [(int(rng.integers(2, 6)), int(rng.integers(1, 4)), int(rng.integers(0, 2))) for _ in range(2 + case % 3)]
        sizes = sorted(rng.choice(np.arange(1, 160), 110, replace=False).tolist(), reverse=case % 2 == 1)
        answer = whole(steps, sizes)
        check.equal(f"steps {steps}", lambda: whole_sizes(steps, sizes), answer, hints=[
            (lambda found: isinstance(found, list) and sorted(found) == sorted(answer), "Keep the order in which the sizes were given."),
            (lambda found: isinstance(found, list) and list(found) == whole(steps[:1], sizes), "Only the first layer was asked. Each layer works on what the one before gives."),
            (whole([(kernel, stride, 0) for kernel, stride, _ in steps], sizes), "Take the padding of each step into account."),
            (lambda found: isinstance(found, list) and set(answer) < set(found), "Some of these leave something over in a later layer, or a kernel does not fit on them even once."),
            (lambda found: isinstance(found, list) and set(found) < set(answer), "Some are missing: nothing is left over on them in any layer."),
        ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# Now AlexNet itself: the eight layers that have a kernel, as (kernel, stride, padding).

# %%
ALEXNET = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0)]
for name, arguments in (("227", (227, 11, 4)), ("224", (224, 11, 4)), ("224 with padding 2", (224, 11, 4, 2))):
    windows, left_over = fits(*arguments)
    print(f"Conv 1 on {name:18}  {windows} windows, {left_over} left over")
print(f"Keras' padding=\"same\" on 224: {keras.layers.Conv2D(1, 11, strides=4, padding='same').compute_output_shape((1, 224, 224, 3))[1]} windows")
print("nothing is left over in any layer on", whole_sizes(ALEXNET, list(range(1, 300))))
drawings.windows({"227": (227, 11, 4, 0), "224": (224, 11, 4, 0), "224, padding 2": (224, 11, 4, 2)})


# %% [markdown]
# On 224 pixels there is room for 54 windows, and one row and column of pixels is seen by none. The figure's 55 need 227, or zeros added around the image. Padding with 2 zeros on each side, as one popular implementation does it, gives 55 windows and still leaves one pixel over, a padded one; Keras' `"same"` gives 56. The sizes without any remainder are 32 apart, because the strides multiply to 4 · 2 · 2 · 2 = 32: a step of one in the last map is a step of 32 pixels in the image.
#
# ### Exercise 3 · What the towers save &emsp; ●○○ &emsp; 7 minutes
#
# **Why.** `groups` came into the world because a network did not fit on a card. It stayed, because it makes networks cheaper. How much cheaper, and where?
#
# A convolution in `groups` cuts its input maps into so many equal parts and its filters as well; the filters of a part see only the maps of that part.
#
# **Your task.** Write `conv_cost`: the weights (with biases) and the multiply-accumulates of a convolution in groups, for one image. As in notebook 3, adding a bias is not counted as an operation.
#
# <details><summary>Hint: weights</summary>Count one filter first: how many maps does it see? The number of filters stays, and each has its bias.</details>
# <details><summary>Hint: operations</summary>Every number of the output is a sum over what one filter sees. How many numbers has the output?</details>

# %% nbgrader={"grade": false, "grade_id": "conv_cost", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_cost(kernel, channels, filters, side, groups=1):
    """What a convolution costs: {"weights": …, "macs": …}, two integers.

    kernel:   height and width of the (square) kernels
    channels: maps of its input; filters: maps of its output; both are multiples of groups
    side:     height and width of the output's maps
    """
    ### BEGIN SOLUTION
    seen = kernel * kernel * channels // groups
    return {"weights": filters * (seen + 1), "macs": side * side * filters * seen}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv_cost", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("conv_cost", points=2)
check.equal("Conv 2 in one piece", lambda: conv_cost(5, 96, 256, 27), {"weights": 614_656, "macs": 447_897_600}, points=1, hints=[
    (lambda found: found["weights"] == 614_400, "Each of the 256 filters also has a bias."),
    (lambda found: found["weights"] == 614_496, "A bias belongs to each filter, that is to each map of the output."),
    (lambda found: found["macs"] == 614_400 * 27, "The output has 27 · 27 places."),
    (lambda found: found["macs"] == 614_656 * 27 * 27, "Adding a bias is not counted as a multiply-accumulate."),
    (lambda found: found["macs"] == 2 * 447_897_600, "A multiply-accumulate is one operation here, not two."),
    (lambda found: found["weights"] == 614_656, "The weights are right. Each of the 27 · 27 · 256 numbers of the output is a sum of 5 · 5 · 96 products."),
])
check.equal("Conv 2 in two groups", lambda: conv_cost(5, 96, 256, 27, groups=2), {"weights": 307_456, "macs": 223_948_800}, points=1, hints=[
    (lambda found: found == {"weights": 614_656, "macs": 447_897_600}, "The groups were ignored: a filter sees 48 of the 96 maps."),
    (lambda found: found["weights"] in (307_328, 307_456 // 2, 153_728), "The number of filters stays 256, and so does that of the biases; what each filter sees is halved."),
    (lambda found: found["weights"] == 614_912, "Two groups of 128 filters, each on 48 maps: that is half of the kernels, not all of them twice."),
    (lambda found: found["macs"] in (111_974_400, 447_897_600), "The output is as large as before; each of its numbers is a sum of half as many products."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_conv_cost", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("conv_cost", points=2, at_grading="other convolutions, with many groups, up to one for each map")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("conv_cost")
with check.group("other convolutions"):
    for case in range(10):
        kernel, groups, side = int(rng.integers(1, 8)), (1, 2, 3, 4, 8)[case % 5], int(rng.integers(2, 60))
        channels, filters = groups * int(rng.integers(1, 20)), groups * int(rng.integers(1, 20))
        if case >= 8:  # one group for each map, as later networks do it
            groups, filters = channels, 2 * channels
        layer = keras.layers.Conv2D(filters, kernel, groups=groups, padding="same")
        layer.build((None, side, side, channels))
        weights, products = layer.count_params(), int(np.prod(layer.kernel.shape[:3]))
        expected = {"weights": int(weights), "macs": side * side * filters * products}
        dense_kernels = kernel * kernel * channels
        check.equal(f"{filters} kernels of {kernel}×{kernel} on {channels} maps in {groups} groups", lambda: conv_cost(kernel, channels, filters, side, groups), expected, hints=[
            (lambda found: groups > 1 and found["weights"] == filters * (dense_kernels + 1), "The groups were ignored: a filter sees only the maps of its group."),
            (lambda found: found["weights"] == filters * products, "Each filter also has a bias."),
            (lambda found: groups > 1 and found["weights"] == filters // groups * (products + 1), "The number of filters stays as it is, and so does that of the biases; what each filter sees is divided."),
            (lambda found: found["weights"] == expected["weights"], "The weights are right. Each number of the output is a sum over what one filter sees, without the bias."),
            (lambda found: isinstance(found["macs"], float), "Both are counts: integers, so divide with //."),
        ])
### END HIDDEN TESTS
check.report()

# %%
CONVOLUTIONS = {  # kernel, channels, filters, side, and whether it is cut into towers
    "Conv 1": (11, 3, 96, 55, False),
    "Conv 2": (5, 96, 256, 27, True),
    "Conv 3": (3, 256, 384, 13, False),
    "Conv 4": (3, 384, 384, 13, True),
    "Conv 5": (3, 384, 256, 13, True),
}
DENSE = {"Dense 1": (9216, 4096), "Dense 2": (4096, 4096), "Dense 3": (4096, 1000)}
costs = {}
for towers in (1, 2):
    costs[towers] = {name: conv_cost(*sizes, groups=towers if cut else 1) for name, (*sizes, cut) in CONVOLUTIONS.items()}
    costs[towers] |= {name: {"weights": (inputs + 1) * units, "macs": inputs * units} for name, (inputs, units) in DENSE.items()}
for what in ("weights", "macs"):
    one, two = (sum(cost[what] for cost in costs[towers].values()) for towers in (1, 2))
    print(f"{what:8} one tower {one:13,}   two towers {two:13,}   saved {1 - two / one:.1%}")
drawings.costs(costs)


# %% [markdown]
# The towers save little of what a file holds, because the dense layers hold nearly all of it, and more than a third of the work. They share Conv 3, the dense layers and nothing else, so that the two cards rarely have to wait for each other.
#
# ### Question 1 · Two cards of 3 GB &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** Many a design in a famous network is the answer to a limit of its day. If you know which, you know what may be changed.
#
# Which parts of AlexNet's design, and of its training, answer a lack of memory? Use the numbers above: what fills a 3 GB card in training, and why does predicting need so much less? Then: the towers save 36 % of the work. Name one price that the network pays for them.
#
# **Rubric** (3 points). One point for design decisions that answer the limit. One point for what fills the memory, with numbers, and for predicting against training. One point for a price.

# %% [markdown] nbgrader={"grade": true, "grade_id": "two_cards", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# The two towers, each on a card of its own, with an exchange in Conv 3 and the dense layers only; the stride of 4 in the first layer and the early pooling, which make the maps small at once; batches of no more than 128 images, half of the maps of each on either card.
#
# In training, weights, gradients and momentum take about 0.73 GB, and the maps of 128 images with their gradients about 0.8 GB more; with the working memory of the convolutions and the images themselves one card of that time was too small, or just about. Predicting needs the weights (0.24 GB) and the maps of one layer at a time for a few images: no gradients, no momentum, and a map can be forgotten as soon as the next one is computed.
#
# The price: a filter of Conv 2, 4 or 5 cannot combine what was found on one card with what was found on the other, so some patterns cannot be detected there at all; the weights that are missing make the network a little less expressive. The program also gets more complicated, and the cards wait for each other where they exchange maps.
# ### END SOLUTION

# %% [markdown]
# ## What made it the flash point
#
# Convolutions, pooling and backpropagation were old in 2012. The paper adds what the lecture's slide lists: ReLU, and augmentation; besides dropout and pooling with overlap. Take them one by one.
#
# **ReLU first.** In notebook 2 you raced ReLU against tanh and the sigmoid to the same training loss. The paper reports six times fewer epochs than with tanh, for a network of four layers on CIFAR-10. What did *you* measure?

# %%
def median_epochs(runs, target=0.5):
    """The median over the seeds of the first epoch with a loss of at most `target`; infinite where it never comes."""
    first = [next((epoch for epoch, loss in enumerate(losses, start=1) if loss <= target), float("inf")) for losses in runs]
    return statistics.median(first)


race = Path("../2_layers/trained/race.json")
if race.exists():
    source = "your race in notebook 2"
    runs = json.loads(race.read_text(encoding="utf-8"))["result"]
    medians = {name: median_epochs(losses) for name, losses in runs.items()}
else:
    source = "the course's own run of notebook 2 (yours is not beside this notebook)"
    medians = {"relu": 6, "tanh": 2, "sigmoid": 34}
print(f"epochs to a training loss of 0.5, median of three seeds: {source}")
for activation in ("relu", "tanh", "sigmoid"):
    best = min((name for name in medians if name.startswith(activation)), key=medians.get)
    print(f"  {best:18} {medians[best]:g}")


# %% [markdown]
# The course's own run gave ReLU 6 epochs, tanh 2 and the sigmoid 34, each at its best learning rate: the factor of six shows against the sigmoid, and not against tanh. Small networks on small digits need not saturate; AlexNet's sums of thousands of products do.
#
# ### Exercise 4 · Silent maps &emsp; ●○○ &emsp; 6 minutes
#
# **Why.** ReLU has a price: where the sum is negative, the output is 0, and so is the slope. A filter whose output is 0 for *every* image learns nothing any more: it is **dead**. Whoever trains with ReLU should know how to look.
#
# **Your task.** Write `silent`: the share of zeros among all outputs of a ReLU layer, and the number of channels that never fire, at no place of any image.
#
# <details><summary>Hint: a share</summary>The mean of <code>maps == 0</code> is a share, because True counts as 1.</details>
# <details><summary>Hint: never</summary>A channel is the last axis. Its largest value over all images and places tells: <code>maps.max(axis=(0, 1, 2))</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "silent", "locked": false, "schema_version": 3, "solution": true, "task": false}
def silent(maps):
    """How silent a ReLU layer is: {"zeros": …, "dead": …}.

    maps: its outputs for some images, float (n, height, width, channels), none of them negative
    zeros: the share of the numbers that are 0, a float from 0 to 1
    dead:  the number of channels that are 0 at every place of every image, an integer
    """
    ### BEGIN SOLUTION
    return {"zeros": float(np.mean(maps == 0)), "dead": int(np.sum(maps.max(axis=(0, 1, 2)) == 0))}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_silent", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("silent", points=2)
some_maps = np.zeros((2, 2, 2, 4))
some_maps[0, :, :, 0] = 1.5  # fires on the first image, everywhere
some_maps[1, 1, 0, 2] = 0.25  # fires on the second image, at one place
check.equal("two images, four channels", lambda: silent(some_maps)["zeros"], 27 / 32, points=1, hints={
    5 / 32: "That is the share of the numbers that fire. The share of zeros is asked for.",
    27.0: "That is their number. Divide by how many there are.",
    27: "That is their number. Divide by how many there are.",
    0.5: "That is the share of the channels that never fire. Count all numbers.",
    6 / 8: "Count the numbers of all channels, one by one.",
})
check.equal("channels that never fire", lambda: silent(some_maps)["dead"], 2, points=1, hints=[
    (3, "A channel that fires at a single place of a single image is not dead."),
    (6, "A channel is dead if it is silent in *all* images; count it once, not once for each image."),
    (0, "Go along the last axis: the channels are there."),
    (0.5, "Count them: a number, not a share."),
    (lambda found: isinstance(found, (list, np.ndarray)), "How many? One number."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_silent", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("silent", points=2, at_grading="other layers, among them channels that fire only once, or hardly")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("silent")
with check.group("layers of other sizes, some channels dead, some nearly"):
    for case in range(8):
        n, height, width, channels = (rng.integers(2, 7, 4) + np.array([0, 0, 2, 3])).tolist()
        outputs = np.maximum(rng.normal(-0.5, 1, (n, height, width, channels)), 0).astype(("float32", "float64")[case % 2])
        order = rng.permutation(channels)
        gone, nearly = order[: case % 4], order[case % 4 : case % 4 + 2]
        outputs[..., gone] = 0
        outputs[..., nearly] = 0
        for channel in nearly:  # fires once, and weakly
            outputs[rng.integers(n), rng.integers(height), rng.integers(width), channel] = 1e-4
        zeros, dead = 0, set(range(channels))
        for place in np.ndindex(outputs.shape):
            zeros += outputs[place] == 0
            if outputs[place] > 0:
                dead.discard(place[-1])
        expected = {"zeros": float(zeros / outputs.size), "dead": len(dead)}
        each_image = int(sum((outputs[i].max(axis=(0, 1)) == 0).sum() for i in range(n)))
        check.equal(f"{n} images, maps of {height}×{width}×{channels}", lambda: silent(outputs), expected, hints=[
            (lambda found: found["dead"] == len(dead) + len(nearly), "A channel that fires at a single place, however weakly, is not dead. Compare with 0 itself."),
            (lambda found: found["dead"] == each_image, "A channel is dead if it is silent in all images; count it once."),
            (lambda found: abs(found["zeros"] - (1 - expected["zeros"])) < 1e-9, "That is the share of the numbers that fire. The share of zeros is asked for."),
            (lambda found: found["dead"] == len(dead), "The dead channels are right. The share of zeros is over all numbers."),
        ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# You will use it below, on your own trained network.
#
# ### Exercise 5 · Dropout &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** 58,631,144 of the weights are in the dense layers: enough to learn the training images by heart. **Dropout** makes that hard. In every training step it sets numbers to 0, drawn by lot, so no unit can rely on a particular other one. When the network is used, all of them are there.
#
# With all of them there, the sums of the next layer would be larger than in training. The authors of 2012 multiplied by 0.5 when the network was used. Today one divides in training instead, so that nothing has to be done later: **inverted dropout**. A number is set to 0 with the probability `rate`; one that survives is divided by the probability to survive, so that on average nothing changes.
#
# **Your task.** Write `dropout` with NumPy: each number is dropped on its own, independently of all others. Without `training` nothing happens.
#
# <details><summary>Hint: drawing lots</summary><code>np.random.default_rng(seed).random(x.shape)</code> gives a number from 0 to 1 for each. How often is it below <code>rate</code>?</details>
# <details><summary>Hint: by what to divide</summary>With a rate of 0.2, four of five survive. What is <code>x</code> on average, and what must it be divided by to be <code>x</code> again?</details>
# <details><summary>Hint: my result is float64</summary>Convert at the end, <code>.astype("float32")</code>; nothing is lost by it.</details>

# %% nbgrader={"grade": false, "grade_id": "dropout", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout(x, rate, seed, training):
    """Inverted dropout.

    x:        float32, any shape; it stays as it is
    rate:     the probability of each number to be set to 0, from 0 to below 1
    seed:     an integer; the same seed drops the same numbers
    training: True: drop; False: return x unchanged
    Returns float32 in the shape of x.
    """
    ### BEGIN SOLUTION
    if not training:
        return x
    survives = np.random.default_rng(seed).random(x.shape) >= rate
    return (x * survives / (1 - rate)).astype("float32")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_dropout", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("dropout", points=3)
outputs = np.random.default_rng(0).uniform(1, 2, (40, 500)).astype("float32")  # nothing is 0, nothing negative


def like_dropout(found, x, rate):
    """Whether these are x with some numbers 0 and the others divided by the probability to survive."""
    found = np.asarray(found)
    if found.shape != x.shape:
        return f"found the shape {found.shape}, expected {x.shape}"
    if not np.isfinite(found).all():
        return "found nan or infinity"
    dropped = found == 0
    if not dropped.any():
        return "nothing is 0"
    if np.allclose(found[~dropped], x[~dropped]):
        return "the survivors are as they were"
    if np.allclose(found[~dropped] * rate, x[~dropped], rtol=1e-4):
        return "the survivors are divided by the rate"
    if np.allclose(found[~dropped], x[~dropped] * (1 - rate), rtol=1e-4):
        return "the survivors are multiplied by the probability to survive"
    return bool(np.allclose(found[~dropped] * (1 - rate), x[~dropped], rtol=1e-4)) or "the survivors have other values"


known = [
    ("nothing is 0", "In training about one in five should be 0 here: is `training` looked at the right way round?"),
    ("the survivors are as they were", "What survives is divided by the probability to survive, so that on average nothing changes."),
    ("the survivors are divided by the rate", "`rate` is the probability to be dropped. The probability to survive is 1 − rate."),
    ("the survivors are multiplied by the probability to survive", "Divide by the probability to survive. (Multiplying by it is what the authors did in 2012, not in training but when the network was used.)"),
    (lambda found: "dtype" in found, "NumPy makes float64 of float32 easily; convert at the end with .astype(\"float32\")."),
]
def as_it_was(found):
    """float32, as it went in, and like dropout."""
    if (problem := like_dropout(found, outputs, 0.2)) is not True:
        return problem
    return np.asarray(found).dtype == np.float32 or f"found the dtype {np.asarray(found).dtype}, expected float32"


check.that("in training, rate 0.2: zeros, and survivors of the right size", lambda: as_it_was(dropout(outputs.copy(), 0.2, 1, True)), points=1, hints=known)


def share(found):
    return round(float(np.mean(np.asarray(found) == 0)), 2)


check.that("about 20 % are dropped", lambda: 0.18 <= share(dropout(outputs.copy(), 0.2, 1, True)) <= 0.22 or f"{share(dropout(outputs.copy(), 0.2, 1, True)):.0%} are dropped", points=Fraction(1, 2), hints=[
    ("80% are dropped", "Keep and drop are swapped: with the rate 0.2 one in five is dropped, four survive."),
    ("0% are dropped", "Nothing is dropped in training."),
    (lambda found: "are dropped" in found, "Each number is dropped on its own, with the probability `rate`."),
])


def unchanged(found):
    """Whether nothing is changed without training; told apart from a dropout that never does anything."""
    if share(dropout(outputs.copy(), 0.2, 1, True)) == 0:
        return "nothing is dropped in training either"
    return bool(np.array_equal(np.asarray(found), outputs)) or "the numbers are not those that went in"


check.that("without training: unchanged", lambda: unchanged(dropout(outputs.copy(), 0.2, 1, False)), points=Fraction(1, 2), hints=[
    ("nothing is dropped in training either", "Without training nothing happens; in training it should."),
    ("the numbers are not those that went in", "When the network is used, all units are there and nothing is scaled: the division in training has seen to that."),
])


def seeded(first, again, other):
    first, again, other = (np.asarray(found) for found in (first, again, other))
    if not np.array_equal(first, again):
        return "two calls with the same seed differ"
    return not np.array_equal(first == 0, other == 0) or "two seeds drop the same numbers"


check.that("the seed decides", lambda: seeded(*(dropout(outputs.copy(), 0.5, seed, True) for seed in (1, 1, 2))), points=1, hints={
    "two calls with the same seed differ": "Draw with np.random.default_rng(seed), which begins anew in each call.",
    "two seeds drop the same numbers": "The seed has no influence: every step of a training would drop the same numbers, or nothing at all.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_dropout", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("dropout", points=3, at_grading="feature maps and other rates, and whether each number is dropped on its own: not whole rows or maps, not always equally many, not the smallest")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("dropout")
feature_maps = (rng.uniform(0.5, 2, (30, 9, 11, 12)) * rng.choice([-1, 1], (30, 9, 11, 12))).astype("float32")


def chance(count, possible, probability):
    """Whether a count is what chance gives, within five standard deviations."""
    return abs(count - possible * probability) <= 5 * np.sqrt(possible * probability * (1 - probability))


def on_its_own(x, rate, seed):
    """Whether survival is independent along every axis, of the values, and from call to call."""
    found = np.asarray(dropout(x.copy(), rate, seed, True))
    if (problem := like_dropout(found, x, rate)) is not True:
        return problem
    dropped = found == 0
    for axis in range(x.ndim):  # neighbours share their fate as often as chance has it
        pairs = np.take(dropped, range(1, x.shape[axis]), axis) == np.take(dropped, range(x.shape[axis] - 1), axis)
        share = dropped.mean()
        if abs(pairs.mean() - share**2 - (1 - share) ** 2) > 0.06:
            return f"neighbours along axis {axis} share their fate too often, or too rarely"
    small = np.abs(x) < np.median(np.abs(x))
    if abs(dropped[small].mean() - dropped[~small].mean()) > 0.06:
        return "small numbers are not dropped as often as large ones"
    negative = x < 0
    if abs(dropped[negative].mean() - dropped[~negative].mean()) > 0.06:
        return "negative numbers are not dropped as often as positive ones"
    return chance(dropped.sum(), dropped.size, rate) or f"{dropped.mean():.0%} are dropped, expected about {rate:.0%}"


alone = [
    *known,
    (lambda found: "neighbours" in found, "Each number is dropped on its own: draw a lot for every one of them, in the shape of x, not for rows, columns, maps or images."),
    (lambda found: "as often as" in found, "Whether a number is dropped depends on chance alone, not on its value."),
    (lambda found: "are dropped, expected about" in found, "`rate` is the probability of each number to be dropped."),
]
with check.group("feature maps, two rates: each number on its own", points=1):
    for rate in (round(float(rng.uniform(0.15, 0.35)), 2), round(float(rng.uniform(0.6, 0.8)), 2)):
        check.that(f"rate {rate}", lambda: on_its_own(feature_maps, rate, int(rng.integers(10**6))), hints=alone)


def numbers_vary(x, rate):
    """Whether the number of the dropped varies as chance has it, over many seeds."""
    counts = []
    for seed in rng.integers(0, 10**6, 60).tolist():
        found = np.asarray(dropout(x.copy(), rate, seed, True))
        if (problem := like_dropout(found, x, rate)) is not True:
            return problem
        counts.append(int((found == 0).sum()))
    expected = np.sqrt(x.size * rate * (1 - rate))
    spread = float(np.std(counts))
    if spread < 0.5 * expected:
        return "always equally many are dropped"
    if spread > 1.7 * expected:
        return "the number of the dropped varies far more than chance has it"
    return chance(sum(counts), 60 * x.size, rate) or f"{np.mean(counts) / x.size:.0%} are dropped, expected about {rate:.0%}"


check.that("how many are dropped is left to chance, too", lambda: numbers_vary(rng.uniform(1, 2, (20, 20)).astype("float32"), 0.3), points=1, hints=[
    *alone,
    ("always equally many are dropped", "Choosing a fixed number of them is not dropout: each one is dropped with the probability `rate`, whatever happens to the others."),
    (lambda found: "far more" in found, "Each number is dropped on its own: draw a lot for every one of them."),
])


def borders(x):
    """Rate 0, and use after training, on numbers some of which are 0."""
    if (problem := like_dropout(dropout(outputs.copy(), 0.4, 3, True), outputs, 0.4)) is not True:
        return problem
    for rate, training in ((0.0, True), (0.0, False), (0.7, False)):
        found = np.asarray(dropout(x.copy(), rate, 3, training))
        if found.shape != x.shape:
            return f"found the shape {found.shape}, expected {x.shape}"
        if not np.allclose(found, x, rtol=1e-6):
            return "nothing should change with the rate 0, nor without training"
    return True


zeros_too = np.where(rng.random((6, 5, 4, 3)) < 0.4, 0, rng.normal(0, 1, (6, 5, 4, 3))).astype("float32")
check.that("rate 0, and without training: unchanged", lambda: borders(zeros_too), points=1, hints=[
    *known,
    ("nothing should change with the rate 0, nor without training", "Without training x comes back as it is, at any rate: no zeros, no scaling."),
])
### END HIDDEN TESTS
check.report()

# %%
seen = np.stack([dropout(np.ones((1, 64), dtype="float32"), 0.5, seed, True)[0] for seed in range(400)])
print(f"64 units that give 1, dropout 0.5, 400 steps: values {sorted(set(seen.ravel().tolist()))}, mean {seen.mean():.3f}")
print(f"the sum of all 64: in training {seen.sum(axis=1).mean():.1f} ± {seen.sum(axis=1).std():.1f}, in use "
      f"{dropout(np.ones((1, 64), dtype='float32'), 0.5, 0, False).sum():.0f}")


# %% [markdown]
# ### Exercise 6 · Pooling with overlap &emsp; ●○○ &emsp; 6 minutes
#
# **Why.** AlexNet's windows are 3×3 and move by 2, so neighbours overlap. The paper says that this took 0.4 percentage points off the top-1 and 0.3 off the top-5 error, against windows of 2×2, and made overfitting a little harder. What do they do to a map of 55 rows?
#
# **Your task.** Write `coverage`: for each row of a map, the number of windows that see it. Without padding; windows that would stick out do not exist.
#
# <details><summary>Hint: window by window</summary>Begin with zeros. Window <em>i</em> begins at row <code>i · stride</code>; add 1 to the rows that it sees: <code>count[start:start + window] += 1</code>.</details>
# <details><summary>Hint: how many windows?</summary>Your <code>fits</code> tells.</details>

# %% nbgrader={"grade": false, "grade_id": "coverage", "locked": false, "schema_version": 3, "solution": true, "task": false}
def coverage(size, window, stride):
    """How many windows see each row: integers (size,). The window fits at least once."""
    ### BEGIN SOLUTION
    count = np.zeros(size, dtype=int)
    for start in range(0, size - window + 1, stride):
        count[start : start + window] += 1
    return count
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_coverage", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("coverage", points=2)
check.equal("7 rows, windows of 3, stride 2", lambda: coverage(7, 3, 2), np.array([1, 1, 2, 1, 2, 1, 1]), points=1, hints=[
    (np.array([1, 1, 2, 1, 2, 1, 2]), "The last of your windows sticks out over the edge: it does not exist."),
    (np.array([1, 1, 2, 1, 1, 0, 0]), "The last window is missing: it begins at row 4 and ends with row 6."),
    (np.array([2, 1, 2, 1, 2, 1, 2]), "The first and the last row lie in one window only."),
    (lambda found: np.shape(found) == (7,) and np.max(found) == 1, "Neighbouring windows share a row: the windows are 3 long and move by 2, and a row that two of them see counts 2."),
    (lambda found: np.shape(found) == (3,), "One number for each row of the map, not for each window."),
    (lambda found: np.shape(found) == (7, 7), "Along one axis only: a number for each row."),
])
check.equal("7 rows, windows of 2, stride 2", lambda: coverage(7, 2, 2), np.array([1, 1, 1, 1, 1, 1, 0]), points=1, hints=[
    (np.array([1, 1, 1, 1, 1, 1, 1]), "For the last row there is no second one, so no window sees it."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_coverage", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("coverage", points=2, at_grading="other sizes, windows and strides, also strides larger than the window")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("coverage")
with check.group("other sizes, windows and strides"):
    for case in range(12):
        window, stride = int(rng.integers(1, 8)), int(rng.integers(1, 6))
        stride = window + int(rng.integers(1, 3)) if case % 4 == 3 else stride
        size = window + int(rng.integers(0, 30))
        expected = np.array([sum(start <= row < start + window for start in range(0, size - window + 1, stride)) for row in range(size)])
        sticking = np.array([sum(start <= row < start + window for start in range(0, size, stride)) for row in range(size)])
        short = np.array([sum(start <= row < start + window for start in range(0, size - window, stride)) for row in range(size)])
        check.equal(f"{size} rows, windows of {window}, stride {stride}", lambda: coverage(size, window, stride), expected, hints=[
            (sticking, "Windows that stick out over the edge do not exist."),
            (short, "The last window is missing: it may end with the last row."),
            (IndexError, "A window must end within the map."),
        ])
### END HIDDEN TESTS
check.report()

# %%
rows = {"3×3, stride 2": coverage(55, 3, 2), "2×2, stride 2": coverage(55, 2, 2)}
for name, count in rows.items():
    print(f"{name}: seen by no window {np.sum(count == 0)}, by one {np.sum(count == 1)}, by two {np.sum(count == 2)} of 55 rows")
drawings.coverage(rows)


# %% [markdown]
# Both give 27 rows out of 55. Without overlap the last row is thrown away; with overlap nearly every second row is seen twice, so a strong response there survives in two places.
#
# ### Exercise 7 · Augmentation &emsp; ●●● &emsp; 15 minutes
#
# **Why.** AlexNet's 60 million weights had 1.2 million images to learn from. Its authors made more of them: from each image of 256×256 a random piece of 224×224, mirrored or not, with the colours changed a little. None of these is a new photograph, but each shows the network something that does not matter.
#
# **Your task.** Write `augment`. Each image is treated with draws of its own:
#
# 1. a **crop** of `size`×`size` pixels, at a place drawn by lot, each possible place equally likely;
# 2. a **flip**: half of the crops, drawn by lot, are mirrored left to right; top stays top;
# 3. a **jitter**: the crop is multiplied by a factor drawn from 0.9 to 1.1, so that it gets a little brighter or darker, and clipped to 0…1. One factor for the image, or one for each of its channels: both are right here.
#
# The order of the images stays as it is, since the labels are not passed.
#
# <details><summary>Hint: how many places?</summary>A crop of 33 from 48 pixels can begin at rows 0, 1, …, 15: sixteen places. <code>rng.integers(0, 16, n)</code> draws from 0 to 15; the upper end is not included.</details>
# <details><summary>Hint: one image at a time</summary>A loop over the images is fast enough: <code>image[top:top + size, left:left + size]</code>, and mirrored <code>crop[:, ::-1]</code>. <code>np.stack</code> joins the crops.</details>
# <details><summary>Hint: one generator</summary>Make one <code>rng = np.random.default_rng(seed)</code> and draw everything from it. If each draw gets a generator of its own with the same seed, rows and columns are always shifted alike.</details>
# <details><summary>Hint: Keras' layers</summary><code>layers.RandomCrop</code> cuts <em>all</em> images of a batch at the same place. NumPy is easier here.</details>

# %% nbgrader={"grade": false, "grade_id": "augment", "locked": false, "schema_version": 3, "solution": true, "task": false}
def augment(images, size, seed):
    """A random piece of each image, perhaps mirrored, a little brighter or darker.

    images: float32 (n, height, width, 3) from 0 to 1; they stay as they are
    size:   height and width of the pieces, at most those of the images
    seed:   an integer; the same seed gives the same pieces
    Returns float32 (n, size, size, 3) from 0 to 1, in the order of the images.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    n, height, width, _ = images.shape
    tops, lefts = rng.integers(0, height - size + 1, n), rng.integers(0, width - size + 1, n)
    pieces = np.stack([image[top : top + size, left : left + size] for image, top, left in zip(images, tops, lefts, strict=True)])
    mirrored = rng.random(n) < 0.5
    pieces[mirrored] = pieces[mirrored, :, ::-1]
    factors = rng.uniform(0.9, 1.1, (n, 1, 1, 1))
    return np.clip(pieces * factors, 0, 1).astype("float32")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_augment", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check = Checklist("augment", points=4)
photographs = datasets.photograph_patches(48)
some = photographs.train.x[::60]  # 24 patches of all classes
# Noise: every place of every image looks different from all others, so one can tell where a piece is from.
noise = np.random.default_rng(7).uniform(0.25, 0.65, (60, 16, 14, 3)).astype("float32")


def like_images(found, shape):
    """Whether these are images of this shape, from 0 to 1."""
    found = np.asarray(found)
    if found.shape != shape:
        return f"found the shape {found.shape}, expected {shape}"
    if not np.isfinite(found).all() or found.min() < 0 or found.max() > 1:
        return f"found values from {found.min():.3g} to {found.max():.3g}, expected 0 to 1"
    return True


VERSIONS = {
    "as it is": lambda piece: piece,
    "mirrored": lambda piece: piece[:, ::-1],
    "upside down": lambda piece: piece[::-1],
    "turned by half": lambda piece: piece[::-1, ::-1],
    "turned by a quarter": lambda piece: np.rot90(piece),
    "turned by three quarters": lambda piece: np.rot90(piece, 3),
    "transposed": lambda piece: np.swapaxes(piece, 0, 1),
    "with its colours swapped": lambda piece: piece[..., ::-1],
}


def standard(pieces):
    """Pieces (…, size, size, 3) with mean 0 and length 1 in each channel, flat: brightness and contrast are gone."""
    pieces = pieces - pieces.mean(axis=(-3, -2), keepdims=True)
    length = np.sqrt((pieces**2).sum(axis=(-3, -2), keepdims=True))
    return (pieces / np.maximum(length, 1e-9)).reshape(*pieces.shape[:-3], -1) / np.sqrt(3)


def origin(piece, image):
    """Where in the image a piece is from: (likeness, top, left, version); 1 is a perfect likeness."""
    size = len(piece)
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(0, 1)).transpose(0, 1, 3, 4, 2)
    places = standard(windows)
    best = (-1.0, 0, 0, "")
    for name, version in VERSIONS.items():
        likeness = places @ standard(version(piece)).ravel()  # each of these versions undoes itself, or is told apart anyway
        top, left = np.unravel_index(np.argmax(likeness), likeness.shape)
        best = max(best, (float(likeness[top, left]), int(top), int(left), name))
    return best


def pieces_of_their_own(found, images):
    """Where each piece is from, or a sentence on the first that is no piece of its own image."""
    found = np.asarray(found, dtype=float)
    places = []
    for number, piece in enumerate(found):
        place = origin(piece, images[number])
        if place[0] < 0.98:
            others = [origin(piece, image)[0] for image in images]
            if max(others) > 0.98:
                return f"piece {number} is from image {int(np.argmax(others))}"
            return f"piece {number} is no piece of an image"
        places.append(place)
    return places


def own_pieces(found, images, size):
    """Whether each is a piece of its own image, as it is or mirrored left to right."""
    if (problem := like_images(found, (len(images), size, size, 3))) is not True:
        return problem
    if isinstance(places := pieces_of_their_own(found, images), str):
        return places
    strange = {version for *_, version in places} - {"as it is", "mirrored"}
    return f"pieces are {sorted(strange)[0]}" if strange else True


from_where = [
    (lambda found: "is from image" in found, "The images were put in another order, so the labels no longer belong to them."),
    (lambda found: "no piece of an image" in found, "A piece is a square of neighbouring pixels, cut out as it is: not resized, not rolled over the edge, and the brightness changes for the whole piece, not pixel by pixel."),
    (lambda found: "upside down" in found, "Axis 1 of a batch is the rows, axis 2 the columns; of a single image 0 and 1. Only the columns are turned round: top stays top."),
    (lambda found: "colours swapped" in found, "The last axis are the channels: a flip turns the columns round, which come before it."),
    (lambda found: "pieces are" in found, "Only left and right may be swapped."),
]
as_images = [
    (lambda found: "dtype" in found, "The network takes float32; convert at the end with .astype(\"float32\")."),
    (lambda found: "values" in found, "Multiplied by more than 1, bright pixels leave the range: np.clip."),
    (lambda found: "shape" in found, "Each image gives one piece of size × size pixels with three channels."),
]
bright = np.clip(some + 0.3, 0, 1)


def float32_images(found, shape):
    if (problem := like_images(found, shape)) is not True:
        return problem
    return np.asarray(found).dtype == np.float32 or f"found the dtype {np.asarray(found).dtype}, expected float32"


check.that("images as the network takes them", lambda: float32_images(augment(bright.copy(), 33, 1), (24, 33, 33, 3)), points=1, hints=as_images)
from_where += [
    (ValueError, "Images need not be square: height and width have their own numbers of places. Take them from images.shape."),
    (IndexError, "Images need not be square: height and width have their own numbers of places. Take them from images.shape."),
]
check.that("each is a piece of its own image, mirrored or not", lambda: own_pieces(augment(noise.copy(), 11, 2), noise, 11), points=1, hints=[*from_where, *as_images])


def seeded(first, again, other):
    first, again, other = (np.asarray(found) for found in (first, again, other))
    if first.shape != other.shape or first.shape != again.shape:
        return "the shapes differ from call to call"
    if not np.array_equal(first, again):
        return "two calls with the same seed differ"
    return not np.allclose(first, other, atol=0.02) or "two seeds give the same result"


check.that("the seed decides", lambda: seeded(*(augment(some.copy(), 33, seed) for seed in (1, 1, 2))), points=1, hints={
    "two calls with the same seed differ": "Somewhere random numbers are drawn without the seed.",
    "two seeds give the same result": "The seed has no influence, so every epoch would see the same pieces.",
})


def different(found):
    """How many different pieces, by place and flip, there are among those of twenty copies of one image."""
    if (problem := like_images(found, (20, 11, 11, 3))) is not True:
        return problem
    places = pieces_of_their_own(found, copies)
    return places if isinstance(places, str) else len({place[1:] for place in places})


copies = np.repeat(noise[:1], 20, axis=0)
check.that("twenty times the same image, at least ten different pieces", lambda: (number := different(augment(copies.copy(), 11, 5))) and (
    number if isinstance(number, str) else number >= 10 or f"found {number} different pieces"), points=1, hints=[
    ("found 1 different pieces", "All twenty are cut at the same place, and mirrored or not together. Draw new numbers for each image."),
    ("found 2 different pieces", "All twenty are cut at the same place. Draw a place for each image."),
    (lambda found: "different pieces" in found, "Place and flip should be drawn for each image."),
    *from_where,
    *as_images,
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_augment", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
check = Checklist("augment", points=4, at_grading="over hundreds of draws: whether every place is reached, half are mirrored, brightness changes mildly and both ways, and values stay from 0 to 1")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("augment")
rows, columns = rng.permutation([3, 5]).tolist()  # so many places down and across
side = int(rng.integers(9, 12))
patterns = rng.uniform(0.25, 0.65, (200, side + rows - 1, side + columns - 1, 3)).astype("float32")
seeds = rng.choice(10**6, 3, replace=False).tolist()
known_places = {}


def places(seed):
    """Where the pieces of the patterns are from, for one seed: a list, or what is wrong."""
    if seed not in known_places:
        found = augment(patterns.copy(), side, seed)
        problem = like_images(found, (200, side, side, 3))
        known_places[seed] = (problem, found) if problem is not True else (pieces_of_their_own(found, patterns), found)
    return known_places[seed][0]


def all_places():
    """Whether each of the places occurs, and about equally often."""
    count = np.zeros((rows, columns), dtype=int)
    for seed in seeds:
        if isinstance(found := places(seed), str):
            return found
        for _, top, left, _ in found:
            count[top, left] += 1
    if (count > 0).sum() <= len(seeds):
        return "all images of a call are cut at the same place"
    if not count[-1].any() or not count[:, -1].any():
        return "the last row or column of places never occurs"
    if not count[0].any() or not count[:, 0].any():
        return "the first row or column of places never occurs"
    if not count.all():
        return f"{int((count == 0).sum())} of {count.size} places never occur"
    expected = count.sum() / count.size
    return bool(np.abs(count - expected).max() < 6 * np.sqrt(expected)) or "some places occur far more often than others"


hints = [
    *from_where,
    *as_images,
    ("the last row or column of places never occurs", "rng.integers(0, b) draws from 0 to b − 1, so the number of places, height − size + 1, belongs there. Height and width differ here."),
    ("all images of a call are cut at the same place", "Draw a row and a column for each image, not once for all of them."),
    (lambda found: "places never occur" in found, "Draw the row and the column independently of each other, and for each image."),
    (lambda found: "far more often" in found, "Every possible place should be equally likely."),
]
check.that("every place is reached, the first and the last as well", lambda: all_places(), points=1, hints=hints)


def flips():
    """Whether half are mirrored, each on its own, and others with another seed."""
    mirrored = []
    for seed in seeds:
        if isinstance(found := places(seed), str):
            return found
        if strange := {version for *_, version in found} - {"as it is", "mirrored"}:
            return f"pieces are {sorted(strange)[0]}"
        mirrored.append(np.array([version == "mirrored" for *_, version in found]))
        if mirrored[-1].all():
            return "all pieces of a call are mirrored"
    share = float(np.mean(mirrored))
    if share == 0:
        return "no piece is ever mirrored"
    if not 0.4 <= share <= 0.6:
        return f"{share:.0%} are mirrored"
    if any(not 0.3 <= batch.mean() <= 0.7 for batch in mirrored):
        return "the pieces of a call are mirrored together"
    if max(np.mean(mirrored[0] == other) for other in mirrored[1:]) > 0.75:
        return "the same images are mirrored whatever the seed"
    return True


check.that("half are mirrored, each on its own", lambda: flips(), points=1, hints=[
    *hints,
    ("no piece is ever mirrored", "Half of the pieces should be mirrored left to right."),
    ("all pieces of a call are mirrored", "Only half of the pieces should be mirrored: draw a lot for each image."),
    (lambda found: "mirrored" in found, "Draw a lot for each image: mirrored with the probability one half, with another seed other images."),
])


def jitter():
    """Whether each piece is brightened or darkened as a whole, mildly, both ways, and by its own factor."""
    ratios = []
    for seed in seeds:
        if isinstance(found := places(seed), str):
            return found
        for number, (_, top, left, version) in enumerate(found):
            piece = VERSIONS[version](np.asarray(known_places[seed][1][number], dtype=float))
            source = patterns[number, top : top + side, left : left + side]
            if np.ptp(piece - source) > 0.35 or np.abs(np.ptp(piece, axis=(0, 1)) / np.ptp(source, axis=(0, 1)) - 1).max() > 0.35:
                return "contrast or colours change far too much"
            ratios.append(piece.mean(axis=(0, 1)) / source.mean(axis=(0, 1)))
    ratios = np.array(ratios)
    if np.std(ratios[:, 0]) < 0.02:
        return "the brightness hardly changes"
    if np.abs(ratios - 1).max() > 0.25:
        return f"some get {ratios.max():.2f} times as bright, or {ratios.min():.2f}"
    if ratios.max() < 1.03 or ratios.min() > 0.97:
        return "all get brighter, or all get darker"
    alike = np.std(ratios[:200, 0]) < 0.005
    return "all pieces of a call change alike" if alike else True


check.that("the brightness changes mildly, both ways, for each piece on its own", lambda: jitter(), points=1, hints=[
    *hints,
    ("the brightness hardly changes", "Multiply each piece by a factor of its own, from 0.9 to 1.1."),
    ("all get brighter, or all get darker", "Factors below 1 and above 1 should both occur."),
    ("all pieces of a call change alike", "Each piece needs a factor of its own: one number for each image, in the shape (n, 1, 1, 1)."),
    (lambda found: isinstance(found, str), "The factors should lie between 0.9 and 1.1: colours tell things apart, so a strong jitter hides what is to be learned."),
])


def extremes():
    """Bright, dark and as large as the crop itself."""
    if isinstance(found := places(seeds[0]), str):
        return found
    full = rng.choice([0.0, 0.02, 0.95, 1.0], (30, 12, 12, 3)).astype("float32")
    if (problem := like_images(augment(full.copy(), 12, seeds[1]), (30, 12, 12, 3))) is not True:
        return problem
    whole = rng.uniform(0.25, 0.65, (30, 10, 10, 3)).astype("float32")
    return own_pieces(augment(whole.copy(), 10, seeds[2]), whole, 10)


check.that("values from 0 to 1, and crops as large as the image", lambda: extremes(), points=1, hints=hints)
### END HIDDEN TESTS
check.report()

# %%
patches = datasets.photograph_patches(48)
shown = patches.train.x[[10, 200, 470, 620, 900, 1100]]
figures.images([*shown, *(piece for seed in (1, 2, 3) for piece in augment(shown, 33, seed))], columns=6, size=1.2,
               alt="Six patches of photographs in the first row, and three random pieces of each below: shifted, some of them mirrored, a little brighter or darker")


# %% [markdown]
# ### Question 2 · What keeps its label? &emsp; ●●○ &emsp; 5 minutes
#
# **Why.** Augmentation tells the network: this change does not matter. It is you who must know whether that is true.
#
# For each of these, say whether the change keeps the label, and why: (a) mirroring a photograph of a car, to tell cars from bicycles; (b) mirroring a handwritten digit; (c) turning an aerial photograph by any angle; (d) changing the colours of a traffic light, to tell what it shows; (e) cropping an X-ray image so that a tenth of it is left, to tell whether a bone is broken. What does augmentation assume in general, and what happens where that is wrong?
#
# **Rubric** (3 points). Two points for the five cases with their reasons (one from three right ones). One point for the assumption and what follows if it is wrong.

# %% [markdown] nbgrader={"grade": true, "grade_id": "keeps_label", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# (a) Yes: a car seen from the other side is a car; only writing on it turns round. (b) No: a mirrored 2 or 3 is no digit, and for most others it is at least one that nobody writes (0, 1 and 8 may survive). (c) Yes: seen from above no direction is special, apart from shadows. (d) No: the colour *is* the label, though a little brightness does no harm. (e) Not safely: the fracture may lie in what was cut off, and then the label “broken” belongs to an image of a healthy piece.
#
# It assumes that the label is invariant under the change, and that the changed image could occur where the network will be used. Where that is wrong, the network is trained with false labels: it learns to ignore what matters, and no number of images mends that. Where the changed images never occur, it spends capacity on them.
# ### END SOLUTION

# %% [markdown]
# ### Exercise 8 · Ten crops, one answer &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** When the network is used, there is no lot to draw. The authors took ten fixed crops of each test image, the four corners, the centre, and these five mirrored, and averaged the ten answers. Their entry in the contest did so, too.
#
# **Your task.** Write `ten_crops`, in exactly this order: top left, top right, bottom left, bottom right, centre, then the same five mirrored left to right. Then write `average`, which makes one row of probabilities for each image out of ten.
#
# <details><summary>Hint: the corners</summary>Negative indices count from the end: the last <code>size</code> rows are <code>images[:, -size:]</code>. With <code>height - size</code> it works as well, and also where <code>size</code> is the whole height.</details>
# <details><summary>Hint: the centre</summary>It begins at row <code>(height - size) // 2</code>, and likewise for the columns.</details>
# <details><summary>Hint: which axis?</summary>Axis 0 counts the ten crops, axis 1 the images, axis 2 the classes. Over which do you average?</details>

# %% nbgrader={"grade": false, "grade_id": "ten_crops", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ten_crops(images, size):
    """The four corners and the centre of each image, then the same five mirrored.

    images: (n, height, width, 3); size: height and width of the crops, at most those of the images
    Returns an array (10, n, size, size, 3): top left, top right, bottom left, bottom right, centre, and mirrored.
    """
    ### BEGIN SOLUTION
    height, width = images.shape[1:3]
    bottom, right = height - size, width - size
    places = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [images[:, top : top + size, left : left + size] for top, left in places]
    return np.stack(crops + [crop[:, :, ::-1] for crop in crops])
    ### END SOLUTION


def average(probabilities):
    """One row of probabilities for each image: (10, n, classes) → (n, classes)."""
    ### BEGIN SOLUTION
    return probabilities.mean(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_ten_crops", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("ten_crops", points=2)
squares = np.arange(2 * 5 * 6 * 3).reshape(2, 5, 6, 3)


def reference_crops(images, size):
    _, height, width, _ = images.shape
    result = []
    for mirrored in (False, True):
        for down, across in ((0, 0), (0, 2), (2, 0), (2, 2), (1, 1)):
            top, left = down * (height - size) // 2, across * (width - size) // 2
            crop = images[:, top : top + size, left : left + size]
            result.append(np.flip(crop, axis=2) if mirrored else crop)
    return np.array(result)


def crop_hints(images, size):
    """Arrays that the usual mistakes give, and what to say about them."""
    right = reference_crops(images, size)
    plain, upside = right[:5], right[:5, :, ::-1]
    return [
        (lambda found: np.shape(found) == np.swapaxes(right, 0, 1).shape and np.shape(found) != right.shape, "The ten crops come first, then the images: np.stack joins along a new first axis."),
        (lambda found: np.shape(found) == (5, *right.shape[1:]), "Five are missing: the same crops mirrored."),
        (lambda found: np.shape(found) == (10 * len(images), *right.shape[2:]), "The ten crops have an axis of their own: np.stack instead of np.concatenate."),
        (np.concatenate([plain, upside]), "These are turned upside down. Of a batch, the columns are axis 2."),
        (np.concatenate([plain, right[:5, :, ::-1, ::-1]]), "These are turned by half: only the columns, axis 2 of a batch, are turned round."),
        (np.concatenate([plain, right[:5, ..., ::-1]]), "These have their colours swapped. The last axis are the channels; the columns are axis 2 of a batch."),
        (np.concatenate([plain, plain]), "The second five should be mirrored."),
        (np.stack([crop for one, other in zip(right[:5], right[5:], strict=True) for crop in (one, other)]), "All crops are there, but in another order: first the five as they are, then the five mirrored."),
        (right[[0, 2, 1, 3, 4, 5, 7, 6, 8, 9]], "Top right comes second, bottom left third: rows and columns are swapped."),
        (right[[1, 0, 3, 2, 4, 6, 5, 8, 7, 9]], "Left and right are swapped."),
        (lambda found: np.shape(found) == right.shape and np.array_equal(np.delete(found, [4, 9], axis=0), np.delete(right, [4, 9], axis=0)), "The corners are right. The centre begins at (height − size) // 2, and likewise for the columns."),
        (lambda found: np.shape(found) == right.shape and np.array_equal(np.asarray(found)[:5], plain), "The first five are right. The others are the same five mirrored: first cut, then turn the columns round."),
        (ValueError, "All crops must be size × size, also where the size is the whole height, and images need not be square."),
    ]


check.equal("two images of 5×6, crops of 3", lambda: ten_crops(squares.copy(), 3), reference_crops(squares, 3), points=1, hints=crop_hints(squares, 3))
answers = np.random.default_rng(8).dirichlet(np.ones(4), (10, 3))
check.equal("three images, four classes", lambda: average(answers.copy()), answers.sum(axis=0) / 10, points=1, hints=[
    (lambda found: np.shape(found) == (10, 3), "That is the average over the classes. Average over the ten crops."),
    (lambda found: np.shape(found) == (10, 4), "That is the average over the images. Average over the ten crops."),
    (answers.sum(axis=0), "That is the sum. Probabilities of an image sum to 1."),
    (answers.max(axis=0), "That is the maximum over the crops. Average them."),
    (lambda found: np.shape(found) == (3,), "One row of probabilities for each image, not the class itself."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_ten_crops", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("ten_crops", points=3, at_grading="other images, wide and tall, odd margins, crops as large as the image, and other numbers of classes")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("ten_crops")
with check.group("crops of other images", points=2):
    for case in range(6):
        size, n = int(rng.integers(2, 7)), int(rng.integers(2, 5))
        height, width = size + int(rng.integers(1, 6)), size + int(rng.integers(1, 6))
        height, width = (size, width) if case == 3 else (height, size) if case == 4 else (height, width)
        kind = ("int64", "float32")[case % 2]
        many = (rng.integers(0, 256, (n, height, width, 3)) / (1 if kind == "int64" else 256)).astype(kind)
        check.equal(f"{n} images of {height}×{width}, crops of {size}", lambda: ten_crops(many.copy(), size), reference_crops(many, size), hints=crop_hints(many, size))
with check.group("averages", points=1):
    for classes in rng.integers(2, 12, 4).tolist():
        n = int(rng.integers(2, 7))
        given = rng.dirichlet(np.ones(classes), (10, n))
        vote = np.array([np.bincount(given[:, i].argmax(axis=1), minlength=classes) / 10 for i in range(n)])
        check.equal(f"{n} images, {classes} classes", lambda: average(given.copy()), given.sum(axis=0) / 10, hints=[
            (vote, "That is a vote: each crop names one class. Average the probabilities instead, so that an unsure crop counts less."),
            (lambda found: np.shape(found) == (10, n), "That is the average over the classes. Average over the ten crops."),
            (lambda found: np.shape(found) == (10, classes), "That is the average over the images. Average over the ten crops."),
            (given.max(axis=0), "That is the maximum over the crops. Average them."),
            (given.sum(axis=0), "That is the sum. Probabilities of an image sum to 1."),
        ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# ## A small AlexNet
#
# ImageNet has 1.2 million photographs and AlexNet trained on it for almost a week. You have ten photographs and a few minutes: each is a class, and the question is *from which of the ten is this patch?* The training patches are from the left 70 % of each photograph, the validation patches from the right 30 %, so the network must recognise how a place *looks*, not that it saw it before.
#
# What is that worth without a network? A linear model on grey pixels is little better than guessing. But ten photographs differ in their colours, so a random forest that only knows how often each of 64 colours occurs in a patch is a serious opponent. A network that is not better than that has learned colours, and nothing about shapes.

# %%
CROP = 33


def centre(images):
    """The middle CROP × CROP pixels of each image: what the network sees when nothing is drawn by lot."""
    start = (images.shape[1] - CROP) // 2
    return images[:, start : start + CROP, start : start + CROP]


# %%
print(patches)
middle = np.array([np.flatnonzero(patches.train.y == photograph)[70] for photograph in range(10)])
figures.images(patches.train.x[middle], [name.replace("_deep_field", "").replace("immunohistochemistry", "tissue") for name in patches.classes], columns=10, size=1.15,
               alt="One patch of each of the ten photographs: " + ", ".join(patches.classes))


# %%
def baselines():
    """Validation accuracy of two classifiers that are no networks, on the centre crops."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def grey(images):  # 11×11 squares of grey
        return centre(images).mean(axis=-1).reshape(len(images), 11, 3, 11, 3).mean(axis=(2, 4)).reshape(len(images), -1)

    def colours(images):  # how often each of 4·4·4 colours occurs, wherever in the image
        red, green, blue = np.moveaxis(np.minimum((4 * centre(images)).astype(int), 3), -1, 0)
        return np.stack([np.bincount(image.ravel(), minlength=64) for image in 16 * red + 4 * green + blue])

    linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    forest = RandomForestClassifier(300, random_state=0)
    return {
        "guessing": 0.1,
        "linear, on grey pixels": linear.fit(grey(patches.train.x), patches.train.y).score(grey(patches.validation.x), patches.validation.y),
        "colours alone": forest.fit(colours(patches.train.x), patches.train.y).score(colours(patches.validation.x), patches.validation.y),
    }


simple = measure_once("baselines", baselines)
for name, value in simple.items():
    print(f"{name:24} {value:.3f} of the validation patches named right")


# %% [markdown]
# ### Exercise 9 · Train it as it is &emsp; ●●○ &emsp; 12 minutes
#
# **Why.** First without augmentation, so that you see what it is good for. The network below has AlexNet's plan, eight layers with weights in the same order, on 33×33 pixels. Ask your `whole_sizes`: 33 fits as well as 227 does, nothing is left over anywhere.
#
# | Layer | Filters or units | Filter size | Stride | Padding | Output | Activation |
# |---|---|---|---|---|---|---|
# | Input | – | – | – | – | 33 × 33 × 3 | |
# | Conv 1 | 32 | 5 × 5 | 2 | none | 15 × 15 × 32 | ReLU |
# | Max pooling 1 | | 3 × 3 | 2 | none | 7 × 7 × 32 | |
# | Conv 2 | 64 | 5 × 5 | 1 | keeps the size | 7 × 7 × 64 | ReLU |
# | Max pooling 2 | | 3 × 3 | 2 | none | 3 × 3 × 64 | |
# | Conv 3 | 96 | 3 × 3 | 1 | keeps the size | 3 × 3 × 96 | ReLU |
# | Conv 4 | 96 | 3 × 3 | 1 | keeps the size | 3 × 3 × 96 | ReLU |
# | Conv 5 | 64 | 3 × 3 | 1 | keeps the size | 3 × 3 × 64 | ReLU |
# | Max pooling 3 | | 3 × 3 | 2 | none | 1 × 1 × 64 | |
# | Fully connected 1, then dropout 0.5 | 512 | | | | 512 | ReLU |
# | Fully connected 2, then dropout 0.5 | 512 | | | | 512 | ReLU |
# | Fully connected 3 | 10 | | | | 10 | softmax |
#
# The function `train` is given. After each epoch it measures the accuracy on the training and the validation patches, both on centre crops and with dropout switched off: what `fit` reports for the training images is measured with dropout on, so it would make the training look worse than it is. The learning rate begins at what you choose and falls to 0 along a cosine.

# %%
def predict(model, images):
    """The probabilities that a model gives, as an array (n, classes)."""
    return np.concatenate([keras.ops.convert_to_numpy(model(images[start : start + 256])) for start in range(0, len(images), 256)])


def accuracy(model, images, labels):
    """The share of the images that a model names right."""
    return float(np.mean(predict(model, images).argmax(axis=1) == labels))


def train(model, images_of, settings):
    """Train on the images that images_of(epoch) gives; returns the accuracies after each epoch.

    settings: a dictionary with "learning_rate", "batch_size", "epochs" and "seed"
    """
    keras.utils.set_random_seed(settings["seed"])
    steps = settings["epochs"] * -(-len(patches.train) // settings["batch_size"])
    rate = keras.optimizers.schedules.CosineDecay(settings["learning_rate"], steps)
    model.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy")
    history = {"training": [], "validation": []}
    for epoch in range(settings["epochs"]):
        model.fit(images_of(epoch), patches.train.y, batch_size=settings["batch_size"], initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for split, images in (("training", patches.train), ("validation", patches.validation)):
            history[split].append(accuracy(model, centre(images.x), images.y))
    return history


# %% [markdown]
# **Your task.** Write `small_alexnet`, choose `SETTINGS`, and train `plain` on the centre crops. It should name at least 66 % of the validation patches right; more is possible. The training takes about half a minute; nothing is gained by much more.
#
# <details><summary>Hint: the network</summary>It is your <code>alexnet</code> with other numbers and without towers.</details>
# <details><summary>Hint: it hardly learns</summary>In notebook 2 you saw that a ReLU layer wants larger first weights than Keras' default: <code>kernel_initializer="he_normal"</code> in each convolutional and dense layer with ReLU. It is not required, but it saves epochs.</details>
# <details><summary>Hint: settings</summary>A learning rate of 0.001, batches of 32 and about 30 epochs do well.</details>

# %% nbgrader={"grade": false, "grade_id": "small_alexnet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def small_alexnet():
    """The small AlexNet of the table: a new Keras model with random weights, not compiled.

    Input (n, 33, 33, 3), float32 from 0 to 1; output (n, 10), the probabilities of the photographs.
    """
    ### BEGIN SOLUTION
    relu = {"activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential([
        keras.Input((33, 33, 3)),
        layers.Conv2D(32, 5, strides=2, **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(64, 5, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(96, 3, padding="same", **relu),
        layers.Conv2D(64, 3, padding="same", **relu),
        layers.MaxPooling2D(3, strides=2),
        layers.Flatten(),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(512, **relu),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])
    ### END SOLUTION


# SETTINGS: a dictionary with "learning_rate", "batch_size", "epochs" and "seed"
### BEGIN SOLUTION
SETTINGS = {"learning_rate": 0.001, "batch_size": 32, "epochs": 32, "seed": 1}
### END SOLUTION

keras.utils.set_random_seed(SETTINGS["seed"])
plain = small_alexnet()
plain_history = train_once("plain", plain, lambda: train(plain, lambda epoch: centre(patches.train.x), SETTINGS), settings=SETTINGS)

# %% nbgrader={"grade": true, "grade_id": "test_small_alexnet", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("small_alexnet", points=3)
photographs = datasets.photograph_patches(48)
central = photographs.validation.x[:, 7:40, 7:40]
small_weights = [2_432, 51_264, 55_392, 83_040, 55_360, 33_280, 262_656, 5_130]
with check.group("sizes of the input, the feature maps and the output", points=Fraction(1, 2)):
    check.equal("input", lambda: list(small_alexnet().input_shape[1:]), [33, 33, 3], hints=[
        (AttributeError, "Return the model, built as keras.Sequential([...]) that begins with keras.Input, or in the functional style."),
        (ValueError, "Keras refuses this stack: compare the input and the kernels with the table."),
    ])
    check.shapes("maps", lambda: small_alexnet(), [
        (15, 15, 32), (7, 7, 32), (7, 7, 64), (3, 3, 64), (3, 3, 96), (3, 3, 96), (3, 3, 64), (1, 1, 64), (512,), (512,), (10,),
    ], hints={
        (29, 29, 32): "Conv 1 moves by 2 pixels at a time: strides=2.",
        (17, 17, 32): "Conv 1 has no padding.",
        (5, 5, 32): "The pooling windows overlap: 3×3, but strides=2.",
        (8, 8, 32): "The pooling has no padding.",
        (3, 3, 64): "Conv 2 keeps the size of its map: padding=\"same\".",
        (1, 1, 96): "Conv 3 keeps the size of its map: padding=\"same\".",
    })
    check.equal("output", lambda: list(small_alexnet().output_shape[1:]), [10], hints=[
        ([1, 1, 10], "The output is still a map of 1×1 pixel: layers.Flatten() is missing."),
    ])
with check.group("weights, kinds of layers and activations", points=Fraction(1, 2)):
    check.weights("weights", lambda: small_alexnet(), small_weights, hints={
        2_400: "The kernels are there, but no biases: leave use_bias at its default.",
        832: "Colour images have three channels.",
        896: "The kernels of Conv 1 are 5×5.",
        18_496: "The kernels of Conv 2 are 5×5.",
    })
    check.equal("kinds", lambda: kinds(small_alexnet()), [
        "Conv2D relu", "MaxPooling2D", "Conv2D relu", "MaxPooling2D", "Conv2D relu", "Conv2D relu", "Conv2D relu", "MaxPooling2D",
        "Dense relu", "Dropout", "Dense relu", "Dropout", "Dense softmax",
    ], hints=[
        (lambda found: found.count("Dropout") < 2, "Dropout is missing: after each of the first two dense layers."),
        (lambda found: "Dropout" in found[:9], "In the table dropout follows the first two dense layers."),
        (lambda found: any(text.split()[-1] in ("tanh", "sigmoid") for text in found), "The activations are ReLU."),
        (lambda found: found[-1] == "Dense", "The last layer gives probabilities: softmax."),
    ])
check.weights("`plain` is a small AlexNet", lambda: plain, small_weights, points=Fraction(1, 2))
check.accuracy("validation patches named right", lambda: plain, central, photographs.validation.y, at_least=0.66, points=Fraction(3, 2), hints=[
    (lambda found: found < 0.2, "This is near what guessing gives, 0.1. Was `plain` itself trained, and with a learning rate that is not too large?"),
    (lambda found: isinstance(found, float), "Colours alone tell as much or more. Train longer, or begin with larger weights: see the hints."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_small_alexnet", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("small_alexnet", points=3, at_grading="the layers' own settings, and how many held-out patches your network names right, cut at other places and a little brighter or darker")
### BEGIN HIDDEN TESTS
from autograder import heldout
from autograder.notebook import models


def own_settings(model):
    """Pooling windows, dropout rates and random first weights, as in the table."""
    if problem := models.model_problem(model):
        return str(problem)
    every = models.flat_layers(model)
    pools = [(layer.pool_size, layer.strides) for layer in every if type(layer).__name__ == "MaxPooling2D"]
    if pools != [((3, 3), (2, 2))] * 3:
        return "the pooling windows differ from the table"
    if [layer.rate for layer in every if type(layer).__name__ == "Dropout"] != [0.5, 0.5]:
        return "the dropout rates differ from the table"
    kernels = [weight for weight in model.get_weights() if weight.ndim > 1]
    return all(0 < float(np.std(kernel)) < 1 for kernel in kernels) or "the kernels are not small random numbers"


def fresh(first, second):
    if (problem := own_settings(first)) is not True:
        return problem
    return not np.array_equal(first.get_weights()[0], second.get_weights()[0]) or "two calls return the same weights"


check.that("pooling, dropout, and new random weights in each call", lambda: fresh(small_alexnet(), small_alexnet()), points=1, hints={
    "the pooling windows differ from the table": "The pooling windows overlap: 3×3, moved by 2. On some maps other windows give the same sizes.",
    "the dropout rates differ from the table": "Dropout has the rate 0.5, after each of the first two dense layers.",
    "the kernels are not small random numbers": "Equal weights stay equal: all filters of a layer would learn the same.",
    "two calls return the same weights": "Build the layers inside the function, without a fixed seed.",
})
unseen = heldout.photograph_patches(33)
with check.group("held-out patches named right by a small AlexNet", points=2):
    check.weights("weights", lambda: plain, small_weights)
    check.accuracy("accuracy", lambda: plain, unseen.x, unseen.y, at_least=0.64, hints=[
        (lambda found: found < 0.2, "This is near what guessing gives, 0.1: the network was not trained on what it is asked here, images from 0 to 1 with their own labels."),
        (lambda found: isinstance(found, float), "On patches that it never saw the network is weaker than it can be: train longer, with all training patches as they are."),
    ])
### END HIDDEN TESTS
check.report()

# %%
print(f"after {SETTINGS['epochs']} epochs: training {plain_history['training'][-1]:.3f}, validation {plain_history['validation'][-1]:.3f}, "
      f"gap {plain_history['training'][-1] - plain_history['validation'][-1]:.3f}")
drawings.learning({"centre crops only": plain_history}, baseline=simple["colours alone"])


# %% [markdown]
# The training accuracy keeps rising, the validation accuracy stops: the network learns its own patches by heart. That is **overfitting**, and dropout alone has not prevented it.
#
# ### Exercise 10 · Train it with augmentation &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** There are 16 · 16 · 2 = 512 different crops, mirrored or not, in a patch of 48×48. The first network has seen one of them.
#
# How do graders tell whether a network was trained with augmentation? With the settings of the course's own runs the augmented network was better in all 20 of them, by 3 to 9 percentage points on the validation patches. But the settings are yours, and a long training without augmentation can reach what a short one with it reaches. So of the accuracy is only asked what colours alone do not give, and the rest is seen by the *training* patches: a network that was shown their corners and mirror images recognises these about as well as the centres.
#
# **Your task.** Write `fresh`: the images that the network sees in a given epoch, augmented with *other draws in every epoch*. Then choose `AUGMENTED` and train `augmented`, a new small AlexNet. It should name at least 76 % of the validation patches right, which is more than colours alone allow.
#
# <details><summary>Hint: one line</summary>Your <code>augment</code> does the work. Which seed belongs to epoch 0, 1, 2 …?</details>
# <details><summary>Hint: settings</summary>What served the first network serves this one. A network that cannot learn its images by heart needs longer, so a few more epochs do it good.</details>
# <details><summary>Hint: nothing changes when I run the cell again</summary>Then the weights come from <code>trained/</code>. After changing <code>augment</code> or <code>fresh</code>, call <code>forget("augmented")</code> once.</details>

# %% nbgrader={"grade": false, "grade_id": "augmented", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fresh(images, size, epoch):
    """The images of one epoch: each of them augmented, with other draws in every epoch.

    images: float32 (n, height, width, 3); epoch: 0, 1, 2 …
    Returns float32 (n, size, size, 3), the same whenever it is asked for the same epoch.
    """
    ### BEGIN SOLUTION
    return augment(images, size, seed=1000 + epoch)
    ### END SOLUTION


# AUGMENTED: a dictionary with "learning_rate", "batch_size", "epochs" and "seed"
### BEGIN SOLUTION
AUGMENTED = {"learning_rate": 0.001, "batch_size": 32, "epochs": 32, "seed": 1}
### END SOLUTION

keras.utils.set_random_seed(AUGMENTED["seed"])
augmented = small_alexnet()
augmented_history = train_once(
    "augmented", augmented, lambda: train(augmented, lambda epoch: fresh(patches.train.x, CROP, epoch), AUGMENTED), settings=AUGMENTED
)

# %% nbgrader={"grade": true, "grade_id": "test_augmented", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("augmented", points=3)


def epochs_differ(*epochs):
    """Whether epochs give different pieces, the same ones when asked again, and each of its own image."""
    found = [np.asarray(pieces) for pieces in epochs]
    for pieces in found:
        if (problem := like_images(pieces, (60, 11, 11, 3))) is not True:
            return problem
    if np.allclose(found[0], noise[:, 2:13, 1:12], atol=1e-3) or np.allclose(found[0], noise[:, :11, :11], atol=1e-3):
        return "the images are cut at one place, and not augmented"
    if not np.array_equal(found[0], found[-1]):
        return "the same epoch gives other pieces when it is asked for again"
    for number, pieces in enumerate(found[1:-1], start=1):
        if any(np.allclose(pieces, other) for other in found[:number]):
            return "two epochs give the same pieces"
    return own_pieces(found[1], noise, 11)


check.that("other pieces in every epoch", lambda: epochs_differ(*(fresh(noise.copy(), 11, epoch) for epoch in (0, 1, 2, 3, 10, 29, 0))), points=1, hints=[
    ("two epochs give the same pieces", "Each epoch needs a seed of its own, made from its number. With the same pieces in every epoch, the network learns these by heart instead."),
    ("the same epoch gives other pieces when it is asked for again", "Make the seed from the number of the epoch, so that a training can be repeated."),
    ("the images are cut at one place, and not augmented", "Here `augment` belongs."),
    *from_where,
    *as_images,
])
check.weights("`augmented` is a small AlexNet", lambda: augmented, small_weights, points=Fraction(1, 2))
check.accuracy("validation patches named right", lambda: augmented, central, photographs.validation.y, at_least=0.76, points=Fraction(3, 2), hints=[
    (lambda found: found < 0.2, "This is near what guessing gives, 0.1. Are the images of `fresh` still in the order of the labels, and was `augmented` itself trained?"),
    (lambda found: isinstance(found, float), "It is on its way: more epochs, and look whether `augment` leaves the pictures recognisable."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_augmented", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("augmented", points=3, at_grading="how many held-out patches your second network names right, and whether it recognises other crops of its training patches, mirrored or not, as well as their centres")
### BEGIN HIDDEN TESTS
from autograder import heldout
from autograder.notebook import models


def other_crops(model):
    """Whether the network recognises corner and mirrored crops of the training patches hardly worse than their centres."""
    if problem := models.model_problem(model):
        return str(problem)
    if tuple(model.input_shape[1:]) != (33, 33, 3):
        return "it takes images of another size than 33×33×3"
    images, labels = photographs.train.x[::3], photographs.train.y[::3]
    answers = [np.asarray(model(crops, training=False)).argmax(axis=1) for crops in reference_crops(images, 33)]
    named = [float(np.mean(said == labels)) for said in answers]
    middle, others = named[4], float(np.mean(np.delete(named, 4)))
    if middle < 0.7:
        return f"it names only {middle:.0%} of its training patches right"
    return middle - others <= 0.035 or f"it names {middle:.1%} of the training patches right by their centres, and {others:.1%} by their other crops"


unseen = heldout.photograph_patches(33)
check.that("training patches are recognised by other crops as well", lambda: other_crops(augmented), points=2, hints=[
    (lambda found: "by their other crops" in found, "A network that has seen other pieces in every epoch, mirrored or not, knows them about as well as the centres. This one knows the centres better: was it trained on the images of `fresh`, and are they new in every epoch?"),
    (lambda found: "names only" in found, "It is hardly trained: more epochs, and look whether `augment` leaves the pictures recognisable and in order."),
])
with check.group("held-out patches named right by a small AlexNet", points=1):
    check.weights("weights", lambda: augmented, small_weights)
    check.accuracy("accuracy", lambda: augmented, unseen.x, unseen.y, at_least=0.77, hints=[
        (lambda found: found < 0.2, "This is near what guessing gives, 0.1: do images and labels belong together?"),
        (lambda found: isinstance(found, float), "With other pieces of the patches in every epoch the network gets further than that: is each epoch augmented anew, mildly, and is the training long enough?"),
    ])
### END HIDDEN TESTS
check.report()

# %%
for name, history in (("centre crops only", plain_history), ("augmented", augmented_history)):
    print(f"{name:18} training {history['training'][-1]:.3f}   validation {history['validation'][-1]:.3f}   "
          f"gap {history['training'][-1] - history['validation'][-1]:.3f}")
drawings.learning({"centre crops only": plain_history, "augmented": augmented_history}, baseline=simple["colours alone"])

# %% [markdown]
# ### Question 3 · Two pairs of curves &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** Whoever trains networks reads such pictures every day.
#
# Describe both pairs with numbers: where does each training curve end, where each validation curve, how wide are the gaps? What did augmentation change, and what not? Then say what each picture would suggest as the *next* thing to try: more epochs, more images, or a larger network?
#
# **Rubric** (3 points). One point for the four numbers and the gaps. One point for what changed and why, without claiming more than one run of each shows. One point for next steps that fit the curves.

# %% [markdown] nbgrader={"grade": true, "grade_id": "two_pairs", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# In our 20 runs, in the middle, the training curve ends at 0.99 on centre crops only and at 0.96 with augmentation, the validation curve at 0.82 and at 0.87: gaps of 0.17 and 0.08. (Your own numbers count.)
#
# With augmentation the network no longer learns its training patches quite by heart, because it never sees the same pieces twice, and what it learns instead holds for new patches: the validation accuracy rises, the gap gets narrower. It is not closed: the photographs' left and right parts still differ, and ten photographs are few. One run of each shows no more than a tendency; a difference of a few per cent between single runs could be chance, which is why our number of runs is given.
#
# Centre crops only: the training accuracy is at its limit, so more epochs or a larger network have nothing to gain; more images, or augmentation, have. Augmented: both curves still rise a little and lie closer together, so more epochs, and then a larger network, are worth trying; more photographs would help both.
# ### END SOLUTION

# %% [markdown]
# Now the ten crops. Do they help? Both networks, on the validation patches:

# %%
for name, model in (("centre crops only", plain), ("augmented", augmented)):
    ten = np.stack([predict(model, crops) for crops in ten_crops(patches.validation.x, CROP)])
    one = predict(model, centre(patches.validation.x))
    several = average(ten)
    right = [float(np.mean(p.argmax(axis=1) == patches.validation.y)) for p in (one, several)]
    print(f"{name:18} centre crop {right[0]:.3f}   ten crops {right[1]:.3f}   difference {right[1] - right[0]:+.3f}")


# %% [markdown]
# They help both, at ten times the cost of an answer. As a rule the network without augmentation gains more: in our 20 runs 1 to 6 percentage points, with a median of 3, against 1 to 4 with a median of 2. What the one has learned from crops and mirror images, the other gets a part of when it is asked ten times.
#
# And the silent maps of both networks, for the validation patches:

# %%
def relu_maps(model, images):
    """The output of each convolution after its ReLU, by the layer's place among the convolutions."""
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    outputs = keras.Model(model.inputs[0], [layer.output for layer in convolutions])(images)
    return {f"Conv {number}": np.maximum(keras.ops.convert_to_numpy(maps), 0) for number, maps in enumerate(outputs, start=1)}


print(f"{'':10}{'centre crops only':>24}{'augmented':>24}")
found = {name: relu_maps(model, centre(patches.validation.x)) for name, model in (("plain", plain), ("augmented", augmented))}
for layer in found["plain"]:
    line = f"{layer:10}"
    for name in ("plain", "augmented"):
        counts = silent(found[name][layer])
        line += f"{counts['zeros']:>10.0%} zeros, {counts['dead']:2d} dead"
    print(line)


# %% [markdown]
# In our run most outputs of every layer are 0: a pattern is absent from most places, and ReLU says so. A few channels fire for none of the 480 patches. They are dead weight, though here they are too few to matter.
#
# ## How good is good?
#
# ### Exercise 11 · Top-1 and top-5 error &emsp; ●●○ &emsp; 7 minutes
#
# **Why.** Many of ImageNet's 1,000 classes are hard to tell apart even for people, and a photograph often shows more than one thing. The contest therefore let each entry name five classes for an image, and counted it wrong if the right one was not among them. The lecture's 15.4 % is such a **top-5 error**.
#
# **Your task.** Write `top_k_error`. An image counts as right if *fewer than k* of the other classes have a probability as high as that of the right class, or higher. So ties do not gain anything: a network that gives the same probability to all classes has all images wrong.
#
# <details><summary>Hint: count instead of sorting</summary>Take the probability of the right class, one for each image. In how many of the classes is the probability at least as high? The right class itself is among them.</details>
# <details><summary>Hint: one column against all</summary><code>p[np.arange(n), labels]</code> has the shape (n,); with <code>[:, np.newaxis]</code> behind it, it can be compared with all classes at once.</details>
# <details><summary>Hint: sorting</summary><code>np.argsort</code> puts equal probabilities in some order or other, so that ties may gain. Comparing is safer.</details>

# %% nbgrader={"grade": false, "grade_id": "top_k_error", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k_error(probabilities, labels, k):
    """The share of the images whose right class is not among the k most probable ones, a float.

    probabilities: float (n, classes); labels: integers (n,), the right classes
    """
    ### BEGIN SOLUTION
    right = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    as_high = np.sum(probabilities >= right, axis=1)  # the right class itself included
    return float(np.mean(as_high > k))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_top_k_error", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("top_k_error", points=2)
four = np.array([[0.5, 0.3, 0.2, 0.0], [0.1, 0.2, 0.3, 0.4], [0.4, 0.1, 0.3, 0.2], [0.2, 0.3, 0.1, 0.4], [0.1, 0.6, 0.2, 0.1]])
truth = np.array([0, 1, 2, 3, 2])
with check.group("five images, four classes, k = 1, 2, 3", points=1):
    for k, expected in ((1, 0.6), (2, 0.2), (3, 0.0)):
        check.equal(f"k = {k}", lambda: top_k_error(four, truth, k), expected, hints=[
            (1 - expected, "That is the share of the images that are right. The error is the others."),
            (5 * expected, "That is the number of the images. Divide by how many there are."),
            (lambda found: k > 1 and abs(found - 0.6) < 1e-9, "That is the top-1 error, whatever k is."),
            (lambda found: k == 2 and abs(found - 0.0) < 1e-9, "One class too many is allowed: an image is right if fewer than k of the *other* classes are as probable."),
            (lambda found: k == 1 and abs(found - 0.2) < 1e-9, "One class too many is allowed: with k = 1 no other class may be as probable."),
            (lambda found: k == 1 and abs(found - 1.0) < 1e-9, "Nothing is right for k = 1: the right class itself is not one of the others, and the most probable classes are those with the largest probabilities."),
            (lambda found: 0.4 <= found <= 1, "The k most probable classes are those with the largest probabilities, for each image."),
        ])
unsure = np.array([[0.25, 0.25, 0.25, 0.25], [0.4, 0.4, 0.1, 0.1], [0.4, 0.4, 0.1, 0.1]])
check.equal("ties: k = 1", lambda: top_k_error(unsure, np.array([0, 0, 1]), 1), 1.0, points=1, hints=[
    (0.0, "Ties must not gain: another class is as probable as the right one here, in every image."),
    (1 / 3, "Ties must not gain. Sorting puts equal probabilities in some order: compare instead."),
    (2 / 3, "Ties must not gain. Sorting puts equal probabilities in some order: compare instead."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_top_k_error", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("top_k_error", points=2, at_grading="other numbers of images and classes, any k, and networks that are unsure")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("top_k_error")


def reference_error(p, y, k, ties_gain=False):
    wrong = 0
    for row, label in zip(p, y, strict=True):
        others = np.delete(row, label)
        wrong += np.sum(others > row[label] if ties_gain else others >= row[label]) >= k
    return float(wrong / len(y))


for name, ties, points in (("random networks, k from 1 to all classes", False, 1), ("networks with many ties", True, 1)):
    with check.group(name, points=points):
        for case in range(6):
            n, classes = int(rng.integers(20, 200)), int(rng.integers(3, 14))
            p = rng.dirichlet(np.ones(classes), n)
            if ties:  # rounded to a few values, and some rows that know nothing
                p = np.round(p * 4) / 4
                p[: n // 4] = 1 / classes
            p = p.astype(("float64", "float32")[case % 2])
            y = rng.integers(0, classes, n)
            for k in sorted({1, int(rng.integers(1, classes)), classes - 1, classes}):
                expected = reference_error(p, y, k)
                check.equal(f"{n} images, {classes} classes, k = {k}", lambda: top_k_error(p, y, k), expected, hints=[
                    (reference_error(p, y, k, True), "Ties must not gain: a class that is as probable as the right one counts against it."),
                    (1 - expected, "That is the share of the images that are right."),
                    (reference_error(p, y, k + 1), "One class too many is allowed."),
                    (reference_error(p, y, 1), "That is the top-1 error, whatever k is."),
                    (lambda found: ties, "Ties must not gain. Sorting puts equal probabilities in some order: compare instead."),
                ])
### END HIDDEN TESTS
check.report()

# %%
table = {"centre crops only": predict(plain, centre(patches.validation.x)), "augmented": predict(augmented, centre(patches.validation.x))}
for name, probabilities in table.items():
    errors = "   ".join(f"top-{k} {top_k_error(probabilities, patches.validation.y, k):6.1%}" for k in (1, 2, 5))
    print(f"{name:18} {errors}   of the validation patches wrong")

# %% [markdown]
# With ten classes, five guesses are generous. With 1,000 they are not. The bars below are the winners' top-5 errors on ImageNet from year to year. All of these are **literature values**, not measured here.

# %%
drawings.history()


# %% [markdown]
# The lecture gives 15.4 % for AlexNet, the paper's abstract 15.3 %, and the contest's own table of results 15.315 %. That entry averaged the answers of several networks, some of them trained on more of ImageNet than the contest supplied; with the supplied images alone it was 16.422 %. The next best team had 26.172 %, with hand-made features. What made 2012 the flash point is in the picture: the year before had brought 2.4 percentage points, this one brought about ten, and from then on every winner was a convolutional network.
#
# ## What did it learn to see?
#
# ### Exercise 12 · Filters as pictures &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** A first-layer filter is as deep as a colour image, so it *is* a small colour image: of what it responds to most. AlexNet's 96 filters became famous because so many look like edges of some direction or blobs of some colour, just what the lecture says that filters learn. Do yours?
#
# **Your task.** Two functions.
#
# - `as_pictures` makes pictures of kernels, with values from 0 to 1: a weight of 0 becomes mid-grey, 0.5, and the largest weight by magnitude of *each* filter becomes 0 or 1, so that each filter has a scale of its own. A filter of zeros is a grey picture.
# - `likeness` compares a filter with one of notebook 1's detectors. It takes a kernel of one channel and a smaller detector, slides the detector over the kernel, and returns the *largest* **correlation coefficient**: that of the window's numbers and the detector's numbers, 1 where the window is the detector up to brightness and contrast, 0 where they have nothing in common. A window of equal numbers counts as 0.
#
# <details><summary>Hint: the axes</summary>Kernels come as (height, width, channels, filters), pictures are wanted as (filters, height, width, channels): <code>kernels.transpose(3, 0, 1, 2)</code>, or <code>np.moveaxis(kernels, -1, 0)</code>.</details>
# <details><summary>Hint: the scale</summary>The largest magnitude of each filter is <code>np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)</code>. Divide by it, halve, add 0.5. Where it is 0, divide by 1 instead.</details>
# <details><summary>Hint: correlation</summary>Subtract from each its mean; then it is the sum of the products, divided by the square root of the product of both sums of squares. <code>np.corrcoef</code> does it too, but it warns where all numbers are equal.</details>

# %% nbgrader={"grade": false, "grade_id": "as_pictures", "locked": false, "schema_version": 3, "solution": true, "task": false}
def as_pictures(kernels):
    """Kernels (height, width, 3, n) as n colour pictures, float (n, height, width, 3) from 0 to 1.

    0 becomes 0.5, and the largest magnitude of each filter becomes 0 or 1.
    """
    ### BEGIN SOLUTION
    pictures = np.moveaxis(kernels, -1, 0)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * pictures / np.where(largest > 0, largest, 1)
    ### END SOLUTION


def likeness(kernel, detector):
    """The largest correlation coefficient of the detector with a window of the kernel, a float from -1 to 1.

    kernel: (height, width), at least as large as the detector; the detector's numbers are not all equal
    """
    ### BEGIN SOLUTION
    height, width = detector.shape
    wanted = detector - detector.mean()
    best = -1.0
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width]
            window = window - window.mean()
            lengths = np.sqrt(np.sum(window**2) * np.sum(wanted**2))
            best = max(best, float(np.sum(window * wanted) / lengths) if lengths > 1e-12 else 0.0)
    return best
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_as_pictures", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("as_pictures", points=3)
two_kernels = np.zeros((2, 1, 3, 2))
two_kernels[..., 0] = [[[1.0, -2.0, 0.0]], [[4.0, 0.5, -1.0]]]
two_kernels[..., 1] = [[[-0.1, 0.05, 0.0]], [[0.02, 0.0, 0.1]]]
wanted_pictures = np.array([[[[0.625, 0.25, 0.5]], [[1.0, 0.5625, 0.375]]], [[[0.0, 0.75, 0.5]], [[0.6, 0.5, 1.0]]]])
ranges = np.moveaxis(two_kernels, -1, 0)
check.equal("two kernels of 2×1×3", lambda: as_pictures(two_kernels.copy()), wanted_pictures, points=1, hints=[
    (lambda found: np.shape(found) == (2, 1, 3, 2), "The filters come first: move the last axis to the front."),
    (lambda found: np.shape(found) != (2, 2, 1, 3), "Pictures are (filters, height, width, 3): np.moveaxis(kernels, -1, 0)."),
    (0.5 + ranges / 8, "One scale for all filters leaves weak ones grey. Each filter has its own."),
    ((ranges - ranges.min(axis=(1, 2, 3), keepdims=True)) / np.ptp(ranges, axis=(1, 2, 3), keepdims=True), "From the smallest to the largest weight: then 0 is not mid-grey. Divide by the largest magnitude."),
    (0.5 + ranges / np.maximum(2 * np.abs(ranges).max(axis=(1, 2), keepdims=True), 1e-9), "One scale for each filter, not for each of its channels: their balance is its colour."),
    (0.5 + ranges / np.abs(ranges).max(axis=(1, 2, 3), keepdims=True), "The values leave 0…1. Halve the weights before you add 0.5."),
    (2 * wanted_pictures - 1, "These are from −1 to 1. Halve, and add 0.5."),
    (lambda found: np.min(found) < 0, "Pictures have values from 0 to 1."),
])
vertical = np.array([[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]])
stripe = np.zeros((5, 5))
stripe[:, 3] = 3.0
with check.group("likeness of a 5×5 kernel and the vertical line detector", points=2):
    check.equal("a stripe, brighter and with more contrast", lambda: likeness(2 + stripe, vertical), 1.0, tolerance=1e-6, hints=[
        (lambda found: found > 1.001, "Divide by the lengths of both: a correlation coefficient is at most 1."),
        (lambda found: 0 < found < 0.999, "The mean of the window has to be subtracted, and that of the detector."),
        (lambda found: found <= 0, "The stripe is in the middle of the window that begins in column 2, the last one. Take the largest of all windows."),
        (ValueError, "The detector is smaller than the kernel: slide it, and compare with each window."),
    ])
    check.equal("the stripe in negative", lambda: likeness(-stripe, vertical), 0.5, tolerance=1e-6, hints=[
        (1.0, "The sign counts: a dark line is the opposite of a bright one. Take the largest coefficient, not the largest magnitude."),
        (-1.0, "Take the largest of all windows, not the one where the line is."),
        (0.0, "In the window that begins in column 1 the line is at the right: the coefficient is 0.5 there."),
    ])
    check.equal("a kernel of equal numbers", lambda: likeness(np.full((5, 5), 0.3), vertical), 0.0, tolerance=1e-6, hints=[
        (lambda found: np.isnan(found), "Without variation there is no correlation: 0 divided by 0. Let such a window count as 0."),
        (-1.0, "A window of equal numbers counts as 0."),
    ])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_as_pictures", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("as_pictures", points=2, at_grading="other kernels, a filter of zeros, and other detectors")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("as_pictures")
with check.group("pictures of other kernels", points=1):
    for case in range(4):
        height, width, n = rng.integers([2, 2, 3], [8, 8, 9]).tolist()
        many = rng.normal(0, 1, (height, width, 3, n)) * 10.0 ** rng.integers(-3, 3, n)
        if case % 2:
            many[..., rng.integers(n)] = 0
        many = many.astype(("float64", "float32")[case // 2])
        expected = np.stack([0.5 + many[..., i] / (2 * np.abs(many[..., i]).max() or 1) for i in range(n)])
        check.equal(f"{n} kernels of {height}×{width}", lambda: as_pictures(many.copy()), expected, tolerance=1e-5, hints=[
            (lambda found: np.isnan(found).any(), "A filter of zeros is a grey picture: where the largest magnitude is 0, divide by 1."),
            (lambda found: np.allclose(found, np.moveaxis(0.5 + many / (2 * np.abs(many).max()), -1, 0)), "One scale for all filters leaves weak ones grey. Each filter has its own."),
            (lambda found: np.shape(found) != (n, height, width, 3), "Pictures are (filters, height, width, 3)."),
        ])


def reference_likeness(kernel, detector):
    height, width = detector.shape
    values = []
    for top in range(kernel.shape[0] - height + 1):
        for left in range(kernel.shape[1] - width + 1):
            window = kernel[top : top + height, left : left + width].ravel()
            values.append(0.0 if np.ptp(window) == 0 else float(np.corrcoef(window, detector.ravel())[0, 1]))
    return values


with check.group("likeness of other kernels and detectors", points=1):
    for case in range(8):
        height, width = rng.integers(2, 5, 2).tolist()
        detector = rng.integers(-2, 3, (height, width)).astype(float)
        detector[0, 0], detector[-1, -1] = 3, -3
        kernel = rng.normal(0, 1, (height + int(rng.integers(0, 5)), width + int(rng.integers(0, 4))))
        if case == 3:
            kernel[:] = kernel[0, 0]
        values = reference_likeness(kernel, detector)
        check.equal(f"a {kernel.shape[0]}×{kernel.shape[1]} kernel, a {height}×{width} detector", lambda: likeness(kernel.copy(), detector.copy()), max(values), tolerance=1e-5, hints=[
            (lambda found: np.isnan(found), "A window of equal numbers counts as 0."),
            (max(np.abs(values)), "The sign counts: take the largest coefficient, not the largest magnitude."),
            (lambda found: len(values) > 1 and abs(found - values[0]) < 1e-6, "Slide the detector over the whole kernel, and take the largest of all windows."),
            (lambda found: len(values) > 1 and abs(found - np.mean(values)) < 1e-6, "Take the largest of all windows, not their mean."),
            (max(reference_likeness(kernel, detector[::-1, ::-1])), "Slide the detector as it is, not turned round."),
            (max([0.0 if kernel.shape == detector.shape else -1.0, *reference_likeness(kernel[:-1], detector)]), "The last windows are missing: there are height − detector height + 1 places, and likewise across."),
            (max([-1.0, *reference_likeness(kernel[:, :-1], detector)]), "The last windows are missing: there are width − detector width + 1 places, and likewise down."),
            (lambda found: found > 1.001, "Divide by the lengths of both: a correlation coefficient is at most 1."),
            (ValueError, "Neither the kernel nor the detector need be square."),
        ])
### END HIDDEN TESTS
check.report()


# %%
def first_kernels(model):
    """The kernels of the first convolution."""
    return next(layer for layer in model.layers if isinstance(layer, layers.Conv2D)).get_weights()[0]


keras.utils.set_random_seed(AUGMENTED["seed"])  # the same first weights as before the training
kernels = {"before": first_kernels(small_alexnet()), "trained": first_kernels(augmented)}
kernels["what training added"] = kernels["trained"] - kernels["before"]
moved = np.argsort(-np.abs(kernels["what training added"]).max(axis=(0, 1, 2)))[:16]
drawings.filters({name: as_pictures(values[..., moved]) for name, values in kernels.items()})

# %% [markdown]
# The 16 filters that moved most. Trained, they look almost as they began: like noise, because the random first weights are much larger than what 32 epochs changed. Only the difference shows what was learned: colours, and soft edges between them.
#
# Are these edges and lines like notebook 1's? Put a number on it. For each filter, in grey, the best of the detectors is looked for, in all four directions and both signs. But a search over so many finds *something* in anything, so two controls go with it: the filters before the training, and noise that is merely blurred.

# %%
from scipy import ndimage

DETECTORS = {
    "line": np.array([[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]]),  # turned by a quarter: the horizontal one
    "corner": np.array([[-1, -1, -1], [-1, 1, 1], [-1, 1, 1]]),
}


def best_likeness(kernels):
    """For each filter the largest likeness with any detector, turned and in negative: a list."""
    grey = np.moveaxis(kernels.mean(axis=2), -1, 0)
    versions = [sign * np.rot90(detector, quarter) for detector in DETECTORS.values() for quarter in range(4) for sign in (1, -1)]
    return [max(likeness(kernel, version) for version in versions) for kernel in grey]


def smoothness(kernels):
    """How alike neighbouring weights are: 1 if equal, 0 if they have nothing to do with each other."""
    across, down = np.mean(kernels[:, 1:] * kernels[:, :-1]), np.mean(kernels[1:] * kernels[:-1])
    return float((across + down) / 2 / np.mean(kernels**2))


noisy = np.random.default_rng(12).normal(0, 1, (15, 15, 3, 32))
compared = kernels | {"blurred noise": ndimage.gaussian_filter(noisy, (1, 1, 0, 0))[5:10, 5:10]}
for name, values in compared.items():
    print(f"{name:20}  smoothness {smoothness(values):5.2f}   median likeness {np.median(best_likeness(values)):.2f}")
drawings.likeness({name: best_likeness(values) for name, values in compared.items()})

# %% [markdown]
# In our run the trained filters were no more like lines and corners than the random ones they began as. What training added was, but not more than blurred noise. So the number confirms what can be seen, that neighbouring weights have become alike, and it does *not* confirm that this network has learned notebook 1's detectors. AlexNet's filters are 11×11 and saw a million photographs; five by five pixels and ten photographs are too little for that. And without the two controls, 0.8 would have looked like a discovery.
#
# ## CIFAR-10
#
# A larger set of small photographs, if you like: 50,000 of 32×32 pixels in ten classes, airplanes to trucks. This is not graded, takes a while and about 2 GB of memory, so it runs only if you switch it on. The images are padded with 4 zeros on each side, so that there are 8 · 8 places to cut 33×33 from.
#
# Choose your settings with the validation images and look at the test images once, at the end.

# %%
RUN_CIFAR10 = False  # True: about 5 minutes on two cores for 10 epochs
EPOCHS = 10

if not RUN_CIFAR10:
    print("CIFAR-10 was not asked for: set RUN_CIFAR10 = True and run this cell again.")
elif not datasets.is_available("cifar10"):
    print("CIFAR-10 is skipped, because it is not on this machine. " + datasets.how_to_get("cifar10"))
else:
    cifar = datasets.cifar10()
    print(cifar)

    def padded(images):
        return np.pad(images, ((0, 0), (4, 4), (4, 4), (0, 0)))

    def cifar_error(images, model):
        answers = [predict(model, crops) for crops in ten_crops(padded(images.x), CROP)]
        return top_k_error(average(np.stack(answers)), images.y, 1)

    keras.utils.set_random_seed(0)
    model, batch, part = small_alexnet(), 128, 5000  # 5,000 images at a time, so that memory suffices
    starts = range(0, len(cifar.train), part)
    rate = keras.optimizers.schedules.CosineDecay(0.001, EPOCHS * len(starts) * -(-part // batch))
    model.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy")
    for epoch in range(EPOCHS):
        for start in starts:
            shown = fresh(padded(cifar.train.x[start : start + part]), CROP, 1000 * epoch + start // part)
            model.fit(shown, cifar.train.y[start : start + part], batch_size=batch, verbose=0)
        print(f"epoch {epoch + 1}: {cifar_error(cifar.validation, model):.1%} of the validation images wrong, with ten crops")
    print(f"test error {cifar_error(cifar.test, model):.1%}")

# %% [markdown]
# ## What you have learned
#
# - AlexNet is eight layers and 62,378,344 weights, 58,631,144 of them in the dense layers. In its two towers it has 60,965,224, and 36 % less work.
# - Its kernel of 11 with a stride of 4 does not fit on 224 pixels; on 227 nothing is left over in any layer.
# - ReLU keeps the slope where the sum is positive, and can leave a filter dead. Whether it is six times faster depends on what you compare with.
# - Dropout sets numbers to 0 by lot in training, scales the rest, and does nothing in use.
# - Random crops, flips and a mild jitter make new images out of old ones, as long as the label survives. They cost computing time only.
# - Overfitting is a gap between two curves that were measured alike. Augmentation narrowed it in each of our 20 runs, and closed it in none.
# - Top-5 error asks for the right class among five; 15.3 % against 26.2 % made 2012 the flash point.
#
# **Next:** if eight layers were so much better than what came before, why not eighty? Notebook 6 finds out, and builds ResNet.

# %%
if importlib.util.find_spec("resource") is not None:  # not on Windows
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"This notebook took {peak / 1e9:.2f} GB of memory at most.")
