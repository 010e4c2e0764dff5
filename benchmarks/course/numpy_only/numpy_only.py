# %% [markdown]
# # Sliding a kernel in NumPy
#
# What most notebooks of a course are like: a few functions, quick to run, and tests for each.

# %%
import numpy as np

rng = np.random.default_rng(7)
image = rng.integers(0, 10, (12, 12)).astype(float)

# %% [markdown]
# `response(patch, kernel)`: the sum of the products of a patch with a kernel of its shape.


# %% nbgrader={"grade": false, "grade_id": "response", "locked": false, "schema_version": 3, "solution": true, "task": false}
def response(patch, kernel):
    """The sum of the products."""
    ### BEGIN SOLUTION
    return float((patch * kernel).sum())
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_response", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert response(np.ones((3, 3)), np.ones((3, 3))) == 9
assert response(np.eye(3), np.arange(9).reshape(3, 3)) == 12
### BEGIN HIDDEN TESTS
assert response(2 * np.ones((2, 5)), np.ones((2, 5))) == 20
### END HIDDEN TESTS

# %% [markdown]
# `output_size(size, kernel, padding, stride)`: how many places a kernel has along one side.


# %% nbgrader={"grade": false, "grade_id": "output_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_size(size, kernel, padding=0, stride=1):
    """The places of a kernel along a side."""
    ### BEGIN SOLUTION
    return (size + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_output_size", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert output_size(32, 5) == 28
assert output_size(227, 11, stride=4) == 55
### BEGIN HIDDEN TESTS
for size, kernel, padding, stride, places in [(28, 3, 1, 1, 28), (7, 3, 0, 2, 3), (8, 3, 0, 2, 3), (5, 5, 2, 3, 2)]:
    assert output_size(size, kernel, padding, stride) == places
### END HIDDEN TESTS

# %% [markdown]
# `slide(image, kernel, stride)`: the response at every place.


# %% nbgrader={"grade": false, "grade_id": "slide", "locked": false, "schema_version": 3, "solution": true, "task": false}
def slide(image, kernel, stride=1):
    """The responses, as a matrix."""
    ### BEGIN SOLUTION
    rows = output_size(image.shape[0], kernel.shape[0], stride=stride)
    columns = output_size(image.shape[1], kernel.shape[1], stride=stride)
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            result[i, j] = response(image[top : top + kernel.shape[0], left : left + kernel.shape[1]], kernel)
    return result
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_slide", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
assert slide(image, np.ones((3, 3))).shape == (10, 10)
np.testing.assert_allclose(slide(image, np.ones((1, 1))), image)
### BEGIN HIDDEN TESTS
for shape, stride in [((3, 3), 1), ((5, 3), 2), ((2, 4), 3)]:
    kernel = np.random.default_rng(sum(shape)).normal(size=shape)
    windows = np.lib.stride_tricks.sliding_window_view(image, shape)[::stride, ::stride]
    np.testing.assert_allclose(slide(image, kernel, stride), np.einsum("ijkl,kl->ij", windows, kernel))
### END HIDDEN TESTS

# %% [markdown]
# `edges`: the responses of `image` to the Sobel kernel; `strongest`: the row and column of the largest.

# %% nbgrader={"grade": false, "grade_id": "edges", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
edges = slide(image, sobel)
strongest = tuple(int(index) for index in np.unravel_index(edges.argmax(), edges.shape))
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_edges", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert edges.shape == (10, 10)
### BEGIN HIDDEN TESTS
assert edges[strongest] == edges.max() and abs(edges.sum()) > 0
### END HIDDEN TESTS

# %% [markdown]
# `pool(image, size)`: the largest value of each block.


# %% nbgrader={"grade": false, "grade_id": "pool", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pool(image, size=2):
    """The largest values of the blocks."""
    ### BEGIN SOLUTION
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return image[: rows * size, : columns * size].reshape(rows, size, columns, size).max(axis=(1, 3))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_pool", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert pool(image).shape == (6, 6)
assert pool(np.arange(16.0).reshape(4, 4)).tolist() == [[5, 7], [13, 15]]
### BEGIN HIDDEN TESTS
assert pool(np.arange(30.0).reshape(5, 6), 3).tolist() == [[14, 17]]
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# The same few weights are used at every place, so a pattern is found wherever it stands.
# ### END SOLUTION
