"""Contact: how much we write to whom, how much is asked of our own people, and what was held, missed or suppressed and why (R07)."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from math import ceil

from activities.reports import numbers
from activities.reports.material import Material, Window
from activities.reports.measures import Measure
from activities.reports.report import Behind, Chart, ChartKind, Section, Series, Table, Unit
from activities.reports.tables import table_of
from activities.reports.tasks import Task, tasks
from activities.reports.touches import contacts, messages_by_week, unsent_in
from lifecycle.domain.enums import Outcome

MOST_PEOPLE = 60
"""Rows of the table of our own people."""

WEEKLY = Measure(
    "contact.week",
    "Messages a customer and week",
    "Of the customers who got any message in the period (an email, an invitation, a survey), the mean of how many each got a week.",
    Unit.SCORE,
)
BUSIEST = Measure(
    "contact.busiest-week",
    "Messages in the busiest week, nine of ten",
    "The number of messages that nine of ten of them did not get more of in any week of the period. Weeks are counted from the period's first moment.",
    Unit.SCORE,
)
HELD = Measure(
    "contact.held",
    "Held back",
    "Touches that were held back in the period and have not gone out since.",
    Unit.COUNT,
)
MISSED = Measure("contact.missed", "Missed", "Touches whose window was over in the period before they could go out.", Unit.COUNT)
SUPPRESSED = Measure(
    "contact.suppressed", "Suppressed", "Touches that were kept from going out in the period for good, by wish or for want.", Unit.COUNT
)
FAILED = Measure("contact.failed", "Failed", "Touches that a provider refused in the period.", Unit.COUNT)
UNKNOWN = Measure("contact.unknown", "Unknown", "Touches of the period of which nobody knows whether they went out.", Unit.COUNT)
OF_OUTCOME = {
    Outcome.DELAYED: HELD,
    Outcome.MISSED: MISSED,
    Outcome.SUPPRESSED: SUPPRESSED,
    Outcome.FAILED: FAILED,
    Outcome.UNKNOWN: UNKNOWN,
}
MEASURES = (WEEKLY, BUSIEST, *OF_OUTCOME.values())


def section(material: Material, window: Window) -> Section:
    """Messages and tasks of the period, and what did not go out."""
    written = contacts(material, window)
    weeks = window.days / 7
    weekly = [material.customer(each.customer).behind(f"{each.number} messages", each.number / weeks) for each in written]
    busiest = [material.customer(each.customer).behind("in its busiest week", float(each.most)) for each in written]
    kept: Counter[tuple[str, str, str]] = Counter()
    for each in unsent_in(material, window):
        kept[each.outcome, each.cause, each.customer] += 1
    rows: dict[str, list[Behind]] = defaultdict(list)
    for (outcome, cause, customer), number in sorted(kept.items()):
        rows[outcome].append(material.customer(customer).behind(cause, float(number)))
    told = bool(material.customers)
    counted = (
        measure.made(numbers.Measured(sum(row.value or 0.0 for row in rows[outcome]) if told else None), rows[outcome])
        for outcome, measure in OF_OUTCOME.items()
    )
    return Section(
        id="contact",
        title="Contact",
        figures=(WEEKLY.mean(weekly), BUSIEST.p90(busiest), *counted),
        tables=(*_why(kept), *_people(material, window)),
        charts=tuple(_by_week(material, window)) if material.reports_on(window) else (),
    )


def _by_week(material: Material, window: Window) -> Iterator[Chart]:
    """The messages of each week that has begun."""
    counted = messages_by_week(material, window)
    weeks = [window.period.first + timedelta(weeks=number) for number in range(ceil(window.days / 7))]
    if counted and len(weeks) > 1:
        yield Chart(
            id="contact.by-week",
            title="Messages by week",
            kind=ChartKind.LINES,
            unit=Unit.COUNT,
            labels=tuple(f"{week:%m-%d}" for week in weeks),
            series=tuple(
                Series(name=kind, values=tuple(float(counted[kind][number]) for number, _ in enumerate(weeks))) for kind in sorted(counted)
            ),
        )


def _why(kept: Counter[tuple[str, str, str]]) -> list[Table]:
    times: Counter[tuple[str, str]] = Counter()
    customers: Counter[tuple[str, str]] = Counter()
    for (outcome, cause, _), number in kept.items():
        times[outcome, cause] += number
        customers[outcome, cause] += 1
    most = sorted(times, key=lambda key: (key[0], -times[key], key[1]))
    return table_of(
        "contact.why",
        "What did not go out, and why",
        "Touches that did not go out in the period, or not so far, by what became of them and why; of how many customers.",
        {"What became of it": None, "Why": None, "Touches": Unit.COUNT, "Customers": Unit.COUNT},
        ((outcome, cause, times[outcome, cause], customers[outcome, cause]) for outcome, cause in most),
    )


def _people(material: Material, window: Window) -> list[Table]:
    asked: dict[str, list[Task]] = defaultdict(list)
    for task in material.once(tasks):
        if window.has(task.asked_at):
            asked[task.owner].append(task)
    most = sorted(asked.items(), key=lambda item: (-len(item[1]), item[0]))
    weeks = window.days / 7
    left_out = f" The {MOST_PEOPLE} who were asked most of {len(most)} are shown." if len(most) > MOST_PEOPLE else ""
    return table_of(
        "contact.people",
        "Tasks a person and week",
        f"Tasks that were asked for in the period, by who was to do them, how many that is a week, and how many were done by the period's end.{left_out}",
        {"For": None, "Tasks": Unit.COUNT, "A week": Unit.SCORE, "Done": Unit.COUNT},
        ((owner or None, len(its), len(its) / weeks, sum(task.done_by(window.until) for task in its)) for owner, its in most[:MOST_PEOPLE]),
    )
