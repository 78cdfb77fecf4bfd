"""The contact policy (R07): to whom never."""

import pytest

from lifecycle.domain.customer import Contact
from lifecycle.domain.enums import Category, Role
from lifecycle.rules.contact_policy import Allow
from tests.lifecycle.building import a_contact, a_play, a_playbook, an_event, email, live, living, moment, touched, unsent
from tests.lifecycle.rules.judging import NO_JITTER, TUESDAY, a_life, suppressed, verdict

# ---- opt-outs


@pytest.mark.parametrize("refused", [Category.SUCCESS, Category.SURVEY, Category.OFFER])
def test_an_opt_out_suppresses_its_own_category_alone(refused: Category) -> None:
    told = an_event("contact.opted_out", moment("2026-03-03"), email="ana@acme.example", category=refused.value)

    life = live(living(a_playbook()), TUESDAY, told)

    for category in Category:
        if category is refused:
            why = f"the contact has opted out of {refused.value} messages, since Tue 03 Mar 2026 09:00"
            assert suppressed(verdict(life.life, category)) == why
        else:
            assert verdict(life.life, category) == Allow()


def test_an_opt_out_of_everything_leaves_operational_messages() -> None:
    life = live(living(a_playbook()), TUESDAY, an_event("contact.opted_out", moment("2026-03-03"), email="ana@acme.example"))

    assert [category for category in Category if verdict(life.life, category) == Allow()] == [Category.OPERATIONAL]


def test_an_opt_out_suppresses_for_good_and_an_opt_in_sends_nothing_again() -> None:
    plays = {"hello": a_play(email(), at={"day": 2}, within="20d"), "later": a_play(email(), at={"day": 10})}

    life = live(
        living(a_playbook(onboarding=plays)),
        moment("2026-03-20"),
        an_event("contact.opted_out", moment("2026-03-03"), email="ana@acme.example", category="success"),
        an_event("contact.opted_in", moment("2026-03-05"), email="ana@acme.example", category="success"),
    )

    assert unsent(life) == [
        "2026-03-04 09:00 suppressed hello/1/email-note: the contact has opted out of success messages, since Tue 03 Mar 2026 09:00"
    ]
    assert touched(life) == ["2026-03-12 09:00 later/1/email-note"]


def test_an_opt_out_suppresses_what_the_hours_held_back() -> None:
    life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 5}, within="5d")}, rest=NO_JITTER))

    live(life, moment("2026-03-20"), an_event("contact.opted_out", moment("2026-03-08"), email="ana@acme.example"))

    assert unsent(life) == [
        "2026-03-07 09:00 delayed hello/1/email-note: Saturday 07 March is no business day in DE",
        "2026-03-09 09:00 suppressed hello/1/email-note: the contact has opted out of success messages, since Sun 08 Mar 2026 09:00",
    ]
    assert touched(life) == []


# ---- whom it never reaches


def test_nobody_who_has_left_is_written_to() -> None:
    life = a_life(contacts=[a_contact("Bo Berg", "bo@acme.example", Role.SPONSOR)])

    assert suppressed(verdict(life)) == "the contact is no longer with the customer"


def test_who_left_or_opted_out_is_told_with_the_day() -> None:
    life = live(living(a_playbook()), TUESDAY, an_event("contact.left", moment("2026-03-03", "10:30"), email="ana@acme.example"))

    assert suppressed(verdict(life.life)) == "the contact is no longer with the customer, since Tue 03 Mar 2026 10:30"


def test_who_had_opted_out_before_the_enrolment_is_told_so() -> None:
    ana = Contact(name="Ana Silva", email="ana@acme.example", opted_out=[Category.SUCCESS])

    assert suppressed(verdict(a_life(contacts=[ana]))) == "the contact has opted out of success messages, since before the enrolment"
