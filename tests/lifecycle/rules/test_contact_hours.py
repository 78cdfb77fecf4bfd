"""The contact policy (R07): at what hours, where the customer is, and spread by its jitter."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.enums import Outcome
from lifecycle.domain.time.durations import Span
from lifecycle.domain.time.zones import local
from lifecycle.playbook.policy import ContactPolicy
from lifecycle.rules.contact_policy import Allow, spread
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    email,
    live,
    living,
    moment,
    touched,
    utc,
    webhook,
)
from tests.lifecycle.rules.judging import NO_JITTER, a_life, delay, verdict

# ---- the hours


@pytest.mark.parametrize(
    ("zone", "country", "at", "goes", "why"),
    [
        pytest.param("Asia/Tokyo", "JP", {"day": 5}, "2026-03-09 09:00", "Saturday 07 March is no business day in JP", id="a Saturday in Tokyo"),
        pytest.param("America/Los_Angeles", "US", {"day": 6}, "2026-03-09 09:00", "Sunday 08 March is no business day in US", id="a Sunday in Los Angeles"),
        pytest.param("Africa/Cairo", "EG", {"day": 4}, "2026-03-08 09:00", "Friday 06 March is no business day in EG", id="a Friday in Cairo"),
        pytest.param(
            "Europe/Berlin", "DE", {"day": 32}, "2026-04-07 09:00",
            "Friday 03 April is Good Friday, no business day in DE, Monday 06 April is Easter Monday", id="Good Friday in Berlin",
        ),
        pytest.param(
            "Asia/Tokyo", "JP", {"day": 1, "time": "20:00"}, "2026-03-04 09:00", "20:00 is outside 09:00-18:00 in Asia/Tokyo", id="an evening in Tokyo"
        ),
        pytest.param(
            "America/Los_Angeles", "US", {"day": 4, "time": "18:00"}, "2026-03-09 09:00", "18:00 is outside 09:00-18:00 in America/Los_Angeles",
            id="closing time on a Friday in Los Angeles",
        ),
        pytest.param(
            "Europe/Berlin", "DE", {"day": 31, "time": "19:30"}, "2026-04-07 09:00",
            "19:30 is outside 09:00-18:00 in Europe/Berlin, Friday 03 April is Good Friday, Monday 06 April is Easter Monday",
            id="the evening before Easter in Berlin",
        ),
        pytest.param(
            "Europe/Berlin", "DE", {"day": 33, "time": "07:30"}, "2026-04-07 09:00",
            "Saturday 04 April is no business day in DE, Monday 06 April is Easter Monday", id="a morning of Easter in Berlin",
        ),
    ],
)  # fmt: skip
def test_a_message_out_of_hours_waits_for_the_next_opening_where_the_customer_is(
    zone: str, country: str, at: Raw, goes: str, why: str
) -> None:
    playbook = a_playbook(onboarding={"hello": a_play(email(), at=at, within="7d")}, rest=NO_JITTER)
    life = living(playbook, a_customer(timezone=zone, country=country))

    life.advance(moment("2026-05-01"))

    assert touched(life) == [f"{goes} hello/1/email-note"]
    assert [(row.outcome, row.why) for row in life.records] == [(Outcome.DELAYED, why)]


def test_a_message_on_a_weekday_of_the_customer_s_own_waits_for_nothing() -> None:
    playbook = a_playbook(onboarding={"hello": a_play(email(), at={"day": 6})}, rest=NO_JITTER)
    life = living(playbook, a_customer(timezone="Africa/Cairo", country="EG"))

    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-08 09:00 hello/1/email-note"], "a Sunday, which is a working day in Egypt"


@pytest.mark.parametrize(
    ("hours", "told", "goes"),
    [
        pytest.param(("01:30", "05:00"), "2027-11-07 06:10", "2027-11-07 06:30", id="opens within the hour that comes twice"),
        pytest.param(("01:30", "05:00"), "2027-11-07 05:40", "2027-11-07 05:40", id="open in the first of the two"),
        pytest.param(("00:30", "01:30"), "2027-11-07 05:50", "2027-11-07 06:00", id="closes within it, and is open again in the second"),
        pytest.param(("02:10", "02:50"), "2027-03-14 06:30", "2027-03-15 06:10", id="opens and closes within the hour that is left out"),
    ],
)
def test_a_change_of_clocks_delays_a_message_to_a_moment_that_is_to_come(hours: tuple[str, str], told: str, goes: str) -> None:
    policy = {"hours": {"opens": hours[0], "closes": hours[1], "business_days": False}, "jitter": "0s"}
    play = a_play(email(), on="login", within="2d")
    playbook = a_playbook(onboarding={"hello": play}, growth={"hello-again": play}, rest={"contact_policy": policy})
    customer = a_customer(timezone="America/New_York", country="US", start=date(2027, 3, 1), end=date(2029, 3, 1))
    life = live(living(playbook, customer), utc("2027-12-01"), an_event("login", utc(told)))
    assert [f"{touch.at:%Y-%m-%d %H:%M}" for touch in life.touches] == [goes]


def test_a_message_that_may_go_says_until_when_its_hours_are_open() -> None:
    life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 1})}, rest=NO_JITTER))

    life.advance(moment("2026-03-04"))

    assert life.touches[0].not_after == moment("2026-03-03", "18:00")


# ---- jitter


def test_a_customer_s_jitter_is_the_same_every_time_and_in_every_process() -> None:
    assert [spread(f"customer-{number}", ContactPolicy()) for number in (1, 2, 3)] == [
        spread(f"customer-{number}", ContactPolicy()) for number in (1, 2, 3)
    ]
    assert spread("acme", ContactPolicy()) == timedelta(minutes=19, seconds=45)


def test_jitter_spreads_customers_evenly_over_its_whole_width_and_stays_below_it() -> None:
    spreads = [spread(f"customer-{number}", ContactPolicy()) for number in range(10_000)]

    assert min(spreads) >= timedelta() and max(spreads) < timedelta(minutes=20)
    by_minute = [sum(timedelta(minutes=minute) <= one < timedelta(minutes=minute + 1) for one in spreads) for minute in range(20)]
    assert all(400 < count < 600 for count in by_minute)
    assert max(spreads.count(one) for one in set(spreads)) < 30


@pytest.mark.parametrize("jitter", ["0s", "0m", "0h"])
def test_no_jitter_is_none(jitter: str) -> None:
    assert spread("acme", ContactPolicy(jitter=Span.parse(jitter))) == timedelta()


def test_nine_o_clock_is_the_customer_s_own_share_of_the_jitter_later_on_every_day() -> None:
    plays = {"daily": a_play(webhook(), every="1d")}
    life = living(a_playbook(onboarding=plays, rest={"contact_policy": STRICT_POLICY}))

    life.advance(moment("2026-04-20"))

    clocks = {f"{local(touch.at, 'Europe/Berlin'):%H:%M:%S}" for touch in life.touches}
    assert len(life.touches) == 48 and len(clocks) == 1
    assert moment("2026-03-03") <= life.touches[0].at < moment("2026-03-03", "09:20")


def test_what_the_hours_held_back_is_spread_over_the_opening_too() -> None:
    playbook = a_playbook(onboarding={"hello": a_play(email(), at={"day": 5}, within="5d")}, rest={"contact_policy": STRICT_POLICY})
    moments = set()
    for number in range(20):
        life = living(playbook, a_customer(id=f"customer-{number}"))
        life.advance(moment("2026-03-10"))
        moments.add(life.touches[0].at)

    assert len(moments) > 15
    assert min(moments) >= moment("2026-03-09") and max(moments) < moment("2026-03-09", "09:20")


# ---- whom it never reaches


def test_a_holiday_in_the_customer_s_country_is_no_holiday_elsewhere() -> None:
    in_germany, in_america = a_life(start=date(2026, 4, 20)), a_life(country="US", start=date(2026, 4, 20))

    assert delay(verdict(in_germany, at="2026-05-01 11:00")) == (
        moment("2026-05-04", "09:00"),
        "Friday 01 May is Labor Day, no business day in DE",
    )
    assert verdict(in_america, at="2026-05-01 11:00") == Allow()
