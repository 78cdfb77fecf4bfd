"""Conditions, written in CEL: compiled once a process, evaluated against a view of the customer."""

from functools import lru_cache

import cel


@lru_cache(maxsize=8192)
def compiled(source: str) -> cel.Program:
    """The condition, ready to run. Raises ValueError where it is no CEL."""
    return cel.compile(source)


@lru_cache(maxsize=8192)
def names_in(source: str) -> tuple[str, ...]:
    """The variables that the condition reads, sorted; those of its own comprehensions among them."""
    return tuple(compiled(source).variables())


def holds(source: str, context: cel.Context) -> bool:
    """Whether the condition is true now.

    Names and types were checked when the playbook was read. What is left to fail is a fact that nobody told
    (an attribute of one's own, a field of another type of event): of an unknown fact, no condition holds.
    """
    try:
        return compiled(source).execute(context) is True
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError, RuntimeError):
        return False
