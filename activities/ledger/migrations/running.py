"""Brings a database to this build's version. Importing it imports Alembic, which takes a tenth of a second."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

_FOLDER = Path(__file__).parent


def upgrade(connection: sa.Connection) -> None:
    """Take every step from the version that the database is at, in the connection's own transaction, which is alone with the database."""
    command.upgrade(config(connection), "head")


def config(connection: sa.Connection | None = None) -> Config:
    """What Alembic needs to know: where the steps lie, and by which connection."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
