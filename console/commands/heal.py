"""`heal CUSTOMER`: a life whose workflow was ended by force at the Temporal server is taken up where it stood, or begun anew past retention."""

from datetime import UTC, datetime

from temporalio.client import Client

from activities.ledger.database.database import open_database
from console.terminal.output import print_answer
from runtime.environment import connected, settings_from_env
from runtime.temporal.healing import HistoryGone, heal
from runtime.temporal.reviving import revive


async def heal_customer(customer: str, why: str, by: str, *, as_json: bool) -> None:
    """Take the customer's life up again, as `by` says. Raises Mistake where there is nothing to heal, and Failure."""
    client = await connected()
    try:
        answer = await heal(client, customer, f"healed by {by}" + (f": {why}" if why else ""))
    except HistoryGone as gone:
        answer = await _anew(client, gone, why, by)
    print_answer(customer, answer, as_json)


async def _anew(client: Client, gone: HistoryGone, why: str, by: str) -> str:
    database = open_database(settings_from_env().database)
    try:
        return await revive(client, database, gone, datetime.now(UTC), why, by)
    finally:
        database.dispose()
