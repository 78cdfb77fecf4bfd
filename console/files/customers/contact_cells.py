"""The contacts of a customer's row: champion and sponsor, and whoever else stands in a column of the form `contact:ROLE:LABEL`."""

import re

from console.files.customers.customer_cells import check_address
from console.files.tables.table import Row
from lifecycle.domain.enums import Category, Role
from lifecycle.domain.texts.addresses import address_key

_MAILBOX = re.compile(r"\"?([^<>\"]+?)\"?\s*<\s*([^<>\s]+)\s*>")
_REFUSABLE: list[Category] = [category for category in Category if category is not Category.OPERATIONAL]
_ALL, _NONE = ("all", "yes", "true", "1"), ("", "no", "none", "false", "0")

Told = dict[str, str | list[Category]]
"""A contact's fields."""


def read_contacts(row: Row, reasons: list[str]) -> list[Told]:
    """The row's contacts, each with what it refuses to hear."""
    everybody = _refused(row, "opted_out", reasons)
    found = [told for role in (Role.CHAMPION, Role.SPONSOR) if (told := _by_columns(row, role, reasons)) is not None]
    for column in row.cells:
        if column.startswith("contact:") and row.get(column):
            found += _mailboxes(column, row.get(column), reasons)
    _each_once(found, reasons)
    for told in found:
        refused = _refused(row, f"{told['role']}_opted_out", reasons) if "by_column" in told else []
        told.pop("by_column", None)
        if everybody or refused:
            told["opted_out"] = [category for category in _REFUSABLE if category in (*everybody, *refused)]
    if everybody and not found:
        reasons.append("opted_out says that somebody refuses messages, and the row has no contact; leave it empty or name who")
    return found


def _by_columns(row: Row, role: Role, reasons: list[str]) -> Told | None:
    name, email = row.get(f"{role}_name"), row.get(f"{role}_email")
    check_address(f"{role}_email", email, reasons)
    if bool(name) != bool(email):
        reasons.append(f"the {role} has {'a name and no email' if name else 'an email and no name'}; give both or neither")
    if not name or not email:
        return None
    said: Told = {"given_name": row.get(f"{role}_first_name"), "timezone": row.get(f"{role}_timezone"), "by_column": "yes"}
    return {"name": name, "email": email, "role": role.value} | said


def _mailboxes(column: str, text: str, reasons: list[str]) -> list[Told]:
    """Of `Ana Costa <ana@acme.example>; Bo Lind <bo@acme.example>`, both."""
    named, role = column.rstrip(":"), column.split(":")[1]
    if role not in list(Role):
        reasons.append(f"{named}: '{role}' is no role; it is one of {', '.join(Role)}")
        return []
    found: list[Told] = []
    for part in filter(None, map(str.strip, text.split(";"))):
        mailbox = _MAILBOX.fullmatch(part)
        if mailbox is None:
            reasons.append(f"{named}: '{part}' is no name with an address; write Ana Costa <ana@acme.example>, and a semicolon between two")
            continue
        check_address(named, mailbox[2], reasons)
        found.append({"name": mailbox[1], "email": mailbox[2], "role": role})
    return found


def _each_once(found: list[Told], reasons: list[str]) -> None:
    seen: dict[str, str] = {}
    for told in found:
        key, role = address_key(str(told["email"])), str(told["role"])
        if key in seen:
            reasons.append(f"the address of the {role} is that of the {seen[key]}; a person has one role, so leave one of them out")
        seen.setdefault(key, role)


def _refused(row: Row, column: str, reasons: list[str]) -> list[Category]:
    """The categories that the cell names; `all` or `yes` for each that can be refused."""
    text = row.get(column).casefold()
    if text in _NONE:
        return []
    if text in _ALL:
        return _REFUSABLE
    names = [name for name in re.split(r"[\s,;|]+", text) if name]
    wrong = [name for name in names if name not in _REFUSABLE]
    if wrong:
        reasons.append(f"{column}: '{wrong[0]}' cannot be refused; write all, or some of {', '.join(_REFUSABLE)}")
        return []
    return [Category(name) for name in names]
