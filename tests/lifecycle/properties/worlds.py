"""A shell that lives through a random story as the workflow does.

It is not the simulator: it may cut the state, come late, look in between, be away, and answer touches late or badly.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from pydantic_core import to_jsonable_python

from lifecycle.domain.enums import Resolution
from lifecycle.domain.holds import Hold, Selection
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.record import Fact
from lifecycle.domain.time.zones import at_local
from lifecycle.domain.touch import Answer, Receipt, Record, Touch
from lifecycle.engine import engine
from lifecycle.engine.earlier_lives import recall
from lifecycle.engine.session import Session
from lifecycle.explain.simulator import held_by_any
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import Program, compile_playbook
from lifecycle.state.life import Lifecycle
from tests.lifecycle.calls import (
    apply,
    decide,
    let_go,
    no_pause,
    no_play,
    no_repeat,
    no_resume,
    pause,
    resolve,
    resume,
    run_now,
    settle,
    skip,
    state,
    take_unrecorded,
)
from tests.lifecycle.properties.playbooks import Raw
from tests.lifecycle.properties.stories import Happening

CLOCK = {"progress": {"decided_until"}}
"""What every wake changes."""


@dataclass
class World:
    """How touches are answered, what the ledger finds of those called off, how late the worker is, and where the state is cut.

    `earlier` is what the customer's earlier lives left behind. `holds` are by the days since the contract's start on which each begins and
    is released, with what it covers. `most` is how many deadlines one decision deals with. `weigh` finds the wakes that change nothing.
    `words` is what a person says of an unknown touch, the first, second, ... time that it is unknown, and how much later.
    """

    answers: Callable[[Touch, int], Answer] = lambda touch, attempt: Answer.DONE
    settling: Callable[[Touch, int], timedelta] = lambda touch, attempt: timedelta()
    found: Callable[[Touch, int], Answer] = lambda touch, attempt: Answer.WITHDRAWN
    words: Callable[[str, int], tuple[Resolution | None, timedelta]] = lambda key, number: (None, timedelta())
    holds: list[tuple[int, int, Selection]] = field(default_factory=list)
    lateness: timedelta = timedelta()
    cut: bool = False
    most: int | None = None
    looks: list[datetime] = field(default_factory=list)
    away: tuple[datetime, datetime] | None = None
    watch: "Callable[[Lived], None] | None" = None
    trim: bool = False
    earlier: EarlierLives | None = None
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
        life = engine.begin(customer.model_copy(deep=True), playbook.ref, self.now, playbook.lengths)
        if self.world.earlier is not None:
            recall(life, self.world.earlier)
        self.session = Session(life, self._program(life))
        self.told = [(one.at(customer), number, one) for number, one in enumerate(story) if one.at(customer) >= self.now]
        self.acted: list[Acted] = []
        self.records: list[Record] = []
        self.facts: list[Fact] = []
        self.wakes: list[tuple[datetime, str]] = []
        self.decided: list[datetime] = []
        self.idle_wakes: list[tuple[datetime, str]] = []
        self.decisions = 0
        self._settling: list[tuple[datetime, Touch, Receipt]] = []
        self._settled: set[str] = set()
        self.holds = [
            Hold(
                number=number,
                selection=of,
                by="Kim Lee",
                why="a test",
                since=start + timedelta(days=begins),
                until=start + timedelta(days=ends),
            )
            for number, (begins, ends, of) in enumerate(self.world.holds, 1)
        ]
        self._releases = sorted((hold.until, hold.number) for hold in self.holds if hold.until is not None and hold.until > self.now)
        self.held: list[tuple[Acted, int]] = []
        self._words: list[tuple[datetime, str, Resolution]] = []
        self.answered: dict[str, Answer] = {}
        self.asked_again: Counter[str] = Counter()
        self._attempts: dict[str, int] = {}
        self.over = False
        self._live()

    def outcome(self) -> Raw:
        """All that another life must equal to be the same."""
        return {
            "life": json.loads(self.life.model_dump_json()),
            "touches": [(to_jsonable_python(one.touch), one.answer) for one in self.acted],
            "held": [(to_jsonable_python(one.touch), one.asked, hold) for one, hold in self.held],
            "records": to_jsonable_python(self.records),
            "facts": to_jsonable_python(self.facts),
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

    @property
    def life(self) -> Lifecycle:
        return self.session.life

    def _program(self, life: Lifecycle) -> Program:
        if not self.world.trim:
            return compile_playbook(self.playbook, life.stage, life.customer.tier)
        running = sorted({run.play for run in life.plays.runs.values()})
        trimmed = self.playbook.trimmed(life.stage, life.customer.tier, running)
        return compile_playbook(Playbook.model_validate_json(trimmed.model_dump_json()), life.stage, life.customer.tier)

    def _live(self) -> None:
        wake = self._decide()
        told = iter(self.told)
        looks = iter(sorted(self.world.looks))
        coming, look = next(told, None), next(looks, None)
        while not self.over:
            told_next = [each[0][0] if each else None for each in (self._settling, self._words, self._releases)]
            moments = [moment for moment in (wake, coming and coming[0], look, *told_next) if moment]
            if not moments or min(moments) > self.until:
                return
            self.now = max(self.now, self._present(min(moments)))
            before = self.life.model_dump_json(exclude=CLOCK) if self.world.weigh and wake is not None and wake <= self.now else None
            while coming is not None and coming[0] <= self.now:
                self._happen(coming[1], coming[2])
                coming, before = next(told, None), None
            while look is not None and look <= self.now:
                look, before = next(looks, None), None
            while self._settling and self._settling[0][0] <= self.now:
                _, touch, receipt = self._settling.pop(0)
                self._settle(touch, receipt)
                before = None
            while self._releases and self._releases[0][0] <= self.now:
                self._release(self._releases.pop(0)[1])
                before = None
            while self._words and self._words[0][0] <= self.now:
                self._say(*self._words.pop(0)[1:])
                before = None
            woken = wake
            wake = self._decide()
            if before is not None and woken is not None and self.life.model_dump_json(exclude=CLOCK) == before and not self.over:
                self.idle_wakes.append((woken, self.why))
        return

    def _present(self, moment: datetime) -> datetime:
        away = self.world.away
        return away[1] if away is not None and away[0] <= moment < away[1] else moment

    def _happen(self, number: int, what: Happening) -> None:
        at = what.at(self.customer)
        now = max(self.now, at) + self.world.lateness
        match what.name:
            case "pause":
                if no_pause(self) is None:
                    pause(self, now, "a test")
            case "resume":
                if no_resume(self) is None:
                    resume(self, self.now)
            case "skip" | "run_now":
                play = str(dict(what.data)["play"])
                if no_play(self, play, running_will_do=what.name == "skip") is None:
                    if what.name == "skip":
                        skip(self, play, self.now)
                    else:
                        run_now(self, play, self.now)
            case _:
                apply(self, what.event(self.customer, number), now)
        self._cut()

    def _cut(self) -> None:
        if self.world.cut:
            text = self.life.model_dump_json()
            self.session = Session(Lifecycle.model_validate_json(text), self.session.program)
            assert self.life.model_dump_json() == text

    def _decide(self) -> datetime | None:
        while True:
            self.decisions += 1
            assert self.decisions < 20_000, "it decides without end"
            decision = decide(self, self.now + self.world.lateness, self.world.most)
            self.records += take_unrecorded(self)
            self._take_facts()
            self._cut()
            if self.world.watch is not None:
                self.world.watch(self)
            for key in decision.call_off:
                self._settling = [one for one in self._settling if one[1].key != key]
                touch = state(self).in_flight[key]
                self._settle(touch, receipt_of(touch, self.world.found(touch, self._attempts[key])))
            for touch in decision.touches:
                self._ask(touch)
            if decision.turned:
                self.session = Session(self.life, self._program(self.life))
            if decision.over:
                self.over = True
                return None
            if not (decision.touches or decision.call_off or decision.turned or decision.more):
                self.why = decision.wake.why if decision.wake else ""
                if decision.wake is not None:
                    self.wakes.append((decision.wake.at, decision.wake.why))
                    self.decided.append(self.now)
                return decision.wake.at if decision.wake else None

    def _take_facts(self) -> None:
        """As if the record had taken all lines at once."""
        self.facts += self.life.record.waiting
        self.life.record.waiting = []

    def _ask(self, touch: Touch) -> None:
        assert touch.key not in self._settled, f"{touch.key} is asked for though it is settled"
        assert touch.key not in self.under_way, f"{touch.key} is asked for though it is under way"
        attempt = self._attempts[touch.key] = self._attempts.get(touch.key, 0) + 1
        held = held_by_any(touch, self.now, self.holds)
        receipt = held or receipt_of(touch, self.world.answers(touch, attempt))
        if receipt.held is not None:
            self.held.append((Acted(touch, self.now, receipt.answer), receipt.held.hold))
        else:
            self.acted.append(Acted(touch, self.now, receipt.answer))
        takes = self.world.settling(touch, attempt)
        if takes:
            self._settling = sorted([*self._settling, (self.now + takes, touch, receipt)], key=lambda one: (one[0], one[1].key))
        else:
            self._settle(touch, receipt)

    def _release(self, hold: int) -> None:
        """Whom the ledger lists as held is told, whatever has become of that meanwhile."""
        if any(by == hold for _, by in self.held):
            let_go(self, hold, self.now + self.world.lateness)
        self._cut()

    def _say(self, key: str, resolution: Resolution) -> None:
        if resolution is Resolution.AGAIN and no_repeat(self, key):
            return
        if resolution is Resolution.AGAIN:
            self.asked_again[key] += 1
            self._settled.discard(key)
        resolve(self, key, resolution, self.now + self.world.lateness)
        self._cut()

    def _settle(self, touch: Touch, receipt: Receipt) -> None:
        answer = receipt.answer
        if answer not in (Answer.RETRY, Answer.HELD):
            self._settled.add(touch.key)
            self.answered[touch.key] = answer
        if answer is Answer.UNKNOWN and not touch.key.endswith(".unknown"):
            word, later = self.world.words(touch.key, self.asked_again[touch.key])
            if word is not None:
                self._words = sorted([*self._words, (self.now + later, touch.key, word)])
        settle(self, receipt, self.now + self.world.lateness)
        self._cut()


def receipt_of(touch: Touch, answer: Answer) -> Receipt:
    """That answer to the touch."""
    return Receipt(key=touch.key, answer=answer, why="" if answer is Answer.DONE else "so it was answered")


def by_chance(seed: int, key: str, attempt: int, *choices: Any) -> Any:
    """One of the choices, the same for the same seed, key and attempt."""
    digest = hashlib.blake2b(f"{seed}/{key}/{attempt}".encode(), digest_size=4).digest()
    return choices[int.from_bytes(digest, "big") % len(choices)]
