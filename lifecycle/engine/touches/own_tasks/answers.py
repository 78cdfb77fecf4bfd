"""What came of asking for a task of the life's own. Moments are UTC."""

from datetime import datetime
from typing import Protocol

from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Answer, HeldBy, Receipt, Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.recording.tasks import task_asked
from lifecycle.engine.session import Session
from lifecycle.engine.touches.holding import because, held_by, is_let_go, until_the_end
from lifecycle.engine.touches.retrying import pause_after


class Asking(Protocol):
    """What a life remembers of such a task: when it is asked for next, how often the provider could not, and what holds it."""

    ask_at: datetime | None
    tries: int
    held: HeldBy | None


def settle_own_task(
    session: Session, task: Touch, asking: Asking | None, receipt: Receipt, at: datetime, *, subject: str, called_off: Why
) -> bool:
    """Take in what came of such a task; whether it is asked for once more, until its `not_after`. That it is unknown asks nobody.

    `asking` is None where nobody waits for it any more. `subject` is what the line of its going out is about, `called_off` why it was not done
    if it was withdrawn.
    """
    if receipt.answer is Answer.RETRY and asking is not None:
        pause, why = pause_after(asking.tries), Why(Cause.PROVIDER_DOWN, f"the provider could not: {receipt.why}")
        if at + pause <= task.not_after:
            if not asking.tries:
                session.note_touch_unsent(task, Outcome.DELAYED, at, why, until=at + pause)
            asking.tries += 1
            asking.ask_at = at + pause
            return True
        session.note_touch_unsent(task, Outcome.FAILED, at, why)
    elif receipt.answer is Answer.HELD and asking is not None:
        held = held_by(receipt)
        if at < task.not_after:
            session.note_touch_unsent(task, Outcome.DELAYED, at, because(receipt))
            asking.held, asking.ask_at = (None, at) if is_let_go(session, held) else (held, task.not_after)
            return True
        session.note_touch_unsent(task, Outcome.MISSED, at, until_the_end(held))
    elif receipt.answer is Answer.DONE:
        session.note_sent(at, task, Outcome.SENT, subject, (None, receipt.why))
        task_asked(session, task)
        session.life.log.count(f"sent:{task.kind.value}")
    elif receipt.answer is Answer.UNKNOWN:
        session.note_sent(at, task, Outcome.UNKNOWN, "", (Cause.NOBODY_KNOWS, receipt.why))
    elif receipt.answer is Answer.REFUSED:
        session.note_touch_unsent(task, Outcome.FAILED, at, Why(Cause.PROVIDER_REFUSED, receipt.why or "the provider gave no reason"))
    else:
        session.note_touch_unsent(task, Outcome.CANCELLED, at, called_off)
    return False
