"""Channels to a kernel that may send anything: what is no message, or would become too large, is not received."""

import json
from queue import Empty
from time import monotonic
from typing import Any

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import ConnectionFileMixin
from traitlets import Type

OUTPUT_MB = 68
"""MB of one message with output; what is printed within 0.2 s is one. After a larger one no output comes any more."""
REPLY_MB = 8

# How many messages wait in the grader's memory before the kernel has to, for each channel. A flood of large ones
# would fill it otherwise.
WAITING = {"iopub": 50, "shell": 4, "control": 4, "stdin": 4, "hb": 4}

MOST_PARTS = 2_000_000
"""Of one message: lists, objects and what they hold. Each costs the reader some 60 bytes, and the sender two."""

NEEDED: dict[str, dict[str, type]] = {
    "stream": {"name": str, "text": str},
    "display_data": {"data": dict, "metadata": dict},
    "update_display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict},
    "error": {"ename": str, "evalue": str, "traceback": list},
    "status": {"execution_state": str},
    "execute_reply": {"status": str},
}
"""What the content of a message must hold for what reads it."""


class Bounded(ConnectionFileMixin):
    """Sockets that take no message beyond a size, and few at a time, whatever a student's process sends."""

    def _create_connected_socket(self, channel: str, identity: bytes | None = None) -> zmq.Socket:
        # A longer part of a message ends the connection. Set before connecting, hence for the sockets to come.
        self.context.setsockopt(zmq.MAXMSGSIZE, (OUTPUT_MB if channel == "iopub" else REPLY_MB) << 20)
        self.context.setsockopt(zmq.RCVHWM, WAITING[channel])
        return super()._create_connected_socket(channel, identity)


class GuardedChannel(AsyncZMQSocketChannel):
    """A channel that passes over what is no Jupyter message."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        """The next message. Raises queue.Empty if none came within `timeout` seconds."""
        deadline = None if timeout is None else monotonic() + timeout
        while True:
            left = None if deadline is None else max(0, int(1000 * (deadline - monotonic())))
            if not await self.socket.poll(left):
                raise Empty
            if (message := self._read(await self.socket.recv_multipart())) is not None:
                return message
            if left == 0:
                raise Empty

    def _read(self, parts: list[bytes]) -> dict[str, Any] | None:
        try:
            _, message_parts = self.session.feed_identities(parts)
            if any(sum(map(part.count, (b"[", b"{", b","))) > MOST_PARTS for part in parts):
                return None
            message = self.session.deserialize(message_parts)
            if any(b"\\ud" in part for part in parts):  # half a surrogate pair could not be written anywhere
                json.dumps(message["content"], ensure_ascii=False).encode()
        except Exception:  # whatever a signature, JSON or Unicode that are none make the session raise
            return None
        return message if _is_sound(message) else None


def _is_sound(message: dict[str, Any]) -> bool:
    if type(message.get("msg_type")) is not str:
        return False
    if any(type(message.get(part)) is not dict for part in ("header", "parent_header", "metadata", "content")):
        return False
    content = message["content"]
    needed = NEEDED.get(message["msg_type"], {})
    if any(type(content.get(name)) is not kind for name, kind in needed.items()):
        return False
    if type(content.get("execution_count")) not in (int, type(None)):
        return False
    if message["msg_type"] == "stream":
        return content["name"] in ("stdout", "stderr")
    return message["msg_type"] != "error" or all(type(line) is str for line in content["traceback"])


class SandboxedKernelClient(Bounded, AsyncKernelClient):
    """A client of a sandboxed kernel."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its output arrives. Raises RuntimeError if it dies or takes too long.

        jupyter_client then waits until no message has come for 0.2 s, which takes longer than a small notebook. What
        comes later is passed over by those who execute cells: it belongs to none.
        """
        deadline = None if timeout is None else monotonic() + timeout
        while True:
            self.kernel_info()
            try:
                reply = await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=0.2)
            except Empty:
                pass
            else:
                if reply["msg_type"] == "kernel_info_reply":
                    return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if deadline is not None and monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")

    shell_channel_class = Type(GuardedChannel)
    iopub_channel_class = Type(GuardedChannel)
    control_channel_class = Type(GuardedChannel)
    stdin_channel_class = Type(GuardedChannel)
