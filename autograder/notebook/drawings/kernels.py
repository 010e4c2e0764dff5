"""Drawings of kernels at work: sliding windows, filters as deep as their input, and maps of signed responses."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from IPython.display import HTML
from matplotlib.patches import Polygon, Rectangle

from autograder.notebook import comparison, figures

WINDOW = "#d55e00"
"""Vermilion, and below blue, sky blue, orange and purple: colours that people with any colour vision tell apart."""

FILTERS = ("#0072b2", "#e69f00", "#cc79a7", "#56b4e9")
SIGNED = "PuOr_r"
"""Purple below zero, white at zero, orange above."""


def sliding(
    image: np.ndarray, kernel: tuple[int, int], positions: Sequence[tuple[int, int]], *, alt: str, rings: int = 0
) -> HTML:
    """Windows on an image, one for each position, and below each the value of the feature map that it gives.

    image:     (height, width), padding included
    kernel:    height and width of the window
    positions: rows and columns of the window's upper left pixel, in the order in which it gets there;
               their rows and columns are the rows and columns of the feature map
    rings:     how many rings of the image are padding and drawn grey
    """
    height, width = image.shape
    rows, columns = (sorted({place[axis] for place in positions}) for axis in (0, 1))
    figure, axes = figures.new(2, len(positions), width=min(2.3, 9.2 / len(positions)), height=2.3)
    for number, (row, column) in enumerate(positions):
        upper, lower = axes[0, number], axes[1, number]
        _grid(upper, height, width)
        for (line, place), value in np.ndenumerate(image):
            padding = min(line, place, height - 1 - line, width - 1 - place) < rings
            if padding:
                upper.add_patch(Rectangle((place, line), 1, 1, facecolor="#e4e4e4", edgecolor="#bbbbbb", zorder=1))
            upper.text(place + 0.5, line + 0.5, comparison.show(int(value)), ha="center", va="center", fontsize=9)
        upper.add_patch(
            Rectangle((column, row), kernel[1], kernel[0], facecolor=WINDOW + "44", edgecolor=WINDOW, lw=2, zorder=3)
        )
        upper.set_title(f"window {number + 1}", fontsize=10)
        _grid(lower, len(rows), len(columns), height, width)
        for known in positions[: number + 1]:
            place, line = columns.index(known[1]), rows.index(known[0])
            new = known == (row, column)
            lower.add_patch(
                Rectangle((place, line), 1, 1, facecolor=WINDOW + ("88" if new else "22"), edgecolor="#bbbbbb")
            )
            lower.text(place + 0.5, line + 0.5, "?" if new else "✓", ha="center", va="center", fontsize=10)
    axes[1, 0].set_ylabel("feature map", fontsize=10)
    axes[0, 0].set_ylabel("image", fontsize=10)
    return figures.show(figure, alt)


def patch(values: np.ndarray, kernel: np.ndarray, *, alt: str) -> HTML:
    """A patch, the kernel that is laid over it, and the empty squares of their products."""
    figure, axes = figures.new(1, 3, width=2.5, height=2.5)
    titles = ("patch", "×  kernel", "=  nine products")
    for axis, matrix, title, colour in zip(axes.flat, (values, kernel, None), titles, ("#eeeeee", WINDOW + "22", None),
                                           strict=True):
        _grid(axis, *values.shape)
        axis.set_title(title, fontsize=11)
        for row, column in np.ndindex(values.shape):
            if matrix is None:
                text = f"{values[row, column]} · ({kernel[row, column]})" if row == column == 0 else "?"
            else:
                text = comparison.show(int(matrix[row, column]))
                axis.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="#bbbbbb"))
            axis.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=10 if matrix is None else 12)
    return figures.show(figure, alt)


def filter_depth(channels: Sequence[str], filters: int, *, alt: str) -> HTML:
    """Filters that span all channels of their input, and the feature maps, one for each filter, that they give."""
    figure, axes = figures.new(width=8.6, height=3.6)
    axis = axes[0, 0]
    axis.set_aspect("equal")
    axis.axis("off")
    shades = {"red": "#f4c7c3", "green": "#c8e6c9", "blue": "#c5d5f0"}
    shift = 0.55
    for layer in reversed(range(len(channels))):
        name = channels[layer]
        _sheet(axis, layer * shift, layer * shift, 5.0, shades.get(name, "#e4e4e4"), "#777777")
        _sheet(axis, 0.7 + layer * shift, 1.6 + layer * shift, 1.7, WINDOW + "55", WINDOW)
        axis.text(5.1 + layer * shift, -0.05 + layer * shift, name, fontsize=10, va="bottom")
    depth = len(channels)
    axis.text(2.5, -0.9, f"input: {depth} channels", ha="center", fontsize=10)
    axis.text(9.6, 5.2, f"one kernel:\n5 × 5 × {depth} weights,\n5·5·{depth} = {25 * depth}", ha="center", va="center",
              fontsize=10, color=WINDOW)
    left = 12.0
    for number in reversed(range(filters)):
        colour = FILTERS[number % len(FILTERS)]
        place = left + number * shift, number * shift
        _sheet(axis, *place, 4.2, colour + "55", colour)
        if number == 0:
            _sheet(axis, place[0] + 1.1, place[1] + 2.0, 0.35, WINDOW, WINDOW)
    axis.text(left + 2.4, -0.9, f"“new image”: {filters} kernels, {filters} channels", ha="center", fontsize=10)
    for corner in (1.6, 3.3):
        axis.plot([2.4, left + 1.1], [corner, 2.0 if corner == 1.6 else 2.35], color=WINDOW, lw=1, zorder=9)
    axis.set_xlim(-0.4, left + 4.4 + filters * shift)
    axis.set_ylim(-1.4, 7.2)
    return figures.show(figure, alt)


def responses(maps: Mapping[str, np.ndarray], *, alt: str, picture: np.ndarray | None = None, columns: int = 4) -> HTML:
    """Feature maps with signs: orange above zero, purple below; small ones with their values, all on one scale.

    picture: the image that the maps were made from, drawn first, in grey
    """
    drawn: list[tuple[str, np.ndarray, bool]] = [(name, np.asarray(values, float), True) for name, values in maps.items()]
    extent = max(float(np.abs(values).max()) for _, values, _ in drawn) or 1.0
    if picture is not None:
        drawn.insert(0, ("image", np.asarray(picture), False))
    columns = min(columns, len(drawn))
    rows = -(-len(drawn) // columns)
    shape = drawn[0][1].shape
    width = 9.2 / columns
    figure, axes = figures.new(rows, columns, width=width, height=width * shape[0] / shape[1] + 0.35)
    for axis in axes.flat:
        axis.axis("off")
    for axis, (name, values, signed) in zip(axes.flat, drawn, strict=False):
        scale: dict[str, Any] = {"cmap": SIGNED, "vmin": -extent, "vmax": extent} if signed else {"cmap": "gray"}
        axis.imshow(values, **scale)
        axis.set_title(name, fontsize=10)
        if signed and max(values.shape) <= 12:
            for (row, column), value in np.ndenumerate(values):
                colour = "white" if abs(value) > 0.7 * extent else "black"
                axis.text(column, row, comparison.show(float(value)), ha="center", va="center", fontsize=8, color=colour)
    return figures.show(figure, alt)


def _grid(axis: Any, rows: int, columns: int, height: float | None = None, width: float | None = None) -> None:
    """Empty squares, row 0 at the top; height and width of the space they stand in the middle of."""
    height, width = height or rows, width or columns
    axis.set_xlim(-(width - columns) / 2 - 0.05, columns + (width - columns) / 2 + 0.05)
    axis.set_ylim(rows + (height - rows) / 2 + 0.05, -(height - rows) / 2 - 0.05)
    axis.set_aspect("equal")
    axis.set_xticks([])
    axis.set_yticks([])
    for side in axis.spines.values():
        side.set_visible(False)
    for row, column in np.ndindex(rows, columns):
        axis.add_patch(Rectangle((column, row), 1, 1, facecolor="white", edgecolor="#bbbbbb", zorder=0.5))


def _sheet(axis: Any, left: float, bottom: float, size: float, fill: str, edge: str) -> None:
    corners = [(left, bottom), (left + size, bottom), (left + size, bottom + size), (left, bottom + size)]
    axis.add_patch(Polygon(corners, closed=True, facecolor=fill, edgecolor=edge, lw=1.3))
