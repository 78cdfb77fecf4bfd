"""A stage begins, ends, or has its plan moved under it."""

from collections.abc import Mapping
from datetime import datetime

from lifecycle.domain.record import FactKind
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.anchors import move_anchors, stage_over
from lifecycle.engine.plays.conditions_changed import scan_conditions
from lifecycle.engine.plays.hearing import look_at_runs
from lifecycle.engine.plays.runs import REMOVED, end
from lifecycle.engine.plays.stage_plan import plan_stage, restart_from, say_what_is_unsaid
from lifecycle.engine.plays.starting import start_by_event
from lifecycle.engine.session import Session
from lifecycle.state.log import SINGLY, EntryKind
from lifecycle.state.plays import RunStatus

PLAYS_KEPT = 500
"""How many plays something is known of, with those of other stages, and of versions of the playbook that were before."""

MILESTONES_KEPT = 250


def begin_stage(session: Session, now: datetime) -> None:
    """Plan the stage's plays, and start those for which the stage's own beginning is the cause.

    It presumes that nothing is planned any more (`end_plays` forgets it all) and that the session serves the version to begin with.
    """
    life, progress = session.life, session.life.progress
    progress.stage_is_new = progress.replan = False
    progress.planned_zone = life.zone
    _take_up_version(session)
    session.judge_health_anew()
    plan_stage(session)
    say_what_is_unsaid(session, progress.decided_until)
    _end_what_edits_removed(session)
    move_anchors(session, progress.decided_until)
    for run in session.runs_with(RunStatus.WAITING):
        # An edit may have given the wait another length; it counts from its own start.
        session.set_status(run, RunStatus.MOVING, run.until, run.why)
    session.take_changes()
    look_at_runs(session, progress.decided_until)
    scan_conditions(session, progress.decided_until)
    _forget_what_is_long_gone(session)
    arriving, life.inbox.arriving = life.inbox.arriving, []
    for event in arriving:
        start_by_event(session, event, progress.decided_until, now)


def _take_up_version(session: Session) -> None:
    """The life goes on by the version of the playbook that the session serves."""
    life, ref = session.life, session.program.playbook.ref
    if life.playbook != ref:
        session.note(life.progress.decided_until, EntryKind.PLAYBOOK, ref, f"taken up (was {life.playbook})", cause=Cause.VERSION)
        life.record.add(life.progress.decided_until, FactKind.PLAYBOOK, ref, data={"before": life.playbook})
        life.playbook = ref


def end_plays(session: Session, moment: datetime) -> None:
    """Plays belong to their stage and end with it, unless they are marked to outlive it."""
    plays = session.life.plays
    for run in list(plays.runs.values()):
        play = session.program.plays.find(run.play)
        if play is None or not play.play.outlives_stage or session.life.facts.churn.at is not None:
            end(session, run, moment, Why(Cause.STAGE_ENDED, f"the stage {session.program.stage.value} ended"))
        else:
            stage_over(session, run, play.play, moment)
    for name in plays.states:
        session.forget_plans(name)


def _end_what_edits_removed(session: Session) -> None:
    """Matching is by play and step id: a run that stands on neither any more ends, with a record."""
    for run in list(session.life.plays.runs.values()):
        play = session.program.plays.find(run.play)
        if play is None or run.step not in play.nodes:
            end(session, run, session.life.progress.decided_until, REMOVED)


def _forget_what_is_long_gone(session: Session) -> None:
    """Of too many plays and milestones, which edits of the playbook have removed one after the other, the oldest give way.

    A play of which something has gone out is kept longest, for it may be one that goes out once ever, then one whose runs are counted.
    """
    life, program = session.life, session.program
    states, running = life.plays.states, {run.play for run in life.plays.runs.values()}
    gone = [name for name in states if name not in program.names_here and name not in running]
    gone.sort(key=lambda name: (states[name].went_out_ever, states[name].count > 0))
    for name in gone[: max(0, len(states) - PLAYS_KEPT)]:
        del states[name]
    milestones, known = life.facts.milestones.states, program.playbook.milestones
    for name in [name for name in milestones if name not in known][: max(0, len(milestones) - MILESTONES_KEPT)]:
        del milestones[name]
        session.agenda.set_milestone(name, None)


def replan(session: Session, moment: datetime) -> None:
    """An anchor moved: every deadline that hangs on it moves with it."""
    life, progress, plays = session.life, session.life.progress, session.life.plays
    progress.replan = False
    before = {name: state.due for name, state in plays.states.items()}
    plan_stage(session)
    for name, state in plays.states.items():
        # A play that this tier does not have sees no breaks of its condition, so it starts over if it comes back.
        if name not in session.program.names_here:
            session.forget_plans(name)
            state.rhythm = "none" if state.rhythm else ""
    if progress.planned_zone != life.zone:
        restart_from(session, before, moment)
    move_anchors(session, moment)
    _say_what_moved(session, before, moment)
    progress.planned_zone = life.zone
    # What changed while another tier's program was loaded was noticed by nobody.
    session.take_changes()
    look_at_runs(session, moment)
    scan_conditions(session, moment)


def _say_what_moved(session: Session, before: Mapping[str, datetime | None], moment: datetime) -> None:
    """Write down the plays whose next start has another date now, in one line, and each that is planned no more."""
    states, tier, moved = session.life.plays.states, session.life.customer.tier.value, list[str]()
    for name, old in before.items():
        new = states[name].due
        if old is None or new == old:
            continue
        if name in session.program.names_here:
            moved.append(f"{name} from {session.clock(old)} to {session.clock(new) if new is not None else 'no day'}")
        else:
            words = f"it was to start on {session.clock(old)}, and tier {tier} has no such play"
            session.note_held_off(name, moment, Why(Cause.TIER, words), SINGLY)
    if moved:
        session.note(moment, EntryKind.PLAY, "dates moved", "; ".join(moved), cause=Cause.MOVED)
