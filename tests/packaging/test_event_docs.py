"""docs/events.md says what the models of the event types say."""

import re

import pytest

from lifecycle.facts.events import CATALOGUE
from tools.event_docs import PAGE, with_table


def test_the_page_is_what_make_docs_makes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "run `make docs`"


def test_every_type_and_field_stands_in_the_page_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([^|]*) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: re.findall(r"(\*\*)?(\w+)", fields) for name, fields in rows}
    catalogued = {
        name: [("**" if field.is_required() else "", each) for each, field in model.model_fields.items()]
        for name, model in CATALOGUE.items()
    }
    assert told == catalogued


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_type_has_a_sentence_of_its_own(name: str) -> None:
    assert "__doc__" in CATALOGUE[name].__dict__
    assert re.fullmatch(r"[A-Z][^|]*\.", " ".join((CATALOGUE[name].__doc__ or "").split()))
