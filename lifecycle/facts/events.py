"""The common form of what may happen to a customer: an event of a type, and the catalogue of types.

An event has two times. `at` is when it was told: it decides whether a deadline was met. `happened` is when
the fact came about: of two tellings of one single-valued fact, the one that happened later stands.
"""

import hashlib
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from lifecycle.domain.model import Frozen, Instant, Scalar
from lifecycle.domain.texts.field_faults import what_it_is

_LONGEST_SHOWN = 100

LONGEST_TEXTS = 3000
"""Characters of all texts of an event as they were told; its fields, as they are read, have no more."""

EventId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Teller = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class EventData(Frozen):
    """The fields of one type of event. A class that names its `event_type` is catalogued.

    `sign_of_life`: the customer is heard of by it, which ends a silence (R47). `routine`: it comes so often that the
    timeline has no line for it, and its ids are remembered apart from the others. `may_mean_all`: where it names no thing of a kind, it
    means all of them that there are. `awaited`: a person waits to hear of it, so the record has it at once; `from_customer`: it is an answer that
    one of ours should read.
    """

    event_type: ClassVar[str] = ""
    sign_of_life: ClassVar[bool] = False
    routine: ClassVar[bool] = False
    may_mean_all: ClassVar[bool] = False
    awaited: ClassVar[bool] = False
    from_customer: ClassVar[bool] = False

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "event_type" in cls.__dict__:
            CATALOGUE[cls.event_type] = cls

    @classmethod
    def has_field(cls, name: str) -> bool:
        """Whether an event of this type may carry a field of that name."""
        return name in cls.model_fields

    @property
    def shows_life(self) -> bool:
        """Whether the customer is heard of by what this event says."""
        return self.sign_of_life

    @property
    def in_part(self) -> bool:
        """Whether it only says that something goes on, and will be told whole: it starts nothing and answers nothing."""
        return False

    def plain(self) -> dict[str, Scalar]:
        """What conditions and templates see: scalars alone. What was not told is an empty string, so that no condition meets a hole."""
        return {name: "" if value is None else value for name, value in self.model_dump(mode="json").items()}


OURS = "evergreen:"
"""What the sender of Evergreen's own events begins with; no other sender's does."""

LINK = f"{OURS}link/"
"""How the id begins of an event that somebody told by a link in a message."""

_BY_LINK = "a link in a message"

CATALOGUE: dict[str, type[EventData]] = {}
"""Every type of event and the fields it carries; filled by the subjects of this package as they are defined."""


def _is_no(value: object) -> bool:
    return not value


class Event(Frozen):
    """Something that happened, told to the workflow under an id of its own. Raises ValueError, a sentence a fault, for fields that do not fit.

    What is told as `past` changes what is known, and starts and answers nothing: it was so before anybody here looked. `by` is who says
    so, where that is no field of the event's own.
    """

    id: EventId
    type: str
    at: Instant
    happened: Instant | None = None
    data: dict[str, Scalar] = {}
    past: Annotated[bool, Field(exclude_if=_is_no)] = False
    by: Annotated[Teller, Field(exclude_if=_is_no)] = ""

    @model_validator(mode="after")
    def _as_catalogued(self) -> "Event":
        fields = self.fields()
        length = 0
        for value in self.data.values():
            if type(value) is str:
                length += len(value)
        if length > LONGEST_TEXTS:
            # Spaces around a text, or noughts before a number: what is kept is what was read.
            self.__dict__["data"] = fields.model_dump(mode="json", exclude_unset=True)
        return self

    # Cached in the instance: reading them anew is most of what an event costs.
    @cached_property
    def _read(self) -> EventData:
        return read_fields(self.type, self.data)

    @cached_property
    def _plain(self) -> dict[str, Scalar]:
        return {"type": self.type, **self.fields().plain()}

    def fields(self) -> EventData:
        """The event's data as its type has it. Raises ValueError with one sentence a fault."""
        return self._read

    def plain(self) -> dict[str, Scalar]:
        """What `event` says in conditions and templates: its type and fields."""
        return self._plain

    @property
    def told_by(self) -> str:
        """Who says so: `by`, or else the sender in front of the space in an id that the gateway made of a sender and its own id.

        The sender is no field of its own, for lives on a build up to 0.1.0 would drop an event with a field that they do not know.
        """
        if self.by:
            return self.by
        sender, space, _ = self.id.partition(" ")
        if not space:
            return _BY_LINK if self.id.startswith(LINK) else ""
        return "" if sender.startswith(OURS) else sender

    @property
    def in_part(self) -> bool:
        """Whether it only says that something goes on, and will be told whole: it starts nothing and answers nothing."""
        return self.fields().in_part

    @property
    def fact_time(self) -> Instant:
        """When the fact came about; when it was told, if nobody said."""
        return self.happened or self.at

    def digest(self) -> str:
        """What the event says, without when it was told: an id told again must say the same."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
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
        super().__init__("; ".join(sentence for _, sentence in faults))


def read_fields(name: str, data: dict[str, Any]) -> EventData:
    """Those fields, checked and converted. Raises FieldFaults, or ValueError for a type that is not catalogued."""
    model = CATALOGUE[check_type(name)]
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise FieldFaults([(_field(fault), sentence(name, model, fault)) for fault in error.errors()]) from None


def _field(fault: Any) -> str:
    return str(fault["loc"][0]) if fault["loc"] else ""


def sentence(name: str, model: type[BaseModel], fault: Any) -> str:
    """One pydantic fault in words that a person can act on."""
    field = _field(fault)
    match fault["type"]:
        case "missing":
            return f"{name} needs '{field}'"
        case "extra_forbidden":
            known = ", ".join(model.model_fields)
            near = get_close_matches(field, model.model_fields, 1)
            return f"{name} has no field '{field}'{f'; did you mean {near[0]}?' if near else f', only {known}'}"
        case _ if (asked := what_it_is(fault)) is not None:
            return f"{name}: '{field}' {asked}, and this says {_shown(fault['input'])}"
        case _:
            message = str(fault["msg"]).removeprefix("Value error, ")
            if message.startswith("'") or message.casefold().startswith(str(fault["input"]).casefold() or "'"):  # it names the value
                return f"{name}: {field} {message}" if field else f"{name}: {message}"
            said = f"{message[:1].lower()}{message[1:]}, and this says {_shown(fault['input'])}"
            return f"{name}: '{field}' {said}" if field else f"{name}: {message}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
