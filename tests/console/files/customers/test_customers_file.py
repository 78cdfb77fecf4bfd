"""A bad row of customers is reported with its line and every reason, and the others are taken."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.files.customers.customers_file import CustomerRow, read_customers
from lifecycle.domain.enums import Category, Renews, Role, Tier
from lifecycle.domain.people.past import Past
from runtime.playbook_files import load

ROOT = Path(__file__).parents[4]
STANDARD, _ = load(ROOT / "playbooks" / "standard.yaml")
COLUMNS = (
    "id,name,timezone,country,language,tier,annual_value,contract_start,contract_end,term_days,owner_name,owner_email,"
    "champion_name,champion_email,enrolled_on,trial,owner_timezone,owner_country,champion_timezone"
)
GOOD = {
    "id": "acme",
    "name": "Acme",
    "timezone": "Europe/Berlin",
    "country": "DE",
    "tier": "B",
    "contract_start": "2026-01-05",
    "term_days": "365",
    "owner_name": "Kim Lee",
    "owner_email": "kim@example.com",
}


def row(**changes: str) -> str:
    cells = GOOD | changes
    return ",".join(cells.get(column, "") for column in COLUMNS.split(","))


def customers(*rows: str) -> tuple[list[CustomerRow], list[str]]:
    taken, faults = read_customers("\n".join([COLUMNS, *rows]) + "\n", STANDARD)
    return taken, [str(fault) for fault in faults]


def test_a_customer_is_read_whole() -> None:
    taken, faults = customers(row(champion_name="Ana Silva", champion_email="ana@acme.example", enrolled_on="2026-02-01"))
    assert faults == []
    [one] = taken
    assert (one.line, one.enrolled_on) == (2, date(2026, 2, 1))
    assert one.customer.contract.end == date(2027, 1, 5)
    assert one.customer.contract.term == 1
    assert [contact.name for contact in one.customer.holders(Role.CHAMPION)] == ["Ana Silva"]


def test_owner_and_contacts_may_be_elsewhere() -> None:
    place = {"owner_timezone": "America/New_York", "owner_country": "US-NY"}
    taken, faults = customers(
        row(champion_name="Ana Silva", champion_email="ana@acme.example", champion_timezone="Asia/Kolkata", **place), row(id="other")
    )
    assert faults == []
    [one, other] = [row.customer for row in taken]
    assert (one.owner.timezone, one.owner.country, one.contacts[0].timezone) == ("America/New_York", "US-NY", "Asia/Kolkata")
    assert (other.owner.timezone, other.owner.country) == ("", "")


BROKEN = {
    "no such zone of the owner": (
        row(owner_timezone="Europe/Berln"),
        ["owner_timezone 'Europe/Berln' is no time zone; did you mean Europe/Berlin?"],
    ),
    "no such country of the owner": (
        row(owner_country="de"),
        ["owner_country 'de' is no country whose holidays are known; did you mean DE?"],
    ),
    "no such zone of the champion": (
        row(champion_name="Ana Silva", champion_email="ana@acme.example", champion_timezone="Mars"),
        ["champion_timezone 'Mars' is no time zone; write an IANA name such as Europe/Berlin"],
    ),
    "no such zone": (
        row(timezone="Europe/Berln"),
        ["timezone 'Europe/Berln' is no time zone; did you mean Europe/Berlin?"],
    ),
    "no such country": (
        row(country="GERMANY"),
        ["country 'GERMANY' is no country whose holidays are known; write an ISO 3166 code such as DE or US-CA"],
    ),
    "a day that does not exist": (row(contract_start="2026-02-30"), ["contract_start '2026-02-30' is no date; write it as 2026-03-01"]),
    "an end before the start": (
        row(term_days="", contract_end="2025-01-05"),
        ["the contract ends on 2025-01-05, which is not after its start on 2026-01-05"],
    ),
    "neither an end nor a term": (row(term_days=""), ["needs 'contract_end' or 'term_days', and both are empty"]),
    "an end and a term that disagree": (
        row(contract_end="2027-01-01"),
        ["contract_end 2027-01-01 and term_days 365 disagree: 365 days from 2026-01-05 is 2027-01-05; leave one of them empty"],
    ),
    "a tier of another alphabet": (
        row(tier="gold"),
        ["tier 'gold' is none of A, B and C; leave it empty to have it set by the playbook's rules"],
    ),
    "an amount in words": (
        row(annual_value="12k"),
        ["annual_value '12k' is no amount; write digits and at most one point, such as 12000.50"],
    ),
    "no owner": (row(owner_name="", owner_email=""), ["'owner_name' is empty", "'owner_email' is empty"]),
    "an address that is none": (row(owner_email="kim at example"), ["owner_email is no email address"]),
    "a champion without an address": (row(champion_name="Ana"), ["the champion has a name and no email; give both or neither"]),
    "an id with a slash": (row(id="acme/1"), ["id 'acme/1' does not fit; write letters, digits, '.', '-' and '_', 64 at most"]),
    "a language that is a country": (row(language="DE"), ["language 'DE' does not fit; write two small letters, such as en"]),
    "enrolled before its contract": (
        row(enrolled_on="2025-12-01"),
        ["enrolled_on 2025-12-01 lies outside the contract, which runs from 2026-01-05 to 2027-01-05"],
    ),
    "half a trial": (row(trial="half"), ["trial 'half' is neither yes nor no"]),
    "a cell too many": (row() + ",x", ["has 20 cells, and the header has 19; put a cell that holds a comma in quotes"]),
    "several things at once": (
        row(timezone="Mars", annual_value="-1", contract_start="soon"),
        [
            "contract_start 'soon' is no date; write it as 2026-03-01",
            "annual_value '-1' is no amount; write digits and at most one point, such as 12000.50",
            "timezone 'Mars' is no time zone; write an IANA name such as Europe/Berlin",
        ],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_told_why_and_the_others_are_taken(name: str) -> None:
    broken, reasons = BROKEN[name]
    taken, faults = customers(row(id="before"), broken, row(id="after"))
    assert sorted(faults) == sorted(f"line 3: {reason}" for reason in reasons)
    assert [one.customer.id for one in taken] == ["before", "after"]


def test_an_id_is_refused_the_second_time() -> None:
    taken, faults = customers(row(), row(name="Other"), row(id="b"))
    assert faults == ["line 3: id 'acme' stands on line 2 already; every customer needs an id of its own"]
    assert [one.customer.id for one in taken] == ["acme", "b"]


def test_wrong_columns_are_one_fault_of_the_file() -> None:
    taken, faults = read_customers("id,nmae,timezone,country,owner_name,owner_email,contract_start,term_days\nx,x,x,x,x,x,x,x\n", STANDARD)
    assert taken == []
    assert [str(fault) for fault in faults] == ["line 1: the file has no column 'name'; there is no column 'nmae'; did you mean name?"]


@pytest.mark.parametrize(
    ("changes", "tier"),
    [
        pytest.param({"annual_value": "60000"}, Tier.A, id="by its value"),
        pytest.param({"annual_value": "10000"}, Tier.B, id="at the border"),
        pytest.param({"annual_value": "9999.99"}, Tier.C, id="below it"),
        pytest.param({"annual_value": "60000", "tier": "c"}, Tier.C, id="set by hand"),
    ],
)
def test_an_empty_tier_is_set_by_the_playbooks_rules(changes: dict[str, str], tier: Tier) -> None:
    taken, _ = customers(row(**{"tier": ""} | changes))
    assert taken[0].customer.tier is tier


def test_an_empty_tier_without_a_playbook_is_a_reason() -> None:
    _, faults = read_customers(f"{COLUMNS}\n{row(tier='')}\n", None)
    assert [str(fault) for fault in faults] == ["line 2: tier is empty, and there is no playbook to set it by; write A, B or C"]


def test_attributes_keep_their_kind_and_a_row_over_two_lines_counts_from_its_first() -> None:
    header = f"{COLUMNS},attr:seats,attr:crm,attr:vip"
    text = f"{header}\n{row(name=chr(34) + 'Acme' + chr(10) + 'Inc' + chr(34))},12,007,true\n{row(id='b', timezone='Mars')},,,\n"
    taken, faults = read_customers(text, STANDARD)
    assert taken[0].customer.attributes == {"seats": 12, "crm": "007", "vip": True}
    assert [fault.line for fault in faults] == [4]


def test_a_spreadsheets_semicolons_and_byte_order_mark_are_read() -> None:
    text = "\ufeff" + f"{COLUMNS}\n{row()}\n".replace(",", ";")
    taken, faults = read_customers(text, STANDARD)
    assert (len(taken), faults) == (1, [])


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_reported(text: str) -> None:
    for content in (text, f"{COLUMNS}\n{text}", f"{COLUMNS}\n{row(id='x')}\n{text}"):
        read_customers(content, STANDARD)


@given(
    st.dictionaries(
        st.sampled_from(COLUMNS.split(",")),
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters='\n\r",'), max_size=12),
        max_size=5,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_cell_is_taken_or_given_a_reason(changes: dict[str, str]) -> None:
    taken, faults = customers(row(**changes))
    assert bool(taken) != bool(faults)


# ---- what was before the enrolment

PAST_COLUMNS = (
    f"{COLUMNS},customer_since,term,onboarded,milestones,opted_out,champion_opted_out,contact:user:one,Contact: Admin,contact:boss"
)


def with_past(*rows: dict[str, str], columns: str = PAST_COLUMNS) -> tuple[list[CustomerRow], list[str], list[str]]:
    notes: list[str] = []
    lines = [",".join(f'"{(GOOD | cells).get(column, "")}"' for column in columns.split(",")) for cells in rows]
    taken, faults = read_customers("\n".join([columns, *lines]) + "\n", STANDARD, notes)
    return taken, [str(fault).partition(": ")[2] for fault in faults], notes


def test_what_was_before_the_enrolment_is_read() -> None:
    told = {
        "customer_since": "2024-01-05",
        "term": "3",
        "onboarded": "2024-04-01",
        "milestones": "data-connected=2024-02-01; first-value",
        "champion_name": "Ana Silva",
        "champion_email": "ana@acme.example",
        "champion_opted_out": "survey, offer",
        "contact:user:one": "Bo Lind <bo@acme.example>; Cy Ho <cy@acme.example>",
        "Contact: Admin": "Di Ek <di@acme.example>",
    }
    [one], faults, notes = with_past(told)
    assert (faults, notes) == ([], [])
    assert one.customer.contract.term == 3
    assert one.customer.past == Past(
        since=date(2024, 1, 5),
        onboarded=True,
        onboarded_on=date(2024, 4, 1),
        milestones={"data-connected": date(2024, 2, 1), "first-value": None},
    )
    assert [(contact.role, contact.name, contact.opted_out) for contact in one.customer.contacts] == [
        (Role.CHAMPION, "Ana Silva", [Category.SURVEY, Category.OFFER]),
        (Role.USER, "Bo Lind", []),
        (Role.USER, "Cy Ho", []),
        (Role.ADMIN, "Di Ek", []),
    ]


def test_which_term_runs_is_counted_from_customer_since_where_nobody_says_and_that_is_noted() -> None:
    since = {"customer_since": "2023-01-05"}
    rows, faults, notes = with_past(since, since | {"id": "b"}, since | {"id": "c", "term": "9"}, {"id": "d"}, {"id": "e", "trial": "yes"})
    assert faults == []
    assert [row.customer.contract.term for row in rows] == [4, 4, 9, 1, 0]
    assert notes == [
        "line 2: term 4 runs, counted from customer_since 2023-01-05; the column 'term' says otherwise where it is not so",
        "so it is in 1 more rows",
    ]


GOES_ON: dict[str, tuple[dict[str, str], tuple[str, str | None]]] = {
    "nobody says": ({}, ("by_decision", None)),
    "by its own word": ({"Renews": "By decision", "notice": "3mo"}, ("by_decision", "3mo")),
    "automatic": ({"renews": "Automatic", "Notice period": "60"}, ("automatic", "60d")),
    "rolling": ({"renews": "rolling"}, ("rolling", None)),
    "yes of the older column": ({"Auto-Renew": "yes"}, ("automatic", None)),
    "no of the older column": ({"auto_renewal": "no"}, ("by_decision", None)),
    "both, in agreement": ({"renews": "rolling", "auto_renew": "TRUE"}, ("rolling", None)),
}


@pytest.mark.parametrize(("told", "expected"), GOES_ON.values(), ids=GOES_ON)
def test_a_contract_goes_on_as_its_row_says(told: dict[str, str], expected: tuple[str, str | None]) -> None:
    [one], faults, _ = with_past(told, columns=",".join([*PAST_COLUMNS.split(","), *told]))
    contract = one.customer.contract
    assert (faults, contract.renews.value, str(contract.notice) if contract.notice else None) == ([], *expected)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"renews": "sometimes"}, "renews 'sometimes' is none of by_decision, automatic, rolling"),
        ({"auto_renew": "perhaps"}, "auto_renew 'perhaps' is neither yes nor no"),
        ({"renews": "by_decision", "auto_renew": "yes"}, "renews 'by_decision' and auto_renew 'yes' disagree; leave one of them empty"),
        ({"renews": "automatic", "notice": "8h"}, "notice '8h' is no notice; write it as 30d, 4w, 20bd or 3mo, ten years at most"),
        ({"renews": "automatic", "notice": "soon"}, "notice 'soon' is no notice; write it as 30d, 4w, 20bd or 3mo, ten years at most"),
        ({"renews": "automatic", "notice": "4000"}, "notice '4000' is no notice; write it as 30d, 4w, 20bd or 3mo, ten years at most"),
    ],
)
def test_a_way_of_going_on_that_is_none_is_a_fault_of_its_row(told: dict[str, str], fault: str) -> None:
    assert with_past(told, columns=",".join([*PAST_COLUMNS.split(","), *told]))[:2] == ([], [fault])


def test_a_contract_that_says_nothing_goes_on_as_the_playbook_says() -> None:
    rules = STANDARD.contract.model_copy(update={"renews": Renews.AUTOMATIC})
    [one], _ = read_customers("\n".join([COLUMNS, row()]), STANDARD.model_copy(update={"contract": rules}))
    assert one.customer.contract.renews is Renews.AUTOMATIC


def test_a_tier_may_hang_on_how_the_contract_goes_on() -> None:
    playbook = STANDARD.model_copy(update={"tiers": {Tier.A: 'contract.renews == "rolling" && !contract.cancelled && !contract.renewed'}})
    rows = "\n".join([f"{COLUMNS},renews", f"{row(tier='')},rolling", f"{row(id='b', tier='')},automatic"])
    taken, faults = read_customers(rows, playbook)
    assert ([one.customer.tier for one in taken], faults) == ([Tier.A, Tier.C], [])


ANA = {"champion_name": "Ana Silva", "champion_email": "ana@acme.example"}

PASTS_REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no day": ({"customer_since": "long ago"}, "customer_since 'long ago' is no date; write it as 2026-03-01"),
    "no term": ({"term": "0"}, "term '0' is no number of a term; write 1 for the first, 2 for the one after it"),
    "a trial's term": ({"trial": "yes", "term": "2"}, "term 2 is no trial; leave trial or term empty"),
    "a trial's past": (
        {"trial": "yes", "onboarded": "yes"},
        "who is on trial has not been a customer, nor been onboarded; leave trial, or customer_since and onboarded, empty",
    ),
    "neither yes nor a day": ({"onboarded": "perhaps"}, "onboarded 'perhaps' is neither yes nor no nor a day; write it as 2026-03-01"),
    "a day that may be another": (
        {"onboarded": "01/02/2026"},
        "onboarded '01/02/2026' may be 2 January 2026 or 1 February 2026, and nothing else in the file says which; write it as 2026-03-01",
    ),
    "an unknown milestone": (
        {"milestones": "frist-value"},
        "milestones: the playbook has no milestone 'frist-value'; did you mean first-value?",
    ),
    "a milestone twice": ({"milestones": "first-value; first-value=2026-02-01"}, "milestones: 'first-value' stands there twice"),
    "a milestone without its day": (
        {"milestones": "first-value="},
        "milestones: 'first-value=' has no day; write first-value=2026-03-01, or first-value alone where nobody knows the day",
    ),
    "a milestone before the customer": (
        {"milestones": "first-value=2025-12-24"},
        "milestone first-value: 2025-12-24 lies before 2026-01-05, when it became a customer",
    ),
    "a milestone after the enrolment": (
        {"milestones": "first-value=2026-03-02", "enrolled_on": "2026-03-01"},
        "milestone first-value: 2026-03-02 lies ahead; tell it when it has come",
    ),
    "an unknown category": (
        ANA | {"opted_out": "newsletter"},
        "opted_out: 'newsletter' cannot be refused; write all, or some of success, survey, offer",
    ),
    "nobody who opts out": (
        {"opted_out": "all"},
        "opted_out says that somebody refuses messages, and the row has no contact; leave it empty or name who",
    ),
    "no role": (
        {"contact:boss": "Di Ek <di@acme.example>"},
        "contact:boss: 'boss' is no role; it is one of champion, sponsor, admin, user, billing",
    ),
    "no address": (
        {"contact:user:one": "Bo Lind"},
        "contact:user:one: 'Bo Lind' is no name with an address; write Ana Costa <ana@acme.example>, and a semicolon between two",
    ),
    "the same person twice": (
        ANA | {"contact:user:one": "Ana <ANA@acme.example>"},
        "the address of the user is that of the champion; a person has one role, so leave one of them out",
    ),
}


@pytest.mark.parametrize("name", PASTS_REFUSED)
def test_a_past_that_cannot_be_read_is_refused_with_its_sentence(name: str) -> None:
    cells, sentence = PASTS_REFUSED[name]
    assert with_past(cells) == ([], [sentence], [])
