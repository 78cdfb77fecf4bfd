"""How a life goes from stage to stage and term to term, and why."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.enums import Outcome, Stage
from lifecycle.facts.events import Event
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    churned,
    email,
    live,
    living,
    moment,
    renewed,
    stages,
    task,
    touched,
    why_stages,
    won_back,
)
from tests.lifecycle.calls import begun, decide, state


def test_an_undisturbed_life_is_onboarding_growth_renewal_and_then_lapsed_for_want_of_a_word() -> None:
    life = living(a_playbook())
    life.advance(moment("2028-01-01"))

    assert why_stages(life) == [
        "2026-03-02 onboarding: enrolled",
        "2026-05-31 growth: the contract clock",
        "2026-12-02 renewal: the contract clock",
        "2027-03-16 lapsed: the term ended on 2027-03-02, and nobody has said whether it goes on",
    ]


# ---- the end of a term


@pytest.mark.parametrize(
    ("grace", "lapsed"),
    [
        pytest.param(None, "2027-03-16", id="fourteen days unless the playbook says otherwise"),
        pytest.param("30d", "2027-04-01", id="thirty days"),
        pytest.param("0d", "2027-03-02", id="none at all"),
        pytest.param("10bd", "2027-03-16", id="business days"),
    ],
)
def test_at_the_end_without_a_decision_comes_a_grace_period_and_nobody_is_taken_for_lost(grace: str | None, lapsed: str) -> None:
    life = living(a_playbook(rest={"contract": {"grace": grace}} if grace else None))
    life.advance(moment("2030-05-01"))

    assert stages(life)[-1] == f"{lapsed} lapsed"
    assert (state(life).churned, state(life).churn_kind, state(life).churn_reason) == (None, None, "")


def test_a_renewal_in_the_last_instant_of_the_grace_period_or_after_it_keeps_the_customer() -> None:
    in_time = live(living(a_playbook()), moment("2027-04-01"), renewed(moment("2027-03-16", "00:00")))
    late = live(living(a_playbook()), moment("2027-04-01"), renewed(moment("2027-03-16", "00:01")))

    assert stages(in_time)[-2:] == ["2026-12-02 renewal", "2027-03-16 growth"]
    assert stages(late)[-2:] == ["2027-03-16 lapsed", "2027-03-16 growth"]
    assert late.life.contract.start == date(2027, 3, 2)


# ---- renewal


def test_term_two_starts_in_growth_where_the_old_term_ends_and_has_no_onboarding() -> None:
    plays: Raw = {stage: {f"{stage}-p": a_play(task(), at={"day": 5})} for stage in ("onboarding", "growth", "renewal")}

    life = live(living(a_playbook(**plays)), moment("2028-02-01"), renewed(moment("2027-02-01"), reason="it works"))

    assert why_stages(life)[3:] == [
        "2027-02-01 growth: renewed, the next term begins on 2027-03-02: it works",
        "2027-03-02 growth: renewed into term 2: the term before it has ended",
        "2027-12-03 renewal: the contract clock",
    ]
    assert [touch.key for touch in life.touches] == [
        "acme/1/onboarding-p/1/task",
        "acme/1/growth-p/1/task",
        "acme/1/renewal-p/1/task",
        "acme/2/growth-p/1/task",
        "acme/2/renewal-p/1/task",
    ]
    assert touched(life)[3:] == ["2027-03-07 09:00 growth-p/1/task", "2027-12-08 09:00 renewal-p/1/task"]


def test_an_early_renewal_in_growth_begins_the_next_term_when_the_old_one_ends() -> None:
    life = live(living(a_playbook(growth={"p": a_play(task(), every="100d")})), moment("2027-09-20"), renewed(moment("2026-10-01")))

    assert stages(life)[2] == "2027-03-02 growth"
    assert [(touch.key, f"{touch.at:%Y-%m-%d}") for touch in life.touches] == [
        ("acme/1/p/1/task", "2026-09-08"),
        ("acme/1/p/2/task", "2026-12-17"),
        ("acme/2/p/1/task", "2027-06-10"),
        ("acme/2/p/2/task", "2027-09-18"),
    ]


def test_a_renewal_in_the_grace_period_sends_nothing_that_is_long_past() -> None:
    growth = {f"day-{day}": a_play(task(), at={"day": day}) for day in (1, 5, 9, 12)}

    life = live(living(a_playbook(growth=growth)), moment("2027-04-01"), renewed(moment("2027-03-12", "15:00")))

    assert touched(life)[4:] == ["2027-03-12 15:00 day-9/1/task", "2027-03-14 09:00 day-12/1/task"]


def test_a_renewal_may_come_again_and_again() -> None:
    life = live(
        living(a_playbook()),
        moment("2029-06-01"),
        renewed(moment("2027-02-01")),
        renewed(moment("2028-02-01")),
        renewed(moment("2029-02-01")),
    )

    assert (life.life.contract.term, state(life).renewals, len(state(life).past_contracts)) == (4, ["value"] * 3, 3)
    assert life.life.contract.start == date(2029, 3, 2)


def test_a_renewal_without_a_reason_is_no_event() -> None:
    """R53: the outcome's reason is required."""
    with pytest.raises(ValueError, match=r"contract\.renewed needs 'reason'"):
        an_event("contract.renewed", moment("2027-02-01"))


# ---- churn by choice


def test_a_churn_by_choice_begins_win_back_at_once_for_180_days() -> None:
    life = live(living(a_playbook()), moment("2027-06-01"), churned(moment("2026-07-01", "15:00")))

    assert why_stages(life)[2:] == ["2026-07-01 win_back: churned: price", "2026-12-28 closed: finally lost: price"]
    assert state(life).closed == "finally lost: price"


def test_win_back_lasts_as_long_as_the_playbook_says() -> None:
    life = live(living(a_playbook(rest={"contract": {"win_back": "30d"}})), moment("2027-06-01"), churned(moment("2026-07-01", "15:00")))

    assert stages(life)[2:] == ["2026-07-01 win_back", "2026-07-31 closed"]


def test_win_back_s_plays_choose_by_the_reason_and_count_the_days_away() -> None:
    plays = {
        "price": a_play(email("offer"), at={"day": 7}, if_='churn.reason == "price" && days_away == 7'),
        "product": a_play(email("news"), at={"day": 7}, if_='churn.reason == "missing feature"'),
    }

    life = live(living(a_playbook(win_back=plays)), moment("2027-06-01"), churned(moment("2026-07-01", "15:00")))

    assert touched(life) == ["2026-07-08 09:00 price/1/email-offer"]


def test_a_churn_without_a_reason_is_no_event() -> None:
    with pytest.raises(ValueError, match=r"customer\.churned needs 'reason'"):
        an_event("customer.churned", moment("2027-02-01"), kind="choice")


# ---- natural churn


def test_a_natural_end_gets_a_farewell_and_is_closed() -> None:
    life = live(
        living(a_playbook(farewell={"goodbye": a_play(email("goodbye"), at={"day": 2})}, win_back={"w": a_play(email(), at={"day": 1})})),
        moment("2027-06-01"),
        churned(moment("2026-07-01", "15:00"), "natural", "ceased trading"),
    )

    assert why_stages(life)[2:] == ["2026-07-01 farewell: churned: ceased trading", "2026-07-03 closed: gone: ceased trading"]
    assert touched(life) == ["2026-07-03 09:00 goodbye/1/email-goodbye"]


def test_a_farewell_that_the_hours_hold_back_is_said_before_the_customer_is_closed() -> None:
    playbook = a_playbook(
        farewell={"goodbye": a_play(email("goodbye"), on="customer.churned")}, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}}
    )

    life = live(living(playbook), moment("2027-06-01"), churned(moment("2026-07-03", "22:00"), "natural", "ceased trading"))

    assert touched(life) == ["2026-07-06 09:00 goodbye/1/email-goodbye"]
    assert stages(life)[-1] == "2026-07-06 closed"


def test_without_a_farewell_a_natural_end_is_closed_at_once() -> None:
    life = live(living(a_playbook()), moment("2026-07-02"), churned(moment("2026-07-01", "15:00"), "natural", "ceased trading"))

    assert stages(life)[2:] == ["2026-07-01 farewell", "2026-07-01 closed"]
    assert state(life).closed == "gone: ceased trading"


def test_a_rhythm_in_a_farewell_does_not_keep_it_open_for_ever() -> None:
    playbook = a_playbook(farewell={"goodbye": a_play(email(), at={"day": 1}), "again": a_play(email(), every="10d")})

    life = live(living(playbook), moment("2027-06-01"), churned(moment("2026-07-01", "15:00"), "natural", "ceased trading"))

    assert stages(life)[-1] == "2026-07-02 closed"


# ---- won back


@pytest.mark.parametrize(
    ("back", "stage"),
    [
        pytest.param("2026-07-10", Stage.GROWTH, id="after nine days"),
        pytest.param("2026-09-29", Stage.GROWTH, id="after ninety days"),
        pytest.param("2026-09-30", Stage.ONBOARDING, id="after ninety-one days"),
        pytest.param("2026-12-01", Stage.ONBOARDING, id="after five months"),
    ],
)
def test_won_back_a_new_term_begins_with_onboarding_again_if_it_was_away_over_ninety_days(back: str, stage: Stage) -> None:
    day = date.fromisoformat(back)

    life = live(living(a_playbook()), moment(day + timedelta(days=2)), churned(moment("2026-07-01")), won_back(moment(day)))

    assert why_stages(life)[3:] == [f"{back} {stage.value}: won back: missed it"]
    assert (life.life.contract.term, life.life.contract.start, life.life.contract.end) == (2, day, day + timedelta(days=365))
    assert (state(life).churned, state(life).churn_kind) == (None, None)


def test_how_long_away_is_long_is_the_playbook_s_to_say() -> None:
    life = live(
        living(a_playbook(rest={"contract": {"away_long": "5d"}})),
        moment("2026-08-01"),
        churned(moment("2026-07-01")),
        won_back(moment("2026-07-10")),
    )

    assert stages(life)[-1] == "2026-07-10 onboarding"


def test_who_is_onboarded_again_reaches_its_milestones_again() -> None:
    milestones: Raw = {"first-value": {"kind": "customer", "due": "30d"}}
    reached = an_event("milestone.reached", moment("2026-03-20"), milestone="first-value")

    playbook = a_playbook(milestones=milestones, onboarding={"p": a_play(task(), overdue=["first-value"])})

    life = live(living(playbook), moment("2027-02-01"), reached, churned(moment("2026-07-01")), won_back(moment("2026-12-01")))

    assert [touch.key for touch in life.touches] == ["acme/2/p/first-value/task"]
    assert touched(life) == ["2027-01-01 00:00 p/first-value/task"]


def test_who_comes_back_soon_keeps_what_it_has_reached() -> None:
    milestones: Raw = {"first-value": {"kind": "customer", "due": "30d", "first_value": True}}
    reached = an_event("milestone.reached", moment("2026-03-20"), milestone="first-value")
    growth = {"p": a_play(task(), at={"day": 5}, if_="first_value")}

    life = live(
        living(a_playbook(milestones=milestones, growth=growth)),
        moment("2026-09-01"),
        reached,
        churned(moment("2026-07-01")),
        won_back(moment("2026-07-20")),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/2/p/1/task"]


def test_the_terms_of_a_return_may_be_given() -> None:
    back = won_back(moment("2026-07-20"), start="2026-08-01", end="2027-02-01", annual_value=6000.0)

    life = live(living(a_playbook()), moment("2026-07-21"), churned(moment("2026-07-01")), back)

    assert (life.life.contract.start, life.life.contract.end, life.life.contract.annual_value) == (
        date(2026, 8, 1),
        date(2027, 2, 1),
        6000.0,
    )


def test_a_return_ends_win_back_s_plays_at_once() -> None:
    playbook = a_playbook(win_back={f"day-{day}": a_play(email(), at={"day": day}) for day in (7, 30, 90)})

    life = live(living(playbook), moment("2027-02-01"), churned(moment("2026-07-01")), won_back(moment("2026-07-31", "09:00")))

    assert touched(life) == ["2026-07-08 09:00 day-7/1/email-note"]


# ---- trial


def test_a_signed_trial_becomes_a_customer_in_term_one() -> None:
    playbook = a_playbook(trial={"t": a_play(email("tip"), every="4d")}, onboarding={"o": a_play(email("welcome"), on="contract.signed")})
    signed = an_event("contract.signed", moment("2026-03-12", "11:00"), start="2026-03-12", end="2027-03-12", annual_value=9000.0)

    life = live(living(playbook, a_customer(term=0, end=date(2026, 3, 16))), moment("2026-06-20"), signed)

    assert why_stages(life) == [
        "2026-03-02 trial: enrolled",
        "2026-03-12 onboarding: contract signed",
        "2026-06-10 growth: the contract clock",
    ]
    assert [touch.key for touch in life.touches] == ["acme/0/t/1/email-tip", "acme/0/t/2/email-tip", "acme/1/o/1/email-welcome"]
    assert touched(life)[-1] == "2026-03-12 11:00 o/1/email-welcome"


def test_a_contract_that_begins_later_is_onboarded_from_its_own_first_day() -> None:
    playbook = a_playbook(onboarding={"o": a_play(task(), at={"day": 1})})
    signed = an_event("contract.signed", moment("2026-03-12"), start="2026-04-01", end="2027-04-01")

    life = live(living(playbook, a_customer(term=0, end=date(2026, 3, 16))), moment("2026-05-01"), signed)

    assert touched(life) == ["2026-04-02 09:00 o/1/task"]


def test_a_trial_without_a_purchase_is_closed_after_its_grace() -> None:
    life = living(a_playbook(), a_customer(term=0, end=date(2026, 3, 16)))
    life.advance(moment("2026-06-01"))

    assert why_stages(life) == ["2026-03-02 trial: enrolled", "2026-03-30 closed: the trial ended without a purchase"]


# ---- what it says of a stage's success


@pytest.mark.parametrize(
    ("events", "met"),
    [
        pytest.param([], "onboarding's exit test not met", id="not met"),
        pytest.param([an_event("handoff.accepted", moment("2026-04-01"))], "onboarding's exit test met", id="met"),
        pytest.param(
            [an_event("handoff.accepted", moment("2026-05-31", "00:00"))], "onboarding's exit test met", id="met in the instant it ends"
        ),
    ],
)
def test_leaving_a_stage_says_whether_its_exit_test_was_met(events: list[Event], met: str) -> None:
    """R01."""
    plan = {"onboarding": {"goal": "value", "owner": "csm", "exit": "handoff.accepted"}}

    life = live(living(a_playbook(rest={"stages": plan})), moment("2026-06-01"), *events)

    turn = next(entry for entry in state(life).timeline if entry.kind is EntryKind.STAGE and entry.what == "growth")
    assert turn.why == f"the contract clock; {met}"


def test_an_outage_over_two_stages_turns_each_at_its_own_midnight() -> None:
    """The clock goes stage by stage even when nobody looked for nine months."""
    playbook = a_playbook(onboarding={"o": a_play(task(), at={"day": 80})}, growth={"g": a_play(task(), at={"day": 80})})
    life, now = begun(playbook, a_customer(), moment(date(2026, 3, 2))), moment("2026-12-10")
    decision = decide(life, now)
    while decision.turned:
        life.follow(playbook)
        decision = decide(life, now)

    turns = [(entry.at, entry.what) for entry in state(life).timeline if entry.kind is EntryKind.STAGE]
    assert turns[1:] == [(moment("2026-05-31", "00:00"), "growth"), (moment("2026-12-02", "00:00"), "renewal")]
    assert decision.touches == []
    assert [(row.play, row.outcome) for row in state(life).unrecorded] == [("o", Outcome.MISSED), ("g", Outcome.MISSED)]
