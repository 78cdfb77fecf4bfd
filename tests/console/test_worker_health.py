"""A worker's health by real processes: well while it takes work, and not when its server, its database or it itself is gone."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from runtime.temporal.dev_server.dev_server import DevServer
from tests.console.command_line import ROOT
from tests.console.test_worker import LONGEST, ended, line_with, start
from workflows.showing.search_attributes import ALL

pytestmark = [pytest.mark.server, pytest.mark.slow]

WELL = (0, "The worker takes work, and its database answers.\n")


async def asked(file: Path) -> tuple[int | None, str]:
    """What the health check of the container would find."""
    check = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "runtime.health", cwd=ROOT, env={"EVERGREEN_HEALTH_FILE": str(file)}, stdout=PIPE
    )
    out, _ = await check.communicate()
    return check.returncode, out.decode()


async def becomes(file: Path, wanted: tuple[int, str]) -> None:
    """Wait until the health check finds that."""
    found = await asked(file)
    async with asyncio.timeout(LONGEST):
        while found != wanted:
            await asyncio.sleep(0.5)
            found = await asked(file)


@pytest.fixture
def role(postgres: str) -> Iterator[tuple[str, sa.Engine]]:
    """A user of its own with a database of its own, and the server as its superuser."""
    name = f"health_{uuid4().hex[:8]}"
    root = sa.create_engine(sa.make_url(postgres).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN")
        connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {name}")
    yield name, root
    with root.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        connection.exec_driver_sql(f"DROP ROLE {name}")
    root.dispose()


def shut_out(role: str, root: sa.Engine) -> None:
    with root.connect() as connection:
        connection.exec_driver_sql(f"ALTER ROLE {role} NOLOGIN")
        connection.execute(sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :role"), {"role": role})


def let_in(role: str, root: sa.Engine) -> None:
    with root.connect() as connection:
        connection.exec_driver_sql(f"ALTER ROLE {role} LOGIN")


async def test_a_worker_is_well_while_its_server_and_its_database_answer_and_says_which_does_not(
    role: tuple[str, sa.Engine], tmp_path: Path
) -> None:
    name, root = role
    url = root.url.set(username=name, database=name).render_as_string(hide_password=False)
    file = tmp_path / "health"
    async with await DevServer.start(None, search_attributes=ALL) as server:
        env = {
            "TEMPORAL_ADDRESS": server.address,
            "EVERGREEN_HOME": str(tmp_path),
            "EVERGREEN_DATABASE_URL": url,
            "EVERGREEN_HEALTH_FILE": str(file),
        }
        worker = await start("worker.py", **env)
        try:
            assert (await asked(file))[0] == 1
            await line_with(worker.stderr, '"event": "serving"')
            await becomes(file, WELL)
            shut_out(name, root)
            await becomes(file, (1, "The database does not answer.\n"))
            let_in(name, root)
            await becomes(file, WELL)
        except BaseException:
            worker.kill()
            raise
    try:
        await becomes(file, (1, "Temporal does not answer.\n"))
        shut_out(name, root)
        await becomes(file, (1, "Temporal and the database do not answer.\n"))
        worker.send_signal(signal.SIGTERM)
        assert (await ended(worker))[0] == 0
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    assert await asked(file) == (1, f"No worker has said how it is in {file}: it has not begun to serve, or another file is named there.\n")
