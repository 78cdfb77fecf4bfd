"""Invariant 5: late enrolment, an outage or a long pause never releases a pile of old touches."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.enums import Category, Outcome, TouchKind
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.calendar import add
from lifecycle.domain.time.hours import Timetable
from lifecycle.domain.touch import CATCH_UP
from lifecycle.engine.touches.own_tasks.unknown import asks_about
from lifecycle.playbook.play import Closed
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.windows import INTERNAL_PATIENCE
from lifecycle.state.log import EntryKind
from tests.lifecycle import building as b
from tests.lifecycle.calls import state
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories, told_stories
from tests.lifecycle.properties.test_once import unruly
from tests.lifecycle.properties.worlds import Acted, Lived, World

DAYS = 260


def away(customer: Customer, begins: int, days: int) -> World:
    """A world whose workers are down for that long from noon of that day on."""
    start = b.moment(customer.contract.start, "12:00", customer.timezone)
    return World(away=(start + timedelta(days=begins), start + timedelta(days=begins + days)))


def everywhere(playbook: Playbook, lived: Lived) -> list[Timetable]:
    """The policy's hours on every clock that the customer, its owner or its contacts have had."""
    told = [dict(one.data) for _, _, one in lived.told if one.name == "customer.changed"]
    customer = lived.customer
    zones = {customer.timezone, customer.owner.timezone, *(contact.timezone for contact in customer.contacts)}
    zones |= {data[name] for data in told for name in ("timezone", "owner_timezone") if name in data}
    countries = {customer.country, customer.owner.country, *(data["country"] for data in told if "country" in data)}
    return [playbook.contact_policy.hours.on(zone, country) for zone in sorted(zones - {""}) for country in sorted(countries - {""})]


def late(playbook: Playbook, lived: Lived) -> list[str]:
    """The touches that were asked for outside the window of their play. What asks a person about one of them, or lists them, has none."""
    plays = {name: play for plan in playbook.stages.values() for name, play in plan.plays.items()}
    places, hours = everywhere(playbook, lived), playbook.contact_policy.hours

    def closes(one: Acted) -> bool:
        touch, play = one.touch, plays[one.touch.play]
        last = max(add(touch.due, play.within or playbook.within, place.zone, place.country, hours) for place in places)
        if play.closed is Closed.WAIT and touch.kind not in (TouchKind.WEBHOOK, TouchKind.OFFER):
            last = max(last, *(place.closing(place.opening(touch.due)) for place in places))
        if not touch.kind.reaches_the_customer and lived.tries_of(touch.key) > 1:
            last = max(last, touch.due + INTERNAL_PATIENCE)
        return one.touch.at <= last  # what a slow world does later was let go in time

    windowed = [one for one in lived.acted if one.touch.play != CATCH_UP and asks_about(one.touch) is None]
    return [one.touch.key for one in windowed if not closes(one)]


def over_the_cap(playbook: Playbook, lived: Lived) -> list[str]:
    """The contacts that got more counted messages than the cap allows in its time."""
    cap, places = playbook.contact_policy.cap, everywhere(playbook, lived)
    counted = [one.touch for one in lived.acted if one.touch.kind.reaches_the_customer and one.touch.category is not Category.OPERATIONAL]
    people = {person.email for touch in counted for person in touch.to}
    found = []
    for email in sorted(people):
        sent = [touch for touch in counted if email in [person.email for person in touch.to]]
        for first, after in zip(sent, sent[cap.emails :], strict=False):
            lifts = (add(first.at, cap.per, place.zone, place.country, playbook.contact_policy.hours) for place in places)
            if after.at < min(lifts):
                found.append(f"{email} {first.key} {after.key}")
    return found


def same_rhythm_at_once(playbook: Playbook, lived: Lived) -> list[str]:
    """The recurring plays of which two occurrences began at one moment."""
    rhythms = {name for plan in playbook.stages.values() for name, play in plan.plays.items() if play.every is not None}
    began: dict[tuple[str, str], str] = {}
    for one in lived.acted:
        play, occurrence = one.touch.key.split("/")[2:4]
        if play in rhythms:
            began.setdefault((one.touch.key.rsplit("/", 1)[0], occurrence), f"{play} {one.asked}")
    return [what for what, count in Counter(began.values()).items() if count > 1]


@given(playbooks, customers, stories, st.integers(0, 150))
def test_a_late_enrolment_sends_what_is_inside_its_window(playbook: Playbook, customer: Customer, story: list[Happening], day: int) -> None:
    lived = Lived(playbook, customer, story, DAYS, enrolled_after=day)
    assert late(playbook, lived) == []
    assert over_the_cap(playbook, lived) == []
    assert same_rhythm_at_once(playbook, lived) == []


@given(playbooks, customers, stories, st.integers(0, 120), st.integers(1, 90))
def test_an_outage_releases_nothing_outside_its_window(
    playbook: Playbook, customer: Customer, story: list[Happening], begins: int, days: int
) -> None:
    lived = Lived(playbook, customer, story, DAYS, away(customer, begins, days))
    assert late(playbook, lived) == []
    assert over_the_cap(playbook, lived) == []
    assert same_rhythm_at_once(playbook, lived) == []


def known(lived: Lived) -> tuple[object, ...]:
    """The stages lived through, and all that is known of the customer."""
    life = state(lived)
    turned = [entry for entry in life.timeline if entry.kind is EntryKind.STAGE]
    reached = [entry for entry in life.timeline if entry.kind is EntryKind.MILESTONE]
    return (
        turned,
        reached,
        lived.life.customer,
        life.milestones,
        life.tickets,
        life.usage,
        life.surveys,
        life.health,
        life.fact_times,
        life.opted_out,
    )


@given(playbooks, customers, told_stories, st.integers(0, 120), st.integers(1, 90))
def test_an_outage_changes_nothing_of_what_is_known_nor_when_a_stage_turned(
    playbook: Playbook, customer: Customer, story: list[Happening], begins: int, days: int
) -> None:
    # A farewell ends with its last touch, so it may end later after an outage.
    staying = [one for one in story if ("kind", "natural") not in one.data]
    out = Lived(playbook, customer, staying, DAYS, away(customer, begins, days))
    assert known(out) == known(Lived(playbook, customer, staying, DAYS))


@given(playbooks, customers, stories, st.integers(0, 120), st.integers(1, 90))
def test_a_long_pause_releases_nothing_outside_its_window(
    playbook: Playbook, customer: Customer, story: list[Happening], begins: int, days: int
) -> None:
    rest = [one for one in story if one.name not in ("pause", "resume")]
    paused = sorted([*rest, Happening(begins, 1, "pause"), Happening(begins + days, 1, "resume")], key=lambda one: (one.days, one.minutes))
    lived = Lived(playbook, customer, paused, DAYS)
    assert late(playbook, lived) == []
    assert over_the_cap(playbook, lived) == []
    assert same_rhythm_at_once(playbook, lived) == []


@given(playbooks, customers, stories, st.integers(0, 99))
def test_badly_answered_touches_keep_to_their_windows(playbook: Playbook, customer: Customer, story: list[Happening], seed: int) -> None:
    assert late(playbook, Lived(playbook, customer, story, DAYS, unruly(seed))) == []


@given(
    st.lists(st.tuples(st.integers(0, 80), st.sampled_from(["2h", "1d", "3w"])), min_size=1, max_size=6),
    st.integers(0, 80),
    st.integers(1, 60),
    st.booleans(),
)
def test_what_an_outage_drops_is_recorded_as_missed_with_its_window(
    planned: list[tuple[int, str]], begins: int, days: int, enrolled_late: bool
) -> None:
    plays = {f"play-{number}": b.a_play(b.webhook(), at={"day": day}, within=within) for number, (day, within) in enumerate(planned)}
    customer = b.a_customer()
    playbook = b.a_playbook(onboarding=plays)
    lived = (
        Lived(playbook, customer, [], DAYS, enrolled_after=begins)
        if enrolled_late
        else Lived(playbook, customer, [], DAYS, away(customer, begins, days))
    )
    sent = {one.touch.play for one in lived.acted} - {CATCH_UP}
    missed = {record.play for record in lived.records if record.outcome is Outcome.MISSED and "its window of" in record.why}
    assert sent | missed == set(plays)
    assert sent & missed == set()
    lists = [set(one.touch.values[CATCH_UP]) for one in lived.acted if one.touch.play == CATCH_UP]
    assert lists == ([missed] if enrolled_late and missed else [])
