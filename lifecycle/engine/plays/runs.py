"""Runs of plays: how one goes from step to step, and how it ends."""

from datetime import datetime

from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Touch
from lifecycle.engine.session import Session
from lifecycle.playbook.program import PlayProgram
from lifecycle.rules.hours import after
from lifecycle.state.log import EntryKind
from lifecycle.state.plays import PlayRun, RunStatus
from lifecycle.steps.base import Wait

REMOVED = "an edit of the playbook removed it"


def move(session: Session, run: PlayRun, moment: datetime) -> None:
    """Take the run as far as it goes at that moment (UTC) without doing anything in the world."""
    play = session.program.plays.find(run.play)
    if play is None or run.step not in play.nodes:
        end(session, run, moment, REMOVED)
        return
    while True:
        node = play.nodes[run.step]
        if node.step.if_ is not None and not session.holds_at(moment, node.step.if_, run.event, play.about(run.key)):
            following = node.next
        elif node.step.body.touch is not None:
            session.set_status(run, RunStatus.READY)
            run.touch_kind, run.touch_name = node.kind, node.touch_name
            return
        elif (reason := node.step.body.stops()) is not None:
            end(session, run, run.step_due, reason)
            return
        else:
            following, stays = _wait(session, play, run, moment)
            if stays:
                return
        if following is None:
            session.drop_run(run)
            return
        run.step, run.snoozed_until = following, None


def _wait(session: Session, play: PlayProgram, run: PlayRun, moment: datetime) -> tuple[str | None, bool]:
    """Where the run goes from a wait, and whether it has to stay there."""
    node = play.nodes[run.step]
    life, policy = session.life, session.program.playbook.contact_policy
    pause = node.step.body.pause()
    if pause is not None:
        over = after(life, policy, run.step_due, pause)
        if over > moment:
            session.set_status(run, RunStatus.WAITING, over, f"waits {pause}")
            return None, True
        run.step_due = over
        return node.next, False
    wait = node.wait
    assert wait is not None
    if node.id in run.answered:
        run.step_due = max(run.step_due, run.answered[node.id])
        return node.then, False
    if wait.when is not None and session.holds(wait.when, about=play.about(run.key)):
        run.step_due = max(run.step_due, moment)
        return node.then, False
    over = after(life, policy, run.step_due, wait.timeout)
    if run.snoozed_until is not None and run.snoozed_until > over:
        over = run.snoozed_until
    if over > moment:
        session.set_status(run, RunStatus.WAITING, over, why_it_waits(wait, snoozed=over == run.snoozed_until))
        return None, True
    run.step_due = over
    return node.otherwise, False


def why_it_waits(wait: Wait, *, snoozed: bool) -> str:
    """What a run waits for and how long at most, in words."""
    awaited = f"waits for {' or '.join(wait.event)}" if wait.event else f"waits until {wait.when}"
    return f"{awaited}, {'snoozed' if snoozed else f'at most {wait.timeout}'}"


def pass_on(session: Session, play: PlayProgram, run: PlayRun, at: datetime) -> None:
    """The run goes on behind its step, from that moment (UTC)."""
    following = play.nodes[run.step].next if run.step in play.nodes else None
    run.step_due, run.tries, run.planned_outcome = at, 0, None
    if following is None:
        session.drop_run(run)
    else:
        run.step = following
        session.set_status(run, RunStatus.MOVING)


def call_back(session: Session, run: PlayRun, touch: Touch, outcome: Outcome, why: str) -> None:
    """Call off a touch that may have acted: the ledger knows, and if it has not, this is what has become of it."""
    plays = session.life.plays
    plays.in_flight[touch.key] = touch
    if touch.key not in plays.withdrawn:
        plays.withdrawn.append(touch.key)
    run.planned_outcome = outcome
    session.set_status(run, RunStatus.PERFORMING, None, why)


def end(session: Session, run: PlayRun, moment: datetime, why: str) -> None:
    """End the run now: what it holds or has in flight is called off, and that is written down."""
    plays = session.life.plays
    session.drop_run(run)
    key = run.touch_key(session.life.customer.id)
    if key in plays.tried:
        call_back(session, run, plays.tried.pop(key), Outcome.CANCELLED, why)
    elif run.status is RunStatus.PERFORMING and key in plays.in_flight:
        if key not in plays.withdrawn:
            plays.withdrawn.append(key)
    elif run.status in (RunStatus.HELD, RunStatus.READY):
        session.note_run_unsent(run, Outcome.CANCELLED, moment, why)
        return
    session.note(moment, EntryKind.PLAY, run.play, f"ended: {why}")
