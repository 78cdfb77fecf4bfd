"""What a customer's past makes of its beginning with us: which term runs, whether it is onboarded, and what cannot be."""

from datetime import date, datetime

from lifecycle.domain.enums import Renews
from lifecycle.domain.people.customer import Contract, Customer
from lifecycle.domain.people.past import Past
from lifecycle.domain.time.calendar import shift
from lifecycle.domain.time.zones import local, midnight
from lifecycle.playbook.policy import ContractRules
from lifecycle.rules.contract.terms import terms_after


def begins_as(customer: Customer, today: date) -> Contract:
    """The contract with which its life begins on that local day: of one that renews by itself, or has no end, the term that runs by then.

    One who is onboarded, or was a customer before this contract began, is not onboarded again.
    """
    contract = customer.contract
    if _goes_on(contract) and contract.end <= today:
        contract = next((term for term in terms_after(contract, contract.start) if today < term.end), contract)
    return contract.model_copy(update={"onboards": False}) if contract.onboards and _is_onboarded(contract, customer.past) else contract


def _is_onboarded(contract: Contract, past: Past) -> bool:
    if contract.term == 0:
        return False
    return contract.term > 1 or past.onboarded or past.onboarded_on is not None or (past.since is not None and past.since < contract.start)


def _goes_on(contract: Contract) -> bool:
    return contract.term > 0 and contract.renews is not Renews.BY_DECISION


def terms_before(contract: Contract, since: date) -> int:
    """How many terms as long as this one fit between that day and its start, one at least."""
    return max(1, round((contract.start - since).days / contract.days))


def why_not_enrolled(customer: Customer, rules: ContractRules, now: datetime) -> str | None:
    """Why the customer can't be enrolled at that moment (UTC), in a sentence without a full stop; None if it can.

    Its past lies ahead, or its contract ended so long ago that it would be taken for lost at once.
    """
    if (why := why_no_past(customer, local(now, customer.timezone).date())) is not None:
        return why
    return why_too_late(customer, rules, now)


def why_too_late(customer: Customer, rules: ContractRules, now: datetime) -> str | None:
    """Why it is too late to enrol the customer at that moment (UTC), in a sentence without a full stop; None if it is not."""
    if _goes_on(customer.contract):
        return None
    over = shift(customer.contract.end, rules.grace, customer.country)
    if now < midnight(over, customer.timezone):
        return None
    return f"{customer.id}'s contract ended on {customer.contract.end}, longer ago than the grace of {rules.grace}; give its present term"


def why_no_past(customer: Customer, today: date) -> str | None:
    """Why that cannot be its past, in a sentence without a full stop; None if it can."""
    past, contract = customer.past, customer.contract
    if past.since is not None and past.since > contract.start:
        return f"customer_since {past.since} lies after the contract's start on {contract.start}"
    if contract.term == 0 and (past.since is not None or past.onboarded or past.onboarded_on is not None):
        return "who is on trial has not been a customer, nor been onboarded; leave trial, or customer_since and onboarded, empty"
    if contract.term == 1 and past.since is not None and past.since < contract.start:
        return f"term 1 began with the contract on {contract.start}, and customer_since {past.since} lies before it; say which term runs"
    first = past.since or (contract.start if contract.term == 1 else None)
    days = {f"milestone {name}": day for name, day in past.milestones.items()} | {"onboarded": past.onboarded_on}
    for what, day in days.items():
        if day is None:
            continue
        if day > today:
            return f"{what}: {day} lies ahead; tell it when it has come"
        if first is not None and day < first and contract.term > 0:
            return f"{what}: {day} lies before {first}, when it became a customer"
    return None
