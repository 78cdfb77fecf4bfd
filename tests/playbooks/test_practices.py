"""What the practice of customer success asks for, shown on the lives of the example customers (docs/practices.md)."""

from collections import Counter
from datetime import date, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from console.files.customers.customers_file import read_customers
from console.files.events_file import read_events
from lifecycle.domain.enums import Band, Category, Outcome, Stage, Tier, TouchKind
from lifecycle.domain.model import Scalar
from lifecycle.domain.time.zones import at_local, local
from lifecycle.explain.simulator import Simulation, simulate
from lifecycle.facts.events import Event
from lifecycle.state.log import EntryKind
from runtime.playbook_files import load
from tests.lifecycle.building import a_customer, an_event, moment

ROOT = Path(__file__).parents[2]
STANDARD, _TEXTS = load(ROOT / "playbooks" / "standard.yaml")
ROWS, _ROW_FAULTS = read_customers((ROOT / "examples" / "customers.csv").read_text(encoding="utf-8"), STANDARD)
ZONES = {row.customer.id: row.customer.timezone for row in ROWS}
EVENTS, _EVENT_FAULTS = read_events((ROOT / "examples" / "events.csv").read_text(encoding="utf-8"), ZONES)


@cache
def life(customer: str) -> Simulation:
    """Sixteen months of an example customer, each lived once."""
    [row] = [row for row in ROWS if row.customer.id == customer]
    enrolled = at_local(row.enrolled_on or row.customer.contract.start, time(8), ZONES[customer])
    told = [one.event for one in EVENTS if one.customer == customer]
    return simulate(row.customer, STANDARD, told, enrolled, at_local(date(2027, 5, 1), time(), ZONES[customer]))


def sent(customer: str, *plays: str) -> list[str]:
    """The touches of those plays as `2026-03-01 step`, by the customer's own calendar."""
    touches = [touch for touch in life(customer).touches if touch.play in plays]
    return [f"{local(touch.at, ZONES[customer]).date()} {touch.key.rsplit('/', 1)[1]}" for touch in touches]


def stages(customer: str) -> list[str]:
    lines = [entry for entry in life(customer).life.log.timeline if entry.kind is EntryKind.STAGE]
    return [f"{local(entry.at, ZONES[customer]).date()} {entry.what}" for entry in lines]


def test_the_stages_follow_the_contract_clock() -> None:  # R21, R50
    assert stages("harbor-retail") == [
        "2026-01-12 onboarding",
        "2026-04-12 growth",
        "2026-10-14 renewal",
        "2026-11-10 growth",
        "2027-01-12 growth",
    ]
    assert stages("bluebell-florist")[:4] == ["2026-03-02 onboarding", "2026-03-12 growth", "2026-03-22 renewal", "2026-03-28 growth"]


def test_nothing_is_done_twice_to_anybody() -> None:
    keys = Counter(touch.key for row in ROWS for touch in life(row.customer.id).touches)
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_contact_gets_more_than_two_messages_in_seven_days() -> None:  # R07
    for row in ROWS:
        touches = [touch for touch in life(row.customer.id).touches if touch.kind in (TouchKind.EMAIL, TouchKind.SURVEY)]
        counted = [touch for touch in touches if touch.category is not Category.OPERATIONAL]
        for email in {one.email for touch in counted for one in touch.to}:
            moments = [touch.at for touch in counted if email in [one.email for one in touch.to]]
            for first, _, third in zip(moments, moments[1:], moments[2:], strict=False):
                assert (third - first).total_seconds() >= 7 * 24 * 3600, (row.customer.id, first)


def test_the_tier_decides_how_often_and_by_whom() -> None:  # R12, R13, R14, R42
    monthly = [when for when in sent("harbor-retail", "regular-touch") if "task" in when]
    quarterly = sent("nordwind", "regular-touch")
    assert [when[:7] for when in monthly[:3]] == ["2026-05", "2026-06", "2026-07"]
    assert [when[:7] + when[10:] for when in quarterly[:2]] == ["2026-07 email-regular-touch", "2027-04 email-regular-touch"], (
        "the third would come two days before the renewal begins"
    )
    assert sent("kangaroo-outdoor", "kickoff", "quarterly-review") == []


def test_a_late_handoff_is_escalated_and_the_kickoff_waits_for_it() -> None:  # R10, R16
    assert sent("pacific-parts", "handoff-gate") == ["2026-02-11 write-handoff", "2026-02-11 escalate-sales-manager"]
    assert sent("pacific-parts", "kickoff")[0] == "2026-02-17 meeting-kickoff"


def test_an_over_promise_reaches_the_sales_manager_and_the_ceo() -> None:  # R08
    assert sent("sakura-foods", "promises") == ["2026-02-04 tell-sales-manager", "2026-02-04 tell-ceo", "2026-02-04 check-promises"]
    assert sent("harbor-retail", "promises") == ["2026-01-13 check-promises"]


def test_the_agreement_and_the_plan_follow_the_kickoff() -> None:  # R15, R18
    assert sent("harbor-retail", "plan") == ["2026-01-20 email-kickoff-notes", "2026-01-20 agree-plan"]


def test_a_wary_colleague_gets_time_of_their_own() -> None:  # R19
    assert sent("sakura-foods", "conservative") == ["2026-02-20 task"]


def test_overdue_milestones_are_chased_until_they_are_reached() -> None:  # R24, R25
    assert sent("verde-mercado", "chase-setup")[0] == "2026-02-03 email-chase-setup"
    ended = [entry.why for entry in life("verde-mercado").life.log.timeline if entry.kind is EntryKind.PLAY and entry.what == "chase-setup"]
    assert "milestone data-connected is reached" in ended[0]


def test_a_stalled_set_up_is_a_refund_risk() -> None:  # R20
    assert sent("pacific-parts", "refund-risk") == ["2026-03-03 escalate-cs-manager"]
    assert sent("mumbai-logistics", "refund-risk") == []


def test_the_first_training_is_on_what_it_was_bought_for() -> None:  # R17
    [training] = [touch for touch in life("harbor-retail").touches if touch.play == "training"]
    assert local(training.at, ZONES["harbor-retail"]).date() == date(2026, 1, 20)
    assert training.values["customer"]["goal"] == "halve the stock-outs in the 40 largest shops"


def test_all_set_up_and_no_first_value_raises_an_alarm_of_its_own() -> None:  # R26
    assert sent("auckland-wines", "value-gap") == ["2026-05-29 escalate-cs-manager", "2026-05-29 find-gap"]
    assert sent("harbor-retail", "value-gap") == []


def test_low_usage_asks_for_the_cause() -> None:  # R34
    assert sent("nordwind", "low-usage") == ["2026-08-06 email-low-usage", "2026-08-06 find-cause"]


def after_usage(*weeks: int) -> Simulation:
    """A customer of tier A in growth, which reports so much usage week by week from 3 August on, and lives another month."""
    first = moment("2026-08-03")
    reports = [an_event("usage.reported", first + timedelta(days=7 * week), count=count) for week, count in enumerate(weeks)]
    return simulate(a_customer(tier=Tier.A), STANDARD, reports, moment("2026-03-02"), reports[-1].at + timedelta(days=30))


def test_usage_far_above_normal_asks_for_the_cause() -> None:  # R34
    risen = [touch.key.rsplit("/", 1)[1] for touch in after_usage(70, 70, 70, 70, 140, 140, 140).touches if touch.play == "high-usage"]
    assert risen[:1] == ["find-cause-of-rise"]
    assert [touch for touch in after_usage(70, 70, 70, 70, 100, 100, 100).touches if touch.play == "high-usage"] == []


def test_a_cause_that_nobody_records_is_escalated() -> None:  # R34
    fallen = [touch.key.rsplit("/", 1)[1] for touch in after_usage(70, 70, 70, 70, 30, 30, 30).touches if touch.play == "low-usage"]
    assert fallen[-2:] == ["find-cause", "escalate-cs-manager"]


def test_a_ticket_is_answered_by_its_level_and_escalated_across_teams() -> None:  # R35, R36
    assert sent("sakura-foods", "ticket") == ["2026-06-16 escalate-support-lead", "2026-06-16 answer-now"]
    assert sent("casablanca-textile", "ticket") == [
        "2026-11-23 answer-soon",
        "2026-11-30 escalate-product-support",
        "2026-12-07 escalate-head-of-support",
    ]


def test_a_detractor_is_escalated_and_a_promoter_is_asked_whom_they_know() -> None:  # R38, R39, R44, R45
    assert sent("pacific-parts", "nps")[:3] == ["2026-06-09 survey-nps", "2026-06-11 escalate-cs-manager", "2026-06-11 call-detractor"]
    assert sent("harbor-retail", "promoter")[:2] == ["2026-05-14 email-referral-ask", "2026-05-14 task"]
    assert sent("pacific-parts", "promoter") == []


def test_more_is_offered_only_at_an_achieved_milestone() -> None:  # R40, R41, R43
    assert sent("alpine-bank", "expansion") == [
        "2026-06-12 offer-expansion.approval",
        "2026-06-15 offer-expansion",
        "2026-06-15 email-expansion",
    ]
    assert sent("alpine-bank", "case-study") == ["2026-06-30 email-case-study", "2026-06-30 task"]
    assert [customer for customer in ZONES if sent(customer, "expansion")] == ["harbor-retail", "nordwind", "sakura-foods", "alpine-bank"]


def test_silence_is_surveyed_called_and_met_with_one_offer_ever() -> None:  # R47, R48
    assert sent("pacific-parts", "silence") == [
        "2026-09-09 survey-silence",
        "2026-09-16 call-silent",
        "2026-09-23 call-silent.rung-1",
        "2026-09-30 offer-reactivation.approval",
        "2026-10-01 offer-reactivation",
        "2026-10-01 email-reactivation-offer",
    ]


def test_the_champions_place_is_filled_and_the_new_one_trained() -> None:  # R30, R49
    assert sent("sakura-foods", "champion-left", "new-champion") == [
        "2026-09-18 email-champion-left",
        "2026-09-18 find-champion",
        "2026-09-29 email-new-champion",
        "2026-09-29 task",
    ]


def test_the_renewal_is_judged_a_third_of_the_term_before_its_end() -> None:  # R51
    assert sent("nordwind", "assess-renewal") == ["2026-09-21 judge"], "the 20th is a Sunday"
    assert sent("kangaroo-outdoor", "assess-renewal-short")[0] == "2026-06-16 judge"
    third = date(2027, 1, 19) - date(2026, 9, 20)
    assert third.days == 365 // 3


def test_a_renewal_is_worked_down_to_its_decision() -> None:  # R50, R53, R55
    plays = ("renewal-90", "renewal-60", "renewal-30", "renewal-14", "renewal-7", "no-decision")
    assert [when for when in sent("pacific-parts", *plays) if "done" not in when] == [
        "2026-11-12 meeting-renewal-review",
        "2026-12-11 email-renewal-60",
        "2027-01-11 email-renewal-30",
        "2027-01-26 get-decision",
        "2027-02-02 email-renewal-7",
        "2027-02-10 escalate-cs-manager",
        "2027-02-10 email-renewal-grace",
        "2027-02-10 reach-sponsor",
    ]


def test_who_says_nothing_at_the_end_has_lapsed_and_people_of_ours_are_asked() -> None:  # R53
    assert stages("pacific-parts")[-1] == "2027-02-23 lapsed"
    assert (life("pacific-parts").life.facts.churn.at, life("pacific-parts").life.progress.closed) == (None, "")
    assert sent("pacific-parts", "ask-lapsed", "ask-lapsed-again") == [
        "2027-02-23 reach-decider",
        "2027-03-02 reach-decider.rung-1",
        "2027-03-09 reach-decider.rung-2",
        "2027-03-25 task",
        "2027-04-26 task",
    ]
    messages = [touch for touch in life("pacific-parts").touches if touch.kind.reaches_the_customer]
    assert [touch.key for touch in messages if touch.at.date() >= date(2027, 2, 23)] == []


def test_an_announced_end_is_fought_over_until_it_comes_or_is_taken_back() -> None:  # R58
    chasing = ("renewal-30", "renewal-14", "renewal-7")
    assert sent("mumbai-logistics", "renewal-save", "renewal-stays", *chasing) == [
        "2027-02-08 email-cancellation-received",
        "2027-02-08 escalate-cs-manager",
        "2027-02-08 renewal-save-call",
        "2027-02-15 renewal-save-call.rung-1",
        "2027-02-15 task",
        "2027-03-08 email-renewal-30",
        "2027-03-23 get-decision",
    ]
    assert sent("casablanca-textile", "renewal-save", *chasing) == [
        "2027-02-15 email-renewal-30",
        "2027-03-02 get-decision",
        "2027-03-02 email-cancellation-received",
        "2027-03-02 renewal-save-call",
    ]
    assert stages("casablanca-textile")[-1] == "2027-03-16 win_back"


def test_high_intent_and_good_health_get_an_early_renewal_offer() -> None:  # R52
    assert sent("alpine-bank", "early-renewal") == [
        "2026-10-07 offer-early-renewal.approval",
        "2026-10-08 offer-early-renewal",
        "2026-10-08 email-early-renewal",
    ]
    assert sent("pacific-parts", "early-renewal") == []
    assert sent("pacific-parts", "renewal-risk")[0] == "2026-11-12 escalate-cs-manager"


def test_an_offer_refused_inside_the_company_is_not_made() -> None:
    assert sent("kangaroo-outdoor", "early-renewal") == [
        "2026-06-24 offer-early-renewal.approval",
        "2026-12-18 offer-early-renewal.approval",
    ]


def test_who_left_by_choice_is_won_back_by_its_reason() -> None:  # R57, R59, R60, R62
    assert sent("verde-mercado", "loss-review") == ["2026-09-15 webhook-crm-lost", "2026-09-15 task"]
    assert sent("verde-mercado", "win-back-7", "win-back-30", "win-back-90") == [
        "2026-09-22 email-win-back-price",
        "2026-10-15 offer-return.approval",
        "2026-10-16 offer-return",
        "2026-10-16 email-win-back-offer",
        "2026-12-14 task",
        "2026-12-14 email-win-back-last",
    ]
    assert [when.split()[1] for when in sent("casablanca-textile", "win-back-7", "win-back-30")] == [
        "email-win-back-product",
        "email-win-back-news",
    ]


def test_who_returns_after_long_starts_again_with_onboarding() -> None:  # R61
    assert stages("verde-mercado")[-3:] == ["2026-09-15 win_back", "2027-01-11 onboarding", "2027-04-11 growth"]
    assert sent("verde-mercado", "onboarding-welcome-back") == ["2027-01-11 email-welcome-back", "2027-01-11 task"]
    assert [when for when in sent("verde-mercado", "welcome") if when > "2027"] == []


def test_a_natural_end_gets_a_farewell_and_no_more() -> None:  # R57
    assert sent("bluebell-florist", "farewell") == ["2026-08-21 email-farewell", "2026-08-21 task"]
    assert life("bluebell-florist").life.stage is Stage.CLOSED
    assert max(touch.at for touch in life("bluebell-florist").touches).date() == date(2026, 8, 21)


def test_a_trial_meets_a_person_before_any_pitch() -> None:  # R03, R04, R05, R06, R65
    trial = ("trial-first-contact", "trial-welcome", "trial-session", "trial-guide", "trial-ending")
    assert sent("fjord-energy", *trial) == [
        "2026-01-15 first-call",
        "2026-01-15 email-trial-welcome",
        "2026-01-16 first-call.rung-1",
        "2026-01-19 meeting-trial-session",
        "2026-01-22 email-trial-guide",
        "2026-02-09 email-trial-ending",
        "2026-02-09 task",
    ]


def test_an_extension_during_renewal_goes_back_to_growth() -> None:
    assert stages("fjord-energy")[3:6] == ["2026-11-13 renewal", "2026-11-24 growth", "2027-03-02 renewal"]


def test_late_enrolment_misses_what_is_past_and_bursts_nothing() -> None:
    timeline = life("alpine-bank").life.log.timeline
    enrolled = next(entry.at for entry in timeline if entry.why == "enrolled")
    assert local(enrolled, ZONES["alpine-bank"]).date() == date(2026, 2, 19)
    assert sum(entry.outcome is Outcome.MISSED for entry in timeline if entry.at < enrolled) == 7
    first_day = [entry for entry in timeline if local(entry.at, ZONES["alpine-bank"]).date() == date(2026, 2, 19)]
    assert [(entry.what, entry.to) for entry in first_day if entry.outcome is Outcome.SENT] == [("task catch_up", "csm")]


def test_who_opted_out_of_surveys_gets_none() -> None:
    surveys = [
        entry.outcome for entry in life("nordwind").life.log.timeline if entry.what == "survey nps" and entry.outcome is not Outcome.DELAYED
    ]
    assert surveys == [Outcome.SENT, Outcome.SUPPRESSED, Outcome.SUPPRESSED]


def test_every_customer_of_the_demo_ends_where_its_story_says() -> None:
    assert {customer: life(customer).life.stage.value for customer in ZONES} == {
        "harbor-retail": "growth",
        "nordwind": "growth",
        "sakura-foods": "growth",
        "verde-mercado": "growth",
        "kangaroo-outdoor": "growth",
        "bluebell-florist": "closed",
        "pacific-parts": "lapsed",
        "alpine-bank": "growth",
        "casablanca-textile": "win_back",
        "mumbai-logistics": "growth",
        "fjord-energy": "growth",
        "auckland-wines": "growth",
    }


def test_a_life_is_told_in_the_order_in_which_it_happened() -> None:
    for customer in ZONES:
        assert all(earlier.at <= later.at for earlier, later in pairwise(life(customer).touches))


@pytest.mark.parametrize(
    ("type_", "data"),
    [("ticket.opened", {"ticket": "T-1", "level": 1}), ("renewal.intent", {"intent": "low"}), ("payment.failed", {"invoice": "I-1"})],
)
def test_a_grave_ticket_a_low_intent_or_a_failed_payment_keeps_health_from_green(type_: str, data: dict[str, Scalar]) -> None:  # R33
    customer = after_usage(70, 70, 70, 70)
    for name in STANDARD.milestones:
        customer.tell(an_event("milestone.reached", customer.now, milestone=name))
    assert (customer.life.health.band, customer.life.health.limited) == (Band.GREEN, "")
    customer.tell(Event(id="told", type=type_, at=customer.now, data=data))
    assert (customer.life.health.score, customer.life.health.band) == (65, Band.YELLOW)
