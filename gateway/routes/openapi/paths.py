"""Every path of the gateway, as the document describes it."""

from gateway.routes.openapi.get_record import get_record
from gateway.routes.openapi.parts import BY_TOKEN, Json, content, in_path, json_response, object_schema, operation, problems
from gateway.routes.openapi.post_events import POST_EVENTS
from gateway.routes.openapi.post_hooks import POST_HOOKS
from gateway.routes.openapi.put_customer import PUT_CUSTOMER

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
PAGES = {
    "/unsubscribe/{token}": "Refuse messages of one category; its POST takes RFC 8058's one click",
    "/preferences/{token}": "Refuse messages by category",
    "/answer/{token}": "Answer a survey",
    "/meeting/{token}": "Accept or decline a meeting",
    "/milestone/{token}": "Say that a milestone is reached",
}


def paths() -> dict[str, Json]:
    """The path items by path."""
    reads = {path: {"get": read} for path, read in get_record().items()}
    return {
        **reads,
        "/events": {"post": POST_EVENTS},
        "/customers/{customer}": {
            **reads["/customers/{customer}"],
            "put": PUT_CUSTOMER,
            "parameters": [in_path("customer", "The customer's id.")],
        },
        "/hooks/{source}": {"post": POST_HOOKS, "parameters": [in_path("source", "The caller's name in the sources file.")]},
        **{path: _page(summary) for path, summary in PAGES.items()},
        "/healthz": {
            "get": operation(
                "Whether the process lives", {"200": json_response("It does.", object_schema({"status": {"const": "alive"}}, "status"))}
            )
        },
        "/readyz": {
            "get": operation(
                "Whether Temporal and the database answer",
                {
                    "200": json_response("Both do.", object_schema({"status": {"const": "ready"}}, "status")),
                    **problems(503, _503="One of them does not; `detail` says which."),
                },
            )
        },
        "/metrics": {
            "get": operation(
                "The counts of this process, for Prometheus",
                {
                    "200": {"description": "The text format.", "content": content({"text/plain": {"type": "string"}})},
                    **problems(401, _401="EVERGREEN_GATEWAY_METRICS_TOKEN is set, and this is not it."),
                },
            )
            | {"security": [{}, BY_TOKEN]}
        },
        "/openapi.json": {"get": operation("This document", {"200": json_response("OpenAPI 3.1.", {"type": "object"})})},
    }


def _page(summary: str) -> Json:
    """A page behind a link in a mail: its GET changes nothing, its form tells an event."""
    html = content({"text/html": {"type": "string"}})
    answers = {status: {"description": what, "content": html} for status, what in _PAGE_ANSWERS.items()}
    form = {"required": False, "content": content({"application/x-www-form-urlencoded": {"type": "object"}, "multipart/form-data": {}})}
    return {
        "parameters": [in_path("token", "The sealed link: whoever has it may say what it is for, and nothing else.")],
        "get": operation(summary, answers),
        "post": operation(summary, answers) | {"requestBody": form},
    }
