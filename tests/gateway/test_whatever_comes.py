"""Whatever comes, to whichever route: it is answered, never with 500, and in work that is bounded by the body's size."""

import random
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from temporalio.client import Client

from activities.mail.links import Purpose
from gateway.adapters.adapter_file import shipped
from gateway.adapters.calendar_replies import RAW, IrrelevantMail, read_reply
from gateway.adapters.payloads import UnreadableDelivery
from tests.gateway.adapters.deliveries import SAMPLES, SECRETS, TOKEN, a_source, form, signed
from tests.gateway.bombs import CALENDAR_HEAD, EVENTS, FORMS, JSON, MAILS, MAILS_IN_JSON
from tests.gateway.gateway_harness import BATCH, PRODUCT, STRUCTURED, GatewayHarness, a_gateway_harness, cloud_event
from tests.gateway.gateway_harness import TOKEN as PRODUCTS_TOKEN
from tests.gateway.pages.building import a_link, path, publish

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
CONTENT_TYPES = (
    "", STRUCTURED, BATCH, "application/json", URLENCODED, MULTIPART, "multipart/form-data", "multipart/form-data; boundary=\xff",
    f"{URLENCODED}; charset=nope", "multipart/form-data; boundary=b; charset=nope", RAW, "text/plain; charset=nope", ";;;=,/", "\xff/\xff",
)  # fmt: skip


@pytest.fixture(scope="module")
async def everything(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayHarness]:
    """A gateway with a source for each adapter, and the pages."""
    hooks = [a_source(name, name=name) for name in shipped() if name in SECRETS]
    hooks += [a_source(name, tokens=(SecretStr(f"{TOKEN}-{name}"),)) for name in ("posthog", "mail", "salesforce")]
    async with a_gateway_harness(client, tmp_path_factory.mktemp("everything"), [PRODUCT, *hooks]) as harness:
        publish(harness)
        yield harness


def hook_headers(harness: GatewayHarness, name: str, body: bytes) -> dict[str, str]:
    if name in SECRETS:
        return signed(name, body, SECRETS[name], time.time(), f"{harness.url}/hooks/{name}")
    return {"Authorization": f"Bearer {TOKEN}-{name}"}


def link_paths(customer: str, number: int) -> Iterator[str]:
    for purpose in Purpose:
        yield path(a_link(customer, purpose, touch=f"m{number}"))
    yield path(a_link(customer, Purpose.UNSUBSCRIBE, touch=f"p{number}"), "preferences")


async def post(harness: GatewayHarness, where: str, body: bytes, content_type: str, headers: dict[str, str]) -> httpx.Response:
    told = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    return await harness.http.post(
        where, content=body, headers=told | ({b"Content-Type": content_type.encode("latin-1")} if content_type else {})
    )


def fine(answer: httpx.Response, what: str) -> None:
    assert answer.status_code < 500, (what, answer.status_code, answer.text)


TOLD = {"Authorization": f"Bearer {PRODUCTS_TOKEN}"}


@pytest.mark.parametrize("name", [*JSON, *EVENTS])
async def test_no_json_brings_events_to_500(everything: GatewayHarness, name: str) -> None:
    body = (JSON | EVENTS)[name]
    binary = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/product", "ce-type": "usage.reported", "ce-subject": "acme"}
    bodies = [(body, STRUCTURED), (body, BATCH)] + ([(b"[" + body + b"]", BATCH)] if name in EVENTS else [])
    for each, content_type in bodies:
        answer = await post(everything, "/events", each, content_type, TOLD)
        fine(answer, f"{name} as {content_type}")
        assert answer.status_code != 202
    fine(await post(everything, "/events", body, "application/json", TOLD | binary), f"{name} as data")


@pytest.mark.parametrize("hook", [name for name in shipped() if name not in ("slack", "mail")])
async def test_no_json_brings_a_hook_to_500(everything: GatewayHarness, hook: str) -> None:
    for name, body in (JSON | {"events": EVENTS["a deep field"]}).items():
        fine(await post(everything, f"/hooks/{hook}", body, "application/json", hook_headers(everything, hook, body)), name)


async def test_no_form_brings_a_hook_to_500(everything: GatewayHarness) -> None:
    for name, body in (FORMS | {name: b"payload=" + body for name, body in JSON.items()}).items():
        fine(await post(everything, "/hooks/slack", body, URLENCODED, hook_headers(everything, "slack", body)), name)


@pytest.mark.parametrize("name", MAILS)
async def test_no_mail_brings_its_hook_to_500(everything: GatewayHarness, name: str) -> None:
    fine(await post(everything, "/hooks/mail", MAILS[name], RAW, hook_headers(everything, "mail", b"")), name)


async def test_no_mail_in_json_brings_its_hook_to_500(everything: GatewayHarness) -> None:
    for name, body in (JSON | MAILS_IN_JSON).items():
        fine(await post(everything, "/hooks/mail", body, "application/json", hook_headers(everything, "mail", b"")), name)


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART, "multipart/form-data", "application/json"])
async def test_no_form_brings_a_page_to_500(everything: GatewayHarness, content_type: str) -> None:
    customer = await everything.enrol()
    for number, (name, body) in enumerate(FORMS.items()):
        for where in list(link_paths(customer, number))[:-1]:  # the last one asks a worker, and there is none
            fine(await post(everything, where, body[:16_000], content_type, {}), name)


async def test_no_bytes_and_no_kind_of_content_bring_a_route_to_500(everything: GatewayHarness) -> None:
    """Samples of everything that is right, bent at random: the same ones in each run."""
    bend = random.Random(20260302)
    customer = await everything.enrol()
    seeds = [sample.read_bytes() for sample in sorted(SAMPLES.iterdir()) if sample.is_file()]
    seeds += [form(seeds[0]), b"score=9&comment=x", b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--\r\n", b"[]", b"null"]
    for number in range(120):
        body = bytearray(bend.choice(seeds))
        for _ in range(bend.randint(0, 6)):
            at = bend.randint(0, len(body))
            body[at : at + bend.randint(0, 4)] = bend.choice(
                [b"", b"\0", b"\xff", b"\xed\xa0\x80", b"\r\n", b'"', b"[", b"{", b"=", b"%", b"9" * 5000]
            )
        told, content_type = bytes(body), bend.choice(CONTENT_TYPES)
        hook = bend.choice(shipped())
        answers = [
            await post(everything, "/events", told, content_type, TOLD),
            await post(everything, f"/hooks/{hook}", told, content_type, hook_headers(everything, hook, told)),
            await post(everything, bend.choice(list(link_paths(customer, 1000 + number))[:-1]), told[:16_000], content_type, {}),
        ]
        for answer in answers:
            fine(answer, f"{number} to {answer.url.path}")


PATHS = (
    "/hooks/%00", "/hooks/%ff", f"/hooks/{'x' * 9000}", "/static/%00", "/static/%ff%fe", f"/static/{'x' * 5000}", "/static/a%00b/../x", "/static/..%2f..%2fetc",
    "/static", "/static/", "/answer/%00", "/answer/%ff", f"/answer/{'A' * 4096}", f"/answer/{'A' * 9000}", "/answer/=====", "/answer/..", "/unsubscribe/\u00e9",
    "/preferences/%F0%9F%8C%BF", "/metrics?a=%ff", "/readyz?%00", "/openapi.json?" + "a=1&" * 5000, "/%2e%2e/%2e%2e", "//", "/events?%", "/healthz/%0a",
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Language": "," * 20_000},
    {"Accept-Language": "de;q=" + "9" * 5000 + ", en;q=nan, es;q=-inf, \xff"},
    {"Accept": "\xff", "Host": "[", "Cookie": "\xff=\xff"},
    {"Host": "a:b:c", "If-Modified-Since": "\xff", "If-None-Match": '"' * 5000},
    {"Range": "bytes=" + "0-," * 9000, "If-Range": "\xff"},
    {"Range": "bytes=-" + "9" * 5000},
    {"X-Forwarded-Proto": "\xff", "Forwarded": "(" * 5000},
    {"Authorization": "Basic " + "=" * 5000},
    {"Authorization": "Bearer " + "\xff" * 5000},
    {"Content-Length": "0", "Expect": "\xff"},
    {"webhook-id": "\xff", "webhook-timestamp": "9" * 12, "webhook-signature": "v1," * 5000},
)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
async def test_no_path_and_no_header_brings_a_route_to_500(everything: GatewayHarness, method: str) -> None:
    right = ["/static/pages.css", path(a_link("acme", touch=method)), "/openapi.json", "/events", "/hooks/stripe"]
    for headers in HEADERS:
        for where in (*PATHS, *right) if not headers else right:
            encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
            fine(await everything.http.request(method, where, headers=encoded), f"{method} {where[:60]} with {str(headers)[:60]}")


async def test_after_all_that_it_serves_as_before(everything: GatewayHarness) -> None:
    customer = await everything.enrol()
    assert (await everything.post(cloud_event(customer))).status_code == 202


COSTLY = (
    "100 nested parts", "nested parts of one boundary", "a digest", "many parts", "many headers", "a report in a thousand blocks", "short lines",
    "events in events", "as many attendees as are read", "many parameters", "rules without end",
)  # fmt: skip


@pytest.mark.parametrize("name", COSTLY)
def test_a_mail_is_read_in_bounded_work(name: str) -> None:
    """Counted in calls, not in seconds: the standard library's parser needed up to fifty million for these."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        with pytest.raises((IrrelevantMail, UnreadableDelivery), match=r"\.$"):
            read_reply(RAW, MAILS[name])
    finally:
        sys.setprofile(None)
    assert calls < 2_500_000


def test_a_calendar_that_names_a_file_does_not_open_it(tmp_path: Path) -> None:
    """The library takes a calendar of one line for the name of a file."""
    file = tmp_path / "calendar"
    file.write_bytes(MAILS["a sequence of many digits"].partition(b"\r\n\r\n")[2])
    with pytest.raises(IrrelevantMail, match="There is no calendar reply in this mail"):
        read_reply(RAW, CALENDAR_HEAD + str(file).encode())
