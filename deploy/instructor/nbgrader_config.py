"""nbgrader for a course's instructors: the course of the grader whose server this is, in the grader's home."""

import os
from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader provides it)

# A service of the hub is named after the course, a server after its user.
name = os.environ.get("JUPYTERHUB_SERVICE_NAME") or os.environ.get("JUPYTERHUB_USER", "").removeprefix("grader-")
course = Path.home() / name
if (course / "nbgrader_config.py").is_file():
    load_subconfig(str(course / "nbgrader_config.py"))  # noqa: F821  (the same)

c.Collect.own_folders = os.environ.get("NBGRADER_OWN_FOLDERS") == "1"  # on Kubernetes
