"""The simulator: the engine under a clock that jumps, for previews, back-tests and these tests."""

from datetime import timedelta

import pytest

from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.explain.simulator import simulate
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import (
    START,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    changed,
    churned,
    email,
    escalate,
    living,
    moment,
    renewed,
    stages,
    survey,
    task,
    touched,
    wait,
    wait_for,
    won_back,
)
from tests.lifecycle.calls import state

PLAYS: dict[str, Raw] = {
    "onboarding": {
        "hello": a_play(email("hello"), wait_for("login", "5d", otherwise=[escalate()]), at={"day": 1}),
        "tips": a_play(email("tip"), every="14d"),
    },
    "growth": {
        "monthly": a_play(email("month"), every="1mo"),
        "nps": a_play(survey("nps"), every="90d"),
        "low": a_play(task(), when="tickets.open > 1", for_="2d"),
    },
    "renewal": {"chase": a_play(email("renew"), wait("10d"), email("again"), at={"before_end": "60d"})},
    "win_back": {"back": a_play(email("back"), at={"day": 7})},
}
PLAYBOOK = a_playbook(**PLAYS)
STORY = [
    an_event("login", moment("2026-03-05"), id="e1"),
    an_event("ticket.opened", moment("2026-07-01"), id="e2", ticket="T-1"),
    an_event("ticket.opened", moment("2026-07-02"), id="e3", ticket="T-2"),
    changed(moment("2026-08-01"), "e4", timezone="Asia/Tokyo"),
    an_event("ticket.resolved", moment("2026-08-02"), id="e5", ticket="T-1"),
    amended(moment("2026-09-01"), START + timedelta(days=400), "e6"),
    renewed(moment("2027-03-01"), "e7"),
    churned(moment("2027-09-01"), id="e8"),
    won_back(moment("2027-10-01"), "e9"),
]


def test_it_tells_each_event_at_its_own_moment_and_in_any_order() -> None:
    forwards = simulate(a_customer(), PLAYBOOK, STORY, moment(START), moment("2027-12-01"))
    backwards = simulate(a_customer(), PLAYBOOK, reversed(STORY), moment(START), moment("2027-12-01"))

    assert touched(forwards) == touched(backwards) and len(touched(forwards)) > 15
    assert stages(forwards) == [
        "2026-03-02 onboarding",
        "2026-05-31 growth",
        "2027-01-06 renewal",
        "2027-03-01 growth",
        "2027-04-06 growth",
        "2027-09-01 win_back",
        "2027-10-01 growth",
    ]


def test_what_happens_after_its_last_moment_has_not_happened() -> None:
    life = simulate(a_customer(), PLAYBOOK, STORY, moment(START), moment("2026-03-04"))

    assert touched(life) == ["2026-03-03 09:00 hello/1/email-hello"]
    assert state(life).known == {}


def test_living_on_in_small_steps_or_in_one_gives_the_same_life() -> None:
    one, steps = living(PLAYBOOK), living(PLAYBOOK)
    one.advance(moment("2027-12-01"))
    for day in range(640):
        steps.advance(moment(START + timedelta(days=day), "17:31"))
    steps.advance(moment("2027-12-01"))

    assert touched(one) == touched(steps)
    assert one.life == steps.life


def test_a_life_cut_and_carried_on_after_every_decision_is_the_same_life() -> None:
    def cut(life: Lifecycle) -> Lifecycle:
        return Lifecycle.model_validate_json(life.model_dump_json())

    whole, cuts = living(PLAYBOOK), living(PLAYBOOK, after_each=cut)
    for life in (whole, cuts):
        for event in STORY:
            life.advance(event.at - timedelta(seconds=1))
            life.tell(event)
        life.advance(moment("2027-12-01"))

    assert touched(whole) == touched(cuts)
    assert whole.life == cuts.life


def test_it_leaves_the_customer_it_was_given_as_it_was() -> None:
    customer = a_customer()
    before = customer.model_dump()

    simulate(customer, PLAYBOOK, STORY, moment(START), moment("2027-12-01"))

    assert customer.model_dump() == before


def test_it_wakes_only_for_a_reason_and_at_most_once_an_instant() -> None:
    life = living(PLAYBOOK)
    life.advance(moment("2027-12-01"))

    assert len({wake.at for wake in life.wakes}) == len(life.wakes) < 40
    assert all(later.at > earlier.at for earlier, later in zip(life.wakes, life.wakes[1:], strict=False))


def test_no_touch_is_asked_for_twice_in_a_world_that_works() -> None:
    life = simulate(a_customer(), PLAYBOOK, STORY, moment(START), moment("2027-12-01"))

    assert len({touch.key for touch in life.touches}) == len(life.touches)


@pytest.mark.parametrize("answer", [Answer.DONE, Answer.UNKNOWN, Answer.REFUSED, Answer.RETRY])
def test_the_world_it_meets_is_the_caller_s(answer: Answer) -> None:
    met: list[str] = []

    def world(touch: Touch, at: object) -> Receipt:
        met.append(touch.key)
        return Receipt(key=touch.key, answer=answer, why="because")

    life = simulate(a_customer(), PLAYBOOK, [], moment(START), moment("2026-03-04"), perform=world)

    assert met == [touch.key for touch in life.touches]
    hello, asking = "acme/1/hello/1/email-hello", "acme/1/hello/1/email-hello.unknown"
    assert set(met) == ({hello, asking} if answer is Answer.UNKNOWN else {hello})
    assert (met.count(hello) > 1) is (answer is Answer.RETRY)


def test_a_refused_event_says_why_and_leaves_no_trace() -> None:
    life = living(PLAYBOOK)
    before = life.life.model_dump_json()

    answer = life.tell(won_back(life.now))[0]

    assert (answer.taken, answer.why) == (False, "acme is in onboarding and was not lost, so it can't be won back")
    assert life.life.model_dump_json() == before


def test_a_closed_life_stays_as_it_is() -> None:
    life = simulate(a_customer(), PLAYBOOK, [churned(moment("2026-04-01"), "natural", "gone")], moment(START), moment("2026-05-01"))
    before = life.life.model_dump_json()

    life.advance(moment("2036-05-01"))

    assert life.life.model_dump_json() == before
