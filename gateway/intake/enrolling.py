"""Enrols a customer that a source tells of, by PUT /customers or by an adapter."""

import asyncio
from dataclasses import dataclass

import structlog
from pydantic import ValidationError
from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.failures import NotNow
from activities.ledger.published.playbook_store import PlaybookStore
from gateway.http.sentences import with_full_stop
from gateway.intake.clock import Clock
from gateway.intake.customer_fields import CustomerFields
from gateway.intake.results import Status
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.domain.people.customer import SLUG
from lifecycle.domain.texts.field_faults import what_it_is
from lifecycle.rules.past import why_not_enrolled
from runtime.temporal.enrolment import Enrolled, check_format, enrol
from workflows.names import TASK_QUEUE

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A customer whose life has begun, now or before, and the playbook that the source enrols on."""

    became: Enrolled
    playbook: str


@dataclass(frozen=True, slots=True)
class EnrolmentRefused:
    """Why a customer is not enrolled: INVALID, CONFLICT or UNAVAILABLE, a sentence, and the wrong field if one is wrong."""

    status: Status
    detail: str
    field: str = ""


class Enroller:
    """Begins customers' lives."""

    def __init__(self, client: Client, playbooks: PlaybookStore, clock: Clock) -> None:
        self._client = client
        self._playbooks = playbooks
        self._clock = clock

    async def enrol(self, playbook_ref: str, name: str, told: object) -> Enrolment | EnrolmentRefused:
        """Begin the life of the customer of that id, with the fields as they are told, on the playbook; told again it changes nothing."""
        if SLUG.fullmatch(name) is None:
            return EnrolmentRefused(Status.INVALID, "A customer's id has letters, digits, '.', '-' and '_', 64 at most.", "id")
        if not isinstance(told, dict):
            return _invalid("a customer is told as a JSON object of its fields")
        try:
            fields = CustomerFields.model_validate(told)
        except ValidationError as error:
            fault = error.errors()[0]
            field, asked = ".".join(map(str, fault["loc"])), what_it_is(fault)
            return _invalid(f"'{field}' {asked}" if asked is not None else str(fault["msg"]).removeprefix("Value error, "), field)
        try:
            playbook = (await asyncio.to_thread(self._playbooks.get, playbook_ref)).playbook
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
            return EnrolmentRefused(Status.UNAVAILABLE, "The customer can't be enrolled now: send the same again.")
        if enrolled is Enrolled.ENDED_BY_FORCE:
            return EnrolmentRefused(
                Status.CONFLICT,
                f"The workflow of {name} was ended by force at the Temporal server: it is to be healed there, not enrolled.",
            )
        return Enrolment(enrolled, playbook.ref)


def _invalid(sentence: str, field: str = "", *, name: str = "") -> EnrolmentRefused:
    """The refusal; a customer's id at its beginning stays as it is written."""
    begins_with_id = name and sentence.startswith(name)
    text = with_full_stop(sentence if begins_with_id else f"{sentence[:1].upper()}{sentence[1:]}")
    return EnrolmentRefused(Status.INVALID, text, field)
