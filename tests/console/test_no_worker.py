"""Where no worker runs a command says so at once, and what was said is kept until one does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.registry import Activities
from activities.settings import Settings
from console.customers.customer_client import CustomerClient
from console.files.customers.customers_file import read_customers
from runtime.serving import serving
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.enrolment import enrol
from tests.console.command_line import HEADER, ran, row, write_playbook
from tests.console.commands.enrolled import begins
from tests.workflows.harness.customer_workflow import until
from workflows.showing.search_attributes import ALL

pytestmark = [pytest.mark.server]

NOBODY = "No worker answers for kept: start one with 'python worker.py', or all with 'make dev'.\n"


async def test_commands_and_events_are_kept_where_no_worker_runs_and_done_when_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_playbook(tmp_path)
    async with await DevServer.start(None, search_attributes=ALL) as server:
        client = await Client.connect(server.address, data_converter=data_converter)
        monkeypatch.setenv("EVERGREEN_HOME", str(tmp_path))
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)

        @asynccontextmanager
        async def working() -> AsyncIterator[Activities]:
            async with serving(client, Settings(home=tmp_path), playbooks=tmp_path, grace=timedelta(seconds=1)) as activities:
                yield activities

        async with working() as activities:
            book = activities.playbooks.newest("brief").playbook
            [one], _ = read_customers("\n".join([HEADER, row("kept", **begins())]), book)
            await enrol(client, one.customer, book, datetime.now(UTC))
            await CustomerClient(client, "kept").status()

        assert (await ran("status", "kept")).err == NOBODY
        assert (await ran("timeline", "kept")).err == NOBODY
        paused = await ran("pause", "kept", "--why", "they move house", "--by", "Kim Lee")
        assert (paused.status, paused.out) == (
            0,
            "kept cannot answer now, for no worker runs: Temporal keeps the command, and it is done when one does "
            "('python worker.py', or all with 'make dev').\n",
        )
        refused = await ran("skip", "kept", "moon")
        assert refused.status == 0
        told = await ran("event", "kept", "ticket.opened", "--data", "ticket=T1", "--json")
        assert (told.status, json.loads(told.out)["kept"]) == (0, True)

        corrected = await ran("correct", "kept", "segment=chain", "--why", "a typing error", "--json")
        assert (corrected.status, corrected.json["kept"], [event["type"] for event in corrected.json["events"]]) == (
            0,
            True,
            ["customer.changed"],
        )

        async with working():

            async def is_paused() -> bool:
                return (await CustomerClient(client, "kept").status()).paused

            await until(is_paused)
            timeline = await CustomerClient(client, "kept").timeline()
            said = [f"{line.what}: {line.why}" for line in timeline if line.what in ("paused", "ticket.opened", "skip")]
            assert [line.partition(";")[0] for line in said] == [
                "ticket.opened: ticket T1",  # told before the worker began
                "paused: they move house",
                "skip: refused: kept is in onboarding, which has no play 'moon', only hello, lesson, call",
            ]
            again = await ran("event", "kept", "ticket.opened", "--data", "ticket=T1")
            assert "nothing changed" in again.out
