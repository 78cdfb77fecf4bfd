"""Reading a request's body whole, within a time and a size; and what in it is no JSON although Python reads it."""

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect, Request

MAX_DEPTH = 64
"""How deep maps and lists may be nested in JSON that is read here: what goes through a value by recursion has room for that,
as the CEL package, which ends the process where it has none."""

TOO_DEEP = f"The body is nested more than {MAX_DEPTH} deep."

MAX_VALUES = 50_000
"""How many texts, numbers, maps and lists JSON may hold; a batch of a thousand events has about twenty thousand."""

THREAD_FROM = 65_536
"""Bytes from which on a body, which takes some milliseconds then, is read in a thread."""


class BadBody(Exception):
    """The body is too large, too slow or cut short; the message is one sentence. `http_status` is 413, 408 or 400."""

    def __init__(self, http_status: int, sentence: str) -> None:
        self.http_status = http_status
        super().__init__(sentence)


async def read_body(request: Request, max_bytes: int, seconds: float) -> bytes:
    """The whole body, of at most `max_bytes`, read within `seconds`. Raises BadBody."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > max_bytes:
                    raise _too_large(max_bytes)
    except TimeoutError:
        raise BadBody(408, f"The body did not come within {seconds:g} seconds.") from None
    except ClientDisconnect:
        raise BadBody(400, "The body was cut short.") from None
    return bytes(body)


def shape_fault(value: Any) -> str | None:
    """Why what JSON was read into is too much to be worked on, in a sentence: too deep, or too many values; None if it is not."""
    level, count = [value], 0
    for _ in range(MAX_DEPTH + 1):
        count += len(level)
        if count > MAX_VALUES:
            return f"The body has more than {MAX_VALUES:,} values."
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())]
        if not level:
            return None
    return TOO_DEEP


def refuse_constant(name: str) -> None:
    """For `parse_constant` of `json.loads`: NaN and Infinity raise ValueError."""
    raise ValueError(f"{name} is no JSON number")


def _too_large(max_bytes: int) -> BadBody:
    return BadBody(413, f"A body has at most {max_bytes:,} bytes.")
