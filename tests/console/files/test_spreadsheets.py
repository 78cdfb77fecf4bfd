"""Customers as spreadsheets and CRMs write them: what is sure is read, what is ambiguous is refused with its row."""

from datetime import UTC
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.files.customers.customers_file import CustomerRow, read_customers
from console.files.events_file import read_events
from lifecycle.domain.enums import Role
from runtime.playbook_files import load

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases"
STANDARD, _ = load(ROOT / "playbooks" / "standard.yaml")
HEADER = ("id", "name", "timezone", "country", "owner_name", "owner_email", "contract_start", "term_days", "annual_value")
CELLS = ("acme", "Acme GmbH", "Europe/Berlin", "DE", "Kim Lee", "kim@us.example", "2026-03-02", "365", "12000")


def row(id: str = "acme", **cells: str) -> list[str]:
    return [cells.get(column, cell) for column, cell in zip(HEADER, (id, *CELLS[1:]), strict=True)]


def table(*rows: list[str], header: tuple[str, ...] = HEADER, separator: str = ";") -> str:
    return "\n".join(separator.join(cells) for cells in (header, *rows)) + "\n"


def read(text: str) -> tuple[list[CustomerRow], list[str], list[str]]:
    notes: list[str] = []
    rows, faults = read_customers(text, STANDARD, notes)
    return rows, [str(fault) for fault in faults], notes


# ---- separators


def test_excel_s_first_line_names_the_separator_and_lines_count_as_in_the_file() -> None:
    text = (CASES / "29-excel-sep-line.csv").read_text(encoding="utf-8")
    [one], faults, _ = read(text)
    assert (one.line, one.customer.id, faults) == (3, "acme", [])
    assert read(text.replace("Europe/Berlin", "Mars"))[1][0].startswith("line 3: timezone 'Mars' is no time zone")


@pytest.mark.parametrize(
    ("first", "separator"),
    [
        ("sep=;\n", ";"), ("sep=,\n", ","), ("sep=\t\n", "\t"), ("sep=|\n", "|"), ("SEP=;\r\n", ";"), ('"sep=;"\n', ";"),
        ("\ufeffsep=;\n", ";"), ("sep=;;;;;;;;;\n", ";"), ("", ","), ("", ";"), ("", "\t"), ("", "|"), ("\n\n", ";"), (";;;;\n", ";"),
    ],
)  # fmt: skip
def test_cells_stand_between_what_the_file_has_between_them(first: str, separator: str) -> None:
    [one], faults, _ = read(first + table(row(), separator=separator))
    assert (one.customer.name, one.line, faults) == ("Acme GmbH", 2 + first.count("\n"), [])


def test_a_comma_within_a_cell_of_a_table_of_semicolons_is_a_comma() -> None:
    [one], faults, _ = read(table(row(name="Acme, Berlin, Bonn")))
    assert (one.customer.name, faults) == ("Acme, Berlin, Bonn", [])


# ---- columns


@pytest.mark.parametrize(
    "header",
    [
        ("ID", "Name", "Time Zone", "Country", "Owner Name", "Owner Email", "Contract Start", "Term Days", "Annual Value"),
        ("id", "company", "Timezone", "Country Code", "CSM", "CSM E-Mail", "Start Date", "contract-days", "ARR"),
        (
            " Customer ID ",
            "Account Name",
            "TIME_ZONE",
            "COUNTRY",
            "owner.name",
            "Owner e-mail address",
            "contract start date",
            "Days",
            "ACV",
        ),
        ("\ufeffid\u00a0", "name", "timezone", "country", "owner  name", '"owner\nemail"', "contract_start", "term_days", "annual_value"),
    ],
    ids=["words", "a CRM's words", "signs", "what shows nothing"],
)
def test_a_column_is_known_by_the_names_that_people_give_it(header: tuple[str, ...]) -> None:
    [one], faults, _ = read(table(row(), header=header))
    assert (one.customer.owner.email, one.customer.contract.annual_value, faults) == ("kim@us.example", 12000.0, [])


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (("id", *HEADER), "the column 'id' stands there twice"),
        (("ID", *HEADER), "the columns 'ID' and 'id' are both id; take one out"),
        (("Customer ID", *HEADER), "the columns 'Customer ID' and 'id' are both id; take one out"),
        (("zzz", *HEADER), "there is no column 'zzz'"),
        (("Segmnet", *HEADER), "there is no column 'Segmnet'; did you mean segment?"),
    ],
)
def test_a_header_that_does_not_say_what_is_what_is_one_fault_of_the_file(header: tuple[str, ...], fault: str) -> None:
    assert read(table(["x", *row()], header=header))[:2] == ([], [f"line 1: {fault}"])


def test_empty_columns_and_lines_at_the_end_are_nothing() -> None:
    text = table([*row(), "", ""], [""] * 11, [*row("b"), "", "", "", ""], header=(*HEADER, "", ""))
    rows, faults, _ = read(text + "\n;;;;\n  \n")
    assert ([one.customer.id for one in rows], faults) == (["acme", "b"], [])


def test_cells_under_no_name_may_be_left_out_at_the_end() -> None:
    rows, faults, _ = read(table(row(), [*row("b"), ""], row("c")[:-1], header=(*HEADER, "", "")))
    assert [one.customer.id for one in rows] == ["acme", "b"]
    assert faults == ["line 4: has 8 cells, and the header has 11; put a cell that holds a semicolon in quotes"]


def test_a_cell_under_no_name_is_told() -> None:
    assert read(table([*row(), "x"], [*row("b"), ""], header=(*HEADER, "")))[1] == ["line 2: has 'x' in column 10, which has no name"]


# ---- cells


def test_what_spreadsheets_put_around_a_text_is_no_part_of_it() -> None:
    [one], faults, _ = read(table(row('="007"', name="\u00a0Acme\u200b ", owner_email="\ufeffkim@us.example ")))
    assert (one.customer.id, one.customer.name, one.customer.owner.email, faults) == ("007", "Acme", "kim@us.example", [])


def test_a_line_break_within_quotes_is_within_a_cell() -> None:
    rows, faults, _ = read(table(row(name='"Acme\r\nGmbH"'), row("b", timezone="Mars")))
    assert ([one.line for one in rows], [fault[:7] for fault in faults]) == ([2], ["line 4:"])


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"name": "Ac\0me"}, "name holds a NUL, which no text has: export the file anew"),
        ({"annual_value": "#N/A"}, "annual_value is a spreadsheet's error, #N/A"),
        ({"name": "#REF!"}, "name is a spreadsheet's error, #REF!"),
    ],
)
def test_what_is_no_cell_is_told_and_the_other_rows_are_taken(cells: dict[str, str], fault: str) -> None:
    rows, faults, _ = read(table(row(**cells), row("b")))
    assert ([one.customer.id for one in rows], faults) == (["b"], [f"line 2: {fault}"])


@pytest.mark.parametrize("yes", ["TRUE", "Yes", "y", "1", "WAHR", "ja", "VRAI", "oui", "VERDADERO", "sí"])
@pytest.mark.parametrize("no", ["", "FALSE", "No", "n", "0", "FALSCH", "nein", "FAUX", "non", "FALSO"])
def test_a_trial_is_said_as_a_spreadsheet_says_true(yes: str, no: str) -> None:
    rows, faults, _ = read(table([*row(), yes], [*row("b"), no], header=(*HEADER, "trial")))
    assert ([one.customer.contract.term for one in rows], faults) == ([0, 1], [])


# ---- people


def test_a_given_name_has_a_column_of_its_own() -> None:
    header = (*HEADER, "owner_first_name", "Champion Name", "Champion First Name", "Champion E-Mail", "sponsor_name", "sponsor_email")
    cells = ["Kimmy", "Dr. Maria Lopez", "Mia", "maria@acme.example", "Prof. Dr. Hans Weber", "hans@acme.example"]
    [one], faults, _ = read(table([*row(), *cells], header=header))
    people = [(contact.role, contact.first_name) for contact in one.customer.contacts]
    assert (people, one.customer.owner.first_name, faults) == ([(Role.CHAMPION, "Mia"), (Role.SPONSOR, "Hans")], "Kimmy", [])


@pytest.mark.parametrize(
    "email", ["a..b@acme.example", "ana.@acme.example", "mailto:ana@acme.example", "ana@acme..example", "josé@acme.example"]
)
@pytest.mark.parametrize("whose", ["owner", "champion", "sponsor"])
def test_an_address_that_no_message_can_carry_is_told_with_its_row_and_the_others_are_taken(email: str, whose: str) -> None:
    header = (*HEADER, "champion_name", "champion_email", "sponsor_name", "sponsor_email")
    people = dict(zip(header[9:], ["Ana Silva", "ana@acme.example", "Bo Berg", "bo@acme.example"], strict=True))
    broken = dict(zip(HEADER, row("broken"), strict=True)) | people | {f"{whose}_email": email}
    rows, [fault], _ = read(table([*row(), *people.values()], [broken[column] for column in header], header=header))
    assert [one.customer.id for one in rows] == ["acme"]
    assert fault.startswith(f"line 3: {whose}_email is no email address that a message can be sent to: ")


# ---- dates

SURE_DAYS = {
    "2026-03-01": "2026-03-01", "2026/3/1": "2026-03-01", "2026.03.01": "2026-03-01", "20260301": "2026-03-01",
    "2026-03-01 00:00:00": "2026-03-01", "2026-03-01T00:00:00.000Z": "2026-03-01", "2026-03-01T00:00:00+01:00": "2026-03-01",
    "01.03.2026": "2026-03-01", "1.3.2026": "2026-03-01", "1. 3. 2026": "2026-03-01", "25/03/2026": "2026-03-25", "03/25/2026": "2026-03-25",
    "25-03-2026": "2026-03-25", "3/25/2026 12:00:00 AM": "2026-03-25", "05/05/2026": "2026-05-05", "1 Mar 2026": "2026-03-01",
    "01-Mar-2026": "2026-03-01", "March 1, 2026": "2026-03-01", "1st March 2026": "2026-03-01", "1. März 2026": "2026-03-01",
    "1 mars 2026": "2026-03-01", "1 de marzo de 2026": "2026-03-01", "1 maart 2026": "2026-03-01", "29.02.2028": "2028-02-29",
    "Monday, March 2, 2026": "2026-03-02", "Montag, 2. März 2026": "2026-03-02", "Mon, 2 Mar 2026": "2026-03-02", "lundi 2 mars 2026": "2026-03-02",
    "lunes, 2 de marzo de 2026": "2026-03-02", "Mon 02/03/2026": "2026-03-02", "Tue 02/03/2026": "2026-02-03", "2026-03-02 (Mon)": "2026-03-02",
    "2. Mrz 2026": "2026-03-02", "2026年3月2日": "2026-03-02", "2026년 3월 2일": "2026-03-02", "2 marca 2026": "2026-03-02", "2 марта 2026": "2026-03-02",
    "2 Mayıs 2026": "2026-05-02", "2. března 2026": "2026-03-02", "2 mars 2026": "2026-03-02", "2 maaliskuuta 2026": "2026-03-02",
}  # fmt: skip


@pytest.mark.parametrize(("text", "day"), SURE_DAYS.items())
def test_a_day_that_can_be_no_other_is_read(text: str, day: str) -> None:
    [one], faults, _ = read(table(row(contract_start=f'"{text}"')))
    assert (str(one.customer.contract.start), faults) == (day, [])


NOTHING_SAYS = "and nothing else in the file says which; write it as 2026-03-01"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("01/02/2026", f"may be 2 January 2026 or 1 February 2026, {NOTHING_SAYS}"),
        ("1-2-2026", f"may be 2 January 2026 or 1 February 2026, {NOTHING_SAYS}"),
        ("12/11/2026", f"may be 12 November 2026 or 11 December 2026, {NOTHING_SAYS}"),
        ("01-Mar-26", "has a year of two digits; write it as 2026-03-01"),
        ("1.3.26", "has a year of two digits; write it as 2026-03-01"),
        ("46082", "is a spreadsheet's own number of a day; format the column as dates, such as 2026-03-01"),
        ("46082.0", "is a spreadsheet's own number of a day; format the column as dates, such as 2026-03-01"),
        ("31.02.2026", "is no date; write it as 2026-03-01"),
        ("13/13/2026", "is no date; write it as 2026-03-01"),
        ("2026-03-01 23:30", "is no date; write it as 2026-03-01"),
        ("01.03.1926", "is no date; write it as 2026-03-01"),
        ("March 2026", "is no date; write it as 2026-03-01"),
        ("Tuesday, March 2, 2026", "names another weekday than that day has; write it as 2026-03-01"),
        ("Someday, March 2, 2026", "is no date; write it as 2026-03-01"),
        ("Mon Mon 2 March 2026", "is no date; write it as 2026-03-01"),
        ("Mon, " * 5000 + "2 March 2026", "is no date; write it as 2026-03-01"),
        ("Mon" + " " * 20_000 + "x", "is no date; write it as 2026-03-01"),
        ("Q1 2026", "is no date; write it as 2026-03-01"),
    ],
)
def test_a_day_that_is_none_or_may_be_another_is_refused_with_its_row(text: str, fault: str) -> None:
    rows, faults, _ = read(table(row("before"), row(contract_start=text), row("after")))
    assert ([one.customer.id for one in rows], faults) == (["before", "after"], [f"line 3: contract_start '{text}' {fault}"])


@pytest.mark.parametrize(
    ("deciding", "day", "note"),
    [
        ("25/03/2026", "2026-02-01", "dates are read as day/month/year, as '25/03/2026' on line 3 is written"),
        ("03/25/2026", "2026-01-02", "dates are read as month/day/year, as '03/25/2026' on line 3 is written"),
        ("25.03.2026", "2026-02-01", "dates are read as day/month/year, as '25.03.2026' on line 3 is written"),
        ("13-03-2026", "2026-02-01", "dates are read as day/month/year, as '13-03-2026' on line 3 is written"),
    ],
)
def test_one_row_decides_how_the_others_are_read_and_which_reading_was_taken_is_said(deciding: str, day: str, note: str) -> None:
    rows, faults, notes = read(table(row(contract_start="01/02/2026"), row("b", contract_start=deciding)))
    assert (str(rows[0].customer.contract.start), faults, notes) == (day, [], [note])


def test_rows_that_contradict_each_other_decide_nothing() -> None:
    rows, faults, notes = read(
        table(row(contract_start="01/02/2026"), row("b", contract_start="25/03/2026"), row("c", contract_start="03/26/2026"))
    )
    assert [str(one.customer.contract.start) for one in rows] == ["2026-03-25", "2026-03-26"]
    assert faults == [
        "line 2: contract_start '01/02/2026' may be 2 January 2026 or 1 February 2026, and the file has both ways, on lines 3 and 4; "
        "write it as 2026-03-01"
    ]
    assert notes == []


# ---- numbers

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


# ---- events


def test_events_are_read_as_spreadsheets_write_them() -> None:
    notes: list[str] = []
    text = (
        "sep=;\nCustomer;At;Event Type;Data\n"
        "acme;01/07/2026 9:00;login;\nacme;13/07/2026 09:30:15;login;\nacme;7/1/2026 9:00 PM;login;\nacme;01.07.2026T09:00+00:00;login;\n"
    )
    taken, faults = read_events(text, {"acme": "Europe/Berlin"}, notes)
    assert [f"{one.event.at:%Y-%m-%d %H:%M:%S}" for one in taken] == [
        "2026-07-01 07:00:00",
        "2026-07-13 07:30:15",
        "2026-01-07 20:00:00",
        "2026-07-01 09:00:00",
    ]
    assert (faults, notes) == ([], ["dates are read as day/month/year, as '13/07/2026' on line 4 is written"])


@pytest.mark.parametrize(
    ("at", "utc"),
    [
        ("2026-07-01T09:00:00.123Z", "07-01 09:00:00.123000"), ("2026-07-01T09:00:00.123456789+02:00", "07-01 07:00:00.123456"),
        ("2026-07-01T09:00:00+0200", "07-01 07:00:00.000000"), ("2026-07-01 09:00 UTC", "07-01 09:00:00.000000"),
        ("2026-07-01 09:00:00 +00:00", "07-01 09:00:00.000000"), ("2026-07-01 09:00:00.5", "07-01 07:00:00.500000"),
        ("Wednesday, July 1, 2026 9:00 AM", "07-01 07:00:00.000000"),
    ],
)  # fmt: skip
def test_a_moment_is_read_as_programs_write_it(at: str, utc: str) -> None:
    [one], faults = read_events(f'customer,at,type\nacme,"{at}",login\n', {"acme": "Europe/Berlin"})
    assert (f"{one.event.at.astimezone(UTC):%m-%d %H:%M:%S.%f}", faults) == (utc, [])


def test_an_event_of_an_ambiguous_day_is_refused_with_its_row() -> None:
    _, [fault] = read_events("customer,at,type\nacme,01/07/2026 09:00,login\n", {"acme": "UTC"})
    assert str(fault) == f"line 2: at '01/07/2026 09:00' may be 7 January 2026 or 1 July 2026, {NOTHING_SAYS}"
