"""What a change of the state sets off: plays whose end is met, conditions that begin to hold."""

from datetime import datetime

from lifecycle.domain.calendar import add
from lifecycle.engine.runs import look_again
from lifecycle.engine.view import view_of
from lifecycle.playbook.program import Program
from lifecycle.rules.planning import plan_next
from lifecycle.state.life import Lifecycle


def look_around(life: Lifecycle, program: Program, moment: datetime) -> None:
    """The state may have changed: end what is met, and see which conditions began or ceased to hold."""
    look_again(life, program, moment)
    for one in program.by_time:
        if one.play.at is not None and (one.play.at.of or "").startswith("milestone:"):
            plan_next(life, program, one)
    scan_conditions(life, program, moment)


def scan_conditions(life: Lifecycle, program: Program, moment: datetime) -> None:
    """A condition that begins to hold starts counting, and one that ceases to starts over: it fires once per stretch."""
    view = view_of(life, program)
    for one in program.by_condition:
        state = life.play(one.id)
        if not view.holds(one.play.when or "false"):
            if state.since is not None:
                state.since, state.due, state.spent = None, None, False
        elif state.since is None:
            state.since, state.spent = moment, False
            state.due = moment if one.play.for_ is None else add(moment, one.play.for_, life.zone, life.customer.country)
