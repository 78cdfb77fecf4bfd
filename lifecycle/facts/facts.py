"""All that is known of a customer, subject by subject. A subject is listed here once, and nowhere else."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import ClassVar, get_type_hints

from pydantic import ConfigDict

from lifecycle.domain.health import Measured
from lifecycle.domain.people.customer import Customer
from lifecycle.facts.activity import Activity
from lifecycle.facts.churn import Churn
from lifecycle.facts.contract import ContractFacts
from lifecycle.facts.customer import CustomerFacts
from lifecycle.facts.events import CATALOGUE, Event
from lifecycle.facts.handoff import Handoff
from lifecycle.facts.health_override import HealthOverride
from lifecycle.facts.intent import Intent
from lifecycle.facts.meetings import Meetings
from lifecycle.facts.milestones import Milestones
from lifecycle.facts.notes import Notes
from lifecycle.facts.offers import Offers
from lifecycle.facts.payments import Payments
from lifecycle.facts.people import People
from lifecycle.facts.subject import FactTimes, Given, PlaybookNames, Shape, Subject
from lifecycle.facts.surveys import Surveys
from lifecycle.facts.tasks import Tasks
from lifecycle.facts.tickets import Tickets
from lifecycle.facts.usage import Usage


@dataclass(slots=True, kw_only=True)
class Facts:
    """The slices of all subjects, and when each single-valued fact came about."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    times: FactTimes = field(default_factory=FactTimes)
    customer: CustomerFacts = field(default_factory=CustomerFacts)
    contract: ContractFacts = field(default_factory=ContractFacts)
    people: People = field(default_factory=People)
    handoff: Handoff = field(default_factory=Handoff)
    activity: Activity = field(default_factory=Activity)
    usage: Usage = field(default_factory=Usage)
    milestones: Milestones = field(default_factory=Milestones)
    surveys: Surveys = field(default_factory=Surveys)
    meetings: Meetings = field(default_factory=Meetings)
    tickets: Tickets = field(default_factory=Tickets)
    tasks: Tasks = field(default_factory=Tasks)
    notes: Notes = field(default_factory=Notes)
    offers: Offers = field(default_factory=Offers)
    payments: Payments = field(default_factory=Payments)
    intent: Intent = field(default_factory=Intent)
    churn: Churn = field(default_factory=Churn)
    health_override: HealthOverride = field(default_factory=HealthOverride)

    def take_in(self, event: Event, customer: Customer) -> bool:
        """Change what is known by one event; False where it is superseded: of all that it tells, something later is known."""
        slice_: Subject = getattr(self, SUBJECT_OF[event.type])
        return slice_.take_in(event, Given(customer, self.times))

    def seen(self, subject: str, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """What conditions see of that subject now."""
        slice_: Subject = getattr(self, subject)
        return slice_.seen(customer, names)

    def measure(self, name: str, customer: Customer, at: datetime) -> Measured | None:
        """What that factor of health comes to at that moment (UTC); None while nothing is known of it."""
        slice_: Subject = getattr(self, MEASURES[name])
        return slice_.measure(name, Given(customer, self.times), at)

    def seen_of_key(self, name: str, key: str) -> dict[str, object]:
        """What conditions see under that name of `SEEN_OF_KEYS`, of the thing with that key."""
        slice_: Subject = getattr(self, SEEN_OF_KEYS[name][0])
        return slice_.seen_of_key(key)


_hints = get_type_hints(Facts)
SUBJECTS: dict[str, type[Subject]] = {each.name: _hints[each.name] for each in fields(Facts) if issubclass(_hints[each.name], Subject)}
"""Every subject by its name in Facts."""

SUBJECT_OF: dict[str, str] = {kind.event_type: name for name, subject in SUBJECTS.items() for kind in subject.events}
"""The subject of each event type."""

SEEN_BY_CONDITIONS: dict[str, tuple[str, Shape]] = {
    variable: (name, shape) for name, subject in SUBJECTS.items() for variable, shape in subject.sees.items()
}
"""Each name that conditions may use, with its subject and shape."""

SEEN_OF_KEYS: dict[str, tuple[str, Shape]] = {
    variable: (name, shape) for name, subject in SUBJECTS.items() for variable, shape in subject.sees_of_key.items()
}
"""Each name that the conditions of a keyed play may use of the thing its run is about, with its subject and shape."""

MEASURES: dict[str, str] = {measure: name for name, subject in SUBJECTS.items() for measure in subject.measures}
"""Every factor of health that a subject can tell, by its name, with the subject."""

_homeless = CATALOGUE.keys() - SUBJECT_OF.keys()
assert not _homeless, f"no subject of Facts lists these event types: {sorted(_homeless)}"
