"""From a template to a message's subject, text and HTML.

A template is Markdown whose first line is `Subject: ...`, followed by an empty line. It is rendered twice: as it
stands for the text part, and with every value escaped for the HTML part, so that what a customer is called can
never become a heading, a link or a script. A value has one line in both, so that it never ends what it stands in.
One that is missing or empty where it is printed is a fault: nothing goes out with a hole.

Values belong in text and in `[words]({{ company.url }})`; inside code or `<...>` Markdown knows no escapes.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError
from markupsafe import Markup

from activities.ledger.failures import Refused
from activities.mail.rendering.markdown import BLUE, escape_markdown, first_question, to_html
from activities.mail.rendering.template_values import ValueGroup, Values
from lifecycle.domain.texts.colours import READABLE, WHITE, contrast, letters_on
from lifecycle.domain.texts.text import one_line, printable, printable_lines
from lifecycle.playbook.templates.limits import LONGEST_TEXT, TooLong
from lifecycle.playbook.templates.syntax import TemplateFaults, environment
from lifecycle.playbook.templates.templates import MessageTemplate, read_template


@dataclass(frozen=True)
class LabelledLink:
    """The words of a link, and the address that it leads to. As a button it has a `sign` before its words, and is filled unless it says no."""

    label: str
    url: str
    sign: str = ""
    says_no: bool = False


@dataclass(frozen=True)
class Question:
    """What a message asks by links. The text part has the choices, or `in_text` alone for a long row of them."""

    lead: str
    choices: tuple[LabelledLink, ...]
    legend: str = ""
    in_text: LabelledLink | None = None


@dataclass(frozen=True)
class Footer:
    """What stands round every message: whose it is, and how to hear less of it, by a sentence or by links.

    `language` is that of our own words, which need not be the template's. The message signs itself. `logo` is a picture's address,
    `colour` that of buttons and links, `address` and `legal` stand under it by law.
    """

    company: str
    url: str = ""
    stop: str = ""
    links: tuple[LabelledLink, ...] = ()
    language: str = "en"
    logo: str = ""
    colour: str = BLUE
    address: str = ""
    legal: str = ""

    @property
    def letters(self) -> str:
        """The colour of letters on the company's own."""
        return letters_on(self.colour)

    @property
    def link_colour(self) -> str:
        """The company's own where it can be read on white."""
        return self.colour if contrast(self.colour, WHITE) >= READABLE else BLUE


@dataclass(frozen=True)
class RenderedMessage:
    """A message in words: a one-line subject, the body alone, the text part and the whole HTML document."""

    subject: str
    body: str
    text: str
    html: str


class Escaping(Enum):
    """How values are printed into a template, each on one line: as they are, or so that Markdown takes them for text."""

    NONE = auto()
    MARKDOWN = auto()


def render(
    name: str, source: str, values: Values, footer: Footer, language: str = "en", question: Question | None = None
) -> RenderedMessage:
    """The message that the template makes of these values.

    `name` names the template in sentences, `source` is its text, `language` that of its words. Raises Refused with a sentence
    that names the template and the fault.
    """
    template, tree = _read(name, source), _tree(values)
    subject = one_line(_fill(name, Escaping.NONE, template.subject, tree))
    if not subject:
        raise Refused(f"template '{name}' makes an empty subject of these values")
    body = "\n".join(printable(line) for line in _fill(name, Escaping.NONE, template.body, tree).splitlines()).strip()
    content = to_html(_fill(name, Escaping.MARKDOWN, template.body, tree), footer.url, footer.link_colour)
    layout = _layout().get_template("layout.html")
    html = printable_lines(layout.render(subject=subject, content=Markup(content), question=question, footer=footer, language=language))
    question_part = f"{_question_text(question)}\n\n" if question is not None else ""
    return RenderedMessage(subject, body, f"{body}\n\n{question_part}{_signature(footer)}\n", html)


LONGEST_QUESTION = 300
"""Characters of a question that a link carries, for a mail shows links whole."""


def question_of(name: str, source: str, values: Values) -> str:
    """What the message asks in its own words: the paragraph of its body that asks, if it is not too long for a link, else empty.

    Raises Refused as `render` does.
    """
    template, tree = _read(name, source), _tree(values)
    asked = first_question(_fill(name, Escaping.MARKDOWN, template.body, tree))
    # German goes on with a small letter after the greeting; on the page the question stands alone.
    return asked[:1].upper() + asked[1:] if len(asked) <= LONGEST_QUESTION else ""


def _read(name: str, source: str) -> MessageTemplate:
    try:
        return read_template(source)
    except TemplateFaults as faults:
        raise Refused(f"template '{name}' does not read: {faults.faults[0].what}") from None


def _tree(values: Values) -> dict[str, ValueGroup]:
    return {group: ValueGroup(group, fields) for group, fields in values.items()}


def _fill(name: str, escaping: Escaping, source: str, tree: dict[str, ValueGroup]) -> str:
    pieces: list[str] = []
    left = LONGEST_TEXT
    try:
        for piece in _compile(escaping, source).generate(tree):
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise TooLong
    except TooLong as fault:
        raise Refused(f"template '{name}' {fault}") from None
    except TemplateError as fault:
        raise Refused(f"template '{name}' cannot be filled in: {fault}") from None
    except (TypeError, ValueError, ArithmeticError, LookupError, MemoryError, RecursionError) as fault:
        raise Refused(f"template '{name}' cannot be filled in: {type(fault).__name__}: {fault}") from None
    return "".join(pieces)


@lru_cache(maxsize=512)
def _compile(escaping: Escaping, source: str) -> Template:
    # The values are escaped as Markdown, not as HTML: markdown-it, with html off, escapes what is left.
    shown = one_line if escaping is Escaping.NONE else escape_markdown
    return environment().overlay(finalize=lambda value: shown(str(value))).from_string(source)


@lru_cache(maxsize=1)
def _layout() -> Environment:
    here = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=here, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _question_text(question: Question) -> str:
    if question.in_text is not None:
        return f"{question.in_text.label}: {question.in_text.url}"
    return "\n".join([question.lead, *(f"{choice.label}: {choice.url}" for choice in question.choices)])


def _signature(footer: Footer) -> str:
    whose = one_line(f"{footer.company} {footer.url}")
    by_law = [one_line(text) for text in (footer.address, footer.legal) if text]
    return "\n".join(
        ["-- ", whose, *by_law, *([footer.stop] if footer.stop else []), *(f"{link.label}: {link.url}" for link in footer.links)]
    )
