"""Whole lives on the real server: every touch at its exact local time."""

import asyncio
from typing import Any

import pytest

from lifecycle.domain.enums import Outcome, Stage, TouchKind
from lifecycle.domain.time.calendar import is_business_day
from lifecycle.domain.time.zones import local
from lifecycle.state.log import EntryKind
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, in_order
from tests.workflows.harness.playbooks import STANDARD, YEAR
from tests.workflows.harness.worker_harness import WorkerHarness


async def test_the_life_of_an_a_customer_for_a_full_term(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), YEAR)
    await life.tell("handoff.accepted", "2038-01-05 14:00")
    await life.tell("survey.answered", "2038-04-01 11:15", survey="nps", score=4)
    await life.live_until("2039-02-01 00:00")

    assert sorted(await life.touches()) == [
        "2038-01-04 09:00 welcome/1/email-welcome",
        "2038-01-05 14:00 kickoff/1/meeting-kickoff",
        "2038-01-08 14:00 kickoff/1/email-nudge",
        "2038-01-08 14:00 kickoff/1/task",
        "2038-01-18 10:30 checkin/1/email-checkin",
        "2038-03-29 09:00 survey/1/survey-nps",  # the clocks went forward the day before
        "2038-04-01 11:15 survey/1/task",
        "2038-05-04 09:00 monthly/1/email-monthly",
        "2038-06-04 09:00 monthly/2/email-monthly",
        "2038-07-05 09:00 monthly/3/email-monthly",
        "2038-08-04 09:00 monthly/4/email-monthly",
        "2038-09-06 09:00 judge/1/judge",  # a third of 365 days before the end is a Sunday
        "2038-09-06 09:00 monthly/5/email-monthly",
        "2038-09-13 09:00 judge/1/judge.rung-1",
        "2038-10-04 09:00 monthly/6/email-monthly",
        "2038-11-05 09:00 letter/1/email-renewal",  # the clocks went back on 31 October
        "2038-12-21 09:00 decision/1/task",
        "2038-12-28 09:00 decision/1/escalate-cs-manager",
        "2039-01-05 09:00 no-decision/1/escalate-head-of-cs",
        "2039-01-18 09:00 ask-about-lapsed/1/ask-about-lapsed",
        "2039-01-25 09:00 ask-about-lapsed/1/ask-about-lapsed.rung-1",
    ]
    assert await life.not_sent() == [
        "2038-07-04 09:00 delayed monthly/3/email-monthly: Sunday 04 July is no business day in DE",
        "2038-09-04 09:00 delayed monthly/5/email-monthly: Saturday 04 September is no business day in DE",
        "2038-09-05 09:00 delayed judge/1/judge: Sunday 05 September is no business day in DE",
        "2038-09-10 18:00 delayed judge/1/judge.rung-1: 18:00 is outside 09:00-18:00 in Europe/Berlin",
    ]
    assert [(life.clock(entry.at), entry.what) for entry in await life.timeline() if entry.kind is EntryKind.STAGE] == [
        ("2038-01-04 08:00", "onboarding"),
        ("2038-04-04 00:00", "growth"),
        ("2038-10-06 00:00", "renewal"),
        ("2039-01-18 00:00", "lapsed"),
    ]
    assert in_order(await life.timeline()) == in_order(life.simulated(life.at("2039-02-01 00:00")).life.log.timeline)
    assert harness.sent_twice == (0, 0)
    await life.tell("customer.churned", "2039-02-02 11:00", kind="no_decision", reason="nobody answers")
    ended = await life.result()
    assert (ended.why, ended.terms) == ("no decision: nobody answers", 1)


async def test_a_renewal_begins_term_two_in_growth_and_each_stage_is_a_run(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), YEAR)
    await life.tell("contract.renewed", "2038-12-01 15:00", reason="it pays for itself")
    await life.live_until("2039-04-30 12:00")

    begun_with = await life.initial_states()
    assert [begun.stage for begun in begun_with] == [Stage.ONBOARDING, Stage.GROWTH, Stage.RENEWAL, Stage.GROWTH, Stage.GROWTH]
    assert [begun.contract.term for begun in begun_with] == [1, 1, 1, 1, 2]
    assert [life.clock(begun.progress.stage_since) for begun in begun_with[1:]] == [
        "2038-04-04 00:00",
        "2038-10-06 00:00",
        "2038-12-01 15:00",
        "2039-01-04 00:00",
    ]
    assert [row for row in await life.touches() if row > "2038-11-06"] == [
        "2038-12-01 15:00 thanks/1/email-thanks",
        "2038-12-06 09:00 monthly/8/email-monthly",
        "2039-02-04 09:00 2/monthly/1/email-monthly",
        "2039-03-04 09:00 2/monthly/2/email-monthly",
        "2039-04-04 09:00 2/monthly/3/email-monthly",
    ]
    assert in_order(await life.timeline()) == in_order(life.simulated(life.at("2039-04-30 12:00")).life.log.timeline)
    status = await life.status()
    assert (status.term, status.contract_start, status.contract_end) == (2, "2039-01-04", "2040-01-04")
    assert status.renewals == ["it pays for itself"]


@pytest.mark.slow
async def test_the_standard_playbook_does_on_temporal_what_it_does_in_the_simulator(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), STANDARD)
    story: list[tuple[str, str, dict[str, Any]]] = [
        ("handoff.completed", "2038-01-04 15:00", {"goal": "fewer stock-outs", "promises": "over-promised the API"}),
        ("handoff.accepted", "2038-01-05 10:00", {}),
        ("meeting.accepted", "2038-01-06 11:00", {"meeting": "kickoff"}),
        ("feature.used", "2038-01-07 16:20", {"feature": "connect-source"}),
        ("meeting.held", "2038-01-11 11:00", {"meeting": "kickoff"}),
        ("milestone.reached", "2038-02-01 09:30", {"milestone": "first-value"}),
        ("ticket.opened", "2038-03-03 03:03", {"ticket": "T1", "level": 1}),
        ("ticket.resolved", "2038-03-03 12:00", {"ticket": "T1"}),
        ("survey.answered", "2038-07-09 12:00", {"survey": "nps", "score": 3}),
        ("renewal.intent", "2038-10-11 12:00", {"intent": "low"}),
        ("customer.churned", "2038-12-20 12:00", {"kind": "choice", "reason": "budget"}),
        ("offer.approved", "2039-01-20 16:00", {"offer": "return"}),
    ]
    for type_name, at, data in story:
        await life.tell(type_name, at, **data)
    await life.live_until("2039-05-01 12:00")

    simulated = life.simulated(life.at("2039-05-01 12:00"))
    assert in_order(await life.timeline()) == in_order(simulated.life.log.timeline)
    assert (await life.status()).counts == simulated.life.log.counts
    sent = simulated.touches
    assert len(sent) >= 60
    assert {touch.kind for touch in sent} == set(TouchKind)
    for touch in sent:
        if touch.kind.reaches_the_customer:
            there = local(touch.at, touch.timezone)
            assert 9 <= there.hour < 18
            assert is_business_day(there.date(), "DE")
    assert {row.key for row in harness.activities.ledger.of_customer(life.customer.id) if row.outcome is Outcome.SENT} == {
        touch.key for touch in sent
    }
    assert harness.sent_twice == (0, 0)


CLOCKS = a_playbook(
    stage(
        "onboarding",
        """
saturday:
  at: {day: 5}
  steps:
    - email: {template: checkin}
""",
    )
    + stage(
        "growth",
        """
quarterly:
  every: 3mo
  any_hour: true
  steps:
    - task: {title: Call, due: 1d}
""",
    )
)
ZONES = {
    "America/New_York": ("US", "2038-01-11"),
    "America/Los_Angeles": ("US", "2038-01-11"),
    "America/Sao_Paulo": ("BR", "2038-01-11"),
    "Pacific/Honolulu": ("US", "2038-01-11"),
    "Europe/London": ("GB", "2038-01-11"),
    "Europe/Berlin": ("DE", "2038-01-11"),
    "Asia/Kolkata": ("GB", "2038-01-11"),
    "Asia/Tokyo": ("JP", "2038-01-12"),  # that Monday is Coming of Age Day
    "Australia/Sydney": ("AU", "2038-01-11"),
    "Pacific/Auckland": ("NZ", "2038-01-11"),
}


@pytest.mark.slow
async def test_ten_customers_in_ten_zones_are_called_at_nine_on_either_side_of_both_clock_changes(harness: WorkerHarness) -> None:
    async def live(zone: str, country: str) -> CustomerWorkflow:
        life = await harness.enrol(a_customer(timezone=zone, country=country, days=730), CLOCKS)
        await life.live_until("2039-04-05 12:00")
        return life

    lives = await asyncio.gather(*(live(zone, country) for zone, (country, _) in ZONES.items()))
    days = ["2038-07-04", "2038-10-04", "2039-01-04", "2039-04-04"]
    calls = [f"{day} 09:00 quarterly/{number}/task" for number, day in enumerate(days, 1)]
    for life, (_, monday) in zip(lives, ZONES.values(), strict=True):
        assert await life.touches() == [f"{monday} 09:00 saturday/1/email-checkin", *calls]
        assert (await life.not_sent())[0].startswith(
            "2038-01-09 09:00 delayed saturday/1/email-checkin: Saturday 09 January is no business day"
        )
    offsets = {str(local(life.at("2038-07-04 09:00"), zone).utcoffset()) for life, zone in zip(lives, ZONES, strict=True)}
    assert len(offsets) == 10
    assert harness.sent_twice == (0, 0)
