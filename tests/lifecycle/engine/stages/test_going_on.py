"""How contracts go on: by a decision, by themselves, or without an end."""

from datetime import date

import pytest

from lifecycle.domain.enums import Renews
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import in_markdown, status_of
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    cancelled,
    email,
    live,
    living,
    moment,
    renewed,
    stages,
    task,
    touched,
    why_stages,
)
from tests.lifecycle.calls import state

AUTOMATIC, ROLLING = a_customer(renews=Renews.AUTOMATIC), a_customer(renews=Renews.ROLLING)


def term_of(life: Simulation) -> tuple[int, str, str]:
    contract = life.life.contract
    return contract.term, contract.start.isoformat(), contract.end.isoformat()


# ---- by itself


def test_an_automatic_contract_goes_on_by_itself_at_its_end_and_says_so() -> None:
    life = live(living(a_playbook(), AUTOMATIC), moment("2029-06-01"))
    assert why_stages(life) == [
        "2026-03-02 onboarding: enrolled",
        "2026-05-31 growth: the contract clock",
        "2026-12-02 renewal: the contract clock",
        "2027-03-02 growth: renewed into term 2: renewed by itself",
        "2027-12-03 renewal: the contract clock",
        "2028-03-02 growth: renewed into term 3: renewed by itself",
        "2028-12-02 renewal: the contract clock",
        "2029-03-02 growth: renewed into term 4: renewed by itself",
    ]
    assert state(life).renewals == ["renewed by itself"] * 3
    assert term_of(life) == (4, "2029-03-02", "2030-03-02")
    assert life.life.contract.renews is Renews.AUTOMATIC


@pytest.mark.parametrize(
    ("told", "notice", "end", "late"),
    [
        pytest.param("2027-01-31", None, "2027-03-02", False, id="thirty days before the end, to the day"),
        pytest.param("2027-02-01", None, "2028-03-02", True, id="a day later"),
        pytest.param("2026-12-02", "3mo", "2027-03-02", False, id="three months of its own"),
        pytest.param("2026-12-03", "3mo", "2028-03-02", True, id="a day less than them"),
        pytest.param("2027-03-01", "0d", "2027-03-02", False, id="no notice"),
        pytest.param("2027-02-28", "14mo", "2029-03-02", True, id="a notice longer than a term"),
    ],
)
def test_a_cancellation_in_time_ends_the_term_and_a_later_one_the_first_whose_end_leaves_the_notice(
    told: str, notice: str | None, end: str, late: bool
) -> None:
    customer = a_customer(renews=Renews.AUTOMATIC, notice=notice)
    life = live(living(a_playbook(), customer), moment(told, "23:00"), cancelled(moment(told, "22:00")))
    announced = life.life.facts.contract.cancelled
    assert announced is not None
    assert (announced.end.isoformat(), announced.late) == (end, late)
    life.advance(moment("2030-01-01"))
    assert (life.life.facts.churn.reason, [line for line in stages(life) if "win_back" in line]) == ("price", [f"{end} win_back"])


@pytest.mark.parametrize(
    ("told", "meant", "end"),
    [
        pytest.param("2026-06-01", "2026-08-31", "2026-08-31", id="a day within the term that leaves the notice"),
        pytest.param("2026-06-01", "2026-06-10", "2027-03-02", id="a day that leaves less ends with the term"),
        pytest.param("2027-02-20", "2027-03-02", "2028-03-02", id="the term's own end, too late"),
        pytest.param("2027-02-20", "2027-08-31", "2027-08-31", id="a day in the next term"),
    ],
)
def test_an_end_that_is_told_holds_where_it_leaves_the_notice(told: str, meant: str, end: str) -> None:
    life = live(living(a_playbook(), AUTOMATIC), moment("2029-01-01"), cancelled(moment(told), end=meant))
    assert [line for line in stages(life) if "win_back" in line] == [f"{end} win_back"]


def test_who_was_too_late_may_be_let_go_by_an_amendment() -> None:
    told = [cancelled(moment("2027-02-20")), amended(moment("2027-02-22"), date(2027, 3, 2))]
    life = live(living(a_playbook(), AUTOMATIC), moment("2027-04-01"), *told)
    assert stages(life)[-2:] == ["2026-12-02 renewal", "2027-03-02 win_back"]


def test_a_late_cancellation_can_be_seen_by_the_play_that_asks_a_person() -> None:
    asks = {"ask": a_play(task("Let them go?"), on="contract.cancelled", if_="contract.cancelled_late")}
    life = live(living(a_playbook(renewal=asks), AUTOMATIC), moment("2027-03-01"), cancelled(moment("2027-02-20")))
    assert touched(life) == ["2027-02-20 09:00 ask/1/task"]
    lines = [line.why for line in state(life).timeline if line.what == "contract end"]
    assert lines == ["the contract is to end on 2028-03-02; the notice of 30d was missed for 2027-03-02"]


def test_the_same_renewal_told_by_billing_after_the_turn_begins_no_third_term() -> None:
    life = live(living(a_playbook(), AUTOMATIC), moment("2027-06-01"), renewed(moment("2027-03-03")))
    assert term_of(life)[0] == 2


def test_what_comes_before_the_end_comes_in_each_term_that_renews_by_itself() -> None:
    plays: Raw = {"p": a_play(email(), at={"before_end": "60d"})}
    life = live(living(a_playbook(renewal=plays), AUTOMATIC), moment("2028-02-01"))
    assert touched(life) == ["2027-01-01 09:00 p/1/email-note", "2028-01-02 09:00 p/1/email-note"]


# ---- without an end


def test_a_rolling_contract_has_no_renewal_and_its_term_is_the_contract_year() -> None:
    life = live(living(a_playbook(), ROLLING), moment("2028-06-01"))
    assert stages(life) == ["2026-03-02 onboarding", "2026-05-31 growth", "2027-03-02 growth", "2028-03-02 growth"]
    assert term_of(life) == (3, "2028-03-02", "2029-03-02")
    assert "rolling, contract year 3 to 2029-03-02" in in_markdown(status_of(life.session, life.now))


def test_plays_before_the_end_of_a_rolling_contract_wait_for_an_announced_end() -> None:
    plays: Raw = {
        "before": a_play(email(), at={"before_end": "20d"}),
        "after": a_play(email(), at={"before": "10d", "of": "contract_end"}),
        "stays": a_play(task(), every="60d", if_="days_left > 120"),
        "hole": a_play(email("dated"), at={"day": 1}),
    }
    templates = {"templates": {"dated": {"needs": ["contract.end_date"]}}}
    life = living(a_playbook(growth=plays, rest=templates), ROLLING)
    live(life, moment("2027-05-15"))
    assert {line.split()[2].partition("/")[0] for line in touched(life)} == {"stays"}
    live(life, moment("2027-08-20"), cancelled(moment("2027-05-20"), end="2027-08-15"))
    assert touched(life)[-2:] == ["2027-07-26 09:00 before/1/email-note", "2027-08-05 09:00 after/1/email-note"]
    assert stages(life)[-1] == "2027-08-15 win_back"


def test_a_rolling_contract_that_is_cancelled_without_a_day_ends_when_its_notice_is_over() -> None:
    life = live(living(a_playbook(), ROLLING), moment("2027-01-01"), cancelled(moment("2026-08-10")))
    assert stages(life)[-1] == "2026-09-09 win_back"


# ---- from one to the other


@pytest.mark.parametrize(
    ("renews", "lived"),
    [
        pytest.param("automatic", ["2026-12-02 renewal", "2027-03-02 growth"], id="automatic"),
        pytest.param("rolling", ["2026-12-02 renewal", "2027-02-01 growth", "2027-03-02 growth"], id="rolling"),
    ],
)
def test_an_amendment_makes_a_contract_go_on_in_another_way(renews: str, lived: list[str]) -> None:
    told = an_event("contract.amended", moment("2027-02-01"), renews=renews, notice="10d")
    life = live(living(a_playbook()), moment("2027-06-01"), told)
    assert stages(life)[2:] == lived
    assert str(life.life.contract.notice) == "10d"


def test_who_has_lapsed_and_turns_out_to_renew_by_itself_goes_on_from_the_old_end() -> None:
    told = an_event("contract.amended", moment("2027-04-01"), renews="automatic")
    life = live(living(a_playbook()), moment("2027-05-01"), told)
    assert (stages(life)[-1], term_of(life)) == ("2027-04-01 growth", (2, "2027-03-02", "2028-03-02"))


def test_a_trial_ends_whatever_the_contract_will_be() -> None:
    for renews in Renews:
        life = live(living(a_playbook(), a_customer(end=date(2026, 4, 1), term=0, renews=renews)), moment("2026-05-01"))
        assert life.life.progress.closed == "the trial ended without a purchase"


def test_the_end_of_the_calendar_ends_what_goes_on_for_ever() -> None:
    for renews in (Renews.AUTOMATIC, Renews.ROLLING):
        life = living(a_playbook(), a_customer(start=date(2198, 6, 1), end=date(2199, 6, 1), renews=renews), moment("2198-06-01"))
        life.advance(moment("2202-01-01"))
        assert stages(life)[-1] == "2200-06-01 lapsed"
