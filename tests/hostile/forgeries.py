"""The interpreter is changed so that tests pass: asserts dropped, errors swallowed, points shown that nobody gave."""

from tests.hostile import Attack

FAULTY = """
class {name}(Exception):
    pass

def primes(n):
    raise {name}('not my fault')"""


def graded_with_a_reason(result):
    assert "not my fault" in result.outputs


ATTACKS = [
    Attack(
        "asserts dropped",
        "An AST transformer removes every assert before IPython compiles a cell.",
        {
            "primes": """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(Drop())
def primes(n):
    if n < 0:
        raise ValueError
    return []"""
        },
        stock=True,
    ),
    Attack(
        "errors swallowed",
        "IPython's run_code is replaced by one that runs nothing and reports no error.",
        {
            "primes": """
async def quiet(*a, **k):
    return False
get_ipython().run_code = quiet"""
        },
        stock=True,
    ),
    Attack(
        "cells emptied",
        "An input transformer turns every later cell into nothing.",
        {"primes": "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])"},
        stock=True,
    ),
    Attack(
        "kernel that says ok",
        "The kernel's do_execute answers that all went well without running anything.",
        {
            "primes": """
async def do_execute(*a, **k):
    return {'status': 'ok', 'execution_count': 1, 'user_expressions': {}, 'payload': []}
get_ipython().kernel.do_execute = do_execute"""
        },
        stock=True,
    ),
    Attack(
        "NumPy patched",
        "np.testing.assert_allclose accepts everything.",
        {"standardize": "np.testing.assert_allclose = lambda *a, **k: None\nstandardize = np.array"},
        stock=True,
    ),
    Attack(
        "numbers shown as full points",
        "The formatter for integers shows 4 for the score of a test with partial credit.",
        {
            "count_words": "get_ipython().display_formatter.formatters['text/plain'].for_type(\n"
            "    int, lambda value, printer, cycle: printer.text('4'))"
        },
        stock=True,
    ),
    Attack(
        "points published first",
        "Before each cell runs, a result of 1 is published: nbgrader takes the first result for the points.",
        {
            "primes": """
def forge(*a):
    kernel = get_ipython().kernel
    content = {'data': {'text/plain': '1'}, 'metadata': {}, 'execution_count': 1}
    kernel.session.send(kernel.iopub_socket, 'execute_result', content, parent=kernel.get_parent(), ident=b'r')
get_ipython().events.register('pre_run_cell', forge)"""
        },
        stock=True,
    ),
    Attack(
        "expected value from the caller",
        "The function looks up the expected value in the frame of the test that calls it.",
        {
            "correlate": """
import sys
def correlate(image, kernel):
    return sys._getframe(1).f_locals['expected']""",
            "count_words": """
import sys
def count_words(text):
    return sys._getframe(1).f_globals['expected']""",
        },
        stock=True,
    ),
    Attack(
        "score set in the caller",
        "The function sets the test's variable `score` to full points.",
        {
            "count_words": """
import sys
def count_words(text):
    sys._getframe(1).f_globals['score'] = 4
    raise KeyError"""
        },
        stock=True,
    ),
    Attack(
        "points printed and shown",
        "The function prints and displays points while a test runs.",
        {
            "primes": """
def primes(n):
    from IPython.display import display
    display(2)
    print(2)
    return 2""",
            "count_words": """
def count_words(text):
    display(4)
    print(4)""",
        },
    ),
    Attack(
        "half a surrogate pair in an error",
        "Jupyter cannot send such text, so the error of the failing test would never arrive.",
        {name: f"def {name}(*a):\n    raise ValueError('\\ud800')" for name in ("primes", "standardize", "correlate")},
    ),
    Attack(
        "half a surrogate pair in a value",
        "The same within the message of an assertion that shows the value.",
        {
            "correlate": "def correlate(*a):\n    return np.array(['\\ud800'])",
            "primes": "def primes(n):\n    return ['\\udfff'] * n",
            "count_words": "def count_words(text):\n    return '\\ud800'",
        },
    ),
    Attack(
        "half a surrogate pair in a class name",
        "The same within the name of an exception's class, or of a function.",
        {
            "primes": "primes = type('\\ud800', (), {'__call__': lambda self, n: 0})()",
            "correlate": "def correlate(*a):\n    raise type('Odd\\udc00', (Exception,), {})",
        },
    ),
    *(
        Attack(
            f"an exception called {name}",
            "An exception named like one of the judge's own should make grading stop, and no mark is not zero.",
            {"primes": FAULTY.format(name=name)},
            harmless=graded_with_a_reason,
        )
        for name in ("Fault", "AuthoringError", "CellTimeoutError")
    ),
    Attack(
        "an exception class that lies",
        "The class name holds a null character and markup, and the text cannot be made.",
        {
            "primes": """
class Bad(Exception):
    def __str__(self):
        raise Bad
Bad.__name__ = 'Bad' + '<script>' * 50
def primes(n):
    raise Bad"""
        },
    ),
    Attack(
        "StopIteration and friends",
        "Exceptions that end a loop, a generator or the interpreter end the test early, as if all was well.",
        {
            "primes": "def primes(n):\n    raise StopIteration",
            "standardize": "def standardize(X):\n    raise SystemExit(0)",
            "correlate": "def correlate(*a):\n    raise KeyboardInterrupt",
            "count_words": "def count_words(text):\n    raise GeneratorExit",
        },
    ),
    Attack(
        "hidden tests from the history",
        "After the tests, a cell prints what the kernel has run.",
        {
            "primes": """
seen = []
get_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))""",
            "count_words": "print(seen, In)",
        },
        harmless=lambda result: _no_hidden_test(result),
    ),
]


def _no_hidden_test(result):
    assert "how_many" not in result.outputs and "how_many" not in result.page
