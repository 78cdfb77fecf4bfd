"""The stop button as a life meets it: a touch that is held waits for its window's end alone, and is asked for again when the hold is released."""

from datetime import datetime

from lifecycle.domain.bounds import cut
from lifecycle.domain.touch import HeldBy, Receipt
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.session import Session
from lifecycle.state.plays import RunStatus

LET_GO_KEPT = 20
"""How many holds a life remembers that were released while something was in flight."""

LONGEST_BY, LONGEST_BECAUSE = 40, 150
"""Bytes that are kept of who has placed a hold, and why."""

_UNNAMED = HeldBy(hold=0, by="somebody", why="of a hold")


def held_by(receipt: Receipt) -> HeldBy:
    """By which hold the touch is held, as much of it as a life keeps."""
    held = receipt.held or _UNNAMED
    return HeldBy(hold=held.hold, by=cut(held.by, LONGEST_BY), why=cut(held.why, LONGEST_BECAUSE))


def because(receipt: Receipt) -> Why:
    """Why the touch waits, in all words, for its line."""
    held = receipt.held or _UNNAMED
    return Why(Cause.HELD, held.words, held.by)


def until_the_end(held: HeldBy) -> Why:
    """Why it never went."""
    return Why(Cause.HELD, f"{held.words}, until its window was over", held.by)


def is_let_go(session: Session, held: HeldBy) -> bool:
    """Whether the life was told that the hold is released, before it heard that the touch was held by it."""
    return held.hold in session.life.plays.let_go


def let_go(session: Session, hold: int, at: datetime, by: str = "", why: str = "") -> None:
    """The hold of that number is released, as `by` says: what waits for it is looked at as if it were due, from that moment (UTC) on.

    What is in flight may still be answered as held by it, by an attempt that was earlier: that is remembered, and it is asked for again.
    """
    plays, waited = session.life.plays, False
    for run in plays.runs.values():
        if run.held is not None and run.held.hold == hold and run.status in (RunStatus.HELD, RunStatus.READY):
            waited, run.held = True, None
            session.set_status(run, RunStatus.READY, None, run.why)
    for unknown in plays.unknown.values():
        if unknown.held is not None and unknown.held.hold == hold:
            waited, unknown.held, unknown.ask_at = True, None, at
    for invitation in plays.invitations.values():
        if invitation.held is not None and invitation.held.hold == hold:
            waited, invitation.held, invitation.cancel_at = True, None, at
    catch_up = plays.catch_up
    if catch_up is not None and catch_up.held is not None and catch_up.held.hold == hold:
        waited, catch_up.held, catch_up.ask_at = True, None, at
    if plays.in_flight and hold not in plays.let_go:
        plays.let_go = [*plays.let_go, hold][-LET_GO_KEPT:]
    if waited:
        session.note_deed(at, f"hold {hold} is released", why, by)
