"""What would go out in customers' first weeks, and what looks wrong about it."""

from datetime import date, timedelta

from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.holds import Hold, Selection
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.people.past import Past
from lifecycle.explain.rehearsal import DaySum, PlaySum, Rehearsal, rehearse, sum_up
from tests.lifecycle.building import START, a_contact, a_customer, a_play, a_playbook, email, moment, task

PLAYBOOK = a_playbook(
    onboarding={
        "welcome": a_play(email(), at={"day": 0}),
        "call": a_play(task(), at={"day": 3}),
    },
    growth={"word": a_play(email("word"), every="1mo")},
    renewal={},
)


def rehearsed(*customers: Customer, day: str = "2026-03-02") -> Rehearsal:
    at = moment(day, "08:00")
    return sum_up([rehearse(customer, PLAYBOOK, at, at + timedelta(days=30)) for customer in customers])


def test_touches_are_summed_up_by_day_and_by_play() -> None:
    found = rehearsed(a_customer(), a_customer(id="beta", contacts=[a_contact("Cy", "cy@beta.example")], timezone="America/New_York"))
    assert found.customers == 2
    assert found.days == [
        DaySum(day=date(2026, 3, 2), kinds={TouchKind.EMAIL: 2}, customers=2),
        DaySum(day=date(2026, 3, 5), kinds={TouchKind.TASK: 2}, customers=2),
    ]
    assert found.plays == [
        PlaySum(
            play="welcome", step="email-note", kind=TouchKind.EMAIL, count=2, customers=2, first=date(2026, 3, 2), last=date(2026, 3, 2)
        ),
        PlaySum(play="call", step="task", kind=TouchKind.TASK, count=2, customers=2, first=date(2026, 3, 5), last=date(2026, 3, 5)),
    ]
    assert found.unsent == []


def test_what_a_late_start_misses_is_named_with_its_reason() -> None:
    found = rehearsed(a_customer(), a_customer(id="beta"), day="2026-04-06")
    assert [(each.play, each.outcome, each.customers) for each in found.unsent] == [
        ("call", Outcome.MISSED, 2),
        ("welcome", Outcome.MISSED, 2),
    ]
    assert found.unsent[1].why.startswith("was due 2026-03-02 08:00 UTC, its window of 3d is over")


def test_who_would_be_welcomed_as_new_is_named_and_who_is_known_already_is_not() -> None:
    known = a_customer(id="known", term=3, contacts=[a_contact("Di", "di@known.example")], past=Past(since=date(2024, 3, 2)))
    new = [a_customer(id=name, contacts=[a_contact(name, f"x@{name}.example")]) for name in ("a", "b", "c", "d")]
    assert rehearsed(known, *new).warnings == [
        "4 customers (a, b, c and 1 more) would be welcomed as new: whoever is a customer already needs 'customer_since', 'term' or 'onboarded' in its row"
    ]
    assert rehearsed(known).warnings == []


def test_nobody_to_write_to_a_burst_and_a_shared_person_are_pointed_out() -> None:
    many = [a_customer(id=f"c{number:02}", contacts=[a_contact("Ana", f"ana@c{number // 2}.example")]) for number in range(22)]
    silent = a_customer(id="silent", contacts=[], term=2, past=Past(since=START - timedelta(days=365)))
    assert rehearsed(*many, silent).warnings == [
        "22 customers (c00, c01, c02 and 19 more) would be welcomed as new: whoever is a customer already needs 'customer_since', 'term' or "
        "'onboarded' in its row",
        "1 customer (silent) would get no message, for want of a contact: give a champion or sponsor",
        "22 messages would go out between 2026-03-02 08:00 and 09:00 UTC (22 of welcome): enrol fewer at once, or spread them by the policy's jitter",
        "one person would get the messages of 2 customers (c00, c01): the caps of each count apart",
        "one person would get the messages of 2 customers (c02, c03): the caps of each count apart",
        "one person would get the messages of 2 customers (c04, c05): the caps of each count apart",
        "so would 8 other people",
    ]


def test_a_portfolio_is_lived_under_the_holds_that_stand() -> None:
    since, at = moment("2026-03-01"), moment("2026-03-02", "08:00")
    everyones = Hold(number=1, selection=Selection(channel=TouchKind.EMAIL), by="Kim Lee", why="wrong price list", since=since)
    betas = Hold(number=2, selection=Selection(customer="beta"), by="Bo", why="a dispute", since=since, until=moment("2026-03-05", "12:00"))
    customers = [a_customer(), a_customer(id="beta"), a_customer(id="gamma")]
    found = sum_up([rehearse(each, PLAYBOOK, at, at + timedelta(days=30), [everyones, betas]) for each in customers])
    assert found.days == [DaySum(day=date(2026, 3, 5), kinds={TouchKind.TASK: 3}, customers=3)]
    assert [(each.play, each.outcome, each.count, each.why) for each in found.unsent] == [
        ("welcome", Outcome.MISSED, 3, "held by Kim Lee, because wrong price list, until its window was over")
    ]
