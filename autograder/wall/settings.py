"""What puts the wall into an nbgrader course: one call in its nbgrader_config.py.

    from autograder.wall.settings import grade_behind_wall

    c = get_config()
    grade_behind_wall(c)

Then nbgrader's own commands and formgrader's buttons grade behind the wall.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from traitlets.config import Config

# nbgrader's CheckCellMetadata is left out: after RepairCells, the metadata is the release's.
EXECUTE = "autograder.wall.execute.ExecuteBehindWall"
SANITIZE = (
    "autograder.wall.preprocessors.RepairCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
)
AUTOGRADE = (
    EXECUTE,
    "autograder.wall.preprocessors.SanitizeOutput",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
)
FEEDBACK = (
    "nbgrader.preprocessors.GetGrades",
    "autograder.wall.preprocessors.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
)


def grade_behind_wall(c: "Config") -> None:
    """Let nbgrader repair a submission's cells, execute it behind the wall, and show no hidden test.

    Limits are settings: `c.SandboxedKernelManager.memory_mb`, `c.ExecuteBehindWall.notebook_seconds` and so on;
    `c.HideTests.enabled = False` shows hidden tests in the feedback; `c.ExecuteBehindWall.sandbox = False` runs
    student code without the sandbox, which the results then say.
    """
    # By name: a server that reads this configuration need not load what it does not use.
    c.Autograde.sanitize_preprocessors = list(SANITIZE)
    c.Autograde.autograde_preprocessors = list(AUTOGRADE)
    c.GenerateFeedback.preprocessors = list(FEEDBACK)
    c.Autograde.pre_convert_hook = "autograder.wall.preprocessors.replace_links"
    c.ExchangeFactory.collect = "autograder.wall.collect.Collect"
    # nbgrader's pages show a student's Markdown with whatever HTML is in it, to an instructor who is logged in.
    c.HTMLExporter.filters = {"markdown2html": "autograder.wall.html.markdown2html"}
