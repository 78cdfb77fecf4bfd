"""How much one condition may ask for: it is worked out in workflow tasks, which have two seconds for everything.

CEL has no loops but those over lists and maps, and no text grows but by `+`: one inside another, or one behind another, multiply.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from lifecycle.conditions.cel_source import MACROS, Token, matching, tokens_of

DEEPEST = 16
MOST_SIGNS = 4
MOST_LOOPS = 8
MOST_PATTERNS = 4
LONGEST_PATTERN = 200
MOST_REPEATED = 100
"""Counted repetitions of a pattern, those inside others multiplied: each is laid out in full before anything is looked for."""

_COUNT = re.compile(r"\{(\d*),?(\d*)\}")


def too_much(source: str, most_maps: int = 1) -> str | None:
    """What of the condition is more than may be asked for, in a sentence; None if nothing is. It need not be CEL at all."""
    return next(_excesses(tokens_of(source), most_maps), None)


def _excesses(tokens: tuple[Token, ...], most_maps: int) -> Iterator[str]:
    if _depth(tokens) > DEEPEST:
        yield f"is nested more than {DEEPEST} deep; make it several plays or steps with a condition each"
    signs = max((len(list(run)) for sign, run in groupby(token.text for token in tokens) if sign in ("!", "-")), default=0)
    if signs > MOST_SIGNS:
        yield f"has {signs} signs in a row, and {MOST_SIGNS} are the most"
    yield from _loops(tokens, most_maps)
    yield from _patterns(tokens)


def _depth(tokens: tuple[Token, ...]) -> int:
    depth = deepest = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
            deepest = max(deepest, depth)
    return deepest


def _loops(tokens: tuple[Token, ...], most_maps: int) -> Iterator[str]:
    loops = list(_calls(tokens, MACROS))
    if len(loops) > MOST_LOOPS:
        yield f"goes through {len(loops)} lists, and {MOST_LOOPS} are the most"
    for number, begin, end in loops:
        inner = next((tokens[other].text for other, _, _ in loops if begin < other < end), None)
        if inner is not None:
            yield f"goes through one list inside another, '{inner}' inside '{tokens[number].text}'; no list may be gone through so often"
            return
    maps = [tokens[number].text for number, _, _ in loops if tokens[number].text == "map"]
    if len(maps) > most_maps:
        times = "once" if most_maps == 1 else f"{most_maps} times"
        yield f"makes lists of lists, 'map' {'twice' if len(maps) == 2 else f'{len(maps)} times'}; {times} is the most"


def _patterns(tokens: tuple[Token, ...]) -> Iterator[str]:
    calls = list(_calls(tokens, frozenset({"matches"})))
    if len(calls) > MOST_PATTERNS:
        yield f"looks for {len(calls)} patterns, and {MOST_PATTERNS} are the most; join them with | in one"
    for _, begin, end in calls:
        if end != begin + 2 or tokens[begin + 1].kind != "string":
            yield "'matches' takes its pattern as one text in quotes"
            return
        pattern = tokens[begin + 1].literal
        if len(pattern) > LONGEST_PATTERN:
            yield f"looks for a pattern of {len(pattern)} characters, and {LONGEST_PATTERN} are the most"
        repeated = 1
        for least, most in _COUNT.findall(pattern):
            repeated *= max(1, *(int(number[:6]) for number in (least, most) if number), 1)
        if repeated > MOST_REPEATED:
            yield f"looks for a pattern that repeats {repeated} times, and {MOST_REPEATED} are the most; write * or + for any number"


def _calls(tokens: tuple[Token, ...], names: frozenset[str]) -> Iterator[tuple[int, int, int]]:
    """Where each call of one of those functions stands: its name, its opening bracket and its closing one."""
    for number, token in enumerate(tokens[:-1]):
        if token.kind == "name" and token.text in names and tokens[number + 1].text == "(":
            yield number, number + 1, matching(tokens, number + 1)
