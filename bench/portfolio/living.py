"""Lives a customer's two years on the engine, and keeps what production writes of them."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from bench.portfolio.fates import Fate, years_after
from bench.portfolio.playbook import CHOSEN, SURVEY, SURVEY_DAY, lean
from bench.portfolio.truths import LATE_TEAM, PLAY, Truths
from lifecycle.domain.enums import Role, Tier, TouchKind
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Contact, Contract, Customer, Owner
from lifecycle.domain.record import Fact
from lifecycle.domain.time.zones import at_local, midnight
from lifecycle.domain.touch import Record, Touch
from lifecycle.explain.lookahead import foresee_next
from lifecycle.explain.record import CustomerRow, row_of
from lifecycle.explain.simulator import JUST_BEFORE, Simulation
from lifecycle.facts.events import Event

ENDS = datetime(2027, 1, 1, tzinfo=UTC)
"""The moment as of which a base stands."""

ZONES = (("Europe/Berlin", "DE"), ("Europe/London", "GB"), ("America/New_York", "US-NY"))
VALUES = ((4000.0, Tier.C), (12000.0, Tier.C), (30000.0, Tier.B), (60000.0, Tier.A))
OWNERS = ("Kim Lee", "Jonas Weber", "Maya Okafor", "Noa Lind")

LATE, NOW_AND_THEN = 0.65, 0.1
"""How many tasks the late team does late, and how many everybody does."""

ASKED_EVERY = timedelta(days=30)
"""How often usage is told."""

LOOKS_EVERY = timedelta(days=4)
"""How often people look at their tasks, at least: each is due later than that."""


@dataclass(frozen=True)
class Lived:
    """One customer's two years as they are to be written."""

    customer: str
    life: int
    facts: list[Fact]
    touches: list[Touch]
    records: list[Record]
    row: CustomerRow
    as_of: datetime


def live(fate: Fate, truths: Truths, seed: int) -> Lived:
    """What the engine makes of that fate. People do their tasks as the truths say, in time or late."""
    chance = random.Random(f"{seed}/{fate.number}/life")
    customer = a_customer(fate, chance)
    life = Simulation(customer, lean(), midnight(fate.enrolled, customer.timezone), listed=True)
    numbers = count()
    waiting: list[tuple[datetime, int, Event | None]] = [(event.at, next(numbers), event) for event in _happens(fate, customer, chance)]
    looks = life.now + LOOKS_EVERY
    while looks < ENDS:
        waiting.append((looks, next(numbers), None))
        looks += LOOKS_EVERY
    heapq.heapify(waiting)
    seen = 0
    while waiting:
        at, _, event = heapq.heappop(waiting)
        life.advance(max(life.now, at - JUST_BEFORE if event is not None else at))
        if event is not None:
            for answer in life.tell(event):
                assert answer.taken, f"{event.type} of {customer.id}: {answer.why}"
            life.advance(at)
        for touch in life.touches[seen:]:
            if touch.kind is TouchKind.TASK:
                done = _done(touch, truths, chance, life.now)
                if done.at < ENDS:
                    heapq.heappush(waiting, (done.at, next(numbers), done))
        seen = len(life.touches)
    life.advance(ENDS)
    facts = life.facts
    over = life.life.progress.closed != ""
    row = row_of(life.life, ENDS, None if over else foresee_next(life.session, ENDS))
    return Lived(customer.id, life.life.facts.contract.lives, facts, life.touches, life.records, row, ENDS)


def a_customer(fate: Fate, chance: random.Random) -> Customer:
    """The customer with that fate."""
    zone, country = ZONES[fate.number % len(ZONES)]
    value, tier = chance.choice(VALUES)
    owner = OWNERS[fate.number % len(OWNERS)]
    name = f"c{fate.number:04}"
    return Customer(
        id=name,
        name=f"Acme {fate.number}",
        timezone=zone,
        country=country,
        tier=tier,
        segment=CHOSEN if fate.chosen else "standard",
        owner=Owner(name=owner, email=f"{owner.split()[0].lower()}@us.example"),
        contacts=[Contact(name="Ana Silva", email=f"ana@{name}.example", role=Role.CHAMPION)],
        contract=Contract(start=fate.start, end=years_after(fate.start, 1), annual_value=value, currency="EUR", onboards=False),
    )


def _happens(fate: Fate, customer: Customer, chance: random.Random) -> Iterator[Event]:
    """What is told of it, but for the tasks that are done."""
    zone = customer.timezone

    def told(day: date, clock: time, type_: str, **data: Scalar) -> Event:
        return Event(id=f"{type_}-{day}-{clock:%H%M}", type=type_, at=at_local(day, clock, zone), data=data)

    normal, day = chance.uniform(200, 2000), fate.enrolled + timedelta(days=chance.randrange(1, 30))
    while day < fate.last:
        share = next((0.35 if (day - fall.first).days < 40 else 0.15 for fall in fate.falls if fall.first <= day < fall.behind), 1.0)
        yield told(day, time(6), "usage.reported", count=round(normal * share * chance.uniform(0.92, 1.08), 1), days=ASKED_EVERY.days)
        day += ASKED_EVERY
    day = fate.enrolled
    while (day := _working(day + timedelta(days=chance.randrange(40, 330)))) < fate.last - timedelta(days=8):
        ticket = f"T-{day:%y%m%d}"
        yield told(day, time(10), "ticket.opened", ticket=ticket, level=chance.choice((2, 3, 3, 4)))
        yield told(day + timedelta(days=chance.randrange(1, 6)), time(16), "ticket.resolved", ticket=ticket)
    for years in range(2):
        start = years_after(fate.start, years)
        asked, answers = start + timedelta(days=SURVEY_DAY), chance.random() < 0.6
        held, days = start + timedelta(days=365 - 50), chance.randrange(2, 9)
        score = chance.randrange(3, 11)
        if answers and fate.enrolled <= asked < fate.last - timedelta(days=days):
            yield told(asked + timedelta(days=days), time(11), "survey.answered", survey=SURVEY, score=score)
        if fate.chosen and fate.enrolled <= held < fate.last:
            yield told(held, time(14), "meeting.held", meeting=PLAY)
    for day in fate.renews:
        yield told(day, time(12), "contract.renewed", reason=chance.choice(("it pays off", "a good team", "price")))
    if fate.lost is not None:
        yield told(fate.lost, time(15), "customer.churned", kind=fate.kind.value, reason=fate.reason)


def _done(touch: Touch, truths: Truths, chance: random.Random, now: datetime) -> Event:
    """When that task is done: in time, or some days late."""
    assert touch.deadline is not None
    late = chance.random() < (LATE if truths.late_team and touch.owner == LATE_TEAM else NOW_AND_THEN)
    hours, days = chance.uniform(0.5, 3), chance.randrange(1, 5)
    at = touch.deadline - timedelta(hours=hours)
    if late:
        at = at_local(_working(touch.deadline.date() + timedelta(days=days)), time(15), touch.timezone)
    play, run = touch.play, "/".join(touch.key.split("/")[1:4])
    said: dict[str, Scalar] = {"task": touch.name, "play": play, "run": run, "by": "Kim Lee"}
    return Event(id=f"done-{run}", type="task.done", at=max(now + timedelta(minutes=1), at), data=said)


def _working(day: date) -> date:
    """That day, or the Monday behind its weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
