"""The illustrations of notebook 3: filters with depth, maps, receptive fields, shares, depths and costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from IPython.display import HTML
from matplotlib.patches import Rectangle

from autograder.notebook import comparison, figures

BLUE, ORANGE, GREEN, GREY = "#0072b2", "#e69f00", "#009e73", "#999999"
"""Of the palette by Okabe and Ito, which colour-blind readers can tell apart."""

CHANNELS = ("#d55e00", "#009e73", "#0072b2", "#cc79a7")


def filters(channels: int, filters: int, kernel: int) -> HTML:
    """A layer's filters, each as deep as the input, and the maps they give. channels: at most 4."""
    figure, axes = figures.new(width=7.2, height=2.6)
    axis = axes[0, 0]
    for depth in reversed(range(channels)):
        axis.add_patch(Rectangle((0.3 * depth, 0.3 * depth), 3, 3, facecolor=CHANNELS[depth], edgecolor="white"))
    for number in range(filters):
        for depth in reversed(range(channels)):
            corner = (5.4 + 1.6 * number + 0.18 * depth, 1.3 + 0.18 * depth)
            axis.add_patch(Rectangle(corner, 0.9, 0.9, facecolor=CHANNELS[depth], edgecolor="white"))
    left = 6.2 + 1.6 * filters
    for number in reversed(range(filters)):
        axis.add_patch(Rectangle((left + 0.3 * number, 0.3 * number), 2.6, 2.6, facecolor=GREY, edgecolor="white"))
    texts = (
        (1.5 + 0.15 * channels, f"input\n{channels} channels"),
        (5.0 + 0.8 * filters, f"{filters} filters, each\n{kernel}×{kernel}×{channels} weights and a bias"),
        (left + 1.3 + 0.15 * filters, f"output\n{filters} maps"),
    )
    for x, text in texts:
        axis.text(x, -0.35, text, ha="center", va="top", fontsize=10)
    axis.set(xlim=(-0.3, left + 3 + 0.3 * filters), ylim=(-1.6, 4.3))
    axis.set_aspect("equal")
    axis.axis("off")
    return figures.show(
        figure,
        f"An input of {channels} channels, {filters} filters that each have a {kernel}×{kernel} slice for every "
        f"channel, and the {filters} maps that they give",
    )


def maps(names: Sequence[str], shapes: Sequence[Sequence[int]]) -> HTML:
    """The maps of a network from input to output as stacks of squares, drawn to scale, vectors as bars."""
    figure, axes = figures.new(width=9.0, height=2.3)
    axis = axes[0, 0]
    scale = 4.0 / max(shapes[0][0], 1)
    x = 0.0
    for number, (name, shape) in enumerate(zip(names, shapes, strict=True)):
        is_map = len(shape) == 3 and shape[0] > 1
        height = shape[0] * scale if is_map else 3.4
        width = shape[1] * scale if is_map else 0.3
        sheets = min(int(shape[-1]), 8) if is_map else 1
        colour = GREY if number == 0 else (BLUE if is_map else ORANGE)
        for sheet in reversed(range(sheets)):
            shift = 0.14 * sheet
            axis.add_patch(
                Rectangle((x + shift, 2 - height / 2 + shift), width, height, facecolor=colour, edgecolor="white")
            )
        full = width + 0.14 * (sheets - 1)
        axis.text(x + full / 2, -0.5, f"{name}\n{comparison.shape_text(shape)}", ha="center", va="top", fontsize=9)
        x += max(full, 2.3) + 0.6  # a label is about 2.3 wide
    axis.set(xlim=(-0.9, x - 0.9), ylim=(-1.6, 4.9))
    axis.set_aspect("equal")
    axis.axis("off")
    described = ", ".join(f"{name} {comparison.shape_text(shape)}" for name, shape in zip(names, shapes, strict=True))
    return figures.show(figure, f"The maps of the network, drawn to scale: {described}")


def fields(names: Sequence[str], sizes: Sequence[int], image: int) -> HTML:
    """What one number of each layer sees of an image of image×image pixels, as squares inside each other."""
    figure, axes = figures.new(1, len(names), width=1.75, height=2.35)
    for axis, name, size in zip(axes.flat, names, sizes, strict=True):
        corner = (image - size) // 2
        axis.add_patch(Rectangle((0, 0), image, image, facecolor="#eeeeee", edgecolor=GREY))
        axis.add_patch(Rectangle((corner, corner), size, size, facecolor=BLUE, edgecolor=BLUE, alpha=0.85))
        for line in range(image + 1):
            axis.plot([line, line], [0, image], color="white", linewidth=0.3)
            axis.plot([0, image], [line, line], color="white", linewidth=0.3)
        axis.set(xlim=(-0.5, image + 0.5), ylim=(-0.5, image + 0.5), title=f"{name}\n{size}×{size}")
        axis.title.set_fontsize(10)
        axis.set_aspect("equal")
        axis.axis("off")
    described = ", ".join(f"{name} {size}×{size}" for name, size in zip(names, sizes, strict=True))
    return figures.show(figure, f"What one number of each layer sees of a {image}×{image} image: {described}")


def shares(names: Sequence[str], weights: Sequence[int], macs: Sequence[int], title: str = "") -> HTML:
    """For each layer its share of the network's weights and of its multiply-accumulates."""
    figure, axes = figures.new(width=7.0, height=0.8 + 0.36 * len(names))
    axis = axes[0, 0]
    rows = range(len(names))
    weight_shares = [100 * number / sum(weights) for number in weights]
    mac_shares = [100 * number / sum(macs) for number in macs]
    axis.barh([row - 0.2 for row in rows], weight_shares, 0.38, color=ORANGE, label="weights")
    axis.barh([row + 0.2 for row in rows], mac_shares, 0.38, color=BLUE, label="multiply-accumulates")
    axis.set_yticks(list(rows), names, fontsize=9)
    axis.invert_yaxis()
    axis.set(xlabel="share of the network, in per cent", title=title)
    axis.grid(axis="x", alpha=0.3)
    axis.legend(fontsize=9)
    _without_frame(axis)
    described = "; ".join(
        f"{name} {ours:.1f} % of the weights and {theirs:.1f} % of the operations"
        for name, ours, theirs in zip(names, weight_shares, mac_shares, strict=True)
    )
    return figures.show(figure, f"{title}: {described}")


def depths(networks: Mapping[str, tuple[int, int]], notes: Mapping[str, str]) -> HTML:
    """The depth of networks over the years. networks: name → (year, layers); notes: a text beside some bars."""
    figure, axes = figures.new(width=7.2, height=3.4)
    axis = axes[0, 0]
    for place, (name, (_, depth)) in enumerate(networks.items()):
        axis.bar(place, depth, 0.6, color=BLUE)
        text = f"{depth} layers" + (f"\n{notes[name]}" if name in notes else "")
        axis.text(place, depth + 0.6, text, ha="center", va="bottom", fontsize=9)
    axis.set_xticks(range(len(networks)), [f"{name}\n{year}" for name, (year, _) in networks.items()])
    axis.set(ylabel="layers with weights", ylim=(0, 1.18 * max(depth for _, depth in networks.values())))
    _without_frame(axis)
    described = ", ".join(f"{name} ({year}) {depth}" for name, (year, depth) in networks.items())
    noted = "".join(f" {name}: {' '.join(text.split())}." for name, text in notes.items())
    return figures.show(figure, f"Layers with weights, from the input to the output: {described}.{noted}")


def costs(networks: Mapping[str, tuple[int, int]]) -> HTML:
    """Weights against multiply-accumulates, both logarithmic. networks: name → (weights, macs)"""
    figure, axes = figures.new(width=6.6, height=4.2)
    axis = axes[0, 0]
    least, most = min(weights for weights, _ in networks.values()) / 3, max(max(cost) for cost in networks.values()) * 3
    axis.plot([least, most], [least, most], ":", color=GREY)
    axis.text(most / 8000, most / 8000 / 2, "each weight used once", color="#555555", fontsize=9, ha="left", va="top")
    for number, (name, (weights, macs)) in enumerate(networks.items()):
        axis.scatter(weights, macs, s=60, marker="osD^vP*X"[number % 8], color=ORANGE if "dense" in name else BLUE)
        right = weights > 3e8
        down = bool(number % 2) or right
        axis.annotate(
            name.replace(", ", "\n"),
            (weights, macs),
            xytext=(-9 if right else 9, -5 if down else 5),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top" if down else "bottom",
            fontsize=9,
        )
    axis.set(xscale="log", yscale="log", xlim=(least, most), ylim=(least, most))
    axis.set(xlabel="weights", ylabel="multiply-accumulates for one image")
    axis.grid(alpha=0.3)
    _without_frame(axis)
    described = "; ".join(
        f"{name} {weights:,} weights and {macs:,} operations" for name, (weights, macs) in networks.items()
    )
    return figures.show(figure, f"Weights against multiply-accumulates: {described}")


def _without_frame(axis: Any) -> None:
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
