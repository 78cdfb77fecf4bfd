"""Reported usage is gathered: the sum is exact, whatever the order, the batches, the repeats and the crashes."""

import asyncio
import random
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.client import Client

from activities.ledger.database import open_database
from gateway.http.metrics import Metrics
from gateway.intake.clock import RealClock
from gateway.intake.results import ACCEPTED, Result, Status
from gateway.intake.signalling import Signals
from gateway.intake.usage import UsageSums
from gateway.intake.usage_store import IDS_LAST, LEASE, SUMS_LAST, Report, ReportOutcome, UsageStore
from gateway.intake.usage_windows import window_of
from lifecycle.facts.events import Event
from tests.gateway.gateway_harness import BATCH, GatewayHarness, a_gateway_harness, cloud_event

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Hands:
    """A clock whose hands are moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def report(customer: str = "acme", id: str = "1", count: float = 1, at: datetime = NOW, days: int = 7) -> Report:
    return Report(window_of(customer, days, at, DAY), id, f"{count}", count, at)


@asynccontextmanager
async def sums(harness: GatewayHarness, hands: Hands) -> AsyncIterator[UsageSums]:
    """Another gateway's gathering, on the same database."""
    signals = Signals(harness.client, 5)
    async with UsageSums(harness.activities.engine, signals, DAY.total_seconds(), Metrics(), RealClock(), hands) as gathering:
        yield gathering


def usage(count: float, id: str, at: datetime | None = None, days: int = 7, **data: Any) -> Event:
    return Event(id=id, type="usage.reported", at=at or datetime.now(UTC), happened=at, data={"count": count, "days": days} | data)


async def told(harness: GatewayHarness, customer: str) -> list[tuple[bool, object]]:
    """Whether in part, and the count, of each report that Temporal has."""
    return [(event.in_part, event.data["count"]) for event in await harness.events(customer)]


# ---- windows


@settings(derandomize=True, database=None)
@given(st.integers(0, 2**41), st.integers(1000, 10**9), st.text("ab-", max_size=5))
def test_every_moment_lies_in_one_window_of_its_length(moment: int, milliseconds: int, customer: str) -> None:
    now = datetime.fromtimestamp(moment / 1000, UTC)
    length = timedelta(milliseconds=milliseconds)
    window = window_of(customer, 7, now, length)
    assert window.ends - length <= now < window.ends
    assert window_of(customer, 7, window.ends - length, length) == window
    assert window_of(customer, 7, window.ends, length).id != window.id


def test_customers_windows_are_over_at_different_times() -> None:
    ends = {window_of(f"acme-{number}", 7, NOW, DAY).ends for number in range(1000)}
    assert len(ends) > 990
    hours = {end.hour for end in ends}
    assert hours == set(range(24))


# ---- the sum


counts = st.one_of(
    st.integers(0, 2**53).map(float),
    st.integers(0, 10**6).map(lambda tenths: tenths / 10),
    st.floats(0, allow_nan=False, allow_infinity=False),
)


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(st.lists(counts, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_the_sum_is_exact_whatever_the_order_the_batches_the_repeats_and_the_crashes(values: list[float], chance: random.Random) -> None:
    engine = open_database("sqlite://")
    store = UsageStore(engine)
    reports = [report(id=str(number), count=count) for number, count in enumerate(values)]
    sent = reports + chance.choices(reports, k=len(reports))
    chance.shuffle(sent)
    over, said = report().window.ends, []
    now = over
    while sent:
        batch = [sent.pop() for _ in range(min(len(sent), chance.randint(1, 7)))]
        store.add(batch, NOW)
        if chance.random() < 0.3:
            # A gateway takes the sum to tell it, and crashes before, between or after telling and marking.
            now += LEASE
            claimed = store.claim(over, now, 10)
            if chance.random() < 0.7:
                said += claimed
                if chance.random() < 0.5:
                    store.mark_told(claimed, whole=True)
    said += store.claim(over, now + LEASE, 10)
    engine.dispose()
    exact = sum((Fraction(repr(count)) for count in values), Fraction())
    largest = max(said, key=lambda one: one.reports)
    assert largest.reports == len(values)
    assert largest.count == (float(exact) if exact < Fraction(2**1024 - 2**970) else 1.7976931348623157e308)
    assert max(one.count for one in said) == largest.count
    assert len({(one.reports, one.count, one.last) for one in said}) == len({one.reports for one in said})


def test_ten_times_a_tenth_is_one_in_any_order(engine: sa.Engine) -> None:
    store = UsageStore(engine)
    for number in range(10):
        store.add([report(id=str(number), count=0.1)], NOW)
    store.add([report(id="large", count=1e16)], NOW)
    [one] = store.claim(report().window.ends, NOW + DAY, 1)
    assert one.count == float(Decimal("10000000000000001"))
    assert (one.reports, one.window.days, one.last) == (11, 7, NOW)


def test_an_id_counts_once_and_with_other_content_it_clashes_also_within_one_batch(engine: sa.Engine) -> None:
    store = UsageStore(engine)
    one, same, other = report(count=2), report(count=2), report(count=3)
    assert store.add([one, same, other, report("other-customer")], NOW) == [
        ReportOutcome.COUNTED,
        ReportOutcome.REPEATED,
        ReportOutcome.CONFLICTING,
        ReportOutcome.COUNTED,
    ]
    assert store.add([other, one], NOW) == [ReportOutcome.CONFLICTING, ReportOutcome.REPEATED]
    claimed = store.claim(NOW + 2 * DAY, NOW + 2 * DAY, 10)
    assert {each.window.customer: each.count for each in claimed} == {"acme": 2, "other-customer": 1}


def test_ids_and_told_sums_are_forgotten_in_their_time_and_a_sum_that_waits_never(engine: sa.Engine) -> None:
    store = UsageStore(engine)
    store.add([report("told"), report("waits")], NOW)
    later = report().window.ends + SUMS_LAST + 2 * DAY
    claimed = store.claim(later, later, 10)
    store.mark_told([each for each in claimed if each.window.customer == "told"], whole=True)
    store.prune(NOW + IDS_LAST - timedelta(seconds=1))
    assert store.add([report("told")], NOW) == [ReportOutcome.REPEATED]
    store.prune(later)
    assert store.add([report("told")], later) == [ReportOutcome.COUNTED]
    assert {each.window.customer: each.count for each in store.claim(later + DAY, later + LEASE, 10)} == {"told": 1, "waits": 1}


def test_several_gateways_at_once_count_each_report_once_and_take_each_sum_once(engine: sa.Engine) -> None:
    store = UsageStore(engine)
    reports = [report(f"c-{number % 10}", id=str(number), count=number / 10) for number in range(400)]

    def gateway(number: int) -> int:
        own = random.Random(number).sample(reports, 300) + reports[number * 100 : number * 100 + 100]
        return sum(store.add(own[first : first + 25], NOW).count(ReportOutcome.COUNTED) for first in range(0, 400, 25))

    over = NOW + 2 * DAY
    with ThreadPoolExecutor(4) as gateways:
        assert sum(gateways.map(gateway, range(4))) == 400
        claimed = [one for some in gateways.map(lambda _: store.claim(over, over, 4), range(8)) for one in some]
    exact = {f"c-{which}": float(sum(Decimal(number) / 10 for number in range(which, 400, 10))) for which in range(10)}
    assert sorted((one.window.customer, one.count, one.reports) for one in claimed) == [(name, exact[name], 40) for name in sorted(exact)]


# ---- through the door


@pytest.mark.slow
async def test_ten_thousand_reports_cost_a_history_a_handful_of_signals_and_the_sum_is_exact(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path) as harness:
        customer = await harness.enrol()
        events = [cloud_event(customer, "usage.reported", id=str(n), data={"count": n / 10, "days": 1}) for n in range(10_000)]
        answers = [await harness.post(events[first : first + 1000], BATCH) for first in range(0, 10_000, 1000)]
        assert [answer.status_code for answer in answers] == [202] * 10
        hands = Hands()
        hands.now = datetime.now(UTC) + 2 * DAY
        async with sums(harness, hands) as later:
            await later.flush()
        whole = [float(str(count)) for in_part, count in await told(harness, customer) if not in_part]
        assert sum(whole) == pytest.approx(sum(range(10_000)) / 10, rel=1e-15)
        assert len(await harness.signals(customer)) <= 4  # two, or four if a day ended meanwhile
        assert "evergreen_gateway_usage_folded_total 10000.0" in (await harness.http.get("/metrics")).text


async def test_a_window_s_first_report_is_a_sign_of_life_at_once_and_the_others_wait_for_its_end(harness: GatewayHarness) -> None:
    customer, hands = await harness.enrol(), Hands()
    async with sums(harness, hands) as gathering:
        assert await gathering.gather(customer, [usage(0, "none")]) == [ACCEPTED]
        assert await gathering.gather(customer, [usage(3, "a")]) == [ACCEPTED]
        assert await gathering.gather(customer, [usage(4, "b"), usage(5, "c")]) == [ACCEPTED] * 2
        assert await told(harness, customer) == [(True, 0), (True, 3)]
        ends = window_of(customer, 7, hands.now, DAY).ends
        hands.now = ends + timedelta(seconds=9)
        await gathering.flush()
        assert await told(harness, customer) == [(True, 0), (True, 3)]
        hands.now = ends + timedelta(seconds=10)
        await gathering.flush()
        await gathering.flush()
        assert await told(harness, customer) == [(True, 0), (True, 3), (False, 12)]
    last = (await harness.events(customer))[-1]
    assert last.id == f"evergreen:usage {last.data['window']}/4"
    assert last.data["days"] == 7


async def test_on_shutdown_running_windows_are_told_in_part_and_whole_by_whichever_gateway_runs_at_their_end(
    harness: GatewayHarness,
) -> None:
    customer, hands = await harness.enrol(), Hands()
    async with sums(harness, hands) as gathering:
        await gathering.gather(customer, [usage(3, "a")])
        await gathering.gather(customer, [usage(4, "b")])
    assert await told(harness, customer) == [(True, 3), (True, 7)]
    async with sums(harness, hands) as gathering:
        await gathering.gather(customer, [usage(5, "c")])
        assert await told(harness, customer) == [(True, 3), (True, 7)]
        hands.now += DAY + timedelta(seconds=10)
        await gathering.flush()
    assert await told(harness, customer) == [(True, 3), (True, 7), (False, 12)]


async def test_after_a_crash_between_telling_and_marking_the_same_sum_comes_again_under_the_same_id(harness: GatewayHarness) -> None:
    customer, hands = await harness.enrol(), Hands()
    async with sums(harness, hands) as gathering:
        await gathering.gather(customer, [usage(3, "a", datetime.now(UTC))])
        hands.now += DAY + timedelta(seconds=10)
        await gathering.flush()
        with harness.activities.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE usage_sums SET waits = 1")
        await gathering.flush()
        hands.now += LEASE
        await gathering.flush()
    _, first, second = await harness.events(customer)
    assert (first.id, first.digest()) == (second.id, second.digest())
    assert first.data["count"] == 3


async def test_many_at_once_begin_a_window_once_and_are_all_counted_once(harness: GatewayHarness) -> None:
    customer, hands = await harness.enrol(), Hands()
    async with sums(harness, hands) as gathering:
        results = await asyncio.gather(*(gathering.gather(customer, [usage(1, f"{n % 100}", NOW)]) for n in range(300)))
        assert results == [[ACCEPTED]] * 300
        hands.now += DAY + timedelta(seconds=10)
        await gathering.flush()
    assert await told(harness, customer) == [(True, 1), (False, 100)]


async def test_reports_of_nothing_are_gathered_too_and_the_first_one_above_it_is_the_sign_of_life(harness: GatewayHarness) -> None:
    customer, hands = await harness.enrol(), Hands()
    async with sums(harness, hands) as gathering:
        for number in range(20):
            assert await gathering.gather(customer, [usage(0, f"nothing-{number}", NOW)]) == [ACCEPTED]
        assert await told(harness, customer) == [(True, 0)]
        await gathering.gather(customer, [usage(2, "some", NOW)])
        await gathering.gather(customer, [usage(0, "nothing-again", NOW)])
        hands.now += DAY + timedelta(seconds=10)
        await gathering.flush()
    assert await told(harness, customer) == [(True, 0), (True, 2), (False, 2)]


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
    assert await told(harness, customer) == [(True, 5)]


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
    assert await told(harness, customer) == [(False, 5), (False, 6)]


async def test_of_a_life_that_ended_meanwhile_nothing_more_is_told_and_the_sum_is_given_up(harness: GatewayHarness) -> None:
    customer, hands = await harness.enrol(), Hands()
    store = UsageStore(harness.activities.engine)

    class Over(Signals):
        """A life that is over."""

        async def tell(self, customer: str, events: Any) -> list[Result]:
            return [Result(Status.CONFLICT)] * len(events)

    async with sums(harness, hands) as gathering:
        await gathering.gather(customer, [usage(3, "a")])
    assert store.waiting() == 1
    over = Over(harness.client, 5)
    hands.now += DAY + timedelta(seconds=10)
    async with UsageSums(harness.activities.engine, over, DAY.total_seconds(), Metrics(), RealClock(), hands) as gathering:
        await gathering.flush()
    assert store.waiting() == 0
    assert await told(harness, customer) == [(True, 3)]


async def test_while_temporal_is_away_reports_are_kept_and_their_sum_is_told_when_it_is_back(harness: GatewayHarness) -> None:
    customer, hands = await harness.enrol(), Hands()

    class Away(Signals):
        """A server that does not answer."""

        away = False

        async def tell(self, customer: str, events: Any) -> list[Result]:
            return [Result(Status.UNAVAILABLE)] * len(events) if self.away else await super().tell(customer, events)

    signals = Away(harness.client, 5)
    async with UsageSums(harness.activities.engine, signals, DAY.total_seconds(), Metrics(), RealClock(), hands) as gathering:
        signals.away = True
        assert await gathering.gather(customer, [usage(3, "a")]) == [Result(Status.UNAVAILABLE)]
        signals.away = False
        assert await gathering.gather(customer, [usage(3, "a")]) == [ACCEPTED]
        signals.away = True
        assert await gathering.gather(customer, [usage(4, "b")]) == [ACCEPTED]
        hands.now += DAY + timedelta(seconds=10)
        await gathering.flush()
        signals.away = False
        await gathering.flush()
        assert await told(harness, customer) == [(True, 3)]
        hands.now += timedelta(seconds=5)
        await gathering.flush()
        assert await told(harness, customer) == [(True, 3), (False, 7)]
