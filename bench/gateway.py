"""What the gateway costs: events a second through POST /events, against bare signals to the same workflows on the same server.

The gateway is a process of its own, as in production, with a token caller over loopback, an event a request. Both sides tell the
same events at the same concurrency, in turn, so that the ratio holds where single figures would not.
"""

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

from temporalio.client import Client

from bench.figures import Figure
from lifecycle.domain.enums import Tier
from lifecycle.domain.people.customer import Contract, Customer, Owner
from lifecycle.engine import engine
from lifecycle.facts.events import Event
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from workflows.messages.messages import Tell
from workflows.names import WORKFLOW, id_of
from workflows.showing.search_attributes import ALL

CUSTOMERS, EVENTS, AT_ONCE, ROUNDS = 50, 1000, 32, 5
LEAST_RATIO = 0.7

_TOKEN = secrets.token_hex(32)
_SOURCES = "sources:\n  product: {tokens: ['env:BENCH_TOKEN'], says: [/product], types: all, rate: 100000}\n"


async def figures() -> list[Figure]:
    """A round tells 1,000 events of 50 customers, 32 at a time; the medians of five rounds, after one that does not count."""
    with tempfile.TemporaryDirectory() as home:
        async with await DevServer.start(None, search_attributes=ALL) as server:
            client = await Client.connect(server.address, data_converter=data_converter)
            async with _a_gateway(server.address, Path(home)) as port, _Callers(port) as callers:
                rounds: list[tuple[float, float, float]] = []
                for number in range(ROUNDS + 1):
                    customers = [await _enrol(client) for _ in range(CUSTOMERS)]
                    signalled = await _timed(_signals(client, customers))
                    posted = await _timed(callers.posts(customers))
                    gathered = await _timed(callers.posts(customers[:1], "usage.reported", {"count": 1, "days": 1}))
                    if number:
                        rounds.append((signalled, posted, gathered))
    bare, ours, usage = (median(each) for each in zip(*rounds, strict=True))
    return [
        Figure("bare signals", bare, "a second"),
        Figure("events through the gateway", ours, "a second"),
        Figure("the gateway against bare signals", ours / bare, "x", least=LEAST_RATIO),
        Figure("the same, worst round", min(posted / signalled for signalled, posted, _ in rounds), "x"),
        Figure("usage reports of one customer", usage, "a second"),
    ]


Send = Callable[[int], Awaitable[None]]


async def _timed(senders: Sequence[Send]) -> float:
    """Events a second, told by these side by side."""
    numbers = iter(range(EVENTS))

    async def work(send: Send) -> None:
        for number in numbers:
            await send(number)

    began = time.perf_counter()
    await asyncio.gather(*(work(send) for send in senders))
    return EVENTS / (time.perf_counter() - began)


def _signals(client: Client, customers: list[str]) -> list[Send]:
    async def send(number: int) -> None:
        event = Event(id=f"/product {uuid4().hex}", type="feature.used", at=datetime.now(UTC), data={"feature": "import", "count": 3})
        await client.get_workflow_handle(id_of(customers[number % len(customers)])).signal("event", Tell(events=[event]))

    return [send] * AT_ONCE


class _Callers:
    """As many connections as events are told at once. They do no more than they must: what they cost is not the gateway's."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connections: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def __aenter__(self) -> "_Callers":
        self._connections = [await asyncio.open_connection("127.0.0.1", self._port) for _ in range(AT_ONCE)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for _reader, writer in self._connections:
            writer.close()

    def posts(self, customers: list[str], type_name: str = "feature.used", data: dict[str, object] | None = None) -> list[Send]:
        """One sender a connection."""
        event: dict[str, object] = {
            "specversion": "1.0",
            "source": "/product",
            "type": type_name,
            "data": data or {"feature": "import", "count": 3},
        }
        return [self._sender(*connection, customers, event) for connection in self._connections]

    def _sender(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, customers: list[str], event: dict[str, object]) -> Send:
        async def send(number: int) -> None:
            told = event | {
                "id": uuid4().hex,
                "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "subject": customers[number % len(customers)],
            }
            body = json.dumps(told).encode()
            writer.write(
                f"POST /events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {_TOKEN}\r\n"
                f"Content-Type: application/cloudevents+json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            answer = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 202"):
                raise RuntimeError(f"an event was not taken in: {answer.decode()}")

        return send


@asynccontextmanager
async def _a_gateway(address: str, home: Path) -> AsyncIterator[int]:
    """`python -m gateway` on a port of its own."""
    (home / "sources.yaml").write_text(_SOURCES)
    told = {
        "TEMPORAL_ADDRESS": address,
        "EVERGREEN_HOME": str(home),
        "EVERGREEN_GATEWAY_PORT": "0",
        "EVERGREEN_GATEWAY_SOURCES": str(home / "sources.yaml"),
        "BENCH_TOKEN": _TOKEN,
    }
    log = home / "gateway.log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "gateway", env=os.environ | told, stdout=out, stderr=out)
        try:
            yield await _port(process, log)
        finally:
            process.terminate()
            await process.wait()


async def _port(process: asyncio.subprocess.Process, log: Path) -> int:
    """The port that its log names."""
    for _ in range(600):
        for line in log.read_text().splitlines():
            if "listening" in line:
                return int(line.partition("http://127.0.0.1:")[2].split('"')[0].split()[0])
        if process.returncode is not None:
            break
        await asyncio.sleep(0.05)
    raise RuntimeError(f"the gateway did not start: {log.read_text()}")


async def _enrol(client: Client) -> str:
    """A customer whose workflow nobody works on."""
    start = datetime.now(UTC).date()
    customer = Customer(
        id=f"acme-{uuid4().hex[:12]}",
        name="Acme",
        timezone="Europe/Berlin",
        country="DE",
        tier=Tier.A,
        owner=Owner(name="Kim Lee", email="kim@us.example"),
        contacts=[],
        contract=Contract(start=start, end=start + timedelta(days=365), annual_value=12000),
    )
    life = engine.begin(customer, "none@0", datetime.now(UTC))
    await client.start_workflow(WORKFLOW, life, id=id_of(customer.id), task_queue="nobody-works-here")
    return customer.id
