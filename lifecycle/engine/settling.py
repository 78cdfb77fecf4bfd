"""What performing a touch led to: it went out, fell, is tried again, or lapsed."""

from datetime import datetime, timedelta

from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.touch import OUTCOME_OF_ANSWER, Answer, Receipt, Touch
from lifecycle.engine.conditions_changed import look_around
from lifecycle.engine.effective_time import prompt
from lifecycle.engine.releasing import pass_on
from lifecycle.engine.runs import call_back, end, last_try, note_unsent
from lifecycle.engine.view import view_of
from lifecycle.playbook.program import Program
from lifecycle.rules.contact_policy import count_send, counts, uncount_send
from lifecycle.state.life import Doing, EntryKind, Lifecycle, OfferState, PlayRun

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(hours=4)

MOST_DOUBLINGS = 10

_SILENT = {
    Answer.REFUSED: "the provider refused it and gave no reason",
    Answer.RETRY: "its play ended while it was tried",
    Answer.WITHDRAWN: "its play ended before it acted",
}
"""What is written down where nobody said why."""


def settle(life: Lifecycle, program: Program, receipt: Receipt, now: datetime) -> None:
    """Take in what performing a touch led to. A touch whose play has ended meanwhile is only written down."""
    touch = life.in_flight.pop(receipt.key, None)
    if touch is None:
        return
    at = prompt(touch.at, now)
    if receipt.key in life.withdrawn:
        life.withdrawn.remove(receipt.key)
    run = next((run for run in life.runs.values() if run.key_of(life.customer.id, run.step) == touch.key), None)
    went_out = receipt.answer in (Answer.DONE, Answer.UNKNOWN)
    if counts(touch.kind, touch.category):
        if went_out:
            count_send(life, program.playbook.contact_policy, touch)
        else:
            uncount_send(life, touch)
    if receipt.answer is Answer.RETRY and run is not None and run.fell is None:
        _try_again(life, program, touch, run, receipt, at)
        return
    outcome = OUTCOME_OF_ANSWER[receipt.answer]
    if went_out:
        life.note(at, EntryKind.TOUCH, f"{touch.kind.value} {touch.name}", outcome=outcome, why=receipt.why, key=touch.key)
    else:
        # What the engine gave up keeps the engine's reason: the ledger only says that it had not acted.
        fell, why = (run.fell, run.why) if run is not None and run.fell is not None else (outcome, receipt.why)
        note_unsent(life, touch.key, touch.play, touch.name, touch.kind.value, fell, at, why or _SILENT[receipt.answer])
    if went_out:
        _count(life, program, touch, at)
    if run is not None:
        run.went_out = run.went_out or went_out
        run.invites += touch.kind is TouchKind.MEETING
        one = program.plays.find(run.play)
        if one is None:
            end(life, run, at, "an edit of the playbook removed it")
        else:
            pass_on(life, one, run, at)


def _count(life: Lifecycle, program: Program, touch: Touch, at: datetime) -> None:
    """Once counts what went out, for the stage and term in which it was asked for."""
    kind = f"sent:{touch.kind.value}"
    life.counts[kind] = life.counts.get(kind, 0) + 1
    state = life.play(touch.play)
    state.went_out_stage, state.went_out_term, state.went_out_ever = touch.counts_for, touch.term, True
    if touch.kind is TouchKind.OFFER:
        offer = life.offers.setdefault(touch.name, OfferState())
        offer.granted = True
        offer.terms = [*offer.terms, touch.term]
        offer.stages = [*offer.stages, touch.counts_for]
        if program.fits(life) and not life.fresh_stage:
            view_of(life, program).refresh(life)
            look_around(life, program, at)


def _try_again(life: Lifecycle, program: Program, touch: Touch, run: PlayRun, receipt: Receipt, at: datetime) -> None:
    """The provider could not: hold the touch back a while, longer each time, inside its window; then give it up."""
    pause = min(FIRST_RETRY * 2 ** min(run.tries, MOST_DOUBLINGS), LONGEST_RETRY)
    why = f"the provider could not: {receipt.why}"
    one = program.plays.find(run.play)
    if one is None or at + pause > last_try(life, program, one.play, run, touch.kind):
        call_back(life, run, touch, Outcome.FAILED, why)
        return
    if not run.tries:
        note_unsent(life, touch.key, touch.play, touch.name, touch.kind.value, Outcome.DELAYED, at, why)
    life.tried[touch.key] = touch
    run.tries += 1
    run.doing, run.until, run.why = Doing.HELD, at + pause, why


def lapse(life: Lifecycle, now: datetime) -> None:
    """Call off what was asked for and not begun in its time, as while no worker ran: a new run must not ask for it again."""
    for run in life.runs.values():
        touch = life.in_flight.get(run.key_of(life.customer.id, run.step))
        if touch is not None and now > touch.not_after and touch.key not in life.withdrawn:
            call_back(life, run, touch, Outcome.MISSED, "was not begun before its window was over")
