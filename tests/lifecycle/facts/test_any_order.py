"""What is known in the end is the same in whatever order it is told, where every telling says when it happened."""

from itertools import permutations
from typing import Any

import pytest
from pydantic import TypeAdapter

from lifecycle.domain.model import Scalar
from lifecycle.facts.events import Event
from lifecycle.facts.facts import Facts
from tests.lifecycle.building import a_play, a_playbook, live, living, moment, task, touched

Told = tuple[str, dict[str, Scalar]]
_FACTS = TypeAdapter(Facts)

STORIES: dict[str, list[Told]] = {
    "a ticket that is raised, resolved and opened again": [
        ("ticket.opened", {"ticket": "T", "level": 3}),
        ("ticket.changed", {"ticket": "T", "level": 1}),
        ("ticket.resolved", {"ticket": "T"}),
        ("ticket.opened", {"ticket": "T", "level": 2}),
    ],
    "a ticket that is lowered after it was opened again": [
        ("ticket.opened", {"ticket": "T", "level": 3}),
        ("ticket.resolved", {"ticket": "T"}),
        ("ticket.opened", {"ticket": "T", "level": 1}),
        ("ticket.changed", {"ticket": "T", "level": 2}),
    ],
    "a ticket that is answered twice and resolved": [
        ("ticket.opened", {"ticket": "T", "level": 3}),
        ("ticket.answered", {"ticket": "T"}),
        ("ticket.answered", {"ticket": "T"}),
        ("ticket.resolved", {"ticket": "T"}),
    ],
    "an invoice that fails, is paid, fails and is voided": [
        ("payment.failed", {"invoice": "I"}),
        ("payment.recovered", {"invoice": "I"}),
        ("payment.failed", {"invoice": "I"}),
        ("payment.cancelled", {"invoice": "I"}),
    ],
    "invoices of which nothing is owed, and a later one": [
        ("payment.failed", {"invoice": "I"}),
        ("payment.failed", {"invoice": "J"}),
        ("payment.cancelled", {}),
        ("payment.failed", {"invoice": "K"}),
    ],
    "a contact who comes and goes": [
        ("contact.added", {"name": "Cy Cole", "email": "cy@acme.example", "role": "billing"}),
        ("contact.left", {"email": "cy@acme.example"}),
    ],
    "a contact who comes, goes and comes back": [
        ("contact.added", {"name": "Cy Cole", "email": "cy@acme.example", "role": "billing"}),
        ("contact.left", {"email": "cy@acme.example"}),
        ("contact.added", {"name": "Cyd Cole", "email": "cy@acme.example", "role": "admin"}),
    ],
    "wishes of a contact": [
        ("contact.opted_out", {"email": "ana@acme.example"}),
        ("contact.opted_in", {"email": "ana@acme.example", "category": "offer"}),
        ("contact.opted_out", {"email": "ana@acme.example", "category": "offer"}),
        ("contact.opted_in", {"email": "ana@acme.example", "category": "survey"}),
    ],
    "an owner, its zone, and what it is called": [
        ("customer.changed", {"owner_name": "Max Moe", "owner_email": "max@us.example"}),
        ("customer.changed", {"owner_timezone": "Asia/Tokyo", "owner_country": "JP"}),
        ("customer.changed", {"owner_first_name": "Maxi"}),
    ],
    "an owner's zone, and then another owner": [
        ("customer.changed", {"owner_timezone": "Asia/Tokyo", "owner_first_name": "Kimmy"}),
        ("customer.changed", {"owner_name": "Max Moe", "owner_email": "max@us.example"}),
    ],
    "an owner's zone, and its name again": [
        ("customer.changed", {"owner_timezone": "Asia/Tokyo", "owner_first_name": "Kimmy"}),
        ("customer.changed", {"owner_name": "Kim Lee", "owner_email": "kim@us.example"}),
    ],
    "single facts of a customer": [
        ("customer.changed", {"tier": "B", "segment": "gold"}),
        ("customer.changed", {"segment": "silver"}),
        ("customer.changed", {"tier": "C"}),
    ],
    "a handoff that is written down twice": [
        ("handoff.completed", {"goal": "fewer returns", "promises": "all"}),
        ("handoff.completed", {"promises": "none"}),
        ("handoff.accepted", {}),
    ],
    "an offer": [("offer.approved", {"offer": "o"}), ("offer.accepted", {"offer": "o"}), ("offer.declined", {"offer": "o"})],
    "amendments of end and value": [
        ("contract.amended", {"end": "2027-06-02"}),
        ("contract.amended", {"annual_value": 5.0}),
        ("contract.amended", {"end": "2027-05-02", "annual_value": 6.0}),
    ],
    "an amendment, a renewal and another price": [
        ("contract.amended", {"end": "2027-04-02"}),
        ("contract.renewed", {"reason": "r", "end": "2028-04-02", "annual_value": 7.0}),
        ("contract.amended", {"annual_value": 8.0}),
    ],
    "a renewal that is corrected twice": [
        ("contract.renewed", {"reason": "r", "annual_value": 5.0}),
        ("contract.renewed", {"reason": "r", "end": "2028-03-10"}),
        ("contract.renewed", {"reason": "r", "end": "2028-03-05", "annual_value": 6.0}),
    ],
    "intents": [("renewal.intent", {"intent": "low"}), ("contract.renewed", {"reason": "r"}), ("renewal.intent", {"intent": "high"})],
}  # fmt: skip


def known(story: list[tuple[int, Told]]) -> Any:
    """What is known of a customer that is told the story in this order; the number says at which hour each happened."""
    life = living(a_playbook(growth={}))
    events = [
        Event(
            id=f"e{hour}", type=kind, at=moment("2026-03-10", f"12:{minute:02}"), happened=moment("2026-03-10", f"{hour:02}:00"), data=data
        )
        for minute, (hour, (kind, data)) in enumerate(story)
    ]
    live(life, moment("2026-03-11"), *events)
    facts = _FACTS.dump_python(life.life.facts)
    del facts["times"], facts["contract"]["renewals"]
    customer = life.life.customer.model_dump()
    customer["contacts"].sort(key=lambda contact: contact["email"])
    return facts, customer


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_what_is_known_is_the_same_in_whatever_order_it_is_told(story: list[Told]) -> None:
    hours = list(enumerate(story, 1))
    in_order = known(hours)
    assert [order for order in permutations(hours) if known(list(order)) != in_order] == []


# ---- and what is superseded starts nothing


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        pytest.param(("handoff.completed", {"promises": "none"}), ("handoff.completed", {"promises": "all"}), id="a handoff of before"),
        pytest.param(("payment.cancelled", {}), ("payment.failed", {"invoice": "I"}), id="an invoice that failed before nothing was owed"),
        pytest.param(("milestone.reached", {"milestone": "live"}), ("milestone.reached", {"milestone": "live"}), id="a milestone that is known"),
        pytest.param(("contact.left", {"email": "cy@acme.example"}), ("contact.added", {"name": "Cy", "email": "cy@acme.example"}), id="who left"),
        pytest.param(("customer.changed", {"owner_email": "max@us.example"}), ("customer.changed", {"owner_timezone": "Asia/Tokyo"}), id="the last owner"),
    ],
)  # fmt: skip
def test_what_is_superseded_starts_no_play(newer: Told, older: Told) -> None:
    milestones = {"live": {"kind": "customer", "due": "30d"}}
    life = living(a_playbook(onboarding={"p": a_play(task(), on=older[0])}, milestones=milestones))
    events = [
        Event(id="newer", type=newer[0], at=moment("2026-03-10", "12:00"), happened=moment("2026-03-10", "11:00"), data=newer[1]),
        Event(id="older", type=older[0], at=moment("2026-03-11", "12:00"), happened=moment("2026-03-10", "10:00"), data=older[1]),
    ]
    live(life, moment("2026-03-20"), *events)

    assert [line for line in touched(life) if line.startswith("2026-03-11")] == []


def test_who_was_won_back_before_it_left_was_not_won_back_from_that() -> None:
    life = living(a_playbook(win_back={}))
    left = Event(
        id="left",
        type="customer.churned",
        at=moment("2026-06-10"),
        happened=moment("2026-06-09"),
        data={"kind": "choice", "reason": "price"},
    )
    back = Event(id="back", type="customer.won_back", at=moment("2026-06-12"), happened=moment("2026-06-01"), data={"reason": "missed it"})
    live(life, moment("2026-06-20"), left, back)

    assert life.life.facts.churn.reason == "price" and life.life.facts.churn.at is not None


def test_a_handoff_that_was_accepted_before_the_customer_came_back_is_not_that_of_its_second_onboarding() -> None:
    told = [
        Event(id="left", type="customer.churned", at=moment("2026-04-10"), data={"kind": "choice", "reason": "price"}),
        Event(id="back", type="customer.won_back", at=moment("2026-09-01"), data={"reason": "missed it"}),
        Event(id="late", type="handoff.accepted", at=moment("2026-09-02"), happened=moment("2026-03-05"), data={}),
    ]
    life = live(living(a_playbook(win_back={})), moment("2026-09-03"), *told)

    assert not life.life.facts.handoff.accepted
