"""How a checklist looks: HTML for notebooks and feedback pages, text for everything else, pictures as PNG."""

import base64
import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.notebook import comparison

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from autograder.notebook.checklist import Line

GREEN, RED, GREY = "#1a7f37", "#cf222e", "#6e7781"
"""Readable on white and on JupyterLab's dark theme alike."""


def checklist_text(exercise: str, lines: Sequence["Line"]) -> str:
    """The ✓/✗ lines as text."""
    rows = []
    for line in lines:
        rows.append(f"{'✓' if line.passed else '✗'} {line.label}  ({_worth(line)})")
        if not line.passed:
            rows.append(f"    {line.problem}")
        if line.hint:
            rows.append(f"    → {line.hint}")
    return "\n".join(rows)


def checklist_html(exercise: str, lines: Sequence["Line"]) -> str:
    """The ✓/✗ lines as HTML; everything that came from a student is escaped."""
    rows = []
    for line in lines:
        mark, colour = ("✓", GREEN) if line.passed else ("✗", RED)
        body = f"{_inline(line.label)} <span style='color:{GREY}'>· {_worth(line)}</span>"
        if not line.passed:
            body += f"<div style='margin:2px 0'>{_inline(line.problem or '')}</div>"
        if line.hint:
            body += f"<div style='margin:2px 0'><b>→</b> {_inline(line.hint)}</div>"
        if line.picture:
            body += f"<div style='margin:4px 0'>{line.picture}</div>"
        rows.append(
            f"<div style='display:flex;gap:8px;margin:3px 0'>"
            f"<div style='color:{colour};font-weight:bold'>{mark}</div><div>{body}</div></div>"
        )
    return f"<div style='line-height:1.45'>{''.join(rows)}</div>"


def score_html(sentence: str) -> str:
    return f"<b>{html.escape(sentence)}</b>"


def pending(points: str, what: str) -> tuple[str, str]:
    """HTML and text of a hidden cell as students see it."""
    text = f"{points} {'point is' if points == '1' else 'points are'} decided when this is graded: {what}."
    return f"<div style='color:{GREY}'>◷ {_inline(text)}</div>", f"◷ {text}"


def side_by_side(found: Any, expected: Any) -> str | None:
    """The answer beside what was expected, as an HTML image; None where there is nothing to draw."""
    try:
        yours = np.asarray(comparison.plain(found), dtype=float)
        ours = np.asarray(comparison.plain(expected), dtype=float)
    except (comparison.NotPlainData, TypeError, ValueError):
        return None
    if yours.ndim not in (2, 3) or ours.ndim not in (2, 3) or 0 in yours.shape or max(yours.shape) > 1024:
        return None
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.0), layout="constrained")
    low, high = float(np.nanmin(ours)), float(np.nanmax(ours))
    for axes, values, title in zip(figure.subplots(1, 2), (yours, ours), ("yours", "expected"), strict=True):
        plane = values if values.ndim == 2 else values[..., : 3 if values.shape[-1] == 3 else 1].squeeze()
        if plane.ndim == 3:
            plane = np.clip((plane - low) / ((high - low) or 1), 0, 1)
        plane = np.nan_to_num(np.atleast_2d(plane))
        axes.imshow(plane, cmap="gray", vmin=low, vmax=high if high > low else low + 1)
        axes.set_title(f"{title}, {comparison.shape_text(values.shape)}", fontsize=10)
        axes.set_xticks([])
        axes.set_yticks([])
        if plane.ndim == 2 and max(plane.shape) <= 10:
            annotate(axes, plane, low, high)
    return image_html(figure, "Your result on the left, the expected one on the right")


def annotate(axes: Any, plane: np.ndarray, low: float, high: float) -> None:
    """Write each value of a small matrix into its square, dark on light and light on dark."""
    middle = (low + high) / 2
    for (row, column), value in np.ndenumerate(plane):
        colour = "black" if value > middle else "white"
        axes.text(column, row, comparison.show(float(value)), ha="center", va="center", color=colour, fontsize=9)


def image_html(figure: "Figure", alt: str) -> str:
    """A Matplotlib figure as an HTML image with alternative text."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, facecolor="white")
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="{html.escape(alt, quote=True)}" src="data:image/png;base64,{data}" style="max-width:100%"/>'


def _worth(line: "Line") -> str:
    points = line.points or 0
    shown = comparison.show(float(points))
    if line.passed:
        return f"{shown} {'point' if points == 1 else 'points'}"
    return f"0 of {shown} {'point' if points == 1 else 'points'}"


def _inline(text: str) -> str:
    """Escaped text; `code` between backticks is set as code."""
    parts = html.escape(text).split("`")
    if len(parts) % 2 == 0:  # an odd backtick: leave all as they are
        return html.escape(text)
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
