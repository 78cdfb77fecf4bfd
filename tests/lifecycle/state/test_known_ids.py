"""The ids of events are remembered, in bounds: the same event again changes nothing, another of its id is refused."""

import pytest

from lifecycle.domain.enums import Stage
from lifecycle.facts.events import Event
from lifecycle.state.inbox import IDS_KEPT, ROUTINE_IDS_KEPT
from tests.lifecycle.building import TICKET, a_play, a_playbook, an_event, live, living, moment, renewed, task, ticket, touched, won_back
from tests.lifecycle.calls import state


def test_an_event_told_again_is_answered_as_before_counted_and_changes_nothing_else() -> None:
    life = live(living(a_playbook(onboarding=TICKET)), moment("2026-03-05"), ticket("2026-03-04", "e-1"))
    before, lines = life.life.model_dump(exclude={"log"}), len(state(life).timeline)

    answer = life.tell(ticket("2026-03-04", "e-1"))[0]
    life.tell(ticket("2026-03-04", "e-1"))

    assert (answer.taken, answer.repeated, answer.why) == (True, True, "")
    assert life.life.model_dump(exclude={"log"}) == before
    assert (state(life).counts["repeated"], len(state(life).timeline)) == (2, lines)
    assert [line.count for line in state(life).timeline if line.what == "ticket.opened"] == [3]
    assert touched(life) == ["2026-03-04 10:00 ticket/1/task"]


def test_an_event_told_again_at_another_time_is_still_the_same_event() -> None:
    life = live(living(a_playbook(onboarding=TICKET)), moment("2026-03-06"), ticket("2026-03-04", "e-1"))

    assert life.tell(ticket("2026-03-05", "e-1"))[0].repeated
    assert len(life.touches) == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ticket("2026-03-05", "e-1", "T-2"), id="other fields"),
        pytest.param(an_event("login", moment("2026-03-05"), id="e-1"), id="another type"),
        pytest.param(an_event("ticket.opened", moment("2026-03-05"), id="e-1", happened=moment("2026-03-03"), ticket="T-1"), id="another happened"),
    ],
)  # fmt: skip
def test_the_same_id_with_other_content_is_refused_as_a_conflict(other: Event) -> None:
    life = live(living(a_playbook(onboarding=TICKET)), moment("2026-03-05"), ticket("2026-03-04", "e-1"))
    before = life.life.model_dump_json()

    answer = life.tell(other)[0]

    assert (answer.taken, answer.repeated) == (False, False)
    assert answer.why == "event id 'e-1' was told before with other content; give this event an id of its own"
    assert life.life.model_dump_json() == before


def test_known_ids_outlive_stages_and_terms() -> None:
    plays = {stage: {f"{stage}-ticket": a_play(task(), on="ticket.opened")} for stage in ("onboarding", "growth", "renewal")}
    life = live(
        living(a_playbook(**plays)),
        moment("2027-04-01"),
        ticket("2026-03-04", "e-1"),
        renewed(moment("2027-02-01"), "r-1"),
    )
    assert (life.life.stage, life.life.contract.term) == (Stage.GROWTH, 2)

    assert life.tell(ticket("2026-03-04", "e-1"))[0].repeated
    assert life.tell(renewed(moment("2027-02-01"), "r-1"))[0].repeated
    assert life.tell(ticket("2027-04-01", "e-1", "T-9"))[0].why.startswith("event id 'e-1' was told before with other content")
    assert (len(life.touches), life.life.contract.term) == (1, 2)


def test_a_bounded_number_of_ids_is_kept_the_newest() -> None:
    life = living(a_playbook())
    life.tell(*(an_event("order.placed", life.now, id=f"e-{number:04}", order="x") for number in range(IDS_KEPT + 5)))

    assert len(state(life).known) == IDS_KEPT
    assert next(iter(state(life).known)) == "e-0005"


def test_a_flood_of_routine_pushes_no_other_id_out() -> None:
    life = living(a_playbook())
    order = an_event("order.placed", life.now, id="order", order="x")
    life.tell(order)
    life.tell(*(an_event("login", life.now, id=f"e-{number:04}") for number in range(ROUTINE_IDS_KEPT + 5)))

    assert (len(state(life).known), len(state(life).known_routine)) == (1, ROUTINE_IDS_KEPT)
    assert life.tell(order)[0].repeated
    [other] = life.tell(an_event("login", life.now, id="order"))
    assert "other content" in other.why


def test_a_refused_event_uses_up_no_id() -> None:
    life = living(a_playbook())
    refused = life.tell(won_back(life.now, "e-1"))[0]
    assert not refused.taken

    assert life.tell(an_event("login", life.now, id="e-1"))[0].taken


@pytest.mark.parametrize(
    ("happened", "taken"),
    [("2026-03-01 09:00", False), ("2026-03-02 12:00", False), ("2026-03-03 12:00", True), ("2026-03-04 12:00", True)],
    ids=["before all that was told", "with the latest that is forgotten", "with the oldest that is known", "later"],
)
def test_what_happened_before_the_oldest_id_that_is_known_is_refused_and_not_taken_in_twice(happened: str, taken: bool) -> None:
    told = [an_event("order.placed", moment("2026-03-03", "09:00"), id="first", happened=moment("2026-03-02", "12:00"), order="o-0")]
    told += [
        an_event("order.placed", moment("2026-03-04"), id=f"e-{number:04}", happened=moment("2026-03-03", "12:00"), order=f"o-{number}")
        for number in range(IDS_KEPT)
    ]
    life = live(living(a_playbook(onboarding={"p": a_play(task(), on="order.placed", key="event.order")})), moment("2026-03-05"), *told)

    [answer] = life.tell(an_event("order.placed", moment("2026-03-05"), id="late", happened=moment(*happened.split()), order="z"))

    assert answer.taken is taken
    if not taken:
        assert "before the oldest event whose id is still known, so it may have been taken in before" in answer.why


def test_the_first_event_told_again_after_a_thousand_others_makes_no_second_task() -> None:
    first = an_event("order.placed", moment("2026-03-02", "12:00"), id="first", happened=moment("2026-03-02", "11:00"), order="o-0")
    others = [an_event("order.placed", moment("2026-03-04"), id=f"e-{number:04}", order=f"o-{number}") for number in range(1, IDS_KEPT + 1)]
    life = live(
        living(a_playbook(onboarding={"p": a_play(task(), on="order.placed") | {"if": 'event.order == "o-0"'}})),
        moment("2026-03-05"),
        first,
        *others,
    )

    again = first.model_copy(update={"at": life.now})
    assert not life.tell(again)[0].taken
    assert len([touch for touch in life.touches if touch.play == "p"]) == 1
