"""Registering the search attributes."""

from pathlib import Path

import pytest
from temporalio.client import Client

from activities.settings import Settings
from lifecycle.domain.errors import Failure
from runtime.serving import serving
from runtime.temporal.dev_server.dev_server import DevServer
from tests.console.command_line import ran

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


async def test_set_up_says_what_is_there_already() -> None:
    assert (await ran("setup")).out == "Namespace 'default' has all 10 search attributes already.\n"
    assert (await ran("setup", "--json")).json["registered"] == []


async def test_without_search_attributes_a_worker_says_what_to_run(tmp_path: Path) -> None:
    async with await DevServer.start(None) as bare:
        bare_client = await Client.connect(bare.address)
        with pytest.raises(Failure, match=r"has no search attributes Stage, Tier, .*: 'starter\.py setup' registers them, once\."):
            async with serving(bare_client, Settings(home=tmp_path)):
                pytest.fail("it must not serve")
