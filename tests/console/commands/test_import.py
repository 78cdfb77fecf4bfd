"""Telling what a file of events says."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.console.command_line import ran, row
from tests.console.commands.enrolled import TODAY, begins, enrolled

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


def ago(days: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d} 12:00"


async def test_the_past_is_told_once_and_begun_again_doubles_nothing(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("imported", **begins(-60)))
    rows = [f"imported,{ago(50)},milestone.reached,milestone=first-value", f"imported,{ago(40)},ticket.opened,ticket=T-1"]
    rows += [f"imported,{ago(30 - number // 20)},feature.used,feature=f{number % 20}" for number in range(300)]
    file = tmp_path / "events.csv"
    file.write_text("\n".join(["customer,at,type,data", *rows]))
    first = await ran("import", file, "--history")
    assert (first.status, first.out, first.err) == (0, "302 events of 1 customer told as past.\n", "")
    lines = (await ran("timeline", "imported", "--json")).json["timeline"]
    assert [(line["what"], line["at"][:10]) for line in lines if line["kind"] in ("event", "milestone")] == [
        ("milestone.reached", ago(50)[:10]),
        ("first-value", ago(50)[:10]),
        ("ticket.opened", ago(40)[:10]),
        ("first-value", str(TODAY - timedelta(days=30))),  # overdue it was before that was told
    ]
    again = await ran("import", file, "--history")
    assert (again.status, again.out) == (0, "0 events of 1 customer told as past; 302 were known already.\n")
    assert (await ran("status", "imported", "--json")).json["milestones"]["first-value"].startswith("reached")


async def test_rows_that_cannot_be_told_are_named_with_their_line_and_the_others_are_told(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("picked", **begins(-60)))
    told = [
        {"customer": "picked", "at": ago(9), "type": "login"},
        {"customer": "nobody", "at": ago(9), "type": "login"},
        {"customer": "picked", "at": ago(-1), "type": "login"},
        {"customer": "picked", "at": ago(8), "type": "milestone.reached", "data": {"milestone": "third"}},
        {"customer": "picked", "at": ago(7), "type": "ticket.opened", "data": {"ticket": "T-9"}, "id": "t-9"},
        {"customer": "picked", "when": ago(7), "type": "login"},
        {"customer": "picked", "at": ago(5), "type": "customer.changed", "data": {"tier": "A"}},
    ]
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join([*map(json.dumps, told), "[]", "{"]))
    done = await ran("import", file, "--history", "--json")
    assert (done.status, done.json["told"], done.json["customers"]) == (2, 2, 1)
    assert [(fault["line"], fault["reason"].partition(",")[0][:60]) for fault in done.json["faults"]] == [
        (2, "there is no customer 'nobody'"),
        (3, "login lies ahead"),
        (4, "The playbook brief@"[:19] + done.json["faults"][2]["reason"][19:60].partition(",")[0]),
        (6, "there is no 'when'"),
        (7, "customer.changed is not told as past: how picked and its con"),
        (8, 'is no JSON object; write one such as {"customer": "acme"'),
        (9, "is no JSON: Expecting property name enclosed in double quote"),
    ]


async def test_as_news_events_start_plays(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("news", **begins(-60)))
    (tmp_path / "events.csv").write_text(f"customer,at,type,data,id\nnews,{ago(1)},ticket.opened,ticket=T-1,t-1\n")
    assert (await ran("import", tmp_path / "events.csv")).out == "1 event of 1 customer told.\n"
    [line] = [line for line in (await ran("timeline", "news", "--json")).json["timeline"] if line["kind"] == "event"]
    assert (line["what"], line["cause"], line["at"][:10]) == ("ticket.opened", None, f"{datetime.now(UTC):%Y-%m-%d}")
