"""`starter.py enroll FILE`: every customer of a file, and what is wrong with the other rows."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client

from activities.ledger.database.database import open_database
from activities.ledger.failures import NotNow
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from activities.settings import Settings
from console.customers.asking_many import for_each
from console.customers.customer_updates import Updated, update_all
from console.customers.known_before import known_before
from console.files.customers.column_map import load_map
from console.files.customers.customers_file import CustomerRow, read_customers
from console.files.customers.left_unsaid import unknown_owners, unsaid_to
from console.files.date_shift import shift_customer, shift_to_follow
from console.files.stories import begins
from console.files.tables.table import Duplicate, RowFault
from console.files.tables.text_file import read_table_text
from console.late_starts import Listed, list_for_owners
from console.rehearsal import show_rehearsal
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.explain.owner_lists import mark
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.past import why_not_enrolled, why_too_late
from runtime.environment import connected, settings_from_env
from runtime.people_file import load_people
from runtime.playbook_files import load, to_fill_in
from runtime.process.sentences import complain, sentence
from runtime.temporal.enrolment import Enrolled, check_format, enrol


async def enroll_file(
    file: Path,
    playbook: str,
    *,
    map_name: str | None,
    shift: bool,
    dry_run: bool,
    paused_by: str | None,
    updated_by: str | None,
    as_json: bool,
) -> int:
    """Enrol the file's customers, or with `dry_run` show what would go out to them; `paused_by` enrols them paused, as that person says.

    `map_name` is the map of columns by which the file is read, a shipped one or a file. With `updated_by` those who are enrolled already
    are told what the file says otherwise, as that person says.

    The status is 2 if a row was bad, or nobody was enrolled. Raises Mistake for a file or a playbook that is not there.
    """
    if dry_run and updated_by is not None:
        raise Mistake("--dry-run enrols and tells nobody, so --update has nothing to do beside it: leave one of them out.")
    notes: list[str] = []
    by = load_map(map_name) if map_name is not None else None
    text = read_table_text(file, notes)
    book = await asyncio.to_thread(_playbook, settings_from_env(), playbook, publish=not dry_run)
    rows, faults = read_customers(text, book, notes, by)
    now = datetime.now(UTC)
    if shift and rows:
        ahead = shift_to_follow(now, min(begins(row) for row in rows))
        rows = [shift_customer(row, ahead) for row in rows]
    good: list[CustomerRow] = []
    for row in rows:
        late = (why_not_enrolled if row.enrolled_on is None else why_too_late)(row.customer, book.contract, now)
        if late is None:
            good.append(row)
        else:
            faults.append(RowFault(row.line, late))
    notes += [*unsaid_to(good, book), *unknown_owners(good, book)]
    faults.sort(key=lambda fault: fault.line)
    if dry_run:
        known_of_them = await known_before(settings_from_env(), [row.customer for row in good], book)
        return await asyncio.to_thread(show_rehearsal, file, good, faults, notes, book, now, known_of_them, as_json=as_json)
    if any(isinstance(fault, Duplicate) for fault in faults):
        return _refuse(file, faults, as_json=as_json)
    batch = mark(text)
    answers = await _enrol_all(await connected(), good, book, now, paused_by, batch, show=not as_json) if good else {}
    come = [row for row in good if not _is_ahead(row, now)]
    listed = Listed()
    if come and paused_by is None:
        asked = {row.customer.id: answers[row.customer.id] for row in come}
        listed = await list_for_owners(await connected(), come, asked, book, file.name, batch, now)
    new = [name for name, answer in answers.items() if answer.is_new]
    again = [name for name, answer in answers.items() if answer is Enrolled.AGAIN]
    known = [name for name, answer in answers.items() if answer is Enrolled.ALREADY]
    over = [name for name, answer in answers.items() if answer is Enrolled.OVER]
    updated = Updated()
    if updated_by is not None and known:
        rows_of_known = [row for row in good if row.customer.id in known]
        updated = await update_all(await connected(), rows_of_known, updated_by, show=not as_json)
        faults = sorted([*faults, *updated.faults], key=lambda fault: fault.line)
    stopped = [name for name, answer in answers.items() if answer is Enrolled.ENDED_BY_FORCE]
    if as_json:
        faulty = [{"line": fault.line, "reason": fault.reason} for fault in faults]
        print_json(
            {"playbook": book.ref, "enrolled": new, "again": again, "already": known, "over": over, "ended_by_force": stopped}
            | ({"updated": updated.changed} if updated_by is not None else {})
            | ({"lists": list(listed.lists), "listed": listed.customers} if listed.lists else {})
            | {"faults": faulty}
            | ({"notes": notes} if notes else {})
        )
    else:
        for name in known:
            if updated_by is None:
                say(f"{name} is enrolled already.")
            elif name in updated.changed:
                say(f"{name} is told what has changed: {', '.join(updated.changed[name])}.")
        if updated_by is not None:
            say(f"{len(updated.changed)} of {len(known)} customers who are enrolled already have changed.")
        for name in again:
            say(f"{name} is enrolled again: its terms go on from those of its earlier life, and what it refused stays refused.")
        for name in over:
            say(f"{name} is not enrolled: its life is over, and this is the contract that it had; give its new one.")
        for name in stopped:
            say(
                f"The workflow of {name} was ended by force at the Temporal server: 'starter.py heal {name}' takes its life up where it stood."
            )
        say(f"{len(new)} of {len(rows) + _bad_rows(faults, good, rows)} customers enrolled on {book.ref}.")
        if listed.lists:
            say(_in_words(listed))
        if paused_by is not None and new:
            say("What they have missed is listed for their owners when the file is enrolled once more without --paused.")
    for note in notes if not as_json else []:
        complain(sentence(f"{file}: {note}"))
    for fault in faults:
        complain(sentence(f"{file}, {fault}"))
    if not new and (known or over) and updated_by is None:
        over_too = f", {len(over)} of them no more" if over else ""
        complain(f"Nobody was enrolled: {_all_of([*known, *over])} enrolled already{over_too}, and left as it was.")
    return 0 if (new or (updated_by is not None and known)) and not faults else Mistake.status


def _refuse(file: Path, faults: list[RowFault], *, as_json: bool) -> int:
    """Nobody is enrolled from a file in which an id stands twice."""
    if as_json:
        print_json({"enrolled": [], "faults": [{"line": fault.line, "reason": fault.reason} for fault in faults]})
    for fault in faults:
        complain(sentence(f"{file}, {fault}"))
    complain("Nobody was enrolled: take out what stands twice, and enrol the file again.")
    return Mistake.status


def _is_ahead(row: CustomerRow, now: datetime) -> bool:
    """Whether it is enrolled on a day that is still to come: its own life tells what it will have missed by then."""
    return row.enrolled_on is not None and begins(row) > now


def _in_words(listed: Listed) -> str:
    whose = "Their owner gets a list" if len(listed.lists) == 1 else f"{len(listed.lists)} owners get a list each"
    missed = "1 customer has" if listed.customers == 1 else f"{listed.customers} customers have"
    return f"{whose} of what {missed} missed by coming in late."


def _all_of(known: list[str]) -> str:
    return f"{known[0]} is" if len(known) == 1 else f"each of the {len(known)} good rows is"


def _bad_rows(faults: list[RowFault], good: list[CustomerRow], rows: list[CustomerRow]) -> int:
    """How many lines never became a row."""
    return len({fault.line for fault in faults if fault.line > 1} - {row.line for row in rows})


def _playbook(settings: Settings, name: str, *, publish: bool) -> Playbook:
    """The published playbook of that name, or the file's, which is published now if that is asked for. Raises Mistake."""
    if name.endswith((".yaml", ".yml")) and not publish:
        return load(Path(name))[0].with_people(load_people(Path(name).parent))
    engine = open_database(settings.database)
    try:
        store = PlaybookStore(engine)
        if name.endswith((".yaml", ".yml")):
            playbook, templates = load(Path(name))
            if places := to_fill_in(Path(name)):
                raise Mistake(
                    f"{name} has {len(places)} place{'s' if len(places) != 1 else ''} to fill in before it is published: "
                    f"'starter.py lint {name}' lists them, and --dry-run shows what would go out."
                )
            store.publish(playbook, templates)
            return store.get(playbook.ref).playbook
        try:
            return store.get(name).playbook.with_people(PeopleStore(engine).newest())
        except NotNow:
            raise Mistake(
                f"No playbook '{name}' is published: a worker publishes those of playbooks/ when it starts, and "
                "--playbook FILE.yaml publishes another."
            ) from None
    finally:
        engine.dispose()


async def _enrol_all(
    client: Client, rows: list[CustomerRow], playbook: Playbook, now: datetime, paused_by: str | None, batch: str, *, show: bool
) -> dict[str, Enrolled]:
    await check_format(client)
    answers: dict[str, Enrolled] = {}

    async def take(row: CustomerRow) -> None:
        at = max(now, begins(row)) if row.enrolled_on is not None else now
        of_file = "" if _is_ahead(row, now) else batch
        answers[row.customer.id] = await enrol(client, row.customer, playbook, at, paused_by=paused_by, batch=of_file)

    await for_each(rows, take, doing="enrolling", show=show)
    return {row.customer.id: answers[row.customer.id] for row in rows}
