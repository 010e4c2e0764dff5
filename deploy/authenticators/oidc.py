"""Signing in with the university's account: OpenID Connect, as Keycloak, Entra, Shibboleth or a GitLab speak it.

Loaded by the hub's jupyterhub_config.py; docs/signing-in.md goes through it. Who belongs to the course is said by a
claim of the provider, or, if GROUPS is empty, by you on the hub's page.
"""

# ruff: noqa: F821  (JupyterHub provides c)

import os
from typing import Any

from oauthenticator.generic import GenericOAuthenticator
from tornado.web import HTTPError

PROVIDER = "https://login.example.org/realms/university/protocol/openid-connect"
HUB = "https://hub.example.org"

USERNAME, DOMAIN = "preferred_username", "example.org"
"""The claim that is an account's name, and the domain that is taken off it. Choose a claim that nobody can edit."""

CLAIM = "groups"
GROUPS = {"cnn-students": "nbgrader-cnn", "cnn-staff": "formgrade-cnn"}
"""What the claim lists, and the hub's group for it. Empty: you add people to the groups, before they first sign in."""


def username(claims: dict[str, Any]) -> str:
    """The account's name. Of an address only one of our own domain is taken: elsewhere there may be another ada."""
    name, at, domain = str(claims.get(USERNAME, "")).lower().partition("@")
    if not name or (at and domain != DOMAIN):
        raise HTTPError(403, f"Your account has no name here: {USERNAME} is no name, and no address of {DOMAIN}.")
    return name


class CourseOIDC(GenericOAuthenticator):
    """With the groups that the claim says; members.py puts people into them."""

    async def update_auth_model(self, auth_model: dict[str, Any]) -> dict[str, Any]:
        auth_model = await super().update_auth_model(auth_model)
        if GROUPS:
            claimed = auth_model["auth_state"][self.user_auth_state_key].get(CLAIM)
            claimed = claimed if isinstance(claimed, list) else []
            auth_model["groups"] = [group for name, group in GROUPS.items() if name in claimed]
        return auth_model

    async def check_allowed(self, username: str, auth_model: dict[str, Any] | None) -> bool:
        return bool(auth_model and auth_model.get("groups")) or await super().check_allowed(username, auth_model)


c.JupyterHub.authenticator_class = CourseOIDC
c.CourseOIDC.login_service = "your university account"
c.CourseOIDC.client_id = "jupyterhub"
c.CourseOIDC.client_secret = os.environ.get("OIDC_CLIENT_SECRET", "")
c.CourseOIDC.oauth_callback_url = f"{HUB}/hub/oauth_callback"
c.CourseOIDC.authorize_url = f"{PROVIDER}/auth"
c.CourseOIDC.token_url = f"{PROVIDER}/token"
c.CourseOIDC.userdata_url = f"{PROVIDER}/userinfo"
c.CourseOIDC.scope = ["openid", "profile", "email"]
c.CourseOIDC.username_claim = username
# Without groups from the provider, those are let in whom you have made known to the hub.
c.CourseOIDC.allow_existing_users = not GROUPS
