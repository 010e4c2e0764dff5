"""What the notebooks import. Nothing here imports TensorFlow until a model is looked at."""

from autograder.notebook.checklist import Checklist

__all__ = ["Checklist"]
