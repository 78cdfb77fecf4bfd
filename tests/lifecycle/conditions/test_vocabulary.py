"""What a condition may ask, and what it is answered."""

import pytest

from lifecycle.conditions.cel_source import event_type_required
from tests.lifecycle.building import a_customer, a_play, a_playbook, living, moment, task, touched


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        pytest.param("day == 10", True, id="the day of the stage"),
        pytest.param("day_in_contract", False, id="an unknown name: of an unknown fact no condition holds"),
        pytest.param("days_left == 355", True, id="days to the contract's end"),
        pytest.param("days_away == 0", True, id="days since churn, none"),
        pytest.param("attributes.plan == 'pro'", True, id="an attribute"),
        pytest.param("attributes.plant == 'pro'", False, id="an attribute that nobody told"),
        pytest.param("contract.annual_value >= 12000.0", True, id="the contract's value"),
        pytest.param("roles.sponsor && !roles.billing", True, id="who is there"),
        pytest.param("handoff.accepted", False, id="the handoff"),
    ],
)
def test_what_a_condition_may_ask(condition: str, holds: bool) -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 10}, if_=condition)}), a_customer(attributes={"plan": "pro"}))
    life.advance(moment("2026-03-20"))

    assert touched(life) == (["2026-03-12 09:00 p/1/task"] if holds else [])


@pytest.mark.parametrize(
    ("condition", "required"),
    [
        pytest.param('event.type == "login"', "login", id="alone"),
        pytest.param('event.type == "feature.used" && event.feature == "import"', "feature.used", id="before &&"),
        pytest.param('tier == "A" && event.type == "login"', "login", id="behind &&"),
        pytest.param('event.type == "login" || tier == "A"', None, id="one of two"),
        pytest.param('tier == "A" && (event.type == "login" || event.type == "order.placed")', None, id="in brackets"),
        pytest.param('event.type != "login"', None, id="any other"),
        pytest.param('!(event.type == "login")', None, id="denied"),
        pytest.param('event.type == "login" ? true : false', None, id="a choice"),
        pytest.param("tier == event.type", None, id="no text"),
    ],
)
def test_the_type_that_an_event_must_be_of_is_known(condition: str, required: str | None) -> None:
    assert event_type_required(condition) == required
