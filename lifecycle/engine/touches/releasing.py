"""The moment of sending: condition, addressee and policy are looked at again, and the touch goes, waits or falls."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import Category, Once, Outcome, TouchKind
from lifecycle.domain.touch import Touch
from lifecycle.engine.plays.runs import call_back, pass_on
from lifecycle.engine.plays.starting import stage_visit, used_up
from lifecycle.engine.session import Session
from lifecycle.engine.touches.building import Addressed, build_touch
from lifecycle.facts.offers import OfferState
from lifecycle.playbook.graph import Node
from lifecycle.playbook.program import PlayProgram
from lifecycle.rules.contact_policy import Delay, Suppress, closes_after, count_send, counts, judge
from lifecycle.rules.windows import last_moment, last_try
from lifecycle.state.log import LONGEST_WHY
from lifecycle.state.plays import PlayRun, Plays, RunStatus
from lifecycle.state.room import TOUCHES, size_of_touch
from lifecycle.steps.base import Addressees, Grant

PAUSED = "paused"
NO_ROOM = "so much was being done at once that it had to wait"

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


def release(session: Session, at: datetime) -> list[Touch]:
    """Settle what becomes of every touch that is due at that moment (UTC), the most important first; those that go are returned."""
    plays = session.program.plays
    waiting = [Candidate(run, plays[run.play], plays[run.play].nodes[run.step]) for run in session.runs_with(RunStatus.READY)]
    waiting.sort(key=lambda candidate: (-candidate.play.play.priority, candidate.run.step_due, candidate.run.id))
    return [touch for candidate in waiting if (touch := _release(session, candidate, at)) is not None]


def _release(session: Session, candidate: Candidate, at: datetime) -> Touch | None:
    life, playbook, run, play, kind = session.life, session.program.playbook, candidate.run, candidate.play.play, candidate.kind
    fault = _wrong_now(session, candidate, at)
    if fault is not None:
        return _do_not_send(session, candidate, Outcome.SUPPRESSED, at, fault)
    last = last_try(life, playbook, play, run.step_due, kind) if run.tries else last_moment(life, playbook, play, run.step_due)
    if at > last:
        why = f"was due {run.step_due:%Y-%m-%d %H:%M} UTC, its window of {play.within or playbook.within} is over"
        return _do_not_send(session, candidate, Outcome.MISSED, at, why)
    if life.plays.paused:
        if at < last:
            return _hold(session, candidate, at, last, PAUSED)
        return _do_not_send(session, candidate, Outcome.MISSED, at, "paused until its window was over")
    addressees = candidate.node.step.body.addressees()
    if addressees is None:
        patient = last_try(life, playbook, play, run.step_due, kind)
        return _ask_for(session, candidate, at, max(last, patient), Addressed([], Category.OPERATIONAL))
    return _release_message(session, candidate, at, last, addressees)


def _release_message(session: Session, candidate: Candidate, at: datetime, last: datetime, addressees: Addressees) -> Touch | None:
    """A touch that reaches the customer: whoever holds the role now gets it, if the contact policy (R07) lets it go."""
    life, policy = session.life, session.program.playbook.contact_policy
    addressed = Addressed(addressees.among(life.customer), addressees.category)
    if not addressed.people:
        roles = " or ".join(role.value for role in addressees.roles)
        return _do_not_send(session, candidate, Outcome.SUPPRESSED, at, f"nobody holds the role {roles}")
    verdict = judge(life, policy, addressed.recipients, addressed.category, at)
    if isinstance(verdict, Suppress):
        return _do_not_send(session, candidate, Outcome.SUPPRESSED, at, verdict.why)
    if isinstance(verdict, Delay):
        if verdict.until > last:
            return _do_not_send(session, candidate, Outcome.MISSED, at, f"{verdict.why}, and its window is over before it may go")
        return _hold(session, candidate, at, verdict.until, verdict.why)
    return _ask_for(session, candidate, at, min(last, closes_after(life, policy, at)), addressed)


def _wrong_now(session: Session, candidate: Candidate, at: datetime) -> str | None:
    """Why the touch is wrong by now, whatever the hour. The play's own `if` is asked until its first touch has gone out."""
    run, play, step = candidate.run, candidate.play.play, candidate.node.step
    for condition in (None if run.went_out else play.if_, step.if_):
        if condition is not None and not session.holds_at(at, condition, run.event):
            return "its condition no longer holds"
    if not run.went_out and used_up(session, candidate.play, apart_from=run):
        return "has gone out meanwhile"
    grant = step.body.grant()
    if grant is not None and _granted(session, grant):
        return f"the offer {grant.offer} was made before, and is made once {'ever' if grant.once is Once.EVER else f'a {grant.once.value}'}"
    return None


def _granted(session: Session, grant: Grant) -> bool:
    life = session.life
    if any(touch.kind is TouchKind.OFFER and touch.name == grant.offer for touch in life.plays.in_flight.values()):
        return True
    state = life.facts.offers.states.get(grant.offer, OfferState())
    match grant.once:
        case Once.EVER:
            return state.granted
        case Once.TERM:
            return life.contract.term in state.terms
        case Once.STAGE:
            return stage_visit(session) in state.stages
    assert_never(grant.once)


def _do_not_send(session: Session, candidate: Candidate, outcome: Outcome, at: datetime, why: str) -> Touch | None:
    """The touch does not go out, and the play goes on."""
    run, plays = candidate.run, session.life.plays
    key = run.touch_key(session.life.customer.id)
    if key in plays.tried:
        call_back(session, run, plays.tried.pop(key), outcome, why)
        return None
    session.note_run_unsent(run, outcome, at, why)
    pass_on(session, candidate.play, run, at)
    return None


def _hold(session: Session, candidate: Candidate, at: datetime, until: datetime, why: str) -> Touch | None:
    """The touch waits until that moment at the earliest."""
    run = candidate.run
    if run.why != cut(why, LONGEST_WHY):
        session.note_run_unsent(run, Outcome.DELAYED, at, why)
    session.set_status(run, RunStatus.HELD, until, why)
    return None


def _has_room(plays: Plays, touch: Touch) -> bool:
    """Whether the touch can be carried from run to run beside those that are asked for or wait for another try; one alone always can."""
    others = [other for other in (*plays.in_flight.values(), *plays.tried.values()) if other.key != touch.key]
    return not others or sum(map(size_of_touch, others)) + size_of_touch(touch) <= TOUCHES


def _wait_for_room(session: Session, candidate: Candidate, at: datetime, not_after: datetime) -> Touch | None:
    if at >= not_after:
        return _do_not_send(session, candidate, Outcome.MISSED, at, f"{NO_ROOM} until its window was over")
    return _hold(session, candidate, at, min(at + LOOK_AGAIN, not_after), NO_ROOM)


def _ask_for(session: Session, candidate: Candidate, at: datetime, not_after: datetime, addressed: Addressed) -> Touch | None:
    """The touch goes, unless its message would have a hole."""
    run, plays = candidate.run, session.life.plays
    touch = build_touch(session, run, candidate.node, at, not_after, addressed)
    if isinstance(touch, str):
        return _do_not_send(session, candidate, Outcome.SUPPRESSED, at, f"there is no value for {touch}")
    if not _has_room(plays, touch):
        return _wait_for_room(session, candidate, at, not_after)
    plays.in_flight[touch.key] = touch
    plays.tried.pop(touch.key, None)
    session.set_status(run, RunStatus.PERFORMING)
    if counts(touch.kind, touch.category):
        count_send(session.life, session.program.playbook.contact_policy, touch)
    return touch
