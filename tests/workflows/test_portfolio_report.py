"""The report's schedule on a real server: a run mails each addressee once, and another for the same period mails nobody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client, ScheduleActionExecutionStartWorkflow, ScheduleActionResult

from activities.report_activities import ReportMailed
from lifecycle.domain.people.directory import Directory
from lifecycle.playbook.policy import Every, Reports
from runtime.report_schedules import id_of_schedule, next_mailing, remove, schedule, scheduled
from tests.activities.building import a_playbook
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from workflows import portfolio_report
from workflows.portfolio_report import PortfolioReport, ReportOrder, first_morning

PEOPLE = Directory.model_validate(
    {
        "version": "1",
        "people": {
            "ada": {"name": "Ada", "email": "ada@us.example", "roles": "cs-manager"},
            "tom": {"name": "Tom", "email": "tom@us.example", "roles": "sales-manager"},
        },
    }
)


def an_order(country: str = "GB", timezone: str = "Europe/London") -> ReportOrder:
    return ReportOrder(playbook=f"standard-{uuid4().hex[:8]}", timezone=timezone, country=country)


@pytest.mark.parametrize(
    ("now", "zone", "country", "morning"),
    [
        ("2026-10-01T00:00", "Europe/London", "GB", "2026-10-01T06:00"),
        ("2027-01-01T07:00", "Europe/London", "GB", "2027-01-04T07:00"),  # New Year's Day, then a weekend
        ("2026-11-01T07:00", "Europe/Berlin", "DE-BY", "2026-11-02T06:00"),  # All Saints, on a Sunday
        ("2026-05-01T05:00", "Europe/Berlin", "DE", "2026-05-04T05:00"),
        ("2026-03-31T23:00", "Asia/Tokyo", "JP", "2026-03-31T22:00"),  # the first of April there
        ("2026-11-28T12:00", "America/New_York", "US", "2026-11-02T12:00"),
    ],
)
def test_a_report_goes_on_the_first_business_day_s_morning(now: str, zone: str, country: str, morning: str) -> None:
    assert first_morning(moment(now), an_order(country, zone)) == moment(morning)


@pytest.mark.parametrize(
    ("now", "every", "following"),
    [
        ("2026-11-28T12:00", Every.MONTH, "2026-12-01T07:00"),
        ("2026-11-28T12:00", Every.QUARTER, "2027-01-04T07:00"),
        ("2026-10-01T05:59", Every.QUARTER, "2026-10-01T06:00"),
        ("2026-10-01T06:00", Every.QUARTER, "2027-01-04T07:00"),
        ("2027-01-02T12:00", Every.MONTH, "2027-01-04T07:00"),
    ],
)
def test_the_next_mailing_is_told(now: str, every: Every, following: str) -> None:
    assert next_mailing(moment(now), an_order(), every) == moment(following)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
async def harness(client: Client, tmp_path: Path) -> AsyncIterator[WorkerHarness]:
    async with a_worker_harness(client, tmp_path, None) as made, made.working(PortfolioReport, "a-build"):
        made.activities.people.publish(PEOPLE)
        yield made


def publish(harness: WorkerHarness, order: ReportOrder) -> None:
    reports = Reports(to=["cs-manager", "sales-manager"], every=Every.QUARTER, timezone=order.timezone, country=order.country)
    playbook = a_playbook(templates=()).model_copy(update={"playbook": order.playbook, "reports": reports, "version": "v1"})
    harness.activities.playbooks.publish(playbook, {})


async def test_a_schedule_mails_each_role_once_and_none_again_for_the_same_period(
    harness: WorkerHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever the day on which the test runs: on a holiday at a month's beginning the run would wait.
    monkeypatch.setattr(portfolio_report, "first_morning", lambda now, order: now)
    order = an_order()
    publish(harness, order)
    assert await schedule(harness.client, order, Every.QUARTER, harness.task_queue)
    assert not await schedule(harness.client, order, Every.MONTH, harness.task_queue)
    assert not await schedule(harness.client, order, Every.QUARTER, harness.task_queue)
    handle = harness.client.get_schedule_handle(id_of_schedule(order.playbook))
    told = (await handle.describe()).schedule.spec
    assert told.time_zone_name == "Europe/London"
    [calendar] = told.calendars
    assert [(each.start, each.end, each.step) for each in calendar.month] == [(1, 12, 3)]

    first = await triggered(harness, order)
    assert (first.mailed, first.not_mailed) == (2, [])
    assert addressed(tmp_path) == ["ada@us.example", "tom@us.example"]
    assert await triggered(harness, order) == first
    assert addressed(tmp_path) == ["ada@us.example", "tom@us.example"]
    assert harness.sent_twice == (0, 0)

    assert await remove(harness.client, order.playbook)
    assert not await remove(harness.client, order.playbook)
    assert order.playbook not in await scheduled(harness.client, but=[order.playbook])


async def test_begun_on_a_holiday_it_waits_for_the_first_business_day_s_morning(
    harness: WorkerHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = (datetime.now(UTC) + timedelta(days=3)).replace(microsecond=0)
    monkeypatch.setattr(portfolio_report, "first_morning", lambda now, order: morning)
    order = an_order()
    publish(harness, order)
    run = await harness.client.start_workflow(PortfolioReport.run, order, id=order.playbook, task_queue=harness.task_queue)
    await harness.travel.to(run.id, morning)
    assert (await asyncio.wait_for(run.result(), 30)).mailed == 2
    dates = {BytesHeaderParser(policy=default).parsebytes(path.read_bytes())["Date"] for path in (tmp_path / "outbox/mail/new").iterdir()}
    [date] = dates
    assert morning <= date.datetime < morning + timedelta(hours=1)


async def triggered(harness: WorkerHarness, order: ReportOrder) -> ReportMailed:
    """What the run says that the schedule begins when it is triggered."""
    handle = harness.client.get_schedule_handle(id_of_schedule(order.playbook))
    before = await actions(harness, order)
    await handle.trigger()
    async with asyncio.timeout(30):
        while len(now := await actions(harness, order)) == len(before):
            await asyncio.sleep(0.05)
    begun = now[-1].action
    assert isinstance(begun, ScheduleActionExecutionStartWorkflow)
    run = harness.client.get_workflow_handle(begun.workflow_id, run_id=begun.first_execution_run_id, result_type=ReportMailed)
    return ReportMailed.model_validate(await asyncio.wait_for(run.result(), 30))


async def actions(harness: WorkerHarness, order: ReportOrder) -> list[ScheduleActionResult]:
    return list((await harness.client.get_schedule_handle(id_of_schedule(order.playbook)).describe()).info.recent_actions)


def addressed(home: Path) -> list[str]:
    mails = sorted((home / "outbox/mail/new").iterdir())
    return sorted(
        address.addr_spec for path in mails for address in BytesHeaderParser(policy=default).parsebytes(path.read_bytes())["To"].addresses
    )
