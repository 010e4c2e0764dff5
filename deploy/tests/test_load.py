"""Thirty students at once, and an exchange with three hundred submissions: nothing is lost, nothing is mixed up.

They call what their browsers would call, so what JupyterLab itself costs the browser is not in it.
"""

import json
import pwd
import shutil
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hub as deployed
import machines
from conftest import STUDENTS, as_grader, as_root

NAME = "1_kernels"
COURSE = Path("/home", deployed.GRADER, deployed.COURSE)
AT_ONCE = 4
"""Servers that start at the same time: on two cores more of them only wait for each other."""

SUBMISSIONS = 10
"""Of each student, in all."""


def first_answer(path):
    """What stands in a notebook's first answer."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join(next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution"))["source"])


def memory(name):
    """What a user's processes have in memory, in MB: in all, and with shared pages shared out (PSS)."""
    rss = pss = 0
    uid = pwd.getpwnam(name).pw_uid
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and folder.stat().st_uid == uid:
                sizes = dict(line.split(":") for line in (folder / "smaps_rollup").read_text().splitlines()[1:])
                rss, pss = (size + int(sizes[key].split()[0]) for size, key in ((rss, "Rss"), (pss, "Pss")))
        except OSError:
            continue  # it has just ended
    return rss / 1024, pss / 1024


class Clock:
    """How long each thing took each student."""

    def __init__(self):
        self.taken = {}
        self.starts = threading.Semaphore(AT_ONCE)

    def time(self, what, call, *arguments):
        begun = time.monotonic()
        call(*arguments)
        self.taken.setdefault(what, []).append(time.monotonic() - begun)

    def __str__(self):
        return "\n".join(
            f"  {what:7} median {statistics.median(taken):5.1f} s, worst {max(taken):5.1f} s ({len(taken)} of them)"
            for what, taken in self.taken.items()
        )


def test_thirty_students_fetch_save_and_submit_at_once(hub, tmp_path):
    table = tmp_path / "class.csv"
    table.write_text("\n".join(["username", *STUDENTS]), encoding="utf-8")
    assert as_root(hub, "students", table)[0] == 0
    as_grader(hub, f"nbgrader generate_assignment {NAME} --force && nbgrader release_assignment {NAME} --force")
    clock = Clock()
    ready = threading.Barrier(len(STUDENTS))

    def works(name):
        student = machines.Student(hub.url, name)
        with clock.starts:
            clock.time("start", student.start)
        ready.wait(timeout=600)  # all do each of these at the same moment
        clock.time("fetch", student.fetch, NAME)
        ready.wait(timeout=600)
        clock.time("save", student.save, NAME, f"# {name}, once")
        ready.wait(timeout=600)
        clock.time("submit", student.submit, NAME)
        ready.wait(timeout=600)
        clock.time("save", student.save, NAME, f"# {name}, twice")
        clock.time("submit", student.submit, NAME)
        return [len(each["submissions"]) for each in student.assignments() if each["status"] == "submitted"]

    begun = time.monotonic()
    with ThreadPoolExecutor(len(STUDENTS)) as pool:
        assert list(pool.map(works, STUDENTS)) == [[2]] * len(STUDENTS)
    print(
        f"\n{len(STUDENTS)} students in {time.monotonic() - begun:.0f} s, {AT_ONCE} servers started at once:\n{clock}"
    )
    rss, pss = zip(*map(memory, STUDENTS), strict=True)
    print(
        f"  a student's server without a kernel: {statistics.median(rss):.0f} MB, {statistics.median(pss):.0f} MB PSS"
    )

    inbound = hub.exchange / deployed.COURSE / "inbound"
    found = sorted((path.owner(), first_answer(path / f"{NAME}.ipynb")) for path in inbound.iterdir())
    assert found == sorted((name, f"# {name}, {time}") for name in STUDENTS for time in ("once", "twice"))
    collects(hub)
    for name in STUDENTS:
        work = COURSE / "submitted" / name / NAME
        assert first_answer(work / f"{NAME}.ipynb") == f"# {name}, twice"
        assert (work / "timestamp.txt").is_file()


def collects(hub):
    begun = time.monotonic()
    as_grader(hub, f"nbgrader collect {NAME} --update")
    return time.monotonic() - begun


def test_an_exchange_with_three_hundred_submissions_stays_usable(hub):
    """Each student's last submission is copied by the student until there are ten of each."""
    inbound = hub.exchange / deployed.COURSE / "inbound"
    for name in STUDENTS:
        mine = sorted(inbound.glob(f"{name}+*"))
        for number in range(len(mine), SUBMISSIONS):
            moment = f"2031-01-{number:02} 12:00:00.000000 UTC"
            copy = inbound / f"{name}+{NAME}+{moment}+copy"
            shutil.copytree(mine[-1], copy)
            (copy / "timestamp.txt").write_text(moment, encoding="utf-8")
            for path in (copy, *copy.iterdir()):
                shutil.chown(path, name)
    assert len(list(inbound.iterdir())) == SUBMISSIONS * len(STUDENTS)

    student = machines.Student(hub.url, STUDENTS[0])
    instructor = machines.Student(hub.url, deployed.INSTRUCTOR)
    clock = Clock()
    clock.time("list", student.assignments)
    clock.time("submit", student.submit, NAME)
    clock.taken["collect"] = [collects(hub)]
    for page in ("", f"/manage_submissions/{NAME}", "/manage_students"):
        clock.time("page", instructor.ask, "GET", f"/services/cnn/formgrader{page}")
    for data in ("assignments", f"submissions/{NAME}", "students"):
        clock.time("data", instructor.ask, "GET", f"/services/cnn/formgrader/api/{data}")
    print(f"\nWith {SUBMISSIONS * len(STUDENTS)} submissions:\n{clock}")
    assert max(max(taken) for taken in clock.taken.values()) < 60
