"""nbgrader's collect, for an exchange into which students write as they like.

Whoever may hand in may make any folder there: under another's name, with links in it, so large or so unreadable that
nothing more is collected. nbgrader believes the name, and follows the links as the grader, who can read the solutions.
Here a folder is its owner's, and of it only the owner's own plain files are taken, without following anything.
"""

import os
import pwd
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default.collect import ExchangeCollect
from nbgrader.utils import ignore_patterns
from traitlets import Bool

MOST_FILES, DEEPEST = 2_000, 20
"""Files and folders of one submission, and folders within each other."""

READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # the last but one: a pipe must not be waited for


class Collect(ExchangeCollect):
    """Collects what each student has handed in. A setting of nbgrader: `c.ExchangeFactory.collect`.

    The name of a folder is believed where it belongs to the user who collects: then all students are that one user, as
    in containers. `c.ExchangeCollect.check_owner = False` believes every name.
    """

    own_folders = Bool(
        False,
        help="Whether each student hands in into `inbound/STUDENT`, and can reach no other folder of the exchange's "
        "`inbound`, as on Kubernetes. Then a submission belongs to the student whose folder it lies in.",
    ).tag(config=True)

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        wanted = self.coursedir.student_id
        if self.own_folders:
            self.check_owner = False
            self.coursedir.student_id = f"{wanted or '*'}/*"  # nbgrader looks for this, and what follows, in `inbound`
        try:
            super().init_src()
        finally:
            self.coursedir.student_id = wanted
        self.src_records = [record for record in self.src_records if record["username"] is not None]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record = super()._path_to_record(path)
        except (ValueError, OverflowError):
            record = {"username": ""}
        if not record["username"]:
            self.log.warning("%s is no submission: its name is not STUDENT+ASSIGNMENT+TIME", path)
            return {"username": None, "timestamp": datetime.min}
        if self.own_folders:
            folder = Path(path).parent.name
            return record | {"username": folder, "filename": os.path.join(folder, record["filename"])}
        uid = os.lstat(path).st_uid
        if self.check_owner and uid != os.geteuid() and (owner := _name(uid)) != record["username"]:
            self.log.warning("%s is named after %s, and %s made it: taken as theirs", path, record["username"], owner)
            record["username"] = owner
        return record

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission. One that cannot be copied is left out, and the log says why."""
        course = self.coursedir
        ignored = ignore_patterns(course.ignore, course.include, course.max_file_size, self.log)
        try:
            owner = os.lstat(src).st_uid if self.check_owner else None
            copying = _Copying(src, ignored, owner, 1000 * course.max_dir_size, 0o660 if course.groupshared else 0o644)
            copying.folder(os.open(src, READ | os.O_DIRECTORY), Path(dest), src)
        except (OSError, _Refused) as error:
            shutil.rmtree(dest, ignore_errors=True)
            self.log.error("%s was not collected: %s", src, error)
            return
        for path in copying.left_out:
            self.log.warning("%s was not collected: it is no plain file of the student's own", path)


class _Refused(Exception):
    pass


@dataclass
class _Copying:
    """A copy of one submission, as far as it has come.

    owner: whose files are taken; anybody's if None
    bytes_left: that it may still have
    """

    source: str
    ignored: Callable[[str, list[str]], list[str]]
    owner: int | None
    bytes_left: int
    mode: int
    files_left: int = MOST_FILES
    left_out: list[str] = field(default_factory=list)

    def folder(self, descriptor: int, to: Path, path: str, depth: int = 0) -> None:
        """Copy what is in an open folder, which is closed. Names are looked up in it, wherever it has gone by now."""
        try:
            if depth > DEEPEST:
                raise _Refused(f"folders lie within each other more than {DEEPEST} deep")
            to.mkdir(parents=depth == 0)
            os.chmod(to, 0o2770 if self.mode == 0o660 else 0o755)
            names = sorted(os.listdir(descriptor))
            for name in sorted(set(names) - set(self.ignored(path, names))):
                self.files_left -= 1
                if self.files_left < 0:
                    raise _Refused(f"it has more than {MOST_FILES:,} files")
                self._entry(descriptor, name, to / name, os.path.join(path, name), depth)
        finally:
            os.close(descriptor)

    def _entry(self, parent: int, name: str, to: Path, path: str, depth: int) -> None:
        about = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
            self.left_out.append(path)
            return
        descriptor = os.open(name, READ, dir_fd=parent)
        about = os.fstat(descriptor)  # of what was opened, which may not be what was looked at
        if self.owner not in (None, about.st_uid):
            os.close(descriptor)
            self.left_out.append(path)
        elif stat.S_ISDIR(about.st_mode):
            self.folder(descriptor, to, path, depth + 1)
        else:
            self._file(descriptor, to, about)

    def _file(self, descriptor: int, to: Path, about: os.stat_result) -> None:
        with open(descriptor, "rb") as source, open(to, "wb") as copy:
            if not stat.S_ISREG(about.st_mode):
                raise _Refused(f"{to.name} changed while it was read")
            while block := source.read(min(1 << 20, self.bytes_left + 1)):
                self.bytes_left -= len(block)
                if self.bytes_left < 0:
                    raise _Refused("it is larger than `c.CourseDirectory.max_dir_size` allows")
                copy.write(block)
        os.chmod(to, self.mode)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"unknown-{uid}"
