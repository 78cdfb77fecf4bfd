"""PUT /customers/{id}: a system of ours enrols a customer, as a CRM does when a deal is won."""

import asyncio

import structlog
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.failures import NotNow
from activities.ledger.playbook_store import PlaybookStore
from gateway.http.bodies import BadBody, read_body
from gateway.http.json_answers import RETRY_AFTER, JsonAnswer, problem
from gateway.http.json_bodies import read_storable_json
from gateway.http.sentences import with_full_stop
from gateway.http.settings import GatewaySettings
from gateway.intake.clock import Clock
from gateway.intake.customer_fields import CustomerFields
from gateway.senders.callers import Callers, UnknownCaller
from gateway.senders.sources import Source
from lifecycle.domain.customer import SLUG
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.rules.past import why_not_enrolled
from runtime.temporal.enrolment import Enrolled, check_format, enrol
from workflows.names import TASK_QUEUE

JSON = "application/json"
_log = structlog.get_logger(__name__)


class Customers:
    """The endpoint."""

    def __init__(self, client: Client, callers: Callers, playbooks: PlaybookStore, settings: GatewaySettings, clock: Clock) -> None:
        self._client = client
        self._callers = callers
        self._playbooks = playbooks
        self._settings = settings
        self._clock = clock

    async def put(self, request: Request) -> Response:
        """201 where the customer is enrolled now, 200 where it was; the other answers are described in the OpenAPI document."""
        try:
            source = self._callers.by_token(request.headers)
            if source is None:
                raise UnknownCaller("no token")
        except UnknownCaller as unknown:
            _log.info("unknown caller", why=str(unknown))
            return problem(401)
        request.state.source = source.name
        if source.enrols is None:
            return problem(403, "This caller may not enrol customers: its entry in the sources file names no playbook under 'enrols'.")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            return problem(415, f"A customer comes as {JSON}.")
        try:
            body = await read_body(request, self._settings.largest_body, self._settings.body_timeout)
            return await self._enrol(source, request.path_params["customer"], read_storable_json(body))
        except BadBody as bad:
            return problem(bad.http_status, str(bad))

    async def _enrol(self, source: Source, name: str, told: object) -> Response:
        if SLUG.fullmatch(name) is None:
            return problem(422, "A customer's id has letters, digits, '.', '-' and '_', 64 at most.", "id", title="Invalid customer")
        try:
            fields = CustomerFields.model_validate(told)
        except ValidationError as error:
            fault = error.errors()[0]
            return _invalid(str(fault["msg"]).removeprefix("Value error, "), ".".join(map(str, fault["loc"])))
        try:
            playbook = (await asyncio.to_thread(self._playbooks.get, str(source.enrols))).playbook
            now = await self._clock.now(name)
            customer = await asyncio.to_thread(fields.customer, name, playbook)
            if (why := why_not_enrolled(customer, playbook.contract, now)) is not None:
                return _invalid(why, name=name)
            await check_format(self._client)
            enrolled = await enrol(self._client, customer, playbook, now, TASK_QUEUE)
        except Mistake as mistake:
            return _invalid(str(mistake))
        except (NotNow, Failure, RPCError) as failure:
            _log.warning("not enrolled", kind=type(failure).__name__)
            return problem(503, "The customer can't be enrolled now: send the same again.", retry_after=RETRY_AFTER)
        if enrolled is Enrolled.ENDED_BY_FORCE:
            return problem(
                409, f"The workflow of {name} was ended by force at the Temporal server: it is to be healed there, not enrolled."
            )
        is_new = enrolled.is_new
        return JsonAnswer({"customer": name, "playbook": playbook.ref, "status": enrolled.value}, 201 if is_new else 200)


def _invalid(sentence: str, field: str = "", *, name: str = "") -> JsonAnswer:
    """The refusal; a customer's id at its beginning stays as it is written."""
    begins_with_id = name and sentence.startswith(name)
    text = with_full_stop(sentence if begins_with_id else f"{sentence[:1].upper()}{sentence[1:]}")
    return problem(422, text, field, title="Invalid customer")
