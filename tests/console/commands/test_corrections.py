"""`correct`: every column of a customers file is corrected by it, or says in a sentence by what it is."""

import pytest

from console.commands.correct import OF_CONTRACT, events_of
from console.files.customers.customer_cells import ENDS, NEEDED, OPTIONAL
from lifecycle.domain.errors import Mistake
from lifecycle.domain.model import Scalar
from lifecycle.facts.events import CATALOGUE


def answer_to(column: str) -> dict[str, dict[str, Scalar]] | str:
    try:
        return events_of([f"{column}=x"], "a typing error")
    except Mistake as mistake:
        return str(mistake)


@pytest.mark.parametrize("column", [*NEEDED, *ENDS, *OPTIONAL, "attr:crm", "contact:user:Ana"])
def test_every_column_of_a_customers_file_is_corrected_or_says_by_what_it_is(column: str) -> None:
    answer = answer_to(column)
    if isinstance(answer, str):
        assert answer.startswith(f"Nothing is corrected: '{column}' ")
        return
    [(name, data)] = answer.items()
    assert data["reason"] == "a typing error"
    assert OF_CONTRACT.get(column, column) in CATALOGUE[name].model_fields or column == "attr:crm"


@pytest.mark.parametrize(
    ("column", "how"),
    [
        (
            "champion_email",
            "is a contact's, who is known by its address: tell contact.added, contact.left or contact.opted_out with 'starter.py event'.",
        ),
        ("auto_renew", "is told as renews=automatic or renews=by_decision."),
        ("currency", "stands from the enrolment on: 'starter.py remove' the customer, and enrol it again with the right row."),
    ],
)
def test_what_is_corrected_otherwise_says_how(column: str, how: str) -> None:
    with pytest.raises(Mistake) as refused:
        events_of([f"{column}=x", "language=de"], "a typing error")
    assert str(refused.value) == f"Nothing is corrected: '{column}' {how}"
