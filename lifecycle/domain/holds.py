"""The stop button: which touches a hold keeps from acting, by whom and why."""

from datetime import datetime

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.model import Frozen, Instant
from lifecycle.domain.touch import HeldBy, Touch


class Selection(Frozen):
    """Which touches: those of the kind, the playbook (by its name), the play and the customer that are given; all, where none is."""

    channel: TouchKind | None = None
    playbook: str | None = None
    play: str | None = None
    customer: str | None = None

    def covers(self, touch: Touch) -> bool:
        """Whether the touch is one of them."""
        return (
            self.channel in (None, touch.kind)
            and self.playbook in (None, touch.playbook.partition("@")[0])
            and self.play in (None, touch.play)
            and self.customer in (None, touch.customer)
        )

    @property
    def words(self) -> str:
        """What it selects, as in `the channel email of customer acme`."""
        named = [f"{name} {value}" for name, value in self.model_dump(mode="json").items() if value is not None]
        return " and ".join(named) or "everything"


class Hold(Frozen):
    """A hold by its number: from `since` on, until it is released at `until`, nothing of its selection acts. Both are UTC."""

    number: int
    selection: Selection
    by: str
    why: str
    since: Instant
    until: Instant | None = None

    def stands_at(self, moment: datetime) -> bool:
        """Whether it stands at that moment (UTC)."""
        return self.since <= moment and (self.until is None or moment < self.until)

    @property
    def held_by(self) -> HeldBy:
        """What a touch is told that it keeps from acting."""
        return HeldBy(hold=self.number, by=self.by, why=self.why)
