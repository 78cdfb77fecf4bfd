"""Late is not silent: what a late start has missed in its stage is listed for the owner, once, in one task. Moments are UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lifecycle.domain.enums import Category, Outcome, TouchKind
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import CATCH_UP, Receipt, Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.effective_time import effective_time
from lifecycle.engine.plays.making_up import lost_something, missed_by_late_start
from lifecycle.engine.plays.missed import catch_up_key, note_nothing_left
from lifecycle.engine.plays.starting import stage_visit
from lifecycle.engine.session import Session
from lifecycle.engine.touches.holding import until_the_end
from lifecycle.engine.touches.message_values import Values
from lifecycle.engine.touches.own_tasks.answers import settle_own_task
from lifecycle.engine.touches.releasing import LOOK_AGAIN, has_room
from lifecycle.engine.touches.system_values import with_system_values
from lifecycle.playbook.program import PlayProgram
from lifecycle.rules.contact_policy import Delay, judge_internal
from lifecycle.rules.hours import after
from lifecycle.rules.planning import deadline_of
from lifecycle.rules.windows import INTERNAL_PATIENCE
from lifecycle.state.log import EntryKind
from lifecycle.state.plays import CatchUp, MissedPlay

_LONGEST_NAME = 160
"""Characters of what a play is about, in a list of many."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A play that a late start has missed: by its id (with the milestone that it is about), in words, and the customer's day on which it was due."""

    play: str
    words: str
    due: date


def missed_in_words(session: Session, at: datetime) -> list[Missed]:
    """What the late start has missed and is still wanted at that moment, in the order in which it was due."""
    return [_in_words(session, missed, play, at) for missed, play in missed_by_late_start(session, at)]


def _in_words(session: Session, missed: MissedPlay, play: PlayProgram, at: datetime) -> Missed:
    about = play.play.about or play.id
    name = about if len(about) <= _LONGEST_NAME else f"{about[: _LONGEST_NAME - 1]}…"
    due = local(missed.due, session.life.zone).date()
    milestone = f", for {missed.key}" if missed.key else ""
    comes_before = deadline_of(session.life, session.program.playbook, play.play)
    passed = comes_before is not None and at >= comes_before
    too_late = f", too late to send: it was to go before {session.clock(comes_before)}" if comes_before is not None and passed else ""
    words = f"{name} ({play.id}{milestone}, due {due}{too_late})"
    return Missed(f"{play.id}/{missed.key}" if missed.key else play.id, words, due)


def plays_in_number(count: int) -> str:
    """So many plays, in words."""
    return f"{count} play{'s' if count != 1 else ''}"


# ---- the task


def tell_owner(session: Session, now: datetime) -> list[Touch]:
    """The task, if it is due at that moment: one that waits for the owner's hours, and while the life is paused for its being resumed.

    Where the customer's file makes a list for its owner, there is none.
    """
    plays = session.life.plays
    catch_up = plays.catch_up
    if catch_up is None or catch_up.ask_at is None or catch_up.ask_at > now:
        return []
    at = effective_time(catch_up.ask_at, now)
    missed = missed_in_words(session, at)
    if not missed:
        plays.catch_up = None
        if lost_something(session):
            note_nothing_left(session, at)
        return []
    if session.life.progress.listed:
        plays.catch_up = None
        words = (
            f"{plays_in_number(len(missed))} missed by the late start: they stand on the list that the customer's file makes for its owner"
        )
        session.note(at, EntryKind.PLAY, CATCH_UP, words, cause=Cause.WINDOW, key=catch_up_key(session))
        return []
    return [] if plays.paused else _ask(session, catch_up, missed, at)


def _ask(session: Session, catch_up: CatchUp, missed: list[Missed], at: datetime) -> list[Touch]:
    task = _task(session, catch_up, missed, at)
    if catch_up.held is not None:
        _give_up(session, task, at)
        return []
    at_work = judge_internal(session.life, session.program.playbook.contact_policy, at, task.owner)
    if isinstance(at_work, Delay):
        catch_up.ask_at = at_work.until
        return []
    if not has_room(session.life.plays, task):
        catch_up.ask_at = at + LOOK_AGAIN
        return []
    catch_up.ask_at, catch_up.since = None, catch_up.since or at
    session.life.plays.in_flight[task.key] = task
    return [task]


def _give_up(session: Session, task: Touch, at: datetime) -> None:
    """The task was held until it was to be given up: the timeline has what it was to tell."""
    catch_up = session.life.plays.catch_up
    assert catch_up is not None and catch_up.held is not None
    session.note_touch_unsent(task, Outcome.MISSED, at, until_the_end(catch_up.held))
    session.life.plays.catch_up = None


def _task(session: Session, catch_up: CatchUp, missed: list[Missed], at: datetime) -> Touch:
    life, playbook, plan = session.life, session.program.playbook, session.program.plan
    owner = life.customer.owner
    values: Values = {
        "customer": {"name": life.customer.name, "goal": life.customer.goal, "industry": life.customer.industry},
        "owner": {"name": owner.name, "first_name": owner.first_name, "email": owner.email},
        "company": dict(playbook.company_values),
        "stage": {"name": life.stage.value, "day": day_of_start(session)},
    }
    return Touch(
        key=catch_up_key(session),
        kind=TouchKind.TASK,
        name=CATCH_UP,
        customer=life.customer.id,
        term=life.key_term,
        counts_for=stage_visit(session),
        playbook=life.playbook,
        play=CATCH_UP,
        at=at,
        due=life.progress.late_since or at,
        not_after=(catch_up.since or at) + INTERNAL_PATIENCE,
        timezone=life.zone,
        country=life.customer.country,
        category=Category.OPERATIONAL,
        owner=plan.told_of_late_start or plan.owner,
        text=_text(session, missed),
        deadline=after(life, playbook.contact_policy, at, plan.catch_up.due, plan.told_of_late_start),
        values=with_system_values(session, values) | {CATCH_UP: {each.play: each.due.isoformat() for each in missed}},
        tier=life.customer.tier,
    )


def day_of_start(session: Session) -> int:
    """On which day of its stage the life came in."""
    life = session.life
    return (local(life.progress.late_since or life.progress.stage_since, life.zone).date() - session.stage_starts).days


def _text(session: Session, missed: Sequence[Missed]) -> str:
    life = session.life
    came = (
        f"{life.customer.name} came in on day {day_of_start(session)} of {life.stage.value}, too late for {plays_in_number(len(missed))}."
    )
    what = f"Do what still makes sense, or have one sent by 'starter.py run-now {life.customer.id} PLAY':"
    return "\n".join([f"{came} {what}", *(f"- {each.words}" for each in missed)])


# ---- what became of it


def is_catch_up(touch: Touch) -> bool:
    """Whether the touch is such a task."""
    return touch.play == CATCH_UP and CATCH_UP in touch.values


def settle_telling(session: Session, task: Touch, receipt: Receipt, why_called_off: Why | None, at: datetime) -> None:
    """Take in what came of such a task; `why_called_off` says why it was called off, if it was."""
    subject = f"{plays_in_number(len(task.values[CATCH_UP]))} missed by the late start"
    called_off = why_called_off or Why(Cause.STAGE_ENDED, receipt.why or "the stage ended before it acted")
    if not settle_own_task(session, task, session.life.plays.catch_up, receipt, at, subject=subject, called_off=called_off):
        session.life.plays.catch_up = None
