"""The lives that are moved from build to build: customers in all stages, what is told of them, and how each stands at the change.

The change comes on Tuesday 9 March 2038 at 10:00 on each customer's own clock. Days are counted from it.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Any

from console.files.customers.customers_file import read_customers
from lifecycle.domain.enums import Stage
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.zones import at_local
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from runtime.playbook_files import load

CHANGE = date(2038, 3, 9)
OWN = Path(__file__).parent / "material" / "upgrades.yaml"
STANDARD = Path(__file__).parents[2] / "bench" / "yardstick" / "standard.yaml"
"""The standard playbook as it was once: the present one may change from build to build."""

ZONES = (("Europe/Berlin", "DE"), ("America/New_York", "US"), ("Asia/Tokyo", "JP"), ("Europe/London", "GB"), ("Asia/Kolkata", "IN"))


class Standing(StrEnum):
    """What a customer is in the middle of when the build changes. All wait for an event as well."""

    SLEEPS = "sleeps"
    ASKED = "is asked and told throughout"
    PAUSED = "is paused"
    TOLD = "was told events while no worker ran"
    BRIEFLY_IN_FLIGHT = "has a touch in flight that settles in time"
    IN_FLIGHT = "has a touch in flight that the next run takes over"


IN_FLIGHT = (Standing.BRIEFLY_IN_FLIGHT, Standing.IN_FLIGHT)


@dataclass(frozen=True)
class Place:
    """How a customer gets to a stage: its contract and enrolment, counted in days, and what is told of it."""

    stage: Stage
    start: int
    days: int
    enrolled: int
    until: int
    before: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    after: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)


def day(number: int) -> date:
    """So many days from the change."""
    return CHANGE + timedelta(days=number)


_RENEWAL = {10: ("contract.renewed", {"reason": "it pays for itself"})}
_SIGNED = {7: ("contract.signed", {"start": f"{day(7)}", "end": f"{day(67)}", "annual_value": 12_000})}
_LOST = {-4: ("customer.churned", {"kind": "choice", "reason": "budget"})}
_BACK = {12: ("customer.won_back", {"reason": "a new boss", "start": f"{day(12)}", "end": f"{day(72)}"})}
PLACES = (
    Place(Stage.TRIAL, -5, 30, -5, 30, after=_SIGNED),
    Place(Stage.ONBOARDING, -8, 60, -8, 35),
    Place(Stage.GROWTH, -26, 60, -9, 37, after={24: _RENEWAL[10]}),
    Place(Stage.RENEWAL, -45, 60, -7, 40, after=_RENEWAL),
    Place(Stage.WIN_BACK, -45, 60, -7, 40, before=_LOST, after=_BACK),
    # Of these nothing is told but what all are told: to see them go on until their stage has turned, or for two or three weeks, is enough.
    Place(Stage.TRIAL, -5, 30, -5, 14),
    Place(Stage.ONBOARDING, -8, 60, -8, 14),
    Place(Stage.GROWTH, -26, 60, -9, 17),
    Place(Stage.RENEWAL, -45, 60, -7, 18),
    Place(Stage.WIN_BACK, -45, 60, -7, 22, before=_LOST),
)
STANDINGS = (
    Standing.SLEEPS, Standing.PAUSED, Standing.TOLD, Standing.BRIEFLY_IN_FLIGHT, Standing.ASKED,
    Standing.SLEEPS, Standing.PAUSED, Standing.TOLD, Standing.IN_FLIGHT, Standing.SLEEPS,
)  # fmt: skip
"""Every ten customers have one standing; so five tens have each in several stages."""


@dataclass
class Life:
    """One customer and its story. `told` are all events so far, in the order in which they were told."""

    number: int
    customer: Customer
    playbook: Path
    place: Place
    standing: Standing
    told: list[Event] = field(default_factory=list)

    def at(self, number: int, hour: int = 10, minute: int = 0) -> datetime:
        """That hour of the customer's clock, so many days from the change, in UTC."""
        return at_local(day(number), time(hour, minute), self.customer.timezone)

    @property
    def enrolled(self) -> datetime:
        """When its life begins: a file's `enrolled_on` means eight in the morning."""
        return self.at(self.place.enrolled, 8)

    @property
    def until(self) -> datetime:
        """When it is looked at: an hour at which nothing is due."""
        return self.at(self.place.until, 3, 30)

    def event(self, type_: str, at: datetime, happened: datetime | None = None, **data: Any) -> Event:
        """An event told then, which belongs to its story from now on."""
        event = Event(id=f"e{len(self.told)}", type=type_, at=at, happened=happened, data=data)
        self.told.append(event)
        return event

    def before(self) -> list[list[Event]]:
        """What is told before the change, by moment; usage and a survey, of which health is made, the day before it."""
        told = [[self.event(type_, self.at(number), **data)] for number, (type_, data) in self.place.before.items()]
        known = self.at(-1, 11)
        usage = [
            self.event("usage.reported", known, known - timedelta(days=3 - number), count=count)
            for number, count in enumerate((70, 70, 28 + self.number % 40))
        ]
        return [*told, [*usage, self.event("survey.answered", known, survey="nps", score=9)]]

    def after(self) -> list[list[Event]]:
        """What is told after it, by moment; usage on the next day, for health is made anew when something of it is told."""
        told = [[self.event("usage.reported", self.at(1), count=30 + self.number % 30)]]
        if self.number % 3 == 0:
            told.append([self.event("feature.used", self.at(3), feature="reports")])
        return [*told, *([self.event(type_, self.at(number), **data)] for number, (type_, data) in self.place.after.items())]


def lives(count: int, folder: Path, *, with_standard: bool = True) -> tuple[list[Life], dict[Path, Path]]:
    """So many lives, and the CSV file of customers of each playbook, written to `folder`.

    Of every twenty some three live by the standard playbook, where health decides too; without it, health decides nothing.
    """
    standard = _copy_of_standard(folder)
    rows: dict[Path, list[dict[str, object]]] = {OWN: [], standard: []}
    places: dict[str, tuple[int, Place, Standing]] = {}
    for number in range(count):
        place = PLACES[number % len(PLACES)]
        standing = STANDINGS[(number // len(PLACES) + number) % len(STANDINGS)]
        # The standard playbook has no webhooks to be held.
        by_standard = with_standard and standing is Standing.SLEEPS and number % 2 == 0
        name = f"c{number:03}"
        places[name] = (number, place, standing)
        rows[standard if by_standard else OWN].append(_row(name, number, place))
    made: list[Life] = []
    files: dict[Path, Path] = {}
    for playbook, its in rows.items():
        if not its:
            continue
        file = files[playbook] = folder / f"{playbook.stem}.csv"
        text = StringIO()
        writer = csv.DictWriter(text, its[0])
        writer.writeheader()
        writer.writerows(its)
        file.write_text(text.getvalue())
        read, faults = read_customers(text.getvalue(), load(playbook)[0])
        assert not faults, faults
        made += [
            Life(places[row.customer.id][0], row.customer, playbook, places[row.customer.id][1], places[row.customer.id][2]) for row in read
        ]
    return sorted(made, key=lambda life: life.number), files


def playbooks_of(lives: list[Life]) -> dict[Path, Playbook]:
    """The playbooks that they live by, as they are read here."""
    return {path: load(path)[0] for path in {life.playbook for life in lives}}


def _row(name: str, number: int, place: Place) -> dict[str, object]:
    zone, country = ZONES[(number + number // 5) % len(ZONES)]
    return {
        "id": name,
        "name": f"Customer {number}",
        "timezone": zone,
        "country": country,
        "tier": "ABC"[number % 3],
        "annual_value": 10_000 + number,
        "contract_start": day(place.start),
        "term_days": place.days,
        "enrolled_on": day(place.enrolled),
        "trial": "yes" if place.stage is Stage.TRIAL else "",
        "owner_name": "Kim Lee",
        "owner_email": "kim@us.example",
        "champion_name": "Ana Silva",
        "champion_email": f"ana@{name}.example",
        "sponsor_name": "Ben Okoro",
        "sponsor_email": f"ben@{name}.example",
    }


def _copy_of_standard(folder: Path) -> Path:
    """Under a name of its own: each build publishes its own `standard`, and the newest is taken at the next stage."""
    copy = folder / "yardstick.yaml"
    copy.write_text(STANDARD.read_text().replace("playbook: standard\n", "playbook: yardstick\n", 1))
    link = folder / "yardstick"
    if not link.exists():
        link.symlink_to(STANDARD.with_suffix(""), target_is_directory=True)
    return copy
