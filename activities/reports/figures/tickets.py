"""Tickets: how soon they were answered and resolved, and how many were at all (R35, R36)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from activities.reports import numbers
from activities.reports.material import Fact, Material, Window
from activities.reports.measures import Measure
from activities.reports.report import Behind, Figure, Section, Table, Unit
from activities.reports.tables import table_of

OPENED, ANSWERED, RESOLVED = "ticket.opened", "ticket.answered", "ticket.resolved"

RESPONSE = Measure(
    "tickets.response",
    "Hours to the first answer",
    "Of the tickets first answered in the period, the median of our working hours from their opening. Where nobody tells answers, it is not told.",
    Unit.HOURS,
    "level",
)
RESPONSE_P90 = Measure(
    "tickets.response-p90",
    "Hours to the first answer, nine of ten",
    "The working hours within which nine of ten of them were answered.",
    Unit.HOURS,
)
PICKED_UP = Measure(
    "tickets.picked-up",
    "Tickets picked up",
    "Of the tickets opened in the period, the share that was answered or resolved by its end.",
    Unit.SHARE,
)
FIRST_CONTACT = Measure(
    "tickets.first-contact",
    "Resolved at the first contact",
    "Of the tickets resolved in the period of which that was told, the share that was resolved at the first contact.",
    Unit.SHARE,
)
SOLVED = Measure(
    "tickets.resolved",
    "Tickets resolved",
    "Of the tickets opened in the period, the share that was resolved by its end, at whichever contact.",
    Unit.SHARE,
)
FIX = Measure(
    "tickets.fix",
    "Working hours to the fix",
    "Of the tickets resolved in the period, the median of our working hours from their opening.",
    Unit.HOURS,
)
ELAPSED = Measure(
    "tickets.elapsed",
    "Hours until resolved",
    "Of the tickets resolved in the period, the median of the hours by the clock from their opening, nights and weekends too.",
    Unit.HOURS,
)
MEASURES = (RESPONSE, RESPONSE_P90, PICKED_UP, FIRST_CONTACT, SOLVED, FIX, ELAPSED)


@dataclass(slots=True)
class Ticket:
    """What was told of one ticket: when it was opened, first answered and last resolved (UTC), each if it was."""

    customer: str
    name: str
    opened: Fact | None = None
    answered: Fact | None = None
    resolved: Fact | None = None

    @property
    def level(self) -> str:
        """The level that was last told; empty where none was."""
        for fact in (self.resolved, self.answered, self.opened):
            if fact is not None and fact.text("level"):
                return fact.text("level")
        return ""

    @property
    def team(self) -> str:
        """Who answered or resolved it, where that is told."""
        return next((fact.text("team") for fact in (self.answered, self.resolved) if fact is not None and fact.text("team")), "")

    def done_before(self, moment: datetime) -> bool:
        """Whether it was resolved before that moment (UTC)."""
        return self.resolved is not None and self.resolved.at < moment

    def picked_up_before(self, moment: datetime) -> bool:
        """Whether one of ours had answered it, or resolved it, before that moment (UTC)."""
        return self.done_before(moment) or (self.answered is not None and self.answered.at < moment)


def tickets(material: Material) -> list[Ticket]:
    """Every ticket of which something was told in the two periods. One that is opened again is the same."""
    found: dict[tuple[str, str], Ticket] = {}
    for fact in material.facts(OPENED, ANSWERED, RESOLVED):
        ticket = found.setdefault((fact.customer, fact.what), Ticket(fact.customer, fact.what))
        match fact.kind:
            case "ticket.opened":
                ticket.opened = ticket.opened or fact
            case "ticket.answered":
                ticket.answered = ticket.answered or fact
            case _:
                ticket.resolved = fact
    return list(found.values())


def section(material: Material, window: Window) -> Section:
    """Tickets opened, answered and resolved in the period."""
    known = material.once(tickets)
    opened = [ticket for ticket in known if ticket.opened is not None and window.has(ticket.opened.at)]
    resolved = [(ticket, ticket.resolved) for ticket in known if ticket.resolved is not None and window.has(ticket.resolved.at)]
    answers = _answers(material, known, window)
    said = [(ticket, fact) for ticket, fact in resolved if isinstance(fact.data.get("first_contact"), bool)]
    levels = sorted({level for level, _ in answers if level})
    figures: list[Figure] = [
        RESPONSE.median([row for _, row in answers]),
        *(RESPONSE.median([row for its, row in answers if its == level], f"level {level}") for level in levels),
        RESPONSE_P90.p90([row for _, row in answers]),
        PICKED_UP.share([_row(material, ticket, counted=ticket.picked_up_before(window.until)) for ticket in opened]),
        FIRST_CONTACT.share([_row(material, ticket, counted=bool(fact.data["first_contact"])) for ticket, fact in said]),
        SOLVED.share([_row(material, ticket, counted=ticket.done_before(window.until)) for ticket in opened]),
        FIX.median(_hours(material, resolved, "fix")),
        ELAPSED.median(_hours(material, resolved, "hours")),
    ]
    return Section(
        id="tickets",
        title="Support",
        figures=tuple(figures),
        tables=(*_by(known, window, "level"), *_by(known, window, "team")),
    )


def _answers(material: Material, known: list[Ticket], window: Window) -> list[tuple[str, Behind]]:
    """The tickets first answered in the period, with their levels; one of which no answer was told says it as it is resolved."""
    found = []
    for ticket in known:
        fact = ticket.answered or ticket.resolved
        if fact is not None and window.has(fact.at) and (hours := fact.number("response")) is not None:
            found.append((ticket.level, _row(material, ticket, hours)))
    return found


def _hours(material: Material, resolved: list[tuple[Ticket, Fact]], name: str) -> list[Behind]:
    return [_row(material, ticket, hours) for ticket, fact in resolved if (hours := fact.number(name)) is not None]


def _row(material: Material, ticket: Ticket, value: float | None = None, *, counted: bool = True) -> Behind:
    level = f", level {ticket.level}" if ticket.level else ""
    return material.customer(ticket.customer).behind(f"{ticket.name}{level}", value, counted=counted)


def _by(known: list[Ticket], window: Window, what: str) -> list[Table]:
    """The tickets by their level or by the team that answered, if any says it."""
    groups: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in known:
        if any(fact is not None and window.has(fact.at) for fact in (ticket.opened, ticket.answered, ticket.resolved)):
            groups[getattr(ticket, what)].append(ticket)
    if not any(groups):
        return []
    rows = []
    for name, its in sorted(groups.items()):
        opened = [ticket for ticket in its if ticket.opened is not None and window.has(ticket.opened.at)]
        response = [hours for ticket in its if (hours := _first(ticket, window)) is not None]
        fixed = [ticket.resolved for ticket in its if ticket.resolved is not None and window.has(ticket.resolved.at)]
        fix = [hours for fact in fixed if (hours := fact.number("fix")) is not None]
        done = sum(ticket.done_before(window.until) for ticket in opened)
        share = done / len(opened) if opened else None
        rows.append(
            (
                name or None,
                len(opened),
                numbers.median(response).value,
                numbers.quantile(response, 0.9).value,
                len(fixed),
                numbers.median(fix).value,
                share,
            )
        )
    return table_of(
        id=f"tickets.by-{what}",
        title=f"By {what}",
        definition=f"Tickets of the period by {_WHAT[what]}: how many were opened, the working hours to the first answer (the median, and nine of ten), how "
        "many were resolved, the working hours to the fix, and the share of those opened that was resolved by the period's end.",
        columns={
            what.capitalize(): None,
            "Opened": Unit.COUNT,
            "Answer, median": Unit.HOURS,
            "Answer, nine of ten": Unit.HOURS,
            "Resolved": Unit.COUNT,
            "Fix, median": Unit.HOURS,
            "Share resolved": Unit.SHARE,
        },
        rows=tuple(rows),
    )


_WHAT = {"level": "the level that was last told", "team": "the team that answered or resolved them"}


def _first(ticket: Ticket, window: Window) -> float | None:
    fact = ticket.answered or ticket.resolved
    return fact.number("response") if fact is not None and window.has(fact.at) else None
