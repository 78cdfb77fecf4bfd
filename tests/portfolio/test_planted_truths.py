"""Each truth that is planted in a base is found in its report or its back-test; where nothing is planted, the same looking finds nothing."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from rich.console import Console

from activities.ledger.database.database import open_database
from activities.reports import periods
from bench.portfolio.truths import BAD_MONTH, FACTOR, FALLS_BEFORE, GROWING_REASON, LATE_TEAM, NOTHING, PLANTED, PLAY, Truths
from bench.portfolio.writing import make_base
from console.commands.health_backtest import table_of
from tests.portfolio import findings

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "backtest.md"

CUSTOMERS, OF_CONTROL = 2000, 1000
"""Both bases have the lives of two hundred; of the one in which nothing is to be found each stands for fewer customers."""

SEEN_EVERY = 30
"""Days between two tellings of usage, and so the longest that a fall goes unseen."""

BAD_QUARTER = periods.quarter_of(BAD_MONTH)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    yield from a_base(tmp_path_factory, PLANTED, CUSTOMERS)


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    yield from a_base(tmp_path_factory, NOTHING, OF_CONTROL)


def a_base(tmp_path_factory: pytest.TempPathFactory, truths: Truths, customers: int) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('base') / 'ledger.sqlite'}")
    make_base(engine, truths, customers=customers)
    yield engine
    engine.dispose()


def test_the_bases_have_as_many_customers_as_they_say(planted: sa.Engine, control: sa.Engine) -> None:
    assert [findings.report(engine, findings.A_YEAR).customers for engine in (planted, control)] == [CUSTOMERS, OF_CONTROL]


def test_the_bad_month_is_the_one_that_kept_the_fewest_customers_of_the_one_bad_quarter(planted: sa.Engine) -> None:
    assert findings.bad_quarters(planted) == [BAD_QUARTER.name]
    months = [periods.month(BAD_MONTH.year, number) for number in (BAD_MONTH.month - 1, BAD_MONTH.month)]
    kept = {name: share for name, share, _ in findings.kept(planted, *months)}
    assert min(kept, key=lambda name: kept[name]) == f"{BAD_MONTH:%B %Y}"
    assert kept[f"{BAD_MONTH:%B %Y}"] < 0.9 < min(share for name, share in kept.items() if name != f"{BAD_MONTH:%B %Y}")


def test_no_quarter_is_bad_where_none_was_planted(control: sa.Engine) -> None:
    assert findings.bad_quarters(control) == []


def test_the_late_team_does_far_fewer_of_its_tasks_in_time_than_others(planted: sa.Engine) -> None:
    assert findings.late_teams(planted) == [LATE_TEAM]


def test_no_team_is_late_where_none_was_planted(control: sa.Engine) -> None:
    assert findings.late_teams(control) == []


def test_the_growing_reason_is_a_larger_part_of_the_losses_from_report_to_report(planted: sa.Engine) -> None:
    assert findings.growing_reasons(planted) == [GROWING_REASON]


def test_no_reason_grows_where_none_was_planted(control: sa.Engine) -> None:
    assert findings.growing_reasons(control) == []


def test_after_the_play_that_works_far_more_renew_than_without_it(planted: sa.Engine) -> None:
    assert findings.plays_that_work(planted) == [PLAY]


def test_after_no_play_do_far_more_renew_where_none_works(control: sa.Engine) -> None:
    assert findings.plays_that_work(control) == []


def test_the_factor_that_falls_before_losses_would_have_warned_and_in_time(planted: sa.Engine) -> None:
    [factor] = findings.warning_factors(planted)
    assert factor.name == FACTOR
    skill = factor.skill
    # What is planted: nine of ten who leave at their term's end, and nobody of the bad month, who are a third of all.
    assert skill.precision is not None and skill.precision > 0.75
    assert skill.recall is not None and 0.6 < skill.recall < 0.8
    assert skill.chance is not None and skill.chance < 0.12
    assert skill.lead_median is not None and skill.lead_p90 is not None
    soonest, latest = FALLS_BEFORE
    assert soonest - SEEN_EVERY <= skill.lead_median <= skill.lead_p90 <= latest
    assert skill.lead_median > (soonest + latest) / 2 - SEEN_EVERY


def test_the_bands_warn_of_what_the_factor_does(planted: sa.Engine) -> None:
    red, yellow = (band.skill for band in findings.backtest(planted).bands)
    assert red.precision is not None and red.precision > 0.7 and red.recall is not None and red.recall > 0.5
    assert yellow.recall is not None and yellow.recall >= red.recall
    assert yellow.lead_median is not None and red.lead_median is not None and yellow.lead_median >= red.lead_median


def test_the_page_shows_the_back_test_of_this_base(planted: sa.Engine) -> None:
    terminal = Console(file=StringIO(), width=120, highlight=False)
    with terminal.capture() as shown:
        terminal.print(table_of(findings.backtest(planted)))
    lines = "\n".join(line.rstrip() for line in shown.get().splitlines())
    assert lines in PAGE.read_text(encoding="utf-8"), f"docs/backtest.md is to show:\n{lines}"


def test_no_factor_would_have_warned_where_none_was_planted(control: sa.Engine) -> None:
    assert findings.warning_factors(control) == []
    bands = [band.skill for band in findings.backtest(control).bands]
    assert all(skill.recall is not None and skill.recall < 0.25 for skill in bands)
