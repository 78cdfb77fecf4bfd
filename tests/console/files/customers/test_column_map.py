"""A CRM's export is read under its own column names: by a map of one's own, or one that is shipped."""

from datetime import date
from pathlib import Path

import pytest

from console.files.customers.column_map import ColumnMap, load_map, shipped_maps
from console.files.customers.customers_file import CustomerRow, read_customers
from lifecycle.domain.enums import Role
from lifecycle.domain.errors import Mistake
from lifecycle.domain.time.calendar import check_country
from lifecycle.domain.time.zones import check_zone
from tests.console.files.customers.test_customers_file import STANDARD

OWNERS = {"owner_email": {"Kim Lee": "kim@larkfield.example"}}


def mapped(name: str, text: str, **values: dict[str, str]) -> tuple[list[CustomerRow], list[str]]:
    by = load_map(name)
    by = by.model_copy(update={"values": by.values | OWNERS | values})
    taken, faults = read_customers(text, STANDARD, by=by)
    return taken, [str(fault) for fault in faults]


def test_hubspot_s_companies_are_read_as_they_are_exported() -> None:
    taken, faults = mapped(
        "hubspot-companies",
        "Record ID,Company name,Company owner,Create Date,Phone Number,Country/Region,Time Zone,Industry,Number of Employees,"
        "Contract Start,Contract End,Total Revenue\n"
        '9182,"Nordwind, GmbH",Kim Lee,2025-02-01 10:00,+49 30 1,Germany,,RETAIL,320,2026-01-19,2027-01-19,"24000"\n'
        "9183,Kangaroo Pty,Kim Lee,2025-02-01 10:00,,Australia,Australia/Perth,RETAIL,12,2026-01-19,2027-01-19,9000\n",
    )
    assert faults == []
    one, other = (row.customer for row in taken)
    assert (one.id, one.name, one.country, one.timezone, one.company_size) == ("9182", "Nordwind, GmbH", "DE", "Europe/Berlin", 320)
    assert (one.owner.name, one.owner.email, one.contract.end, one.contract.annual_value) == (
        "Kim Lee",
        "kim@larkfield.example",
        date(2027, 1, 19),
        24000.0,
    )
    assert (other.country, other.timezone) == ("AU", "Australia/Perth")


def test_salesforce_s_opportunities_are_read_as_they_are_reported() -> None:
    taken, faults = mapped(
        "salesforce-opportunities",
        "Account ID;Account Name;Account Owner;Close Date;Amount;Opportunity Currency;Billing Country;Opportunity ID;Stage\n"
        "0015g00000AbCdE;Acme;Kim Lee;2026-03-02;12.000,00;EUR;United Kingdom;0065g1;Closed Won\n",
    )
    assert faults == []
    [one] = (row.customer for row in taken)
    assert (one.id, one.country, one.timezone) == ("0015g00000AbCdE", "GB", "Europe/London")
    assert (one.contract.start, one.contract.end, one.contract.annual_value, one.contract.currency) == (
        date(2026, 3, 2),
        date(2027, 3, 2),
        12000.0,
        "EUR",
    )
    assert one.attributes == {"salesforce_opportunity": "0065g1"}


def test_an_end_in_the_file_stands_before_a_length_of_the_map() -> None:
    taken, faults = mapped(
        "hubspot-deals",
        "Associated Company IDs,Associated Company,Deal owner,Close Date,Renewal date,Amount,Country/Region\n"
        "1,Acme,Kim Lee,2026-03-02,2026-12-31,100,Germany\n2,Beta,Kim Lee,2026-03-02,,100,Germany\n",
    )
    assert faults == []
    assert [row.customer.contract.end for row in taken] == [date(2026, 12, 31), date(2027, 3, 2)]


def test_what_the_export_lacks_is_said_by_its_own_name_and_nothing_is_guessed() -> None:
    _, faults = mapped("hubspot-companies", "Record ID,Company name,Company owner\n1,Acme,Kim Lee\n")
    assert faults == [
        "line 1: the file has no column 'Time Zone', which the map 'hubspot-companies' takes for timezone; the file has no column "
        "'Country/Region', which the map 'hubspot-companies' takes for country; the file has no column 'Contract start date', which the map "
        "'hubspot-companies' takes for contract_start"
    ] or sorted(faults[0].partition(": ")[2].split("; ")) == sorted(
        [
            "the file has no column 'Country/Region', which the map 'hubspot-companies' takes for country",
            "the file has no column 'Time Zone', which the map 'hubspot-companies' takes for timezone",
            "the file has no column 'Contract start date', which the map 'hubspot-companies' takes for contract_start",
        ]
    )
    _, faults = mapped(
        "salesforce-accounts",
        "Account ID,Account Name,Account Owner,Billing Country,Contract Start Date,Contract End Date\n1,Acme,Kim Lee,United States,2026-01-01,2027-01-01\n",
    )
    assert faults == ["line 2: timezone 'United States' is no time zone; write an IANA name such as Europe/Berlin"]


def test_a_map_of_one_s_own_names_columns_contacts_attributes_values_and_what_stands_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "map: mine\n"
        "columns: {id: Nr, name: Firma, owner_name: Betreuer, contract_start: Beginn, contact:user:first: Ansprechpartner, attr:source: Quelle}\n"
        "values: {attr:source: {Messe: fair}}\n"
        "otherwise: {country: DE, timezone: Europe/Berlin, owner_email: kim@larkfield.example, term_days: 365}\n"
    )
    taken, faults = read_customers(
        "Nr;Firma;Betreuer;Beginn;Ansprechpartner;Quelle;Notiz\n7;Acme;Kim Lee;02.03.2026;Ana Costa <ana@acme.example>;messe;ruft gern an\n",
        STANDARD,
        by=load_map(str(file)),
    )
    assert faults == []
    [one] = (row.customer for row in taken)
    assert [(each.name, each.role) for each in one.contacts] == [("Ana Costa", Role.USER)]
    assert (one.attributes, one.country, one.contract.start) == ({"source": "fair"}, "DE", date(2026, 3, 2))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("map: x\ncolumns: {nme: Firma}\n", "line 2: columns: 'nme' is no column of ours: it is one of id, name, "),
        ("map: x\n", "line 1: columns: field required"),
        (
            "map: x\ncolumns: {id: A}\nwith_time: [name]\n",
            "line 3: with_time: 'name' is no column of days: it is one of contract_start, contract_end, enrolled_on, customer_since, onboarded",
        ),
        ("map: x\ncolumns: {id: []}\n", "line 2: columns.id: list should have at least 1 item"),
        ("map: x\ncolumns: {id: Nr}\nvalue: {}\n", "line 3: value: extra inputs are not permitted"),
        ("map: [\n", "line 2: "),
    ],
)
def test_a_map_with_a_fault_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(Mistake) as refused:
        load_map(str(file))
    assert str(refused.value).startswith(f"{file}, {says}")


def test_a_map_that_is_not_there_is_a_mistake_that_names_those_that_are() -> None:
    assert shipped_maps() == ["hubspot-companies", "hubspot-deals", "salesforce-accounts", "salesforce-opportunities"]
    with pytest.raises(Mistake, match="No map 'pipedrive' is shipped, only hubspot-companies, hubspot-deals, "):
        load_map("pipedrive")


@pytest.mark.parametrize("name", shipped_maps())
def test_a_shipped_map_names_countries_and_zones_that_there_are(name: str) -> None:
    shipped: ColumnMap = load_map(name)
    assert shipped.map == name
    for country in shipped.values["country"].values():
        check_country(country)
    for zone in shipped.values["timezone"].values():
        check_zone(zone)


def test_columns_of_which_nothing_is_read_are_named() -> None:
    notes: list[str] = []
    header = "Account ID;Account Name;Account Owner;Close Date;Amount;Billing Country;Auto Renewal;;Stage"
    rows = "1;Acme;Kim Lee;2026-03-02;100;Germany;Yes;;Closed Won\n"
    by = load_map("salesforce-opportunities")
    read_customers(f"{header}\n{rows}", STANDARD, notes, by)
    assert notes[-1] == (
        "of these columns nothing is read, for the map 'salesforce-opportunities' does not name them: 'Auto Renewal', 'Stage'"
    )


def test_an_end_that_the_first_customer_alone_does_not_have_is_a_fault_of_that_row() -> None:
    header = "Account ID,Account Name,Account Owner,Contract Start Date,Contract End Date,Billing Country\n"
    rows = "1,Acme,Kim Lee,2026-03-02,,Germany\n2,Beta,Kim Lee,2026-03-02,2027-03-02,Germany\n"
    taken, faults = mapped("salesforce-accounts", header + rows)
    assert [row.customer.id for row in taken] == ["2"]
    assert faults == ["line 2: needs 'contract_end' or 'term_days', and both are empty"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2022-05-04 10:12", "2022-05-04"),
        ("2022-05-04", "2022-05-04"),
        ("05/14/2022 11:30 PM", "2022-05-14"),
        ("2022-05-04T23:30:00", "2022-05-04"),
        ("2022-05-04T23:30:00Z", "line 2: customer_since '2022-05-04T23:30:00Z' is no date; write it as 2026-03-01"),
    ],
)
def test_a_time_of_day_behind_hubspot_s_days_is_left_out_unless_it_is_by_another_clock(written: str, read: str) -> None:
    header = "Record ID,Company name,Company owner,Country/Region,Contract start date,Contract end date,Became a Customer Date,Preferred language\n"
    taken, faults = mapped("hubspot-companies", f"{header}1,Acme,Kim Lee,Germany,2026-01-19 00:00,2027-01-19,{written},German\n")
    assert [str(row.customer.past.since) for row in taken] + faults == [read]
    assert all(row.customer.language == "de" for row in taken)
