"""A life begun anew from what is last known of the customer, when nobody has anything more of the one that it had. Moments are UTC."""

from datetime import date, datetime

from lifecycle.domain.people.customer import Contract, Customer
from lifecycle.domain.time.zones import local
from lifecycle.domain.why import Cause
from lifecycle.engine.decide import begin
from lifecycle.engine.operators import begin_paused
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.past import why_not_enrolled
from lifecycle.state.last_known import LastKnown
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry, EntryKind

ANEW = "begun anew"


def begin_anew(last: LastKnown, customer: Customer, playbook: Playbook, at: datetime, why: str, by: str) -> Lifecycle:
    """A life in the place of the one in which the customer was last known so, which `by` begins.

    What was due before that moment is missed: the life before may have sent it. Raises Mistake as `begin` does.
    """
    contract, signed = _in_force(last, customer, at)
    life = begin(customer.model_copy(update={"contract": contract}), playbook.ref, at, playbook.lengths)
    life.progress.anew = at
    life.facts.contract.signed, life.facts.contract.cancelled = signed, last.cancelled
    life.facts.contract.anchor = last.anchor
    life.log.note(Entry(at=at, kind=EntryKind.OPERATOR, what=ANEW, why=why, cause=Cause.OPERATOR, by=by))
    life.record.deed(at, ANEW, why, by)
    if last.paused:
        begin_paused(life, at, last.paused_why, last.paused_by)
    return life


def why_not_anew(last: LastKnown, customer: Customer, playbook: Playbook, at: datetime) -> str | None:
    """Why no life can be begun from that, in a sentence without a full stop; None if one can."""
    today = local(at, customer.timezone).date()
    if last.cancelled is not None and last.cancelled.end <= today:
        return f"{customer.id} has cancelled its contract, which ended on {last.cancelled.end}"
    contract, _ = _in_force(last, customer, at)
    return why_not_enrolled(customer.model_copy(update={"contract": contract}), playbook.contract, at)


def is_over(last: LastKnown) -> bool:
    """Whether the life was over, or the customer had left."""
    return last.stage.has_left


def _in_force(last: LastKnown, customer: Customer, at: datetime) -> tuple[Contract, list[Contract]]:
    """The term that is in force at that moment, of those that were signed, and those that follow it."""
    contract, signed = customer.contract, list(last.signed)
    today: date = local(at, customer.timezone).date()
    while signed and contract.end <= today:
        contract = signed.pop(0)
    return contract, signed
