"""How a life moves between stages and terms: by the contract clock, and at once by some events."""

from datetime import date, datetime, timedelta

from lifecycle.domain.calendar import add
from lifecycle.domain.customer import Contract
from lifecycle.domain.enums import ChurnKind, Stage
from lifecycle.domain.model import LATEST
from lifecycle.domain.zones import local
from lifecycle.engine.view import view_of
from lifecycle.facts import events as told
from lifecycle.facts.events import Event
from lifecycle.playbook.program import Program
from lifecycle.rules.contract_clock import stage_ends_at, stage_on
from lifecycle.state.life import EntryKind, Lifecycle, PlayState

PAYING = (Stage.ONBOARDING, Stage.GROWTH, Stage.RENEWAL)
TURNING = frozenset({"contract.signed", "contract.renewed", "contract.amended", "customer.churned", "customer.won_back"})
CONDITIONAL = TURNING | {"milestone.reached", "contact.left"}
"""Events that are true of some customers only."""

MOST_CONTACTS = MOST_ADDRESSES = 300
NO_DECISION = "no decision"


def enter(life: Lifecycle, program: Program, stage: Stage, at: datetime, why: str) -> None:
    """Leave the present stage for another, saying whether its exit test was met (R01)."""
    if stage is life.stage:
        return
    view = view_of(life, program)
    view.refresh(life)
    met = view.holds(program.plan.exit)
    life.note(at, EntryKind.STAGE, stage.value, why=f"{why}; {life.stage.value}'s exit test {'met' if met else 'not met'}")
    life.stage, life.stage_since, life.fresh_stage = stage, at, True
    life.stage_day = local(at, life.zone).date()
    life.visits += 1


def _begin_term(life: Lifecycle, contract: Contract, at: datetime) -> None:
    life.past_contracts = [*life.past_contracts[-9:], life.contract]
    life.customer.contract, life.term_since, life.round = contract, at, 1
    for state in life.plays.values():
        forget_term(state)


def forget_term(state: PlayState) -> None:
    """Keys carry the term, so counting begins again; what counts for ever stays."""
    state.due, state.occurrence, state.since, state.spent = None, "", None, False
    state.count, state.last_index, state.rhythm = 0, 0, ""


def turn_by_clock(life: Lifecycle, program: Program, at: datetime) -> None:
    """The present stage's end has come with no event to end it."""
    match life.stage:
        case Stage.ONBOARDING:
            enter(life, program, stage_on(life.contract, local(at, life.zone).date()), at, "the contract clock")
        case Stage.GROWTH:
            enter(life, program, Stage.RENEWAL, at, "the contract clock")
        case Stage.RENEWAL:
            lose(life, program, ChurnKind.CHOICE, NO_DECISION, "", at)
        case Stage.TRIAL:
            life.closed = "the trial ended without a purchase"
            enter(life, program, Stage.CLOSED, at, life.closed)
        case Stage.WIN_BACK:
            life.closed = f"finally lost: {life.churn_reason}"
            enter(life, program, Stage.CLOSED, at, life.closed)
        case _:
            life.closed = f"gone: {life.churn_reason}"
            enter(life, program, Stage.CLOSED, at, life.closed)


def lose(life: Lifecycle, program: Program, kind: ChurnKind, reason: str, detail: str, at: datetime) -> None:
    """The customer has left: by choice it may be won back, a natural end gets a farewell (R57)."""
    life.churned, life.churn_kind, life.churn_reason, life.churn_detail = at, kind, reason, detail
    enter(life, program, Stage.WIN_BACK if kind is ChurnKind.CHOICE else Stage.FAREWELL, at, f"churned: {reason}")


def turn_by_event(life: Lifecycle, program: Program, event: Event, at: datetime) -> None:
    """Change stage or term as the event says, at once; most events change neither."""
    if event.type not in TURNING:
        return
    match event.fields():
        case told.ContractSigned() as data:
            contract = life.contract.model_copy(
                update={"term": 1, "start": data.start, "end": data.end, "annual_value": data.annual_value, "onboards": True}
            )
            _begin_term(life, contract, at)
            enter(life, program, stage_on(contract, local(at, life.zone).date()), at, "contract signed")
        case told.ContractRenewed() as data:
            _renewed(life, program, data, at)
        case told.CustomerChurned() as data:
            lose(life, program, data.kind, data.reason, data.detail, at)
        case told.CustomerWonBack() as data:
            _won_back(life, program, data, event, at)
        case told.ContractAmended():
            _amended(life, program, at)
        case _:
            return
    life.replan = True


def _renewed(life: Lifecycle, program: Program, data: told.ContractRenewed, at: datetime) -> None:
    old = life.contract
    end = data.end or old.end + timedelta(days=old.days)
    value = old.annual_value if data.annual_value is None else data.annual_value
    life.renewals = [*life.renewals[-19:], data.reason]
    life.intent = ""
    _begin_term(life, Contract(term=old.term + 1, start=old.end, end=end, annual_value=value, currency=old.currency, onboards=False), at)
    life.fresh_stage = True
    if life.stage is Stage.GROWTH:
        life.note(at, EntryKind.STAGE, Stage.GROWTH.value, why=f"renewed into term {life.contract.term}: {data.reason}")
        life.stage_since, life.stage_day = at, local(at, life.zone).date()
        life.visits += 1
    enter(life, program, Stage.GROWTH, at, f"renewed into term {life.contract.term}: {data.reason}")


def _won_back(life: Lifecycle, program: Program, data: told.CustomerWonBack, event: Event, at: datetime) -> None:
    old = life.contract
    assert life.churned is not None
    long_away = at > add(life.churned, program.playbook.contract.away_long, life.zone, life.customer.country)
    start: date = data.start or local(event.at, life.zone).date()
    end = data.end or start + timedelta(days=old.days)
    value = old.annual_value if data.annual_value is None else data.annual_value
    _begin_term(life, Contract(term=old.term + 1, start=start, end=end, annual_value=value, currency=old.currency, onboards=long_away), at)
    life.churned, life.churn_kind = None, None
    life.won_back = event.fact_time
    if long_away:
        life.milestones.clear()
        life.handoff_completed = life.handoff_accepted = False
    to = stage_on(life.contract, max(start, local(at, life.zone).date()))
    enter(life, program, to, at, f"won back: {data.reason}")


def _amended(life: Lifecycle, program: Program, at: datetime) -> None:
    if life.stage not in PAYING:
        return
    due = stage_on(life.contract, local(at, life.zone).date())
    if due is Stage.ONBOARDING:
        # Nobody is onboarded twice in a term, however long it has become.
        due = life.stage if life.stage is Stage.ONBOARDING else Stage.GROWTH
    if life.stage is Stage.RENEWAL and due is Stage.GROWTH:
        life.round += 1
    if life.stage is not due and (life.stage is not Stage.ONBOARDING or due is Stage.RENEWAL):
        enter(life, program, due, at, f"contract amended to end on {life.contract.end}")


def next_turn(life: Lifecycle, program: Program) -> datetime | None:
    """When the clock ends the present stage."""
    return stage_ends_at(life, program.playbook.contract)


def objection(life: Lifecycle, program: Program, event: Event) -> str | None:
    """Why the event can't be true of this customer now, in a sentence; None if it can."""
    who = life.customer.id
    if life.stage is Stage.CLOSED:
        return f"{who} is closed ({life.closed}), so it takes no more events"
    if event.happened is not None:
        first = min([contract.start for contract in life.past_contracts] + [life.contract.start])
        day = local(event.happened, life.zone).date()
        if day < first:
            return f"{event.type} happened on {day}, before {who}'s contract began on {first}; correct 'happened'"
    return _contradiction(life, program, event) if event.type in CONDITIONAL else _surfeit(life, event)


def _surfeit(life: Lifecycle, event: Event) -> str | None:
    """A life is carried from run to run whole, so it has room for so many people and no more."""
    data = event.fields()
    match data:
        case told.ContactAdded() if len(life.customer.contacts) >= MOST_CONTACTS and life.customer.contact(data.email) is None:
            return f"{life.customer.id} has {MOST_CONTACTS} contacts already, which is the most; tell contact.left of those who left"
        case told.OptedOut() if len(life.opted_out) >= MOST_ADDRESSES and data.email.casefold() not in life.opted_out:
            return f"{life.customer.id} has {MOST_ADDRESSES} addresses that have opted out, which is the most; look at who tells so many"
        case _:
            return None


def _contradiction(life: Lifecycle, program: Program, event: Event) -> str | None:
    who = life.customer.id
    data = event.fields()
    match data:
        case told.ContractSigned() if life.stage is not Stage.TRIAL:
            return f"{who} is in {life.stage.value} and not on trial; tell contract.renewed or contract.amended instead"
        case told.ContractSigned() if data.end <= data.start:
            return f"the contract ends on {data.end}, which is not after its start on {data.start}"
        case told.ContractRenewed() | told.ContractAmended() if life.stage not in (*PAYING, Stage.TRIAL):
            return f"{who} has churned, so its contract can't change; tell customer.won_back first"
        case told.ContractRenewed() if life.stage is Stage.TRIAL:
            return f"{who} is on trial; tell contract.signed instead"
        case told.ContractRenewed() if data.end is not None and data.end <= life.contract.end:
            return f"the renewed term ends on {data.end}, which is not after the present end on {life.contract.end}"
        case told.ContractRenewed() if data.end is None and life.contract.end.year + life.contract.days // 365 + 1 > LATEST.year:
            return f"the renewed term would end after {LATEST}; tell its end"
        case told.CustomerWonBack() if (
            data.end is None and (data.start or life.contract.end).year + life.contract.days // 365 + 1 > LATEST.year
        ):
            return f"the new term would end after {LATEST}; tell its end"
        case told.ContractAmended() if data.end is None and data.annual_value is None:
            return "contract.amended needs 'end' or 'annual_value'"
        case told.ContractAmended() if data.end is not None and data.end <= life.contract.start:
            return f"the contract would end on {data.end}, before its start on {life.contract.start}; tell customer.churned if it ended"
        case told.CustomerChurned() if life.churned is not None:
            return f"{who} has churned already ({life.churn_reason})"
        case told.CustomerChurned() if life.won_back is not None and event.fact_time < life.won_back:
            return f"{who} left on {event.fact_time:%Y-%m-%d} and was won back on {life.won_back:%Y-%m-%d}; this is old news"
        case told.CustomerWonBack() if life.stage is not Stage.WIN_BACK:
            return f"{who} is in {life.stage.value} and was not lost, so it can't be won back"
        case told.CustomerWonBack() if data.end is not None and data.end <= (data.start or local(event.at, life.zone).date()):
            return f"the new term ends on {data.end}, which is not after its start"
        case told.MilestoneReached() if data.milestone not in program.playbook.milestones:
            return f"the playbook {life.playbook} has no milestone '{data.milestone}', only {', '.join(program.playbook.milestones) or 'none at all'}"
        case told.ContactLeft() if life.customer.contact(data.email) is None:
            return f"{who} has no contact with that address; see its contacts in `status`"
        case _:
            return None
