"""What a field must be, in words that a person can act on, where pydantic says it in its own."""

from collections.abc import Mapping
from typing import Any

_SHAPES = {
    r"^[a-z]{2}$": "is two small letters, such as en",
    r"^[A-Z]{3}$": "is three capitals, such as USD",
}
_NAME = "is at most 64 letters, digits, '.', '_' or '-'"
_BOUNDS = {"greater_than": "is more than {gt:g}", "less_than": "is less than {lt:g}"} | {
    "greater_than_equal": "is {ge:g} at least",
    "less_than_equal": "is {le:.16g} at most",
    "string_too_long": "has {max_length} characters at most",
    "literal_error": "is one of {expected}",
    "enum": "is one of {expected}",
}
_KINDS = {
    "missing": "is needed",
    "extra": "is no field that is known",
    "int": "is a whole number",
    "float": "is a number",
    "finite": "is a number",
    "bool": "is true or false",
    "date": "is a day such as 2026-03-01",
}


def what_it_is(fault: Mapping[str, Any]) -> str | None:
    """How the field's value is to be, as the end of a sentence that begins with its name; None for a fault that has words of its own."""
    kind, bounds = str(fault["type"]), fault.get("ctx", {})
    if kind in _BOUNDS:
        return _BOUNDS[kind].format_map(bounds)
    if kind == "string_pattern_mismatch":
        return _SHAPES.get(bounds["pattern"], _NAME)
    if kind == "string_too_short":
        return "is not empty" if bounds["min_length"] == 1 else f"has {bounds['min_length']} characters at least"
    if kind == "string_type":
        return "is a text"
    return _KINDS.get(kind.partition("_")[0])


def in_words(fault: Mapping[str, Any]) -> str:
    """What is wrong, as the end of a sentence that begins with the field's name."""
    message = str(fault["msg"]).removeprefix("Value error, ")
    return what_it_is(fault) or f"{message[:1].lower()}{message[1:]}"


def named(fault: Mapping[str, Any]) -> str:
    """The fault as a sentence without a full stop, with the name of its field, if it is one field's."""
    return f"'{fault['loc'][0]}' {in_words(fault)}" if fault["loc"] else in_words(fault)
