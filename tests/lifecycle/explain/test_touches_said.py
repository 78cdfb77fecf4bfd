"""What a life says of its touches, for whoever compares it with the ledger: what went out, what nobody knows, and what is still to go."""

from datetime import datetime, timedelta

import pytest

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.holds import Hold, Selection
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.touches_said import Said, remembered_since, touches_said
from lifecycle.state.log import TIMELINE_KEPT, Entry, EntryKind
from tests.lifecycle.building import START, a_customer, a_play, a_playbook, email, live, living, moment, task, utc

PLAYBOOK = a_playbook(
    onboarding={
        "hello": a_play(email("hello"), at={"day": 1}),
        "call": a_play(task("Call them"), at={"day": 2}),
        "late": a_play(email("late"), at={"day": 40}),
    }
)
UNTIL = utc("2026-03-10T12:00")


def said_of(life: Simulation) -> dict[str, Said]:
    """What is said of each touch, by its key without the customer and the term."""
    return {key.removeprefix("acme/1/"): each.said for key, each in touches_said(life.life).items()}


@pytest.mark.parametrize(
    ("answer", "said"),
    [(Answer.DONE, Said.SENT), (Answer.REFUSED, Said.NOT_SENT), (Answer.UNKNOWN, Said.UNKNOWN)],
)
def test_what_was_answered_is_said_and_what_is_only_planned_is_not_spoken_of(answer: Answer, said: Said) -> None:
    def perform(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.DONE if ".unknown" in touch.key else answer, why="so it is")

    found = said_of(live(living(PLAYBOOK, perform=perform), UNTIL))
    asking = {key: each for key, each in found.items() if ".unknown" in key}
    assert set(asking.values()) == ({Said.SENT} if answer is Answer.UNKNOWN else set())
    assert {key.partition("/")[0]: each for key, each in found.items() if key not in asking} == {"hello": said, "call": said}


def test_what_waits_for_a_hold_is_pending_since_it_fell_due() -> None:
    everything = Hold(number=1, selection=Selection(), by="Kim Lee", why="restored", since=utc("2026-03-01T00:00"))
    life = Simulation(a_customer(), PLAYBOOK, moment(START, "00:00"), holds=[everything])
    life.advance(moment(START + timedelta(days=1), "10:00"))
    [pending] = touches_said(life.life).values()
    assert (pending.said, pending.play, pending.kind, pending.customer) == (Said.PENDING, "hello", TouchKind.EMAIL, "acme")
    assert pending.at == moment(START + timedelta(days=1), "09:00")


def test_a_question_about_an_unknown_touch_that_waits_for_a_hold_is_pending_too() -> None:
    tasks = Hold(number=1, selection=Selection(channel=TouchKind.TASK), by="Kim Lee", why="restored", since=utc("2026-03-01T00:00"))
    life = Simulation(
        a_customer(),
        PLAYBOOK,
        moment(START, "00:00"),
        perform=lambda touch, at: Receipt(key=touch.key, answer=Answer.UNKNOWN, why="the line broke"),
        holds=[tasks],
    )
    life.advance(moment(START + timedelta(days=1), "12:00"))
    found = said_of(life)
    [key] = [key for key in found if not key.endswith(".unknown")]
    assert found == {key: Said.UNKNOWN, f"{key}.unknown": Said.PENDING}


def test_the_last_line_of_a_touch_is_what_is_said_of_it() -> None:
    life = live(living(PLAYBOOK), UNTIL)
    key = next(key for key, each in touches_said(life.life).items() if each.play == "hello")
    line = Entry(at=UNTIL, kind=EntryKind.TOUCH, what="email hello", outcome=None, key=key)
    life.life.log.note(line)
    assert touches_said(life.life)[key].said is Said.SENT


def test_a_life_remembers_its_touches_from_its_beginning_or_from_its_oldest_line() -> None:
    life = live(living(PLAYBOOK), UNTIL)
    assert remembered_since(life.life) == moment(START, "00:00")
    for number in range(TIMELINE_KEPT):
        life.life.log.note(Entry(at=UNTIL, kind=EntryKind.EVENT, what="login", key=f"{number}"))
    assert remembered_since(life.life) == UNTIL
