"""Renewals: how the terms that came to a decision went, by reason and offer, and what is ahead (R32, R54)."""

from collections import defaultdict
from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

from activities.reports import numbers, periods
from activities.reports.material import Customer, Fact, Material, Window
from activities.reports.measures import Measure, slug
from activities.reports.numbers import Measured
from activities.reports.report import Figure, Section, Table, Unit
from activities.reports.tables import table_of
from lifecycle.domain.enums import ChurnKind
from lifecycle.domain.record import FactKind

MOST_ROWS = 40
"""Rows of a table by reason: the reasons are people's own words."""

RATE = Measure(
    "renewals.rate",
    "Renewed",
    "Of the terms that were decided in the period (renewed, or left by choice or for want of a decision), the share that renewed. A customer that "
    "ceased to exist decided nothing, and is left out.",
    Unit.SHARE,
)
VALUE = Measure(
    "renewals.value",
    "Renewed value",
    "What a year of the renewals signed in the period is worth.",
    Unit.MONEY,
    "currency",
)
DUE = Measure(
    "renewals.ahead",
    "Up for renewal",
    "What a year of the contracts is worth that end in the period after this one, of customers who are with us, as the record stands now.",
    Unit.MONEY,
    "currency",
)
SIGNED = Measure(
    "renewals.ahead-signed",
    "Signed ahead",
    "Of what is up for renewal in the period after this one, the part whose next term is signed already.",
    Unit.MONEY,
    "currency",
)
FORECAST = Measure(
    "renewals.forecast",
    "Forecast",
    "Of what is up for renewal in the period after this one, the value times the likelihood that the playbook gives it, counting only customers of "
    "whom one is told. The interval takes each contract to be decided by itself.",
    Unit.MONEY,
    "currency",
)
COMMITTED = Measure(
    "renewals.committed",
    "Committed",
    "What the owners have committed themselves to renew in the period after this one. No event tells it yet.",
    Unit.MONEY,
)
COST = Measure(
    "renewals.cost",
    "Cost of a renewal",
    "What the work and the offers that led to a renewal have cost. No event tells it yet.",
    Unit.MONEY,
)
MEASURES = (RATE, VALUE, DUE, SIGNED, FORECAST, COMMITTED, COST)


class Decision(NamedTuple):
    """A term that was decided: renewed, or not and of which kind; `amount` is a year's worth, in that currency."""

    fact: Fact
    outcome: str
    reason: str
    offers: str
    amount: float | None
    currency: str

    @property
    def renewed(self) -> bool:
        """Whether it goes on."""
        return self.outcome == FactKind.RENEWED

    @property
    def by_choice(self) -> bool:
        """Whether somebody could have decided otherwise."""
        return self.outcome != ChurnKind.NATURAL


def decisions(material: Material, window: Window) -> list[Decision]:
    """The decisions of the period, one a customer and term: of several that were told the last stands."""
    last: dict[tuple[str, str, bool], Decision] = {}
    for fact in material.facts(FactKind.RENEWED, FactKind.LOST):
        if not window.has(fact.at) or fact.data.get("past"):
            continue
        renewed = fact.kind == FactKind.RENEWED
        last[(fact.customer, fact.what, renewed)] = Decision(
            fact,
            fact.kind if renewed else fact.text("kind") or ChurnKind.CHOICE,
            " ".join(fact.text("reason").split()) or "no reason told",
            fact.text("offers") or "no offer",
            fact.number("amount"),
            fact.text("currency") or material.customer(fact.customer).currency,
        )
    return list(last.values())


def section(material: Material, window: Window) -> Section:
    """How the terms went that were decided in the period, and what is up in the one after it."""
    decided = material.once_in(decisions, window)
    rows = [material.customer(each.fact.customer).behind(each.reason, counted=each.renewed) for each in decided if each.by_choice]
    worth = defaultdict(list)
    for each in decided:
        if each.renewed and each.amount is not None:
            worth[each.currency].append(material.customer(each.fact.customer).behind(each.reason, each.amount))
    return Section(
        id="renewals",
        title="Renewals",
        figures=(
            RATE.share(rows),
            *(VALUE.total(worth[currency], currency=currency) for currency in sorted(worth)),
            # The record says how contracts stand now: of the period before nobody can tell any more.
            *(_ahead(material, window) if material.reports_on(window) else ()),
            COMMITTED.not_told(),
            COST.not_told(),
        ),
        tables=tuple(_by_reason(decided)),
    )


def _ahead(material: Material, window: Window) -> Iterator[Figure]:
    """What is up for renewal in the period after this one, a currency at a time."""
    following = periods.period_after(window.period)
    ending: dict[str, list[Customer]] = defaultdict(list)
    for customer in material.customers.values():
        end = customer.contract_end
        if end is not None and following.first <= end <= following.last and customer.is_with_us:
            ending[customer.currency].append(customer)
    for currency, customers in sorted(ending.items()):
        rows = [each.behind(f"ends on {each.contract_end}", each.value) for each in customers]
        yield DUE.total(rows, currency=currency)
        signed = [row._replace(counted=each.signed_until is not None) for row, each in zip(rows, customers, strict=True)]
        yield SIGNED.total(signed, currency=currency)
        yield _forecast(customers, currency)
    if not ending:
        yield from (measure.not_told() for measure in (DUE, SIGNED, FORECAST))


def _forecast(customers: list[Customer], currency: str) -> Figure:
    likely = [(each, each.value or 0.0, each.likelihood) for each in customers if each.likelihood is not None]
    rows = [each.behind(f"likelihood {likelihood:.0%}", value * likelihood) for each, value, likelihood in likely]
    if not rows:
        return FORECAST.made(numbers.NOTHING, (), currency=currency)
    expected = sum(value * likelihood for _, value, likelihood in likely)
    half = numbers.Z * sqrt(sum(value * value * likelihood * (1 - likelihood) for _, value, likelihood in likely))
    bounds = Measured(expected, max(0.0, expected - half), min(sum(value for _, value, _ in likely), expected + half))
    return FORECAST.made(bounds, rows, currency=currency)


def _by_reason(decided: list[Decision]) -> list[Table]:
    spelt: dict[str, str] = {}
    counted: dict[tuple[str, str, str, str], list[float]] = defaultdict(list)
    for each in decided:
        reason = spelt.setdefault(slug(each.reason), each.reason)
        counted[reason, each.offers, each.outcome, each.currency].append(each.amount or 0.0)
    most = sorted(counted.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = tuple((*key, len(amounts), sum(amounts)) for key, amounts in most[:MOST_ROWS])
    left_out = f" The {MOST_ROWS} most frequent of {len(most)} are shown." if len(most) > MOST_ROWS else ""
    return table_of(
        id="renewals.by-reason",
        title="By reason, offer and outcome",
        definition="The terms decided in the period, renewed or lost, by the reason that was given, the offers that were made in the term and what "
        f"was said to them, and how it went; a year's worth of each.{left_out}",
        columns={
            "Reason": None,
            "Offers": None,
            "Outcome": None,
            "Currency": None,
            "Terms": Unit.COUNT,
            "A year": Unit.MONEY,
        },
        rows=rows,
    )
