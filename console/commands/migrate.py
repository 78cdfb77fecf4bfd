"""`starter.py migrate`: brings the ledger's database to the version that this build needs."""

import asyncio

from activities.ledger.database.database import connect
from activities.ledger.database.schema import migrate
from activities.settings import Settings
from console.terminal.output import print_json, say
from runtime.environment import settings_from_env


async def migrate_database(*, as_json: bool) -> None:
    """Say from which version to which; twice does no harm. Raises Failure for a database of a build that this one does not know."""
    before, after = await asyncio.to_thread(_migrate, settings_from_env())
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        say(f"The database is at version {after} already.")
    else:
        came = "was empty" if before is None else f"was at version {before}" if before else "was made by a build without versions"
        say(f"The database {came}, and is at version {after} now.")


def _migrate(settings: Settings) -> tuple[str | None, str]:
    engine = connect(settings.database)
    try:
        return migrate(engine)
    finally:
        engine.dispose()
