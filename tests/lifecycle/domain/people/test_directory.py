"""The directory of people of ours: what reads, who sees to what, and who stands in."""

from collections import Counter

import pytest

from lifecycle.domain.people.directory import Assignee, Directory
from lifecycle.domain.people.workplaces import mark_of
from lifecycle.playbook.directory_reading import read_directory
from lifecycle.playbook.faults import PlaybookFaults
from tests.lifecycle.building import utc

KIM, LEO = ("Kim Lee", "kim@us.example"), ("Leo Not-Listed", "leo@us.example")

PEOPLE = """
people:
  kim:
    name: Kim Lee
    email: kim@us.example
    roles: csm
    timezone: America/New_York
    stand_in: ada
    away:
      - {from: 2026-07-06, to: 2026-07-10}
      - {from: 2026-08-03, to: 2026-08-07, stand_in: bo}
  ada:
    name: Ada Ito
    email: ada@us.example
    roles: [sales, cs-manager]
    timezone: Asia/Tokyo
    country: JP
    hours: {opens: 08:00, closes: 16:00}
    stand_in: kim
    away: [{from: 2026-08-03, to: 2026-08-07}]
  bo:
    name: Dr. Bo Berg
    email: bo@us.example
    roles: [sales]
    away: [{from: 2026-08-05, to: 2026-08-05, stand_in: kim}]
"""


def people() -> Directory:
    return read_directory(PEOPLE)


@pytest.mark.parametrize(
    ("role", "owner", "day", "expected"),
    [
        ("csm", KIM, "2026-07-05 12:00", Assignee("Kim Lee", "kim@us.example", "csm")),
        ("csm", KIM, "2026-07-06 12:00", Assignee("Ada Ito", "ada@us.example", "csm", "Kim Lee")),
        ("csm", KIM, "2026-07-11 03:59", Assignee("Ada Ito", "ada@us.example", "csm", "Kim Lee")),  # it is still the 10th in New York
        ("csm", KIM, "2026-07-11 04:00", Assignee("Kim Lee", "kim@us.example", "csm")),
        ("csm", KIM, "2026-08-04 12:00", Assignee("Dr. Bo Berg", "bo@us.example", "csm", "Kim Lee")),  # by the absence's own stand-in
        ("csm", KIM, "2026-08-05 12:00", Assignee("Kim Lee", "kim@us.example", "csm")),  # everybody is away: it stays with who it is for
        ("csm", LEO, "2026-07-06 12:00", Assignee("Leo Not-Listed", "leo@us.example", "csm")),
        ("cs-manager", KIM, "2026-07-06 12:00", Assignee("Ada Ito", "ada@us.example", "cs-manager")),
        ("cs-manager", KIM, "2026-08-04 12:00", Assignee("Dr. Bo Berg", "bo@us.example", "cs-manager", "Ada Ito")),
        ("ceo", KIM, "2026-07-06 12:00", Assignee("Ada Ito", "ada@us.example", "csm", "Kim Lee")),  # nobody has it: the owner's matter
        ("ceo", LEO, "2026-07-06 12:00", Assignee("Leo Not-Listed", "leo@us.example", "ceo")),
    ],
)
def test_what_a_role_is_asked_for_goes_to_one_person_who_is_there(role: str, owner: tuple[str, str], day: str, expected: Assignee) -> None:
    assert people().assignee(role, "acme", owner, utc(day)) == expected


def test_several_who_hold_a_role_share_the_customers_and_each_customer_keeps_its_own() -> None:
    at = utc("2026-05-05 12:00")
    chosen = {f"c{number}": people().assignee("sales", f"c{number}", KIM, at).name for number in range(400)}
    counts = Counter(chosen.values())
    assert set(counts) == {"Ada Ito", "Dr. Bo Berg"}
    assert min(counts.values()) > 150
    third = read_directory(f"{PEOPLE}  cy:\n    name: Cy Cole\n    email: cy@us.example\n    roles: sales\n")
    moved = {name for name in chosen if third.assignee("sales", name, KIM, at).name not in (chosen[name], "Cy Cole")}
    assert moved == set()  # whoever joins takes a share over, and nobody else changes hands


def test_an_absent_holder_of_a_role_is_passed_over_where_nobody_stands_in() -> None:
    directory = read_directory(
        "people:\n"
        "  a: {name: A, email: a@us.example, roles: support, away: [{from: 2026-05-01, to: 2026-05-31}]}\n"
        "  b: {name: B, email: b@us.example, roles: support}\n"
    )
    for number in range(20):
        assert directory.assignee("support", f"c{number}", KIM, utc("2026-05-05")).name == "B"


def test_a_run_is_given_hours_and_no_name_or_address() -> None:
    written = people().workplaces({"sales", "nobodys"}).model_dump_json(exclude_none=True)
    assert "Asia/Tokyo" in written
    assert not [word for word in ("Kim", "Ada", "@", "us.example", "nobodys") if word in written]
    place = people().workplaces(set()).of_person("ADA@us.example")
    assert place is not None
    assert (place.timezone, place.country) == ("Asia/Tokyo", "JP")


def test_the_version_is_the_contents_and_not_the_writing() -> None:
    assert people().ref == read_directory(PEOPLE.replace("roles: csm", "roles: [csm]") + "# a remark\n").ref
    assert people().ref != read_directory(PEOPLE.replace("Kim Lee", "Kim Lee-Ito")).ref


def test_a_mark_is_the_same_for_every_way_to_write_an_address() -> None:
    assert mark_of("Kim@US.example") == mark_of("kim@us.example") != mark_of("kim@them.example")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("just words", "1: a directory of people is a mapping with the key people"),
        ("people: [kim]", "1: people: takes keys and values, and this is a list"),
        ("people:\n  kim: {name: Kim}", "2: people, kim: 'email' is missing"),
        ("people:\n  kim: {name: Kim, email: kim}", "2: people, kim, email: is no email address"),
        ("people:\n  kim: {name: Kim, email: kim@us.example, emial: x}", "2: people, kim, emial: knows no 'emial'; did you mean email?"),
        (
            "people:\n  kim: {name: Kim, email: kim@us.example, timezone: Berlin}",
            "2: people, kim, timezone: 'Berlin' is no time zone; did you mean Europe/Berlin?",
        ),
        (
            "people:\n  kim: {name: Kim, email: kim@us.example, away: [{from: 2026-07-02, to: 2026-07-01}]}",
            "2: people, kim, away 1: ends on 2026-07-01, before it begins on 2026-07-02",
        ),
        (
            "people:\n  kim: {name: Kim, email: kim@us.example, stand_in: bo}",
            "2: people, kim, stand_in: nobody here is called 'bo'; write the id of one of the people",
        ),
        (
            "people:\n  kim: {name: Kim, email: kim@us.example, stand_in: kim}",
            "2: people, kim, stand_in: nobody stands in for itself; write another person, or leave it out",
        ),
        (
            "people:\n  kim: {name: Kim, email: kim@us.example}\n  kimmy: {name: K, email: KIM@us.example}",
            "3: people, kimmy, email: is the address of kim too; one person stands here once, with all roles",
        ),
        ("people: {}\nversion: abc", "2: version: 'version' is set by the reader; leave it out"),
    ],
)
def test_every_fault_is_told_with_its_line_and_how_to_mend_it(text: str, fault: str) -> None:
    with pytest.raises(PlaybookFaults) as told:
        read_directory(text)
    assert str(told.value).startswith("people.yaml:")
    assert fault in str(told.value)
