"""Stories read from files: customers, when each is enrolled, and what it is told until when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from console.files.customers.customers_file import CustomerRow, read_customers
from console.files.date_shift import shift_customer, shift_event, shift_to_follow
from console.files.events_file import CustomerEvent, read_events
from console.files.tables.table import RowFault
from console.files.tables.text_file import read_table_text
from lifecycle.domain.errors import Mistake
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.zones import at_local
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook

ENROLS_AT = time(8)
"""A customer that is enrolled on a day is so from this hour of its own clock: before its first touch at nine."""

MONTHS = 16
"""How long the stories of a file last, from the beginning of the month in which the first one begins."""


@dataclass(frozen=True)
class Story:
    """One customer, when it is enrolled, what it is told until when."""

    customer: Customer
    enrolled: datetime
    events: list[Event]
    until: datetime

    @property
    def id(self) -> str:
        """The customer's id."""
        return self.customer.id


@dataclass(frozen=True)
class Stories:
    """The stories of a file of customers and one of events, moved ahead by `shift`.

    `faults` are the rows that did not read, with their file; `notes` say how it was read where another file might not mean the same.
    """

    all: list[Story]
    shift: timedelta
    faults: list[tuple[Path, RowFault]]
    notes: list[tuple[Path, str]]


def begins(row: CustomerRow) -> datetime:
    """When the row's customer is enrolled: on its `enrolled_on`, else on its contract's first day, or the last day of what is past."""
    return at_local(row.enrolled_on or _first_day(row.customer), ENROLS_AT, row.customer.timezone)


def _first_day(customer: Customer) -> date:
    past = customer.past
    return max(day for day in (customer.contract.start, past.onboarded_on, *past.milestones.values()) if day is not None)


def zones_of(rows: list[CustomerRow]) -> dict[str, str]:
    """Every customer's time zone by its id, as `read_events` asks for it."""
    return {row.customer.id: row.customer.timezone for row in rows}


def read_stories(customers: Path, events: Path | None, playbook: Playbook, ahead_of: datetime | None = None) -> Stories:
    """Read both files. With `ahead_of` all dates are moved to lie after it, by whole 52-week years.

    A story ends sixteen months after the beginning of the month in which the first one begins. Raises Mistake for a file
    that cannot be read or has no customer in it.
    """
    told: dict[Path, list[str]] = {customers: []}
    rows, bad_rows = read_customers(read_table_text(customers, told[customers]), playbook, told[customers])
    if not rows:
        why = f"no customer that reads ({bad_rows[0]})" if bad_rows else "no customer in it"
        raise Mistake(f"{customers} has {why}: examples/customers.csv shows how one is written.")
    zones = zones_of(rows)
    event_rows, bad_events = _read_events(events, zones, told.setdefault(events, [])) if events is not None else ([], [])
    shift = timedelta(0) if ahead_of is None else shift_to_follow(ahead_of, min(begins(row) for row in rows))
    last = _months_after(min(row.enrolled_on or _first_day(row.customer) for row in rows)) + shift
    events_of: dict[str, list[Event]] = {name: [] for name in zones}
    for event_row in event_rows:
        events_of[event_row.customer].append(shift_event(event_row, shift, zones[event_row.customer]).event)
    stories = []
    for row in rows:
        moved = shift_customer(row, shift)
        until = at_local(last, time(), moved.customer.timezone) - timedelta(seconds=1)
        stories.append(Story(moved.customer, begins(moved), events_of[moved.customer.id], until))
    faults = [(customers, fault) for fault in bad_rows] + [(events or customers, fault) for fault in bad_events]
    return Stories(stories, shift, faults, [(file, note) for file, notes in told.items() for note in notes])


def _read_events(file: Path, zones: dict[str, str], notes: list[str]) -> tuple[list[CustomerEvent], list[RowFault]]:
    return read_events(read_table_text(file, notes), zones, notes)


def _months_after(first: date) -> date:
    months = first.month - 1 + MONTHS
    return date(first.year + months // 12, months % 12 + 1, 1)
