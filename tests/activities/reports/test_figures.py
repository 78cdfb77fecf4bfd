"""What the figures of a report are, of a record that is reckoned on paper; SQLite and PostgreSQL answer alike."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.ledger.record.writing import RecordWriting
from activities.reports import periods
from activities.reports.report import Figure, Report, Unit
from activities.reports.reporting import MEASURES, newest_row, report_of
from tests.activities.reports.a_record import AS_OF, PERIOD, Written, a_quarter, at, figures_of, write_everything

EXPECTED: dict[str, tuple[float | None, int]] = {
    "retention.customers": (3.0, 3),
    "retention.value-eur": (2400.0, 3),
    "retention.logo": (0.4, 5),
    "retention.choice": (0.5, 4),
    "retention.gross-eur": (0.486486, 4),
    "retention.net-eur": (0.567568, 4),
    "retention.gross-usd": (0.0, 1),
    "retention.net-usd": (0.0, 1),
    "retention.logo-2025-q4": (1.0, 1),
    "retention.logo-2026-q1": (0.25, 4),
    "renewals.rate": (0.333333, 3),
    "renewals.value-eur": (1500.0, 1),
    "renewals.ahead-eur": (1200.0, 1),
    "renewals.ahead-signed-eur": (0.0, 1),
    "renewals.forecast-eur": (None, 0),
    "renewals.committed": (None, 0),
    "renewals.cost": (None, 0),
    "losses.choice": (1.0, 1),
    "losses.natural": (1.0, 1),
    "losses.no-decision": (1.0, 1),
    "losses.value-eur": (700.0, 1),
    "losses.value-usd": (5000.0, 1),
    "losses.reviewed": (1.0, 1),
    "losses.reason-no-decision": (1.0, 1),
    "losses.reason-price": (1.0, 1),
    "worth.paid": (0.5, 2),
    "worth.lifetime-eur": (854.525978, 3),
    "worth.word-of-mouth": (None, 0),
    "milestones.first-value": (28.0, 2),
    "milestones.first-value-tier-c": (28.0, 2),
    "milestones.first-value-p90": (36.0, 2),
    "milestones.first-value-p90-tier-c": (36.0, 2),
    "milestones.late": (0.5, 2),
    "milestones.late-tier-c": (0.5, 2),
    "milestones.overdue": (1.0, 1),
    "stages.days-trial": (22.0, 2),
    "stages.days-p90-trial": (30.0, 2),
    "stages.met-trial": (0.5, 2),
    "tasks.kept": (0.4, 5),
    "tasks.kept-tier-a": (1.0, 1),
    "tasks.kept-tier-b": (0.5, 2),
    "tasks.kept-tier-c": (0.0, 2),
    "tasks.kept-team-cs-manager": (1.0, 1),
    "tasks.kept-team-csm": (0.0, 1),
    "tasks.kept-team-support": (0.333333, 3),
    "tasks.late-hours": (6.0, 1),
    "tasks.late-hours-team-support": (6.0, 1),
    "tasks.overdue": (1.0, 1),
    "tickets.response": (3.0, 2),
    "tickets.response-level-1": (4.5, 1),
    "tickets.response-level-2": (1.5, 1),
    "tickets.response-p90": (4.5, 2),
    "tickets.picked-up": (0.75, 4),
    "tickets.first-contact": (0.5, 2),
    "tickets.resolved": (0.5, 4),
    "tickets.fix": (8.0, 1),
    "tickets.elapsed": (27.0, 2),
    "surveys.nps": (0.0, 2),
    "surveys.mean-support": (2.0, 1),
    "surveys.response": (0.666667, 3),
    "surveys.response-nps": (0.666667, 3),
    "surveys.acted": (0.5, 2),
    "surveys.acted-nps": (1.0, 1),
    "surveys.acted-support": (0.0, 1),
    "training.trained": (0.333333, 3),
    "training.usage-trained": (12.0, 1),
    "training.usage-others": (5.0, 2),
    "training.effect": (7.0, 3),
    "advocates.promoters": (0.5, 2),
    "advocates.asked": (1.0, 1),
    "advocates.brought": (None, 0),
    "advocates.rewards": (None, 0),
    "plays.sent": (6.0, 4),
    "plays.reached": (4.0, 4),
    "plays.answered": (0.6, 10),
    "plays.reached-nps": (3.0, 3),
    "plays.reached-promoter": (1.0, 1),
    "plays.reached-welcome": (1.0, 1),
    "plays.answered-loss-review": (1.0, 1),
    "plays.answered-nps": (0.75, 4),
    "plays.answered-regular": (0.0, 2),
    "plays.answered-ticket": (0.666667, 3),
    "plays.renewed-kickoff": (1.0, 1),
    "plays.renewed-nps": (0.0, 1),
    "contact.week": (0.11413, 4),
    "contact.busiest-week": (2.0, 4),
    "contact.held": (1.0, 1),
    "contact.missed": (1.0, 1),
    "contact.suppressed": (1.0, 1),
    "contact.failed": (0.0, 0),
    "contact.unknown": (0.0, 0),
    "interventions.falls": (2.0, 2),
    "interventions.rises": (1.0, 1),
}
"""Of `write_everything`: the value, and of how many rows it is made."""

BEFORE = {
    "retention.logo": 5 / 6,
    "retention.choice": 5 / 6,
    "retention.gross-eur": 3700 / 4100,
    "losses.choice": 1.0,
    "losses.reason-price": 1.0,
    "plays.sent": 1.0,
    "renewals.rate": 0.0,
    "renewals.ahead-eur": None,
    "surveys.nps": None,
    "tasks.kept": None,
    "contact.missed": 0.0,
}
"""What some of these were in the period before."""


@pytest.fixture
def lite(tmp_path: Path) -> sa.Engine:
    """An empty record, in SQLite alone: what both kinds of database must answer is asked of both above."""
    return open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")


def the(report: Report, id: str) -> Figure:
    found = report.figure(id)
    assert found is not None, id
    return found


def test_every_figure_is_what_is_reckoned_on_paper(engine: sa.Engine) -> None:
    write_everything(engine)
    report = a_quarter(engine)
    assert figures_of(report) == EXPECTED
    assert {id: the(report, id).before for id in BEFORE} == pytest.approx(BEFORE)
    assert report.customers == 8
    assert newest_row(engine) == AS_OF


def test_every_measure_has_a_figure_told_or_not(lite: sa.Engine) -> None:
    write_everything(lite)
    ids = list(figures_of(a_quarter(lite)))
    assert len(ids) == len(set(ids))
    alone = {measure.id for measure in MEASURES if not measure.each}
    assert alone - set(ids) == set()
    assert [id for id in ids if not any(id == measure.id or id.startswith(f"{measure.id}-") for measure in MEASURES)] == []


def test_what_a_share_says_is_what_its_rows_say_and_names_them(lite: sa.Engine) -> None:
    write_everything(lite)
    report = a_quarter(lite)
    by_value = ("retention.gross", "retention.net")
    for figure in (each for section in report.sections for each in section.every_figure):
        assert figure.count == len(figure.behind), figure.id
        assert all(row.name == row.customer.capitalize() for row in figure.behind), figure.id
        if figure.unit is Unit.SHARE and figure.value is not None and not figure.id.startswith(by_value):
            assert figure.value == pytest.approx(sum(row.counted for row in figure.behind) / figure.count), figure.id


def test_of_an_empty_record_nothing_is_told_and_nothing_is_zero(engine: sa.Engine) -> None:
    report = a_quarter(engine)
    every = [figure for section in report.sections for figure in section.every_figure]
    assert {figure.id: figure.value for figure in every} == dict.fromkeys((figure.id for figure in every), None)
    assert not any(figure.small or figure.before is not None for figure in every)
    assert not any(section.tables for section in report.sections)
    assert newest_row(engine) is None


def test_currencies_are_never_added(lite: sa.Engine) -> None:
    a = Written(lite)
    for customer, currency, amount in (("acme", "EUR", 100.0), ("bolt", "JPY", 50_000.0), ("coal", "EUR", 300.0)):
        a.enrolled(customer, "03-01", amount, currency=currency, contract_end=date(2027, 1, 15))
        a.fact(customer, "10-05", "renewed", "2", reason="x", amount=2 * amount, currency=currency)
    values = {id: value for id, (value, _) in figures_of(a_quarter(lite)).items() if the(a_quarter(lite), id).unit is Unit.MONEY}
    assert values == {
        "retention.value-eur": 400.0,
        "retention.value-jpy": 50_000.0,
        "renewals.value-eur": 800.0,
        "renewals.value-jpy": 100_000.0,
        "renewals.ahead-eur": 400.0,
        "renewals.ahead-jpy": 50_000.0,
        "renewals.ahead-signed-eur": 0.0,
        "renewals.ahead-signed-jpy": 0.0,
        "renewals.forecast-eur": None,
        "renewals.forecast-jpy": None,
        "renewals.committed": None,
        "renewals.cost": None,
        "worth.lifetime-eur": None,
        "worth.lifetime-jpy": None,
        "advocates.rewards": None,
    }


def test_a_customer_whose_currency_changed_counts_as_one_and_not_by_its_value(lite: sa.Engine) -> None:
    a = Written(lite)
    a.enrolled("acme", "03-01", 100.0, currency="USD")
    a.enrolled("bolt", "03-01", 200.0, currency="USD")
    a.fact("acme", "11-01", "contract.amended", currency="USD", annual_value=110.0)
    report = a_quarter(lite)
    assert (the(report, "retention.logo").value, the(report, "retention.logo").count) == (1.0, 2)
    assert (the(report, "retention.gross-usd").value, the(report, "retention.gross-usd").count) == (1.0, 1)


STANDINGS = [
    # (lines behind the enrolment, what is kept of how many, what it is worth at the end)
    ("stays", [], (1.0, 1), 100.0),
    ("left before the period", [("09-30", "lost", "1", {"kind": "choice"})], (None, 0), None),
    ("left in the last moment", [("12-31T23:59", "lost", "1", {"kind": "choice"})], (0.0, 1), None),
    ("left as the next period begins", [("2027-01-01T00:00", "lost", "1", {"kind": "choice"})], (1.0, 1), 100.0),
    ("closed without a loss", [("11-01", "stage", "closed", {"from": "growth", "days": 9})], (None, 0), None),
    ("lost and closed", [("11-01", "lost", "1", {"kind": "natural"}), ("11-02", "stage", "closed", {"from": "farewell"})], (0.0, 1), None),
    ("left and came back", [("10-10", "lost", "1", {"kind": "choice"}), ("12-01", "term", "2", {"amount": 80.0})], (1.0, 1), 80.0),
    ("came back from before", [("09-10", "lost", "1", {"kind": "choice"}), ("12-01", "term", "2", {"amount": 80.0})], (None, 0), 80.0),
    ("pays less", [("11-01", "contract.amended", "", {"annual_value": 40.0})], (1.0, 1), 40.0),
    ("lapsed, and has said nothing", [("11-01", "stage", "lapsed", {"from": "renewal", "days": 9})], (1.0, 1), 100.0),
]


@pytest.mark.parametrize(("lines", "kept", "value"), [row[1:] for row in STANDINGS], ids=[row[0] for row in STANDINGS])
def test_who_is_kept(
    lite: sa.Engine, lines: list[tuple[str, str, str, dict[str, object]]], kept: tuple[float | None, int], value: float | None
) -> None:
    a = Written(lite)
    a.enrolled("acme", "03-01", 100.0)
    for when, kind, what, data in lines:
        a.fact("acme", when, kind, what, **data)
    report = a_quarter(lite)
    assert (the(report, "retention.logo").value, the(report, "retention.logo").count) == kept
    worth = report.figure("retention.value-eur")
    assert (worth.value if worth is not None else None) == value


def test_a_customer_of_a_build_before_the_record_is_one_since_its_term_began(lite: sa.Engine) -> None:
    Written(lite).customer("acme", annual_value=100.0, term_start=date(2026, 5, 1))
    report = a_quarter(lite)
    assert the(report, "retention.logo-2026-q2").value == 1.0
    assert the(report, "retention.value-eur").value == 100.0


def test_days_are_those_of_the_reporting_zone(lite: sa.Engine) -> None:
    a = Written(lite)
    # Half past eleven at night in London is the next day in Berlin.
    for customer, when in (("acme", "09-30T22:30"), ("bolt", "12-31T22:30"), ("coal", "12-31T23:30")):
        a.enrolled(customer, "03-01", 100.0)
        a.fact(customer, when, "lost", "1", kind="choice", reason="price")
    lost = {zone: the(a_quarter(lite, zone), "losses.choice") for zone in ("UTC", "Europe/Berlin", "America/New_York")}
    assert {zone: [row.customer for row in figure.behind] for zone, figure in lost.items()} == {
        "UTC": ["bolt", "coal"],
        "Europe/Berlin": ["acme", "bolt"],
        "America/New_York": ["bolt", "coal"],
    }


def test_too_few_rows_are_said_to_be_few_but_a_count_is_what_it_is(lite: sa.Engine) -> None:
    a = Written(lite)
    for number in range(9):
        a.enrolled(f"c{number}", "03-01", 100.0)
    assert the(a_quarter(lite), "retention.logo").small
    a.enrolled("c9", "03-01", 100.0)
    report = a_quarter(lite)
    assert not the(report, "retention.logo").small
    assert not the(report, "losses.choice").small


def test_a_likelihood_makes_a_forecast_between_nothing_and_all(lite: sa.Engine) -> None:
    a = Written(lite)
    for number, likelihood in enumerate((0.5, 0.5, None)):
        a.enrolled(f"c{number}", "03-01", 100.0, contract_end=date(2027, 3, 31), likelihood=likelihood)
    forecast = the(a_quarter(lite), "renewals.forecast-eur")
    # 1.96 times the root of 2 * 100² * 0.25 is 138.6: more than there is on either side.
    assert (forecast.value, forecast.low, forecast.high, forecast.count) == (100.0, 0.0, 200.0, 2)


def test_a_period_that_is_not_over_is_judged_at_the_moment_of_the_report(lite: sa.Engine) -> None:
    a = Written(lite)
    a.enrolled("acme", "03-01", 100.0)
    a.task("acme", "10-10", "calls", "support", due="10-20")
    a.task("acme", "10-10", "calls", "support", due="12-20")
    report = report_of(lite, PERIOD, as_of=at("11-01"))
    assert (the(report, "tasks.kept").count, the(report, "tasks.overdue").value) == (1, 1.0)


def test_tables_show_what_figures_cannot(lite: sa.Engine) -> None:
    write_everything(lite)
    tables = {table.id: table.rows for section in a_quarter(lite).sections for table in section.tables}
    assert tables["losses.by-reason"] == (
        ("Ceased", "natural", "EUR", 1, 0, 800.0),
        ("no decision", "no_decision", "EUR", 1, 0, 700.0),
        ("Price", "choice", "USD", 1, 0, 5000.0),
    )
    assert tables["losses.reviews"] == (("Bolt", "A cheaper one"),)
    assert ("It works", "loyalty accepted", "renewed", "EUR", 1, 1500.0) in tables["renewals.by-reason"]
    assert tables["contact.why"] == (
        ("delayed", "held by somebody", 1, 1),
        ("missed", "too late for its window", 1, 1),
        ("suppressed", "opted out", 1, 1),
    )
    assert ("kickoff", 0, 0, 0, None, 1, 1.0, 0.0) in tables["plays.each"]


def test_charts_draw_what_figures_say(engine: sa.Engine) -> None:
    write_everything(engine)
    report = a_quarter(engine)
    charts = {chart.id: chart for section in report.sections for chart in section.charts}
    drawn = {id: (chart.labels, {series.name: series.values for series in chart.series}) for id, chart in charts.items()}
    assert drawn["losses.reasons"] == (("no decision", "Price"), {"2026-Q3": (0.0, 1.0), "2026-Q4": (1.0, 1.0)})
    assert drawn["tasks.teams"] == (
        ("cs-manager", "csm", "support"),
        {"2026-Q3": (None, None, None), "2026-Q4": (1.0, 0.0, pytest.approx(1 / 3))},
    )
    assert drawn["retention.logo-by-cohort"] == (("2025-Q4", "2026-Q1"), {"kept": (1.0, 0.25)})
    months, scores = drawn["surveys.nps-by-month"]
    assert (months[0], months[-1], scores["nps"]) == ("2026-01", "2026-12", (None,) * 9 + (0.0, None, None))
    weeks, messages = drawn["contact.by-week"]
    assert (len(weeks), weeks[:3], weeks[-1]) == (14, ("10-01", "10-08", "10-15"), "12-31")
    assert {kind: dict(enumerate(values)) for kind, values in messages.items()} == {
        "email": {week: {1: 1.0, 2: 2.0}.get(week, 0.0) for week in range(14)},
        "survey": {week: {1: 3.0}.get(week, 0.0) for week in range(14)},
    }


def test_rows_made_anew_report_the_same(lite: sa.Engine) -> None:
    a = Written(lite)
    a.enrolled("acme", "03-01", 100.0)
    key = "acme/1/calls/1/call"
    a.fact("acme", "10-10", "task.asked", "call", task=key, play="calls", owner="support", title="Call", due=at("10-12").isoformat())
    a.fact("acme", "10-15", "task.done", "call", task=key, late=7.5)
    RecordWriting(lite).make_anew("acme", None)
    once = figures_of(a_quarter(lite))
    assert (once["tasks.kept"], once["tasks.late-hours-team-support"]) == ((0.0, 1), (7.5, 1))
    RecordWriting(lite).make_anew("acme", None)
    assert figures_of(a_quarter(lite)) == once


def test_a_report_over_a_year_begins_and_ends_where_it_says(lite: sa.Engine) -> None:
    write_everything(lite)
    year = report_of(lite, periods.days(date(2026, 1, 1), date(2026, 12, 31)), as_of=datetime(2027, 1, 5, tzinfo=UTC))
    assert (the(year, "losses.choice").value, the(year, "plays.sent").value) == (2.0, 7.0)
