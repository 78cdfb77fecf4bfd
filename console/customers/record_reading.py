"""The record, opened for a command that reads it."""

from collections.abc import Iterator
from contextlib import contextmanager

from activities.ledger.database.database import open_database
from activities.ledger.record.reading import RecordReading
from runtime.environment import settings_from_env


@contextmanager
def reading() -> Iterator[RecordReading]:
    """The record of this installation. Raises Mistake for a setting, Failure for a database that cannot be read."""
    engine = open_database(settings_from_env().database)
    try:
        yield RecordReading(engine)
    finally:
        engine.dispose()
