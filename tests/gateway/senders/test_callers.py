"""Who is let in, and that everyone else is told nothing."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook
from starlette.datastructures import Headers
from temporalio.client import Client

from gateway.senders.callers import WINDOW, Callers
from gateway.senders.sources import Source
from tests.gateway.gateway_harness import BATCH, STRUCTURED, TOKEN, GatewayHarness, a_gateway_harness, cloud_event

pytestmark = pytest.mark.server

OLD, NEW, OTHER = (f"whsec_{base64.b64encode(letter * 32).decode()}" for letter in (b"a", b"b", b"c"))
SECOND_TOKEN = "another-token-that-nobody-could-guess"
SOURCES = (
    Source(
        name="product",
        tokens=(SecretStr(TOKEN), SecretStr(SECOND_TOKEN)),
        secrets=(SecretStr(NEW), SecretStr(OLD)),
        says=("/product*",),
        types=("login", "feature.used"),
        rate=100_000,
    ),
    Source(
        name="billing", tokens=(SecretStr("the-token-of-billing-and-nobody-else"),), secrets=(SecretStr(OTHER),), types="all", rate=100_000
    ),
)


@pytest.fixture(scope="module")
async def harness(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayHarness]:
    async with a_gateway_harness(client, tmp_path_factory.mktemp("callers"), SOURCES) as made:
        yield made


@pytest.fixture(scope="module")
async def customer(harness: GatewayHarness) -> str:
    return await harness.enrol()


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """By the book, apart from the package that checks it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return f"v1,{base64.b64encode(hmac.new(key, f'{id}.{timestamp}.'.encode() + body, hashlib.sha256).digest()).decode()}"


def signed(secret: str, body: bytes, *, at: int | None = None) -> dict[str, str]:
    """The headers of a delivery signed now, or so many seconds from now."""
    id, timestamp = f"msg_{uuid4().hex}", int(time.time()) + (at or 0)
    return {"webhook-id": id, "webhook-timestamp": str(timestamp), "webhook-signature": signature(secret, id, timestamp, body)}


async def send(harness: GatewayHarness, body: bytes, headers: dict[str, str], kind: str = STRUCTURED) -> httpx.Response:
    return await harness.http.post("/events", content=body, headers={"Content-Type": kind} | headers)


def event(customer: str, **more: str) -> bytes:
    return json.dumps(cloud_event(customer, **more)).encode()


@pytest.mark.parametrize("token", [TOKEN, SECOND_TOKEN])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_every_token_of_a_caller_lets_it_in(harness: GatewayHarness, customer: str, scheme: str, token: str) -> None:
    assert (await send(harness, event(customer), {"Authorization": f"{scheme} {token}"})).status_code == 202


@pytest.mark.parametrize("secret", [OLD, NEW])
async def test_every_secret_of_a_caller_lets_it_in(harness: GatewayHarness, customer: str, secret: str) -> None:
    body = event(customer)
    assert (await send(harness, body, signed(secret, body))).status_code == 202


async def test_our_signatures_and_those_of_the_package_are_the_same() -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert Webhook(NEW).sign("msg_1", at, '{"a": 1}') == signature(NEW, "msg_1", int(at.timestamp()), b'{"a": 1}')


async def test_of_several_signatures_in_one_header_one_is_enough(harness: GatewayHarness, customer: str) -> None:
    body = event(customer)
    headers = signed(NEW, body)
    for others in ("v1,AAAA", "v2,AAAA", "v1a,AAAA", "v1,", "nonsense"):
        either_way = (f"{others} {headers['webhook-signature']}", f"{headers['webhook-signature']} {others}")
        statuses = [(await send(harness, body, headers | {"webhook-signature": each})).status_code for each in either_way]
        assert statuses == [202, 202], others


async def test_a_signed_batch_is_taken_in(harness: GatewayHarness, customer: str) -> None:
    body = json.dumps([cloud_event(customer), cloud_event(customer)]).encode()
    assert (await send(harness, body, signed(NEW, body), BATCH)).status_code == 202


@pytest.mark.parametrize(("aside", "known"), [(-WINDOW + 2, True), (WINDOW - 2, True), (-WINDOW - 2, False), (WINDOW + 2, False)])
async def test_a_signature_is_good_for_five_minutes_either_way(harness: GatewayHarness, customer: str, aside: int, known: bool) -> None:
    body = event(customer)
    assert (await send(harness, body, signed(NEW, body, at=aside))).status_code == (202 if known else 401)


@pytest.mark.parametrize(("aside", "known"), [(-WINDOW, True), (WINDOW, True), (-WINDOW - 1, False), (WINDOW + 1, False)])
def test_the_window_ends_at_its_last_second(aside: int, known: bool) -> None:
    callers = Callers(SOURCES, lambda: 1_000_000.0)
    headers = Headers({"webhook-id": "1", "webhook-signature": "v1,x", "webhook-timestamp": str(1_000_000 + aside)})
    assert callers.may_be_signed(headers) is known


async def test_every_unknown_caller_is_answered_alike_and_nothing_of_it_is_told(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    body = event(customer)
    good = signed(NEW, body)
    unknown_callers: list[tuple[bytes, dict[str, str]]] = [
        (body, {}),
        (body, {"Authorization": ""}),
        (body, {"Authorization": "Bearer"}),
        (body, {"Authorization": "Bearer wrong"}),
        (body, {"Authorization": f"Bearer {TOKEN}x"}),
        (body, {"Authorization": f"Bearer {TOKEN[:-1]}"}),
        (body, {"Authorization": f"Basic {TOKEN}"}),
        (body, {"Authorization": TOKEN}),
        (body, {"Authorization": f"Bearer {TOKEN} {TOKEN}"}),
        # A wrong token beside a right signature is a wrong token.
        (body, good | {"Authorization": "Bearer wrong"}),
        (body, signed("whsec_" + base64.b64encode(b"z" * 32).decode(), body)),
        (body + b" ", good),
        (body.replace(b"login", b"logim"), good),
        (body, good | {"webhook-id": "msg_other"}),
        (body, good | {"webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}),
        (body, good | {"webhook-timestamp": "soon"}),
        (body, good | {"webhook-timestamp": "9" * 400}),
        (body, good | {"webhook-timestamp": "1e9"}),
        (body, good | {"webhook-signature": ""}),
        (body, good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v2,")}),
        (body, good | {"webhook-signature": "v1,not base64 at all!"}),
        (body, good | {"webhook-signature": "v1," * 1000}),
        *((body, {name: value for name, value in good.items() if name != left_out}) for left_out in good),
        (b"\xff\xfe", signed(OTHER, body)),
        (b"not json", {"Authorization": "Bearer wrong"}),
        (b"x" * 2_000_000, {"Authorization": "Bearer wrong"}),
    ]
    answers = [await send(harness, *unknown_caller) for unknown_caller in unknown_callers]
    seen = {
        (answer.status_code, answer.text, tuple(sorted(each for each in answer.headers.items() if each[0] != "date"))) for answer in answers
    }
    assert len(seen) == 1, seen
    [(status, text, headers)] = seen
    assert (status, json.loads(text)) == (401, {"type": "about:blank", "title": "Unknown caller", "status": 401})
    assert dict(headers)["www-authenticate"] == "Bearer"
    assert await harness.signals(customer) == []


async def test_a_signature_does_not_cover_headers_so_binary_mode_wants_a_token(harness: GatewayHarness, customer: str) -> None:
    body = b'{"feature": "import"}'
    all_headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/product", "ce-type": "feature.used", "ce-subject": customer}
    answer = await send(harness, body, all_headers | signed(NEW, body), "application/json")
    assert (answer.status_code, answer.json()["title"]) == (400, "Malformed request")
    assert "sign an event in structured mode, or send it with a bearer token" in answer.json()["detail"]
    assert (await send(harness, body, all_headers | {"Authorization": f"Bearer {TOKEN}"}, "application/json")).status_code == 202


async def test_a_caller_sends_its_own_types_from_its_own_sources_alone(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    for body, field in (
        (event(customer, type_name="ticket.resolved", data={"ticket": "7"}), "type"),  # type: ignore[arg-type]
        (event(customer, source="billing"), "source"),
        (event(customer, source="evergreen:link"), "source"),
    ):
        answer = await send(harness, body, signed(NEW, body))
        assert (answer.status_code, answer.json()["field"]) == (403, field)
    assert await harness.signals(customer) == []
    body = event(customer, source="billing")
    assert (await send(harness, body, signed(OTHER, body))).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/cloudevents+json; charset=latin-1"},
        {"Content-Type": "application/cloudevents+xml"},
        {"Content-Type": ";;;=,/"},
        {"Content-Type": "\xe4\xf6\xfc/\xff"},
        {"Content-Type": "application/cloudevents+json; charset*=utf-8''%ff"},
        {"Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": "%ff%fe%", "ce-source": "/product", "ce-type": "login"},
        {"Content-Type": "application/json", "ce-specversion": "\xff", "ce-id": "\xff", "ce-time": "\xff", "ce-subject": "\xff"},
        {"Authorization": "Bearer \xff\xfe"},
        {"Accept": "\xff", "Host": "\xff", "Cookie": "\xff=\xff"},
    ],
    ids=lambda headers: next(iter(headers.items()))[1][:40].encode("ascii", "replace").decode(),
)
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"null", b"[]", b"{", b"[" * 100_000, b'{"id": NaN}'], ids=lambda body: repr(body[:9])
)
async def test_whatever_is_sent_it_is_the_callers_mistake_and_never_ours(
    harness: GatewayHarness, headers: dict[str, str], body: bytes
) -> None:
    all_headers: dict[str, str] = {"Content-Type": STRUCTURED, "Authorization": f"Bearer {TOKEN}"} | headers
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in all_headers.items()]
    answer = await harness.http.post("/events", content=body, headers=encoded)
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)


async def test_an_unknown_caller_is_not_told_how_large_a_body_may_be(harness: GatewayHarness, customer: str) -> None:
    body = b"x" * (2**20 + 1)
    answer = await send(harness, body, {"webhook-id": "1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,AAAA"})
    assert (answer.status_code, answer.json()) == (401, {"type": "about:blank", "title": "Unknown caller", "status": 401})


async def test_a_batch_larger_than_the_rate_is_413_whole(client: Client, tmp_path: Path) -> None:
    few = SOURCES[0].model_copy(update={"rate": 5})
    async with a_gateway_harness(client, tmp_path, [few]) as harness:
        customer = await harness.enrol()
        answer = await harness.post([cloud_event(customer, id=str(number)) for number in range(6)], BATCH)
        assert (answer.status_code, answer.json()["detail"]) == (413, "A batch of this caller has at most 5 events, and this one has 6.")
        assert await harness.events(customer) == []


async def test_more_than_the_rate_is_429_until_the_next_second_and_nothing_of_it_is_told(client: Client, tmp_path: Path) -> None:
    few = SOURCES[0].model_copy(update={"rate": 5})
    async with a_gateway_harness(client, tmp_path, [few]) as harness:
        customer = await harness.enrol()
        answers = [await harness.post(cloud_event(customer, id=str(number))) for number in range(12)]
        taken = [number for number, answer in enumerate(answers) if answer.status_code == 202]
        assert 5 <= len(taken) <= 10
        refused = [answer for answer in answers if answer.status_code != 202]
        assert {(answer.status_code, answer.json()["title"], answer.headers["retry-after"]) for answer in refused} == {
            (429, "Too many events", "5")
        }
        assert [event.id for event in await harness.events(customer)] == [f"/product {number}" for number in taken]
