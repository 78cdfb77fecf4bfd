"""What is told late: an event older than the fact it would change changes, starts, ends and answers nothing, and the timeline says so."""

from datetime import datetime

import pytest

from lifecycle.domain.model import Scalar
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import CATALOGUE, Event
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import a_play, a_playbook, escalate, live, living, moment, task, touched, wait, wait_for

NOON = moment("2026-03-10", "12:00")

SUPERSEDED: list[tuple[str, dict[str, Scalar], str, dict[str, Scalar]]] = [
    ("ticket.opened", {"ticket": "T", "level": 1}, "ticket.resolved", {"ticket": "T"}),
    ("ticket.resolved", {"ticket": "T"}, "ticket.opened", {"ticket": "T", "level": 1}),
    ("payment.failed", {"invoice": "i"}, "payment.recovered", {"invoice": "i"}),
    ("payment.recovered", {"invoice": "i"}, "payment.failed", {"invoice": "i"}),
    ("meeting.accepted", {"meeting": "kickoff"}, "meeting.declined", {"meeting": "kickoff"}),
    ("meeting.declined", {"meeting": "kickoff"}, "meeting.accepted", {"meeting": "kickoff"}),
    ("meeting.declined", {"meeting": "kickoff"}, "meeting.held", {"meeting": "kickoff"}),
    ("meeting.countered", {"meeting": "kickoff"}, "meeting.accepted", {"meeting": "kickoff"}),
    ("offer.declined", {"offer": "discount"}, "offer.accepted", {"offer": "discount"}),
    ("survey.answered", {"survey": "nps", "score": 1}, "survey.answered", {"survey": "nps", "score": 9}),
    ("renewal.intent", {"intent": "low"}, "renewal.intent", {"intent": "high"}),
    (
        "contact.left",
        {"email": "ana@acme.example"},
        "contact.added",
        {"email": "ana@acme.example", "name": "Ana Silva", "role": "champion"},
    ),
    ("contact.added", {"email": "cy@acme.example", "name": "Cy"}, "contact.left", {"email": "ana@acme.example"}),
    ("contact.opted_in", {"email": "ana@acme.example"}, "contact.opted_out", {"email": "ana@acme.example"}),
    ("customer.changed", {"tier": "C"}, "customer.changed", {"tier": "A"}),
    ("contract.amended", {"annual_value": 1.0}, "contract.amended", {"annual_value": 2.0}),
    ("usage.reported", {"count": 5.0, "window": "2026-W10"}, "usage.reported", {"count": 9.0, "window": "2026-W10"}),
]
NEWS = {"contact.added"}
"""Of another person: not superseded by what is told of Ana."""


def at(minute: int) -> datetime:
    return moment("2026-03-10", f"10:{minute:02}")


def told_late(older: tuple[str, dict[str, Scalar]], newer: tuple[str, dict[str, Scalar]], play: dict[str, object]) -> Simulation:
    events = [
        Event(id="newer", type=newer[0], at=at(5), happened=at(4), data=newer[1]),
        Event(id="older", type=older[0], at=at(6), happened=at(1), data=older[1]),
    ]
    return live(living(a_playbook(onboarding={"p": play})), NOON, *events)


@pytest.mark.parametrize(("type_", "data", "newer", "newer_data"), SUPERSEDED, ids=[f"{row[0]} < {row[2]}" for row in SUPERSEDED])
def test_what_is_superseded_starts_nothing_and_its_line_says_so(
    type_: str, data: dict[str, Scalar], newer: str, newer_data: dict[str, Scalar]
) -> None:
    first = a_play(task(), on=type_)
    life = told_late((type_, data), (newer, newer_data), first)
    expected = 1 if type_ in NEWS or newer == type_ else 0
    assert len(touched(life)) == expected
    lines = [entry.why for entry in life.life.log.timeline if entry.kind is EntryKind.EVENT and entry.what == type_]
    if not CATALOGUE[type_].routine:
        superseded = "it happened 2026-03-10 09:01 UTC, and something later, or the same, is known"
        assert [superseded in line for line in lines] == [False] * (len(lines) - 1) + [type_ not in NEWS]


@pytest.mark.parametrize(("type_", "data", "newer", "newer_data"), SUPERSEDED, ids=[f"{row[0]} < {row[2]}" for row in SUPERSEDED])
def test_what_is_superseded_leaves_the_facts_as_they_were(
    type_: str, data: dict[str, Scalar], newer: str, newer_data: dict[str, Scalar]
) -> None:
    if type_ in NEWS:
        return
    play = a_play(task(), at={"day": 80})
    alone = live(living(a_playbook(onboarding={"p": play})), NOON, Event(id="newer", type=newer, at=at(5), happened=at(4), data=newer_data))
    late = told_late((type_, data), (newer, newer_data), play)
    # That it was heard of is true all the same.
    late.life.facts.activity = alone.life.facts.activity
    assert (late.life.facts, late.life.customer, late.life.progress.stage) == (
        alone.life.facts,
        alone.life.customer,
        alone.life.progress.stage,
    )


def test_a_ticket_resolved_before_it_is_told_as_opened_starts_no_play() -> None:
    """Case 01."""
    life = told_late(
        ("ticket.opened", {"ticket": "T-77", "level": 1}), ("ticket.resolved", {"ticket": "T-77"}), a_play(task(), on="ticket.opened")
    )
    assert (touched(life), life.life.facts.tickets.open) == ([], {})


# ---- a wait looks back to the start of its own play, no further


@pytest.mark.parametrize(
    ("happened", "answered"),
    [("2026-03-11 08:59", False), ("2026-03-11 09:00", True), ("2026-03-11 09:30", True)],
    ids=["before the play began", "at its beginning", "after it"],
)
def test_a_wait_is_answered_by_what_happened_since_its_play_began(happened: str, answered: bool) -> None:
    steps = [wait("1d"), wait_for("meeting.held", "3d", then=[escalate("held")], otherwise=[escalate("not-held")])]
    play = a_play(*steps, at={"day": 9})
    day, clock = happened.split()
    event = Event(id="e", type="meeting.held", at=moment("2026-03-12", "15:00"), happened=moment(day, clock), data={"meeting": "kickoff"})
    life = live(living(a_playbook(onboarding={"p": play})), moment("2026-03-20"), event)
    assert [touch.key.rsplit("/", 1)[1] for touch in life.touches] == ["escalate-held" if answered else "escalate-not-held"]


def test_what_happened_after_the_event_that_began_the_play_answers_it_even_if_the_play_was_begun_later() -> None:
    play = a_play(wait_for("ticket.resolved", "3d", otherwise=[task()]), on="ticket.opened", key="event.ticket")
    events = [
        Event(id="a", type="ticket.opened", at=at(5), happened=at(1), data={"ticket": "T"}),
        Event(id="b", type="ticket.resolved", at=at(6), happened=at(4), data={"ticket": "T"}),
    ]
    assert touched(live(living(a_playbook(onboarding={"p": play})), moment("2026-03-20"), *events)) == []


# ---- what is corrected


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        ({"email": "ana@acme.example", "name": "Ana Silva", "role": "champion", "phone": "+49 30 1234567"}, False),
        ({"email": "ana@acme.example", "name": "Ana Silva-Berg", "role": "champion"}, False),
        ({"email": "bo@acme.example", "name": "Bo Berg", "role": "champion"}, True),
        ({"email": "cy@acme.example", "name": "Cy", "role": "champion"}, True),
    ],
    ids=["a telephone number", "a name", "another role", "somebody new"],
)
def test_a_contact_that_is_corrected_has_not_come_and_begins_no_play(data: dict[str, Scalar], begins: bool) -> None:
    play = a_play(task(), on="contact.added", if_='event.role == "champion"')
    life = live(living(a_playbook(onboarding={"p": play})), NOON, Event(id="e", type="contact.added", at=at(1), data=data))
    assert (len(touched(life)) == 1) is begins
    assert life.life.customer.contact(str(data["email"])) is not None
