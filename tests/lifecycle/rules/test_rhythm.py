"""The beats of a rhythm: the first from a moment on is found without going through all before it."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.domain.enums import Tier
from lifecycle.domain.time.zones import at_local
from lifecycle.engine import engine
from lifecycle.playbook.play import Every
from lifecycle.rules.planning import beat_due, first_beat
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import STRICT_POLICY, a_customer, a_play, a_playbook, email, live, living, moment, touched, utc

PLAYBOOK = a_playbook(onboarding={}, rest={"contact_policy": STRICT_POLICY})


def a_life(start: date) -> Lifecycle:
    customer = a_customer(start=start, end=date(2030, 1, 1))
    return engine.begin(customer, PLAYBOOK.ref, at_local(start, time(), customer.timezone))


@given(
    st.sampled_from(["1h", "5h", "36h", "1d", "3d", "4bd", "2w", "1mo", "5mo"]),
    st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    st.integers(0, 90 * 24 * 60),
    st.integers(0, 40),
)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_the_first_beat_from_a_moment_on_is_that_of_going_through_them(each: str, start: date, minutes: int, above: int) -> None:
    life, every = a_life(start), Every.model_validate({"each": dict.fromkeys(Tier, each), "of": "contract_start"})
    since = moment(start, "00:00") + timedelta(minutes=minutes)
    expected = above + 1
    while beat_due(life, PLAYBOOK, every, expected) < since:
        expected += 1
    assert first_beat(life, PLAYBOOK, every, since, above) == expected


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ("1h", ["08:30 beat/490185/email-note", "09:00 beat/490186/email-note"]),
        ("1d", ["09:00 beat/20425/email-note"]),
        ("1bd", ["09:00 beat/14319/email-note"]),
    ],
)
def test_a_rhythm_of_a_contract_of_half_a_century_goes_on_with_its_last_beat_and_its_next(each: str, expected: list[str]) -> None:
    playbook = a_playbook(onboarding={}, growth={"beat": a_play(email(), every={"each": each, "of": "contract_start"}, within="1h")})
    life = living(playbook, a_customer(start=date(1970, 1, 1), end=date(2030, 1, 1)), moment("2026-03-02", "08:30"))
    life.advance(moment("2026-03-02", "09:10"))
    assert touched(life) == [f"2026-03-02 {touch}" for touch in expected]


def test_after_an_outage_of_years_only_the_last_beat_goes() -> None:
    playbook = a_playbook(onboarding={}, growth={"beat": a_play(email(), every="1h", within="1h")})
    life = living(playbook, a_customer(start=date(2020, 1, 1), end=date(2040, 1, 1)), utc("2026-03-02 08:30"))
    life.now = utc("2029-03-02 08:30")
    life.look_again()
    live(life, utc("2029-03-02 09:10"))
    assert touched(life) == [
        "2026-03-02 09:30 beat/51898/email-note",
        "2029-03-02 09:30 beat/78202/email-note",
        "2029-03-02 10:00 beat/78203/email-note",
    ]
