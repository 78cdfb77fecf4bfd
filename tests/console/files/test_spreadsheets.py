"""Customers as spreadsheets and CRMs write them: separators, columns, cells and people."""

import pytest

from lifecycle.domain.enums import Role
from tests.console.files.spreadsheets import CASES, HEADER, read, row, table


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
