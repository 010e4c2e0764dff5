"""Signals and processes: the grader is killed, or something goes on when grading has ended."""

from tests.hostile import MARK, Attack

SLEEPER = f"import sys, time; time.sleep(1000)  # {MARK}"


def with_a_fatal_module(notebook, folder):
    (folder / "fatal.py").write_text("""
import os
os._exit(3)
""")


ATTACKS = [
    Attack(
        "grader killed",
        "Every process that can be reached is sent SIGKILL.",
        {
            "primes": """
import os, signal
def primes(n):
    for pid in [os.getppid(), *range(2, 1000), -1]:
        try:
            if pid != os.getpid():
                os.kill(pid, signal.SIGKILL)
        except OSError:
            pass"""
        },
    ),
    Attack(
        "everything stopped",
        "Every process that can be reached is stopped, the kernel last.",
        {
            "primes": """
import os, signal
def primes(n):
    os.kill(os.getpid(), signal.SIGSTOP)"""
        },
    ),
    Attack(
        "daemon left behind",
        "A process leaves its session and outlives the kernel.",
        {
            "primes": f"""
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, '-c', {SLEEPER!r}])
    os._exit(0)
subprocess.Popen(['setsid', 'nohup', sys.executable, '-c', {SLEEPER!r}])"""
        },
    ),
    Attack(
        "processes without end",
        "Each process starts two.",
        {
            "primes": f"""
import subprocess, sys
script = 'x() {{ x | x & }}; x # {MARK}'
subprocess.Popen(['sh', '-c', script])
import os
try:
    while True:
        if os.fork() == 0:
            import time
            time.sleep(1000)
except OSError as error:
    print('no more', error)"""
        },
    ),
    Attack(
        "threads without end",
        "Each thread starts another.",
        {
            "primes": """
import threading, time
def more():
    while True:
        threading.Thread(target=more, daemon=True).start()
threading.Thread(target=more, daemon=True).start()"""
        },
    ),
    Attack(
        "interrupts ignored",
        "An endless loop that catches whatever is raised.",
        {
            "primes": """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
def primes(n):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass"""
        },
    ),
    Attack(
        "kernel that crashes",
        "The kernel reads where there is nothing, and while it is asked it ends.",
        {
            "primes": "import ctypes\nctypes.string_at(0)",
            "standardize": """
import os
def standardize(X):
    os._exit(97)""",
            "correlate": """
import os
def correlate(image, kernel):
    os.abort()""",
            "count_words": "def count_words(text):\n    raise SystemExit",
        },
    ),
    Attack(
        "a module that ends whoever imports it",
        "The kernel that replaces the dead one runs the imports again.",
        {"primes": "import fatal", "week": "import fatal\nabove = 3"},
        change=with_a_fatal_module,
    ),
    Attack(
        "answers from another thread",
        "A thread goes on after its cell, prints into others' cells and changes answers between two tests.",
        {
            "primes": """
import threading, time
def meddle():
    global primes, count_words
    while True:
        print('4')
        primes = [2, 3, 5, 7]
        count_words = 4
        time.sleep(0.01)
threading.Thread(target=meddle, daemon=True).start()"""
        },
    ),
]
