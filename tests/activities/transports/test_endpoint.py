"""Tasks, escalations, offers and webhooks to a real HTTP server, and into the outbox."""

import base64
import hmac
import json
import socket
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from temporalio.testing import ActivityEnvironment

from activities.ledger.failures import NotNow
from activities.registry import Activities
from activities.transports.by_name import TransportByName
from activities.transports.endpoint import Endpoint
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Answer, Receipt, Touch
from tests.activities.building import AT, a_task, a_touch, later, opened
from tests.activities.conftest import Answering


def a_request(kind: TouchKind, name: str = "call") -> Touch:
    return a_task(f"acme/1/welcome/1/{kind.value}", kind=kind, name=name)


async def perform(activities: Activities, touch: Touch) -> Receipt:
    receipt: Receipt = await ActivityEnvironment().run(activities.channels[touch.kind].perform, touch)
    return receipt


def everywhere(url: str) -> dict[str, Any]:
    hooks = {"crm-sync": f"{url}/hooks/crm"}
    return {"tasks_url": f"{url}/tasks", "escalations_url": f"{url}/escalations", "offers_url": f"{url}/offers", "webhooks": hooks}


@pytest.mark.parametrize(
    ("touch", "path"),
    [
        (a_request(TouchKind.TASK), "/tasks"),
        (a_request(TouchKind.ESCALATE), "/escalations"),
        (a_request(TouchKind.OFFER), "/offers"),
        (a_request(TouchKind.WEBHOOK, "crm-sync"), "/hooks/crm"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind.value,
)
async def test_each_kind_goes_to_its_url_once_under_its_key(tmp_path: Path, endpoint: Answering, touch: Touch, path: str) -> None:
    activities = opened(tmp_path, **everywhere(endpoint.url))
    receipts = [await perform(activities, touch) for _ in range(2)]
    assert receipts == [Receipt(key=touch.key, answer=Answer.DONE, reference="T-1")] * 2
    [request] = endpoint.seen
    assert (request.path, request.key) == (path, touch.key)
    told = json.loads(request.body)
    assert told["at"] == AT.isoformat().replace("+00:00", "Z")
    assert (told["customer"], told["kind"], told["owner"], told["text"]) == ("acme", touch.kind.value, "csm", "Call Ana")
    assert told["about"]["customer"]["name"] == "Acme"
    await activities.close()


@pytest.mark.parametrize("kind", [TouchKind.TASK, TouchKind.ESCALATE, TouchKind.OFFER, TouchKind.WEBHOOK])
async def test_without_a_url_each_kind_goes_into_a_file_of_its_own(tmp_path: Path, activities: Activities, kind: TouchKind) -> None:
    touch = a_request(kind)
    receipt = await perform(activities, touch)
    [file] = (tmp_path / "outbox" / kind.value).iterdir()
    assert receipt == Receipt(key=touch.key, answer=Answer.DONE, reference=file.name)
    assert json.loads(file.read_bytes())["key"] == touch.key
    assert file.stat().st_mtime == AT.timestamp()


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
async def test_a_server_that_fails_and_then_works_is_asked_again_under_the_same_key(
    tmp_path: Path, endpoint: Answering, status: int
) -> None:
    endpoint.answers = [(status, b"")]
    activities = opened(tmp_path, **everywhere(endpoint.url))
    with pytest.raises(NotNow, match=f"the task URL answers {status}"):
        await perform(activities, a_task())
    assert (await perform(activities, a_task())).answer is Answer.DONE
    assert [one.key for one in endpoint.seen] == [a_task().key] * 2
    assert len({one.body for one in endpoint.seen}) == 1
    assert activities.ledger.counts() == {"task": {"sent": 1}}
    await activities.close()


@pytest.mark.parametrize("status", [302, 400, 401, 404, 410, 422])
async def test_a_refusal_is_an_answer_and_is_not_repeated(tmp_path: Path, endpoint: Answering, status: int) -> None:
    endpoint.answers = [(status, b"secret of ana@acme.example")]
    activities = opened(tmp_path, **everywhere(endpoint.url))
    receipts = [await perform(activities, a_task()) for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert receipts[0].answer is Answer.REFUSED
    assert receipts[0].why.startswith(f"the task URL answers {status}: ")
    assert len(endpoint.seen) == 1
    await activities.close()


@pytest.mark.parametrize("first", [408, 409, 500, 502, 504, 303])
@pytest.mark.parametrize("then", [409, 422, 404, 400, 302, 307])
async def test_a_refusal_after_what_may_have_acted_is_unknown_and_never_failed(
    tmp_path: Path, endpoint: Answering, first: int, then: int
) -> None:
    endpoint.answers = [(first, b""), (then, b"")]
    activities = opened(tmp_path, **everywhere(endpoint.url))
    with pytest.raises(NotNow):
        await perform(activities, a_task())
    receipts = [await perform(activities, a_task()) for _ in range(2)]
    assert [receipt.answer for receipt in receipts] == [Answer.UNKNOWN] * 2
    assert receipts[0].why.startswith(f"the task URL answers {then}")
    assert len(endpoint.seen) == 2
    assert activities.ledger.counts() == {"task": {"unknown": 1}}
    await activities.close()


@pytest.mark.parametrize("kind", [TouchKind.TASK, TouchKind.ESCALATE, TouchKind.OFFER, TouchKind.WEBHOOK])
async def test_what_is_asked_again_is_the_same_to_the_byte_whatever_the_touch_says_by_then(
    tmp_path: Path, endpoint: Answering, kind: TouchKind
) -> None:
    endpoint.answers = [(500, b""), (503, b""), (502, b"")]
    touch = a_request(kind, "crm-sync")
    now_it_says = replace(touch, at=AT + timedelta(hours=4), deadline=AT + timedelta(days=3), text="Call Ben", owner="head")
    activities = opened(tmp_path, **everywhere(endpoint.url))
    for asked in (touch, now_it_says, touch):
        with pytest.raises(NotNow):
            await perform(activities, asked)
    assert (await perform(activities, now_it_says)).answer is Answer.DONE
    assert len({(one.path, one.key, one.body, tuple(one.headers)) for one in endpoint.seen}) == 1
    assert len(endpoint.seen) == 4
    await activities.close()


SECRETS = "whsec_bm90LWEtc2VjcmV0LWJ1dC1hLXRlc3Qtb2Ytb25l,whsec_dGhlLW5leHQtb25lLXRoYXQtdGFrZXMtaXRzLXBsYWNl"
SIGNATURE = ("webhook-id", "webhook-timestamp", "webhook-signature")


def signatures(key: str, at: int, body: bytes) -> str:
    """As the specification of Standard Webhooks has it, under each secret."""
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in SECRETS.split(",")]
    made = [hmac.digest(each, f"{key}.{at}.".encode() + body, "sha256") for each in keys]
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in made)


@pytest.mark.parametrize("kind", [TouchKind.TASK, TouchKind.ESCALATE, TouchKind.OFFER, TouchKind.WEBHOOK])
async def test_each_asking_is_signed_anew_and_body_and_id_stay(tmp_path: Path, endpoint: Answering, kind: TouchKind) -> None:
    endpoint.answers = [(500, b""), (503, b"")]
    touch = a_request(kind, "crm-sync")
    activities = opened(tmp_path, **everywhere(endpoint.url), outbound_secrets=SECRETS)
    carried_by = activities.channels[kind].transport
    found_by = carried_by.transports["crm-sync"] if isinstance(carried_by, TransportByName) else carried_by
    assert isinstance(found_by, Endpoint)
    signer = found_by.signer
    assert signer is not None
    moments = iter((1_772_697_600, 1_772_712_000, 1_772_800_000))
    signer.clock = lambda: next(moments)
    for asked in ("first", "again"):
        with pytest.raises(NotNow):
            await perform(activities, replace(touch, text=f"Call Ana, {asked}"))
        with activities.ledger.engine.begin() as connection:
            [(kept,)] = connection.execute(sa.text("SELECT request FROM touches")).all()
        assert "Idempotency-Key" in kept
        assert "webhook-" not in kept
    assert (await perform(activities, touch)).answer is Answer.DONE
    await activities.close()
    first, *others = endpoint.seen
    for one, at in zip(endpoint.seen, (1_772_697_600, 1_772_712_000, 1_772_800_000), strict=True):
        found = dict(one.headers)
        assert [found[name] for name in SIGNATURE] == [touch.key, str(at), signatures(touch.key, at, one.body)]
    assert json.loads(first.body)["text"] == "Call Ana, first"
    assert {(one.path, one.key, one.body) for one in others} == {(first.path, first.key, first.body)}


async def test_without_a_secret_nothing_is_signed_and_slack_never_is(tmp_path: Path, endpoint: Answering) -> None:
    for home, settings in (("plain", everywhere(endpoint.url)), ("slack", {"slack_url": endpoint.url, "outbound_secrets": SECRETS})):
        activities = opened(tmp_path / home, **settings)
        assert (await perform(activities, a_task())).answer is Answer.DONE
        await activities.close()
    assert [[name for name, _ in one.headers if name in SIGNATURE] for one in endpoint.seen] == [[], []]


async def test_a_key_that_no_header_can_hold_is_signed_as_the_header_has_it(tmp_path: Path, endpoint: Answering) -> None:
    activities = opened(tmp_path, **everywhere(endpoint.url), outbound_secrets=SECRETS)
    await perform(activities, a_task("acme/1/begrüßung/1/call"))
    await activities.close()
    [one] = endpoint.seen
    found = dict(one.headers)
    assert found["webhook-id"] == one.key == "acme/1/begr%C3%BC%C3%9Fung/1/call"
    assert found["webhook-signature"] == signatures(one.key, int(found["webhook-timestamp"]), one.body)


@pytest.mark.parametrize("status", [425, 429, 503])
async def test_what_certainly_was_not_done_is_asked_anew(tmp_path: Path, endpoint: Answering, status: int) -> None:
    endpoint.answers = [(status, b"")]
    activities = opened(tmp_path, **everywhere(endpoint.url))
    with pytest.raises(NotNow):
        await perform(activities, a_task())
    assert (await perform(activities, replace(a_task(), text="Call Ben"))).answer is Answer.DONE
    assert [json.loads(one.body)["text"] for one in endpoint.seen] == ["Call Ana", "Call Ben"]
    await activities.close()


async def test_another_url_is_not_asked_for_what_the_first_may_have_done(tmp_path: Path, endpoint: Answering) -> None:
    endpoint.answers = [(500, b"")]
    activities = opened(tmp_path, tasks_url=f"{endpoint.url}/one")
    with pytest.raises(NotNow):
        await perform(activities, a_task())
    await activities.close()
    moved = opened(tmp_path, tasks_url=f"{endpoint.url}/two")
    assert (await perform(moved, a_task())).answer is Answer.UNKNOWN
    assert [one.path for one in endpoint.seen] == ["/one"]
    await moved.close()


async def test_a_cookie_that_the_other_side_sets_is_not_sent_back(tmp_path: Path, endpoint: Answering) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(500)
        handler.send_header("Set-Cookie", "seen=1; Path=/")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    endpoint.answers = [answer]
    activities = opened(tmp_path, **everywhere(endpoint.url))
    with pytest.raises(NotNow):
        await perform(activities, a_task())
    await perform(activities, a_task())
    assert [[name for name, _ in one.headers if name == "cookie"] for one in endpoint.seen] == [[], []]
    await activities.close()


async def test_a_line_that_breaks_before_the_answer_is_tried_again_under_the_same_key(tmp_path: Path, endpoint: Answering) -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.shutdown(socket.SHUT_RDWR)

    endpoint.answers = [hang_up]
    activities = opened(tmp_path, **everywhere(endpoint.url))
    with pytest.raises(NotNow, match=r"RemoteProtocolError|ReadError"):
        await perform(activities, a_task())
    assert (await perform(activities, a_task())).answer is Answer.DONE
    assert [one.key for one in endpoint.seen] == [a_task().key] * 2
    await activities.close()


async def test_a_url_that_nobody_listens_at_has_certainly_not_acted(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        activities = opened(tmp_path, tasks_url=f"http://127.0.0.1:{taken.getsockname()[1]}/secret")
        with pytest.raises(NotNow, match=r"^NotNow: the task URL cannot be reached: ConnectError$"):
            await perform(activities, a_task())
        assert (await activities.ledger_activities.withdraw_touch(a_task())).answer is Answer.WITHDRAWN
        await activities.close()


async def test_a_withdrawal_after_a_server_error_is_for_a_person_to_look_at(tmp_path: Path, endpoint: Answering) -> None:
    endpoint.answers = [(500, b"")]
    activities = opened(tmp_path, **everywhere(endpoint.url))
    with pytest.raises(NotNow):
        await perform(activities, a_task())
    assert (await activities.ledger_activities.withdraw_touch(a_task())).answer is Answer.UNKNOWN
    assert (await perform(activities, a_task())).answer is Answer.UNKNOWN
    assert len(endpoint.seen) == 1
    await activities.close()


async def test_a_withdrawn_request_is_never_made(activities: Activities, tmp_path: Path) -> None:
    assert (await activities.ledger_activities.withdraw_touch(a_task())).answer is Answer.WITHDRAWN
    with later(activities, 3600):
        assert (await perform(activities, a_task())).answer is Answer.WITHDRAWN
    assert list((tmp_path / "outbox" / "task").iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        pytest.param((200, b'{"id": 17}'), "17", id="an id"),
        pytest.param((204, b""), "HTTP 204", id="no body"),
        pytest.param((200, b"not json"), "HTTP 200", id="no JSON"),
        pytest.param((200, b"\xff\xfe"), "HTTP 200", id="no text"),
        pytest.param((200, b'{"id": null}'), "HTTP 200", id="no id"),
        pytest.param((200, b"[" * 100_000), "HTTP 200", id="JSON deeper than the stack"),
        pytest.param((200, b'{"id": ' + b"9" * 5000 + b"}"), "HTTP 200", id="a number of too many digits"),
        pytest.param((200, b'{"id": "' + b"x" * 5000 + b'"}'), "x" * 200, id="a long id"),
        pytest.param((200, rb'{"id": "T\ud800-1"}'), "T -1", id="half a character"),
        pytest.param((200, rb'{"id": "T\u0000\u001b[31m\n-1"}'), "T [31m -1", id="what terminals and databases do not take"),
    ],
)
async def test_the_reference_is_the_id_that_the_server_gives(
    tmp_path: Path, endpoint: Answering, answer: tuple[int, bytes], reference: str
) -> None:
    endpoint.answers = [answer]
    activities = opened(tmp_path, **everywhere(endpoint.url))
    receipts = [await perform(activities, a_task()) for _ in range(2)]
    assert receipts == [Receipt(key=a_task().key, answer=Answer.DONE, reference=reference)] * 2
    assert len(endpoint.seen) == 1
    await activities.close()


async def test_a_key_beyond_ascii_still_stands_in_a_header(tmp_path: Path, endpoint: Answering) -> None:
    activities = opened(tmp_path, **everywhere(endpoint.url))
    await perform(activities, a_task("acme/1/tickets/Störung 7/call"))
    assert endpoint.seen[0].key == "acme/1/tickets/St%C3%B6rung%207/call"
    await activities.close()


async def test_a_message_is_not_a_request(activities: Activities, tmp_path: Path) -> None:
    await perform(activities, a_touch())
    assert [path.parent.name for path in (tmp_path / "outbox").rglob("*") if path.is_file()] == ["new"]
