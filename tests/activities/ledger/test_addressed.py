"""To whom each touch went: found by address over all customers, with what did not go out if that is asked for; and it goes when the person does."""

from typing import Any

import sqlalchemy as sa

from activities.ledger.ledger import Ledger
from activities.ledger.personal_data import PersonalData
from activities.ledger.reports import LedgerReports
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.texts.redaction import Redaction
from lifecycle.domain.touch import Answer, Receipt, Recipient, Record
from tests.activities.building import AT, a_touch
from tests.activities.ledger.claims import acting

ANA, BEN = Recipient(name="Ana Silva", email="Ana@Acme.example"), Recipient(name="Ben", email="ben@acme.example")


def told(engine: sa.Engine) -> LedgerReports:
    """Ana has got a mail, alone, and one with Ben; one was suppressed. Kim Lee, the owner, was asked for something."""
    ledger = Ledger(engine)
    asked: dict[str, dict[str, Any]] = {
        "acme/1/a/1/email": {"to": [ANA]},
        "quix/1/b/1/email": {"to": [BEN, ANA], "customer": "quix"},
        "acme/1/d/1/call": {"to": [], "kind": TouchKind.TASK, "owner": "csm"},
    }
    for key, changes in asked.items():
        claim = acting(ledger, a_touch(key, **changes))
        ledger.settle(claim, Receipt(key=key, answer=Answer.DONE, subject="Welcome, Ana" if "email" in key else ""), acted=True)
    ledger.record(
        [
            Record(
                key="acme/1/c/1/email", customer="acme", play="c", name="c", kind="email", outcome=Outcome.SUPPRESSED, at=AT, why="opted out",
                to=["ana@acme.example"],
            ),
        ],
    )  # fmt: skip
    return LedgerReports(engine)


def test_what_went_to_an_address_is_found_however_it_is_written(engine: sa.Engine) -> None:
    reports = told(engine)
    for address in ("ana@acme.example", "ANA@ACME.example"):
        assert [(each.touch.key, each.subject) for each in reports.to_address(address)] == [
            ("acme/1/a/1/email", "Welcome, Ana"), ("quix/1/b/1/email", "Welcome, Ana"),
        ]  # fmt: skip
    assert [each.touch.key for each in reports.to_address("kim@us.example")] == ["acme/1/d/1/call"]
    assert [reports.to_address(other) for other in ("na@acme.example", "ana@acme.exampl", "%@acme.example")] == [[], [], []]


def test_what_did_not_go_out_is_found_if_it_is_asked_for(engine: sa.Engine) -> None:
    found = told(engine).to_address("ana@acme.example", all_outcomes=True)
    assert [(each.touch.key, each.touch.outcome, each.touch.reason) for each in found if each.touch.outcome is not Outcome.SENT] == [
        ("acme/1/c/1/email", Outcome.SUPPRESSED, "opted out")
    ]


def test_a_person_who_is_erased_is_found_no_more(engine: sa.Engine) -> None:
    reports, data = told(engine), PersonalData(engine)
    assert data.customers_of("ana@acme.example") == {"acme", "quix"}
    for customer in ("acme", "quix"):
        data.erase_person(customer, Redaction(["ana@acme.example"]))
    assert reports.to_address("ana@acme.example", all_outcomes=True) == []
    assert data.customers_of("ana@acme.example") == set()
    assert [each.touch.key for each in reports.to_address("ben@acme.example")] == ["quix/1/b/1/email"]


def test_touches_of_builds_that_did_not_keep_to_whom_are_told_apart(engine: sa.Engine) -> None:
    reports = told(engine)
    assert reports.of_no_known_address() == []
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE touches SET addressees = NULL WHERE key = 'acme/1/a/1/email'"))
    assert [each.touch.key for each in reports.of_no_known_address()] == ["acme/1/a/1/email"]
