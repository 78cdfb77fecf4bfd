"""The moment of sending: condition, addressee and policy are looked at again, and no message has a hole."""

from datetime import timedelta

import pytest

from lifecycle.domain.enums import Outcome, Role
from lifecycle.domain.time.zones import local
from lifecycle.engine import engine
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_contact,
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
    unsent,
    wait,
    webhook,
)
from tests.lifecycle.calls import begun, decide

HOURS: Raw = {"contact_policy": STRICT_POLICY | {"jitter": "0s"}}
HELD = {"p": a_play(email(), task("And then"), at={"day": 5}, within="5d")}
"""Due on a Saturday, and so held until Monday at nine."""


# ---- whoever holds the role now


def test_whoever_holds_the_role_now_gets_it() -> None:
    life = live(
        living(a_playbook(onboarding=HELD, rest=HOURS)),
        moment("2026-03-20"),
        an_event("contact.left", moment("2026-03-08"), email="ana@acme.example"),
        an_event("contact.added", moment("2026-03-08", "10:00"), name="Cy Day", email="cy@acme.example", role="champion"),
    )

    assert [person.email for person in life.touches[0].to] == ["cy@acme.example"]
    assert life.touches[0].values["contact"] == {"name": "Cy Day", "first_name": "Cy"}


def test_who_has_lost_the_role_no_longer_gets_it() -> None:
    life = live(
        living(a_playbook(onboarding=HELD, rest=HOURS)),
        moment("2026-03-20"),
        an_event("contact.added", moment("2026-03-08"), name="Ana Silva", email="ana@acme.example", role="user"),
    )

    assert [person.email for person in life.touches[0].to] == ["bo@acme.example"], "the sponsor, whom the step names second"


@pytest.mark.parametrize(
    ("step", "why"),
    [
        pytest.param(email(), "nobody holds the role champion or sponsor", id="an email"),
        pytest.param(email(to="billing"), "nobody holds the role billing", id="an email to billing"),
        pytest.param(survey("nps"), "nobody holds the role champion or sponsor", id="a survey"),
        pytest.param(meeting("kickoff"), "nobody holds the role champion", id="a meeting"),
    ],
)
def test_where_nobody_holds_the_role_the_message_is_suppressed_and_the_play_goes_on(step: Raw, why: str) -> None:
    playbook = a_playbook(onboarding={"p": a_play(step, task(), at={"day": 1})})
    life = living(playbook, a_customer(contacts=[a_contact("Cy Day", "cy@acme.example", Role.USER)]))
    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-03 09:00 p/1/task"]
    assert [line.partition(": ")[2] for line in unsent(life)] == [why]


# ---- the condition


def test_a_play_s_condition_is_asked_again_until_its_first_touch_has_gone_out() -> None:
    plays = {"p": a_play(email("first"), email("second"), at={"day": 5}, within="5d", if_='segment != "gold"')}

    life = live(living(a_playbook(onboarding=plays, rest=HOURS)), moment("2026-03-20"), changed(moment("2026-03-08"), segment="gold"))

    assert touched(life) == []
    assert unsent(life, Outcome.SUPPRESSED) == [
        "2026-03-09 09:00 suppressed p/1/email-first: its condition no longer holds",
        "2026-03-09 09:00 suppressed p/1/email-second: its condition no longer holds",
    ]


def test_once_its_first_touch_is_out_a_play_s_condition_is_not_asked_again() -> None:
    plays = {"p": a_play(webhook(), email(), at={"day": 5}, within="5d", if_='segment != "gold"')}

    life = live(living(a_playbook(onboarding=plays, rest=HOURS)), moment("2026-03-20"), changed(moment("2026-03-08"), segment="gold"))

    assert touched(life) == ["2026-03-07 09:00 p/1/webhook-crm", "2026-03-09 09:00 p/1/email-note"]


def test_a_step_s_own_condition_is_asked_again_at_the_moment_of_sending() -> None:
    plays = {"p": a_play(webhook(), {"if": "tickets.open == 0", **email()}, escalate(), at={"day": 5}, within="5d")}

    life = live(
        living(a_playbook(onboarding=plays, rest=HOURS)),
        moment("2026-03-20"),
        an_event("ticket.opened", moment("2026-03-08"), ticket="T-1"),
    )

    assert touched(life) == ["2026-03-07 09:00 p/1/webhook-crm", "2026-03-09 09:00 p/1/escalate-cs-manager"]
    assert unsent(life, Outcome.SUPPRESSED) == ["2026-03-09 09:00 suppressed p/1/email-note: its condition no longer holds"]


def test_a_condition_s_day_is_that_of_the_sending() -> None:
    plays = {"p": a_play(email(), at={"day": 5}, within="5d", if_="day <= 6")}
    life = living(a_playbook(onboarding=plays, rest=HOURS))
    life.advance(moment("2026-03-20"))

    assert unsent(life, Outcome.SUPPRESSED) == ["2026-03-09 09:00 suppressed p/1/email-note: its condition no longer holds"]


# ---- the policy


def test_what_is_held_goes_at_the_first_allowed_instant_inside_its_window() -> None:
    life = living(a_playbook(onboarding=HELD, rest=HOURS))
    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-09 09:00 p/1/email-note", "2026-03-09 09:00 p/1/task"]


@pytest.mark.parametrize(
    ("within", "goes"),
    [pytest.param("2d", True, id="the first allowed instant is the window's last"), pytest.param("47h", False, id="an hour too short")],
)
def test_what_may_not_go_inside_its_window_is_missed_at_once_and_the_play_goes_on(within: str, goes: bool) -> None:
    life = living(a_playbook(onboarding={"p": HELD["p"] | {"within": within, "closed": "drop"}}, rest=HOURS))
    life.advance(moment("2026-03-20"))

    if goes:
        assert touched(life) == ["2026-03-09 09:00 p/1/email-note", "2026-03-09 09:00 p/1/task"]
    else:
        assert touched(life) == []
        assert unsent(life) == [
            "2026-03-07 09:00 missed p/1/email-note: Saturday 07 March is no business day in DE, and its window is over before it may go",
            "2026-03-07 09:00 missed p/1/task: Saturday 07 March is no business day in DE, and its window is over before it may go",
        ]


def test_each_step_has_its_window_from_the_moment_it_is_come_to() -> None:
    plays = {"p": a_play(email("one"), email("two"), email("three"), email("four"), at={"day": 1}, within="8d")}
    life = living(a_playbook(onboarding=plays, rest=HOURS))
    life.advance(moment("2026-04-20"))

    assert touched(life) == [
        "2026-03-03 09:00 p/1/email-one",
        "2026-03-03 09:00 p/1/email-two",
        "2026-03-10 09:00 p/1/email-three",
        "2026-03-10 09:00 p/1/email-four",
    ]


def test_a_delay_is_written_down_once_for_each_reason_and_not_for_each_look() -> None:
    plays = {"a": a_play(email("one"), email("two"), at={"day": 4}), "p": a_play(email("p"), at={"day": 5}, within="20d", priority=10)}
    life = living(a_playbook(onboarding=plays, rest=HOURS))
    life.advance(moment("2026-04-20"))

    assert unsent(life) == [
        "2026-03-07 09:00 delayed p/1/email-p: cap of 2 emails in 7d reached, by a on Fri 06 Mar 2026 09:00 and a on Fri 06 Mar 2026 09:00"
    ]
    assert touched(life)[-1] == "2026-03-13 09:00 p/1/email-p"


def test_who_opted_out_while_it_was_held_is_not_written_to() -> None:
    life = live(
        living(a_playbook(onboarding=HELD, rest=HOURS)),
        moment("2026-03-20"),
        an_event("contact.opted_out", moment("2026-03-08"), email="ana@acme.example"),
    )

    assert touched(life) == ["2026-03-09 09:00 p/1/task"]


def test_an_opt_out_stays_when_the_contact_leaves_and_comes_back() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), at={"day": 10})}), a_customer(contacts=[a_contact()])),
        moment("2026-03-20"),
        an_event("contact.opted_out", moment("2026-03-03"), email="ana@acme.example"),
        an_event("contact.left", moment("2026-03-04"), email="ana@acme.example"),
        an_event("contact.added", moment("2026-03-05"), name="Ana Silva", email="Ana@acme.example", role="champion"),
    )

    assert touched(life) == []
    assert unsent(life) == [
        "2026-03-12 09:00 suppressed p/1/email-note: the contact has opted out of success messages, since Tue 03 Mar 2026 09:00"
    ]


def test_moving_to_another_zone_moves_the_hours_of_what_is_held() -> None:
    """Held until Monday 09:00 in Berlin, which is 17:00 in Tokyo: open, and so it goes."""
    life = live(
        living(a_playbook(onboarding=HELD, rest=HOURS)),
        moment("2026-03-20"),
        changed(moment("2026-03-08"), timezone="America/Los_Angeles", country="US"),
    )

    assert touched(life) == ["2026-03-09 09:00 p/1/email-note", "2026-03-09 09:00 p/1/task"]


# ---- no hole


@pytest.mark.parametrize(
    ("needs", "hole"),
    [
        pytest.param(["contact.first_name", "owner.email"], None, id="everything is there"),
        pytest.param(["contact.first_name", "customer.goal"], "customer.goal", id="a goal that nobody told"),
        pytest.param(["meeting.date"], "meeting.date", id="a meeting outside one"),
        pytest.param(["churn.reason"], "churn.reason", id="a churn that was not"),
        pytest.param(["contract.days_left"], None, id="a number"),
    ],
)
def test_a_message_with_a_hole_is_suppressed_and_says_which(needs: list[str], hole: str | None) -> None:
    playbook = a_playbook(onboarding={"p": a_play(email("note"), task(), at={"day": 1})}, rest={"templates": {"note": {"needs": needs}}})
    life = living(playbook)
    life.advance(moment("2026-03-20"))

    assert unsent(life) == ([f"2026-03-03 09:00 suppressed p/1/email-note: there is no value for {hole}"] if hole else [])
    assert touched(life)[-1] == "2026-03-03 09:00 p/1/task"


def test_a_hole_that_was_filled_meanwhile_is_none() -> None:
    playbook = a_playbook(
        onboarding={"p": a_play(email("note"), at={"day": 3})}, rest={"templates": {"note": {"needs": ["customer.goal"]}}}
    )

    life = live(living(playbook), moment("2026-03-20"), an_event("handoff.completed", moment("2026-03-05", "09:00"), goal="fewer returns"))

    assert touched(life) == ["2026-03-05 09:00 p/1/email-note"]


def test_a_suppressed_message_takes_no_slot_of_the_cap() -> None:
    plays = {"p": a_play(email("holey"), email("one"), email("two"), at={"day": 1})}
    playbook = a_playbook(onboarding=plays, rest=HOURS | {"templates": {"holey": {"needs": ["customer.goal"]}}})
    life = living(playbook)
    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-03 09:00 p/1/email-one", "2026-03-03 09:00 p/1/email-two"]


# ---- a worker that is not quite on time


@pytest.mark.parametrize(
    ("late", "at"),
    [
        pytest.param(timedelta(milliseconds=250), "09:00:00", id="a quarter of a second: as if it were on time"),
        pytest.param(timedelta(seconds=59), "09:00:00", id="59 seconds: as if it were on time"),
        pytest.param(timedelta(seconds=61), "09:01:01", id="over a minute: late, and says so"),
    ],
)
def test_what_is_done_within_a_minute_of_its_moment_counts_as_done_then(late: timedelta, at: str) -> None:
    life = begun(a_playbook(onboarding={"p": a_play(task(), at={"day": 1})}), a_customer(), moment("2026-03-02", "00:00"))
    decide(life, moment("2026-03-02", "00:00"))

    touch = decide(life, moment("2026-03-03", "09:00") + late).touches[0]

    assert f"{local(touch.at, touch.timezone):%H:%M:%S}" == at


def test_a_window_that_ends_in_its_own_moment_is_met_by_a_worker_that_is_a_moment_late() -> None:
    life = begun(a_playbook(onboarding={"p": a_play(task(), at={"day": 1}, within="0d")}), a_customer(), moment("2026-03-02", "00:00"))
    decide(life, moment("2026-03-02", "00:00"))

    decision = decide(life, moment("2026-03-03", "09:00") + timedelta(milliseconds=3))

    assert [touch.key for touch in decision.touches] == ["acme/1/p/1/task"]


def test_a_touch_that_was_asked_for_is_handed_out_before_a_late_worker_makes_a_pause() -> None:
    plays = {"a": a_play(task(), at={"day": 1}), "b": a_play(email(to="billing"), wait("10s"), task("Later"), at={"day": 1})}
    at = moment("2026-03-03", "09:00") + timedelta(seconds=30)

    for most in range(1, 10):
        life = begun(a_playbook(onboarding=plays), a_customer(), moment("2026-03-02", "00:00"))
        decisions = [engine.decide(life.session, at, most)]
        while decisions[-1].more:
            assert decisions[-1].touches == []
            decisions.append(engine.decide(life.session, at, most))

        assert [touch.key for touch in decisions[-1].touches] == ["acme/1/a/1/task", "acme/1/b/1/task"]
