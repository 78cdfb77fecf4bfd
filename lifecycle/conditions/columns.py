"""Conditions over the columns of a list's rows: written as a playbook's are, and checked before any row is looked at."""

from collections.abc import Mapping

import cel

from lifecycle.conditions.cel_source import Part, parts_of, paths_of, tokens_of
from lifecycle.conditions.checking import FUNCTIONS, hint, sort_of, syntax_fault
from lifecycle.conditions.compiled import FAILURES, compiled, is_true
from lifecycle.conditions.limits import too_much

Value = str | int | float | bool


def fault_of_columns(source: str, sample: Mapping[str, Value]) -> str:
    """Why that is no condition over rows with such columns, the first fault; empty if it is one. Of each column `sample` has a value of its kind."""
    if (excess := too_much(source)) is not None:
        return excess
    try:
        compiled(source)
    except ValueError as error:
        return syntax_fault(source, str(error))
    for path in paths_of(tokens_of(source)):
        if path.root not in sample:
            return f"knows no '{path.root}'{hint(path.root, sorted(sample))}"
        if path.steps:
            return f"'{path.root}' is a single value and has no '{path.steps[0]}'"
    context = cel.Context(dict(sample))
    return next((fault for part in parts_of(source) if (fault := _fault_of_part(part, context))), "")


def _fault_of_part(part: Part, context: cel.Context) -> str:
    try:
        result = compiled(part.text).execute(context)
        sides = [sort_of(compiled(side).execute(context)) for side in part.equality or ()]
    except TypeError:
        return "mixes kinds of value: compare text with text and numbers with numbers"
    except FAILURES as error:
        unknown = str(error).startswith("Undefined variable or function")
        return f"knows no such function; there are {FUNCTIONS}" if unknown else f"cannot be worked out: {str(error).splitlines()[0]}"
    if not isinstance(result, bool):
        return "is neither true nor false; compare something"
    return f"compares {sides[0]} with {sides[1]}, which are never equal" if len(set(sides)) == 2 else ""


def holds_of(source: str, row: Mapping[str, Value | None]) -> bool:
    """Whether the condition is true of that row; of what is not known (None), no condition holds."""
    return is_true(compiled(source), {name: value for name, value in row.items() if value is not None})
