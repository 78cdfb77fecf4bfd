"""Promptly out: what ends a play ends it at that moment, held and asked-for touches included (invariant 4)."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.facts.events import Event
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    changed,
    churned,
    email,
    ended,
    escalate,
    live,
    living,
    moment,
    renewed,
    stages,
    task,
    touched,
    unsent,
    wait,
    wait_for,
)
from tests.lifecycle.calls import Begun, apply, begun, decide, settle, state

HOURS: Raw = {"contact_policy": STRICT_POLICY | {"jitter": "0s"}}
WAITING = a_play(task(), wait_for("login", "30d", then=[email("came")], otherwise=[escalate()]), at={"day": 1})


# ---- until


def test_until_ends_a_waiting_play_at_that_moment() -> None:
    plays = {"p": WAITING | {"until": "handoff.accepted"}}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-05-01"), an_event("handoff.accepted", moment("2026-03-10", "15:07")))

    assert touched(life) == ["2026-03-03 09:00 p/1/task"]
    assert ended(life) == ["2026-03-10 15:07 p: what it works towards is so"]
    assert [wake.at for wake in life.wakes if "play p, step" in wake.why] == []


def test_until_calls_off_a_touch_that_the_hours_hold_back() -> None:
    plays = {"p": a_play(email(), at={"day": 5}, until="handoff.accepted")}

    life = live(living(a_playbook(onboarding=plays, rest=HOURS)), moment("2026-05-01"), an_event("handoff.accepted", moment("2026-03-08")))

    assert touched(life) == []
    assert unsent(life) == [
        "2026-03-07 09:00 delayed p/1/email-note: Saturday 07 March is no business day in DE",
        "2026-03-08 09:00 cancelled p/1/email-note: what it works towards is so",
    ]


def test_until_calls_off_a_touch_that_the_cap_holds_back() -> None:
    plays = {
        "a": a_play(email("one"), email("two"), at={"day": 1}),
        "p": a_play(email(), at={"day": 2}, until="handoff.accepted", within="20d"),
    }

    life = live(living(a_playbook(onboarding=plays, rest=HOURS)), moment("2026-05-01"), an_event("handoff.accepted", moment("2026-03-05")))

    assert len(touched(life)) == 2
    assert unsent(life, Outcome.CANCELLED) == ["2026-03-05 09:00 cancelled p/1/email-note: what it works towards is so"]


def test_until_met_in_the_instant_a_held_touch_would_go_calls_it_off() -> None:
    plays = {"p": a_play(email(), at={"day": 5}, until="handoff.accepted")}

    life = live(
        living(a_playbook(onboarding=plays, rest=HOURS)), moment("2026-05-01"), an_event("handoff.accepted", moment("2026-03-09", "09:00"))
    )

    assert touched(life) == []


def test_until_calls_off_a_touch_that_a_down_provider_holds_back() -> None:
    plays = {"p": a_play(email(), at={"day": 1}, until="handoff.accepted")}
    life = living(a_playbook(onboarding=plays), perform=lambda touch, at: Receipt(key=touch.key, answer=Answer.RETRY, why="down"))

    live(life, moment("2026-05-01"), an_event("handoff.accepted", moment("2026-03-03", "09:20")))

    assert [line[11:16] for line in touched(life)] == ["09:00", "09:05", "09:15"]


def test_until_met_by_what_a_play_itself_did_ends_the_others_at_that_moment() -> None:
    plays = {
        "a-offers": a_play({"offer": {"offer": "discount", "terms": "ten percent"}}, at={"day": 3}),
        "p": a_play(wait("10d"), email(), at={"day": 1}, until='offers["discount"].granted'),
    }
    life = living(a_playbook(onboarding=plays))
    life.advance(moment("2026-05-01"))

    assert ended(life) == ["2026-03-05 09:00 p: what it works towards is so"]


# ---- a touch that is asked for and not done yet


def asked_for(*, plays: Raw, at: str = "2026-03-03") -> tuple[Begun, str]:
    """A life whose first touch is being performed, and the touch's key."""
    life = begun(a_playbook(onboarding=plays), a_customer(), moment("2026-03-02", "00:00"))
    touches = decide(life, moment(at)).touches
    assert len(touches) == 1
    return life, touches[0].key


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(an_event("handoff.accepted", moment("2026-03-03", "09:01")), id="its until is met"),
        pytest.param(churned(moment("2026-03-03", "09:01")), id="the customer churned"),
        pytest.param(churned(moment("2026-03-03", "09:01"), "natural"), id="the customer ceased to exist"),
        pytest.param(an_event("contact.opted_out", moment("2026-03-03", "09:01"), email="ana@acme.example"), id="its contact opted out"),
        pytest.param(an_event("contact.left", moment("2026-03-03", "09:01"), email="ana@acme.example"), id="its contact left"),
    ],
)
def test_what_ends_a_play_calls_off_its_touch_that_has_not_acted_yet(event: Event) -> None:
    life, key = asked_for(plays={"p": a_play(email(), at={"day": 1}, until="handoff.accepted")})

    apply(life, event, moment("2026-03-03", "09:01"))
    decision = decide(life, moment("2026-03-03", "09:01"))

    assert decision.call_off == [key]
    assert key in state(life).in_flight, "it is in flight until the world has answered"


def test_a_called_off_touch_that_had_not_acted_is_written_down_as_cancelled() -> None:
    life, key = asked_for(plays={"p": a_play(email(), at={"day": 1}, until="handoff.accepted")})
    apply(life, an_event("handoff.accepted", moment("2026-03-03", "09:01")), moment("2026-03-03", "09:01"))
    decide(life, moment("2026-03-03", "09:01"))

    settle(life, Receipt(key=key, answer=Answer.WITHDRAWN), moment("2026-03-03", "09:02"))

    assert (state(life).in_flight, state(life).withdrawn, state(life).runs) == ({}, {}, {})
    assert [(row.key, row.outcome) for row in state(life).unrecorded] == [(key, Outcome.CANCELLED)]
    assert not state(life).sends["ana@acme.example"], "it takes no slot of the cap"


def test_a_called_off_touch_that_had_acted_already_is_written_down_as_sent() -> None:
    life, key = asked_for(plays={"p": a_play(email(), at={"day": 1}, until="handoff.accepted", once="ever")})
    apply(life, an_event("handoff.accepted", moment("2026-03-03", "09:01")), moment("2026-03-03", "09:01"))
    decide(life, moment("2026-03-03", "09:01"))

    settle(life, Receipt(key=key, answer=Answer.DONE), moment("2026-03-03", "09:02"))

    assert state(life).counts == {"sent": 1, "sent:email": 1} and state(life).plays["p"].went_out_ever
    assert (state(life).in_flight, state(life).withdrawn) == ({}, {})


def test_a_receipt_that_comes_twice_changes_nothing_the_second_time() -> None:
    life, key = asked_for(plays={"p": a_play(email(), wait("1d"), email("next"), at={"day": 1})})
    settle(life, Receipt(key=key, answer=Answer.DONE), moment("2026-03-03", "09:01"))
    decide(life, moment("2026-03-03", "09:01"))
    before = life.life.model_dump_json()

    settle(life, Receipt(key=key, answer=Answer.DONE), moment("2026-03-03", "09:02"))

    assert life.life.model_dump_json() == before


# ---- churn, natural end, early renewal


@pytest.mark.parametrize(
    ("event", "stage"),
    [
        pytest.param(churned(moment("2026-03-10", "15:07")), "2026-03-10 win_back", id="churn by choice"),
        pytest.param(churned(moment("2026-03-10", "15:07"), "natural", "ceased trading"), "2026-03-10 farewell", id="natural end"),
    ],
)
def test_a_waiting_play_stops_at_once(event: Event, stage: str) -> None:
    life = live(living(a_playbook(onboarding={"p": WAITING})), moment("2026-05-01"), event)

    assert stages(life)[1] == stage
    assert touched(life) == ["2026-03-03 09:00 p/1/task"]
    assert ended(life) == ["2026-03-10 15:07 p: the stage onboarding ended"]


@pytest.mark.parametrize("kind", ["choice", "natural"])
def test_a_churn_calls_off_held_emails_and_every_planned_play(kind: str) -> None:
    plays = {"held": a_play(email(), at={"day": 5}), "later": a_play(email(), at={"day": 8}), "rhythm": a_play(email(), every="9d")}

    life = live(
        living(a_playbook(onboarding=plays, growth=plays_of("g"), renewal=plays_of("r"), rest=HOURS)),
        moment("2027-08-01"),
        churned(moment("2026-03-08"), kind),
    )

    assert touched(life) == []
    assert [line for line in unsent(life) if line.startswith("2026-03-08")] == [
        "2026-03-08 09:00 skipped later/1/*: its day, Tue 10 Mar 2026 09:00, lies beyond the stage onboarding, which ended",
        "2026-03-08 09:00 cancelled held/1/email-note: the stage onboarding ended",
    ]


def plays_of(prefix: str) -> Raw:
    return {f"{prefix}-later": a_play(email(), at={"day": 3}), f"{prefix}-rhythm": a_play(email(), every="9d")}


def test_an_early_renewal_ends_the_chase_for_it() -> None:
    renewal = {f"t-{days}": a_play(email(), at={"before_end": f"{days}d"}) for days in (90, 60, 30, 14, 7)}

    life = live(living(a_playbook(renewal=renewal)), moment("2027-06-01"), renewed(moment("2027-01-10")))

    assert touched(life) == ["2026-12-02 09:00 t-90/1/email-note", "2027-01-01 09:00 t-60/1/email-note"]


def test_a_churn_in_the_instant_of_a_touch_keeps_it_from_going() -> None:
    plays = {"p": a_play(email(), at={"day": 3})}

    assert touched(live(living(a_playbook(onboarding=plays)), moment("2026-05-01"), churned(moment("2026-03-05", "09:00")))) == []


# ---- the stage's end


def test_plays_end_with_their_stage() -> None:
    plays = {"p": a_play(task(), wait("20d"), email(), at={"day": 80})}
    life = living(a_playbook(onboarding=plays))
    life.advance(moment("2026-08-01"))

    assert touched(life) == ["2026-05-21 09:00 p/1/task"]
    assert ended(life) == ["2026-05-31 00:00 p: the stage onboarding ended"]


def test_a_play_marked_to_outlive_its_stage_goes_on_and_keeps_its_keys() -> None:
    plays = {"p": a_play(task(), wait("20d"), email(), at={"day": 80}, outlives_stage=True)}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-08-01"), renewed(moment("2026-06-05")))

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/1/p/1/email-note"]
    assert touched(life)[1] == "2026-06-10 09:00 p/1/email-note"


def test_even_a_play_that_outlives_its_stage_ends_with_a_churn() -> None:
    plays = {"p": a_play(task(), wait("20d"), email(), at={"day": 80}, outlives_stage=True)}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-08-01"), churned(moment("2026-06-05")))

    assert ended(life) == ["2026-06-05 09:00 p: the stage growth ended"]


@pytest.mark.parametrize(
    ("until", "event", "moment_of_end"),
    [
        pytest.param('stage == "growth"', None, "2026-05-31 00:00", id="met by the stage that begins"),
        pytest.param("renewals > 0", renewed(moment("2026-06-05", "11:00")), "2026-06-05 11:00", id="met by a renewal"),
        pytest.param(
            'segment == "gold"', changed(moment("2026-06-05", "11:00"), segment="gold"), "2026-06-05 11:00", id="met in the next stage"
        ),
    ],
)
def test_a_play_that_outlives_its_stage_ends_the_moment_its_until_is_met(until: str, event: Event | None, moment_of_end: str) -> None:
    plays = {"p": a_play(task(), wait("60d"), email(), at={"day": 80}, outlives_stage=True, until=until)}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-08-01"), *([event] if event else []))

    assert ended(life) == [f"{moment_of_end} p: what it works towards is so"]


def test_an_amendment_that_turns_the_stage_ends_its_plays() -> None:
    plays = {"p": a_play(task(), wait("60d"), email(), at={"day": 80})}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-08-01"), amended(moment("2026-05-25"), date(2026, 6, 20)))

    assert ended(life) == ["2026-05-25 09:00 p: the stage onboarding ended"]


def test_nothing_ended_ever_speaks_again() -> None:
    plays = {"p": a_play(task(), wait_for("login", "30d", then=[email("came")]), at={"day": 1}, until="handoff.accepted")}

    life = live(
        living(a_playbook(onboarding=plays)),
        moment("2026-05-01"),
        an_event("handoff.accepted", moment("2026-03-10")),
        an_event("login", moment("2026-03-10") + timedelta(seconds=1)),
    )

    assert touched(life) == ["2026-03-03 09:00 p/1/task"]
