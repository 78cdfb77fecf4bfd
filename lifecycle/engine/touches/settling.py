"""What performing a touch led to: it went out, fell, is tried again, or lapsed."""

from dataclasses import replace
from datetime import datetime

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.touch import OUTCOME_OF_ANSWER, Answer, Receipt, Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.effective_time import effective_time
from lifecycle.engine.plays.runs import REMOVED, call_back, end, pass_on
from lifecycle.engine.plays.starting import stage_visit
from lifecycle.engine.recording.tasks import task_asked, tasks_dropped
from lifecycle.engine.session import Session
from lifecycle.engine.touches.counting import count_sent
from lifecycle.engine.touches.holding import because, held_by, is_let_go, until_the_end
from lifecycle.engine.touches.invitations import keep_invitation, settle_cancelling
from lifecycle.engine.touches.own_tasks.catching_up import is_catch_up, settle_telling
from lifecycle.engine.touches.own_tasks.unknown import asks_about, note_unknown, settle_asking
from lifecycle.engine.touches.releasing import NO_ROOM, SHORTEST_HOLD
from lifecycle.engine.touches.retrying import pause_after
from lifecycle.playbook.program import PlayProgram
from lifecycle.rules.contact_policy import count_send, counts, uncount_send
from lifecycle.rules.hours import hours_of
from lifecycle.rules.windows import last_moment, last_try
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import CalledOff, PlayRun, RunStatus

LONGEST_ANSWER = 360
"""Bytes of what a provider said: with what is said of it, it fits into a line."""

_SURELY_SHORT = LONGEST_ANSWER // 6

_SILENT = {
    Answer.REFUSED: "the provider refused it and gave no reason",
    Answer.RETRY: "its play ended while it was tried",
    Answer.WITHDRAWN: "its play ended before it acted",
    Answer.HELD: "its play ended while it was held",
}
"""What is written down where nobody said why."""

_CAUSES = {
    Answer.REFUSED: Cause.PROVIDER_REFUSED,
    Answer.RETRY: Cause.PROVIDER_DOWN,
    Answer.WITHDRAWN: Cause.STAGE_ENDED,
    Answer.HELD: Cause.HELD,
}
"""Why a touch was not done that nobody here has called off."""


def settle(session: Session, receipt: Receipt, now: datetime) -> None:
    """Take in what performing a touch led to. A touch whose play has ended meanwhile is only written down."""
    life, plays = session.life, session.life.plays
    touch = plays.in_flight.pop(receipt.key, None)
    if touch is None:
        return
    if len(receipt.why) > _SURELY_SHORT:
        receipt = replace(receipt, why=cut(receipt.why, LONGEST_ANSWER))
    for waiting in plays.runs.values():
        if waiting.why == NO_ROOM and waiting.status is RunStatus.HELD:
            session.set_status(waiting, RunStatus.READY, None, NO_ROOM)
    at = effective_time(touch.at, now)
    called_off = plays.withdrawn.pop(receipt.key, None)
    about = asks_about(touch)
    if about is not None:
        settle_asking(session, touch, about, receipt, at)
        return
    if is_catch_up(touch):
        why_called_off = Why(called_off.cause, called_off.why, called_off.by) if called_off is not None and called_off.cause else None
        settle_telling(session, touch, receipt, why_called_off, at)
        return
    if touch.cancels:
        settle_cancelling(session, touch, receipt, at)
        return
    run = _run_at(life, touch.key)
    went_out = receipt.answer in (Answer.DONE, Answer.UNKNOWN)
    if counts(touch.kind, touch.category):
        if went_out:
            count_send(life, session.program.playbook.contact_policy, touch)
        else:
            uncount_send(life, touch)
    if receipt.answer is Answer.RETRY and run is not None and run.planned_outcome is None:
        _try_again(session, touch, run, receipt, at)
        return
    if receipt.answer is Answer.HELD and run is not None and run.planned_outcome is None:
        _hold_back(session, touch, run, receipt, at)
        return
    _write_down(session, touch, run, receipt, called_off, at)
    if receipt.answer is Answer.UNKNOWN:
        note_unknown(session, touch, run, receipt, at)
    else:
        plays.repeated.pop(touch.key, None)
    if went_out:
        keep_invitation(session, touch, receipt, called_off, at)
    if receipt.answer is Answer.DONE:
        task_asked(session, touch)
    if run is not None:
        _go_on(session, run, touch, went_out, at)
    else:
        tasks_dropped(session, [touch.key], at, "its play had ended before it was asked for")
    # Behind it, for what was done may end the run: at the step that it has come to, not at the one that it did.
    if receipt.answer is Answer.DONE:
        count_sent(session, touch, at)


def _run_at(life: Lifecycle, key: str) -> PlayRun | None:
    """The run that stands at that touch."""
    _, run_and_step = key.split("/", 1)
    for id in (run_and_step.rpartition("/")[0], run_and_step):
        run = life.plays.runs.get(id)
        if run is not None and run.touch_key(life.customer.id) == key:
            return run
    return None


def _write_down(session: Session, touch: Touch, run: PlayRun | None, receipt: Receipt, called_off: CalledOff | None, at: datetime) -> None:
    outcome = OUTCOME_OF_ANSWER[receipt.answer]
    if receipt.answer in (Answer.DONE, Answer.UNKNOWN):
        session.note_sent(at, touch, outcome, receipt.subject, _said_of_sent(receipt, called_off))
        return
    if run is not None and run.planned_outcome is not None:
        # What the engine gave up keeps the engine's reason: the ledger only says that it had not acted.
        outcome = run.planned_outcome
    elif receipt.answer is Answer.REFUSED:
        called_off = None
    words = receipt.why or _SILENT[receipt.answer]
    if called_off is None:
        session.note_touch_unsent(touch, outcome, at, Why(_CAUSES[receipt.answer], words))
    else:
        why = Why(called_off.cause or _CAUSES[receipt.answer], called_off.why or (run and run.why) or words, called_off.by)
        session.note_touch_unsent(touch, outcome, called_off.at, why)


def _said_of_sent(receipt: Receipt, called_off: CalledOff | None) -> tuple[Cause | None, str]:
    """What is to be said of a touch that went out, or may have: that nobody knows, or that it was called off too late."""
    if receipt.answer is Answer.UNKNOWN:
        return Cause.NOBODY_KNOWS, receipt.why
    if called_off is None:
        return None, receipt.why
    return Cause.TOO_LATE, f"called off too late: {called_off.why}" if called_off.why else receipt.why


def _go_on(session: Session, run: PlayRun, touch: Touch, went_out: bool, at: datetime) -> None:
    run.went_out = run.went_out or went_out
    run.invitations += touch.kind is TouchKind.MEETING
    play = session.program.plays.find(run.play)
    if play is None:
        end(session, run, at, REMOVED)
    else:
        pass_on(session, play, run, at)


def _try_again(session: Session, touch: Touch, run: PlayRun, receipt: Receipt, at: datetime) -> None:
    """The provider could not: hold the touch back a while, longer each time, inside its window; then give it up."""
    pause = pause_after(run.tries)
    why = Why(Cause.PROVIDER_DOWN, f"the provider could not: {receipt.why}")
    play = session.program.plays.find(run.play)
    if play is None or at + pause > _last_try(session, play, run, touch):
        call_back(session, run, touch, Outcome.FAILED, at, why)
        return
    if not run.tries:
        session.note_touch_unsent(touch, Outcome.DELAYED, at, why, until=at + pause)
    session.life.plays.tried[touch.key] = touch
    run.tries += 1
    session.set_status(run, RunStatus.HELD, at + pause, why.words)


def _hold_back(session: Session, touch: Touch, run: PlayRun, receipt: Receipt, at: datetime) -> None:
    """A hold stands: the touch waits for the end of its window, and for that alone, unless the hold is released before."""
    held, play = held_by(receipt), session.program.plays.find(run.play)
    if play is None:
        call_back(session, run, touch, Outcome.CANCELLED, at, REMOVED)
        return
    last = (_last_try if run.tries else _window_end)(session, play, run, touch)
    if at >= last:
        call_back(session, run, touch, Outcome.MISSED, last, until_the_end(held))
        return
    session.note_touch_unsent(touch, Outcome.DELAYED, at, because(receipt))
    # Looked at anew it is made anew; and so many may be held at once that their texts would find no room.
    session.life.plays.tried[touch.key] = replace(touch, values={}, text="")
    if is_let_go(session, held):
        session.set_status(run, RunStatus.READY, None, held.words)
        return
    run.held = held
    session.set_status(run, RunStatus.HELD, max(last, at + SHORTEST_HOLD), held.words)


def _window_end(session: Session, play: PlayProgram, run: PlayRun, touch: Touch) -> datetime:
    life, playbook = session.life, session.program.playbook
    hours = hours_of(life, playbook.contact_policy, play.play, touch.kind, touch.level, touch.to, touch.owner)
    here = run.stage_visit == stage_visit(session)
    return last_moment(life, playbook, play.play, run.step_due, hours, comes_before=run.bound, of_this_stage=here)


def _last_try(session: Session, play: PlayProgram, run: PlayRun, touch: Touch) -> datetime:
    life, playbook = session.life, session.program.playbook
    hours = hours_of(life, playbook.contact_policy, play.play, touch.kind, touch.level, touch.to, touch.owner)
    here = run.stage_visit == stage_visit(session)
    return last_try(life, playbook, play.play, run.step_due, touch.kind, hours, comes_before=run.bound, of_this_stage=here)


def lapse(session: Session, now: datetime) -> None:
    """Call off what was asked for and not begun in its time, as while no worker ran: a new run must not ask for it again."""
    plays = session.life.plays
    for run in plays.runs.values():
        touch = plays.in_flight.get(run.touch_key(session.life.customer.id))
        if touch is not None and now > touch.not_after and touch.key not in plays.withdrawn:
            call_back(
                session, run, touch, Outcome.MISSED, touch.not_after, Why(Cause.NOT_BEGUN, "was not begun before its window was over")
            )
