"""Whatever a sender sends, an adapter maps it, refuses it in a sentence, or leaves it alone."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.adapter_file import Body, load_adapter, shipped
from gateway.adapters.adapting import EventDraft, TooManyItems, adapt, event_of
from gateway.adapters.calendar_replies import RAW, IrrelevantMail, read_reply, reply_fields
from gateway.adapters.payloads import UnreadableDelivery, read_delivery, read_form, read_json
from gateway.intake.results import Result
from lifecycle.facts.events import Event
from tests.gateway.adapters.deliveries import NOW, SAMPLES, TABLES, form, invited, sample

TEXTS = [name for name in shipped() if load_adapter(name).body is not Body.MAIL]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**65), 2**65),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        ["", "\0", "\ud800", "nordwind", "2026-03-02T09:00:00Z", "9999-12-31T23:59:59Z", "-1", "1e999", "x" * 3000, "a@b.example"]
    ),
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12
)


def paths(value: Any, so_far: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [so_far, *(path for name, each in inside for path in paths(each, (*so_far, name)))]


def put(value: Any, path: tuple[str | int, ...], other: Any) -> Any:
    if not path:
        return other
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], other)
    return copy


DOCUMENTS = {name: [json.loads(path.read_bytes()) for path in sorted(SAMPLES.glob(f"{name}-*.json"))] for name in TEXTS}


@st.composite
def bent(draw: st.DrawFn, name: str) -> Any:
    """A sample with something else in one or two places of it."""
    document = draw(st.sampled_from(DOCUMENTS[name]))
    for _ in range(draw(st.integers(1, 2))):
        document = put(document, draw(st.sampled_from(paths(document))), draw(ANYTHING))
    return document


def is_a_sentence(text: str) -> None:
    assert text.endswith(".")


def check(name: str, written: bytes) -> None:
    adapter = load_adapter(name)
    try:
        read = read_form(form(written)) if adapter.body is Body.FORM else read_delivery(written)
        found = adapt(adapter, read | {"headers": {}}, TABLES.get(name, {}), max_items=50)
    except (UnreadableDelivery, TooManyItems) as why:
        is_a_sentence(str(why))
        return
    for each in found:
        if isinstance(each, EventDraft):
            made = event_of(adapter, each, name, NOW)
            assert isinstance(made, Event) or made.detail.endswith(".")
        else:
            assert isinstance(each.result, Result)
            assert each.result.detail.endswith(".")


@pytest.mark.parametrize("name", TEXTS)
def test_a_sample_bent_anywhere_never_fails(name: str) -> None:
    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(bent(name))
    def never_fails(document: Any) -> None:
        check(name, json.dumps(document).encode())

    never_fails()


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(ANYTHING, st.sampled_from(TEXTS))
def test_any_json_never_fails(document: Any, name: str) -> None:
    check(name, json.dumps(document).encode())


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=200), st.sampled_from(TEXTS))
def test_any_bytes_never_fail(written: bytes, name: str) -> None:
    try:
        check(name, written)
    except UnicodeDecodeError:  # Slack's form is made of text here
        assert name == "slack"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (b"[" * 100_000, "The body is nested "),
        (b"[" * 66 + b"]" * 66, "The body is nested more than 64 deep."),
        (b"[" + b"0," * 50_000 + b"0]", "The body has more than 50,000 values."),
        (b'{"a": 1e999}', "The body is no JSON: 1e999 is too large a number."),
        (b'{"a": NaN}', "The body is no JSON: NaN is no JSON number."),
        (b"\xff", "The body is no UTF-8 text."),
        (b"", "The body is no JSON: "),
    ],
    ids=["far too deep", "too deep", "too many", "too large", "no number", "no text", "nothing"],
)
def test_a_body_that_cannot_be_read_is_said_to_be(written: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableDelivery) as unusable:
        read_json(written)
    assert str(unusable.value).startswith(sentence)


def test_numbers_beyond_64_bits_keep_their_digits_and_half_characters_get_a_mark() -> None:
    assert read_json(b'{"a": ' + b"-" + b"9" * 5000 + b"}") == {"a": "-" + "9" * 5000}
    assert read_json(b"[-9223372036854775808, 9223372036854775808]") == [-(2**63), "9223372036854775808"]
    assert read_json(b'{"a": 18446744073709551617, "b": "x\\ud800\\u0000", "c": null, "d": [null]}') == {
        "a": "18446744073709551617",
        "b": "x\ufffd\ufffd",
        "d": [None],
    }


def test_a_null_counts_as_not_there_and_its_name_is_among_the_nulls() -> None:
    assert read_delivery(b'{"a": {"b": null, "c": {"d": null, "e": 1}, "f": {}}, "g": [{"h": null}], "i": 0, "j\\ud800": null}') == {
        "body": {"a": {"c": {"e": 1}, "f": {}}, "g": [{}], "i": 0},
        "nulls": {"a": {"b": True, "c": {"d": True}}, "j\ufffd": True},
    }
    assert read_delivery(b"[null]") == {"body": [None], "nulls": {}}


CALENDAR = base64.b64decode(json.loads(sample("mail-countered.json"))["Attachments"][0]["Content"])
KNOWN = invited("meeting-1@us.example", "ana@acme.example")


def heard(content_type: str, body: bytes) -> None:
    try:
        words = reply_fields(read_reply(content_type, body), {KNOWN.uid: KNOWN}.get, NOW)
    except (IrrelevantMail, UnreadableDelivery) as why:
        is_a_sentence(str(why))
        return
    for each in adapt(load_adapter("mail"), {"reply": words}, {}):
        assert isinstance(each, EventDraft)
        made = event_of(load_adapter("mail"), each, "mail", NOW)
        assert isinstance(made, Event) or made.detail.endswith(".")


@st.composite
def bent_calendar(draw: st.DrawFn) -> bytes:
    lines = CALENDAR.split(b"\r\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        name, junk = lines[at].partition(b":")[0], draw(st.binary(max_size=30))
        lines[at] = draw(st.sampled_from([b"", name, name + b":", lines[at][: len(lines[at]) // 2], junk, name + b":" + junk]))
    return b"\r\n".join(lines)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(bent_calendar())
def test_any_calendar_never_fails(calendar: bytes) -> None:
    attachment = {"Name": "invite.ics", "ContentType": "text/calendar", "Content": base64.b64encode(calendar).decode()}
    heard("application/json", json.dumps({"From": "ana@acme.example", "Attachments": [attachment]}).encode())


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(
    ANYTHING
    | st.fixed_dictionaries({"Attachments": ANYTHING | st.lists(st.fixed_dictionaries({"Name": st.just("x.ics"), "Content": LEAVES}))})
)
def test_any_posted_mail_never_fails(document: Any) -> None:
    heard("application/json", json.dumps(document).encode())


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=300), st.integers(0, 2000))
def test_any_raw_mail_never_fails(junk: bytes, at: int) -> None:
    message = sample("mail-accepted.eml")
    heard(RAW, message[:at] + junk + message[at + len(junk) :])
