"""One list an owner, of what customers whom one file brings in have missed by their late start: for a base of thousands no task each. Moments are UTC."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lifecycle.domain.bounds import json_size
from lifecycle.domain.enums import Stage, TouchKind
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.people.workplaces import OWNER_ROLE
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.time.durations import Span
from lifecycle.domain.touch import CATCH_UP, LIST, Touch
from lifecycle.engine.touches.message_values import Values
from lifecycle.engine.touches.own_tasks.catching_up import Missed, day_of_start, missed_in_words, plays_in_number
from lifecycle.explain.simulator import Simulation
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.contact_policy import Delay, judge_internal
from lifecycle.rules.hours import after
from lifecycle.rules.windows import INTERNAL_PATIENCE
from lifecycle.state.life import Lifecycle

LONGEST = 200_000
"""Bytes of a list's text: of the customers that have no room in it their number is told."""


@dataclass(frozen=True, slots=True)
class LateStart:
    """A customer that is brought in late: on which day of which stage, and what it has missed.

    It is told to the role `told`, within `due` of `opens`, when whoever holds that role works.
    """

    customer: Customer
    stage: Stage
    day: int
    missed: Sequence[Missed]
    told: str
    opens: datetime
    deadline: datetime

    @property
    def whose(self) -> str:
        """The same for all that one person of ours is told of, as far as is known here: the owner's role is each owner's own."""
        owner = self.customer.owner
        return f"{self.told} {address_key(owner.email) or owner.name.casefold()}" if self.told == OWNER_ROLE else self.told

    @property
    def to_whom(self) -> str:
        """Who is told, in words."""
        return self.customer.owner.name if self.told == OWNER_ROLE else self.told


@dataclass(frozen=True, slots=True)
class OwnerList:
    """The task that lists what customers have missed, and who they are, in the order of the file."""

    touch: Touch
    customers: Sequence[str]


def late_start(customer: Customer, playbook: Playbook, enrolled: datetime) -> LateStart | None:
    """What a customer that a file brings in at that moment has missed; None where it is nothing, or nobody is told.

    Raises Mistake as `engine.begin` does.
    """
    session = Simulation(customer, playbook, enrolled, listed=True).session
    plan, missed = session.program.plan, missed_in_words(session, enrolled)
    if not missed or not plan.told_of_late_start:
        return None
    opens = _opens(session.life, playbook, enrolled, plan.told_of_late_start)
    deadline = _deadline(session.life, playbook, opens, plan.catch_up.due, plan.told_of_late_start)
    return LateStart(customer, session.life.stage, day_of_start(session), missed, plan.told_of_late_start, opens, deadline)


def _opens(life: Lifecycle, playbook: Playbook, at: datetime, role: str) -> datetime:
    verdict = judge_internal(life, playbook.contact_policy, at, role)
    return verdict.until if isinstance(verdict, Delay) else at


def _deadline(life: Lifecycle, playbook: Playbook, at: datetime, due: Span, role: str) -> datetime:
    return after(life, playbook.contact_policy, at, due, role)


def lists_of(
    late: Iterable[LateStart], playbook: Playbook, file: str, batch: str, now: datetime, *, further: bool = False
) -> list[OwnerList]:
    """One list for each whose customers are among them. `file` is what the file is called, `batch` what stands for its content.

    The same content and owner are the same name, and with the same customers the same touch key; a `further` list of an owner has a name of
    its own. It goes when that owner works, and not before `now`.
    """
    by_owner: dict[str, list[LateStart]] = {}
    for each in late:
        by_owner.setdefault(each.whose, []).append(each)
    return [_list(f"{LIST}{batch}.{mark(whose)}", further, of_owner, playbook, file, now) for whose, of_owner in by_owner.items()]


def _list(name: str, further: bool, late: Sequence[LateStart], playbook: Playbook, file: str, now: datetime) -> OwnerList:
    first, ids = late[0], [each.customer.id for each in late]
    name = f"{name}.{mark(*ids)}" if further else name
    owner, at = first.customer.owner, max(first.opens, now)
    shown, text = _text(late, file)
    values: Values = {
        "customer": {"name": _customers(len(late))},
        "owner": {"name": owner.name, "first_name": owner.first_name, "email": owner.email} if first.told == OWNER_ROLE else {},
        "company": dict(playbook.company_values),
        CATCH_UP: {each.customer.id: ", ".join(f"{missed.play} ({missed.due})" for missed in each.missed) for each in late[:shown]},
    }
    touch = Touch(
        key=f"{name}/0/{CATCH_UP}/{mark(*ids)}/list",
        kind=TouchKind.TASK,
        name=CATCH_UP,
        customer=name,
        term=0,
        counts_for="",
        playbook=playbook.ref,
        play=CATCH_UP,
        at=at,
        due=now,
        not_after=at + INTERNAL_PATIENCE,
        timezone=owner.timezone or first.customer.timezone,
        country=owner.country or first.customer.country,
        owner=first.told,
        text=text,
        deadline=first.deadline,
        values=values,
    )
    return OwnerList(touch, ids)


def _text(late: Sequence[LateStart], file: str) -> tuple[int, str]:
    """How many of them the text has room for, and the text."""
    count = sum(len(each.missed) for each in late)
    came = f"{_customers(len(late))} of {file} came in too late for {plays_in_number(count)}."
    lines = [f"{came} Do what still makes sense, or have one sent by 'starter.py run-now CUSTOMER PLAY':"]
    size = json_size(lines[0])
    for number, each in enumerate(late):
        head = f"- {each.customer.name} ({each.customer.id}), day {each.day} of {each.stage.value}:"
        of_customer = [head, *(f"  - {missed.words}" for missed in each.missed)]
        size += sum(json_size(line) + 2 for line in of_customer)
        if size > LONGEST and number:
            rest = len(late) - number
            return number, "\n".join([*lines, f"- and {_customers(rest)} more: 'starter.py status CUSTOMER' says what each has missed"])
        lines += of_customer
    return len(late), "\n".join(lines)


def _customers(count: int) -> str:
    return f"{count} customer{'s' if count != 1 else ''}"


def mark(*names: str) -> str:
    """What stands for these texts in a name: those of owners and customers, or a file's content."""
    return hashlib.blake2b("\n".join(names).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
