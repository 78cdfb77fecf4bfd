"""Where a life stands on the contract clock."""

import operator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from lifecycle.domain.enums import Stage
from lifecycle.domain.model import Instant
from lifecycle.domain.people.customer import Contract


@dataclass(slots=True, kw_only=True)
class Progress:
    """Stage and term, and up to when the life has been decided. Moments are UTC, days local to the customer.

    `stage_since` and `stage_day` are when the stage was entered; `stage_is_new` until its plays are planned. `visits` counts
    stages entered, `round` how often renewal work begins in a term (an extension sends it back to growth), `term_since` is
    when the term began to be lived. `decided_until` is the latest moment that was dealt with. `replan`: an anchor has moved,
    and every due moment is worked out anew; `planned_zone` is the zone that they were worked out in. `past_contracts` are the
    terms before, `closed` says why the life is over; `quiet`: it is to end without a word to anybody.
    What was due before `late_since` is missed by a late start: the enrolment, or the coming back. It is None in lives that builds before
    this rule began, of which nobody is told. With `listed`, a list that the customer's file makes tells the owner, and no task of the life's own.
    `recalls` until the customer's earlier lives have been asked for, `trial_term` is the term that stands in the touch keys of a trial, and
    `remembered` the mark of what was last written down for a life after this one. `anew` is when a life was begun in the place of one of
    which nobody knows what it did last: what was due before is missed, whatever its window.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    stage: Stage
    stage_since: Instant
    stage_day: date
    stage_is_new: bool = True
    visits: int = 1
    round: int = 1
    enrolled: Instant
    term_since: Instant
    decided_until: Instant
    planned_zone: str
    replan: bool = False
    past_contracts: list[Contract] = field(default_factory=list)
    closed: str = ""
    quiet: bool = False
    recalls: bool = False
    trial_term: int = 0
    remembered: str = ""
    late_since: Annotated[Instant | None, Field(exclude_if=operator.not_)] = None
    listed: Annotated[bool, Field(exclude_if=operator.not_)] = False
    anew: Instant | None = None
