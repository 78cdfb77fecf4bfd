"""How the term in force ends when an end is announced, and when that is taken back."""

from datetime import date

from lifecycle.domain.enums import Renews
from lifecycle.engine.session import Session
from lifecycle.state.life import Lifecycle


def withdraw(session: Session, today: date) -> None:
    """No end is announced any more: the term in force ends when it would have, unless that day has passed meanwhile."""
    life, facts = session.life, session.life.facts.contract
    cancelled, facts.cancelled = facts.cancelled, None
    if cancelled is None:
        return
    if cancelled.natural > life.contract.end or cancelled.natural > today:
        life.customer.contract = life.contract.model_copy(update={"end": cancelled.natural})
    session.contract_changed()


def fit_to_announced(life: Lifecycle) -> None:
    """The term in force ends on the announced day where that lies in it, or where no other term comes before that day."""
    facts = life.facts.contract
    cancelled, contract = facts.cancelled, life.contract
    if cancelled is None:
        return
    cancelled.natural = contract.end
    last = contract.term == 0 or (contract.renews is Renews.BY_DECISION and not facts.signed)
    if cancelled.end < contract.end or (last and cancelled.end > contract.end):
        life.customer.contract = contract.model_copy(update={"end": cancelled.end})
