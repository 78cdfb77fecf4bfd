"""Everything that must survive: one serialisable model per customer.

No decision lives in a local variable, a coroutine's position or a clock; cut anywhere and carry this on.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from lifecycle.domain.customer import Contract, Customer
from lifecycle.domain.enums import Band, Category, ChurnKind, Outcome, Stage
from lifecycle.domain.model import Frozen, Instant, Model, Scalar
from lifecycle.domain.touch import Record, Touch
from lifecycle.facts.events import ROUTINE, Event

TIMELINE_KEPT = 500
LONGEST_WHY = 400
"""Characters of a timeline line's reason: all lines together must stay far below what Temporal carries from run to run (2 MB)."""

IDS_KEPT = 1000
ROUTINE_IDS_KEPT = 2000
REFUSED = "refused"


class Doing(StrEnum):
    """What a play's run is doing at its step."""

    MOVING = "moving"
    WAITING = "waiting"
    READY = "ready"
    HELD = "held"
    PERFORMING = "performing"


class PlayRun(Model):
    """One run of a play, at one step.

    `mark` is the visit to a stage in which it started; `kind` and `name` are those of the touch it stands at. `cursor` is
    the moment from which its step counts, `until` when it is looked at again at the latest, `seen` which of its waits
    were already answered, and when. `snoozed` is until when
    its task is not called late. `fell` is what becomes of its touch if the ledger says that it has not acted.
    """

    play: str
    occurrence: str
    term: int
    mark: str
    key: str = ""
    started: Instant
    cursor: Instant
    step: str
    kind: str = ""
    name: str = ""
    doing: Doing = Doing.MOVING
    until: Instant | None = None
    why: str = ""
    tries: int = 0
    went_out: bool = False
    fell: Outcome | None = None
    snoozed: Instant | None = None
    invites: int = 0
    meets: Instant | None = None
    event: dict[str, Scalar] = {}
    seen: dict[str, Instant] = {}

    @property
    def id(self) -> str:
        """`term/play/occurrence`: a run that outlives its term meets no namesake."""
        return f"{self.term}/{self.play}/{self.occurrence}"

    def key_of(self, customer: str, step: str) -> str:
        """The touch key of a step of this run."""
        return f"{customer}/{self.term}/{self.play}/{self.occurrence}/{step}"


class PlayState(Model):
    """What is known of a play besides its runs.

    `due` is its next planned start; `since` since when its condition has held or its silence has lasted;
    `spent` whether that stretch has had its start.
    """

    due: Instant | None = None
    occurrence: str = ""
    since: Instant | None = None
    spent: bool = False
    count: int = 0
    last_index: int = 0
    rhythm: str = ""
    last_started: Instant | None = None
    went_out_stage: str = ""
    went_out_term: int = -1
    went_out_ever: bool = False


class MilestoneState(Model):
    """When a milestone is due, and when it was reached."""

    due: Instant | None = None
    done: Instant | None = None
    overdue: bool = False

    @property
    def deadline(self) -> Instant | None:
        """When it falls overdue; None once it is reached, or overdue already."""
        return self.due if self.done is None and not self.overdue else None


class OfferState(Model):
    """When an offer was last granted, and what the customer said."""

    stages: list[str] = []
    terms: list[int] = []
    granted: bool = False
    answer: str = ""


class SurveyState(Model):
    """The last answer to a survey."""

    score: int
    at: Instant
    comment: str = ""


class MeetingState(Model):
    """How far a meeting has come, and how often its invitation changed."""

    accepted: bool = False
    declined: bool = False
    held: bool = False


class UsageReport(Model):
    """Usage a day, as reported at that moment; `window` names the stretch it is the sum of, if it is one."""

    at: Instant
    rate: float
    window: str = ""


class Contribution(Frozen):
    """One part of the health score: `points` of at most `weight`, and why."""

    name: str
    points: float
    weight: float
    why: str


class Health(Frozen):
    """The score from 0 to 100 and what made it."""

    score: int = 0
    band: Band = Band.UNKNOWN
    parts: list[Contribution] = []


class EntryKind(StrEnum):
    """What a line of the timeline tells of."""

    STAGE = "stage"
    EVENT = "event"
    TOUCH = "touch"
    PLAY = "play"
    MILESTONE = "milestone"
    OPERATOR = "operator"


class Entry(Model):
    """One line of the timeline."""

    at: Instant
    kind: EntryKind
    what: str
    outcome: Outcome | None = None
    why: str = ""
    key: str = ""


class Lifecycle(Model):
    """A customer's whole state.

    `inbox` is in the order in which events are taken in.
    Of touches, `in_flight` are asked for, `withdrawn` of those are called off, and `tried` failed and wait for another try.
    """

    customer: Customer
    playbook: str
    stage: Stage
    stage_since: Instant
    stage_day: date
    enrolled: Instant
    clock: Instant
    round: int = 1
    visits: int = 1
    fresh_stage: bool = True
    replan: bool = False
    term_since: Instant
    planned_zone: str
    paused: bool = False
    paused_why: str = ""

    inbox: list[Event] = []
    arriving: list[Event] = []
    known: dict[str, str] = {}
    known_routine: dict[str, str] = {}
    fact_times: dict[str, Instant] = {}

    plays: dict[str, PlayState] = {}
    runs: dict[str, PlayRun] = {}
    in_flight: dict[str, Touch] = {}
    withdrawn: list[str] = []
    tried: dict[str, Touch] = {}
    unrecorded: list[Record] = []

    milestones: dict[str, MilestoneState] = {}
    offers: dict[str, OfferState] = {}
    surveys: dict[str, SurveyState] = {}
    meetings: dict[str, MeetingState] = {}
    tickets: dict[str, int] = {}
    usage: list[UsageReport] = []
    last_active: Instant | None = None
    intent: str = ""
    handoff_completed: bool = False
    handoff_accepted: bool = False
    payment_failed: bool = False
    failed_invoices: dict[str, Instant] = {}
    health: Health = Health()

    churned: Instant | None = None
    won_back: Instant | None = None
    churn_kind: ChurnKind | None = None
    churn_reason: str = ""
    churn_detail: str = ""
    renewals: list[str] = []
    past_contracts: list[Contract] = []
    closed: str = ""

    opted_out: dict[str, list[Category]] = {}
    sends: dict[str, dict[str, Instant]] = {}
    counts: dict[str, int] = {}
    timeline: list[Entry] = []
    timeline_dropped: int = 0

    @property
    def contract(self) -> Contract:
        """The term in force."""
        return self.customer.contract

    @property
    def zone(self) -> str:
        """The customer's time zone."""
        return self.customer.timezone

    def play(self, name: str) -> PlayState:
        """What is known of a play; nothing yet, if it is asked for the first time."""
        state = self.plays.get(name)
        if state is None:
            state = self.plays[name] = PlayState()
        return state

    def digest_of(self, id: str) -> str | None:
        """What the event of that id said, if it was taken in and is remembered."""
        return self.known.get(id) or self.known_routine.get(id)

    def remember(self, event: Event) -> None:
        """Know the event's id from now on; the oldest ids give way, those of routine among themselves."""
        ids, most = (self.known_routine, ROUTINE_IDS_KEPT) if event.type in ROUTINE else (self.known, IDS_KEPT)
        ids[event.id] = event.digest()
        while len(ids) > most:
            del ids[next(iter(ids))]

    def forget(self, event: Event) -> None:
        """Let the id go of an event that was not taken in after all: told again it is judged anew."""
        self.known.pop(event.id, None)
        self.known_routine.pop(event.id, None)

    def refuse(self, event: Event, at: datetime, why: str) -> None:
        """Write down that an event was not taken in, and why."""
        self.note(at, EntryKind.EVENT, event.type, why=f"refused: {why}")
        self.counts[REFUSED] = self.counts.get(REFUSED, 0) + 1

    def note(self, at: datetime, kind: EntryKind, what: str, *, outcome: Outcome | None = None, why: str = "", key: str = "") -> None:
        """Write a line of the timeline; the oldest give way beyond TIMELINE_KEPT (the ledger has them all)."""
        short = why if len(why) <= LONGEST_WHY else f"{why[: LONGEST_WHY - 1]}…"
        self.timeline.append(Entry(at=at, kind=kind, what=what, outcome=outcome, why=short, key=key))
        if outcome is not None and kind is EntryKind.TOUCH:
            self.counts[outcome.value] = self.counts.get(outcome.value, 0) + 1
        if len(self.timeline) > TIMELINE_KEPT:
            self.timeline_dropped += len(self.timeline) - TIMELINE_KEPT
            del self.timeline[: len(self.timeline) - TIMELINE_KEPT]

    def touches(self) -> Iterable[Entry]:
        """The timeline's touches, oldest first."""
        return (entry for entry in self.timeline if entry.kind is EntryKind.TOUCH)
