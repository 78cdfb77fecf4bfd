"""Everything that must survive: one serialisable structure per customer.

No decision lives in a local variable, a coroutine's position or a clock; cut anywhere and carry this on.
The groups are plain slotted classes, checked where a life comes in and not at each assignment.
"""

from typing import Any, Literal

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from lifecycle.domain.enums import Stage
from lifecycle.domain.health import Health
from lifecycle.domain.model import Model
from lifecycle.domain.people.customer import Contract, Customer
from lifecycle.domain.texts.addresses import as_stored
from lifecycle.facts.facts import Facts
from lifecycle.state.formats import FORMAT, to_present_format
from lifecycle.state.inbox import Inbox
from lifecycle.state.log import Log
from lifecycle.state.plays import Plays
from lifecycle.state.progress import Progress
from lifecycle.state.record import RecordState


class Lifecycle(Model):
    """A customer's whole state. `format` is that of its JSON form; every format ever released can be read (`formats.py`).

    `playbook` is `name@version`, or `name` alone before the first run has read it. Raises ValidationError for a format
    of a later build.
    """

    format: Literal[2] = FORMAT
    customer: Customer
    playbook: str
    progress: Progress
    plays: Plays = Field(default_factory=Plays)
    facts: Facts = Field(default_factory=Facts)
    health: Health = Field(default_factory=Health)
    inbox: Inbox = Field(default_factory=Inbox)
    log: Log = Field(default_factory=Log)
    record: RecordState = Field(default_factory=RecordState)

    @model_validator(mode="wrap")
    @classmethod
    def _of_any_format(cls, value: Any, read: "ModelWrapValidatorHandler[Lifecycle]") -> "Lifecycle":
        with as_stored():
            return read(to_present_format(value) if isinstance(value, dict) else value)

    @property
    def contract(self) -> Contract:
        """The term in force."""
        return self.customer.contract

    @property
    def key_term(self) -> int:
        """The term as touch keys have it: that of a trial is 0, unless the customer has had a life before."""
        return self.contract.term or self.progress.trial_term

    @property
    def zone(self) -> str:
        """The customer's time zone."""
        return self.customer.timezone

    @property
    def stage(self) -> Stage:
        """The stage it is in."""
        return self.progress.stage
