"""Random worlds: playbooks, customers, what happens to them, and a shell that lives through it as the workflow does.

The shell is not the simulator: it may cut the state, come late, look in between, be away, and answer touches late or badly.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from lifecycle.domain.customer import Customer
from lifecycle.domain.enums import Role, Tier
from lifecycle.domain.touch import Answer, Receipt, Record, Touch
from lifecycle.domain.zones import at_local
from lifecycle.engine import engine, operators
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import Program, compile_playbook
from lifecycle.state.life import Lifecycle
from tests.lifecycle import building as b

Raw = dict[str, Any]

ZONES = [("Europe/Berlin", "DE"), ("America/New_York", "US"), ("Asia/Tokyo", "JP"), ("America/Santiago", "CL"), ("Asia/Dubai", "AE")]
CONDITIONS = [
    'tier == "A"',
    'health.band == "red"',
    'milestones["data-imported"].done',
    'milestones["first-value"].overdue',
    "tickets.open > 0",
    "usage.known && usage.ratio < 0.7",
    "renewals > 0",
    "roles.champion",
    'intent == "low"',
    "payment_failed",
    'offers["discount"].granted',
    'meetings["kickoff"].held',
    'surveys["nps"].answered && surveys["nps"].score < 7',
    'stage == "growth"',
    "true",
]
CLOCK_CONDITIONS = [*CONDITIONS, "day > 10", "days_left < 50"]
HEARD = ["login", "ticket.opened", "ticket.resolved", "meeting.held", "survey.answered", "task.done", "offer.accepted", "contract.amended"]
STAGES = ["trial", "onboarding", "growth", "renewal", "win_back", "farewell"]
WITHINS = ["0d", "2h", "1d", "5bd", "3w"]
SPANS = ["0d", "1h", "36h", "1d", "2bd", "5d", "12d", "1w", "1mo"]
MILESTONES = {
    "data-imported": {"kind": "functional", "due": "7d", "done_when": 'event.type == "feature.used" && event.feature == "import"'},
    "first-value": {"kind": "customer", "due": "12d", "first_value": True},
}
POLICIES: list[Raw] = [
    b.STRICT_POLICY,
    {"cap": {"emails": 1, "per": "3d"}, "hours": {"opens": "10:00", "closes": "16:00", "business_days": False}, "jitter": "0s"},
    {"cap": {"emails": 50, "per": "1d"}, "hours": {"opens": "00:00", "closes": "23:59", "business_days": False}, "jitter": "0s"},
]

spans = st.sampled_from(SPANS)
clocks = st.sampled_from(["09:00", "00:00", "02:30", "17:55"])


def _maybe(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Raw]:
    return st.one_of(st.just({}), st.just({}), st.builds(lambda value: {name: value}, values))


def _merged(*parts: st.SearchStrategy[Raw]) -> st.SearchStrategy[Raw]:
    return st.tuples(*parts).map(lambda all_: {name: value for part in all_ for name, value in part.items()})


# ---- playbooks


_ladder = st.lists(st.builds(lambda after: {"after": after, "to": "cs-manager"}, spans), max_size=2)
_simple_steps = st.one_of(
    st.builds(
        lambda category, template: b.email(template, category=category),
        st.sampled_from(["success", "operational"]),
        st.sampled_from(["note", "hole"]),
    ),
    st.just({"meeting": {"template": "kickoff", "with": ["champion", "sponsor"]}}),
    st.just(b.survey()),
    st.builds(lambda due: b.task(due=due), spans),
    st.just(b.escalate()),
    st.builds(lambda once: b.offer(once=once), st.sampled_from(["stage", "term", "ever"])),
    st.just(b.webhook()),
    st.builds(b.wait, spans),
)
_branches = st.lists(_simple_steps, max_size=2)


def _wait_for(timeout: str, cause: Raw, then: list[Raw], otherwise: list[Raw]) -> Raw:
    return {"wait_for": {"timeout": timeout, "then": then, "otherwise": otherwise} | cause}


def _causes() -> st.SearchStrategy[Raw]:
    return st.one_of(
        st.builds(lambda names: {"event": sorted(names), "if": "true"}, st.sets(st.sampled_from(HEARD), min_size=1, max_size=2)),
        st.builds(lambda condition: {"when": condition}, st.sampled_from(CONDITIONS)),
    )


_waits = st.builds(_wait_for, spans, _causes(), _branches, _branches)
_nested = st.builds(_wait_for, spans, _causes(), st.lists(st.one_of(_simple_steps, _waits), max_size=2), _branches)
_steps = st.one_of(
    _simple_steps,
    _simple_steps,
    _waits,
    _nested,
    st.builds(lambda step, condition: step | {"if": condition}, _simple_steps, st.sampled_from(CLOCK_CONDITIONS)),
    st.just(b.offer(approval="vp")),
    st.just({"stop": {"reason": "enough"}}),
)


def _with_ladders(steps: list[Raw], ladder: list[Raw]) -> list[Raw]:
    """A ladder needs a step with an id, so at most one task of a play has one."""
    steps = [step | {"id": f"offer-{number}"} if "offer" in step else step for number, step in enumerate(steps)]
    for number, step in enumerate(steps):
        if "task" in step and ladder:
            steps = [*steps[:number], step | {"id": "climb", "task": step["task"] | {"ladder": ladder}}, *steps[number + 1 :]]
            break
    return steps


_anchors = st.sampled_from(["stage_start", "stage_end", "contract_start", "contract_end", "enrolment", "milestone:data-imported"])
_ats = st.one_of(
    st.builds(lambda day, time: {"day": day, "time": time}, st.integers(0, 40), clocks),
    st.builds(lambda part: {"before_end": part}, st.sampled_from(["1/3", "10d", "5bd", "48h"])),
    st.builds(
        lambda side, span, of, time: {side: span, "of": of, "time": time}, st.sampled_from(["after", "before"]), spans, _anchors, clocks
    ),
)
_periods = st.sampled_from(["12h", "3d", "4bd", "2w", "1mo"])
_rhythms = st.builds(
    lambda one, two, of: {"each": {"A": one, "B": two, "C": two}, "of": of},
    _periods,
    _periods,
    st.sampled_from(["stage_start", "contract_start"]),
)
_triggers = st.one_of(
    st.builds(lambda at: {"at": at}, _ats),
    st.builds(lambda every: {"every": every}, _rhythms),
    st.builds(
        lambda names: {"on": sorted(names)},
        st.sets(st.sampled_from([*HEARD, "customer.churned", "contract.renewed"]), min_size=1, max_size=2),
    ),
    st.just({"on": ["ticket.opened"], "key": "event.ticket"}),
    _merged(st.builds(lambda condition: {"when": condition}, st.sampled_from(CONDITIONS)), _maybe("for", spans)),
    st.builds(lambda span: {"silent_for": span}, st.sampled_from(["36h", "5d", "1w"])),
    st.just({"overdue": ["data-imported", "first-value"]}),
)
_guards = _merged(
    _maybe("if", st.sampled_from(CLOCK_CONDITIONS)),
    _maybe("until", st.sampled_from(CONDITIONS[:-1])),
    _maybe("within", st.sampled_from(WITHINS)),
    _maybe("once", st.sampled_from(["stage", "term", "ever"])),
    _maybe("cooldown", spans),
    _maybe("priority", st.integers(0, 100)),
    _maybe("tiers", st.sampled_from([["A"], ["A", "B"]])),
    _maybe("outlives_stage", st.just(True)),
)
plays: st.SearchStrategy[Raw] = st.builds(
    lambda trigger, guards, steps, ladder: trigger | guards | {"steps": _with_ladders(steps, ladder)},
    _triggers,
    _guards,
    st.lists(_steps, min_size=1, max_size=4),
    _ladder,
)


def _playbook(policy: Raw, placed: list[tuple[str, Raw]]) -> Playbook:
    by_stage: dict[str, Raw] = {stage: {} for stage in STAGES}
    for number, (stage, play) in enumerate(placed):
        # A rhythm would keep a farewell from ever ending.
        by_stage["growth" if stage == "farewell" and "every" in play else stage][f"play-{number}"] = play
    rest = {"contact_policy": policy, "templates": {"hole": {"needs": ["customer.goal"]}}}
    return b.a_playbook(milestones=MILESTONES, rest=rest, **by_stage)


_places = st.sampled_from(
    ["trial", "onboarding", "onboarding", "onboarding", "growth", "growth", "growth", "renewal", "renewal", "win_back", "farewell"]
)
playbooks: st.SearchStrategy[Playbook] = st.builds(
    _playbook, st.sampled_from(POLICIES), st.lists(st.tuples(_places, plays), min_size=1, max_size=6)
)


# ---- customers


def _customer(zone: tuple[str, str], tier: Tier, days: int, offset: int, trial: bool) -> Customer:
    start = b.START + timedelta(days=offset)
    return b.a_customer(timezone=zone[0], country=zone[1], tier=tier, start=start, end=start + timedelta(days=days), term=0 if trial else 1)


customers: st.SearchStrategy[Customer] = st.builds(
    _customer,
    st.sampled_from(ZONES),
    st.sampled_from(Tier),
    st.sampled_from([2, 10, 30, 30, 60, 90, 200, 365]),
    st.integers(0, 270),
    st.sampled_from([False, False, False, False, True]),
)


# ---- what happens


@dataclass(frozen=True)
class Happening:
    """At some days and minutes after the contract's start: an event is told (`name` is its type), or an operator acts."""

    days: int
    minutes: int
    name: str
    data: tuple[tuple[str, Any], ...] = ()

    def at(self, customer: Customer) -> datetime:
        """The moment, on the minute."""
        return at_local(customer.contract.start, time(), customer.timezone) + timedelta(days=self.days, minutes=self.minutes)

    def event(self, customer: Customer, number: int) -> Event:
        """The event told then; contracts are dated from the customer's own."""
        data = dict(self.data)
        for name in ("end", "start"):
            if name in data:
                data[name] = (customer.contract.start + timedelta(days=data[name])).isoformat()
        return Event(id=f"e{number}", type=self.name, at=self.at(customer), data=data)


def _event(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, tuple[tuple[str, Any], ...]]]:
    return st.fixed_dictionaries(fields).map(lambda data: (kind, tuple(sorted(data.items()))))


_people = st.sampled_from(["ana@acme.example", "bo@acme.example", "cy@acme.example"])
_tickets = st.sampled_from(["t1", "t2"])
_plays = st.integers(0, 5).map(lambda number: f"play-{number}")
everyday = st.one_of(
    _event("login"),
    _event("feature.used", feature=st.sampled_from(["import", "export"])),
    _event("usage.reported", count=st.sampled_from([0, 10, 100])),
    _event("milestone.reached", milestone=st.just("first-value")),
    _event("meeting.held", meeting=st.just("kickoff")),
    _event("ticket.opened", ticket=_tickets, level=st.integers(1, 4)),
    _event("ticket.resolved", ticket=_tickets),
    _event("survey.answered", survey=st.just("nps"), score=st.integers(0, 10)),
    _event("task.done", task=st.sampled_from(["climb", "task"])),
    _event("offer.approved", offer=st.just("discount")),
    _event("offer.refused", offer=st.just("discount")),
    _event("offer.accepted", offer=st.just("discount")),
    _event("payment.failed", invoice=st.just("i1")),
    _event("renewal.intent", intent=st.sampled_from(["low", "high"])),
)
grave = st.one_of(
    _event("contact.added", email=_people, name=st.just("Cy Cole"), role=st.sampled_from([role.value for role in Role])),
    _event("contact.left", email=_people),
    _event("contact.opted_out", email=_people),
    _event("contact.opted_in", email=_people),
    _event("customer.changed", timezone=st.sampled_from([zone for zone, _ in ZONES])),
    _event("customer.changed", country=st.sampled_from([country for _, country in ZONES])),
    _event("customer.changed", tier=st.sampled_from([tier.value for tier in Tier])),
    _event("contract.signed", start=st.integers(0, 40), end=st.integers(41, 300)),
    _event("contract.amended", end=st.sampled_from([5, 20, 40, 100, 400])),
    _event("contract.renewed", reason=st.just("value")),
    _event("customer.churned", kind=st.sampled_from(["choice", "choice", "natural"]), reason=st.just("price")),
    _event("customer.won_back", reason=st.just("missed it")),
)
operated = st.one_of(
    st.just(("pause", ())),
    st.just(("resume", ())),
    _plays.map(lambda play: ("skip", (("play", play),))),
    _plays.map(lambda play: ("run_now", (("play", play),))),
)
_minutes = st.one_of(st.sampled_from([0, 9 * 60, 12 * 60, 17 * 60 + 55]), st.integers(0, 1439))


def happenings(kinds: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[list[Happening]]:
    """A story of at most so many of these, in the order of time."""
    one = st.builds(
        lambda days, minutes, what: Happening(days, minutes, *what), st.one_of(st.integers(0, 30), st.integers(0, 250)), _minutes, kinds
    )
    return st.lists(one, max_size=most).map(lambda story: sorted(story, key=lambda told: (told.days, told.minutes)))


stories = happenings(st.one_of(everyday, everyday, grave, operated))
told_stories = happenings(st.one_of(everyday, everyday, grave))


# ---- the shell


@dataclass
class World:
    """How touches are answered, what the ledger finds of those called off, how late the worker is, and where the state is cut.

    `most` is how many deadlines one decision deals with. `weigh` finds the wakes that change nothing.
    """

    answers: Callable[[Touch, int], Answer] = lambda touch, attempt: Answer.DONE
    settling: Callable[[Touch, int], timedelta] = lambda touch, attempt: timedelta()
    found: Callable[[Touch, int], Answer] = lambda touch, attempt: Answer.WITHDRAWN
    lateness: timedelta = timedelta()
    cut: bool = False
    most: int | None = None
    looks: list[datetime] = field(default_factory=list)
    away: tuple[datetime, datetime] | None = None
    watch: "Callable[[Lived], None] | None" = None
    trim: bool = False
    weigh: bool = False


@dataclass(frozen=True)
class Acted:
    """A touch that was asked for, when, and how it was answered."""

    touch: Touch
    asked: datetime
    answer: Answer


class Lived:
    """A life lived through a story until a moment, with all that came of it."""

    def __init__(
        self, playbook: Playbook, customer: Customer, story: list[Happening], days: int, world: World | None = None, enrolled_after: int = 0
    ) -> None:
        self.playbook, self.customer, self.world = playbook, customer, world or World()
        start = at_local(customer.contract.start, time(), customer.timezone)
        self.now = start + timedelta(days=enrolled_after)
        self.until = start + timedelta(days=days)
        self.life = engine.begin(customer.model_copy(deep=True), playbook.ref, self.now)
        self.program = self._program()
        self.told = [(one.at(customer), number, one) for number, one in enumerate(story) if one.at(customer) >= self.now]
        self.acted: list[Acted] = []
        self.records: list[Record] = []
        self.wakes: list[tuple[datetime, str]] = []
        self.decided: list[datetime] = []
        self.idle_wakes: list[tuple[datetime, str]] = []
        self.decisions = 0
        self._settling: list[tuple[datetime, Touch, Answer]] = []
        self._settled: set[str] = set()
        self._attempts: dict[str, int] = {}
        self.over = False
        self._live()

    def outcome(self) -> Raw:
        """All that another life must equal to be the same."""
        return {
            "life": json.loads(self.life.model_dump_json()),
            "touches": [(one.touch.model_dump(mode="json"), one.answer) for one in self.acted],
            "records": [record.model_dump(mode="json") for record in self.records],
        }

    def keys(self) -> list[str]:
        return [one.touch.key for one in self.acted]

    def tries_of(self, key: str) -> int:
        """How often the touch was asked for."""
        return self._attempts.get(key, 0)

    @property
    def under_way(self) -> list[str]:
        """The keys that were asked for and have no receipt yet."""
        return [touch.key for _, touch, _ in self._settling]

    def _program(self) -> Program:
        life = self.life
        if not self.world.trim:
            return compile_playbook(self.playbook, life.stage, life.customer.tier)
        running = sorted({run.play for run in life.runs.values()})
        trimmed = self.playbook.trimmed(life.stage, life.customer.tier, running)
        return compile_playbook(Playbook.model_validate_json(trimmed.model_dump_json()), life.stage, life.customer.tier)

    def _live(self) -> None:
        wake = self._decide()
        told = iter(self.told)
        looks = iter(sorted(self.world.looks))
        coming, look = next(told, None), next(looks, None)
        while not self.over:
            moments = [moment for moment in (wake, coming and coming[0], look, self._settling[0][0] if self._settling else None) if moment]
            if not moments or min(moments) > self.until:
                return
            self.now = max(self.now, self._present(min(moments)))
            before = self.life.model_dump_json(exclude={"clock"}) if self.world.weigh and wake is not None and wake <= self.now else None
            while coming is not None and coming[0] <= self.now:
                self._happen(coming[1], coming[2])
                coming, before = next(told, None), None
            while look is not None and look <= self.now:
                look, before = next(looks, None), None
            while self._settling and self._settling[0][0] <= self.now:
                _, touch, answer = self._settling.pop(0)
                self._settle(touch, answer)
                before = None
            woken = wake
            wake = self._decide()
            if before is not None and woken is not None and self.life.model_dump_json(exclude={"clock"}) == before and not self.over:
                self.idle_wakes.append((woken, self.why))
        return

    def _present(self, moment: datetime) -> datetime:
        away = self.world.away
        return away[1] if away is not None and away[0] <= moment < away[1] else moment

    def _happen(self, number: int, what: Happening) -> None:
        life, program, at = self.life, self.program, what.at(self.customer)
        now = max(self.now, at) + self.world.lateness
        match what.name:
            case "pause":
                if operators.no_pause(life) is None:
                    operators.pause(life, now, "a test")
            case "resume":
                if operators.no_resume(life) is None:
                    operators.resume(life, self.now)
            case "skip" | "run_now":
                play = str(dict(what.data)["play"])
                if operators.no_play(life, program, play, running_will_do=what.name == "skip") is None:
                    if what.name == "skip":
                        operators.skip(life, program, play, self.now, "")
                    else:
                        operators.run_now(life, program, play, self.now)
            case _:
                engine.apply(life, program, what.event(self.customer, number), now)
        self._cut()

    def _cut(self) -> None:
        if self.world.cut:
            text = self.life.model_dump_json()
            self.life = Lifecycle.model_validate_json(text)
            assert self.life.model_dump_json() == text

    def _decide(self) -> datetime | None:
        while True:
            self.decisions += 1
            assert self.decisions < 20_000, "it decides without end"
            decision = engine.decide(self.life, self.program, self.now + self.world.lateness, self.world.most)
            self.records += self.life.unrecorded
            self.life.unrecorded = []
            self._cut()
            if self.world.watch is not None:
                self.world.watch(self)
            for key in decision.call_off:
                self._settling = [one for one in self._settling if one[1].key != key]
                touch = self.life.in_flight[key]
                self._settle(touch, self.world.found(touch, self._attempts[key]))
            for touch in decision.touches:
                self._ask(touch)
            if decision.turned:
                self.program = self._program()
            if decision.over:
                self.over = True
                return None
            if not (decision.touches or decision.call_off or decision.turned or decision.more):
                self.why = decision.wake.why if decision.wake else ""
                if decision.wake is not None:
                    self.wakes.append((decision.wake.at, decision.wake.why))
                    self.decided.append(self.now)
                return decision.wake.at if decision.wake else None

    def _ask(self, touch: Touch) -> None:
        assert touch.key not in self._settled, f"{touch.key} is asked for though it is settled"
        assert touch.key not in self.under_way, f"{touch.key} is asked for though it is under way"
        attempt = self._attempts[touch.key] = self._attempts.get(touch.key, 0) + 1
        answer = self.world.answers(touch, attempt)
        self.acted.append(Acted(touch, self.now, answer))
        takes = self.world.settling(touch, attempt)
        if takes:
            self._settling = sorted([*self._settling, (self.now + takes, touch, answer)], key=lambda one: (one[0], one[1].key))
        else:
            self._settle(touch, answer)

    def _settle(self, touch: Touch, answer: Answer) -> None:
        if answer is not Answer.RETRY:
            self._settled.add(touch.key)
        receipt = Receipt(key=touch.key, answer=answer, why="" if answer is Answer.DONE else "so it was answered")
        engine.settle(self.life, self.program, receipt, self.now + self.world.lateness)
        self._cut()


def by_chance(seed: int, key: str, attempt: int, *choices: Any) -> Any:
    """One of the choices, the same for the same seed, key and attempt."""
    digest = hashlib.blake2b(f"{seed}/{key}/{attempt}".encode(), digest_size=4).digest()
    return choices[int.from_bytes(digest, "big") % len(choices)]
