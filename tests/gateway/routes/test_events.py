"""POST /events: what is taken in, and what is said of the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from lifecycle.facts.events import Event
from tests.gateway.gateway_harness import BATCH, GatewayHarness, cloud_event


async def test_an_event_is_answered_202_when_temporal_has_it(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    answer = await harness.post(
        cloud_event(customer, "meeting.held", id="7", time="2026-03-01T10:00:00+01:00", data={"meeting": "kickoff", "by": "Jonas"})
    )
    assert (answer.status_code, answer.json()) == (202, {"id": "7", "source": "/product", "status": 202})
    [event] = await harness.events(customer)
    assert (event.id, event.type, event.data) == ("/product 7", "meeting.held", {"meeting": "kickoff", "by": "Jonas"})
    assert event.happened == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert abs(event.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("binary", [False, True], ids=["structured", "binary"])
async def test_a_time_as_salesforce_writes_it_is_read(harness: GatewayHarness, binary: bool) -> None:
    customer = await harness.enrol()
    time = "2026-03-01T10:15:30.000+0100"
    if binary:
        headers = {
            "ce_specversion": "1.0",
            "ce_id": "8",
            "ce_source": "/product",
            "ce_type": "login",
            "ce_subject": customer,
            "ce_time": time,
        }
        answer = await harness.post({}, "application/json", **headers)
    else:
        answer = await harness.post(cloud_event(customer, "login", id="8", time=time, data={}))
    assert answer.status_code == 202
    [event] = await harness.events(customer)
    assert event.happened == datetime(2026, 3, 1, 9, 15, 30, tzinfo=UTC)


async def test_in_binary_mode_attributes_are_headers_and_the_body_is_data(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    headers = {"ce_specversion": "1.0", "ce_id": "n%C3%B65", "ce_source": "/product", "ce_type": "feature.used", "ce_subject": customer}
    answer = await harness.post({"feature": "import", "count": 3}, "application/json", **headers)
    assert answer.status_code == 202
    [event] = await harness.events(customer)
    assert (event.id, event.data, event.happened) == ("/product nö5", {"feature": "import", "count": 3}, None)


async def test_in_binary_mode_an_id_that_is_no_utf_8_is_no_id(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    headers = {"ce_specversion": "1.0", "ce_source": "/product", "ce_type": "login", "ce_subject": customer}
    for name in ("z%FF", "z%FE", "z%00"):
        answer = await harness.post({}, "application/json", ce_id=name, **headers)
        assert (answer.status_code, answer.json()["field"]) == (422, "id")
    assert await harness.signals(customer) == []


async def test_a_batch_is_answered_per_event_and_each_customer_is_told_once(harness: GatewayHarness) -> None:
    first, second = await harness.enrol(), await harness.enrol()
    batch = [
        cloud_event(first, id="1"),
        cloud_event(second, id="2"),
        cloud_event(first, "feature.used", id="3", data={"feature": "import"}),
        cloud_event(first, "feature.used", id="4", data={}),
        cloud_event("nobody", id="5"),
        "six",
    ]
    answer = await harness.post(batch, BATCH)
    assert answer.status_code == 207
    assert [(each.get("id"), each["status"], each.get("field")) for each in answer.json()["events"]] == [
        ("1", 202, None),
        ("2", 202, None),
        ("3", 202, None),
        ("4", 422, "feature"),
        ("5", 404, "subject"),
        (None, 422, None),
    ]
    assert [[event.id for event in events] for events in await harness.signals(first)] == [["/product 1", "/product 3"]]
    assert [[event.id for event in events] for events in await harness.signals(second)] == [["/product 2"]]


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"type": "meeting.hold"}, "type", "'meeting.hold' is no event type; did you mean meeting.held?"),
        ({"data": {}}, "meeting", "meeting.held needs 'meeting'."),
        ({"data": {"meeting": "kickoff", "who": "x"}}, "who", "meeting.held has no field 'who', only meeting, by."),
        ({"data": {"meeting": "kickoff", "by": "\ud800"}}, "by", "meeting.held: 'by' holds characters that cannot be kept."),
        ({"data": [1]}, "data", "'data' is a JSON object: the event's fields by name."),
        ({"time": "yesterday"}, "time", "'time' is not a moment as RFC 3339 has it, such as 2026-03-01T14:30:00Z."),
        ({"time": "2026-03-01T10:00:00"}, "time", "'time' is not a moment as RFC 3339 has it, such as 2026-03-01T14:30:00Z."),
        (
            {"time": "2150-01-01T00:00:00Z"},
            "time",
            "'time' lies over an hour ahead of us, at 2150-01-01 00:00: set the clock of whoever tells it.",
        ),
        ({"id": None}, "id", "An event needs 'id', by which it is known when it comes again."),
        ({"subject": None}, "subject", "An event needs 'subject', the customer's id."),
        ({"specversion": "0.3"}, "specversion", "Attribute 'specversion' must be '1.0'."),
        ({"time": "2026-W10-1T00:00:00Z"}, "time", "'time' is not a moment as RFC 3339 has it, such as 2026-03-01T14:30:00Z."),
        ({"time": "2026-03-01T10:00:00+24:00"}, "time", "'time' is not a moment as RFC 3339 has it, such as 2026-03-01T14:30:00Z."),
        ({"data": {"meeting": "kickoff", "b": "x"}}, "b", "meeting.held has no field 'b'; did you mean by?"),
        ({"time": 5}, "time", "'time' is text."),
        ({"id": 5}, "id", "'id' is text."),
        ({"data": None, "data_base64": "?", "time": "2026-03-01T10:00:00Z"}, "data_base64", "'data_base64' is not base64."),
        ({"source": "/product a"}, "source", "'source' is a URI, which has no spaces."),
        ({"id": " 1"}, "id", "'id' is at most 1024 printable characters of UTF-8 without spaces around them."),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 15 else None,
)
async def test_a_bad_field_is_422_with_the_field_and_a_sentence_and_nothing_is_told(
    harness: GatewayHarness, change: dict[str, object], field: str, sentence: str
) -> None:
    customer = await harness.enrol()
    event = {"data": {"meeting": "kickoff"}} | change
    answer = await harness.post({name: each for name, each in (cloud_event(customer, "meeting.held") | event).items() if each is not None})
    assert (answer.status_code, answer.json().get("field"), answer.json()["detail"]) == (422, field, sentence)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await harness.signals(customer) == []


async def test_an_unknown_customer_is_404(harness: GatewayHarness) -> None:
    for name in ("nobody", "no such customer!"):
        answer = await harness.post(cloud_event(name))
        assert (answer.status_code, answer.json()["field"], answer.json()["detail"]) == (404, "subject", f"There is no customer '{name}'.")


async def test_the_same_event_told_twice_is_the_same_event(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    event = cloud_event(customer, "meeting.held", id="7", time="2026-03-01T10:00:00Z", data={"meeting": "kickoff"})
    assert [(await harness.post(event)).status_code for _ in range(2)] == [202, 202]
    first, second = await harness.events(customer)
    assert (first.id, first.digest()) == (second.id, second.digest())


async def test_of_one_id_with_two_contents_in_a_batch_the_first_is_told_and_the_other_is_409(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    batch = [
        cloud_event(customer, id="7"),
        cloud_event(customer, "order.placed", id="7", data={"order": "x"}),
        cloud_event(customer, id="7"),
    ]
    answer = await harness.post(batch, BATCH)
    assert (answer.status_code, [each["status"] for each in answer.json()["events"]]) == (207, [202, 409, 202])
    assert {event.type for event in await harness.events(customer)} == {"login"}


async def test_one_source_cannot_speak_for_another(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    answer = await harness.post(cloud_event(customer, source="/billing"))
    assert (answer.status_code, answer.json()["field"]) == (403, "source")
    assert await harness.signals(customer) == []


def test_no_two_pairs_of_source_and_id_are_the_same_event() -> None:
    from gateway.intake.incoming_event import identity

    pairs = [("/a", "b c"), ("/a", "b"), ("/a b", "c"), ("/a", "x" * 300), ("/a", "x" * 301), ("/" + "a" * 300, "x")]
    ids = [identity(*pair) for pair in pairs if " " not in pair[0]]
    assert len(set(ids)) == len(ids)
    assert all(Event(id=id, type="login", at=datetime.now(UTC)).id == id for id in ids)
