"""Offers: when each was granted, and what was said to it."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypedDict

from pydantic import ConfigDict

from lifecycle.domain.people.customer import Customer, Slug
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, Keyed, PlaybookNames, Subject, bound

GRANTS_KEPT = 3
"""Of an offer: it is asked about the present visit and the present term, and one that was asked for in the one before may still come."""


class _OfferAnswered(EventData):
    offer: Slug
    by: Text = ""
    reason: Text = ""


class OfferApproved(_OfferAnswered):
    """An offer was approved inside the company."""

    event_type = "offer.approved"


class OfferRefused(_OfferAnswered):
    """An offer was refused inside the company."""

    event_type = "offer.refused"


class OfferAccepted(_OfferAnswered):
    """The customer accepted an offer."""

    event_type = "offer.accepted"
    sign_of_life = True
    awaited = True
    from_customer = True


class OfferDeclined(_OfferAnswered):
    """The customer declined an offer."""

    event_type = "offer.declined"
    awaited = True
    from_customer = True


class OfferSeen(TypedDict):
    """`answer` is empty until somebody has said something."""

    granted: bool
    answer: Literal["approved", "refused", "accepted", "declined", ""]


@dataclass(slots=True, kw_only=True)
class OfferState:
    """The last visits to a stage and the last terms in which an offer was granted, and what was last said to it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    stages: list[str] = field(default_factory=list)
    terms: list[int] = field(default_factory=list)
    granted: bool = False
    answer: str = ""


@dataclass(slots=True, kw_only=True)
class Offers(Subject):
    """The state of each offer that was granted or answered."""

    events: ClassVar = (OfferApproved, OfferRefused, OfferAccepted, OfferDeclined)
    sees: ClassVar = {"offers": Keyed("offers", OfferSeen)}
    sees_of_key: ClassVar = {"offer": OfferSeen}

    states: dict[str, OfferState] = field(default_factory=dict)

    def take_in(self, event: Event, given: Given) -> bool:
        """Keep the answer, unless a later one is known."""
        data = event.fields()
        assert isinstance(data, _OfferAnswered)
        if not given.times.newer(f"offer {data.offer}", event.fact_time):
            return False
        self.states.setdefault(data.offer, OfferState()).answer = event.type.removeprefix("offer.")
        bound(self.states)
        return True

    def grant(self, name: str, term: int, stage_visit: str) -> None:
        """The offer was granted in that term and that visit to a stage."""
        state = self.states.setdefault(name, OfferState())
        state.granted = True
        state.terms = [*(known for known in state.terms if known != term), term][-GRANTS_KEPT:]
        state.stages = [*(known for known in state.stages if known != stage_visit), stage_visit][-GRANTS_KEPT:]
        bound(self.states)

    def grant_before(self, name: str) -> None:
        """The offer was granted in an earlier life of the customer."""
        self.states.setdefault(name, OfferState()).granted = True
        bound(self.states)

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Every offer of the playbook, and every other that is known."""
        none: object = {"granted": False, "answer": ""}
        known = {name: {"granted": state.granted, "answer": state.answer} for name, state in self.states.items()}
        return {"offers": {**dict.fromkeys(names.offers, none), **known}}

    def seen_of_key(self, key: str) -> dict[str, object]:
        """The offer with that name."""
        state = self.states.get(key, OfferState())
        return {"granted": state.granted, "answer": state.answer}
