"""A life that is begun anew from what was last known: it goes on where the customer stands, and does again nothing that may have been done."""

from datetime import date, datetime, timedelta

import pytest

from lifecycle.domain.enums import Category, Renews, Stage
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.time.durations import Span
from lifecycle.engine import engine, operators
from lifecycle.engine.earlier_lives import last_known, recall, what_remains
from lifecycle.engine.reviving import begin_anew, is_over, why_not_anew
from lifecycle.engine.session import Session
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import compile_playbook
from lifecycle.state.last_known import LastKnown
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    cancelled,
    churned,
    email,
    live,
    living,
    moment,
    offer,
    renewed,
)

PLAYBOOK = a_playbook(
    onboarding={
        "welcome": a_play(email(), at={"day": 0}),
        "checkin": a_play(email(), at={"day": 20}, within="10d"),
        "gift": a_play(offer(once="ever"), at={"day": 21}, within="60d"),
        "later": a_play(email(), at={"day": 40}),
    },
    growth={"monthly": a_play(email(), every="1mo")},
    win_back={},
    farewell={},
)


def lived(until: str, *told: Event, playbook: Playbook = PLAYBOOK) -> Simulation:
    return live(living(playbook), moment(until), *told)


def kept(life: Lifecycle) -> LastKnown:
    """What is read again of what was written down."""
    return LastKnown.model_validate_json(last_known(life).model_dump_json())


def anew(before: Simulation, at: str, playbook: Playbook = PLAYBOOK) -> Lifecycle:
    last = kept(before.life)
    assert last.customer is not None
    assert why_not_anew(last, last.customer, playbook, moment(at)) is None
    life = begin_anew(last, last.customer, playbook, moment(at), "its history was gone", "Kim Lee")
    recall(life, what_remains(before.life))
    return life


def lives_on(life: Lifecycle, until: datetime, playbook: Playbook = PLAYBOOK) -> tuple[list[str], list[str]]:
    """The keys of what goes out, and of what is missed."""
    session = Session(life, compile_playbook(playbook, life.stage, life.customer.tier))
    now, sent = life.progress.enrolled, []
    while now < until:
        decision = engine.decide(session, now)
        sent += [touch.key for touch in decision.touches]
        if decision.turned:
            session = Session(life, compile_playbook(playbook, life.stage, life.customer.tier))
        now += timedelta(hours=12)
    return sent, sorted(record.key for record in life.log.unrecorded if record.outcome.value == "missed")


def test_what_was_due_before_is_missed_even_inside_its_window_and_terms_go_on() -> None:
    before = lived("2026-03-24")
    assert [touch.key for touch in before.touches] == [
        "acme/1/welcome/1/email-note",
        "acme/1/checkin/1/email-note",
        "acme/1/gift/1/offer-discount",
    ]
    life = anew(before, "2026-03-26")
    assert (life.stage, life.contract.term, life.contract.start, life.facts.contract.lives) == (Stage.ONBOARDING, 2, date(2026, 3, 2), 2)
    sent, missed = lives_on(life, moment("2026-04-15"))
    assert sent == ["acme/2/catch_up/1/list", "acme/2/later/1/email-note"]
    assert missed == [f"acme/2/{play}/1/*" for play in ("checkin", "gift", "welcome")]
    [line] = [line for line in life.log.timeline if line.what == "begun anew"]
    assert (line.why, line.by) == ("its history was gone", "Kim Lee")


def test_who_is_onboarded_is_not_onboarded_again_and_its_milestones_stay_reached() -> None:
    playbook = a_playbook(
        onboarding={}, growth={"monthly": a_play(email(), every="1mo")}, milestones={"setup": {"kind": "customer", "due": "5d"}}
    )
    before = lived("2026-08-20", an_event("milestone.reached", moment("2026-03-05"), milestone="setup"), playbook=playbook)
    life = anew(before, "2026-09-01", playbook)
    assert (life.stage, life.contract.onboards) == (Stage.GROWTH, False)
    assert life.facts.milestones.is_reached("setup")
    assert life.customer.past.milestones == {"setup": date(2026, 3, 5)}


def test_a_renewal_that_was_told_ahead_and_an_announced_end_stay_known() -> None:
    life = anew(lived("2027-01-20", renewed(moment("2027-01-10"))), "2027-02-01")
    assert (life.contract.term, [term.term for term in life.facts.contract.signed]) == (2, [3])
    later = anew(lived("2027-01-20", renewed(moment("2027-01-10"))), "2027-03-20")
    assert (later.contract.term, later.contract.start, later.facts.contract.signed) == (2, date(2027, 3, 2), [])
    ending = anew(lived("2026-10-01", cancelled(moment("2026-09-10"), end="2026-12-31")), "2026-11-01")
    assert ending.facts.contract.cancelled is not None
    assert (ending.facts.contract.cancelled.end, ending.contract.end) == (date(2026, 12, 31), date(2026, 12, 31))


def test_what_each_contact_refuses_by_now_is_known_and_whoever_is_paused_stays_paused() -> None:
    before = lived(
        "2026-03-24",
        an_event("contact.opted_out", moment("2026-03-10"), email="ana@acme.example", category="offer"),
        an_event("contact.opted_out", moment("2026-03-10"), email="bo@acme.example", category="survey"),
        an_event("contact.opted_in", moment("2026-03-11"), email="bo@acme.example", category="survey"),
        an_event("contact.left", moment("2026-03-12"), email="bo@acme.example"),
    )
    operators.pause(before.session, moment("2026-03-24"), "a strike", "Kim Lee")
    life = anew(before, "2026-03-26")
    assert [contact.email for contact in life.customer.contacts] == ["ana@acme.example"]
    assert life.facts.people.refused_by("ana@acme.example") == [Category.OFFER]
    assert (life.plays.paused, life.plays.paused_why, life.plays.paused_by) == (True, "a strike", "Kim Lee")


def test_an_opt_out_at_the_enrolment_that_was_taken_back_is_not_brought_back() -> None:
    customer = a_customer()
    customer.contacts[0].opted_out = [Category.OFFER]
    before = live(
        living(PLAYBOOK, customer),
        moment("2026-03-24"),
        an_event("contact.opted_in", moment("2026-03-10"), email="ana@acme.example", category="offer"),
    )
    assert anew(before, "2026-03-26").facts.people.refused_by("ana@acme.example") == []


@pytest.mark.parametrize(
    ("told", "until", "stage"),
    [
        pytest.param(churned(moment("2026-09-01")), "2026-09-10", Stage.WIN_BACK, id="in win-back"),
        pytest.param(churned(moment("2026-09-01"), kind="natural"), "2026-09-10", Stage.CLOSED, id="closed"),
    ],
)
def test_of_who_left_nothing_personal_is_kept_and_no_life_is_begun(told: Event, until: str, stage: Stage) -> None:
    last = kept(lived(until, told).life)
    assert (last.stage, last.customer, is_over(last)) == (stage, None, True)


@pytest.mark.parametrize(
    ("told", "at", "why"),
    [
        ([], "2027-03-10", None),
        ([], "2027-03-20", "acme's contract ended on 2027-03-02, longer ago than the grace of 14d; give its present term"),
        (
            [cancelled(moment("2026-03-10"), end="2026-12-31")],
            "2027-01-01",
            "acme has cancelled its contract, which ended on 2026-12-31",
        ),
        ([renewed(moment("2026-03-10"))], "2027-03-20", None),
        ([amended(moment("2026-03-10"), date(2027, 6, 2))], "2027-05-20", None),
    ],
)
def test_a_contract_that_is_over_is_asked_for(told: list[Event], at: str, why: str | None) -> None:
    last = kept(lived("2026-03-24", *told).life)
    assert last.customer is not None
    assert why_not_anew(last, last.customer, PLAYBOOK, moment(at)) == why


def test_a_contract_that_renews_by_itself_is_in_the_term_that_runs_by_now() -> None:
    customer = a_customer(renews=Renews.AUTOMATIC, notice=str(Span.parse("30d")))
    before = live(living(PLAYBOOK, customer), moment("2026-06-24"))
    last = kept(before.life)
    assert last.customer is not None
    life = begin_anew(last, last.customer, PLAYBOOK, moment("2027-04-01"), "", "Kim Lee")
    recall(life, EarlierLives(lives=1, terms=1))
    assert (life.contract.term, life.contract.start, life.contract.onboards) == (2, date(2027, 3, 2), False)
