"""Handles requests to links: a valid link leads to its page, any other to a page that says why not."""

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
from activities.ledger.published.playbook_store import PlaybookStore
from activities.mail.links import BadLink, Link, LinkCodec, Purpose
from gateway.http.bodies import BadBody
from gateway.intake.clock import Clock
from gateway.pages.answer_store import subject_of
from gateway.pages.forms import drop_body, read_form
from gateway.pages.link_context import LinkContext, LinkProblem, LinkRefused
from gateway.pages.renderer import Renderer
from gateway.pages.wording import PAGE_WORDINGS, wording_for
from lifecycle.playbook.playbook import Playbook

GET_LIMITS = (RateLimitItemPerMinute(60),)
POST_LIMITS = (RateLimitItemPerMinute(20), RateLimitItemPerDay(200))
"""How often one link may be opened, and used: so that one which leaks cannot flood a customer's history."""

_log = structlog.get_logger(__name__)


class Page(Protocol):
    """The page for one purpose of links. Showing it changes nothing, since mail scanners open every link.

    `needs_form`: whether what is submitted depends on the body of the request. Where it does not, the form is empty, whatever came.
    """

    purpose: Purpose
    needs_form: bool

    async def show(self, context: LinkContext, query: Mapping[str, str]) -> Response:
        """The page; `query` is the query of its address. Raises LinkRefused."""

    async def submit(self, context: LinkContext, form: Mapping[str, str]) -> Response:
        """Tell the customer's workflow what the form says; returns the page that confirms it. Raises LinkRefused."""


class LinkHandler:
    """Reads links and serves their pages.

    The forms carry no token against forged requests: whoever knows the address of a page holds its link, which is all that
    is needed, and there is no cookie or login by which another site could act in somebody's name.
    """

    def __init__(self, codec: LinkCodec, playbooks: PlaybookStore, clock: Clock, renderer: Renderer, body_timeout: float) -> None:
        """`body_timeout` is in seconds."""
        self._codec = codec
        self._playbooks = playbooks
        self._clock = clock
        self._renderer = renderer
        self._body_timeout = body_timeout
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def route(self, path: str, page: Page) -> Route:
        """The route of a page; `path` holds a `{token}`."""

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
            context = LinkContext(link, request.path_params["token"], words, playbook, await self._clock.now(link.customer))
            if link.is_expired(context.now):
                return self._renderer.problem(LinkProblem.EXPIRED, words, company)
            await self._count(request, link)
            if request.method != "POST":
                return await page.show(context, request.query_params)
            if page.needs_form:
                return await page.submit(context, await read_form(request, self._body_timeout))
            await drop_body(request, self._body_timeout)
            return await page.submit(context, {})
        except BadLink:
            return self._renderer.problem(LinkProblem.BAD, words, company)
        except BadBody as bad:
            return self._renderer.problem(LinkProblem.UNREADABLE, words, company, bad.http_status)
        except LinkRefused as refused:
            return self._renderer.problem(refused.problem, words, company)
        except (SQLAlchemyError, RPCError) as error:
            _log.warning("not served", why=type(error).__name__)
            return self._renderer.problem(LinkProblem.UNAVAILABLE, words, company)

    async def _playbook(self, link: Link) -> Playbook | None:
        try:
            return (await asyncio.to_thread(self._playbooks.get, link.playbook)).playbook
        except NotNow:
            return None

    async def _count(self, request: Request, link: Link) -> None:
        # By what the link says, for one link can be spelled in several ways.
        name = subject_of(link.purpose, link.customer, link.touch, link.about)
        limits, namespace = (POST_LIMITS, "used") if request.method == "POST" else (GET_LIMITS, "looked at")
        for limit in limits:
            if not await self._limiter.hit(limit, namespace, name):
                raise LinkRefused(LinkProblem.TOO_MANY)
