"""What the document says of PUT /customers/{customer}."""

from gateway.routes.openapi.parts import BY_TOKEN, Json, content, json_response, problems, ref

PUT_CUSTOMER: Json = {
    "summary": "Enrol a customer",
    "description": (
        "Begins the customer's life on the playbook that the caller enrols on. Sent again it changes nothing: who is enrolled already is left "
        "as it is, and what has changed since is told as events. Who left or was closed begins a new life with a new contract, one that "
        "began after the last ('again'); with the contract that it had, it stays as it is ('over')."
    ),
    "security": [BY_TOKEN],
    "requestBody": {"required": True, "content": content({"application/json": ref("CustomerFields")})},
    "responses": {
        "200": json_response("It was enrolled before, and is left as it is.", ref("EnrolmentAnswer")),
        "201": json_response("It is enrolled.", ref("EnrolmentAnswer")),
        **problems(
            *(400, 401, 403, 408, 409, 413, 415, 422, 500, 503),
            _400="The request does not read: no JSON, no UTF-8, or a body cut short.",
            _401="Nobody we know: no token, or a wrong one. Nothing more is said.",
            _403="The caller may not enrol customers.",
            _408="The body did not come in time.",
            _409="Its workflow was ended by force at the Temporal server, and is to be healed there.",
            _413="The body is too large.",
            _415="No JSON by its content type.",
            _422="The customer does not read; `field` names what is wrong.",
            _500="Our mistake; sent again it is not done twice.",
            _503="Not now: send the same again.",
        ),
    },
}
