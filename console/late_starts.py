"""After a file is enrolled: each owner gets one list of what its customers have missed by their late start."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client

from console.customers.asking_many import for_each
from console.files.customers.customers_file import CustomerRow
from lifecycle.explain.owner_lists import LateStart, OwnerList, late_start, lists_of
from lifecycle.playbook.playbook import Playbook
from runtime.temporal.enrolment import Enrolled, brought_in_at
from runtime.temporal.owner_lists import begin_list


@dataclass(frozen=True, slots=True)
class Listed:
    """The names of the lists that have been asked for, and how many customers stand on them."""

    lists: Sequence[str] = ()
    customers: int = 0


async def list_for_owners(
    client: Client, rows: Sequence[CustomerRow], answers: Mapping[str, Enrolled], playbook: Playbook, file: str, batch: str, now: datetime
) -> Listed:
    """Have each owner told, once, of the customers whom this content of the file has brought in: now, or when the command was cut short before.

    Begun again it doubles nothing.
    """
    came = {name: now for name, answer in answers.items() if answer.is_new}
    came |= await _came_before(client, [name for name, answer in answers.items() if answer is Enrolled.ALREADY], batch)
    late = await asyncio.to_thread(late_starts, [(row, came[row.customer.id]) for row in rows if row.customer.id in came], playbook)
    asked: list[OwnerList] = []
    for each in lists_of(late, playbook, file, batch, now):
        if await begin_list(client, each.touch):
            asked.append(each)
            continue
        # This owner has its list of the file; who has come in only now stands on another.
        new = [one for one in late if one.customer.id in each.customers and answers[one.customer.id].is_new]
        asked += [more for more in lists_of(new, playbook, file, batch, now, further=True) if await begin_list(client, more.touch)]
    return Listed([each.touch.customer for each in asked], sum(len(each.customers) for each in asked))


def late_starts(rows: Sequence[tuple[CustomerRow, datetime]], playbook: Playbook) -> list[LateStart]:
    """Those of the customers, each brought in at its moment (UTC), that have missed something."""
    return [late for row, at in rows if (late := late_start(row.customer, playbook, at)) is not None]


async def _came_before(client: Client, names: Sequence[str], batch: str) -> dict[str, datetime]:
    """When those came in whom the same content has brought in before."""
    found: dict[str, datetime] = {}

    async def ask(name: str) -> None:
        at = await brought_in_at(client, name, batch)
        if at is not None:
            found[name] = at

    await for_each(names, ask)
    return found
