"""What the checks of a test cell are worth: which of them a degenerate answer passes, and which ones see it.

A test cell is read from top to bottom, never run. Of each expression it is known from which answers it is computed,
and whether a student could make it empty or nan; that decides what a check in the same expression can see.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType

SIZES = frozenset(("len", "shape", "size"))
LOOKS = frozenset("type isinstance issubclass callable hasattr id dtype ndim".split())
"""What says how large an answer is, or of which type, and nothing of its values."""

NUMBERS = frozenset("int float complex str bool integer floating number Number Integral Real int64 float64".split())
"""Types that nothing empty is of."""

REDUCTIONS = frozenset("sum mean std var max min prod median norm count_nonzero ptp round float".split())
"""Functions that make one number of an array, unless they are told an axis."""

ZERO_IF_EMPTY = frozenset(("sum", "norm", "count_nonzero"))

ELEMENTWISE = frozenset(
    "abs absolute fabs square sqrt exp log sign clip where isclose isfinite isnan equal not_equal less greater "
    "asarray array astype copy reshape ravel flatten squeeze transpose swapaxes sort argsort sorted list tuple set "
    "tolist numpy concatenate stack zip enumerate map filter items values keys subtract multiply add".split()
)
"""Functions whose result is empty if what they are given is."""

ARRAY_ASSERTIONS = frozenset(
    "assert_allclose assert_array_equal assert_array_almost_equal assert_almost_equal assert_equal "
    "assert_array_less".split()
)
"""NumPy's: they compare shapes, unless one side is a single number."""

LINES = frozenset(("equal", "shapes", "weights", "layers", "accuracy"))
"""Lines of a `Checklist` that look at type and shape first."""

ORDER = ast.Lt | ast.LtE | ast.Gt | ast.GtE
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
"""None of `<` and the like: nan is neither below a number nor at least as large."""

UNEQUAL = ast.NotEq | ast.IsNot | ast.NotIn

EMPTY, NAN, NONE, ANY = "empty", "nan", "none", "any"
"""Degenerate answers: an empty array or list; nan; None; anything at all."""

EVERY = frozenset((EMPTY, NAN, NONE, ANY))
VALUES = frozenset((EMPTY, NAN))


@dataclass(frozen=True)
class Value:
    """What is known of an expression.

    answers: the answers that it is computed from
    empty:   whether a student could make it an empty array or list
    nan:     whether a student could make it nan
    shows:   which of the two would show: the length of an array shows whether it is empty, and no nan
    """

    answers: frozenset[str] = frozenset()
    empty: bool = False
    nan: bool = False
    shows: frozenset[str] = frozenset()

    def __or__(self, other: "Value") -> "Value":
        return Value(
            self.answers | other.answers, self.empty or other.empty, self.nan or other.nan, self.shows | other.shows
        )


@dataclass(frozen=True)
class Check:
    """One condition that a test cell asks for.

    answers: the answers that it looks at
    passes:  the degenerate answer that passes it, if there is one
    sees:    the degenerate answers that fail it
    """

    code: str
    answers: frozenset[str]
    passes: str | None
    sees: frozenset[str]


class Reading:
    """A test cell, read.

    checks:   what it asks for
    verdicts: functions among the answers whose result alone decides a check
    vain:     names that were handed to a student's function and are checked by themselves afterwards: (name, function)

    helpers: functions from before the cell, with the answers that each of them uses
    """

    def __init__(
        self,
        body: Iterable[ast.stmt],
        answers: Collection[str],
        helpers: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self.checks: list[Check] = []
        self.verdicts: list[str] = []
        self.vain: list[tuple[str, str]] = []
        self._answers = frozenset(answers)
        self._values = {name: _whole(name) for name in answers}
        self._values |= {name: _helper(used) for name, used in helpers.items()}
        self._handed: dict[str, tuple[str, str]] = {}
        self._read(body)

    def loopholes(self) -> Iterator[tuple[str, Check]]:
        """Answers with a check that a degenerate answer passes and no other check of the cell sees."""
        told: set[tuple[str, str | None]] = set()
        for check in self.checks:
            for answer in sorted(check.answers) if check.passes else ():
                seen = any(answer in other.answers and check.passes in other.sees for other in self.checks)
                if not seen and (answer, check.passes) not in told:
                    told.add((answer, check.passes))
                    yield answer, check

    # -- statements --------------------------------------------------------------------------------------------------

    def _read(self, body: Iterable[ast.stmt]) -> None:
        for node in body:
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assert(test=test):
                self._check(test)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, self.value(value), value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                self._values[name] = self._values.get(name, Value()) | self.value(value)
            case ast.Expr(value=ast.Call() as call):
                self._call(call)
            case ast.For(target=target, iter=source, body=body):
                self._loop(target, source, body)
            case ast.If(test=test, body=body, orelse=orelse):
                if any(isinstance(inner, ast.Raise) for inner in body):
                    self._check(ast.UnaryOp(ast.Not(), test))
                elif any(isinstance(inner, ast.AugAssign) for inner in body):  # points that are added up
                    self._check(test)
                self._read([*body, *orelse])
            case ast.FunctionDef(name=name, args=arguments, body=body):
                before = self._values
                inside = {argument.arg for argument in ast.walk(arguments) if isinstance(argument, ast.arg)}
                self._values = {known: value for known, value in before.items() if known not in inside}
                self._read(body)
                used = self._answers & set().union(*(_names(inner) for inner in body)) - inside
                self._values = before | {name: _helper(used)}
                return
            case _:
                for field in ("body", "handlers", "orelse", "finalbody"):
                    for inner in getattr(node, field, ()):
                        self._read(inner.body) if isinstance(inner, ast.ExceptHandler) else self._statement(inner)
        self._note_handed(node)

    def _bind(self, target: ast.expr, value: Value, source: ast.expr) -> None:
        came = next((self._handed[name] for name in _names(source) if name in self._handed), None)
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._values[node.id] = value
                self._handed.pop(node.id, None)
                if came and not value.answers:
                    self._handed[node.id] = came

    def _loop(self, target: ast.expr, source: ast.expr, body: list[ast.stmt]) -> None:
        over = self.value(source)
        self._bind(target, _whole(*over.answers), source)
        number = len(self.checks)
        self._read(body)
        if over.empty and (inner := self.checks[number:]):
            # Without elements nothing in the loop is asked, so nothing in it speaks for what is looped over.
            self.checks[number:] = [
                Check(check.code, check.answers - over.answers, check.passes, check.sees) for check in inner
            ]
            self.checks.append(Check(f"for … in {ast.unparse(source)}", over.answers, EMPTY, frozenset()))

    def _note_handed(self, node: ast.stmt) -> None:
        """Which of the judge's own objects a statement hands to a student's function."""
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and self._asks(call):
                for argument in call.args:
                    if isinstance(argument, ast.Name) and not self.value(argument).answers:
                        self._handed[argument.id] = (argument.id, called(call))

    def _is_answer(self, name: str) -> bool:
        return self._values.get(name, Value()).answers == {name} and name in self._answers

    def _asks(self, node: ast.expr) -> bool:
        """Whether an expression calls a student's function."""
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and self._is_answer(node.func.id)

    # -- checks ------------------------------------------------------------------------------------------------------

    def _call(self, call: ast.Call) -> None:
        """A call as a statement: a line of a checklist, an assertion in words, or a helper that may check anything."""
        name, arguments = called(call), call.args
        if isinstance(call.func, ast.Attribute) and len(arguments) > 1 and name in (LINES | {"that"}):
            answer = arguments[1].body if isinstance(arguments[1], ast.Lambda) else arguments[1]
            self._check(answer) if name == "that" else self._add(call, self.value(answer), None, EVERY)
        elif name in ("assert_", "assertTrue", "assertFalse") and arguments:
            self._check(ast.UnaryOp(ast.Not(), arguments[0]) if name == "assertFalse" else arguments[0])
        elif name in ARRAY_ASSERTIONS and len(arguments) > 1:
            sides = arguments[:2]
            # Those that unittest and nose have as well compare what they get as it is.
            arrays = "array" in name or "allclose" in name or any(called(part) == "testing" for part in _receiver(call))
            value = self.value(sides[0]) | self.value(sides[1])
            loose = arrays and value.empty and any(_is_number(side) for side in sides) and not _has(call, "strict")
            self._add(call, value, EMPTY if loose else None, EVERY - {EMPTY} if loose else EVERY)
        elif name.startswith("assert"):
            self._add(call, self._given(call), None, EVERY)
        elif self._asks(call):
            self.verdicts.append(name)
        elif isinstance(call.func, ast.Name) and name not in ("print", "display") and self._given(call).answers:
            self._add(call, self._given(call), None, EVERY)

    def _check(self, test: ast.expr) -> None:
        test = _bare(test)
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            for part in test.values:
                self._check(part)
            return
        value = self.value(test)
        judged = [test.left, *test.comparators] if isinstance(test, ast.Compare) and _ordered(test) else [test]
        self.verdicts += [called(part) for part in judged if self._asks(part)]
        self._add(test, value, *self._worth(test, value))

    def _add(self, code: ast.expr, value: Value, passes: str | None, sees: frozenset[str]) -> None:
        if value.answers:
            self.checks.append(Check(ast.unparse(code), value.answers, passes, sees))
        else:
            self.vain += [self._handed[name] for name in sorted(_names(code)) if name in self._handed]

    def _worth(self, test: ast.expr, value: Value) -> tuple[str | None, frozenset[str]]:
        """The degenerate answer that passes a check, and those that fail it."""
        nothing: frozenset[str] = frozenset()
        match test:
            case ast.Name(id=name):
                return (ANY, nothing) if self._is_answer(name) else (None, EVERY - {NAN})
            case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[ast.Constant(value=None)]) if isinstance(
                op, UNEQUAL
            ):
                return (ANY if self._is_answer(name) else None), frozenset((NONE,))
            case ast.Compare(ops=[op]) if isinstance(op, UNEQUAL):
                return None, nothing
            case ast.Compare(left=ast.Call() as left, ops=[op]) if isinstance(op, ast.Lt | ast.LtE | ast.Eq):
                of = self._union([*left.args, *_receiver(left)])
                below = not isinstance(op, ast.Eq) or _is_number(test.comparators[0], 0)
                if called(left) in ZERO_IF_EMPTY and of.empty and below and not _has(left, "axis"):
                    return EMPTY, EVERY - {EMPTY}
            case ast.Call() if called(test) in ("all", "allclose", "array_equiv"):
                if self._union([*test.args[:2], *_receiver(test)]).empty:
                    return EMPTY, EVERY - {EMPTY}
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                operand = _bare(operand)
                inner = operand
                is_any = isinstance(operand, ast.Call) and called(operand) == "any"
                if is_any and isinstance(operand, ast.Call):
                    inner = [*operand.args, *_receiver(operand)][0]
                if isinstance(inner, ast.Compare) and _ordered(inner) and self.value(inner).nan:
                    return NAN, frozenset((NONE, ANY))
                if is_any and self.value(inner).empty:
                    return EMPTY, EVERY - {EMPTY}
                if self._asks(operand):
                    return NONE, frozenset((ANY,))
                return None, nothing
        return None, value.shows | {NONE, ANY}

    # -- expressions -------------------------------------------------------------------------------------------------

    def value(self, node: ast.expr) -> Value:
        """What is known of an expression at this place of the cell."""
        match node:
            case ast.Name(id=name):
                return self._values.get(name, Value())
            case ast.Call():
                return self._result(node)
            case ast.Attribute(value=of, attr=name):
                value = self.value(of)
                if name in ("T", "real", "imag", "flat"):
                    return value
                return Value(value.answers, shows=_shown(name, value))
            case ast.Subscript(value=of, slice=index):
                return self.value(of) | self.value(index)
            case ast.Lambda(body=body):
                return self.value(body)
            case ast.Compare(left=left, comparators=others):
                return self._union([left, *others])  # nan passes `not (err > tol)`
            case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
                value = self._union(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))
                return Value(value.answers, nan=value.nan, shows=value.shows)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.NamedExpr(target=target, value=of):
                self._bind(target, self.value(of), of)
                return self.value(of)
        return self._union(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))

    def _union(self, nodes: Iterable[ast.expr]) -> Value:
        return reduce(Value.__or__, (self.value(node) for node in nodes), Value())

    def _given(self, call: ast.Call) -> Value:
        return self._union([*call.args, *(keyword.value for keyword in call.keywords)])

    def _result(self, call: ast.Call) -> Value:
        name = called(call)
        if self._asks(call):
            return _whole(name)
        value = self._union([call.func, *_receiver(call)]) | self._given(call)
        if name == "range":  # as long as an answer is
            empty = any(isinstance(part, ast.Call) and self._union(part.args).empty for part in call.args)
            return Value(value.answers, empty, shows=value.shows)
        if name in SIZES | LOOKS:
            of_numbers = name == "isinstance" and _names(call.args[-1]) | _attributes(call.args[-1]) <= NUMBERS | {"np"}
            return Value(value.answers, shows=frozenset((EMPTY,)) if of_numbers else _shown(name, value))
        if name in REDUCTIONS and not _has(call, "axis"):
            return Value(value.answers, nan=value.nan, shows=value.shows)
        if name in ("all", "any") or (name in ELEMENTWISE and not _has(call, "strict")) or name in REDUCTIONS:
            return value
        return Value(value.answers, shows=value.shows)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        before = self._values, self._handed
        self._values, self._handed = dict(self._values), dict(self._handed)
        empty = False
        for generator in node.generators:
            over = self.value(generator.iter)
            empty = empty or over.empty
            self._bind(generator.target, _whole(*over.answers), generator.iter)
        made = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        value = self._union([*made, *(generator.iter for generator in node.generators)])
        self._values, self._handed = before
        return Value(value.answers, empty, value.nan, value.shows)


def _whole(*answers: str) -> Value:
    """An answer itself, or what is drawn from it: it may be anything."""
    return Value(frozenset(answers), True, True, VALUES) if answers else Value()


def _helper(used: frozenset[str]) -> Value:
    """A function of the judge's that asks answers: it looks at them in ways that are not followed here."""
    return Value(used, shows=VALUES) if used else Value()


def _shown(word: str, of: Value) -> frozenset[str]:
    """What of an answer shows in its `shape`, its `dtype`, or another attribute."""
    return of.shows & {EMPTY} if word in SIZES else frozenset() if word in LOOKS else of.shows


def called(call: ast.expr) -> str:
    """The last word of what is called: `sum` for `np.sum(x)` and for `x.sum()`."""
    function = call.func if isinstance(call, ast.Call) else call
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _receiver(call: ast.Call) -> list[ast.expr]:
    return [call.func.value] if isinstance(call.func, ast.Attribute) else []


def _has(call: ast.Call, keyword: str) -> bool:
    return any(found.arg == keyword for found in call.keywords)


def _bare(test: ast.expr) -> ast.expr:
    """A condition without `bool(…)` and without the text that stands behind `or`."""
    while True:
        match test:
            case ast.Call(func=ast.Name(id="bool"), args=[inner]):
                test = inner
            case ast.BoolOp(op=ast.Or(), values=[inner, ast.Constant() | ast.JoinedStr()]):
                test = inner
            case ast.UnaryOp(op=ast.Not(), operand=inner) if (opposite := _opposite(_bare(inner))) is not None:
                test = opposite
            case _:
                return test


def _opposite(test: ast.expr) -> ast.expr | None:
    """A condition that holds where another does not, written without `not`, if there is one."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
        case ast.BoolOp(op=ast.Or(), values=parts):
            return ast.BoolOp(ast.And(), [ast.UnaryOp(ast.Not(), part) for part in parts])
        case ast.Compare(left=left, ops=[op], comparators=right) if type(op) in OPPOSITES:
            return ast.Compare(left, [OPPOSITES[type(op)]()], right)
    return None


def _ordered(test: ast.Compare) -> bool:
    return all(isinstance(op, ORDER) for op in test.ops)


def _is_number(node: ast.expr, number: float | None = None) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    known = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return known and (number is None or (isinstance(node, ast.Constant) and node.value == number))


def _names(node: ast.AST) -> set[str]:
    return {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}


def _attributes(node: ast.AST) -> set[str]:
    return {found.attr for found in ast.walk(node) if isinstance(found, ast.Attribute)}
