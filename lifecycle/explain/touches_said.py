"""What a life says of its touches: which went out, of which nobody knows, and which are still to go. Moments are UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lifecycle.domain.enums import Outcome
from lifecycle.engine.touches.invitations import key_of_cancelling
from lifecycle.engine.touches.own_tasks.unknown import key_of_asking
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import RunStatus


class Said(StrEnum):
    """What a life says of a touch. PENDING: it is asked for, or is to be asked for as soon as it may."""

    SENT = "sent"
    UNKNOWN = "unknown"
    NOT_SENT = "not sent"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchSaid:
    """One touch of the life: when that line of it was written, or when it fell due if it is pending. `kind` is empty where that is not known."""

    key: str
    said: Said
    at: datetime
    kind: str
    name: str

    @property
    def customer(self) -> str:
        """Whose it is."""
        return self.key.partition("/")[0]

    @property
    def play(self) -> str:
        """Of which play."""
        return self.key.split("/")[2]


_OF_OUTCOME = {Outcome.SENT: Said.SENT, Outcome.UNKNOWN: Said.UNKNOWN}


def touches_said(life: Lifecycle) -> dict[str, TouchSaid]:
    """Every touch that the timeline still has a line of, by its last one, and every touch that is pending; by key."""
    said: dict[str, TouchSaid] = {}
    for line in life.log.touches():
        if line.outcome is None or not line.key or line.key.endswith("/*"):
            continue
        kind, _, name = line.what.rpartition(" ")
        said[line.key] = TouchSaid(
            key=line.key, said=_OF_OUTCOME.get(line.outcome, Said.NOT_SENT), at=line.last or line.at, kind=kind, name=name
        )
    return said | {each.key: each for each in _pending(life)}


def remembered_since(life: Lifecycle) -> datetime:
    """From when on the timeline has every touch: the life's beginning, or its oldest line if older ones have given way."""
    return life.log.timeline[0].at if life.log.timeline_dropped else life.progress.enrolled


def _pending(life: Lifecycle) -> Iterator[TouchSaid]:
    plays, customer = life.plays, life.customer.id
    for run in plays.runs.values():
        if run.touch_kind and run.status in (RunStatus.READY, RunStatus.HELD, RunStatus.PERFORMING):
            yield TouchSaid(key=run.touch_key(customer), said=Said.PENDING, at=run.step_due, kind=run.touch_kind, name=run.touch_name)
    for unknown in plays.unknown.values():
        if unknown.ask_at is not None:
            key = key_of_asking(life, unknown)
            yield TouchSaid(key=key, said=Said.PENDING, at=unknown.since, kind="task", name=key.rpartition("/")[2])
    for invitation in plays.invitations.values():
        if invitation.cancel_at is not None:
            at = invitation.touch.at if invitation.held is not None else invitation.cancel_at
            name = f"{invitation.touch.name}.cancelled"
            yield TouchSaid(key=key_of_cancelling(invitation), said=Said.PENDING, at=at, kind=invitation.touch.kind.value, name=name)
    for touch in plays.in_flight.values():
        yield TouchSaid(key=touch.key, said=Said.PENDING, at=touch.due, kind=touch.kind.value, name=touch.name)
