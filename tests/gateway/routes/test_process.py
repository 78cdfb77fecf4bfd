"""`python -m gateway`: it serves, ends in good order when told to, and says in a sentence why it can't."""

import json
import signal
import socket
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from gateway.serving import bound
from runtime.temporal.dev_server.dev_server import DevServer
from tests.gateway.gateway_harness import SECRET, STRUCTURED, TOKEN, GatewayHarness, cloud_event
from tests.gateway.process import a_gateway_process, ended, start, write_sources

pytestmark = pytest.mark.server


async def test_it_takes_events_in_and_ends_with_status_0_on_sigterm(harness: GatewayHarness, server: DevServer, tmp_path: Path) -> None:
    customer = await harness.enrol()
    env = {
        "TEMPORAL_ADDRESS": server.address,
        "EVERGREEN_HOME": str(tmp_path / "home"),
        "EVERGREEN_GATEWAY_SOURCES": str(write_sources(tmp_path, SECRET)),
        "PRODUCT_TOKEN": TOKEN,
    }
    async with a_gateway_process(**env) as running, httpx.AsyncClient(base_url=running.url) as http:
        assert [(await http.get(path)).status_code for path in ("/healthz", "/readyz", "/openapi.json")] == [200] * 3
        [metrics] = [json.loads(line)["url"] for line in running.lines if '"event": "metrics are served"' in line]
        assert ((await http.get("/metrics")).status_code, (await http.get(f"{metrics}/metrics")).status_code) == (404, 200)
        headers = {"Content-Type": STRUCTURED, "Authorization": f"Bearer {TOKEN}"}
        assert (await http.post("/events", json=cloud_event(customer, id="1"), headers=headers)).status_code == 202
        running.process.send_signal(signal.SIGTERM)
        status, out, _ = await ended(running.process)
    assert (status, out) == (0, "")
    assert [event.id for event in await harness.events(customer)] == ["/product 1"]


async def test_settings_that_do_not_read_end_it_with_status_2_and_a_sentence() -> None:
    sentence = "/nowhere.yaml cannot be read: No such file or directory."
    assert await ended(await start(EVERGREEN_GATEWAY_SOURCES="/nowhere.yaml")) == (2, "", f"{sentence}\n")


async def test_a_port_that_is_taken_ends_it_with_status_1_and_a_sentence(client: Client, server: DevServer, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        env = {"TEMPORAL_ADDRESS": server.address, "EVERGREEN_HOME": str(tmp_path), "EVERGREEN_GATEWAY_PORT": str(port)}
        assert await ended(await start(**env)) == (
            1,
            "",
            f"Nobody can listen at 127.0.0.1:{port} (Address already in use): set EVERGREEN_GATEWAY_PORT to a free port.\n",
        )


async def test_a_port_for_metrics_that_is_taken_is_told_by_its_own_variable(client: Client, server: DevServer, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        env = {"EVERGREEN_HOME": str(tmp_path), "EVERGREEN_GATEWAY_PORT": "0", "EVERGREEN_GATEWAY_METRICS_PORT": str(port)}
        sentence = f"Nobody can listen at 127.0.0.1:{port} (Address already in use): set EVERGREEN_GATEWAY_METRICS_PORT to a free port.\n"
        assert await ended(await start(TEMPORAL_ADDRESS=server.address, **env)) == (1, "", sentence)


def test_the_socket_is_named_as_tcp_for_else_asyncio_lets_an_answer_wait_for_the_callers_acknowledgement() -> None:
    with bound("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
