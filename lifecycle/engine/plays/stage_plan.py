"""Planning a stage: the due moments of its milestones and plays, when it begins and when an anchor moves."""

from datetime import datetime, timedelta

from lifecycle.domain.enums import Outcome
from lifecycle.domain.time.zones import LAST_DAY, midnight
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.missed import forget_missed
from lifecycle.engine.session import Session
from lifecycle.playbook.play import Every
from lifecycle.playbook.program import PlayProgram
from lifecycle.rules.milestones import due_of, is_unsaid
from lifecycle.rules.planning import beat_due, first_beat, moment_of, rhythm_start, round_of, silence_due, silent_since
from lifecycle.state.log import SINGLY, EntryKind
from lifecycle.state.plays import PlayState


def plan_stage(session: Session) -> None:
    """Work out every due moment anew; for what has begun or been done already, nothing changes."""
    for name, milestone in session.program.plan.milestones.items():
        due = due_of(session.life, session.program.playbook, milestone)
        session.plan_milestone(name, None if is_unsaid(session.life, due) else due)
    for play in session.program.by_time:
        plan_next(session, play)
    for play in session.program.by_silence:
        plan_silence(session, play)


def say_what_is_unsaid(session: Session, moment: datetime) -> None:
    """The stage begins at that moment (UTC): write down the milestones of which nobody knows whether they were reached in time."""
    milestones = session.life.facts.milestones
    for name, milestone in session.program.plan.milestones.items():
        due = due_of(session.life, session.program.playbook, milestone)
        if is_unsaid(session.life, due) and not milestones.is_reached(name):
            words = f"its last moment, {session.clock(due)}, lies before the enrolment, and nobody said whether it was reached"
            session.note(moment, EntryKind.MILESTONE, name, words, cause=Cause.BEFORE_ENROLMENT)


def plan_next(session: Session, play: PlayProgram) -> None:
    """Set when the play is due next, if ever."""
    life, playbook = session.life, session.program.playbook
    state = life.plays.state(play.id)
    if play.play.at is not None:
        index = round_of(life, play.play.at)
        state.occurrence = str(index)
        session.plan(play.id, moment_of(life, playbook, play.play.at) if state.last_index < index else None)
    elif play.play.every is not None:
        _keep_rhythm(session, play.play.every, state)
        state.occurrence = str(state.count + 1)
        due = beat_due(life, playbook, play.play.every, state.last_index + 1)
        session.plan(play.id, due if due.year < LAST_DAY.year else None)  # at the end of the calendar all beats are one


def _keep_rhythm(session: Session, every: Every, state: PlayState) -> None:
    """Where another tier, a second visit or an amendment has brought another rhythm: go on with its first beat from now on."""
    life, playbook = session.life, session.program.playbook
    rhythm = f"{every.each[life.customer.tier]} from {rhythm_start(life, playbook, every)}"
    if state.rhythm != rhythm:
        # A rhythm new to this stage begins with the stage, one that changed under way goes on from now.
        begins = life.progress.decided_until + timedelta(microseconds=1) if state.rhythm else midnight(session.stage_starts, life.zone)
        state.last_index = first_beat(life, playbook, every, begins) - 1
    state.rhythm = rhythm


def plan_silence(session: Session, play: PlayProgram) -> None:
    """A silence is counted from the last sign of life and comes due once."""
    span = play.play.silent_for
    assert span is not None
    state = session.life.plays.state(play.id)
    since = silent_since(session.life)
    if since is None:
        return
    if state.since == since and (state.spent or state.due is not None):
        return
    if state.since != since:
        state.since, state.spent = since, False
    session.plan(play.id, None if state.spent else silence_due(session.life, session.program.playbook, since, span))


def leave_plans(session: Session, moment: datetime) -> None:
    """The stage ends at that moment (UTC): what it had planned once and will not come is written down, and planned no more."""
    forget_missed(session, moment)
    states, stage = session.life.plays.states, session.program.stage.value
    for play in session.program.here:
        state = states.get(play.id)
        if state is None or state.due is None:
            continue
        why = Why(Cause.BEYOND_STAGE, f"its day, {session.clock(state.due)}, lies beyond the stage {stage}, which ended")
        if play.play.at is not None:
            session.note_play_unsent(play.id, state.occurrence, Outcome.SKIPPED, moment, why)
        elif play.play.when is not None:
            session.note_held_off(play.id, moment, why, SINGLY)
        session.plan(play.id, None)
    milestones = session.life.facts.milestones.states
    for name in session.program.plan.milestones:
        if name in milestones and (due := milestones[name].deadline) is not None:
            words = f"its last moment, {session.clock(due)}, lies beyond the stage {stage}, which ended before it was reached"
            session.note(moment, EntryKind.MILESTONE, name, words, cause=Cause.BEYOND_STAGE)
            session.plan_milestone(name, None)


def restart_from(session: Session, before: dict[str, datetime | None], moment: datetime) -> None:
    """A start that a move of the zone itself put into the past counts as due at the move: moving east skips nothing."""
    for play in session.program.by_time:
        state, old = session.life.plays.state(play.id), before.get(play.id)
        if old is not None and state.due is not None and state.due < moment <= old:
            session.plan(play.id, moment)
