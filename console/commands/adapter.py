"""`adapter try FILE.yaml SAMPLE`: what an adapter would send of a delivery, entry by entry, with no server."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import RootModel, ValidationError
from rich.table import Table
from rich.text import Text

from activities.ledger.invitations import Invitation, make_invitation
from console.files.tables.text_file import read_text
from console.terminal.output import out, print_json, say
from gateway.adapters.adapter_file import Adapter, Body, load_adapter
from gateway.adapters.adapting import EntryFailure, EntryLabel, EventDraft, TooManyItems, adapt, event_of
from gateway.adapters.calendar_replies import RAW, IrrelevantMail, Reply, read_reply, reply_fields
from gateway.adapters.enrolments import CustomerDraft, enrolments
from gateway.adapters.payloads import UnreadableDelivery, read_delivery, read_form
from gateway.http.documents import read
from gateway.http.sentences import with_full_stop
from gateway.intake.customer_fields import CustomerFields
from gateway.intake.results import Result, Status
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.domain.model import Frozen, Scalar
from lifecycle.domain.people.customer import SLUG
from lifecycle.domain.texts.text import printable, printable_lines
from lifecycle.playbook.yaml_document import UnreadableError, read_document
from runtime.process.sentences import complain

ENROLMENT = "enrol"
"""What stands in place of an event's type where a customer is enrolled, by a source that enrols."""

SOMEBODY = "CUSTOMER"
"""Whose meeting a calendar reply answers where nobody sent an invitation."""


Rows = dict[str, Scalar | dict[str, Scalar]]


class Tables(Frozen):
    """A file of tables, as a source brings them along."""

    tables: dict[str, Rows] = {}


class SeveralTables(RootModel[dict[str, Rows]]):
    """Tables by their names, and nothing around them."""


class OneTable(RootModel[Rows]):
    """The rows of a table, and nothing around them."""


def try_adapter(file: str, sample: Path, tables: Path | None, headers: Sequence[str], *, as_json: bool) -> int:
    """Say what would be sent, and why something would not. Raises Mistake.

    The status is 2 if an entry fails on the sample, and 1 if nobody would be told anything.
    """
    adapter = load_adapter(file)
    now = datetime.now(UTC)
    try:
        roots, known = _roots(adapter, sample, headers, now), _tables(tables, adapter)
        customers, found = enrolments(adapter, roots, known), adapt(adapter, roots, known)
    except (UnreadableDelivery, TooManyItems, IrrelevantMail) as fault:
        raise Mistake(f"{sample}: {fault}") from None
    rows = [_enrolment(adapter, each) for each in customers] + [_row(adapter, each, now) for each in found]
    faults = [row["fault"] for row in rows if "fault" in row]
    strangers = [row["stranger"] for row in rows if "stranger" in row]
    if as_json:
        print_json({"adapter": adapter.adapter, "events": rows})
    else:
        _show(adapter, rows)
        for why in dict.fromkeys([*strangers, *faults]):
            complain(why)
    if faults:
        return Mistake.status
    return 0 if len(rows) > len(strangers) else Failure.status


def _roots(adapter: Adapter, sample: Path, headers: Sequence[str], now: datetime) -> dict[str, Any]:
    try:
        body = sample.read_bytes()
    except FileNotFoundError:
        raise Mistake(f"There is no file {sample}: name one that is there.") from None
    except OSError as error:
        raise Mistake(f"{sample} cannot be read: {error.strerror}.") from None
    pairs = [header.partition(":") for header in headers]
    if wrong := [name for name, colon, _ in pairs if not colon]:
        raise Mistake(f"--header '{wrong[0]}' is no NAME:VALUE: write --header X-Topic:orders/paid, for example.")
    by_name = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if adapter.body is Body.MAIL:
        reply = read_reply("application/json" if sample.suffix == ".json" else RAW, body)
        return {"reply": reply_fields(reply, lambda uid: _somebodys(uid, reply), now)}
    is_form = adapter.body is Body.FORM and body.lstrip().startswith(b"payload=")
    return {"headers": by_name} | (read_form(body.strip()) if is_form else read_delivery(body))


def _somebodys(uid: str, reply: Reply) -> Invitation:
    return make_invitation(uid, SOMEBODY, "MEETING", 0, [reply.attendee])


def _tables(file: Path | None, adapter: Adapter) -> dict[str, Rows]:
    if file is None:
        return {}
    tables = _read_tables(read_text(file), str(file), adapter)
    if unknown := [name for name in tables if name not in adapter.tables]:
        known = ", ".join(adapter.tables) or "none"
        raise Mistake(f"{file}: adapter {adapter.adapter} has no table '{unknown[0]}', only {known}.")
    return tables


def _read_tables(text: str, file: str, adapter: Adapter) -> dict[str, Rows]:
    """The tables of a source's file, or of one that has nothing but them, or but the rows of the only one."""
    try:
        top = read_document(text).value
    except UnreadableError:
        top = None  # `read` says what is wrong
    if not isinstance(top, dict) or "tables" in top:
        return read(text, Tables, file).tables
    if top.keys() <= adapter.tables.keys() or (all(isinstance(rows, dict) for rows in top.values()) and len(adapter.tables) != 1):
        return read(text, SeveralTables, file).root
    if len(adapter.tables) == 1:
        return {next(iter(adapter.tables)): read(text, OneTable, file).root}
    known = " or ".join(f"'{name}:'" for name in adapter.tables)
    raise Mistake(f"{file}: write {known} above the rows, for these are the tables of adapter {adapter.adapter}.")


def _enrolment(adapter: Adapter, each: CustomerDraft | EntryFailure) -> dict[str, Any]:
    numbered: dict[str, Any] = {} if each.item is None else {"item": each.item}
    if isinstance(each, EntryFailure):
        return numbered | {"type": ENROLMENT, "fault": each.result.detail}
    row = numbered | {"entry": each.entry.label, "type": ENROLMENT, "customer": each.customer}
    try:
        CustomerFields.model_validate(each.fields)
    except ValidationError as error:
        fault = error.errors()[0]
        why = f"'{'.'.join(map(str, fault['loc']))}' {str(fault['msg']).removeprefix('Value error, ')}"
        return row | {"fault": with_full_stop(f"{EntryLabel(adapter, each.entry, each.item)}: {why}")}
    return row | {"data": each.fields}


def _row(adapter: Adapter, each: EventDraft | EntryFailure, now: datetime) -> dict[str, Any]:
    numbered: dict[str, Any] = {} if each.item is None else {"item": each.item}
    if isinstance(each, EntryFailure):
        names = {"entry": each.entry.label, "type": each.entry.type} if each.entry else {}
        known = {"id": each.own_id} if each.own_id else {}
        return numbered | names | known | {"stranger" if each.result.status is Status.UNKNOWN else "fault": each.result.detail}
    row = numbered | {"entry": each.entry.label, "type": each.entry.type, "customer": each.customer, "id": each.own_id}
    if SLUG.fullmatch(each.customer) is None:
        return row | {"stranger": f"{EntryLabel(adapter, each.entry, each.item)}: '{each.customer[:64]}' is no customer's id."}
    event = event_of(adapter, each, adapter.adapter, now)
    if isinstance(event, Result):
        return row | {"fault": event.detail}
    return row | {"happened": event.happened.isoformat() if event.happened else None, "data": event.data}


def _show(adapter: Adapter, rows: list[dict[str, Any]]) -> None:
    if not rows:
        say(f"Adapter {adapter.adapter} sends nothing of this: no entry's 'when' holds.")
        return
    table = Table(box=None, pad_edge=False)
    columns = ("entry", "customer", "event", "happened", "data", "id")
    for head in ("item", *columns) if adapter.each is not None else columns:
        table.add_column(head, overflow="fold")
    for row in rows:
        data = "\n".join(f"{name}: {printable(str(value))}" for name, value in row.get("data", {}).items())
        cells = (row.get("entry", ""), row.get("customer", ""), row.get("type", ""), row.get("happened") or "", data, row.get("id", ""))
        numbered = (row.get("item", ""), *cells) if adapter.each is not None else cells
        table.add_row(
            *(Text(printable_lines(str(cell))) for cell in numbered),
            style="red" if "fault" in row else "dim" if "stranger" in row else None,
        )
    out.print(table)
