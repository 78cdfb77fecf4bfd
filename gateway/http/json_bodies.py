"""JSON from outside, read strictly: no constants that JSON does not have, no more values or depth than can be worked on."""

import json
from typing import Any

from gateway.http.bodies import TOO_DEEP, BadBody, refuse_constant, shape_fault


def read_json(body: bytes) -> Any:
    """What the body says. Raises BadBody with a sentence."""
    try:
        value = json.loads(body.decode(), parse_constant=refuse_constant)
    except UnicodeDecodeError:
        raise BadBody(400, "The body is no UTF-8 text.") from None
    except RecursionError:
        raise BadBody(400, TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise BadBody(400, f"The body is no JSON: {error}.") from None
    except ValueError as error:  # NaN and Infinity, or a number of thousands of digits
        raise BadBody(400, f"The body is no JSON: {error if 'JSON' in str(error) else 'a number in it is too long'}.") from None
    if (fault := shape_fault(value)) is not None:
        raise BadBody(400, fault)
    return value


def read_storable_json(body: bytes) -> Any:
    """The same, of whole characters alone: no text with half of one (a lone surrogate) can be stored, or said in a fault. Raises BadBody."""
    value = read_json(body)
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadBody(400, "A text in the body has half a character (a surrogate without the other), which no text has.") from None
    return value
