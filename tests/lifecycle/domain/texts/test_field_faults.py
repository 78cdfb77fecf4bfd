"""What is wrong with an event's field is said in plain words, with what it is to be, and never in pydantic's."""

import pytest

from lifecycle.facts.events import FieldFaults, read_fields

SAID: list[tuple[str, str, object, str]] = [
    ("customer.changed", "language", "deutsch", "'language' is two small letters, such as en, and this says 'deutsch'"),
    ("customer.changed", "tier", "Z", "'tier' is one of 'A', 'B' or 'C', and this says 'Z'"),
    ("customer.changed", "name", "", "'name' is not empty, and this says ''"),
    ("customer.changed", "company_size", 3.5, "'company_size' is a whole number, and this says 3.5"),
    ("contract.amended", "annual_value", "12.500,00", "'annual_value' is a number, and this says '12.500,00'"),
    ("contract.amended", "annual_value", -1, "'annual_value' is 0 at least, and this says -1"),
    ("contract.amended", "end", "soon", "'end' is a day such as 2026-03-01, and this says 'soon'"),
    ("contract.amended", "notice", 30, "notice 30 is no duration: write a whole number and a unit, such as 7d, 3bd or 24h"),
    ("survey.answered", "score", 11, "'score' is 10 at most, and this says 11"),
    ("usage.reported", "count", float("nan"), "'count' is a number, and this says nan"),
    ("ticket.resolved", "first_contact", "perhaps", "'first_contact' is true or false, and this says 'perhaps'"),
    ("ticket.opened", "ticket", "T 17", "'ticket' is at most 64 letters, digits, '.', '_' or '-', and this says 'T 17'"),
    ("handoff.accepted", "by", 7, "'by' is a text, and this says 7"),
]


@pytest.mark.parametrize(("name", "field", "value", "sentence"), SAID)
def test_a_field_that_does_not_fit_is_told_what_it_is_to_be(name: str, field: str, value: object, sentence: str) -> None:
    with pytest.raises(FieldFaults) as refused:
        read_fields(name, {field: value})
    assert (field, f"{name}: {sentence}") in refused.value.faults
