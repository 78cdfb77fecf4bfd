"""What tests of lives are made of: playbooks of a few lines, one customer, its events.

`life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 3})}))` lives from 2 March 2026,
`life.advance(utc("2026-06-01"))` lives on until then, and `touched(life)` is `["2026-03-05 09:00 hello/1/email-note"]`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from lifecycle.domain.enums import Outcome, Renews, Role, Tier
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Contact, Contract, Customer, Owner
from lifecycle.domain.time.durations import Span
from lifecycle.domain.time.zones import at_local, local
from lifecycle.explain.simulator import JUST_BEFORE, Perform, Simulation, done
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import EntryKind
from tests.lifecycle.calls import state

START = date(2026, 3, 2)
"""A Monday; the contract of `a_customer` begins then, in Berlin."""

Raw = dict[str, Any]

_ids = count(1)


# ---- steps, as a playbook has them


def email(template: str = "note", **fields: Any) -> Raw:
    return {"email": {"template": template} | fields}


def meeting(template: str = "kickoff", **fields: Any) -> Raw:
    return {"meeting": {"template": template} | fields}


def survey(name: str = "nps", **fields: Any) -> Raw:
    return {"survey": {"template": name, "survey": name} | fields}


def task(title: str = "Call them", due: Any = "2d", **fields: Any) -> Raw:
    return {"task": {"title": title, "due": due} | fields}


def escalate(to: str = "cs-manager", reason: str = "look at it", **fields: Any) -> Raw:
    return {"escalate": {"to": to, "reason": reason} | fields}


def offer(name: str = "discount", **fields: Any) -> Raw:
    return {"offer": {"offer": name, "terms": "ten percent off"} | fields}


def webhook(name: str = "crm") -> Raw:
    return {"webhook": {"name": name}}


def wait(span: str) -> Raw:
    return {"wait": span}


def wait_for(event: str | list[str] | None = None, timeout: str = "3d", **fields: Any) -> Raw:
    return {"wait_for": ({"event": event} if event is not None else {}) | {"timeout": timeout} | fields}


def a_play(*steps: Raw, **fields: Any) -> Raw:
    """A play of those steps; `if_` and `for_` may stand for `if` and `for`."""
    return {name.rstrip("_"): value for name, value in fields.items()} | {"steps": list(steps)}


# ---- playbooks


def a_playbook(
    *, milestones: Raw | None = None, milestones_of: Raw | None = None, days: Raw | None = None, rest: Raw | None = None, **stages: Raw
) -> Playbook:
    """A playbook with the plays of each stage named, `growth={"hello": {...}}`, and with no jitter, quiet hours or cap unless `rest` sets them.

    Nobody asks about who has lapsed unless `lapsed` says so. `milestones` stand in onboarding, those
    of other stages in `milestones_of`, by stage; `days={"renewal": 120}` says how long a stage lasts.
    """
    unless_said: dict[str, Raw] = {"lapsed": {}}
    plans: dict[str, Raw] = {stage: _a_plan(stage) | {"plays": plays} for stage, plays in (unless_said | stages).items()}
    for stage, length in (days or {}).items():
        plans.setdefault(stage, _a_plan(stage))["days"] = length
    for stage, planned in ({"onboarding": milestones} | (milestones_of or {})).items():
        if planned:
            plans.setdefault(stage, _a_plan(stage))["milestones"] = planned
    policy = {"cap": {"emails": 50, "per": "1d"}, "hours": {"opens": "00:00", "closes": "23:59", "business_days": False}, "jitter": "0s"}
    company = {"name": "Us", "email": "success@us.example"}
    base = {"playbook": "tested", "company": company, "contact_policy": policy, "stages": plans, "version": "v1"}
    return Playbook.model_validate(base | (rest or {}))


def _a_plan(stage: str) -> Raw:
    return {"goal": f"the goal of {stage}", "owner": "csm", "exit": "true"}


STRICT_POLICY: Raw = {"cap": {"emails": 2, "per": "7d"}, "hours": {"opens": "09:00", "closes": "18:00"}, "jitter": "20m"}
"""The contact policy that a playbook has if it says nothing; `rest={"contact_policy": STRICT_POLICY}`."""


# ---- customers


def a_contact(name: str = "Ana Silva", email: str = "ana@acme.example", role: Role = Role.CHAMPION) -> Contact:
    return Contact(name=name, email=email, role=role)


def a_customer(
    *,
    id: str = "acme",
    tier: Tier = Tier.A,
    timezone: str = "Europe/Berlin",
    country: str = "DE",
    start: date = START,
    end: date = date(2027, 3, 2),
    term: int = 1,
    renews: Renews = Renews.BY_DECISION,
    notice: str | None = None,
    contacts: list[Contact] | None = None,
    **fields: Any,
) -> Customer:
    """Acme in Berlin, tier A, for a year from 2 March 2026, with Ana as its champion and Bo as its sponsor."""
    people = [a_contact(), a_contact("Bo Berg", "bo@acme.example", Role.SPONSOR)] if contacts is None else contacts
    told = Span.parse(notice) if notice is not None else None
    contract = Contract(term=term, start=start, end=end, annual_value=12000.0, renews=renews, notice=told)
    owner = fields.pop("owner", None) or Owner(name="Kim Lee", email="kim@us.example")
    return Customer(
        id=id, name="Acme", timezone=timezone, country=country, tier=tier, owner=owner, contacts=people, contract=contract, **fields
    )


# ---- events


def an_event(type: str, at: datetime, *, id: str = "", happened: datetime | None = None, **data: Scalar) -> Event:
    """An event told then; without an id it gets one of its own."""
    return _told(type, at, id, data, happened)


def _told(type: str, at: datetime, id: str, data: dict[str, Scalar], happened: datetime | None = None) -> Event:
    return Event(id=id or f"event-{next(_ids)}", type=type, at=at, happened=happened, data=data)


def churned(at: datetime, kind: str = "choice", reason: str = "price", id: str = "") -> Event:
    return an_event("customer.churned", at, id=id, kind=kind, reason=reason)


def renewed(at: datetime, id: str = "", **data: Scalar) -> Event:
    return _told("contract.renewed", at, id, {"reason": "value", **data})


def amended(at: datetime, end: date, id: str = "") -> Event:
    return an_event("contract.amended", at, id=id, end=end.isoformat())


def cancelled(at: datetime, id: str = "", **data: Scalar) -> Event:
    return _told("contract.cancelled", at, id, {"reason": "price", **data})


def withdrawn(at: datetime, id: str = "") -> Event:
    return an_event("contract.cancellation_withdrawn", at, id=id)


def won_back(at: datetime, id: str = "", **data: Scalar) -> Event:
    return _told("customer.won_back", at, id, {"reason": "missed it", **data})


def changed(at: datetime, id: str = "", **data: Scalar) -> Event:
    return _told("customer.changed", at, id, dict(data))


def happened(type: str, told: str, came: str, **data: Scalar) -> Event:
    """An event of the second day, told at 09:00 of the first."""
    return Event(id=f"{type} {told}", type=type, at=moment(told), happened=moment(came), data=data)


def login(day: str, clock: str = "09:00") -> Event:
    return an_event("login", moment(day, clock))


def opened(day: str, ticket: str, clock: str = "09:00", level: int = 3) -> Event:
    return an_event("ticket.opened", moment(day, clock), ticket=ticket, level=level)


def resolved(day: str, ticket: str, clock: str = "09:00") -> Event:
    return an_event("ticket.resolved", moment(day, clock), ticket=ticket)


TICKET: dict[str, Raw] = {"ticket": a_play(task(), on="ticket.opened")}
"""A play that every ticket starts."""


def ticket(day: str, id: str = "", name: str = "T-1", **data: Scalar) -> Event:
    """That ticket opened at 10:00."""
    return _told("ticket.opened", moment(day, "10:00"), id, {"ticket": name, **data})


# ---- moments


def moment(day: date | str, clock: str = "09:00", zone: str = "Europe/Berlin") -> datetime:
    """That wall-clock time in that zone, as UTC."""
    return at_local(date.fromisoformat(day) if isinstance(day, str) else day, time.fromisoformat(clock), zone)


def utc(text: str) -> datetime:
    """`2026-03-02 09:00` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# ---- lives and what became of them


def living(
    playbook: Playbook,
    customer: Customer | None = None,
    at: datetime | None = None,
    *,
    perform: Perform = done,
    after_each: Callable[[Lifecycle], Lifecycle] | None = None,
) -> Simulation:
    """A simulated life; enrolled at the first instant of its contract unless another moment is given."""
    who = customer or a_customer()
    begins = at if at is not None else at_local(who.contract.start, time(), who.timezone)
    return Simulation(who, playbook, begins, perform=perform, after_each=after_each)


def touched(life: Simulation) -> list[str]:
    """Every touch asked for, as `2026-03-02 09:00 play/occurrence/step` by the customer's clock then."""
    return [f"{local(touch.at, touch.timezone):%Y-%m-%d %H:%M} {touch.key.split('/', 2)[2]}" for touch in life.touches]


def unsent(life: Simulation, *outcomes: Outcome) -> list[str]:
    """What did not go out, as `2026-03-02 09:00 missed play/occurrence/step: why`."""
    rows = [record for record in life.records if not outcomes or record.outcome in outcomes]
    return [f"{local(row.at, life.life.zone):%Y-%m-%d %H:%M} {row.outcome.value} {row.key.split('/', 2)[2]}: {row.why}" for row in rows]


def stages(life: Simulation) -> list[str]:
    """The stages lived in, as `2026-03-02 onboarding`."""
    lines = [entry for entry in state(life).timeline if entry.kind is EntryKind.STAGE]
    return [f"{local(entry.at, life.life.zone):%Y-%m-%d} {entry.what}" for entry in lines]


def live(life: Simulation, until: datetime, *events: Event) -> Simulation:
    """Live on until that moment; each event is told at its own and must be taken."""
    for at in sorted({event.at for event in events}):
        life.advance(max(life.now, at - JUST_BEFORE))
        for answer in life.tell(*(event for event in events if event.at == at)):
            assert answer.taken, answer.why
    life.advance(until)
    return life


def why_stages(life: Simulation) -> list[str]:
    """The stages lived in and why, as `2026-03-02 onboarding: enrolled`, without their exit tests."""
    lines = [entry for entry in state(life).timeline if entry.kind is EntryKind.STAGE]
    return [f"{local(entry.at, life.life.zone):%Y-%m-%d} {entry.what}: {entry.why.partition(';')[0]}" for entry in lines]


def ended(life: Simulation) -> list[str]:
    """The plays that ended before their time, as `2026-03-02 09:00 play: why`."""
    lines = [entry for entry in state(life).timeline if entry.kind is EntryKind.PLAY]
    return [f"{local(entry.at, life.life.zone):%Y-%m-%d %H:%M} {entry.what}: {entry.why.removeprefix('ended: ')}" for entry in lines]
