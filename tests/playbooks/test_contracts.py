"""What the standard playbook does with each way in which a contract goes on: nobody is asked for a decision that is none of theirs."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lifecycle.domain.enums import Renews, Stage, Tier
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from runtime.playbook_files import load
from tests.lifecycle.building import a_customer, cancelled, live, living, moment, withdrawn

STANDARD, _ = load(Path(__file__).parents[2] / "playbooks" / "standard.yaml")
ABOUT_THE_END = (
    "renewal-60",
    "renewal-30",
    "renewal-14",
    "renewal-7",
    "renews-itself",
    "notice-ahead",
    "no-decision",
    "next-term",
    "early-renewal",
)
SAVES = ("onboarding-save", "save", "renewal-save")


def lived(until: str, *told: Event, **changes: Any) -> Simulation:
    return live(living(STANDARD, a_customer(tier=Tier.B, **changes)), moment(until), *told)


def of(life: Simulation, *plays: str) -> list[str]:
    return [f"{touch.at:%Y-%m-%d} {touch.key.split('/', 2)[2]}" for touch in life.touches if touch.play in plays]


@pytest.mark.parametrize(
    ("renews", "expected"),
    [
        pytest.param(
            Renews.BY_DECISION,
            ["renewal-60/1/email-renewal-60", "renewal-30/1/email-renewal-30", "renewal-14/1/get-decision", "renewal-7/1/email-renewal-7"],
            id="somebody is to decide",
        ),
        pytest.param(Renews.AUTOMATIC, ["renews-itself/1/email-renews-itself"], id="it renews by itself"),
        pytest.param(Renews.ROLLING, [], id="it has no end"),
    ],
)
def test_what_is_said_of_the_end_before_it_comes(renews: Renews, expected: list[str]) -> None:
    said = of(lived("2027-03-01", renews=renews), *ABOUT_THE_END)
    assert [line.split()[1] for line in said if "done" not in line and "rung" not in line and "late" not in line] == expected


def test_a_notice_longer_than_the_renewal_stage_is_spoken_of_in_growth() -> None:
    life = lived("2027-03-01", renews=Renews.AUTOMATIC, notice="4mo")
    assert of(life, "notice-ahead", "renews-itself") == ["2026-10-05 notice-ahead/1/email-renews-itself"]  # 3 October is a Saturday
    [mail] = [touch for touch in life.touches if touch.play == "notice-ahead"]
    assert (mail.values["contract"]["cancel_by"], mail.values["contract"]["end_date"]) == ("2 November 2026", "2 March 2027")


def test_a_term_that_began_by_itself_gets_its_goal() -> None:
    assert of(lived("2027-04-01", renews=Renews.AUTOMATIC), "next-term") == ["2027-03-05 next-term/1/task"]


@pytest.mark.parametrize(
    ("day", "kind", "first"),
    [
        pytest.param(
            "2026-11-02", "choice", ["save/1/email-cancellation-received", "save/1/escalate-cs-manager", "save/1/save-call"], id="in time"
        ),
        pytest.param(
            "2027-02-15",
            "choice",
            ["renewal-save/1/renewal-save-late", "renewal-save/1/escalate-cs-manager", "renewal-save/1/renewal-save-call"],
            id="too late: a manager is asked, and no mail says a day that may still change",
        ),
        pytest.param("2026-11-02", "natural", [], id="the company ceases to be"),
        pytest.param("2027-02-15", "natural", ["renewal-save/1/renewal-save-late"], id="and is bound by its notice"),
    ],
)
def test_a_cancellation_is_answered_by_people(day: str, kind: str, first: list[str]) -> None:
    life = lived("2027-03-01", cancelled(moment(day), kind=kind), renews=Renews.AUTOMATIC)
    assert [line.split()[1] for line in of(life, *SAVES) if "done" not in line and "rung" not in line] == first
    late = [touch.owner for touch in life.touches if touch.key.endswith("save-late")]
    assert late == (["cs-manager"] if day == "2027-02-15" else [])


def test_a_cancellation_that_is_taken_back_leaves_the_renewal_as_it_was() -> None:
    told = [cancelled(moment("2026-11-02")), withdrawn(moment("2026-11-09"))]
    life = lived("2027-03-20", *told)
    assert [line.split()[1] for line in of(life, "stays")] == ["stays/1/task"]
    assert [line.split()[1] for line in of(life, "renewal-60", "renewal-30", "renewal-7")] == [
        "renewal-60/1/email-renewal-60",
        "renewal-30/1/email-renewal-30",
        "renewal-7/1/email-renewal-7",
    ]
    assert life.life.stage is Stage.LAPSED


def test_a_rolling_contract_of_years_hears_nothing_of_an_end_until_one_is_announced() -> None:
    life = lived("2029-01-01", renews=Renews.ROLLING)
    assert of(life, *ABOUT_THE_END) == []
    assert life.life.contract.start == date(2028, 3, 2)
    live(life, moment("2029-03-15"), cancelled(moment("2029-01-10"), end="2029-03-10"))
    assert (life.life.stage, [line.split()[1] for line in of(life, "save")][:1]) == (Stage.WIN_BACK, ["save/1/email-cancellation-received"])
