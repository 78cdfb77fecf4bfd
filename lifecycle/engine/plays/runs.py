"""Runs of plays: how one goes from step to step, and how it ends."""

from datetime import datetime

from lifecycle.domain.enums import Outcome
from lifecycle.domain.time.durations import WORKED
from lifecycle.domain.touch import Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.recording.tasks import tasks_of_run_dropped
from lifecycle.engine.session import Session
from lifecycle.playbook.graph import Node
from lifecycle.playbook.program import PlayProgram
from lifecycle.rules.hours import after
from lifecycle.rules.invitations import call_off_meetings
from lifecycle.state.plays import CalledOff, PlayRun, RunStatus
from lifecycle.steps.base import Wait

REMOVED = Why(Cause.REMOVED, "an edit of the playbook removed it")
_PASSED_OVER = Why(Cause.CONDITION, "its condition does not hold")


def move(session: Session, run: PlayRun, moment: datetime) -> None:
    """Take the run as far as it goes at that moment (UTC) without doing anything in the world."""
    session.work += 1
    play = session.program.plays.find(run.play)
    if play is None or run.step not in play.nodes:
        end(session, run, moment, REMOVED)
        return
    # A run that waited still says why; one that has just come to its step does not.
    waited = bool(run.why)
    while True:
        node = play.nodes[run.step]
        if node.step.if_ is not None and not session.holds_at(moment, node.step.if_, run.event, play.about(run.key)):
            _pass_over(session, run, node)
            following = node.next
        elif node.step.body.touch is not None:
            session.set_status(run, RunStatus.READY)
            run.touch_kind, run.touch_name = node.kind, node.touch_name
            return
        elif (reason := node.step.body.stops()) is not None:
            end(session, run, run.step_due, Why(Cause.STOPPED, reason))
            return
        else:
            following, stays = _wait(session, play, run, moment, waited)
            if stays:
                return
        if following is None:
            session.drop_run(run)
            return
        run.step, run.snoozed_until, waited = following, None, False


def _pass_over(session: Session, run: PlayRun, node: Node) -> None:
    """Write that the step's own `if` keeps it from being done; a `stop` that does not stop is nothing that did not happen."""
    if node.step.body.touch is not None:
        run.touch_kind, run.touch_name = node.kind, node.touch_name
        session.note_run_unsent(run, Outcome.SKIPPED, run.step_due, _PASSED_OVER)
    elif node.step.body.stops() is None:
        session.note_wait(run, run.step_due, _PASSED_OVER.cause, f"passed over: {_PASSED_OVER.words}")


def _wait(session: Session, play: PlayProgram, run: PlayRun, moment: datetime, waited: bool) -> tuple[str | None, bool]:
    """Where the run goes from a wait, and whether it has to stay there. It has `waited` there already, or has just come."""
    node = play.nodes[run.step]
    life, policy = session.life, session.program.playbook.contact_policy
    pause = node.step.body.pause()
    if pause is not None:
        over = after(life, policy, run.step_due, pause)
        if over > moment:
            _stay(session, run, over, f"waits {pause}", waited)
            return None, True
        run.step_due = over
        if run.planned is not None:
            run.planned = after(life, policy, run.planned, pause)
        return node.next, False
    wait = node.wait
    assert wait is not None
    if node.id in run.answered:
        began, run.step_due = run.step_due, max(run.step_due, run.answered[node.id])
        if run.planned is not None:
            run.planned = max(run.planned, run.answered[node.id])
        _note_answered(session, run, began, waited)
        return node.then, False
    if wait.when is not None and session.holds(wait.when, about=play.about(run.key)):
        run.step_due = max(run.step_due, moment)
        if run.planned is not None and waited:
            run.planned = max(run.planned, moment)
        cause, words = (Cause.ANSWERED, "answered: it is so now") if waited else (Cause.AT_ONCE, "passed at once: it is so already")
        session.note_wait(run, run.step_due, cause, f"{words}, {wait.when}")
        return node.then, False
    over = _times_out(session, run, wait)
    if run.snoozed_until is not None and run.snoozed_until > over:
        over = run.snoozed_until
    if over > moment:
        _stay(session, run, over, why_it_waits(wait, snoozed=over == run.snoozed_until), waited)
        return None, True
    run.step_due = over
    if run.planned is not None:
        run.planned = over if over == run.snoozed_until else after(life, policy, run.planned, wait.timeout, wait.role)
    # A shorter length that an edit gave it ends it when the edit is taken up.
    cut_short = waited and run.until is not None and run.until > moment
    how_long = "when its snooze was over" if over == run.snoozed_until else f"after {wait.timeout}"
    session.note_wait(run, moment if cut_short else over, Cause.TIMED_OUT, f"timed out {how_long}: {_not_come(wait)}")
    return node.otherwise, False


def _times_out(session: Session, run: PlayRun, wait: Wait) -> datetime:
    """When the wait is over (UTC). That of a task is over when the task is due, whose working time counts from when it was asked for.

    None counts from before the enrolment: it would be over before anybody could tell the past.
    """
    life, policy = session.life, session.program.playbook.contact_policy
    began = max(run.step_due, life.progress.enrolled)
    if not wait.of_task or run.task_counts_from is None or wait.timeout.unit not in WORKED:
        return after(life, policy, began, wait.timeout, wait.role)
    return max(began, after(life, policy, run.task_counts_from, wait.timeout, wait.role))


def _note_answered(session: Session, run: PlayRun, began: datetime, waited: bool) -> None:
    """Write which event has answered the wait: one that came while it waited, or one that was there before."""
    came = run.answered[run.step]
    event = run.answered_by.get(run.step, "an event told earlier")
    if waited or came > began:
        session.note_wait(run, run.step_due, Cause.ANSWERED, f"answered by {event}")
    else:
        session.note_wait(run, run.step_due, Cause.AT_ONCE, f"passed at once: answered by {event} on {session.clock(came)}")


def _stay(session: Session, run: PlayRun, until: datetime, why: str, waited: bool) -> None:
    """Wait until that moment; that it is another than it was is written down."""
    before = run.until
    if waited and before is not None and before != until:
        words = f"its end moved from {session.clock(before)} to {session.clock(until)}: another length, calendar or clock"
        session.note_wait(run, max(run.step_due, session.life.progress.decided_until), Cause.MOVED, words)
    session.set_status(run, RunStatus.WAITING, until, why)


def _not_come(wait: Wait) -> str:
    return f"{' or '.join(wait.event)} did not come" if wait.event else f"{wait.when} did not come true"


def why_it_waits(wait: Wait, *, snoozed: bool) -> str:
    """What a run waits for and how long at most, in words."""
    awaited = f"waits for {' or '.join(wait.event)}" if wait.event else f"waits until {wait.when}"
    return f"{awaited}, {'snoozed' if snoozed else f'at most {wait.timeout}'}"


def pass_on(session: Session, play: PlayProgram, run: PlayRun, at: datetime) -> None:
    """The run goes on behind its step, from that moment (UTC)."""
    following = play.nodes[run.step].next if run.step in play.nodes and not run.repeats else None
    run.step_due, run.tries, run.planned_outcome, run.held = at, 0, None, None
    if following is None:
        session.drop_run(run)
    else:
        run.step = following
        session.set_status(run, RunStatus.MOVING)


def call_back(session: Session, run: PlayRun, touch: Touch, outcome: Outcome, moment: datetime, why: Why) -> None:
    """Call off, as of that moment (UTC), a touch that may have acted: the ledger knows, and if it has not, this is what has become of it."""
    plays = session.life.plays
    plays.in_flight[touch.key] = touch
    plays.withdrawn.setdefault(touch.key, CalledOff.of(moment, why))
    run.planned_outcome = outcome
    session.set_status(run, RunStatus.PERFORMING, None, why.words)


def end(session: Session, run: PlayRun, moment: datetime, why: Why) -> None:
    """End the run now: what it holds or has in flight is called off, and that is written down."""
    plays = session.life.plays
    session.drop_run(run)
    tasks_of_run_dropped(session, run, moment, why.words)
    call_off_meetings(session.life, session.program.playbook.contact_policy, moment, why, run)
    key = run.touch_key(session.life.customer.id)
    if key in plays.tried:
        call_back(session, run, plays.tried.pop(key), Outcome.CANCELLED, moment, why)
    elif run.status is RunStatus.PERFORMING and key in plays.in_flight:
        plays.withdrawn.setdefault(key, CalledOff.of(moment, why))
    elif run.status in (RunStatus.HELD, RunStatus.READY):
        session.note_run_unsent(run, Outcome.CANCELLED, moment, why)
        return
    session.note_ended(run, moment, why)
