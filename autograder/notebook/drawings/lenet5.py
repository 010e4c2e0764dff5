"""Drawings of LeNet-5: its layers as blocks, its filters, its feature maps, and whom it confuses with whom."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from IPython.display import HTML
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from autograder.notebook import comparison, figures

SIGNED = "PuOr_r"
"""Purple below zero, white at zero, orange above: told apart with any colour vision."""

STAGES = (
    ("Input", 32, 1, "#999999"),
    ("Conv 1", 28, 6, "#0072b2"),
    ("Pooling 1", 14, 6, "#56b4e9"),
    ("Conv 2", 10, 16, "#0072b2"),
    ("Pooling 2", 5, 16, "#56b4e9"),
    ("Conv 3", 1, 120, "#0072b2"),
    ("Fully\nconnected 1", 1, 84, "#d55e00"),
    ("Fully\nconnected 2", 1, 10, "#d55e00"),
)
STEPS = (
    "6 kernels\n5×5×1\n156 weights",
    "average\nof 2×2",
    "16 kernels\n5×5×6\n2,416 weights",
    "average\nof 2×2",
    "120 kernels\n5×5×16\n48,120 weights",
    "10,164\nweights",
    "850\nweights",
)


def architecture() -> HTML:
    """The lecture's LeNet-5 from left to right: each layer's maps as a pile of squares, drawn to scale."""
    figure, axes = figures.new(width=11.5, height=3.2)
    axis, x, ends = axes[0, 0], 0.0, []
    for name, size, depth, colour in STAGES:
        if size > 1:
            shown, step = min(depth, 16), 0.7
            for number in range(shown):
                place = (x + number * step, -size / 2 - (number - shown / 2) * step)
                axis.add_patch(Rectangle(place, size, size, facecolor=colour, edgecolor="white", lw=0.8))
            width, shape = size + shown * step, f"{size}×{size}×{depth}"
        else:
            width, shape = 3.0, f"{depth}"
            axis.add_patch(Rectangle((x, -depth / 6), width, depth / 3, facecolor=colour, edgecolor="white"))
        axis.text(x + width / 2, -26, f"{name}\n{shape}", ha="center", va="top", fontsize=9)
        ends.append((x, x + width))
        x += width + (15 if size > 5 else 23)
    for (_, start), (end, _), text in zip(ends, ends[1:], STEPS, strict=False):
        arrow = FancyArrowPatch((start + 1, 0), (end - 1, 0), arrowstyle="-|>", mutation_scale=11, color="#444444")
        axis.add_patch(arrow)
        axis.text((start + end) / 2, 22, text, ha="center", va="bottom", fontsize=8, color="#444444")
    axis.set(xlim=(-3, x - 10), ylim=(-40, 36), aspect="equal")
    axis.axis("off")
    sizes = "; ".join(f"{name.replace(chr(10), ' ')} {size}×{size}×{depth}" for name, size, depth, _ in STAGES)
    return figures.show(figure, alt=f"LeNet-5 as piles of squares from left to right: {sizes}")


def confusion(matrix: np.ndarray) -> HTML:
    """A confusion matrix: the right answers in grey, the confusions the darker the more there are."""
    matrix = np.asarray(matrix)
    classes = len(matrix)
    off = matrix * (1 - np.eye(classes, dtype=int))
    figure, axes = figures.new(width=4.6, height=4.4)
    axis = axes[0, 0]
    axis.imshow(off, cmap="Oranges", vmin=0, vmax=max(1.5 * off.max(), 1))
    for (row, column), count in np.ndenumerate(matrix):
        if row == column:
            axis.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor="#dddddd"))
        if count:
            axis.text(column, row, comparison.show(int(count)), ha="center", va="center", fontsize=9)
    axis.set(xticks=range(classes), yticks=range(classes), xlabel="the network said", ylabel="the digit was")
    wrong = ", ".join(f"{row} as {column} ({off[row, column]}×)" for row, column in np.argwhere(off)) or "none"
    text = f"Confusion matrix: of {matrix.sum()} images {np.trace(matrix)} are named right; taken wrongly: {wrong}"
    return figures.show(figure, alt=text)


def filters(kernel: np.ndarray) -> HTML:
    """The kernel of a convolution, (height, width, channels, filters): a column for each filter, a row a channel."""
    kernel = np.asarray(kernel)
    height, width, channels, count = kernel.shape
    # One picture with gaps, because a hundred axes take seconds to lay out.
    picture = np.full((channels * (height + 1) - 1, count * (width + 1) - 1), np.nan)
    for channel, number in np.ndindex(channels, count):
        top, left = channel * (height + 1), number * (width + 1)
        picture[top : top + height, left : left + width] = kernel[:, :, channel, number]
    size = 1.1 if channels == 1 else 0.6
    figure, axes = figures.new(width=size * count, height=size * channels + 0.3)
    axis, most = axes[0, 0], float(np.abs(kernel).max())
    axis.imshow(picture, cmap=SIGNED, vmin=-most, vmax=most)
    columns = [number * (width + 1) + (width - 1) / 2 for number in range(count)]
    axis.set_xticks(columns, [f"filter {number + 1}" if count < 10 else f"{number + 1}" for number in range(count)])
    if channels == 1:
        axis.set_yticks([])
    else:
        rows = [channel * (height + 1) + (height - 1) / 2 for channel in range(channels)]
        axis.set_yticks(rows, [f"map {channel + 1}" for channel in range(channels)])
    axis.tick_params(length=0, labelsize=8, labeltop=True, labelbottom=False)
    axis.spines[:].set_visible(False)
    size_text = comparison.shape_text(kernel.shape[:3])
    text = f"{count} filters of {size_text} weights, orange where a weight is positive, purple where it is negative"
    return figures.show(figure, alt=text)


def feature_maps(image: np.ndarray, maps: Mapping[str, np.ndarray]) -> HTML:
    """An image, and below it for each named layer its maps (height, width, channels), purple for −1, orange for 1."""
    heights = [1.25] + [9.0 / max(values.shape[-1], 8) for values in maps.values()]
    figure = Figure(figsize=(9.4, sum(heights) + 0.25 * len(heights)), layout="constrained")
    rows: Any = figure.subfigures(len(heights), 1, height_ratios=heights)
    axis = rows[0].subplots()
    axis.imshow(np.squeeze(image), cmap="gray")
    axis.set_title("the image", fontsize=9)
    axis.axis("off")
    for row, (name, values) in zip(rows[1:], maps.items(), strict=True):
        columns = row.subplots(1, values.shape[-1], squeeze=False)[0]
        row.suptitle(f"{name}: {values.shape[-1]} maps of {values.shape[0]}×{values.shape[1]}", fontsize=9)
        for number, axis in enumerate(columns):
            axis.imshow(values[..., number], cmap=SIGNED, vmin=-1, vmax=1)
            axis.axis("off")
    text = f"A digit and the feature maps of {', '.join(maps)}, from purple for −1 to orange for 1"
    return figures.show(figure, alt=text)
