"""Reported usage is gathered: the first report is told at once, the sum at the end of its window, whatever crashes or is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from gateway.http.metrics import Metrics
from gateway.intake.clock import RealClock
from gateway.intake.intake import MOST_WINDOWS
from gateway.intake.results import ACCEPTED, Result, Status
from gateway.intake.signalling import Signals
from gateway.intake.usage.store import LEASE, UsageStore
from gateway.intake.usage.usage import UsageSums
from gateway.intake.usage.windows import window_of
from lifecycle.facts.events import Event
from tests.gateway.gateway_harness import BATCH, GatewayHarness, a_gateway_harness, cloud_event

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class ManualClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def another_gateway(harness: GatewayHarness, clock: ManualClock) -> AsyncIterator[UsageSums]:
    """The usage sums of another gateway on the same database."""
    signals = Signals(harness.client, 5)
    async with UsageSums(harness.activities.engine, signals, DAY.total_seconds(), Metrics(), RealClock(), clock) as usage_sums:
        yield usage_sums


def usage(count: float, id: str, at: datetime | None = None, days: int = 7, **data: Any) -> Event:
    return Event(id=id, type="usage.reported", at=at or datetime.now(UTC), happened=at, data={"count": count, "days": days} | data)


async def stored_reports(harness: GatewayHarness, customer: str) -> list[tuple[bool, object]]:
    """Whether in part, and the count, of each report that Temporal has."""
    return [(event.in_part, event.data["count"]) for event in await harness.events(customer)]


@pytest.mark.slow
async def test_ten_thousand_reports_cost_a_history_a_handful_of_signals_and_the_sum_is_exact(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path) as harness:
        customer = await harness.enrol()
        events = [cloud_event(customer, "usage.reported", id=str(n), data={"count": n / 10, "days": 1}) for n in range(10_000)]
        answers = [await harness.post(events[first : first + 1000], BATCH) for first in range(0, 10_000, 1000)]
        assert [answer.status_code for answer in answers] == [202] * 10
        clock = ManualClock()
        clock.now = datetime.now(UTC) + 2 * DAY
        async with another_gateway(harness, clock) as later:
            await later.flush()
        whole = [float(str(count)) for in_part, count in await stored_reports(harness, customer) if not in_part]
        assert sum(whole) == pytest.approx(sum(range(10_000)) / 10, rel=1e-15)
        assert len(await harness.signals(customer)) <= 4  # two, or four if a day ended meanwhile
        assert "evergreen_gateway_usage_folded_total 10000.0" in (await harness.metrics()).text


async def test_a_window_s_first_report_is_a_sign_of_life_at_once_and_the_others_wait_for_its_end(harness: GatewayHarness) -> None:
    customer, clock = await harness.enrol(), ManualClock()
    async with another_gateway(harness, clock) as usage_sums:
        assert await usage_sums.gather(customer, [usage(0, "none")]) == [ACCEPTED]
        assert await usage_sums.gather(customer, [usage(3, "a")]) == [ACCEPTED]
        assert await usage_sums.gather(customer, [usage(4, "b"), usage(5, "c")]) == [ACCEPTED] * 2
        assert await stored_reports(harness, customer) == [(True, 0), (True, 3)]
        ends = window_of(customer, 7, clock.now, DAY).ends
        clock.now = ends + timedelta(seconds=9)
        await usage_sums.flush()
        assert await stored_reports(harness, customer) == [(True, 0), (True, 3)]
        clock.now = ends + timedelta(seconds=10)
        await usage_sums.flush()
        await usage_sums.flush()
        assert await stored_reports(harness, customer) == [(True, 0), (True, 3), (False, 12)]
    last = (await harness.events(customer))[-1]
    assert last.id == f"evergreen:usage {last.data['window']}/4"
    assert last.data["days"] == 7


async def test_on_shutdown_running_windows_are_told_in_part_and_whole_by_whichever_gateway_runs_at_their_end(
    harness: GatewayHarness,
) -> None:
    customer, clock = await harness.enrol(), ManualClock()
    async with another_gateway(harness, clock) as usage_sums:
        await usage_sums.gather(customer, [usage(3, "a")])
        await usage_sums.gather(customer, [usage(4, "b")])
    assert await stored_reports(harness, customer) == [(True, 3), (True, 7)]
    async with another_gateway(harness, clock) as usage_sums:
        await usage_sums.gather(customer, [usage(5, "c")])
        assert await stored_reports(harness, customer) == [(True, 3), (True, 7)]
        clock.now += DAY + timedelta(seconds=10)
        await usage_sums.flush()
    assert await stored_reports(harness, customer) == [(True, 3), (True, 7), (False, 12)]


async def test_after_a_crash_between_telling_and_marking_the_same_sum_comes_again_under_the_same_id(harness: GatewayHarness) -> None:
    customer, clock = await harness.enrol(), ManualClock()
    async with another_gateway(harness, clock) as usage_sums:
        await usage_sums.gather(customer, [usage(3, "a", datetime.now(UTC))])
        clock.now += DAY + timedelta(seconds=10)
        await usage_sums.flush()
        with harness.activities.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE usage_sums SET waits = 1")
        await usage_sums.flush()
        clock.now += LEASE
        await usage_sums.flush()
    _, first, second = await harness.events(customer)
    assert (first.id, first.digest()) == (second.id, second.digest())
    assert first.data["count"] == 3


async def test_many_at_once_begin_a_window_once_and_are_all_counted_once(harness: GatewayHarness) -> None:
    customer, clock = await harness.enrol(), ManualClock()
    async with another_gateway(harness, clock) as usage_sums:
        results = await asyncio.gather(*(usage_sums.gather(customer, [usage(1, f"{n % 100}", NOW)]) for n in range(300)))
        assert results == [[ACCEPTED]] * 300
        clock.now += DAY + timedelta(seconds=10)
        await usage_sums.flush()
    assert await stored_reports(harness, customer) == [(True, 1), (False, 100)]


async def test_reports_of_nothing_are_gathered_too_and_the_first_one_above_it_is_the_sign_of_life(harness: GatewayHarness) -> None:
    customer, clock = await harness.enrol(), ManualClock()
    async with another_gateway(harness, clock) as usage_sums:
        for number in range(20):
            assert await usage_sums.gather(customer, [usage(0, f"nothing-{number}", NOW)]) == [ACCEPTED]
        assert await stored_reports(harness, customer) == [(True, 0)]
        await usage_sums.gather(customer, [usage(2, "some", NOW)])
        await usage_sums.gather(customer, [usage(0, "nothing-again", NOW)])
        clock.now += DAY + timedelta(seconds=10)
        await usage_sums.flush()
    assert await stored_reports(harness, customer) == [(True, 0), (True, 2), (False, 2)]


async def test_what_is_sent_late_counts_for_the_day_on_which_it_happened(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    today = datetime.now(UTC)
    for days in range(3):
        time = (today - timedelta(days=days)).isoformat().replace("+00:00", "Z")
        told_late = cloud_event(customer, "usage.reported", id=f"{days}", time=time, data={"count": 100 + days, "days": 1})
        assert (await harness.post(told_late)).status_code == 202
    windows = {event.data["window"]: event.data["count"] for event in await harness.events(customer)}
    assert [count for _, count in sorted(windows.items())] == [102, 101, 100]


async def test_the_same_id_with_other_content_is_a_conflict_and_counts_no_more(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    first = cloud_event(customer, "usage.reported", id="1", data={"count": 5})
    assert [(await harness.post(first)).status_code for _ in range(2)] == [202, 202]
    answer = await harness.post(cloud_event(customer, "usage.reported", id="1", data={"count": 6}))
    assert (answer.status_code, answer.json()["field"]) == (409, "id")
    assert answer.json()["detail"] == "This 'id' was told before with other content: give this event an id of its own."
    assert await stored_reports(harness, customer) == [(True, 5)]


async def test_an_unknown_customer_is_404_and_nothing_is_kept(harness: GatewayHarness) -> None:
    answer = await harness.post(cloud_event("nobody", "usage.reported", data={"count": 5}))
    assert (answer.status_code, answer.json()["field"]) == (404, "subject")
    with harness.activities.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT (SELECT count(*) FROM usage_sums) + (SELECT count(*) FROM usage_seen)").scalar() == 0


async def test_a_report_with_a_window_of_its_own_is_told_as_it_is(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    for number in range(2):
        data = {"count": 5 + number, "days": 1, "window": "2026-03-02"}
        assert (await harness.post(cloud_event(customer, "usage.reported", data=data))).status_code == 202
    assert await stored_reports(harness, customer) == [(False, 5), (False, 6)]


GOOD_WINDOWS = ("2026-03-02", "2026-03", "2026-W10", "2026-03-02T10:00:00Z", "2026-03-02T00:00:00+05:30/P1D", "2026-03-02/2026-03-09")
BAD_WINDOWS = (
    "w1", "yesterday", "2026-13-01", "2026-02-30", "2026-W60", "26-03-02", "2026-03-02 ", "2026-03-02\n2026-03-03", "2026-03-02T10:00",
    "2026-03-02" + "1" * 490, "2026-03-02/a b",
    "2026-03-02/\U0001f33f", "٢٠٢٦-03-02", "2999-01-01", "2999-W01", "9999-12", "2026-03-02T00:00:00.000Z/PT86400S/7", "0000-01-01", "-2026-03-02",
)  # fmt: skip


async def test_a_caller_s_window_is_a_stretch_of_time_that_has_begun_and_none_of_ours(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    # A text has no spaces around it by the time that it is looked at, and a moment may leave its zone out.
    fine = (*GOOD_WINDOWS, "2026-03-02 ", "2026-03-02T10:00", (datetime.now(UTC) + timedelta(hours=20)).date().isoformat())
    for window in {*fine, *BAD_WINDOWS}:
        answer = await harness.post(cloud_event(customer, "usage.reported", data={"count": 1, "window": window}))
        assert (answer.status_code, answer.json().get("field")) == ((202, None) if window in fine else (422, "window")), (
            window,
            answer.text,
        )
        assert len(answer.text) < 400
    assert {event.data["window"] for event in await harness.events(customer)} == {window.strip() for window in fine}


async def test_callers_name_so_many_windows_a_day_for_one_customer_and_no_more(harness: GatewayHarness) -> None:
    customer, other = await harness.enrol(), await harness.enrol()
    most = MOST_WINDOWS.amount
    days = [(datetime(2025, 1, 1, tzinfo=UTC) + DAY * number).date().isoformat() for number in range(most + 1)]
    events = [cloud_event(customer, "usage.reported", data={"count": 1, "window": day}) for day in days]
    answer = await harness.post(events, BATCH)
    assert answer.status_code == 503  # as a batch of which some have too many a second: to be sent again, which is harmless
    lines = answer.json()["events"]
    assert [line["status"] for line in lines] == [202] * most + [429]
    assert (lines[-1]["field"], "leave 'window' out" in lines[-1]["detail"]) == ("window", True)
    for who, day, status in ((customer, days[0], 202), (other, days[-1], 202), (customer, days[-1], 429)):
        answer = await harness.post(cloud_event(who, "usage.reported", data={"count": 2, "window": day}))
        assert answer.status_code == status
    assert len(await harness.events(customer)) == most + 1


async def test_of_a_life_that_ended_meanwhile_nothing_more_is_told_and_the_sum_is_given_up(harness: GatewayHarness) -> None:
    customer, clock = await harness.enrol(), ManualClock()
    store = UsageStore(harness.activities.engine)

    class Over(Signals):
        """A life that is over."""

        async def tell(self, customer: str, events: Any) -> list[Result]:
            return [Result(Status.CONFLICT)] * len(events)

    async with another_gateway(harness, clock) as usage_sums:
        await usage_sums.gather(customer, [usage(3, "a")])
    assert store.waiting() == 1
    over = Over(harness.client, 5)
    clock.now += DAY + timedelta(seconds=10)
    async with UsageSums(harness.activities.engine, over, DAY.total_seconds(), Metrics(), RealClock(), clock) as usage_sums:
        await usage_sums.flush()
    assert store.waiting() == 0
    assert await stored_reports(harness, customer) == [(True, 3)]


async def test_while_temporal_is_away_reports_are_kept_and_their_sum_is_told_when_it_is_back(harness: GatewayHarness) -> None:
    customer, clock = await harness.enrol(), ManualClock()

    class Away(Signals):
        """A server that does not answer."""

        away = False

        async def tell(self, customer: str, events: Any) -> list[Result]:
            return [Result(Status.UNAVAILABLE)] * len(events) if self.away else await super().tell(customer, events)

    signals = Away(harness.client, 5)
    async with UsageSums(harness.activities.engine, signals, DAY.total_seconds(), Metrics(), RealClock(), clock) as usage_sums:
        signals.away = True
        assert await usage_sums.gather(customer, [usage(3, "a")]) == [Result(Status.UNAVAILABLE)]
        signals.away = False
        assert await usage_sums.gather(customer, [usage(3, "a")]) == [ACCEPTED]
        signals.away = True
        assert await usage_sums.gather(customer, [usage(4, "b")]) == [ACCEPTED]
        clock.now += DAY + timedelta(seconds=10)
        await usage_sums.flush()
        signals.away = False
        await usage_sums.flush()
        assert await stored_reports(harness, customer) == [(True, 3)]
        clock.now += timedelta(seconds=5)
        await usage_sums.flush()
        assert await stored_reports(harness, customer) == [(True, 3), (False, 7)]
