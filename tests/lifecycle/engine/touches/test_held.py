"""A touch that a hold keeps from acting: it waits for its window's end alone, says by whom and why, and goes when the hold is released."""

from datetime import timedelta
from typing import Any

import pytest

from lifecycle.domain.bounds import json_size
from lifecycle.domain.enums import Outcome, Resolution, TouchKind
from lifecycle.domain.holds import Hold, Selection
from lifecycle.domain.touch import Answer, HeldBy, Receipt, Touch
from lifecycle.engine import engine
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import status_of, waiting_for
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.log import EntryKind
from lifecycle.state.plays import RunStatus
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    churned,
    email,
    living,
    moment,
    offer,
    task,
    touched,
    unsent,
)
from tests.lifecycle.calls import begun, decide, let_go, pause, resolve, resume, settle, state

BEGIN = moment("2026-03-02")
HELD = HeldBy(hold=1, by="Kim Lee", why="wrong price list")
WORDS = "held by Kim Lee, because wrong price list"


def hold(until: str | None = None, number: int = 1, **selection: Any) -> Hold:
    released = moment(until, "12:00") if until is not None else None
    chosen = Selection.model_validate(selection)
    return Hold(number=number, selection=chosen, by="Kim Lee", why="wrong price list", since=moment("2026-03-01"), until=released)


def lived(until: str, *holds: Hold, playbook: Playbook, **customer: Any) -> Simulation:
    life = Simulation(a_customer(**customer), playbook, BEGIN, holds=holds)
    life.advance(moment(until))
    return life


def held(touch: Touch, by: HeldBy = HELD) -> Receipt:
    return Receipt(key=touch.key, answer=Answer.HELD, why=by.words, held=by)


NOTE = a_playbook(onboarding={"p": a_play(email("note"), task(), at={"day": 1}, within="5d")})


def test_it_waits_for_its_windows_end_with_one_wake_and_is_missed_then() -> None:
    life = lived("2026-03-20", hold(channel="email"), playbook=NOTE)
    assert unsent(life) == [
        f"2026-03-03 09:00 delayed p/1/email-note: {WORDS}",
        f"2026-03-08 09:00 missed p/1/email-note: {WORDS}, until its window was over",
    ]
    assert touched(life) == ["2026-03-08 09:00 p/1/task"]
    assert [(f"{wake.at:%m-%d}", wake.why) for wake in life.wakes] == [
        ("03-03", "play p is due"),
        ("03-08", f"play p, step email-note: {WORDS}"),
    ]


def test_released_it_goes_at_once_under_its_key_and_nobody_was_asked_in_between() -> None:
    life = lived("2026-03-20", hold("2026-03-05"), playbook=NOTE)
    assert touched(life) == ["2026-03-05 12:00 p/1/email-note", "2026-03-05 12:00 p/1/task"]
    assert unsent(life) == [f"2026-03-03 09:00 delayed p/1/email-note: {WORDS}"]
    assert len(life.wakes) == 1
    assert [entry.what for entry in state(life).timeline if entry.kind is EntryKind.OPERATOR] == ["hold 1 is released"]
    assert state(life).runs == {}


def test_status_and_wake_say_by_whom_it_is_held_and_why() -> None:
    life = lived("2026-03-04", hold(), playbook=NOTE)
    assert [(row.what, row.why, row.until) for row in waiting_for(life.life)] == [("p, step email-note", WORDS, moment("2026-03-08"))]
    status = status_of(life.session, life.now)
    assert status.wakes_because == f"play p, step email-note: {WORDS}"
    assert status.next_touch_at == moment("2026-03-08"), "the task behind it, for the mail will be missed"
    assert status.last_touches[-1].cause == "held" and status.last_touches[-1].by == "Kim Lee"


def test_another_hold_that_covers_it_keeps_it_when_the_first_is_released() -> None:
    life = lived("2026-03-20", hold("2026-03-05"), hold("2026-03-06", number=2, channel="email"), playbook=NOTE)
    assert touched(life) == ["2026-03-06 12:00 p/1/email-note", "2026-03-06 12:00 p/1/task"]
    assert [line[:16] for line in unsent(life)] == ["2026-03-03 09:00", "2026-03-05 12:00"]


def test_a_release_that_is_heard_before_the_answer_has_it_asked_for_again_at_once() -> None:
    life = begun(NOTE, a_customer(), BEGIN)
    day = moment("2026-03-03")
    [touch] = decide(life, day).touches
    let_go(life, 1, day + timedelta(seconds=2))
    assert decide(life, day + timedelta(seconds=2)).touches == []
    settle(life, held(touch), day + timedelta(seconds=3))
    [again] = decide(life, day + timedelta(seconds=3)).touches
    assert again.key == touch.key
    settle(life, held(again, HeldBy(hold=2, by="Bo", why="another")), day + timedelta(seconds=4))
    assert decide(life, day + timedelta(seconds=4)).touches == []
    assert [run.why for run in state(life).runs.values()] == ["held by Bo, because another"]


def test_a_release_of_a_hold_by_which_nothing_is_held_changes_nothing() -> None:
    life = lived("2026-03-04", hold(), playbook=NOTE)
    before = life.life.model_dump_json()
    let_go(life, 2, life.now)
    assert life.life.model_dump_json() == before


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        (churned(moment("2026-03-04")), "cancelled"),
        (an_event("contact.opted_out", moment("2026-03-04"), email="ana@acme.example"), "suppressed"),
    ],
    ids=lambda value: getattr(value, "type", value),
)
def test_what_ends_a_touch_ends_it_while_it_is_held(ending: Any, outcome: str) -> None:
    life = lived("2026-03-03", hold("2026-03-06", channel="email"), playbook=NOTE)
    life.advance(ending.at)
    life.tell(ending)
    life.advance(moment("2026-03-20"))
    assert [line for line in touched(life) if "email-note" in line] == []
    assert [line.split()[2] for line in unsent(life) if "email-note" in line] == ["delayed", outcome]


def test_a_window_whose_end_moves_moves_the_end_of_the_wait_without_a_word() -> None:
    playbook = a_playbook(renewal={"p": a_play(email("note"), at={"before_end": "5d"}, within="30d")})
    life = lived("2026-03-28", hold(), playbook=playbook, end=moment("2026-04-01").date())
    [run] = state(life).runs.values()
    assert (run.status, run.until) == (RunStatus.HELD, moment("2026-04-01", "00:00"))
    life.tell(amended(life.now, moment("2026-04-03").date()))
    [run] = state(life).runs.values()
    assert (run.status, run.until, run.why) == (RunStatus.HELD, moment("2026-04-03", "00:00"), WORDS)
    assert len(unsent(life)) == 1


def test_a_pause_in_between_keeps_it_and_its_hold_outlasts_the_resumption() -> None:
    life = lived("2026-03-04", hold("2026-03-06"), playbook=NOTE)
    pause(life, life.now, "merger", "Bo")
    life.advance(moment("2026-03-07"))
    assert touched(life) == []
    resume(life, life.now)
    life.look_again()
    assert touched(life) == ["2026-03-07 09:00 p/1/email-note", "2026-03-07 09:00 p/1/task"]
    other = lived("2026-03-04", hold(), playbook=NOTE)
    pause(other, other.now, "merger", "Bo")
    resume(other, other.now)
    other.look_again()
    assert touched(other) == []
    assert [row.why for row in waiting_for(other.life)] == [WORDS]


def test_a_held_message_uses_up_no_cap_and_a_held_offer_is_not_made() -> None:
    rest = {"contact_policy": {"cap": {"emails": 1, "per": "7d"}, "hours": {"opens": "00:00", "closes": "23:59", "business_days": False}}}
    plays = {"a": a_play(email("a"), at={"day": 1}, within="9d"), "b": a_play(email("b"), at={"day": 2}, within="9d")}
    life = lived("2026-03-20", hold(play="a"), playbook=a_playbook(onboarding=plays, rest=rest))
    assert [line[17:] for line in touched(life)] == ["b/1/email-b"]
    offers = a_playbook(onboarding={"a": a_play(offer(once="ever"), at={"day": 1}), "b": a_play(offer(once="ever"), at={"day": 2})})
    assert [line[17:20] for line in touched(lived("2026-03-20", hold(play="a"), playbook=offers))] == ["b/1"]


def test_a_hold_over_a_window_that_is_over_when_the_answer_comes_is_missed_at_once() -> None:
    life = begun(NOTE, a_customer(), BEGIN)
    [touch] = decide(life, moment("2026-03-03")).touches
    settle(life, held(touch), moment("2026-03-08", "10:00"))
    decision = decide(life, moment("2026-03-08", "10:00"))
    assert decision.call_off == [touch.key]
    settle(life, Receipt(key=touch.key, answer=Answer.WITHDRAWN), moment("2026-03-08", "10:00"))
    records = [(record.outcome, record.why) for record in life.life.log.unrecorded]
    assert records == [(Outcome.MISSED, f"{WORDS}, until its window was over")]


def test_of_a_rhythm_that_is_held_the_last_beat_goes_when_it_is_released() -> None:
    weekly = a_playbook(onboarding={"p": a_play(email("note"), every="7d", within="20d")})
    life = lived("2026-03-28", hold("2026-03-25"), playbook=weekly)
    assert touched(life) == ["2026-03-25 12:00 p/3/email-note"]
    assert [line[11:] for line in unsent(life)] == [
        f"09:00 delayed p/1/email-note: {WORDS}",
        "09:00 cancelled p/1/email-note: held back until the next one came due",
        f"09:00 delayed p/2/email-note: {WORDS}",
        "09:00 cancelled p/2/email-note: held back until the next one came due",
        f"09:00 delayed p/3/email-note: {WORDS}",
    ]


def test_many_held_touches_leave_room_for_others() -> None:
    plays = {f"p{number}": a_play(email("note"), at={"day": 1}, within="20d") for number in range(60)}
    life = lived("2026-03-04", hold(), playbook=a_playbook(onboarding=plays), goal="\U0001f33f" * 480, industry="\U0001f33f" * 800)
    assert {run.why for run in state(life).runs.values()} == {WORDS}


# ---- the owner's task about an unknown touch, and an invitation that is taken back


def unknown_note(touch: Touch, at: Any) -> Receipt:
    answer = Answer.UNKNOWN if touch.kind is TouchKind.EMAIL else Answer.DONE
    return Receipt(key=touch.key, answer=answer, why="reset")


def asking(until: str | None) -> Simulation:
    playbook = a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})})
    life = Simulation(a_customer(), playbook, BEGIN, perform=unknown_note, holds=[hold(until, channel="task")])
    life.advance(moment("2026-03-20"))
    return life


def test_the_task_that_asks_about_an_unknown_touch_is_held_and_goes_when_it_is_released() -> None:
    life = asking("2026-03-06")
    assert [line for line in touched(life) if "unknown" in line] == ["2026-03-06 12:00 p/1/email-note.unknown"]
    assert [line for line in unsent(life) if "unknown" in line] == [f"2026-03-03 09:00 delayed p/1/email-note.unknown: {WORDS}"]


def test_the_task_that_asks_is_missed_after_a_week_and_the_wake_says_why_it_waits() -> None:
    life = asking(None)
    assert [line for line in unsent(life) if "unknown" in line] == [
        f"2026-03-03 09:00 delayed p/1/email-note.unknown: {WORDS}",
        f"2026-03-10 09:00 missed p/1/email-note.unknown: {WORDS}, until its window was over",
    ]
    assert [wake.why for wake in life.wakes if f"{wake.at:%m-%d}" == "03-10"] == [
        f"the task that asks whether acme/1/p/1/email-note was sent is {WORDS}"
    ]
    resolve(life, "acme/1/p/1/email-note", Resolution.SENT, life.now)
    assert state(life).unknown == {}


MEETING = {"meeting": {"template": "kickoff", "with": ["champion"], "within": "5d"}}


def taking_back(until: str | None) -> Simulation:
    playbook = a_playbook(
        onboarding={"p": a_play(MEETING, {"wait": "9d"}, at={"day": 1}, until="first_value")},
        milestones={"m": {"kind": "customer", "due": "30d", "first_value": True}},
    )
    life = living(playbook)
    life.advance(moment("2026-03-03", "10:00"))
    life._holds = [hold(until)]
    life._to_release = [(moment(until, "12:00"), 1)] if until is not None else []
    life.tell(an_event("milestone.reached", life.now, milestone="m"))
    life.advance(moment("2026-03-20"))
    return life


def test_the_taking_back_of_an_invitation_is_held_and_goes_when_it_is_released() -> None:
    life = taking_back("2026-03-03")
    assert [line.partition(" p/")[2] for line in touched(life)] == ["1/meeting-kickoff", "1/meeting-kickoff.cancelled"]
    assert life.life.plays.invitations == {}


def test_the_taking_back_of_an_invitation_is_missed_when_the_meeting_begins() -> None:
    life = taking_back(None)
    [sent] = life.touches
    assert sent.starts is not None
    lines = [(entry.at, entry.outcome, entry.why) for entry in state(life).timeline if entry.key.endswith(".cancelled")]
    assert lines[1:] == [(sent.starts, Outcome.MISSED, f"{WORDS}, until its window was over")]
    assert (lines[0][1], lines[0][2]) == (Outcome.DELAYED, WORDS)
    assert [wake.why for wake in life.wakes if wake.at == sent.starts] == [f"taking back the invitation to kickoff is {WORDS}"]
    assert life.life.plays.invitations == {}


def test_a_life_remembers_the_last_twenty_releases_that_it_heard_while_something_was_in_flight() -> None:
    life = begun(NOTE, a_customer(), BEGIN)
    [touch] = decide(life, moment("2026-03-03")).touches
    for number in [*range(1, 31), 30]:
        engine.let_go(life.session, number, moment("2026-03-03"))
    assert life.life.plays.let_go == list(range(11, 31))
    assert touch.key in state(life).in_flight


def test_a_life_keeps_little_of_a_long_reason_and_its_line_has_all_of_it() -> None:
    life = begun(NOTE, a_customer(), BEGIN)
    [touch] = decide(life, moment("2026-03-03")).touches
    settle(life, held(touch, HeldBy(hold=1, by="\U0001f33f" * 60, why="\x01" * 200)), moment("2026-03-03"))
    [run] = state(life).runs.values()
    assert run.held is not None
    assert json_size(run.held.by) <= 40 and json_size(run.held.why) <= 150
    assert json_size(run.why) <= 215
    assert state(life).timeline[-1].why == "held by " + "\U0001f33f" * 60 + ", because " + "\x01" * 200
