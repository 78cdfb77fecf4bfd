"""`starter.py demo`: twelve customers live sixteen months on a real Temporal server, each on its own virtual clock."""

import asyncio
import fcntl
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from rich.console import Console
from rich.text import Text

from activities.private_files import make_folder, open_private
from activities.registry import Activities
from activities.reports.page.page import write_page
from activities.reports.periods import last_whole_quarter
from activities.reports.reporting import newest_row, report_of
from activities.settings import Settings
from activities.transports.outbox import MAIL, sent_twice, slug
from activities.transports.outbox_page import COPIES
from console.customers.customer_client import CustomerClient
from console.files.stories import Stories, read_stories
from console.stack.outbox_page import keeping_page
from console.stack.stack import Stack, stack, watch
from console.story_progress import run_stories
from console.terminal.tables import summary_table
from gateway.http.settings import GatewaySettings
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.explain.status import Status
from lifecycle.state.log import Entry
from runtime.playbook_files import load
from runtime.process import logs
from runtime.process.sentences import sentence
from runtime.publishing import FOLDER
from runtime.temporal.dev_server.server_note import data_home

EXAMPLES = Path(__file__).parents[2] / "examples"
REPORT = "report.html"
COUNTED = (Outcome.SENT, Outcome.MISSED, Outcome.SUPPRESSED, Outcome.DELAYED)


async def run_demo(out: Console, *, stay: bool, examples: Path = EXAMPLES) -> None:
    """Run it with `customers.csv` and `events.csv` of that folder, and with `stay` keep all up until cancelled.

    Raises what `stack` raises, Mistake for examples that do not read, and Failure if a touch went out twice.
    """
    began = time.monotonic()
    home = data_home() / "demo"
    with _fresh(home), open_private(home / "evergreen.log", "w", encoding="utf-8") as log:
        logs.configure(log)
        playbook, _ = load(FOLDER / "standard.yaml")
        stories = read_stories(examples / "customers.csv", examples / "events.csv", playbook, datetime.now(UTC))
        if stories.faults:
            file, fault = stories.faults[0]
            raise Mistake(sentence(f"The examples do not read: {file}, {fault}"))
        # Nothing of a shell's own settings: a demo must never reach real people.
        async with stack(home, Settings(home=home), GatewaySettings(), grace=timedelta(seconds=2)) as running:
            out.print(
                Text.assemble(
                    "Temporal is up, with its UI at ",
                    (str(running.server.ui_url), f"link {running.server.ui_url}"),
                    f"; a worker serves playbook {playbook.ref}.",
                ),
                soft_wrap=True,
            )
            out.print(_what_is_shown(stories, examples), soft_wrap=True)
            await run_stories(running.client, stories.all, playbook, out)
            rows = await _ask_all(running, stories)
            lived = time.monotonic() - began
            twice = await asyncio.to_thread(_sent_twice, running.activities, home)
            _show(out, rows, twice, lived)
            await asyncio.to_thread(_write_report, out, running.activities, home)
            async with keeping_page(Settings(home=home).outbox) as page:
                _say_where(out, page)
                if stay:
                    _say_how_to_go_on(out, running, home, stories.all[0].id)
                    out.print("\nIt all stays up until Ctrl-C.", soft_wrap=True)
                    await watch(running.server)
        if twice:
            raise Failure(f"{twice} touches went out twice: that must never happen; the ledger in {home} says which.")


@contextmanager
def _fresh(home: Path) -> Iterator[None]:
    """An empty folder, and nobody else's while the block lasts."""
    make_folder(home.parent)
    with open_private(home.parent / "demo.lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Mistake(f"Another demo runs on the folder {home}: stop it first, or name another folder with EVERGREEN_HOME.") from None
        if home.exists():
            # The server's note stays: by it the next start stops a server that outlived its demo.
            for old in home.iterdir():
                if old.name.startswith("dev-server."):
                    continue
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        make_folder(home)
        yield


def _what_is_shown(stories: Stories, examples: Path) -> str:
    events = sum(len(story.events) for story in stories.all)
    where = os.path.relpath(examples)
    what = (
        f"{len(stories.all)} customers of {where}/customers.csv live sixteen months and are told the {events} events of {where}/events.csv."
    )
    if not stories.shift:
        return what
    return f"{what}\nAll their dates are moved {stories.shift.days // 7} weeks ahead, for a clock only runs forward."


async def _ask_all(running: Stack, stories: Stories) -> list[tuple[Status, list[Entry]]]:
    rows = []
    for story in stories.all:
        client = CustomerClient(running.client, story.id)
        rows.append((await client.status(), await client.timeline()))
    return rows


def _sent_twice(activities: Activities, home: Path) -> int:
    """By the ledger's own count of acts, and by the files that lie in the outbox: both would have to miss it."""
    return activities.ledger.sent_twice() + sent_twice(Settings(home=home).outbox)


def _show(out: Console, rows: list[tuple[Status, list[Entry]]], twice: int, lived: float) -> None:
    counts: Counter[str] = Counter()
    for status, _ in rows:
        counts.update(status.counts)
    out.print()
    out.print(summary_table(rows))
    out.print()
    said = ", ".join(f"{outcome.value} {counts[outcome.value]}" for outcome in COUNTED)
    sent_twice_in_colour = (f"sent twice: {twice}", f"bold {'red' if twice else 'green'}")
    out.print(Text.assemble(f"Touches: {said}, ", sent_twice_in_colour, f". {lived:.0f} seconds."), soft_wrap=True)


def _write_report(out: Console, activities: Activities, home: Path) -> None:
    """The report of the last whole quarter that the customers have lived."""
    newest = newest_row(activities.engine)
    if newest is None:
        return
    report, page = report_of(activities.engine, last_whole_quarter(newest.date()), as_of=newest), home / REPORT
    write_page(report, page)
    out.print(f"The report of their last whole quarter, {report.period.name}, is on {page}: open it in a browser.", soft_wrap=True)


def _say_where(out: Console, page: Path) -> None:
    out.print(f"All that was sent, by day and person, is on {page}: open it in a browser.", soft_wrap=True)
    mails = f"{page.parent / MAIL} (a Maildir) and, for a double click, in {page.parent / COPIES}"
    out.print(f"Emails and invitations lie in {mails}, tasks, escalations and offers beside them.", soft_wrap=True)


def _say_how_to_go_on(out: Console, running: Stack, home: Path, somebody: str) -> None:
    outbox = Settings(home=home).outbox
    out.print(f"Temporal UI: {running.server.ui_url}/namespaces/{running.server.namespace}/workflows", soft_wrap=True)
    out.print(f"Ask on, while it is up: EVERGREEN_HOME={home} .venv/bin/python starter.py status {somebody}", soft_wrap=True)
    out.print(f"The links in the emails lead to {running.gateway_url} while it is up, and so does what you tell it:", soft_wrap=True)
    out.print(running.curl(somebody), soft_wrap=True, markup=False, highlight=False)
    if link := _newest_survey(running, outbox):
        out.print(
            "The newest survey, as its customer finds it in the mail (older links are over by their customers' own time):", soft_wrap=True
        )
        out.print(link, soft_wrap=True, markup=False, highlight=False)


def _newest_survey(running: Stack, outbox: Path) -> str | None:
    """The link of the survey that was sent last by the customers' own clocks."""
    sent = [row for row in running.activities.ledger.with_outcome(Outcome.SENT) if row.kind == TouchKind.SURVEY]
    if not sent:
        return None
    letter = outbox / MAIL / "new" / slug(sent[-1].key)
    text = BytesParser(policy=default).parsebytes(letter.read_bytes()).get_body(("plain",))
    found = re.search(rf"{re.escape(running.gateway_url)}/answer/\S+", text.get_content() if text is not None else "")
    return found[0] if found else None
