"""How a life moves between stages and terms: by the contract clock, and at once by some events."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import cast

from lifecycle.domain.customer import Contract
from lifecycle.domain.enums import ChurnKind, Stage
from lifecycle.domain.zones import local
from lifecycle.engine.session import Session
from lifecycle.facts.churn import CustomerChurned, CustomerWonBack
from lifecycle.facts.contract import ContractAmended, ContractRenewed, ContractSigned
from lifecycle.facts.events import Event, EventData
from lifecycle.rules.contract_clock import PAYING, stage_on
from lifecycle.rules.hours import after
from lifecycle.state.log import EntryKind

NO_DECISION = "no decision"
PAST_CONTRACTS_KEPT = 10


def enter(session: Session, stage: Stage, at: datetime, why: str) -> None:
    """Leave the present stage for another, saying whether its exit test was met (R01)."""
    life = session.life
    if stage is life.stage:
        return
    met = session.holds(session.program.plan.exit)
    session.note(at, EntryKind.STAGE, stage.value, f"{why}; {life.stage.value}'s exit test {'met' if met else 'not met'}")
    progress = life.progress
    progress.stage, progress.stage_since, progress.stage_is_new = stage, at, True
    progress.stage_day = local(at, life.zone).date()
    progress.visits += 1
    session.stage_changed()


def _begin_term(session: Session, contract: Contract, at: datetime) -> None:
    life, progress = session.life, session.life.progress
    progress.past_contracts = [*progress.past_contracts[-(PAST_CONTRACTS_KEPT - 1) :], life.contract]
    life.customer.contract, progress.term_since, progress.round = contract, at, 1
    for name, state in life.plays.states.items():
        state.forget_term()
        session.agenda.set(name, None)
    session.contract_changed()


def turn_by_clock(session: Session, at: datetime) -> None:
    """The present stage's end has come with no event to end it."""
    life = session.life
    reason = life.facts.churn.reason
    match life.stage:
        case Stage.ONBOARDING:
            enter(session, stage_on(life.contract, local(at, life.zone).date(), session.program.playbook.lengths), at, "the contract clock")
        case Stage.GROWTH:
            enter(session, Stage.RENEWAL, at, "the contract clock")
        case Stage.RENEWAL:
            _lose(session, ChurnKind.CHOICE, NO_DECISION, "", at)
        case Stage.TRIAL:
            _close(session, at, "the trial ended without a purchase")
        case Stage.WIN_BACK:
            _close(session, at, f"finally lost: {reason}")
        case Stage.FAREWELL | Stage.CLOSED:
            _close(session, at, f"gone: {reason}")


def _close(session: Session, at: datetime, why: str) -> None:
    session.life.progress.closed = why
    enter(session, Stage.CLOSED, at, why)


def _lose(session: Session, kind: ChurnKind, reason: str, detail: str, at: datetime) -> None:
    """The customer has left: by choice it may be won back, a natural end gets a farewell (R57)."""
    churn = session.life.facts.churn
    churn.at, churn.kind, churn.reason, churn.detail = at, kind, reason, detail
    session.subject_changed("churn")
    enter(session, Stage.WIN_BACK if kind is ChurnKind.CHOICE else Stage.FAREWELL, at, f"churned: {reason}")


def turn_by_event(session: Session, event: Event, at: datetime) -> None:
    """Change stage or term as the event says, at once; most events change neither."""
    data = event.fields()
    turn = _TURNS.get(type(data))
    if turn is not None:
        turn(session, event, data, at)
        session.life.progress.replan = True


def _signed(session: Session, event: Event, data: ContractSigned, at: datetime) -> None:
    life = session.life
    paid = {"term": 1, "start": data.start, "end": data.end, "annual_value": data.annual_value, "onboards": True}
    contract = life.contract.model_copy(update=paid)
    _begin_term(session, contract, at)
    enter(session, stage_on(contract, local(at, life.zone).date(), session.program.playbook.lengths), at, "contract signed")


def _following(old: Contract, start: date, end: date | None, annual_value: float | None, *, onboards: bool) -> Contract:
    """The term after that one: as long and as dear, unless something else is told."""
    return Contract(
        term=old.term + 1,
        start=start,
        end=end or start + timedelta(days=old.days),
        annual_value=old.annual_value if annual_value is None else annual_value,
        currency=old.currency,
        onboards=onboards,
    )


def _renewed(session: Session, event: Event, data: ContractRenewed, at: datetime) -> None:
    life, progress, old = session.life, session.life.progress, session.life.contract
    life.facts.contract.renew(data.reason)
    life.facts.intent.level = ""
    session.subject_changed("intent")
    _begin_term(session, _following(old, old.end, data.end, data.annual_value, onboards=False), at)
    progress.stage_is_new = True
    if life.stage is Stage.GROWTH:
        session.note(at, EntryKind.STAGE, Stage.GROWTH.value, f"renewed into term {life.contract.term}: {data.reason}")
        progress.stage_since, progress.stage_day = at, local(at, life.zone).date()
        progress.visits += 1
        session.stage_changed()
    enter(session, Stage.GROWTH, at, f"renewed into term {life.contract.term}: {data.reason}")


def _won_back(session: Session, event: Event, data: CustomerWonBack, at: datetime) -> None:
    life, churn, old = session.life, session.life.facts.churn, session.life.contract
    assert churn.at is not None
    playbook = session.program.playbook
    long_away = at > after(life, playbook.contact_policy, churn.at, playbook.contract.away_long)
    start: date = data.start or local(event.at, life.zone).date()
    _begin_term(session, _following(old, start, data.end, data.annual_value, onboards=long_away), at)
    churn.at, churn.kind = None, None
    churn.won_back = event.fact_time
    session.subject_changed("churn")
    if long_away:
        session.forget_milestones()
        life.facts.handoff.begin_again()
        session.subject_changed("handoff")
    to = stage_on(life.contract, max(start, local(at, life.zone).date()), session.program.playbook.lengths)
    enter(session, to, at, f"won back: {data.reason}")


def _amended(session: Session, event: Event, data: ContractAmended, at: datetime) -> None:
    life = session.life
    session.contract_changed()
    if life.stage not in PAYING:
        return
    due = stage_on(life.contract, local(at, life.zone).date(), session.program.playbook.lengths)
    if due is Stage.ONBOARDING:
        # Nobody is onboarded twice in a term, however long it has become.
        due = life.stage if life.stage is Stage.ONBOARDING else Stage.GROWTH
    if life.stage is Stage.RENEWAL and due is Stage.GROWTH:
        life.progress.round += 1
    if life.stage is not due and (life.stage is not Stage.ONBOARDING or due is Stage.RENEWAL):
        enter(session, due, at, f"contract amended to end on {life.contract.end}")


def _churned(session: Session, event: Event, data: CustomerChurned, at: datetime) -> None:
    _lose(session, data.kind, data.reason, data.detail, at)


Turn = Callable[[Session, Event, EventData, datetime], None]

_TURNS: dict[type[EventData], Turn] = {
    kind: cast(Turn, turn)
    for kind, turn in (
        (ContractSigned, _signed),
        (ContractRenewed, _renewed),
        (ContractAmended, _amended),
        (CustomerChurned, _churned),
        (CustomerWonBack, _won_back),
    )
}
