"""What a session remembers beside the life is what it would find out anew: the deadlines, and what conditions see."""

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.conditions.vocabulary import CONDITION
from lifecycle.domain.people.customer import Customer
from lifecycle.engine.session import Session
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.health import health_of
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.test_once import unruly
from tests.lifecycle.properties.worlds import Lived

DAYS = 260


@given(playbooks, customers, stories, st.integers(0, 99))
def test_a_session_kept_through_a_life_equals_one_made_anew(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    def look(lived: Lived) -> None:
        kept, anew = lived.session, Session(lived.life, lived.session.program)
        if not kept.can_go_on:
            return
        assert kept.agenda == anew.agenda
        assert (kept.turn_at, kept.stage_starts) == (anew.turn_at, anew.stage_starts)
        seen = {name: kept.values[name] for name in CONDITION if name in kept.values}
        assert seen == {name: anew.values[name] for name in seen}
        until = lived.life.health.until
        if until is None or until > lived.life.progress.decided_until:
            assert lived.life.health == health_of(lived.life, anew.program.health, anew.values, lived.life.progress.decided_until)

    world = unruly(seed)
    world.cut = False
    world.watch = look
    Lived(playbook, customer, story, DAYS, world)
