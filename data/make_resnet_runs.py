"""Train the deep networks of notebook 6_resnet and write their histories: `python data/make_resnet_runs.py [file]`.

Plain and residual networks of 8, 20 and 38 layers on the 8×8 digits, five seeds each, 30 trainings and about 15 CPU
minutes. The file is written after each training, and what it holds already is not trained again. Seeded; the last
digits of the losses still depend on the machine (threads, instruction set), so that the file is given, with its
checksum, and not made anew on each.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from keras import layers

from autograder.notebook import datasets

DEPTHS = (8, 20, 38)
SEEDS = (1, 2, 3, 4, 5)
SETTINGS = {"learning_rate": 0.02, "momentum": 0.9, "batch_size": 32, "epochs": 16, "bn_momentum": 0.9}


def network(depth: int, shortcuts: bool) -> keras.Model:
    """A stack of `depth` layers with weights, 16 channels wide: convolutions, then one dense layer on their means."""

    def normalised(x: Any) -> Any:
        x = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
        return layers.BatchNormalization(momentum=SETTINGS["bn_momentum"])(x)

    image = keras.Input((8, 8, 1))
    x = layers.ReLU()(normalised(image))
    for _ in range((depth - 2) // 2):
        branch = normalised(layers.ReLU()(normalised(x)))
        x = layers.ReLU()(layers.Add()([x, branch]) if shortcuts else branch)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def history(depth: int, shortcuts: bool, seed: int) -> dict[str, list[float]]:
    """Train one network; loss, accuracy, val_loss and val_accuracy after each epoch, rounded to five digits."""
    digits = datasets.digits(8)
    keras.utils.set_random_seed(seed)
    model = network(depth, shortcuts)
    steps = SETTINGS["epochs"] * -(-len(digits.train) // SETTINGS["batch_size"])
    rate = keras.optimizers.schedules.CosineDecay(SETTINGS["learning_rate"], steps)
    model.compile(
        keras.optimizers.SGD(rate, momentum=SETTINGS["momentum"]),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    result = model.fit(
        digits.train.x,
        digits.train.y,
        validation_data=(digits.validation.x, digits.validation.y),
        batch_size=SETTINGS["batch_size"],
        epochs=SETTINGS["epochs"],
        verbose=0,
    )
    return {name: [float(f"{value:.5g}") for value in values] for name, values in result.history.items()}


def make(path: Path) -> None:
    """Write {"settings": …, "runs": {"plain-8": [history of seed 1, …], …}} as JSON, each run in a line of its own."""
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    runs = earlier.get("runs", {}) if earlier.get("settings") == SETTINGS else {}
    for number, seed in enumerate(SEEDS):
        for depth in DEPTHS:
            for kind, shortcuts in (("plain", False), ("residual", True)):
                done = runs.setdefault(f"{kind}-{depth}", [])
                if len(done) > number:
                    continue
                done.append(history(depth, shortcuts, seed))
                print(f"{kind}-{depth}, seed {seed}: training loss {done[-1]['loss'][-1]:.3f}", flush=True)
                lines = ",\n".join(
                    f'  "{name}": [\n   ' + ",\n   ".join(map(json.dumps, histories)) + "\n  ]"
                    for name, histories in runs.items()
                )
                text = f'{{\n "settings": {json.dumps(SETTINGS)},\n "runs": {{\n{lines}\n }}\n}}\n'
                path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "resnet_runs.json")
