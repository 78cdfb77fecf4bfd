"""A gateway on a port of its own, a shared Temporal server, and customers whose workflows store the events they are signalled.

Without a worker nothing is decided: what Temporal has of a customer is read from its history.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from pydantic import SecretStr
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.registry import Activities, build
from activities.settings import Settings
from gateway.http.settings import GatewaySettings
from gateway.intake.clock import Clock
from gateway.senders.sources import Source
from gateway.serving import gateway
from lifecycle.engine import engine
from lifecycle.facts.events import Event
from runtime.temporal.converter import data_converter
from tests.lifecycle.building import a_customer
from workflows.messages.messages import Tell
from workflows.names import WORKFLOW, id_of

TOKEN = "a-token-that-nobody-could-guess-at-all"
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
LINK_SECRET = "a-link-secret-that-nobody-could-guess"
PRODUCT = Source(name="product", tokens=(SecretStr(TOKEN),), secrets=(SecretStr(SECRET),), says=("/product*",), types="all", rate=100_000)

STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"


@dataclass
class GatewayHarness:
    """A gateway that a test talks to over HTTP, and customers enrolled for it."""

    client: Client
    url: str
    settings: Settings
    activities: Activities
    http: httpx.AsyncClient
    metrics_url: str
    enrolled: list[str] = field(default_factory=list)

    async def metrics(self, **headers: str) -> httpx.Response:
        """GET /metrics, where that is served."""
        return await self.http.get(f"{self.metrics_url}/metrics", headers=headers)

    async def enrol(self, task_queue: str = "nobody-works-here", **changes: Any) -> str:
        """A customer of its own, whose workflow nobody works on unless the task queue is named; its id."""
        customer = a_customer(**changes)
        customer = customer.model_copy(update={"id": f"acme-{uuid4().hex[:12]}"})
        life = engine.begin(customer, "none@0", datetime.now(UTC))
        await self.client.start_workflow(WORKFLOW, life, id=id_of(customer.id), task_queue=task_queue)
        self.enrolled.append(customer.id)
        return customer.id

    async def close(self, customer: str) -> None:
        """End the customer's workflow by force."""
        await self.client.get_workflow_handle(id_of(customer)).terminate("over")

    async def signals(self, customer: str) -> list[list[Event]]:
        """The events of every signal that Temporal has for the customer, in their order."""
        history = await self.client.get_workflow_handle(id_of(customer)).fetch_history()
        found = []
        for event in history.events:
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                payloads = event.workflow_execution_signaled_event_attributes.input.payloads
                [tell] = await data_converter.decode(payloads, [Tell])
                found.append(tell.events)
        return found

    async def events(self, customer: str) -> list[Event]:
        """Every event that Temporal has for the customer."""
        return [event for events in await self.signals(customer) for event in events]

    async def post(self, body: Any, content_type: str = STRUCTURED, **headers: str) -> httpx.Response:
        """POST /events with the token; headers by name with `_` for `-`."""
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        all_headers = {"Content-Type": content_type, "Authorization": f"Bearer {TOKEN}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return await self.http.post("/events", content=content, headers=all_headers)


def cloud_event(customer: str, type_name: str = "login", *, id: str | None = None, source: str = "/product", **more: Any) -> dict[str, Any]:
    """A CloudEvent in structured mode; `data` and other attributes by name, and one that is None left out."""
    event = {"specversion": "1.0", "id": id or uuid4().hex, "source": source, "type": type_name, "subject": customer} | more
    return {name: value for name, value in event.items() if value is not None}


@asynccontextmanager
async def a_gateway_harness(
    client: Client,
    home: Path,
    sources: Sequence[Source] = (PRODUCT,),
    clock: Clock | None = None,
    settings: Settings | None = None,
    sources_file: Path | None = None,
    **gateway_settings: Any,
) -> AsyncIterator[GatewayHarness]:
    """A gateway for as long as the block lasts; `gateway_settings` are fields of its GatewaySettings, and edits of `sources_file` are taken up."""
    settings = settings or Settings(home=home, link_secrets=(SecretStr(LINK_SECRET),))
    activities = await asyncio.to_thread(build, settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(activities.close)
        running = await stack.enter_async_context(
            gateway(
                client,
                activities,
                settings,
                GatewaySettings.model_validate({"port": 0, "sources": sources_file} | gateway_settings),
                sources,
                clock,
            )
        )
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=running.url, timeout=30))
        yield GatewayHarness(client, running.url, settings, activities, http, running.metrics_url)
