"""What a sender's delivery says, made fit for expressions: no nulls, no half characters, no number that CEL cannot hold."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

DEEPEST = 64
_WHOLE = 2**63
_LONGEST_WHOLE = 20
_FIELDS = 50
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


class Unusable(ValueError):
    """The delivery does not read; the message is one sentence. `status` is its HTTP status."""

    def __init__(self, what: str, status: int = 400) -> None:
        self.status = status
        super().__init__(what)


def read_json(text: str | bytes) -> Any:
    """The JSON as plain values. Raises Unusable.

    What is null counts as not there, so that an expression has one way of meeting a gap. A whole number beyond 64 bits
    becomes its digits as text: as a float it would be another number, and two events would have one id.
    """
    return read_delivery(text)["body"]


def read_delivery(text: str | bytes) -> dict[str, Any]:
    """The JSON as an adapter's expressions see it: the `body`, and the `nulls` that were in it. Raises Unusable.

    `nulls` has the maps of the body (those in lists are left out), and in them true under each name whose value is null:
    a sender that says "it was null before" says something, and in the body nothing of it is left.
    """
    try:
        written = text.decode() if isinstance(text, bytes) else text
        told = json.loads(written, parse_constant=_no_number, parse_int=_whole, parse_float=_real)
        return {"body": _clean(told, 0), "nulls": _nulls(told)}
    except UnicodeDecodeError:
        raise Unusable("The body is no UTF-8 text.") from None
    except RecursionError:
        raise _too_deep() from None
    except Unusable:
        raise
    except ValueError as error:
        raise Unusable(f"The body is no JSON: {error}.") from None


def read_form(body: bytes) -> dict[str, Any]:
    """The JSON in the form's field `payload`, as `read_delivery` has it. Raises Unusable."""
    try:
        fields = parse_qs(body.decode(), max_num_fields=_FIELDS)
    except UnicodeDecodeError:
        raise Unusable("The body is no UTF-8 text.") from None
    except ValueError:
        raise Unusable(f"A form has at most {_FIELDS} fields.") from None
    if "payload" not in fields:
        raise Unusable("The form has no field 'payload'.")
    return read_delivery(fields["payload"][0])


def whole_text(text: str) -> str:
    """The text with a mark in place of half characters and NULs, which no database and no payload can keep."""
    return _UNKEEPABLE.sub("\ufffd", text)


def _clean(value: Any, depth: int) -> Any:
    # Beyond some thousand levels the CEL package overruns its stack, and takes the process with it.
    if depth > DEEPEST:
        raise _too_deep()
    match value:
        case dict():
            return {whole_text(name): _clean(each, depth + 1) for name, each in value.items() if each is not None}
        case list():
            return [_clean(each, depth + 1) for each in value]
        case str():
            return whole_text(value)
        case _:
            return value


def _nulls(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    found = {whole_text(name): True if each is None else _nulls(each) for name, each in value.items()}
    return {name: each for name, each in found.items() if each}


def _too_deep() -> Unusable:
    return Unusable(f"The body is nested more than {DEEPEST} deep.")


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _whole(digits: str) -> int | str:
    if len(digits) > _LONGEST_WHOLE:
        return digits
    number = int(digits)
    return number if -_WHOLE <= number < _WHOLE else digits


def _real(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:40]} is too large a number")
    return number
