"""Students who work through the hub's and their server's HTTP API, as JupyterLab does, many at once."""

import time

import requests

COURSE = "cnn"


class Student:
    """Signed in by name, with a token of their own."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name = url, name
        self.session = requests.Session()
        self.session.get(f"{url}/hub/login").raise_for_status()
        xsrf = self.session.cookies.get("_xsrf", path="/hub/")
        form = {"username": name, "password": "any", "_xsrf": xsrf}
        home = {"next": "/hub/home"}  # and not to the server, which would start it
        self.session.post(f"{url}/hub/login", data=form, params=home).raise_for_status()
        xsrf = self.session.cookies.get("_xsrf", path="/hub/")
        reply = self.session.post(f"{url}/hub/api/users/{name}/tokens", json={}, headers={"X-XSRFToken": xsrf})
        reply.raise_for_status()
        self.session = requests.Session()  # from here on with the token alone
        self.session.headers["Authorization"] = f"token {reply.json()['token']}"

    def ask(self, method: str, path: str, **what: object) -> requests.Response:
        """What the hub or a server answers; an AssertionError if it refuses."""
        reply = self.session.request(method, self.url + path, timeout=300, **what)
        assert reply.ok, f"{self.name}: {method} {path}: {reply.status_code} {reply.text[:300]}"
        return reply

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self.ask("POST", f"/hub/api/users/{self.name}/server")
        deadline = time.monotonic() + 300
        while not self.ask("GET", f"/hub/api/users/{self.name}").json()["servers"].get("", {}).get("ready"):
            assert time.monotonic() < deadline, f"{self.name}'s server did not start"
            time.sleep(0.5)

    def stop(self) -> None:
        self.ask("DELETE", f"/hub/api/users/{self.name}/server")

    def assignments(self) -> list[dict]:
        return self._said(self.ask("GET", f"/user/{self.name}/assignments", params={"course_id": COURSE}))

    def _said(self, reply: requests.Response) -> list[dict]:
        assert reply.json()["success"], reply.json()["value"]
        return reply.json()["value"]

    def _do(self, action: str, name: str) -> list[dict]:
        asked = {"course_id": COURSE, "assignment_id": name}
        return self._said(self.ask("POST", f"/user/{self.name}/assignments/{action}", json=asked))

    def fetch(self, name: str) -> None:
        states = [(each["assignment_id"], each["status"]) for each in self._do("fetch", name)]
        assert (name, "fetched") in states, f"{self.name} has not fetched {name}: {states}"

    def submit(self, name: str) -> None:
        self._do("submit", name)

    def fetch_feedback(self, name: str) -> None:
        self._do("fetch_feedback", name)

    def save(self, name: str, mark: str) -> None:
        """Write a mark into the notebook's first answer, as JupyterLab saves a notebook."""
        path = f"/user/{self.name}/api/contents/{COURSE}/{name}/{name}.ipynb"
        model = self.ask("GET", path).json()
        cell = next(cell for cell in model["content"]["cells"] if cell["metadata"].get("nbgrader", {}).get("solution"))
        cell["source"] = mark
        self.ask("PUT", path, json={"type": "notebook", "format": "json", "content": model["content"]})
