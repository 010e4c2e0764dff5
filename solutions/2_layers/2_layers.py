# %% [markdown]
# # 2 · The four layers of a CNN
#
# A convolutional network is made of four kinds of layer, and each fits into a few lines of NumPy. You write all four,
# put them together, and get the same predictions as Keras. Then you measure two things that are often said: that ReLU
# makes training faster, and that deep networks were impossible to train.
#
# **Afterwards you will be able to**
# - write convolution with bias, ReLU, max and average pooling and the fully connected layer for a whole batch of images;
# - show by example that max pooling is no convolution, and build the convolution that average pooling is;
# - write a softmax that does not overflow, and say in which sense it generalises the logistic function;
# - run a trained network with nothing but NumPy, and prove that it does what Keras does;
# - see saturation in gradients, and compare training speeds fairly, over several seeds;
# - read a picture of gradients layer by layer, and say what makes ten layers trainable today.
#
# **Time:** about 115 minutes, 13 exercises and 3 questions. **Slides that this follows:** *CNN: Four Main Layers*,
# *CNN: Convolution Layer*, *Review: ReLU*, *CNN: ReLU*, *CNN: Pooling Layer*, *Pooling: Max-Pool*, *CNN: Fully-Connected
# Layer*, *Obstacles to Deep MLPs*, *Why is CNN Successful?*, *Summary: CNN*.

# %%
import importlib.util

if importlib.util.find_spec("autograder") is None:
    raise SystemExit("The course package is not installed here: run  %pip install autograder  with the address that your course gives, restart the kernel, and run this cell again.")

# %%
import io
import statistics
import time
from fractions import Fraction

from autograder.notebook import Checklist, datasets, figures
from autograder.notebook.drawings import layers as drawings
from autograder.notebook.training import measure_once

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.lib.stride_tricks import sliding_window_view

keras.utils.set_random_seed(2)
digits = datasets.digits(28)
digits


# %% [markdown]
# Each exercise has a cell for your answer and a cell that checks it: run both. A line with ✗ says what was found, what
# was expected and, where it can, which mistake usually gives that value. A second cell below announces what is checked
# when your work is graded.
#
# **How arrays are laid out here.** As in Keras: a batch of images is an array `(n, height, width, channels)`, and the
# kernels of a convolutional layer are an array `(kernel height, kernel width, channels, filters)`. One image of one
# channel is a batch `(1, height, width, 1)`. The same layout serves for what layers give, so that one layer's output is
# the next one's input.
#
# ## Convolution, now fast
#
# ### Exercise 1 · The convolutional layer &emsp; ●●● &emsp; 14 minutes
#
# **Why.** The convolution of notebook 1 walks over the image in Python, one position after the other. It is right, and
# it is slow: a small network asks for millions of positions. NumPy can do the same in two calls, and then a whole
# network runs in a blink.
#
# The two calls are
# - `sliding_window_view(images, (kh, kw), axis=(1, 2))`, which cuts out **every** window without copying a number. From
#   `(n, height, width, channels)` it makes `(n, rows, columns, channels, kh, kw)`: the window's own two axes come last;
# - `np.tensordot(a, b, axes=([...], [...]))`, which multiplies and sums over the axes of `a` that you list, paired in
#   that order with the axes of `b`; all other axes stay, those of `a` first.
#
# As in every deep-learning library, the kernel is laid on as it is and not flipped (strictly speaking this is
# cross-correlation). What is new is the **bias**: one number for each filter, added to all of that filter's map.
#
# **Your task.** Write `conv2d`, without a loop over positions.
#
# <details><summary>Hint: the order of work</summary>Pad, cut the windows, keep every <code>stride</code>-th one, multiply and sum, add the bias.</details>
# <details><summary>Hint: padding a batch</summary><code>np.pad</code> takes a pair (before, after) for each axis. Images get no neighbours, and channels no more channels: <code>((0, 0), (padding, padding), (padding, padding), (0, 0))</code>.</details>
# <details><summary>Hint: which axes to sum over</summary>The windows have the axes n, row, column, channel, kh, kw (0 to 5), the kernels kh, kw, channel, filter (0 to 3). Pair kh with kh, kw with kw, channel with channel: what is left is n, row, column, filter.</details>
# <details><summary>Hint: the stride</summary><code>windows[:, ::stride, ::stride]</code> keeps every <code>stride</code>-th row and column of windows.</details>

# %% nbgrader={"grade": false, "grade_id": "conv2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv2d(images, kernels, bias, stride=1, padding=0):
    """A convolutional layer without activation.

    images:  numbers (n, height, width, channels)
    kernels: numbers (kernel height, kernel width, channels, filters), not flipped
    bias:    numbers (filters,)
    stride:  step of the kernel, the same in both directions
    padding: rings of zeros around each image
    Returns numbers (n, rows, columns, filters).
    """
    ### BEGIN SOLUTION
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(images, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, kernels, axes=([4, 5, 3], [0, 1, 2])) + bias
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_conv2d", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("conv2d", points=3)
patch = np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]])[np.newaxis, :, :, np.newaxis]
kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])[:, :, np.newaxis, np.newaxis]
check.equal("the worked example of notebook 1, with bias 10", lambda: conv2d(patch, kernel, np.array([10])),
            np.array([[[[12]]]]), points=Fraction(1, 2), hints=[
    (np.array([[[[2]]]]), "The weighted sum is right; the bias is not added."),
    (np.array([[[[8]]]]), "The kernel was flipped: here it is laid on as it is."),
    (np.array([[[[92]]]]), "The bias was added to each of the nine products: it is added once, to their sum."),
    (lambda found: np.ndim(found) != 4, "The result has four axes as well: n, row, column, filter."),
])
pair = np.array([[[[1, 10], [2, 20]], [[3, 30], [4, 40]]], [[[0, 5], [0, 5]], [[1, 5], [0, 5]]]])
three = np.zeros((2, 2, 2, 3), dtype=int)
three[:, :, 0, 0] = 1
three[:, :, 1, 1] = 1
three[0, 1, 0, 2], three[1, 0, 1, 2] = 1, -1
check.equal("a batch of two, two channels, three filters", lambda: conv2d(pair, three, np.array([5, 6, 7])),
            np.array([[[[15, 106, -21]]], [[[6, 26, 2]]]]), points=1, hints=[
    (np.array([[[[10, 100, -28]]], [[[1, 20, -5]]]]), "The weighted sums are right; the biases are missing."),
    (lambda found: np.shape(found)[:1] == (1,), "Two images went in: the first axis has to be 2."),
    (lambda found: np.shape(found)[-2:] == (2, 3), "The channels are still there: each filter sums over all channels."),
    (np.array([[[[15, 106, 0]]], [[[6, 26, 2]]]]), "No activation yet: negative numbers stay."),
    (lambda found: np.shape(found) == (2, 1, 1, 3), "The shape is right, the sums are not: pair kh with kh, kw with kw "
     "and channel with channel, and flip nothing."),
])
image = np.array([[1, 2, 0, 3, 1], [1, 0, 0, 2, 2], [2, 1, 2, 1, 1], [0, 0, 1, 0, 0], [1, 2, 1, 1, 1]])
kernel = np.array([[-1, 1, 2], [1, 1, 0], [-1, -2, 0]])
check.equal("the lecture's padding example with stride 2 and bias 10",
            lambda: conv2d(image[np.newaxis, :, :, np.newaxis], kernel[:, :, np.newaxis, np.newaxis], np.array([10]),
                           stride=2, padding=1),
            np.array([[9, 12, 8], [13, 15, 12], [11, 14, 12]])[np.newaxis, :, :, np.newaxis], points=1, hints=[
    (np.array([[-1, 2, -2], [3, 5, 2], [1, 4, 2]])[np.newaxis, :, :, np.newaxis], "The bias is missing."),
    (lambda found: np.shape(found) == (1, 5, 5, 1), "The stride was not used: 5×5 is the result for stride 1."),
    (lambda found: np.shape(found) == (1, 2, 2, 1), "The padding was not used: 2×2 is the result without it."),
    (lambda found: np.shape(found) in ((1, 3, 5, 1), (1, 5, 3, 1)), "The stride goes in both directions."),
    (lambda found: np.shape(found)[0] > 1, "The batch was padded as well: images get no neighbours."),
])
rng = np.random.default_rng(2)
large = rng.integers(-9, 10, (1, 128, 128, 2)).astype(float)
filters = rng.integers(-3, 4, (3, 3, 2, 2)).astype(float)


def walk(images, kernels):
    """One position after the other, as in notebook 1, for one image."""
    rows, columns = images.shape[1] - 2, images.shape[2] - 2
    return np.array([[[np.tensordot(images[0, row : row + 3, column : column + 3], kernels, 3)
                       for column in range(columns)] for row in range(rows)]])


def seconds(work):
    """The shorter of two runs, and what the last one gave."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def faster():
    slow, expected = seconds(lambda: walk(large, filters))
    fast, found = seconds(lambda: conv2d(large, filters, np.ones(2)))
    if np.shape(found) != expected.shape or not np.allclose(found, expected + 1):
        return "fast or not, its values are not right yet"
    return True if fast < slow / 2 else f"it took {fast:.3f} s, a loop over all positions {slow:.3f} s"


check.that("128×128, 2 channels, 2 filters: less than half the time of a loop over positions", faster,
           points=Fraction(1, 2), hints=[
    (lambda found: "it took" in found, "Right, but a Python loop visits every position: cut all windows at once."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_conv2d", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("conv2d", points=3, at_grading="other batches, channels and filters; padding; strides above the padding that do not divide the size")
### BEGIN HIDDEN TESTS
from autograder import draws


def convolve(images, kernels, bias, stride, padding):
    n, height, width, _ = images.shape
    padded = np.zeros((n, height + 2 * padding, width + 2 * padding, images.shape[3]), dtype=np.int64)
    padded[:, padding : padding + height, padding : padding + width] = images
    rows = (padded.shape[1] - kernels.shape[0]) // stride + 1
    columns = (padded.shape[2] - kernels.shape[1]) // stride + 1
    result = np.zeros((n, rows, columns, kernels.shape[3]), dtype=np.int64)
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            window = padded[:, top : top + kernels.shape[0], left : left + kernels.shape[1], :, np.newaxis]
            result[:, row, column] = (window * kernels).sum(axis=(1, 2, 3)) + bias
    return result


groups = {
    "batches, non-square images and kernels, several channels and filters": {"padding": False, "stride": False},
    "the same with padding": {"stride": False},
    "the same with padding and strides": {},
}
rng = draws.hidden("conv2d batches")
for number, (title, which) in enumerate(groups.items()):
    with check.group(title):
        for case in draws.slidings(f"conv2d {number}", 6, channels=True, **which):
            images = np.stack([case.image, rng.integers(-9, 10, case.image.shape), case.image[::-1]])
            kernels = np.stack([case.kernel, *rng.integers(-1000, 1001, (2, *case.kernel.shape))], axis=-1)
            biases = np.array([-1, 1, -1]) * rng.integers(1, 2**40, 3)
            check.equal(f"3 images, 3 filters, {case}",
                        lambda: conv2d(images, kernels, biases, stride=case.stride, padding=case.padding),
                        convolve(images, kernels, biases, case.stride, case.padding), hints=[
                (convolve(images, kernels, 0 * biases, case.stride, case.padding), "The biases are missing."),
                (convolve(images, kernels, biases, case.stride, 0), "The padding was not used."),
                (convolve(images, kernels, biases, 1, case.padding), "The stride was not used."),
                (convolve(images, kernels[::-1, ::-1], biases, case.stride, case.padding), "The kernels were flipped."),
                (np.maximum(convolve(images, kernels, biases, case.stride, case.padding), 0), "No activation yet."),
                (ValueError, "Height and width, of images and of kernels, can differ; the shapes come from the arrays."),
                (lambda found: np.shape(found) == convolve(images, kernels, biases, case.stride, case.padding).shape,
                 "The shape is right: look at which axes are paired."),
            ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# How much does it buy? Below, the plain loop over positions and filters, as a first version often looks, works on one
# digit and six filters. Yours has all 300 validation digits to do.

# %%
def conv2d_loops(images, kernels, bias):
    """The same layer, without stride and padding, position after position and filter after filter."""
    height, width, channels, filters = kernels.shape
    rows, columns = images.shape[1] - height + 1, images.shape[2] - width + 1
    result = np.zeros((len(images), rows, columns, filters))
    for number, image in enumerate(images):
        for row in range(rows):
            for column in range(columns):
                window = image[row : row + height, column : column + width]
                for each in range(filters):
                    result[number, row, column, each] = np.sum(window * kernels[..., each]) + bias[each]
    return result


six = np.random.default_rng(2).normal(size=(5, 5, 1, 6))
many = digits.validation.x
start = time.perf_counter()
conv2d_loops(many[:1], six, np.zeros(6))
middle = time.perf_counter()
conv2d(many, six, np.zeros(6))
slow, fast = middle - start, time.perf_counter() - middle
print(f"loops, one digit:     {1000 * slow:8.1f} ms")
print(f"yours, {len(many)} digits:    {1000 * fast:8.1f} ms, which is {1000 * fast / len(many):.3f} ms a digit")
print(f"A digit takes yours 1/{slow / (fast / len(many)):,.0f} of the time.")


# %% [markdown]
# ## ReLU
#
# ### Exercise 2 · ReLU &emsp; ●○○ &emsp; 3 minutes
#
# **Why.** A convolution is linear: twice the image gives twice the map, and two convolutions in a row are only one with
# a larger kernel. A network that is more than one big weighted sum needs something that is not linear after each. The
# usual choice is the simplest there is: negative numbers become 0, all others stay. It is called the *rectified linear
# unit*, ReLU.
#
# **Your task.** Write `relu`, for an array of any shape.
#
# <details><summary>Hint: two functions with similar names</summary><code>np.max</code> finds the largest number of an array; <code>np.maximum</code> compares two arrays (or an array and a number) place by place.</details>
# <details><summary>Hint: what to compare with</summary>The larger of z and 0, at each place.</details>

# %% nbgrader={"grade": false, "grade_id": "relu", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relu(z):
    """max(z, 0) for each number of z, an array of any shape; returns an array of the same shape."""
    ### BEGIN SOLUTION
    return np.maximum(z, 0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_relu", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("relu", points=1)
check.equal("−2, −0.5, 0, 0.5 and 3", lambda: relu(np.array([-2.0, -0.5, 0.0, 0.5, 3.0])),
            np.array([0.0, 0.0, 0.0, 0.5, 3.0]), hints=[
    (np.array([2.0, 0.5, 0.0, 0.5, 3.0]), "That is the absolute value: negative numbers become 0, not positive."),
    (np.array([0.0, 0.0, 0.0, 0.5, 1.0]), "Nothing is cut off above: 3 stays 3."),
    (np.array([0, 0, 0, 1, 1]), "That says where z is positive; the numbers themselves are wanted."),
    (3.0, "`np.max` finds one largest number of the whole array: compare place by place, with `np.maximum`."),
    (lambda found: np.shape(found) != (5,), "Every place stays: a negative number becomes 0, it is not left out."),
    (lambda found: found[0] < 0, "A small slope is left below zero (a “leaky” ReLU); here negative numbers become 0."),
    (lambda found: found[2] > 0, "ReLU of 0 is 0: this is a smooth relative of ReLU."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_relu", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("relu", points=1, at_grading="arrays of one to four axes")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("relu")
with check.group("arrays of one to four axes"):
    for axes in (1, 2, 3, 4):
        z = rng.normal(0, 5, rng.integers(2, 6, axes))
        check.equal(f"shape {'×'.join(map(str, z.shape))}", lambda: relu(z), np.where(z > 0, z, 0.0), hints=[
            (np.abs(z), "That is the absolute value: negative numbers become 0."),
            (np.clip(z, 0, 1), "Nothing is cut off above."),
            (z > 0, "That says where z is positive; the numbers themselves are wanted."),
            (lambda found: np.shape(found) != z.shape, "The shape stays: ReLU works place by place, on any shape."),
            (lambda found: True, "Negative numbers become 0, and all others stay just as they are."),
        ])
    negative = -np.arange(1.0, 7.0).reshape(2, 3)
    check.equal("only negative numbers", lambda: relu(negative), np.zeros((2, 3)), hints=[
        (lambda found: True, "Every negative number becomes 0."),
    ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# What ReLU does to a map, seen on a photograph: a kernel that answers to edges gives positive numbers on one side of each
# edge and negative ones on the other. ReLU keeps one side.

# %%
grey = datasets.photograph("coffee").mean(axis=2)[20:360:2, 100:560:2] / 255
edges = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[:, :, np.newaxis, np.newaxis]
response = conv2d(grey[np.newaxis, :, :, np.newaxis], edges, np.array([0.0]))
drawings.signed({"after the convolution": response[0, :, :, 0], "after ReLU": relu(response)[0, :, :, 0]},
                alt="The response of an edge kernel to a cup of coffee: before ReLU orange and purple outlines, "
                    "after it only the orange ones")


# %% [markdown]
# ### Question 1 · What if ReLU were left out? &emsp; ●●○ &emsp; 5 minutes
#
# **Why.** ReLU costs next to nothing and learns nothing. What it is for shows when it is missing.
#
# Somebody builds a network of ten convolutional layers and forgets every ReLU. What can this network compute that one
# convolutional layer cannot, and why? Say also what single property of ReLU makes the difference, with two numbers a and
# b for which it shows.
#
# **Rubric:** 1 point for what ten such layers amount to; 1 point for the reason; 1 point for the property, with numbers.

# %% [markdown] nbgrader={"grade": true, "grade_id": "why_relu", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Nothing of importance: each layer is a weighted sum plus a bias, and a weighted sum of weighted sums is a weighted sum
# again. Ten convolutions in a row are one convolution with a larger kernel (3×3 ten times: 21×21) and one bias for each
# filter, so depth would add weights and time but no new function (apart from the borders, where padding makes a small
# difference). ReLU is not linear: relu(a + b) is not relu(a) + relu(b) in general. With a = 3 and b = −2 it is 1 against 3.
# ### END SOLUTION

# %% [markdown]
# ## Pooling
#
# A pooling layer makes maps smaller: each patch is represented by one number, its maximum or its average. It has no
# weights, and it treats **each map on its own**: as many maps come out as went in.
#
# ### Exercise 3 · Max and average pooling &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** Smaller maps mean less work and fewer weights in all layers behind, and an answer that moved by a pixel often
# gives the same pooled number.
#
# **Your task.** Write `pool2d`. Windows are `size`×`size`, `stride` apart; if no stride is given, it is `size`, so that
# the patches do not overlap. Rows and columns that do not fill a window are left out, as in Keras.
#
# <details><summary>Hint: you have done most of it</summary>Cut the windows just as in exercise 1; then take their maximum or mean instead of a weighted sum.</details>
# <details><summary>Hint: which axes to reduce</summary>Only the window's own two axes, the last ones: <code>windows.max(axis=(-2, -1))</code>. The axis of channels stays.</details>

# %% nbgrader={"grade": false, "grade_id": "pool2d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pool2d(images, size=2, stride=None, kind="max"):
    """Max or average pooling, each map on its own.

    images: numbers (n, height, width, channels)
    size:   height and width of the window
    stride: step of the window; `size` if it is None
    kind:   "max" or "average"
    Returns numbers (n, rows, columns, channels).
    """
    ### BEGIN SOLUTION
    stride = size if stride is None else stride
    windows = sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.max(axis=(-2, -1)) if kind == "max" else windows.mean(axis=(-2, -1))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_pool2d", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("pool2d", points=2)
one = np.array([[1, 3, 2, 0], [4, 2, 1, 5], [-3, -1, 0, 2], [-2, -6, 7, 1]])[np.newaxis, :, :, np.newaxis]
highest = np.array([[4, 5], [-1, 7]])[np.newaxis, :, :, np.newaxis]
average = np.array([[2.5, 2.0], [-3.0, 2.5]])[np.newaxis, :, :, np.newaxis]
check.equal("max pooling of one 4×4 map", lambda: pool2d(one), highest, hints=[
    (average, "That is the average; the maximum is asked for."),
    (np.array([[4, 5], [0, 7]])[np.newaxis, :, :, np.newaxis], "The maximum of four negative numbers is negative: "
     "somewhere you start from 0."),
    (lambda found: np.shape(found) == (1, 3, 3, 1), "The step is 1: without a stride the windows stand side by side."),
    (lambda found: np.ndim(found) != 4, "The result has four axes as well: n, row, column, channel."),
])
check.equal("average pooling of the same map", lambda: pool2d(one, kind="average"), average, hints=[
    (highest, "That is the maximum; `kind` asks for the average."),
    (np.trunc(average), "The fractions were cut off: the result of whole numbers is kept in an array of integers."),
    (4 * average, "That is the sum: divide by the number of pixels in a window."),
    (2 * average, "Divided by `size`: a window has size×size pixels."),
    (lambda found: np.shape(found) == (1, 3, 3, 1), "The step is 1: without a stride the windows stand side by side."),
])
two = np.concatenate([one, 10 * one[:, ::-1]], axis=3)
check.equal("two maps, each on its own", lambda: pool2d(two),
            np.array([[[[4, -10], [5, 70]], [[-1, 40], [7, 50]]]]), hints=[
    (lambda found: np.shape(found) in ((1, 2, 2), (1, 2, 2, 1)), "The two maps were pooled into one: reduce over the "
     "window's two axes only."),
    (lambda found: np.shape(found) == (1, 2, 2, 2), "The shape is right: do the numbers of one map stay in that map?"),
])
steps = np.arange(30).reshape(1, 5, 6, 1)
with check.group("windows that overlap, and a row that is left over"):
    check.equal("size 3, stride 2 on 5×6", lambda: pool2d(steps, size=3, stride=2),
                np.array([[14, 16], [26, 28]])[np.newaxis, :, :, np.newaxis], hints=[
        (lambda found: np.shape(found) == (1, 1, 2, 1), "The stride was not used: the windows stand `size` apart."),
        (ValueError, "Cutting the map into tiles works only where size and stride are equal and divide the map."),
        (lambda found: np.shape(found) in ((1, 2, 3, 1), (1, 3, 3, 1)), "Windows that the map does not fill are left out."),
    ])
    check.equal("size 2 on 5×6", lambda: pool2d(steps),
                np.array([[7, 9, 11], [19, 21, 23]])[np.newaxis, :, :, np.newaxis], hints=[
        (lambda found: np.shape(found) == (1, 3, 3, 1), "A window that the map does not fill is left out."),
        (ValueError, "A row can be left over: it is dropped."),
    ])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_pool2d", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("pool2d", points=2, at_grading="other sizes and strides, several maps and images, negative numbers")
### BEGIN HIDDEN TESTS
from autograder import draws


def pooled(images, size, stride, reduce):
    rows = (images.shape[1] - size) // stride + 1
    columns = (images.shape[2] - size) // stride + 1
    return np.stack([
        np.stack([reduce(images[:, stride * row : stride * row + size, stride * column : stride * column + size],
                         axis=(1, 2)) for column in range(columns)], axis=1) for row in range(rows)], axis=1)


rng = draws.hidden("pool2d")
for kind, reduce, other in (("max", np.max, np.mean), ("average", np.mean, np.max)):
    with check.group(f"{kind} pooling"):
        for size, stride in ((2, 2), (3, 3), (2, 3), (3, 2), (3, 1)):
            maps = int(rng.integers(2, 5))
            images = rng.integers(-99, 0, (2, size + stride * int(rng.integers(2, 4)) + stride // 2, size + 5, maps))
            label = f"size {size}, stride {stride}, 2×{images.shape[1]}×{images.shape[2]}×{maps}"
            check.equal(label, lambda: pool2d(images, size=size, stride=stride, kind=kind),
                        pooled(images, size, stride, reduce), hints=[
                (pooled(images, size, stride, other), "Maximum and average are swapped."),
                (pooled(images, size, size, reduce), "The stride was not used."),
                (lambda found: np.ndim(found) == 3 or np.shape(found)[-1] == 1, "The maps were pooled into one."),
                (ValueError, "Sizes that the window does not divide, and windows that overlap, must work as well."),
                (lambda found: np.shape(found) != pooled(images, size, stride, reduce).shape,
                 "The number of windows is (size of the map − size) // stride + 1."),
                (lambda found: np.max(found) >= 0, "All numbers are negative here: somewhere you start from 0."),
            ])
        check.equal("size 3 without a stride", lambda: pool2d(images, size=3, kind=kind), pooled(images, 3, 3, reduce),
                    hints=[(lambda found: True, "Without a stride the windows stand `size` apart.")])
### END HIDDEN TESTS
check.report()

# %%
digit = digits.validation.x[4:5]
halves = {kind: pool2d(digit, kind=kind) for kind in ("max", "average")}
quarters = {kind: pool2d(halves[kind], kind=kind) for kind in ("max", "average")}
figures.images([digit[0], halves["max"][0], quarters["max"][0], digit[0], halves["average"][0], quarters["average"][0]],
               ["28×28", "max, 14×14", "max again, 7×7", "28×28", "average, 14×14", "average again, 7×7"], columns=3,
               shared_range=True, size=2.0,
               alt="A handwritten digit, pooled twice. Under max pooling the strokes stay bright and grow thick; under "
                   "average pooling they become blurred and grey")


# %% [markdown]
# Max pooling keeps the strongest answer, average pooling a blurred summary. Only one of the two is a convolution in
# disguise. The next two exercises prove it.
#
# ### Exercise 4 · Max pooling is no convolution &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** One example is enough to prove that something is *not* so. Every convolution without bias is **additive**:
# whatever the kernel, the result for a + b is the result for a plus the result for b. (A bias would be counted twice on
# one side; but max pooling of a black image is black, so it has none.) If max pooling is not additive for one pair of
# images, no kernel can compute it.
#
# **Your task.** Write `counterexample`: for any even `size`, two images `size`×`size` such that in **every** 2×2 patch
# (the patches do not overlap) the maximum of a + b differs from the maximum of a plus the maximum of b.
#
# <details><summary>Hint: one patch first</summary>Find two 2×2 patches whose largest numbers stand at different places. What is the largest number of their sum?</details>
# <details><summary>Hint: all patches</summary>A pattern that repeats every two pixels puts the same patch everywhere; <code>np.tile</code> repeats an array.</details>

# %% nbgrader={"grade": false, "grade_id": "counterexample", "locked": false, "schema_version": 3, "solution": true, "task": false}
def counterexample(size):
    """Two images that prove that 2×2 max pooling is not additive.

    size: even height and width
    Returns two arrays of numbers, each (size, size).
    """
    ### BEGIN SOLUTION
    rows, columns = np.indices((size, size))
    board = (rows + columns) % 2
    return board, 1 - board
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_counterexample", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def verdict(pair, size):
    """True, or what keeps the two images from proving it."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        return "two images are expected: return a, b"
    images = [np.asarray(image) for image in pair]
    for image in images:
        if image.shape != (size, size):
            return f"an image has the shape {image.shape}, expected {(size, size)}"
        if image.dtype.kind not in "iuf" or not np.isfinite(image).all():
            return "an image holds something else than finite numbers"

    def maximum(image):
        return image.astype(float).reshape(size // 2, 2, size // 2, 2).max(axis=(1, 3))

    a, b = images
    together, apart = maximum(a.astype(float) + b.astype(float)), maximum(a) + maximum(b)
    additive = np.isclose(together, apart)
    if not additive.any():
        return True
    row, column = (int(index) for index in np.argwhere(additive)[0])
    return (f"in {int(additive.sum())} of {additive.size} patches it is additive after all, first in the one in row {row}, "
            f"column {column}: the maximum of the sum and the sum of the maxima are both {together[row, column]:g}")


check = Checklist("counterexample", points=2)
known = [
    (lambda found: "two images" in found, "A pair is asked for: two arrays, separated by a comma."),
    (lambda found: "of 4 patches" in found and not found.startswith("in 4"), "The idea works in some patches; in the "
     "others the two images are brightest at the same pixel. Give every patch the same pattern."),
    (lambda found: "patches" in found, "As long as both images are brightest at the same pixel of a patch, the maxima "
     "add up. Put the bright pixels at different places."),
]
check.that("4×4: in each of the four patches", lambda: verdict(counterexample(4), 4), points=1, hints=known)
check.that("2×2: one patch", lambda: verdict(counterexample(2), 2), points=1, hints=known)
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_counterexample", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("counterexample", points=1, at_grading="other even sizes")
### BEGIN HIDDEN TESTS
from autograder import draws

sizes = [int(size) for size in 2 * draws.hidden("counterexample").integers(3, 20, 3)]
with check.group("other even sizes"):
    for size in sizes:
        check.that(f"{size}×{size}", lambda: verdict(counterexample(size), size), hints=[
            (lambda found: "shape" in found, "The images must have the size that is asked for."),
            (lambda found: True, "In every patch the two images must be brightest at different pixels."),
        ])
### END HIDDEN TESTS
check.report()

# %%
a, b = (np.asarray(image, dtype=float) for image in counterexample(4))


def largest(image):
    return pool2d(image[np.newaxis, :, :, np.newaxis])[0, :, :, 0]


figures.matrices({"a": a, "b": b, "a + b": a + b, "max a + max b": largest(a) + largest(b), "max of a + b": largest(a + b)},
                 size=1.8, alt="Your two images and their sum; then the sum of the two pooled images, and the pooled sum: "
                               "they differ in every patch")


# %% [markdown]
# ### Exercise 5 · Average pooling is a convolution &emsp; ●●○ &emsp; 7 minutes
#
# **Why.** An average is a weighted sum with equal weights, so a convolution can compute it. What its kernels look like
# shows what "each map on its own" means: a convolutional layer always sees all channels, and has to be told to ignore
# the others.
#
# **Your task.** Write `average_kernels`, so that
#
# `conv2d(images, average_kernels(size, channels), np.zeros(channels), stride=size)`
#
# is the same as `pool2d(images, size, kind="average")`, for any images with that many channels.
#
# <details><summary>Hint: one channel</summary>size×size equal weights that sum to 1.</details>
# <details><summary>Hint: several channels</summary>Filter number c gives output map c. It must see channel c and no other: all its weights for other channels are 0.</details>
# <details><summary>Hint: a matrix that does it</summary>Over the last two axes (channel, filter) the array is the identity matrix, <code>np.eye</code>, times the weight of a pixel.</details>

# %% nbgrader={"grade": false, "grade_id": "average_kernels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def average_kernels(size, channels):
    """Kernels of the convolution that is average pooling.

    Returns floats (size, size, channels, channels): kernel height, kernel width, channel, filter.
    """
    ### BEGIN SOLUTION
    kernels = np.zeros((size, size, channels, channels))
    for channel in range(channels):
        kernels[:, :, channel, channel] = 1 / size**2
    return kernels
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_average_kernels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("average_kernels", points=1)
check.equal("2×2, one channel", lambda: average_kernels(2, 1), np.full((2, 2, 1, 1), 0.25), hints=[
    (np.full((2, 2, 1, 1), 0.5), "A 2×2 window has four pixels, so each weighs a quarter."),
    (np.ones((2, 2, 1, 1)), "With weights of 1 it is the sum; the weights of an average sum to 1."),
])
separate = np.zeros((2, 2, 2, 2))
separate[:, :, 0, 0] = separate[:, :, 1, 1] = 0.25
check.equal("2×2, two channels", lambda: average_kernels(2, 2), separate, hints=[
    (np.full((2, 2, 2, 2), 0.25), "Each filter sums over both channels: filter c may see channel c only."),
    (np.full((2, 2, 2, 2), 0.125), "Each filter averages over both channels: the maps are mixed."),
    (2 * separate, "A 2×2 window has four pixels, so each weighs a quarter."),
    (4 * separate, "With weights of 1 it is the sum; the weights of an average sum to 1."),
    (lambda found: np.shape(found) == (2, 2, 2, 1), "One filter gives one map; two maps need two filters."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_average_kernels", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("average_kernels", points=2, at_grading="other sizes and numbers of channels, compared with average pooling of random images")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("average_kernels")
for title, many in (("one channel", (1, 1, 1)), ("several channels", (2, 3, 5))):
    with check.group(title):
        for size, channels in zip((3, 4, 5), many):
            images = rng.normal(size=(2, 3 * size, 2 * size, channels))
            expected = images.reshape(2, 3, size, 2, size, channels).mean(axis=(2, 4))

            def pooled_by_convolution():
                kernels = np.asarray(average_kernels(size, channels), dtype=float)
                if kernels.shape != (size, size, channels, channels):
                    return kernels
                return np.einsum("nriwjc,ijcf->nrwf", images.reshape(2, 3, size, 2, size, channels), kernels)

            total = np.repeat(expected.sum(axis=-1, keepdims=True), channels, axis=-1)
            check.equal(f"{size}×{size}, {channels} channels", pooled_by_convolution, expected, hints=[
                (total, "Each filter sums over all channels: filter c may see channel c only."),
                (total / channels, "Each filter averages over all channels: the maps are mixed."),
                (size * expected, "Divide by the number of pixels in a window, size×size."),
                (size**2 * expected, "That sums the pixels; the weights of an average sum to 1."),
                (4 / size**2 * expected, "A quarter is right for 2×2 only."),
                (expected * size**2 / 4, "A quarter is right for 2×2 only."),
                (lambda found: np.shape(found) != expected.shape, "The shape is (size, size, channels, channels)."),
            ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ## The fully connected layer
#
# ### Exercise 6 · Fully connected &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** After the last pooling layer the maps hold what was found, and where. A fully connected layer weighs all of it
# for each class: the good old layer of a multi-layer perceptron, on the flattened maps.
#
# **Your task.** Write `dense`: flatten each image into one row, multiply with the weights, add the bias. No activation.
#
# <details><summary>Hint: flattening a batch</summary>Images stay apart: <code>x.reshape(len(x), -1)</code> makes one row of each, in the order in which the numbers lie in memory, which is Keras' order too.</details>
# <details><summary>Hint: the product</summary>(n, inputs) times (inputs, units) is (n, units): <code>@</code> is the matrix product.</details>

# %% nbgrader={"grade": false, "grade_id": "dense", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense(x, weights, bias):
    """A fully connected layer without activation.

    x:       numbers (n, ...): each entry of the batch is flattened
    weights: numbers (inputs, units)
    bias:    numbers (units,)
    Returns numbers (n, units).
    """
    ### BEGIN SOLUTION
    return x.reshape(len(x), -1) @ weights + bias
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_dense", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("dense", points=1)
maps = np.array([[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]]])
decimal = np.array([[1000, 1], [100, 1], [10, 1], [1, 1]])
check.equal("two images of 2×1×2, two units", lambda: dense(maps, decimal, np.array([0, -200])),
            np.array([[1234, -190], [5678, -174]]), hints=[
    (np.array([[1234, 10], [5678, 26]]), "The bias is missing."),
    (np.array([[1324, -190], [5768, -174]]), "The channels were put in front before flattening: flatten the array as it is."),
    (ValueError, "Each image becomes a row of its own: the first axis of x stays."),
    (lambda found: np.shape(found) == (2,), "There is a row for each image and a column for each unit."),
    (np.array([[1234, 0], [5678, 0]]), "No activation yet: negative numbers stay."),
    (lambda found: np.shape(found) == (2, 2) and np.max(found) <= 1, "No activation yet: the plain weighted sums."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_dense", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("dense", points=2, at_grading="inputs of two to four axes, other numbers of units, large numbers")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("dense")


def weighted(x, weights, bias):
    return np.array([[sum(int(v) * int(w) for v, w in zip(row.ravel(), weights[:, unit])) + int(bias[unit])
                      for unit in range(weights.shape[1])] for row in x])


for title, axes in (("flat input", 1), ("maps", 3)):
    with check.group(title):
        for units in (2, 3, 5):
            shape = (4, *(int(size) for size in rng.permutation([2, 3, 4])[:axes]))
            x = rng.integers(-9, 10, shape)
            weights = rng.integers(-10**6, 10**6, (int(np.prod(shape[1:])), units))
            bias = rng.integers(1, 2**40, units) * (-1) ** np.arange(1, units + 1)
            hints = [
                (weighted(x, weights, 0 * bias), "The bias is missing."),
                (ValueError, "Each entry of the batch becomes a row of its own; the weights are (inputs, units)."),
                (np.maximum(weighted(x, weights, bias), 0), "No activation yet: negative numbers stay."),
            ]
            if axes == 3:
                hints.append((weighted(x.transpose(0, 3, 1, 2), weights, bias), "Flatten the array as it is: the channels "
                              "were put in front."))
            hints.append((lambda found: True, "Each image is one row, and each unit one column of the weights."))
            check.equal(f"x of {'×'.join(map(str, shape))}, {units} units", lambda: dense(x, weights, bias),
                        weighted(x, weights, bias), hints=hints)
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ### Exercise 7 · A softmax that does not overflow &emsp; ●●○ &emsp; 8 minutes
#
# **Why.** The last layer gives a score for each class. The softmax makes probabilities of them, positive and with the sum 1:
#
# $$\operatorname{softmax}(z)_k = \frac{e^{z_k}}{e^{z_1} + \dots + e^{z_K}}$$
#
# Computed as written it fails where it matters: $e^{1000}$ is too large for a float, becomes `inf`, and `inf / inf` is
# `nan`. One `nan` in a loss, and every weight is `nan` after the next step.
#
# The remedy is to subtract the same number from all scores of a row, which multiplies numerator and denominator by the
# same factor and so changes nothing. With the row's largest score subtracted, no exponent is above 0.
#
# **Your task.** Write `softmax`, over the last axis of its argument.
#
# <details><summary>Hint: each row its own largest</summary><code>z.max(axis=-1, keepdims=True)</code> keeps the axis with length 1, so that it can be subtracted from z.</details>
# <details><summary>Hint: why not the largest of all?</summary>Then a row far below it has only exponents like −2000, all its exponentials are 0, and 0/0 is <code>nan</code> again.</details>

# %% nbgrader={"grade": false, "grade_id": "softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax(z):
    """Probabilities from scores, over the last axis.

    z: floats (..., classes), of any size from −1e300 to 1e300
    Returns floats of the same shape, from 0 to 1, with the sum 1 over the last axis.
    """
    ### BEGIN SOLUTION
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_softmax", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("softmax", points=2)
scores = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]])
check.equal("two rows of ordinary scores", lambda: softmax(scores), np.array([[0.125, 0.25, 0.625], [0.375, 0.375, 0.25]]), hints=[
    (np.exp(scores) / 16, "All numbers together sum to 1: each row has a sum of its own."),
    (np.exp(scores) / np.exp(scores).sum(axis=0), "The columns sum to 1: sum over the last axis, the classes."),
    (np.exp(scores) / np.array([[5.0], [3.0]]), "Divided by the largest of the row, not by its sum."),
    (scores / scores.sum(axis=-1, keepdims=True), "The exponential is missing."),
    (np.log([[0.125, 0.25, 0.625], [0.375, 0.375, 0.25]]), "These are logarithms of the probabilities."),
    (ValueError, "The sum of a row must be kept as a column, with `keepdims=True`, to divide that row."),
])
check.equal("scores of 1000 and more", lambda: softmax(np.array([[1000.0, 1000.0, 1000.0, 1000.0], [0.0, 1000.0, 600.0, 1000.0]])),
            np.array([[0.25, 0.25, 0.25, 0.25], [0.0, 0.5, 0.0, 0.5]]), hints=[
    (lambda found: not np.isfinite(found).all(), "exp(1000) overflows to infinity: subtract the row's largest score first."),
    (lambda found: np.isclose(np.sum(found), 1), "All numbers together sum to 1: each row has a sum of its own."),
    (lambda found: np.isclose(found[1][2], found[1][3]), "600 and 1000 came out alike: cutting large scores off changes the "
     "result, subtracting the row's largest does not."),
    (ValueError, "The sum of a row must be kept as a column, with `keepdims=True`, to divide that row."),
    (lambda found: True, "Each row must have the sum 1."),
])
check.equal("one row far above the other", lambda: softmax(np.array([[1000.0, 1000.0, -1000.0], [-1000.0, -1000.0, -3000.0]])),
            np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]), hints=[
    (lambda found: not np.isfinite(found[1]).all(), "The second row became 0/0: subtract each row's own largest score, "
     "not the largest of the whole array (and not nothing)."),
    (lambda found: not np.isfinite(found).all(), "exp(1000) overflows to infinity: subtract the row's largest score first."),
    (lambda found: True, "Each row is treated on its own, and must have the sum 1."),
])
check.equal("a single row, without a batch", lambda: softmax(np.log([1.0, 3.0])), np.array([0.25, 0.75]), hints=[
    (lambda found: True, "The last axis is the only one here: use `axis=-1`."),
    (IndexError, "The last axis is the only one here: use `axis=-1`, not `axis=1`."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_softmax", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("softmax", points=2, at_grading="other shapes, and scores of any size")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("softmax")


def probabilities(z):
    flat = [[np.exp(v - max(row)) for v in row] for row in z.reshape(-1, z.shape[-1]).tolist()]
    return np.array([[value / sum(row) for value in row] for row in flat]).reshape(z.shape)


for title, scale in (("ordinary scores", 2.0), ("large and very different scores", 2000.0)):
    with check.group(title):
        for shape in ((5,), (3, 4), (4, 3), (2, 3, 5)):
            z = rng.normal(0, 1, shape) + scale * rng.integers(-3, 4, (*shape[:-1], 1)) * (scale > 10)
            check.equal(f"shape {'×'.join(map(str, shape))}", lambda: softmax(z), probabilities(z), hints=[
                (lambda found: not np.isfinite(found).all(), "Not finite: subtract each row's own largest score before "
                 "the exponential."),
                (lambda found: np.isclose(np.sum(found), 1), "All numbers together sum to 1: each row has its own sum."),
                (IndexError, "The last axis is `axis=-1`, whatever their number."),
                (lambda found: True, "Over the last axis the sum is 1, in each row."),
                (Exception, "The last axis is `axis=-1`, and `keepdims=True` keeps it for the division."),
            ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ### Exercise 8 · Two classes: the logistic function &emsp; ●○○ &emsp; 4 minutes
#
# **Why.** The lecture calls the softmax the generalisation of the logistic function (the sigmoid) to several classes. So
# with two classes the one must be the other. Subtracting the first score from both changes nothing: the scores (a, b)
# and (0, b − a) have the same softmax. Only z = b − a counts.
#
# **Your task.** Write `logistic(z)`: the probability of the **second** class for the scores (0, z), with your `softmax`.
#
# <details><summary>Hint: many z at once</summary>Put the pairs on a new last axis: <code>np.stack([np.zeros_like(z), z], axis=-1)</code> has the shape (..., 2).</details>
# <details><summary>Hint: the second class</summary>Of the result, <code>[..., 1]</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "logistic", "locked": false, "schema_version": 3, "solution": true, "task": false}
def logistic(z):
    """The logistic function 1/(1 + exp(−z)), from a softmax over two classes.

    z: floats of any shape and size. Returns floats of the same shape, from 0 to 1.
    """
    ### BEGIN SOLUTION
    return softmax(np.stack([np.zeros_like(z), z], axis=-1))[..., 1]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_logistic", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("logistic", points=1)
check.equal("z = −ln 3, 0 and ln 3", lambda: logistic(np.log([1 / 3, 1.0, 3.0])), np.array([0.25, 0.5, 0.75]), hints=[
    (np.array([0.75, 0.5, 0.25]), "That is the probability of the first class, the one with score 0."),
    (np.array([-0.8, 0.0, 0.8]), "That is tanh, from −1 to 1; the logistic function goes from 0 to 1."),
    (lambda found: np.isclose(np.sum(found), 1), "The softmax went over the three z: each z needs a pair (0, z) of its own, on a new last "
     "axis."),
    (lambda found: np.shape(found) == (3, 2), "Both classes are there: return the second one only."),
    (lambda found: np.shape(found) != (3,), "There is one probability for each z: the pairs (0, z) go on a new last axis."),
])
check.equal("z = −1000, 1000 and 1000", lambda: logistic(np.array([-1000.0, 1000.0, 1000.0])), np.array([0.0, 1.0, 1.0]), hints=[
    (lambda found: not np.isfinite(found).all(), "exp(1000) overflows: let your softmax do it."),
    (np.array([1.0, 0.0, 0.0]), "That is the probability of the first class, the one with score 0."),
    (lambda found: True, "Each z is a case of its own: far below 0 the probability is 0, far above it is 1."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_logistic", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("logistic", points=1, at_grading="other shapes, and z of any size")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("logistic")
with check.group("other shapes, and z of any size"):
    for shape in ((7,), (3, 4), (2, 3, 2)):
        z = rng.normal(0, 1, shape) * 10.0 ** rng.integers(-1, 4, shape)
        expected = np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))
        check.equal(f"shape {'×'.join(map(str, shape))}", lambda: logistic(z), expected, hints=[
            (lambda found: not np.isfinite(found).all(), "Not finite: let your softmax do it."),
            (1 - expected, "That is the probability of the first class."),
            (lambda found: True, "For each z the probability of the second class, in the shape of z."),
        ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# ## The whole network
#
# Now all four layers together: the small network below was trained on the digits, in Keras, and its weights are given. The
# next cell loads them and builds the same network in Keras, to compare with.
#
# | Layer | Output | Weights |
# |---|---|---|
# | convolution 5×5, 6 filters, ReLU | 24×24×6 | 156 |
# | max pooling 2×2 | 12×12×6 | 0 |
# | convolution 5×5, 12 filters, ReLU | 8×8×12 | 1,812 |
# | average pooling 2×2 | 4×4×12 | 0 |
# | fully connected, softmax | 10 | 1,930 |

# %% nbgrader={"grade": false, "grade_id": "keras_cnn", "locked": true, "schema_version": 3, "solution": false, "task": false}
with np.load(io.BytesIO(datasets.bundled("layers_cnn.npz"))) as file:
    trained = [file[name] for name in ("kernels_1", "bias_1", "kernels_2", "bias_2", "weights", "bias")]


def keras_cnn(shape, weights, activation="relu", pools=("max", "average"), last="softmax"):
    """The network in Keras, for images of this shape (height, width, channels), with these weights."""
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    model = keras.Sequential([
        keras.Input(shape),
        layers.Conv2D(weights[0].shape[3], weights[0].shape[:2], activation=activation),
        pooling[pools[0]](2),
        layers.Conv2D(weights[2].shape[3], weights[2].shape[:2], activation=activation),
        pooling[pools[1]](2),
        layers.Flatten(),
        layers.Dense(weights[4].shape[1], activation=last),
    ])
    model.set_weights(weights)
    return model


def keras_answer(images, weights, **variant):
    """What that network gives for these images."""
    return keras.ops.convert_to_numpy(keras_cnn(images.shape[1:], weights, **variant)(images))


for array in trained:
    print(array.shape)
print(f"{sum(array.size for array in trained):,} weights in all")
print("Keras on the first validation digit:", keras_answer(datasets.digits(28).validation.x[:1], trained).round(3))


# %% [markdown]
# ### Exercise 9 · A trained network in NumPy &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** A framework does nothing secret. If your layers give the same ten probabilities as Keras, to the fifth decimal,
# for every image, then you know what a CNN computes: all of it.
#
# **Your task.** Write `forward` with your own layers, in the order of the table. Take all sizes from the arrays: at
# grading it also runs with other weights, on other images.
#
# <details><summary>Hint: unpack first</summary><code>kernels_1, bias_1, kernels_2, bias_2, weights_3, bias_3 = weights</code></details>
# <details><summary>Hint: follow the shapes</summary>Print <code>x.shape</code> after each layer and compare with the table: 28×28×1, 24×24×6, 12×12×6, 8×8×12, 4×4×12, 10.</details>
# <details><summary>Hint: nearly right?</summary>ReLU comes after each convolution and not after the last layer. The first pooling takes the maximum, the second the average.</details>

# %% nbgrader={"grade": false, "grade_id": "forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def forward(images, weights):
    """The network's prediction.

    images:  floats (n, height, width, channels)
    weights: six arrays: kernels and bias of the first convolution, of the second, and of
             the last layer
    Returns floats (n, classes): a probability for each class.
    """
    ### BEGIN SOLUTION
    kernels_1, bias_1, kernels_2, bias_2, weights_3, bias_3 = weights
    x = pool2d(relu(conv2d(images, kernels_1, bias_1)), 2, kind="max")
    x = pool2d(relu(conv2d(x, kernels_2, bias_2)), 2, kind="average")
    return softmax(dense(x, weights_3, bias_3))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_forward", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("forward", points=3)
some = datasets.digits(28).validation.x[:20]
check.equal("the shape for 20 digits", lambda: list(np.shape(forward(some, trained))), [20, 10], points=Fraction(1, 2), hints=[
    ([10], "Twenty images went in: the result has a row for each."),
    ([1, 10], "Twenty images went in: the result has a row for each."),
    (ValueError, "Somewhere the shapes do not fit: print them after each layer and compare with the table."),
])
check.that("each row sums to 1", lambda: bool(np.allclose(np.sum(forward(some, trained), axis=-1), 1)), points=Fraction(1, 2),
           hint="Scores are no probabilities yet: the softmax comes last.")
variants = {
    "There is no ReLU after the convolutions.": {"activation": "linear"},
    "The two kinds of pooling are swapped: first the maximum, then the average.": {"pools": ("average", "max")},
    "Both poolings take the maximum: the second one averages.": {"pools": ("max", "max")},
    "Both poolings average: the first one takes the maximum.": {"pools": ("average", "average")},
    "The softmax at the end is missing.": {"last": "linear"},
}
answers = [(keras_answer(some, trained, **variant), text) for text, variant in variants.items()]
check.equal("Keras' predictions for 20 digits, to 0.00001", lambda: forward(some, trained),
            keras_answer(some, trained), tolerance=1e-5, points=2, hints=[
    *answers,
    (ValueError, "Somewhere the shapes do not fit: print them after each layer and compare with the table."),
    (lambda found: np.shape(found) == (20, 10), "The shape is right: compare the order of the layers with the table. "
     "ReLU comes after both convolutions, and nowhere else."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_forward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("forward", points=2, at_grading="the same layers with other weights, other numbers of filters and other images, against Keras")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("forward")
for title, channels in (("grey images", 1), ("colour images", 3)):
    with check.group(title):
        for _ in range(2):
            first, second = rng.permutation([2, 3, 4, 5])[:2]
            (h1, w1), (h2, w2) = rng.integers(2, 5, (2, 2))
            height, width = (int(size) for size in rng.permutation([15, 17, 19, 22])[:2])
            rows = ((height - h1 + 1) // 2 - h2 + 1) // 2
            columns = ((width - w1 + 1) // 2 - w2 + 1) // 2
            shapes = [(h1, w1, channels, first), (first,), (h2, w2, first, second), (second,), (rows * columns * second, 7), (7,)]
            weights = [rng.normal(0, np.sqrt(2 / max(np.prod(shape[:-1]), 1)), shape).astype(np.float32) for shape in shapes]
            images = rng.normal(size=(3, height, width, channels)).astype(np.float32)

            check.equal(f"3 images {height}×{width}×{channels}, {first} and {second} filters", lambda: forward(images, weights),
                        keras_answer(images, weights), tolerance=1e-5, hints=[
                (ValueError, "The shapes do not fit: no size is fixed, take all of them from the arrays."),
                (lambda found: np.shape(found) != (3, 7), "A row for each image and a column for each class."),
                (lambda found: True, "Are the layers those of the table, in that order? ReLU after both convolutions and nowhere else; all "
                 "weights taken from the argument, none from the notebook."),
            ])
### END HIDDEN TESTS
check.report()

# %%
yours = forward(digits.validation.x, trained)
theirs = keras_cnn((28, 28, 1), trained).predict(digits.validation.x, verbose=0)
print(f"largest difference from Keras in {yours.size:,} probabilities: {np.abs(yours - theirs).max():.1e}")
print(f"right: {np.mean(yours.argmax(axis=1) == digits.validation.y):.1%} of {len(yours)} validation digits")

# %% [markdown]
# And this is what one digit goes through, computed by your layers. Look at how the maps shrink while their number grows,
# until ten numbers are left.

# %%
digit = digits.validation.x[4:5]
first = relu(conv2d(digit, trained[0], trained[1]))
second = relu(conv2d(pool2d(first), trained[2], trained[3]))
drawings.stages({"image": digit[0], "convolution, ReLU": first[0], "max pooling": pool2d(first)[0],
                 "convolution, ReLU ": second[0],
                 "average pooling": pool2d(second, kind="average")[0], "softmax": forward(digit, trained)[0]},
                alt="One digit on its way through the network: the image, six maps of 24×24, six of 12×12, six of the "
                    "twelve maps of 8×8, six of the twelve of 4×4, and ten probabilities, of which one is nearly 1")


# %% [markdown]
# ## ReLU against tanh and sigmoid
#
# The lecture gives three reasons for ReLU: it does not saturate for positive numbers, it is cheap, and it "converges much
# faster than sigmoid/tanh in practice (e.g., 6x)". The first is a fact about slopes. The last is a measurement, so let us
# measure.
#
# ### Exercise 10 · Slopes and saturation &emsp; ●●○ &emsp; 8 minutes
#
# **Why.** Backpropagation multiplies, layer by layer, with the slope of the activation function. Where the function is
# flat, it *saturates*: the slope is nearly 0, and what was to be learned stops there.
#
# **Your task.** Write `slopes`: the derivatives of ReLU, tanh and the logistic function (sigmoid) at z. At z = 0, where
# ReLU has a corner, take 0, as TensorFlow does.
#
# <details><summary>Hint: tanh</summary>With t = tanh(z) the derivative is 1 − t².</details>
# <details><summary>Hint: sigmoid</summary>With s = logistic(z) the derivative is s·(1 − s).</details>
# <details><summary>Hint: ReLU</summary>1 where z is positive, 0 elsewhere: <code>np.where(z &gt; 0, 1.0, 0.0)</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "slopes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def slopes(z):
    """Derivatives of three activation functions.

    z: floats of any shape and size
    Returns a dictionary with the keys "ReLU", "tanh" and "sigmoid"; each value is an array
    in the shape of z.
    """
    ### BEGIN SOLUTION
    sigmoid = logistic(z)
    return {
        "ReLU": np.where(z > 0, 1.0, 0.0),
        "tanh": 1 - np.tanh(z) ** 2,
        "sigmoid": sigmoid * (1 - sigmoid),
    }
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_slopes", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("slopes", points=3)
z = np.array([-1000.0, -np.log(3.0), 0.0, np.log(3.0), 1000.0])
check.equal("ReLU at −1000, −ln 3, 0, ln 3 and 1000", lambda: slopes(z)["ReLU"], np.array([0.0, 0.0, 0.0, 1.0, 1.0]), hints=[
    (np.maximum(z, 0), "That is ReLU itself; its slope is asked for."),
    (np.array([0.0, 0.0, 1.0, 1.0, 1.0]), "At exactly 0 take the slope 0."),
    (np.sign(z), "Below 0 ReLU is flat: its slope there is 0, not −1."),
])
check.equal("tanh at the same places", lambda: slopes(z)["tanh"], np.array([0.0, 0.36, 1.0, 0.36, 0.0]), hints=[
    (np.tanh(z), "That is tanh itself; its slope is asked for."),
    (1 - np.tanh(z), "The tanh has to be squared: 1 − t²."),
    (1 - z**2, "t in 1 − t² is tanh(z), not z."),
    (lambda found: not np.isfinite(found).all(), "Not finite at ±1000: use tanh(z), which does not overflow."),
])
check.equal("sigmoid at the same places", lambda: slopes(z)["sigmoid"], np.array([0.0, 0.1875, 0.25, 0.1875, 0.0]), hints=[
    (np.array([0.0, 0.25, 0.5, 0.75, 1.0]), "That is the sigmoid itself; its slope is asked for."),
    (np.array([1.0, 0.75, 0.5, 0.25, 0.0]), "One factor is missing: s·(1 − s)."),
    (z * (1 - z), "s in s·(1 − s) is logistic(z), not z."),
    (lambda found: not np.isfinite(found).all(), "Not finite at ±1000: use your `logistic`, which does not overflow."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_slopes", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("slopes", points=3, at_grading="the three slopes at other places, for arrays of several axes")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("slopes")
z = rng.normal(0, 2, (3, 4)) * 10.0 ** rng.integers(-1, 4, (3, 4))
z[0, 0], z[1, 1] = -750.0, 750.0
z[2, :2] = rng.normal(0, 1, 2)
e = np.exp(-np.abs(z))
answer = {"ReLU": (z > 0) * 1.0, "tanh": 4 * e**2 / (1 + e**2) ** 2, "sigmoid": e / (1 + e) ** 2}
tell = {"ReLU": "1 above zero, 0 elsewhere.", "tanh": "With t = tanh(z) it is 1 − t².", "sigmoid": "With s = logistic(z) it is s·(1 − s)."}
for name, expected in answer.items():
    check.equal(f"{name} at other places", lambda: slopes(z)[name], expected, hints=[
        (lambda found: not np.isfinite(found).all(), "Not finite for large z."),
        (lambda found: True, tell[name]),
        (Exception, "z can have any shape."),
    ])
### END HIDDEN TESTS
check.report()

# %%
z = np.linspace(-6, 6, 241)
drawings.functions(z, {"activation": {"ReLU": relu(z), "tanh": np.tanh(z), "sigmoid": logistic(z)}, "slope": slopes(z)},
                   alt="Left: ReLU grows without end above zero, tanh goes from −1 to 1, the sigmoid from 0 to 1. Right: the "
                       "slope of ReLU is 1 everywhere above zero; that of tanh is a bell up to 1, that of the sigmoid a low "
                       "bell up to one quarter")

# %% [markdown]
# The sigmoid's slope is at most 1/4. Ten layers of it multiply the gradient by at most (1/4)¹⁰, less than a millionth,
# even where nothing saturates. And the larger the sums that reach the activation, the flatter it gets. Below, the sums
# are drawn from a normal distribution with a growing standard deviation, and the slopes are averaged:

# %%
spread = [0.1, 0.3, 1, 3, 10, 30, 100]
sums = np.random.default_rng(2).normal(size=100_000)
mean_slope = {name: [float(slopes(scale * sums)[name].mean()) for scale in spread] for name in ("ReLU", "tanh", "sigmoid")}
drawings.against(spread, mean_slope, xlabel="standard deviation of the sums", ylabel="mean slope",
                 alt="ReLU's mean slope is one half for any spread; those of tanh and sigmoid fall to about one hundredth "
                     "and below when the spread grows to 100")


# %% [markdown]
# That is saturation: ReLU lets half of everything through, whatever the scale. But does it make a network learn faster?
# Count the epochs to the same training loss.
#
# ### Exercise 11 · Epochs to the same loss &emsp; ●○○ &emsp; 5 minutes
#
# **Why.** "Six times faster" needs a yardstick that is the same for all. The lecture's number goes back to the AlexNet
# paper, which counts the epochs until a network reaches a given training error. A yardstick has to say what happens when
# it is never reached.
#
# **Your task.** Write `epochs_to_reach`: the number of the first epoch, counted from 1, after which the loss is at most
# `target`; `None` if there is none.
#
# <details><summary>Hint: counting from 1</summary><code>enumerate(losses, start=1)</code></details>
# <details><summary>Hint: never</summary>A function that reaches its end returns <code>None</code> by itself. Beware of <code>np.argmax</code>: where nothing is True it says 0.</details>

# %% nbgrader={"grade": false, "grade_id": "epochs_to_reach", "locked": false, "schema_version": 3, "solution": true, "task": false}
def epochs_to_reach(losses, target):
    """The first epoch, counted from 1, with a loss of at most `target`, or None.

    losses: a number for each epoch, as a list
    """
    ### BEGIN SOLUTION
    for epoch, loss in enumerate(losses, start=1):
        if loss <= target:
            return epoch
    return None
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_epochs_to_reach", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("epochs_to_reach", points=2)
check.equal("2.0, 1.2, 0.6, 0.4 down to 0.5", lambda: epochs_to_reach([2.0, 1.2, 0.6, 0.4], 0.5), 4, hints={
    3: "Counted from 0: the first epoch is number 1.",
    None: "The fourth epoch reaches 0.4, which is below 0.5.",
})
check.equal("2.0, 1.2, 0.5, 0.4 down to 0.5", lambda: epochs_to_reach([2.0, 1.2, 0.5, 0.4], 0.5), 3, hints={
    4: "“At most” includes the target itself.",
    2: "Counted from 0: the first epoch is number 1.",
})
check.equal("a loss that goes up again: 1.0, 0.4, 0.7, 0.3 down to 0.5", lambda: epochs_to_reach([1.0, 0.4, 0.7, 0.3], 0.5), 2, hints={
    4: "The *first* epoch counts, although the loss goes up again later.",
    3: "The epochs above the target were counted: the loss may go up again after the first time.",
    1: "Counted from 0: the first epoch is number 1.",
})
check.equal("never", lambda: epochs_to_reach([2.0, 1.9, 1.8], 0.5), None, hints={
    0: "That says that it took no time at all: a run that never arrives must give None.",
    1: "That says the first epoch reached it: `np.argmax` gives 0 where nothing is True.",
    3: "Three epochs were run, and none reached it: the answer is None, or a failure would look like a success.",
    4: "It might be the fourth, or none: the answer is None.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_epochs_to_reach", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("epochs_to_reach", points=1, at_grading="other losses and targets, some never reached, some at once")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("epochs_to_reach")
with check.group("other losses and targets"):
    for number in range(12):
        losses = [round(float(loss), 2) for loss in 2.3 * np.exp(-0.2 * np.arange(12)) + rng.normal(0, 0.2, 12)]
        target = (losses[int(rng.integers(0, 12))], min(losses) - 0.01, losses[0])[number % 3]
        reached = [epoch for epoch, loss in enumerate(losses, 1) if loss <= target]
        check.equal(f"{losses} down to {target:.2f}", lambda: epochs_to_reach(losses, target),
                    reached[0] if reached else None, hints=[
            (lambda found: not reached, "Never reached: the answer is None."),
            (lambda found: found == reached[0] - 1, "Counted from 0: the first epoch is number 1."),
            (lambda found: found in reached, "The first epoch counts, and “at most” includes the target itself."),
            (lambda found: True, "The first epoch whose loss is at most the target, counted from 1."),
        ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# **The race.** Four layers with weights (two convolutions, two fully connected) on the 8×8 digits, plain gradient descent in
# batches of 60, from Keras' usual random weights (Glorot). A race run at one learning rate would be unfair, because what
# suits one activation need not suit another; so each runs at two rates, around the best one of a wider search (0.1, 0.2,
# 0.4 … 3.2), and each rate over three seeds, until the training loss is at most 0.5 or 40 epochs are over. The cell takes some
# seconds, and keeps its result.

# %%
small_digits = datasets.digits(8).train
images, labels = tf.constant(small_digits.x), tf.constant(small_digits.y)
mean_loss = keras.losses.SparseCategoricalCrossentropy()


def trainer(model, size=60):
    """A function that trains the model from fresh random weights, by plain gradient descent."""

    def step(batch, rate):
        with tf.GradientTape() as tape:
            loss = mean_loss(tf.gather(labels, batch), model(tf.gather(images, batch), training=True))
        for weight, slope in zip(model.trainable_weights, tape.gradient(loss, model.trainable_weights)):
            weight.assign_sub(rate * slope)
        return loss

    @tf.function(autograph=False)
    def epoch(batches, rate):  # one batch after the other, compiled: faster than a loop in Python
        one = lambda batch: step(batch, rate)
        losses = tf.map_fn(one, batches, fn_output_signature=tf.float32, parallel_iterations=1)
        return tf.reduce_mean(losses)

    def train(rate, seed, epochs, target=0.0):
        keras.utils.set_random_seed(seed)
        model.set_weights(keras.models.clone_model(model).get_weights())
        rng, losses = np.random.default_rng(seed), []
        while len(losses) < epochs and (not losses or losses[-1] > target):
            batches = rng.permutation(len(labels)).reshape(-1, size)
            losses.append(float(epoch(tf.constant(batches), tf.constant(rate))))
        return losses

    return train


def four_layers(activation):
    return keras.Sequential([
        keras.Input((8, 8, 1)),
        layers.Conv2D(8, 3, activation=activation),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 2, activation=activation),
        layers.Flatten(),
        layers.Dense(32, activation=activation),
        layers.Dense(10, activation="softmax"),
    ])


TARGET = 0.5
rates = {"relu": [0.4, 0.8], "tanh": [0.4, 0.8], "sigmoid": [0.8, 1.6]}


def race():
    curves = {}
    for activation in rates:
        train = trainer(four_layers(activation))
        for rate in rates[activation]:
            runs = [train(rate, seed, epochs=40, target=TARGET) for seed in (0, 1, 2)]
            curves[f"{activation}, rate {rate}"] = runs
    return curves


curves = measure_once("race", race)


# %%
def median_epochs(runs):
    """The median over seeds; a run that never arrives counts as infinitely long, it is not left out."""
    epochs = [epochs_to_reach(losses, TARGET) for losses in runs]
    return statistics.median(float("inf") if epoch is None else epoch for epoch in epochs)


print(f"epochs to a training loss of {TARGET}, three seeds")
for name, runs in curves.items():
    found = ", ".join(str(epochs_to_reach(losses, TARGET) or "never") for losses in runs)
    print(f"  {name:18}  {found:18}  median {median_epochs(runs):g}")
best = {}
for activation in rates:
    names = [name for name in curves if name.startswith(activation)]
    best[activation] = min(names, key=lambda name: median_epochs(curves[name]))
print("each at its best rate, in times of ReLU's epochs:")
for activation, name in best.items():
    print(f"  {name:18}  {median_epochs(curves[name]) / median_epochs(curves[best['relu']]):.2g}")

# %%
drawings.races({name: curves[name] for name in best.values()}, target=TARGET, log_epochs=True,
               alt="Training loss over epochs of ReLU, tanh and sigmoid, each at its best learning rate, three seeds each, until "
                   "the loss is 0.5. ReLU and tanh arrive within the first epochs; the sigmoid stays on a plateau near 2.3 for "
                   "twenty epochs or more before it falls")


# %% [markdown]
# ### Question 2 · Six times faster? &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** A number from a paper belongs to its experiment. Quoting it for another one is how folklore starts.
#
# Look at your table. What did you measure for tanh and for the sigmoid, against ReLU? Does it confirm, contradict or refine
# "e.g., 6x"? Name two things about this experiment that could make its result differ from the AlexNet paper's (a four-layer
# CNN on CIFAR-10), and say why a run that never arrives must not be left out of the median.
#
# **Rubric:** 1 point for what was measured, with numbers and without stretching them; 1 point for two differences that
# could matter; 1 point for the run that never arrives.

# %% [markdown] nbgrader={"grade": true, "grade_id": "six_times", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# At its best rate tanh was not slower than ReLU here: it needed fewer epochs (a median of 2 against 6 in our run, a third),
# while the sigmoid needed several times as many as ReLU (34 against 6), after a long plateau, and some of its runs never
# arrived. So the factor of six against tanh is not confirmed on this task, and against the sigmoid something of that order is. What may
# matter: the digits are tiny and easy and the network small, so that sums stay small and tanh hardly saturates; the initial
# weights (Glorot's, made for tanh); plain gradient descent without momentum; the yardstick (loss 0.5 in place of 25 % training
# error on CIFAR-10); the rates tried. ReLU's gain grows with depth and with large sums. A run left out because it never
# arrived would make the method look better the more often it fails.
# ### END SOLUTION

# %% [markdown]
# ## Three layers, ten layers
#
# The lecture closes with a strong sentence: CNNs were the only successful deep networks up to 2006, "as anything past 3 layers
# was impossible to train". And a slide before: fully connected networks are almost impossible to train "when initialized
# randomly". Both can be looked at: build networks of 3 and of 10 layers, draw the **gradient of each layer**, and see.
#
# ### Exercise 12 · The size of a gradient &emsp; ●●○ &emsp; 6 minutes
#
# **Why.** A layer with a thousand times smaller gradient learns a thousand times more slowly. To compare layers of different
# sizes one needs a number for "how large are these gradients, typically": the *root mean square*, √(mean of g²).
#
# **Your task.** Write `gradient_rms`: for each **kernel** (each array of two or more axes), the root mean square of its
# gradient, in order. Arrays of one axis (biases, the weights of batch normalisation) are left out. Gradients can be as
# small as 10⁻²⁵ in float32, and the square of that is 0 in float32: compute in float64.
#
# <details><summary>Hint: why not the mean?</summary>Gradients have both signs. A thousand large numbers can have the mean 0.</details>
# <details><summary>Hint: float64</summary><code>np.asarray(gradient, dtype=np.float64)</code></details>

# %% nbgrader={"grade": false, "grade_id": "gradient_rms", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_rms(gradients):
    """The root mean square of each kernel's gradient.

    gradients: list of float32 arrays, in the order of `model.trainable_weights`: kernels, biases and others
    Returns a list of floats, one for each array with two or more axes.
    """
    ### BEGIN SOLUTION
    kernels = [np.asarray(gradient, dtype=np.float64) for gradient in gradients if np.ndim(gradient) > 1]
    return [float(np.sqrt(np.mean(kernel**2))) for kernel in kernels]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_gradient_rms", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("gradient_rms", points=2)
some = [np.array([[3, -3], [3, 3]], np.float32), np.array([100, 100], np.float32), np.array([[[[1, -7]]]], np.float32)]
check.equal("two kernels with a bias between them", lambda: gradient_rms(some), [3.0, 5.0], points=1, hints=[
    (lambda found: len(found) == 3, "Arrays of one axis, like the bias, are left out."),
    ([1.5, -3.0], "That is the mean, in which signs cancel."),
    ([3.0, 4.0], "That is the mean of absolute values: square, average, take the root."),
    ([9.0, 25.0], "The root is missing."),
    ([6.0, 50**0.5], "That is the norm, the root of the *sum*: a layer with more weights would look larger."),
    (lambda found: len(found) == 2 and abs(found[1] - 4) < 1e-6, "That is the standard deviation, which subtracts the mean first."),
    (lambda found: len(found) == 2 and abs(found[1] - 7) < 1e-6, "That is the largest one; a typical size is asked for."),
])
tiny = [np.array([[1e-25, -7e-25]], np.float32)]
check.equal("gradients near 10⁻²⁵, in units of 10⁻²⁵", lambda: [1e25 * size for size in gradient_rms(tiny)], [5.0], points=1, hints=[
    ([0.0], "In float32 the square of 10⁻²⁵ is 0: convert to float64 before squaring."),
    ([4.0], "Mean of absolute values, or a standard deviation: square, average, take the root."),
    ([-3.0], "That is the mean, in which signs cancel."),
    ([50**0.5], "That is the norm: divide by the number of weights before the root."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_gradient_rms", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("gradient_rms", points=2, at_grading="dense and convolutional kernels, biases and batch normalisation, large and tiny gradients")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("gradient_rms")
for title, power in (("gradients of ordinary size", -1), ("tiny gradients", -24)):
    with check.group(title):
        for shapes in ([(3, 3, 1, 4), (4,), (36, 5), (5,)], [(4, 3), (3,), (3,), (3,), (3, 7), (7,), (7,), (7,)], [(2, 2, 3, 4)]):
            gradients = [((rng.normal(size=shape) + 0.5) * 10.0**power).astype(np.float32) for shape in shapes]
            kernels = [gradient.astype(float) * 10.0**-power for gradient in gradients if gradient.ndim > 1]
            check.equal(f"shapes {shapes}", lambda: [size * 10.0**-power for size in gradient_rms(gradients)],
                        [float((kernel**2).mean() ** 0.5) for kernel in kernels], tolerance=1e-5, hints=[
                (lambda found: len(found) != len(kernels), "One number for each array with two or more axes, and for no other."),
                ([float(kernel.mean()) for kernel in kernels], "That is the mean, in which signs cancel."),
                ([float(np.abs(kernel).mean()) for kernel in kernels], "That is the mean of absolute values."),
                ([float(kernel.std()) for kernel in kernels], "That is the standard deviation, which subtracts the mean first."),
                ([float(np.linalg.norm(kernel)) for kernel in kernels], "That is the norm, which grows with the number of weights."),
                ([0.0] * len(kernels), "In float32 the squares are 0: convert to float64 first."),
                (lambda found: True, "Square, average over the array, take the root; in float64."),
            ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# Now the networks: fully connected ones with 64 units a layer, and CNNs with 16 filters of 3×3 a layer, both of 3 and of 10
# layers with weights. "Plain" random initialisation means what one would do without thinking: every weight normal, with the
# standard deviation 0.05, however large the layer. Drawn is the gradient at the very start, before any training, on 200
# digits.

# %%
def plain(shape):
    return 0.05


def network(kind, depth, activation, scale=plain, normalise=False):
    """`depth` layers with weights on 8×8 images: "dense" or "conv"; scale(shape) is the weights' standard deviation."""
    def normal(shape):
        return keras.initializers.RandomNormal(stddev=scale(shape))

    x = picture = keras.Input((8, 8, 1))
    if kind == "dense":
        x = layers.Flatten()(x)
    for number in range(1, depth):
        if kind == "dense":
            x = layers.Dense(64, kernel_initializer=normal((x.shape[-1], 64)))(x)
        else:
            x = layers.Conv2D(16, 3, padding="same", kernel_initializer=normal((3, 3, x.shape[-1], 16)))(x)
        if normalise:
            x = layers.BatchNormalization()(x)
        x = layers.Activation(activation)(x)
        if kind == "conv" and number == 1:
            x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(10, activation="softmax", kernel_initializer=normal((x.shape[-1], 10)))(x)
    return keras.Model(picture, x)


def first_gradients(model):
    """The gradients of the loss on 200 digits, before any training."""
    with tf.GradientTape() as tape:
        loss = mean_loss(labels[:200], model(images[:200], training=True))
    return [slope.numpy() for slope in tape.gradient(loss, model.trainable_weights)]


keras.utils.set_random_seed(2)
start = {
    activation: {f"{name}, {depth} layers": gradient_rms(first_gradients(network(kind, depth, activation)))
                 for kind, name in (("dense", "fully connected"), ("conv", "CNN")) for depth in (3, 10)}
    for activation in ("sigmoid", "tanh")
}
drawings.by_layer(start, ylabel="gradient (root mean square)",
                  alt="Gradients layer by layer before training. With the sigmoid they fall towards the first layer by about a "
                      "factor of ten a layer, in the fully connected network and in the CNN alike, and end below 1e-9 in the "
                      "first of ten layers. With tanh they are of similar size in all layers, but in the networks of ten layers "
                      "they are a hundred to a thousand times smaller than in those of three")

# %%
for activation, series in start.items():
    for name, sizes in series.items():
        print(f"{activation:8} {name:26} first layer {sizes[0]:.0e}, last layer {sizes[-1]:.0e}")


# %% [markdown]
# With the **sigmoid** the picture is the textbook's *vanishing gradient*: each layer on the way back multiplies by a slope
# of at most 1/4 and by small weights. The CNN of the same depth does better, but it vanishes all the same.
# With **tanh** all layers look alike, and that is deceptive: on the way forward the *signal* shrinks from layer to layer, on
# the way back the gradient does, and a weight's gradient is the product of the two. It is tiny everywhere.
#
# The cause is the same in both: 0.05 has nothing to do with the size of the layer.
#
# ### Exercise 13 · Weights of the right size &emsp; ●●○ &emsp; 7 minutes
#
# **Why.** A unit sums over its *fan-in*, the number of its inputs. If a layer's weights have the standard deviation s, its sums
# are about s·√(fan-in) times as large as its inputs. Below 1, the signal dies out with depth, above 1 it explodes. ReLU sets
# half of the sums to 0, so half of the power is lost in addition. Weights with
#
# $$s = \sqrt{\frac{2}{\text{fan-in}}}$$
#
# keep the signal's size through any number of layers (He and others, 2015; for tanh Glorot and Bengio, 2010, had proposed much
# the same without the 2).
#
# **Your task.** Write `he_scale`: that s, from the shape of a dense or a convolutional kernel.
#
# <details><summary>Hint: fan-in of a dense layer</summary>A kernel (inputs, units): each unit sums over the inputs.</details>
# <details><summary>Hint: fan-in of a convolutional layer</summary>Each output of a kernel (kh, kw, channels, filters) sums over the whole window and all channels: every axis but the last.</details>

# %% nbgrader={"grade": false, "grade_id": "he_scale", "locked": false, "schema_version": 3, "solution": true, "task": false}
def he_scale(shape):
    """The standard deviation √(2 / fan-in) of He's initialisation.

    shape: of a dense kernel (inputs, units) or a convolutional one (height, width, channels, filters)
    Returns a float.
    """
    ### BEGIN SOLUTION
    return float(np.sqrt(2 / np.prod(shape[:-1])))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_he_scale", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("he_scale", points=2)
check.equal("dense, 128 inputs and 64 units", lambda: he_scale((128, 64)), 0.125, hints=[
    (2 / 128, "That is the variance: take the root."),
    ((2 / 64) ** 0.5, "64 is the number of units (fan-out); each unit sums over the inputs."),
    ((1 / 128) ** 0.5, "The 2 is missing that makes up for ReLU's half."),
    ((2 / 192) ** 0.5, "That is Glorot's, with fan-in and fan-out; He's has the fan-in alone."),
    ((2 / 8192) ** 0.5, "All weights of the layer were counted; a unit sees its own inputs only."),
])
check.equal("convolution 2×2, 8 channels and 5 filters", lambda: he_scale((2, 2, 8, 5)), 0.25, hints=[
    (0.5, "8 channels, but of a whole window: 2×2×8 numbers go into each sum."),
    ((2 / 4) ** 0.5, "The window has 2×2 pixels, and each of them 8 channels."),
    (1.0, "The first axis is not the fan-in of a convolution: a sum goes over the window and all channels."),
    (2 / 32, "That is the variance: take the root."),
    ((2 / 5) ** 0.5, "5 is the number of filters (fan-out); each sum goes over window and channels."),
    ((1 / 32) ** 0.5, "The 2 is missing that makes up for ReLU's half."),
    ((2 / 160) ** 0.5, "All weights of the layer were counted; a sum goes over one filter's."),
    ((2 / 20) ** 0.5, "Window times filters is the fan-out; a sum goes over window and channels."),
    ((2 / 52) ** 0.5, "That is Glorot's, with fan-in and fan-out; He's has the fan-in alone."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_he_scale", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("he_scale", points=1, at_grading="other dense and convolutional kernels")
### BEGIN HIDDEN TESTS
from autograder import draws

rng = draws.hidden("he_scale")
with check.group("other dense and convolutional kernels"):
    for number in range(8):
        shape = tuple(int(size) for size in rng.permutation([2, 3, 5, 7, 11])[: 2 if number % 2 else 4])
        fan_in = int(np.prod(shape[:-1]))
        check.equal(f"shape {shape}", lambda: he_scale(shape), (2 / fan_in) ** 0.5, hints=[
            ((1 / fan_in) ** 0.5, "The 2 is missing."),
            (2 / fan_in, "That is the variance: take the root."),
            (lambda found: True, "The fan-in is the product of all axes but the last."),
        ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# Random numbers through ten layers of 64 ReLU units, with weights of three scales. Nothing is trained: this is what the last
# layer gets to see on the first day.

# %%
rng = np.random.default_rng(2)
scales = {"0.05": 0.05, f"{he_scale((64, 64)):.3f} (yours)": he_scale((64, 64)), "0.5": 0.5}
signal = {}
for name, scale in scales.items():
    x, sizes = rng.normal(size=(500, 64)), []
    for _ in range(10):
        x = relu(dense(x, rng.normal(0, scale, (64, 64)), np.zeros(64)))
        sizes.append(float(np.sqrt(np.mean(x**2))))
    signal[f"standard deviation {name}"] = sizes
drawings.by_layer({"the signal on its way forward": signal}, ylabel="output (root mean square)",
                  alt="The size of the outputs layer by layer: with weights of 0.05 it falls to about a millionth after ten "
                      "layers, with your scale it stays near 1, with 0.5 it grows to more than ten thousand")


# %% [markdown]
# **Who learns?** Eight networks, each trained in the same way: plain gradient descent, rate 0.1, 15 epochs, one seed. First the
# four plain ones with tanh; then the fully connected network of ten layers with something changed. (In the picture, curves that
# stay at 2.3 lie on each other.)

# %%
def glorot(shape):
    return float(np.sqrt(2 / (np.prod(shape[:-1]) + np.prod(shape[:-2]) * shape[-1])))


eight = {
    "3 dense, plain": ("dense", 3, "tanh"),
    "3 conv, plain": ("conv", 3, "tanh"),
    "10 dense, plain": ("dense", 10, "tanh"),
    "10 conv, plain": ("conv", 10, "tanh"),
    "10 dense, Glorot": ("dense", 10, "tanh", glorot),
    "10 dense, ReLU, plain": ("dense", 10, "relu"),
    "10 dense, ReLU, He": ("dense", 10, "relu", he_scale),
    "10 dense, batch norm": ("dense", 10, "tanh", plain, True),
}


def learn(names, rate, epochs):
    return {name: trainer(network(*eight[name]))(rate, 0, epochs) for name in names}


depth_curves = measure_once("depth", lambda: learn(eight, 0.1, 15))
print("training loss after 1, 5, 10 and 15 epochs (guessing: 2.30)")
for name, losses in depth_curves.items():
    print(f"  {name:24}" + "".join(f"{losses[epoch - 1]:8.3f}" for epoch in (1, 5, 10, 15)))

# %%
drawings.races({name: [losses] for name, losses in depth_curves.items()},
               alt="Training loss of eight networks over 15 epochs. The two of three layers learn; the plain ones of ten layers, "
                   "dense, convolutional or with ReLU, lie on each other at 2.3, which is guessing; ten dense layers with Glorot's or He's "
                   "initial weights or with batch normalisation learn")

# %% [markdown]
# One more run, for the lecture's sake. It says that CNNs were the exception. At the rate 0.1 ours of ten layers was none; with
# a rate of 0.5 and patience, is it?

# %%
patient = measure_once("patience", lambda: learn(["10 dense, plain", "10 conv, plain"], 0.5, 22))
print("training loss after 5, 10, 15, 20 and 22 epochs at the rate 0.5")
for name, losses in patient.items():
    print(f"  {name:24}" + "".join(f"{losses[epoch - 1]:8.3f}" for epoch in (5, 10, 15, 20, 22)))

# %% [markdown]
# ### Question 3 · Impossible to train? &emsp; ●●● &emsp; 8 minutes
#
# **Why.** The closing slide of the lecture is history. What is true of it today, you have just measured.
#
# Judge the sentence "anything past 3 layers was impossible to train" with the pictures and tables above. In which sense was it
# true, for fully connected networks and for CNNs? What exactly went wrong in ten plain layers? Which changes make ten fully
# connected layers trainable today, and what does each of them repair? Is the convolution one of them?
#
# **Rubric:** 1 point for what holds and what does not, with a measurement; 1 point for the mechanism; 1 point for two changes
# and what each repairs; 1 point for the role of convolution, argued from the measurements.

# %% [markdown] nbgrader={"grade": true, "grade_id": "impossible", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# It was true of plain random weights: ten fully connected layers stayed at the loss of guessing (2.30) while three learned. It
# does not hold as a law about depth: the same ten layers learned within a few epochs with Glorot's or He's initial weights or
# with batch normalisation. The mechanism: weights that are too small for their fan-in (0.05·√64 = 0.4) shrink the signal forward
# and the gradient backward by a factor in every layer; with the sigmoid, its slope of at most 1/4 comes in addition, so that the
# first layer's gradient was below 1e-9. Glorot and He choose the scale from the fan-in, so that signal and gradient keep their
# size; ReLU does not saturate for positive sums, but with plain weights it did not help by itself; batch normalisation brings
# every layer's sums back to the same size whatever the weights. The convolution alone is no cure: the CNN of ten plain
# layers vanished as well and did not learn at the rate 0.1. But it helps: its gradients were about ten times larger than those of
# the fully connected network, because its fan-in (3·3·16 = 144) is larger, so that the same 0.05 shrinks less (0.6 in place of
# 0.4), and because each weight is used at many positions. With the rate 0.5 it left the plateau after ten to twenty epochs and
# learned, while the fully connected network did not: in that sense the CNN was the exception.
# ### END SOLUTION

# %% [markdown]
# ## What you have learned
#
# - A convolutional layer is a weighted sum over every window and all channels, plus **one bias a filter**; with
#   `sliding_window_view` and `tensordot` it is three lines, and faster than loops by the factor that you measured.
# - **ReLU** keeps what is positive. Without something that is not linear, ten layers are no more than one.
# - **Pooling** works on each map on its own and has no weights. Average pooling is a convolution whose kernels ignore the
#   other channels; max pooling is none, and two small images prove it.
# - The **softmax** stays finite when each row's largest score is subtracted first; for two classes it is the logistic function.
# - 3,898 given weights and your four layers give Keras' predictions to five decimals.
# - tanh and sigmoid **saturate**; the sigmoid's slope is never above 1/4. How much faster ReLU trains depends on the task, the
#   initial weights and the learning rate: you have your own table, over three seeds.
# - Ten fully connected layers of plain random weights do not learn; ten convolutional ones do so late, with a large rate and
#   patience. What changed since 2006 is the **scale of the initial weights**, chosen from the fan-in, together with ReLU and
#   **batch normalisation**: with a scale that fits, or with batch normalisation, ten layers learn.
#
# **Next:** notebook 3 counts. How many weights does a layer have, how far does it see, and how much work is it?
