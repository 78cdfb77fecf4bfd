"""What a message template may be written with, and how the names in it are found without rendering it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Never

from jinja2 import TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILTERS = ("capitalize", "default", "int", "lower", "replace", "round", "title", "trim", "upper")
TESTS = ("defined", "none", "undefined")

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Test, nodes.Concat, nodes.List, nodes.Tuple,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Keyword,
)  # fmt: skip


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


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """Where templates are compiled and rendered: sandboxed, with FILTERS and TESTS alone, and no hole is ever printed."""
    made = ImmutableSandboxedEnvironment(undefined=Hole, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: test for name, test in made.tests.items() if name in TESTS}
    made.globals.clear()
    return made


class Scan:
    """Reads texts one after the other: every path that they name with its first line, those that must have a value, and the faults.

    In the walk over the syntax tree, `safe` holds the paths that an `if` around has found to have a value.
    """

    def __init__(self) -> None:
        self.paths: dict[str, int] = {}
        self.needs: set[str] = set()
        self.faults: list[TemplateFault] = []
        self.below = 0

    def read(self, source: str, below: int) -> None:
        """Read a text that begins so many lines below the first of its file."""
        self.below = below
        try:
            tree = environment().parse(source)
        except TemplateSyntaxError as error:
            self.faults.append(TemplateFault(error.lineno + below, f"is no template: {str(error.message).rstrip('.')}"))
            return
        self._walk(tree, frozenset())

    def _fault(self, node: nodes.Node, what: str) -> None:
        self.faults.append(TemplateFault(node.lineno + self.below, what))

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
        inner = safe | (_paths(node.node) if node.name == "default" and node.node is not None else frozenset())
        if node.node is not None:
            self._walk(node.node, inner)
        for argument in node.args:
            self._walk(argument, safe)

    def _name(self, node: nodes.Expr, safe: frozenset[str]) -> None:
        path = _path(node)
        if path is None:
            self._fault(node, "asks for a part that is not written out; write group.name")
            return
        self.paths.setdefault(path, node.lineno + self.below)
        if path not in safe:
            self.needs.add(path)


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
