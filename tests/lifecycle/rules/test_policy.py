"""The contact policy (R07): how often, at what hours, and to whom never."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.durations import Span
from lifecycle.domain.enums import Category, Outcome, Role, TouchKind
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.domain.zones import local
from lifecycle.playbook.policy import ContactPolicy
from lifecycle.rules.contact_policy import Allow, Delay, Suppress, Verdict, count_send, judge, spread, uncount_send
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    an_event,
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
)

ANA = Recipient(name="Ana Silva", email="ana@acme.example")
BO = Recipient(name="Bo Berg", email="bo@acme.example")
STEADY = ContactPolicy(jitter=Span.parse("0s"))
NO_JITTER: Raw = {"contact_policy": STRICT_POLICY | {"jitter": "0s"}}
TUESDAY = moment("2026-03-10", "11:00")


def a_life(**fields: object) -> Lifecycle:
    return living(a_playbook(), a_customer(**fields)).life  # type: ignore[arg-type]


def verdict(life: Lifecycle, category: Category = Category.SUCCESS, *to: Recipient, at: str = "2026-03-10 11:00") -> Verdict:
    day, clock = at.split()
    return judge(life, STEADY, list(to) or [ANA], category, moment(day, clock, life.zone))


def an_email(at: str, to: Recipient = ANA, zone: str = "Europe/Berlin") -> Touch:
    day, clock = at.split()
    when = moment(day, clock, zone)
    return Touch(
        key=f"acme/1/p/{at}/email",
        kind=TouchKind.EMAIL,
        name="note",
        customer="acme",
        term=1,
        counts_for="1/onboarding/1",
        playbook="tested@v1",
        play="p",
        at=when,
        due=when,
        not_after=when,
        timezone=zone,
        country="DE",
        to=[to],
        category=Category.SUCCESS,
    )


def sent(life: Lifecycle, *moments: str, to: Recipient = ANA) -> Lifecycle:
    for at in moments:
        count_send(life, STEADY, an_email(at, to, life.zone))
    return life


# ---- the cap


def test_a_third_message_in_seven_days_waits_until_the_first_is_seven_days_old() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-06 15:30")

    assert verdict(life) == Delay(moment("2026-03-11", "09:00"), "cap of 2 emails in 7d reached")


def test_the_cap_lifts_in_the_very_instant() -> None:
    life = sent(a_life(), "2026-03-04 10:15", "2026-03-06 15:30")

    assert verdict(life, at="2026-03-11 10:14") == Delay(moment("2026-03-11", "10:15"), "cap of 2 emails in 7d reached")
    assert verdict(life, at="2026-03-11 10:15") == Allow()


def test_the_cap_s_seven_days_are_the_customer_s_across_a_clock_change() -> None:
    life = sent(a_life(), "2026-03-26 10:15", "2026-03-26 15:00")

    assert verdict(life, at="2026-03-31 11:00") == Delay(moment("2026-04-02", "10:15"), "cap of 2 emails in 7d reached")


def test_a_cap_that_lifts_on_a_holiday_lets_go_on_the_next_business_day() -> None:
    life = sent(a_life(), "2026-03-27 10:15", "2026-03-27 15:00")

    assert verdict(life, at="2026-03-31 11:00") == Delay(moment("2026-04-07", "09:00"), "cap of 2 emails in 7d reached"), (
        "3 April is Good Friday"
    )


def test_a_cap_that_lifts_at_night_lets_go_at_the_next_opening() -> None:
    life = sent(a_life(), "2026-03-04 20:00", "2026-03-05 12:00")

    assert verdict(life) == Delay(moment("2026-03-12", "09:00"), "cap of 2 emails in 7d reached")


def test_the_cap_is_each_contact_s_own() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-06 09:00")

    assert verdict(life, Category.SUCCESS, BO) == Allow()


def test_a_message_to_two_waits_for_the_one_whose_cap_lifts_last() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-06 09:00")
    sent(life, "2026-03-05 09:00", "2026-03-06 09:00", to=BO)

    assert verdict(life, Category.SUCCESS, ANA, BO) == Delay(moment("2026-03-12", "09:00"), "cap of 2 emails in 7d reached")


def test_an_address_is_one_contact_whatever_its_letters_case() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-06 09:00", to=Recipient(name="Ana", email="ANA@acme.example"))

    assert isinstance(verdict(life), Delay)


def test_a_message_that_did_not_go_out_after_all_is_not_counted() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-06 09:00")

    uncount_send(life, an_email("2026-03-06 09:00"))

    assert verdict(life) == Allow()


def test_a_message_that_is_tried_again_takes_one_slot() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-04 09:00", "2026-03-04 09:00")

    assert verdict(life) == Allow()


def test_operational_messages_are_exempt_from_the_cap_but_not_from_the_hours() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-06 09:00")

    assert verdict(life, Category.OPERATIONAL) == Allow()
    assert verdict(life, Category.OPERATIONAL, at="2026-03-10 22:00") == Delay(
        moment("2026-03-11", "09:00"), "22:00 is outside 09:00-18:00 in Europe/Berlin"
    )


def test_of_a_burst_two_go_at_once_and_two_more_the_moment_the_cap_lifts() -> None:
    plays = {name: a_play(email(name), at={"day": 1}, within="20d") for name in ("one", "two", "three", "four", "five")}
    life = living(a_playbook(onboarding=plays, rest=NO_JITTER))

    life.advance(moment("2026-03-25"))

    assert touched(life) == [
        "2026-03-03 09:00 five/1/email-five",
        "2026-03-03 09:00 four/1/email-four",
        "2026-03-10 09:00 one/1/email-one",
        "2026-03-10 09:00 three/1/email-three",
        "2026-03-17 09:00 two/1/email-two",
    ]


def test_what_the_cap_holds_beyond_its_window_is_missed_and_the_play_goes_on() -> None:
    plays = {name: a_play(email(name), at={"day": 1}, within="20d") for name in ("one", "two")}
    plays["zero"] = a_play(email("late"), task("Ring them"), at={"day": 1}, within="3d", priority=10)
    life = living(a_playbook(onboarding=plays, rest=NO_JITTER))

    life.advance(moment("2026-03-25"))

    assert touched(life)[2:] == ["2026-03-03 09:00 zero/1/task"]
    assert unsent(life) == [
        "2026-03-03 09:00 missed zero/1/email-late: cap of 2 emails in 7d reached, and its window is over before it may go"
    ]


def test_invitations_tasks_and_escalations_use_no_slot_of_the_cap() -> None:
    plays = {
        "a-first": a_play(meeting("kickoff"), task(), escalate(), meeting("review"), at={"day": 1}),
        "b-second": a_play(email("one"), email("two"), at={"day": 1}),
    }
    life = living(a_playbook(onboarding=plays, rest=NO_JITTER))

    life.advance(moment("2026-03-04"))

    assert len(touched(life)) == 6 and unsent(life) == []


def test_surveys_count_against_the_cap() -> None:
    plays = {"a": a_play(survey("nps"), email("one"), email("two"), at={"day": 1})}
    life = living(a_playbook(onboarding=plays, rest=NO_JITTER))

    life.advance(moment("2026-03-04"))

    assert touched(life) == ["2026-03-03 09:00 a/1/survey-nps", "2026-03-03 09:00 a/1/email-one"]


# ---- the last slot


def test_when_one_slot_is_left_the_higher_priority_takes_it() -> None:
    plays = {
        "a-modest": a_play(email("modest"), at={"day": 1}, within="20d", priority=20),
        "b-urgent": a_play(email("urgent"), at={"day": 1}, within="20d", priority=90),
        "c-usual": a_play(email("usual"), at={"day": 1}, within="20d"),
    }
    life = living(a_playbook(onboarding=plays, rest=NO_JITTER))

    life.advance(moment("2026-03-25"))

    assert touched(life) == [
        "2026-03-03 09:00 b-urgent/1/email-urgent",
        "2026-03-03 09:00 c-usual/1/email-usual",
        "2026-03-10 09:00 a-modest/1/email-modest",
    ]


def test_the_slot_that_a_cap_frees_goes_to_the_higher_priority_among_those_it_held() -> None:
    plays = {
        "first": a_play(email("one"), email("two"), at={"day": 1}),
        "modest": a_play(email("modest"), wait("1d"), at={"day": 2}, within="20d", priority=20),
        "more-modest": a_play(email("more"), at={"day": 2}, within="20d", priority=10),
        "urgent": a_play(email("urgent"), at={"day": 3}, within="20d", priority=90),
    }
    life = living(a_playbook(onboarding=plays, rest=NO_JITTER))

    life.advance(moment("2026-03-11"))

    assert touched(life)[2:] == ["2026-03-10 09:00 urgent/1/email-urgent", "2026-03-10 09:00 modest/1/email-modest"]


# ---- opt-outs


@pytest.mark.parametrize("refused", [Category.SUCCESS, Category.SURVEY, Category.OFFER])
def test_an_opt_out_suppresses_its_own_category_alone(refused: Category) -> None:
    told = an_event("contact.opted_out", moment("2026-03-03"), email="ana@acme.example", category=refused.value)

    life = live(living(a_playbook()), TUESDAY, told)

    for category in Category:
        expected = Suppress(f"the contact has opted out of {refused.value} messages") if category is refused else Allow()
        assert verdict(life.life, category) == expected


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

    assert unsent(life) == ["2026-03-04 09:00 suppressed hello/1/email-note: the contact has opted out of success messages"]
    assert touched(life) == ["2026-03-12 09:00 later/1/email-note"]


def test_an_opt_out_suppresses_what_the_hours_held_back() -> None:
    life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 5}, within="5d")}, rest=NO_JITTER))

    live(life, moment("2026-03-20"), an_event("contact.opted_out", moment("2026-03-08"), email="ana@acme.example"))

    assert unsent(life) == [
        "2026-03-07 09:00 delayed hello/1/email-note: Saturday 07 March is no business day in DE",
        "2026-03-09 09:00 suppressed hello/1/email-note: the contact has opted out of success messages",
    ]
    assert touched(life) == []


# ---- the hours


@pytest.mark.parametrize(
    ("zone", "country", "at", "goes", "why"),
    [
        pytest.param("Asia/Tokyo", "JP", {"day": 5}, "2026-03-09 09:00", "Saturday 07 March is no business day in JP", id="a Saturday in Tokyo"),
        pytest.param("America/Los_Angeles", "US", {"day": 6}, "2026-03-09 09:00", "Sunday 08 March is no business day in US", id="a Sunday in Los Angeles"),
        pytest.param("Africa/Cairo", "EG", {"day": 4}, "2026-03-08 09:00", "Friday 06 March is no business day in EG", id="a Friday in Cairo"),
        pytest.param("Europe/Berlin", "DE", {"day": 32}, "2026-04-07 09:00", "Friday 03 April is no business day in DE", id="Good Friday in Berlin"),
        pytest.param(
            "Asia/Tokyo", "JP", {"day": 1, "time": "20:00"}, "2026-03-04 09:00", "20:00 is outside 09:00-18:00 in Asia/Tokyo", id="an evening in Tokyo"
        ),
        pytest.param(
            "America/Los_Angeles", "US", {"day": 4, "time": "18:00"}, "2026-03-09 09:00", "18:00 is outside 09:00-18:00 in America/Los_Angeles",
            id="closing time on a Friday in Los Angeles",
        ),
    ],
)  # fmt: skip
def test_a_message_out_of_hours_waits_for_the_next_opening_where_the_customer_is(
    zone: str, country: str, at: Raw, goes: str, why: str
) -> None:
    playbook = a_playbook(onboarding={"hello": a_play(email(), at=at, within="7d")}, rest=NO_JITTER)
    life = living(playbook, a_customer(timezone=zone, country=country))

    life.advance(moment("2026-05-01"))

    assert touched(life) == [f"{goes} hello/1/email-note"]
    assert [(row.outcome, row.why) for row in life.records] == [(Outcome.DELAYED, why)]


def test_a_message_on_a_weekday_of_the_customer_s_own_waits_for_nothing() -> None:
    playbook = a_playbook(onboarding={"hello": a_play(email(), at={"day": 6})}, rest=NO_JITTER)
    life = living(playbook, a_customer(timezone="Africa/Cairo", country="EG"))

    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-08 09:00 hello/1/email-note"], "a Sunday, which is a working day in Egypt"


def test_tasks_and_escalations_are_internal_and_happen_at_any_hour() -> None:
    playbook = a_playbook(onboarding={"night": a_play(task(), escalate(), at={"day": 5, "time": "03:00"})}, rest=NO_JITTER)
    life = living(playbook)

    life.advance(moment("2026-03-20"))

    assert touched(life) == ["2026-03-07 03:00 night/1/task", "2026-03-07 03:00 night/1/escalate-cs-manager"]


def test_a_message_that_may_go_says_until_when_its_hours_are_open() -> None:
    life = living(a_playbook(onboarding={"hello": a_play(email(), at={"day": 1})}, rest=NO_JITTER))

    life.advance(moment("2026-03-04"))

    assert life.touches[0].not_after == moment("2026-03-03", "18:00")


# ---- jitter


def test_a_customer_s_jitter_is_the_same_every_time_and_in_every_process() -> None:
    assert [spread(f"customer-{number}", ContactPolicy()) for number in (1, 2, 3)] == [
        spread(f"customer-{number}", ContactPolicy()) for number in (1, 2, 3)
    ]
    assert spread("acme", ContactPolicy()) == timedelta(minutes=19, seconds=45)


def test_jitter_spreads_customers_evenly_over_its_whole_width_and_stays_below_it() -> None:
    spreads = [spread(f"customer-{number}", ContactPolicy()) for number in range(10_000)]

    assert min(spreads) >= timedelta() and max(spreads) < timedelta(minutes=20)
    by_minute = [sum(timedelta(minutes=minute) <= one < timedelta(minutes=minute + 1) for one in spreads) for minute in range(20)]
    assert all(400 < count < 600 for count in by_minute)
    assert max(spreads.count(one) for one in set(spreads)) < 30


@pytest.mark.parametrize("jitter", ["0s", "0m", "0h"])
def test_no_jitter_is_none(jitter: str) -> None:
    assert spread("acme", ContactPolicy(jitter=Span.parse(jitter))) == timedelta()


def test_nine_o_clock_is_the_customer_s_own_share_of_the_jitter_later_on_every_day() -> None:
    plays = {"daily": a_play(task(), every="1d")}
    life = living(a_playbook(onboarding=plays, rest={"contact_policy": STRICT_POLICY}))

    life.advance(moment("2026-04-20"))

    clocks = {f"{local(touch.at, 'Europe/Berlin'):%H:%M:%S}" for touch in life.touches}
    assert len(life.touches) == 48 and len(clocks) == 1
    assert moment("2026-03-03") <= life.touches[0].at < moment("2026-03-03", "09:20")


def test_what_the_hours_held_back_is_spread_over_the_opening_too() -> None:
    playbook = a_playbook(onboarding={"hello": a_play(email(), at={"day": 5}, within="5d")}, rest={"contact_policy": STRICT_POLICY})
    moments = set()
    for number in range(20):
        life = living(playbook, a_customer(id=f"customer-{number}"))
        life.advance(moment("2026-03-10"))
        moments.add(life.touches[0].at)

    assert len(moments) > 15
    assert min(moments) >= moment("2026-03-09") and max(moments) < moment("2026-03-09", "09:20")


# ---- whom it never reaches


def test_nobody_who_has_left_is_written_to() -> None:
    assert verdict(a_life(contacts=[a_contact("Bo Berg", "bo@acme.example", Role.SPONSOR)])) == Suppress(
        "the contact is no longer with the customer"
    )


def test_a_holiday_in_the_customer_s_country_is_no_holiday_elsewhere() -> None:
    in_germany, in_america = a_life(start=date(2026, 4, 20)), a_life(country="US", start=date(2026, 4, 20))

    assert verdict(in_germany, at="2026-05-01 11:00") == Delay(moment("2026-05-04", "09:00"), "Friday 01 May is no business day in DE")
    assert verdict(in_america, at="2026-05-01 11:00") == Allow()
