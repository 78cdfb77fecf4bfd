"""`enroll FILE --dry-run`: nobody is enrolled; what would go out in the next thirty days is shown, and what looks wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from console.customers.known_before import KnownBefore
from console.files.customers.customers_file import CustomerRow
from console.files.stories import begins
from console.files.tables.table import RowFault
from console.terminal.output import err, out, plain, print_json, say
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.errors import Mistake
from lifecycle.explain.rehearsal import DAYS, Rehearsal, Rehearsed, customers_in_words, rehearse, sum_up
from lifecycle.playbook.playbook import Playbook
from runtime.process.sentences import complain, sentence

_LONGEST_WHY = 90


def show_rehearsal(
    file: Path,
    rows: list[CustomerRow],
    faults: list[RowFault],
    notes: list[str],
    playbook: Playbook,
    now: datetime,
    known: KnownBefore,
    *,
    as_json: bool,
) -> int:
    """Live each row's next thirty days, from its enrolment or its contract's start on, and print them; the status is 2 if a row was bad.

    Whose life goes on, or is over with that contract, is left out, as it would be. No server is asked, and nothing is changed.
    """
    rows = [row for row in rows if known.would_begin(row.customer.id)]
    rehearsal = sum_up(_lived(rows, playbook, now, known, show=not as_json))
    if as_json:
        faulty = [{"line": fault.line, "reason": fault.reason} for fault in faults]
        print_json(rehearsal.model_dump(mode="json") | {"playbook": playbook.ref, "notes": notes, "faults": faulty} | _as_json(known))
    else:
        _show(rehearsal, playbook)
        for line in _in_words(known):
            say(line)
        for note in notes:
            complain(sentence(f"{file}: {note}"))
        for fault in faults:
            complain(sentence(f"{file}, {fault}"))
        for warning in rehearsal.warnings:
            complain(sentence(f"Look at this: {warning}"))
    return Mistake.status if faults else 0


def _as_json(known: KnownBefore) -> dict[str, object]:
    again = {name: {"life": lives.lives + 1, "terms": lives.terms, "reason": lives.reason} for name, lives in known.again.items()}
    held = [
        {"hold": hold.number, "holds": hold.selection.words, "by": hold.by, "why": hold.why, "customers": known.held[hold.number]}
        for hold in known.holds
    ]
    return {"already": known.already, "again": again, "over": known.over, "unclear": known.unclear, "held": held}


def _in_words(known: KnownBefore) -> Iterator[str]:
    if known.already:
        yield f"Enrolled already, and left as they are: {customers_in_words(known.already)}."
    for name, lives in known.again.items():
        left = f"; it left because: {lives.reason}" if lives.reason else ""
        yield f"{name} comes back, as life {lives.lives + 1}: its terms so far are {lives.terms}, and go on from there{left}."
    for name in known.over:
        yield f"{name} would not be enrolled: its life is over, and this is the contract that it had; give its new one."
    if known.unclear:
        yield (
            f"With us before, by a build that wrote down no more of it: {customers_in_words(known.unclear)}. "
            "'starter.py status CUSTOMER' says whether a life goes on."
        )
    for hold in known.holds:
        yield f"Hold {hold.number} holds {hold.selection.words}, {hold.held_by.words}: {customers_in_words(known.held[hold.number])}."


def _lived(rows: list[CustomerRow], playbook: Playbook, now: datetime, known: KnownBefore, *, show: bool) -> list[Rehearsed]:
    with Progress(console=err, transient=True, disable=not (show and err.is_terminal)) as progress:
        task = progress.add_task("rehearsing", total=len(rows))
        lived = []
        for row in rows:
            at = max(now, begins(row)) if row.enrolled_on is not None else now
            until, earlier = max(at, begins(row)) + timedelta(days=DAYS), known.again.get(row.customer.id)
            lived.append(rehearse(row.customer, playbook, at, until, known.holds, earlier, listed=at == now))
            progress.advance(task)
    return lived


def _show(rehearsal: Rehearsal, playbook: Playbook) -> None:
    kinds = [kind for kind in TouchKind if any(kind in day.kinds for day in rehearsal.days)]
    days = _table("day", *(kind.plural for kind in kinds), "customers")
    for day in rehearsal.days:
        days.add_row(f"{day.day:%a %Y-%m-%d}", *(str(day.kinds.get(kind, "")) for kind in kinds), str(day.customers))
    _print(f"What would go out in the first {DAYS} days, by the customers' own calendars:", days)
    plays = _table("play", "step", "how often", "customers", "from", "to")
    for play in rehearsal.plays:
        plays.add_row(plain(play.play), plain(play.step), str(play.count), str(play.customers), f"{play.first}", f"{play.last}")
    _print("By play:", plays)
    unsent = _table("play", "outcome", "customers", "why, of the first")
    for each in rehearsal.unsent:
        why = each.why if len(each.why) <= _LONGEST_WHY else f"{each.why[: _LONGEST_WHY - 1]}…"
        unsent.add_row(plain(each.play), each.outcome.value, str(each.customers), plain(why))
    _print("What would not go out:", unsent)
    lists = _table("owner", "customers", "plays")
    for told in rehearsal.lists:
        lists.add_row(plain(told.owner), str(told.customers), str(told.plays))
    _print("What owners would be told that their customers have missed by coming in late, in one list each:", lists)
    count = sum(play.count for play in rehearsal.plays)
    touches = f"{count} touch{'es' if count != 1 else ''}"
    say(f"{rehearsal.customers} customers on {playbook.ref}, {touches}. Nobody was enrolled, and nothing was sent.")


def _print(title: str, table: Table) -> None:
    if table.row_count:
        out.print(title)
        out.print(table)
        out.print()


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table
