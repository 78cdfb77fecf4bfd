"""How much one message template may ask for: it is read and filled in where others wait, and nothing stops a sum half-way.

Without loops and assignments a message is hardly longer than its template and its values, unless a text is multiplied: by `*`, by a
width (`%`), by `replace`. That is refused when the template is read, and where only the values decide, before the sum is made.
"""

from collections.abc import Iterator
from numbers import Real

from jinja2 import TemplateSyntaxError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_TEMPLATE = 50_000
LONGEST_TEXT = 200_000
"""Of what a template is filled in to, or any text on the way there."""
MOST_BLOCKS = 500
"""Of `{{ }}` and `{% %}` in one text."""
MOST_WORDS = 100
"""In one `{{ }}` or `{% %}`: names, signs and texts."""
DEEPEST_BRACKETS = 10
DEEPEST_BLOCKS = 10
LONGEST_NUMBER = 15
MOST_GROWTH = 1000
"""How many times longer all `replace` of one expression may make a text."""
MOST_DIGITS = 12
"""Behind the point, of `round`."""

_OPENING = frozenset({"if", "for", "macro", "block", "filter", "call", "with", "autoescape"})

Excess = tuple[int, str]
"""A line, and what of it is more than may be asked for, in a sentence."""


class TooLong(ValueError):
    """A text that a template makes is longer than LONGEST_TEXT."""

    def __init__(self) -> None:
        super().__init__(f"makes a text of over {LONGEST_TEXT} characters")


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox, in which `*` and `%` are for numbers alone."""

    intercepted_binops = frozenset({"*", "%"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """The product or the remainder of two numbers. Raises TypeError for anything else."""
        if not isinstance(left, Real) or not isinstance(right, Real):
            raise TypeError(f"'{operator}' takes two numbers")
        return super().call_binop(context, operator, left, right)


def bounded_replace(text: object, old: object, new: object, count: int | None = None) -> str:
    """Jinja's `replace`. Raises TooLong before the text is made."""
    source, was, becomes = str(text), str(old), str(new)
    found = source.count(was) if count is None else min(count, source.count(was))
    if len(source) + found * (len(becomes) - len(was)) > LONGEST_TEXT:
        raise TooLong
    return source.replace(was, becomes, -1 if count is None else count)


def excesses(environment: ImmutableSandboxedEnvironment, source: str) -> Iterator[Excess]:
    """What of a text cannot even be parsed in good time or at a bounded depth, found from its words alone."""
    try:
        yield from _in_words(list(environment.lex(source)))
    except TemplateSyntaxError:  # which parsing tells better
        return


def _in_words(words: list[tuple[int, str, str]]) -> Iterator[Excess]:
    blocks = nested = in_block = brackets = 0
    first = ""
    for line, kind, text in words:
        match kind:
            case "variable_begin" | "block_begin":
                blocks, in_block, brackets, first = blocks + 1, 0, 0, ""
                if blocks > MOST_BLOCKS:
                    yield line, f"has over {MOST_BLOCKS} values and tests; make it two messages"
                    return
            case "data" | "whitespace" | "variable_end" | "block_end":
                continue
            case "integer" | "float" if len(text) > LONGEST_NUMBER:
                yield line, f"has a number of {len(text)} digits, and {LONGEST_NUMBER} are the most"
                return
            case "operator":
                brackets += (text in "([{") - (text in ")]}")
            case "name" if not first:
                first = text
                nested += (text in _OPENING) - (text.removeprefix("end") in _OPENING and text not in _OPENING)
            case _:
                pass
        in_block += 1
        if in_block > MOST_WORDS or brackets > DEEPEST_BRACKETS or nested > DEEPEST_BLOCKS:
            yield line, f"is nested over {DEEPEST_BLOCKS} deep, or has over {MOST_WORDS} words in one pair of braces; say it more simply"
            return


def growth(node: nodes.Node) -> int:
    """How many times longer than what it begins with an expression may make a text by `replace`."""
    inner = max((growth(child) for child in node.iter_child_nodes()), default=1)
    if not isinstance(node, nodes.Filter) or node.name != "replace":
        return inner
    texts = [len(arg.value) if isinstance(arg, nodes.Const) and isinstance(arg.value, str) else LONGEST_TEXT for arg in node.args[:2]]
    if len(texts) < 2 or node.kwargs:
        return inner
    old, new = texts
    return inner * (new + 1 if not old else max(1, -(-new // old)))
