"""Whether the sandbox works on this machine: tried once, from inside."""

import functools
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from autograder.errors import CourseError
from autograder.sandbox import remedies, syscalls
from autograder.sandbox.bubblewrap import HOME, SYSTEM_PATH, TOOLS, Sandbox, bwrap, spare_uid
from autograder.sandbox.cgroup import counts

# What the sandbox is for, tried once from inside: each line is one thing that must be so.
PROBE = f"""
for kind in pid net ipc uts mnt; do echo "$kind $(readlink /proc/self/ns/$kind)"; done
echo "uid $(id -u)"
while read -r name value rest; do
    case $name in CapEff:|CapBnd:|NoNewPrivs:|Seccomp:) echo "$name $value";; esac
done < /proc/self/status
for place in / /usr /dev /etc /run; do (: > $place/probe) 2>/dev/null && echo "written $place"; done
for place in {HOME} /tmp /dev/shm; do (: > $place/probe) && echo "writable $place"; done
while IFS=: read -r name rest; do [ "$rest" ] && echo "interface $name"; done < /proc/net/dev
prlimit --nproc=1 /bin/sh -c '/bin/true & wait' 2>/dev/null && echo "processes unlimited"
for number in /proc/[0-9]*; do echo "process $number"; done
"""


@functools.cache
def why_not() -> str | None:
    """None if the sandbox works here, else one sentence: the reason and its remedy. Tried once and remembered.

    It runs a command inside and looks from there: at the namespaces, the network, who it is, what it may write.
    """
    if sys.platform != "linux":
        return f"The sandbox needs Linux, and this is {platform.system()}: {remedies.ELSEWHERE}."
    if not syscalls.supported():
        return f"The sandbox knows no {platform.machine()} processor: grade on one with x86-64 or ARM64."
    if missing := [tool for tool in TOOLS if shutil.which(tool, path=SYSTEM_PATH) is None]:
        return (
            f"The sandbox needs {' and '.join(missing)}: install the system's util-linux and coreutils "
            "(Debian, Ubuntu: sudo apt-get install util-linux coreutils)."
        )
    try:
        with tempfile.TemporaryFile() as out, Sandbox().start(["/bin/sh", "-c", PROBE], out, out) as running:
            code = running.process.wait(30)
            out.seek(0)
            said = out.read(1 << 20).decode(errors="replace")
    except CourseError as error:
        return str(error)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"The sandbox cannot be started: {error}."
    if code != 0:
        return remedies.explain(said.strip(), remedies.Host.this(str(bwrap())))
    if faults := list(_faults(said)):
        return f"The sandbox does not hold on this machine, {' and '.join(faults)}: grade on another one."
    return None


def _faults(said: str) -> Iterator[str]:
    """What is not as it must be, from what the probe said."""
    lines = [line.split() for line in said.splitlines()]
    for kind in ("pid", "net", "ipc", "uts", "mnt"):
        if [kind, os.readlink(f"/proc/self/ns/{kind}")] in lines or not any(line[:1] == [kind] for line in lines):
            yield f"it shares the {kind} namespace of the machine"
    facts = {line[0]: line[1] for line in lines if len(line) == 2}
    if facts.get("uid") in (None, "0"):
        yield "its commands run as root"
    if facts.get("CapEff:") != "0" * 16:
        yield "its commands have capabilities"
    if facts.get("NoNewPrivs:") != "1" or facts.get("Seccomp:") != "2":
        yield "its commands may gain privileges"
    yield from (f"{line[1]} can be written" for line in lines if line[:1] == ["written"])
    for place in (HOME, "/tmp", "/dev/shm"):
        if ["writable", place] not in lines:
            yield f"{place} cannot be written"
    if [line for line in lines if line[:1] == ["interface"]] != [["interface", "lo"]]:
        yield "it has a network"
    if facts.get("processes") == "unlimited" and not counts("pids"):
        yield "its number of processes has no limit"
    if sum(line[:1] == ["process"] for line in lines) > 8:
        yield "it sees the machine's processes"


def describe() -> str:
    """How the sandbox works here, in a few words; only where `why_not` is None."""
    who = "as a spare user without capabilities" if spare_uid() is not None else "in a user namespace"
    memory = (
        "memory held by a control group"
        if counts("memory")
        else "memory held for each process (rlimit) and watched for all"
    )
    return f"works, {who}, {memory}"
