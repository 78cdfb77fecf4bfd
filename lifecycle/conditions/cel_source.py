"""What a condition's text names, found without evaluating it: its paths, and the yes-or-no parts that logic joins.

The CEL package hands out no syntax tree, so the text is cut into tokens. It is called only on what compiles.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_RAW = r"""[bB]?[rR][bB]?("{3}[\s\S]*?"{3}|'{3}[\s\S]*?'{3}|"[^"\n]*"|'[^'\n]*')"""
_COOKED = r"""[bB]?("{3}(\\.|[^\\])*?"{3}|'{3}(\\.|[^\\])*?'{3}|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*')"""
_TOKEN = re.compile(
    rf"(?P<space>\s+|//[^\n]*)|(?P<string>{_RAW}|{_COOKED})|(?P<number>0[xX][0-9a-fA-F]+[uU]?|(\d+\.\d+|\d+|\.\d+)([eE][-+]?\d+)?[uU]?)"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<mark>&&|\|\||==|!=|<=|>=|.)",
    re.DOTALL,
)
_KINDS = ("string", "number", "name", "mark")
_OPEN, _CLOSE = "([{", ")]}"
MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
_WORDS = frozenset({"true", "false", "null", "in"})
_RELATIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a condition and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def literal(self) -> str:
        """What a string token says; the text itself where Python would read it otherwise."""
        try:
            return str(ast.literal_eval(self.text))
        except (SyntaxError, ValueError):
            return self.text.strip("\"'")


@dataclass(frozen=True, slots=True)
class NamedPath:
    """A name and what is asked of it: `milestones["kickoff"].done` is root `milestones` and steps `kickoff`, `done`.

    A step is None where it is worked out only at run time. `whole` says that the thing itself is used, as a list or map.
    """

    root: str
    steps: tuple[str | None, ...]
    whole: bool

    def __str__(self) -> str:
        return self.root + "".join(f".{step}" if step is not None else "[...]" for step in self.steps)


@dataclass(frozen=True, slots=True)
class Part:
    """A yes-or-no part that no `&&`, `||`, `!` or `?:` divides further, with its place in the whole text."""

    text: str
    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def equality(self) -> tuple[str, str] | None:
        """The two sides, if it is one comparison by == or !=."""
        relations = [number for number, depth in enumerate(_depths(self.tokens)) if depth == 0 and self.tokens[number].text in _RELATIONS]
        if len(relations) != 1 or self.tokens[relations[0]].text not in ("==", "!="):
            return None
        sign = self.tokens[relations[0]]
        return self.text[: sign.start - self.start], self.text[sign.end - self.start :]

    def literals(self) -> Iterator[tuple[NamedPath, str]]:
        """Each path of it that is compared with a text, and that text."""
        paths = list(_paths(self.tokens))
        for number, token in enumerate(self.tokens):
            if token.text in ("==", "!="):
                for path, begin, end in paths:
                    if end == number and _is_string(self.tokens, number + 1):
                        yield path, self.tokens[number + 1].literal
                    if begin == number + 1 and _is_string(self.tokens, number - 1):
                        yield path, self.tokens[number - 1].literal
            elif token.text == "in" and number + 1 < len(self.tokens) and self.tokens[number + 1].text == "[":
                close = matching(self.tokens, number + 1)
                for path, _, end in paths:
                    if end == number:
                        yield from ((path, each.literal) for each in self.tokens[number + 2 : close] if each.kind == "string")


def tokens_of(source: str) -> tuple[Token, ...]:
    """The words of a condition, without spaces and comments."""
    return tuple(
        Token(next(kind for kind in _KINDS if match[kind] is not None), match[0], match.start(), match.end())
        for match in _TOKEN.finditer(source)
        if match["space"] is None
    )


def paths_of(tokens: tuple[Token, ...]) -> list[NamedPath]:
    """Every path that a condition names; variables of its own (`x` in `exists(x, ...)`) are none."""
    return [path for path, _, _ in _paths(tokens)]


def parts_of(source: str) -> list[Part]:
    """The yes-or-no parts of a condition, from left to right."""
    return list(_parts(source, tokens_of(source)))


def event_type_required(source: str) -> str | None:
    """The type of which an event must be for the condition to hold: what a part `event.type == "..."` says that `&&` joins to the rest."""
    tokens = tokens_of(source)
    marks = [(number, token.text) for number, (token, depth) in enumerate(zip(tokens, _depths(tokens), strict=True)) if depth == 0]
    if any(text in ("?", "||") for _, text in marks):
        return None
    cuts = [-1, *(number for number, text in marks if text == "&&"), len(tokens)]
    for before, after in pairwise(cuts):
        part = tokens[before + 1 : after]
        if [token.text for token in part[:-1]] == ["event", ".", "type", "=="] and part[-1].kind == "string":
            return part[-1].literal
    return None


def _is_string(tokens: tuple[Token, ...], number: int) -> bool:
    return 0 <= number < len(tokens) and tokens[number].kind == "string"


def _text(tokens: tuple[Token, ...], number: int) -> str:
    return tokens[number].text if 0 <= number < len(tokens) else ""


def _paths(tokens: tuple[Token, ...]) -> Iterator[tuple[NamedPath, int, int]]:
    bound = list(_bound(tokens))
    for number, token in enumerate(tokens):
        if token.kind != "name" or token.text in _WORDS or _text(tokens, number - 1) == "." or _text(tokens, number + 1) == "(":
            continue
        if any(name == token.text and begin < number < end for name, begin, end in bound):
            continue
        steps, end = _steps(tokens, number + 1)
        whole = (
            _text(tokens, end) == "."
            or _text(tokens, number - 1) == "in"
            or (_text(tokens, number - 1), _text(tokens, number - 2)) == ("(", "size")
        )
        yield NamedPath(token.text, tuple(steps), whole), number, end


def _steps(tokens: tuple[Token, ...], number: int) -> tuple[list[str | None], int]:
    steps: list[str | None] = []
    while True:
        if _text(tokens, number) == "." and _text(tokens, number + 2) != "(":
            steps.append(_text(tokens, number + 1))
            number += 2
        elif _text(tokens, number) == "[":
            close = matching(tokens, number)
            literal = close == number + 2 and tokens[number + 1].kind == "string"
            steps.append(tokens[number + 1].literal if literal else None)
            number = close + 1
        else:
            return steps, number


def _bound(tokens: tuple[Token, ...]) -> Iterator[tuple[str, int, int]]:
    for number, token in enumerate(tokens):
        if token.text in MACROS and _text(tokens, number - 1) == "." and _text(tokens, number + 1) == "(":
            yield _text(tokens, number + 2), number + 1, matching(tokens, number + 1)


def matching(tokens: tuple[Token, ...], number: int) -> int:
    """Where the bracket that opens at that token is closed; behind the last token if it never is."""
    depth = 0
    for at in range(number, len(tokens)):
        if tokens[at].kind == "mark":
            depth += (tokens[at].text in _OPEN) - (tokens[at].text in _CLOSE)
            if depth == 0:
                return at
    return len(tokens)


def _depths(tokens: tuple[Token, ...]) -> Iterator[int]:
    depth = 0
    for token in tokens:
        opens = token.kind == "mark" and token.text in _OPEN
        closes = token.kind == "mark" and token.text in _CLOSE
        yield depth + opens
        depth += opens - closes


def _parts(source: str, tokens: tuple[Token, ...]) -> Iterator[Part]:
    if not tokens:
        return
    for signs in (("?", ":"), ("||",), ("&&",)):
        cuts = [
            number
            for number, depth in enumerate(_depths(tokens))
            if depth == 0 and tokens[number].text in signs and tokens[number].kind == "mark"
        ]
        if cuts:
            for begin, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(tokens)], strict=True):
                yield from _parts(source, tokens[begin:end])
            return
    related = any(depth == 0 and token.text in _RELATIONS for token, depth in zip(tokens, _depths(tokens), strict=True))
    if tokens[0].text == "!" and not related:
        yield from _parts(source, tokens[1:])
    elif tokens[0].text == "(" and matching(tokens, 0) == len(tokens) - 1:
        yield from _parts(source, tokens[1:-1])
    else:
        start, end = tokens[0].start, tokens[-1].end
        yield Part(source[start:end], start, end, tokens)
