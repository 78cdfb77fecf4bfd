"""What a run has written into the record: along with activities that it begins anyway, and by one of its own where nothing carries what is urgent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from temporalio import workflow

from activities.ledger_activities import LedgerActivities
from lifecycle.domain.record import RecordLines
from lifecycle.engine.session import Session
from lifecycle.explain.carrying import Carrier
from lifecycle.explain.lookahead import Foreseen, foresee_next
from lifecycle.explain.record import row_of
from lifecycle.state.life import Lifecycle
from lifecycle.state.record import MOST_WAITING


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

    def load(self, session: Session, *, anyhow: bool = True) -> RecordLines | None:
        """What an activity that begins now is to carry; None if it needs to carry nothing. Not `anyhow`: nothing but lines that wait, with the row."""
        if not self._on or not (anyhow or self._carrier.to_go(session.life)):
            return None
        return self._carrier.load(session.life, row_of(session, workflow.now(), self.following(session)), workflow.now())

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
        """Have the lines written by an activity of their own, and what is urgent by then."""
        while lines is not None:
            with self.carrying(session.life, lines):
                await workflow.execute_activity_method(
                    LedgerActivities.write_record,
                    lines,
                    start_to_close_timeout=timedelta(seconds=30),
                    summary=f"write {len(lines.facts)} lines into the record",
                )
            lines = self._carrier.load(session.life, None, workflow.now()) if self.waits_to_go(session, all_of_it=False) else None


def with_lines(told: Any, lines: RecordLines | None) -> list[Any]:
    """The arguments of an activity that carries lines, if there are any."""
    return [told] if lines is None else [told, lines]
