#!/usr/bin/env python3
"""How well honest trainings of notebook 4 do, and weak ones: where the thresholds of its accuracy checks come from.

    python benchmarks/thresholds.py [--seeds 24] [--secrets 5] [--out benchmarks/thresholds.json]

For each seed, with the notebook's own functions and settings, read from its source:
- `originals`: LeNet-5 trained on the 1,200 digits as they are, which Exercise 4 asks for
- `distorted`: LeNet-5 trained on originals and distorted copies, which Exercise 6 asks for
Weak, for the first seeds only:
- `barely`: LeNet-5 after one epoch; `few`: LeNet-5 trained on 200 digits only
- `linear`: softmax on the pixels, trained as long as `originals`; `untrained`: LeNet-5 as it was initialised

Each is measured on the validation digits, on the same shifted as the notebook does, and on the held-out digits
transformed by several course secrets. A seed takes 30 to 45 CPU seconds; what the file holds already is not run again.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograder import heldout, secret  # noqa: E402
from autograder.course import source  # noqa: E402
from autograder.notebook import datasets  # noqa: E402

SOURCE = ROOT / "solutions" / "4_lenet5" / "4_lenet5.py"
HONEST = ("originals", "distorted")
WEAK_SEEDS = 8
"""Weak recipes lie far below the thresholds, so that fewer seeds show it."""

CHECKS = {
    "train": ("originals", "validation"),
    "hidden_train": ("originals", "held-out"),
    "enlarge": ("distorted", "shifted validation"),
    "hidden_enlarge": ("distorted", "held-out"),
}
"""For each accuracy check of the notebook, the recipe that should pass it and the images it asks for."""


def recipe() -> dict[str, Any]:
    """The notebook's functions and settings: its answer cells, run without the trainings in them."""
    import keras
    from keras import layers

    namespace: dict[str, Any] = {"keras": keras, "layers": layers, "np": np, "train_once": lambda *_, **__: {}}
    for cell in source.read(SOURCE).cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in ("lenet5", "train", "distort", "enlarge"):
            exec(cell.source, namespace)
    return namespace


def thresholds() -> dict[str, float]:
    """The thresholds as they stand in the notebook's test cells."""
    found = {}
    for cell in source.read(SOURCE).cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "").removeprefix("test_")
        if name in CHECKS and (values := re.findall(r"at_least=(0\.\d+)", cell.source)):
            (found[name],) = (float(value) for value in values)
    return found


def shifted(images: datasets.Images) -> datasets.Images:
    """Each image shifted by up to two pixels, as the visible check of `enlarge` does it."""
    shifts = [(number % 5 - 2, number // 5 % 5 - 2) for number in range(len(images))]
    moved = [np.roll(image, shift, axis=(0, 1)) for image, shift in zip(images.x, shifts, strict=True)]
    return datasets.Images(np.stack(moved), images.y)


def held_out(secrets: int) -> list[datasets.Images]:
    """The held-out digits as each of several course secrets transforms them."""
    sets = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(secrets):
            path = Path(folder) / f"secret_{number}"
            path.write_text(f"a secret that is used to measure thresholds: {number}\n", encoding="ascii")
            os.environ[secret.VARIABLE] = str(path)
            sets.append(heldout.digits(32))
    return sets


def run(seed: int, cells: dict[str, Any], sets: dict[str, list[datasets.Images]]) -> dict[str, dict[str, list[float]]]:
    """The accuracies of every recipe on every set, for one seed."""
    import keras
    from keras import layers

    digits = datasets.digits(32)
    x, y, validation = digits.train.x, digits.train.y, (digits.validation.x, digits.validation.y)
    plain, enlarged = ({**cells[name], "seed": seed} for name in ("SETTINGS", "ENLARGED"))
    # Copies get seeds of their own for each run, so that the draw of the distortions varies too.
    drawn = [x] + [cells["distort"](x, 1000 * seed + copy) for copy in range(1, enlarged["copies"] + 1)]
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
        model = cells["lenet5"]()
        if name == "linear":
            model = keras.Sequential(
                [keras.Input((32, 32, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")]
            )
        if training:
            cells["train"](model, training[0], training[1], validation, training[2])
        result[name] = {
            kind: [float(np.mean(np.asarray(model(one.x)).argmax(axis=1) == one.y)) for one in several]
            for kind, several in sets.items()
        }
    return result


def distribution(values: list[float]) -> dict[str, float]:
    return {
        "runs": len(values),
        "minimum": round(min(values), 4),
        "one_per_cent": round(float(np.quantile(values, 0.01)), 4),
        "median": round(float(np.median(values)), 4),
        "maximum": round(max(values), 4),
        "standard_deviation": round(float(np.std(values)), 4),
    }


def summarise(runs: dict[str, Any]) -> dict[str, Any]:
    """For each check its threshold, the distribution of each recipe, and the share of its runs below the threshold."""
    checks = {}
    for name, threshold in thresholds().items():
        honest, kind = CHECKS[name]
        recipes = {}
        for other in dict.fromkeys(name for result in runs.values() for name in result):
            values = [value for result in runs.values() for value in result.get(other, {}).get(kind, [])]
            below = sum(value < threshold for value in values)
            recipes[other] = distribution(values) | {"share_below": round(below / len(values), 4)}
        checks[name] = {"threshold": threshold, "images": kind, "honest": honest, "recipes": recipes}
    return checks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--secrets", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".json"))
    arguments = parser.parse_args()

    cells = recipe()
    settings = {name: {**cells[name], "seed": "varied"} for name in ("SETTINGS", "ENLARGED")}
    earlier = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else {}
    same = earlier.get("settings") == settings and earlier.get("secrets") == arguments.secrets
    runs = earlier["runs"] if same else {}
    validation = datasets.digits(32).validation
    sets = {
        "validation": [validation],
        "shifted validation": [shifted(validation)],
        "held-out": held_out(arguments.secrets),
    }
    for seed in range(1, arguments.seeds + 1):
        if str(seed) not in runs:
            runs[str(seed)] = run(seed, cells, sets)
            means = {name: round(float(np.mean(found["held-out"])), 3) for name, found in runs[str(seed)].items()}
            print(f"seed {seed}, held-out: {means}", flush=True)
        content = {"settings": settings, "secrets": arguments.secrets, "checks": summarise(runs), "runs": runs}
        arguments.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
