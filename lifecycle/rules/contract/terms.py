"""Terms: when the next one ends, and whether what is told renews the contract or corrects a renewal that is known. Days are the customer's own."""

from collections.abc import Iterator
from datetime import date, timedelta

from lifecycle.domain.model import LATEST
from lifecycle.domain.people.customer import Contract
from lifecycle.domain.time.calendar import add_months
from lifecycle.facts.contract import ContractRenewed
from lifecycle.state.life import Lifecycle


def months_of(contract: Contract, anchor: date) -> tuple[int, int] | None:
    """How many months after the anchor the term begins and ends, where both are whole months; None where it is counted in days.

    31 January anchors terms that end on 28 February, 31 March and so on.
    """
    begins, ends = _months_between(anchor, contract.start), _months_between(anchor, contract.end)
    whole = add_months(anchor, begins) == contract.start and add_months(anchor, ends) == contract.end
    return (begins, ends) if whole and begins < ends else None


def next_end(contract: Contract, start: date, anchor: date) -> date:
    """When a term ends that begins on that day and is as long as the contract's.

    Whole months and years are counted by the calendar, from the anchor where the term begins at the old one's end; others in days.
    """
    months = months_of(contract, anchor)
    if months is None:
        return start + timedelta(days=contract.days)
    begins, ends = months
    return add_months(anchor, ends + ends - begins) if start == contract.end else add_months(start, ends - begins)


def terms_after(contract: Contract, anchor: date) -> Iterator[Contract]:
    """The terms that follow the contract's without a gap and are as long, one after the other, as far as the calendar goes."""
    while (end := next_end(contract, contract.end, anchor)) <= LATEST:
        contract = contract.model_copy(update={"term": contract.term + 1, "start": contract.end, "end": end, "onboards": False})
        yield contract


def anchor_of(life: Lifecycle) -> date:
    """The first day of the first of the terms that follow each other without a gap up to the one in force."""
    if (anchor := life.facts.contract.anchor) is not None:
        return anchor
    first = life.contract
    for past in reversed(life.progress.past_contracts):
        if past.end != first.start or past.term == 0:
            break
        first = past
    return first.start


def anchor_anew(life: Lifecycle, contract: Contract) -> None:
    """A term with an end of its own is counted by the calendar from its own start, where it is whole months so and was not before."""
    if months_of(contract, anchor_of(life)) is None and months_of(contract, contract.start) is not None:
        life.facts.contract.anchor = contract.start


def latest_term(life: Lifecycle) -> Contract:
    """The last term that is signed; the one in force, if the next is not signed yet."""
    signed = life.facts.contract.signed
    return signed[-1] if signed else life.contract


def is_told_again(life: Lifecycle, data: ContractRenewed, today: date) -> bool:
    """Whether it tells a renewal that is known once more: then it confirms or corrects that one, and no further term is signed.

    Two systems tell one renewal, one before the old term's end and the other after it. An end that lies within a third of a
    term of the latest term's, told before a third of that term is over, corrects it. Without an end it means the latest term, if
    that one came by a renewal.
    """
    latest = latest_term(life)
    if (today - latest.start).days * 3 >= latest.days:
        return False
    if data.end is None:
        return latest is not life.contract or _came_by_a_renewal(life)
    return abs((data.end - latest.end).days) * 3 <= latest.days


def _came_by_a_renewal(life: Lifecycle) -> bool:
    past = life.progress.past_contracts[-1:]
    return any(each.end == life.contract.start and each.term > 0 for each in past)


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
