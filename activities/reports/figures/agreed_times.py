"""The times agreed for tasks: which were kept, by tier and team (R36)."""

from collections import defaultdict
from collections.abc import Iterator

from activities.reports import numbers
from activities.reports.material import Material, Window
from activities.reports.measures import Measure, by_tier
from activities.reports.report import Behind, Chart, ChartKind, Section, Series, Table, Unit
from activities.reports.tables import table_of
from activities.reports.tasks import Task, tasks, teams
from lifecycle.domain.enums import Tier
from lifecycle.domain.record import TaskState

KEPT = Measure(
    "tasks.kept",
    "Tasks done in time",
    "Of the tasks that fell due in the period, the share that was done by then. One that was pointless before it was due (its ticket resolved, its play "
    "over) is left out; one that is open, or became pointless afterwards, was not done in time. That it was put off changes nothing.",
    Unit.SHARE,
    "tier and team",
)
LATE = Measure(
    "tasks.late-hours",
    "Hours late",
    "Of the tasks that fell due in the period and were done late, the median of the working hours by which they were, on the clock of whoever was to "
    "do them.",
    Unit.HOURS,
    "team",
)
OPEN = Measure(
    "tasks.overdue",
    "Tasks overdue",
    "Tasks that fell due in the period and were neither done nor pointless at its end.",
    Unit.COUNT,
)
MOST_BARS = 8
"""Teams in the chart."""

MEASURES = (KEPT, LATE, OPEN)


def section(material: Material, window: Window) -> Section:
    """Tasks that fell due in the period, and which were done in time."""
    by_team = material.once_in(_by_team, window)
    every = [row for rows in by_team.values() for _, row in rows]
    figures = [*by_tier(material, every, KEPT.share)]
    figures += [KEPT.share([row for _, row in rows], f"team {team}") for team, rows in by_team.items()]
    late = {team: [_late(material, task) for task, _ in rows if task.late_hours] for team, rows in by_team.items()}
    figures.append(LATE.median([row for rows in late.values() for row in rows]))
    figures += [LATE.median(rows, f"team {team}") for team, rows in late.items() if rows]
    still = [row for rows in by_team.values() for task, row in rows if task.closed_at is None or task.closed_at >= window.until]
    figures.append(OPEN.number([row._replace(counted=True) for row in still], told=bool(every)))
    return Section(
        id="tasks",
        title="Agreed times",
        figures=tuple(figures),
        tables=tuple(_by_team_and_tier(material, by_team)),
        charts=tuple(_chart(material, window, by_team)) if material.reports_on(window) else (),
    )


def _by_team(material: Material, window: Window) -> dict[str, list[tuple[Task, Behind]]]:
    """The tasks that fell due in the period, by the team that was to do them."""
    team_of = material.once(teams)
    found: dict[str, list[tuple[Task, Behind]]] = defaultdict(list)
    for task in material.once(tasks):
        if task.due_at is not None and window.has(task.due_at) and task.due_at < window.until and not _pointless(task):
            found[team_of.get(task.owner, task.owner)].append((task, _row(material, task)))
    return dict(sorted(found.items()))


def _chart(material: Material, window: Window, by_team: dict[str, list[tuple[Task, Behind]]]) -> Iterator[Chart]:
    """The share done in time by the teams that had most to do, beside the period before."""
    before = material.once_in(_by_team, material.before)
    most = sorted(sorted(by_team, key=lambda team: -len(by_team[team]))[:MOST_BARS])
    if most:
        yield Chart(
            id="tasks.teams",
            title="Tasks done in time, by team",
            kind=ChartKind.BARS,
            unit=Unit.SHARE,
            labels=tuple(most),
            series=(
                Series(name=material.before.period.name, values=tuple(_share(before.get(team, [])) for team in most)),
                Series(name=window.period.name, values=tuple(_share(by_team[team]) for team in most)),
            ),
        )


def _share(its: list[tuple[Task, Behind]]) -> float | None:
    return numbers.share(sum(row.counted for _, row in its), len(its)).value


def _pointless(task: Task) -> bool:
    return task.closed_as == TaskState.DROPPED and task.closed_at is not None and task.due_at is not None and task.closed_at <= task.due_at


def in_time(task: Task) -> bool:
    """Whether it was done by when it was due."""
    if task.closed_as != TaskState.DONE or task.closed_at is None:
        return False
    return task.due_at is None or task.closed_at <= task.due_at or task.late_hours == 0


def _row(material: Material, task: Task) -> Behind:
    return material.customer(task.customer).behind(task.title or task.name, counted=in_time(task))


def _late(material: Material, task: Task) -> Behind:
    return material.customer(task.customer).behind(task.title or task.name, task.late_hours)


def _by_team_and_tier(material: Material, by_team: dict[str, list[tuple[Task, Behind]]]) -> list[Table]:
    rows = []
    for team, its in sorted(by_team.items()):
        of_tier: dict[str, list[Task]] = defaultdict(list)
        for task, _ in its:
            of_tier[material.customer(task.customer).tier].append(task)
        for tier in (*Tier, ""):
            due = of_tier[tier]
            if due:
                kept = sum(in_time(task) for task in due)
                late = [task.late_hours for task in due if task.late_hours]
                rows.append(
                    (team, str(tier) or None, len(due), kept / len(due), numbers.median(late).value, numbers.quantile(late, 0.9).value)
                )
    return table_of(
        id="tasks.by-team",
        title="By team and tier",
        definition="Tasks that fell due in the period, by the role of whoever was to do them and the customer's tier of today: the share done in time, and "
        "of the late ones by how many working hours (the median, and nine of ten).",
        columns={
            "Team": None,
            "Tier": None,
            "Due": Unit.COUNT,
            "In time": Unit.SHARE,
            "Late, median": Unit.HOURS,
            "Late, nine of ten": Unit.HOURS,
        },
        rows=tuple(rows),
    )
