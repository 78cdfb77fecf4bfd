"""`export` and `erase`, of a person and of a customer, end to end: what is shown, and that no trace is left where it is said to be gone."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.ledger.database.database import open_database
from activities.mail.message_links import identity_of
from activities.registry import Activities
from gateway.intake.usage.store import Report, UsageStore
from gateway.intake.usage.windows import Window
from gateway.pages.answer_store import AnswerStore, subject_of
from tests.console.command_line import PLAYBOOK, ran, row, run, write_customers, write_playbook
from tests.console.commands.enrolled import begins, enrolled
from workflows.names import id_of

ANY_HOUR = PLAYBOOK.replace("opens: 09:00, closes: 18:00, business_days: true", "opens: 00:00, closes: 23:59, business_days: false")
NOW = datetime.now(UTC)


@pytest.fixture
def ledger(home: Path) -> Path:
    return home / "ledger.sqlite"


async def written_to(tmp_path: Path, home: Path, *names: str) -> None:
    """Customers to whose one contact a mail was sent, which has answered a survey in it and refuses offers, and who use the product."""
    file = write_playbook(tmp_path, ANY_HOUR.replace("playbook: brief", "playbook: anyhour"))
    file = file.rename(tmp_path / "anyhour.yaml")
    (tmp_path / "brief").rename(tmp_path / "anyhour")
    customers = write_customers(
        tmp_path, *(row(name, champion_name="Zelda Quix", champion_email="zelda@quix.example", **begins()) for name in names)
    )
    assert (await ran("enroll", customers, "--playbook", file)).status == 0
    engine = open_database(f"sqlite:///{home / 'ledger.sqlite'}")
    for name in names:
        assert (await ran("run-now", name, "hello")).status == 0
        key = await sent(name)
        told = await ran("event", name, "contact.opted_out", "-d", "email=zelda@quix.example", "-d", "category=offer")
        assert told.status == 0, told
        subject = subject_of("answer", name, identity_of(key), "zelda@quix.example", "nps")
        AnswerStore(engine).store(subject, '{"type": "survey.answered", "data": {"survey": "nps", "score": 9, "comment": "Zelda"}}', NOW)
        UsageStore(engine).add([Report(Window(name, "2026-03-02", 1, NOW), "r1", "d", 4.0, NOW)], NOW)
    engine.dispose()


async def sent(customer: str) -> str:
    for _ in range(200):
        lines = (await ran("timeline", customer, "--json")).json["timeline"]
        for line in lines:
            if line["outcome"] == "sent" and "/hello/" in line["key"]:
                return str(line["key"])
        await asyncio.sleep(0.05)
    raise AssertionError(f"nothing was sent to {customer}")


def files_with(folder: Path, *words: str) -> list[str]:
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(word.encode().lower() in path.read_bytes().lower() for word in words)
    ]


async def histories(client: Client, customer: str) -> dict[str, str]:
    """Every run that the server still has of the customer, whole."""
    found = {}
    async for one in client.list_workflows(f"WorkflowId = '{id_of(customer)}'"):
        handle = client.get_workflow_handle(one.id, run_id=one.run_id)
        found[one.run_id] = (await handle.fetch_history()).to_json() + str((await handle.describe()).raw_description)
    return found


@pytest.mark.server
async def test_a_person_is_exported_and_erased_from_every_customer_that_knows_it(
    tmp_path: Path, served: Activities, home: Path, client: Client
) -> None:
    await written_to(tmp_path, home, "east", "west")
    await enrolled(tmp_path, row("north", **begins()))
    assert files_with(home, "zelda@quix.example") != []
    told = (await ran("export", "Zelda@Quix.example")).json
    assert [one["customer"] for one in told["customers"]] == ["east", "west"]
    east = told["customers"][0]
    assert (east["state"]["contact"]["name"], east["state"]["opted_out"]) == ("Zelda Quix", ["offer"])
    assert [answer["content"].endswith('"Zelda"}}') for answer in east["answers"]] == [True]
    assert [file["subject"] for file in told["outbox"]] == ["A hello, Zelda", "A hello, Zelda"]
    done = await ran("erase", "zelda@QUIX.example", "--why", "Zelda asked for it", "--by", "Kim Lee")
    assert (done.status, done.err) == (0, ""), done
    assert "Done: 1 person is erased from east, 0 called off; that 1 of them refused messages stays, as a keyed hash.\n" in done.out
    assert "Done: 1 closed run of east deleted at the Temporal server, with the histories.\n" in done.out
    assert "Done: 1 answer to links of west deleted.\n" in done.out
    assert "Done: 2 copies of what was sent deleted in the outbox.\n" in done.out or done.out.count("deleted in the outbox") == 2
    assert "Stays: that the address has opted out, as a keyed hash, so that it is not written to again.\n" in done.out
    assert files_with(home, "zelda", "quix") == []
    for customer in ("east", "west"):
        [history] = (await histories(client, customer)).values()
        assert "zelda" not in history.lower() and "quix" not in history.lower()
        assert (await ran("status", customer, "--json")).json["closed"] == ""
    assert (await ran("status", "north", "--json")).json["closed"] == ""
    again = await ran("erase", "zelda@quix.example", "--why", "once more")
    assert (again.status, again.err) == (0, "")
    assert again.out.startswith("Nothing is left of zelda@quix.example.\nStays: that the address has opted out, as a keyed hash")
    back = await ran("event", "east", "contact.added", "-d", "name=Zelda", "-d", "email=zelda@quix.example", "-d", "role=champion")
    assert back.status == 0, back
    told = (await ran("export", "zelda@quix.example")).json
    assert told["customers"][0]["state"]["opted_out"] == ["offer"]


@pytest.mark.server
async def test_a_customer_is_exported_and_erased_with_all_its_rows_and_histories(
    tmp_path: Path, served: Activities, home: Path, client: Client
) -> None:
    await written_to(tmp_path, home, "gone")
    told = (await ran("export", "gone")).json
    assert told["state"]["customer"]["contacts"][0]["email"] == "zelda@quix.example"
    assert [one["play"] for one in told["touches"]] == ["hello"]
    assert ([one["total"] for one in told["usage"]], len(told["answers"]), len(told["outbox"])) == (["4.0"], 1, 1)
    assert told["lives"]["number"] == 1
    done = await ran("erase", "gone", "--why", "the contract ended", "--json")
    assert (done.status, done.err) == (0, "")
    assert done.json["done"][0] == "the life of gone is ended, without a word to anybody"
    assert done.json["stays"][0] == "how many lives and terms gone has had, so that no key of a touch is ever used twice"
    assert await histories(client, "gone") == {}
    engine = open_database(f"sqlite:///{home / 'ledger.sqlite'}")
    assert UsageStore(engine).of_customer("gone") == []
    engine.dispose()
    assert files_with(home / "outbox", "gone") == []
    again = await ran("erase", "gone", "--why", "once more")
    assert (again.status, again.out.splitlines()[0]) == (0, "Nothing is left of gone.")
    assert (await ran("status", "gone")).status == 2
    await enrolled(tmp_path, row("gone", **begins()))
    assert (await ran("status", "gone", "--json")).json["term"] == 2


@pytest.mark.server
@pytest.mark.usefixtures("served")
async def test_a_life_that_is_over_loses_its_runs_and_one_that_was_ended_by_force_is_to_be_healed_first(
    tmp_path: Path, client: Client
) -> None:
    mail = {"champion_name": "Yara Vex", "champion_email": "yara@vex.example"}
    await enrolled(tmp_path, row("over", **begins(), **mail), row("forced", **begins(), **mail))
    assert (await ran("remove", "over", "--why", "a test")).status == 0
    await client.get_workflow_handle(id_of("forced")).terminate()
    await shown(client, "over", "COMPLETED")
    await shown(client, "forced", "TERMINATED")
    done = await ran("erase", "yara@vex.example", "--why", "asked for it")
    assert done.status == 1
    assert "1 closed run of over deleted" in done.out
    assert "forced: The workflow of forced was terminated at the Temporal server" in done.err
    assert await histories(client, "over") == {}
    assert (await ran("heal", "forced")).status == 0
    done = await ran("erase", "yara@vex.example", "--why", "asked for it")
    assert (done.status, done.err) == (0, ""), done
    for history in (await histories(client, "forced")).values():
        assert "yara" not in history.lower()


async def shown(client: Client, customer: str, status: str) -> None:
    """Wait until the server lists it so."""
    for _ in range(100):
        if [one.status.name async for one in client.list_workflows(f"WorkflowId = '{id_of(customer)}'") if one.status] == [status]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{customer} is not listed as {status}")


@pytest.mark.server
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("command", ["export", "erase"])
@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("nobody", "Nothing is kept of a customer 'nobody': 'starter.py list' shows who is enrolled.\n"),
        ("no@body.example", "Nothing is kept of 'no@body.example': nobody is known by that address"),
        ("no body@", "'no body@' is no email address"),
    ],
)
async def test_nobody_is_found(command: str, who: str, says: str) -> None:
    done = await ran(command, who, *(["--why", "x"] if command == "erase" else []))
    assert (done.status, done.out, done.err.startswith(says)) == (2, "", True), done


def test_a_reason_is_needed() -> None:
    done = run("erase", "acme", "--why", " ")
    assert (done.status, done.err) == (2, 'Say why with --why "...".\n')
