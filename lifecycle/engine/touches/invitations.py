"""Invitations that went out: no two to one hour, and each is taken back whose meeting will not be."""

from dataclasses import replace
from datetime import datetime

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import Category, Outcome, TouchKind
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.effective_time import effective_time
from lifecycle.engine.session import Session
from lifecycle.engine.touches.holding import because, held_by, is_let_go, until_the_end
from lifecycle.engine.touches.retrying import pause_after
from lifecycle.rules.appointments import first_free, overlaps
from lifecycle.rules.hours import customer_hours
from lifecycle.rules.invitations import call_off, forget_past, is_declined
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import EntryKind
from lifecycle.state.plays import CalledOff, PlayRun, SentInvitation
from lifecycle.state.room import INVITATIONS, size_of_invitation
from lifecycle.steps.base import Appointment

LONGEST_SUBJECT = 400
"""Bytes that are kept of an invitation's subject."""


def meeting_of(touch: Touch) -> str:
    """What an invitation's meeting is kept by: one for each template of a run, as its UID in calendars is."""
    _, run_and_step = touch.key.split("/", 1)
    return f"{run_and_step.rpartition('/')[0]}/{touch.template}"


# ---- no two at one hour


def appointment_of(session: Session, run: PlayRun, meeting: str, wanted: Appointment, at: datetime) -> Appointment:
    """When the run's meeting of that template is: as wanted, or at the next hour that no other meeting of the customer has; why is written down."""
    life = session.life
    own = f"{run.id}/{meeting}"
    others = {name: each for name, each in _taken(life, at).items() if name != own}
    found = first_free(wanted, list(others.values()), customer_hours(life, session.program.playbook.contact_policy))
    if found != wanted:
        taken = next(name.rpartition("/")[2] for name, each in others.items() if overlaps(each, wanted))
        words = f"meeting {meeting} is on {session.clock(found.starts)}: at {session.clock(wanted.starts)} there is the meeting {taken}"
        session.note(at, EntryKind.PLAY, run.play, words, cause=Cause.MOVED, key=f"{life.customer.id}/{run.id}/*")
    return found


def _taken(life: Lifecycle, at: datetime) -> dict[str, Appointment]:
    """The hours of the meetings that guests were invited to, or are being, and that may still be."""
    plays = life.plays
    found = {
        name: Appointment(each.touch.starts, each.touch.ends)
        for name, each in plays.invitations.items()
        if each.touch.starts and each.touch.ends and each.touch.ends > at and not each.is_called_off and not is_declined(life, each)
    }
    for touch in (*plays.in_flight.values(), *plays.tried.values()):
        if touch.kind is TouchKind.MEETING and not touch.cancels and touch.starts and touch.ends and touch.key not in plays.withdrawn:
            found[meeting_of(touch)] = Appointment(touch.starts, touch.ends)
    return found


# ---- what went out, and what is taken back


def keep_invitation(session: Session, touch: Touch, receipt: Receipt, called_off: CalledOff | None, at: datetime) -> None:
    """Remember an invitation that went out, or may have; one that was called off too late is taken back at once."""
    if touch.kind is not TouchKind.MEETING or touch.starts is None or touch.starts <= at:
        return
    life = session.life
    known = life.plays.invitations
    kept = SentInvitation(touch=replace(touch, values={}, text=""), subject=cut(receipt.subject, LONGEST_SUBJECT))
    known[meeting_of(touch)] = kept
    if called_off is not None:
        call_off(
            life,
            session.program.playbook.contact_policy,
            kept,
            at,
            Why(called_off.cause or Cause.STAGE_ENDED, called_off.why, called_off.by),
        )
    while known and sum(map(size_of_invitation, known.values())) > INVITATIONS:
        del known[min(known, key=lambda name: (known[name].touch.starts or at, name))]


def cancel_meetings(session: Session, now: datetime) -> list[Touch]:
    """The invitations that are to be taken back at that moment (UTC), from those who have not left; what has begun meanwhile needs no word
    any more.
    """
    life = session.life
    if life.plays.paused or not life.plays.invitations:
        return []
    if any(each.cancel_at is not None and each.cancel_at <= now for each in life.plays.invitations.values()):
        _give_up_held(session, now)
        forget_past(life, now)
    touches = []
    for name, invitation in list(life.plays.invitations.items()):
        if invitation.cancel_at is None or invitation.cancel_at > now:
            continue
        touch = _cancellation(session, invitation, effective_time(invitation.cancel_at, now))
        touch.to = [person for person in touch.to if life.customer.contact(person.email) is not None]
        if touch.to:
            touches.append(touch)
            invitation.cancel_at = None
        else:
            session.note_touch_unsent(touch, Outcome.SUPPRESSED, touch.at, Why(Cause.LEFT, "everybody who was invited has left"))
            del life.plays.invitations[name]
    life.plays.in_flight.update((touch.key, touch) for touch in touches)
    return touches


def _give_up_held(session: Session, now: datetime) -> None:
    """Taking these back was held until the meetings began."""
    for name, invitation in list(session.life.plays.invitations.items()):
        if invitation.held is not None and invitation.cancel_at is not None and invitation.cancel_at <= now:
            at = effective_time(invitation.cancel_at, now)
            session.note_touch_unsent(_cancellation(session, invitation, at), Outcome.MISSED, at, until_the_end(invitation.held))
            del session.life.plays.invitations[name]


def key_of_cancelling(invitation: SentInvitation) -> str:
    """The key of the touch that takes the invitation back."""
    number = invitation.touch.sequence + 1
    return f"{invitation.touch.key}.cancelled" if number == 1 else f"{invitation.touch.key}.cancelled-{number}"


def _cancellation(session: Session, invitation: SentInvitation, at: datetime) -> Touch:
    touch, owner = invitation.touch, session.life.customer.owner
    assert touch.starts is not None
    return replace(
        touch,
        key=key_of_cancelling(invitation),
        name=f"{touch.name}.cancelled",
        at=at,
        due=at,
        not_after=touch.starts,
        category=Category.OPERATIONAL,
        text=invitation.subject or touch.template,
        sequence=touch.sequence + 1,
        cancels=True,
        values={"owner": {"name": owner.name, "first_name": owner.first_name, "email": owner.email}},
    )


def settle_cancelling(session: Session, touch: Touch, receipt: Receipt, at: datetime) -> None:
    """Take in what came of taking an invitation back."""
    known = session.life.plays.invitations
    name = meeting_of(touch)
    invitation = known.get(name)
    why = (
        Why(Cause.CLOSED, "the meeting will not be")
        if invitation is None
        else Why(invitation.cause or Cause.CLOSED, invitation.why, invitation.by)
    )
    if receipt.answer is Answer.RETRY and invitation is not None:
        pause = pause_after(invitation.tries)
        could_not = Why(Cause.PROVIDER_DOWN, f"the provider could not: {receipt.why}")
        if touch.starts is not None and at + pause < touch.starts:
            if not invitation.tries:
                session.note_touch_unsent(touch, Outcome.DELAYED, at, could_not, until=at + pause)
            invitation.tries += 1
            invitation.cancel_at = at + pause
            return
        session.note_touch_unsent(touch, Outcome.FAILED, at, could_not)
    elif receipt.answer is Answer.HELD and invitation is not None:
        held = held_by(receipt)
        if touch.starts is not None and at < touch.starts:
            session.note_touch_unsent(touch, Outcome.DELAYED, at, because(receipt))
            invitation.held, invitation.cancel_at = (None, at) if is_let_go(session, held) else (held, touch.starts)
            return
        session.note_touch_unsent(touch, Outcome.MISSED, at, until_the_end(held))
    elif receipt.answer is Answer.DONE:
        said = f"{why.words}; {receipt.why}" if receipt.why else why.words
        session.note_sent(at, touch, Outcome.SENT, receipt.subject, (why.cause, said))
        session.life.log.count(f"sent:{touch.kind.value}")
    elif receipt.answer is Answer.UNKNOWN:
        session.note_sent(at, touch, Outcome.UNKNOWN, receipt.subject, (Cause.NOBODY_KNOWS, receipt.why))
    else:
        session.note_touch_unsent(touch, Outcome.FAILED, at, Why(Cause.PROVIDER_REFUSED, receipt.why or "the provider gave no reason"))
    if invitation is not None and invitation.is_called_off:
        del known[name]
