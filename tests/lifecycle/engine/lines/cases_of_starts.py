"""A play does not start."""

from lifecycle.domain.why import Cause
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    an_event,
    changed,
    email,
    live,
    living,
    login,
    moment,
    opened,
    resolved,
    task,
    wait,
    wait_for,
)
from tests.lifecycle.calls import Life, begun, decide, pause
from tests.lifecycle.engine.lines.cases import HOURS, meets, until

# ---- a play's start


@meets(Cause.STILL_RUNS)
def a_trigger_finds_a_run_of_its_play() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), wait("5d"), on="login")})
    return until("2026-03-20", playbook, login("2026-03-03"), login("2026-03-04"), login("2026-03-05")), (
        "2026-03-04 09:00 play p skipped: the play still runs; 2 times up to Thu 05 Mar 2026 09:00"
    )


@meets(Cause.TOO_MANY_RUNS)
def a_hundred_runs_go_on_already() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait("30d"), on="ticket.opened", key="event.ticket")})
    return until("2026-03-05", playbook, *(opened("2026-03-03", f"T-{number:03}") for number in range(101))), (
        "2026-03-03 09:00 touch play p skipped: 100 of its runs go on already"
    )


@meets(Cause.ONCE)
def it_goes_out_once() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), on="login", once="term")})
    return until("2026-03-20", playbook, login("2026-03-03"), login("2026-03-04")), "2026-03-04 09:00 play p skipped: goes out once a term"


@meets(Cause.ONCE)
def it_has_gone_out_while_it_was_held() -> tuple[Life, str]:
    mail = a_play(email(), on="ticket.opened", key="event.ticket", once="ever", per="customer")
    playbook = a_playbook(onboarding={"p": mail}, rest=HOURS)
    return until("2026-03-20", playbook, opened("2026-03-07", "T-1"), opened("2026-03-07", "T-2")), (
        "2026-03-09 09:00 touch email note suppressed: has gone out meanwhile"
    )


@meets(Cause.COOLDOWN)
def it_cools_down() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), when="tickets.open > 0", cooldown="8d")})
    told = [opened("2026-03-03", "T-1"), resolved("2026-03-04", "T-1"), opened("2026-03-05", "T-2")]
    return until("2026-03-20", playbook, *told), "2026-03-05 09:00 play p skipped: cools down for 8d after its last run"


@meets(Cause.UNTIL)
def what_it_works_towards_is_so() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), on="login", until="handoff.accepted")})
    return until("2026-03-20", playbook, an_event("handoff.accepted", moment("2026-03-03")), login("2026-03-04")), (
        "2026-03-04 09:00 play p skipped: what it works towards is already so"
    )


@meets(Cause.UNTIL)
def what_it_works_towards_comes_about() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait_for("login", "9d"), task(), at={"day": 1}, until="handoff.accepted")})
    return until("2026-03-20", playbook, an_event("handoff.accepted", moment("2026-03-05"))), (
        "2026-03-05 09:00 play p: ended: what it works towards is so"
    )


@meets(Cause.CONDITION)
def the_condition_of_a_planned_play_does_not_hold() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 3}, if_='tier == "B"')})
    return until("2026-03-20", playbook), "2026-03-05 09:00 touch play p skipped: its condition does not hold"


@meets(Cause.CONDITION)
def the_condition_of_a_triggered_play_does_not_hold() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), on="ticket.opened", if_="event.level == 1")})
    return until("2026-03-20", playbook, opened("2026-03-05", "T-1")), "2026-03-05 09:00 play p skipped: its condition does not hold"


@meets(Cause.CONDITION)
def the_condition_of_a_step_does_not_hold() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(email() | {"if": 'tier == "B"'}, task(), at={"day": 3})})
    return until("2026-03-20", playbook), "2026-03-05 09:00 touch email note skipped: its condition does not hold"


@meets(Cause.CONDITION)
def the_condition_of_a_wait_does_not_hold() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait_for("login") | {"if": 'tier == "B"'}, task(), at={"day": 3})})
    return until("2026-03-20", playbook), "2026-03-05 09:00 wait p, step wait_for: passed over: its condition does not hold"


@meets(Cause.CONDITION)
def a_condition_no_longer_holds_when_it_may_go() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(email(), at={"day": 5}, if_='tier == "A"')}, rest=HOURS)
    return until("2026-03-20", playbook, changed(moment("2026-03-08"), tier="B")), (
        "2026-03-09 09:00 touch email note suppressed: its condition no longer holds"
    )


@meets(Cause.WINDOW)
def the_window_was_over_before_the_enrolment() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 3}, within="2d")})
    return until("2026-03-20", playbook, at=moment("2026-03-16")), (
        "2026-03-05 09:00 touch play p missed: was due 2026-03-05 08:00 UTC, its window of 2d is over"
    )


@meets(Cause.WINDOW)
def the_window_was_over_before_anybody_looked() -> tuple[Life, str]:
    life = begun(a_playbook(onboarding={"p": a_play(wait("5d"), task(), at={"day": 1}, within="2d")}), a_customer(), moment("2026-03-02"))
    decide(life, moment("2026-03-03"))
    decide(life, moment("2026-03-20"))
    return life, "2026-03-08 09:00 touch task task missed: was due 2026-03-08 08:00 UTC, its window of 2d is over"


@meets(Cause.PASSED)
def the_moment_that_it_comes_before_has_passed() -> tuple[Life, str]:
    playbook = a_playbook(renewal={"p": a_play(task(), at={"before_end": "2d"}, within="9d")})
    return until("2027-03-09", playbook, at=moment("2027-03-03")), (
        "2027-02-28 09:00 touch play p missed: it was to go before Tue 02 Mar 2027 00:00, which has passed"
    )


@meets(Cause.LATER_ONE_DUE)
def a_rhythm_piled_up() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), every="7d")})
    return until("2026-03-20", playbook, at=moment("2026-03-17")), (
        "2026-03-09 09:00 touch play p missed: a later one had come due before anything ran"
    )


@meets(Cause.LATER_ONE_DUE)
def a_beat_is_held_until_the_next() -> tuple[Life, str]:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="7d", within="20d")}))
    pause(life, life.now, "quiet")
    life.advance(moment("2026-03-20"))
    return life, "2026-03-16 09:00 touch task task missed: held back until the next one came due"


@meets(Cause.BEYOND_STAGE)
def a_day_lies_beyond_its_stage() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 100})})
    return until("2026-06-20", playbook), (
        "2026-05-31 00:00 touch play p skipped: its day, Wed 10 Jun 2026 09:00, lies beyond the stage onboarding, which ended"
    )


@meets(Cause.BEYOND_STAGE)
def the_stage_ends_while_a_condition_is_counted() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), when="tickets.open > 0", for_="30d")})
    return until("2026-06-20", playbook, opened("2026-05-20", "T-1")), (
        "2026-05-31 00:00 play p skipped: its day, Fri 19 Jun 2026 09:00, lies beyond the stage onboarding, which ended"
    )


@meets(Cause.BEYOND_STAGE)
def a_milestone_lies_beyond_its_stage() -> tuple[Life, str]:
    playbook = a_playbook(milestones={"imported": {"kind": "customer", "due": "100d"}})
    return until("2026-06-20", playbook), (
        "2026-05-31 00:00 milestone imported: its last moment, Thu 11 Jun 2026 00:00, lies beyond the stage onboarding, "
        "which ended before it was reached"
    )


@meets(Cause.BEFORE_ENROLMENT)
def a_milestone_was_due_before_anybody_looked() -> tuple[Life, str]:
    playbook = a_playbook(milestones_of={"growth": {"decided": {"kind": "customer", "due": "30d"}}})
    return live(living(playbook, a_customer(), moment("2026-09-01")), moment("2026-09-02")), (
        "2026-09-01 09:00 milestone decided: its last moment, Wed 01 Jul 2026 00:00, lies before the enrolment, "
        "and nobody said whether it was reached"
    )


@meets(Cause.CEASED)
def a_condition_ceases_before_its_time() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), when="tickets.open > 0", for_="5d")})
    return until("2026-03-20", playbook, opened("2026-03-03", "T-1"), resolved("2026-03-06", "T-1")), (
        "2026-03-06 09:00 play p skipped: its condition ceased to hold before 5d were over; it was to start on Sun 08 Mar 2026 09:00"
    )


@meets(Cause.TIER)
def the_new_tier_has_no_such_play() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 20}, tiers=["A"])})
    return until("2026-04-20", playbook, changed(moment("2026-03-05"), tier="C")), (
        "2026-03-05 09:00 play p skipped: it was to start on Sun 22 Mar 2026 09:00, and tier C has no such play"
    )
