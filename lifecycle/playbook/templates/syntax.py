"""What a message template may be written with, and how the names in it are found without rendering it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Never

from jinja2 import TemplateError, TemplateSyntaxError, Undefined, UndefinedError, nodes

from lifecycle.playbook.templates.limits import MOST_DIGITS, MOST_GROWTH, BoundedEnvironment, bounded_replace, excesses, growth

FILTERS = ("capital", "capitalize", "default", "int", "lower", "replace", "round", "title", "trim", "upper")
TESTS = ("defined", "none", "undefined")

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Test, nodes.Concat, nodes.List, nodes.Tuple,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Keyword,
)  # fmt: skip


ARITHMETIC = (nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg)
_OF_ROUND = (*range(MOST_DIGITS + 1), "common", "ceil", "floor")


@dataclass(frozen=True)
class TemplateFault:
    """One thing that is wrong with a template, and its line."""

    line: int
    what: str


class TemplateFaults(ValueError):
    """A template that does not read, with every fault it has."""

    def __init__(self, faults: list[TemplateFault]) -> None:
        super().__init__("\n".join(f"line {fault.line}: {fault.what}" for fault in faults))
        self.faults = faults


class Hole(Undefined):
    """A value that is not there: false where it is tested, refused where it would be printed."""

    def __getattr__(self, name: str) -> "Hole":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __str__(self) -> Never:
        raise UndefinedError(f"'{self._undefined_name}' has no value")


def _capital(text: object) -> str:
    """The text with a capital as its first letter; Jinja's `capitalize` makes all the others small, German nouns too."""
    said = str(text)
    return said[:1].upper() + said[1:]


@lru_cache(maxsize=1)
def environment() -> BoundedEnvironment:
    """Where templates are compiled and rendered: sandboxed and bounded, with FILTERS and TESTS alone, and no hole is ever printed."""
    made = BoundedEnvironment(undefined=Hole, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    ours = {"replace": bounded_replace, "capital": _capital}
    made.filters = {name: made.filters[name] for name in FILTERS if name not in ours} | ours
    made.tests = {name: test for name, test in made.tests.items() if name in TESTS}
    made.globals.clear()
    return made


class Scan:
    """Reads texts one after the other: every path that they name with its first line, those that must have a value, those that are
    reckoned with and so must be numbers, with a line of each, and the faults.

    In the walk over the syntax tree, `safe` holds the paths that an `if` around has found to have a value.
    """

    def __init__(self) -> None:
        self.paths: dict[str, int] = {}
        self.needs: set[str] = set()
        self.numbers: dict[str, int] = {}
        self.faults: list[TemplateFault] = []
        self.below = 0

    def read(self, source: str, below: int) -> None:
        """Read a text that begins so many lines below the first of its file."""
        self.below = below
        too_much = [TemplateFault(line + below, what) for line, what in excesses(environment(), source)]
        if too_much:
            self.faults += too_much
            return
        try:
            tree = environment().parse(source)
            self._walk(tree, frozenset())
            if not self.faults:
                environment().from_string(source)
        except TemplateSyntaxError as error:
            self.faults.append(TemplateFault(error.lineno + below, f"is no template: {str(error.message).rstrip('.')}"))
        except (TemplateError, SyntaxError, RecursionError, ValueError, ArithmeticError) as error:
            self.faults.append(TemplateFault(1 + below, f"is no template: {type(error).__name__}: {error}"))

    def _fault(self, node: nodes.Node, what: str) -> None:
        self.faults.append(TemplateFault(_line(node) + self.below, what))

    def _walk(self, node: nodes.Node, safe: frozenset[str]) -> None:
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__.lower()
            self._fault(node, f"uses '{kind}'; a template may print values, test them with if, and use {', '.join(FILTERS)}")
            return
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._name(node, safe)
        elif isinstance(node, nodes.If):
            self._branches(node, safe)
        elif isinstance(node, nodes.CondExpr):
            self._test(node.test, safe)
            self._walk(node.expr1, safe | _found(node.test))
            if node.expr2 is not None:
                self._walk(node.expr2, safe)
        elif isinstance(node, nodes.And | nodes.Or | nodes.Not):
            self._test(node, safe)
        elif isinstance(node, ARITHMETIC):
            self._reckon(node)
            for child in node.iter_child_nodes():
                self._walk(child, safe)
        elif isinstance(node, nodes.Test) and node.name in TESTS:
            self._walk(node.node, safe | _paths(node.node))
        elif isinstance(node, nodes.Filter | nodes.Test):
            self._call(node, safe)
        else:
            for child in node.iter_child_nodes():
                self._walk(child, safe)

    def _branches(self, node: nodes.If, safe: frozenset[str]) -> None:
        self._test(node.test, safe)
        for child in node.body:
            self._walk(child, safe | _found(node.test))
        for child in [*node.elif_, *node.else_]:
            self._walk(child, safe)

    def _test(self, node: nodes.Node, safe: frozenset[str]) -> None:
        """A test for truth asks whether a value is there, and so does not need it."""
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._walk(node, safe | _paths(node))
        elif isinstance(node, nodes.And):
            self._test(node.left, safe)
            self._test(node.right, safe | _found(node.left))
        elif isinstance(node, nodes.Or):
            self._test(node.left, safe)
            self._test(node.right, safe)
        elif isinstance(node, nodes.Not):
            self._test(node.node, safe)
        else:
            self._walk(node, safe)

    def _call(self, node: nodes.Filter | nodes.Test, safe: frozenset[str]) -> None:
        known = FILTERS if isinstance(node, nodes.Filter) else TESTS
        if node.name not in known:
            kind = "filter" if isinstance(node, nodes.Filter) else "test"
            self._fault(node, f"knows no {kind} '{node.name}', only {', '.join(known)}")
            return
        by_name = [keyword.value for keyword in node.kwargs]
        if node.dyn_args is not None or node.dyn_kwargs is not None or (by_name and node.name in ("replace", "round")):
            self._fault(node, f"gives '{node.name}' something that is not written out in its order; write values alone")
            return
        if node.name == "replace" and growth(node) > MOST_GROWTH:
            self._fault(node, f"may make a text over {MOST_GROWTH} times longer by 'replace'; write what replaces as a short text")
        if node.name == "round" and not all(isinstance(arg, nodes.Const) and arg.value in _OF_ROUND for arg in node.args):
            self._fault(node, f"rounds to digits that are not written out; write a whole number from 0 to {MOST_DIGITS}")
        inner = safe | (_paths(node.node) if node.name == "default" and node.node is not None else frozenset())
        if node.node is not None:
            self._walk(node.node, inner)
        for argument in [*node.args, *by_name]:
            self._walk(argument, safe)

    def _reckon(self, node: nodes.Node) -> None:
        """What is reckoned with is numbers."""
        if isinstance(node, nodes.Div | nodes.FloorDiv | nodes.Mod) and isinstance(node.right, nodes.Const) and node.right.value == 0:
            self._fault(node, "divides by nothing")
        for operand in node.iter_child_nodes():
            self._number(operand)

    def _number(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            if (path := _path(node)) is not None:
                self.numbers.setdefault(path, node.lineno + self.below)
        elif isinstance(node, nodes.Add | nodes.Or | nodes.And):
            self._number(node.left)
            self._number(node.right)
        elif isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            self._number(node.expr1)
            self._number(node.expr2)
        elif isinstance(node, nodes.Filter) and node.name == "default" and node.node is not None:
            for each in (node.node, *node.args[:1]):
                self._number(each)
        elif not (
            isinstance(node, ARITHMETIC)
            or (isinstance(node, nodes.Filter) and node.name in ("int", "round"))
            or (isinstance(node, nodes.Const) and isinstance(node.value, int | float))
        ):
            self._fault(node, "reckons with what is no number; '*', '/', '%' and '-' are for numbers")

    def _name(self, node: nodes.Expr, safe: frozenset[str]) -> None:
        path = _path(node)
        if path is None:
            self._fault(node, "asks for a part that is not written out; write group.name")
            return
        self.paths.setdefault(path, node.lineno + self.below)
        if path not in safe:
            self.needs.add(path)


def _line(node: nodes.Node) -> int:
    """Where it stands. Jinja gives some blocks no line, such as `autoescape`: then that of the first thing in them."""
    return next((found for each in (node, *node.find_all(nodes.Node)) if (found := getattr(each, "lineno", None)) is not None), 1)


def _path(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        part: object = node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        part = node.arg.value
    else:
        return None
    root = _path(node.node)
    return f"{root}.{part}" if root is not None and isinstance(part, str) else None


def _paths(node: nodes.Node) -> frozenset[str]:
    return frozenset(path for path in [_path(node)] if path is not None)


def _found(test: nodes.Node) -> frozenset[str]:
    """The paths that have a value wherever that test holds."""
    return frozenset(_truths(test))


def _truths(test: nodes.Node) -> Iterator[str]:
    if isinstance(test, nodes.And):
        yield from _truths(test.left)
        yield from _truths(test.right)
    elif isinstance(test, nodes.Test) and test.name == "defined":
        yield from _paths(test.node)
    else:
        yield from _paths(test)
