"""The moment of sending: condition, addressee and policy are looked at again, and the touch goes, waits or falls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, assert_never

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import Category, Once, Outcome, TouchKind
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.time.durations import WORKED
from lifecycle.domain.time.hours import Timetable
from lifecycle.domain.touch import HeldBy, Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.anchors import drop_passed, find_anchor, has_passed
from lifecycle.engine.plays.runs import call_back, pass_on
from lifecycle.engine.plays.starting import spends, stage_visit, used_up
from lifecycle.engine.session import Session
from lifecycle.engine.touches.building import Addressed, build_touch
from lifecycle.engine.touches.holding import until_the_end
from lifecycle.facts.offers import OfferState
from lifecycle.playbook.graph import Node
from lifecycle.playbook.program import PlayProgram
from lifecycle.rules.contact_policy import Delay, Suppress, closes_after, count_send, counts, judge, judge_internal
from lifecycle.rules.hours import after, hours_of
from lifecycle.rules.windows import last_moment, last_try
from lifecycle.state.log import LONGEST_WHY
from lifecycle.state.plays import PlayRun, Plays, RunStatus
from lifecycle.state.room import TOUCHES, size_of_touch
from lifecycle.steps.base import Addressees, Grant

PAUSED = "paused"
"""Why a touch is held back while the life is paused: so a resume finds it."""
SHORTEST_HOLD = timedelta(seconds=1)
NO_ROOM = "so much was being done at once that it had to wait"
"""Why a touch is held back until others are settled, which find it by that."""
LOOK_AGAIN = timedelta(minutes=5)
"""How long a touch for which there is no room waits, unless another is settled before."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run whose step is a touch that is due."""

    run: PlayRun
    play: PlayProgram
    node: Node

    @property
    def kind(self) -> TouchKind:
        """The kind of touch."""
        kind = self.node.step.body.touch
        assert kind is not None, f"{self.node.id} makes no touch"
        return kind


class Unsent(NamedTuple):
    """What becomes of a touch that does not go out, why, to whom it would have gone, and since when, if that is not known only now."""

    outcome: Outcome
    why: Why
    to: Sequence[Contact] = ()
    since: datetime | None = None


def release(session: Session, at: datetime) -> list[Touch]:
    """Settle what becomes of every touch that is due at that moment (UTC), the most important first; those that go are returned."""
    plays = session.program.plays
    waiting = [Candidate(run, plays[run.play], plays[run.play].nodes[run.step]) for run in session.runs_with(RunStatus.READY)]
    waiting.sort(key=lambda candidate: (-candidate.play.play.priority, candidate.run.step_due, candidate.run.id))
    return [touch for candidate in waiting if (touch := _release(session, candidate, at)) is not None]


def _release(session: Session, candidate: Candidate, at: datetime) -> Touch | None:
    life, playbook, run, play, kind = session.life, session.program.playbook, candidate.run, candidate.play.play, candidate.kind
    find_anchor(session, run, play)
    if has_passed(run, at):
        drop_passed(session, run, at)
        return None
    fault = _wrong_now(session, candidate, at)
    if fault is not None:
        return _do_not_send(session, candidate, at, Unsent(Outcome.SUPPRESSED, fault))
    body, here = candidate.node.step.body, run.stage_visit == stage_visit(session)
    addressees = body.addressees()
    addressed = None if addressees is None else Addressed(addressees.among(life.customer), addressees.category)
    to = [] if addressed is None else addressed.recipients
    hours = hours_of(life, playbook.contact_policy, play, kind, body.request().level, to, body.request().owner)
    patient = last_try(life, playbook, play, run.step_due, kind, hours, comes_before=run.bound, of_this_stage=here)
    last = patient if run.tries else last_moment(life, playbook, play, run.step_due, hours, comes_before=run.bound, of_this_stage=here)
    if run.held is not None:
        return _wait_held(session, candidate, at, last, run.held)
    if at > last:
        words = f"was due {run.step_due:%Y-%m-%d %H:%M} UTC, its window of {play.within or playbook.within} is over"
        # What was held back was missed when its window closed; of what nobody looked at in time, the moment is when it was due.
        return _do_not_send(
            session, candidate, at, Unsent(Outcome.MISSED, Why(Cause.WINDOW, words), since=last if run.why else run.step_due)
        )
    if life.plays.paused:
        by = life.plays.paused_by
        if at < last:
            return _hold(session, candidate, at, last, Why(Cause.PAUSED, PAUSED, by))
        return _do_not_send(session, candidate, at, Unsent(Outcome.MISSED, Why(Cause.PAUSED, "paused until its window was over", by)))
    if addressees is not None and addressed is not None:
        return _release_message(session, candidate, at, last, addressees, addressed)
    if hours is not None and isinstance(verdict := judge_internal(life, playbook.contact_policy, at, body.request().owner), Delay):
        return _delay(session, candidate, at, last, verdict)
    run.task_counts_from = _counts_from(session, candidate, at, hours)
    return _ask_for(session, candidate, at, max(last, patient), Addressed([], Category.OPERATIONAL))


def _wait_held(session: Session, candidate: Candidate, at: datetime, last: datetime, held: HeldBy) -> Touch | None:
    """The touch is held, as it was answered: it waits for the end of its window, wherever that is by now."""
    run = candidate.run
    if at >= last:
        return _do_not_send(session, candidate, at, Unsent(Outcome.MISSED, until_the_end(held), since=last))
    session.set_status(run, RunStatus.HELD, max(last, at + SHORTEST_HOLD), run.why)
    return None


def _counts_from(session: Session, candidate: Candidate, at: datetime, hours: Timetable | None) -> datetime | None:
    """From when the working time of a task counts that nothing but the hours held back until then: from when it was asked for."""
    life, policy, asked = session.life, session.program.playbook.contact_policy, candidate.run.step_due
    body = candidate.node.step.body
    due = body.due_in(life.customer.tier)
    if hours is None or due is None or due.unit not in WORKED:
        return None
    opens = hours.opening(asked)
    held = asked < opens <= at < hours.closing(opens)
    return asked if held and after(life, policy, asked, due, body.request().owner) > at else None


def _release_message(
    session: Session, candidate: Candidate, at: datetime, last: datetime, addressees: Addressees, addressed: Addressed
) -> Touch | None:
    """A touch that reaches the customer: whoever holds the role now gets it, if the contact policy (R07) lets it go."""
    life, policy = session.life, session.program.playbook.contact_policy
    if not addressed.people:
        roles = " or ".join(role.value for role in addressees.roles)
        return _do_not_send(session, candidate, at, Unsent(Outcome.SUPPRESSED, Why(Cause.NOBODY, f"nobody holds the role {roles}")))
    verdict = judge(life, policy, addressed.recipients, addressed.category, at)
    if isinstance(verdict, Suppress):
        return _do_not_send(session, candidate, at, Unsent(Outcome.SUPPRESSED, verdict.why, addressed.people))
    if isinstance(verdict, Delay):
        return _delay(session, candidate, at, last, verdict, addressed.people)
    return _ask_for(session, candidate, at, min(last, closes_after(life, policy, addressed.recipients, at)), addressed)


def _delay(session: Session, candidate: Candidate, at: datetime, last: datetime, delay: Delay, to: Sequence[Contact] = ()) -> Touch | None:
    """The touch waits until it may go, if that is inside its window."""
    why = _behind(session, candidate, delay, at)
    if delay.until > last:
        too_late = why._replace(words=f"{why.words}, and its window is over before it may go")
        return _do_not_send(session, candidate, at, Unsent(Outcome.MISSED, too_late, to))
    return _hold(session, candidate, at, delay.until, why, to)


def _behind(session: Session, candidate: Candidate, delay: Delay, at: datetime) -> Why:
    """Why it is late; where another play took the last slot at this very moment, that one is the reason."""
    for key, sent in delay.taken:
        other = session.program.plays.find(key.split("/")[2])
        if sent == at and other is not None and other.id != candidate.play.id and other.play.priority > candidate.play.play.priority:
            return Why(Cause.PRIORITY, f"behind play {other.id}, which had priority; {delay.why.words}")
    return delay.why


def _wrong_now(session: Session, candidate: Candidate, at: datetime) -> Why | None:
    """Why the touch is wrong by now, whatever the hour. The play's own `if` is asked until its first touch has gone out."""
    run, play, step = candidate.run, candidate.play.play, candidate.node.step
    for condition in (None if run.went_out else play.if_, step.if_):
        if condition is not None and not session.holds_at(at, condition, run.event, candidate.play.about(run.key)):
            return Why(Cause.CONDITION, "its condition no longer holds")
    if not run.went_out and not run.repeats and used_up(session, candidate.play, run.key, apart_from=run):
        return Why(Cause.ONCE, "has gone out meanwhile")
    grant = step.body.grant()
    if grant is not None and _granted(session, grant):
        once = "ever" if grant.once is Once.EVER else f"a {grant.once.value}"
        return Why(Cause.MADE_BEFORE, f"the offer {grant.offer} was made before, and is made once {once}")
    return None


def _granted(session: Session, grant: Grant) -> bool:
    life = session.life
    if any(touch.kind is TouchKind.OFFER and touch.name == grant.offer for touch in life.plays.in_flight.values()):
        return True
    for unknown in life.plays.unknown.values():
        if unknown.touch.kind is TouchKind.OFFER and unknown.touch.name == grant.offer and spends(session, grant.once, unknown.touch):
            return True
    state = life.facts.offers.states.get(grant.offer, OfferState())
    match grant.once:
        case Once.EVER:
            return state.granted
        case Once.TERM:
            return life.key_term in state.terms
        case Once.STAGE:
            return stage_visit(session) in state.stages
    assert_never(grant.once)


def _do_not_send(session: Session, candidate: Candidate, at: datetime, unsent: Unsent) -> Touch | None:
    """The touch does not go out, and the play goes on."""
    run, plays, since = candidate.run, session.life.plays, unsent.since or at
    key = run.touch_key(session.life.customer.id)
    if key in plays.tried:
        call_back(session, run, plays.tried.pop(key), unsent.outcome, since, unsent.why)
        return None
    session.note_run_unsent(run, unsent.outcome, since, unsent.why, unsent.to)
    pass_on(session, candidate.play, run, at)
    return None


def _hold(session: Session, candidate: Candidate, at: datetime, until: datetime, why: Why, to: Sequence[Contact] = ()) -> Touch | None:
    """The touch waits until that moment at the earliest, and a while in any case: held until now, it would be judged without end.

    While the life is paused it waits until it is resumed.
    """
    run = candidate.run
    if run.why != cut(why.words, LONGEST_WHY):
        session.note_held(run, at, why, None if why.cause is Cause.PAUSED else until, to)
    session.set_status(run, RunStatus.HELD, max(until, at + SHORTEST_HOLD), why.words)
    return None


def has_room(plays: Plays, touch: Touch) -> bool:
    """Whether the touch can be carried from run to run beside those that are asked for or wait for another try; one alone always can."""
    others = [other for other in (*plays.in_flight.values(), *plays.tried.values()) if other.key != touch.key]
    return not others or sum(map(size_of_touch, others)) + size_of_touch(touch) <= TOUCHES


def _wait_for_room(session: Session, candidate: Candidate, at: datetime, not_after: datetime, addressed: Addressed) -> Touch | None:
    if at >= not_after:
        missed = Why(Cause.NO_ROOM, f"{NO_ROOM} until its window was over")
        return _do_not_send(session, candidate, at, Unsent(Outcome.MISSED, missed, addressed.people))
    return _hold(session, candidate, at, min(at + LOOK_AGAIN, not_after), Why(Cause.NO_ROOM, NO_ROOM), addressed.people)


def _ask_for(session: Session, candidate: Candidate, at: datetime, not_after: datetime, addressed: Addressed) -> Touch | None:
    """The touch goes, unless its message would have a hole."""
    run, plays = candidate.run, session.life.plays
    touch = build_touch(session, run, candidate.node, at, not_after, addressed)
    if isinstance(touch, str):
        no_value = Why(Cause.NO_VALUE, f"there is no value for {touch}")
        return _do_not_send(session, candidate, at, Unsent(Outcome.SUPPRESSED, no_value, addressed.people))
    if not has_room(plays, touch):
        return _wait_for_room(session, candidate, at, not_after, addressed)
    plays.in_flight[touch.key] = touch
    plays.tried.pop(touch.key, None)
    session.set_status(run, RunStatus.PERFORMING)
    if counts(touch.kind, touch.category):
        count_send(session.life, session.program.playbook.contact_policy, touch)
    return touch
