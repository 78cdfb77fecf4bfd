"""PublishedPlaybook playbooks, on SQLite and on PostgreSQL alike."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from temporalio.common import RawValue
from temporalio.testing import ActivityEnvironment

from activities.ledger.failures import NotNow
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from activities.playbook_activities import LoadPlaybook, PlaybookActivities
from lifecycle.domain.enums import Stage, Tier
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.reading import read_playbook
from tests.activities.building import TEMPLATES, a_playbook

PLAYBOOKS = Path(__file__).parents[4] / "playbooks"


@pytest.fixture
def store(engine: sa.Engine) -> PlaybookStore:
    return PlaybookStore(engine)


def standard() -> tuple[Playbook, dict[str, str]]:
    texts = {path.stem: path.read_text() for path in sorted((PLAYBOOKS / "standard").glob("*.md"))}
    return read_playbook((PLAYBOOKS / "standard.yaml").read_text(), texts), texts


def read(loaded: RawValue) -> Playbook:
    """As a run reads it."""
    return Playbook.model_validate_json(loaded.payload.data)


def test_a_playbook_comes_back_as_it_was_published(store: PlaybookStore) -> None:
    playbook, texts = standard()
    assert store.publish(playbook, texts)
    found = store.get(playbook.ref)
    assert found.playbook == playbook
    assert found.templates["welcome"] == texts["welcome"]
    assert found.templates["welcome.de"] == texts["welcome.de"]


def test_publishing_a_version_again_changes_nothing(store: PlaybookStore) -> None:
    assert store.publish(a_playbook("v1"), TEMPLATES)
    assert not store.publish(a_playbook("v1"), TEMPLATES)
    assert store.versions("standard") == ["v1"]


def test_the_newest_is_what_was_published_last_even_if_it_is_an_old_one(store: PlaybookStore) -> None:
    for version in ("v1", "v2", "v1"):
        store.publish(a_playbook(version), TEMPLATES)
    assert store.newest("standard").playbook.version == "v1"
    assert store.get("standard").playbook.version == "v1"
    assert store.get("standard@v2").playbook.version == "v2"
    assert store.versions("standard") == ["v1", "v2", "v1"]


def test_templates_that_the_playbook_does_not_use_are_not_its_versions_matter(store: PlaybookStore) -> None:
    store.publish(a_playbook("v1"), TEMPLATES)
    assert not store.publish(a_playbook("v1"), TEMPLATES | {"draft": "Subject: x\n\nx\n"})
    assert sorted(store.get("standard@v1").templates) == ["kickoff", "nps", "welcome", "welcome.de"]


def test_one_version_is_one_wording(store: PlaybookStore) -> None:
    store.publish(a_playbook("v1"), TEMPLATES)
    with pytest.raises(ValueError, match="standard@v1 is published with other templates"):
        store.publish(a_playbook("v1"), TEMPLATES | {"welcome": "Subject: Hi\n\nother words\n"})


def test_a_playbook_without_a_version_is_not_published(store: PlaybookStore) -> None:
    with pytest.raises(ValueError, match="playbook 'standard' has no version"):
        store.publish(a_playbook(""), TEMPLATES)


async def test_a_run_gets_its_playbook_trimmed_to_what_it_can_use(store: PlaybookStore) -> None:
    playbook, texts = standard()
    store.publish(playbook, texts)
    request = LoadPlaybook(playbook=playbook.ref, stage=Stage.ONBOARDING, tier=Tier.C, running=["nps"])
    loaded = read(await ActivityEnvironment().run(PlaybookActivities(store, PeopleStore(store.engine)).load_playbook, request))
    assert loaded == playbook.trimmed(Stage.ONBOARDING, Tier.C, ["nps"])
    assert len(loaded.model_dump_json(by_alias=True)) < len(playbook.model_dump_json(by_alias=True))


async def test_a_run_keeps_its_version_unless_it_asks_for_the_newest(store: PlaybookStore) -> None:
    for version in ("v1", "v2"):
        store.publish(a_playbook(version), TEMPLATES)
    load = PlaybookActivities(store, PeopleStore(store.engine)).load_playbook
    request = LoadPlaybook(playbook="standard@v1", stage=Stage.GROWTH, tier=Tier.A)
    assert read(await load(request)).version == "v1"
    assert read(await load(request.model_copy(update={"newest": True}))).version == "v2"
    assert read(await load(request.model_copy(update={"playbook": "standard"}))).version == "v2"


async def test_runs_of_one_stage_tier_and_version_get_the_same_bytes_and_others_their_own(store: PlaybookStore) -> None:
    for version in ("v1", "v2"):
        store.publish(a_playbook(version), TEMPLATES)
    load = PlaybookActivities(store, PeopleStore(store.engine)).load_playbook
    request = LoadPlaybook(playbook="standard@v1", stage=Stage.GROWTH, tier=Tier.A)
    first = await load(request)
    assert await load(request) is first
    store.publish(a_playbook("v1"), TEMPLATES)
    assert await load(request.model_copy(update={"newest": True})) is first
    others = [
        await load(request.model_copy(update=another))
        for another in ({"playbook": "standard@v2"}, {"stage": Stage.ONBOARDING}, {"tier": Tier.B}, {"running": ["welcome"]})
    ]
    assert not any(each is first for each in others)
    assert await load(request) is first


@pytest.mark.parametrize("ref", ["standard", "standard@v1"])
async def test_a_run_whose_playbook_is_not_published_is_asked_again_until_it_is(store: PlaybookStore, ref: str) -> None:
    load = PlaybookActivities(store, PeopleStore(store.engine)).load_playbook
    request = LoadPlaybook(playbook=ref, stage=Stage.GROWTH, tier=Tier.A)
    with pytest.raises(NotNow) as told:
        await load(request)
    assert not told.value.non_retryable
    assert "publish" in told.value.message
    store.publish(a_playbook("v1"), TEMPLATES)
    assert read(await load(request)).version == "v1"
