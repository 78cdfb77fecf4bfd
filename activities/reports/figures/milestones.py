"""Milestones: how long it took to the first value and to the others, and which were reached late (R22, R24, R25)."""

from collections import defaultdict

from activities.reports import numbers
from activities.reports.material import Fact, Material, Window
from activities.reports.measures import Measure, by_tier
from activities.reports.report import Behind, Section, Table, Unit
from activities.reports.tables import table_of
from lifecycle.domain.record import FactKind

FIRST_VALUE = "first-value"
"""What a milestone is called that is the first value, where its line is of a build that did not say so."""

MEDIAN = Measure(
    "milestones.first-value",
    "Days to first value",
    "Of the customers who reached the playbook's first value in the period, the median of the days from their contract's first day. What was reached "
    "before a customer was enrolled is left out.",
    Unit.DAYS,
    "tier",
)
P90 = Measure(
    "milestones.first-value-p90",
    "Days to first value, nine of ten",
    "The days within which nine of ten of them reached it.",
    Unit.DAYS,
    "tier",
)
LATE = Measure(
    "milestones.late",
    "Milestones reached late",
    "Of the milestones reached in the period, the share whose due moment had passed.",
    Unit.SHARE,
    "tier",
)
OVERDUE = Measure(
    "milestones.overdue",
    "Milestones that fell overdue",
    "Milestones whose due moment passed in the period without their being reached, whatever became of them since.",
    Unit.COUNT,
)
MEASURES = (MEDIAN, P90, LATE, OVERDUE)


def section(material: Material, window: Window) -> Section:
    """Milestones reached in the period, and how late."""
    reached = [
        fact
        for fact in material.facts(FactKind.MILESTONE)
        if window.has(fact.at) and not fact.data.get("past") and fact.number("days") is not None
    ]
    overdue = [fact for fact in material.facts(FactKind.OVERDUE) if window.has(fact.at)]
    first = [_days(material, fact) for fact in reached if fact.data.get("first_value") or fact.what == FIRST_VALUE]
    late = [_late(material, fact) for fact in reached]
    figures = (
        *by_tier(material, first, MEDIAN.median),
        *by_tier(material, first, P90.p90),
        *by_tier(material, late, LATE.share),
        OVERDUE.number([material.customer(fact.customer).behind(fact.what) for fact in overdue], told=bool(material.customers)),
    )
    return Section(id="milestones", title="First value and milestones", figures=figures, tables=tuple(_each(reached, overdue)))


def _days(material: Material, fact: Fact) -> Behind:
    return material.customer(fact.customer).behind(fact.what, fact.number("days"))


def _late(material: Material, fact: Fact) -> Behind:
    return material.customer(fact.customer).behind(fact.what, counted=bool(fact.data.get("late")))


def _each(reached: list[Fact], overdue: list[Fact]) -> list[Table]:
    of: dict[str, list[Fact]] = defaultdict(list)
    missed: dict[str, int] = defaultdict(int)
    for fact in reached:
        of[fact.what].append(fact)
    for fact in overdue:
        missed[fact.what] += 1
    rows = []
    for name in sorted({*of, *missed}):
        days = [found for fact in of[name] if (found := fact.number("days")) is not None]
        late = sum(bool(fact.data.get("late")) for fact in of[name])
        share = late / len(of[name]) if of[name] else None
        rows.append((name, len(of[name]), numbers.median(days).value, numbers.quantile(days, 0.9).value, late, share, missed[name]))
    return table_of(
        id="milestones.each",
        title="Milestone by milestone",
        definition="How many customers reached it in the period, within how many days of their contract's first (the median, and nine of ten), how many "
        "of them late, and of how many it fell overdue in the period.",
        columns={
            "Milestone": None,
            "Reached": Unit.COUNT,
            "Median": Unit.DAYS,
            "Nine of ten": Unit.DAYS,
            "Late": Unit.COUNT,
            "Share late": Unit.SHARE,
            "Fell overdue": Unit.COUNT,
        },
        rows=tuple(rows),
    )
