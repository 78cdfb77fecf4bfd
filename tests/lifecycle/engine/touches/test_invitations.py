"""No two invitations to one hour, and each is taken back whose meeting will not be."""

from collections.abc import Callable
from datetime import datetime

import pytest

from lifecycle.domain.enums import Outcome, Role, TouchKind
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.engine import engine, operators
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.state.room import INVITATIONS, size_of_invitation
from tests.lifecycle.building import (
    Raw,
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    churned,
    live,
    living,
    meeting,
    moment,
    wait,
    wait_for,
)
from tests.lifecycle.calls import begun

OFFICE = {"contact_policy": {"cap": {"emails": 50, "per": "1d"}, "hours": {"opens": "09:00", "closes": "18:00"}, "jitter": "0s"}}


def held_at(life: Simulation) -> list[str]:
    """Every invitation and cancellation that went out, as `Mon 09:00 kickoff on Fri 2026-03-06 10:00 (1)`."""
    lines = []
    for touch in life.touches:
        if touch.kind is TouchKind.MEETING and touch.starts is not None:
            at, starts = local(touch.at, touch.timezone), local(touch.starts, touch.timezone)
            lines.append(f"{at:%a %H:%M} {touch.name} on {starts:%a %Y-%m-%d %H:%M} ({touch.sequence})")
    return lines


def plays_of(*names: str, **fields: object) -> Raw:
    return {name: a_play(meeting(name, within="5bd", **fields), at={"day": 1}) for name in names}


# ---- one hour, one meeting


def test_two_invitations_of_one_moment_are_to_two_hours_and_the_timeline_says_why() -> None:  # case 26
    life = live(living(a_playbook(onboarding=plays_of("kickoff", "training"), rest=OFFICE)), moment("2026-03-05"))
    assert held_at(life) == ["Tue 09:00 kickoff on Fri 2026-03-06 10:00 (0)", "Tue 09:00 training on Fri 2026-03-06 11:00 (0)"]
    [line] = [entry for entry in life.life.log.timeline if entry.cause == "moved"]
    assert (line.what, line.why) == (
        "training",
        "meeting training is on Fri 06 Mar 2026 11:00: at Fri 06 Mar 2026 10:00 there is the meeting kickoff",
    )


def test_a_day_without_a_free_hour_is_followed_by_the_next_business_day() -> None:
    names = [f"m{number}" for number in range(6)]
    life = live(living(a_playbook(onboarding=plays_of(*names, length="4h"), rest=OFFICE)), moment("2026-03-05"))
    starts = [line.partition(" on ")[2] for line in held_at(life)]
    assert starts == [
        "Fri 2026-03-06 10:00 (0)",
        "Fri 2026-03-06 14:00 (0)",
        "Mon 2026-03-09 10:00 (0)",
        "Mon 2026-03-09 14:00 (0)",
        "Tue 2026-03-10 10:00 (0)",
        "Tue 2026-03-10 14:00 (0)",
    ]


FREES: dict[str, Callable[[datetime], list[Event]]] = {
    "a declined meeting": lambda at: [an_event("meeting.declined", at, meeting="kickoff")],
    "a meeting whose play has ended": lambda at: [an_event("handoff.accepted", at)],
}


@pytest.mark.parametrize("name", FREES)
def test_an_hour_is_free_again_after(name: str) -> None:
    plays = {
        "a": a_play(meeting("kickoff", within="5bd"), wait("20d"), at={"day": 1}, until="handoff.accepted"),
        "b": a_play(meeting("training", within="4bd"), at={"day": 2}),
    }
    told = FREES[name](moment("2026-03-03", "15:00"))
    taken, free = (living(a_playbook(onboarding=plays, rest=OFFICE)) for _ in range(2))
    live(taken, moment("2026-03-05"))
    live(free, moment("2026-03-05"), *told)
    assert held_at(taken)[-1] == "Wed 09:00 training on Fri 2026-03-06 11:00 (0)"
    assert held_at(free)[-1] == "Wed 09:00 training on Fri 2026-03-06 10:00 (0)"


def test_a_meeting_that_is_moved_keeps_out_of_no_hour_of_its_own_and_has_a_higher_sequence() -> None:
    again = [
        meeting("kickoff", within="5bd"),
        wait_for("meeting.declined", "9d", then=[meeting("kickoff", within="5bd", time="11:00", id_="again")]),
    ]
    again[1]["wait_for"]["then"][0] = {"meeting": {"template": "kickoff", "within": "5bd"}, "id": "again"}
    life = live(
        living(a_playbook(onboarding={"a": a_play(*again, at={"day": 1})}, rest=OFFICE)),
        moment("2026-03-05"),
        an_event("meeting.declined", moment("2026-03-03", "15:00"), meeting="kickoff"),
    )
    assert held_at(life) == ["Tue 09:00 kickoff on Fri 2026-03-06 10:00 (0)", "Tue 15:00 kickoff on Fri 2026-03-06 10:00 (1)"]


# ---- taken back

WAITS = a_play(
    {"meeting": {"template": "kickoff", "within": "8bd", "with": ["champion", "sponsor"]}},
    wait_for("meeting.held", "20d"),
    at={"day": 1},
    until="handoff.accepted",
)
KICKOFF = a_playbook(onboarding={"kickoff": WAITS}, growth={}, win_back={}, rest=OFFICE)

ENDS: dict[str, tuple[Callable[[Simulation], None], str]] = {
    "its play ends": (
        lambda life: _tell(life, an_event("handoff.accepted", moment("2026-03-04", "10:00"))),
        "what it works towards is so",
    ),
    "the customer leaves": (
        lambda life: _tell(life, churned(moment("2026-03-04", "10:00"))),
        "the customer has left: price",
    ),
    "the customer is gone": (
        lambda life: _tell(life, churned(moment("2026-03-04", "10:00"), "natural", "ceased trading")),
        "the customer has left: ceased trading",
    ),
    "an operator skips it": (lambda life: _skip(life), "too early"),
}


def _tell(life: Simulation, event: Event) -> None:
    life.advance(event.at)
    assert life.tell(event)[0].taken


def _skip(life: Simulation) -> None:
    life.advance(moment("2026-03-04", "10:00"))
    operators.skip(life.session, "kickoff", life.now, "too early", "Kim")
    life.look_again()


@pytest.mark.parametrize("name", ENDS)
def test_an_invitation_is_taken_back_once_from_exactly_those_invited_when(name: str) -> None:
    ends, why = ENDS[name]
    life = living(KICKOFF)
    life.advance(moment("2026-03-03", "12:00"))
    ends(life)
    life.advance(moment("2026-03-30"))
    invited, cancelled = [touch for touch in life.touches if touch.kind is TouchKind.MEETING]
    assert (cancelled.key, cancelled.sequence, cancelled.cancels) == (f"{invited.key}.cancelled", 1, True)
    assert (cancelled.to, cancelled.starts, cancelled.ends) == (invited.to, invited.starts, invited.ends)
    assert local(cancelled.at, "Europe/Berlin").isoformat()[:16] == "2026-03-04T10:00"
    [line] = [entry for entry in life.life.log.timeline if entry.key == cancelled.key]
    assert (line.what, line.outcome, line.why) == ("meeting kickoff.cancelled", Outcome.SENT, why)
    assert "Ana Silva" in line.to
    assert life.life.plays.invitations == {}


NOT_TAKEN_BACK: dict[str, list[Event]] = {
    "nothing ends": [],
    "it was held": [
        an_event("meeting.held", moment("2026-03-09", "11:00"), meeting="kickoff"),
        an_event("handoff.accepted", moment("2026-03-10")),
    ],
    "its time is over": [an_event("handoff.accepted", moment("2026-03-09", "10:30"))],
}


@pytest.mark.parametrize("name", NOT_TAKEN_BACK)
def test_no_invitation_is_taken_back_where(name: str) -> None:
    life = live(living(KICKOFF), moment("2026-03-30"), *NOT_TAKEN_BACK[name])
    assert held_at(life) == ["Tue 09:00 kickoff on Mon 2026-03-09 10:00 (0)"]


def test_one_that_its_only_guest_declined_is_not_taken_back() -> None:
    playbook = a_playbook(
        onboarding={"a": a_play(meeting("kickoff", within="8bd"), wait("9d"), at={"day": 1}, until="handoff.accepted")}, rest=OFFICE
    )
    told = an_event("meeting.declined", moment("2026-03-04"), meeting="kickoff"), an_event("handoff.accepted", moment("2026-03-05"))
    assert len(held_at(live(living(playbook), moment("2026-03-30"), *told))) == 1


def test_a_play_that_is_over_by_itself_leaves_its_meeting_to_be_until_the_customer_leaves() -> None:
    playbook = a_playbook(onboarding=plays_of("kickoff"), win_back={}, rest=OFFICE)
    assert len(held_at(live(living(playbook), moment("2026-03-30")))) == 1
    assert held_at(live(living(playbook), moment("2026-03-30"), churned(moment("2026-03-04", "10:00"))))[1:] == [
        "Wed 10:00 kickoff.cancelled on Fri 2026-03-06 10:00 (1)"
    ]


AT_NIGHT = {
    "there is time until the morning": ("2026-03-04", "Thu 09:00"),
    "there is none": ("2026-03-09", "Mon 03:00"),
}


@pytest.mark.parametrize("name", AT_NIGHT)
def test_it_is_taken_back_at_a_civil_hour_where(name: str) -> None:
    day, at = AT_NIGHT[name]
    clock = "03:00" if day == "2026-03-09" else "20:00"
    playbook = KICKOFF
    if day == "2026-03-09":
        early = {"meeting": {"template": "kickoff", "within": "8bd", "time": "09:30"}}
        playbook = a_playbook(onboarding={"kickoff": a_play(early, wait("20d"), at={"day": 1}, until="handoff.accepted")}, rest=OFFICE)
    life = live(living(playbook), moment("2026-03-30"), an_event("handoff.accepted", moment(day, clock)))
    assert held_at(life)[1].startswith(at)


def test_while_a_customer_is_paused_nothing_is_taken_back_and_after_it_what_is_still_to_be_is() -> None:
    life = living(KICKOFF)
    life.advance(moment("2026-03-03", "12:00"))
    operators.pause(life.session, life.now, "merger", "Kim")
    life.look_again()
    _tell(life, an_event("handoff.accepted", moment("2026-03-04", "10:00")))
    life.advance(moment("2026-03-05", "15:00"))
    assert len(held_at(life)) == 1
    operators.resume(life.session, life.now, "", "Kim")
    life.look_again()
    life.advance(moment("2026-03-30"))
    assert held_at(life)[1:] == ["Thu 15:00 kickoff.cancelled on Mon 2026-03-09 10:00 (1)"]


LEAVES = {"one of two": (["bo@acme.example"], ["ana@acme.example"]), "both": (["bo@acme.example", "ana@acme.example"], [])}


@pytest.mark.parametrize("name", LEAVES)
def test_nothing_goes_to_whom_has_left_meanwhile(name: str) -> None:
    leave, told = LEAVES[name]
    life = living(KICKOFF)
    life.advance(moment("2026-03-03", "12:00"))
    for email in leave:
        _tell(life, an_event("contact.left", moment("2026-03-04", "09:30"), email=email))
    _tell(life, an_event("handoff.accepted", moment("2026-03-04", "10:00")))
    life.advance(moment("2026-03-30"))
    assert [[person.email for person in touch.to] for touch in life.touches if touch.cancels] == ([told] if told else [])
    last = next(line for line in life.life.log.timeline if line.what == "meeting kickoff.cancelled" or line.key.endswith(".cancelled"))
    assert last.outcome is (Outcome.SENT if told else Outcome.SUPPRESSED)
    assert life.life.plays.invitations == {}


def test_a_provider_that_cannot_is_asked_again_and_one_that_refuses_is_not() -> None:
    answers = {Answer.RETRY: 4, Answer.REFUSED: 1, Answer.UNKNOWN: 1}
    for answer, tries in answers.items():
        left: list[Answer] = [*([answer] * (tries - 1)), Answer.DONE if answer is Answer.RETRY else answer]

        def perform(touch: Touch, now: datetime, left: list[Answer] = left) -> Receipt:
            return Receipt(key=touch.key, answer=left.pop(0) if touch.cancels else Answer.DONE, why="busy")

        life = living(KICKOFF, perform=perform)
        life.advance(moment("2026-03-03", "12:00"))
        _tell(life, an_event("handoff.accepted", moment("2026-03-04", "10:00")))
        life.advance(moment("2026-03-30"))
        assert len([touch for touch in life.touches if touch.cancels]) == tries
        assert life.life.plays.invitations == {}


def test_an_invitation_that_was_called_off_too_late_is_taken_back() -> None:
    now = moment("2026-03-03", "09:00")
    life = begun(KICKOFF, a_customer(), moment("2026-03-02", "00:00"))
    [invited] = engine.decide(life.session, now).touches
    engine.apply(life.session, an_event("handoff.accepted", now), now)
    assert engine.decide(life.session, now).call_off == [invited.key]
    engine.settle(life.session, Receipt(key=invited.key, answer=Answer.DONE), now)
    [cancelled] = engine.decide(life.session, now).touches
    assert (cancelled.key, cancelled.cancels) == (f"{invited.key}.cancelled", True)


def test_a_closing_life_waits_until_its_invitations_are_taken_back() -> None:
    life = living(a_playbook(onboarding=plays_of("kickoff"), rest=OFFICE))
    life.advance(moment("2026-03-03", "20:00"))
    _tell(life, churned(moment("2026-03-03", "20:00"), "natural", "ceased trading"))
    life.advance(moment("2026-03-30"))
    assert held_at(life)[1:] == ["Wed 09:00 kickoff.cancelled on Fri 2026-03-06 10:00 (1)"]
    assert life.life.stage.value == "closed"


def a_crowd() -> Customer:
    return a_customer(contacts=[a_contact(f"Person {number}", f"p{number}@acme.example", Role.CHAMPION) for number in range(200)])


def test_so_many_invitations_as_have_room_are_remembered() -> None:
    names = [f"m{number}" for number in range(30)]
    life = live(living(a_playbook(onboarding=plays_of(*names), rest=OFFICE), a_crowd()), moment("2026-03-03", "12:00"))
    known = life.life.plays.invitations.values()
    assert 0 < len(known) < 30
    assert sum(map(size_of_invitation, known)) <= INVITATIONS
