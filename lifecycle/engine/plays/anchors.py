"""Plays that come before a moment, `before_end: 7d` for one: what of them has not gone when it has passed is void. Moments are UTC."""

from datetime import datetime

from lifecycle.domain.enums import Outcome
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.runs import end
from lifecycle.engine.plays.starting import stage_visit
from lifecycle.engine.session import Session
from lifecycle.playbook.play import Play
from lifecycle.rules.planning import deadline_of
from lifecycle.state.plays import PlayRun, RunStatus


def find_anchor(session: Session, run: PlayRun, play: Play) -> None:
    """Find out what the run comes before, if that is not known: it was begun by an older build, or by a version that came before nothing."""
    if run.comes_before is not None or not _same_anchor(session, run, play):
        return
    comes_before = deadline_of(session.life, session.program.playbook, play)
    if comes_before is not None:
        run.comes_before, run.planned = comes_before, run.step_due


def has_passed(run: PlayRun, at: datetime) -> bool:
    """Whether the moment that the run's step was to come before has passed at that moment."""
    return run.bound is not None and at >= run.bound


def drop_passed(session: Session, run: PlayRun, at: datetime) -> None:
    """Give up a run whose touch was to go before a moment that has passed, and all of its steps behind it."""
    bound = run.bound
    assert bound is not None
    why, since = _why(session, run, bound), max(bound, run.step_due)
    if run.touch_key(session.life.customer.id) in session.life.plays.tried:
        end(session, run, since, why)
        return
    session.drop_run(run)
    session.note_run_unsent(run, Outcome.MISSED, since, why)


def move_anchors(session: Session, moment: datetime) -> None:
    """The contract, the zone or the playbook has changed: runs come before other moments, and those whose moment has passed by it end."""
    life, playbook = session.life, session.program.playbook
    for run in list(life.plays.runs.values()):
        play = session.program.plays.find(run.play)
        if play is None or run.comes_before is None or not _same_anchor(session, run, play.play):
            continue
        before, now = run.comes_before, deadline_of(life, playbook, play.play)
        if now != before:
            run.comes_before = now
            if now is not None and run.planned is not None:
                run.planned += now - before
            _look_again(session, run, before, moment)


def stage_over(session: Session, run: PlayRun, play: Play, moment: datetime) -> None:
    """A stage has ended before its day, and that of a run that outlives it may be the moment that its play comes before."""
    if run.comes_before is None or run.comes_before <= moment or play.at is None or play.at.of != "stage_end":
        return
    run.comes_before = moment
    if run.status not in (RunStatus.WAITING, RunStatus.MOVING) and has_passed(run, moment):
        end(session, run, moment, _why(session, run, moment))


def _same_anchor(session: Session, run: PlayRun, play: Play) -> bool:
    """Whether what the play hangs on is for the run what it is for the present stage and term."""
    of_stage = play.at is not None and play.at.of in ("stage_start", "stage_end")
    return run.stage_visit == stage_visit(session) if of_stage else run.term == session.life.key_term


def _look_again(session: Session, run: PlayRun, before: datetime, moment: datetime) -> None:
    bound = run.bound
    if bound is not None and bound <= moment < before:
        end(session, run, moment, _why(session, run, bound))
    elif run.status is RunStatus.HELD and (run.held is not None or not run.tries):
        session.set_status(run, RunStatus.READY, None, run.why)


def _why(session: Session, run: PlayRun, bound: datetime) -> Why:
    held = f"; it was held back until then: {run.why}" if run.status in (RunStatus.HELD, RunStatus.READY) and run.why else ""
    return Why(Cause.PASSED, f"it was to go before {session.clock(bound)}, which has passed{held}")
