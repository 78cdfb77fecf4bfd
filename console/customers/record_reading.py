"""The record, opened for a command that reads it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.ledger.record.reading import RecordReading
from runtime.environment import settings_from_env


@contextmanager
def record_database() -> Iterator[sa.Engine]:
    """The database that holds the record of this installation. Raises Mistake for a setting, Failure where it cannot be read."""
    engine = open_database(settings_from_env().database)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def reading() -> Iterator[RecordReading]:
    """The record of this installation. Raises as `record_database` does."""
    with record_database() as engine:
        yield RecordReading(engine)
