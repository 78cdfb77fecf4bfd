"""Amendments, moves and changes of tier: every deadline that hangs on them moves at once, and nothing comes twice or is skipped."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.enums import Stage, Tier
from lifecycle.domain.time.zones import local
from tests.lifecycle.building import (
    START,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    changed,
    email,
    ended,
    live,
    living,
    moment,
    renewed,
    stages,
    task,
    touched,
    unsent,
    utc,
    wait,
    why_stages,
)
from tests.lifecycle.calls import state

CHASE: Raw = {f"t-{days}": a_play(task(), at={"before_end": f"{days}d"}) for days in (90, 60, 30, 7)}


# ---- extensions


def test_an_extension_in_growth_moves_renewal_and_all_that_hangs_on_the_end() -> None:
    life = live(living(a_playbook(renewal=CHASE)), moment("2027-10-01"), amended(moment("2026-11-01"), date(2027, 9, 2)))

    assert stages(life) == ["2026-03-02 onboarding", "2026-05-31 growth", "2027-06-04 renewal", "2027-09-16 lapsed"]
    assert touched(life) == [
        "2027-06-04 09:00 t-90/1/task",
        "2027-07-04 09:00 t-60/1/task",
        "2027-08-03 09:00 t-30/1/task",
        "2027-08-26 09:00 t-7/1/task",
    ]


def test_an_extension_during_renewal_goes_back_to_growth_and_t_minus_30_comes_again_for_the_new_end() -> None:
    life = live(living(a_playbook(renewal=CHASE)), moment("2028-03-10"), amended(moment("2027-02-10"), date(2028, 3, 2)))

    assert why_stages(life)[:5] == [
        "2026-03-02 onboarding: enrolled",
        "2026-05-31 growth: the contract clock",
        "2026-12-02 renewal: the contract clock",
        "2027-02-10 growth: contract amended to end on 2028-03-02",
        "2027-12-03 renewal: the contract clock",
    ]
    assert touched(life) == [
        "2026-12-02 09:00 t-90/1/task",
        "2027-01-01 09:00 t-60/1/task",
        "2027-01-31 09:00 t-30/1/task",
        "2027-12-03 09:00 t-90/2/task",
        "2028-01-02 09:00 t-60/2/task",
        "2028-02-01 09:00 t-30/2/task",
        "2028-02-24 09:00 t-7/2/task",
    ]


def test_an_extension_during_renewal_ends_what_chased_the_old_end() -> None:
    renewal = {"p": a_play(task(), wait("20d"), email(), at={"before_end": "30d"})}

    life = live(living(a_playbook(renewal=renewal)), moment("2027-04-01"), amended(moment("2027-02-10"), date(2028, 3, 2)))

    assert ended(life) == ["2027-02-10 09:00 p: the stage renewal ended"]
    assert touched(life) == ["2027-01-31 09:00 p/1/task"]


def test_what_growth_has_done_already_is_not_done_again_when_an_extension_leads_back_to_it() -> None:
    growth = {"p": a_play(task(), at={"day": 10}), "q": a_play(email(), at={"day": 200}), "r": a_play(task(), every="60d")}

    life = live(living(a_playbook(growth=growth)), moment("2027-06-01"), amended(moment("2027-01-10"), date(2028, 3, 2)))

    assert [line for line in touched(life) if " r/" not in line] == ["2026-06-10 09:00 p/1/task"]
    assert len(touched(life)) == len(set(touched(life)))
    assert [line[:10] for line in touched(life) if " r/" in line] == [
        "2026-07-30",
        "2026-09-28",
        "2026-11-27",
        "2027-01-26",
        "2027-03-27",
        "2027-05-26",
    ]


def test_an_extension_in_the_grace_period_keeps_the_customer() -> None:
    life = live(living(a_playbook()), moment("2027-04-01"), amended(moment("2027-03-10"), date(2028, 3, 2)))

    assert stages(life)[-1] == "2027-03-10 growth"


def test_a_short_extension_during_renewal_stays_there_and_moves_what_is_still_to_come() -> None:
    life = live(living(a_playbook(renewal=CHASE)), moment("2027-04-10"), amended(moment("2027-01-10"), date(2027, 3, 22)))

    assert stages(life) == ["2026-03-02 onboarding", "2026-05-31 growth", "2026-12-02 renewal", "2027-04-05 lapsed"]
    assert touched(life) == [
        "2026-12-02 09:00 t-90/1/task",
        "2027-01-01 09:00 t-60/1/task",
        "2027-02-20 09:00 t-30/1/task",
        "2027-03-15 09:00 t-7/1/task",
    ]


def test_a_rhythm_of_renewal_begins_anew_when_renewal_begins_again() -> None:
    life = live(
        living(a_playbook(renewal={"p": a_play(task(), every="20d")})),
        moment("2028-02-15"),
        amended(moment("2027-02-10"), date(2028, 3, 2)),
    )

    assert [line[:10] for line in touched(life)] == ["2026-12-22", "2027-01-11", "2027-01-31", "2027-12-23", "2028-01-12", "2028-02-01"]
    assert len({touch.key for touch in life.touches}) == 6


def test_an_extension_in_onboarding_leaves_it_where_it_stands() -> None:
    life = live(living(a_playbook()), moment("2027-01-01"), amended(moment("2026-04-01"), date(2028, 3, 2)))

    assert stages(life) == ["2026-03-02 onboarding", "2026-05-31 growth"]


def test_an_extension_of_a_short_contract_does_not_onboard_twice() -> None:
    life = living(a_playbook(), a_customer(end=START + timedelta(days=30)))

    live(life, moment("2026-04-20"), amended(moment("2026-03-27"), START + timedelta(days=360)))

    assert stages(life) == ["2026-03-02 onboarding", "2026-03-12 growth", "2026-03-22 renewal", "2026-03-27 growth"]


# ---- shortenings


def test_a_shortening_that_puts_renewal_in_the_past_enters_it_at_once_and_sends_only_what_is_in_grace() -> None:
    life = live(living(a_playbook(renewal=CHASE)), moment("2026-10-20"), amended(moment("2026-09-01", "15:00"), date(2026, 10, 3)))

    assert why_stages(life)[2] == "2026-09-01 renewal: contract amended to end on 2026-10-03"
    assert touched(life) == ["2026-09-03 09:00 t-30/1/task", "2026-09-26 09:00 t-7/1/task"]
    assert unsent(life) == [
        "2026-07-05 09:00 missed t-90/1/*: was due 2026-07-05 07:00 UTC, its window of 3d is over",
        "2026-08-04 09:00 missed t-60/1/*: was due 2026-08-04 07:00 UTC, its window of 3d is over",
    ]


def test_a_shortening_sends_at_once_what_came_due_just_before_it() -> None:
    life = live(living(a_playbook(renewal=CHASE)), moment("2026-09-02"), amended(moment("2026-09-01", "15:00"), date(2026, 9, 30)))

    assert touched(life) == ["2026-09-01 15:00 t-30/1/task"]


def test_a_shortening_to_a_day_gone_by_enters_renewal_and_its_grace_counts_from_that_day() -> None:
    life = live(living(a_playbook()), moment("2026-10-01"), amended(moment("2026-09-01"), date(2026, 8, 25)))

    assert stages(life)[2:] == ["2026-09-01 renewal", "2026-09-08 lapsed"]


def test_a_price_alone_moves_nothing() -> None:
    life = live(
        living(a_playbook(renewal=CHASE)), moment("2027-03-10"), an_event("contract.amended", moment("2026-09-01"), annual_value=24000.0)
    )

    assert life.life.contract.annual_value == 24000.0
    assert [line[:10] for line in touched(life)] == ["2026-12-02", "2027-01-01", "2027-01-31", "2027-02-23"]


def test_an_amendment_in_the_very_instant_of_a_deadline_moves_it() -> None:
    """All events of one instant are applied before anything is decided."""
    playbook = a_playbook(growth={"p": a_play(task(), at={"before_end": "1/3"})})

    life = live(living(playbook), moment("2027-06-01"), amended(moment("2026-11-01", "09:00"), date(2027, 9, 2)))

    assert touched(life) == ["2027-03-03 09:00 p/1/task"]


def test_a_change_of_tier_in_the_very_instant_of_a_play_takes_it_away() -> None:
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 5}, tiers=["A"])})

    life = live(living(playbook), moment("2026-04-01"), changed(moment("2026-03-07", "09:00"), tier="B"))

    assert touched(life) == []


def test_an_amendment_of_a_trial_moves_its_end() -> None:
    life = live(
        living(a_playbook(), a_customer(term=0, end=date(2026, 3, 16))),
        moment("2026-06-01"),
        amended(moment("2026-03-10"), date(2026, 4, 16)),
    )

    assert stages(life) == ["2026-03-02 trial", "2026-04-30 closed"]


def test_a_third_of_the_term_is_a_third_of_the_term_as_amended() -> None:
    playbook = a_playbook(growth={"p": a_play(task(), at={"before_end": "1/3"})})

    life = live(living(playbook), moment("2028-03-01"), amended(moment("2026-09-01"), date(2028, 3, 2)))

    assert [line[:10] for line in touched(life)] == ["2027-07-03"]


# ---- moving


DAILY: Raw = {"p": a_play(task(), every="1d")}


def days_at_nine(life_touches: list[str]) -> list[str]:
    assert {line[11:16] for line in life_touches} <= {"09:00"}
    return [line[:10] for line in life_touches]


@pytest.mark.parametrize(
    ("to", "at"),
    [
        pytest.param("America/Los_Angeles", "2026-03-10 12:00", id="Berlin to Los Angeles at noon, where it is not nine yet"),
        pytest.param("America/New_York", "2026-03-10 09:00", id="Berlin to New York in the very instant"),
        pytest.param("Pacific/Honolulu", "2026-03-10 09:01", id="Berlin to Honolulu a minute after nine"),
        pytest.param("Atlantic/Reykjavik", "2026-03-10 09:30", id="an hour west, half an hour after nine"),
    ],
)
def test_moving_west_does_not_send_nine_o_clock_twice(to: str, at: str) -> None:
    day, clock = at.split()
    life = live(living(a_playbook(onboarding=DAILY)), moment("2026-03-13", "12:00", to), changed(moment(day, clock), timezone=to))

    assert days_at_nine(touched(life)) == [f"2026-03-{day:02}" for day in range(3, 14)]
    assert len({touch.key for touch in life.touches}) == len(life.touches)


@pytest.mark.parametrize(
    ("to", "at"),
    [
        pytest.param("Asia/Tokyo", "2026-03-10 08:00", id="Berlin to Tokyo at eight, where it is long past nine"),
        pytest.param("Australia/Sydney", "2026-03-10 05:00", id="Berlin to Sydney at five"),
        pytest.param("Pacific/Kiritimati", "2026-03-10 00:30", id="Berlin to Kiritimati just after midnight"),
        pytest.param("Europe/Helsinki", "2026-03-10 08:30", id="an hour east, half an hour before nine"),
    ],
)
def test_moving_east_does_not_skip_nine_o_clock(to: str, at: str) -> None:
    day, clock = at.split()
    life = live(living(a_playbook(onboarding=DAILY)), moment("2026-03-13", "01:30"), changed(moment(day, clock), timezone=to))

    assert [line[:10] for line in touched(life)][:8] == [f"2026-03-{day:02}" for day in range(3, 11)]
    moved = life.touches[7]
    assert moved.at == moment(day, clock), "what the move put into the past goes at the move"
    assert {f"{local(touch.at, to):%H:%M}" for touch in life.touches[8:]} == {"09:00"}


@pytest.mark.parametrize(
    ("to", "at", "goes"),
    [
        pytest.param("America/Los_Angeles", "2026-03-05 12:00", "2026-03-05 09:00", id="west, after it went: not again"),
        pytest.param("America/Los_Angeles", "2026-03-05 08:00", "2026-03-05 09:00", id="west, before it went: at nine there"),
        pytest.param("Asia/Tokyo", "2026-03-05 08:00", "2026-03-05 16:00", id="east, past nine there: at the move"),
        pytest.param("Asia/Tokyo", "2026-03-04 08:00", "2026-03-05 09:00", id="east, a day before: at nine there"),
    ],
)
def test_a_planned_play_goes_once_whichever_way_the_customer_moves(to: str, at: str, goes: str) -> None:
    day, clock = at.split()
    life = live(
        living(a_playbook(onboarding={"p": a_play(task(), at={"day": 3})})), moment("2026-03-20"), changed(moment(day, clock), timezone=to)
    )

    assert touched(life) == [f"{goes} p/1/task"]


def test_a_move_moves_the_stage_s_midnights_too() -> None:
    life = live(living(a_playbook()), moment("2026-12-20"), changed(moment("2026-05-10"), timezone="Asia/Tokyo"))

    turns = [entry.at for entry in state(life).timeline if entry.kind == "stage"][1:]
    assert turns == [utc("2026-05-30 15:00"), utc("2026-12-01 15:00")]


def test_a_move_west_across_a_stage_s_midnight_does_not_go_back_a_stage() -> None:
    life = live(
        living(a_playbook(onboarding={"o": a_play(task(), at={"day": 89})}, growth={"g": a_play(task(), at={"day": 1})})),
        moment("2026-06-20"),
        changed(moment("2026-05-31", "02:00"), timezone="America/Los_Angeles"),
    )

    assert life.life.stage is Stage.GROWTH
    assert touched(life) == ["2026-05-30 09:00 o/1/task", "2026-06-01 09:00 g/1/task"]


def test_a_move_to_another_country_brings_its_holidays() -> None:
    play = a_play(wait("3bd"), task(), at={"day": 29})

    stayed = live(living(a_playbook(onboarding={"p": play})), moment("2026-05-01"))
    moved = live(living(a_playbook(onboarding={"p": play})), moment("2026-05-01"), changed(moment("2026-03-30"), country="US"))

    assert touched(stayed) == ["2026-04-07 09:00 p/1/task"], "Good Friday and Easter Monday are holidays in Germany"
    assert touched(moved) == ["2026-04-03 09:00 p/1/task"], "and not in the United States"


# ---- tiers


def test_a_change_of_tier_brings_that_tier_s_plays_inside_their_windows_and_takes_the_others_away() -> None:
    plays = {
        "a-only": a_play(task(), at={"day": 20}, tiers=["A"]),
        "c-late": a_play(task(), at={"day": 3}, tiers=["C"]),
        "c-just": a_play(task(), at={"day": 9}, tiers=["C"]),
        "c-next": a_play(task(), at={"day": 15}, tiers=["C"]),
        "all": a_play(task(), at={"day": 5}),
    }

    life = live(living(a_playbook(onboarding=plays)), moment("2026-04-20"), changed(moment("2026-03-12"), tier="C"))

    assert life.life.customer.tier is Tier.C
    assert touched(life) == ["2026-03-07 09:00 all/1/task", "2026-03-12 09:00 c-just/1/task", "2026-03-17 09:00 c-next/1/task"]
    assert unsent(life) == ["2026-03-05 09:00 missed c-late/1/*: was due 2026-03-05 08:00 UTC, its window of 3d is over"]


def test_a_change_of_tier_goes_on_in_the_new_rhythm_and_sends_no_past_beat() -> None:
    plays = {"p": a_play(task(), every={"A": "7d", "B": "14d", "C": "30d"})}

    life = live(
        living(a_playbook(onboarding=plays), a_customer(tier=Tier.C)),
        moment("2026-05-10"),
        changed(moment("2026-04-10"), tier="A"),
        changed(moment("2026-04-22"), tier="B"),
    )

    assert [line[:10] for line in touched(life)] == ["2026-04-01", "2026-04-13", "2026-04-20", "2026-04-27"]
    assert unsent(life) == []
    assert [touch.key.split("/")[3] for touch in life.touches] == ["1", "2", "3", "4"]


def test_a_change_of_tier_moves_the_sla_of_what_is_asked_for_from_then_on() -> None:
    plays = {"p": a_play(task(due={"A": "4h", "B": "1d", "C": "3d"}), every="10d")}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-23"), changed(moment("2026-03-15"), tier="C"))

    assert [touch.deadline for touch in life.touches] == [moment("2026-03-12", "13:00"), moment("2026-03-25", "09:00")]


def test_a_change_of_tier_is_seen_by_every_condition_at_once() -> None:
    plays = {"p": a_play(task(), when='tier == "C"')}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-23"), changed(moment("2026-03-15", "11:11"), tier="C"))

    assert touched(life) == ["2026-03-15 11:11 p/1/task"]


# ---- terms


def test_a_renewal_s_length_is_the_last_term_s_unless_an_end_is_given() -> None:
    same = live(living(a_playbook()), moment("2027-03-03"), renewed(moment("2027-02-01")))
    other = live(living(a_playbook()), moment("2027-03-03"), renewed(moment("2027-02-01"), end="2029-03-02", annual_value=30000.0))

    assert (same.life.contract.start, same.life.contract.end, same.life.contract.annual_value) == (
        date(2027, 3, 2),
        date(2028, 3, 2),
        12000.0,
    )
    assert (other.life.contract.end, other.life.contract.annual_value, other.life.contract.term) == (date(2029, 3, 2), 30000.0, 2)


# ---- an extended trial


def test_an_extended_trial_gets_its_notice_again() -> None:
    """Case 25."""
    customer = a_customer(term=0, end=date(2026, 3, 16))
    plays = {"ending": a_play(task(), at={"before_end": "5d"}), "guide": a_play(task(), at={"day": 3})}
    life = live(living(a_playbook(trial=plays), customer), moment("2026-04-10"), amended(moment("2026-03-12", "12:00"), date(2026, 3, 30)))
    assert touched(life) == ["2026-03-05 09:00 guide/1/task", "2026-03-11 09:00 ending/1/task", "2026-03-25 09:00 ending/2/task"]


def test_a_play_of_growth_that_hung_on_the_old_end_goes_again_when_the_end_has_moved_away() -> None:
    plays = {"assess": a_play(task(), at={"before_end": "1/3"})}
    life = live(living(a_playbook(growth=plays)), moment("2027-12-10"), amended(moment("2026-11-20"), date(2028, 3, 2)))
    assert [line.split()[-1] for line in touched(life)] == ["assess/1/task", "assess/2/task"]
