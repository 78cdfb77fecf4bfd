"""How somebody finds in the reports and the back-test what is the matter with a base, knowing nothing of what was planted in it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from statistics import median

import sqlalchemy as sa

from activities.reports import periods
from activities.reports.backtest.backtest import Backtest, FactorSkill, backtest_of
from activities.reports.backtest.from_record import spells_of_record
from activities.reports.report import Cell, Figure, Period, Report
from activities.reports.reporting import report_of
from bench.portfolio.living import ENDS

BEGINS = datetime(2025, 1, 1, tzinfo=UTC)

QUARTERS = [periods.quarter(year, number) for year in (2025, 2026) for number in (2, 4)]
"""Each is reported beside the one before it, so that all eight are seen."""

A_YEAR = periods.days(date(2025, 1, 1), date(2025, 12, 31))
"""Plays are compared over a year: a quarter decides on few customers."""

FAR_WORSE = 0.06
"""By how much fewer customers are kept in a bad quarter than in a usual one."""

OFTEN_LATE = 0.25
"""By how much fewer tasks a late team does in time than the best."""

GROWN = 3
"""A reason has grown if it is so many times as frequent in the last quarter as in the first, and more frequent from each to the next."""

FAR_BETTER = 0.15
"""By how much a larger part of the customers renews after a play that works."""

ENOUGH = 100
"""So many customers have to be on either side of a comparison."""


@cache
def report(engine: sa.Engine, period: Period) -> Report:
    return report_of(engine, period, as_of=ENDS)


def kept(engine: sa.Engine, *shown: Period) -> Iterator[tuple[str, float, float]]:
    """The share of customers that each of these periods kept, and the one before each, with the upper bound of the former."""
    for period in shown:
        told = report(engine, period)
        figure = figure_of(told, "retention.logo")
        if figure.before is not None:
            yield told.before.name, figure.before, figure.before
        yield period.name, value_of(figure), figure.high or 0.0


def bad_quarters(engine: sa.Engine) -> list[str]:
    """Quarters in which far fewer customers were kept than in the middle one."""
    found = list(kept(engine, *QUARTERS))
    usual = median(share for _, share, _ in found)
    return [name for name, share, high in found if min(1.0, high + FAR_WORSE) < usual]


def late_teams(engine: sa.Engine) -> list[str]:
    """Teams that do far fewer tasks in time than the best, in each of the reports."""
    found: list[set[str]] = []
    for period in QUARTERS:
        teams = {
            figure.id.removeprefix("tasks.kept-team-"): (value_of(figure), figure.high or 1.0)
            for figure in section_of(report(engine, period), "tasks")
            if figure.id.startswith("tasks.kept-team-")
        }
        best = max(share for share, _ in teams.values())
        found.append({team for team, (_, high) in teams.items() if high + OFTEN_LATE < best})
    return sorted(set.intersection(*found))


def losses_by_reason(engine: sa.Engine, period: Period) -> dict[str, int]:
    """How many customers left by choice in the period, by the reason that was given."""
    return {str(row[0]): int(str(row[3])) for row in table_of(report(engine, period), "losses.by-reason") if row[1] == "choice"}


def growing_reasons(engine: sa.Engine) -> list[str]:
    """Reasons whose part of the losses grows from each report to the next."""
    losses = [losses_by_reason(engine, period) for period in QUARTERS]
    parts = {reason: [each.get(reason, 0) / sum(each.values()) for each in losses] for reason in set().union(*losses)}
    return sorted(reason for reason, part in parts.items() if part == sorted(set(part)) and part[-1] >= GROWN * part[0])


def plays_that_work(engine: sa.Engine) -> list[str]:
    """Plays after which far more customers renew than without them, where there are enough of both."""
    told = report(engine, A_YEAR)
    decided, found = figure_of(told, "renewals.rate").count, []
    for row in table_of(told, "plays.each"):
        play, after, renewed, others = str(row[0]), row[5], row[6], row[7]
        if isinstance(after, int) and isinstance(renewed, float) and isinstance(others, float) and ENOUGH <= after <= decided - ENOUGH:
            found += [play] if renewed - others >= FAR_BETTER else []
    return found


@cache
def backtest(engine: sa.Engine) -> Backtest:
    return backtest_of(spells_of_record(engine, BEGINS, ENDS), 90)


def warning_factors(engine: sa.Engine) -> list[FactorSkill]:
    """Factors that would have warned."""
    return [factor for factor in backtest(engine).factors if factor.would_have_warned]


def section_of(told: Report, name: str) -> list[Figure]:
    return [figure for section in told.sections if section.id == name for figure in section.figures]


def table_of(told: Report, name: str) -> tuple[tuple[Cell, ...], ...]:
    [table] = [table for section in told.sections for table in section.tables if table.id == name]
    return table.rows


def figure_of(told: Report, name: str) -> Figure:
    figure = told.figure(name)
    assert figure is not None, name
    return figure


def value_of(figure: Figure) -> float:
    assert figure.value is not None, figure.id
    return figure.value
