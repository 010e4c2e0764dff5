"""Files that a student must not see or change: solutions, hidden tests, the course secret, the grader's home."""

from tests.hostile import CANARY, Attack

LOOT = """
import glob, os
def loot(*patterns):
    for pattern in patterns:
        for path in glob.glob(pattern, recursive=True):
            try:
                print(path, open(path, errors='replace').read(100_000))
            except OSError as error:
                print(path, error)
"""

COPIED = """
import json
def copied(path):
    cells = json.load(open(path))['cells']
    for cell in cells:
        if cell['cell_type'] == 'code' and cell['metadata'].get('nbgrader', {}).get('solution'):
            exec(''.join(cell['source']), globals())
"""


def nothing_of_the_hidden_tests(result):
    assert "how_many" not in result.outputs


def reads_nothing(result):
    assert CANARY not in result.outputs + result.page


ATTACKS = [
    Attack(
        "course folder read",
        "Whatever lies in the folders above is printed.",
        {"primes": LOOT + "loot('../*', '../../*', '../../../*', '../../../../*')"},
        stock=True,
        harmless=reads_nothing,
    ),
    Attack(
        "solution copied",
        "The answers are taken from the instructor's notebook.",
        {"primes": COPIED + "copied('../../../source/ps1/ps1.ipynb')", "week": "raise SystemExit"},
        stock=True,
    ),
    Attack(
        "hidden tests printed",
        "The text of hidden tests is printed, from the source and from the gradebook.",
        {"primes": LOOT + "loot('../../../source/**/*.ipynb', '../../../gradebook.db')"},
        stock=True,
        harmless=nothing_of_the_hidden_tests,
    ),
    Attack(
        "environment printed",
        "Environment variables of the grader's, where keys and passwords are.",
        {
            "primes": """
import os, subprocess
print(os.environ)
print(subprocess.run('env', capture_output=True))"""
        },
        stock=True,
        harmless=reads_nothing,
    ),
    Attack(
        "other processes looked into",
        "Command lines, environments and open files of all processes.",
        {"primes": LOOT + "loot('/proc/[0-9]*/environ', '/proc/[0-9]*/cmdline', '/proc/[0-9]*/cwd/*')"},
        stock=True,
        harmless=reads_nothing,
    ),
    Attack(
        "home folder read",
        "The grader's home.",
        {"primes": LOOT + "loot(os.path.expanduser('~/*'), os.path.expanduser('~/.*'), '/root/*', '/home/*/*')"},
        stock=True,
        harmless=reads_nothing,
    ),
    Attack(
        "temporary files read",
        "What other programs keep in /tmp and /run.",
        {"primes": LOOT + "loot('/tmp/*', '/tmp/*/*', '/run/*', '/var/tmp/*', '/dev/shm/*')"},
        stock=True,
        harmless=reads_nothing,
    ),
    Attack(
        "whole machine searched",
        "Every readable file by the names that secrets have.",
        {
            "primes": LOOT
            + """for place, folders, names in os.walk('/'):
    folders[:] = [name for name in folders if name not in ('proc', 'sys', 'usr', 'site-packages', 'lib')]
    loot(*(os.path.join(place, name) for name in names if 'canary' in name or 'secret' in name))"""
        },
        harmless=reads_nothing,
    ),
    Attack(
        "held-out data and the judge's socket",
        "What only the judge may read.",
        {
            "primes": LOOT
            + """import autograder, pathlib
root = pathlib.Path(autograder.__file__).parent
loot(f'{root.parent}/data/heldout/*', f'{root}/data/heldout/*', '/tmp/judge-*/**')
print(os.listdir(root.parent))
from autograder import draws
draws.hidden('area')"""
        },
        harmless=lambda result: _no_course_near(result),
    ),
    Attack(
        "open descriptors",
        "Descriptors that the sandbox left open are read, and walked up.",
        {
            "primes": LOOT
            + """for number in range(3, 100):
    try:
        print(number, os.readlink(f'/proc/self/fd/{number}'))
        loot(f'/proc/self/fd/{number}/*', f'/proc/self/fd/{number}/../*')
    except OSError:
        pass"""
        },
        harmless=reads_nothing,
    ),
    Attack(
        "course overwritten",
        "The source, the configuration and the gradebook are emptied.",
        {
            "primes": LOOT
            + """for path in glob.glob('../../../**', recursive=True) + glob.glob('/tmp/**/*', recursive=True):
    try:
        open(path, 'w').close()
        print('emptied', path)
    except OSError:
        pass"""
        },
    ),
    Attack(
        "own submission overwritten",
        "What was handed in is changed after the fact, by the path it is copied from.",
        {
            "primes": """
import glob, os
for path in glob.glob('/run/submission/*') + glob.glob('../../../submitted/*/*/*'):
    os.chmod(path, 0o777)
    open(path, 'w').close()"""
        },
    ),
    Attack(
        "a module for the judge",
        "A file that a test fetches bears the name of a module that the test imports.",
        {
            "report": """
EVIL = "import pathlib; pathlib.Path.read_text = lambda *a, **k: '3 values, mean 2.00'"
def report(values, path):
    Path('sklearn').mkdir(exist_ok=True)
    for name in ('sklearn.py', 'csv.py', 'sklearn/__init__.py', 'matplotlibrc', 'conftest.py'):
        Path(name).write_text(EVIL)
    open(path, 'w').write('wrong')"""
        },
        assignment="ps3",
        stock=True,
    ),
    Attack(
        "expected values replaced",
        "The file with what is right is overwritten with what is wrong, before the test reads it.",
        {
            "scale": """
import os
np.save('expected.npy', np.zeros(3))
def scale(values):
    np.save('expected.npy', np.zeros(3))
    return np.zeros(3)"""
        },
        assignment="ps3",
        stock=True,
    ),
    Attack(
        "expected values replaced under another name",
        "The same in a forged list of files: ./expected.npy is expected.npy.",
        {
            "scale": """
import base64, io
from autograder.wall import files
buffer = io.BytesIO()
np.save(buffer, np.zeros(3))
names = ('./expected.npy', './/expected.npy', 'expected.npy/', 'x/../expected.npy', '/home/student/expected.npy')
files.changed = lambda folder, known: {name: buffer.getvalue() for name in names}
def scale(values):
    return np.zeros(3)"""
        },
        assignment="ps3",
    ),
    Attack(
        "files with names that lead away",
        "A forged list of files: above the folder, absolute, hidden, endless, of no encoding.",
        {
            "report": """
from autograder.wall import files
names = ['../outside', '/tmp/outside', '.ipython/startup.py', 'a' * 5000, 'a/' * 3000 + 'b', '\\0', '\\ud800']
files.changed = lambda folder, known: {name: b'x' for name in names}
def report(values, path):
    pass"""
        },
        assignment="ps3",
    ),
    Attack(
        "files without end",
        "A forged list of forty thousand files.",
        {
            "report": """
from autograder.wall import files
files.changed = lambda folder, known: {f'{k}.txt': b'x' for k in range(40_000)}
def report(values, path):
    pass"""
        },
        assignment="ps3",
    ),
]


def _no_course_near(result):
    assert "gradebook" not in result.outputs and "heldout" not in result.outputs.replace("data/heldout", "")
    assert "CourseError" in result.outputs, "the secret was there to draw from"
