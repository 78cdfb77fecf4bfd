"""What a change of the state sets off: plays whose end is met, conditions that begin to hold."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.hearing import look_at_runs
from lifecycle.engine.plays.stage_plan import plan_next
from lifecycle.engine.session import Session
from lifecycle.rules.hours import after
from lifecycle.state.log import SINGLY


def conditions_changed(session: Session, moment: datetime) -> None:
    """What conditions see may have changed: end what is met, and see which conditions began or ceased to hold."""
    changed = session.take_changes()
    look_at_runs(session, moment, changed)
    if "milestones" in changed:
        for play in session.program.on_milestones:
            plan_next(session, play)
    scan_conditions(session, moment, changed)


def scan_conditions(session: Session, moment: datetime, changed: AbstractSet[str] | None = None, *, quietly: bool = False) -> None:
    """A condition that begins to hold starts counting, and one that ceases to starts over: it fires once per stretch.

    Asked are those that read one of the names that changed, or all. `quietly`: what begins to hold did so before, and fires no more.
    """
    life, policy = session.life, session.program.playbook.contact_policy
    for play in session.program.by_condition:
        when = play.when
        if when is None or (changed is not None and changed.isdisjoint(when.names)):
            continue
        state = life.plays.state(play.id)
        if not session.values.hold(when):
            if state.due is not None:
                soon = f"before {play.play.for_} were over" if play.play.for_ is not None else "in the same moment"
                words = f"its condition ceased to hold {soon}; it was to start on {session.clock(state.due)}"
                session.note_held_off(play.id, moment, Why(Cause.CEASED, words), SINGLY)
            if state.since is not None:
                session.forget_plans(play.id)
        elif state.since is None:
            state.since, state.spent = moment, quietly
            if quietly:
                continue
            for_ = play.play.for_
            session.plan(play.id, moment if for_ is None else after(life, policy, moment, for_))
