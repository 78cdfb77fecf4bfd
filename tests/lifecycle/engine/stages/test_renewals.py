"""Renewals: a signed term begins when the old one ends, whole months are counted by the calendar, and one renewal told twice is one."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Contract
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import in_markdown, status_of
from lifecycle.facts.events import Event
from lifecycle.rules.contract.terms import next_end
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    amended,
    churned,
    email,
    live,
    living,
    moment,
    renewed,
    task,
    touched,
    wait,
    why_stages,
)
from tests.lifecycle.calls import apply, begun, decide

A_BEAT = {"p": a_play(task(), every="60d", once="term")}


def term_of(life: Simulation) -> tuple[int, str, str, float]:
    contract = life.life.contract
    return contract.term, contract.start.isoformat(), contract.end.isoformat(), contract.annual_value


# ---- terms of whole months and years


@pytest.mark.parametrize(
    ("start", "end", "anchor", "following"),
    [
        ("2027-01-12", "2028-01-12", "2027-01-12", ["2029-01-12", "2030-01-12", "2031-01-12"]),
        ("2026-01-01", "2027-01-01", "2026-01-01", ["2028-01-01", "2029-01-01"]),
        ("2024-02-29", "2025-02-28", "2024-02-29", ["2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("2026-01-31", "2026-02-28", "2026-01-31", ["2026-03-31", "2026-04-30", "2026-05-31"]),
        ("2026-02-28", "2026-03-31", "2026-01-31", ["2026-04-30", "2026-05-31"]),
        ("2026-02-28", "2026-03-28", "2026-02-28", ["2026-04-28", "2026-05-28"]),
        ("2026-08-31", "2026-11-30", "2026-08-31", ["2027-02-28", "2027-05-31", "2027-08-31"]),
        ("2026-03-02", "2028-03-02", "2026-03-02", ["2030-03-02"]),
        ("2026-03-02", "2026-06-10", "2026-03-02", ["2026-09-18", "2026-12-27"]),
        ("2026-03-02", "2026-04-01", "2026-03-02", ["2026-05-01", "2026-05-31"]),
    ],
    ids=[
        "a year over a leap day",
        "a calendar year",
        "from a leap day",
        "month ends",
        "month ends, later on",
        "28ths",
        "quarters",
        "two years",
        "100 days",
        "30 days",
    ],
)
def test_a_term_of_whole_months_is_followed_by_one_of_as_many_and_any_other_by_its_days(
    start: str, end: str, anchor: str, following: list[str]
) -> None:
    contract, found = Contract(start=date.fromisoformat(start), end=date.fromisoformat(end)), []
    for _ in following:
        ends = next_end(contract, contract.end, date.fromisoformat(anchor))
        contract = Contract(start=contract.end, end=ends)
        found.append(ends.isoformat())
    assert found == following


def test_three_renewals_over_a_leap_day_end_on_the_anniversary() -> None:
    """Case 06."""
    customer = a_customer(start=date.fromisoformat("2027-01-12"), end=date.fromisoformat("2028-01-12"))
    told = [renewed(moment(day)) for day in ("2028-01-10", "2029-01-10", "2030-01-10")]
    life = live(living(a_playbook(), customer), moment("2030-02-01"), *told)
    assert [term.end.isoformat() for term in life.life.progress.past_contracts] == ["2028-01-12", "2029-01-12", "2030-01-12"]
    assert term_of(life)[:3] == (4, "2030-01-12", "2031-01-12")


def test_monthly_terms_keep_the_month_s_end_for_years() -> None:
    customer = a_customer(start=date.fromisoformat("2026-01-31"), end=date.fromisoformat("2026-02-28"))
    life = living(a_playbook(), customer)
    for _ in range(25):
        life.advance(moment(life.life.contract.end.isoformat()) - timedelta(days=1))
        life.tell(renewed(life.now))
        life.advance(life.now + timedelta(days=2))
    assert term_of(life)[:3] == (26, "2028-02-29", "2028-03-31")


# ---- a renewal told early


def test_a_renewal_told_seven_months_early_changes_nothing_until_the_old_term_ends() -> None:
    life = live(living(a_playbook(growth={"p": a_play(task(), every="60d")})), moment("2026-10-01"), renewed(moment("2026-08-01")))

    assert term_of(life) == (1, "2026-03-02", "2027-03-02", 12000.0)
    status = status_of(life.session, moment("2026-10-01"))
    assert (status.term, status.day, status.days) == (1, 123, 275)
    assert [term.model_dump(mode="json")["start"] for term in status.signed] == ["2027-03-02"]
    assert "term 1 to 2027-03-02, renewed, next term from 2027-03-02" in in_markdown(status)

    life.advance(moment("2027-07-01"))
    assert touched(life) == [
        f"{day} 09:00 p/{number}/task"
        for day, number in (
            ("2026-07-30", 1),
            ("2026-09-28", 2),
            ("2026-11-27", 3),
            ("2027-01-26", 4),
            ("2027-05-01", 1),
            ("2027-06-30", 2),
        )
    ]
    assert why_stages(life)[2:] == ["2027-03-02 growth: renewed into term 2: the term before it has ended"]


def test_what_counts_once_a_term_counts_anew_when_the_next_term_begins() -> None:
    life = live(living(a_playbook(growth=A_BEAT)), moment("2027-06-01"), renewed(moment("2026-08-01")))
    assert touched(life) == ["2026-07-30 09:00 p/1/task", "2027-05-01 09:00 p/1/task"]


def test_who_has_renewed_never_comes_to_the_renewal_stage() -> None:
    renewal = {f"t-{days}": a_play(email(), at={"before_end": f"{days}d"}) for days in (90, 60, 30)}
    life = live(living(a_playbook(renewal=renewal)), moment("2027-06-01"), renewed(moment("2026-08-01")))
    assert touched(life) == []


def test_a_renewal_told_in_the_renewal_stage_ends_its_plays_and_thanks_at_once() -> None:
    growth = {"thanks": a_play(email(), on="contract.renewed"), "five": a_play(task(), at={"day": 5})}
    chase = {"chase": a_play(task(), wait("20d"), email(), at={"before_end": "30d"})}
    life = live(living(a_playbook(growth=growth, renewal=chase)), moment("2027-04-01"), renewed(moment("2027-02-10")))
    assert touched(life) == [
        "2026-06-05 09:00 five/1/task",
        "2027-01-31 09:00 chase/1/task",
        "2027-02-10 09:00 thanks/1/email-note",
        "2027-03-07 09:00 five/1/task",
    ]


def test_an_offer_to_renew_in_flight_is_called_off_when_the_customer_renews() -> None:
    chase = a_play(email(), at={"before_end": "30d"})
    life = begun(a_playbook(renewal={"chase": chase}), a_customer(), moment("2027-01-30"))
    assert [touch.key for touch in decide(life, moment("2027-01-31")).touches] == ["acme/1/chase/1/email-note"]

    apply(life, renewed(moment("2027-01-31", "09:01")), moment("2027-01-31", "09:01"))
    assert decide(life, moment("2027-01-31", "09:01")).call_off == ["acme/1/chase/1/email-note"]


def test_a_customer_that_churns_before_the_signed_term_begins_has_no_such_term() -> None:
    life = live(living(a_playbook()), moment("2026-12-01"), renewed(moment("2026-08-01")), churned(moment("2026-09-01")))
    assert (life.life.facts.contract.signed, life.life.contract.term) == ([], 1)


def test_two_terms_may_be_signed_ahead() -> None:
    told = [renewed(moment("2026-08-01"), end="2028-03-02"), renewed(moment("2026-09-01"), end="2029-03-02", annual_value=20000.0)]
    life = live(living(a_playbook()), moment("2028-04-01"), *told)
    assert term_of(life) == (3, "2028-03-02", "2029-03-02", 20000.0)


@pytest.mark.parametrize(
    ("end", "present", "signed"),
    [
        ("2027-04-02", "2027-04-02", ("2027-04-02", "2028-03-02")),
        ("2028-06-02", "2027-03-02", ("2027-03-02", "2028-06-02")),
        ("2026-12-02", "2026-12-02", ("2026-12-02", "2028-03-02")),
    ],
    ids=["the present term longer", "the signed one longer", "the present one shorter"],
)
def test_an_amended_end_is_that_of_the_term_whose_end_is_nearest(end: str, present: str, signed: tuple[str, str]) -> None:
    told = [renewed(moment("2026-08-01"), end="2028-03-02"), amended(moment("2026-09-01"), date.fromisoformat(end))]
    life = live(living(a_playbook()), moment("2026-10-01"), *told)
    (term,) = life.life.facts.contract.signed
    assert (life.life.contract.end.isoformat(), (term.start.isoformat(), term.end.isoformat())) == (present, signed)


# ---- one renewal told twice


def by(at: str, id: str, **data: Scalar) -> Event:
    return Event(id=id, type="contract.renewed", at=moment(at, "12:00"), data={"reason": id, **data})


@pytest.mark.parametrize(
    ("told", "term"),
    [
        ([by("2027-12-23", "hub"), by("2028-01-12", "stripe", end="2029-01-12")], (2, "2028-01-12", "2029-01-12", 12000.0)),
        ([by("2028-01-12", "stripe", end="2029-01-12"), by("2028-01-20", "hub")], (2, "2028-01-12", "2029-01-12", 12000.0)),
        ([by("2027-12-23", "hub"), by("2027-12-24", "stripe")], (2, "2028-01-12", "2029-01-12", 12000.0)),
        ([by("2027-12-23", "hub"), by("2028-01-12", "stripe", end="2029-01-20")], (2, "2028-01-12", "2029-01-20", 12000.0)),
        ([by("2027-12-23", "hub", annual_value=1.0), by("2028-01-02", "stripe", annual_value=2.0)], (2, "2028-01-12", "2029-01-12", 2.0)),
        (
            [by("2027-12-23", "a"), by("2028-01-12", "b", end="2029-01-12"), by("2028-02-01", "c", end="2029-01-12")],
            (2, "2028-01-12", "2029-01-12", 12000.0),
        ),
    ],
    ids=["case 08", "the other way round", "both without an end", "with another end", "with another value", "by three"],
)
def test_one_renewal_told_again_is_one_term_and_starts_no_play_twice(told: list[Event], term: tuple[int, str, str, float]) -> None:
    customer = a_customer(start=date.fromisoformat("2027-01-12"), end=date.fromisoformat("2028-01-12"))
    playbook = a_playbook(growth={"thanks": a_play(task(), on="contract.renewed")}, renewal={})
    life = live(living(playbook, customer), moment("2028-06-01"), *told)
    assert term_of(life) == term
    assert (len(life.life.facts.contract.renewals), len(touched(life))) == (1, 1)


def test_each_monthly_renewal_told_with_its_end_is_a_term() -> None:
    customer = a_customer(start=date.fromisoformat("2026-03-02"), end=date.fromisoformat("2026-04-02"))
    told = [by(f"2026-{month:02}-02", f"in-{month}", end=f"2026-{month + 1:02}-02") for month in (4, 5, 6)]
    life = live(living(a_playbook(), customer), moment("2026-06-10"), *told)
    assert term_of(life)[:3] == (4, "2026-06-02", "2026-07-02")


# ---- of two tellings of a value the later one stands


@pytest.mark.parametrize("order", [("amended", "renewed"), ("renewed", "amended")])
def test_an_older_renewal_does_not_overwrite_a_newer_value(order: tuple[str, str]) -> None:
    """Case 32, told in either order."""
    events = {
        "amended": ("contract.amended", moment("2027-03-02", "12:05"), {"annual_value": 30000}),
        "renewed": ("contract.renewed", moment("2027-03-02", "12:00"), {"reason": "r", "end": "2028-03-02", "annual_value": 24000}),
    }
    told = []
    for minute, name in enumerate(order):
        kind, happened, data = events[name]
        told.append(Event(id=name, type=kind, at=moment("2027-03-02", f"12:{6 + minute:02}"), happened=happened, data=data))
    life = live(living(a_playbook()), moment("2027-03-03"), *told)
    assert term_of(life) == (2, "2027-03-02", "2028-03-02", 30000.0)
