"""The command line, run in this process: what it wrote, and its status."""

import asyncio
import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import starter
from console.terminal.usage import run_words
from runtime.process.command import run_command

ROOT = Path(__file__).parents[2]

HEADER = (
    "id,name,timezone,country,tier,contract_start,term_days,annual_value,owner_name,owner_email,champion_name,champion_email,enrolled_on"
)

PLAYBOOK = """
playbook: brief
company: {name: Larkfield, email: success@larkfield.example}
contact_policy: {cap: {emails: 9, per: 7d}, hours: {opens: 09:00, closes: 18:00, business_days: true}, jitter: 0m}
stages:
  onboarding:
    goal: First value
    owner: csm
    exit: first_value
    milestones:
      first-value: {kind: customer, due: 30d, first_value: true}
    plays:
      hello:
        about: A greeting on the first day.
        at: {day: 0}
        steps: [{email: {template: hello}}]
      lesson:
        about: A lesson, for which Saturday is not the day.
        at: {day: 5}
        within: 4d
        steps: [{email: {template: lesson}}]
      call:
        about: A call, unless they are there already; of level 1, so that a test may run on a Sunday.
        at: {day: 8}
        if: '!first_value'
        steps: [{task: {title: Call them, owner: csm, due: 1d, level: 1}, id: ring}]
  growth: {goal: More of it, owner: csm, exit: renewals > 0}
  renewal: {goal: Another term, owner: csm, exit: renewals > 0}
"""


@dataclass(frozen=True)
class Ran:
    """What a command wrote, and its status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which has to be one JSON document."""
        return json.loads(self.out)


def run(*words: str | Path) -> Ran:
    """Run a command. Not inside a running loop: there take `ran`."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run_command(lambda: run_words(starter.app, [str(word) for word in words]))
    return Ran(status, out.getvalue(), err.getvalue())


async def ran(*words: str | Path) -> Ran:
    """Run a command in a thread of its own, beside the worker that answers it."""
    return await asyncio.to_thread(run, *words)


def row(name: str, /, **changes: str) -> str:
    """A customer's row under HEADER."""
    cells = {
        "id": name,
        "name": name.capitalize(),
        "timezone": "Europe/Berlin",
        "country": "DE",
        "tier": "B",
        "contract_start": "2026-03-02",
        "term_days": "360",
        "annual_value": "12000",
        "owner_name": "Kim Lee",
        "owner_email": "kim@larkfield.example",
        "champion_name": "Ana Silva",
        "champion_email": f"ana@{name}.example",
    } | changes
    return ",".join(cells.get(column, "") for column in HEADER.split(","))


def write_playbook(folder: Path, text: str = PLAYBOOK) -> Path:
    """The small playbook with its one template."""
    file = folder / "brief.yaml"
    file.write_text(text)
    (folder / "brief").mkdir(exist_ok=True)
    for name in ("hello", "lesson"):
        (folder / "brief" / f"{name}.md").write_text(f"Subject: A {name}, {{{{ contact.first_name }}}}\n\nYours, {{{{ company.name }}}}.\n")
    return file


def write_customers(folder: Path, *rows: str) -> Path:
    """A file of customers."""
    file = folder / "customers.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    return file


def write_events(folder: Path, *rows: str) -> Path:
    """A file of events."""
    file = folder / "events.csv"
    file.write_text("\n".join(["customer,at,type,data", *rows]) + "\n")
    return file
