"""POST /events: CloudEvents from known callers."""

import asyncio
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from gateway.http.bodies import THREAD_FROM, BadBody, read_body
from gateway.http.json_answers import problem
from gateway.http.settings import GatewaySettings
from gateway.intake.cloud_events import BATCH, InvalidEvent, MalformedRequest, ReceivedEvent, mode, read
from gateway.intake.incoming_event import IncomingEvent, identity, make_event
from gateway.intake.intake import Intake
from gateway.intake.results import Result, Status
from gateway.routes.event_answers import answer_batch, answer_one
from gateway.senders.callers import Callers, UnknownCaller
from gateway.senders.sources import Source

_log = structlog.get_logger(__name__)

UNSIGNED_HEADERS = "A signature covers the body and not the ce- headers: sign an event in structured mode, or send it with a bearer token."


EVENTS_AT_ONCE = 50
"""Events of a batch that are looked at before other requests get their turn."""


class Events:
    """The endpoint."""

    def __init__(self, intake: Intake, callers: Callers, settings: GatewaySettings) -> None:
        self._intake = intake
        self._callers = callers
        self._settings = settings

    async def post(self, request: Request) -> Response:
        """202 once Temporal has the event; the other answers are described in the OpenAPI document."""
        try:
            source, body = await self._authenticated(request)
            request.state.source = source.name
            most = min(self._settings.most_in_batch, source.rate)
            large = len(body) > THREAD_FROM
            events = await asyncio.to_thread(read, request.headers, body, most) if large else read(request.headers, body, most)
        except UnknownCaller as unknown:
            _log.info("unknown caller", why=str(unknown))
            return problem(401)
        except BadBody as bad:
            return problem(bad.http_status, str(bad))
        except MalformedRequest as malformed:
            return problem(malformed.http_status, str(malformed))
        if (result := await self._intake.over_rate(source, len(events))) is not None:
            return answer_one(result, {})
        results = await self._tell(source, events)
        return answer_batch(results) if mode(request.headers) == BATCH else answer_one(results[0][1], results[0][0])

    async def _authenticated(self, request: Request) -> tuple[Source, bytes]:
        """The caller and the body, which is read only if the caller may be known. Raises UnknownCaller, BadBody or MalformedRequest."""
        source = self._callers.by_token(request.headers)
        if source is None and not self._callers.may_be_signed(request.headers):
            raise UnknownCaller("neither token nor signature, or one whose time is over five minutes from ours")
        try:
            body = await read_body(request, self._settings.largest_body, self._settings.body_timeout)
        except BadBody:
            if source is None:  # no details for a caller that is not known yet
                raise UnknownCaller("a body too large or too slow") from None
            raise
        if source is not None:
            return source, body
        source = self._callers.by_signature(request.headers, body)
        if not mode(request.headers):
            raise MalformedRequest(UNSIGNED_HEADERS)
        return source, body

    async def _tell(self, source: Source, received: list[ReceivedEvent | InvalidEvent]) -> list[tuple[dict[str, Any], Result]]:
        rows: list[tuple[dict[str, Any], Result | None]] = []
        events: list[IncomingEvent] = []
        for number, event in enumerate(received):
            if number % EVENTS_AT_ONCE == EVENTS_AT_ONCE - 1:
                await asyncio.sleep(0)  # other requests get their turn
            made = await self._incoming(source, event)
            rows.append((event.names, made if isinstance(made, Result) else None))
            if isinstance(made, IncomingEvent):
                events.append(made)
            else:
                self._intake.metrics.count_event(source.name, "", made.status)
        results = iter(await self._intake.tell(events))
        return [(names, result or next(results)) for names, result in rows]

    async def _incoming(self, source: Source, received: ReceivedEvent | InvalidEvent) -> IncomingEvent | Result:
        """The event to tell, or the result that refuses it."""
        if isinstance(received, InvalidEvent):
            return Result(Status.INVALID, str(received), received.field)
        if not source.may_use(received.source):
            return Result(Status.FORBIDDEN, f"This caller does not speak for source '{received.source}'.", "source")
        now = await self._intake.clock.now(received.subject)
        event = make_event(identity(received.source, received.id), received.type, now, received.time, received.data)
        if isinstance(event, Result):
            return event
        if not source.may_send(event.type):
            return Result(Status.FORBIDDEN, f"This caller may not send {event.type}.", "type")
        return IncomingEvent(received.subject, event, source.name)
