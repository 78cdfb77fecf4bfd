"""The versions of the database, without Alembic: which one a database is at, and whether this build may work with it."""

import time

import sqlalchemy as sa

from lifecycle.domain.errors import Failure

VERSIONS = ("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
"""Every version that this build knows, the oldest first: a file each in `migrations/versions/`."""

UNVERSIONED = ""
"""What the version is called of a database that was made before there were versions."""

MIGRATE = "'starter.py migrate'"

PATIENCE = 30.0
"""Seconds that a process waits for another that has SQLite's file for itself."""

_PAUSE = 0.02
_SCHEMA_LOCK = 0x45766572


class OtherVersion(Failure):
    """The database is at a version that this build does not work with."""


def version_of(connection: sa.Connection) -> str | None:
    """The version that the database is at, UNVERSIONED where it has tables of ours and no version, None where it has none."""
    there = sa.inspect(connection)
    if there.has_table("alembic_version"):
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        if found is not None:
            return found
    return UNVERSIONED if there.has_table("touches") else None


def check_version(engine: sa.Engine) -> None:
    """See to it that this build can work with the database; an empty one, and SQLite's, which is one machine's own, is made ready.

    A later version that only adds to what this build knows will do: so workers of the build before go on beside new ones. Raises
    OtherVersion, with a sentence that says what to run, for another one, and SQLAlchemy's errors.
    """
    version = _version(engine)
    if version == VERSIONS[-1] or _only_adds(version):
        return
    if version is not None and version not in (UNVERSIONED, *VERSIONS):
        raise OtherVersion(
            f"The database is at version {version}, which another build has made, and this build knows versions up to {VERSIONS[-1]}: "
            "run the build that made it, or a later one."
        )
    if version is not None and engine.dialect.name != "sqlite":
        raise OtherVersion(
            f"The database is {_in_words(version)}, and this build needs version {VERSIONS[-1]}: run {MIGRATE}; "
            "workers of the build before go on meanwhile."
        )
    migrate(engine)


def migrate(engine: sa.Engine) -> tuple[str | None, str]:
    """Bring the database to this build's version, and say from which one to which; where it is there, or further, nothing happens.

    Any number of processes may do so at once. Raises OtherVersion where it is at one that this build does not know and cannot work with.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return _migrate_alone(engine)
        except sa.exc.OperationalError as error:
            # SQLite waits for a lock that is asked for first, but for none on top of another, as while a process turns WAL on.
            if "database is locked" not in str(error.orig) or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)


def _migrate_alone(engine: sa.Engine) -> tuple[str | None, str]:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # The builds before versions take the same lock to create what they miss.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        before = version_of(connection)
        if before == VERSIONS[-1] or _only_adds(before):
            return before, str(before)
        if before is not None and before not in (UNVERSIONED, *VERSIONS):
            raise OtherVersion(f"The database is at version {before}, which this build does not know: nothing was changed.")
        from activities.ledger.database.migrations.running import upgrade

        upgrade(connection)
        return before, VERSIONS[-1]


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return version_of(connection)


def _only_adds(version: str | None) -> bool:
    """Whether it is a later version that this build can work with."""
    if not version or version in VERSIONS:
        return False
    major, _, minor = version.partition(".")
    own_major, _, own_minor = VERSIONS[-1].partition(".")
    return major == own_major and minor.isdecimal() and int(minor) > int(own_minor)


def _in_words(version: str) -> str:
    return f"at version {version}" if version else "as a build without versions made it"
