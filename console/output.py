"""Where commands write: tables and sentences for people, or one JSON document and nothing else."""

import json
import sys
from typing import Any

from rich.console import Console

out = Console(highlight=False)
"""Standard output. Looked up when it is written to, so that a test may stand in for it."""

err = Console(stderr=True, highlight=False, soft_wrap=True)
"""Standard error."""


def print_json(value: Any) -> None:
    """One JSON document on standard output; keys keep their order, letters of every language stay as they are."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def complain(sentence: str) -> None:
    """A sentence on standard error, as it is: nothing in it is markup, and no line is broken."""
    sys.stderr.write(f"{sentence}\n")
