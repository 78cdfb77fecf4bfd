"""What is measured: a playbook with customers and their events."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from console.files.customers.customers_file import read_customers
from console.files.events_file import read_events
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.zones import midnight
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from runtime.playbook_files import load

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Material:
    """A playbook's YAML file, its templates in the folder beside it, and two CSV files as the command line reads them."""

    playbook: Path
    customers: Path
    events: Path

    def read(self) -> tuple[Playbook, list["Story"]]:
        """The playbook, and every customer with the events that are told of it."""
        playbook, _ = load(self.playbook)
        rows, _ = read_customers(self.customers.read_text(), playbook)
        told, _ = read_events(self.events.read_text(), {row.customer.id: row.customer.timezone for row in rows})
        return playbook, [
            Story(
                row.customer,
                midnight(row.enrolled_on or row.customer.contract.start, row.customer.timezone),
                [each.event for each in told if each.customer == row.customer.id],
            )
            for row in rows
        ]


@dataclass(frozen=True)
class Story:
    """A customer, when it is enrolled (UTC), and what happens to it."""

    customer: Customer
    enrolled: datetime
    events: list[Event]


YARDSTICK = Material(*(ROOT / "bench" / "yardstick" / name for name in ("standard.yaml", "customers.csv", "events.csv")))
"""The standard playbook and the examples as commit 23c6bb9 had them. They stay as they are: every target is measured on them."""

SHIPPED = Material(ROOT / "playbooks" / "standard.yaml", ROOT / "examples" / "customers.csv", ROOT / "examples" / "events.csv")
