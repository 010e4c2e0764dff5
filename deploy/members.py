"""Who belongs to a course, and who may sign in: the same rules for every hub of this course.

Two groups in the hub say who belongs to a course: `nbgrader-COURSE` are its students, `formgrade-COURSE` its
instructors. The user `grader-COURSE` owns the course's folder, gradebook and secret; nobody signs in as it.
"""

import functools
import pwd
from collections.abc import Collection
from typing import Any

from tornado.web import HTTPError

GRADER = "grader-"
NOBODY = 65534
NAMES = r"[a-z][a-z0-9._-]{0,31}\Z"
"""What can be the name of an account, of a folder and of a submission. Names are never changed, only refused: of two
people who were made to fit, both might become the same one."""


def set_up(c: Any, courses: Collection[str]) -> None:
    """The groups of these courses, what servers may ask the hub, and who is never let in."""
    c.JupyterHub.load_groups = {
        **{f"nbgrader-{course}": {"users": []} for course in courses},
        # nbgrader asks the hub about the user that formgrader runs as.
        **{f"formgrade-{course}": {"users": [GRADER + course]} for course in courses},
    }
    c.JupyterHub.load_roles.append(
        {
            "name": "server",
            "description": "What a user's own server may ask the hub; never more than its user may",
            "scopes": [
                "users:activity!user",
                "access:servers!user",
                # Which courses the user is in, for nbgrader's list of assignments.
                "read:users:name!user",
                "read:users:groups!user",
            ],
        }
    )
    c.Authenticator.username_pattern = NAMES
    c.Authenticator.post_auth_hook = functools.partial(admit, frozenset(courses))


def share_graders(c: Any, courses: Collection[str]) -> None:
    """Let instructors start and open the server of their course's grader, where that is a server like a user's."""
    for course in courses:
        grader = GRADER + course
        c.JupyterHub.load_roles.append(
            {
                "name": f"formgrade-{course}",
                "description": f"Instructors of {course}: the server of {grader}, with formgrader",
                "groups": [f"formgrade-{course}"],
                "scopes": [f"servers!user={grader}", f"access:servers!user={grader}", f"read:users:name!user={grader}"],
            }
        )


def is_person(account: pwd.struct_passwd) -> bool:
    """Whether it is a person's: the system's own have numbers below 1000, those of a directory any from there on."""
    return account.pw_uid >= 1000 and account.pw_uid != NOBODY


async def admit(courses: Collection[str], authenticator: Any, handler: Any, person: dict) -> dict:
    """Refuse accounts that are nobody's, and put a person into the groups that the authenticator named.

    person: as JupyterHub has it; `groups`, if it is there, are all the groups of these courses that the person is in.
    Without it, groups are as they were, for the administrator to arrange on the hub's page.
    """
    name = person["name"]
    if name.startswith(GRADER) or not _may_be_a_person(name):
        raise HTTPError(403, f"Nobody signs in as {name}, which runs a service: use an account of your own.")
    groups = person.pop("groups", None)
    if groups is not None:
        ours = {f"{kind}-{course}" for kind in ("nbgrader", "formgrade") for course in courses}
        user = handler.find_user(name)
        if user is None:
            user = handler.user_from_username(name)
            if (added := authenticator.add_user(user)) is not None:
                await added
        user.sync_groups(sorted({group.name for group in user.groups} - ours | ours & set(groups)))
    return person


def _may_be_a_person(name: str) -> bool:
    """Whether it is no account of the system's, such as root; in a container nobody has one."""
    try:
        return is_person(pwd.getpwnam(name))
    except KeyError:
        return True
