"""What keeps a play from starting: if, until, within, cooldown, a run that goes on."""

from datetime import timedelta

from tests.lifecycle.building import (
    a_play,
    a_playbook,
    an_event,
    changed,
    escalate,
    live,
    living,
    login,
    moment,
    task,
    touched,
    unsent,
    wait,
)

# ---- if


def test_a_planned_play_whose_condition_does_not_hold_is_skipped_with_that_reason() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 3}, if_='tier == "B"')}))
    life.advance(moment("2026-03-20"))

    assert touched(life) == []
    assert unsent(life) == ["2026-03-05 09:00 skipped p/1/*: its condition does not hold"]


def test_a_condition_is_looked_at_when_the_play_is_due_and_not_before() -> None:
    plays = {"p": a_play(task(), at={"day": 3}, if_='segment == "gold"')}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-20"), changed(moment("2026-03-05", "09:00"), segment="gold"))

    assert touched(life) == ["2026-03-05 09:00 p/1/task"]


def test_a_trigger_that_finds_its_condition_shut_is_no_news() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(task(), on="login", if_='tier == "B"')})), moment("2026-03-20"), login("2026-03-05")
    )

    assert (touched(life), unsent(life)) == ([], [])


# ---- until


def test_a_play_whose_until_is_met_does_not_start() -> None:
    plays = {"p": a_play(task(), at={"day": 3}, until="handoff.completed")}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-20"), an_event("handoff.completed", moment("2026-03-04")))

    assert unsent(life) == ["2026-03-05 09:00 skipped p/1/*: what it works towards is already so"]


def test_an_until_met_in_the_very_instant_keeps_the_play_from_starting() -> None:
    plays = {"p": a_play(task(), at={"day": 3}, until="handoff.completed")}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-20"), an_event("handoff.completed", moment("2026-03-05", "09:00")))

    assert touched(life) == []


# ---- within


def test_without_a_window_of_its_own_a_play_has_the_playbook_s() -> None:
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 3})}, rest={"within": "5d"})
    in_time, too_late = living(playbook, at=moment("2026-03-10", "09:00")), living(playbook, at=moment("2026-03-11", "09:00"))

    assert touched(in_time) == ["2026-03-10 09:00 p/1/task"]
    assert unsent(too_late) == ["2026-03-05 09:00 missed p/1/*: was due 2026-03-05 08:00 UTC, its window of 5d is over"]


# ---- cooldown


def test_a_cooldown_counts_from_the_last_run_that_really_started() -> None:
    plays = {"p": a_play(task(), on="login", cooldown="7d", if_='segment == "gold" || day < 5')}

    life = live(
        living(a_playbook(onboarding=plays)),
        moment("2026-03-30"),
        login("2026-03-04"),
        login("2026-03-10"),
        login("2026-03-11", "08:59"),
        login("2026-03-12"),
        changed(moment("2026-03-13"), segment="gold"),
        login("2026-03-14"),
        login("2026-03-20"),
        login("2026-03-21"),
    )

    assert touched(life) == ["2026-03-04 09:00 p/1/task", "2026-03-14 09:00 p/2/task", "2026-03-21 09:00 p/3/task"]


def test_a_cooldown_is_over_in_its_very_instant() -> None:
    plays = {"p": a_play(task(), on="login", cooldown="7d")}

    life = live(
        living(a_playbook(onboarding=plays)),
        moment("2026-03-30"),
        login("2026-03-04"),
        an_event("login", moment("2026-03-11", "09:00") - timedelta(seconds=1)),
        login("2026-03-11"),
    )

    assert touched(life) == ["2026-03-04 09:00 p/1/task", "2026-03-11 09:00 p/2/task"]


def test_a_planned_play_that_cools_down_is_skipped_with_that_reason() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="5d", cooldown="8d")}))
    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-07 09:00 p/1/task", "2026-03-17 09:00 p/3/task"]
    assert unsent(life) == ["2026-03-12 09:00 skipped p/2/*: cools down for 8d after its last run"]


# ---- a run that goes on


def test_a_trigger_while_the_play_still_runs_does_nothing() -> None:
    plays = {"p": a_play(task(), wait("10d"), escalate(), on="login")}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-30"), login("2026-03-04"), login("2026-03-08"), login("2026-03-15"))

    assert touched(life) == [
        "2026-03-04 09:00 p/1/task",
        "2026-03-14 09:00 p/1/escalate-cs-manager",
        "2026-03-15 09:00 p/2/task",
        "2026-03-25 09:00 p/2/escalate-cs-manager",
    ]


def test_a_beat_while_the_play_still_runs_is_skipped_with_that_reason() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), wait("6d"), escalate(), every="5d")}))
    life.advance(moment("2026-03-14"))

    assert touched(life) == ["2026-03-07 09:00 p/1/task", "2026-03-13 09:00 p/1/escalate-cs-manager"]
    assert unsent(life) == ["2026-03-12 09:00 skipped p/2/*: the play still runs"]
