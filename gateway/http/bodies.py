"""Reading a request's body whole, within a time and a size; and what in it is no JSON although Python reads it."""

import asyncio

from starlette.requests import ClientDisconnect, Request


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


def refuse_constant(name: str) -> None:
    """For `parse_constant` of `json.loads`: NaN and Infinity raise ValueError."""
    raise ValueError(f"{name} is no JSON number")


def _too_large(max_bytes: int) -> BadBody:
    return BadBody(413, f"A body has at most {max_bytes:,} bytes.")
