"""What the document says of POST /hooks/{source}."""

from gateway.http.json_answers import PROBLEM
from gateway.routes.openapi.parts import RETRY_HEADERS, Json, content, json_response, object_schema, problems, ref

_EVENT_LINES = object_schema({"events": {"type": "array", "items": {"type": "object"}}, "detail": {"type": "string"}}, "events")
POST_HOOKS: Json = {
    "summary": "Tell what happened, in the sender's own words",
    "description": "A delivery of another program, signed in its own way (docs/adapters.md). The answer has a line for each event it told.",
    "requestBody": {
        "required": True,
        "content": content({"application/json": {}, "application/x-www-form-urlencoded": {}, "message/rfc822": {"type": "string"}}),
    },
    "responses": {
        "200": json_response("All that it tells is taken in, or never will be.", _EVENT_LINES),
        **problems(400, 401, 408, 413, 415, 429, 500),
        "404": json_response("The customer is unknown, and the adapter refuses strangers.", _EVENT_LINES),
        "422": {
            "description": "The adapter fails on it: to be sent again when it is mended.",
            "content": content({"application/json": _EVENT_LINES, PROBLEM: ref("Problem")}),
        },
        "503": {
            "description": "Not all of it can be taken in now: send it again.",
            "headers": RETRY_HEADERS,
            "content": content({"application/json": _EVENT_LINES, PROBLEM: ref("Problem")}),
        },
    },
}
