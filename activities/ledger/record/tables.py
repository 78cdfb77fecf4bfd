"""The record's tables: a row a customer as it stands, a row a line of what happened, a row a task.

Every row says as of when it is (`as_of`, UTC). Columns of `customers` that nobody has told yet are null: a row is made of what was sent of it.
A line's `id` is its number in its life, `life.number`, or names the touch that it is about; `number` and `life` are null where it is written by the
ledger itself.
"""

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, UtcDateTime

CUSTOMERS = sa.Table(
    "customers",
    METADATA,
    sa.Column("customer", sa.Text, primary_key=True),
    sa.Column("life", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("stage", sa.Text, index=True),
    sa.Column("stage_since", UtcDateTime),
    sa.Column("term", sa.Integer),
    sa.Column("term_start", sa.Date),
    sa.Column("contract_end", sa.Date, index=True),
    sa.Column("renews", sa.Text),
    sa.Column("tier", sa.Text),
    sa.Column("segment", sa.Text),
    sa.Column("owner", sa.Text, index=True),
    sa.Column("owner_email", sa.Text),
    sa.Column("timezone", sa.Text),
    sa.Column("country", sa.Text),
    sa.Column("owner_timezone", sa.Text),
    sa.Column("owner_country", sa.Text),
    sa.Column("playbook", sa.Text),
    sa.Column("annual_value", sa.Double),
    sa.Column("currency", sa.Text),
    sa.Column("health", sa.Integer),
    sa.Column("health_band", sa.Text),
    sa.Column("health_change", sa.Integer),
    sa.Column("health_parts", sa.Text),
    sa.Column("intent", sa.Text),
    sa.Column("likelihood", sa.Double),
    sa.Column("next_touch_at", UtcDateTime, index=True),
    sa.Column("next_play", sa.Text),
    sa.Column("next_kind", sa.Text),
    sa.Column("next_to", sa.Text),
    sa.Column("open_tasks", sa.Integer),
    sa.Column("open_tickets", sa.Integer),
    sa.Column("unread", sa.Integer),
    sa.Column("unknown", sa.Integer),
    sa.Column("stopped", sa.Text),
    sa.Column("cancelled_to", sa.Date),
    sa.Column("signed_until", sa.Date),
    sa.Column("lost_at", UtcDateTime),
    sa.Column("lost_because", sa.Text),
    sa.Column("closed", sa.Text),
)

FACTS = sa.Table(
    "facts",
    METADATA,
    sa.Column("customer", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("life", sa.Integer),
    sa.Column("number", sa.Integer),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("said_by", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Index("ix_facts_kind_at", "kind", "at"),
)

TASKS = sa.Table(
    "tasks",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("customer", sa.Text, nullable=False, index=True),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("play", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("due_at", UtcDateTime),
    sa.Column("snoozed_until", UtcDateTime),
    sa.Column("snoozed_by", sa.Text),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("closed_as", sa.Text),
    sa.Column("closed_by", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("late_hours", sa.Double),
)
