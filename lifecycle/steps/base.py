"""What every kind of step can be asked. A kind's own file answers what differs from the neutral answers here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from lifecycle.domain.enums import Category, Once, Role, Subject, Tier, TouchKind
from lifecycle.domain.people.customer import Contact, Customer
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.texts.wire_addresses import can_be_reached
from lifecycle.domain.time.durations import Span
from lifecycle.steps.linting import Finding, StepContext, check_role, near

if TYPE_CHECKING:
    from lifecycle.steps.step import Step


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a message is for: everybody who holds one of the roles, or the first holder of the first role that has one.

    Whom no message can be sent to comes behind all others, and two with one address are one.
    """

    roles: list[Role]
    category: Category
    everybody: bool = False

    def among(self, customer: Customer) -> list[Contact]:
        """Those contacts of the customer, as it is now."""
        people = [person for role in self.roles for person in customer.holders(role)]
        if not self.everybody:
            return next(([person] for person in people if can_be_reached(person.email)), people[:1])
        by_address: dict[str, Contact] = {}
        for person in people:
            by_address.setdefault(address_key(person.email), person)
        return sorted(by_address.values(), key=lambda person: not can_be_reached(person.email))


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of people of ours: who is to see to it, in which words, how urgent (a level from 1, the most urgent; 0 for none)."""

    owner: str = ""
    text: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Appointment:
    """When a meeting begins and ends, in UTC."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """An offer by name, and how often it may be made."""

    offer: str
    once: Once


@dataclass(frozen=True, slots=True)
class Wait:
    """What a play waits for: one of the events, of which `if_` holds, or `when` to become true; `timeout` from its beginning at most.

    One `of_task` counts from when the task before it was asked for, as its deadline does, on the clock of `role`, which is to do it.
    """

    timeout: Span
    event: list[str] | None = None
    if_: str | None = None
    when: str | None = None
    of_task: bool = False
    role: str = ""


@dataclass(frozen=True, slots=True)
class Branches:
    """The steps after a wait that was answered, and after one that was not."""

    then: "list[Step]"
    otherwise: "list[Step]"


class StepKind:
    """One kind of step. The class says what holds for the kind, an instance what one step of a playbook says."""

    kind: ClassVar[str]
    """Its key in a playbook: also its field of `Step` and the name of its file here."""
    touch: ClassVar[TouchKind | None] = None
    """The touch that it makes; None for a step that only moves the play."""
    subject: ClassVar[Subject | None] = None
    """What its answers are about; None where nothing answers it."""
    template_groups: ClassVar[tuple[str, ...]] = ()
    """The groups of names that its template may use besides those that every template may."""

    def default_id(self) -> str:
        """What the step is called in touch keys where it has no id of its own."""
        return self.kind

    # What its touch says

    def touch_name(self, step_id: str) -> str:
        """What its touch is called, in timelines and to providers."""
        return step_id

    @property
    def template_name(self) -> str:
        """The template of its message; empty where it sends none."""
        return ""

    def addressees(self) -> Addressees | None:
        """Which contacts its touch goes to; None for what stays among people and systems of ours."""
        return None

    def request(self) -> Request:
        """What it asks of people of ours."""
        return Request()

    def roles(self) -> Mapping[tuple[str | int, ...], str]:
        """Every role of ours that it names, by the place under the step."""
        return {}

    def due_in(self, tier: Tier) -> Span | None:
        """How long after it was asked for it is to be done, for a customer of that tier; None without a deadline."""
        return None

    def appointment(self, at: datetime, zone: str, country: str) -> Appointment | None:
        """When the meeting that it calls for at that moment is held, for a customer of that zone and country; None for what is no meeting."""
        return None

    def grant(self) -> Grant | None:
        """The offer that it makes."""
        return None

    # What answers it, and what it may be called in conditions

    def subject_name(self, step_id: str) -> str:
        """By which name its answers name it, such as the `event.meeting` of a `meeting.held`; empty where it has no subject."""
        return ""

    def names(self) -> Mapping[Subject, str]:
        """The name that the playbook's conditions may use because of this step, as `surveys["nps"]` of a survey."""
        return {}

    # How the play goes on

    def pause(self) -> Span | None:
        """How long the play stands still here, whatever happens; None where it does not."""
        return None

    def wait(self) -> Wait | None:
        """What the play waits for here; None where it waits for nothing."""
        return None

    def branches(self) -> Branches | None:
        """The steps inside this one; None for a step that can hold none."""
        return None

    def stops(self) -> str | None:
        """Why the play ends here; None where it goes on."""
        return None

    # What it is short for

    def before(self, step: "Step", name: str) -> "list[Step]":
        """The steps that it implies before it. `name` is the step's id, or what it is called without one."""
        return []

    def behind(self, step: "Step", name: str, tier: Tier) -> "list[Step]":
        """The steps that it implies behind it, for customers of that tier."""
        return []

    # What is checked when a playbook is read

    def lint(self, context: StepContext) -> Iterator[Finding]:
        """Each fault that its models do not find by themselves: the place under the step, and a sentence."""
        for place, role in self.roles().items():
            yield from check_role(place, role, context.roles)
        if self.template_name and self.template_name not in context.templates:
            yield (self.kind, "template"), f"there is no template '{self.template_name}'{near(self.template_name, context.templates)}"
