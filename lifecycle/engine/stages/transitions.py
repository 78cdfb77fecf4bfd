"""How a life moves between stages and terms: by the contract clock, and at once by some events."""

from collections.abc import Callable
from datetime import date, datetime
from typing import cast

from lifecycle.domain.customer import Contract
from lifecycle.domain.enums import ChurnKind, Stage
from lifecycle.domain.why import Cause, Why
from lifecycle.domain.zones import local
from lifecycle.engine.plays.runs import end
from lifecycle.engine.plays.stage_plan import leave_plans
from lifecycle.engine.session import Session
from lifecycle.facts.churn import CustomerChurned, CustomerWonBack
from lifecycle.facts.contract import ContractAmended, ContractRenewed, ContractSigned, end_of
from lifecycle.facts.events import Event, EventData
from lifecycle.rules.contract_clock import PAYING, stage_on
from lifecycle.rules.hours import after
from lifecycle.rules.invitations import call_off_meetings
from lifecycle.rules.planning import hangs_on_end, moment_of
from lifecycle.rules.terms import anchor_anew, anchor_of, latest_term, next_end
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import EntryKind

NO_DECISION = "no decision"
PAST_CONTRACTS_KEPT = 10


def enter(session: Session, stage: Stage, at: datetime, why: str) -> None:
    """Leave the present stage for another, saying whether its exit test was met (R01)."""
    life = session.life
    if stage is life.stage:
        return
    leave_plans(session, at)
    met = session.holds(session.program.plan.exit)
    session.note(at, EntryKind.STAGE, stage.value, f"{why}; {life.stage.value}'s exit test {'met' if met else 'not met'}")
    progress = life.progress
    progress.stage, progress.stage_since, progress.stage_is_new = stage, at, True
    progress.stage_day = local(at, life.zone).date()
    progress.visits += 1
    session.stage_changed()


def _begin_term(session: Session, contract: Contract, at: datetime) -> None:
    life, progress = session.life, session.life.progress
    leave_plans(session, at)
    progress.past_contracts = [*progress.past_contracts[-(PAST_CONTRACTS_KEPT - 1) :], life.contract]
    life.customer.contract, progress.term_since, progress.round = contract, at, 1
    if contract.start != progress.past_contracts[-1].end or contract.term == 1:
        life.facts.contract.anchor = contract.start
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
            enter(session, _stage_on(session, life.contract, at), at, "the contract clock")
        case Stage.GROWTH if life.facts.contract.signed:
            _begin_signed_term(session, at, "the term before it has ended")
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


def _stage_on(session: Session, contract: Contract, at: datetime) -> Stage:
    """The stage of that contract in which the moment lies (UTC), by the lengths that the playbook gives stages."""
    life = session.life
    lengths, renewed = session.program.playbook.lengths, bool(life.facts.contract.signed)
    return stage_on(contract, local(at, life.zone).date(), lengths, renewed=renewed)


def _call_off_meetings(session: Session, at: datetime, why: Why) -> None:
    call_off_meetings(session.life, session.program.playbook.contact_policy, at, why)


def _close(session: Session, at: datetime, why: str) -> None:
    session.life.progress.closed = why
    _call_off_meetings(session, at, Why(Cause.CLOSED, f"the customer is closed: {why}"))
    enter(session, Stage.CLOSED, at, why)


def close_quietly(session: Session, at: datetime, why: str) -> None:
    """The life is over without a word to anybody: no farewell, no meeting taken back, no owner asked about what nobody knows."""
    life = session.life
    life.progress.closed, life.progress.quiet = why, True
    life.plays.invitations.clear()
    for unknown in life.plays.unknown.values():
        unknown.ask_at = None
    for run in list(life.plays.runs.values()):
        end(session, run, at, Why(Cause.CLOSED, f"the customer is closed: {why}"))
    enter(session, Stage.CLOSED, at, why)


def _lose(session: Session, kind: ChurnKind, reason: str, detail: str, at: datetime) -> None:
    """The customer has left: by choice it may be won back, a natural end gets a farewell (R57)."""
    churn = session.life.facts.churn
    void = "; what was signed ahead is void" if session.life.facts.contract.signed else ""
    session.life.facts.contract.signed = []
    session.contract_changed()
    churn.at, churn.kind, churn.reason, churn.detail = at, kind, reason, detail
    _call_off_meetings(session, at, Why(Cause.STAGE_ENDED, f"the customer has left: {reason}"))
    session.subject_changed("churn")
    enter(session, Stage.WIN_BACK if kind is ChurnKind.CHOICE else Stage.FAREWELL, at, f"churned: {reason}{void}")


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
    enter(session, _stage_on(session, contract, at), at, "contract signed")


def _following(life: Lifecycle, start: date, end: date | None, annual_value: float, *, onboards: bool = False) -> Contract:
    """The term after the latest one: as long as that, unless an end is told."""
    latest = latest_term(life)
    return Contract(
        term=latest.term + 1,
        start=start,
        end=end or next_end(latest, start, anchor_of(life)),
        annual_value=annual_value,
        currency=latest.currency,
        onboards=onboards,
    )


def _renewed(session: Session, event: Event, data: ContractRenewed, at: datetime) -> None:
    """The next term is signed. It begins when the latest one ends, which is at once where that day is past."""
    life, facts = session.life, session.life.facts
    latest, today = latest_term(life), local(at, life.zone).date()
    value = facts.contract.renewed_value(data.annual_value, latest, event.fact_time, facts.times)
    if data.annual_value is not None:
        facts.times.newer("contract value", event.fact_time)
    following = _following(life, latest.end, data.end, value)
    facts.contract.renew(data.reason, following)
    if data.end is not None:
        facts.times.newer(end_of(following), event.fact_time)
        anchor_anew(life, following)
    if facts.times.newer("intent", event.fact_time):
        facts.intent.level = ""
        session.subject_changed("intent")
    session.contract_changed()
    first = facts.contract.signed[0]
    if today >= first.start:
        _begin_signed_term(session, at, data.reason)
    elif life.stage is Stage.RENEWAL:
        enter(session, Stage.GROWTH, at, f"renewed, the next term begins on {first.start}: {data.reason}")


def _begin_signed_term(session: Session, at: datetime, why: str) -> None:
    life, progress = session.life, session.life.progress
    contract, *life.facts.contract.signed = life.facts.contract.signed
    _begin_term(session, contract, at)
    progress.stage_is_new = True
    if life.stage is Stage.GROWTH:
        session.note(at, EntryKind.STAGE, Stage.GROWTH.value, f"renewed into term {contract.term}: {why}")
        progress.stage_since, progress.stage_day = at, local(at, life.zone).date()
        progress.visits += 1
        session.stage_changed()
    enter(session, Stage.GROWTH, at, f"renewed into term {contract.term}: {why}")


def tell_renewal_again(session: Session, event: Event, data: ContractRenewed) -> None:
    """A renewal that is known was told once more: an end or a value of a later telling corrects it, and nothing else happens."""
    life, facts = session.life, session.life.facts
    latest = latest_term(life)
    end, value = latest.end, latest.annual_value
    if data.end is not None and data.end > latest.start and facts.times.newer(end_of(latest), event.fact_time):
        end = data.end if facts.times.newer("contract end", event.fact_time) else end
    if data.annual_value is not None and facts.times.newer("contract value", event.fact_time):
        value = data.annual_value
    if (end, value) != (latest.end, latest.annual_value):
        facts.contract.correct(latest.model_copy(update={"end": end, "annual_value": value}), life.customer)
        anchor_anew(life, latest_term(life))
        session.contract_changed()
        life.progress.replan = True


def _won_back(session: Session, event: Event, data: CustomerWonBack, at: datetime) -> None:
    life, churn, old = session.life, session.life.facts.churn, session.life.contract
    assert churn.at is not None
    playbook = session.program.playbook
    long_away = at > after(life, playbook.contact_policy, churn.at, playbook.contract.away_long)
    start: date = data.start or local(event.at, life.zone).date()
    value = old.annual_value if data.annual_value is None else data.annual_value
    _begin_term(session, _following(life, start, data.end, value, onboards=long_away), at)
    churn.at, churn.kind = None, None
    churn.won_back = event.fact_time
    session.subject_changed("churn")
    if long_away:
        session.forget_milestones()
        life.facts.handoff.begin_again(life.facts.times, event.fact_time)
        session.subject_changed("handoff")
    to = stage_on(life.contract, max(start, local(at, life.zone).date()), session.program.playbook.lengths)
    anew = "; every milestone is to be reached anew" if long_away else ""
    enter(session, to, at, f"won back: {data.reason}{anew}")


def _amended(session: Session, event: Event, data: ContractAmended, at: datetime) -> None:
    life = session.life
    session.contract_changed()
    anchor_anew(life, life.contract)
    if life.stage in (Stage.TRIAL, Stage.GROWTH) and _goes_again(session, at):
        life.progress.round += 1
    if life.stage not in PAYING:
        return
    due = _stage_on(session, life.contract, at)
    if due is Stage.ONBOARDING:
        # Nobody is onboarded twice in a term, however long it has become.
        due = life.stage if life.stage is Stage.ONBOARDING else Stage.GROWTH
    if life.stage is Stage.RENEWAL and due is Stage.GROWTH:
        life.progress.round += 1
    if life.stage is not due and (life.stage is not Stage.ONBOARDING or due is Stage.RENEWAL):
        enter(session, due, at, f"contract amended to end on {life.contract.end}")


def _goes_again(session: Session, at: datetime) -> bool:
    """Whether a play that hangs on the contract's end has gone, and the end has moved so far that its moment lies ahead again."""
    life, playbook = session.life, session.program.playbook
    for play in session.program.by_time:
        anchor, state = play.play.at, life.plays.states.get(play.id)
        if anchor is None or not hangs_on_end(anchor) or state is None or state.last_index < life.progress.round:
            continue
        due = moment_of(life, playbook, anchor)
        if due is not None and due > at:
            return True
    return False


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
