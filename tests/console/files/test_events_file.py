"""A bad row of events is reported with its line and every reason, and the others are taken."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.files.events_file import CustomerEvent, read_events

ZONES = {"acme": "Europe/Berlin", "sakura": "Asia/Tokyo"}


def events(*rows: str) -> tuple[list[CustomerEvent], list[str]]:
    taken, faults = read_events("\n".join(["customer,at,type,id,happened,data", *rows]) + "\n", ZONES)
    return taken, [str(fault) for fault in faults]


def test_an_event_is_told_at_the_customers_own_time() -> None:
    taken, faults = events("acme,2026-07-01 09:00,login,,,", "sakura,2026-07-01T09:00,login,,,", "acme,2026-07-01 09:00+00:00,login,,,")
    assert faults == []
    assert [one.event.at for one in taken] == [
        datetime(2026, 7, 1, 7, tzinfo=UTC),
        datetime(2026, 7, 1, 0, tzinfo=UTC),
        datetime(2026, 7, 1, 9, tzinfo=UTC),
    ]


def test_a_time_that_the_clock_change_skips_is_the_first_after_it() -> None:
    taken, _ = events("acme,2026-03-29 02:30,login,,,")
    assert taken[0].event.at == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_data_is_pairs_or_json_and_says_the_same() -> None:
    pairs, _ = events("acme,2026-07-01 09:00,survey.answered,,,survey=nps; score=9")
    json, _ = events('acme,2026-07-01 09:00,survey.answered,,,"{""survey"": ""nps"", ""score"": 9}"')
    assert pairs[0].event == json[0].event
    assert pairs[0].event.data == {"survey": "nps", "score": 9}


def test_a_row_read_again_is_the_same_event_and_another_is_not() -> None:
    again, _ = events("acme,2026-07-01 09:00,login,,,", "acme,2026-07-01 07:00Z,login,,,", "acme,2026-07-01 09:01,login,,,")
    ids = [one.event.id for one in again]
    assert ids[0] == ids[1] != ids[2]


BROKEN_EVENTS = {
    "an unknown customer": ("acne,2026-07-01 09:00,login,,,", ["there is no customer 'acne'; did you mean acme?"]),
    "no customer": (",2026-07-01 09:00,login,,,", ["'customer' is empty"]),
    "an unknown type": ("acme,2026-07-01 09:00,logn,,,", ["'logn' is no event type; did you mean login?"]),
    "no type": ("acme,2026-07-01 09:00,,,,", ["'type' is empty"]),
    "a day without a time": (
        "acme,2026-07-01,login,,,",
        ["at '2026-07-01' is no moment; write it as 2026-03-01 14:30, with an offset such as +02:00 if it is not the customer's own time"],
    ),
    "a 25th hour": (
        "acme,2026-07-01 25:00,login,,,",
        [
            "at '2026-07-01 25:00' is no moment; write it as 2026-03-01 14:30, with an offset such as +02:00 if it is not the customer's own time"
        ],
    ),
    "no time": ("acme,,login,,,", ["'at' is empty"]),
    "a missing field": ("acme,2026-07-01 09:00,ticket.opened,,,level=2", ["ticket.opened needs 'ticket'"]),
    "a field too many": (
        "acme,2026-07-01 09:00,ticket.opened,,,ticket=T-1;levle=2",
        ["ticket.opened has no field 'levle'; did you mean level?"],
    ),
    "a value out of range": (
        "acme,2026-07-01 09:00,ticket.opened,,,ticket=T-1;level=9",
        ["ticket.opened: 'level' is 4 at most, and this says '9'"],
    ),
    "a renewal without its reason": ("acme,2026-07-01 09:00,contract.renewed,,,", ["contract.renewed needs 'reason'"]),
    "data that is no pair": (
        "acme,2026-07-01 09:00,ticket.opened,,,ticket=T-1;urgent",
        ["data 'urgent' is no key=value"],
    ),
    "data that is no JSON": (
        'acme,2026-07-01 09:00,ticket.opened,,,"{""ticket"": "',
        ["data is no JSON object: Expecting value: line 1 column 11 (char 10)"],
    ),
    "a score off its scale": (
        "acme,2026-07-01 09:00,survey.answered,,,survey=csat;score=9",
        ["survey.answered: survey 'csat' is scored from 1 to 5, and this says 9"],
    ),
    "several things at once": (
        "acne,soon,contract.renewed,,,end=never",
        [
            "there is no customer 'acne'; did you mean acme?",
            "at 'soon' is no moment; write it as 2026-03-01 14:30, with an offset such as +02:00 if it is not the customer's own time",
            "contract.renewed needs 'reason'",
            "contract.renewed: 'end' is a day such as 2026-03-01, and this says 'never'",
        ],
    ),
}


@pytest.mark.parametrize("name", BROKEN_EVENTS)
def test_a_broken_event_is_told_why_and_the_others_are_taken(name: str) -> None:
    broken, reasons = BROKEN_EVENTS[name]
    taken, faults = events("acme,2026-07-01 08:00,login,,,", broken, "acme,2026-07-01 10:00,login,,,")
    assert sorted(faults) == sorted(f"line 3: {reason}" for reason in reasons)
    assert [one.line for one in taken] == [2, 4]


def test_one_id_for_two_facts_is_a_fault() -> None:
    taken, faults = events(
        "acme,2026-07-01 09:00,login,e1,,", "acme,2026-07-02 09:00,order.placed,e1,,order=O-1", "sakura,2026-07-02 09:00,login,e1,,"
    )
    assert faults == ["line 3: id 'e1' stands on line 2 already and says something else there"]
    assert [one.line for one in taken] == [2, 4]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_reported(text: str) -> None:
    for content in (text, f"customer,at,type,id,happened,data\n{text}"):
        read_events(content, ZONES)
