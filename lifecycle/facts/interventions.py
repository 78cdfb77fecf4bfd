"""Interventions: why usage or health fell or rose far from what is normal, as a person found it out (R34)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from lifecycle.facts.events import EventData, Text
from lifecycle.facts.subject import Subject

CauseOfChange = Literal["staff left", "version changed", "season", "project ended", "competitor", "price", "technical", "grew", "other"]
Direction = Literal["fall", "rise"]


class InterventionExplained(EventData):
    """One of ours has found out why usage or health fell or rose so far: the `cause`, and in which `direction`; `by` is who (R34)."""

    event_type = "intervention.explained"
    awaited = True

    cause: CauseOfChange
    direction: Direction
    note: Text = ""
    by: Text = ""


@dataclass(slots=True, kw_only=True)
class Interventions(Subject):
    """Nothing of its own: the timeline and the record have them, and plays wait for the event."""

    events: ClassVar = (InterventionExplained,)
