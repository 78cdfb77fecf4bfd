"""The marks of the secrets that opt-outs of erased people are hashed with."""

import sqlalchemy as sa
from alembic import op

revision = "1.5"
down_revision = "1.4"


def upgrade() -> None:
    """Add the table."""
    op.create_table("erasure_secrets", sa.Column("mark", sa.Text, primary_key=True))
