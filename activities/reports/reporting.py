"""The report of a period: the sections of every subject, each figure beside the same of the period before."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from activities.ledger.record.tables import CUSTOMERS
from activities.reports import periods
from activities.reports.figures import (
    advocates,
    agreed_times,
    contact,
    interventions,
    losses,
    milestones,
    plays,
    renewals,
    retention,
    stages,
    surveys,
    tickets,
    training,
    worth,
)
from activities.reports.material import Material, Window
from activities.reports.measures import Measure
from activities.reports.report import Figure, Period, Report, Section

SUBJECTS = (
    retention,
    renewals,
    losses,
    worth,
    milestones,
    stages,
    agreed_times,
    tickets,
    surveys,
    training,
    advocates,
    plays,
    contact,
    interventions,
)
"""The files that make the sections, in the order in which they are shown."""

SECTIONS: tuple[Callable[[Material, Window], Section], ...] = tuple(subject.section for subject in SUBJECTS)

MEASURES: tuple[Measure, ...] = tuple(measure for subject in SUBJECTS for measure in subject.MEASURES)
"""Every figure that a report may hold, as docs/reports.md has them."""


def report_of(engine: sa.Engine, period: Period, *, as_of: datetime, zone: str = "UTC") -> Report:
    """The report of that period, whose days are those of that zone, as the record is now; what is still open is judged at that moment or at the
    period's end, whichever is earlier. It blocks: call it from a thread. Raises SQLAlchemy's errors.
    """
    before = periods.period_before(period)
    window, window_before = Window.of(period, zone, as_of), Window.of(before, zone, as_of)
    with _collector_paused(), engine.connect() as connection:
        material = Material(connection, window, window_before)
        sections = tuple(_beside(subject(material, window), subject(material, window_before)) for subject in SECTIONS)
        customers = len(material.customers)
    return Report(period=period, before=before, as_of=as_of, zone=zone, customers=customers, sections=sections)


def newest_row(engine: sa.Engine) -> datetime | None:
    """As of when the newest of all customers' rows is (UTC); None where there is none. While time travels, that is later than any clock says."""
    with engine.connect() as connection:
        newest: datetime | None = connection.scalar(sa.select(sa.func.max(CUSTOMERS.c.as_of, type_=CUSTOMERS.c.as_of.type)))
    return newest


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A report is a million small rows without a cycle among them, over which the collector would go again and again: half as long once more."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def _beside(section: Section, before: Section) -> Section:
    """The section with what its figures were in the period before."""
    values = {figure.id: figure.value for figure in before.every_figure}

    def beside(figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
        return tuple(figure.model_copy(update={"before": values.get(figure.id)}) for figure in figures)

    return section.model_copy(update={"figures": beside(section.figures), "details": beside(section.details)})
