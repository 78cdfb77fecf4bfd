"""The one owner of a life that is being worked on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from lifecycle.conditions.condition import condition
from lifecycle.conditions.values import ConditionValues, RunKey
from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import Stage
from lifecycle.domain.health import Health, Measured
from lifecycle.domain.model import Scalar
from lifecycle.domain.record import FactKind
from lifecycle.domain.texts.redaction import Redaction
from lifecycle.domain.time.zones import local
from lifecycle.domain.why import Cause
from lifecycle.engine.agenda import Agenda
from lifecycle.engine.lines import Lines
from lifecycle.facts.milestones import MilestoneState
from lifecycle.playbook.program import Program
from lifecycle.rules.contract.clock import stage_ends_at, stage_start
from lifecycle.rules.contract.going_on import days_left
from lifecycle.rules.health import measure, score_of
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import LONGEST_WHY, EntryKind
from lifecycle.state.plays import PlayRun, PlayState, RunStatus

_SURELY_SHORT = LONGEST_WHY // 6


class Session(Lines):
    """A life, the program of its stage and tier, and what follows from both: the deadlines, and what conditions see.

    Whatever has a deadline is written through it, and who changes a subject says so to it, so it knows what changed. It may be made
    anew from the life at any moment, and nothing is different then.

    `work` counts the starts and moves of runs that were looked at: what a look or a workflow task may take is measured by it. While many
    starts are asked for one after the other, `size_of_runs` is what all runs have as they may grow; None where it is to be reckoned anew.
    `erasing` are the people whose traces are taken out once more when what is in flight has settled.
    """

    __slots__ = (
        "_changed", "_old_parts", "_parts", "_stage_starts", "_starts_many", "_turn_at", "_turn_is_old",
        "agenda", "erasing", "life", "program", "size_of_runs", "values", "work",
    )  # fmt: skip

    def __init__(self, life: Lifecycle, program: Program) -> None:
        self.life = life
        self.program = program
        self.values = ConditionValues(life, program.names)
        self.agenda = self._agenda()
        self._changed: set[str] = set()
        self._parts: dict[str, Measured | None] = {}
        self._old_parts: set[str] = set()
        self._turn_is_old = True
        self._turn_at: datetime | None = None
        self._stage_starts = date.min
        self._starts_many = False
        self.size_of_runs: int | None = None
        self.work = 0
        self.erasing: list[Redaction] = []

    def _agenda(self) -> Agenda:
        plays, program, milestones = self.life.plays, self.program, self.life.facts.milestones.states
        return Agenda(
            plays=((play.id, plays.states[play.id].due) for play in program.here if play.id in plays.states),
            runs=((id, run.deadline) for id, run in plays.runs.items()),
            milestones=((name, milestones[name].deadline) for name in program.plan.milestones if name in milestones),
        )

    @property
    def fits(self) -> bool:
        """Whether the program is that of the life's present stage and tier."""
        return self.program.stage is self.life.progress.stage and self.program.tier is self.life.customer.tier

    @property
    def can_go_on(self) -> bool:
        """Whether the program serves the life as it stands: it is not over, and its stage and tier are planned."""
        progress, program = self.life.progress, self.program
        return (
            program.stage is progress.stage
            and not progress.stage_is_new
            and program.tier is self.life.customer.tier
            and progress.stage is not Stage.CLOSED
        )

    # ---- what conditions see

    def holds(self, source: str, event: dict[str, Scalar] | None = None, about: RunKey | None = None) -> bool:
        """Whether the condition is true of the life now, of that event, and of what a keyed run is about."""
        return self.values.hold(condition(source), event, about)

    def holds_at(self, moment: datetime, source: str, event: dict[str, Scalar] | None = None, about: RunKey | None = None) -> bool:
        """The same at that moment (UTC), for a condition that may name `day`, `days_left` and `days_away`."""
        asked = condition(source)
        if asked.reads_clock:
            life = self.life
            today, left = local(moment, life.zone).date(), life.facts.churn.at
            self.values.set_clock(
                (today - self.stage_starts).days,
                days_left(life, today),
                (today - local(left, life.zone).date()).days if left else 0,
            )
        try:
            return self.values.hold(asked, event, about)
        finally:
            if asked.reads_clock:
                self.values.forget_clock()

    def subject_changed(self, subject: str) -> None:
        """An event or the engine has changed that subject."""
        self._changed |= self.values.subject_changed(subject)
        self.health_is_old(subject)
        if subject in ("customer", "contract"):
            self._turn_is_old = True

    def health_is_old(self, subject: str) -> None:
        """Of that subject something has changed: what health makes of it is to be worked out anew."""
        if subject in self.program.health.subjects:
            self._old_parts.add(subject)

    def judge_health_anew(self) -> None:
        """Other rules hold, or the life stands where there are others: nothing that was made of the facts counts any more."""
        self._parts.clear()
        self._old_parts.add("stage")
        self.refresh_health()

    @property
    def health_turns_at(self) -> datetime | None:
        """When health turns by itself (UTC), where somebody watches it; else it is worked out anew when something else is decided."""
        return self.life.health.until if self.program.watches_health else None

    def refresh_health(self) -> None:
        """Work the health score out anew, if anything that counts has changed, or its time has come (R33)."""
        life, program, at = self.life, self.program.health, self.life.progress.decided_until
        turned = life.health.until is not None and life.health.until <= at
        if not self._old_parts and not turned:
            return
        parts = self._parts
        for factor in program.factors:
            known = parts.get(factor.name)
            old = factor.name not in parts or not factor.subjects.isdisjoint(self._old_parts)
            if old or (known is not None and known.until is not None and known.until <= at):
                parts[factor.name] = measure(factor, life, self.values, at)
        self._old_parts.clear()
        before, health = life.health, score_of(life, program, self.values, parts, at)
        life.health = health
        if health.score != before.score or health.band is not before.band:
            life.record.mark_health(at, health.score)
        if health.is_known:
            life.record.say_health(at, health.score, health.band.value, {**_confidence(health), **_factors(parts)})
        if (health.score, health.band, health.confidence) != (before.score, before.band, before.confidence):
            self._changed.add("health")
            self.values.name_changed("health")
        if health.scores != before.scores:
            self._changed.add("scores")
            self.values.name_changed("scores")

    @property
    def has_changes(self) -> bool:
        """Whether any name has got another value since the changes were last taken."""
        return bool(self._changed)

    def take_changes(self) -> set[str]:
        """The names that have got another value since this was last asked. To be asked whether it holds a name: its order means nothing."""
        changed, self._changed = self._changed, set()
        return changed

    # ---- stage and contract

    def stage_changed(self) -> None:
        """The life has entered another stage, or another visit to one."""
        self.values.name_changed("stage")
        self._changed.add("stage")
        self._old_parts.add("stage")
        self._turn_is_old = True

    def contract_changed(self) -> None:
        """Another term is in force, or the same until another day."""
        self.subject_changed("contract")

    @property
    def turn_at(self) -> datetime | None:
        """When the contract clock ends the present stage (UTC); None where only an event or its last play ends it."""
        if self._turn_is_old:
            self._read_clock()
        return self._turn_at

    @property
    def stage_starts(self) -> date:
        """The local day from which the plays of the present stage count."""
        if self._turn_is_old:
            self._read_clock()
        return self._stage_starts

    def _read_clock(self) -> None:
        self._turn_is_old = False
        self._turn_at = stage_ends_at(self.life, self.program.playbook)
        self._stage_starts = stage_start(self.life, self.program.playbook.lengths)

    # ---- deadlines

    def plan(self, play: str, due: datetime | None) -> PlayState:
        """Set when a play of this stage is due next (UTC), or that it is not."""
        state = self.life.plays.state(play)
        if state.due != due:
            state.due = due
            self.agenda.set(play, due)
        return state

    def forget_plans(self, play: str) -> None:
        """Nothing is planned of the play, and a condition of it that holds starts over."""
        self.life.plays.state(play).forget_stretch()
        self.agenda.set(play, None)

    def plan_milestone(self, name: str, due: datetime | None) -> None:
        """Set when a milestone of this stage is due (UTC), or that it is not any more."""
        state = self.life.facts.milestones.state(name)
        state.due = due
        self._note_milestone(name, state)

    def reach(self, name: str, at: datetime, why: str) -> None:
        """Mark a milestone reached at that moment (UTC), the first time only."""
        milestones = self.life.facts.milestones
        if milestones.reach(name, at):
            self.note(at, EntryKind.MILESTONE, name, why, cause=Cause.REACHED)
            days = max(0, (local(at, self.life.zone).date() - self.life.contract.start).days)
            said: dict[str, Scalar] = {"days": days, "late": milestones.state(name).overdue, "why": why}
            if name in self.program.names.first_value:
                said["first_value"] = True
            self.life.record.add(at, FactKind.MILESTONE, name, data=said)
            self._note_milestone(name, milestones.state(name))
            self.subject_changed("milestones")

    def forget_milestones(self) -> None:
        """Who is onboarded again reaches every milestone again."""
        states = self.life.facts.milestones.states
        for name in states:
            self.agenda.set_milestone(name, None)
        states.clear()
        self.subject_changed("milestones")

    def call_overdue(self, names: list[str]) -> None:
        """The due moments of these milestones have passed."""
        for name in names:
            state = self.life.facts.milestones.state(name)
            state.overdue = True
            if state.due is not None:
                self.note(state.due, EntryKind.MILESTONE, name, "overdue: not reached in time", cause=Cause.OVERDUE)
                self.life.record.add(state.due, FactKind.OVERDUE, name)
            self._note_milestone(name, state)
        self.subject_changed("milestones")

    def _note_milestone(self, name: str, state: MilestoneState) -> None:
        if name in self.program.plan.milestones:
            self.agenda.set_milestone(name, state.deadline)

    # ---- runs

    @contextmanager
    def many_starts(self) -> Iterator[None]:
        """Within it starts are asked for one after the other, and nothing else changes the runs: what they have is reckoned once."""
        self._starts_many, self.size_of_runs = True, None
        try:
            yield
        finally:
            self._starts_many, self.size_of_runs = False, None

    def remember_size_of_runs(self, size: int) -> None:
        """What all runs have as they may grow, as of now."""
        if self._starts_many:
            self.size_of_runs = size

    def add_run(self, run: PlayRun) -> None:
        """A run has started."""
        self.life.plays.runs[run.id] = run

    def drop_run(self, run: PlayRun) -> None:
        """The run is over; what becomes of its touch is the caller's to say."""
        id = run.id
        self.size_of_runs = None
        self.life.plays.runs.pop(id, None)
        self.agenda.set(id, None)

    def set_status(self, run: PlayRun, status: RunStatus, until: datetime | None = None, why: str = "") -> None:
        """What the run is doing from now on, until when at the latest (UTC), and why."""
        run.status, run.until, run.why = status, until, why if len(why) <= _SURELY_SHORT else cut(why, LONGEST_WHY)
        self.agenda.set(run.id, run.deadline)

    def runs_to_go_on(self) -> tuple[list[PlayRun], list[PlayRun]]:
        """The runs that move on by themselves, and those whose touch is due; each in the order in which they started."""
        moving: list[PlayRun] = []
        ready: list[PlayRun] = []
        for run in self.life.plays.runs.values():
            if run.status is RunStatus.MOVING:
                moving.append(run)
            elif run.status is RunStatus.READY:
                ready.append(run)
        return moving, ready

    def runs_with(self, status: RunStatus) -> list[PlayRun]:
        """The runs that are doing that, in the order in which they started."""
        return [run for run in self.life.plays.runs.values() if run.status is status]

    @property
    def is_closed(self) -> bool:
        """Whether the life is over."""
        return self.life.progress.stage is Stage.CLOSED


def _factors(parts: Mapping[str, Measured | None]) -> dict[str, Scalar]:
    """What the record says of each factor that is known, from 0 to 100."""
    return {f"factor.{name}": round(100 * measured.share) for name, measured in parts.items() if measured is not None}


def _confidence(health: Health) -> dict[str, Scalar]:
    """What the record says of it, where not everything is known."""
    return {"confidence": health.confidence} if health.confidence < 1 else {}
