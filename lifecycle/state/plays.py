"""Plays under way: what each run is at, what is known of each play, and the touches that are asked for."""

import operator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from lifecycle.domain.bounds import cut
from lifecycle.domain.enums import Outcome
from lifecycle.domain.model import Instant, Scalar
from lifecycle.domain.touch import HeldBy, Touch
from lifecycle.domain.why import Cause, Why

LONGEST_WORDS = 200
"""Bytes that are kept of why a touch is called off; half of that of by whom."""

STRICT = ConfigDict(extra="forbid")

# What hardly ever is, is left out where a life is stored.
_Held = Annotated[HeldBy | None, Field(exclude_if=operator.not_)]


class RunStatus(StrEnum):
    """What a run is doing at its step: going on by itself, waiting, its touch due, its touch held back, its touch asked for."""

    MOVING = "moving"
    WAITING = "waiting"
    READY = "ready"
    HELD = "held"
    PERFORMING = "performing"


@dataclass(slots=True, kw_only=True)
class PlayRun:
    """One run of a play, at one step. Moments are UTC.

    `stage_visit` is the visit to a stage in which it started, `key` the thing of its own that a keyed run is about.
    What happened before `counts_from`, its trigger's own moment, answers none of its waits; None in lives of older builds.
    `step_due` is the moment from which its step counts, `until` when it is looked at again at the latest, and `why`.
    `touch_kind` and `touch_name` are those of the touch it stands at, `tries` how often the provider could not do it,
    `planned_outcome` what becomes of it if the ledger says that it has not acted. `went_out` says that some touch of the run has.
    `answered` holds the waits that events have answered, here and further on, and when, `answered_by` by which; `snoozed_until` when its
    task is called late at the earliest. `invitations` counts those of its meeting, which is at `meeting_at`.
    `task_counts_from` is from when the working time of its last task counts, where the hours held that task back. A run that `repeats`
    does one touch again that a person says was not sent, and ends.
    `comes_before` is the moment before which its play comes; None where it comes before none, and in lives of older builds. `planned` is
    when its step would come if no touch before it had been held back, kept where there is such a moment, and moved with it: so it lies
    behind that moment only where waits of the play's own lead there.
    `held` is the hold that keeps its touch from acting: it waits for its window's end alone, or until that hold is released.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    play: str
    occurrence: str
    term: int
    stage_visit: str
    key: str = ""
    started: Instant
    counts_from: Instant | None = None
    step: str
    step_due: Instant
    status: RunStatus = RunStatus.MOVING
    until: Instant | None = None
    why: str = ""
    touch_kind: str = ""
    touch_name: str = ""
    tries: int = 0
    went_out: bool = False
    planned_outcome: Outcome | None = None
    snoozed_until: Instant | None = None
    invitations: int = 0
    meeting_at: Instant | None = None
    task_counts_from: Instant | None = None
    event: dict[str, Scalar] = field(default_factory=dict)
    answered: dict[str, Instant] = field(default_factory=dict)
    answered_by: dict[str, str] = field(default_factory=dict)
    repeats: bool = False
    comes_before: Annotated[Instant | None, Field(exclude_if=operator.not_)] = None
    planned: Annotated[Instant | None, Field(exclude_if=operator.not_)] = None
    held: _Held = None

    @property
    def bound(self) -> Instant | None:
        """The moment by which its step is void; None where there is none, and where waits of its play's own have led past it."""
        return None if self.comes_before is None or self.planned is None or self.planned >= self.comes_before else self.comes_before

    @property
    def id(self) -> str:
        """`term/play/occurrence`: a run that outlives its term meets no namesake. One that repeats a touch has its step besides."""
        id = f"{self.term}/{self.play}/{self.occurrence}"
        return f"{id}/{self.step}" if self.repeats else id

    def touch_key(self, customer: str) -> str:
        """The key of the touch at which it stands, or would stand at its step."""
        return f"{customer}/{self.term}/{self.play}/{self.occurrence}/{self.step}"

    @property
    def deadline(self) -> Instant | None:
        """When it is looked at again by itself; None while something else moves it."""
        return self.until if self.status is RunStatus.WAITING or self.status is RunStatus.HELD else None


@dataclass(slots=True, kw_only=True)
class UnknownTouch:
    """A touch of which nobody knows whether it was done, until a person says so. Moments are UTC.

    `touch` is what was asked for, without what its message says once its owner is asked; `since` is when it became unknown, `why`
    how, `subject` that of its message. `run` is the run as it stood at the touch; None where its play had ended. `ask_at` is when
    the task that asks the owner is due; None while that is under way, and when it is done or given up, and `tries` how often the
    provider could not do it. While that task is `held`, `ask_at` is when it is given up.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    touch: Touch
    since: Instant
    why: str
    subject: str = ""
    run: PlayRun | None = None
    ask_at: Instant | None = None
    tries: int = 0
    held: _Held = None


@dataclass(slots=True, kw_only=True)
class SentInvitation:
    """An invitation that went out, or may have, to a meeting that is still to be. Moments are UTC.

    `touch` is what was asked for, without what its message says, `subject` that of its message. `cancel_at` is when it is taken back, and
    `cause`, `why` and `by` say why; None while it stands, and while taking it back is under way. `tries` is how often the provider could not.
    While taking it back is `held`, `cancel_at` is when that is given up.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    touch: Touch
    subject: str = ""
    cancel_at: Instant | None = None
    cause: Cause | None = None
    why: str = ""
    by: str = ""
    tries: int = 0
    held: _Held = None

    @property
    def is_called_off(self) -> bool:
        """Whether the meeting will not be."""
        return self.cause is not None


@dataclass(slots=True, kw_only=True)
class MissedPlay:
    """An occurrence of a play that was not started, for its window was over; `due` is when it was due (UTC).

    `key` is the milestone that it is about, if it is about one. One that is `late` was missed because the life began late in its stage.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    play: str
    occurrence: str
    due: Instant
    key: Annotated[str, Field(exclude_if=operator.not_)] = ""
    late: Annotated[bool, Field(exclude_if=operator.not_)] = False


@dataclass(slots=True, kw_only=True)
class CatchUp:
    """The task that tells the owner what a late start has missed, until it is done or given up. Moments are UTC.

    `ask_at` is when it is due; None while it is under way. `since` is when it was first asked for, and `tries` how often the provider could
    not do it. While it is `held`, `ask_at` is when it is given up.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    ask_at: Instant | None
    since: Instant | None = None
    tries: int = 0
    held: _Held = None


@dataclass(slots=True, kw_only=True)
class Counted:
    """What `once` and `cooldown` go by, of a play or of one key of it: when a run of it last started (UTC), and for which visit to a
    stage, in which term and whether ever something of it went out.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    last_started: Instant | None = None
    went_out_stage: str = ""
    went_out_term: int = -1
    went_out_ever: bool = False


@dataclass(slots=True, kw_only=True)
class PlayState(Counted):
    """What is known of a play besides its runs. Moments are UTC.

    `due` is its next planned start, as `occurrence`; `since` since when its condition has held or its silence has lasted,
    `spent` whether that stretch has had its start. `count` counts its occurrences, `last_index` the beats of its `rhythm`
    that are past. `keys` has what `once` and `cooldown` go by for each key of a keyed play, by what stands for it (`name_of_key`); it is
    empty where they count for the customer, and of too many the oldest give way (`Plays.forget_keys`).
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    due: Instant | None = None
    occurrence: str = ""
    since: Instant | None = None
    spent: bool = False
    count: int = 0
    last_index: int = 0
    rhythm: str = ""
    keys: dict[str, Counted] = field(default_factory=dict)

    def of_key(self, key: str) -> Counted:
        """What is counted of that key."""
        counted = self.keys.pop(key, None) or Counted()
        self.keys[key] = counted
        return counted

    def forget_term(self) -> None:
        """Keys carry the term, so counting begins again with it; what counts for ever stays."""
        self.due, self.occurrence, self.since, self.spent = None, "", None, False
        self.count, self.last_index, self.rhythm = 0, 0, ""

    def forget_stretch(self) -> None:
        """Nothing is planned, and a condition that holds starts over."""
        self.due, self.since, self.spent = None, None, False


@dataclass(slots=True, kw_only=True)
class CalledOff:
    """Since when a touch that may have acted is called off (UTC), and why; `cause` is unknown of what format 1 called off."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    at: Instant
    cause: Cause | None = None
    why: str = ""
    by: str = ""

    @classmethod
    def of(cls, at: datetime, why: Why) -> "CalledOff":
        """Called off at that moment (UTC), for that reason."""
        return cls(at=at, cause=why.cause, why=cut(why.words, LONGEST_WORDS), by=cut(why.by, LONGEST_WORDS // 2))


@dataclass(slots=True, kw_only=True)
class Plays:
    """All plays of a life, its runs by id, and its touches by key.

    Of touches, `in_flight` are asked for, `withdrawn` of those are called off, and `tried` failed and wait for another try;
    `unknown` may have been done, and a person has yet to say. `repeated` says how often a person had a touch done again.
    `invitations` are those to meetings that are still to be, by `term/play/occurrence/meeting`.
    `missed` are the plays of the present stage that were not started in time and have not gone out since, and `catch_up` the task that
    lists those that a late start has missed.
    `sends` counts messages against the cap: by address, then by touch key, when each went. While `paused`, nothing is asked for;
    `paused_by` and `paused_why` say who asked for that, and why. `let_go` are holds that were released while something was in flight, the
    latest last.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    states: dict[str, PlayState] = field(default_factory=dict)
    runs: dict[str, PlayRun] = field(default_factory=dict)
    in_flight: dict[str, Touch] = field(default_factory=dict)
    withdrawn: dict[str, CalledOff] = field(default_factory=dict)
    tried: dict[str, Touch] = field(default_factory=dict)
    unknown: dict[str, UnknownTouch] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    invitations: dict[str, SentInvitation] = field(default_factory=dict)
    sends: dict[str, dict[str, Instant]] = field(default_factory=dict)
    paused: bool = False
    paused_why: str = ""
    paused_by: str = ""
    let_go: Annotated[list[int], Field(exclude_if=operator.not_)] = field(default_factory=list)
    missed: Annotated[list[MissedPlay], Field(exclude_if=operator.not_)] = field(default_factory=list)
    catch_up: Annotated[CatchUp | None, Field(exclude_if=operator.not_)] = None

    def state(self, name: str) -> PlayState:
        """What is known of a play; nothing yet, if it is asked for the first time."""
        state = self.states.get(name)
        if state is None:
            state = self.states[name] = PlayState()
        return state

    def forget_keys(self, most: int) -> None:
        """Of too many keys that are counted, over all plays, those of the play that has most give way, the oldest first."""
        while sum(len(state.keys) for state in self.states.values()) > most:
            keys = max(self.states.values(), key=lambda state: len(state.keys)).keys
            del keys[next(iter(keys))]

    def runs_of(self, play: str) -> list[PlayRun]:
        """The runs of that play, in the order in which they started."""
        return [run for run in self.runs.values() if run.play == play]
