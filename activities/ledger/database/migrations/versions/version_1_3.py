"""The lives that customers have had. Some builds before versions have made the table already."""

import sqlalchemy as sa
from alembic import op

from activities.ledger.database.migrations.taking_up import take_up

revision = "1.3"
down_revision = "1.2"

_TABLES = sa.MetaData()

sa.Table(
    "lives",
    _TABLES,
    sa.Column("customer", sa.Text, primary_key=True),
    sa.Column("life", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("terms", sa.Integer, nullable=False),
    sa.Column("offers", sa.Text, nullable=False),
    sa.Column("opted_out", sa.Text, nullable=False),
    sa.Column("newcomers_opted_out", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)


def upgrade() -> None:
    """Add the table where it is missing."""
    take_up(op.get_bind(), _TABLES)
