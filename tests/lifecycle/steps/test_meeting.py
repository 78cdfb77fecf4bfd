"""What a meeting asks of the world: its time, its guests, its number."""

import pytest

from lifecycle.domain.enums import Category, Role
from tests.lifecycle.building import Raw, a_contact, a_play, a_playbook, email, living, meeting, moment, wait
from tests.lifecycle.steps.asking import the_touch, there


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


def test_one_address_is_invited_once_and_whom_no_message_reaches_comes_last() -> None:
    people = [
        a_contact("José Ruiz", "josé@acme.example"),
        a_contact("Ana Silva", "ana@müller.example"),
        a_contact("Ana Silva", "ana@xn--mller-kva.example", Role.SPONSOR),
        a_contact("Bo Berg", "bo@acme.example", Role.SPONSOR),
    ]
    touch = the_touch(meeting("kickoff", **{"with": ["champion", "sponsor"]}), contacts=people)

    assert [person.email for person in touch.to] == ["ana@müller.example", "bo@acme.example", "josé@acme.example"]
    assert touch.values["contact"] == {"name": "Ana Silva", "first_name": "Ana"}


def test_a_second_invitation_of_a_run_is_numbered_on() -> None:
    life = living(a_playbook(onboarding={"p": a_play(meeting(), wait("7d"), {"id": "again", **meeting()}, email("after"), at={"day": 1})}))
    life.advance(moment("2026-03-12"))

    assert [(touch.key.rpartition("/")[2], touch.sequence) for touch in life.touches[:2]] == [("meeting-kickoff", 0), ("again", 1)]
    assert life.touches[2].values["meeting"] == {
        "date": "Friday, 13 March 2026",
        "time": "10:00",
        "zone": "Europe/Berlin",
        "place": "Berlin",
        "name": "",
    }
