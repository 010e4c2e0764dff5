"""The submissions that have no grade, with the reason of each: kept beside the gradebook, never a silent zero.

A submission is entered before it is graded and taken out when it is, so that one whose grading was interrupted
stands here and is graded again.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from autograder.course.layout import Course

INTERRUPTED = "its grading was interrupted"


class Ungraded:
    """A file of a course with a text for each submission: assignment → student → why it has no grade.

    name: of the file; `graded.json` has in the same form what was graded, as a hash
    """

    def __init__(self, course: Course, name: str = "ungraded.json") -> None:
        self.path: Path = course.root / name
        self.reasons: dict[str, dict[str, str]] = {}
        if self.path.is_file():
            self.reasons = json.loads(self.path.read_text(encoding="utf-8"))

    def reason(self, name: str, student: str) -> str | None:
        return self.reasons.get(name, {}).get(student)

    def enter(self, name: str, student: str, reason: str = INTERRUPTED) -> None:
        self.reasons.setdefault(name, {})[student] = reason
        self._write()

    def enter_all(self, submissions: Iterable[tuple[str, str]]) -> None:
        """Enter assignments and students that have no reason yet as interrupted."""
        for name, student in submissions:
            self.reasons.setdefault(name, {}).setdefault(student, INTERRUPTED)
        self._write()

    def remove(self, name: str, student: str) -> None:
        self.reasons.get(name, {}).pop(student, None)
        self._write()

    def _write(self) -> None:
        draft = self.path.with_suffix(".json.new")
        draft.write_text(json.dumps(self.reasons, indent=1, sort_keys=True), encoding="utf-8")
        draft.replace(self.path)
