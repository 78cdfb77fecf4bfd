"""What the process prints while it is told of people: one line a request, and nothing of what was sent."""

import asyncio
import base64
import json
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from runtime.temporal.dev_server.dev_server import DevServer
from tests.gateway.gateway_harness import BATCH, LINK_SECRET, SECRET, STRUCTURED, TOKEN, GatewayHarness, cloud_event
from tests.gateway.process import a_gateway_process, ended, write_sources
from tests.gateway.senders.test_callers import signed

pytestmark = pytest.mark.server

PERSON, NAME, WORDS = "ana.silva@nordwind.example", "Ana Silva", "between-you-and-me"
LINK = base64.urlsafe_b64encode(b"a sealed link of somebody's" * 4).rstrip(b"=").decode()
WRONG = "a-wrong-token-that-is-somebody-elses"
PRIVATE = (PERSON, "ana.silva", "nordwind.example", NAME, WORDS, LINK, TOKEN, SECRET, LINK_SECRET, WRONG, "Bearer", "v1,")


async def test_nothing_that_was_sent_is_in_the_log_whatever_it_was(harness: GatewayHarness, server: DevServer, tmp_path: Path) -> None:
    customer = await harness.enrol()
    env = {
        "TEMPORAL_ADDRESS": server.address,
        "EVERGREEN_HOME": str(tmp_path / "home"),
        "EVERGREEN_GATEWAY_SOURCES": str(write_sources(tmp_path, SECRET)),
        "EVERGREEN_LINK_SECRETS": LINK_SECRET,
        "EVERGREEN_PUBLIC_URL": "https://door.example.com",
        "EVERGREEN_LOG_LEVEL": "debug",
        "PRODUCT_TOKEN": TOKEN,
    }
    async with a_gateway_process(**env) as running, httpx.AsyncClient(base_url=running.url) as http:
        requests = await tell_all(http, customer)
        await asyncio.to_thread(tell_no_http, running.url)
        running.process.send_signal(signal.SIGTERM)
        status, out, err = await ended(running.process)
    lines = [*running.lines, *err.splitlines()]
    assert (status, out) == (0, "")
    for private in PRIVATE:
        assert [line for line in lines if private in line] == []
    entries = [json.loads(line) for line in lines]
    answered = [entry for entry in entries if entry["event"] == "answered"]
    assert [(entry["method"], entry["route"], entry["status"]) for entry in answered] == requests
    assert [entry for entry in entries if entry["level"] in ("error", "critical")] == []
    assert answered[0].keys() == {"time", "event", "level", "logger", "route", "method", "status", "ms", "source"}
    assert answered[0]["source"] == "product"


async def tell_all(http: httpx.AsyncClient, customer: str) -> list[tuple[str, str, int]]:
    """Good and bad, of every kind; the method, route and status of each in its order."""
    known = {"Authorization": f"Bearer {TOKEN}", "Content-Type": STRUCTURED}
    contact = cloud_event(customer, "contact.added", data={"name": NAME, "email": PERSON})
    opted_out = cloud_event(customer, "contact.opted_out", data={"email": PERSON})
    body = json.dumps(contact).encode()
    done: list[tuple[str, str, int]] = []

    async def send(method: str, path: str, route: str, status: int, **more: object) -> None:
        answer = await http.request(method, path, **more)  # type: ignore[arg-type]
        assert answer.status_code == status, (path, answer.text)
        done.append((method, route, status))

    async def tell(status: int, event: object, headers: dict[str, str]) -> None:
        content = event if isinstance(event, bytes) else json.dumps(event).encode()
        await send("POST", "/events", "/events", status, content=content, headers=headers)

    await tell(202, contact, known)
    await tell(202, [contact, opted_out], known | {"Content-Type": BATCH})
    await tell(202, body, {"Content-Type": STRUCTURED} | signed(SECRET, body))
    await tell(422, contact | {"data": {"name": NAME, "email": f"{PERSON}@"}}, known)
    await tell(422, contact | {"data": {"name": NAME, "email": PERSON, WORDS: 1}}, known)
    await tell(422, cloud_event(customer, PERSON), known)
    await tell(422, cloud_event(customer, "survey.answered", data={"survey": "nps", "score": 77, "comment": WORDS}), known)
    await tell(404, cloud_event(PERSON), known)
    await tell(404, cloud_event(WORDS), known)
    await tell(403, contact | {"source": f"/{PERSON}"}, known)
    await tell(400, body[:-9], known)
    await tell(400, body + b"\xff", known)
    await tell(415, body, known | {"Content-Type": f"text/{WORDS}"})
    await tell(401, contact, known | {"Authorization": f"Bearer {WRONG}"})
    await tell(401, body + b" ", {"Content-Type": STRUCTURED} | signed(SECRET, body))
    await send("POST", f"/hooks/{WORDS}", "/hooks/{source}", 401, content=body)
    for page in ("unsubscribe", "preferences", "answer", "meeting", "milestone"):
        await send("GET", f"/{page}/{LINK}?score=9&who={PERSON}", f"/{page}/{{token}}", 404)
        await send("POST", f"/{page}/{LINK}", f"/{page}/{{token}}", 404, data={"comment": WORDS})
    await send("GET", f"/{PERSON}/{LINK}", "", 404)
    await send("DELETE", f"/events?{WORDS}", "/events", 405)
    await send("GET", f"/healthz?token={TOKEN}", "/healthz", 200, headers=known)
    return done


def tell_no_http(url: str) -> None:
    """What the server refuses before it is a request."""
    there = urlsplit(url)
    for sent in (
        f"{PERSON} {LINK}\r\n\r\n",
        f"GET /{LINK} HTTP/9.9\r\n{WORDS}\r\n\r\n",
        f"POST /events HTTP/1.1\r\nContent-Length: {WORDS}\r\n\r\n",
    ):
        with socket.create_connection((there.hostname or "", there.port or 0), timeout=10) as opened:
            opened.sendall(sent.encode())
            opened.recv(1000)
