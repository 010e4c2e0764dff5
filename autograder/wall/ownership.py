"""Which names of a test cell are the judge's own and which are a student's answers: read from the source, nothing else.

The instructor's notebook decides, never a submission. The last cell before a test that binds a name owns it: an
answer cell makes it the student's. Other cells are read statement by statement: one that depends on nothing of the
student's is the judge's, who runs the same statement itself (imports, data, helper functions); one that does is the
student's. What a test cell binds stays with the judge.
"""

import ast
import builtins
import functools
import json
import re
import symtable
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.notebooknode import NotebookNode

BUILTIN = frozenset(dir(builtins)) | {"__name__", "get_ipython", "display", "In", "Out", "_", "__file__"}

FILES = re.compile(r"\b(open|Path|pathlib|os|shutil|glob|exists|read_\w+|load\w*|genfromtxt|imread)\b")
"""Words of a cell that looks at files."""

CHANCE = "random numbers"
"""Stands among the names for what modules keep between draws; a generator's own state counts as the same."""

DRAWS = re.compile(
    r"\b(random|rand|randn|randint|seed|set_random_seed|set_seed|manual_seed|shuffle|choices?|permutation|rvs)\b"
)
"""Words of a statement that seeds or draws: the next draw depends on it."""

GENERATOR = re.compile(r"\b(default_rng|RandomState|Random|Generator|SeedGenerator)\(")
"""Calls whose result draws."""

SHOWS = re.compile(
    r"\b_*(show|plot|plt|ax|fig|draw|p?print|display|imshow|hist|scatter|summary|save|check|test|help|info)"
)
"""Beginnings of the names of functions, and of what they belong to, that leave their arguments as they are."""

CELL_MAGIC = re.compile(r"\A\s*%%(time|capture|prun)\b[^\n]*\n")
"""IPython's first lines of a cell that run the rest of it as they find it."""

OPTIONS = re.compile(r"(-\w+\s*\d*\s+)*")

SETS = re.compile(r"^(set|enable|disable|use|seterr)")
"""Beginnings of the names of a module's functions that change how the module works."""


@dataclass(frozen=True)
class Part:
    """What one statement does to the names of the notebook.

    reads:       names it needs when it runs
    reads_later: names that functions need which it defines, when they run
    binds:       names it gives a value
    touches:     names whose value it changes in place, as far as one can see (`x[0] = 1`, `model.compile(…)`)
    stirs:       names whose value it may change unseen (`shuffle(x)`, `np.seterr(…)`), CHANCE if it seeds or draws
    imports, defines: whether it imports, or defines a function or class
    generator:   whether what it binds draws when it is used or called
    """

    code: str
    reads: frozenset[str]
    reads_later: frozenset[str]
    binds: frozenset[str]
    touches: frozenset[str]
    stirs: frozenset[str] = frozenset()
    imports: bool = False
    defines: bool = False
    generator: bool = False


@dataclass(frozen=True)
class Test:
    """What the judge needs for one test cell.

    answers: names that the student's kernel is asked for
    unknown: names that no cell before it binds
    handed:  names that it binds and that a later cell, run by the student, reads
    files:   whether it looks at files, as far as its words tell
    """

    answers: tuple[str, ...]
    unknown: tuple[str, ...]
    handed: tuple[str, ...]
    files: bool


@dataclass
class Plan:
    """What is the judge's in an assignment.

    tests: for each test cell, by its grade_id
    given: code that the judge runs itself, by the index of the cell of the instructor's notebook it comes from
    """

    tests: dict[str, Test] = field(default_factory=dict)
    given: dict[int, str] = field(default_factory=dict)


def is_test(cell: NotebookNode) -> bool:
    """A cell of code that nbgrader scores by its output: graded, and no answer."""
    about = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(about.get("grade")) and not about.get("solution")


def is_answer(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def plan(instructor: NotebookNode) -> Plan:
    """Who owns what in an instructor's notebook. Raises SyntaxError for a cell that is no Python."""
    return _plan(
        json.dumps([[cell.cell_type, cell.source, cell.metadata.get("nbgrader")] for cell in instructor.cells])
    )


@functools.lru_cache(32)
def _plan(described: str) -> Plan:
    """The plan of a notebook with these cells. Remembered: every submission of a class asks for the same one."""
    instructor = nbformat.v4.new_notebook()
    for kind, source, about in json.loads(described):
        make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
        instructor.cells.append(make(source, metadata={"nbgrader": about} if about else {}))
    cells = [(index, cell) for index, cell in enumerate(instructor.cells) if cell.cell_type == "code"]
    parts = {index: statements(cell.source) for index, cell in cells}
    bound_by_answers = {
        name for index, cell in cells if is_answer(cell) for part in parts[index] for name in part.binds
    }

    owner: dict[str, str] = {}  # name → "student", "judge" or "test"
    makers: dict[str, list[tuple[int, int]]] = {}  # name → the judge's statements that made its present value
    needs: dict[tuple[int, int], set[tuple[int, int]]] = {}  # statement → statements it builds on
    wanted: set[tuple[int, int]] = set()
    found = Plan()
    test_names: dict[str, str] = {}  # name → the test cell that bound it last
    helpers: dict[str, frozenset[str]] = {}  # function of a test cell → what it reads when it runs
    modules: set[str] = set()  # names bound by imports: calling a function of a module does not change the module
    generators: set[str] = set()  # names whose use draws
    handed: dict[str, set[str]] = {}

    for index, cell in cells:
        if is_test(cell):
            grade_id = cell.metadata.nbgrader.grade_id
            free = free_names(parts[index])
            # Functions of earlier test cells bring along what they read.
            reached = list(free)
            while reached:
                name = reached.pop()
                if owner.get(name) == "test":
                    reached += helpers.get(name, frozenset()) - free
                    free |= helpers.get(name, frozenset())
            answers = sorted(name for name in free if owner.get(name) == "student")
            unknown = sorted(free - owner.keys() - BUILTIN)
            found.tests[grade_id] = Test(tuple(answers), tuple(unknown), (), bool(FILES.search(cell.source)))
            wanted.update(statement for name in free if owner.get(name) == "judge" for statement in makers[name])
            for part in parts[index]:
                for name in part.binds:
                    owner[name], test_names[name] = "test", grade_id
                    helpers[name] = part.reads_later
            continue
        for number, part in enumerate(parts[index]):
            place = (index, number)
            reads, touches = part.reads | part.reads_later, part.touches - modules
            for name in reads:
                if owner.get(name) == "test":
                    handed.setdefault(test_names[name], set()).add(name)
            if is_answer(cell) or any(
                owner.get(name) == "student" or (name not in owner and name in bound_by_answers - BUILTIN)
                for name in reads
            ):
                owner.update(dict.fromkeys(part.binds | touches, "student"))
            else:
                # The judge's data must be what the student's kernel has: the same changes, the same draws.
                draws = bool(reads & generators)
                stirs = touches | part.stirs | ({CHANCE} if draws and not part.defines else set())
                needs[place] = {maker for name in reads | stirs for maker in makers.get(name, ())}
                for name in part.binds:
                    owner[name], makers[name] = "judge", [place]
                for name in stirs - part.binds:
                    if owner.get(name) == "judge" or name == CHANCE:
                        makers[name] = [*makers.get(name, ()), place]
                generators -= part.binds
                if part.generator or (part.defines and draws):
                    generators |= part.binds
            modules = modules | part.binds if part.imports else modules - part.binds
    open_places = list(wanted)
    while open_places:
        for place in needs[open_places.pop()]:
            if place not in wanted:
                wanted.add(place)
                open_places.append(place)
    for index, number in sorted(wanted):
        code = parts[index][number].code
        found.given[index] = f"{found.given[index]}\n{code}" if index in found.given else code
    for grade_id, names in handed.items():
        found.tests[grade_id] = replace(found.tests[grade_id], handed=tuple(sorted(names)))
    return found


def statements(source: str) -> list[Part]:
    """A cell's statements, in order, with what each does to names; IPython's own syntax is understood."""
    code = TransformerManager().transform_cell(CELL_MAGIC.sub("", source))
    return [_part(node) for node in ast.parse(code).body]


def free_names(parts: Sequence[Part]) -> set[str]:
    """The names that a cell needs from before it: read before the cell itself binds them, built-in ones among them.

    What a function of the cell reads counts unless the cell binds it anywhere, because the function may run later.
    """
    bound: set[str] = set()
    everywhere = {name for part in parts for name in part.binds}
    free: set[str] = set()
    for part in parts:
        free |= part.reads - bound
        free |= part.reads_later - everywhere
        bound |= part.binds
    return free


def _part(node: ast.stmt) -> Part:
    walk = _Walk()
    walk.visit(node)
    code = ast.unparse(node)
    imports = isinstance(node, ast.Import | ast.ImportFrom)
    defines = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    makes, draws = bool(GENERATOR.search(code)), bool(DRAWS.search(code))
    return Part(
        code,
        frozenset(walk.reads),
        frozenset(walk.reads_later),
        frozenset(walk.binds),
        frozenset(walk.touches - walk.binds),
        frozenset((walk.stirs - walk.binds) | ({CHANCE} if (makes or draws) and not (imports or defines) else set())),
        imports,
        defines,
        not imports and (makes or (defines and draws)),
    )


def _roots(node: ast.expr) -> set[str]:
    """The name that an element, an attribute of an attribute and so on belongs to; none of any other expression."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _timed(node: ast.Call) -> tuple[str, str]:
    """The magic and the code in what IPython makes of `%time f(3)`; nothing of any other call."""
    match node:
        case ast.Call(
            ast.Attribute(_, "run_line_magic"),
            [ast.Constant("time" | "timeit" | "prun" as magic), ast.Constant(str(code))],
        ):
            return magic, OPTIONS.sub("", code, count=1)
    return "", ""


class _Walk(ast.NodeVisitor):
    """Follows a statement in the order in which it runs, and notes what it does to the names of the notebook."""

    def __init__(self) -> None:
        self.reads: set[str] = set()
        self.reads_later: set[str] = set()
        self.binds: set[str] = set()
        self.touches: set[str] = set()
        self.stirs: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.binds:
                self.reads.add(node.id)
        else:
            self.binds.add(node.id)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        magic, code = _timed(node)
        try:
            parts = statements(code)
        except SyntaxError:  # options with values, or no Python
            return
        for part in parts:
            self.reads |= part.reads - self.binds
            self.reads_later |= part.reads_later
            if magic == "time":
                self.binds |= part.binds
                self.touches |= part.touches
                self.stirs |= part.stirs

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._target(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)
            self._target(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name) and node.target.id not in self.binds:
            self.reads.add(node.target.id)
        self._target(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.visit(node.target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._target(node.target)
        for inner in [*node.body, *node.orelse]:
            self.visit(inner)

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars:
                self._target(item.optional_vars)
        for inner in node.body:
            self.visit(inner)

    visit_AsyncWith = visit_With

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type:
            self.visit(node.type)
        if node.name:
            self.binds.add(node.name)
        for inner in node.body:
            self.visit(inner)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.binds.update((alias.asname or alias.name).split(".")[0] for alias in node.names)

    visit_ImportFrom = visit_Import

    def visit_Expr(self, node: ast.Expr) -> None:
        self.visit(node.value)
        if not isinstance(node.value, ast.Call):
            return
        # Nobody keeps the result: the call is there for what it does, to an object or to what it is given.
        function = node.value.func
        self._touch(function)
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if SETS.match(name):
            self.stirs |= _roots(function)
        if not SHOWS.search(ast.unparse(function)):
            for argument in [*node.value.args, *(keyword.value for keyword in node.value.keywords)]:
                self.stirs |= _roots(argument)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for expression in [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(expression)
        self._later(node)
        self.binds.add(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for expression in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(expression)
        self._later(ast.Expr(node))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for expression in [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]:
            self.visit(expression)
        self._later(node)
        self.binds.add(node.name)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        inner = _Walk()
        inner.binds = set(self.binds)
        for generator in node.generators:
            inner.visit(generator.iter)
            inner._target(generator.target)
            for condition in generator.ifs:
                inner.visit(condition)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            inner.visit(part)
        self.reads |= inner.reads
        self.reads_later |= inner.reads_later
        self.binds |= {child.target.id for child in ast.walk(node) if isinstance(child, ast.NamedExpr)}

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension

    def _target(self, node: ast.expr) -> None:
        """A place that is assigned to: a name is bound, an element or attribute changes the object it belongs to."""
        if isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                self._target(element)
        elif isinstance(node, ast.Starred):
            self._target(node.value)
        else:
            self.visit(node)
            self._touch(node)
            if not isinstance(node, ast.Name):
                self.stirs |= _roots(node)

    def _touch(self, node: ast.expr) -> None:
        if isinstance(node, ast.Attribute | ast.Subscript):
            self.touches |= _roots(node)

    def _later(self, node: ast.stmt) -> None:
        """What a function or class reads of the notebook's names when it runs."""
        code = ast.unparse(ast.fix_missing_locations(node))
        scopes = list(symtable.symtable(code, "<cell>", "exec").get_children())
        while scopes:
            scope = scopes.pop()
            for symbol in scope.get_symbols():
                name = symbol.get_name()
                if symbol.is_global() and symbol.is_referenced() and name not in self.binds:
                    self.reads_later.add(name)
                if symbol.is_declared_global() and symbol.is_assigned():
                    self.binds.add(name)
            scopes.extend(scope.get_children())
