"""POST /hooks/{source}: deliveries of other programs, in their own format and signed in their own way, read by an adapter."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from activities.ledger.invitations import Invitations
from gateway.adapters.adapter_file import Adapter, Body, UnknownCustomers, load_adapter
from gateway.adapters.adapting import EntryFailure, EntryLabel, EventDraft, TooManyItems, adapt, event_of
from gateway.adapters.calendar_replies import IrrelevantMail, read_reply, reply_fields
from gateway.adapters.enrolments import CustomerDraft, enrolments
from gateway.adapters.payloads import UnreadableDelivery, read_delivery, read_form
from gateway.http.bodies import THREAD_FROM, BadBody, read_body
from gateway.http.json_answers import RETRY_AFTER, JsonAnswer, problem
from gateway.http.settings import GatewaySettings
from gateway.intake.enrolling import Enroller, EnrolmentRefused
from gateway.intake.incoming_event import IncomingEvent
from gateway.intake.intake import Intake
from gateway.intake.results import ACCEPTED, RETRIABLE, Result, Status
from gateway.intake.signalling import unknown_customer
from gateway.routes.event_answers import answer_one
from gateway.routes.events import EVENTS_AT_ONCE
from gateway.senders.hook_auth import HookAuth, cost_of, dearest
from gateway.senders.signatures import Hash
from gateway.senders.signatures import Request as SignedRequest
from gateway.senders.sources import Source
from lifecycle.domain.people.customer import SLUG

_HIDDEN = ("authorization", "cookie", "proxy-authorization")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _ConfiguredSource:
    source: Source
    adapter: Adapter
    auth: HookAuth


@dataclass(frozen=True)
class _EventAnswer:
    """What became of one event of a delivery; `names` are its id, type and customer, as far as they are known."""

    names: dict[str, str]
    result: Result

    def as_json(self) -> dict[str, Any]:
        return self.names | self.result.as_json()


_Found = tuple[list[CustomerDraft | EntryFailure], list[EventDraft | EntryFailure]]
"""Those whom a delivery enrols, and what it tells."""


class Hooks:
    """The endpoint. `public_url` is where senders reach it, for those that sign the address; `clock` gives seconds since the epoch.

    Raises UnreadableFile for a source whose adapter cannot be read.
    """

    def __init__(
        self,
        intake: Intake,
        enroller: Enroller,
        sources: Sequence[Source],
        settings: GatewaySettings,
        invitations: Invitations,
        public_url: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._intake = intake
        self._enroller = enroller
        self._settings = settings
        self._invitations = invitations
        self._public_url = public_url
        self._clock = clock
        self.use(sources)

    def use(self, sources: Sequence[Source]) -> None:
        """Take deliveries of these from now on, and of no others. Raises UnreadableFile, and has changed nothing then."""
        loaded = [(source, load_adapter(source.adapter)) for source in sources if source.adapter is not None]
        costs = dearest(cost_of(source, adapter.signature) for source, adapter in loaded)
        self._sources = {source.name: self._configured(source, adapter, costs) for source, adapter in loaded}
        self._nobody = HookAuth.of_nobody(self._clock, costs)

    async def post(self, request: Request) -> Response:
        """200 when every event of the delivery is accepted or never will be, with a line on each; 503 when the sender is to send it
        again, which is harmless; 422 when the adapter fails on it, so that the sender tries again while it is mended.
        """
        if request.method == "HEAD":  # some senders ask whether the address exists before they are given a secret: always yes
            return Response()
        hook = self._sources.get(request.path_params["source"])
        auth = hook.auth if hook is not None else self._nobody
        try:
            # Of everybody, also where there is no such source or no signature: who sends a slow or large body learns nothing by it.
            body = await read_body(request, self._settings.largest_body, self._settings.body_timeout)
            is_authentic = auth.is_authentic(request.headers, SignedRequest(method=request.method, url=self._url(request), body=body))
            if hook is None or not is_authentic:
                return problem(401)
            request.state.source = hook.source.name
            read = self._reading(hook, request.headers, body)
            customers, found = await asyncio.to_thread(read) if len(body) > THREAD_FROM or hook.adapter.body is Body.MAIL else read()
        except BadBody as bad:
            # A sender that only signs is not known without the body, and gets no details.
            return problem(bad.http_status, str(bad)) if auth.has_token(request.headers) else problem(401)
        except UnreadableDelivery as unreadable:
            return problem(400, str(unreadable))
        except TooManyItems as many:
            return problem(413, str(many))
        except SQLAlchemyError as fault:
            _log.warning("the database does not answer", kind=type(fault).__name__)
            return answer_one(Result(Status.UNAVAILABLE, "The delivery can't be taken in now; send it again in a moment."), {})
        except IrrelevantMail as irrelevant:
            return JsonAnswer({"events": [], "detail": str(irrelevant)})
        if (result := await self._intake.over_rate(hook.source, max(1, len(customers) + len(found)))) is not None:
            return answer_one(result, {})
        enrolled = [await self._enrol(hook, draft) for draft in customers]
        return _answer([*enrolled, *await self._tell(hook, found)], hook.adapter.unknown_customers)

    def _configured(self, source: Source, adapter: Adapter, costs: Counter[Hash]) -> _ConfiguredSource:
        wanted = [entry for entry in adapter.events if source.may_send(entry.type)]
        return _ConfiguredSource(
            source,
            adapter.model_copy(update={"events": wanted, "enrol": adapter.enrol if source.enrols is not None else []}),
            HookAuth(source, adapter.signature, self._clock, costs),
        )

    def _url(self, request: Request) -> str:
        if not self._public_url:
            return str(request.url)
        # Not from `request.url`, which cannot be taken apart where the Host header is no host.
        query = request.scope["query_string"].decode("latin-1")
        return f"{self._public_url}{request.scope['path']}{f'?{query}' if query else ''}"

    def _reading(self, hook: _ConfiguredSource, headers: Headers, body: bytes) -> Callable[[], _Found]:
        def read() -> _Found:
            roots: dict[str, Any] = {"headers": {name: value for name, value in headers.items() if name not in _HIDDEN}}
            match hook.adapter.body:
                case Body.JSON:
                    roots |= read_delivery(body)
                case Body.FORM:
                    roots |= read_form(body)
                case Body.MAIL:
                    reply = read_reply(headers.get("content-type", ""), body)
                    roots = {"reply": reply_fields(reply, self._invitations.find, datetime.fromtimestamp(self._clock(), UTC))}
            given = (hook.adapter, roots, hook.source.tables, self._settings.most_in_batch)
            return enrolments(*given), adapt(*given)

        return read

    async def _enrol(self, hook: _ConfiguredSource, draft: CustomerDraft | EntryFailure) -> _EventAnswer:
        if isinstance(draft, EntryFailure):
            self._note_refused(hook, {}, draft.result)
            return _EventAnswer({}, draft.result)
        names = {"customer": draft.customer}
        enrolled = await self._enroller.enrol(str(hook.source.enrols), draft.customer, draft.fields)
        if isinstance(enrolled, EnrolmentRefused):
            label = EntryLabel(hook.adapter, draft.entry, draft.item)
            result = Result(enrolled.status, f"{label}: {enrolled.detail}", enrolled.field)
            self._note_refused(hook, names, result)
            return _EventAnswer(names, result)
        return _EventAnswer(names | {"enrolment": enrolled.became.value, "playbook": enrolled.playbook}, ACCEPTED)

    async def _tell(self, hook: _ConfiguredSource, found: list[EventDraft | EntryFailure]) -> list[_EventAnswer]:
        answers: list[_EventAnswer | None] = []
        events: list[tuple[dict[str, str], IncomingEvent]] = []
        for number, draft in enumerate(found):
            if number % EVENTS_AT_ONCE == EVENTS_AT_ONCE - 1:
                await asyncio.sleep(0)  # other requests get their turn
            names, made = await self._incoming(hook, draft)
            answers.append(None if isinstance(made, IncomingEvent) else _EventAnswer(names, made))
            if isinstance(made, IncomingEvent):
                events.append((names, made))
            else:
                self._note_refused(hook, names, made)
        results = await self._intake.tell([event for _, event in events])
        told_answers = iter([_EventAnswer(names, result) for (names, _), result in zip(events, results, strict=True)])
        return [answer or next(told_answers) for answer in answers]

    async def _incoming(self, hook: _ConfiguredSource, draft: EventDraft | EntryFailure) -> tuple[dict[str, str], IncomingEvent | Result]:
        if isinstance(draft, EntryFailure):
            names = {"id": draft.own_id, "type": draft.entry.type if draft.entry is not None else ""}
            return {name: text for name, text in names.items() if text}, draft.result
        names = {"id": draft.own_id, "type": draft.entry.type, "customer": draft.customer}
        if SLUG.fullmatch(draft.customer) is None:
            return names, unknown_customer(draft.customer)
        now = await self._intake.clock.now(draft.customer)
        event = event_of(hook.adapter, draft, hook.source.name, now)
        return names, event if isinstance(event, Result) else IncomingEvent(draft.customer, event, hook.source.name)

    def _note_refused(self, hook: _ConfiguredSource, names: dict[str, str], result: Result) -> None:
        self._intake.metrics.count_event(hook.source.name, names.get("type", ""), result.status)
        if result.status is not Status.UNKNOWN:
            # Without the sentence: it may repeat what was sent.
            _log.warning("not adapted", source=hook.source.name, adapter=hook.adapter.adapter, type=names.get("type"), field=result.field)


def _answer(answers: list[_EventAnswer], unknown_customers: UnknownCustomers) -> Response:
    body = {"events": [answer.as_json() for answer in answers]}
    statuses = {answer.result.status for answer in answers}
    if statuses & RETRIABLE:
        return JsonAnswer(body, 503, {"Retry-After": str(RETRY_AFTER)})
    if Status.INVALID in statuses:
        return JsonAnswer(body, 422)
    return JsonAnswer(body, 404 if Status.UNKNOWN in statuses and unknown_customers is UnknownCustomers.REFUSE else 200)
