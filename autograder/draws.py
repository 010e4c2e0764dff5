"""Inputs of hidden checks: drawn from the course secret, so that nobody can write an answer for just these.

Every list of cases has the variety that finds mistakes: non-square images and kernels, strides above the
padding, sizes that the stride does not divide, several channels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograder.notebook import layer_lists
from autograder.secret import generator


@dataclass(frozen=True)
class Sliding:
    """One case of a kernel sliding over an image.

    image:   int64 (height, width) or (height, width, channels)
    kernel:  int64 (kernel height, kernel width) or (…, channels)
    padding: rings of zeros around the image
    stride:  step, the same in both directions
    """

    image: np.ndarray
    kernel: np.ndarray
    padding: int
    stride: int

    def __str__(self) -> str:
        def text(shape: tuple[int, ...]) -> str:
            return "×".join(map(str, shape))

        return (
            f"a {text(self.kernel.shape)} kernel on a {text(self.image.shape)} image, "
            f"padding {self.padding}, stride {self.stride}"
        )


def hidden(name: str) -> np.random.Generator:
    """The generator of an exercise's hidden inputs. Raises CourseError where the course secret is missing."""
    return generator(f"hidden inputs of {name}")


def slidings(
    name: str,
    count: int,
    *,
    channels: bool = False,
    square_kernel: bool = False,
    padding: bool = True,
    stride: bool = True,
) -> Iterator[Sliding]:
    """`count` cases for the exercise `name`, in turn: wide, tall, strided, padded, and all at once.

    channels:        whether image and kernel have a third axis (2 to 5 channels)
    square_kernel:   only square kernels
    padding, stride: whether other values than 0 and 1 occur
    """
    rng = hidden(name)
    for number in range(count):
        height = int(rng.integers(1, 5))
        width = height if square_kernel else _other(rng, 1, 5, height)
        ring = int(rng.integers(1, 4)) if padding and number % 3 != 0 else 0
        # In every second strided case the stride is larger than the padding.
        step = int(rng.integers(2, 4)) + (ring if number % 2 else 0) if stride and number % 4 != 0 else 1
        rows = height + step * int(rng.integers(1, 4)) + int(rng.integers(0, step))
        columns = _other(rng, width + step, width + 4 * step + 2, rows)
        depth = (int(rng.integers(2, 6)),) if channels else ()
        yield Sliding(
            image=rng.integers(-9, 10, (rows, columns, *depth)),
            kernel=rng.integers(-3, 4, (height, width, *depth)),
            padding=ring,
            stride=step,
        )


@dataclass(frozen=True)
class Stack:
    """A layer list (see `autograder.notebook.layer_lists`) and the shape of its input."""

    layers: list[layer_lists.Layer]
    shape: tuple[int, int, int]

    def __str__(self) -> str:
        return f"{', '.join(map(layer_lists.name, self.layers))}, on {'×'.join(map(str, self.shape))}"


def stacks(name: str, count: int, *, ends: bool = True) -> Iterator[Stack]:
    """`count` small networks for the exercise `name`, with kernels that fit: convolutions, pools and batch
    normalisation on maps that are not square, then, if `ends`, flat, pooled or dense on maps in turn.
    """
    rng = hidden(name)
    for number in range(count):
        height = int(rng.integers(14, 30))
        shape = (height, _other(rng, 14, 30, height), int(rng.integers(1, 6)))
        rows, columns, _ = shape
        layers: list[layer_lists.Layer] = []
        for place in range(int(rng.integers(2, 5))):
            kernel = int(rng.integers(1, min(6, rows + 1, columns + 1)))
            padding = int(rng.integers(0, min(kernel, 3)))
            stride = int(rng.integers(1, 4))
            if place % 2 == number % 2:
                layers.append(
                    layer_lists.conv(int(rng.integers(2, 10)), kernel, stride, padding, bool(rng.random() < 0.6))
                )
            else:
                layers.append(layer_lists.pool(kernel, stride, padding, "average" if rng.random() < 0.5 else "max"))
            if rng.random() < 0.3:
                layers.append(layer_lists.batch_norm())
            rows, columns = ((size + 2 * padding - kernel) // stride + 1 for size in (rows, columns))
        if ends:
            last = layer_lists.dense(int(rng.integers(2, 12)), bool(rng.random() < 0.6))
            middle = layer_lists.dense(int(rng.integers(12, 30)))
            layers += [
                [layer_lists.flatten(), middle, last],
                [layer_lists.global_pool(), last],
                [last, layer_lists.flatten(), middle],
            ][number % 3]
        yield Stack(layers, shape)


def _other(rng: np.random.Generator, low: int, high: int, than: int) -> int:
    """An integer in low…high that is not `than`."""
    choices = [value for value in range(low, high + 1) if value != than]
    return int(rng.choice(choices))
