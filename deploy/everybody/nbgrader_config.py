"""nbgrader for everybody on the hub: where assignments are handed out and in."""

import os

c = get_config()  # noqa: F821  (nbgrader provides it)

c.Exchange.root = os.environ.get("NBGRADER_EXCHANGE", "/srv/nbgrader/exchange")
c.Exchange.path_includes_course = True  # a student's work lies in COURSE/ASSIGNMENT
c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
# Validate runs the whole notebook, which trains networks where that is not done yet; the default is 30 seconds a cell.
c.ExecutePreprocessor.timeout = int(os.environ.get("AUTOGRADER_CELL_SECONDS", "300"))
