"""This course's own checklists and its secret: the notebook `tiny`."""

from tests.hostile import CANARY, Attack
from tests.hostile.pages import runs_nothing


def area(body, before=""):
    return {"area": f"{before}\ndef area(height, width):\n    {body}"}


def no_secret(result):
    assert CANARY not in result.outputs + result.page


ATTACKS = [
    Attack(
        "checklist that reports full points",
        "The class that a test cell builds its checks with is changed.",
        area("return 0", "Checklist.report = lambda self: int(self.points)"),
        assignment="tiny",
        stock=True,
    ),
    Attack(
        "checks replaced",
        "Each check holds.",
        area(
            "return 0",
            "import autograder.notebook.comparison as comparison\ncomparison.difference = lambda *a, **k: None",
        ),
        assignment="tiny",
        stock=True,
    ),
    Attack(
        "secret read",
        "The course secret decides the hidden inputs: it is printed.",
        area("return 0", "import os\nprint(open(os.environ['AUTOGRADER_SECRET']).read())"),
        assignment="tiny",
        stock=True,
        harmless=no_secret,
    ),
    Attack(
        "an authoring error",
        "An error that says that the course is at fault, so that nothing is graded.",
        area("raise AuthoringError('the course is wrong')", "from autograder.notebook.checklist import AuthoringError"),
        assignment="tiny",
    ),
    Attack(
        "no area but markup",
        "The found value is shown on the feedback page.",
        area("return '</li><script>evil()</script><img src=x onerror=evil()>'"),
        assignment="tiny",
        harmless=runs_nothing,
    ),
    Attack(
        "half a surrogate pair found", "The found value cannot be shown.", area("return '\\ud800'"), assignment="tiny"
    ),
    Attack(
        "half a surrogate pair raised",
        "The error cannot be shown.",
        area("raise OSError('\\udfff')"),
        assignment="tiny",
    ),
    Attack(
        "ticks printed",
        "A list of ticks of its own.",
        area("print('✓ 2×2\\n✓ 2×3\\n2 of 2 points')"),
        assignment="tiny",
    ),
    Attack(
        "endings",
        "What ends a loop or the interpreter.",
        area("raise (StopIteration, SystemExit, GeneratorExit)[height % 3]"),
        assignment="tiny",
    ),
    Attack(
        "the checklist's own score",
        "A number that is a Score.",
        area("return Score(3, 3)", "from autograder.notebook.checklist import Score"),
        assignment="tiny",
    ),
    Attack("a number of four thousand bits", "It takes long to show.", area("return 2 ** 4095"), assignment="tiny"),
]
