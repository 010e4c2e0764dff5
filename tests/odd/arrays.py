"""Odd work on `ps1`: NumPy, plain Python."""

import json

import nbformat

from tests.odd import Work, odd


@odd("ps1")
def prints_and_warns(work: Work):
    """Everything that nbgrader takes for a failed test: warnings, log lines and prints on stderr."""
    work.add("import logging, sys, warnings\nlogging.basicConfig(level=logging.DEBUG)\nwarnings.warn('an old one')")
    work.answer(
        "standardize",
        """
import logging, sys, warnings

def standardize(X):
    warnings.warn("this is slow", DeprecationWarning)
    logging.getLogger("mine").warning("standardizing %s", X.shape)
    print("called", file=sys.stderr)
    print(X)
    with np.errstate(all="ignore"):
        Z = (X - X.mean(axis=0)) / X.std(axis=0)
    return np.nan_to_num(Z)
""",
    )
    work.answer(
        "correlate",
        """
def correlate(image, kernel):
    np.array(1.0) / 0  # a RuntimeWarning of NumPy's
    h, w = kernel.shape
    return np.array([[(image[i:i+h, j:j+w] * kernel).sum() for j in range(image.shape[1] - w + 1)]
                     for i in range(image.shape[0] - h + 1)])
""",
    )


@odd("ps1")
def progress_bars(work: Work):
    """Bars drawn with carriage returns, on stderr as tqdm does and on stdout, in a cell and in a function."""
    work.answer(
        "primes",
        """
import sys, time

def bar(items, file=sys.stderr):
    items = list(items)
    for done, item in enumerate(items, 1):
        print(f"\\r{100 * done // len(items):3}%|{'█' * done:<{len(items)}}| {done}/{len(items)}", end="", file=file)
        yield item
    print(file=file)

for _ in bar(range(50)):
    time.sleep(0.001)

def primes(n):
    if n < 0:
        raise ValueError("negative")
    return [p for p in bar(range(2, n)) if all(p % d for d in range(2, p))]
""",
    )
    work.answer(
        "week",
        "station_means = [temperatures[:, s].mean() for s in bar(range(3), sys.stdout)]\n"
        "daily = temperatures.mean(axis=1)\nwarmest, above = daily.argmax(), sum(daily > 15)",
    )


@odd("ps1")
def scratch_cells(work: Work):
    """Cells of their own everywhere, some of which fail; an answer in two cells; a text cell that is their own."""
    work.add("primes(10)  # not defined yet")
    work.add("1 / 0", after="setup")
    work.add("input('go on? ')", after="primes")
    work.add("def broken(:", after="primes")
    work.add("primes?", after="primes")
    work.add("%pdb on\nraise SystemExit('enough')", after="primes")
    work.add("assert primes(3) == [2, 3], 'I thought so'", after="primes_errors")
    work.answer("correlate", "def correlate(image, kernel):\n    return _windows(image, kernel.shape, kernel)")
    work.add(
        "def _windows(image, shape, kernel):\n    views = np.lib.stride_tricks.sliding_window_view(image, shape)\n"
        "    return (views * kernel).sum(axis=(2, 3))",
        after="correlate",
    )
    work.add("", after="correlate")
    work.nb.cells.insert(1, nbformat.v4.new_markdown_cell("My notes: **flip?**"))
    work.nb.cells.append(nbformat.v4.new_raw_cell("the end"))


@odd("ps1")
def moved_cells(work: Work):
    """The last answer was written first and stands on top, with its tests; the text cells were thrown away."""
    cells = work.nb.cells
    first = [work.cell("count_words"), work.cell("count_words_test")]
    rest = [cell for cell in cells if cell not in first and (cell.cell_type == "code" or "nbgrader" in cell.metadata)]
    work.nb.cells = [*first, *rest]


@odd("ps1")
def an_answer_below_its_test(work: Work):
    cells = work.nb.cells
    answer = work.cell("standardize")
    cells.remove(answer)
    cells.insert(cells.index(work.cell("standardize_hidden")) + 1, answer)


@odd("ps1")
def own_module(work: Work):
    """Helpers in a file beside the notebook, and in a package of their own, imported by the answers."""
    work.file(
        "myhelpers.py",
        "import numpy as np\n\n\ndef is_prime(n):\n    return n > 1 and all(n % d for d in range(2, n))\n\n\n"
        "def scale(X):\n    s = X.std(0)\n    s[s == 0] = 1\n    return (X - X.mean(0)) / s\n",
    )
    work.file("tools/__init__.py", "from .text import clean\n")
    work.file("tools/text.py", "def clean(word):\n    return word.strip('.,!?').lower()\n")
    work.answer(
        "primes",
        "from myhelpers import is_prime\nimport myhelpers as mh\n\ndef primes(n):\n    if n < 0:\n"
        "        raise ValueError\n    return list(filter(is_prime, range(n)))",
    )
    work.answer("standardize", "standardize = mh.scale")
    work.answer(
        "count_words",
        "from collections import Counter\nfrom tools import clean\n\ndef count_words(text):\n"
        "    return dict(Counter(w for w in map(clean, text.split()) if w))",
    )


@odd("ps1")
def saved_by_other_programs(work: Work):
    """An older minor version without cell ids, a kernel of another name, tags, old outputs, wild execution counts."""
    work.nb.nbformat_minor = 2
    work.nb.metadata = {
        "kernelspec": {"name": "conda-env-cnn-py", "display_name": "Python [conda env:cnn]", "language": "python"},
        "language_info": {"name": "python", "version": "3.6.9"},
        "toc": {"base_numbering": 1},
    }
    for number, cell in enumerate(work.nb.cells):
        cell.pop("id", None)
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell", "hide-input"]
        cell.metadata["collapsed"] = True
        cell.metadata["vscode"] = {"languageId": "python"}
        cell.source = cell.source.splitlines(keepends=True)
        if cell.cell_type == "code":
            cell.execution_count = 997 - 31 * number
            cell.outputs = [
                {"output_type": "error", "ename": "NameError", "evalue": "old", "traceback": ["NameError: old"]},
                {"output_type": "stream", "name": "stderr", "text": ["an old warning\n"]},
            ]


@odd("ps1")
def windows_line_ends(work: Work):
    """Carriage returns, tabs and blanks at the ends of lines, in every cell; nothing about the kernel."""
    work.nb.metadata = {}
    for cell in work.nb.cells:
        cell.source = cell.source.replace("    ", "\t").replace("\n", "  \r\n") + "\r\n\r\n"


@odd("ps1")
def colab(work: Work):
    """Colab drops nbgrader's settings, gives new ids and adds its own."""
    work.nb.metadata = {
        "colab": {"provenance": [], "collapsed_sections": ["x1"]},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "accelerator": "GPU",
    }
    work.nb.nbformat_minor = 0
    for number, cell in enumerate(work.nb.cells):
        cell.pop("id", None)
        cell.metadata = {"id": f"AbC{number:x}dEf-Gh", "colab": {"base_uri": "https://localhost:8080/"}}


@odd("ps1")
def other_types(work: Work):
    """float32, lists, tuples, NumPy's own numbers, big-endian, Fortran order, views and read-only arrays."""
    work.answer(
        "standardize",
        """
def standardize(X):
    Z = np.asfortranarray((X - X.mean(0)) / np.maximum(X.std(0), 1e-12), dtype=">f8")
    Z.setflags(write=False)
    return Z
""",
    )
    work.answer(
        "week",
        "station_means = tuple(temperatures.astype(np.float32).mean(axis=0))\n"
        "warmest = np.int8(temperatures.sum(axis=1).argmax())\n"
        "above = np.float64((temperatures.mean(axis=1) > 15).sum())",
    )
    work.answer(
        "correlate",
        """
def correlate(image, kernel):
    h, w = kernel.shape
    rows = range(len(image) - h + 1)
    cols = range(len(image[0]) - w + 1)
    return [[sum(float(image[i + a][j + b]) * float(kernel[a][b]) for a in range(h) for b in range(w)) for j in cols]
            for i in rows]
""",
    )
    work.answer(
        "count_words",
        """
def count_words(text):
    words = np.array([w.strip(".,!?").lower() for w in text.split()], dtype=str)
    return dict(zip(*np.unique(words, return_counts=True)))
""",
    )


@odd("ps1")
def dictionaries_of_the_standard_library(work: Work):
    """A Counter is a dictionary, and a list of one's own class a list."""
    work.answer(
        "count_words",
        "from collections import Counter\n\ndef count_words(text):\n"
        "    return Counter(w.strip('.,!?') for w in text.lower().split())",
    )
    work.answer(
        "primes",
        """
class Numbers(list):
    @property
    def total(self):
        return sum(self)

def primes(n):
    if n < 0:
        raise ValueError
    return Numbers(p for p in range(2, n) if all(p % d for d in range(2, p)))
""",
    )
    work.answer(
        "week",
        "from collections import namedtuple\nMeans = namedtuple('Means', 'north middle south')\n"
        "station_means = Means(*temperatures.mean(axis=0))\nfrom enum import IntEnum\n"
        "Day = IntEnum('Day', {'WARMEST': int(temperatures.mean(1).argmax())})\nwarmest = Day.WARMEST\n"
        "above = np.ma.masked_array(temperatures.mean(1) > 15, mask=False).sum()",
    )


@odd("ps1")
def tensors(work: Work):
    """TensorFlow, where NumPy was meant."""
    work.answer(
        "week",
        "import tensorflow as tf\nstation_means = tf.reduce_mean(temperatures, axis=0)\n"
        "warmest = tf.argmax(tf.reduce_mean(temperatures, axis=1))\n"
        "above = tf.reduce_sum(tf.cast(tf.reduce_mean(temperatures, axis=1) > 15, tf.int32))",
    )
    work.answer(
        "correlate",
        "def correlate(image, kernel):\n"
        "    image, kernel = tf.Variable(image, dtype=tf.float32), tf.constant(kernel, tf.float32)\n"
        "    return tf.nn.conv2d(image[None, ..., None], kernel[..., None, None], 1, 'VALID')[0, ..., 0]",
    )


@odd("ps1")
def figures(work: Work):
    """Drawings in cells, in functions and in interactive modes that are not there; HTML; plots left open."""
    work.add(
        "%matplotlib notebook\nplt.ion()\nplt.plot([1, 2])\nfrom IPython.display import HTML, Markdown, display\n"
        "display(HTML('<b>7</b>'), Markdown('*8*'))",
        after="setup",
    )
    work.add("%matplotlib widget", after="setup")
    work.add("%%html\n<script>alert(1)</script>", after="setup")
    work.add(
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.ast_node_interactivity = 'all'\nfrom ipywidgets import interact\n"
        "interact(lambda x: x * 2, x=10)\n1\n2",
        after="primes",
    )
    work.add("%matplotlib inline\nplt.hist(np.arange(5)); 3", after="primes")
    work.answer(
        "correlate",
        """
def correlate(image, kernel):
    fig, axes = plt.subplots(1, 2)
    axes[0].imshow(image, cmap="gray")
    plt.show()
    plt.figure()
    plt.plot(np.ravel(kernel))
    views = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.tensordot(views, kernel, axes=([2, 3], [0, 1]))
""",
    )


@odd("ps1")
def slow_but_right(work: Work):
    """Loops where others use NumPy, and a pause in each call."""
    work.answer(
        "standardize",
        """
import time
from math import sqrt

def standardize(X):
    time.sleep(0.2)
    Z = np.zeros(X.shape)
    for c in range(X.shape[1]):
        mean = 0
        for r in range(X.shape[0]):
            mean += X[r, c] / X.shape[0]
        var = 0
        for r in range(X.shape[0]):
            var += (X[r, c] - mean) ** 2 / X.shape[0]
        for r in range(X.shape[0]):
            Z[r, c] = (X[r, c] - mean) / sqrt(var) if var > 1e-20 else 0
    return Z
""",
    )
    work.answer(
        "primes",
        """
def primes(n):
    if n < 0: raise ValueError(n)
    found = []
    k = 2
    while k < n:
        d = 2
        ok = True
        while d < k:
            if k % d == 0:
                ok = False
            d = d + 1
        if ok:
            found += [k]
        k = k + 1
    return found
""",
    )


@odd("ps1")
def magics(work: Work):
    """IPython's own syntax and the shell, in answers and around them; what needs a network fails and is let be."""
    work.add("%reset -f\n%load_ext autoreload\n%autoreload 2\n%config InlineBackend.figure_format = 'retina'")
    work.add("%pip install --timeout 1 --retries 0 some-package-that-is-not-there", after="setup")
    work.add("!echo hello from $HOME; exit 3\nfiles = !ls\nprint(files)\n%cd ..\n%cd -", after="setup")
    work.answer("primes", "%%time\n" + work.cell("primes").source)
    work.answer("standardize", "%%capture captured\n" + work.cell("standardize").source + "\nprint(1)")
    work.answer("week", work.cell("week").source + "\n%timeit -n1 -r1 temperatures.mean()\nwho = %who_ls")
    work.add("%%writefile words.py\n" + work.cell("count_words").source, after="week")
    work.answer("count_words", "%run words.py\n%precision 3\nfrom words import count_words\ncount_words??")
    work.add("%%bash\necho $((1+1)) >&2", after="count_words")


@odd("ps1")
def recursion(work: Work):
    work.answer(
        "primes",
        """
import sys
sys.setrecursionlimit(5000)

def primes(n, known=()):
    if n < 0:
        raise ValueError("n must not be negative")
    if n <= 2:
        return []
    return primes(n - 1) + ([n - 1] if all((n - 1) % p for p in range(2, n - 1)) else [])
""",
    )
    work.answer(
        "count_words",
        """
def count_words(text):
    head, _, tail = text.partition(" ")
    rest = count_words(tail) if tail else {}
    head = head.strip(".,!?").lower()
    return {**({head: 1 + rest.pop(head, 0)} if head else {}), **rest}
""",
    )


@odd("ps1")
def callables(work: Work):
    """Functions that `def` did not make: lambdas, partials, methods, objects that can be called, cached functions."""
    work.answer(
        "primes",
        """
from functools import lru_cache, partial, reduce, wraps

def not_negative(function):
    @wraps(function)
    def checked(n):
        if n < 0:
            raise ValueError
        return function(n)
    return checked

@not_negative
@lru_cache(maxsize=None)
def primes(n):
    return [p for p in range(2, n) if not any(p % d == 0 for d in range(2, p))]
""",
    )
    work.answer(
        "standardize",
        "def scaled(X, *, ddof):\n    s = X.std(axis=0, ddof=ddof)\n    return (X - X.mean(0)) / (s + (s == 0))\n\n"
        "standardize = partial(scaled, ddof=0)",
    )
    work.answer(
        "correlate",
        "correlate = lambda image, kernel: np.einsum('ijkl,kl', "
        "np.lib.stride_tricks.sliding_window_view(image, kernel.shape), kernel)",
    )
    work.answer(
        "count_words",
        """
class WordCounter:
    def __init__(self, marks):
        self.marks = marks

    def __call__(self, text):
        words = [w.strip(self.marks) for w in text.lower().split()]
        return {w: words.count(w) for w in words if w}

count_words = WordCounter(".,!?")
""",
    )


@odd("ps1")
def generators(work: Work):
    work.answer(
        "primes",
        """
from itertools import count, takewhile

def sieve():
    found = []
    for k in count(2):
        if all(k % p for p in found):
            found.append(k)
            yield k

def primes(n):
    if n < 0:
        raise ValueError
    return list(takewhile(lambda p: p < n, sieve()))
""",
    )
    work.answer(
        "week",
        "def means():\n    yield from (column.mean() for column in temperatures.T)\n\nstation_means = [*means()]\n"
        "daily = list(map(np.mean, temperatures))\nwarmest = max(range(14), key=daily.__getitem__)\n"
        "above = sum(1 for d in daily if d > 15)",
    )


@odd("ps1")
def classes(work: Work):
    """Classes used inside, and an exception of their own where a ValueError was asked for."""
    work.answer(
        "primes",
        """
from dataclasses import dataclass, field

class NegativeNumber(ValueError):
    def __init__(self, n, why):
        super().__init__(f"{n}: {why}")

@dataclass
class Sieve:
    n: int
    marks: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.n < 0:
            raise NegativeNumber(self.n, "below zero")

    @staticmethod
    def divides(a, b):
        return b % a == 0

    def run(self):
        return [k for k in range(2, self.n) if not any(self.divides(d, k) for d in range(2, k))]

def primes(n):
    return Sieve(n).run()
""",
    )
    work.answer(
        "standardize",
        "from sklearn.preprocessing import StandardScaler\n\ndef standardize(X):\n"
        "    return StandardScaler().fit_transform(X)",
    )


@odd("ps1")
def global_state(work: Work):
    """Functions that count their calls and keep results in names of the notebook, across cells."""
    work.add("calls = 0\ncache = {}\nmarks = None", after="setup")
    work.answer(
        "primes",
        """
def primes(n):
    global calls
    calls += 1
    if n < 0:
        raise ValueError(f"call {calls}")
    if n not in cache:
        cache[n] = [p for p in range(2, n) if all(p % d for d in range(2, p))]
    return cache[n]
""",
    )
    work.answer(
        "count_words",
        "def count_words(text):\n    counts = {}\n    for w in text.lower().split():\n        w = w.strip(marks)\n"
        "        counts[w] = counts.get(w, 0) + 1\n    return counts",
    )
    work.add("marks = '.,!?'\nassert calls > 0 or True", after="count_words")
    work.add("primes(10)\ndel cache[10]", after="primes")


@odd("ps1")
def modern_python(work: Work):
    """Type hints, f-strings, walrus, match, identifiers in other alphabets, a `__main__` block."""
    work.answer(
        "primes",
        """
from __future__ import annotations
from typing import Final, Sequence
ZWEI: Final[int] = 2

def primes(größe: int, /) -> list[int]:
    match größe:
        case int() if größe < 0:
            raise ValueError(f"{größe=} ist negativ ☹")
        case _:
            return [π for π in range(ZWEI, größe) if not any(π % δ == 0 for δ in range(ZWEI, π))]

if __name__ == "__main__":
    print(f"{primes(20)!r:>40}")
""",
    )
    work.answer(
        "count_words",
        """
def count_words(text: str) -> dict[str, int]:
    zähler: dict[str, int] = {}
    for wort in text.split():
        if (w := wort.strip(".,!?").casefold()):
            zähler |= {w: zähler.get(w, 0) + 1}
    return zähler
""",
    )


@odd("ps1")
def an_old_attempt_kept_above(work: Work):
    """A wrong first attempt stays in a cell of its own, and the same cell was pasted twice, nbgrader's name and all."""
    work.add("def primes(n):\n    return [2, 3, 5, 7]  # first try", after="text_primes")
    cells = work.nb.cells
    answer = work.cell("standardize")
    copy = nbformat.v4.new_code_cell("def standardize(X):\n    return X", metadata=answer.metadata, id=answer.id)
    cells.insert(cells.index(answer), copy)
    test = work.cell("primes_correct")
    cells.insert(cells.index(test), nbformat.v4.new_code_cell(test.source, metadata=test.metadata))


@odd("ps1")
def a_cell_split_in_two(work: Work):
    """JupyterLab's “split cell” gives both halves the settings, and with them the name."""
    answer = work.cell("week")
    top, bottom = answer.source.split("warmest =")
    answer.source = top
    work.add(f"warmest ={bottom}", after="week").metadata = answer.metadata.copy()


@odd("ps1")
def merged_cells(work: Work):
    """“Merge cells” keeps the settings of the first: the test cell is gone."""
    answer, test = work.cell("primes"), work.cell("primes_correct")
    answer.source += "\n\n" + test.source
    work.nb.cells.remove(test)
    work.nb.cells.remove(work.cell("setup"))
    work.add("import numpy as np; import matplotlib.pyplot as plt")


@odd("ps1")
def edited_tests(work: Work):
    """Locked cells that were changed come from the instructor again."""
    work.answer("primes_correct", "assert primes(10) == [1, 2, 3]")
    work.answer("standardize_hidden", "raise NotImplementedError  # what is this?")
    work.answer("week_data", "temperatures = np.zeros((14, 3))")


@odd("ps1")
def cells_of_another_type(work: Work):
    """Answers that a slip of the keyboard turned into text (m) and raw (r) in Jupyter."""
    for grade_id, kind in {"primes": "markdown", "count_words": "raw", "week_data": "raw"}.items():
        cell = work.cell(grade_id)
        cell.cell_type = kind
        del cell["outputs"], cell["execution_count"]


@odd("ps1")
def reads_a_file(work: Work):
    """An answer that reads files handed in beside the notebook, when its cell runs and when it is called."""
    work.file("tables/primes.csv", "\n".join(str(p) for p in range(2, 200) if all(p % d for d in range(2, p))))
    work.file("marks.json", '{"marks": ".,!?"}')
    work.answer(
        "primes",
        "table = np.loadtxt('tables/primes.csv', dtype=int)\n\ndef primes(n):\n    if n < 0:\n"
        "        raise ValueError\n    return table[table < n].tolist()",
    )
    work.answer(
        "count_words",
        "import json\nfrom pathlib import Path\n\ndef count_words(text):\n"
        "    marks = json.loads(Path('marks.json').read_text())['marks']\n    counts = {}\n"
        "    for w in text.lower().split():\n        counts[w.strip(marks)] = counts.get(w.strip(marks), 0) + 1\n"
        "    with open('log.txt', 'a') as log:\n        log.write(text)\n    return counts",
    )


@odd("ps1")
def asynchronous(work: Work):
    """`await` at the top of a cell, threads, one of which goes on printing, and a process of their own."""
    work.add(
        """
import itertools, threading, time

def tick():
    for n in itertools.count():
        print("tick", n, flush=True)
        time.sleep(0.02)

threading.Thread(target=tick, daemon=True).start()
""",
        after="setup",
    )
    work.answer(
        "week",
        """
import asyncio

async def mean(column):
    await asyncio.sleep(0.01)
    return column.mean()

station_means = await asyncio.gather(*[mean(c) for c in temperatures.T])
async with asyncio.timeout(5):
    daily = [await mean(day) for day in temperatures]
warmest = daily.index(max(daily))
above = len([d for d in daily if d > 15])
""",
    )
    work.answer(
        "primes",
        """
from concurrent.futures import ThreadPoolExecutor
import subprocess, sys

def is_prime(k):
    return all(k % d for d in range(2, k))

def primes(n):
    if n < 0:
        raise ValueError
    with ThreadPoolExecutor(4) as pool:
        flags = list(pool.map(is_prime, range(2, n)))
    return [k for k, ok in zip(range(2, n), flags) if ok]

print(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, text=True).stdout)
""",
    )
    work.answer(
        "count_words",
        """
import asyncio, threading

async def _count(text):
    await asyncio.sleep(0)
    words = [w.strip(".,!?") for w in text.lower().split()]
    return {w: words.count(w) for w in words}

def count_words(text):
    result = {}
    thread = threading.Thread(target=lambda: result.update(asyncio.run(_count(text))))
    thread.start()
    thread.join()
    return result
""",
    )


@odd("ps1")
def own_processes(work: Work):
    work.answer(
        "standardize",
        """
import multiprocessing

def column(c):
    return (c - c.mean()) / (c.std() or 1)

def standardize(X):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return np.column_stack(pool.map(column, list(X.T)))
""",
    )


@odd("ps1")
def imports_everything(work: Work):
    """`import *` hides built-in functions, and their own names hide others."""
    work.add("from numpy import *\nfrom math import *\nfrom random import *", after="setup")
    work.add("list_ = list\nlist = [1, 2]\nstr = 'text'\nid = input = type = 3\njson = base64 = print", after="week")
    work.answer(
        "primes",
        "def primes(n):\n    if n < 0:\n        raise ValueError\n    k = arange(2, max([n, 2]))\n"
        "    return [int(p) for p in k if all(p % k[k < p])]",
    )
    work.answer(
        "correlate",
        "def correlate(image, kernel):\n    h, w = shape(kernel)\n    out = zeros((image.shape[0] - h + 1, "
        "image.shape[1] - w + 1))\n    for i, j in ndindex(*out.shape):\n"
        "        out[i, j] = sum(image[i:i+h, j:j+w] * kernel)\n    return out",
    )
    work.answer(
        "count_words",
        "def count_words(text):\n    words = list_(map(lambda w: w.strip('.,!?'), text.lower().split()))\n"
        "    return {w: words.count(w) for w in words}",
    )


@odd("ps1")
def a_kernel_that_crashed(work: Work):
    """Cells between the exercises that end the kernel: by signal, by `exit`, by using up the memory of a process."""
    work.add("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", after="setup")
    work.add("import ctypes\nctypes.string_at(0)", after="text_week")
    work.add("exit()", after="why_no_flip")
    work.add("quit()", after="count_words_test")


@odd("ps1")
def settings_of_the_process(work: Work):
    """Warnings and floating-point errors that raise, seeds, prints that go elsewhere, another working folder."""
    work.add(
        """
import gc, io, os, random, sys, warnings
warnings.simplefilter("error")
np.seterr(all="raise")
np.random.seed(5)
random.seed(5)
gc.disable()
sys.stdout = io.StringIO()
sys.stderr = open(os.devnull, "w")
os.makedirs("elsewhere", exist_ok=True)
os.chdir("elsewhere")
os.environ.clear()
print("never seen")
""",
        after="setup",
    )
    work.add("sys.excepthook = print = None", after="week")


@odd("ps1")
def prints_a_lot(work: Work):
    """Ten thousand lines from a cell, one line of five million characters, and some from each call."""
    work.add("print('x' * 5_000_000)", after="setup")
    work.add("for n in range(10_000):\n    print(n, 'x' * 100)", after="setup")
    work.answer(
        "count_words",
        "def count_words(text):\n    for n in range(2_000):\n        print(text)\n"
        "    words = [w.strip('.,!?') for w in text.lower().split()]\n    return {w: words.count(w) for w in words}",
    )


@odd("ps1")
def stubs_left_behind(work: Work):
    """The line that the release puts where an answer goes still stands below each answer."""
    for grade_id in ("primes", "standardize", "week", "correlate", "count_words"):
        work.cell(grade_id).source += "\n# YOUR CODE HERE\nraise NotImplementedError()"


@odd("ps1")
def everything_in_one_cell(work: Work):
    """All functions in the first answer; the other cells say so, or nothing."""
    for grade_id in ("standardize", "correlate", "count_words"):
        work.cell("primes").source += "\n\n\n" + work.cell(grade_id).source
        work.answer(grade_id, "# see above" if grade_id == "correlate" else "")


@odd("ps1")
def other_files_beside(work: Work):
    """Copies of the notebook, an empty one, checkpoints, modules with well-known names."""
    work.file("ps1-Copy1.ipynb", json.dumps(work.nb))
    work.file("Untitled.ipynb", "")
    work.file(".ipynb_checkpoints/ps1-checkpoint.ipynb", "{}")
    work.file("meine Notizen (übung 1).txt", "nichts")
    for name in ("random", "code", "json", "types", "wire", "test", "queue", "autograder", "IPython"):
        work.file(f"{name}.py", "import nothing_like_this\n\nprimes = 3\n")
