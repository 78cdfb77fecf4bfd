"""Reads customers from CSV: a bad row is reported with its line and every reason, and the others are taken."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from console.files.customers.column_map import ColumnMap, read_mapped
from console.files.customers.contact_cells import read_contacts
from console.files.customers.customer_cells import (
    DAYS,
    ENDS,
    NEEDED,
    NO_DATE,
    NUMBERS,
    OPTIONAL,
    check_address,
    fault_in_words,
    read_contract,
)
from console.files.customers.past_cells import read_past, read_term
from console.files.forms import Forms
from console.files.tables.column_names import CUSTOMER_SYNONYMS
from console.files.tables.table import Duplicate, Row, RowFault, cell, read_table, scalar
from lifecycle.domain.enums import Renews, Tier
from lifecycle.domain.model import LATEST
from lifecycle.domain.people.customer import Customer
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.past import why_no_past
from lifecycle.rules.tiers import tier_of
from lifecycle.state.room import too_large


@dataclass(frozen=True)
class CustomerRow:
    """A customer as the file has it, and the local day on which it is enrolled (None: now). `given` are the columns that say something."""

    customer: Customer
    line: int
    enrolled_on: date | None = None
    given: frozenset[str] = frozenset()


def read_customers(
    text: str, playbook: Playbook | None, notes: list[str] | None = None, by: ColumnMap | None = None
) -> tuple[list[CustomerRow], list[RowFault]]:
    """The customers of a CSV text, and why the other rows are none. An empty tier is set by the playbook's rules (R12).

    To `notes` is added how dates and numbers were read that another file might not mean so. `by` says what the file calls our columns.
    """
    if by is not None:
        rows, faults = read_mapped(text, by, notes)
    else:
        rows, faults = read_table(text, NEEDED, (*ENDS, *OPTIONAL), CUSTOMER_SYNONYMS, attributes=True)
    forms = Forms(rows, DAYS, NUMBERS)
    if rows and not any(end in rows[0].cells for end in ENDS):
        return [], [RowFault(1, "the file needs a column 'contract_end' or 'term_days'")]
    taken: list[CustomerRow] = []
    counted: list[str] = []
    seen: dict[str, int] = {}
    for row in rows:
        reasons: list[str] = []
        name = row.get("id")
        if name and name in seen:
            faults.append(Duplicate(row.line, f"id '{name}' stands on line {seen[name]} already; every customer needs an id of its own"))
            continue
        seen.setdefault(name, row.line)
        made = _customer(row, forms, playbook, counted, reasons)
        faults += [RowFault(row.line, reason) for reason in reasons]
        if made is not None and not reasons:
            taken.append(made)
    if notes is not None:
        notes += [*forms.notes, *counted[:1], *([f"so it is in {len(counted) - 1} more rows"] if len(counted) > 1 else [])]
    return taken, sorted(faults, key=lambda fault: fault.line)


def _customer(row: Row, forms: Forms, playbook: Playbook | None, notes: list[str], reasons: list[str]) -> CustomerRow | None:
    reasons += [f"'{column}' is empty" for column in NEEDED if not row.get(column)]
    contract = read_contract(row, forms, reasons)
    enrolled = cell(row, "enrolled_on", reasons, forms.day, None, NO_DATE)
    if enrolled is not None and contract is not None and not contract["start"] <= enrolled < contract["end"]:
        reasons.append(f"enrolled_on {enrolled} lies outside the contract, which runs from {contract['start']} to {contract['end']}")
    values: dict[str, Any] = {
        "segment": row.get("segment") or "standard",
        "industry": row.get("industry"),
        "edition": row.get("edition"),
        "country": row.get("country"),
        "language": row.get("language") or "en",
        "company_size": cell(row, "company_size", reasons, forms.whole, 0, "no whole number; write digits alone, such as 250"),
        "attributes": {name[5:]: scalar(text) for name, text in row.cells.items() if name.startswith("attr:") and text},
    }
    check_address("owner_email", row.get("owner_email"), reasons)
    past = read_past(row, forms, playbook.milestones if playbook is not None else None, reasons)
    is_told = contract is not None
    if contract is None:
        contract = {"term": 1, "start": date(2026, 1, 1), "end": date(2027, 1, 1), "annual_value": 0.0}
    else:
        contract["term"] = read_term(row, forms, contract, past, notes, reasons)
        contract["renews"] = contract["renews"] or (playbook.contract.renews if playbook is not None else Renews.BY_DECISION)
    tier = _tier(row, values, contract, playbook, reasons)
    values |= {
        "id": row.get("id"),
        "name": row.get("name"),
        "timezone": row.get("timezone"),
        "goal": row.get("goal"),
        "tier": tier,
        "owner": {
            "name": row.get("owner_name"),
            "given_name": row.get("owner_first_name"),
            "email": row.get("owner_email"),
            "timezone": row.get("owner_timezone"),
            "country": row.get("owner_country"),
        },
        "contacts": read_contacts(row, reasons),
        "contract": contract,
        "past": past,
    }
    try:
        customer = Customer.model_validate(values)
        # Of a contract that does not read nothing follows for the past.
        if (why := too_large(customer) or (why_no_past(customer, enrolled or LATEST) if is_told else None)) is None:
            return CustomerRow(customer, row.line, enrolled, frozenset(name for name, text in row.cells.items() if text))
        reasons.append(why)
        return None
    except ValidationError as error:
        reasons += [told for fault in error.errors() if (told := fault_in_words(fault, values, row)) and told not in reasons]
        return None


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
        known["renews"] = contract.get("renews", Renews.BY_DECISION).value
        return tier_of(values | {"contract": known}, playbook)
    return Tier.C
