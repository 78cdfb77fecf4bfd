"""A play with a key: one run for each value of it, side by side, and events that concern one of them."""

from tests.lifecycle.building import (
    Raw,
    a_play,
    a_playbook,
    an_event,
    email,
    ended,
    escalate,
    live,
    living,
    login,
    moment,
    opened,
    resolved,
    task,
    touched,
    wait_for,
)

KEYED: Raw = {
    "p": a_play(
        task(),
        wait_for("ticket.resolved", "5d", otherwise=[escalate()], then=[email("solved")]),
        on="ticket.opened",
        key="event.ticket",
    )
}


def test_each_key_has_its_own_run_side_by_side_and_an_event_moves_only_its_own() -> None:
    life = live(
        living(a_playbook(onboarding=KEYED)),
        moment("2026-03-30"),
        opened("2026-03-04", "T-1"),
        opened("2026-03-05", "T-2"),
        opened("2026-03-06", "T-3"),
        resolved("2026-03-07", "T-2"),
        resolved("2026-03-08", "T-9"),
    )

    assert touched(life) == [
        "2026-03-04 09:00 p/T-1.1/task",
        "2026-03-05 09:00 p/T-2.2/task",
        "2026-03-06 09:00 p/T-3.3/task",
        "2026-03-07 09:00 p/T-2.2/email-solved",
        "2026-03-09 09:00 p/T-1.1/escalate-cs-manager",
        "2026-03-11 09:00 p/T-3.3/escalate-cs-manager",
    ]


def test_the_same_key_again_while_its_run_goes_on_does_nothing_and_afterwards_starts_anew() -> None:
    life = live(
        living(a_playbook(onboarding=KEYED)),
        moment("2026-03-30"),
        opened("2026-03-04", "T-1"),
        opened("2026-03-05", "T-1"),
        resolved("2026-03-06", "T-1"),
        opened("2026-03-07", "T-1"),
        resolved("2026-03-08", "T-1"),
    )

    assert touched(life) == [
        "2026-03-04 09:00 p/T-1.1/task",
        "2026-03-06 09:00 p/T-1.1/email-solved",
        "2026-03-07 09:00 p/T-1.2/task",
        "2026-03-08 09:00 p/T-1.2/email-solved",
    ]


def test_an_event_without_the_key_s_field_concerns_every_run() -> None:
    plays = {"p": a_play(wait_for("login", "5d", then=[email()]), on="ticket.opened", key="event.ticket")}

    life = live(
        living(a_playbook(onboarding=plays)),
        moment("2026-03-30"),
        opened("2026-03-04", "T-1"),
        opened("2026-03-05", "T-2"),
        login("2026-03-06"),
    )

    assert touched(life) == ["2026-03-06 09:00 p/T-1.1/email-note", "2026-03-06 09:00 p/T-2.2/email-note"]


def test_keys_are_made_safe_for_a_touch_key_and_stay_apart() -> None:
    life = live(
        living(a_playbook(onboarding=KEYED)),
        moment("2026-03-05"),
        opened("2026-03-04", "T.1"),
        opened("2026-03-04", "T.1.1"),
        opened("2026-03-04", "T-1"),
    )

    keys = [touch.key for touch in life.touches]
    assert len(set(keys)) == 3 and all(key.count("/") == 4 for key in keys)


def test_until_ends_every_keyed_run_at_once() -> None:
    plays = {"p": KEYED["p"] | {"until": "handoff.accepted"}}

    life = live(
        living(a_playbook(onboarding=plays)),
        moment("2026-03-30"),
        opened("2026-03-04", "T-1"),
        opened("2026-03-05", "T-2"),
        an_event("handoff.accepted", moment("2026-03-06")),
    )

    assert ended(life) == ["2026-03-06 09:00 p: what it works towards is so"] * 2
    assert len(life.touches) == 2
