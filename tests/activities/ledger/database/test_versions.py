"""The database's versions: which one it is at, how it comes to this build's, and what is said of another."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from activities.ledger.database.database import METADATA, connect, open_database
from activities.ledger.database.migrations.running import config
from activities.ledger.database.schema import UNVERSIONED, VERSIONS, OtherVersion, check_version, migrate, version_of
from activities.ledger.invitations import INVITATIONS
from activities.ledger.lives import LIVES
from activities.ledger.published.playbook_store import VERSIONS as VERSIONS_TABLE
from tests.activities.ledger.database.test_older_database import KINDS, MADE_BY_0_1_0

NEWEST = VERSIONS[-1]
ROOT = Path(__file__).parents[4]


def made_by_0_1_0(url: str) -> sa.Engine:
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(MADE_BY_0_1_0.format(**KINDS[engine.dialect.name]))
    return engine


def at_version(url: str, version: str) -> sa.Engine:
    engine = connect(url)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    return engine


def version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return version_of(connection)


def test_the_versions_that_the_code_names_are_the_files_in_their_order() -> None:
    steps = [step.revision for step in ScriptDirectory.from_config(config()).walk_revisions()]
    assert tuple(reversed(steps)) == VERSIONS
    assert [each for each in VERSIONS if re.fullmatch(r"[1-9]\d*\.[1-9]\d*", each) is None] == []


def with_tables() -> list[str]:
    """The modules that enter tables into METADATA."""
    files = [path for folder in ("activities", "gateway") for path in sorted((ROOT / folder).rglob("*.py"))]
    entering = [
        path.relative_to(ROOT).with_suffix("") for path in files if re.search(r"^    \"\w+\",\s+METADATA,", path.read_text(), re.MULTILINE)
    ]
    return [".".join(path.parts) for path in entering]


@pytest.mark.parametrize("older", [False, True], ids=["empty", "made by 0.1.0"])
def test_what_the_steps_make_are_the_tables_that_the_code_has(database: str, older: bool) -> None:
    for module in with_tables():
        import_module(module)
    engine = made_by_0_1_0(database) if older else connect(database)
    assert migrate(engine) == (UNVERSIONED if older else None, NEWEST)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)
        differing = [
            each for each in found if not (isinstance(each, tuple) and each[0] == "remove_table" and each[1].name == "alembic_version")
        ]
    engine.dispose()
    assert differing == []


def test_what_builds_before_versions_have_made_in_place_is_taken_up_with_what_is_in_it(database: str) -> None:
    engine = made_by_0_1_0(database)
    with engine.begin() as connection:
        for name in ("request", "resolution", "resolved_by"):
            connection.exec_driver_sql(f"ALTER TABLE touches ADD COLUMN {name} TEXT")
    for table in (INVITATIONS, VERSIONS_TABLE, LIVES):
        table.create(engine)
    life = {
        "customer": "acme",
        "life": "run",
        "before": "{}",
        "number": 1,
        "terms": 1,
        "offers": "",
        "opted_out": "",
        "reason": "",
        "detail": "",
    }
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lives DROP COLUMN last_known")  # as they made it
        columns = [LIVES.c[name] for name in (*life, "newcomers_opted_out")]
        values = [sa.literal(value) for value in (*life.values(), False)]
        connection.execute(LIVES.insert().from_select([column.name for column in columns], sa.select(*values)))
    assert migrate(engine) == (UNVERSIONED, NEWEST)
    with engine.connect() as connection:
        assert connection.execute(sa.select(LIVES.c.customer)).scalars().all() == ["acme"]
    engine.dispose()


def test_an_empty_database_is_made_ready_by_whoever_opens_it_first(database: str) -> None:
    engine = open_database(database)
    assert version(engine) == NEWEST
    engine.dispose()


def test_to_migrate_what_is_there_already_changes_nothing(engine: sa.Engine) -> None:
    assert migrate(engine) == (NEWEST, NEWEST)


def test_many_processes_may_migrate_at_once(database: str) -> None:
    made_by_0_1_0(database).dispose()
    start = Barrier(8)

    def rush() -> tuple[str | None, str]:
        engine = connect(database)
        start.wait()
        try:
            return migrate(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        done = [future.result() for future in [pool.submit(rush) for _ in range(8)]]
    assert sorted(done, key=str) == [("", NEWEST), *[(NEWEST, NEWEST)] * 7]


def test_an_older_database_that_machines_share_says_what_to_run_and_sqlites_own_is_brought_up_to_date(database: str) -> None:
    engine = made_by_0_1_0(database)
    if engine.dialect.name == "sqlite":
        check_version(engine)
        assert version(engine) == NEWEST
    else:
        with pytest.raises(OtherVersion) as raised:
            check_version(engine)
        assert str(raised.value) == (
            f"The database is as a build without versions made it, and this build needs version {NEWEST}: run 'starter.py migrate'; "
            "workers of the build before go on meanwhile."
        )
        assert version(engine) == UNVERSIONED
    engine.dispose()


@pytest.mark.parametrize("later", ["1.9999", "1.10000"])
def test_a_later_version_that_only_adds_is_worked_with_as_it_is(database: str, later: str) -> None:
    engine = at_version(database, later)
    check_version(engine)
    assert migrate(engine) == (later, later)
    engine.dispose()


@pytest.mark.parametrize("other", ["2.1", "10.1", "0.1", "3f2a"])
def test_a_version_that_this_build_does_not_know_is_refused_and_left_as_it_is(database: str, other: str) -> None:
    engine = at_version(database, other)
    with pytest.raises(OtherVersion, match=f"The database is at version {other}, which another build has made, and this build knows"):
        check_version(engine)
    with pytest.raises(OtherVersion, match=f"The database is at version {other}, which this build does not know: nothing was changed."):
        migrate(engine)
    assert version(engine) == other
    engine.dispose()


def test_a_database_that_is_up_to_date_is_opened_without_alembic(database: str) -> None:
    open_database(database).dispose()
    opening = f"from activities.ledger.database.database import open_database; open_database({database!r}).dispose()"
    code = f"import sys; {opening}; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
