"""The sum in the database is exact, whatever the order, the batches, the repeats and the crashes."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.ledger.database.database import open_database
from gateway.intake.usage.store import IDS_LAST, LEASE, SUMS_LAST, Report, ReportOutcome, UsageStore
from gateway.intake.usage.windows import window_of

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def report(customer: str = "acme", id: str = "1", count: float = 1, at: datetime = NOW, days: int = 7) -> Report:
    return Report(window_of(customer, days, at, DAY), id, f"{count}", count, at)


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
    over, claimed_sums = report().window.ends, []
    now = over
    while sent:
        batch = [sent.pop() for _ in range(min(len(sent), chance.randint(1, 7)))]
        store.add(batch, NOW)
        if chance.random() < 0.3:
            # A gateway takes the sum to tell it, and crashes before, between or after telling and marking.
            now += LEASE
            claimed = store.claim(over, now, 10)
            if chance.random() < 0.7:
                claimed_sums += claimed
                if chance.random() < 0.5:
                    store.mark_told(claimed, whole=True)
    claimed_sums += store.claim(over, now + LEASE, 10)
    engine.dispose()
    exact = sum((Fraction(repr(count)) for count in values), Fraction())
    largest = max(claimed_sums, key=lambda claimed: claimed.reports)
    assert largest.reports == len(values)
    assert largest.count == (float(exact) if exact < Fraction(2**1024 - 2**970) else 1.7976931348623157e308)
    assert max(claimed.count for claimed in claimed_sums) == largest.count
    assert len({(claimed.reports, claimed.count, claimed.last) for claimed in claimed_sums}) == len(
        {claimed.reports for claimed in claimed_sums}
    )


def test_ten_times_a_tenth_is_one_in_any_order(engine: sa.Engine) -> None:
    store = UsageStore(engine)
    for number in range(10):
        store.add([report(id=str(number), count=0.1)], NOW)
    store.add([report(id="large", count=1e16)], NOW)
    [claimed] = store.claim(report().window.ends, NOW + DAY, 1)
    assert claimed.count == float(Decimal("10000000000000001"))
    assert (claimed.reports, claimed.window.days, claimed.last) == (11, 7, NOW)


def test_an_id_counts_once_and_with_other_content_it_clashes_also_within_one_batch(engine: sa.Engine) -> None:
    store = UsageStore(engine)
    first, same, other = report(count=2), report(count=2), report(count=3)
    assert store.add([first, same, other, report("other-customer")], NOW) == [
        ReportOutcome.COUNTED,
        ReportOutcome.REPEATED,
        ReportOutcome.CONFLICTING,
        ReportOutcome.COUNTED,
    ]
    assert store.add([other, first], NOW) == [ReportOutcome.CONFLICTING, ReportOutcome.REPEATED]
    claimed = store.claim(NOW + 2 * DAY, NOW + 2 * DAY, 10)
    assert {claim.window.customer: claim.count for claim in claimed} == {"acme": 2, "other-customer": 1}


def test_ids_and_told_sums_are_forgotten_in_their_time_and_a_sum_that_waits_never(engine: sa.Engine) -> None:
    store = UsageStore(engine)
    store.add([report("told"), report("waits")], NOW)
    later = report().window.ends + SUMS_LAST + 2 * DAY
    claimed = store.claim(later, later, 10)
    store.mark_told([claim for claim in claimed if claim.window.customer == "told"], whole=True)
    store.prune(NOW + IDS_LAST - timedelta(seconds=1))
    assert store.add([report("told")], NOW) == [ReportOutcome.REPEATED]
    store.prune(later)
    assert store.add([report("told")], later) == [ReportOutcome.COUNTED]
    assert {claim.window.customer: claim.count for claim in store.claim(later + DAY, later + LEASE, 10)} == {"told": 1, "waits": 1}


def test_several_gateways_at_once_count_each_report_once_and_take_each_sum_once(engine: sa.Engine) -> None:
    store = UsageStore(engine)
    reports = [report(f"c-{number % 10}", id=str(number), count=number / 10) for number in range(400)]

    def gateway(number: int) -> int:
        own = random.Random(number).sample(reports, 300) + reports[number * 100 : number * 100 + 100]
        return sum(store.add(own[first : first + 25], NOW).count(ReportOutcome.COUNTED) for first in range(0, 400, 25))

    over = NOW + 2 * DAY
    with ThreadPoolExecutor(4) as gateways:
        assert sum(gateways.map(gateway, range(4))) == 400
        claimed = [claim for claims in gateways.map(lambda _: store.claim(over, over, 4), range(8)) for claim in claims]
    exact = {f"c-{which}": float(sum(Decimal(number) / 10 for number in range(which, 400, 10))) for which in range(10)}
    assert sorted((claim.window.customer, claim.count, claim.reports) for claim in claimed) == [
        (name, exact[name], 40) for name in sorted(exact)
    ]
