"""How contracts go on: silence loses nobody, an announced end comes, what renews by itself never stands still, and no touch key is met again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.enums import ChurnKind, Stage
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.time.zones import local
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.contract.clock import WITH_US
from lifecycle.rules.contract.going_on import ends_here, renews_by_itself
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.test_once import unruly
from tests.lifecycle.properties.worlds import Lived, World

DAYS = 400
TERMS_BEFORE = 3
SAID_SO = ("customer.churned", "contract.cancelled")


@given(playbooks, customers, stories)
def test_nobody_is_taken_for_lost_who_did_not_say_so(playbook: Playbook, customer: Customer, story: list[Happening]) -> None:
    def look(lived: Lived) -> None:
        churn = lived.life.facts.churn
        assert lived.life.stage not in (Stage.WIN_BACK, Stage.FAREWELL)
        assert churn.kind in (None, ChurnKind.NO_DECISION)
        assert churn.kind is None or playbook.contract.lapsed is not None

    Lived(playbook, customer, [one for one in story if one.name not in SAID_SO], DAYS, World(watch=look))


@given(playbooks, customers, stories, st.integers(0, 99))
def test_no_term_outlives_its_end_that_renews_by_itself_or_is_cancelled(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    lived = Lived(playbook, customer, story, DAYS, unruly(seed))
    life = lived.life
    if life.stage in WITH_US and (renews_by_itself(life) or ends_here(life)):
        assert life.contract.end > local(lived.until, life.zone).date() - timedelta(days=1)
        assert life.stage is not Stage.LAPSED


@given(playbooks, customers, stories, st.integers(0, 99))
def test_a_second_life_meets_no_touch_key_of_the_first_and_is_the_same_however_it_is_cut(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    worlds = [unruly(seed), unruly(seed)]
    for number, world in enumerate(worlds):
        world.earlier, world.cut = EarlierLives(lives=1, terms=TERMS_BEFORE, offers=["discount"]), bool(number)
    whole, cut = (Lived(playbook, customer, story, DAYS, world) for world in worlds)
    assert [key for one in whole.acted if int((key := one.touch.key).split("/")[1]) <= TERMS_BEFORE] == []
    assert [record.key for record in whole.records if int(record.key.split("/")[1]) <= TERMS_BEFORE] == []
    assert cut.outcome() == whole.outcome()
