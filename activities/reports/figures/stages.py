"""Time in stage: how long customers were in the stages that they left (R23)."""

from collections import defaultdict

from activities.reports import numbers
from activities.reports.material import Fact, Material, Window
from activities.reports.measures import Measure
from activities.reports.report import Figure, Section, Table, Unit
from activities.reports.tables import table_of
from lifecycle.domain.enums import Stage, Tier
from lifecycle.domain.record import FactKind

MEDIAN = Measure(
    "stages.days",
    "Days in the stage",
    "Of the customers who left the stage in the period, the median of the days that they were in it, by their own calendar.",
    Unit.DAYS,
    "stage",
)
P90 = Measure(
    "stages.days-p90",
    "Days in the stage, nine of ten",
    "The days within which nine of ten of them left it.",
    Unit.DAYS,
    "stage",
)
MET = Measure(
    "stages.met",
    "Left with what it is for",
    "Of the customers who left the stage in the period, the share for whom the stage's exit test held then.",
    Unit.SHARE,
    "stage",
)
MEASURES = (MEDIAN, P90, MET)


def section(material: Material, window: Window) -> Section:
    """How long customers were in each stage that they left in the period."""
    left: dict[str, list[Fact]] = defaultdict(list)
    for fact in material.facts(FactKind.STAGE):
        if window.has(fact.at) and fact.number("days") is not None:
            left[fact.text("from")].append(fact)
    figures: list[Figure] = []
    for stage in (stage.value for stage in Stage if left[stage.value]):
        days = [material.customer(fact.customer).behind(f"to {fact.what}", fact.number("days")) for fact in left[stage]]
        met = [row._replace(value=None, counted=bool(fact.data.get("met"))) for row, fact in zip(days, left[stage], strict=True)]
        figures.extend((MEDIAN.median(days, stage), P90.p90(days, stage), MET.share(met, stage)))
    if not figures:
        figures = [measure.not_told() for measure in MEASURES]
    return Section(id="stages", title="Time in stage", figures=tuple(figures), tables=tuple(_by_tier(material, left)))


def _by_tier(material: Material, left: dict[str, list[Fact]]) -> list[Table]:
    rows = []
    for stage in Stage:
        of_tier: dict[str, list[Fact]] = defaultdict(list)
        for fact in left[stage.value]:
            of_tier[material.customer(fact.customer).tier].append(fact)
        for tier in (*Tier, ""):
            days = [found for fact in of_tier[tier] if (found := fact.number("days")) is not None]
            if days:
                met = sum(bool(fact.data.get("met")) for fact in of_tier[tier]) / len(days)
                middle, most = numbers.median(days), numbers.quantile(days, 0.9)
                rows.append((stage.value, str(tier) or None, len(days), middle.value, most.value, met))
    return table_of(
        id="stages.by-tier",
        title="By tier",
        definition="Customers who left each stage in the period, by their tier of today: days in it (the median, and nine of ten), and the share for whom "
        "the stage's exit test held.",
        columns={
            "Stage": None,
            "Tier": None,
            "Customers": Unit.COUNT,
            "Median": Unit.DAYS,
            "Nine of ten": Unit.DAYS,
            "Exit test met": Unit.SHARE,
        },
        rows=tuple(rows),
    )
