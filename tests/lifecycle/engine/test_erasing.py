"""A person is taken out of a life: no trace is left of its address or its name, but that it has opted out."""

from collections.abc import Callable
from datetime import datetime

import pytest

from lifecycle.domain.enums import Category, Outcome, Role
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.engine import engine, erasing, operators
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.people import hash_of_address
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import a_customer, a_play, a_playbook, an_event, email, live, living, meeting, moment, touched

ADDRESS = "ana@acme.example"
LONG = "anastasia.maria.silva-pereira@a-long-name.acme.example"
PLAYS = a_playbook(
    onboarding={
        "hello": a_play(email(), email("second"), at={"day": 1}),
        "kickoff": a_play(meeting(), at={"day": 2}, within="60d"),
        "each": a_play(email("each"), on="ticket.opened", key="event.ticket"),
        "later": a_play(email("later"), at={"day": 20}),
    },
)
NOW = moment("2026-03-05", "10:00")


def subject(touch: Touch, at: datetime) -> Receipt:
    return Receipt(key=touch.key, answer=Answer.DONE, reference="to Ana Silva", subject=f"Hello, Ana ({touch.name})")


def lived(address: str = ADDRESS) -> Simulation:
    """A life that has the person's name and address wherever a life may have them."""
    contacts = [
        Contact(name="Ana Silva", given_name="Annie", email=address, role=Role.CHAMPION),
        Contact(name="Bo Berg", email="bo@acme.example", role=Role.SPONSOR),
    ]
    life = living(
        PLAYS, a_customer(contacts=contacts, goal="What Ana Silva wants", attributes={"crm": address, "seats": 4}), perform=subject
    )
    at = moment("2026-03-04", "10:00")
    return live(
        life,
        NOW,
        an_event("contact.added", at, id="a", name="Ana de la Silva", email=address.upper(), role="champion", first_name="Annie"),
        an_event("contact.opted_out", at, id=f"out {address}", email=address, category="offer"),
        an_event("contact.opted_in", at, id="in", email=address, category="survey"),
        an_event("survey.answered", at, id="s", survey="nps", score=9, comment=f"Ask Annie, {address}"),
        an_event("ticket.opened", at, id="t", ticket="T-1", level=2),
        an_event("meeting.accepted", at, id="m", meeting="kickoff", by=address),
    )


def traces(life: Lifecycle, address: str = ADDRESS) -> list[str]:
    text = life.model_dump_json().casefold()
    words = (address, address.replace("@", "%40"), hash_of_address(address), "annie", "ana ", "ana silva", "silva")
    return [word for word in words if word.casefold() in text]


def erased(life: Simulation, address: str = ADDRESS) -> str:
    said = erasing.erase(life.session, life.now, address, f"Ana Silva, {address.strip()}, asked for it", "Kim Lee")
    life.look_again()
    erasing.scrub(life.session)
    return said


@pytest.mark.parametrize("address", [ADDRESS, LONG], ids=["short", "long"])
@pytest.mark.parametrize("told", [str.lower, str.upper, lambda text: f"  {text} "], ids=["as it is", "in capitals", "with spaces"])
def test_no_trace_of_address_or_name_is_left_anywhere_in_the_life(address: str, told: Callable[[str], str]) -> None:
    life = lived(address)
    assert len(traces(life.life, address)) >= 4
    known = erasing.known_of(life.life, told(address))
    assert (known.there, known.erased, set(known.names) >= {"Ana de la Silva", "Annie"}) == (True, False, True)
    said = erased(life, told(address))
    assert said == "1 person is erased from acme, 0 called off; that 1 of them refused messages stays, as a keyed hash"
    assert traces(life.life, address) == []
    assert [contact.name for contact in life.life.customer.contacts] == ["Bo Berg"]
    assert erasing.known_of(life.life, address) == erasing.Known(erased=True)
    assert erasing.no_erasing(life.life, address, "again") == "acme knows nobody by that address"
    [line] = [line for line in life.life.log.timeline if line.what == "erased"]
    assert (line.by, line.why) == ("Kim Lee", "1 person is erased: erased, erased, asked for it")


def test_others_stay_as_they_are_and_the_life_goes_on() -> None:
    life = lived()
    before = life.life.model_copy(deep=True)
    erased(life)
    assert life.life.customer.contact("bo@acme.example") == before.customer.contact("bo@acme.example")
    assert life.life.customer.owner == before.customer.owner
    assert (life.life.customer.attributes["seats"], life.life.facts.surveys.states["nps"].score) == (4, 9)
    assert Lifecycle.model_validate_json(life.life.model_dump_json()) == life.life
    went = len(touched(life))
    live(life, moment("2026-03-25"))
    assert [each.partition(" ")[2][6:] for each in touched(life)[went:]] == ["later/1/email-later"]
    assert [person.email for person in life.touches[-1].to] == ["bo@acme.example"]


def test_that_it_has_opted_out_is_known_again_when_the_address_is_told_again_and_by_the_next_life() -> None:
    life = lived()
    erased(life)
    people = life.life.facts.people
    [name] = people.opted_out
    assert (name[:2], len(name), people.refused_by(ADDRESS)) == ("~.", 21, [Category.OFFER])
    assert people.refused_by("bo@acme.example") == []
    assert people.refused_by_hash() == {name: [Category.OFFER]}
    at = moment("2026-03-06", "10:00")
    live(life, at, an_event("contact.added", at, name="Ana Silva", email=ADDRESS, role="champion"))
    assert life.life.facts.people.opted_out == {ADDRESS: [Category.OFFER]}
    assert life.life.facts.people.opted_out_at == {ADDRESS: {Category.OFFER: moment("2026-03-04", "10:00")}}


def test_who_has_refused_nothing_leaves_nothing() -> None:
    life = lived()
    assert erasing.erase(life.session, life.now, "bo@acme.example", "asked for it") == "1 person is erased from acme, 0 called off"
    assert "berg" not in life.life.model_dump_json().casefold()
    assert set(life.life.facts.people.opted_out) == {ADDRESS}


def test_without_an_address_all_contacts_are_erased() -> None:
    life = lived()
    assert erased(life, "").startswith("2 people are erased from acme")
    assert traces(life.life) == []
    assert "bo@acme.example" not in life.life.model_dump_json()
    assert life.life.customer.contacts == []


def test_what_is_in_flight_to_the_person_is_called_off_and_what_settles_late_leaves_no_trace() -> None:
    life = living(PLAYS, perform=lambda touch, at: Receipt(key=touch.key, answer=Answer.DONE))
    decision = engine.decide(life.session, moment("2026-03-03", "09:00"))
    assert [touch.play for touch in decision.touches] == ["hello"]
    said = erasing.erase(life.session, moment("2026-03-03", "09:01"), ADDRESS, "asked for it")
    assert said == "1 person is erased from acme, 1 called off"
    key = decision.touches[0].key
    assert engine.decide(life.session, moment("2026-03-03", "09:02")).call_off == [key]
    engine.settle(life.session, subject(decision.touches[0], NOW), moment("2026-03-03", "09:03"))
    erasing.scrub(life.session)
    assert traces(life.life) == []
    assert [line.outcome for line in life.life.log.touches() if line.key == key] == [Outcome.SENT]


@pytest.mark.parametrize(
    ("address", "why", "says"),
    [
        ("nobody@acme.example", "x", "acme knows nobody by that address"),
        ("diana@acme.example", "x", "acme knows nobody by that address"),
        ("kim@us.example", "x", "that is the address of the owner of acme: give it another owner first"),
        (ADDRESS, "  ", "say why a person is erased from acme"),
        ("Ana Silva", "x", "what is to be erased is no email address"),
    ],
)
def test_who_cannot_be_erased_is_refused_in_a_sentence(address: str, why: str, says: str) -> None:
    assert erasing.no_erasing(lived().life, address, why) == says


def test_a_life_that_is_over_is_not_scrubbed() -> None:
    life = lived()
    operators.remove(life.session, life.now, "a test")
    life.look_again()
    assert erasing.no_erasing(life.life, ADDRESS, "x") == "acme is closed (removed: a test)"
