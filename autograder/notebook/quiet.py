"""Keep what student code writes to stderr out of a test cell: nbgrader gives 0 to a cell with any text there."""

import importlib.util
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from io import StringIO
from types import ModuleType
from typing import Any


@contextmanager
def quiet_stderr() -> Iterator[StringIO]:
    """Collect what Python writes to stderr, and drop what C++ libraries write to its file descriptor."""
    caught = StringIO()
    stream = sys.stderr
    # A logging handler made earlier holds the stream itself, so replacing sys.stderr is not enough: the stream's
    # own `write` is replaced too, where it can be (ipykernel's can, a terminal's cannot and need not).
    try:
        stream.write = caught.write  # type: ignore[method-assign]
        patched = True
    except AttributeError:
        patched = False
    saved = _redirect_descriptor()
    sys.stderr = caught
    try:
        with warnings.catch_warnings():
            yield caught
    finally:
        sys.stderr = stream
        if patched:
            del stream.write
        if saved is not None:
            os.dup2(saved, 2)
            os.close(saved)


def _redirect_descriptor() -> int | None:
    try:
        saved = os.dup(2)
    except OSError:  # no descriptor 2, as under pythonw
        return None
    with open(os.devnull, "wb") as null:
        os.dup2(null.fileno(), 2)
    return saved


class QuietTensorFlow(MetaPathFinder):
    """Makes the first import of TensorFlow silent: it logs to stderr before it reads the log level.

    Those lines would be a red box under the first cell that imports Keras, and cost a test cell its points.
    """

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_quietly(module: ModuleType) -> None:
                with quiet_stderr():
                    execute(module)

            spec.loader.exec_module = execute_quietly  # type: ignore[method-assign]
        return spec
