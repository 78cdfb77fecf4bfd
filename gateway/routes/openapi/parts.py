"""The pieces that the document's paths and schemas are built of."""

from collections.abc import Mapping
from typing import Any

from gateway.http.json_answers import PROBLEM, TITLES

Json = dict[str, Any]

REFERENCE = "#/components/schemas/{model}"

RETRY_HEADERS: Json = {"Retry-After": {"description": "Seconds after which to ask again.", "required": True, "schema": {"type": "integer"}}}
BY_TOKEN: Json = {"bearer": []}
BY_SIGNATURE: Json = {"webhookId": [], "webhookTimestamp": [], "webhookSignature": []}

_HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: RETRY_HEADERS,
    503: RETRY_HEADERS,
}


def ref(name: str) -> Json:
    """A reference to a schema of the document."""
    return {"$ref": REFERENCE.format(model=name)}


def object_schema(properties: Json, *required: str) -> Json:
    """The schema of an object with these properties and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def content(schemas: Mapping[str, Json]) -> Json:
    """The `content` of a request or response, from schemas by media type."""
    return {media_type: {"schema": schema} for media_type, schema in schemas.items()}


def operation(summary: str, responses: Json) -> Json:
    """An operation without a request body."""
    return {"summary": summary, "responses": responses}


def json_response(description: str, schema: Json) -> Json:
    """A response with a JSON body."""
    return {"description": description, "content": content({"application/json": schema})}


def problems(*statuses: int, **descriptions: str) -> Json:
    """Responses with a problem, by status. `descriptions` are named as `_404`; without one the status' title stands for it."""
    return {
        str(status): {"description": descriptions.get(f"_{status}", TITLES[status]), "content": content({PROBLEM: ref("Problem")})}
        | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
        for status in statuses
    }


def in_path(name: str, description: str) -> Json:
    """A parameter in the path."""
    return {"name": name, "in": "path", "required": True, "description": description, "schema": {"type": "string", "minLength": 1}}


def ce_header(name: str, meaning: str, **schema: Any) -> Json:
    """A ce- header of an event in binary mode."""
    return {"name": name, "in": "header", "description": f"In binary mode: {meaning}.", "schema": {"type": "string"} | schema}
