"""What operations people may do: pause, resume, skip and run now."""

from datetime import datetime, timedelta

import pytest

from lifecycle.domain.enums import Outcome, Stage
from lifecycle.explain.simulator import Simulation
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import (
    STRICT_POLICY,
    a_play,
    a_playbook,
    an_event,
    churned,
    email,
    ended,
    escalate,
    live,
    living,
    moment,
    renewed,
    stages,
    task,
    touched,
    unsent,
    wait,
    wait_for,
)
from tests.lifecycle.calls import no_pause, no_play, no_resume, pause, resume, run_now, skip, state


def paused(life: Simulation, at: datetime, why: str = "asked for quiet") -> Simulation:
    life.advance(at)
    pause(life, life.now, why)
    life.look_again()
    return life


def resumed(life: Simulation, at: datetime) -> Simulation:
    life.advance(at)
    resume(life, life.now)
    life.look_again()
    return life


def skipped(life: Simulation, play: str, at: datetime, why: str = "") -> str:
    life.advance(at)
    assert no_play(life, play, running_will_do=True) is None
    said = skip(life, play, life.now, why)
    life.look_again()
    return said


def ran_now(life: Simulation, play: str, at: datetime) -> str:
    life.advance(at)
    assert no_play(life, play, running_will_do=False) is None
    said = run_now(life, play, life.now)
    life.look_again()
    return said


# ---- pause and resume


def test_a_pause_holds_every_touch_back_internal_ones_too() -> None:
    plays = {"mail": a_play(email(), at={"day": 3}, within="30d"), "work": a_play(task(), escalate(), at={"day": 4}, within="30d")}
    life = paused(living(a_playbook(onboarding=plays)), moment("2026-03-04"))

    life.advance(moment("2026-03-20"))

    assert touched(life) == []
    assert unsent(life) == ["2026-03-05 09:00 delayed mail/1/email-note: paused", "2026-03-06 09:00 delayed work/1/task: paused"]


def test_a_resume_lets_go_what_is_still_inside_its_window_and_drops_the_rest_as_missed() -> None:
    plays = {f"day-{day}": a_play(email(), at={"day": day}, within="5d") for day in (3, 10, 20, 37, 50)}
    life = resumed(paused(living(a_playbook(onboarding=plays)), moment("2026-03-04")), moment("2026-04-10", "15:00"))

    life.advance(moment("2026-05-01"))

    assert touched(life) == ["2026-04-10 15:00 day-37/1/email-note", "2026-04-21 09:00 day-50/1/email-note"]
    assert unsent(life, Outcome.MISSED) == [
        "2026-03-10 09:00 missed day-3/1/email-note: paused until its window was over",
        "2026-03-17 09:00 missed day-10/1/email-note: paused until its window was over",
        "2026-03-27 09:00 missed day-20/1/email-note: paused until its window was over",
    ]


def test_a_pause_moves_no_due_date() -> None:
    plays = {"p": a_play(task(), every="10d"), "t": a_play(task(), at={"day": 60})}
    life = resumed(paused(living(a_playbook(onboarding=plays)), moment("2026-03-04")), moment("2026-04-06"))

    life.advance(moment("2026-05-05"))

    assert touched(life) == [
        "2026-04-11 09:00 p/4/task",
        "2026-04-21 09:00 p/5/task",
        "2026-05-01 09:00 p/6/task",
        "2026-05-01 09:00 t/1/task",
    ]


def test_what_comes_due_outside_the_hours_after_a_resume_still_waits_for_them() -> None:
    playbook = a_playbook(
        onboarding={"p": a_play(email(), at={"day": 3}, within="20d")}, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}}
    )
    life = resumed(paused(living(playbook), moment("2026-03-04")), moment("2026-03-07", "22:00"))

    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-09 09:00 p/1/email-note"]


def test_a_pause_still_takes_events_in() -> None:
    life = paused(living(a_playbook(onboarding={"p": a_play(task(), on="login")})), moment("2026-03-04"))

    live(life, moment("2026-03-20"), an_event("contact.added", moment("2026-03-05"), name="Cy Day", email="cy@acme.example"))

    assert [contact.first_name for contact in life.life.customer.contacts] == ["Ana", "Bo", "Cy"]


def test_a_churn_during_a_pause_is_a_churn() -> None:
    held, back = a_play(email(), at={"day": 3}, within="30d"), a_play(email("back"), at={"day": 7}, within="10d")
    life = paused(living(a_playbook(onboarding={"p": held}, win_back={"w": back})), moment("2026-03-04"))

    live(life, moment("2026-03-20"), churned(moment("2026-03-10")))

    assert stages(life)[-1] == "2026-03-10 win_back" and state(life).paused
    assert unsent(life, Outcome.CANCELLED) == ["2026-03-10 09:00 cancelled p/1/email-note: the stage onboarding ended"]
    resumed(life, moment("2026-03-21"))
    assert touched(life) == ["2026-03-21 09:00 w/1/email-back"]


def test_stages_turn_and_waits_time_out_during_a_pause() -> None:
    plays = {"p": a_play(wait_for("login", "10d", otherwise=[escalate()]), at={"day": 1}, within="120d")}
    life = paused(living(a_playbook(onboarding=plays)), moment("2026-03-04"))

    life.advance(moment("2026-06-02"))

    assert stages(life)[-1] == "2026-05-31 growth"
    assert unsent(life)[0] == "2026-03-13 09:00 delayed p/1/escalate-cs-manager: paused"


def test_an_until_met_during_a_pause_drops_what_was_held() -> None:
    life = paused(
        living(a_playbook(onboarding={"p": a_play(email(), at={"day": 3}, within="30d", until="handoff.accepted")})), moment("2026-03-04")
    )

    live(life, moment("2026-03-10"), an_event("handoff.accepted", moment("2026-03-08")))
    resumed(life, moment("2026-03-12"))

    assert touched(life) == []


def test_condition_addressee_and_policy_are_looked_at_again_after_a_pause() -> None:
    life = paused(living(a_playbook(onboarding={"p": a_play(email(), at={"day": 3}, within="30d")})), moment("2026-03-04"))

    live(life, moment("2026-03-10"), an_event("contact.left", moment("2026-03-08"), email="ana@acme.example"))
    resumed(life, moment("2026-03-12"))

    assert [person.email for person in life.touches[0].to] == ["bo@acme.example"]


def test_forty_days_of_pause_release_no_pile() -> None:
    plays = {f"day-{day}": a_play(email(), at={"day": day}) for day in range(2, 60, 2)} | {
        "rhythm": a_play(task(), every="3d", within="1d")
    }
    life = resumed(paused(living(a_playbook(onboarding=plays)), moment("2026-03-03")), moment("2026-04-12", "12:00"))

    assert [line for line in touched(life) if line.startswith("2026-04-12")] == ["2026-04-12 12:00 day-40/1/email-note"]
    assert len(unsent(life, Outcome.MISSED)) == 19 + 13


def test_pausing_twice_and_resuming_what_runs_are_refused_with_a_sentence() -> None:
    life = living(a_playbook())
    assert no_resume(life) == "acme is not paused"

    paused(life, moment("2026-03-04"))

    assert no_pause(life) == "acme is paused already: asked for quiet"
    assert no_resume(life) is None


def test_a_closed_customer_cannot_be_paused() -> None:
    life = live(living(a_playbook()), moment("2026-03-05"), churned(moment("2026-03-04"), "natural", "ceased trading"))

    assert no_pause(life) == "acme is closed (gone: ceased trading)"


def test_who_paused_and_resumed_stands_in_the_timeline_with_the_reason() -> None:
    life = resumed(paused(living(a_playbook()), moment("2026-03-04")), moment("2026-03-06"))

    lines = [(entry.at, entry.what, entry.why) for entry in state(life).timeline if entry.kind is EntryKind.OPERATOR]
    assert lines == [(moment("2026-03-04"), "paused", "asked for quiet"), (moment("2026-03-06"), "resumed", "")]


# ---- skip


def test_a_skip_drops_one_occurrence_of_a_rhythm_and_the_next_comes_as_planned() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="10d")}))

    said = skipped(life, "p", moment("2026-03-15"), "they are moving house")
    life.advance(moment("2026-04-05"))

    assert said == "play 'p' is skipped for 2026-03-22 08:00 UTC"
    assert touched(life) == ["2026-03-12 09:00 p/1/task", "2026-04-01 09:00 p/3/task"]
    assert unsent(life) == ["2026-03-15 09:00 skipped p/2/*: they are moving house; it was planned for Sun 22 Mar 2026 09:00"]


def test_a_skipped_planned_play_does_not_come_at_all() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 10})}))

    skipped(life, "p", moment("2026-03-05"))
    life.advance(moment("2026-05-05"))

    assert touched(life) == []
    assert unsent(life) == ["2026-03-05 09:00 skipped p/1/*: skipped by an operator; it was planned for Thu 12 Mar 2026 09:00"]
    assert no_play(life, "p", running_will_do=True) == "play 'p' has nothing planned for acme; its trigger has not come, or it is done"


def test_a_skip_of_a_condition_s_start_drops_this_stretch_alone() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(task(), when="tickets.open > 0", for_="5d")})),
        moment("2026-03-06"),
        an_event("ticket.opened", moment("2026-03-05"), ticket="T-1"),
    )

    skipped(life, "p", moment("2026-03-07"))
    live(
        life,
        moment("2026-04-20"),
        an_event("ticket.resolved", moment("2026-03-20"), ticket="T-1"),
        an_event("ticket.opened", moment("2026-03-21"), ticket="T-2"),
    )

    assert touched(life) == ["2026-03-26 09:00 p/2/task"]


def test_a_skip_of_what_runs_already_ends_it_and_calls_off_what_it_holds() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), wait("10d"), email(), at={"day": 1})}))

    said = skipped(life, "p", moment("2026-03-05"), "settled by phone")
    life.advance(moment("2026-04-05"))

    assert said == "ended what play 'p' had running"
    assert touched(life) == ["2026-03-03 09:00 p/1/task"]
    assert ended(life) == ["2026-03-05 09:00 p: settled by phone"]


def test_a_skip_of_a_renewal_play_leaves_it_to_come_again_after_an_extension() -> None:
    life = living(a_playbook(renewal={"p": a_play(task(), at={"before_end": "30d"})}))
    skipped(life, "p", moment("2026-12-10"))

    live(life, moment("2028-04-01"), an_event("contract.amended", moment("2026-12-20"), end="2028-03-02"))

    assert touched(life) == ["2028-02-01 09:00 p/2/task"]


# ---- run now


def test_run_now_takes_the_planned_occurrence_forward_and_it_does_not_come_a_second_time() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 20})}))

    said = ran_now(life, "p", moment("2026-03-05", "14:00"))
    life.advance(moment("2026-05-05"))

    assert said == "play 'p', planned for 2026-03-22 08:00 UTC, starts now"
    assert touched(life) == ["2026-03-05 14:00 p/1/task"]


def test_run_now_takes_one_beat_of_a_rhythm_forward_and_the_others_stay() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="10d")}))

    ran_now(life, "p", moment("2026-03-15"))
    life.advance(moment("2026-04-05"))

    assert touched(life) == ["2026-03-12 09:00 p/1/task", "2026-03-15 09:00 p/2/task", "2026-04-01 09:00 p/3/task"]


def test_run_now_of_a_condition_that_is_counting_spends_its_stretch() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(task(), when="tickets.open > 0", for_="5d")})),
        moment("2026-03-06"),
        an_event("ticket.opened", moment("2026-03-05"), ticket="T-1"),
    )

    ran_now(life, "p", moment("2026-03-06"))
    life.advance(moment("2026-04-05"))

    assert touched(life) == ["2026-03-06 09:00 p/1/task"]


def test_run_now_of_a_silence_spends_it() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), silent_for="20d")}))

    ran_now(life, "p", moment("2026-03-06"))
    life.advance(moment("2026-05-05"))

    assert touched(life) == ["2026-03-06 09:00 p/1/task"]


def test_run_now_obeys_the_play_s_guards_and_says_so() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 20}, if_='tier == "B"')}))

    said = ran_now(life, "p", moment("2026-03-05"))

    assert said == "play 'p', planned for 2026-03-22 08:00 UTC, has its guards against it and is written down as not started"
    assert unsent(life) == ["2026-03-05 09:00 skipped p/1/*: its condition does not hold"]


def test_run_now_obeys_the_hours() -> None:
    playbook = a_playbook(onboarding={"p": a_play(email(), at={"day": 20})}, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})
    life = living(playbook)

    ran_now(life, "p", moment("2026-03-05", "22:00"))
    life.advance(moment("2026-05-05"))

    assert touched(life) == ["2026-03-06 09:00 p/1/email-note"]


def test_run_now_does_not_drop_the_planned_occurrence_while_the_play_still_runs() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), wait("6d"), escalate(), every="10d")}))
    life.advance(moment("2026-03-14"))

    assert no_play(life, "p", running_will_do=False) == "play 'p' has nothing planned for acme: it runs already"


@pytest.mark.parametrize(
    ("play", "sentence"),
    [
        pytest.param("q", "acme is in onboarding, which has no play 'q', only p, t", id="no such play"),
        pytest.param("t", "play 't' has nothing planned for acme; its trigger has not come, or it is done", id="nothing planned"),
    ],
)
def test_what_cannot_be_skipped_or_run_is_refused_with_a_sentence(play: str, sentence: str) -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 20}), "t": a_play(task(), on="login")}))

    assert no_play(life, play, running_will_do=True) == sentence


def test_a_play_that_runs_cannot_be_run_now_again() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), wait("10d"), email(), at={"day": 1})}))
    life.advance(moment("2026-03-05"))

    assert no_play(life, "p", running_will_do=False) == "play 'p' has nothing planned for acme: it runs already"
    assert no_play(life, "p", running_will_do=True) is None


def test_a_pause_outlives_stages_and_terms() -> None:
    life = paused(living(a_playbook(growth={"p": a_play(task(), every="30d", within="2d")})), moment("2026-03-04"))

    live(life, moment("2027-06-01"), renewed(moment("2027-01-10")))
    assert (state(life).paused, life.life.stage, touched(life)) == (True, Stage.GROWTH, [])

    resumed(life, moment("2027-06-01") + timedelta(hours=1))
    life.advance(moment("2027-06-30", "12:00"))
    assert touched(life) == ["2027-06-01 10:00 p/3/task", "2027-06-30 09:00 p/4/task"]
