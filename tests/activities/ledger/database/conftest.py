"""Here databases are made step by step, by Alembic itself, and begin without a table."""

import pytest

from activities.ledger.database.migrations import running
from activities.ledger.database.migrations.running import upgrade as take_every_step
from tests.conftest import empty


@pytest.fixture(autouse=True)
def _step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "upgrade", take_every_step)


@pytest.fixture
def database(database: str) -> str:
    """One without any table."""
    if database.startswith("postgresql"):
        empty(database, tables=True)
    return database
