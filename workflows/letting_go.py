"""A hold is released: the signal by which a life hears of it, whatever it is doing, and by which it asks again for what the hold has kept."""

from datetime import datetime

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from lifecycle.domain.why import Cause
from lifecycle.engine import engine
from lifecycle.engine.session import Session
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry, EntryKind
from workflows.messages import LetGo

NOTHING = RawValue(Payload())
"""What a signal says that came without a word."""


class Releases:
    """What a life has heard of releases; before its session is there it keeps them for that."""

    def __init__(self) -> None:
        self._early: list[tuple[LetGo, datetime]] = []

    def hear(self, life: Lifecycle, session: Session | None, told: RawValue) -> None:
        """Take a signal in. One that cannot be read has its line in the timeline."""
        now = workflow.now()
        try:
            # What is no message at all, such as null, comes back as it is.
            released = LetGo.model_validate(workflow.payload_converter().from_payload(told.payload, LetGo))
        except Exception:  # noqa: BLE001  whatever a stranger has sent
            why = "refused: it is no release of a hold; 'starter.py release' sends those"
            life.log.note(Entry(at=now, kind=EntryKind.OPERATOR, what="let_go", why=why, cause=Cause.REFUSED))
            return
        if session is None:
            self._early.append((released, now))
        else:
            engine.let_go(session, released.hold, now, released.by, released.why)

    def take_early(self, session: Session) -> None:
        """Take in what was heard while there was no session."""
        early, self._early = self._early, []
        for released, at in early:
            engine.let_go(session, released.hold, at, released.by, released.why)
