"""Holds, and by which of them a touch was kept from acting.

PostgreSQL lets nobody write touches while it makes the index: a second or two for a million of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "1.2"
down_revision = "1.1"


def upgrade() -> None:
    """Add the table, the columns and the index."""
    op.create_table(
        "holds",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("channel", sa.Text),
        sa.Column("playbook", sa.Text),
        sa.Column("play", sa.Text),
        sa.Column("customer", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("held_by", sa.Text, nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Text),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("released_why", sa.Text),
    )
    op.add_column("touches", sa.Column("playbook", sa.Text))
    op.add_column("touches", sa.Column("tier", sa.Text))
    op.add_column("touches", sa.Column("hold", sa.Integer))
    is_held = sa.text("hold IS NOT NULL")
    op.create_index("ix_touches_hold", "touches", ["hold"], postgresql_where=is_held, sqlite_where=is_held)
