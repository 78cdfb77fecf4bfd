"""Tasks and escalations reach people of ours at work (zammad/zammad#4432), and messages reach contacts by their own clock."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.domain.enums import Outcome, Role, Tier
from lifecycle.domain.people.customer import Contact, Customer, Owner
from lifecycle.domain.time.zones import local
from lifecycle.explain.simulator import Simulation
from lifecycle.rules.contact_policy import spread
from runtime.playbook_files import load
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_customer,
    a_play,
    a_playbook,
    changed,
    email,
    escalate,
    happened,
    live,
    living,
    meeting,
    moment,
    offer,
    opened,
    task,
    touched,
    unsent,
    wait_for,
    webhook,
)
from tests.lifecycle.calls import pause, resume
from tests.lifecycle.rules.judging import NO_JITTER

OPEN = {
    "ticket": a_play(task(due="4h"), wait_for("ticket.resolved", "3bd", otherwise=[escalate()]), on="ticket.opened", key="event.ticket")
}


def owned(timezone: str = "", country: str = "", **fields: Any) -> Customer:
    return a_customer(owner=Owner(name="Kim Lee", email="kim@us.example", timezone=timezone, country=country), **fields)


def asked_at_night(
    play: Raw, customer: Customer | None = None, day: str = "2026-03-07", clock: str = "02:10", rest: Raw | None = None
) -> Simulation:
    """What becomes of a ticket told on that Saturday at that hour in Berlin."""
    life = living(a_playbook(onboarding={"ticket": play}, rest=NO_JITTER | (rest or {})), customer)
    return live(life, moment("2026-04-20"), opened(day, "T1", clock, level=1))


# ---- people of ours


def test_a_task_and_its_escalation_wait_for_working_hours() -> None:
    life = asked_at_night(OPEN["ticket"])

    assert touched(life) == ["2026-03-09 09:00 ticket/T1.1/task", "2026-03-12 09:00 ticket/T1.1/escalate-cs-manager"]
    assert unsent(life) == [
        "2026-03-07 02:10 delayed ticket/T1.1/task: Saturday 07 March is no business day in DE",
    ]
    assert [local(touch.deadline, "Europe/Berlin").strftime("%a %H:%M") for touch in life.touches if touch.deadline] == ["Mon 13:00"]


@pytest.mark.parametrize(
    ("play", "goes"),
    [
        pytest.param(a_play(escalate(level=1), on="ticket.opened"), "2026-03-07 02:10", id="an escalation of level 1"),
        pytest.param(a_play(task(level=1), on="ticket.opened"), "2026-03-07 02:10", id="a task of level 1"),
        pytest.param(
            a_play(escalate(level=2), on="ticket.opened", any_hour=True), "2026-03-07 02:10", id="one of a play that says any_hour"
        ),
        pytest.param(a_play(task(), on="ticket.opened", any_hour=True), "2026-03-07 02:10", id="a task of a play that says any_hour"),
        pytest.param(a_play(webhook(), on="ticket.opened"), "2026-03-07 02:10", id="a webhook, which no person sees to"),
        pytest.param(a_play(offer(), on="ticket.opened"), "2026-03-07 02:10", id="an offer, which no person sees to"),
        pytest.param(a_play(escalate(level=2), on="ticket.opened"), "2026-03-09 09:00", id="an escalation of level 2"),
        pytest.param(a_play(escalate(level=4), on="ticket.opened"), "2026-03-09 09:00", id="an escalation of level 4"),
        pytest.param(a_play(task(level=2), on="ticket.opened"), "2026-03-09 09:00", id="a task of level 2"),
        pytest.param(a_play(email(), on="ticket.opened", any_hour=True), "2026-03-09 09:00", id="a message, whatever the play says"),
        pytest.param(a_play(offer(approval="vp"), on="ticket.opened"), "2026-03-09 09:00", id="the approval that an offer asks for"),
    ],
)
def test_only_level_1_and_any_hour_reach_people_at_night(play: Raw, goes: str) -> None:
    assert [line[:16] for line in touched(asked_at_night(play))] == [goes]


@pytest.mark.parametrize(
    ("customer", "goes"),
    [
        pytest.param(owned(), "2026-04-07 09:00", id="an owner of whom nothing is known keeps the customer's hours and holidays"),
        pytest.param(
            owned("America/New_York"), "2026-04-07 15:00", id="one in New York keeps New York's hours and the customer's holidays"
        ),
        pytest.param(owned("America/New_York", "US"), "2026-04-03 15:00", id="and New York's holidays, where it says so"),
        pytest.param(owned("", "EG"), "2026-04-05 09:00", id="one with Egypt's week alone"),
        pytest.param(owned("Asia/Kolkata", "GB"), "2026-04-06 05:30", id="a zone of half an hour, and no Easter Monday"),
    ],
)
def test_the_owner_s_own_clock_and_calendar_count(customer: Customer, goes: str) -> None:
    """Good Friday 2026 at 02:10 in Berlin."""
    life = asked_at_night(a_play(escalate(), on="ticket.opened", within="1w"), customer, "2026-04-03")

    assert touched(life) == [f"{goes} ticket/1/escalate-cs-manager"]


@pytest.mark.parametrize(
    ("due", "deadline"),
    [
        pytest.param("4bh", "2026-03-06 20:00", id="working hours pass on the owner's clock"),
        pytest.param("4h", "2026-03-06 20:00", id="hours on every clock"),
        pytest.param("1bd", "2026-03-09 16:00", id="business days on the customer's"),
        pytest.param("12bh", "2026-03-09 18:00", id="over the owner's weekend, when its clock goes forward"),
    ],
)
def test_a_deadline_in_working_hours_is_the_owner_s(due: str, deadline: str) -> None:
    """Asked on Friday at 16:00 in Berlin, which is 10:00 in New York; all times are Berlin's."""
    life = asked_at_night(a_play(task(due=due), on="ticket.opened"), owned("America/New_York", "US"), "2026-03-06", "16:00")
    [touch] = life.touches

    assert touch.deadline is not None
    assert local(touch.deadline, "Europe/Berlin") == local(moment(*deadline.split()), "Europe/Berlin")


def test_the_ladder_of_a_task_climbs_in_working_hours() -> None:
    ladder = [{"after": "9bh", "to": "cs-manager"}, {"after": "2h", "to": "vp"}]
    life = asked_at_night(a_play(task(due="4bh", ladder=ladder) | {"id": "call"}, on="ticket.opened"))

    assert touched(life) == [
        "2026-03-09 09:00 ticket/1/call",
        "2026-03-10 13:00 ticket/1/call.rung-1",
        "2026-03-10 15:00 ticket/1/call.rung-2",
    ]


@pytest.mark.parametrize(
    ("due", "deadline", "rung"),
    [
        pytest.param("1bd", "Mon 2026-03-09 18:00", "2026-03-10 09:19", id="a business day: when Monday's hours end"),
        pytest.param("3bd", "Wed 2026-03-11 18:00", "2026-03-12 09:19", id="three"),
        pytest.param("4bh", "Mon 2026-03-09 13:00", "2026-03-09 13:00", id="working hours: from when they begin"),
        pytest.param("4h", "Mon 2026-03-09 13:19", "2026-03-09 13:19", id="hours: from when the person is reached"),
        pytest.param("0bd", "Mon 2026-03-09 09:19", "2026-03-09 09:19", id="none"),
    ],
)
def test_a_task_asked_for_on_saturday_is_due_as_if_it_had_been_told_at_once(due: str, deadline: str, rung: str) -> None:
    """Asked for at 00:30, given to somebody at 09:19 on Monday, with the ladder climbing when it is due."""
    play = a_play(task(due=due, ladder=[{"after": "0h", "to": "cs-manager"}]) | {"id": "call"}, on="ticket.opened")
    life = asked_at_night(play, clock="00:30", rest={"contact_policy": STRICT_POLICY})
    [asked, escalated] = life.touches

    assert asked.deadline is not None
    assert f"{local(asked.at, 'Europe/Berlin'):%a %Y-%m-%d %H:%M}" == "Mon 2026-03-09 09:19"
    assert f"{local(asked.deadline, 'Europe/Berlin'):%a %Y-%m-%d %H:%M}" == deadline
    assert f"{local(escalated.at, 'Europe/Berlin'):%Y-%m-%d %H:%M}" == rung


def test_the_ticket_of_a_saturday_night_is_due_when_monday_s_hours_end_in_the_standard_playbook() -> None:
    standard, _ = load(Path(__file__).parents[3] / "playbooks" / "standard.yaml")
    life = living(standard, a_customer(tier=Tier.B))
    live(life, moment("2026-03-20"), opened("2026-03-07", "T1", "00:30"))
    asked = {touch.key.rpartition("/")[2]: touch for touch in life.touches if touch.play == "onboarding-ticket"}

    assert asked["answer"].deadline == moment("2026-03-09", "18:00")
    assert moment("2026-03-11") <= asked["escalate-product-support"].at <= moment("2026-03-12", "18:00")
    assert asked["escalate-product-support"].at == moment("2026-03-12", "09:00") + spread("acme", standard.contact_policy)


def test_a_task_that_a_pause_has_held_is_due_from_when_it_goes() -> None:
    play = a_play(task(due="1bd"), on="ticket.opened", within="1w")
    life = living(a_playbook(onboarding={"ticket": play}, rest=NO_JITTER))
    live(life, moment("2026-03-07"), opened("2026-03-07", "T1", "00:00"))
    pause(life, life.now, "a test")
    life.advance(moment("2026-03-10", "10:00"))
    resume(life, life.now)
    life.look_again()

    assert [touch.deadline for touch in life.touches] == [moment("2026-03-11", "10:00")]


def test_a_wait_in_working_hours_passes_on_the_owner_s_clock() -> None:
    play = a_play(webhook("first"), {"wait": "4bh"}, webhook("second"), on="ticket.opened")
    life = asked_at_night(play, owned("America/New_York", "US"), "2026-03-06", "23:00")

    assert touched(life) == ["2026-03-06 23:00 ticket/1/webhook-first", "2026-03-09 17:00 ticket/1/webhook-second"], (
        "an hour on Friday and three on Monday, when New York has put its clock forward"
    )


def test_a_policy_that_is_open_round_the_clock_holds_nothing() -> None:
    hours = {"opens": "00:00", "closes": "24:00", "business_days": False}
    policy = {"contact_policy": {"cap": {"emails": 9, "per": "1d"}, "hours": hours, "jitter": "0s"}}
    life = asked_at_night(a_play(task(due="4bh"), email(), on="ticket.opened"), rest=policy)

    assert touched(life) == ["2026-03-07 02:10 ticket/1/task", "2026-03-07 02:10 ticket/1/email-note"]
    assert life.touches[0].deadline == moment("2026-03-07", "06:10")


def test_an_owner_who_moves_takes_the_hours_along() -> None:
    play = a_play(escalate(), at={"day": 3, "time": "20:00"})
    life = living(a_playbook(onboarding={"p": play}, rest=NO_JITTER))
    live(life, moment("2026-03-20"), changed(moment("2026-03-04"), owner_timezone="America/New_York"))

    assert touched(life) == ["2026-03-05 20:00 p/1/escalate-cs-manager"], "14:00 in New York"


def test_what_is_asked_at_night_is_spread_over_the_opening() -> None:
    playbook = a_playbook(onboarding={"p": a_play(task(), at={"day": 5})}, rest={"contact_policy": {"jitter": "20m"}})
    moments = set()
    for number in range(20):
        life = living(playbook, a_customer(id=f"customer-{number}"))
        life.advance(moment("2026-03-10"))
        moments.add(life.touches[0].at)

    assert len(moments) > 15
    assert min(moments) >= moment("2026-03-09") and max(moments) < moment("2026-03-09", "09:20")


# ---- contacts


def contact(name: str, role: Role, timezone: str = "") -> Contact:
    return Contact(name=name, email=f"{name}@acme.example", role=role, timezone=timezone)


@pytest.mark.parametrize(
    ("timezone", "goes"),
    [
        pytest.param("", "2026-03-04 09:00", id="the customer's"),
        pytest.param("America/New_York", "2026-03-03 20:00", id="New York, where it is the afternoon"),
        pytest.param("Asia/Tokyo", "2026-03-04 01:00", id="Tokyo, where the morning comes sooner"),
    ],
)
def test_a_message_keeps_to_the_hours_of_whom_it_goes_to(timezone: str, goes: str) -> None:
    customer = a_customer(contacts=[contact("ana", Role.CHAMPION, timezone)])
    life = living(a_playbook(onboarding={"p": a_play(email(), at={"day": 1, "time": "20:00"})}, rest=NO_JITTER), customer)
    life.advance(moment("2026-03-20"))

    assert touched(life) == [f"{goes} p/1/email-note"]


@pytest.mark.parametrize(
    ("zones", "goes"),
    [
        pytest.param(("", "America/New_York"), "2026-03-03 15:00", id="when both are at work"),
        pytest.param(("America/New_York", ""), "2026-03-03 15:00", id="in either order"),
        pytest.param(("Asia/Tokyo", "America/New_York"), "2026-03-04 01:00", id="of those who never are, the first one's"),
    ],
)
def test_an_invitation_to_several_goes_when_all_are_at_work(zones: tuple[str, str], goes: str) -> None:
    people = [contact("ana", Role.CHAMPION, zones[0]), contact("bo", Role.SPONSOR, zones[1])]
    invited: Raw = {"with": ["champion", "sponsor"]}
    play = a_play(meeting(**invited), at={"day": 1, "time": "10:00"})
    life = living(a_playbook(onboarding={"p": play}, rest=NO_JITTER), a_customer(contacts=people))
    life.advance(moment("2026-03-20"))

    assert touched(life) == [f"{goes} p/1/meeting-kickoff"]


def test_a_contact_s_zone_is_told_with_it_and_stays() -> None:
    play = a_play(email(to="admin"), at={"day": 2, "time": "20:00"})
    life = living(a_playbook(onboarding={"p": play}, rest=NO_JITTER))
    who = {"email": "cy@acme.example", "name": "Cy Cole"}
    live(
        life,
        moment("2026-03-20"),
        happened("contact.added", "2026-03-02", "2026-03-02", **who, role="user", timezone="America/New_York"),
        happened("contact.added", "2026-03-03", "2026-03-03", **who, role="admin"),
    )

    assert touched(life) == ["2026-03-04 20:00 p/1/email-note"]


# ---- an owner who changes


@pytest.mark.parametrize(
    ("told", "timezone", "country"),
    [
        pytest.param({"owner_name": "Kim Li"}, "America/New_York", "US", id="the same by another name"),
        pytest.param({"owner_email": "KIM@us.example"}, "America/New_York", "US", id="the same address in capitals"),
        pytest.param({"owner_email": "jo@us.example", "owner_name": "Jo Ray"}, "", "", id="somebody else works where the customer is"),
        pytest.param({"owner_email": "jo@us.example", "owner_country": "CA"}, "", "CA", id="or where it is said"),
        pytest.param({"owner_timezone": "Asia/Tokyo"}, "Asia/Tokyo", "US", id="the same has moved"),
    ],
)
def test_another_owner_does_not_inherit_where_the_one_before_worked(told: dict[str, str], timezone: str, country: str) -> None:
    life = living(a_playbook(onboarding={}), owned("America/New_York", "US"))
    live(life, moment("2026-03-05"), changed(moment("2026-03-04"), **told))

    assert (life.life.customer.owner.timezone, life.life.customer.owner.country) == (timezone, country)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        pytest.param(
            {"owner_timezone": "Europe/Berln"},
            "customer.changed: owner_timezone 'Europe/Berln' is no time zone; did you mean Europe/Berlin?",
            id="a zone",
        ),
        pytest.param(
            {"owner_country": "de"},
            "customer.changed: owner_country 'de' is no country whose holidays are known; did you mean DE?",
            id="a country",
        ),
    ],
)
def test_a_place_that_is_none_is_refused(told: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        changed(moment("2026-03-02"), **told)

    assert sentence in str(refused.value)


def test_what_was_held_by_the_hours_is_told_of_once() -> None:
    life = asked_at_night(a_play(escalate(), on="ticket.opened"))

    assert [row.outcome for row in life.records] == [Outcome.DELAYED]
