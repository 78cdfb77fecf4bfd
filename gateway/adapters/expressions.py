"""An adapter's CEL expressions: checked when the adapter is read, evaluated on one delivery."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Any

import cel

from gateway.adapters.functions import FUNCTIONS, MOST_ELEMENTS, is_nothing, timestamp
from lifecycle.conditions.cel_source import paths_of, tokens_of
from lifecycle.conditions.compiled import compiled
from lifecycle.conditions.limits import too_much

NATIVE = frozenset(
    {
        *("size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes", "timestamp", "duration"),
        *("dyn", "type", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"),
        *("getHours", "getMinutes", "getSeconds", "getMilliseconds"),
    }
)
"""The functions that are part of CEL."""

MOST_MAPS = 4
"""How often an expression may make a list of a list: the objects of senders hold lists in several places."""

_OUR_TIMESTAMP = "_timestamp"

Tables = Mapping[str, Mapping[str, Any]]


class ValueMissing(Exception):
    """The expression has no value: what it refers to is missing from the delivery."""


class EvaluationFailed(Exception):
    """The expression cannot be evaluated on this delivery; the message says why, without a value from it."""


def faults_of(source: str, roots: Iterable[str], tables: Iterable[str]) -> list[str]:
    """One sentence for each fault of the expression: bad syntax, unknown variables (not in `roots`), unknown functions. A table is a function."""
    # Before it is compiled: the CEL package ends the process where brackets are too deep.
    if (excess := too_much(source, MOST_MAPS)) is not None:
        return [excess]
    try:
        program = compiled(source)
    except ValueError as error:
        return [_syntax_fault(str(error))]
    known, functions = set(roots), {*FUNCTIONS, *NATIVE, *tables}
    unknown = dict.fromkeys(path.root for path in paths_of(tokens_of(source)) if path.root not in known)
    faults = [f"knows no '{root}'{_hint(root, known)}" for root in unknown]
    called = (name for name in program.functions() if name[0].isalpha() and name not in functions)
    return faults + [f"knows no function '{name}'{_hint(name, functions)}" for name in called]


class Evaluator:
    """Evaluates expressions on one delivery. `values` are the variables by name, `tables` the tables that they may call as functions.

    `named` are expressions that others may use as variables: evaluated when the first of them does, and nothing where they have no value.
    """

    def __init__(self, values: Mapping[str, Any], tables: Tables, named: Mapping[str, str] | None = None) -> None:
        self._failures: list[str] = []
        self._told = dict(values)
        self._longest_list: int | None = None
        self._named = dict(named or {})
        self._waiting = dict(self._named)
        functions = {name: self._guarded(name, function) for name, function in FUNCTIONS.items()}
        functions[_OUR_TIMESTAMP] = self._guarded("timestamp", timestamp)
        functions |= {name: _lookup(table) for name, table in tables.items()}
        self._context = cel.Context(dict(values), functions)

    def set_variable(self, name: str, value: Any) -> None:
        """Give a variable another value."""
        self._context.add_variable(name, value)
        self._waiting = dict(self._named)

    def value(self, source: str) -> Any:
        """The expression's value. Raises ValueMissing or EvaluationFailed."""
        self._evaluate_named(source)
        return self._value(source)

    def _evaluate_named(self, source: str, *, failing: bool = True) -> None:
        for name in [name for name in self._waiting if name in _roots_of(source)]:
            try:
                value = self._value(self._named[name])
            except ValueMissing:
                value = {}
            except EvaluationFailed:
                if failing:
                    raise
                # A condition may well be false without it: what is wrong with it is told where its value is needed.
                self._context.add_variable(name, {})
                continue
            self._context.add_variable(name, value)
            del self._waiting[name]

    def _value(self, source: str) -> Any:
        self._failures.clear()
        if _makes_lists(source) and self._longest() > MOST_ELEMENTS:
            raise EvaluationFailed(f"a list of over {MOST_ELEMENTS:,} elements is in the delivery")
        try:
            found = _runnable(source).execute(self._context)
        except (KeyError, IndexError):
            raise ValueMissing from None
        except (TypeError, ValueError, ArithmeticError, RuntimeError) as error:
            raise EvaluationFailed(_reason(error)) from None
        if self._failures:
            raise EvaluationFailed(self._failures[0])
        if is_nothing(found):
            raise ValueMissing
        return found

    def _longest(self) -> int:
        """How many elements the longest list of the delivery has."""
        if self._longest_list is None:
            self._longest_list, level = 0, list(self._told.values())
            while level:
                self._longest_list = max([self._longest_list, *(len(each) for each in level if isinstance(each, list))])
                level = [inner for each in level for inner in _inside(each)]
        return self._longest_list

    def first(self, sources: Iterable[str]) -> Any:
        """The value of the first expression that has one. Raises ValueMissing if none has, EvaluationFailed."""
        for source in sources:
            try:
                return self.value(source)
            except ValueMissing:
                continue
        raise ValueMissing

    def holds(self, source: str) -> bool:
        """Whether the expression is true; false if it has no value. Raises EvaluationFailed."""
        try:
            self._evaluate_named(source, failing=False)
            return self._value(source) is True
        except ValueMissing:
            return False

    def _guarded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, never raising: the CEL package would write the message to standard error, with values of the delivery."""

        def guarded(*arguments: Any) -> Any:
            if name != "known" and arguments and is_nothing(arguments[0]):
                return {}
            try:
                return function(*arguments)
            except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
                self._failures.append(f"{name}() is given what it cannot work with")
                return {}

        return guarded


@lru_cache(maxsize=4096)
def _runnable(source: str) -> cel.Program:
    """The expression with our `timestamp`: CEL's own cannot be given another meaning, and refuses times as Salesforce writes them."""
    tokens = tokens_of(source)
    calls = [token for token, behind in pairwise(tokens) if (token.kind, token.text, behind.text) == ("name", "timestamp", "(")]
    for token in reversed(calls):
        source = source[: token.start] + _OUR_TIMESTAMP + source[token.end :]
    return compiled(source)


@lru_cache(maxsize=4096)
def _roots_of(source: str) -> frozenset[str]:
    return frozenset(path.root for path in paths_of(tokens_of(source)))


def _inside(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()


@lru_cache(maxsize=4096)
def _makes_lists(source: str) -> bool:
    return any(token.text in ("map", "filter") for token in tokens_of(source))


def _lookup(table: Mapping[str, Any]) -> Callable[..., Any]:
    def look_up(*keys: Any) -> Any:
        return table.get(str(keys[0]), {}) if len(keys) == 1 else {}

    return look_up


def _reason(error: Exception) -> str:
    match error:
        case TypeError():
            return "it mixes kinds of value: compare text with text and numbers with numbers, with string(), int() or double()"
        case ArithmeticError():
            return "a number is too large, or divided by nothing"
        case _:
            found = re.match(r"Function '(\w+)' error", str(error))
            return f"{found[1]}() is given what it cannot work with" if found else "a function is given what it cannot work with"


def _syntax_fault(message: str) -> str:
    place = re.search(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*?)(?: expecting .*)?$", message, re.MULTILINE)
    if place is None:
        return "is no CEL: it cannot be read"
    reason = "it ends too early" if "<EOF>" in place[3] else place[3]
    return f"is no CEL: at character {place[2]}, {reason}"


def _hint(name: str, offered: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(offered), 1, 0.55)
    return f"; did you mean {near[0]}?" if near else f"; there is {', '.join(sorted(offered))}"
