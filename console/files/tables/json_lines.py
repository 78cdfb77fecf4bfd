"""A text with a JSON object a line as rows with their lines: what cannot be read is a fault of its line, and the rest goes on."""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from console.files.tables.cells import cleaned, fault_of
from console.files.tables.table import Row, RowFault

_NO_OBJECT = 'is no JSON object; write one such as {"customer": "acme", "at": "2026-03-01 14:30", "type": "login"}'


def read_json_lines(
    text: str, needed: Sequence[str], optional: Sequence[str], synonyms: Mapping[str, str]
) -> tuple[list[Row], list[RowFault]]:
    """The objects, their values as the cells of a row; a value that is an object itself stays JSON."""
    rows: list[Row] = []
    faults: list[RowFault] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip():
            continue
        reasons: list[str] = []
        cells = _cells(line, (*needed, *optional), synonyms, reasons)
        faults += [RowFault(number, reason) for reason in reasons]
        if not reasons:
            rows.append(Row(number, cells))
    if not rows and not faults:
        faults.append(RowFault(1, f"the file is empty; each of its lines is a JSON object with {', '.join(needed)}"))
    return rows, faults


def _cells(line: str, known: Sequence[str], synonyms: Mapping[str, str], reasons: list[str]) -> dict[str, str]:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as error:
        reasons.append(f"is no JSON: {error}")
        return {}
    if not isinstance(read, dict):
        reasons.append(_NO_OBJECT)
        return {}
    cells: dict[str, str] = {}
    for name, value in read.items():
        own = synonyms.get(name, name)
        if own not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f", only {', '.join(known)}"
            reasons.append(f"there is no '{name}'{hint}")
        elif own in cells:
            reasons.append(f"says {own} twice")
        else:
            cells[own] = cleaned(_text(value))
            if not isinstance(value, dict) and (why := fault_of(cells[own])) is not None:
                reasons.append(f"{own} {why}")
    return cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
