"""A condition, and the answers it has given: working one out costs some fifty times what looking its answer up does.

An answer depends on the values at the paths that the condition reads, and on nothing else, so it is kept by them,
for all customers of the process. What a condition reads as a whole (a map, a part worked out at run time) is no key:
such a condition is worked out each time.
"""

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from functools import lru_cache

from lifecycle.conditions.cel_source import event_type_required, paths_of, tokens_of
from lifecycle.conditions.compiled import Answer, answer, compiled, number
from lifecycle.conditions.vocabulary import CLOCK

ANSWERS_KEPT = 4096
"""Of one condition; then it begins anew. Numbers of events may take any value."""

Values = Mapping[str, object]
Path = tuple[str, ...]
Reader = Callable[[Values], Hashable]

_NOT_THERE = object()
_OF_ANY_KIND = ("attributes", "event")
"""Where one path may hold values of several kinds: True and 1 are equal, and not the same."""


class Condition:
    """One condition of a playbook. `names` are the variables that it reads, `reads_clock` says whether it asks for a day,
    `event_type` of which type an event must be for it to hold, if it says so.
    """

    __slots__ = ("_answers", "_program", "_readers", "_remembers", "event_type", "names", "reads_clock", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._program = compiled(source)
        paths = list(dict.fromkeys(_literal(path.root, path.steps) for path in paths_of(tokens_of(source))))
        self.names = frozenset(path[0] for path in paths)
        self.reads_clock = not self.names.isdisjoint(CLOCK)
        self.event_type = event_type_required(source)
        # CEL reads escapes and raw texts that the paths found here may spell otherwise.
        self._remembers = not any(
            token.kind == "string" and ("\\" in token.text or token.text[0] not in "\"'") for token in tokens_of(source)
        )
        self._readers: tuple[Reader, ...] = tuple(_reader(path) for path in paths)
        self._answers: dict[Hashable, bool] = {}

    def holds(self, values: Values) -> bool:
        """Whether it is true of those values; False too where it asks for a value that is not there."""
        readers = self._readers
        try:
            key: Hashable = readers[0](values) if len(readers) == 1 else tuple([read(values) for read in readers])
            remembered = self._answers.get(key)
        except (KeyError, TypeError):  # a value that is not there, or a map, which is no key
            return self._worked_out(values).holds
        if remembered is None:
            worked_out = self._worked_out(values)
            if not self._remembers or not worked_out.of_all_values:
                return worked_out.holds
            if len(self._answers) >= ANSWERS_KEPT:
                self._answers.clear()
            remembered = self._answers[key] = worked_out.holds
        return remembered

    def _worked_out(self, values: Values) -> Answer:
        known: dict[str, object] = {}
        for name in self.names:
            with suppress(KeyError):  # a name that no vocabulary has: of an unknown fact no condition holds
                known[name] = values[name]
        return answer(self._program, known)


class Formula:
    """A number that a playbook works out, such as a factor's score. `names` are the variables that it reads."""

    __slots__ = ("_program", "names", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._program = compiled(source)
        self.names = frozenset(path.root for path in paths_of(tokens_of(source)))

    def value(self, values: Values) -> float | None:
        """The number that it comes to of those values; None where it asks for a value that is not there."""
        known: dict[str, object] = {}
        for name in self.names:
            with suppress(KeyError):  # a name that no vocabulary has
                known[name] = values[name]
        return number(self._program, known)


@lru_cache(maxsize=1024)
def formula(source: str) -> Formula:
    """The formula with that text, one a process. Raises ValueError where it is no CEL."""
    return Formula(source)


@lru_cache(maxsize=8192)
def condition(source: str) -> Condition:
    """The condition with that text, one a process. Raises ValueError where it is no CEL."""
    return Condition(source)


def _literal(root: str, steps: tuple[str | None, ...]) -> Path:
    """The path up to the first part that is worked out only at run time."""
    path = [root]
    for step in steps:
        if step is None:
            break
        path.append(step)
    return tuple(path)


def _reader(path: Path) -> Reader:
    root, *steps = path
    if root in _OF_ANY_KIND:
        return lambda values: _with_kind(_at(values[root], steps))
    match steps:
        case []:
            return lambda values: values[root]  # one that is no key is found out by `holds`
        case [step]:
            return lambda values: values[root][step]  # type: ignore[index]  # a branch, by the vocabulary
        case _:
            return lambda values: _at(values[root], steps)


def _at(value: object, steps: list[str]) -> Hashable:
    for step in steps:
        if not isinstance(value, Mapping) or step not in value:
            return _NOT_THERE
        value = value[step]
    return value


def _with_kind(value: Hashable) -> Hashable:
    # Of 0.0 and -0.0, which are equal, one divides to infinity and the other to less than nothing.
    return type(value), repr(value) if isinstance(value, float) else value
