"""Drawings of AlexNet: its two towers, windows at the edge, costs, overlap, learning curves, history, filters."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from IPython.display import HTML
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.ticker import MaxNLocator

from autograder.notebook import comparison, figures
from autograder.notebook.drawings.counting import BLUE, GREEN, GREY, ORANGE

VERMILION, SKY = "#d55e00", "#56b4e9"
"""Of the palette by Okabe and Ito, as those of `counting`, which colour-blind readers can tell apart."""

STAGES: tuple[tuple[str, int, int], ...] = (
    ("Input", 227, 3),
    ("Conv 1", 55, 96),
    ("Pool 1", 27, 96),
    ("Conv 2", 27, 256),
    ("Pool 2", 13, 256),
    ("Conv 3", 13, 384),
    ("Conv 4", 13, 384),
    ("Conv 5", 13, 256),
    ("Pool 3", 6, 256),
    ("Dense 1", 1, 4096),
    ("Dense 2", 1, 4096),
    ("Dense 3", 1, 1000),
)
"""Each layer, the height and width of its maps, and how many maps or units it has."""

MEETING = ("Conv 3", "Dense 1", "Dense 2", "Dense 3")
"""Layers that see what both towers give; the others see their own tower's maps, and Conv 1 the image."""

WINNERS: tuple[tuple[int, str, float, str], ...] = (
    (2010, "NEC-UIUC", 28.2, "hand-made"),
    (2011, "XRCE", 25.8, "hand-made"),
    (2012, "ISI, second", 26.2, "hand-made"),
    (2012, "AlexNet", 15.3, "convolutional"),
    (2013, "Clarifai", 11.7, "convolutional"),
    (2014, "GoogLeNet", 6.7, "convolutional"),
    (2015, "ResNet", 3.57, "convolutional"),
)
"""Year, entry, top-5 error in per cent, and whether its features were made by hand or by a convolutional network.

Literature values, in the classification task of ILSVRC: 2010, 2011, 2013 and 2014 from Russakovsky et al. (2015),
2012 from the contest's table of results (0.15315 and 0.26172), 2015 from He et al. (2015).
"""


def architecture() -> HTML:
    """AlexNet from left to right, its maps as piles of sheets in two towers, with arrows where the towers meet."""
    figure, axes = figures.new(width=11.5, height=3.7)
    axis, x = axes[0, 0], 0.0
    ends: list[tuple[str, float, float]] = []
    for name, size, depth in STAGES:
        height = 9 + size * 0.21 if size > 1 else 4 + depth * 0.006
        sheets, step = (3 if depth == 3 else min(2 + depth // 48, 8), 0.9) if size > 1 else (1, 0.0)
        body = 4 + size * 0.075 if size > 1 else 3.2
        colour = GREY if name == "Input" else SKY if name.startswith("Pool") else ORANGE if size == 1 else BLUE
        towers = (0.0,) if name in ("Input", "Dense 3") else (19.0, -19.0)
        height = height if len(towers) == 1 else height * 0.62
        for middle in towers:
            for number in range(sheets):
                corner = (x + number * step, middle - height / 2 - (number - sheets / 2) * step)
                axis.add_patch(Rectangle(corner, body, height, facecolor=colour, edgecolor="white", lw=0.8))
        width = body + (sheets - 1) * step
        shape = f"{size}×{size}\n×{depth}" if size > 1 else f"{depth:,}\nunits"
        axis.text(x + width / 2, -34, f"{name}\n{shape}", ha="center", va="top", fontsize=9)
        ends.append((name, x, x + width))
        x += width + (9 if size > 1 else 16)
    for (before, _, start), (name, end, _) in zip(ends, ends[1:], strict=False):
        sources = (0.0,) if before == "Input" else (19.0, -19.0)
        targets = (0.0,) if name == "Dense 3" else (19.0, -19.0)
        for source in sources:
            for target in targets:
                crossing = source != target and len(sources) == len(targets)
                if crossing and name not in MEETING:
                    continue
                axis.add_patch(
                    FancyArrowPatch(
                        (start + 0.8, source),
                        (end - 0.8, target),
                        arrowstyle="-|>",
                        mutation_scale=8,
                        color=VERMILION if crossing else "#555555",
                        lw=1.1,
                    )
                )
    for middle, text in ((19, "first card"), (-19, "second card")):
        axis.text(-4, middle, text, ha="right", va="center", fontsize=9, color="#444444")
    axis.set(xlim=(-24, x - 10), ylim=(-56, 33), aspect="equal")
    axis.axis("off")
    sizes = "; ".join(
        f"{name} {size}×{size}×{depth}" if size > 1 else f"{name} {depth:,} units" for name, size, depth in STAGES
    )
    return figures.show(
        figure,
        alt=f"AlexNet from left to right in two rows, one for each graphics card: {sizes}. Arrows stay within a row, "
        "but for Conv 3 and the dense layers, which take in what both rows give",
    )


def windows(cases: Mapping[str, tuple[int, int, int, int]], last: int = 5) -> HTML:
    """Where a kernel's last windows stand at the far edge of an image, one row of pixels for each case.

    cases: name → (size, kernel, stride, padding)
    last:  how many windows to show
    """
    figure, axes = figures.new(len(cases), 1, width=9.2, height=1.75)
    texts = []
    for axis, (name, (size, kernel, stride, padding)) in zip(axes.flat, cases.items(), strict=True):
        length = size + 2 * padding
        count = (length - kernel) // stride + 1
        starts = [(count - 1 - number) * stride for number in reversed(range(last))]
        left_over = length - (starts[-1] + kernel)
        for pixel in range(starts[0], length):
            unseen, padded = pixel >= length - left_over, pixel >= size + padding
            colour = VERMILION if unseen else "#ffffff" if padded else "#cccccc"
            axis.add_patch(Rectangle((pixel, 0), 1, 1, facecolor=colour, edgecolor="#777777", lw=0.7))
            if padded:
                axis.text(pixel + 0.5, 0.48, "0", ha="center", va="center", fontsize=9, color="#000000")
        for number, start in enumerate(starts):
            level = 1.5 + 0.75 * (number % 3)
            axis.plot([start, start + kernel], [level, level], color=BLUE, lw=3, solid_capstyle="butt")
            for edge in (start, start + kernel):
                axis.plot([edge, edge], [level - 0.25, level + 0.25], color=BLUE, lw=1.5)
            axis.text(
                start + kernel / 2,
                level + 0.12,
                f"window {count - last + number + 1}",
                ha="center",
                va="bottom",
                fontsize=8,
            )
        told = f"{left_over} pixel left over" if left_over else "nothing left over"
        axis.set_title(f"{name}: {count} windows, {told}", fontsize=10, loc="left")
        axis.set(xlim=(starts[0] - 0.5, starts[0] + kernel + stride * (last - 1) + 2.5), ylim=(-0.2, 4.2))
        axis.axis("off")
        texts.append(f"{name}: {count} windows, {told}")
    return figures.show(
        figure,
        alt="The last pixels of a row and the last windows of Conv 1 above them, as bars. " + "; ".join(texts),
    )


def costs(totals: Mapping[int, Mapping[str, Mapping[str, int]]]) -> HTML:
    """What each layer costs in one tower and in two, weights on the left, multiply-accumulates on the right.

    totals: towers → layer → {"weights": …, "macs": …}
    """
    figure, axes = figures.new(1, 2, width=5.0, height=3.3)
    names = list(next(iter(totals.values())))
    texts = []
    for axis, (what, title, unit, scale) in zip(
        axes.flat,
        (("weights", "weights", "millions", 1e6), ("macs", "multiply-accumulates for one image", "millions", 1e6)),
        strict=True,
    ):
        for number, (towers, layers) in enumerate(totals.items()):
            values = [layers[name][what] / scale for name in names]
            places = [row + 0.2 * (2 * number - 1) for row in range(len(names))]
            axis.barh(places, values, 0.38, color=(BLUE, ORANGE)[number], label=f"{towers} tower" + "s" * (towers > 1))
            total = sum(layers[name][what] for name in names)
            texts.append(f"{total:,} {title} with {towers} tower{'s' * (towers > 1)}")
        axis.set_yticks(range(len(names)), names, fontsize=9)
        axis.invert_yaxis()
        axis.set_title(title, fontsize=10)
        axis.set_xlabel(unit)
        axis.grid(axis="x", alpha=0.3)
        _without_frame(axis)
    axes[0, 1].legend(fontsize=9, loc="lower right")
    return figures.show(
        figure,
        alt=f"Weights and multiply-accumulates of each layer, in one tower and in two: {'; '.join(texts)}. The towers "
        "halve Conv 2, Conv 4 and Conv 5; the weights sit in the dense layers",
    )


def coverage(rows: Mapping[str, np.ndarray], shown: int = 9) -> HTML:
    """How many windows see each row of a map: the first and the last `shown` rows, darker where it is more."""
    figure, axes = figures.new(len(rows), 1, width=9.0, height=1.25)
    colours = {0: VERMILION, 1: "#b3d1e8", 2: BLUE}
    texts = []
    for axis, (name, count) in zip(axes.flat, rows.items(), strict=True):
        size = len(count)
        places = list(range(shown)) + list(range(size - shown, size))
        for number, row in enumerate(places):
            x = number + (0 if number < shown else 1.6)
            colour = colours.get(int(count[row]), GREEN)
            axis.add_patch(Rectangle((x, 0), 1, 1, facecolor=colour, edgecolor="white"))
            white = count[row] != 1
            axis.text(
                x + 0.5, 0.48, str(int(count[row])), ha="center", va="center", color="white" if white else "black"
            )
            axis.text(x + 0.5, -0.12, str(row), ha="center", va="top", fontsize=8, color="#444444")
        axis.text(shown + 0.8, 0.4, "…", ha="center", va="center", fontsize=14)
        axis.set_title(f"{name}: how many windows see each row", fontsize=10, loc="left")
        axis.set(xlim=(-0.2, 2 * shown + 1.8), ylim=(-0.55, 1.05))
        axis.axis("off")
        none, one, two = ((count == number).sum() for number in (0, 1, 2))
        texts.append(f"{name}: {none} rows in no window, {one} in one, {two} in two")
    return figures.show(figure, alt="Rows of a map, each with the number of windows that see it. " + "; ".join(texts))


def learning(histories: Mapping[str, Mapping[str, Sequence[float]]], baseline: float) -> HTML:
    """Training and validation accuracy over the epochs, one panel for each history, the gap at the end marked.

    histories: name → {"training": accuracies, "validation": accuracies}
    baseline:  an accuracy for comparison, drawn as a dotted line
    """
    figure, axes = figures.new(1, len(histories), width=4.9 if len(histories) > 1 else 5.8, height=3.4)
    texts = []
    for axis, (name, history) in zip(axes.flat, histories.items(), strict=True):
        epochs = range(1, len(history["training"]) + 1)
        axis.plot(epochs, history["training"], color=BLUE, marker="o", markersize=3, label="training patches")
        axis.plot(epochs, history["validation"], color=VERMILION, marker="s", markersize=3, label="validation patches")
        axis.fill_between(epochs, history["validation"], history["training"], color=GREY, alpha=0.18, lw=0)
        axis.axhline(baseline, color="black", linestyle=":", label="colours alone")
        last = history["training"][-1], history["validation"][-1]
        axis.set_title(f"{name}: {last[0]:.2f} and {last[1]:.2f} at the end", fontsize=10)
        axis.set(xlabel="epoch", ylim=(0, 1.03))
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        texts.append(
            f"{name}: after {len(epochs)} epochs {last[0]:.2f} of the training and {last[1]:.2f} of the validation"
        )
    axes[0, 0].set_ylabel("accuracy")
    axes[0, -1].legend(fontsize=9, loc="lower right")
    return figures.show(
        figure,
        alt=f"Accuracy over the epochs. {'; '.join(texts)} patches named right; colours alone give {baseline:.2f}",
    )


def history() -> HTML:
    """The top-5 errors of ImageNet's winners from 2010 to 2015, and of 2012's second. Literature values."""
    figure, axes = figures.new(width=8.2, height=3.7)
    axis = axes[0, 0]
    colours = {"hand-made": GREY, "convolutional": BLUE}
    for kind, label in (("hand-made", "features made by hand"), ("convolutional", "convolutional networks")):
        bars = [(place, error) for place, (_, _, error, made) in enumerate(WINNERS) if made == kind]
        axis.bar(*zip(*bars, strict=True), 0.62, color=colours[kind], label=label)
    for place, (_, _, error, _) in enumerate(WINNERS):
        axis.text(place, error + 0.5, f"{error:g} %", ha="center", va="bottom", fontsize=10)
    axis.set_xticks(range(len(WINNERS)), [f"{name}\n{year}" for year, name, _, _ in WINNERS], fontsize=9)
    axis.set(ylabel="top-5 error in per cent (literature)", ylim=(0, 32))
    axis.legend(fontsize=9)
    _without_frame(axis)
    described = ", ".join(f"{year} {' '.join(name.split())} {error:g} %" for year, name, error, _ in WINNERS)
    return figures.show(figure, alt=f"Top-5 errors of ImageNet's winners, literature values: {described}")


def filters(values: Mapping[str, np.ndarray]) -> HTML:
    """Filters as colour pictures, a row for each name, with gaps between them.

    values: name → (n, height, width, 3) from 0 to 1, as many filters for each name
    """
    n, height, width, _ = next(iter(values.values())).shape
    gap = 2
    sheet = np.ones((len(values) * (height + gap) - gap, n * (width + 1) - 1, 3))
    for row, number in np.ndindex(len(values), n):
        top, left = row * (height + gap), number * (width + 1)
        sheet[top : top + height, left : left + width] = np.clip(list(values.values())[row][number], 0, 1)
    figure, axes = figures.new(width=10.5, height=9.4 * sheet.shape[0] / sheet.shape[1] + 0.2)
    axis = axes[0, 0]
    axis.imshow(sheet)
    axis.set_yticks([row * (height + gap) + (height - 1) / 2 for row in range(len(values))], list(values), fontsize=9)
    axis.set_xticks([])
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    return figures.show(
        figure,
        alt=f"{n} filters of {comparison.shape_text((height, width, 3))} as small colour pictures, grey where a weight "
        f"is 0, in rows: {', '.join(values)}",
    )


def likeness(values: Mapping[str, Sequence[float]]) -> HTML:
    """Each filter's likeness with its best detector as a dot, a row for each network, with the medians as bars."""
    figure, axes = figures.new(width=7.4, height=1.1 + 0.55 * len(values))
    axis = axes[0, 0]
    rng = np.random.default_rng(0)
    for row, (likenesses, colour, marker) in enumerate(
        zip(values.values(), (ORANGE, BLUE, GREEN, GREY), "os^D", strict=False)
    ):
        heights = row + rng.uniform(-0.22, 0.22, len(likenesses))  # so that dots do not hide each other
        axis.scatter(likenesses, heights, s=26, color=colour, marker=marker, alpha=0.75, edgecolor="white", lw=0.5)
        middle = float(np.median(likenesses))
        axis.plot([middle, middle], [row - 0.36, row + 0.36], color="black", lw=2)
    axis.set_yticks(range(len(values)), list(values), fontsize=9)
    axis.invert_yaxis()
    axis.set(xlim=(0, 1.02), xlabel="likeness with the best detector (correlation coefficient); bars: medians")
    axis.grid(axis="x", alpha=0.3)
    _without_frame(axis)
    described = "; ".join(
        f"{name}: from {min(v):.2f} to {max(v):.2f}, median {np.median(v):.2f}" for name, v in values.items()
    )
    return figures.show(figure, alt=f"Likeness of each filter with its best detector. {described}")


def _without_frame(axis: Any) -> None:
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
