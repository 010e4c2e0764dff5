"""Trainings of notebook 4, with its own functions and settings, read from its source. A seed takes 30 to 45 CPU s.

- `originals`: LeNet-5 trained on the 1,200 digits as they are, which Exercise 4 asks for
- `distorted`: LeNet-5 trained on originals and distorted copies, which Exercise 6 asks for
Weak, for the first seeds only:
- `barely`: LeNet-5 after one epoch; `few`: LeNet-5 trained on 200 digits only
- `linear`: softmax on the pixels, trained as long as `originals`; `untrained`: LeNet-5 as it was initialised

Each is measured on the validation digits, on the same shifted as the notebook does, and on the held-out digits
transformed by several course secrets.
"""

from typing import Any

import numpy as np
from thresholds import Results, accuracy, for_each_secret, notebook_cells

from autograder import heldout
from autograder.notebook import datasets

HONEST = ("originals", "distorted")
WEAK_SEEDS = 8
"""Weak recipes lie far below the thresholds, so that fewer seeds show it."""

CHECKS = {
    "train": ("test_train", "originals", "validation"),
    "hidden_train": ("hidden_train", "originals", "held-out"),
    "enlarge": ("test_enlarge", "distorted", "shifted validation"),
    "hidden_enlarge": ("hidden_enlarge", "distorted", "held-out"),
}


def cells() -> dict[str, Any]:
    import keras
    from keras import layers

    exercises = ("lenet5", "train", "distort", "enlarge")
    return notebook_cells("4_lenet5", exercises, {"keras": keras, "layers": layers, "np": np})


def settings() -> dict[str, Any]:
    notebook = cells()
    return {name: {**notebook[name], "seed": "varied"} for name in ("SETTINGS", "ENLARGED")}


def prepare(secrets: int) -> dict[str, Any]:
    validation = datasets.digits(32).validation
    return {
        "cells": cells(),
        "sets": {
            "validation": [validation],
            "shifted validation": [shifted(validation)],
            "held-out": for_each_secret(secrets, lambda: heldout.digits(32)),
        },
    }


def shifted(images: datasets.Images) -> datasets.Images:
    """Each image shifted by up to two pixels, as the visible check of `enlarge` does it."""
    shifts = [(number % 5 - 2, number // 5 % 5 - 2) for number in range(len(images))]
    moved = [np.roll(image, shift, axis=(0, 1)) for image, shift in zip(images.x, shifts, strict=True)]
    return datasets.Images(np.stack(moved), images.y)


def run(seed: int, prepared: dict[str, Any]) -> Results:
    """The accuracies of every recipe on every set."""
    import keras
    from keras import layers

    notebook = prepared["cells"]
    digits = datasets.digits(32)
    x, y, validation = digits.train.x, digits.train.y, (digits.validation.x, digits.validation.y)
    plain, enlarged = ({**notebook[name], "seed": seed} for name in ("SETTINGS", "ENLARGED"))
    # Copies get seeds of their own for each run, so that the draw of the distortions varies too.
    drawn = [x] + [notebook["distort"](x, 1000 * seed + copy) for copy in range(1, enlarged["copies"] + 1)]
    data = {
        "originals": (x, y, plain),
        "distorted": (np.concatenate(drawn), np.tile(y, len(drawn)), enlarged),
        "barely": (x, y, {**plain, "epochs": 1}),
        "few": (x[:200], y[:200], plain),
        "linear": (x, y, plain),
        "untrained": None,
    }
    result = {}
    for name, training in data.items():
        if name not in HONEST and seed > WEAK_SEEDS:
            continue
        keras.utils.set_random_seed(seed)
        model = notebook["lenet5"]()
        if name == "linear":
            model = keras.Sequential(
                [keras.Input((32, 32, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")]
            )
        if training:
            notebook["train"](model, training[0], training[1], validation, training[2])
        result[name] = {kind: [accuracy(model, one) for one in several] for kind, several in prepared["sets"].items()}
    return result
