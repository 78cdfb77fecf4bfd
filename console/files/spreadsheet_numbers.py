"""Numbers as spreadsheets and CRMs write them: which one a text says, in which currency, and whether it could be another."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

_SPACE = " \u00a0\u2007\u2009\u202f"
_APOSTROPHE = "'’"
_CURRENCY_OF_SIGN = {
    "€": "EUR", "£": "GBP", "₹": "INR", "US$": "USD", "C$": "CAD", "A$": "AUD", "R$": "BRL", "zł": "PLN", "Kč": "CZK", "₺": "TRY", "₩": "KRW",
    "₪": "ILS", "₫": "VND", "₦": "NGN", "₴": "UAH", "฿": "THB",
    "円": "JPY", "元": "CNY", "Kčs": "CZK", "Ft": "HUF", "lei": "RON", "лв": "BGN", "лв.": "BGN", "₽": "RUB",
    # The sign of many currencies, of which one is meant where nothing is said.
    "$": "",
}  # fmt: skip
_SEVERAL = {
    **dict.fromkeys(("¥", "￥"), ("JPY", "CNY")),
    **dict.fromkeys(("kr", "kr.", "Kr", "Kr."), ("SEK", "NOK", "DKK", "ISK")),
    **dict.fromkeys(("Fr.", "Fr", "fr."), ("CHF", "XAF", "XOF", "XPF")),
    **dict.fromkeys(("Rs.", "Rs"), ("INR", "PKR", "LKR", "NPR", "MUR", "SCR")),
}
"""Signs of several currencies, none of which is meant where nothing is said."""
_SIGN = "|".join(re.escape(sign) for sign in sorted([*_CURRENCY_OF_SIGN, *_SEVERAL], key=len, reverse=True))
_MONEY = re.compile(
    rf"(?P<before>{_SIGN}|[A-Z]{{3}})?[{_SPACE}]*(?P<number>[0-9](?:[0-9.,{_SPACE}{_APOSTROPHE}]*[0-9])?)"
    rf"(?:(?P<whole>[.,])[-–—]+|/-)?[{_SPACE}]*(?P<behind>{_SIGN}|[A-Z]{{3}})?"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}")
_MOST_DIGITS = 15


class Decimal(StrEnum):
    """What stands before the decimals."""

    POINT = "."
    COMMA = ","

    @property
    def in_words(self) -> str:
        """As a note has it."""
        return "point" if self is Decimal.POINT else "comma"

    @property
    def other(self) -> "Decimal":
        """The other one, which then stands between thousands."""
        return Decimal.COMMA if self is Decimal.POINT else Decimal.POINT


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """What a text says: a number, or two. `shows` is what it gives away of how its file writes decimals; `currency` is empty if unsaid,
    and `currencies` are those of which it says that it is one.

    Where it may be another number, `number` has `.` or `,` for the decimal sign and `other` has it between thousands.
    """

    number: float
    other: float | None = None
    sign: Decimal | None = None
    shows: Decimal | None = None
    currency: str = ""
    currencies: tuple[str, ...] = ()


def written_number(text: str) -> WrittenNumber:
    """The number that the text says, not below zero. Raises ValueError for what is none."""
    found = _MONEY.fullmatch(text)
    if found is None or (found["before"] and found["behind"]):
        raise ValueError(text)
    mark = found["before"] or found["behind"] or ""
    several = _SEVERAL.get(mark, ())
    currency = "" if several else _CURRENCY_OF_SIGN.get(mark, mark)
    if found["whole"] is not None:  # 12.500,- has no decimals, and says before what they would stand
        shows = Decimal(found["whole"])
        grouping = {letter for letter in found["number"] if not letter.isdigit()}
        if len(grouping) > 1 or shows in grouping:
            raise ValueError(text)
        return WrittenNumber(_whole(found["number"], grouping), shows=shows, currency=currency, currencies=several)
    return replace(_read(found["number"], currency), currencies=several)


def _read(text: str, currency: str) -> WrittenNumber:
    between = {letter for letter in text if letter in _SPACE + _APOSTROPHE}
    signs = [Decimal(letter) for letter in text if letter in ".,"]
    if len(between) > 1 or (len(set(signs)) > 1 and between):
        raise ValueError(text)
    if not signs:
        return WrittenNumber(_whole(text, between), currency=currency)
    last = signs[-1]
    head, _, tail = text.rpartition(last)
    if len(set(signs)) > 1 or between:
        # Two kinds of signs: the last one stands before the decimals.
        grouping = between or {last.other}
        if last in head:
            raise ValueError(text)
        return WrittenNumber(_decimal(_whole(head, grouping), tail), shows=last, currency=currency)
    if len(signs) > 1:
        return WrittenNumber(_whole(text, {last}), shows=last.other, currency=currency)
    decimal = _decimal(_whole(head, set()), tail)
    if len(tail) == 3 and len(head) <= 3 and not head.startswith("0"):
        return WrittenNumber(decimal, other=float(head + tail), sign=last, currency=currency)
    return WrittenNumber(decimal, shows=last, currency=currency)


def _whole(text: str, grouping: set[str] | set[Decimal]) -> float:
    """Digits, by thousands (or as India does, thousands and then hundreds) where `grouping` stands between them."""
    for letter in grouping:
        text = text.replace(letter, ",")
    if not (text.isascii() and text.isdigit()) and _GROUPED.fullmatch(text) is None:
        raise ValueError(text)
    digits = text.replace(",", "")
    if len(digits) > _MOST_DIGITS:
        raise ValueError(text)
    return float(digits)


def _decimal(whole: float, tail: str) -> float:
    if not (tail.isascii() and tail.isdigit()):
        raise ValueError(tail)
    return float(f"{whole:.0f}.{tail}")
