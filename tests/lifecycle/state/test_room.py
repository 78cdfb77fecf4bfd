"""A life can be carried from run to run whatever it is told, in whatever characters: each part of it has a bound in bytes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic_core import to_json

from lifecycle.domain.bounds import cut, json_size, short_key
from lifecycle.domain.enums import Outcome, Role
from lifecycle.domain.errors import Mistake
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.engine import engine
from lifecycle.engine.engine import Session
from lifecycle.engine.touches.releasing import NO_ROOM
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import RunStatus
from lifecycle.state.record import MOST_WAITING
from lifecycle.state.room import CONTACTS, MOST, MOST_CARRIED, TOUCHES, WAITING, size_of_touch, too_large
from tests.lifecycle.building import (
    Raw,
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    email,
    living,
    moment,
    offer,
    task,
    wait_for,
)
from tests.lifecycle.calls import Begun, begun, decide, settle

CHARACTERS = {
    "four bytes": "\U0001f33f", "an escape of six": "\x01", "an escape of two": "\\", "six in another case": "\u0390", "three bytes": "\u6f22", "one byte": "x",
}  # fmt: skip
LIVED = ("four bytes", "an escape of six")
NOON = moment("2026-03-03", "12:00")
TOGETHER = 20
"""Events that are told at once, each for its own moment: as many as have room to wait."""

LONG = "\U0001f33f" * 480


def size(part: Any) -> int:
    return len(to_json(part))


def parts(life: Lifecycle) -> dict[str, int]:
    """The bytes of each part, by its name in MOST."""
    state = life.model_dump(mode="json")
    plays, facts, inbox, log = state["plays"], state["facts"], state["inbox"], state["log"]
    return {
        "customer.contacts": size(state["customer"].pop("contacts")),
        "customer": size(state["customer"]),
        "progress": size(state["progress"]),
        "plays.states": size(plays.pop("states")),
        "plays.runs": size(plays.pop("runs")),
        "plays.in_flight, tried and withdrawn": sum(size(plays.pop(name)) for name in ("in_flight", "tried", "withdrawn")),
        "plays.unknown": size(plays.pop("unknown")),
        "plays.invitations": size(plays.pop("invitations")),
        "plays.missed": size(plays.pop("missed", [])),
        "plays.sends": size(plays.pop("sends")),
        "plays": size(plays),
        **{f"facts.{name}": size(facts.pop(name)) for name in [part.partition(".")[2] for part in MOST if part.startswith("facts.")]},
        "facts": size(facts),
        "health": size(state["health"]),
        "inbox.known and known_routine": size(inbox["known"]) + size(inbox["known_routine"]),
        "inbox.commands": size(inbox["commands"]),
        "inbox.waiting and log.repeats": size(inbox["waiting"]) + size(log.pop("repeats")),
        "log.timeline": size(log.pop("timeline")),
        "log": size(log | {"unrecorded": []}),
        "record": size(state["record"] | {"waiting": []}) + MOST_WAITING,
    }


def check(life: Lifecycle) -> None:
    found = parts(life)
    assert found.keys() == MOST.keys()
    assert {name: bytes_ for name, bytes_ in found.items() if bytes_ > MOST[name]} == {}
    carried = life.model_dump_json().encode()
    assert len(carried) < MOST_CARRIED
    assert Lifecycle.model_validate_json(carried) == life


FILLED = (
    "customer.contacts", "facts.surveys", "facts.times", "facts.tickets", "facts.payments", "facts.meetings", "log.timeline", "inbox.known and known_routine",
    "plays.runs",
)  # fmt: skip
"""What the largest life comes near the bounds of; for the others too much of the playbook would have to be at its longest."""


def test_all_parts_together_can_be_carried() -> None:
    assert sum(MOST.values()) + 500 < MOST_CARRIED


# ---- the largest of everything

TICKETS = {
    f"ticket-{number}": a_play(wait_for("ticket.resolved", "40d"), task(), on="ticket.opened", key="event.subject") for number in range(5)
}
PLAYS: Raw = {
    **{f"{'play-':x<55}{number:05}": a_play(email(), every="1d", cooldown="1d", until="first_value") for number in range(190)},
    **TICKETS,
    "answer": a_play(task("x" * 490), on="ticket.opened", key="event.subject", within="30d"),
    "granted": a_play(offer(once="stage"), every="1h"),
}
MILESTONES = {f"{'milestone-':x<55}{number:05}": {"kind": "customer", "name": "x", "due": "10d"} for number in range(100)}
LARGEST = a_playbook(onboarding=PLAYS, win_back={}, milestones=MILESTONES)


def largest_customer(fill: str) -> Customer:
    customer = a_customer(contacts=[], goal=fill * 100, industry=fill * 300, edition=fill * 300, segment=fill * 300)
    for number in range(1000):
        more = customer.model_copy(update={"attributes": customer.attributes | {f"{fill * 20}{number}": fill * 20}})
        if too_large(more) is not None:
            return customer
        customer = more
    raise AssertionError("there is no end to it")


def test_a_text_is_cut_to_so_many_bytes_with_a_mark_and_a_short_one_stays() -> None:
    for fill in CHARACTERS.values():
        assert cut(fill * 16, 100) == fill * 16
        short = cut(fill * 200, 100)
        assert short.endswith("…") and 90 <= json_size(short) <= 100


def test_a_key_is_kept_as_it_is_if_it_is_short_and_plain_and_otherwise_by_a_hash_of_its_own() -> None:
    assert [short_key(key) for key in ("e-1", "/product 7", "x" * 24)] == ["e-1", "/product 7", "x" * 24]
    others = [
        "x" * 25,
        "\U0001f33f",
        'a"b',
        "a\\b",
        "a\x01",
        "~",
        short_key("x" * 25),
        "",
        *(f"{fill * 200}" for fill in CHARACTERS.values()),
    ]
    hashed = [short_key(key) for key in others if key]
    assert len(set(hashed)) == len(hashed)
    assert all(len(key) == json_size(key) == 21 and key.startswith("~") for key in hashed)


def reachable(number: int) -> str:
    """An address of the greatest length to which a message can be sent."""
    return f"{number:0>60}@{'b' * 60}.{'b' * 60}.{'b' * 50}.example"


def address(number: int, fill: str) -> str:
    return f"{number:0>5}{fill * 50}@{fill * 180}.example"


TOLD_AT_ONCE = 8
"""Events of one moment, which are decided on together."""


def everything(fill: str) -> Iterator[Event]:
    """Every kind of event that leaves something behind, with its longest texts, more often than is kept."""
    text, by, name = fill * 500, fill * 480, fill * 200
    at, count = NOON, 0

    def told(kind: str, number: int, **data: Any) -> Event:
        nonlocal at, count
        count += 1
        if count % TOLD_AT_ONCE == 0:
            at += timedelta(seconds=20)
        return an_event(kind, at, id=f"{kind}-{number}-{fill * 170}", **data)

    yield told("customer.changed", 0, name=name, segment=text, owner_name=name, owner_email=reachable(0), cause=text)
    yield told("handoff.completed", 0, goal=text, promises=text)
    for number in range(320):
        key = f"{number:x>64}"
        yield told("contact.added", number, name=name, email=reachable(number), role="sponsor", phone="+49 30 1234567890123456789")
        yield told("contact.opted_out", number, email=address(2000 + number, fill))
        yield told("survey.answered", number, survey=key, score=3, comment=text)
        yield told("meeting.accepted", number, meeting=key, by=text)
        yield told("offer.accepted", number, offer=key, by=by, reason=text)
        yield told("payment.failed", number, invoice=key)
    for number, milestone in enumerate(MILESTONES):
        yield told("milestone.reached", number, milestone=milestone, by=text)
    for number in range(30):
        yield told("usage.reported", number, count=number / 7, window=f"2026-03-{1 + number % 3:02}T{number % 24:02}:00:00.000Z/{'P' * 70}")
        yield told("contract.renewed", number, reason=text)
        yield told("offer.declined", number, offer="discount", by=by, reason=text)
    for number in range(2100):
        yield told("login", number)
    for number in range(320):
        yield told("ticket.changed", number, ticket=f"{number:y>64}", level=1)
        yield told("ticket.opened", number, ticket=f"{number:x>64}", subject=f"{number}{by}")
    yield told("renewal.intent", 0, intent="low", reason=text)


@pytest.mark.slow
@pytest.mark.parametrize("fill", [CHARACTERS[name] for name in LIVED], ids=LIVED)
def test_a_life_that_was_told_the_most_of_everything_can_be_carried(fill: str) -> None:
    def cannot(touch: Touch, now: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.RETRY, why=fill * 5000)

    life = Simulation(largest_customer(fill), LARGEST, moment("2026-03-02"), perform=cannot)
    life.advance(NOON)
    told = list(everything(fill))
    for begin in range(0, len(told), TOGETHER):
        together = told[begin : begin + TOGETHER]
        life.tell(*together)
        life.advance(together[-1].at)
    ahead = life.now + timedelta(minutes=50)
    for number in range(200):
        life.tell(
            an_event("task.done", ahead, id=f"done-{number}", task="x", play=fill * 500, run=fill * 500, by=fill * 500, note=fill * 500)
        )
    check(life.life)
    filled = parts(life.life)
    for name in FILLED:
        assert filled[name] > 0.5 * MOST[name], (name, filled[name])
    assert sum(filled.values()) > MOST_CARRIED / 2
    life.tell(an_event("customer.churned", life.now, kind="choice", reason=fill * 500, detail=fill * 500))
    check(life.life)


# ---- what comes in


def test_a_customer_that_is_too_large_is_refused_when_it_is_enrolled() -> None:
    for customer, what in (
        (a_customer(goal="\U0001f33f" * 10_000), "acme has 40,"),
        (a_customer(attributes={"a": "x" * 30_000}), "shorten them"),
        (
            a_customer(contacts=[a_contact("\x01" * 200, address(number, "\x01")) for number in range(100)]),
            f"at most {CONTACTS:,}; leave some out",
        ),
    ):
        with pytest.raises(Mistake, match=r"\.$") as refused:
            engine.begin(customer, "none@0", NOON)
        assert what in str(refused.value)
    people = [a_contact(f"Person {number} of Nordwind", f"person.number.{number}@nordwind.example", Role.USER) for number in range(300)]
    assert too_large(a_customer(contacts=people, goal="g" * 5000)) is None


def test_a_contact_without_room_is_refused_in_a_sentence_and_a_known_one_may_change() -> None:
    life = living(a_playbook())
    told = [life.tell(an_event("contact.added", life.now, name="\x01" * 200, email=reachable(number)))[0] for number in range(120)]
    assert "names and addresses so long that there is no room for more; tell contact.left" in told[-1].why
    known = len(life.life.customer.contacts)
    assert 25 < known < 120
    assert life.tell(an_event("contact.added", life.now, name="Short", email=reachable(0)))[0].taken
    assert life.tell(an_event("contact.added", life.now, name="Ana", email="new@acme.example"))[0].taken
    assert len(life.life.customer.contacts) == known + 1


def test_a_contact_may_refuse_messages_however_many_others_have_refused() -> None:
    life = living(a_playbook())
    for number in range(300):
        assert life.tell(an_event("contact.opted_out", life.now, email=address(number, "x")))[0].taken
    assert life.tell(an_event("contact.opted_out", life.now, email="stranger@else.example"))[0].taken
    assert life.tell(an_event("contact.opted_out", life.now, email="ANA@acme.example"))[0].taken
    assert len(life.life.facts.people.refused_by("ana@acme.example")) == 3


def test_spaces_around_a_text_take_no_room() -> None:
    event = an_event("handoff.completed", NOON, goal=f"{' ' * 900_000}grow", promises=" " * 900_000)
    assert event.data == {"goal": "grow", "promises": ""}
    usual = an_event("handoff.completed", NOON, goal=" grow ")
    assert usual.data == {"goal": " grow "}, "what an id was told with stands as it was told"


# ---- events that wait


def heavy(number: int, at: datetime) -> Event:
    text = "\U0001f33f" * 500
    return an_event("task.done", at, id=f"done-{number:03}", task="x", play=text, run=text, by=text, note=f"{number}")


def test_events_told_for_later_are_refused_when_no_more_of_them_can_wait() -> None:
    session = begun(a_playbook(), a_customer(), moment("2026-03-02")).session
    now, ahead = NOON, NOON + timedelta(minutes=30)
    told = [heavy(number, ahead) for number in range(50)]
    assert engine.refusal_of_any(session, told[:10], now) is None
    assert all(answer.taken for answer in engine.apply_all(session, told[:10], now))
    why = engine.refusal_of_any(session, told[10:20], now)
    assert why == (
        "acme has so much waiting for 2026-03-03 11:30 UTC and later that there is no room for more; tell it when it has happened"
    )
    assert all(answer.repeated for answer in engine.apply_all(session, told[:10], now))
    assert size(session.life.inbox.waiting) + size(session.life.log.repeats) <= WAITING
    assert engine.refusal_of_any(session, told[:10], now) is None, "what is known already needs no room"
    assert engine.refusal_of_any(session, [heavy(99, now)], now) is None, "what is told for now is taken in at once"
    empty = begun(a_playbook(), a_customer(), moment("2026-03-02")).session
    assert str(engine.refusal_of_any(empty, told, now)).startswith("these events are too large to wait for 2026-03-03 11:30 UTC together")


def test_events_that_could_not_be_refused_are_taken_in_at_once_none_is_lost_and_the_latest_fact_stands() -> None:
    life = living(a_playbook(), a_customer())
    life.advance(NOON)
    for number in range(60):
        # Whoever is told of first happens last.
        at = NOON + timedelta(minutes=50) - timedelta(seconds=number)
        told = an_event("handoff.completed", at, id=f"handoff-{number}", goal=f"{number}{LONG}", promises=LONG)
        assert life.tell(told)[0].taken
        assert size(life.life.inbox.waiting) <= WAITING
        check(life.life)
    taken_in = [entry for entry in life.life.log.timeline if entry.what == "handoff.completed"]
    assert 20 < len(taken_in) < 60
    life.advance(NOON + timedelta(hours=1))
    assert life.life.inbox.waiting == []
    assert [entry.at for entry in life.life.log.timeline if entry.what == "handoff.completed"][-1] <= NOON + timedelta(minutes=50)
    assert all(life.life.inbox.digest_of(f"handoff-{number}") is not None for number in range(60))
    assert life.life.customer.goal == f"0{LONG}"


def test_before_a_life_has_begun_what_has_no_room_is_refused_and_written_down_by_who_tells_it() -> None:
    life = begun(a_playbook(), a_customer(start=moment("2026-06-01").date()), moment("2026-06-01"))
    answers = [engine.apply_all(life.session, [heavy(number, NOON)], NOON)[0] for number in range(40)]
    assert [answer.taken for answer in answers].index(False) == 14
    assert "no room for more" in answers[-1].why
    assert size(life.life.inbox.waiting) <= WAITING


# ---- touches


TICKETS_AT_ONCE = 60


def talkative() -> Begun:
    """A life of which sixty tasks are due at once, each with much to say of the customer."""
    playbook = a_playbook(onboarding={"answer": a_play(task(), on="ticket.opened", key="event.ticket", within="1h")})
    life = begun(playbook, a_customer(goal=LONG, industry="\U0001f33f" * 800), moment("2026-03-02"))
    told = [an_event("ticket.opened", NOON, id=f"{number}", ticket=f"T-{number}") for number in range(TICKETS_AT_ONCE)]
    assert all(answer.taken for answer in engine.apply_all(life.session, told, NOON))
    return life


def test_touches_that_cannot_be_carried_together_wait_for_one_another_and_all_go() -> None:
    life = talkative()
    pending = decide(life, NOON).touches
    plays = life.life.plays
    assert 20 < len(pending) < 50
    assert sum(map(size_of_touch, plays.in_flight.values())) <= TOUCHES
    assert {run.why for run in plays.runs.values() if run.status is RunStatus.HELD} == {NO_ROOM}
    asked: list[str] = []
    while pending:
        asked += [touch.key for touch in pending]
        for touch in pending:
            settle(life, Receipt(key=touch.key, answer=Answer.DONE), NOON)
        pending = decide(life, NOON).touches
        check(life.life)
    assert len(set(asked)) == len(asked) == TICKETS_AT_ONCE
    assert plays.runs == {}


def test_a_touch_that_finds_no_room_while_it_may_go_is_missed() -> None:
    life = talkative()
    asked = decide(life, NOON).touches
    now = NOON
    while (wake := decide(life, now).wake) is not None and wake.at < NOON + timedelta(days=20):
        now = wake.at
    missed = [record for record in life.life.log.unrecorded if record.outcome is Outcome.MISSED]
    assert len(missed) == TICKETS_AT_ONCE - len(asked)
    assert {record.why for record in missed} == {"was due 2026-03-03 11:00 UTC, its window of 1h is over"}
    held = [record for record in life.life.log.unrecorded if record.why == NO_ROOM]
    assert len(held) == len(missed)
    assert len(life.life.plays.in_flight) == len(asked)


def test_a_touch_for_three_hundred_people_can_be_carried() -> None:
    people = [a_contact("\x01" * 40, f"person.number.{number}@nordwind.example", Role.USER) for number in range(240)]
    customer = a_customer(contacts=people)
    assert too_large(customer) is None
    plays = {"meet": a_play({"meeting": {"template": "kickoff", "with": ["user"], "within": "5d"}}, at={"day": 1})}
    life = begun(a_playbook(onboarding=plays), customer, moment("2026-03-02"))
    [touch] = decide(life, moment("2026-03-03", "09:00")).touches
    assert len(touch.to) == 240
    check(life.life)


def test_a_session_made_anew_decides_the_same_while_touches_wait_for_room() -> None:
    def lived(cut: bool) -> tuple[list[str], Lifecycle]:
        life = talkative()
        keys: list[str] = []
        pending = decide(life, NOON).touches
        while pending:
            touch = pending.pop(0)
            keys.append(touch.key)
            if cut:
                life.session = Session(Lifecycle.model_validate_json(life.life.model_dump_json()), life.session.program)
            settle(life, Receipt(key=touch.key, answer=Answer.DONE), NOON)
            pending += decide(life, NOON).touches
        return keys, life.life

    assert lived(cut=True) == lived(cut=False)


def test_json_size_is_what_json_has() -> None:
    for text in ("", "plain", 'a"b\\c', "\x00\x1f\n\t\x7f", "\u0390\u6f22\U0001f33f", "a" * 10 + "\x01"):
        assert json_size(text) == len(to_json(text)) - 2
