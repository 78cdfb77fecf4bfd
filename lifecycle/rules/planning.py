"""When plays are due: the moment of each trigger that hangs on a date, a rhythm or a silence. All moments are UTC.

These only work moments out; `engine/plays/stage_plan.py` writes them down.
"""

from bisect import bisect_left
from datetime import date, datetime, timedelta
from fractions import Fraction

from lifecycle.domain.enums import Stage
from lifecycle.domain.time.calendar import shift
from lifecycle.domain.time.durations import CLOCKED, Span
from lifecycle.domain.time.zones import at_local, day_from, local, midnight
from lifecycle.playbook.play import At, Every, Play
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.contact_policy import spread
from lifecycle.rules.contract.clock import clock_of, stage_end, stage_start
from lifecycle.rules.contract.going_on import cancel_by, has_end
from lifecycle.rules.hours import after, before
from lifecycle.state.life import Lifecycle


def hangs_on_end(at: At) -> bool:
    """Whether its moment moves with the contract's end."""
    return at.before_end is not None or at.of in ("contract_end", "notice_end", "stage_end")


def round_of(life: Lifecycle, at: At) -> int:
    """Which occurrence this is: what hangs on the contract's end comes again when an extension has moved the end away."""
    return life.progress.round if hangs_on_end(at) or life.stage in (Stage.RENEWAL, Stage.LAPSED) else 1


JUST_BEFORE = timedelta(seconds=1)
"""How long before its anchor at least what comes before it is due, whatever its hour and its share of the jitter."""


def moment_of(life: Lifecycle, playbook: Playbook, at: At) -> datetime | None:
    """When that `at` is due in the present stage; None while its anchor is not known."""
    due, anchor = _due(life, playbook, at), _comes_before(life, playbook, at)
    return due if due is None or anchor is None else min(due, anchor - JUST_BEFORE)


def _due(life: Lifecycle, playbook: Playbook, at: At) -> datetime | None:
    clock = clock_of(life.contract, playbook.lengths)
    if at.day is not None:
        return _on(life, playbook, day_from(stage_start(life, playbook.lengths), at.day), at)
    if at.before_end is not None:
        if not has_end(life):
            return None
        if isinstance(at.before_end, Fraction):
            part = at.before_end
            return _on(life, playbook, day_from(clock.end, -(life.contract.days * part.numerator // part.denominator)), at)
        return _around(life, playbook, clock.end, at.before_end, -1, at)
    anchor = _anchor(life, playbook, at.of or "")
    if anchor is None:
        return None
    span = at.after or at.before
    assert span is not None
    return _around(life, playbook, anchor, span, 1 if at.after is not None else -1, at)


def deadline_of(life: Lifecycle, playbook: Playbook, play: Play) -> datetime | None:
    """The moment that the play comes before, as its `at` says; None for one that comes after something, on the day itself, or of its own."""
    return None if play.at is None else _comes_before(life, playbook, play.at)


def _comes_before(life: Lifecycle, playbook: Playbook, at: At) -> datetime | None:
    span = at.before if at.before is not None else at.before_end
    if span is None or (isinstance(span, Span) and span.amount == 0):
        return None
    if at.before_end is not None and not has_end(life):
        return None
    anchor = life.contract.end if at.before_end is not None else _anchor(life, playbook, at.of or "")
    return anchor if anchor is None or isinstance(anchor, datetime) else midnight(anchor, life.zone)


def rhythm_start(life: Lifecycle, playbook: Playbook, every: Every) -> date:
    """The local day from which a rhythm counts."""
    return life.contract.start if every.of == "contract_start" else stage_start(life, playbook.lengths)


MOST_BEATS = 10_000_000
"""More than a rhythm of hours has in the whole calendar."""


def beat_due(life: Lifecycle, playbook: Playbook, every: Every, index: int) -> datetime:
    """When that beat of a rhythm is due, for a tier that the rhythm has; the first is one period after its anchor."""
    start = rhythm_start(life, playbook, every)
    each = every.each[life.customer.tier]
    span = Span(each.amount * index, each.unit)
    if span.unit in CLOCKED:
        return after(life, playbook.contact_policy, midnight(start, life.zone), span)
    day = shift(start, span, life.customer.country)
    return _on(life, playbook, day, every)


def first_beat(life: Lifecycle, playbook: Playbook, every: Every, since: datetime, above: int = 0) -> int:
    """The number of the first beat that is due at that moment or later, of those after the beat `above`."""

    def due(index: int) -> datetime:
        return beat_due(life, playbook, every, index)

    low, step = above + 1, 1
    if due(low) >= since:
        return low
    while low + step < MOST_BEATS and due(low + step - 1) < since:
        step *= 2
    return low + bisect_left(range(low, low + step), since, key=due)


def silent_since(life: Lifecycle) -> datetime | None:
    """The last sign of life; the enrolment, before the first one after it. None where nobody can tell whether there is a silence: who was
    a customer before it was enrolled, and of whom nothing was ever told, may be heard of every day where nobody tells us.
    """
    last, past = life.facts.activity.last, life.customer.past
    if last is None and (past.since is not None or past.onboarded):
        return None
    return life.progress.enrolled if last is None else max(last, life.progress.enrolled)


def silence_due(life: Lifecycle, playbook: Playbook, since: datetime, span: Span) -> datetime:
    """When a silence that began then has lasted that long; one that began before the stage, on its first day at the earliest."""
    return max(after(life, playbook.contact_policy, since, span), life.progress.stage_since)


def _around(life: Lifecycle, playbook: Playbook, anchor: date | datetime, span: Span, sign: int, at: At) -> datetime:
    if span.unit in CLOCKED:
        moment = anchor if isinstance(anchor, datetime) else midnight(anchor, life.zone)
        return (after if sign > 0 else before)(life, playbook.contact_policy, moment, span)
    day = local(anchor, life.zone).date() if isinstance(anchor, datetime) else anchor
    return _on(life, playbook, shift(day, span, life.customer.country, sign), at)


def _on(life: Lifecycle, playbook: Playbook, day: date, at: At | Every) -> datetime:
    return at_local(day, at.time, life.zone) + spread(life.customer.id, playbook.contact_policy)


def _anchor(life: Lifecycle, playbook: Playbook, of: str) -> date | datetime | None:
    contract, progress = life.contract, life.progress
    match of:
        case "stage_start":
            return stage_start(life, playbook.lengths) if life.stage not in (Stage.WIN_BACK, Stage.FAREWELL) else progress.stage_since
        case "stage_end":
            return stage_end(life, playbook) if has_end(life) or life.stage is not Stage.GROWTH else None
        case "contract_start":
            return contract.start
        case "contract_end":
            return contract.end if has_end(life) else None
        case "notice_end":
            return cancel_by(contract, playbook.contract, life.customer.country) if life.facts.contract.cancelled is None else None
        case "enrolment":
            return progress.enrolled if progress.enrolled >= progress.term_since else None
        case _:
            name = of.removeprefix("milestone:")
            state = life.facts.milestones.states.get(name)
            if state is None or state.done is None or _is_old_news(life, name, state.done):
                return None
            return state.done


def _is_old_news(life: Lifecycle, milestone: str, done: datetime) -> bool:
    """Whether nothing follows that milestone any more: one of an earlier term has had its plays there, and of one that was reached before
    the enrolment, nobody said when, the moment is not known.
    """
    told, progress = life.customer.past.milestones, life.progress
    undated = milestone in told and told[milestone] is None and done <= progress.enrolled
    return undated or (life.contract.term > 1 and done < progress.term_since)
