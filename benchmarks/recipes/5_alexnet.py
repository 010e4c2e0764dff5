"""Trainings of notebook 5, with its own functions and settings, read from its source. A seed takes 70 to 90 CPU s.

- `plain`: the small AlexNet trained on the centre crops, which Exercise 9 asks for
- `augmented`: the same with other random pieces in every epoch, which Exercise 10 asks for
Weak:
- `untrained`: as it was initialised; `barely`: `plain` after two epochs only
- `grey`: a logistic regression on grey pixels; `colours`: a random forest that knows how often each of 64 colours
  occurs; both see no seed, so they are fitted once
For the first seeds only:
- `repeated`: augmented once, before the training, so that every epoch sees the same pieces

Each is measured on the centre crops of the validation patches (`validation`) and of the training patches (`training`),
on the held-out patches of several course secrets (`held-out`), with the ten crops of the validation patches averaged
(`ten crops`), and by what it loses when training patches are shown by their nine other crops (`lost on other crops`).
"""

from typing import Any

import numpy as np
from thresholds import Results, for_each_secret, notebook_cells

from autograder import heldout
from autograder.notebook import datasets

REPEATED_SEEDS = 6
"""The repeated pieces cost as much as an honest run; a few show where they lie."""

CHECKS = {
    "small_alexnet": ("test_small_alexnet", "plain", "validation"),
    "hidden_small_alexnet": ("hidden_small_alexnet", "plain", "held-out"),
    "augmented": ("test_augmented", "augmented", "validation"),
    "hidden_augmented": ("hidden_augmented", "augmented", "held-out"),
}


def cells() -> dict[str, Any]:
    """The notebook's answers, and its own functions `centre` and `train`."""
    import keras
    from keras import layers

    namespace: dict[str, Any] = {"keras": keras, "layers": layers, "np": np}
    namespace["patches"] = datasets.photograph_patches(48)
    exercises = ("augment", "ten_crops", "small_alexnet", "augmented")
    return notebook_cells("5_alexnet", exercises, namespace, functions=("centre", "train"))


def settings() -> dict[str, Any]:
    notebook = cells()
    return {name: {**notebook[name], "seed": "varied"} for name in ("SETTINGS", "AUGMENTED")}


def prepare(secrets: int) -> dict[str, Any]:
    return {"cells": cells(), "held-out": for_each_secret(secrets, lambda: heldout.photograph_patches(33))}


def measured(model: Any, prepared: dict[str, Any]) -> dict[str, list[float]]:
    notebook = prepared["cells"]
    accuracy, predict, patches = notebook["accuracy"], notebook["predict"], notebook["patches"]
    named = [accuracy(model, crops, patches.train.y) for crops in notebook["ten_crops"](patches.train.x, 33)]
    ten = np.stack([predict(model, crops) for crops in notebook["ten_crops"](patches.validation.x, 33)])
    return {
        "validation": [accuracy(model, notebook["centre"](patches.validation.x), patches.validation.y)],
        "training": [named[4]],
        "held-out": [accuracy(model, one.x, one.y) for one in prepared["held-out"]],
        "ten crops": [float(np.mean(notebook["average"](ten).argmax(axis=1) == patches.validation.y))],
        "lost on other crops": [named[4] - float(np.mean(np.delete(named, 4)))],
    }


def without_a_network(prepared: dict[str, Any]) -> Results:
    """The notebook's two classifiers that are no networks, also on the held-out patches."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def grey(images: np.ndarray) -> np.ndarray:
        return images.mean(axis=-1).reshape(len(images), 11, 3, 11, 3).mean(axis=(2, 4)).reshape(len(images), -1)

    def colours(images: np.ndarray) -> np.ndarray:
        red, green, blue = np.moveaxis(np.minimum((4 * images).astype(int), 3), -1, 0)
        return np.stack([np.bincount(image.ravel(), minlength=64) for image in 16 * red + 4 * green + blue])

    notebook = prepared["cells"]
    centre, patches, result = notebook["centre"], notebook["patches"], {}
    for name, features, classifier in (
        ("grey", grey, make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))),
        ("colours", colours, RandomForestClassifier(300, random_state=0)),
    ):
        classifier.fit(features(centre(patches.train.x)), patches.train.y)
        result[name] = {
            "validation": [float(classifier.score(features(centre(patches.validation.x)), patches.validation.y))],
            "held-out": [float(classifier.score(features(one.x), one.y)) for one in prepared["held-out"]],
        }
    return result


def run(seed: int, prepared: dict[str, Any]) -> Results:
    """What every recipe reaches, for one seed."""
    import keras

    notebook = prepared["cells"]
    patches, centre = notebook["patches"], notebook["centre"]
    plain, augmented = ({**notebook[name], "seed": seed} for name in ("SETTINGS", "AUGMENTED"))

    def pieces(epoch: int) -> np.ndarray:  # draws of its own for each run
        return notebook["augment"](patches.train.x, 33, 10_000 * seed + epoch)

    recipes = {
        "plain": (lambda epoch: centre(patches.train.x), plain),
        "augmented": (pieces, augmented),
        "untrained": None,
        "barely": (lambda epoch: centre(patches.train.x), {**plain, "epochs": 2}),
        "repeated": (lambda epoch: pieces(0), augmented),
    }
    result = without_a_network(prepared) if seed == 1 else {}
    for name, training in recipes.items():
        if name == "repeated" and seed > REPEATED_SEEDS:
            continue
        keras.utils.set_random_seed(seed)
        model = notebook["small_alexnet"]()
        if training:
            notebook["train"](model, *training)
        result[name] = measured(model, prepared)
    return result
