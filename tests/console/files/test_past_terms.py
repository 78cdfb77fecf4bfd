"""Past terms are read as spreadsheets write them; a bad row is reported with its line and every reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.reports.backtest.spells import Reading, Spell
from console.files.past_terms import read_past_terms
from lifecycle.domain.enums import Band

TABLE = """Customer ID;Date;Health;Use of it;Payment;Lost
acme;2025-01-01;82,5;90;100;
acme;2025-02-01;35;12,5;;
bolt;2025-01-01;50;;100;2025-06-01
"""


def read(text: str) -> list[Spell]:
    spells, faults = read_past_terms(text)
    assert faults == []
    return spells


def faults(*rows: str, header: str = "customer,day,score,usage,lost_on") -> list[str]:
    return [str(fault) for fault in read_past_terms("\n".join([header, *rows]) + "\n")[1]]


def test_a_table_is_read_with_every_other_column_as_a_factor() -> None:
    assert read(TABLE) == [
        Spell(
            "acme",
            (
                Reading(date(2025, 1, 1), Band.GREEN, {"use_of_it": 90.0, "payment": 100.0}),
                Reading(date(2025, 2, 1), Band.RED, {"use_of_it": 12.5}),
            ),
            date(2025, 6, 1),
            False,
        ),
        Spell("bolt", (Reading(date(2025, 1, 1), Band.YELLOW, {"payment": 100.0}),), date(2025, 6, 1), True),
    ]


def test_a_band_that_is_told_goes_before_the_score() -> None:
    [spell] = read("customer,day,score,band,lost_on\nacme,2025-01-01,90,Red,2025-03-01\n")
    assert [reading.band for reading in spell.readings] == [Band.RED]


def test_a_loss_told_in_one_row_is_the_customers_in_all_and_what_came_after_is_another_term() -> None:
    told = "acme,2025-01-01,90,\nacme,2025-02-01,20,2025-03-01\nacme,2025-06-01,80,\nacme,2025-07-01,80,2025-12-01\nacme,2026-01-01,80,\n"
    spells = read(f"customer,day,score,lost_on\n{told}bolt,2026-02-01,80,\n")
    assert [(spell.customer, len(spell.readings), spell.until, spell.lost) for spell in spells] == [
        ("acme", 2, date(2025, 3, 1), True),
        ("acme", 2, date(2025, 12, 1), True),
        ("acme", 1, date(2026, 2, 1), False),
        ("bolt", 0, date(2026, 2, 1), False),
    ]


BAD = {
    "score beyond 100": ("a,2025-01-01,120,,", "score '120' is not from 0 to 100; bring it to that scale, on which 0 is the worst"),
    "factor that is no number": (
        "a,2025-01-01,,much,",
        "usage 'much' is no number; write one from 0 to 100, or nothing where it was not known",
    ),
    "no customer": (",2025-01-01,1,,", "'customer' is empty"),
    "no day": ("a,,1,,", "'day' is empty"),
    "day that is none": ("a,2025-02-30,1,,", "day '2025-02-30' is no date; write it as 2026-03-01"),
    "day that may be two": (
        "a,01/02/2025,1,,",
        "day '01/02/2025' may be 2 January 2025 or 1 February 2025, and nothing else in the file says which",
    ),
    "lost before it was read": (
        "a,2025-03-01,1,,2025-03-01",
        "lost_on 2025-03-01 is not after day 2025-03-01; what was read when a customer was lost warns of nothing, so take the row out",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_told_with_its_line(case: str) -> None:
    row, reason = BAD[case]
    [fault] = faults("b,2025-01-01,1,2,", row)
    assert fault.startswith(f"line 3: {reason}")


def test_a_band_that_is_none() -> None:
    assert faults("a,2025-01-01,orange,", header="customer,day,band,lost_on") == [
        "line 2: band 'orange' is none; write green, yellow or red, or nothing"
    ]


HEADERS = {
    "": "the file is empty; it begins with the columns customer, day, lost_on, and score or a column for each factor",
    "customer,score": "the file has no column 'day'; the file has no column 'lost_on'",
    "customer,day,lost_on": "there is nothing to test: add a column 'score', 'band', or one for each factor",
    "customer,day,date,lost_on,score": "the column 'day' stands there twice",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_says_too_little(header: str) -> None:
    assert [str(fault) for fault in read_past_terms(f"{header}\n")[1]] == [f"line 1: {HEADERS[header]}"]


@given(st.text())
def test_whatever_the_file_holds_it_is_read_or_refused(text: str) -> None:
    read_past_terms(text)
    read_past_terms(f"customer,day,lost_on,score\n{text}")
