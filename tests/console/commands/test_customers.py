"""Enrolling, telling, asking and steering customers from the command line, on a real server."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.registry import Activities
from activities.settings import Settings
from console.customer_client import CustomerClient
from console.enrolment import enrol
from console.files.customers_file import read_customers
from lifecycle.domain.errors import Failure
from runtime.serving import serving
from runtime.temporal.dev_server import DevServer
from tests.console.command_line import HEADER, ran, row, write_customers
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.names import id_of

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]

TODAY = datetime.now(UTC).date()
"""Contracts begin in a month, so that nothing falls due while a test looks."""


def ahead(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def begins(days: int = 30) -> dict[str, str]:
    return {"contract_start": ahead(days)}


async def enrolled(folder: Path, *rows: str) -> None:
    """Enrol these on the small playbook, which has to go well."""
    done = await ran("enroll", write_customers(folder, *rows), "--playbook", "brief")
    assert (done.status, done.err) == (0, "")


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
    assert again.status == 0
    assert again.out.startswith("twice is enrolled already.\n0 of 1 customers enrolled on brief@")
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


async def test_lists_are_filtered_by_what_customers_are(tmp_path: Path) -> None:
    owner = {"owner_name": "Pat O'Neill"}
    await enrolled(
        tmp_path,
        row("list-a", tier="A", **owner, **begins()),
        row("list-b", tier="B", **owner, **begins()),
        row("list-c", tier="B", **owner, **begins(-100)),
    )

    async def ids(*words: str) -> list[str]:
        answer = await ran("list", "--owner", "Pat O'Neill", *words, "--json")
        assert (answer.status, answer.err) == (0, "")
        return [one["customer"] for one in answer.json]

    assert await ids() == ["list-a", "list-b", "list-c"]
    assert await ids("--tier", "b") == ["list-b", "list-c"]
    assert await ids("--stage", "onboarding") == ["list-a", "list-b"]
    assert await ids("--stage", "growth", "--tier", "B") == ["list-c"]
    assert await ids("--health", "green") == []
    assert await ids("--paused") == []
    assert (await ran("list", "--owner", "Nobody")).out == "No customers.\n"
    table = (await ran("list", "--owner", "Pat O'Neill", "--tier", "A")).out.splitlines()
    assert table[1].split()[:3] == ["list-a", "A", "onboarding"] and table[2] == "1 customer."


async def test_status_and_timeline_are_told_in_words_and_as_json(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("told", **begins()))
    words = await ran("status", "told")
    assert words.status == 0 and words.out.startswith("Told, tier B: onboarding, day 0 of 90, term 1 to ")
    status = (await ran("status", "told", "--json")).json
    assert (status["stage"], status["playbook"][:6], status["planned"][0]["play"]) == ("onboarding", "brief@", "hello")
    timeline = (await ran("timeline", "told", "--json")).json
    assert (timeline["customer"], [one["what"] for one in timeline["timeline"]]) == ("told", ["onboarding"])
    assert "enrolled" in (await ran("timeline", "told")).out


async def test_an_event_is_told_once(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("heard", **begins()))
    words = ["event", "heard", "milestone.reached", "--data", "milestone=first-value", "--id", "m-1"]
    first, again = await ran(*words), await ran(*words)
    assert (first.status, first.out) == (0, "heard was told milestone.reached as 'm-1'.\n")
    assert (again.status, again.out) == (0, "heard knows milestone.reached 'm-1' already; nothing changed.\n")
    assert (await ran(*words, "--json")).json["repeated"] is True
    timeline = (await ran("timeline", "heard", "--json")).json["timeline"]
    assert [one["what"] for one in timeline] == ["onboarding", "milestone.reached", "first-value"]


async def test_an_event_without_an_id_gets_one_of_its_own(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("fresh", **begins()))
    first, second = [(await ran("event", "fresh", "login", "--json")).json for _ in range(2)]
    assert first["event"]["id"] != second["event"]["id"]
    assert (first["repeated"], second["repeated"]) == (False, False)


REFUSED = {
    "an id that says something else": (["login", "--id", "e-1"], "Event id 'e-1' was told before with other content; give this event an id of its own.\n"),
    "far ahead": (
        ["login", "--id", "e-2", "--at", f"{ahead(3)}T12:00:00+00:00"],
        f"Event 'e-2' is told for {ahead(3)} 12:00 UTC, over an hour ahead of ",
    ),
    "not on trial": (
        ["contract.signed", "--data", "start=2026-01-01", "--data", "end=2027-01-01"],
        "broken is in onboarding and not on trial; tell contract.renewed or contract.amended instead.\n",
    ),
    "not lost": (["customer.won_back", "--data", "reason=x"], "broken is in onboarding and was not lost, so it can't be won back.\n"),
    "no such milestone": (
        ["milestone.reached", "--data", "milestone=third"],
        " has no milestone 'third', only first-value.\n",
    ),
    "an amendment of nothing": (["contract.amended", "--data", "reason=x"], "contract.amended needs 'end' or 'annual_value'.\n"),
    "an end before the beginning": (["contract.amended", "--data", "end=2001-01-01"], "The contract would end on 2001-01-01, before its start on "),
    "nobody's address": (["contact.left", "--data", "email=x@y.example"], "broken has no contact with that address; see its contacts in `status`.\n"),
    "before the contract": (["login", "--happened", "2019-01-01"], "login happened on 2019-01-01, before broken's contract began on "),
    "a moment that is none": (["login", "--at", "yesterday"], "--at 'yesterday' is no moment: write it as '2026-03-01 14:30', "),
}  # fmt: skip


async def test_ten_events_that_cannot_be_are_refused_each_with_its_sentence_and_change_nothing(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("broken", **begins()))
    assert (await ran("event", "broken", "usage.reported", "--data", "count=1", "--id", "e-1")).status == 0
    before = (await ran("timeline", "broken", "--json")).json
    for name, (words, sentence) in REFUSED.items():
        answer = await ran("event", "broken", *words)
        assert (answer.status, answer.out) == (2, ""), name
        assert sentence.casefold() in answer.err.casefold() and answer.err.count("\n") == 1, name
    assert (await ran("timeline", "broken", "--json")).json == before


async def test_pause_and_resume_answer_and_are_refused_the_second_time(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("still", **begins()))
    paused = await ran("pause", "still", "--why", "merger")
    assert (paused.status, paused.out) == (0, "still is paused.\n")
    assert [one["customer"] for one in (await ran("list", "--paused", "--json")).json] == ["still"]
    again = await ran("pause", "still")
    assert (again.status, again.out, again.err) == (2, "", "still is paused already: merger.\n")
    assert (await ran("resume", "still", "--json")).json == {"customer": "still", "answer": "still is resumed"}
    resumed = await ran("resume", "still")
    assert (resumed.status, resumed.err) == (2, "still is not paused.\n")


async def done(customer: str, play: str) -> None:
    """Wait until the play's touch has gone out: until then the play still runs."""
    for _ in range(100):
        lines = (await ran("timeline", customer, "--json")).json["timeline"]
        if any(f"/{play}/" in line["key"] and line["outcome"] == "sent" for line in lines):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"play {play} of {customer} was not done in time")


async def test_skip_drops_a_play_and_run_now_takes_one_forward(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("steered", **begins()))
    skipped = await ran("skip", "steered", "hello", "--why", "they know us")
    assert (skipped.status, skipped.out) == (
        0,
        f"Play 'hello' is skipped for {ahead(30)} 08:00 UTC.\n".replace("08:00", skipped.out[-11:-6]),
    )
    taken = await ran("run-now", "steered", "call")
    assert taken.status == 0 and taken.out.endswith("starts now.\n")
    await done("steered", "call")
    again = await ran("run-now", "steered", "call")
    assert (again.status, again.err) == (2, "Play 'call' has nothing planned for steered; its trigger has not come, or it is done.\n")
    unknown = await ran("skip", "steered", "dance")
    assert unknown.err == "steered is in onboarding, which has no play 'dance', only hello, lesson, call.\n"


async def test_a_customer_s_clock_is_moved_with_all_that_falls_due(tmp_path: Path, client: Client) -> None:
    await enrolled(tmp_path, row("traveller", **begins(1)))
    moved = await ran("fast-forward", "traveller", "4w", "--json")
    assert (moved.status, moved.json["reached"], moved.json["stage"]) == (0, True, "onboarding")
    touches = [one for one in (await ran("timeline", "traveller", "--json")).json["timeline"] if one["kind"] == "touch"]
    assert [one["key"].split("/")[2] for one in touches if one["outcome"] == "sent"] == ["hello", "lesson", "call"]
    told = (await ran("event", "traveller", "login", "--json")).json
    assert told["event"]["at"][:10] >= ahead(27), "an event is told by the customer's own clock"
    churned = await ran("event", "traveller", "customer.churned", "--data", "kind=natural", "--data", "reason=sold")
    assert churned.status == 0
    await client.get_workflow_handle(id_of("traveller")).result()
    over = await ran("event", "traveller", "login")
    assert (over.status, over.err) == (
        2,
        "The life of traveller is over, so nothing more can be told or moved: 'starter.py status' says how it ended.\n",
    )
    assert (await ran("status", "traveller", "--json")).json["closed"] == "gone: sold"
    assert "traveller" in [one["customer"] for one in (await ran("list", "--stage", "closed", "--json")).json]
    again = await ran("enroll", write_customers(tmp_path, row("traveller", **begins())), "--playbook", "brief", "--json")
    assert again.json["already"] == ["traveller"]


@pytest.mark.parametrize(
    "words",
    [["status"], ["timeline"], ["event", "login"], ["pause"], ["resume"], ["skip", "hello"], ["run-now", "hello"], ["fast-forward", "3d"]],
    ids=lambda words: words[0],
)
async def test_an_unknown_customer_is_a_mistake(words: list[str]) -> None:
    answer = await ran(words[0], "nobody", *words[1:])
    assert (answer.status, answer.out, answer.err) == (2, "", "There is no customer 'nobody': 'starter.py list' shows who is enrolled.\n")


async def test_a_customer_for_whom_no_worker_answers_is_a_failure(client: Client, served: Activities) -> None:
    [one], _ = read_customers("\n".join([HEADER, row("lonely", **begins())]), served.playbooks.newest("brief").playbook)
    await enrol(client, one.customer, served.playbooks.newest("brief").playbook.ref, datetime.now(UTC), task_queue="nobody's")
    lonely = CustomerClient(client, "lonely", patience=timedelta(seconds=1))
    for ask in (lonely.status, lonely.resume):
        with pytest.raises(Failure, match=r"No worker answers for lonely: start one with 'python worker\.py', or all with 'make dev'\."):
            await ask()


async def test_set_up_says_what_is_there_already() -> None:
    assert (await ran("setup")).out == "Namespace 'default' has all 10 search attributes already.\n"
    assert (await ran("setup", "--json")).json["registered"] == []


async def test_without_search_attributes_a_worker_says_what_to_run(tmp_path: Path) -> None:
    async with await DevServer.start(None) as bare:
        bare_client = await Client.connect(bare.address)
        with pytest.raises(Failure, match=r"has no search attributes Stage, Tier, .*: 'starter\.py setup' registers them, once\."):
            async with serving(bare_client, Settings(home=tmp_path)):
                pytest.fail("it must not serve")


def test_callers_and_workflow_use_the_same_names() -> None:
    for name in ("status", "timeline", "tell", "pause", "resume", "skip", "run_now", "event"):
        assert hasattr(CustomerLifecycle, name)
