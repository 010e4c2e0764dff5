"""Grades for Canvas: Grades → Import, which shows what would change and asks.

The columns are those of Canvas' guide "How do I import grades in the Gradebook?"
(https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807): Student, ID, SIS
User ID (where there is one), SIS Login ID, Section, then assignments, and below them a row with what they are worth.
Canvas finds a student by ID, SIS User ID, SIS Login ID or name, whichever comes first, and an assignment by the number
behind its title, "1_kernels (123)", or by its title; about others it asks (lib/gradebook_importer.rb of
https://github.com/instructure/canvas-lms). Its own export of the gradebook is therefore the better roster. Without it,
SIS Login ID is nbgrader's id of the student, and ID nbgrader's LMS user id.

Whoever did not hand in has no grade here: what a missing submission counts is for Canvas' late policies to say. Canvas
exports grades with two decimals, so one that "stays as it was exported" has no more.
"""

import re

from nbgrader.api import Student

from autograder.course.export.gradebook_import import GradebookImport, Sheet
from autograder.course.export.roster import Roster


class Canvas(GradebookImport):
    """One row for each student with a grade; late penalties are taken off."""

    file = "canvas.csv"
    system = "Canvas"
    columns = ("Student", "ID", "SIS Login ID", "Section")
    keys = ("ID", "SIS User ID", "SIS Login ID")
    kept = ("Student", "LastName", "FirstName", *keys, "Integration ID", "Root Account", "Section")

    def person(self, student: Student) -> list[str]:
        name = ", ".join(part for part in (student.last_name, student.first_name) if part)
        return [name or student.id, student.lms_user_id or "", student.id, ""]

    def is_item(self, header: str, assignment: str) -> bool:
        return re.sub(r" \(\d+\)$", "", header) == assignment

    def worth_in(self, roster: Roster) -> list[str]:
        return next((row for row in roster.rows if "Points Possible" in row[0]), [])

    def table(self, sheet: Sheet, lines: list[list[str]]) -> list[list[str]]:
        points = ["    Points Possible", *[""] * (len(sheet.columns) - 1), *sheet.worth.values()]
        return [[*sheet.columns, *sheet.items.values()], points, *lines]
