"""What an email and a survey ask of the world, told in full."""

import pytest

from lifecycle.domain.enums import Category, Role, TouchKind
from tests.lifecycle.building import Raw, a_contact, a_play, a_playbook, an_event, changed, email, live, living, moment, survey
from tests.lifecycle.steps.asking import the_touch

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
    assert touch.values["contract"] == {
        "start_date": "2. März 2026",
        "end_date": "2. März 2027",
        "cancel_by": "",
        "ends_on": "",
        "signed_until": "2. März 2027",
        "days_left": 364,
        "term": 1,
        "currency": "USD",
    }
    assert touch.values["stage"] == {"name": "onboarding", "day": 1}


@pytest.mark.parametrize("category", list(Category))
def test_an_email_is_of_the_category_its_step_names(category: Category) -> None:
    assert the_touch(email(category=category.value)).category is category


def test_a_survey_is_named_by_its_survey_and_is_of_the_category_survey() -> None:
    touch = the_touch(survey("nps"))

    assert (touch.kind, touch.name, touch.template, touch.category) == (TouchKind.SURVEY, "nps", "nps", Category.SURVEY)
    assert touch.values["survey"] == {"id": "nps", "name": ""}


def test_a_play_that_an_event_started_hands_the_event_s_fields_to_its_messages() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), on="ticket.opened")})),
        moment("2026-03-05"),
        an_event("ticket.opened", moment("2026-03-04"), ticket="T-7", subject="cannot print"),
    )

    assert life.touches[0].values["event"] == {"type": "ticket.opened", "ticket": "T-7", "level": 3, "subject": "cannot print", "team": ""}


def test_a_chase_s_message_names_its_milestone_and_the_day_it_was_due() -> None:
    milestones: Raw = {"first-value": {"name": "first report", "kind": "customer", "due": "7d"}}
    life = living(a_playbook(milestones=milestones, onboarding={"p": a_play(email(), overdue=["first-value"])}))
    life.advance(moment("2026-03-12"))

    assert life.touches[0].values["milestone"] == {"id": "first-value", "name": "first report", "due_date": "9 March 2026"}


# ---- what came of it


def test_a_touch_takes_the_owner_of_the_hour() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), at={"day": 5})})),
        moment("2026-03-10"),
        changed(moment("2026-03-04"), owner_name="Max Moe", owner_email="max@us.example"),
    )

    assert life.touches[0].values["owner"] == {"name": "Max Moe", "first_name": "Max", "email": "max@us.example"}


def test_an_email_goes_to_whom_a_message_reaches_before_whom_none_does() -> None:
    people = [a_contact("José Ruiz", "josé@acme.example"), a_contact("Bo Berg", "bo@acme.example")]
    assert [person.name for person in the_touch(email(), contacts=people).to] == ["Bo Berg"]
    assert [person.name for person in the_touch(email(), contacts=people[:1]).to] == ["José Ruiz"]
