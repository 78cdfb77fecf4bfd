"""A touch is held back, suppressed, missed, called off, or nobody knows of it."""

from datetime import datetime

from lifecycle.domain.holds import Hold, Selection
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.domain.why import Cause
from lifecycle.engine import engine
from lifecycle.explain.simulator import Simulation
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    an_event,
    churned,
    email,
    living,
    moment,
    offer,
    task,
    wait,
    webhook,
)
from tests.lifecycle.calls import Life, apply, begun, decide, pause, settle
from tests.lifecycle.engine.lines.cases import ANA, HOURS, meets, until

LONG = "\U0001f33f" * 500

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


def under_a_hold(until: datetime | None = None) -> Simulation:
    hold = Hold(number=1, selection=Selection(), by="Kim Lee", why="wrong price list", since=moment("2026-03-01"), until=until)
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 3})})
    return Simulation(a_customer(), playbook, moment("2026-03-02"), holds=[hold])


@meets(Cause.HELD)
def a_hold_stands() -> tuple[Life, str]:
    life = under_a_hold()
    life.advance(moment("2026-03-05", "12:00"))
    return life, "2026-03-05 09:00 touch task task to csm delayed: held by Kim Lee, because wrong price list"


@meets(Cause.HELD)
def a_hold_stands_until_the_window_is_over() -> tuple[Life, str]:
    life = under_a_hold()
    life.advance(moment("2026-03-20"))
    return life, "2026-03-08 09:00 touch task task to csm missed: held by Kim Lee, because wrong price list, until its window was over"


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
    life = living(a_playbook(onboarding={"p": a_play(wait("30d"), on="ticket.opened", key="event.ticket")}))
    life.advance(moment("2026-03-03"))
    line = "2026-03-03 09:00 touch play p skipped: what goes on already leaves no room for another run"
    for number in range(90):
        started = len(life.life.plays.runs)
        life.tell(an_event("ticket.opened", life.now, id=f"{number}", ticket=f"T-{number:02}", subject=LONG))
        life.look_again()
        if len(life.life.plays.runs) == started:
            break
    return life, line


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
