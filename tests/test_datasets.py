"""The bundled data, their loader, and the held-out images."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder import heldout
from autograder.errors import CourseError
from autograder.notebook import datasets

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    """Neither this machine's settings nor its Keras cache decide a test."""
    for name in ("AUTOGRADER_DATA", "AUTOGRADER_MNIST", "AUTOGRADER_CIFAR10", "AUTOGRADER_SECRET"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "keras").mkdir()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


@pytest.fixture
def copy(monkeypatch, tmp_path):
    """A copy of the data folder that a test may damage, and that the loader uses."""
    folder = shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setenv("AUTOGRADER_DATA", str(folder))
    monkeypatch.setenv(heldout.VARIABLE, "")  # no course has named one, and what a test lets it name is forgotten
    monkeypatch.delenv(heldout.VARIABLE)
    return folder


@pytest.fixture
def secret(monkeypatch, tmp_path):
    """Sets the course secret to 32 times a letter."""

    def set_to(letter):
        path = tmp_path / "secret"
        path.write_text(32 * letter)
        monkeypatch.setenv("AUTOGRADER_SECRET", str(path))

    return set_to


def message(call, *arguments, **options):
    """The message of the CourseError that the call raises, which is one sentence on one line."""
    with pytest.raises(CourseError) as caught:
        call(*arguments, **options)
    text = str(caught.value)
    assert re.fullmatch(r"[^\n]+\.", text), text
    assert not re.search(r"[.!?] [A-Z]", text), text
    return text


def check_images(images, number, shape):
    assert images.x.shape == (number, *shape) and images.x.dtype == np.float32
    assert images.y.shape == (number,) and images.y.dtype == np.int64
    assert images.x.min() >= 0 and 0.9 < images.x.max() <= 1
    assert len(images) == number


def fabricated(path, shape, n_train=60, n_test=20, **replaced):
    """A small file in the layout of MNIST or CIFAR-10; the first pixel of each image is its number."""
    arrays = {}
    for split, n in (("train", n_train), ("test", n_test)):
        arrays[f"x_{split}"] = np.full((n, *shape), 255, np.uint8)
        arrays[f"x_{split}"].reshape(n, -1)[:, 0] = np.arange(n)
        arrays[f"y_{split}"] = np.arange(n, dtype=np.uint8) % 10
    arrays.update(replaced)
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


# --- the files -------------------------------------------------------------------------------------------------


def bundled_files(folder):
    """All data files of a folder, found on the disk."""
    documents = {"README.md", "make.py", "make_layers_cnn.py", "make_resnet_runs.py", "SHA256SUMS"}
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if path.name not in documents and path.suffix != ".pyc"}


def test_making_the_data_again_gives_the_same_bytes(tmp_path):
    spec = importlib.util.spec_from_file_location("make", DATA / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    made = tmp_path / "made"
    make.make(made)
    assert bundled_files(made) == bundled_files(DATA)
    for name in [*bundled_files(DATA), "SHA256SUMS"]:
        assert (made / name).read_bytes() == (DATA / name).read_bytes(), f"{name} differs: run `python data/make.py`"


def test_every_file_has_its_checksum_and_a_row_in_the_datasheet():
    lines = (line.split() for line in (DATA / "SHA256SUMS").read_text().splitlines())
    checksums = {name: checksum for checksum, name in lines}
    assert set(checksums) == bundled_files(DATA)
    rows = [line for line in (DATA / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for name, checksum in checksums.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == checksum
        assert any(row.startswith(f"| `{name}` |") for row in rows), name


def test_the_data_are_small():
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) <= 8_000_000


# --- digits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [8, 28, 32])
def test_digits(size):
    data = datasets.digits(size)
    check_images(data.train, 1_200, (size, size, 1))
    check_images(data.validation, 300, (size, size, 1))
    assert (np.bincount(data.train.y) == 120).all() and (np.bincount(data.validation.y) == 30).all()
    assert data.test is None and data.classes == tuple("0123456789")


def test_enlarged_digits_are_centred_and_keep_their_brightness():
    small, large = datasets.digits(8).train.x, datasets.digits(32).train.x
    assert not large[:, :6].any() and not large[:, -6:].any() and not large[:, :, :6].any()
    assert large[:, 6].any() and large[:, -7].any()
    assert large.sum() == pytest.approx(small.sum() * 2.5**2, rel=0.02)
    np.testing.assert_array_equal(datasets.digits(28).train.x, large[:, 2:-2, 2:-2])


def test_original_digits_are_the_dataset_divided_by_16():
    with np.load(DATA / "digits.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(datasets.digits(8).train.x[..., 0] * 16, file["x_train"])


def test_no_digit_is_in_two_splits():
    seen = [image.tobytes() for split in raw_digits() for image in split]
    assert len(seen) == len(set(seen)) == 1_797


def raw_digits():
    with np.load(DATA / "digits.npz") as file, np.load(DATA / "heldout" / "digits.npz") as held_out:
        return file["x_train"], file["x_validation"], held_out["x"]


def test_a_printed_dataset_says_what_it_is():
    text = str(datasets.digits())
    assert "\n" not in text
    for part in ("UCI digits", "1,200", "300", "32 × 32 × 1", "10 classes", "digits.npz"):
        assert part in text


def test_loading_digits_does_not_import_tensorflow():
    code = "import sys; from autograder.notebook import datasets; datasets.digits(); print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=DATA.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# --- photographs -----------------------------------------------------------------------------------------------


def test_photographs():
    names = datasets.photograph_names()
    assert len(names) == 10 and names == tuple(sorted(names))
    image = datasets.photograph("chelsea")
    assert image.shape == (300, 451, 3) and image.dtype == np.uint8
    for name in names:
        assert datasets.photograph(name).ndim == 3


def test_photograph_patches():
    data = datasets.photograph_patches()
    check_images(data.train, 1_440, (48, 48, 3))
    check_images(data.validation, 480, (48, 48, 3))
    assert (np.bincount(data.train.y) == 144).all() and (np.bincount(data.validation.y) == 48).all()
    assert data.classes == datasets.photograph_names()


def test_no_pixel_of_a_photograph_is_in_both_splits(monkeypatch):
    """Each pixel of these photographs says in which column it stands."""
    width = 451
    columns = np.linspace(0, 255, width).astype(np.uint8)
    image = np.broadcast_to(columns[:, np.newaxis], (300, width, 3))
    monkeypatch.setattr(datasets, "photograph", lambda name: image)
    data = datasets.photograph_patches()
    last = data.train.x.max() * 255
    assert last == columns[width * 7 // 10 - 1]
    assert data.validation.x.min() * 255 == columns[width * 7 // 10] > last
    assert data.validation.x.max() == 1 and data.train.x.min() == 0  # from edge to edge


# --- full sets -------------------------------------------------------------------------------------------------


def test_mnist_from_a_file(tmp_path, monkeypatch):
    path = fabricated(tmp_path / "m.npz", (28, 28))
    data = datasets.mnist(path)
    check_images(data.train, 54, (28, 28, 1))
    check_images(data.validation, 6, (28, 28, 1))
    check_images(data.test, 20, (28, 28, 1))
    numbers = np.concatenate([data.train.x, data.validation.x])[:, 0, 0, 0] * 255
    np.testing.assert_allclose(numbers, np.arange(60), atol=1e-4)  # in order, so the last are for validation
    assert str(path) in str(data) and "20 test" in str(data)

    padded = datasets.mnist(path, size=32).test.x
    np.testing.assert_array_equal(padded[:, 2:-2, 2:-2], data.test.x)
    assert padded.sum() == pytest.approx(data.test.x.sum())

    assert not datasets.is_available("mnist")
    monkeypatch.setenv("AUTOGRADER_MNIST", str(path))
    assert datasets.is_available("mnist")
    assert "AUTOGRADER_MNIST" in str(datasets.mnist())


def test_the_full_split_keeps_5000_for_validation(tmp_path):
    data = datasets.mnist(
        fabricated(tmp_path / "m.npz", (28, 28), n_train=60_000, x_train=np.ones((60_000, 28, 28), "u1"))
    )
    assert len(data.train) == 55_000 and len(data.validation) == 5_000


def test_cifar10_from_a_file_with_labels_in_a_column(tmp_path):
    labels = np.arange(60, dtype=np.uint8).reshape(-1, 1) % 10
    data = datasets.cifar10(fabricated(tmp_path / "c.npz", (32, 32, 3), y_train=labels))
    check_images(data.train, 54, (32, 32, 3))
    assert data.classes[3] == "cat" and data.train.y[3] == 3


def test_an_explicit_path_comes_before_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_MNIST", str(tmp_path / "none.npz"))
    assert len(datasets.mnist(fabricated(tmp_path / "m.npz", (28, 28))).test) == 20


def keras_that(monkeypatch, load_data):
    loader = SimpleNamespace(load_data=load_data)
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(datasets=SimpleNamespace(mnist=loader, cifar10=loader)))


def test_keras_is_asked_where_no_file_is_named(monkeypatch):
    x, y = np.full((60, 28, 28), 255, np.uint8), np.arange(60) % 10
    keras_that(monkeypatch, lambda: ((x, y), (x[:20], y[:20])))
    data = datasets.mnist()
    assert len(data.train) == 54 and data.source == "keras.datasets"


def test_without_a_network_the_remedy_is_named(monkeypatch):
    def load_data():
        raise RuntimeError("URL fetch failure on https://example.org/mnist.npz:\n None -- no route")

    keras_that(monkeypatch, load_data)
    text = message(datasets.mnist)
    assert "no route" in text and "AUTOGRADER_MNIST" in text and "MNIST" in text
    assert "AUTOGRADER_CIFAR10" in message(datasets.cifar10)


def test_what_keras_has_downloaded_is_available(tmp_path):
    for name, cached in (
        ("mnist", "mnist.npz"),
        ("cifar10", "cifar-10-batches-py-target/cifar-10-batches-py/test_batch"),
    ):
        assert not datasets.is_available(name)
        path = tmp_path / "keras" / "datasets" / cached
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        assert datasets.is_available(name)


# --- errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (datasets.digits, 16),
        (datasets.mnist, 30),
        (datasets.photograph, "lena"),
        (datasets.photograph_patches, 200),
        (datasets.is_available, "imagenet"),
    ],
)
def test_an_argument_that_does_not_exist(call, argument):
    options = {"size": argument} if call is datasets.mnist else {}
    text = message(call, **options) if options else message(call, argument)
    assert str(argument) in text


@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("digits.npz", datasets.digits),
        ("heldout/digits.npz", heldout.digits),
        ("photographs/chelsea.png", lambda: datasets.photograph("chelsea")),
    ],
)
def test_a_bundled_file_that_is_damaged_or_missing(copy, secret, name, load):
    secret("a")
    load()
    path = copy / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "damaged" in message(load) and str(path) in message(load)
    path.unlink()
    assert str(path) in message(load)


def test_a_checksum_that_is_missing(copy):
    (copy / "SHA256SUMS").write_text("")
    assert "does not list digits.npz" in message(datasets.digits)


def test_a_data_folder_that_is_none(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    assert str(tmp_path) in message(datasets.digits) and "AUTOGRADER_DATA" in message(datasets.photograph_names)
    monkeypatch.delenv("AUTOGRADER_DATA")
    monkeypatch.setattr(datasets, "__file__", str(tmp_path / "autograder" / "notebook" / "datasets.py"))
    assert str(tmp_path / "autograder" / "data") in message(datasets.data_folder)


def test_an_installed_package_has_its_own_data_folder(monkeypatch, tmp_path):
    """And a folder `data` that some other package put beside it is not taken for it."""
    inside = tmp_path / "autograder" / "data"
    for folder in (inside, tmp_path / "data"):
        folder.mkdir(parents=True)
        shutil.copy(DATA / "SHA256SUMS", folder)
    monkeypatch.setattr(datasets, "__file__", str(tmp_path / "autograder" / "notebook" / "datasets.py"))
    assert datasets.data_folder() == inside


def test_a_named_file_that_is_missing_is_not_replaced_by_another(monkeypatch, tmp_path):
    keras_that(monkeypatch, lambda: pytest.fail("asked Keras"))
    path = tmp_path / "none.npz"
    monkeypatch.setenv("AUTOGRADER_MNIST", str(path))
    assert not datasets.is_available("mnist")
    assert str(path) in message(datasets.mnist)
    assert str(tmp_path) in message(datasets.cifar10, tmp_path)  # a folder


def test_a_file_that_is_damaged(tmp_path):
    path = fabricated(tmp_path / "m.npz", (28, 28))
    content = path.read_bytes()
    array = tmp_path / "array.npy"
    np.save(array, np.zeros(3))
    for damaged in (
        content[: len(content) // 2],
        b"",
        b"no archive",
        content.replace(b"\xff" * 9, b"\xfe" * 9),
        array.read_bytes(),
    ):
        path.write_bytes(damaged)
        text = message(datasets.mnist, path)
        assert "damaged" in text and str(path) in text


def test_a_file_is_never_unpickled(tmp_path):
    path = fabricated(tmp_path / "m.npz", (28, 28), y_train=np.array([print] * 60, dtype=object))
    assert "damaged" in message(datasets.mnist, path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"x_train": np.zeros((60, 32, 32), np.uint8)},
        {"x_train": np.zeros((60, 28, 28), np.float32)},
        {"y_train": np.zeros(59, np.uint8)},
        {"y_train": np.full(60, 10, np.uint8)},
        {"y_test": np.full(20, 0.5)},
        {"x_test": np.zeros((0, 28, 28), np.uint8), "y_test": np.zeros(0, np.uint8)},
    ],
)
def test_a_file_with_other_arrays(tmp_path, wrong):
    assert "not MNIST" in message(datasets.mnist, fabricated(tmp_path / "m.npz", (28, 28), **wrong))


def test_a_file_without_one_of_the_arrays(tmp_path):
    assert "x_test" in message(datasets.mnist, fabricated(tmp_path / "m.npz", (28, 28), x_test=None))


# --- held out --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [8, 28, 32])
def test_held_out_digits(secret, size):
    secret("a")
    images = heldout.digits(size, copies=2)
    check_images(images, 594, (size, size, 1))
    assert np.bincount(images.y).min() >= 2 * 24
    assert (images.y[::2] == images.y[1::2]).all() and not (images.x[::2] == images.x[1::2]).all((1, 2, 3)).any()


def test_held_out_digits_are_the_same_for_one_secret_and_others_for_another(secret):
    secret("a")
    first, again = heldout.digits(), heldout.digits()
    np.testing.assert_array_equal(first.x, again.x)
    secret("b")
    other = heldout.digits()
    np.testing.assert_array_equal(first.y, other.y)
    # Not by the noise alone: that differs by about 0.05 at most places.
    assert (np.abs(first.x - other.x).max((1, 2, 3)) > 0.3).mean() > 0.8


def test_held_out_digits_are_transformed_mildly(secret, monkeypatch):
    """Nearly all of them still look most like a digit of their class, and few are where their original was."""
    secret("a")
    held_out = heldout.digits(32, copies=1)
    images, y = held_out.x.reshape(297, -1), held_out.y
    original = datasets.enlarge(raw_digits()[2], 32).reshape(297, -1)
    distance = ((images[:, np.newaxis] - original) ** 2).sum(-1)
    assert (y[distance.argmin(1)] == y).mean() > 0.95
    noise_alone = 32**2 * heldout.NOISE**2
    assert (distance.diagonal() > 2 * noise_alone).mean() > 0.75

    for setting in ("SHIFT", "ROTATION", "NOISE"):
        monkeypatch.setattr(heldout, setting, 0)
    np.testing.assert_allclose(heldout.digits(32, copies=1).x.reshape(297, -1), original, atol=1e-6)


def test_a_held_out_digit_is_shifted_and_turned_about_its_centre():
    image = np.zeros((9, 9))
    image[4, 6] = 1
    np.testing.assert_allclose(heldout._move(image, 0, np.array([1, -2]))[5, 4], 1, atol=1e-9)
    turned = heldout._move(image, np.pi / 2, np.zeros(2))
    assert turned[2, 4] == pytest.approx(1) or turned[6, 4] == pytest.approx(1)


def test_held_out_patches(secret):
    secret("a")
    images = heldout.photograph_patches(40, count=30)
    check_images(images, 300, (40, 40, 3))
    assert (np.bincount(images.y) == 30).all()
    np.testing.assert_array_equal(images.x, heldout.photograph_patches(40, count=30).x)
    secret("b")
    other = heldout.photograph_patches(40, count=30)
    assert (np.abs(images.x - other.x).max((1, 2, 3)) > 0.05).mean() > 0.9


def test_held_out_patches_come_from_where_nobody_trains(secret, monkeypatch):
    """As they are in the right part of their own photograph, and nowhere in its left part."""
    secret("a")
    monkeypatch.setattr(heldout, "BRIGHTNESS", 0)
    images = heldout.photograph_patches(48, count=3)
    for patch, label in zip(np.rint(images.x * 255), images.y, strict=True):
        photograph = datasets.photograph(datasets.photograph_names()[label])
        left, right = datasets.training_part(photograph), datasets.validation_part(photograph)
        assert left.shape[1] + right.shape[1] == photograph.shape[1]
        assert places(patch, right)
        assert len(places(patch, left)) == 0 or patch.std() < 2  # black corners and plain sky are everywhere


def places(patch, image):
    """Where in the image the patch lies, found by its first row and then compared whole."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (1, patch.shape[1], 3))[:, :, 0, 0]
    rows, columns = np.nonzero((windows == patch[0]).all((2, 3)))
    corners = zip(rows.tolist(), columns.tolist(), strict=True)
    size = len(patch)
    return [
        (row, column)
        for row, column in corners
        if np.array_equal(image[row : row + size, column : column + size], patch)
    ]


@pytest.mark.parametrize("load", [heldout.digits, heldout.photograph_patches])
def test_without_a_secret_there_are_no_held_out_images(load):
    assert "AUTOGRADER_SECRET" in message(load)


def test_a_course_names_its_held_out_file_where_the_installed_package_has_none(copy, secret):
    secret("a")
    there = heldout.digits().x
    course = copy.parent / "course"
    (course / "data").mkdir(parents=True)
    shutil.move(copy / "heldout", course / "data" / "heldout")
    assert heldout.file() is None
    heldout.ensure(copy)  # no course
    assert heldout.file() is None
    heldout.ensure(course)
    assert heldout.file() == course / "data" / "heldout" / "digits.npz"
    np.testing.assert_array_equal(heldout.digits().x, there)
