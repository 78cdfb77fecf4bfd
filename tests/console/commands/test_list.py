"""Listing customers by what they are."""

from pathlib import Path

import pytest

from tests.console.command_line import ran, row
from tests.console.commands.enrolled import begins, enrolled

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
