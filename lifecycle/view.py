"""What conditions see of a customer: the names of `vocabulary.CONDITION`, filled from its state."""

from datetime import datetime
from typing import cast

import cel

from lifecycle import conditions
from lifecycle.contract_clock import stage_start
from lifecycle.model import Scalar
from lifecycle.program import Program
from lifecycle.state import Lifecycle
from lifecycle.words import MilestoneKind, Role, Stance
from lifecycle.zones import local

_NO_EVENT: dict[str, Scalar] = {"type": ""}


class View:
    """A CEL context that follows a state. Converting values for CEL is most of what a condition costs,
    so only what changed since the last `refresh` is converted again.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._context = cel.Context()
        self._given: dict[str, object] = {}
        self._give("event", _NO_EVENT)
        for name in ("day", "days_left", "days_away"):
            self._give(name, 0)

    def _give(self, name: str, value: object) -> None:
        if name not in self._given or self._given[name] != value:
            self._given[name] = value
            self._context.add_variable(name, value)

    def refresh(self, life: Lifecycle) -> None:
        """Take in what the state says now."""
        for name, value in condition_values(life, self.program).items():
            self._give(name, value)

    def holds(self, condition: str, event: dict[str, Scalar] | None = None) -> bool:
        """Whether the condition is true of the state as last refreshed, and of that event."""
        self._give("event", event or _NO_EVENT)
        return conditions.holds(condition, self._context)

    def holds_at(self, life: Lifecycle, moment: datetime, condition: str, event: dict[str, Scalar] | None = None) -> bool:
        """The same for a condition that may name `day`, `days_left` and `days_away`."""
        today = local(moment, life.zone).date()
        self._give("day", (today - stage_start(life)).days)
        self._give("days_left", (life.contract.end - today).days)
        self._give("days_away", (today - local(life.churned, life.zone).date()).days if life.churned else 0)
        return self.holds(condition, event)


def view_of(life: Lifecycle, program: Program) -> View:
    """The state's own view, made when it is first asked for; no part of what is carried on."""
    view = cast("View | None", life._view)
    if view is None or view.program is not program:
        view = View(program)
        view.refresh(life)
        life._view = view
    return view


def condition_values(life: Lifecycle, program: Program) -> dict[str, object]:
    """The value of every name in `vocabulary.CONDITION`."""
    customer, contract = life.customer, life.customer.contract
    milestones = program.playbook.milestones
    done = {name for name, state in life.milestones.items() if state.done is not None}
    roles = {contact.role for contact in customer.contacts}
    stances = {contact.stance for contact in customer.contacts}
    return {
        "tier": customer.tier.value,
        "stage": life.stage.value,
        "segment": customer.segment,
        "industry": customer.industry,
        "edition": customer.edition,
        "country": customer.country,
        "language": customer.language,
        "company_size": customer.company_size,
        "contract": {"term": contract.term, "days": contract.days, "annual_value": contract.annual_value},
        "health": {"score": life.health.score, "band": life.health.band.value},
        "usage": _usage(life),
        "milestones": {
            name: {"done": name in done, "overdue": name in life.milestones and life.milestones[name].overdue and name not in done}
            for name in milestones
        },
        "functional_done": all(name in done for name, milestone in milestones.items() if milestone.kind is MilestoneKind.FUNCTIONAL),
        "first_value": any(name in done for name, milestone in milestones.items() if milestone.first_value),
        "surveys": _surveys(life, program),
        "meetings": _meetings(life, program),
        "offers": _offers(life, program),
        "tickets": {"open": len(life.tickets), "urgent": sum(level == 1 for level in life.tickets.values())},
        "roles": {role.value: role in roles for role in Role},
        "stances": {stance.value: stance in stances for stance in Stance},
        "handoff": {"completed": life.handoff_completed, "accepted": life.handoff_accepted},
        "intent": life.intent,
        "payment_failed": life.payment_failed,
        "renewals": len(life.renewals),
        "churn": {"kind": life.churn_kind.value if life.churn_kind else "", "reason": life.churn_reason, "detail": life.churn_detail},
        "attributes": customer.attributes,
    }


def _usage(life: Lifecycle) -> dict[str, object]:
    usage = usage_of(life)
    if usage is None:
        return {"known": False, "recent": 0.0, "baseline": 0.0, "ratio": 0.0}
    recent, baseline = usage
    return {"known": True, "recent": recent, "baseline": baseline, "ratio": recent / baseline if baseline else 1.0}


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


def _surveys(life: Lifecycle, program: Program) -> dict[str, object]:
    none: object = {"answered": False, "score": 0}
    told = {name: {"answered": True, "score": state.score} for name, state in life.surveys.items()}
    return {**dict.fromkeys(program.names.surveys, none), **told}


def _meetings(life: Lifecycle, program: Program) -> dict[str, object]:
    none: object = {"accepted": False, "declined": False, "held": False}
    told = {name: {"accepted": state.accepted, "declined": state.declined, "held": state.held} for name, state in life.meetings.items()}
    return {**dict.fromkeys(program.names.meetings, none), **told}


def _offers(life: Lifecycle, program: Program) -> dict[str, object]:
    none: object = {"granted": False, "answer": ""}
    told = {name: {"granted": state.granted, "answer": state.answer} for name, state in life.offers.items()}
    return {**dict.fromkeys(program.names.offers, none), **told}
