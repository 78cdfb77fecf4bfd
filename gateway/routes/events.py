"""POST /events: CloudEvents from callers that are known."""

from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from gateway.http.bodies import BadBody, read_body
from gateway.http.settings import GatewaySettings
from gateway.intake.cloud_events import BATCH, Malformed, NotAnEvent, Occurrence, mode, read
from gateway.intake.incoming_event import Told, identity, make_event
from gateway.intake.intake import Door
from gateway.intake.results import Fate, Status, answer, answers, problem
from gateway.senders.callers import Callers, Stranger
from gateway.senders.sources import Source

_log = structlog.get_logger(__name__)

UNSIGNED_HEADERS = "A signature covers the body and not the ce- headers: sign an event in structured mode, or send it with a bearer token."


class Events:
    """The endpoint, with what it stands on."""

    def __init__(self, door: Door, callers: Callers, settings: GatewaySettings) -> None:
        self._door = door
        self._callers = callers
        self._settings = settings

    async def post(self, request: Request) -> Response:
        """202 once Temporal has the event; what else there is stands in the OpenAPI document."""
        try:
            source, body = await self._known(request)
            request.state.source = source.name
            occurrences = read(request.headers, body, min(self._settings.most_in_batch, source.rate))
        except Stranger as stranger:
            _log.info("a stranger", why=str(stranger))
            return problem(401)
        except BadBody as bad:
            return problem(bad.status, str(bad))
        except Malformed as malformed:
            return problem(malformed.status, str(malformed))
        if (fate := await self._door.too_many(source, len(occurrences))) is not None:
            return answer(fate, {})
        rows = await self._tell(source, occurrences)
        return answers(rows) if mode(request.headers) == BATCH else answer(rows[0][1], rows[0][0])

    async def _known(self, request: Request) -> tuple[Source, bytes]:
        """The caller and the body, which is read only if the caller may be known."""
        source = self._callers.by_token(request.headers)
        if source is None and not self._callers.may_be_signed(request.headers):
            raise Stranger("neither token nor signature, or one whose time is over five minutes from ours")
        try:
            body = await read_body(request, self._settings.largest_body, self._settings.body_timeout)
        except BadBody:
            if source is None:  # not a word to whom nobody knows yet
                raise Stranger("a body too large or too slow") from None
            raise
        if source is not None:
            return source, body
        source = self._callers.by_signature(request.headers, body)
        if not mode(request.headers):
            raise Malformed(UNSIGNED_HEADERS)
        return source, body

    async def _tell(self, source: Source, occurrences: list[Occurrence | NotAnEvent]) -> list[tuple[dict[str, Any], Fate]]:
        rows: list[tuple[dict[str, Any], Fate | None]] = []
        told: list[Told] = []
        for occurrence in occurrences:
            made = await self._made(source, occurrence)
            rows.append((occurrence.told, made if isinstance(made, Fate) else None))
            if isinstance(made, Told):
                told.append(made)
            else:
                self._door.metrics.told(source.name, "", made.status)
        fates = iter(await self._door.tell(told))
        return [(names, fate or next(fates)) for names, fate in rows]

    async def _made(self, source: Source, occurrence: Occurrence | NotAnEvent) -> Told | Fate:
        if isinstance(occurrence, NotAnEvent):
            return Fate(Status.INVALID, str(occurrence), occurrence.field)
        if not source.may_say(occurrence.source):
            return Fate(Status.FORBIDDEN, f"This caller does not speak for source '{occurrence.source}'.", "source")
        now = await self._door.clock.now(occurrence.subject)
        event = make_event(identity(occurrence.source, occurrence.id), occurrence.type, now, occurrence.time, occurrence.data)
        if isinstance(event, Fate):
            return event
        if not source.may_send(event.type):
            return Fate(Status.FORBIDDEN, f"This caller may not send {event.type}.", "type")
        return Told(occurrence.subject, event, source.name)
