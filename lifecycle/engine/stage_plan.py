"""A stage begins, ends, or has its plan moved under it."""

from datetime import datetime

from lifecycle.engine.conditions_changed import scan_conditions
from lifecycle.engine.runs import end, look_again, start_by_event
from lifecycle.engine.view import view_of
from lifecycle.playbook.program import Program
from lifecycle.rules.planning import plan_stage
from lifecycle.state.life import Doing, Lifecycle


def begin_stage(life: Lifecycle, program: Program, now: datetime) -> None:
    """Plan the stage's plays, and start those for which the stage's own beginning is the cause."""
    life.fresh_stage = life.replan = False
    life.planned_zone = life.zone
    life.playbook = program.playbook.ref
    plan_stage(life, program)
    _end_what_edits_removed(life, program)
    for run in life.runs.values():
        if run.doing is Doing.WAITING:
            # An edit may have given the wait another length; it counts from its own start.
            run.doing, run.until = Doing.MOVING, None
    view_of(life, program).refresh(life)
    look_again(life, program, life.clock)
    scan_conditions(life, program, life.clock)
    arriving, life.arriving = life.arriving, []
    for event in arriving:
        start_by_event(life, program, event, life.clock, now)


def end_plays(life: Lifecycle, program: Program, moment: datetime) -> None:
    """Plays belong to their stage and end with it, unless they are marked to outlive it."""
    for run in list(life.runs.values()):
        one = program.plays.find(run.play)
        if one is None or not one.play.outlives_stage or life.churned is not None:
            end(life, run, moment, f"the stage {program.stage.value} ended")
    for state in life.plays.values():
        state.due, state.since, state.spent = None, None, False


def _end_what_edits_removed(life: Lifecycle, program: Program) -> None:
    """Matching is by play and step id: a run that stands on neither any more ends, with a record."""
    for run in list(life.runs.values()):
        one = program.plays.find(run.play)
        if one is None or run.step not in one.nodes:
            end(life, run, life.clock, "an edit of the playbook removed it")


def replan(life: Lifecycle, program: Program, moment: datetime) -> None:
    """An anchor moved: every deadline that hangs on it moves with it.

    A start that the move itself put into the past counts as due at the move: moving east skips nothing.
    """
    life.replan = False
    before = {one.id: life.plays[one.id].due for one in program.by_time if one.id in life.plays}
    zone_moved = life.planned_zone != life.zone
    plan_stage(life, program)
    for name, state in life.plays.items():
        # A play that this tier does not have sees no breaks of its condition, so it starts over if it comes back.
        if name not in program.names_here:
            state.due, state.since, state.spent = None, None, False
            state.rhythm = "none" if state.rhythm else ""
    for one in program.by_time:
        state, old = life.plays[one.id], before.get(one.id)
        if zone_moved and old is not None and state.due is not None and state.due < moment <= old:
            state.due = moment
    life.planned_zone = life.zone
    view_of(life, program).refresh(life)
    scan_conditions(life, program, moment)
