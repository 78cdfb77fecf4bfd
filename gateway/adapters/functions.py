"""The functions that an adapter's expressions have besides CEL's own. Given no value they return none: an empty map."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from babel.numbers import get_currency_precision
from cel.stdlib import STDLIB_FUNCTIONS

from gateway.adapters.payloads import read_json
from lifecycle.domain.people.customer import SLUG
from lifecycle.domain.texts.addresses import known_address
from lifecycle.domain.time.moments import timestamp_written
from lifecycle.domain.time.zones import check_zone, local

LONGEST = 500
"""Characters of a text field of an event."""

LONGEST_MADE = 1_000_000
"""Characters of a text that `replace` and `join` make: as many as a delivery may have."""

MOST_ELEMENTS = 1_000
"""Of a list that `split` makes, or of any in a delivery from whose lists an expression makes others: each element copies what was made before."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
# CLDR, which babel has, says how amounts are shown, and shows these without their small coins, which are out of use. Billing
# systems still count them, as ISO 4217 does.
_HUNDREDTHS = ("AFN", "ALL", "COP", "HUF", "IDR", "IRR", "ISK", "KPW", "LAK", "LBP", "MMK", "SLL", "SOS", "STD", "SYP", "YER")
_DIGITS_UNLIKE_CLDR = {**dict.fromkeys(_HUNDREDTHS, 2), "IQD": 3}


def is_nothing(value: Any) -> bool:
    """Whether the value counts as missing: null, an empty text, an empty map."""
    return value is None or (isinstance(value, str | dict) and not value)


def at_seconds(number: float) -> datetime:
    """The moment that many seconds after 1970, in UTC."""
    return _EPOCH + timedelta(seconds=number)


def at_millis(number: float) -> datetime:
    """The moment that many milliseconds after 1970, in UTC."""
    return _EPOCH + timedelta(milliseconds=number)


def timestamp(value: Any) -> datetime:
    """CEL's `timestamp`, which reads an offset without its colon too; a number is seconds after 1970. Raises TypeError or ValueError."""
    match value:
        case datetime():
            return value
        case str():
            return timestamp_written(value)
        case bool():
            raise TypeError("a truth is no moment")
        case _:
            return at_seconds(value)


def day(moment: datetime, zone: str) -> str:
    """The calendar day of a moment in a time zone, as 2026-03-01. Raises ValueError for an unknown zone."""
    return local(moment, check_zone(zone)).date().isoformat()


def money(minor: float, currency: str, written: Mapping[str, int] | None = None) -> float:
    """An amount in the currency itself, from one in its smallest unit, as billing systems write it: 1200.0 from 120000 and "eur".

    `written` has the decimals of currencies that a sender writes otherwise than the currency has them, by their code in capitals.
    """
    code = currency.upper()
    digits = (written or {}).get(code, _DIGITS_UNLIKE_CLDR.get(code))
    return minor / 10.0 ** (get_currency_precision(code) if digits is None else digits)


def slug(text: str) -> str:
    """The text as a name: "Report Published!" is report-published; empty for a text without letters and digits."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._")[:64]
    return plain if SLUG.fullmatch(plain) else ""


def text(value: Any) -> str:
    """The text itself; empty for any other kind of value."""
    return value if isinstance(value, str) else ""


def plain(text: str) -> str:
    """The text of a piece of HTML: "<p>It&#39;s late</p>" is It's late."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def cut(text: str) -> str:
    """The text, shortened to LONGEST characters."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def email(text: str) -> str:
    """The email address in small letters, also one that no message can be sent to; empty if it is none."""
    try:
        return known_address(text.lower())
    except ValueError:
        return ""


def known(value: Any) -> bool:
    """Whether there is a value; for a table, whether it has the key."""
    return not is_nothing(value)


def replace(text: str, old: str, new: str, limit: int = -1) -> str:
    """The text with every `old` replaced, or the first so many. Raises ValueError, before it is made, for one of over LONGEST_MADE characters."""
    _check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new, limit)


def join(texts: list[str], separator: str = "") -> str:
    """The texts in a row, the separator between them. Raises ValueError, before it is made, for one of over LONGEST_MADE characters."""
    _check_length(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def split(text: str, separator: str, limit: int | None = None) -> list[str]:
    """The parts of the text between the separators; its letters, if that is empty. Raises ValueError for over MOST_ELEMENTS of them."""
    parts: list[str] = STDLIB_FUNCTIONS["split"](text, separator, limit)
    if len(parts) > MOST_ELEMENTS:
        raise ValueError(f"it makes over {MOST_ELEMENTS:,} parts")
    return parts


def _check_length(length: int) -> None:
    if length > LONGEST_MADE:
        raise ValueError(f"it makes a text of over {LONGEST_MADE:,} characters")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "at_seconds": at_seconds,
    "at_millis": at_millis,
    "day": day,
    "money": money,
    "slug": slug,
    "text": text,
    "plain": plain,
    "cut": cut,
    "email": email,
    "known": known,
    "json": read_json,
    "replace": replace,
    "join": join,
    "split": split,
    **{name: STDLIB_FUNCTIONS[name] for name in ("lowerAscii", "upperAscii", "trim", "sum")},
}
"""The functions by the names that expressions use."""
