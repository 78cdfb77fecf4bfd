"""Meetings: whether each was accepted, declined and held."""

from dataclasses import dataclass, field
from typing import ClassVar, TypedDict

from pydantic import ConfigDict

from lifecycle.domain.people.customer import Customer, Slug
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, Keyed, PlaybookNames, Subject, bound


class _Meeting(EventData):
    """`meeting` is its template in the playbook, `by` who says so."""

    meeting: Slug
    by: Text = ""


class MeetingAccepted(_Meeting):
    """A guest accepted an invitation; `meeting` is its template in the playbook."""

    event_type = "meeting.accepted"
    sign_of_life = True


class MeetingDeclined(_Meeting):
    """A guest declined an invitation."""

    event_type = "meeting.declined"
    from_customer = True


class MeetingHeld(_Meeting):
    """A meeting took place."""

    event_type = "meeting.held"
    sign_of_life = True


class MeetingCountered(EventData):
    """A guest proposes another time for a meeting; `starts` is that time, as the guest's calendar wrote it."""

    event_type = "meeting.countered"
    awaited = True
    from_customer = True

    meeting: Slug
    starts: Text = ""
    by: Text = ""


class MeetingSeen(TypedDict):
    """All false where nothing was told of the meeting."""

    accepted: bool
    declined: bool
    held: bool


@dataclass(slots=True, kw_only=True)
class MeetingState:
    """How far a meeting has come."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    accepted: bool = False
    declined: bool = False
    held: bool = False


@dataclass(slots=True, kw_only=True)
class Meetings(Subject):
    """The state of each meeting that something was told of."""

    events: ClassVar = (MeetingAccepted, MeetingDeclined, MeetingHeld, MeetingCountered)
    sees: ClassVar = {"meetings": Keyed("meetings", MeetingSeen)}
    sees_of_key: ClassVar = {"meeting": MeetingSeen}

    states: dict[str, MeetingState] = field(default_factory=dict)

    def take_in(self, event: Event, given: Given) -> bool:
        """Note it; of accepted and declined the one that happened later stands, and none that happened before the meeting was held."""
        data = event.fields()
        fact = f"meeting {data.meeting}" if isinstance(data, _Meeting | MeetingCountered) else ""
        if not isinstance(data, _Meeting):
            return not given.times.known(fact, event.fact_time)
        newer = given.times.newer(fact, event.fact_time)
        if not newer and not isinstance(data, MeetingHeld):
            return False
        state = self.states.setdefault(data.meeting, MeetingState())
        bound(self.states)
        if isinstance(data, MeetingHeld):
            state.held = True
        else:
            state.accepted = isinstance(data, MeetingAccepted)
            state.declined = not state.accepted
        return True

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Every meeting of the playbook, and every other that was told of."""
        none: object = {"accepted": False, "declined": False, "held": False}
        known = {name: {"accepted": it.accepted, "declined": it.declined, "held": it.held} for name, it in self.states.items()}
        return {"meetings": {**dict.fromkeys(names.meetings, none), **known}}

    def seen_of_key(self, key: str) -> dict[str, object]:
        """The meeting with that name."""
        state = self.states.get(key, MeetingState())
        return {"accepted": state.accepted, "declined": state.declined, "held": state.held}
