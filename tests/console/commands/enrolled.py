"""Customers for the tests of the commands: enrolled from a file, on the small playbook."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.console.command_line import ran, write_customers

TODAY = datetime.now(UTC).date()
"""Contracts begin in a month, so that nothing falls due while a test looks."""


def ahead(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def begins(days: int = 30) -> dict[str, str]:
    return {"contract_start": ahead(days)}


async def enrolled(folder: Path, *rows: str) -> None:
    """Enrol these on the small playbook, which has to go well."""
    done = await ran("enroll", write_customers(folder, *rows), "--playbook", "brief")
    assert (done.status, done.err) == (0, "")
