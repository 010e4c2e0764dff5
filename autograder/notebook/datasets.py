"""The course's data: named splits with documented shapes, ranges and origin.

The digits and the photographs are bundled and need no network. MNIST and CIFAR-10 come from a file that the
caller or the environment names, or else through keras.datasets. Nothing falls back unasked, and printing a
`Dataset` says which data it is. Every failure is a CourseError: one sentence with the remedy.
"""

import hashlib
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image
from scipy import ndimage

from autograder.errors import CourseError

FOLDER_VARIABLE = "AUTOGRADER_DATA"
CHECKSUMS = "SHA256SUMS"
BOX = 20
"""Pixels that an enlarged digit measures: MNIST puts its digits into a box of 20×20 as well."""


@dataclass(frozen=True, eq=False)
class Images:
    """Images and their classes.

    x: float32, (n, height, width, channels), from 0 to 1.
    y: int64, (n,), from 0 to the number of classes less one.
    """

    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        return f"{len(self):,} images of {' × '.join(map(str, self.x.shape[1:]))}"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images in their splits, the names of their classes, and where they came from."""

    name: str
    source: str
    classes: tuple[str, ...]
    train: Images
    validation: Images
    test: Images | None = None

    def __repr__(self) -> str:
        numbers = f"{len(self.train):,} training, {len(self.validation):,} validation"
        if self.test is not None:
            numbers += f", {len(self.test):,} test"
        size = " × ".join(map(str, self.train.x.shape[1:]))
        return f"{self.name} ({numbers}; {size}; {len(self.classes)} classes) from {self.source}"


# --- bundled ---------------------------------------------------------------------------------------------------


def data_folder() -> Path:
    """The folder of the bundled data: the one AUTOGRADER_DATA names, or the installed one, or the checkout's."""
    package = Path(__file__).resolve().parents[1]
    named = os.environ.get(FOLDER_VARIABLE)
    candidates = [Path(named)] if named else [package / "data", package.parent / "data"]
    for folder in candidates:
        if (folder / CHECKSUMS).is_file():
            return folder
    if named:
        raise CourseError(
            f"{FOLDER_VARIABLE} names {named}, which holds no {CHECKSUMS} and so is no data folder of the course: "
            "correct the path or unset the variable."
        )
    raise CourseError(
        f"The course's data folder is neither {candidates[0]} nor {candidates[1]}: install the package anew, or name "
        f"a copy of the folder in {FOLDER_VARIABLE}."
    )


def bundled(name: str) -> bytes:
    """The bytes of a bundled file, such as "digits.npz", once they agree with their checksum."""
    folder = data_folder()
    remedy = "restore it with `git checkout data` or install the package anew"
    checksum = _checksums().get(name)
    if checksum is None:
        raise CourseError(f"{folder / CHECKSUMS} does not list {name}: {remedy}.")
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise CourseError(f"{folder / name} cannot be read ({error.strerror}): {remedy}.") from None
    if hashlib.sha256(content).hexdigest() != checksum:
        raise CourseError(f"{folder / name} is damaged, its checksum is not the one in {CHECKSUMS}: {remedy}.")
    return content


def digits(size: int = 32) -> Dataset:
    """The UCI digits: 1,200 training and 300 validation images, equally many of each class.

    Images are (size, size, 1). Size 8 is the original; 28 and 32 hold it enlarged to 20×20 in the middle of
    zeros, as MNIST does (28) and as LeNet-5 wants it (32).
    """
    with np.load(BytesIO(bundled("digits.npz")), allow_pickle=False) as file:
        train, validation = (
            Images(enlarge(file[f"x_{split}"], size), file[f"y_{split}"].astype(np.int64))
            for split in ("train", "validation")
        )
    return Dataset("UCI digits", "the course's digits.npz", tuple("0123456789"), train, validation)


def enlarge(images: np.ndarray, size: int) -> np.ndarray:
    """Digits as the dataset has them, uint8 (n, 8, 8) from 0 to 16, as float32 (n, size, size, 1) from 0 to 1."""
    if size not in (8, 28, 32):
        raise CourseError(f"The digits come in the sizes 8, 28 and 32, and {size!r} is none of them.")
    x = images.astype(np.float32) / 16
    if size > 8:
        # Cubic interpolation is linear in the pixels and separable, so enlarging the unit vectors gives a
        # 20×8 matrix that enlarges every column and every row of any image.
        zoom = ndimage.zoom(np.eye(8), (BOX / 8, 1), order=3, mode="grid-constant", grid_mode=True)
        x = np.clip(zoom @ x @ zoom.T, 0, 1)
        margin = (size - BOX) // 2
        x = np.pad(x, ((0, 0), (margin, margin), (margin, margin)))
    return x[..., np.newaxis].astype(np.float32)


def photograph_names() -> tuple[str, ...]:
    """The names of the ten photographs, in alphabetical order."""
    return tuple(sorted(_photographs()))


def photograph(name: str) -> np.ndarray:
    """One photograph in colour: uint8, (height, width, 3), from 0 to 255."""
    files = _photographs()
    if name not in files:
        raise CourseError(f"There is no photograph {name!r}: the names are {', '.join(photograph_names())}.")
    with Image.open(BytesIO(bundled(files[name]))) as image:
        return np.array(image.convert("RGB"))


def photograph_patches(size: int = 48) -> Dataset:
    """Square patches of the photographs, (size, size, 3); the class is the photograph a patch was cut from.

    Training patches come from the left 70 % of each photograph and validation patches from the rest, so that
    no pixel is in both. In each part they lie on a grid spread evenly from edge to edge: 12×12 for training
    and 12×4 for validation, 1,440 and 480 patches in all. Where a photograph is small, patches of one part
    overlap each other: by about half in the smallest, at size 48.
    """
    if not 8 <= size <= 128:
        raise CourseError(f"Patches of {size!r} pixels cannot be cut: choose a size from 8 to 128.")
    names = photograph_names()
    train, validation = [], []
    for name in names:
        image = photograph(name)
        train.append(_grid(training_part(image), size, rows=12, columns=12))
        validation.append(_grid(validation_part(image), size, rows=12, columns=4))
    return Dataset("Photograph patches", "the course's photographs", names, _labelled(train), _labelled(validation))


def training_part(photograph: np.ndarray) -> np.ndarray:
    """The left 70 % of a photograph (height, width, 3)."""
    return photograph[:, : photograph.shape[1] * 7 // 10]


def validation_part(photograph: np.ndarray) -> np.ndarray:
    """What `training_part` leaves of a photograph."""
    return photograph[:, photograph.shape[1] * 7 // 10 :]


def _grid(image: np.ndarray, size: int, rows: int, columns: int) -> np.ndarray:
    tops = np.linspace(0, image.shape[0] - size, rows).astype(int)
    lefts = np.linspace(0, image.shape[1] - size, columns).astype(int)
    return np.stack([image[top : top + size, left : left + size] for top in tops for left in lefts])


def _labelled(classes: list[np.ndarray]) -> Images:
    return _images(np.concatenate(classes), np.repeat(np.arange(len(classes)), [len(x) for x in classes]))


def _photographs() -> dict[str, str]:
    """The file of each photograph, by its name."""
    files = (PurePosixPath(name) for name in _checksums())
    return {file.stem: str(file) for file in files if file.parent.name == "photographs"}


def _checksums() -> dict[str, str]:
    lines = (data_folder() / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}


# --- full sets -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _FullSet:
    title: str
    variable: str  # the environment variable with the path of a file
    cached: str  # where keras.datasets keeps it, below its folder `datasets`
    shape: tuple[int, ...]
    classes: tuple[str, ...]


_FULL_SETS = {
    "mnist": _FullSet("MNIST", "AUTOGRADER_MNIST", "mnist.npz", (28, 28), tuple("0123456789")),
    "cifar10": _FullSet(
        "CIFAR-10",
        "AUTOGRADER_CIFAR10",
        "cifar-10-batches-py-target/cifar-10-batches-py/test_batch",
        (32, 32, 3),
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    ),
}


def mnist(path: str | os.PathLike[str] | None = None, size: int = 28) -> Dataset:
    """MNIST, (size, size, 1): 55,000 training, 5,000 validation (the last of the training data), 10,000 test.

    Size 28 is the original, 32 has two rows and columns of zeros more on each side. The data come from the
    .npz file `path`, else from the one that AUTOGRADER_MNIST names, else through keras.datasets, which
    downloads them once. Arrays of a file: x_train, y_train, x_test, y_test, uint8.
    """
    if size not in (28, 32):
        raise CourseError(f"MNIST comes in the sizes 28 and 32, and {size!r} is neither.")
    return _full("mnist", path, margin=(size - 28) // 2)


def cifar10(path: str | os.PathLike[str] | None = None) -> Dataset:
    """CIFAR-10, (32, 32, 3): 45,000 training, 5,000 validation (the last of the training data), 10,000 test.

    The data come from the .npz file `path`, else from the one that AUTOGRADER_CIFAR10 names, else through
    keras.datasets, which downloads them once. Arrays of a file: x_train, y_train, x_test, y_test, uint8.
    """
    return _full("cifar10", path)


def is_available(name: str) -> bool:
    """Whether `mnist` or `cifar10` is on this machine, so that loading it needs no network."""
    full = _full_set(name)
    if named := os.environ.get(full.variable):
        return Path(named).is_file()
    home = Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"))
    if not os.access(home, os.W_OK):
        home = Path("/tmp/.keras")  # where Keras goes then
    return (home / "datasets" / full.cached).is_file()


def how_to_get(name: str) -> str:
    """One sentence on how to get `mnist` or `cifar10`."""
    full = _full_set(name)
    return (
        f"Run `keras.datasets.{name}.load_data()` once where there is a network, or name an .npz file with x_train, "
        f"y_train, x_test and y_test in {full.variable}."
    )


def _full_set(name: str) -> _FullSet:
    if name not in _FULL_SETS:
        raise CourseError(f"There is no full data set {name!r}: the names are {', '.join(_FULL_SETS)}.")
    return _FULL_SETS[name]


def _full(name: str, path: str | os.PathLike[str] | None, margin: int = 0) -> Dataset:
    full = _FULL_SETS[name]
    named = path or os.environ.get(full.variable)
    if named:
        source = str(named) if path else f"{named}, named in {full.variable}"
        x, y, x_test, y_test = _read(full, Path(named))
    else:
        source = "keras.datasets"
        x, y, x_test, y_test = _download(name)
    for images, labels in ((x, y), (x_test, y_test)):
        _check(full, source, images, labels)
    # All of it has the standard split; of a smaller file the last tenth is for validation.
    n = len(x) - min(5_000, len(x) // 10)
    return Dataset(
        full.title,
        source,
        full.classes,
        _images(x[:n], y[:n], margin),
        _images(x[n:], y[n:], margin),
        _images(x_test, y_test, margin),
    )


def _read(full: _FullSet, path: Path) -> list[np.ndarray]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(
            f"The {full.title} file {path} cannot be read ({error.strerror}): correct the path, or leave it out "
            f"and unset {full.variable} to load through keras.datasets."
        ) from None
    try:
        with np.load(BytesIO(content), allow_pickle=False) as file:
            return [file[array] for array in ("x_train", "y_train", "x_test", "y_test")]
    except Exception:  # a damaged file fails in many ways, in zipfile, zlib, NumPy or pickle
        raise CourseError(
            f"The {full.title} file {path} is damaged or no .npz file with x_train, y_train, x_test and y_test: "
            "fetch it again."
        ) from None


def _download(name: str) -> list[np.ndarray]:
    import keras  # here, because it takes seconds and most notebooks use bundled data

    try:
        (x, y), (x_test, y_test) = getattr(keras.datasets, name).load_data()
    except Exception as error:  # Keras raises a plain Exception where it cannot download
        reason = " ".join(str(error).split()) or type(error).__name__
        remedy = how_to_get(name)
        raise CourseError(
            f"keras.datasets could not load {_FULL_SETS[name].title} ({reason}): {remedy[0].lower()}{remedy[1:]}"
        ) from None
    return [x, y, x_test, y_test]


def _check(full: _FullSet, source: str, x: np.ndarray, y: np.ndarray) -> None:
    labels = len(full.classes)
    if (
        x.shape[1:] != full.shape
        or x.dtype != np.uint8
        or y.size != len(x)
        or not np.issubdtype(y.dtype, np.integer)
        or y.size < 10
        or not 0 <= y.min() <= y.max() < labels
    ):
        raise CourseError(
            f"The arrays from {source} are not {full.title}, which has uint8 images of "
            f"{' × '.join(map(str, full.shape))} and as many labels from 0 to {labels - 1}, at least 10: "
            "name another file."
        )


def _images(x: np.ndarray, y: np.ndarray, margin: int = 0) -> Images:
    """uint8 images from 0 to 255, with or without a channel axis, as `Images`."""
    if x.ndim == 3:
        x = x[..., np.newaxis]
    if margin:
        x = np.pad(x, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return Images(np.divide(x, 255, dtype=np.float32), y.reshape(-1).astype(np.int64))
