"""The illustrations of notebook 6: residual blocks, losses of many runs, gradients, towers, missing blocks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from IPython.display import HTML
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from autograder.notebook import comparison, figures

BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "#999999"
"""Of the palette by Okabe and Ito, which colour-blind readers can tell apart."""

DEPTHS = {"8": (BLUE, "o"), "20": (GREEN, "s"), "38": (ORANGE, "^")}
"""Colour and marker for each depth, so that a depth looks alike in all pictures of losses."""
KINDS = {"plain-20": (ORANGE, "^"), "residual-20": (BLUE, "o")}
"""The same for each kind, in the pictures of one depth."""

IMAGENET_ERRORS = {"plain": (27.94, 28.54), "residual": (27.88, 25.03)}
"""Top-1 validation error in per cent with 18 and with 34 layers: He and others (2015), table 2."""

MAPS = {112: "#cc79a7", 56: "#0072b2", 28: "#56b4e9", 14: "#009e73", 7: "#e69f00", 224: "#999999", 1: "#444444"}
"""A colour for each size of maps; 1 stands for fully connected layers."""

History = Mapping[str, Sequence[float]]


def losses(panels: Mapping[str, Mapping[str, Sequence[History]]]) -> HTML:
    """Loss over the epochs, every run a line. panels: title → name of a network, such as plain-8 → its histories.

    A panel that is called "validation" shows the validation loss, every other one the training loss. Where a panel
    has both kinds of network, the plain ones are dashed.
    """
    figure, axes = figures.new(1, len(panels), width=3.6, height=3.4)
    lines: list[float] = []
    described = []
    for axis, (title, networks) in zip(axes.flat, panels.items(), strict=True):
        key = "val_loss" if title == "validation" else "loss"
        for name, histories in networks.items():
            kind, _, depth = name.partition("-")
            mixed = len({other.partition("-")[0] for other in networks}) > 1
            colour, marker = DEPTHS[depth]
            for number, history in enumerate(histories):
                epochs = range(1, len(history[key]) + 1)
                style = {"color": colour, "marker": marker, "markersize": 3, "linewidth": 1.1}
                dashes = "--" if mixed and kind == "plain" else "-"
                axis.plot(epochs, history[key], dashes, label=name if number == 0 else None, **style)
                lines += history[key]
            last = ", ".join(f"{history[key][-1]:.3f}" for history in histories)
            described.append(f"{title}: {name} ends at {last}")
        axis.set(title=title, xlabel="epoch", yscale="log")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8, loc="lower left")
    for axis in axes.flat:
        axis.set_ylim(min(lines) / 1.5, max(lines) * 1.3)
        ticks = [tick for tick in (0.001, 0.01, 0.1, 1, 10) if axis.get_ylim()[0] <= tick <= axis.get_ylim()[1]]
        axis.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.minorticks_off()
    what = "loss" if "validation" in panels else "training loss"
    axes[0, 0].set_ylabel(what)
    return figures.show(figure, f"{what} over the epochs, each run a line. " + "; ".join(described))


def blocks() -> HTML:
    """Two plain layers, a residual block, and one whose shortcut changes the shape, side by side."""
    figure, axes = figures.new(1, 3, width=3.4, height=4.9)
    titles = ("two plain layers", "residual block", "residual block that\nchanges the shape")
    steps = ("convolution 3×3", "batch norm", "ReLU", "convolution 3×3", "batch norm")
    for number, (axis, title) in enumerate(zip(axes.flat, titles, strict=True)):
        centre = 0.4 if number else 0.0
        tops = [8.6 - 1.15 * place for place in range(len(steps))]
        axis.text(centre, 10.15, "x", ha="center", va="center", fontsize=13, style="italic")
        _arrow(axis, (centre, 9.9), (centre, 9.0))
        for place, (top, step) in enumerate(zip(tops, steps, strict=True)):
            text = step + (", stride 2" if number == 2 and place == 0 else "")
            colour = {"c": BLUE, "b": GREY, "R": GREEN}[step[0]]
            _box(axis, (centre, top), text, colour)
            if place:
                _arrow(axis, (centre, tops[place - 1] - 0.4), (centre, top + 0.4))
        end = 2.85
        if number:
            axis.text(centre, end, "+", ha="center", va="center", fontsize=15, color="white", weight="bold", zorder=4)
            axis.plot([centre], [end], "o", markersize=20, color=ORANGE, zorder=3)
            _arrow(axis, (centre, tops[-1] - 0.4), (centre, end + 0.4))
            left = -1.75
            bend = [(centre, 9.55), (left, 9.55), (left, end), (centre - 0.36, end)]
            axis.plot([x for x, _ in bend], [y for _, y in bend], color=ORANGE, lw=2.4)
            axis.add_patch(
                FancyArrowPatch(
                    (centre - 0.6, end), (centre - 0.22, end), arrowstyle="-|>", mutation_scale=14, color=ORANGE
                )
            )
            if number == 1:
                axis.text(left - 0.12, 6.2, "shortcut: x", rotation=90, ha="right", va="center", color=ORANGE)
            else:
                text = "A: every 2nd pixel,\nzero channels"
                axis.text(left - 0.12, 7.7, text, rotation=90, ha="right", va="center", color=ORANGE, fontsize=9)
                text = "B: 1×1, stride 2,\nbatch norm"
                axis.text(left - 0.12, 4.5, text, rotation=90, ha="right", va="center", color=ORANGE, fontsize=9)
            axis.text(centre + 1.65, 6.3, "branch F", rotation=270, ha="left", va="center", color="#444444")
        else:
            _arrow(axis, (centre, tops[-1] - 0.4), (centre, 2.1))
        if number:
            _arrow(axis, (centre, end - 0.4), (centre, 2.1))
        _box(axis, (centre, 1.7), "ReLU", GREEN)
        _arrow(axis, (centre, 1.3), (centre, 0.5))
        result = ("F(x)", "F(x) + x", "F(x) + shortcut(x)")[number]
        axis.text(centre, 0.2, f"ReLU({result})", ha="center")
        axis.set(title=title, xlim=(-2.9, 2.5), ylim=(-0.1, 10.5))
        axis.axis("off")
    return figures.show(
        figure,
        "Three pictures side by side: two plain layers, that is convolution, batch norm, ReLU, convolution, batch "
        "norm, ReLU; a residual block, in which the input passes beside the same layers and is added before the last "
        "ReLU; and a block with stride 2, whose shortcut either takes every second pixel and appends zero channels, "
        "or is a 1×1 convolution with stride 2 and batch norm",
    )


def _box(axis: Any, centre: tuple[float, float], text: str, colour: str) -> None:
    x, y = centre
    axis.add_patch(Rectangle((x - 1.5, y - 0.4), 3.0, 0.8, facecolor=colour, edgecolor="white"))
    axis.text(x, y, text, ha="center", va="center", color="white", fontsize=9)


def _arrow(axis: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    axis.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=10, color="#444444", shrinkA=0, shrinkB=0)
    )


def gradients(norms: Mapping[str, Mapping[str, Sequence[float]]]) -> HTML:
    """The gradient's norm at the first kernel, a point for each beginning. norms: kind → depth → values"""
    figure, axes = figures.new(width=7.4, height=3.0)
    axis = axes[0, 0]
    for row, by_depth in enumerate(norms.values()):
        for depth, values in by_depth.items():
            colour, marker = DEPTHS[depth]
            shift = -0.14 if depth == "8" else 0.14
            style = {"color": colour, "marker": marker, "linestyle": "", "alpha": 0.8}
            axis.plot(values, [row + shift] * len(values), **style, label=f"{depth} layers" if row == 0 else None)
    axis.set_yticks(range(len(norms)), list(norms))
    axis.set_ylim(len(norms) - 0.5, -0.5)
    axis.set(xscale="log", xlabel="norm of the gradient at the first kernel, before any training")
    axis.grid(alpha=0.3, which="both", axis="x")
    axis.legend(fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5))
    described = "; ".join(
        f"{kind}, {depth} layers: " + ", ".join(f"{value:.2g}" for value in values)
        for kind, by_depth in norms.items()
        for depth, values in by_depth.items()
    )
    return figures.show(figure, f"Norm of the gradient at the first kernel. {described}")


def towers(stages: Sequence[tuple[int, int]], vgg: Sequence[tuple[int, int]]) -> HTML:
    """ResNet-34, plain-34 and VGG-19 from left to right, a box for each layer with a kernel, arcs for shortcuts.

    stages: (pairs of convolutions, filters) of the first two; vgg: (convolutions, filters) of VGG-19's stages
    """
    figure, axes = figures.new(width=11.0, height=4.3)
    axis = axes[0, 0]
    deep = [(112, "7×7, 64")]
    for stage, (pairs, filters) in enumerate(stages):
        deep += [(56 // 2**stage, f"3×3, {filters}")] * (2 * pairs)
    deep.append((1, "1000"))
    other = []
    for stage, (convolutions, filters) in enumerate(vgg):
        other += [(224 // 2**stage, f"3×3, {filters}")] * convolutions
    other += [(1, "4096"), (1, "4096"), (1, "1000")]
    for row, (name, tower) in enumerate((("ResNet-34", deep), ("plain-34", deep), ("VGG-19", other))):
        y = -1.75 * row
        axis.text(-0.8, y + 0.5, name, ha="right", va="center", fontsize=10)
        for place, (size, text) in enumerate(tower):
            axis.add_patch(Rectangle((place, y), 0.8, 1.0, facecolor=MAPS[size], edgecolor="white"))
            colour = "black" if size in (28, 7) else "white"
            axis.text(place + 0.4, y + 0.5, text, ha="center", va="center", rotation=90, fontsize=7.5, color=colour)
        axis.plot([-0.5, len(tower) + 0.3], [y + 0.5] * 2, color=GREY, lw=1, zorder=0)
    place = 1
    for stage, (pairs, _) in enumerate(stages):
        for pair in range(pairs):
            # Wherever a block begins, the shortcut leaves before its first layer and comes back behind its second.
            changes = stage > 0 and pair == 0
            arc = FancyArrowPatch(
                (place - 0.1, 1.03),
                (place + 1.9, 1.03),
                connectionstyle="arc3,rad=-0.55",
                arrowstyle="-|>",
                mutation_scale=7,
                color=ORANGE,
                linestyle="--" if changes else "-",
                lw=1.2,
            )
            axis.add_patch(arc)
            place += 2
    sizes = [size for size in (224, 112, 56, 28, 14, 7, 1) if any(size == other for other, _ in deep + other)]
    handles = [
        Line2D([], [], marker="s", linestyle="", markersize=9, color=MAPS[size], label=f"{size}×{size}")
        if size > 1
        else Line2D([], [], marker="s", linestyle="", markersize=9, color=MAPS[1], label="fully connected")
        for size in sizes
    ]
    legend = {"loc": "lower right", "ncol": 2, "fontsize": 8, "title": "size of the maps", "title_fontsize": 8}
    axis.legend(handles=handles, **legend)
    axis.set(xlim=(-4.2, 35), ylim=(-3.7, 1.9))
    axis.axis("off")
    return figures.show(
        figure,
        "Three rows of boxes, one for each layer with a kernel. ResNet-34 and plain-34 have the same 34 boxes: a 7×7 "
        "convolution, "
        + ", ".join(f"{2 * pairs} of 3×3 with {filters} filters" for pairs, filters in stages)
        + ", and a fully connected layer; ResNet-34 has an arc over every two of them, dashed where the shape changes. "
        "VGG-19 has sixteen convolutions and three fully connected layers",
    )


def three_measures(networks: Mapping[str, tuple[int, int, int]]) -> HTML:
    """Depth, weights and operations of networks, one panel each. networks: name → (layers, weights, macs)"""
    panels = (
        ("depth, layers", 0, 1, "{:.0f}"),
        ("trainable weights, millions", 1, 1e6, "{:.1f}"),
        ("multiply-accumulates, billions", 2, 1e9, "{:.1f}"),
    )
    figure, axes = figures.new(1, 3, width=3.5, height=2.5)
    names = list(networks)
    colours = [BLUE if "ResNet" in name else GREY if "plain" in name else ORANGE for name in names]
    for number, (axis, (title, which, unit, form)) in enumerate(zip(axes.flat, panels, strict=True)):
        values = [networks[name][which] / unit for name in names]
        bars = axis.barh(range(len(names)), values, color=colours)
        axis.bar_label(bars, [form.format(value) for value in values], padding=3, fontsize=9)
        axis.set(title=title)
        axis.title.set_fontsize(10)
        axis.margins(x=0.2)
        axis.invert_yaxis()
        axis.set_yticks(range(len(names)), [name.replace(", option B", "") for name in names] if number == 0 else [])
        for side in ("top", "right"):
            axis.spines[side].set_visible(False)
    described = "; ".join(
        f"{name}: {depth} layers, {weights:,} weights, {macs / 1e9:.2f} billion multiply-accumulates"
        for name, (depth, weights, macs) in networks.items()
    )
    return figures.show(figure, described)


def imagenet_errors() -> HTML:
    """The lecture's validation errors with 18 and 34 layers, plain and residual: literature values."""
    figure, axes = figures.new(width=5.4, height=3.0)
    axis = axes[0, 0]
    for (name, errors), colour, marker in zip(IMAGENET_ERRORS.items(), (ORANGE, BLUE), "^o", strict=True):
        axis.plot([18, 34], errors, marker=marker, color=colour, label=name, lw=2)
        above = name == "plain"
        for depth, error in zip((18, 34), errors, strict=True):
            place = (0, 8 if above else -15)
            axis.annotate(
                f"{error} %", (depth, error), xytext=place, textcoords="offset points", ha="center", fontsize=9
            )
    axis.set(xticks=(18, 34), xlim=(14, 38), ylim=(24, 29.5), xlabel="layers", ylabel="top-1 error, per cent")
    axis.set_title("ImageNet validation, literature values\n(He and others, 2015)", fontsize=10)
    axis.grid(alpha=0.3)
    axis.legend(fontsize=9, loc="lower left")
    described = "; ".join(
        f"{name} {few} % with 18 layers, {many} % with 34" for name, (few, many) in IMAGENET_ERRORS.items()
    )
    return figures.show(figure, f"Top-1 validation error on ImageNet, literature values: {described}")


def dropped(shares: Mapping[str, Sequence[float]], whole: Mapping[str, float]) -> HTML:
    """Accuracy with one block (or pair of layers) left out, a panel for each network; a line for the whole network."""
    figure, axes = figures.new(1, len(shares), width=4.3, height=2.8)
    described = []
    for axis, (name, values) in zip(axes.flat, shares.items(), strict=True):
        axis.bar(range(len(values)), values, color=KINDS[name][0])
        axis.axhline(whole[name], color="black", linestyle="--", lw=1)
        axis.text(len(values) - 0.45, whole[name] + 0.02, "nothing left out", fontsize=9, ha="right")
        axis.axhline(0.1, color=GREY, linestyle=":", lw=1)
        unit = "block" if name.startswith("residual") else "pair of layers"
        axis.set(title=name, xlabel=f"{unit} left out", ylim=(0, 1.12), xticks=range(len(values)))
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
        each = ", ".join(f"{value:.0%}" for value in values)
        described.append(f"{name}: whole {whole[name]:.0%}, without each in turn {each}")
    axes[0, 0].set_ylabel("validation accuracy")
    return figures.show(figure, "Validation accuracy with one block or pair left out. " + "; ".join(described))


def first_terms(residual: Sequence[float], plain: Sequence[float], boosted: Sequence[float]) -> HTML:
    """Accuracy of the first terms of three networks, over the share of their terms that is kept.

    residual, plain: with the first 0, 1, 2 … blocks or pairs; boosted: with the first 1, 2, 3 … stages
    """
    figure, axes = figures.new(width=5.8, height=3.4)
    axis = axes[0, 0]
    steps = np.arange(1, len(boosted) + 1) / len(boosted)
    axis.plot(steps, boosted, color=GREEN, lw=2, label=f"boosted ensemble, {len(boosted)} stages")
    for name, values in (("residual-20", residual), ("plain-20", plain)):
        colour, marker = KINDS[name]
        terms = "blocks" if name == "residual-20" else "pairs of layers"
        shares = np.arange(len(values)) / (len(values) - 1)
        axis.plot(shares, values, color=colour, marker=marker, label=f"{name}, {len(values) - 1} {terms}")
    axis.axhline(0.1, color=GREY, linestyle=":", lw=1)
    axis.set(xlabel="share of the terms that is kept, from the first on", ylabel="validation accuracy", ylim=(0, 1.05))
    for which in (axis.xaxis, axis.yaxis):
        which.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.grid(alpha=0.3)
    axis.legend(fontsize=9, loc="lower left", bbox_to_anchor=(0.40, 0.28))
    described = "; ".join(
        f"{name} with the first 0, 1, 2 … {terms}: " + ", ".join(f"{value:.0%}" for value in values)
        for name, terms, values in (("residual-20", "blocks", residual), ("plain-20", "pairs of layers", plain))
    )
    first, last = boosted[0], boosted[-1]
    return figures.show(
        figure,
        f"Validation accuracy with the first terms only. {described}; the boosted ensemble {first:.0%} after its first "
        f"stage and {last:.0%} after its last ({comparison.show(len(boosted))} stages)",
    )
