"""Where every visitor comes in: a link that works leads to its page, any other to a page that says why not."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

import structlog
from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from temporalio.service import RPCError

from activities.ledger.failures import NotNow
from activities.ledger.playbook_store import PlaybookStore
from activities.mail.links import BadLink, Link, LinkCodec, Purpose
from gateway.http.bodies import BadBody
from gateway.intake.clock import Clock
from gateway.pages.answer_store import subject_of
from gateway.pages.forms import read_form
from gateway.pages.link_context import Trouble, Turned, Visit
from gateway.pages.renderer import Paper
from gateway.pages.wording import PAGE_WORDINGS, wording_for
from lifecycle.playbook.playbook import Playbook

LOOKS = (RateLimitItemPerMinute(60),)
WORDS = (RateLimitItemPerMinute(20), RateLimitItemPerDay(200))
"""How often one link may be looked at, and used: so that one which leaks cannot flood a customer's history."""

_log = structlog.get_logger(__name__)


class Page(Protocol):
    """What stands behind one purpose of links. Looking changes nothing, for mail scanners look at every link."""

    purpose: Purpose

    async def show(self, visit: Visit, asked: Mapping[str, str]) -> Response:
        """The page; `asked` is the query of its address. Raises Turned."""

    async def take(self, visit: Visit, form: Mapping[str, str]) -> Response:
        """Tell what the form says, and answer with a page. Raises Turned."""


class Reception:
    """Reads links and leads to pages.

    The forms carry no token against forged requests: whoever knows the address of a page holds its link, which is all that
    it takes, and there is no cookie or login by which another site could act in somebody's name.
    """

    def __init__(self, codec: LinkCodec, playbooks: PlaybookStore, clock: Clock, paper: Paper, body_timeout: float) -> None:
        self._codec = codec
        self._playbooks = playbooks
        self._clock = clock
        self._paper = paper
        self._body_timeout = body_timeout
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def route(self, path: str, page: Page) -> Route:
        """The page at that path, which holds a `{token}`."""

        async def serve(request: Request) -> Response:
            return await self._serve(request, page)

        return Route(path, serve, methods=["GET", "POST"])

    async def _serve(self, request: Request, page: Page) -> Response:
        words, company = wording_for(request.headers.get("accept-language", "")), None
        try:
            link = self._codec.decode(request.path_params["token"], page.purpose)
            words = PAGE_WORDINGS.of(link.language)
            playbook = await self._playbook(link)
            company = playbook.company if playbook is not None else None
            visit = Visit(link, request.path_params["token"], words, playbook, await self._clock.now(link.customer))
            if link.is_expired(visit.now):
                return self._paper.trouble(Trouble.EXPIRED, words, company)
            await self._count(request, link)
            if request.method != "POST":
                return await page.show(visit, request.query_params)
            return await page.take(visit, await read_form(request, self._body_timeout))
        except BadLink:
            return self._paper.trouble(Trouble.BAD, words, company)
        except BadBody as bad:
            return self._paper.trouble(Trouble.UNREADABLE, words, company, bad.status)
        except Turned as turned:
            return self._paper.trouble(turned.trouble, words, company)
        except (SQLAlchemyError, RPCError) as error:
            _log.warning("not served", why=type(error).__name__)
            return self._paper.trouble(Trouble.UNAVAILABLE, words, company)

    async def _playbook(self, link: Link) -> Playbook | None:
        try:
            return (await asyncio.to_thread(self._playbooks.get, link.playbook)).playbook
        except NotNow:
            return None

    async def _count(self, request: Request, link: Link) -> None:
        # By what the link says, for one link can be spelled in several ways.
        name = subject_of(link.purpose, link.customer, link.touch, link.about)
        limits, way = (WORDS, "used") if request.method == "POST" else (LOOKS, "looked at")
        for limit in limits:
            if not await self._limiter.hit(limit, way, name):
                raise Turned(Trouble.TOO_MANY)
