"""The engine as tests call it, and the state as they read it: a change of either is made here, once.

Every function takes a `Life`: a `Simulation`, a `Lived`, or what `begun` gives. Moments are in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lifecycle.domain.enums import Category, ChurnKind, Resolution
from lifecycle.domain.health import Health
from lifecycle.domain.model import Instant
from lifecycle.domain.people.customer import Contract, Customer
from lifecycle.domain.touch import Receipt, Record, Touch
from lifecycle.engine import engine, operators
from lifecycle.engine.engine import Decision, Session
from lifecycle.engine.events.inbox import ApplyResult
from lifecycle.engine.touches import resolving
from lifecycle.facts.events import Event
from lifecycle.facts.meetings import MeetingState
from lifecycle.facts.milestones import MilestoneState
from lifecycle.facts.surveys import SurveyState
from lifecycle.facts.usage import UsageReport
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import compile_playbook
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry
from lifecycle.state.plays import CalledOff, PlayRun, PlayState, UnknownTouch


class Life(Protocol):
    """A life in work."""

    @property
    def session(self) -> Session: ...


@dataclass
class Begun:
    """A life alone, which goes on only when it is told to."""

    session: Session

    @property
    def life(self) -> Lifecycle:
        return self.session.life

    def follow(self, playbook: Playbook) -> None:
        """Live by the part of the playbook for the stage and tier it is in now."""
        self.session = Session(self.life, compile_playbook(playbook, self.life.stage, self.life.customer.tier))


def begun(playbook: Playbook, customer: Customer, at: datetime) -> Begun:
    """A life that begins at that moment, on the part of the playbook for its stage and tier; nothing is decided yet."""
    life = engine.begin(customer, playbook.ref, at, playbook.lengths)
    return Begun(Session(life, compile_playbook(playbook, life.stage, life.customer.tier)))


# ---- the engine


def apply(life: Life, event: Event, now: datetime) -> ApplyResult:
    return engine.apply(life.session, event, now)


def decide(life: Life, now: datetime, most: int | None = None) -> Decision:
    return engine.decide(life.session, now, most)


def let_go(life: Life, hold: int, now: datetime, by: str = "", why: str = "") -> None:
    engine.let_go(life.session, hold, now, by, why)


def settle(life: Life, receipt: Receipt, now: datetime) -> None:
    engine.settle(life.session, receipt, now)


# ---- operators


def pause(life: Life, now: datetime, why: str, by: str = "") -> None:
    operators.pause(life.session, now, why, by)


def resume(life: Life, now: datetime, why: str = "", by: str = "") -> None:
    operators.resume(life.session, now, why, by)


def skip(life: Life, play: str, now: datetime, why: str = "", by: str = "") -> str:
    return operators.skip(life.session, play, now, why, by)


def run_now(life: Life, play: str, now: datetime, why: str = "", by: str = "") -> str:
    return operators.run_now(life.session, play, now, why, by)


def no_pause(life: Life) -> str | None:
    return operators.no_pause(life.session.life)


def no_resume(life: Life) -> str | None:
    return operators.no_resume(life.session.life)


def no_play(life: Life, play: str, *, running_will_do: bool) -> str | None:
    return operators.no_play(life.session, play, running_will_do=running_will_do)


def resolve(life: Life, key: str, resolution: Resolution, now: datetime, by: str = "Kim Lee") -> None:
    resolving.resolve(life.session, key, resolution, by, now)


def no_repeat(life: Life, key: str) -> str:
    return resolving.no_repeat(life.session, key)


# ---- the state


class State:
    """What tests read of a life, wherever in its state that stands."""

    def __init__(self, life: Lifecycle) -> None:
        self._life = life

    # facts

    @property
    def tickets(self) -> Mapping[str, int]:
        return self._life.facts.tickets.open

    @property
    def surveys(self) -> Mapping[str, SurveyState]:
        return self._life.facts.surveys.states

    @property
    def meetings(self) -> Mapping[str, MeetingState]:
        return self._life.facts.meetings.states

    @property
    def milestones(self) -> Mapping[str, MilestoneState]:
        return self._life.facts.milestones.states

    @property
    def usage(self) -> Sequence[UsageReport]:
        return self._life.facts.usage.reports

    @property
    def last_active(self) -> datetime | None:
        return self._life.facts.activity.last

    @property
    def intent(self) -> str:
        return self._life.facts.intent.level

    @property
    def payment_failed(self) -> bool:
        return self._life.facts.payments.failed

    @property
    def opted_out(self) -> Mapping[str, list[Category]]:
        return self._life.facts.people.opted_out

    @property
    def health(self) -> Health:
        return self._life.health

    @property
    def fact_times(self) -> Mapping[str, Instant]:
        return self._life.facts.times.of

    # the contract's terms, and how they ended

    @property
    def renewals(self) -> list[str]:
        return self._life.facts.contract.renewals

    @property
    def past_contracts(self) -> list[Contract]:
        return self._life.progress.past_contracts

    @property
    def churned(self) -> datetime | None:
        return self._life.facts.churn.at

    @property
    def churn_kind(self) -> ChurnKind | None:
        return self._life.facts.churn.kind

    @property
    def churn_reason(self) -> str:
        return self._life.facts.churn.reason

    @property
    def closed(self) -> str:
        return self._life.progress.closed

    # plays, runs and touches

    @property
    def paused(self) -> bool:
        return self._life.plays.paused

    @property
    def fresh_stage(self) -> bool:
        return self._life.progress.stage_is_new

    @property
    def plays(self) -> Mapping[str, PlayState]:
        return self._life.plays.states

    @property
    def runs(self) -> Mapping[str, PlayRun]:
        return self._life.plays.runs

    @property
    def in_flight(self) -> Mapping[str, Touch]:
        return self._life.plays.in_flight

    @property
    def unknown(self) -> Mapping[str, UnknownTouch]:
        return self._life.plays.unknown

    @property
    def withdrawn(self) -> Mapping[str, CalledOff]:
        return self._life.plays.withdrawn

    @property
    def sends(self) -> Mapping[str, Mapping[str, Instant]]:
        return self._life.plays.sends

    # inbox and log

    @property
    def known(self) -> Mapping[str, str]:
        return self._life.inbox.known

    @property
    def known_routine(self) -> Mapping[str, str]:
        return self._life.inbox.known_routine

    @property
    def unrecorded(self) -> list[Record]:
        return self._life.log.unrecorded

    @property
    def counts(self) -> Mapping[str, int]:
        return self._life.log.counts

    @property
    def timeline(self) -> list[Entry]:
        return self._life.log.timeline


def state(life: Life) -> State:
    return State(life.session.life)


def take_unrecorded(life: Life) -> list[Record]:
    """What is to be written to the ledger, which the life then no longer holds."""
    log = life.session.life.log
    records, log.unrecorded = log.unrecorded, []
    return records
