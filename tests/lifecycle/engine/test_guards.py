"""What keeps a play from starting: if, until, within, once, cooldown, a run that goes on, its key."""

from datetime import timedelta

import pytest

from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.facts.events import Event
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    changed,
    churned,
    email,
    ended,
    escalate,
    live,
    living,
    moment,
    offer,
    renewed,
    task,
    touched,
    unsent,
    wait,
    wait_for,
    won_back,
)


def login(day: str, clock: str = "09:00") -> Event:
    return an_event("login", moment(day, clock))


def opened(day: str, ticket: str, clock: str = "09:00", level: int = 3) -> Event:
    return an_event("ticket.opened", moment(day, clock), ticket=ticket, level=level)


def resolved(day: str, ticket: str, clock: str = "09:00") -> Event:
    return an_event("ticket.resolved", moment(day, clock), ticket=ticket)


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


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        pytest.param("day == 10", True, id="the day of the stage"),
        pytest.param("day_in_contract", False, id="an unknown name: of an unknown fact no condition holds"),
        pytest.param("days_left == 355", True, id="days to the contract's end"),
        pytest.param("days_away == 0", True, id="days since churn, none"),
        pytest.param("attributes.plan == 'pro'", True, id="an attribute"),
        pytest.param("attributes.plant == 'pro'", False, id="an attribute that nobody told"),
        pytest.param("contract.annual_value >= 12000.0", True, id="the contract's value"),
        pytest.param("roles.sponsor && !roles.billing", True, id="who is there"),
        pytest.param("handoff.accepted", False, id="the handoff"),
    ],
)
def test_what_a_condition_may_ask(condition: str, holds: bool) -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 10}, if_=condition)}), a_customer(attributes={"plan": "pro"}))
    life.advance(moment("2026-03-20"))

    assert touched(life) == (["2026-03-12 09:00 p/1/task"] if holds else [])


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
    assert unsent(too_late) == ["2026-03-11 09:00 missed p/1/*: was due 2026-03-05 08:00 UTC, its window of 5d is over"]


# ---- once


def test_once_a_stage_goes_once_in_each_stage_it_comes_to() -> None:
    play = a_play(task(), on="login", once="stage")
    life = live(
        living(a_playbook(growth={"p": play})),
        moment("2027-04-10"),
        login("2026-06-02"),
        login("2026-06-03"),
        renewed(moment("2026-10-01")),
        login("2026-10-02"),
        login("2026-10-03"),
    )

    assert touched(life) == ["2026-06-02 09:00 p/1/task", "2026-10-02 09:00 p/1/task"]
    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/2/p/1/task"]


def test_once_a_stage_goes_again_when_the_stage_is_come_back_to() -> None:
    life = live(
        living(a_playbook(growth={"p": a_play(task(), on="login", once="stage")})),
        moment("2027-04-10"),
        login("2026-06-02"),
        churned(moment("2026-06-10")),
        won_back(moment("2026-06-20")),
        login("2026-07-01"),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/2/p/1/task"]


def test_once_a_term_goes_again_in_the_next_term() -> None:
    life = live(
        living(a_playbook(growth={"p": a_play(task(), on="login", once="term")})),
        moment("2027-08-01"),
        login("2026-06-02"),
        login("2026-07-02"),
        renewed(moment("2027-02-01")),
        login("2027-04-02"),
        login("2027-05-02"),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/2/p/1/task"]


def test_once_ever_goes_once_whatever_term_it_is() -> None:
    life = live(
        living(a_playbook(growth={"p": a_play(task(), on="login", once="ever")})),
        moment("2027-08-01"),
        login("2026-06-02"),
        renewed(moment("2027-02-01")),
        login("2027-04-02"),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task"]


def test_a_rhythm_that_goes_once_says_why_its_later_beats_are_skipped() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="30d", once="stage")}))
    life.advance(moment("2026-05-02"))

    assert touched(life) == ["2026-04-01 09:00 p/1/task"]
    assert unsent(life) == ["2026-05-01 09:00 skipped p/2/*: goes out once a stage"]


def test_once_counts_what_went_out_so_a_suppressed_touch_has_not_used_it_up() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), on="login", once="ever")}), a_customer(contacts=[])),
        moment("2026-03-20"),
        login("2026-03-04"),
        an_event("contact.added", moment("2026-03-05"), name="Ana Silva", email="ana@acme.example", role="champion"),
        login("2026-03-06"),
        login("2026-03-07"),
    )

    assert unsent(life) == ["2026-03-04 09:00 suppressed p/1/email-note: nobody holds the role champion or sponsor"]
    assert touched(life) == ["2026-03-06 09:00 p/2/email-note"]


def test_once_counts_what_went_out_so_a_missed_touch_has_not_used_it_up() -> None:
    plays = {"p": a_play(email(), on="login", once="ever", within="1h")}

    life = live(
        living(a_playbook(onboarding=plays, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})),
        moment("2026-03-20"),
        login("2026-03-04", "22:00"),
        login("2026-03-06", "10:00"),
    )

    assert [line.split(":")[0] + ":" + line.split(":")[1] for line in unsent(life)] == ["2026-03-04 22:00 missed p/1/email-note"]
    assert touched(life) == ["2026-03-06 10:00 p/2/email-note"]


def test_a_touch_that_was_refused_has_not_used_up_its_once() -> None:
    def refuses_first(touch: Touch, at: object) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.REFUSED if "/1/email" in touch.key else Answer.DONE, why="no such mailbox")

    plays = {"p": a_play(email(), on="login", once="ever")}
    life = live(
        living(a_playbook(onboarding=plays), perform=refuses_first),
        moment("2026-03-20"),
        login("2026-03-04"),
        login("2026-03-06"),
        login("2026-03-08"),
    )

    assert touched(life) == ["2026-03-04 09:00 p/1/email-note", "2026-03-06 09:00 p/2/email-note"]
    assert unsent(life) == ["2026-03-04 09:00 failed p/1/email-note: no such mailbox"]


def test_a_touch_of_which_nobody_knows_whether_it_went_out_counts_as_gone() -> None:
    def unknown(touch: Touch, at: object) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.UNKNOWN, why="crashed between acting and confirming")

    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), on="login", once="ever")}), perform=unknown),
        moment("2026-03-20"),
        login("2026-03-04"),
        login("2026-03-06"),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/email-note"]
    assert life.life.counts["unknown"] == 1


def test_two_runs_held_by_the_hours_of_a_play_that_goes_once_send_one() -> None:
    plays = {"p": a_play(email(), on="ticket.opened", key="event.ticket", once="ever", within="3d")}

    life = live(
        living(a_playbook(onboarding=plays, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})),
        moment("2026-03-20"),
        opened("2026-03-04", "T-1", "22:00"),
        opened("2026-03-04", "T-2", "23:00"),
    )

    assert touched(life) == ["2026-03-05 09:00 p/T-1.1/email-note"]
    assert unsent(life, Outcome.SUPPRESSED) == ["2026-03-05 09:00 suppressed p/T-2.2/email-note: has gone out meanwhile"]


@pytest.mark.parametrize(
    ("once", "keys"),
    [
        pytest.param("stage", ["acme/1/p/1/offer-discount", "acme/1/q/1/offer-discount", "acme/2/p/1/offer-discount"], id="once a stage"),
        pytest.param("term", ["acme/1/p/1/offer-discount", "acme/2/p/1/offer-discount"], id="once a term"),
        pytest.param("ever", ["acme/1/p/1/offer-discount"], id="once ever"),
    ],
)
def test_an_offer_is_made_as_often_as_it_may_be_whatever_play_makes_it(once: str, keys: list[str]) -> None:
    made = offer(once=once)
    playbook = a_playbook(growth={"p": a_play(made, on="login")}, renewal={"q": a_play(made, on="login")})

    life = live(
        living(playbook),
        moment("2027-09-01"),
        login("2026-06-02"),
        login("2026-06-03"),
        login("2026-12-10"),
        login("2026-12-11"),
        renewed(moment("2027-02-01")),
        login("2027-04-01"),
        login("2027-04-02"),
    )

    assert [touch.key for touch in life.touches] == keys
    often = "once ever" if once == "ever" else f"once a {once}"
    assert {line.partition(": ")[2] for line in unsent(life)} == {f"the offer discount was made before, and is made {often}"}


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


# ---- keys


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
