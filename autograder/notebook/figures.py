"""Pictures in notebooks, each with alternative text for those who do not see it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from IPython.display import HTML
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from autograder.notebook import comparison, rendering


def new(rows: int = 1, columns: int = 1, *, width: float = 3.0, height: float = 2.6) -> tuple[Figure, np.ndarray]:
    """An empty figure and its axes as an array (rows, columns); width and height of one picture in inches."""
    figure = Figure(figsize=(width * columns, height * rows), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def show(figure: Figure, alt: str) -> HTML:
    """The figure as the result of a cell, with alternative text."""
    return HTML(rendering.image_html(figure, alt))


def images(
    pictures: Sequence[np.ndarray] | np.ndarray,
    titles: Sequence[str] | None = None,
    *,
    alt: str,
    columns: int = 6,
    size: float = 1.7,
    shared_range: bool = False,
) -> HTML:
    """Pictures in a grid.

    pictures:     arrays (height, width), (height, width, 1) or (height, width, 3); colour as uint8 or 0…1
    shared_range: grey values mean the same in all pictures; otherwise each uses its own range
    """
    pictures = [np.asarray(picture) for picture in pictures]
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    aspect = max(picture.shape[0] / picture.shape[1] for picture in pictures)
    figure, axes = new(rows, columns, width=size, height=size * aspect + (0.34 if titles is not None else 0.0))
    low = min(float(picture.min()) for picture in pictures) if shared_range else None
    high = max(float(picture.max()) for picture in pictures) if shared_range else None
    for number, axis in enumerate(axes.flat):
        axis.axis("off")
        if number >= len(pictures):
            continue
        picture = pictures[number].squeeze()
        if picture.ndim == 3 and picture.dtype != np.uint8:
            picture = np.clip(picture, 0, 1)
        axis.imshow(picture, cmap="gray", vmin=low, vmax=high)
        if titles is not None:
            axis.set_title(titles[number], fontsize=9)
    return show(figure, alt)


def matrices(
    values: Mapping[str, np.ndarray],
    *,
    alt: str,
    size: float = 2.4,
    shared_range: bool = False,
    numbered: bool = False,
) -> HTML:
    """Small matrices side by side, each value written into its square; the key of each is its title.

    shared_range: grey values mean the same in all matrices; otherwise each uses its own range
    numbered:     rows and columns have their numbers, from 0
    """
    figure, axes = new(1, len(values), width=size, height=size * 1.12)
    everything = np.concatenate([np.ravel(matrix) for matrix in values.values()])
    for axis, (title, matrix) in zip(axes.flat, values.items(), strict=True):
        matrix = np.atleast_2d(np.asarray(matrix, dtype=float))
        shown = everything if shared_range else matrix
        low, high = float(shown.min()), float(shown.max())
        axis.imshow(matrix, cmap="gray", vmin=low, vmax=high if high > low else low + 1)
        rendering.annotate(axis, matrix, low, high)
        axis.set_title(f"{title} ({comparison.shape_text(matrix.shape)})", fontsize=10)
        axis.set_xticks(range(matrix.shape[1]) if numbered else [])
        axis.set_yticks(range(matrix.shape[0]) if numbered else [])
    return show(figure, alt)


def curves(
    series: Mapping[str, Sequence[float]],
    *,
    alt: str,
    xlabel: str = "epoch",
    ylabel: str = "loss",
    log: bool = False,
    title: str | None = None,
) -> HTML:
    """Curves over epochs 1, 2, 3 … in one diagram; names that begin alike but for “validation ” share a colour."""
    figure, axes = new(width=5.6, height=3.4)
    axis: Any = axes[0, 0]
    colours: dict[str, Any] = {}
    for name, values in series.items():
        base = name.removeprefix("validation ").removeprefix("training ")
        style = "--" if name.startswith("validation ") else "-"
        (line,) = axis.plot(range(1, len(values) + 1), values, style, label=name, color=colours.get(base))
        colours.setdefault(base, line.get_color())
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title or "")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))  # there is no epoch 2.5
    if log:
        axis.set_yscale("log")
    axis.grid(alpha=0.3)
    axis.legend(fontsize=9)
    return show(figure, alt)
