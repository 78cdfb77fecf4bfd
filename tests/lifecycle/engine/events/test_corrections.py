"""`customer.changed` reaches every field that enrolment has, and the first day of the term that runs."""

from datetime import date, datetime

import pytest

from lifecycle.domain.model import Scalar
from lifecycle.facts.events import Event, read_fields
from tests.lifecycle.building import a_play, a_playbook, email, live, living, moment, stages, touched

PLAYS = a_playbook(onboarding={"tenth": a_play(email(), at={"day": 10}), "german": a_play(email("de"), when='language == "de"')})
NOW = moment("2026-03-04", "10:00")


def changed(data: dict[str, Scalar], id: str = "change", at: datetime = NOW, happened: datetime | None = None) -> Event:
    return Event(id=id, type="customer.changed", at=at, happened=happened, data=data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Acme Two"),
        ("timezone", "America/New_York"),
        ("country", "FR"),
        ("tier", "B"),
        ("segment", "chain"),
        ("language", "fr"),
        ("goal", "less paper"),
        ("industry", "retail"),
        ("edition", "team"),
        ("company_size", 0),
        ("company_size", 400),
    ],
)
def test_every_field_of_the_customer_can_be_changed_and_an_older_telling_changes_nothing(field: str, value: Scalar) -> None:
    life = living(PLAYS, at=NOW)
    assert life.tell(changed({field: value}, "new"))[0].taken
    assert getattr(life.life.customer, field) == value
    before = life.life.customer.model_copy(deep=True)
    others: dict[str, Scalar] = {"country": "ES", "tier": "C", "language": "es", "timezone": "Asia/Tokyo", "company_size": 7}
    life.tell(changed({field: others.get(field, "old")}, "old", happened=moment("2026-03-03")))
    assert life.life.customer == before


def test_attributes_are_told_one_by_one_and_one_with_nothing_in_it_is_taken_away() -> None:
    life = living(PLAYS, at=NOW)
    life.tell(changed({"attr:seats": 40, "attr:crm": "C-1", "attr:vip": True}, "a"))
    assert life.life.customer.attributes == {"seats": 40, "crm": "C-1", "vip": True}
    life.tell(changed({"attr:seats": 41, "attr:vip": None}, "b"))
    assert life.life.customer.attributes == {"seats": 41, "crm": "C-1"}
    assert life.life.log.timeline[-1].why == "attr:seats 41"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"langage": "de"}, "customer.changed: there is no field 'langage'; did you mean language?"),
        ({"attr:": 1}, "customer.changed: there is no field 'attr:'; only name, timezone, "),
        ({"attr:a b": 1}, "customer.changed: there is no field 'attr:a b'; only name, timezone, "),
        ({"language": "german"}, "customer.changed: 'language' "),
        ({"company_size": -1}, "customer.changed: 'company_size' "),
        ({"attr:x": "y" * 501}, "customer.changed: 'attr:x' has 501 characters, and at most 500 fit"),
        (
            {f"attr:a{number}": 1 for number in range(41)},
            "customer.changed: it tells 41 attributes, and at most 40 at once; tell them in parts",
        ),
    ],
)
def test_a_field_that_is_none_is_refused_with_a_near_name(data: dict[str, Scalar], says: str) -> None:
    with pytest.raises(ValueError, match=r"customer\.changed") as refused:
        read_fields("customer.changed", data)
    assert str(refused.value).startswith(says)


def test_attributes_that_no_life_has_room_for_are_refused() -> None:
    life = living(PLAYS, at=NOW)
    told = [changed({f"attr:a{number}_{each}": "ü" * 100 for each in range(40)}, f"e{number}") for number in range(3)]
    assert [life.tell(event)[0].why for event in told] == [
        "",
        "",
        "acme has 25,540 bytes of goal, segment, attributes and the like, and at most 24,000 of them fit; shorten them",
    ]
    assert len(life.life.customer.attributes) == 80


def test_the_first_day_of_the_term_is_corrected_and_what_hangs_on_it_moves() -> None:
    life = living(PLAYS, at=NOW)
    live(life, moment("2026-03-05"), changed({"contract_start": "2026-03-04"}, at=moment("2026-03-05")))
    assert life.life.contract.start == date(2026, 3, 4)
    assert life.life.log.timeline[-1].why == "tenth from Thu 12 Mar 2026 09:00 to Sat 14 Mar 2026 09:00"
    live(life, moment("2026-03-20"))
    assert touched(life) == ["2026-03-14 09:00 tenth/1/email-note"]


def test_a_first_day_long_past_puts_the_customer_into_the_stage_that_it_means() -> None:
    life = living(PLAYS, at=NOW)
    live(life, moment("2026-03-05"), changed({"contract_start": "2025-09-01"}, at=moment("2026-03-05")))
    assert stages(life) == ["2026-03-04 onboarding", "2026-03-05 growth"]


@pytest.mark.parametrize(
    ("start", "why"), [("2027-03-02", "is not before the contract's end on 2027-03-02"), ("2030-01-01", "is not before")]
)
def test_a_first_day_that_cannot_be_is_refused(start: str, why: str) -> None:
    life = living(PLAYS, at=NOW)
    assert why in life.tell(changed({"contract_start": start}))[0].why
