"""How a contract goes on: whether its term has an end, what an announced end comes to, and until when it may be cancelled in time."""

from datetime import date, timedelta
from typing import NamedTuple, assert_never

from lifecycle.domain.enums import Renews
from lifecycle.domain.people.customer import Contract
from lifecycle.domain.time.calendar import shift
from lifecycle.domain.time.durations import Span
from lifecycle.playbook.policy import ContractRules
from lifecycle.rules.contract.terms import anchor_of, latest_term, terms_after
from lifecycle.state.life import Lifecycle

ENDLESS = 36_500
"""Days that are left of a contract without an end, for conditions: a hundred years."""


class Announced(NamedTuple):
    """The day on which a cancelled contract ends; `late` where the notice was missed for the end that was meant, so that it ends later."""

    end: date
    late: bool


def ends_here(life: Lifecycle) -> bool:
    """Whether the contract was cancelled and ends with the term in force."""
    cancelled = life.facts.contract.cancelled
    return cancelled is not None and cancelled.end <= life.contract.end


def has_end(life: Lifecycle) -> bool:
    """Whether the term in force has an end that anything can come before: that of a rolling contract must have been announced."""
    return _renews(life.contract) is not Renews.ROLLING or ends_here(life)


def renews_by_itself(life: Lifecycle) -> bool:
    """Whether the next term begins by itself when the one in force ends."""
    return _renews(life.contract) is not Renews.BY_DECISION and not ends_here(life)


def _renews(contract: Contract) -> Renews:
    """How it goes on; after a trial somebody buys, whatever the contract will be."""
    return contract.renews if contract.term > 0 else Renews.BY_DECISION


def days_left(life: Lifecycle, today: date) -> int:
    """Days to the contract's end from that local day; `ENDLESS` where it has none."""
    return (life.contract.end - today).days if has_end(life) else ENDLESS


def notice_of(contract: Contract, rules: ContractRules) -> Span:
    """The contract's notice; the playbook's, where it has none of its own."""
    return contract.notice if contract.notice is not None else rules.notice.in_days()


def cancel_by(contract: Contract, rules: ContractRules, country: str) -> date | None:
    """The last day on which a contract that renews by itself may be cancelled for its term's end; None where it does not renew so."""
    if _renews(contract) is not Renews.AUTOMATIC:
        return None
    return shift(contract.end, notice_of(contract, rules), country, -1)


def announced_end(life: Lifecycle, told: date | None, on: date, rules: ContractRules) -> Announced:
    """When a contract ends that was cancelled on that local day, for the day that was told or for the earliest.

    Where somebody was to decide, it ends as told, or with the latest term that is signed. One that renews by itself ends so if that
    leaves the notice; else with the first term whose end leaves it. A rolling one ends as told, or when the notice is over.
    """
    latest, country = latest_term(life), life.customer.country
    notice = notice_of(latest, rules)
    match renews := _renews(latest):
        case Renews.ROLLING:
            return Announced(told or max(shift(on, notice, country), life.contract.start + timedelta(days=1)), late=False)
        case Renews.BY_DECISION:
            return Announced(told or latest.end, late=False)
        case Renews.AUTOMATIC:
            meant = told or latest.end
            if _in_time(meant, on, notice, country):
                return Announced(meant, late=False)
            end = latest.end
            for term in (latest, *terms_after(latest, anchor_of(life))):
                end = term.end
                if end >= meant and _in_time(end, on, notice, country):
                    break
            return Announced(end, late=True)
    assert_never(renews)


def _in_time(end: date, on: date, notice: Span, country: str) -> bool:
    return on <= shift(end, notice, country, -1)
