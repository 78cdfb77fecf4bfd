"""How the ledger's database comes from one version to the next: one file a version beside this one, run by Alembic.

A version is `major.minor`. One that only adds counts the minor part up, and code of the versions before goes on beside it; whatever an older
build could not go on with counts the major part up. `schema.py` names them all, so that only who changes a database imports Alembic, which takes
a fifth of a second. What a version's file says is never changed once it was released: a database may be at any of them.
"""

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
