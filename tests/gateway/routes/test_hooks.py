"""POST /hooks/{source}: deliveries as their senders make them, and what Temporal has of them then."""

import json
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
from icalendar import Calendar
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.ledger.invitations import INVITATIONS
from activities.mail.meeting_uids import meeting_uid
from lifecycle.domain.touch import Answer, Recipient
from tests.activities.building import TEMPLATES, a_meeting, a_playbook
from tests.gateway.adapters.deliveries import SECRETS, TABLES, TOKEN, a_source, changed, form, sample, signed
from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness

STRICT = """adapter: strict
about: Refuses whom it does not know.
strangers: refuse
each: body
events:
  - {type: login, id: item.id, customer: item.customer}
  - {when: item.used > 0, type: feature.used, id: item.id, customer: item.customer, data: {feature: item.feature}}
"""


@pytest.fixture(scope="module")
async def hooked(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayHarness]:
    """A gateway with a source for every adapter, and one with an adapter of its own."""
    home = tmp_path_factory.mktemp("hooked")
    (home / "strict.yaml").write_text(STRICT)
    sources = [a_source(name) for name in (*SECRETS, "posthog", "mail")]
    strict = a_source("mail", name="strict", adapter=str(home / "strict.yaml"), tokens=(SecretStr(f"{TOKEN}-too"),))
    async with a_gateway_harness(client, home, [*sources, strict]) as harness:
        harness.activities.playbooks.publish(a_playbook(), TEMPLATES)
        yield harness


async def deliver(harness: GatewayHarness, name: str, body: bytes, **headers: str) -> httpx.Response:
    """As the sender posts it, signed or with its token; other headers by name with `_` for `-`."""
    url = f"{harness.url}/hooks/{name}"
    all_headers = signed(name, body, SECRETS[name], time.time(), url) if name in SECRETS else {"Authorization": f"Bearer {TOKEN}"}
    all_headers |= {header.replace("_", "-"): value for header, value in headers.items()}
    return await harness.http.post(url, content=body, headers=all_headers)


def failed_payment(customer: str, **changes: Any) -> bytes:
    return changed(sample("stripe-payment-failed.json").replace(b"nordwind", customer.encode()), **changes)


async def test_a_delivery_is_answered_when_temporal_has_its_event(hooked: GatewayHarness) -> None:
    customer = await hooked.enrol()
    answer = await deliver(hooked, "stripe", failed_payment(customer))
    line = {"id": "evt_1SVkQzLkdIwHu7ixQ2a0Zb3d", "type": "payment.failed", "customer": customer, "status": 202}
    assert (answer.status_code, answer.json()) == (200, {"events": [line]})
    [event] = await hooked.events(customer)
    assert event.id == "stripe evt_1SVkQzLkdIwHu7ixQ2a0Zb3d/payment.failed"
    assert (event.type, event.data) == ("payment.failed", {"invoice": "in_1SVkQyLkdIwHu7ixbN5Jt0Vd", "amount": 1200.0})
    assert event.happened == datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_what_was_null_before_counts_in_a_delivery(hooked: GatewayHarness) -> None:
    customer = await hooked.enrol()
    answer = await deliver(hooked, "stripe", sample("stripe-cancel-early.json").replace(b"nordwind", customer.encode()))
    assert (answer.status_code, [line["status"] for line in answer.json()["events"]]) == (200, [202])
    assert [(event.type, event.data.get("end")) for event in await hooked.events(customer)] == [("contract.cancelled", "2026-09-01")]


async def test_a_redelivery_is_the_same_event(hooked: GatewayHarness) -> None:
    customer = await hooked.enrol()
    for _ in range(2):
        assert (await deliver(hooked, "stripe", failed_payment(customer, pending_webhooks=0))).status_code == 200
    first, second = await hooked.events(customer)
    assert (first.id, first.digest()) == (second.id, second.digest())


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("nobody", {}),
        ("no/such", {}),
        ("stripe", {}),
        ("stripe", {"Stripe-Signature": "t=1,v1=00"}),
        ("stripe", {"Stripe-Signature": "now"}),
        ("stripe", {"Authorization": f"Bearer {TOKEN}"}),
        ("mail", {"Authorization": f"Bearer {TOKEN}-too"}),
        ("%00", {}),
    ],
    ids=["an unknown source", "an unknown path", "unsigned", "an old signature", "no signature", "no token of its own", "another's token", "a NUL"],
)  # fmt: skip
async def test_unknown_callers_are_all_answered_alike(hooked: GatewayHarness, name: str, headers: dict[str, str]) -> None:
    customer = await hooked.enrol()
    answer = await hooked.http.post(f"/hooks/{name}", content=failed_payment(customer), headers=headers)
    if name == "no/such":
        assert answer.status_code == 404
    else:
        wrong = signed("stripe", failed_payment(customer), "another-secret-that-nobody-guesses", time.time())
        refused = await hooked.http.post("/hooks/stripe", content=failed_payment(customer), headers=wrong)
        assert answer.json() == refused.json() == {"type": "about:blank", "title": "Unknown caller", "status": 401}
        assert {**answer.headers, "date": ""} == {**refused.headers, "date": ""}
    assert await hooked.signals(customer) == []


async def test_an_altered_body_reaches_no_workflow(hooked: GatewayHarness) -> None:
    customer, other = await hooked.enrol(), await hooked.enrol()
    headers = signed("stripe", failed_payment(customer), SECRETS["stripe"], time.time())
    answer = await hooked.http.post("/hooks/stripe", content=failed_payment(other), headers=headers)
    assert answer.status_code == 401
    assert await hooked.signals(other) == []


async def test_of_whom_we_do_not_have_a_sender_is_told_that_all_is_well(hooked: GatewayHarness) -> None:
    answer = await deliver(hooked, "stripe", sample("stripe-unknown-customer.json"))
    assert answer.status_code == 200
    [line] = answer.json()["events"]
    assert (line["type"], line["status"], line["field"]) == ("payment.failed", 404, "customer")
    named = await deliver(hooked, "stripe", failed_payment("nobody-of-ours"))
    assert (named.status_code, named.json()["events"][0]["status"]) == (200, 404)
    counts = (await hooked.metrics()).text
    assert 'evergreen_gateway_events_total{source="stripe",status="404",type="payment.failed"} 2.0' in counts


async def test_what_no_entry_is_about_is_taken_and_left_alone(hooked: GatewayHarness) -> None:
    answer = await deliver(hooked, "stripe", b'{"id": "evt_1", "type": "charge.refunded"}')
    assert (answer.status_code, answer.json()) == (200, {"events": []})


async def test_an_adapter_that_refuses_unknown_customers_says_404_and_one_that_fails_422(hooked: GatewayHarness) -> None:
    customer = await hooked.enrol()
    bearer = {"Authorization": f"Bearer {TOKEN}-too"}
    rows = [{"id": "1", "customer": customer}, {"id": "2", "customer": "nobody-of-ours"}]
    answer = await deliver(hooked, "strict", json.dumps(rows).encode(), **bearer)
    assert (answer.status_code, [line["status"] for line in answer.json()["events"]]) == (404, [202, 404])
    failing = [{"id": "3", "customer": customer, "used": 1}]
    answer = await deliver(hooked, "strict", json.dumps(failing).encode(), **bearer)
    assert (answer.status_code, [line["status"] for line in answer.json()["events"]]) == (422, [202, 422])
    assert answer.json()["events"][1]["detail"] == (
        "Adapter strict, entry feature.used, item 1: feature.used needs 'feature' (`item.feature`)."
    )
    assert [event.id for event in await hooked.events(customer)] == ["strict 1/login", "strict 3/login"]


async def test_whoever_asks_whether_anybody_is_there_is_told_so_and_nothing_else(hooked: GatewayHarness) -> None:
    answers = [await hooked.http.head(f"/hooks/{name}") for name in ("stripe", "no-such-source")]
    assert [(answer.status_code, answer.content, answer.headers.get("content-length")) for answer in answers] == [(200, b"", "0")] * 2


async def test_a_body_that_does_not_read_is_400_and_one_too_large_is_nobody_s(hooked: GatewayHarness) -> None:
    answers = [await deliver(hooked, "stripe", body) for body in (b"{", b"[" * 100_000, b'"' + b"x" * 2**20 + b'"')]
    assert [answer.status_code for answer in answers] == [400, 400, 401]
    assert answers[0].headers["content-type"] == "application/problem+json"


async def test_a_delivery_of_many_things_is_told_one_by_one(hooked: GatewayHarness) -> None:
    first, second = await hooked.enrol(), await hooked.enrol()
    tables = TABLES["hubspot"] | {"deals": {"701": first, "702": second}, "companies": {"9001": first}}
    async with a_gateway_harness(hooked.client, hooked.settings.home / "crm", [a_source("hubspot", tables=tables)]) as harness:
        answer = await deliver(harness, "hubspot", sample("hubspot-deals.json"))
    assert (answer.status_code, [line["status"] for line in answer.json()["events"]]) == (200, [202, 202, 202, 202, 404])
    assert [event.type for event in await hooked.events(first)] == ["contract.renewed", "contract.amended", "customer.changed"]
    assert [event.type for event in await hooked.events(second)] == ["renewal.intent"]


async def test_a_sender_that_signs_the_address_signs_the_public_one(hooked: GatewayHarness) -> None:
    settings = hooked.settings.model_copy(update={"public_url": "https://door.us.example", "home": hooked.settings.home / "public"})
    body = sample("hubspot-deals.json")
    async with a_gateway_harness(hooked.client, settings.home, [a_source("hubspot")], settings=settings) as harness:
        for url, status in (("https://door.us.example/hooks/hubspot?team=1", 200), (f"{harness.url}/hooks/hubspot?team=1", 401)):
            headers = signed("hubspot", body, SECRETS["hubspot"], time.time(), url)
            assert (await harness.http.post("/hooks/hubspot?team=1", content=body, headers=headers)).status_code == status


async def test_while_temporal_does_not_answer_a_sender_is_to_send_it_again(hooked: GatewayHarness) -> None:
    customer = await hooked.enrol()
    async with a_gateway_harness(hooked.client, hooked.settings.home / "slow", [a_source("stripe")], signal_timeout=1e-6) as harness:
        answer = await deliver(harness, "stripe", failed_payment(customer))
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["events"][0]["status"]) == (503, "5", 503)


async def test_a_source_s_types_narrow_what_its_adapter_tells(hooked: GatewayHarness) -> None:
    customer = await hooked.enrol()
    async with a_gateway_harness(hooked.client, hooked.settings.home / "few", [a_source("stripe", types=("customer.churned",))]) as harness:
        answer = await deliver(harness, "stripe", failed_payment(customer))
    assert (answer.status_code, answer.json()) == (200, {"events": []})


async def test_more_than_the_source_s_rate_is_429(hooked: GatewayHarness) -> None:
    async with a_gateway_harness(hooked.client, hooked.settings.home / "rate", [a_source("stripe", rate=1)]) as harness:
        answers = [await deliver(harness, "stripe", b'{"type": "charge.refunded"}') for _ in range(4)]
    assert 429 in [answer.status_code for answer in answers]


async def test_a_button_in_slack_does_the_task(hooked: GatewayHarness) -> None:
    customer = await hooked.enrol()
    body = form(sample("slack-done.json").replace(b"nordwind", customer.encode()))
    answer = await deliver(hooked, "slack", body, Content_Type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    [event] = await hooked.events(customer)
    assert (event.type, event.data) == ("task.done", {"task": "agree-plan", "play": "plan", "run": "1/plan/1", "by": "kim.lee"})


def reply_to(invite: bytes, partstat: str, stamp: str, guest: str) -> bytes:
    """The mail by which a guest's calendar answers the invitation, made of the invitation itself."""
    calendar = Calendar.from_ical(invite)
    [event] = calendar.walk("VEVENT")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//A guest//EN", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{event['uid']}"]
    lines += [
        f"DTSTAMP:{stamp}",
        "DTSTART:20260303T080000Z",
        f"SEQUENCE:{event['sequence']}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{guest}",
    ]
    text = "\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""])
    return f"From: {guest}\r\nSubject: Re\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{text}".encode()


async def test_a_reply_to_an_invitation_that_went_out_finds_its_customer(hooked: GatewayHarness) -> None:
    customer = await hooked.enrol()
    guests = [Recipient(name="Ana Silva", email="Ana@acme.example"), Recipient(name="Ben", email="ben@acme.example")]
    touch = a_meeting(f"{customer}/1/kickoff/1/meeting", customer=customer, to=guests)
    receipt = await ActivityEnvironment().run(hooked.activities.channels[touch.kind].perform, touch)
    assert receipt.answer is Answer.DONE
    [sent] = (hooked.settings.outbox / "mail" / "new").iterdir()
    [invite] = [
        part.get_payload(decode=True) for part in message_from_bytes(sent.read_bytes()).walk() if part.get_content_type() == "text/calendar"
    ]
    assert isinstance(invite, bytes)

    raw = "message/rfc822"
    answers = [
        await deliver(hooked, "mail", reply_to(invite, partstat, stamp, guest), Content_Type=raw)
        for partstat, stamp, guest in (
            ("ACCEPTED", "20260302T090000Z", "ana@acme.example"),
            ("ACCEPTED", "20260302T090000Z", "ana@acme.example"),
            ("TENTATIVE", "20260302T091000Z", "ben@acme.example"),
            ("DECLINED", "20260302T100000Z", "ana@acme.example"),
            ("DECLINED", "20260302T100000Z", "eve@elsewhere.example"),
        )
    ]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert answers[2].json() == {"events": []}
    assert answers[4].json() == {"events": [], "detail": "Whoever answers was not invited to this meeting."}
    guessed = re.sub(
        rb"UID:[^\r]*",
        f"UID:{meeting_uid(touch, a_playbook().company)}".encode(),
        reply_to(invite, "DECLINED", "20260302T110000Z", "ana@acme.example"),
    )
    forged = await deliver(hooked, "mail", guessed, Content_Type=raw)
    assert forged.json() == {"events": [], "detail": "No invitation of ours has this UID."}
    accepted, again, declined = await hooked.events(customer)
    assert (accepted.type, accepted.data) == ("meeting.accepted", {"meeting": "kickoff"})
    assert (accepted.id, accepted.digest()) == (again.id, again.digest())
    assert (declined.type, declined.data, declined.id != accepted.id) == ("meeting.declined", {"meeting": "kickoff"}, True)


async def test_a_mail_posted_in_json_with_basic_authentication_is_heard_too(hooked: GatewayHarness) -> None:
    url = hooked.url.replace("http://", f"http://postmark:{quote_plus(TOKEN)}@")
    answer = await hooked.http.post(f"{url}/hooks/mail", content=sample("mail-declined.json"), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()) == (200, {"events": [], "detail": "No invitation of ours has this UID."})


async def test_while_the_database_does_not_answer_a_mail_is_to_be_sent_again(hooked: GatewayHarness) -> None:
    async with a_gateway_harness(hooked.client, hooked.settings.home / "broken", [a_source("mail")]) as harness:
        with harness.activities.engine.begin() as connection:
            INVITATIONS.drop(connection)
        answer = await deliver(harness, "mail", sample("mail-accepted.eml"), Content_Type="message/rfc822")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
