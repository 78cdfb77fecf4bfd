"""GET /openapi.json: what this gateway answers, as OpenAPI 3.1 has it, made from the models that read it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.http.settings import GatewaySettings
from gateway.intake.cloud_events import BATCH, LONGEST_ATTRIBUTE, STRUCTURED
from gateway.intake.results import TITLES, Status
from lifecycle.domain.customer import SLUG
from lifecycle.facts.events import CATALOGUE, EventData

Json = dict[str, Any]

PROBLEM = "application/problem+json"
_REF = "#/components/schemas/{model}"
_PRINTABLE = {"type": "string", "minLength": 1, "maxLength": LONGEST_ATTRIBUTE}


class Document:
    """The endpoint. It describes those of `routes` that are there when it is first asked."""

    def __init__(self, settings: GatewaySettings, routes: Sequence[BaseRoute]) -> None:
        self._settings = settings
        self._routes = routes

    async def shown(self, request: Request) -> Response:
        """The document as JSON."""
        return JSONResponse(self.document)

    @cached_property
    def document(self) -> Json:
        """The whole document."""
        served = {route.path: route.methods or set() for route in self._routes if isinstance(route, Route)}
        described = _paths()
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Evergreen gateway",
                "version": "1",
                "summary": "What happens in the world, told to the customer's workflow: signed and once.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
            "paths": {
                path: {name: part for name, part in described[path].items() if name == "parameters" or name.upper() in methods}
                for path, methods in served.items()
                if path in described
            },
            "components": {"schemas": _schemas(self._settings), "securitySchemes": _SECURITY_SCHEMES},
        }


def _schemas(settings: GatewaySettings) -> Json:
    models: list[type[EventData]] = list(dict.fromkeys(CATALOGUE.values()))
    _, named = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    events = {f"event.{name}": _event(name, model) for name, model in CATALOGUE.items()}
    return {
        **named["$defs"],
        **events,
        "Event": {
            "description": "One event as CloudEvents 1.0 has it. What else it carries is not looked at.",
            "oneOf": [_ref(name) for name in events],
            "discriminator": {
                "propertyName": "type",
                "mapping": {name.removeprefix("event."): _REF.format(model=name) for name in events},
            },
        },
        "Batch": {"type": "array", "items": _ref("Event"), "maxItems": settings.most_in_batch},
        "Fields": {
            "description": "The fields of an event in binary mode, by the type that the header ce-type names.",
            "anyOf": [_ref(model.__name__) for model in models],
        },
        "Problem": _PROBLEM_SCHEMA,
        "Accepted": _object(
            {"id": {"type": "string"}, "source": {"type": "string"}, "status": {"const": Status.ACCEPTED.value}}, "id", "source", "status"
        ),
        "BatchAnswer": _object({"events": {"type": "array", "items": _ref("EventAnswer")}}, "events"),
        "EventAnswer": _object(
            {
                "id": {"type": "string", "description": "As the event has it, if it has one."},
                "source": {"type": "string"},
                "status": {"enum": [status.value for status in Status]},
                "detail": {"type": "string"},
                "field": {"type": "string"},
            },
            "status",
        ),
    }


def _event(name: str, model: type[EventData]) -> Json:
    data = [] if not any(field.is_required() for field in model.model_fields.values()) else ["data"]
    return {
        "type": "object",
        "title": name,
        "description": model.__doc__ or "",
        "required": ["specversion", "id", "source", "type", "subject", *data],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": _PRINTABLE | {"description": "With `source` what the event is known by: told again it has one effect."},
            "source": _PRINTABLE | {"description": "Where it happened, without spaces; one of those that the caller may use."},
            "type": {"const": name},
            "subject": {"type": "string", "pattern": f"^{SLUG.pattern}$", "description": "The customer's id."},
            "time": {"type": "string", "format": "date-time", "description": "When it happened, if not now."},
            "datacontenttype": {"const": "application/json"},
            "data": _ref(model.__name__),
        },
    }


def _object(properties: Json, *required: str) -> Json:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _ref(name: str) -> Json:
    return {"$ref": _REF.format(model=name)}


def _content(kinds: Mapping[str, Json]) -> Json:
    return {kind: {"schema": schema} for kind, schema in kinds.items()}


def _problems(*statuses: int, **said: str) -> Json:
    """Responses with a problem, by status; `said` describes one as `_404`, others are described by their title."""
    return {
        str(status): {"description": said.get(f"_{status}", TITLES[status]), "content": _content({PROBLEM: _ref("Problem")})}
        | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
        for status in statuses
    }


_RETRY: Json = {"Retry-After": {"description": "Seconds after which to ask again.", "required": True, "schema": {"type": "integer"}}}
_HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: _RETRY,
    503: _RETRY,
}
_PROBLEM_SCHEMA = _object(
    {
        "type": {"const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "One sentence: what is wrong, and how to mend it."},
        "field": {"type": "string", "description": "The attribute or field that is wrong, if it is one."},
    },
    "type",
    "title",
    "status",
) | {"description": "An error as RFC 9457 has it."}
_SECURITY_SCHEMES: Json = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "One of the tokens that the sources file gives the caller."},
    "webhookId": {"type": "apiKey", "in": "header", "name": "webhook-id", "description": "Standard Webhooks: the message's id."},
    "webhookTimestamp": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-timestamp",
        "description": "Standard Webhooks: seconds since the epoch, at most five minutes from ours.",
    },
    "webhookSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks: `v1,` and the base64 of the HMAC-SHA256 over id, timestamp and body; several by spaces.",
    },
}
_BY_TOKEN: Json = {"bearer": []}
_BY_SIGNATURE: Json = {"webhookId": [], "webhookTimestamp": [], "webhookSignature": []}


def _paths() -> dict[str, Json]:
    return {
        "/events": {"post": _POST_EVENTS},
        "/hooks/{source}": {"post": _POST_HOOKS, "parameters": [_in_path("source", "The caller's name in the sources file.")]},
        **{path: _page(summary) for path, summary in _PAGES.items()},
        "/healthz": {
            "get": _get("Whether the process lives", {"200": _json("It does.", _object({"status": {"const": "alive"}}, "status"))})
        },
        "/readyz": {
            "get": _get(
                "Whether Temporal and the database answer",
                {
                    "200": _json("Both do.", _object({"status": {"const": "ready"}}, "status")),
                    **_problems(503, _503="One of them does not; `detail` says which."),
                },
            )
        },
        "/metrics": {
            "get": _get(
                "The counts of this process, for Prometheus",
                {
                    "200": {"description": "The text format.", "content": _content({"text/plain": {"type": "string"}})},
                    **_problems(401, _401="EVERGREEN_GATEWAY_METRICS_TOKEN is set, and this is not it."),
                },
            )
            | {"security": [{}, _BY_TOKEN]}
        },
        "/openapi.json": {"get": _get("This document", {"200": _json("OpenAPI 3.1.", {"type": "object"})})},
    }


_PAGES = {
    "/unsubscribe/{token}": "Refuse messages of one category; its POST takes RFC 8058's one click",
    "/preferences/{token}": "Refuse or allow messages by category",
    "/answer/{token}": "Answer a survey",
    "/meeting/{token}": "Accept or decline a meeting",
    "/milestone/{token}": "Say that a milestone is reached",
}


def _page(summary: str) -> Json:
    """A link of a mail: looking changes nothing, its form tells."""
    html = _content({"text/html": {"type": "string"}})
    answers = {status: {"description": what, "content": html} for status, what in _PAGE_ANSWERS.items()}
    form = {"required": False, "content": _content({"application/x-www-form-urlencoded": {"type": "object"}, "multipart/form-data": {}})}
    return {
        "parameters": [_in_path("token", "The sealed link: whoever has it may say what it is for, and nothing else.")],
        "get": _get(summary, answers),
        "post": _get(summary, answers) | {"requestBody": form},
    }


def _in_path(name: str, about: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": {"type": "string", "minLength": 1}}


_PAGE_ANSWERS = {
    "200": "The page.",
    "400": "The form is not what the page sent.",
    "404": "No link of ours.",
    "408": "The form did not come in time.",
    "410": "The link's time is over, or the customer's life is.",
    "413": "The form is too large.",
    "422": "What was written can't be taken; the page says why.",
    "429": "Too often; Retry-After says when again.",
    "503": "Not now; Retry-After says when again.",
}


def _get(summary: str, responses: Json) -> Json:
    return {"summary": summary, "responses": responses}


def _json(description: str, schema: Json) -> Json:
    return {"description": description, "content": _content({"application/json": schema})}


def _header(name: str, about: str, **schema: Any) -> Json:
    return {"name": name, "in": "header", "description": f"In binary mode: {about}.", "schema": {"type": "string"} | schema}


_LINES = _object({"events": {"type": "array", "items": {"type": "object"}}, "detail": {"type": "string"}}, "events")
_POST_HOOKS: Json = {
    "summary": "Tell what happened, in the sender's own words",
    "description": "A delivery of another program, signed in its own way (docs/adapters.md). The answer has a line for each event it told.",
    "requestBody": {
        "required": True,
        "content": _content({"application/json": {}, "application/x-www-form-urlencoded": {}, "message/rfc822": {"type": "string"}}),
    },
    "responses": {
        "200": _json("All that it tells is taken in, or never will be.", _LINES),
        **_problems(400, 401, 408, 413, 415, 429, 500),
        "404": _json("The customer is unknown, and the adapter refuses strangers.", _LINES),
        "422": {
            "description": "The adapter fails on it: to be sent again when it is mended.",
            "content": _content({"application/json": _LINES, PROBLEM: _ref("Problem")}),
        },
        "503": {
            "description": "Not all of it can be taken in now: send it again.",
            "headers": _RETRY,
            "content": _content({"application/json": _LINES, PROBLEM: _ref("Problem")}),
        },
    },
}
_POST_EVENTS: Json = {
    "summary": "Tell what happened",
    "description": (
        "CloudEvents 1.0 in structured, binary or batch mode. 202 is said once Temporal has the event: from then on nothing can lose "
        "it. Whoever is not sure sends it again under the same `id` and `source`: it has one effect. A signature covers the body and "
        "not the ce- headers, so binary mode needs a bearer token."
    ),
    "security": [_BY_TOKEN, _BY_SIGNATURE],
    "parameters": [
        _header("ce-specversion", "1.0", enum=["1.0"]),
        _header("ce-id", "the event's id, percent-encoded"),
        _header("ce-source", "where it happened"),
        _header("ce-type", "the event's type", enum=list(CATALOGUE)),
        _header("ce-subject", "the customer's id"),
        _header("ce-time", "when it happened", format="date-time"),
    ],
    "requestBody": {
        "required": True,
        "content": _content({STRUCTURED: _ref("Event"), BATCH: _ref("Batch"), "application/json": _ref("Fields")}),
    },
    "responses": {
        "202": {
            "description": "Temporal has it; of a batch, all of it.",
            "content": _content({"application/json": {"anyOf": [_ref("Accepted"), _ref("BatchAnswer")]}}),
        },
        "207": _json("Of a batch some will never be taken in, as each one's own status says; the others are.", _ref("BatchAnswer")),
        **_problems(
            *(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503),
            _400="The request as a whole does not read: no JSON, no UTF-8, a body cut short, or a signed event in binary mode.",
            _401="Nobody we know: no token, a wrong one, or a signature that is wrong or not of our time. Nothing more is said.",
            _403="The caller may not send this type, or not under this source.",
            _404="There is no such customer.",
            _408="The body did not come in time.",
            _409="The customer's life is over, or the event is known with another content.",
            _413="The body is too large, or the batch has too many events.",
            _415="No content type of CloudEvents.",
            _422="The event does not read; `field` names what is wrong.",
            _429="More events a second than the caller's rate.",
            _500="Our mistake; sent again it is not done twice.",
        ),
    },
}
_POST_EVENTS["responses"]["503"] = {
    "description": "It can't be taken in now: send the same again. Of a batch, some can't; the whole batch may be sent again.",
    "headers": _RETRY,
    "content": _content({PROBLEM: _ref("Problem"), "application/json": _ref("BatchAnswer")}),
}
