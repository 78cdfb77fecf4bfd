"""A back-test counts each warning once, as right, wrong or still open, and each loss as warned of or not."""

from datetime import UTC, date, datetime, timedelta
from math import nan
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from activities.ledger.record.writing import write_lines
from activities.reports.backtest.backtest import backtest_of
from activities.reports.backtest.from_record import Line, spells_of, spells_of_record
from activities.reports.backtest.spells import Reading, Spell, band_of
from activities.reports.backtest.warnings import Skill, skill_of
from activities.reports.backtest.words import CAUSES, SAME_DATA, in_words
from lifecycle.domain.enums import Band
from lifecycle.domain.record import Fact, RecordLines

BEGINS = date(2025, 1, 1)
UNTIL = date(2027, 1, 1)
HORIZON = 90


def day(number: int) -> date:
    return BEGINS + timedelta(days=number)


def spell(readings: dict[int, float], until: int, *, lost: bool = True, customer: str = "acme") -> tuple[Spell, list[float]]:
    """Readings by the number of their day."""
    found = Spell.of(customer, [Reading(day(number)) for number in readings], day(until), lost=lost)
    return found, [value for number, value in sorted(readings.items()) if number < until]


def skill(*spells: tuple[Spell, list[float]], below: float = 50) -> Skill:
    [found] = skill_of(spells, [below], HORIZON)
    return found


def counted(found: Skill) -> tuple[int, int, int, int, int]:
    return found.warnings, found.right, found.open, found.losses, found.warned


CASES = {
    "it fell, and the customer was lost within the horizon": (spell({0: 80, 100: 20}, 150), (1, 1, 0, 1, 1), 50),
    "on the last day of the horizon too": (spell({0: 80, 100: 20}, 190), (1, 1, 0, 1, 1), 90),
    # The first was wrong; it stayed low, so there was another, and it is told of from when it fell.
    "it stayed low for longer than the horizon": (spell({0: 80, 100: 20}, 191), (2, 1, 0, 1, 1), 91),
    "it fell and rose again long before": (spell({0: 20, 10: 80}, 150), (1, 0, 0, 1, 0), None),
    "it fell and rose, and the horizon was not over": (spell({100: 20, 110: 80}, 150), (1, 1, 0, 1, 1), 50),
    "it flickered: within the horizon there is no other warning": (spell({0: 20, 10: 80, 20: 20, 30: 80}, 60), (1, 1, 0, 1, 1), 60),
    "it fell again after the horizon": (spell({0: 20, 10: 80, 100: 20}, 130), (2, 1, 0, 1, 1), 30),
    "it never fell": (spell({0: 80, 50: 60}, 100), (0, 0, 0, 1, 0), None),
    "at the threshold is not below it": (spell({0: 50}, 60), (0, 0, 0, 1, 0), None),
    "it was with us when the horizon was over": (spell({0: 20, 10: 80}, 200, lost=False), (1, 0, 0, 0, 0), None),
    "the horizon is not over, and nobody knows": (spell({150: 20}, 200, lost=False), (0, 0, 1, 0, 0), None),
    "what was read on the day of the loss warned of nothing": (spell({0: 80, 100: 20}, 100), (0, 0, 0, 1, 0), None),
    "nothing known is not low": (spell({0: 80, 10: nan, 20: nan}, 60), (0, 0, 0, 1, 0), None),
    "and ends the stretch": (spell({0: 20, 10: nan, 100: 20}, 120), (2, 1, 0, 1, 1), 20),
}


@pytest.mark.parametrize("case", CASES)
def test_a_warning_is_right_wrong_or_open(case: str) -> None:
    lived, expected, lead = CASES[case]
    found = skill(lived)
    assert (counted(found), found.lead_median) == (expected, lead)


@given(
    st.dictionaries(st.integers(0, 700), st.floats(0, 100) | st.just(nan), max_size=30),
    st.integers(1, 720),
    st.booleans(),
    st.integers(1, 200),
)
def test_no_two_warnings_of_a_customer_overlap_and_a_loss_is_warned_of_once(
    readings: dict[int, float], until: int, lost: bool, horizon: int
) -> None:
    lived, values = spell(readings, until, lost=lost)
    known = any(value == value for value in values)
    for found in skill_of([(lived, values)], range(0, 110, 10), horizon):
        assert found.losses == (lost and known)
        assert found.right == found.warned <= found.losses
        assert (found.warnings + found.open) <= -(-until // horizon)
        assert lost or found.right == 0
        assert not lost or found.open == 0
        assert found.lead_median is None or 1 <= found.lead_median <= until


def test_shares_are_of_what_is_decided_and_say_how_sure_they_are() -> None:
    lost = [spell({0: 20}, 30 + number, customer=f"lost-{number}") for number in range(6)]
    warned_for_nothing = [spell({0: 20, 10: 80}, 300, lost=False, customer=f"stays-{number}") for number in range(2)]
    unwarned = [spell({0: 80}, 50, customer=f"sudden-{number}") for number in range(4)]
    found = skill(*lost, *warned_for_nothing, *unwarned)
    assert (found.precision, found.recall) == (6 / 8, 6 / 10)
    assert found.precision_low is not None and found.precision_high is not None and found.precision_low < 6 / 8 < found.precision_high
    assert (found.lead_median, found.lead_p90) == (32.5, 35)
    # Blindly: each of ten losses is told of by one warning; who stays is warned of on days 0, 90 and 180, and on 270 with 30 days to go.
    assert found.chance == pytest.approx(10 / (10 + 2 * 3))
    assert found.small


def test_a_spell_of_which_nothing_was_known_of_a_factor_is_left_out_of_its_losses() -> None:
    assert counted(skill(spell({0: nan}, 60), spell({0: 20}, 60))) == (1, 1, 0, 1, 1)


def test_the_last_reading_of_a_day_stands() -> None:
    readings = [Reading(day(0), Band.RED), Reading(day(0), Band.GREEN), Reading(day(3), Band.YELLOW)]
    assert [each.band for each in Spell.of("acme", readings, day(3), lost=True).readings] == [Band.GREEN]


def test_bands_are_those_of_the_engine() -> None:
    assert [band_of(score) for score in (0, 39.9, 40, 69.9, 70, 100)] == [
        Band.RED,
        Band.RED,
        Band.YELLOW,
        Band.YELLOW,
        Band.GREEN,
        Band.GREEN,
    ]


def a_base(*, telling: bool) -> list[Spell]:
    """Forty customers, of whom every other is lost on day 300; `use` falls sixty days before to who is lost, or to anybody at any time."""
    found = []
    for number in range(40):
        lost = number % 2 == 0
        falls = lost if telling else number % 4 < 2
        low = {"use": 15.0, "mood": 70.0 + number % 7} if falls else {"use": 95.0, "mood": 70.0}
        band, when = Band.RED if falls else Band.GREEN, 240 if telling else 10 + number * 37 % 280
        readings = [Reading(day(0), Band.GREEN, {"use": 90.0, "mood": 75.0}), Reading(day(when), band, low)]
        found.append(Spell.of(f"c{number:02}", readings, day(300 if lost else 360), lost=lost))
    return found


def test_a_factor_that_falls_before_losses_would_have_warned_and_is_named_first() -> None:
    found = backtest_of(a_base(telling=True), HORIZON)
    assert (found.customers, found.losses, found.unread, found.first, found.last) == (40, 20, 0, day(0), day(360))
    use, mood = found.factors
    assert (use.name, use.would_have_warned, use.below, use.skill.precision, use.skill.recall) == ("use", True, 20, 1.0, 1.0)
    assert (use.skill.lead_median, use.skill.lead_p90) == (60, 60)
    assert (mood.name, mood.would_have_warned) == ("mood", False)
    assert [(band.name, band.skill.warnings, band.skill.right) for band in found.bands] == [("red", 20, 20), ("yellow or red", 20, 20)]
    words = in_words(found)
    assert words[0] == "40 customers from 2025-01-01 to 2025-12-27, of whom 20 left by choice or said that they would."
    assert words[1].startswith("Red: 20 warnings, of which 20 came true within 90 days (100%; by chance ")
    assert words[1].endswith(
        "Warned of: 20 of 20 losses (100%), half of them 60 days before or earlier; nine of ten at most 60 days before."
    )
    assert words[3].startswith("use would have warned. Below 20: 20 warnings") and words[-2:] == [SAME_DATA, CAUSES]


def test_a_factor_that_falls_to_anybody_would_not() -> None:
    found = backtest_of(a_base(telling=False), HORIZON)
    assert [factor.would_have_warned for factor in found.factors] == [False, False]
    assert "No factor would have warned: none tells of a third of the losses and is right 2 times as often as chance." in in_words(found)


def test_few_losses_say_so_and_no_factor_is_believed() -> None:
    found = backtest_of(a_base(telling=True)[:10], HORIZON)
    assert [factor.would_have_warned for factor in found.factors] == [False, False]
    assert in_words(found)[1].endswith("These are too few to lean on.")
    assert any("Some have too few warnings or losses to tell." in line for line in in_words(found))


def test_of_nothing_one_sentence_says_that_there_is_nothing() -> None:
    assert in_words(backtest_of([], HORIZON)) == ["Nothing is known of any customer's health in that time, so there is nothing to test."]


# ---- from the record


def line(type_: str, number: int, what: str = "", /, **data: Any) -> Line:
    return Line("acme", datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=number), type_, what, data)


def health(number: int, band: str = "green", **data: Any) -> Line:
    return line("health", number, "health", score=80, band=band, **data)


LIVES: dict[str, tuple[list[Line], list[tuple[int, int, bool]]]] = {
    "who stays is known to the end": ([health(0), health(30)], [(2, 730, False)]),
    "who leaves by choice was lost then": ([health(0), line("lost", 90, kind="choice")], [(1, 90, True)]),
    "or for want of a decision": ([health(0), line("lost", 90, kind="no_decision")], [(1, 90, True)]),
    "who ceases to exist was not lost": ([health(0), line("lost", 90, kind="natural")], [(1, 90, False)]),
    "nor who was closed": ([health(0), line("stage", 50, "closed")], [(1, 50, False)]),
    "a loss counts from when it was announced": (
        [health(0), line("contract.cancelled", 40), health(50, "red"), line("lost", 90, kind="choice")],
        [(1, 40, True)],
    ),
    "and before it has come": ([health(0), line("contract.cancelled", 40), health(50, "red")], [(1, 40, True)]),
    "unless it is taken back": (
        [health(0), line("contract.cancelled", 40), health(45), line("contract.cancellation_withdrawn", 50), health(60)],
        [(3, 730, False)],
    ),
    "who comes back begins anew": ([health(0), line("lost", 90, kind="choice"), health(200)], [(1, 90, True), (1, 730, False)]),
    "a loss before which nothing was read": ([line("lost", 90, kind="choice")], [(0, 90, True)]),
    "closed after its loss, nothing more": ([health(0), line("lost", 9, kind="choice"), line("stage", 50, "closed")], [(1, 9, True)]),
}


@pytest.mark.parametrize("life", LIVES)
def test_the_record_tells_spells(life: str) -> None:
    lines, expected = LIVES[life]
    assert [(len(each.readings), (each.until - BEGINS).days, each.lost) for each in spells_of(lines, UNTIL)] == expected


def test_the_record_of_either_database_is_read_between_two_moments_and_of_the_main_score_alone(engine: sa.Engine) -> None:
    def fact(number: int, days: int, type_: str, what: str = "", /, **data: Any) -> Fact:
        return Fact(number=number, at=datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=days), kind=type_, what=what, data=data)

    told = {"score": 30, "band": "red", "confidence": 0.8, "factor.usage": 12, "factor.payment": 100}
    facts = [
        fact(1, -40, "health", "", score=90, band="green"),
        fact(2, 3, "health", "", **told),
        fact(3, 4, "health", "adoption", score=1, band="red"),
        fact(4, 5, "survey.answered", "nps", score=2),
        fact(5, 60, "lost", "1", kind="choice", reason="price"),
    ]
    with engine.begin() as connection:
        for customer in ("acme", "bolt"):
            write_lines(connection, customer, RecordLines(life=1, as_of=facts[-1].at, version=1, facts=facts))
    found = spells_of_record(engine, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    reading = Reading(date(2025, 1, 4), Band.RED, {"usage": 12.0, "payment": 100.0})
    assert found == [Spell(customer, (reading,), date(2025, 3, 2), True) for customer in ("acme", "bolt")]
