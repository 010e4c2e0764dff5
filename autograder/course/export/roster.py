"""A gradebook that a learning management system exported: who is in it, and by what the system knows them."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Student

from autograder.errors import CourseError


@dataclass(frozen=True)
class Roster:
    """The file as a table; every row has as many cells as the header."""

    name: str
    header: list[str]
    rows: list[list[str]]

    @classmethod
    def read(cls, path: Path) -> "Roster":
        """Read a file whose cells commas, semicolons or tabs separate, whichever the header has most of.

        Raises CourseError if it cannot be read, is not UTF-8, or is empty.
        """
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise CourseError(f"{path} cannot be read ({error.strerror}).") from None
        except UnicodeDecodeError:
            raise CourseError(
                f"{path} is not in UTF-8: give it as it was exported, not as a spreadsheet saved it."
            ) from None
        separator = max(",;\t", key=text.partition("\n")[0].count)
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if line]
        if not lines:
            raise CourseError(f"{path} is empty.")
        width = len(lines[0])
        return cls(
            path.name,
            [cell.strip() for cell in lines[0]],
            [(line + [""] * width)[:width] for line in lines[1:]],
        )

    def columns(self, names: Iterable[str]) -> list[int]:
        """The numbers of the columns with one of these names, in the file's order."""
        wanted = set(names)
        return [number for number, name in enumerate(self.header) if name in wanted]

    def find(self, students: Iterable[Student], keys: list[int]) -> tuple[dict[str, list[str]], list[str]]:
        """The row of each student in the roster, by nbgrader's id, and the names in it that are no student's.

        One column says who is who: that of `keys` in which most students are found, by their nbgrader id, LMS user id
        or email, in whatever case. A name that two students share is nobody's. Raises CourseError if no student is
        found, or one of them twice.
        """
        owners = defaultdict(set)
        for student in students:
            for name in (student.id, student.lms_user_id, student.email):
                if name:
                    owners[name.strip().casefold()].add(student.id)
        known = {name: min(ids) for name, ids in owners.items() if len(ids) == 1}

        def owner(row: list[str], column: int) -> str | None:
            return known.get(row[column].strip().casefold())

        key = max(keys, key=lambda column: len({owner(row, column) for row in self.rows} - {None}))
        found = [(student, row) for row in self.rows if (student := owner(row, key))]
        if not found:
            columns = ", ".join(self.header[column] for column in keys)
            raise CourseError(
                f"{self.name} has no student of the gradebook: nothing in its columns {columns} is an id, an LMS user "
                "id or an email that nbgrader knows; `nbgrader db student add ID --email …` tells it one."
            )
        student, times = Counter(student for student, _ in found).most_common(1)[0]
        if times > 1:
            raise CourseError(f"{self.name} has {times} rows for {student} in its column {self.header[key]}.")
        return dict(found), [row[key] for row in self.rows if row[key].strip() and not owner(row, key)]
