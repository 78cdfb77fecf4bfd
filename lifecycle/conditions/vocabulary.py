"""The names that conditions and message templates may use, with the kind of value behind each.

What conditions see is made from the subjects of `facts/` and from the events' own models: nothing is listed here that
stands there. `values.py` fills the names from a life's state, `engine/message_values.py` those of messages.
"""

from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from lifecycle.domain.enums import Band, Stage
from lifecycle.facts.events import CATALOGUE
from lifecycle.facts.facts import SEEN_BY_CONDITIONS, SEEN_OF_KEYS
from lifecycle.facts.subject import Keyed as KeyedShape
from lifecycle.facts.subject import Open


@dataclass(frozen=True)
class Leaf:
    """A single value: an example of its kind, and every text that it may be where those are known."""

    example: str | int | float | bool
    closed: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Keyed:
    """A branch whose names are the playbook's own: its milestones, offers, surveys or meetings."""

    of: str
    each: "Tree"


Tree = dict[str, "Leaf | Keyed | Open | str | int | Tree"]
"""Names and what is behind each; a plain text or number is an example value of a message."""

_EXAMPLES: dict[type, str | int | float | bool] = {str: "text", int: 3, float: 4.5, bool: True}
_NOBODY_TOLD = type(None)


def _branch(shape: object) -> Leaf | Keyed | Open | Tree:
    """What a name holds, by the shape that its subject gives or by a field's annotation. Raises TypeError for a shape that no condition can see."""
    if isinstance(shape, Open):
        return shape
    if isinstance(shape, KeyedShape):
        each = _branch(shape.each)
        assert isinstance(each, dict)
        return Keyed(shape.of, each)
    if isinstance(shape, dict):
        return {str(name): _branch(each) for name, each in shape.items()}
    if is_typeddict(shape):
        return {name: _branch(each) for name, each in get_type_hints(shape).items()}
    return _leaf(shape)


def _leaf(annotation: Any) -> Leaf:
    kinds, closed = _kinds(annotation)
    if not kinds:
        raise TypeError(f"{annotation!r} is nothing that a condition can see")
    kind = next((each for each in (bool, float, int) if each in kinds), str)
    if kind is not str:
        return Leaf(_EXAMPLES[kind])
    return Leaf(closed[0] if closed else "text", tuple(closed) if closed else None)


def _kinds(annotation: Any) -> tuple[set[type], list[str] | None]:
    """The plain kinds of value that an annotation allows, and its texts where they are all known (None where any text may come)."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin is Literal:
        return {type(value) for value in get_args(annotation)}, [str(value) for value in get_args(annotation)]
    if origin in (Union, UnionType):
        parts = [_kinds(each) for each in get_args(annotation) if each is not _NOBODY_TOLD]
        texts = [text for _, closed in parts for text in closed or []]
        return {kind for kinds, _ in parts for kind in kinds}, texts if all(closed for _, closed in parts) else None
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {str}, [str(member.value) for member in annotation]
    if annotation in _EXAMPLES:
        return {annotation}, None
    # Days and moments are texts to a condition.
    return {str}, None


CONDITION: Tree = {
    **{name: _branch(shape) for name, (_, shape) in SEEN_BY_CONDITIONS.items()},
    "stage": _branch(Stage),
    "health": {"score": Leaf(71), "band": _branch(Band), "confidence": Leaf(0.5)},
    "scores": Keyed("scores", {"known": Leaf(True), "score": Leaf(71)}),
}
"""What every condition may name. Strings that nobody told are empty, numbers zero; `surveys["nps"].answered` says whether a score counts."""

OF_KEYS: Tree = {name: _branch(shape) for name, (_, shape) in SEEN_OF_KEYS.items()}
"""Besides, in a play with a `key`: the one thing that its run is about, by the key's field (`ticket` where the key is `event.ticket`)."""

CLOCK: Tree = {"day": Leaf(14), "days_left": Leaf(120), "days_away": Leaf(10)}
"""Besides, in `if`, which is looked at at a moment of its own: the day of the stage, days to the contract's end, days since churn."""

MESSAGE: Tree = {
    "customer": {"name": "Acme", "goal": "fewer stock-outs", "industry": "retail"},
    "contact": {"name": "Ana Silva", "first_name": "Ana"},
    "owner": {"name": "Kim Lee", "first_name": "Kim", "email": "kim@example.com"},
    "company": {"name": "Us & Co", "product": "Us", "url": "https://example.com", "email": "success@example.com", "signature": "The team"},
    "contract": {
        "start_date": "1 March 2026",
        "end_date": "1 March 2027",
        "cancel_by": "30 January 2027",
        "ends_on": "1 March 2027",
        "signed_until": "1 March 2028",
        "days_left": 90,
        "term": 1,
        "currency": "EUR",
    },
    "stage": {"name": "onboarding", "day": 14},
    "health": {"score": 71, "band": "green"},
    "milestone": {"id": "data-imported", "name": "first import", "due_date": "8 March 2026"},
    "meeting": {"date": "Tuesday, 3 March 2026", "time": "10:00", "zone": "Europe/Berlin", "place": "Berlin", "name": "kickoff"},
    "survey": {"id": "nps", "name": "recommendation"},
    "churn": {"reason": "price"},
}
"""What every template may name; `event` besides, with the fields of the event that started the play.

`milestone` has values in plays with the trigger `overdue`, `meeting` in invitations and after them, `survey` in surveys.
A value that is missing or empty when the message is due suppresses the message: nothing goes out with a hole.
"""

_FIELDS: dict[str, Tree] = {
    name: {field: _leaf(info.annotation) for field, info in model.model_fields.items()} for name, model in CATALOGUE.items()
}
"""The fields of each event type, as its model has them."""


def event_names(types: list[str]) -> Tree:
    """What `event` offers where any of these types may have come: the fields that they all have."""
    if not types:
        return {"type": Leaf("")}
    shared = set.intersection(*(set(_FIELDS[name]) for name in types))
    return {"type": Leaf(types[0], tuple(types)), **{name: _FIELDS[types[0]][name] for name in sorted(shared)}}
