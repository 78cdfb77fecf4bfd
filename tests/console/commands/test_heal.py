"""`heal` past retention: of a life of which the server has nothing more, a new one is begun from what the ledger's database keeps."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from temporalio.client import Client

from activities.ledger.database.database import open_database
from activities.ledger.database.touch_table import TOUCHES
from activities.ledger.lives import LIVES
from activities.registry import Activities
from runtime.temporal.histories import delete_runs, runs_of, wait_until_gone
from tests.console.command_line import PLAYBOOK, ran, row, write_customers, write_playbook
from tests.console.commands.enrolled import ahead, begins, enrolled
from workflows.names import id_of

ALL_DAY = PLAYBOOK.replace("opens: 09:00, closes: 18:00, business_days: true", "opens: 00:00, closes: 23:59, business_days: false").replace(
    "playbook: brief", "playbook: allday"
)
ALL_DAY = ALL_DAY.replace("        at: {day: 0}\n", "        at: {day: 0}\n        within: 9d\n")
GIFT = """      gift:
        about: A present, once ever.
        on: login
        steps: [{offer: {offer: gift, terms: a present, once: ever}}]
"""


def with_a_gift(folder: Path) -> Path:
    file = write_playbook(folder, ALL_DAY.replace("  growth: {", f"{GIFT}  growth: {{"))
    (folder / "brief").rename(folder / "allday")
    return file.rename(folder / "allday.yaml")


async def past_retention(client: Client, customer: str) -> None:
    """End the customer's workflow by force, and have the server delete every run of it, as retention does in time."""
    await client.get_workflow_handle(id_of(customer)).terminate("by mistake")
    await deleted(client, customer)


async def deleted(client: Client, customer: str) -> None:
    runs = await runs_of(client, customer)
    assert runs.open is None
    await delete_runs(client, customer, runs.closed)
    assert await wait_until_gone(client, {customer: runs.closed}) == []


async def keys(home: Path, customer: str, count: int) -> list[str]:
    """The keys of so many touches that went out, waited for."""
    engine = open_database(f"sqlite:///{home / 'ledger.sqlite'}")
    found: list[str] = []
    try:
        for _ in range(200):
            with engine.connect() as connection:
                sent = sa.select(TOUCHES.c.key).where(TOUCHES.c.customer == customer, TOUCHES.c.outcome == "sent").order_by(TOUCHES.c.key)
                found = list(connection.scalars(sent))
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)
    finally:
        engine.dispose()
    raise AssertionError(f"{customer} has had {found}")


async def written_down(home: Path, customer: str, text: str) -> None:
    """Wait until that stands in what is last known of the customer."""
    engine = open_database(f"sqlite:///{home / 'ledger.sqlite'}")
    try:
        for _ in range(200):
            with engine.connect() as connection:
                if text in (connection.scalar(sa.select(LIVES.c.last_known).where(LIVES.c.customer == customer)) or ""):
                    return
            await asyncio.sleep(0.05)
    finally:
        engine.dispose()
    raise AssertionError(f"{text} is not written down of {customer}")


async def opt_outs(customer: str) -> Any:
    return (await ran("export", f"ana@{customer}.example")).json["customers"][0]["state"]["opted_out"]


@pytest.mark.server
async def test_past_retention_a_customer_is_enrolled_anew_with_what_is_known_of_it_and_no_touch_goes_out_again(
    tmp_path: Path, served: Activities, home: Path, client: Client
) -> None:
    file = write_customers(tmp_path, row("back-h", contract_start=ahead(-2)))
    assert (await ran("enroll", file, "--playbook", with_a_gift(tmp_path))).status == 0
    assert (await ran("event", "back-h", "login")).status == 0
    for data in (("contact.opted_out", "email=ana@back-h.example", "category=survey"), ("customer.changed", "goal=fewer stock-outs")):
        told = await ran("event", "back-h", data[0], *(word for pair in data[1:] for word in ("-d", pair)))
        assert told.status == 0, told
    first = await keys(home, "back-h", 2)
    assert first == ["back-h/1/gift/1/offer-gift", "back-h/1/hello/1/email-hello"]
    await written_down(home, "back-h", "fewer stock-outs")
    await past_retention(client, "back-h")
    assert (await ran("status", "back-h")).status == 2

    done = await ran("heal", "back-h", "--why", "a slip at the console", "--by", "Kim Lee")
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        "The server has nothing more of the life that back-h had: it is enrolled anew as it was last known, as life 2 in onboarding. "
        "What was due before now is not sent, and open meetings, tickets and usage are to be told again.\n"
    )
    again = await ran("heal", "back-h")
    assert (again.status, again.err) == (
        2,
        "The workflow of back-h runs, so there is nothing to heal: 'starter.py status back-h' says how it stands.\n",
    )
    status = (await ran("status", "back-h", "--json")).json
    assert (status["term"], status["stage"]) == (2, "onboarding")
    assert (await ran("export", "back-h")).json["state"]["customer"]["goal"] == "fewer stock-outs"
    assert await opt_outs("back-h") == ["survey"]
    assert (await ran("event", "back-h", "login")).status == 0
    timeline = (await ran("timeline", "back-h", "--json")).json["timeline"]
    [line] = [line for line in timeline if line["what"] == "begun anew"]
    assert (line["why"], line["by"]) == ("a slip at the console", "Kim Lee")
    assert [line["outcome"] for line in timeline if line["key"].startswith("back-h/2/hello/")] == ["missed"]
    # Neither the greeting nor the gift went out a second time; its owner is told what it has missed.
    assert await keys(home, "back-h", 3) == [*first, "back-h/2/catch_up/1/list"]


@pytest.mark.server
async def test_what_is_not_kept_is_asked_for_by_a_sentence_that_says_what_to_type(
    tmp_path: Path, served: Activities, home: Path, client: Client
) -> None:
    await enrolled(tmp_path, row("older-h", **begins()), row("over-h", **begins()), row("gone-h", **begins()))
    assert (await ran("remove", "over-h", "--why", "a test")).status == 0
    for name, text in (("older-h", "Older-h"), ("over-h", '"closed"'), ("gone-h", "Gone-h")):
        await written_down(home, name, text)
    await client.get_workflow_handle(id_of("over-h")).result()
    await asyncio.gather(past_retention(client, "older-h"), past_retention(client, "gone-h"), deleted(client, "over-h"))
    engine = open_database(f"sqlite:///{home / 'ledger.sqlite'}")
    with engine.begin() as connection:
        connection.execute(LIVES.update().where(LIVES.c.customer == "older-h").values(last_known=""))
    engine.dispose()
    assert (await ran("erase", "gone-h", "--why", "asked for it")).status == 0
    typing = (
        "write its row, with the present contract, into a file and give 'starter.py enroll FILE'; its terms go on from those that it has had, "
        "and what was refused stays refused.\n"
    )
    for name, says in (
        (
            "older-h",
            "The server has nothing more of the life of older-h, and of whom it was for nothing is kept, for a build before database ",
        ),
        (
            "gone-h",
            "The server has nothing more of the life of gone-h, and of whom it was for nothing is kept, for a build before database ",
        ),
        ("over-h", "The last life of over-h was over or in win-back when its workflow ended, so there is nothing to heal: "),
        ("never-h", "There is no workflow of a customer 'never-h': enrol it, with 'starter.py enroll'.\n"),
    ):
        done = await ran("heal", name)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(says), done.err
        assert name == "never-h" or done.err.endswith(typing)
