"""How much one condition may ask for: it is worked out in workflow tasks, which have two seconds for everything.

CEL has no loops but those over lists and maps, and no text grows but by `+`: one inside another, or one behind another, multiply.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from lifecycle.conditions.cel_source import MACROS, Token, matching, tokens_of

LONGEST = 5_000
MOST_WORDS = 1_000
"""Names, signs and texts: what hangs together by signs alone is worked out as deep as it is long, and has no brackets to count."""
DEEPEST = 16
MOST_SIGNS = 4
MOST_LOOPS = 8
MOST_WORDS_IN_A_MAP = 30
"""Of a list or a map that is made for each element of a list: all that were made before are copied with each of them."""
MOST_OF_ANYTHING = 200
"""Milestones, of which a playbook has as many, or anything else that a condition may go through."""
MOST_PATTERNS = 4
LONGEST_PATTERN = 200
MOST_REPEATED = 100
"""Counted repetitions of a pattern, those inside others multiplied: each is laid out in full before anything is looked for."""
MOST_REPEATED_IN_A_LOOP = 10
MOST_CLASSES = 32
"""Classes of letters, each as often as it is repeated: one has some 700 ranges, which are laid out each time that the pattern is looked for."""

_COUNT = re.compile(r"\{(\d*),?(\d*)\}")
_CLASS = re.compile(r"\\[wWdDpP]")
_FREE_SPACING = re.compile(r"\(\?[a-zA-Z-]*x")


def too_much(source: str, most_maps: int = 1) -> str | None:
    """What of the condition is more than may be asked for, in a sentence; None if nothing is. It need not be CEL at all."""
    return next(_excesses(source, tokens_of(source), most_maps), None)


def work_of(source: str) -> int:
    """About how long working the condition out takes, in millionths of a second, measured by its loops and patterns: `too_much` says of
    one alone whether it is too long, and a workflow task may have to work out all that a stage has.
    """
    tokens = tokens_of(source)
    loops = list(_calls(tokens, MACROS))
    work = len(tokens)
    for number, begin, end in loops:
        elements = _elements(tokens, number)
        work += elements * (end - begin)
        if tokens[number].text in ("map", "filter"):  # what they have made so far is copied for each element
            made = max((_written(tokens, inside) for inside in range(begin + 1, end)), default=0)
            work += elements * elements * (2 + made) // 8
    for number, begin, end in _calls(tokens, frozenset({"matches"})):
        pattern = tokens[begin + 1].literal if end == begin + 2 else ""
        times = next((_elements(tokens, loop) for loop, opens, closes in loops if opens < number < closes), 1)
        repeated = _repeated(pattern)
        work += times * (250 + repeated + 1200 * repeated * len(_CLASS.findall(pattern)))
    return work


def _elements(tokens: tuple[Token, ...], macro: int) -> int:
    """How many elements the list has at most that a macro goes through: those that are written out, or all that a life has of anything."""
    return max(MOST_OF_ANYTHING, 1 + sum(token.text == "," for token in tokens[:macro]))


def _excesses(source: str, tokens: tuple[Token, ...], most_maps: int) -> Iterator[str]:
    if _depth(tokens) > DEEPEST:
        yield f"is nested more than {DEEPEST} deep; make it several plays or steps with a condition each"
    signs = max((len(list(run)) for sign, run in groupby(token.text for token in tokens) if sign in ("!", "-")), default=0)
    if signs > MOST_SIGNS:
        yield f"has {signs} signs in a row, and {MOST_SIGNS} are the most"
    if len(source) > LONGEST:
        yield f"has {len(source):,} characters, and {LONGEST:,} are the most"
    if len(tokens) > MOST_WORDS:
        yield f"has {len(tokens):,} names, signs and texts, and {MOST_WORDS:,} are the most"
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
    maps = [(begin, end) for number, begin, end in loops if tokens[number].text == "map"]
    if len(maps) > most_maps:
        times = "once" if most_maps == 1 else f"{most_maps} times"
        yield f"makes lists of lists, 'map' {'twice' if len(maps) == 2 else f'{len(maps)} times'}; {times} is the most"
    largest = max((_written(tokens, number) for begin, end in maps for number in range(begin + 1, end)), default=0)
    if largest > MOST_WORDS_IN_A_MAP:
        yield f"makes a list or a map of {largest} words for each element of another, in 'map', and {MOST_WORDS_IN_A_MAP} are the most"


def _written(tokens: tuple[Token, ...], number: int) -> int:
    """How many words the list or map has that is written out there; a bracket behind a value asks for a part of it."""
    before, sign = tokens[number - 1], tokens[number].text
    asks = before.kind in ("name", "string") or before.text in (")", "]", "}")
    return matching(tokens, number) - number if sign == "{" or (sign == "[" and not asks) else 0


def _patterns(tokens: tuple[Token, ...]) -> Iterator[str]:
    calls = list(_calls(tokens, frozenset({"matches"})))
    if len(calls) > MOST_PATTERNS:
        yield f"looks for {len(calls)} patterns, and {MOST_PATTERNS} are the most; join them with | in one"
    loops = list(_calls(tokens, MACROS))
    for number, begin, end in calls:
        if end != begin + 2 or tokens[begin + 1].kind != "string":
            yield "'matches' takes its pattern as one text in quotes"
            return
        yield from _pattern(tokens[begin + 1].literal, in_a_loop=any(opens < number < closes for _, opens, closes in loops))


def _pattern(pattern: str, *, in_a_loop: bool) -> Iterator[str]:
    if len(pattern) > LONGEST_PATTERN:
        yield f"looks for a pattern of {len(pattern)} characters, and {LONGEST_PATTERN} are the most"
    if _FREE_SPACING.search(pattern):
        yield "looks for a pattern with (?x), which has no meaning here; leave it out"
    repeated, most = _repeated(pattern), MOST_REPEATED_IN_A_LOOP if in_a_loop else MOST_REPEATED
    where = ", for each element of a list," if in_a_loop else ""
    if repeated > most:
        yield f"looks{where} for a pattern that repeats {repeated} times, and {most} are the most; write * or + for any number"
    classes = repeated * len(_CLASS.findall(pattern))
    if classes > (1 if in_a_loop else MOST_CLASSES):
        yield (
            f"looks{where} for a pattern of {classes} classes of letters (\\w, \\d, \\p), each as often as it is repeated, and "
            f"{1 if in_a_loop else MOST_CLASSES} {'is' if in_a_loop else 'are'} the most; write letters out, such as [a-zA-Z0-9]"
        )


def _repeated(pattern: str) -> int:
    """How often a part of the pattern is laid out, all counts multiplied."""
    repeated = 1
    for least, last in _COUNT.findall("".join(pattern.split())):  # the package passes over spaces in braces
        repeated *= max(1, *(int(number[:6]) for number in (least, last) if number), 1)
    return repeated


def _calls(tokens: tuple[Token, ...], names: frozenset[str]) -> Iterator[tuple[int, int, int]]:
    """Where each call of one of those functions stands: its name, its opening bracket and its closing one."""
    for number, token in enumerate(tokens[:-1]):
        if token.kind == "name" and token.text in names and tokens[number + 1].text == "(":
            yield number, number + 1, matching(tokens, number + 1)
