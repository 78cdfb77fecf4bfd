"""Which invitations still stand, and when those are taken back whose meetings will not be. Moments are UTC."""

from datetime import datetime

from lifecycle.domain.bounds import cut
from lifecycle.domain.why import Cause, Why
from lifecycle.playbook.policy import ContactPolicy
from lifecycle.rules.appointments import civil_moment
from lifecycle.rules.hours import contact_hours
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import LONGEST_WORDS, PlayRun, SentInvitation

_STANDS = frozenset({Cause.STOPPED})
"""A play that stops by itself has done what it is for: its meeting is still to be."""


def is_declined(life: Lifecycle, invitation: SentInvitation) -> bool:
    """Whether a guest's last word on it is no."""
    return _word(life, invitation) == "declined"


def _word(life: Lifecycle, invitation: SentInvitation) -> str:
    """What was last told of the meeting since the guests were invited; empty if nothing was."""
    name = invitation.touch.template
    state = life.facts.meetings.states.get(name)
    told = life.facts.times.since(f"meeting {name}")
    if state is None or told is None or told < invitation.touch.at:
        return ""
    return "declined" if state.declined else "held" if state.held else "accepted"


def call_off_meetings(life: Lifecycle, policy: ContactPolicy, moment: datetime, why: Why, run: PlayRun | None = None) -> None:
    """The meetings of that run will not be, or of all: whoever was invited is told so, at a civil hour if there is time for that."""
    if why.cause in _STANDS or not life.plays.invitations:
        return
    forget_past(life, moment)
    for name, invitation in life.plays.invitations.items():
        if not invitation.is_called_off and (run is None or name.rpartition("/")[0] == run.id):
            call_off(life, policy, invitation, moment, why)


def call_off(life: Lifecycle, policy: ContactPolicy, invitation: SentInvitation, moment: datetime, why: Why) -> None:
    """That meeting will not be."""
    touch = invitation.touch
    assert touch.starts is not None
    invitation.cancel_at = civil_moment(moment, touch.starts, contact_hours(life, policy, touch.to[0]))
    invitation.cause = why.cause
    invitation.why, invitation.by = cut(why.words, LONGEST_WORDS), cut(why.by, LONGEST_WORDS // 2)


def forget_past(life: Lifecycle, moment: datetime) -> None:
    """What has begun, was held, or was declined by its only guest needs no word any more; one whose taking back a hold keeps waits for its end."""
    known = life.plays.invitations
    for name, invitation in list(known.items()):
        if invitation.held is not None:
            continue
        word = _word(life, invitation)
        settled = word == "held" or (word == "declined" and len(invitation.touch.to) == 1)
        if invitation.touch.starts is None or invitation.touch.starts <= moment or settled:
            del known[name]


def next_cancelling(life: Lifecycle) -> tuple[datetime, str] | None:
    """When an invitation is taken back next, and that in words; None while the life is paused, too."""
    if life.plays.paused:
        return None
    moments = ((each.cancel_at, _taking_back(each)) for each in life.plays.invitations.values() if each.cancel_at is not None)
    return min(moments, default=None)


def _taking_back(invitation: SentInvitation) -> str:
    meeting = invitation.touch.template
    return (
        f"the invitation to {meeting} is taken back"
        if invitation.held is None
        else f"taking back the invitation to {meeting} is {invitation.held.words}"
    )
