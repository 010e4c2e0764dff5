"""What runs first in a kernel's sandbox: ipykernel, on sockets that the grader has bound.

The kernel's sockets are files in a folder that only the grader sees. They come into the sandbox as open descriptors,
so no folder of the machine need be writable, or even visible, in there.
"""

import os
import sys

import zmq


def main() -> None:
    """Arguments: PORT=DESCRIPTOR,… and then ipykernel's own."""
    descriptors = dict(pair.split("=") for pair in sys.argv.pop(1).split(","))
    for descriptor in descriptors.values():
        os.set_inheritable(int(descriptor), False)
    bind = zmq.Socket.bind

    def bind_given(socket: zmq.Socket, address: str):  # noqa: ANN202  (pyzmq's own type differs by version)
        descriptor = descriptors.pop(address.rpartition("-")[2], None) if address.startswith("ipc://") else None
        if descriptor is not None:
            socket.setsockopt(zmq.USE_FD, int(descriptor))
        return bind(socket, address)

    zmq.Socket.bind = bind_given  # type: ignore[method-assign,assignment]

    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
