# %% [markdown]
# # 1 · Kernels: seeing with nine numbers
#
# A kernel is a small grid of numbers that is laid over an image, moved along, and laid down again. Nine numbers are
# enough to find edges, to sharpen a photograph or to blur it, and a convolutional network is, for the most part,
# many such kernels whose numbers were learned. In this notebook you write all of it yourself, in NumPy, and at the
# end Keras agrees with you to the last digits that its numbers have.
#
# **Afterwards you will be able to**
# - compute what a kernel answers at one place, by hand and in code;
# - tell the size of the result for any padding and stride, before anything runs;
# - slide a kernel over grey images, colour images and images of any depth, and stack the results of many kernels;
# - build the kernels that detect, sharpen and blur from the properties that they must have;
# - measure how far a stack of layers sees, and show that a shifted input gives a shifted output;
# - explain why deep-learning libraries do not flip the kernel, although a convolution does.
#
# **Time:** about 110 minutes, 13 exercises and 3 questions. **Slides that this follows:** *Image Processing: Kernels*,
# *Example: 3x3 Kernel*, *Convolution Filter*, *Convolution Settings: Depth, Padding, Stride*, *Multiple Kernels as
# Feature Detectors*, *Kernels*, *Stacking up multiple filters yields “new image”*.

# %%
import importlib.util

if importlib.util.find_spec("autograder") is None:
    raise SystemExit("The course package is not installed here: run  %pip install autograder  with the address that your course gives, restart the kernel, and run this cell again.")

# %%
import numpy as np
import sympy

from autograder.notebook import Checklist, datasets, figures
from autograder.notebook.drawings import kernels as drawings

# %% [markdown]
# Each exercise has a cell for your answer and a cell that checks it: run both. A line with ✗ says what was found,
# what was expected and, where it can, which mistake usually gives that value. A second cell below announces what is
# checked later, when your work is graded; what it looks for is always something that the exercise asks for.
#
# ## One patch, one number
#
# Lay a 3×3 kernel over a 3×3 patch of an image. Each weight is multiplied with the pixel underneath it, and the
# products are added up. That sum is the kernel's **response**: one number, which belongs to the pixel in the middle.

# %% [markdown]
# ### Exercise 1 · Nine products, one sum &emsp; ●○○ &emsp; 6 minutes
#
# **Why.** Everything that follows repeats this one step, thousands of times. Do it by hand once, and you will know
# what the code must do.

# %%
patch = np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]])
kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
drawings.patch(patch, kernel,
               alt="A patch with the rows 3 2 1, 1 2 3, 1 1 1; a kernel with the rows -1 0 1, -2 0 2, -1 0 "
                   "1; and their nine products, of which only the first is filled in: 3 times -1")

# %% [markdown]
# **Your task.** With paper and pencil, then written down as four names:
# - `products`: the nine products, as three lists of three numbers, each where its pixel stands;
# - `response`: their sum;
# - `mirrored`: the response of the same kernel on the patch mirrored left to right, `[[1, 2, 3], [3, 2, 1], [1, 1, 1]]`;
# - `flat`: the response of the same kernel on a patch of which all nine pixels are 7.
#
# <details><summary>Hint: the first row</summary>3 · (−1), then 2 · 0, then 1 · 1.</details>
# <details><summary>Hint: the mirrored patch without nine new products</summary>The kernel's left column is its right
# column with the other sign. What does that do to the sum when left and right change places?</details>
# <details><summary>Hint: the flat patch</summary>When all pixels are equal, you can take them out of the sum. Which
# sum is left?</details>

# %% nbgrader={"grade": false, "grade_id": "by_hand", "locked": false, "schema_version": 3, "solution": true, "task": false}
# products = [[…, …, …], […, …, …], […, …, …]], and the numbers response, mirrored and flat
### BEGIN SOLUTION
products = [[-3, 0, 1], [-2, 0, 6], [-1, 0, 1]]
response = 2
mirrored = -2
flat = 0
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_by_hand", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("by_hand", points=2)
check.equal("the nine products", lambda: products, np.array([[-3, 0, 1], [-2, 0, 6], [-1, 0, 1]]), points=1,
            hints=[
    ([[-8, 0, 8], [-8, 0, 8], [-4, 0, 4]],
     "That is the matrix product. Here each pixel meets only the weight that lies on top of it."),
    ([[3, 0, -1], [2, 0, -6], [1, 0, -1]],
     "You turned the kernel around before laying it down. Here it is used as it stands."),
    ([[3, 0, 1], [2, 0, 6], [1, 0, 1]], "The minus signs of the left column are lost."),
    ([[2, 2, 2], [-1, 2, 5], [0, 1, 2]],
     "Those are sums of pixel and weight. They are multiplied first, and only the products are added."),
])
check.equal("their sum", lambda: response, 2, points=1, hints={
    -2: "You turned the kernel around before laying it down. Here it is used as it stands.",
    14: "The minus signs are lost: three of the products are negative.",
    15: "That is the sum of the pixels. Each is multiplied with its weight first.",
    2 / 9: "You divided by nine. The response is a sum, not an average: how large the weights are is up to "
           "the kernel.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_by_hand", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("by_hand", points=2, at_grading="the responses on the mirrored and on the flat patch")
### BEGIN HIDDEN TESTS
check.equal("the mirrored patch", lambda: mirrored, -2, points=1, hints={
    2: "That is the response on the patch as it was. Left is weighed negative, right positive, and the sides "
       "have changed places.",
    0: "Mirroring changes the sign of the response, it does not cancel it.",
})
check.equal("the flat patch", lambda: flat, 0, points=1, hints={
    63: "That is the sum of the pixels. Each is multiplied with its weight first, and the weights have "
        "different signs.",
    7: "The pixels are 7, but the weights add up to 0: the left column takes away what the right one adds.",
    56: "The minus signs are lost: the left column takes away what the right one adds.",
})
### END HIDDEN TESTS
check.report()


# %% [markdown]
# So this kernel answers nothing on a flat patch, something positive where the image gets brighter from left to right,
# and something negative where it gets darker. It *detects vertical edges*, and nine numbers made it do so.
#
# ### Exercise 2 · The weighted sum as a function &emsp; ●○○ &emsp; 5 minutes
#
# **Why.** The slide writes the step as a sum over all pixels *p* of the window, Σ *w*ₚ · pixelₚ. Written as a function that
# only multiplies and adds, it works for every kind of number: floats, integers of any length, and even letters.
#
# **Your task.** Write `weighted_sum`. One line is enough, and it needs no loop.
#
# <details><summary>Hint: where to start</summary>For two arrays of the same shape, <code>patch * kernel</code>
# multiplies what stands at the same place.</details>
# <details><summary>Hint: any number of axes</summary><code>.sum()</code> without an axis adds up everything, however
# many axes there are.</details>
# <details><summary>Hint: large numbers come out a little wrong</summary>Then something in your function makes floats:
# <code>float(…)</code>, a result that starts at <code>0.0</code>, or an array made by <code>np.zeros</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "weighted_sum", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_sum(patch, kernel):
    """The response of a kernel on one patch: the sum of all pixels, each times its weight.

    patch, kernel: two arrays of the same shape, with two axes or more, of any kind of number

    Returns one number, of the kind that multiplying and adding the entries gives.
    """
    ### BEGIN SOLUTION
    return (patch * kernel).sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_weighted_sum", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("weighted_sum", points=2)
worked_patch = np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]])
worked_kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
wide_patch, wide_kernel = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 0, -1], [2, 1, 0]])
check.equal("the worked example", lambda: weighted_sum(worked_patch, worked_kernel), 2, points=1, hints=[
    (-2, "The kernel was flipped. Here it is laid down as it stands."),
    (lambda found: np.shape(found) == (3, 3), "Those are the nine products; they are still to be added up."),
    (lambda found: np.shape(found) == (3,),
     "That adds up one axis only: `.sum()` without an axis adds up everything."),
    (lambda found: abs(found - 2 / 9) < 1e-3,
     "That is an average: the response is a sum, without a division."),
    (14, "The minus signs are lost: a response may be negative, and so may each product."),
    (0,
     "Multiply each pixel with its own weight first, then add; a matrix product or a product of two sums is "
     "something else."),
])
check.equal("two rows, three columns", lambda: weighted_sum(wide_patch, wide_kernel), 11, points=1, hints=[
    (ValueError,
     "`@`, `np.dot` and `np.matmul` are matrix products: they need other shapes, and do something else."),
    (IndexError, "Patches need not be 3×3: multiply whole arrays, or ask `kernel.shape` how far to go."),
    (3, "The kernel was flipped. Here it is laid down as it stands."),
    (lambda found: np.ndim(found) > 0, "One number is asked for: add up all the products."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_weighted_sum", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("weighted_sum", points=3,
                  at_grading="patches of any shape, with a third axis, and very large integers")
### BEGIN HIDDEN TESTS
from autograder import draws

_rng = draws.hidden("weighted_sum")
with check.group("patches of any height and width, integers and fractions", points=1):
    for _height, _width in [(2, 5), (5, 2), (1, 4), (4, 4), (3, 3)]:
        _patch, _kernel = _rng.integers(-9, 10, (_height, _width)), _rng.integers(-3, 4, (_height, _width))
        check.equal(f"{_height}×{_width}", lambda: weighted_sum(_patch, _kernel),
                    int(np.vdot(_patch, _kernel)), hints=[
            (int(np.vdot(_patch, np.flip(_kernel))),
             "The kernel was flipped. Here it is laid down as it stands."),
            (IndexError,
             "Patches need not be 3×3: multiply whole arrays, or ask `kernel.shape` how far to go."),
            (ValueError,
             "`@`, `np.dot` and `np.matmul` are matrix products: they need other shapes, and do something "
             "else."),
            (lambda found: np.ndim(found) > 0, "One number is asked for: add up all the products."),
        ])
        check.equal(f"{_height}×{_width}, fractions", lambda: weighted_sum(_patch / 8, _kernel / 2),
                    float(np.vdot(_patch, _kernel)) / 16, hints=[
            (int(np.vdot(_patch, _kernel) / 16), "The fraction was cut off: do not convert to `int`."),
        ])
with check.group("a third axis, as in colour images", points=1):
    for _shape in [(3, 3, 3), (2, 5, 4), (4, 1, 2)]:
        _patch, _kernel = _rng.integers(-9, 10, _shape), _rng.integers(-3, 4, _shape)
        check.equal(f"patches of {_shape[0]}×{_shape[1]}×{_shape[2]}", lambda: weighted_sum(_patch, _kernel),
                    int(np.vdot(_patch, _kernel)), hints=[
            (lambda found: np.ndim(found) > 0,
             "The third axis is left over: add up everything, not rows and columns only."),
            (ValueError, "Not every patch has two axes: multiply whole arrays instead of naming the axes."),
            (int(np.vdot(_patch[:, :, 0], _kernel[:, :, 0])), "Only the first channel was added up."),
        ])
with check.group("large integers, to the last digit", points=1):
    _hints = [(lambda found: isinstance(found, float), "The last digits are lost, because something in the "
                                                       "function makes floats. Only multiply and add."),
              (TypeError,
               "Only multiply and add: functions made for floats do not take integers of any length.")]
    for _height, _width in [(3, 3), (2, 4), (4, 3)]:
        _patch, _kernel = _rng.integers(-(2**29), 2**29, (_height, _width)) * 2 + 1, _rng.integers(-(2**28),
                                        2**28, (_height, _width)) * 2 + 1
        _exact = sum(int(pixel) * int(weight) for pixel, weight in zip(_patch.flat, _kernel.flat))
        check.equal(f"{_height}×{_width}, integers of 64 bits", lambda: weighted_sum(_patch, _kernel), _exact,
                    hints=_hints)
        _patch = _patch.astype(object) * 10**20 + 1
        _exact = sum(int(pixel) * int(weight) for pixel, weight in zip(_patch.flat, _kernel.flat))
        check.equal(f"{_height}×{_width}, longer ones", lambda: weighted_sum(_patch, _kernel.astype(object)),
                    _exact, hints=_hints)
### END HIDDEN TESTS
check.report()

# %% [markdown]
# ## Sliding over an image
#
# One patch gives one number. Now the window slides: one pixel to the right, and again, until its right edge meets the
# edge of the image; then back to the left and one row down. Each place gives one number, and the numbers, in the order
# of the places, make an image of their own, the **feature map**. The pixels that a number was computed from are its
# **receptive field**.

# %%
five = np.arange(1, 26).reshape(5, 5)
drawings.sliding(five, (3, 3), [(0, 0), (0, 1), (0, 2), (1, 0)],
                 alt="A 3×3 window on a 5×5 image with the numbers 1 to 25: at the upper left, then one and "
                     "two columns to the right, then at the left again, one row down. Below, the place of "
                     "each in the feature map.")


# %% [markdown]
# ### Exercise 3 · How large is the result? &emsp; ●○○ &emsp; 7 minutes
#
# **Why.** Most errors in a network's code are errors of size, and they are found before anything runs by those who can
# tell the size of every map. Two settings belong to it, which you will write yourself in Exercises 5 and 6:
# - **padding** *p* puts *p* rings of zeros around the image, so that it grows on *both* sides;
# - **stride** *s* moves the window *s* pixels at a time instead of one.
#
# **Your task.** Write `output_size` for one direction: how many places does the window find? A place counts only if
# the whole window lies on the padded image.
#
# <details><summary>Hint: count places, not pixels</summary>On 5 pixels without padding, a window of 3 finds its places
# at 0, 1 and 2. How many are there for a window of 1, of 5?</details>
# <details><summary>Hint: padding</summary>One ring adds a pixel on the left and a pixel on the right.</details>
# <details><summary>Hint: stride</summary>After the first place there is some way left to go. How many whole steps of
# <em>s</em> pixels fit into it? <code>//</code> divides and rounds down.</details>

# %% nbgrader={"grade": false, "grade_id": "output_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_size(size, kernel, padding=0, stride=1):
    """Number of places that a sliding window finds in one direction.

    size:    pixels of the image in that direction
    kernel:  pixels of the window in that direction, at most size + 2 * padding
    padding: pixels added on each of the two sides
    stride:  pixels from one place to the next

    Returns a whole number (int), at least 1.
    """
    ### BEGIN SOLUTION
    return (size + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_output_size", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("output_size", points=3)
check.equal("28 pixels, a window of 5", lambda: output_size(28, 5), 24, points=1, hints={
    23: "That counts the steps between places: there is one place more than steps.",
    28: "The window does not fit at the last pixels: its whole width must lie on the image.",
    26: "Half a window is lost on each side; together that is one less than the window's size.",
})
check.equal("5 pixels, a window of 3, one ring of padding", lambda: output_size(5, 3, padding=1), 5, points=1,
            hints={
    4: "Either the padding was added on one side only, or the first place was not counted.",
    3: "The padding was left out.",
    1: "Padding makes the image larger: it is added, on both sides.",
})
check.equal("6 pixels, a window of 3, stride 2", lambda: len(range(output_size(6, 3, stride=2))), 2, points=1,
            hints={
    4: "The stride was left out.",
    3: "Rounded up: the last step would leave the image. Only whole steps count.",
    1: "The place where the window starts counts too.",
    TypeError: "A number of places is a whole number that `range` takes: `//` gives one, `/` a float.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_output_size", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("output_size", points=2,
                  at_grading="many sizes, with padding, and with strides that do not divide")
### BEGIN HIDDEN TESTS
from autograder import draws

_rng = draws.hidden("output_size")
with check.group("any padding, stride 1", points=1):
    for _size, _kernel, _padding in [*_rng.integers([9, 1, 2], [300, 8, 6], (20, 3)).tolist(), [7, 7, 0],
                                     [5, 3, 1]]:
        _places = len(range(0, _size + 2 * _padding - _kernel + 1))
        check.equal(f"{_size} pixels, window {_kernel}, padding {_padding}",
                    lambda: output_size(_size, _kernel, _padding), _places, hints=[
            (_places - 1, "The place where the window starts counts too."),
            (_places - _padding, "Padding is added on both sides."),
            (_places - 2 * _padding, "The padding was left out."),
            (_places - 4 * _padding, "Padding makes the image larger: it is added, on both sides."),
        ])
with check.group("strides that do not divide", points=1):
    _draws = _rng.integers([40, 1, 3, 3], [300, 8, 6, 9], (20, 4)).tolist()
    for _size, _kernel, _padding, _stride in [[9, 3, 0, 4], [10, 3, 0, 4], *_draws, [9, 4, 1, 5]]:
        _way = _size + 2 * _padding - _kernel
        _places = len(range(0, _way + 1, _stride))
        check.equal(f"{_size} pixels, window {_kernel}, padding {_padding}, stride {_stride}",
                    lambda: len(range(output_size(_size, _kernel, _padding, _stride))), _places, hints=[
            ((_size + _padding - _kernel) // _stride + 1, "Padding is added on both sides."),
            ((_size - _kernel) // _stride + 1, "The padding was left out."),
            (_places - 1,
             "The first place costs no step: divide the way that is left by the stride, then add one."),
            (_places + 1, "Rounded up: the last step would leave the image. Only whole steps count."),
            (_way + 1, "The stride was left out."),
            (TypeError,
             "A number of places is a whole number that `range` takes: `//` gives one, `/` a float."),
        ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ### Exercise 4 · Slide &emsp; ●●○ &emsp; 10 minutes
#
# **Why.** This is the convolutional layer, all but padding, stride and depth, which follow one by one.
#
# A word about the word. Mathematicians call this *cross-correlation*: their convolution turns the kernel by 180° first.
# Deep learning calls it convolution all the same, and so do the slides and this notebook; Exercise 13 comes back to it.
#
# **Your task.** Write `slide`, out of `output_size` and `weighted_sum`. It must keep exact what is exact: the checks use
# integers far longer than 64 bits, and after the exercise you will use it on letters.
#
# <details><summary>Hint: one place</summary>The patch at row <em>r</em> and column <em>c</em> is
# <code>image[r : r + height, c : c + width]</code>, where height and width are the kernel's.</details>
# <details><summary>Hint: all places</summary>Two loops, or two list comprehensions one inside the other:
# <code>np.array([[… for column in range(…)] for row in range(…)])</code>.</details>
# <details><summary>Hint: “large integers” fails</summary><code>np.zeros((rows, columns))</code> is an array of floats,
# and whatever you write into it becomes one. An array made from a list keeps the kind of its entries.</details>

# %% nbgrader={"grade": false, "grade_id": "slide", "locked": false, "schema_version": 3, "solution": true, "task": false}
def slide(image, kernel):
    """The feature map of a kernel that slides over an image, one pixel at a time, without padding.

    image:  array (height, width), of any kind of number
    kernel: array (kernel height, kernel width), no larger than the image; it is not flipped

    Returns an array (height - kernel height + 1, width - kernel width + 1); exact numbers stay exact.
    """
    ### BEGIN SOLUTION
    height, width = kernel.shape[:2]
    rows, columns = output_size(image.shape[0], height), output_size(image.shape[1], width)
    return np.array([
        [weighted_sum(image[r : r + height, c : c + width], kernel) for c in range(columns)] for r in range(rows)
    ])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_slide", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("slide", points=3)
numbers = np.arange(1, 26).reshape(5, 5)
ones = np.ones((3, 3), dtype=int)
check.equal("1 to 25, a kernel of ones", lambda: slide(numbers, ones),
            np.array([[63, 72, 81], [108, 117, 126], [153, 162, 171]]), points=1, picture=True, hints=[
    (lambda found: np.shape(found) == (2, 2),
     "The last place in each direction is missing: `range(n)` ends before n."),
    (lambda found: np.shape(found) == (5, 5),
     "The window may not hang over the edge: places without a whole window have no value."),
    (np.array([[63, 108, 153], [72, 117, 162], [81, 126, 171]]),
     "Rows and columns are exchanged: the first index is the row."),
    (np.array([[7, 8, 9], [12, 13, 14], [17, 18, 19]]),
     "Those are averages: the kernel's weights are 1, not one ninth."),
])
check.equal("1 to 25, the kernel of Exercise 1",
            lambda: slide(numbers, np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])), np.full((3, 3), 8),
            points=1, hints=[
    (np.full((3, 3), -8), "The kernel was flipped. It is laid down as it stands."),
    (np.full((3, 3), 40), "The kernel's rows and columns are exchanged."),
])
lecture_image, lecture_filter = np.arange(1, 13).reshape(4, 3), np.array([[1, 2], [3, 4]])
check.equal("the lecture's shapes: a 4×3 image and a 2×2 filter",
            lambda: slide(lecture_image, lecture_filter), np.array([[37, 47], [67, 77], [97, 107]]), points=1,
            picture=True, hints=[
    (np.array([[23, 33], [53, 63], [83, 93]]), "The kernel was flipped. It is laid down as it stands."),
    (np.array([[35, 45], [65, 75], [95, 105]]), "The kernel's rows and columns are exchanged."),
    (lambda found: np.shape(found) == (2, 3),
     "Rows and columns are exchanged: `image.shape` is (height, width), and the result has its rows first."),
    (lambda found: np.shape(found) in [(2, 1), (2, 2), (1, 1)],
     "The number of places depends on the kernel's size and on the image's, in each direction on its own."),
    (ValueError, "This kernel is 2×2 and this image is not square: ask `kernel.shape` and `image.shape`."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_slide", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("slide", points=3, at_grading="images and kernels of any shape, and very large integers")
### BEGIN HIDDEN TESTS
from autograder import draws


def _expected(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return windows.reshape(*windows.shape[:2], -1) @ kernel.ravel()


_not_square = ("Neither the image nor the kernel need be square: in each direction the number of places is "
               "the image's "
               "size less the kernel's, plus one.")
_rng = draws.hidden("slide, large")
with check.group("images and kernels of any shape", points=2):
    for _case in draws.slidings("slide", 16, padding=False, stride=False):
        _right = _expected(_case.image, _case.kernel)
        check.equal(str(_case), lambda: slide(_case.image, _case.kernel), _right, hints=[
            (_expected(_case.image, np.flip(_case.kernel)),
             "The kernel was flipped. It is laid down as it stands."),
            (lambda found: np.shape(found) == _right.T.shape != _right.shape,
             "Rows and columns are exchanged: the first index is the row."),
            (lambda found: np.shape(found) == _case.image.shape and min(_case.kernel.shape) > 1,
             "The window may not hang over the edge: places without a whole window have no value."),
            (lambda found: np.shape(found) != _right.shape, _not_square),
            (ValueError, _not_square),
        ])
with check.group("large integers, to the last digit", points=1):
    for _height, _width in [(3, 3), (2, 3), (4, 1)]:
        _image = _rng.integers(1, 2**60, (_height + 2, _width + 3)).astype(object) * 10**20 + 1
        _kernel = _rng.integers(1, 2**30, (_height, _width)).astype(object)
        check.equal(f"{_height}×{_width}", lambda: slide(_image, _kernel), _expected(_image, _kernel), hints=[
            (_expected(_image, np.flip(_kernel)), "The kernel was flipped. It is laid down as it stands."),
            (lambda found: found.dtype.kind == "f",
             "The last digits are lost, because the result is an array of floats: `np.zeros` and `np.empty` "
             "make one unless told otherwise."),
            (OverflowError,
             "The result is an array of 64-bit integers, too short for these numbers: make it from a list, "
             "or say `dtype=object`."),
            (lambda found: np.shape(found) != (3, 4), _not_square),
            (ValueError, _not_square),
        ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# Look again at the second check: on the numbers 1 to 25 the edge detector answers 8 everywhere, because from left to
# right they grow by the same amount everywhere. A ramp has no edge that would stand out.
#
# ### The same function on letters
#
# The lecture shows a filter with letters: a 4×3 image of *a* to *l* and a 2×2 filter of α, β, γ, δ. SymPy's symbols can
# be multiplied and added, and your function does nothing else. So it can do algebra (this is shown, not graded):

# %%
# Not commutative: then SymPy leaves each product in the slide's order, the pixel first.
letters = np.array(sympy.symbols("a b c d e f g h i j k l", commutative=False)).reshape(4, 3)
greek = np.array(sympy.symbols("alpha beta gamma delta", commutative=False)).reshape(2, 2)

for name, entries in [("image", letters), ("filter", greek), ("feature map", slide(letters, greek))]:
    print(f"{name}:")
    print(sympy.pretty(sympy.Matrix(entries), use_unicode=True, wrap_line=False))

# %% [markdown]
# Compare it with the slide *Convolution Filter*, entry by entry. The same four Greek letters stand in every entry: a
# convolutional layer has few weights because every place shares them. And *e*, in the middle, meets all four of them,
# while *a*, in the corner, meets only α.
#
# ## Padding
#
# Without padding, corner pixels count once and the map shrinks with every layer. Zero padding puts rings of zeros
# around the image, so that pixels at the edge become the middle of a window too.

# %%
lecture = np.array([[1, 2, 0, 3, 1], [1, 0, 0, 2, 2], [2, 1, 2, 1, 1], [0, 0, 1, 0, 0], [1, 2, 1, 1, 1]])
ringed = np.zeros((7, 7), dtype=int)
ringed[1:6, 1:6] = lecture
drawings.sliding(ringed, (3, 3), [(0, 0), (0, 1), (0, 4), (4, 4)], rings=1,
                 alt="The lecture's 5×5 image with one grey ring of zeros. The 3×3 window stands at the "
                     "upper left, where its middle is the image's first pixel, then one place on, then at "
                     "the upper right and at the lower right.")


# %% [markdown]
# ### Exercise 5 · Zero padding &emsp; ●○○ &emsp; 7 minutes
#
# **Why.** With the right number of rings the map is as large as the image: that is what Keras calls `padding="same"`.
#
# **Your task.** Write `pad`. Images may have a third axis, the channels (red, green and blue, for example). Rings go
# around rows and columns only: a colour image must not get a fourth colour.
#
# <details><summary>Hint: with NumPy's own function</summary><code>np.pad</code> takes a pair of numbers for each axis:
# how much before, how much after. For an axis that stays as it is the pair is <code>(0, 0)</code>.</details>
# <details><summary>Hint: without it</summary>Make an array of zeros of the new size, and write the image into its
# middle: from <code>rings</code> to <code>rings + height</code>. (To <code>-rings</code> goes wrong for no rings at
# all.)</details>
# <details><summary>Hint: exact numbers</summary>Zeros of the image's own kind: <code>np.zeros(…,
# dtype=image.dtype)</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "pad", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pad(image, rings):
    """The image with rings of zeros around it.

    image: array (height, width) or (height, width, channels), of any kind of number
    rings: how many rings, 0 or more

    Returns an array (height + 2 * rings, width + 2 * rings), with the channels if any; exact numbers stay exact.
    """
    ### BEGIN SOLUTION
    return np.pad(image, [(rings, rings), (rings, rings)] + [(0, 0)] * (image.ndim - 2))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_pad", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("pad", points=2)
slide_image = np.array([[1, 2, 0, 3, 1], [1, 0, 0, 2, 2], [2, 1, 2, 1, 1], [0, 0, 1, 0, 0], [1, 2, 1, 1, 1]])
check.equal("the lecture's example, one ring", lambda: pad(slide_image, 1), np.array([
    [0, 0, 0, 0, 0, 0, 0],
    [0, 1, 2, 0, 3, 1, 0],
    [0, 1, 0, 0, 2, 2, 0],
    [0, 2, 1, 2, 1, 1, 0],
    [0, 0, 0, 1, 0, 0, 0],
    [0, 1, 2, 1, 1, 1, 0],
    [0, 0, 0, 0, 0, 0, 0],
]), points=1, picture=True, hints=[
    (lambda found: np.shape(found) == (6, 6),
     "A ring goes all around: it adds a row above and below, and a column left and right."),
    (lambda found: np.array_equal(found[:5, :5], slide_image),
     "The image must stand in the middle, one row and one column away from the corner."),
    (lambda found: np.shape(found) == (7, 7) and np.any(found[0]),
     "The ring must be zeros, not copies of the pixels at the edge."),
])
check.equal("a wide image, two rings", lambda: pad(np.array([[1, 2, 3], [4, 5, 6]]), 2), np.array([
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 1, 2, 3, 0, 0],
    [0, 0, 4, 5, 6, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
]), points=1, picture=True, hints=[
    (lambda found: np.shape(found) == (4, 5), "Two rings are asked for, whatever `rings` says is how many."),
    (lambda found: np.shape(found) == (4, 7) or np.shape(found) == (6, 5),
     "The rings go around rows and columns, both with the same number."),
    (lambda found: np.shape(found) == (7, 6),
     "Rows and columns are exchanged: the shape is (height, width)."),
    (lambda found: np.array_equal(found[:2, :3], [[1, 2, 3], [4, 5, 6]]),
     "The image must stand in the middle, two rows and two columns away from the corner."),
    (lambda found: np.shape(found) == (6, 7) and np.any(found[0]),
     "The rings must be zeros, not copies of the pixels at the edge."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_pad", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("pad", points=3,
                  at_grading="any image and any number of rings, none included, images with channels, and "
                             "exact numbers")
### BEGIN HIDDEN TESTS
from autograder import draws


def _expected(image, rings):
    result = np.zeros((image.shape[0] + 2 * rings, image.shape[1] + 2 * rings, *image.shape[2:]),
                      dtype=image.dtype)
    result[rings : rings + image.shape[0], rings : rings + image.shape[1]] = image
    return result


_rng = draws.hidden("pad")
with check.group("any image and any number of rings", points=1):
    for _height, _width, _rings in [(3, 5, 0), (4, 2, 3), (1, 6, 2), (5, 5, 1), (2, 7, 4)]:
        _image = _rng.integers(1, 100, (_height, _width))
        check.equal(f"{_height}×{_width}, rings: {_rings}", lambda: pad(_image, _rings),
                    _expected(_image, _rings), hints=[
            (ValueError,
             "With no rings, `-rings` is 0, and a slice that ends at 0 is empty. Count from the front: "
             "`rings + height`."),
            (lambda found: np.shape(found) == _image.shape and not np.any(found),
             "With no rings, `-rings` is 0, and a slice that ends at 0 is empty. Count from the front: "
             "`rings + height`."),
            (lambda found: np.shape(found) == (_height + _rings, _width + _rings),
             "A ring goes all around: it adds rows above and below, and columns left and right."),
            (lambda found: np.shape(found) == (_height + 2, _width + 2),
             "`rings` says how many rings there are: not always one."),
            (lambda found: np.array_equal(found[:_height, :_width], _image),
             "The image must stand in the middle, with as many rows and columns on each side as there are "
             "rings."),
            (lambda found: np.shape(found) == (_height + 2 * _rings, _width + 2 * _rings) and np.any(found[0]),
             "The rings must be zeros, not copies of the pixels at the edge."),
        ])
with check.group("images with channels", points=1):
    for _shape, _rings in [((4, 5, 3), 1), ((3, 2, 4), 2), ((2, 6, 2), 3)]:
        _image = _rng.integers(1, 100, _shape)
        check.equal(f"{_shape[0]}×{_shape[1]}×{_shape[2]}, rings: {_rings}", lambda: pad(_image, _rings),
                    _expected(_image, _rings), hints=[
            (lambda found: np.ndim(found) == 3 and np.shape(found)[2] != _shape[2],
             "The channels were padded as well, which gives the image new colours. Rings go around rows and "
             "columns only."),
            (lambda found: np.ndim(found) == 2, "The channels are lost."),
            (ValueError, "An image may have a third axis: keep it as it is."),
            (lambda found: np.ndim(found) == 3 and np.any(found[0]),
             "The rings must be zeros, not copies of the pixels at the edge."),
        ])
with check.group("exact numbers stay exact", points=1):
    for _rings in [1, 2]:
        _image = _rng.integers(1, 2**60, (3, 4)).astype(object) * 10**20 + 1
        check.equal(f"very large integers, rings: {_rings}", lambda: pad(_image, _rings),
                    _expected(_image, _rings), hints=[
            (lambda found: found.dtype.kind == "f",
             "The last digits are lost: `np.zeros` makes floats unless it is told `dtype=image.dtype`."),
            (OverflowError,
             "The zeros were made as 64-bit integers, too short for these numbers: use `dtype=image.dtype`."),
        ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# ## Stride
#
# With a stride above 1 the window skips places, and the map gets smaller by about that factor in each direction.

# %%
drawings.sliding(five, (3, 3), [(0, 0), (0, 1), (1, 0), (1, 1)], stride=2,
                 alt="A 3×3 window on a 5×5 image with stride 2: it finds four places, at rows 0 and 2 and "
                     "columns 0 and 2, so that the feature map is 2×2.")


# %% [markdown]
# ### Exercise 6 · Padding and stride together &emsp; ●●○ &emsp; 8 minutes
#
# **Why.** This is the whole convolution of one kernel, with the two settings that every library gives you.
#
# **Your task.** Write `convolve`, out of what you have. The lecture's padding example shows one value of its result,
# the −1 at the upper left, and leaves the other 24 to you: they are the first check.
#
# <details><summary>Hint: the order</summary>Pad first; then slide.</details>
# <details><summary>Hint: what a stride is</summary>The places of stride 2 are every second one of the places of stride
# 1. The values there are the same.</details>
# <details><summary>Hint: every second row and column</summary><code>a[::2, ::2]</code>. A library jumps instead of
# throwing results away, which saves time and changes nothing else.</details>

# %% nbgrader={"grade": false, "grade_id": "convolve", "locked": false, "schema_version": 3, "solution": true, "task": false}
def convolve(image, kernel, padding=0, stride=1):
    """The feature map of one kernel.

    image:   array (height, width)
    kernel:  array (kernel height, kernel width); it is not flipped
    padding: rings of zeros put around the image
    stride:  pixels from one place of the window to the next, down as well as to the right

    Returns an array whose height and width are those of `output_size`.
    """
    ### BEGIN SOLUTION
    return slide(pad(image, padding), kernel)[::stride, ::stride]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_convolve", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("convolve", points=3)
slide_image = np.array([[1, 2, 0, 3, 1], [1, 0, 0, 2, 2], [2, 1, 2, 1, 1], [0, 0, 1, 0, 0], [1, 2, 1, 1, 1]])
slide_kernel = np.array([[-1, 1, 2], [1, 1, 0], [-1, -2, 0]])
numbers = np.arange(1, 26).reshape(5, 5)
check.equal("the lecture's padding example in full", lambda: convolve(slide_image, slide_kernel, padding=1),
            np.array([
    [-1, 2, 2, -1, -2],
    [2, -2, -1, 3, -1],
    [3, 2, 5, 8, 2],
    [2, -2, 0, -1, -3],
    [1, 5, 4, 1, 2],
]), points=1, picture=True, hints=[
    (lambda found: np.shape(found) == (3, 3), "The padding was left out."),
    (lambda found: np.shape(found) == (5, 5) and found[0, 0] == 4,
     "The kernel was flipped. It is laid down as it stands."),
    (lambda found: np.shape(found) == (5, 5) and not np.any(found[0]),
     "The result was padded. It is the image that gets the zeros, before the window slides."),
    (TypeError, "If `slide` gives lists, make it give an array: `np.array(…)`."),
])
check.equal("1 to 25, a 3×3 kernel of ones, stride 2",
            lambda: convolve(numbers, np.ones((3, 3), dtype=int), stride=2), np.array([[63, 81], [153, 171]]),
            points=1, picture=True, hints=[
    (lambda found: np.shape(found) == (3, 3), "The stride was left out."),
    (lambda found: np.shape(found) in [(3, 2), (2, 3)],
     "The stride holds in both directions: down as well as to the right."),
    (np.array([[63, 72], [108, 117]]),
     "The number of places is right, but they are next to each other: from one to the next the window moves "
     "by `stride`."),
    (np.array([[117]]),
     "The pixels of the image were skipped. It is the window's places that are: the patch under the window "
     "stays whole."),
    (ValueError, "Only the window's places are skipped: the patch under the window stays whole."),
])
check.equal("a wide image, padding 2, stride 3",
            lambda: convolve(np.array([[1, 2, 3, 4], [5, 6, 7, 8]]), np.array([[1, 2, 3]]), padding=2,
                             stride=3), np.array([[0, 0], [15, 44]]), points=1, picture=True, hints=[
    (lambda found: np.shape(found) == (1, 1), "The padding was left out."),
    (lambda found: np.shape(found) == (6, 6), "The stride was left out."),
    (np.array([[0, 0], [5, 40]]), "The kernel was flipped. It is laid down as it stands."),
    (lambda found: np.shape(found) == (3, 3), "Rounded up: the last step would leave the image."),
    (lambda found: np.shape(found) == (5, 5),
     "The result was padded. It is the image that gets the zeros, before the window slides."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_convolve", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("convolve", points=3,
                  at_grading="images and kernels of any shape, with padding, with stride, and with both")
### BEGIN HIDDEN TESTS
from autograder import draws


def _expected(image, kernel, padding, stride):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, padding), kernel.shape)[::stride,
                                                       ::stride]
    return windows.reshape(*windows.shape[:2], -1) @ kernel.ravel()


def _compare(case):
    wanted = _expected(case.image, case.kernel, case.padding, case.stride)
    check.equal(str(case), lambda: convolve(case.image, case.kernel, case.padding, case.stride), wanted,
                hints=[
        (_expected(case.image, np.flip(case.kernel), case.padding, case.stride),
         "The kernel was flipped. It is laid down as it stands."),
        (_expected(case.image, case.kernel, case.padding, 1), "The stride was left out."),
        (_expected(case.image, case.kernel, case.padding, 1)[::case.stride],
         "The stride holds in both directions: down as well as to the right."),
        (_expected(case.image, case.kernel, case.padding, 1)[:, ::case.stride],
         "The stride holds in both directions: down as well as to the right."),
        (lambda found: np.array_equal(found, _expected(case.image, case.kernel, 0, case.stride)),
         "The padding was left out."),
        (_expected(case.image, case.kernel, case.padding, 1)[: wanted.shape[0], : wanted.shape[1]],
         "The number of places is right, but they are next to each other: from one to the next the window "
         "moves by `stride`."),
        (ValueError, "Only the window's places are skipped: the patch under the window stays whole."),
        (lambda found: np.shape(found) != wanted.shape,
         "The size is not what `output_size` tells: is the padding done first, and the stride taken on the "
         "places of the window?"),
    ])


with check.group("padding", points=1):
    for _case in draws.slidings("convolve, padding", 9, stride=False):
        _compare(_case)
with check.group("stride", points=1):
    for _case in draws.slidings("convolve, stride", 9, padding=False):
        _compare(_case)
with check.group("padding and stride, stride above padding too", points=1):
    for _case in draws.slidings("convolve", 12):
        _compare(_case)
### END HIDDEN TESTS
check.report()

# %% [markdown]
# ## Depth
#
# A colour image has three numbers for each pixel, so its array is (height, width, 3): three **channels**. A kernel is
# always as deep as its input: for each channel it has weights of its own, all products are added into **one** number,
# and one kernel gives one feature map, however deep the input is. In print, images have four channels (CMYK).

# %%
drawings.filter_depth(("red", "green", "blue"), 4,
                      alt="An input of three sheets, red, green and blue. A 5×5 window spans all three and "
                          "gives one pixel of a feature map. Four kernels give four feature maps, which are "
                          "stacked into a new image.")

# %% [markdown]
# Nothing has to be written anew for one deep kernel: `weighted_sum` adds up everything, `pad` leaves the channels alone,
# and so `convolve` takes deep images as it is. (If the next cell complains of “too many values to unpack”, let `slide`
# look at the first two entries only: `kernel.shape[:2]`.) A 1×1 kernel with three channels turns colour into grey:

# %%
colour = datasets.photograph("chelsea")[::2, ::2]
brightness = np.array([[[0.299, 0.587, 0.114]]])  # 1×1, three channels: how bright red, green and blue look
grey = convolve(colour, brightness)
figures.images([colour, grey], [f"colour, {colour.shape}", f"grey, {grey.shape}"], size=3.6,
               alt="A cat's face in colour, and beside it the same in shades of grey")


# %% [markdown]
# ### Exercise 7 · The weights of one kernel &emsp; ●○○ &emsp; 4 minutes
#
# **Why.** A layer that joins each of the 120,000 numbers of a 200×200 colour image with as many outputs has
# 14,400,000,000 weights. How many a kernel has does not depend on the size of the image at all.
#
# **Your task.** Write `kernel_weights`: how many weights has *one* kernel of this height and width, for images of this
# shape? (No bias yet: that is a matter of the layer, in the next notebook.)
#
# <details><summary>Hint: colour</summary>A 5×5 kernel has 5·5 weights for red, as many for green, as many for
# blue.</details>
# <details><summary>Hint: grey images</summary>Their shape has only two entries, and their depth is 1:
# <code>len(image_shape)</code> tells them apart.</details>

# %% nbgrader={"grade": false, "grade_id": "kernel_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kernel_weights(height, width, image_shape):
    """Number of weights of one kernel, without a bias.

    height, width: of the kernel
    image_shape:   (height, width) of a grey image, or (height, width, channels)
    """
    ### BEGIN SOLUTION
    channels = image_shape[2] if len(image_shape) == 3 else 1
    return height * width * channels
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_kernel_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("kernel_weights", points=2)
check.equal("5×5 on a 200×200 RGB image", lambda: kernel_weights(5, 5, (200, 200, 3)), 75, points=1, hints={
    25: "That is one channel's worth: the kernel has its own 5×5 weights for red, for green and for blue.",
    15: "5·3: the kernel is 5 high and 5 wide.",
    76: "A bias was counted; here only the kernel's weights are.",
    225: "The depth counts once: 5·5·3, not 5·3 times 5·3.",
    3000000: "The image's height and width do not matter: all places share the same weights.",
    120000: "That is the number of values in the image; count those in the kernel.",
})
check.equal("5×5 on a CMYK image", lambda: kernel_weights(5, 5, (200, 200, 4)), 100, points=1, hints={
    75: "This image has four channels: cyan, magenta, yellow and black.",
    25: "That is one channel's worth: the kernel has its own 5×5 weights for each of the four.",
    20: "5·4: the kernel is 5 high and 5 wide.",
    101: "A bias was counted; here only the kernel's weights are.",
    400: "The depth counts once: 5·5·4, not 5·4 times 5·4.",
    4000000: "The image's height and width do not matter: all places share the same weights.",
})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_kernel_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("kernel_weights", points=2,
                  at_grading="kernels that are not square, any depth, and grey images")
### BEGIN HIDDEN TESTS
from autograder import draws

_rng = draws.hidden("kernel_weights")
with check.group("any kernel, any depth", points=1):
    _draws = _rng.integers([1, 1, 9, 9, 2], [9, 9, 300, 300, 99], (12, 5)).tolist()
    for _height, _width, _rows, _columns, _depth in [*_draws, [2, 7, 30, 40, 6]]:
        check.equal(f"{_height}×{_width} on {_rows}×{_columns}×{_depth}",
                    lambda: kernel_weights(_height, _width, (_rows, _columns, _depth)),
                    _height * _width * _depth, hints=[
            (_height * _height * _depth, "Height times *width*: this kernel is not square."),
            (_height * _width * 3, "Not every image has three channels: ask its shape."),
            (_height * _width * _depth + 1, "A bias was counted; here only the kernel's weights are."),
            (_height * _width, "The depth is missing: the kernel has weights of its own for each channel."),
            (_height * _width * _depth * _rows * _columns,
             "The image's height and width do not matter: all places share the same weights."),
        ])
with check.group("grey images", points=1):
    for _height, _width, _rows, _columns in _rng.integers([2, 2, 9, 9], [9, 9, 300, 300], (8, 4)).tolist():
        check.equal(f"{_height}×{_width} on {_rows}×{_columns}",
                    lambda: kernel_weights(_height, _width, (_rows, _columns)), _height * _width, hints=[
            (IndexError, "A grey image's shape has two entries: its depth is 1."),
            (ValueError, "A grey image's shape has two entries: its depth is 1."),
            (_height * _width * _columns,
             "A grey image's shape has two entries, and the last is its width, not its depth."),
            (_height * _width + 1, "A bias was counted; here only the kernel's weights are."),
            (_height * _width * 3, "A grey image has one number for each pixel: its depth is 1."),
            (_height * _width * _rows * _columns,
             "The image's height and width do not matter: all places share the same weights."),
        ])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ### Exercise 8 · Many kernels make a new image &emsp; ●●○ &emsp; 8 minutes
#
# **Why.** A layer has many kernels. Each gives one map, and the maps, stacked like colour channels, are the “new image”
# that the next layer looks at. Hence the rule: *the depth of the output is the number of kernels.*
#
# Kernels are kept in one array, in the order in which Keras keeps them: height, width, channels of the input, and which
# kernel. So `kernels[..., 0]` is the first kernel, with three axes, as deep as the image.
#
# **Your task.** Write `feature_maps`, out of `convolve`.
#
# <details><summary>Hint: one kernel</summary><code>convolve(image, kernels[..., 0], padding, stride)</code> is the first
# map, with two axes.</details>
# <details><summary>Hint: “the result has three axes already”</summary>Then <code>weighted_sum</code> adds up rows and
# columns only. It must add up the channels too.</details>
# <details><summary>Hint: stacking</summary><code>np.stack(maps, axis=-1)</code> puts the new axis last, where the
# channels of an image are.</details>

# %% nbgrader={"grade": false, "grade_id": "feature_maps", "locked": false, "schema_version": 3, "solution": true, "task": false}
def feature_maps(image, kernels, padding=0, stride=1):
    """The feature maps of many kernels, stacked into a new image.

    image:   array (height, width, channels)
    kernels: array (kernel height, kernel width, channels, number of kernels)
    padding: rings of zeros around the image
    stride:  pixels from one place of the window to the next

    Returns an array (output height, output width, number of kernels).
    """
    ### BEGIN SOLUTION
    maps = [convolve(image, kernels[..., number], padding, stride) for number in range(kernels.shape[-1])]
    return np.stack(maps, axis=-1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_feature_maps", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("feature_maps", points=3)
two_pixels = np.array([[[1, 2], [3, 4]]])  # one row, two columns, two channels
three_kernels = np.array([[[[1, 0, 1], [0, 1, 1]]]])  # 1×1: take the first channel, take the second, add both
check.equal("two pixels, three 1×1 kernels", lambda: feature_maps(two_pixels, three_kernels),
            np.array([[[1, 2, 3], [3, 4, 7]]]), points=1, hints=[
    (lambda found: np.shape(found) == (3, 1, 2),
     "The maps are stacked in front. Channels are the last axis: `axis=-1`."),
    (lambda found: np.shape(found) == (1, 2),
     "One map came out: there is one for each of the three kernels."),
    (lambda found: np.shape(found)[:2] == (1, 2) and np.size(found) == 12,
     "The channels were kept apart: each kernel adds up what it finds in all channels."),
    (np.array([[[1, 0, 1], [3, 0, 3]]]), "Only the first channel was looked at."),
    (np.array([[[0.5, 1, 1.5], [1.5, 2, 3.5]]]), "The channels were averaged. They are added up."),
    (np.array([[[1, 1, 3], [3, 3, 7]]]),
     "`reshape` does not exchange axes, it mixes the weights of different kernels: the first kernel is "
     "`kernels[..., 0]`."),
    (np.array([[[1, 2, 1], [3, 4, 3]]]),
     "The third map repeats the first: the kernels are counted by the last axis, the channels by the one "
     "before."),
    (IndexError, "The kernels are counted by the last axis: the first of them is `kernels[..., 0]`."),
    (ValueError,
     "The kernels are counted by the last axis: the first of them is `kernels[..., 0]`, with three axes. "
     "`slide` must take its height and width from the first two: `kernel.shape[:2]`."),
])
colourful, five_kernels = np.arange(8 * 9 * 3).reshape(8, 9, 3), np.ones((3, 3, 3, 5), dtype=int)
check.equal("the shape: 8×9×3, five 3×3 kernels, padding 1",
            lambda: list(np.shape(feature_maps(colourful, five_kernels, padding=1))), [8, 9,
                         5], points=1, hints=[
    ([6, 7, 5], "The padding was left out."),
    ([5, 8, 9], "The maps are stacked in front. Channels are the last axis: `axis=-1`."),
    ([8, 9, 15], "The channels were kept apart: each kernel adds up what it finds in all channels."),
    ([8, 9, 3], "The output has as many channels as there are kernels, not as the input has."),
    ([8, 9], "One map came out: there is one for each kernel."),
    ([8, 9, 3, 5], "The channels were kept apart: each kernel adds up what it finds in all channels."),
    (ValueError,
     "Does `convolve` leave the channels alone? It must pad with your `pad`, not with `np.pad(image, "
     "padding)`, and slide over rows and columns only."),
])
check.equal("ones everywhere: 5×7×3, two 3×3 kernels, stride 2",
            lambda: feature_maps(np.ones((5, 7, 3), dtype=int), np.ones((3, 3, 3, 2), dtype=int), stride=2),
            np.full((2, 3, 2), 27), points=1, hints=[
    (np.full((2, 3, 2), 9),
     "Nine weights in each of three channels make 27 products: two thirds are missing, or an average was "
     "taken."),
    (lambda found: np.shape(found) == (3, 5, 2), "The stride was left out: hand it on to `convolve`."),
    (lambda found: np.shape(found) == (2, 2, 3),
     "The maps are stacked in front. Channels are the last axis: `axis=-1`."),
    (lambda found: np.shape(found) == (2, 3), "One map came out: there is one for each kernel."),
    (lambda found: np.shape(found)[:2] == (2, 3) and np.size(found) == 36,
     "The channels were kept apart: each kernel adds up what it finds in all channels."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_feature_maps", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("feature_maps", points=3,
                  at_grading="any depth and any number of kernels, with padding and stride")
### BEGIN HIDDEN TESTS
from autograder import draws


def _expected(image, kernels, padding=0, stride=1):
    rings = [(padding, padding), (padding, padding), (0, 0)]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, rings), kernels.shape[:3])[::stride,
                                                       ::stride]
    return windows.reshape(*windows.shape[:2], -1) @ kernels.reshape(-1, kernels.shape[-1])


def _compare(case, number):
    kernels = _rng.integers(-3, 4, (*case.kernel.shape, number))
    wanted = _expected(case.image, kernels, case.padding, case.stride)
    check.equal(f"{number} of {case}", lambda: feature_maps(case.image, kernels, case.padding, case.stride),
                wanted, hints=[
        (_expected(case.image, kernels[::-1, ::-1], case.padding, case.stride),
         "The kernels were flipped. They are laid down as they stand."),
        (lambda found: np.array_equal(found, _expected(case.image, kernels)),
         "Padding and stride were left out: hand them on to `convolve`."),
        (lambda found: np.array_equal(found, _expected(case.image, kernels, case.padding)),
         "The stride was left out: hand it on to `convolve`."),
        (lambda found: np.array_equal(found, _expected(case.image, kernels, 0, case.stride)),
         "The padding was left out: hand it on to `convolve`."),
        (_expected(case.image[..., :1], kernels[:, :, :1], case.padding, case.stride),
         "Only the first channel was looked at."),
        (lambda found: np.shape(found) == (number, *wanted.shape[:2]) != wanted.shape,
         "The maps are stacked in front. Channels are the last axis: `axis=-1`."),
        (lambda found: np.shape(found)[:2] == wanted.shape[:2] and np.size(found) == wanted.size * case.image.shape[2],
         "The channels were kept apart: each kernel adds up what it finds in all channels."),
        (lambda found: np.allclose(found * case.image.shape[2], wanted),
         "The channels were averaged. They are added up."),
        (ValueError,
         "Does `convolve` leave the channels alone? It must pad with your `pad`, not with `np.pad(image, "
         "padding)`, and slide over rows and columns only."),
    ])


_rng = draws.hidden("feature_maps, kernels")
with check.group("any depth, any number of kernels", points=1):
    _cases = draws.slidings("feature_maps", 8, channels=True, padding=False, stride=False)
    for _number, _case in enumerate(_cases):
        _compare(_case, 1 + (_number + 1) % 5)
with check.group("padding and stride", points=2):
    for _number, _case in enumerate(draws.slidings("feature_maps, settings", 12, channels=True)):
        _compare(_case, 1 + _number % 4)
### END HIDDEN TESTS
check.report()

# %% [markdown]
# Here is a new image of four channels, made by four kernels from the cat. None of the four was learned; in a trained
# network, kernels much like these turn up in the first layer by themselves.

# %%
vertical_edges = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
four = np.zeros((3, 3, 3, 4))
four[..., 0] = vertical_edges[:, :, np.newaxis] * brightness  # vertical edges of the brightness
four[..., 1] = vertical_edges.T[:, :, np.newaxis] * brightness  # horizontal ones
four[..., 2] = np.array([1, -1, 0]) / 9  # more red than green, on average over the window
four[..., 3] = np.array([-1, 0, 1]) / 9  # more blue than red
new_image = feature_maps(colour, four)
print(f"from {colour.shape} to {new_image.shape}, by {four.size} weights")
names = ["vertical edges", "horizontal edges", "red over green", "blue over red"]
drawings.responses(dict(zip(names, np.moveaxis(new_image, -1, 0))),
                   alt="Four maps of the cat's face: vertical edges, horizontal edges, where red exceeds "
                       "green (the fur), and where blue exceeds red (hardly anywhere)")

# %% [markdown]
# ## Feature detectors
#
# The lecture shows three kernels of ones and minus ones: one looks for a vertical line, one for a horizontal line, one
# for a corner. A detector *fires* where its response is large. Its ones say what must be bright, its minus ones what
# must be dark.

# %%
detectors = {
    "vertical": np.array([[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]]),
    "horizontal": np.array([[-1, -1, -1], [1, 1, 1], [-1, -1, -1]]),
    "corner": np.array([[-1, -1, -1], [-1, 1, 1], [-1, 1, 1]]),
}
drawings.responses({f"{name} detector": kernel for name, kernel in detectors.items()}, width=6.4,
                 alt="Three kernels. Vertical: a middle column of ones between columns of minus ones. "
                     "Horizontal: a middle row of ones. Corner: ones in the lower right four squares, minus "
                     "ones in the five others.")

# %%
patches = {
    "vertical line": np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]]),
    "horizontal line": np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]]),
    "corner": np.array([[0, 0, 0], [0, 1, 1], [0, 1, 1]]),
    "flat": np.ones((3, 3), dtype=int),
}
figures.matrices(patches, shared_range=True, size=2.1,
                 alt="Four patches of zeros and ones: a vertical line in the middle column, a horizontal "
                     "line in the middle row, a corner of four ones at the lower right, and a flat patch of "
                     "nine ones")

# %%
drawing = np.zeros((9, 9), dtype=int)
drawing[2:8, 3:8] = 1
drawing[3:7, 4:7] = 0
figures.matrices({"drawing": drawing}, size=3.6, numbered=True,
                 alt="A drawing of 9 rows and 9 columns, zeros but for the outline of a rectangle in ones: "
                     "its upper left corner is at row 2, column 3, its lower right corner at row 7, column 7")

# %% [markdown]
# ### Exercise 9 · Predict, then look &emsp; ●●○ &emsp; 9 minutes
#
# **Why.** If you can predict what a kernel answers, you understand it. Do not run anything before you have written your
# answers down; afterwards the machine shows you who was right.
#
# **Your task.** Two names, by looking at the pictures above:
# - `predictions`: a dictionary with the keys `"vertical"`, `"horizontal"` and `"corner"`; each value is the list of that
#   detector's four responses, to the patches *vertical line*, *horizontal line*, *corner* and *flat*, in this order;
# - `corner_at`: where the corner detector fires most strongly on the drawing, as `[row, column]` **of the feature map**
#   (no padding, stride 1; rows and columns count from 0).
#
# <details><summary>Hint: a response without multiplying</summary>All pixels are 0 or 1. So add up the weights that lie on
# ones.</details>
# <details><summary>Hint: the flat patch</summary>It lies under all nine weights: their sum is not 0 for these three
# kernels.</details>
# <details><summary>Hint: which corner</summary>The ones of the kernel lie below and to the right of its middle, and in the
# middle. Which of the rectangle's four corners looks like that?</details>
# <details><summary>Hint: from the drawing to the map</summary>The response belongs to the pixel in the middle of the
# window. The first window's middle is at row 1, column 1 of the drawing, and its response at row 0, column 0 of the
# map.</details>

# %% nbgrader={"grade": false, "grade_id": "predictions", "locked": false, "schema_version": 3, "solution": true, "task": false}
# predictions = {"vertical": […, …, …, …], "horizontal": …, "corner": …} and corner_at = […, …]
### BEGIN SOLUTION
predictions = {"vertical": [3, -1, 0, -3], "horizontal": [-1, 3, 0, -3], "corner": [1, 1, 4, -1]}
corner_at = [1, 2]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_predictions", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("predictions", points=2)
for detector, expected, swapped in [("vertical", [3, -1, 0, -3], [-1, 3, 0, -3]),
                                    ("horizontal", [-1, 3, 0, -3], [3, -1, 0, -3])]:
    check.equal(f"the {detector} detector on the four patches", lambda: list(predictions[detector]), expected,
                points=1, hints=[
        (swapped, "That is the other line detector: look at which squares its ones stand in."),
        ([3, 1, 2, 3] if detector == "vertical" else [1, 3, 2, 3],
         "You counted the ones that meet; pixels under a minus one count too, against it."),
        ([3, 0, 0, 0] if detector == "vertical" else [0, 3, 0, 0],
         "A line in the wrong direction is not ignored, it counts against: some of its pixels lie under "
         "minus ones."),
        (lambda found: found[3] == 0, "On the flat patch add up all nine weights: three are 1, six are −1."),
        (lambda found: found[3] == 9, "On the flat patch add up all nine weights: six of them are −1."),
        (lambda found: found[2] > 0,
         "The corner patch has as many ones under minus ones as under ones of this kernel."),
    ])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_predictions", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("predictions", points=2,
                  at_grading="the corner detector's four responses, and where it fires on the drawing")
### BEGIN HIDDEN TESTS
check.equal("the corner detector on the four patches", lambda: list(predictions["corner"]), [1, 1, 4, -1],
            points=1, hints=[
    ([2, 2, 4, 4], "You counted the ones that meet; pixels under a minus one count too, against it."),
    ([0, 0, 4, 0], "A pattern that does not fit is not ignored: add up the weights that lie on ones."),
    (lambda found: found[3] == 0, "On the flat patch add up all nine weights: four are 1, five are −1."),
    (lambda found: found[2] == 4,
     "The corner is right. For the lines, add up the weights that lie on their three ones."),
])
check.equal("where the corner detector fires on the drawing", lambda: list(corner_at), [1, 2], points=1,
            hints=[
    ([2, 3],
     "That is the corner in the drawing. The map begins one row and one column later, at the middle of the "
     "first window."),
    ([2, 1], "Row first, then column."),
    ([3, 2],
     "That is the place in the drawing, and with the column first. The map begins one row and one column "
     "later."),
    ([1, 6],
     "That is the upper right corner: the kernel's ones lie to the right of its middle, where the drawing "
     "goes left."),
    ([6, 2],
     "That is the lower left corner: the kernel's ones lie below its middle, where the drawing goes up."),
    ([6, 6], "That is the lower right corner: the kernel's ones lie below and right of its middle."),
    ([3, 4], "The map is smaller than the drawing, so the numbers get smaller, not larger."),
    ([7, 7],
     "That is the lower right corner of the drawing. Which corner has ones below and to its right? And where "
     "is its place in the map?"),
])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# Now look. Orange is where a detector fires, purple where it meets the opposite of what it is looking for:

# %%
drawings.responses({name: convolve(drawing, kernel) for name, kernel in detectors.items()}, columns=3,
                   alt="Three maps of the rectangle's outline. The vertical detector fires with 3 in the "
                       "middle of the left and right side, the horizontal one with 3 in the middle of the "
                       "top and bottom, the corner detector with 3 at the upper left corner only.")


# %% [markdown]
# ## The kernel table
#
# The lecture ends its tour with a table: identity, two kernels for ridges or edges, sharpen, box blur, Gaussian blur.
# There is no need to learn it by heart, because each kernel follows from what it must do.
#
# ### Exercise 10 · Blur &emsp; ●●○ &emsp; 7 minutes
#
# **Why.** A blur replaces each pixel by an average of its surroundings. Two properties fix it: the weights follow a
# profile, across as well as down, and on a flat image nothing may change.
#
# The weight at row *r* and column *c* is proportional to `profile[r]` · `profile[c]`. The profile 1, 1, 1 gives the box,
# the profile 1, 2, 1 (large in the middle) the lecture's approximation of a bell, the Gaussian.
#
# **Your task.** Write `blur_kernel`, for a profile of any length.
#
# <details><summary>Hint: all products of two lists</summary><code>np.outer(profile, profile)</code>.</details>
# <details><summary>Hint: a flat image must not change</summary>If all pixels are <em>v</em>, the response is <em>v</em>
# times the sum of the weights. What must that sum be, and what do you divide by?</details>

# %% nbgrader={"grade": false, "grade_id": "blur_kernel", "locked": false, "schema_version": 3, "solution": true, "task": false}
def blur_kernel(profile):
    """A kernel that averages, with weights that follow a profile in both directions.

    profile: list of n positive numbers

    Returns a float array (n, n); the weight at [r, c] is proportional to profile[r] * profile[c].
    """
    ### BEGIN SOLUTION
    products = np.outer(profile, profile)
    return products / products.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_blur_kernel", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("blur_kernel", points=2)
check.equal("box blur: the profile 1, 1, 1", lambda: blur_kernel([1, 1, 1]), np.ones((3, 3)) / 9, points=1,
            picture=True, hints=[
    (np.ones((3, 3)), "The average is missing: on a flat image this would answer nine times too much."),
    (np.ones((3, 3)) / 3, "Divided by the sum of the profile once; there are two directions."),
    (np.zeros((3, 3)), "`//` cuts off fractions: use `/`."),
    (np.ones(3) / 3, "A kernel has two directions: multiply each number of the profile with each."),
    (np.ones((3, 3)) / 16,
     "Not every kernel is divided by 16: by what must you divide, so that the weights add up to 1?"),
])
check.equal("Gaussian blur: the profile 1, 2, 1", lambda: blur_kernel([1, 2, 1]),
            np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16, points=1, picture=True, hints=[
    (np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]),
     "The weights must add up to 1, or a flat image would become brighter."),
    (np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 9,
     "Divided by the number of weights. They are not all 1: divide by their sum."),
    (np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 4,
     "Divided by the sum of the profile once, or by the largest weight; the weights must add up to 1."),
    (np.array([[1, 2, 1]] * 3) / 12,
     "The profile holds in both directions: multiply the weight for the row with the weight for the column."),
    (np.array([[2, 3, 2], [3, 4, 3], [2, 3, 2]]) / 24, "The two weights are multiplied, not added."),
    (np.zeros((3, 3)), "`//` cuts off fractions: use `/`."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_blur_kernel", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("blur_kernel", points=2,
                  at_grading="profiles of any length; a flat image must stay as it is")
### BEGIN HIDDEN TESTS
from autograder import draws

_rng = draws.hidden("blur_kernel")
with check.group("profiles of any length", points=1):
    for _length in [5, 7, 2, 1, 4]:
        _profile = _rng.integers(1, 9, _length).tolist()
        _products = np.outer(_profile, _profile)
        check.equal(f"the profile {_profile}", lambda: blur_kernel(_profile), _products / _products.sum(),
                    hints=[
            (_products, "The weights must add up to 1, or a flat image would become brighter."),
            (_products / _length**2,
             "Divided by the number of weights. They are not all 1: divide by their sum."),
            (_products / sum(_profile), "Divided by the sum of the profile once; there are two directions."),
            (lambda found: np.shape(found) == (3, 3), "The profile may have any length."),
            (lambda found: np.allclose(found, np.tile(_profile, (_length, 1)) / (sum(_profile) * _length)),
             "The profile holds in both directions: multiply the weight for the row with the weight for the "
             "column."),
        ])
with check.group("a flat image stays as it is", points=1):
    for _length in [6, 9]:
        _profile = _rng.integers(2, 9, _length).tolist()
        check.equal(f"the sum of the weights for {_profile}", lambda: float(np.sum(blur_kernel(_profile))),
                    1.0, hints=[
            (lambda found: found > 1,
             "On a flat image of 1 the response is the sum of the weights: too large here."),
            (lambda found: found < 1,
             "On a flat image of 1 the response is the sum of the weights: too small here."),
        ])
        check.equal("the shape of the kernel", lambda: list(np.shape(blur_kernel(_profile))),
                    [_length, _length])
### END HIDDEN TESTS
check.report()


# %% [markdown]
# ### Exercise 11 · Find ridges, and sharpen &emsp; ●●○ &emsp; 9 minutes
#
# **Why.** The remaining four kernels of the table are three ideas: leave the image as it is; compare each pixel with its
# neighbours; and add what the comparison found to the image, which makes details stand out.
#
# Which pixels are neighbours is told by an array of zeros and ones with 0 in the middle. The four next ones give the
# table's first ridge kernel, all eight its second:
# ```
# 0 1 0          1 1 1
# 1 0 1          1 0 1
# 0 1 0          1 1 1
# ```
#
# **Your task.** Write `edge_kernels`. From the neighbours it makes three kernels of the same shape:
# - `"identity"` answers the pixel in the middle, unchanged;
# - `"ridge"` takes each neighbour away once, and has in the middle what makes the response on a flat image 0;
# - `"sharpen"` answers the pixel plus the response of the ridge kernel. It is *one* kernel: sums of responses are
#   responses of summed kernels.
#
# <details><summary>Hint: identity</summary>Zeros, and a single 1 at <code>[height // 2, width // 2]</code>. It is not the
# identity <em>matrix</em>.</details>
# <details><summary>Hint: the middle of the ridge kernel</summary>On a flat image the response is the sum of the weights.
# Each neighbour contributes −1; how many are there?</details>
# <details><summary>Hint: sharpen</summary>Which two of your kernels must be added?</details>

# %% nbgrader={"grade": false, "grade_id": "edge_kernels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def edge_kernels(neighbours):
    """The identity, ridge and sharpening kernels for a choice of neighbours.

    neighbours: integer array (height, width), both odd; 1 for each neighbour, else 0; 0 in the middle

    Returns a dictionary with "identity", "ridge" and "sharpen", each an integer array of the same shape.
    """
    ### BEGIN SOLUTION
    height, width = neighbours.shape
    identity = np.zeros((height, width), dtype=int)
    identity[height // 2, width // 2] = 1
    ridge = neighbours.sum() * identity - neighbours
    return {"identity": identity, "ridge": ridge, "sharpen": identity + ridge}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_edge_kernels", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("edge_kernels", points=3)
four_neighbours = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
eight_neighbours = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
ridge_4 = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
check.equal("identity", lambda: edge_kernels(four_neighbours.copy())["identity"],
            np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]), points=1, picture=True, hints=[
    (np.eye(3),
     "That is the identity matrix. As a kernel it adds up three pixels along a diagonal. Which weights give "
     "back the pixel in the middle?"),
    (np.ones((3, 3)), "That adds up all nine pixels. Which weights give back the one in the middle?"),
])
with check.group("ridge, with four and with eight neighbours", points=1):
    check.equal("four", lambda: edge_kernels(four_neighbours.copy())["ridge"], ridge_4, hints=[
        (-ridge_4, "All signs are the other way round: neighbours are taken away."),
        (-four_neighbours, "On a flat image this does not give 0: the weight in the middle is missing."),
        (np.array([[0, -1, 0], [-1, 8, -1], [0, -1, 0]]),
         "There are four neighbours here, so 8 in the middle is too much: on a flat image this does not give "
         "0."),
        (np.array([[0, -1, 0], [-1, 1, -1], [0, -1, 0]]),
         "The weights must add up to 0: four neighbours take away four, and the middle gives one."),
        (np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
         "Those weights add up to 1, so this is the kernel that sharpens."),
    ])
    check.equal("eight", lambda: edge_kernels(eight_neighbours.copy())["ridge"],
                np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]), hints=[
        (np.array([[-1, -1, -1], [-1, 4, -1], [-1, -1, -1]]),
         "The middle must make up for all neighbours, and here there are eight."),
        (ridge_4, "The neighbours that were handed over are not used: here all eight are."),
    ])
check.equal("sharpen, with four neighbours", lambda: edge_kernels(four_neighbours.copy())["sharpen"],
            np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]), points=1, picture=True, hints=[
    (ridge_4 + 1,
     "1 was added to every weight. The pixel itself is what the identity kernel answers: add that."),
    (ridge_4 + np.eye(3), "The identity matrix was added, where the identity kernel belongs."),
    (ridge_4, "That is the ridge kernel: on a flat image it answers 0, and the image is lost."),
    (np.array([[0, 1, 0], [1, -3, 1], [0, 1, 0]]),
     "The ridge response was taken away, which blurs. It is added."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_edge_kernels", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check = Checklist("edge_kernels", points=3,
                  at_grading="other neighbours, in larger kernels and in kernels that are not square")
### BEGIN HIDDEN TESTS
from autograder import draws

_rng = draws.hidden("edge_kernels")
_cases = []
for _shape in [(3, 5), (5, 5), (5, 3), (1, 7)]:
    _neighbours = _rng.integers(0, 2, _shape)
    _neighbours[0, 0] = 1
    _neighbours[_shape[0] // 2, _shape[1] // 2] = 0
    _identity = np.zeros(_shape, dtype=int)
    _identity[_shape[0] // 2, _shape[1] // 2] = 1
    _cases.append((_neighbours, _identity, _identity * int(_neighbours.sum()) - _neighbours))
_not_3 = [(IndexError, "Kernels need not be 3×3: ask `neighbours.shape` where the middle is."),
          (ValueError, "Kernels need not be 3×3, nor square: ask `neighbours.shape`.")]
with check.group("identity", points=1):
    for _neighbours, _identity, _ridge in _cases:
        check.equal(f"{_identity.shape[0]}×{_identity.shape[1]}",
                    lambda: edge_kernels(_neighbours.copy())["identity"], _identity, hints=[
            (lambda found: np.array_equal(found, np.eye(*_identity.shape)),
             "That is the identity matrix, which has ones along a diagonal."),
            (lambda found: np.shape(found) != _identity.shape,
             "Each kernel has the shape of `neighbours`, which need not be 3×3."),
            (lambda found: np.sum(found) == 1,
             "The 1 is not in the middle: that is at `height // 2` and `width // 2`."),
            *_not_3,
        ])
with check.group("ridge", points=1):
    for _neighbours, _identity, _ridge in _cases:
        check.equal(f"{_identity.shape[0]}×{_identity.shape[1]}",
                    lambda: edge_kernels(_neighbours.copy())["ridge"], _ridge, hints=[
            (-_ridge, "All signs are the other way round: neighbours are taken away."),
            (lambda found: np.shape(found) != _identity.shape,
             "Each kernel has the shape of `neighbours`, which need not be 3×3."),
            (lambda found: np.sum(found) != 0,
             "On a flat image the response must be 0: the middle makes up for as many neighbours as there "
             "are."),
            *_not_3,
        ])
with check.group("sharpen", points=1):
    for _neighbours, _identity, _ridge in _cases:
        check.equal(f"{_identity.shape[0]}×{_identity.shape[1]}",
                    lambda: edge_kernels(_neighbours.copy())["sharpen"], _identity + _ridge, hints=[
            (_ridge + 1,
             "1 was added to every weight. The pixel itself is what the identity kernel answers: add that."),
            (lambda found: np.array_equal(found, _ridge + np.eye(*_identity.shape)),
             "The identity matrix was added, where the identity kernel belongs."),
            (lambda found: np.shape(found) != _identity.shape,
             "Each kernel has the shape of `neighbours`, which need not be 3×3."),
            (lambda found: np.sum(found) != 1,
             "On a flat image the image itself must come out: the weights add up to 1."),
            *_not_3,
        ])
### END HIDDEN TESTS
check.report()

# %% [markdown]
# The whole table, built and applied to the photograph. Responses below 0 are shown black and those above 255 white, as
# an image viewer would; the ridges are brightened a little.

# %%
four_next = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
eight_next = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
table = {
    "identity": edge_kernels(four_next)["identity"],
    "ridge, 4 neighbours": edge_kernels(four_next)["ridge"],
    "ridge, 8 neighbours": edge_kernels(eight_next)["ridge"],
    "sharpen": edge_kernels(four_next)["sharpen"],
    "box blur": blur_kernel([1, 1, 1]),
    "Gaussian blur": blur_kernel([1, 2, 1]),
}
for name, kernel in table.items():
    print(f"{name:20}  sum of the weights {kernel.sum():g}")
face = grey[5:125, 25:185]
results = [convolve(face, kernel) * (2 if name.startswith("ridge") else 1) for name, kernel in table.items()]
seen = [np.clip(result, 0, 255).astype(np.uint8) for result in results]
figures.images(seen, list(table), columns=3, size=3.0, shared_range=True,
               alt="The cat's face in grey six times: unchanged; with thin bright lines on black where fur "
                   "and whiskers are, twice, the second time stronger; sharpened; and blurred twice, a "
                   "little less by the Gaussian")


# %% [markdown]
# ### Question 1 · What the sum of the weights tells &emsp; ●●○ &emsp; 5 minutes
#
# **Why.** One glance at a kernel, learned ones included, tells what it does with an area where nothing happens.
#
# The program above printed the sum of each kernel's weights. Explain in two to four sentences why the ridge kernels have
# the one sum and the kernels that sharpen and blur the other, and what an image would look like after a kernel with
# weights that add up to 2.
#
# **Rubric** (3 points). 1 point: what the sum of the weights has to do with a flat area. 1 point: why that is wanted of
# the ridge kernels on the one hand, of sharpening and blurring on the other. 1 point: the kernel whose weights add up
# to 2.

# %% [markdown] nbgrader={"grade": true, "grade_id": "sum_of_weights", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# On a flat area all pixels have the same value, so the response is that value times the sum of the weights. A ridge
# kernel is to answer only where something changes, so the sum is 0 and flat areas become black. Sharpening and blurring
# are to leave brightness as it is and to change only details, so the sum is 1 and a flat area stays as it is. With a sum
# of 2, flat areas, and the image as a whole, become twice as bright (and white where that is more than white).
# ### END SOLUTION

# %% [markdown]
# ## How far a stack of layers sees
#
# Stack two layers, and a number of the second map depends on a window of the first, and each number in that on a window
# of the image. How large is the **receptive field** of the two together? One could calculate it. Here is an experiment
# that works for any stack: make an image of zeros with a single 1, *one-hot*, send it through, and see whether the output
# that you watch is touched. Then do the same for every other pixel.
#
# ### Exercise 12 · One hot pixel at a time &emsp; ●●● &emsp; 10 minutes
#
# **Why.** A network cannot recognise what does not fit into its receptive field. The experiment finds it without a
# formula, and finds mistakes in formulas.
#
# **Your task.** Write `receptive_field`. The output to watch is the one at row 0, column 0 of the last map. Mind the
# weights: an experiment with weights that cancel sees less than there is.
#
# <details><summary>Hint: which weights</summary>Ones: sums of zeros and ones are never 0 by accident. A weight of 0 hides
# a pixel, and weights of both signs can cancel in the second layer.</details>
# <details><summary>Hint: one experiment</summary>For one pixel: an image of zeros with a 1 there; then, for each layer,
# <code>image = convolve(image, ones, stride=…)</code>; then look at <code>image[0, 0]</code>.</details>
# <details><summary>Hint: all experiments</summary>Two loops over all rows and columns of the image; the answer for each
# goes into an array of <code>size</code>×<code>size</code>.</details>

# %% nbgrader={"grade": false, "grade_id": "receptive_field", "locked": false, "schema_version": 3, "solution": true, "task": false}
def receptive_field(layers, size):
    """Which pixels of an image the value at row 0, column 0 of the last feature map depends on.

    layers: list of pairs (kernel size, stride), one for each layer in turn; square kernels, no padding
    size:   height and width of the image, large enough for all layers

    Returns a bool array (size, size): True for each pixel that matters.
    """
    ### BEGIN SOLUTION
    seen = np.zeros((size, size), dtype=bool)
    for row in range(size):
        for column in range(size):
            image = np.zeros((size, size), dtype=int)
            image[row, column] = 1
            for kernel_size, stride in layers:
                image = convolve(image, np.ones((kernel_size, kernel_size), dtype=int), stride=stride)
            seen[row, column] = image[0, 0] != 0
    return seen
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_receptive_field", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def _square(side, size):
    """An array (size, size) that is True in a square at the upper left."""
    result = np.zeros((size, size), dtype=bool)
    result[:side, :side] = True
    return result


check = Checklist("receptive_field", points=2)
check.equal("two 3×3 layers, an image of 8×8", lambda: receptive_field([(3, 1), (3, 1)], 8), _square(5, 8),
            points=1, picture=True, hints=[
    (_square(6, 8), "3 + 3 is one too many: neighbouring windows overlap. What does the experiment say?"),
    (_square(3, 8),
     "That is what one layer sees. The image that goes into the second layer is the map of the first."),
    (_square(8, 8),
     "Watch one output only, the one at row 0, column 0: here every pixel that touches any output was "
     "counted."),
    (lambda found: np.shape(found) == (8, 8) and 0 < np.sum(found) < 25,
     "Some pixels of the field are missing: weights that are 0 or that cancel hide them. Use ones."),
    (lambda found: np.ndim(found) == 0,
     "The field itself is asked for: an array that is True for each pixel that matters."),
])
check.equal("three 2×2 layers, an image of 8×8", lambda: receptive_field([(2, 1), (2, 1), (2, 1)], 8),
            _square(4, 8), points=1, picture=True, hints=[
    (_square(6, 8), "2 + 2 + 2 is too many: neighbouring windows overlap. What does the experiment say?"),
    (_square(8, 8),
     "Watch one output only, the one at row 0, column 0: here every pixel that touches any output was "
     "counted."),
    (_square(3, 8), "There are three layers, and each sees a pixel more than the one before."),
    (_square(2, 8),
     "That is what one layer sees. The image that goes into a layer is the map of the one before."),
    (_square(7, 8), "Each kernel has its own size, here 2."),
    (lambda found: np.shape(found) == (8, 8) and 0 < np.sum(found) < 16,
     "Some pixels of the field are missing: weights that are 0 or that cancel hide them. Use ones."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_receptive_field", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("receptive_field", points=2,
                  at_grading="stacks of kernels of different sizes, and stacks with strides")
### BEGIN HIDDEN TESTS
from autograder import draws


def _side(layers):
    side = step = 1
    for kernel_size, stride in layers:
        side, step = side + (kernel_size - 1) * step, step * stride
    return side


def _compare(layers, size):
    wanted = np.zeros((size, size), dtype=bool)
    wanted[: _side(layers), : _side(layers)] = True
    unstrided = _side([(kernel_size, 1) for kernel_size, _ in layers])
    sizes, strides = zip(*layers)
    too_early = 1 + sum((kernel_size - 1) * int(np.prod(strides[: number + 1])) for number,
                        kernel_size in enumerate(sizes))
    check.equal(f"(kernel, stride) {layers}, an image of {size}×{size}",
                lambda: receptive_field(layers, size), wanted, hints=[
        (lambda found: unstrided < _side(layers) and np.sum(found) == unstrided**2,
         "The strides were left out: after a stride of 2, neighbours in the map are two pixels apart in the "
         "image."),
        (lambda found: max(strides) > 1 and np.sum(found) == min(size, too_early) ** 2,
         "A layer's stride spreads what comes after it: its own kernel still looks at neighbours."),
        (lambda found: np.sum(found) == min(size, sum(sizes)) ** 2,
         "Sizes cannot simply be added: neighbouring windows overlap."),
        (lambda found: np.shape(found) == (size, size) and np.sum(found) > wanted.sum(),
         "Watch one output only, the one at row 0, column 0, and give each layer its own kernel size and "
         "stride."),
        (lambda found: np.shape(found) == (size, size) and 0 < np.sum(found) < wanted.sum(),
         "Some pixels of the field are missing: weights that are 0 or that cancel hide them. Use ones."),
    ])


_rng = draws.hidden("receptive_field")
with check.group("kernels of different sizes", points=1):
    for _sizes in [(3, 2), (1, 4), (2, 3, 2), tuple(_rng.integers(2, 5, 2).tolist())]:
        _layers = [(int(_size), 1) for _size in _sizes]
        _compare(_layers, _side(_layers) + int(_rng.integers(2, 4)))
with check.group("strides", points=1):
    for _layers in [[(3, 2), (3, 1)], [(2, 2), (2, 2)], [(2, 1), (2, 3), (2, 1)],
                    [(int(_rng.integers(2, 4)), 2), (int(_rng.integers(2, 4)), 1)]]:
        _compare(_layers, _side(_layers) + int(_rng.integers(2, 4)))
### END HIDDEN TESTS
check.report()

# %%
stacks = {
    "one 3×3": [(3, 1)],
    "two 3×3": [(3, 1), (3, 1)],
    "three 3×3": [(3, 1), (3, 1), (3, 1)],
    "3×3 stride 2, 3×3": [(3, 2), (3, 1)],
}
fields = [receptive_field(layers, 9) for layers in stacks.values()]
for name, field in zip(stacks, fields):
    print(f"{name:17}  sees {field.sum():2} pixels, {field.any(axis=1).sum()}×{field.any(axis=0).sum()}")
figures.matrices(dict(zip(stacks, fields)), size=2.3,
               alt="Four squares of 9×9 pixels; white at the upper left is what is seen: 3×3, 5×5, 7×7, and "
                   "7×7 again")

# %% [markdown]
# ### Question 2 · Two small kernels or one large one? &emsp; ●●○ &emsp; 5 minutes
#
# **Why.** From 2014 on, networks such as VGG-19, on the lecture's last slides, replaced large kernels by stacks of 3×3.
#
# Compare two 3×3 layers in a row with one 5×5 layer, for a grey image and one kernel in each layer: what do they see, how
# many weights do they have? And if nothing happens between the two layers but sliding: can they compute something that
# the 5×5 layer cannot?
#
# **Rubric** (3 points). 1 point: the receptive fields compared. 1 point: the weights of both, counted. 1 point: an answer
# to the last question, with a reason.

# %% [markdown] nbgrader={"grade": true, "grade_id": "two_or_one", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Both see 5×5 pixels. The two small kernels have 2·9 = 18 weights, the large one has 25. Without anything between the
# layers the two only multiply and add, so together they are a weighted sum of the same 25 pixels, which a single 5×5
# kernel computes as well; they cannot do anything new (they can do less, since 18 weights do not reach every choice of
# 25). That is why a non-linear step such as ReLU stands between layers: with it, the stack can compute what a single
# layer cannot.
# ### END SOLUTION

# %% [markdown]
# ## Shift the input, and the output shifts
#
# The same kernel is used everywhere. So if the scene moves, its feature map moves along and is otherwise unchanged: a
# detector that has learned an ear in one corner knows it in all the others. Cut two windows of the same size from the
# photograph, the second three rows higher and five columns further left; in it, the scene lies lower and further right.

# %%
first, second = grey[40:100, 60:140], grey[37:97, 55:135]
here, there = convolve(first, vertical_edges), convolve(second, vertical_edges)
print("greatest difference, after moving one map by (3, 5):", np.abs(here[:-3, :-5] - there[3:, 5:]).max())
drawings.responses({"scene": here, "scene moved by (3, 5)": there}, columns=2,
                   alt="Two maps of vertical edges of the cat's face. The second shows the same lines three "
                       "rows lower and five columns further right.")

# %% [markdown]
# Not one value differs. This is called *translation equivariance*. It has a limit, which is the stride: with stride 2, a
# scene that moves by an even number of pixels gives a map that moves by half as many, but one that moves by an odd number
# falls between the places of the window, and the map is a different one.

# %%
for down, right in [(2, 4), (3, 5)]:
    moved = convolve(grey[40 - down : 100 - down, 60 - right : 140 - right], vertical_edges, stride=2)
    still = convolve(first, vertical_edges, stride=2)
    rows, columns = down // 2, right // 2
    difference = np.abs(still[:-rows, :-columns] - moved[rows:, columns:]).max()
    print(f"scene moved by ({down}, {right}), map by ({rows}, {columns}): greatest difference "
          f"{difference:.1f}")


# %% [markdown]
# ## To flip or not to flip
#
# The convolution of mathematics and signal processing turns the kernel by 180° before it slides: up becomes down *and*
# left becomes right. What you wrote is the *cross-correlation*, and every deep-learning library computes the same.
#
# ### Exercise 13 · The mathematician's convolution &emsp; ●○○ &emsp; 5 minutes
#
# **Why.** You will meet both under the same name, in SciPy and in Keras for example, and their results differ for every
# kernel that is not symmetric.
#
# **Your task.** Write `true_convolution`, out of `convolve`.
#
# <details><summary>Hint: turning</summary><code>a[::-1]</code> has the rows of <code>a</code> in reverse order. What
# reverses the columns too?</details>
# <details><summary>Hint: which of the two</summary>Turn the kernel, not the image.</details>

# %% nbgrader={"grade": false, "grade_id": "true_convolution", "locked": false, "schema_version": 3, "solution": true, "task": false}
def true_convolution(image, kernel, padding=0):
    """The convolution of mathematics: the kernel is turned by 180° before it slides.

    image:   array (height, width)
    kernel:  array (kernel height, kernel width)
    padding: rings of zeros around the image

    Returns an array whose height and width are those of `output_size`.
    """
    ### BEGIN SOLUTION
    return convolve(image, kernel[::-1, ::-1], padding)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_true_convolution", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("true_convolution", points=2)
worked_patch = np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]])
worked_kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
slide_image = np.array([[1, 2, 0, 3, 1], [1, 0, 0, 2, 2], [2, 1, 2, 1, 1], [0, 0, 1, 0, 0], [1, 2, 1, 1, 1]])
slide_kernel = np.array([[-1, 1, 2], [1, 1, 0], [-1, -2, 0]])
check.equal("the worked example of Exercise 1", lambda: true_convolution(worked_patch, worked_kernel),
            np.array([[-2]]), points=1, hints=[
    (np.array([[2]]),
     "That is the response without turning, or the kernel was reversed in a direction in which it is "
     "symmetric. Both directions are reversed."),
    (np.array([[-4]]),
     "Rows and columns were exchanged, or it was a turn by 90°. Turning by 180° reverses the rows and the "
     "columns."),
    (np.array([[4]]), "That is a turn by 90°. Turning by 180° reverses the rows and the columns."),
])
check.equal("the lecture's padding example, turned",
            lambda: true_convolution(slide_image, slide_kernel, padding=1), np.array([
    [4, 4, 1, 4, 7],
    [-2, -1, 2, 1, 3],
    [1, 2, 2, -2, -3],
    [-6, 0, 0, -1, 1],
    [3, 2, 0, 2, 1],
]), points=1, picture=True, hints=[
    (lambda found: np.shape(found) == (3, 3), "The padding was left out."),
    (lambda found: found[0, 0] == -1, "The kernel was not turned."),
    (lambda found: found[0, 0] == 2,
     "Only the rows were reversed: turning by 180° reverses the columns too."),
    (lambda found: found[0, :3].tolist() == [1, 2, 1],
     "Only the columns were reversed: turning by 180° reverses the rows too."),
    (lambda found: found[0, :3].tolist() == [1, 2, 0],
     "The image was turned, so that the result is upside down. Turn the kernel."),
    (lambda found: found[0, 0] == -3,
     "Rows and columns were exchanged, which is a reflection. Turning by 180° reverses the rows and the "
     "columns."),
])
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_true_convolution", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("true_convolution", points=2,
                  at_grading="images and kernels of any shape, without and with padding")
### BEGIN HIDDEN TESTS
from autograder import draws


def _expected(image, kernel, padding):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, padding), kernel.shape)
    return windows.reshape(*windows.shape[:2], -1) @ kernel.ravel()


def _compare(case):
    wanted = _expected(case.image, np.flip(case.kernel), case.padding)
    check.equal(str(case), lambda: true_convolution(case.image, case.kernel, case.padding), wanted, hints=[
        (_expected(case.image, case.kernel, case.padding), "The kernel was not turned."),
        (_expected(case.image, case.kernel[::-1], case.padding),
         "Only the rows were reversed: turning by 180° reverses the columns too."),
        (_expected(case.image, case.kernel[:, ::-1], case.padding),
         "Only the columns were reversed: turning by 180° reverses the rows too."),
        (np.flip(wanted), "The image was turned, so that the result is upside down. Turn the kernel."),
        (lambda found: np.array_equal(found, _expected(case.image, np.flip(case.kernel), 0)),
         "The padding was left out."),
        (lambda found: np.shape(found) != wanted.shape,
         "The shape of the kernel must stay as it is: turning by 180° does not exchange rows and columns."),
        (ValueError,
         "The shape of the kernel must stay as it is: turning by 180° does not exchange rows and columns."),
    ])


with check.group("without padding", points=1):
    for _case in draws.slidings("true_convolution", 12, padding=False, stride=False):
        _compare(_case)
with check.group("with padding", points=1):
    for _case in draws.slidings("true_convolution, padding", 12, stride=False):
        _compare(_case)
### END HIDDEN TESTS
check.report()

# %% [markdown]
# ## Keras agrees
#
# Now the library, for the first time. Its `Conv2D` gets the same photograph and the same kernels, drawn at random with
# the seed 1, as your `feature_maps`: without padding, with as much as keeps the size (two rings for a 5×5 kernel), and
# with stride 2. Keras computes in float32, numbers of about seven digits, so we compare to that precision.
#
# (This cell takes some seconds: it loads Keras and TensorFlow, which nothing else in this notebook needs.)

# %%
import keras

rng = np.random.default_rng(1)
photograph = (colour[30:90, 60:140] / 255).astype("float32")
kernels = rng.normal(size=(5, 5, 3, 6)).astype("float32")


def conv2d(image, kernels, **settings):
    """What Keras' own layer answers to one image, given these kernels instead of learned ones."""
    layer = keras.layers.Conv2D(kernels.shape[-1], kernels.shape[:2], use_bias=False, **settings)
    layer.build((None, *image.shape))
    layer.set_weights([kernels])
    return keras.ops.convert_to_numpy(layer(image[np.newaxis]))[0]  # Keras takes and returns batches of images


def compare(name, yours, keras_maps):
    """Print how far two stacks of maps are apart, as a share of the greatest response."""
    difference = np.abs(yours - keras_maps).max() / np.abs(keras_maps).max()
    print(f"{name:28} {str(keras_maps.shape):13} greatest difference {difference:.1e}")


compare("no padding", feature_maps(photograph, kernels), conv2d(photograph, kernels))
same = conv2d(photograph, kernels, padding="same")
compare("two rings, “same”", feature_maps(photograph, kernels, padding=2), same)
compare("stride 2", feature_maps(photograph, kernels, stride=2), conv2d(photograph, kernels, strides=2))
compare("kernels turned by 180°", feature_maps(photograph, kernels[::-1, ::-1], padding=2), same)

# %% [markdown]
# The first three agree to float precision. The last does not agree at all: Keras does not turn the kernel.
#
# Why not? Because it would change nothing. The weights of a kernel are *learned*: a library that turned the kernel would
# simply learn the turned weights and compute the same maps, after an extra step. Mathematicians need the turn because it
# makes convolution commutative, so that image and kernel can change places; a network never exchanges them.
#
# ### Question 3 · Moving a network to another library &emsp; ●●● &emsp; 5 minutes
#
# **Why.** Trained weights outlive the library that they were trained with.
#
# A trained network, in which no kernel was ever turned, is moved to a program that turns every kernel by 180° before it
# slides. What must be done with the stored weights so that the network computes the same as before? And what goes wrong
# if one forgets it: does it matter in the same way for a Gaussian blur, for the lecture's vertical line detector and for
# the kernel of Exercise 1?
#
# **Rubric** (3 points). 1 point: what must be done, and with which axes of the array of kernels. 1 point: a reason why it
# does not matter for some of the three kernels. 1 point: what happens with the other, or others.

# %% [markdown] nbgrader={"grade": true, "grade_id": "moving_weights", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Each kernel must be stored turned by 180°, that is with its height and width axes reversed (kernels[::-1, ::-1]; the axes
# of channels and of kernels stay), so that the program's turn undoes it. The Gaussian blur and the vertical line detector
# look the same after a turn by 180°, so forgetting it does not matter for them. The kernel of Exercise 1 becomes its own
# negative: edges from dark to bright give the responses of edges from bright to dark, with the wrong sign, and the layers
# after it, which were trained on the right sign, are misled.
# ### END SOLUTION

# %% [markdown]
# ## What you have learned
#
# - A kernel's response is a weighted sum of the pixels under it: 2 for the worked example. The kernel is not flipped;
#   with a flip the response would be −2.
# - In each direction a window finds (size + 2 · padding − kernel) // stride + 1 places: 24 for a window of 5 on 28 pixels.
# - A function that only multiplies and adds works on integers of any length and on letters; a stray float spoils it.
# - A kernel is as deep as its input, 75 weights for 5×5 on RGB and 100 on CMYK, and the size of the image does not
#   matter; the depth of the *output* is the number of kernels.
# - The sum of the weights tells what happens to flat areas: 0 for detectors of ridges, 1 for sharpening and blurring.
# - Two stacked 3×3 layers see 5×5 pixels with 18 weights instead of 25; a hot pixel shows it without a formula.
# - A shifted scene gives a shifted map, exactly, as long as the stride divides the shift.
# - Keras computes the same as your function, to float precision.
#
# **Next:** notebook 2 makes this fast, adds the bias and the other three layers, ReLU, pooling and the fully connected
# layer, and puts them together into a network that reads digits.
