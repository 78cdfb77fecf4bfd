"""Silence is no decision: who says nothing at its term's end has lapsed, people of ours are asked, and only a word makes it a loss."""

from datetime import date

import pytest

from lifecycle.domain.enums import ChurnKind, TouchKind
from lifecycle.explain.status import in_markdown, status_of
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.building import (
    Raw,
    a_play,
    a_playbook,
    amended,
    an_event,
    churned,
    email,
    live,
    living,
    moment,
    renewed,
    stages,
    task,
    touched,
)
from tests.lifecycle.calls import apply, state

TEXTS: Raw = {"win_back": {"text": a_play(email(), at={"day": 1})}, "farewell": {"bye": a_play(email(), at={"day": 0})}}


def silent(**stages: Raw) -> Playbook:
    """A playbook that says nothing of who has lapsed."""
    playbook = a_playbook(**stages)
    plans = {stage: plan for stage, plan in playbook.model_dump(by_alias=True, exclude_none=True)["stages"].items() if stage != "lapsed"}
    return Playbook.model_validate(playbook.model_dump(by_alias=True, exclude_none=True) | {"stages": plans})


def test_where_the_playbook_says_nothing_a_person_is_asked_at_once_then_others_and_then_again_and_again() -> None:
    life = live(living(silent(**TEXTS)), moment("2027-06-01"))
    assert touched(life) == [
        "2027-03-16 09:00 ask-about-lapsed/1/ask-about-lapsed",
        "2027-03-23 09:00 ask-about-lapsed/1/ask-about-lapsed.rung-1",
        "2027-04-01 09:00 ask-about-lapsed/1/ask-about-lapsed.rung-2",
        "2027-04-15 09:00 ask-again-about-lapsed/1/task",
        "2027-05-15 09:00 ask-again-about-lapsed/2/task",
    ]
    assert [touch for touch in life.touches if touch.kind.reaches_the_customer] == []
    assert (life.life.stage.value, state(life).churned, state(life).closed) == ("lapsed", None, "")


def test_a_playbook_that_asks_in_its_own_way_is_followed() -> None:
    life = live(living(a_playbook(lapsed={"mine": a_play(task(), at={"day": 2})})), moment("2027-06-01"))
    assert touched(life) == ["2027-03-18 09:00 mine/1/task"]


def test_a_word_ends_the_asking_at_once() -> None:
    life = live(living(silent()), moment("2027-06-01"), renewed(moment("2027-03-18", "12:00")))
    assert touched(life) == ["2027-03-16 09:00 ask-about-lapsed/1/ask-about-lapsed"]
    assert stages(life)[-2:] == ["2027-03-16 lapsed", "2027-03-18 growth"]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(churned(moment("2027-04-20"), kind="no_decision", reason="they never answered"), id="by its kind"),
        pytest.param(churned(moment("2027-04-20"), kind="choice", reason="No decision"), id="by its reason"),
    ],
)
def test_a_person_closes_it_as_no_decision_and_no_message_says_that_it_left(told: Event) -> None:
    life = live(living(a_playbook(**TEXTS)), moment("2028-06-01"), told)
    assert touched(life) == []
    assert (stages(life)[-1], state(life).churn_kind) == ("2027-04-20 closed", ChurnKind.NO_DECISION)
    assert state(life).closed.startswith("no decision")


def test_the_playbook_s_own_rule_closes_it_so() -> None:
    life = live(living(a_playbook(**TEXTS, rest={"contract": {"lapsed": "60d"}})), moment("2028-06-01"))
    assert (stages(life)[-1], state(life).closed, touched(life)) == ("2027-05-15 closed", "no decision", [])
    assert (state(life).churn_kind, state(life).churn_reason) == (ChurnKind.NO_DECISION, "no decision")


def test_who_says_so_after_it_has_lapsed_is_won_back_as_who_said_so_before() -> None:
    life = live(living(a_playbook(**TEXTS)), moment("2027-05-10"), churned(moment("2027-04-20"), kind="choice", reason="price"))
    assert (stages(life)[-1], touched(life)) == ("2027-04-20 win_back", ["2027-04-21 09:00 text/1/email-note"])


def test_nobody_is_given_up_before_the_end() -> None:
    life = live(living(a_playbook()), moment("2026-08-01"))
    answer = apply(life, churned(life.now, kind="no_decision", reason="silent"), life.now)
    assert answer.why == "acme's term runs until 2027-03-02, so a decision may still come; tell the kind choice or natural if it left"


def test_a_new_end_takes_it_up_again_and_it_may_lapse_again_and_be_asked_about_again() -> None:
    life = live(living(silent()), moment("2027-08-01"), amended(moment("2027-03-20"), date(2027, 6, 1)))
    assert stages(life)[-3:] == ["2027-03-16 lapsed", "2027-03-20 renewal", "2027-06-15 lapsed"]
    assert [line.split()[2] for line in touched(life)][:2] == [
        "ask-about-lapsed/1/ask-about-lapsed",
        "ask-about-lapsed/2/ask-about-lapsed",
    ]


def test_another_value_or_a_worse_end_does_not_take_it_up() -> None:
    told = [an_event("contract.amended", moment("2027-03-20"), annual_value=9000.0), amended(moment("2027-03-21"), date(2027, 2, 1))]
    life = live(living(a_playbook()), moment("2027-04-01"), *told)
    assert stages(life)[-1] == "2027-03-16 lapsed"


def test_status_says_that_nobody_has_heard() -> None:
    life = live(living(silent()), moment("2027-03-20"))
    assert "lapsed, day 4, its term ended on 2027-03-02 without a word" in in_markdown(status_of(life.session, life.now))
    assert TouchKind.TASK in {touch.kind for touch in life.touches}
