"""Begins a customer's life anew from the table of lives, when the server has nothing more of the workflow that was ended by force."""

import asyncio
from datetime import datetime

import sqlalchemy as sa
from temporalio.client import Client

from activities.ledger.failures import NotNow
from activities.ledger.lives import KeptLives, Lives
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from lifecycle.domain.errors import Mistake
from lifecycle.engine.reviving import begin_anew, is_over, why_not_anew
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.last_known import LastKnown
from lifecycle.state.life import Lifecycle
from runtime.temporal.enrolment import begin_life, check_format
from runtime.temporal.healing import HistoryGone
from workflows.names import TASK_QUEUE


async def revive(
    client: Client, database: sa.Engine, gone: HistoryGone, at: datetime, why: str, by: str, task_queue: str = TASK_QUEUE
) -> str:
    """Begin the life anew at that moment (UTC), as `by` says; what was done, in a sentence.

    Raises Mistake where nothing is kept to begin with, or the life was over, with what to type; and RPCError.
    """
    kept = await asyncio.to_thread(Lives(database).kept_of, gone.customer)
    if kept is None:
        raise gone
    life = await asyncio.to_thread(_begun, database, kept, gone.customer, at, why, by)
    await check_format(client)
    if not await begin_life(client, life, task_queue):
        raise Mistake(f"A workflow of {gone.customer} runs by now, so there is nothing to heal.")
    return (
        f"The server has nothing more of the life that {gone.customer} had: it is enrolled anew as it was last known, as life "
        f"{kept.earlier.lives + 1} in {life.stage.value}. What was due before now is not sent, and open meetings, tickets and usage are to be told again."
    )


def _begun(database: sa.Engine, kept: KeptLives, customer: str, at: datetime, why: str, by: str) -> Lifecycle:
    last = kept.last
    if last is None:
        raise Mistake(
            f"The server has nothing more of the life of {customer}, and of whom it was for nothing is kept, for a build before database "
            f"version 1.4 lived it, or it was erased: {_WRITE_IT}."
        )
    if last.customer is None or is_over(last):
        left = f" ({kept.earlier.reason})" if kept.earlier.reason else ""
        raise Mistake(
            f"The last life of {customer} was over or in win-back{left} when its workflow ended, so there is nothing to heal: "
            f"if it is a customer again, {_WRITE_IT}."
        )
    playbook = _playbook(database, last)
    if (why_not := why_not_anew(last, last.customer, playbook, at)) is not None:
        raise Mistake(f"{why_not}: {_WRITE_IT}.")
    return begin_anew(last, last.customer, playbook, at, why or _WHY, by)


_WHY = "the server had nothing more of the life before"

_WRITE_IT = (
    "write its row, with the present contract, into a file and give 'starter.py enroll FILE'; its terms go on from those that it has had, "
    "and what was refused stays refused"
)


def _playbook(database: sa.Engine, last: LastKnown) -> Playbook:
    """The newest version of the playbook that it was on, for a stage begins anew."""
    name = last.playbook.partition("@")[0]
    try:
        return PlaybookStore(database).newest(name).playbook.with_people(PeopleStore(database).newest())
    except NotNow:
        raise Mistake(f"No playbook '{name}' is published, on which the customer was: publish it, and give the command again.") from None
