"""The engine under a virtual clock: a year in milliseconds, with no server.

The same engine runs in the Temporal workflow; what is shown here is what will happen there.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from lifecycle import engine
from lifecycle.customer import Customer
from lifecycle.events import Event
from lifecycle.playbook import Playbook
from lifecycle.program import Program, compile_playbook
from lifecycle.state import Lifecycle
from lifecycle.touch import Answer, Receipt, Record, Touch

JUST_BEFORE = timedelta(seconds=1)

Perform = Callable[[Touch, datetime], Receipt]


def done(touch: Touch, at: datetime) -> Receipt:
    """A world in which everything works."""
    return Receipt.model_construct(key=touch.key, answer=Answer.DONE, reference="simulated", why="")


class Simulation:
    """One customer's life under a clock that jumps from wake to wake.

    `perform` is the world that touches meet; `after_each` sees, and may replace, the state after every decision.
    """

    def __init__(
        self,
        customer: Customer,
        playbook: Playbook,
        at: datetime,
        *,
        perform: Perform = done,
        after_each: Callable[[Lifecycle], Lifecycle] | None = None,
    ) -> None:
        self.playbook = playbook
        self.now = at
        self.life = engine.begin(customer.model_copy(deep=True), playbook.ref, at)
        self.program: Program = compile_playbook(playbook, self.life.stage, self.life.customer.tier)
        self.touches: list[Touch] = []
        self.records: list[Record] = []
        self.wakes: list[engine.Wake] = []
        self._perform = perform
        self._after_each = after_each
        self.advance(at)

    def tell(self, *events: Event) -> list[engine.Told]:
        """Tell events at this moment, then decide."""
        answers = [engine.apply(self.life, self.program, event, self.now) for event in events]
        self.advance(self.now)
        return answers

    def look_ahead(self, *events: Event) -> list[engine.Told]:
        """Tell events just before their moment, so that they meet the deadlines of that very moment."""
        self.advance(max(self.now, min(event.at for event in events) - JUST_BEFORE))
        return self.tell(*events)

    def advance(self, to: datetime) -> None:
        """Live on until that moment."""
        while True:
            decision = engine.decide(self.life, self.program, self.now)
            self.records += self.life.unrecorded
            self.life.unrecorded = []
            if self._after_each is not None:
                self.life = self._after_each(self.life)
            for key in decision.call_off:
                engine.settle(self.life, self.program, Receipt(key=key, answer=Answer.WITHDRAWN), self.now)
            for touch in decision.touches:
                self.touches.append(touch)
                engine.settle(self.life, self.program, self._perform(touch, self.now), self.now)
            if decision.turned:
                self.program = compile_playbook(self.playbook, self.life.stage, self.life.customer.tier)
            if decision.touches or decision.call_off or decision.turned:
                continue
            if decision.over or decision.wake is None or decision.wake.at > to:
                self.now = max(self.now, to)
                return
            self.now = max(self.now, decision.wake.at)
            self.wakes.append(decision.wake)


def simulate(
    customer: Customer, playbook: Playbook, events: Iterable[Event], enrolled: datetime, until: datetime, perform: Perform = done
) -> Simulation:
    """A life from its enrolment until that moment, each event told when it says."""
    simulation = Simulation(customer, playbook, enrolled, perform=perform)
    by_moment: dict[datetime, list[Event]] = {}
    for event in events:
        by_moment.setdefault(event.at, []).append(event)
    for moment in sorted(by_moment):
        if moment > until:
            break
        simulation.look_ahead(*by_moment[moment])
    simulation.advance(until)
    return simulation
