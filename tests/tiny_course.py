# %% [markdown]
# # Tiny
#
# The smallest assignment that has everything: the source of a course for tests.

# %%
from autograder.notebook import Checklist


# %% [markdown]
# ### Exercise 1 · Area &emsp; ●○○ &emsp; 1 minute

# %% nbgrader={"grade": false, "grade_id": "area", "locked": false, "schema_version": 3, "solution": true, "task": false}
def area(height, width):
    """The number of pixels of an image."""
    ### BEGIN SOLUTION
    pixels = height * width
    return pixels
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "test_area", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check = Checklist("area", points=2)
check.equal("2×2", lambda: area(2, 2), 4)
check.equal("2×3", lambda: area(2, 3), 6, hints={5: "Adding gives half the way round, not the area."})
check.report()

# %% nbgrader={"grade": true, "grade_id": "hidden_area", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check = Checklist("area", points=1, at_grading="other sizes")
### BEGIN HIDDEN TESTS
from autograder import draws

with check.group("any height and width"):
    for rows, columns in draws.hidden("area").integers(3, 99, (5, 2)).tolist():
        check.equal(f"{rows}×{columns}", lambda: area(rows, columns), rows * columns)
### END HIDDEN TESTS
check.report()

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 1, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Because every pixel stands in one row and one column.
# ### END SOLUTION
