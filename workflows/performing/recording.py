"""What a run has written into the record: along with activities that it begins anyway, and by one of its own where nothing carries what is urgent.

That one is local, a part of the workflow task: of all that the record costs it would be most, and what it carries stands in no history.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio import workflow

from activities.ledger_activities import LedgerActivities, WriteDown
from lifecycle.domain.record import RecordLines
from lifecycle.engine.session import Session
from lifecycle.explain.carrying import Carrier
from lifecycle.explain.lookahead import Foreseen, foresee_next
from lifecycle.explain.record import row_of
from lifecycle.state.life import Lifecycle
from lifecycle.state.record import MOST_WAITING
from workflows.performing.asking_at_once import ask_at_once


class RecordKeeper:
    """Knows what of one run's record is on its way. Not `on`, it has nothing carried."""

    def __init__(self, *, on: bool) -> None:
        self._on = on
        self._carrier = Carrier()
        self._ahead: tuple[Foreseen | None] | None = None

    def look_anew(self) -> None:
        """Something was decided: what comes next may be another touch."""
        self._ahead = None

    def following(self, session: Session) -> Foreseen | None:
        """The next touch, looked for once a decision, for that costs something."""
        if self._ahead is None:
            self._ahead = (foresee_next(session, workflow.now()),)
        return self._ahead[0]

    def load(self, session: Session) -> RecordLines | None:
        """What an activity that begins now is to carry: lines, and the customer's row; None if it needs to carry nothing."""
        if not self._on:
            return None
        return self._carrier.load(session.life, row_of(session.life, workflow.now(), self.following(session)), workflow.now())

    def load_urgent(self, session: Session) -> RecordLines | None:
        """The same if it saves an activity: with nothing urgent, lines and row wait for a touch."""
        return self.load(session) if self.waits_to_go(session, all_of_it=False) else None

    def waits_to_go(self, session: Session, *, all_of_it: bool) -> bool:
        """Whether lines wait that nothing carries, and go now: urgent ones, or all of them."""
        life = session.life
        return self._on and (bool(self._carrier.to_go(life)) if all_of_it else self._carrier.is_urgent(life))

    def fits(self, life: Lifecycle) -> bool:
        """Whether what waits may be handed on to the next run."""
        return not self._on or life.record.size_of_waiting() <= MOST_WAITING

    @contextmanager
    def carrying(self, life: Lifecycle, lines: RecordLines | None) -> Iterator[None]:
        """Around the wait for an activity that carries the lines: they are written if it succeeds, and go again if it does not."""
        try:
            yield
        except BaseException:
            self.settled(life, lines, arrived=False)
            raise
        self.settled(life, lines, arrived=True)

    def settled(self, life: Lifecycle, lines: RecordLines | None, *, arrived: bool) -> None:
        """What became of the lines that an activity has carried."""
        if lines is not None:
            self._carrier.arrived(life, lines) if arrived else self._carrier.lost(lines)

    async def write(self, session: Session, lines: RecordLines | None) -> None:
        """Have the lines written by an activity of their own, and then what is urgent."""
        while lines is not None:
            with self.carrying(session.life, lines):
                summary = f"{len(lines.facts)} line{'s' if len(lines.facts) != 1 else ''} for the record"
                await ask_at_once(LedgerActivities.write_down, WriteDown(customer=session.life.customer.id, carries=lines), summary)
            lines = self._carrier.load(session.life, None, workflow.now()) if self.waits_to_go(session, all_of_it=False) else None
