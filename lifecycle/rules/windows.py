"""Until when what was due may still be done. All moments are UTC."""

from datetime import datetime, timedelta

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.time.hours import Timetable
from lifecycle.playbook.play import Closed, Play
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.contract.clock import stage_ends_at
from lifecycle.rules.hours import after
from lifecycle.state.life import Lifecycle

INTERNAL_PATIENCE = timedelta(days=7)
"""How long a touch that reaches nobody outside is tried at least, while its provider is down."""


def last_moment(
    life: Lifecycle,
    playbook: Playbook,
    play: Play,
    due: datetime,
    hours: Timetable | None = None,
    *,
    comes_before: datetime | None = None,
    of_this_stage: bool = True,
) -> datetime:
    """Until when something due then may still go out, if it keeps to those hours (None: to no hours).

    A window without an open hour reaches to the end of the first hours after it, unless the play drops what is closed; never beyond the
    play's stage. No window reaches beyond `comes_before`. `of_this_stage`: it is of the present visit to its stage.
    """
    last = after(life, playbook.contact_policy, due, play.within or playbook.within)
    if hours is not None and play.closed is not Closed.DROP and (opens := hours.opening(due)) > last:
        ends = stage_ends_at(life, playbook) if of_this_stage and not play.outlives_stage else None
        closes = hours.closing(opens)
        last = max(last, closes if ends is None else min(closes, ends))
    return last if comes_before is None else min(last, comes_before)


def last_try(
    life: Lifecycle,
    playbook: Playbook,
    play: Play,
    due: datetime,
    kind: TouchKind,
    hours: Timetable | None,
    *,
    comes_before: datetime | None = None,
    of_this_stage: bool = True,
) -> datetime:
    """Until when a touch due then is tried while its provider is down: a message inside its window, what is internal for a week at least."""
    last = last_moment(life, playbook, play, due, hours, comes_before=comes_before, of_this_stage=of_this_stage)
    if kind.reaches_the_customer:
        return last
    patient = max(last, due + INTERNAL_PATIENCE)
    return patient if comes_before is None else min(patient, comes_before)
