"""When to look again, and why."""

from dataclasses import dataclass
from datetime import datetime

from lifecycle.engine.session import Session
from lifecycle.rules.invitations import next_cancelling
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import UnknownTouch


@dataclass(slots=True)
class Wake:
    """When to look again (UTC), and why."""

    at: datetime
    why: str


def next_moment(session: Session) -> datetime | None:
    """The earliest moment at which something may change by itself."""
    first, turn, event = session.agenda.first(), session.turn_at, session.life.inbox.first_at
    health = session.health_turns_at
    if health is not None and (first is None or health < first):
        first = health
    if turn is not None and (first is None or turn < first):
        first = turn
    return event if event is not None and (first is None or event < first) else first


def next_wake(session: Session) -> Wake | None:
    """The same with its reason."""
    return wake_at(session, next_moment(session))


def wake_at(session: Session, at: datetime | None) -> Wake | None:
    """The wake at that next moment, and why: of several reasons the first in this order, turn, event, play, run, milestone, health.

    An earlier one, if the owner is to be asked about an unknown touch before, or told what a late start has missed, or an invitation is to be
    taken back.
    """
    if session.life.plays.invitations and (cancelling := next_cancelling(session.life)) is not None and (at is None or cancelling[0] < at):
        asking = next_asking(session.life)
        if asking is None or cancelling[0] <= asking[0]:
            return Wake(*cancelling)
    plays = session.life.plays
    if (
        (plays.unknown or plays.catch_up is not None)
        and (asking := next_asking(session.life)) is not None
        and (at is None or asking[0] < at)
    ):
        return Wake(*asking)
    return None if at is None else Wake(at, _reason(session, at))


def next_asking(life: Lifecycle) -> tuple[datetime, str] | None:
    """When an owner is asked next whether an unknown touch was sent, or told what a late start has missed (UTC), and that in words."""
    moments = [(unknown.ask_at, _asking(key, unknown)) for key, unknown in life.plays.unknown.items() if unknown.ask_at is not None]
    catch_up = life.plays.catch_up
    if catch_up is not None and catch_up.ask_at is not None and not life.plays.paused:
        telling = "the owner is told what the late start has missed"
        moments.append((catch_up.ask_at, telling if catch_up.held is None else f"{telling}: {catch_up.held.words}"))
    return min(moments, default=None)


def _asking(key: str, unknown: UnknownTouch) -> str:
    asking = f"the owner is asked whether {key} was sent"
    return asking if unknown.held is None else f"the task that asks whether {key} was sent is {unknown.held.words}"


def _reason(session: Session, at: datetime) -> str:
    life, agenda = session.life, session.agenda
    if session.turn_at == at:
        return f"the stage {life.stage.value} ends"
    if life.inbox.first_at == at:
        return f"{life.inbox.waiting[0].type} is told for then"
    due = agenda.due_by(at)
    for play in due.among(session.program.names_here):
        return f"play {play} is due"
    for id in due.among(life.plays.runs):
        run = life.plays.runs[id]
        return f"play {run.play}, step {run.step}: {run.why}"
    for milestone in due.milestones_among(session.program.plan.milestones):
        return f"milestone {milestone} is due"
    return "health is judged anew"
