"""Contacts have a telephone number, which a touch carries beside the address."""

from typing import Any

import pytest

from lifecycle.facts.events import FieldFaults, read_fields
from tests.lifecycle.building import a_play, a_playbook, an_event, email, live, living, moment

ANA: dict[str, Any] = {"email": "ana@acme.example", "name": "Ana Silva", "role": "champion"}


def test_a_number_that_is_told_reaches_the_touch_and_stays_when_later_news_has_none() -> None:
    life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 5})}))
    first = an_event("contact.added", moment("2026-03-03"), **ANA, phone="+49 30 123456")
    again = an_event("contact.added", moment("2026-03-04"), **ANA)
    live(life, moment("2026-03-08"), first, again)
    assert [(person.email, person.phone) for person in life.touches[0].to] == [("ana@acme.example", "+49 30 123456")]


@pytest.mark.parametrize("phone", ["call me", "+", "12", "+49 30 123456 extension of more than thirty", "１２３４", "030\n123"])
def test_what_is_no_number_is_refused_in_a_sentence(phone: str) -> None:
    with pytest.raises(FieldFaults, match="'phone' is no telephone number: write one such as"):
        read_fields("contact.added", {**ANA, "phone": phone})
