"""What status and lists promise is what happens, if nothing is told in between."""

from datetime import datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from lifecycle.domain.people.customer import Customer
from lifecycle.explain.lookahead import foresee
from lifecycle.explain.status import next_touch_at, status_of
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.log import EntryKind
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.worlds import Lived, World

DAYS = 260
EVERYTHING = 10_000


def turns_after(lived: Lived, moment: datetime) -> datetime | None:
    """When the first stage after that moment began."""
    return next((entry.at for entry in lived.life.log.timeline if entry.kind is EntryKind.STAGE and entry.at > moment), None)


@given(playbooks, customers, stories, st.integers(0, 240), st.booleans())
def test_what_is_foreseen_is_what_goes_out_until_the_stage_ends(
    playbook: Playbook, customer: Customer, story: list[Happening], day: int, cut: bool
) -> None:
    told = [one for one in story if one.days < day]
    asked = Lived(playbook, customer, told, day, World(cut=cut))
    before = asked.life.model_dump_json()
    foreseen = [(touch.at, touch.play) for touch in foresee(asked.session, asked.until, EVERYTHING, EVERYTHING)]
    assert asked.life.model_dump_json() == before, "asking changes nothing"
    lived = Lived(playbook, customer, told, DAYS)
    goes = [(one.touch.at, one.touch.play) for one in lived.acted if one.asked > asked.until]
    assert foreseen[: len(goes)] == goes[: len(foreseen)]
    assume(not lived.life.log.timeline_dropped)  # else the line of the next stage may be among those
    turns = turns_after(lived, asked.until)
    assert [each for each in goes[len(foreseen) :] if turns is None or each[0] < turns] == [], "what goes in this stage is foreseen"


@given(playbooks, customers, stories, st.integers(0, 240))
def test_the_next_touch_is_that_of_the_status_and_every_play_planned_goes_when_it_says(
    playbook: Playbook, customer: Customer, story: list[Happening], day: int
) -> None:
    told = [one for one in story if one.days < day]
    asked = Lived(playbook, customer, told, day)
    status = status_of(asked.session, asked.until)
    lived = Lived(playbook, customer, told, 3 * DAYS)
    goes = [one for one in lived.acted if one.asked > asked.until]
    assert status.next_touch_at == next_touch_at(asked.session, asked.until)
    if status.next_touch_at is not None:
        assert status.next_touch_at == goes[0].touch.at
    begins = {(one.touch.play, one.touch.at) for one in goes}
    assert [plan for plan in status.planned if (plan.play, plan.at) not in begins] == []
    if status.paused:
        assert (status.next_touch_at, status.planned, goes) == (None, [], [])
