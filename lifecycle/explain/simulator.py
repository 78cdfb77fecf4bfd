"""The engine under a virtual clock: a year in milliseconds, with no server.

The same engine runs in the Temporal workflow; what is shown here is what will happen there.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from lifecycle.domain.holds import Hold
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.record import Fact
from lifecycle.domain.touch import Answer, Receipt, Record, Touch
from lifecycle.engine import engine
from lifecycle.engine.earlier_lives import recall
from lifecycle.engine.session import Session
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import Program, compile_playbook
from lifecycle.state.life import Lifecycle

JUST_BEFORE = timedelta(seconds=1)
"""Events are told a little ahead, so that they meet the deadlines of their very moment."""

Perform = Callable[[Touch, datetime], Receipt]


def done(touch: Touch, at: datetime) -> Receipt:
    """A world in which everything works."""
    return Receipt(key=touch.key, answer=Answer.DONE, reference="simulated", why="")


def held_by_any(touch: Touch, at: datetime, holds: Iterable[Hold]) -> Receipt | None:
    """What the gate answers right before an act at that moment (UTC); None if the touch may act."""
    hold = next((hold for hold in holds if hold.stands_at(at) and hold.selection.covers(touch)), None)
    return None if hold is None else Receipt(key=touch.key, answer=Answer.HELD, why=hold.held_by.words, held=hold.held_by)


class Simulation:
    """One customer's life under a clock that jumps from wake to wake.

    `perform` is the world that touches meet; `after_each` sees, and may replace, the state after every decision.
    `most` is how many deadlines one decision deals with, all of them if it is None. `holds` are asked before each act, and who waits for one
    is told of its release at that moment. `earlier` is what is known of the customer from lives before. `listed` is a customer that is brought
    in by a file, which makes the list of what it has missed.
    """

    def __init__(
        self,
        customer: Customer,
        playbook: Playbook,
        at: datetime,
        *,
        perform: Perform = done,
        after_each: Callable[[Lifecycle], Lifecycle] | None = None,
        most: int | None = None,
        holds: Sequence[Hold] = (),
        earlier: EarlierLives | None = None,
        listed: bool = False,
    ) -> None:
        self.playbook = playbook
        self.now = at
        life = engine.begin(customer.model_copy(deep=True), playbook.ref, at, playbook.lengths, listed=listed)
        if earlier is not None:
            recall(life, earlier)
        self.session = Session(life, compile_playbook(playbook, life.stage, life.customer.tier))
        self.touches: list[Touch] = []
        self.records: list[Record] = []
        self.facts: list[Fact] = []
        self.wakes: list[engine.Wake] = []
        self._perform = perform
        self._after_each = after_each
        self._most = most
        self._holds = holds
        self._to_release = sorted((hold.until, hold.number) for hold in holds if hold.until is not None and hold.until > at)
        self._sleeps_until: engine.Wake | None = engine.Wake(at, "begins")
        self.advance(at)

    @property
    def life(self) -> Lifecycle:
        """The customer's whole state."""
        return self.session.life

    @property
    def program(self) -> Program:
        """The playbook's program for its stage and tier."""
        return self.session.program

    def tell(self, *events: Event) -> list[engine.ApplyResult]:
        """Tell events: those of this moment are decided on at once, those told for a later one when it comes."""
        answers = engine.apply_all(self.session, events, self.now)
        first = min((event.at for event in (*events, *self.life.inbox.waiting[:1])), default=self.now)
        if self._sleeps_until is None or first < self._sleeps_until.at:
            self._sleeps_until = engine.Wake(first, "told for then")
        self.advance(self.now)
        return answers

    def look_again(self) -> None:
        """Decide anew at this moment, as after an operator has changed the state."""
        self._sleeps_until = engine.Wake(self.now, "looks again")
        self._live_until(self.now)

    def advance(self, to: datetime) -> None:
        """Live on until that moment."""
        while self._to_release and self._to_release[0][0] <= to:
            moment, hold = self._to_release.pop(0)
            self._live_until(moment)
            engine.let_go(self.session, hold, moment)
            self.look_again()
        self._live_until(to)

    def _live_until(self, to: datetime) -> None:
        while self._sleeps_until is not None and self._sleeps_until.at <= to:
            if self._sleeps_until.at > self.now:
                self.now = self._sleeps_until.at
                self.wakes.append(self._sleeps_until)
            self._sleeps_until = self._decide()
        self.now = max(self.now, to)

    def _decide(self) -> engine.Wake | None:
        while True:
            decision = engine.decide(self.session, self.now, self._most)
            log = self.life.log
            self.records += log.unrecorded
            log.unrecorded = []
            record = self.life.record
            self.facts += record.waiting
            record.waiting = []
            if self._after_each is not None:
                self._serve(self._after_each(self.life), self.program)
            for key in decision.call_off:
                engine.settle(self.session, Receipt(key=key, answer=Answer.WITHDRAWN), self.now)
            for touch in decision.touches:
                held = held_by_any(touch, self.now, self._holds)
                if held is None:
                    self.touches.append(touch)
                engine.settle(self.session, held or self._perform(touch, self.now), self.now)
            if decision.turned:
                self._serve(self.life, compile_playbook(self.playbook, self.life.stage, self.life.customer.tier))
            if decision.over:
                return None
            if not (decision.touches or decision.call_off or decision.turned or decision.more):
                return decision.wake

    def _serve(self, life: Lifecycle, program: Program) -> None:
        if life is not self.session.life or program is not self.session.program:
            self.session = Session(life, program)


def simulate(
    customer: Customer,
    playbook: Playbook,
    events: Iterable[Event],
    enrolled: datetime,
    until: datetime,
    perform: Perform = done,
    holds: Sequence[Hold] = (),
    earlier: EarlierLives | None = None,
    *,
    listed: bool = False,
) -> Simulation:
    """A life from its enrolment until that moment, each event told when it says, under those holds, after those earlier lives.

    `listed` as in `Simulation`.
    """
    simulation = Simulation(customer, playbook, enrolled, perform=perform, holds=holds, earlier=earlier, listed=listed)
    by_moment: dict[datetime, list[Event]] = {}
    for event in events:
        by_moment.setdefault(event.at, []).append(event)
    for moment in sorted(by_moment):
        if moment > until:
            break
        simulation.advance(moment - JUST_BEFORE)
        simulation.tell(*by_moment[moment])
    simulation.advance(until)
    return simulation
