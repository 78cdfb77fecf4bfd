"""What has to be known of a customer to begin its life anew when the server has nothing more of the one that it had."""

from typing import Any

from pydantic import ModelWrapValidatorHandler, model_validator

from lifecycle.domain.enums import Stage
from lifecycle.domain.model import Day, Frozen
from lifecycle.domain.people.customer import Contract, Customer
from lifecycle.domain.texts.addresses import as_stored
from lifecycle.facts.contract import Cancellation


class LastKnown(Frozen):
    """The customer as its life last knew it: the term in force, what was reached and what each contact refuses are part of it. Personal data.

    `signed` are terms that had not begun, `cancelled` the end that was announced, and `anchor` the day from which terms of months are
    counted. Of a life that is over, or that the customer has left, the `stage` and the last `contract` are known, whether it was `removed` as
    begun by mistake, and no `customer`.
    """

    stage: Stage
    playbook: str
    customer: Customer | None = None
    contract: Contract | None = None
    removed: bool = False
    signed: list[Contract] = []
    cancelled: Cancellation | None = None
    anchor: Day | None = None
    paused: bool = False
    paused_why: str = ""
    paused_by: str = ""

    @model_validator(mode="wrap")
    @classmethod
    def _as_stored(cls, value: Any, read: "ModelWrapValidatorHandler[LastKnown]") -> "LastKnown":
        with as_stored():
            return read(value)
