"""Reads a page's form: URL-encoded or multipart, as RFC 8058 lets a mail program send it."""

from collections.abc import Mapping

from python_multipart.exceptions import FormParserError
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from gateway.http.bodies import BadBody, read_body

MAX_BYTES = 16 * 1024
"""Bytes of a form."""

_MAX_FIELDS = 20


async def drop_body(request: Request, seconds: float) -> None:
    """Take in what a body holds, within `seconds` and up to MAX_BYTES, and forget it: too large, too slow or cut short, it says nothing."""
    try:
        await read_body(request, MAX_BYTES, seconds)
    except BadBody:
        return


async def read_form(request: Request, seconds: float) -> Mapping[str, str]:
    """The form's fields, the last of each name, without files, read within `seconds`. Raises BadBody."""
    body = await read_body(request, MAX_BYTES, seconds)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    buffered = Request({"type": "http", "method": "POST", "headers": request.scope["headers"]}, receive)
    try:
        fields = await buffered.form(max_files=0, max_fields=_MAX_FIELDS)
    except (MultiPartException, FormParserError, ValueError, LookupError):  # the last two: an unknown character set
        raise BadBody(400, "The form does not read.") from None
    # A NUL is nothing that a person types, and nothing that a database keeps.
    return {name: value.replace("\0", "") for name, value in fields.items() if isinstance(value, str)}
