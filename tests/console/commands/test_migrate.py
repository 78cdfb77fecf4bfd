"""`migrate`: a database comes to the version that this build needs, and says so."""

from pathlib import Path

import pytest

from activities.ledger.database.database import connect
from activities.ledger.database.schema import VERSIONS
from tests.activities.ledger.database.test_versions import at_version, made_by_0_1_0
from tests.console.command_line import ran

NEWEST = VERSIONS[-1]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    made = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    monkeypatch.setenv("EVERGREEN_DATABASE_URL", made)
    return made


async def test_it_says_from_where_to_where_and_twice_does_no_harm(url: str) -> None:
    made_by_0_1_0(url).dispose()
    assert (await ran("migrate")).out == f"The database was made by a build without versions, and is at version {NEWEST} now.\n"
    assert (await ran("migrate")).out == f"The database is at version {NEWEST} already.\n"
    assert (await ran("migrate", "--json")).json == {"before": NEWEST, "after": NEWEST}


async def test_an_empty_database_is_made(url: str) -> None:
    assert (await ran("migrate")).out == f"The database was empty, and is at version {NEWEST} now.\n"


async def test_a_database_of_a_build_that_is_not_known_is_left_alone(url: str) -> None:
    at_version(url, "2.1").dispose()
    done = await ran("migrate")
    assert (done.status, done.err) == (1, "The database is at version 2.1, which this build does not know: nothing was changed.\n")
    engine = connect(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "2.1"
    engine.dispose()
