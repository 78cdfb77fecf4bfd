"""`make docs`: writes the table of docs/events.md from the models of the event types."""

import re
from pathlib import Path

from lifecycle.facts.events import CATALOGUE, EventData
from lifecycle.facts.facts import SUBJECT_OF

PAGE = Path(__file__).parents[1] / "docs" / "events.md"
HEAD = "| type | fields | what it says |\n|---|---|---|\n"

_PRACTICES = re.compile(r" \(R\d+(?:, R\d+)*\)")
"""References to docs/practices.md, which only readers of the code need."""


def with_table(page: str) -> str:
    """That page with its table made anew: a row an event type, in the order of the subjects."""
    before, _, _ = page.partition(HEAD)
    return before + HEAD + "".join(f"{_row(name, CATALOGUE[name])}\n" for name in SUBJECT_OF)


def _row(name: str, model: type[EventData]) -> str:
    fields = ", ".join(f"**{field}**" if info.is_required() else field for field, info in model.model_fields.items())
    says = _PRACTICES.sub("", " ".join((model.__doc__ or "").split()))
    return f"| `{name}` | {fields} | {says} |"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
