"""The published directory: tasks and escalations go to a person, mails are signed by today's name, and runs get the hours."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from temporalio.common import RawValue

from activities.ledger.failures import NotNow
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from activities.playbook_activities import LoadPlaybook, PlaybookActivities
from activities.transports.slack import build_message
from lifecycle.domain.enums import Stage, Tier, TouchKind
from lifecycle.domain.people.directory import Directory
from lifecycle.domain.touch import Answer
from lifecycle.playbook.directory_reading import read_directory
from lifecycle.playbook.playbook import Playbook
from tests.activities.building import TEMPLATES, a_playbook, a_task, a_touch, opened, perform

PEOPLE = """
people:
  kim: {name: Kim Lee-Ito, first_name: Kim, email: kim@us.example, roles: csm, timezone: Europe/Berlin, country: DE}
  ada:
    name: Ada <Ito>
    email: ada@us.example
    roles: cs-manager
    away: [{from: 2026-03-02, to: 2026-03-03, stand_in: kim}]
  bo: {name: Bo Berg, email: bo@us.example, roles: support}
"""


def people(text: str = PEOPLE) -> Directory:
    return read_directory(text)


def test_what_was_published_last_is_looked_into_and_an_older_one_may_come_back(engine: sa.Engine) -> None:
    store = PeopleStore(engine)
    assert store.newest() is None
    assert store.publish(people())
    assert not store.publish(people())
    other = people(PEOPLE.replace("Bo Berg", "Bo Bergmann"))
    assert store.publish(other)
    assert store.newest() == other
    assert store.publish(people())
    assert store.newest() == people()


def test_an_empty_directory_ends_the_use_of_one(engine: sa.Engine) -> None:
    store = PeopleStore(engine)
    store.publish(people())
    store.publish(people("people: {}"))
    assert store.newest() is None


def test_one_without_a_version_is_not_published(engine: sa.Engine) -> None:
    with pytest.raises(ValueError, match="the directory has no version"):
        PeopleStore(engine).publish(people().model_copy(update={"version": ""}))


def test_it_is_no_playbook_of_that_name(engine: sa.Engine) -> None:
    directory, store = people(), PlaybookStore(engine)
    PeopleStore(engine).publish(directory)
    store.publish(a_playbook("v1"), TEMPLATES)
    assert (store.names(), store.versions("people")) == (["standard"], [])
    for name in (".people", f".people@{directory.version}"):
        with pytest.raises(NotNow, match="published"):
            store.get(name)


async def test_a_run_gets_the_hours_that_are_published_when_it_begins(engine: sa.Engine) -> None:
    store, directory = PlaybookStore(engine), PeopleStore(engine)
    store.publish(a_playbook("v1"), TEMPLATES)
    load = PlaybookActivities(store, directory).load_playbook
    request = LoadPlaybook(playbook="standard@v1", stage=Stage.GROWTH, tier=Tier.A)

    def read(loaded: RawValue) -> Playbook:
        return Playbook.model_validate_json(loaded.payload.data)

    before = await load(request)
    assert read(before).contact_policy.people is None
    directory.publish(people())
    with_people = await load(request)
    assert read(with_people).contact_policy.people == people().workplaces({"csm"})  # whom the list of a late start goes to
    assert b"us.example" not in with_people.payload.data.replace(b"success@us.example", b"").replace(b"https://us.example", b"")
    assert await load(request) is with_people
    directory.publish(people("people: {}"))
    assert await load(request) is before


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("csm", {"name": "Kim Lee-Ito", "email": "kim@us.example", "stands_in_for": ""}),
        ("support", {"name": "Bo Berg", "email": "bo@us.example", "stands_in_for": ""}),
        ("cs-manager", {"name": "Kim Lee-Ito", "email": "kim@us.example", "stands_in_for": "Ada <Ito>"}),
        ("ceo", {"name": "Kim Lee-Ito", "email": "kim@us.example", "stands_in_for": ""}),
    ],
)
@pytest.mark.parametrize("kind", [TouchKind.TASK, TouchKind.ESCALATE])
async def test_what_people_of_ours_are_asked_goes_to_a_person(tmp_path: Path, kind: TouchKind, role: str, expected: dict[str, str]) -> None:
    activities = opened(tmp_path)
    activities.people.publish(people())
    receipt = await perform(activities, a_task(kind=kind, owner=role))
    assert receipt.answer is Answer.DONE
    assert receipt.why == f"to {expected['name']}" + (", who stands in for Ada <Ito>" if expected["stands_in_for"] else "")
    [file] = (tmp_path / "outbox" / kind.value).glob("*.json")
    body = json.loads(file.read_text())
    assert (body["owner"], body["assignee"]) == (role, expected)
    assert "assignee" not in body["about"]
    await activities.close()


async def test_without_a_directory_nothing_is_said_of_a_person(tmp_path: Path) -> None:
    activities = opened(tmp_path)
    await perform(activities, a_task())
    [file] = (tmp_path / "outbox" / "task").glob("*.json")
    assert "assignee" not in json.loads(file.read_text())
    await activities.close()


async def test_a_mail_is_signed_by_the_owner_s_name_of_today(tmp_path: Path) -> None:
    activities = opened(tmp_path)
    activities.people.publish(people())
    await perform(activities, a_touch())
    [mail] = (tmp_path / "outbox" / "mail" / "new").iterdir()
    assert b"Kim Lee-Ito" in mail.read_bytes()
    await activities.close()


def test_slack_names_the_person_and_takes_nothing_of_a_name_for_its_own() -> None:
    assignee = {"name": "Kim <!channel>", "email": "kim@us.example", "stands_in_for": "Ada"}
    message = build_message(a_task(owner="cs-manager", values={"assignee": assignee}))
    assert message["text"].startswith("Task for Kim &lt;!channel&gt; (for Ada, cs-manager)")
