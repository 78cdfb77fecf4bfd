"""Where a term turns from onboarding to growth to renewal, for every length of term, in the customer's midnights."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.enums import Stage
from lifecycle.domain.people.customer import Contract
from lifecycle.domain.time.zones import local
from lifecycle.explain.status import status_of
from lifecycle.playbook.policy import StageLengths
from lifecycle.rules.contract.clock import clock_of, stage_on
from tests.lifecycle.building import Raw, a_customer, a_play, a_playbook, email, living, moment, stages, touched, utc
from tests.lifecycle.calls import state

START = date(2026, 3, 2)


def days_of(contract: Contract) -> tuple[int, int, int]:
    """On which days of the term growth begins, renewal begins, and the term ends."""
    clock = clock_of(contract)
    return (clock.growth - clock.start).days, (clock.renewal - clock.start).days, (clock.end - clock.start).days


def a_term(days: int, *, term: int = 1, onboards: bool = True) -> Contract:
    return Contract(term=term, start=START, end=START + timedelta(days=days), annual_value=1.0, onboards=onboards)


@pytest.mark.parametrize(
    ("days", "growth", "renewal"),
    [
        pytest.param(1, 0, 1, id="one day is growth alone"),
        pytest.param(2, 0, 2, id="two days are growth alone"),
        pytest.param(3, 1, 2, id="three days share themselves"),
        pytest.param(30, 10, 20, id="thirty days, ten each"),
        pytest.param(89, 29, 60, id="eighty-nine days, a third rounded down"),
        pytest.param(180, 60, 120, id="half a year"),
        pytest.param(270, 90, 180, id="nine months, the first with edges of ninety days"),
        pytest.param(360, 90, 270, id="360 days: growth from day 90 to 270"),
        pytest.param(365, 90, 275, id="365 days: growth from day 90 to 275"),
        pytest.param(366, 90, 276, id="a leap year"),
        pytest.param(730, 90, 640, id="two years: a long growth"),
    ],
)
def test_onboarding_and_renewal_take_ninety_days_or_a_third_of_the_term(days: int, growth: int, renewal: int) -> None:
    assert days_of(a_term(days)) == (growth, renewal, days)


@pytest.mark.parametrize(
    ("lengths", "days", "growth", "renewal"),
    [
        pytest.param(StageLengths(60, 120), 365, 60, 245, id="as long as they say"),
        pytest.param(StageLengths(60, 120), 180, 60, 120, id="renewal a third at most"),
        pytest.param(StageLengths(60, 120), 90, 30, 60, id="both a third at most"),
        pytest.param(StageLengths(1, 1), 365, 1, 364, id="a day each"),
        pytest.param(StageLengths(), 365, 90, 275, id="ninety where nothing is said"),
    ],
)
def test_a_playbook_says_how_long_onboarding_and_renewal_last(lengths: StageLengths, days: int, growth: int, renewal: int) -> None:
    clock = clock_of(a_term(days), lengths)

    assert ((clock.growth - clock.start).days, (clock.renewal - clock.start).days) == (growth, renewal)
    assert stage_on(a_term(days), START + timedelta(days=growth - 1), lengths) is Stage.ONBOARDING
    assert stage_on(a_term(days), START + timedelta(days=renewal), lengths) is Stage.RENEWAL


def test_a_life_turns_when_its_playbook_s_stages_do() -> None:
    plays = {
        "onboarding": {"last-week": a_play(email(), at={"before": "7d", "of": "stage_end"})},
        "renewal": {"early": a_play(email(), at={"before_end": "120d"})},
    }
    life = living(a_playbook(days={"onboarding": 60, "renewal": 120}, **plays))
    life.advance(utc("2027-06-01 00:00"))

    assert stages(life) == ["2026-03-02 onboarding", "2026-05-01 growth", "2026-11-02 renewal", "2027-03-16 lapsed"]
    assert touched(life) == ["2026-04-24 09:00 last-week/1/email-note", "2026-11-02 09:00 early/1/email-note"]
    assert status_of(life.session, life.now).day == 77


@pytest.mark.parametrize(
    ("days", "enrolled", "stage"),
    [
        pytest.param({"onboarding": 20}, "2026-04-01", Stage.GROWTH, id="onboarding is shorter, and over"),
        pytest.param({"onboarding": 120}, "2026-06-10", Stage.ONBOARDING, id="onboarding is longer, and is not"),
        pytest.param({"renewal": 121}, "2026-11-02", Stage.RENEWAL, id="renewal is longer, and has begun"),
    ],
)
def test_a_customer_is_enrolled_into_the_stage_that_its_playbook_says(days: Raw, enrolled: str, stage: Stage) -> None:
    assert living(a_playbook(days=days), at=moment(enrolled)).life.stage is stage
    assert living(a_playbook(), at=moment(enrolled)).life.stage is not stage


@pytest.mark.parametrize(("days", "renewal"), [(30, 20), (365, 275), (730, 640)])
def test_a_renewed_term_begins_in_growth(days: int, renewal: int) -> None:
    assert days_of(a_term(days, term=2, onboards=False)) == (0, renewal, days)
    assert stage_on(a_term(days, term=2, onboards=False), START) is Stage.GROWTH


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        pytest.param(-5, Stage.ONBOARDING, id="before the contract"),
        pytest.param(0, Stage.ONBOARDING, id="day 0"),
        pytest.param(89, Stage.ONBOARDING, id="day 89"),
        pytest.param(90, Stage.GROWTH, id="day 90"),
        pytest.param(274, Stage.GROWTH, id="day 274"),
        pytest.param(275, Stage.RENEWAL, id="day 275"),
        pytest.param(364, Stage.RENEWAL, id="the last day"),
        pytest.param(370, Stage.RENEWAL, id="past the end, in grace"),
    ],
)
def test_the_stage_of_a_day_in_a_year_s_contract(day: int, stage: Stage) -> None:
    assert stage_on(a_term(365), START + timedelta(days=day)) is stage


def test_a_contract_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError):
        a_term(0)


ZONES = ["America/Los_Angeles", "America/Sao_Paulo", "Europe/Berlin", "Asia/Tokyo", "Pacific/Apia", "Pacific/Kiritimati"]


@pytest.mark.parametrize("zone", ZONES)
def test_stages_turn_at_the_customer_s_own_midnight(zone: str) -> None:
    life = living(a_playbook(), a_customer(timezone=zone))

    life.advance(utc("2027-06-01 00:00"))

    turned = [local(entry.at, zone) for entry in state(life).timeline if entry.kind == "stage"]
    assert [f"{at:%Y-%m-%d %H:%M}" for at in turned] == ["2026-03-02 00:00", "2026-05-31 00:00", "2026-12-02 00:00", "2027-03-16 00:00"]


def test_a_term_too_short_for_three_stages_is_lived_in_growth_and_ends_in_grace() -> None:
    life = living(a_playbook(), a_customer(end=date(2026, 3, 4)))

    life.advance(utc("2026-04-01 00:00"))

    assert stages(life) == ["2026-03-02 growth", "2026-03-04 renewal", "2026-03-18 lapsed"]


def test_the_three_stages_of_a_month_s_contract_share_it() -> None:
    life = living(a_playbook(), a_customer(end=date(2026, 4, 1)))

    life.advance(utc("2026-05-01 00:00"))

    assert stages(life) == ["2026-03-02 onboarding", "2026-03-12 growth", "2026-03-22 renewal", "2026-04-15 lapsed"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(30, "2026-03-22 09:00", id="ten days before the end of thirty"),
        pytest.param(365, "2026-11-01 09:00", id="121 days before the end of 365"),
        pytest.param(730, "2027-07-02 09:00", id="243 days before the end of two years"),
    ],
)
def test_a_third_of_the_term_before_its_end_is_a_play_s_timing(days: int, expected: str) -> None:
    play = {"outlook": a_play(email(), at={"before_end": "1/3"})}
    playbook = a_playbook(growth=play, renewal={"outlook-late": play["outlook"]})
    life = living(playbook, a_customer(end=START + timedelta(days=days)))

    life.advance(moment(START + timedelta(days=days)))

    assert [line.rsplit(" ", 1)[0] for line in touched(life)] == [expected]


def test_a_customer_enrolled_late_begins_in_the_stage_of_that_day() -> None:
    assert stages(living(a_playbook(), at=moment("2026-07-01"))) == ["2026-07-01 growth"]
    assert stages(living(a_playbook(), at=moment("2027-01-15"))) == ["2027-01-15 renewal"]


def test_a_customer_enrolled_before_its_contract_waits_for_day_one() -> None:
    life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 0})}), at=moment("2026-02-10"))

    life.advance(moment("2026-03-03"))

    assert touched(life) == ["2026-03-02 09:00 hello/1/email-note"]
