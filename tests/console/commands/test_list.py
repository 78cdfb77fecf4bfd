"""Listing customers by what they are."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.console.command_line import ran, row
from tests.console.commands.enrolled import begins, enrolled
from tests.workflows.harness.customer_workflow import until

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


async def test_lists_are_filtered_by_what_customers_are(tmp_path: Path) -> None:
    owner = {"owner_name": "Pat O'Neill"}
    await enrolled(
        tmp_path,
        row("list-a", tier="A", **owner, **begins()),
        row("list-b", tier="B", **owner, **begins()),
        row("list-c", tier="B", **owner, **begins(-100)),
    )

    async def ids(*words: str) -> list[str]:
        answer = await ran("list", "--owner", "Pat O'Neill", *words, "--json")
        assert (answer.status, answer.err) == (0, "")
        return [one["customer"] for one in answer.json]

    assert await ids() == ["list-a", "list-b", "list-c"]
    assert await ids("--tier", "b") == ["list-b", "list-c"]
    assert await ids("--stage", "onboarding") == ["list-a", "list-b"]
    assert await ids("--stage", "growth", "--tier", "B") == ["list-c"]
    assert await ids("--health", "green") == []
    assert await ids("--paused") == []
    for part in ("pat", "O'NEILL", "t o'"):
        assert [one["customer"] for one in (await ran("list", "--owner", part, "--json")).json] == ["list-a", "list-b", "list-c"]
    assert (await ran("list", "--owner", "Nobody")).out == "No customers.\n"
    table = (await ran("list", "--owner", "Pat O'Neill", "--tier", "A")).out.splitlines()
    assert table[1].split()[:3] == ["list-a", "A", "onboarding"] and table[2] == "1 customer."


async def test_a_customer_whose_workflow_was_terminated_is_listed_as_such_until_it_is_healed(tmp_path: Path, client: Client) -> None:
    await enrolled(tmp_path, row("list-t", owner_name="Tess Tea", **begins()), row("list-u", owner_name="Tess Tea", **begins()))
    await client.get_workflow_handle("customer/list-t").terminate("by mistake")

    async def ended_by_force() -> dict[str, str]:
        return {one["customer"]: one["ended_by_force"] for one in (await ran("list", "--owner", "Tess Tea", "--json")).json}

    await until(lambda: _is(ended_by_force, {"list-t": "terminated", "list-u": ""}))
    listed = (await ran("list", "--owner", "Tess Tea")).out.splitlines()
    assert listed[1].split()[0] == "list-t" and listed[1].split()[-1] == "terminated"
    assert listed[3:] == [
        "2 customers.",
        "The workflow of list-t was terminated at the server: 'starter.py heal list-t' takes its life up where it stood.",
    ]
    healed = await ran("heal", "list-t", "--by", "Kim Lee")
    assert (healed.status, healed.out) == (0, "The life of list-t, whose workflow was terminated, goes on where it stood.\n")
    await until(lambda: _is(ended_by_force, {"list-t": "", "list-u": ""}))
    again = await ran("heal", "list-t")
    assert (again.status, again.err) == (
        2,
        "The workflow of list-t runs, so there is nothing to heal: 'starter.py status list-t' says how it stands.\n",
    )


async def _is(asked: Callable[[], Awaitable[dict[str, str]]], expected: dict[str, str]) -> bool:
    return await asked() == expected
