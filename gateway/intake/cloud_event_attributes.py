"""Checks the attributes of a CloudEvent as they are written: the cloudevents package is more lenient than its standard."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lifecycle.domain.time.moments import timestamp_written

LONGEST_ATTRIBUTE = 1024
REQUIRED = ("specversion", "id", "source", "type", "subject")
MEANINGS = {"subject": ", the customer's id", "specversion": ", which is '1.0'", "id": ", by which it is known when it comes again"}
"""What a required attribute is, as the end of a sentence."""

_TEXTS = ("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema")


@dataclass(frozen=True, slots=True)
class AttributeFault:
    """What is wrong with an attribute, in one sentence."""

    attribute: str
    sentence: str


def first_fault(attributes: Mapping[str, Any]) -> AttributeFault | None:
    """The first fault of the attributes, None if there is none. Whether all REQUIRED ones are there is not checked."""
    for name in _TEXTS:
        value = attributes.get(name, "1.0")
        if not isinstance(value, str):
            return AttributeFault(name, f"'{name}' is text.")
        if len(value) > LONGEST_ATTRIBUTE or not value.isprintable() or "\ufffd" in value or value != value.strip():
            return AttributeFault(
                name, f"'{name}' is at most {LONGEST_ATTRIBUTE} printable characters of UTF-8 without spaces around them."
            )
    if " " in attributes.get("source", ""):
        return AttributeFault("source", "'source' is a URI, which has no spaces.")
    if "time" in attributes and not _is_moment(attributes["time"]):
        return AttributeFault("time", "'time' is not a moment as RFC 3339 has it, such as 2026-03-01T14:30:00Z.")
    if attributes.get("data_base64") is not None and not _is_base64(attributes["data_base64"]):
        return AttributeFault("data_base64", "'data_base64' is not base64.")
    return None


def _is_moment(text: str) -> bool:
    try:
        return timestamp_written(text) is not None
    except ValueError:
        return False


def _is_base64(value: object) -> bool:
    try:
        return isinstance(value, str) and base64.b64decode(value, validate=True) is not None
    except ValueError:
        return False
