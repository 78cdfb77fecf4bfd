"""Keyed plays: each key has its own run, which sees the fact of its own key, counts by itself, and hears what changes."""

import pytest

from lifecycle.domain.model import Scalar
from lifecycle.facts.events import Event
from tests.lifecycle.building import a_play, a_playbook, live, living, moment, opened, task, touched, wait, wait_for

# ---- what a keyed run is about


def test_a_keyed_run_ends_by_the_fact_of_its_own_key() -> None:
    """Case 03."""
    play = a_play(wait("5d"), task(), on="payment.failed", key="event.invoice", until="!invoice.failed")
    life = live(
        living(a_playbook(onboarding={"p": play})),
        moment("2026-03-20"),
        Event(id="1", type="payment.failed", at=moment("2026-03-10", "10:00"), data={"invoice": "in_1"}),
        Event(id="2", type="payment.failed", at=moment("2026-03-11", "10:00"), data={"invoice": "in_2"}),
        Event(id="3", type="payment.recovered", at=moment("2026-03-12", "10:00"), data={"invoice": "in_1"}),
    )
    assert touched(life) == ["2026-03-16 10:00 p/in_2.2/task"]
    assert life.life.facts.payments.failed


@pytest.mark.parametrize(
    ("fields", "starts"),
    [
        ({"once": "ever"}, ["T-1.1", "T-2.2"]),
        ({"once": "ever", "per": "customer"}, ["T-1.1"]),
        ({"cooldown": "30d"}, ["T-1.1", "T-2.2"]),
        ({"cooldown": "30d", "per": "customer"}, ["T-1.1"]),
    ],
    ids=["once a key", "once a customer", "cooldown of a key", "cooldown of the customer"],
)
def test_once_and_cooldown_of_a_keyed_play_count_for_each_key_unless_it_says_customer(fields: dict[str, str], starts: list[str]) -> None:
    play = a_play(task(), on="ticket.opened", key="event.ticket", **fields)
    told = [
        opened("2026-03-04", "T-1"),
        opened("2026-03-05", "T-2"),
        opened("2026-03-06", "T-1", level=2),
        opened("2026-03-07", "T-2", level=1),
    ]
    life = live(living(a_playbook(onboarding={"p": play})), moment("2026-03-20"), *told)
    assert [touch.key.split("/")[3] for touch in life.touches] == starts


# ---- what changes while a keyed run goes on

BY_LEVEL = [
    {"escalate": {"to": "support-lead", "reason": "grave"}, "if": "event.level == 1"},
    task("Answer", due="1h"),
    wait_for("ticket.resolved", "3d", otherwise=[{"escalate": {"to": "product", "reason": "open"}, "if": "ticket.level > 1"}]),
]


def again(kind: str, level: int, **data: Scalar) -> Event:
    return Event(id="again", type=kind, at=moment("2026-03-09", "12:00"), data={"ticket": "T9", "level": level, **data})


@pytest.mark.parametrize("kind", ["ticket.opened", "ticket.changed"])
def test_a_ticket_that_is_raised_begins_its_run_again_where_the_play_says_so(kind: str) -> None:
    """Case 24."""
    play = a_play(*BY_LEVEL, on=["ticket.opened", "ticket.changed"], key="event.ticket", on_change="restart")
    life = live(living(a_playbook(onboarding={"p": play})), moment("2026-03-20"), opened("2026-03-09", "T9", "10:00", 4), again(kind, 1))
    assert touched(life) == [
        "2026-03-09 10:00 p/T9.1/task",
        "2026-03-09 12:00 p/T9.2/escalate-support-lead",
        "2026-03-09 12:00 p/T9.2/task",
    ]


@pytest.mark.parametrize("kind", ["ticket.opened", "ticket.changed"])
def test_a_run_that_goes_on_sees_the_new_fact(kind: str) -> None:
    play = a_play(*BY_LEVEL, on=["ticket.opened", "ticket.changed"], key="event.ticket")
    life = live(living(a_playbook(onboarding={"p": play})), moment("2026-03-20"), opened("2026-03-09", "T9", "10:00", 4), again(kind, 1))
    assert touched(life) == ["2026-03-09 10:00 p/T9.1/task"]
    unchanged = live(living(a_playbook(onboarding={"p": play})), moment("2026-03-20"), opened("2026-03-09", "T9", "10:00", 4))
    assert touched(unchanged) == ["2026-03-09 10:00 p/T9.1/task", "2026-03-12 10:00 p/T9.1/escalate-product"]


def test_what_no_condition_reads_begins_no_run_again() -> None:
    play = a_play(*BY_LEVEL, on="ticket.opened", key="event.ticket", on_change="restart")
    life = live(
        living(a_playbook(onboarding={"p": play})),
        moment("2026-03-11"),
        opened("2026-03-09", "T9", "10:00", 4),
        again("ticket.opened", 4, subject="another subject"),
    )
    assert touched(life) == ["2026-03-09 10:00 p/T9.1/task"]


def test_a_level_told_before_the_ticket_itself_is_the_level_it_is_opened_at() -> None:
    events = [
        Event(
            id="b",
            type="ticket.changed",
            at=moment("2026-03-10", "10:05"),
            happened=moment("2026-03-10", "10:04"),
            data={"ticket": "T", "level": 1},
        ),
        Event(
            id="a",
            type="ticket.opened",
            at=moment("2026-03-10", "10:06"),
            happened=moment("2026-03-10", "10:01"),
            data={"ticket": "T", "level": 4},
        ),
    ]
    play = a_play(task(), on="ticket.opened", key="event.ticket") | {"if": "ticket.level == 1"}
    life = live(living(a_playbook(onboarding={"p": play})), moment("2026-03-10", "12:00"), *events)
    assert (touched(life), life.life.facts.tickets.open) == (["2026-03-10 10:06 p/T.1/task"], {"T": 1})


# ---- an event that means all of them


FAILED = ("2026-03-10", "in_1"), ("2026-03-11", "in_2")


def chased(**fields: Scalar) -> list[str]:
    """What goes out for two invoices after a cancellation on 12 March, and a third that fails a day later."""
    chase = wait_for(["payment.recovered", "payment.cancelled"], "5d", otherwise=[task()])
    play = a_play(chase, on=["payment.failed", "payment.cancelled"], key="event.invoice")
    told = [
        Event(id=f"f-{invoice}", type="payment.failed", at=moment(day, "10:00"), data={"invoice": invoice})
        for day, invoice in (*FAILED, ("2026-03-13", "in_3"))
    ]
    over = Event(id="over", type="payment.cancelled", at=moment("2026-03-12", "10:00"), data=dict(fields))
    return touched(live(living(a_playbook(onboarding={"p": play})), moment("2026-04-20"), *told, over))


def test_what_means_all_of_them_is_heard_by_every_run_and_starts_none_of_its_own() -> None:
    assert chased() == ["2026-03-18 10:00 p/in_3.3/task"]


def test_what_names_one_of_them_is_heard_by_that_run_alone() -> None:
    assert [line[:10] for line in chased(invoice="in_1")] == ["2026-03-16", "2026-03-18"]


def test_no_run_is_about_nothing() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), on="payment.cancelled", key="event.invoice")}))
    over = Event(id="over", type="payment.cancelled", at=moment("2026-03-12"), data={})
    assert touched(live(life, moment("2026-04-20"), over)) == []
