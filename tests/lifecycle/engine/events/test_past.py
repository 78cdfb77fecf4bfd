"""What is told as past changes what is known, and starts and answers nothing."""

from datetime import date, datetime

import pytest

from lifecycle.domain.model import Scalar
from lifecycle.domain.people.past import Past
from lifecycle.engine import engine
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    an_event,
    email,
    ended,
    live,
    living,
    moment,
    opened,
    survey,
    task,
    touched,
    wait_for,
)

NOW = moment("2026-06-15")
"""In growth, long after the past that is told."""


def past(type: str, day: str, id: str = "", **data: Scalar) -> Event:
    return an_event(type, NOW, id=id, happened=moment(day), **data).model_copy(update={"past": True})


LATER = moment("2026-07-20")


def told(playbook: Playbook, *events: Event, until: datetime = LATER) -> Simulation:
    """A customer of 2024 that was enrolled today and is told these."""
    customer = a_customer(term=3, past=Past(since=date(2024, 3, 2)))
    life = living(playbook, customer, NOW)
    assert [answer.why for answer in life.tell(*events)] == [""] * len(events)
    life.advance(until)
    return life


PLAYS = {
    "an event's": a_play(task(), on="ticket.opened", key="event.ticket"),
    "a condition's": a_play(task(), when="payment_failed"),
    "a condition's, after a while": a_play(task(), when="payment_failed", for_="2d"),
    "a wait's": a_play(wait_for("survey.answered", "10d", then=[task()]), at={"after": "0d", "of": "enrolment"}),
}

HISTORY = [
    past("ticket.opened", "2026-03-03", ticket="T-1", level=1),
    past("payment.failed", "2026-03-05", invoice="I-1"),
    past("login", "2026-04-01"),
    past("survey.answered", "2026-06-14", survey="nps", score=3),
]


@pytest.mark.parametrize("name", PLAYS)
def test_the_past_starts_and_answers_nothing_which_as_news_it_would(name: str) -> None:
    playbook = a_playbook(growth={"p": PLAYS[name]})
    news = [
        event.model_copy(update={"past": False, "happened": None if event.type == "survey.answered" else event.happened})
        for event in HISTORY
    ]
    assert touched(told(playbook, *HISTORY)) == []
    assert len(touched(told(playbook, *news))) == 1


def test_news_after_the_past_start_plays_as_ever() -> None:
    playbook = a_playbook(growth={"condition": a_play(task(), when="payment_failed"), "event": a_play(task(), on="ticket.opened")})
    life = told(playbook, *HISTORY, until=NOW)
    life.advance(moment("2026-07-01"))
    life.tell(an_event("payment.recovered", life.now, invoice="I-1"), opened("2026-07-01", "T-2"))
    life.advance(moment("2026-07-02"))
    life.tell(an_event("payment.failed", life.now, invoice="I-2"))
    life.advance(moment("2026-07-03"))
    assert touched(life) == ["2026-07-01 09:00 event/1/task", "2026-07-02 09:00 condition/1/task"]


def test_a_silence_is_counted_from_the_enrolment_for_nobody_looked_before() -> None:
    playbook = a_playbook(growth={"silence": a_play(task(), silent_for="30d")})
    assert touched(told(playbook, past("login", "2026-04-01"))) == ["2026-07-15 09:00 silence/1/task"]


def test_what_the_past_has_reached_ends_what_works_towards_it() -> None:
    playbook = a_playbook(
        milestones={"decided": {"kind": "customer", "due": "30d", "first_value": True}},
        growth={"chase": a_play(wait_for("meeting.held", "10d"), email(), at={"after": "0d", "of": "enrolment"}, until="first_value")},
    )
    life = told(playbook, past("milestone.reached", "2024-05-01", milestone="decided"))
    assert touched(life) == []
    assert ended(life)[0].startswith("2026-06-15 09:00 chase")
    assert life.life.facts.milestones.states["decided"].done == moment("2024-05-01")


def test_of_several_of_the_past_the_one_that_happened_last_stands_whatever_their_order_and_ids() -> None:
    intents = [
        past("renewal.intent", f"2026-0{month}-01", id=id, intent=intent)
        for month, id, intent in ((3, "c", "low"), (5, "a", "high"), (4, "b", "low"))
    ]
    for order in (intents, intents[::-1]):
        assert told(a_playbook(growth={}), *order).life.facts.intent.level == "high"


def test_a_renewal_of_the_past_counts_and_begins_no_term() -> None:
    life = told(a_playbook(growth={}), past("contract.renewed", "2025-03-02", reason="it works"))
    assert (life.life.contract.term, life.life.facts.contract.renewals, life.life.facts.contract.signed) == (3, ["it works"], [])


REFUSED: dict[str, tuple[Event, str]] = {
    "no moment": (
        an_event("login", NOW, id="e").model_copy(update={"past": True}),
        "event 'e' is told as past and does not say when it happened; give its 'happened'",
    ),
    "before it was a customer": (
        past("login", "2024-03-01"),
        "login happened on 2024-03-01, before acme became a customer on 2024-03-02; correct 'happened'",
    ),
    "what the enrolment tells": (
        past("customer.changed", "2025-01-01", tier="B"),
        "customer.changed is not told as past: how acme and its contract are now is known from its enrolment; leave it out",
    ),
    "a milestone that is none": (
        past("milestone.reached", "2025-01-01", milestone="x"),
        "the playbook tested@v1 has no milestone 'x', only none at all",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_told_as_past_is_refused_and_nothing_of_its_batch_is_taken(name: str) -> None:
    event, sentence = REFUSED[name]
    life = living(a_playbook(growth={}), a_customer(term=3, past=Past(since=date(2024, 3, 2))), NOW)
    assert engine.refusal_of_any(life.session, [*HISTORY, event], NOW) == sentence
    assert engine.refusal_of_any(life.session, HISTORY, NOW) is None


def test_of_whom_nobody_ever_told_anything_no_silence_is_known_until_it_is_heard_of_once() -> None:
    silence = {"quiet": a_play(survey("silence"), silent_for="30d")}
    life = living(a_playbook(growth=silence), a_customer(term=2, past=Past(since=date(2025, 3, 2))), moment("2026-03-03"))
    live(life, moment("2026-06-01"))
    assert touched(life) == []
    live(life, moment("2026-07-15"), an_event("login", moment("2026-06-02")))
    assert [line[:10] for line in touched(life)] == ["2026-07-02"]


GATE = a_play(wait_for(None, "2d", when="handoff.completed", otherwise=[task()]), at={"day": 0}, within="5d")


@pytest.mark.parametrize(
    ("history", "asked"),
    [([], ["2026-03-07 09:00 gate/1/task"]), ([past("handoff.completed", "2026-03-03", goal="sell more")], [])],
    ids=["nothing", "it was done"],
)
def test_what_a_late_start_waits_for_is_waited_for_from_the_enrolment_so_that_the_past_can_be_told(
    history: list[Event], asked: list[str]
) -> None:
    enrolled = moment("2026-03-05")
    life = living(a_playbook(onboarding={"gate": GATE}), a_customer(), enrolled)
    life.advance(enrolled)
    life.tell(*(event.model_copy(update={"at": enrolled}) for event in history))
    life.advance(moment("2026-03-20"))
    assert touched(life) == asked
