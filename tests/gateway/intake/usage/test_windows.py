"""Usage windows: every moment lies in one, and each customer's end at another time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake.usage.windows import window_of

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


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
