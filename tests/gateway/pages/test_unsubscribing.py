"""Unsubscribing by a link: by one post, whatever its body, and by the last wish."""

import asyncio
from html import unescape
from pathlib import Path

import pytest
import yaml
from starlette.requests import Request
from starlette.types import Message
from temporalio.client import Client

from activities.mail.links import Purpose
from gateway.pages.forms import drop_body
from gateway.pages.wording import PAGE_WORDINGS
from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness
from tests.gateway.pages.building import ONE_CLICK, a_link, path, publish, stored_events

CASES = Path(__file__).parents[2] / "cases"
WORDS = PAGE_WORDINGS.of("en")


@pytest.mark.parametrize(
    "body", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}], ids=["urlencoded", "multipart"]
)
async def test_a_mail_program_unsubscribes_by_one_post_as_rfc_8058_has_it(harness: GatewayHarness, body: dict[str, dict[str, str]]) -> None:
    customer = await harness.enrol()
    answer = await harness.http.post(path(a_link(customer, Purpose.UNSUBSCRIBE, "offer")), **body)  # type: ignore[arg-type]  # httpx's own type
    assert (answer.status_code, answer.history, "set-cookie" in answer.headers) == (200, [], False)
    assert await stored_events(harness, customer) == [("contact.opted_out", {"email": "ana@acme.example", "category": "offer"})]


CASE_31 = yaml.safe_load((CASES / "31-one-click-without-boundary.yaml").read_text(encoding="utf-8"))["request"]
BOUNDARY = "multipart/form-data; boundary=x"
BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": ("", b""),
    "nothing, said to be a form": ("application/x-www-form-urlencoded", b""),
    "a form": ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
    "multipart without a boundary": ("multipart/form-data", b"List-Unsubscribe=One-Click"),
    "multipart with an empty boundary": ("multipart/form-data; boundary=", b"--\r\n\r\n----"),
    "multipart that is none": (BOUNDARY, b"List-Unsubscribe=One-Click"),
    "multipart that does not end": (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-'),
    "a file": (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nx\r\n--x--\r\n'),
    "text": ("text/plain", b"List-Unsubscribe=One-Click"),
    "JSON": ("application/json", b'{"List-Unsubscribe": "One-Click"'),
    "another word": ("application/x-www-form-urlencoded", b"List-Unsubscribe=No"),
    "a type that is none": (";;;=", b"\xff\xfe\0"),
    "a character set that is none": ("application/x-www-form-urlencoded; charset=nonsense", b"a=%ff"),
    "many fields": ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(500))),
    "what the case says": (CASE_31["headers"]["Content-Type"], CASE_31["body"].encode()),
    "more than a form may have": ("application/x-www-form-urlencoded", b"a=" + b"x" * 100_000),
}


@pytest.mark.parametrize(("content_type", "body"), BODIES.values(), ids=BODIES)
async def test_no_body_keeps_a_valid_link_from_unsubscribing(harness: GatewayHarness, content_type: str, body: bytes) -> None:
    customer = await harness.enrol()
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await harness.http.post(path(a_link(customer, Purpose.UNSUBSCRIBE, "offer")), content=body, headers=headers)
    assert (answer.status_code, WORDS.unsubscribe.done.offer in unescape(answer.text)) == (200, True)
    assert await stored_events(harness, customer) == [("contact.opted_out", {"email": "ana@acme.example", "category": "offer"})]


@pytest.mark.parametrize("messages", [[], [{"type": "http.disconnect"}]], ids=["it does not come", "it is cut short"])
async def test_a_body_that_does_not_come_is_not_waited_for_for_ever_and_says_nothing(messages: list[dict[str, str]]) -> None:
    async def receive() -> Message:
        return messages.pop() if messages else await asyncio.Event().wait()  # type: ignore[return-value]

    await drop_body(Request({"type": "http", "method": "POST", "headers": []}, receive), seconds=0.01)


async def test_of_an_address_in_two_forms_the_last_wish_counts(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    forms = ("ana@müller.example", "ana@xn--mller-kva.example", "Ana@MÜLLER.example")
    for contact in forms:
        at = path(a_link(customer, Purpose.UNSUBSCRIBE, "offer", contacts=(contact,)))
        assert (await harness.http.post(at, data=ONE_CLICK)).status_code == 200
    told = ("contact.opted_out", {"email": "ana@müller.example", "category": "offer"})
    assert await stored_events(harness, customer) == [told]


async def test_preferences_need_somebody_to_answer_and_unsubscribing_does_not(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path, signal_timeout=0.3) as harness:
        publish(harness)
        customer = await harness.enrol()
        link = a_link(customer, Purpose.UNSUBSCRIBE, language="es")
        for answer in (await harness.http.get(path(link, "preferences")), await harness.http.post(path(link, "preferences"))):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert "inténtelo de nuevo en un momento" in answer.text
        assert await harness.signals(customer) == []
        assert (await harness.http.post(path(link), data=ONE_CLICK)).status_code == 200
