"""The names that conditions and message templates may use, as trees of example values.

A tree's leaf shows the type; a `Keyed` branch has one entry for each of the playbook's own ids.
`view.py` fills the first tree from a customer's state, `messages.py` the second.
"""

from dataclasses import dataclass

from lifecycle.facts.events import CATALOGUE


@dataclass(frozen=True)
class Keyed:
    """A branch whose names are the playbook's own: its milestones, offers, surveys or meetings."""

    of: str
    each: "Tree"


@dataclass(frozen=True)
class Open:
    """A branch that may carry any name (the customer's own attributes)."""


Tree = dict[str, "str | int | float | bool | Keyed | Open | Tree"]

CONDITION: Tree = {
    "tier": "A",
    "stage": "growth",
    "segment": "standard",
    "industry": "retail",
    "edition": "pro",
    "country": "DE",
    "language": "en",
    "company_size": 50,
    "contract": {"term": 1, "days": 365, "annual_value": 12000.0},
    "health": {"score": 71, "band": "green"},
    "usage": {"known": True, "recent": 4.0, "baseline": 5.0, "ratio": 0.8},
    "milestones": Keyed("milestones", {"done": True, "overdue": False}),
    "functional_done": True,
    "first_value": False,
    "surveys": Keyed("surveys", {"answered": True, "score": 9}),
    "meetings": Keyed("meetings", {"accepted": True, "declined": False, "held": False}),
    "offers": Keyed("offers", {"granted": False, "answer": ""}),
    "tickets": {"open": 1, "urgent": 0},
    "roles": {"champion": True, "sponsor": True, "admin": False, "user": True, "billing": False},
    "stances": {"reformer": True, "neutral": True, "conservative": False},
    "handoff": {"completed": True, "accepted": True},
    "intent": "high",
    "payment_failed": False,
    "renewals": 0,
    "churn": {"kind": "choice", "reason": "price", "detail": ""},
    "attributes": Open(),
}
"""What every condition may name. Strings that nobody told are empty, numbers zero; `surveys["nps"].answered` says whether a score counts."""

CLOCK: Tree = {"day": 14, "days_left": 120, "days_away": 10}
"""Besides, in `if`, which is looked at at a moment of its own: the day of the stage, days to the contract's end, days since churn."""

MESSAGE: Tree = {
    "customer": {"name": "Acme", "goal": "fewer stock-outs", "industry": "retail"},
    "contact": {"name": "Ana Silva", "first_name": "Ana"},
    "owner": {"name": "Kim Lee", "first_name": "Kim", "email": "kim@example.com"},
    "company": {"name": "Us", "url": "https://example.com", "email": "success@example.com", "signature": "The team"},
    "contract": {"start_date": "1 March 2026", "end_date": "1 March 2027", "days_left": 90, "term": 1},
    "stage": {"name": "onboarding", "day": 14},
    "health": {"score": 71, "band": "green"},
    "milestone": {"id": "data-imported", "name": "first import", "due_date": "8 March 2026"},
    "meeting": {"date": "Tuesday, 3 March 2026", "time": "10:00", "zone": "Europe/Berlin"},
    "survey": {"id": "nps"},
    "churn": {"reason": "price"},
}
"""What every template may name; `event` besides, with the fields of the event that started the play.

`milestone` has values in plays with the trigger `overdue`, `meeting` in invitations and after them, `survey` in surveys.
A value that is missing or empty when the message is due suppresses the message: nothing goes out with a hole.
"""


def event_names(types: list[str]) -> Tree:
    """What `event` offers where any of these types may have come: the fields that they all have."""
    shared = set.intersection(*(set(CATALOGUE[name].model_fields) for name in types)) if types else set()
    numbers = {"count": 1.0, "days": 7, "score": 9, "level": 2, "amount": 10.0, "annual_value": 1000.0}
    flags = {"first_contact": True}
    names: Tree = {"type": types[0] if types else ""}
    return names | {name: numbers.get(name, flags.get(name, "text")) for name in sorted(shared)}
