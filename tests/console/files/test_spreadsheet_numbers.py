"""Numbers as spreadsheets and CRMs write them: what is sure is read, what is ambiguous is refused with its row."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.console.files.spreadsheets import HEADER, read, row, table

SURE_AMOUNTS: dict[str, tuple[float, str]] = {
    "12000": (12000.0, "USD"), "12000.50": (12000.5, "USD"), "12000.5": (12000.5, "USD"), "9999.99": (9999.99, "USD"),
    "12.500,00": (12500.0, "USD"), "12,500.00": (12500.0, "USD"), "1.234.567": (1234567.0, "USD"), "1,234,567": (1234567.0, "USD"),
    "12,5": (12.5, "USD"), "12000,50": (12000.5, "USD"), "12000,500": (12000.5, "USD"), "0,500": (0.5, "USD"), "0.125": (0.125, "USD"),
    "12'500.00": (12500.0, "USD"), "12’500": (12500.0, "USD"), "12'500.-": (12500.0, "USD"), "12 500,00": (12500.0, "USD"),
    "12\u00a0500": (12500.0, "USD"), "12\u202f500,50": (12500.5, "USD"), "1\u2009234\u2009567": (1234567.0, "USD"),
    "1,23,456.00": (123456.0, "USD"), "12,34,567": (1234567.0, "USD"), "₹1,23,456.50": (123456.5, "INR"),
    "€12.500,00": (12500.0, "EUR"), "12.500,00 €": (12500.0, "EUR"), "12.500,00\u00a0€": (12500.0, "EUR"), "EUR 12500": (12500.0, "EUR"),
    "12500 CHF": (12500.0, "CHF"), "£12,500.00": (12500.0, "GBP"), "$12,500.00": (12500.0, "USD"), "R$ 1.000,00": (1000.0, "BRL"),
    "1,234.567": (1234.567, "USD"), "1.234,567": (1234.567, "USD"),
    "12.500,-": (12500.0, "USD"), "12,500.-": (12500.0, "USD"), "€ 12.500,--": (12500.0, "EUR"), "12 500,- €": (12500.0, "EUR"), "12500,-": (12500.0, "USD"),
    "₹ 1,00,000/-": (100000.0, "INR"), "12500円": (12500.0, "JPY"), "12 500 Ft": (12500.0, "HUF"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), SURE_AMOUNTS.items())
def test_an_amount_that_can_be_no_other_is_read(text: str, amount: tuple[float, str]) -> None:
    [one], faults, _ = read(table(row(annual_value=text)))
    assert ((one.customer.contract.annual_value, one.customer.contract.currency), faults) == (amount, [])


NO_AMOUNT = "is no amount; write digits and at most one point, such as 12000.50"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("12.500", "may be 12.5 or 12500, and nothing else in the file says which; write it as 12500.00"),
        ("12,500", "may be 12.5 or 12500, and nothing else in the file says which; write it as 12500.00"),
        ("€12.500", "may be 12.5 or 12500, and nothing else in the file says which; write it as 12500.00"),
        *[(text, NO_AMOUNT) for text in (
            "-1", "(500)", "1.2e5", "12,5E+03", "12.5k", "12..5", "1.234,567,890", "1.234.56", "12 5000", "1 234'567", "1.234 567", "١٢٠٠٠",
            "12,", ".5", "12,500,-", "1.2,5,-", "€ 5 $", "five", "50%", "1,2345,678",
        )],
    ],
)  # fmt: skip
def test_an_amount_that_is_none_or_may_be_another_is_refused_with_its_row(text: str, fault: str) -> None:
    rows, faults, _ = read(table(row("before"), row(annual_value=f'"{text}"'), row("after")))
    assert ([one.customer.id for one in rows], faults) == (["before", "after"], [f"line 3: annual_value '{text}' {fault}"])


@pytest.mark.parametrize(
    ("deciding", "amount", "note"),
    [
        ("1.200,50", 12500.0, ["numbers are read with a decimal comma, as '1.200,50' on line 3 is written"]),
        ("1,200.50", 12.5, ["numbers are read with a decimal point, as '1,200.50' on line 3 is written"]),
        ("1.234.567", 12500.0, ["numbers are read with a decimal comma, as '1.234.567' on line 3 is written"]),
        ("9,5", 12500.0, ["numbers are read with a decimal comma, as '9,5' on line 3 is written"]),
    ],
)
def test_one_amount_decides_how_the_others_are_read_and_which_reading_was_taken_is_said(
    deciding: str, amount: float, note: list[str]
) -> None:
    rows, faults, notes = read(table(row(annual_value="12.500"), row("b", annual_value=deciding)))
    assert (rows[0].customer.contract.annual_value, faults, notes) == (amount, [], note)


def test_amounts_that_contradict_each_other_decide_nothing() -> None:
    rows, faults, notes = read(table(row(annual_value="12.500"), row("b", annual_value="1.200,50"), row("c", annual_value="1,200.50")))
    assert [one.customer.contract.annual_value for one in rows] == [1200.5, 1200.5]
    assert faults == [
        "line 2: annual_value '12.500' may be 12.5 or 12500, and the file has both ways, on lines 3 and 4; write it as 12500.00"
    ]
    assert notes == []


def test_an_ordinary_file_needs_no_note() -> None:
    assert read(table(row(annual_value="12000.50"), row("b")))[2] == []


@pytest.mark.parametrize(("text", "size"), [("1,200", 1200), ("1.200", 1200), ("1 200", 1200), ("250.0", 250), ("12,34,567", 1234567)])
def test_a_whole_number_is_read_with_its_thousands(text: str, size: int) -> None:
    [one], faults, _ = read(table([*row(), f'"{text}"'], header=(*HEADER, "Employees")))
    assert (one.customer.company_size, faults) == (size, [])


@pytest.mark.parametrize("text", ["1.000", "1,000"])
def test_a_whole_number_that_may_be_one_with_decimals_is_refused(text: str) -> None:
    fault = f"line 2: company_size '{text}' may be 1 or 1000, and nothing else in the file says which; write it as 1000.00"
    assert read(table([*row(), text], header=(*HEADER, "company_size")))[1] == [fault]


@pytest.mark.parametrize(
    ("value", "currency", "fault"),
    [
        ("€500", "EUR", []),
        ("€500", "", []),
        ("$500", "CAD", []),
        ("€500", "USD", ["line 2: annual_value '€500' is in EUR, and currency says USD"]),
        ("500 kr", "NOK", []),
        ("¥500", "JPY", []),
        ("Rs. 500", "PKR", []),
        ("500 kr", "", ["line 2: annual_value '500 kr' is in SEK, NOK, DKK or ISK; say which in a column 'currency'"]),
        ("¥500", "", ["line 2: annual_value '¥500' is in JPY or CNY; say which in a column 'currency'"]),
        ("¥500", "USD", ["line 2: annual_value '¥500' is in JPY or CNY, and currency says USD"]),
        ("500 GBP", "EUR", ["line 2: annual_value '500 GBP' is in GBP, and currency says EUR"]),
    ],
)
def test_a_currency_that_an_amount_names_is_the_contract_s_and_no_other(value: str, currency: str, fault: list[str]) -> None:
    rows, faults, _ = read(table([*row(annual_value=value), currency], header=(*HEADER, "currency")))
    assert faults == fault
    assert [one.customer.contract.currency for one in rows] == ([] if fault else [currency or "EUR"])


@given(st.text(alphabet="0123456789.,' €-\u00a0'", max_size=14))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_for_an_amount_is_read_as_its_own_digits_or_refused(text: str) -> None:
    rows, faults, _ = read(table(row(annual_value=f'"{text}"')))
    assert bool(rows) != bool(faults)
    if rows and any(letter.isdigit() for letter in text):
        digits = "".join(letter for letter in text if letter.isdigit())
        assert f"{Decimal(repr(rows[0].customer.contract.annual_value)):f}".replace(".", "").strip("0") == digits.strip("0")
