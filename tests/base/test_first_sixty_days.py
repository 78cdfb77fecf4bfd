"""A base of three hundred, messy as a CRM exports it, is brought in and lived for sixty days: every message that goes out is one that may.

`went_out.txt` holds all of it; `python -m tests.base.test_first_sixty_days` writes it anew, and its difference is to be read line by line.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from console.files.customers.customers_file import CustomerRow, read_customers
from console.files.tables.table import RowFault
from lifecycle.domain.enums import Category, Stage, TouchKind
from lifecycle.domain.time.business_days import is_business_day
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Touch
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.rules.past import why_not_enrolled
from runtime.playbook_files import load
from tests.base.making import FAULTS, FOLDER

ROOT = Path(__file__).parents[2]
STANDARD, _ = load(ROOT / "playbooks" / "standard.yaml")
BEGINS = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=60)
WENT_OUT = FOLDER / "went_out.txt"
NEWCOMERS = ("onboarding", "trial")


def read() -> tuple[list[CustomerRow], list[RowFault]]:
    rows, faults = read_customers((FOLDER / "customers.csv").read_text(encoding="utf-8-sig"), STANDARD, [])
    return rows, faults


def enrolled() -> list[CustomerRow]:
    return [row for row in read()[0] if why_not_enrolled(row.customer, STANDARD.contract, BEGINS) is None]


def events(row: CustomerRow) -> list[Event]:
    """What happens to some of them meanwhile."""
    number, zone = int(row.customer.id[2:]), row.customer.timezone
    told: list[Event] = []

    def tell(day: int, type_: str, **data: str | int) -> None:
        told.append(Event(id=f"{type_}-{day}", type=type_, at=BEGINS + timedelta(days=day, hours=2), data=data))

    assert zone
    champion = f"champion@acme{number}.example"
    if number % 13 == 0:
        tell(5, "contact.opted_out", email=champion)
    if number % 17 == 0:
        tell(9, "customer.churned", kind="natural", reason="closed down")
    if number % 19 == 0:
        tell(12, "contract.cancelled", reason="price")
    if number % 23 == 0:
        tell(3, "contact.left", email=champion)
    if number % 29 == 0:
        tell(15, "ticket.opened", ticket="T-1", level=2)
    return told


@cache
def lived() -> dict[str, tuple[CustomerRow, Simulation]]:
    lives = {}
    for row in enrolled():
        life = Simulation(row.customer, STANDARD, BEGINS)
        for event in events(row):
            life.advance(event.at)
            life.tell(event)
        life.advance(ENDS)
        lives[row.customer.id] = (row, life)
    return lives


def touches(row_of: str | None = None) -> list[tuple[CustomerRow, Touch]]:
    return [(row, touch) for row, life in lived().values() for touch in life.touches if row_of in (None, row.customer.id)]


def messages() -> list[tuple[CustomerRow, Touch]]:
    return [(row, touch) for row, touch in touches() if touch.kind.reaches_the_customer]


def lines() -> list[str]:
    """Everything that went out, by customer and moment of its own clock."""
    return [
        f"{row.customer.id} {local(touch.at, touch.timezone):%Y-%m-%d %H:%M} {touch.kind.value} {touch.name} ({touch.play})"
        + (f" to {', '.join(person.email for person in touch.to)}" if touch.to else f" to {touch.owner}")
        for row, touch in touches()
    ]


def test_each_fault_of_the_file_is_told_once_with_its_line_and_the_others_are_read() -> None:
    rows, faults = read()
    assert (len(rows), len(faults)) == (300 - len(FAULTS), len(FAULTS))
    assert len({fault.line for fault in faults}) == len(FAULTS)


def test_what_went_out_is_what_is_written_down() -> None:
    assert lines() == WENT_OUT.read_text(encoding="utf-8").splitlines()


def test_nobody_of_whom_we_know_is_welcomed_as_new() -> None:
    old = {row.customer.id for row in enrolled() if row.customer.past.since is not None or row.customer.past.onboarded}
    assert len(old) > 150
    welcomed = [
        row.customer.id
        for row, touch in touches()
        if touch.play in STANDARD.stages[Stage.ONBOARDING].plays or touch.play in STANDARD.stages[Stage.TRIAL].plays
    ]
    assert old.isdisjoint(welcomed)
    assert len(set(welcomed)) > 20


def test_every_message_comes_at_a_civil_hour_of_a_business_day_where_the_customer_is() -> None:
    uncivil = []
    for row, touch in messages():
        here = local(touch.at, touch.timezone)
        if not 9 <= here.hour < 18 or not is_business_day(here.date(), row.customer.country):
            uncivil.append((touch.key, f"{here}"))
    assert uncivil == []


def test_nobody_hears_what_it_refuses_or_after_it_left() -> None:
    wrong = []
    for row, touch in messages():
        told = {
            event.type: event.at
            for event in events(row)
            if event.data.get("email") == f"champion@acme{row.customer.id[2:].lstrip('0')}.example"
        }
        for person in touch.to:
            contact = row.customer.contact(person.email)
            assert contact is not None
            refused = touch.category in contact.opted_out
            opted_out = (
                contact.role.value == "champion"
                and touch.at > told.get("contact.opted_out", ENDS)
                and touch.category is not Category.OPERATIONAL
            )
            left = contact.role.value == "champion" and touch.at > told.get("contact.left", ENDS)
            if refused or opted_out or left:
                wrong.append((touch.key, person.email))
    assert wrong == []


def test_nobody_gets_more_than_the_cap_and_nothing_twice() -> None:
    by_person: dict[str, list[datetime]] = defaultdict(list)
    for _, touch in messages():
        if touch.category is not Category.OPERATIONAL and not touch.cancels and touch.kind is TouchKind.EMAIL:
            for person in touch.to:
                by_person[person.email].append(local(touch.at, touch.timezone).replace(tzinfo=None))  # seven days by the calendar
    cap = STANDARD.contact_policy.cap
    most = max(sum(at <= other < at + timedelta(days=7) for other in times) for times in by_person.values() for at in times)
    assert most <= cap.emails
    assert [key for key, count in Counter(touch.key for _, touch in touches()).items() if count > 1] == []


def test_no_win_back_goes_to_whom_nobody_has_heard_of() -> None:
    plays = STANDARD.stages[Stage.WIN_BACK].plays
    silent = {
        row.customer.id for row in enrolled() if not any(event.type in ("customer.churned", "contract.cancelled") for event in events(row))
    }
    assert [touch.key for row, touch in messages() if touch.play in plays and row.customer.id in silent] == []
    lapsed = [row.customer.id for row, life in lived().values() if life.life.stage is Stage.LAPSED]
    assert [touch.key for row, touch in messages() if row.customer.id in lapsed and touch.play in STANDARD.stages[Stage.LAPSED].plays] == []


if __name__ == "__main__":
    WENT_OUT.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
