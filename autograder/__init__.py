"""A Keras course on convolutional networks: what its notebooks import, and what grades them.

- `autograder.notebook`: what students' notebooks import (checks, data, figures, training once)
- `autograder.course`: what instructors run (build, grade, demo, doctor)
- `autograder.heldout`, `autograder.draws`, `autograder.secret`: what only graders need
"""

import os

# TensorFlow's start-up lines land on stderr of the first cell that runs an operation, and nbgrader
# gives 0 points to a cell with anything on stderr. The level is read once, when TensorFlow is imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

__version__ = "0.1.0"
