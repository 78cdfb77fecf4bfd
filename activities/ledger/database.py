"""The database that keeps the ledger and the playbooks: SQLite by default, PostgreSQL by URL."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from activities.private_files import close_database
from lifecycle.domain.errors import Failure, as_ours, one_line

METADATA = sa.MetaData()
_SCHEMA_LOCK = 0x45766572

PATIENCE = 30.0
"""Seconds that a process waits for another that has SQLite's file for itself."""

_PAUSE = 0.02


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
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


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

    Raises DatabaseFailed, or SQLAlchemy's own errors when it cannot be reached; they hide parameters, which may be personal data.
    """
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
    _create_tables_in_turn(engine)
    return engine


def _create_tables_in_turn(engine: sa.Engine) -> None:
    """Create what is missing; while another process does, again: SQLite waits for a lock that is asked for first, but for none on top of another."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return _create_tables(engine)
        except sa.exc.OperationalError as error:
            if "database is locked" not in str(error.orig) or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)


def _create_tables(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Even CREATE TABLE IF NOT EXISTS collides when two sessions run it at once.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
        for table in METADATA.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
        _add_missing_columns(connection)
        for table in METADATA.sorted_tables:
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                connection.execute(CreateIndex(index, if_not_exists=True))


def _add_missing_columns(connection: sa.Connection) -> None:
    """Give tables that an older release made the columns that came since; those may be null, for that release's workers know nothing of them."""
    if not _missing_columns(connection):
        return
    if connection.dialect.name == "sqlite" and not _in_transaction(connection):
        # Alone from here on: of two processes that find a column missing, the second would fail to add it.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    for column in _missing_columns(connection):
        assert column.nullable, f"{column} must have a value, and older rows have none"
        kind = column.type.compile(connection.dialect)
        name = connection.dialect.identifier_preparer.format_column(column)
        connection.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {name} {kind}")


def _missing_columns(connection: sa.Connection) -> list[sa.Column[Any]]:
    found = sa.inspect(connection).get_multi_columns(filter_names=list(METADATA.tables))
    there = {(table, column["name"]) for (_, table), columns in found.items() for column in columns}
    return [column for table in METADATA.sorted_tables for column in table.columns if (table.name, column.name) not in there]


def _in_transaction(connection: sa.Connection) -> bool:
    # Untyped in SQLAlchemy: sqlite3's own connection, which begins no transaction before it writes rows.
    return bool(getattr(connection.connection.dbapi_connection, "in_transaction", False))


def insert(engine: sa.Engine, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that can say ON CONFLICT, in the engine's own dialect."""
    return postgresql.insert(table) if engine.dialect.name == "postgresql" else sqlite.insert(table)
