"""The engine as tests call it, and the state as they read it: a change of either is made here, once.

Every function takes a `Life`: a `Simulation`, a `Lived`, or what `begun` gives. Moments are in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lifecycle.domain.customer import Contract, Customer
from lifecycle.domain.enums import Category, ChurnKind
from lifecycle.domain.model import Instant
from lifecycle.domain.touch import Receipt, Record, Touch
from lifecycle.engine import engine, operators
from lifecycle.engine.engine import Decision
from lifecycle.engine.inbox import Told
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import Program, compile_playbook
from lifecycle.state.life import Entry, Health, Lifecycle, MeetingState, MilestoneState, PlayRun, PlayState, SurveyState, UsageReport


class Life(Protocol):
    """A life and the program by which it lives."""

    @property
    def life(self) -> Lifecycle: ...

    @property
    def program(self) -> Program: ...


@dataclass
class Begun:
    """A life alone, which goes on only when it is told to."""

    life: Lifecycle
    program: Program

    def follow(self, playbook: Playbook) -> None:
        """Live by the part of the playbook for the stage and tier it is in now."""
        self.program = compile_playbook(playbook, self.life.stage, self.life.customer.tier)


def begun(playbook: Playbook, customer: Customer, at: datetime) -> Begun:
    """A life that begins at that moment, on the part of the playbook for its stage and tier; nothing is decided yet."""
    life = engine.begin(customer, playbook.ref, at)
    return Begun(life, compile_playbook(playbook, life.stage, life.customer.tier))


# ---- the engine


def apply(life: Life, event: Event, now: datetime) -> Told:
    return engine.apply(life.life, life.program, event, now)


def decide(life: Life, now: datetime, most: int | None = None) -> Decision:
    return engine.decide(life.life, life.program, now, most)


def settle(life: Life, receipt: Receipt, now: datetime) -> None:
    engine.settle(life.life, life.program, receipt, now)


# ---- operators


def pause(life: Life, now: datetime, why: str) -> None:
    operators.pause(life.life, now, why)


def resume(life: Life, now: datetime) -> None:
    operators.resume(life.life, now)


def skip(life: Life, play: str, now: datetime, why: str = "") -> str:
    return operators.skip(life.life, life.program, play, now, why)


def run_now(life: Life, play: str, now: datetime) -> str:
    return operators.run_now(life.life, life.program, play, now)


def no_pause(life: Life) -> str | None:
    return operators.no_pause(life.life)


def no_resume(life: Life) -> str | None:
    return operators.no_resume(life.life)


def no_play(life: Life, play: str, *, running_will_do: bool) -> str | None:
    return operators.no_play(life.life, life.program, play, running_will_do=running_will_do)


# ---- the state


class State:
    """What tests read of a life, wherever in its state that stands."""

    def __init__(self, life: Lifecycle) -> None:
        self._life = life

    # facts

    @property
    def tickets(self) -> Mapping[str, int]:
        return self._life.tickets

    @property
    def surveys(self) -> Mapping[str, SurveyState]:
        return self._life.surveys

    @property
    def meetings(self) -> Mapping[str, MeetingState]:
        return self._life.meetings

    @property
    def milestones(self) -> Mapping[str, MilestoneState]:
        return self._life.milestones

    @property
    def usage(self) -> Sequence[UsageReport]:
        return self._life.usage

    @property
    def last_active(self) -> datetime | None:
        return self._life.last_active

    @property
    def intent(self) -> str:
        return self._life.intent

    @property
    def payment_failed(self) -> bool:
        return self._life.payment_failed

    @property
    def opted_out(self) -> Mapping[str, list[Category]]:
        return self._life.opted_out

    @property
    def health(self) -> Health:
        return self._life.health

    @property
    def fact_times(self) -> Mapping[str, Instant]:
        return self._life.fact_times

    # the contract's terms, and how they ended

    @property
    def renewals(self) -> list[str]:
        return self._life.renewals

    @property
    def past_contracts(self) -> list[Contract]:
        return self._life.past_contracts

    @property
    def churned(self) -> datetime | None:
        return self._life.churned

    @property
    def churn_kind(self) -> ChurnKind | None:
        return self._life.churn_kind

    @property
    def churn_reason(self) -> str:
        return self._life.churn_reason

    @property
    def closed(self) -> str:
        return self._life.closed

    # plays, runs and touches

    @property
    def paused(self) -> bool:
        return self._life.paused

    @property
    def fresh_stage(self) -> bool:
        return self._life.fresh_stage

    @property
    def plays(self) -> Mapping[str, PlayState]:
        return self._life.plays

    @property
    def runs(self) -> Mapping[str, PlayRun]:
        return self._life.runs

    @property
    def in_flight(self) -> Mapping[str, Touch]:
        return self._life.in_flight

    @property
    def withdrawn(self) -> list[str]:
        return self._life.withdrawn

    @property
    def sends(self) -> Mapping[str, Mapping[str, Instant]]:
        return self._life.sends

    # inbox and log

    @property
    def known(self) -> Mapping[str, str]:
        return self._life.known

    @property
    def known_routine(self) -> Mapping[str, str]:
        return self._life.known_routine

    @property
    def unrecorded(self) -> list[Record]:
        return self._life.unrecorded

    @property
    def counts(self) -> Mapping[str, int]:
        return self._life.counts

    @property
    def timeline(self) -> list[Entry]:
        return self._life.timeline


def state(life: Life) -> State:
    return State(life.life)


def take_unrecorded(life: Life) -> list[Record]:
    """What is to be written to the ledger, which the life then no longer holds."""
    records = life.life.unrecorded
    life.life.unrecorded = []
    return records
