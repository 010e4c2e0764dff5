"""Too much of everything: memory, files, output, time, cells."""

import random

import nbformat

from tests.hostile import Attack, cell_of


def stopped_soon(result):
    assert result.seconds < 90


def many_cells(notebook, folder):
    notebook.cells[1:1] = [nbformat.v4.new_code_cell("x = 1") for _ in range(300)]


def decoys(notebook, folder):
    """A test cell has lost its name, and many cells are nearly what it says, letters in another order."""
    test = cell_of(notebook, "correlate_visible")
    letters = random.Random(1)
    for _ in range(400):
        text = list(test.source)
        letters.shuffle(text)
        notebook.cells.append(nbformat.v4.new_markdown_cell("".join(text).replace("<", "")))
    notebook.cells.remove(test)


def deep_code(notebook, folder):
    cell_of(notebook, "primes").source = "x = " + "-" * 50_000 + "1"
    cell_of(notebook, "week").source = "import os\nos._exit(1)"
    notebook.cells.insert(1, nbformat.v4.new_code_cell("y = " + "(" * 5000 + ")" * 5000))
    notebook.cells.insert(1, nbformat.v4.new_code_cell("%time 1\n" * 600))


def long_markdown(notebook, folder):
    """Text that Markdown readers take long for: brackets and stars that never close."""
    for mark in ("[", "*a ", "![](", "<a ", "`", "_", "> ", "$", "\\begin{x}"):
        notebook.cells.append(nbformat.v4.new_markdown_cell(mark * (30_000 // len(mark))))


ATTACKS = [
    Attack(
        "memory filled",
        "A list that grows while it is asked for.",
        {
            "primes": """
def primes(n):
    kept = []
    while True:
        kept.append(bytearray(64 << 20))"""
        },
        harmless=stopped_soon,
    ),
    Attack(
        "shared memory filled",
        "Memory that no process has: files in memory, and children that share.",
        {
            "primes": """
import mmap, os
for place in ('/dev/shm/x', '/tmp/x'):
    try:
        with open(place, 'wb') as file:
            while True:
                file.write(bytes(16 << 20))
    except OSError as error:
        print(error)
for _ in range(5):
    if os.fork() == 0:
        kept = mmap.mmap(-1, 2 << 30)
        kept.write(b'x' * (2 << 30))
        os._exit(0)"""
        },
        harmless=stopped_soon,
    ),
    Attack(
        "disk filled",
        "One large file and many small ones, where the submission lies.",
        {
            "primes": """
import os
try:
    with open('large', 'wb') as file:
        while True:
            file.write(bytes(16 << 20))
except OSError as error:
    print(error)
os.makedirs('many')
for number in range(20_000):
    open(f'many/{number}', 'w').write('x')"""
        },
    ),
    Attack(
        "printing without end",
        "A cell prints, and so does an answer.",
        {
            "primes": "while True:\n    print('x' * 100_000)",
            "standardize": """
def standardize(X):
    while True:
        print('y' * 1000, flush=True)""",
        },
        harmless=lambda result: _little_is_kept(result),
    ),
    Attack(
        "pictures without end",
        "A cell displays large pictures and tables.",
        {
            "primes": """
from IPython.display import HTML, Image, display
for _ in range(200):
    display(HTML('<p>' * 100_000), Image(data=b'\\x89PNG' + bytes(1 << 20), format='png'))"""
        },
        harmless=lambda result: _little_is_kept(result),
    ),
    Attack(
        "time wasted",
        "An endless loop in a cell, a backtracking pattern in an answer.",
        {
            "primes": "while True:\n    pass",
            "count_words": """
import re
def count_words(text):
    return re.match('(a+)+$', 'a' * 40 + 'b')""",
        },
        harmless=stopped_soon,
    ),
    Attack(
        "numbers without end",
        "An integer of a million digits, a recursion, an array of a petabyte.",
        {
            "primes": "def primes(n):\n    return [10 ** 10**6]",
            "standardize": "def standardize(X):\n    return standardize(X)",
            "correlate": "def correlate(image, kernel):\n    return np.broadcast_to(0.0, (10**8, 10**7))",
            "week": """
warmest = 2**4000
above = 2**4000
station_means = [2**4000] * 3""",
        },
    ),
    Attack("three hundred cells", "The notebook has many more cells than it was handed out with.", change=many_cells),
    Attack(
        "cells nearly alike",
        "To find a test cell again the grader compares texts, which may take long.",
        change=decoys,
        harmless=stopped_soon,
    ),
    Attack(
        "code that no parser likes",
        "Nested deeper than Python's parser goes, in cells that the grader reads.",
        change=deep_code,
        harmless=stopped_soon,
    ),
    Attack(
        "text that no Markdown reader likes",
        "The feedback page takes for ever.",
        change=long_markdown,
        harmless=stopped_soon,
    ),
]


def _little_is_kept(result):
    assert len(result.outputs) < 20 << 20 and len(result.page) < 40 << 20
