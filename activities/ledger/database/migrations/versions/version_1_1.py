"""The tables as they were when versions began. It takes up what release 0.1.0 and the builds after it have made, and makes the rest.

They are written out here: those that the code has go on from this.
"""

import sqlalchemy as sa
from alembic import op

from activities.ledger.database.migrations.taking_up import take_up

revision = "1.1"
down_revision = None

_TABLES = sa.MetaData()
_MOMENT = sa.DateTime(timezone=True)

sa.Table(
    "touches",
    _TABLES,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("customer", sa.Text, nullable=False, index=True),
    sa.Column("play", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("at", _MOMENT, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("lease_until", sa.Double, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("acted", sa.Integer, nullable=False),
    sa.Column("receipt", sa.Text),
    sa.Column("request", sa.Text),
    sa.Column("resolution", sa.Text),
    sa.Column("resolved_by", sa.Text),
    sa.Index("ix_touches_kind_outcome", "kind", "outcome"),
)
sa.Table(
    "invitations",
    _TABLES,
    sa.Column("uid", sa.Text, primary_key=True),
    sa.Column("customer", sa.Text, nullable=False, index=True),
    sa.Column("meeting", sa.Text, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("guests", sa.Text, nullable=False),
    sa.Column("message", sa.Text),
    sa.Column("local_time", sa.Text),
    sa.Column("cancelled", sa.Boolean),
)
sa.Table(
    "keys_of_uids",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)
sa.Table(
    "playbooks",
    _TABLES,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("templates", sa.Text, nullable=False),
)
sa.Table(
    "publications",
    _TABLES,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("version", sa.Text, nullable=False),
)
sa.Table(
    "usage_sums",
    _TABLES,
    sa.Column("customer", sa.String, primary_key=True),
    sa.Column("window", sa.String, primary_key=True),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("ends", _MOMENT, nullable=False),
    sa.Column("total", sa.String, nullable=False),
    sa.Column("reports", sa.Integer, nullable=False),
    sa.Column("last", _MOMENT, nullable=False),
    sa.Column("hinted", sa.Integer, nullable=False),
    sa.Column("waits", sa.Boolean, nullable=False),
    sa.Column("held_until", _MOMENT, nullable=False),
    sa.Index("usage_sums_waiting", "waits", "ends"),
)
sa.Table(
    "usage_seen",
    _TABLES,
    sa.Column("customer", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("at", _MOMENT, nullable=False, index=True),
)
sa.Table(
    "said",
    _TABLES,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("at", _MOMENT, nullable=False),
)


def upgrade() -> None:
    """Add whatever of the tables is missing."""
    take_up(op.get_bind(), _TABLES)
