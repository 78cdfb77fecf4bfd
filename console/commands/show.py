"""`show CUSTOMER`: what one of ours wants to know before talking with a customer, from its life, or where none answers from the record."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_jsonable_python

from activities.ledger.record.reading import RecordReading
from activities.ledger.record.reading import Row as RecordRow
from activities.ledger.record.tables import CUSTOMERS
from console.customers.customer_client import CustomerClient, EndedByForce, NothingRuns
from console.customers.record_reading import reading
from console.terminal.listing import Form, show_rows
from console.terminal.output import out, plain, print_json, say
from console.terminal.overviews import Shown, sections_of
from lifecycle.domain.errors import EvergreenError, Failure
from lifecycle.explain.overview import LATEST, Overview, overview_of
from runtime.environment import connected

Row = dict[str, Any]


async def show_customer(customer: str, *, form: Form) -> None:
    """Print it by the customer's clock. Raises Mistake for a customer whom neither Temporal nor the record knows, and Failure."""
    overview, why = await _asked(customer)
    with reading() as record:
        shown = await asyncio.to_thread(_with_record, record, customer, overview, why)
    if form is Form.JSON:
        print_json(to_jsonable_python(shown))
    elif form is Form.CSV:
        show_rows(list(_flat(shown)), {"field": "field", "value": "value"}, form, none="")
    else:
        for title, columns, rows in sections_of(shown):
            if title:
                say(f"\n{title}")
            if columns:
                show_rows(rows, columns, form, none="")
            else:
                for row in rows:
                    out.print(plain(str(row["line"])))


async def _asked(customer: str) -> tuple[Overview | None, EvergreenError | None]:
    """What the life says of itself; or None, and why it does not."""
    try:
        client = CustomerClient(await connected(), customer, watchful=True)
        status, life = await client.status(), await client.whole()
    except (Failure, NothingRuns, EndedByForce) as failure:
        return None, failure
    return overview_of(life, status, max(life.progress.decided_until, datetime.now(UTC))), None


def _with_record(record: RecordReading, customer: str, overview: Overview | None, why: EvergreenError | None) -> Shown:
    """What is shown: what the life says, with what the record has besides; the record alone, as of when it was written, without a life.

    Raises why the life says nothing, where the record has nothing either.
    """
    facts = [{name: row[column] for name, column in _FACT.items()} for row in record.facts_of(customer, LATEST)]
    tasks = [row for row in record.open_tasks() if row["customer"] == customer]
    if overview is not None:
        shown: Row = overview.model_dump(mode="python") | {"by_record": ""}
        titles = {row["key"]: row for row in tasks}
        shown["tasks"] = [task | {"title": titles[task["key"]]["title"] if task["key"] in titles else ""} for task in shown["tasks"]]
        unwritten = [fact for fact in shown["facts"] if fact not in facts]
        shown["facts"] = sorted([*facts, *unwritten], key=lambda fact: fact["at"])[-LATEST:]
        return shown
    found = record.customers(CUSTOMERS.c.customer == customer)
    if not found and why is not None:
        raise why
    about = record.playbooks.about(found[0]["playbook"] or "", found[0]["next_play"] or "")
    return _by_record(found[0], tasks, about, str(why)) | {"facts": facts}


def _by_record(row: RecordRow, tasks: list[RecordRow], about: str, why: str) -> Shown:
    """What the record says of the customer; of people, tickets and what it waits for it says nothing."""
    following = {"at": row["next_touch_at"], "play": row["next_play"], "about": about, "kind": row["next_kind"], "to": row["next_to"]}
    parts = [{"name": name, "points": points, "weight": weight} for name, points, weight in json.loads(row["health_parts"] or "[]")]
    same = {name: row[name] for name in Overview.model_fields if name in row}
    return same | {
        "health": row["health_band"],
        "health_score": row["health"],
        "health_parts": parts,
        "tickets_open": row["open_tickets"],
        "contacts": None,
        "tickets": None,
        "waiting": None,
        "planned": [following] if row["next_touch_at"] is not None else [],
        "tasks": [
            {"key": task["key"], "task": task["name"], "title": task["title"], "due": task["due_at"]}
            | {name: task[name] for name in ("play", "role", "snoozed_until")}
            for task in tasks
        ],
        "by_record": why,
    }


def _flat(value: object, path: str = "") -> Iterator[Row]:
    """Each single value, under the path that leads to it, as in `contacts.0.email`."""
    if isinstance(value, dict | list) and value:
        named = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in named:
            yield from _flat(each, f"{path}.{name}" if path else str(name))
    else:
        yield {"field": path, "value": None if value in ([], {}) else value}


_FACT = {"at": "at", "kind": "kind", "what": "what", "by": "said_by"}
