"""What stands around a cell's text, and what a spreadsheet writes where it has none."""

import re

_SHOWS_NOTHING = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_AROUND = "".join(filter(_SHOWS_NOTHING.match, map(chr, [*range(0x100), 0x1680, *range(0x2000, 0x2070), 0x3000, 0xFEFF])))
# So that a spreadsheet keeps the zeros before a number.
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|NV|BEZUG!|WERT!)", re.IGNORECASE)


def trimmed(text: str) -> str:
    """The text without spaces of any width around it, or anything that shows nothing."""
    return text.strip(_AROUND)


def cleaned(text: str) -> str:
    """A cell's text, trimmed and out of the `="..."` in which spreadsheets keep leading zeros."""
    text = trimmed(text)
    formula = _QUOTED_FORMULA.fullmatch(text)
    return trimmed(formula[1]) if formula is not None else text


def fault_of(text: str) -> str | None:
    """Why the text is no cell's, a part of a sentence; None if it is."""
    if "\0" in text:
        return "holds a NUL, which no text has: export the file anew"
    return f"is a spreadsheet's error, {text}" if _ERROR.fullmatch(text) else None
