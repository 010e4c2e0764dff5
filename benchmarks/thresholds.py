#!/usr/bin/env python3
"""How well honest trainings of a notebook do, and weak ones: where the thresholds of its accuracy checks come from.

    python benchmarks/thresholds.py 4_lenet5 [--seeds 24] [--secrets 5]

Runs the notebook's recipes, `benchmarks/recipes/NAME.py`, once for each seed, and keeps in
`benchmarks/thresholds/NAME.json` every result, the distribution of each recipe for each accuracy check, and the share
of its runs below the threshold that stands in the notebook. What the file holds already is not run again.

A module of recipes has
    CHECKS      name of the check → (test cell, recipe that should pass it, kind of measurement)
    settings()  what the results depend on, as plain data; other settings mean that all is run again
    prepare(secrets)      what every run needs: the notebook's own functions, images to measure with
    run(seed, prepared)   recipe → kind of measurement → values
"""

import argparse
import importlib.util
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograder import secret  # noqa: E402
from autograder.course import source  # noqa: E402
from autograder.course.layout import Course  # noqa: E402

Results = dict[str, dict[str, list[float]]]


def notebook_cells(
    name: str, exercises: tuple[str, ...], namespace: dict[str, Any], functions: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The namespace with what the notebook's own answer cells define, with nothing trained in them.

    functions: names of functions that other cells define, which are run too
    """
    namespace["train_once"] = lambda *_, **__: {}
    for cell in source.read(Course(ROOT).source(name)).cells:
        is_given = cell.cell_type == "code" and any(f"\ndef {function}(" in cell.source for function in functions)
        if is_given or cell.metadata.get("nbgrader", {}).get("grade_id") in exercises:
            exec(cell.source, namespace)
    return namespace


def for_each_secret(secrets: int, images: Callable[[], Any]) -> list[Any]:
    """What `images` gives under each of several course secrets."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(secrets):
            path = Path(folder) / f"secret_{number}"
            path.write_text(f"a secret that is used to measure thresholds: {number}\n", encoding="ascii")
            os.environ[secret.VARIABLE] = str(path)
            found.append(images())
    return found


def accuracy(model: Any, images: Any) -> float:
    """The share of the images, a `datasets.Images`, that a Keras model names right."""
    parts = range(0, len(images), 256)
    scores = np.concatenate([np.asarray(model(images.x[start : start + 256], training=False)) for start in parts])
    return float(np.mean(scores.argmax(axis=1) == images.y))


def stated_threshold(name: str, test_cell: str) -> float:
    """The threshold as it stands in a test cell of the notebook: its only `at_least=`."""
    for cell in source.read(Course(ROOT).source(name)).cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == test_cell:
            (value,) = re.findall(r"at_least=(0\.\d+)", cell.source)
            return float(value)
    raise SystemExit(f"{name} has no test cell {test_cell}.")


def distribution(values: list[float], threshold: float) -> dict[str, float]:
    return {
        "runs": len(values),
        "minimum": round(min(values), 4),
        "one_per_cent": round(float(np.quantile(values, 0.01)), 4),
        "median": round(float(np.median(values)), 4),
        "maximum": round(max(values), 4),
        "standard_deviation": round(float(np.std(values)), 4),
        "share_below": round(sum(value < threshold for value in values) / len(values), 4),
    }


def summarise(name: str, checks: dict[str, tuple[str, str, str]], runs: dict[str, Results]) -> dict[str, Any]:
    """For each check its threshold, and how each recipe does."""
    summary = {}
    for check, (test_cell, honest, kind) in checks.items():
        threshold = stated_threshold(name, test_cell)
        recipes = {}
        for recipe in dict.fromkeys(recipe for result in runs.values() for recipe in result):
            if values := [value for result in runs.values() for value in result.get(recipe, {}).get(kind, [])]:
                recipes[recipe] = distribution(values, threshold)
        summary[check] = {"threshold": threshold, "images": kind, "honest": honest, "recipes": recipes}
    return summary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    folder = Path(__file__).resolve().parent
    parser.add_argument("name", choices=sorted(path.stem for path in (folder / "recipes").glob("*.py")))
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--secrets", type=int, default=5)
    arguments = parser.parse_args()
    name = arguments.name

    spec = importlib.util.spec_from_file_location(f"recipes_{name}", folder / "recipes" / f"{name}.py")
    recipes = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipes)

    out = folder / "thresholds" / f"{name}.json"
    earlier = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    settings = recipes.settings()
    same = earlier.get("settings") == settings and earlier.get("secrets") == arguments.secrets
    runs = earlier["runs"] if same else {}
    prepared = None
    for seed in map(str, range(1, arguments.seeds + 1)):
        if seed not in runs:
            prepared = prepared or recipes.prepare(arguments.secrets)
            runs[seed] = recipes.run(int(seed), prepared)
            found = {
                recipe: {kind: round(float(np.mean(values)), 3) for kind, values in kinds.items()}
                for recipe, kinds in runs[seed].items()
            }
            print(f"seed {seed}: {found}", flush=True)
        # After each seed: what was measured is kept, whatever comes. Without new seeds, the notebook's thresholds
        # may have changed.
        checks = summarise(name, recipes.CHECKS, runs)
        content = {"settings": settings, "secrets": arguments.secrets, "checks": checks, "runs": runs}
        out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
