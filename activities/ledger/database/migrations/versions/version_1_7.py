"""Whom each touch went to; of the next one what and to whom it is; and by whose hours tasks are late."""

import sqlalchemy as sa
from alembic import op

revision = "1.7"
down_revision = "1.6"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("touches", sa.Column("addressees", sa.Text))
    for name in ("country", "owner_timezone", "owner_country", "next_kind", "next_to"):
        op.add_column("customers", sa.Column(name, sa.Text))
    op.add_column("tasks", sa.Column("role", sa.Text))
