"""Files that a learning management system imports: a row for each student, a column for each assignment.

Canvas and Moodle both take an empty cell as the order to delete the grade that they hold. So a student without any
grade has no row, and what the system knows of them stays. In a file of several assignments a row can lack one of the
grades even so: with a roster the cell keeps what the system exported, and without one a sentence names it.
"""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, Student
from traitlets import Unicode

from autograder.course.export import cells
from autograder.course.export.plugin import CourseExport, left_out
from autograder.course.export.roster import Roster
from autograder.course.export.rows import GRADED
from autograder.errors import CourseError


@dataclass(frozen=True)
class Sheet:
    """What stands around the grades.

    columns: those that say who somebody is
    people:  their cells, for each student of nbgrader's that the system knows
    items:   the header of each assignment
    worth:   its points, as the system writes them where it knows them
    held:    what the system holds for a student and an assignment
    notes:   what the instructor should know of this
    """

    columns: list[str]
    people: dict[str, list[str]]
    items: dict[str, str]
    worth: dict[str, str]
    held: dict[tuple[str, str], str]
    notes: list[str]


class GradebookImport(CourseExport):
    """A file for a system's gradebook. With a roster, students and assignments have the names that the system knows.

    system:  its name
    nothing: what it writes where there is no grade
    columns: those that say who somebody is, without a roster
    kept:    and those of a roster
    keys:    those by which the system finds somebody
    """

    system = ""
    nothing = ""
    columns: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    roster = Unicode("", help="The system's own export of its gradebook, to take students and columns from.").tag(
        config=True
    )

    def person(self, student: Student) -> list[str]:
        """The cells of `columns`, from what nbgrader knows."""
        raise NotImplementedError

    def is_item(self, header: str, assignment: str) -> bool:
        """Whether a column of a roster is that of an assignment."""
        raise NotImplementedError

    def worth_in(self, roster: Roster) -> list[str]:
        """The row of a roster that says what assignments are worth, if there is one."""
        return []

    def table(self, sheet: Sheet, lines: list[list[str]]) -> list[list[str]]:
        """The whole file, from the lines of the students."""
        raise NotImplementedError

    def write(self, gradebook: Gradebook) -> list[str]:
        worth = self.assignments(gradebook)
        rows = self.rows(gradebook)
        sheet = self._of_roster(gradebook, worth) if self.roster else self._of_nbgrader(gradebook, worth)
        grades = {(row["student_id"], row["assignment"]): row["score"] for row in rows if row["status"] == GRADED}
        graded = sorted({student for student, _ in grades})
        absent = [student for student in graded if student not in sheet.people]
        unsafe = [student for student in graded if student not in absent and self._is_unsafe(sheet, student)]
        written = [student for student in graded if student not in absent + unsafe]
        lines, kept, empty = [], [], []
        for student in written:
            line = [cells.text(cell) for cell in sheet.people[student]]
            for name in worth:
                held = sheet.held.get((student, name), "")
                if (student, name) in grades:
                    line.append(cells.points(grades[student, name]))
                    continue
                line.append(held or self.nothing)
                if any(character.isdigit() for character in held):
                    kept.append(f"{student} in {name}")
                elif not self.roster:
                    empty.append(f"{student} in {name}")
            lines.append(line)
        self.save(self.table(sheet, lines))
        return [
            *sheet.notes,
            *left_out(rows),
            *_about(absent, f"Left out, for {Path(self.roster).name} does not have them: "),
            *_about(
                unsafe,
                "Left out, for their ids begin like a formula of a spreadsheet, and are written with an apostrophe "
                f"that {self.system} does not know; enter their grades by hand: ",
            ),
            *_about(kept, f"{self.system} has a grade and there is none here; it stays as it was exported: "),
            *_about(
                empty,
                f"No grade, in a row with others; if {self.system} has one, the import deletes it, so export one "
                "assignment at a time or name a roster: ",
            ),
        ]

    def _is_unsafe(self, sheet: Sheet, student: str) -> bool:
        """Whether the system would not find somebody, as a cell that it finds them by is not written as it is."""
        return any(
            cells.text(cell) != cell
            for column, cell in zip(sheet.columns, sheet.people[student], strict=True)
            if column in self.keys
        )

    def _of_nbgrader(self, gradebook: Gradebook, worth: dict[str, float]) -> Sheet:
        return Sheet(
            columns=list(self.columns),
            people={student.id: self.person(student) for student in gradebook.students},
            items={name: name for name in worth},
            worth={name: cells.points(points) for name, points in worth.items()},
            held={},
            notes=[],
        )

    def _of_roster(self, gradebook: Gradebook, worth: dict[str, float]) -> Sheet:
        roster = Roster.read(Path(self.roster))
        keys, columns = roster.columns(self.keys), roster.columns(self.kept)
        if not keys:
            raise CourseError(
                f"{roster.name} is no gradebook exported by {self.system} in English: it has no column "
                f"{' or '.join(self.keys)}."
            )
        found, unknown = roster.find(gradebook.students, keys)
        notes = [] if self.student else _about(unknown, f"In {roster.name}, and not in nbgrader's gradebook: ")
        points = self.worth_in(roster)
        items, values = {}, {}
        held: dict[tuple[str, str], str] = {}
        for name in worth:
            numbers = [number for number, header in enumerate(roster.header) if self.is_item(header, name)]
            if len(numbers) > 1:
                raise CourseError(
                    f"{roster.name} has {len(numbers)} columns for {name}: "
                    f"{', '.join(roster.header[number] for number in numbers)}; give all but one another name."
                )
            items[name], values[name] = name, cells.points(worth[name])
            if not numbers:
                notes.append(f"{roster.name} has no column for {name}: choose what it is when {self.system} asks.")
                continue
            (number,) = numbers
            items[name] = roster.header[number]
            held |= {(student, name): row[number].strip() for student, row in found.items()}
            if points and points[number].strip():
                values[name] = points[number].strip()
                if not _same(values[name], worth[name]):
                    notes.append(
                        f"{name} is worth {worth[name]:g} points here and {values[name]} in {self.system}: "
                        "grades are not scaled, so change it there."
                    )
        return Sheet(
            columns=[roster.header[column] for column in columns],
            people={student: [row[column] for column in columns] for student, row in found.items()},
            items=items,
            worth=values,
            held=held,
            notes=notes,
        )


def _about(who: list[str], sentence: str) -> list[str]:
    """A sentence that ends in some names, if there are any."""
    return [f"{sentence}{', '.join(who)}."] if who else []


def _same(written: str, points: float) -> bool:
    try:
        return float(written.replace(",", ".")) == points
    except ValueError:
        return False
