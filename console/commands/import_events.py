"""`import FILE`: tells what a file of events says, each once, with progress; with `--history` as past."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rich.progress import Progress

from console.customers.asking_many import for_each
from console.customers.customer_client import CustomerClient, NothingRuns
from console.files.events_file import CustomerEvent, events_of, read_event_rows
from console.files.tables.table import RowFault
from console.files.tables.text_file import read_table_text
from console.terminal.output import err, print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.facts.events import Event
from runtime.environment import connected
from runtime.process.sentences import complain, sentence

JSON_LINES = (".ndjson", ".jsonl")
TOGETHER = 100
"""Events that are told to one customer at once."""

AT_ONCE = 8
"""Customers that are told at once."""


@dataclass
class Imported:
    """How many events were told, how many were known, and what is wrong with the other rows."""

    told: int = 0
    known: int = 0
    customers: set[str] = field(default_factory=set)
    faults: list[RowFault] = field(default_factory=list)


async def import_events(file: Path, *, history: bool, as_json: bool) -> int:
    """Tell the file's events; the status is 2 if a row was bad or an event is refused. Raises Mistake for a file that cannot be read.

    Begun again it goes on: an event has the id that it gives itself, or one made of its row.
    """
    notes: list[str] = []
    rows, bad = read_event_rows(read_table_text(file, notes), as_json_lines=file.suffix in JSON_LINES)
    client = await connected()
    clients = {name: CustomerClient(client, name) for name in sorted({row.get("customer") for row in rows} - {""})}
    zones = await _zones(clients)
    events, faults = events_of(rows, bad, zones, notes)
    done = Imported(faults=faults)
    with Progress(console=err, transient=True, disable=as_json or not err.is_terminal) as progress:
        task = progress.add_task("telling", total=len(events))
        await _tell_all(clients, events, done, history, lambda count: progress.advance(task, count))
    _report(file, done, notes, history=history, as_json=as_json)
    return Mistake.status if done.faults else 0


async def _zones(clients: dict[str, CustomerClient]) -> dict[str, str]:
    """Each customer's time zone; who is not enrolled has none, so that each of its rows says so."""
    zones: dict[str, str] = {}

    async def ask(name: str) -> None:
        with suppress(NothingRuns):
            zones[name] = (await clients[name].status()).timezone

    await for_each(list(clients), ask, at_once=AT_ONCE)
    return zones


async def _tell_all(
    clients: dict[str, CustomerClient], events: Iterable[CustomerEvent], done: Imported, history: bool, report: Callable[[int], None]
) -> None:
    by_customer: dict[str, list[CustomerEvent]] = {}
    for event in events:
        by_customer.setdefault(event.customer, []).append(event)

    async def tell(name: str) -> None:
        await _tell(clients[name], by_customer[name], done, history, report)

    await for_each(list(by_customer), tell, at_once=AT_ONCE)


async def _tell(client: CustomerClient, rows: list[CustomerEvent], done: Imported, history: bool, report: Callable[[int], None]) -> None:
    now = await client.now()
    good: list[tuple[int, Event]] = []
    for row in rows:
        came = row.event.happened or row.event.at
        if came > now:
            done.faults.append(
                RowFault(row.line, f"{row.event.type} lies ahead, on {came:%Y-%m-%d %H:%M} UTC; tell it when it has happened")
            )
            report(1)
        else:
            good.append((row.line, row.event.model_copy(update={"at": now, "happened": came, "past": history})))
    good.sort(key=lambda numbered: (numbered[1].fact_time, numbered[1].id))
    for begin in range(0, len(good), TOGETHER):
        portion = good[begin : begin + TOGETHER]
        try:
            answers = await client.tell(*(event for _, event in portion))
        except Mistake:
            await _one_by_one(client, portion, done)
        else:
            _count(done, client.customer, [answer.repeated for answer in answers])
        report(len(portion))


async def _one_by_one(client: CustomerClient, portion: Iterable[tuple[int, Event]], done: Imported) -> None:
    """One of them is refused, and so all of them were: each is told by itself."""
    for line, event in portion:
        try:
            [answer] = await client.tell(event)
        except Mistake as refused:
            done.faults.append(RowFault(line, str(refused).rstrip(".")))
        else:
            _count(done, client.customer, [answer.repeated])


def _count(done: Imported, customer: str, repeated: list[bool]) -> None:
    done.known += sum(repeated)
    done.told += len(repeated) - sum(repeated)
    done.customers.add(customer)


def _report(file: Path, done: Imported, notes: list[str], *, history: bool, as_json: bool) -> None:
    faults = sorted(done.faults, key=lambda fault: fault.line)
    if as_json:
        faulty = [{"line": fault.line, "reason": fault.reason} for fault in faults]
        print_json({"told": done.told, "known": done.known, "customers": len(done.customers), "faults": faulty, "notes": notes})
    else:
        known = f"; {done.known:,} were known already" if done.known else ""
        events, customers = _some(done.told, "event"), _some(len(done.customers), "customer")
        say(f"{events} of {customers} told{' as past' if history else ''}{known}.")
        for note in notes:
            complain(sentence(f"{file}: {note}"))
    for fault in faults:
        complain(sentence(f"{file}, {fault}"))


def _some(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' if count != 1 else ''}"
