"""Grades for Moodle: Grades → Import → CSV file, encoding UTF-8, separator comma.

Moodle's documentation (https://docs.moodle.org/en/Grade_import): the file has the columns that Moodle's own export to
"plain text file" has, and the instructor chooses which of them says who a row is about (Map from: Username, ID number
or Email address; Map to: the same) and which grade item each assignment is. So the names of columns are free; with a
roster, Moodle's own export in English, they are Moodle's. Without it, Username is nbgrader's id of the student, and ID
number nbgrader's LMS user id.

What the documentation does not say, but grade/import/csv/classes/load_data.php of https://github.com/moodle/moodle:

- In a new grade item an empty cell becomes 0; "-", which Moodle writes itself, is no grade.
- A row with an empty cell in the column mapped from is imported as grades of the student above it. So a column that
  would be empty for anybody is left out.
- One user who is not found ends the whole import.

Whoever did not hand in has no grade here: what that counts is for Moodle's aggregation to say. Moodle keeps five
decimals, and cuts a grade to its item's maximum.
"""

from nbgrader.api import Gradebook, Student

from autograder.course.export.gradebook_import import GradebookImport, Sheet


class Moodle(GradebookImport):
    """One row for each student with a grade; late penalties are taken off."""

    file = "moodle.csv"
    system = "Moodle"
    nothing = "-"
    keys = ("Username", "ID number", "Email address")
    columns = ("First name", "Last name", *keys)
    kept = (*columns, "Surname", "Institution", "Department", "Last downloaded from this course")

    def person(self, student: Student) -> list[str]:
        known = (student.first_name, student.last_name, student.id, student.lms_user_id, student.email)
        return [cell or "" for cell in known]

    def is_item(self, header: str, assignment: str) -> bool:
        """Moodle's "Assignment: 1_kernels (Real)"; what ends in (Percentage) or (Feedback) has no points."""
        return f": {header}".endswith(f": {assignment} (Real)")

    def table(self, sheet: Sheet, lines: list[list[str]]) -> list[list[str]]:
        full = [
            number
            for number in range(len(sheet.columns) + len(sheet.items))
            if all(line[number].strip() for line in lines)
        ]
        return [[line[number] for number in full] for line in [[*sheet.columns, *sheet.items.values()], *lines]]

    def write(self, gradebook: Gradebook) -> list[str]:
        worth = ", ".join(f"{name} {points:g}" for name, points in self.assignments(gradebook).items())
        return [
            *super().write(gradebook),
            f"The grade items in Moodle must have these maximum grades (a new one has 100): {worth}.",
        ]
