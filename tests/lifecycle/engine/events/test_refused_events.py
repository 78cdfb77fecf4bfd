"""What cannot be true of the customer is refused, with its reason."""

from datetime import date, timedelta

import pytest

from lifecycle.facts.events import Event
from tests.lifecycle.building import a_playbook, amended, an_event, churned, happened, live, living, moment, renewed, why_stages, won_back
from tests.lifecycle.calls import state

# ---- when it happened


def test_what_happened_before_the_contract_is_refused() -> None:
    life = living(a_playbook())

    answer = life.tell(an_event("login", life.now, happened=moment("2026-02-27")))[0]

    assert answer.why == "login happened on 2026-02-27, before acme's contract began on 2026-03-02; correct 'happened'"


# ---- what cannot be true


@pytest.mark.parametrize(
    ("event", "why"),
    [
        pytest.param(won_back(moment("2026-03-03")), "acme is in onboarding and was not lost, so it can't be won back", id="won back without a loss"),
        pytest.param(
            an_event("contract.signed", moment("2026-03-03"), start="2026-04-01", end="2027-04-01"),
            "acme is in onboarding and not on trial; tell contract.renewed or contract.amended instead",
            id="signed twice",
        ),
        pytest.param(
            renewed(moment("2026-03-03"), end="2026-06-02"),
            "the renewed term ends on 2026-06-02, which is not after the end of the latest term on 2027-03-02",
            id="renewed into an end long past",
        ),
        pytest.param(
            an_event("contract.amended", moment("2026-03-03")),
            "contract.amended needs 'end', 'annual_value', 'renews' or 'notice'",
            id="amended without a change",
        ),
        pytest.param(
            amended(moment("2026-03-03"), date(2026, 3, 2)),
            "the contract would end on 2026-03-02, before its start on 2026-03-02; tell customer.churned if it ended",
            id="amended to nothing",
        ),
        pytest.param(
            an_event("contact.left", moment("2026-03-03"), email="who@acme.example"),
            "acme has no contact with that address; see its contacts in `status`",
            id="a stranger left",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_true_of_the_customer_now_is_refused_with_its_reason(event: Event, why: str) -> None:
    life = living(a_playbook(), at=moment("2026-03-03"))
    before = life.life.model_dump_json()

    answer = life.tell(event)[0]

    assert (answer.taken, answer.why) == (False, why)
    assert life.life.model_dump_json() == before


def test_a_churned_customer_s_contract_cannot_change() -> None:
    life = live(living(a_playbook()), moment("2026-05-02"), churned(moment("2026-05-01")))

    assert life.tell(renewed(life.now))[0].why == "acme has churned, so its contract can't change; tell customer.won_back first"
    assert life.tell(churned(life.now))[0].why == "acme has churned already (price)"


def test_a_churn_from_before_the_win_back_is_old_news() -> None:
    life = live(living(a_playbook()), moment("2026-06-12"), churned(moment("2026-06-03")), won_back(moment("2026-06-10")))

    late = happened("customer.churned", "2026-06-12", "2026-06-02", kind="choice", reason="price")
    assert life.tell(late)[0].why == "acme left on 2026-06-02 and was won back on 2026-06-10; this is old news"


def test_a_closed_customer_takes_no_more_events() -> None:
    life = live(living(a_playbook()), moment("2026-05-02"), churned(moment("2026-05-01"), "natural", "ceased trading"))

    assert life.tell(an_event("login", life.now))[0].why == "acme is closed (gone: ceased trading), so it takes no more events"


def test_an_event_that_another_of_its_instant_made_impossible_is_written_down_as_not_taken() -> None:
    at = moment("2026-05-01")
    life = living(a_playbook(), at=at - timedelta(minutes=1))
    life.tell(churned(at, id="a"), renewed(at, "b"))
    life.advance(at)

    line = state(life).timeline[-1]
    assert (line.what, line.why) == (
        "contract.renewed",
        "refused: acme has churned, so its contract can't change; tell customer.won_back first",
    )
    assert why_stages(life)[-1] == "2026-05-01 win_back: churned: price"
