"""A touch of which nobody knows whether it was sent: its owner is asked once, by a task that only the hours of its owner hold up."""

from collections.abc import Callable
from datetime import datetime

import pytest

from lifecycle.domain.enums import Outcome, Resolution, TouchKind
from lifecycle.domain.touch import ABOUT_UNKNOWN, Answer, Receipt, Touch
from lifecycle.engine.touches.own_tasks.unknown import settle_asking
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import status_of
from lifecycle.facts.events import Event
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    changed,
    churned,
    email,
    escalate,
    live,
    living,
    meeting,
    moment,
    offer,
    survey,
    task,
    touched,
    unsent,
    webhook,
)
from tests.lifecycle.calls import apply, begun, decide, pause, resolve, settle, state

WHY = "the line broke; nobody can tell whether it happened"
ASKING = ".unknown"
KEY = "acme/1/p/1/email-note"
World = Callable[[Touch, datetime], Receipt]


def unknown(*names: str, asking: Answer = Answer.DONE) -> World:
    """A world in which nobody knows of those touches, by name, and the owner is asked with that result."""

    def perform(touch: Touch, at: datetime) -> Receipt:
        if ABOUT_UNKNOWN in touch.values:
            return Receipt(key=touch.key, answer=asking, why="" if asking is Answer.DONE else "no")
        answer = Answer.UNKNOWN if touch.name in names else Answer.DONE
        return Receipt(key=touch.key, answer=answer, why=WHY if answer is Answer.UNKNOWN else "", subject="A note, Ana")

    return perform


def asked(life: Simulation) -> list[Touch]:
    return [touch for touch in life.touches if touch.key.endswith(ASKING)]


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (email("note"), "note"),
        (meeting("kickoff"), "kickoff"),
        (survey("nps"), "nps"),
        (task(), "task"),
        (escalate(), "escalate-cs-manager"),
        (offer(), "discount"),
        (webhook(), "crm"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_of_every_kind_of_touch_that_is_unknown_the_owner_is_asked_once_at_that_moment(step: dict[str, object], name: str) -> None:
    life = living(a_playbook(onboarding={"p": a_play(step, email("then"), at={"day": 1})}), perform=unknown(name))
    life.advance(moment("2026-04-01"))

    first, then, asking = sorted(life.touches, key=lambda touch: (touch.key.endswith(ASKING), touch.name == "then"))
    assert (asking.key, asking.kind, asking.at) == (f"{first.key}.unknown", TouchKind.TASK, moment("2026-03-03"))
    assert (asking.owner, asking.to, asking.level) == ("csm", [], 0)
    assert asking.deadline == moment("2026-03-04")
    assert asking.values["owner"] == {"name": "Kim Lee", "first_name": "Kim", "email": "kim@us.example"}
    assert then.at == first.at, "the play goes on"


def test_the_task_says_what_it_was_to_whom_with_which_subject_when_what_the_provider_said_and_how_to_resolve_it() -> None:
    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=unknown("note"))
    life.advance(moment("2026-03-04"))

    [asking] = asked(life)
    assert asking.text == (
        "Find out whether the email note of play p to Ana Silva <ana@acme.example>, subject 'A note, Ana' was sent on 2026-03-03 09:00 "
        "(Europe/Berlin), then say so: starter.py resolve acme/1/p/1/email-note --sent (or --not-sent, with --again to have it done again). "
        f"What is known: {WHY}"
    )
    assert asking.values[ABOUT_UNKNOWN] == {
        "key": "acme/1/p/1/email-note",
        "kind": "email",
        "name": "note",
        "play": "p",
        "to": "Ana Silva <ana@acme.example>",
        "subject": "A note, Ana",
        "tried": "2026-03-03 09:00 (Europe/Berlin)",
        "why": WHY,
        "resolve": "starter.py resolve acme/1/p/1/email-note --sent (or --not-sent, with --again to have it done again)",
    }


def test_a_crowd_is_named_in_part() -> None:
    contacts = [a_contact(f"Person {number}", f"p{number}@acme.example") for number in range(5)]
    playbook = a_playbook(onboarding={"p": a_play(meeting("kickoff", **{"with": ["champion"]}), at={"day": 1})})
    life = living(playbook, a_customer(contacts=contacts), perform=unknown("kickoff"))
    life.advance(moment("2026-03-04"))

    [asking] = asked(life)
    named = "Person 0 <p0@acme.example>, Person 1 <p1@acme.example>, Person 2 <p2@acme.example>, 2 others"
    assert asking.values[ABOUT_UNKNOWN]["to"] == named


def test_both_stand_in_the_timeline() -> None:
    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=unknown("note"))
    life.advance(moment("2026-03-04"))

    lines = [(entry.what, entry.outcome, entry.key, entry.why) for entry in state(life).timeline if entry.kind is EntryKind.TOUCH]
    assert lines == [
        ("email note", Outcome.UNKNOWN, "acme/1/p/1/email-note", WHY),
        ("task email-note.unknown", Outcome.SENT, "acme/1/p/1/email-note.unknown", ""),
    ]


def test_an_owner_who_has_changed_meanwhile_is_the_one_who_is_asked() -> None:
    def busy(touch: Touch, at: datetime) -> Receipt:
        return unknown("note", asking=Answer.RETRY if at < moment("2026-03-04") else Answer.DONE)(touch, at)

    life = live(
        living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=busy),
        moment("2026-03-10"),
        changed(moment("2026-03-03", "12:00"), owner_name="Max Roy", owner_email="max@us.example"),
    )

    assert asked(life)[0].values["owner"]["name"] == "Kim Lee"
    assert asked(life)[-1].values["owner"]["name"] == "Max Roy"


def test_a_pause_holds_no_question_back() -> None:
    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=unknown("note", asking=Answer.RETRY))
    life.advance(moment("2026-03-03", "09:01"))
    pause(life, life.now, "a merger")
    life.look_again()
    life.advance(moment("2026-03-03", "09:06"))

    assert [line[:16] for line in touched(life) if line.endswith(ASKING)] == ["2026-03-03 09:00", "2026-03-03 09:05"]


def test_what_comes_next_for_the_customer_does_not_name_the_question() -> None:
    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=unknown("note", asking=Answer.RETRY))
    life.advance(moment("2026-03-03", "09:01"))

    shown = status_of(life.session, life.now)
    assert (shown.planned, shown.next_touch_at) == ([], None)
    assert shown.wakes_because == "the owner is asked whether acme/1/p/1/email-note was sent"


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        pytest.param(webhook(), "2026-03-09 09:00 p/1/webhook-crm.unknown", id="a webhook on Saturday night, asked about on Monday"),
        pytest.param(escalate(level=1), "2026-03-07 23:30 p/1/escalate-cs-manager.unknown", id="what is of level 1, at once"),
    ],
)
def test_a_question_waits_for_the_owner_s_hours_and_for_no_window_of_the_play(step: Raw, asked: str) -> None:
    plays = {"p": a_play(step, at={"day": 5, "time": "23:30"}, within="1h")}
    world = unknown("crm" if "webhook" in step else "escalate-cs-manager")
    life = living(a_playbook(onboarding=plays, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}}), perform=world)
    life.advance(moment("2026-03-10"))

    assert [line for line in touched(life) if line.endswith(ASKING)] == [asked]


def test_a_task_system_that_is_down_is_asked_again_for_a_week_and_then_given_up() -> None:
    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=unknown("note", asking=Answer.RETRY))
    life.advance(moment("2026-04-01"))

    tries = [line[:16] for line in touched(life) if line.endswith(ASKING)]
    assert tries[:4] == ["2026-03-03 09:00", "2026-03-03 09:05", "2026-03-03 09:15", "2026-03-03 09:35"]
    assert "2026-03-10 05:00" < tries[-1] <= "2026-03-10 09:00"
    assert unsent(life) == [
        "2026-03-03 09:00 delayed p/1/email-note.unknown: the provider could not: no",
        f"{tries[-1]} failed p/1/email-note.unknown: the provider could not: no",
    ]
    assert list(state(life).unknown) == ["acme/1/p/1/email-note"], "it stays unknown"


@pytest.mark.parametrize(("answer", "outcome"), [(Answer.UNKNOWN, "unknown"), (Answer.REFUSED, "failed"), (Answer.WITHDRAWN, "cancelled")])
def test_a_question_that_comes_to_nothing_asks_no_further_question(answer: Answer, outcome: str) -> None:
    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=unknown("note", asking=answer))
    life.advance(moment("2026-04-01"))

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/email-note", "acme/1/p/1/email-note.unknown"]
    lines = [entry.outcome for entry in state(life).timeline if entry.key.endswith(ASKING)]
    assert lines == [outcome]
    assert list(state(life).unknown) == ["acme/1/p/1/email-note"]


def test_a_touch_that_was_called_off_and_may_have_gone_is_asked_about_though_its_play_is_over() -> None:
    playbook = a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})})
    life = begun(playbook, a_customer(), moment("2026-03-02"))
    decide(life, moment("2026-03-02"))
    [note] = decide(life, moment("2026-03-03")).touches
    assert apply(life, churned(moment("2026-03-03", "09:01")), moment("2026-03-03", "09:01")).taken
    assert decide(life, moment("2026-03-03", "09:01")).call_off == [note.key]
    settle(life, Receipt(key=note.key, answer=Answer.UNKNOWN, why=WHY), moment("2026-03-03", "09:02"))
    life.follow(playbook)

    [asking] = decide(life, moment("2026-03-03", "09:02")).touches
    assert asking.key == f"{note.key}.unknown"
    assert state(life).unknown[note.key].run is None, "nobody may have it done again"


@pytest.mark.parametrize(
    "event",
    [
        an_event("contact.opted_out", moment("2026-03-03", "09:02"), email="ana@acme.example"),
        an_event("contact.left", moment("2026-03-03", "09:02"), email="ana@acme.example"),
        churned(moment("2026-03-03", "09:02")),
    ],
    ids=["opted out", "left", "churned"],
)
def test_what_may_have_gone_to_somebody_who_wants_no_more_of_it_is_called_off_between_two_tries_and_not_sent_again(event: Event) -> None:
    playbook = a_playbook(onboarding={"p": a_play(email("note", to=["champion"]), at={"day": 1})})
    life = begun(playbook, a_customer(), moment("2026-03-02"))
    decide(life, moment("2026-03-02"))
    [note] = decide(life, moment("2026-03-03")).touches
    # The provider failed, and may have sent it: the ledger knows that.
    settle(life, Receipt(key=note.key, answer=Answer.RETRY, why="it answers 500"), moment("2026-03-03", "09:01"))
    assert apply(life, event, moment("2026-03-03", "09:02")).taken

    decisions = [decide(life, moment("2026-03-03", minute)) for minute in ("09:02", "09:07")]
    assert [decision.touches for decision in decisions] == [[], []]
    assert decisions[-1].call_off == [note.key]
    settle(life, Receipt(key=note.key, answer=Answer.UNKNOWN, why=WHY), moment("2026-03-03", "09:08"))
    life.follow(playbook)
    [asking] = decide(life, moment("2026-03-03", "09:08")).touches
    assert asking.key == f"{note.key}.unknown"


@pytest.mark.parametrize("down", [False, True])
def test_a_life_is_not_over_before_the_owner_has_been_asked(down: bool) -> None:
    def perform(touch: Touch, at: datetime) -> Receipt:
        return unknown("bye", asking=Answer.RETRY if down and at < moment("2026-04-02") else Answer.DONE)(touch, at)

    playbook = a_playbook(farewell={"p": a_play(email("bye", category="operational"), at={"day": 0})})
    life = live(living(playbook, perform=perform), moment("2026-05-01"), churned(moment("2026-04-01"), "natural", "gone"))

    assert state(life).closed == "gone: gone"
    assert asked(life)[-1].key == "acme/1/p/1/email-bye.unknown"
    assert life.wakes[-1].why == ("the owner is asked whether acme/1/p/1/email-bye was sent" if down else life.wakes[-1].why)
    assert state(life).in_flight == {}


def test_unknown_touches_beyond_the_fiftieth_are_forgotten_as_gone_the_oldest_first() -> None:
    plays = {"p": a_play(email("note"), every="1d")}
    life = living(a_playbook(onboarding=plays, growth={"q": a_play(email("note"), every="1d")}), perform=unknown("note"))
    life.advance(moment("2026-08-01"))

    assert len(state(life).unknown) == 50
    assert state(life).plays["p"].went_out_ever
    assert len(asked(life)) > 140


def test_what_its_message_said_is_not_carried_on_once_the_owner_is_asked() -> None:
    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=unknown("note"))
    life.advance(moment("2026-03-04"))

    kept = state(life).unknown["acme/1/p/1/email-note"]
    assert (kept.touch.values, kept.touch.text, kept.ask_at) == ({}, "", None)
    assert kept.touch.to[0].email == "ana@acme.example"


@pytest.mark.parametrize("answer", [Answer.RETRY, Answer.HELD])
def test_what_is_heard_late_of_a_question_asks_nothing_of_the_touch_that_is_unknown_once_more(answer: Answer) -> None:
    def perform(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.UNKNOWN if touch.name == "note" else Answer.DONE)

    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=perform)
    life.advance(moment("2026-03-03", "09:30"))
    question = life.touches[-1]
    resolve(life, KEY, Resolution.AGAIN, life.now)
    life.look_again()
    life.advance(life.now)
    assert [touch.key for touch in life.touches][1:] == [f"{KEY}.unknown", KEY, f"{KEY}.unknown-2"]
    settle_asking(life.session, question, KEY, Receipt(key=question.key, answer=answer, why="late"), life.now)
    assert (state(life).unknown[KEY].ask_at, state(life).unknown[KEY].tries) == (None, 0)
    life.advance(moment("2026-03-12"))
    assert len(life.touches) == 4
