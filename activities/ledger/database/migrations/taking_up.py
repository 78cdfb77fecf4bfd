"""Takes up a database that was made without versions: whatever of some tables is missing is added, and nothing else is touched."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable


def take_up(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Create the tables, columns and indexes that are missing. A column that is added may be null: older rows have no value for it."""
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
    for column in _missing_columns(connection, metadata):
        assert column.nullable, f"{column} must have a value, and older rows have none"
        kind = column.type.compile(connection.dialect)
        name = connection.dialect.identifier_preparer.format_column(column)
        connection.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {name} {kind}")
    for table in metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index, if_not_exists=True))


def _missing_columns(connection: sa.Connection, metadata: sa.MetaData) -> list[sa.Column[Any]]:
    found = sa.inspect(connection).get_multi_columns(filter_names=list(metadata.tables))
    there = {(table, column["name"]) for (_, table), columns in found.items() for column in columns}
    return [column for table in metadata.sorted_tables for column in table.columns if (table.name, column.name) not in there]
