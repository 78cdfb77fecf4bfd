"""How a life moves between stages and terms: by the contract clock, and at once by some events."""

from collections.abc import Callable
from datetime import date, datetime
from typing import cast

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import ChurnKind, Stage
from lifecycle.domain.people.customer import Contract
from lifecycle.domain.time.zones import local
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.runs import end
from lifecycle.engine.plays.stage_plan import leave_plans
from lifecycle.engine.recording.terms import record_loss, record_renewal, record_stage, record_term
from lifecycle.engine.session import Session
from lifecycle.engine.stages.announced_ends import fit_to_announced, withdraw
from lifecycle.facts.churn import CustomerChurned, CustomerWonBack
from lifecycle.facts.contract import (
    LONGEST_REASON,
    Cancellation,
    CancellationWithdrawn,
    ContractAmended,
    ContractCancelled,
    ContractRenewed,
    ContractSigned,
    end_of,
)
from lifecycle.facts.customer import CustomerChanged
from lifecycle.facts.events import Event, EventData
from lifecycle.rules.contract.clock import WITH_US, over, stage_on
from lifecycle.rules.contract.going_on import announced_end, ends_here, notice_of, renews_by_itself
from lifecycle.rules.contract.terms import anchor_anew, anchor_of, latest_term, next_end, terms_after
from lifecycle.rules.hours import after
from lifecycle.rules.invitations import call_off_meetings
from lifecycle.rules.planning import hangs_on_end, moment_of
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import EntryKind

NO_DECISION = "no decision"
BY_ITSELF = "renewed by itself"
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
    record_stage(session, at, stage.value, met=met, why=why)
    progress.stage, progress.stage_since, progress.stage_is_new = stage, at, True
    progress.stage_day = local(at, life.zone).date()
    progress.visits += 1
    session.stage_changed()


def _begin_term(session: Session, contract: Contract, at: datetime) -> None:
    life, progress = session.life, session.life.progress
    leave_plans(session, at)
    progress.past_contracts = [*progress.past_contracts[-(PAST_CONTRACTS_KEPT - 1) :], life.contract]
    life.customer.contract, progress.term_since, progress.round = contract, at, 1
    if contract.start != progress.past_contracts[-1].end or progress.past_contracts[-1].term == 0:
        life.facts.contract.anchor = contract.start
    for name, state in life.plays.states.items():
        state.forget_term()
        session.agenda.set(name, None)
    record_term(session, at, contract)
    session.contract_changed()


def turn_by_clock(session: Session, at: datetime) -> None:
    """The present stage's end has come with no event to end it."""
    life = session.life
    reason = life.facts.churn.reason
    match life.stage:
        case Stage.ONBOARDING:
            enter(session, _stage_on(session, life.contract, at), at, "the contract clock")
        case Stage.GROWTH if not _term_is_over(life, at):
            enter(session, Stage.RENEWAL, at, "the contract clock")
        case Stage.GROWTH | Stage.RENEWAL:
            _end_term(session, at)
        case Stage.LAPSED:
            _lose(session, ChurnKind.NO_DECISION, NO_DECISION, "", at)
        case Stage.TRIAL:
            cancelled = life.facts.contract.cancelled
            _close(session, at, "the trial ended without a purchase" + (f": {cancelled.reason}" if cancelled is not None else ""))
        case Stage.WIN_BACK:
            _close(session, at, f"finally lost: {reason}")
        case Stage.FAREWELL | Stage.CLOSED:
            _close(session, at, f"gone: {reason}")


def _term_is_over(life: Lifecycle, at: datetime) -> bool:
    return local(at, life.zone).date() >= life.contract.end


def _end_term(session: Session, at: datetime) -> None:
    """The term in force is over, and with a decision that is open its grace: the customer leaves as announced, goes on, or nobody knows."""
    life, facts = session.life, session.life.facts.contract
    if facts.cancelled is not None and ends_here(life):
        _lose(session, facts.cancelled.kind, facts.cancelled.reason, facts.cancelled.detail, at)
    elif facts.signed:
        _begin_signed_term(session, at, "the term before it has ended")
    elif renews_by_itself(life) and (following := next(terms_after(life.contract, anchor_of(life)), None)) is not None:
        record_renewal(session, at, BY_ITSELF, following)
        facts.renew(BY_ITSELF, following)
        _begin_signed_term(session, at, BY_ITSELF)
    elif renews_by_itself(life) or local(at, life.zone).date() >= over(life, session.program.playbook):
        enter(session, Stage.LAPSED, at, f"the term ended on {life.contract.end}, and nobody has said whether it goes on")
    else:
        enter(session, Stage.RENEWAL, at, "the contract clock")


def _stage_on(session: Session, contract: Contract, at: datetime) -> Stage:
    """The stage of that contract in which the moment lies (UTC), by the lengths that the playbook gives stages."""
    life = session.life
    lengths, renewed = session.program.playbook.lengths, bool(life.facts.contract.signed) and not ends_here(life)
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
    """The customer has left: by choice it may be won back, a natural end gets a farewell (R57). Of whom nobody has heard anything, no
    message says that it left: its life is closed.
    """
    churn = session.life.facts.churn
    void = "; what was signed ahead is void" if session.life.facts.contract.signed else ""
    record_loss(session, at, kind.value, reason, detail)
    session.life.facts.contract.signed, session.life.facts.contract.cancelled = [], None
    session.contract_changed()
    churn.at, churn.kind, churn.reason, churn.detail = at, kind, reason, detail
    _call_off_meetings(session, at, Why(Cause.STAGE_ENDED, f"the customer has left: {reason}"))
    session.subject_changed("churn")
    if kind is ChurnKind.NO_DECISION:
        _close(session, at, reason if reason == NO_DECISION else f"{NO_DECISION}: {reason}")
        return
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
    paid = {"term": life.progress.trial_term + 1, "start": data.start, "end": data.end, "annual_value": data.annual_value, "onboards": True}
    how = {fact: told for fact in ("renews", "notice") if (told := getattr(data, fact)) is not None}
    contract = life.contract.model_copy(update=paid | how)
    life.facts.contract.cancelled = None
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
        renews=latest.renews,
        notice=latest.notice,
    )


def _renewed(session: Session, event: Event, data: ContractRenewed, at: datetime) -> None:
    """The next term is signed. It begins when the latest one ends, which is at once where that day is past."""
    life, facts = session.life, session.life.facts
    today = local(at, life.zone).date()
    withdraw(session, today)
    latest = latest_term(life)
    value = facts.contract.renewed_value(data.annual_value, latest, event.fact_time, facts.times)
    if data.annual_value is not None:
        facts.times.newer("contract value", event.fact_time)
    following = _following(life, latest.end, data.end, value)
    record_renewal(session, event.fact_time, data.reason, following, event.by)
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
    fit_to_announced(life)
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
    if life.progress.late_since is not None:
        life.progress.late_since, life.progress.listed = max(at, life.progress.decided_until), False
    to = stage_on(life.contract, max(start, local(at, life.zone).date()), session.program.playbook.lengths)
    anew = "; every milestone is to be reached anew" if long_away else ""
    enter(session, to, at, f"won back: {data.reason}{anew}")


def _amended(session: Session, event: Event, data: ContractAmended, at: datetime) -> None:
    life, cancelled = session.life, session.life.facts.contract.cancelled
    if cancelled is not None and life.contract.end == data.end:
        # What both sides have agreed on is the announced end from now on.
        cancelled.end, cancelled.late, cancelled.natural = data.end, False, max(cancelled.natural, data.end)
    anchor_anew(life, life.contract)
    _follow_contract(session, at, f"contract amended to end on {life.contract.end}")


def _corrected(session: Session, event: Event, data: CustomerChanged, at: datetime) -> None:
    """The term that runs began on another day: what hangs on its start moves, and the stage follows at once."""
    life = session.life
    if data.contract_start is None or life.contract.start != data.contract_start:
        return
    if not life.progress.past_contracts or life.progress.past_contracts[-1].end != life.contract.start:
        life.facts.contract.anchor = life.contract.start
    _follow_contract(session, at, f"the contract's first day corrected to {life.contract.start}")


def _cancelled(session: Session, event: Event, data: ContractCancelled, at: datetime) -> None:
    """An end is announced: with the term, on another day, or too late for the day that was meant."""
    life, facts = session.life, session.life.facts.contract
    today = local(at, life.zone).date()
    withdraw(session, today)
    end, late = announced_end(life, data.end, local(event.fact_time, life.zone).date(), session.program.playbook.contract)
    facts.cancelled = Cancellation(
        at=event.fact_time,
        kind=data.kind,
        reason=cut(data.reason, LONGEST_REASON),
        detail=cut(data.detail, LONGEST_REASON),
        end=end,
        late=late,
        natural=life.contract.end,
    )
    fit_to_announced(life)
    notice = notice_of(latest_term(life), session.program.playbook.contract)
    why = f"; the notice of {notice} was missed for {data.end or life.contract.end}" if late else ""
    session.note(at, EntryKind.EVENT, "contract end", f"the contract is to end on {end}{why}", key=event.id)
    session.contract_changed()
    if life.stage is not Stage.TRIAL and ends_here(life) and _term_is_over(life, at):
        _end_term(session, at)
    else:
        _follow_contract(session, at, f"cancelled, to end on {end}")


def _cancellation_withdrawn(session: Session, event: Event, data: CancellationWithdrawn, at: datetime) -> None:
    life = session.life
    withdraw(session, local(at, life.zone).date())
    _follow_contract(session, at, f"the cancellation is withdrawn, the term ends on {life.contract.end}")


def _follow_contract(session: Session, at: datetime, why: str) -> None:
    """The contract ends on another day, or goes on in another way: plays that hang on its end come again, and the stage follows at once."""
    life = session.life
    session.contract_changed()
    if life.stage in (Stage.TRIAL, Stage.GROWTH) and _goes_again(session, at):
        life.progress.round += 1
    if life.stage not in WITH_US:
        return
    due = _stage_on(session, life.contract, at)
    if life.stage is Stage.LAPSED and due is Stage.RENEWAL and _is_over(session, at):
        return
    if due is Stage.ONBOARDING:
        # Nobody is onboarded twice in a term, however long it has become.
        due = life.stage if life.stage is Stage.ONBOARDING else Stage.GROWTH
    if life.stage is Stage.LAPSED or (life.stage is Stage.RENEWAL and due is Stage.GROWTH):
        life.progress.round += 1
    if life.stage is not due and (life.stage is not Stage.ONBOARDING or due is Stage.RENEWAL):
        enter(session, due, at, why)


def _is_over(session: Session, at: datetime) -> bool:
    """Whether the time for a decision, of a contract that waits for one, is over."""
    life = session.life
    return not renews_by_itself(life) and local(at, life.zone).date() >= over(life, session.program.playbook)


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
    nobody_knows = data.reason.casefold() == NO_DECISION and _term_is_over(session.life, at)
    _lose(session, ChurnKind.NO_DECISION if nobody_knows else data.kind, data.reason, data.detail, at)


Turn = Callable[[Session, Event, EventData, datetime], None]

_TURNS: dict[type[EventData], Turn] = {
    kind: cast(Turn, turn)
    for kind, turn in (
        (ContractSigned, _signed),
        (ContractRenewed, _renewed),
        (CustomerChanged, _corrected),
        (ContractAmended, _amended),
        (ContractCancelled, _cancelled),
        (CancellationWithdrawn, _cancellation_withdrawn),
        (CustomerChurned, _churned),
        (CustomerWonBack, _won_back),
    )
}
