"""Where commands write: tables and sentences for people, or one JSON document and nothing else.

Nothing that is written is markup, and no character of it moves a cursor or turns the direction of what follows.
"""

import json
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from lifecycle.domain.texts.text import escape_unprintable, one_line, printable_lines
from lifecycle.facts.events import CATALOGUE
from runtime.process.sentences import sentence

WIDE = 200
"""How wide a table may be where nobody's terminal says."""

out = Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else WIDE)
"""Standard output, for tables."""

err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
"""Standard error."""


def print_json(value: Any) -> None:
    """One JSON document on standard output; keys keep their order, letters of every language stay as they are."""
    sys.stdout.write(escape_unprintable(json.dumps(value, ensure_ascii=False, indent=2, default=str)) + "\n")


def say(text: str) -> None:
    """A sentence on standard output: nothing in it is markup or moves the cursor, and no line is broken."""
    sys.stdout.write(f"{printable_lines(text)}\n")


def plain(text: str, style: str = "") -> Text:
    """The text on one line as Rich shows it in a table or beside a bar, in that style: nothing in it is markup."""
    return Text(one_line(text), style=style)


def answer_in_words(text: str, customer: str) -> str:
    """What the workflow of `customer` answered, as a sentence; its id or an event's type at the beginning stays as it is written."""
    begins_with_a_name = text.startswith(customer) or text.split(" ", 1)[0].rstrip(":") in CATALOGUE
    return sentence(text if begins_with_a_name else f"{text[:1].upper()}{text[1:]}")


def print_answer(customer: str, answer: str, as_json: bool) -> None:
    """What the customer's workflow answered to a command, as a sentence or as JSON."""
    if as_json:
        print_json({"customer": customer, "answer": answer})
    else:
        say(answer_in_words(answer, customer))
