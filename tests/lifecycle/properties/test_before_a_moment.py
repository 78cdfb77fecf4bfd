"""Invariant 5: no reminder of a moment goes out after it, whatever happens, however late the workers are and whatever providers answer."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.enums import Stage
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.zones import midnight
from lifecycle.rules.contract.clock import stage_ends_at
from tests.lifecycle.building import STRICT_POLICY, Raw, a_play, a_playbook, email, task, wait
from tests.lifecycle.calls import state
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.test_once import unruly
from tests.lifecycle.properties.worlds import Lived

DAYS = 420
LONG = "400d"
A_MINUTE = timedelta(minutes=1)
"""What is done within a minute of its moment counts as done at that moment."""


def plays(stage: str) -> dict[str, Raw]:
    """Reminders of the contract's end and of the stage's, with a window that bounds nothing."""
    return {
        f"{stage}-end": a_play(email(), wait("1d"), task(), at={"before_end": "6d"}, within=LONG),
        f"{stage}-third": a_play(task(), at={"before_end": "1/4"}, within=LONG),
        f"{stage}-over": a_play(email(), at={"before": "2d", "of": "stage_end"}, within=LONG),
    }


PLAYBOOK = a_playbook(
    trial=plays("trial"), onboarding=plays("onboarding"), growth=plays("growth"), renewal=plays("renewal"), win_back={},
    milestones={"first-value": {"kind": "customer", "due": "9d"}}, rest={"contact_policy": STRICT_POLICY},
)  # fmt: skip


@given(customers, stories, st.integers(0, 99))
def test_nothing_that_comes_before_a_moment_is_asked_for_after_it(customer: Customer, story: list[Happening], seed: int) -> None:
    seen: set[str] = set()

    def look(lived: Lived) -> None:
        life = lived.life
        for key, touch in state(lived).in_flight.items():
            if key in seen or key in state(lived).withdrawn or touch.term != life.contract.term or "." in key.rsplit("/", 1)[1]:
                continue
            seen.add(key)
            ends = midnight(life.contract.end, life.zone)
            over = stage_ends_at(life, PLAYBOOK) if life.stage not in (Stage.CLOSED, Stage.FAREWELL) else None
            bound = over if touch.play.endswith("-over") else ends
            assert bound is None or touch.at < bound, (touch.key, touch.at, bound)

    world = unruly(seed)
    world.watch = look
    Lived(PLAYBOOK, customer, story, DAYS, world)
