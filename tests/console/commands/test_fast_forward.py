"""Moving one customer's clock."""

from pathlib import Path

import pytest
from temporalio.client import Client

from tests.console.command_line import ran, row, write_customers
from tests.console.commands.enrolled import ahead, begins, enrolled
from workflows.names import id_of

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


async def test_a_customer_s_clock_is_moved_with_all_that_falls_due(tmp_path: Path, client: Client) -> None:
    await enrolled(tmp_path, row("traveller", **begins(1)))
    moved = await ran("fast-forward", "traveller", "4w", "--json")
    assert (moved.status, moved.json["reached"], moved.json["stage"]) == (0, True, "onboarding")
    touches = [one for one in (await ran("timeline", "traveller", "--json")).json["timeline"] if one["kind"] == "touch"]
    assert [one["key"].split("/")[2] for one in touches if one["outcome"] == "sent"] == ["hello", "lesson", "call"]
    told = (await ran("event", "traveller", "login", "--json")).json
    assert told["event"]["at"][:10] >= ahead(27), "an event is told by the customer's own clock"
    churned = await ran("event", "traveller", "customer.churned", "--data", "kind=natural", "--data", "reason=sold")
    assert churned.status == 0
    await client.get_workflow_handle(id_of("traveller")).result()
    over = await ran("event", "traveller", "login")
    assert (over.status, over.err) == (
        2,
        "The life of traveller is over, so nothing more can be told or moved: 'starter.py status' says how it ended.\n",
    )
    assert (await ran("status", "traveller", "--json")).json["closed"] == "gone: sold"
    assert "traveller" in [one["customer"] for one in (await ran("list", "--stage", "closed", "--json")).json]
    again = await ran("enroll", write_customers(tmp_path, row("traveller", **begins(1))), "--playbook", "brief", "--json")
    assert (again.status, again.json["over"], again.json["enrolled"]) == (2, ["traveller"], [])
