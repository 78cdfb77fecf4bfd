"""Where commands write: tables and sentences for people, or one JSON document and nothing else."""

import json
import sys
from typing import Any

from rich.console import Console

WIDE = 200
"""How wide a table may be where nobody's terminal says."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
"""Standard output, for tables."""

err = Console(stderr=True, highlight=False, soft_wrap=True)
"""Standard error."""


def print_json(value: Any) -> None:
    """One JSON document on standard output; keys keep their order, letters of every language stay as they are."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def say(sentence: str) -> None:
    """A sentence on standard output, as it is: nothing in it is markup, and no line is broken."""
    sys.stdout.write(f"{sentence}\n")
