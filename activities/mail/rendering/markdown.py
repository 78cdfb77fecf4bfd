"""Markdown as HTML that mail readers show, and text as Markdown that shows exactly that text."""

import re
from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lifecycle.domain.texts.text import one_line

_BREAKS = ("softbreak", "hardbreak")
_ASKS = re.compile(r"\?(?=[\s\"'»”)]|$)|？")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
BLUE = "#0b57d0"
"""The colour of links where the company has none that can be read."""
_STYLES = {
    "p": "margin:0 0 16px",
    "h1": "margin:0 0 16px;font-size:22px;line-height:1.3",
    "h2": "margin:24px 0 12px;font-size:18px;line-height:1.3",
    "h3": "margin:24px 0 12px;font-size:16px;line-height:1.3",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "li": "margin:0 0 4px",
    "a": "color:{colour};text-decoration:underline",
    "blockquote": "margin:0 0 16px;padding-left:12px;border-left:3px solid #c4c7c5",
    "hr": "border:0;border-top:1px solid #c4c7c5;margin:24px 0",
}


def escape_markdown(value: str) -> str:
    """Markdown that shows exactly this text, on one line."""
    return _PUNCTUATION.sub(r"\\\1", one_line(value))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def to_html(source: str, own_url: str, colour: str = BLUE) -> str:
    """The Markdown as HTML without raw HTML; a bare address under the company's `own_url` becomes a link, in that colour."""
    markdown = _markdown()
    tokens = markdown.parse(source)
    for token in tokens:
        if token.children and own_url.startswith(("http://", "https://")):
            token.children = list(_link_own_addresses(token.children, own_url))
        _set_style(token, colour)
        for child in token.children or []:
            _set_style(child, colour)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def first_question(source: str) -> str:
    """The first paragraph of the Markdown that holds a question mark, as plain text on one line; empty if none does."""
    for token in _markdown().parse(source):
        words = one_line("".join(" " if child.type in _BREAKS else child.content for child in token.children or []))
        if token.type == "inline" and _ASKS.search(words):
            return words
    return ""


def _link_own_addresses(tokens: list[Token], own_url: str) -> Iterator[Token]:
    """A bare address of the company's own becomes a link; one that a customer's value brought along never does."""
    site = re.escape(own_url.rstrip("/"))
    own = re.compile(rf"({site}(?:[/?#][^\s<>]*[^\s<>.,;:!?)'\"]|/)?)(?![\w-]|\.\w)")
    within = 0
    for token in tokens:
        within += token.nesting if token.tag == "a" else 0
        parts = own.split(token.content) if token.type == "text" and not within else [token.content]
        if len(parts) == 1:
            yield token
            continue
        for number, part in enumerate(parts):
            text = Token("text", "", 0, content=part)
            yield from [Token("link_open", "a", 1, attrs={"href": part}), text, Token("link_close", "a", -1)] if number % 2 else [text]


def _set_style(token: Token, colour: str) -> None:
    # Mail readers drop style sheets; they keep the style of an element.
    if token.nesting >= 0 and token.tag in _STYLES:
        token.attrSet("style", _STYLES[token.tag].replace("{colour}", colour))
