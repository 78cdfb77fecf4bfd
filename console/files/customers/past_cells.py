"""What a customer's row says of the time before its enrolment: since when, which term, whether onboarded, which milestones."""

import re
from collections.abc import Collection
from datetime import date
from difflib import get_close_matches
from typing import Any

from console.files.customers.customer_cells import NO_DATE
from console.files.forms import Forms
from console.files.tables.table import Row, Unclear, cell, yes_or_no
from lifecycle.domain.people.customer import Contract
from lifecycle.rules.past import terms_before


def read_past(row: Row, forms: Forms, milestones: Collection[str] | None, reasons: list[str]) -> dict[str, Any]:
    """The fields of the customer's past. `milestones` are those of the playbook; None where it is not known."""
    since = cell(row, "customer_since", reasons, forms.day, None, NO_DATE)
    onboarded, on = _onboarded(row, forms, reasons)
    return {"since": since, "onboarded": onboarded, "onboarded_on": on, "milestones": _milestones(row, forms, milestones, reasons)}


def read_term(row: Row, forms: Forms, contract: dict[str, Any], past: dict[str, Any], notes: list[str], reasons: list[str]) -> int:
    """Which term runs: as told, else counted from `customer_since` in terms as long as the present one, which is noted."""
    term = cell(row, "term", reasons, forms.whole, None, "no number of a term; write 1 for the first, 2 for the one after it")
    if contract["term"] == 0:
        if term:
            reasons.append(f"term {term} is no trial; leave trial or term empty")
        return 0
    if term is not None and not 1 <= term <= 1000:
        reasons.append(f"term '{row.get('term')}' is no number of a term; write 1 for the first, 2 for the one after it")
        return 1
    since: date | None = past["since"]
    if term is not None or since is None or since >= contract["start"]:
        return term or 1
    before = terms_before(Contract(term=1, start=contract["start"], end=contract["end"]), since)
    notes.append(
        f"line {row.line}: term {before + 1} runs, counted from customer_since {since}; the column 'term' says otherwise where it is not so"
    )
    return before + 1


def _onboarded(row: Row, forms: Forms, reasons: list[str]) -> tuple[bool, date | None]:
    text = row.get("onboarded")
    try:
        return yes_or_no(text), None
    except ValueError:
        on = cell(row, "onboarded", reasons, forms.day, None, "neither yes nor no nor a day; write it as 2026-03-01")
        return on is not None, on


def _milestones(row: Row, forms: Forms, known: Collection[str] | None, reasons: list[str]) -> dict[str, date | None]:
    """Of `imported=2025-03-01; decided`, both, the second of an unknown day."""
    found: dict[str, date | None] = {}
    for part in filter(None, map(str.strip, re.split(r"[;|\n]", row.get("milestones")))):
        name, sign, day = (piece.strip() for piece in re.split(r"(=|:)", part, maxsplit=1)) if re.search("[=:]", part) else (part, "", "")
        if known is not None and name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f", only {', '.join(known) or 'none'}"
            reasons.append(f"milestones: the playbook has no milestone '{name}'{hint}")
        elif name in found:
            reasons.append(f"milestones: '{name}' stands there twice")
        elif sign and not day:
            reasons.append(f"milestones: '{part}' has no day; write {name}=2026-03-01, or {name} alone where nobody knows the day")
        else:
            found[name] = _day(part, day, forms, reasons) if day else None
    return found


def _day(part: str, text: str, forms: Forms, reasons: list[str]) -> date | None:
    try:
        return forms.day(text)
    except Unclear as unclear:
        reasons.append(f"milestones: '{part}' {unclear}")
    except ValueError:
        reasons.append(f"milestones: '{part}' has {NO_DATE}")
    return None
