"""A new life of a customer of before: its terms go on, offers made once ever are not made again, and opt-outs and the reason stay known."""

from datetime import date, timedelta
from typing import Any

import pytest

from lifecycle.domain.enums import Category, Role
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.engine import engine
from lifecycle.engine.earlier_lives import last_known, mark_of, recall, to_remember, what_remains
from lifecycle.engine.session import Session
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.facts.people import hash_of_address
from lifecycle.playbook.program import compile_playbook
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import (
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    churned,
    email,
    live,
    living,
    login,
    moment,
    offer,
    renewed,
)

LONG = f"{'a' * 40}@acme.example"


def left(*told: Event, until: str = "2027-06-01") -> EarlierLives:
    """What a life leaves behind to which that was told."""
    plays = {"gift": a_play(offer(once="ever"), at={"day": 1})}
    life = live(living(a_playbook(onboarding=plays, win_back={}, farewell={})), moment(until), *told)
    return what_remains(life.life)


def begun_again(earlier: EarlierLives, **changes: Any) -> Lifecycle:
    playbook = a_playbook()
    life = engine.begin(a_customer(**changes), playbook.ref, moment("2026-03-02"), playbook.lengths)
    recall(life, earlier)
    return life


def test_a_life_leaves_its_highest_term_its_offers_its_opt_outs_by_their_hash_and_why_it_ended() -> None:
    remains = left(
        renewed(moment("2026-12-20")),
        an_event("contact.opted_out", moment("2026-05-01"), email="ana@acme.example", category="offer"),
        an_event("contact.opted_out", moment("2026-05-01"), email=LONG, category="survey"),
        churned(moment("2027-04-01"), reason="price"),
    )
    assert remains == EarlierLives(
        lives=1,
        terms=2,
        offers=["discount"],
        opted_out={hash_of_address("ana@acme.example"): [Category.OFFER], hash_of_address(LONG): [Category.SURVEY]},
        reason="price",
    )
    assert "acme.example" not in remains.model_dump_json()


def test_its_terms_go_on_from_the_highest_and_it_is_welcomed_as_the_life_that_it_is() -> None:
    plays = {
        "welcome": a_play(email(), at={"day": 0}, if_="contract.term <= 1 || lives > 1"),
        "gift": a_play(offer(once="ever"), at={"day": 1}),
    }
    playbook = a_playbook(onboarding=plays)
    life = engine.begin(a_customer(), playbook.ref, moment("2026-03-02"), playbook.lengths)
    recall(life, EarlierLives(lives=1, terms=3, offers=["discount"]))
    session = Session(life, compile_playbook(playbook, life.stage, life.customer.tier))
    keys = []
    for hour in (9, 33):
        decision = engine.decide(session, moment("2026-03-02", "00:00") + timedelta(hours=hour))
        keys += [touch.key for touch in decision.touches]
    assert keys == ["acme/4/welcome/1/email-note"]
    assert (life.contract.term, life.facts.contract.lives) == (4, 2)


@pytest.mark.parametrize(
    ("told", "earlier", "contract_term", "key_term"),
    [
        pytest.param(1, EarlierLives(), 1, 1, id="the first life"),
        pytest.param(1, EarlierLives(lives=1, terms=1), 2, 2, id="after one of one term"),
        pytest.param(5, EarlierLives(lives=2, terms=3), 5, 5, id="told to be in a later one"),
        pytest.param(0, EarlierLives(), 0, 0, id="a trial"),
        pytest.param(0, EarlierLives(lives=1, terms=0), 0, 1, id="a second trial"),
        pytest.param(1, EarlierLives(lives=1, terms=0), 1, 1, id="bought after a trial that came to nothing"),
        pytest.param(0, EarlierLives(lives=1, terms=4), 0, 5, id="a trial after four terms"),
    ],
)
def test_no_term_of_a_touch_key_is_met_again(told: int, earlier: EarlierLives, contract_term: int, key_term: int) -> None:
    life = begun_again(earlier, term=told)
    assert (life.contract.term, life.key_term) == (contract_term, key_term)


def test_who_buys_after_a_second_trial_goes_on_from_its_term() -> None:
    playbook = a_playbook(trial={"p": a_play(email(), at={"day": 0})}, onboarding={"q": a_play(email(), at={"day": 0})})
    simulation = Simulation(a_customer(end=date(2026, 4, 1), term=0), playbook, moment("2026-03-01", "23:00"))
    recall(simulation.life, EarlierLives(lives=1, terms=0))
    live(simulation, moment("2026-04-01"), an_event("contract.signed", moment("2026-03-20"), start="2026-03-21", end="2027-03-21"))
    assert [touch.key for touch in simulation.touches] == ["acme/1/p/1/email-note", "acme/2/q/1/email-note"]


def test_what_people_refused_they_refuse_by_whatever_name_they_are_known_and_they_may_want_it_again() -> None:
    refused = {hash_of_address(each): [Category.OFFER] for each in ("ana@acme.example", "new@acme.example", LONG)}
    people = begun_again(EarlierLives(lives=1, terms=1, opted_out=refused), contacts=[a_contact("Ana Silva", "ana@acme.example")])
    facts = people.facts.people
    assert "ana@acme.example" in facts.opted_out
    for address in ("ana@acme.example", "new@acme.example", LONG):
        assert facts.refused_by(address) == [Category.OFFER]
    playbook = a_playbook()
    session = Session(people, compile_playbook(playbook, people.stage, people.customer.tier))
    at = moment("2026-03-03")
    added = an_event("contact.added", at, email="new@acme.example", name="New Lee", role=Role.SPONSOR.value)
    wants = an_event("contact.opted_in", at + timedelta(hours=1), email=LONG, category="offer")
    engine.apply_all(session, [added, wants], at + timedelta(hours=1))
    engine.decide(session, at + timedelta(hours=2))
    assert facts.refused_by("new@acme.example") == [Category.OFFER]
    assert facts.refused_by(LONG) == []


def test_what_was_written_down_is_written_again_only_when_something_of_it_is_new() -> None:
    life = living(a_playbook(onboarding={"gift": a_play(offer(once="ever"), at={"day": 1})}))
    assert to_remember(life.life) is None, "its own earlier lives are still to be asked for"
    recall(life.life, EarlierLives())
    written = []
    out = an_event("contact.opted_out", moment("2026-03-12"), email="ana@acme.example")
    for day, told in (
        ("2026-03-02", None),
        ("2026-03-10", None),
        ("2026-03-11", login("2026-03-11")),
        ("2026-03-12", out),
        ("2027-06-01", None),
    ):
        live(life, moment(day), *([told] if told is not None else []))
        if to_remember(life.life) is not None:
            written.append(day)
            life.life.progress.remembered = mark_of(life.life)
    assert written == ["2026-03-10", "2026-03-12", "2027-06-01"]


def test_a_life_of_an_older_build_recalls_nothing_and_is_written_down() -> None:
    raw = living(a_playbook()).life.model_dump(mode="json")
    for name in ("recalls", "trial_term", "remembered"):
        del raw["progress"][name]
    older = Lifecycle.model_validate(raw)
    assert not older.progress.recalls
    assert to_remember(older) == EarlierLives(lives=1, terms=1)


@pytest.mark.parametrize(
    ("told", "is_new"),
    [
        pytest.param(login("2026-03-05"), False, id="a login"),
        pytest.param(an_event("ticket.opened", moment("2026-03-05"), ticket="T-1", level=2), False, id="a ticket"),
        pytest.param(an_event("customer.changed", moment("2026-03-05"), goal="fewer stock-outs"), True, id="another goal"),
        pytest.param(an_event("contact.left", moment("2026-03-05"), email="bo@acme.example"), True, id="a contact left"),
        pytest.param(an_event("contact.opted_out", moment("2026-03-05"), email="bo@acme.example"), True, id="an opt-out"),
        pytest.param(an_event("milestone.reached", moment("2026-03-05"), milestone="setup"), True, id="a milestone"),
        pytest.param(renewed(moment("2026-03-05"), end="2028-03-02"), True, id="a renewal told ahead"),
        pytest.param(an_event("contract.cancelled", moment("2026-03-05"), reason="price"), True, id="an announced end"),
        pytest.param(an_event("contract.amended", moment("2026-03-05"), annual_value=1.0), True, id="another value"),
    ],
)
def test_the_mark_is_another_when_what_is_last_known_is_another(told: Event, is_new: bool) -> None:
    playbook = a_playbook(onboarding={}, milestones={"setup": {"kind": "customer", "due": "30d"}})
    life = live(living(playbook), moment("2026-03-04"))
    before, known = mark_of(life.life), last_known(life.life)
    live(life, moment("2026-03-06"), told)
    assert (mark_of(life.life) != before, last_known(life.life) != known or what_remains(life.life).opted_out != {}) == (is_new, is_new)
