"""The whole demo: the simulator and Temporal agree touch by touch, and nothing goes out twice.

Three of the twelve customers by default, who between them meet every stage but a lapsed one; all of them with EVERGREEN_LIVES=all.
"""

import asyncio
import csv
import fcntl
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.transports.outbox import sent_twice
from console.customers.customer_client import CustomerClient
from console.files.stories import read_stories
from lifecycle.explain.simulator import simulate
from lifecycle.state.log import Entry, EntryKind
from runtime.playbook_files import load
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.server_note import read_note
from tests.console.command_line import ROOT, row, write_customers, write_events

pytestmark = [pytest.mark.server, pytest.mark.slow]

LONGEST = 240
ALL = os.environ.get("EVERGREEN_LIVES") == "all"
THREE = {"verde-mercado", "bluebell-florist", "fjord-energy"}
"""Under them a trial, a win-back that came off, one under way, a farewell, terms of 30 days to a year."""


def a_part_of_the_examples(folder: Path) -> Path:
    """The customers' and the events' files, with the rows of THREE alone."""
    for name, column in (("customers.csv", "id"), ("events.csv", "customer")):
        with (ROOT / "examples" / name).open(newline="", encoding="utf-8") as whole, (folder / name).open("w", newline="") as part:
            rows = csv.DictReader(whole)
            kept = csv.DictWriter(part, rows.fieldnames or [])
            kept.writeheader()
            kept.writerows(row for row in rows if row[column] in THREE)
    return folder


async def start(home: Path, *words: str | Path) -> Process:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "COLUMNS"))}
    command = [sys.executable, "starter.py", "demo", *(str(word) for word in words)]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env | {"EVERGREEN_HOME": str(home)}, stdout=PIPE, stderr=PIPE)


async def read_until(process: Process, wanted: str) -> str:
    """Standard output up to a line with these words; all of it if none has them."""
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(LONGEST):
        while line := (await process.stdout.readline()).decode():
            said += line
            if wanted in line:
                break
    return said


def touched(timeline: list[Entry]) -> list[tuple[datetime, str, str]]:
    touches = [entry for entry in timeline if entry.kind is EntryKind.TOUCH]
    return sorted((entry.at, entry.key, entry.outcome.value if entry.outcome else "") for entry in touches)


async def test_the_examples_lives_are_the_same_in_the_simulator_and_on_temporal(tmp_path: Path) -> None:
    examples = ROOT / "examples" if ALL else a_part_of_the_examples(tmp_path)
    demo = await start(tmp_path, "--examples", examples)
    try:
        said = await read_until(demo, "It all stays up until Ctrl-C.")
        assert "sent twice: 0." in said
        playbook, _ = load(ROOT / "playbooks" / "standard.yaml")
        stories = read_stories(examples / "customers.csv", examples / "events.csv", playbook, datetime.now(UTC)).all
        note = read_note(tmp_path / "demo")
        assert note is not None
        client = await Client.connect(note.address, namespace=note.namespace, data_converter=data_converter)
        assert len(stories) == (12 if ALL else 3)
        for story in stories:
            customer = CustomerClient(client, story.id)
            assert (await customer.status()).playbook == playbook.ref
            alone = simulate(story.customer, playbook, story.events, story.enrolled, story.until)
            assert touched(await customer.timeline()) == touched(alone.life.log.timeline), story.id
        assert sent_twice(tmp_path / "demo" / "outbox") == 0
        demo.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(demo.wait(), 60) == 0
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()


async def test_the_demo_ends_by_itself_when_it_is_asked_to(tmp_path: Path) -> None:
    write_customers(tmp_path, row("acme", tier="A"), row("kobe", timezone="Asia/Tokyo", country="JP", tier="C"))
    write_events(
        tmp_path,
        "acme,2026-03-03 10:00,handoff.completed,goal=fewer outs",
        "acme,2026-03-03 10:00,handoff.accepted,by=Kim Lee",
        "acme,2026-03-30 10:00,customer.churned,kind=natural;reason=bought by another",
        "kobe,2026-04-02 10:00,customer.churned,kind=natural;reason=ceased business",
    )
    demo = await start(tmp_path / "home", "--exit", "--examples", tmp_path)
    said, complaints = await asyncio.wait_for(demo.communicate(), LONGEST)
    assert (demo.returncode, complaints.decode()) == (0, "")
    lines = said.decode().splitlines()
    assert lines[1].startswith("2 customers of ") and " are told the 4 events of " in lines[1]
    assert lines[2].startswith("All their dates are moved ") and lines[2].endswith(" weeks ahead, for a clock only runs forward.")
    assert any("sent twice: 0." in line for line in lines)
    report = tmp_path / "home" / "demo" / "report.html"
    [told] = [line for line in lines if line.startswith("The report of their last whole quarter, ")]
    assert told.endswith(f" is on {report}: open it in a browser.")
    assert report.stat().st_mode & 0o777 == 0o600
    assert report.read_text(encoding="utf-8").endswith("</html>")
    [kobe] = [line for line in lines if line.startswith("Kobe")]
    assert kobe.split()[1:3] == ["C", "closed"] and kobe.rstrip().endswith("lost (ceased business)")


async def test_a_second_demo_on_the_same_folder_says_that_one_is_running(tmp_path: Path) -> None:
    with (tmp_path / "demo.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = await start(tmp_path, "--exit")
        said, complaints = await asyncio.wait_for(second.communicate(), LONGEST)
    assert (second.returncode, said.decode()) == (2, "")
    sentence = f"Another demo runs on the folder {tmp_path / 'demo'}: stop it first, or name another folder with EVERGREEN_HOME.\n"
    assert complaints.decode() == sentence
