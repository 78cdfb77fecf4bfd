"""The record: customers as they stand, what happened, tasks."""

import sqlalchemy as sa
from alembic import op

revision = "1.6"
down_revision = "1.5"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "customers",
        sa.Column("customer", sa.Text, primary_key=True),
        sa.Column("life", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("stage", sa.Text),
        sa.Column("stage_since", _MOMENT),
        sa.Column("term", sa.Integer),
        sa.Column("term_start", sa.Date),
        sa.Column("contract_end", sa.Date),
        sa.Column("renews", sa.Text),
        sa.Column("tier", sa.Text),
        sa.Column("segment", sa.Text),
        sa.Column("owner", sa.Text),
        sa.Column("owner_email", sa.Text),
        sa.Column("timezone", sa.Text),
        sa.Column("playbook", sa.Text),
        sa.Column("annual_value", sa.Double),
        sa.Column("currency", sa.Text),
        sa.Column("health", sa.Integer),
        sa.Column("health_band", sa.Text),
        sa.Column("health_change", sa.Integer),
        sa.Column("health_parts", sa.Text),
        sa.Column("intent", sa.Text),
        sa.Column("likelihood", sa.Double),
        sa.Column("next_touch_at", _MOMENT),
        sa.Column("next_play", sa.Text),
        sa.Column("open_tasks", sa.Integer),
        sa.Column("open_tickets", sa.Integer),
        sa.Column("unread", sa.Integer),
        sa.Column("unknown", sa.Integer),
        sa.Column("stopped", sa.Text),
        sa.Column("cancelled_to", sa.Date),
        sa.Column("signed_until", sa.Date),
        sa.Column("lost_at", _MOMENT),
        sa.Column("lost_because", sa.Text),
        sa.Column("closed", sa.Text),
    )
    op.create_table(
        "facts",
        sa.Column("customer", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("life", sa.Integer),
        sa.Column("number", sa.Integer),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("said_by", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
    )
    op.create_table(
        "tasks",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("play", sa.Text),
        sa.Column("owner", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("asked_at", _MOMENT),
        sa.Column("due_at", _MOMENT),
        sa.Column("snoozed_until", _MOMENT),
        sa.Column("snoozed_by", sa.Text),
        sa.Column("closed_at", _MOMENT),
        sa.Column("closed_as", sa.Text),
        sa.Column("closed_by", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("late_hours", sa.Double),
    )
    op.create_index("ix_customers_stage", "customers", ["stage"])
    op.create_index("ix_customers_contract_end", "customers", ["contract_end"])
    op.create_index("ix_customers_owner", "customers", ["owner"])
    op.create_index("ix_customers_next_touch_at", "customers", ["next_touch_at"])
    op.create_index("ix_facts_kind_at", "facts", ["kind", "at"])
    op.create_index("ix_tasks_customer", "tasks", ["customer"])
