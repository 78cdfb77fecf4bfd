"""The contact policy (R07): how often, and who takes the last slot."""

from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.time.durations import Span
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.playbook.policy import Cap
from lifecycle.rules.contact_policy import Allow, Delay, Verdict, count_send, judge, uncount_send
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import a_play, a_playbook, email, escalate, living, meeting, moment, survey, task, touched, unsent, wait
from tests.lifecycle.rules.judging import ANA, BO, NO_JITTER, STEADY, a_life, delay, verdict


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

    assert delay(verdict(life)) == (
        moment("2026-03-11", "09:00"),
        "cap of 2 emails in 7d reached, by p on Wed 04 Mar 2026 09:00 and p on Fri 06 Mar 2026 15:30",
    )


def test_the_cap_lifts_in_the_very_instant() -> None:
    life = sent(a_life(), "2026-03-04 10:15", "2026-03-06 15:30")

    assert delay(verdict(life, at="2026-03-11 10:14")) == (
        moment("2026-03-11", "10:15"),
        "cap of 2 emails in 7d reached, by p on Wed 04 Mar 2026 10:15 and p on Fri 06 Mar 2026 15:30",
    )
    assert verdict(life, at="2026-03-11 10:15") == Allow()


def test_the_cap_s_seven_days_are_the_customer_s_across_a_clock_change() -> None:
    life = sent(a_life(), "2026-03-26 10:15", "2026-03-26 15:00")

    assert delay(verdict(life, at="2026-03-31 11:00")) == (
        moment("2026-04-02", "10:15"),
        "cap of 2 emails in 7d reached, by p on Thu 26 Mar 2026 10:15 and p on Thu 26 Mar 2026 15:00",
    )


def test_a_cap_that_lifts_on_a_holiday_lets_go_on_the_next_business_day() -> None:
    life = sent(a_life(), "2026-03-27 10:15", "2026-03-27 15:00")

    assert delay(verdict(life, at="2026-03-31 11:00")) == (
        moment("2026-04-07", "09:00"),
        "cap of 2 emails in 7d reached, by p on Fri 27 Mar 2026 10:15 and p on Fri 27 Mar 2026 15:00",
    ), "3 April is Good Friday"


def test_a_cap_that_lifts_at_night_lets_go_at_the_next_opening() -> None:
    life = sent(a_life(), "2026-03-04 20:00", "2026-03-05 12:00")

    assert delay(verdict(life)) == (
        moment("2026-03-12", "09:00"),
        "cap of 2 emails in 7d reached, by p on Wed 04 Mar 2026 20:00 and p on Thu 05 Mar 2026 12:00",
    )


def test_the_cap_is_each_contact_s_own() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-06 09:00")

    assert verdict(life, Category.SUCCESS, BO) == Allow()


def test_a_message_to_two_waits_for_the_one_whose_cap_lifts_last() -> None:
    life = sent(a_life(), "2026-03-04 09:00", "2026-03-06 09:00")
    sent(life, "2026-03-05 09:00", "2026-03-06 09:00", to=BO)

    assert delay(verdict(life, Category.SUCCESS, ANA, BO)) == (
        moment("2026-03-12", "09:00"),
        "cap of 2 emails in 7d reached, by p on Thu 05 Mar 2026 09:00 and p on Fri 06 Mar 2026 09:00",
    )


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
    assert delay(verdict(life, Category.OPERATIONAL, at="2026-03-10 22:00")) == (
        moment("2026-03-11", "09:00"),
        "22:00 is outside 09:00-18:00 in Europe/Berlin",
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
        "2026-03-03 09:00 missed zero/1/email-late: behind play one, which had priority; cap of 2 emails in 7d reached, "
        "by one on Tue 03 Mar 2026 09:00 and two on Tue 03 Mar 2026 09:00, and its window is over before it may go"
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


def test_who_waits_behind_another_is_told_behind_whom() -> None:
    plays = {
        "modest": a_play(email("modest"), at={"day": 1}, within="20d", priority=20),
        "urgent": a_play(email("urgent"), at={"day": 1}, within="20d", priority=90),
        "graver": a_play(email("graver"), at={"day": 1}, within="20d", priority=95),
        "usual": a_play(email("usual"), at={"day": 2}, within="20d", priority=10),
    }
    life = living(a_playbook(onboarding=plays, rest=NO_JITTER))

    life.advance(moment("2026-03-09"))

    reached = "cap of 2 emails in 7d reached, by graver on Tue 03 Mar 2026 09:00 and urgent on Tue 03 Mar 2026 09:00"
    assert unsent(life) == [
        f"2026-03-03 09:00 delayed modest/1/email-modest: behind play graver, which had priority; {reached}",
        f"2026-03-04 09:00 delayed usual/1/email-usual: {reached}",
    ]
    assert [entry.until for entry in life.life.log.timeline if entry.until] == [moment("2026-03-10")] * 2


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


# ---- so far apart

APART = STEADY.model_copy(update={"cap": Cap(apart=Span.parse("2d"))})


def apart(life: Lifecycle, at: str) -> Verdict:
    day, clock = at.split()
    return judge(life, APART, [ANA], Category.SUCCESS, moment(day, clock, life.zone))


def test_two_messages_are_as_far_apart_as_the_playbook_says_and_the_cap_counts_besides() -> None:
    life = sent(a_life(), "2026-03-09 10:15")

    assert delay(apart(life, "2026-03-10 10:15")) == (
        moment("2026-03-11", "10:15"),
        "messages are 2d apart, and the last was p on Mon 09 Mar 2026 10:15",
    )
    assert apart(life, "2026-03-11 10:15") == Allow()
    twice = sent(life, "2026-03-11 10:15")
    assert delay(apart(twice, "2026-03-12 10:15")) == (
        moment("2026-03-16", "10:15"),
        "cap of 2 emails in 7d reached, by p on Mon 09 Mar 2026 10:15 and p on Wed 11 Mar 2026 10:15",
    )


def test_two_messages_of_one_hour_go_on_two_days_and_an_operational_one_at_once() -> None:
    plays = {
        "first": a_play(email("first"), at={"day": 0}, priority=60),
        "second": a_play(email("second"), at={"day": 0}, within="3d"),
        "bill": a_play(email("bill", category="operational"), at={"day": 0}),
    }
    life = living(a_playbook(onboarding=plays, rest={"contact_policy": {"jitter": "0m", "cap": {"apart": "2d"}}}))
    life.advance(moment("2026-03-06"))

    assert touched(life) == [
        "2026-03-02 09:00 first/1/email-first",
        "2026-03-02 09:00 bill/1/email-bill",
        "2026-03-04 09:00 second/1/email-second",
    ]
