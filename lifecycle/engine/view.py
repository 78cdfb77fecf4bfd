"""What conditions see of a customer: the names of `vocabulary.CONDITION`, filled from its state."""

from collections.abc import Callable
from datetime import datetime

import cel

from lifecycle.conditions import compiled as conditions
from lifecycle.domain.enums import Band, MilestoneKind, Role, Stance
from lifecycle.domain.model import Scalar
from lifecycle.domain.zones import local
from lifecycle.playbook.program import Program
from lifecycle.rules.contract_clock import stage_start
from lifecycle.state.life import Lifecycle

Values = dict[str, object]

_NO_EVENT: dict[str, Scalar] = {"type": ""}


class _Lens:
    """A CEL context of a few variables, and which version of each it has."""

    def __init__(self) -> None:
        self.context = cel.Context()
        self.versions: dict[str, int] = {}


class View:
    """CEL contexts that follow a state. Making values and converting them for CEL is most of what a condition costs,
    and a context that changed is copied whole when it is next used. So only what changed is made again, it is converted
    where a condition reads it, and conditions share a context only with those that read the same variables.
    """

    def __init__(self, life: Lifecycle, program: Program) -> None:
        self.life = life
        self.program = program
        self._given: dict[str, object] = {}
        self._versions: dict[str, int] = {}
        self._lenses: dict[tuple[str, ...], _Lens] = {}
        self._made_of: dict[str, object] = {}
        self._changed = False
        self._give("event", _NO_EVENT)
        for name in ("day", "days_left", "days_away"):
            self._give(name, 0)

    def _give(self, name: str, value: object) -> bool:
        if name in self._given and self._given[name] == value:
            return False
        self._given[name] = value
        self._versions[name] = self._versions.get(name, 0) + 1
        return True

    def _seen_through(self, condition: str) -> cel.Context:
        names = conditions.names_in(condition)
        lens = self._lenses.get(names)
        if lens is None:
            lens = self._lenses[names] = _Lens()
        for name in names:
            version = self._versions.get(name)
            if version is not None and lens.versions.get(name) != version:
                _offer(lens.context, name, self._given[name])
                lens.versions[name] = version
        return lens.context

    def refresh(self, life: Lifecycle) -> None:
        """Take in what the state says now."""
        for name, (made_of, make) in _PARTS.items():
            source = made_of(life)
            if name in self._made_of and self._made_of[name] == source:
                continue
            self._made_of[name] = source
            for variable, value in make(life, self.program).items():
                self._changed |= self._give(variable, value)

    def take_changed(self) -> bool:
        """Whether any name has got another value since this was last asked."""
        changed, self._changed = self._changed, False
        return changed

    def holds(self, condition: str, event: dict[str, Scalar] | None = None) -> bool:
        """Whether the condition is true of the state as last refreshed, and of that event; one that names none is given none."""
        if event:
            self._give("event", event)
        return conditions.holds(condition, self._seen_through(condition))

    def holds_at(self, life: Lifecycle, moment: datetime, condition: str, event: dict[str, Scalar] | None = None) -> bool:
        """The same for a condition that may name `day`, `days_left` and `days_away`."""
        today = local(moment, life.zone).date()
        self._give("day", (today - stage_start(life)).days)
        self._give("days_left", (life.contract.end - today).days)
        self._give("days_away", (today - local(life.churned, life.zone).date()).days if life.churned else 0)
        return self.holds(condition, event)


def _offer(context: cel.Context, name: str, value: object) -> None:
    try:
        context.add_variable(name, value)
    except (ValueError, OverflowError):
        # What conditions cannot hold is not known to them: of it no condition holds, and no customer stands still for it.
        context.add_variable(name, {})


def view_of(life: Lifecycle, program: Program) -> View:
    """The program's view of this very state, made when it is first asked for; no part of what is carried on."""
    view = program.view
    if not isinstance(view, View) or view.life is not life:
        view = program.view = View(life, program)
        view.refresh(life)
    return view


def _customer(life: Lifecycle, program: Program) -> Values:
    customer, contract = life.customer, life.customer.contract
    return {
        "tier": customer.tier.value,
        "segment": customer.segment,
        "industry": customer.industry,
        "edition": customer.edition,
        "country": customer.country,
        "language": customer.language,
        "company_size": customer.company_size,
        "contract": {"term": contract.term, "days": contract.days, "annual_value": contract.annual_value},
        "attributes": dict(customer.attributes),
    }


def _customer_facts(life: Lifecycle) -> tuple[object, ...]:
    customer, contract = life.customer, life.customer.contract
    return customer.tier, customer.segment, customer.country, contract.term, contract.start, contract.end, contract.annual_value


def _progress(life: Lifecycle, program: Program) -> Values:
    return {
        "stage": life.stage.value,
        "handoff": {"completed": life.handoff_completed, "accepted": life.handoff_accepted},
        "intent": life.intent,
        "payment_failed": life.payment_failed,
        "renewals": len(life.renewals),
        "churn": {"kind": life.churn_kind.value if life.churn_kind else "", "reason": life.churn_reason, "detail": life.churn_detail},
    }


def _progress_facts(life: Lifecycle) -> tuple[object, ...]:
    told = (life.handoff_completed, life.handoff_accepted, life.intent, life.payment_failed, len(life.renewals))
    return life.stage, *told, life.churn_kind, life.churn_reason, life.churn_detail


def _milestones(life: Lifecycle, program: Program) -> Values:
    milestones = program.playbook.milestones
    done = {name for name, state in life.milestones.items() if state.done is not None}
    late = {name for name, state in life.milestones.items() if state.overdue}
    functional = [name for name, milestone in milestones.items() if milestone.kind is MilestoneKind.FUNCTIONAL]
    return {
        "milestones": {name: {"done": name in done, "overdue": name in late and name not in done} for name in milestones},
        "functional_done": bool(functional) and all(name in done for name in functional),
        "first_value": any(name in done for name, milestone in milestones.items() if milestone.first_value),
    }


def _milestone_facts(life: Lifecycle) -> list[tuple[str, bool, bool]]:
    return [(name, state.done is None, state.overdue) for name, state in life.milestones.items()]


def _people(life: Lifecycle, program: Program) -> Values:
    roles, stances = {contact.role for contact in life.customer.contacts}, {contact.stance for contact in life.customer.contacts}
    return {"roles": {role.value: role in roles for role in Role}, "stances": {stance.value: stance in stances for stance in Stance}}


def _people_facts(life: Lifecycle) -> list[tuple[Role, Stance]]:
    return [(contact.role, contact.stance) for contact in life.customer.contacts]


def _health(life: Lifecycle, program: Program) -> Values:
    return {"health": {"score": life.health.score, "band": life.health.band.value}}


def _health_facts(life: Lifecycle) -> tuple[int, Band]:
    return life.health.score, life.health.band


def _usage(life: Lifecycle, program: Program) -> Values:
    usage = usage_of(life)
    if usage is None:
        return {"usage": {"known": False, "recent": 0.0, "baseline": 0.0, "ratio": 0.0}}
    recent, baseline = usage
    return {"usage": {"known": True, "recent": recent, "baseline": baseline, "ratio": recent / baseline if baseline else 1.0}}


def usage_of(life: Lifecycle) -> tuple[float, float] | None:
    """Usage a day as last reported, and the customer's own baseline: the median of up to eight reports before it.

    None until there are two reports to compare it with.
    """
    if len(life.usage) < 3:
        return None
    earlier = sorted(report.rate for report in life.usage[-9:-1])
    middle = len(earlier) // 2
    baseline = earlier[middle] if len(earlier) % 2 else (earlier[middle - 1] + earlier[middle]) / 2
    return life.usage[-1].rate, baseline


def _surveys(life: Lifecycle, program: Program) -> Values:
    none: object = {"answered": False, "score": 0}
    told = {name: {"answered": True, "score": state.score} for name, state in life.surveys.items()}
    return {"surveys": {**dict.fromkeys(program.names.surveys, none), **told}}


def _survey_facts(life: Lifecycle) -> list[tuple[str, int]]:
    return [(name, state.score) for name, state in life.surveys.items()]


def _meetings(life: Lifecycle, program: Program) -> Values:
    none: object = {"accepted": False, "declined": False, "held": False}
    told = {name: {"accepted": state.accepted, "declined": state.declined, "held": state.held} for name, state in life.meetings.items()}
    return {"meetings": {**dict.fromkeys(program.names.meetings, none), **told}}


def _meeting_facts(life: Lifecycle) -> list[tuple[str, bool, bool, bool]]:
    return [(name, state.accepted, state.declined, state.held) for name, state in life.meetings.items()]


def _offers(life: Lifecycle, program: Program) -> Values:
    none: object = {"granted": False, "answer": ""}
    told = {name: {"granted": state.granted, "answer": state.answer} for name, state in life.offers.items()}
    return {"offers": {**dict.fromkeys(program.names.offers, none), **told}}


def _offer_facts(life: Lifecycle) -> list[tuple[str, bool, str]]:
    return [(name, state.granted, state.answer) for name, state in life.offers.items()]


def _tickets(life: Lifecycle, program: Program) -> Values:
    return {"tickets": {"open": len(life.tickets), "urgent": sum(level == 1 for level in life.tickets.values())}}


def _ticket_facts(life: Lifecycle) -> list[int]:
    return list(life.tickets.values())


_PARTS: dict[str, tuple[Callable[[Lifecycle], object], Callable[[Lifecycle, Program], Values]]] = {
    "customer": (_customer_facts, _customer),
    "progress": (_progress_facts, _progress),
    "milestones": (_milestone_facts, _milestones),
    "people": (_people_facts, _people),
    "health": (_health_facts, _health),
    "usage": (usage_of, _usage),
    "surveys": (_survey_facts, _surveys),
    "meetings": (_meeting_facts, _meetings),
    "offers": (_offer_facts, _offers),
    "tickets": (_ticket_facts, _tickets),
}
"""Each part of the view: the facts it is made of, cheap to compare, and how it is made."""
