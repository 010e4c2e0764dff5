# %% [markdown]
# # 3 · Counting
#
# A network can be judged before it is trained. With pencil, paper and a few lines of Python you can say how many weights it has to learn, how large its maps are, how far each number sees into the image, and how much work one image costs. At the end of this notebook you will be able to
#
# - say why a fully connected layer on an image is out of the question, and what a convolutional layer does instead;
# - count the weights of convolutional and fully connected layers, with and without biases;
# - follow the shape of the data through any stack of layers;
# - compute the receptive field and the multiply-accumulates of any stack;
# - count LeNet-5, AlexNet, VGG-19, a plain network of 34 layers and ResNet-34 with your own functions, and have Keras confirm every number;
# - design a network for a given budget.
#
# **Time:** about 2½ hours. **Slides:** “Example: Images”, “Convolution Settings: Depth”, “CNN: Pooling Layer”, “LeNet-5: Number of weights?”, “AlexNet: Diagram”, “Revolution of Depth”, “VGG-19”, “Plain Network vs. ResNet”, “Complexity Comparison” and “Why is CNN Successful?”.
#
# Nothing is trained here, and no network computes anything: you count. As everywhere in this course, weights means all numbers that training changes, the biases among them, unless a sentence says “without biases”.

# %%
import importlib.util

if importlib.util.find_spec("autograder") is None:
    raise SystemExit("The course package is not installed here: run  %pip install autograder  with the address that your course gives, restart the kernel, and run this cell again.")

import math

from autograder.notebook import Checklist
from autograder.notebook.drawings import counting as drawings
from autograder.notebook.layer_lists import as_keras, name
from autograder.notebook.layer_lists import batch_norm, conv, dense, flatten, global_pool, pool, residual
from autograder.notebook.puzzles import Puzzle


# %% [markdown]
# ## The weights of one layer

# %% [markdown]
# ### Exercise 1 · Everything with everything &emsp; ●○○ &emsp; 5 minutes
#
# **Why.** The convolutional layer was invented to avoid one number. Here you compute that number.
#
# A colour image of 200×200 pixels is a list of 200·200·3 = 120,000 values. In a **fully connected** (dense) layer, every unit has one weight for *every* value of its input, and one bias. A layer that turns the image into another one of the same size has 120,000 units.
#
# **Your task.** Write `dense_weights`, the number of weights of a fully connected layer on an input of any shape.
#
# <details><summary>Hint: one unit first</summary>How many weights does a single unit have? Multiply all the lengths of the shape: <code>math.prod</code> does that.</details>
# <details><summary>Hint: the biases</summary>Each <em>unit</em> has one bias, whatever the size of its input. <code>True</code> counts as 1 in a sum and <code>False</code> as 0.</details>

# %% nbgrader={"grade": false, "grade_id": "dense_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_weights(shape, units, bias=True):
    """Number of weights of a fully connected layer, an integer.

    shape: lengths of the input's axes, a tuple of integers, such as (200, 200, 3) for a colour image
    units: number of units, an integer
    bias:  whether each unit has a bias
    """
    ### BEGIN SOLUTION
    return units * (math.prod(shape) + bias)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_dense_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("dense_weights", points=2)
check.equal("one unit on a 200×200 colour image, no bias", lambda: dense_weights((200, 200, 3), 1, bias=False), 120_000, hints={
    40_000: "That is one colour: each pixel has three values.",
    403: "The lengths were added. A table of 200 rows and 200 columns has 200·200 entries.",
    120_001: "A bias was counted, although `bias=False` was asked for.",
})
check.equal("as many units as values, no biases", lambda: dense_weights((200, 200, 3), 120_000, bias=False), 14_400_000_000, hints={
    14_400_120_000: "Biases were counted, although `bias=False` was asked for.",
    4_800_000_000: "Each unit looks at all three colours of every pixel.",
    240_000: "Every unit is connected with every value: multiply, do not add.",
    1_515_098_112: "That is the right number in too small a box: 32 bits hold no more than about 4.3 billion. Use Python's own integers.",
})
check.equal("80 units on a 28×28 image, no biases", lambda: dense_weights((28, 28), 80, bias=False), 62_720, hints={
    62_800: "Biases were counted, although `bias=False` was asked for.",
})
check.equal("80 units on a 28×28 image, with biases", lambda: dense_weights((28, 28), 80), 62_800, hints={
    62_720: "The biases are missing: one for each unit.",
    62_721: "There is one bias for each unit, not one for the layer.",
    63_504: "You counted a bias for each value of the input; biases belong to the units.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_dense_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("dense_weights", points=1, at_grading="other shapes, of one, two or three axes, with and without biases, to the last digit")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("dense_weights")
with check.group("inputs of any shape"):
    for number in range(18):
        # In every second case the product is too large for a float, and not too large for NumPy's integers.
        lengths = tuple((2 * rng.integers(75, 150, 1 + number % 3) + 1).tolist())
        units, with_bias = 2 * int(rng.integers(2, 1_000)) + 1 + (number % 2) * 10**10, number % 4 < 2
        values = math.prod(lengths)
        check.equal(
            f"{units:,} units on {lengths}, {'with' if with_bias else 'without'} biases",
            lambda: dense_weights(lengths, units, bias=with_bias),
            units * (values + with_bias),
            hints={
                units * (values + (not with_bias)): "Mind the argument `bias`: it says whether biases are counted.",
                units * values + with_bias: "There is one bias for each unit, not one for the layer.",
                (units + with_bias) * values: "Biases belong to the units, not to the values of the input.",
                units * (sum(lengths) + with_bias): "The lengths of the axes were added; multiply them.",
                units * (math.prod(lengths[:2]) + with_bias): "Multiply all the lengths of the shape: there can be three of them.",
                (lambda found: isinstance(found, float)): "A count is a whole number. A float has 16 digits and loses the rest: stay with integers.",
            },
        )
### END HIDDEN TESTS
check.report()

# %% [markdown]
# What would 14.4 billion weights mean in practice? Four bytes each, just to hold them:

# %%
weights = dense_weights((200, 200, 3), 120_000, bias=False)
print(f"{weights:,} weights of 4 bytes: {4 * weights / 1e9:.1f} GB")
print(f"the image itself:            {math.prod((200, 200, 3)) / 1e6:.2f} MB at one byte a value")

# %% [markdown]
# ### Question 1 · Fourteen billion numbers to choose &emsp; ●●○ &emsp; 5 minutes
#
# **Why.** The lecture puts the number on the slide and asks: “Bias-variance tradeoff?”
#
# You have 1,000,000 labelled images, which is a lot, and the fully connected layer of Exercise 1 with its 14.4 billion weights. What does the number of weights mean for the **bias** and for the **variance** of the learned function, what would you expect of the error on training images and on new ones, and what does a convolutional layer change about both?
#
# **Rubric** (3 points): 1 for the bias and variance of the fully connected layer, with the reason; 1 for what that does to the two errors; 1 for naming what a convolutional layer assumes about images and what this does to bias and variance.

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_variance", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# There are 14,400 weights for each image. So flexible a layer can fit nearly any function: its bias is low. But the data cannot determine the weights: many very different choices fit the training images equally well, and another sample of images would give quite another function, so the variance is high. Without further measures the training error will be close to zero and the error on new images much larger (overfitting).
#
# A convolutional layer assumes that useful patterns are local and that the same pattern is worth finding at every position, so all positions share one small kernel. This excludes most functions (for tasks without such structure the bias rises), but images do have this structure, so hardly anything is lost, while the number of weights, and with it the variance, falls by many orders of magnitude.
# ### END SOLUTION

# %% [markdown]
# ### Exercise 2 · What a convolutional layer has to learn &emsp; ●○○ &emsp; 7 minutes
#
# **Why.** A convolutional layer gets along with a handful of weights, since every position of the image shares the same kernels. How many exactly?
#
# A **filter** is as deep as its input: on an RGB image it has a slice of weights for red, one for green and one for blue. It also has one bias. However large the image, the filter is the same.

# %%
drawings.filters(channels=3, filters=6, kernel=5)


# %% [markdown]
# **Your task.** Write `conv_weights`. One or two lines are enough.
#
# <details><summary>Hint: where to start</summary>Count the weights of <em>one</em> filter. The lecture does: a 5×5 kernel on an RGB image has 5·5·3 of them.</details>
# <details><summary>Hint: the bias</summary>It is added once for each filter, after all channels have been summed.</details>
# <details><summary>Hint: “I get 2,400 for the second convolution of LeNet-5”</summary>Then you have all the kernels. What else does each filter learn?</details>

# %% nbgrader={"grade": false, "grade_id": "conv_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_weights(kernel, channels, filters, bias=True):
    """Number of weights of a two-dimensional convolutional layer, an integer.

    kernel:   (height, width) of the kernel, two integers
    channels: number of channels of the input, an integer
    filters:  number of filters, which is the number of maps that the layer gives
    bias:     whether each filter has a bias
    """
    ### BEGIN SOLUTION
    height, width = kernel
    return filters * (height * width * channels + bias)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("conv_weights", points=2)
check.equal("one 5×5 filter on an RGB image, no bias", lambda: conv_weights((5, 5), 3, 1, bias=False), 75, hints={
    25: "That is one channel's worth: the filter has its own 5×5 weights for red, for green and for blue.",
    15: "The kernel is 5 high and 5 wide.",
    30: "Height and width were added: a kernel of 5 rows and 5 columns has 5·5 weights for each channel.",
    76: "A bias was counted, although `bias=False` was asked for.",
    74: "One weight is missing: the pixel under the middle of the kernel has a weight as well.",
    78: "You counted a bias for each channel, and none was asked for.",
})
check.equal("one 5×5 filter on a CMYK image, no bias", lambda: conv_weights((5, 5), 4, 1, bias=False), 100, hints={
    75: "CMYK has four channels: the depth comes from `channels`.",
    25: "The filter has its own 5×5 weights for each of the four channels.",
})
check.equal("one 5×5 filter on an RGB image, with its bias", lambda: conv_weights((5, 5), 3, 1), 76, hints={
    75: "The filter's bias is missing.",
    78: "The bias is added once for each filter, after the channels have been summed: not once for each channel.",
})
check.equal("C3 of LeNet-5: 16 filters of 5×5 on 6 maps", lambda: conv_weights((5, 5), 6, 16), 2_416, hints={
    2_400: "All kernels are there; each of the 16 filters also has a bias.",
    2_401: "Fifteen biases are missing: there is one for each filter, not one for the layer.",
    2_406: "You added a bias for each input map; biases belong to the filters.",
    2_496: "You counted a bias for each slice of each filter; a filter has a single one.",
    416: "Each filter spans all 6 maps, not one.",
    400: "Each filter spans all 6 maps, not one; and each has a bias.",
    156: "That is C1, which has 6 filters on one map. C3 has 16 filters, and each spans 6 maps.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_conv_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("conv_weights", points=2, at_grading="other kernels, not always square, other channels and filters, with and without biases")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("conv_weights")
for with_bias in (False, True):
    with check.group(f"any layer {'with' if with_bias else 'without'} biases"):
        for _ in range(12):
            height, channels, filters = rng.integers(2, 40, 3).tolist()
            width = height + int(rng.integers(1, 9))
            check.equal(
                f"{filters} filters of {height}×{width} on {channels} channels",
                lambda: conv_weights((height, width), channels, filters, bias=with_bias),
                filters * (height * width * channels + with_bias),
                hints={
                    filters * (height * height * channels + with_bias): "Right for square kernels only: height and width can differ.",
                    filters * (width * width * channels + with_bias): "Right for square kernels only: height and width can differ.",
                    filters * (height * width * channels + (not with_bias)): "Mind the argument `bias`: it says whether biases are counted.",
                    filters * (height * width + with_bias): "Each filter is as deep as the input has channels.",
                    filters * height * width * channels + with_bias: "There is one bias for each filter, not one for the layer.",
                    filters * (height * width + with_bias) * channels: "A filter has a single bias, not one for each channel.",
                    filters * height * width * channels + channels: "Biases belong to the filters, not to the channels of the input.",
                },
            )
### END HIDDEN TESTS
check.report()

# %% [markdown]
# The size of the image does not occur in your function. The same six 5×5 filters serve a thumbnail and a poster; only the *work* differs, to which we come later.

# %%
print(f"six 5×5 filters on RGB:   {conv_weights((5, 5), 3, 6):>14,} weights")
print(f"one dense layer, 200×200: {dense_weights((200, 200, 3), 120_000, bias=False):>14,} weights")


# %% [markdown]
# ## LeNet-5, layer by layer
#
# The lecture's LeNet-5 (a network for handwritten digits, 1998) takes images of 32×32 pixels with one channel:
#
# | layer | filters or units | kernel | stride | activation |
# |:--|--:|--:|--:|:--|
# | C1, convolution | 6 | 5×5 | 1 | tanh |
# | S2, average pooling | | 2×2 | 2 | |
# | C3, convolution | 16 | 5×5 | 1 | tanh |
# | S4, average pooling | | 2×2 | 2 | |
# | C5, convolution | 120 | 5×5 | 1 | tanh |
# | FC1, fully connected | 84 | | | tanh |
# | FC2, fully connected | 10 | | | softmax |

# %% [markdown]
# ### Exercise 3 · The table's last column &emsp; ●○○ &emsp; 8 minutes
#
# **Why.** Most readers nod at such a table. Who has filled in its last column once knows what each row means.
#
# **Your task.** Let `lenet_weights` return the number of weights, biases included, of each layer of the table, their `"total"`, and for comparison `"dense_80"`: the weights *without* biases of one fully connected layer of 80 units on a 28×28 image. Numbers or calls of your own functions are equally welcome.
#
# <details><summary>Hint: channels</summary>The channels of a layer's input are the filters of the convolution before it; pooling keeps them.</details>
# <details><summary>Hint: pooling</summary>What would a pooling layer have to learn? (Slide “CNN: Pooling Layer”.)</details>
# <details><summary>Hint: C5 and FC1</summary>C5 is a convolution like the others. Its maps have shrunk to a single number each, so FC1 has 120 inputs.</details>

# %% nbgrader={"grade": false, "grade_id": "lenet_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lenet_weights():
    """Weights of LeNet-5, biases included: a dictionary of integers.

    Its keys: "C1", "S2", "C3", "S4", "C5", "FC1", "FC2"; "total", the sum of the seven;
    and "dense_80": one fully connected layer of 80 units on a 28×28 image, without biases.
    """
    ### BEGIN SOLUTION
    weights = {
        "C1": conv_weights((5, 5), 1, 6),
        "S2": 0,
        "C3": conv_weights((5, 5), 6, 16),
        "S4": 0,
        "C5": conv_weights((5, 5), 16, 120),
        "FC1": dense_weights((120,), 84),
        "FC2": dense_weights((84,), 10),
    }
    total = sum(weights.values())
    return {**weights, "total": total, "dense_80": dense_weights((28, 28), 80, bias=False)}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_lenet_weights", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("lenet_weights", points=3)
check.equal("C1: 6 filters of 5×5 on one channel", lambda: lenet_weights()["C1"], 156, hints={
    150: "The six biases are missing.",
    151: "Each of the 6 filters has a bias.",
    456: "The digits are grey: the input has one channel, not three.",
    122_304: "The filters are the same at all 28·28 positions: count each weight once.",
})
check.equal("S2 and S4: the pooling layers", lambda: [lenet_weights()["S2"], lenet_weights()["S4"]], [0, 0], hints={
    (12, 32): "The network of 1998 had trainable pools, with a factor and a bias for each map. The lecture's pools have nothing to learn.",
    (24, 64): "A pool's 2×2 window has no weights: the mean is the mean.",
    (4, 4): "A pool's 2×2 window has no weights: the mean is the mean.",
})
check.equal("C3: 16 filters of 5×5 on the 6 maps", lambda: lenet_weights()["C3"], 2_416, hints={
    2_400: "All kernels are there; the 16 biases are missing.",
    416: "Each filter spans all 6 maps of its input, not one.",
    400: "Each filter spans all 6 maps of its input, not one; and each has a bias.",
    2_406: "Biases belong to the 16 filters, not to the 6 maps of the input.",
    1_516: "That is the network of 1998, whose C3 connects each filter with some of the maps only. The lecture's filters span all 6.",
})
check.equal("C5: 120 filters of 5×5 on the 16 maps", lambda: lenet_weights()["C5"], 48_120, hints={
    48_000: "All kernels are there; the 120 biases are missing.",
    3_120: "Each filter spans all 16 maps of its input, not one.",
    3_000: "Each filter spans all 16 maps of its input, not one; and each has a bias.",
    18_120: "C5 comes after C3 and S4, so it gets 16 maps, not 6.",
    30_840: "That counts a dense layer of 120 units on 16 maps of 4×4, which are the maps of a 28×28 image. The table's image has 32×32 pixels.",
    1_920: "Did you use one weight for each map? Each filter has 5×5 of them for each of the 16 maps.",
    2_040: "Did you use one weight for each map? Each filter has 5×5 of them for each of the 16 maps.",
})
check.equal("FC1: 84 units on 120 values", lambda: lenet_weights()["FC1"], 10_164, hints={
    10_080: "The 84 biases are missing.",
    10_200: "You added 120 biases: there is one for each of the 84 units, not for each input.",
    33_684: "C5 stands between the 400 values of S4 and FC1: it gives 120 of them.",
})
check.equal("FC2: 10 units on 84 values", lambda: lenet_weights()["FC2"], 850, hints={
    840: "The 10 biases are missing.",
    924: "You added 84 biases: there is one for each of the 10 units, not for each input.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_lenet_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("lenet_weights", points=2, at_grading='the total, and the dense layer of 80 units ("dense_80", without biases) that it is compared with')
### BEGIN HIDDEN TESTS
check.equal("the total", lambda: lenet_weights()["total"], 61_706, hints={
    61_470: "All 236 biases are missing: 6 + 16 + 120 + 84 + 10.",
    44_426: "That is the network on images of 28×28 without padding; the table's image has 32×32 pixels.",
    60_000: "That is the network of 1998 itself, with sparse C3, trainable pools and another last layer. Count the lecture's table.",
    61_750: "The pools of the table have nothing to learn: 12 + 32 weights too many.",
    50_692: "Those are the convolutional layers; the two fully connected ones belong to the total.",
    124_426: "The dense layer of 80 units is no part of LeNet-5.",
})
check.equal("one dense layer of 80 units on 28×28, without biases", lambda: lenet_weights()["dense_80"], 62_720, hints={
    62_800: "Biases were counted: the comparison in the lecture leaves them out.",
    81_920: "That is for an image of 32×32 pixels; the comparison is with 28×28.",
    82_000: "That is for an image of 32×32 pixels and with biases; the comparison is with 28×28, without biases.",
    2_240: "An image of 28×28 pixels has 28·28 values.",
    784: "That is what a single unit has; there are 80.",
})
### END HIDDEN TESTS
check.report()

# %% [markdown]
# Seven layers together need fewer weights than that single layer. With its biases the dense layer has 62,800, which makes the comparison a little clearer still.
#
# ## A network as plain data
#
# To count larger networks you do not want to fill in tables by hand. From here on a network is a **layer list**: a list with one dictionary for each layer. Short functions make the dictionaries; here is what they give.

# %%
for layer in (
    conv(6, 5),
    conv(64, 7, stride=2, padding=3, bias=False),
    pool(2),
    pool(3, stride=2),
    global_pool(),
    flatten(),
    dense(84),
    batch_norm(),
):
    print(layer)

# %% [markdown]
# Kernels are square here, so `kernel` is one number, and so is the `stride`, the same in both directions. `padding` is the number of rings of zeros around each map: 0 is what Keras calls `valid`, and 2 keeps the size under a 5×5 kernel with stride 1, which is what Keras calls `same`. Without a `stride` of its own, `pool(k)` moves by its kernel.
#
# Activations are not listed: they have no weights and change no shape. Neither is the input; its shape, as `(height, width, channels)`, is given beside the list.

# %% nbgrader={"grade": false, "grade_id": "given_lenet5", "locked": true, "schema_version": 3, "solution": false, "task": false}
lenet5 = [
    conv(6, 5),
    pool(2, how="average"),
    conv(16, 5),
    pool(2, how="average"),
    conv(120, 5),
    flatten(),
    dense(84),
    dense(10),
]


# %% [markdown]
# ### Exercise 4 · The shape after a layer &emsp; ●●○ &emsp; 12 minutes
#
# **Why.** Shapes come first: what a layer weighs and what it costs both follow from the shape that it gets.
#
# - **conv** and **pool** slide a window. Along an axis of length *n*, with padding *p*, kernel *k* and stride *s*, it fits at ⌊(*n* + 2·*p* − *k*) / *s*⌋ + 1 positions, where ⌊ ⌋ rounds down: the step that would leave the map is not taken. A convolution gives one map for each *filter*; a pool treats each map on its own and keeps their number.
# - **global_pool** takes the mean of each map and gives one number for each channel, `(channels,)`.
# - **flatten** puts all numbers in a row, `(n,)`.
# - **dense** gives `(units,)` on a row of numbers. On maps it does what Keras does: it looks at the *last* axis only, at each position alike, so that `(6, 6, 256)` becomes `(6, 6, units)`. Whoever forgets to flatten gets no error, but another network.
# - **batch_norm** (batch normalisation) scales and shifts each channel and keeps the shape.
#
# **Your task.** Write `output_shape`. `layer["kind"]` tells what you have before you.
#
# <details><summary>Hint: the structure</summary>A chain of <code>if layer["kind"] == …: return …</code>, one for each kind; <code>conv</code> and <code>pool</code> differ in the last number only.</details>
# <details><summary>Hint: rounding down</summary><code>//</code> divides and rounds down. The <code>+ 1</code> comes after it.</details>
# <details><summary>Hint: one axis</summary>A tuple with one entry is written with a comma: <code>(84,)</code>. <code>(84)</code> is just the number 84.</details>
# <details><summary>Hint: dense</summary><code>shape[:-1]</code> is everything but the last length; for a row of numbers it is empty. Tuples are joined by <code>+</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "output_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_shape(layer, shape):
    """The shape that a layer gives, a tuple of integers.

    layer: a dictionary whose "kind" is "conv", "pool", "global_pool", "flatten", "dense" or "batch_norm"
    shape: of the layer's input, a tuple of integers: (height, width, channels) or (length,)
    """
    ### BEGIN SOLUTION
    kind = layer["kind"]
    if kind in ("conv", "pool"):
        height, width, channels = shape
        rows, columns = (
            (size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in (height, width)
        )
        return (rows, columns, layer["filters"] if kind == "conv" else channels)
    if kind == "global_pool":
        return (shape[-1],)
    if kind == "flatten":
        return (math.prod(shape),)
    if kind == "dense":
        return (*shape[:-1], layer["units"])
    return tuple(shape)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_output_shape", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("output_shape", points=3)
check.equal("C1 of LeNet-5 on 32×32×1", lambda: output_shape(conv(6, 5), (32, 32, 1)), (28, 28, 6), hints={
    (28, 28, 1): "The layer gives one map for each filter.",
    (28, 28): "The number of maps is missing: one for each filter.",
    (32, 32, 6): "Without padding the kernel must fit inside the image, and the map shrinks.",
    (27, 27, 6): "One short: a kernel as large as the image has one position, not none.",
    (29, 29, 6): "One too many: the last position starts where the kernel still fits.",
    (6, 28, 28): "The channels stand last, as in Keras.",
})
with check.group("pools keep the number of maps"):
    check.equal("S2 of LeNet-5 on 28×28×6", lambda: output_shape(pool(2), (28, 28, 6)), (14, 14, 6), hints={
        (14, 14, 1): "A pool treats each map on its own: six go in, six come out.",
        (14, 14): "A pool treats each map on its own: six go in, six come out.",
        (14, 14, 3): "The stride is for rows and columns; the maps stay six.",
        (27, 27, 6): "The stride is missing: the window moves by `layer[\"stride\"]`.",
    })
    check.equal("a 3×3 pool with stride 2 on 55×55×96", lambda: output_shape(pool(3, stride=2), (55, 55, 96)), (27, 27, 96), hints={
        (18, 18, 96): "The windows overlap: divide by the stride, not by the kernel.",
        (28, 28, 96): "Rounded up: a step that would leave the map is not taken.",
    })
    check.equal("a 3×3 pool with stride 1 on 13×13×8", lambda: output_shape(pool(3, stride=1), (13, 13, 8)), (11, 11, 8), hints={
        (13, 13, 8): "Dividing by the stride is not enough: the window of 3×3 must fit inside the map.",
        (4, 4, 8): "The windows overlap: divide by the stride, not by the kernel.",
    })
check.equal("8 filters of 5×5, stride 3, padding 1, on 30×41×3", lambda: output_shape(conv(8, 5, stride=3, padding=1), (30, 41, 3)), (10, 13, 8), hints={
    (9, 13, 8): "The padding is added on both sides of each axis: twice.",
    (9, 12, 8): "Was the `+ 1` left out, or the padding? The first position counts too, and zeros are added on both sides.",
    (10, 14, 8): "Rounded up: a step that would leave the map is not taken.",
    (10, 10, 8): "The image is not square: rows and columns are counted on their own.",
    (13, 13, 8): "The image is not square: rows and columns are counted on their own.",
    (13, 10, 8): "Rows and columns are exchanged: the height comes first.",
    (28, 39, 8): "The stride is missing: the window moves by `layer[\"stride\"]`.",
})
with check.group("the other kinds"):
    check.equal("flatten on 5×5×16", lambda: output_shape(flatten(), (5, 5, 16)), (400,), hints={
        400: "A shape is a tuple, also with a single length: `(400,)` with its comma.",
        (26,): "The lengths were added: 5 rows of 5 columns of 16 values are 5·5·16 values.",
        (25, 16): "All axes become one.",
    })
    check.equal("dense(84) on 120 values", lambda: output_shape(dense(84), (120,)), (84,), hints={
        84: "A shape is a tuple, also with a single length: `(84,)` with its comma.",
        (120, 84): "That is the shape of the layer's weights. Each unit gives one number.",
    })
    check.equal("dense(4096) on 6×6×256, the flatten forgotten", lambda: output_shape(dense(4096), (6, 6, 256)), (6, 6, 4096), hints={
        (4096,): "Only after a `flatten`. On maps the layer looks at the last axis, at each position alike, and the first two stay.",
    })
    check.equal("global_pool on 7×7×512", lambda: output_shape(global_pool(), (7, 7, 512)), (512,), hints={
        (1, 1, 512): "One number for each channel, in a row: `(512,)`.",
        512: "A shape is a tuple, also with a single length: `(512,)` with its comma.",
    })
    check.equal("batch_norm on 7×9×4", lambda: output_shape(batch_norm(), (7, 9, 4)), (7, 9, 4))
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_output_shape", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("output_shape", points=3, at_grading="every kind of layer on other shapes: not square, strides that do not divide, strides above the padding")
### BEGIN HIDDEN TESTS
from autograder import draws
from autograder.notebook import layer_lists


def positions(size, layer, twice=2, up=0):
    return (size + twice * layer["padding"] - layer["kernel"] + up * (layer["stride"] - 1)) // layer["stride"] + 1


rng = draws.hidden("output_shape")
for kind in ("conv", "pool"):
    with check.group(f"{kind} on maps of any size"):
        for number in range(20):
            kernel, stride, channels, filters = rng.integers(2, 7, 4).tolist()
            padding = int(rng.integers(0, kernel)) if number % 2 else 0
            rows = int(rng.integers(9, 60))
            columns = rows + int(rng.integers(7, 30))
            layer = conv(filters + 6, kernel, stride, padding) if kind == "conv" else pool(kernel, stride, padding)
            maps = filters + 6 if kind == "conv" else channels
            check.equal(
                f"{layer_lists.name(layer)}, padding {padding}, on {rows}×{columns}×{channels}",
                lambda: output_shape(layer, (rows, columns, channels)),
                (positions(rows, layer), positions(columns, layer), maps),
                hints=[
                    ((positions(rows, layer, 0), positions(columns, layer, 0), maps), "The padding was left out."),
                    ((positions(rows, layer, 1), positions(columns, layer, 1), maps), "The padding is added on both sides of each axis: twice."),
                    ((positions(rows, layer, 2, 1), positions(columns, layer, 2, 1), maps), "Rounded up: a step that would leave the map is not taken."),
                    ((positions(rows, layer), positions(rows, layer), maps), "The image is not square: rows and columns are counted on their own."),
                    ((positions(columns, layer), positions(rows, layer), maps), "Rows and columns are exchanged: the height comes first."),
                    ((rows // stride, columns // stride, maps), "That holds where kernel and stride are equal and divide the map, and nowhere else."),
                    ((rows // kernel, columns // kernel, maps), "That holds where kernel and stride are equal and divide the map, and nowhere else."),
                ],
            )
with check.group("flatten, dense, global_pool and batch_norm"):
    for number in range(12):
        rows, columns, channels, units = rng.integers(2, 20, 4).tolist()
        for label, layer, given, expected in (
            ("flatten on maps", flatten(), (rows, columns, channels), (rows * columns * channels,)),
            ("flatten on a row", flatten(), (rows,), (rows,)),
            ("dense on a row", dense(units), (channels,), (units,)),
            ("dense on maps", dense(units), (rows, columns, channels), (rows, columns, units)),
            ("global_pool", global_pool(), (rows, columns, channels), (channels,)),
            ("batch_norm on maps", batch_norm(), (rows, columns, channels), (rows, columns, channels)),
            ("batch_norm on a row", batch_norm(), (channels,), (channels,)),
        ):
            check.equal(f"{label}, {given}", lambda: output_shape(layer, given), expected)
### END HIDDEN TESTS
check.report()

# %% [markdown]
# Through all layers of LeNet-5, with your function:

# %%
names = ["input", "C1", "S2", "C3", "S4", "C5", "flat", "FC1", "FC2"]
maps = [(32, 32, 1)]
for layer in lenet5:
    maps.append(output_shape(layer, maps[-1]))
drawings.maps(names, maps)


# %% [markdown]
# ### Exercise 5 · Count a whole network &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** One function that counts any layer list makes every table in every paper checkable.
#
# Walk through the list with the shape in your hand. Three kinds of layers have weights:
#
# - **conv** and **dense**, as you have counted them; `layer["bias"]` says whether there are biases;
# - **batch_norm**, which learns a scale and a shift for each channel. It also keeps a running mean and variance of each channel; these are measured, not learned, and we do not count them.
#
# **Your task.** Write `count`. Use your earlier functions.
#
# <details><summary>Hint: the loop</summary>The input shape of a layer is the output shape of the one before. Count with the shape that goes <em>in</em>, then replace it by the one that comes out.</details>
# <details><summary>Hint: dense</summary>A dense layer sees the last axis only. What is the shape of what <em>one</em> unit is connected with?</details>
# <details><summary>Hint: “my dense layer after two pools has too many weights”</summary>Is the shape updated after <em>every</em> layer, also after those without weights?</details>

# %% nbgrader={"grade": false, "grade_id": "count", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count(layers, shape):
    """The shape that each layer gives and the number of its trainable weights: a list of pairs, one for each layer.

    layers: a layer list
    shape:  of the network's input, a tuple of integers
    """
    ### BEGIN SOLUTION
    rows = []
    for layer in layers:
        kind, weights = layer["kind"], 0
        if kind == "conv":
            weights = conv_weights((layer["kernel"], layer["kernel"]), shape[-1], layer["filters"], layer["bias"])
        elif kind == "dense":
            weights = dense_weights(shape[-1:], layer["units"], layer["bias"])
        elif kind == "batch_norm":
            weights = 2 * shape[-1]
        shape = output_shape(layer, shape)
        rows.append((shape, weights))
    return rows
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_count", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("count", points=3)
small = [conv(4, 3, stride=2), pool(2), flatten(), dense(3)]
check.equal("a small network on 11×15×2: shapes and weights", lambda: count(small, (11, 15, 2)), [[(5, 7, 4), 76], [(2, 3, 4), 0], [(24,), 0], [(3,), 75]], hints=[
    ([[(5, 7, 4), 76], [(2, 3, 4), 0], [(24,), 0], [(3,), 72]], "The biases of the dense layer are missing."),
    ([[(5, 7, 4), 72], [(2, 3, 4), 0], [(24,), 0], [(3,), 72]], "The biases are missing."),
    ([[(11, 15, 2), 76], [(5, 7, 4), 0], [(2, 3, 4), 0], [(24,), 75]], "Those are the shapes that go in; the pair holds the one that comes out."),
    ([76, 0, 0, 75], "Each entry is a pair: the shape that the layer gives, and its weights."),
    (lambda found: [entry[1] for entry in found][:3] == [76, 0, 0], "The dense layer is connected with all the numbers that the `flatten` gives, not with a number of channels: is the shape updated after every layer?"),
    (lambda found: len(found) == 2, "One pair for each layer, also for those without weights."),
])
check.equal("LeNet-5: the weights of its layers", lambda: [weights for _, weights in count(lenet5, (32, 32, 1))], [156, 0, 2_416, 0, 48_120, 0, 10_164, 850], hints=[
    ([150, 0, 2_400, 0, 48_000, 0, 10_080, 840], "All 236 biases are missing: `layer[\"bias\"]` is True, and together that makes 61,470 instead of 61,706."),
    ([156, 0, 416, 0, 3_120, 0, 10_164, 850], "Each filter spans all maps of its input."),
    ([156, 0, 416, 0, 3_120, 0, 252, 850], "The shape stays that of the image: replace it after every layer by the one that comes out."),
    ([156, 12, 2_416, 32, 48_120, 0, 10_164, 850], "The pools of 1998 were trainable; these have nothing to learn."),
])
dense120 = [conv(6, 5), pool(2), conv(16, 5), pool(2), flatten(), dense(120), dense(84), dense(10)]
check.equal("on 28×28 the third convolution no longer fits; with dense(120) in its place, in total", lambda: sum(weights for _, weights in count(dense120, (28, 28, 1))), 44_426, hints={
    61_706: "That is for images of 32×32 pixels, whose last maps are 5×5. Do you use the argument `shape`?",
    44_190: "The 236 biases are missing.",
})
check.equal("batch normalisation after a convolution without biases", lambda: [weights for _, weights in count([conv(64, 7, stride=2, padding=3, bias=False), batch_norm()], (224, 224, 3))], [9_408, 128], hints={
    (9_472, 128): "`bias=False`: this convolution has no biases, `layer[\"bias\"]` says so.",
    (9_408, 256): "The running means and variances were counted; they are measured, not trained.",
    (9_408, 64): "A scale and a shift for each channel.",
    (9_408, 0): "Batch normalisation learns a scale and a shift for each channel.",
    (9_408, 6): "The channels are those of the maps that come in, 64, not those of the image.",
    (9_408, 2 * 112 * 112 * 64): "One scale and one shift serve all positions of a map.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_count", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("count", points=3, at_grading="other networks on maps that are not square, with and without biases, flattened or not")
### BEGIN HIDDEN TESTS
from autograder import draws


def reference_rows(layers, shape, norm=2, biases=1):
    rows = []
    for layer in layers:
        kind, weights = layer["kind"], 0
        if kind == "conv":
            weights = layer["filters"] * (layer["kernel"] ** 2 * shape[-1] + biases * layer["bias"])
        elif kind == "dense":
            weights = layer["units"] * (shape[-1] + biases * layer["bias"])
        elif kind == "batch_norm":
            weights = norm * shape[-1]
        if kind in ("conv", "pool"):
            sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
            shape = (*sizes, layer.get("filters", shape[2]))
        elif kind == "global_pool":
            shape = shape[-1:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            shape = (*shape[:-1], layer["units"])
        rows.append([shape, weights])
    return rows


for label, ends in (("convolutions, pools and batch normalisation", False), ("whole networks", True)):
    with check.group(label, points=1 + ends):
        for stack in draws.stacks(f"count {label}", 18, ends=ends):
            check.equal(str(stack), lambda: count(stack.layers, stack.shape), reference_rows(stack.layers, stack.shape), hints=[
                (reference_rows(stack.layers, stack.shape, norm=4), "Running means and variances are measured, not trained: two weights for each channel."),
                (reference_rows(stack.layers, stack.shape, norm=1), "Batch normalisation learns a scale and a shift for each channel."),
                (reference_rows(stack.layers, stack.shape, norm=0), "Batch normalisation has weights as well."),
                (reference_rows(stack.layers, stack.shape, biases=0), "The biases are missing."),
                (reference_rows([{**layer, "bias": True} for layer in stack.layers], stack.shape), "Some layers have no biases: `layer[\"bias\"]` says which."),
                (lambda found: [tuple(row[0]) for row in found] == [tuple(row[0]) for row in reference_rows(stack.layers, stack.shape)], "The shapes are right, a number of weights is not: a dense layer is connected with the last axis of what comes in, a filter with all channels of what comes in, and a bias is counted only where `layer[\"bias\"]` says so."),
            ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# The lecture's table, now filled in by your function. On images of 28×28 pixels, as MNIST has them, a padding of 2 in the first convolution gives the same maps and so the same number of weights.

# %%
def print_table(layers, shape):
    for layer, (result, weights) in zip(layers, count(layers, shape), strict=True):
        print(f"{name(layer):28}{'×'.join(map(str, result)):>12}{weights:>14,}")
    print(f"{'total':40}{sum(weights for _, weights in count(layers, shape)):>14,}\n")


print_table(lenet5, (32, 32, 1))
padded = [conv(6, 5, padding=2), *lenet5[1:]]
print("28×28, padding 2 in the first convolution:", f"{sum(weights for _, weights in count(padded, (28, 28, 1))):,}")
print("one dense layer of 80 units on 28×28:     ", f"{dense_weights((28, 28), 80, bias=False):,} (with biases {dense_weights((28, 28), 80):,})")


# %% [markdown]
# More than three quarters of the weights sit in C5, a layer that looks at a map of 5×5 with a kernel of 5×5. That is a dense layer in all but name.
#
# ## How far a number sees

# %% [markdown]
# ### Exercise 6 · The receptive field of any stack &emsp; ●●○ &emsp; 12 minutes
#
# **Why.** A number that sees 14×14 pixels can know a stroke, but not the whole digit. Whether a network *can* see enough is a property of its layer list.
#
# The **receptive field** of a number is the square of input pixels that it depends on. One pixel of the input sees 1×1. Each layer widens the field: a kernel of *k* reaches over *k* neighbouring numbers of its input, which is *k* − 1 steps from the first to the last. And a step on a map is worth more than a pixel: after a pool with stride 2, neighbouring numbers lie *two* pixels apart, after another one four.
#
# So carry two numbers along: the field, and the distance in pixels between neighbouring numbers, often called the *jump*.
#
# **Your task.** Write `receptive_field`. It gives the side of the field after every `conv` and every `pool`; other kinds have no entry (the lists here hold nothing else but `batch_norm`, which sees a single pixel). Padding moves the field, it does not change its size.
#
# <details><summary>Hint: two 3×3 layers</summary>The first sees 3 pixels. The second sees three numbers of the first, one pixel apart: 3, and one more on either side.</details>
# <details><summary>Hint: one layer</summary>The field grows by (kernel − 1) times the jump. How does the jump change, and <em>before or after</em> that?</details>
# <details><summary>Hint: check yourself</summary>In LeNet-5 the first pool adds a single pixel: its two numbers are neighbours of the map C1, whose jump is still 1.</details>

# %% nbgrader={"grade": false, "grade_id": "receptive_field", "locked": false, "schema_version": 3, "solution": true, "task": false}
def receptive_field(layers):
    """Side of the receptive field after every convolution and every pool: a list of integers.

    layers: a layer list of the kinds "conv", "pool" and "batch_norm"; the latter have no entry in the result
    """
    ### BEGIN SOLUTION
    field, jump, fields = 1, 1, []
    for layer in layers:
        if layer["kind"] in ("conv", "pool"):
            field += (layer["kernel"] - 1) * jump
            jump *= layer["stride"]
            fields.append(field)
    return fields
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_receptive_field", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("receptive_field", points=3)
check.equal("three 3×3 convolutions", lambda: receptive_field([conv(8, 3), conv(8, 3), conv(8, 3)]), [3, 5, 7], hints={
    (3, 6, 9): "The kernels overlap: a second 3×3 kernel adds one pixel on either side.",
    (4, 7, 10): "The kernels overlap: a second 3×3 kernel adds one pixel on either side.",
    (3, 9, 27): "Fields do not multiply: the second kernel's three numbers see overlapping squares.",
    (3, 3, 3): "Each layer sees further than the one before: carry the field along.",
    (2, 4, 6): "The field of a single pixel is 1, not 0: start there.",
    7: "After every layer: a list.",
})
check.equal("LeNet-5: C1, S2, C3, S4, C5", lambda: receptive_field(lenet5[:5]), [5, 6, 14, 16, 32], hints={
    (5, 6, 10, 11, 15): "The strides are missing: after a pool with stride 2, a step is worth two pixels.",
    (5, 7, 15, 19, 35): "The jump was changed too early: the pool itself still steps from neighbour to neighbour of the map before it.",
    (5, 6, 14, 15, 23): "The strides of all layers before multiply: after two pools a step is worth four pixels.",
    (5, 6, 14, 16, 28): "Strides multiply, they do not add: after two pools a step is worth 2·2 pixels.",
    (5, 10, 14, 28, 32): "That recipe, times the stride and plus the kernel, runs from the last layer back to the first; you ran it forwards.",
    (5, 14, 32): "Pools see several numbers too: they have an entry as well.",
    (5, 9, 13): "Pools count: they widen the field a little and, by their stride, everything that comes after.",
    (6, 8, 18, 22, 42): "From its first to its last number a kernel of k makes k − 1 steps.",
})
stem = [conv(64, 7, stride=2, padding=3, bias=False), batch_norm(), pool(3, stride=2, padding=1), conv(64, 3, padding=1)]
check.equal("how ResNet begins: strides in the convolution, padding, batch normalisation", lambda: receptive_field(stem), [7, 11, 19], hints={
    (7, 7, 11, 19): "`batch_norm` sees a single pixel and has no entry.",
    (7, 9, 13): "Convolutions have strides too: the first one moves by 2.",
    (7, 11, 23): "The pool moves by its stride, 2, not by its kernel.",
    (7, 9, 11): "Both strides count: that of the convolution and that of the pool.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_receptive_field", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("receptive_field", points=3, at_grading="other stacks of convolutions and pools, with strides up to 4, strides that differ from the kernels, and padding")
### BEGIN HIDDEN TESTS
from autograder import draws
from autograder.notebook import layer_lists


def reference_fields(layers, early=False, last=False, strides=True, pools=True):
    sizes, jump, field = [], 1, 1
    for layer in layers:
        if layer["kind"] not in ("conv", "pool"):
            continue
        stride = layer["stride"] if strides and (pools or layer["kind"] == "conv") else 1
        before, after = jump, stride if last else jump * stride
        field += (layer["kernel"] - 1) * (after if early else before)
        jump = after
        sizes.append(field)
    return sizes


rng = draws.hidden("receptive_field")
for label, strides in (("stacks with stride 1", False), ("stacks with strides", True)):
    with check.group(label, points=1 + strides):
        for number in range(20):
            layers = []
            for place in range(3 + number % 6):
                kernel, filters = rng.integers(2, 8, 2).tolist()
                stride = int(rng.integers(1, 5)) if strides and place != 1 else 1 + strides
                padding = int(rng.integers(0, kernel))
                pooled = place % 3 == number % 3
                layers.append(pool(kernel, stride, padding) if pooled else conv(filters, kernel, stride, padding))
                if place % 4 == 3:
                    layers.append(batch_norm())
            texts = ", ".join(map(layer_lists.name, layers))
            check.equal(texts, lambda: receptive_field(layers), reference_fields(layers), hints=[
                (reference_fields(layers, early=True), "The jump was changed too early: a layer steps on the map before it."),
                (reference_fields(layers, last=True), "The strides of all layers before multiply."),
                (reference_fields(layers, strides=False), "The strides are missing: after stride 2, a step is worth two pixels."),
                (reference_fields(layers, pools=False), "Pools have strides too."),
                (lambda found: len(found) > len(reference_fields(layers)), "`batch_norm` sees a single pixel and has no entry."),
                (lambda found: len(found) < len(reference_fields(layers)), "There is an entry for every convolution and every pool."),
            ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# At its fifth layer LeNet-5 sees the whole 32×32 image, to the pixel:

# %%
drawings.fields(["C1", "S2", "C3", "S4", "C5"], receptive_field(lenet5[:5]), 32)

# %% [markdown]
# Two convolutions of 3×3 see as far as one of 5×5, three as far as one of 7×7, for fewer weights, and with a ReLU in between. This is what VGG is built on.

# %%
channels = 64
for small_kernels, large in ((2, 5), (3, 7)):
    field = receptive_field([conv(channels, 3)] * small_kernels)[-1]
    stacked = small_kernels * conv_weights((3, 3), channels, channels)
    print(f"{small_kernels} layers of 3×3 see {field}×{field}: {stacked:,} weights; one of {large}×{large}: {conv_weights((large, large), channels, channels):,}")


# %% [markdown]
# ## What one image costs

# %% [markdown]
# ### Exercise 7 · Multiply-accumulates &emsp; ●●○ &emsp; 8 minutes
#
# **Why.** Weights fill memory, operations take time, and the two do not go together: a convolution uses the same few weights over and over.
#
# A weighted sum multiplies a weight with a value and adds the product to what it has: a **multiply-accumulate**, MAC for short. Hardware does one in a single step. If you see **FLOPs** in a paper, look twice: two operations for each MAC (FLOPs = 2 × MACs), or just another word for MACs. Here we count MACs.
#
# Each number that a convolutional or dense layer *gives* is one weighted sum. We count the multiplications with weights in `conv` and `dense`; biases, pools, activations and batch normalisation are left out, as is usual.
#
# **Your task.** Write `count_macs`: the multiply-accumulates of every layer, for one image.
#
# <details><summary>Hint: one number of a map</summary>How many products are summed for a single number of C3? As many as one filter has weights, without its bias.</details>
# <details><summary>Hint: how many numbers</summary>All the numbers of the shape that comes <em>out</em>. Your <code>output_shape</code> knows it.</details>

# %% nbgrader={"grade": false, "grade_id": "count_macs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_macs(layers, shape):
    """Multiply-accumulates of each layer for one image: a list of integers, 0 for layers other than conv and dense.

    layers: a layer list
    shape:  of the network's input, a tuple of integers
    """
    ### BEGIN SOLUTION
    macs = []
    for layer in layers:
        result = output_shape(layer, shape)
        if layer["kind"] == "conv":
            macs.append(math.prod(result) * layer["kernel"] ** 2 * shape[-1])
        elif layer["kind"] == "dense":
            macs.append(math.prod(result) * shape[-1])
        else:
            macs.append(0)
        shape = result
    return macs
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_count_macs", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("count_macs", points=2)
lenet_macs = [117_600, 0, 240_000, 0, 48_000, 0, 10_080, 840]
check.equal("LeNet-5, layer by layer", lambda: count_macs(lenet5, (32, 32, 1)), lenet_macs, hints={
    (122_304, 0, 241_600, 0, 48_120, 0, 10_164, 850): "The biases are added, not multiplied: leave them out.",
    (156, 0, 2_416, 0, 48_120, 0, 10_164, 850): "Those are the weights. Each one is used at every position of the map.",
    (150, 0, 2_400, 0, 48_000, 0, 10_080, 840): "Those are the weights. Each one is used at every position of the map.",
    (153_600, 0, 470_400, 0, 1_200_000, 0, 10_080, 840): "Count the positions of the map that comes out, not of the one that goes in.",
    (235_200, 0, 480_000, 0, 96_000, 0, 20_160, 1_680): "Those are FLOPs, a multiplication and an addition each; here a MAC counts once.",
    (19_600, 0, 40_000, 0, 3_000, 0, 10_080, 840): "Each filter spans all maps of its input, and each of its maps has to be computed.",
    (19_600, 0, 15_000, 0, 400, 0, 10_080, 840): "That is one filter's work; there are several filters.",
    (117_600, 0, 40_000, 0, 3_000, 0, 10_080, 840): "Each filter spans all maps of its input.",
    (117_600, 4_704, 240_000, 1_600, 48_000, 0, 10_080, 840): "Pools multiply with no weights: they count 0 here.",
    416_520: "That is the total; an entry for every layer is asked for.",
})
check.equal("dense(5) on maps of 4×6×3", lambda: count_macs([dense(5)], (4, 6, 3)), [360], hints={
    (15,): "On maps the dense layer works at each of the 4·6 positions.",
    (1_800,): "Without a `flatten` a unit is connected with the last axis only.",
    (480,): "The biases are added, not multiplied: leave them out.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_count_macs", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("count_macs", points=2, at_grading="other networks on maps that are not square")
### BEGIN HIDDEN TESTS
from autograder import draws


def reference_macs(layers, shape, factor=1, biases=0, inputs=False, square=False):
    macs = []
    for layer in layers:
        kind, before = layer["kind"], shape
        if kind in ("conv", "pool"):
            sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
            shape = (*sizes, layer.get("filters", shape[2]))
        elif kind == "global_pool":
            shape = shape[-1:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            shape = (*shape[:-1], layer["units"])
        sizes = (before if inputs else shape)[:-1]
        positions = (sizes[0] ** 2 if square and sizes else math.prod(sizes)) * shape[-1]
        products = {"conv": layer.get("kernel", 0) ** 2 * before[-1], "dense": before[-1]}.get(kind, 0)
        macs.append(factor * positions * (products + biases * layer.get("bias", False)))
    return macs


for label, ends in (("convolutions and pools", False), ("whole networks", True)):
    with check.group(label):
        for stack in draws.stacks(f"count_macs {label}", 18, ends=ends):
            check.equal(str(stack), lambda: count_macs(stack.layers, stack.shape), reference_macs(stack.layers, stack.shape), hints=[
                (reference_macs(stack.layers, stack.shape, factor=2), "Those are FLOPs; here a MAC counts once."),
                (reference_macs(stack.layers, stack.shape, biases=1), "The biases are added, not multiplied: leave them out."),
                (reference_macs(stack.layers, stack.shape, square=True), "Maps are not always square: count rows times columns."),
                (reference_macs(stack.layers, stack.shape, inputs=True), "Count the positions of the map that comes out, not of the one that goes in."),
            ])
### END HIDDEN TESTS
check.report()

# %%
print(f"LeNet-5: {sum(count_macs(lenet5, (32, 32, 1))):,} multiply-accumulates for one image")
counted = [0, 2, 4, 6, 7]  # the layers with weights
drawings.shares(
    ["C1", "C3", "C5", "FC1", "FC2"],
    [count(lenet5, (32, 32, 1))[number][1] for number in counted],
    [count_macs(lenet5, (32, 32, 1))[number] for number in counted],
    title="LeNet-5",
)


# %% [markdown]
# The weights sit at the end of the network, the work at its beginning. Keep that picture in mind.
#
# ## From LeNet to ResNet

# %% [markdown]
# ### Exercise 8 · AlexNet as a layer list &emsp; ●●○ &emsp; 12 minutes
#
# **Why.** AlexNet (2012) is the network with which the lecture's “flash point” came: 15.4 % top-5 error on ImageNet's 1,000 classes, where the next best entry had 26.2 %. How large was it?
#
# | layer | filters or units | kernel | stride | output |
# |:--|--:|--:|--:|--:|
# | conv 1 | 96 | 11×11 | 4 | 55×55×96 |
# | max pool | | 3×3 | 2 | 27×27×96 |
# | conv 2 | 256 | 5×5 | 1 | 27×27×256 |
# | max pool | | 3×3 | 2 | 13×13×256 |
# | conv 3 | 384 | 3×3 | 1 | 13×13×384 |
# | conv 4 | 384 | 3×3 | 1 | 13×13×384 |
# | conv 5 | 256 | 3×3 | 1 | 13×13×256 |
# | max pool | | 3×3 | 2 | 6×6×256 |
# | dense, dense, dense | 4,096, 4,096, 1,000 | | | 1,000 |
#
# (The authors split the maps between two graphics cards, so that some filters saw only half of them. We build the network in one piece, as is done today.)
#
# **Your task.** Return the input's shape and the layer list. The padding is not in the table: the output column tells you what it must be. Neither is the size of the input: the paper writes 224×224, with which conv 1 without padding does *not* give 55×55. Find an input and a padding that do. There is more than one right answer.
#
# <details><summary>Hint: the input</summary>Try sizes a little above 224 with your <code>output_shape</code>, or a padding on 224.</details>
# <details><summary>Hint: the padding</summary>Which convolutions keep the size of their map? A 5×5 kernel takes 4 rows and columns away, so how many rings of zeros give them back?</details>
# <details><summary>Hint: “25,678,184 weights”</summary>The first dense layer should be connected with all 6·6·256 = 9,216 numbers. What stands between maps and dense layers?</details>

# %% nbgrader={"grade": false, "grade_id": "alexnet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def alexnet():
    """AlexNet in one piece: the shape of its input, (height, width, channels), and its layer list."""
    ### BEGIN SOLUTION
    layers = [
        conv(96, 11, stride=4),
        pool(3, stride=2),
        conv(256, 5, padding=2),
        pool(3, stride=2),
        conv(384, 3, padding=1),
        conv(384, 3, padding=1),
        conv(256, 3, padding=1),
        pool(3, stride=2),
        flatten(),
        dense(4096),
        dense(4096),
        dense(1000),
    ]
    return (227, 227, 3), layers
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_alexnet", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from autograder.notebook import layer_lists

check = Checklist("alexnet", points=2)


def alexnet_shapes():
    shape, layers = alexnet()
    return layer_lists.shapes(layers, shape)


def alexnet_measured():
    shape, layers = alexnet()
    return layer_lists.measure(layers, shape)


convolutions = [(55, 55, 96), (27, 27, 96), (27, 27, 256), (13, 13, 256), (13, 13, 384), (13, 13, 384), (13, 13, 256), (6, 6, 256)]
check.equal("the shapes, layer by layer", alexnet_shapes, [*convolutions, (9_216,), (4_096,), (4_096,), (1_000,)], hints=[
    (lambda found: found[0] == (54, 54, 96), "With 224×224 and no padding the 11×11 kernel fits 54 times along an axis, and every later map is too small: 50,844,008 weights. Which input, or which padding, gives 55?"),
    (lambda found: found[2][:2] == (23, 23), "conv 2 keeps the size of its map: it has padding, as the convolutions after it."),
    (lambda found: found[4][:2] == (11, 11), "conv 3 to conv 5 keep the size of their maps: they have padding."),
    (lambda found: found[1][:2] == (18, 18), "The pools overlap: kernel 3, but stride 2."),
    (lambda found: found[-1] == (6, 6, 1_000), "The `flatten` is forgotten: each dense layer looks at the channels of one position only, and the last one gives 6·6 answers."),
    (lambda found: found[-1] == (13 * 13,), "The last pool is missing."),
    (lambda found: len(found) < 12, "A layer is missing: eight convolutions and pools, a `flatten`, three dense layers."),
    (ValueError, "Return two things: the shape of the input, (height, width, channels), and a layer list whose kernels fit."),
])
check.equal("the weights in total", lambda: alexnet_measured().weights, 62_378_344, hints={
    50_844_008: "That is AlexNet on 224×224 without padding in conv 1: its maps are too small, the last one 5×5.",
    25_678_184: "The `flatten` is forgotten: the dense layers are connected with 256 channels instead of 9,216 numbers.",
    60_965_224: "That is the network in two halves, in which some filters see half of the maps. Build it in one piece.",
    61_100_840: "That is a later variant with 64 and 192 filters in the first layers. Build the table's.",
    62_367_776: "The biases are missing.",
    62_355_112: "ImageNet's images have three channels.",
    28_823_912: "The padding of conv 2 to conv 5 is missing, so the last map is 2×2.",
    201_838_952: "The last pool is missing.",
    45_597_032: "There are two dense layers of 4,096 units, then the one of 1,000.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_alexnet", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("alexnet", points=2, at_grading="the receptive field of the last map, and the multiply-accumulates")
### BEGIN HIDDEN TESTS
check.equal("the receptive field after the last pool", lambda: alexnet_measured().field, 195, hints=[
    (lambda found: found < 195, "Shapes and counts can agree where kernels do not: AlexNet's pools overlap, kernel 3 with stride 2."),
    (lambda found: found > 195, "Shapes and counts can agree where kernels do not: compare each kernel and stride with the table."),
])
check.equal("the multiply-accumulates", lambda: alexnet_measured().macs, 1_135_256_096, hints={
    1_009_945_728: "That is AlexNet on 224×224 without padding in conv 1.",
    1_865_818_656: "The `flatten` is forgotten: the dense layers work at each of 6·6 positions.",
    1_064_979_296: "ImageNet's images have three channels.",
    1_118_478_880: "There are two dense layers of 4,096 units, then the one of 1,000.",
    1_274_716_704: "The last pool is missing.",
    614_310_432: "The padding of conv 2 to conv 5 is missing.",
})
### END HIDDEN TESTS
check.report()

# %%
image, layers = alexnet()
rows, macs = count(layers, image), count_macs(layers, image)
print(f"AlexNet: {sum(weights for _, weights in rows):,} weights, {sum(macs):,} multiply-accumulates")
print("receptive fields:", receptive_field(layers[:8]))
counted = [number for number, (_, weights) in enumerate(rows) if weights]
drawings.shares(
    [f"conv {number}" for number in range(1, 6)] + ["dense 1", "dense 2", "dense 3"],
    [rows[number][1] for number in counted],
    [macs[number] for number in counted],
    title="AlexNet",
)


# %% [markdown]
# ### Question 2 · Where to save &emsp; ●●○ &emsp; 5 minutes
#
# **Why.** “Make it smaller” and “make it faster” are two different jobs.
#
# Look at the picture of AlexNet. You may change one kind of layer. Where do you begin if the file with the weights has to shrink to a tenth, and where if the network has to answer in half the time? Say why, and name one change for each. What does the picture tell you about the size of the *input*: does it matter for the weights, for the work, for both?
#
# **Rubric** (3 points): 1 for the file, with a reason from the picture and a change; 1 for the time, likewise; 1 for the input's size, for convolutional and for dense layers.

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_where", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# The file: about 94 % of the weights sit in the three dense layers, most of them in the first, which is connected with all 9,216 numbers of the last maps. Replace flatten and the large dense layers by global pooling and one dense layer, or use far fewer units.
#
# The time: about 95 % of the multiply-accumulates happen in the convolutions, because each of their few weights is used at every position. Larger strides or earlier pooling, fewer filters, or filters that see only a part of the maps (the two groups of the original) reduce them.
#
# The input's size: a convolution's weights do not depend on it, its work grows with the number of positions. A dense layer after a flatten has a weight for every number of the last maps, so with a larger image both its weights and its work grow.
# ### END SOLUTION

# %% [markdown]
# ### Exercise 9 · VGG: a list from a recipe &emsp; ●●○ &emsp; 8 minutes
#
# **Why.** From 2014 on networks are no longer tables but recipes. A function writes the list.
#
# VGG knows one convolution, 3×3 with stride 1 and padding 1, and one pool, 2×2. A **block** is a number of convolutions with the same number of filters, followed by one max pool. After the blocks come `flatten`, two dense layers of 4,096 units and one for the classes. VGG-19 has five blocks, of 2, 2, 4, 4 and 4 convolutions with 64, 128, 256, 512 and 512 filters.
#
# **Your task.** Write `vgg`, which makes the layer list of any such network.
#
# <details><summary>Hint: lists grow</summary><code>layers += […]</code> appends several layers; <code>[layer] * 4</code> is a list of four.</details>
# <details><summary>Hint: one pool</summary>It stands after the convolutions of a block, so it belongs into the outer loop only.</details>

# %% nbgrader={"grade": false, "grade_id": "vgg", "locked": false, "schema_version": 3, "solution": true, "task": false}
def vgg(blocks, classes=1000):
    """The layer list of a VGG network.

    blocks:  a list of pairs (number of convolutions, filters of each), one for each block
    classes: number of units of the last layer
    """
    ### BEGIN SOLUTION
    layers = []
    for convolutions, filters in blocks:
        layers += [conv(filters, 3, padding=1)] * convolutions
        layers.append(pool(2))
    return [*layers, flatten(), dense(4096), dense(4096), dense(classes)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_vgg", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from autograder.notebook import layer_lists

check = Checklist("vgg", points=2)
vgg19 = [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)]
check.equal("VGG-19: its kinds of layers", lambda: [layer["kind"] for layer in vgg(vgg19)], sum((["conv"] * number + ["pool"] for number, _ in vgg19), []) + ["flatten", "dense", "dense", "dense"], hints=[
    (lambda found: found.count("pool") == 16, "One pool after each block, not after each convolution."),
    (lambda found: found.count("pool") == 0, "Each block ends with a pool."),
    (lambda found: found.count("pool") == 1, "Each block ends with a pool, not only the last one."),
    (lambda found: found.count("conv") == 5, "The first number of a pair says how many convolutions the block has."),
    (lambda found: "flatten" not in found, "Between maps and dense layers stands a `flatten`."),
    (lambda found: found.count("dense") < 3, "Two dense layers of 4,096 units, then one for the classes."),
])
check.equal("VGG-19 on 224×224×3: the weights in total", lambda: layer_lists.measure(vgg(vgg19), (224, 224, 3)).weights, 143_667_240, hints={
    143_652_544: "The biases are missing.",
    43_003_944: "The `flatten` is forgotten: the dense layers see the channels of one position only.",
    126_885_928: "Two dense layers of 4,096 units, then one for the classes.",
    139_611_210: "The last layer has as many units as there are classes: 1,000 for ImageNet.",
    105_267_605_544: "The pools are missing, so the dense layer is connected with maps of 224×224.",
    ValueError: "VGG's convolutions keep the size of the map: they have padding 1. One pool stands after each block.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_vgg", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("vgg", points=2, at_grading="other blocks and numbers of classes")
### BEGIN HIDDEN TESTS
from autograder import draws
from autograder.notebook import layer_lists

rng = draws.hidden("vgg")
for label, given in (("other blocks", False), ("other classes", True)):
    with check.group(label):
        for number in range(6):
            blocks = [tuple(pair) for pair in zip(rng.integers(1, 5, 3).tolist(), rng.integers(4, 90, 3).tolist(), strict=True)]
            classes = int(rng.integers(2, 500)) if given else 1000
            expected, channels = [], 3
            for convolutions, filters in blocks:
                for _ in range(convolutions):
                    expected.append(filters * (9 * channels + 1))
                    channels = filters
            for inputs, units in ((6 * 4 * channels, 4096), (4096, 4096), (4096, classes)):
                expected.append(units * (inputs + 1))

            def found_weights():
                layers = vgg(blocks, classes=classes) if given else vgg(blocks)
                model = layer_lists.as_keras(layers, (48, 32, 3))
                return [layer.count_params() for layer in model.layers if layer.count_params()]

            check.equal(f"blocks {blocks}, {classes} classes, on 48×32×3: the weights of the layers", found_weights, expected, hints=[
                (expected[:-1] + [4097 * 1000], "The last layer has as many units as there are `classes`."),
                (lambda found: len(found) != len(expected), "The number of convolutions in a block, and the number of blocks, come from the argument `blocks`."),
                (lambda found: found[:-3] != expected[:-3], "The number of filters of each block comes from the argument `blocks`."),
            ])

            def found_field():
                return layer_lists.measure(vgg(blocks, classes=classes), (48, 32, 3)).field

            field = 1 + sum(2 ** block * (2 * convolutions + 1) for block, (convolutions, _) in enumerate(blocks))
            check.equal(f"blocks {blocks}: the receptive field after the last pool", found_field, field, hints=[
                (lambda found: True, "Kernels of 3×3 with stride 1, then a pool of 2×2 with stride 2: do shapes agree where kernels do not?"),
            ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# ### Exercise 10 · Shortcuts: lists within lists &emsp; ●●● &emsp; 15 minutes
#
# **Why.** ResNet's diagram looks forbidding. As a list it is short, and your functions can count it.
#
# A residual block adds two things: what its **branch** computes, and what its **shortcut** passes on. As a layer it is
#
# `{"kind": "residual", "branch": [layers], "shortcut": [layers]}`.
#
# Both begin at the block's input, and as they are added, both end with the same shape. An empty shortcut passes the input on unchanged. Where a block halves the map and doubles the channels, its shortcut is a 1×1 convolution with stride 2 and a batch normalisation.
#
# Here are the two 34-layer networks of the lecture. A ReLU follows every batch normalisation but the last of a block, and the addition.

# %% nbgrader={"grade": false, "grade_id": "given_networks", "locked": true, "schema_version": 3, "solution": false, "task": false}
STAGES34 = [(3, 64), (4, 128), (6, 256), (3, 512)]  # (number of pairs of convolutions, filters)


def normalised(filters, kernel=3, stride=1, padding=1):
    """A convolution without biases, followed by batch normalisation."""
    return [conv(filters, kernel, stride, padding, bias=False), batch_norm()]


def deep_network(stages, shortcuts, classes=1000):
    """The layer list of a plain network, or of a ResNet if `shortcuts`."""
    layers = [*normalised(64, kernel=7, stride=2, padding=3), pool(3, stride=2, padding=1)]
    for stage, (pairs, filters) in enumerate(stages):
        for pair in range(pairs):
            stride = 2 if stage > 0 and pair == 0 else 1  # each stage but the first begins by halving the map
            branch = normalised(filters, stride=stride) + normalised(filters)
            shortcut = normalised(filters, kernel=1, stride=2, padding=0) if stride == 2 else []
            layers += [residual(branch, shortcut)] if shortcuts else branch
    return [*layers, global_pool(), dense(classes)]


plain34 = deep_network(STAGES34, shortcuts=False)
resnet34 = deep_network(STAGES34, shortcuts=True)

# %%
print("a block of the second stage that keeps the shape:")
print(resnet34[7])
print("the block before it, which halves the map:")
print(resnet34[6])


# %% [markdown]
# **Your task.** Write `network_cost`: the trainable weights, the multiply-accumulates and the **depth** of a layer list that may hold residual blocks. The depth is the number of convolutional and dense layers that the data passes on the way through the branches; layers in shortcuts have weights and cost operations, but they lie beside that way and add no depth.
#
# <details><summary>Hint: one layer</summary><code>count([layer], shape)</code> and <code>count_macs([layer], shape)</code> count a single layer, and <code>output_shape</code> leads on to the next.</details>
# <details><summary>Hint: a block</summary>Branch and shortcut are layer lists, and your function counts layer lists: let it call itself. Both begin with the shape that the block gets.</details>
# <details><summary>Hint: after a block</summary>Which shape comes out? Walk through the branch: <code>for inner in layer["branch"]: …</code>. In the networks of this notebook no block stands inside a block's branch, but it costs nothing to allow it: a second return value, or a small function for shapes that calls itself.</details>

# %% nbgrader={"grade": false, "grade_id": "network_cost", "locked": false, "schema_version": 3, "solution": true, "task": false}
def network_cost(layers, shape):
    """What a network costs: a dictionary of integers with the keys "weights", "macs" and "depth".

    layers: a layer list, in which a layer may be of the kind "residual"
    shape:  of the network's input, a tuple of integers
    """
    ### BEGIN SOLUTION
    def walk(layers, shape):
        weights = macs = depth = 0
        for layer in layers:
            if layer["kind"] == "residual":
                beside = walk(layer["shortcut"], shape)
                through = walk(layer["branch"], shape)
                weights += beside[0] + through[0]
                macs += beside[1] + through[1]
                depth += through[2]
                shape = through[3]
            else:
                ((result, own_weights),) = count([layer], shape)
                weights += own_weights
                macs += count_macs([layer], shape)[0]
                depth += layer["kind"] in ("conv", "dense")
                shape = result
        return weights, macs, depth, shape

    weights, macs, depth, _ = walk(layers, shape)
    return {"weights": weights, "macs": macs, "depth": depth}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_network_cost", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("network_cost", points=3)
check.equal("the plain network of 34 layers", lambda: network_cost(plain34, (224, 224, 3)), {"weights": 21_623_848, "macs": 3_644_493_824, "depth": 34}, points=1, hints=[
    (lambda found: found["weights"] == 21_639_080, "The running means and variances of batch normalisation were counted; they are measured, not trained."),
    (lambda found: found["weights"] == 21_616_232, "That is the network without batch normalisation and with biases in the convolutions; the list says otherwise."),
    (lambda found: found["weights"] == 21_606_824, "Batch normalisation has weights as well."),
    (lambda found: found["depth"] > 34, "Depth counts convolutional and dense layers only."),
    (lambda found: found["depth"] == 33, "The dense layer at the end counts as well."),
    (lambda found: found["macs"] == 2 * 3_644_493_824, "Those are FLOPs; here a MAC counts once."),
])
check.equal("ResNet-34: weights", lambda: network_cost(resnet34, (224, 224, 3))["weights"], 21_797_672, points=1, hints=[
    (21_814_696, "The running means and variances of batch normalisation were counted; they are measured, not trained."),
    (21_623_848, "The layers in the shortcuts are missing: three of them hold a 1×1 convolution and a batch normalisation."),
    (21_780_648, "Batch normalisation has weights as well."),
    (lambda found: found < 1_000_000, "The residual blocks are missing: their layers are in `layer[\"branch\"]` and `layer[\"shortcut\"]`."),
    (lambda found: found > 21_814_696, "The shortcut begins at the block's input, as the branch does, and not where the branch ends."),
    (lambda found: found < 21_623_848, "Which shape comes out of a block, and is it the next layer's input?"),
])
check.equal("ResNet-34: multiply-accumulates and depth", lambda: {key: network_cost(resnet34, (224, 224, 3))[key] for key in ("macs", "depth")}, {"macs": 3_663_761_408, "depth": 34}, points=1, hints=[
    (lambda found: found["depth"] == 37, "The three convolutions in the shortcuts lie beside the way through the branches: they add no depth."),
    (lambda found: found["macs"] == 3_644_493_824, "The convolutions in the shortcuts cost operations too."),
    (lambda found: found["depth"] < 34, "A block is as deep as its branch."),
    (lambda found: found["macs"] == 2 * 3_663_761_408, "Those are FLOPs; here a MAC counts once."),
    (lambda found: found["macs"] > 3_663_761_408, "Branch and shortcut both begin with the shape that the block gets; the next layer gets what the branch gives."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_network_cost", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("network_cost", points=3, at_grading="lists without blocks, other residual networks, and branches of one or three convolutions")
### BEGIN HIDDEN TESTS
from autograder import draws


def reference_cost(layers, shape):
    cost = [0, 0, 0]
    for layer in layers:
        kind, before, own = layer["kind"], shape, [0, 0, 0]
        if kind == "residual":
            through, shape = reference_cost(layer["branch"], before)
            beside, _ = reference_cost(layer["shortcut"], before)
            own = [through[0] + beside[0], through[1] + beside[1], through[2]]
        elif kind in ("conv", "pool"):
            sizes = [(size + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for size in shape[:2]]
            shape = (*sizes, layer.get("filters", shape[2]))
        elif kind == "global_pool":
            shape = shape[-1:]
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "dense":
            shape = (*shape[:-1], layer["units"])
        elif kind == "batch_norm":
            own[0] = 2 * shape[-1]
        if kind in ("conv", "dense"):
            products = layer.get("kernel", 1) ** 2 * before[-1]
            own = [shape[-1] * (products + layer["bias"]), math.prod(shape) * products, 1]
        cost = [ours + new for ours, new in zip(cost, own, strict=True)]
    return cost, shape


def compare(label, layers, shape):
    expected = dict(zip(("weights", "macs", "depth"), reference_cost(layers, shape)[0], strict=True))
    check.equal(label, lambda: network_cost(layers, shape), expected, hints=[
        (lambda found: found["depth"] > expected["depth"], "Layers in shortcuts add no depth, nor do pools and batch normalisation; and a branch may hold a single convolution."),
        (lambda found: found["depth"] < expected["depth"], "A branch can hold any number of convolutions, and each adds to the depth."),
        (lambda found: found["weights"] < expected["weights"], "Are the layers in the shortcuts counted, and does each layer get the shape that comes out of the one before?"),
        (lambda found: found["weights"] > expected["weights"], "Batch normalisation has two weights for each channel, biases are counted only where `layer[\"bias\"]` says so, and a shortcut begins at the block's input."),
    ])


rng = draws.hidden("network_cost")
with check.group("lists without blocks"):
    for stack in draws.stacks("network_cost", 12):
        compare(str(stack), stack.layers, stack.shape)
with check.group("other residual networks, on images that are not square"):
    for number in range(6):
        stages = [(int(rng.integers(1, 4)), int(rng.integers(3, 20))) for _ in range(2 + number % 3)]
        stages[0] = (stages[0][0], 64)
        compare(f"stages {stages}", deep_network(stages, shortcuts=True, classes=7), (64 + 32 * number, 96, 3))
with check.group("branches of one or three convolutions, other shortcuts"):
    for number in range(8):
        filters, middle, channels = rng.integers(3, 20, 3).tolist()
        branch = [conv(filters, 3, stride=2, padding=1, bias=number % 2 == 0)]
        if number % 4 > 1:
            branch = [conv(middle, 1), batch_norm(), conv(middle, 3, stride=2, padding=1), conv(filters, 1, bias=False)]
        shortcut = [pool(2, how="average"), conv(filters, 1), batch_norm()] if number < 4 else [conv(filters, 1, stride=2)]
        layers = [residual(branch, shortcut), residual([conv(filters, 5, padding=2)]), flatten(), dense(4)]
        compare(f"a branch of {len(branch)}, number {number}", layers, (2 * int(rng.integers(4, 12)), 26, channels))
### END HIDDEN TESTS
check.report()

# %% [markdown]
# ## Confirmed by Keras
#
# Counting is only worth something if it agrees with what a library builds. `as_keras` makes a Keras model of a layer list. It does so without memory for the weights, otherwise VGG-19 alone would take more than half a gigabyte; such a model has shapes and counts but cannot predict.
#
# Keras counts in two ways: `count_params()` also counts the running means and variances of batch normalisation, the sum over `trainable_weights` does not. Yours are the trainable ones.

# %%
networks = {
    "LeNet-5": (lenet5, (32, 32, 1)),
    "AlexNet": (alexnet()[1], alexnet()[0]),
    "VGG-19": (vgg([(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)]), (224, 224, 3)),
    "plain-34": (plain34, (224, 224, 3)),
    "ResNet-34": (resnet34, (224, 224, 3)),
}
costs = {network: network_cost(layers, shape) for network, (layers, shape) in networks.items()}
print(f"{'':11}{'yours':>13}{'Keras, trainable':>18}{'count_params()':>16}{'MACs':>17}{'depth':>7}")
for network, (layers, shape) in networks.items():
    model = as_keras(layers, shape)
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    cost = costs[network]
    print(f"{network:11}{cost['weights']:>13,}{trainable:>18,}{model.count_params():>16,}{cost['macs']:>17,}{cost['depth']:>7}")

# %% [markdown]
# A few things to read from the table:
#
# - ResNet-34 has 173,824 weights more than the plain network: the three shortcuts with a 1×1 convolution. The ResNet paper also tries shortcuts that only pad with zeros; then the two networks have *exactly* the same number of weights. The ability to train such depth is nearly free.
# - “I get 21,814,696 for ResNet-34” is what `count_params()` says: 17,024 of these numbers are running means and variances.
# - The paper gives 3.6 billion “FLOPs” for the 34-layer networks and 19.6 billion for VGG-19. Compare with the MACs: it counts a multiply-add once.
#
# ## Revolution of depth
#
# The lecture's slide of that name, with the depths that you have counted. (The years and the error rates are not computed here: they are literature values, the errors as the lecture gives them.)

# %%
drawings.depths(
    {
        "LeNet-5": (1998, costs["LeNet-5"]["depth"]),
        "AlexNet": (2012, costs["AlexNet"]["depth"]),
        "VGG-19": (2014, costs["VGG-19"]["depth"]),
        "ResNet-34": (2015, costs["ResNet-34"]["depth"]),
    },
    notes={"AlexNet": "15.4 % top-5 error\n(next best: 26.2 %)\nliterature values"},
)

# %%
points = {network: (cost["weights"], cost["macs"]) for network, cost in costs.items()}
single = dense_weights((200, 200, 3), 120_000, bias=False)
drawings.costs({**points, "one dense layer, 200×200×3": (single, single)})


# %% [markdown]
# In a dense layer every weight is used once for each image, so weights and operations are equal: the point lies on the dotted line. The networks lie above it, because a convolution uses its weights at every position: on average each weight of LeNet-5 is used 7 times, of AlexNet 18 times, of VGG-19 137 times and of ResNet-34 168 times.

# %% [markdown]
# ### Question 3 · Deeper and cheaper &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** One would think that more layers cost more.
#
# ResNet-34 has nearly twice as many layers as VGG-19, yet about a seventh of its weights and less than a fifth of its multiply-accumulates. Look at the two layer lists (print tables with `count` and `count_macs`, if you like) and explain where VGG-19 spends its **weights** and where its **operations**, and what ResNet-34 does differently in each case. Which of this has to do with the shortcuts?
#
# **Rubric** (3 points): 1 for the weights; 1 for the operations; 1 for the part of the shortcuts, with a number from this notebook.

# %% [markdown] nbgrader={"grade": true, "grade_id": "question_deeper", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Weights: 123.6 of VGG-19's 143.7 million sit in its three dense layers, above all in the first, which is connected with 7·7·512 numbers. ResNet-34 takes the mean of each of its 512 maps and has a single dense layer of 513,000 weights.
#
# Operations: VGG-19 runs 3×3 convolutions with 64 and 128 filters on maps of 224×224 and 112×112. ResNet-34 halves the image twice at once (a 7×7 convolution with stride 2, then a pool with stride 2), so that all its pairs of convolutions work on maps of 56×56 and less.
#
# Shortcuts: next to nothing. The plain network of 34 layers has 21,623,848 weights and 3.64 G multiply-accumulates, ResNet-34 has 21,797,672 and 3.66 G. Shortcuts do not make the network cheap, they make its depth trainable.
# ### END SOLUTION

# %% [markdown]
# ## Two design puzzles
#
# Now the other way round: the numbers are given, the network is yours. There are many right answers, and any network that keeps the rules gets all points. The lists may hold `conv`, `pool`, `batch_norm`, `global_pool`, `flatten` and `dense`. The receptive field is taken after the last layer before the first `flatten`, `global_pool` or `dense`.
#
# In both puzzles the visible checks tell you what your design misses and by how much. Decided at grading is that **no pixel is left unseen**: every row and every column of the image must reach at least one number of the last map. Where a stride does not divide, the window stops short of the border and the rest of the map is dropped, so keep an eye on your shapes, or add padding.

# %% [markdown]
# ### Exercise 11 · LeNet's budget, small kernels &emsp; ●●○ &emsp; 12 minutes
#
# **Why.** LeNet-5 sees its 32×32 pixels through 5×5 kernels. VGG says that 3×3 is enough. Is it, for the same money?
#
# **Your task.** Design a network for images of 32×32×1 with ten classes that gets along with LeNet's own budget:
#
# - it gives 10 numbers;
# - it has at least three convolutional layers of 3×3, each with at least 8 filters, and **no kernel, of a convolution or a pool, larger than 3×3**;
# - its receptive field is at least 32×32;
# - it has at most 61,706 weights and needs at most 500,000 multiply-accumulates.
#
# <details><summary>Hint: how to begin</summary>Write any network, print its receptive fields, its weights and its MACs with your own functions, and see which rule hurts.</details>
# <details><summary>Hint: the field</summary>A layer adds (kernel − 1) × jump: three pixels on the first map, eight times as much after three strides of 2. Late layers widen the field, early strides make them do it.</details>
# <details><summary>Hint: the operations</summary>They are largest where the maps are large <em>and</em> the channels many. The second convolution is usually the dearest.</details>

# %% nbgrader={"grade": false, "grade_id": "small_network", "locked": false, "schema_version": 3, "solution": true, "task": false}
def small_network():
    """A layer list for images of 32×32×1 that keeps the rules above."""
    ### BEGIN SOLUTION
    return [
        conv(8, 3),
        pool(2),
        conv(12, 3, padding=1),
        pool(3, stride=2),
        conv(24, 3, padding=1),
        pool(3, stride=2),
        conv(32, 3, padding=1),
        flatten(),
        dense(10),
    ]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_small_network", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("small_network", points=3)
rules = Puzzle(shape=(32, 32, 1), classes=10, convs=3, filters=8, kernel=3, field=32, weights=61_706, macs=500_000)
check.that("it fits together, gives 10 numbers, and has the kernels and filters asked for", lambda: rules.form(small_network()), hints=[
    (lambda found: "does not fit" in found, "The maps have become too small there: add padding, or stride less before."),
    (lambda found: "kernels of at most" in found, "Two layers of 3×3 see as far as one of 5×5."),
    (lambda found: "the network gives" in found, "End with `flatten()` or `global_pool()` and `dense(10)`."),
    (lambda found: "needs maps" in found, "After `flatten`, `global_pool` or `dense` there are no maps any more: convolutions and pools stand before."),
])
check.that("it sees at least 32×32 pixels", lambda: rules.view(small_network()), hints=[
    (lambda found: "too few" in found, "A later layer adds (kernel − 1) × jump pixels: another stride of 2 before it doubles what it adds."),
])
check.that("at most 61,706 weights and 500,000 multiply-accumulates", lambda: rules.budget(small_network()), hints=[
    (lambda found: " weights" in found, "Most weights usually sit in the first dense layer: how many numbers does it get?"),
    (lambda found: "not judged" not in found, "Operations are positions × kernel² × channels × filters: stride or pool earlier, or use fewer filters where the maps are large."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_small_network", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("small_network", points=2, at_grading="that all rules are kept and no row or column of the image is left unseen")
### BEGIN HIDDEN TESTS
check.that("all rules are kept, and every pixel is seen", lambda: rules.everything(small_network()), hints=[
    (lambda found: "never looked at" in found, "Where (size + 2·padding − kernel) is no multiple of the stride, the last rows are dropped; and a stride above the kernel jumps over rows."),
])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ### Exercise 12 · A millionth &emsp; ●●● &emsp; 15 minutes
#
# **Why.** The notebook began with 14,400,000,000 weights for one layer on a 200×200 colour image. How about a whole network for a **millionth** of that?
#
# **Your task.** Design a network for images of 200×200×3 with ten classes:
#
# - it gives 10 numbers;
# - it has at least five convolutional layers of 3×3 or 5×5, each with at least 8 filters, and no kernel, of a convolution or a pool, larger than 5×5;
# - its receptive field is at least 200×200;
# - it has at most **14,400** weights, a millionth, and needs at most **14,400,000** multiply-accumulates, a thousandth of what the dense layer needs.
#
# <details><summary>Hint: the end of the network</summary>Flattened maps make the dense layer heavy. Which layer turns maps into one number each?</details>
# <details><summary>Hint: the field</summary>After five strides of 2 the jump is 32: a 3×3 layer then adds 64 pixels.</details>
# <details><summary>Hint: the weights</summary>A 3×3 layer from 16 to 16 channels has 2,320 weights. Count how many of those you can afford.</details>

# %% nbgrader={"grade": false, "grade_id": "wide_view", "locked": false, "schema_version": 3, "solution": true, "task": false}
def wide_view():
    """A layer list for images of 200×200×3 that keeps the rules above."""
    ### BEGIN SOLUTION
    halve = [conv(8, 5, stride=2, padding=2), conv(8, 3, stride=2, padding=1), conv(12, 3, stride=2, padding=1)]
    halve += [conv(16, 3, stride=2, padding=1)] * 2
    return [*halve, *[conv(16, 3, padding=1)] * 3, global_pool(), dense(10)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_wide_view", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("wide_view", points=3)
wide_rules = Puzzle(shape=(200, 200, 3), classes=10, convs=5, filters=8, kernel=5, field=200, weights=14_400, macs=14_400_000)
check.that("it fits together, gives 10 numbers, and has the kernels and filters asked for", lambda: wide_rules.form(wide_view()), hints=[
    (lambda found: "does not fit" in found, "The maps have become too small there: add padding, or stride less before."),
    (lambda found: "kernels of at most" in found, "Several layers of 3×3, with strides between them, see further than one large kernel."),
    (lambda found: "the network gives" in found, "End with `flatten()` or `global_pool()` and `dense(10)`."),
    (lambda found: "needs maps" in found, "After `flatten`, `global_pool` or `dense` there are no maps any more: convolutions and pools stand before."),
])
check.that("it sees at least 200×200 pixels", lambda: wide_rules.view(wide_view()), hints=[
    (lambda found: "too few" in found, "A later layer adds (kernel − 1) × jump pixels: another stride of 2 before it doubles what it adds."),
])
check.that("at most 14,400 weights and 14,400,000 multiply-accumulates", lambda: wide_rules.budget(wide_view()), hints=[
    (lambda found: " weights" in found, "Weights are kernel² × channels × filters: narrow layers and small kernels are cheap. And how many numbers does the dense layer get?"),
    (lambda found: "not judged" not in found, "Operations are positions × kernel² × channels × filters: let the first layers stride."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_wide_view", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("wide_view", points=2, at_grading="that all rules are kept and no row or column of the image is left unseen")
### BEGIN HIDDEN TESTS
check.that("all rules are kept, and every pixel is seen", lambda: wide_rules.everything(wide_view()), hints=[
    (lambda found: "never looked at" in found, "Where (size + 2·padding − kernel) is no multiple of the stride, the last rows are dropped; and a stride above the kernel jumps over rows."),
])
### END HIDDEN TESTS
check.report()

# %%
for title, layers, shape in (("small_network", small_network(), (32, 32, 1)), ("wide_view", wide_view(), (200, 200, 3))):
    cost = network_cost(layers, shape)
    seen = receptive_field([layer for layer in layers if layer["kind"] in ("conv", "pool")])[-1]
    print(f"{title}: {cost['weights']:,} weights, {cost['macs']:,} multiply-accumulates, {cost['depth']} layers deep, sees {seen}×{seen}")

# %% [markdown]
# ## What you have learned
#
# - A dense layer has a weight for every pair of input and unit: 14,400,000,000 between two colour images of 200×200. A convolutional layer has kernel × kernel × channels × filters weights, and a bias for each filter, whatever the size of the image.
# - LeNet-5 has 156 + 2,416 + 48,120 + 10,164 + 850 = 61,706 weights, fewer than one dense layer of 80 units on 28×28 pixels (62,720 without biases, 62,800 with them), and needs 416,520 multiply-accumulates.
# - Shapes follow from padding, kernel and stride, rounded down; what a layer weighs and costs follows from the shape that it gets.
# - Each layer widens the receptive field by (kernel − 1) × jump, and strides multiply the jump: LeNet-5 sees 5, 6, 14, 16 and at last all 32 pixels.
# - Weights sit where everything is connected with everything, operations where maps are large: AlexNet has 62,378,344 weights, most of them in its dense layers, and 1.14 G multiply-accumulates, most of them in its convolutions.
# - Depth is not size: VGG-19 has 143,667,240 weights, ResNet-34 with its 34 layers 21,797,672.
# - A count is only a number if you say what was counted: with or without biases, running means and variances, MACs or FLOPs.
#
# **Next:** in notebook 4 the table comes to life: you build LeNet-5 in Keras, train it on handwritten digits, and look at what its 61,706 weights have learned.
