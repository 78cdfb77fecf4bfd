"""Whether the gateway lives and is ready, what it counts, and what it says to requests that it has no answer for."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from temporalio.client import Client

from gateway.http.metrics import Metrics
from gateway.routes.app import build_app
from gateway.routes.health import CACHE_SECONDS, Health
from runtime.dependencies import TIMEOUT
from runtime.temporal.dev_server.dev_server import DevServer
from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness, cloud_event

pytestmark = pytest.mark.server


async def test_a_gateway_with_all_it_stands_on_is_alive_and_ready(harness: GatewayHarness) -> None:
    for path, status in (("/healthz", "alive"), ("/readyz", "ready")):
        answer = await harness.http.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})


@pytest.fixture(scope="module")
async def unreachable() -> Client:
    """A client of a server that is gone."""
    async with await DevServer.start(None) as server:
        return await Client.connect(server.address)


async def test_without_temporal_it_lives_and_is_not_ready(unreachable: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(unreachable, tmp_path) as harness:
        assert (await harness.http.get("/healthz")).status_code == 200
        answer = await harness.http.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json() == {"type": "about:blank", "title": "Not now", "status": 503, "detail": "Temporal does not answer."}


async def test_a_database_that_refuses_or_hangs_is_named_within_its_time_and_nothing_more_is_said(client: Client) -> None:
    with a_silent_server() as port:
        for address in ("127.0.0.1:1", f"127.0.0.1:{port}"):
            engine = sa.create_engine(f"postgresql+psycopg://somebody:secret@{address}/evergreen")
            async with asked(Health(client, engine)) as http, asyncio.timeout(TIMEOUT + 1):
                answer = await http.get("/readyz")
            assert (answer.status_code, answer.json()["detail"]) == (503, "The database does not answer.")
            assert "127.0.0.1" not in answer.text and "secret" not in answer.text


async def test_both_are_named_when_neither_answers(unreachable: Client) -> None:
    engine = sa.create_engine("postgresql+psycopg://somebody@127.0.0.1:1/evergreen")
    async with asked(Health(unreachable, engine)) as http:
        assert (await http.get("/readyz")).json()["detail"] == "Temporal and the database do not answer."


async def test_however_often_readiness_is_asked_the_database_is_asked_once_in_a_while(harness: GatewayHarness) -> None:
    now = 100.0
    asked_for: list[str] = []
    sa.event.listen(harness.activities.engine, "before_cursor_execute", lambda *arguments: asked_for.append(arguments[2]))
    async with asked(Health(harness.client, harness.activities.engine, lambda: now)) as http:
        await asyncio.gather(*(http.get("/readyz") for _ in range(50)))
        assert asked_for.count("SELECT 1") == 1
        now += CACHE_SECONDS
        await asyncio.gather(*(http.get("/readyz") for _ in range(50)))
        assert asked_for.count("SELECT 1") == 2


async def test_metrics_count_requests_and_events_and_name_no_customer(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    await harness.post(
        [cloud_event(customer), cloud_event(customer), cloud_event(customer, "meeting.hold")], "application/cloudevents-batch+json"
    )
    await harness.http.get("/somewhere-else")
    shown = await harness.metrics()
    assert (shown.status_code, shown.headers["content-type"].split(";")[0]) == (200, "text/plain")
    lines = shown.text.splitlines()
    assert 'evergreen_gateway_events_total{source="product",status="202",type="login"} 2.0' in lines
    assert 'evergreen_gateway_events_total{source="product",status="422",type=""} 1.0' in lines
    assert 'evergreen_gateway_request_seconds_count{method="POST",route="/events",status="207"} 1.0' in lines
    assert 'evergreen_gateway_request_seconds_count{method="GET",route="",status="404"} 1.0' in lines
    assert customer not in shown.text and "somewhere" not in shown.text


async def test_metrics_with_a_token_are_for_who_has_it(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path, metrics_token="a-token-for-prometheus") as harness:
        authorizations = [
            "",
            "Bearer",
            "Bearer wrong",
            "Basic a-token-for-prometheus",
            "a-token-for-prometheus",
            "Bearer a-token-for-prometheus",
        ]
        statuses = [(await harness.metrics(Authorization=authorization)).status_code for authorization in authorizations]
        assert statuses == [401, 401, 401, 401, 401, 200]
        assert (await harness.metrics()).json() == {"type": "about:blank", "title": "Unknown caller", "status": 401}


async def test_metrics_are_on_no_port_that_the_world_reaches_unless_that_is_asked_for(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path / "own", host="0.0.0.0") as harness:
        for method in ("GET", "HEAD", "POST"):
            assert (await harness.http.request(method, "/metrics")).status_code == 404
        assert "/metrics" not in (await harness.http.get("/openapi.json")).json()["paths"]
        assert harness.metrics_url.startswith("http://127.0.0.1:") and harness.metrics_url != harness.url
        assert (await harness.metrics()).status_code == 200
        for path in ("/events", "/healthz", "/hooks/x", "/openapi.json"):
            assert (await harness.http.get(f"{harness.metrics_url}{path}")).status_code == 404
    async with a_gateway_harness(client, tmp_path / "public", metrics_public=True) as harness:
        assert harness.metrics_url == harness.url
        assert (await harness.metrics()).status_code == (await harness.http.head("/metrics")).status_code == 200
        assert "/metrics" in (await harness.http.get("/openapi.json")).json()["paths"]


async def test_another_method_is_405_with_those_that_are_allowed(harness: GatewayHarness) -> None:
    paths = (await harness.http.get("/openapi.json")).json()["paths"]
    assert {"/events", "/hooks/{source}", "/healthz", "/answer/{token}"} <= paths.keys()
    for path, item in paths.items():
        allowed = {name.upper() for name in item if name != "parameters"}
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"} - allowed:
            answer = await harness.http.request(method, path.replace("{source}", "x").replace("{token}", "x"))
            assert (answer.status_code, answer.json()["status"]) == (405, 405), (method, path)
            assert set(answer.headers["allow"].split(", ")) - {"HEAD"} == allowed


async def test_head_is_answered_as_get_without_a_body(harness: GatewayHarness) -> None:
    for path in ("/healthz", "/readyz", "/openapi.json"):
        answer = await harness.http.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/", "/events/", "/nowhere", "/%00", "/..%2f..%2fetc/passwd", "/hooks/", "/static/../app.py"])
async def test_a_path_that_is_none_is_a_404_that_says_nothing(harness: GatewayHarness, path: str) -> None:
    answer = await harness.http.get(path)
    assert (answer.status_code, answer.json()) == (404, {"type": "about:blank", "title": "Nothing here", "status": 404})


async def test_what_nobody_foresaw_is_500_and_its_words_stand_neither_in_the_answer_nor_in_the_log() -> None:
    async def fails(request: Request) -> Response:
        raise RuntimeError("ana@nordwind.example")

    async def half(request: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"half"
            raise RuntimeError("ana@nordwind.example")

        return StreamingResponse(parts())

    app = build_app([Route("/fails", fails), Route("/half", half)], Metrics())
    transport = httpx.ASGITransport(app)
    with structlog.testing.capture_logs() as logs:
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
            answer = await http.get("/fails")
            with pytest.raises(Exception, match=r"^$"):
                await http.get("/half")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "The request failed on our side: send it again, for nothing is done twice."
    assert [(entry["event"], entry.get("kind")) for entry in logs if entry["log_level"] == "error"] == [("failed", "RuntimeError")] * 2
    assert "nordwind" not in str(logs)
    assert any(" fails" in place for place in logs[0]["at"])


@asynccontextmanager
async def asked(health: Health) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app([Route("/readyz", health.ready)], Metrics())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as http:
        yield http


@contextmanager
def a_silent_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]
