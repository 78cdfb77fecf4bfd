"""The database that keeps the ledger and the playbooks: SQLite by default, PostgreSQL by URL."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from activities.ledger.database.schema import PATIENCE, check_version
from activities.private_files import close_database
from lifecycle.domain.errors import Failure, as_ours, one_line

METADATA = sa.MetaData()
"""The tables as the code has them. What makes them is `migrations/`: a test holds the two together."""


class DatabaseFailed(Failure):
    """The database cannot be opened, read or written."""


@as_ours.register
def _(error: SQLAlchemyError) -> DatabaseFailed:
    return DatabaseFailed(_sentence(one_line(error)))


def _sentence(why: str) -> str:
    return f"The database cannot be used ({why}): look at EVERGREEN_DATABASE_URL and EVERGREEN_HOME."


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no offset: it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _on_connect(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # The wait comes first: turning WAL on needs the file for itself, and another process may be doing the same.
    cursor.execute(f"PRAGMA busy_timeout = {int(1000 * PATIENCE)}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL, for a mark must outlive a power cut: a lost "confirmed" would be a second email.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def open_database(url: str) -> sa.Engine:
    """The database at that URL, with its tables there. Safe for many processes at once.

    Raises DatabaseFailed, OtherVersion for one that this build cannot work with yet, or any more, and SQLAlchemy's own errors when it cannot
    be reached; they hide parameters, which may be personal data.
    """
    engine = connect(url)
    try:
        check_version(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def connect(url: str) -> sa.Engine:
    """The database at that URL as it is, whatever is in it. Raises DatabaseFailed."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:" and not address.database.startswith("file:"):
            try:
                close_database(Path(address.database))
            except OSError as error:
                raise DatabaseFailed(_sentence(error.strerror or one_line(error))) from None
        engine = sa.create_engine(address, hide_parameters=True)
        sa.event.listen(engine, "connect", _on_connect)
    else:
        engine = sa.create_engine(address, hide_parameters=True, pool_pre_ping=True)
    return engine


def insert(engine: sa.Engine, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that can say ON CONFLICT, in the engine's own dialect."""
    return postgresql.insert(table) if engine.dialect.name == "postgresql" else sqlite.insert(table)
