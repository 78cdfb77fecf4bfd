"""Enrolling customers of a file, on a real server."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.ledger.holds import Holds
from activities.registry import Activities
from console.customers.customer_client import CustomerClient
from lifecycle.domain.errors import Failure
from lifecycle.domain.touch import Answer, Receipt
from tests.console.command_line import HEADER, ran, row, write_customers, write_playbook
from tests.console.commands.enrolled import TODAY, ahead, begins, enrolled
from workflows.names import id_of

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


async def test_good_rows_are_enrolled_once_and_bad_ones_are_told_with_their_line(tmp_path: Path) -> None:
    file = write_customers(
        tmp_path,
        row("enroll-a", **begins()),
        row("enroll-b", timezone="Mars", **begins()),
        row("enroll-c", contract_start="2020-01-01"),
        row("enroll-d", **begins()),
    )
    first = await ran("enroll", file, "--playbook", "brief")
    assert first.status == 2
    assert first.out.startswith("2 of 4 customers enrolled on brief@")
    assert first.err == (
        f"{file}, line 3: timezone 'Mars' is no time zone; write an IANA name such as Europe/Berlin.\n"
        f"{file}, line 4: enroll-c's contract ended on 2020-12-26, longer ago than the grace of 14d; give its present term.\n"
    )
    again = await ran("enroll", file, "--playbook", "brief", "--json")
    assert again.status == 2
    assert (again.json["enrolled"], again.json["already"]) == ([], ["enroll-a", "enroll-d"])
    assert [fault["line"] for fault in again.json["faults"]] == [3, 4]


async def test_who_is_enrolled_already_is_left_as_it_is(tmp_path: Path, client: Client) -> None:
    await enrolled(tmp_path, row("twice", **begins()))
    before = await client.get_workflow_handle(id_of("twice")).describe()
    again = await ran("enroll", write_customers(tmp_path, row("twice", name="Other", **begins())), "--playbook", "brief")
    after = await client.get_workflow_handle(id_of("twice")).describe()
    assert again.status == 2
    assert again.out.startswith("twice is enrolled already.\n0 of 1 customers enrolled on brief@")
    assert again.err == "Nobody was enrolled: twice is enrolled already, and left as it was.\n"
    assert (after.run_id, await after.static_summary()) == (before.run_id, "Twice, tier B")


async def test_one_that_is_enrolled_ahead_sleeps_until_then(tmp_path: Path, client: Client) -> None:
    await enrolled(tmp_path, row("later", enrolled_on=ahead(35), **begins()))
    status = await CustomerClient(client, "later").status()
    assert status.wakes_at is not None
    assert (status.wakes_at.date(), status.last_touches) == (TODAY + timedelta(days=35), [])


async def test_dates_may_be_moved_ahead_by_whole_years_of_weeks(tmp_path: Path, client: Client) -> None:
    done = await ran("enroll", write_customers(tmp_path, row("shifted", contract_start="2020-03-02")), "--playbook", "brief", "--shift")
    assert done.status == 0
    start = date.fromisoformat((await CustomerClient(client, "shifted").status()).contract_start)
    assert start > TODAY and (start - date(2020, 3, 2)).days % 364 == 0


async def test_a_playbook_s_file_is_published_on_the_way(tmp_path: Path, home: Path, served: Activities) -> None:
    text = (home / "playbooks" / "brief.yaml").read_text().replace("playbook: brief", "playbook: other")
    (tmp_path / "other.yaml").write_text(text)
    (tmp_path / "other").mkdir()
    for name in ("hello", "lesson"):
        (tmp_path / "other" / f"{name}.md").write_text("Subject: Hi\n\nHi.\n")
    done = await ran("enroll", write_customers(tmp_path, row("others", **begins())), "--playbook", tmp_path / "other.yaml", "--json")
    assert done.json["playbook"] == served.playbooks.newest("other").playbook.ref


async def test_a_rehearsal_shows_what_would_go_out_and_enrols_nobody(tmp_path: Path, home: Path, client: Client) -> None:
    file = write_customers(
        tmp_path, row("rehearsed-a", **begins()), row("rehearsed-b", **begins()), row("bad", timezone="Mars", **begins())
    )
    shown = await ran("enroll", file, "--playbook", home / "playbooks" / "brief.yaml", "--dry-run")
    assert shown.status == 2
    assert shown.out.startswith("What would go out in the first 30 days, by the customers' own calendars:\nday")
    assert shown.out.endswith("2 customers on brief@" + shown.out.rpartition("brief@")[2])
    assert shown.out.endswith("Nobody was enrolled, and nothing was sent.\n")
    assert shown.err == (
        f"{file}, line 4: timezone 'Mars' is no time zone; write an IANA name such as Europe/Berlin.\n"
        "Look at this: 2 customers (rehearsed-a, rehearsed-b) would be welcomed as new: whoever is a customer already needs 'customer_since', "
        "'term' or 'onboarded' in its row.\n"
    )
    document = (await ran("enroll", file, "--playbook", home / "playbooks" / "brief.yaml", "--dry-run", "--json")).json
    assert (document["customers"], [fault["line"] for fault in document["faults"]]) == (2, [4])
    assert (await ran("status", "rehearsed-a")).err == "There is no customer 'rehearsed-a': 'starter.py list' shows who is enrolled.\n"


async def test_a_rehearsal_says_who_is_enrolled_already_who_comes_back_and_who_is_held(tmp_path: Path, home: Path, client: Client) -> None:
    await enrolled(tmp_path, row("here-r", **begins()), row("back-r", **begins()), row("same-r", **begins()))
    for name in ("back-r", "same-r"):
        churned = await ran("event", name, "customer.churned", "-d", "kind=natural", "-d", "reason=closed down")
        assert churned.status == 0, churned
        await client.get_workflow_handle(id_of(name)).result()
    assert (await ran("status", "here-r")).status == 0
    held = await ran("hold", "--customer", "new-r", "--why", "a wrong price list", "--by", "Kim Lee", "--json")
    number = held.json["number"]
    rows = [row(name, **begins()) for name in ("here-r", "new-r", "same-r")]
    file = write_customers(tmp_path, *rows, row("back-r", **begins(60)))
    words = ("enroll", file, "--playbook", "brief", "--dry-run")
    shown = await ran(*words)
    said = [line for line in shown.out.splitlines() if "-r" in line and "would" not in line.partition(":")[0]]
    assert said == [
        "Enrolled already, and left as they are: 1 customer (here-r).",
        "back-r comes back, as life 2: its terms so far are 1, and go on from there; it left because: closed down.",
        f"Hold {number} holds customer new-r, held by Kim Lee, because a wrong price list: 1 customer (new-r).",
    ]
    assert "same-r would not be enrolled: its life is over, and this is the contract that it had; give its new one." in shown.out
    document = (await ran(*words, "--json")).json
    assert (document["already"], document["over"], document["unclear"], document["customers"]) == (["here-r"], ["same-r"], [], 2)
    assert document["again"] == {"back-r": {"life": 2, "terms": 1, "reason": "closed down"}}
    assert [(each["hold"], each["customers"]) for each in document["held"]] == [(number, ["new-r"])]
    assert (await ran("release", str(number), "--by", "Kim Lee")).status == 0
    done = (await ran("enroll", file, "--playbook", "brief", "--json")).json
    assert (done["already"], done["again"], done["over"]) == (["here-r"], ["back-r"], ["same-r"])


async def test_a_file_in_which_an_id_stands_twice_enrols_nobody(tmp_path: Path, client: Client) -> None:
    file = write_customers(tmp_path, row("double", **begins()), row("single", **begins()), row("double", name="Other", **begins()))
    done = await ran("enroll", file, "--playbook", "brief")
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines() == [
        f"{file}, line 4: id 'double' stands on line 2 already; every customer needs an id of its own.",
        "Nobody was enrolled: take out what stands twice, and enrol the file again.",
    ]
    assert (await ran("status", "single")).status == 2


async def test_an_export_is_enrolled_by_a_map(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "map: mine\ncolumns: {id: Nr, name: Firma, contract_start: Beginn}\n"
        "otherwise: {country: DE, timezone: Europe/Berlin, owner_name: Kim Lee, owner_email: kim@larkfield.example, term_days: 365, tier: B}\n"
    )
    (tmp_path / "export.csv").write_text(f"Nr;Firma;Beginn;Notiz\nmapped;Acme;{begins()['contract_start']};x\n")
    done = await ran("enroll", tmp_path / "export.csv", "--playbook", "brief", "--map", tmp_path / "mine.yaml", "--json")
    assert (done.status, done.json["enrolled"]) == (0, ["mapped"])
    wrong = await ran("enroll", tmp_path / "export.csv", "--map", "pipedrive")
    assert (wrong.status, wrong.err.partition(",")[0]) == (2, "No map 'pipedrive' is shipped")


async def test_what_a_file_says_otherwise_of_who_is_enrolled_is_told_as_events_and_what_it_leaves_out_stays(
    tmp_path: Path, client: Client
) -> None:
    first = row("changes", segment="chain", **begins())
    header = HEADER + ",segment,language,attr:seats,contact:user:more,champion_opted_out"
    (tmp_path / "first.csv").write_text("\n".join([header, first + ",chain,de,40,,", row("stays", **begins()) + ",,,,,"]))
    assert (await ran("enroll", tmp_path / "first.csv", "--playbook", "brief")).status == 0
    changed = row("changes", name="Changes Two", owner_email="bo@larkfield.example", owner_name="Bo Berg", annual_value="15000", **begins())
    (tmp_path / "second.csv").write_text(
        "\n".join([header, changed + ",,,41,Cy Ode <cy@changes.example>,survey", row("stays", **begins()) + ",,,,,"])
    )
    done = await ran("enroll", tmp_path / "second.csv", "--playbook", "brief", "--update", "--by", "Kim Lee")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[:2] == [
        "changes is told what has changed: name, owner_name, owner_email, attr:seats, annual_value, Ana Silva opts out of survey, user Cy Ode.",
        "1 of 2 customers who are enrolled already have changed.",
    ]
    known = await CustomerClient(client, "changes").known()
    assert (known.customer.name, known.customer.segment, known.customer.language, known.customer.attributes) == (
        "Changes Two",
        "chain",
        "de",
        {"seats": 41},
    )
    assert (known.customer.owner.name, known.customer.contract.annual_value) == ("Bo Berg", 15000)
    assert [(each.name, each.role.value) for each in known.customer.contacts] == [("Ana Silva", "champion"), ("Cy Ode", "user")]
    assert known.refused == {"ana@changes.example": ["survey"], "cy@changes.example": []}
    assert {line.by for line in await CustomerClient(client, "changes").timeline() if line.what == "customer.changed"} == {"Kim Lee"}

    again = await ran("enroll", tmp_path / "second.csv", "--playbook", "brief", "--update", "--json")
    assert (again.status, again.json["updated"], again.json["already"]) == (0, {}, ["changes", "stays"])
    (tmp_path / "third.csv").write_text("\n".join([header, row("changes", **begins(30 + 360)) + ",,,,,"]))
    renewal = await ran("enroll", tmp_path / "third.csv", "--playbook", "brief", "--update", "--json")
    assert (renewal.status, [fault["line"] for fault in renewal.json["faults"]]) == (2, [2])
    assert renewal.json["faults"][0]["reason"].endswith("that is a renewal, so tell contract.renewed")


async def test_customers_may_be_enrolled_paused(tmp_path: Path, client: Client) -> None:
    done = await ran("enroll", write_customers(tmp_path, row("held", **begins())), "--playbook", "brief", "--paused", "--by", "Kim Lee")
    assert done.status == 0
    status = await CustomerClient(client, "held").status()
    assert (status.paused, status.paused_why, status.paused_by) == (True, "enrolled paused; 'resume' lets its touches go", "Kim Lee")
    assert (await ran("resume", "held")).status == 0


async def test_a_past_that_lies_ahead_is_a_fault_of_its_row(tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_text(
        "\n".join(
            [
                HEADER + ",onboarded",
                row("ahead", **begins(-10)) + f",{ahead(2)}",
                row("known", **begins(-10)) + f",{ahead(-1)}",
            ]
        )
    )
    done = await ran("enroll", tmp_path / "past.csv", "--playbook", "brief", "--json")
    assert (done.status, done.json["enrolled"]) == (2, ["known"])
    assert done.json["faults"] == [{"line": 2, "reason": f"onboarded: {ahead(2)} lies ahead; tell it when it has come"}]
    assert (await ran("status", "known", "--json")).json["stage"] == "growth"


async def test_each_owner_gets_one_list_of_what_a_file_s_customers_have_missed_also_of_one_that_was_cut_short(
    tmp_path: Path, home: Path, client: Client, served: Activities, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (home / "playbooks" / "brief.yaml").read_text().replace("playbook: brief", "playbook: any-hour")
    text = text.replace("opens: 09:00, closes: 18:00, business_days: true", "opens: 00:00, closes: 23:59, business_days: false")
    book = write_playbook(tmp_path, text).rename(tmp_path / "any-hour.yaml")
    (tmp_path / "brief").rename(tmp_path / "any-hour")
    bo = {"owner_name": "Bo Berg", "owner_email": "bo@larkfield.example"}
    file = write_customers(
        tmp_path,
        row("late-a", **begins(-20)),
        row("late-b", **begins(-20), **bo),
        row("late-c", **begins(-20)),
        row("in-time", **begins(1), **bo),
    )
    shown = (await ran("enroll", file, "--playbook", book, "--dry-run", "--json")).json
    assert shown["lists"] == [{"owner": "Kim Lee", "customers": 2, "plays": 6}, {"owner": "Bo Berg", "customers": 1, "plays": 3}]

    async def cut_short(*_: object) -> None:
        raise Failure("Cut short.")

    assert (await ran("hold", "--play", "catch_up", "--why", "not yet", "--by", "Kim Lee")).status == 0
    with monkeypatch.context() as patched:
        patched.setattr("console.commands.enroll.list_for_owners", cut_short)
        assert (await ran("enroll", file, "--playbook", book)).status == 1
    done = await ran("enroll", file, "--playbook", book, "--json")
    assert (done.json["already"], done.json["listed"]) == (["late-a", "late-b", "late-c", "in-time"], 3)
    by_hand = Holds(served.ledger.engine)
    while sum(by_hand.count_held().values()) < 2:
        await asyncio.sleep(0.1)
    assert (await ran("release", "--play", "catch_up", "--by", "Kim Lee")).status == 0
    answers = [await client.get_workflow_handle(name, result_type=Receipt).result() for name in done.json["lists"]]
    assert [receipt.answer for receipt in answers] == [Answer.DONE, Answer.DONE]

    again = await ran("enroll", file, "--playbook", book)
    assert "list" not in again.out
    tasks = [json.loads(task.read_text()) for task in (home / "outbox" / "task").glob("list*.json")]
    assert {(task["about"]["owner"]["name"], tuple(task["about"]["catch_up"])) for task in tasks} == {
        ("Kim Lee", ("late-a", "late-c")),
        ("Bo Berg", ("late-b",)),
    }
    assert len(tasks) == 2 and "A greeting on the first day. (hello, due " in tasks[0]["text"]
    status = await CustomerClient(client, "late-a").status()
    assert [missed.play for missed in status.missed] == ["hello", "lesson", "call"]

    more = row("late-d", **begins(-20))
    file.write_text(file.read_text() + more + "\n")
    other = await ran("enroll", file, "--playbook", book)
    assert other.out.splitlines()[-1] == "Their owner gets a list of what 1 customer has missed by coming in late."


async def test_who_is_enrolled_paused_is_listed_when_the_file_is_enrolled_once_more(tmp_path: Path) -> None:
    file = write_customers(tmp_path, row("late-paused", **begins(-20)))
    paused = await ran("enroll", file, "--playbook", "brief", "--paused")
    assert (
        paused.out.splitlines()[-1]
        == "What they have missed is listed for their owners when the file is enrolled once more without --paused."
    )
    assert (await ran("enroll", file, "--playbook", "brief", "--json")).json["listed"] == 1
    assert "listed" not in (await ran("enroll", file, "--playbook", "brief", "--json")).json
    assert (await ran("resume", "late-paused")).status == 0
