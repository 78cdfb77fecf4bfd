"""Whatever has happened, whoever is erased leaves no address behind, and the life goes on, cut or not."""

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.people.customer import Customer
from lifecycle.domain.texts.redaction import Redaction
from lifecycle.engine import engine, erasing
from lifecycle.engine.session import Session
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.life import Lifecycle
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.worlds import Lived


@given(playbooks, customers, stories, st.integers(1, 200), st.booleans())
def test_who_is_erased_leaves_no_address_and_the_life_goes_on(
    playbook: Playbook, customer: Customer, story: list[Happening], days: int, everybody: bool
) -> None:
    lived = Lived(playbook, customer, story, days)
    session = lived.session
    addresses = [contact.email for contact in session.life.customer.contacts]
    who = "" if everybody or not addresses else addresses[0]
    if erasing.no_erasing(session.life, who, "asked for it") is not None:
        return
    erasing.erase(session, lived.now, who, "asked for it")
    erasing.scrub(session)
    gone = Redaction(addresses if everybody else [who])
    assert not gone.finds_address(session.life.model_dump_json())
    assert not any(erasing.known_of(session.life, address).there for address in gone.addresses.values())
    assert set(session.life.plays.withdrawn) <= set(session.life.plays.in_flight)
    cut = Session(Lifecycle.model_validate_json(session.life.model_dump_json()), session.program)
    decided, after_cut = engine.decide(session, lived.now), engine.decide(cut, lived.now)
    assert (decided.touches, decided.call_off, decided.wake) == (after_cut.touches, after_cut.call_off, after_cut.wake)
    assert not gone.finds_address(session.life.model_dump_json())
