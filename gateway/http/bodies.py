"""Reading a request's body: whole, in time and of a size, or not at all."""

import asyncio

from starlette.requests import ClientDisconnect, Request


class BadBody(Exception):
    """The body is too large, too slow or cut short. `status` is its HTTP status."""

    def __init__(self, status: int, what: str) -> None:
        self.status = status
        super().__init__(what)


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """The whole body. Raises BadBody; then nothing was done with the part that came."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > most:
        raise _too_large(most)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError:
        raise BadBody(408, f"The body did not come within {seconds:g} seconds.") from None
    except ClientDisconnect:
        raise BadBody(400, "The body was cut short.") from None
    return bytes(body)


def _too_large(most: int) -> BadBody:
    return BadBody(413, f"A body has at most {most:,} bytes.")
