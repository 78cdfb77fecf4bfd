"""When plays start: the next due moment of each, by its trigger."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from lifecycle.domain.calendar import add, add_business_days, add_months, shift
from lifecycle.domain.durations import Span, Unit
from lifecycle.domain.enums import Stage
from lifecycle.domain.zones import at_local, local, midnight
from lifecycle.playbook.play import At, Every
from lifecycle.playbook.program import PlayProgram, Program
from lifecycle.rules.contact_policy import spread
from lifecycle.rules.contract_clock import clock_of, stage_end, stage_start
from lifecycle.state.life import Lifecycle, MilestoneState, PlayState

_SUB_DAY = frozenset({Unit.SECOND, Unit.MINUTE, Unit.HOUR})


def plan_stage(life: Lifecycle, program: Program) -> None:
    """Work out every due moment anew; for what has begun or been done already, nothing changes."""
    _plan_milestones(life, program)
    for one in program.by_time:
        plan_next(life, program, one)
    for one in program.by_silence:
        plan_silence(life, one)


def plan_next(life: Lifecycle, program: Program, one: PlayProgram) -> None:
    """Set when the play is due next, if ever."""
    state = life.play(one.id)
    if one.play.at is not None:
        index = _round_of(life, one.play.at)
        state.due = _at_moment(life, program, one.play.at) if state.last_index < index else None
        state.occurrence = str(index)
    elif one.play.every is not None:
        _keep_rhythm(life, program, one, one.play.every, state)
        state.due = every_due(life, program, one, state.last_index + 1)
        state.occurrence = str(state.count + 1)


def _keep_rhythm(life: Lifecycle, program: Program, one: PlayProgram, every: Every, state: PlayState) -> None:
    """Where another tier, a second visit or an amendment has brought another rhythm: go on with its first beat from now on."""
    rhythm = f"{every.each[life.customer.tier]} from {_rhythm_start(life, every)}"
    if state.rhythm != rhythm:
        # A rhythm new to this stage begins with the stage, one that changed under way goes on from now.
        begins = life.clock + timedelta(microseconds=1) if state.rhythm else midnight(stage_start(life), life.zone)
        state.last_index = 0
        while every_due(life, program, one, state.last_index + 1) < begins:
            state.last_index += 1
    state.rhythm = rhythm


def _rhythm_start(life: Lifecycle, every: Every) -> date:
    return clock_of(life.contract).start if every.of == "contract_start" else stage_start(life)


def every_due(life: Lifecycle, program: Program, one: PlayProgram, index: int) -> datetime:
    """When that beat of a rhythm is due; the first is one period after its anchor."""
    every = one.play.every
    assert every is not None
    start = _rhythm_start(life, every)
    span = every.each[life.customer.tier]
    if span.unit in _SUB_DAY:
        zero = midnight(start, life.zone)
        return zero + index * (add(zero, span, life.zone, life.customer.country) - zero)
    match span.unit:
        case Unit.MONTH:
            day = add_months(start, span.amount * index)
        case Unit.BUSINESS_DAY:
            day = add_business_days(start, span.amount * index, life.customer.country)
        case _:
            day = start + timedelta(days=index * span.amount * (7 if span.unit is Unit.WEEK else 1))
    return _on(life, program, day, every)


def _round_of(life: Lifecycle, at: At) -> int:
    """Which occurrence this is: what hangs on the contract's end comes again when an extension has moved the end away."""
    on_end = at.before_end is not None or at.of in ("contract_end", "stage_end") or life.stage is Stage.RENEWAL
    return life.round if on_end else 1


def _at_moment(life: Lifecycle, program: Program, at: At) -> datetime | None:
    clock = clock_of(life.contract)
    if at.day is not None:
        return _on(life, program, stage_start(life) + timedelta(days=at.day), at)
    if at.before_end is not None:
        if isinstance(at.before_end, Fraction):
            part = at.before_end
            return _on(life, program, clock.end - timedelta(days=life.contract.days * part.numerator // part.denominator), at)
        return _around(life, program, clock.end, at.before_end, -1, at)
    anchor = _anchor(life, program, at.of or "")
    if anchor is None:
        return None
    span = at.after or at.before
    assert span is not None
    return _around(life, program, anchor, span, 1 if at.after is not None else -1, at)


def _around(life: Lifecycle, program: Program, anchor: date | datetime, span: Span, sign: int, at: At) -> datetime:
    if span.unit in _SUB_DAY:
        moment = anchor if isinstance(anchor, datetime) else midnight(anchor, life.zone)
        elapsed = add(moment, span, life.zone, life.customer.country) - moment
        return moment + sign * elapsed
    day = local(anchor, life.zone).date() if isinstance(anchor, datetime) else anchor
    return _on(life, program, shift(day, span, life.customer.country, sign), at)


def _on(life: Lifecycle, program: Program, day: date, at: At | Every) -> datetime:
    return at_local(day, at.time, life.zone) + spread(life.customer.id, program.playbook.contact_policy)


def _anchor(life: Lifecycle, program: Program, of: str) -> date | datetime | None:
    clock = clock_of(life.contract)
    match of:
        case "stage_start":
            return stage_start(life) if life.stage not in (Stage.WIN_BACK, Stage.FAREWELL) else life.stage_since
        case "stage_end":
            return stage_end(life, program.playbook.contract)
        case "contract_start":
            return clock.start
        case "contract_end":
            return clock.end
        case "enrolment":
            return life.enrolled if life.enrolled >= life.term_since else None
        case _:
            state = life.milestones.get(of.removeprefix("milestone:"))
            # A milestone of an earlier term has had its plays there.
            return None if state is None or state.done is None or (life.contract.term > 1 and state.done < life.term_since) else state.done


def plan_silence(life: Lifecycle, one: PlayProgram) -> None:
    """A silence is counted from the last sign of life and comes due once; one that began before the stage, on its first day at the earliest."""
    span = one.play.silent_for
    assert span is not None
    state = life.play(one.id)
    since = max(life.last_active, life.enrolled) if life.last_active is not None else life.enrolled
    if state.since == since and (state.spent or state.due is not None):
        return
    if state.since != since:
        state.since, state.spent = since, False
    state.due = None if state.spent else max(add(since, span, life.zone, life.customer.country), life.stage_since)


def _plan_milestones(life: Lifecycle, program: Program) -> None:
    start = stage_start(life)
    for name, milestone in program.plan.milestones.items():
        state = life.milestones.setdefault(name, MilestoneState())
        if milestone.due.unit in _SUB_DAY:
            state.due = add(midnight(start, life.zone), milestone.due, life.zone, life.customer.country)
        else:
            last_day = shift(start, milestone.due, life.customer.country)
            state.due = midnight(last_day + timedelta(days=1), life.zone)
