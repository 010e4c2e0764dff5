"""`autograder grade`: a class's submissions through nbgrader, with progress, reasons and a table."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course.books import Books, open_books
from autograder.course.export import grades
from autograder.course.inputs import ClassInputs, Inputs
from autograder.course.layout import Course
from autograder.course.nbgrader_course import STORE, Nbgrader
from autograder.course.pages import Pages
from autograder.course.ungraded import INTERRUPTED, Ungraded
from autograder.course.workers import Task, Watch, execute_all
from autograder.errors import CourseError, MachineError
from autograder.sandbox.probe import why_not
from autograder.wall.executions import Store
from autograder.wall.preprocessors import refuse_links
from autograder.wall.remarks import Remarks

MOST_BYTES = 100 << 20
"""Of a submitted notebook, its outputs included."""


@dataclass(frozen=True)
class Submission:
    """One student's work on one assignment, as collected in `submitted/`."""

    student: str
    assignment: str


@dataclass(frozen=True)
class Outcome:
    """What became of a submission.

    reason:    why it has no grade; nothing if it has one
    unchanged: whether the grade is an earlier one
    """

    submission: Submission
    reason: str = ""
    unchanged: bool = False


@dataclass(frozen=True)
class Row:
    """One student in the table: points of each assignment (None: no grade) and remarks."""

    student: str
    points: dict[str, float | None]
    remarks: list[str]


@dataclass(frozen=True)
class Stumble:
    """An exercise's test cell and how much of its points the class earned."""

    assignment: str
    cell: str
    share: float


class Grading:
    """The grading of some assignments of a course: what is there, one submission at a time, and what came out."""

    def __init__(
        self,
        course: Course,
        names: list[str],
        student: str | None = None,
        sandbox: bool = True,
        workers: int | None = None,
        scheduler: str | None = None,
        watch: Watch = lambda task, cell: None,
    ) -> None:
        # Workers of a scheduler look for themselves.
        if sandbox and not scheduler and (reason := why_not()):
            raise CourseError(f"{reason} Or grade without it, trusting every submission, with --no-sandbox.")
        self.course = course
        self.names = names
        if not os.access(course.root, os.W_OK):
            raise CourseError(
                f"{course.root} is read-only: grading writes the gradebook, autograded/ and feedback/ there, "
                "so make it writable or grade in a copy of the course."
            )
        self.nbgrader = Nbgrader(course, sandbox)
        self.ungraded = Ungraded(course)
        self.graded = Ungraded(course, "graded.json")
        self.store = Store(course.root / STORE)
        self.class_inputs = ClassInputs(course, self.nbgrader)
        self.workers, self.scheduler, self.watch = workers, scheduler, watch
        self.submissions = [
            Submission(who, name) for name in names for who in self.nbgrader.submitted(name) if student in (None, who)
        ]
        if not self.submissions:
            who = f"of {student} " if student else ""
            raise CourseError(
                f"There is no submission {who}in {course.root / 'submitted'}: collect them with `nbgrader collect`, "
                "or put them there as submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb."
            )

    def register(self) -> None:
        """Bring the gradebook up to date with the assignments' cells and points."""
        for name in self.names:
            if not self.course.notebooks(name):
                raise CourseError(f"{name} has no instructor notebook yet: run `autograder build {name}`.")
            self.nbgrader.generate_assignment(name)

    def run(self, force: bool = False, again: bool = False) -> Iterator[Outcome]:
        """Grade the submissions, in the order in which they are done.

        A submission that was graded before and has not changed, nor its assignment, is left alone, unless `force`.
        One whose grading was interrupted is graded again. What was executed before is not executed again, unless
        `again`. Executions run at once, and so do feedback pages; nbgrader's books are kept one after the other.
        """
        waiting: dict[Submission, set[str]] = {}  # keys of what is not executed yet
        digests: dict[Submission, str] = {}
        with ExitStack() as stack:
            books = stack.enter_context(open_books(self.nbgrader))
            pages = stack.enter_context(Pages(self.nbgrader, len(self.submissions)))
            for submission in self.submissions:
                try:
                    inputs = self._inputs(submission)
                except CourseError as error:
                    yield self._refuse(submission, str(error))
                    continue
                if not force and self._is_graded(submission, inputs):
                    yield Outcome(submission, unchanged=True)
                    continue
                digests[submission] = inputs.digest
                missing = {task.key for task in inputs.tasks if again or task.key not in self.store}
                if missing:
                    waiting[submission] = missing
                else:
                    yield from self._keep_books(books, pages, submission)
                    yield from self._finished(pages, digests)
            for submission, reason in self._executed(waiting):
                if reason:
                    yield self._refuse(submission, reason)
                else:
                    yield from self._keep_books(books, pages, submission)
                yield from self._finished(pages, digests)
            yield from self._finished(pages, digests, all_of_them=True)

    def _inputs(self, submission: Submission) -> Inputs:
        """All that the grade of a submission depends on. Raises CourseError if it cannot be graded."""
        self._check_notebook(submission)
        with self.nbgrader.in_course():
            return self.class_inputs.of(submission.student, submission.assignment)

    def _is_graded(self, submission: Submission, inputs: Inputs) -> bool:
        name, student = submission.assignment, submission.student
        folder = self.course.root / "autograded" / student / name
        return (
            self.graded.reason(name, student) == inputs.digest
            and self.ungraded.reason(name, student) is None
            and all((folder / f"{notebook}.ipynb").is_file() for notebook in self.course.notebooks(name))
        )

    def _executed(self, waiting: dict[Submission, set[str]]) -> Iterator[tuple[Submission, str]]:
        """Execute what these need; yields each of them when all its notebooks are done, with a reason if one is not."""
        wanted: dict[str, list[Submission]] = {}  # equal work is executed once
        for submission, keys in waiting.items():
            for key in sorted(keys):
                wanted.setdefault(key, []).append(submission)
        self.ungraded.enter_all((submission.assignment, submission.student) for submission in waiting)
        if wanted:
            self.store.check()
        settings = self.class_inputs.settings()
        for done in execute_all(self._tasks(wanted), len(wanted), settings, self.watch, self.workers, self.scheduler):
            if done.execution is not None:
                self.store.put(done.task.key, done.execution)
            for submission in wanted[done.task.key]:
                if (left := waiting.get(submission)) is not None:
                    left.discard(done.task.key)
                    if done.reason or not left:
                        del waiting[submission]
                        yield submission, done.reason
        for submission in waiting:
            yield submission, "it changed while the class was being graded: call again"

    def _tasks(self, wanted: dict[str, list[Submission]]) -> Iterator[Task]:
        """What is executed, read only when its turn comes: the weights of a class would fill the memory."""
        given: set[str] = set()
        for key, submissions in wanted.items():
            if key in given:
                continue
            for submission in submissions:
                try:
                    inputs = self._inputs(submission)
                except CourseError:
                    continue  # it could be graded a moment ago
                for task in inputs.tasks:
                    if task.key in wanted and task.key not in given:
                        given.add(task.key)
                        yield task
                if key in given:
                    break

    def _keep_books(self, books: Books, pages: Pages, submission: Submission) -> Iterator[Outcome]:
        """Let nbgrader write down the grades; the outcome, if there will be no page."""
        name, student = submission.assignment, submission.student
        self.ungraded.enter(name, student, self.ungraded.reason(name, student) or INTERRUPTED)
        try:
            with books.submission():
                self.nbgrader.autograde(name, student, force=True)
        except MachineError:
            raise
        except CourseError as error:
            yield self._refuse(submission, str(error))
            return
        pages.make(name, student)

    def _finished(self, pages: Pages, digests: dict[Submission, str], all_of_them: bool = False) -> Iterator[Outcome]:
        """Submissions that have their pages now."""
        for name, student, reason in pages.finished(all_of_them):
            submission = Submission(student, name)
            if reason:
                yield self._refuse(submission, reason)
                continue
            self.graded.enter(name, student, digests[submission])
            self.ungraded.remove(name, student)
            yield Outcome(submission)

    def _refuse(self, submission: Submission, reason: str) -> Outcome:
        self.ungraded.enter(submission.assignment, submission.student, reason)
        return Outcome(submission, reason)

    def _check_notebook(self, submission: Submission) -> None:
        folder = self.course.root / "submitted" / submission.student / submission.assignment
        refuse_links(folder)
        for name in self.course.notebooks(submission.assignment):
            path = folder / f"{name}.ipynb"
            if not path.is_file():
                others = sorted(other.name for other in folder.glob("*.ipynb"))
                there = f"there is {', '.join(others)}" if others else "the folder holds no notebook"
                raise CourseError(f"{path.name} was not handed in ({there})")
            if path.stat().st_size > MOST_BYTES:
                raise CourseError(
                    f"{path.name} has {path.stat().st_size >> 20} MB, at most {MOST_BYTES >> 20} are graded"
                )
            try:
                nbformat.read(path, as_version=4)
            except Exception:  # nbformat raises whatever JSON, validation or decoding raises
                raise CourseError(f"{path.name} is damaged and cannot be opened as a notebook") from None

    def rows(self) -> list[Row]:
        """The table of who got what, from the gradebook."""
        with self.nbgrader.gradebook() as gradebook:
            entries = grades(gradebook, self.ungraded)
        rows: dict[str, Row] = {}
        for entry in entries:
            name = str(entry["assignment"])
            if name not in self.names:
                continue
            row = rows.setdefault(str(entry["student_id"]), Row(str(entry["student_id"]), {}, []))
            row.points[name] = float(entry["score"]) if entry["score"] != "" else None
            status = str(entry["status"])
            if status.startswith("not "):
                row.remarks.append(f"{name}: {status.removeprefix('not graded: ')}")
                continue
            if entry["seconds_late"]:
                row.remarks.append(f"{name}: {_late(float(entry['seconds_late']))} late")
            row.remarks.extend(f"{name}: {sentence}" for sentence in self._remarks(Submission(row.student, name)))
        return list(rows.values())

    def _remarks(self, submission: Submission) -> list[str]:
        """What the instructor should know of how a submission was graded."""
        folder = self.course.root / "autograded" / submission.student / submission.assignment
        sentences = []
        for path in sorted(folder.glob("*.ipynb")):
            remarks = Remarks.of(nbformat.read(path, as_version=4))
            if remarks.missing:
                sentences.append(f"answers that were not in the notebook: {', '.join(remarks.missing)}")
            sentences += [sentence.rstrip(".") for sentence in remarks.stopped]
            if not remarks.sandboxed:
                sentences.append("graded without the sandbox")
        return sentences

    def maximum(self) -> dict[str, tuple[float, float]]:
        """For each assignment the points in all, and how many of them are graded by hand."""
        with self.nbgrader.gradebook() as gradebook:
            return {
                name: (
                    gradebook.find_assignment(name).max_score,
                    gradebook.find_assignment(name).max_written_score + gradebook.find_assignment(name).max_task_score,
                )
                for name in self.names
            }

    def stumbles(self, count: int) -> list[Stumble]:
        """The test cells in which the class lost the largest share of the points."""
        found = []
        with self.nbgrader.gradebook() as gradebook:
            for name in self.names:
                earned: dict[str, list[float]] = {}
                for submission in gradebook.assignment_submissions(name):
                    if self.ungraded.reason(name, submission.student_id):
                        continue
                    for notebook in submission.notebooks:
                        for grade in notebook.grades:
                            if grade.auto_score is not None and grade.max_score and grade.cell.cell_type == "code":
                                earned.setdefault(grade.name, []).append(grade.auto_score / grade.max_score)
                found += [Stumble(name, cell, sum(shares) / len(shares)) for cell, shares in earned.items()]
        lost = [stumble for stumble in found if stumble.share < 1]
        return sorted(lost, key=lambda stumble: stumble.share)[:count]

    def export(self, path: Path) -> None:
        """Write the grades as CSV, as `nbgrader export` does with this course's plugin."""
        from autograder.course.export import GradesWithStatus

        with self.nbgrader.gradebook() as gradebook:
            plugin = GradesWithStatus(parent=self.nbgrader.api)
            plugin.to = str(path)
            plugin.write(gradebook)

    def feedback_page(self, submission: Submission) -> Path:
        folder = self.course.root / "feedback" / submission.student / submission.assignment
        return folder / f"{submission.assignment}.html"


def _late(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
