"""A hint at what was meant by a name that does not exist."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMED = 24


def near(name: str, offered: Iterable[str], prefix: str = "", *, only: bool = True) -> str:
    """The end of a sentence: a near name among those offered, or (with `only`) which there are. `prefix` stands before each name."""
    names = list(offered)
    close = get_close_matches(name, names, 1, 0.55)
    if close:
        return f"; did you mean {prefix}{close[0]}?"
    if not only:
        return ""
    return f"; there is {', '.join(prefix + each for each in names[:MOST_NAMED])}" if names else "; there is none"
