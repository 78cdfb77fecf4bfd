"""What may happen to a customer: the catalogue of events, each with the fields it must carry.

An event has two times. `at` is when it was told: it decides whether a deadline was met. `happened` is when
the fact came about: of two tellings of one single-valued fact, the one that happened later stands.
"""

import hashlib
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from lifecycle.domain.calendar import check_country
from lifecycle.domain.customer import Address, Name, Slug
from lifecycle.domain.enums import Category, ChurnKind, Role, Stance, Tier
from lifecycle.domain.model import MOST, Day, Frozen, Instant, Scalar
from lifecycle.domain.zones import check_zone

_LONGEST_SHOWN = 100

EventId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class Data(Frozen):
    """The fields of one type of event. `plain` is what conditions and templates see."""

    def plain(self) -> dict[str, Scalar]:
        """Scalars alone; what was not told is an empty string, so that no condition meets a hole."""
        return {name: "" if value is None else value for name, value in self.model_dump(mode="json").items()}


class Login(Data):
    """Somebody at the customer signed in."""

    email: Address | None = None


class FeatureUsed(Data):
    """A feature was used; functional milestones are judged by it (R24)."""

    feature: Slug
    count: Annotated[int, Field(ge=0, le=MOST)] = 1


class UsageReported(Data):
    """How much the product was used over the last `days` days, in the product's own unit.

    A report that names its `window` is that window's sum so far: a later, larger one takes its place. While it is
    `partial` the window still runs, so that it says that the product is used, and not yet how much.
    """

    count: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    days: Annotated[int, Field(ge=1, le=366)] = 7
    window: Text = ""
    partial: bool = False


class MilestoneReached(Data):
    """A person says that a milestone is reached (R25)."""

    milestone: Slug
    by: Text = ""


class Meeting(Data):
    """A meeting was accepted, declined or held; `meeting` is its template in the playbook."""

    meeting: Slug
    by: Text = ""


class MeetingCountered(Data):
    """A guest proposes another time for a meeting; `starts` is that time, as the guest's calendar wrote it."""

    meeting: Slug
    starts: Text = ""
    by: Text = ""


class TicketOpened(Data):
    """A support ticket; level 1 is the gravest (R36)."""

    ticket: Slug
    level: Annotated[int, Field(ge=1, le=4)] = 3
    subject: Text = ""


class TicketResolved(Data):
    """A support ticket is resolved."""

    ticket: Slug
    first_contact: bool = False


class SurveyAnswered(Data):
    """A survey's score: 0 to 10 for nps, 1 to 5 for any other."""

    survey: Slug
    score: Annotated[int, Field(ge=0, le=10)]
    comment: Text = ""

    @model_validator(mode="after")
    def _on_its_scale(self) -> "SurveyAnswered":
        if self.survey != "nps" and not 1 <= self.score <= 5:
            raise ValueError(f"survey '{self.survey}' is scored from 1 to 5, and this says {self.score}")
        return self


class ContactAdded(Data):
    """A new contact, or a known one (by address) whose role or name changed."""

    name: Name
    email: Address
    role: Role = Role.USER
    stance: Stance = Stance.NEUTRAL


class ContactLeft(Data):
    """A contact left the customer: nothing goes to this address any more."""

    email: Address


class OptedOut(Data):
    """A contact refuses a category of message, or every category but operational where none is named."""

    email: Address
    category: Category | Literal["all"] = "all"


class HandoffCompleted(Data):
    """Sales has written down goal, promises, contacts and needs (R10)."""

    goal: Text = ""
    promises: Text = ""


class HandoffAccepted(Data):
    """Customer success has accepted the handoff (R10)."""

    by: Text = ""


class TaskDone(Data):
    """A person did a task; `task` is its step's id. Where several plays have such a step, or several runs of one stand at it,
    `play` and `run` (`term/play/occurrence`) say which.
    """

    task: Slug
    play: Text = ""
    run: Text = ""
    by: Text = ""
    note: Text = ""


class TaskSnoozed(Data):
    """A person asks for `hours` more before a task is called late."""

    task: Slug
    hours: Annotated[int, Field(ge=1, le=720)] = 24
    play: Text = ""
    run: Text = ""
    by: Text = ""


class OfferAnswered(Data):
    """An offer was approved or refused inside the company, or accepted or declined by the customer."""

    offer: Slug
    by: Text = ""
    reason: Text = ""


class Payment(Data):
    """A payment failed or was made good."""

    invoice: Slug
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class OrderPlaced(Data):
    """The customer bought something besides its contract (R48)."""

    order: Slug
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class IntentStated(Data):
    """How likely the customer is to renew, in a person's judgement (R51)."""

    intent: Literal["high", "medium", "low"]
    reason: Text = ""


class CustomerChanged(Data):
    """Single facts about the customer; what is left out stays."""

    name: Name | None = None
    timezone: str = ""
    country: str = ""
    tier: Tier | None = None
    segment: Text = ""
    owner_name: Name | None = None
    owner_email: Address | None = None
    cause: Text = ""

    @model_validator(mode="after")
    def _known(self) -> "CustomerChanged":
        if self.timezone:
            check_zone(self.timezone)
        if self.country:
            check_country(self.country)
        return self


class ContractSigned(Data):
    """A trial became a paying customer: term 1 begins."""

    start: Day
    end: Day
    annual_value: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class ContractAmended(Data):
    """A new end, a co-term or a price; every deadline that depends on it moves at once."""

    end: Day | None = None
    annual_value: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    reason: Text = ""


class ContractRenewed(Data):
    """The customer renewed. The reason is required (R53); the next term is as long as the last unless an end is given."""

    reason: Reason
    end: Day | None = None
    annual_value: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class CustomerChurned(Data):
    """The customer left. The reason is required (R53, R59)."""

    kind: ChurnKind
    reason: Reason
    detail: Text = ""


class CustomerWonBack(Data):
    """A lost customer returned: a new term begins (R61)."""

    reason: Reason
    start: Day | None = None
    end: Day | None = None
    annual_value: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


CATALOGUE: dict[str, type[Data]] = {
    "login": Login,
    "feature.used": FeatureUsed,
    "usage.reported": UsageReported,
    "milestone.reached": MilestoneReached,
    "meeting.accepted": Meeting,
    "meeting.declined": Meeting,
    "meeting.held": Meeting,
    "meeting.countered": MeetingCountered,
    "ticket.opened": TicketOpened,
    "ticket.resolved": TicketResolved,
    "survey.answered": SurveyAnswered,
    "contact.added": ContactAdded,
    "contact.left": ContactLeft,
    "contact.opted_out": OptedOut,
    "contact.opted_in": OptedOut,
    "handoff.completed": HandoffCompleted,
    "handoff.accepted": HandoffAccepted,
    "task.done": TaskDone,
    "task.snoozed": TaskSnoozed,
    "offer.approved": OfferAnswered,
    "offer.refused": OfferAnswered,
    "offer.accepted": OfferAnswered,
    "offer.declined": OfferAnswered,
    "payment.failed": Payment,
    "payment.recovered": Payment,
    "order.placed": OrderPlaced,
    "renewal.intent": IntentStated,
    "customer.changed": CustomerChanged,
    "contract.signed": ContractSigned,
    "contract.amended": ContractAmended,
    "contract.renewed": ContractRenewed,
    "customer.churned": CustomerChurned,
    "customer.won_back": CustomerWonBack,
}
"""Every type of event and the fields it carries."""

SIGNS_OF_LIFE = frozenset(
    {"login", "feature.used", "survey.answered", "meeting.accepted", "meeting.held", "ticket.opened", "order.placed", "offer.accepted"}
)
"""Events by which a customer is heard of: each ends a silence (R47). So does reported usage above nothing."""


ROUTINE = frozenset({"login", "feature.used", "usage.reported"})
"""What products tell all day long: the timeline says nothing of it, and its ids push out no others."""


class Event(Frozen):
    """Something that happened, told to the workflow under an id of its own."""

    id: EventId
    type: str
    at: Instant
    happened: Instant | None = None
    data: dict[str, Scalar] = {}

    @model_validator(mode="after")
    def _as_catalogued(self) -> "Event":
        self.fields()
        return self

    # Cached in the instance: reading them anew is most of what an event costs.
    @cached_property
    def _read(self) -> Data:
        return read_fields(self.type, self.data)

    @cached_property
    def _said(self) -> dict[str, Scalar]:
        return {"type": self.type, **self.fields().plain()}

    def fields(self) -> Data:
        """The event's data as its type has it. Raises ValueError with one sentence a fault."""
        return self._read

    def plain(self) -> dict[str, Scalar]:
        """What `event` says in conditions and templates: its type and fields."""
        return self._said

    @property
    def in_part(self) -> bool:
        """Whether it only says that something goes on, and will be told whole: it starts nothing and answers nothing."""
        return bool(self.plain().get("partial"))

    @property
    def fact_time(self) -> Instant:
        """When the fact came about; when it was told, if nobody said."""
        return self.happened or self.at

    def digest(self) -> str:
        """What the event says, without when it was told: an id told again must say the same."""
        content = repr((self.type, self.happened and self.happened.isoformat(), sorted(self.data.items())))
        return hashlib.blake2b(content.encode(), digest_size=6).hexdigest()


def check_type(name: str) -> str:
    """The type itself, if it is catalogued; otherwise ValueError with a near name."""
    if name not in CATALOGUE:
        near = get_close_matches(name, CATALOGUE, 1)
        raise ValueError(f"'{name}' is no event type{f'; did you mean {near[0]}?' if near else ''}")
    return name


class FieldFaults(ValueError):
    """What is wrong with an event's fields: a sentence a fault, under the field's name (empty where it is no single field's)."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(what for _, what in faults))


def read_fields(name: str, data: dict[str, Any]) -> Data:
    """Those fields, checked and converted. Raises FieldFaults, or ValueError for a type that is not catalogued."""
    model = CATALOGUE[check_type(name)]
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise FieldFaults([(_field(fault), sentence(name, model, fault)) for fault in error.errors()]) from None


def _field(fault: Any) -> str:
    return str(fault["loc"][0]) if fault["loc"] else ""


def sentence(name: str, model: type[Data], fault: Any) -> str:
    """One pydantic fault in words that a person can act on."""
    field = _field(fault)
    match fault["type"]:
        case "missing":
            return f"{name} needs '{field}'"
        case "extra_forbidden":
            known = ", ".join(model.model_fields)
            near = get_close_matches(field, model.model_fields, 1)
            return f"{name} has no field '{field}'{f'; did you mean {near[0]}?' if near else f', only {known}'}"
        case "string_pattern_mismatch":
            return f"{name}: '{field}' is at most 64 letters, digits, '.', '_' or '-', and this says {_shown(fault['input'])}"
        case str() as kind if kind.startswith("date_"):
            return f"{name}: '{field}' is a day such as 2026-03-01, and this says {_shown(fault['input'])}"
        case _:
            message = str(fault["msg"]).removeprefix("Value error, ")
            return (
                f"{name}: '{field}' {message[:1].lower()}{message[1:]}, and this says {_shown(fault['input'])}"
                if field
                else f"{name}: {message}"
            )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
