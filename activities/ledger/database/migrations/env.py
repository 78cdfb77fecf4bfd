"""Run by Alembic: it takes the caller's connection, whose transaction holds everybody else off."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
