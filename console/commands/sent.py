"""`sent --to ADDRESS`: everything that went to an address, over all customers."""

import asyncio
from collections.abc import Iterable
from typing import Any

from activities.ledger.database.database import open_database
from activities.ledger.record.reading import RecordReading
from activities.ledger.reports import AddressedTouch, LedgerReports
from activities.settings import Settings
from activities.transports.outbox import slug
from activities.transports.outbox_copies import copies_of, slugs_sent_to
from console.terminal.listing import Form, by_clock, show_rows
from console.terminal.output import out, plain, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.texts.addresses import read_address
from runtime.environment import settings_from_env

COLUMNS = {
    "at": "when",
    "customer": "customer",
    "play": "play",
    "channel": "what",
    "subject": "subject",
    "outcome": "outcome",
    "why": "why",
}
BESIDES = ("timezone", "key")
SENT = ("outcome", "why")
"""Columns that say nothing where everything was sent."""

Row = dict[str, Any]


async def show_sent(address: str, *, everything: bool, text: bool, form: Form) -> None:
    """Print it, the oldest first, by each customer's clock. Raises Mistake for what is no address, Failure for what cannot be read."""
    try:
        to = read_address(address)
    except ValueError as error:
        raise Mistake(f"--to '{address}' is no email address.") from error
    rows = await asyncio.to_thread(_sent, settings_from_env(), to, everything, text)
    columns = {name: head for name, head in COLUMNS.items() if everything or name not in SENT}
    show_rows(rows, columns, form, none=f"Nothing went to {to}, as far as is known here.", besides=(*BESIDES, *(["text"] if text else [])))
    if text and form is Form.TABLE:
        for row in rows:
            say(f"\n{row['at']}, {row['customer']}: {row['subject']}")
            for line in (row["text"] or "The text is not kept.").splitlines():
                out.print(plain(line))


def _sent(settings: Settings, address: str, everything: bool, text: bool) -> list[Row]:
    engine = open_database(settings.database)
    try:
        ledger, record = LedgerReports(engine), RecordReading(engine)
        found = ledger.to_address(address, all_outcomes=everything)
        found += _by_their_copies(ledger.of_no_known_address(), settings, address)
        zones, titles = record.zones(), record.titles([each.touch.key for each in found])
    finally:
        engine.dispose()
    texts = {each.touch.key: _text(settings, each.touch.key) for each in found} if text else {}
    ordered = sorted(found, key=lambda each: (each.touch.at, each.touch.key))
    return [_shown(each, zones, titles) | {"text": texts.get(each.touch.key)} for each in ordered]


def _by_their_copies(unknown: list[AddressedTouch], settings: Settings, address: str) -> Iterable[AddressedTouch]:
    """Those of touches of older builds whose copies in the outbox go to the address."""
    subjects = slugs_sent_to(settings.outbox, address) if unknown else {}
    return [each for each in unknown if slug(each.touch.key) in subjects]


def _text(settings: Settings, key: str) -> str | None:
    return next((copy.text for copy in copies_of(settings.outbox, [key])), None)


def _shown(each: AddressedTouch, zones: dict[str, str], titles: dict[str, str]) -> Row:
    touch, zone = each.touch, zones.get(each.touch.customer, "UTC")
    return {
        "at": by_clock(touch.at, zone),
        "customer": touch.customer,
        "play": touch.play,
        "channel": touch.kind,
        "subject": each.subject or titles.get(touch.key) or touch.name,
        "outcome": touch.outcome.value if touch.outcome is not None else "being tried",
        "why": touch.reason,
        "timezone": zone,
        "key": touch.key,
    }
