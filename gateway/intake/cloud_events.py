"""CloudEvents 1.0 over HTTP: structured, binary and batch mode, each event read or refused by itself."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from cloudevents.core.bindings.http import HTTPMessage, from_binary
from cloudevents.core.exceptions import BaseCloudEventException, CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from starlette.datastructures import Headers

STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
_FORMAT = JSONFormat()
_REQUIRED = ("specversion", "id", "source", "type", "subject")
LONGEST_ATTRIBUTE = 1024
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


class Malformed(ValueError):
    """The request is no CloudEvent at all; the message is one sentence. `status` is its HTTP status."""

    def __init__(self, what: str, status: int = 400) -> None:
        self.status = status
        super().__init__(what)


class NotAnEvent(ValueError):
    """One event is not as CloudEvents has it; the message is one sentence."""

    def __init__(self, what: str, field: str, told: dict[str, str]) -> None:
        self.field = field
        self.told = told
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One CloudEvent, as far as it concerns us. `time` is when it happened, if it says so."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime | None
    data: dict[str, Any]

    @property
    def told(self) -> dict[str, str]:
        """What names it in an answer."""
        return {"id": self.id, "source": self.source}


def mode(headers: Headers) -> str:
    """The mode that the content type names: STRUCTURED, BATCH, or empty for binary. Raises Malformed for another."""
    kind, kind_of_text = _content_type(headers.get("content-type", ""))
    if kind in (STRUCTURED, BATCH):
        if kind_of_text not in ("utf-8", "utf8", "us-ascii"):
            raise Malformed(f"JSON is UTF-8, and this says {kind_of_text}.", 415)
        return kind
    if kind.startswith("application/cloudevents"):
        raise Malformed(f"Events come as {STRUCTURED} or {BATCH}, and this is {kind}.", 415)
    if "ce-specversion" not in headers:
        raise Malformed(
            f"This is no CloudEvent: send it as {STRUCTURED}, several as {BATCH}, or one with ce- headers and its data as JSON.", 415
        )
    return ""


@lru_cache(maxsize=256)
def _content_type(written: str) -> tuple[str, str]:
    """The type, and the character set."""
    message = Message()
    message["content-type"] = written
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


def read(headers: Headers, body: bytes, most: int) -> list[Occurrence | NotAnEvent]:
    """Every event of the request, in its order. Raises Malformed where the request as a whole does not read."""
    match mode(headers):
        case "":
            return [_read(lambda: _binary(headers, body), _spelled_out(headers))]
        case "application/cloudevents+json":
            written = _json(body)
            if not isinstance(written, dict):
                raise Malformed("An event is a JSON object.")
            return [_structured(written, body)]
        case _:
            several = _json(body)
            if not isinstance(several, list):
                raise Malformed("A batch is a JSON array of events.")
            if len(several) > most:
                raise Malformed(f"A batch of this caller has at most {most:,} events, and this one has {len(several):,}.", 413)
            return [
                _structured(each, json.dumps(each)) if isinstance(each, dict) else NotAnEvent("An event is a JSON object.", "", {})
                for each in several
            ]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Malformed("The body is no UTF-8 text.") from None
    except RecursionError:
        raise Malformed("The body is nested too deep.") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"The body is no JSON: {error}.") from None
    except ValueError as error:  # a number that is none, or of thousands of digits
        raise Malformed(f"The body is no JSON: {error if 'JSON' in str(error) else 'a number in it is too long'}.") from None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _structured(written: dict[str, Any], text: str | bytes) -> Occurrence | NotAnEvent:
    return _read(lambda: _FORMAT.read(_event, text), written)


def _binary(headers: Headers, body: bytes) -> Any:
    kept = {name: value for name, value in headers.items() if name.startswith("ce-") or name == "content-type"}
    return from_binary(HTTPMessage(kept, body), _FORMAT, _event)


def _event(attributes: dict[str, Any], data: Any) -> CloudEvent:
    # The package gives an event without id or time one of its own; told again it would be another event.
    for name in _REQUIRED:
        if name not in attributes:
            raise _Missing(name)
    timed = "time" in attributes
    made = CloudEvent(attributes, data)
    if not timed:
        made.get_attributes().pop("time", None)
    return made


class _Missing(Exception):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def _spelled_out(headers: Headers) -> dict[str, str]:
    """The attributes of binary mode. What is no UTF-8 keeps its percent signs' ruin, a character that no attribute may hold."""
    return {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}


def _read(make: Callable[[], Any], written: Mapping[str, Any]) -> Occurrence | NotAnEvent:
    told: dict[str, str] = {name: str(written[name])[:LONGEST_ATTRIBUTE] for name in ("id", "source") if name in written}
    if (fault := _fault(written)) is not None:
        field, what = fault
        return NotAnEvent(what, field, told)
    try:
        event = make()
    except _Missing as missing:
        return NotAnEvent(f"An event needs '{missing.name}'{_ABOUT.get(missing.name, '')}.", missing.name, told)
    except CloudEventValidationError as error:
        name, faults = next(iter(error.errors.items()))
        return NotAnEvent(f"{_first(faults)}.", name, told)
    except RecursionError:
        return NotAnEvent("The event is nested too deep.", "", told)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return NotAnEvent("The event is not as CloudEvents 1.0 has it.", "", told)
    return _as_ours(event, told)


def _fault(written: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong with the attributes as they are written: the field, and a sentence. The package is more lenient than its standard."""
    for name in ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"):
        value = written.get(name, "1.0")
        if not isinstance(value, str):
            return name, f"'{name}' is text."
        if len(value) > LONGEST_ATTRIBUTE or not value.isprintable() or "\ufffd" in value or value != value.strip():
            return name, f"'{name}' is at most {LONGEST_ATTRIBUTE} printable characters of UTF-8 without spaces around them."
    if " " in written.get("source", ""):
        return "source", "'source' is a URI, which has no spaces."
    if "time" in written and not _is_moment(written["time"]):
        return "time", "'time' is not a moment as RFC 3339 has it, such as 2026-03-01T14:30:00Z."
    if written.get("data_base64") is not None and not _is_base64(written["data_base64"]):
        return "data_base64", "'data_base64' is not base64."
    return None


def _is_moment(text: str) -> bool:
    try:
        return _RFC_3339.fullmatch(text) is not None and datetime.fromisoformat(text.upper()) is not None
    except ValueError:
        return False


def _is_base64(value: object) -> bool:
    try:
        return isinstance(value, str) and base64.b64decode(value, validate=True) is not None
    except ValueError:
        return False


_ABOUT = {"subject": ", the customer's id", "specversion": ", which is '1.0'", "id": ", by which it is known when it comes again"}


def _first(faults: Iterable[BaseCloudEventException]) -> str:
    return str(next(iter(faults)))


def _as_ours(event: CloudEvent, told: dict[str, str]) -> Occurrence | NotAnEvent:
    data = event.get_data()
    if data is None:
        data = {}
    if not isinstance(data, dict):
        return NotAnEvent("'data' is a JSON object: the event's fields by name.", "data", told)
    return Occurrence(event.get_id(), event.get_source(), event.get_type(), event.get_subject() or "", event.get_time(), data)
