"""Days and moments as spreadsheets and CRMs write them: what is sure is read, what is ambiguous is refused with its row."""

from datetime import UTC

import pytest

from console.files.events_file import read_events
from tests.console.files.spreadsheets import read, row, table

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
