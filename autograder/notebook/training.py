"""Train once: weights and history are kept beside the notebook, and training is skipped while they fit.

A notebook that runs again, on the student's machine or the grader's, then takes seconds instead of minutes.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import CourseError

if TYPE_CHECKING:
    import keras

FOLDER = Path("trained")
"""Where results are kept, beside the notebook. Handed in with it, so that the grader need not train."""

History = dict[str, list[float]]
"""A value for each epoch under the name of each metric, as in `keras.callbacks.History.history`."""


def train_once(name: str, model: "keras.Model", train: Callable[[], Any], settings: Any = None) -> History:
    """Train the model, or give it the weights that an earlier run left in `trained/`.

    name:  of the files: `trained/<name>.weights.h5` and `trained/<name>.json`
    model: a built Keras model; its weights are changed in place
    train: a function without parameters that trains the model and returns what `model.fit` returned
    settings: what the training depends on, as plain data: learning rate, epochs, seed …

    Returns the history of the training, this one or the earlier one, and prints which.
    The earlier weights are used only if they were made for the same architecture with the same settings; delete
    the files (or call `forget(name)`) to train anew after changing anything else.
    """
    weights, record = FOLDER / f"{name}.weights.h5", FOLDER / f"{name}.json"
    fingerprint = architecture(model)
    settings = json.loads(json.dumps(settings))  # as it will be read: tuples are lists, keys are text
    if weights.exists() and record.exists():
        try:
            kept = json.loads(record.read_text(encoding="utf-8"))
            if kept["architecture"] == fingerprint and kept.get("settings") == settings:
                model.load_weights(weights)
                print(f"“{name}” is not trained again: its weights were in {weights}. To train anew: forget('{name}')")
                return _history(kept["history"])
            other = "another architecture" if kept["architecture"] != fingerprint else "other settings"
            print(f"“{name}” is trained anew: the weights in {weights} belong to {other}.")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            print(f"“{name}” is trained anew: {weights} or {record} cannot be read.")
    history = _history(getattr(result := train(), "history", result))
    _keep(weights, record, model, {"architecture": fingerprint, "settings": settings, "history": history})
    return history


def measure_once(name: str, measure: Callable[[], Any]) -> Any:
    """The result of an experiment, or of an earlier run of it that is kept in `trained/<name>.json`.

    measure: a function without parameters; its result is plain data (numbers, text, lists, dictionaries)
    """
    record = FOLDER / f"{name}.json"
    if record.exists():
        try:
            result = json.loads(record.read_text(encoding="utf-8"))["result"]
            print(f"“{name}” is not measured again: the result was in {record}. To measure anew: forget('{name}')")
            return result
        except (OSError, ValueError, KeyError, TypeError):
            print(f"“{name}” is measured anew: {record} cannot be read.")
    result = measure()
    _write(record, {"result": result})
    return json.loads(json.dumps(result))  # the same kinds of values, whether measured or read


def forget(name: str) -> None:
    """Delete what an earlier run kept under this name, so that the next one trains or measures anew."""
    for path in (FOLDER / f"{name}.weights.h5", FOLDER / f"{name}.json"):
        path.unlink(missing_ok=True)


def architecture(model: "keras.Model") -> str:
    """A fingerprint of the layers and their shapes, without their names, which Keras counts up."""
    layers = [(type(layer).__name__, layer.get_config()) for layer in model.layers]
    for _, config in layers:
        config.pop("name", None)
    text = json.dumps([layers, [tuple(weight.shape) for weight in model.weights]], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _history(values: Any) -> History:
    return {str(name): [float(value) for value in series] for name, series in dict(values).items()}


def _keep(weights: Path, record: Path, model: "keras.Model", about: dict[str, Any]) -> None:
    _make_folder()
    model.save_weights(weights)
    _write(record, about)


def _write(path: Path, content: dict[str, Any]) -> None:
    _make_folder()
    path.write_text(json.dumps(content), encoding="utf-8")


def _make_folder() -> None:
    try:
        FOLDER.mkdir(exist_ok=True)
    except OSError as error:
        raise CourseError(
            f"Results cannot be kept in {FOLDER.absolute()} ({error.strerror}): "
            "move the notebook to a folder that you can write to."
        ) from None
