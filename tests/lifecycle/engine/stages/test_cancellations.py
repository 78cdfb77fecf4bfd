"""An announced end: save plays run until it comes or is taken back, and what became pointless stops at once."""

from datetime import date

import pytest

from lifecycle.domain.enums import ChurnKind
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import in_markdown, status_of
from lifecycle.facts.events import Event
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    cancelled,
    churned,
    email,
    ended,
    happened,
    live,
    living,
    moment,
    renewed,
    stages,
    task,
    touched,
    wait,
    withdrawn,
)
from tests.lifecycle.calls import state

SAVE: Raw = {"save": a_play(task(), wait("10d"), email(), when="contract.cancelled", until="!contract.cancelled")}
CHASE: Raw = {
    "chase": a_play(email(), wait("20d"), email("again"), at={"before_end": "60d"}, until="contract.cancelled"),
    "later": a_play(email(), at={"before_end": "30d"}, until="contract.cancelled"),
}


def end_of(life: Simulation) -> date:
    return life.life.contract.end


def test_between_cancellation_and_withdrawal_the_save_plays_run_and_nothing_else() -> None:
    playbook = a_playbook(renewal={**SAVE, **CHASE})
    told = [cancelled(moment("2027-01-10", "12:00")), withdrawn(moment("2027-01-25", "12:00"))]
    life = live(living(playbook), moment("2027-03-01"), *told)
    assert touched(life) == [
        "2027-01-01 09:00 chase/1/email-note",
        "2027-01-10 12:00 save/1/task",
        "2027-01-20 12:00 save/1/email-note",
        "2027-01-31 09:00 later/1/email-note",
    ]
    assert ended(life) == ["2027-01-10 12:00 chase: what it works towards is so"]


def test_a_withdrawal_ends_the_save_in_the_middle_of_its_wait() -> None:
    told = [cancelled(moment("2027-01-10")), withdrawn(moment("2027-01-12", "12:00"))]
    life = live(living(a_playbook(renewal=SAVE)), moment("2027-02-10"), *told)
    assert touched(life) == ["2027-01-10 09:00 save/1/task"]
    assert ended(life) == ["2027-01-12 12:00 save: what it works towards is so"]


@pytest.mark.parametrize(("kind", "stage"), [("choice", "win_back"), ("natural", "farewell")])
def test_at_the_announced_end_the_customer_leaves_as_it_said_without_a_grace(kind: str, stage: str) -> None:
    told = cancelled(moment("2026-10-01"), kind=kind, detail="the group has another tool")
    life = live(living(a_playbook(win_back={}, farewell={"bye": a_play(email(), at={"day": 3})})), moment("2027-03-03"), told)
    assert stages(life)[-1] == f"2027-03-02 {stage}"
    churn = life.life.facts.churn
    assert (churn.kind, churn.reason, churn.detail) == (ChurnKind(kind), "price", "the group has another tool")
    assert life.life.facts.contract.cancelled is None


def test_an_earlier_end_moves_all_that_hangs_on_it_and_its_withdrawal_moves_it_back() -> None:
    plays: Raw = {"p": a_play(email(), at={"before_end": "30d"})}
    life = living(a_playbook(renewal=plays))
    live(life, moment("2026-11-01"), cancelled(moment("2026-08-01"), end="2026-12-01"))
    assert (end_of(life).isoformat(), stages(life)[-1]) == ("2026-12-01", "2026-09-02 renewal")
    live(life, moment("2027-02-10"), withdrawn(moment("2026-11-10")))
    assert (end_of(life).isoformat(), stages(life)[3:]) == ("2027-03-02", ["2026-11-10 growth", "2026-12-02 renewal"])
    assert touched(life) == ["2026-11-01 09:00 p/1/email-note", "2027-01-31 09:00 p/2/email-note"]


@pytest.mark.parametrize(
    ("told", "end", "stage"),
    [
        pytest.param(
            [cancelled(moment("2026-06-10"), end="2026-12-31"), cancelled(moment("2026-07-01"))], "2027-03-02", "growth", id="corrected"
        ),
        pytest.param(
            [cancelled(moment("2026-06-10"), end="2026-12-31"), renewed(moment("2026-07-01"))], "2027-03-02", "growth", id="renewed"
        ),
        pytest.param(
            [cancelled(moment("2026-06-10")), amended(moment("2026-07-01"), date(2027, 1, 31)), withdrawn(moment("2026-07-02"))],
            "2027-03-02",
            "growth",
            id="moved, then withdrawn",
        ),
        pytest.param(
            [cancelled(moment("2026-06-10")), amended(moment("2026-07-01"), date(2027, 4, 30)), withdrawn(moment("2026-07-02"))],
            "2027-04-30",
            "growth",
            id="extended, then withdrawn",
        ),
        pytest.param([cancelled(moment("2026-06-10"), end="2027-05-31")], "2027-05-31", "growth", id="stays longer"),
        pytest.param(
            [cancelled(moment("2026-06-10"), end="2027-05-31"), withdrawn(moment("2026-07-02"))], "2027-03-02", "growth", id="and does not"
        ),
        pytest.param([cancelled(moment("2026-06-10"), end="2026-06-01")], "2026-06-01", "win_back", id="told when it has ended"),
    ],
)
def test_the_contract_ends_as_was_said_last(told: list[Event], end: str, stage: str) -> None:
    life = live(living(a_playbook()), moment("2026-08-01"), *told)
    assert (end_of(life).isoformat(), life.life.stage.value) == (end, stage)


def test_who_renewed_ahead_and_cancels_ends_with_the_last_term_that_is_signed() -> None:
    told = [renewed(moment("2026-08-01")), cancelled(moment("2026-09-01"))]
    life = live(living(a_playbook()), moment("2028-03-03"), *told)
    assert stages(life)[-3:] == ["2027-03-02 growth", "2027-12-03 renewal", "2028-03-02 win_back"]


@pytest.mark.parametrize("stage", ["in the grace", "lapsed"])
def test_a_cancellation_after_the_end_is_a_loss_at_once(stage: str) -> None:
    day = "2027-03-10" if stage == "in the grace" else "2027-05-10"
    life = live(living(a_playbook(win_back={"p": a_play(email(), at={"day": 1})})), moment("2027-06-01"), cancelled(moment(day)))
    assert stages(life)[-1] == f"{day} win_back"
    assert len(touched(life)) == 1


# ---- what came later stands


def test_a_cancellation_older_than_a_renewal_and_a_renewal_older_than_a_cancellation_change_nothing() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-08-01"),
        renewed(moment("2026-07-10")),
        happened("contract.cancelled", "2026-07-12", "2026-07-05", reason="price"),
    )
    assert (life.life.facts.contract.cancelled, len(life.life.facts.contract.signed)) == (None, 1)
    other = live(
        living(a_playbook()),
        moment("2026-08-01"),
        cancelled(moment("2026-07-10")),
        happened("contract.renewed", "2026-07-12", "2026-07-05", reason="value"),
    )
    assert (other.life.facts.contract.cancelled is not None, other.life.facts.contract.signed) == (True, [])


def test_a_cancellation_older_than_its_withdrawal_changes_nothing() -> None:
    told = [
        cancelled(moment("2026-07-01")),
        withdrawn(moment("2026-07-10")),
        happened("contract.cancelled", "2026-07-12", "2026-07-05", reason="quality"),
    ]
    life = live(living(a_playbook()), moment("2026-08-01"), *told)
    assert life.life.facts.contract.cancelled is None


# ---- what is refused


@pytest.mark.parametrize(
    ("before", "told", "why"),
    [
        pytest.param(
            [], withdrawn(moment("2026-07-01")), "acme's contract is not cancelled, so nothing can be taken back", id="nothing to take back"
        ),
        pytest.param(
            [],
            cancelled(moment("2026-07-01"), end="2026-03-02"),
            "the contract would end on 2026-03-02, before its start on 2026-03-02; tell customer.churned if it ended",
            id="before its start",
        ),
        pytest.param(
            [],
            cancelled(moment("2026-07-01"), kind="no_decision"),
            "contract.cancelled tells what the customer has announced: its 'kind' is choice or natural",
            id="nobody's word",
        ),
        pytest.param(
            [churned(moment("2026-06-01"))],
            cancelled(moment("2026-07-01")),
            "acme has churned, so its contract can't change; tell customer.won_back first",
            id="who has left",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(before: list[Event], told: Event, why: str) -> None:
    life = live(living(a_playbook()), moment("2026-07-01"), *before)
    was = life.life.model_dump_json()
    [answer] = life.tell(told)
    assert (answer.taken, answer.why) == (False, why)
    assert life.life.model_dump_json() == was


def test_status_says_that_and_why_it_ends() -> None:
    life = live(living(a_playbook()), moment("2026-08-01"), cancelled(moment("2026-07-01"), end="2026-12-31"))
    status = status_of(life.session, life.now)
    assert status.cancelled is not None
    assert (status.cancelled.end, status.cancelled.reason) == (date(2026, 12, 31), "price")
    assert "cancelled, ends on 2026-12-31: price" in in_markdown(status)


def test_a_trial_that_is_cancelled_closes_at_its_end_with_the_reason() -> None:
    life = living(a_playbook(), a_customer(end=date(2026, 4, 1), term=0))
    live(life, moment("2026-04-02"), cancelled(moment("2026-03-20")))
    assert life.life.progress.closed == "the trial ended without a purchase: price"
    assert state(life).closed


def test_a_cancellation_is_told_as_news() -> None:
    life = living(a_playbook())
    event = an_event("contract.cancelled", life.now, happened=moment("2026-02-01"), reason="price")
    [answer] = life.tell(event.model_copy(update={"past": True}))
    assert (
        answer.why
        == "contract.cancelled is not told as past: whether acme's contract ends is not over; tell it as news, with its 'happened'"
    )
