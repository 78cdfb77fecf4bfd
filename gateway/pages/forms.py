"""What a page's form says: URL-encoded or multipart, as RFC 8058 lets a mail program send it."""

from collections.abc import Mapping

from python_multipart.exceptions import FormParserError
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from gateway.http.bodies import BadBody, read_body

MOST = 16 * 1024
"""Bytes of a form."""

_FIELDS = 20


async def read_form(request: Request, seconds: float) -> Mapping[str, str]:
    """The form's fields, the last of each name; no files. Raises BadBody."""
    body = await read_body(request, MOST, seconds)

    async def whole() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    again = Request({"type": "http", "method": "POST", "headers": request.scope["headers"]}, whole)
    try:
        fields = await again.form(max_files=0, max_fields=_FIELDS)
    except (MultiPartException, FormParserError, ValueError, LookupError):  # the last two: a character set that is none
        raise BadBody(400, "The form does not read.") from None
    # Half a character or a NUL is nothing that a person types, and nothing that a database keeps.
    return {name: value.replace("\0", "") for name, value in fields.items() if isinstance(value, str)}
