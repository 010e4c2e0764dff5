"""What of the instructor's must not be in a release folder, and whether it is."""

import json
import re
from pathlib import Path

from nbformat.notebooknode import NotebookNode

REGION = re.compile(
    r"^[ \t]*### BEGIN (?P<kind>SOLUTION|HIDDEN TESTS|MARK SCHEME)\s*$(?P<body>.*?)^[ \t]*### END (?P=kind)",
    re.MULTILINE | re.DOTALL,
)
MARKER = re.compile(r"###\s*(BEGIN|END)\s+(SOLUTION|HIDDEN TESTS|MARK SCHEME)")


def allowed_files(name: str, solutions: Path) -> set[str]:
    """The files that the release of an assignment may hold: its notebook and the figures beside the source."""
    figures = solutions / name / "figures"
    return {f"{name}.ipynb"} | {
        path.relative_to(solutions / name).as_posix() for path in figures.rglob("*") if path.is_file()
    }


def secret_lines(instructor: NotebookNode) -> set[str]:
    """Every line that stands in a solution, hidden test or mark scheme and nowhere else in the notebook."""
    hidden: set[str] = set()
    public: set[str] = set()
    for cell in instructor.cells:
        for match in REGION.finditer(cell.source):
            hidden.update(_lines(match["body"]))
        public.update(_lines(REGION.sub("", cell.source)))
    return hidden - public


def find(name: str, instructor: NotebookNode, solutions: Path, release: Path) -> list[str]:
    """A sentence for each thing in the release folder of an assignment that is not meant for students.

    instructor: the instructor's notebook
    solutions:  the course's `solutions/`
    release:    the folder to look into, such as `assignments/1_kernels`
    """
    found = []
    allowed = allowed_files(name, solutions)
    wanted = secret_lines(instructor)
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        relative = path.relative_to(release).as_posix()
        if relative not in allowed:
            found.append(f"{release / relative} is not meant for students: delete it.")
            continue
        content = path.read_bytes().decode("utf-8", errors="replace")
        if MARKER.search(content):
            found.append(f"{release / relative} holds the marker of a solution or a hidden test.")
        lines = _searchable(content)
        for line in sorted(wanted):
            if line in lines:
                found.append(f"{release / relative} holds the solution or hidden line “{line}”.")
    return found


def _lines(source: str) -> list[str]:
    return [line.strip() for line in source.splitlines() if len(line.strip()) > 3]


def _searchable(content: str) -> set[str]:
    """The lines of a file; in JSON, of the strings it holds."""
    lines = {line.strip() for line in content.splitlines()}
    try:
        document = json.loads(content)
    except ValueError:
        return lines

    def walk(value: object) -> None:
        if isinstance(value, str):
            lines.update(line.strip() for line in value.splitlines())
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            walk("".join(value)) if all(isinstance(item, str) for item in value) else None
            for item in value:
                walk(item)

    walk(document)
    return lines


def without_markers(source: str) -> str:
    """An instructor's cell as a student would have written it: the solution without its marker lines."""
    return "\n".join(line for line in source.splitlines() if not MARKER.search(line))
