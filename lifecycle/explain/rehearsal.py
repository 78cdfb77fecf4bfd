"""What would go out to customers in their first weeks if they were enrolled now: lived in the simulator, summed up by day and play."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lifecycle.domain.enums import Outcome, Stage, TouchKind
from lifecycle.domain.holds import Hold
from lifecycle.domain.model import Model
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Record, Touch
from lifecycle.explain.owner_lists import LateStart, late_start
from lifecycle.explain.simulator import simulate
from lifecycle.playbook.playbook import Playbook

DAYS = 30
"""How many days are lived."""

BURST = 20
"""More messages than these to customers within one hour are pointed out."""

_NAMED = 3
_NEW = (Stage.TRIAL, Stage.ONBOARDING)


@dataclass(frozen=True)
class Rehearsed:
    """One customer's first weeks: the stage that it begins in, what goes out, and what does not, each with its reason."""

    customer: Customer
    begins_in: Stage
    touches: Sequence[Touch]
    unsent: Sequence[Record]
    late: LateStart | None = None


class DaySum(Model):
    """What goes out on one day, each customer's own: how much of each kind, and to how many customers."""

    day: date
    kinds: dict[TouchKind, int]
    customers: int


class PlaySum(Model):
    """What goes out of one play's step, from the first day to the last."""

    play: str
    step: str
    kind: TouchKind
    count: int
    customers: int
    first: date
    last: date


class UnsentSum(Model):
    """What does not go out of one play, to how many customers, and why the first of them gets nothing."""

    play: str
    outcome: Outcome
    count: int
    customers: int
    why: str


class ListSum(Model):
    """A list that an owner gets of what its customers have missed by coming in late: to whom it goes, of how many, and how many plays."""

    owner: str
    customers: int
    plays: int


class Rehearsal(Model):
    """All customers' first weeks. `lists` are what their owners are told at once, `warnings` sentences on what looks wrong."""

    customers: int
    days: list[DaySum]
    plays: list[PlaySum]
    unsent: list[UnsentSum]
    lists: list[ListSum]
    warnings: list[str]


def rehearse(
    customer: Customer,
    playbook: Playbook,
    enrolled: datetime,
    until: datetime,
    holds: Sequence[Hold] = (),
    earlier: EarlierLives | None = None,
    *,
    listed: bool = True,
) -> Rehearsed:
    """The customer's life from that moment to the other (UTC), if nothing is told, everything works, and those holds stand as they say.
    Who comes back brings along what is known of its `earlier` lives.

    `listed`: its owner is told by the file's list what it has missed. Raises Mistake as `engine.begin` does.
    """
    lived = simulate(customer, playbook, [], enrolled, until, holds=holds, earlier=earlier, listed=listed)
    begins_in = next((Stage(entry.what) for entry in lived.life.log.timeline if entry.why == "enrolled"), lived.life.stage)
    return Rehearsed(customer, begins_in, lived.touches, lived.records, late_start(customer, playbook, enrolled) if listed else None)


def sum_up(rehearsed: Sequence[Rehearsed]) -> Rehearsal:
    """The sums of all of them, in the order of days, and of plays by when they first go out."""
    touches = [touch for each in rehearsed for touch in each.touches]
    return Rehearsal(
        customers=len(rehearsed),
        days=_by_day(touches),
        plays=_by_play(touches),
        unsent=_unsent(record for each in rehearsed for record in each.unsent),
        lists=_lists(each.late for each in rehearsed if each.late is not None),
        warnings=list(_warnings(rehearsed, touches)),
    )


def _day(touch: Touch) -> date:
    return local(touch.at, touch.timezone).date()


def _by_day(touches: Iterable[Touch]) -> list[DaySum]:
    by_day: dict[date, list[Touch]] = defaultdict(list)
    for touch in touches:
        by_day[_day(touch)].append(touch)
    return [
        DaySum(day=day, kinds=Counter(touch.kind for touch in of_day), customers=len({touch.customer for touch in of_day}))
        for day, of_day in sorted(by_day.items())
    ]


def _by_play(touches: Iterable[Touch]) -> list[PlaySum]:
    by_step: dict[tuple[str, str, TouchKind], list[Touch]] = defaultdict(list)
    for touch in touches:
        by_step[touch.play, touch.key.rpartition("/")[2], touch.kind].append(touch)
    sums = [
        PlaySum(
            play=play,
            step=step,
            kind=kind,
            count=len(of_step),
            customers=len({touch.customer for touch in of_step}),
            first=min(map(_day, of_step)),
            last=max(map(_day, of_step)),
        )
        for (play, step, kind), of_step in by_step.items()
    ]
    return sorted(sums, key=lambda each: (each.first, each.play, each.step))


def _unsent(records: Iterable[Record]) -> list[UnsentSum]:
    by_play: dict[tuple[str, Outcome], list[Record]] = defaultdict(list)
    for record in records:
        if record.outcome is not Outcome.DELAYED:
            by_play[record.play, record.outcome].append(record)
    return [
        UnsentSum(play=play, outcome=outcome, count=len(of_play), customers=len({each.customer for each in of_play}), why=of_play[0].why)
        for (play, outcome), of_play in sorted(by_play.items(), key=lambda item: (item[0][1], item[0][0]))
    ]


def _lists(late: Iterable[LateStart]) -> list[ListSum]:
    by_owner: dict[str, list[LateStart]] = defaultdict(list)
    for each in late:
        by_owner[each.whose].append(each)
    return [
        ListSum(owner=of_owner[0].to_whom, customers=len(of_owner), plays=sum(len(each.missed) for each in of_owner))
        for of_owner in by_owner.values()
    ]


def _warnings(rehearsed: Sequence[Rehearsed], touches: Sequence[Touch]) -> Iterable[str]:
    new = [each.customer.id for each in rehearsed if each.begins_in in _NEW]
    if new:
        yield (
            f"{customers_in_words(new)} would be welcomed as new: whoever is a customer already needs 'customer_since', 'term' or 'onboarded' in its row"
        )
    nobody = [each.customer.id for each in rehearsed if not each.customer.contacts]
    if nobody:
        yield f"{customers_in_words(nobody)} would get no message, for want of a contact: give a champion or sponsor"
    yield from _bursts(touches)
    yield from _shared_people(touches)


def _bursts(touches: Iterable[Touch]) -> Iterable[str]:
    by_hour: dict[datetime, list[Touch]] = defaultdict(list)
    for touch in touches:
        if touch.kind.reaches_the_customer:
            by_hour[touch.at.replace(minute=0, second=0, microsecond=0)].append(touch)
    for hour, of_hour in sorted(by_hour.items()):
        if len(of_hour) > BURST:
            plays = ", ".join(f"{count} of {play}" for play, count in Counter(touch.play for touch in of_hour).most_common(_NAMED))
            until = hour + timedelta(hours=1)
            yield (
                f"{len(of_hour)} messages would go out between {hour:%Y-%m-%d %H:%M} and {until:%H:%M} UTC ({plays}): "
                "enrol fewer at once, or spread them by the policy's jitter"
            )


def _shared_people(touches: Iterable[Touch]) -> Iterable[str]:
    """Whoever hears from us about several customers; the address is not repeated here."""
    hears: dict[str, set[str]] = defaultdict(set)
    for touch in touches:
        if touch.kind.reaches_the_customer:
            for person in touch.to:
                hears[address_key(person.email)].add(touch.customer)
    shared = sorted(sorted(customers) for customers in hears.values() if len(customers) > 1)
    for customers in shared[:_NAMED]:
        yield f"one person would get the messages of {len(customers)} customers ({_names(customers)}): the caps of each count apart"
    if len(shared) > _NAMED:
        yield f"so would {len(shared) - _NAMED} other people"


def customers_in_words(ids: Sequence[str]) -> str:
    """How many they are, and the first of them."""
    return f"{len(ids)} customer{'s' if len(ids) != 1 else ''} ({_names(ids)})"


def _names(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
