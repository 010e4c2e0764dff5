"""What runs first in a kernel's sandbox: ipykernel, on sockets that the grader has bound.

The kernel's sockets are files in a folder that only the grader sees. They come into the sandbox as open descriptors,
so no folder of the machine need be writable, or even visible, in there.
"""

import os
import sys
from typing import ClassVar

import zmq
from ipykernel.kernelapp import IPKernelApp


class Kernel(IPKernelApp):
    """ipykernel with the arguments that it was made with: parsing them takes as long as starting its sockets."""

    _made: ClassVar[dict[tuple[str, ...], "Kernel"]] = {}

    @classmethod
    def of(cls, arguments: list[str]) -> "Kernel":
        """The kernel with these arguments, made at the first time, as the one that IPython finds as its own."""
        kernel = cls._made.get(tuple(arguments))
        if kernel is None:
            cls.clear_instance()
            kernel = cls._made[tuple(arguments)] = cls.instance()
            super(cls, kernel).parse_command_line(arguments)
        for each in cls._walk_mro():
            each._instance = kernel
        return kernel

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        pass


def main() -> None:
    """Arguments: PORT=DESCRIPTOR,… and then ipykernel's own."""
    descriptors = dict(pair.split("=") for pair in sys.argv.pop(1).split(","))
    serve({port: int(descriptor) for port, descriptor in descriptors.items()}, Kernel.of(sys.argv[1:]))


def serve(descriptors: dict[str, int], kernel: Kernel) -> None:
    """Run a kernel until it is told to end.

    descriptors: for each port of the connection file, the socket that listens for it
    """
    for descriptor in descriptors.values():
        os.set_inheritable(descriptor, False)
    bind = zmq.Socket.bind

    def bind_given(socket: zmq.Socket, address: str):  # noqa: ANN202  (pyzmq's own type differs by version)
        descriptor = descriptors.pop(address.rpartition("-")[2], None) if address.startswith("ipc://") else None
        if descriptor is not None:
            socket.setsockopt(zmq.USE_FD, descriptor)
        return bind(socket, address)

    zmq.Socket.bind = bind_given  # type: ignore[method-assign,assignment]

    kernel.initialize([])
    kernel.start()
