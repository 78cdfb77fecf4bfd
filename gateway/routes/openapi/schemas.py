"""The document's schemas, made from the event models, and its security schemes."""

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway.http.settings import GatewaySettings
from gateway.intake.cloud_event_attributes import LONGEST_ATTRIBUTE
from gateway.intake.customer_fields import CustomerFields
from gateway.intake.results import Status
from gateway.routes.openapi.get_record import ANSWERS
from gateway.routes.openapi.parts import REFERENCE, Json, object_schema, ref
from lifecycle.domain.people.customer import SLUG
from lifecycle.facts.events import CATALOGUE, EventData
from runtime.temporal.enrolment import Enrolled

_PRINTABLE = {"type": "string", "minLength": 1, "maxLength": LONGEST_ATTRIBUTE}


def schemas(settings: GatewaySettings) -> Json:
    """Every schema by name."""
    models: list[type[EventData]] = list(dict.fromkeys(CATALOGUE.values()))
    described: list[type[BaseModel]] = [*models, CustomerFields]
    answered = models_json_schema([(model, "serialization") for model in ANSWERS], ref_template=REFERENCE)[1]
    _, named = models_json_schema([(model, "validation") for model in described], ref_template=REFERENCE)
    events = {f"event.{name}": _event(name, model) for name, model in CATALOGUE.items()}
    return {
        **answered["$defs"],
        **named["$defs"],
        **events,
        "Event": {
            "description": "One event as CloudEvents 1.0 has it. What else it carries is not looked at.",
            "oneOf": [ref(name) for name in events],
            "discriminator": {
                "propertyName": "type",
                "mapping": {name.removeprefix("event."): REFERENCE.format(model=name) for name in events},
            },
        },
        "Batch": {"type": "array", "items": ref("Event"), "maxItems": settings.most_in_batch},
        "Fields": {
            "description": "The fields of an event in binary mode, by the type that the header ce-type names.",
            "anyOf": [ref(model.__name__) for model in models],
        },
        "Problem": _PROBLEM_SCHEMA,
        "Accepted": object_schema(
            {"id": {"type": "string"}, "source": {"type": "string"}, "status": {"const": Status.ACCEPTED.value}}, "id", "source", "status"
        ),
        "EnrolmentAnswer": object_schema(
            {"customer": {"type": "string"}, "playbook": {"type": "string"}, "status": {"enum": [each.value for each in Enrolled]}},
            "customer",
            "playbook",
            "status",
        ),
        "BatchAnswer": object_schema({"events": {"type": "array", "items": ref("EventAnswer")}}, "events"),
        "EventAnswer": object_schema(
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
            "data": ref(model.__name__),
        },
    }


_PROBLEM_SCHEMA = object_schema(
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
SECURITY_SCHEMES: Json = {
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
