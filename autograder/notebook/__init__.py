"""What the notebooks import. Nothing here imports TensorFlow until a model is looked at."""

import sys

from autograder.notebook.checklist import Checklist
from autograder.notebook.quiet import QuietTensorFlow

if "tensorflow" not in sys.modules:
    sys.meta_path.insert(0, QuietTensorFlow())

__all__ = ["Checklist"]
