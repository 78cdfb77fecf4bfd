"""The table of holds: a row a hold, which stays when it is released. Without channel, playbook, play and customer it holds everything."""

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, UtcDateTime

HOLDS = sa.Table(
    "holds",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("channel", sa.Text),
    sa.Column("playbook", sa.Text),
    sa.Column("play", sa.Text),
    sa.Column("customer", sa.Text),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("held_by", sa.Text, nullable=False),
    sa.Column("held_at", UtcDateTime, nullable=False),
    sa.Column("released_by", sa.Text),
    sa.Column("released_at", UtcDateTime),
    sa.Column("released_why", sa.Text),
)
