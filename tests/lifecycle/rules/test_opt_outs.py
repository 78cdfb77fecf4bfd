"""The contact policy (R07): to whom never."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lifecycle.domain.enums import Category, Role
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.facts.events import Event
from lifecycle.facts.people import MOST_OTHERS
from lifecycle.rules.contact_policy import Allow, Delay, count_send, judge
from tests.lifecycle.building import (
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    email,
    happened,
    live,
    living,
    moment,
    survey,
    touched,
    unsent,
)
from tests.lifecycle.rules.judging import ANA, BO, NO_JITTER, STEADY, TUESDAY, a_life, suppressed, verdict

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


# ---- one address, one form

MARKED = [a_contact("Ana Silva", "ana@müller.example")]
OTHER_FORMS = ["ana@xn--mller-kva.example", "ANA@MÜLLER.EXAMPLE", "ana@mu\u0308ller.example", " ana@müller.example. "]


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_an_opt_out_holds_in_whatever_form_the_address_is_told(form: str) -> None:
    life = living(a_playbook(onboarding={"hello": a_play(email(), survey(), at={"day": 3})}), a_customer(contacts=list(MARKED)))

    live(life, moment("2026-03-20"), an_event("contact.opted_out", moment("2026-03-03"), email=form))

    assert touched(life) == []
    assert [line.split(": ", 1)[1] for line in unsent(life)] == [
        "the contact has opted out of success messages, since Tue 03 Mar 2026 09:00",
        "the contact has opted out of survey messages, since Tue 03 Mar 2026 09:00",
    ]


def test_an_opt_out_of_strasse_is_none_of_the_other() -> None:
    life = living(a_playbook(), a_customer(contacts=[a_contact("Ana Silva", "ana@straße.example")]))
    live(life, TUESDAY, an_event("contact.opted_out", moment("2026-03-03"), email="ana@strasse.example"))
    assert judge(life.life, STEADY, [Recipient(name="Ana", email="ana@straße.example")], Category.SUCCESS, TUESDAY) == Allow()


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_who_left_has_left_in_whatever_form_the_address_is_told(form: str) -> None:
    life = living(a_playbook(), a_customer(contacts=[contact.model_copy() for contact in MARKED]))
    live(life, TUESDAY, an_event("contact.left", moment("2026-03-03"), email=form))
    assert life.life.customer.contacts == []


def test_a_contact_told_in_another_form_is_the_same_contact() -> None:
    life = living(a_playbook(), a_customer(contacts=[contact.model_copy() for contact in MARKED]))
    told = an_event("contact.added", moment("2026-03-03"), name="Ana Silva", email="ana@xn--mller-kva.example", role="sponsor")
    live(life, TUESDAY, told)
    assert [(contact.email, contact.role) for contact in life.life.customer.contacts] == [("ana@müller.example", Role.SPONSOR)]


def a_touch_to(address: str, key: str, at: datetime) -> Touch:
    life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 3})}))
    life.advance(moment("2026-03-06"))
    [touch] = life.touches
    return replace(touch, key=key, at=at, to=[Recipient(name="Ana", email=address)])


def test_the_cap_counts_by_the_address_and_not_by_its_form() -> None:
    life = living(a_playbook(rest=NO_JITTER), a_customer(contacts=list(MARKED)))
    for number, form in enumerate(("ana@müller.example", "ana@xn--mller-kva.example")):
        touch = a_touch_to(form, f"acme/1/hello/{number}/email-note", moment("2026-03-09", f"1{number}:00"))
        count_send(life.life, STEADY, touch)
    verdict_now = judge(life.life, STEADY, [Recipient(name="Ana", email="ANA@müller.example")], Category.SUCCESS, TUESDAY)
    assert isinstance(verdict_now, Delay)


# ---- room


def others(first: int, last: int, kind: str = "contact.opted_out") -> list[Event]:
    start = moment("2026-03-03")
    return [
        an_event(kind, start + timedelta(seconds=number), email=f"user{number}@acme.example", category="success")
        for number in range(first, last)
    ]


def test_however_many_others_have_opted_out_a_contact_s_own_opt_out_holds() -> None:
    life = living(a_playbook())
    life.advance(moment("2026-03-03", "08:00"))
    told = [
        *others(0, MOST_OTHERS + 200),
        an_event("contact.opted_out", moment("2026-03-04"), email="ana@acme.example", category="success"),
    ]
    for event in told:
        life.advance(event.at)
        [answer] = life.tell(event)
        assert answer.taken, answer.why
    life.advance(TUESDAY)

    assert len(life.life.facts.people.opted_out) == MOST_OTHERS + 1
    why = "the contact has opted out of success messages, since Wed 04 Mar 2026 09:00"
    assert suppressed(verdict(life.life, Category.SUCCESS, ANA)) == why
    assert verdict(life.life, Category.SUCCESS, BO) == Allow()


def test_opt_ins_of_people_who_are_no_contacts_and_refuse_nothing_take_no_room() -> None:
    life = living(a_playbook())
    life.advance(moment("2026-03-03", "08:00"))
    before = life.life.model_copy(deep=True)
    for event in others(0, 400, "contact.opted_in"):
        assert life.tell(event)[0].taken
        life.advance(event.at)
    assert life.life.facts == before.facts


def test_where_an_opt_out_was_forgotten_for_want_of_room_whoever_is_added_counts_as_opted_out_until_it_opts_in() -> None:
    life = living(a_playbook())
    life.advance(moment("2026-03-03", "08:00"))
    for event in others(0, MOST_OTHERS + 1):
        life.tell(event)
        life.advance(event.at)
    assert "user0@acme.example" not in life.life.facts.people.opted_out

    live(life, TUESDAY, an_event("contact.added", moment("2026-03-09"), name="Cy Day", email="user0@acme.example"))
    cy = Recipient(name="Cy Day", email="user0@acme.example")
    assert [category for category in Category if verdict(life.life, category, cy) == Allow()] == [Category.OPERATIONAL]
    live(life, TUESDAY + timedelta(hours=1), an_event("contact.opted_in", TUESDAY, email="user0@acme.example"))
    assert verdict(life.life, Category.SUCCESS, cy, at="2026-03-10 13:00") == Allow()


def test_who_leaves_and_comes_back_has_still_opted_out() -> None:
    life = live(
        living(a_playbook()),
        TUESDAY,
        an_event("contact.opted_out", moment("2026-03-03"), email="ana@acme.example", category="offer"),
        an_event("contact.left", moment("2026-03-04"), email="ana@acme.example"),
        an_event("contact.added", moment("2026-03-05"), name="Ana Silva", email="Ana@Acme.example"),
    )
    why = "the contact has opted out of offer messages, since Tue 03 Mar 2026 09:00"
    assert suppressed(verdict(life.life, Category.OFFER, ANA)) == why
    assert verdict(life.life, Category.SUCCESS, ANA) == Allow()


@pytest.mark.parametrize(
    ("events", "refused"),
    [
        ([("opted_out", "2026-03-06", "2026-03-05"), ("opted_in", "2026-03-07", "2026-03-04")], True),
        ([("opted_in", "2026-03-06", "2026-03-05"), ("opted_out", "2026-03-07", "2026-03-04")], False),
        ([("opted_out", "2026-03-06", "2026-03-04"), ("opted_in", "2026-03-07", "2026-03-05")], False),
        (
            [
                ("opted_out", "2026-03-06", "2026-03-04"),
                ("opted_in", "2026-03-07", "2026-03-05"),
                ("opted_out", "2026-03-08", "2026-03-03"),
            ],
            False,
        ),
    ],
    ids=["an older opt-in", "an older opt-out", "a newer opt-in", "an opt-out older than the opt-in"],
)
def test_the_wish_that_was_spoken_last_stands(events: list[tuple[str, str, str]], refused: bool) -> None:
    told = [happened(f"contact.{kind}", at, came, email="ana@acme.example", category="success") for kind, at, came in events]
    life = live(living(a_playbook()), TUESDAY, *told)
    assert (verdict(life.life, Category.SUCCESS, ANA) != Allow()) is refused
