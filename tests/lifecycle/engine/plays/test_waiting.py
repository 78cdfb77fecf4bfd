"""Waiting for an event, a condition or a time: what answers a wait, what beats it, what is remembered."""

from datetime import timedelta

import pytest

from lifecycle.domain.model import Scalar
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.facts.events import Event
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import (
    Raw,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    changed,
    email,
    escalate,
    live,
    living,
    meeting,
    moment,
    survey,
    task,
    touched,
    wait,
    wait_for,
)
from tests.lifecycle.calls import apply, begun, decide

THEN, OTHERWISE = email("came"), escalate(reason="never came")


def waiting(event: str | list[str] | None = "login", timeout: str = "3d", **fields: object) -> Raw:
    """A play that starts on day 1 at 09:00 and waits from then on."""
    return {"p": a_play(wait_for(event, timeout, then=[THEN], otherwise=[OTHERWISE], **fields), at={"day": 1})}


def login(day: str, clock: str = "09:00") -> Event:
    return an_event("login", moment(day, clock))


def lived(plays: Raw, *events: Event, until: str = "2026-04-20") -> list[str]:
    return [
        line.partition(" p/1/")[0] + " " + line.rpartition("/")[2]
        for line in touched(live(living(a_playbook(onboarding=plays)), moment(until), *events))
    ]


# ---- deadlines


def test_an_event_ends_the_wait_the_moment_it_is_told() -> None:
    assert lived(waiting(), login("2026-03-04", "15:20")) == ["2026-03-04 15:20 email-came"]


def test_without_the_event_the_wait_ends_at_its_timeout() -> None:
    assert lived(waiting()) == ["2026-03-06 09:00 escalate-cs-manager"]


@pytest.mark.parametrize(
    ("timeout", "over"),
    [
        pytest.param("3d", "2026-03-06 09:00", id="3d"),
        pytest.param("4bd", "2026-03-09 09:00", id="4bd, over a weekend"),
        pytest.param("27d", "2026-03-30 09:00", id="27d, over a clock change"),
        pytest.param("648h", "2026-03-30 10:00", id="the same in hours"),
        pytest.param("1mo", "2026-04-03 09:00", id="1mo"),
        pytest.param("0d", "2026-03-03 09:00", id="no time at all"),
    ],
)
def test_a_timeout_is_counted_on_the_customer_s_clock(timeout: str, over: str) -> None:
    assert lived(waiting(timeout=timeout)) == [f"{over} escalate-cs-manager"]


def test_an_event_told_at_the_deadline_s_very_instant_beats_it() -> None:
    assert lived(waiting(), login("2026-03-06", "09:00")) == ["2026-03-06 09:00 email-came"]


def test_an_event_told_after_the_deadline_loses() -> None:
    late = an_event("login", moment("2026-03-06", "09:00") + timedelta(seconds=1))

    assert lived(waiting(), late) == ["2026-03-06 09:00 escalate-cs-manager"]


def away_until(seen: str, *events: Event) -> list[str]:
    """What a worker asks for that was away from day 1 on and sees all those events at once then, before any deadline."""
    life = begun(a_playbook(onboarding=waiting()), a_customer(), moment("2026-03-02", "00:00"))
    decide(life, moment("2026-03-03", "09:00"))
    day, clock = seen.split()
    now = moment(day, clock)
    for event in events:
        assert apply(life, event, now).taken
    return [touch.key for touch in decide(life, now).touches]


def test_an_event_told_after_the_deadline_loses_even_when_it_is_seen_before_the_deadline_is_dealt_with() -> None:
    assert away_until("2026-03-06 12:00", login("2026-03-06", "09:01")) == ["acme/1/p/1/escalate-cs-manager"]


def test_an_event_told_before_the_deadline_beats_it_even_when_it_is_seen_long_after() -> None:
    assert away_until("2026-03-06 12:00", login("2026-03-06", "08:59")) == ["acme/1/p/1/email-came"]


def test_of_two_late_events_each_counts_by_its_own_moment() -> None:
    assert away_until("2026-03-06 12:00", login("2026-03-06", "09:30"), login("2026-03-05")) == ["acme/1/p/1/email-came"]


# ---- looking back


def test_a_wait_looks_back_to_the_start_of_its_own_play() -> None:
    """R18: accepting twice is never asked for: the meeting was held while the play was at an earlier step."""
    plays = {"p": a_play(wait("5d"), wait_for("login", "3d", then=[THEN], otherwise=[OTHERWISE]), at={"day": 1})}

    assert lived(plays, login("2026-03-04")) == ["2026-03-08 09:00 email-came"]


def test_a_wait_looks_back_no_further_than_the_start_of_its_own_play() -> None:
    assert lived(waiting(), login("2026-03-03", "08:59")) == ["2026-03-06 09:00 escalate-cs-manager"]


def test_an_event_of_an_earlier_run_of_the_play_is_not_remembered_by_the_next() -> None:
    plays = {"p": a_play(wait_for("login", "2d", then=[THEN], otherwise=[OTHERWISE]), every="7d")}
    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-20"), login("2026-03-10"), login("2026-03-15"))

    assert touched(life) == ["2026-03-10 09:00 p/1/email-came", "2026-03-18 09:00 p/2/escalate-cs-manager"]


def test_the_event_that_started_a_play_does_not_answer_its_waits() -> None:
    plays = {"p": a_play(wait_for("login", "2d", then=[THEN], otherwise=[OTHERWISE]), on="login")}

    assert lived(plays, login("2026-03-10")) == ["2026-03-12 09:00 escalate-cs-manager"]


def test_a_wait_whose_event_came_during_an_earlier_wait_passes_at_once_with_no_timer() -> None:
    plays = {
        "p": a_play(
            wait_for("meeting.accepted", "5d", if_='event.meeting == "kickoff"'),
            wait_for("meeting.held", "20d", if_='event.meeting == "kickoff"', then=[THEN], otherwise=[OTHERWISE]),
            at={"day": 1},
        )
    }
    life = live(
        living(a_playbook(onboarding=plays)),
        moment("2026-04-20"),
        an_event("meeting.held", moment("2026-03-05", "11:00"), meeting="kickoff"),
    )

    assert touched(life) == ["2026-03-08 09:00 p/1/email-came"]
    assert [wake.why for wake in life.wakes if "meeting.held" in wake.why and "play p" in wake.why] == []


# ---- what answers


def test_an_event_serves_every_play_that_waits_for_it() -> None:
    one = a_play(wait_for("login", "5d", then=[THEN]), at={"day": 1})

    life = live(living(a_playbook(onboarding={"a": one, "b": one, "c": one})), moment("2026-03-20"), login("2026-03-05"))

    assert touched(life) == [f"2026-03-05 09:00 {play}/1/email-came" for play in "abc"]


def test_any_of_several_events_answers() -> None:
    assert lived(waiting(["login", "feature.used"]), an_event("feature.used", moment("2026-03-04"), feature="import")) == [
        "2026-03-04 09:00 email-came"
    ]


def test_an_event_that_does_not_meet_the_wait_s_condition_does_not_answer() -> None:
    plays = waiting("feature.used", if_='event.feature == "import" && event.count >= 3')

    assert lived(
        plays,
        an_event("feature.used", moment("2026-03-04"), feature="export", count=5),
        an_event("feature.used", moment("2026-03-05"), feature="import", count=2),
        an_event("feature.used", moment("2026-03-05", "18:00"), feature="import", count=3),
    ) == ["2026-03-05 18:00 email-came"]


@pytest.mark.parametrize(
    ("sends", "type", "own", "other"),
    [
        pytest.param(meeting("kickoff"), "meeting.held", {"meeting": "kickoff"}, {"meeting": "review"}, id="a meeting"),
        pytest.param(survey("nps"), "survey.answered", {"survey": "nps", "score": 9}, {"survey": "csat", "score": 4}, id="a survey"),
        pytest.param(task(), "task.done", {"task": "task"}, {"task": "another"}, id="a task"),
    ],
)
def test_a_wait_behind_something_sent_hears_only_the_answer_to_that(
    sends: Raw, type: str, own: dict[str, Scalar], other: dict[str, Scalar]
) -> None:
    plays = {"p": a_play(sends, wait_for(type, "5d", then=[THEN], otherwise=[OTHERWISE]), at={"day": 1})}

    assert lived(plays, Event(id="e-1", type=type, at=moment("2026-03-04"), data=other))[1:] == ["2026-03-08 09:00 escalate-cs-manager"]
    assert lived(plays, Event(id="e-1", type=type, at=moment("2026-03-04"), data=own))[1:] == ["2026-03-04 09:00 email-came"]


def test_what_the_wait_s_branches_lead_to_comes_before_what_stands_behind_it() -> None:
    plays = {
        "p": a_play(
            wait_for("login", "2d", then=[email("a"), wait("1d"), email("b")], otherwise=[email("c")]), email("after"), at={"day": 1}
        )
    }

    assert lived(plays, login("2026-03-04")) == ["2026-03-04 09:00 email-a", "2026-03-05 09:00 email-b", "2026-03-05 09:00 email-after"]
    assert lived(plays) == ["2026-03-05 09:00 email-c", "2026-03-05 09:00 email-after"]


def test_a_wait_without_branches_goes_on_either_way() -> None:
    plays = {"p": a_play(wait_for("login", "2d"), email("after"), at={"day": 1})}

    assert lived(plays, login("2026-03-04")) == ["2026-03-04 09:00 email-after"]
    assert lived(plays) == ["2026-03-05 09:00 email-after"]


def test_waits_may_stand_in_branches_of_waits() -> None:
    inner = wait_for("login", "2d", then=[email("late")], otherwise=[escalate()])
    plays = {"p": a_play(wait_for("login", "2d", then=[email("soon")], otherwise=[email("nudge"), inner]), at={"day": 1})}

    assert lived(plays, login("2026-03-06")) == ["2026-03-05 09:00 email-nudge", "2026-03-06 09:00 email-late"]
    assert lived(plays) == ["2026-03-05 09:00 email-nudge", "2026-03-07 09:00 escalate-cs-manager"]


# ---- conditions


def test_a_wait_for_a_condition_ends_when_it_begins_to_hold() -> None:
    plays = waiting(None, when='segment == "gold"')

    assert lived(plays, changed(moment("2026-03-04", "15:00"), segment="gold")) == ["2026-03-04 15:00 email-came"]
    assert lived(plays) == ["2026-03-06 09:00 escalate-cs-manager"]


def test_a_wait_for_what_is_already_so_passes_at_once_with_no_timer() -> None:
    life = living(a_playbook(onboarding=waiting(None, "30d", when='tier == "A"')))
    life.advance(moment("2026-04-20"))

    assert touched(life) == ["2026-03-03 09:00 p/1/email-came"]
    assert len(life.wakes) == 1


def test_a_condition_that_held_and_broke_before_the_wait_began_does_not_answer_it() -> None:
    plays = {"p": a_play(wait("5d"), wait_for(None, "2d", when="tickets.open > 0", then=[THEN], otherwise=[OTHERWISE]), at={"day": 1})}
    opened, resolved = (
        an_event("ticket.opened", moment("2026-03-04"), ticket="T-1"),
        an_event("ticket.resolved", moment("2026-03-05"), ticket="T-1"),
    )

    assert lived(plays, opened, resolved) == ["2026-03-10 09:00 escalate-cs-manager"]


# ---- plain waits


def test_a_wait_keeps_the_wall_clock_in_days_and_counts_hours_in_hours() -> None:
    plays = {"p": a_play(wait("26d"), email("days"), wait("24h"), email("hours"), at={"day": 1})}

    assert lived(plays) == ["2026-03-29 09:00 email-days", "2026-03-30 09:00 email-hours"]
    plays = {"p": a_play(wait("25d"), email("days"), wait("24h"), email("hours"), at={"day": 1})}
    assert lived(plays) == ["2026-03-28 09:00 email-days", "2026-03-29 10:00 email-hours"]


def test_waits_count_from_the_end_of_what_stands_before_them() -> None:
    plays = {"p": a_play(wait("2d"), wait("2d"), wait_for("login", "2d"), email(), at={"day": 1})}

    assert lived(plays) == ["2026-03-09 09:00 email-note"]


def test_a_wait_behind_a_touch_counts_from_when_that_was_done() -> None:
    def slow(touch: Touch, at: object) -> Receipt:
        tried.append(touch)
        return Receipt(key=touch.key, answer=Answer.RETRY if len(tried) < 3 else Answer.DONE, why="down")

    tried: list[Touch] = []
    life = living(a_playbook(onboarding={"p": a_play(email("first"), wait("1h"), email("second"), at={"day": 1})}), perform=slow)
    life.advance(moment("2026-03-20"))

    assert touched(life) == [
        "2026-03-03 09:00 p/1/email-first",
        "2026-03-03 09:05 p/1/email-first",
        "2026-03-03 09:15 p/1/email-first",
        "2026-03-03 10:15 p/1/email-second",
    ]


def test_a_play_that_waits_sets_one_timer_and_no_polling() -> None:
    life = living(a_playbook(onboarding=waiting(timeout="60d")))
    life.advance(moment("2026-05-20"))

    assert [wake.why for wake in life.wakes] == ["play p is due", "play p, step wait_for: waits for login, at most 60d"]


def test_a_wait_lives_on_in_the_state_alone() -> None:
    def cut(life: Lifecycle) -> Lifecycle:
        return Lifecycle.model_validate_json(life.model_dump_json())

    plays = {"p": a_play(wait("5d"), wait_for("login", "3d", then=[THEN], otherwise=[OTHERWISE]), at={"day": 1})}
    life = live(living(a_playbook(onboarding=plays), after_each=cut), moment("2026-04-20"), login("2026-03-04"))

    assert touched(life) == ["2026-03-08 09:00 p/1/email-came"]
