"""When milestones are due, and which of them an event completes."""

from collections.abc import Iterator
from datetime import datetime

from lifecycle.conditions.condition import Condition
from lifecycle.conditions.values import ConditionValues
from lifecycle.domain.enums import Stage
from lifecycle.domain.time.calendar import shift
from lifecycle.domain.time.durations import CLOCKED
from lifecycle.domain.time.zones import day_from, midnight
from lifecycle.facts.events import Event
from lifecycle.facts.milestones import MilestoneReached, Milestones
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.stages import Milestone
from lifecycle.rules.contract.clock import stage_start
from lifecycle.rules.hours import after
from lifecycle.state.life import Lifecycle


def due_of(life: Lifecycle, playbook: Playbook, milestone: Milestone) -> datetime:
    """The moment (UTC) from which a milestone of the present stage is overdue: the local midnight after its last day."""
    start = stage_start(life, playbook.lengths)
    if milestone.due.unit in CLOCKED:
        return after(life, playbook.contact_policy, midnight(start, life.zone), milestone.due)
    last_day = shift(start, milestone.due, life.customer.country)
    return midnight(day_from(last_day, 1), life.zone)


def is_unsaid(life: Lifecycle, due: datetime) -> bool:
    """Whether a milestone of the present stage, due at that moment (UTC), was due before the customer was enrolled, and its onboarding lies behind.

    Nobody of ours looked then, so whether it was reached is unknown, which is neither yes nor no.
    """
    return life.stage not in (Stage.TRIAL, Stage.ONBOARDING) and due <= life.progress.enrolled


def reached_by(
    event: Event, playbook: Playbook, measured: dict[str, Condition], known: Milestones, values: ConditionValues
) -> Iterator[tuple[str, str]]:
    """The milestones that the event completes, with why: by a person's word (R25), or by product data."""
    data = event.fields()
    if isinstance(data, MilestoneReached):
        if data.milestone in playbook.milestones:
            yield data.milestone, f"told by {data.by}" if data.by else "told"
        return
    fields = event.plain()
    for name, done_when in measured.items():
        if done_when.event_type in (None, event.type) and not known.is_reached(name) and values.hold(done_when, fields):
            yield name, f"by {event.type}"
