"""Whether an event can be true of a customer now. Each type of event has its own checks; most have none."""

from collections.abc import Callable
from typing import cast

from lifecycle.domain.enums import ChurnKind, Stage
from lifecycle.domain.model import LATEST
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.time.zones import local
from lifecycle.engine.events.past import why_not_past
from lifecycle.engine.session import Session
from lifecycle.facts.churn import CustomerChurned, CustomerWonBack
from lifecycle.facts.contract import CancellationWithdrawn, ContractAmended, ContractCancelled, ContractRenewed, ContractSigned
from lifecycle.facts.customer import CustomerChanged, with_attributes
from lifecycle.facts.events import Event, EventData
from lifecycle.facts.health_override import HealthOverridden
from lifecycle.facts.milestones import MilestoneReached
from lifecycle.facts.people import ContactAdded, ContactLeft
from lifecycle.facts.usage import UsageReported, window_fault
from lifecycle.rules.contract.clock import WITH_US
from lifecycle.rules.contract.terms import is_told_again, latest_term
from lifecycle.state.room import CONTACTS, size_of_contacts, too_large

MOST_CONTACTS = 300
MOST_SIGNED = 10
_FEW_CONTACTS = 25
"""So many have room whatever characters their names and addresses are made of."""


def validate(session: Session, event: Event) -> str | None:
    """Why the event can't be true of this customer now, in a sentence; None if it can."""
    life = session.life
    who = life.customer.id
    if session.is_closed:
        return f"{who} is closed ({life.progress.closed}), so it takes no more events"
    if event.past:
        return why_not_past(session, event) or _of_the_past(session, event)
    if event.happened is not None:
        first = min([contract.start for contract in life.progress.past_contracts] + [life.contract.start])
        day = local(event.happened, life.zone).date()
        if day < first:
            return f"{event.type} happened on {day}, before {who}'s contract began on {first}; correct 'happened'"
    data = event.fields()
    check = _CHECKS.get(type(data))
    return check(session, event, data) if check is not None else None


def _of_the_past(session: Session, event: Event) -> str | None:
    match event.fields():
        case MilestoneReached() as reached:
            return _milestone(session, event, reached)
        case UsageReported() as report:
            return _no_window(session, event, report)
    return None


def _signed(session: Session, event: Event, data: ContractSigned) -> str | None:
    stage = session.life.stage
    if stage is not Stage.TRIAL:
        return f"{session.life.customer.id} is in {stage.value} and not on trial; tell contract.renewed or contract.amended instead"
    if data.end <= data.start:
        return f"the contract ends on {data.end}, which is not after its start on {data.start}"
    return None


def _overridden(session: Session, event: Event, data: HealthOverridden) -> str | None:
    life = session.life
    if life.stage.has_left:
        return f"{life.customer.id} has left, and who has left has no health"
    if data.until < local(event.at, life.zone).date():
        return f"the word on health would stand until {data.until}, which has passed; tell a later day"
    return None


def _not_under_contract(session: Session) -> str | None:
    if session.life.stage not in (*WITH_US, Stage.TRIAL):
        return f"{session.life.customer.id} has churned, so its contract can't change; tell customer.won_back first"
    return None


def _renewed(session: Session, event: Event, data: ContractRenewed) -> str | None:
    contract = latest_term(session.life)
    if (why := _not_under_contract(session)) is not None:
        return why
    if session.life.stage is Stage.TRIAL:
        return f"{session.life.customer.id} is on trial; tell contract.signed instead"
    if is_told_again(session.life, data, local(event.at, session.life.zone).date()):
        return None
    if data.end is not None and data.end <= contract.end:
        return f"the renewed term ends on {data.end}, which is not after the end of the latest term on {contract.end}"
    if len(session.life.facts.contract.signed) >= MOST_SIGNED:
        return f"{session.life.customer.id} has {MOST_SIGNED} terms signed ahead, which is the most"
    if data.end is None and contract.end.year + contract.days // 365 + 1 > LATEST.year:
        return f"the renewed term would end after {LATEST}; tell its end"
    return None


def _amended(session: Session, event: Event, data: ContractAmended) -> str | None:
    contract = session.life.contract
    if (why := _not_under_contract(session)) is not None:
        return why
    if data.says_nothing:
        return "contract.amended needs 'end', 'annual_value', 'currency', 'renews' or 'notice'"
    if data.end is not None and data.end <= contract.start:
        return f"the contract would end on {data.end}, before its start on {contract.start}; tell customer.churned if it ended"
    return None


def _cancelled(session: Session, event: Event, data: ContractCancelled) -> str | None:
    life = session.life
    if (why := _not_under_contract(session)) is not None:
        return why
    if data.kind is ChurnKind.NO_DECISION:
        return "contract.cancelled tells what the customer has announced: its 'kind' is choice or natural"
    if data.end is not None and data.end <= life.contract.start:
        return f"the contract would end on {data.end}, before its start on {life.contract.start}; tell customer.churned if it ended"
    return None


def _cancellation_withdrawn(session: Session, event: Event, data: CancellationWithdrawn) -> str | None:
    if (why := _not_under_contract(session)) is not None:
        return why
    if session.life.facts.contract.cancelled is None:
        return f"{session.life.customer.id}'s contract is not cancelled, so nothing can be taken back"
    return None


def _changed(session: Session, event: Event, data: CustomerChanged) -> str | None:
    customer, contract = session.life.customer, session.life.contract
    if data.contract_start is not None:
        before = session.life.progress.past_contracts[-1:]
        if data.contract_start >= contract.end:
            return f"contract_start {data.contract_start} is not before the contract's end on {contract.end}; tell contract.amended with its end first"
        if before and data.contract_start < before[0].end:
            return f"contract_start {data.contract_start} lies before the end of the term before, on {before[0].end}; correct it"
    if not (data.told_attributes() or data.industry or data.edition):
        return None
    told = {"attributes": with_attributes(customer, data.told_attributes())}
    texts = {"industry": data.industry or customer.industry, "edition": data.edition or customer.edition}
    return too_large(customer.model_copy(update=told | texts))


def _churned(session: Session, event: Event, data: CustomerChurned) -> str | None:
    who, churn = session.life.customer.id, session.life.facts.churn
    if data.kind is ChurnKind.NO_DECISION and churn.at is None and local(event.at, session.life.zone).date() < session.life.contract.end:
        return (
            f"{who}'s term runs until {session.life.contract.end}, so a decision may still come; tell the kind choice or natural if it left"
        )
    if churn.at is not None:
        return f"{who} has churned already ({churn.reason})"
    if churn.won_back is not None and event.fact_time < churn.won_back:
        return f"{who} left on {event.fact_time:%Y-%m-%d} and was won back on {churn.won_back:%Y-%m-%d}; this is old news"
    return None


def _won_back(session: Session, event: Event, data: CustomerWonBack) -> str | None:
    life = session.life
    starts = data.start or local(event.at, life.zone).date()
    if starts > LATEST or (data.end is None and starts.year + life.contract.days // 365 + 1 > LATEST.year):
        return f"the new term would end after {LATEST}; tell its end"
    if life.stage is not Stage.WIN_BACK:
        return f"{life.customer.id} is in {life.stage.value} and was not lost, so it can't be won back"
    if data.end is not None and data.end <= starts:
        return f"the new term ends on {data.end}, which is not after its start"
    return None


def _milestone(session: Session, event: Event, data: MilestoneReached) -> str | None:
    milestones = session.program.playbook.milestones
    if data.milestone not in milestones:
        return f"the playbook {session.life.playbook} has no milestone '{data.milestone}', only {', '.join(milestones) or 'none at all'}"
    return None


def _left(session: Session, event: Event, data: ContactLeft) -> str | None:
    # What happened earlier may be told before that there was such a contact.
    if session.life.customer.contact(data.email) is None and event.happened is None:
        return f"{session.life.customer.id} has no contact with that address; see its contacts in `status`"
    return None


# A life is carried from run to run whole, so it has room for so many people and no more.


def _too_many_contacts(session: Session, event: Event, data: ContactAdded) -> str | None:
    customer = session.life.customer
    known = customer.contact(data.email)
    if len(customer.contacts) >= MOST_CONTACTS and known is None:
        return f"{customer.id} has {MOST_CONTACTS} contacts already, which is the most; tell contact.left of those who left"
    # A contact of usual length has a half of its share of the room: most are judged by their number alone.
    if len(customer.contacts) < _FEW_CONTACTS:
        return None
    others = [contact for contact in customer.contacts if contact is not known]
    told = Contact(name=data.name, email=data.email, phone=data.phone or (known.phone if known else ""), role=data.role, stance=data.stance)
    if size_of_contacts([*others, told]) > CONTACTS:
        return (
            f"{customer.id}'s contacts have names and addresses so long that there is no room for more; tell contact.left of those who left"
        )
    return None


def _no_window(session: Session, event: Event, data: UsageReported) -> str | None:
    return window_fault(data.window, event.at) if data.window else None


Check = Callable[[Session, Event, EventData], str | None]

_CHECKS: dict[type[EventData], Check] = {
    kind: cast(Check, check)
    for kind, check in (
        (CustomerChanged, _changed),
        (ContractSigned, _signed),
        (ContractRenewed, _renewed),
        (ContractAmended, _amended),
        (ContractCancelled, _cancelled),
        (CancellationWithdrawn, _cancellation_withdrawn),
        (CustomerChurned, _churned),
        (CustomerWonBack, _won_back),
        (MilestoneReached, _milestone),
        (HealthOverridden, _overridden),
        (ContactLeft, _left),
        (ContactAdded, _too_many_contacts),
        (UsageReported, _no_window),
    )
}
