"""Errors that a user can mend."""

import re

LOCKED = 60
"""Seconds to wait for another program that holds the gradebook, such as Formgrader."""

SIGNS = {
    r"\s*OSError: \[Errno (28|122)\] [^:]*(: (?P<path>'.*'))?": "The disk is full{where}: make room",
    r"\s*OSError: \[Errno 30\] [^:]*(: (?P<path>'.*'))?": "A file system can only be read{where}: make it writable",
    r"shutil\.Error: .*\[Errno (28|122)\]": "The disk is full: make room",
    r".*OperationalError\W+database or disk is full": "The disk with the gradebook is full: make room",
    r".*OperationalError\W+attempt to write a readonly database": "The gradebook can only be read: make it writable",
    r".*OperationalError\W+database is locked": (
        f"The gradebook has been locked by another program for {LOCKED} s: close Formgrader, and whatever else uses it,"
    ),
}
"""What Python and SQLite say, at the beginning of a line, where nothing can be written; and what to do."""


class CourseError(Exception):
    """One sentence for the user: what is wrong, where, and what mends it. Shown without a traceback."""


class MachineError(CourseError):
    """Nothing can be written: no fault of a submission's, and none of the next ones could be graded either."""

    @classmethod
    def of(cls, said: str) -> "MachineError | None":
        """What a log, or an exception's class and text, tells of the machine; None if it is something else."""
        for line in reversed(said.splitlines()):
            for sign, sentence in SIGNS.items():
                if found := re.match(sign, line):
                    path = found.groupdict().get("path")
                    where = f" where {path[1:-1]} is to be written" if path else ""
                    return cls(f"{sentence.format(where=where)} and call again; what is done is not lost.")
        return None
