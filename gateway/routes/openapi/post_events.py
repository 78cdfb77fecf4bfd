"""What the document says of POST /events."""

from gateway.http.json_answers import PROBLEM
from gateway.intake.cloud_events import BATCH, STRUCTURED
from gateway.routes.openapi.parts import BY_SIGNATURE, BY_TOKEN, RETRY_HEADERS, Json, ce_header, content, json_response, problems, ref
from lifecycle.facts.events import CATALOGUE
from lifecycle.state.inbox import IDS_KEPT, ROUTINE_IDS_KEPT

POST_EVENTS: Json = {
    "summary": "Tell what happened",
    "description": (
        "CloudEvents 1.0 in structured, binary or batch mode. 202 is said once Temporal has the event: from then on nothing can lose "
        "it. Whoever is not sure sends it again under the same `id` and `source`: it has one effect for as long as its id is known, which is "
        f"of one customer the last {IDS_KEPT:,}, and of routine (logins, use) the last {ROUTINE_IDS_KEPT:,} besides; give `time`, for what "
        "happened before the ids that have given way is refused and not taken in twice. A signature covers the body and "
        "not the ce- headers, so binary mode needs a bearer token."
    ),
    "security": [BY_TOKEN, BY_SIGNATURE],
    "parameters": [
        ce_header("ce-specversion", "1.0", enum=["1.0"]),
        ce_header("ce-id", "the event's id, percent-encoded"),
        ce_header("ce-source", "where it happened"),
        ce_header("ce-type", "the event's type", enum=list(CATALOGUE)),
        ce_header("ce-subject", "the customer's id"),
        ce_header("ce-time", "when it happened", format="date-time"),
    ],
    "requestBody": {
        "required": True,
        "content": content({STRUCTURED: ref("Event"), BATCH: ref("Batch"), "application/json": ref("Fields")}),
    },
    "responses": {
        "202": {
            "description": "Temporal has it; of a batch, all of it.",
            "content": content({"application/json": {"anyOf": [ref("Accepted"), ref("BatchAnswer")]}}),
        },
        "207": json_response("Of a batch some will never be taken in, as each one's own status says; the others are.", ref("BatchAnswer")),
        **problems(
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
POST_EVENTS["responses"]["503"] = {
    "description": "It can't be taken in now: send the same again. Of a batch, some can't; the whole batch may be sent again.",
    "headers": RETRY_HEADERS,
    "content": content({PROBLEM: ref("Problem"), "application/json": ref("BatchAnswer")}),
}
