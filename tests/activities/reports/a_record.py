"""A small record, written by hand: what is in it is to be reckoned on paper. The period is 2026-Q4, the one before 2026-Q3."""

import json
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from activities.ledger.database.touch_table import TOUCHES
from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from activities.reports import periods
from activities.reports.report import Report
from activities.reports.reporting import report_of

PERIOD = periods.quarter(2026, 4)
AS_OF = datetime(2027, 1, 5, 9, tzinfo=UTC)


def at(text: str) -> datetime:
    """A moment (UTC), such as `10-05` of 2026, `10-05T23:30`, or with a year before it."""
    day, _, clock = text.partition("T")
    return datetime.fromisoformat(f"{day if len(day) > 5 else f'2026-{day}'}T{clock or '12:00'}+00:00")


class Written:
    """Writes rows into a record."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._number = 0

    def customer(self, id: str, **columns: Any) -> None:
        row = {"customer": id, "life": 1, "version": 1, "as_of": AS_OF, "name": id.capitalize(), "stage": "growth", "tier": "C", "term": 1}
        row |= {"owner": "Kim Lee", "currency": "EUR", "annual_value": 0.0, "timezone": "Europe/Berlin"}
        self._add(CUSTOMERS, row | columns)

    def fact(self, customer: str, when: str, kind: str, what: str = "", /, **data: Any) -> None:
        self._number += 1
        row = {
            "customer": customer,
            "id": f"1.{self._number}",
            "life": 1,
            "number": self._number,
            "at": at(when),
            "kind": kind,
            "what": what,
        }
        self._add(
            FACTS, row | {"said_by": "", "data": json.dumps({name.rstrip("_"): value for name, value in data.items()}), "as_of": at(when)}
        )

    def touch(self, customer: str, when: str, play: str, kind: str, name: str, outcome: str = "sent", reason: str = "") -> None:
        self._number += 1
        key, state = f"{customer}/1/{play}/{self._number}/{name}", "confirmed" if outcome == "sent" else "recorded"
        row = {"key": key, "customer": customer, "play": play, "kind": kind, "name": name, "state": state, "outcome": outcome}
        self._add(TOUCHES, row | {"reason": reason, "at": at(when)})

    def task(self, customer: str, asked: str, play: str, owner: str, **columns: Any) -> None:
        """`due` and `closed` are moments as `at` takes them."""
        self._number += 1
        row = {"key": f"{customer}/1/{play}/{self._number}/call", "customer": customer, "as_of": AS_OF, "name": "call", "play": play}
        moments = {f"{name}_at": at(columns.pop(name)) for name in ("due", "closed") if name in columns}
        self._add(TASKS, row | {"owner": owner, "title": "Call", "asked_at": at(asked)} | moments | columns)

    def enrolled(self, customer: str, when: str, amount: float, *, stage: str = "onboarding", **columns: Any) -> None:
        """The customer and the line of its beginning, on which its contract starts."""
        self.customer(customer, annual_value=amount, **columns)
        self.fact(customer, when, "enrolled", stage, term=int(stage != "trial"), start=at(when).date().isoformat(), amount=amount)

    def _add(self, table: sa.Table, row: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            connection.execute(table.insert().values(row))


def figures_of(report: Report) -> dict[str, tuple[float | None, int]]:
    """Every figure's value, to six decimals, and how many rows are behind it."""
    every = [figure for section in report.sections for figure in section.every_figure]
    return {figure.id: (None if figure.value is None else round(figure.value, 6), figure.count) for figure in every}


def a_quarter(engine: sa.Engine, zone: str = "UTC") -> Report:
    return report_of(engine, PERIOD, as_of=AS_OF, zone=zone)


def write_everything(engine: sa.Engine) -> None:
    """Something of every subject."""
    a = Written(engine)
    a.enrolled("acme", "2025-10-01", 1200.0, tier="A", term_start=date(2026, 10, 6), contract_end=date(2027, 2, 1))
    a.enrolled("bolt", "01-10", 5000.0, tier="B", currency="USD")
    for customer, value in (("coal", 800.0), ("dune", 1000.0), ("gust", 400.0), ("hill", 700.0)):
        a.enrolled(customer, "03-01", value)
    for trial in ("ever", "fern"):
        a.enrolled(trial, "10-01", 0.0, stage="trial")

    # Renewals and losses.
    a.fact("acme", "10-05", "renewed", "2", reason="It works", amount=1500.0, currency="EUR", offers="loyalty accepted")
    a.fact("acme", "10-06", "term", "2", start="2026-10-06", amount=1500.0)
    a.fact("bolt", "11-02", "lost", "1", kind="choice", reason="Price", amount=5000.0, currency="USD", offers="loyalty declined")
    a.fact("coal", "10-20", "lost", "1", kind="natural", reason="Ceased", amount=800.0, currency="EUR")
    a.fact("gust", "08-01", "lost", "1", kind="choice", reason="price!", amount=400.0, currency="EUR")
    a.fact("hill", "12-31T23:30", "lost", "1", kind="no_decision", reason="no decision", amount=700.0, currency="EUR")
    a.fact("dune", "11-15", "contract.amended", annual_value=600.0)
    a.task(
        "bolt", "11-03", "loss-review", "cs-manager", due="11-16", closed="11-10", closed_as="done", late_hours=0.0, note="A cheaper one"
    )

    # Trials, stages, milestones.
    a.fact("ever", "10-15", "term", "1", start="2026-10-15", amount=300.0)
    a.fact("ever", "10-15", "stage", "onboarding", from_="trial", days=14, met=True)
    a.fact("fern", "10-31", "stage", "closed", from_="trial", days=30, met=False)
    a.fact("dune", "10-08", "milestone.overdue", "first-value")
    a.fact("dune", "10-12", "milestone", "first-value", days=20, late=True)
    a.fact("ever", "11-20", "milestone", "useful", days=36, late=False, first_value=True)
    a.fact("acme", "12-01", "milestone", "plan-agreed", past=True)

    # Tasks and tickets.
    a.task("acme", "10-10", "ticket", "support", due="10-12", closed="10-11", closed_as="done", late_hours=0.0)
    a.task("bolt", "10-18", "ticket", "support", due="10-20", closed="10-22", closed_as="done", late_hours=6.0)
    a.task("dune", "10-25", "regular", "Kim Lee", due="11-01")
    a.task("acme", "11-20", "regular", "Kim Lee", due="12-01", closed="11-30", closed_as="dropped", note="what it works towards is so")
    a.task("coal", "10-16", "ticket", "support", due="10-18", closed="10-20", closed_as="dropped", note="the customer has left: Ceased")
    a.fact("acme", "10-02", "ticket.opened", "k1", level=2)
    a.fact("acme", "10-02T14:00", "ticket.answered", "k1", response=1.5, level=2, team="support")
    a.fact("acme", "10-03", "ticket.resolved", "k1", response=1.5, hours=24.0, fix=8.0, first_contact=True, level=2, team="support")
    a.fact("bolt", "10-05", "ticket.opened", "k2", level=1)
    a.fact("bolt", "10-06", "ticket.answered", "k2", response=4.5, level=1)
    a.fact("dune", "12-01", "ticket.opened", "k3")
    a.fact("dune", "12-02", "ticket.resolved", "k3", hours=30.0, first_contact=False)
    a.fact("acme", "12-20", "ticket.opened", "k4")

    # Why usage fell and rose.
    a.fact("acme", "10-05", "intervention", "season", direction="fall")
    a.fact("bolt", "11-05", "intervention", "grew", direction="rise")
    a.fact("dune", "11-06", "intervention", "season", direction="fall")
    # Surveys, training, usage.
    for customer in ("acme", "bolt", "dune"):
        a.touch(customer, "10-10", "nps", "survey", "nps")
    a.fact("acme", "10-11", "survey.answered", "nps", score=9)
    a.fact("bolt", "10-12", "survey.answered", "nps", score=3, comment="Too dear")
    a.fact("dune", "11-05", "survey.answered", "support", score=2)
    a.task("bolt", "10-12T13:00", "nps", "Kim Lee", closed="10-15T12:00", closed_as="done", late_hours=0.0)
    a.fact("acme", "09-01", "meeting.held", "training-basics")
    for customer, week, rate in (("acme", "10-12", 10.0), ("acme", "10-19", 14.0), ("bolt", "10-12", 6.0), ("dune", "10-12", 4.0)):
        a.fact(customer, week, "usage", "2026-W42", rate=rate)

    # Plays.
    a.touch("acme", "09-20", "kickoff", "meeting", "kickoff")
    a.touch("acme", "10-13", "promoter", "email", "referral-ask")
    a.touch("ever", "10-16", "welcome", "email", "welcome")
    a.touch("ever", "10-17", "welcome", "email", "more")
    a.touch("ever", "10-18", "welcome", "email", "guide", "suppressed", "the contact has opted out of success messages, since 1 October")
    a.touch("dune", "11-01", "regular", "email", "regular", "missed", "was due 2026-11-01 09:00 UTC, its window of 3d is over")
    a.touch("acme", "12-20", "regular", "email", "regular", "delayed", "held by kim, because it is Christmas")
