"""Of two tellings of one fact the one that happened later stands, whatever the order in which they come."""

from datetime import date

import pytest

from lifecycle.domain.enums import Category, Role
from tests.lifecycle.building import a_playbook, an_event, happened, live, living, moment
from tests.lifecycle.calls import state


@pytest.mark.parametrize(
    ("later_told", "shown"),
    [
        pytest.param({"segment": "silver"}, "segment", id="segment"),
        pytest.param({"tier": "B"}, "tier", id="tier"),
        pytest.param({"name": "Acme Holding"}, "name", id="name"),
        pytest.param({"timezone": "Asia/Tokyo"}, "timezone", id="time zone"),
        pytest.param({"country": "JP"}, "country", id="country"),
    ],
)
def test_of_two_tellings_of_one_fact_the_one_that_happened_later_stands(later_told: dict[str, str], shown: str) -> None:
    first = {"segment": "gold", "tier": "C", "name": "Acme SE", "timezone": "Europe/Paris", "country": "FR"}[shown]
    newer = an_event("customer.changed", moment("2026-03-04"), happened=moment("2026-03-03", "15:00"), **{shown: first})
    older = an_event("customer.changed", moment("2026-03-05"), happened=moment("2026-03-03", "11:00"), **later_told)

    life = live(living(a_playbook()), moment("2026-03-06"), newer, older)

    assert str(getattr(life.life.customer, shown)) == first


def test_a_ticket_resolved_before_it_was_reopened_stays_open_however_late_that_is_told() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("ticket.opened", "2026-03-06", "2026-03-05", ticket="T-1", level=1),
        happened("ticket.resolved", "2026-03-07", "2026-03-04", ticket="T-1"),
    )

    assert state(life).tickets == {"T-1": 1}


def test_a_survey_s_latest_answer_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("survey.answered", "2026-03-06", "2026-03-05", survey="nps", score=9),
        happened("survey.answered", "2026-03-07", "2026-03-04", survey="nps", score=2),
    )

    assert state(life).surveys["nps"].score == 9


def test_a_payment_s_latest_state_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("payment.recovered", "2026-03-06", "2026-03-05", invoice="R-1"),
        happened("payment.failed", "2026-03-07", "2026-03-04", invoice="R-1"),
    )

    assert not state(life).payment_failed


def test_one_invoice_paid_leaves_the_other_one_failed() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        an_event("payment.failed", moment("2026-03-04"), invoice="R-1"),
        an_event("payment.failed", moment("2026-03-05"), invoice="R-2"),
        an_event("payment.recovered", moment("2026-03-06"), invoice="R-2"),
    )
    assert state(life).payment_failed
    live(life, moment("2026-03-12"), an_event("payment.recovered", moment("2026-03-11"), invoice="R-1"))
    assert not state(life).payment_failed


def test_an_opt_out_that_happened_after_an_opt_in_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("contact.opted_out", "2026-03-06", "2026-03-05", email="ana@acme.example", category="success"),
        happened("contact.opted_in", "2026-03-07", "2026-03-04", email="ana@acme.example", category="success"),
    )

    assert state(life).opted_out == {"ana@acme.example": [Category.SUCCESS]}


def test_a_contact_that_left_does_not_come_back_by_older_news() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("contact.left", "2026-03-06", "2026-03-05", email="ana@acme.example"),
        happened("contact.added", "2026-03-07", "2026-03-04", name="Ana Silva", email="ana@acme.example", role="champion"),
    )

    assert [contact.role for contact in life.life.customer.contacts] == [Role.SPONSOR]


def test_a_contract_s_latest_amendment_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("contract.amended", "2026-03-06", "2026-03-05", end="2027-06-02", currency="CHF"),
        happened("contract.amended", "2026-03-07", "2026-03-04", end="2027-09-02", currency="EUR", annual_value=500),
    )

    contract = life.life.contract
    assert (contract.end, contract.currency, contract.annual_value) == (date(2027, 6, 2), "CHF", 500)


def test_what_an_amendment_leaves_out_stays() -> None:
    life = living(a_playbook())
    before = life.life.contract.model_copy()
    live(life, moment("2026-03-10"), happened("contract.amended", "2026-03-06", "2026-03-05", currency="CHF"))

    assert life.life.contract == before.model_copy(update={"currency": "CHF"})


def test_what_is_left_out_of_a_known_contact_stays() -> None:
    told = {"name": "Ana Costa", "email": "ana@acme.example"}
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("contact.added", "2026-03-06", "2026-03-05", role="champion", stance="reformer", phone="+49 30 1", **told),
        happened("contact.added", "2026-03-07", "2026-03-06", first_name="Ana", **told),
    )

    [ana] = [contact for contact in life.life.customer.contacts if contact.email == "ana@acme.example"]
    assert (ana.role, ana.stance, ana.phone, ana.given_name) == (Role.CHAMPION, "reformer", "+49 30 1", "Ana")


def test_an_intent_s_latest_statement_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("renewal.intent", "2026-03-06", "2026-03-05", intent="high"),
        happened("renewal.intent", "2026-03-07", "2026-03-04", intent="low"),
    )

    assert state(life).intent == "high"


def test_a_meeting_s_latest_reply_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("meeting.accepted", "2026-03-06", "2026-03-05", meeting="kickoff"),
        happened("meeting.declined", "2026-03-07", "2026-03-04", meeting="kickoff"),
    )

    assert (state(life).meetings["kickoff"].accepted, state(life).meetings["kickoff"].declined) == (True, False)


def test_a_goal_s_latest_wording_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("handoff.completed", "2026-03-06", "2026-03-05", goal="fewer returns"),
        happened("handoff.completed", "2026-03-07", "2026-03-04", goal="more sales"),
    )

    assert life.life.customer.goal == "fewer returns"
