"""The first health score (R33): usage against the customer's own baseline, milestones, surveys; and what made it."""

from datetime import timedelta

import pytest

from lifecycle.domain.enums import Band
from lifecycle.domain.health import Contribution
from lifecycle.explain.simulator import Simulation
from tests.lifecycle.building import Raw, a_play, a_playbook, an_event, live, living, moment, task, touched
from tests.lifecycle.calls import state

MILESTONES: Raw = {
    "imported": {"kind": "functional", "due": "7d", "done_when": 'event.type == "feature.used" && event.feature == "import"'},
    "first-value": {"kind": "customer", "due": "30d", "first_value": True},
}


def usage(life: Simulation, *counts: float) -> Simulation:
    """Reports of a week's usage, one a day."""
    days = [moment("2026-03-03") + timedelta(days=day) for day in range(len(counts))]
    return live(life, days[-1], *(an_event("usage.reported", day, count=count) for day, count in zip(days, counts, strict=True)))


def answered(life: Simulation, survey: str, score: int) -> Simulation:
    life.tell(an_event("survey.answered", life.now, survey=survey, score=score))
    return life


def test_while_nothing_is_known_the_band_is_unknown() -> None:
    health = state(living(a_playbook())).health

    assert (health.score, health.band, health.parts) == (0, Band.UNKNOWN, [])


def test_two_reports_of_usage_are_too_few_to_compare() -> None:
    assert state(usage(living(a_playbook()), 70, 7)).health.band is Band.UNKNOWN


@pytest.mark.parametrize(
    ("reports", "score", "band", "why"),
    [
        pytest.param([70, 70, 70], 100, Band.GREEN, "10.0 a day against a baseline of 10.0", id="as ever"),
        pytest.param([70, 70, 140], 100, Band.GREEN, "20.0 a day against a baseline of 10.0", id="more than ever is no more than all"),
        pytest.param([70, 70, 49], 70, Band.GREEN, "7.0 a day against a baseline of 10.0", id="70 is green"),
        pytest.param([100, 100, 69], 69, Band.YELLOW, "9.9 a day against a baseline of 14.3", id="69 is yellow"),
        pytest.param([70, 70, 28], 40, Band.YELLOW, "4.0 a day against a baseline of 10.0", id="40 is yellow"),
        pytest.param([100, 100, 39], 39, Band.RED, "5.6 a day against a baseline of 14.3", id="39 is red"),
        pytest.param([70, 70, 0], 0, Band.RED, "0.0 a day against a baseline of 10.0", id="nothing at all"),
        pytest.param([0, 0, 0], 100, Band.GREEN, "0.0 a day against a baseline of 0.0", id="a baseline of nothing cannot be missed"),
        pytest.param(
            [70, 0, 140, 70, 35], 50, Band.YELLOW, "5.0 a day against a baseline of 10.0", id="the baseline is the median before it"
        ),
    ],
)
def test_usage_is_judged_against_the_customer_s_own_baseline(reports: list[float], score: int, band: Band, why: str) -> None:
    health = state(usage(living(a_playbook()), *reports)).health

    assert (health.score, health.band) == (score, band)
    assert [(part.name, part.weight, part.why) for part in health.parts] == [("usage", 50.0, why)]


def test_the_baseline_looks_back_over_eight_reports_and_no_further() -> None:
    life = usage(living(a_playbook()), 7000, 70, 70, 70, 70, 70, 70, 70, 70, 35)

    assert [part.why for part in state(life).health.parts] == ["5.0 a day against a baseline of 10.0"]


def test_reports_are_ordered_by_when_they_happened() -> None:
    life = usage(living(a_playbook()), 70, 70, 35)
    life.tell(an_event("usage.reported", life.now, happened=moment("2026-03-03", "10:00"), count=70))

    assert state(life).health.score == 50


def test_a_milestone_reached_counts_and_one_overdue_counts_against() -> None:
    life = living(a_playbook(milestones=MILESTONES))
    life.advance(moment("2026-03-09"))
    assert state(life).health.band is Band.UNKNOWN, "nothing is due yet"

    life.advance(moment("2026-03-10"))
    assert state(life).health.parts == [Contribution(name="milestones", points=0.0, weight=30.0, why="0 reached, 1 overdue")]

    life.tell(an_event("milestone.reached", life.now, milestone="first-value"))
    assert state(life).health.parts == [Contribution(name="milestones", points=15.0, weight=30.0, why="1 reached, 1 overdue")]
    assert (state(life).health.score, state(life).health.band) == (50, Band.YELLOW)

    life.tell(an_event("feature.used", life.now, feature="import"))
    assert state(life).health.parts == [Contribution(name="milestones", points=30.0, weight=30.0, why="2 reached, 0 overdue")]


@pytest.mark.parametrize(
    ("survey", "score", "points"),
    [("nps", 10, 20.0), ("nps", 6, 12.0), ("nps", 0, 0.0), ("csat", 5, 20.0), ("csat", 3, 10.0), ("csat", 1, 0.0)],
)
def test_a_survey_s_score_counts_by_its_own_scale(survey: str, score: int, points: float) -> None:
    life = answered(living(a_playbook()), survey, score)

    assert state(life).health.parts == [Contribution(name="surveys", points=points, weight=20.0, why=f"{survey} {score}")]


def test_several_surveys_count_by_their_mean_and_each_by_its_last_answer() -> None:
    life = living(a_playbook())
    for survey, score in (("nps", 0), ("nps", 10), ("csat", 3)):
        answered(life, survey, score)

    assert state(life).health.parts == [Contribution(name="surveys", points=15.0, weight=20.0, why="nps 10, csat 3")]


def test_the_score_is_the_share_of_the_points_that_the_known_parts_could_give() -> None:
    life = usage(living(a_playbook(milestones=MILESTONES)), 70, 70, 35)
    answered(life, "nps", 9)
    life.tell(an_event("milestone.reached", life.now, milestone="first-value"))

    assert [(part.name, part.points) for part in state(life).health.parts] == [("usage", 25.0), ("milestones", 30.0), ("surveys", 18.0)]
    assert (state(life).health.score, state(life).health.band) == (73, Band.GREEN)


def test_a_play_may_hang_on_the_score_and_on_usage() -> None:
    plays = {
        "red": a_play(task("Call"), when='health.band == "red"'),
        "low": a_play(task("Look"), when="usage.known && usage.ratio < 0.6"),
    }
    life = usage(living(a_playbook(onboarding=plays)), 70, 70, 35, 70, 14)

    assert touched(life) == ["2026-03-05 09:00 low/1/task", "2026-03-07 09:00 low/2/task", "2026-03-07 09:00 red/1/task"]
