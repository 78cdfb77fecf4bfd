"""CEL expressions, compiled once a process."""

from collections.abc import Mapping
from functools import lru_cache

import cel

FAILURES = (KeyError, IndexError, TypeError, ValueError, ArithmeticError, RuntimeError)
"""What working an expression out may raise."""


@lru_cache(maxsize=8192)
def compiled(source: str) -> cel.Program:
    """The expression, ready to run. Raises ValueError where it is no CEL."""
    return cel.compile(source)


def is_true(program: cel.Program, values: Mapping[str, object]) -> bool:
    """Whether the condition is true of those values.

    Names and types were checked when the playbook was read. What is left to fail is a fact that nobody told
    (an attribute of one's own, a field of another type of event): of an unknown fact, no condition holds.
    """
    try:
        return program.execute(_context(values)) is True
    except FAILURES:
        return False


def _context(values: Mapping[str, object]) -> cel.Context:
    try:
        return cel.Context(dict(values))
    except (ValueError, OverflowError):
        return _without_the_unholdable(values)


def _without_the_unholdable(values: Mapping[str, object]) -> cel.Context:
    """What CEL cannot hold is not known to conditions: of it none holds, and no customer stands still for it."""
    context = cel.Context()
    for name, value in values.items():
        try:
            context.add_variable(name, value)
        except (ValueError, OverflowError):
            context.add_variable(name, {})
    return context
