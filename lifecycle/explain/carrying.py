"""What goes along into the record with an activity: the lines that are not on their way, and of the row what may have changed.

Nothing here must survive: a carrier that is begun anew carries again what was not known to be written, and the whole row, and the record takes
both without a difference.
"""

from datetime import datetime

from lifecycle.domain.model import Scalar
from lifecycle.domain.record import Fact, RecordLines
from lifecycle.explain.record import CustomerRow
from lifecycle.state.life import Lifecycle
from lifecycle.state.record import LINES_AT_ONCE, SOON_TOO_MANY


class Carrier:
    """Knows what of a life's record is on its way, and what has arrived, as long as one run lasts."""

    def __init__(self) -> None:
        self._under_way: set[int] = set()
        self._written: dict[str, Scalar] = {}
        self._loaded_at: datetime | None = None

    def load(self, life: Lifecycle, row: CustomerRow | None, now: datetime) -> RecordLines | None:
        """What an activity that begins now (UTC) is to carry; None if it needs to carry nothing. Without a row it carries lines alone."""
        facts = self.to_go(life)[:LINES_AT_ONCE]
        if not facts and (row is None or self._loaded_at == now):
            return None
        lines = RecordLines(life=life.facts.contract.lives, as_of=now, version=life.record.version, facts=facts)
        if row is not None:
            life.record.version += 1
            lines.version = life.record.version
            lines.values = {
                name: value for name, value in row.values().items() if name not in self._written or self._written[name] != value
            }
            for name in lines.values:
                self._written.pop(name, None)
            self._loaded_at = now
        self._under_way.update(fact.number for fact in facts)
        return lines

    def arrived(self, life: Lifecycle, lines: RecordLines) -> None:
        """What was carried is written."""
        numbers = {fact.number for fact in lines.facts}
        self._under_way -= numbers
        life.record.written(numbers)
        if lines.version == life.record.version:
            self._written.update(lines.values)

    def lost(self, lines: RecordLines) -> None:
        """Nobody knows whether what was carried is written: it goes again with another."""
        self._under_way -= {fact.number for fact in lines.facts}

    def to_go(self, life: Lifecycle) -> list[Fact]:
        """The lines that are not on their way, the oldest first."""
        return [fact for fact in life.record.waiting if fact.number not in self._under_way]

    def is_urgent(self, life: Lifecycle) -> bool:
        """Whether something waits that goes at once: what a person waits for, or more than should be waiting for a touch."""
        waiting = self.to_go(life)
        return any(fact.urgent for fact in waiting) or (len(waiting) > LINES_AT_ONCE // 2 and life.record.size_of_waiting() > SOON_TOO_MANY)
