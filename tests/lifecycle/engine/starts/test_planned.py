"""What the calendar starts, and exactly when: at, every; in the stage and for the tiers that a play is of."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.enums import Stage, Tier
from tests.lifecycle.building import (
    START,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    churned,
    email,
    live,
    living,
    moment,
    task,
    touched,
    unsent,
    wait,
)


def first_of(stage: str, trigger: Raw, until: str = "2027-04-01", **customer: object) -> list[str]:
    """When the play of that stage with that trigger goes, in local time."""
    life = living(a_playbook(**{stage: {"p": a_play(task(), **trigger)}}), a_customer(**customer))  # type: ignore[arg-type]
    life.advance(moment(until))
    return [f"{line[:16]}" for line in touched(life)]


# ---- at


@pytest.mark.parametrize(
    ("stage", "at", "goes"),
    [
        pytest.param("onboarding", {"day": 0}, "2026-03-02 09:00", id="day 0 of onboarding is the contract's first day"),
        pytest.param("onboarding", {"day": 14}, "2026-03-16 09:00", id="day 14 of onboarding"),
        pytest.param("onboarding", {"day": 14, "time": "16:30"}, "2026-03-16 16:30", id="day 14 at half past four"),
        pytest.param("onboarding", {"day": 28}, "2026-03-30 09:00", id="day 28, the day after the clocks went forward"),
        pytest.param("growth", {"day": 0}, "2026-05-31 09:00", id="day 0 of growth"),
        pytest.param("growth", {"day": 10}, "2026-06-10 09:00", id="day 10 of growth"),
        pytest.param("renewal", {"day": 5}, "2026-12-07 09:00", id="day 5 of renewal"),
        pytest.param("renewal", {"before_end": "90d"}, "2026-12-02 09:00", id="T-90 is renewal's first day"),
        pytest.param("renewal", {"before_end": "30d"}, "2027-01-31 09:00", id="T-30"),
        pytest.param("renewal", {"before_end": "7d"}, "2027-02-23 09:00", id="T-7"),
        pytest.param("renewal", {"before_end": "5bd"}, "2027-02-23 09:00", id="five business days before the end"),
        pytest.param("renewal", {"before_end": "1mo"}, "2027-02-02 09:00", id="a month before the end"),
        pytest.param("renewal", {"before_end": "0d"}, "2027-03-02 09:00", id="the end itself, in grace"),
        pytest.param("renewal", {"after": "3d", "of": "contract_end"}, "2027-03-05 09:00", id="three days into the grace period"),
        pytest.param("growth", {"before_end": "1/3"}, "2026-11-01 09:00", id="a third of the term before its end"),
        pytest.param("growth", {"after": "2w", "of": "stage_start"}, "2026-06-14 09:00", id="two weeks after the stage's start"),
        pytest.param("growth", {"before": "3bd", "of": "stage_end"}, "2026-11-27 09:00", id="three business days before the stage's end"),
        pytest.param("growth", {"after": "1mo", "of": "stage_start"}, "2026-06-30 09:00", id="a month after 31 May"),
        pytest.param("growth", {"after": "6mo", "of": "contract_start"}, "2026-09-02 09:00", id="six months after the contract's start"),
        pytest.param("onboarding", {"after": "5bd", "of": "enrolment"}, "2026-03-09 09:00", id="five business days after enrolment"),
        pytest.param("onboarding", {"after": "0d", "of": "enrolment", "time": "11:00"}, "2026-03-02 11:00", id="on the day of enrolment"),
        pytest.param("onboarding", {"after": "36h", "of": "contract_start"}, "2026-03-03 12:00", id="36 hours after the contract's first instant"),
        pytest.param("renewal", {"before": "24h", "of": "contract_end"}, "2027-03-01 00:00", id="24 hours before the contract's end"),
        pytest.param("onboarding", {"day": 14, "time": 1020}, "2026-03-16 17:00", id="17:00, which YAML reads as 1020"),
    ],
)  # fmt: skip
def test_a_planned_play_goes_at_its_local_day_and_nine_o_clock_unless_a_time_is_given(stage: str, at: Raw, goes: str) -> None:
    assert first_of(stage, {"at": at}) == [goes]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Sao_Paulo", "Asia/Tokyo"])
@pytest.mark.parametrize("year", [2026, 2027])
def test_a_daily_play_is_at_nine_o_clock_all_year_in_every_zone(zone: str, year: int) -> None:
    playbook = a_playbook(**{stage: {f"{stage}-daily": a_play(task(), every="1d")} for stage in ("onboarding", "growth", "renewal")})
    life = living(playbook, a_customer(timezone=zone, start=date(year, 1, 1), end=date(year + 1, 1, 1)))

    life.advance(moment(date(year, 12, 31), "12:00", zone))

    assert {line[11:16] for line in touched(life)} == {"09:00"}
    days = [line[:10] for line in touched(life)]
    turns = {date(year, 1, 1), date(year, 1, 1) + timedelta(days=90), date(year, 1, 1) + timedelta(days=275)}
    assert days == [f"{date(year, 1, 1) + timedelta(days=n)}" for n in range(365) if date(year, 1, 1) + timedelta(days=n) not in turns]


def test_a_time_in_the_gap_of_a_clock_change_is_the_first_instant_after_it() -> None:
    assert first_of("onboarding", {"at": {"day": 27, "time": "02:30"}}) == ["2026-03-29 03:00"]


def test_a_time_that_comes_twice_is_taken_once_and_the_first() -> None:
    life = living(a_playbook(growth={"p": a_play(task(), at={"day": 147, "time": "02:30"})}))
    life.advance(moment("2026-11-01"))

    assert [f"{touch.at:%Y-%m-%d %H:%M}" for touch in life.touches] == ["2026-10-25 00:30"]


@pytest.mark.parametrize(
    ("within", "enrolled", "goes"),
    [
        pytest.param("3d", "2026-03-13 20:00", "2026-03-13 20:00", id="inside the window: at once"),
        pytest.param("3d", "2026-03-15 09:00", "2026-03-15 09:00", id="in the window's last instant"),
        pytest.param("3d", "2026-03-15 09:02", None, id="two minutes after the window"),
        pytest.param("1h", "2026-03-12 11:00", None, id="a window of an hour"),
        pytest.param("3bd", "2026-03-17 08:00", "2026-03-17 08:00", id="a window in business days"),
    ],
)
def test_what_was_due_before_enrolment_goes_only_inside_its_window(within: str, enrolled: str, goes: str | None) -> None:
    day, clock = enrolled.split()
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 10}, within=within)}), at=moment(day, clock))

    life.advance(moment("2026-05-01"))

    assert touched(life) == [f"{goes} p/1/task" if goes else f"{enrolled} catch_up/1/list"]
    assert unsent(life) == (
        [] if goes else ["2026-03-12 09:00 missed p/1/*: was due 2026-03-12 08:00 UTC, its window of " + f"{within} is over"]
    )


def test_late_enrolment_bursts_nothing() -> None:
    plays = {f"day-{day}": a_play(email(), at={"day": day}) for day in range(0, 60, 3)}
    life = living(a_playbook(onboarding=plays), at=moment("2026-04-16", "12:00"))

    assert touched(life) == ["2026-04-16 12:00 day-45/1/email-note", "2026-04-16 12:00 catch_up/1/list"]
    assert len(unsent(life)) == 15 and all(" missed day-" in line for line in unsent(life))


# ---- every


@pytest.mark.parametrize(
    ("every", "goes"),
    [
        pytest.param("30d", ["2026-04-01", "2026-05-01", "2026-05-31"], id="30d, the last of them on growth's first day and not"),
        pytest.param("2w", ["2026-03-16", "2026-03-30", "2026-04-13", "2026-04-27", "2026-05-11", "2026-05-25"], id="2w"),
        pytest.param("1mo", ["2026-04-02", "2026-05-02"], id="1mo"),
        pytest.param("20bd", ["2026-03-30", "2026-04-29"], id="20bd"),
        pytest.param({"A": "45d", "B": "60d", "C": "80d"}, ["2026-04-16", "2026-05-31"], id="one rhythm a tier"),
        pytest.param({"each": "30d", "time": "14:00"}, ["2026-04-01", "2026-05-01", "2026-05-31"], id="at two"),
    ],
)  # fmt: skip
def test_a_rhythm_s_first_beat_is_one_period_after_its_anchor(every: object, goes: list[str]) -> None:
    found = first_of("onboarding", {"every": every})

    assert [line[:10] for line in found] == [day for day in goes if day != "2026-05-31"]
    assert {line[11:] for line in found} == {"14:00" if isinstance(every, dict) and "time" in every else "09:00"}


def test_a_rhythm_from_the_contract_s_start_keeps_that_day_of_the_month_in_a_later_stage() -> None:
    assert first_of("growth", {"every": {"each": "1mo", "of": "contract_start"}}, "2026-09-03") == [
        "2026-06-02 09:00",
        "2026-07-02 09:00",
        "2026-08-02 09:00",
        "2026-09-02 09:00",
    ]


def test_beats_before_the_stage_of_a_rhythm_began_are_neither_sent_nor_missed() -> None:
    life = living(a_playbook(growth={"p": a_play(task(), every={"each": "44d", "of": "contract_start"})}))

    life.advance(moment("2026-06-20"))

    assert touched(life) == [], "a beat of 29 May is onboarding's, and this is a play of growth"
    assert unsent(life) == []


def test_monthly_from_the_31st_is_the_last_day_of_each_month_and_never_slips() -> None:
    found = first_of("growth", {"every": "1mo"}, "2027-02-01", start=date(2026, 5, 2), end=date(2027, 5, 2))

    assert found == ["2026-08-31 09:00", "2026-09-30 09:00", "2026-10-31 09:00", "2026-11-30 09:00", "2026-12-31 09:00", "2027-01-31 09:00"]


def test_of_what_piled_up_a_rhythm_sends_the_last_at_most_and_keeps_its_beat() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="10d")}), at=moment("2026-04-13", "12:00"))

    life.advance(moment("2026-05-13"))

    assert touched(life) == [
        "2026-04-13 12:00 p/4/task",
        "2026-04-21 09:00 p/5/task",
        "2026-05-01 09:00 p/6/task",
        "2026-05-11 09:00 p/7/task",
    ]
    assert unsent(life) == [
        "2026-03-12 09:00 missed p/1/*: a later one had come due before anything ran",
        "2026-03-22 09:00 missed p/2/*: a later one had come due before anything ran",
        "2026-04-01 09:00 missed p/3/*: a later one had come due before anything ran",
    ]


def test_a_rhythm_whose_last_beat_is_long_past_waits_for_the_next() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="30d")}), at=moment("2026-04-20"))

    life.advance(moment("2026-05-03"))

    assert touched(life) == ["2026-05-01 09:00 p/2/task"]
    assert unsent(life) == ["2026-04-01 09:00 missed p/1/*: was due 2026-04-01 07:00 UTC, its window of 3d is over"]


# ---- stages of their own


def test_plays_of_win_back_count_from_the_churn() -> None:
    life = live(
        living(a_playbook(win_back={"p": a_play(email(), at={"day": 7})})), moment("2026-08-01"), churned(moment("2026-06-10", "15:00"))
    )

    assert touched(life) == ["2026-06-17 09:00 p/1/email-note"]


def test_plays_of_a_trial_count_from_its_start() -> None:
    life = living(a_playbook(trial={"p": a_play(email(), at={"day": 3})}), a_customer(term=0, end=date(2026, 3, 16)))
    life.advance(moment("2026-03-10"))

    assert life.life.stage is Stage.TRIAL
    assert touched(life) == ["2026-03-05 09:00 p/1/email-note"]


def test_a_play_may_wait_for_years() -> None:
    playbook = a_playbook(growth={"p": a_play(wait("1200d"), task(), at={"day": 0})})
    life = living(playbook, a_customer(end=START + timedelta(days=3000)))

    life.advance(moment("2030-01-01"))

    assert touched(life) == ["2029-09-12 09:00 p/1/task"]
    assert len(life.wakes) == 3


@pytest.mark.parametrize("tier", list(Tier))
def test_a_play_is_for_the_tiers_it_names(tier: Tier) -> None:
    plays = {"top": a_play(task(), at={"day": 1}, tiers=["A"]), "rest": a_play(task(), at={"day": 1}, tiers=["B", "C"])}
    life = living(a_playbook(onboarding=plays), a_customer(tier=tier))
    life.advance(moment("2026-03-10"))

    assert touched(life) == [f"2026-03-03 09:00 {'top' if tier is Tier.A else 'rest'}/1/task"]
