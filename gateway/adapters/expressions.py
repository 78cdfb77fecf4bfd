"""What an adapter asks of a delivery: expressions in CEL, checked when they are read, worked out on one delivery."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import cel

from gateway.adapters.functions import FUNCTIONS, is_nothing
from lifecycle.conditions.cel_source import paths_of, tokens_of
from lifecycle.conditions.compiled import compiled

NATIVE = frozenset(
    {
        *("size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes", "timestamp", "duration"),
        *("dyn", "type", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"),
        *("getHours", "getMinutes", "getSeconds", "getMilliseconds"),
    }
)
"""The functions that CEL has of its own."""

Tables = Mapping[str, Mapping[str, Any]]


class Absent(Exception):
    """What the expression asks for is not there."""


class Unworkable(Exception):
    """The expression cannot be worked out on this delivery; the message says why, without a value of it."""


def faults_of(source: str, roots: Iterable[str], tables: Iterable[str]) -> list[str]:
    """One sentence for each fault of the expression; none if it may run. Each table is a function of its own."""
    try:
        program = compiled(source)
    except ValueError as error:
        return [_syntax(str(error))]
    known, functions = set(roots), {*FUNCTIONS, *NATIVE, *tables}
    unknown = dict.fromkeys(path.root for path in paths_of(tokens_of(source)) if path.root not in known)
    faults = [f"knows no '{root}'{_hint(root, known)}" for root in unknown]
    called = (name for name in program.functions() if name[0].isalpha() and name not in functions)
    return faults + [f"knows no function '{name}'{_hint(name, functions)}" for name in called]


class Terms:
    """One delivery, as expressions see it. `values` are its roots by name."""

    def __init__(self, values: Mapping[str, Any], tables: Tables) -> None:
        self._failures: list[str] = []
        functions = {name: self._guarded(name, function) for name, function in FUNCTIONS.items()}
        functions |= {name: _looking_up(table) for name, table in tables.items()}
        self._context = cel.Context(dict(values), functions)

    def put(self, name: str, value: Any) -> None:
        """Let that root stand for another value from now on."""
        self._context.add_variable(name, value)

    def value(self, source: str) -> Any:
        """What the expression says, which is never nothing. Raises Absent or Unworkable."""
        self._failures.clear()
        try:
            found = compiled(source).execute(self._context)
        except (KeyError, IndexError):
            raise Absent from None
        except (TypeError, ValueError, ArithmeticError, RuntimeError) as error:
            raise Unworkable(_plainly(error)) from None
        if self._failures:
            raise Unworkable(self._failures[0])
        if is_nothing(found):
            raise Absent
        return found

    def first(self, sources: Iterable[str]) -> Any:
        """What the first expression says that finds something. Raises Absent if none does, Unworkable."""
        for source in sources:
            try:
                return self.value(source)
            except Absent:
                continue
        raise Absent

    def holds(self, source: str) -> bool:
        """Whether it is true; of what is not there nothing is. Raises Unworkable."""
        try:
            return self.value(source) is True
        except Absent:
            return False

    def _guarded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The CEL package writes the message of a function that fails to standard error, values and all: it never may."""

        def called(*told: Any) -> Any:
            if name != "known" and told and is_nothing(told[0]):
                return {}
            try:
                return function(*told)
            except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
                self._failures.append(f"{name}() is given what it cannot work with")
                return {}

        return called


def _looking_up(table: Mapping[str, Any]) -> Callable[..., Any]:
    def look_up(*told: Any) -> Any:
        return table.get(str(told[0]), {}) if len(told) == 1 else {}

    return look_up


def _plainly(error: Exception) -> str:
    match error:
        case TypeError():
            return "it mixes kinds of value: compare text with text and numbers with numbers, with string(), int() or double()"
        case ArithmeticError():
            return "a number is too large, or divided by nothing"
        case _:
            found = re.match(r"Function '(\w+)' error", str(error))
            return f"{found[1]}() is given what it cannot work with" if found else "a function is given what it cannot work with"


def _syntax(message: str) -> str:
    place = re.search(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*?)(?: expecting .*)?$", message, re.MULTILINE)
    if place is None:
        return "is no CEL: it cannot be read"
    said = "it ends too early" if "<EOF>" in place[3] else place[3]
    return f"is no CEL: at character {place[2]}, {said}"


def _hint(name: str, offered: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(offered), 1, 0.55)
    return f"; did you mean {near[0]}?" if near else f"; there is {', '.join(sorted(offered))}"
