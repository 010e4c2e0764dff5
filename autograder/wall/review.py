"""What an author should know before students get a notebook: what does not cross the wall, and what slips through it.

Read from the instructor's notebook; nothing of it is run. `autograder.wall.loopholes` is about checks that degenerate
answers pass; here are the names: whose they are, and what becomes of them in another kernel.
"""

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nbformat.notebooknode import NotebookNode

from autograder.wall import loopholes, ownership
from autograder.wall.loopholes import ANY, EMPTY, NAN, NONE, Reading, called

HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS\s*$(.*?)^[ \t]*### END HIDDEN TESTS", re.MULTILINE | re.DOTALL)

ITERATORS = frozenset(("map", "filter", "zip", "iter", "enumerate", "reversed", "open"))
OBJECTS = frozenset("Path Decimal datetime date timedelta StringIO BytesIO DataFrame Series read_csv partial".split())
"""What makes an object that is no plain data."""

DATA = frozenset(
    "list dict tuple set frozenset str bytes int float NamedTuple IntEnum Counter defaultdict OrderedDict deque".split()
)
"""Classes whose instances, and those of classes made from them, cross as the data they hold."""

SEEDS = frozenset(("np.random.seed", "numpy.random.seed", "random.seed"))
DRAWING = re.compile(r"\brandom\.(?!seed\b)\w|\b(shuffle|choice|sample|keras|tf)\b")
"""Words of a test that draws something itself: then a seed is its own."""

UNPICKLING = frozenset(
    "pickle.load pickle.loads load_pickle joblib.load torch.load dill.load cloudpickle.load pd.read_pickle "
    "pandas.read_pickle read_pickle".split()
)
"""What runs the code in what it reads."""

PRINTED = frozenset(("redirect_stdout", "redirect_stderr", "capture_output", "capsys"))
REPLACED = frozenset(("patch", "monkeypatch", "MagicMock", "Mock"))

SLIPS = {
    EMPTY: "is passed by an empty array or list: check its shape or its length as well",
    NAN: "is passed by nan: say what must hold (`a <= b`) instead of what must not (`not a > b`)",
    NONE: "is passed by a function that returns None: compare with `False`, or ask for something true as well",
    ANY: "is passed by anything that has this name, a function for example: compare it with what is expected",
}


@dataclass(frozen=True)
class _Made:
    """The statement before a test that gave a name its value.

    cell:  what to call the cell
    owner: "answer" if it is an answer cell, "test" if it is another test cell, "other"
    """

    node: ast.stmt
    part: ownership.Part
    cell: str
    owner: str


@dataclass(frozen=True)
class _Test:
    """A test cell.

    made:   for each name, how it came about
    inner:  the same for the names that the cell binds itself
    later:  the statements of the cells behind it that are the student's to run, with what to call their cells
    """

    source: str
    body: list[ast.stmt]
    names: ownership.Test
    reading: Reading
    made: dict[str, _Made]
    inner: dict[str, ast.stmt]
    later: list[tuple[str, ownership.Part]]

    def nodes(self) -> Iterator[ast.AST]:
        return (node for statement in self.body for node in ast.walk(statement))

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes() if isinstance(node, ast.Call))

    def asked(self) -> dict[str, list[ast.Call]]:
        """The calls of student's functions, by name."""
        found: dict[str, list[ast.Call]] = {}
        for call in self.calls():
            if name := self.answer(call.func):
                found.setdefault(name, []).append(call)
        return found

    def answer(self, node: ast.AST) -> str | None:
        """The name of the answer that an expression is, if it is one."""
        return node.id if isinstance(node, ast.Name) and node.id in self.names.answers else None

    def definition(self, name: str) -> ast.stmt | None:
        return self.inner.get(name) or (self.made[name].node if name in self.made else None)


def review(instructor: NotebookNode) -> list[str]:
    """A sentence for each thing in the test cells of an instructor's notebook that will not be as its author meant."""
    found: list[str] = []
    for grade_id, test in _tests(instructor, found):
        for rule in RULES:
            found += dict.fromkeys(f"Test cell “{grade_id}”: {sentence}." for sentence in rule(test))
    return found


def _tests(instructor: NotebookNode, found: list[str]) -> Iterator[tuple[str, _Test]]:
    cells = [(index, cell) for index, cell in enumerate(instructor.cells) if cell.cell_type == "code"]
    parts: dict[int, list[ownership.Part]] = {}
    for index, cell in cells:
        try:
            parts[index] = ownership.statements(cell.source)
        except SyntaxError as error:
            found.append(f"{_title(index, cell)} is no Python ({error.msg}): nothing can be graded until it is.")
            return
    plan = ownership.plan(instructor)
    made: dict[str, _Made] = {}
    for place, (index, cell) in enumerate(cells):
        title = _title(index, cell)
        body = [ast.parse(part.code).body[0] for part in parts[index]]
        if ownership.is_test(cell):
            grade_id = cell.metadata.nbgrader.grade_id
            names = plan.tests[grade_id]
            later = [
                (_title(number, other), part)
                for number, other in cells[place + 1 :]
                if not ownership.is_test(other)
                for part in parts[number]
            ]
            inner = {name: node for part, node in zip(parts[index], body, strict=True) for name in part.binds}
            helpers = {
                name: made.part.reads_later & set(names.answers) for name, made in made.items() if made.owner == "test"
            }
            reading = Reading(body, names.answers, helpers)
            yield grade_id, _Test(cell.source, body, names, reading, made.copy(), inner, later)
        owner = "test" if ownership.is_test(cell) else "answer" if ownership.is_answer(cell) else "other"
        for part, node in zip(parts[index], body, strict=True):
            made.update(dict.fromkeys(part.binds, _Made(node, part, title, owner)))


def _title(index: int, cell: NotebookNode) -> str:
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return f"cell “{name}”" if name else f"cell {index + 1}"


# --- names -----------------------------------------------------------------------------------------------------------


def _without_owner(test: _Test) -> Iterator[str]:
    star = "*" in test.made
    for name in test.names.unknown:
        remedy = (
            f"import `{name}` by name, without `*`" if star else "define it in the test or in a locked cell before it"
        )
        yield f"no cell before it defines `{name}`, so the test fails for everybody: {remedy}"


def _handed_back(test: _Test) -> Iterator[str]:
    """Names that the test binds and student code reads: cells behind it, and functions that the test calls."""
    for name in test.names.handed:
        node = test.inner.get(name)
        if isinstance(node, ast.Assign) and not _object(node.value, test):
            continue  # data is handed on
        title = next((title for title, part in test.later if name in part.reads | part.reads_later), "a cell below")
        yield (
            f"it defines `{name}`, which {title} reads; that cell runs in the student's kernel, and of a test's names "
            f"only data is handed on to it: define `{name}` in a cell of its own before the test"
        )
    for answer in sorted(test.asked().keys() & test.made.keys()):
        for name in sorted(test.made[answer].part.reads_later & test.inner.keys() & test.made.keys()):
            yield (
                f"it gives `{name}` another value before it calls the student's `{answer}`, which goes on with the "
                f"old one: hand `{name}` over as an argument"
            )


def _replaceable(test: _Test) -> Iterator[str]:
    for name in test.reading.verdicts:
        made = test.made.get(name)
        if made and made.owner == "other" and isinstance(made.node, ast.FunctionDef):
            yield (
                f"its check rests on `{name}` of {made.cell}, which uses answers and therefore runs in the student's "
                f"kernel, where it can be replaced: define `{name}` in the test, or hand it what it uses as arguments"
            )


# --- what does not cross ---------------------------------------------------------------------------------------------


def _arguments(test: _Test) -> Iterator[str]:
    """What the test hands to a student's function."""
    for name, calls in test.asked().items():
        for call in calls:
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                if what := _object(argument, test):
                    yield (
                        f"it hands {what} to the student's `{name}`, which does not cross the wall and stops the "
                        "grading: hand over data, or a function that an answer's cell defines"
                    )


def _results(test: _Test) -> Iterator[str]:
    """What comes from answers, as far as the instructor's own solution tells."""
    for name in test.names.answers:
        if name not in test.made:
            continue
        node = test.made[name].node
        what = None
        if _is_class(node):
            yield (
                f"it uses `{name}`, a class of the student's, and instances do not cross the wall: let a function of "
                f"the answer use `{name}` and return plain data"
            )
        elif isinstance(node, ast.Assign) and not isinstance(node.value, ast.Lambda):
            what = _object(node.value, test)
        elif isinstance(node, ast.FunctionDef) and name in test.asked():
            what = "a generator" if _yields(node) else None
            for returned in _returns(node):
                if not isinstance(returned, ast.Lambda) and not _is_inner(returned, node):
                    what = what or _object(returned, test)
        if what:
            yield (
                f"the solution's `{name}` gives {what}, which does not cross the wall, so right answers fail: "
                "ask for numbers, texts, lists, dictionaries, arrays or a Keras model"
            )


def _fields(test: _Test) -> Iterator[str]:
    """Fields of named tuples: what crosses is a plain tuple."""
    known = {name: fields for name in test.made if (fields := _fields_of(test.made[name].node))}
    for node in test.nodes():
        if isinstance(node, ast.Attribute):
            for answer in sorted(test.reading.value(node.value).answers & test.made.keys()):
                part = test.made[answer].part
                for record in sorted((part.reads | part.reads_later) & known.keys()):
                    if node.attr in known[record]:
                        yield (
                            f"`{ast.unparse(node)}` reads a field of a named tuple, and what `{answer}` gives crosses "
                            "as a plain tuple: compare by position"
                        )


def _looked_into(test: _Test) -> Iterator[str]:
    """Functions whose inside is looked at, or whose surroundings are changed."""
    for node in test.nodes():
        of = None
        if isinstance(node, ast.Attribute) and node.attr not in ("__name__", "__qualname__", "__class__"):
            of = node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] in (
            "inspect",
            "getsource",
            "help",
            "dis",
        ):
            of = node.args[0] if node.args else None
        name = test.answer(of) if of else None
        if name and name in test.made and isinstance(test.made[name].node, ast.FunctionDef):
            yield (
                f"`{ast.unparse(node)}` looks into the student's `{name}`, of which only the results cross the wall: "
                "check what it returns"
            )


def _surroundings(test: _Test) -> Iterator[str]:
    """What the test does around a student's function, in a kernel where that function does not run."""
    if not (asked := sorted(test.asked())):
        return
    what = f"the student's `{asked[0]}`"
    for call in test.calls():
        text = ast.unparse(call.func)
        words = set(text.split("."))
        if words & PRINTED:
            yield f"`{text}` catches nothing of what {what} prints, because it prints elsewhere: check what it returns"
        if words & REPLACED and isinstance(test.definition(text.split(".")[0]), ast.Import | ast.ImportFrom):
            yield f"`{text}` does not reach {what}, which runs in another kernel: hand over what it should use"
        if text in SEEDS and not DRAWING.search(test.source):
            yield f"`{ast.unparse(call)}` does not reach {what}, which draws in another kernel: hand the seed over"


def _unpickled(test: _Test) -> Iterator[str]:
    """Files that a student may have written, read by what runs the code in them: that would run in the judge."""
    for call in test.calls():
        text = ast.unparse(call.func)
        pickled = any(
            keyword.arg == "allow_pickle" and ast.unparse(keyword.value) == "True" for keyword in call.keywords
        )
        unsafe = any(keyword.arg == "safe_mode" and ast.unparse(keyword.value) == "False" for keyword in call.keywords)
        if text in UNPICKLING or pickled or unsafe:
            yield (
                f"`{text}` runs whatever code a file holds, and a student's file would run it where answers are "
                "judged: let a function of the answer read the file and return data"
            )


def _in_place(test: _Test) -> Iterator[str]:
    for name, function in test.reading.vain:
        yield (
            f"it checks `{name}` after handing it to the student's `{function}`, which works on a copy: here `{name}` "
            "never changes; check what the function returns"
        )


# --- what slips through ----------------------------------------------------------------------------------------------


def _slips(test: _Test) -> Iterator[str]:
    for answer, check in test.reading.loopholes():
        if check.passes:
            yield f"the check of `{answer}` in `{textwrap.shorten(check.code, 80)}` {SLIPS[check.passes]}"


def _shown(test: _Test) -> Iterator[str]:
    """Expected values of hidden checks that stand where students read them."""
    for region in HIDDEN.findall(test.source):
        try:
            body = [ast.parse(part.code).body[0] for part in ownership.statements(textwrap.dedent(region))]
            open_body = [ast.parse(part.code).body[0] for part in ownership.statements(HIDDEN.sub("", test.source))]
        except SyntaxError:
            continue
        visible = {name: made for name, made in test.made.items() if made.owner == "other" and _is_literal(made.node)}
        here = {name for node in open_body if _is_literal(node) for name in _bound(node)}
        for name in sorted(_expected(body, test.names.answers) - _expected(open_body, test.names.answers)):
            if name in here or (name in visible and name not in test.inner):
                where = "above the hidden tests" if name in here else f"in {visible[name].cell}"
                yield f"the hidden tests expect `{name}`, which students read {where}: move it into the hidden tests"


RULES = (
    _without_owner,
    _handed_back,
    _replaceable,
    _arguments,
    _results,
    _fields,
    _looked_into,
    _surroundings,
    _unpickled,
    _in_place,
    _slips,
    _shown,
)


# --- the syntax of things --------------------------------------------------------------------------------------------


def _object(node: ast.expr, test: _Test) -> str | None:
    """What an expression gives, in words, if it is for certain nothing that crosses the wall."""
    match node:
        case ast.Lambda():
            return "a function"
        case ast.GeneratorExp():
            return "a generator"
        case ast.Starred(value=value):
            return _object(value, test) if isinstance(value, ast.List | ast.Tuple) else None
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return next((what for item in items if (what := _object(item, test))), None)
        case ast.Name(id=name):
            definition = test.definition(name)
            if definition is None or (name in test.names.answers and name not in test.inner):
                return None
            if isinstance(definition, ast.FunctionDef):
                return f"the function `{name}`"
            if _is_class(definition):
                return f"the class `{name}`"
            if isinstance(definition, ast.Assign) and not isinstance(definition.value, ast.Name):
                return _object(definition.value, test)
        case ast.Call(func=ast.Name(id=name)) if name in ITERATORS and test.definition(name) is None:
            return f"the result of `{name}`"
        case ast.Call(func=function):
            name = called(function)
            definition = test.definition(name) if isinstance(function, ast.Name) else None
            if name in OBJECTS or (definition is not None and _is_class(definition)):
                return f"the result of `{name}`" if name.islower() else f"an instance of `{name}`"
            if isinstance(definition, ast.FunctionDef) and _yields(definition):
                return "a generator"
    return None


def _is_class(node: ast.stmt) -> bool:
    """Whether a statement makes a class whose instances do not cross."""
    if isinstance(node, ast.ClassDef):
        return not any(called(base) in DATA for base in node.bases)
    return isinstance(node, ast.Assign) and called(node.value) == "make_dataclass"


def _fields_of(node: ast.stmt) -> set[str]:
    """The fields of the named tuple that a statement defines; none of any other statement."""
    if isinstance(node, ast.ClassDef) and any(called(base) == "NamedTuple" for base in node.bases):
        return {
            line.target.id
            for line in node.body
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        }
    if isinstance(node, ast.Assign) and called(node.value) in ("namedtuple", "NamedTuple"):
        texts = [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
        return {word for text in texts if isinstance(text, str) for word in re.split(r"[,\s]+", text)}
    return set()


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, those of functions inside it left out."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own(child)


def _yields(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in _own(function))


def _returns(function: ast.FunctionDef) -> list[ast.expr]:
    """What a function returns; of a name of its own, what it was assigned last."""
    nodes = list(_own(function))
    local = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    returned = [node.value for node in nodes if isinstance(node, ast.Return) and node.value]
    return [local.get(value.id, value) if isinstance(value, ast.Name) else value for value in returned]


def _is_inner(returned: ast.expr, function: ast.FunctionDef) -> bool:
    inner = {node.name for node in _own(function) if isinstance(node, ast.FunctionDef)}
    return isinstance(returned, ast.Name) and returned.id in inner


def _bound(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {found.id for target in targets for found in ast.walk(target) if isinstance(found, ast.Name)}


def _is_literal(node: ast.stmt) -> bool:
    """An assignment of data that is written out: numbers, texts, lists of them, an array of such a list."""
    if not isinstance(node, ast.Assign):
        return False
    value = node.value
    if isinstance(value, ast.Call) and called(value) in ("array", "asarray") and value.args:
        value = value.args[0]
    try:
        ast.literal_eval(value)
    except ValueError:
        return False
    return True


def _expected(body: Iterable[ast.stmt], answers: Iterable[str]) -> set[str]:
    """Names that are compared with answers, those included that a loop draws from."""
    body = list(body)
    reading = Reading(body, tuple(answers))
    drawn = {
        target.id: source.id
        for statement in body
        for loop in ast.walk(statement)
        if isinstance(loop, ast.For)
        for target in ast.walk(loop.target)
        if isinstance(target, ast.Name)
        for source in ast.walk(loop.iter)
        if isinstance(source, ast.Name)
    }
    sides: list[list[ast.expr]] = []
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.Compare):
            sides.append([node.left, *node.comparators])
        elif isinstance(node, ast.Call) and called(node) in loopholes.ARRAY_ASSERTIONS | {
            "allclose",
            "array_equal",
        }:
            sides.append(node.args[:2])
        elif isinstance(node, ast.Call) and called(node) in loopholes.LINES:
            sides.append(node.args[1:3])
    return {
        drawn.get(side.id, side.id)
        for pair in sides
        if any(reading.value(side).answers for side in pair)
        for side in pair
        if isinstance(side, ast.Name) and not reading.value(side).answers
    }
