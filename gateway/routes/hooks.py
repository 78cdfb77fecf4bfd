"""POST /hooks/{source}: what others send in their own words, signed in their own way, told by an adapter."""

import asyncio
import time
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
from gateway.adapters.adapter_file import Adapter, Body, Strangers, load_adapter
from gateway.adapters.adapting import Draft, TooMany, Undone, adapt, event_of
from gateway.adapters.calendar_replies import NoReply, in_words, read_reply
from gateway.adapters.payloads import Unusable, read_delivery, read_form
from gateway.http.bodies import BadBody, read_body
from gateway.http.settings import GatewaySettings
from gateway.intake.incoming_event import Told
from gateway.intake.intake import Door
from gateway.intake.results import RETRY_AFTER, Fate, Said, Status, answer, problem
from gateway.intake.signalling import unknown
from gateway.senders.hook_auth import Lock
from gateway.senders.signatures import Request as Signed
from gateway.senders.sources import Source
from lifecycle.domain.customer import SLUG

LARGE = 65_536
"""Bytes of a delivery from which on it is worked on in a thread: some milliseconds."""

_HIDDEN = ("authorization", "cookie", "proxy-authorization")
_LATER = (Status.UNAVAILABLE, Status.TOO_MANY)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Hook:
    source: Source
    adapter: Adapter
    lock: Lock


@dataclass(frozen=True)
class _Line:
    """What became of one thing that a delivery tells."""

    words: dict[str, str]
    fate: Fate

    def said(self) -> dict[str, Any]:
        return self.words | self.fate.said()


class Hooks:
    """The endpoint. `public_url` is how senders reach it, for those that sign the address; `clock` gives seconds since the epoch.

    Raises Unreadable for a source whose adapter does not read.
    """

    def __init__(
        self,
        door: Door,
        sources: Sequence[Source],
        settings: GatewaySettings,
        invitations: Invitations,
        public_url: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._door = door
        self._settings = settings
        self._invitations = invitations
        self._public_url = public_url
        self._clock = clock
        self._hooks = {source.name: self._hook(source, source.adapter) for source in sources if source.adapter is not None}

    async def post(self, request: Request) -> Response:
        """200 when everything the delivery tells is taken in or never will be, with a line on each; 503 when the sender is to send
        it again, which is harmless; 422 when the adapter fails on it, so that the sender tries again while it is mended.
        """
        if request.method == "HEAD":  # some senders ask whether anybody is there, before they are told a secret; somebody always is
            return Response()
        hook = self._hooks.get(request.path_params["source"])
        try:
            if hook is None or not hook.lock.may_open(request.headers):
                return problem(401)
            body = await read_body(request, self._settings.largest_body, self._settings.body_timeout)
            if not hook.lock.opens(request.headers, Signed(method=request.method, url=self._url(request), body=body)):
                return problem(401)
            request.state.source = hook.source.name
            work = self._read(hook, request.headers, body)
            found = await asyncio.to_thread(work) if len(body) > LARGE or hook.adapter.body is Body.MAIL else work()
        except BadBody as bad:
            # Whoever only signs is not known without the body, and is told nothing.
            return problem(bad.status, str(bad)) if hook is not None and hook.lock.has_token(request.headers) else problem(401)
        except Unusable as unusable:
            return problem(unusable.status, str(unusable))
        except TooMany as many:
            return problem(413, str(many))
        except SQLAlchemyError as fault:
            _log.warning("the database does not answer", kind=type(fault).__name__)
            return answer(Fate(Status.UNAVAILABLE, "The delivery can't be taken in now; send it again in a moment."), {})
        except NoReply as none:
            return Said({"events": [], "detail": str(none)})
        if (fate := await self._door.too_many(hook.source, max(1, len(found)))) is not None:
            return answer(fate, {})
        return _answer(await self._tell(hook, found), hook.adapter.strangers)

    def _hook(self, source: Source, name: str) -> _Hook:
        adapter = load_adapter(name)
        wanted = [entry for entry in adapter.events if source.may_send(entry.type)]
        return _Hook(source, adapter.model_copy(update={"events": wanted}), Lock(source, adapter.signature, self._clock))

    def _url(self, request: Request) -> str:
        if not self._public_url:
            return str(request.url)
        query = f"?{request.url.query}" if request.url.query else ""
        return f"{self._public_url}{request.url.path}{query}"

    def _read(self, hook: _Hook, headers: Headers, body: bytes) -> Callable[[], list[Draft | Undone]]:
        def work() -> list[Draft | Undone]:
            roots: dict[str, Any] = {"headers": {name: value for name, value in headers.items() if name not in _HIDDEN}}
            match hook.adapter.body:
                case Body.JSON:
                    roots |= read_delivery(body)
                case Body.FORM:
                    roots |= read_form(body)
                case Body.MAIL:
                    reply = read_reply(headers.get("content-type", ""), body)
                    roots = {"reply": in_words(reply, self._invitations.find, datetime.fromtimestamp(self._clock(), UTC))}
            return adapt(hook.adapter, roots, hook.source.tables, self._settings.most_in_batch)

        return work

    async def _tell(self, hook: _Hook, found: list[Draft | Undone]) -> list[_Line]:
        lines: list[_Line | None] = []
        told: list[tuple[dict[str, str], Told]] = []
        for each in found:
            words, made = await self._made(hook, each)
            lines.append(None if isinstance(made, Told) else _Line(words, made))
            if isinstance(made, Told):
                told.append((words, made))
            else:
                self._undone(hook, words, made)
        fates = await self._door.tell([made for _, made in told])
        taken = iter([_Line(words, fate) for (words, _), fate in zip(told, fates, strict=True)])
        return [line or next(taken) for line in lines]

    async def _made(self, hook: _Hook, each: Draft | Undone) -> tuple[dict[str, str], Told | Fate]:
        if isinstance(each, Undone):
            known = {"id": each.own_id, "type": each.entry.type if each.entry is not None else ""}
            return {name: word for name, word in known.items() if word}, each.fate
        words = {"id": each.own_id, "type": each.entry.type, "customer": each.customer}
        if SLUG.fullmatch(each.customer) is None:
            return words, unknown(each.customer)
        now = await self._door.clock.now(each.customer)
        event = event_of(hook.adapter, each, hook.source.name, now)
        return words, event if isinstance(event, Fate) else Told(each.customer, event, hook.source.name)

    def _undone(self, hook: _Hook, words: dict[str, str], fate: Fate) -> None:
        self._door.metrics.told(hook.source.name, words.get("type", ""), fate.status)
        if fate.status is not Status.UNKNOWN:
            # Without the sentence: it may repeat what was sent.
            _log.warning("not adapted", source=hook.source.name, adapter=hook.adapter.adapter, type=words.get("type"), field=fate.field)


def _answer(lines: list[_Line], strangers: Strangers) -> Response:
    body = {"events": [line.said() for line in lines]}
    statuses = {line.fate.status for line in lines}
    if statuses.intersection(_LATER):
        return Said(body, 503, {"Retry-After": str(RETRY_AFTER)})
    if Status.INVALID in statuses:
        return Said(body, 422)
    return Said(body, 404 if Status.UNKNOWN in statuses and strangers is Strangers.REFUSE else 200)
