"""The columns of a table by the names that spreadsheets and CRMs give them: `Contract Start` and `contract-start` are `contract_start`."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from console.files.tables.cells import trimmed

CUSTOMER_SYNONYMS = {
    "customer_id": "id", "account_id": "id", "company_id": "id",
    "company": "name", "company_name": "name", "customer_name": "name", "account_name": "name",
    "time_zone": "timezone", "tz": "timezone",
    "country_code": "country", "language_code": "language",
    "csm": "owner_name", "csm_name": "owner_name", "owner": "owner_name", "csm_email": "owner_email", "csm_first_name": "owner_first_name",
    "start_date": "contract_start", "contract_start_date": "contract_start", "contract_begin": "contract_start",
    "end_date": "contract_end", "contract_end_date": "contract_end",
    "contract_days": "term_days", "days": "term_days",
    "arr": "annual_value", "acv": "annual_value", "annual_contract_value": "annual_value", "annual_recurring_revenue": "annual_value",
    "currency_code": "currency",
    "employees": "company_size", "number_of_employees": "company_size", "employee_count": "company_size",
    "client_since": "customer_since", "became_customer": "customer_since", "became_a_customer": "customer_since", "close_date": "customer_since",
    "onboarding_completed": "onboarded", "onboarding_done": "onboarded", "contract_term": "term", "unsubscribed": "opted_out",
    "auto_renewal": "auto_renew", "auto_renews": "auto_renew", "autorenew": "auto_renew", "renewal_type": "renews",
    "notice_period": "notice", "cancellation_notice": "notice", "notice_days": "notice",
    "champion": "champion_name", "sponsor": "sponsor_name", "is_trial": "trial", "enrolled": "enrolled_on", "enrolment_date": "enrolled_on",
}  # fmt: skip
"""Other names for columns of customers, where nobody can mean another column."""

_ATTRIBUTE = re.compile(r"attr:([A-Za-z_]\w*)", re.IGNORECASE)
_CONTACT = re.compile(r"contact:\s*([A-Za-z]+)\s*(?::\s*([\w -]+))?", re.IGNORECASE)


def plain_name(text: str) -> str:
    """A header's cell without capitals, spaces and signs, by which two of them are compared."""
    return re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", trimmed(text)).casefold()).strip("_")


def is_contact_or_attribute(name: str) -> bool:
    """Whether it is a column of a form of its own: `attr:NAME` or `contact:ROLE:LABEL`."""
    return _ATTRIBUTE.fullmatch(name) is not None or _CONTACT.fullmatch(name) is not None


class Columns:
    """The columns of one header: `names` has for each cell the column's own name, empty where it has none or is not known."""

    def __init__(
        self, header: Sequence[str], needed: Sequence[str], optional: Sequence[str], synonyms: Mapping[str, str], *, attributes: bool
    ) -> None:
        self._needed, self._known = needed, (*needed, *optional)
        self._header = [" ".join(trimmed(cell).split()) for cell in header]
        self._synonyms, self._attributes = synonyms, attributes
        self.names = [self._name(cell) for cell in self._header]

    def _name(self, cell: str) -> str:
        if self._attributes and (found := _ATTRIBUTE.fullmatch(cell)):
            return f"attr:{found[1]}"
        if self._attributes and (found := _CONTACT.fullmatch(cell)):
            return f"contact:{found[1].casefold()}:{(found[2] or '').casefold()}"
        name = plain_name(cell)
        name = re.sub(r"(?<![a-z])(?:e_mail|mail)(?:_address)?$|(?<![a-z])email_address$", "email", name)
        return name if name in self._known else self._synonyms.get(name, "")

    def is_passed_over(self, place: int) -> bool:
        """No column is: what nobody knows is a fault."""
        return False

    @property
    def how_many_known(self) -> int:
        """How many cells name a column."""
        return sum(map(bool, self.names))

    def problems(self) -> list[str]:
        """What is wrong with the header, a part of a sentence each."""
        if not any(self._header):
            return [f"the file is empty; it begins with the columns {', '.join(self._needed)}"]
        found = [f"the file has no column '{name}'" for name in self._needed if name not in self.names]
        twice = [cell for cell in dict.fromkeys(filter(None, self._header)) if self._header.count(cell) > 1]
        found += [f"the column '{cell}' stands there twice" for cell in twice]
        for name in dict.fromkeys(filter(None, self.names)):
            cells = dict.fromkeys(cell for cell, own in zip(self._header, self.names, strict=True) if own == name)
            if len(cells) > 1:
                found.append(f"the columns {' and '.join(repr(cell) for cell in cells)} are both {name}; take one out")
        for cell, name in dict.fromkeys(zip(self._header, self.names, strict=True)):
            if cell and not name:
                near = get_close_matches(cell.casefold(), self._known, 1)
                found.append(f"there is no column '{cell}'{f'; did you mean {near[0]}?' if near else ''}")
        return found
