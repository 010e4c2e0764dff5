"""Trainings of notebook 6 on the photographs, with its own functions and settings, read from its source.

- `residual`: the residual network of 8 layers, trained on augmented patches, which Exercise 12 asks for
Weak:
- `linear`: logistic regression on the grey values of the pixels; once, because it depends on no seed
- `colours`: a random forest on means and standard deviations of the three colours, which sees no shapes
- `barely`: the residual network after two epochs; `shallow`: one convolution, batch normalisation, ReLU, the mean
- `untrained`: the residual network as it was initialised
For comparison, the first seeds only; these are no weak networks:
- `not augmented`: the residual network on the patches as they are; `plain`: the same layers without shortcuts

Each is measured on the validation patches, and on the unseen patches that several course secrets cut. A seed takes
60 to 110 CPU seconds.
"""

from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from thresholds import Results, accuracy, for_each_secret, notebook_cells

from autograder import heldout
from autograder.notebook import datasets

COMPARED_SEEDS = 4

CHECKS = {
    "train_augmented": ("test_train_augmented", "residual", "validation"),
    "hidden_train_augmented": ("hidden_train_augmented", "residual", "unseen"),
}


def cells() -> dict[str, Any]:
    """The notebook's functions; `shrink` and `augmented` stand in a cell that is no answer."""
    import keras
    from keras import layers

    exercises = ("residual_block", "shortcut", "cifar_resnet", "train_augmented")
    namespace: dict[str, Any] = {
        "keras": keras,
        "layers": layers,
        "np": np,
        "datasets": datasets,
        "print": lambda *_: 0,
    }
    namespace["figures"] = type("NoFigures", (), {"images": staticmethod(lambda *_, **__: None)})
    return notebook_cells("6_resnet", exercises, namespace, functions=("augmented",))


def settings() -> dict[str, Any]:
    return {"PHOTOS": {**cells()["PHOTOS"], "seed": "varied"}}


def prepare(secrets: int) -> dict[str, Any]:
    notebook = cells()

    def unseen() -> datasets.Images:
        images = heldout.photograph_patches(48)
        return datasets.Images(notebook["shrink"](images.x), images.y)

    validation = datasets.Images(*notebook["patches_validation"])
    return {"cells": notebook, "sets": {"validation": [validation], "unseen": for_each_secret(secrets, unseen)}}


def run(seed: int, prepared: dict[str, Any]) -> Results:
    """The accuracies of every recipe on every set."""
    import keras
    from keras import layers

    notebook = prepared["cells"]
    (x, y), validation = notebook["patches"], notebook["patches_validation"]
    chosen = {**notebook["PHOTOS"], "seed": seed}

    def residual(**about: Any) -> Any:
        return notebook["cifar_resnet"](1, shape=(24, 24, 3), **about)

    def shallow() -> Any:
        image = keras.Input((24, 24, 3))
        maps = layers.Conv2D(16, 3, padding="same", use_bias=False)(image)
        maps = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(maps))
        return keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(maps)))

    def plain() -> Any:
        image = keras.Input((24, 24, 3))
        maps = image
        for filters, stride in ((16, 1), (16, 1), (16, 1), (32, 2), (32, 1), (64, 2), (64, 1)):
            maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(maps)
            maps = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(maps))
        return keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(maps)))

    recipes: dict[str, tuple[Any, dict[str, Any] | None]] = {
        "residual": (residual, chosen),
        "barely": (residual, {**chosen, "epochs": 2}),
        "shallow": (shallow, chosen),
        "untrained": (residual, None),
        "not augmented": (residual, chosen),
        "plain": (plain, chosen),
    }
    result = {}
    for name, (build, training) in recipes.items():
        if name in ("not augmented", "plain") and seed > COMPARED_SEEDS:
            continue
        keras.utils.set_random_seed(seed)
        model = build()
        if training:
            augmented = notebook["augmented"]
            if name == "not augmented":
                notebook["augmented"] = lambda images, _: images
            try:
                notebook["train_augmented"](model, x, y, validation, training)
            finally:
                notebook["augmented"] = augmented
        result[name] = {kind: [accuracy(model, one) for one in several] for kind, several in prepared["sets"].items()}
    fitted = {
        "linear": (LogisticRegression(max_iter=300), lambda images: images.mean(axis=3).reshape(len(images), -1)),
        "colours": (RandomForestClassifier(random_state=seed), colour_statistics),
    }
    for name, (classifier, features) in fitted.items():
        if name == "linear" and seed > 1:
            continue
        classifier.fit(features(x), y)
        result[name] = {
            kind: [float(classifier.score(features(one.x), one.y)) for one in several]
            for kind, several in prepared["sets"].items()
        }
    return result


def colour_statistics(images: np.ndarray) -> np.ndarray:
    """Mean and standard deviation of each colour of each image, (n, 6)."""
    return np.concatenate([images.mean(axis=(1, 2)), images.std(axis=(1, 2))], axis=1)
