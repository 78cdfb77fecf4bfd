"""Tasks and escalations keep to the hours of whoever holds their role, and their working time counts on that person's clock."""

import pytest

from lifecycle.domain.people.customer import Customer, Owner
from lifecycle.domain.time.zones import local
from lifecycle.playbook.directory_reading import read_directory
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.building import Raw, a_customer, a_play, a_playbook, live, living, moment, opened, task, touched
from tests.lifecycle.rules.judging import NO_JITTER

PEOPLE = """
people:
  kim: {name: Kim Lee, email: kim@us.example, roles: csm, timezone: Europe/Berlin, country: DE, hours: {opens: 07:00, closes: 12:00}}
  ada: {name: Ada Ito, email: ada@us.example, roles: support, timezone: Asia/Tokyo, country: JP}
  jo: {name: Jo Diaz, email: jo@us.example, roles: product, timezone: America/New_York, country: US}
"""


def asked(play: Raw, people: str = PEOPLE, customer: Customer | None = None) -> list[tuple[str, str]]:
    """When a task goes out, and until when it is to be done, both in Berlin, of a ticket told on Monday at 20:00 there."""
    playbook: Playbook = a_playbook(onboarding={"ticket": play}, rest=NO_JITTER)
    life = living(playbook.with_people(read_directory(people)), customer)
    live(life, moment("2026-03-20"), opened("2026-03-09", "T1", "20:00"))
    deadlines = [f"{local(touch.deadline, 'Europe/Berlin'):%m-%d %H:%M}" for touch in life.touches if touch.deadline]
    return list(zip([line[5:16] for line in touched(life)], deadlines, strict=True))


@pytest.mark.parametrize(
    ("role", "goes", "is_due"),
    [
        ("csm", "03-10 07:00", "03-10 09:00"),  # 07:00 in Berlin, two of Kim's hours
        ("support", "03-10 01:00", "03-10 03:00"),  # 09:00 in Tokyo
        ("product", "03-09 20:00", "03-09 22:00"),  # 15:00 in New York, which has changed its clocks: open until 23:00 in Berlin
        ("ceo", "03-10 07:00", "03-10 09:00"),  # nobody holds it, so it is the owner's
    ],
)
def test_a_task_reaches_whoever_holds_its_role_at_work(role: str, goes: str, is_due: str) -> None:
    play = a_play(task(owner=role, due="2bh"), on="ticket.opened", key="event.ticket")
    assert asked(play) == [(goes, is_due)]


def test_an_owner_whom_the_directory_does_not_know_works_where_its_customer_says() -> None:
    stranger = a_customer(owner=Owner(name="Leo", email="leo@us.example", timezone="Asia/Tokyo", country="JP"))
    play = a_play(task(due="2bh"), on="ticket.opened", key="event.ticket")
    assert asked(play, customer=stranger)[0][0] == "03-10 01:00"


def test_a_ladder_waits_as_long_as_its_task_has() -> None:
    ladder = task(owner="support", due="2bh", ladder=[{"after": "1bh", "to": "csm"}]) | {"id": "answer"}
    playbook = a_playbook(onboarding={"ticket": a_play(ladder, on="ticket.opened", key="event.ticket")}, rest=NO_JITTER)
    life = living(playbook.with_people(read_directory(PEOPLE)))
    live(life, moment("2026-03-20"), opened("2026-03-09", "T1", "20:00"))
    assert touched(life) == ["2026-03-10 01:00 ticket/T1.1/answer", "2026-03-10 08:00 ticket/T1.1/answer.rung-1"]


def test_the_people_make_no_other_version_of_the_playbook() -> None:
    playbook = a_playbook(onboarding={})
    assert playbook.with_people(read_directory(PEOPLE)).ref == playbook.ref
    assert playbook.with_people(None) is playbook
