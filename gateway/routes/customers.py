"""PUT /customers/{id}: a system of ours enrols a customer, as a CRM does when a deal is won."""

import structlog
from starlette.requests import Request
from starlette.responses import Response

from gateway.http.bodies import BadBody, read_body
from gateway.http.json_answers import RETRY_AFTER, JsonAnswer, problem
from gateway.http.json_bodies import read_storable_json
from gateway.http.settings import GatewaySettings
from gateway.intake.enrolling import Enroller, EnrolmentRefused
from gateway.intake.results import Status
from gateway.senders.callers import Callers, UnknownCaller
from gateway.senders.sources import Source

JSON = "application/json"
_log = structlog.get_logger(__name__)


class Customers:
    """The endpoint."""

    def __init__(self, enroller: Enroller, callers: Callers, settings: GatewaySettings) -> None:
        self._enroller = enroller
        self._callers = callers
        self._settings = settings

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
        enrolled = await self._enroller.enrol(str(source.enrols), name, told)
        if not isinstance(enrolled, EnrolmentRefused):
            answer = {"customer": name, "playbook": enrolled.playbook, "status": enrolled.became.value}
            return JsonAnswer(answer, 201 if enrolled.became.is_new else 200)
        match enrolled.status:
            case Status.INVALID:
                return problem(422, enrolled.detail, enrolled.field, title="Invalid customer")
            case Status.UNAVAILABLE:
                return problem(503, enrolled.detail, retry_after=RETRY_AFTER)
            case _:
                return problem(enrolled.status.value, enrolled.detail)
