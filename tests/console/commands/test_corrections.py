"""`correct`: every column of a customers file is corrected by it, or says in a sentence by what it is."""

import pytest

from console.commands.correct import OF_CONTRACT, events_of
from console.files.customers.customer_cells import ENDS, NEEDED, OPTIONAL
from lifecycle.domain.errors import Mistake
from lifecycle.domain.model import Scalar
from lifecycle.facts.events import CATALOGUE


def answer_to(column: str) -> list[tuple[str, dict[str, Scalar]]] | str:
    try:
        return events_of([f"{column}=x"], "a typing error")
    except Mistake as mistake:
        return str(mistake)


@pytest.mark.parametrize("column", [*NEEDED, *ENDS, *OPTIONAL, "attr:crm"])
def test_every_column_of_a_customers_file_is_corrected_or_says_by_what_it_is(column: str) -> None:
    answer = answer_to(column)
    if isinstance(answer, str):
        assert answer.startswith(f"Nothing is corrected: '{column}' ")
        return
    [(name, data)] = answer
    assert data["reason"] == "a typing error"
    assert OF_CONTRACT.get(column, column) in CATALOGUE[name].model_fields or column == "attr:crm"


@pytest.mark.parametrize(
    ("column", "how"),
    [
        (
            "champion_email",
            "is a contact's, who is known by its address: write contact:champion='Name <address>', or tell contact.left with 'starter.py event'.",
        ),
        ("auto_renew", "is told as renews=automatic or renews=by_decision."),
        ("customer_since", "stands from the enrolment on: 'starter.py remove' the customer, and enrol it again with the right row."),
    ],
)
def test_what_is_corrected_otherwise_says_how(column: str, how: str) -> None:
    with pytest.raises(Mistake) as refused:
        events_of([f"{column}=x", "language=de"], "a typing error")
    assert str(refused.value) == f"Nothing is corrected: '{column}' {how}"


def test_contacts_are_corrected_as_a_file_has_them_each_by_an_event() -> None:
    typed = ["contact:champion=Ana Costa <ana@acme.example>", "contact:user:tech=Bo Lind <bo@acme.example>; Cy Orr <cy@acme.example>"]
    told = events_of([*typed, "language=de"], "a typing error")
    assert told == [
        ("customer.changed", {"language": "de", "reason": "a typing error"}),
        *(
            ("contact.added", {"name": name, "email": email, "role": role, "reason": "a typing error"})
            for name, email, role in (
                ("Ana Costa", "ana@acme.example", "champion"),
                ("Bo Lind", "bo@acme.example", "user"),
                ("Cy Orr", "cy@acme.example", "user"),
            )
        ),
    ]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("contact:boss=Ana <ana@acme.example>", "contact:boss: 'boss' is no role; it is one of "),
        ("contact:user=Ana", "contact:user: 'Ana' is no name with an address; write Ana Costa <ana@acme.example>"),
        ("contact:user=Ana <ana@acme.example>; Bo <ana@acme.example>", "The address of the user is that of the user; "),
    ],
)
def test_a_contact_that_cannot_be_read_corrects_nothing(typed: str, says: str) -> None:
    with pytest.raises(Mistake) as refused:
        events_of([typed, "language=de"], "a typing error")
    assert str(refused.value).casefold().startswith(f"nothing is corrected: {says}".casefold())
