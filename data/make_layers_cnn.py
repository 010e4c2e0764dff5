"""Train the small CNN of notebook 2_layers and write its weights: `python data/make_layers_cnn.py [file]`.

Seeded; the last digits of the weights still depend on the machine (threads, instruction set), so that the file is
given, with its checksum, and not made anew on each. About 10 CPU seconds. The digits are those of `digits.npz`.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers

from autograder.notebook import datasets

SEED = 2
NAMES = ("kernels_1", "bias_1", "kernels_2", "bias_2", "weights", "bias")


def make(path: Path) -> None:
    """Write the six arrays, float32, in the order of `model.get_weights()`; stored uncompressed, 16 kB."""
    digits = datasets.digits(28)
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(12, 5, activation="relu"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(digits.train.x, digits.train.y, batch_size=50, epochs=15, verbose=0)
    accuracy = model.evaluate(digits.validation.x, digits.validation.y, verbose=0)[1]
    np.savez(path, **dict(zip(NAMES, model.get_weights(), strict=True)))
    print(f"{path}: {accuracy:.1%} of the validation digits right")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "layers_cnn.npz")
