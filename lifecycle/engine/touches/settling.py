"""What performing a touch led to: it went out, fell, is tried again, or lapsed."""

from dataclasses import replace
from datetime import datetime, timedelta

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.touch import OUTCOME_OF_ANSWER, Answer, Receipt, Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.effective_time import effective_time
from lifecycle.engine.plays.conditions_changed import conditions_changed
from lifecycle.engine.plays.runs import REMOVED, call_back, end, pass_on
from lifecycle.engine.plays.starting import counted
from lifecycle.engine.session import Session
from lifecycle.engine.touches.releasing import NO_ROOM
from lifecycle.playbook.program import name_of_occurrence
from lifecycle.rules.contact_policy import count_send, counts, uncount_send
from lifecycle.rules.windows import last_try
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import CalledOff, PlayRun, RunStatus

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(hours=4)

MOST_DOUBLINGS = 10

LONGEST_ANSWER = 360
"""Bytes of what a provider said: with what is said of it, it fits into a line."""

_SURELY_SHORT = LONGEST_ANSWER // 6

_SILENT = {
    Answer.REFUSED: "the provider refused it and gave no reason",
    Answer.RETRY: "its play ended while it was tried",
    Answer.WITHDRAWN: "its play ended before it acted",
}
"""What is written down where nobody said why."""

_CAUSES = {
    Answer.REFUSED: Cause.PROVIDER_REFUSED,
    Answer.RETRY: Cause.PROVIDER_DOWN,
    Answer.WITHDRAWN: Cause.STAGE_ENDED,
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
    _write_down(session, touch, run, receipt, called_off, at)
    if went_out:
        _count(session, touch, at)
    if run is not None:
        _go_on(session, run, touch, went_out, at)


def _run_at(life: Lifecycle, key: str) -> PlayRun | None:
    """The run that stands at that touch."""
    _, run_and_step = key.split("/", 1)
    run = life.plays.runs.get(run_and_step.rpartition("/")[0])
    return run if run is not None and run.touch_key(life.customer.id) == key else None


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


def _count(session: Session, touch: Touch, at: datetime) -> None:
    """Once counts what went out, for the stage and term in which it was asked for."""
    life = session.life
    life.log.count(f"sent:{touch.kind.value}")
    play = session.program.plays.find(touch.play)
    name = name_of_occurrence(touch.key.split("/")[3]) if play is not None and play.key_field else ""
    state = life.plays.state(touch.play) if play is None else counted(session, play, name)
    state.went_out_stage, state.went_out_term, state.went_out_ever = touch.counts_for, touch.term, True
    if touch.kind is TouchKind.OFFER:
        life.facts.offers.grant(touch.name, touch.term, touch.counts_for)
        session.subject_changed("offers")
        if session.fits and not life.progress.stage_is_new:
            conditions_changed(session, at)


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
    pause = min(FIRST_RETRY * 2 ** min(run.tries, MOST_DOUBLINGS), LONGEST_RETRY)
    why = Why(Cause.PROVIDER_DOWN, f"the provider could not: {receipt.why}")
    play = session.program.plays.find(run.play)
    if play is None or at + pause > last_try(session.life, session.program.playbook, play.play, run.step_due, touch.kind):
        call_back(session, run, touch, Outcome.FAILED, at, why)
        return
    if not run.tries:
        session.note_touch_unsent(touch, Outcome.DELAYED, at, why, until=at + pause)
    session.life.plays.tried[touch.key] = touch
    run.tries += 1
    session.set_status(run, RunStatus.HELD, at + pause, why.words)


def lapse(session: Session, now: datetime) -> None:
    """Call off what was asked for and not begun in its time, as while no worker ran: a new run must not ask for it again."""
    plays = session.life.plays
    for run in plays.runs.values():
        touch = plays.in_flight.get(run.touch_key(session.life.customer.id))
        if touch is not None and now > touch.not_after and touch.key not in plays.withdrawn:
            call_back(
                session, run, touch, Outcome.MISSED, touch.not_after, Why(Cause.NOT_BEGUN, "was not begun before its window was over")
            )
