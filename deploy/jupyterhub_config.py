"""JupyterHub with nbgrader for one course or several: whose server runs where, and who may do what.

Each course has a user `grader-COURSE`, who owns its folder, gradebook and secret, and a service named after it: that
user's JupyterLab, with formgrader, which the course's instructors share. Students have servers of their own, and
nothing else. docs/administration.md goes through it step by step.

Two groups in the hub say who belongs to a course: `nbgrader-COURSE` are its students, `formgrade-COURSE` its
instructors. deploy/course.py adds students.
"""

import os
import secrets
import sys
from pathlib import Path

import jupyterhub

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import members  # noqa: E402

c = get_config()  # noqa: F821  (JupyterHub provides it)

COURSES = {
    name: int(port) for name, port in (course.split(":") for course in os.environ.get("COURSES", "cnn:9101").split())
}
"""Each course, and a free port of this machine for its instructors' server."""

BIN = Path(sys.executable).parent
INSTRUCTOR = HERE / "instructor"

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
"""Only this machine. A proxy with a certificate stands before it, or set ssl_key and ssl_cert and another address."""

c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = c.Spawner.start_timeout = 120

c.JupyterHub.load_roles = []
members.set_up(c, COURSES)
c.JupyterHub.services = []
for course, port in COURSES.items():
    grader = members.GRADER + course
    c.JupyterHub.load_roles.extend(
        [
            {
                "name": f"formgrade-{course}",
                "description": f"Instructors of {course}: open its formgrader",
                "groups": [f"formgrade-{course}"],
                "scopes": [f"access:services!service={course}"],
            },
            {
                "name": f"service-{course}",
                "description": f"The formgrader of {course}: know who it is, as nbgrader wants",
                "services": [course],
                "scopes": [
                    f"read:users:name!user={grader}",
                    f"read:users:groups!user={grader}",
                ],
            },
        ]
    )
    service = {
        "name": course,
        "url": f"http://127.0.0.1:{port}",
        # It ends with the hub, even with one that is killed: the next hub starts another one at the same port.
        "command": ["setpriv", "--pdeathsig", "TERM", str(BIN / "jupyterhub-singleuser")],
        "user": grader,
        "cwd": f"/home/{grader}",
        "oauth_no_confirm": True,  # it is a part of this hub, and nobody has to allow it to know who they are
        "environment": {
            "JUPYTERHUB_DEFAULT_URL": "/lab",
            "JUPYTER_CONFIG_PATH": str(INSTRUCTOR),  # formgrader and the rest, which is off for everybody else
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",  # nbgrader starts programs by name
        },
    }
    if jupyterhub.version_info >= (6,):
        service["timeout"] = 180  # a small machine starts slowly; JupyterHub 5 waits for a fixed time
    c.JupyterHub.services.append(service)

# deploy/course.py, run by root, makes students known to the hub and puts them into their group. Its token lies beside
# the hub's database, in the folder that the hub is started in.
TOKEN = Path("course_token")
if not TOKEN.exists():
    TOKEN.touch(mode=0o600)
    TOKEN.write_text(secrets.token_hex(32), encoding="ascii")
c.JupyterHub.services.append({"name": "course.py", "api_token": TOKEN.read_text(encoding="ascii")})
c.JupyterHub.load_roles.append(
    {
        "name": "course.py",
        "description": "Add students to the hub and to their courses' groups",
        "services": ["course.py"],
        "scopes": ["admin:users", *(f"groups!group=nbgrader-{course}" for course in COURSES)],
    }
)

# Who signs in is for you to decide, in a file of your own that loads this one: with a file of deploy/authenticators or
# any other authenticator (docs/signing-in.md). Whoever signs in needs an account of the same name on this machine.
c.Authenticator.allow_all = False
# True lets in whoever is known to the hub, such as students whom you have added; members.py refuses graders.
c.Authenticator.allow_existing_users = False

# The hub can be started anew without stopping what students work in.
c.JupyterHub.cleanup_servers = False
