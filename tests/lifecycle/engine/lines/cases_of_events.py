"""Dates move, milestones are overdue, events are refused, superseded or told again."""

from datetime import date

from lifecycle.domain.why import Cause
from tests.lifecycle.building import (
    a_play,
    a_playbook,
    amended,
    an_event,
    changed,
    churned,
    living,
    moment,
    opened,
    task,
)
from tests.lifecycle.calls import Life
from tests.lifecycle.engine.lines.cases import meets, until
from tests.lifecycle.engine.lines.reading import line_of

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


@meets(Cause.PAST)
def an_event_is_told_as_past() -> tuple[Life, str]:
    life = living(a_playbook())
    life.advance(moment("2026-03-20"))
    life.tell(an_event("survey.answered", life.now, happened=moment("2026-03-05"), survey="nps", score=9).model_copy(update={"past": True}))
    return life, "2026-03-05 09:00 event survey.answered: survey nps, score 9; told as past"


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


def test_an_event_that_is_told_again_before_it_is_taken_in_is_counted_on_the_line_that_it_will_have() -> None:
    life = living(a_playbook())
    life.advance(moment("2026-03-04"))
    ticket, known = (
        an_event("ticket.opened", moment("2026-03-04", "09:30"), id="e-7", ticket="T-1"),
        an_event("login", moment("2026-03-04", "09:30")),
    )
    for event in (ticket, known, ticket, ticket, known):
        assert life.tell(event)[0].taken
    life.advance(moment("2026-03-05"))

    assert [line_of(entry, life.life.zone) for entry in life.life.log.timeline[1:]] == [
        "2026-03-04 09:00 event login: told again: it is known, and changes nothing",
        "2026-03-04 09:30 event ticket.opened: ticket T-1; told 3 times up to Wed 04 Mar 2026 09:30",
    ]
    assert life.life.log.repeats == {}
