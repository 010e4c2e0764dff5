"""Writes a report as one HTML page that needs nothing else."""

from collections.abc import Iterable
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from autograder.course.report.findings import Histogram, Look, Report
from autograder.errors import CourseError

LONGEST = 300
"""Characters of a sentence that are shown: hints and errors quote what students wrote."""


def write(report: Report, path: Path) -> None:
    """Write the page. Raises CourseError where it cannot be written."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # names, answers and hints come from students, or quote them
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "inline": _inline,
        "number": _number,
        "percent": lambda share: f"{share:.0%}",
        "whole": lambda value: f"{value:,.0f}",
        "spent": lambda value: "–" if value is None else f"{value:,.1f}" if value < 10 else f"{value:,.0f}",
    }
    page = environment.get_template("page.html.j2").render(report=report, Look=Look, histogram_of=Histogram.of)
    try:
        path.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}): name another file with --to.") from None


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _inline(text: str) -> Markup:
    """Escaped text, cut off where it is long; `code` between backticks is set as code."""
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    if text.count("`") % 2:
        return escape(text)
    parts: Iterable[str] = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )
