"""Turns what somebody answers on a page into events for the customer's workflow."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.intake.incoming_event import IncomingEvent, make_event
from gateway.intake.intake import Intake
from gateway.intake.results import Result, Status
from gateway.pages.answer_store import AnswerStore, StoredAnswer
from gateway.pages.link_context import LinkContext, LinkProblem, LinkRefused
from lifecycle.domain.model import Scalar
from lifecycle.facts.events import LINK

SOURCE = "links"
"""The source of all pages' events, in logs and metrics."""

DOUBLE_CLICK = timedelta(minutes=1)
"""How long the same answer again counts as a double click. Later it may be a change of mind: somebody may have answered otherwise since."""


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """One answer: about which subject, as which event. `email` goes into the event and is not stored. `same_for`: see AnswerStore.store."""

    subject: str
    type: str
    data: dict[str, Scalar]
    email: str = ""
    same_for: timedelta | None = None

    @property
    def content(self) -> str:
        """What is stored of it."""
        return json.dumps({"type": self.type, "data": self.data}, sort_keys=True, ensure_ascii=False)


class AnswerSender:
    """Stores answers, then tells them to the customer's workflow."""

    def __init__(self, store: AnswerStore, intake: Intake) -> None:
        self._store = store
        self._intake = intake

    async def last(self, subject: str) -> dict[str, Scalar]:
        """The fields of the last answer about that subject; empty if there is none. Raises SQLAlchemyError."""
        stored = await asyncio.to_thread(self._store.last, subject)
        data: dict[str, Scalar] = json.loads(stored.content)["data"] if stored is not None else {}
        return data

    async def send(self, context: LinkContext, answers: Sequence[LinkAnswer]) -> None:
        """Tell these together; when it returns, nothing can lose them. Raises LinkRefused or SQLAlchemyError."""
        if not answers:
            return
        events = []
        for answer in answers:
            stored = await asyncio.to_thread(self._store.store, answer.subject, answer.content, context.now, answer.same_for)
            events.append(_event(context, answer, stored))
        worst = max(await self._intake.tell(events), key=lambda result: result.status)
        if not worst.is_accepted:
            raise LinkRefused(_LINK_PROBLEMS.get(worst.status, LinkProblem.UNREADABLE))


_LINK_PROBLEMS = {Status.UNKNOWN: LinkProblem.BAD, Status.CONFLICT: LinkProblem.CLOSED, Status.UNAVAILABLE: LinkProblem.UNAVAILABLE}


def _event(context: LinkContext, answer: LinkAnswer, stored: StoredAnswer) -> IncomingEvent:
    data = answer.data | ({"email": answer.email} if answer.email else {})
    # Without `happened`: the same answer has the same digest, whenever it is told again.
    event = make_event(f"{LINK}{answer.subject}/{stored.sequence}", answer.type, context.now, None, data)
    if isinstance(event, Result):
        raise LinkRefused(LinkProblem.UNREADABLE)
    return IncomingEvent(context.link.customer, event, SOURCE)
