"""Until when what was due may still be done. All moments are UTC."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.hours import Timetable
from lifecycle.playbook.play import Closed, Play
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.contract_clock import stage_ends_at
from lifecycle.rules.hours import after
from lifecycle.rules.planning import deadline_of
from lifecycle.state.life import Lifecycle

INTERNAL_PATIENCE = timedelta(days=7)
"""How long a touch that reaches nobody outside is tried at least, while its provider is down."""


def last_moment(
    life: Lifecycle, playbook: Playbook, play: Play, due: datetime, hours: Timetable | None = None, *, of_this_stage: bool = True
) -> datetime:
    """Until when something due then may still go out, if it keeps to those hours (None: to no hours).

    A window without an open hour reaches to the end of the first hours after it, unless the play drops what is closed; never beyond the
    play's stage or the moment that it comes before. `of_this_stage`: it is of the present visit to its stage.
    """
    last = after(life, playbook.contact_policy, due, play.within or playbook.within)
    if hours is None or play.closed is Closed.DROP:
        return last
    opens = hours.opening(due)
    if opens <= last:
        return last
    return max(last, min([hours.closing(opens), *_bounds(life, playbook, play, of_this_stage)]))


def _bounds(life: Lifecycle, playbook: Playbook, play: Play, of_this_stage: bool) -> Iterator[datetime]:
    if of_this_stage:
        ends = None if play.outlives_stage else stage_ends_at(life, playbook)
        if ends is not None:
            yield ends
    comes_before = deadline_of(life, playbook, play) if of_this_stage or (play.at is not None and play.at.of != "stage_end") else None
    if comes_before is not None:
        yield comes_before


def last_try(
    life: Lifecycle, playbook: Playbook, play: Play, due: datetime, kind: TouchKind, hours: Timetable | None, *, of_this_stage: bool = True
) -> datetime:
    """Until when a touch due then is tried while its provider is down: a message inside its window, what is internal for a week at least."""
    last = last_moment(life, playbook, play, due, hours, of_this_stage=of_this_stage)
    return last if kind.reaches_the_customer else max(last, due + INTERNAL_PATIENCE)
