"""The customer as its life last knew it, so that it can be begun anew."""

import sqlalchemy as sa
from alembic import op

revision = "1.4"
down_revision = "1.3"


def upgrade() -> None:
    """Add the column; what is known stands in it as soon as each life is decided again."""
    op.add_column("lives", sa.Column("last_known", sa.Text, nullable=False, server_default=""))
