"""Cursors of pages: the row behind which the next begins, and the moment that the first was asked for, as a text for callers to hand back."""

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, ValidationError

from activities.ledger.record.pages import Kind, Position
from lifecycle.domain.model import Day, Finite, Frozen, Instant, Whole

NO_CURSOR = "This cursor is none that this list gave with these filters and this order: begin without one."

_MARK = 6
_Text = Annotated[str, Field(pattern=r"^[^\x00]{0,300}$")]


class BadCursor(ValueError):
    """A cursor that this list did not give with these filters."""


class _Content(Frozen):
    now: Instant
    id: _Text


class _Word(_Content):
    value: _Text | None


class _Number(_Content):
    value: Whole | Finite | None


class _Day(_Content):
    value: Day | None


class _Moment(_Content):
    value: Instant | None


_BY_KIND: dict[Kind, type[_Word | _Number | _Day | _Moment]] = {
    Kind.TEXT: _Word,
    Kind.NUMBER: _Number,
    Kind.DAY: _Day,
    Kind.MOMENT: _Moment,
}


def cursor_of(position: Position, now: datetime, asked: str, kind: Kind) -> str:
    """The cursor of the page behind that position, of a list asked for at `now`; `asked` names the list, its filters and its order."""
    content = _BY_KIND[kind].model_validate({"now": now, "id": position.id, "value": position.value}).model_dump_json().encode()
    return base64.urlsafe_b64encode(_mark(asked, content) + content).rstrip(b"=").decode()


def read_cursor(text: str, asked: str, kind: Kind) -> tuple[Position, datetime]:
    """The position and the moment that a cursor stands for. Raises BadCursor."""
    try:
        whole = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if whole[:_MARK] != _mark(asked, whole[_MARK:]):
            raise BadCursor(NO_CURSOR)
        content = _BY_KIND[kind].model_validate_json(whole[_MARK:])
    except (UnicodeEncodeError, binascii.Error, ValidationError):
        raise BadCursor(NO_CURSOR) from None
    return Position(content.value, content.id), content.now.astimezone(UTC)


def _mark(asked: str, content: bytes) -> bytes:
    """It tells a broken cursor, or one of another list, and no forged one: whoever forges one may read all the same."""
    return hashlib.blake2b(asked.encode() + b"\0" + content, digest_size=_MARK).digest()
