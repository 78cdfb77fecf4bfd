"""Interventions: why usage or health fell or rose far, as one of ours found it out (R34)."""

from collections import Counter

from activities.reports.material import Material, Window
from activities.reports.measures import Measure
from activities.reports.report import Section, Unit
from activities.reports.tables import table_of
from lifecycle.domain.record import FactKind

FALLS = Measure(
    "interventions.falls", "Falls explained", "Falls of usage or health whose cause one of ours recorded in the period.", Unit.COUNT
)
RISES = Measure(
    "interventions.rises", "Rises explained", "Rises of usage or health whose cause one of ours recorded in the period.", Unit.COUNT
)
MEASURES = (FALLS, RISES)


def section(material: Material, window: Window) -> Section:
    """Causes recorded in the period, by direction. Where nobody has recorded any in the two periods, it is not told."""
    known = material.facts(FactKind.INTERVENTION)
    there = [fact for fact in known if window.has(fact.at)]
    rows = {
        direction: [material.customer(fact.customer).behind(fact.what) for fact in there if fact.text("direction") == direction]
        for direction in ("fall", "rise")
    }
    causes = Counter((fact.what, fact.text("direction")) for fact in there)
    return Section(
        id="interventions",
        title="Interventions",
        figures=(FALLS.number(rows["fall"], told=bool(known)), RISES.number(rows["rise"], told=bool(known))),
        tables=tuple(
            table_of(
                "interventions.by-cause",
                "Why usage or health fell and rose",
                "Interventions explained in the period, by cause.",
                {"Cause": None, "Falls": Unit.COUNT, "Rises": Unit.COUNT},
                ((cause, causes[cause, "fall"], causes[cause, "rise"]) for cause in sorted({cause for cause, _ in causes})),
            )
        ),
    )
