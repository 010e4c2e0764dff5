"""What people do on the hub, in a browser: a student at JupyterLab, an instructor at formgrader."""

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

LONG = 300_000
"""Milliseconds: training and grading take a while on two cores."""


class Person:
    """Somebody signed in, in a browser window of their own."""

    def __init__(self, browser: Browser, url: str, name: str, pictures: Path) -> None:
        self.url, self.name, self.pictures = url, name, pictures
        self.page: Page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
        self.page.set_default_timeout(90_000)
        self.page.goto(f"{url}/hub/login?next=/hub/home")
        self.page.fill("#username_input", name)
        self.page.fill("#password_input", "any")
        self.page.click("#login_submit")
        self.page.wait_for_url(f"{url}/hub/home")

    def picture(self, what: str) -> None:
        self.page.screenshot(path=self.pictures / f"{self.name} {what}.png")

    def status(self, path: str) -> int:
        """The HTTP status that the hub answers with when this person asks for a page."""
        return self.page.request.get(self.url + path).status


class Student(Person):
    """At their own JupyterLab."""

    def __init__(self, browser: Browser, url: str, name: str, pictures: Path) -> None:
        super().__init__(browser, url, name, pictures)
        self.page.goto(f"{url}/hub/spawn")
        self.page.wait_for_url("**/lab**")

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.url}/user/{self.name}/lab{path}")
        self.page.wait_for_url("**/lab**")
        self.page.locator("#jp-top-panel").wait_for()

    def menu(self, name: str) -> list[str]:
        """What a menu has."""
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        entries = self.page.locator(".lm-Menu .lm-Menu-itemLabel")
        entries.first.wait_for()
        found = [text for text in entries.all_inner_texts() if text]
        self.page.keyboard.press("Escape")
        return found

    def assignments(self) -> None:
        """Open nbgrader's list of assignments, new."""
        self.open("?reset")
        self.page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
        self.page.get_by_role("menuitem", name="Assignment List", exact=True).click()
        self.page.get_by_text("Released assignments").wait_for()
        self.page.wait_for_load_state("networkidle")

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state("networkidle")

    def fetch(self) -> None:
        self.assignments()
        self.press("Fetch")
        self.page.get_by_role("button", name="Submit", exact=True).wait_for()

    def submit(self) -> None:
        self.assignments()
        before = self.page.locator("#submitted_assignments_list .list_item").count()
        self.press("Submit")
        self.page.wait_for_timeout(3000)
        self.picture(f"has submitted {before + 1}")

    def fill_in(self, notebook: Path, answers: dict[str, str]) -> None:
        """Type answers into a notebook's cells, run all of it, and save."""
        name = notebook.stem
        self.open(f"/tree/cnn/{name}/{name}.ipynb")
        cells = self.page.locator(".jp-NotebookPanel .jp-Notebook .jp-Cell")
        cells.first.wait_for()
        self.page.get_by_text("| Idle").wait_for()
        released = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        for index, cell in enumerate(released):
            answer = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
            if answer is not None:
                self._type(cells.nth(index), cell["cell_type"], answer)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.get_by_text("| Busy").wait_for()
        self.page.get_by_text("| Idle").wait_for(timeout=LONG)
        self.page.keyboard.press("Control+s")
        self.page.get_by_text("Saving completed").wait_for()
        self.picture("has run the notebook")

    def _type(self, cell: Locator, kind: str, text: str) -> None:
        cell.scroll_into_view_if_needed()
        if kind == "markdown":
            cell.locator(".jp-MarkdownOutput").dblclick()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def validate(self) -> str:
        """What Validate says of the open notebook."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog")
        dialog.wait_for(timeout=LONG)
        self.picture("has validated")
        text = dialog.inner_text()
        dialog.get_by_role("button", name="Ok").click()
        return text

    def feedback(self) -> None:
        """Fetch the feedback from the list of assignments."""
        self.assignments()
        self.press("Fetch Feedback")
        self.page.wait_for_timeout(2000)
        self.picture("has fetched feedback")


class Instructor(Person):
    """At formgrader, in the course's own JupyterLab."""

    def formgrader(self, path: str = "") -> None:
        self.page.goto(f"{self.url}/services/cnn/formgrader{path}")
        self.page.wait_for_load_state("networkidle")

    def on_assignment(self, name: str, icon: str, said: str) -> None:
        """Press one of the buttons in an assignment's row, and wait for the success that it reports."""
        self._row(name).locator(f".glyphicon-{icon}").click()
        self._succeeded(said)

    def _row(self, name: str) -> Locator:
        """An assignment's, on formgrader's first page."""
        self.formgrader()
        return self.page.locator("tr", has=self.page.get_by_role("link", name=name, exact=True))

    def _succeeded(self, said: str) -> None:
        dialog = self.page.locator(".modal-dialog")
        dialog.wait_for(timeout=LONG)
        text = dialog.inner_text()
        assert said in text, text
        dialog.get_by_role("button", name="OK").click()

    def due(self, name: str, when: str) -> None:
        """Set when an assignment is due: YYYY-MM-DDTHH:MM, UTC."""
        self._row(name).locator(".glyphicon-pencil").click()
        self.page.fill("input.modal-duedate", when)
        self.page.fill("input.modal-timezone", "+0000")
        self.page.click("button.save")
        self.page.wait_for_load_state("networkidle")
        self.page.locator(".modal-dialog").wait_for(state="hidden")

    def autograde(self, name: str, student: str) -> None:
        """Press formgrader's button that grades one submission."""
        self.formgrader(f"/manage_submissions/{name}")
        row = self.page.locator("tr", has=self.page.get_by_text(re.compile(rf"\b{student}\b")))
        row.locator(".glyphicon-flash").click()
        self._succeeded("Successfully")
        self.picture(f"has graded {student}")

    def mark(self, name: str, student: str, answer: str, points: float) -> None:
        """Give points for a written answer, by hand."""
        self.formgrader(f"/manage_students/{student}/{name}")
        self.page.get_by_role("link", name=name, exact=True).last.click()
        self.page.wait_for_url("**/formgrader/submissions/**")
        self.page.wait_for_load_state("networkidle")
        field = self.page.locator(f"input.score[id='{answer}']")
        field.scroll_into_view_if_needed()
        field.fill(f"{points:g}")
        with self.page.expect_response(lambda reply: "/api/grade/" in reply.url and reply.request.method == "PUT"):
            field.press("Tab")
        self.picture(f"has marked {student}")
