"""The course on Zero to JupyterHub: who gets which server, and which part of the exchange.

The chart loads this file, with members.py beside it; docs/kubernetes.md says how. Every student's server runs as the
same user of the same image, so files do not say whose they are. What does is where they lie: of the exchange a student
can reach the released assignments and the feedback, to read, and a folder of their own, to hand in.
"""

# ruff: noqa: F821  (the chart provides c)

from typing import Any

import members
from z2jh import get_config

COURSES = ("cnn",)
EXCHANGE = "/srv/nbgrader/exchange"
VOLUME = "exchange"

members.set_up(c, COURSES)
members.share_graders(c, COURSES)


def complete(spawner: Any, pod: Any) -> Any:
    """The pod of a server, about to start, with what its user needs; in Kubernetes' own words."""
    name = spawner.user.name
    volumes = [{"name": VOLUME, "persistentVolumeClaim": {"claimName": VOLUME}}]
    mounts = []
    if name in [members.GRADER + course for course in COURSES]:
        _make_a_graders(pod)
        volumes += [{"name": "tls", "secret": {"secretName": "autograder-tls"}}]
        mounts += [
            {"name": VOLUME, "mountPath": EXCHANGE},
            {"name": "tls", "mountPath": "/etc/autograder", "readOnly": True},
        ]
    else:
        groups = {group.name for group in spawner.user.groups}
        for course in COURSES:
            if groups & {f"nbgrader-{course}", f"formgrade-{course}"}:
                mounts += [
                    _part(f"{course}/outbound", readOnly=True),
                    _part(f"{course}/feedback", readOnly=True),
                    _part(f"{course}/inbound", name),
                ]
    if mounts:
        server = pod.spec.containers[0]
        pod.spec.volumes = [*(pod.spec.volumes or []), *volumes]
        server.volume_mounts = [*(server.volume_mounts or []), *mounts]
    return pod


def _part(place: str, *below: str, **more: Any) -> dict[str, Any]:
    return {"name": VOLUME, "mountPath": f"{EXCHANGE}/{place}", "subPath": "/".join([place, *below]), **more}


def _make_a_graders(pod: Any) -> None:
    """The instructors' image and its user, and the way to the grading workers."""
    grader = get_config("custom.grader")
    server = pod.spec.containers[0]
    server.image, server.resources = grader["image"], grader["resources"]
    server.security_context["runAsUser"] = 1001
    server.env += [
        {"name": "NBGRADER_OWN_FOLDERS", "value": "1"},
        {"name": "DASK_CONFIG", "value": "/etc/autograder/dask.yaml"},
    ]
    pod.metadata.labels["autograder"] = "client"  # grading.yaml lets it speak to the scheduler


c.KubeSpawner.modify_pod_hook = complete
# Without this, Kubernetes would make every file of the exchange writable for the group of all servers, at each start.
c.KubeSpawner.pod_security_context = {"fsGroupChangePolicy": "OnRootMismatch"}
