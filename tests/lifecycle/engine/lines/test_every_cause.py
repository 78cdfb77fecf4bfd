"""Every cause for which something is late, otherwise or not done has a life here that meets it, and the line that says so."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from lifecycle.domain.customer import Contact
from lifecycle.domain.enums import Role
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.domain.why import Cause
from lifecycle.engine import engine
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    changed,
    churned,
    email,
    escalate,
    live,
    living,
    login,
    moment,
    offer,
    opened,
    resolved,
    survey,
    task,
    wait,
    wait_for,
    webhook,
)
from tests.lifecycle.calls import Life, apply, begun, decide, pause, resume, run_now, settle, skip
from tests.lifecycle.engine.lines.reading import line_of

HOURS: Raw = {"contact_policy": STRICT_POLICY | {"jitter": "0s"}}
ANA = "champion Ana Silva <ana@acme.example>"

Case = Callable[[], tuple[Life, str]]
CASES: dict[Cause, list[Case]] = {}


def meets(*causes: Cause) -> Callable[[Case], Case]:
    """The case is met in a life for each of these causes."""

    def enter(case: Case) -> Case:
        for cause in causes:
            CASES.setdefault(cause, []).append(case)
        return case

    return enter


def until(day: str, playbook: Playbook, *events: Event, at: datetime | None = None) -> Simulation:
    return live(living(playbook, at=at), moment(day), *events)


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


# ---- a touch


@meets(Cause.PAUSED)
def it_is_paused() -> tuple[Life, str]:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 3})}))
    pause(life, life.now, "merger", "Kim Lee")
    life.advance(moment("2026-03-05", "12:00"))
    return life, "2026-03-05 09:00 touch task task delayed: paused; by Kim Lee"


@meets(Cause.PAUSED)
def it_is_paused_until_its_window_is_over() -> tuple[Life, str]:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 3})}))
    pause(life, life.now, "merger", "Kim Lee")
    life.advance(moment("2026-03-20"))
    return life, "2026-03-08 09:00 touch task task missed: paused until its window was over; by Kim Lee"


@meets(Cause.HOURS)
def the_hours_are_closed() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(email(), at={"day": 1, "time": "20:00"})}, rest=HOURS)
    return until("2026-03-20", playbook), (
        f"2026-03-03 20:00 touch email note to {ANA} delayed: 20:00 is outside 09:00-18:00 in Europe/Berlin; "
        "until Wed 04 Mar 2026 09:00 at the earliest"
    )


@meets(Cause.DAY_OFF)
def it_is_a_weekend() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(email(), at={"day": 5})}, rest=HOURS)
    return until("2026-03-20", playbook), (
        f"2026-03-07 09:00 touch email note to {ANA} delayed: Saturday 07 March is no business day in DE; "
        "until Mon 09 Mar 2026 09:00 at the earliest"
    )


@meets(Cause.HOLIDAY)
def it_is_a_holiday() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(email(), at={"day": 84})}, rest=HOURS)
    return until("2026-05-30", playbook), (
        f"2026-05-25 09:00 touch email note to {ANA} delayed: Monday 25 May is Pentecost Monday, no business day in DE; "
        "until Tue 26 May 2026 09:00 at the earliest"
    )


@meets(Cause.CAP)
def the_cap_is_reached() -> tuple[Life, str]:
    mails = {f"m-{number}": a_play(email(f"m-{number}"), at={"day": number}, within="20d") for number in (1, 2, 3)}
    return until("2026-03-20", a_playbook(onboarding=mails, rest=HOURS)), (
        f"2026-03-05 09:00 touch email m-3 to {ANA} delayed: cap of 2 emails in 7d reached, by m-1 on Tue 03 Mar 2026 09:00 "
        "and m-2 on Wed 04 Mar 2026 09:00; until Tue 10 Mar 2026 09:00 at the earliest"
    )


@meets(Cause.PRIORITY)
def another_play_had_priority() -> tuple[Life, str]:
    mails = {name: a_play(email(name), at={"day": 1}, within="20d", priority=high) for name, high in (("q", 1), ("r", 9), ("s", 5))}
    return until("2026-03-20", a_playbook(onboarding=mails, rest=HOURS)), (
        f"2026-03-03 09:00 touch email q to {ANA} delayed: behind play r, which had priority; cap of 2 emails in 7d reached, "
        "by r on Tue 03 Mar 2026 09:00 and s on Tue 03 Mar 2026 09:00; until Tue 10 Mar 2026 09:00 at the earliest"
    )


@meets(Cause.OPTED_OUT)
def the_contact_has_opted_out() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(email(), at={"day": 3})})
    return until("2026-03-20", playbook, an_event("contact.opted_out", moment("2026-03-04", "10:15"), email="ana@acme.example")), (
        f"2026-03-05 09:00 touch email note to {ANA} suppressed: the contact has opted out of success messages, since Wed 04 Mar 2026 10:15"
    )


@meets(Cause.OPTED_OUT, Cause.LEFT)
def the_contact_refuses_or_leaves_while_it_is_on_its_way() -> tuple[Life, str]:
    life = begun(a_playbook(onboarding={"p": a_play(email(), at={"day": 1})}), a_customer(), moment("2026-03-02"))
    [touch] = decide(life, moment("2026-03-03")).touches
    apply(life, an_event("contact.left", moment("2026-03-03", "09:01"), email="ana@acme.example"), moment("2026-03-03", "09:01"))
    apply(life, an_event("contact.opted_out", moment("2026-03-03", "09:01"), email="ana@acme.example"), moment("2026-03-03", "09:01"))
    decide(life, moment("2026-03-03", "09:01"))
    settle(life, Receipt(key=touch.key, answer=Answer.WITHDRAWN), moment("2026-03-03", "09:03"))
    return life, (
        "2026-03-03 09:01 touch email note to Ana Silva <ana@acme.example> cancelled: "
        "the contact is no longer with the customer, since Tue 03 Mar 2026 09:01"
    )


@meets(Cause.NOBODY)
def nobody_holds_the_role() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(email(to=["billing"]), at={"day": 1})})
    return until("2026-03-20", playbook), "2026-03-03 09:00 touch email note suppressed: nobody holds the role billing"


@meets(Cause.NO_VALUE)
def a_value_is_missing() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(email(), at={"day": 1})}, rest={"templates": {"note": {"needs": ["customer.goal"]}}})
    return until("2026-03-20", playbook), f"2026-03-03 09:00 touch email note to {ANA} suppressed: there is no value for customer.goal"


LONG = "\U0001f33f" * 500


@meets(Cause.NO_ROOM)
def so_much_is_done_at_once_that_a_touch_waits() -> tuple[Life, str]:
    life = begun(
        a_playbook(onboarding={"p": a_play(task(), on="ticket.opened", key="event.ticket")}), a_customer(goal=LONG), moment("2026-03-02")
    )
    for number in range(90):
        told = an_event("ticket.opened", moment("2026-03-03"), id=f"{number}", ticket=f"T-{number:02}", subject=LONG)
        apply(life, told, moment("2026-03-03"))
        if not decide(life, moment("2026-03-03")).touches:
            break
    return life, (
        "2026-03-03 09:00 touch task task delayed: so much was being done at once that it had to wait; "
        "until Tue 03 Mar 2026 09:05 at the earliest"
    )


@meets(Cause.NO_ROOM)
def so_much_goes_on_that_a_run_does_not_start() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait("30d"), on="ticket.opened", key="event.ticket")})
    told = [an_event("ticket.opened", moment("2026-03-03"), id=f"{n}", ticket=f"T-{n:02}", subject=LONG) for n in range(63)]
    return until("2026-03-05", playbook, *told), (
        "2026-03-03 09:00 touch play p skipped: what goes on already leaves no room for another run"
    )


@meets(Cause.MADE_BEFORE)
def the_offer_was_made_before() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(offer(once="term"), at={"day": 1}), "q": a_play(offer(once="term"), at={"day": 2})})
    return until("2026-03-20", playbook), (
        "2026-03-04 09:00 touch offer discount suppressed: the offer discount was made before, and is made once a term"
    )


def answered(answer: Answer, why: str = "") -> Simulation:
    def perform(touch: object, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=answer, why=why)  # type: ignore[attr-defined]

    life = living(a_playbook(onboarding={"p": a_play(webhook(), at={"day": 1}, within="1h")}), perform=perform)
    life.advance(moment("2026-03-20"))
    return life


@meets(Cause.PROVIDER_DOWN)
def the_provider_is_down() -> tuple[Life, str]:
    return answered(Answer.RETRY, "503"), (
        "2026-03-03 09:00 touch webhook crm delayed: the provider could not: 503; until Tue 03 Mar 2026 09:05 at the earliest"
    )


@meets(Cause.PROVIDER_REFUSED)
def the_provider_refuses() -> tuple[Life, str]:
    return answered(Answer.REFUSED, "no such account"), "2026-03-03 09:00 touch webhook crm failed: no such account"


@meets(Cause.NOBODY_KNOWS)
def nobody_knows() -> tuple[Life, str]:
    return answered(Answer.UNKNOWN, "cut short in the act"), "2026-03-03 09:00 touch webhook crm unknown: cut short in the act"


def asked_for() -> tuple[Life, str]:
    life = begun(a_playbook(onboarding={"p": a_play(webhook(), at={"day": 1})}), a_customer(), moment("2026-03-02"))
    [touch] = decide(life, moment("2026-03-03")).touches
    return life, touch.key


@meets(Cause.NOT_BEGUN)
def no_worker_ran_while_it_was_asked_for() -> tuple[Life, str]:
    life, key = asked_for()
    engine.lapse(life.session, moment("2026-03-20"))
    settle(life, Receipt(key=key, answer=Answer.WITHDRAWN), moment("2026-03-20"))
    return life, "2026-03-10 09:00 touch webhook crm missed: was not begun before its window was over"


@meets(Cause.TOO_LATE)
def it_had_acted_when_it_was_called_off() -> tuple[Life, str]:
    life, key = asked_for()
    apply(life, churned(moment("2026-03-03", "09:01")), moment("2026-03-03", "09:01"))
    decide(life, moment("2026-03-03", "09:01"))
    settle(life, Receipt(key=key, answer=Answer.DONE), moment("2026-03-03", "09:00"))
    return life, "2026-03-03 09:00 touch webhook crm sent: called off too late: the stage onboarding ended"


# ---- a run's end


@meets(Cause.STOPPED)
def it_stops_by_itself() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait("2d"), {"stop": {"reason": "heard from again"}}, task(), at={"day": 1})})
    return until("2026-03-20", playbook), "2026-03-05 09:00 play p: ended: heard from again"


@meets(Cause.REACHED)
def a_milestone_is_reached() -> tuple[Life, str]:
    milestones = {"imported": {"kind": "customer", "due": "3d"}}
    chase = a_play(wait("20d"), task(), overdue=["imported"])
    told = an_event("milestone.reached", moment("2026-03-09"), milestone="imported", by="Ana")
    return until("2026-03-20", a_playbook(milestones=milestones, onboarding={"p": chase}), told), (
        "2026-03-09 09:00 play p: ended: milestone imported is reached"
    )


@meets(Cause.REMOVED, Cause.VERSION)
def an_edit_removes_the_play() -> tuple[Life, str]:
    before = a_playbook(onboarding={"p": a_play(wait("200d"), task(), at={"day": 1}, outlives_stage=True)})
    life = begun(before, a_customer(), moment("2026-03-02"))
    for at in ("2026-03-03", "2026-06-01"):
        decide(life, moment(at))
    life.follow(a_playbook(growth={}, rest={"version": "v2"}))
    decide(life, moment("2026-06-01"))
    return life, "2026-05-31 00:00 play p: ended: an edit of the playbook removed it"


@meets(Cause.VERSION)
def a_version_is_taken_up() -> tuple[Life, str]:
    life, _ = an_edit_removes_the_play()
    return life, "2026-05-31 00:00 playbook tested@v2: taken up (was tested@v1)"


@meets(Cause.STAGE_ENDED)
def the_stage_ends() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait("200d"), task(), at={"day": 1})})
    return until("2026-06-20", playbook), "2026-05-31 00:00 play p: ended: the stage onboarding ended"


@meets(Cause.CLOSED)
def the_life_is_over() -> tuple[Life, str]:
    playbook = a_playbook(trial={"p": a_play(wait("200d"), task(), at={"day": 1}, outlives_stage=True)})
    life = living(playbook, a_customer(term=0, end=date(2026, 3, 16)))
    life.advance(moment("2026-06-01"))
    return life, "2026-03-30 00:00 play p: ended: the customer is closed"


@meets(Cause.OPERATOR)
def somebody_skips_what_is_planned() -> tuple[Life, str]:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 10})}))
    life.advance(moment("2026-03-05"))
    skip(life, "p", life.now, "they know us", "Kim Lee")
    return life, "2026-03-05 09:00 touch play p skipped: they know us; it was planned for Thu 12 Mar 2026 09:00; by Kim Lee"


@meets(Cause.OPERATOR)
def somebody_skips_what_runs() -> tuple[Life, str]:
    life = living(a_playbook(onboarding={"p": a_play(wait("9d"), task(), at={"day": 1})}))
    life.advance(moment("2026-03-05"))
    skip(life, "p", life.now, "settled by phone", "Kim Lee")
    return life, "2026-03-05 09:00 play p: ended: settled by phone; by Kim Lee"


@meets(Cause.OPERATOR)
def somebody_runs_it_now() -> tuple[Life, str]:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 10})}))
    life.advance(moment("2026-03-05"))
    run_now(life, "p", life.now, "they asked", "Kim Lee")
    return life, "2026-03-05 09:00 operator run now: p: it was planned for Thu 12 Mar 2026 09:00: they asked; by Kim Lee"


@meets(Cause.OPERATOR)
def somebody_pauses() -> tuple[Life, str]:
    life = living(a_playbook())
    pause(life, moment("2026-03-05"), "merger", "Kim Lee")
    return life, "2026-03-05 09:00 operator paused: merger; by Kim Lee"


@meets(Cause.OPERATOR)
def somebody_resumes() -> tuple[Life, str]:
    life, _ = somebody_pauses()
    resume(life, moment("2026-03-06"), "all done", "Ben Okoro")
    return life, "2026-03-06 09:00 operator resumed: all done; by Ben Okoro"


@meets(Cause.BEGINS_AGAIN)
def its_trigger_says_something_else() -> tuple[Life, str]:
    play = a_play(task() | {"if": "event.level == 1"}, wait("9d"), on="ticket.opened", key="event.ticket", on_change="restart")
    told = [opened("2026-03-03", "T-1", level=3), opened("2026-03-04", "T-1", level=1)]
    return until("2026-03-20", a_playbook(onboarding={"p": play}), *told), "2026-03-04 09:00 play p: ended: begins again: level 1"


# ---- a wait


@meets(Cause.ANSWERED)
def an_event_answers() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait_for("login"), task(), at={"day": 1})})
    return until("2026-03-20", playbook, an_event("login", moment("2026-03-04"), id="e-7")), (
        "2026-03-04 09:00 wait p, step wait_for: answered by login 'e-7'"
    )


@meets(Cause.ANSWERED)
def a_condition_comes_true() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait_for(None, when="handoff.accepted"), task(), at={"day": 1})})
    return until("2026-03-20", playbook, an_event("handoff.accepted", moment("2026-03-04"))), (
        "2026-03-04 09:00 wait p, step wait_for: answered: it is so now, handoff.accepted"
    )


@meets(Cause.AT_ONCE)
def it_was_answered_before() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(survey(), wait("5d"), wait_for("survey.answered"), task(), at={"day": 1})})
    return until("2026-03-20", playbook, an_event("survey.answered", moment("2026-03-04"), id="e-7", survey="nps", score=9)), (
        "2026-03-08 09:00 wait p, step wait_for: passed at once: answered by survey.answered 'e-7' on Wed 04 Mar 2026 09:00"
    )


@meets(Cause.AT_ONCE)
def it_is_so_already() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait_for(None, when='tier == "A"'), task(), at={"day": 1})})
    return until("2026-03-20", playbook), '2026-03-03 09:00 wait p, step wait_for: passed at once: it is so already, tier == "A"'


@meets(Cause.TIMED_OUT)
def nothing_comes() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait_for(["login", "feature.used"], "3bd"), task(), at={"day": 1})})
    return until("2026-03-20", playbook), (
        "2026-03-06 09:00 wait p, step wait_for: timed out after 3bd: login or feature.used did not come"
    )


@meets(Cause.TIMED_OUT)
def it_does_not_come_true() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(wait_for(None, "2d", when="handoff.accepted"), task(), at={"day": 1})})
    return until("2026-03-20", playbook), ("2026-03-05 09:00 wait p, step wait_for: timed out after 2d: handoff.accepted did not come true")


CLIMB = {"id": "call", **task("Call them", due="2d", ladder=[{"after": "1d", "to": "cs-manager"}])}


@meets(Cause.SNOOZED)
def somebody_puts_a_task_off() -> tuple[Life, str]:
    told = an_event("task.snoozed", moment("2026-03-04"), id="e-7", task="call", hours=48, by="Kim Lee")
    return until("2026-03-05", a_playbook(onboarding={"p": a_play(CLIMB, at={"day": 1})}), told), (
        "2026-03-04 09:00 wait p, step call.done: snoozed until Fri 06 Mar 2026 09:00, by task.snoozed 'e-7'; by Kim Lee"
    )


@meets(Cause.TIMED_OUT)
def a_snooze_is_over() -> tuple[Life, str]:
    told = an_event("task.snoozed", moment("2026-03-04"), id="e-7", task="call", hours=48, by="Kim Lee")
    return until("2026-03-20", a_playbook(onboarding={"p": a_play(CLIMB, at={"day": 1})}), told), (
        "2026-03-06 09:00 wait p, step call.done: timed out when its snooze was over: task.done did not come"
    )


@meets(Cause.MOVED)
def a_wait_gets_another_length() -> tuple[Life, str]:
    def with_wait(span: str, version: str) -> Playbook:
        play = a_play(wait_for("login", span), escalate(), at={"day": 1}, outlives_stage=True)
        return a_playbook(onboarding={"p": play}, rest={"version": version})

    life = begun(with_wait("200d", "v1"), a_customer(), moment("2026-03-02"))
    for at in ("2026-03-03", "2026-06-01"):
        decide(life, moment(at))
    life.follow(with_wait("100d", "v2"))
    decide(life, moment("2026-06-01"))
    return life, (
        "2026-05-31 00:00 wait p, step wait_for: its end moved from Sat 19 Sep 2026 09:00 to Thu 11 Jun 2026 09:00: "
        "another length, calendar or clock"
    )


# ---- dates, milestones, events


@meets(Cause.MOVED)
def an_amendment_moves_what_hangs_on_the_end() -> tuple[Life, str]:
    plays = {f"t-{days}": a_play(task(), at={"before_end": f"{days}d"}) for days in (60, 30)}
    life = until("2026-12-20", a_playbook(renewal=plays), amended(moment("2026-12-15"), date(2027, 2, 2)))
    return life, (
        "2026-12-15 09:00 play dates moved: t-60 from Fri 01 Jan 2027 09:00 to Fri 04 Dec 2026 09:00; "
        "t-30 from Sun 31 Jan 2027 09:00 to Sun 03 Jan 2027 09:00"
    )


@meets(Cause.MOVED)
def a_move_to_another_zone_moves_what_is_planned() -> tuple[Life, str]:
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 10})})
    return until("2026-03-09", playbook, changed(moment("2026-03-05"), timezone="Europe/London")), (
        "2026-03-05 08:00 play dates moved: p from Thu 12 Mar 2026 08:00 to Thu 12 Mar 2026 09:00"
    )


@meets(Cause.OVERDUE)
def a_milestone_is_overdue() -> tuple[Life, str]:
    playbook = a_playbook(milestones={"imported": {"kind": "customer", "due": "3d"}})
    return until("2026-04-20", playbook, at=moment("2026-04-01")), "2026-03-06 00:00 milestone imported: overdue: not reached in time"


@meets(Cause.REACHED)
def a_milestone_is_told() -> tuple[Life, str]:
    playbook = a_playbook(milestones={"imported": {"kind": "customer", "due": "3d"}})
    told = an_event("milestone.reached", moment("2026-03-04"), milestone="imported", by="Ana")
    return until("2026-04-20", playbook, told), "2026-03-04 09:00 milestone imported: told by Ana"


@meets(Cause.REFUSED)
def an_event_is_refused_when_its_moment_comes() -> tuple[Life, str]:
    life = living(a_playbook())
    life.advance(moment("2026-03-04", "08:30"))
    life.tell(churned(moment("2026-03-04")), churned(moment("2026-03-04"), id="z-again"))
    life.advance(moment("2026-03-05"))
    return life, "2026-03-04 09:00 event customer.churned: refused: acme has churned already (price)"


@meets(Cause.REFUSED)
def an_event_waits_when_the_life_is_over() -> tuple[Life, str]:
    life = living(a_playbook())
    life.advance(moment("2026-03-04", "08:30"))
    life.tell(churned(moment("2026-03-04", "08:40"), "natural", "ceased trading"), opened("2026-03-04", "T-1"))
    life.advance(moment("2026-03-05"))
    return life, "2026-03-04 09:00 event ticket.opened: refused: acme is closed (gone: ceased trading), so it takes no more events"


@meets(Cause.SUPERSEDED)
def an_event_is_older_than_what_is_known() -> tuple[Life, str]:
    early, late = moment("2026-03-03"), moment("2026-03-04")
    told = [
        an_event("renewal.intent", moment("2026-03-05"), happened=late, intent="high"),
        an_event("renewal.intent", moment("2026-03-06"), happened=early, intent="low"),
    ]
    return until("2026-03-20", a_playbook(), *told), (
        "2026-03-06 09:00 event renewal.intent: intent low; "
        "changes nothing: it happened 2026-03-03 08:00 UTC, and something later, or the same, is known"
    )


@meets(Cause.REPEATED)
def an_event_without_a_line_is_told_again() -> tuple[Life, str]:
    life = living(a_playbook())
    for number, clock in enumerate(("09:00", "10:00", "11:00", "12:00")):
        life.advance(moment("2026-03-04", clock))
        life.tell(an_event("login", life.now, id=f"e-{number % 2}"))
    return life, "2026-03-04 11:00 event login: told again: it is known, and changes nothing; 2 times up to Wed 04 Mar 2026 12:00"


def test_an_event_that_is_told_again_is_counted_on_its_own_line() -> None:
    life = living(a_playbook())
    for clock in ("09:00", "10:00", "11:00"):
        life.advance(moment("2026-03-04", clock))
        life.tell(an_event("ticket.opened", life.now, id="e-7", ticket="T-1"))

    assert [line_of(entry, life.life.zone) for entry in life.life.log.timeline[1:]] == [
        "2026-03-04 09:00 event ticket.opened: ticket T-1; told 3 times up to Wed 04 Mar 2026 11:00"
    ]


# ---- all of them


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_met_in_a_life_and_has_its_line(cause: Cause) -> None:
    assert cause in CASES, f"no life here meets {cause}: write one, with the line that its timeline is to have"
    met: set[Cause | None] = set()
    for case in CASES[cause]:
        life, line = case()
        timeline = life.session.life.log.timeline
        lines = [line_of(entry, life.session.life.zone) for entry in timeline]
        assert line in lines, case.__name__
        assert lines.count(line) == 1, case.__name__
        met.add(timeline[lines.index(line)].cause)
    assert cause in met


def test_a_contact_s_role_stands_before_its_name_and_address() -> None:
    billing = Contact(name="Cy Cole", email="cy@acme.example", role=Role.BILLING)
    life = living(a_playbook(onboarding={"p": a_play(email(to=["billing"]), at={"day": 1})}), a_customer(contacts=[billing]))
    life.advance(moment("2026-03-04"))

    assert line_of(life.life.log.timeline[-1], life.life.zone) == (
        "2026-03-03 09:00 touch email note to billing Cy Cole <cy@acme.example> sent"
    )
