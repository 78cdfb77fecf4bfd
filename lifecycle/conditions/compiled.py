"""CEL expressions, compiled once a process."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import cel

MOST = 2**53
"""No number that a playbook means is larger, nor one that is none (NaN)."""

FAILURES = (KeyError, IndexError, TypeError, ValueError, ArithmeticError, RuntimeError)
"""What working an expression out may raise."""


@lru_cache(maxsize=8192)
def compiled(source: str) -> cel.Program:
    """The expression, ready to run. Raises ValueError where it is no CEL."""
    return cel.compile(source)


class Answer(NamedTuple):
    """Whether a condition is true, and whether all of its values could be shown to it."""

    holds: bool
    of_all_values: bool


def is_true(program: cel.Program, values: Mapping[str, object]) -> bool:
    """Whether the condition is true of those values."""
    return answer(program, values).holds


def answer(program: cel.Program, values: Mapping[str, object]) -> Answer:
    """Whether the condition is true of those values.

    Names and types were checked when the playbook was read. What is left to fail is a fact that nobody told
    (an attribute of one's own, a field of another type of event): of an unknown fact, no condition holds.
    """
    whole = True
    try:
        context = cel.Context(dict(values))
    except (ValueError, OverflowError):
        context, whole = _without_the_unholdable(values), False
    try:
        return Answer(program.execute(context) is True, whole)
    except FAILURES:
        return Answer(False, whole)


def number(program: cel.Program, values: Mapping[str, object]) -> float | None:
    """The finite number that an expression comes to; None where it comes to none, or asks for a fact that nobody told."""
    try:
        context = cel.Context(dict(values))
    except (ValueError, OverflowError):
        context = _without_the_unholdable(values)
    try:
        result: object = program.execute(context)
    except FAILURES:
        return None
    if isinstance(result, bool) or not isinstance(result, int | float) or not -MOST <= result <= MOST:
        return None
    return float(result)


def _without_the_unholdable(values: Mapping[str, object]) -> cel.Context:
    """What CEL cannot hold is not known to conditions: of it none holds, and no customer stands still for it."""
    context = cel.Context()
    for name, value in values.items():
        try:
            context.add_variable(name, value)
        except (ValueError, OverflowError):
            context.add_variable(name, {})
    return context
