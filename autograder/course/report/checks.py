"""The check lines of a test cell, read back from a graded notebook."""

import re
from dataclasses import dataclass
from typing import Any

LINE = re.compile(r"([✓✗]) (.*)  \((?:0 of )?[\d.,/]+ points?\)")
HINT = "    → "


@dataclass(frozen=True)
class Check:
    """One ✓/✗ line as a student saw it."""

    label: str
    passed: bool
    hint: str = ""


def read(outputs: list[Any]) -> list[Check] | None:
    """The check lines among a test cell's outputs; none if it has no checklist; None if they cannot be told apart.

    A failing line quotes what a student's code said, and that may look like a line itself. In the HTML beside the
    text it is escaped, so the marks in there are all real: where the text has more of them, it is not believed.
    """
    found: list[Check] = []
    for output in outputs:
        data = output.get("data", {})
        text, html = ("".join(data.get(kind, "")) for kind in ("text/plain", "text/html"))  # a file has lists of lines
        if output.get("output_type") != "display_data" or not LINE.match(text):
            continue
        lines = _lines(text)
        marks = html.count(">✓</div>") + html.count(">✗</div>")
        if (len(lines), sum(bool(line.hint) for line in lines)) != (marks, html.count("<b>→</b>")):
            return None
        found += lines
    return found


def _lines(text: str) -> list[Check]:
    lines: list[Check] = []
    for row in text.split("\n"):
        if match := LINE.fullmatch(row):
            mark, label = match.groups()
            lines.append(Check(label, mark == "✓"))
        elif row.startswith(HINT) and lines:
            last = lines[-1]
            # A hint stands last, behind whatever the student's code said.
            lines[-1] = Check(last.label, last.passed, row.removeprefix(HINT))
    return lines
