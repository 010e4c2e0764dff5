"""This repository is an nbgrader course: `nbgrader` commands and formgrader buttons work in this folder."""

import os
from pathlib import Path

from autograder import heldout, secret
from autograder.wall.settings import grade_behind_wall

c = get_config()  # noqa: F821  (nbgrader provides it)

root = Path(__file__).resolve().parent

c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
# nbgrader copies every other file of an assignment's source folder to the students, and over their submission when
# grading. The text sources stay here; so does what an instructor's own run of a notebook trained.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "*.py",
    # Compared with paths as nbgrader writes them: the student of a source is called ".".
    os.path.join(root, "solutions", ".", "*", "trained"),
]

c.ClearSolutions.code_stub = {"python": "# Your code here.\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "*Your answer here.*"

grade_behind_wall(c)

# What one submission may use; whoever needs more finds a sentence about it in the feedback.
# The longest cell of ours, training LeNet-5, takes about 60 s, and the longest notebook about 2 minutes.
c.ExecutePreprocessor.timeout = int(os.environ.get("AUTOGRADER_CELL_SECONDS", "300"))
c.ExecuteBehindWall.notebook_seconds = 3600
c.ExecuteBehindWall.output_mb = 4
c.SandboxedKernelManager.memory_mb = 4096
c.SandboxedKernelManager.processes = 256
c.SandboxedKernelManager.file_mb = 256
c.SandboxedKernelManager.folder_mb = 512

# Without this, every kernel prints a warning that it talks to nbgrader without encryption, on this very machine.
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
# An answer that prints without end must not fill the disk.
c.LimitOutput.max_lines = 1000
c.LimitOutput.max_traceback = 100

secret.ensure(root)
heldout.ensure(root)

c.ExportApp.plugin_class = "autograder.course.export.GradesWithStatus"
