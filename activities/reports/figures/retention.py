"""Retention: which customers, and what of their value, were kept; overall and by the quarter in which they became customers (R32)."""

from collections import defaultdict
from typing import NamedTuple

from activities.reports import periods
from activities.reports.courses import courses
from activities.reports.material import Customer, Material, Window
from activities.reports.measures import Measure
from activities.reports.numbers import Measured
from activities.reports.report import Behind, Chart, ChartKind, Figure, Section, Series, Table, Unit
from activities.reports.tables import table_of
from lifecycle.domain.enums import ChurnKind

LOGO = Measure(
    "retention.logo",
    "Customers kept",
    "Of the customers with a contract just before the period began, the share that still had one at its end (a customer that lapsed and has said "
    "nothing yet has one; one that left and came back too). Those whose life was closed and of whom nobody said that they were lost are left out.",
    Unit.SHARE,
    "quarter in which customers began",
)
CHOICE = Measure(
    "retention.choice",
    "Customers kept, of those who had the choice",
    "The same without the customers that ceased to exist in the period (natural churn).",
    Unit.SHARE,
)
GROSS = Measure(
    "retention.gross",
    "Gross retention",
    "Of the yearly value of the customers with a contract just before the period began, the share that was kept at its end: what a customer paid more "
    "does not count, what it paid less does, and one that left kept nothing. Customers whose value is not told, or whose currency changed, are left out.",
    Unit.SHARE,
    "currency",
)
NET = Measure(
    "retention.net",
    "Net retention",
    "The same with what customers paid more: the yearly value at the period's end of the customers of its beginning, by what it was then. New "
    "customers do not count.",
    Unit.SHARE,
    "currency",
)
CUSTOMERS = Measure(
    "retention.customers",
    "Customers",
    "Customers with a contract at the period's end.",
    Unit.COUNT,
)
VALUE = Measure(
    "retention.value",
    "Yearly value",
    "What a year of the contracts is worth of all customers with one at the period's end.",
    Unit.MONEY,
    "currency",
)
MEASURES = (CUSTOMERS, VALUE, LOGO, CHOICE, GROSS, NET)


class Kept(NamedTuple):
    """A customer of the period's beginning, and what became of it by its end. `before` and `after` are a year's value, where it can be compared."""

    customer: Customer
    cohort: str
    kept: bool
    left: str
    before: float | None
    after: float
    currency: str

    @property
    def natural(self) -> bool:
        """Whether it ceased to exist."""
        return self.left == ChurnKind.NATURAL

    def logo(self) -> Behind:
        """The row of it behind a share of customers."""
        return self.customer.behind(f"since {self.cohort}" + (f", left: {self.left}" if self.left else ""), counted=self.kept)

    def value(self, kept: float) -> Behind:
        """The row of it behind a share of value."""
        before = self.before or 0.0
        what = f"since {self.cohort}, {kept:,.0f} {self.currency} of {before:,.0f}".replace("  ", " ")
        return self.customer.behind(what, kept / before if before else None, counted=self.kept)


def kept(material: Material, window: Window) -> list[Kept]:
    """Every customer of the period's beginning, in the order of their ids."""
    found: list[Kept] = []
    for id, course in sorted(material.once(courses).items()):
        then, now = course.before(window.first), course.before(window.until)
        if then is None or not then.with_us or now is None or (not now.with_us and not now.left):
            continue
        comparable = bool(then.value) and (not now.with_us or (now.value is not None and now.currency == then.currency))
        cohort = periods.quarter_of(course.since).name if course.since is not None else "an unknown quarter"
        after = (now.value or 0.0) if now.with_us else 0.0
        found.append(Kept(material.customer(id), cohort, now.with_us, now.left, then.value if comparable else None, after, then.currency))
    return found


def section(material: Material, window: Window) -> Section:
    """Customers and value kept, overall and by cohort, a currency at a time."""
    customers, figures = material.once_in(kept, window), list[Figure]()
    there: list[Behind] = []
    worth: dict[str, list[Behind]] = defaultdict(list)
    for id, course in sorted(material.once(courses).items()):
        now = course.before(window.until)
        if now is not None and now.with_us:
            there.append(material.customer(id).behind())
            if now.value:
                worth[now.currency].append(material.customer(id).behind("", now.value))
    figures.append(CUSTOMERS.number(there, told=bool(material.customers)))
    figures.extend(VALUE.total(rows, currency=currency) for currency, rows in sorted(worth.items()))
    figures.append(LOGO.share([each.logo() for each in customers]))
    figures.append(CHOICE.share([each.logo() for each in customers if not each.natural]))
    for currency, of_currency in _by_currency(customers).items():
        figures.extend((_gross(of_currency, currency), _net(of_currency, currency)))
    if not any(each.before for each in customers):
        figures.extend((GROSS.not_told(), NET.not_told()))
    return Section(
        id="retention",
        title="Retention",
        figures=tuple(figures),
        tables=tuple(_cohorts(customers)),
        charts=(_by_cohort(customers),) if customers else (),
        details=tuple(LOGO.share([each.logo() for each in its], cohort) for cohort, its in sorted(_by_quarter(customers).items())),
    )


def _by_currency(customers: list[Kept]) -> dict[str, list[Kept]]:
    found: dict[str, list[Kept]] = defaultdict(list)
    for each in customers:
        if each.before:
            found[each.currency].append(each)
    return dict(sorted(found.items()))


def _gross(customers: list[Kept], currency: str) -> Figure:
    rows = [each.value(min(each.after, each.before or 0.0)) for each in customers]
    return GROSS.made(Measured(_part(sum(min(each.after, each.before or 0.0) for each in customers), customers)), rows, currency=currency)


def _net(customers: list[Kept], currency: str) -> Figure:
    rows = [each.value(each.after) for each in customers]
    return NET.made(Measured(_part(sum(each.after for each in customers), customers)), rows, currency=currency)


def _part(after: float, customers: list[Kept]) -> float:
    return after / sum(each.before or 0.0 for each in customers)


def _by_quarter(customers: list[Kept]) -> dict[str, list[Kept]]:
    found: dict[str, list[Kept]] = defaultdict(list)
    for each in customers:
        found[each.cohort].append(each)
    return found


def _cohorts(customers: list[Kept]) -> list[Table]:
    rows = []
    for name, cohort in sorted(_by_quarter(customers).items()):
        counts = (len(cohort), sum(each.kept for each in cohort) / len(cohort))
        left = (sum(bool(each.left) and not each.natural for each in cohort), sum(each.natural for each in cohort))
        money = _by_currency(cohort)
        for currency, paid in money.items():
            rows.append((name, *counts, *left, currency, _gross(paid, currency).value, _net(paid, currency).value))
        if not money:
            rows.append((name, *counts, *left, "", None, None))
    return table_of(
        id="retention.cohorts",
        title="By the quarter in which they became customers",
        definition="The same figures for the customers who began in each quarter; a row a currency, with customers and losses of all currencies in each.",
        columns={
            "Since": None,
            "Customers": Unit.COUNT,
            "Kept": Unit.SHARE,
            "Left by choice": Unit.COUNT,
            "Ceased to exist": Unit.COUNT,
            "Currency": None,
            "Gross": Unit.SHARE,
            "Net": Unit.SHARE,
        },
        rows=tuple(rows),
    )


def _by_cohort(customers: list[Kept]) -> Chart:
    cohorts = sorted(_by_quarter(customers).items())
    shares = tuple(sum(each.kept for each in cohort) / len(cohort) for _, cohort in cohorts)
    return Chart(
        id="retention.logo-by-cohort",
        title="Customers kept, by the quarter in which they began",
        kind=ChartKind.BARS,
        unit=Unit.SHARE,
        labels=tuple(name for name, _ in cohorts),
        series=(Series(name="kept", values=shares),),
    )
