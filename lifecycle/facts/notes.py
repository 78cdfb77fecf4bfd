"""Notes: what one of ours did with the customer outside any play, and writes down."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from lifecycle.facts.events import EventData, Reason, Text
from lifecycle.facts.subject import Subject

Way = Literal["call", "visit", "mail", "note"]


class NoteAdded(EventData):
    """One of ours logs a call, a visit or a mail, or just a note; `by` is who."""

    event_type = "note.added"
    awaited = True

    text: Reason
    way: Way = "note"
    by: Text = ""


@dataclass(slots=True, kw_only=True)
class Notes(Subject):
    """Nothing of its own: the timeline and the record have them."""

    events: ClassVar = (NoteAdded,)
