"""A touch of which nobody knows whether it was done: the customer's owner is asked, once, by a task that outlasts pause, play and stage."""

from dataclasses import replace
from datetime import datetime

from lifecycle.domain.enums import Category, Outcome, TouchKind
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.workplaces import OWNER_ROLE
from lifecycle.domain.time.durations import Span
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import ABOUT_UNKNOWN, Answer, HeldBy, Receipt, Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.effective_time import effective_time
from lifecycle.engine.recording.tasks import tasks_about_dropped
from lifecycle.engine.session import Session
from lifecycle.engine.touches.counting import count_as_gone
from lifecycle.engine.touches.holding import until_the_end
from lifecycle.engine.touches.own_tasks.answers import settle_own_task
from lifecycle.rules.contact_policy import Delay, judge_internal
from lifecycle.rules.hours import AT_ONCE, after
from lifecycle.rules.windows import INTERNAL_PATIENCE
from lifecycle.state.life import Lifecycle
from lifecycle.state.plays import PlayRun, UnknownTouch
from lifecycle.state.room import UNKNOWN, size_of_unknown
from lifecycle.steps.task import TaskStep

MOST_UNKNOWN = 50
"""Unknown touches that a life remembers: it is carried from run to run whole. The ledger has them all."""

DUE = Span.parse("1bd")

_MOST_NAMED = 3
_LONGEST_SUBJECT = 120


def note_unknown(session: Session, touch: Touch, run: PlayRun | None, receipt: Receipt, at: datetime) -> None:
    """Remember that nobody knows, and have the owner asked. `run` stands at the touch, unless its play has ended."""
    known = session.life.plays.unknown
    known.pop(touch.key, None)
    stood = replace(run, answered={}, answered_by={}) if run is not None and run.planned_outcome is None else None
    ask_at = None if session.life.progress.quiet else at
    known[touch.key] = UnknownTouch(touch=touch, since=at, why=receipt.why, subject=receipt.subject, run=stood, ask_at=ask_at)
    while len(known) > MOST_UNKNOWN or (len(known) > 1 and sum(map(size_of_unknown, known.values())) > UNKNOWN):
        oldest = known.pop(next(iter(known)))
        # Better not done than done twice.
        count_as_gone(session, oldest.touch, at)


def ask_owners(session: Session, now: datetime) -> list[Touch]:
    """The tasks that are due at that moment (UTC). They are internal, and ask of what has happened already: no pause, window or stage holds
    them, only the hours at which the owner works.
    """
    tasks = []
    for unknown in session.life.plays.unknown.values():
        if unknown.ask_at is None or unknown.ask_at > now:
            continue
        at = effective_time(unknown.ask_at, now)
        if unknown.held is not None:
            _give_up_asking(session, unknown, unknown.held, at)
            continue
        at_work = judge_internal(session.life, session.program.playbook.contact_policy, at, OWNER_ROLE)
        if isinstance(at_work, Delay) and unknown.touch.level != AT_ONCE:
            unknown.ask_at = at_work.until
            continue
        tasks.append(_task(session, unknown, at))
        unknown.ask_at = None
    session.life.plays.in_flight.update((task.key, task) for task in tasks)
    return tasks


def asks_about(touch: Touch) -> str | None:
    """The key of the unknown touch that this one is a task about; None for every other touch."""
    about = touch.values.get(ABOUT_UNKNOWN)
    return None if about is None else str(about["key"])


def settle_asking(session: Session, task: Touch, about: str, receipt: Receipt, at: datetime) -> None:
    """Take in what came of such a task. That it is unknown itself asks nobody: the ledger lists it.

    An answer may be so late that the touch was done again meanwhile, and is unknown again: then another task asks about it.
    """
    unknown = session.life.plays.unknown.get(about)
    if unknown is not None and key_of_asking(session.life, unknown) != task.key:
        unknown = None
    resolved = Why(Cause.OPERATOR, "the touch that it asks about is resolved")
    if settle_own_task(session, task, unknown, receipt, at, subject="", called_off=resolved):
        return
    if unknown is None and receipt.answer is Answer.DONE:
        tasks_about_dropped(session, about, at, resolved.words)
    if unknown is not None:
        # It waits for a person, for years perhaps: what its message said is no longer needed.
        unknown.touch = replace(unknown.touch, values={}, text="")


def _give_up_asking(session: Session, unknown: UnknownTouch, held: HeldBy, at: datetime) -> None:
    """The task was held until it was to be given up: the ledger lists what it was to ask about."""
    session.note_touch_unsent(_task(session, unknown, at), Outcome.MISSED, at, until_the_end(held))
    unknown.held = unknown.ask_at = None
    unknown.touch = replace(unknown.touch, values={}, text="")


def key_of_asking(life: Lifecycle, unknown: UnknownTouch) -> str:
    """The key of the task that asks the owner about that touch."""
    number = life.plays.repeated.get(unknown.touch.key, 0) + 1
    return f"{unknown.touch.key}.unknown" if number == 1 else f"{unknown.touch.key}.unknown-{number}"


def _task(session: Session, unknown: UnknownTouch, at: datetime) -> Touch:
    life, touch = session.life, unknown.touch
    owner, key = life.customer.owner, key_of_asking(session.life, unknown)
    about = _about(unknown)
    return replace(
        touch,
        key=key,
        kind=TouchKind.TASK,
        name=key.rpartition("/")[2],
        at=at,
        due=unknown.since,
        not_after=unknown.since + INTERNAL_PATIENCE,
        to=[],
        category=Category.OPERATIONAL,
        template="",
        owner=TaskStep.model_fields["owner"].default,
        text=_in_words(about),
        level=0,
        starts=None,
        ends=None,
        deadline=after(life, session.program.playbook.contact_policy, at, DUE),
        sequence=0,
        values=touch.values | {"owner": {"name": owner.name, "first_name": owner.first_name, "email": owner.email}, ABOUT_UNKNOWN: about},
    )


def _about(unknown: UnknownTouch) -> dict[str, Scalar]:
    touch = unknown.touch
    people = [f"{to.name} <{to.email}>" for to in touch.to]
    named = people if len(people) <= _MOST_NAMED else [*people[:_MOST_NAMED], f"{len(people) - _MOST_NAMED} others"]
    subject = unknown.subject
    return {
        "key": touch.key,
        "kind": touch.kind.value,
        "name": touch.name,
        "play": touch.play,
        "to": ", ".join(named),
        "subject": subject if len(subject) <= _LONGEST_SUBJECT else f"{subject[: _LONGEST_SUBJECT - 1]}…",
        "tried": f"{local(touch.at, touch.timezone):%Y-%m-%d %H:%M} ({touch.timezone})",
        "why": unknown.why,
        "resolve": f"starter.py resolve {touch.key} --sent (or --not-sent, with --again to have it done again)",
    }


def _in_words(about: dict[str, Scalar]) -> str:
    to = f" to {about['to']}" if about["to"] else ""
    subject = f", subject '{about['subject']}'" if about["subject"] else ""
    what = f"the {about['kind']} {about['name']} of play {about['play']}{to}{subject}"
    return f"Find out whether {what} was sent on {about['tried']}, then say so: {about['resolve']}. What is known: {about['why']}"
