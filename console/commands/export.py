"""`export CUSTOMER|ADDRESS`: all that is kept of a customer or a person, as one JSON document."""

import asyncio
from typing import Any

from pydantic_core import to_jsonable_python
from temporalio.client import Client

from activities.transports.outbox_copies import copies_naming, copies_of
from console.customers.customer_client import CustomerClient, NothingRuns
from console.customers.kept_data import Kept, addresses_in, kept_by
from console.customers.person_search import find_person
from console.terminal.output import print_json
from lifecycle.domain.errors import Mistake
from lifecycle.domain.texts.addresses import known_address
from lifecycle.domain.texts.redaction import Redaction
from lifecycle.facts.people import name_of_address
from lifecycle.state.life import Lifecycle
from runtime.environment import connected, settings_from_env
from runtime.temporal.histories import runs_of

Json = dict[str, Any]


async def export(who: str) -> None:
    """Print it. Raises Mistake where nobody is found, Failure where something does not answer."""
    client = await connected()
    with kept_by(settings_from_env()) as kept:
        print_json(to_jsonable_python(await (_person(client, kept, who) if "@" in who else _customer(client, kept, who))))


async def whole_life(client: Client, customer: str) -> Lifecycle | None:
    """The customer's life as it stands or ended; None where the server has none."""
    try:
        return await CustomerClient(client, customer).whole()
    except NothingRuns:
        return None


async def _customer(client: Client, kept: Kept, customer: str) -> Json:
    runs, life = await runs_of(client, customer), await whole_life(client, customer)
    rows = await asyncio.to_thread(_rows, kept, customer, life)
    if runs.open is None and not runs.closed and not _any(rows):
        raise Mistake(f"Nothing is kept of a customer '{customer}': 'starter.py list' shows who is enrolled.")
    return {"customer": customer, "state": life, **rows, "runs": {"open": runs.open, "closed": runs.closed}}


def _any(rows: Json) -> bool:
    return any(rows[name] for name in rows if name != "record") or any(rows["record"].values())


def _rows(kept: Kept, customer: str, life: Lifecycle | None) -> Json:
    keys, copies = kept.keys(customer), []
    copies = copies_of(kept.outbox, keys)
    answers = kept.answers.of_people(customer, keys, addresses_in(life, (copy.text for copy in copies)))
    return {
        "touches": kept.rows.touches(customer),
        "invitations": kept.rows.invitations(customer),
        "answers": [answer for said in answers.values() for answer in said],
        "usage": kept.usage.of_customer(customer),
        "outbox": [{"file": copy.path.name, "subject": copy.subject} for copy in copies],
        "lives": kept.rows.life(customer),
        "record": kept.rows.record(customer),
    }


def _listed(rows: object) -> list[object]:
    return rows if isinstance(rows, list) else []


async def _person(client: Client, kept: Kept, address: str) -> Json:
    try:
        known_address(address)
    except ValueError as fault:
        raise Mistake(f"'{address}' {fault}.") from None
    found = await find_person(client, address, show=True)
    redaction = Redaction([address], found.names)
    by_rows = await asyncio.to_thread(kept.rows.customers_of, address)
    names = sorted({name for name, known in (found.open | found.closed).items() if known.there} | by_rows)
    customers = [await _of_person(client, kept, name, address, redaction) for name in names]
    outbox = await asyncio.to_thread(copies_naming, kept.outbox, Redaction([address]))
    refusing = sorted({*found.erased, *await asyncio.to_thread(kept.rows.refusing, address)})
    if not customers and not outbox and not refusing:
        raise Mistake(f"Nothing is kept of '{address}': nobody is known by that address.")
    return {
        "address": address,
        "customers": customers,
        "outbox": [{"file": copy.path.name, "subject": copy.subject} for copy in outbox],
        "opted_out_under_a_keyed_hash": refusing,
        "not_asked": found.failed,
    }


async def _of_person(client: Client, kept: Kept, customer: str, address: str, redaction: Redaction) -> Json:
    life = await whole_life(client, customer)

    def rows() -> Json:
        keys = kept.keys(customer)
        touches = [row for row in kept.rows.touches(customer) if redaction.finds(str(row))]
        answers = kept.answers.of_people(customer, keys, [address])
        return {
            "touches": touches,
            "invitations": kept.rows.invitations(customer, address),
            "answers": [answer for said in answers.values() for answer in said],
            "record": [
                row for name in ("facts", "tasks") for row in _listed(kept.rows.record(customer)[name]) if redaction.finds(str(row))
            ],
            "last_known": kept.rows.contact(customer, address),
        }

    state: Json = {}
    if life is not None:
        state = {
            "contact": life.customer.contact(address),
            "opted_out": life.facts.people.refused_by(address),
            "timeline": [
                line for line in life.log.timeline if redaction.finds(f"{line.to} {line.subject} {line.why} {line.by} {line.key}")
            ],
            "messages_counted": life.plays.sends.get(name_of_address(address), {}),
        }
    return {"customer": customer, "state": state, **await asyncio.to_thread(rows)}
