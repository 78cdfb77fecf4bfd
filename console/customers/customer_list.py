"""Lists customers by their search attributes: one question to the server, however many there are."""

from dataclasses import dataclass
from typing import Any

from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.enums import Band, Stage, Tier
from lifecycle.domain.errors import Failure
from runtime.temporal.healing import BY_FORCE, ended_by_force
from workflows.names import WORKFLOW, id_of
from workflows.showing import search_attributes as by


@dataclass(frozen=True)
class Filter:
    """Which customers; what is None does not matter. Those whose life is over are listed under the stage `closed` alone, those whose
    workflow was ended by force where they stood.

    Of `owner` a part of the name will do, in any case: the server, which compares whole names, is not asked for it.
    """

    stage: Stage | None = None
    tier: Tier | None = None
    health: Band | None = None
    owner: str | None = None
    paused: bool = False

    def takes(self, row: dict[str, Any]) -> bool:
        """Whether a row of a customer whose life is over is one of them."""
        return (
            (self.tier is None or row["tier"] == self.tier.value)
            and (self.health is None or row["health"] == self.health.value)
            and (self.owner is None or self.owner.casefold() in (row["owner"] or "").casefold())
            and (not self.paused or row["paused"])
        )

    @property
    def query(self) -> str:
        """The question in Temporal's list language."""
        over = self.stage is Stage.CLOSED
        ended = ", ".join(f"'{status.name.title().replace('_', '')}'" for status in BY_FORCE)
        parts = [f"WorkflowType = '{WORKFLOW}'", "ExecutionStatus = 'Completed'" if over else f"ExecutionStatus IN ('Running', {ended})"]
        if self.stage is not None and not over:
            parts.append(_is(by.STAGE, self.stage.value))
        if self.tier is not None:
            parts.append(_is(by.TIER, self.tier.value))
        if self.health is not None:
            parts.append(_is(by.HEALTH, self.health.value))
        if self.paused:
            parts.append(f"{by.PAUSED.name} = true")
        return " AND ".join(parts)


async def list_customers(client: Client, which: Filter) -> list[dict[str, Any]]:
    """One row a customer, ordered by id. Raises Failure where the namespace lacks the search attributes.

    `ended_by_force` says how a workflow was ended at the server without its life being over; empty for all others.
    """
    rows: list[dict[str, Any]] = []
    ended: dict[str, dict[str, Any]] = {}
    prefix = id_of("")
    try:
        async for found in client.list_workflows(which.query):
            shown = found.typed_search_attributes
            if which.owner is not None and which.owner.casefold() not in (shown.get(by.OWNER) or "").casefold():
                continue
            customer = found.id.removeprefix(prefix)
            row = {"customer": customer} | {name: _plain(shown.get(key)) for name, key in _COLUMNS.items()}
            if found.status in BY_FORCE:
                ended.setdefault(customer, row)
            else:
                rows.append(row | {"ended_by_force": ""})
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise Failure(
                f"Namespace '{client.namespace}' cannot be searched ({error.message}): 'starter.py setup' registers what it lacks, once."
            ) from error
        raise
    if which.stage is Stage.CLOSED:
        rows = [row | {"stage": Stage.CLOSED.value} for row in await _gone(client, rows)]
    rows += await _not_healed(client, ended, {row["customer"] for row in rows})
    return sorted(rows, key=lambda row: row["customer"])


async def running(client: Client) -> set[str]:
    """The customers whose life goes on. Raises RPCError."""
    query = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus = 'Running'"
    return {found.id.removeprefix(id_of("")) async for found in client.list_workflows(query)}


async def _gone(client: Client, closed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of closed lives, the latest one first, those of customers that have not come back since; the last of each."""
    if not closed:
        return []
    here = await running(client)
    last: dict[str, dict[str, Any]] = {}
    for row in closed:
        last.setdefault(row["customer"], row)
    return [row for customer, row in last.items() if customer not in here]


async def _not_healed(client: Client, ended: dict[str, dict[str, Any]], running: set[str]) -> list[dict[str, Any]]:
    """Of those with a run that was ended by force, the ones that have had no other since."""
    endings = [(customer, await ended_by_force(client, customer)) for customer in sorted(ended.keys() - running)]
    return [ended[customer] | {"next_touch_at": None, "ended_by_force": ending.how} for customer, ending in endings if ending is not None]


_COLUMNS: dict[str, SearchAttributeKey[Any]] = {
    "tier": by.TIER,
    "stage": by.STAGE,
    "health": by.HEALTH,
    "health_score": by.HEALTH_SCORE,
    "owner": by.OWNER,
    "playbook": by.PLAYBOOK,
    "contract_end": by.CONTRACT_END,
    "next_touch_at": by.NEXT_TOUCH_AT,
    "annual_value": by.ANNUAL_VALUE,
    "paused": by.PAUSED,
}


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _is(key: SearchAttributeKey[Any], value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{key.name} = '{quoted}'"
