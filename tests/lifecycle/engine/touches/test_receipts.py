"""What came of a touch: it is written down, tried again inside its window, and holds up nobody."""

from datetime import datetime

import pytest

from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import a_play, a_playbook, email, living, moment, task, touched, unsent
from tests.lifecycle.calls import state


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer.DONE, "sent"), (Answer.UNKNOWN, "unknown"), (Answer.REFUSED, "failed"), (Answer.WITHDRAWN, "cancelled")],
)
def test_whatever_came_of_a_touch_is_written_down_and_the_play_goes_on(answer: Answer, outcome: str) -> None:
    def world(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=answer if touch.name == "first" else Answer.DONE, why="because")

    life = living(a_playbook(onboarding={"p": a_play(email("first"), email("second"), at={"day": 1})}), perform=world)
    life.advance(moment("2026-03-04"))

    lines = [
        (entry.what, entry.outcome, entry.key)
        for entry in state(life).timeline
        if entry.kind is EntryKind.TOUCH and not entry.key.endswith(".unknown")
    ]
    assert lines == [("email first", outcome, "acme/1/p/1/email-first"), ("email second", "sent", "acme/1/p/1/email-second")]


def test_a_provider_that_is_down_is_asked_again_later_each_time_inside_the_window_and_holds_up_nobody() -> None:
    def world(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.RETRY if touch.name == "stuck" else Answer.DONE, why="connection refused")

    plays = {
        "a-stuck": a_play(email("stuck"), task("Write by hand"), at={"day": 1}, within="1d"),
        "other": a_play(email("fine"), at={"day": 1}),
    }
    life = living(a_playbook(onboarding=plays), perform=world)
    life.advance(moment("2026-03-10"))

    tries = [line[11:16] for line in touched(life) if "email-stuck" in line]
    assert tries == ["09:00", "09:05", "09:15", "09:35", "10:15", "11:35", "14:15", "18:15", "22:15", "02:15", "06:15"]
    assert [line for line in touched(life) if "stuck/1/email-stuck" not in line] == [
        "2026-03-03 09:00 other/1/email-fine",
        "2026-03-04 06:15 a-stuck/1/task",
    ]
    assert unsent(life) == [
        "2026-03-03 09:00 delayed a-stuck/1/email-stuck: the provider could not: connection refused",
        "2026-03-04 06:15 failed a-stuck/1/email-stuck: the provider could not: connection refused",
    ]
    assert len({touch.key for touch in life.touches}) == 3, "a touch that is tried again keeps its key"


def test_what_is_internal_is_tried_for_a_week_whatever_its_window() -> None:
    def world(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.RETRY, why="down")

    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 1}, within="1h")}), perform=world)
    life.advance(moment("2026-03-30"))

    assert touched(life)[0][:16] == "2026-03-03 09:00" and touched(life)[-1][:10] == "2026-03-10"
    assert unsent(life)[-1].partition(" failed ")[0] <= "2026-03-10 09:00"
