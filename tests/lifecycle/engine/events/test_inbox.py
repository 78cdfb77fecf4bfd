"""When an event counts: at the moment it was told for, all of one instant before any decision, in flight or not."""

from itertools import permutations

from lifecycle.domain.enums import Tier
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import (
    TICKET,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    changed,
    churned,
    email,
    live,
    living,
    moment,
    renewed,
    task,
    ticket,
    touched,
    wait_for,
)
from tests.lifecycle.calls import apply, begun, decide, settle, state

# ---- when it was told


def test_an_event_told_for_later_waits_until_then() -> None:
    life = living(a_playbook(onboarding=TICKET), at=moment("2026-03-04", "09:30"))
    life.tell(ticket("2026-03-04"))
    assert touched(life) == []

    life.advance(moment("2026-03-05"))

    assert touched(life) == ["2026-03-04 10:00 ticket/1/task"]


def test_an_event_told_for_more_than_an_hour_ahead_is_refused() -> None:
    life = living(a_playbook(), at=moment("2026-03-04", "08:59"))

    answer = life.tell(ticket("2026-03-04", "e-1"))[0]

    assert (
        answer.why == "event 'e-1' is told for 2026-03-04 09:00 UTC, over an hour ahead of 2026-03-04 07:59; tell it when it has happened"
    )


def test_all_events_of_one_instant_are_applied_before_anything_is_decided() -> None:
    plays = {"hello": a_play(email(), at={"day": 2}, if_='segment == "gold" && tickets.open == 0')}
    at = moment("2026-03-04", "09:00")
    events = [
        an_event("ticket.opened", at, id="a", ticket="T-1"),
        an_event("ticket.resolved", at, id="b", ticket="T-1"),
        changed(at, "c", segment="gold"),
    ]

    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-05"), *events)

    assert touched(life) == ["2026-03-04 09:00 hello/1/email-note"]


def test_events_of_one_instant_give_one_result_whatever_order_they_were_seen_in() -> None:
    at = moment("2026-04-01", "10:00")
    events = [
        changed(at, "a", tier="B"),
        changed(at, "b", tier="C"),
        an_event("ticket.opened", at, id="c", ticket="T-1"),
        an_event("ticket.resolved", at, id="d", ticket="T-1"),
    ]
    plays = {**TICKET, "low": a_play(task(), when='tier == "C"'), "open": a_play(task(), when="tickets.open > 0")}
    results = set()

    for order in permutations(events):
        life = live(living(a_playbook(onboarding=plays)), moment("2026-04-02"), *order)
        results.add((tuple(touched(life)), life.life.customer.tier, len(state(life).tickets)))

    assert results == {(("2026-04-01 10:00 low/1/task", "2026-04-01 10:00 ticket/1/task"), Tier.C, 0)}


def test_an_event_beside_a_churn_of_the_same_instant_still_counts_as_a_fact() -> None:
    at = moment("2026-04-01", "10:00")
    life = live(
        living(a_playbook(onboarding=TICKET)),
        moment("2026-04-02"),
        churned(at, id="a"),
        an_event("ticket.opened", at, id="b", ticket="T-1"),
    )

    assert state(life).tickets == {"T-1": 3}
    assert touched(life) == [], "the play that it would have started ended with its stage"


def test_the_event_that_begins_a_stage_starts_that_stage_s_plays() -> None:
    growth = {"thanks": a_play(email(), on="contract.renewed")}
    life = live(living(a_playbook(growth=growth)), moment("2027-02-02"), renewed(moment("2027-02-01", "10:00")))

    assert touched(life) == ["2027-02-01 10:00 thanks/1/email-note"]


def test_an_event_seen_late_counts_from_when_it_was_told() -> None:
    """The worker was away from 4 to 6 March: what was told then is taken in at its own moment."""
    plays = {"wait": a_play(wait_for("login", "3d"), task("Timed out"), at={"day": 0})}
    life = begun(a_playbook(onboarding=plays), a_customer(), moment("2026-03-02", "00:00"))
    decide(life, moment("2026-03-02"))
    apply(life, an_event("ticket.opened", moment("2026-03-04", "10:00"), ticket="T-1"), moment("2026-03-06"))

    decide(life, moment("2026-03-06"))

    opened = next(entry for entry in state(life).timeline if entry.kind is EntryKind.EVENT)
    assert opened.at == moment("2026-03-04", "10:00")


# ---- a touch in flight


def test_an_event_between_asking_for_a_touch_and_its_receipt_is_taken_in() -> None:
    life = begun(a_playbook(onboarding=TICKET), a_customer(), moment("2026-03-02", "00:00"))
    apply(life, ticket("2026-03-04"), moment("2026-03-04", "10:00"))
    first = decide(life, moment("2026-03-04", "10:00")).touches[0]

    apply(life, ticket("2026-03-05", name="T-2"), moment("2026-03-05", "10:00"))
    during = decide(life, moment("2026-03-05", "10:00"))
    settle(life, Receipt(key=first.key, answer=Answer.DONE), moment("2026-03-05", "11:00"))

    assert during.touches == [], "a trigger while the play still runs does nothing"
    assert state(life).tickets == {"T-1": 3, "T-2": 3}
    assert state(life).in_flight == {} and state(life).runs == {}
