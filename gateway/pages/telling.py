"""From what somebody says on a page to events for the customer's workflow."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.intake.incoming_event import Told, make_event
from gateway.intake.intake import Door
from gateway.intake.results import Fate, Status
from gateway.pages.answer_store import Kept, Said
from gateway.pages.link_context import Trouble, Turned, Visit
from lifecycle.domain.model import Scalar

SOURCE = "links"
"""The name of all pages together, in logs and counts."""

MOMENT = timedelta(minutes=1)
"""How long the same word again is a double click. Later it may be a change of mind: meanwhile somebody else may have said otherwise."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing said: about which subject, as which event. The address is told and not kept. `holds`: see Said.keep."""

    subject: str
    type: str
    data: dict[str, Scalar]
    email: str = ""
    holds: timedelta | None = None

    @property
    def content(self) -> str:
        """What is kept of it."""
        return json.dumps({"type": self.type, "data": self.data}, sort_keys=True, ensure_ascii=False)


class Teller:
    """Keeps what is said, then tells it."""

    def __init__(self, said: Said, door: Door) -> None:
        self._said = said
        self._door = door

    async def last(self, subject: str) -> dict[str, Scalar]:
        """The fields of what was said last of that subject; empty if nothing was."""
        kept = await asyncio.to_thread(self._said.last, subject)
        data: dict[str, Scalar] = json.loads(kept.content)["data"] if kept is not None else {}
        return data

    async def tell(self, visit: Visit, sayings: Sequence[Saying]) -> None:
        """Tell these together; when it returns, nothing can lose them. Raises Turned."""
        if not sayings:
            return
        told = []
        for saying in sayings:
            kept = await asyncio.to_thread(self._said.keep, saying.subject, saying.content, visit.now, saying.holds)
            told.append(_told(visit, saying, kept))
        worst = max(await self._door.tell(told), key=lambda fate: fate.status)
        if not worst.taken:
            raise Turned(_TROUBLES.get(worst.status, Trouble.UNREADABLE))


_TROUBLES = {Status.UNKNOWN: Trouble.BAD, Status.CONFLICT: Trouble.CLOSED, Status.UNAVAILABLE: Trouble.UNAVAILABLE}


def _told(visit: Visit, saying: Saying, kept: Kept) -> Told:
    data = saying.data | ({"email": saying.email} if saying.email else {})
    # Without `happened`: the same saying has the same digest, whenever it is told again.
    event = make_event(f"evergreen:link/{saying.subject}/{kept.sequence}", saying.type, visit.now, None, data)
    if isinstance(event, Fate):
        raise Turned(Trouble.UNREADABLE)
    return Told(visit.link.customer, event, SOURCE)
