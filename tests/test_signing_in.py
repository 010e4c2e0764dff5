"""Signing in, on a real JupyterHub with the course's configuration: who is let in, as whom, and into which group."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
TOKEN = "a-token-of-the-tests-0123456789"

# No proxy before the hub, which would be another program, and no grader's server, which would need an account.
CONFIG = """
from jupyterhub.proxy import Proxy

c = get_config()
c.JupyterHub.load_roles = []
load_subconfig({deployed!r})
load_subconfig({sign_in!r})


class NoProxy(Proxy):
    should_start = False

    async def add_route(self, routespec, target, data): ...
    async def delete_route(self, routespec): ...
    async def get_all_routes(self):
        return {{}}


c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{port}"
others = [service for service in c.JupyterHub.get("services", []) if service["name"] != "cnn"]
c.JupyterHub.services = [*others, {{"name": "tests", "api_token": {token!r}}}, {{"name": "cnn"}}]
c.JupyterHub.load_roles.append(
    {{"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:groups", "tokens", "admin:servers"]}}
)
{more}
"""


class Hub:
    """A hub that is ready, and what one may ask it as its administrator."""

    def __init__(self, folder, sign_in, more, deployed=DEPLOY / "jupyterhub_config.py"):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self.log = f"http://127.0.0.1:{port}/hub", folder / "hub.log"
        config = folder / "jupyterhub_config.py"
        config.write_text(
            CONFIG.format(deployed=str(deployed), sign_in=str(sign_in), port=port, token=TOKEN, more=more)
        )
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", config], cwd=folder, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{self.url}/api/", timeout=5).ok:
                    return
            time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def ask(self, method, path, token=TOKEN, **more):
        headers = {"Authorization": f"token {token}"}
        return requests.request(method, f"{self.url}/api/{path}", headers=headers, timeout=20, **more)

    def groups(self, name):
        return sorted(self.ask("GET", f"users/{name}").json().get("groups", []))

    def names(self):
        return {user["name"] for user in self.ask("GET", "users").json()}


@contextlib.contextmanager
def running(*arguments):
    hub = Hub(*arguments)
    try:
        yield hub
    finally:
        hub.process.kill()
        hub.process.wait()
    # A setting that a class does not have is not in force, and JupyterHub only warns of it.
    assert "not recognized" not in hub.log.read_text()


class Provider(BaseHTTPRequestHandler):
    """What the servers of the university or of the learning system answer."""

    answers: dict = {}

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(self.answers[urlsplit(self.path).path]).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def asked(answer):
    """What the hub has sent the browser away with."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


# --- LTI 1.3 ---------------------------------------------------------------------------------------------------

KEY, ANOTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
ELSEWHERE = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"


@pytest.fixture(scope="module")
def lti(tmp_path_factory, provider):
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
    Provider.answers["/jwks"] = {"keys": [{**public, "kid": "1", "use": "sig"}]}
    more = f'c.CourseLTI13.jwks_endpoint = "{provider}/jwks"'
    with running(tmp_path_factory.mktemp("lti"), DEPLOY / "authenticators" / "lti13.py", more) as hub:
        yield hub


def launch(hub, login="ada", role=MEMBERSHIP + "Learner", page="1234", key=KEY, **claims):
    """What the browser does when somebody opens the link on the course's page; the hub's last answer."""
    browser = requests.Session()
    home, system = f"{hub.url}/home", "https://lms.example.org"
    who = {"iss": system, "login_hint": "1", "client_id": "0123456789", "target_link_uri": home}
    first = browser.get(f"{hub.url}/lti13/oauth_login", params=who, allow_redirects=False, timeout=20)
    assert first.headers["Location"].startswith(f"{system}/api/lti/authorize_redirect?")
    token = {
        "iss": system,
        "aud": "0123456789",
        "sub": "somebody",
        "email": "someone@example.org",
        "exp": time.time() + 60,
        "iat": time.time(),
        "nonce": asked(first)["nonce"],
        CLAIM + "message_type": "LtiResourceLinkRequest",
        CLAIM + "version": "1.3.0",
        CLAIM + "deployment_id": "1",
        CLAIM + "target_link_uri": home,
        CLAIM + "resource_link": {"id": "1"},
        CLAIM + "context": {"id": page, "label": "CNN"},
        CLAIM + "roles": [ELSEWHERE + "Instructor", role],
        CLAIM + "custom": {"login": login} if login else {},
        **claims,
    }
    signed = jwt.encode(token, key, algorithm="RS256", headers={"kid": "1"})
    form = {"state": asked(first)["state"], "id_token": signed}
    return browser.post(f"{hub.url}/lti13/oauth_callback", data=form, allow_redirects=False, timeout=20)


def test_a_launch_signs_in_and_its_role_says_the_group(lti):
    assert launch(lti, "Ada.Lovelace@example.org").status_code == 302
    assert lti.groups("ada.lovelace") == ["nbgrader-cnn"]
    assert launch(lti, "instructor1", MEMBERSHIP + "Instructor").status_code == 302
    assert lti.groups("instructor1") == ["formgrade-cnn"]


def test_a_role_that_changes_changes_the_courses_groups_and_no_other(lti):
    launch(lti, "ben", MEMBERSHIP + "Instructor")
    lti.ask("POST", "groups/others")
    lti.ask("POST", "groups/others/users", json={"users": ["ben"]})
    launch(lti, "ben")
    assert lti.groups("ben") == ["nbgrader-cnn", "others"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"page": "99"}, 403),
        ({"role": MEMBERSHIP + "Mentor"}, 403),  # with the role of an instructor elsewhere
        ({"login": ""}, 403),  # and neither `sub` nor the address is taken for a name
        ({"login": "eve@elsewhere.org"}, 403),
        ({"login": "grader-cnn"}, 403),
        ({"login": "root"}, 403),
        ({"login": "daemon"}, 403),
        ({"login": "../ben"}, 403),
        ({"login": "eve+4_lenet5"}, 403),
        ({"login": "ben\n"}, 403),
        ({"key": ANOTHER}, 400),
        ({"aud": "another tool"}, 401),
        ({"iss": "https://elsewhere.org"}, 400),
        ({"exp": 1_000_000_000}, 400),
        ({"nonce": "of another launch"}, 400),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_launch_that_is_wrong_signs_nobody_in(lti, wrong, status):
    before = lti.names()
    answer = launch(lti, **{"login": "eve", **wrong})
    assert answer.status_code == status and "jupyterhub-hub-login" not in answer.cookies
    assert lti.names() == before and lti.groups("grader-cnn") == ["formgrade-cnn"]


# --- OpenID Connect --------------------------------------------------------------------------------------------


def at(provider):
    return f'c.CourseOIDC.token_url, c.CourseOIDC.userdata_url = "{provider}/token", "{provider}/userinfo"'


@pytest.fixture(scope="module")
def oidc(tmp_path_factory, provider):
    with running(tmp_path_factory.mktemp("oidc"), DEPLOY / "authenticators" / "oidc.py", at(provider)) as hub:
        yield hub


def sign_in(hub, **claims):
    Provider.answers |= {"/token": {"access_token": "a", "token_type": "Bearer"}, "/userinfo": {"sub": "1", **claims}}
    browser = requests.Session()
    first = browser.get(f"{hub.url}/oauth_login", allow_redirects=False, timeout=20)
    back = {"code": "1", "state": asked(first)["state"]}
    return browser.get(f"{hub.url}/oauth_callback", params=back, allow_redirects=False, timeout=20)


def test_the_providers_claim_says_the_groups(oidc):
    assert sign_in(oidc, preferred_username="Ada@Example.org", groups=["cnn-students", "others"]).status_code == 302
    assert oidc.groups("ada") == ["nbgrader-cnn"]
    assert sign_in(oidc, preferred_username="ada", groups=["cnn-staff"]).status_code == 302
    assert oidc.groups("ada") == ["formgrade-cnn"]


@pytest.mark.parametrize(
    "claims",
    [
        {"preferred_username": "eve", "groups": ["others"]},
        {"preferred_username": "eve", "groups": "cnn-students"},  # a text, in which one could look for a part
        {"preferred_username": "eve"},
        {"groups": ["cnn-students"]},
        {"preferred_username": "ada@elsewhere.org", "groups": ["cnn-students"]},
        {"preferred_username": "grader-cnn", "groups": ["cnn-staff"]},
        {"preferred_username": "GRADER-CNN@example.org", "groups": ["cnn-staff"]},
        {"preferred_username": "root", "groups": ["cnn-students"]},
    ],
    ids=lambda claims: "-".join(map(str, claims.values())),
)
def test_whoever_the_provider_does_not_vouch_for_is_refused(oidc, claims):
    before = oidc.names()
    answer = sign_in(oidc, **claims)
    assert answer.status_code == 403 and "jupyterhub-hub-login" not in answer.cookies and oidc.names() == before


def test_without_a_claim_those_come_in_whom_the_administrator_has_added(tmp_path, provider):
    own = tmp_path / "oidc.py"
    text, replaced = re.subn(r"(?m)^GROUPS = .*$", "GROUPS = {}", (DEPLOY / "authenticators" / "oidc.py").read_text())
    own.write_text(text)
    with running(tmp_path, own, at(provider)) as hub:
        hub.ask("POST", "users/ben")
        hub.ask("POST", "groups/nbgrader-cnn/users", json={"users": ["ben"]})
        assert replaced == 1 and sign_in(hub, preferred_username="ben").status_code == 302
        assert hub.groups("ben") == ["nbgrader-cnn"]
        assert sign_in(hub, preferred_username="eve").status_code == 403
        assert sign_in(hub, preferred_username="grader-cnn").status_code == 403


# --- the grader's server, where it is a server of the hub (The Littlest JupyterHub, Kubernetes) ---------------------

# A server that only says in which environment it was started.
SERVER = """
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {home!r}
c.Spawner.cmd = ["sh", "-c", "env > $HOME/$JUPYTERHUB_USER", "sh"]
"""


def test_instructors_start_their_graders_server_and_nobody_else_does(tmp_path):
    anybody = tmp_path / "anybody.py"
    anybody.write_text(SERVER.format(home=str(tmp_path)))
    with running(tmp_path, anybody, "", DEPLOY / "tljh.py") as hub:
        tokens = {}
        for name, group in (("ada", "nbgrader-cnn"), ("instructor", "formgrade-cnn"), ("other", "formgrade-other")):
            hub.ask("POST", f"users/{name}")
            hub.ask("POST", f"groups/{group}")
            hub.ask("POST", f"groups/{group}/users", json={"users": [name]})
            tokens[name] = hub.ask("POST", f"users/{name}/tokens", json={}).json()["token"]
        for name in ("ada", "other"):
            assert hub.ask("POST", "users/grader-cnn/server", tokens[name]).status_code in (403, 404)
            assert hub.ask("GET", "users/grader-cnn", tokens[name]).status_code in (403, 404)
        assert hub.ask("POST", "users/ada/server", tokens["instructor"]).status_code in (403, 404)
        hub.ask("POST", "users/grader-cnn/server", tokens["instructor"])
        hub.ask("POST", "users/ada/server", tokens["ada"])
        environment = {name: (tmp_path / name).read_text() for name in ("grader-cnn", "ada")}
        assert f"JUPYTER_CONFIG_PATH={DEPLOY / 'instructor'}" in environment["grader-cnn"]
        assert "JUPYTER_CONFIG_PATH" not in environment["ada"]
