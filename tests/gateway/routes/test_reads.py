"""The record over HTTP: who may read it, what is said of it, and its pages."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from temporalio.client import Client

from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from activities.ledger.record.writing import RecordWriting
from gateway.routes.reads.bounded_reads import BoundedReads, NotRead
from gateway.routes.reads.cursors import NO_CURSOR
from gateway.senders.sources import Source
from lifecycle.domain.enums import Band, Stage, Tier
from lifecycle.domain.record import RecordLines
from tests.gateway.gateway_harness import PRODUCT, TOKEN, GatewayHarness, a_gateway_harness, cloud_event
from tests.gateway.routes.test_openapi import attack, validator
from tests.hostile_texts import HOSTILE, is_text
from tests.lifecycle.explain.test_record import a_row

pytestmark = pytest.mark.server

READER_TOKEN = "the-token-of-a-dashboard-that-reads-alone"
READER = Source(name="dashboard", tokens=(SecretStr(READER_TOKEN),), reads=True)
NOW = datetime.now(UTC).replace(microsecond=0)
A_DAY = timedelta(days=1)
PATHS = ("/customers", "/customers/acme", "/customers/nobody", "/tasks", "/upcoming", "/renewals")


@pytest.fixture(scope="module")
async def reader(client: Client, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GatewayHarness]:
    async with a_gateway_harness(client, tmp_path_factory.mktemp("reads"), [PRODUCT, READER]) as harness:
        yield harness


@pytest.fixture
def engine(reader: GatewayHarness) -> sa.Engine:
    """The gateway's database, with acme and quix, each with a task, and zed, of whom nobody has told anything."""
    engine = reader.activities.engine
    with engine.begin() as connection:
        for table in (CUSTOMERS, FACTS, TASKS):
            connection.execute(sa.delete(table))
    acme: dict[str, Any] = {"health_parts": '[["usage",12,20.0]]', "next_kind": "email", "next_to": "ana@acme.example, bo@acme.example"}
    quix = {
        "name": "Quix",
        "tier": Tier.B,
        "owner": "Maya Okafor",
        "health": 20,
        "health_band": Band.RED,
        "intent": "low",
        "annual_value": 900.0,
    }
    for name, changes in {"acme": acme, "quix": quix}.items():
        write(engine, name, contract_end=date(2026, 11, 30), next_touch_at=NOW + 3 * A_DAY, **changes)
    with engine.begin() as connection:
        connection.execute(sa.insert(CUSTOMERS).values(customer="zed", life=1, version=1, as_of=NOW))
        for name, due in (("acme", NOW - A_DAY), ("quix", NOW + A_DAY)):
            task = {"key": f"{name}/1/calls/1/call", "customer": name, "name": "call", "title": "Call", "owner": "csm", "due_at": due}
            connection.execute(sa.insert(TASKS).values(**task, as_of=NOW, asked_at=NOW - 2 * A_DAY))
        line = {"customer": "quix", "id": "1.1", "life": 1, "number": 1, "at": NOW, "kind": "note.added", "what": "", "said_by": "kim"}
        connection.execute(sa.insert(FACTS).values(**line, data='{"text": "x", "way": "call"}', as_of=NOW))
    return engine


def write(engine: sa.Engine, customer: str, **changes: Any) -> None:
    RecordWriting(engine).write(customer, RecordLines(life=1, as_of=NOW, version=1, values=a_row(**changes).values()))


async def get(harness: GatewayHarness, path: str, token: str = READER_TOKEN, **query: str) -> httpx.Response:
    return await harness.http.get(path, params=query, headers={"Authorization": f"Bearer {token}"})


async def test_every_answer_keeps_to_the_document_and_says_as_of_when_it_is(reader: GatewayHarness, engine: sa.Engine) -> None:
    document = (await reader.http.get("/openapi.json")).json()
    for path, query in (*((path, {}) for path in PATHS), ("/renewals", {"quarter": "2026-Q4"}), ("/customers/zed", {})):
        answer = await get(reader, path, **query)
        described = document["paths"]["/customers/{customer}" if path.startswith("/customers/") else path]["get"]["responses"]
        [(kind, content)] = described[str(answer.status_code)]["content"].items()
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == (kind, "no-store")
        validator(document, content["schema"]["$ref"].rpartition("/")[2]).validate(answer.json())
        rows = next((rows for rows in answer.json().values() if isinstance(rows, list) and "/customers/" not in path), [])
        assert all(row["as_of"].endswith("Z") for row in rows)


async def test_a_customer_is_told_with_its_parts_its_tasks_and_its_facts(reader: GatewayHarness, engine: sa.Engine) -> None:
    acme = (await get(reader, "/customers/acme")).json()
    assert acme["health_parts"] == [{"name": "usage", "points": 12.0, "weight": 20.0}]
    assert acme["next_to"] == ["ana@acme.example", "bo@acme.example"]
    assert (acme["health"], acme["health_score"], acme["stage_since"], acme["open_tasks"]) == ("green", 71, "2026-03-02T08:00:00Z", 0)
    [task] = acme["tasks"]
    assert (task["key"], task["overdue"], task["due_at"]) == ("acme/1/calls/1/call", True, f"{NOW - A_DAY:%Y-%m-%dT%H:%M:%SZ}")
    quix = (await get(reader, "/customers/quix")).json()
    [fact] = quix["facts"]
    assert (fact["kind"], fact["by"], fact["data"]) == ("note.added", "kim", {"text": "x", "way": "call"})
    zed = (await get(reader, "/customers/zed")).json()
    assert (zed["name"], zed["health"], zed["health_parts"], zed["next_to"], zed["tasks"]) == (None, None, [], [], [])


LISTS: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "everybody": ("/customers", {}, ["acme", "quix", "zed"]),
    "the largest first": ("/customers", {"sort": "-annual_value"}, ["quix", "acme", "zed"]),
    "the worst health first": ("/customers", {"sort": "health_score"}, ["quix", "acme", "zed"]),
    "by all filters": ("/customers", {"stage": "growth", "tier": "b", "owner": "okaf", "health": "red"}, ["quix"]),
    "of nobody": ("/customers", {"segment": "none"}, []),
    "tasks": ("/tasks", {}, ["acme", "quix"]),
    "overdue tasks": ("/tasks", {"overdue": "true"}, ["acme"]),
    "tasks of an owner's customers": ("/tasks", {"owner": "maya", "overdue": "false"}, ["quix"]),
    "the next week": ("/upcoming", {}, ["acme", "quix"]),
    "the next two days": ("/upcoming", {"days": "2"}, []),
    "upcoming of a tier": ("/upcoming", {"tier": "A"}, ["acme"]),
    "a quarter": ("/renewals", {"quarter": "2026-Q4", "sort": "-annual_value"}, ["quix", "acme"]),
    "another quarter": ("/renewals", {"quarter": "2027-q1"}, []),
}


@pytest.mark.parametrize("name", LISTS)
async def test_lists_have_whom_they_are_asked_for_in_one_page_or_many(reader: GatewayHarness, engine: sa.Engine, name: str) -> None:
    path, query, expected = LISTS[name]
    rows = path.removeprefix("/")
    whole = (await get(reader, path, **query)).json()
    assert ([row["customer"] for row in whole[rows]], whole["next_cursor"]) == (expected, None)
    page = (await get(reader, path, **query, limit="1")).json()
    walked = page[rows]
    while len(walked) < len(expected):
        page = (await get(reader, path, **query, cursor=page["next_cursor"], limit="1")).json()
        walked += page[rows]
    assert ([row["customer"] for row in walked], page["next_cursor"]) == (expected, None)


async def test_a_renewal_says_what_speaks_against_it(reader: GatewayHarness, engine: sa.Engine) -> None:
    [quix] = (await get(reader, "/renewals", quarter="2026-Q4", health="red")).json()["renewals"]
    assert (quix["risks"], quix["calls"], quix["contract_end"], quix["likelihood"]) == (["intent low", "health 20"], 1, "2026-11-30", None)


BAD: dict[str, tuple[str, dict[str, str], str, str]] = {
    "no parameter": ("/tasks", {"onwer": "x"}, "onwer", "'onwer' is no parameter here: there are cursor, limit, overdue, owner, sort."),
    "none at all": ("/customers/acme", {"limit": "1"}, "limit", "'limit' is no parameter here: there are none."),
    "a limit of nothing": ("/customers", {"limit": "0"}, "limit", "'limit' is a whole number from 1 to 200, and not '0'."),
    "a limit too large": ("/customers", {"limit": "201"}, "limit", "'limit' is a whole number from 1 to 200, and not '201'."),
    "a limit in other digits": ("/customers", {"limit": "٣"}, "limit", "'limit' is a whole number from 1 to 200, and not '٣'."),
    "days of a century": ("/upcoming", {"days": "36500"}, "days", "'days' is a whole number from 1 to 366, and not '36500'."),
    "a stage that is none": ("/customers", {"stage": "grown"}, "stage", "'stage' is 'trial', 'onboarding', 'growth', "),
    "a health that is none": (
        "/upcoming",
        {"health": "pink"},
        "health",
        "'health' is 'green', 'yellow', 'red' or 'unknown', and not 'pink'.",
    ),
    "another sort": ("/tasks", {"sort": "owner"}, "sort", "'sort' is 'due_at' or '-due_at', and not 'owner'."),
    "no quarter": (
        "/renewals",
        {"quarter": "2026-Q5"},
        "quarter",
        "'quarter' is a quarter of the years 1970 to 2200, such as 2026-Q4, and",
    ),
    "no quarter of ours": ("/renewals", {"quarter": "9999-Q4"}, "quarter", "'quarter' is a quarter of the years 1970 to 2200, such as"),
    "perhaps": ("/tasks", {"overdue": "yes"}, "overdue", "'overdue' is true or false, and not 'yes'."),
    "a null": ("/customers", {"segment": "a\0b"}, "segment", "'segment' is a text of 1 to 200 characters, and not 'a"),
    "nothing": ("/customers", {"owner": ""}, "owner", "'owner' is a text of 1 to 200 characters, and not ''."),
    "no cursor": ("/customers", {"cursor": "abc"}, "cursor", NO_CURSOR),
    "a cursor of no base64": ("/customers", {"cursor": "!é"}, "cursor", NO_CURSOR),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_does_not_read_is_refused_with_a_sentence(reader: GatewayHarness, engine: sa.Engine, name: str) -> None:
    path, query, field, sentence = BAD[name]
    answer = await get(reader, path, **query)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert answer.json()["detail"].startswith(sentence) and answer.json()["detail"].endswith(".")


async def test_a_parameter_that_is_given_twice_is_refused(reader: GatewayHarness) -> None:
    answer = await reader.http.get("/customers?limit=1&limit=2", headers={"Authorization": f"Bearer {READER_TOKEN}"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "'limit' is given 2 times: give it once.")


async def test_a_cursor_that_is_broken_or_of_another_list_is_refused_wherever_it_is_cut(reader: GatewayHarness, engine: sa.Engine) -> None:
    cursor = (await get(reader, "/customers", limit="1", sort="annual_value")).json()["next_cursor"]
    assert (await get(reader, "/customers", cursor=cursor, sort="annual_value", limit="7")).status_code == 200
    broken = {cursor[:end] for end in range(1, len(cursor), 7)} | {
        f"{cursor[:5]}{'A' if cursor[5] != 'A' else 'B'}{cursor[6:]}",
        f"{cursor}AAAA",
    }
    foreign = [
        ("/customers", {}),
        ("/customers", {"sort": "-annual_value"}),
        ("/customers", {"sort": "annual_value", "tier": "A"}),
        ("/tasks", {}),
    ]
    asked = [("/customers", {"sort": "annual_value", "cursor": part}) for part in broken]
    asked += [(path, query | {"cursor": cursor}) for path, query in foreign]
    for path, query in asked:
        answer = await get(reader, path, **query)
        assert (answer.status_code, answer.json()["detail"]) == (400, NO_CURSOR), (path, query)


async def test_rows_that_are_written_between_two_pages_neither_repeat_nor_hide_one(reader: GatewayHarness, engine: sa.Engine) -> None:
    first = (await get(reader, "/customers", limit="1")).json()
    write(engine, "aaa")
    write(engine, "quint")
    rest = (await get(reader, "/customers", cursor=first["next_cursor"])).json()
    assert [row["customer"] for row in first["customers"] + rest["customers"]] == ["acme", "quint", "quix", "zed"]


async def test_whoever_may_not_read_is_told_the_same_whatever_there_is(reader: GatewayHarness, engine: sa.Engine) -> None:
    for token, status in ((TOKEN, 403), ("a-token-that-nobody-has-given-anybody", 401)):
        answers = [await get(reader, path, token, **query) for path in PATHS for query in ({}, {"stage": "x"}, {"cursor": "x"})]
        assert {(answer.status_code, answer.text, answer.headers["cache-control"]) for answer in answers} == {
            (status, answers[0].text, "no-store")
        }
    assert (await reader.http.get("/customers")).status_code == 401


async def test_a_reader_writes_nothing(reader: GatewayHarness, engine: sa.Engine) -> None:
    as_reader = {"Authorization": f"Bearer {READER_TOKEN}"}
    told = await reader.post(cloud_event("acme", source="dashboard"), **as_reader)
    enrolled = await reader.http.put("/customers/new", json={}, headers=as_reader)
    assert (told.status_code, enrolled.status_code) == (403, 403)
    for path in PATHS:
        assert (await reader.http.delete(path, headers=as_reader)).status_code == 405


async def test_names_come_as_they_are_written(reader: GatewayHarness, engine: sa.Engine) -> None:
    names = {f"h{number:02}": text for number, text in enumerate(HOSTILE.values()) if is_text(text)}
    with engine.begin() as connection:
        rows = [
            {"customer": key, "life": 1, "version": 1, "as_of": NOW, "name": text, "stage": Stage.TRIAL.value}
            for key, text in names.items()
        ]
        connection.execute(sa.insert(CUSTOMERS), rows)
    answer = await get(reader, "/customers", stage="trial", limit="200")
    assert {row["customer"]: row["name"] for row in answer.json()["customers"]} == names
    assert answer.content.isascii()


async def test_a_database_that_is_away_is_said_and_no_more(client: Client, tmp_path_factory: pytest.TempPathFactory) -> None:
    async with a_gateway_harness(client, tmp_path_factory.mktemp("away"), [READER]) as harness:
        with harness.activities.engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE customers"))
        answer = await get(harness, "/customers")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["detail"] == "The database does not answer: ask again."


async def test_reads_that_take_too_long_are_given_up_and_keep_their_place_until_they_end() -> None:
    going_on = threading.Event()
    with BoundedReads(1, 0.05) as reads:
        with pytest.raises(NotRead, match="takes too long"):
            await reads.read(going_on.wait)
        with pytest.raises(NotRead, match="Too many are reading"):
            await reads.read(lambda: None)
        going_on.set()
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(NotRead):
                    assert await reads.read(lambda: 7) == 7
                    break


@pytest.mark.slow
async def test_the_reads_keep_to_their_document_whatever_a_reader_asks(reader: GatewayHarness, engine: sa.Engine) -> None:
    document = (await reader.http.get("/openapi.json")).json()
    document["paths"] = {path: {"get": item["get"]} for path, item in document["paths"].items() if path in PATHS}
    answered = await asyncio.to_thread(attack, document, reader.url, {"Authorization": f"Bearer {READER_TOKEN}"}, examples=12)
    assert {200, 400} <= answered.keys() <= {200, 400, 401, 405}
