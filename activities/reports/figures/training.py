"""Training: whether those who were trained use the product more (R31)."""

import sqlalchemy as sa

from activities.ledger.record.tables import FACTS
from activities.reports import numbers
from activities.reports.material import Fact, Material, Window
from activities.reports.measures import Measure
from activities.reports.report import Behind, Section, Unit
from lifecycle.domain.record import FactKind

TRAINING = "training"
"""What the meetings are called that are trainings: it stands in their names."""

TRAINED = Measure(
    "training.trained",
    "Trained",
    "Of the customers whose usage was told in the period, the share that has held a training by its beginning: a meeting with 'training' in its name.",
    Unit.SHARE,
)
USAGE_TRAINED = Measure(
    "training.usage-trained",
    "Usage of the trained",
    "Of the customers trained before the period began, the mean of their usage a day in it (each the mean of its weeks).",
    Unit.SCORE,
)
USAGE_OTHERS = Measure(
    "training.usage-others",
    "Usage of the others",
    "The same of the customers who were not trained by then.",
    Unit.SCORE,
)
EFFECT = Measure(
    "training.effect",
    "Used more by the trained",
    "By how much the mean usage of the trained is above that of the others. Who is trained was not drawn by lot: the difference need not come from the "
    "training.",
    Unit.SCORE,
)
MEASURES = (TRAINED, USAGE_TRAINED, USAGE_OTHERS, EFFECT)


def section(material: Material, window: Window) -> Section:
    """The usage of the trained beside that of the others; not told where nobody tells trainings or usage."""
    held = material.once(_trainings)
    if not held:
        return Section(id="training", title="Training", figures=tuple(measure.not_told() for measure in MEASURES))
    trained = {fact.customer for fact in held if fact.at < window.first}
    used = ((id, later if material.reports_on(window) else earlier) for id, later, earlier in material.once(_usage))
    rows = [material.customer(id).behind("", rate) for id, rate in used if rate is not None]
    some, others = [row for row in rows if row.customer in trained], [row for row in rows if row.customer not in trained]
    figures = (
        TRAINED.share([row._replace(value=None, counted=row.customer in trained) for row in rows]),
        USAGE_TRAINED.mean(some),
        USAGE_OTHERS.mean(others),
        EFFECT.made(numbers.difference(_values(some), _values(others)), [row._replace(counted=row.customer in trained) for row in rows])
        if some and others
        else EFFECT.not_told(),
    )
    return Section(id="training", title="Training", figures=figures)


def _trainings(material: Material) -> list[Fact]:
    """The trainings that were ever held. `material.once` reads them once."""
    return material.read_facts(FACTS.c.kind == "meeting.held", sa.func.lower(FACTS.c.what).contains(TRAINING))


def _values(rows: list[Behind]) -> list[float]:
    return [row.value for row in rows if row.value is not None]


def _usage(material: Material) -> list[tuple[str, float | None, float | None]]:
    """The mean usage a day of each customer in the later period and in the earlier one, reckoned by the database: there is a line a customer and week.
    `material.once` reads it once.
    """
    c = FACTS.c
    kind: sa.ColumnElement[str] = c.kind
    if material.connection.dialect.name == "postgresql":
        rate: sa.ColumnElement[float] = sa.cast(sa.cast(c.data, sa.JSON).op("->>")("rate"), sa.Double)
    else:
        rate = sa.func.json_extract(c.data, "$.rate")
        # Most lines are of usage: to look each of them up by the index takes SQLite four times as long as to read the table through.
        kind = c.kind.concat("")
    later = material.window.first
    means = sa.func.avg(sa.case((c.at >= later, rate))), sa.func.avg(sa.case((c.at < later, rate)))
    query = sa.select(c.customer, *means).where(kind == FactKind.USAGE, c.at >= material.since, c.at < material.behind)
    return [(row[0], row[1], row[2]) for row in material.rows(query.group_by(c.customer).order_by(c.customer))]
