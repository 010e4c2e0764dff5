"""The students of a course, read from a file that a university's system exported."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from hub import Problem
from members import NAMES

COLUMNS = {
    "username": ("username", "user name", "user", "login", "login id", "sis login id", "benutzername", "kennung"),
    "first_name": ("first name", "firstname", "given name", "forename", "vorname"),
    "last_name": ("last name", "lastname", "surname", "family name", "nachname"),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "e-mail-adresse"),
}
"""What each column may be called, in whatever case, with _ for a space too. Other columns are left out."""

USERNAME = re.compile(NAMES)


@dataclass(frozen=True)
class Student:
    """One line of the file. The user name is in lower case, as the hub has it of whoever signs in."""

    line: int
    username: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""


def read(path: Path) -> list[Student]:
    """The students in a file whose cells commas, semicolons or tabs separate, whichever the first line has most of.

    Raises Problem with a sentence for each line that is no student.
    """
    (first, header), *lines = _table(path)
    places = _columns(path, header)
    students: dict[str, Student] = {}
    wrong = []
    for line, cells in lines:
        if len(cells) > len(header) and any(cells[len(header) :]):
            wrong.append(
                f"line {line} has {len(cells)} cells, and line {first} {len(header)}: "
                "put quotation marks around a cell with a separator in it."
            )
            continue
        student = Student(line, **{name: cells[place] if place < len(cells) else "" for name, place in places.items()})
        student = Student(line, student.username.lower(), student.first_name, student.last_name, student.email)
        if not student.username:
            wrong.append(f"line {line} has no user name: add it, or remove the line.")
        elif not USERNAME.fullmatch(student.username):
            wrong.append(
                f"line {line}: “{student.username}” cannot be a user of this machine: a name has at most 32 of "
                "a-z, 0-9, “.”, “_” and “-”, and begins with a letter."
            )
        elif earlier := students.get(student.username):
            wrong.append(f"line {line}: {student.username} is in line {earlier.line} already: remove one of them.")
        else:
            students[student.username] = student
    if wrong:
        raise Problem("\n".join(f"{path.name}, {sentence}" for sentence in wrong))
    if not students:
        raise Problem(f"{path} has no students: below its first line there must be one line for each.")
    return list(students.values())


def _table(path: Path) -> list[tuple[int, list[str]]]:
    """The lines that have something in them, with their numbers."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Problem(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise Problem(f"{path} is not in UTF-8: save it as “CSV UTF-8”, or names would be garbled.") from None
    separator = max(",;\t", key=text.lstrip().partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        table = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise Problem(
            f"{path}, line {reader.line_num} cannot be read ({error}): look at its quotation marks."
        ) from None
    table = [(line, cells) for line, cells in table if any(cells)]
    if not table:
        raise Problem(f"{path} is empty.")
    return table


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    """Where each of COLUMNS is; only the user name must be there."""
    titles = [title.lower().replace("_", " ") for title in header]
    places = {}
    for name, known in COLUMNS.items():
        found = [place for place, title in enumerate(titles) if title in known]
        if len(found) > 1:
            both = " and ".join(f"“{header[place]}”" for place in found)
            raise Problem(f"{path} has more than one column for the {name.replace('_', ' ')}, {both}: keep one.")
        if found:
            places[name] = found[0]
    if "username" not in places:
        raise Problem(
            f"{path} has no column with user names: its first line is “{', '.join(header)}”, and one of its cells "
            f"must be {', '.join(COLUMNS['username'][:-1])} or {COLUMNS['username'][-1]}."
        )
    return places
