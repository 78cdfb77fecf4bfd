"""However many plays a playbook has, a workflow task and a look ahead stay short: counted in what is looked at, not in seconds."""

from datetime import timedelta
from itertools import pairwise

import pytest

from lifecycle.engine.advance import MOST_MISSED, MOST_MISSED_TOGETHER
from lifecycle.engine.session import Session
from lifecycle.explain.lookahead import MOST_LOOKS, WORK_OF_A_LOOK, foresee
from lifecycle.explain.status import next_touch_at
from tests.lifecycle.building import Raw, a_customer, a_play, a_playbook, an_event, email, moment, task, wait
from tests.lifecycle.calls import Begun, apply, begun, decide, state, take_unrecorded

BEGINS = moment("2026-03-02", "00:00")
HUNDRED = range(100)


def many(play: Raw, **others: Raw) -> Begun:
    """A life of a hundred such plays, that has begun."""
    life = begun(a_playbook(onboarding={f"p{number}": play for number in HUNDRED} | others), a_customer(), BEGINS)
    decide(life, BEGINS)
    return life


@pytest.mark.parametrize(("plays", "singly"), [(1, MOST_MISSED), (4, MOST_MISSED), (20, MOST_MISSED_TOGETHER // 20), (100, 100)])
def test_rhythms_that_pile_up_together_are_written_down_singly_up_to_a_bound_for_all_of_them(plays: int, singly: int) -> None:
    playbook = a_playbook(growth={f"p{number}": a_play(task(), every="1h", within="1h") for number in range(plays)})
    life = begun(playbook, a_customer(), moment("2026-05-31"))
    decide(life, moment("2026-06-01"))
    take_unrecorded(life)

    decide(life, moment("2026-09-01"))

    missed = [record.key.split("/")[2] for record in take_unrecorded(life) if "a later one had come due" in record.why]
    assert [missed.count(f"p{number}") for number in range(plays)] == [singly + 1] * plays


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(a_play(task(), every="1h", if_="first_value"), id="their condition never holds"),
        pytest.param(a_play(task(), every="1h", until="!first_value"), id="what they work towards is so"),
        pytest.param(a_play(wait("30m"), every="1h"), id="they only wait"),
        pytest.param(a_play(*[wait("1h")] * 30, every="1d"), id="they wait over and over"),
    ],
)
def test_a_look_ahead_does_not_follow_a_hundred_rhythms_that_never_do_anything(play: Raw) -> None:
    life = many(play, last=a_play(email(), at={"day": 80}))
    asked = life.session.work

    assert foresee(life.session, BEGINS, 5) == []
    assert next_touch_at(life.session) is None
    assert life.session.work == asked, "a look is none of the life's own work"


def test_a_look_ahead_goes_as_far_as_it_did_where_plays_are_few() -> None:
    life = begun(
        a_playbook(onboarding={"p": a_play(task(), every="1h", if_="first_value"), "last": a_play(email(), at={"day": 10})}),
        a_customer(),
        BEGINS,
    )
    decide(life, BEGINS)

    assert next_touch_at(life.session) == moment("2026-03-12")
    assert MOST_LOOKS * WORK_OF_A_LOOK > 10 * 24


def test_a_hundred_plays_on_an_event_that_came_a_hundred_times_are_taken_in_over_several_calls() -> None:
    life = many(a_play(wait("80d"), on="login"))
    for number in HUNDRED:
        at = BEGINS + timedelta(minutes=number)
        assert apply(life, an_event("login", at), at).taken

    asked = [life.session.work]
    while decide(life, moment("2026-03-03"), 100).more:
        asked.append(life.session.work)

    assert len(asked) > 4
    assert all(after - before <= 20 * 100 for before, after in pairwise(asked))
    assert len(state(life).runs) == len(HUNDRED)


@pytest.mark.parametrize("trigger", [{"on": "login"}, {"every": "1h"}], ids=["an event", "a rhythm"])
def test_what_all_runs_have_together_is_reckoned_once_for_many_starts_and_comes_to_the_same(
    trigger: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    plays = {f"p{number}": a_play(wait("30m"), **trigger) for number in range(250)}

    def lived() -> str:
        life = begun(a_playbook(onboarding=plays), a_customer(), BEGINS)
        for number in range(9, 11):
            now = BEGINS + timedelta(hours=number)
            apply(life, an_event("login", now, id=f"e{number}"), now)
            decide(life, now)
        assert 100 < len(state(life).runs) < 250, "there is no room for all"
        assert life.session.size_of_runs is None
        return life.life.model_dump_json()

    together = lived()
    monkeypatch.setattr(Session, "remember_size_of_runs", lambda *_: None)
    assert lived() == together
