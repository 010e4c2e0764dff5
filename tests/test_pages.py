"""Feedback pages made by several processes: nbgrader's own to the last byte, and none missing when a process dies."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from autograder.course import pages
from autograder.course.grade import Grading, Submission
from autograder.course.pages import Pages
from tests.test_executions import handed_in  # noqa: F401  (a fixture)

STUDENTS = ("ada", "ben", "eve")


@pytest.fixture
def graded(handed_in, monkeypatch):  # noqa: F811
    """Three graded students; even so few get processes of their own."""
    monkeypatch.setattr(pages, "FEW", 1)
    grading = Grading(handed_in, ["tiny"], workers=1)
    grading.register()
    assert [outcome.reason for outcome in grading.run()] == [""] * 3
    return grading


def texts(grading):
    return {student: grading.feedback_page(Submission(student, "tiny")).read_bytes() for student in STUDENTS}


def test_they_are_nbgraders_own(graded):
    ours = texts(graded)
    for student in STUDENTS:
        graded.feedback_page(Submission(student, "tiny")).unlink()
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "tiny", "--force"],
        cwd=graded.course.root,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert texts(graded) == ours


@pytest.mark.timeout(300)  # a pool that is told of a killed process while it starts another one may wait forever
def test_the_page_of_a_process_that_was_killed_is_made_all_the_same(graded):
    ours = texts(graded)
    for milliseconds in (0, 1, 2, 5, 10, 20):
        with Pages(graded.nbgrader, 3) as made:
            made.make("tiny", "ada")
            assert list(made.finished(all_of_them=True)) == [("tiny", "ada", "")]
            for process in list(made._pool._processes.values()):
                os.kill(process.pid, signal.SIGKILL)
            for student in STUDENTS:
                graded.feedback_page(Submission(student, "tiny")).unlink()
                made.make("tiny", student)
                time.sleep(milliseconds / 1000)
            assert sorted(made.finished(all_of_them=True)) == [("tiny", student, "") for student in STUDENTS]
        assert texts(graded) == ours


def test_a_page_that_cannot_be_made_leaves_its_student_without_a_grade(graded):
    """Nobody is told "graded" without feedback, and the next grading makes it."""
    page = graded.feedback_page(Submission("ben", "tiny"))
    page.unlink()
    page.parent.rmdir()
    page.parent.write_text("a file where a folder should be")
    again = Grading(graded.course, ["tiny"], student="ben")
    (outcome,) = again.run(force=True)
    assert outcome.reason and again.ungraded.reason("tiny", "ben") == outcome.reason
    page.parent.unlink()
    assert [outcome.reason for outcome in Grading(graded.course, ["tiny"], student="ben").run()] == [""]
    assert page.is_file()


def test_templates_are_compiled_once():
    exporters = [pages.FeedbackExporter(log=logging.getLogger("test")) for _ in range(2)]
    before = dict(pages.Compiled.kept)
    exporters[0].environment.get_template("index.html.j2")
    compiled = dict(pages.Compiled.kept)
    assert len(compiled) > len(before)
    exporters[1].environment.get_template("index.html.j2")
    assert pages.Compiled.kept == compiled


def odd_notebook():
    """Code, texts and outputs of which some could be taken for parts of a page."""
    code = [
        "x = 1",
        "x = 1",
        "",
        "  \n\n",
        "\n\n# begins with empty lines, ends with them\n\n",
        "print('<code-0 n0=\"\"></code-0></div></pre><img src=x>')",
        "%%html\n<b>&amp; &lt; \u00a0 é 漢</b>",
        "!ls 'ÿ'",
        "def f(:  # no Python\n\t'",
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in code]
    cells[6].metadata["magics_language"] = "html"
    cells[0].outputs = [
        nbformat.v4.new_output("display_data", {"text/html": "</div></div><p>never closed <img src='a.png'>"}),
        nbformat.v4.new_output("stream", text="a < b \x1b[31mred\x1b[0m\n"),
        nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg><text>1</text></svg>", "text/plain": "svg"}),
    ]
    texts = [nbformat.v4.new_markdown_cell("# Title\n\n```python\ny = 2\n```\n\n$a<b$ ![](x.png)") for _ in range(2)]
    return nbformat.v4.new_notebook(cells=[texts[0], *cells, texts[1]])


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
@pytest.mark.parametrize("language", [None, {"name": "python"}, {"pygments_lexer": "no such", "name": "python"}])
def test_code_that_is_kept_is_to_the_last_byte_what_it_would_be(template, language):
    notebook = odd_notebook()
    if language:
        notebook.metadata["language_info"] = language
    plain, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    exporter = pages.FeedbackExporter(template_name=template)
    for _ in range(2):
        page, _ = exporter.from_notebook_node(notebook)
        assert page == plain


def test_where_code_does_not_come_through_it_is_coloured_as_always():
    """A cleaned page has no tags but known ones, and what stands for the code would be gone."""
    settings = Config({"HTMLExporter": {"sanitize_html": True}})
    notebook = odd_notebook()
    plain, _ = HTMLExporter(template_name="classic", config=settings).from_notebook_node(notebook)
    assert "no Python" in plain
    page, _ = pages.FeedbackExporter(template_name="classic", config=settings).from_notebook_node(notebook)
    assert page == plain
