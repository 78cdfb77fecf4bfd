"""Stages and terms in the record, renewals and losses. Moments are UTC."""

from datetime import datetime

from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Contract
from lifecycle.domain.record import FactKind
from lifecycle.domain.time.zones import local
from lifecycle.engine.session import Session
from lifecycle.state.life import Lifecycle


def record_stage(session: Session, at: datetime, entered: str, *, met: bool, why: str) -> None:
    """The customer leaves its stage for another, after so many days; `met` says whether the stage's exit test was."""
    life = session.life
    days = (local(at, life.zone).date() - life.progress.stage_day).days
    data: dict[str, Scalar] = {"from": life.stage.value, "days": days, "met": met, "why": why}
    life.record.add(at, FactKind.STAGE, entered, data=data)


def record_term(session: Session, at: datetime, contract: Contract) -> None:
    """Another term begins to be lived."""
    data: dict[str, Scalar] = {"start": contract.start.isoformat(), "end": contract.end.isoformat(), "amount": contract.annual_value}
    session.life.record.add(at, FactKind.TERM, str(contract.term), data=data)


def record_renewal(session: Session, at: datetime, reason: str, following: Contract, by: str = "") -> None:
    """The customer renewed into that term, and why, after which offers."""
    life = session.life
    data: dict[str, Scalar] = {
        "reason": reason,
        "start": following.start.isoformat(),
        "end": following.end.isoformat(),
        "amount": following.annual_value,
        "before": life.contract.annual_value,
        "currency": following.currency,
        "offers": offers_in_term(life),
    }
    life.record.add(at, FactKind.RENEWED, str(following.term), by=by, data=data)


def record_loss(session: Session, at: datetime, kind: str, reason: str, detail: str) -> None:
    """The customer has left, and why, in spite of which offers; the amount is what a year of its contract is worth."""
    life = session.life
    data: dict[str, Scalar] = {
        "kind": kind,
        "reason": reason,
        "detail": detail,
        "amount": life.contract.annual_value,
        "currency": life.contract.currency,
        "offers": offers_in_term(life),
    }
    life.record.add(at, FactKind.LOST, str(life.contract.term), data=data)


def offers_in_term(life: Lifecycle) -> str:
    """The offers that were granted in the term in force, each with what was said to it, as in `loyalty accepted, gift`."""
    granted = [(name, state.answer) for name, state in life.facts.offers.states.items() if life.key_term in state.terms]
    return ", ".join(f"{name} {answer}".strip() for name, answer in granted)
