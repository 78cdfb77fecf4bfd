"""What the document says of the reads of the record, made from the models that read their queries and write their answers."""

from pydantic import BaseModel

from gateway.routes.openapi.parts import BY_TOKEN, Json, json_response, problems, ref
from gateway.routes.reads import answers
from gateway.routes.reads.parameters import CustomersQuery, NoQuery, RenewalsQuery, TasksQuery, UpcomingQuery

ANSWERS: tuple[type[BaseModel], ...] = (
    answers.CustomersPage,
    answers.OneCustomerAnswer,
    answers.TasksPage,
    answers.UpcomingPage,
    answers.RenewalsPage,
)

_DESCRIPTION = (
    "From the record (docs/record.md), as of each row's `as_of`; moments are UTC, days the customer's own, and null is what it has not been "
    "told. The caller's entry in the sources file says `reads: true`."
)
_PAGES = " Pages by cursor: each begins behind the last row of the one before, so rows that are written in between neither repeat nor hide another."


def get_record() -> dict[str, Json]:
    """The GET of each path."""
    return {
        "/customers": _read("The customers", CustomersQuery, answers.CustomersPage),
        "/customers/{customer}": _read("One customer, with its open tasks and what happened last", NoQuery, answers.OneCustomerAnswer),
        "/tasks": _read("What people of ours are asked to do and have not done", TasksQuery, answers.TasksPage),
        "/upcoming": _read("What is done next for whom", UpcomingQuery, answers.UpcomingPage),
        "/renewals": _read("The contracts that end in a quarter", RenewalsQuery, answers.RenewalsPage),
    }


def _read(summary: str, query: type[BaseModel], answer: type[BaseModel]) -> Json:
    of_one = query is NoQuery
    statuses = (400, 401, 403, 404, 500, 503) if of_one else (400, 401, 403, 500, 503)
    return {
        "summary": summary,
        "description": _DESCRIPTION if of_one else _DESCRIPTION + _PAGES,
        "security": [BY_TOKEN],
        "parameters": _parameters(query),
        "responses": {
            "200": json_response("As the record has it.", ref(answer.__name__)),
            **problems(
                *statuses,
                _400="The query does not read; `field` names the parameter that is wrong, and `detail` says what there is.",
                _401="Nobody we know: no token, or a wrong one. Nothing more is said.",
                _403="The caller may not read. It is not said what there is.",
                _404="The record has no such customer.",
                _500="Our mistake.",
                _503="The database is away or takes too long, or too many are reading: ask again.",
            ),
        },
    }


def _parameters(query: type[BaseModel]) -> list[Json]:
    schema = query.model_json_schema()
    named = schema.get("$defs", {})
    return [
        {"name": name, "in": "query", "required": False, "description": told.pop("description", ""), "schema": _plain(told, named)}
        for name, told in schema.get("properties", {}).items()
    ]


def _plain(told: Json, named: Json) -> Json:
    """The schema without null, which no query can say, and without names."""
    [told_alone] = [each for each in told.get("anyOf", [told]) if each.get("type") != "null"]
    reference = told_alone.get("$ref", "").rpartition("/")[2]
    found: Json = named[reference] if reference else told_alone
    default = {"default": told["default"]} if told.get("default") is not None else {}
    return {name: part for name, part in found.items() if name not in ("title", "description")} | default
