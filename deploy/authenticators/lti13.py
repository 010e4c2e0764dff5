"""Signing in from the course's page in Canvas, Moodle or another system that speaks LTI 1.3.

Loaded by the hub's jupyterhub_config.py; docs/signing-in.md goes through it. The system says who somebody is, and which
role they have in its course: students and instructors come into their groups by that, at every launch.
"""

# ruff: noqa: F821  (JupyterHub provides c)

from typing import Any

from ltiauthenticator.lti13.auth import LTI13Authenticator
from tornado.web import HTTPError

SYSTEM = "https://lms.example.org"

COURSES = {"1234": "cnn"}
"""The system's id of a course page, and the course here. A launch from any other page is refused."""

USERNAME, DOMAIN = "login", "example.org"
"""The custom parameter with an account's name, and the domain that is taken off it."""

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
# Roles in this very course. Who teaches elsewhere has another role in the list, which must not count.
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
KINDS = {MEMBERSHIP + "Learner": "nbgrader", MEMBERSHIP + "Instructor": "formgrade"}


class CourseLTI13(LTI13Authenticator):
    """With the groups that the role in the system's course says; members.py puts people into them."""

    def get_username(self, token: dict[str, Any]) -> str:
        # Not the one of the package: where the parameter is missing, it takes another claim for the name.
        custom = token.get(CLAIM + "custom") or {}
        name, at, domain = str(custom.get(USERNAME) or "").lower().partition("@")
        if not name or (at and domain != DOMAIN):
            raise HTTPError(
                403,
                f"The page that you come from does not say who you are: its custom parameter {USERNAME} is no name, "
                f"and no address of {DOMAIN}. Tell your instructor.",
            )
        return name

    async def authenticate(self, handler: Any, data: dict[str, Any] | None = None) -> dict[str, Any]:
        token = data or {}
        page = (token.get(CLAIM + "context") or {}).get("id")
        course = COURSES.get(str(page))
        roles = token.get(CLAIM + "roles") or []
        groups = [f"{kind}-{course}" for role, kind in KINDS.items() if role in roles]
        if course is None or not groups:
            raise HTTPError(403, f"The page that you come from (id {page}) gives you no role in a course here.")
        return {**await super().authenticate(handler, token), "groups": groups}


c.JupyterHub.authenticator_class = CourseLTI13
c.CourseLTI13.client_id = {"0123456789"}
c.CourseLTI13.issuer = SYSTEM
c.CourseLTI13.authorize_url = f"{SYSTEM}/api/lti/authorize_redirect"
c.CourseLTI13.jwks_endpoint = f"{SYSTEM}/api/lti/security/jwks"
c.CourseLTI13.allow_all = True  # whoever has come so far: `authenticate` has refused all others
