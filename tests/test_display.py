"""What grading shows while it runs and at its end, on a terminal and where there is none."""

import io
import os
import subprocess
import sys
from types import SimpleNamespace

from rich.console import Console

from autograder import display
from autograder.course.grade import Outcome, Row, Stumble, Submission
from autograder.display import GradingDisplay, show_summary

ADA, BEN, EVE = (Submission(student, "tiny") for student in ("ada", "ben", "eve"))


def console(terminal=False):
    return Console(file=io.StringIO(), force_terminal=terminal, width=80, highlight=False, no_color=True)


def test_without_a_terminal_each_step_is_a_line(monkeypatch):
    plain = console()
    shown = GradingDisplay(plain, 4)
    with shown.shown():
        shown.at("ada · tiny", "“area”")
        shown.done(Outcome(EVE, unchanged=True))
        shown.done(Outcome(BEN, "tiny.ipynb is [damaged]"))
        monkeypatch.setattr(display, "SILENCE", -1)
        shown.at("ada · tiny", "“test_area”")
        shown.done(Outcome(ADA))
    assert plain.file.getvalue().splitlines() == [
        "2/4 tiny · ben: tiny.ipynb is [damaged]",
        "running: ada · tiny “test_area” 0 s",
        "3/4 tiny · ada: graded",
    ]


NOBODY_READS = """
import sys
from rich.console import Console
from autograder import display
display.SILENCE = -1
display.GradingDisplay(Console(force_terminal=False), 1).at("ada · tiny", "“area”")
print("it goes on", file=sys.stderr)
"""


def test_output_that_nobody_reads_does_not_end_the_thread_that_workers_tell():
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb", buffering=0) as nobody:
        command = [sys.executable, "-c", NOBODY_READS]
        done = subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE, text=True)
    assert "it goes on" in done.stderr


def test_a_terminal_shows_who_runs_in_which_cell(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(display.time, "monotonic", lambda: now[0])
    drawn = console(terminal=True)
    shown = GradingDisplay(drawn, 20)
    for number in range(10):
        shown.at(f"student{number} · tiny", "“first”")
        now[0] += 1
    shown.at("student0 · tiny", "“second”")
    now[0] += 65
    shown.done(Outcome(Submission("student1", "tiny")))
    shown.done(Outcome(BEN, "too [large]"))
    drawn.print(shown._picture())
    text = drawn.file.getvalue()
    assert "✗ ben, tiny has no grade: too [large]." in text
    assert "1 graded, 1 set aside" in text and "2/20" in text
    assert "student0 · tiny “second” 1:05 min" in text and "student1 ·" not in text and "and 1 more" in text


class Graded(SimpleNamespace):
    """A grading that is over."""

    def maximum(self):
        return {"tiny": (4.0, 1.0)}

    def rows(self):
        return self.found

    def stumbles(self, count):
        return [Stumble("tiny", "test_area", 0.25)]

    def export(self, path):
        path.write_text("grades")


def summary(tmp_path, rows, outcomes):
    plain = console()
    show_summary(plain, Graded(course=SimpleNamespace(root=tmp_path), found=rows), outcomes, 72.4)
    assert (tmp_path / "grades.csv").is_file()
    return plain.file.getvalue()


def test_a_small_class_is_told_by_name(tmp_path):
    rows = [Row("ada", {"tiny": 3.0}, ["tiny: 2 h late", "tiny: a cell was put back"]), Row("ben", {"tiny": None}, [])]
    text = summary(tmp_path, rows, [Outcome(ADA), Outcome(EVE, unchanged=True), Outcome(BEN, "it is damaged")])
    assert "ada: tiny: 2 h late; tiny: a cell was put back" in text
    assert "1 graded in 1:12 min, 1 unchanged, 1 set aside, without a grade." in text
    assert "25%  tiny · test_area" in text


def test_a_large_class_fits_on_the_screen(tmp_path):
    rows = [Row(f"student{number}", {"tiny": number / 100}, ["tiny: 2 h late"]) for number in range(300)]
    rows.append(Row("ben", {"tiny": None}, ["tiny: it is damaged"]))
    text = summary(tmp_path, rows, [Outcome(ADA)] * 300 + [Outcome(BEN, "it is damaged")])
    assert len(text.splitlines()) <= 24  # of a terminal
    (line,) = [line for line in text.splitlines() if line.strip().startswith("tiny ")]
    assert line.split() == ["tiny", "3", "+", "1", "300", "1", "0", "1.5", "2.99", "301"]
    assert "ben, tiny: it is damaged." in text and "300 graded" in text
