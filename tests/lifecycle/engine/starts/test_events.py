"""What happens, holds or fails to happen starts a play, and exactly when: on, when (for), silent_for."""

from datetime import timedelta

import pytest

from lifecycle.domain.model import Scalar
from lifecycle.facts.events import Event
from tests.lifecycle.building import Raw, a_play, a_playbook, an_event, changed, live, living, moment, task, touched, unsent

# ---- on


def test_an_event_starts_its_play_at_once_at_any_hour() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(task(), on=["ticket.opened", "payment.failed"])})),
        moment("2026-03-20"),
        an_event("ticket.opened", moment("2026-03-04", "03:17"), ticket="T-1"),
        an_event("payment.failed", moment("2026-03-08", "23:40"), invoice="R-1"),
        an_event("login", moment("2026-03-09")),
    )

    assert touched(life) == ["2026-03-04 03:17 p/1/task", "2026-03-08 23:40 p/2/task"]


def test_an_event_starts_only_the_plays_of_the_stage_and_tier_it_finds() -> None:
    plays = {"a": a_play(task(), on="login", tiers=["A"]), "c": a_play(task(), on="login", tiers=["C"])}
    playbook = a_playbook(onboarding=plays, growth={"g": a_play(task(), on="login")})

    life = live(living(playbook), moment("2026-07-01"), an_event("login", moment("2026-03-04")), an_event("login", moment("2026-06-04")))

    assert touched(life) == ["2026-03-04 09:00 a/1/task", "2026-06-04 09:00 g/1/task"]


def test_what_the_event_says_is_there_for_the_play_s_condition_and_its_steps() -> None:
    grave = a_play({**task("urgent"), "if": "event.level == 1"}, escalate_if_gold(), on="ticket.opened", if_="event.level <= 2")
    life = live(
        living(a_playbook(onboarding={"p": grave})),
        moment("2026-03-20"),
        an_event("ticket.opened", moment("2026-03-04"), ticket="T-1", level=3),
        an_event("ticket.opened", moment("2026-03-05"), ticket="T-2", level=2),
        an_event("ticket.opened", moment("2026-03-06"), ticket="T-3", level=1),
    )

    assert touched(life) == ["2026-03-05 09:00 p/1/escalate-csm", "2026-03-06 09:00 p/2/task", "2026-03-06 09:00 p/2/escalate-csm"]


def escalate_if_gold() -> Raw:
    return {"escalate": {"to": "csm", "reason": "look"}, "if": "event.level < 3"}


# ---- when, and for


TWO_DAYS = a_play(task(), when="tickets.open > 0", for_="2d")


def opened(at: str, ticket: str = "T-1") -> Event:
    day, clock = at.split()
    return an_event("ticket.opened", moment(day, clock), ticket=ticket)


def resolved(at: str, ticket: str = "T-1") -> Event:
    day, clock = at.split()
    return an_event("ticket.resolved", moment(day, clock), ticket=ticket)


def test_a_condition_starts_its_play_the_moment_it_begins_to_hold() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(task(), when="tickets.open > 0")})), moment("2026-03-20"), opened("2026-03-04 11:20")
    )

    assert touched(life) == ["2026-03-04 11:20 p/1/task"]


def test_a_condition_that_holds_when_its_stage_begins_starts_its_play_then() -> None:
    life = living(a_playbook(growth={"p": a_play(task(), when='tier == "A"')}))

    life.advance(moment("2026-06-20"))

    assert touched(life) == ["2026-05-31 00:00 p/1/task"]


def test_a_condition_that_must_last_starts_its_play_when_it_has_lasted_so_long() -> None:
    life = live(living(a_playbook(onboarding={"p": TWO_DAYS})), moment("2026-03-20"), opened("2026-03-04 11:20"))

    assert touched(life) == ["2026-03-06 11:20 p/1/task"]


def test_for_starts_over_after_the_shortest_break() -> None:
    life = live(
        living(a_playbook(onboarding={"p": TWO_DAYS})),
        moment("2026-03-20"),
        opened("2026-03-04 11:20"),
        resolved("2026-03-06 11:19"),
        an_event("ticket.opened", moment("2026-03-06", "11:19") + timedelta(seconds=1), ticket="T-2"),
    )

    assert touched(life) == ["2026-03-08 11:19 p/1/task"]


def test_a_condition_that_breaks_in_the_very_instant_its_time_is_up_does_not_start_its_play() -> None:
    life = live(
        living(a_playbook(onboarding={"p": TWO_DAYS})), moment("2026-03-20"), opened("2026-03-04 11:20"), resolved("2026-03-06 11:20")
    )

    assert touched(life) == []


def test_a_condition_fires_once_a_stretch() -> None:
    life = live(
        living(a_playbook(onboarding={"p": TWO_DAYS})),
        moment("2026-03-30"),
        opened("2026-03-04 11:20"),
        opened("2026-03-08 10:00", "T-2"),
        resolved("2026-03-10 10:00"),
        resolved("2026-03-12 10:00", "T-2"),
        opened("2026-03-13 10:00", "T-3"),
    )

    assert touched(life) == ["2026-03-06 11:20 p/1/task", "2026-03-15 10:00 p/2/task"]


def test_for_in_days_keeps_the_wall_clock_and_in_hours_counts_them() -> None:
    plays = {"days": a_play(task(), when="tickets.open > 0", for_="2d"), "hours": a_play(task(), when="tickets.open > 0", for_="48h")}

    life = live(living(a_playbook(onboarding=plays)), moment("2026-04-20"), opened("2026-03-28 11:20"))

    assert touched(life) == ["2026-03-30 11:20 days/1/task", "2026-03-30 12:20 hours/1/task"]


def test_a_condition_that_lasts_into_another_stage_counts_there_from_that_stage_s_beginning() -> None:
    playbook = a_playbook(onboarding={"o": TWO_DAYS}, growth={"g": TWO_DAYS})

    life = live(living(playbook), moment("2026-06-20"), opened("2026-05-30 11:20"))

    assert touched(life) == ["2026-06-02 00:00 g/1/task"]


def test_a_condition_starts_over_when_a_change_of_tier_takes_the_play_away_and_gives_it_back() -> None:
    play = a_play(task(), when="tickets.open > 0", for_="10d", tiers=["A"])

    life = live(
        living(a_playbook(onboarding={"p": play})),
        moment("2026-04-20"),
        opened("2026-03-04 10:00"),
        changed(moment("2026-03-06", "10:00"), tier="B"),
        resolved("2026-03-07 10:00"),
        opened("2026-03-08 10:00", "T-2"),
        changed(moment("2026-03-10", "10:00"), tier="A"),
    )

    assert touched(life) == ["2026-03-20 10:00 p/1/task"]


# ---- silent_for


SILENCE = {"p": a_play(task(), silent_for="14d")}


def test_a_silence_is_counted_from_the_last_sign_of_life() -> None:
    life = live(
        living(a_playbook(onboarding=SILENCE)),
        moment("2026-04-20"),
        an_event("login", moment("2026-03-10", "15:00")),
        an_event("feature.used", moment("2026-03-12", "15:30"), feature="import"),
        an_event("contact.added", moment("2026-03-14"), name="Cy", email="cy@acme.example"),
    )

    assert touched(life) == ["2026-03-26 15:30 p/1/task"]


def test_who_was_never_heard_of_is_silent_since_enrolment() -> None:
    life = living(a_playbook(onboarding=SILENCE), at=moment("2026-03-05", "10:00"))
    life.advance(moment("2026-04-20"))

    assert touched(life) == ["2026-03-19 10:00 p/1/task"]


def test_a_silence_comes_due_once_and_again_only_after_a_sign_of_life() -> None:
    life = live(living(a_playbook(onboarding=SILENCE)), moment("2026-05-20"), an_event("login", moment("2026-04-01")))

    assert touched(life) == ["2026-03-16 00:00 p/1/task", "2026-04-15 09:00 p/2/task"]


@pytest.mark.parametrize(
    ("type", "data", "heard"),
    [
        pytest.param("survey.answered", {"survey": "nps", "score": 3}, True, id="a survey answered"),
        pytest.param("meeting.held", {"meeting": "kickoff"}, True, id="a meeting held"),
        pytest.param("usage.reported", {"count": 5}, True, id="usage above nothing"),
        pytest.param("usage.reported", {"count": 0}, False, id="usage of nothing"),
        pytest.param("customer.changed", {"segment": "gold"}, False, id="our own change"),
        pytest.param("payment.failed", {"invoice": "R-1"}, False, id="a failed payment"),
    ],
)
def test_what_is_a_sign_of_life_and_what_is_not(type: str, data: dict[str, Scalar], heard: bool) -> None:
    life = live(
        living(a_playbook(onboarding=SILENCE)), moment("2026-03-20"), Event(id="e-1", type=type, at=moment("2026-03-10"), data=data)
    )

    assert touched(life) == ([] if heard else ["2026-03-16 00:00 p/1/task"])


def test_a_silence_that_began_before_its_stage_comes_due_on_the_stage_s_first_day_at_the_earliest() -> None:
    playbook = a_playbook(growth=SILENCE)

    life = live(living(playbook), moment("2026-06-20"), an_event("login", moment("2026-04-01")))

    assert touched(life) == ["2026-05-31 00:00 p/1/task"]
    assert unsent(life) == []
