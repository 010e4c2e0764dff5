"""The illustrations of notebook 2: maps before and after a layer, activations and their slopes, races, gradients."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from IPython.display import HTML
from matplotlib.ticker import MaxNLocator

from autograder.notebook import comparison, figures

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999")
"""The palette by Okabe and Ito, which colour-blind readers can tell apart; markers tell them apart as well."""
MARKERS = ("o", "s", "^", "D", "v", "P", "x", "*")


def signed(maps: Mapping[str, np.ndarray], *, alt: str) -> HTML:
    """Maps (height, width) side by side in one scale of colours: orange above zero, white at it, purple below."""
    # A few extreme pixels would leave all others pale.
    limit = max(float(np.percentile(np.abs(plane), 99)) for plane in maps.values())
    figure, axes = figures.new(1, len(maps), width=3.1, height=2.7)
    for axis, (title, plane) in zip(axes.flat, maps.items(), strict=True):
        picture = axis.imshow(plane, cmap="PuOr_r", vmin=-limit, vmax=limit)
        axis.set_title(title, fontsize=10)
        axis.axis("off")
    figure.colorbar(picture, ax=list(axes.flat), shrink=0.8)
    return figures.show(figure, alt)


def stages(maps: Mapping[str, np.ndarray], *, alt: str, rows: int = 6) -> HTML:
    """What a network makes of one image, from left to right: each stage's maps one above the other.

    maps: (height, width, channels) under the name of each stage, or a vector, drawn as bars; of more than `rows`
          maps the first ones are shown
    """
    figure, axes = figures.new(rows, len(maps), width=1.25, height=1.05)
    for column, (title, values) in enumerate(maps.items()):
        shape = comparison.shape_text(values.shape)
        title = title.strip().replace(" ", "\n")  # narrow, or the layout makes room for it between the maps
        if values.ndim == 1:
            for axis in axes[:, column]:
                axis.remove()
            axis = figure.add_subplot(axes[0, 0].get_gridspec()[1 : rows - 1, column])
            axis.barh(range(len(values)), values, color=COLOURS[0])
            axis.set(yticks=range(len(values)), xlim=(0, 1), xticks=(0, 1))
            axis.tick_params(labelsize=8)
            axis.invert_yaxis()
            axis.set_title(f"{title}\n{shape}", fontsize=9)
            continue
        shown = min(rows, values.shape[-1])
        top = 0 if shown == rows else (rows - shown) // 2
        for row in range(rows):
            axes[row, column].axis("off")
        for channel in range(shown):
            axes[top + channel, column].imshow(values[..., channel], cmap="gray")
        axes[top, column].set_title(f"{title}\n{shape}", fontsize=9)
    return figures.show(figure, alt)


def functions(z: np.ndarray, panels: Mapping[str, Mapping[str, np.ndarray]], *, alt: str) -> HTML:
    """Functions of z, one panel for each group, the same colour for the same name."""
    figure, axes = figures.new(1, len(panels), width=3.6, height=2.9)
    for axis, (title, series) in zip(axes.flat, panels.items(), strict=True):
        for (name, values), colour, style in zip(series.items(), COLOURS, ("-", "--", "-."), strict=False):
            axis.plot(z, values, style, label=name, color=colour, linewidth=2)
        axis.set(title=title, xlabel="z")
        axis.grid(alpha=0.3)
        axis.legend(fontsize=9)
    axes[0, 0].set_ylim(-1.2, 3)
    return figures.show(figure, alt)


def against(x: Sequence[float], series: Mapping[str, Sequence[float]], *, alt: str, xlabel: str, ylabel: str) -> HTML:
    """Curves over x, both axes logarithmic."""
    figure, axes = figures.new(width=5.6, height=3.2)
    axis = axes[0, 0]
    for (name, values), colour, marker in zip(series.items(), COLOURS, MARKERS, strict=False):
        axis.plot(x, values, marker=marker, markersize=5, label=name, color=colour)
    axis.set(xlabel=xlabel, ylabel=ylabel, xscale="log", yscale="log")
    axis.grid(alpha=0.3)
    axis.legend(fontsize=9)
    return figures.show(figure, alt)


def by_layer(
    panels: Mapping[str, Mapping[str, Sequence[float]]], *, alt: str, ylabel: str, xlabel: str = "layer"
) -> HTML:
    """A value for each layer 1, 2, 3 …, on a logarithmic axis that the panels share."""
    figure, axes = figures.new(1, len(panels), width=4.3 if len(panels) > 1 else 5.6, height=3.3)
    everything = [value for series in panels.values() for values in series.values() for value in values]
    for axis, (title, series) in zip(axes.flat, panels.items(), strict=True):
        for (name, values), colour, marker in zip(series.items(), COLOURS, MARKERS, strict=False):
            axis.plot(range(1, len(values) + 1), values, marker=marker, markersize=5, label=name, color=colour)
        axis.set(title=title, xlabel=xlabel, yscale="log", ylim=(min(everything) / 3, max(everything) * 3))
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        axis.legend(fontsize=9)
    axes[0, 0].set_ylabel(ylabel)
    return figures.show(figure, alt)


def races(
    runs: Mapping[str, Sequence[Sequence[float]]], *, alt: str, target: float | None = None, log_epochs: bool = False
) -> HTML:
    """Training losses over epochs: every run a line, the runs of one name in one colour.

    target: the loss at which the race ends, drawn as a dotted line
    """
    figure, axes = figures.new(width=6.4, height=3.6)
    axis: Any = axes[0, 0]
    for (name, curves), colour, marker in zip(runs.items(), COLOURS * 2, MARKERS * 2, strict=False):
        for number, losses in enumerate(curves):
            epochs = range(1, len(losses) + 1)
            label = name if number == 0 else None
            axis.plot(epochs, losses, marker=marker, markersize=4, linewidth=1.4, color=colour, label=label)
    if target is not None:
        axis.axhline(target, color="black", linestyle=":", label=f"loss {target:g}")
    axis.set(xlabel="epoch", ylabel="training loss", yscale="log")
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2) if tick >= axis.get_ylim()[0]]
    axis.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    if log_epochs:
        axis.set_xscale("log")
        axis.set_xticks([1, 2, 5, 10, 20, 40], ["1", "2", "5", "10", "20", "40"])
    else:
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.minorticks_off()
    axis.grid(alpha=0.3)
    axis.legend(fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return figures.show(figure, alt)
