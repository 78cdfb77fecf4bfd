"""What is true of a step of any kind: its key, its moments, its condition, how steps follow each other and stop."""

import pytest

from lifecycle.domain.enums import Stage, Tier, TouchKind
from lifecycle.playbook.program import compile_playbook
from tests.lifecycle.building import a_play, a_playbook, email, ended, escalate, living, moment, task, touched, unsent, webhook


def test_a_touch_s_key_is_customer_term_play_occurrence_and_step() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), {"id": "mine", **task()}, every="30d")}))
    life.advance(moment("2026-05-02"))

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/1/p/1/mine", "acme/1/p/2/task", "acme/1/p/2/mine"]


def test_steps_of_one_name_are_numbered_in_the_document_s_order() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), task(), email(), email(), email("other"), at={"day": 1})}))
    life.advance(moment("2026-03-04"))

    assert [touch.key.rpartition("/")[2] for touch in life.touches] == ["task", "task-2", "email-note", "email-note-2", "email-other"]


def test_two_steps_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="two steps of the play have the id 'x'; give one of them another"):
        compile_playbook(
            a_playbook(onboarding={"p": a_play({"id": "x", **task()}, {"id": "x", **task()}, at={"day": 1})}), Stage.ONBOARDING, Tier.A
        ).plays["p"]


def test_a_touch_says_when_it_was_due_when_it_counts_as_done_and_until_when_it_may_be() -> None:
    life = living(a_playbook(onboarding={"p": a_play(email(), at={"day": 1}, within="2d")}), at=moment("2026-03-03", "15:00"))
    touch = life.touches[0]

    assert (touch.due, touch.at, touch.not_after) == (
        moment("2026-03-03", "09:00"),
        moment("2026-03-03", "15:00"),
        moment("2026-03-03", "23:59"),
    )
    assert (touch.customer, touch.play, touch.playbook, touch.timezone, touch.country) == ("acme", "p", "tested@v1", "Europe/Berlin", "DE")


def test_steps_follow_each_other_in_one_instant_where_nothing_waits() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), email(), webhook(), escalate(), at={"day": 1})}))
    life.advance(moment("2026-03-04"))

    assert {touch.at for touch in life.touches} == {moment("2026-03-03")}
    assert [touch.kind for touch in life.touches] == [TouchKind.TASK, TouchKind.EMAIL, TouchKind.WEBHOOK, TouchKind.ESCALATE]


def test_a_step_whose_condition_does_not_hold_is_passed_over() -> None:
    life = living(a_playbook(onboarding={"p": a_play({"if": 'tier == "C"', **task()}, {"if": "day == 1", **email()}, at={"day": 1})}))
    life.advance(moment("2026-03-04"))

    assert touched(life) == ["2026-03-03 09:00 p/1/email-note"]
    assert unsent(life) == ["2026-03-03 09:00 skipped p/1/task: its condition does not hold"]


def test_a_stop_ends_the_play_with_its_reason() -> None:
    life = living(
        a_playbook(onboarding={"p": a_play(task(), {"stop": {"reason": "enough said"}, "if": 'tier == "A"'}, email(), at={"day": 1})})
    )
    life.advance(moment("2026-03-04"))

    assert touched(life) == ["2026-03-03 09:00 p/1/task"]
    assert ended(life) == ["2026-03-03 09:00 p: enough said"]
