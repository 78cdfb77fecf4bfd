"""docs/operating.md: its commands for backing up and restoring do so on a real PostgreSQL, and what it says of each part is so."""

import re
import subprocess
import textwrap
from pathlib import Path

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import connect, open_database
from activities.ledger.database.schema import migrate
from activities.ledger.ledger import Ledger
from runtime.health import STALE
from runtime.saying_health import EVERY
from runtime.temporal.deployment.deployment import SEEN_LATELY
from tests.activities.ledger.claims import TOUCH, confirmed
from tests.docs.pages import ROOT
from tests.packaging.test_set_up_databases import at, environment, lets_in, owners, server, set_up

__all__ = ["server"]

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
BACKING_UP, STOPPING, HOLDING, COMPARING = (
    textwrap.dedent(block) for block in re.findall(r"^ *```sh\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL)
)
DOCKER = """#!/bin/sh
# Does on this machine what the page has docker do in containers.
case "$*" in
"compose exec -T postgresql "*) shift 4; exec "$@" ;;
"compose run --rm databases") exec sh {script} ;;
esac
"""


def do(commands: str, server: sa.URL, folder: Path) -> None:
    """Run the page's commands in that folder."""
    docker = folder / "docker"
    docker.write_text(DOCKER.format(script=ROOT / "deploy/set-up-databases.sh"))
    docker.chmod(0o755)
    env = environment(server)
    env |= {"PATH": f"{folder}:{env['PATH']}", "PGHOST": str(server.query["host"]), "POSTGRES_USER": "evergreen"}
    done = subprocess.run(["sh", "-e", "-c", commands], cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == "", done.stderr


@pytest.fixture
def superuser(server: sa.URL) -> sa.URL:
    root = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS evergreen")
        connection.exec_driver_sql("CREATE ROLE evergreen LOGIN SUPERUSER")
    root.dispose()
    return server


@pytest.mark.slow
def test_what_was_backed_up_is_there_after_a_restore_and_belongs_to_whom_it_did(superuser: sa.URL, tmp_path: Path) -> None:
    assert set_up(environment(superuser) | {"POSTGRES_USER": "evergreen"}).returncode == 0
    url = at(superuser, "evergreen", "ledger").render_as_string(hide_password=False)
    engine = connect(url)
    migrate(engine)
    confirmed(Ledger(engine))
    temporal = sa.create_engine(at(superuser, "temporal", "temporal"), isolation_level="AUTOCOMMIT")
    with temporal.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE executions (id int PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO executions VALUES (7)")
    do(BACKING_UP, superuser, tmp_path)
    with temporal.connect() as connection:
        connection.exec_driver_sql("DROP TABLE executions")
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM touches")
    engine.dispose()
    temporal.dispose()
    do(STOPPING, superuser, tmp_path)
    restored = open_database(url)
    row = Ledger(restored).row(TOUCH.key)
    restored.dispose()
    assert row is not None and row.state == "confirmed"
    with temporal.connect() as connection:
        assert connection.exec_driver_sql("SELECT id FROM executions").scalar_one() == 7
    temporal.dispose()
    assert (owners(at(superuser, "evergreen")), owners(at(superuser, "temporal"))) == ({"ledger"}, {"temporal"})
    assert [lets_in(at(superuser, name, other)) for name, other in (("evergreen", "temporal"), ("temporal", "ledger"))] == [False, False]


def test_temporal_is_backed_up_before_the_ledger() -> None:
    assert re.findall(r"custom (\w+) >", BACKING_UP) == ["temporal", "temporal_visibility", "evergreen"]
    assert sorted(re.findall(r"(\w+\.dump)", STOPPING)) == sorted(re.findall(r"(\w+\.dump)", BACKING_UP))


def test_everything_is_held_before_any_worker_runs() -> None:
    commands = HOLDING.splitlines()
    held, up = (next(i for i, line in enumerate(commands) if words in line) for words in ("starter.py hold --all", "compose up"))
    assert held < up
    assert "worker" in STOPPING.splitlines()[0] and "gateway" in STOPPING.splitlines()[0]


def test_numbers_of_the_page_are_those_of_the_code() -> None:
    assert EVERY == 3 and "every three seconds" in PAGE
    assert STALE == 30 and "half a minute" in PAGE
    assert f"within the last {SEEN_LATELY.total_seconds():.0f} seconds" in " ".join(PAGE.split())


def test_the_retention_of_the_page_is_that_of_compose() -> None:
    retention = "${TEMPORAL_RETENTION:-720h}"
    assert retention in (ROOT / "docker-compose.yml").read_text()
    assert "kept for 30 days** (`TEMPORAL_RETENTION=720h`" in PAGE
