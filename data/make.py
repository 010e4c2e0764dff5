"""Make the bundled data from what scikit-learn and scikit-image ship: `python data/make.py [folder]`.

Works without a network, and twice gives the same bytes: the photographs are the packages' own files, byte
for byte, and the digits are stored uncompressed, because compressed bytes depend on the version of zlib.
README.md beside this script is the datasheet.
"""

import hashlib
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

SEED = 20_250_901
TRAIN, VALIDATION = 120, 30  # images of each class; what is left is held out

GIVEN = ("layers_cnn.npz", "resnet_runs.json")
"""What was trained once, by the scripts make_….py beside this one; other machines get other last digits."""

PHOTOGRAPHS = {
    "astronaut.png": "skimage/data/astronaut.png",
    "chelsea.png": "skimage/data/chelsea.png",
    "china.jpg": "sklearn/datasets/images/china.jpg",
    "coffee.png": "skimage/data/coffee.png",
    "flower.jpg": "sklearn/datasets/images/flower.jpg",
    "hubble_deep_field.jpg": "skimage/data/hubble_deep_field.jpg",
    "immunohistochemistry.png": "skimage/data/ihc.png",
    "motorcycle.png": "skimage/data/motorcycle_left.png",
    "retina.jpg": "skimage/data/retina.jpg",
    "rocket.jpg": "skimage/data/rocket.jpg",
}


def make(folder: Path) -> None:
    """Write digits.npz, heldout/digits.npz, photographs/, the given files and SHA256SUMS into `folder`."""
    for name in ("heldout", "photographs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    here = Path(__file__).parent
    if folder.resolve() != here.resolve():
        for name in GIVEN:
            shutil.copyfile(here / name, folder / name)
    made = [*make_digits(folder), *copy_photographs(folder), *(folder / name for name in GIVEN)]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in made]
    # As `sha256sum` writes it, so that `sha256sum --check SHA256SUMS` works too.
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="ascii", newline="\n")


def make_digits(folder: Path) -> list[Path]:
    """Split the 1,797 digits into 1,200, 300 and 297, the first two with equally many of each class."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    x, y = digits.images.astype(np.uint8), digits.target.astype(np.uint8)
    # RandomState and not default_rng: NumPy promises that its numbers never change between versions.
    random = np.random.RandomState(SEED)
    rank = np.empty(len(y), dtype=int)  # of each image among those of its class, at random
    for label in range(10):
        members = np.flatnonzero(y == label)
        rank[members] = random.permutation(len(members))
    train = random.permutation(np.flatnonzero(rank < TRAIN))
    validation = random.permutation(np.flatnonzero((rank >= TRAIN) & (rank < TRAIN + VALIDATION)))
    heldout = random.permutation(np.flatnonzero(rank >= TRAIN + VALIDATION))

    paths = folder / "digits.npz", folder / "heldout" / "digits.npz"
    np.savez(paths[0], x_train=x[train], y_train=y[train], x_validation=x[validation], y_validation=y[validation])
    np.savez(paths[1], x=x[heldout], y=y[heldout])
    return list(paths)


def copy_photographs(folder: Path) -> list[Path]:
    """Copy the ten photographs as the packages ship them."""
    paths = []
    for name, source in PHOTOGRAPHS.items():
        package, _, inside = source.partition("/")
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise SystemExit(f"The package that ships {name} is missing: pip install scikit-image scikit-learn.")
        paths.append(folder / "photographs" / name)
        shutil.copyfile(Path(spec.origin).parent / inside, paths[-1])
    return paths


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
