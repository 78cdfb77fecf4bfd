"""A report that is made up: every unit, kind of chart and hole that a report may have, with long names and texts of others."""

from datetime import UTC, date, datetime

from activities.reports.report import Chart, ChartKind, Column, Figure, Period, Report, Section, Series, Table, Unit

PERIOD = Period(first=date(2026, 10, 1), last=date(2026, 12, 31), name="2026-Q4")
BEFORE = Period(first=date(2026, 7, 1), last=date(2026, 9, 30), name="2026-Q3")
AS_OF = datetime(2027, 1, 1, 8, 30, tzinfo=UTC)
MONTHS = tuple(f"{date(2026, month, 1):%b} 2026" for month in range(1, 13))
LONG = "The people who had asked for it have all left, and nobody of those who are there now knows what it was bought for"


def a_figure(id: str = "renewals.rate", unit: Unit = Unit.SHARE, value: float | None = 0.934, **more: object) -> Figure:
    told = {"title": "Renewed", "definition": "Of the terms that were decided in the period, the share that renewed.", "count": 214} | more
    return Figure.model_validate({"id": id, "unit": unit, "value": value} | told)


def a_chart(kind: ChartKind = ChartKind.BARS, labels: tuple[str, ...] = MONTHS, *values: tuple[float | None, ...], **more: object) -> Chart:
    """A chart of these series, or of one that rises."""
    each = values or (tuple(float(number) for number, _ in enumerate(labels)),)
    series = tuple(Series(name=f"Series {number}", values=row) for number, row in enumerate(each, 1))
    told = {"id": "renewals.by-month", "title": "By month", "kind": kind, "unit": Unit.COUNT, "labels": labels, "series": series} | more
    return Chart.model_validate(told)


def a_report(*sections: Section, **more: object) -> Report:
    told = {"period": PERIOD, "before": BEFORE, "as_of": AS_OF, "zone": "Europe/Berlin", "customers": 1840, "sections": sections} | more
    return Report.model_validate(told)


RENEWALS = Section(
    id="renewals",
    title="Renewals",
    figures=(
        a_figure(before=0.913, low=0.887, high=0.964),
        a_figure("renewals.value-eur", Unit.MONEY, 1_234_500.0, title="Renewed value, EUR", before=1_310_000.0, currency="EUR"),
        a_figure("renewals.value-chf", Unit.MONEY, 48_000.0, title="Renewed value, CHF", count=4, currency="CHF"),
        a_figure("renewals.change", Unit.MONEY, -12_350.5, title="Change by renewals", before=2_400.0, currency="USD"),
        a_figure("renewals.committed", Unit.MONEY, None, title="Committed", count=0, definition="No event tells it yet."),
        a_figure("renewals.first-value", Unit.DAYS, 12.5, title="Time to first value, median", count=7, before=14.0),
        a_figure("renewals.response", Unit.HOURS, 0.4, title="First answer to a ticket, median", count=88, before=0.4),
        a_figure("renewals.nps", Unit.SCORE, -8.25, title="Net promoter score", count=61, before=-12.0, low=-20.1, high=3.4),
        a_figure("renewals.losses", Unit.COUNT, 14.0, title="Losses", count=14, before=9.0),
        a_figure("renewals.long", Unit.COUNT, 0.0, title=LONG, count=0, before=1.0),
    ),
    charts=(
        a_chart(
            ChartKind.LINES, MONTHS, (0.91, 0.93, None, 0.9, 0.94, 0.95, 0.9, None, None, 0.96, 0.97, 0.93), (0.85,) * 12,
            title="Renewed by month", unit=Unit.SHARE,
        ),
        a_chart(ChartKind.BARS, ("A", "B", "C"), (120_000.0, 40_000.0, -8_000.0), title="Change of value by tier", unit=Unit.MONEY, currency="EUR"),
        a_chart(ChartKind.BARS, (LONG, "Price", "No decision", "製品の機能が足りない"), (4.0, 9.0, None, 1.0), (2.0, 12.0, 3.0, 0.0), title="Losses by reason"),
        a_chart(ChartKind.BARS, ("A",), (3.0,), title="One bar"),
        a_chart(ChartKind.BARS, tuple(f"W{week}" for week in range(1, 41)), tuple(float(week * 7 % 23) for week in range(40)), title="Forty weeks"),
        a_chart(ChartKind.BARS, tuple(f"Play number {play}" for play in range(1, 41)), tuple(float(play * 7 % 23) for play in range(40)), title="Forty plays"),
        a_chart(ChartKind.LINES, MONTHS, (None,) * 12, title="Nobody has told it"),
    ),
    tables=(
        Table(
            id="renewals.by-reason",
            title="By reason, offer and outcome",
            definition="The terms decided in the period by the reason that was given.",
            columns=(
                Column(title="Reason"), Column(title="Offers"), Column(title="Last decided"), Column(title="Terms", unit=Unit.COUNT),
                Column(title="Share", unit=Unit.SHARE), Column(title="A year", unit=Unit.MONEY), Column(title="Open for", unit=Unit.DAYS),
            ),
            rows=(
                ("price", "no offer", date(2026, 11, 3), 9, 0.45, 91_000.0, 4.0),
                (LONG, "early-renewal", date(2026, 12, 24), 4, 0.2, -1_200.0, 1.0),
                ("no reason told", "no offer", None, 7, 0.35, None, None),
            ),
            currency="EUR",
        ),
        Table(id="renewals.none", title="What the reviews said", definition="A row a review.", columns=(Column(title="Customer"),), rows=()),
    ),
)  # fmt: skip

WHOLE = a_report(
    RENEWALS,
    Section(id="training", title="Training"),
    Section(id="word", title="Word of mouth", figures=(a_figure("word.paid", Unit.COUNT, None, title="Paid", count=0),)),
)
