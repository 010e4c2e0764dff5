"""The course on a real JupyterHub, in a browser, as its people use it: released, worked on, graded, returned.

    make test-hub      as root; takes about ten minutes

Pictures of what they saw are kept in the folder that is printed at the end.
"""

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hub as deployed
from conftest import ROOT, as_grader, as_user
from people import Instructor, Student

from autograder.course import leaks, source

NAME = "4_lenet5"
RELEASED = ROOT / "assignments" / NAME / f"{NAME}.ipynb"
ANSWERS = {
    cell.metadata.nbgrader.grade_id: leaks.without_markers(cell.source)
    for cell in source.read(ROOT / "solutions" / NAME / f"{NAME}.py").cells
    if cell.metadata.get("nbgrader", {}).get("solution")
}
MAXIMUM, BY_HAND = 62, 9


def reads(name, path):
    """Whether a user can read or list something."""
    return as_user(name, f'cat "{path}" || ls "{path}"/').returncode == 0


def test_an_assignment_from_its_release_to_the_returned_feedback(made, browser, pictures):
    with deployed.running(made):
        instructor = Instructor(browser, made.url, deployed.INSTRUCTOR, pictures)
        instructor.formgrader()
        instructor.picture("sees the assignments")
        instructor.on_assignment(NAME, "education", "Successfully created")
        instructor.on_assignment(NAME, "cloud-upload", "Successfully released")

        ada, ben = (Student(browser, made.url, name, pictures) for name in ("ada", "ben"))
        for student in (ada, ben):
            student.fetch()
        ada.fill_in(RELEASED, ANSWERS)
        assert "Success! Your notebook passes all the tests." in ada.validate()
        ada.submit()

        ben.fill_in(RELEASED, {name: ANSWERS[name] for name in ("lenet5", "first_loss")})
        assert "failed" in ben.validate().lower()
        ben.submit()
        instructor.due(NAME, (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M"))
        time.sleep(61)
        ben.fill_in(RELEASED, {"cross_entropy": ANSWERS["cross_entropy"]})
        ben.submit()  # late, and again

    # The hub has been stopped between submitting and collecting, and is started again: nothing is lost.
    with deployed.running(made):
        instructor = Instructor(browser, made.url, deployed.INSTRUCTOR, pictures)
        instructor.on_assignment(NAME, "cloud-download", "Successfully collected")
        instructor.autograde(NAME, "ada")
        said = as_grader(made, f"autograder grade {NAME}")
        assert "2 graded" in said, said  # of the button the command knows nothing, and grades Ada's again
        (row,) = [line for line in said.splitlines() if line.strip().startswith("ada ")]
        assert row.split()[1] == str(MAXIMUM - BY_HAND), said
        assert f"ben: {NAME}: " in said and "late" in said, said

        instructor.mark(NAME, "ada", "first_loss", 2.5)
        instructor.on_assignment(NAME, "comment", "Successfully generated feedback")
        instructor.on_assignment(NAME, "envelope", "Successfully released feedback")

        texts = {}
        for name in ("ada", "ben"):
            student = Student(browser, made.url, name, pictures)
            student.feedback()
            (page,) = Path(f"/home/{name}/cnn/{NAME}/feedback").rglob("*.html")
            student.page.goto(f"{made.url}/user/{name}/files/{page.relative_to(f'/home/{name}')}")
            student.picture("reads the feedback")
            texts[name] = page.read_text(encoding="utf-8")
            assert "BEGIN HIDDEN TESTS" not in texts[name]
        assert f"(Score: {MAXIMUM - BY_HAND + 2.5} / {MAXIMUM}.0)" in texts["ada"]
        assert f"(Score: 10.0 / {MAXIMUM}.0)" in texts["ben"]  # of the second, late submission


def test_nobody_gets_at_what_is_not_theirs(hub, browser, pictures):
    eve = Student(browser, hub.url, "eve", pictures)
    eve.open()
    assert eve.menu("Nbgrader") == ["Assignment List"]
    for path in (
        "/services/cnn/formgrader",
        "/services/cnn/lab",
        "/services/cnn/api/contents/cnn/solutions",
        "/user/ada/lab",
        "/user/ada/api/contents",
        "/user/eve/formgrader",
        "/hub/api/users",
        "/hub/api/users/ada",
        "/hub/admin",
    ):
        assert eve.status(path) in (403, 404), path
    grader = Path("/home", deployed.GRADER, deployed.COURSE)
    exchange = hub.exchange / deployed.COURSE
    for path in (
        *(grader, grader / "course_secret", grader / "solutions", grader / "gradebook.db", grader / "tests"),
        *(grader / "data" / "heldout", ROOT / "solutions", ROOT / "tests", ROOT / "data" / "heldout", hub.private),
        *("/home/ada", exchange / "inbound", exchange / "feedback"),
    ):
        assert not reads("eve", path), path
    assert reads("eve", exchange / "outbound") or not (exchange / "outbound").exists()
    installed = subprocess.run(
        ["find", hub.environment, "-path", "*heldout*", "-name", "*.npz", "-o", "-path", "*/solutions/*"],
        capture_output=True,
        text=True,
    )
    assert installed.stdout == ""


def test_nobody_signs_in_as_the_grader_or_as_a_stranger(hub, browser):
    for name in (deployed.GRADER, "root", "mallory"):
        page = browser.new_context().new_page()
        page.goto(f"{hub.url}/hub/login")
        page.fill("#username_input", name)
        page.fill("#password_input", "any")
        page.click("#login_submit")
        page.wait_for_load_state()
        assert page.request.get(f"{hub.url}/hub/api/user").status in (401, 403), name


def test_a_submission_under_another_name_is_its_makers(hub):
    """Eve writes into the exchange what says that it is Ada's, with a link to the course secret in it."""
    inbound = hub.exchange / deployed.COURSE / "inbound"
    as_grader(hub, "nbgrader generate_assignment 1_kernels --force && nbgrader release_assignment 1_kernels --force")
    folder = inbound / "ada+1_kernels+2030-01-01 00:00:00.000000 UTC+xxxx"
    script = (
        f'mkdir "{folder}" && cd "{folder}" && echo "2030-01-01 00:00:00.000000 UTC" > timestamp.txt '
        f"&& echo {{}} > 1_kernels.ipynb && ln -s /home/{deployed.GRADER}/{deployed.COURSE}/course_secret notes.txt"
    )
    assert as_user("eve", script).returncode == 0
    as_grader(hub, "nbgrader collect 1_kernels --update")
    submitted = Path("/home", deployed.GRADER, deployed.COURSE, "submitted")
    assert not (submitted / "ada" / "1_kernels").exists()
    assert sorted(os.listdir(submitted / "eve" / "1_kernels")) == ["1_kernels.ipynb", "timestamp.txt"]
