"""Whether letters of one colour can be read on another (WCAG 2)."""

import re

COLOUR = re.compile(r"#[0-9a-f]{6}")
READABLE = 4.5
"""The least contrast of text."""
WHITE, INK = "#ffffff", "#1f1f1f"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, `#rrggbb` each: 1 for none, 21 of black on white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def letters_on(ground: str) -> str:
    """White or nearly black, whichever can be read better on that colour."""
    return max((WHITE, INK), key=lambda letters: contrast(letters, ground))


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
