"""Where commands write: tables and sentences for people, or one JSON document and nothing else."""

import json
import sys
from typing import Any

from rich.console import Console

from runtime.process.sentences import sentence

WIDE = 200
"""How wide a table may be where nobody's terminal says."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
"""Standard output, for tables."""

err = Console(stderr=True, highlight=False, soft_wrap=True)
"""Standard error."""


def print_json(value: Any) -> None:
    """One JSON document on standard output; keys keep their order, letters of every language stay as they are."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def say(text: str) -> None:
    """A sentence on standard output, as it is: nothing in it is markup, and no line is broken."""
    sys.stdout.write(f"{text}\n")


def answer_in_words(text: str, customer: str) -> str:
    """What the workflow of `customer` answered, as a sentence; an id at its beginning stays as it is written."""
    return sentence(text if text.startswith(customer) else f"{text[:1].upper()}{text[1:]}")


def print_answer(customer: str, answer: str, as_json: bool) -> None:
    """What the customer's workflow answered to a command, as a sentence or as JSON."""
    if as_json:
        print_json({"customer": customer, "answer": answer})
    else:
        say(answer_in_words(answer, customer))
