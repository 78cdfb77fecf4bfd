"""The table of touches: a row a touch key, and how far the attempts at it have come.

`request` is what was asked by an attempt that may have acted, until it is known what became of it: it may hold what customers are told.
`resolution` and `resolved_by` are a person's word on what was unknown. `playbook` (its name) and `tier` are the customer's when it was last
asked for, and `hold` is the number of the hold by which its last attempt was kept from acting, until something else becomes of it.
`addressees` are the addresses that it goes to, as they are compared, with a space between two. These seven came after release 0.1.0, whose
workers leave them empty.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, UtcDateTime
from lifecycle.domain.enums import Outcome, Resolution


class TouchState(StrEnum):
    """How far the attempts at a touch have come."""

    RECORDED = "recorded"
    RESERVED = "reserved"
    RELEASED = "released"
    ACTING = "acting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


TOUCHES = sa.Table(
    "touches",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("customer", sa.Text, nullable=False, index=True),
    sa.Column("play", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("reference", sa.Text, nullable=False, default=""),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("token", sa.Text, nullable=False, default=""),
    sa.Column("lease_until", sa.Double, nullable=False, default=0.0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("acted", sa.Integer, nullable=False, default=0),
    sa.Column("receipt", sa.Text),
    sa.Column("request", sa.Text),
    sa.Column("resolution", sa.Text),
    sa.Column("resolved_by", sa.Text),
    sa.Column("playbook", sa.Text),
    sa.Column("tier", sa.Text),
    sa.Column("hold", sa.Integer),
    sa.Column("addressees", sa.Text),
    sa.Index("ix_touches_kind_outcome", "kind", "outcome"),
)
sa.Index("ix_touches_hold", TOUCHES.c.hold, postgresql_where=TOUCHES.c.hold.is_not(None), sqlite_where=TOUCHES.c.hold.is_not(None))


@dataclass(frozen=True)
class TouchRow:
    """A touch as reports see it; `at` is in UTC, `outcome` is empty while it is still being tried.

    `resolution` and `resolved_by` are what a person said of it when it was unknown, and who.
    """

    key: str
    customer: str
    play: str
    kind: str
    name: str
    state: TouchState
    outcome: Outcome | None
    reason: str
    reference: str
    at: datetime
    attempts: int
    acted: int
    resolution: Resolution | None
    resolved_by: str | None
