"""Errors of a kernel, cut to what a message can carry: one that is too long ends the connection to the kernel.

A test's error quotes the student's answer, for instance, and that may be text of many MB.
"""

import functools
from typing import Any

MOST = 20_000
"""Characters of an error's text, and of a line of its traceback."""


def keep_errors_brief(shell: Any) -> None:
    """Let ipykernel cut the errors that it shows and replies."""
    show, execute = shell._showtraceback, shell.kernel.do_execute

    def show_briefly(kind: type[BaseException], error: Any, lines: list[str]) -> None:
        show(kind, _brief(str(error)), [_brief(line) for line in lines])

    @functools.wraps(execute)
    async def execute_and_reply_briefly(*arguments: Any, **named: Any) -> dict[str, Any]:
        reply = await execute(*arguments, **named)
        return reply | {"evalue": _brief(reply["evalue"])} if "evalue" in reply else reply

    shell._showtraceback, shell.kernel.do_execute = show_briefly, execute_and_reply_briefly


def _brief(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]} … ({len(text):,} characters)"
