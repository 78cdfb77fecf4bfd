"""What enrolment says of a file before anybody is enrolled: languages that are not there, owners whom the directory does not know."""

from console.files.customers.customers_file import read_customers
from console.files.customers.left_unsaid import unknown_owners, unsaid_to
from lifecycle.playbook.directory_reading import read_directory
from lifecycle.playbook.reading import read_playbook

TEXT = "Subject: Hello\n\nHello {{ contact.first_name }}\n"
PLAYBOOK = """
playbook: small
company: {name: Us, email: us@us.example}
stages:
  growth:
    goal: Value
    owner: csm
    exit: 'true'
    plays:
      hello: {at: {day: 0}, steps: [{email: {template: hello}}, {email: {template: more}}]}
"""
HEAD = "id,name,timezone,country,language,tier,contract_start,term_days,owner_name,owner_email\n"


def rows(*languages: str) -> str:
    lines = (
        f"c{number},C,Europe/Berlin,DE,{language},A,2026-01-01,365,Kim{number},kim{number}@us.example"
        for number, language in enumerate(languages)
    )
    return HEAD + "\n".join(lines) + "\n"


def test_each_language_in_which_something_is_missing_is_told_with_who_reads_it() -> None:
    playbook = read_playbook(PLAYBOOK, {"hello": TEXT, "hello.de": TEXT, "more": TEXT})
    read, faults = read_customers(rows("en", "de", "fr", "fr", "fr", "fr"), playbook)
    assert faults == []
    assert list(unsaid_to(read, playbook)) == [
        "1 customer (c1) reads 'de', in which small lacks 1 template (more): those messages come in 'en'",
        "4 customers (c2, c3, c4 and 1 more) read 'fr', in which small has no message: they get all of them in 'en'",
    ]


def test_owners_whom_the_directory_does_not_know_are_named_where_there_is_one() -> None:
    playbook = read_playbook(PLAYBOOK, {"hello": TEXT, "more": TEXT})
    read, _ = read_customers(rows("en", "en"), playbook)
    assert list(unknown_owners(read, playbook)) == []
    people = read_directory("people: {kim: {name: Kim, email: KIM0@us.example}}")
    assert list(unknown_owners(read, playbook.with_people(people))) == [
        "1 owner (Kim1) is not in people.yaml by their address: nobody stands in for them"
    ]
