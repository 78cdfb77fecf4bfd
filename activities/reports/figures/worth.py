"""What customers are worth: trials that paid, lifetime value, word of mouth (R64)."""

from collections import defaultdict

from activities.reports import numbers
from activities.reports.courses import courses
from activities.reports.figures.retention import kept
from activities.reports.material import WITH_US, Material, Window
from activities.reports.measures import Measure
from activities.reports.numbers import Measured
from activities.reports.report import Behind, Figure, Section, Unit
from lifecycle.domain.enums import Stage
from lifecycle.domain.record import FactKind

DAYS_A_YEAR = 365.25

PAID = Measure(
    "worth.paid",
    "Trials that paid",
    "Of the trials that ended in the period, the share that became a contract.",
    Unit.SHARE,
)
LIFETIME = Measure(
    "worth.lifetime",
    "Lifetime value",
    "The mean yearly value of the customers with a contract at the period's end, by the share of customers that a year loses at the period's rate: what a "
    "customer is worth until it leaves. Not told for a period that lost nobody, or over fewer than 28 days. The interval is that of the share kept.",
    Unit.MONEY,
    "currency",
)
MOUTH = Measure("worth.word-of-mouth", "Word of mouth", "New customers who came by word of mouth. No event tells it yet.", Unit.SHARE)
MEASURES = (PAID, LIFETIME, MOUTH)

SHORTEST = 28
"""Days of a period from which a year's losses may be reckoned."""


def section(material: Material, window: Window) -> Section:
    """Trials of the period, and what a customer is worth at its rate of losses."""
    trials = [
        material.customer(fact.customer).behind(f"to {fact.what}", fact.number("days"), counted=fact.what in WITH_US)
        for fact in material.facts(FactKind.STAGE)
        if window.has(fact.at) and fact.text("from") == Stage.TRIAL
    ]
    return Section(
        id="worth",
        title="What customers are worth",
        figures=(PAID.share(trials), *_lifetimes(material, window), MOUTH.not_told()),
    )


def _lifetimes(material: Material, window: Window) -> list[Figure]:
    values: dict[str, list[Behind]] = defaultdict(list)
    for id, course in sorted(material.once(courses).items()):
        now = course.before(window.until)
        if now is not None and now.with_us and now.value:
            values[now.currency].append(material.customer(id).behind("a year", now.value))
    of_currency: dict[str, list[bool]] = defaultdict(list)
    for each in material.once_in(kept, window):
        if each.before:
            of_currency[each.currency].append(each.kept)
    figures = []
    for currency, rows in sorted(values.items()):
        there = of_currency[currency]
        share = numbers.share(sum(there), len(there)) if window.days >= SHORTEST else numbers.NOTHING
        mean = sum(row.value or 0.0 for row in rows) / len(rows)
        worth = (_by_losses(mean, part, window.days) for part in share)
        figures.append(LIFETIME.made(Measured(*worth), rows, currency=currency))
    return figures or [LIFETIME.not_told()]


def _by_losses(mean: float, kept_share: float | None, days: float) -> float | None:
    if kept_share is None or kept_share >= 1:
        return None
    lost_a_year: float = 1 - kept_share ** (DAYS_A_YEAR / days)
    return mean / lost_a_year
