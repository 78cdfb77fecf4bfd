"""GET /customers, /customers/{id}, /tasks, /upcoming and /renewals, for callers whose entry in the sources file says `reads`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from activities.ledger.record.pages import Order, PageOfRows, Position, RecordPages, kind_of
from activities.ledger.record.reading import RecordReading
from activities.ledger.record.risks import risks_of
from activities.ledger.record.tables import CUSTOMERS, TASKS
from gateway.http.json_answers import RETRY_AFTER, JsonAnswer, problem
from gateway.http.settings import GatewaySettings
from gateway.routes.reads import answers
from gateway.routes.reads.bounded_reads import BoundedReads, NotRead
from gateway.routes.reads.cursors import BadCursor, cursor_of, read_cursor
from gateway.routes.reads.parameters import (
    BadQuery,
    CustomersQuery,
    NoQuery,
    Paged,
    RenewalsQuery,
    TasksQuery,
    UpcomingQuery,
    read_query,
)
from gateway.senders.callers import Callers, UnknownCaller
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.customer import SLUG

MOST_TASKS, MOST_FACTS = 100, 50
"""Open tasks and lines of what happened that a single customer's answer has, at most."""

CALLS_SINCE = timedelta(days=90)
MAY_NOT_READ = "This caller may not read: its entry in the sources file does not say 'reads: true'."

Query = TypeVar("Query", bound=Frozen)
Endpoint = Callable[[Request], Awaitable[Response]]

_log = structlog.get_logger(__name__)


class UnknownCustomer(Exception):
    """The record has no such customer."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """Where a walk over a list's pages stands: its order, behind which row it goes on, and the moment at which it began (UTC)."""

    table: sa.Table
    order: Order
    asked: str
    after: Position | None
    now: datetime

    @classmethod
    def of(cls, path: str, table: sa.Table, query: Paged, sort: str) -> "_Walk":
        """Raises BadCursor."""
        order, asked = query.order_of(sort), f"{path} {query.model_dump_json(exclude={'limit', 'cursor'})}"
        if query.cursor is None:
            return cls(table, order, asked, None, datetime.now(UTC))
        return cls(table, order, asked, *read_cursor(query.cursor, asked, kind_of(table, order.column)))

    def next_cursor(self, page: PageOfRows) -> str | None:
        """The cursor of the page behind that one."""
        return cursor_of(page.last, self.now, self.asked, kind_of(self.table, self.order.column)) if page.last is not None else None


class RecordReads:
    """The endpoints."""

    def __init__(self, engine: sa.Engine, reads: BoundedReads, callers: Callers, settings: GatewaySettings) -> None:
        self._engine = engine
        self._pages = RecordPages(engine, settings.read_timeout)
        self._reads = reads
        self._callers = callers

    async def customers(self, request: Request) -> Response:
        """A page of customers."""
        return await self._answer(request, CustomersQuery, self._customers)

    async def customer(self, request: Request) -> Response:
        """One customer, with its open tasks and its latest facts."""
        name = str(request.path_params["customer"])
        return await self._answer(request, NoQuery, lambda _: self._customer(name))

    async def tasks(self, request: Request) -> Response:
        """A page of open tasks."""
        return await self._answer(request, TasksQuery, self._tasks)

    async def upcoming(self, request: Request) -> Response:
        """A page of what is done next for whom."""
        return await self._answer(request, UpcomingQuery, self._upcoming)

    async def renewals(self, request: Request) -> Response:
        """A page of contracts that end in a quarter."""
        return await self._answer(request, RenewalsQuery, self._renewals)

    async def _answer(self, request: Request, model: type[Query], read: Callable[[Query], Frozen]) -> Response:
        """What `read` makes of the query, to a caller that may read. Nothing of the request is looked at before that is known."""
        answer = self._refusal(request) or await self._read(request, model, read)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _refusal(self, request: Request) -> Response | None:
        try:
            source = self._callers.by_token(request.headers)
            if source is None:
                raise UnknownCaller("no token")
        except UnknownCaller as unknown:
            _log.info("unknown caller", why=str(unknown))
            return problem(401)
        request.state.source = source.name
        return None if source.reads else problem(403, MAY_NOT_READ)

    async def _read(self, request: Request, model: type[Query], read: Callable[[Query], Frozen]) -> Response:
        try:
            query = read_query(model, request.query_params)
            made = await self._reads.read(lambda: read(query).model_dump(mode="json"))
        except BadQuery as bad:
            return problem(400, str(bad), bad.parameter)
        except BadCursor as bad:
            return problem(400, str(bad), "cursor")
        except UnknownCustomer:
            return problem(404, "The record has no such customer.")
        except NotRead as not_read:
            return problem(503, str(not_read), retry_after=RETRY_AFTER)
        return JsonAnswer(made)

    def _customers(self, query: CustomersQuery) -> answers.CustomersPage:
        walk = _Walk.of("/customers", CUSTOMERS, query, query.sort)
        page = self._pages.customers(query.which, walk.order, query.limit, walk.after)
        customers = [answers.answer_of(answers.CustomerAnswer, row) for row in page.rows]
        return answers.CustomersPage(customers=customers, next_cursor=walk.next_cursor(page))

    def _customer(self, name: str) -> answers.OneCustomerAnswer:
        found = self._pages.customer(name, MOST_TASKS, MOST_FACTS) if SLUG.fullmatch(name) else None
        if found is None:
            raise UnknownCustomer
        tasks, facts = self._of_tasks(found.tasks, datetime.now(UTC)), [answers.fact_of(row) for row in found.facts]
        return answers.answer_of(answers.OneCustomerAnswer, found.row, tasks=tasks, facts=facts)

    def _tasks(self, query: TasksQuery) -> answers.TasksPage:
        walk = _Walk.of("/tasks", TASKS, query, query.sort)
        due_before = walk.now if query.overdue else None
        page = self._pages.open_tasks(query.owner, due_before, walk.order, query.limit, walk.after)
        return answers.TasksPage(tasks=self._of_tasks(page.rows, walk.now), next_cursor=walk.next_cursor(page))

    def _upcoming(self, query: UpcomingQuery) -> answers.UpcomingPage:
        walk = _Walk.of("/upcoming", CUSTOMERS, query, query.sort)
        until = walk.now + timedelta(days=query.days)
        page = self._pages.next_before(until, query.which, walk.order, query.limit, walk.after)
        playbooks = RecordReading(self._engine).playbooks
        upcoming = [
            answers.answer_of(answers.UpcomingAnswer, row, about=playbooks.about(row["playbook"] or "", row["next_play"] or ""))
            for row in page.rows
        ]
        return answers.UpcomingPage(upcoming=upcoming, next_cursor=walk.next_cursor(page))

    def _renewals(self, query: RenewalsQuery) -> answers.RenewalsPage:
        walk = _Walk.of("/renewals", CUSTOMERS, query, query.sort)
        period = query.period(walk.now.date())
        page = self._pages.ending(period.first, period.last, query.which, walk.order, query.limit, walk.after)
        calls = RecordReading(self._engine).calls([row["customer"] for row in page.rows], walk.now - CALLS_SINCE)
        renewals = [
            answers.answer_of(answers.RenewalAnswer, row, calls=calls.get(row["customer"], 0), risks=risks_of(row)) for row in page.rows
        ]
        return answers.RenewalsPage(renewals=renewals, next_cursor=walk.next_cursor(page))

    def _of_tasks(self, rows: list[dict[str, object]], now: datetime) -> list[answers.TaskAnswer]:
        # Of this request alone: what people and playbooks are published may be others in the next.
        playbooks = RecordReading(self._engine).playbooks
        return [answers.task_of(row, playbooks.late_hours(row, now), now) for row in rows]


def record_routes(reads: RecordReads, put_customer: Endpoint) -> list[BaseRoute]:
    """The routes of the reads. A customer's path has its PUT too: two routes of one path would each say that they alone know its methods."""

    async def customer(request: Request) -> Response:
        return await (put_customer(request) if request.method == "PUT" else reads.customer(request))

    return [
        Route("/customers", reads.customers, methods=["GET"]),
        Route("/customers/{customer}", customer, methods=["GET", "PUT"]),
        Route("/tasks", reads.tasks, methods=["GET"]),
        Route("/upcoming", reads.upcoming, methods=["GET"]),
        Route("/renewals", reads.renewals, methods=["GET"]),
    ]
