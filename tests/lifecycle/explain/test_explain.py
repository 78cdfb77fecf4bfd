"""What people read: why a customer sleeps, what comes next, what was last, in sentences and in Markdown."""

from datetime import date, datetime

import pytest

from lifecycle.domain.enums import Band, Stage, Tier
from lifecycle.domain.time.zones import local
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import Planned, Status, Waiting, in_markdown, next_touch_at, planned_plays, status_of, waiting_for
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    changed,
    churned,
    email,
    live,
    living,
    moment,
    renewed,
    task,
    wait,
    wait_for,
)
from tests.lifecycle.calls import pause

PLAYS: Raw = {
    "kickoff": a_play(email("invite"), wait_for("meeting.held", "10bd"), at={"day": 1}, about="Get the project going"),
    "tips": a_play(email("tip"), every="14d", about="A tip a fortnight"),
    "check-in": a_play(task("Ring them"), at={"day": 30}, about="How is it going?"),
}
MILESTONES: Raw = {"first-value": {"kind": "customer", "due": "30d"}, "imported": {"kind": "customer", "due": "3d"}}


def on(day: str, life: Simulation | None = None) -> Simulation:
    lived = life or living(a_playbook(milestones=MILESTONES, onboarding=PLAYS))
    lived.advance(moment(day, "12:00"))
    return lived


def shown(life: Simulation, at: datetime | None = None) -> Status:
    return status_of(life.session, at or life.now)


def waits(life: Simulation) -> list[Waiting]:
    return waiting_for(life.life)


def planned(life: Simulation) -> list[Planned]:
    return planned_plays(life.session)


def next_touch(life: Simulation) -> datetime | None:
    return next_touch_at(life.session)


def sleeps(life: Simulation) -> str:
    status = shown(life)
    assert status.wakes_at is not None
    return f"{local(status.wakes_at, life.life.zone):%Y-%m-%d %H:%M} {status.wakes_because}"


def test_it_says_until_when_it_sleeps_and_why() -> None:
    life = living(a_playbook(milestones=MILESTONES, onboarding=PLAYS))
    assert sleeps(life) == "2026-03-03 09:00 play kickoff is due"

    assert sleeps(on("2026-03-03", life)) == "2026-03-06 00:00 milestone imported is due"
    assert sleeps(on("2026-03-06", life)) == "2026-03-16 09:00 play tips is due"
    assert sleeps(on("2026-03-16", life)) == "2026-03-17 09:00 play kickoff, step wait_for: waits for meeting.held, at most 10bd"
    assert sleeps(on("2026-05-26", life)) == "2026-05-31 00:00 the stage onboarding ends"


def test_every_wake_of_a_life_has_a_reason() -> None:
    life = on("2027-04-01")

    assert all(wake.why for wake in life.wakes)
    assert {wake.why.split()[0] for wake in life.wakes} <= {"play", "milestone", "the"}


@pytest.mark.parametrize(
    ("step", "why"),
    [
        pytest.param(wait("10d"), "waits 10d", id="a time"),
        pytest.param(wait_for("login", "5d"), "waits for login, at most 5d", id="an event"),
        pytest.param(wait_for(["login", "feature.used"], "5d"), "waits for login or feature.used, at most 5d", id="any of several events"),
        pytest.param(wait_for(None, "5d", when="handoff.accepted"), "waits until handoff.accepted, at most 5d", id="a condition"),
    ],
)
def test_it_says_what_each_run_waits_for(step: Raw, why: str) -> None:
    life = on("2026-03-03", living(a_playbook(onboarding={"p": a_play(step, at={"day": 1})})))

    assert [row.why for row in waits(life)] == [why]


def test_it_says_what_is_held_back_and_why() -> None:
    playbook = a_playbook(onboarding={"p": a_play(email(), at={"day": 5})}, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})
    life = on("2026-03-07", living(playbook))

    assert [(row.what, row.why, row.until) for row in waits(life)] == [
        ("p, step email-note", "Saturday 07 March is no business day in DE", moment("2026-03-09"))
    ]
    assert next_touch(life) == moment("2026-03-09")


def test_what_comes_next_is_in_order_and_ends_with_the_stage() -> None:
    life = on("2026-05-20")

    assert [(plan.play, f"{plan.at:%Y-%m-%d}") for plan in planned(life)] == [("tips", "2026-05-25")]
    assert planned(on("2026-05-26", life)) == []


def test_where_a_customer_stands() -> None:
    status = shown(on("2026-03-20"))

    assert (status.customer, status.name, status.tier, status.owner) == ("acme", "Acme", Tier.A, "Kim Lee")
    assert (status.stage, status.day, status.days, status.term) == (Stage.ONBOARDING, 18, 90, 1)
    assert (status.contract_start, status.contract_end, status.annual_value) == ("2026-03-02", "2027-03-02", 12000.0)
    assert (status.playbook, status.goal, status.timezone) == ("tested@v1", "the goal of onboarding", "Europe/Berlin")
    assert (status.health, status.health_score, [part.why for part in status.health_parts]) == (Band.RED, 0, ["0 reached, 1 overdue"])
    assert [entry.key for entry in status.last_touches] == ["acme/1/kickoff/1/email-invite", "acme/1/tips/1/email-tip"]
    assert status.counts == {"sent": 2, "sent:email": 2}


@pytest.mark.parametrize(
    ("day", "stage", "of", "days"),
    [
        pytest.param("2026-03-02", Stage.ONBOARDING, 0, 90, id="the first day is day 0 of 90"),
        pytest.param("2026-05-30", Stage.ONBOARDING, 89, 90, id="onboarding's last"),
        pytest.param("2026-05-31", Stage.GROWTH, 0, 185, id="growth's first"),
        pytest.param("2027-03-10", Stage.RENEWAL, 98, 104, id="in the grace period"),
    ],
)
def test_the_day_of_the_stage_is_counted_in_local_days(day: str, stage: Stage, of: int, days: int) -> None:
    status = shown(on(day))

    assert (status.stage, status.day, status.days) == (stage, of, days)


def test_milestones_are_told_in_words() -> None:
    life = living(a_playbook(milestones=MILESTONES, onboarding=PLAYS))
    live(life, moment("2026-03-08"), an_event("milestone.reached", moment("2026-03-07"), milestone="first-value"))

    assert shown(life).milestones == {"first-value": "reached on 2026-03-07", "imported": "overdue"}


def test_a_milestone_s_day_is_its_last() -> None:
    life = living(a_playbook(milestones=MILESTONES, onboarding=PLAYS))

    assert shown(life).milestones == {"first-value": "due by 2026-04-01", "imported": "due by 2026-03-05"}


def test_the_whole_in_markdown() -> None:
    life = on("2026-03-08")

    assert in_markdown(shown(life)).split("\n\n") == [
        "**Acme**, tier A: onboarding, day 6 of 90, term 1 to 2027-03-02",
        "Sleeps until **Mon 16 Mar 2026 09:00**, because play tips is due.",
        "Health **red** (0 of 100, of what counts 30% is known): milestones 0 of 30 (0 reached, 1 overdue)",
        "**Waits for**",
        "| until | what | why |\n|---|---|---|\n| Tue 17 Mar 2026 09:00 | kickoff, step wait_for | waits for meeting.held, at most 10bd |",
        "**Comes next**",
        "| when | play | why |\n|---|---|---|\n| Mon 16 Mar 2026 09:00 | tips | A tip a fortnight |\n| Wed 01 Apr 2026 09:00 | check-in | How is it going? |",
        "**Last touches**",
        "| when | touch | outcome |\n|---|---|---|\n| Tue 03 Mar 2026 09:00 | email invite to champion Ana Silva \\<ana@acme.example\\> | sent |",
    ]


def test_markdown_is_in_the_customer_s_own_time() -> None:
    life = on("2026-03-03", living(a_playbook(onboarding=PLAYS), a_customer(timezone="Asia/Tokyo")))

    assert "Sleeps until **Mon 16 Mar 2026 09:00**" in in_markdown(shown(life))


def test_while_nothing_is_known_health_says_so() -> None:
    life = living(a_playbook())

    assert "Health **unknown**, nothing is known yet" in in_markdown(shown(life))


def test_a_pause_is_the_first_thing_to_read_after_the_name() -> None:
    life = on("2026-03-08")
    pause(life, life.now, "asked for quiet")

    assert in_markdown(shown(life)).split("\n\n")[1] == (
        "**Paused**: asked for quiet. Nothing goes out until it is resumed; events are taken in."
    )

    pause(life, life.now, "asked for quiet", "Kim *Lee*")

    assert in_markdown(shown(life)).split("\n\n")[1].startswith("**Paused** by Kim \\*Lee\\*: asked for quiet.")


def test_an_outcome_s_reason_stands_beside_it() -> None:
    life = on("2026-03-04", living(a_playbook(onboarding=PLAYS), a_customer(contacts=[])))

    assert "| Tue 03 Mar 2026 09:00 | email invite | suppressed: nobody holds the role champion or sponsor |" in in_markdown(shown(life))


def test_nothing_that_people_wrote_breaks_a_table() -> None:
    play = a_play(task(), at={"day": 5}, about="this | that\nand more")
    life = living(a_playbook(onboarding={"p": play}))

    assert "| Sat 07 Mar 2026 09:00 | p | this / that and more |" in in_markdown(shown(life))


def test_a_closed_customer_says_why_and_sleeps_no_more() -> None:
    life = live(living(a_playbook()), moment("2026-07-02"), churned(moment("2026-07-01"), "natural", "ceased trading"))
    status = shown(life)

    assert (status.wakes_at, status.waiting, status.planned) == (None, [], [])
    assert in_markdown(status).split("\n\n")[0] == "**Acme**, tier A: closed, gone: ceased trading"


def test_a_lost_customer_says_why_and_a_renewed_one_too() -> None:
    lost = live(living(a_playbook()), moment("2026-07-02"), churned(moment("2026-07-01")))
    kept = live(living(a_playbook()), moment("2027-02-02"), renewed(moment("2027-02-01"), reason="it works"))

    assert shown(lost).churn_reason == "price"
    assert shown(kept).renewals == ["it works"]


def test_a_status_can_be_written_and_read() -> None:
    status = shown(on("2026-03-20"), moment("2026-03-20"))

    assert type(status).model_validate_json(status.model_dump_json()) == status


def test_a_change_of_name_and_owner_shows_at_once() -> None:
    life = live(living(a_playbook()), moment("2026-03-04"), changed(moment("2026-03-03"), name="Acme SE", owner_name="Max Moe"))
    status = shown(life)

    assert (status.name, status.owner) == ("Acme SE", "Max Moe")


def test_the_days_of_a_trial_run_to_the_end_of_its_grace() -> None:
    life = on("2026-03-05", living(a_playbook(), a_customer(term=0, end=date(2026, 3, 16))))
    status = shown(life)

    assert (status.stage, status.day, status.days) == (Stage.TRIAL, 3, 28)
