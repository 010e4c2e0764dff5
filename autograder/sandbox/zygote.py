"""The warm parent's own process: it has imported what notebooks import, and forks kernels into sandboxes.

It runs no student code and has no secret: only what it imported, a clean environment and a socket to the grader. For
each kernel it forks twice. The first child enters the sandbox's namespaces, which bubblewrap has made, and stays to
tell how the second one ended; the second one gives up every right, as a command of that sandbox does, and becomes
ipykernel. No TensorFlow operation may run in this process: after one, a forked child hangs.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
from typing import Any, NoReturn

SET_NO_NEW_PRIVS, SET_SECCOMP, FILTER, CAPBSET_DROP = 38, 22, 2, 24
CAPABILITY_VERSION = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


class _SysWithoutModules:
    """Python's `sys` for ipykernel, which looks at every module's file when it starts, for its debugger.

    Looking counts references, and so copies thousands of pages that a kernel would share with its parent: that is
    a quarter of what its start takes.
    """

    modules: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(sys, name, value)


def main(control: int, modules: list[str]) -> None:
    """Import the modules, say so, and fork for every request until the grader is gone."""
    before = dict(os.environ)
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # a course that has no use for it
    import ipykernel.ipkernel
    import numpy  # noqa: F401  (kernels seed it anew)

    from autograder.sandbox.launch import Kernel

    ipykernel.ipkernel.sys = _SysWithoutModules()  # type: ignore[assignment]
    _leave_pipelines_untuned()
    # Libraries find here what they have set when they were imported.
    found = {name: value for name, value in os.environ.items() if before.get(name) != value}
    gc.collect()
    gc.freeze()  # what is not looked at is not copied
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the grader, who then ends this process
    channel = socket.socket(fileno=control)
    channel.send(b"ready")
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, 1 << 20, 64)
        if not request:
            return
        asked = json.loads(request)
        kernel = Kernel.of(asked["arguments"])
        if os.fork() == 0:
            asked["environment"] |= found
            _keeper(channel, asked, descriptors, kernel)
        for descriptor in descriptors:
            os.close(descriptor)


def _leave_pipelines_untuned() -> None:
    """TensorFlow's data pipelines, with which Keras trains on arrays, do not tune their own speed unless told to.

    They yield the same either way. But where the cores are busy, TensorFlow waits at the end of an epoch until the
    thread that tunes looks up, which it does after 10 ms, 20 more, 40 more and so on: with a kernel on every core, all
    were idle for a third of a training.
    """
    if found := sys.modules.get("tensorflow.python.data.ops.options"):
        tuning = found.AutotuneOptions
        tuning.enabled = found.options_lib.create_option("enabled", bool, tuning.enabled.__doc__, lambda: False)


def _keeper(channel: socket.socket, asked: dict[str, Any], descriptors: list[int], ipykernel: Any) -> NoReturn:
    """Enter the sandbox, fork the kernel there, and write down how it ended."""
    status = descriptors[0]
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for group in asked["groups"]:
            with open(f"{group}/cgroup.procs", "w") as file:
                file.write("0")
        for descriptor in descriptors[1 : 1 + asked["namespaces"]]:
            _check(libc.setns(descriptor, 0), "setns")
        kernel = os.fork()
        if kernel == 0:
            _kernel(asked, descriptors[1 + asked["namespaces"] :], ipykernel)
        channel.send(json.dumps({"pid": kernel}).encode())
    except BaseException as error:
        channel.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        os._exit(1)
    channel.close()
    for descriptor in descriptors[1:]:
        os.close(descriptor)
    _, ended = os.waitpid(kernel, 0)
    code = os.waitstatus_to_exitcode(ended)
    os.write(status, b"%d\n" % (128 - code if code < 0 else code))
    os._exit(0)


def _kernel(asked: dict[str, Any], descriptors: list[int], ipykernel: Any) -> NoReturn:
    """Become what the grader asked for. Whatever fails ends this process: it never goes on with more rights."""
    code = 1
    try:
        out, *listening = descriptors
        os.setsid()
        nothing = os.open("/dev/null", os.O_RDONLY)
        for place, descriptor in enumerate((nothing, out, out)):
            os.dup2(descriptor, place)
        _close_all_but({0, 1, 2, *listening})
        os.chdir(asked["home"])
        for name, limit in asked["limits"].items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
        _give_up_rights(asked["uid"], bytes.fromhex(asked["filter"]))
        _forget_parent(asked["environment"])
        from autograder.sandbox import launch

        signal.signal(signal.SIGINT, signal.default_int_handler)
        launch.serve(dict(zip(asked["ports"], listening, strict=True)), ipykernel)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else bool(error.code)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def _close_all_but(kept: set[int]) -> None:
    last = max(map(int, os.listdir("/proc/self/fd")))
    for descriptor in range(last + 1):
        if descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                pass


def _give_up_rights(uid: int | None, program: bytes) -> None:
    """No capability, now or later; the spare user, if the grader is root; the filter for system calls."""
    for capability in range(64):
        if libc.prctl(CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # beyond the last one that this system knows
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    _check(libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _check(libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    _check(libc.prctl(SET_SECCOMP, FILTER, ctypes.byref(Program(len(program) // 8, program)), 0, 0), "seccomp")


def _forget_parent(environment: dict[str, str]) -> None:
    """Nothing of the parent is left that a kernel started by itself would not have."""
    import numpy as np

    os.environ.clear()
    os.environ.update(environment)
    np.random.seed()  # otherwise siblings would draw the same numbers
    if keras := sys.modules.get("keras.src.backend.config"):
        vars(keras)["_KERAS_DIR"] = environment["KERAS_HOME"]


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
