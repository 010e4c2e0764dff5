"""Drawings of kernels at work: sliding windows, filters as deep as their input, and maps of signed responses."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from IPython.display import HTML
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from autograder.notebook import comparison, figures

WINDOW = "#d55e00"
"""Vermilion, and below blue, sky blue, orange and purple: colours that people with any colour vision tell apart."""

FILTERS = ("#0072b2", "#e69f00", "#cc79a7", "#56b4e9")
SIGNED = "PuOr_r"
"""Purple below zero, white at zero, orange above."""


def sliding(
    image: np.ndarray,
    kernel: tuple[int, int],
    places: Sequence[tuple[int, int]],
    *,
    alt: str,
    rings: int = 0,
    stride: int = 1,
) -> HTML:
    """A window on an image at some of its places, and below each the square of the feature map that it gives.

    image:  integers (height, width), padding included
    kernel: height and width of the window
    places: rows and columns of the feature map, in the order in which the window gets there
    rings:  how many rings of the image are padding and drawn grey
    """
    height, width = image.shape
    rows, columns = ((image.shape[axis] - kernel[axis]) // stride + 1 for axis in (0, 1))
    inches = 9.2 / len(places)
    figure = Figure(figsize=(9.2, inches * (height + rows + 1) / width + 0.2), layout="constrained")
    axes = figure.subplots(2, len(places), squeeze=False, height_ratios=(height, rows))
    for number, (row, column) in enumerate(places):
        upper, lower = axes[:, number]
        _grid(upper, height, width)
        for (line, place), value in np.ndenumerate(image):
            if min(line, place, height - 1 - line, width - 1 - place) < rings:
                upper.add_patch(Rectangle((place, line), 1, 1, facecolor="#e4e4e4", edgecolor="#bbbbbb", zorder=1))
            upper.text(place + 0.5, line + 0.5, str(value), ha="center", va="center", fontsize=9, zorder=4)
        corner = column * stride, row * stride
        upper.add_patch(
            Rectangle(corner, kernel[1], kernel[0], facecolor=WINDOW + "44", edgecolor=WINDOW, lw=2, zorder=3)
        )
        upper.set_title(f"row {row}, column {column}", fontsize=10)
        _grid(lower, rows, columns, width=width)
        for line, place in np.ndindex(rows, columns):
            new = (line, place) == (row, column)
            if new or (line, place) < (row, column):
                shade = WINDOW + ("88" if new else "22")
                lower.add_patch(Rectangle((place, line), 1, 1, facecolor=shade, edgecolor="#bbbbbb"))
                lower.text(place + 0.5, line + 0.5, "?" if new else "✓", ha="center", va="center", fontsize=9)
    axes[0, 0].set_ylabel("image", fontsize=10)
    axes[1, 0].set_ylabel("feature map", fontsize=10)
    return figures.show(figure, alt)


def patch(values: np.ndarray, kernel: np.ndarray, *, alt: str) -> HTML:
    """A patch, the kernel that is laid over it, and the empty squares of their products."""
    figure, axes = figures.new(1, 3, width=2.5, height=2.5)
    titles = ("patch", "×  kernel", "=  nine products")
    parts = zip(axes.flat, (values, kernel, None), titles, ("#eeeeee", WINDOW + "22", None), strict=True)
    for axis, matrix, title, colour in parts:
        _grid(axis, *values.shape)
        axis.set_title(title, fontsize=11)
        for row, column in np.ndindex(values.shape):
            if matrix is None:
                text = f"{values[row, column]} · ({kernel[row, column]})" if row == column == 0 else "?"
            else:
                text = str(matrix[row, column])
                axis.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="#bbbbbb"))
            size = 10 if matrix is None else 12
            axis.text(column + 0.5, row + 0.5, text.replace("-", "−"), ha="center", va="center", fontsize=size)
    return figures.show(figure, alt)


def filter_depth(channels: Sequence[str], filters: int, *, alt: str) -> HTML:
    """Filters that span all channels of their input, and the feature maps, one for each filter, that they give."""
    figure, axes = figures.new(width=8.8, height=3.5)
    axis = axes[0, 0]
    axis.set_aspect("equal")
    axis.axis("off")
    shades = {"red": "#f4c7c3", "green": "#c8e6c9", "blue": "#c5d5f0"}
    depth, shift, size, window = len(channels), 0.9, 4.6, 1.7
    for layer in reversed(range(depth)):
        _sheet(axis, layer * shift, layer * shift, size, shades.get(channels[layer], "#e4e4e4"), "#777777")
        axis.text(size + 0.1 + layer * shift, layer * shift, channels[layer], fontsize=10, va="bottom")
    # The window goes through all sheets, so it is drawn over them, from the back to the front.
    for layer in reversed(range(depth)):
        _sheet(axis, 1.0 + layer * shift, 1.3 + layer * shift, window, WINDOW + "66", WINDOW)
    back = (depth - 1) * shift
    for left, bottom in [(1.0, 1.3), (1.0 + window, 1.3), (1.0, 1.3 + window), (1.0 + window, 1.3 + window)]:
        axis.plot([left, left + back], [bottom, bottom + back], color=WINDOW, lw=1, ls=":")
    axis.text(size / 2, -0.9, f"input: {depth} channels", ha="center", fontsize=10)
    text = f"one kernel:\n5 × 5 × {depth} weights,\n5·5·{depth} = {25 * depth}"
    axis.text(9.8, 5.4, text, ha="center", va="center", fontsize=10, color=WINDOW)
    left, size = 12.4, 4.0
    for number in reversed(range(filters)):
        colour = FILTERS[number % len(FILTERS)]
        _sheet(axis, left + number * shift, number * shift, size, "white", "white")
        _sheet(axis, left + number * shift, number * shift, size, colour + "66", colour)
    _sheet(axis, left + 1.0, 1.8, 0.35, WINDOW, WINDOW)
    for start, end in [(1.3, 1.8), (1.3 + window, 2.15)]:
        axis.plot([1.0 + window, left + 1.0], [start, end], color=WINDOW, lw=1)
    text = f"“new image”: {filters} kernels, {filters} channels"
    axis.text(left + size / 2 + 0.6, -0.9, text, ha="center", fontsize=10)
    axis.set_xlim(-0.2, left + size + filters * shift)
    axis.set_ylim(-1.3, size + filters * shift - 0.3)
    return figures.show(figure, alt)


def responses(maps: Mapping[str, np.ndarray], *, alt: str, columns: int = 4, width: float = 9.2) -> HTML:
    """Numbers with signs: orange above zero, purple below, all on one scale; small maps with their values.

    maps:  arrays (height, width) of one shape, by their titles
    width: of all columns together, in inches
    """
    drawn = {name: np.asarray(values, dtype=float) for name, values in maps.items()}
    shape = next(iter(drawn.values())).shape
    small = max(shape) <= 12
    # In large maps a few extreme values would leave the rest pale.
    extent = float(np.percentile(np.abs(list(drawn.values())), 100 if small else 99)) or 1.0
    columns = min(columns, len(drawn))
    rows = -(-len(drawn) // columns)
    width = width / columns
    figure, axes = figures.new(rows, columns, width=width, height=width * shape[0] / shape[1] + 0.35)
    for axis in axes.flat:
        axis.axis("off")
    for axis, (name, values) in zip(axes.flat, drawn.items(), strict=False):
        axis.imshow(values, cmap=SIGNED, vmin=-1.4 * extent, vmax=1.4 * extent)  # its ends are nearly black
        axis.set_title(name, fontsize=10)
        if small:
            for (row, column), value in np.ndenumerate(values):
                colour = "white" if value < -0.75 * extent else "black"
                text = comparison.show(float(value)).replace("-", "−")
                axis.text(column, row, text, ha="center", va="center", fontsize=9, color=colour)
    return figures.show(figure, alt)


def _grid(axis: Any, rows: int, columns: int, width: float | None = None) -> None:
    """Empty squares, row 0 at the top; width: of the space that they stand in the middle of."""
    margin = ((width or columns) - columns) / 2
    axis.set_xlim(-margin - 0.05, columns + margin + 0.05)
    axis.set_ylim(rows + 0.05, -0.05)
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
