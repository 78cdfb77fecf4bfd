"""Listing customers by what they are."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.ledger.record.writing import RecordWriting
from activities.registry import Activities
from lifecycle.domain.record import RecordLines
from tests.console.command_line import ran, row
from tests.console.commands.enrolled import begins, enrolled
from tests.lifecycle.explain.test_record import AT, a_row
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


async def test_any_column_filters_and_sorts_and_what_the_record_knows_says_as_of_when(tmp_path: Path, served: Activities) -> None:
    owner = {"owner_name": "Wilma Where"}
    await enrolled(
        tmp_path,
        row("where-a", annual_value="900", **owner, **begins()),
        row("where-b", annual_value="5000", **owner, **begins()),
        row("where-c", annual_value="20000", **owner, **begins()),
    )
    values = a_row(name="Where Bee Ltd", segment="retail", open_tickets=2).values()
    write = RecordWriting(served.ledger.engine).write
    await asyncio.to_thread(write, "where-b", RecordLines(life=1, as_of=AT, version=900, values=values))

    async def ids(*words: str) -> list[str]:
        answer = await ran("list", "--owner", "Wilma Where", *words, "--json")
        assert (answer.status, answer.err) == (0, "")
        return [one["customer"] for one in answer.json]

    assert await ids("--where", "annual_value > 1000") == ["where-b", "where-c"]
    assert await ids("--where", "annual_value > 1000 && open_tickets > 1") == ["where-b"]
    assert await ids("--where", "health_score > 0") == []
    assert await ids("--segment", "Retail") == ["where-b"]
    assert await ids("--sort", "annual_value") == ["where-a", "where-b", "where-c"]
    assert await ids("--sort=-annual_value") == ["where-c", "where-b", "where-a"]
    assert await ids("--sort=-open_tickets") == ["where-b", "where-a", "where-c"]
    listed = (await ran("list", "--owner", "Wilma Where", "--sort", "open_tickets", "--where", "open_tickets > 0")).out.splitlines()
    assert "Where Bee Ltd" in listed[1]
    assert listed[2:] == ["1 customer.", "open_tickets by the record, the oldest as of 2026-03-02 08:00 UTC; the rest as of now."]
    csv = (await ran("list", "--owner", "Wilma Where", "--csv")).out.splitlines()
    assert csv[0].startswith("customer,tier,stage,health,") and csv[0].endswith(",as_of")
    assert [line.split(",")[0] for line in csv[1:]] == ["where-a", "where-b", "where-c"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--where", "helth == 'red'"], "--where 'helth == 'red'' knows no 'helth'; did you mean health?\n"),
        (["--where", "annual_value > 'x'"], "--where 'annual_value > 'x'' mixes kinds of value: compare text with text and numbers with numbers.\n"),
        (["--sort", "anual_value"], "--sort 'anual_value' names no column; did you mean annual_value?\n"),
        (["--json", "--csv"], "Give --json or --csv, not both.\n"),
    ],
)  # fmt: skip
async def test_a_wrong_name_is_said_before_anybody_is_asked(words: list[str], sentence: str) -> None:
    answer = await ran("list", *words)
    assert (answer.status, answer.out, answer.err) == (2, "", sentence)


async def _is(asked: Callable[[], Awaitable[dict[str, str]]], expected: dict[str, str]) -> bool:
    return await asked() == expected
