"""A run ends, or a wait does; an operator gives a command."""

from datetime import date

from lifecycle.domain.why import Cause
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    an_event,
    escalate,
    living,
    moment,
    opened,
    survey,
    task,
    wait,
    wait_for,
)
from tests.lifecycle.calls import Life, begun, decide, pause, resume, run_now, skip
from tests.lifecycle.engine.lines.cases import meets, until

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
