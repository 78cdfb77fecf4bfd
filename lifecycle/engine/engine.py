"""The engine: what happened changes the state, and the state says what is to be done, now and next.

    apply(life, program, event, now)          takes an event in, or says why not
    decide(life, program, now)                what is due, what is called off, when to wake and why
    settle(life, program, receipt, now)       what performing a touch led to

They change `life` in place and read nothing else: no clock, no file, no setting. Between two calls nothing is
remembered anywhere but in `life`, so it may be cut and carried on after any of them.
"""

from dataclasses import dataclass, field
from datetime import datetime

from lifecycle.domain.customer import Customer
from lifecycle.domain.enums import Stage
from lifecycle.domain.touch import Touch
from lifecycle.domain.zones import local
from lifecycle.engine.advance import step
from lifecycle.engine.effective_time import prompt
from lifecycle.engine.inbox import AHEAD, Told, apply, apply_all, refusal, refusal_of_any
from lifecycle.engine.releasing import release
from lifecycle.engine.runs import end, move
from lifecycle.engine.settling import lapse, settle
from lifecycle.engine.stage_plan import begin_stage, replan
from lifecycle.engine.transitions import next_turn, turn_by_clock
from lifecycle.engine.view import view_of
from lifecycle.playbook.program import Program
from lifecycle.rules.contract_clock import stage_on
from lifecycle.state.life import Doing, EntryKind, Lifecycle

__all__ = [
    "AHEAD",
    "Decision",
    "Told",
    "Wake",
    "apply",
    "apply_all",
    "begin",
    "decide",
    "lapse",
    "next_wake",
    "refusal",
    "refusal_of_any",
    "settle",
]


@dataclass(slots=True)
class Wake:
    """When to look again, and why."""

    at: datetime
    why: str


@dataclass(slots=True)
class Decision:
    """What is to be done now. `turned`: another stage or tier needs its own part of the playbook. `over`: the life is closed.
    `more`: it is not brought up to now yet.
    """

    touches: list[Touch] = field(default_factory=list)
    call_off: list[str] = field(default_factory=list)
    wake: Wake | None = None
    turned: bool = False
    over: bool = False
    more: bool = False


def begin(customer: Customer, playbook: str, at: datetime) -> Lifecycle:
    """A new life on that playbook (`name` or `name@version`), in the stage its contract is in at that moment, which may lie ahead."""
    stage = stage_on(customer.contract, local(at, customer.timezone).date())
    life = Lifecycle(
        customer=customer,
        playbook=playbook,
        stage=stage,
        stage_since=at,
        stage_day=local(at, customer.timezone).date(),
        enrolled=at,
        clock=at,
        term_since=at,
        planned_zone=customer.timezone,
    )
    life.opted_out = {contact.email.casefold(): list(contact.opted_out) for contact in customer.contacts if contact.opted_out}
    life.note(at, EntryKind.STAGE, stage.value, why="enrolled")
    return life


def decide(life: Lifecycle, program: Program, now: datetime, most: int | None = None) -> Decision:
    """Bring the life up to that moment, deadline by deadline in the order of time, then say what is to be done.

    An event told at or before a deadline is taken in before it, whatever was seen first. After `most` deadlines it stops
    and says that there are `more`: nothing is to be done before those are seen too, so it is to be called again.
    """
    decision = Decision()
    steps = 0
    if now < life.enrolled:
        decision.wake = Wake(life.enrolled, "the customer is enrolled then")
        return decision
    view_of(life, program)
    if life.fresh_stage and program.fits(life):
        begin_stage(life, program, now)
    while True:
        if life.stage is Stage.CLOSED or not program.fits(life) or life.fresh_stage:
            break
        if life.replan:
            replan(life, program, life.clock)
        for run in [run for run in life.runs.values() if run.doing is Doing.MOVING]:
            if run.id in life.runs:
                move(life, program, run, max(life.clock, run.cursor))
        wake = next_wake(life, program)
        if wake is not None and wake.at <= now:
            if steps == most:
                decision.more = True
                return decision
            step(life, program, wake.at, now)
            steps += 1
            continue
        at = prompt(life.clock, now)
        ready = any(run.doing is Doing.READY for run in life.runs.values())
        if ready:
            decision.touches += release(life, program, at)
            continue
        if life.stage is Stage.FAREWELL and _nothing_left(life, program):
            turn_by_clock(life, program, life.clock)
            continue
        decision.wake = wake
        break
    decision.turned = life.stage is not Stage.CLOSED and (life.fresh_stage or not program.fits(life))
    if life.stage is Stage.CLOSED:
        _close(life, decision)
    decision.touches = [touch for touch in decision.touches if touch.key not in life.withdrawn]
    decision.call_off = list(life.withdrawn)
    return decision


def _nothing_left(life: Lifecycle, program: Program) -> bool:
    """Whether a farewell has been said: nothing runs, and nothing that comes once is to come."""
    return not life.runs and not any(one.play.at is not None and life.plays[one.id].due is not None for one in program.by_time)


def _close(life: Lifecycle, decision: Decision) -> None:
    for run in list(life.runs.values()):
        end(life, run, life.clock, "the customer is closed")
    decision.wake, decision.over = None, True


def next_wake(life: Lifecycle, program: Program) -> Wake | None:
    """The earliest moment at which something may change by itself."""
    best: datetime | None = next_turn(life, program)
    why = f"the stage {life.stage.value} ends"
    if life.inbox and (best is None or life.inbox[0].at < best):
        best, why = life.inbox[0].at, f"{life.inbox[0].type} is told for then"
    for one in program.here:
        state = life.plays.get(one.id)
        if state is not None and state.due is not None and (best is None or state.due < best):
            best, why = state.due, f"play {one.id} is due"
    for run in life.runs.values():
        if run.until is not None and run.doing in (Doing.WAITING, Doing.HELD) and (best is None or run.until < best):
            best, why = run.until, f"play {run.play}, step {run.step}: {run.why}"
    for name in program.plan.milestones:
        milestone = life.milestones.get(name)
        deadline = milestone.deadline if milestone is not None else None
        if deadline is not None and (best is None or deadline < best):
            best, why = deadline, f"milestone {name} is due"
    return None if best is None else Wake(best, why)
