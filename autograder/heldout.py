"""Held-out images for accuracy checks. Graders only: they need the held-out file and the course secret.

What this protects: the 297 held-out digits are in no file that notebooks load or that students are given, and
they are judged only after a shift, a rotation and noise drawn from the secret. So looking an image up in a table
finds nothing, even in a table of all 1,797 public digits. It does not tell a network that was trained on the public
held-out digits from one that was not, nor stop a nearest neighbour; data/README.md says more.
"""

from io import BytesIO

import numpy as np
from scipy import ndimage

from autograder.notebook import datasets
from autograder.secret import generator

# Mild on purpose: a network that has learned digits, and not pixels, loses only a few per cent.
SHIFT = 0.05  # of the digit's height: 1 pixel where it is 20 high
ROTATION = np.deg2rad(10)
NOISE = 0.05


def digits(size: int = 32, copies: int = 4) -> datasets.Images:
    """The 297 held-out digits, each in `copies` versions one after the other: 297 × copies images.

    x is float32 (n, size, size, 1) from 0 to 1, y int64 (n,); sizes as for `datasets.digits`. The same secret
    gives the same images. Raises CourseError without the held-out file or the secret.
    """
    with np.load(BytesIO(datasets.bundled("heldout/digits.npz")), allow_pickle=False) as file:
        x, y = datasets.enlarge(file["x"], size), file["y"].astype(np.int64)
    x, y = np.repeat(x[..., 0], copies, axis=0), np.repeat(y, copies)

    random = generator("held-out digits")
    angles = random.uniform(-ROTATION, ROTATION, len(x))
    reach = SHIFT * min(size, datasets.BOX)
    shifts = random.uniform(-reach, reach, (len(x), 2))
    moved = np.stack([_move(image, angle, shift) for image, angle, shift in zip(x, angles, shifts, strict=True)])
    noisy = np.clip(moved + random.normal(0, NOISE, moved.shape), 0, 1)
    return datasets.Images(noisy[..., np.newaxis].astype(np.float32), y)


def _move(image: np.ndarray, angle: float, shift: np.ndarray) -> np.ndarray:
    """The image turned about its centre by `angle` radians and then shifted by (rows, columns)."""
    cos, sin = np.cos(angle), np.sin(angle)
    # affine_transform asks, for each pixel of the result, where in the image it comes from: the way back.
    back = np.array([[cos, -sin], [sin, cos]])
    centre = (np.array(image.shape) - 1) / 2
    return ndimage.affine_transform(image, back, centre - back @ (centre + shift))
