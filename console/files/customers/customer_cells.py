"""The cells of a customer's row: its columns and contract, and what is wrong with them in words.

What reads cells adds a reason to `reasons` for everything that is wrong, each a part of a sentence that names the column.
"""

from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from console.files.forms import Forms
from console.files.spreadsheet_numbers import WrittenNumber
from console.files.tables.table import Row, cell, yes_or_no
from lifecycle.domain.enums import Renews
from lifecycle.domain.people.customer import Notice
from lifecycle.domain.texts.addresses import read_address
from lifecycle.domain.texts.field_faults import in_words
from lifecycle.domain.time.durations import Span

NEEDED = ("id", "name", "timezone", "country", "owner_name", "owner_email", "contract_start")
ENDS = ("contract_end", "term_days")
OPTIONAL = (
    "language", "tier", "segment", "industry", "company_size", "edition", "annual_value", "currency", "owner_first_name", "owner_timezone",
    "owner_country", "champion_name", "champion_first_name", "champion_email", "champion_timezone", "sponsor_name", "sponsor_first_name",
    "sponsor_email", "sponsor_timezone", "goal", "enrolled_on", "trial", "customer_since", "term", "onboarded", "milestones", "opted_out",
    "champion_opted_out", "sponsor_opted_out", "renews", "auto_renew", "notice",
)  # fmt: skip
DAYS = ("contract_start", "contract_end", "enrolled_on", "customer_since", "onboarded")
NUMBERS = ("annual_value", "term_days", "company_size", "term")
NOTHING = WrittenNumber(0.0)
_COLUMNS = {"given_name": "first_name", "since": "customer_since", "onboarded_on": "onboarded"}
NO_DATE = "no date; write it as 2026-03-01"


def read_contract(row: Row, forms: Forms, reasons: list[str]) -> dict[str, Any] | None:
    """The contract's fields, its end from the file's end or length; None where it has no first or last day. Its term is None where it is no trial."""
    start = cell(row, "contract_start", reasons, forms.day, None, NO_DATE)
    end = cell(row, "contract_end", reasons, forms.day, None, NO_DATE)
    days = cell(row, "term_days", reasons, forms.whole, None, "no number of days; write 365, for example")
    trial = cell(row, "trial", reasons, yes_or_no, False, "neither yes nor no")
    value = cell(row, "annual_value", reasons, forms.amount, NOTHING, "no amount; write digits and at most one point, such as 12000.50")
    currency = row.get("currency") or value.currency or "USD"
    if value.currency and value.currency != currency:
        reasons.append(f"annual_value '{row.get('annual_value')}' is in {value.currency}, and currency says {currency}")
    if value.currencies and row.get("currency") not in value.currencies:
        *others, one = value.currencies
        said = f", and currency says {row.get('currency')}" if row.get("currency") else "; say which in a column 'currency'"
        reasons.append(f"annual_value '{row.get('annual_value')}' is in {', '.join(others)} or {one}{said}")
    how = {"renews": _renews(row, reasons), "notice": cell(row, "notice", reasons, _notice, None, _NO_NOTICE)}
    if not row.get("contract_end") and not row.get("term_days"):
        reasons.append("needs 'contract_end' or 'term_days', and both are empty")
    if days is not None and not 1 <= days <= 3650:
        reasons.append(f"term_days {days} is no term; it is 1 to 3650 days long")
        return None
    if start is None or (end is None and days is None):
        return None
    end_by_days = start + timedelta(days=days) if days is not None else None
    if end is not None and end_by_days is not None and end != end_by_days:
        reasons.append(
            f"contract_end {end} and term_days {days} disagree: {days} days from {start} is {end_by_days}; leave one of them empty"
        )
    last = end or end_by_days
    if last is None or last <= start:
        reasons.append(f"the contract ends on {last}, which is not after its start on {start}")
        return None
    return {"term": 0 if trial else None, "start": start, "end": last, "annual_value": value.number, "currency": currency} | how


def _renews(row: Row, reasons: list[str]) -> Renews | None:
    """How the contract goes on, by its own column or by `auto_renew`; None where neither says so."""
    told = cell(row, "renews", reasons, _how_it_goes_on, None, f"none of {', '.join(Renews)}")
    auto = cell(row, "auto_renew", reasons, yes_or_no, None, "neither yes nor no")
    if auto is None or (told is None and row.get("renews")):
        return told
    if told is not None and auto is (told is Renews.BY_DECISION):
        reasons.append(f"renews '{row.get('renews')}' and auto_renew '{row.get('auto_renew')}' disagree; leave one of them empty")
    return told or (Renews.AUTOMATIC if auto else Renews.BY_DECISION)


def _how_it_goes_on(text: str) -> Renews:
    return Renews("_".join(text.casefold().replace("-", " ").replace("_", " ").split()))


_NO_NOTICE = "no notice; write it as 30d, 4w, 20bd or 3mo, ten years at most"
_NOTICE: TypeAdapter[Span] = TypeAdapter(Notice)


def _notice(text: str) -> Span:
    """A notice as durations are written; a number alone is of days."""
    return _NOTICE.validate_python(f"{text}d" if text.strip().isdecimal() else text)


def check_address(column: str, email: str, reasons: list[str]) -> None:
    """Add a reason where no message can be sent to that address; nothing where there is none."""
    try:
        read_address(email or "nobody@nowhere.example")
    except ValueError as fault:
        reasons.append(f"{column} {fault}")


def fault_in_words(fault: Any, values: dict[str, Any], row: Row) -> str:
    """One pydantic fault as a sentence with the file's own column; addresses and names are not repeated."""
    loc = fault["loc"]
    match loc:
        case ("owner", part):
            column = f"owner_{_COLUMNS.get(part, part)}"
        case ("contacts", int(number), part):
            column = f"{values['contacts'][number]['role']}_{_COLUMNS.get(part, part)}"
        case ("past", part, *_):
            column = _COLUMNS.get(part, part)
        case ("contract", part):
            column = str(part)
        case _:
            column = str(loc[0])
    if column in row.cells and not row.cells[column] and column in NEEDED:
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
    return f"{column} {in_words(fault)}"
