"""Reads a delivery's body into values fit for expressions: no nulls, no lone surrogates, no number that CEL cannot hold."""

import json
import re
from typing import Any
from urllib.parse import parse_qs

from gateway.http.bodies import TOO_DEEP, refuse_constant, shape_fault

_INT64 = 2**63
_MAX_DIGITS = 20
_MAX_FIELDS = 50
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class UnreadableDelivery(ValueError):
    """The delivery's body cannot be read; the message is one sentence. The answer is 400."""


def read_json(text: str | bytes) -> Any:
    """The JSON as plain values. Raises UnreadableDelivery.

    Nulls are left out, so that an expression has one way of finding no value. A whole number beyond 64 bits becomes text: as a
    float it would be another number, and two events could get one id.
    """
    return read_delivery(text)["body"]


def read_delivery(text: str | bytes) -> dict[str, Any]:
    """The JSON as an adapter's expressions see it: the `body` without nulls, and the `nulls`. Raises UnreadableDelivery.

    `nulls` has the maps of the body (those in lists are left out), and in them true under each name whose value is null, for
    senders whose nulls say something, such as "it was null before".
    """
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        value = json.loads(decoded, parse_constant=refuse_constant, parse_int=_integer, parse_float=_float)
        if (fault := shape_fault(value)) is not None:
            raise UnreadableDelivery(fault)
        return {"body": _clean(value), "nulls": _nulls(value)}
    except UnicodeDecodeError:
        raise UnreadableDelivery("The body is no UTF-8 text.") from None
    except RecursionError:
        raise UnreadableDelivery(TOO_DEEP) from None
    except UnreadableDelivery:
        raise
    except ValueError as error:
        raise UnreadableDelivery(f"The body is no JSON: {error}.") from None


def read_form(body: bytes) -> dict[str, Any]:
    """The JSON in the form's field `payload`, as `read_delivery` has it. Raises UnreadableDelivery."""
    try:
        fields = parse_qs(body.decode(), max_num_fields=_MAX_FIELDS)
    except UnicodeDecodeError:
        raise UnreadableDelivery("The body is no UTF-8 text.") from None
    except ValueError:
        raise UnreadableDelivery(f"A form has at most {_MAX_FIELDS} fields.") from None
    if "payload" not in fields:
        raise UnreadableDelivery("The form has no field 'payload'.")
    return read_delivery(fields["payload"][0])


def storable_text(text: str) -> str:
    """The text with U+FFFD in place of lone surrogates and NULs, which no database and no payload can keep."""
    return _UNSTORABLE.sub("\ufffd", text)


def _clean(value: Any) -> Any:
    match value:
        case dict():
            return {storable_text(name): _clean(item) for name, item in value.items() if item is not None}
        case list():
            return [_clean(item) for item in value]
        case str():
            return storable_text(value)
        case _:
            return value


def _nulls(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {}
    found = {storable_text(name): True if item is None else _nulls(item) for name, item in value.items()}
    return {name: item for name, item in found.items() if item}


def _integer(digits: str) -> int | str:
    if len(digits) > _MAX_DIGITS:
        return digits
    number = int(digits)
    return number if -_INT64 <= number < _INT64 else digits


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:40]} is too large a number")
    return number
