"""What each step asks of the world: its touch, told in full."""

from datetime import datetime

import pytest

from lifecycle.domain.enums import Category, Role, Stage, Tier, TouchKind
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.domain.zones import local
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.playbook.program import compile_playbook
from lifecycle.state.life import EntryKind
from tests.lifecycle.building import (
    Raw,
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    changed,
    email,
    ended,
    escalate,
    live,
    living,
    meeting,
    moment,
    offer,
    survey,
    task,
    touched,
    unsent,
    wait,
    webhook,
)


def the_touch(step: Raw, **customer: object) -> Touch:
    """What that step asks for on day 1 at 09:00."""
    life = living(a_playbook(onboarding={"p": a_play(step, at={"day": 1})}), a_customer(**customer))  # type: ignore[arg-type]
    life.advance(moment("2026-03-03", "12:00"))
    return life.touches[0]


def there(at: datetime | None) -> str:
    assert at is not None
    return f"{local(at, 'Europe/Berlin'):%a %Y-%m-%d %H:%M}"


# ---- every touch


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
    assert unsent(life) == []


def test_a_stop_ends_the_play_with_its_reason() -> None:
    life = living(
        a_playbook(onboarding={"p": a_play(task(), {"stop": {"reason": "enough said"}, "if": 'tier == "A"'}, email(), at={"day": 1})})
    )
    life.advance(moment("2026-03-04"))

    assert touched(life) == ["2026-03-03 09:00 p/1/task"]
    assert ended(life) == ["2026-03-03 09:00 p: enough said"]


# ---- email and survey


def test_an_email_goes_to_the_first_role_that_somebody_holds() -> None:
    bo, cy = a_contact("Bo Berg", "bo@acme.example", Role.SPONSOR), a_contact("Cy Day", "cy@acme.example", Role.SPONSOR)
    step = email(to=["champion", "sponsor", "user"])

    assert [person.email for person in the_touch(step).to] == ["ana@acme.example"]
    assert [person.email for person in the_touch(step, contacts=[bo, cy]).to] == ["bo@acme.example"]


def test_an_email_says_everything_its_template_may_name() -> None:
    touch = the_touch(email("welcome"), language="de", industry="retail")

    assert (touch.kind, touch.name, touch.template, touch.category, touch.language) == (
        TouchKind.EMAIL,
        "welcome",
        "welcome",
        Category.SUCCESS,
        "de",
    )
    assert touch.values["customer"] == {"name": "Acme", "goal": "", "industry": "retail"}
    assert touch.values["contact"] == {"name": "Ana Silva", "first_name": "Ana"}
    assert touch.values["owner"] == {"name": "Kim Lee", "first_name": "Kim", "email": "kim@us.example"}
    assert touch.values["contract"] == {"start_date": "2 March 2026", "end_date": "2 March 2027", "days_left": 364, "term": 1}
    assert touch.values["stage"] == {"name": "onboarding", "day": 1}


@pytest.mark.parametrize("category", list(Category))
def test_an_email_is_of_the_category_its_step_names(category: Category) -> None:
    assert the_touch(email(category=category.value)).category is category


def test_a_survey_is_named_by_its_survey_and_is_of_the_category_survey() -> None:
    touch = the_touch(survey("nps"))

    assert (touch.kind, touch.name, touch.template, touch.category) == (TouchKind.SURVEY, "nps", "nps", Category.SURVEY)
    assert touch.values["survey"] == {"id": "nps"}


def test_a_play_that_an_event_started_hands_the_event_s_fields_to_its_messages() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), on="ticket.opened")})),
        moment("2026-03-05"),
        an_event("ticket.opened", moment("2026-03-04"), ticket="T-7", subject="cannot print"),
    )

    assert life.touches[0].values["event"] == {"type": "ticket.opened", "ticket": "T-7", "level": 3, "subject": "cannot print"}


def test_a_chase_s_message_names_its_milestone_and_the_day_it_was_due() -> None:
    milestones: Raw = {"first-value": {"name": "first report", "kind": "customer", "due": "7d"}}
    life = living(a_playbook(milestones=milestones, onboarding={"p": a_play(email(), overdue=["first-value"])}))
    life.advance(moment("2026-03-12"))

    assert life.touches[0].values["milestone"] == {"id": "first-value", "name": "first report", "due_date": "9 March 2026"}


# ---- meeting


@pytest.mark.parametrize(
    ("fields", "starts", "ends"),
    [
        pytest.param({}, "Fri 2026-03-06 10:00", "Fri 2026-03-06 10:45", id="within five business days: the third, at ten"),
        pytest.param({"within": "10bd", "time": "14:30", "length": "1h"}, "Tue 2026-03-10 14:30", "Tue 2026-03-10 15:30", id="within ten"),
        pytest.param({"within": "8d"}, "Mon 2026-03-09 10:00", "Mon 2026-03-09 10:45", id="half-way is a Saturday: the Monday after"),
        pytest.param({"within": "48h"}, "Wed 2026-03-04 10:00", "Wed 2026-03-04 10:45", id="within hours: the next business day"),
        pytest.param({"within": "1bd"}, "Wed 2026-03-04 10:00", "Wed 2026-03-04 10:45", id="within one"),
    ],
)
def test_a_meeting_is_half_way_through_the_time_it_is_to_be_held_within_on_a_business_day(fields: Raw, starts: str, ends: str) -> None:
    touch = the_touch(meeting("kickoff", **fields))

    assert (there(touch.starts), there(touch.ends)) == (starts, ends)
    assert touch.values["meeting"]["zone"] == "Europe/Berlin"


def test_a_meeting_invites_everybody_who_holds_one_of_its_roles() -> None:
    people = [a_contact(), a_contact("Bo Berg", "bo@acme.example", Role.SPONSOR), a_contact("Cy Day", "cy@acme.example", Role.CHAMPION)]
    touch = the_touch(meeting("kickoff", **{"with": ["champion", "sponsor"]}), contacts=people)

    assert [person.email for person in touch.to] == ["ana@acme.example", "cy@acme.example", "bo@acme.example"]
    assert (touch.category, touch.sequence) == (Category.OPERATIONAL, 0)


def test_a_second_invitation_of_a_run_is_numbered_on() -> None:
    life = living(a_playbook(onboarding={"p": a_play(meeting(), wait("7d"), {"id": "again", **meeting()}, email("after"), at={"day": 1})}))
    life.advance(moment("2026-03-12"))

    assert [(touch.key.rpartition("/")[2], touch.sequence) for touch in life.touches[:2]] == [("meeting-kickoff", 0), ("again", 1)]
    assert life.touches[2].values["meeting"] == {"date": "Friday, 13 March 2026", "time": "10:00", "zone": "Europe/Berlin"}


# ---- task


def test_a_task_has_an_owner_and_is_due_by_its_sla() -> None:
    touch = the_touch(task("Call them", due="3bd", owner="csm-lead"))

    assert (touch.text, touch.owner, there(touch.deadline)) == ("Call them", "csm-lead", "Fri 2026-03-06 09:00")
    assert (touch.to, touch.category) == ([], Category.OPERATIONAL)


@pytest.mark.parametrize(
    ("tier", "deadline"), [(Tier.A, "Tue 2026-03-03 13:00"), (Tier.B, "Wed 2026-03-04 09:00"), (Tier.C, "Fri 2026-03-06 09:00")]
)
def test_an_sla_may_be_one_a_tier(tier: Tier, deadline: str) -> None:
    assert there(the_touch(task(due={"A": "4h", "B": "1bd", "C": "3bd"}), tier=tier).deadline) == deadline


LADDER = task("Call them", due="2d", ladder=[{"after": "1d", "to": "lead"}, {"after": "2d", "to": "head"}])


def with_ladder(*events: Event) -> Simulation:
    return live(
        living(a_playbook(onboarding={"p": a_play({"id": "call", **LADDER}, email("done"), at={"day": 1})})), moment("2026-03-30"), *events
    )


def test_a_task_that_nobody_does_climbs_its_ladder_rung_by_rung() -> None:
    life = with_ladder()

    assert touched(life) == [
        "2026-03-03 09:00 p/1/call",
        "2026-03-06 09:00 p/1/call.rung-1",
        "2026-03-08 09:00 p/1/call.rung-2",
        "2026-03-08 09:00 p/1/email-done",
    ]
    assert [(touch.owner, touch.text) for touch in life.touches[1:3]] == [
        ("lead", "Task not done in time: Call them"),
        ("head", "Task not done in time: Call them"),
    ]


@pytest.mark.parametrize(
    ("done", "lines"),
    [
        pytest.param("2026-03-04 10:00", ["2026-03-04 10:00 p/1/email-done"], id="in time"),
        pytest.param("2026-03-05 09:00", ["2026-03-05 09:00 p/1/email-done"], id="in the last instant"),
        pytest.param("2026-03-05 20:00", ["2026-03-05 20:00 p/1/email-done"], id="late, before the first rung"),
        pytest.param(
            "2026-03-07 10:00", ["2026-03-06 09:00 p/1/call.rung-1", "2026-03-07 10:00 p/1/email-done"], id="after the first rung"
        ),
    ],
)
def test_a_task_done_stops_the_ladder_and_the_play_goes_on(done: str, lines: list[str]) -> None:
    day, clock = done.split()

    assert touched(with_ladder(an_event("task.done", moment(day, clock), task="call")))[1:] == lines


def test_another_task_s_end_does_not_stop_the_ladder() -> None:
    assert len(touched(with_ladder(an_event("task.done", moment("2026-03-04"), task="other")))) == 4


# ---- escalate, webhook


def test_an_escalation_tells_a_role_of_ours_why_and_how_grave_it_is() -> None:
    touch = the_touch({"escalate": {"to": "cs-manager", "reason": "no kickoff", "level": 1}})

    assert (touch.kind, touch.owner, touch.text, touch.level, touch.to) == (TouchKind.ESCALATE, "cs-manager", "no kickoff", 1, [])


def test_a_webhook_is_called_by_its_name() -> None:
    touch = the_touch(webhook("crm"))

    assert (touch.kind, touch.name, touch.to) == (TouchKind.WEBHOOK, "crm", [])


# ---- offer


def test_an_offer_without_approval_is_made_at_once() -> None:
    touch = the_touch(offer("discount"))

    assert (touch.kind, touch.name, touch.text) == (TouchKind.OFFER, "discount", "ten percent off")


def with_approval(*events: Event) -> Simulation:
    plays = {"p": a_play(offer("discount", approval="vp", approve_within="3d"), email("after"), at={"day": 1})}
    return live(living(a_playbook(onboarding=plays)), moment("2026-03-30"), *events)


def test_an_offer_that_needs_approval_is_made_when_it_is_given() -> None:
    life = with_approval(an_event("offer.approved", moment("2026-03-04", "16:00"), offer="discount", by="Vic"))

    assert touched(life) == [
        "2026-03-03 09:00 p/1/offer-discount.approval",
        "2026-03-04 16:00 p/1/offer-discount",
        "2026-03-04 16:00 p/1/email-after",
    ]
    assert (life.touches[0].owner, life.touches[0].text) == ("vp", "Approve the offer discount: ten percent off")


@pytest.mark.parametrize(
    ("events", "why"),
    [
        pytest.param([], "2026-03-06 09:00 p: offer discount was not approved", id="no answer"),
        pytest.param(
            [an_event("offer.refused", moment("2026-03-04"), offer="discount")],
            "2026-03-04 09:00 p: offer discount was refused",
            id="refused",
        ),
        pytest.param(
            [an_event("offer.approved", moment("2026-03-04"), offer="another")],
            "2026-03-06 09:00 p: offer discount was not approved",
            id="another's approval",
        ),
    ],
)
def test_an_offer_that_is_not_approved_is_not_made(events: list[Event], why: str) -> None:
    life = with_approval(*events)

    assert touched(life) == ["2026-03-03 09:00 p/1/offer-discount.approval"]
    assert ended(life) == [why]


def test_a_granted_offer_and_its_answer_are_known_to_conditions() -> None:
    plays = {
        "p": a_play(offer("discount"), at={"day": 1}),
        "made": a_play(task("made"), when='offers["discount"].granted'),
        "taken": a_play(task("taken"), when='offers["discount"].answer == "accepted"'),
    }
    life = live(
        living(a_playbook(onboarding=plays)), moment("2026-03-30"), an_event("offer.accepted", moment("2026-03-05"), offer="discount")
    )

    assert touched(life) == ["2026-03-03 09:00 p/1/offer-discount", "2026-03-03 09:00 made/1/task", "2026-03-05 09:00 taken/1/task"]


# ---- what came of it


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer.DONE, "sent"), (Answer.UNKNOWN, "unknown"), (Answer.REFUSED, "failed"), (Answer.WITHDRAWN, "cancelled")],
)
def test_whatever_came_of_a_touch_is_written_down_and_the_play_goes_on(answer: Answer, outcome: str) -> None:
    def world(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=answer if touch.name == "first" else Answer.DONE, why="because")

    life = living(a_playbook(onboarding={"p": a_play(email("first"), email("second"), at={"day": 1})}), perform=world)
    life.advance(moment("2026-03-04"))

    lines = [(entry.what, entry.outcome, entry.key) for entry in life.life.timeline if entry.kind is EntryKind.TOUCH]
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


def test_a_touch_takes_the_owner_of_the_hour() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), at={"day": 5})})),
        moment("2026-03-10"),
        changed(moment("2026-03-04"), owner_name="Max Moe", owner_email="max@us.example"),
    )

    assert life.touches[0].values["owner"] == {"name": "Max Moe", "first_name": "Max", "email": "max@us.example"}
