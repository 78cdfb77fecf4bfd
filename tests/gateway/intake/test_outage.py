"""The Temporal server crashes in the middle of a thousand events: all are there at the end, each once by its id.

EVERGREEN_OUTAGE is how many seconds it is away; a minute is `EVERGREEN_OUTAGE=60 pytest tests/gateway/intake/test_outage.py`.
"""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from temporalio.client import Client

from gateway.http.json_answers import RETRY_AFTER
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from tests.gateway.gateway_harness import BATCH, GatewayHarness, a_gateway_harness, cloud_event
from workflows.showing.search_attributes import ALL

OUTAGE = float(os.environ.get("EVERGREEN_OUTAGE", "2"))
PATIENCE = RETRY_AFTER * OUTAGE / 60
"""Seconds before a sender tries again: what it is told for an outage of a minute, less for a shorter one."""

EVENTS, CUSTOMERS, SENDERS, TOGETHER = 1000, 20, 20, 5


@pytest.mark.slow
async def test_all_events_are_there_after_an_outage_in_their_middle_each_once(tmp_path: Path) -> None:
    server = await DevServer.start(tmp_path / "server", search_attributes=ALL)
    client = await Client.connect(server.address, data_converter=data_converter)
    async with a_gateway_harness(client, tmp_path, signal_timeout=0.5) as harness:
        customers = [await harness.enrol() for _ in range(CUSTOMERS)]
        batches = [(customers[first % CUSTOMERS], [f"e-{first}-{n}" for n in range(TOGETHER)]) for first in range(EVENTS // TOGETHER)]
        answered: Counter[int] = Counter()
        middle = asyncio.Event()
        senders = [asyncio.create_task(_send(harness, batches[first::SENDERS], answered, middle)) for first in range(SENDERS)]
        await middle.wait()
        await server.kill()
        await asyncio.sleep(OUTAGE)
        assert EVENTS / 2 <= answered[202] < EVENTS
        port = int(server.address.rpartition(":")[2])
        async with await DevServer.start(tmp_path / "server", port=port, search_attributes=ALL):
            await asyncio.gather(*senders)
            assert answered[202] == EVENTS
            assert answered[503] > 0
            assert set(answered) == {202, 503}
            for customer in customers:
                stored = {event.id for event in await harness.events(customer)}
                assert stored == {f"/product {id}" for whose, ids in batches if whose == customer for id in ids}


async def _send(harness: GatewayHarness, batches: list[tuple[str, list[str]]], answered: Counter[int], middle: asyncio.Event) -> None:
    """Tell these one after the other, each again and again until it is taken in."""
    for customer, ids in batches:
        while True:
            answer = await harness.post([cloud_event(customer, id=id) for id in ids], BATCH)
            answered[answer.status_code] += len(ids)
            if answered[202] >= EVENTS / 2:
                middle.set()
            if answer.status_code != 503:
                break
            assert answer.headers["retry-after"] == str(RETRY_AFTER)
            await asyncio.sleep(PATIENCE)
