"""The course on The Littlest JupyterHub. docs/tljh.md has the steps; the last is a link to this file in its folder
`jupyterhub_config.d`.

That hub makes an account `jupyter-NAME` for each person, and may not look into homes itself. So the grader is a user
like others, whose server the course's instructors share.
"""

# ruff: noqa: F821  (JupyterHub provides c)

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import members  # noqa: E402

COURSES = ("cnn",)
BIN = HERE.parent / "environment" / "bin"

members.set_up(c, COURSES)
members.share_graders(c, COURSES)


def prepare(spawner: Any) -> None:
    """Formgrader and the rest, which is off for everybody else, for graders."""
    if spawner.user.name in [members.GRADER + course for course in COURSES]:
        spawner.environment = {**spawner.environment, "JUPYTER_CONFIG_PATH": str(HERE / "instructor")}


c.Authenticator.allow_existing_users = True  # whom you have added on the hub's page
c.Spawner.pre_spawn_hook = prepare
c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.SystemdSpawner.extra_paths.insert(0, str(BIN))  # nbgrader starts programs by name
