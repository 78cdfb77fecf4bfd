"""When to look again, and why."""

from dataclasses import dataclass
from datetime import datetime

from lifecycle.engine.session import Session


@dataclass(slots=True)
class Wake:
    """When to look again (UTC), and why."""

    at: datetime
    why: str


def next_moment(session: Session) -> datetime | None:
    """The earliest moment at which something may change by itself."""
    moments = [at for at in (session.turn_at, session.life.inbox.first_at, session.agenda.first()) if at is not None]
    return min(moments, default=None)


def next_wake(session: Session) -> Wake | None:
    """The same with its reason: of several the first in this order, turn, event, play, run, milestone."""
    at = next_moment(session)
    return None if at is None else Wake(at, _reason(session, at))


def _reason(session: Session, at: datetime) -> str:
    life, agenda = session.life, session.agenda
    if session.turn_at == at:
        return f"the stage {life.stage.value} ends"
    if life.inbox.first_at == at:
        return f"{life.inbox.waiting[0].type} is told for then"
    for play in session.program.here:
        if agenda.plays.get(play.id) == at:
            return f"play {play.id} is due"
    for id, run in life.plays.runs.items():
        if agenda.runs.get(id) == at:
            return f"play {run.play}, step {run.step}: {run.why}"
    milestone = next(name for name in session.program.plan.milestones if agenda.milestones.get(name) == at)
    return f"milestone {milestone} is due"
