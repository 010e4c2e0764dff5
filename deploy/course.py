"""The life of a course on its hub: its students, its backup, the next term. docs/administration.md explains each.

    python deploy/course.py students FILE [--remove-others]     add the students in a CSV file
    python deploy/course.py backup FOLDER                       copy all that must not be lost into a new folder
    python deploy/course.py restore FOLDER                      put it back on a machine that has none of it
    python deploy/course.py new-term NAME                       put this term away as NAME, and begin anew

Each looks first whether all of it can be done, and does nothing otherwise. It needs root.
"""

import argparse
import contextlib
import csv
import json
import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import students as roster
from hub import Hub, Problem, end_processes, make_person, open_exchange, run
from members import GRADER, is_person

NOTE = "takes part in a course"
"""In the comment field of accounts that are made here."""

OF_A_TERM = (
    *("gradebook.db*", "course_secret", "submitted", "autograded", "feedback", "executions", "exchange"),
    *("solution", "demo", "graded.json", "ungraded.json", "report.html"),
    *("grades.csv", "canvas.csv", "moodle.csv", "gradescope.csv"),
)
"""What a term leaves behind at the top of the course's folder; all else is the course, and stays for the next."""


@dataclass(frozen=True)
class Place:
    """Where a course is.

    exchange: nbgrader's, of all courses
    api: of the running hub
    """

    name: str
    hub: Hub
    exchange: Path
    api: str

    @property
    def grader(self) -> pwd.struct_passwd:
        """The user whose the course is."""
        grader = GRADER + self.name
        try:
            return pwd.getpwnam(grader)
        except KeyError:
            raise Problem(f"There is no user {grader}: name the course with --course, or make it first.") from None

    @property
    def home(self) -> Path:
        return Path(self.grader.pw_dir)

    @property
    def folder(self) -> Path:
        return self.home / self.name

    @property
    def group(self) -> str:
        return f"nbgrader-{self.name}"

    @property
    def database(self) -> Path:
        return self.hub.private / "jupyterhub.sqlite"

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the hub's API answers. Raises Problem where it does not, and HTTPError where it refuses."""
        token = self.hub.private / "course_token"
        try:
            headers = {"Authorization": f"token {token.read_text(encoding='ascii')}"}
            asked = urllib.request.Request(f"{self.api}/{path}", json.dumps(body).encode(), headers, method=method)
            with urllib.request.urlopen(asked, timeout=60) as reply:
                return json.load(reply)
        except urllib.error.HTTPError:
            raise
        except FileNotFoundError:
            raise Problem(
                f"{token} is not there: start the hub in that folder, or name another with --state."
            ) from None
        except OSError as error:
            raise Problem(
                f"The hub does not answer at {self.api} ({error}): start it, or name it with --api."
            ) from None


# --- students ----------------------------------------------------------------------------------------------------


def students(place: Place, file: Path, remove_others: bool) -> None:
    """Accounts, the hub's group and the gradebook have all students in the file. Nobody loses an account."""
    listed = roster.read(file)
    check_accounts(file, listed)
    if not place.folder.is_dir():
        raise Problem(f"There is no course in {place.folder}: make it first.")
    before = set(place.ask("GET", f"groups/{place.group}")["users"])

    names = [student.username for student in listed]
    for name in names:
        make_person(name, NOTE)
    try:
        place.ask("POST", "users", {"usernames": names})
    except urllib.error.HTTPError as error:
        if error.code != 409:  # all are known to the hub already
            raise
    place.ask("POST", f"groups/{place.group}/users", {"users": names})
    write_gradebook(place, listed)

    new, left = [name for name in names if name not in before], sorted(before - set(names))
    print(f"Added: {', '.join(new) or 'nobody'}. In the course already: {len(names) - len(new)}.")
    if left and remove_others:
        place.ask("DELETE", f"groups/{place.group}/users", {"users": left})
        print(f"No longer in the course: {', '.join(left)}. Their accounts, work and marks are kept.")
    elif left:
        print(
            f"In the course and not in {file.name}: {', '.join(left)}. "
            "They are left as they are; --remove-others takes them out of the course."
        )


def check_accounts(file: Path, listed: Iterable[roster.Student]) -> None:
    """Raises Problem for accounts that cannot be a student's."""
    wrong = []
    for student in listed:
        where = f"{file.name}, line {student.line}: {student.username}"
        try:
            account = pwd.getpwnam(student.username)
        except KeyError:
            continue
        if student.username.startswith(GRADER) or not is_person(account):
            wrong.append(f"{where} is a user of the system's own: a student needs another name.")
        elif not Path(account.pw_dir).is_dir():
            wrong.append(f"{where} has an account without a home: make {account.pw_dir}, owned by them.")
    if wrong:
        raise Problem("\n".join(wrong))


def write_gradebook(place: Place, listed: list[roster.Student]) -> None:
    """Names and addresses for formgrader, by nbgrader's own command."""
    columns = {"id": "username", "first_name": "first_name", "last_name": "last_name", "email": "email"}
    columns = {to: name for to, name in columns.items() if any(getattr(student, name) for student in listed)}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows([getattr(student, name) for name in columns.values()] for student in listed)
        file.flush()
        os.chown(file.name, place.grader.pw_uid, place.grader.pw_gid)
        # The group in the hub is written already, and the grader's own token may not.
        plugin = "--Authenticator.plugin_class=nbgrader.auth.NoAuthPlugin"
        as_grader(place, "nbgrader", "db", "student", "import", file.name, plugin)


def as_grader(place: Place, *command: str) -> None:
    """Run a command of the environment in the course's folder, as its grader. Raises Problem if it fails."""
    grader = place.grader
    done = subprocess.run(
        [place.hub.bin / command[0], *command[1:]],
        user=grader.pw_uid,
        group=grader.pw_gid,
        extra_groups=[],
        cwd=place.folder,
        env={"HOME": grader.pw_dir, "PATH": f"{place.hub.bin}:/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise Problem(f"`{' '.join(command)}` failed as {grader.pw_name} in {place.folder}: {said[-1]}")


# --- backup ------------------------------------------------------------------------------------------------------

FILES = "files.tar.gz"
PEOPLE = "people.txt"


def backup(place: Place, folder: Path) -> None:
    """The databases as they are at one moment, and the files of all who take part. Nothing has to be stopped."""
    if folder.exists():
        raise Problem(f"{folder} is there already: name a new folder.")
    if not place.database.is_file():
        raise Problem(f"The hub's database is not at {place.database}: name its folder with --state.")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    # Before the files: what is handed in or collected meanwhile is more than the gradebook knows of, and never less.
    gradebook = place.folder / "gradebook.db"
    for database in (gradebook, place.database):
        if database.exists():  # before the first release there is no gradebook
            copy_database(database, partial / database.name)
    people = members(place)
    (partial / PEOPLE).write_text("".join(f"{user.pw_name}:{user.pw_gecos}\n" for user in people), encoding="utf-8")
    settings = place.hub.state / "jupyterhub_config.py"
    paths = [*(Path(user.pw_dir) for user in people), place.exchange / place.name, settings]
    pack(partial / FILES, paths, leave_out=f"{gradebook}*")
    partial.rename(folder)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(f"{folder}: {size:,.0f} MB, with the homes of {len(people)} people. Copy it to another machine.")


def members(place: Place) -> list[pwd.struct_passwd]:
    """Who takes part, or has ever handed something in, and has an account."""
    with contextlib.closing(sqlite3.connect(f"file:{place.database}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT users.name FROM users JOIN user_group_map ON users.id = user_id "
            "JOIN groups ON groups.id = group_id WHERE groups.name IN (?, ?)",
            (place.group, f"formgrade-{place.name}"),
        ).fetchall()
    accounts = [user for user in pwd.getpwall() if is_person(user)]
    exchanges = [place.exchange / place.name, *place.home.glob(f"{place.name}-*/exchange")]
    owners = {os.lstat(path).st_uid for exchange in exchanges for path in exchange.glob("inbound/*")}
    known = {place.grader.pw_name, *(name for (name,) in rows)}
    return [user for user in accounts if user.pw_name in known or user.pw_uid in owners]


def copy_database(path: Path, to: Path) -> None:
    """Copy an SQLite database that is in use. Raises Problem if it is damaged."""
    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60)) as source,
            contextlib.closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)
            ((state,),) = copy.execute("PRAGMA integrity_check(1)")
    except sqlite3.Error as error:
        state = str(error)
    if state != "ok":
        raise Problem(f"{path} is damaged ({state}): restore it from an earlier backup.")


def pack(archive: Path, paths: Iterable[Path], leave_out: str, root: Path = Path("/")) -> None:
    """Files with their owners, times and rights, as tar has them; without caches, and what `leave_out` matches."""
    done = subprocess.run(
        [
            *("tar", "--create", "--gzip", f"--file={archive}", f"--directory={root}", "--acls", "--sparse"),
            *("--exclude=.cache", "--anchored", f"--exclude={Path(leave_out).relative_to(root)}", "--"),
            *(str(path.relative_to(root)) for path in paths if path.exists()),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):  # 1: a file changed while it was read; people are at work
        raise Problem(f"The files cannot be copied to {archive}: {done.stderr.strip().splitlines()[-1]}")


def restore(place: Place, folder: Path) -> None:
    """Accounts, files and databases of a backup, where none of them is yet."""
    for name in (FILES, PEOPLE, place.database.name):
        if not (folder / name).is_file():
            raise Problem(f"{folder} is no backup: it has no {name}.")
    lines = (folder / PEOPLE).read_text(encoding="utf-8").splitlines()
    people = {name: comment for name, _, comment in (line.partition(":") for line in lines)}
    grader = GRADER + place.name
    if grader not in people:
        raise Problem(f"{folder} is no backup of {place.name}: {grader} is not in its {PEOPLE}. Name it with --course.")
    for path in (Path("/home", grader, place.name), place.exchange / place.name, place.database):
        if path.is_file() or path.is_dir() and any(path.iterdir()):
            raise Problem(f"{path} is there already, and nothing is overwritten: stop the hub and move it away first.")

    # Files are given to users by their names: one without an account would become somebody else's.
    for name, comment in people.items():
        make_person(name, comment)
    open_exchange(place.exchange, place.name)
    unpack(folder / FILES)
    gradebook = place.folder / "gradebook.db"
    if (folder / gradebook.name).exists():
        copy_database(folder / gradebook.name, gradebook)
        os.chown(gradebook, place.grader.pw_uid, place.grader.pw_gid)
    place.hub.private.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy_database(folder / place.database.name, place.database)
    place.database.chmod(0o600)
    forget_servers(place.database)
    print(f"{place.folder} and the homes of {len(people)} people are back. Start the hub.")


def unpack(archive: Path, root: Path = Path("/")) -> None:
    """Files that are there already stay as they are."""
    run("tar", "--extract", f"--file={archive}", f"--directory={root}", "--acls", "--skip-old-files")


def forget_servers(database: Path) -> None:
    """The hub believes that a server runs where its process number does, and would stop another process for it."""
    with contextlib.closing(sqlite3.connect(database)) as copy, copy:
        copy.execute("UPDATE spawners SET server_id = NULL, state = NULL")


# --- a new term --------------------------------------------------------------------------------------------------


def new_term(place: Place, name: str) -> None:
    """The old term becomes a course of its own beside the new one: its gradebook, work, secret and exchange."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise Problem(f"“{name}” is no name of a folder: use letters, digits, - and _, such as 2026-summer.")
    old, fresh = place.home / f"{place.name}-{name}", place.home / f"{place.name}.new"
    if old.exists():
        raise Problem(f"{old} is there already: give this term another name.")
    if not place.folder.is_dir():
        raise Problem(f"There is no course in {place.folder}.")
    users = place.ask("GET", f"groups/{place.group}")["users"]
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(place.folder, fresh, symlinks=True, ignore=of_a_term(place.folder))
    run("chown", "--recursive", "--no-dereference", f"{place.grader.pw_uid}:{place.grader.pw_gid}", fresh)
    if users:
        place.ask("DELETE", f"groups/{place.group}/users", {"users": users})
    # Formgrader keeps the gradebook open, and would go on writing into the old one; the hub starts it again.
    end_processes(place.grader.pw_name)
    if (place.exchange / place.name).exists():
        run("mv", "--no-target-directory", place.exchange / place.name, place.folder / "exchange")
    place.folder.rename(old)
    fresh.rename(place.folder)
    open_exchange(place.exchange, place.name)
    print(
        f"The term is in {old}, its exchange too. {place.folder} is new, without students and marks; "
        "formgrader is back within a minute."
    )


def of_a_term(course: Path) -> Callable[[str, list[str]], set[str]]:
    """What shutil.copytree leaves out of a course's folder."""
    leave_out = shutil.ignore_patterns(*OF_A_TERM)
    return lambda folder, names: leave_out(folder, names) if Path(folder) == course else set()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--course", default="cnn")
    asked.add_argument("--state", type=Path, default=Path("/srv/course"), help="where environment/ and hub/ are")
    asked.add_argument("--exchange", type=Path, default=Path("/srv/nbgrader/exchange"))
    asked.add_argument("--api", default="http://127.0.0.1:8081/hub/api", help="the hub's own address")
    actions = asked.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("students", help="add the students in a CSV file")
    adding.add_argument("file", type=Path)
    adding.add_argument("--remove-others", action="store_true", help="take others out of the course")
    actions.add_parser("backup", help="copy all that must not be lost").add_argument("folder", type=Path)
    actions.add_parser("restore", help="put a backup back").add_argument("folder", type=Path)
    actions.add_parser("new-term", help="put this term away, and begin anew").add_argument("name")
    given = asked.parse_args()
    place = Place(given.course, Hub(given.state.resolve()), given.exchange.resolve(), given.api.rstrip("/"))
    try:
        if os.geteuid() != 0:
            raise Problem("Accounts, homes and the exchange belong to many users: run this as root.")
        if given.action == "students":
            students(place, given.file, given.remove_others)
        elif given.action == "backup":
            backup(place, given.folder.resolve())
        elif given.action == "restore":
            restore(place, given.folder.resolve())
        else:
            new_term(place, given.name)
    except Problem as problem:
        raise SystemExit(str(problem)) from None
    except urllib.error.HTTPError as error:
        raise SystemExit(f"The hub refuses {error.url} ({error.code}): see its log.") from None


if __name__ == "__main__":
    main()
