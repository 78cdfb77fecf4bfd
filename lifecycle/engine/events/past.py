"""What is told as past: it changes what is known, and starts and answers nothing. It was so before anybody here looked."""

from datetime import datetime

from lifecycle.domain.bounds import cut
from lifecycle.domain.time.zones import local
from lifecycle.engine.plays.conditions_changed import scan_conditions
from lifecycle.engine.plays.hearing import look_at_runs
from lifecycle.engine.plays.stage_plan import plan_next, plan_silence
from lifecycle.engine.session import Session
from lifecycle.facts.churn import CustomerChurned, CustomerWonBack
from lifecycle.facts.contract import (
    LONGEST_REASON,
    RENEWALS_KEPT,
    CancellationWithdrawn,
    ContractAmended,
    ContractCancelled,
    ContractRenewed,
    ContractSigned,
)
from lifecycle.facts.customer import CustomerChanged
from lifecycle.facts.events import Event
from lifecycle.facts.people import ContactAdded, ContactLeft, OptedIn

UNTOLD = (
    ContractSigned, ContractAmended, CustomerChurned, CustomerWonBack, CustomerChanged, ContactAdded, ContactLeft, OptedIn
)  # fmt: skip
"""What has made the customer and its contract what they are: enrolment tells how they are now, and nobody knows which is older."""


def why_not_past(session: Session, event: Event) -> str | None:
    """Why the event can't be told as past, in a sentence; None if it can."""
    who, since = session.life.customer.id, session.life.customer.past.since
    if event.happened is None:
        return f"event '{event.id}' is told as past and does not say when it happened; give its 'happened'"
    if isinstance(event.fields(), ContractCancelled | CancellationWithdrawn):
        return f"{event.type} is not told as past: whether {who}'s contract ends is not over; tell it as news, with its 'happened'"
    if isinstance(event.fields(), UNTOLD):
        return f"{event.type} is not told as past: how {who} and its contract are now is known from its enrolment; leave it out"
    if since is not None and local(event.happened, session.life.zone).date() < since:
        return f"{event.type} happened on {event.happened:%Y-%m-%d}, before {who} became a customer on {since}; correct 'happened'"
    return None


def remember_renewal(session: Session, data: ContractRenewed) -> None:
    """A renewal of the past counts, with its reason; the term that it began is over, or runs."""
    facts = session.life.facts.contract
    facts.renewals = [*facts.renewals[-(RENEWALS_KEPT - 1) :], cut(data.reason, LONGEST_REASON)]


def settle_in(session: Session, moment: datetime) -> None:
    """After events of the past: what they have ended ends; what they make true starts nothing, for it was true before."""
    changed = session.take_changes()
    look_at_runs(session, moment, changed)
    if "milestones" in changed:
        for play in session.program.on_milestones:
            plan_next(session, play)
    scan_conditions(session, moment, changed, quietly=True)
    for play in session.program.by_silence:
        plan_silence(session, play)
