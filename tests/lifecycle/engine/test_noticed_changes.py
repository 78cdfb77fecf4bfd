"""A change is noticed whatever the session did meanwhile, and an answer depends on no question asked before."""

from datetime import timedelta

from lifecycle.domain.enums import Tier
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.engine import engine
from lifecycle.engine.session import Session
from lifecycle.playbook.program import compile_playbook
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    changed,
    email,
    escalate,
    live,
    living,
    moment,
    offer,
    touched,
    wait_for,
)
from tests.lifecycle.building import wait as pause

REACHED = {"kind": "functional", "due": "30d"}


def test_an_offer_settled_while_another_tiers_program_is_loaded_ends_what_waits_for_it() -> None:
    plays = {
        "promise": a_play(offer(), at={"day": 1}),
        "ask": a_play(pause("30d"), email(), at={"day": 1}, until='offers["discount"].granted'),
    }
    playbook = a_playbook(onboarding=plays)
    life = engine.begin(a_customer(), playbook.ref, moment("2026-03-02", "00:00"))
    session = Session(life, compile_playbook(playbook, life.stage, Tier.A))
    day = moment("2026-03-03")
    [granted] = engine.decide(session, day).touches
    engine.apply(session, changed(day + timedelta(minutes=1), tier="B"), day + timedelta(minutes=1))
    assert engine.decide(session, day + timedelta(minutes=1)).turned
    engine.settle(session, Receipt(key=granted.key, answer=Answer.DONE), day + timedelta(minutes=2))
    engine.decide(Session(life, compile_playbook(playbook, life.stage, Tier.B)), day + timedelta(minutes=3))
    assert life.plays.runs == {}


def a_login_awaited_from_day_3() -> dict[str, Raw]:
    answered = wait_for("login", "20d", then=[email("came")], otherwise=[escalate("never")], **{"if": "day >= 3"})
    return {"other": a_play(email("other"), at={"day": 4}, if_="day == 4"), "p": a_play(answered, at={"day": 1})}


def test_the_day_that_a_wait_asks_for_is_that_of_the_event_and_of_no_other_question() -> None:
    logins = [an_event("login", moment("2026-03-04")), an_event("login", moment("2026-03-10"))]
    uncut = live(living(a_playbook(onboarding=a_login_awaited_from_day_3())), moment("2026-04-01"), *logins)
    assert "2026-03-10 09:00 p/1/email-came" in touched(uncut)
    cut = living(
        a_playbook(onboarding=a_login_awaited_from_day_3()), after_each=lambda life: Lifecycle.model_validate_json(life.model_dump_json())
    )
    assert touched(live(cut, moment("2026-04-01"), *logins)) == touched(uncut)


def test_of_two_milestones_that_one_event_might_reach_each_is_judged_by_what_was_known_before() -> None:
    milestones = {
        "first": REACHED | {"done_when": 'event.type == "login"'},
        "second": REACHED | {"done_when": 'event.type == "login" && milestones["first"].done'},
    }
    for order in (list(milestones), list(reversed(milestones))):
        life = living(a_playbook(milestones={name: milestones[name] for name in order}))
        live(life, moment("2026-03-05"), an_event("login", moment("2026-03-04")))
        assert [name for name in milestones if life.life.facts.milestones.is_reached(name)] == ["first"]
