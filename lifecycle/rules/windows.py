"""Until when what was due may still be done. All moments are UTC."""

from datetime import datetime, timedelta

from lifecycle.domain.calendar import add
from lifecycle.domain.enums import TouchKind
from lifecycle.playbook.play import Play
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.life import Lifecycle

INTERNAL_PATIENCE = timedelta(days=7)
"""How long a touch that reaches nobody outside is tried at least, while its provider is down."""


def last_moment(life: Lifecycle, playbook: Playbook, play: Play, due: datetime) -> datetime:
    """Until when something due then may still go out."""
    return add(due, play.within or playbook.within, life.zone, life.customer.country)


def last_try(life: Lifecycle, playbook: Playbook, play: Play, due: datetime, kind: TouchKind) -> datetime:
    """Until when a touch due then is tried while its provider is down: a message inside its window, what is internal for a week at least."""
    last = last_moment(life, playbook, play, due)
    return last if kind.reaches_the_customer else max(last, due + INTERNAL_PATIENCE)
