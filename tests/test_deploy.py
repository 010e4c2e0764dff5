"""The images and what runs on Kubernetes, as far as that can be tried without either."""

import asyncio
import fnmatch
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
import types
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from traitlets.config import Config

from autograder.sandbox.bubblewrap import bwrap

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
BIN = Path(sys.executable).parent
DOCKERFILE = DEPLOY / "Dockerfile"
KUBERNETES_VERSIONS = ("1.33", "1.37")


# --- images ----------------------------------------------------------------------------------------------------


def instructions():
    """Each instruction of the Dockerfile and its arguments."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    """What a build sees of this folder: what .dockerignore, which names what is let in, leaves of it."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*" and all(line.startswith("!") for line in lines[1:-1]) and lines[-1] == "**/__pycache__"
    folder = tmp_path_factory.mktemp("context")
    for name in (line[1:] for line in lines[1:-1]):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return folder


def test_the_dockerfile_has_no_lint():
    done = subprocess.run([BIN / "hadolint", DOCKERFILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_images_copy_what_is_there_and_run_as_nobody_special(context):
    copies = [arguments.split() for name, arguments in instructions() if name == "COPY"]
    sources = [source for first, *more, _ in copies if not first.startswith("--from") for source in (first, *more)]
    assert len(sources) > 5 and all((context / source).exists() for source in sources)
    users = [arguments for name, arguments in instructions() if name == "USER"]
    targets = [arguments.split()[-1] for name, arguments in instructions() if name == "FROM"]
    assert targets == ["datasets", "packages", "student", "instructor"] and users == ["1000", "0", "1001"]


def test_what_is_installed_has_no_solution_test_or_held_out_image(context, tmp_path):
    """The package, built as the image does it, of nothing but the build's context."""
    forbidden = ("*solutions*", "*tests*", "*heldout/*", "*course_secret*", "*.ipynb", "*benchmarks*", "*docs*")
    there = [str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()]
    assert not [name for name in there for pattern in forbidden if fnmatch.fnmatch(name, pattern)]
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*build, tmp_path, context], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names for pattern in forbidden if fnmatch.fnmatch(name, pattern)]
    included = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    for target in included["force-include"].values():
        assert [name for name in names if name.startswith(target)], f"{target} is not in the image"


def test_the_image_takes_tensorflow_without_its_gpu_half(tmp_path):
    """The line that renames it must find it in both files, and nothing else."""
    (command,) = re.findall(r"sed -i '(s/[^']*tensorflow[^']*)'", DOCKERFILE.read_text())
    for name in ("requirements.txt", "pyproject.toml"):
        before = (ROOT / name).read_text().splitlines()
        after = subprocess.run(["sed", command, ROOT / name], capture_output=True, text=True).stdout.splitlines()
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        assert [new.strip(' ",').split("=")[0].rstrip(">") for _, new in changed] == ["tensorflow-cpu"]


def test_the_commands_on_the_page_fit_the_files():
    page = (ROOT / "docs" / "kubernetes.md").read_text()
    known = {
        name: {line.split()[-1].split("=")[0] for kind, line in instructions() if kind == name}
        for name in ("ARG", "FROM")
    }
    assert set(re.findall(r"--build-arg (\w+)=", page)) == known["ARG"] - {"PYTHON"}
    assert set(re.findall(r"--(?:target|build-context) (\w+)", page)) == known["FROM"] - {"packages"}
    files = dict(re.findall(r"--set-file hub\.extraFiles\.(\w+)\.stringData=(\S+)", page))
    values = yaml.safe_load((KUBERNETES / "values.yaml").read_text())
    assert set(files) == set(values["hub"]["extraFiles"]) and all((ROOT / path).is_file() for path in files.values())


# --- Kubernetes ------------------------------------------------------------------------------------------------


def documents(path):
    return list(yaml.safe_load_all(path.read_text()))


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
@pytest.mark.parametrize("name", ["exchange.yaml", "grading.yaml"])
def test_manifests_are_what_kubernetes_knows(name, version):
    for document in documents(KUBERNETES / name):
        kubernetes_validate.validate(document, version, strict=True)


def test_everywhere_the_same_images():
    named = re.findall(r"registry\.example\.org/\S+", "".join(path.read_text() for path in KUBERNETES.glob("*.yaml")))
    assert set(named) <= {
        f"registry.example.org/cnn-{who}{tag}" for who in ("student", "instructor") for tag in ("", ":1")
    }


def test_only_workers_have_what_the_sandbox_needs():
    pods = {
        document["metadata"]["name"]: document["spec"]["template"]["spec"]
        for document in documents(KUBERNETES / "grading.yaml")
        if document["kind"] == "Deployment"
    }
    (worker,), (scheduler,) = (pods[f"autograder-{name}"]["containers"] for name in ("workers", "scheduler"))
    assert pods["autograder-workers"]["hostUsers"] is False and worker["securityContext"]["procMount"] == "Unmasked"
    assert "procMount" not in scheduler["securityContext"] and "hostUsers" not in pods["autograder-scheduler"]
    assert all(pod["securityContext"]["runAsUser"] == 1001 for pod in pods.values())


@pytest.fixture
def pod(monkeypatch):
    """Makes the pod of a user in groups, as the chart's hub would, of the values and the course's file."""
    import kubespawner.spawner
    from jupyterhub.objects import Hub
    from kubernetes_asyncio.client import ApiClient

    values = yaml.safe_load((KUBERNETES / "values.yaml").read_text())

    def get_config(key):
        found = values
        for part in key.split("."):
            found = found[part]
        return found

    c = Config()
    student = values["singleuser"]
    c.JupyterHub.load_roles = []
    c.KubeSpawner.image = f"{student['image']['name']}:{student['image']['tag']}"
    c.KubeSpawner.uid, c.KubeSpawner.fs_gid = 1000, 100  # the chart's own
    c.KubeSpawner.mem_guarantee, c.KubeSpawner.mem_limit = student["memory"]["guarantee"], student["memory"]["limit"]
    c.KubeSpawner.volumes = [{"name": "home", "persistentVolumeClaim": {"claimName": "claim-{user_server}"}}]
    c.KubeSpawner.volume_mounts = [{"name": "home", "mountPath": "/home/jovyan"}]
    z2jh = types.ModuleType("z2jh")
    z2jh.get_config = get_config
    monkeypatch.setitem(sys.modules, "z2jh", z2jh)
    monkeypatch.syspath_prepend(str(DEPLOY))
    exec(compile((KUBERNETES / "course.py").read_text(), "course.py", "exec"), {"c": c})
    monkeypatch.setattr(kubespawner.spawner, "load_config", lambda *_, **__: None)
    monkeypatch.setattr(kubespawner.spawner, "shared_client", lambda *_, **__: None)

    async def make(name, groups):
        user = types.SimpleNamespace(
            name=name, groups=[types.SimpleNamespace(name=group) for group in groups], id=1, url="", escaped_name=name
        )
        spawner = kubespawner.spawner.KubeSpawner(
            _mock=True, config=c, user=user, hub=Hub(), api_token="t", oauth_client_id="o"
        )
        made = spawner.modify_pod_hook(spawner, await spawner.get_pod_manifest())
        async with ApiClient() as client:
            return {"apiVersion": "v1", "kind": "Pod", **client.sanitize_for_serialization(made)}

    def check(name, *groups):
        made = asyncio.run(make(name, groups))
        for version in KUBERNETES_VERSIONS:
            kubernetes_validate.validate(made, version, strict=True)
        return made["spec"]

    return check


def exchange_of(spec):
    (server,) = spec["containers"]
    return {mount["mountPath"]: mount for mount in server["volumeMounts"] if mount["name"] == "exchange"}


def test_a_student_reaches_no_other_part_of_the_exchange(pod):
    spec = pod("ada", "nbgrader-cnn")
    found = {
        path.removeprefix("/srv/nbgrader/exchange/"): (mount["subPath"], mount.get("readOnly", False))
        for path, mount in exchange_of(spec).items()
    }
    assert found == {
        "cnn/outbound": ("cnn/outbound", True),
        "cnn/feedback": ("cnn/feedback", True),
        "cnn/inbound": ("cnn/inbound/ada", False),
    }
    assert spec["containers"][0]["securityContext"]["runAsUser"] == 1000
    assert not any("secret" in volume for volume in spec["volumes"])
    assert spec["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"


def test_who_is_in_no_course_has_nothing_of_the_exchange(pod):
    assert not exchange_of(pod("eve", "nbgrader-other"))
    assert [volume["name"] for volume in pod("eve")["volumes"]] == ["home"]


def test_a_grader_has_the_exchange_and_the_instructors_image(pod):
    spec = pod("grader-cnn", "formgrade-cnn")
    (server,) = spec["containers"]
    assert exchange_of(spec) == {"/srv/nbgrader/exchange": {"name": "exchange", "mountPath": "/srv/nbgrader/exchange"}}
    assert server["image"].endswith("instructor:1") and server["securityContext"]["runAsUser"] == 1001
    assert {"name": "NBGRADER_OWN_FOLDERS", "value": "1"} in server["env"]
    # A name that only looks like a grader's is nobody's.
    assert "student" in pod("grader-other", "nbgrader-cnn")["containers"][0]["image"]


# --- handing out and in, with what each pod has of the exchange --------------------------------------------------


@pytest.fixture
def cluster(pod, tmp_path):
    """The exchange as the job makes it, and a way to run a command as in somebody's pod."""
    volume = tmp_path / "volume"
    (volume / "cnn").mkdir(parents=True)
    (job,) = [document for document in documents(KUBERNETES / "exchange.yaml") if document["kind"] == "Job"]
    (script,) = job["spec"]["template"]["spec"]["containers"][0]["args"]
    subprocess.run(["sh", "-ec", script.replace("-o 1001", "")], cwd=volume, check=True)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"groups": ["nbgrader-cnn"]}).encode())

    hub = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=hub.serve_forever, daemon=True).start()

    def run(name, group, *command, folder="."):
        spec = pod(name, group)
        home, (server,) = tmp_path / "homes" / name, spec["containers"]
        uid = server["securityContext"]["runAsUser"]
        home.mkdir(parents=True, exist_ok=True)
        passwd = tmp_path / "passwd"
        passwd.write_text("jovyan:x:1000:1000::/home/jovyan:/bin/sh\ngrader:x:1001:1001::/home/jovyan:/bin/sh\n")
        binds = ["--ro-bind", "/", "/", "--tmpfs", "/srv", "--tmpfs", "/home", "--bind", home, "/home/jovyan"]
        binds += ["--ro-bind", passwd, "/etc/passwd", "--dir", "/srv/nbgrader/exchange", "--dev", "/dev"]
        for path, mount in exchange_of(spec).items():
            source = volume / mount.get("subPath", "")
            if not source.exists():  # as Kubernetes does it
                source.mkdir()
                source.chmod(volume.stat().st_mode & 0o777)
            binds += ["--ro-bind" if mount.get("readOnly") else "--bind", source, path]
        config = [DEPLOY / "instructor", DEPLOY / "everybody"] if uid == 1001 else [DEPLOY / "everybody"]
        environment = {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "HOME": "/home/jovyan",
            "JUPYTER_CONFIG_PATH": os.pathsep.join(map(str, config)),
            "JUPYTERHUB_USER": name,
            "JUPYTERHUB_API_TOKEN": "t",
            "JUPYTERHUB_API_URL": f"http://127.0.0.1:{hub.server_address[1]}",
            **{one["name"]: one["value"] for one in server["env"] if one["name"] == "NBGRADER_OWN_FOLDERS"},
        }
        inside = [bwrap(), "--unshare-user", "--uid", str(uid), "--gid", str(uid), *binds]
        inside += ["--chdir", f"/home/jovyan/{folder}", "--", *command]
        done = subprocess.run(list(map(str, inside)), env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    run.home = lambda name: tmp_path / "homes" / name
    yield run
    hub.shutdown()


def test_work_goes_out_and_in_and_is_whose_folder_it_lies_in(cluster):
    grader = functools.partial(cluster, "grader-cnn", "formgrade-cnn", folder="cnn")
    release = cluster.home("grader-cnn") / "cnn" / "release" / "ps1"
    release.mkdir(parents=True)
    (release / "ps1.ipynb").write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    (release.parents[1] / "nbgrader_config.py").write_text(
        "from autograder.wall.settings import grade_behind_wall\nc = get_config()\n"
        "c.CourseDirectory.course_id = 'cnn'\ngrade_behind_wall(c)\n"
    )
    code, said = grader("nbgrader", "release_assignment", "ps1")
    assert code == 0, said
    for name in ("ada", "eve"):
        code, said = cluster(name, "nbgrader-cnn", "nbgrader", "fetch_assignment", "--course", "cnn", "ps1")
        assert code == 0, said
        (cluster.home(name) / "cnn" / "ps1" / "answer.txt").write_text(name)
        code, said = cluster(name, "nbgrader-cnn", "nbgrader", "submit", "--course", "cnn", "ps1")
        assert code == 0, said
    inbound = "/srv/nbgrader/exchange/cnn/inbound"
    forged = f"cp -r {inbound}/eve+* '{inbound}/ada+ps1+2030-01-01 00:00:00.0 UTC+x'; touch {inbound}/../outbound/x"
    code, said = cluster("eve", "nbgrader-cnn", "sh", "-c", f"ls {inbound}; {forged}")
    assert "eve+ps1" in said and "ada" not in said.splitlines()[0] and code != 0 and "Read-only" in said
    code, said = grader("nbgrader", "collect", "ps1")
    assert code == 0, said
    submitted = cluster.home("grader-cnn") / "cnn" / "submitted"
    found = {path.parent.parent.name: path.read_text() for path in submitted.glob("*/ps1/answer.txt")}
    assert found == {"ada": "ada", "eve": "eve"}


def test_a_second_course_is_a_second_name_and_port(tmp_path, monkeypatch):
    from traitlets.config.loader import PyFileConfigLoader

    monkeypatch.chdir(tmp_path)  # where the hub keeps a token
    monkeypatch.setenv("COURSES", "cnn:9101 vision:9102")
    config = PyFileConfigLoader(str(ROOT / "deploy" / "jupyterhub_config.py")).load_config()
    urls = {service["name"]: service.get("url") for service in config.JupyterHub.services}
    assert urls == {"cnn": "http://127.0.0.1:9101", "vision": "http://127.0.0.1:9102", "course.py": None}
    assert {"nbgrader-vision", "formgrade-vision"} < set(config.JupyterHub.load_groups)
    (course_py,) = (role for role in config.JupyterHub.load_roles if role["name"] == "course.py")
    assert "groups!group=nbgrader-vision" in course_py["scopes"]
