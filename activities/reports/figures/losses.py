"""Losses: who left and why, those who ceased to exist apart from those who chose to, and what the loss reviews said (R57, R59, R62)."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from activities.reports.figures.renewals import MOST_ROWS, Decision, decisions
from activities.reports.material import Material, Window
from activities.reports.measures import Measure, slug
from activities.reports.report import Behind, Chart, ChartKind, Figure, Section, Series, Table, Unit
from activities.reports.tables import table_of
from activities.reports.tasks import Task, tasks
from lifecycle.domain.enums import ChurnKind
from lifecycle.domain.record import TaskState

REVIEW = "loss-review"
"""The play whose tasks are loss reviews, in any playbook."""

LONGEST_NOTE = 300
LONGEST_LABEL = 60

MOST_BARS = 8
"""Reasons in the chart."""

CHOICE = Measure("losses.choice", "Lost by choice", "Customers who left in the period by their own choice.", Unit.COUNT)
NATURAL = Measure("losses.natural", "Ceased to exist", "Customers who ceased to exist in the period (natural churn).", Unit.COUNT)
UNDECIDED = Measure(
    "losses.no-decision", "Lost without a decision", "Customers whose term was over in the period and who never said a word.", Unit.COUNT
)
VALUE = Measure(
    "losses.value",
    "Lost value",
    "What a year of the contracts was worth of those who left in the period by choice or without a decision.",
    Unit.MONEY,
    "currency",
)
REVIEWED = Measure(
    "losses.reviewed",
    "Loss reviews held",
    f"Of the loss reviews asked for in the period (tasks of plays called {REVIEW}), the share that is done.",
    Unit.SHARE,
)
REASON = Measure(
    "losses.reason",
    "Lost",
    "Customers who left in the period for this reason, by choice or without a decision; the customers who ceased to exist are left out.",
    Unit.COUNT,
    "reason",
)
MEASURES = (CHOICE, NATURAL, UNDECIDED, VALUE, REVIEWED, REASON)


def section(material: Material, window: Window) -> Section:
    """Who left in the period, by reason."""
    lost = [each for each in material.once_in(decisions, window) if not each.renewed]
    told = bool(material.customers)
    reviews = [task for task in material.once(tasks) if task.play == REVIEW and window.has(task.asked_at)]
    figures = [measure.number(_rows(material, lost, kind), told=told) for kind, measure in _OF_KIND.items()]
    return Section(
        id="losses",
        title="Losses",
        figures=(*figures, *_values(material, lost), REVIEWED.share([_review(material, task, window) for task in reviews])),
        tables=(*_by_reason(material, lost), *_said(material, reviews)),
        charts=tuple(_chart(material, window)) if material.reports_on(window) else (),
        details=tuple(_reasons(material, [each for each in lost if each.by_choice])),
    )


_OF_KIND = {ChurnKind.CHOICE: CHOICE, ChurnKind.NATURAL: NATURAL, ChurnKind.NO_DECISION: UNDECIDED}


def _rows(material: Material, lost: list[Decision], kind: ChurnKind) -> list[Behind]:
    return [material.customer(each.fact.customer).behind(each.reason) for each in lost if each.outcome == kind]


def _values(material: Material, lost: list[Decision]) -> list[Figure]:
    worth: dict[str, list[Behind]] = defaultdict(list)
    for each in lost:
        if each.by_choice and each.amount:
            worth[each.currency].append(material.customer(each.fact.customer).behind(each.reason, each.amount))
    return [VALUE.total(rows, currency=currency) for currency, rows in sorted(worth.items())]


def _review(material: Material, task: Task, window: Window) -> Behind:
    done = task.done_by(window.until)
    return material.customer(task.customer).behind(task.note[:LONGEST_NOTE] if done else "not held", counted=done)


def _reasons(material: Material, lost: list[Decision]) -> Iterator[Figure]:
    of_reason: dict[str, list[Decision]] = defaultdict(list)
    for each in lost:
        of_reason[slug(each.reason)].append(each)
    for _, its in sorted(of_reason.items()):
        rows = [material.customer(each.fact.customer).behind(each.outcome, each.amount) for each in its]
        yield REASON.number(rows, its[0].reason, told=True)


def _chart(material: Material, window: Window) -> Iterator[Chart]:
    """The most frequent reasons of those who had the choice, beside the period before."""
    now, before = (_counted(material, each) for each in (window, material.before))
    most = sorted(now, key=lambda reason: (-now[reason], reason))[:MOST_BARS]
    if most:
        spelt = {slug(each.reason): each.reason for each in reversed(material.once_in(decisions, window))}
        yield Chart(
            id="losses.reasons",
            title="Customers lost, by reason",
            kind=ChartKind.BARS,
            unit=Unit.COUNT,
            labels=tuple(spelt[reason][:LONGEST_LABEL] for reason in most),
            series=(
                Series(name=material.before.period.name, values=tuple(float(before[reason]) for reason in most)),
                Series(name=window.period.name, values=tuple(float(now[reason]) for reason in most)),
            ),
        )


def _counted(material: Material, window: Window) -> Counter[str]:
    return Counter(slug(each.reason) for each in material.once_in(decisions, window) if not each.renewed and each.by_choice)


def _by_reason(material: Material, lost: list[Decision]) -> list[Table]:
    """The reasons of these losses, beside those of the period before."""
    spelt: dict[str, str] = {}
    counted: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for each in lost:
        counted[slug(each.reason), each.outcome, each.currency].append(each.amount or 0.0)
        spelt.setdefault(slug(each.reason), each.reason)
    before = Counter(
        (slug(each.reason), each.outcome, each.currency) for each in material.once_in(decisions, material.before) if not each.renewed
    )
    most = sorted(counted.items(), key=lambda item: (-len(item[1]), item[0]))
    left_out = f" The {MOST_ROWS} most frequent of {len(most)} are shown." if len(most) > MOST_ROWS else ""
    return table_of(
        "losses.by-reason",
        "By reason",
        "Customers lost in the period, by the reason that was given, by how they left and by currency: how many, how many for the same in the period "
        f"before, and what a year of them was worth.{left_out}",
        {"Reason": None, "How": None, "Currency": None, "Customers": Unit.COUNT, "Before": Unit.COUNT, "A year": Unit.MONEY},
        ((spelt[key[0]], *key[1:], len(amounts), before[key], sum(amounts)) for key, amounts in most[:MOST_ROWS]),
    )


def _said(material: Material, reviews: list[Task]) -> list[Table]:
    said = [task for task in reviews if task.note and task.closed_as == TaskState.DONE]
    if not said:
        return []
    rows = tuple((material.customer(task.customer).name or task.customer, task.note[:LONGEST_NOTE]) for task in said[-MOST_ROWS:])
    return table_of(
        id="losses.reviews",
        title="What the loss reviews said",
        definition=f"The notes of the loss reviews that were asked for in the period and held; of many the latest {MOST_ROWS}.",
        columns={"Customer": None, "Note": None},
        rows=rows,
    )
