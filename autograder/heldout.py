"""Held-out images for accuracy checks. Graders only: they need the course secret, and digits the held-out file.

What this protects: the 297 held-out digits are in no file that notebooks load or that students are given, and
they are judged only after a shift, a rotation and noise drawn from the secret. So looking an image up in a table
finds nothing, even in a table of all 1,797 public digits. It does not tell a network that was trained on the public
held-out digits from one that was not, nor stop a nearest neighbour. Held-out patches of photographs are cut at places
that the secret draws, out of the part that nobody trains with; the photographs themselves students have.
data/README.md says more.
"""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
from scipy import ndimage

from autograder.errors import CourseError
from autograder.notebook import datasets
from autograder.secret import generator

VARIABLE = "AUTOGRADER_HELDOUT"
"""The environment variable that names the held-out file where it is not with the other bundled data."""

FILE = "heldout/digits.npz"
"""The held-out file in a data folder."""

# Mild on purpose: a network that has learned digits, and not pixels, loses only a few per cent.
SHIFT = 0.05  # of the digit's height: 1 pixel where it is 20 high
ROTATION = np.deg2rad(10)
NOISE = 0.05
BRIGHTNESS = 0.1


def ensure(folder: str | os.PathLike[str]) -> None:
    """Name the held-out file of a course's folder in the environment, unless one is named or there is none.

    A package that was installed, and not from a checkout, has no held-out data: students have the same one.
    """
    path = Path(folder) / "data" / FILE
    if VARIABLE not in os.environ and path.is_file():
        os.environ[VARIABLE] = str(path)


def file() -> Path | None:
    """The held-out file: the one the environment names, else the one with the other bundled data; None without any."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    try:
        path = datasets.data_folder() / FILE
    except CourseError:  # another course needs none of our data
        return None
    return path if path.is_file() else None


def digits(size: int = 32, copies: int = 4) -> datasets.Images:
    """The 297 held-out digits, each in `copies` versions one after the other: 297 × copies images.

    x is float32 (n, size, size, 1) from 0 to 1, y int64 (n,); sizes as for `datasets.digits`. The same secret
    gives the same images. Raises CourseError without the held-out file or the secret.
    """
    named = os.environ.get(VARIABLE)
    content = Path(named).read_bytes() if named else datasets.bundled(FILE)
    with np.load(BytesIO(content), allow_pickle=False) as file:
        x, y = datasets.enlarge(file["x"], size), file["y"].astype(np.int64)
    x, y = np.repeat(x[..., 0], copies, axis=0), np.repeat(y, copies)

    random = generator("held-out digits")
    angles = random.uniform(-ROTATION, ROTATION, len(x))
    reach = SHIFT * min(size, datasets.BOX)
    shifts = random.uniform(-reach, reach, (len(x), 2))
    moved = np.stack([_move(image, angle, shift) for image, angle, shift in zip(x, angles, shifts, strict=True)])
    noisy = np.clip(moved + random.normal(0, NOISE, moved.shape), 0, 1)
    return datasets.Images(noisy[..., np.newaxis].astype(np.float32), y)


def photograph_patches(size: int = 48, count: int = 100) -> datasets.Images:
    """`count` patches of each photograph, cut at random places of the part that validation patches come from.

    x is float32 (10 × count, size, size, 3) from 0 to 1, y int64 (10 × count,); each patch is up to 10 % brighter or
    darker than the photograph. The same secret gives the same patches. Raises CourseError without the secret.
    """
    random = generator("held-out patches")
    found = []
    for name in datasets.photograph_names():
        part = datasets.validation_part(datasets.photograph(name))
        tops, lefts = (random.integers(0, length - size + 1, count) for length in part.shape[:2])
        found.append([part[top : top + size, left : left + size] for top, left in zip(tops, lefts, strict=True)])
    brightness = random.uniform(1 - BRIGHTNESS, 1 + BRIGHTNESS, (len(found) * count, 1, 1, 1)).astype(np.float32)
    x = np.clip(np.concatenate(found) * (brightness / 255), 0, 1)
    return datasets.Images(x, np.repeat(np.arange(len(found)), count))


def _move(image: np.ndarray, angle: float, shift: np.ndarray) -> np.ndarray:
    """The image turned about its centre by `angle` radians and then shifted by (rows, columns)."""
    cos, sin = np.cos(angle), np.sin(angle)
    # affine_transform asks, for each pixel of the result, where in the image it comes from: the way back.
    back = np.array([[cos, -sin], [sin, cos]])
    centre = (np.array(image.shape) - 1) / 2
    return ndimage.affine_transform(image, back, centre - back @ (centre + shift))
