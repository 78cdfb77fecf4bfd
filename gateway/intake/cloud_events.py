"""Reads CloudEvents 1.0 over HTTP: structured, binary and batch mode. Each event of a batch is read or refused by itself."""

import json
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

from gateway.http.bodies import TOO_DEEP, shape_fault
from gateway.http.json_bodies import read_json
from gateway.intake.cloud_event_attributes import LONGEST_ATTRIBUTE, MEANINGS, REQUIRED, first_fault

STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
_FORMAT = JSONFormat()


class MalformedRequest(ValueError):
    """The request is no CloudEvent at all; the message is one sentence. `http_status` is 400, 413 or 415."""

    def __init__(self, sentence: str, http_status: int = 400) -> None:
        self.http_status = http_status
        super().__init__(sentence)


class InvalidEvent(ValueError):
    """One event is not as CloudEvents 1.0 has it; the message is one sentence. `field` is the wrong attribute, `names` its id and source."""

    def __init__(self, sentence: str, field: str, names: dict[str, str]) -> None:
        self.field = field
        self.names = names
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """The attributes of a CloudEvent that the gateway uses. `time` is when it happened, with its zone, if it says so."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime | None
    data: dict[str, Any]

    @property
    def names(self) -> dict[str, str]:
        """Its id and source, by which an answer names it."""
        return {"id": self.id, "source": self.source}


def mode(headers: Headers) -> str:
    """The mode that the content type names: STRUCTURED, BATCH, or empty for binary. Raises MalformedRequest for another."""
    media_type, charset = _content_type(headers.get("content-type", ""))
    if media_type in (STRUCTURED, BATCH):
        if charset not in ("utf-8", "utf8", "us-ascii"):
            raise MalformedRequest(f"JSON is UTF-8, and this says {charset}.", 415)
        return media_type
    if media_type.startswith("application/cloudevents"):
        raise MalformedRequest(f"Events come as {STRUCTURED} or {BATCH}, and this is {media_type}.", 415)
    if "ce-specversion" not in headers:
        raise MalformedRequest(
            f"This is no CloudEvent: send it as {STRUCTURED}, several as {BATCH}, or one with ce- headers and its data as JSON.", 415
        )
    return ""


@lru_cache(maxsize=256)
def _content_type(header: str) -> tuple[str, str]:
    """The media type, and the character set."""
    message = Message()
    message["content-type"] = header
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


def read(headers: Headers, body: bytes, max_events: int) -> list[ReceivedEvent | InvalidEvent]:
    """Every event of the request, in its order. Raises MalformedRequest or BadBody where the request as a whole cannot be read."""
    match mode(headers):
        case "":
            return [_read(lambda: _binary(headers, body), _header_attributes(headers))]
        case "application/cloudevents+json":
            event = read_json(body)
            if not isinstance(event, dict):
                raise MalformedRequest("An event is a JSON object.")
            return [_structured(event, body)]
        case _:
            batch = read_json(body)
            if not isinstance(batch, list):
                raise MalformedRequest("A batch is a JSON array of events.")
            if len(batch) > max_events:
                raise MalformedRequest(
                    f"A batch of this caller has at most {max_events:,} events, and this one has {len(batch):,}.",
                    413,
                )
            return [
                _structured(event, json.dumps(event)) if isinstance(event, dict) else InvalidEvent("An event is a JSON object.", "", {})
                for event in batch
            ]


def _structured(attributes: dict[str, Any], text: str | bytes) -> ReceivedEvent | InvalidEvent:
    return _read(lambda: _FORMAT.read(_event, text), attributes)


def _binary(headers: Headers, body: bytes) -> Any:
    kept = {name: value for name, value in headers.items() if name.startswith("ce-") or name == "content-type"}
    return from_binary(HTTPMessage(kept, body), _FORMAT, _event)


def _event(attributes: dict[str, Any], data: Any) -> CloudEvent:
    # The package gives an event without id or time one of its own; sent again it would be another event.
    for name in REQUIRED:
        if name not in attributes:
            raise _MissingAttribute(name)
    has_time = "time" in attributes
    event = CloudEvent(attributes, data)
    if not has_time:
        event.get_attributes().pop("time", None)
    return event


class _MissingAttribute(Exception):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def _header_attributes(headers: Headers) -> dict[str, str]:
    """The attributes of binary mode. A byte that is no UTF-8 becomes U+FFFD, which no attribute may hold."""
    return {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}


def _read(make: Callable[[], Any], attributes: Mapping[str, Any]) -> ReceivedEvent | InvalidEvent:
    names: dict[str, str] = {name: str(attributes[name])[:LONGEST_ATTRIBUTE] for name in ("id", "source") if name in attributes}
    if (fault := first_fault(attributes)) is not None:
        return InvalidEvent(fault.sentence, fault.attribute, names)
    try:
        event = make()
    except _MissingAttribute as missing:
        return InvalidEvent(f"An event needs '{missing.name}'{MEANINGS.get(missing.name, '')}.", missing.name, names)
    except CloudEventValidationError as error:
        name, faults = next(iter(error.errors.items()))
        return InvalidEvent(f"{_first(faults)}.", name, names)
    except RecursionError:
        return InvalidEvent(TOO_DEEP, "", names)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return InvalidEvent("The event is not as CloudEvents 1.0 has it.", "", names)
    return _received(event, names)


def _first(faults: Iterable[BaseCloudEventException]) -> str:
    return str(next(iter(faults)))


def _received(event: CloudEvent, names: dict[str, str]) -> ReceivedEvent | InvalidEvent:
    data = event.get_data()
    if data is None:
        data = {}
    if not isinstance(data, dict):
        return InvalidEvent("'data' is a JSON object: the event's fields by name.", "data", names)
    if (fault := shape_fault(data)) is not None:
        return InvalidEvent(fault, "data", names)
    return ReceivedEvent(event.get_id(), event.get_source(), event.get_type(), event.get_subject() or "", event.get_time(), data)
