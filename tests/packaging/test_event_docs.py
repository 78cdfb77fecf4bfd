"""docs/events.md says what the catalogue says."""

import re
from pathlib import Path

from lifecycle.facts.events import CATALOGUE

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def test_every_type_and_field_stands_in_the_page_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([^|]*) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: re.findall(r"(\*\*)?(\w+)", fields) for name, fields in rows}
    catalogued = {
        name: [("**" if field.is_required() else "", each) for each, field in model.model_fields.items()]
        for name, model in CATALOGUE.items()
    }
    assert told == catalogued
