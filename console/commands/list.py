"""`list`: customers by what they are, in the order that is asked for."""

import asyncio
from typing import Any

from activities.ledger.record.reading import Row
from console.customers.customer_list import Filter, list_customers, running
from console.customers.listed import BY_RECORD, COLUMNS, KINDS, forgotten, seen, value, with_record
from console.customers.record_reading import reading
from console.customers.row_choice import check_sort, check_where, in_order
from console.terminal.listing import Form, show_rows
from console.terminal.output import out, say
from console.terminal.tables import list_table
from lifecycle.conditions.cel_source import paths_of, tokens_of
from lifecycle.conditions.columns import holds_of
from lifecycle.domain.enums import Stage
from runtime.environment import connected


async def show_list(which: Filter, *, segment: str | None, where: str | None, sort: str | None, form: Form) -> None:
    """Print one line a customer, ordered by id or as is asked for. Raises Mistake for a condition or a column that is none, and Failure."""
    check_where(where, KINDS)
    check_sort(sort, COLUMNS)
    client = await connected()
    shown = await list_customers(client, which)
    with reading() as record:
        records = {row["customer"]: row for row in await asyncio.to_thread(record.customers)}
    rows = [with_record(row, records.get(row["customer"])) for row in shown]
    if which.stage is Stage.CLOSED:
        here = {row["customer"] for row in rows} | await running(client)
        rows = sorted([*rows, *filter(which.takes, forgotten(list(records.values()), here))], key=lambda row: row["customer"])
    if segment is not None:
        rows = [row for row in rows if (row["segment"] or "").casefold() == segment.casefold()]
    if where is not None:
        rows = [row for row in rows if holds_of(where, seen(row))]
    rows = in_order(rows, sort, value)
    if form is not Form.TABLE:
        show_rows(rows, dict.fromkeys(COLUMNS, ""), form, none="")
    elif rows:
        _show(rows, _names(where, sort, segment))
    else:
        say("No customers.")


def _names(where: str | None, sort: str | None, segment: str | None) -> set[str]:
    """The columns that are asked for."""
    by_where = {path.root for path in paths_of(tokens_of(where or ""))}
    return by_where | {(sort or "").removeprefix("-")} | ({"segment"} if segment is not None else set())


def _show(rows: list[Row], asked: set[str]) -> None:
    besides: list[str] = [name for name in BY_RECORD if name in asked and name != "name"]
    out.print(list_table(rows, besides))
    say(f"{len(rows)} customer{'s' if len(rows) != 1 else ''}.")
    if besides:
        say(_as_of(rows, besides))
    for row in rows:
        if row["ended_by_force"]:
            name = row["customer"]
            say(
                f"The workflow of {name} was {row['ended_by_force']} at the server: 'starter.py heal {name}' takes its life up where it stood."
            )


def _as_of(rows: list[dict[str, Any]], names: list[str]) -> str:
    moments = [row["as_of"] for row in rows if row["as_of"] is not None]
    oldest = f"the oldest as of {min(moments)[:16].replace('T', ' ')} UTC" if moments else "which has none of these yet"
    return f"{', '.join(names)} by the record, {oldest}; the rest as of now."
