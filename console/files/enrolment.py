"""Reads customers and events from CSV: a bad row is reported with its line and every reason, and the others are taken."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from console.files.table import YEARS, Row, RowFault, amount, cell, day_of, read_table, scalar, whole, yes_or_no
from lifecycle.conditions.compiled import compiled, is_true
from lifecycle.domain.customer import Customer
from lifecycle.domain.enums import Tier
from lifecycle.domain.zones import at_local
from lifecycle.facts.events import CATALOGUE, Event, check_type, sentence
from lifecycle.playbook.playbook import Playbook

__all__ = ["CustomerEvent", "CustomerRow", "RowFault", "read_customers", "read_events", "tier_of"]

_NEEDED = ("id", "name", "timezone", "country", "owner_name", "owner_email", "contract_start")
_ENDS = ("contract_end", "term_days")
_OPTIONAL = (
    "language", "tier", "segment", "industry", "company_size", "edition", "annual_value", "currency", "champion_name", "champion_email",
    "sponsor_name", "sponsor_email", "goal", "enrolled_on", "trial",
)  # fmt: skip
_EVENT_NEEDED, _EVENT_OPTIONAL = ("customer", "at", "type"), ("id", "happened", "data")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True)
class CustomerRow:
    """A customer as the file has it, and the local day on which it is enrolled (None: now)."""

    customer: Customer
    line: int
    enrolled_on: date | None = None


@dataclass(frozen=True)
class CustomerEvent:
    """An event and the customer it is told to."""

    customer: str
    event: Event
    line: int


def read_customers(text: str, playbook: Playbook | None) -> tuple[list[CustomerRow], list[RowFault]]:
    """The customers of a CSV text, and why the other rows are none. An empty tier is set by the playbook's rules (R12)."""
    rows, faults = read_table(text, _NEEDED, (*_ENDS, *_OPTIONAL), attributes=True)
    if rows and not any(end in rows[0].cells for end in _ENDS):
        return [], [RowFault(1, "the file needs a column 'contract_end' or 'term_days'")]
    taken: list[CustomerRow] = []
    seen: dict[str, int] = {}
    for row in rows:
        reasons: list[str] = []
        name = row.cells["id"]
        if name and name in seen:
            reasons.append(f"id '{name}' stands on line {seen[name]} already; every customer needs an id of its own")
        seen.setdefault(name, row.line)
        made = _customer(row, playbook, reasons)
        faults += [RowFault(row.line, reason) for reason in reasons]
        if made is not None and not reasons:
            taken.append(made)
    return taken, sorted(faults, key=lambda fault: fault.line)


def tier_of(customer: Mapping[str, object], playbook: Playbook) -> Tier:
    """The tier by the playbook's rules (R12): the first of A, B and C whose rule holds, C where none does."""
    return next((tier for tier in Tier if tier in playbook.tiers and is_true(compiled(playbook.tiers[tier]), customer)), Tier.C)


def read_events(text: str, zones: Mapping[str, str]) -> tuple[list[CustomerEvent], list[RowFault]]:
    """The events of a CSV text in its order, and why the other rows are none.

    `zones` has every customer's time zone by its id: a time without an offset is the customer's own.
    """
    rows, faults = read_table(text, _EVENT_NEEDED, _EVENT_OPTIONAL, attributes=False)
    taken: list[CustomerEvent] = []
    known: dict[tuple[str, str], CustomerEvent] = {}
    for row in rows:
        reasons: list[str] = []
        event = _event(row, zones, reasons)
        if event is not None:
            one = CustomerEvent(row.cells["customer"], event, row.line)
            first = known.setdefault((one.customer, event.id), one)
            if first.event.digest() != event.digest():
                reasons.append(f"id '{event.id}' stands on line {first.line} already and says something else there")
            else:
                taken.append(one)
        faults += [RowFault(row.line, reason) for reason in reasons]
    return taken, sorted(faults, key=lambda fault: fault.line)


# Customers


_NO_DATE = "no date; write it as 2026-03-01"


def _customer(row: Row, playbook: Playbook | None, reasons: list[str]) -> CustomerRow | None:
    reasons += [f"'{column}' is empty" for column in _NEEDED if not row.get(column)]
    contract = _contract(row, reasons)
    enrolled = cell(row, "enrolled_on", reasons, day_of, None, _NO_DATE)
    if enrolled is not None and contract is not None and not contract["start"] <= enrolled < contract["end"]:
        reasons.append(f"enrolled_on {enrolled} lies outside the contract, which runs from {contract['start']} to {contract['end']}")
    values: dict[str, Any] = {
        "segment": row.get("segment") or "standard",
        "industry": row.get("industry"),
        "edition": row.get("edition"),
        "country": row.get("country"),
        "language": row.get("language") or "en",
        "company_size": cell(row, "company_size", reasons, whole, 0, "no whole number; write digits alone, such as 250"),
        "attributes": {name[5:]: scalar(text) for name, text in row.cells.items() if name.startswith("attr:") and text},
    }
    if contract is None:
        contract = {"term": 1, "start": date(2026, 1, 1), "end": date(2027, 1, 1), "annual_value": 0.0}
    tier = _tier(row, values, contract, playbook, reasons)
    values |= {
        "id": row.get("id"),
        "name": row.get("name"),
        "timezone": row.get("timezone"),
        "goal": row.get("goal"),
        "tier": tier,
        "owner": {"name": row.get("owner_name"), "email": row.get("owner_email")},
        "contacts": _contacts(row, reasons),
        "contract": contract,
    }
    try:
        return CustomerRow(Customer.model_validate(values), row.line, enrolled)
    except ValidationError as error:
        reasons += [told for fault in error.errors() if (told := _in_words(fault, values, row)) and told not in reasons]
        return None


def _contract(row: Row, reasons: list[str]) -> dict[str, Any] | None:
    start = cell(row, "contract_start", reasons, day_of, None, _NO_DATE)
    end = cell(row, "contract_end", reasons, day_of, None, _NO_DATE)
    days = cell(row, "term_days", reasons, whole, None, "no number of days; write 365, for example")
    trial = cell(row, "trial", reasons, yes_or_no, False, "neither yes nor no")
    value = cell(row, "annual_value", reasons, amount, 0.0, "no amount; write digits and at most one point, such as 12000.50")
    if not row.get("contract_end") and not row.get("term_days"):
        reasons.append("needs 'contract_end' or 'term_days', and both are empty")
    if days is not None and not 1 <= days <= 3650:
        reasons.append(f"term_days {days} is no term; it is 1 to 3650 days long")
        return None
    if start is None or (end is None and days is None):
        return None
    told = start + timedelta(days=days) if days is not None else None
    if end is not None and told is not None and end != told:
        reasons.append(f"contract_end {end} and term_days {days} disagree: {days} days from {start} is {told}; leave one of them empty")
    last = end or told
    if last is None or last <= start:
        reasons.append(f"the contract ends on {last}, which is not after its start on {start}")
        return None
    return {"term": 0 if trial else 1, "start": start, "end": last, "annual_value": value, "currency": row.get("currency") or "USD"}


def _tier(row: Row, values: dict[str, Any], contract: dict[str, Any], playbook: Playbook | None, reasons: list[str]) -> Tier:
    given = row.get("tier").upper()
    if given:
        if given in list(Tier):
            return Tier(given)
        reasons.append(f"tier '{row.get('tier')}' is none of A, B and C; leave it empty to have it set by the playbook's rules")
    elif playbook is None:
        reasons.append("tier is empty, and there is no playbook to set it by; write A, B or C")
    else:
        days = (contract["end"] - contract["start"]).days
        known = {"term": contract["term"], "days": days, "annual_value": contract["annual_value"]}
        return tier_of(values | {"contract": known}, playbook)
    return Tier.C


def _contacts(row: Row, reasons: list[str]) -> list[dict[str, str]]:
    found = []
    for role in ("champion", "sponsor"):
        name, email = row.get(f"{role}_name"), row.get(f"{role}_email")
        if bool(name) != bool(email):
            reasons.append(f"the {role} has {'a name and no email' if name else 'an email and no name'}; give both or neither")
        elif name:
            found.append({"name": name, "email": email, "role": role})
    return found


def _in_words(fault: Any, values: dict[str, Any], row: Row) -> str:
    """One pydantic fault as a sentence with the file's own column; addresses and names are not repeated."""
    loc = fault["loc"]
    match loc:
        case ("owner", part):
            column = f"owner_{part}"
        case ("contacts", int(number), part):
            column = f"{values['contacts'][number]['role']}_{part}"
        case ("contract", part):
            column = str(part)
        case _:
            column = str(loc[0])
    if column in row.cells and not row.cells[column] and column in _NEEDED:
        return ""
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "string_pattern_mismatch":
        shape = {
            "id": "letters, digits, '.', '-' and '_', 64 at most",
            "language": "two small letters, such as en",
            "currency": "three capitals, such as USD",
        }
        return f"{column} '{fault['input']}' does not fit; write {shape.get(column, 'it otherwise')}"
    if message.startswith("'"):
        return f"{column} {message}"
    return f"{column} {message[:1].lower()}{message[1:]}"


# Events


def _event(row: Row, zones: Mapping[str, str], reasons: list[str]) -> Event | None:
    who = row.get("customer")
    if who not in zones:
        near = get_close_matches(who, zones, 1)
        reasons.append(f"there is no customer '{who}'{f'; did you mean {near[0]}?' if near else ''}" if who else "'customer' is empty")
    at = _moment(row, "at", zones.get(who, "UTC"), reasons)
    if not row.get("at"):
        reasons.append("'at' is empty")
    happened = _moment(row, "happened", zones.get(who, "UTC"), reasons)
    type_name = row.get("type")
    try:
        check_type(type_name)
    except ValueError as error:
        reasons.append(str(error) if type_name else "'type' is empty")
        return None
    raw = _pairs(row.get("data"), reasons)
    model = CATALOGUE[type_name]
    try:
        data = model.model_validate(raw).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        if raw or not reasons:
            reasons += [sentence(type_name, model, fault) for fault in error.errors()]
        return None
    if reasons or at is None:
        return None
    name = row.get("id") or _derived(who, at, type_name, data)
    try:
        return Event(id=name, type=type_name, at=at, happened=happened, data=data)
    except ValidationError as error:
        reasons += [f"{fault['loc'][0]} {str(fault['msg'])[:1].lower()}{str(fault['msg'])[1:]}" for fault in error.errors()]
        return None


def _moment(row: Row, column: str, zone_name: str, reasons: list[str]) -> datetime | None:
    text = row.get(column)
    if not text:
        return None
    match = _MOMENT.fullmatch(text)
    try:
        if match is None or int(text[:4]) not in YEARS:
            raise ValueError(text)
        if match[3]:
            return datetime.fromisoformat(text)
        return at_local(date.fromisoformat(match[1]), time.fromisoformat(match[2]), zone_name)
    except ValueError:
        reasons.append(
            f"{column} '{text}' is no moment; write it as 2026-03-01 14:30, with an offset such as +02:00 if it is not the customer's own time"
        )
        return None


def _pairs(text: str, reasons: list[str]) -> dict[str, object]:
    """`key=value; key=value`, or a JSON object for values that hold a semicolon."""
    if text.startswith("{"):
        try:
            read = json.loads(text)
        except (ValueError, RecursionError) as error:
            reasons.append(f"data is no JSON object: {error}")
            return {}
        return dict(read)
    pairs: dict[str, object] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign or not name:
            reasons.append(f"data '{part}' is no key=value")
        elif name in pairs:
            reasons.append(f"data names '{name}' twice")
        elif value:
            pairs[name] = value
    return pairs


def _derived(customer: str, at: datetime, type_name: str, data: dict[str, Any]) -> str:
    """An id that the same row has whenever it is read."""
    content = json.dumps([customer, at.timestamp(), type_name, data], sort_keys=True)
    return f"{type_name}-{hashlib.blake2b(content.encode(), digest_size=6).hexdigest()}"
