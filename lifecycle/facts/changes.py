"""What an event changes in what is known of a customer. Stages and plays are no concern of this file."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from lifecycle.domain.customer import Contact, Contract, Owner
from lifecycle.domain.enums import Category, MilestoneKind
from lifecycle.engine.view import view_of
from lifecycle.facts import events as told
from lifecycle.facts.events import ROUTINE, SIGNS_OF_LIFE, Event
from lifecycle.playbook.program import Program
from lifecycle.state.life import EntryKind, Lifecycle, MeetingState, MilestoneState, OfferState, SurveyState, UsageReport

USAGE_KEPT = 12
FACT_TIMES_KEPT = 1400
IDS_OF_A_KIND_KEPT = 300


def take_in(life: Lifecycle, program: Program, event: Event, moment: datetime) -> None:
    """Change the facts by one event, and write it into the timeline."""
    data = event.fields()
    if event.type not in ROUTINE:
        life.note(event.at, EntryKind.EVENT, event.type, why=_in_words(life, event))
    if event.type in SIGNS_OF_LIFE or (isinstance(data, told.UsageReported) and data.count > 0):
        life.last_active = max(life.last_active or event.fact_time, event.fact_time)
    if event.in_part:
        return
    keeper = _KEEPERS.get(event.type)
    if keeper is not None:
        keeper(life, event, data)
    _measure_milestones(life, program, event, moment)


def _in_words(life: Lifecycle, event: Event) -> str:
    shown = {name: value for name, value in event.data.items() if value not in ("", None) and name not in ("email", "owner_email", "name")}
    person = life.customer.contact(str(event.data.get("email", "")))
    return ", ".join(([person.name] if person is not None else []) + [f"{name} {value}" for name, value in shown.items()])


def newer(life: Lifecycle, fact: str, event: Event) -> bool:
    """Whether this telling of a single-valued fact is the latest by when it happened; it then stands."""
    known = life.fact_times.get(fact)
    if known is not None and event.fact_time < known:
        return False
    life.fact_times[fact] = event.fact_time
    if len(life.fact_times) > FACT_TIMES_KEPT:
        # What somebody wished to hear no more of is remembered longest.
        passing = (name for name in life.fact_times if not name.startswith("opt-out "))
        del life.fact_times[min(passing, key=life.fact_times.__getitem__, default=fact)]
    return True


def _bound(states: dict[str, Any]) -> None:
    """Ids come from outside: of too many the oldest give way."""
    if len(states) > IDS_OF_A_KIND_KEPT:
        del states[next(iter(states))]


def reach(life: Lifecycle, program: Program, name: str, at: datetime, why: str) -> None:
    """Mark a milestone reached, the first time only."""
    state = life.milestones.setdefault(name, MilestoneState())
    if state.done is None:
        state.done = at
        life.note(at, EntryKind.MILESTONE, name, why=why)


def _measure_milestones(life: Lifecycle, program: Program, event: Event, moment: datetime) -> None:
    fields = event.plain()
    view = view_of(life, program)
    if program.milestones_read_state:
        view.refresh(life)
    for name, milestone in program.playbook.milestones.items():
        state = life.milestones.get(name)
        if state is not None and state.done is not None:
            continue
        if event.type == "milestone.reached":
            if fields["milestone"] == name:
                reach(life, program, name, event.fact_time, f"told by {fields['by']}" if fields["by"] else "told")
        elif milestone.kind is MilestoneKind.FUNCTIONAL and milestone.done_when is not None and view.holds(milestone.done_when, fields):
            reach(life, program, name, event.fact_time, f"by {event.type}")


def _usage(life: Lifecycle, event: Event, data: told.UsageReported) -> None:
    report = UsageReport(at=event.fact_time, rate=data.count / data.days, window=data.window)
    if data.window:
        same = [known for known in life.usage if known.window == data.window]
        if any((known.rate, known.at) >= (report.rate, report.at) for known in same):
            return
        life.usage = [known for known in life.usage if known not in same]
    life.usage.append(report)
    life.usage.sort(key=lambda report: (report.at, report.window))
    del life.usage[:-USAGE_KEPT]


def _meeting(life: Lifecycle, event: Event, data: told.Meeting) -> None:
    state = life.meetings.setdefault(data.meeting, MeetingState())
    _bound(life.meetings)
    if event.type == "meeting.held":
        state.held = True
    elif newer(life, f"meeting {data.meeting}", event):
        state.accepted = event.type == "meeting.accepted"
        state.declined = not state.accepted


def _ticket_opened(life: Lifecycle, event: Event, data: told.TicketOpened) -> None:
    if newer(life, f"ticket {data.ticket}", event):
        life.tickets[data.ticket] = data.level
        _bound(life.tickets)


def _ticket_resolved(life: Lifecycle, event: Event, data: told.TicketResolved) -> None:
    if newer(life, f"ticket {data.ticket}", event):
        life.tickets.pop(data.ticket, None)


def _survey(life: Lifecycle, event: Event, data: told.SurveyAnswered) -> None:
    if newer(life, f"survey {data.survey}", event):
        life.surveys[data.survey] = SurveyState(score=data.score, at=event.fact_time, comment=data.comment)
        _bound(life.surveys)


def _contact_added(life: Lifecycle, event: Event, data: told.ContactAdded) -> None:
    if not newer(life, f"contact {data.email.casefold()}", event):
        return
    known = life.customer.contact(data.email)
    if known is None:
        life.customer.contacts.append(Contact(name=data.name, email=data.email, role=data.role, stance=data.stance))
    else:
        known.name, known.role, known.stance = data.name, data.role, data.stance


def _contact_left(life: Lifecycle, event: Event, data: told.ContactLeft) -> None:
    if newer(life, f"contact {data.email.casefold()}", event):
        life.customer.contacts = [one for one in life.customer.contacts if one.email.casefold() != data.email.casefold()]


def _opted_out(life: Lifecycle, event: Event, data: told.OptedOut) -> None:
    # Kept by address, apart from the contact: who leaves and comes back has still opted out.
    address = data.email.casefold()
    refusable = [category for category in Category if category is not Category.OPERATIONAL]
    for category in refusable if data.category == "all" else [data.category]:
        if newer(life, f"opt-out {address} {category.value}", event):
            refused = [one for one in life.opted_out.get(address, []) if one is not category]
            life.opted_out[address] = sorted([*refused, category]) if event.type == "contact.opted_out" else refused


def _handoff(life: Lifecycle, event: Event, data: told.HandoffCompleted) -> None:
    life.handoff_completed = True
    if data.goal and newer(life, "goal", event):
        life.customer.goal = data.goal


def _handoff_accepted(life: Lifecycle, event: Event, data: told.HandoffAccepted) -> None:
    life.handoff_accepted = True


def _offer(life: Lifecycle, event: Event, data: told.OfferAnswered) -> None:
    if newer(life, f"offer {data.offer}", event):
        life.offers.setdefault(data.offer, OfferState()).answer = event.type.removeprefix("offer.")
        _bound(life.offers)


def _payment(life: Lifecycle, event: Event, data: told.Payment) -> None:
    if not newer(life, f"payment {data.invoice}", event):
        return
    if event.type == "payment.failed":
        life.failed_invoices.setdefault(data.invoice, event.fact_time)
        _bound(life.failed_invoices)
    else:
        life.failed_invoices.pop(data.invoice, None)
    life.payment_failed = bool(life.failed_invoices)


def _intent(life: Lifecycle, event: Event, data: told.IntentStated) -> None:
    if newer(life, "intent", event):
        life.intent = data.intent


def _changed(life: Lifecycle, event: Event, data: told.CustomerChanged) -> None:
    customer = life.customer
    for fact in ("name", "timezone", "country", "tier", "segment"):
        value = getattr(data, fact)
        if value and newer(life, fact, event):
            setattr(customer, fact, value)
    if (data.owner_name or data.owner_email) and newer(life, "owner", event):
        customer.owner = Owner(name=data.owner_name or customer.owner.name, email=data.owner_email or customer.owner.email)


def _amended(life: Lifecycle, event: Event, data: told.ContractAmended) -> None:
    contract = life.contract
    end: date = contract.end
    value = contract.annual_value
    if data.end is not None and newer(life, "contract end", event):
        end = data.end
    if data.annual_value is not None and newer(life, "contract value", event):
        value = data.annual_value
    life.customer.contract = Contract(**contract.model_dump() | {"end": end, "annual_value": value})


_Keeper = Callable[[Lifecycle, Event, told.Data], None]

_KEEPERS: dict[str, _Keeper] = {
    name: cast(_Keeper, keeper)
    for name, keeper in {
        "usage.reported": _usage,
        "meeting.accepted": _meeting,
        "meeting.declined": _meeting,
        "meeting.held": _meeting,
        "ticket.opened": _ticket_opened,
        "ticket.resolved": _ticket_resolved,
        "survey.answered": _survey,
        "contact.added": _contact_added,
        "contact.left": _contact_left,
        "contact.opted_out": _opted_out,
        "contact.opted_in": _opted_out,
        "handoff.completed": _handoff,
        "handoff.accepted": _handoff_accepted,
        "offer.approved": _offer,
        "offer.refused": _offer,
        "offer.accepted": _offer,
        "offer.declined": _offer,
        "payment.failed": _payment,
        "payment.recovered": _payment,
        "renewal.intent": _intent,
        "customer.changed": _changed,
        "contract.amended": _amended,
    }.items()
}
